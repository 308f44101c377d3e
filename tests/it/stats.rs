//! `devops-agent stats`: what the logs tell, counted.

use std::fs;

use serde_json::json;

use super::support::home::Home;

#[test]
fn commands_are_counted_by_who_tier_decision_tool_and_ending() {
    let place = Home::with_commits(2);
    for (args, code) in [
        (&["ask", "git status"][..], 0),
        (&["ask", "git log -1"], 0),
        (&["ask", "git show no-such-commit"], 0),
        (&["ask", "--yes", "git branch side"], 0),
        // Nobody can be asked.
        (&["ask", "git branch other"], 3),
        (&["commit", "two commits are there"], 0),
    ] {
        let ran = place.run(args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
    }
    let stats = place.run(&["stats", "--json"]).json();
    let day = stats["days"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(stats["sessions"], 1);
    assert_eq!(stats["requests"], 5);
    assert_eq!(stats["commits"], 1);
    assert_eq!(stats["commands"], 4);
    assert_eq!(stats["by"], json!({"agent": 4}));
    assert_eq!(stats["tiers"], json!({"auto": 3, "approval": 1}));
    let decisions = json!({"automatic": 3, "approved beforehand by --yes": 1, "refused, nobody to ask": 1});
    assert_eq!(stats["decisions"], decisions);
    assert_eq!(stats["tools"], json!({"git": 4}));
    assert_eq!(stats["failures"], json!({"128": 1}));
    assert_eq!(day, json!({"requests": 5, "commands": 4, "failed": 1, "commits": 1}));

    let told = place.run(&["stats"]);
    for line in ["  commands    4: agent 4", "  tools       git 4", "  failures    1: exit code 128 1"] {
        assert!(told.stdout.lines().any(|stands| stands == line), "no {line:?} in:\n{}", told.stdout);
    }
}

#[test]
fn one_session_is_counted_unless_all_are_asked_for() {
    let place = Home::with_commits(1);
    place.run(&["ask", "git status"]);
    place.run(&["ask", "--new", "git log -1"]);
    let commands = |args: &[&str]| place.run(args).json()["commands"].clone();
    assert_eq!(commands(&["stats", "--json"]), 1);
    assert_eq!(commands(&["stats", "--json", "--session", "1"]), 1);
    assert_eq!(commands(&["stats", "--json", "--all"]), 2);
    assert_eq!(place.run(&["stats", "--session", "9"]).code, 1);
}

#[test]
fn what_a_branch_holds_is_counted_too_and_what_was_changed_is_not() {
    let place = Home::with_commits(1);
    place.run(&["ask", "git status"]);
    assert_eq!(place.run(&["branch", "side"]).code, 0);
    place.run(&["ask", "git log -1"]);
    assert_eq!(place.run(&["stats", "--json"]).json()["commands"], 2);

    let log = place.project.join(".GCC/sessions").join(&place.sessions()[0]).join("log.md");
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replace("ACTION: git status", "ACTION: git stasis")).unwrap();
    let stats = place.run(&["stats", "--json"]).json();
    assert_eq!((&stats["commands"], &stats["unsound"]), (&json!(1), &json!(1)));
    assert!(place.run(&["stats"]).stdout.contains("devops-agent verify"));
}

#[test]
fn without_a_memory_it_says_how_one_begins() {
    let ran = Home::new().run(&["stats"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("there is no memory") && ran.stderr.contains("hint: "), "{ran:?}");
}
