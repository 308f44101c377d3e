//! The workbench's state over a runtime: `update(state, event, now) -> effects`.
//!
//! `state` is what is shown, `update` the only place that changes it, `dialog`
//! the rules of the approval dialog's keys, `keymap` the one table behind keys,
//! footer and help, `picture` makes the view, `run` is the loop that joins
//! terminal, runtime and drawing. Time enters as `now`; the same events always
//! give the same screens.
#![allow(clippy::disallowed_methods)]

mod chat;
mod dialog;
mod keymap;
mod picture;
mod run;
mod state;
mod update;

pub use keymap::shortcuts_help;
pub use run::{Ended, Opening, run};
pub use state::State;
pub use update::{Effect, Event, update};

#[cfg(test)]
mod tests;
