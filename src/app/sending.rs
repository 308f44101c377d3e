//! Enter in the composer: where what was written goes.
//!
//! Owns what is a line for the shell, a slash command, a word about what runs and a request. Knows no picture.

use crossterm::event::KeyEvent;
use tui_textarea::CursorMove;

use super::state::State;
use super::update::Effect;
use super::{command, composer, shell, welcome};
use crate::runtime::Input as ToRuntime;
use crate::ui::{CardState, Face};

/// When what is sent counts, while something goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// For what goes on, before its next step.
    Now,
    Afterwards,
}

pub(super) fn send(state: &mut State, key: KeyEvent, how: How, effects: &mut Vec<Effect>) {
    if state.composer.lines().last().is_some_and(|line| line.ends_with('\\')) {
        state.composer.move_cursor(CursorMove::Bottom);
        state.composer.move_cursor(CursorMove::End);
        state.composer.delete_char();
        state.composer.insert_newline();
        return;
    }
    let text = composer::text(state);
    if !text.trim().is_empty() {
        welcome::leave(state, effects);
    }
    if let Some(line) = text.strip_prefix('!') {
        if shell::run(state, key, line.trim(), effects) {
            taken(state, text.trim());
        }
        return;
    }
    if command::is_command(&text) {
        // What cannot be done stays there to be corrected.
        if command::run(state, &text, effects) {
            taken(state, text.trim());
        }
        return;
    }
    let text = text.trim().to_owned();
    if text.is_empty() {
        state.words(Face::Info, "Say what you want, for example: show the last five commits");
        return;
    }
    if let Some(line) = step_to_edit(state, &text) {
        composer::clear(state);
        state.composer.insert_str(line);
        return;
    }
    taken(state, &text);
    if let Some(call) = state.activity.late.filter(|_| how == How::Now)
        && let Some(stops) = word_at_limit(&text)
    {
        state.activity.late = None;
        state.words(Face::Human, text);
        if stops {
            interrupt(state, effects);
        } else {
            state.card_state(call, CardState::Running);
        }
    } else if how == How::Now && state.busy {
        state.waiting.push(text.clone());
        effects.push(Effect::Tell(ToRuntime::Steer(text)));
    } else {
        say(state, text, effects);
    }
}

/// Whether the words stop a command that is past its limit, or let it go on; `None` for other words.
fn word_at_limit(text: &str) -> Option<bool> {
    match text.trim().trim_end_matches(['.', '!']).to_lowercase().as_str() {
        "stop" | "s" | "stop it" => Some(true),
        "wait" | "w" | "go on" | "let it go on" => Some(false),
        _ => None,
    }
}

/// `edit 2` alone brings the step's command into the composer, to be changed there.
fn step_to_edit(state: &State, text: &str) -> Option<String> {
    let number: usize = text.strip_prefix("edit ")?.trim().parse().ok()?;
    let step = state.open_checklist()?.steps.get(number.checked_sub(1)?)?;
    Some(format!("edit {number} {}", step.line))
}

/// What was written is on its way: it can be had back, and the composer is free.
pub(super) fn taken(state: &mut State, text: &str) {
    composer::clear(state);
    state.reader.end();
    if state.said.last().is_none_or(|last| last != text) {
        state.said.push(text.to_owned());
    }
}

/// Stops what goes on. What waits behind it stands in the composer again, before what is written there.
pub(super) fn interrupt(state: &mut State, effects: &mut Vec<Effect>) {
    // What nothing goes on before is what is to be stopped.
    let mut texts = if state.busy { std::mem::take(&mut state.waiting) } else { Vec::new() };
    if !texts.is_empty() {
        texts.extend(Some(composer::text(state)).filter(|draft| !draft.is_empty()));
        composer::replace(state, &texts.join("\n"));
    }
    effects.push(Effect::Tell(ToRuntime::Interrupt));
}

/// Says it to the agent.
pub(super) fn say(state: &mut State, text: String, effects: &mut Vec<Effect>) {
    state.waiting.push(text.clone());
    effects.push(Effect::Tell(ToRuntime::Say(text)));
}
