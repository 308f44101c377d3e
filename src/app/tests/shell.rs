//! The person's shell in the workbench: which keys are its own, and what comes back from it.

use super::*;
use crate::app::ShellNow;
use crate::domain::{Recalled, Whence};
use crate::shell::{Corner, Found, Happened, Record, ShellEvent, Standing, Wishes};

impl Bench {
    /// In a shell that stands like this.
    fn in_shell(standing: Standing) -> Bench {
        let mut bench = Bench::sized(100, 44);
        bench.key(KeyCode::F(2));
        bench.take(Event::ShellStarted);
        bench.stands(standing, Wishes::default());
        bench.draw();
        bench.effects.clear();
        bench
    }

    fn stands(&mut self, standing: Standing, wishes: Wishes) {
        self.take(Event::ShellNow(ShellNow { standing, wishes, scrolled: 0 }));
    }

    fn scrolled(&mut self, scrolled: usize) {
        let wishes = Wishes::default();
        self.take(Event::ShellNow(ShellNow { standing: Standing::Prompt, wishes, scrolled }));
    }

    fn happens(&mut self, happened: Happened) {
        self.take(Event::Shell(ShellEvent::Happened(happened)));
    }

    fn done(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// What the shell was sent since the last look.
    fn typed(&mut self) -> String {
        let bytes = self.done().into_iter().filter_map(|effect| match effect {
            Effect::Type(bytes) => Some(bytes),
            _ => None,
        });
        String::from_utf8(bytes.collect::<Vec<_>>().concat()).unwrap()
    }

    fn is_in_shell(&self) -> bool {
        self.state.view().place == Place::Shell
    }
}

#[test]
fn going_there_starts_a_shell_once_and_coming_back_is_told() {
    let mut bench = Bench::new();
    bench.control('d');
    assert_eq!(bench.done(), [Effect::StartShell]);
    bench.take(Event::ShellStarted);
    bench.control('s');
    assert_eq!(bench.done(), [Effect::Tell(ToRuntime::Returned)]);
    bench.key(KeyCode::F(2));
    assert_eq!(bench.done(), []);
    bench.key(KeyCode::F(2));
    assert!(!bench.is_in_shell());
}

#[test]
fn every_key_at_a_prompt_is_the_shells_but_the_ways_back() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.types("ls -la");
    bench.key(KeyCode::Enter);
    for letter in ['c', 'd', 'a', 'l', 'o', 'j', 'p', 'z'] {
        bench.control(letter);
    }
    bench.key(KeyCode::F(1));
    bench.key(KeyCode::PageUp);
    assert_eq!(bench.typed(), "ls -la\r\x03\x04\x01\x0c\x0f\x0a\x10\x1a\x1bOP\x1b[5~");
    assert!(bench.is_in_shell());
}

#[test]
fn a_question_of_the_chats_takes_no_key_of_the_shells() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.bus(Bus::Resumable { session: SessionId::new("session_003"), goal: "look at db".to_owned() });
    bench.key(KeyCode::Char('y'));
    bench.key(KeyCode::Enter);
    assert_eq!(bench.typed(), "y\r");
}

#[test]
fn a_full_screen_program_has_every_key_but_the_escape() {
    let mut bench = Bench::in_shell(Standing::FullScreen);
    for letter in ['s', 'x', 'r'] {
        bench.control(letter);
    }
    bench.key(KeyCode::F(2));
    assert_eq!(bench.typed(), "\x13\x18\x12\x1bOQ");
    assert!(bench.draw().contains("Press Ctrl+] to return to agent"));
    bench.control(']');
    assert!(!bench.is_in_shell());
}

#[test]
fn the_escape_pressed_twice_is_the_programs() {
    let mut bench = Bench::in_shell(Standing::FullScreen);
    bench.control(']');
    bench.control(']');
    assert!(bench.is_in_shell());
    assert_eq!(bench.typed(), "\x1d");
    bench.control(']');
    bench.types("x");
    bench.control(']');
    assert!(!bench.is_in_shell(), "a key in between makes it the first again");
}

#[test]
fn control_x_closes_at_a_prompt_and_is_the_commands_otherwise() {
    let mut bench = Bench::in_shell(Standing::Command);
    bench.control('x');
    assert_eq!(bench.typed(), "\x18");
    assert!(!bench.quits());
    bench.stands(Standing::Prompt, Wishes::default());
    bench.control('x');
    assert!(bench.quits());
}

#[test]
fn a_command_that_ended_is_told_and_the_return_says_so() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.happens(Happened::Began);
    assert_eq!(bench.done(), [Effect::TellBegan]);
    bench.happens(Happened::Finished(Box::new(Record::of("make test"))));
    let columns = 98;
    assert_eq!(bench.told(), [ToRuntime::ManualEnded { record: Box::new(Record::of("make test")), columns }]);
    bench.control('s');
    assert_eq!(bench.told(), [ToRuntime::Returned]);
    assert!(bench.draw().contains("CHAT MODE · agent reviewing your manual commands"));
}

#[test]
fn the_frame_says_where_the_person_is_and_how_to_leave() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.bus(Bus::Session(SessionId::new("session_004_look-at-db_20260221")));
    let screen = bench.draw();
    assert!(screen.contains("MANUAL MODE · session_004 · commands are logged"), "{screen}");
    assert!(screen.contains("Press Ctrl+S to return to agent"), "{screen}");
}

#[test]
fn the_shells_end_leads_back_and_the_next_key_starts_another() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.take(Event::Shell(ShellEvent::Ended { code: Some(0), failure: None }));
    assert!(!bench.is_in_shell());
    bench.effects.clear();
    bench.control('d');
    assert_eq!(bench.done(), [Effect::StartShell]);
}

#[test]
fn a_shell_that_cannot_be_started_says_why() {
    let mut bench = Bench::new();
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellFailed("Your shell cannot be opened: no pty.".to_owned()));
    assert!(!bench.is_in_shell());
    assert!(bench.draw().contains("no pty"));
}

#[test]
fn the_agents_last_command_is_taken_along_and_waits_for_the_prompt() {
    let mut bench = Bench::new();
    bench.announced(&stop_web1());
    bench.key(KeyCode::F(3));
    assert_eq!(bench.done(), [Effect::StartShell]);
    bench.take(Event::ShellStarted);
    bench.happens(Happened::Prompt { cwd: None });
    match bench.done().as_slice() {
        [Effect::Insert(line)] => assert_eq!(line.text(), stop_web1().announcement.command),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_that_waits_for_input_is_stopped_when_the_person_takes_it_over() {
    let mut bench = Bench::new();
    bench.announced(&stop_web1());
    bench.bus(Bus::Started { call: CallId(1) });
    bench.bus(Bus::WaitingForInput { call: CallId(1) });
    bench.key(KeyCode::F(3));
    assert_eq!(bench.done(), [Effect::Tell(ToRuntime::Interrupt), Effect::StartShell]);
}

#[test]
fn an_approval_never_takes_the_keys_from_the_shell() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.pass(5_000);
    bench.bus(Bus::ApprovalRequested(stop_web1()));
    bench.pass(5_000);
    assert!(bench.is_in_shell());
    assert!(bench.draw().contains("a command waits for your approval"));
    bench.types("yes");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.typed(), "yes\r");
    bench.control('s');
    bench.told();
    bench.pass(1_000);
    bench.draw();
    bench.pass(1_000);
    bench.enters("yes");
    assert!(matches!(bench.told().as_slice(), [ToRuntime::Reply { text, .. }] if text == "yes"));
}

#[test]
fn the_summoner_puts_a_command_on_the_prompt_without_running_it() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.control('r');
    assert_eq!(bench.told(), [ToRuntime::Recall]);
    let commands = ["git push", "kubectl delete pod api"];
    let recalled = |command: &str| Recalled { command: command.to_owned(), whence: Whence::Session };
    bench.bus(Bus::Recalled(commands.map(recalled).to_vec()));
    bench.types("del");
    assert!(bench.draw().contains("kubectl delete pod api"));
    bench.key(KeyCode::Enter);
    match bench.done().as_slice() {
        [Effect::Insert(line)] => assert_eq!(line.text(), "kubectl delete pod api"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_summoners_key_pressed_twice_is_the_shells_own_search() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.control('r');
    bench.control('r');
    assert_eq!(bench.typed(), "\x12");
    assert!(bench.state.view().summoner.is_none());
}

#[test]
fn the_agent_is_asked_about_the_last_command_without_leaving_the_shell() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.control('r');
    bench.types("why did it fail?");
    bench.done();
    bench.key(KeyCode::Tab);
    assert_eq!(bench.told(), [ToRuntime::AskAbout("why did it fail?".to_owned())]);
    bench.bus(Bus::Answer { turn: TurnId(0), text: "The disk is full.".to_owned() });
    assert!(bench.is_in_shell());
    assert!(bench.draw().contains("The disk is full."));
}

#[test]
fn several_pasted_lines_are_asked_about_where_they_would_run_one_by_one() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.paste("rm a\nrm b\n");
    assert_eq!(bench.typed(), "");
    assert!(bench.draw().contains("2 lines would run one by one"));
    bench.key(KeyCode::Esc);
    assert_eq!(bench.typed(), "");
    bench.paste("rm a\nrm b\n");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.typed(), "rm a\rrm b\r");
    bench.stands(Standing::Prompt, Wishes { bracketed_paste: true, ..Wishes::default() });
    bench.paste("rm a\nrm b");
    assert_eq!(bench.typed(), "\x1b[200~rm a\rrm b\x1b[201~");
}

#[test]
fn what_scrolled_by_is_searched_and_typing_goes_back_to_the_end() {
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.press(KeyCode::PageUp, KeyModifiers::SHIFT);
    assert!(matches!(bench.done().as_slice(), [Effect::Scroll(rows)] if *rows > 10));
    bench.scrolled(25);
    bench.types("/error");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.done(), [Effect::Find("error".to_owned())]);
    let places = [Found { above: 40, column: 3, columns: 5 }, Found { above: 90, column: 0, columns: 5 }];
    bench.take(Event::Found(places.to_vec()));
    bench.done();
    bench.scrolled(30);
    bench.types("n");
    assert!(matches!(bench.done().as_slice(), [Effect::Scroll(rows)] if *rows > 60));
    bench.types("q");
    assert_eq!(bench.typed(), "q");
}

#[test]
fn what_the_mouse_selects_goes_to_the_clipboard_of_the_terminal() {
    use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
    let mut bench = Bench::in_shell(Standing::Prompt);
    bench.draw();
    let inside = bench.state.drawn.shell;
    let at = |kind, column: u16| {
        let modifiers = KeyModifiers::NONE;
        Event::Input(Input::Mouse(MouseEvent { kind, column: inside.x + column, row: inside.y, modifiers }))
    };
    bench.take(at(MouseEventKind::Down(MouseButton::Left), 2));
    bench.take(at(MouseEventKind::Drag(MouseButton::Left), 6));
    bench.take(at(MouseEventKind::Up(MouseButton::Left), 6));
    let above = usize::from(inside.height) - 1;
    assert_eq!(bench.done(), [Effect::Copy(Corner { above, column: 2 }, Corner { above, column: 6 })]);
    bench.take(Event::Copied("hello".to_owned()));
    assert_eq!(bench.done(), [Effect::Outer(b"\x1b]52;c;aGVsbG8=\x1b\\".to_vec())]);
    assert!(bench.draw().contains("sent 5 characters to the terminal's clipboard"));
}

#[test]
fn zoomed_the_shell_has_the_whole_screen_until_the_person_comes_back() {
    let mut bench = Bench::sized(160, 40);
    bench.key(KeyCode::F(4));
    bench.draw();
    assert_eq!(bench.state.drawn.shell.width, 158);
    bench.control('s');
    bench.draw();
    assert_eq!(bench.state.drawn.shell.width, 78);
}

#[test]
fn a_click_outside_goes_back_to_the_chat_where_a_waiting_dialog_appears() {
    use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
    let mut bench = Bench::sized(160, 40);
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellStarted);
    bench.draw();
    bench.bus(Bus::ApprovalRequested(stop_web1()));
    bench.pass(5_000);
    let kind = MouseEventKind::Down(MouseButton::Left);
    let click = MouseEvent { kind, column: 3, row: 3, modifiers: KeyModifiers::NONE };
    bench.take(Event::Input(Input::Mouse(click)));
    assert!(!bench.is_in_shell());
    bench.pass(1_000);
    bench.draw();
    bench.pass(1_000);
    bench.enters("yes");
    assert!(matches!(bench.told().last(), Some(ToRuntime::Reply { text, .. }) if text == "yes"));
}
