//! Texts that already stand, changed where they lie: for what should never have been written.
//!
//! Owns the walk and the replacing: a file is written beside and renamed, so that it is the old or the new one, whole.
//! Follows no symbolic link, changes no lock and no chain (a log that was changed gets a new one when it is next taken up, and says so), and leaves a session alone that another process writes to. Knows nothing
//! of what is changed.

use std::fs;
use std::path::{Path, PathBuf};

use super::lock::SessionLock;
use super::{StoreError, files};
use crate::domain::{At, SessionId};
use crate::redact::Masked;

/// What became of one file, or of a session's whole directory.
#[derive(Debug)]
pub struct Rewritten {
    pub path: PathBuf,
    pub outcome: Outcome,
}

/// How it went.
#[derive(Debug)]
pub enum Outcome {
    /// It holds other bytes now.
    Changed,
    /// It was left as it is, and why.
    Left(StoreError),
}

/// What becomes of a file's bytes; `None` when they stay.
pub type Change<'a> = dyn FnMut(&Path, &[u8]) -> Option<Masked<Vec<u8>>> + 'a;

/// Gives every regular file under `root` to `change`, and writes back what it returns. What is not in the list stood
/// well as it was. Holds each session it changes; `at` is when.
///
/// # Errors
/// `root` itself cannot be read.
pub fn rewrite(root: &Path, at: At, change: &mut Change<'_>) -> Result<Vec<Rewritten>, StoreError> {
    let mut done = Vec::new();
    let found = fs::symlink_metadata(root).map_err(StoreError::at(root))?;
    if found.is_dir() {
        directory(root, at, change, &mut done)?;
    } else if found.is_file() {
        file(root, change, &mut done);
    }
    Ok(done)
}

fn directory(root: &Path, at: At, change: &mut Change<'_>, done: &mut Vec<Rewritten>) -> Result<(), StoreError> {
    let is_session = root.join("log.md").is_file() && root.join("metadata.yaml").is_file();
    let mut lock = None;
    if is_session {
        let id = SessionId::new(root.file_name().unwrap_or_default().to_string_lossy());
        match SessionLock::take(&root.join("lock"), &id, at) {
            Ok(taken) => lock = Some(taken),
            Err(error) => {
                done.push(Rewritten { path: root.to_owned(), outcome: Outcome::Left(error) });
                return Ok(());
            }
        }
    }
    let mut items: Vec<_> =
        fs::read_dir(root).and_then(|items| items.collect::<Result<_, _>>()).map_err(StoreError::at(root))?;
    items.sort_by_key(fs::DirEntry::file_name);
    for item in items {
        let kind = item.file_type().map_err(StoreError::at(&item.path()))?;
        if kind.is_dir() && item.file_name() == "index" && root.join("sessions").is_dir() {
            // Made of what is changed here, and made anew from it.
            for derived in ["search.db", "search.db-wal", "search.db-shm"] {
                files::remove(&item.path().join(derived))?;
            }
            file(&item.path().join("sessions.json"), change, done);
        } else if kind.is_dir() {
            directory(&item.path(), at, change, done)?;
        } else if kind.is_file() && item.file_name() != "lock" && item.path().extension() != Some("chain".as_ref()) {
            file(&item.path(), change, done);
        }
    }
    drop(lock);
    Ok(())
}

fn file(path: &Path, change: &mut Change<'_>, done: &mut Vec<Rewritten>) {
    let outcome = match files::read(path) {
        Ok(None) => return,
        Ok(Some(bytes)) => match change(path, &bytes) {
            None => return,
            Some(changed) => match replace(path, changed.get()) {
                Ok(()) => Outcome::Changed,
                Err(error) => Outcome::Left(error),
            },
        },
        Err(error) => Outcome::Left(error),
    };
    done.push(Rewritten { path: path.to_owned(), outcome });
}

/// The new bytes under the same permissions.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let permissions = fs::metadata(path).map_err(StoreError::at(path))?.permissions();
    files::replace(path, bytes)?;
    fs::set_permissions(path, permissions).map_err(StoreError::at(path))
}
