//! A question to the person at the terminal, answered with one line. Nobody there, or nothing to read, is no consent.

use std::io::{BufRead, IsTerminal};

use super::speech;
use crate::domain::{Failure, FailureKind};

/// Whether somebody can be asked: questions go to stderr, answers come from stdin.
pub(super) fn attended() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// The line that is entered.
pub(super) fn line() -> std::io::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line)
}

/// Whether `y` or `yes` is entered.
pub(super) fn agreed() -> bool {
    line().is_ok_and(|line| means_yes(&line))
}

/// Whether a line agrees to a question of `(y/N)`.
pub(super) fn means_yes(line: &str) -> bool {
    matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Asks for trust, which only a person at a terminal can give. `command` is how it is asked for again.
pub(super) fn trusted(question: &str, command: &str) -> Result<bool, Failure> {
    if !attended() {
        return Err(Failure::new(FailureKind::Refused, "trust is given at a terminal, by the person who read this")
            .hint(format!("Run `{command}` in a terminal, or refuse it with --refuse.")));
    }
    speech::say(question);
    Ok(agreed())
}
