//! What is asked in the frame of the chat: whether a session is resumed, whether a project's rules count, how one leaves.
//!
//! Owns the keys of these three questions. Whoever types a request goes on typing; a key that means nothing here is the
//! place's. Whoever is in the shell, the graph or the sessions has all keys there: the first two questions wait.

use crossterm::event::{KeyCode, KeyEvent};

use super::keymap::{Action, Context};
use super::sending::{How, send};
use super::state::State;
use super::update::{Effect, place_key};
use crate::runtime::Input as ToRuntime;
use crate::ui::Place;

pub(super) fn offer_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if let Some(Action::Close) = state.keymap.action(Context::Chat, key) {
        effects.push(Effect::Quit);
        return;
    }
    let untouched = state.composer.is_empty();
    let Some(offer) = &mut state.offer else { return };
    let decided = match key.code {
        KeyCode::Up | KeyCode::Down | KeyCode::Tab => {
            offer.resume = !offer.resume;
            return;
        }
        KeyCode::Enter => offer.resume,
        KeyCode::Char('y') if untouched => true,
        KeyCode::Char('n') if untouched => false,
        KeyCode::Esc => false,
        // Somebody types a request already: what is written stays theirs.
        _ => return place_key(state, key, effects),
    };
    if let Some(offer) = state.offer.take() {
        effects.push(Effect::Tell(if decided { ToRuntime::Resume(offer.session) } else { ToRuntime::Begin }));
    }
    if key.code == KeyCode::Enter && !untouched {
        send(state, key, How::Now, effects);
    }
}

/// What to do with the session; the close key once more leaves it as it is.
pub(super) fn leaving_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if state.keymap.action(Context::Chat, key) == Some(Action::Close) {
        effects.push(Effect::Quit);
        return;
    }
    let read = state.leaving.as_ref().is_some_and(|leaving| leaving.summary.is_some());
    let summarised = match key.code {
        KeyCode::Esc => {
            state.leaving = None;
            return;
        }
        KeyCode::Char('y') if key.modifiers.is_empty() && read => true,
        KeyCode::Char('n') if key.modifiers.is_empty() && read => false,
        _ => return,
    };
    state.leaving = None;
    effects.push(Effect::Tell(ToRuntime::CloseSession { summarised }));
}

/// Only keys that do nothing in an empty composer: whoever types goes on typing, and no letter loosens a rule.
pub(super) fn rules_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let untouched = state.composer.is_empty();
    let action = state.keymap.action(Context::Chat, key);
    let Some(offer) = state.rules.as_mut().filter(|_| untouched) else { return place_key(state, key, effects) };
    match (action, key.code) {
        (Some(Action::PageUp), _) => offer.scroll = offer.scroll.saturating_sub(5),
        // The drawing ends it with the last row.
        (Some(Action::PageDown), _) => {
            offer.scroll = offer.scroll.saturating_add(5).min(state.drawn.rules_above);
        }
        _ if !key.modifiers.is_empty() => place_key(state, key, effects),
        (_, KeyCode::Up | KeyCode::Down | KeyCode::Tab) => offer.accept = !offer.accept,
        (_, KeyCode::Enter | KeyCode::Esc) => {
            let accept = offer.accept && key.code == KeyCode::Enter;
            let digest = std::mem::take(&mut offer.digest);
            state.rules = None;
            effects.push(Effect::Tell(ToRuntime::Rules { digest, accept }));
        }
        _ => place_key(state, key, effects),
    }
}

impl State {
    /// Whether one of them stands in the chat and has its keys; away from it, whatever is there has them.
    pub(super) fn offers(&self) -> bool {
        self.place == Place::Chat && (self.offer.is_some() || self.rules.is_some())
    }
}
