//! Pictures with their tones: what stands on the screen, and what each part of
//! it is meant to be. The snapshots lie in `snapshots/`; a changed picture is
//! accepted with `INSTA_UPDATE=always cargo test --lib ui::`.

use std::fmt::Write;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use tui_textarea::TextArea;

use super::theme::{Theme, Tone};
use super::{
    Block, BlockKind, Cache, Card, CardState, Dialog, Drawn, Face, GraphView, HelpRow, Keys, Offer, PagerView,
    PendingView, PickRow, PickView, Place, QuestionView, RulesOffer, SessionRow, SessionsView, ShellPane, Sight, Split,
    StatusPart, SummonerView, View, WelcomeView, draw,
};
use crate::domain::pane::Snapshot;
use crate::domain::{
    Announcement, ApprovalRequest, CallId, CheckStep, Checklist, Consent, Effect, Exit, GrantKind, GrantOffer, Lane,
    Part, Reason, Recalled, Reversible, SessionId, Source, StepState, Stream, Surroundings, Tier, TurnId, Verdict,
};
use crate::history::graph::{Drawing, Fold, Graph, Row};

mod contrast;
#[path = "../../tests/support/incident.rs"]
mod incident;
mod signs;

const MONO: &str = include_str!("../../themes/mono.yaml");
const SHIPPED: [&str; 4] = [
    include_str!("../../themes/dark.yaml"),
    include_str!("../../themes/light.yaml"),
    include_str!("../../themes/ansi.yaml"),
    MONO,
];

/// All that a view is made of, owned.
#[derive(Clone)]
struct Scene {
    place: Place,
    beside: Option<Place>,
    blocks: Vec<Block>,
    sight: Sight<'static>,
    composer: TextArea<'static>,
    request: Option<ApprovalRequest>,
    banner: bool,
    reply: String,
    explained: Vec<String>,
    dialog_scroll: u16,
    note: String,
    answered: bool,
    offer: bool,
    rules: Option<Vec<String>>,
    welcome: Option<(&'static str, &'static str)>,
    closing: Option<String>,
    palette: bool,
    completion: bool,
    activity: String,
    shell: Option<Snapshot>,
    summoner: Option<Vec<Recalled>>,
    graph: Vec<Row>,
    chosen: usize,
    pager: Option<Vec<String>>,
    question: Option<String>,
    begun: bool,
}

impl Scene {
    fn empty() -> Scene {
        let mut composer = TextArea::default();
        composer.set_placeholder_text("Say what you want");
        composer.set_cursor_line_style(ratatui::style::Style::default());
        Scene {
            place: Place::Chat,
            beside: None,
            blocks: Vec::new(),
            sight: Sight::default(),
            composer,
            request: None,
            banner: false,
            reply: String::new(),
            explained: Vec::new(),
            dialog_scroll: 0,
            note: String::new(),
            answered: false,
            offer: false,
            rules: None,
            welcome: None,
            closing: None,
            palette: false,
            completion: false,
            activity: String::new(),
            shell: None,
            summoner: None,
            graph: Vec::new(),
            chosen: 0,
            pager: None,
            question: None,
            begun: false,
        }
    }

    fn block(mut self, kind: BlockKind) -> Scene {
        let id = self.blocks.len() as u64 + 1;
        self.blocks.push(Block { id, version: 0, unfolded: false, kind });
        self
    }

    fn words(self, face: Face, text: &str) -> Scene {
        self.block(BlockKind::Words { face, text: text.to_owned() })
    }

    fn card(self, card: Card) -> Scene {
        self.block(BlockKind::Card(Box::new(card)))
    }

    fn asking(mut self, request: ApprovalRequest) -> Scene {
        self.request = Some(request);
        self
    }

    fn view(&self) -> View<'_> {
        let part = |text: &str, tone: Tone| StatusPart { text: text.to_owned(), tone, vital: text.starts_with("kube") };
        let row = |keys: &str, text: &str| HelpRow { keys: keys.to_owned(), text: text.to_owned() };
        View {
            place: self.place,
            split: Split::default(),
            beside: self.beside,
            agent: "DevOps-Agent",
            blocks: &self.blocks,
            printed: None,
            sight: self.sight.clone(),
            composer: &self.composer,
            prompt: "[session_004 · shop · main]".to_owned(),
            status: vec![
                part("session_004", Tone::StatusLine),
                part("kube prod-eu/shop", Tone::StatusLine),
                part("git main", Tone::StatusLine),
                part("docker default", Tone::StatusLine),
                part("planner", Tone::StatusLine),
                part("CHAT", Tone::Accent),
            ],
            pending: self.begun.then(|| PendingView {
                keys: "F8".to_owned(),
                rows: BEHIND.iter().map(|(keys, text)| row(keys, text)).collect(),
            }),
            hints: vec![row("Enter", "send the request"), row("Ctrl+C", "cancel"), row("F1", "keys")],
            dialog: self.request.as_ref().map(|request| Dialog {
                request,
                banner: self.banner,
                reply: &self.reply,
                reply_at: self.reply.len(),
                explained: &self.explained,
                scroll: self.dialog_scroll,
                note: &self.note,
                answered: self.answered,
            }),
            keys: keys(),
            rules: self.rules.as_ref().map(|loosens| RulesOffer { loosens, accept: false, scroll: 0 }),
            welcome: self.welcome.map(|task| WelcomeView {
                model: Some("No model: ollama at http://localhost:11434 does not answer: connection refused. The built-in \
                             planner answers everyday requests without one. Ollama (https://ollama.com) and `ollama pull \
                             devstral:24b` bring one; it is used as soon as it answers."),
                task: Some(task),
                scroll: 0,
            }),
            offer: self.offer.then_some(Offer { session: "session_003", goal: "look at db", resume: true }),
            closing: self.closing.as_deref(),
            activity: self.activity.clone(),
            shell: ShellPane {
                picture: self.shell.as_ref(),
                title: "MANUAL MODE · session_004 · commands are logged".to_owned(),
                banner: "Press Ctrl+S to return to agent".to_owned(),
                chosen: Vec::new(),
                zoomed: false,
                full: false,
                running: self.shell.is_some(),
            },
            summoner: self.summoner.as_ref().map(|commands| SummonerView {
                text: "del",
                commands: Some(commands.iter().collect()),
                chosen: 1,
                answer: None,
            }),
            graph: GraphView {
                rows: &self.graph,
                lanes: self.graph.iter().map(|row| row.cells.len()).max().unwrap_or(0),
                days: false,
                chosen: self.chosen,
                marked: (self.graph.len() > 3).then_some(3),
                top: 0,
                title: "session_004".to_owned(),
                banner: "Esc to the chat".to_owned(),
                zoomed: false,
                reading: false,
            },
            pager: self.pager.as_ref().map(|lines| PagerView { title: "step 7fgh 14:35", lines: Some(lines), top: 1, hang: 0, printed: None, find: "", banner: String::new() }),
            sessions: (self.place == Place::Sessions).then(sessions),
            palette: self.palette.then(|| PickView { text: Some("br"), ..picks() }),
            completion: self.completion.then(picks),
            question: self.question.as_ref().map(|text| QuestionView {
                title: "Merge which branch?".to_owned(),
                text,
                details: &[],
            }),
        }
    }

    fn drawn(&self, columns: u16, rows: u16, theme: &Theme) -> (Buffer, Drawn) {
        self.drawn_with(&mut Cache::default(), columns, rows, theme)
    }

    fn drawn_with(&self, cache: &mut Cache, columns: u16, rows: u16, theme: &Theme) -> (Buffer, Drawn) {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let mut drawn = Drawn::default();
        terminal.draw(|frame| drawn = draw(&self.view(), cache, theme, frame)).unwrap();
        (terminal.backend().buffer().clone(), drawn)
    }

    /// What is read at this size, row by row.
    fn text(&self, columns: u16, rows: u16) -> String {
        let (buffer, _) = self.drawn(columns, rows, &marked());
        rows_of(&buffer).into_iter().map(|row| text_of(&row)).collect::<Vec<_>>().join("\n")
    }

    /// The picture and the tones of its parts.
    fn picture(&self, columns: u16, rows: u16) -> String {
        picture(&self.drawn(columns, rows, &marked()).0)
    }
}

/// As the table has them.
fn keys() -> Keys {
    let key = |name: &str| Some(name.to_owned());
    Keys {
        send: "Enter".to_owned(),
        cancel: "Ctrl+C".to_owned(),
        close: "Ctrl+X".to_owned(),
        unfold: key("Ctrl+O"),
        page_down: key("PgDn"),
        to_end: key("Ctrl+End"),
        shell: key("Ctrl+D"),
        other_place: key("F2"),
        carry: key("F3"),
        all_sessions: key("a"),
        new_session: key("n"),
        out_of_sessions: "Esc".to_owned(),
        answer: "Enter".to_owned(),
        see_more: "PgDn".to_owned(),
        look_first: key("Tab"),
    }
}

fn picks<'a>() -> PickView<'a> {
    let row = |name, arguments, help| PickRow { name, arguments, help, keys: String::new() };
    let rows = vec![
        row("branch", "<name> [what it is for]", "try another way from here on"),
        row("merge", "<branch>", "tell what a branch came to, where it began"),
    ];
    PickView { title: " Commands ", text: None, lead: "/", rows, chosen: 0, empty: "Nothing fits." }
}

fn sessions<'a>() -> SessionsView<'a> {
    let row = |number, status, age: &str, commits, goal: &str, finding: &str| SessionRow {
        number,
        status,
        active: status != "closed",
        age: age.to_owned(),
        commits,
        goal: goal.to_owned(),
        finding: finding.to_owned(),
    };
    SessionsView {
        rows: vec![
            row("004", "here", "now", 0, "why does the api crash", ""),
            row("003", "active", "3h", 2, "investigate db timeouts", "the pool is exhausted every thirty seconds"),
            row("001", "closed", "12d", 1, "renew the certificates", "cert-manager had lost its issuer"),
        ],
        chosen: 1,
        top: 0,
        reading: false,
        archived: false,
        filter: "",
        typing: false,
        preview: None,
        banner: "Esc to the chat".to_owned(),
    }
}

/// A theme in which each tone has a colour that nothing else has, so that a picture tells them apart.
fn marked() -> Theme {
    let looks = Tone::ALL.iter().enumerate().map(|(index, tone)| format!("{}: \"#0000{index:02x}\"\n", tone.name()));
    Theme::parse(&looks.collect::<String>()).unwrap()
}

/// Which tone a cell of the marked theme has.
fn tone(cell: &Cell) -> String {
    let name = match cell.fg {
        Color::Rgb(0, 0, index) => Tone::ALL.get(usize::from(index)).map_or("?", |tone| tone.name()).to_owned(),
        Color::Reset => "text".to_owned(),
        other => other.to_string(),
    };
    if cell.modifier.contains(Modifier::REVERSED) { format!("{name} reversed") } else { name }
}

fn rows_of(buffer: &Buffer) -> Vec<Vec<Cell>> {
    buffer.content().chunks(usize::from(buffer.area.width).max(1)).map(<[Cell]>::to_vec).collect()
}

fn text_of(row: &[Cell]) -> String {
    row.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned()
}

/// Each row, and under it the tones of what stands in it, where they are not those of plain text and frames.
fn picture(buffer: &Buffer) -> String {
    let mut picture = String::new();
    for row in rows_of(buffer) {
        let _ = writeln!(picture, "|{}", text_of(&row));
        let mut runs: Vec<(String, String)> = Vec::new();
        for cell in &row {
            let tone = tone(cell);
            match runs.last_mut().filter(|(last, _)| *last == tone) {
                Some((_, text)) => text.push_str(cell.symbol()),
                None => runs.push((tone, cell.symbol().to_owned())),
            }
        }
        let told = runs.into_iter().filter_map(|(tone, text)| {
            let text = text.trim().trim_matches(|c| "─│╭╮╰╯═║╔╗╚╝ ".contains(c)).to_owned();
            let shown = !text.is_empty() && tone != "text" || tone.ends_with("reversed");
            shown.then(|| format!("{tone} «{text}»"))
        });
        let told: Vec<String> = told.collect();
        if !told.is_empty() {
            let _ = writeln!(picture, "        {}", told.join(" "));
        }
    }
    picture
}

fn verdict(tier: Tier, consent: Consent) -> Verdict {
    let (rule, text) = match tier {
        Tier::Auto => ("docker ps *", "read-only"),
        Tier::Approval => ("docker stop *", "changes something, so it asks"),
        Tier::Destructive => ("docker rm *", "cannot be taken back, so it asks for an explicit yes"),
    };
    let reason = Reason {
        tier,
        rule: rule.to_owned(),
        source: Source::Skill { skill: "docker".to_owned(), file: "docker/SKILL.md".to_owned(), line: 102 },
        text: text.to_owned(),
    };
    let effect = (tier != Tier::Auto).then(|| Effect {
        text: "Stops the named containers.".to_owned(),
        reversible: if tier == Tier::Destructive { Reversible::No } else { Reversible::Yes },
        detail: if tier == Tier::Destructive { String::new() } else { "start them again".to_owned() },
        safer: None,
        limits: None,
        undo: None,
        instead: Vec::new(),
    });
    let part = Part {
        canonical: vec!["docker".to_owned()],
        tier,
        reasons: vec![reason],
        effect,
        proof: None,
        objects: Vec::new(),
    };
    Verdict { tier, lane: Lane::Simple, parts: vec![part], reasons: Vec::new(), consent }
}

fn request(command: &str, tier: Tier, consent: Consent) -> ApprovalRequest {
    ApprovalRequest {
        announcement: Announcement {
            call: CallId(1),
            turn: TurnId(1),
            command: command.to_owned(),
            reason: "It was asked for.".to_owned(),
            origin: Default::default(),
            verdict: verdict(tier, consent),
            permission: String::new(),
            granted: None,
        },
        offers: Vec::new(),
        digest: "0123".to_owned(),
        place: Surroundings {
            cwd: "/work/shop".to_owned(),
            docker_context: Some("default".to_owned()),
            ..Surroundings::default()
        },
        asked: None,
    }
}

fn stopping() -> ApprovalRequest {
    request("docker stop web1", Tier::Approval, Consent::Words)
}

fn removing() -> ApprovalRequest {
    request("docker rm -f web1", Tier::Destructive, Consent::TypedWord)
}

fn card(command: &str, tier: Tier, state: CardState) -> Card {
    let announcement = request(command, tier, Consent::Words).announcement;
    Card {
        call: CallId(1),
        command: command.to_owned(),
        reason: announcement.reason.clone(),
        tier,
        closing: announcement.closing(),
        closing_once_it_runs: announcement.closing_once_it_runs(),
        state,
        output: Vec::new(),
        kept: 0,
        dropped: 0,
    }
}

fn ended(exit: Exit) -> CardState {
    CardState::Ended { exit, milliseconds: 42 }
}

fn a_turn() -> Scene {
    let mut listing = card("docker ps", Tier::Auto, ended(Exit::Code(0)));
    listing.output = vec![(Stream::Stdout, b"NAMES\tIMAGE\nweb1\tbusybox\n".to_vec())];
    Scene::empty()
        .words(Face::Human, "which containers are running?")
        .card(listing)
        .words(Face::Agent, "**1** container runs: `web1`.\n\n- made from *busybox*")
}

fn hostile() -> String {
    format!("echo \x1b[2J\u{202e}gnp.exe{} \u{200b}; rm -rf /", " ".repeat(300))
}

fn long_command() -> String {
    let names: Vec<String> = (0..120).map(|number| format!("container-{number:03}")).collect();
    format!("docker stop {}", names.join(" "))
}

/// Every scene there is a picture of, for what holds for all of them.
/// What may follow a key.
const BEHIND: &[(&str, &str)] = &[
    ("c", "chat"),
    ("g", "graph"),
    ("l", "list of sessions"),
    ("s", "your shell"),
    ("z", "whole screen"),
    ("f", "find in this chat"),
    ("o", "outline of the turns"),
    ("n", "new session"),
    ("p", "commands"),
    ("t", "themes"),
    ("k", "keys"),
    ("h", "help"),
];

fn every_scene() -> Vec<(&'static str, Scene)> {
    let mut banner = a_turn().asking(stopping());
    banner.banner = true;
    let mut answering = a_turn().asking(removing());
    answering.reply = "ye".to_owned();
    answering.note = "A paste never answers; type it.".to_owned();
    let mut offer = Scene::empty();
    offer.offer = true;
    let mut palette = a_turn();
    palette.palette = true;
    let mut completion = a_turn();
    completion.completion = true;
    let mut shell = a_turn();
    shell.place = Place::Shell;
    let mut graph = a_turn();
    graph.graph = history();
    graph.place = Place::Graph;
    let mut sessions = a_turn();
    sessions.place = Place::Sessions;
    let mut pager = a_turn();
    pager.pager = Some(vec!["one".to_owned(), "two".repeat(500)]);
    let mut question = a_turn();
    question.question = Some("memory\u{202e}".to_owned());
    let mut begun = a_turn();
    begun.begun = true;
    let mut welcome = Scene::empty();
    welcome.welcome = Some(("which files did I change", "git status --short --branch"));
    let mut folded = card("seq 1 200", Tier::Approval, ended(Exit::Code(0)));
    folded.output = vec![(Stream::Stdout, (1..=200).map(|n| format!("{n}\n")).collect::<String>().into_bytes())];
    let mut unruly = card(&hostile(), Tier::Approval, ended(Exit::Signal(9)));
    unruly.output = vec![
        (Stream::Stdout, b"\x1b[31mred\x07\xff\xfe\r50%\r100%\n\xe6\x97\xa5\xe6\x9c\xac".to_vec()),
        (Stream::Stderr, "\u{202e}desrever\u{9b}2J\n".as_bytes().to_vec()),
    ];
    vec![
        ("empty", Scene::empty()),
        ("turn", a_turn()),
        ("running", Scene::empty().card(card("docker pull web", Tier::Approval, CardState::Running))),
        ("folded", Scene::empty().card(folded)),
        ("hostile output", Scene::empty().card(unruly)),
        ("hostile words", Scene::empty().words(Face::Agent, "a\x1b[2J\u{202e}b").words(Face::Human, "\x07\u{feff}")),
        ("approval", a_turn().asking(stopping())),
        ("destructive", a_turn().asking(removing())),
        ("hostile command", a_turn().asking(request(&hostile(), Tier::Approval, Consent::Words))),
        ("long command", a_turn().asking(request(&long_command(), Tier::Approval, Consent::Words))),
        ("answering", answering),
        ("banner", banner),
        ("offer", offer),
        ("palette", palette),
        ("completion", completion),
        ("shell", shell),
        ("graph", graph),
        ("pager", pager),
        ("sessions", sessions),
        ("question", question),
        ("keys in a row", begun),
        ("welcome", welcome),
    ]
}

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (40, 10), (20, 5)];

mod pictures {
    use super::*;

    #[test]
    fn an_empty_start() {
        for (columns, rows) in SIZES {
            insta::assert_snapshot!(format!("empty_{columns}x{rows}"), Scene::empty().picture(columns, rows));
        }
    }

    #[test]
    fn a_turn_with_its_command_and_its_answer() {
        for (columns, rows) in [(80, 24), (120, 40), (40, 10)] {
            insta::assert_snapshot!(format!("turn_{columns}x{rows}"), a_turn().picture(columns, rows));
        }
    }

    #[test]
    fn a_command_that_runs() {
        let mut scene = a_turn();
        scene.activity = "working · Ctrl+C stops".to_owned();
        let mut running = card("docker pull busybox", Tier::Approval, CardState::Running);
        running.output = vec![(Stream::Stderr, b"Pulling fs layer\n".to_vec())];
        let waiting = card("docker login", Tier::Approval, CardState::WaitingForInput);
        insta::assert_snapshot!("running_80x24", scene.card(running).card(waiting).picture(80, 24));
    }

    #[test]
    fn commands_that_failed_each_in_its_way() {
        let mut failed = card("docker stop web9", Tier::Approval, ended(Exit::Code(1)));
        failed.output = vec![(Stream::Stderr, b"Error: No such container: web9\n".to_vec())];
        let scene = Scene::empty()
            .card(failed)
            .card(card("sleep 1", Tier::Approval, ended(Exit::Signal(9))))
            .card(card("sleep 2", Tier::Approval, ended(Exit::TimedOut)))
            .card(card("sleep 3", Tier::Approval, ended(Exit::Interrupted)))
            .card(card("sleep 4", Tier::Approval, ended(Exit::NotStarted("no such program".to_owned()))))
            .card(card("sleep 5", Tier::Destructive, CardState::NotRun { why: "denied".to_owned() }))
            .words(Face::Warning, "mind this")
            .words(Face::Failure, "the disk is full. Make room.");
        insta::assert_snapshot!("failed_80x50", scene.picture(80, 50));
    }

    #[test]
    fn output_that_is_folded() {
        let mut folded = card("seq 1 200", Tier::Approval, ended(Exit::Code(0)));
        folded.output = vec![(Stream::Stdout, (1..=200).map(|n| format!("{n}\n")).collect::<String>().into_bytes())];
        folded.dropped = 4_096;
        insta::assert_snapshot!("folded_80x48", Scene::empty().card(folded).picture(80, 48));
    }

    #[test]
    fn a_request_for_approval() {
        for (columns, rows) in [(80, 24), (120, 40), (40, 10)] {
            let scene = a_turn().asking(stopping());
            insta::assert_snapshot!(format!("approval_{columns}x{rows}"), scene.picture(columns, rows));
        }
    }

    #[test]
    fn a_plan_that_fills_in() {
        let step = |line: &str, state| CheckStep { line: line.to_owned(), state };
        let steps = vec![
            step("kubectl get deployments -n shop", StepState::Done),
            step("kubectl scale deployment api --replicas=0 -n shop", StepState::Failed),
            step("kubectl rollout restart deployment api -n shop", StepState::Running),
            step("kubectl delete pod stuck -n shop", StepState::Skipped),
            step(
                &format!("kubectl label pod {} tier=web -n shop", "a-rather-long-name-".repeat(5)),
                StepState::Pending,
            ),
            step("kubectl get pods -n \u{1b}[31mshop", StepState::NotDone),
        ];
        let scene = Scene::empty().block(BlockKind::Checklist(Checklist { turn: TurnId(1), steps }));
        insta::assert_snapshot!("plan_80x24", scene.picture(80, 24));
    }

    #[test]
    fn a_request_to_destroy() {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let scene = a_turn().asking(removing());
            insta::assert_snapshot!(format!("destructive_{columns}x{rows}"), scene.picture(columns, rows));
        }
    }

    #[test]
    fn a_request_that_wants_the_name() {
        let several = request("docker rm -f web1 web2", Tier::Destructive, Consent::Name("web1 web2".to_owned()));
        let mut scene = a_turn().asking(several);
        scene.reply = "web1 w".to_owned();
        insta::assert_snapshot!("name_80x24", scene.picture(80, 24));
    }

    #[test]
    fn a_request_with_what_may_be_granted_and_what_would_be_safer() {
        let mut request = request("kubectl scale deployment api --replicas=0 -n shop", Tier::Approval, Consent::Words);
        let scope = "kubectl scale deployment in namespace shop of prod-eu-west-1 for 30 minutes".to_owned();
        request.offers = vec![
            GrantOffer { kind: GrantKind::Session, text: "exactly this command until the session ends".to_owned() },
            GrantOffer { kind: GrantKind::Scope, text: scope },
        ];
        if let Some(effect) = &mut request.announcement.verdict.parts[0].effect {
            effect.safer = Some("Scale to 1 first and watch the error rate.".to_owned());
        }
        for (columns, rows) in [(80, 24), (120, 40)] {
            let scene = a_turn().asking(request.clone());
            insta::assert_snapshot!(format!("grants_{columns}x{rows}"), scene.picture(columns, rows));
        }
    }

    #[test]
    fn a_request_that_was_explained_and_answered() {
        let mut scene = a_turn().asking(removing());
        scene.explained = vec!["**What it does:** stops `web1`.\n\n**What comes next:** nothing.".to_owned()];
        scene.answered = true;
        insta::assert_snapshot!("explained_120x40", scene.picture(120, 40));
    }

    #[test]
    fn a_command_longer_than_the_dialog() {
        let mut scene = a_turn().asking(request(&long_command(), Tier::Approval, Consent::Words));
        insta::assert_snapshot!("long_top_80x24", scene.picture(80, 24));
        scene.dialog_scroll = 500;
        insta::assert_snapshot!("long_end_80x24", scene.picture(80, 24));
    }

    #[test]
    fn a_command_with_what_an_eye_would_miss() {
        let scene = a_turn().asking(request(&hostile(), Tier::Approval, Consent::Words));
        insta::assert_snapshot!("hostile_80x24", scene.picture(80, 24));
    }

    #[test]
    fn a_request_that_waits_for_the_typing_to_end() {
        let mut scene = a_turn().asking(stopping());
        scene.banner = true;
        scene.composer.insert_str("show the lo");
        insta::assert_snapshot!("banner_80x24", scene.picture(80, 24));
    }

    #[test]
    fn a_session_about_to_be_closed() {
        let mut scene = a_turn();
        let commits = (1..=30).map(|number| format!("✅ Commit {number}: Confirmed timeout pattern — every ~30s\n"));
        for (name, count) in [("few", 2), ("many", 30)] {
            let commits: String = commits.clone().take(count).collect();
            scene.closing = Some(format!(
                "Closing session_004 — investigate-db-timeouts\n\nSession summary:\n{commits}\
                 Commands executed: 14 (11 agent / 3 manual)\nDuration: 52 minutes"
            ));
            for (columns, rows) in [(80, 24), (120, 40)] {
                insta::assert_snapshot!(format!("closing_{name}_{columns}x{rows}"), scene.picture(columns, rows));
            }
        }
    }

    #[test]
    fn skill_files_that_would_loosen_the_rules() {
        let mut scene = Scene::empty();
        scene.composer.insert_str("show the lo");
        let rules = (1..=12).map(|number| {
            format!("`widgetctl get part-{number} *` becomes automatic (/home/ada/project/skills/widgetctl/SKILL.md:{number})")
        });
        scene.rules = Some(rules.collect());
        for (columns, rows) in [(80, 24), (40, 10)] {
            insta::assert_snapshot!(format!("rules_{columns}x{rows}"), scene.picture(columns, rows));
        }
    }

    #[test]
    fn an_offer_to_go_on() {
        let mut scene = Scene::empty();
        scene.offer = true;
        for (columns, rows) in [(80, 24), (40, 10)] {
            insta::assert_snapshot!(format!("offer_{columns}x{rows}"), scene.picture(columns, rows));
        }
    }

    #[test]
    fn the_commands_as_a_palette_and_while_one_is_typed() {
        let mut scene = a_turn();
        scene.palette = true;
        insta::assert_snapshot!("palette_80x24", scene.picture(80, 24));
        scene.palette = false;
        scene.completion = true;
        scene.composer.insert_str("/b");
        for (columns, rows) in [(80, 24), (120, 40)] {
            insta::assert_snapshot!(format!("completion_{columns}x{rows}"), scene.picture(columns, rows));
        }
    }

    #[test]
    fn the_graph_of_a_session_with_a_branch_a_denial_and_a_finding() {
        let mut scene = a_turn();
        scene.graph = history();
        scene.chosen = 5;
        insta::assert_snapshot!("graph_beside_120x40", scene.picture(120, 40));
        scene.place = Place::Graph;
        insta::assert_snapshot!("graph_80x24", scene.picture(80, 24));
    }

    #[test]
    fn an_entry_opened_whole() {
        let mut scene = a_turn();
        scene.pager = Some((1..40).map(|number| format!("{number:>3}  a line of the output")).collect());
        insta::assert_snapshot!("pager_80x24", scene.picture(80, 24));
    }

    #[test]
    fn the_sessions_of_a_directory() {
        let mut scene = a_turn();
        scene.place = Place::Sessions;
        for (columns, rows) in [(80, 24), (120, 40)] {
            insta::assert_snapshot!(format!("sessions_{columns}x{rows}"), scene.picture(columns, rows));
        }
    }

    #[test]
    fn a_small_question() {
        let mut scene = a_turn();
        scene.question = Some("memory".to_owned());
        insta::assert_snapshot!("question_80x24", scene.picture(80, 24));
    }

    /// Each scene after the other, at the sizes from a phone to a wall.
    #[test]
    fn every_pane_and_overlay_at_every_size() {
        for (columns, rows) in [(40, 12), (80, 24), (120, 40), (200, 60)] {
            let mut pictures = String::new();
            // What is hostile or long is looked at where it is narrow.
            let told = |name: &str| columns < 100 || !(name.contains("hostile") || name.contains("long"));
            for (name, scene) in every_scene().into_iter().filter(|(name, _)| told(name)) {
                let _ = writeln!(pictures, "== {name}\n{}", scene.picture(columns, rows));
            }
            insta::assert_snapshot!(format!("all_{columns}x{rows}"), pictures);
        }
    }

    #[test]
    fn a_chat_scrolled_up() {
        let mut scene = a_turn().words(Face::Agent, &"more\n\n".repeat(20));
        scene.sight.by = -15;
        insta::assert_snapshot!("scrolled_80x24", scene.picture(80, 24));
    }
}

/// What a person and the agent did: a branch, a denial, a finding, a merge.
fn history() -> Vec<Row> {
    let logs = incident::logs(SessionId::new("session_004_2026-02-21_db-timeouts"));
    Drawing::new(&Graph::from_logs(&logs), Fold::Nothing).whole().rows
}

#[test]
fn whose_an_entry_is_is_told_by_its_sign_and_its_word() {
    let mut scene = Scene::empty();
    scene.graph = history();
    scene.place = Place::Graph;
    let text = scene.text(100, 70);
    for row in ["◎", "○", "●", "△", "◆", "◐", "◑"] {
        assert!(text.contains(row), "no {row} in\n{text}");
    }
    for word in ["request", "human", "auto", "denied", "commit", "branch", "merge"] {
        assert!(text.contains(word), "no {word} in\n{text}");
    }
}

#[test]
fn every_scene_is_drawn_at_every_size() {
    let theme = marked();
    for (name, scene) in every_scene() {
        for columns in [1, 2, 5, 20, 29, 30, 31, 40, 79, 80, 119, 120, 200] {
            for rows in [1, 2, 5, 7, 8, 9, 10, 24, 60] {
                let (buffer, _) = scene.drawn(columns, rows, &theme);
                assert_eq!((buffer.area.width, buffer.area.height), (columns, rows), "{name}");
            }
        }
    }
}

#[test]
fn nothing_a_terminal_would_obey_or_an_eye_would_miss_is_ever_drawn() {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    for (name, scene) in every_scene() {
        for (columns, rows) in SIZES {
            let text = scene.text(columns, rows).replace('\n', "");
            assert!(!text.contains(hidden), "{name} at {columns}×{rows}: {text:?}");
        }
    }
}

#[test]
fn the_mono_theme_draws_no_cell_in_colour() {
    let mono = Theme::parse(MONO).unwrap();
    for (name, scene) in every_scene() {
        for (columns, rows) in SIZES {
            let (buffer, _) = scene.drawn(columns, rows, &mono);
            for cell in buffer.content() {
                assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{name}: {:?}", cell.symbol());
            }
        }
    }
}

#[test]
fn a_theme_of_ascii_draws_nothing_else_of_its_own() {
    let ascii = Theme::parse("glyphs: ascii\n").unwrap();
    for (name, scene) in every_scene() {
        // What others wrote stays as they wrote it.
        if name.starts_with("hostile") || name == "question" {
            continue;
        }
        let (buffer, _) = scene.drawn(120, 40, &ascii);
        for cell in buffer.content() {
            assert!(cell.symbol().is_ascii(), "{name}: {:?}", cell.symbol());
        }
    }
}

#[test]
fn every_colour_on_the_screen_is_one_of_the_theme_s() {
    for (name, scene) in every_scene() {
        let (buffer, _) = scene.drawn(120, 40, &marked());
        for cell in buffer.content() {
            let known = matches!(cell.fg, Color::Reset | Color::Rgb(0, 0, _)) && cell.bg == Color::Reset;
            assert!(known, "{name}: {:?} in {:?} on {:?}", cell.symbol(), cell.fg, cell.bg);
        }
    }
}

#[test]
fn the_shipped_themes_draw_the_same_words() {
    for (name, scene) in every_scene() {
        let words = SHIPPED.map(|yaml| {
            let (buffer, _) = scene.drawn(100, 30, &Theme::parse(yaml).unwrap());
            rows_of(&buffer).iter().map(|row| text_of(row)).collect::<Vec<_>>()
        });
        assert!(words.iter().all(|one| *one == words[0]), "{name}");
    }
}

#[test]
fn tiers_are_told_apart_without_colour() {
    let texts = |scenes: [Scene; 2]| scenes.map(|scene| scene.text(80, 24));
    let same = "docker thing web1";
    let [approval, destructive] = texts([
        Scene::empty().asking(request(same, Tier::Approval, Consent::Words)),
        Scene::empty().asking(request(same, Tier::Destructive, Consent::TypedWord)),
    ]);
    assert!(approval.contains("Requires approval") && !approval.contains("DESTRUCTIVE"), "{approval}");
    assert!(destructive.contains("DESTRUCTIVE OPERATION") && destructive.contains("Destructive"), "{destructive}");
    let cards = [Tier::Auto, Tier::Approval, Tier::Destructive].map(|tier| {
        let scene = Scene::empty().card(card(same, tier, CardState::Announced));
        scene.text(80, 24)
    });
    for (text, words) in
        cards.iter().zip(["[auto-executing", "[waiting for approval", "[waiting for explicit approval"])
    {
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
}

#[test]
fn ends_are_told_apart_without_colour() {
    let ends = [
        (ended(Exit::Code(0)), "✓ 42 ms"),
        (ended(Exit::Code(2)), "✗ exit code 2"),
        (ended(Exit::Signal(9)), "✗ ended by signal 9"),
        (ended(Exit::Interrupted), "✗ interrupted"),
        (ended(Exit::TimedOut), "✗ stopped: it took longer"),
        (CardState::NotRun { why: "denied".to_owned() }, "✗ not run: denied"),
    ];
    for (state, words) in ends {
        let text = Scene::empty().card(card("sleep 1", Tier::Approval, state)).text(80, 24);
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
}

#[test]
fn standard_error_is_told_from_standard_output_without_colour() {
    let mut both = card("make", Tier::Approval, CardState::Running);
    both.output = vec![(Stream::Stdout, b"built\n".to_vec()), (Stream::Stderr, b"oh no\n".to_vec())];
    let text = Scene::empty().card(both).text(80, 24);
    assert!(text.contains("   built") && text.contains(" ! oh no"), "{text}");
}

#[test]
fn the_dialog_shows_every_row_of_the_product() {
    let text = a_turn().asking(removing()).text(120, 40);
    for row in [
        "Command:    docker rm -f web1",
        "Tier:       Destructive",
        "Effect:     Stops the named containers.",
        "Reversible: No",
        "Rule:       docker rm * (docker/SKILL.md:102)",
        "Where:      /work/shop · docker default",
        "Reason:     It was asked for.",
        "yes / approve",
        "n / no / skip",
        "why",
        "plan",
        "history",
        "[ deny ]",
    ] {
        assert!(text.contains(row), "no {row:?} in\n{text}");
    }
}

#[test]
fn what_an_eye_would_miss_in_a_command_is_written_out() {
    for scene in [
        Scene::empty().asking(request(&hostile(), Tier::Approval, Consent::Words)),
        Scene::empty().card(card(&hostile(), Tier::Approval, CardState::Announced)),
    ] {
        let text = scene.text(120, 40);
        for written in ["\\x1b[2J", "\\u{202e}gnp.exe", "\\u{200b}; rm"] {
            assert!(text.contains(written), "no {written:?} in\n{text}");
        }
    }
}

#[test]
fn a_command_with_other_blanks_is_another_picture() {
    let picture = |blanks: usize| {
        let command = format!("rm 'a{}b'", " ".repeat(blanks));
        let scene = Scene::empty().asking(request(&command, Tier::Approval, Consent::Words));
        scene.text(120, 40)
    };
    assert_ne!(picture(1), picture(2));
    assert_ne!(picture(100), picture(101));
    assert_ne!(picture(100), picture(300));
}

#[test]
fn a_line_end_in_a_command_makes_no_row_of_the_dialog_s_own() {
    let forged = "echo hi\nTier:       Auto\nEffect:     nothing at all";
    let text = Scene::empty().asking(request(forged, Tier::Approval, Consent::Words)).text(120, 40);
    let labels = |label: &str| text.matches(&format!("║ {label}")).count();
    assert_eq!((labels("Tier:"), labels("Effect:"), labels("Command:")), (1, 1, 1), "{text}");
}

#[test]
fn the_whole_name_that_must_be_typed_can_be_read_on_every_screen() {
    let name = "a-namespace-with-a-name-as-long-as-kubernetes-lets-it-be-0123456";
    for (columns, rows) in [(120, 40), (80, 24), (60, 20), (40, 20)] {
        let asked = request("kubectl delete ns it", Tier::Destructive, Consent::Name(name.to_owned()));
        let text = Scene::empty().asking(asked).text(columns, rows);
        let joined: String = text.chars().filter(|c| !c.is_whitespace() && *c != '║').collect();
        assert!(joined.contains(name), "{columns}×{rows}\n{text}");
    }
}

#[test]
fn the_end_counts_as_seen_only_where_it_was_drawn() {
    let short = a_turn().asking(stopping());
    let mut long = a_turn().asking(request(&long_command(), Tier::Approval, Consent::Words));
    let theme = marked();
    let seen = |scene: &Scene, columns, rows| scene.drawn(columns, rows, &theme).1.dialog.map(|seen| seen.seen_end);
    assert_eq!(seen(&short, 80, 24), Some(true));
    assert_eq!(seen(&long, 80, 24), Some(false));
    long.dialog_scroll = 500;
    assert_eq!(seen(&long, 80, 24), Some(true));
    assert!(long.text(80, 24).contains("container-119"));
    assert_eq!(seen(&long, 20, 5), None);
    long.banner = true;
    assert_eq!(seen(&long, 80, 24), Some(false));
}

#[test]
fn where_no_row_of_the_command_fits_its_end_was_not_seen() {
    let theme = marked();
    let mut scene = a_turn().asking(request(&long_command(), Tier::Approval, Consent::Words));
    for rows in 8..=12 {
        for scroll in (0..400).step_by(11) {
            scene.dialog_scroll = scroll;
            let (_, drawn) = scene.drawn(40, rows, &theme);
            if drawn.dialog.is_some_and(|seen| seen.seen_end) {
                let text = scene.text(40, rows);
                let end = text.contains("It was asked for.") || text.contains("asked for");
                assert!(end, "at 40×{rows}, scrolled by {scroll}, the end counts as seen:\n{text}");
            }
        }
    }
}

#[test]
fn the_answer_line_is_on_every_screen_that_shows_the_dialog() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 10), (30, 8)] {
        let mut scene = a_turn().asking(removing());
        scene.reply = "yes".to_owned();
        let text = scene.text(columns, rows);
        assert!(text.contains(">>> yes"), "{columns}×{rows}\n{text}");
    }
}

#[test]
fn the_offer_names_both_keys_on_every_screen() {
    let mut scene = Scene::empty();
    scene.offer = true;
    for (columns, rows) in [(120, 40), (80, 24), (40, 10)] {
        let text = scene.text(columns, rows);
        assert!(text.contains("(Enter, y)") && text.contains("(n, Esc)"), "{columns}×{rows}\n{text}");
    }
}

#[test]
fn keys_that_do_not_fit_make_room_for_those_that_do() {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let scene = Scene::empty();
    let mut view = scene.view();
    let row = |keys: &str, text: &str| HelpRow { keys: keys.to_owned(), text: text.to_owned() };
    view.hints = vec![row("Enter", "send"), row("Alt+Enter", &"x".repeat(70)), row("Ctrl+X", "close")];
    terminal
        .draw(|frame| {
            draw(&view, &mut Cache::default(), &marked(), frame);
        })
        .unwrap();
    let hints = text_of(rows_of(terminal.backend().buffer()).last().expect("rows"));
    assert!(hints.contains("Ctrl+X close"), "{hints}");
}

#[test]
fn a_narrow_status_line_keeps_the_session_and_the_mode() {
    let text = Scene::empty().text(40, 10);
    let status = text.lines().rev().nth(1).expect("a status line");
    assert!(status.contains("session_004") && status.ends_with("CHAT"), "{status}");
}

#[test]
fn a_small_screen_says_what_would_help() {
    for (columns, rows) in [(20, 5), (29, 24), (80, 7)] {
        let text = a_turn().text(columns, rows);
        assert!(text.contains("too small") && text.contains(&format!("{columns}×{rows}")), "{text}");
    }
}

#[test]
fn from_a_hundred_and_twenty_columns_all_three_panes_are_there() {
    let wide = a_turn().text(120, 24);
    assert!(wide.contains(" SHELL ") && wide.contains(" GRAPH · ") && wide.contains("DevOps-Agent"), "{wide}");
    let narrow = a_turn().text(119, 24);
    assert!(!narrow.contains(" SHELL ") && narrow.contains("DevOps-Agent"), "{narrow}");
}

#[test]
fn from_eighty_columns_the_chat_stands_above_what_the_person_went_to() {
    let mut scene = a_turn();
    let panes = |scene: &Scene, columns, rows| scene.drawn(columns, rows, &marked()).1.panes;
    assert!(panes(&scene, 80, 24).below().is_empty(), "before anything was opened the chat has all the room");
    scene.beside = Some(Place::Shell);
    for (columns, rows) in [(80, 20), (80, 24), (119, 60)] {
        let seen = panes(&scene, columns, rows);
        assert_eq!(seen.composer.bottom(), seen.shell.y, "{columns}×{rows}");
        assert!(seen.chat.height >= 6 && seen.shell.height >= 6 && seen.graph.is_empty(), "{columns}×{rows}: {seen:?}");
    }
    scene.place = Place::Graph;
    let seen = panes(&scene, 100, 30);
    assert!(!seen.chat.is_empty() && !seen.graph.is_empty() && seen.shell.is_empty(), "{seen:?}");
    for (columns, rows) in [(79, 60), (80, 19)] {
        let seen = panes(&scene, columns, rows);
        assert!(seen.chat.is_empty() && !seen.graph.is_empty() && !seen.stacks, "{columns}×{rows}: {seen:?}");
    }
}

#[test]
fn what_was_measured_before_changes_no_picture() {
    let theme = marked();
    let mut cache = Cache::default();
    for (_, scene) in every_scene() {
        for (columns, rows) in SIZES {
            let mut own = Cache::default();
            let fresh = scene.drawn_with(&mut own, columns, rows, &theme).0;
            assert_eq!(scene.drawn_with(&mut own, columns, rows, &theme).0, fresh);
        }
    }
    let mut scene = a_turn();
    for columns in [80, 40, 120, 80] {
        let fresh = scene.drawn(columns, 24, &theme).0;
        assert_eq!(scene.drawn_with(&mut cache, columns, 24, &theme).0, fresh, "{columns}");
    }
    scene.blocks[0].kind = BlockKind::Words { face: Face::Human, text: "changed".to_owned() };
    scene.blocks[0].version += 1;
    let fresh = scene.drawn(80, 24, &theme).0;
    assert_eq!(scene.drawn_with(&mut cache, 80, 24, &theme).0, fresh);
}

#[test]
fn wide_characters_in_output_keep_the_frame_whole() {
    let mut wide = card("cat names", Tier::Auto, ended(Exit::Code(0)));
    wide.output = vec![(Stream::Stdout, "日本語のコンテナ 🚀 e\u{301}\n".repeat(3).into_bytes())];
    for columns in 30..50 {
        let text = Scene::empty().card(wide.clone()).text(columns, 20);
        let frame = text.lines().find(|row| row.starts_with('╭')).expect("the composer");
        assert!(frame.ends_with('╮'), "{columns}\n{text}");
    }
}

#[test]
fn beside_long_names_a_list_leaves_out_what_it_cannot_say_and_wide_letters_keep_the_columns() {
    let mut scene = Scene::empty();
    scene.completion = true;
    let mut view = scene.view();
    let row = |name| PickRow { name, help: "2 KB", ..PickRow::default() };
    let long = "a/directory/with/a/long/name/that/takes/nearly/the/whole/row/of/it.rs";
    view.completion = Some(PickView { rows: vec![row("short.rs"), row(long)], ..picks() });
    let drawn = |view: &View<'_>| {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| _ = draw(view, &mut Cache::default(), &marked(), frame)).unwrap();
        rows_of(terminal.backend().buffer()).iter().map(|row| text_of(row)).collect::<Vec<_>>()
    };
    let screen = drawn(&view);
    assert!(screen.iter().any(|row| row.trim_end() == "▶ /short.rs"), "{screen:#?}");
    view.completion = Some(PickView { rows: vec![row("数据.rs"), row("data.rs")], ..picks() });
    let screen = drawn(&view);
    // A wide letter has a cell of its own behind it.
    let at = |row: &String| row.split_once("2 KB").map(|(before, _)| before.chars().count());
    let columns: Vec<_> = screen.iter().filter_map(at).collect();
    assert!(columns.len() == 2 && columns[0] == columns[1], "{screen:#?}");
}
