//! What a person does at the workbench, in the words of the tests.
//!
//! Owns opening it, waiting until it is ready or at rest, and answering its
//! dialog as people do: read, breathe, type. Knows nothing of what is asked.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::time::Duration;

use super::home::{Home, PROGRAM};
use super::pty::{Key, Pty};

/// Longer than the dialog ignores keys after it appeared: a person reads first.
const BREATH: Duration = Duration::from_millis(800);

/// The workbench of somebody who was here before, ready for a request.
pub fn open(place: &Home) -> Pty {
    open_sized(place, 110, 50)
}

/// The same in a terminal of this size.
pub fn open_sized(place: &Home, columns: u16, rows: u16) -> Pty {
    place.is_known();
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let terminal = Pty::spawn(PROGRAM, &[], &env, &place.project, columns, rows);
    ready(&terminal);
    terminal
}

/// Waits for the first picture; from then on keys are the workbench's.
pub fn ready(terminal: &Pty) {
    terminal.wait_for_text("CHAT");
}

/// The same, with one request answered: `git status` in a clean repository.
pub fn open_answered(place: &Home, columns: u16, rows: u16) -> Pty {
    let mut terminal = open_sized(place, columns, rows);
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    idle(&terminal);
    terminal
}

/// Waits until nothing is going on.
pub fn idle(terminal: &Pty) {
    terminal.wait_for(|screen| !screen.contains("Ctrl+C stops"), "rest");
}

/// Waits for the dialog, as a person reads it; its text.
pub fn asked(terminal: &Pty) -> String {
    terminal.wait_for_text("[ deny ]");
    std::thread::sleep(BREATH);
    terminal.text()
}

/// Answers the dialog when it is there; the text it showed.
pub fn agree(terminal: &mut Pty, reply: &str) -> String {
    let shown = asked(terminal);
    terminal.send(reply);
    terminal.wait_for_text(&format!(">>> {reply}"));
    terminal.press(Key::Enter);
    shown
}

/// Wants none of the other ways that a no was answered with.
pub fn leave_it(terminal: &mut Pty) {
    terminal.wait_for_text("Which would you prefer?");
    terminal.enter("skip");
    terminal.wait_for_text("I did not run");
    idle(terminal);
}

/// Closes the workbench and leaves the session, when there is one, active.
pub fn leave(terminal: &mut Pty) {
    idle(terminal);
    let in_a_session = terminal.text().contains("[session_");
    terminal.press(Key::Ctrl('x'));
    if in_a_session {
        terminal.wait_for_text("Save summary to main.md?");
        terminal.press(Key::Ctrl('x'));
    }
}

/// The same, and the program has ended well.
pub fn close(terminal: &mut Pty) {
    leave(terminal);
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
}
