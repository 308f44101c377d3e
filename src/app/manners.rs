//! What is told to whoever looks elsewhere: that a command waits, that a long one ended; and the terminal's title.
//!
//! Owns when. How a terminal is told is `terminal`'s.

use std::time::Duration;

use super::state::State;
use super::update::Effect;
use crate::domain::{CallReport, Exit};
use crate::output::escape;
use crate::shell::Record;

/// A command that took this long is one somebody went away from.
const LONG: Duration = Duration::from_secs(10);
/// Characters of a command that are told.
const SHORT: usize = 60;

fn tell(state: &State, text: String, effects: &mut Vec<Effect>) {
    if !state.focused {
        effects.push(Effect::Notify(text));
    }
}

/// A command waits for consent.
pub(super) fn asks(state: &State, command: &str, effects: &mut Vec<Effect>) {
    tell(state, format!("A command waits for your approval: {}", short(command)), effects);
}

/// A question of the agent's waits.
pub(super) fn questions(state: &State, effects: &mut Vec<Effect>) {
    tell(state, "The agent waits for your answer".to_owned(), effects);
}

/// A command of the agent's ended.
pub(super) fn ended(state: &State, report: &CallReport, effects: &mut Vec<Effect>) {
    if report.duration >= LONG {
        let how = match &report.exit {
            Some(Exit::Code(0)) => "ended well".to_owned(),
            Some(exit) => format!("ended with {}", exit.code()),
            None => "did not run".to_owned(),
        };
        tell(state, format!("{} {how}", short(&report.command)), effects);
    }
}

/// A command of the person's ended.
pub(super) fn ran(state: &State, record: &Record, effects: &mut Vec<Effect>) {
    if record.duration >= LONG && !record.private {
        tell(state, format!("{} ended in your shell", short(&record.command)), effects);
    }
}

fn short(command: &str) -> String {
    let line = escape::line(command);
    if line.chars().count() <= SHORT { line } else { line.chars().take(SHORT - 1).chain(['…']).collect() }
}

impl State {
    /// The title of the terminal's window.
    pub(super) fn title(&self) -> String {
        let session = self.session.as_ref().map_or("devops-agent", |session| session.short());
        let doing = match (&self.dialog, self.busy) {
            (Some(_), _) => "⚠ asks · ",
            (None, true) => "… ",
            (None, false) => "",
        };
        let place = self.surroundings.cwd.rsplit('/').next().filter(|name| !name.is_empty());
        let place = place.map(|name| format!(" · {}", escape::line(name))).unwrap_or_default();
        format!("{doing}{session}{place}")
    }
}
