//! The first screen: shown once, in nobody's way, and gone with the first thing that is said.

use super::*;
use crate::runtime::{Found, Reading, Task, Wanted};

fn newcomer() -> Bench {
    let mut bench = Bench::new();
    bench.take(Event::FirstRun);
    assert_eq!(bench.effects, [Effect::Read(Wanted::FirstTask), Effect::Read(Wanted::ModelAdvice)]);
    bench.effects.clear();
    bench
}

fn with_task() -> Bench {
    let mut bench = newcomer();
    let task = Task { request: "show the pods".to_owned(), command: "kubectl get pods".to_owned() };
    bench.take(Event::Read(Reading { wanted: Wanted::FirstTask, found: Ok(Found::Task(task)) }));
    bench
}

fn said(request: &str) -> Effect {
    Effect::Tell(ToRuntime::Say(request.to_owned()))
}

#[test]
fn a_newcomer_reads_the_three_tiers_and_who_answers() {
    let mut bench = newcomer();
    let screen = bench.draw();
    for word in ["Welcome", "auto", "approval", "destructive", "Looking for a model", "Looking for something to try"] {
        assert!(screen.contains(word), "{word} is not in\n{screen}");
    }
    let advice = Ok(Found::Text(vec!["No model answers here.".to_owned()].into()));
    bench.take(Event::Read(Reading { wanted: Wanted::ModelAdvice, found: advice }));
    assert!(bench.draw().contains("No model answers here."));
}

#[test]
fn enter_alone_tries_the_request_that_is_shown_and_the_screen_is_left() {
    let mut bench = with_task();
    let screen = bench.draw();
    assert!(screen.contains("Enter tries: show the pods") && screen.contains("kubectl get pods"), "{screen}");
    bench.key(KeyCode::Enter);
    assert_eq!(bench.effects, [Effect::KeepWelcomed, said("show the pods")]);
    assert!(!bench.draw().contains("Welcome"));
}

#[test]
fn enter_before_there_is_something_to_try_does_nothing() {
    let mut bench = newcomer();
    bench.key(KeyCode::Enter);
    assert_eq!(bench.effects, []);
    assert!(bench.draw().contains("Welcome"));
}

#[test]
fn whoever_types_a_request_asks_that_and_nothing_else() {
    let mut bench = with_task();
    bench.enters("git status");
    assert_eq!(bench.effects, [Effect::KeepWelcomed, said("git status")]);
    assert!(!bench.draw().contains("Welcome"));
}

#[test]
fn a_pasted_line_end_tries_nothing() {
    let mut bench = with_task();
    bench.paste("\n");
    assert_eq!(bench.effects, []);
}

#[test]
fn escape_leaves_it_for_good_and_a_command_brings_it_back() {
    let mut bench = with_task();
    bench.key(KeyCode::Esc);
    assert_eq!(bench.effects, [Effect::KeepWelcomed]);
    assert!(!bench.draw().contains("Welcome"));
    bench.effects.clear();
    bench.enters("/welcome ");
    assert_eq!(bench.effects, [Effect::Read(Wanted::FirstTask), Effect::Read(Wanted::ModelAdvice)]);
    assert!(bench.draw().contains("Welcome"));
}

#[test]
fn a_key_that_is_answered_in_the_chat_leaves_it_so_that_the_answer_is_seen() {
    let mut bench = with_task();
    bench.control('c');
    assert_eq!(bench.effects, [Effect::KeepWelcomed]);
    assert!(bench.draw().contains("Nothing is running"), "{}", bench.draw());
    let mut bench = with_task();
    bench.press(KeyCode::Char('s'), KeyModifiers::ALT);
    assert!(!bench.draw().contains("Welcome"), "{}", bench.draw());
}

#[test]
fn a_start_that_failed_is_told_in_its_place_and_it_comes_again() {
    let mut bench = newcomer();
    bench.take(Event::Unstartable("the memory cannot be written".to_owned()));
    assert!(bench.draw().contains("the memory cannot be written"));
    assert_eq!(bench.effects, []);
    let mut bench = newcomer();
    let text = "The log could not be written".to_owned();
    bench.bus(Bus::Notice(Notice { kind: NoticeKind::Failure, text }));
    assert!(bench.draw().contains("The log could not be written"));
}

#[test]
fn whoever_closes_has_left_it() {
    let mut bench = newcomer();
    bench.control('x');
    assert_eq!(bench.effects, [Effect::KeepWelcomed, Effect::Quit]);
}

#[test]
fn on_a_small_screen_it_is_scrolled_to_its_end() {
    let mut bench = with_task();
    bench.size = (40, 10);
    let first = bench.draw();
    assert!(first.contains("Enter tries: show the pods") && first.contains("PgDn"), "{first}");
    for _ in 0..10 {
        bench.key(KeyCode::PageDown);
        bench.draw();
    }
    assert!(bench.draw().contains("Looking for a model"), "{}", bench.draw());
    for _ in 0..10 {
        bench.key(KeyCode::PageUp);
    }
    assert_eq!(bench.draw(), first);
}

#[test]
fn that_no_model_answers_is_told_once_on_the_first_screen_or_in_the_chat() {
    let absent = || Bus::ModelAbsent("No model: it is off. The built-in planner goes on.".to_owned());
    let mut bench = Bench::new();
    bench.take(Event::FirstRun);
    bench.bus(absent());
    bench.key(KeyCode::Esc);
    assert!(!bench.draw().contains("No model"), "{}", bench.draw());
    let mut bench = Bench::new();
    bench.bus(absent());
    assert!(bench.draw().contains("· No model: it is off. The built-in planner goes on."));
}
