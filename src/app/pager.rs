//! A long text over everything, read and put away.
//!
//! Owns which line stands on top. Must not know what the text is; it may still be on its way.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::keymap::{Action, Context};
use super::state::State;
use super::update::Effect;
use crate::runtime::{Found, Reading, Wanted};

/// A text that is shown.
#[derive(Debug)]
pub(super) struct Pager {
    pub title: String,
    /// What is being read, until it is there.
    wanted: Option<Wanted>,
    pub lines: Arc<[String]>,
    pub top: usize,
}

impl Pager {
    /// One whose text is being read.
    fn waiting(title: String, wanted: Wanted) -> Pager {
        Pager { title, wanted: Some(wanted), lines: Arc::from([]), top: 0 }
    }

    /// One whose text is there.
    pub fn with(title: String, lines: Vec<String>) -> Pager {
        Pager { title, wanted: None, lines: lines.into(), top: 0 }
    }

    pub fn is_waiting(&self) -> bool {
        self.wanted.is_some()
    }
}

/// Opens it, and has its text read.
pub(super) fn open(state: &mut State, title: String, wanted: Wanted, effects: &mut Vec<Effect>) {
    state.pager = Some(Pager::waiting(title, wanted.clone()));
    effects.push(Effect::Read(wanted));
}

/// A text was read. Whoever put the pager away meanwhile gets no other.
pub(super) fn read(state: &mut State, reading: Reading) {
    let Some(pager) = state.pager.as_mut().filter(|pager| pager.wanted.as_ref() == Some(&reading.wanted)) else {
        return;
    };
    pager.wanted = None;
    pager.lines = match reading.found {
        Ok(Found::Text(lines)) => lines,
        Ok(_) => return,
        Err(why) => Arc::from([format!("It cannot be read: {why}.")]),
    };
}

/// The wheel over it.
pub(super) fn scrolled(state: &mut State, rows: isize) {
    let last = state.drawn.pager_last;
    if let Some(pager) = &mut state.pager {
        pager.top = pager.top.saturating_add_signed(rows).min(last);
    }
}

/// A key while a text is shown.
pub(super) fn pressed(state: &mut State, event: KeyEvent) {
    let Some(pager) = &mut state.pager else { return };
    // The drawing knows how many rows every line takes.
    let last = state.drawn.pager_last;
    let page = usize::from(state.drawn.pager_rows.saturating_sub(1)).max(1);
    match state.keymap.action(Context::Pager, event) {
        Some(Action::Up) => pager.top = pager.top.saturating_sub(1),
        Some(Action::Down) => pager.top = (pager.top + 1).min(last),
        Some(Action::PageUp) => pager.top = pager.top.saturating_sub(page),
        Some(Action::PageDown) => pager.top = (pager.top + page).min(last),
        Some(Action::ToStart) => pager.top = 0,
        Some(Action::ToEnd) => pager.top = last,
        Some(Action::Leave) => state.pager = None,
        Some(Action::Redraw) => state.repaint = true,
        _ => {}
    }
}
