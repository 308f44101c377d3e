//! The memory on the command line: sessions listed, read, checked, drawn, put away and taken back.

use std::fs;

use super::support::home::Home;

/// A project in which two things were asked, in two sessions.
fn place() -> Home {
    let place = Home::with_commits(2);
    assert_eq!(place.run(&["ask", "git log -2 --oneline"]).code, 0);
    assert_eq!(place.run(&["ask", "--new", "git status --short"]).code, 0);
    place
}

fn first_name(place: &Home) -> String {
    let list = place.run(&["sessions", "--json"]).json();
    list[1]["id"].as_str().unwrap().to_owned()
}

#[test]
fn sessions_are_listed_newest_first() {
    let place = place();
    let list = place.run(&["sessions", "--json"]).json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert!(list[0]["id"].as_str().unwrap().starts_with("session_002_"), "{list}");
    assert_eq!((&list[1]["goal"], &list[1]["status"]), (&"git log -2 --oneline".into(), &"active".into()));
    assert_eq!(list[1]["commits"], 0);
    let told = place.run(&["sessions"]).stdout;
    assert!(told.lines().next().unwrap().starts_with("session_002  "), "{told}");
}

#[test]
fn a_log_is_read_by_a_part_of_the_sessions_name() {
    let place = place();
    let text = place.run(&["log", "1"]).stdout;
    assert!(text.contains("HUMAN — REQUEST") && text.contains("ACTION: git log -2 --oneline"), "{text}");
    let entries = place.run(&["log", "session_001", "--last", "1", "--json"]).json();
    assert_eq!(entries["entries"].as_array().unwrap().len(), 1);
    assert_eq!(entries["entries"][0]["sound"], true);
    let missing = place.run(&["log", "9"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("session_002"), "the nearest are named: {missing:?}");
}

#[test]
fn a_log_that_was_changed_is_named_and_the_others_are_still_checked() {
    let place = place();
    assert_eq!(place.run(&["verify"]).code, 0);
    let name = first_name(&place);
    let log = place.project.join(".GCC/sessions").join(&name).join("log.md");
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("--oneline", "--ONELINE", 1)).unwrap();
    let ran = place.run(&["verify", "--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let told = ran.json();
    assert_eq!(told["ok"], false);
    assert_eq!((&told["sessions"][0]["ok"], &told["sessions"][0]["first_bad"]["seq"]), (&false.into(), &1.into()));
    assert_eq!(told["sessions"][1]["ok"], true);
    assert!(place.run(&["verify", "1"]).stdout.contains("first bad entry 1"));
}

#[test]
fn what_was_done_is_drawn_as_text_picture_and_json() {
    let place = place();
    let text = place.run(&["graph", "1", "--full"]).stdout;
    assert!(text.contains("request") && text.contains("auto") && text.contains("git log -2 --oneline"), "{text}");
    let ascii = place.run(&["graph", "--all", "--ascii"]).stdout;
    assert!(ascii.is_ascii() && ascii.contains("git status --short"), "{ascii}");
    assert!(place.run(&["graph", "--svg"]).stdout.starts_with("<svg"));
    let page = place.run(&["graph", "--all", "--json"]).json();
    assert!(page["rows"].as_array().unwrap().len() >= 4, "{page}");
}

#[test]
fn a_session_is_archived_restored_and_deleted_only_by_its_name() {
    let place = place();
    let name = first_name(&place);
    assert_eq!(place.run(&["delete", "1"]).code, 3, "nobody can be asked");
    let gone = place.run(&["delete", "1", "--yes"]);
    assert_eq!(gone.code, 0, "{gone:?}");
    assert!(gone.stderr.contains("entries") && gone.stderr.contains("restore session_001"), "{gone:?}");
    assert_eq!(place.run(&["sessions", "--json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(place.run(&["sessions", "--archived", "--json"]).json()[0]["id"], name.as_str());
    assert!(place.project.join(".GCC/archived").join(&name).join("log.md").is_file());

    assert_eq!(place.run(&["restore", "session_001"]).code, 0);
    assert_eq!(place.run(&["verify", "1"]).code, 0);

    assert_eq!(place.run(&["delete", "1", "--yes"]).code, 0);
    assert_eq!(place.run(&["delete", &name, "--permanent", "--confirm", "session_001"]).code, 3);
    assert_eq!(place.run(&["delete", &name, "--permanent", "--confirm", &name]).code, 0);
    assert_eq!(place.run(&["sessions", "--archived", "--json"]).json().as_array().unwrap().len(), 0);
}

#[test]
fn looking_makes_no_memory() {
    let place = Home::new();
    for command in ["sessions", "log", "verify", "graph"] {
        let ran = place.run(&[command]);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.stderr.contains("there is no memory"), "{ran:?}");
    }
    assert!(!place.project.join(".GCC").exists());
}

#[test]
fn a_finding_is_committed_and_told_by_every_page() {
    let place = place();
    let told = place.run(&["commit", "the branch is clean", "--finding", "nothing to do", "--session", "1", "--json"]);
    assert_eq!(told.code, 0, "{told:?}");
    let entry = told.json()["entry"].as_str().unwrap().to_owned();
    let log = place.run(&["log", "1", "--last", "1"]).stdout;
    assert!(log.contains("AI — COMMIT") && log.contains("MILESTONE: the branch is clean"), "{log}");
    assert!(log.contains("SAVED TO: commit.md entry #1"), "{log}");
    assert_eq!(place.run(&["sessions", "--json"]).json()[1]["commits"], 1);
    assert!(place.run(&["graph", "1"]).stdout.contains(&entry[..4]));
    assert_eq!(place.run(&["verify"]).code, 0);
    let dir = place.project.join(".GCC/sessions").join(first_name(&place));
    assert!(fs::read_to_string(dir.join("commit.md")).unwrap().contains("FINDING: nothing to do"));
}

#[test]
fn a_branch_has_its_own_log_until_it_is_merged() {
    let place = place();
    assert_eq!(place.run(&["branch", "memory", "--intent", "is it the memory?"]).code, 0);
    assert_eq!(place.run(&["ask", "git status --short"]).code, 0);
    assert_eq!(place.run(&["commit", "it is the memory"]).code, 0);
    let own = place.run(&["log", "2", "--last", "100"]).stdout;
    assert!(own.contains("AI — BRANCH") && !own.contains("it is the memory\n"), "{own}");
    let side = place.run(&["log", "2", "--branch", "memory", "--last", "100"]).stdout;
    assert!(side.contains("MILESTONE: it is the memory") && side.contains("ACTION: git status --short"), "{side}");

    assert_eq!(place.run(&["merge", "memory"]).code, 0);
    let merged = place.run(&["log", "2", "--last", "1"]).stdout;
    assert!(merged.contains("AI — MERGE") && merged.contains("branches/memory/log.md"), "{merged}");
    let again = place.run(&["merge", "memory"]);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("merged already"), "{again:?}");
    let drawn = place.run(&["graph", "2", "--full"]).stdout;
    assert!(drawn.contains("branch") && drawn.contains("merge") && drawn.contains("[memory]"), "{drawn}");
    assert_eq!(place.run(&["verify"]).code, 0);
}

#[test]
fn a_fork_begins_where_the_other_stood_and_copies_nothing() {
    let place = place();
    let told = place.run(&["fork", "1", "--goal", "another way", "--json"]).json();
    assert!(told["session"].as_str().unwrap().starts_with("session_003_"), "{told}");
    assert_eq!(told["parent"], first_of_three(&place).as_str());
    assert_eq!(place.run(&["fork", "1", "--at", "zzzz"]).code, 1);
    let all = place.run(&["graph", "--all", "--full"]).stdout;
    assert!(all.contains("fork"), "{all}");
}

fn first_of_three(place: &Home) -> String {
    place.run(&["sessions", "--json"]).json()[2]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_session_is_closed_and_says_so() {
    let place = place();
    assert_eq!(place.run(&["close", "1", "--json"]).json()["status"], "closed");
    assert_eq!(place.run(&["sessions", "--json"]).json()[1]["status"], "closed");
    assert_eq!(place.run(&["close"]).code, 0);
    let none = place.run(&["commit", "x"]);
    assert_eq!(none.code, 1);
    assert!(none.stderr.contains("no session is active"), "{none:?}");
    assert_eq!(place.run(&["verify"]).code, 0);
}

#[test]
fn the_context_is_told_in_its_windows() {
    let place = place();
    for number in 1..=3 {
        let summary = format!("milestone {number}");
        assert_eq!(place.run(&["commit", &summary, "--session", "1"]).code, 0);
    }
    assert!(place.run(&["context"]).stdout.starts_with("# DevOps Agent"));
    let whole = place.run(&["context", "1", "--json"]).json();
    assert_eq!(whole["commits"].as_array().unwrap().len(), 3);
    assert!(whole["entries"][0].as_str().unwrap().contains("HUMAN — REQUEST"), "{whole}");
    assert!(place.run(&["context", "1", "--log"]).stdout.lines().count() <= 20);
    assert!(place.run(&["context", "1", "--metadata"]).stdout.contains("status: active"));
    let second = place.run(&["context", "1", "--commit", "2"]).stdout;
    assert!(second.contains("milestone 2") && !second.contains("milestone 3"), "{second}");
    assert_eq!(place.run(&["context", "1", "--commit", "9"]).code, 1);
}
