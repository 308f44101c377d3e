//! How long a frame takes when there is much to show, and what the workbench costs while nobody does anything.
//!
//! Owns the crowds and the clocks. A frame is the view made of the state, drawn, compared with the one before and turned
//! into bytes, as for a terminal of 120 columns by 40 rows; what came in since the last one is taken in before it, and
//! in the time. What it costs to wait is measured on the real program in a real terminal.
//!
//! `cargo bench --bench screen`, `SECONDS=10` for a short wait

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark stops where it fails")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Sink;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use devops_agent::app::{Event, State, update};
use devops_agent::bus::{Event as Bus, OutputChunk};
use devops_agent::domain::{
    Action, Announcement, At, Body, CallId, Entry, Principal, SessionId, Step, Stream, Surroundings, TurnId,
};
use devops_agent::gate::judge;
use devops_agent::history::graph::{Drawing, Fold, Graph, Line, Log, Logged};
use devops_agent::redact::Redactor;
use devops_agent::runtime::{Found, Past, Reading, Wanted, read_skills};
use devops_agent::shell::{Moment, Pane, Snapshot};
use devops_agent::store::Memory;
use devops_agent::terminal::Input;
use devops_agent::ui::theme::Theme;
use devops_agent::ui::{self, Cache};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{TerminalOptions, Viewport};

#[path = "../support/home.rs"]
mod home;
#[path = "percentiles.rs"]
mod percentiles;
#[path = "../support/pty.rs"]
mod pty;

use home::{Home, PROGRAM};
use pty::Pty;

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
const AIM: Duration = Duration::from_millis(8);
const FRAMES: usize = 1_000;
const START: Duration = Duration::from_millis(50);

fn main() {
    percentiles::head("a frame, 120x40");
    percentiles::line("an empty chat", Bench::new().frames(|_, _| {}), AIM);
    percentiles::line("100,000 lines of chat, an answer coming", long_chat(), AIM);
    percentiles::line("the same, paged from its end to its beginning", paged(), AIM);
    percentiles::line("a command that floods, 64 KB a frame", flood(), AIM);
    percentiles::line("a graph of 10,000 entries, walked through", graph(), AIM);
    percentiles::line("a flood in the shell, 64 KB a frame", shell(), AIM);
    percentiles::head("from the start of the program");
    percentiles::line("to the first frame, 1,000 sessions", starts(), START);
    waiting();
}

struct Bench {
    state: State,
    cache: Cache,
    theme: Theme,
    terminal: Terminal<CrosstermBackend<Sink>>,
    now: Duration,
}

impl Bench {
    fn new() -> Bench {
        let theme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/dark.yaml")).unwrap();
        let area = Rect::new(0, 0, COLUMNS, ROWS);
        let options = TerminalOptions { viewport: Viewport::Fixed(area) };
        Bench {
            state: State::new("devops-agent"),
            cache: Cache::default(),
            theme: Theme::parse(&theme).unwrap(),
            terminal: Terminal::with_options(CrosstermBackend::new(std::io::sink()), options).unwrap(),
            now: Duration::from_secs(60),
        }
    }

    fn take(&mut self, event: Event) {
        let _effects = update(&mut self.state, event, self.now);
    }

    fn bus(&mut self, event: Bus) {
        self.take(Event::Bus(event));
    }

    fn key(&mut self, code: KeyCode) {
        self.take(Event::Input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE))));
    }

    fn draw(&mut self, picture: Option<&Snapshot>) {
        let mut drawn = ui::Drawn::default();
        let mut view = self.state.view();
        view.shell.picture = picture;
        let (cache, theme) = (&mut self.cache, &self.theme);
        self.terminal.draw(|frame| drawn = ui::draw(&view, cache, theme, frame)).unwrap();
        self.take(Event::Drawn(drawn));
    }

    /// Times of frames before each of which something happens.
    fn frames(mut self, mut happens: impl FnMut(&mut Bench, usize)) -> Vec<Duration> {
        self.draw(None);
        let mut taken = Vec::with_capacity(FRAMES);
        for number in 0..FRAMES {
            let started = Instant::now();
            happens(&mut self, number);
            self.draw(None);
            taken.push(started.elapsed());
        }
        taken
    }

    /// A chat of this many lines, in answers of twenty.
    fn of_lines(lines: usize) -> Bench {
        let mut bench = Bench::new();
        for turn in 0..lines / 20 {
            let id = TurnId(turn as u64);
            bench.bus(Bus::TurnBegan { turn: id, text: format!("what about pod {turn}?") });
            let line = |line: usize| format!("- pod `api-{turn}-{line}` runs and **answers** on port {line}\n");
            bench.bus(Bus::Answer { turn: id, text: (0..16).map(line).collect() });
            bench.bus(Bus::TurnEnded { turn: id, failure: None });
        }
        bench
    }
}

fn long_chat() -> Vec<Duration> {
    let bench = Bench::of_lines(100_000);
    bench.frames(|bench, number| {
        let code = if number % 10 == 0 { "\n\n```yaml\nkind: Pod\n```\n\n" } else { "" };
        bench.bus(Bus::Token { turn: TurnId(9_999), text: format!("word{number} and more{code} ") });
    })
}

fn paged() -> Vec<Duration> {
    Bench::of_lines(100_000).frames(|bench, _| bench.key(KeyCode::PageUp))
}

fn flood() -> Vec<Duration> {
    let mut bench = Bench::new();
    let line = "journalctl -n 1000000".to_owned();
    let verdict = judge(&Action::Command { line: line.clone() }, &read_skills(&[]).1).verdict;
    let (call, turn) = (CallId(1), TurnId(1));
    let (reason, permission) = ("Shows the log.".to_owned(), String::new());
    let origin = Default::default();
    bench.bus(Bus::Announced(Announcement {
        call,
        turn,
        command: line,
        reason,
        origin,
        verdict,
        permission,
        granted: None,
    }));
    let bytes: Vec<u8> = b"2026-11-21T19:00:00Z INFO api handled GET /v1/items/17 in 12 ms, 200 OK\n".repeat(900);
    bench.frames(|bench, _| {
        bench.take(Event::Output(OutputChunk { call, stream: Stream::Stdout, bytes: bytes.clone() }));
    })
}

fn graph() -> Vec<Duration> {
    let session = SessionId::new("session_004_2026-02-21_db-timeouts");
    let entries = (0..10_000).map(|number| {
        let body = match number % 10 {
            0 => {
                Body::Commit { milestone: format!("finding {number}"), finding: String::new(), saved_to: String::new() }
            }
            _ => Body::Step(Step { action: format!("kubectl get pod p{number}"), ..Step::default() }),
        };
        Logged { id: format!("e{number:05}"), entry: Entry { at: At::EPOCH, by: Principal::Agent, body } }
    });
    let line = Line::main(session.clone());
    let log = Log { line, began: At::EPOCH, from: None, closed: false, entries: entries.collect() };
    let page = Drawing::new(&Graph::from_logs(&[log]), Fold::Nothing).whole();
    let mut bench = Bench::new();
    bench.bus(Bus::Session(session.clone()));
    bench.key(KeyCode::F(7));
    let wanted = Wanted::Past(Past::Graph { session: Some(session), fold: Fold::Nothing });
    bench.take(Event::Read(Reading { wanted, found: Ok(Found::Graph(Arc::new(page))) }));
    bench.frames(|bench, number| {
        let key = [KeyCode::PageUp, KeyCode::Up, KeyCode::Down, KeyCode::Home, KeyCode::End][number % 5];
        bench.key(key);
    })
}

fn shell() -> Vec<Duration> {
    let now = || Moment { steady: Instant::now(), wall: SystemTime::now() };
    let mut bench = Bench::new();
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellStarted);
    let mut pane = Pane::new(20, 58, "word".to_owned(), Box::new(()), now());
    let mut picture = Snapshot::default();
    let mut taken = Vec::new();
    for number in 0..FRAMES {
        let line = format!("2026-11-21T19:00:00Z INFO api-{number} handled GET /v1/items/{number} in 12 ms\r\n");
        // It is taken in on a thread of its own; only its picture is the frame's.
        for part in line.repeat(900).as_bytes().chunks(4096) {
            pane.feed(part, now());
        }
        let started = Instant::now();
        pane.draw(&mut picture, Instant::now());
        bench.draw(Some(&picture));
        taken.push(started.elapsed());
    }
    taken
}

fn starts() -> Vec<Duration> {
    let place = Home::with_commits(5);
    let memory = Memory::open(&place.project.join(".GCC")).unwrap();
    for number in 0..1_000 {
        let goal = Redactor::default().text(&format!("look at service {number}"));
        let mut session = memory.begin(&goal, At::EPOCH, &Surroundings::default()).unwrap();
        session.close(true, At::EPOCH).unwrap();
    }
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let start = || {
        let started = Instant::now();
        let pty = Pty::spawn(PROGRAM, &[], &env, &place.project, COLUMNS, ROWS);
        pty.wait_for_text("F1");
        started.elapsed()
    };
    (0..55).map(|_| start()).skip(5).collect()
}

/// What a process used: processor ticks of a hundredth of a second, how often each thread was woken, resident kilobytes.
fn used(process: u32) -> (u64, BTreeMap<OsString, u64>, u64) {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    let field = |text: &str, name: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
        line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0)
    };
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let woken = tasks.map(|task| {
        let task = task.unwrap();
        let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
        (task.file_name(), field(&status, "voluntary_ctxt_switches:"))
    });
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    (ticks, woken.collect(), field(&status, "VmRSS:"))
}

/// The workbench at rest, and again after as much as a busy day brings.
fn waiting() {
    let seconds: u64 = std::env::var("SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let place = Home::with_commits(5);
    place.is_known();
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut pty = Pty::spawn(PROGRAM, &[], &env, &place.project, COLUMNS, ROWS);
    pty.wait_for_text("No model");
    pty.settle(Duration::from_secs(2));
    let process = pty.process_id().unwrap();
    let before = used(process);
    std::thread::sleep(Duration::from_secs(seconds));
    let after = used(process);
    println!("\nat rest for {seconds} s");
    println!(
        "  processor      {} ms ({:.3} %; aim 0.1 %)",
        (after.0 - before.0) * 10,
        (after.0 - before.0) as f64 / seconds as f64
    );
    // Threads that ended meanwhile were at rest before.
    let woken = after.1.iter().map(|(thread, count)| count - before.1.get(thread).copied().unwrap_or(0));
    println!("  woken          {} times", woken.sum::<u64>());
    println!("  resident       {} KB (aim 40,960)", after.2);
    let turns = 300;
    for turn in 0..turns {
        pty.enter("git log --stat");
        pty.wait_for(|screen| !screen.contains("working · Ctrl+C stops"), "rest");
        if turn % 50 == 0 {
            pty.settle(Duration::from_millis(100));
        }
    }
    pty.settle(Duration::from_secs(1));
    println!("  after {turns} requests {} KB (aim 122,880)", used(process).2);
}
