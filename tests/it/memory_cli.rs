//! The memory on the command line: sessions listed, read, checked, drawn, put away and taken back.

use std::fs;
use std::io::{BufRead, BufReader};
use std::time::Duration;

use super::support::home::Home;
use super::support::screen::{close, leave};

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
    assert!(told.lines().nth(3).unwrap().starts_with("  002  "), "{told}");
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
    assert!(gone.stderr.contains("entries") && gone.stderr.contains("restore 001"), "{gone:?}");
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

#[test]
fn a_session_begins_under_a_proposed_name_and_notes_where_it_begins() {
    let place = Home::with_commits(1);
    place.file("new.txt", "x");
    let begun = place.run(&["new", "investigate database connection timeouts"]);
    assert_eq!(begun.code, 0, "{begun:?}");
    let name = begun.stdout.trim();
    assert!(name.starts_with("session_001_") && name.ends_with("_investigate-db-timeouts"), "{begun:?}");
    for told in ["✓ Session created", "git: main branch, 1 uncommitted change\n", "What symptoms are you seeing?"] {
        assert!(begun.stderr.contains(told), "{told} is not in {}", begun.stderr);
    }
    let metadata = place.run(&["context", "1", "--metadata"]).stdout;
    assert!(metadata.contains("goal: investigate database connection timeouts\n"), "{metadata}");
    assert!(metadata.contains("git_branch: main\n") && metadata.contains("git_uncommitted: 1\n"), "{metadata}");
    let named = place.run(&["new", "look around", "--name", "Friday night", "--json"]).json();
    assert!(named["session"].as_str().unwrap().ends_with("_friday-night"), "{named}");
    assert_eq!(named["snapshot"]["uncommitted"]["known"], 1, "{named}");
}

#[test]
fn tools_that_are_absent_are_said_to_be() {
    let place = Home::new().var("PATH", "/nowhere");
    let begun = place.run(&["new", "look around"]);
    for told in ["kube-context: none, kubectl is absent", "git: absent", "docker: absent"] {
        assert!(begun.stderr.contains(told), "{told} is not in {}", begun.stderr);
    }
    let metadata = place.run(&["context", "1", "--metadata"]).stdout;
    assert!(metadata.contains("absent:\n- kubectl\n- git\n- docker\n"), "{metadata}");
}

#[test]
fn an_engine_that_never_answers_holds_nobody_up() {
    let place = Home::new();
    let socket = place.home.join("no-docker.sock");
    let _silent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let begun = place.run(&["new", "look around"]);
    assert_eq!(begun.code, 0, "{begun:?}");
    if !begun.stderr.contains("docker: absent") {
        assert!(begun.stderr.contains("running containers not counted: no answer within 2 seconds"), "{begun:?}");
    }
}

#[test]
fn a_rename_at_the_terminal_names_the_session_and_enters_it() {
    let place = Home::new();
    let mut terminal = place.terminal(&["new", "investigate database connection timeouts"]);
    terminal.wait_for_text("Confirm name or rename? (press Enter to confirm)");
    terminal.enter("pool trouble");
    terminal.wait_for_text("Starting session — investigate database connection timeouts.");
    close(&mut terminal);
    assert!(place.sessions()[0].ends_with("_pool-trouble"), "{:?}", place.sessions());
}

#[test]
fn going_on_offers_the_last_sessions_and_says_where_things_stand() {
    let place = place();
    assert_eq!(place.run(&["commit", "the branch is clean", "--session", "1"]).code, 0);
    let mut terminal = place.terminal(&["continue"]);
    terminal.wait_for_text("Which session? (1)");
    let shown = terminal.text();
    assert!(shown.contains("[1] session_002") && shown.contains("(in progress)"), "{shown}");
    terminal.enter("2");
    terminal.wait_for_text("Resuming session_001");
    terminal.wait_for_text("Last commit: 'the branch is clean'");
    let shown = terminal.text();
    assert!(shown.contains("Last action: git log -2 --oneline (") && shown.contains("[session_001"), "{shown}");
    leave(&mut terminal);
    assert_eq!(terminal.wait_exit(), 0);

    let told = place.run(&["continue", "session_001", "--json"]).json();
    assert_eq!(told["last_commit"], "the branch is clean", "{told}");
    assert_eq!(place.run(&["continue"]).code, 2, "nobody can be asked");
    assert_eq!(place.run(&["continue", "9"]).code, 1);
}

#[test]
fn closing_shows_what_a_session_came_to_and_the_page_keeps_it_only_when_wanted() {
    let place = place();
    assert_eq!(place.run(&["commit", "the branch is clean", "--session", "1"]).code, 0);
    let closed = place.run(&["close", "1"]);
    for told in ["Session summary:", "✅ Commit 1: the branch is clean", "Commands executed: 1 (1 agent / 0 manual)"] {
        assert!(closed.stderr.contains(told), "{told} is not in {}", closed.stderr);
    }
    let page = || fs::read_to_string(place.project.join(".GCC/main.md")).unwrap();
    assert!(page().contains("| the branch is clean"), "{}", page());
    assert_eq!(place.run(&["continue", "1"]).code, 0);
    let again = place.run(&["close", "1", "--no-summary", "--json"]).json();
    assert_eq!((&again["commands"]["agent"], &again["summary_saved"]), (&1.into(), &false.into()), "{again}");
    assert!(!page().contains("| the branch is clean"), "{}", page());
}

#[test]
fn the_memorys_words_work_in_the_chat() {
    let place = place();
    let said = |text: &str| place.run(&["ask", text]);
    assert!(said("COMMIT the branch is clean").stdout.contains("Committed as "));
    assert!(said("BRANCH memory is it the limit?").stdout.contains("Branch memory begins at "));
    assert!(said("CONTEXT").stdout.contains("# DevOps Agent — Project Memory"));
    assert!(said("CONTEXT --metadata").stdout.contains("branch: memory\n"));
    assert_eq!(said("git status --short").code, 0);
    let window = said("CONTEXT --log").stdout;
    assert!(window.contains("ACTION: git status --short") && window.lines().count() <= 22, "{window}");
    assert!(said("GRAPH").stdout.contains("[memory]"));
    assert!(said("MERGE memory").stdout.contains("is merged by "));
    let session = said("CONTEXT --session").stdout;
    assert!(session.contains("MILESTONE: the branch is clean") && session.contains("AI — MERGE"), "{session}");
    let refused = said("MERGE nothing");
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.stdout.contains("no branch"), "{refused:?}");
    assert!(said("COMMIT").stdout.contains("COMMIT <summary>"));
    assert_eq!(place.run(&["verify"]).code, 0);
}

#[test]
fn a_word_for_a_session_that_a_workbench_holds_is_written_by_the_workbench() {
    let place = place();
    let mut terminal = place.terminal(&["--session", "2"]);
    terminal.wait_for_text("Resuming session_002");
    let told = place.run(&["commit", "found from outside", "--json"]).json();
    assert_eq!((&told["written"], told["session"].as_str().unwrap().starts_with("session_002")), (&true.into(), true));
    assert_eq!(place.run(&["branch", "side"]).code, 0);
    let refused = place.run(&["merge", "nope"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.stderr.contains("MERGE nope was left for this session and is not done"), "{refused:?}");
    leave(&mut terminal);
    assert_eq!(terminal.wait_exit(), 0);
    let log = place.run(&["log", "2", "--last", "2"]).stdout + &place.run(&["log", "2", "--branch", "side"]).stdout;
    assert!(log.contains("MILESTONE: found from outside") && log.contains("BRANCH: side"), "{log}");
    assert_eq!(place.run(&["verify"]).code, 0);
}

#[test]
fn an_entry_is_opened_by_its_name_and_a_whole_output_stands_in_its_place() {
    let place = Home::new();
    let lines: String = (0..9_000).map(|number| format!("line number {number}\n")).collect();
    place.file("long.txt", lines);
    assert_eq!(place.run(&["ask", "cat long.txt"]).code, 0);
    let entries = place.run(&["log", "1", "--json"]).json();
    let step = entries["entries"].as_array().unwrap().iter().find(|entry| entry["kind"] == "step").unwrap();
    let name = step["id"].as_str().unwrap();
    let short = place.run(&["log", "1", "--at", &name[..6]]).stdout;
    assert!(short.contains("bytes left out; all ") && !short.contains("line number 4500\n"), "{}", short.len());
    let full = place.run(&["log", "1", "--at", name, "--full"]).stdout;
    assert!(full.contains("line number 4500\n") && full.contains("INFERENCE: "), "{}", full.len());
    assert!(!full.contains("bytes left out"), "{}", full.len());
    let missing = place.run(&["log", "1", "--at", "zzzz"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("no entry whose name begins with \"zzzz\""), "{missing:?}");
}

#[test]
fn a_log_that_is_followed_shows_what_comes() {
    let place = place();
    let mut follower = place.start(&["log", "1", "--follow", "--last", "1"]);
    let stdout = follower.stdout.take().unwrap();
    let (sender, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if sender.send(line.unwrap()).is_err() {
                return;
            }
        }
    });
    let until = |text: &str| loop {
        let line = lines.recv_timeout(Duration::from_secs(20)).expect(text);
        if line.contains(text) {
            break;
        }
    };
    until("AI — ANSWER");
    assert_eq!(place.run(&["commit", "seen while following", "--session", "1"]).code, 0);
    until("MILESTONE: seen while following");
    follower.kill().unwrap();
    follower.wait().unwrap();
}

#[test]
fn an_output_of_many_megabytes_comes_to_its_end_and_lies_there_whole() {
    let place = Home::new();
    let whole = "a line of nothing in particular, again and again\n".repeat(190_000);
    place.file("long.txt", &whole);
    let ran = place.run(&["ask", "cat long.txt"]);
    assert_eq!(ran.code, 0, "{:?}", ran.code);
    assert!(ran.stdout.contains("190,000 lines"), "{}", ran.stdout.len());
    let log = place.logs();
    let notice = log.lines().find(|line| line.contains(" bytes left out; all ")).unwrap();
    assert!(notice.contains(&format!("all {} bytes are in output/", whole.len())), "{notice}");
    let path = notice.split(" are in ").nth(1).unwrap().split(',').next().unwrap();
    let kept = place.project.join(".GCC/sessions").join(&place.sessions()[0]).join(path);
    assert!(fs::read(kept).unwrap() == whole.as_bytes());
}

#[test]
fn a_session_is_handed_on_as_a_report() {
    let place = place();
    assert_eq!(place.run(&["ask", "--yes", "--session", "1", "git branch feature"]).code, 0);
    assert_eq!(place.run(&["commit", "the branch is made", "--finding", "it is clean", "--session", "1"]).code, 0);
    assert_eq!(place.run(&["branch", "side", "--session", "1"]).code, 0);
    let page = place.run(&["export", "1"]);
    assert_eq!(page.code, 0, "{page:?}");
    for told in [
        "# Incident report: session\\_001\\_",
        "| Goal | git log -2 --oneline |",
        "| agent | git branch feature | approval | approved beforehand by --yes |",
        "| agent | git log -2 --oneline | auto | not needed | ",
        "| the branch is made | it is clean |",
        "- branch side is not merged",
        "| as it was written |",
    ] {
        assert!(page.stdout.contains(told), "{told} is not in\n{}", page.stdout);
    }
    let value = place.run(&["export", "1", "--format", "json"]).json();
    assert_eq!(value["findings"][0]["milestone"], "the branch is made");
    assert_eq!(value["chains"][0]["sound"], true);
    assert_eq!(value["commands"].as_array().unwrap().len(), 2, "{value}");
    let html = place.run(&["export", "1", "--format", "html"]).stdout;
    assert!(html.starts_with("<!doctype html>") && html.contains("<td>it is clean</td>"), "{html}");
    let host = value["surroundings"][0][1].as_str().unwrap();
    let hidden = place.run(&["export", "1", "--anonymize"]);
    assert!(page.stdout.contains(&format!("| host | {host} |")), "{page:?}");
    assert!(
        hidden.stdout.contains("| host | ") && !hidden.stdout.contains(&format!("| host | {host} |")),
        "{hidden:?}"
    );
    assert_eq!(place.run(&["export", "9"]).code, 1);
}

#[test]
fn a_shell_inside_a_workbench_starts_no_second_one_and_writes_to_its_session() {
    let place = place();
    let first = first_name(&place);
    let place = place.var("DEVOPS_AGENT_SESSION", &first);
    let mut terminal = place.terminal(&[]);
    terminal.wait_for_text("runs inside a workbench already, on session_001");
    assert_eq!(terminal.wait_exit(), 2);
    assert_eq!(place.run(&["commit", "seen by hand", "--json"]).json()["session"], first.as_str());
}

#[test]
fn a_program_puts_a_session_away_and_back_with_its_word_given_beforehand() {
    let place = place();
    let refused = place.run(&["delete", "1", "--json"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (3, ""), "{refused:?}");
    let gone = place.run(&["delete", "1", "--json", "--yes"]).json();
    assert_eq!((&gone["state"], &gone["contents"]["entries"]), (&"archived".into(), &3.into()), "{gone}");
    let name = gone["session"].as_str().unwrap();
    assert_eq!(place.run(&["restore", name, "--json"]).json()["state"], "restored");
    assert_eq!(place.run(&["delete", "1", "--permanent", "--json", "--confirm", "session_001"]).code, 3);
    let gone = place.run(&["delete", "1", "--permanent", "--json", "--confirm", name]).json();
    assert_eq!(gone["state"], "deleted");
    assert_eq!(place.sessions().len(), 1);
}

#[test]
fn a_memory_that_vanishes_is_told_and_made_anew() {
    let place = place();
    let mut terminal = place.terminal(&["--session", "1"]);
    terminal.wait_for_text("Resuming session_001");
    fs::remove_dir_all(place.project.join(".GCC")).unwrap();
    terminal.enter("git status --short");
    terminal.wait_for_text("could not be written");
    let shown = terminal.text();
    assert!(shown.contains("cannot use") || shown.contains("cannot write"), "{shown}");
    drop(terminal);
    assert_eq!(place.run(&["ask", "git log -1 --oneline"]).code, 0);
    assert_eq!(place.run(&["verify"]).code, 0);
}

#[test]
fn past_commands_are_listed_and_run_again_by_their_number() {
    let place = place();
    assert_eq!(place.run(&["ask", "--yes", "--session", "1", "git branch feature"]).code, 0);
    let listed = place.run(&["history", "--session", "1"]).stdout;
    assert!(listed.contains("   1  ") && listed.contains("agent   git log -2 --oneline"), "{listed}");
    assert!(listed.contains("   2  ") && listed.contains("agent   git branch feature"), "{listed}");
    let told = place.run(&["history", "--session", "1", "--json"]).json();
    assert_eq!(told["commands"][1]["command"], "git branch feature");

    place.git(&["commit", "-q", "--allow-empty", "-m", "newer"]);
    let again = place.run(&["rerun", "1", "--session", "1"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.stderr.contains("Number 1 of session_001") && again.stderr.contains("newer"), "{again:?}");
    let asked = place.run(&["rerun", "2", "--session", "1"]);
    assert_eq!(asked.code, 3, "what was agreed to once is asked about again: {asked:?}");
    let missing = place.run(&["rerun", "9", "--session", "1"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("none has the number 9"), "{missing:?}");
    let told = place.run(&["history", "--session", "1", "--json"]).json();
    assert_eq!(told["commands"].as_array().unwrap().len(), 3, "{told}");
}
