//! One session that this process may write to.
//!
//! Owns the lock, the log, the spool and the state of the session, and puts right what an earlier process left.
//! The log is append-only: nothing here ever changes a byte of an entry that is whole.

use std::fs;
use std::path::{Path, PathBuf};

use super::lock::SessionLock;
use super::log::Log;
use super::memory::Memory;
use super::metadata::Metadata;
use super::spool::{Leftover, Spool};
use super::{StoreError, files};
use crate::domain::{At, Body, CallId, Entry, Principal, SessionId, Surroundings};
use crate::history::entry::render;
use crate::history::session::Status;
use crate::redact::Masked;

/// A session held by this process; any other that wants to write is told that it is busy. Blocking calls.
pub struct Session {
    id: SessionId,
    directory: PathBuf,
    memory: Memory,
    log: Log,
    commits: Log,
    spool: Spool,
    _lock: SessionLock,
}

impl Session {
    /// Fills the new, empty `directory` of a session.
    pub(super) fn create(
        memory: &Memory,
        id: SessionId,
        directory: PathBuf,
        goal: &str,
        at: At,
        surroundings: &Surroundings,
    ) -> Result<Self, StoreError> {
        let session = Self::hold(memory, id, directory, at)?;
        files::replace(session.log.path(), b"")?;
        files::replace(session.commits.path(), b"")?;
        Metadata::new(&session.id, goal, at, surroundings).save(&session.metadata_path())?;
        Ok(session)
    }

    /// Takes up the session that lies in `directory`: recovers what an earlier process left and marks it active.
    pub(super) fn take_up(memory: &Memory, id: SessionId, directory: PathBuf, at: At) -> Result<Self, StoreError> {
        let session = Self::hold(memory, id, directory, at)?;
        // First, so that a file that cannot be understood stops us before anything is written.
        let mut metadata = session.metadata(at)?;
        session.recover(at)?;
        metadata.mark(Status::Active, at);
        metadata.save(&session.metadata_path())?;
        Ok(session)
    }

    fn hold(memory: &Memory, id: SessionId, directory: PathBuf, at: At) -> Result<Self, StoreError> {
        let lock = SessionLock::take(&directory.join("lock"), &id, at)?;
        Ok(Self {
            log: Log::new(directory.join("log.md")),
            commits: Log::new(directory.join("commit.md")),
            spool: Spool::new(directory.join("spool")),
            memory: memory.clone(),
            _lock: lock,
            id,
            directory,
        })
    }

    /// Which session this is.
    pub fn id(&self) -> &SessionId {
        &self.id
    }

    /// The directory that holds its files.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Appends an entry to `log.md` and returns once it is on disk. A commit goes to `commit.md` too, and
    /// `main.md` tells of it.
    ///
    /// # Errors
    /// When it could not be written; then nothing of the entry is in the log.
    pub fn append(&mut self, entry: &Masked<Entry>) -> Result<(), StoreError> {
        let entry = entry.get();
        let text = render(entry);
        if matches!(entry.body, Body::Commit { .. }) {
            self.log.append(&text)?;
            self.commits.append(&text)?;
            return self.memory.refresh();
        }
        self.log.append(&text)
    }

    /// Puts a call's entry on disk before its command starts, or in the place of what was spooled for it before.
    pub fn spool(&mut self, call: CallId, entry: &Masked<Entry>) -> Result<(), StoreError> {
        self.spool.put(call, entry.get())
    }

    /// Forgets a spooled call, once its entry has been appended.
    pub fn unspool(&mut self, call: CallId) -> Result<(), StoreError> {
        self.spool.remove(call)
    }

    /// Marks the session closed, here and in `main.md`. It stays held until it is dropped.
    pub fn close(&mut self, at: At) -> Result<(), StoreError> {
        let mut metadata = self.metadata(at)?;
        metadata.mark(Status::Closed, at);
        metadata.save(&self.metadata_path())?;
        self.memory.refresh()
    }

    fn recover(&self, at: At) -> Result<(), StoreError> {
        if self.log.is_torn()? {
            let text = "the entry before this one is incomplete: the process ended while it was being written";
            self.log.append(&render(&recovery(at, text.to_owned())))?;
        }
        for leftover in self.spool.leftovers()? {
            self.recover_call(leftover, at)?;
        }
        Ok(())
    }

    fn recover_call(&self, leftover: Leftover, at: At) -> Result<(), StoreError> {
        let Leftover { path, entry } = leftover;
        let Some(entry) = entry else {
            let aside = path.with_extension("unreadable");
            let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text =
                format!("the process ended during a call whose record cannot be read; it is kept as spool/{name}");
            self.log.append(&render(&recovery(at, text)))?;
            return fs::rename(&path, &aside).map_err(StoreError::at(&path));
        };
        // A step that has its output had come to its end; only its way into the log was cut short.
        let text = match &entry.body {
            Body::Step(step) if step.output.is_some() => render(&entry),
            _ => render(&recovery(at, unfinished(&entry))),
        };
        // The process may have ended between writing the entry and forgetting the spooled one.
        if !self.log.ends_with(&text)? {
            self.log.append(&text)?;
        }
        files::remove(&path)
    }

    /// The file as it stands; made anew from the session's name when it is gone.
    fn metadata(&self, at: At) -> Result<Metadata, StoreError> {
        let anew = || Metadata::new(&self.id, &self.id.slug().replace('-', " "), at, &Surroundings::default());
        Ok(Metadata::load(&self.metadata_path())?.unwrap_or_else(anew))
    }

    fn metadata_path(&self) -> PathBuf {
        self.directory.join("metadata.yaml")
    }
}

fn recovery(at: At, text: String) -> Entry {
    Entry { at, by: Principal::Agent, body: Body::Recovery { text } }
}

/// What is told about a call whose end nobody saw.
fn unfinished(entry: &Entry) -> String {
    let what = match &entry.body {
        Body::Step(step) => &step.action,
        Body::Approval(record) => &record.command,
        Body::Human { command, .. } => command,
        Body::Request { text } | Body::Answer { text } | Body::Recovery { text } => text,
        Body::Commit { milestone, .. } => milestone,
    };
    let mut text = format!("the process ended while this ran: {what}; whether it finished is not known");
    text.push_str(&format!("\nstarted: {} {}", entry.at.date(), entry.at.clock()));
    match &entry.body {
        Body::Step(step) if !step.permission.is_empty() => text.push_str(&format!("\npermission: {}", step.permission)),
        Body::Approval(record) => {
            text.push_str(&format!("\ntier: {}, decision: {}", record.tier.word(), record.decision.words()));
        }
        _ => {}
    }
    text
}
