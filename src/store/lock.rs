//! Who may write: one process a session for as long as it lives, one process the project's own files for a moment.
//!
//! Owns the two lock files and what they say about their holder. The system frees a lock when its process ends,
//! however it ends; the text in the file is only for people.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{StoreError, files};
use crate::domain::{At, SessionId};

/// How long the project's lock is waited for. It is held for milliseconds, so more means a stopped process.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

/// The process that writes to a session, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The program's name.
    pub holder: String,
    pub pid: u32,
    pub host: String,
    /// Since when.
    pub start: At,
    /// The program's version.
    pub version: String,
}

impl Holder {
    fn ours(at: At) -> Self {
        let host = nix::unistd::gethostname().unwrap_or_default();
        Self {
            holder: env!("CARGO_PKG_NAME").to_owned(),
            pid: std::process::id(),
            host: host.to_string_lossy().into_owned(),
            start: at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The right to write to one session; given back when dropped.
pub(super) struct SessionLock {
    file: File,
}

impl SessionLock {
    /// Takes the lock at once or says who has it.
    pub(super) fn take(path: &Path, id: &SessionId, at: At) -> Result<Self, StoreError> {
        let mut file = files::open(path, OpenOptions::new().write(true))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // A holder that has not written its name yet is still a holder.
                let holder =
                    file.read_to_string(&mut text).ok().and_then(|_| serde_yaml::from_str(&text).ok()).map(Box::new);
                return Err(StoreError::Busy { id: id.clone(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::at(path)(error)),
        }
        let problem =
            |problem: serde_yaml::Error| StoreError::Malformed { path: path.to_owned(), problem: problem.to_string() };
        let text = serde_yaml::to_string(&Holder::ours(at)).map_err(problem)?;
        overwrite(&mut file, &text).map_err(StoreError::at(path))?;
        Ok(Self { file })
    }
}

impl SessionLock {
    /// Whether somebody holds the lock now.
    pub(super) fn is_held(path: &Path) -> Result<bool, StoreError> {
        let Some(file) = files::open_existing(path)? else { return Ok(false) };
        match file.try_lock() {
            Ok(()) => file.unlock().map(|()| false).map_err(StoreError::at(path)),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(StoreError::at(path)(error)),
        }
    }
}

/// The right to rewrite a small file others rewrite too: `main.md` with the session numbers, the grants. Given
/// back when dropped.
pub(super) struct ProjectLock {
    file: File,
    path: PathBuf,
}

impl ProjectLock {
    /// Waits for the lock, a few seconds at most.
    pub(super) fn wait(path: &Path) -> Result<Self, StoreError> {
        let file = files::open(path, OpenOptions::new().write(true))?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file, path: path.to_owned() }),
                Err(TryLockError::Error(error)) => return Err(StoreError::at(path)(error)),
                Err(TryLockError::WouldBlock) if waited >= PATIENCE => {
                    return Err(StoreError::Stuck { path: path.to_owned() });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
            waited += PAUSE;
        }
    }

    /// The highest number ever given, so that a deleted session's number is not given again; 0 when none is known.
    pub(super) fn highest(&mut self) -> Result<u32, StoreError> {
        let mut text = String::new();
        self.file.read_to_string(&mut text).map_err(StoreError::at(&self.path))?;
        Ok(text.lines().find_map(|line| line.strip_prefix("highest: ")?.trim().parse().ok()).unwrap_or(0))
    }

    /// Notes the highest number given.
    pub(super) fn note_highest(&mut self, number: u32) -> Result<(), StoreError> {
        overwrite(&mut self.file, &format!("highest: {number}\n")).map_err(StoreError::at(&self.path))
    }
}

// Closing would free a lock too, but not at once while a child that is just being spawned shares the file. Should
// unlocking fail, closing is what remains.
impl Drop for SessionLock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl Drop for ProjectLock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

fn overwrite(file: &mut File, text: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}
