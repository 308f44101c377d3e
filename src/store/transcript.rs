//! What the person's shell showed, as it came.
//!
//! Owns `output/shell-N.raw` of a session: appended to while the shell runs, synced before the entry of a command is
//! written. An entry shows a command's text; the bytes between the commands, and those an entry leaves out, are here
//! alone.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, files};
use crate::redact::Masked;

/// One growing transcript.
#[derive(Debug)]
pub struct Transcript {
    file: File,
    path: PathBuf,
    name: String,
    bytes: u64,
}

impl Transcript {
    /// Begins the next one below `session`.
    pub(super) fn begin(session: &Path) -> Result<Self, StoreError> {
        let directory = session.join("output");
        files::ensure_dir(&directory)?;
        let mut number = 1;
        loop {
            let name = format!("output/shell-{number}.raw");
            let path = session.join(&name);
            match files::open(&path, OpenOptions::new().append(true).create_new(true)) {
                Ok(file) => return Ok(Self { file, path, name, bytes: 0 }),
                Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Adds what came next. A write into the page cache: quick, and not synced.
    ///
    /// # Errors
    /// When there is no room.
    pub fn write(&mut self, bytes: &Masked<Vec<u8>>) -> Result<(), StoreError> {
        self.file.write_all(bytes.get()).map_err(StoreError::at(&self.path))?;
        self.bytes += bytes.get().len() as u64;
        Ok(())
    }

    /// Has what was written survive a power cut.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::at(&self.path))
    }

    /// The same file once more, to be synced while this one is written.
    ///
    /// # Errors
    /// When the system has no descriptor left.
    pub fn again(&self) -> Result<Self, StoreError> {
        let file = self.file.try_clone().map_err(StoreError::at(&self.path))?;
        Ok(Self { file, path: self.path.clone(), name: self.name.clone(), bytes: self.bytes })
    }

    /// Where it lies, relative to the session's directory.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much was written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}
