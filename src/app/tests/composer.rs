//! Where the person writes: pastes, names, what was said before, their shell.

use super::*;
use crate::runtime::{Found, Reading, Wanted};
use crate::shell::{Ending, Happened, Kept, Record, ShellEvent, ShellInsert, Source as Told, Standing, Wishes};

fn list(wanted: Wanted, texts: &[&str]) -> Event {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    Event::Read(Reading { wanted, found: Ok(Found::List(texts.into())) })
}

#[test]
fn a_long_paste_stands_as_one_word_and_is_sent_whole() {
    let mut bench = Bench::new();
    let log: String = (1..=40).map(|line| format!("line {line}\n")).collect();
    bench.types("why? ");
    bench.paste(&log);
    assert_eq!(bench.composer(), "why? [paste 1: 40 lines]");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), [say(format!("why? {log}").trim())]);
    bench.key(KeyCode::Up);
    assert!(bench.composer().starts_with("[paste 1: 40 lines]"), "{}", bench.composer());
    bench.key(KeyCode::Backspace);
    assert_eq!(bench.composer(), "");
}

#[test]
fn a_short_paste_stands_as_it_is() {
    let mut bench = Bench::new();
    bench.paste("git status");
    assert_eq!(bench.composer(), "git status");
}

#[test]
fn an_earlier_request_is_found_by_a_few_letters_those_of_the_memory_too() {
    let mut bench = Bench::new();
    bench.enters("show the pods");
    bench.effects.clear();
    bench.control('r');
    assert_eq!(bench.effects, [Effect::Read(Wanted::Requests)]);
    bench.take(list(Wanted::Requests, &["restart the api in staging", "show the pods"]));
    assert_eq!(bench.draw().matches("show the pods").count(), 1, "each once\n{}", bench.draw());
    bench.types("rest");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.composer(), "restart the api in staging");
    assert_eq!(bench.effects.len(), 1, "nothing was sent");
}

#[test]
fn a_file_or_a_name_that_was_listed_is_put_into_the_request() {
    let mut bench = Bench::new();
    bench.announced(&request(1, "kubectl get pods"));
    bench.output(
        1,
        Stream::Stdout,
        b"NAME        READY   STATUS\napi-7d4f9   0/1     CrashLoopBackOff\nweb-1       1/1     Running\n",
    );
    bench.effects.clear();
    bench.types("describe @");
    assert_eq!(bench.effects, [Effect::Read(Wanted::Files)]);
    bench.take(list(Wanted::Files, &["deploy/api.yaml", "with blank.txt"]));
    let screen = bench.draw();
    assert!(screen.contains("@api-7d4f9") && screen.contains("@deploy/api.yaml"), "{screen}");
    bench.types("apid4");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.composer(), "describe api-7d4f9 ");
    bench.types("@blank");
    bench.key(KeyCode::Tab);
    assert_eq!(bench.composer(), "describe api-7d4f9 'with blank.txt' ");
    assert!(bench.told().is_empty(), "nothing was sent");
    bench.types("mail me@");
    assert!(!bench.draw().contains("@deploy"), "inside a word it is no mention");
}

#[test]
fn a_list_with_nothing_in_it_says_so() {
    let mut bench = Bench::new();
    bench.types("@");
    assert!(bench.draw().contains("reading …"));
    bench.take(list(Wanted::Files, &[]));
    assert!(bench.draw().contains("No file here and nothing that was listed fits."));
    bench.types(" ");
    assert!(!bench.draw().contains("No file here"));
    let mut bench = Bench::new();
    bench.control('r');
    assert!(bench.draw().contains("reading …"));
    bench.take(list(Wanted::Requests, &[]));
    assert!(bench.draw().contains("Nothing was asked for yet."));
    bench.key(KeyCode::Esc);
    bench.control('p');
    bench.types("zzzz");
    assert!(bench.draw().contains("No command fits."));
    bench.size = (40, 12);
    assert!(bench.draw().contains("letter away."), "{}", bench.draw());
}

#[test]
fn a_file_that_came_since_the_list_was_open_last_is_offered_too() {
    let mut bench = Bench::new();
    bench.types("@");
    bench.take(list(Wanted::Files, &["first.yaml"]));
    bench.effects.clear();
    bench.types("first");
    assert!(bench.effects.is_empty(), "what was read just now holds");
    bench.control('u');
    bench.pass(10_000);
    bench.types("@f");
    assert_eq!(bench.effects, [Effect::Read(Wanted::Files)]);
    assert!(bench.draw().contains("@first.yaml"), "the old list until the new one is there");
    bench.take(list(Wanted::Files, &["few.yaml", "first.yaml"]));
    let screen = bench.draw();
    assert!(screen.contains("@few.yaml") && screen.contains("@first.yaml"), "{screen}");
}

#[test]
fn readline_s_keys_edit() {
    let mut bench = Bench::new();
    for (keys, wanted) in [("u", ""), ("a", "one two three"), ("w", "one two ")] {
        let mut bench = Bench::new();
        bench.types("one two three");
        bench.control(keys.chars().next().unwrap());
        assert_eq!(bench.composer(), wanted, "Ctrl+{keys}");
    }
    bench.types("teh");
    bench.control('t');
    assert_eq!(bench.composer(), "the");
    bench.control('a');
    bench.press(KeyCode::Char('u'), KeyModifiers::ALT);
    assert_eq!(bench.composer(), "THE");
    bench.control('a');
    bench.press(KeyCode::Char('c'), KeyModifiers::ALT);
    assert_eq!(bench.composer(), "The");
    bench.types(" end");
    bench.control('u');
    assert_eq!(bench.composer(), "");
    bench.control('y');
    assert_eq!(bench.composer(), "The end");
}

#[test]
fn what_was_let_go_of_comes_back_by_undo_and_on_the_way_back() {
    let mut bench = Bench::new();
    let paste = "one line of many\n".repeat(40);
    bench.types("explain ");
    bench.paste(&paste);
    bench.control('c');
    assert_eq!(bench.composer(), "");
    bench.control('_');
    assert_eq!(bench.composer(), "explain [paste 1: 40 lines]");
    bench.key(KeyCode::Backspace);
    assert_eq!(bench.composer(), "explain ");
    bench.control('_');
    assert_eq!(bench.composer(), "explain [paste 1: 40 lines]", "what went at once comes back at once");
    bench.control('c');
    bench.key(KeyCode::Up);
    assert_eq!(bench.composer(), "[paste 1: 40 lines]");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), [say(format!("explain {paste}").trim())]);
}

#[test]
fn vi_s_keys_edit_where_the_person_wants_them() {
    let (keymap, _) = crate::app::Keymap::read("editing: vi\n");
    let mut bench = Bench::new();
    bench.state = State::new("DevOps-Agent").with_keymap((keymap, Vec::new()));
    bench.types("show the pods");
    bench.key(KeyCode::Esc);
    assert!(bench.draw().contains("vi: command"));
    bench.types("bcwlogs");
    assert_eq!(bench.composer(), "show the logs");
    assert!(!bench.draw().contains("vi: command"));
    bench.key(KeyCode::Esc);
    bench.control('c');
    assert_eq!(bench.composer(), "");
    bench.key(KeyCode::Esc);
    bench.types("u");
    assert_eq!(bench.composer(), "show the logs");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), [say("show the logs")]);
}

#[test]
fn the_person_s_editor_gets_the_request_and_gives_it_back() {
    let mut bench = Bench::new();
    bench.types("show");
    bench.control('g');
    assert_eq!(bench.effects, [Effect::Edit("show".to_owned())]);
    bench.take(Event::Edited(Ok("show the pods\nof staging".to_owned())));
    assert_eq!(bench.composer(), "show the pods\nof staging");
    bench.take(Event::Edited(Err("the editor `nope` ended".to_owned())));
    assert_eq!(bench.composer(), "show the pods\nof staging");
    assert!(bench.last_words().contains("nope"));
}

fn insert(text: &str) -> ShellInsert {
    ShellInsert::at_key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE), text).unwrap()
}

fn done(bench: &mut Bench) -> Vec<Effect> {
    std::mem::take(&mut bench.effects)
}

#[test]
fn a_line_after_an_exclamation_mark_runs_in_the_person_s_shell_and_shows_what_it_printed() {
    let mut bench = Bench::new();
    bench.enters("!git stash list");
    assert_eq!(done(&mut bench), [Effect::StartShell]);
    bench.take(Event::ShellStarted);
    bench.take(Event::Shell(ShellEvent::Happened(Happened::Prompt { cwd: None })));
    assert_eq!(done(&mut bench), [Effect::Run(insert("git stash list"))]);
    let record = Record {
        command: "git stash list".to_owned(),
        source: Told::Shell,
        on_screen: None,
        output: Kept::default(),
        span: 0..0,
        ending: Ending::Exit(3),
        cwd: None,
        started: std::time::SystemTime::UNIX_EPOCH,
        duration: Duration::from_secs(1),
        private: false,
        typed_into: 0,
        depth: 0,
    };
    bench.take(Event::Shell(ShellEvent::Happened(Happened::Finished(Box::new(record)))));
    let told = bench.told();
    assert!(matches!(&told[..], [ToRuntime::ManualEnded { .. }, ToRuntime::Returned]), "{told:?}");
    assert_eq!(bench.words().last(), Some(&(Face::Shell, "$ git stash list\n\n[exit code 3]")));
    assert_eq!(bench.state.view().place, Place::Chat);
}

#[test]
fn a_line_from_the_chat_never_runs_behind_what_stands_on_the_prompt() {
    let mut bench = Bench::new();
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellStarted);
    let now = crate::app::ShellNow { standing: Standing::Prompt, wishes: Wishes::default(), scrolled: 0 };
    bench.take(Event::ShellNow(now));
    bench.types("rm -rf ");
    bench.control('s');
    done(&mut bench);
    bench.enters("!build");
    assert_eq!(done(&mut bench), []);
    assert!(bench.last_words().contains("something stands on its prompt"), "{}", bench.last_words());
    assert_eq!(bench.composer(), "!build");
}

#[test]
fn what_was_typed_to_a_program_that_had_the_whole_terminal_is_not_on_the_prompt_behind_it() {
    let mut bench = Bench::new();
    bench.key(KeyCode::F(2));
    bench.take(Event::ShellStarted);
    let at = |standing| {
        let now = crate::app::ShellNow { standing, wishes: Wishes::default(), scrolled: 0 };
        Event::ShellNow(now)
    };
    bench.take(at(Standing::FullScreen));
    bench.types("q");
    bench.take(at(Standing::Prompt));
    bench.control('s');
    done(&mut bench);
    bench.enters("!make");
    assert_eq!(done(&mut bench), [Effect::Run(insert("make"))]);
}
