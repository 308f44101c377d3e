//! The inline mode: when a strip of the ordinary screen is enough, and what of the chat is done with.
//!
//! Owns both rules, and that nothing is drawn there while the window changes its size. Whoever is here for the first time,
//! reads back, looks something up or goes to another place gets the whole screen meanwhile.

use std::time::Duration;

use super::state::State;
use super::update::Effect;
use crate::ui::{Block, BlockKind, CardState, Drawn, Face, Place, Printed};

/// A window that kept its size for so long keeps it: tmux tells of another at most four times a second.
const STILL: Duration = Duration::from_millis(300);

impl State {
    /// Whether the strip is wiped away until the window keeps its size.
    pub fn is_resizing(&self) -> bool {
        self.resized.is_some()
    }

    /// Whether a strip is drawn now.
    pub fn is_strip(&self) -> bool {
        self.inline.is_some()
            && self.place == Place::Chat
            && !self.reader.reads()
            && self.palette.is_none()
            && !self.themes.is_open()
            && self.pick.is_none()
            && self.pager.is_none()
            && self.question.is_none()
            && self.rules.is_none()
            && self.welcome.is_none()
            && self.leaving.as_ref().is_none_or(|leaving| leaving.summary.is_none())
    }

    /// How far the chat is printed, and may be.
    pub(super) fn above(&self) -> Option<Printed> {
        let through = self.inline?;
        let unprinted = self.blocks.partition_point(|block| block.id <= through);
        let open = self.blocks.iter().skip(unprinted).find(|block| self.may_change(block));
        let newest = self.blocks.last().map_or(0, |block| block.id);
        Some(Printed { through, settled: open.map_or(newest, |block| block.id - 1) })
    }

    /// Whether something of it may still come or go on. Once a turn has ended, nothing of it changes.
    fn may_change(&self, block: &Block) -> bool {
        let is_last = self.blocks.last().is_some_and(|last| last.id == block.id);
        self.busy
            && match &block.kind {
                BlockKind::Words { face, .. } => is_last && matches!(face, Face::Agent | Face::Thinking),
                BlockKind::Card(card) => !matches!(card.state, CardState::Ended { .. } | CardState::NotRun { .. }),
                BlockKind::Checklist(list) => list.steps.iter().any(|step| step.state.is_open()),
            }
    }
}

/// The window's size changed.
pub(super) fn resized(state: &mut State, now: Duration, effects: &mut Vec<Effect>) {
    if state.is_strip() {
        state.resized = Some(now);
        effects.push(Effect::WakeAt(now + STILL));
    }
}

/// Time passed without another size, perhaps.
pub(super) fn ticked(state: &mut State, now: Duration, effects: &mut Vec<Effect>) {
    let Some(resized) = state.resized else { return };
    if now >= resized + STILL {
        state.resized = None;
        state.dirty = true;
    } else {
        effects.push(Effect::WakeAt(resized + STILL));
    }
}

/// What stands above the strip now; there may be more of it to print.
pub(super) fn drawn(state: &mut State, drawn: Drawn) {
    if state.inline.is_some() && drawn.printed.is_some() {
        state.inline = drawn.printed;
        state.dirty |= state.above().is_some_and(|printed| printed.through < printed.settled);
    }
}
