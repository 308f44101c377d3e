//! What can be asked of the memory: the product's COMMIT, CONTEXT, BRANCH, MERGE and GRAPH.

use serde::{Deserialize, Serialize};

use super::EntryId;

/// A look into the memory, or a word to be written there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "lowercase")]
pub enum MemoryWord {
    /// A confirmed finding; `finding` may be empty.
    Commit { summary: String, finding: String },
    /// Where the project or a session stands.
    Context(Window),
    /// Another way is tried from here on, in a log of its own; `intent` may be empty.
    Branch { name: String, intent: String },
    /// What a branch came to is told where it began.
    Merge { name: String },
    /// What was done and found, drawn.
    Graph { all: bool },
    /// Entries with these words, in all sessions.
    Search { words: String },
    /// What was masked in the session that is written to.
    Privacy,
    /// The whole of an entry, its output included, by any beginning of its name.
    Read { entry: String },
}

/// The part of the memory that CONTEXT shows. A session is named by any unique beginning; `None` is the one that is
/// written to, or the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// The page that lists every session.
    Project,
    /// Commits and the last 10 entries.
    Session(Option<String>),
    /// The last 20 lines of the log.
    Log(Option<String>),
    Metadata(Option<String>),
    /// One commit, by its number or any beginning of its name.
    Commit(Option<String>, String),
}

impl MemoryWord {
    /// Whether it changes the memory.
    pub fn writes(&self) -> bool {
        matches!(self, MemoryWord::Commit { .. } | MemoryWord::Branch { .. } | MemoryWord::Merge { .. })
    }
}

/// A command of before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    pub command: String,
    pub whence: Whence,
}

/// Where a command of before was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whence {
    /// In this session.
    Session,
    /// In another session of this memory.
    Earlier,
    /// It stands in the history of the person's shell.
    Shell,
}

/// An entry of the log in one line, to be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// `14:32`, by the clock of whoever lived it.
    pub clock: String,
    pub entry: EntryId,
    /// The command with what was seen, or the finding.
    pub text: String,
    /// A confirmed finding.
    pub is_finding: bool,
    /// It tells what was seen, not what was wanted or done.
    pub shows: bool,
}
