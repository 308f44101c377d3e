//! The project's memory on disk: `.GCC`, its sessions, their logs; and what the person granted, in their own place.
//!
//! Owns every byte below `.GCC` and the promise that what was decided is on disk before it is done: an entry is
//! one append, synced, and its line in the chain beside the log, synced; a small file is written beside and renamed, a session has one writer at a
//! time. Takes only [`crate::redact::Masked`] text, so that no secret can reach the disk through it. Knows
//! nothing of who asks, of the gate or of the screen, and never reads the clock: the time comes with the call.

// This is the module whose work these files are.
#![allow(clippy::disallowed_methods)]

mod approvals;
mod archive;
mod backward;
mod branch;
mod chain;
mod error;
mod files;
mod grants;
mod inbox;
mod key;
mod link;
mod listing;
mod lock;
mod manual;
mod memory;
mod mend;
mod metadata;
mod name;
mod output;
mod pins;
mod reader;
mod rewrite;
mod session;
mod sink;
mod spool;
mod standing;
mod track;
mod trail;
mod transcript;
mod verify;
mod writer;

pub use approvals::{Approvals, Asking};
pub use archive::{Contents, Parent};
pub use branch::BranchSummary;
pub use error::StoreError;
pub use files::write_new;
pub use grants::Grants;
pub use inbox::{Message, NOT_DONE};
pub use key::{door_token, installation_key, passing_key};
pub use lock::Holder;
pub use memory::{Memory, PageWatch};
pub use output::{Kept, in_full, kept_output};
pub use pins::{Definitions, Pins};
pub use reader::{Found, Reader};
pub use rewrite::{Change, Outcome, Rewritten, rewrite};
pub use session::Session;
pub use sink::Sink;
pub use track::MAIN;
pub use trail::{Ahead, Place, Spot, Stamp, Trail};
pub use transcript::Transcript;
pub use verify::{Bad, ChainReport};
pub use writer::Writer;

pub use crate::history::session::{SessionSummary, Status};
