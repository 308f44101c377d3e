//! What a search, a filling and a look at the index come to.
//!
//! Owns the plain values. Knows no database.

use std::ops::Range;
use std::path::PathBuf;

use crate::domain::{At, EntryId, SessionId, Tier};
use crate::history::Kind;

/// What fits a query, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    pub hits: Vec<Hit>,
    pub behind: Behind,
    /// Words no entry has, with those that were looked for instead; none when nothing is near.
    pub corrected: Vec<(String, Vec<String>)>,
    /// Whether vectors had a part in the order.
    pub by_meaning: bool,
    /// What the person should know about how this came to be, one sentence each.
    pub notes: Vec<String>,
}

/// One entry that fits. Its texts come from the log, so they are masked; they are data, whatever they say.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The memory it lies in.
    pub root: PathBuf,
    pub session: SessionId,
    pub archived: bool,
    /// `main`, or a branch's name.
    pub branch: String,
    pub entry: EntryId,
    /// Counted from 1 within its log.
    pub seq: u64,
    pub at: At,
    pub kind: Kind,
    /// `person`, `agent`, `client:NAME`, `system`, `unknown`.
    pub actor: String,
    pub tool: Option<String>,
    pub tier: Option<Tier>,
    /// How a command failed, as far as the log tells.
    pub exit: Option<i32>,
    pub score: f64,
    pub snippet: Snippet,
    /// Whether the entry still is what was written.
    pub sound: bool,
}

/// A short piece of an entry, on one line, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    pub text: String,
    /// Where words that were looked for stand, in bytes of `text`, in order, apart from each other.
    pub marks: Vec<Range<usize>>,
    /// The file of the whole output it was taken from, relative to the session, when the log shows only a part.
    pub output: Option<String>,
}

/// What the logs hold and the index does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Behind {
    pub entries: u64,
    pub bytes: u64,
    /// Logs the index still knows and that are gone or were changed.
    pub stale: u64,
}

impl Behind {
    /// Whether the index shows all there is.
    pub fn is_nothing(&self) -> bool {
        *self == Behind::default()
    }
}

/// What one filling did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filled {
    pub entries: u64,
    pub bytes: u64,
    /// Entries that were forgotten, because their log is gone or was changed.
    pub removed: u64,
    /// Whether everything there was is in; otherwise it was stopped, or another process is filling.
    pub complete: bool,
}

/// How the index stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    pub entries: u64,
    pub logs: u64,
    /// Bytes of the database on disk; 0 for one in memory.
    pub size: u64,
    /// Entries that have a vector.
    pub vectors: u64,
    pub behind: Behind,
    /// Why it is kept in memory and not on disk.
    pub trouble: Option<String>,
}
