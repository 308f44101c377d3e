//! The planner on a small lexicon of its own.

use std::collections::BTreeMap;

use super::*;
use crate::skill::{Skill, parse};

const BOXES: &str = r#"
## auto_execute
- box ls *
## options
```yaml
box: {verbs: {ls: "-a", rm: "-f", logs: "-f --tail="}}
```
## intents
```yaml
words: {containers: [container, box], pods: [pod, po]}
kinds: [pods]
evidence: [docker]
intents:
- id: box.list
  actions: [show]
  needs: [["@containers"]]
  bars: [logs]
  slots: {all: {type: flag, words: [all, stopped]}}
  command: [box, ls, ["?all", "-a"]]
  reason: Lists containers.
- id: box.remove
  actions: [remove]
  needs: [["@containers"]]
  slots:
    name: {type: names, after: [container, named, called], required: Which container?}
  command: [box, rm, "{name}"]
  reason: Removes {name}.
  all: {list: [box, ls, "--format", "{{.Names}}"], list_reason: Lists them., command: [box, rm, "{each}"]}
- id: box.logs
  actions: [show, follow]
  needs: [[logs, log]]
  slots:
    name: {type: name, after: [of, from, for], required: Whose logs?}
    count: {type: count}
    since: {type: duration}
    namespace: {type: namespace}
    follow: {type: flag, words: [follow, live]}
  command: [box, logs, "{name}", ["--tail={count}"], ["--since={since}"], ["-n", "{namespace}"], ["?follow", "-f"]]
  reason: Reads the logs of {name}.
- id: box.get
  actions: [show]
  needs: []
  slots: {kind: {type: kind, required: Which kind?}, namespace: {type: namespace}}
  command: [box, get, "{kind}", ["-n", "{namespace}"]]
  reason: Lists {kind}.
```
"#;

fn lexicon() -> Lexicon {
    let skill: Skill = parse("box", "box/SKILL.md", BOXES);
    assert_eq!(skill.problems, []);
    Lexicon::build(include_str!("../../assets/language/english.yaml"), &[&skill]).unwrap()
}

fn lines(request: &str) -> Vec<String> {
    match plan(request, &lexicon(), &BTreeMap::new()) {
        Planning::Plan(plan) => plan.steps.iter().map(crate::domain::PlanStep::preview).collect(),
        Planning::Ask(question) => vec![format!("? {}", question.text)],
        Planning::Unsure(unsure) => vec![format!("?? {}", unsure.unexplained.join(" "))],
    }
}

#[test]
fn requests_become_commands_however_they_are_phrased() {
    let cases = [
        ("show the containers", "box ls"),
        ("containers", "box ls"),
        ("what containers are running?", "?? running"),
        ("Could you please list all containers", "box ls -a"),
        ("delete the container web1", "box rm web1"),
        ("Please remove the web1 container", "box rm web1"),
        ("get rid of container 'my box'", "box rm 'my box'"),
        ("remove containers web1 and web2", "box rm web1 web2"),
        ("delete the container", "? Which container?"),
        ("show me the last five lines of logs from web1", "box logs web1 --tail=5"),
        ("last 50 logs of web1", "box logs web1 --tail=50"),
        ("logs of web1 in the production namespace", "box logs web1 -n production"),
        ("logs for web1 since 2 hours", "box logs web1 --since=2h"),
        ("follow the logs of web1", "box logs web1 -f"),
        ("what pods are in kube-system", "box get pods -n kube-system"),
        ("shwo the contaners", "box ls"),
        ("delete the container web1 but not its volumes", "?? but not volumes"),
        ("sing a song", "?? sing song"),
        ("should I delete the container web1?", "?? delete container web1"),
        ("what happens if I remove the container web1", "?? happens if remove web1"),
        ("can I see the logs of web1?", "box logs web1"),
        ("can you delete the container web1?", "box rm web1"),
        ("delete the container web1 if it is stopped", "?? if stopped"),
        ("box rm -f web1", "box rm -f web1"),
        ("show the containers then delete the container web1", "box ls"),
    ];
    for (request, expected) in cases {
        assert_eq!(lines(request)[0], expected, "{request}");
    }
}

#[test]
fn command_lines_stay_as_they_are_typed() {
    for line in ["box ls; box logs web1", "box ls|grep web", "box ls && box rm web1", "box rm -f web1"] {
        assert_eq!(lines(line), [line]);
    }
}

#[test]
fn all_lists_first_and_then_names_every_object() {
    assert_eq!(lines("remove all containers"), ["box ls --format '{{.Names}}'", "box rm <each of step 1>"]);
}

#[test]
fn a_sequence_is_planned_part_by_part() {
    assert_eq!(lines("show the containers, then delete the container web1"), ["box ls", "box rm web1"]);
}

#[test]
fn an_answer_fills_the_slot_that_was_asked_for() {
    let filled = BTreeMap::from([("name".to_owned(), "web1".to_owned())]);
    let Planning::Plan(plan) = plan("delete the container", &lexicon(), &filled) else { panic!("a plan") };
    assert_eq!(plan.steps[0].line().unwrap(), "box rm web1");
}

#[test]
fn odd_requests_do_no_harm() {
    for request in
        ["", "   ", "'", "\"\"", "???", "\u{202e}", "delete", "the", "-", "' '", "a'b'c", "\u{1f4a9} \u{1f4a9}"]
    {
        let _ = lines(request);
    }
    assert_eq!(lines(&"delete ".repeat(10_000)), ["?? "]);
}

proptest::proptest! {
    #[test]
    fn no_request_makes_the_planner_panic(request in "\\PC{0,80}") {
        let _ = lines(&request);
    }

    #[test]
    fn no_string_of_known_words_makes_the_planner_panic(words in proptest::collection::vec("(delete|all|container|web1|in|namespace|last|5|logs|of|since|half an hour|'|\"|not)", 0..9)) {
        let _ = lines(&words.join(" "));
    }
}
