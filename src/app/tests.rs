//! The workbench without a terminal: events and keys in, effects and pictures
//! out. Time is what a test says it is.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{Effect, Event, State, update};
use crate::bus::{Event as Bus, Notice, NoticeKind, OutputChunk, Presence};
use crate::domain::{
    Announcement, ApprovalRequest, CallId, CallReport, Consent, Decision, Exit, Failure, FailureKind, Lane, Part,
    Reason, SessionId, Source, Stream, Surroundings, Tier, TurnId, Usage, Verdict,
};
use crate::runtime::Input as ToRuntime;
use crate::terminal::Input;
use crate::ui::theme::Theme;
use crate::ui::{self, BlockKind, Cache, Card, CardState, Face, Place};

mod activity;
mod anything;
mod command;
mod composer;
mod graph;
mod inline;
mod manners;
mod named_keys;
mod pager;
mod panes;
mod reader;
mod sequence;
mod sessions;
mod shell;
mod steering;
mod themes;
mod welcome;

const MONO: &str = include_str!("../../themes/mono.yaml");

/// A workbench with a clock and a screen of its own.
struct Bench {
    state: State,
    cache: Cache,
    theme: Theme,
    now: Duration,
    size: (u16, u16),
    /// What was to be done and not looked at yet.
    effects: Vec<Effect>,
    /// The next moment that was asked for. One alone is kept, as in the loop.
    wake: Option<Duration>,
}

impl Bench {
    fn new() -> Bench {
        Bench::sized(80, 24)
    }

    fn sized(columns: u16, rows: u16) -> Bench {
        Bench {
            state: State::new("DevOps-Agent"),
            cache: Cache::default(),
            theme: Theme::parse(MONO).unwrap(),
            now: Duration::from_secs(60),
            size: (columns, rows),
            effects: Vec::new(),
            wake: None,
        }
    }

    fn take(&mut self, event: Event) {
        for effect in update(&mut self.state, event, self.now) {
            match effect {
                Effect::WakeAt(at) => self.wake = Some(self.wake.map_or(at, |earlier| earlier.min(at))),
                effect => self.effects.push(effect),
            }
        }
    }

    fn bus(&mut self, event: Bus) {
        self.take(Event::Bus(event));
    }

    fn output(&mut self, call: u64, stream: Stream, bytes: &[u8]) {
        self.take(Event::Output(OutputChunk { call: CallId(call), stream, bytes: bytes.to_vec() }));
    }

    /// Time passes; what was to happen in it happens at its moment.
    fn pass(&mut self, milliseconds: u64) {
        let until = self.now + Duration::from_millis(milliseconds);
        while let Some(at) = self.wake.take_if(|at| *at <= until) {
            self.now = self.now.max(at);
            self.take(Event::Tick);
        }
        self.now = until;
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.take(Event::Input(Input::Key(KeyEvent::new(code, modifiers))));
    }

    fn key(&mut self, code: KeyCode) {
        self.press(code, KeyModifiers::NONE);
    }

    fn control(&mut self, letter: char) {
        self.press(KeyCode::Char(letter), KeyModifiers::CONTROL);
    }

    fn types(&mut self, text: &str) {
        text.chars().for_each(|letter| self.key(KeyCode::Char(letter)));
    }

    fn enters(&mut self, text: &str) {
        self.types(text);
        self.key(KeyCode::Enter);
    }

    fn paste(&mut self, text: &str) {
        self.take(Event::Input(Input::Paste(text.to_owned())));
    }

    /// Draws, and tells the state what was drawn, as the loop does.
    fn draw(&mut self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        let mut drawn = ui::Drawn::default();
        let view = self.state.view();
        terminal.draw(|frame| drawn = ui::draw(&view, &mut self.cache, &self.theme, frame)).unwrap();
        self.take(Event::Drawn(drawn));
        let buffer = terminal.backend().buffer();
        let rows = (0..self.size.1).map(|row| {
            let cells = (0..self.size.0).map(|column| buffer[(column, row)].symbol());
            cells.collect::<String>().trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    /// A dialog that is on the screen and takes keys.
    fn asked(&mut self, request: ApprovalRequest) {
        self.announced(&request);
        self.bus(Bus::ApprovalRequested(request));
        self.draw();
        self.pass(300);
    }

    fn announced(&mut self, request: &ApprovalRequest) {
        self.bus(Bus::TurnBegan { turn: TurnId(1), text: "do it".to_owned() });
        self.bus(Bus::Announced(request.announcement.clone()));
    }

    /// What the runtime was told since the last look.
    fn told(&mut self) -> Vec<ToRuntime> {
        let told = std::mem::take(&mut self.effects).into_iter().filter_map(|effect| match effect {
            Effect::Tell(input) => Some(input),
            _ => None,
        });
        told.collect()
    }

    fn quits(&self) -> bool {
        self.effects.contains(&Effect::Quit)
    }

    fn composer(&self) -> String {
        self.state.composer.lines().join("\n")
    }

    fn card(&self, call: u64) -> &Card {
        let card = self.state.blocks.iter().rev().find_map(|block| match &block.kind {
            BlockKind::Card(card) if card.call == CallId(call) => Some(card.as_ref()),
            _ => None,
        });
        card.expect("a card")
    }

    fn words(&self) -> Vec<(Face, &str)> {
        let words = self.state.blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Words { face, text } => Some((*face, text.as_str())),
            BlockKind::Card(_) | BlockKind::Checklist(_) => None,
        });
        words.collect()
    }

    fn last_words(&self) -> &str {
        self.words().pop().expect("words").1
    }

    fn has_dialog(&self) -> bool {
        self.state.view().dialog.is_some_and(|dialog| !dialog.banner)
    }

    fn has_banner(&self) -> bool {
        self.state.view().dialog.is_some_and(|dialog| dialog.banner)
    }

    fn dialog_reply(&self) -> String {
        self.state.view().dialog.expect("a dialog").reply.to_owned()
    }

    fn dialog_note(&self) -> String {
        self.state.view().dialog.expect("a dialog").note.to_owned()
    }
}

fn request(call: u64, command: &str) -> ApprovalRequest {
    let reason = Reason {
        tier: Tier::Approval,
        rule: "docker stop *".to_owned(),
        source: Source::Skill { skill: "docker".to_owned(), file: "docker/SKILL.md".to_owned(), line: 52 },
        text: "changes something".to_owned(),
    };
    let part = Part {
        canonical: vec!["docker".to_owned(), "stop".to_owned()],
        tier: Tier::Approval,
        reasons: vec![reason],
        effect: None,
        proof: None,
        objects: Vec::new(),
    };
    let verdict = Verdict {
        tier: Tier::Approval,
        lane: Lane::Simple,
        parts: vec![part],
        reasons: Vec::new(),
        consent: Consent::Words,
    };
    ApprovalRequest {
        announcement: Announcement {
            call: CallId(call),
            turn: TurnId(1),
            command: command.to_owned(),
            reason: "Because it was asked for.".to_owned(),
            origin: Default::default(),
            verdict,
            permission: "approval required".to_owned(),
            granted: None,
        },
        digest: format!("digest of {command}"),
        place: Surroundings { cwd: "/work".to_owned(), ..Surroundings::default() },
        offers: Vec::new(),
        asked: None,
    }
}

fn report(call: u64, exit: Option<Exit>) -> CallReport {
    CallReport {
        exit,
        duration: Duration::from_millis(1_250),
        summary: "denied".to_owned(),
        ..CallReport::not_run(
            CallId(call),
            TurnId(1),
            "docker stop web1".to_owned(),
            Tier::Approval,
            Decision::Approved,
        )
    }
}

fn reply(text: &str) -> ToRuntime {
    ToRuntime::Reply { call: CallId(1), digest: "digest of docker stop web1".to_owned(), text: text.to_owned() }
}

fn say(text: &str) -> ToRuntime {
    ToRuntime::Say(text.to_owned())
}

fn stop_web1() -> ApprovalRequest {
    request(1, "docker stop web1")
}

/// Longer than a small dialog, and every word of it another.
fn long_command() -> String {
    let names: Vec<String> = (0..120).map(|number| format!("container-{number:03}")).collect();
    format!("docker stop {}", names.join(" "))
}

mod dialog {
    use super::*;

    #[test]
    fn it_appears_at_once_when_nobody_types() {
        let mut bench = Bench::new();
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        assert!(bench.has_dialog());
        assert!(bench.draw().contains("APPROVAL REQUIRED"));
    }

    #[test]
    fn it_waits_as_a_banner_while_keys_come_and_appears_in_the_quiet_after_them() {
        let mut bench = Bench::new();
        bench.types("s");
        bench.pass(400);
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        assert!(bench.has_banner());
        bench.types("h");
        bench.pass(599);
        assert!(bench.has_banner());
        assert!(bench.draw().contains("waits until you stop typing"));
        bench.pass(1);
        assert!(bench.has_dialog());
        assert_eq!(bench.composer(), "sh");
    }

    #[test]
    fn a_key_that_came_long_ago_is_no_typing() {
        let mut bench = Bench::new();
        bench.types("s");
        bench.pass(600);
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        assert!(bench.has_dialog());
    }

    #[test]
    fn keys_while_it_is_a_banner_belong_to_the_composer() {
        let mut bench = Bench::new();
        bench.types("git status ");
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.draw();
        bench.enters("yes");
        assert_eq!(bench.told(), [say("git status yes")]);
        assert!(bench.has_banner());
    }

    #[test]
    fn a_key_typed_before_it_was_drawn_goes_to_the_composer() {
        let mut bench = Bench::new();
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.pass(10_000);
        bench.types("y");
        assert_eq!(bench.composer(), "y");
        assert_eq!(bench.dialog_reply(), "");
    }

    #[test]
    fn a_key_typed_in_the_moment_it_appeared_goes_to_the_composer() {
        let mut bench = Bench::new();
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.draw();
        bench.pass(299);
        bench.types("y");
        assert_eq!(bench.composer(), "y");
        assert_eq!(bench.dialog_reply(), "");
    }

    #[test]
    fn a_key_after_that_moment_is_for_it() {
        let mut bench = Bench::new();
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.draw();
        bench.pass(300);
        bench.types("y");
        assert_eq!(bench.composer(), "");
        assert_eq!(bench.dialog_reply(), "y");
    }

    #[test]
    fn being_drawn_again_does_not_start_that_moment_anew() {
        let mut bench = Bench::new();
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.draw();
        bench.pass(290);
        bench.draw();
        bench.pass(10);
        bench.types("y");
        assert_eq!(bench.dialog_reply(), "y");
    }

    #[test]
    fn someone_who_began_to_type_as_it_appeared_types_on_into_the_composer() {
        let mut bench = Bench::new();
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.draw();
        for letter in "say yes to the whole plan, please".chars() {
            bench.pass(100);
            bench.types(&letter.to_string());
            bench.draw();
        }
        bench.pass(100);
        bench.key(KeyCode::Enter);
        assert_eq!(bench.told(), [say("say yes to the whole plan, please")]);
    }

    #[test]
    fn a_paste_never_answers() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.paste("yes\r");
        assert_eq!(bench.told(), []);
        assert_eq!(bench.dialog_reply(), "");
        assert!(bench.dialog_note().contains("paste"));
        assert!(bench.draw().contains("A paste never answers"));
    }

    #[test]
    fn a_paste_from_before_it_was_drawn_belongs_to_the_composer() {
        let mut bench = Bench::new();
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.paste("yes\n");
        assert_eq!(bench.composer(), "yes\n");
        assert_eq!(bench.told(), []);
    }

    #[test]
    fn the_key_y_alone_does_nothing() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.types("y");
        bench.pass(60_000);
        assert_eq!(bench.told(), []);
        assert!(bench.has_dialog());
    }

    #[test]
    fn a_typed_and_entered_yes_is_sent_with_the_digest_of_what_was_shown() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.enters("yes");
        assert_eq!(bench.told(), [reply("yes")]);
    }

    #[test]
    fn enter_on_an_empty_line_declines() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        assert!(bench.draw().contains("[ deny ]"));
        bench.key(KeyCode::Enter);
        assert_eq!(bench.told(), [reply("no")]);
    }

    #[test]
    fn blanks_are_an_empty_line() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.enters("  ");
        assert_eq!(bench.told(), [reply("no")]);
    }

    #[test]
    fn escape_declines() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.types("yes");
        bench.key(KeyCode::Esc);
        assert_eq!(bench.told(), [reply("no")]);
    }

    #[test]
    fn control_c_withdraws_and_answers_nothing() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.types("yes");
        bench.control('c');
        assert_eq!(bench.told(), [ToRuntime::Interrupt]);
        assert!(!bench.quits());
    }

    #[test]
    fn what_was_typed_can_be_taken_back() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.types("yes");
        (0..3).for_each(|_| bench.key(KeyCode::Backspace));
        bench.enters("no");
        assert_eq!(bench.told(), [reply("no")]);
    }

    #[test]
    fn a_key_with_control_or_alt_is_no_letter_of_an_answer() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.control('y');
        bench.press(KeyCode::Char('y'), KeyModifiers::ALT);
        assert_eq!(bench.dialog_reply(), "");
    }

    #[test]
    fn an_answer_is_sent_once() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.enters("yes");
        bench.enters("yes");
        bench.key(KeyCode::Esc);
        assert_eq!(bench.told(), [reply("yes")]);
        assert_eq!(bench.composer(), "");
    }

    #[test]
    fn an_answer_on_its_way_can_still_be_withdrawn() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.enters("yes");
        bench.control('c');
        assert_eq!(bench.told(), [reply("yes"), ToRuntime::Interrupt]);
    }

    #[test]
    fn an_answer_does_not_count_before_the_end_was_seen() {
        let mut bench = Bench::new();
        bench.asked(request(1, &long_command()));
        assert!(!bench.draw().contains("container-119"));
        bench.enters("yes");
        assert_eq!(bench.told(), []);
        assert!(bench.dialog_note().contains("PgDn"));
        let mut pages = 0;
        while !bench.draw().contains("container-119") {
            bench.key(KeyCode::PageDown);
            pages += 1;
            assert!(pages < 50, "the end is never shown");
        }
        while bench.draw().contains("more lines") {
            bench.key(KeyCode::PageDown);
        }
        bench.key(KeyCode::Enter);
        let told = bench.told();
        assert!(matches!(told.as_slice(), [ToRuntime::Reply { text, .. }] if text == "yes"), "{told:?}");
    }

    #[test]
    fn declining_needs_no_reading() {
        for decline in [KeyCode::Enter, KeyCode::Esc] {
            let mut bench = Bench::new();
            bench.asked(request(1, &long_command()));
            bench.key(decline);
            let told = bench.told();
            assert!(matches!(told.as_slice(), [ToRuntime::Reply { text, .. }] if text == "no"), "{told:?}");
        }
    }

    #[test]
    fn every_word_of_a_long_command_can_be_read_page_by_page_on_every_screen() {
        let command = long_command();
        for (columns, rows) in [(120, 40), (80, 24), (60, 16), (40, 12), (40, 10), (30, 8)] {
            let mut bench = Bench::sized(columns, rows);
            bench.asked(request(1, &command));
            let mut pages = vec![bench.draw()];
            loop {
                bench.key(KeyCode::PageDown);
                let page = bench.draw();
                if pages.last() == Some(&page) {
                    break;
                }
                pages.push(page);
            }
            let read = pages.concat();
            let unread: Vec<&str> = command.split(' ').filter(|word| !read.contains(word)).collect();
            assert!(unread.is_empty(), "at {columns}×{rows} these were never shown: {unread:?}");
        }
    }

    #[test]
    fn a_page_down_at_the_end_is_not_counted() {
        let mut bench = Bench::new();
        bench.asked(request(1, &long_command()));
        for _ in 0..60 {
            bench.key(KeyCode::PageDown);
            bench.draw();
        }
        let end = bench.draw();
        bench.key(KeyCode::PageUp);
        assert_ne!(bench.draw(), end);
    }

    #[test]
    fn the_end_of_another_call_s_question_changes_nothing() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.bus(Bus::ApprovalClosed { call: CallId(7), decision: Decision::Approved });
        bench.bus(Bus::Explained { call: CallId(7), text: "of another".to_owned() });
        let other = ui::DialogDrawn { call: CallId(7), seen_end: true, scroll: 0, page: 9 };
        bench.take(Event::Drawn(ui::Drawn { dialog: Some(other), ..ui::Drawn::default() }));
        assert!(bench.has_dialog());
        assert!(!bench.draw().contains("of another"));
        bench.bus(Bus::ApprovalClosed { call: CallId(1), decision: Decision::Denied });
        assert!(!bench.has_dialog());
    }

    #[test]
    fn it_goes_when_its_call_has_ended() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.bus(Bus::Finished(report(1, None)));
        assert!(!bench.has_dialog());
        assert_eq!(bench.card(1).state, CardState::NotRun { why: "denied".to_owned() });
    }

    #[test]
    fn a_question_asked_again_starts_with_an_empty_line_and_the_explanation() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.enters("why");
        assert_eq!(bench.told(), [reply("why")]);
        bench.bus(Bus::Explained { call: CallId(1), text: "It stops the container.".to_owned() });
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.pass(5_000);
        assert!(bench.draw().contains("It stops the container."));
        assert_eq!(bench.dialog_reply(), "");
        bench.pass(300);
        bench.enters("yes");
        assert_eq!(bench.told(), [reply("yes")]);
    }

    #[test]
    fn a_question_asked_again_takes_no_key_before_it_was_drawn_again() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.enters("why");
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        bench.told();
        bench.types("yes");
        assert_eq!((bench.dialog_reply().as_str(), bench.composer().as_str()), ("", "yes"));
    }

    #[test]
    fn the_next_question_does_not_take_the_answer_to_the_last_one() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.enters("yes");
        bench.told();
        bench.bus(Bus::ApprovalClosed { call: CallId(1), decision: Decision::Approved });
        bench.bus(Bus::ApprovalRequested(request(2, "docker stop web2")));
        bench.draw();
        bench.enters("yes");
        assert_eq!(bench.told(), [ToRuntime::Steer("yes".to_owned())]);
        assert!(bench.has_banner() || bench.dialog_reply().is_empty());
    }

    #[test]
    fn it_stands_above_the_help_and_takes_the_first_key() {
        let mut bench = Bench::new();
        bench.key(KeyCode::F(1));
        bench.pass(700);
        bench.asked(stop_web1());
        bench.enters("yes");
        assert_eq!(bench.told(), [reply("yes")]);
    }
}

mod keys {
    use super::*;

    #[test]
    fn enter_sends_the_request_and_empties_the_line() {
        let mut bench = Bench::new();
        bench.enters("  show the last five commits ");
        assert_eq!(bench.told(), [say("show the last five commits")]);
        assert_eq!(bench.composer(), "");
    }

    #[test]
    fn enter_on_nothing_sends_nothing_and_says_what_could_be_said() {
        let mut bench = Bench::new();
        bench.enters("   ");
        assert_eq!(bench.told(), []);
        assert!(bench.last_words().contains("show the last five commits"));
    }

    #[test]
    fn each_of_the_newline_keys_makes_a_line() {
        let keys = [
            (KeyCode::Enter, KeyModifiers::ALT),
            (KeyCode::Enter, KeyModifiers::SHIFT),
            (KeyCode::Char('j'), KeyModifiers::CONTROL),
        ];
        for (code, modifiers) in keys {
            let mut bench = Bench::new();
            bench.types("one");
            bench.press(code, modifiers);
            bench.types("two");
            assert_eq!(bench.told(), [], "{code:?} {modifiers:?}");
            bench.key(KeyCode::Enter);
            assert_eq!(bench.told(), [say("one\ntwo")], "{code:?} {modifiers:?}");
        }
    }

    #[test]
    fn a_backslash_at_the_end_makes_a_line() {
        let mut bench = Bench::new();
        bench.enters("one\\");
        assert_eq!(bench.told(), []);
        assert_eq!(bench.composer(), "one\n");
        bench.enters("two");
        assert_eq!(bench.told(), [say("one\ntwo")]);
    }

    #[test]
    fn earlier_requests_come_back_with_up_and_go_with_down() {
        let mut bench = Bench::new();
        bench.enters("first");
        bench.enters("second");
        bench.enters("second");
        bench.key(KeyCode::Up);
        assert_eq!(bench.composer(), "second");
        bench.key(KeyCode::Up);
        bench.key(KeyCode::Up);
        assert_eq!(bench.composer(), "first");
        bench.key(KeyCode::Down);
        assert_eq!(bench.composer(), "second");
        bench.key(KeyCode::Down);
        assert_eq!(bench.composer(), "");
    }

    #[test]
    fn a_request_that_came_back_can_be_changed_and_sent() {
        let mut bench = Bench::new();
        bench.enters("show the pods");
        bench.key(KeyCode::Up);
        bench.enters(" in staging");
        assert_eq!(bench.told(), [say("show the pods"), say("show the pods in staging")]);
    }

    #[test]
    fn control_c_takes_the_running_command_before_the_input() {
        let mut bench = Bench::new();
        bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "go".to_owned() });
        bench.types("half a request");
        bench.control('c');
        assert_eq!(bench.told(), [ToRuntime::Interrupt]);
        assert_eq!(bench.composer(), "half a request");
        bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
        bench.control('c');
        assert_eq!(bench.told(), []);
        assert_eq!(bench.composer(), "");
        bench.control('c');
        assert_eq!(bench.told(), []);
        assert!(bench.last_words().contains("Ctrl+X closes"));
        assert!(!bench.quits());
    }

    #[test]
    fn control_c_on_the_banner_withdraws_the_question() {
        let mut bench = Bench::new();
        bench.types("git");
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        assert!(bench.has_banner());
        bench.control('c');
        assert_eq!(bench.told(), [ToRuntime::Interrupt]);
        assert_eq!(bench.composer(), "git");
    }

    #[test]
    fn a_command_that_a_grant_allows_says_which() {
        let mut bench = Bench::new();
        let mut request = stop_web1();
        request.announcement.granted = Some("1a2b3c4d: this command until its session ends".to_owned());
        bench.announced(&request);
        assert!(bench.draw().contains("[allowed by your grant 1a2b3c4d: this command"), "{}", bench.draw());
        bench.bus(Bus::Started { call: CallId(1) });
        let screen = bench.draw();
        assert!(screen.contains("[allowed by your grant 1a2b3c4d") && !screen.contains("[approved"), "{screen}");
    }

    #[test]
    fn control_c_takes_back_a_request_that_was_sent_and_not_taken_up_yet() {
        let mut bench = Bench::new();
        bench.enters("flibber the wug");
        assert_eq!(bench.told(), [say("flibber the wug")]);
        bench.control('c');
        assert_eq!(bench.told(), [ToRuntime::Interrupt]);
    }

    #[test]
    fn what_waits_behind_what_is_stopped_comes_back_into_the_composer() {
        let mut bench = Bench::new();
        bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "go".to_owned() });
        bench.types("show the pods");
        bench.key(KeyCode::Tab);
        bench.types("half a request");
        assert_eq!(bench.told(), [say("show the pods")]);
        bench.key(KeyCode::Esc);
        assert_eq!(bench.told(), [ToRuntime::Interrupt]);
        assert_eq!(bench.composer(), "show the pods\nhalf a request");
    }

    #[test]
    fn a_draft_is_still_there_behind_the_earlier_requests() {
        let mut bench = Bench::new();
        bench.enters("show the pods");
        bench.told();
        bench.types("half a request");
        bench.key(KeyCode::Up);
        assert_eq!(bench.composer(), "show the pods");
        bench.key(KeyCode::Down);
        assert_eq!(bench.composer(), "half a request");
    }

    #[test]
    fn an_answer_takes_nothing_away_that_was_said_before_it() {
        let mut bench = Bench::new();
        bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "go".to_owned() });
        bench.state.words(Face::Agent, "What comes after it.");
        bench.bus(Bus::Answer { turn: TurnId(1), text: "Done.".to_owned() });
        let screen = bench.draw();
        assert!(screen.contains("What comes after it.") && screen.contains("Done."), "{screen}");
    }

    #[test]
    fn control_x_closes_when_nothing_runs() {
        let mut bench = Bench::new();
        bench.types("half a request");
        bench.control('x');
        assert!(bench.quits());
    }

    fn in_a_session() -> Bench {
        let mut bench = Bench::new();
        bench.bus(Bus::Session(session()));
        bench
    }

    fn session() -> SessionId {
        SessionId::new("session_004_2026-02-21_db")
    }

    #[test]
    fn control_x_in_a_session_shows_what_it_came_to_and_asks() {
        for (key, summarised) in [('y', true), ('n', false)] {
            let mut bench = in_a_session();
            bench.control('x');
            assert_eq!(bench.told(), [ToRuntime::Summarise]);
            bench.types("y");
            assert!(bench.told().is_empty(), "nobody agrees to what is not shown yet");
            bench.bus(Bus::Closing { session: session(), summary: "Duration: 52 minutes".to_owned() });
            assert!(bench.draw().contains("Duration: 52 minutes"));
            bench.types(&key.to_string());
            assert_eq!(bench.told(), [ToRuntime::CloseSession { summarised }]);
            assert!(!bench.quits());
            bench.bus(Bus::Closed { session: session(), summarised });
            assert!(bench.quits());
            assert_eq!(bench.state.closed(), Some(summarised));
        }
    }

    #[test]
    fn control_x_twice_leaves_the_session_active_and_esc_goes_back() {
        let mut bench = in_a_session();
        bench.control('x');
        bench.key(KeyCode::Esc);
        bench.bus(Bus::Closing { session: session(), summary: "Duration: 52 minutes".to_owned() });
        assert!(!bench.draw().contains("Duration"));
        bench.control('x');
        bench.control('x');
        assert!(bench.quits());
        assert_eq!(bench.state.closed(), None);
    }

    #[test]
    fn control_x_asks_once_while_something_runs() {
        let mut bench = Bench::new();
        bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "go".to_owned() });
        bench.control('x');
        assert!(!bench.quits());
        assert!(bench.last_words().contains("Ctrl+X once more"));
        bench.control('x');
        assert!(bench.quits());
    }

    #[test]
    fn control_x_asks_again_for_the_next_turn() {
        let mut bench = Bench::new();
        for turn in 1..=2 {
            bench.bus(Bus::TurnBegan { turn: TurnId(turn), text: "go".to_owned() });
            bench.control('x');
            assert!(!bench.quits());
            bench.bus(Bus::TurnEnded { turn: TurnId(turn), failure: None });
        }
    }

    #[test]
    fn control_x_in_the_dialog_says_on_the_screen_that_something_runs() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.control('x');
        assert!(!bench.quits());
        assert!(bench.draw().contains("Ctrl+X once more"));
        bench.control('x');
        assert!(bench.quits());
    }

    #[test]
    fn a_letter_with_shift_and_control_is_the_same_key() {
        let mut bench = Bench::new();
        bench.press(KeyCode::Char('X'), KeyModifiers::CONTROL);
        assert!(bench.quits());
    }

    #[test]
    fn control_d_goes_to_the_shell_only_from_an_empty_line() {
        let mut bench = Bench::new();
        bench.types("git");
        bench.control('d');
        assert_eq!(bench.state.view().place, Place::Chat);
        assert_eq!(bench.composer(), "git");
        bench.control('c');
        bench.control('d');
        assert_eq!(bench.state.view().place, Place::Shell);
        bench.control('s');
        assert_eq!(bench.state.view().place, Place::Chat);
        assert!(!bench.quits());
    }

    #[test]
    fn control_d_in_the_middle_of_a_line_deletes_nothing_by_surprise() {
        let mut bench = Bench::new();
        bench.types("git");
        bench.key(KeyCode::Home);
        bench.control('d');
        assert_eq!(bench.state.view().place, Place::Chat);
        assert!(!bench.quits());
    }

    #[test]
    fn the_help_lists_the_keys_of_the_footer_and_types_nothing_when_it_closes() {
        let mut bench = Bench::sized(100, 120);
        bench.key(KeyCode::F(1));
        let help = bench.draw();
        for keys in ["Ctrl+C", "Ctrl+X", "Ctrl+D", "Ctrl+]", "Alt+Enter", "F2"] {
            assert!(help.contains(keys), "no {keys} in\n{help}");
        }
        bench.types("q");
        assert_eq!(bench.composer(), "");
        assert!(bench.state.view().pager.is_none());
    }

    #[test]
    fn the_shortcuts_of_the_command_line_are_those_of_the_screen() {
        let mut bench = Bench::sized(120, 200);
        bench.key(KeyCode::F(1));
        let screen = bench.draw();
        for row in super::super::shortcuts_help().lines().skip(1) {
            let (keys, text) = row.trim().split_once("  ").expect("keys and what they do");
            assert!(screen.contains(keys) && screen.contains(text.trim()), "no {row} in\n{screen}");
        }
    }

    #[test]
    fn control_l_paints_everything_anew() {
        let mut bench = Bench::new();
        assert!(!bench.state.take_repaint());
        bench.control('l');
        assert!(bench.state.take_repaint());
        assert!(!bench.state.take_repaint());
    }
}

mod pastes {
    use super::*;

    #[test]
    fn lines_of_a_paste_stay_lines_and_send_nothing() {
        let mut bench = Bench::new();
        bench.paste("one\r\ntwo\rthree\n");
        assert_eq!(bench.told(), []);
        assert_eq!(bench.composer(), "one\ntwo\nthree\n");
    }

    #[test]
    fn a_megabyte_is_refused_with_its_size_and_a_way_out_and_nothing_typed_is_lost() {
        let mut bench = Bench::new();
        bench.types("look at ");
        bench.paste(&"x".repeat(1 << 20));
        assert_eq!(bench.composer(), "look at ");
        assert!(bench.last_words().contains("1048576 bytes"), "{}", bench.last_words());
        assert!(bench.last_words().contains("Put it into a file"));
    }

    #[test]
    fn two_hundred_kilobytes_are_taken_whole_and_drawn() {
        let mut bench = Bench::new();
        let text = "a line of a stack trace that somebody copied\n".repeat(4_500);
        bench.paste(&text);
        bench.draw();
        bench.key(KeyCode::Enter);
        assert_eq!(bench.told(), [say(text.trim())]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_sent_to_it() {
        let mut bench = Bench::new();
        bench.paste("a\x1b[2Jb\x07c");
        assert!(!bench.draw().contains(|c: char| c.is_control() && c != '\n'));
    }
}

mod changed_rules {
    use super::*;

    fn offered() -> Bench {
        let mut bench = Bench::new();
        let loosens = vec!["`widgetctl get *` becomes automatic (widgetctl/SKILL.md:3)".to_owned()];
        bench.bus(Bus::RulesOffered { digest: "d1".to_owned(), loosens });
        bench.draw();
        bench
    }

    fn word(accept: bool) -> ToRuntime {
        ToRuntime::Rules { digest: "d1".to_owned(), accept }
    }

    #[test]
    fn they_are_shown_and_enter_or_esc_keeps_the_old_ones() {
        for key in [KeyCode::Enter, KeyCode::Esc] {
            let mut bench = offered();
            assert!(bench.draw().contains("`widgetctl get *` becomes automatic"));
            bench.key(key);
            assert_eq!(bench.told(), [word(false)]);
            assert!(bench.state.view().rules.is_none());
        }
    }

    #[test]
    fn they_are_accepted_only_where_that_was_chosen() {
        let mut bench = offered();
        [KeyCode::Down, KeyCode::Enter].into_iter().for_each(|key| bench.key(key));
        assert_eq!(bench.told(), [word(true)]);
        let mut bench = offered();
        [KeyCode::Down, KeyCode::Esc].into_iter().for_each(|key| bench.key(key));
        assert_eq!(bench.told(), [word(false)]);
    }

    #[test]
    fn whoever_types_goes_on_typing_and_sends_what_was_typed() {
        let mut bench = offered();
        bench.types("yes");
        bench.key(KeyCode::Down);
        bench.key(KeyCode::Enter);
        assert_eq!(bench.told(), [say("yes")]);
        assert!(bench.state.view().rules.is_some());
    }

    #[test]
    fn they_go_when_nothing_waits_any_more() {
        let mut bench = offered();
        bench.bus(Bus::RulesSettled);
        assert!(bench.state.view().rules.is_none());
    }
}

mod offers {
    use super::*;

    fn session() -> SessionId {
        SessionId::new("session_003_2026-02-21_look-at-db")
    }

    fn offered() -> Bench {
        let mut bench = Bench::new();
        bench.bus(Bus::Resumable { session: session(), goal: "look at db".to_owned() });
        bench.draw();
        bench.pass(1_000);
        bench
    }

    #[test]
    fn it_names_the_session_and_its_goal() {
        let screen = offered().draw();
        assert!(screen.contains("session_003 — look at db"), "{screen}");
    }

    #[test]
    fn enter_resumes() {
        let mut bench = offered();
        bench.key(KeyCode::Enter);
        assert_eq!(bench.told(), [ToRuntime::Resume(session())]);
        assert!(bench.state.view().offer.is_none());
    }

    #[test]
    fn the_other_choice_begins_a_new_one() {
        for keys in [vec![KeyCode::Down, KeyCode::Enter], vec![KeyCode::Char('n')], vec![KeyCode::Esc]] {
            let mut bench = offered();
            keys.iter().for_each(|key| bench.key(*key));
            assert_eq!(bench.told(), [ToRuntime::Begin], "{keys:?}");
            assert!(bench.state.view().offer.is_none());
        }
    }

    #[test]
    fn the_choice_goes_both_ways() {
        let mut bench = offered();
        [KeyCode::Down, KeyCode::Up, KeyCode::Enter].into_iter().for_each(|key| bench.key(key));
        assert_eq!(bench.told(), [ToRuntime::Resume(session())]);
    }

    #[test]
    fn it_can_be_closed_with_everything() {
        let mut bench = offered();
        bench.control('x');
        assert!(bench.quits());
        assert_eq!(bench.told(), []);
    }

    #[test]
    fn a_request_that_was_being_typed_is_not_cut_short_by_it() {
        let mut bench = Bench::new();
        bench.types("show the co");
        bench.bus(Bus::Resumable { session: session(), goal: "look at db".to_owned() });
        bench.types("mmits of any day");
        assert_eq!(bench.told(), []);
        assert_eq!(bench.composer(), "show the commits of any day");
    }

    #[test]
    fn it_waits_in_the_chat_and_covers_no_shell_meanwhile() {
        let mut bench = offered();
        bench.key(KeyCode::F(2));
        let screen = bench.draw();
        assert!(!screen.contains("look at db") && screen.contains("Ctrl+S chat"), "{screen}");
        bench.control('s');
        assert!(bench.draw().contains("session_003 — look at db"));
    }

    #[test]
    fn it_goes_when_a_session_has_begun_without_it() {
        let mut bench = offered();
        bench.bus(Bus::Session(session()));
        assert!(bench.state.view().offer.is_none());
    }
}

mod turns {
    use super::*;

    #[test]
    fn requests_are_passed_on_while_one_is_under_way_and_kept_in_order() {
        let mut bench = Bench::new();
        bench.enters("one");
        bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "one".to_owned() });
        bench.types("two");
        bench.key(KeyCode::Tab);
        bench.types("three");
        bench.key(KeyCode::Tab);
        assert_eq!(bench.told(), [say("one"), say("two"), say("three")]);
    }

    #[test]
    fn a_request_that_waits_is_on_the_screen() {
        let mut bench = Bench::new();
        bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "one".to_owned() });
        bench.enters("and then the second one");
        assert!(bench.draw().contains("and then the second one"));
        bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
        bench.bus(Bus::TurnBegan { turn: TurnId(2), text: "and then the second one".to_owned() });
        assert_eq!(bench.draw().matches("and then the second one").count(), 1);
    }

    #[test]
    fn a_command_is_announced_asked_run_and_ended_on_one_card() {
        let mut bench = Bench::new();
        bench.announced(&stop_web1());
        assert_eq!(bench.card(1).state, CardState::Announced);
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        assert_eq!(bench.card(1).state, CardState::Asking);
        bench.bus(Bus::ApprovalClosed { call: CallId(1), decision: Decision::Approved });
        bench.bus(Bus::Started { call: CallId(1) });
        assert_eq!(bench.card(1).state, CardState::Running);
        bench.bus(Bus::WaitingForInput { call: CallId(1) });
        assert_eq!(bench.card(1).state, CardState::WaitingForInput);
        bench.output(1, Stream::Stdout, b"web1\n");
        bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
        assert_eq!(bench.card(1).state, CardState::Ended { exit: Exit::Code(0), milliseconds: 1_250 });
        let screen = bench.draw();
        for text in ["→  docker stop web1", "Reason: Because it was asked for.", "docker/SKILL.md", "web1", "✓ 1.2 s"]
        {
            assert!(screen.contains(text), "no {text:?} in\n{screen}");
        }
    }

    #[test]
    fn output_stands_in_the_order_it_came_with_its_stream() {
        let mut bench = Bench::new();
        bench.announced(&stop_web1());
        bench.output(1, Stream::Stdout, b"one\n");
        bench.output(1, Stream::Stdout, b"two\n");
        bench.output(1, Stream::Stderr, b"warning\n");
        bench.output(1, Stream::Stdout, b"three\n");
        let wanted = [
            (Stream::Stdout, b"one\ntwo\n".to_vec()),
            (Stream::Stderr, b"warning\n".to_vec()),
            (Stream::Stdout, b"three\n".to_vec()),
        ];
        assert_eq!(bench.card(1).output, wanted);
    }

    #[test]
    fn output_that_arrives_behind_the_end_is_still_the_command_s() {
        let mut bench = Bench::new();
        bench.announced(&stop_web1());
        bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
        bench.announced(&request(2, "docker stop web2"));
        bench.output(1, Stream::Stdout, b"the last line\n");
        assert_eq!(bench.card(1).output.len(), 1);
        assert!(bench.card(2).output.is_empty());
    }

    #[test]
    fn output_of_nobody_is_dropped() {
        let mut bench = Bench::new();
        bench.output(9, Stream::Stdout, b"who?\n");
        assert!(!bench.draw().contains("who?"));
    }

    #[test]
    fn a_flood_keeps_its_newest_lines_and_counts_the_rest() {
        let mut bench = Bench::new();
        bench.announced(&stop_web1());
        let mut sent = 0;
        for number in 0..200_u64 {
            let lines: String = (0..1_000).map(|line| format!("line {} of a flood\n", number * 1_000 + line)).collect();
            sent += lines.len() as u64;
            bench.output(1, Stream::Stdout, lines.as_bytes());
        }
        let card = bench.card(1);
        let kept: u64 = card.output.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        assert!(kept <= 1024 * 1024, "{kept} bytes are kept");
        assert_eq!(kept + card.dropped, sent);
        let (_, last) = card.output.last().expect("output");
        assert!(last.ends_with(b"line 199999 of a flood\n"));
        let (_, first) = card.output.first().expect("output");
        assert!(first.starts_with(b"line "), "it begins in the middle of a line");
        let screen = bench.draw();
        assert!(screen.contains("line 199999 of a flood"), "{screen}");
        bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
        assert!(bench.draw().contains("✓"));
    }

    #[test]
    fn after_a_long_day_the_oldest_outputs_are_counted_and_no_longer_kept() {
        let mut bench = Bench::new();
        let output = b"a line of an ordinary output\n".repeat(10_000);
        for call in 1..=100 {
            bench.announced(&request(call, "docker stop web1"));
            bench.output(call, Stream::Stdout, &output);
            bench.bus(Bus::Finished(report(call, Some(Exit::Code(0)))));
        }
        let kept = |card: &Card| card.output.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
        let in_all: usize = (1..=100).map(|call| kept(bench.card(call))).sum();
        assert!(in_all <= 16 * 1024 * 1024, "{in_all} bytes are kept");
        let (oldest, newest) = (bench.card(1), bench.card(100));
        assert_eq!((kept(oldest), oldest.dropped), (0, output.len() as u64));
        assert_eq!((kept(newest), newest.dropped), (output.len(), 0));
    }

    #[test]
    fn a_flood_that_changes_its_stream_with_every_line_costs_no_more() {
        let mut bench = Bench::new();
        bench.announced(&stop_web1());
        for _ in 0..150_000 {
            bench.output(1, Stream::Stdout, b"out\n");
            bench.output(1, Stream::Stderr, b"err\n");
        }
        let card = bench.card(1);
        let kept: u64 = card.output.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        assert!(kept <= 1024 * 1024, "{kept} bytes are kept");
        assert_eq!(kept + card.dropped, 150_000 * 8);
    }

    #[test]
    fn long_output_is_folded_and_unfolded_by_a_key() {
        let mut bench = Bench::sized(80, 60);
        bench.announced(&stop_web1());
        let lines: String = (0..200).map(|line| format!("row {line:03}\n")).collect();
        bench.output(1, Stream::Stdout, lines.as_bytes());
        let folded = bench.draw();
        assert!(folded.contains("row 000") && folded.contains("row 199") && !folded.contains("row 100"), "{folded}");
        assert!(folded.contains("174 of 200 lines folded · Ctrl+O shows them"), "{folded}");
        bench.control('o');
        assert!(bench.draw().contains("row 190"));
        assert!(!bench.draw().contains("folded"));
        bench.control('o');
        assert_eq!(bench.draw(), folded);
    }

    #[test]
    fn a_streamed_answer_is_one_block_that_the_final_words_replace() {
        let mut bench = Bench::new();
        bench.bus(Bus::Thinking { turn: TurnId(1), text: "Let me ".to_owned() });
        bench.bus(Bus::Thinking { turn: TurnId(1), text: "see.".to_owned() });
        bench.bus(Bus::Token { turn: TurnId(1), text: "All ".to_owned() });
        bench.bus(Bus::Token { turn: TurnId(1), text: "is we".to_owned() });
        assert_eq!(bench.words(), [(Face::Thinking, "Let me see."), (Face::Agent, "All is we")]);
        bench.bus(Bus::Answer { turn: TurnId(1), text: "All is well.".to_owned() });
        assert_eq!(bench.words(), [(Face::Thinking, "Let me see."), (Face::Agent, "All is well.")]);
    }

    #[test]
    fn an_answer_of_one_turn_does_not_replace_that_of_another() {
        let mut bench = Bench::new();
        for turn in 1..=2 {
            bench.bus(Bus::TurnBegan { turn: TurnId(turn), text: format!("request {turn}") });
            bench.bus(Bus::Answer { turn: TurnId(turn), text: format!("answer {turn}") });
            bench.bus(Bus::TurnEnded { turn: TurnId(turn), failure: None });
        }
        let told: Vec<&str> = bench.words().into_iter().map(|(_, text)| text).collect();
        assert_eq!(told, ["request 1", "answer 1", "request 2", "answer 2"]);
    }

    #[test]
    fn a_failure_of_ours_is_told_with_its_hint_and_a_refusal_is_not_told_twice() {
        let mut bench = Bench::new();
        let refused = Failure::new(FailureKind::Refused, "the command was refused");
        bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: Some(refused) });
        assert!(bench.words().is_empty());
        let full = Failure::new(FailureKind::Error, "the disk is full").hint("Make room.");
        bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: Some(full) });
        assert_eq!(bench.words(), [(Face::Failure, "the disk is full. Make room.")]);
    }

    #[test]
    fn notices_keep_their_weight() {
        let mut bench = Bench::new();
        for kind in [NoticeKind::Info, NoticeKind::Warning, NoticeKind::Failure] {
            bench.bus(Bus::Notice(Notice { kind, text: "hm".to_owned() }));
        }
        assert_eq!(bench.words(), [(Face::Info, "hm"), (Face::Warning, "hm"), (Face::Failure, "hm")]);
    }

    #[test]
    fn a_start_that_failed_is_told_and_the_person_can_read_it() {
        let mut bench = Bench::new();
        bench.take(Event::Unstartable("the memory is read-only. Ctrl+X closes.".to_owned()));
        assert!(bench.draw().contains("the memory is read-only"));
        assert!(!bench.quits());
    }

    #[test]
    fn the_system_s_wish_to_end_is_obeyed_at_once() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        bench.take(Event::Terminate);
        assert!(bench.quits());
    }
}

mod pictures {
    use super::*;

    #[test]
    fn the_status_line_says_where_we_stand() {
        let mut bench = Bench::sized(120, 24);
        bench.bus(Bus::Session(SessionId::new("session_004_2026-02-21_look")));
        bench.bus(Bus::Surroundings(Surroundings {
            kube_context: Some("prod-eu".to_owned()),
            namespace: Some("shop".to_owned()),
            git_branch: Some("main".to_owned()),
            docker_context: Some("default".to_owned()),
            ..Surroundings::default()
        }));
        bench.bus(Bus::Presence(Presence::Model { name: "devstral:24b".to_owned(), window: 32_768 }));
        bench.bus(Bus::Usage(Usage { prompt_tokens: Some(8_000), output_tokens: Some(192) }));
        let screen = bench.draw();
        let wanted = "session_004 · kube prod-eu/shop · git main · docker default · devstral:24b · context 25 %";
        assert!(screen.contains(wanted), "{screen}");
        assert!(screen.contains("[session_004 · shop · main]"), "{screen}");
        assert!(screen.contains("CHAT"), "{screen}");
    }

    #[test]
    fn paging_stops_at_the_top_and_a_request_returns_to_the_end() {
        let mut bench = Bench::new();
        for line in 0..100 {
            bench.bus(Bus::Notice(Notice { kind: NoticeKind::Info, text: format!("notice {line:03}") }));
        }
        bench.draw();
        for _ in 0..100 {
            bench.key(KeyCode::PageUp);
            bench.draw();
        }
        assert!(bench.draw().contains("notice 000"));
        bench.key(KeyCode::PageDown);
        assert!(!bench.draw().contains("notice 000"));
        bench.enters("go on");
        assert!(bench.draw().contains("notice 099"));
    }

    #[test]
    fn the_way_to_the_end_is_told_by_the_key_that_goes_there() {
        let mut bench = Bench::new();
        for line in 0..100 {
            bench.bus(Bus::Notice(Notice { kind: NoticeKind::Info, text: format!("notice {line:03}") }));
        }
        bench.draw();
        bench.key(KeyCode::PageUp);
        assert!(bench.draw().contains("more below · Ctrl+End"), "{}", bench.draw());
        bench.press(KeyCode::End, KeyModifiers::CONTROL);
        assert!(bench.draw().contains("notice 099"));
    }

    #[test]
    fn being_drawn_asks_for_no_drawing() {
        let mut bench = Bench::new();
        bench.asked(stop_web1());
        assert!(bench.state.take_dirty());
        bench.draw();
        assert!(!bench.state.take_dirty());
    }

    #[test]
    fn the_same_events_give_the_same_screens() {
        let play = || {
            let mut bench = Bench::sized(120, 40);
            let mut screens = vec![bench.draw()];
            bench.enters("stop the container web1");
            bench.announced(&stop_web1());
            bench.bus(Bus::ApprovalRequested(stop_web1()));
            screens.push(bench.draw());
            bench.pass(1_000);
            screens.push(bench.draw());
            bench.pass(300);
            bench.enters("yes");
            bench.bus(Bus::ApprovalClosed { call: CallId(1), decision: Decision::Approved });
            bench.output(1, Stream::Stdout, b"web1\n");
            bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
            screens.push(bench.draw());
            (screens, bench.effects)
        };
        assert_eq!(play(), play());
    }

    #[test]
    fn a_screen_too_small_says_so_and_keeps_the_question_open() {
        let mut bench = Bench::sized(20, 5);
        bench.bus(Bus::ApprovalRequested(stop_web1()));
        assert!(bench.draw().contains("too small"));
        bench.pass(5_000);
        bench.enters("yes");
        assert_eq!(bench.told(), [say("yes")]);
        bench.size = (80, 24);
        bench.take(Event::Input(Input::Resize(80, 24)));
        bench.pass(5_000);
        assert!(bench.draw().contains("APPROVAL REQUIRED"));
    }

    #[test]
    fn a_composer_of_many_lines_leaves_room_for_the_chat_on_every_screen() {
        for (columns, rows) in [(30, 8), (40, 10), (80, 24), (200, 60)] {
            let mut bench = Bench::sized(columns, rows);
            bench.bus(Bus::Answer { turn: TurnId(1), text: "hello".to_owned() });
            bench.paste(&"line\n".repeat(40));
            assert!(bench.draw().contains("hello"), "{columns}×{rows}\n{}", bench.draw());
        }
    }
}
