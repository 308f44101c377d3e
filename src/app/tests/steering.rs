//! What is typed while a turn goes on.

use super::*;
use crate::domain::{CheckStep, Checklist, StepState};

fn steps(states: [StepState; 2]) -> Bus {
    let lines = ["kubectl get pods -n shop", "kubectl delete pod web1 -n shop"];
    let steps = lines.into_iter().zip(states).map(|(line, state)| CheckStep { line: line.to_owned(), state });
    Bus::Checklist(Checklist { turn: TurnId(1), steps: steps.collect() })
}

/// A turn of two steps, of which the first runs.
fn working() -> Bench {
    let mut bench = Bench::new();
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "tidy up".to_owned() });
    bench.bus(steps([StepState::Running, StepState::Pending]));
    bench
}

#[test]
fn enter_steers_what_goes_on_and_tab_is_for_afterwards() {
    let mut bench = working();
    bench.enters("no, the staging one");
    assert_eq!(bench.told(), [ToRuntime::Steer("no, the staging one".to_owned())]);
    bench.types("show the nodes");
    bench.key(KeyCode::Tab);
    assert_eq!(bench.told(), [say("show the nodes")]);
    assert_eq!(bench.composer(), "");
}

#[test]
fn enter_begins_a_request_where_nothing_goes_on() {
    let mut bench = Bench::new();
    bench.enters("show the nodes");
    assert_eq!(bench.told(), [say("show the nodes")]);
}

#[test]
fn what_steered_stands_in_the_chat_as_the_person_s_words_and_waits_no_more() {
    let mut bench = working();
    bench.enters("skip 2");
    assert!(bench.draw().contains("next: skip 2"));
    bench.bus(Bus::Steered { turn: TurnId(1), text: "skip 2".to_owned() });
    assert!(!bench.draw().contains("next: skip 2"));
    assert!(bench.words().contains(&(Face::Human, "skip 2")));
}

#[test]
fn escape_stops_what_goes_on_and_leaves_what_is_written() {
    let mut bench = working();
    bench.types("half a though");
    bench.key(KeyCode::Esc);
    assert_eq!(bench.told(), [ToRuntime::Interrupt]);
    assert_eq!(bench.composer(), "half a though");
    bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
    bench.key(KeyCode::Esc);
    assert_eq!((bench.told(), bench.composer()), (Vec::new(), "half a though".to_owned()));
}

#[test]
fn the_list_of_a_turn_stands_once_and_fills_in() {
    let mut bench = working();
    bench.announced(&stop_web1());
    bench.bus(steps([StepState::Done, StepState::Running]));
    let picture = bench.draw();
    assert_eq!(picture.matches("kubectl delete pod web1").count(), 1, "{picture}");
    assert!(picture.contains("plan · 1 of 2 done"), "{picture}");
    assert!(picture.contains("✓ 1. kubectl get pods -n shop"), "{picture}");
    assert!(picture.contains("▸ 2. kubectl delete pod web1 -n shop — running"), "{picture}");
}

#[test]
fn edit_and_a_number_bring_the_step_into_the_composer_to_be_changed() {
    let mut bench = working();
    bench.enters("edit 2");
    assert_eq!(bench.composer(), "edit 2 kubectl delete pod web1 -n shop");
    bench.types(" --dry-run=server");
    bench.key(KeyCode::Enter);
    let text = "edit 2 kubectl delete pod web1 -n shop --dry-run=server".to_owned();
    assert_eq!(bench.told(), [ToRuntime::Steer(text)]);
}

#[test]
fn edit_in_the_dialog_brings_its_command_into_the_answer_to_be_changed() {
    let mut bench = Bench::new();
    bench.asked(stop_web1());
    bench.enters("edit");
    assert_eq!(bench.told(), []);
    assert_eq!(bench.dialog_reply(), "edit docker stop web1");
    bench.key(KeyCode::Backspace);
    bench.enters("2");
    assert_eq!(bench.told(), [reply("edit docker stop web2")]);
}

#[test]
fn the_command_in_the_answer_is_changed_with_the_keys_of_readline() {
    let mut bench = Bench::new();
    bench.asked(stop_web1());
    bench.enters("edit");
    for key in [KeyCode::Left, KeyCode::Left, KeyCode::Char('e'), KeyCode::Char('u'), KeyCode::End] {
        bench.key(key);
    }
    assert_eq!(bench.dialog_reply(), "edit docker stop weeub1");
    bench.control('a');
    bench.control('k');
    assert_eq!(bench.dialog_reply(), "");
    bench.control('j');
    bench.enters("no");
    assert_eq!(bench.told(), [reply("no")]);
}
