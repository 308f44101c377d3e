//! The planner on a small lexicon of its own.

use std::collections::BTreeMap;

use super::*;
use crate::skill::{Skill, parse};

mod beside;
mod listings;

const BOXES: &str = r##"
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
tables: {port: {redis: "6379"}}
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
    name: {type: name, after: [container, of, from, for], required: Whose logs?}
    count: {type: count}
    since: {type: duration}
    namespace: {type: namespace}
    follow: {type: flag, words: [follow, live]}
  command: [box, logs, "{name}", ["--tail={count}"], ["--since={since}"], ["-n", "{namespace}"], ["?follow", "-f"]]
  reason: Reads the logs of {name}.
- id: box.run
  actions: [run]
  needs: [["#image", "#pod", "#daemon", port]]
  slots:
    image: {type: image, required: Which image?}
    port: {type: port, after: [port]}
  command: [box, run, ["-p", "{port}:{image.port|port}"], "{image}"]
  reason: Runs {image}.
- id: box.top
  actions: [show]
  needs: [[largest]]
  slots: {count: {type: count}, version: {type: version}}
  command: [box, top, "--format", "{{.Size}}", ["{version}"], ["|", sort, -rh], ["|", head, -n, "{count.next}"]]
  reason: Lists the largest.
- id: box.restart
  actions: [restart]
  needs: [["@pods"]]
  slots: {name: {type: name, after: [pod], required: Which pod?}}
  command: [box, restart, "{name}"]
  reason: Restarts {name}.
- id: box.renew
  actions: [create]
  needs: [["@containers"], [afresh]]
  slots: {name: {type: name, after: [container], required: Which container?}}
  command: [box, rm, "{name}"]
  reason: Removes {name}.
  then:
  - {command: [box, run, "{name}"], reason: "Runs {name}."}
  - {command: [box, ls], reason: Lists containers., reader: table}
- id: box.get
  actions: [show]
  needs: []
  slots: {kind: {type: kind, required: Which kind?}, namespace: {type: namespace}}
  command: [box, get, "{kind}", ["-n", "{namespace}"]]
  reason: Lists {kind}.
```
"##;

fn lexicon() -> Lexicon {
    let skill: Skill = parse("box", "box/SKILL.md", BOXES);
    assert_eq!(skill.problems, []);
    Lexicon::build(include_str!("../../assets/language/english.yaml"), [skill]).unwrap()
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
fn a_deed_of_several_commands_runs_each_after_the_one_before_it() {
    let Planning::Plan(plan) =
        plan("create the container web1 afresh, then show the logs of web1", &lexicon(), &BTreeMap::new())
    else {
        panic!("no plan")
    };
    let steps = plan.steps.iter().map(|step| (step.preview(), step.needs.clone(), step.reader.as_deref()));
    let expected = [
        ("box rm web1", vec![], None),
        ("box run web1", vec![0], None),
        ("box ls", vec![1], Some("table")),
        ("box logs web1", vec![2], None),
    ];
    assert_eq!(steps.collect::<Vec<_>>(), expected.map(|(line, needs, reader)| (line.to_owned(), needs, reader)));
    assert_eq!(plan.steps[1].reason, "Runs web1.");
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
fn what_only_tells_how_things_are_is_left_aside_unless_it_binds_the_deed() {
    let cases = [
        ("the shop is down, show the logs of web1", "box logs web1"),
        ("users see errors. delete the container web1", "box rm web1"),
        ("container web1 hangs, delete it", "box rm web1"),
        ("delete the container web1, but only if it is stopped", "??"),
        ("the container is fine, don't delete the container web1", "??"),
    ];
    for (request, expected) in cases {
        let line = &lines(request)[0];
        assert!(line == expected || expected == "??" && line.starts_with("??"), "{request}: {line}");
    }
}

#[test]
fn a_tale_before_or_behind_a_deed_is_left_aside() {
    assert_eq!(lines("QA signed off. remove container web1"), ["box rm web1"]);
    assert_eq!(lines("Tester wants fresh data: remove container web1"), ["box rm web1"]);
    assert_eq!(lines("remove container web1. Marketing complained loudly"), ["box rm web1"]);
    assert_eq!(lines("remove container web1, the host had a hiccup"), ["box rm web1"]);
    // What is named before a comma is no tale.
    for named in ["web1, show the containers", "logs of web1, show the containers"] {
        assert_ne!(lines(named), lines("show the containers"), "{named}");
    }
    assert_eq!(lines("remove container web1, its owners want it"), ["box rm web1"]);
    for bound in ["remove container web1, its data must stay", "remove container web1, auditors want it removed later"]
    {
        assert!(lines(bound)[0].starts_with("??"), "{bound}: {:?}", lines(bound));
    }
    for bound in ["QA signed off except for one. remove container web1", "HEAD detached at 4e5f6a7, now what"] {
        assert!(lines(bound)[0].starts_with("??"), "{bound}: {:?}", lines(bound));
    }
}

#[test]
fn a_kind_and_a_name_may_be_joined_by_a_slash() {
    assert_eq!(lines("restart po/web-1"), ["box restart web-1"]);
    // Where it is a value as it stands, it is left so.
    assert_eq!(lines("show the logs of pod/web-1"), ["box logs pod/web-1"]);
}

#[test]
fn names_stand_before_and_behind_their_noun() {
    let cases = [
        ("delete web1 and web2 containers", "box rm web1 web2"),
        ("delete containers web1, web2 and web3", "box rm web1 web2 web3"),
        ("delete the container web1 tomorrow", "?? tomorrow"),
        ("delete the old container", "? Which container?"),
    ];
    for (request, expected) in cases.iter().take(3) {
        assert_eq!(lines(request)[0], *expected, "{request}");
    }
    for (request, _) in cases.iter().skip(3) {
        assert!(lines(request)[0].starts_with('?'), "{request}: {:?}", lines(request));
    }
}

#[test]
fn what_a_noun_announces_its_other_spellings_announce_too() {
    // «stopped» means something to the listing; behind a noun it is a name.
    assert_eq!(lines("delete the container stopped")[0], "box rm stopped");
    assert_eq!(lines("delete the box stopped")[0], "box rm stopped");
}

#[test]
fn a_number_beside_a_name_is_no_second_name() {
    assert_eq!(lines("delete containers web1 web2")[0], "box rm web1 web2");
    assert_eq!(lines("delete the container web1 30")[0], "?? 30");
}

#[test]
fn an_environment_behind_a_word_of_place_is_the_namespace() {
    for request in ["logs of web1 in production", "logs of web1 from production", "what pods are on production"] {
        assert!(lines(request)[0].ends_with("-n production"), "{request}: {:?}", lines(request));
    }
}

#[test]
fn only_known_words_are_mended_and_never_into_their_opposite() {
    let cases = [
        ("dleete the container web1", "box rm web1"),
        ("show teh logs of web1", "box logs web1"),
        ("undelete the container web1", "??"),
        ("delete the container containr", "box rm containr"),
    ];
    for (request, expected) in cases {
        let line = &lines(request)[0];
        assert!(line == expected || expected == "??" && line.starts_with("??"), "{request}: {line}");
    }
}

fn in_context(request: &str, context: &Context) -> Vec<String> {
    match understand(request, &lexicon(), &BTreeMap::new(), context).0 {
        Planning::Plan(plan) => plan.steps.iter().map(crate::domain::PlanStep::preview).collect(),
        Planning::Ask(question) => vec![format!("? {}", question.text)],
        Planning::Unsure(unsure) => vec![format!("?? {}", unsure.unexplained.join(" "))],
    }
}

#[test]
fn a_pronoun_stands_for_what_the_part_before_named() {
    assert_eq!(lines("show the logs of container web1 and then delete it"), ["box logs web1", "box rm web1"]);
    assert_eq!(
        lines("logs of web1 in the production namespace, then follow its logs")[1],
        "box logs web1 -n production -f"
    );
    assert_eq!(lines("show the containers and then delete it")[0], "? Which container?");
}

#[test]
fn a_pronoun_stands_for_what_the_last_request_named_and_the_thought_says_so() {
    let subject = understand("show the logs of container web1", &lexicon(), &BTreeMap::new(), &Context::default()).1;
    let context = Context { subject, ..Context::default() };
    assert_eq!(in_context("delete it", &context), ["box rm web1"]);
    let (planning, _) = understand("delete it", &lexicon(), &BTreeMap::new(), &context);
    let Planning::Plan(plan) = planning else { panic!("a plan") };
    assert!(plan.thought.contains("«it» is the container web1."), "{}", plan.thought);
    assert!(in_context("delete it", &Context::default())[0].starts_with('?'));
}

#[test]
fn the_thing_that_the_part_before_named_is_meant_by_its_noun() {
    assert_eq!(lines("show the logs of container web1 and delete the container"), ["box logs web1", "box rm web1"]);
    let subject = understand("show the logs of container web1", &lexicon(), &BTreeMap::new(), &Context::default()).1;
    let context = Context { subject, ..Context::default() };
    assert_eq!(in_context("delete the container", &context), ["? Which container?"], "another request");
}

#[test]
fn a_name_is_no_typing_mistake_and_no_verb_where_a_noun_follows_it() {
    // `lgos` is mended, `los` would be one letter from `logs`.
    assert_eq!(lines("shwo the logs of the los container"), ["box logs los"]);
    assert_eq!(lines("remove the prune container"), ["box rm prune"]);
}

#[test]
fn where_a_name_stands_before_it_the_name_of_a_kind_is_a_place() {
    assert_eq!(lines("show the logs of web1 in pods"), ["box logs web1 -n pods"]);
    assert_eq!(lines("show the logs of web-6f5b7d88c4-9jh2t from shop"), ["box logs web-6f5b7d88c4-9jh2t -n shop"]);
}

#[test]
fn a_word_left_over_that_is_nearly_known_is_mended() {
    assert_eq!(lines("show the last 20 logs of the web1 contaner"), ["box logs web1 --tail=20"]);
    // Two letters that changed places are no name, wherever one could stand.
    assert_eq!(lines("show the running contianers"), lines("show the running containers"));
}

#[test]
fn a_pipeline_is_one_line_with_a_part_for_every_value() {
    assert_eq!(lines("show the largest"), ["box top --format '{{.Size}}' | sort -rh"]);
    assert_eq!(
        lines("show the five largest of v1.2.0-rc.1"),
        ["box top --format '{{.Size}}' v1.2.0-rc.1 | sort -rh | head -n 6"]
    );
}

#[test]
fn an_article_stands_before_the_second_of_two_names() {
    assert_eq!(lines("remove the container web1 and the db1"), ["box rm web1 db1"]);
}

#[test]
fn what_comes_then_is_asked_for_and_not_told() {
    assert_eq!(lines("remove container web1, then it is done")[0], "?? done");
}

#[test]
fn a_daemon_that_is_told_is_the_one_that_is_asked_about() {
    assert_eq!(lines("sshd died, show the logs"), ["box logs sshd"]);
}

#[test]
fn what_is_told_of_a_name_tells_its_place() {
    assert_eq!(lines("web-1 in shop restarted, show the logs"), ["box logs web-1 -n shop"]);
    assert_eq!(lines("the people in shop complain, show the logs of web1"), ["box logs web1"]);
}

#[test]
fn since_a_deed_is_a_time_and_since_something_is_so_is_told() {
    assert!(lines("show the logs of web1 since the remove")[0].starts_with('?'));
    assert_eq!(lines("show the logs of web1 since the api is down"), ["box logs web1"]);
}

#[test]
fn who_has_something_is_named_whatever_the_word_means() {
    assert_eq!(lines("show remove's logs"), ["box logs remove"]);
    assert!(lines("show the container's logs")[0].starts_with('?'));
}

#[test]
fn an_option_does_not_make_a_command_of_a_sentence() {
    assert!(lines("box logs -f for web1")[0] != "box logs -f for web1");
}

#[test]
fn all_that_are_not_needed_are_not_all() {
    assert!(lines("remove all containers we don't need")[0].starts_with('?'));
}

#[test]
fn since_then_is_a_time_and_no_second_deed() {
    assert!(lines("show the logs of web1 since then with delete")[0].starts_with("??"));
}

#[test]
fn rows_of_the_last_listing_are_meant_by_place_and_by_state() {
    let subject = Subject { noun: "container".into(), tool: "box".into(), ..Subject::default() };
    let table = "NAME STATUS\nweb1 Running\nweb2 CrashLoopBackOff\nweb3 Pending\nweb4 Pending\n";
    let context = Context { listing: Some(Listing::read(&subject, table)), ..Context::default() };
    assert_eq!(in_context("delete the second one", &context), ["box rm web2"]);
    assert_eq!(in_context("delete the crashing one", &context), ["box rm web2"]);
    assert_eq!(in_context("show the logs of the last container", &context), ["box logs web4"]);
    // Two are pending: which one is meant is not known.
    assert!(in_context("delete the pending one", &context)[0].starts_with('?'));
}

#[test]
fn what_comes_first_may_be_called_so() {
    let expected = ["box rm web1", "box ls"];
    assert_eq!(lines("first delete the container web1, then show the containers"), expected);
    assert_eq!(lines("delete the container web1 first, then show the containers"), expected);
    let which = lines("delete the container web1, the oldest first, then show the containers");
    assert!(which[0].starts_with('?'), "{which:?}");
}

#[test]
fn there_is_the_namespace_of_the_part_before() {
    let planned = lines("show the logs of web1 in namespace shop, then show the pods there");
    assert_eq!(planned, ["box logs web1 -n shop", "box get pods -n shop"]);
    let both = lines("show the logs of web1 in namespace shop, then follow the logs of it there");
    assert_eq!(both, ["box logs web1 -n shop", "box logs web1 -n shop -f"]);
}

#[test]
fn words_before_a_request_that_name_no_thing_and_bound_nothing_are_left_aside() {
    for tale in ["Third night in a row.", "Quite tired here...", "Monday again.", "Third page this week."] {
        assert_eq!(lines(&format!("{tale} delete the container web1")), ["box rm web1"], "{tale}");
    }
    for bound in [
        "Dry run.",
        "Only web2.",
        "Not the pods.",
        "After the migration:",
        "Monday:",
        "Tonight.",
        "At 3am.",
        "In two hours.",
        "Next friday.",
    ] {
        let planned = lines(&format!("{bound} delete the container web1"));
        assert!(planned[0].starts_with('?'), "{bound} {planned:?}");
    }
}

#[test]
fn a_verb_without_its_own_object_has_that_of_the_next() {
    assert_eq!(lines("follow and delete the container web1").len(), 1);
    assert_eq!(lines("show the containers and show the logs of web1"), ["box ls", "box logs web1"]);
}

#[test]
fn two_things_joined_by_and_are_no_second_deed() {
    assert!(lines("delete the container web1 and pod x1")[0].starts_with("??"));
}

#[test]
fn a_command_that_is_asked_about_is_not_run_as_typed() {
    assert!(lines("box rm -f web1? is that wise")[0].starts_with('?'));
    assert_eq!(lines("box rm -f web1"), ["box rm -f web1"]);
}

#[test]
fn a_command_line_that_goes_on_as_a_sentence_is_not_taken_as_typed() {
    assert!(lines("box rm -f web1, it ignores me")[0].starts_with('?'));
    assert_eq!(lines("box logs web1 --format 'a, b'"), ["box logs web1 --format 'a, b'"]);
}

#[test]
fn a_word_left_over_fills_nothing_that_is_optional() {
    assert!(lines("show the containers gizmo")[0].starts_with("??"), "{:?}", lines("show the containers gizmo"));
}

#[test]
fn what_is_known_of_a_name_fills_a_command_and_what_is_not_known_falls_back() {
    assert_eq!(lines("run redis:7 on port 8000"), ["box run -p 8000:6379 redis:7"]);
    assert_eq!(
        lines("run registry.local/cache/redis:7 on port 8000"),
        ["box run -p 8000:6379 registry.local/cache/redis:7"]
    );
    assert_eq!(lines("run acme/shop:7 on port 8000"), ["box run -p 8000:8000 acme/shop:7"]);
    assert_eq!(lines("run redis:7"), ["box run redis:7"]);
}

#[test]
fn names_are_known_by_their_form() {
    for (name, known) in [
        ("db-0", true),
        ("web-6f5b7d88c4-9jh2t", true),
        ("sshd", true),
        ("systemd-resolved", true),
        ("web", false),
        ("web-prod", false),
        ("12-0", false),
    ] {
        assert_eq!(lines(&format!("run {name}")) == [format!("box run {name}")], known, "{name}");
    }
}

#[test]
fn only_and_just_are_honoured_by_the_value_they_stand_beside_and_bind_elsewhere() {
    assert_eq!(lines("show only the logs of web1"), ["box logs web1"]);
    assert_eq!(lines("remove only the container web1"), ["box rm web1"]);
    assert_eq!(lines("remove container web1 only"), ["box rm web1"]);
    assert_eq!(lines("remove the container web1 only tomorrow"), ["?? only tomorrow"]);
}

#[test]
fn the_one_name_that_is_told_is_meant_by_what_is_asked() {
    assert_eq!(lines("web-1 restarted at 3am, show the logs"), ["box logs web-1"]);
    assert_eq!(lines("web-1 hangs since web-2 restarted, show the logs"), ["? Whose logs?"]);
    assert_eq!(lines("address already used: show the containers"), ["box ls"]);
}

#[test]
fn a_word_that_means_something_is_no_name_where_a_name_stands_before_its_noun() {
    assert_eq!(lines("show the logs of the web container now"), ["box logs web"]);
    assert_eq!(lines("the web container is weird, show its logs"), ["box logs web"]);
}

#[test]
fn what_is_feared_binds_no_deed() {
    assert_eq!(lines("remove container web1, I don't want to lose time"), ["box rm web1"]);
    assert_eq!(lines("remove container web1, I don't want it stopped"), ["?? don't stopped"]);
}

#[test]
fn a_deed_is_refused_where_it_is_asked_about_and_not_where_something_else_is_told() {
    assert_eq!(lines("web1 was moved, remove container web1"), ["box rm web1"]);
    for question in ["was the container web1 deleted", "our disk is full, should I remove the container web1"] {
        assert!(lines(question)[0].starts_with('?'), "{question}: {:?}", lines(question));
    }
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

#[test]
fn a_deed_that_is_due_or_wished_is_the_imperative_it_stands_for() {
    let cases = [
        ("the container web1 has to be removed", "box rm web1"),
        ("the container web1 has to be force removed", "?? has to be force removed"),
        ("container web1 can be completely removed", "box rm web1"),
        ("I'd like the container web1 removed", "box rm web1"),
        ("get the pod web-0 restarted", "box restart web-0"),
        ("I want container web1 gone", "box rm web1"),
        ("the container web1 must not be removed", "?? must not be removed"),
        ("should the container web1 be removed?", "?? be removed"),
        ("which containers have to be removed?", "?? have removed"),
        ("the container web1 was removed", "?? removed"),
        ("the container web1 got removed", "?? removed"),
    ];
    for (request, expected) in cases {
        let planned = &lines(request)[0];
        let fits = if expected.starts_with("??") { !planned.starts_with("box rm") } else { planned == expected };
        assert!(fits, "{request}: {planned}");
    }
}

#[test]
fn what_asks_whether_something_is_so_changes_nothing() {
    for request in [
        "do I have to delete the container web1",
        "do we need to remove the container web1?",
        "is container web1 removed?",
        "was pod web-0 restarted",
        "can ci-bot remove containers",
    ] {
        let planned = &lines(request)[0];
        assert!(!planned.starts_with("box rm") && !planned.starts_with("box restart"), "{request}: {planned}");
    }
}

#[test]
fn what_chooses_points_or_goes_on_is_not_dropped() {
    for request in
        ["remove some of the containers", "show its containers", "restart the pod web-0 and show the logs of mine"]
    {
        assert!(lines(request)[0].starts_with('?'), "{request}: {:?}", lines(request));
    }
    assert_eq!(lines("restart the pod web-0, followed by the logs of web-0"), ["box restart web-0", "box logs web-0"]);
}

#[test]
fn amounts_in_words_are_one_number_and_spans_are_no_amount() {
    assert_eq!(lines("the last two hundred lines of the logs of web1"), ["box logs web1 --tail=200"]);
    assert_eq!(lines("logs of web1, last thirty five lines"), ["box logs web1 --tail=35"]);
    assert_eq!(lines("Errors since 9. I need the logs of web1 of the last 30 min"), ["box logs web1 --since=30m"]);
}

#[test]
fn the_home_stands_for_itself() {
    let lexicon = lexicon().at_home("/home/ann");
    let Planning::Plan(plan) = plan("show the logs of '~/box'", &lexicon, &BTreeMap::new()) else { panic!() };
    assert_eq!(plan.steps[0].preview(), "box logs /home/ann/box");
}
