//! Whatever comes, in whatever order, the workbench can be drawn and says where it is.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

use super::*;
use crate::domain::{Recalled, Whence};
use crate::runtime::{Found, Reading, Wanted};
use crate::shell::{Happened, ShellEvent, Standing, Wishes};

/// Something that may come.
#[derive(Debug, Clone)]
enum Come {
    Key(KeyCode, KeyModifiers),
    Mouse(MouseEventKind, u16, u16),
    Paste(String),
    Size(u16, u16),
    Bus(u8),
    Shell(u8),
    Focus(bool),
    /// What was asked for is there, or is not.
    Read(bool),
    Pass(u64),
}

fn key() -> impl Strategy<Value = Come> {
    let letters = prop::sample::select("abdfgjkmnorswyz/?!@ 1GN".chars().map(KeyCode::Char).collect::<Vec<_>>());
    let named = prop::sample::select(vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::Backspace,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
    ]);
    let functions = (1..=8_u8).prop_map(KeyCode::F);
    let held = prop::sample::select(vec![
        KeyModifiers::NONE,
        KeyModifiers::NONE,
        KeyModifiers::NONE,
        KeyModifiers::CONTROL,
        KeyModifiers::ALT,
        KeyModifiers::ALT | KeyModifiers::SHIFT,
    ]);
    (prop_oneof![3 => letters, 3 => named, 1 => functions], held).prop_map(|(code, held)| Come::Key(code, held))
}

fn come() -> impl Strategy<Value = Come> {
    let kinds = prop::sample::select(vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::Moved,
    ]);
    prop_oneof![
        12 => key(),
        3 => (kinds, 0..220_u16, 0..70_u16).prop_map(|(kind, column, row)| Come::Mouse(kind, column, row)),
        1 => "[a-z\u{1b}\n日\u{202e}]{0,40}".prop_map(Come::Paste),
        1 => (1..210_u16, 1..64_u16).prop_map(|(columns, rows)| Come::Size(columns, rows)),
        6 => (0..14_u8).prop_map(Come::Bus),
        2 => (0..4_u8).prop_map(Come::Shell),
        1 => any::<bool>().prop_map(Come::Focus),
        2 => any::<bool>().prop_map(Come::Read),
        2 => prop::sample::select(vec![1_u64, 300, 700]).prop_map(Come::Pass),
    ]
}

impl Bench {
    fn comes(&mut self, come: &Come) {
        match come {
            Come::Key(code, held) => self.press(*code, *held),
            Come::Mouse(kind, column, row) => {
                let event = MouseEvent { kind: *kind, column: *column, row: *row, modifiers: KeyModifiers::NONE };
                self.take(Event::Input(Input::Mouse(event)));
            }
            Come::Paste(text) => self.paste(text),
            Come::Size(columns, rows) => {
                self.size = (*columns, *rows);
                self.take(Event::Input(Input::Resize(*columns, *rows)));
            }
            Come::Bus(which) => self.something_happens(*which),
            Come::Shell(which) => {
                let standing = [Standing::Prompt, Standing::Command, Standing::FullScreen][usize::from(which % 3)];
                let now = super::super::ShellNow { standing, wishes: Wishes::default(), scrolled: usize::from(*which) };
                self.take(Event::ShellNow(now));
                match which {
                    0 => self.take(Event::ShellStarted),
                    1 => self.take(Event::Shell(ShellEvent::Happened(Happened::Prompt { cwd: None }))),
                    2 => self.take(Event::Shell(ShellEvent::Ended { code: Some(0), failure: None })),
                    _ => self.take(Event::Found(Vec::new())),
                }
            }
            Come::Focus(gained) => {
                self.take(Event::Input(if *gained { Input::FocusGained } else { Input::FocusLost }));
            }
            Come::Read(found) => {
                let wanted: Vec<Wanted> = std::mem::take(&mut self.effects)
                    .into_iter()
                    .filter_map(|effect| if let Effect::Read(wanted) = effect { Some(wanted) } else { None })
                    .collect();
                for wanted in wanted {
                    let text: Vec<String> = (0..50).map(|line| format!("line {line}")).collect();
                    let read = match wanted {
                        Wanted::Files | Wanted::Requests => Found::List(text.into()),
                        _ => Found::Text(text.into()),
                    };
                    let found = if *found { Ok(read) } else { Err("the disk is gone".to_owned()) };
                    self.take(Event::Read(Reading { wanted, found }));
                }
            }
            Come::Pass(milliseconds) => self.pass(*milliseconds),
        }
    }

    fn something_happens(&mut self, which: u8) {
        let turn = TurnId(1);
        let call = CallId(u64::from(which % 3) + 1);
        match which {
            0 => self.bus(Bus::Session(SessionId::new("session_004_2026-02-21_look"))),
            1 => self.bus(Bus::TurnBegan { turn, text: "do \u{202e}it\x1b[2J".to_owned() }),
            2 => self.announced(&request(call.0, "docker stop web1 && docker ps")),
            3 => self.bus(Bus::ApprovalRequested(request(call.0, "docker stop web1"))),
            4 => self.output(call.0, Stream::Stderr, &b"one line of output, \xff and a long one\n".repeat(60)),
            5 => self.bus(Bus::Finished(report(call.0, Some(Exit::Code(1))))),
            6 => self.bus(Bus::Token { turn, text: "# Title\n\n| a | b |\n|---|---|\n| 1 | 日本 |\n".to_owned() }),
            7 => self.bus(Bus::Answer { turn, text: "see https://example.org/x".to_owned() }),
            8 => self.bus(Bus::Thinking { turn, text: "hm\n".repeat(9) }),
            9 => self.bus(Bus::TurnEnded { turn, failure: None }),
            10 => self.bus(Bus::Resumable { session: SessionId::new("session_003"), goal: "look".to_owned() }),
            11 => self.bus(Bus::RulesOffered { digest: "d".to_owned(), loosens: vec!["less\nstrict".repeat(30)] }),
            12 => self.bus(Bus::Recalled(vec![Recalled { command: "git log".to_owned(), whence: Whence::Shell }])),
            _ => self.bus(Bus::ApprovalClosed { call, decision: Decision::Denied }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_leaves_a_state_that_can_be_drawn(
        first_run in any::<bool>(),
        all in prop::collection::vec(come(), 1..40),
    ) {
        let mut bench = Bench::sized(120, 40);
        if first_run {
            bench.take(Event::FirstRun);
        }
        for come in &all {
            bench.comes(come);
            let screen = bench.draw();
            prop_assert!(!screen.contains(|letter: char| letter.is_control() && letter != '\n'), "{:?}", screen);
        }
        // Wherever that led, there is a way back to an empty composer, and no answer was given by itself.
        bench.size = (120, 40);
        for _ in 0..12 {
            bench.pass(1_000);
            bench.draw();
            bench.key(KeyCode::Esc);
            bench.press(KeyCode::Char(']'), KeyModifiers::CONTROL);
        }
        prop_assert!(bench.draw().contains("CHAT"), "{}", bench.draw());
    }

    #[test]
    fn any_sequence_in_a_strip_prints_every_block_once(all in prop::collection::vec(come(), 1..40)) {
        let mut bench = Bench::inline(100, 30);
        let mut printed = 0;
        for come in &all {
            bench.comes(come);
            if bench.state.is_strip() {
                let above = bench.frame().above;
                prop_assert!(!above.iter().any(|row| row.contains(char::is_control)), "{:?}", above);
            } else {
                bench.draw();
            }
            let through = bench.state.inline.unwrap_or_default();
            prop_assert!(through >= printed, "what was printed is printed again");
            printed = through;
        }
    }
}
