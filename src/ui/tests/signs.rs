//! Nothing is told by colour alone: what differs in meaning differs in words or signs.

use std::collections::BTreeSet;

use super::*;

/// No two of them read the same.
fn differ(texts: impl IntoIterator<Item = String>) {
    let mut seen = BTreeSet::new();
    for text in texts {
        assert!(!seen.contains(&text), "two of them read the same:\n{text}");
        seen.insert(text);
    }
}

#[test]
fn who_speaks_and_how_it_is_meant_is_read() {
    let faces = [Face::Human, Face::Agent, Face::Thinking, Face::Info, Face::Warning, Face::Failure];
    differ(faces.map(|face| Scene::empty().words(face, "the pool is exhausted").text(80, 24)));
}

#[test]
fn how_a_command_stands_is_read() {
    let states = [
        CardState::Announced,
        CardState::Asking,
        CardState::Running,
        CardState::WaitingForInput,
        CardState::AtLimit { seconds: 9 },
        CardState::NotRun { why: "denied".to_owned() },
        ended(Exit::Code(0)),
        ended(Exit::Code(1)),
        ended(Exit::Signal(9)),
        ended(Exit::TimedOut),
        ended(Exit::Interrupted),
        ended(Exit::NotStarted("no such file".to_owned())),
    ];
    differ(states.map(|state| Scene::empty().card(card("make", Tier::Approval, state)).text(80, 24)));
}

#[test]
fn how_a_step_of_a_plan_stands_is_read() {
    let states = [
        StepState::Pending,
        StepState::Running,
        StepState::Done,
        StepState::Failed,
        StepState::Skipped,
        StepState::NotDone,
    ];
    differ(states.map(|state| {
        let steps = vec![CheckStep { line: "kubectl get pods".to_owned(), state }];
        Scene::empty().block(BlockKind::Checklist(Checklist { turn: TurnId(1), steps })).text(80, 24)
    }));
}

#[test]
fn which_pane_has_the_keys_is_read_in_its_frame() {
    let places = [Place::Chat, Place::Shell, Place::Graph, Place::Sessions];
    differ(places.map(|place| {
        let mut scene = a_turn();
        (scene.graph, scene.place) = (history(), place);
        scene.text(120, 40)
    }));
}

#[test]
fn which_row_is_chosen_is_read_in_every_list() {
    let mut scene = a_turn();
    (scene.graph, scene.place) = (history(), Place::Graph);
    differ([0, 1, 2].map(|chosen| {
        scene.chosen = chosen;
        scene.text(100, 30)
    }));
    for list in ["palette", "completion"] {
        let mut scene = a_turn();
        (scene.palette, scene.completion) = (list == "palette", list == "completion");
        let text = scene.text(100, 30);
        assert!(text.contains("▶ /branch") && text.contains("  /merge"), "{list}:\n{text}");
    }
}
