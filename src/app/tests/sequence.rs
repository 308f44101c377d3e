//! Keys pressed one after another: what they do where, what is told meanwhile, and who never gets them.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::app::ShellNow;
use crate::shell::Standing;

impl Bench {
    /// A workbench with keys of the person's own.
    fn with_keys(yaml: &str) -> Bench {
        let (keymap, problems) = crate::app::Keymap::read(yaml);
        assert_eq!(problems, [] as [String; 0]);
        let mut bench = Bench::new();
        bench.state = State::new("DevOps-Agent").with_keymap((keymap, Vec::new()));
        bench
    }

    fn place(&self) -> Place {
        self.state.view().place
    }

    /// Whether something was begun and waits for the next key.
    fn waits(&self) -> bool {
        self.state.view().pending.is_some()
    }

    fn stands_at(&mut self, standing: Standing) {
        self.take(Event::ShellNow(ShellNow { standing, ..ShellNow::default() }));
    }

    /// In a shell that stands like this, with nothing sent to it yet.
    fn at(standing: Standing) -> Bench {
        let mut bench = Bench::sized(100, 30);
        bench.key(KeyCode::F(2));
        bench.take(Event::ShellStarted);
        bench.stands_at(standing);
        bench.effects.clear();
        bench
    }
}

#[test]
fn a_sequence_leads_from_place_to_place() {
    let mut bench = Bench::sized(100, 30);
    for (letter, place) in [
        ('g', Place::Graph),
        ('l', Place::Sessions),
        ('g', Place::Graph),
        ('c', Place::Chat),
        ('l', Place::Sessions),
        ('c', Place::Chat),
        ('s', Place::Shell),
    ] {
        bench.key(KeyCode::F(8));
        bench.key(KeyCode::Char(letter));
        assert_eq!(bench.place(), place, "F8 {letter}");
    }
    bench.take(Event::ShellStarted);
    bench.stands_at(Standing::Prompt);
    bench.key(KeyCode::F(8));
    bench.types("l");
    assert_eq!(bench.place(), Place::Sessions);
    bench.key(KeyCode::F(8));
    bench.types("s");
    bench.stands_at(Standing::Prompt);
    bench.key(KeyCode::F(8));
    bench.types("c");
    assert_eq!((bench.place(), bench.composer().as_str()), (Place::Chat, ""));
}

#[test]
fn what_may_follow_is_shown_and_told_in_the_footer() {
    let mut bench = Bench::sized(80, 24);
    bench.types("hello");
    bench.key(KeyCode::F(8));
    let screen = bench.draw();
    for told in ["╭ F8 … ", "g graph", "l list of sessions", "z whole screen", "t themes", "h help"] {
        assert!(screen.contains(told), "{told}: {screen}");
    }
    let footer = screen.lines().last().unwrap_or_default();
    assert!(footer.contains("F8 and one of these keys  Esc take it back"), "{screen}");
    bench.types("h");
    assert!(bench.draw().contains("help · line 1 of"), "{}", bench.draw());
    assert_eq!(bench.composer(), "hello");
}

#[test]
fn on_a_small_screen_the_keys_stand_beside_each_other() {
    for size in [(40, 12), (30, 8)] {
        let mut bench = Bench::sized(size.0, size.1);
        bench.key(KeyCode::F(8));
        let screen = bench.draw();
        for letter in ["s sh", "g gr", "p co", "t th", "h he"] {
            assert!(screen.contains(letter), "{letter}: {screen}");
        }
    }
}

#[test]
fn escape_takes_back_what_was_begun_and_nothing_else() {
    let mut bench = Bench::new();
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "do it".to_owned() });
    bench.types("hello");
    bench.key(KeyCode::F(8));
    bench.key(KeyCode::Esc);
    assert!(!bench.waits());
    assert_eq!(bench.told(), [], "nothing was stopped");
    bench.types(" g");
    assert_eq!((bench.place(), bench.composer().as_str()), (Place::Chat, "hello g"));
}

#[test]
fn a_key_that_leads_nowhere_types_nothing_and_is_told_once() {
    let mut bench = Bench::sized(160, 30);
    bench.key(KeyCode::F(8));
    bench.types("q");
    assert!(!bench.waits());
    let footer = bench.draw().lines().last().unwrap_or_default().trim().to_owned();
    assert!(footer.starts_with("F8 q leads nowhere  Enter send"), "{footer}");
    assert_eq!(bench.composer(), "");
    bench.types("x");
    assert!(!bench.draw().contains("leads nowhere"));
    assert_eq!(bench.composer(), "x");
}

#[test]
fn nothing_begun_outlives_a_click_a_paste_or_what_takes_the_keys() {
    let mut bench = Bench::sized(100, 30);
    bench.draw();
    bench.key(KeyCode::F(8));
    let click = MouseEventKind::Down(MouseButton::Left);
    let event = MouseEvent { kind: click, column: 5, row: 5, modifiers: KeyModifiers::NONE };
    bench.take(Event::Input(Input::Mouse(event)));
    assert!(!bench.waits());
    bench.key(KeyCode::F(8));
    bench.paste("pasted");
    assert!(!bench.waits());
    bench.key(KeyCode::F(8));
    bench.bus(Bus::Resumable { session: SessionId::new("session_003"), goal: "look".to_owned() });
    assert!(!bench.waits(), "a question in the chat's frame has the keys");
    bench.types("g");
    assert_eq!(bench.place(), Place::Chat);
}

#[test]
fn no_sequence_begins_or_goes_on_in_a_dialog() {
    let mut bench = Bench::sized(100, 30);
    bench.announced(&request(1, "docker stop web1"));
    bench.key(KeyCode::F(8));
    bench.bus(Bus::ApprovalRequested(request(1, "docker stop web1")));
    assert!(bench.has_banner() && bench.waits(), "it waits for the keys that come");
    bench.pass(600);
    bench.draw();
    assert!(!bench.waits());
    bench.pass(300);
    bench.key(KeyCode::F(8));
    assert!(bench.has_dialog() && !bench.waits());
    bench.types("g");
    assert_eq!((bench.dialog_reply().as_str(), bench.place()), ("g", Place::Chat));
}

#[test]
fn a_program_in_the_shell_has_its_keys_and_a_prompt_those_that_begin_nothing() {
    for standing in [Standing::FullScreen, Standing::Command] {
        let mut bench = Bench::at(standing);
        bench.key(KeyCode::F(8));
        bench.types("c");
        assert_eq!(bench.place(), Place::Shell);
        assert_eq!(bench.effects, [Effect::Type(b"\x1b[19~".to_vec()), Effect::Type(b"c".to_vec())]);
    }
    let mut bench = Bench::at(Standing::Prompt);
    bench.key(KeyCode::F(8));
    bench.types("q");
    bench.types("ls");
    assert_eq!(bench.effects, [Effect::Type(b"l".to_vec()), Effect::Type(b"s".to_vec())]);
    // What was begun at a prompt is not gone on with once a program runs.
    bench.effects.clear();
    bench.key(KeyCode::F(8));
    bench.stands_at(Standing::FullScreen);
    assert!(!bench.waits());
    bench.types("c");
    assert_eq!((bench.place(), bench.effects), (Place::Shell, vec![Effect::Type(b"c".to_vec())]));
}

#[test]
fn the_shell_gets_the_whole_screen_and_gives_it_back() {
    let mut bench = Bench::at(Standing::Prompt);
    bench.size = (140, 40);
    for zoomed in [true, false] {
        bench.key(KeyCode::F(8));
        bench.types("z");
        assert_eq!((bench.state.view().shell.zoomed, bench.place()), (zoomed, Place::Shell));
    }
}

#[test]
fn sequences_of_the_persons_own_work_where_they_were_bound_and_are_told_where_keys_are() {
    let mut bench = Bench::with_keys(
        "chat:\n  f7: none\n  f8: none\n  ctrl+k ctrl+g: graph\n  ctrl+k n x: new\ngraph:\n  z z: fold\n  z: none\n  esc: none\n  f7: none\n  q: chat\n",
    );
    bench.size = (160, 40);
    bench.control('k');
    let screen = bench.draw();
    assert!(screen.contains("Ctrl+G graph") && screen.contains("n      …"), "{screen}");
    bench.types("n");
    assert!(bench.draw().contains("x new session"), "{}", bench.draw());
    bench.types("x");
    assert!(bench.draw().contains("A new session: what is it for?"), "{}", bench.draw());
    bench.key(KeyCode::Esc);
    bench.control('k');
    bench.control('g');
    assert_eq!(bench.place(), Place::Graph);
    bench.types("z");
    assert!(bench.draw().contains("z fold"), "{}", bench.draw());
    bench.types("zq");
    assert_eq!(bench.place(), Place::Chat);
    bench.types("?");
    let help = bench.draw();
    assert!(!help.contains("F8 g "), "{help}");
    bench.types("/Ctrl+K n x");
    bench.key(KeyCode::Enter);
    assert!(bench.draw().contains("new session"), "{}", bench.draw());
}

#[test]
fn once_something_in_the_chat_is_chosen_the_keys_lead_where_they_always_lead() {
    let mut bench = Bench::with_keys("block:\n  y y: copy\n  y: none\n");
    bench.bus(Bus::Notice(Notice { kind: NoticeKind::Info, text: "a notice".to_owned() }));
    bench.press(KeyCode::Up, KeyModifiers::ALT);
    bench.types("y");
    assert!(bench.waits());
    bench.effects.clear();
    bench.types("y");
    assert!(matches!(bench.effects.as_slice(), [Effect::Outer(_)]), "{:?}", bench.effects);
    bench.key(KeyCode::F(8));
    bench.types("g");
    assert_eq!((bench.place(), bench.composer().as_str()), (Place::Graph, ""));
}

#[test]
fn letters_that_are_looked_for_begin_nothing() {
    let mut bench = Bench::with_keys("pager:\n  z z: to-end\n");
    bench.key(KeyCode::F(1));
    bench.draw();
    bench.types("z");
    assert!(bench.waits() && bench.draw().contains("z to end"), "{}", bench.draw());
    bench.key(KeyCode::Esc);
    bench.types("/zz");
    assert!(!bench.waits());
    assert!(bench.draw().contains("/zz"), "{}", bench.draw());
}
