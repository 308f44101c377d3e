//! Keys pressed one after another, in front of every place: what was begun waits here for the next key.
//!
//! Owns what was begun. It belongs to the place it was begun in and ends with whatever takes the keys from that: a
//! question, a dialog, another place, a click. Where a key is not ours, nothing begins: what a program in the shell
//! reads is never kept from it.

use crossterm::event::{KeyCode, KeyEvent};

use super::dialog::Phase;
use super::keymap::{self, Action, Context, Key, Reached};
use super::state::State;
use super::update::{self, Effect};
use super::{graph, mention, pager, panes, reader, sessions, shell};
use crate::output::escape;
use crate::ui::{HelpRow, PendingView, Place};

/// What was begun.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    begun: Option<(Context, Vec<Key>)>,
    /// The keys that led nowhere, as they are written, until the next one.
    nowhere: String,
}

/// A key that begins something or goes on with it; false for one that is somebody else's.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) -> bool {
    state.sequence.nowhere.clear();
    let key = keymap::plain(event);
    let Some((context, mut keys)) = state.sequence.begun.take() else { return begins(state, key) };
    if event.code == KeyCode::Esc {
        return true;
    }
    keys.push(key);
    match state.keymap.reached(context, &keys) {
        Reached::Begun => state.sequence.begun = Some((context, keys)),
        Reached::Does(action) => does(state, context, action, event, effects),
        Reached::Nothing => state.sequence.nowhere = escape::line(&keymap::written(&keys)),
    }
    true
}

/// Whether the key begins something where the person is.
fn begins(state: &mut State, key: Key) -> bool {
    for context in contexts(state).into_iter().flatten() {
        match state.keymap.reached(context, &[key]) {
            Reached::Nothing => {}
            Reached::Does(_) => return false,
            Reached::Begun => {
                state.sequence.begun = Some((context, vec![key]));
                return true;
            }
        }
    }
    false
}

/// What was begun is no longer: something else than a key came.
pub(super) fn forget(state: &mut State) {
    state.sequence = Sequence::default();
}

/// The same where the keys are another's by now.
pub(super) fn settle(state: &mut State) {
    let here = contexts(state);
    let others = here == [None, None];
    let told = !state.sequence.nowhere.is_empty();
    let begun = state.sequence.begun.as_ref().map(|(context, _)| Some(*context));
    if begun.is_some_and(|context| !here.contains(&context)) || others && told {
        forget(state);
        state.dirty = true;
    }
}

/// Whose keys are pressed now, the nearest first; nobody's where something is asked, or a text that is no request is
/// typed.
fn contexts(state: &State) -> [Option<Context>; 2] {
    let one = |context: Context, free: bool| [free.then_some(context), None];
    let asks = state.dialog.as_ref().is_some_and(|dialog| dialog.phase != Phase::Banner)
        || state.question.is_some()
        || state.palette.is_some()
        || state.themes.is_open()
        || state.pick.is_some()
        || state.leaving.is_some();
    if asks {
        return [None, None];
    }
    if let Some(pager) = &state.pager {
        return one(Context::Pager, !pager.is_typing());
    }
    match state.place {
        Place::Chat if state.offers() || state.reader.is_typing() => [None, None],
        // Keys that mean nothing to what is chosen lead where they always lead.
        Place::Chat => [state.reader.has_keys().then_some(Context::Block), Some(Context::Chat)],
        Place::Shell => one(Context::Shell, state.shell.is_at_prompt() && state.summoner.is_none()),
        Place::Graph => one(Context::Graph, !state.graph.is_typing()),
        Place::Sessions => one(Context::Sessions, !state.sessions.is_typing()),
    }
}

/// Does in the place what its own key would do there.
fn does(state: &mut State, context: Context, action: Action, event: KeyEvent, effects: &mut Vec<Effect>) {
    if panes::resized(state, Some(action), effects) {
        return;
    }
    match context {
        Context::Chat => {
            update::in_chat(state, action, event, effects);
            mention::refresh(state, effects);
        }
        Context::Block => {
            reader::does(state, action, effects);
        }
        Context::Shell => {
            shell::does(state, action, effects);
        }
        Context::Graph => graph::does(state, action, effects),
        Context::Sessions => sessions::does(state, action, effects),
        Context::Pager => pager::does(state, action),
        Context::Dialog => {}
    }
}

impl State {
    /// What may follow what was begun.
    pub(super) fn pending_view(&self) -> Option<PendingView> {
        let (context, keys) = self.sequence.begun.as_ref()?;
        Some(PendingView { keys: keymap::written(keys), rows: self.keymap.follow(*context, keys) })
    }

    /// What the footer says of it: all it needs while something is begun, or a word before the keys of the place.
    pub(super) fn sequence_hints(&self) -> Vec<HelpRow> {
        let row = |keys: &str, text: &str| HelpRow { keys: keys.to_owned(), text: text.to_owned() };
        let nowhere = &self.sequence.nowhere;
        match &self.sequence.begun {
            Some((_, keys)) => vec![row(&keymap::written(keys), "and one of these keys"), row("Esc", "take it back")],
            None if nowhere.is_empty() => Vec::new(),
            None => vec![row(nowhere, "leads nowhere")],
        }
    }

    /// Whether the next key goes on with what was begun.
    pub(super) fn has_begun(&self) -> bool {
        self.sequence.begun.is_some()
    }
}
