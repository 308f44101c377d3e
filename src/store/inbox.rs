//! Words left for the process that holds a session: COMMIT, BRANCH and MERGE of a person whose workbench is open
//! elsewhere.
//!
//! Owns `inbox/` of a session, one file a word. Whoever holds the session writes what lies there when it is told so,
//! and whoever takes the session up does so first; a word that cannot be carried out is told in the log. Each word
//! brings its own time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::lock::SessionLock;
use super::{Memory, Session, StoreError, files};
use crate::domain::{At, Body, Entry, EntryId, MemoryWord, Principal, SessionId};
use crate::redact::Masked;

/// The version of [`Left`].
const SCHEMA: u32 = 1;

/// How the log tells of a word that could not be carried out.
pub const NOT_DONE: &str = "is not done";

#[derive(Serialize, Deserialize)]
struct Left {
    schema: u32,
    at: At,
    by: Principal,
    word: MemoryWord,
}

/// A word that was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(PathBuf);

impl Message {
    /// Whether nobody has written it yet.
    pub fn waits(&self) -> bool {
        self.0.exists()
    }
}

impl Memory {
    /// Leaves a word for whoever holds the session, or takes it up next. `None` when nobody holds it: then it can be
    /// taken up and written at once.
    pub fn leave(
        &self,
        id: &SessionId,
        word: &Masked<MemoryWord>,
        by: Principal,
        at: At,
    ) -> Result<Option<Message>, StoreError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let session = self.directory(id)?;
        if !SessionLock::is_held(&session.join("lock"))? {
            return Ok(None);
        }
        let directory = path(&session);
        files::ensure_dir(&directory)?;
        // In the order of their times; words of one moment come from one process, or in any order.
        let (time, count) = (at.timestamp().as_nanosecond(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = directory.join(format!("{time:020}-{}-{count}.json", std::process::id()));
        let left = Left { schema: SCHEMA, at, by, word: word.get().clone() };
        let bytes = serde_json::to_vec(&left).map_err(|problem| malformed(&path, &problem))?;
        files::replace(&path, &bytes)?;
        Ok(Some(Message(path)))
    }
}

impl Session {
    /// Writes a word of the memory into the session and gives the entry that says so; words that only look write
    /// nothing.
    ///
    /// # Errors
    /// When it cannot be written, or a branch's name is none.
    pub fn remember(
        &mut self,
        word: &Masked<MemoryWord>,
        by: Principal,
        at: At,
    ) -> Result<Option<EntryId>, StoreError> {
        self.write_word(word.get(), by, at)
    }

    fn write_word(&mut self, word: &MemoryWord, by: Principal, at: At) -> Result<Option<EntryId>, StoreError> {
        match word {
            MemoryWord::Commit { summary, finding } => {
                let (milestone, finding) = (summary.clone(), finding.clone());
                let body = Body::Commit { milestone, finding, saved_to: String::new() };
                self.add(&Entry { at, by, body }).map(Some)
            }
            MemoryWord::Branch { name, intent } => self.begin_branch(name, intent, by, at).map(Some),
            MemoryWord::Merge { name } => self.merge(name, by, at).map(Some),
            _looks => Ok(None),
        }
    }

    /// Writes what was left for this session.
    ///
    /// # Errors
    /// When the disk refuses; what was not written stays where it lies.
    pub(super) fn take_inbox(&mut self) -> Result<(), StoreError> {
        for path in waiting(&path(self.directory()))? {
            let bytes = files::read(&path)?.unwrap_or_default();
            let Ok(left) = serde_json::from_slice::<Left>(&bytes) else {
                let aside = path.with_extension("unreadable");
                fs::rename(&path, &aside).map_err(StoreError::at(&path))?;
                tracing::warn!(file = %aside.display(), "a word that was left for the session cannot be read");
                continue;
            };
            let (by, at) = (left.by.clone(), left.at);
            match self.write_word(&left.word, by, at) {
                Ok(_) => {}
                // A process that ended between writing a word and forgetting it did this much already.
                Err(error @ (StoreError::BranchName { .. } | StoreError::NoBranch { .. })) => {
                    let text = format!("{} was left for this session and {NOT_DONE}: {error}", spoken(&left.word));
                    self.add(&Entry { at, by: Principal::Agent, body: Body::Recovery { text } })?;
                }
                Err(error) => return Err(error),
            }
            files::remove(&path)?;
        }
        Ok(())
    }
}

/// Where words for the session that lies there are left.
pub(super) fn path(session: &Path) -> PathBuf {
    session.join("inbox")
}

/// The words that wait, in the order they were left.
fn waiting(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for item in files::entries(directory)? {
        let path = item.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn spoken(word: &MemoryWord) -> String {
    match word {
        MemoryWord::Commit { summary, .. } => format!("COMMIT {summary}"),
        MemoryWord::Branch { name, .. } => format!("BRANCH {name}"),
        MemoryWord::Merge { name } => format!("MERGE {name}"),
        MemoryWord::Context(_) => "CONTEXT".to_owned(),
        MemoryWord::Graph { .. } => "GRAPH".to_owned(),
        MemoryWord::Search { words } => format!("SEARCH {words}"),
        MemoryWord::Privacy => "PRIVACY".to_owned(),
        MemoryWord::Read { entry } => format!("READ {entry}"),
    }
}

fn malformed(path: &Path, problem: &serde_json::Error) -> StoreError {
    StoreError::Malformed { path: path.to_owned(), problem: problem.to_string() }
}
