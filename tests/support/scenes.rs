//! The workbench without a terminal, played through a day: every place, dialog and theme as a picture.
//!
//! Owns what happens on that day. The application is the real one: events go to `update`, the view is drawn by `ui`,
//! verdicts are the gate's from the built-in skills. Nothing is read, run or timed, so the same pictures come every time.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use devops_agent::app::{Event, ShellNow, State, update};
use devops_agent::bus::{Event as Bus, OutputChunk, Presence};
use devops_agent::domain::{
    Action, Announcement, ApprovalRequest, At, CallId, CallReport, Decision, Exit, Recalled, SessionId, Stream,
    Surroundings, Tier, TurnId, Usage, Whence,
};
use devops_agent::gate::{RuleBook, judge};
use devops_agent::history::graph::{Drawing, Fold, Graph};
use devops_agent::history::session::{SessionSummary, Status};
use devops_agent::runtime::{Found, Past, Reading, Task, Wanted, read_skills};
use devops_agent::shell::{Moment, Pane, Snapshot, Standing, Wishes};
use devops_agent::terminal::Input;
use devops_agent::ui::theme::Theme;
use devops_agent::ui::{self, Cache};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

#[path = "incident.rs"]
mod incident;

/// A picture by its name.
pub struct Scene {
    pub name: String,
    pub picture: Buffer,
}

/// The themes there are, by name, as the program has them.
pub fn themes() -> BTreeMap<String, Theme> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/themes");
    let text = |name: &str| std::fs::read_to_string(format!("{directory}/{name}.yaml")).ok();
    let files = std::fs::read_dir(directory).expect("themes").map(|file| file.expect("a file").path());
    let names = files.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned());
    names.map(|name| (name.clone(), Theme::read(&text(&name).expect("a theme"), &text).expect(&name))).collect()
}

/// A workbench on a stage.
pub struct Stage {
    state: State,
    now: Duration,
    size: (u16, u16),
    book: Arc<RuleBook>,
    calls: u64,
    shell: Option<Snapshot>,
}

/// The rules of the built-in skills; read once, for that takes a moment.
fn book() -> Arc<RuleBook> {
    static BOOK: OnceLock<Arc<RuleBook>> = OnceLock::new();
    Arc::clone(BOOK.get_or_init(|| Arc::new(read_skills(&[]).1)))
}

fn session() -> SessionId {
    SessionId::new("session_004_2026-02-21_api-crashes")
}

pub fn at(clock: &str) -> At {
    At::parse(&format!("2026-02-21T{clock}:00+01:00")).expect("a time")
}

impl Stage {
    /// Before anything was asked.
    pub fn bare(columns: u16, rows: u16) -> Stage {
        let names = themes().into_keys().collect();
        Stage {
            state: State::new("devops-agent").with_themes(names, Some(0), 0),
            now: Duration::from_secs(60),
            size: (columns, rows),
            book: book(),
            calls: 0,
            shell: None,
        }
    }

    pub fn new(columns: u16, rows: u16) -> Stage {
        Stage::bare(columns, rows).in_a_session()
    }

    fn in_a_session(self) -> Stage {
        let mut stage = self;
        stage.bus(Bus::Session(session()));
        stage.bus(Bus::Surroundings(surroundings()));
        stage.bus(Bus::Presence(Presence::Model { name: "qwen3:8b".to_owned(), window: 32_768 }));
        stage.bus(Bus::Usage(Usage { prompt_tokens: Some(6_100), output_tokens: Some(400) }));
        stage
    }

    fn take(&mut self, event: Event) {
        // What was to be done is done by nobody here: what would come of it is played.
        let _effects = update(&mut self.state, event, self.now);
    }

    pub fn bus(&mut self, event: Bus) {
        self.take(Event::Bus(event));
    }

    pub fn read(&mut self, wanted: Wanted, found: Found) {
        self.take(Event::Read(Reading { wanted, found: Ok(found) }));
    }

    pub fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.take(Event::Input(Input::Key(KeyEvent::new(code, modifiers))));
    }

    pub fn key(&mut self, code: KeyCode) {
        self.press(code, KeyModifiers::NONE);
    }

    pub fn types(&mut self, text: &str) {
        text.chars().for_each(|letter| self.key(KeyCode::Char(letter)));
    }

    pub fn pass(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
        self.take(Event::Tick);
    }

    pub fn draw(&mut self, theme: &Theme) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).expect("memory");
        let mut cache = Cache::default();
        // Twice: what the first drawing finds out is in the second.
        for _ in 0..2 {
            let mut drawn = ui::Drawn::default();
            let mut view = self.state.view();
            view.shell.picture = self.shell.as_ref();
            terminal.draw(|frame| drawn = ui::draw(&view, &mut cache, theme, frame)).expect("drawn");
            self.take(Event::Drawn(drawn));
        }
        terminal.backend().buffer().clone()
    }

    /// The lower part of an ordinary screen: what was printed above the strip, and the strip.
    fn draw_inline(&mut self, theme: &Theme) -> Buffer {
        let size = Size::new(self.size.0, self.size.1);
        let mut cache = Cache::default();
        let prompt = Buffer::with_lines([format!(
            "{:<width$}",
            "ada@shop:~/shop$ devops-agent --inline",
            width = usize::from(size.width)
        )]);
        let mut rows = vec![prompt];
        // Twice: once to print, once for what is left.
        for last in [false, true] {
            let mut strip = ui::Strip::new(self.state.view(), &mut cache, theme, size);
            rows.append(&mut strip.above);
            let mut terminal = Terminal::new(TestBackend::new(size.width, strip.rows())).expect("memory");
            let mut drawn = ui::Drawn::default();
            terminal.draw(|frame| drawn = strip.draw(&mut cache, theme, frame)).expect("drawn");
            self.take(Event::Drawn(drawn));
            if last {
                let strip = terminal.backend().buffer();
                rows.extend(strip.content.chunks(size.width.into()).map(|cells| {
                    let mut row = Buffer::empty(Rect::new(0, 0, size.width, 1));
                    row.content.clone_from_slice(cells);
                    row
                }));
            }
        }
        let first = rows.len().saturating_sub(size.height.into());
        let mut screen = Buffer::empty(Rect::new(0, 0, size.width, size.height));
        for (row, cells) in rows.iter().skip(first).zip(screen.content.chunks_mut(size.width.into())) {
            // What is printed above leaves the last column empty.
            for (cell, drawn) in cells.iter_mut().zip(&row.content) {
                cell.clone_from(drawn);
            }
        }
        screen
    }

    /// What the gate says of a line.
    fn announcement(&self, command: &str, reason: &str) -> Announcement {
        let verdict = judge(&Action::Command { line: command.to_owned() }, &self.book).verdict;
        Announcement {
            call: CallId(self.calls),
            turn: TurnId(1),
            command: command.to_owned(),
            reason: reason.to_owned(),
            origin: Default::default(),
            permission: String::new(),
            granted: None,
            verdict,
        }
    }

    /// A request with a command that runs at once, and its answer.
    pub fn turn(&mut self, asked: &str, command: &str, printed: &str, answer: &str) {
        self.calls += 1;
        let (turn, call) = (TurnId(self.calls), CallId(self.calls));
        self.bus(Bus::TurnBegan { turn, text: asked.to_owned() });
        let announcement = self.announcement(command, "Shows how things stand.");
        let tier = announcement.verdict.tier;
        self.bus(Bus::Announced(announcement));
        self.bus(Bus::Started { call });
        self.take(Event::Output(OutputChunk { call, stream: Stream::Stdout, bytes: printed.as_bytes().to_vec() }));
        self.bus(Bus::Finished(report(call, command, tier, 212)));
        self.bus(Bus::Answer { turn, text: answer.to_owned() });
        self.bus(Bus::TurnEnded { turn, failure: None });
        self.bus(Bus::Idle);
    }

    /// A dialog that stands on the screen and takes keys.
    pub fn asks(&mut self, asked: &str, command: &str, reason: &str) {
        self.calls += 1;
        self.bus(Bus::TurnBegan { turn: TurnId(self.calls), text: asked.to_owned() });
        let announcement = self.announcement(command, reason);
        self.bus(Bus::Announced(announcement.clone()));
        let request = ApprovalRequest {
            announcement,
            digest: "digest".to_owned(),
            place: surroundings(),
            offers: Vec::new(),
            asked: None,
        };
        self.bus(Bus::ApprovalRequested(request));
        self.pass(1_000);
    }

    pub fn with_graph(&mut self) {
        let wanted = Wanted::Past(Past::Graph { session: Some(session()), fold: Fold::Nothing });
        let page = Drawing::new(&Graph::from_logs(&incident::logs(session())), Fold::Nothing).whole();
        self.read(wanted, Found::Graph(Arc::new(page)));
    }

    pub fn with_shell(&mut self, rows: u16, columns: u16) {
        let now = || Moment { steady: Instant::now(), wall: SystemTime::UNIX_EPOCH };
        let mut pane = Pane::new(rows, columns, "word".to_owned(), Box::new(()), now());
        pane.feed(SHELL.as_bytes(), now());
        let mut picture = Snapshot::default();
        pane.draw(&mut picture, Instant::now() + Duration::from_secs(1));
        self.shell = Some(picture);
        self.take(Event::ShellStarted);
        let now = ShellNow { standing: Standing::Prompt, wishes: Wishes::default(), scrolled: 0 };
        self.take(Event::ShellNow(now));
    }
}

const SHELL: &str = "\x1b[32mada@shop\x1b[0m:\x1b[34m~/shop\x1b[0m$ kubectl top pods\r\nNAME          CPU(cores)   MEMORY(bytes)\r\n\
                     api-7d4f9     12m          508Mi\r\nweb-1         4m           61Mi\r\n\x1b[32mada@shop\x1b[0m:\x1b[34m~/shop\x1b[0m$ ";

fn surroundings() -> Surroundings {
    Surroundings {
        cwd: "/home/ada/shop".to_owned(),
        kube_context: Some("prod-eu".to_owned()),
        namespace: Some("shop".to_owned()),
        git_branch: Some("main".to_owned()),
        docker_context: Some("default".to_owned()),
        ..Surroundings::default()
    }
}

fn report(call: CallId, command: &str, tier: Tier, milliseconds: u64) -> CallReport {
    CallReport {
        exit: Some(Exit::Code(0)),
        duration: Duration::from_millis(milliseconds),
        ..CallReport::not_run(call, TurnId(1), command.to_owned(), tier, Decision::Auto)
    }
}

pub fn sessions() -> Vec<SessionSummary> {
    let one = |id: &str, goal: &str, status: Status, day: &str, commits: u32, finding: &str| SessionSummary {
        id: SessionId::new(id),
        name: SessionId::new(id).slug().to_owned(),
        goal: goal.to_owned(),
        status,
        started: At::parse(&format!("2026-02-{day}T09:00:00+01:00")).expect("a time"),
        last_activity: At::parse(&format!("2026-02-{day}T14:40:00+01:00")).expect("a time"),
        commits,
        last_commit: None,
        finding: (!finding.is_empty()).then(|| finding.to_owned()),
    };
    vec![
        one("session_004_2026-02-21_api-crashes", "why does the api crash?", Status::Active, "21", 2, "OOM at 512Mi"),
        one(
            "session_003_2026-02-20_db-timeouts",
            "investigate db timeouts",
            Status::Active,
            "20",
            1,
            "the pool is too small",
        ),
        one(
            "session_001_2026-02-09_certificates",
            "renew the certificates",
            Status::Closed,
            "09",
            1,
            "the issuer was gone",
        ),
    ]
}

const PODS: &str = "NAME        READY   STATUS             RESTARTS   AGE\n\
                    api-7d4f9   0/1     CrashLoopBackOff   12         3h\n\
                    web-1       1/1     Running            0          9d\n";

const ANSWER: &str = "**api-7d4f9** crashes again and again: it was restarted 12 times in 3 hours.\n\n\
                      - its last end was *OOMKilled* at `512Mi`\n- `web-1` is well\n\n\
                      ```yaml\nresources:\n  limits:\n    memory: 512Mi  # too little\n```\n\n\
                      See https://kubernetes.io/docs/tasks/debug/ for more.";

const INLINE_ANSWER: &str = "**api-7d4f9** crashes again and again: it was restarted 12 times in 3 hours.";

const ADVICE: &str = "No model: ollama at http://localhost:11434 does not answer: connection refused. The built-in planner \
                      answers everyday requests without one. Ollama (https://ollama.com) and `ollama pull devstral:24b` \
                      bring one; it is used as soon as it answers.";

/// A chat with a turn in it.
pub fn chat(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(columns, rows);
    stage.turn("show me the unhealthy pods", "kubectl get pods -n shop", PODS, ANSWER);
    stage
}

/// Every picture of a day, drawn with one theme.
pub fn scenes(theme: &Theme) -> Vec<Scene> {
    let mut scenes = Vec::new();
    let mut show = |name: &str, mut stage: Stage| {
        scenes.push(Scene { name: name.to_owned(), picture: stage.draw(theme) });
    };
    let mut welcome = Stage::bare(90, 26);
    welcome.bus(Bus::Surroundings(surroundings()));
    welcome.take(Event::FirstRun);
    let task = Task { request: "show the pods".to_owned(), command: "kubectl get pods -n shop".to_owned() };
    welcome.read(Wanted::FirstTask, Found::Task(task));
    welcome.read(Wanted::ModelAdvice, Found::Text(Arc::from([ADVICE.to_owned()])));
    show("welcome", welcome);
    let mut wide = chat(120, 36);
    wide.draw(theme);
    wide.with_graph();
    wide.key(KeyCode::F(2));
    wide.with_shell(18, 58);
    wide.press(KeyCode::Char('s'), KeyModifiers::CONTROL);
    show("workbench", wide);
    show("chat", chat(80, 30));
    show("narrow", chat(40, 24));

    let mut asked = chat(90, 30);
    asked.asks("restart the api", "kubectl rollout restart deployment/api -n shop", "You asked for it.");
    show("approval", asked);
    let mut destroys = chat(90, 30);
    destroys.asks("throw away my changes", "git reset --hard origin/main", "You asked for it.");
    destroys.draw(theme);
    destroys.pass(1_000);
    destroys.types("ye");
    show("destructive", destroys);
    let mut looks = chat(90, 34);
    looks.asks("apply the new limits", "kubectl apply -f api.yaml", "The limit is too low.");
    looks.draw(theme);
    looks.pass(1_000);
    looks.key(KeyCode::Tab);
    let diff = "**What it would change**, as `kubectl diff -f api.yaml` tells:\n\n    -    memory: 512Mi\n    +    memory: 1Gi\n";
    looks.bus(Bus::Explained { call: CallId(2), text: diff.to_owned() });
    show("look-first", looks);

    let mut shell = chat(80, 30);
    shell.key(KeyCode::F(2));
    shell.with_shell(10, 78);
    show("shell", shell);
    let mut summoned = chat(80, 30);
    summoned.key(KeyCode::F(2));
    summoned.with_shell(10, 78);
    summoned.press(KeyCode::Char('r'), KeyModifiers::CONTROL);
    let recalled = |command: &str, whence| Recalled { command: command.to_owned(), whence };
    summoned.bus(Bus::Recalled(vec![
        recalled("kubectl top pods", Whence::Session),
        recalled("kubectl logs api-7d4f9 --previous", Whence::Earlier),
        recalled("docker ps", Whence::Shell),
    ]));
    show("commands-of-before", summoned);
    let mut graph = chat(80, 30);
    graph.key(KeyCode::F(7));
    graph.with_graph();
    show("graph", graph);
    let mut list = chat(100, 24);
    list.key(KeyCode::F(5));
    let found = Found::Sessions { list: sessions().into(), at: at("15:00") };
    list.read(Wanted::Past(Past::Sessions { archived: false }), found);
    show("sessions", list);

    let mut palette = chat(80, 24);
    palette.press(KeyCode::Char('p'), KeyModifiers::CONTROL);
    palette.types("session");
    show("palette", palette);
    let mut begun = chat(80, 24);
    begun.key(KeyCode::F(8));
    show("keys-in-a-row", begun);
    let mut completes = chat(80, 24);
    completes.types("/co");
    show("completion", completes);
    let mut names = chat(80, 24);
    names.types("describe @");
    show("mention", names);
    let mut help = chat(80, 30);
    help.key(KeyCode::F(1));
    show("help", help);
    let mut found = chat(80, 30);
    found.press(KeyCode::Char('s'), KeyModifiers::ALT);
    found.types("api");
    show("find", found);
    let mut chosen = chat(80, 30);
    chosen.press(KeyCode::Up, KeyModifiers::ALT);
    chosen.press(KeyCode::Up, KeyModifiers::ALT);
    show("chosen", chosen);
    let mut question = chat(80, 24);
    question.key(KeyCode::F(7));
    question.with_graph();
    question.types("b");
    question.types("limits is it the limit?");
    show("question", question);
    let mut offer = Stage::new(80, 24);
    offer.bus(Bus::Resumable { session: session(), goal: "why does the api crash?".to_owned() });
    show("resume", offer);
    let mut rules = chat(80, 24);
    let loosens = vec!["`kubectl scale *` would run by itself (kubectl/SKILL.md, line 31)".to_owned()];
    rules.bus(Bus::RulesOffered { digest: "digest".to_owned(), loosens });
    show("rules", rules);
    let mut closing = chat(80, 24);
    closing.press(KeyCode::Char('x'), KeyModifiers::CONTROL);
    let summary = "session_004: 1 request, 1 command, 2 commits.\nLast finding: OOM at 512Mi.".to_owned();
    closing.bus(Bus::Closing { session: session(), summary });
    show("closing", closing);
    let mut list = chat(80, 24);
    list.types("/theme ");
    list.key(KeyCode::Enter);
    show("themes", list);
    let mut inline = Stage::bare(80, 30);
    inline.state = inline.state.with_strip();
    let mut inline = inline.in_a_session();
    inline.turn("show me the unhealthy pods", "kubectl get pods -n shop", PODS, INLINE_ANSWER);
    inline.types("restart the api");
    scenes.push(Scene { name: "inline".to_owned(), picture: inline.draw_inline(theme) });
    scenes
}

/// One screen in every theme.
pub fn in_every_theme() -> Vec<Scene> {
    let every = themes().into_iter().map(|(name, theme)| {
        let mut stage = chat(64, 22);
        Scene { name: format!("theme-{name}"), picture: stage.draw(&theme) }
    });
    every.collect()
}
