//! What is told to whoever looks elsewhere, and what is looked at before an answer.

use super::*;

impl Bench {
    fn notices(&mut self) -> Vec<String> {
        let effects = std::mem::take(&mut self.effects);
        let told = effects.into_iter().filter_map(|effect| match effect {
            Effect::Notify(text) => Some(text),
            _ => None,
        });
        told.collect()
    }
}

#[test]
fn whoever_looks_elsewhere_is_told_that_a_command_waits_and_that_a_long_one_ended() {
    let mut bench = Bench::new();
    bench.bus(Bus::ApprovalRequested(stop_web1()));
    assert_eq!(bench.notices(), [] as [String; 0], "whoever looks sees it");
    let mut bench = Bench::new();
    bench.take(Event::Input(Input::FocusLost));
    bench.bus(Bus::ApprovalRequested(stop_web1()));
    assert_eq!(bench.notices(), ["A command waits for your approval: docker stop web1"]);
    bench.bus(Bus::Finished(report(1, Some(Exit::Code(0)))));
    assert_eq!(bench.notices(), [] as [String; 0], "a short one is no news");
    let long = CallReport { duration: Duration::from_secs(30), ..report(1, Some(Exit::Code(2))) };
    bench.bus(Bus::Finished(long.clone()));
    assert_eq!(bench.notices(), ["docker stop web1 ended with 2"]);
    bench.take(Event::Input(Input::FocusGained));
    bench.bus(Bus::Finished(long));
    assert_eq!(bench.notices(), [] as [String; 0]);
}

#[test]
fn the_window_is_called_by_what_goes_on_in_it() {
    let mut bench = Bench::new();
    assert_eq!(bench.state.title(), "devops-agent");
    bench.bus(Bus::Session(SessionId::new("session_004_2026-02-21_look")));
    bench.bus(Bus::Surroundings(Surroundings { cwd: "/srv/shop".to_owned(), ..Surroundings::default() }));
    bench.announced(&stop_web1());
    assert_eq!(bench.state.title(), "… session_004 · shop");
    bench.bus(Bus::ApprovalRequested(stop_web1()));
    assert_eq!(bench.state.title(), "⚠ asks · session_004 · shop");
}

#[test]
fn what_a_command_would_change_is_looked_at_before_it_is_answered() {
    let mut bench = Bench::new();
    bench.asked(stop_web1());
    assert!(!bench.draw().contains("Tab look first"), "{}", bench.draw());
    bench.key(KeyCode::Tab);
    assert_eq!(bench.told(), []);
    assert!(bench.dialog_note().contains("No skill knows"), "{}", bench.dialog_note());
    let mut bench = Bench::sized(100, 40);
    let mut asked = request(1, "kubectl apply -f api.yaml");
    asked.announcement.verdict.parts[0].proof = Some("kubectl diff -f api.yaml".to_owned());
    bench.asked(asked);
    assert!(bench.draw().contains("Tab look first"), "{}", bench.draw());
    assert!(bench.draw().contains("Look first: kubectl diff -f api.yaml (Tab)"), "{}", bench.draw());
    bench.key(KeyCode::Tab);
    let line = "kubectl diff -f api.yaml".to_owned();
    assert_eq!(bench.told(), [ToRuntime::Preview { of: CallId(1), line }]);
    bench.bus(Bus::Explained { call: CallId(1), text: "    -replicas: 3\n    +replicas: 5\n".to_owned() });
    assert!(bench.draw().contains("+replicas: 5"), "{}", bench.draw());
    assert!(bench.has_dialog(), "the question is still open");
}

/// A question, and the key that looks first at what it would change.
fn looked_at(bench: &mut Bench) {
    let mut asked = request(1, "helm upgrade api ./chart");
    asked.announcement.verdict.parts[0].proof = Some("helm diff upgrade api ./chart".to_owned());
    bench.asked(asked);
    bench.key(KeyCode::Tab);
}

#[test]
fn a_look_that_asks_itself_stands_above_the_question_it_is_for_and_gives_way_to_it() {
    let mut bench = Bench::sized(100, 40);
    looked_at(&mut bench);
    let look = request(1 << 48, "helm diff upgrade api ./chart");
    bench.bus(Bus::Announced(look.announcement.clone()));
    bench.bus(Bus::ApprovalRequested(look));
    // No moment as a banner: the key was pressed in the dialog.
    assert!(bench.draw().contains("Command:    helm diff upgrade api ./chart"), "{}", bench.draw());
    bench.pass(300);
    bench.enters("y");
    let answer = |call, command: &str, text: &str| {
        let (call, digest, text) = (CallId(call), format!("digest of {command}"), text.to_owned());
        ToRuntime::Reply { call, digest, text }
    };
    let told = bench.told();
    assert_eq!(told.last(), Some(&answer(1 << 48, "helm diff upgrade api ./chart", "y")), "{told:?}");
    bench.bus(Bus::ApprovalClosed { call: CallId(1 << 48), decision: crate::domain::Decision::Approved });
    let screen = bench.draw();
    assert!(screen.contains("Command:    helm upgrade api ./chart") && screen.contains("runs …"), "{screen}");
    // A key at once behind the answer is not for the question that came back.
    bench.key(KeyCode::Enter);
    assert_eq!(bench.told(), []);
    bench.pass(600);
    bench.draw();
    bench.pass(300);
    bench.bus(Bus::Explained { call: CallId(1), text: "    +replicas: 5\n".to_owned() });
    assert!(bench.draw().contains("+replicas: 5"), "{}", bench.draw());
    bench.enters("no");
    assert_eq!(bench.told(), [answer(1, "helm upgrade api ./chart", "no")]);
}

#[test]
fn a_look_waits_below_whoever_is_about_to_answer_and_the_key_for_it_shows_it() {
    let mut bench = Bench::sized(100, 40);
    looked_at(&mut bench);
    assert!(matches!(bench.told().as_slice(), [ToRuntime::Preview { .. }]));
    bench.key(KeyCode::Tab);
    assert_eq!(bench.told(), [], "one look at a time");
    assert!(bench.dialog_note().contains("being looked at"), "{}", bench.dialog_note());
    bench.types("ye");
    bench.bus(Bus::ApprovalRequested(request(1 << 48, "helm diff upgrade api ./chart")));
    assert!(bench.draw().contains("Command:    helm upgrade api ./chart"), "{}", bench.draw());
    assert_eq!(bench.dialog_reply(), "ye");
    bench.key(KeyCode::Tab);
    assert!(bench.draw().contains("Command:    helm diff upgrade api ./chart"), "{}", bench.draw());
    // Once the question is settled, the next one waits as ever for whoever is typing.
    let closed = |call| Bus::ApprovalClosed { call: CallId(call), decision: crate::domain::Decision::Approved };
    bench.bus(closed(1));
    bench.bus(closed(1 << 48));
    assert!(!bench.has_dialog());
    bench.types("git");
    bench.bus(Bus::ApprovalRequested(request(2, "docker stop web1")));
    assert!(bench.has_banner());
}

#[test]
fn what_is_stopped_below_a_look_that_asks_is_not_asked_again() {
    let mut bench = Bench::sized(100, 40);
    let closed = |call| Bus::ApprovalClosed { call: CallId(call), decision: crate::domain::Decision::Withdrawn };
    for order in [[1, 1 << 48], [1 << 48, 1]] {
        looked_at(&mut bench);
        bench.bus(Bus::ApprovalRequested(request(1 << 48, "helm diff upgrade api ./chart")));
        order.into_iter().for_each(|call| bench.bus(closed(call)));
        assert!(!bench.has_dialog() && !bench.has_banner());
    }
}

#[test]
fn in_an_open_dialog_tab_looks_first_and_while_it_waits_tab_is_the_composers() {
    let asked = || {
        let mut asked = request(1, "kubectl apply -f api.yaml");
        asked.announcement.verdict.parts[0].proof = Some("kubectl diff -f api.yaml".to_owned());
        asked
    };
    let mut bench = Bench::new();
    bench.bus(Bus::TurnBegan { turn: TurnId(1), text: "do it".to_owned() });
    bench.types("git status");
    bench.bus(Bus::ApprovalRequested(asked()));
    bench.key(KeyCode::Tab);
    assert_eq!(bench.told(), [say("git status")], "it waits, and what is written is for afterwards");
    bench.types("git log");
    bench.pass(600);
    bench.draw();
    bench.pass(300);
    bench.key(KeyCode::Tab);
    assert!(matches!(bench.told().as_slice(), [ToRuntime::Preview { .. }]), "nothing is queued");
    assert_eq!(bench.composer(), "git log");
    // With another key for it, the dialog names that one, and Tab does nothing.
    let (keymap, problems) = super::super::Keymap::read("dialog:\n  tab: none\n  f8: look-first\n");
    assert_eq!(problems, [] as [String; 0]);
    let mut bench = Bench::sized(100, 40);
    bench.state = State::new("DevOps-Agent").with_keymap((keymap, Vec::new()));
    bench.asked(asked());
    let screen = bench.draw();
    assert!(screen.contains("kubectl diff -f api.yaml (F8)") && !screen.contains("Tab"), "{screen}");
    bench.key(KeyCode::Tab);
    assert_eq!(bench.told(), []);
    bench.key(KeyCode::F(8));
    assert!(matches!(bench.told().as_slice(), [ToRuntime::Preview { .. }]));
}

#[test]
fn suspending_is_asked_of_the_terminal() {
    let mut bench = Bench::new();
    bench.control('z');
    assert_eq!(bench.effects, [Effect::Suspend]);
}
