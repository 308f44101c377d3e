//! The line above the composer, and a command that runs longer than its skill allows.

use super::*;
use crate::domain::Room;

fn running(bench: &mut Bench) {
    bench.announced(&stop_web1());
    bench.bus(Bus::Started { call: CallId(1) });
}

#[test]
fn it_tells_the_phase_the_command_the_time_and_the_tokens() {
    let mut bench = Bench::new();
    bench.bus(Bus::Presence(Presence::Model { name: "qwen3".to_owned(), window: 32_768 }));
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "stop it".to_owned() });
    assert!(bench.draw().contains("working · Ctrl+C stops"));
    bench.bus(Bus::Room(Room { window: 32_768, system: 900, ..Room::default() }));
    assert!(bench.draw().contains("the model reads · 900 tokens · Ctrl+C stops"));
    bench.bus(Bus::Thinking { turn: TurnId(1), text: "hm".to_owned() });
    assert!(bench.draw().contains("the model thinks · 900 tokens"));
    bench.bus(Bus::Announced(stop_web1().announcement));
    bench.bus(Bus::Started { call: CallId(1) });
    bench.pass(65_000);
    assert!(bench.draw().contains("runs docker stop web1 · 1 min 5 s · 900 tokens · Ctrl+C stops"), "{}", bench.draw());
}

#[test]
fn the_time_moves_by_itself_while_a_turn_goes_on_and_nothing_wakes_at_rest() {
    let mut bench = Bench::new();
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "stop it".to_owned() });
    bench.draw();
    bench.state.take_dirty();
    bench.pass(3_000);
    assert!(bench.state.take_dirty() && bench.draw().contains("working · 3 s · Ctrl+C stops"));
    bench.bus(Bus::TurnEnded { turn: TurnId(1), failure: None });
    bench.pass(2_000);
    assert_eq!(bench.wake, None);
    bench.state.take_dirty();
    bench.pass(60_000);
    assert!(!bench.state.take_dirty());
}

#[test]
fn while_a_question_waits_for_the_person_nothing_wakes_and_the_time_goes_on_with_the_answer() {
    let mut bench = Bench::new();
    bench.asked(stop_web1());
    bench.pass(5_000);
    bench.draw();
    bench.state.take_dirty();
    assert_eq!(bench.wake, None);
    bench.pass(3_600_000);
    assert!(!bench.state.take_dirty());
    assert_eq!(bench.state.activity(), "waits for your answer · Ctrl+C stops");
    bench.bus(Bus::ApprovalClosed { call: CallId(1), decision: Decision::Approved });
    bench.bus(Bus::Started { call: CallId(1) });
    bench.state.take_dirty();
    bench.pass(1_000);
    assert!(bench.state.take_dirty() && bench.wake.is_some());
}

#[test]
fn whoever_wants_no_motion_sees_what_goes_on_and_no_seconds() {
    let mut bench = Bench::new();
    bench.state.activity.is_still = true;
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "stop it".to_owned() });
    bench.draw();
    bench.state.take_dirty();
    assert_eq!(bench.wake, None);
    bench.pass(65_000);
    assert!(!bench.state.take_dirty() && bench.draw().contains("working · Ctrl+C stops"));
}

#[test]
fn a_change_that_is_past_its_limit_asks_wait_or_stop() {
    let mut bench = Bench::new();
    running(&mut bench);
    bench.bus(Bus::AtLimit { call: CallId(1), seconds: 30 });
    assert!(bench.last_words().contains("wait lets it go on, stop ends it"));
    assert!(bench.draw().contains("runs for 30 s, longer than its skill allows · wait or stop?"));
    bench.enters("wait");
    assert_eq!((bench.told(), bench.card(1).state.clone()), (Vec::new(), CardState::Running));
    bench.bus(Bus::AtLimit { call: CallId(1), seconds: 60 });
    bench.enters("stop");
    assert_eq!(bench.told(), [ToRuntime::Interrupt]);
}

#[test]
fn words_that_are_no_answer_to_the_limit_steer_and_after_the_end_nothing_is_asked() {
    let mut bench = Bench::new();
    running(&mut bench);
    bench.bus(Bus::AtLimit { call: CallId(1), seconds: 30 });
    bench.enters("skip 2");
    assert_eq!(bench.told(), [ToRuntime::Steer("skip 2".to_owned())]);
    bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
    bench.enters("stop");
    assert_eq!(bench.told(), [ToRuntime::Steer("stop".to_owned())]);
}

#[test]
fn what_was_explained_with_a_yes_stands_in_the_chat() {
    let mut bench = Bench::new();
    bench.asked(stop_web1());
    bench.bus(Bus::Explained { call: CallId(1), text: "**What it does:** stops web1.".to_owned() });
    bench.bus(Bus::ApprovalClosed { call: CallId(1), decision: Decision::ApprovedExplained });
    assert!(bench.words().contains(&(Face::Agent, "**What it does:** stops web1.")));
    bench.asked(request(2, "docker stop web2"));
    bench.bus(Bus::Explained { call: CallId(2), text: "again".to_owned() });
    bench.bus(Bus::ApprovalClosed { call: CallId(2), decision: Decision::Approved });
    assert!(!bench.words().contains(&(Face::Agent, "again")), "a plain yes leaves it in the dialog");
}

#[test]
fn a_card_no_longer_says_that_it_waits_once_its_command_runs() {
    let mut bench = Bench::new();
    bench.announced(&stop_web1());
    assert!(bench.draw().contains("[waiting for approval — changes something per docker/SKILL.md"), "{}", bench.draw());
    bench.bus(Bus::Started { call: CallId(1) });
    let screen = bench.draw();
    assert!(screen.contains("[approved — changes something per docker/SKILL.md"), "{screen}");
    assert!(!screen.contains("waiting for approval"), "{screen}");
}
