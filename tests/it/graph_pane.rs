//! The live graph in the real workbench: what is done shows up beside the chat, and can be opened and branched from.

use super::support::home::Home;
use super::support::pty::Key;
use super::support::screen::{close, idle, open_answered, open_sized};

#[test]
fn what_is_done_stands_in_the_graph_beside_the_chat_at_once() {
    let place = Home::with_commits(2);
    let mut terminal = open_sized(&place, 130, 40);
    terminal.enter("git status");
    terminal.wait_for(
        |screen| screen.contains("GRAPH · session_001") && screen.contains("answer  ") && screen.contains("request  "),
        "the request and the answer in the graph",
    );
    terminal.enter("COMMIT the tree is clean");
    terminal.wait_for_text("commit      the tree is clean");
    assert!(terminal.text().contains("[session_001"), "the chat has the keys:\n{}", terminal.text());
    close(&mut terminal);
}

#[test]
fn an_entry_is_opened_whole_and_a_branch_begun_from_a_narrow_screen() {
    let place = Home::with_commits(2);
    let mut terminal = open_answered(&place, 80, 24);
    terminal.press(Key::F(7));
    terminal.wait_for_text("Esc to the chat");
    terminal.wait_for_text("auto        git status");
    terminal.press(Key::Up);
    terminal.press(Key::Enter);
    terminal.wait_for_text("ACTION: git status");
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| !screen.contains("ACTION: git status"), "the graph again");
    terminal.send("Gb");
    terminal.wait_for_text("Branch from here");
    terminal.send("memory");
    terminal.press(Key::Enter);
    terminal.wait_for_text("branch      memory");
    terminal.press(Key::Esc);
    // The next key at once would be one with Alt.
    terminal.wait_for_text("CHAT");
    terminal.wait_for_text("Branch memory begins at");
    close(&mut terminal);
}

#[test]
fn commands_with_a_slash_do_what_they_say() {
    let place = Home::with_commits(2);
    let mut terminal = open_sized(&place, 100, 40);
    terminal.send("/");
    terminal.wait_for_text("▶ /help");
    terminal.send("plan show the last two commits");
    terminal.press(Key::Enter);
    terminal.wait_for_text("git log -2 --oneline");
    terminal.wait_for_text("Nothing was run.");
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| !screen.contains("Nothing was run."), "the chat again");
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    idle(&terminal);
    terminal.enter("/fork look at the branches");
    terminal.wait_for_text("session_002 begins where session_001 stood.");
    terminal.wait_for_text("[session_002");
    terminal.enter("/commit a fork has its own log");
    terminal.wait_for_text("Committed as");
    idle(&terminal);
    terminal.enter("/export");
    terminal.wait_for_text("report · /export session_002");
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| !screen.contains("report · "), "the chat again");
    terminal.enter("/export fork.html");
    terminal.wait_for_text("The report is in ");
    let report = std::fs::read_to_string(place.project.join("fork.html")).unwrap();
    assert!(report.starts_with("<!doctype html>") && report.contains("a fork has its own log"), "{report}");
    terminal.enter("/export fork.html");
    terminal.wait_for_text("there is such a file");
    terminal.enter("/quit");
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    assert!(place.log(1).contains("a fork has its own log") && !place.log(0).contains("a fork has its own log"));
}
