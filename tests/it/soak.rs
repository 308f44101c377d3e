//! A long day, made short: turns, floods, refusals, resizes and kills, one after the other, from a seed, with a workbench
//! that shows it all and is drawn in another size after every turn.
//!
//! `SOAK_TURNS=10000 cargo test --test it soak:: -- --nocapture` is the whole of it; left out, it ends after a minute.
//! `SOAK_SEED` chooses another day. At the end nothing may be lost, nothing may run on, and memory may not have grown.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use devops_agent::app::{Event as Shown, State, update};
use devops_agent::bus::{Event, OutputChunk};
use devops_agent::domain::Stream;
use devops_agent::runtime::Input;
use devops_agent::terminal::Input as Typed;
use devops_agent::ui::theme::Theme;
use devops_agent::ui::{self, Cache};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::shell_pane::driver::Driver;
use super::support::front::Front;
use super::support::home::{Home, finish, processes_with};
use super::support::real;

/// How long it takes when no number of turns is asked for.
const SLICE: Duration = Duration::from_secs(60);
/// Turns after which growth counts: a few in the minute, a tenth of a long day.
const WARM: u64 = 20;
const WARM_AT_MOST: u64 = 300;
/// Turns after which it is told how it stands.
const TOLD: u64 = 500;
/// Sizes of the terminal: too small for anything, and as wide as a wall.
const COLUMNS: (u64, u64) = (20, 200);
const ROWS: (u64, u64) = (5, 60);
/// What the process may grow after that, however long it runs: the outputs and the measured rows that a workbench keeps
/// (16 MB and 20,000 rows), and what the allocator was given and does not return.
const SLACK_KIB: usize = 48 * 1024;
/// And a turn, on average: the list of what was done in a session.
const A_TURN_KIB: usize = 4;

/// Set for the process that holds nothing but this day.
const ALONE: &str = "SOAK_ALONE";

/// Xorshift: the same seed is the same day on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Kibibytes of memory this process holds.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The workbench without a terminal, told what the front heard.
struct Bench {
    state: State,
    cache: Cache,
    theme: Theme,
    began: Instant,
}

impl Bench {
    fn new() -> Bench {
        let theme = Theme::parse(include_str!("../../themes/mono.yaml")).unwrap();
        Bench { state: State::new("devops-agent"), cache: Cache::default(), theme, began: Instant::now() }
    }

    fn takes(&mut self, event: Shown) {
        update(&mut self.state, event, self.began.elapsed());
    }

    /// A turn, and what its command printed.
    fn hears(&mut self, heard: &[Event], printed: &str) {
        for event in heard {
            self.takes(Shown::Bus(event.clone()));
            if let Event::Started { call } = event {
                let bytes = printed.as_bytes().to_vec();
                self.takes(Shown::Output(OutputChunk { call: *call, stream: Stream::Stdout, bytes }));
            }
        }
    }

    fn resized(&mut self, dice: &mut Dice) {
        let mut size = |(least, more): (u64, u64)| u16::try_from(least + dice.roll(more)).unwrap();
        let (columns, rows) = (size(COLUMNS), size(ROWS));
        self.takes(Shown::Input(Typed::Resize(columns, rows)));
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let mut drawn = ui::Drawn::default();
        terminal.draw(|frame| drawn = ui::draw(&self.state.view(), &mut self.cache, &self.theme, frame)).unwrap();
        self.takes(Shown::Drawn(drawn));
    }
}

struct Day {
    place: Home,
    front: Front,
    bench: Bench,
    shell: Driver,
    /// What was asked, in order.
    asked: Vec<String>,
    branches: Vec<String>,
    killed: usize,
}

impl Day {
    /// A big file that only this test knows, so that whatever reads it can be told from others.
    fn flood(&self) -> String {
        format!("flood-{}.txt", self.place.project.parent().unwrap().file_name().unwrap().to_str().unwrap())
    }

    async fn say(&mut self, line: String) {
        self.front.say(&line).await;
        self.asked.push(line);
    }

    async fn turn(&mut self, dice: &mut Dice) {
        match dice.roll(5) {
            0 => {
                self.say(format!("git log --oneline -{}", 1 + dice.roll(3))).await;
            }
            1 => self.say(format!("cat {}", self.flood())).await,
            2 => {
                self.say("git branch topic-0".to_owned()).await;
                let request = self.front.approval().await;
                self.front.reply(&request, "no").await;
            }
            3 => {
                let name = format!("branch-{}", self.branches.len());
                self.say(format!("git branch {name}")).await;
                let request = self.front.approval().await;
                self.front.reply(&request, "yes").await;
                self.branches.push(name);
            }
            _ => {
                self.say(format!("tail -f {}", self.flood())).await;
                self.front.until_printed("the last line").await;
                self.front.tell(Input::Interrupt).await;
            }
        }
        self.front.idle().await;
        let (heard, printed) = (std::mem::take(&mut self.front.heard), std::mem::take(&mut self.front.printed));
        self.bench.hears(&heard, &printed);
        self.bench.resized(dice);
    }

    /// A second program in the same directory, ended without warning while its command prints.
    fn kill_another(&mut self) {
        let mut other = self.place.start(&["ask", "--new", &format!("tail -f {}", self.flood())]);
        let until = Instant::now() + Duration::from_secs(20);
        let follows = format!("tail -f {}", self.flood());
        // Itself, its supervisor, and the command.
        while processes_with(&follows).len() < 2 {
            assert!(Instant::now() < until, "the other program runs nothing");
            std::thread::sleep(Duration::from_millis(20));
        }
        other.kill().unwrap();
        finish(other, "the killed program");
        self.killed += 1;
    }

    /// The person's shell: a flood while the window changes.
    fn flood_the_shell(&mut self, dice: &mut Dice) {
        let prompts = self.shell.prompts;
        self.shell.send("seq 1 20000\r");
        for _ in 0..4 {
            let (rows, columns) = (5 + dice.roll(60), 10 + dice.roll(200));
            self.shell.shell.resize(u16::try_from(rows).unwrap(), u16::try_from(columns).unwrap());
        }
        self.shell.wait("the prompt behind the flood", |driver| driver.prompts > prompts);
        assert!(
            self.shell.written.0.lock().unwrap().windows(5).any(|bytes| bytes == b"20000"),
            "the flood's end is lost"
        );
        self.shell.written.0.lock().unwrap().clear();
        self.shell.records.clear();
        self.shell.events.clear();
    }
}

/// What the tests beside it hold would be measured too.
fn in_a_process_of_its_own() {
    let own = "soak::a_long_day_loses_nothing_leaves_nothing_running_and_holds_no_more_memory";
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", own, "--nocapture"]).env(ALONE, "1").stdout(Stdio::piped());
    let mut day = command.spawn().unwrap();
    let mut ran = false;
    for line in BufReader::new(day.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        println!("{line}");
        ran |= line.contains("1 passed");
    }
    assert!(day.wait().unwrap().success() && ran, "the day did not end well; what it said stands above");
}

#[test]
fn a_long_day_loses_nothing_leaves_nothing_running_and_holds_no_more_memory() {
    let Some(bash) = real::program("bash") else { return };
    if env::var_os(ALONE).is_none() {
        return in_a_process_of_its_own();
    }
    let (turns, seed) = (number("SOAK_TURNS"), number("SOAK_SEED").unwrap_or(20_261_121));
    println!("seed {seed}");
    let mut dice = Dice(seed.max(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();

    let place = Home::with_commits(5);
    let front = runtime.block_on(Front::start(&place));
    let shell = Driver::start(&bash, &[]);
    let bench = Bench::new();
    let mut day = Day { place, front, bench, shell, asked: Vec::new(), branches: Vec::new(), killed: 0 };
    let lines: String = (0..20_000).map(|line| format!("line {line} of a file that is read whole\n")).collect();
    day.place.file(&day.flood(), format!("{lines}the last line\n"));
    day.shell.wait_prompts(1);

    let warm_at = turns.map_or(WARM, |turns| (turns / 10).clamp(WARM, WARM_AT_MOST));
    let (began, mut warm) = (Instant::now(), None);
    for turn in 0_u64.. {
        let enough = turns.map_or(began.elapsed() > SLICE && turn > warm_at, |turns| turn >= turns);
        if enough {
            break;
        }
        runtime.block_on(day.turn(&mut dice));
        if turn % 5 == 4 {
            day.flood_the_shell(&mut dice);
        }
        if turn % 10 == 9 {
            day.kill_another();
        }
        if turn == warm_at {
            warm = Some(resident());
        }
        if turn % TOLD == TOLD - 1 {
            println!("{} turns: {:?}, {} KiB", turn + 1, began.elapsed(), resident());
        }
    }
    let (done, held) = (day.asked.len(), resident());
    println!(
        "{done} turns, {} kills in {:?}; {warm:?} KiB held after the first {warm_at}, {held} at the end",
        day.killed,
        began.elapsed()
    );

    let Day { place, front, bench: _, shell, asked, branches, killed } = day;
    runtime.block_on(front.close());
    runtime.block_on(shell.shell.close());

    // Nothing runs on.
    let mark = format!("flood-{}", place.project.parent().unwrap().file_name().unwrap().to_str().unwrap());
    let until = Instant::now() + Duration::from_secs(10);
    while !processes_with(&mark).is_empty() {
        assert!(Instant::now() < until, "left running: {:?}", processes_with(&mark));
        std::thread::sleep(Duration::from_millis(50));
    }

    // Nothing is lost: every request in its order, every approved branch, and logs as they were written.
    let verified = place.run(&["verify", "--json"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert_eq!(verified.json()["sessions"].as_array().unwrap().len(), 1 + killed);
    let log = place.run(&["log", "1", "--last", "1000000", "--json"]).json();
    let entries = log["entries"].as_array().unwrap();
    let texts = entries.iter().filter(|entry| entry["kind"] == "request").map(|entry| entry["text"].as_str().unwrap());
    let logged: Vec<&str> = texts.map(|text| text.lines().nth(1).unwrap_or_default()).collect();
    assert_eq!(logged, asked);
    assert!(entries.iter().all(|entry| entry["sound"] == true));
    let mut there = place.branches();
    there.retain(|name| name != "main");
    there.sort();
    let mut approved = branches;
    approved.sort();
    assert_eq!(there, approved);

    // Memory is what it was.
    if let Some(warm) = warm {
        let grown = held.saturating_sub(warm);
        assert!(grown < SLACK_KIB + A_TURN_KIB * done, "{grown} KiB more after {done} turns");
    }
}
