//! The workbench's state over a runtime: `update(state, event, now) -> effects`.
//!
//! `state` is what is shown, `update` the only place that changes it and hands each key to the part it is for, `heard`
//! what the runtime tells, `sending` where a line that was written goes, `offers` the questions in the chat's frame, `dialog`
//! the rules of the approval dialog's keys, `keymap` the one table behind keys,
//! footer and help, `sequence` what is begun by one key and waits for the next, `shell` the rules of the person's shell and `summoner` the box over it, `graph` and `sessions` those of the graph and of the list of sessions,
//! `composer` where the person writes, with `vi` and `mention`, `reader` the chat read back, `pick` a list over everything,
//! `command` the table of slash commands that `picker` lists, `themes` the choice of colours, `welcome` the first screen, `help` and `status` two texts for the `pager`, which lies
//! above the places as `question` does, `panes` shares out the screen, `remembered` keeps how, `picture` makes the view, `inline` decides when a strip of the ordinary screen is enough and `canvas` draws on either, `manners` tells who is elsewhere, `run` is the loop that joins terminal, runtime, drawing
//! and the shell that `pane` holds. Time enters as `now`; the same events always
//! give the same screens.
#![allow(clippy::disallowed_methods)]

mod activity;
mod canvas;
mod chat;
mod command;
mod composer;
mod dialog;
mod fuzzy;
mod graph;
mod heard;
mod help;
mod inline;
mod keymap;
mod manners;
mod mention;
mod offers;
mod pager;
mod pane;
mod panes;
mod pick;
mod picker;
mod picture;
mod question;
mod reader;
mod remembered;
mod run;
mod sending;
mod sequence;
mod sessions;
mod shell;
mod state;
mod status;
mod summoner;
mod themes;
mod update;
mod vi;
mod welcome;

pub use canvas::Wardrobe;
pub use keymap::{Keymap, shortcuts_help};
pub use remembered::{Layout, Welcomed};
pub use run::{Ended, Opening, run};
pub use shell::ShellNow;
pub use state::State;
pub use update::{Effect, Event, update};

#[cfg(test)]
mod tests;
