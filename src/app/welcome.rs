//! The first screen, for whoever was never here: the tiers, who answers, and something to try.
//!
//! Owns what is known of it and its few keys. They work while nothing is written: whoever types a request goes on typing.
//! It hides the chat, so it goes with the first key that has an answer there, and with the first failure that is told.

use crossterm::event::{KeyCode, KeyEvent};

use super::keymap::{Action, Context};
use super::sending;
use super::state::State;
use super::update::Effect;
use crate::runtime::{Found, Reading, Task, Wanted};
use crate::ui::WelcomeView;

/// Rows that a key scrolls.
const STEP: u16 = 5;

/// What it shows; what is `None` is still looked for.
#[derive(Debug, Default)]
pub(super) struct Welcome {
    model: Option<String>,
    task: Option<Task>,
    scroll: u16,
}

/// Shows it, and has looked what is there.
pub(super) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    state.welcome = Some(Welcome::default());
    state.dirty = true;
    effects.extend([Effect::Read(Wanted::FirstTask), Effect::Read(Wanted::ModelAdvice)]);
}

/// Puts it away; it does not come again by itself.
pub(super) fn leave(state: &mut State, effects: &mut Vec<Effect>) {
    if state.welcome.take().is_some() {
        effects.push(Effect::KeepWelcomed);
    }
}

/// Something of it was found out.
pub(super) fn read(state: &mut State, reading: Reading) {
    let Some(welcome) = &mut state.welcome else { return };
    match reading.found {
        Ok(Found::Task(task)) => welcome.task = Some(task),
        Ok(Found::Text(lines)) => welcome.model = Some(lines.join(" ")),
        Err(why) if reading.wanted == Wanted::ModelAdvice => welcome.model = Some(why),
        // Without something to try it is a text to be read.
        Ok(_) | Err(_) => {}
    }
}

/// A key while it is shown; false for one that is the composer's.
pub(super) fn pressed(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) -> bool {
    let below = state.drawn.welcome_below;
    let Some(welcome) = state.welcome.as_mut().filter(|_| state.composer.is_empty()) else { return false };
    match state.keymap.action(Context::Chat, key) {
        Some(Action::Send) => {
            // Enter before there is something to try waits for nothing.
            if let Some(task) = welcome.task.take() {
                leave(state, effects);
                sending::taken(state, &task.request);
                sending::say(state, task.request, effects);
            }
        }
        Some(Action::PageUp) => welcome.scroll = welcome.scroll.saturating_sub(STEP),
        // The drawing ends it with the last row.
        Some(Action::PageDown) => welcome.scroll = welcome.scroll.saturating_add(STEP).min(below),
        _ if key.code == KeyCode::Esc => leave(state, effects),
        _ => return false,
    }
    true
}

impl State {
    /// What is drawn of it.
    pub(super) fn welcome_view(&self) -> Option<WelcomeView<'_>> {
        self.welcome.as_ref().map(|welcome| WelcomeView {
            model: welcome.model.as_deref(),
            task: welcome.task.as_ref().map(|task| (task.request.as_str(), task.command.as_str())),
            scroll: welcome.scroll,
        })
    }
}
