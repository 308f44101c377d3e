//! The person's own commands in a session.
//!
//! Owns their place in the spool while they run: a command that is broken off with us is told of by the next start, as
//! one of the agent's is. One runs at a time, whatever runs inside it.

use super::{Session, StoreError, Transcript};
use crate::domain::{Entry, EntryId};
use crate::redact::Masked;

/// The name of its file in the spool.
const RUNNING: &str = "human";

impl Session {
    /// Notes that a command of the person's runs.
    pub fn manual_began(&mut self, entry: &Masked<Entry>) -> Result<(), StoreError> {
        self.spool_named(RUNNING, entry.get())
    }

    /// Puts a command that ended into the log.
    pub fn manual_ended(&mut self, entry: &Masked<Entry>) -> Result<EntryId, StoreError> {
        // What is killed from here on is in the log after the next start, once.
        self.spool_named(RUNNING, entry.get())?;
        let id = self.append(entry)?;
        self.unspool_named(RUNNING)?;
        Ok(id)
    }

    /// Begins a file for what the person's shell shows.
    pub fn transcript(&mut self) -> Result<Transcript, StoreError> {
        Transcript::begin(self.directory())
    }
}
