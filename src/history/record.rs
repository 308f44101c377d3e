//! An entry as it lies in a log: what its chain tells of it, and its text.
//!
//! Owns the two forms readers get. Knows no file.

use super::Kind;
use crate::domain::{At, EntryId};

/// What is known of an entry without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Counted from 1 within its log.
    pub seq: u64,
    pub id: EntryId,
    pub at: At,
    pub kind: Kind,
    /// `person`, `agent`, `client:NAME`, `system`; `unknown` where nothing tells.
    pub actor: String,
    /// Where in the log its text begins.
    pub off: u64,
    /// Bytes of the text.
    pub len: u64,
}

/// An entry with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub head: Head,
    /// Heading and separator among it; bytes somebody put there that are no text are shown as such.
    pub text: String,
    /// Whether it still is what was written.
    pub sound: bool,
}
