//! The workbench inside a real tmux: what a multiplexer changes, and what it must not.

use std::time::Duration;

use super::support::home::Home;
use super::support::tmux::{PROMPT, Tmux};

/// Longer than the dialog ignores keys after it appeared: a person reads first.
const BREATH: Duration = Duration::from_millis(800);

/// Closes, and leaves the session active.
fn close(tmux: &Tmux) {
    tmux.wait_for(|screen| !screen.contains("Ctrl+C stops"), "rest");
    tmux.press("C-x");
    tmux.wait_for_text("Save summary to main.md?");
    tmux.press("C-x");
    tmux.wait_for_text("stays active. Its log");
}

#[test]
fn a_request_is_answered_and_leaving_shows_what_the_shell_had_on_the_screen() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 100, 30) else { return };
    tmux.enter("echo what stood here before");
    tmux.wait_for(|screen| screen.matches("what stood here before").count() == 2, "the shell");
    tmux.start("");
    assert!(!tmux.screen().contains("what stood here"), "{}", tmux.screen());
    assert_eq!(tmux.run(&["display-message", "-p", "#{alternate_on}"]), "1");
    tmux.enter("git status");
    tmux.wait_for_text("nothing to commit");
    close(&tmux);
    let screen = tmux.wait_for(|screen| screen.trim_end().ends_with(PROMPT.trim()), "the prompt");
    assert_eq!(screen.matches("what stood here before").count(), 2, "{screen}");
    assert!(!screen.contains("CHAT") && !screen.contains("nothing to commit"), "{screen}");
    assert!(!screen.contains("Failed") && !screen.contains("not connected"), "{screen}");
    assert_eq!(tmux.run(&["display-message", "-p", "#{alternate_on}"]), "0");
    assert!(place.log(0).contains("git status"));
}

#[test]
fn a_command_is_asked_about_and_runs_once_it_was_agreed_to() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 80, 24) else { return };
    tmux.start("");
    tmux.enter("git branch topic");
    tmux.wait_for_text("[ deny ]");
    std::thread::sleep(BREATH);
    assert_eq!(place.branches(), ["main"]);
    tmux.send("yes");
    tmux.wait_for_text(">>> yes");
    tmux.press("Enter");
    // The dialog itself may say how it is undone: what it did tells that it ran.
    tmux.wait_for(|_| place.branches() == ["main", "topic"], "the branch");
    // The branch is there before the turn is over, and what runs is not closed at once.
    tmux.wait_for(|screen| screen.lines().any(|line| line.trim() == "done"), "the end of the turn");
    close(&tmux);
}

#[test]
fn a_pane_that_changes_its_size_is_drawn_whole_in_each() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 130, 40) else { return };
    tmux.start("");
    tmux.enter("git status");
    tmux.wait_for_text("nothing to commit");
    for (columns, rows) in [(80, 24), (40, 12), (200, 60), (80, 24)] {
        tmux.resize(columns, rows);
        let whole = |screen: &str| {
            let lines: Vec<&str> = screen.lines().collect();
            let bottom = lines.iter().rfind(|line| line.starts_with('╰'));
            lines.len() == usize::from(rows)
                && lines.get(usize::from(rows) - 2).is_some_and(|line| line.trim_end().ends_with("CHAT"))
                && bottom.is_some_and(|line| line.contains('╯'))
                && screen.matches(">>>").count() == 1
        };
        tmux.wait_for(whole, &format!("a whole picture of {columns}×{rows}"));
    }
    close(&tmux);
}

#[test]
fn whoever_detaches_finds_the_answer_when_they_attach_again_from_a_smaller_terminal() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 100, 30) else { return };
    tmux.run(&["set-option", "-g", "window-size", "latest"]);
    tmux.start("");
    let first = tmux.attach(100, 31);
    first.wait_for_text("CHAT");
    tmux.run(&["detach-client"]);
    first.wait_for_text("[detached");
    tmux.enter("git status");
    tmux.wait_for_text("nothing to commit");
    let second = tmux.attach(80, 24);
    second.wait_for(
        |screen| screen.contains("nothing to commit") && screen.contains("CHAT") && screen.contains(">>>"),
        "the answer at the second terminal",
    );
    close(&tmux);
}

#[test]
fn the_window_is_named_by_what_goes_on_and_has_its_name_back_at_the_end() {
    let place = Home::with_commits(1);
    let Some(tmux) = Tmux::open(&place, 100, 30) else { return };
    let title = |tmux: &Tmux| tmux.run(&["display-message", "-p", "#{pane_title}"]);
    let before = title(&tmux);
    tmux.start("");
    tmux.enter("git status");
    tmux.wait_for_text("nothing to commit");
    tmux.wait_for(|_| title(&tmux).starts_with("session_001 · project"), "the title of the session");
    tmux.enter("git branch topic");
    tmux.wait_for_text("[ deny ]");
    tmux.wait_for(|_| title(&tmux).starts_with("⚠ asks · session_001"), "the title of a question");
    std::thread::sleep(BREATH);
    tmux.press("Escape");
    tmux.wait_for_text("not run");
    close(&tmux);
    assert_eq!(place.branches(), ["main"]);
    tmux.wait_for(|_| title(&tmux) == before, "the title of before");
}
