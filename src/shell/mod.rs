//! The person's own shell: started with hooks, kept in a terminal of its own, shown, recorded and ended with us.
//!
//! Owns everything between the person's keys and what is known about their commands. Must not know sessions, logs,
//! agents or how a picture is drawn: records and pictures leave as plain values, bytes through a [`Transcript`].
//!
//! - [`Shell`] is one running shell, [`Pane`] the same without a process: bytes in, pictures and records out.
//! - `shim` stands before the emulated `screen`: our marks, titles and questions never reach it, what it lacks is
//!   rewritten, and whatever a program prints, memory and time stay bounded.
//! - `marks` is what the hooks in `assets/shell` report, signed with a word of this shell; `recorder` makes records of
//!   it, `typing` reads off the screen what no hook can tell.
//! - `ring` keeps what was sent; rows of history are made again when somebody looks.
//! - `editor` opens a text of the person's in their editor.
//! - `keeper` is our binary as the leader of the shell's session: it ends the whole tree when we are gone.
//!
//! Every byte that reached the screen goes to the transcript once, in order, except what is private. Nothing here
//! types by itself: [`Shell::send`] is called for a key, and [`ShellInsert`] cannot hold a line that runs.
#![allow(clippy::disallowed_methods)]

mod answer;
mod choice;
mod clipboard;
mod contain;
mod editor;
mod history;
mod hook;
mod insert;
mod keeper;
mod keys;
mod live;
mod marks;
mod mouse;
mod open;
mod pane;
mod queue;
mod recall;
mod record;
mod recorder;
mod ring;
mod room;
mod screen;
mod shim;
mod typing;

#[cfg(test)]
mod pane_tests;

pub use crate::domain::pane::{Cell, Cursor, CursorShape, Ink, Look, Mouse, MouseReport, Row, Snapshot, Width, Wishes};
pub use answer::Colours;
pub use choice::{Choice, Family, Wish, choose, choose_here};
pub use clipboard::{clipboard, clipboard_of};
pub use contain::is_contained;
pub use editor::edit;
pub use history::{Corner, Found, History};
pub use insert::ShellInsert;
pub use keeper::{KEEPER, keeper_main};
pub use keys::{focus, key, paste};
pub use live::{Opening, Shell, ShellError, ShellEvent, Standing};
pub use mouse::{mouse, wheel_as_arrows};
pub use pane::{Happened, Pane};
pub use recall::{commands, earlier, history_file};
pub use record::{Ending, Kept, Record, Source, Transcript};
pub use recorder::Moment;
pub use ring::rendered;
