//! What can go wrong with the memory, and what to do about it.
//!
//! Owns the sorting of the system's errors by what a person can do. Knows no exit code.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::Holder;
use crate::domain::{EntryId, SessionId};

/// Why the memory could not be read or written. Lower-case fragments; [`StoreError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The place does not let us write.
    #[error("cannot write {}", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    /// No room; what was begun has been taken back.
    #[error("no room left on the disk for {}", path.display())]
    DiskFull { path: PathBuf, source: io::Error },
    /// Anything else the system says about a file.
    #[error("cannot use {}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// Another process writes to the session; `None` when it did not say who it is.
    #[error("session {} is open in another process{}", id.short(), told(holder.as_deref()))]
    Busy { id: SessionId, holder: Option<Box<Holder>> },
    /// The project's own short lock did not come free.
    #[error("{} stays locked by another process", path.display())]
    Stuck { path: PathBuf },
    /// No session of that name.
    #[error("there is no session {wanted:?}")]
    NotFound { wanted: String, near: Vec<SessionId> },
    /// A branch cannot be called so.
    #[error("{name:?} cannot be branched or merged: {problem}")]
    BranchName { name: String, problem: String },
    /// No branch of that name.
    #[error("this session has no branch {name:?}")]
    NoBranch { name: String, known: Vec<String> },
    /// No entry whose name begins so, or more than one.
    #[error("{} entry whose name begins with {wanted:?}", if several.is_empty() { "there is no" } else { "there is more than one" })]
    NoEntry { wanted: String, several: Vec<EntryId> },
    /// A file of ours that cannot be understood and would be lost by rewriting it.
    #[error("{} cannot be understood: {problem}", path.display())]
    Malformed { path: PathBuf, problem: String },
    /// The thread that writes is gone.
    #[error("the thread that writes the session's log has ended")]
    WriterGone,
}

impl StoreError {
    /// Sorts an error of the system by what a person can do about it.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.to_owned();
        move |source| match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                StoreError::DiskFull { path, source }
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => {
                StoreError::Unwritable { path, source }
            }
            _ => StoreError::Io { path, source },
        }
    }

    /// What to do next, one sentence.
    pub fn hint(&self) -> String {
        match self {
            StoreError::Unwritable { path, .. } => format!(
                "the memory is kept in .GCC of the working directory: make {} writable, \
                 or start in a directory of yours",
                path.display()
            ),
            StoreError::DiskFull { path, .. } => format!(
                "free some space on the disk that holds {} and try again; the log is whole up to the entry before",
                path.display()
            ),
            StoreError::Io { path, .. } => {
                format!("see that {} is there, is no symbolic link and lies on a healthy disk", path.display())
            }
            StoreError::Busy { .. } => "close it there, name another session, or begin a new one with --new".to_owned(),
            StoreError::Stuck { path } => {
                format!("a stopped devops-agent may hold it (see `fuser {}`): continue or end that one", path.display())
            }
            StoreError::NotFound { near, .. } if near.is_empty() => {
                "there are no sessions here yet; the first request begins one".to_owned()
            }
            StoreError::NotFound { near, .. } => {
                let names: Vec<&str> = near.iter().map(SessionId::as_str).collect();
                format!("sessions here: {}", names.join(", "))
            }
            StoreError::BranchName { .. } => "name another branch".to_owned(),
            StoreError::NoBranch { known, .. } if known.is_empty() => "begin one with `branch NAME`".to_owned(),
            StoreError::NoBranch { known, .. } => format!("branches here: {}", known.join(", ")),
            StoreError::NoEntry { several, .. } if several.is_empty() => {
                "`log` shows the names of all entries".to_owned()
            }
            StoreError::NoEntry { several, .. } => {
                let names: Vec<&str> = several.iter().map(EntryId::as_str).collect();
                format!("add a letter: {}", names.join(", "))
            }
            StoreError::Malformed { path, .. } => {
                format!("correct {} by hand, or move it away to have it made anew", path.display())
            }
            StoreError::WriterGone => "start again; what was confirmed as written is on disk".to_owned(),
        }
    }
}

fn told(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| {
        let (date, clock) = (holder.start.date(), holder.start.clock());
        format!(" (process {} on {}, since {date} {clock})", holder.pid, holder.host)
    })
}
