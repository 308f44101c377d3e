//! Sessions put away, brought back, and gone for good; and sessions that begin where another one stood.
//!
//! Owns `.GCC/archived/` and the moves between it and the sessions. `sessions/archived/`, where the product document's
//! picture has it, is read too and never written. Moves only what nobody holds.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::listing::{id_of, session_dirs, summary};
use super::lock::SessionLock;
use super::metadata::Metadata;
use super::reader::Found;
use super::track::{MAIN, Track};
use super::{Memory, Session, StoreError, branch, files, link, name};
use crate::domain::{At, EntryId, SessionId, Surroundings};
use crate::history::session::SessionSummary;
use crate::redact::Masked;

/// What a session holds, counted before it is put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contents {
    /// Of its log and of its branches' logs.
    pub entries: u64,
    pub commits: u64,
    pub branches: u64,
    /// Whole outputs kept beside the log; one in which nothing stands yet is none.
    pub outputs: u64,
}

/// Where a session came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    pub session: SessionId,
    /// The last entry they share; `None` for a log that was empty.
    pub entry: Option<EntryId>,
}

impl Memory {
    /// The archived sessions, newest first.
    pub fn archived(&self) -> Result<Vec<SessionSummary>, StoreError> {
        let mut found = Vec::new();
        for place in self.archives() {
            found.extend(session_dirs(&place)?);
        }
        found.sort_by(|(one, _), (other, _)| other.cmp(one));
        Ok(found.iter().map(|(_, directory)| summary(directory)).collect())
    }

    /// What a session holds, archived or not.
    pub fn contents(&self, id: &SessionId) -> Result<Contents, StoreError> {
        let directory = self.anywhere(id)?;
        let mut contents = Contents::default();
        let branches = branch::names(&directory)?;
        contents.branches = branches.len() as u64;
        for name in std::iter::once(MAIN.to_owned()).chain(branches) {
            let track = Track::new(&directory, &name);
            for (chain, count) in [(&track.log, &mut contents.entries), (&track.commits, &mut contents.commits)] {
                if let Some((mut lines, _)) = chain.backward()? {
                    let last = lines.next().map_err(StoreError::at(chain.chain_path()))?;
                    *count += last.and_then(|line| link::Link::parse(&line.text)).map_or(0, |link| link.seq);
                }
            }
        }
        contents.outputs = fs::read_dir(directory.join("output")).map_or(0, |listing| {
            listing.flatten().filter(|file| file.metadata().is_ok_and(|held| held.len() > 0)).count() as u64
        });
        Ok(contents)
    }

    /// Puts a session away; it can be restored.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while a process holds it.
    pub fn archive(&self, id: &SessionId, at: At) -> Result<SessionId, StoreError> {
        let id = self.find(id)?;
        let from = self.sessions_dir().join(id.as_str());
        let archive = self.root().join("archived");
        files::ensure_dir(&archive)?;
        self.shift(&id, &from, &archive.join(id.as_str()), at)?;
        self.refresh()?;
        Ok(id)
    }

    /// Brings an archived session back.
    pub fn restore(&self, id: &SessionId, at: At) -> Result<SessionId, StoreError> {
        let from = self.find_archived(id)?;
        let id = id_of(&from);
        self.shift(&id, &from, &self.sessions_dir().join(id.as_str()), at)?;
        self.refresh()?;
        Ok(id)
    }

    /// Removes a session for good, archived or not, and what the project's page remembers of it.
    pub fn delete_forever(&self, id: &SessionId, at: At) -> Result<SessionId, StoreError> {
        let from = self.anywhere(id)?;
        let id = id_of(&from);
        // Out of every list at once, then piece by piece: a crash leaves no half session.
        let gone = self.root().join(format!(".deleted-{id}"));
        self.shift(&id, &from, &gone, at)?;
        fs::remove_dir_all(&gone).map_err(StoreError::at(&gone))?;
        self.forget(&id)?;
        Ok(id)
    }

    /// Begins a session where another one stood at an entry, or stands now. Nothing is copied: the new session says
    /// where it came from, and the other one goes on as it was. One without entries stands where it came from itself.
    ///
    /// # Errors
    /// [`StoreError::NoEntry`] when no entry, or more than one, has a name that begins so.
    pub fn fork(
        &self,
        id: &SessionId,
        entry: Option<&str>,
        goal: &Masked<String>,
        at: At,
        surroundings: &Surroundings,
    ) -> Result<Session, StoreError> {
        let session = self.find(id)?;
        let log = self.log(&session, None)?;
        let parent = match entry {
            None => match log.last(1)?.pop() {
                Some(record) => Parent { session, entry: Some(record.head.id) },
                // It has nothing of its own yet: it stands where it was forked itself.
                None => self.parent(&session)?.unwrap_or(Parent { session, entry: None }),
            },
            Some(wanted) => match log.find(wanted)? {
                Found::One(record) => Parent { session, entry: Some(record.head.id) },
                Found::Several(several) => return Err(StoreError::NoEntry { wanted: wanted.to_owned(), several }),
                Found::Nothing => {
                    return Err(StoreError::NoEntry { wanted: wanted.to_owned(), several: Vec::new() });
                }
            },
        };
        self.begin_from(&name::slug(goal.get()), goal, at, surroundings, Some(&parent))
    }

    /// Where a session came from, when it was forked.
    pub fn parent(&self, id: &SessionId) -> Result<Option<Parent>, StoreError> {
        let metadata = Metadata::load(&self.anywhere(id)?.join("metadata.yaml"))?;
        Ok(metadata.and_then(|metadata| {
            metadata.parent_session().map(|session| Parent { session, entry: metadata.parent_entry() })
        }))
    }

    /// The session that is meant, archived or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] with the nearest ones.
    pub fn find_anywhere(&self, id: &SessionId) -> Result<SessionId, StoreError> {
        self.anywhere(id).map(|directory| id_of(&directory))
    }

    /// One entry of a session's log as it is written, archived or not, with the output that lies beside it.
    ///
    /// # Errors
    /// [`StoreError::NoEntry`] when no entry, or more than one, has a name that begins so.
    pub fn entry_in_full(&self, id: &SessionId, branch: Option<&str>, entry: &str) -> Result<String, StoreError> {
        let directory = self.anywhere(id)?;
        let several = match Memory::reader_in(&directory, branch, "log")?.find(entry)? {
            Found::One(record) => return super::in_full(&directory, &record.text),
            Found::Several(several) => several,
            Found::Nothing => Vec::new(),
        };
        Err(StoreError::NoEntry { wanted: entry.to_owned(), several })
    }

    /// The milestone of a session's last commit, archived or not.
    pub fn last_commit(&self, id: &SessionId) -> Result<Option<String>, StoreError> {
        Ok(summary(&self.anywhere(id)?).last_commit)
    }

    pub(super) fn archives(&self) -> [PathBuf; 2] {
        [self.root().join("archived"), self.sessions_dir().join("archived")]
    }

    fn find_archived(&self, id: &SessionId) -> Result<PathBuf, StoreError> {
        let mut found = Vec::new();
        for place in self.archives() {
            found.extend(session_dirs(&place)?);
        }
        let ids: Vec<SessionId> = found.iter().rev().map(|(_, directory)| id_of(directory)).collect();
        let wanted = super::memory::pick(id, ids)?;
        let found = found.into_iter().map(|(_, directory)| directory).find(|directory| id_of(directory) == wanted);
        found.ok_or_else(|| StoreError::NotFound { wanted: id.as_str().to_owned(), near: Vec::new() })
    }

    fn anywhere(&self, id: &SessionId) -> Result<PathBuf, StoreError> {
        match self.find(id) {
            Ok(found) => Ok(self.sessions_dir().join(found.as_str())),
            Err(missing) => self.find_archived(id).map_err(|_| missing),
        }
    }

    /// Moves a session's directory while nobody holds it.
    fn shift(&self, id: &SessionId, from: &Path, to: &Path, at: At) -> Result<(), StoreError> {
        let lock = SessionLock::take(&from.join("lock"), id, at)?;
        if to.symlink_metadata().is_ok() {
            return Err(StoreError::Malformed {
                path: to.to_owned(),
                problem: "something of that name is there already".to_owned(),
            });
        }
        fs::rename(from, to).map_err(StoreError::at(from))?;
        for place in [from, to] {
            place.parent().map_or(Ok(()), files::sync_dir)?;
        }
        drop(lock);
        Ok(())
    }
}
