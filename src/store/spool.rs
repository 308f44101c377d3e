//! The calls that run right now, one file each.
//!
//! Owns `spool/`. A call's entry lies here, synced, before its command starts; a file that is still here when
//! nobody holds the session is a call whose end nobody saw.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{StoreError, files};
use crate::domain::{CallId, Entry};

/// The version of [`Spooled`].
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Writing<'a> {
    schema: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<CallId>,
    entry: &'a Entry,
}

#[derive(Deserialize)]
struct Spooled {
    entry: Entry,
}

/// A file found in the spool.
pub(super) struct Leftover {
    pub(super) path: PathBuf,
    /// The entry as it stood when the process ended; `None` when the file cannot be understood.
    pub(super) entry: Option<Entry>,
}

/// A session's spool directory.
pub(super) struct Spool {
    directory: PathBuf,
}

impl Spool {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Puts the call's entry on disk, in the place of an earlier one of the same call.
    pub(super) fn put(&self, call: CallId, entry: &Entry) -> Result<(), StoreError> {
        self.write(&call.0.to_string(), Some(call), entry)
    }

    /// The same for an entry that is no call's.
    pub(super) fn put_named(&self, name: &str, entry: &Entry) -> Result<(), StoreError> {
        self.write(name, None, entry)
    }

    fn write(&self, name: &str, call: Option<CallId>, entry: &Entry) -> Result<(), StoreError> {
        files::ensure_dir(&self.directory)?;
        let path = self.path(name);
        let bytes = serde_json::to_vec(&Writing { schema: SCHEMA, call, entry })
            .map_err(|problem| StoreError::Malformed { path: path.clone(), problem: problem.to_string() })?;
        files::replace(&path, &bytes)
    }

    /// Forgets a call whose entry is in the log, and what it printed.
    pub(super) fn remove(&self, call: CallId) -> Result<(), StoreError> {
        self.remove_named(&call.0.to_string())?;
        self.remove_output(call)
    }

    /// Where the output of a call lies while it runs.
    pub(super) fn output(&self, call: &str) -> PathBuf {
        self.directory.join(format!("{call}.out"))
    }

    /// Forgets what a call printed.
    pub(super) fn remove_output(&self, call: CallId) -> Result<(), StoreError> {
        files::remove(&self.output(&call.0.to_string()))
    }

    /// Removes what belongs to no call any more: outputs without an entry, and files that were never finished.
    pub(super) fn sweep(&self) -> Result<(), StoreError> {
        for item in files::entries(&self.directory)? {
            let path = item.path();
            let orphan = path.extension() == Some(OsStr::new("out")) && !path.with_extension("json").exists();
            if orphan || path.extension() == Some(OsStr::new("new")) {
                files::remove(&path)?;
            }
        }
        Ok(())
    }

    /// The same for an entry that is no call's.
    pub(super) fn remove_named(&self, name: &str) -> Result<(), StoreError> {
        files::remove(&self.path(name))
    }

    /// What an earlier process left, in the order the calls were counted.
    pub(super) fn leftovers(&self) -> Result<Vec<Leftover>, StoreError> {
        let mut paths = Vec::new();
        for item in files::entries(&self.directory)? {
            let path = item.path();
            // A file still named `.N.json.new` was being written before its command could start.
            if path.extension() == Some(OsStr::new("json")) {
                paths.push(path);
            }
        }
        paths.sort_by_key(|path| (count(path), path.clone()));
        paths.into_iter().map(leftover).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.json"))
    }
}

fn leftover(path: PathBuf) -> Result<Leftover, StoreError> {
    let bytes = files::read(&path)?.unwrap_or_default();
    let entry = serde_json::from_slice(&bytes).ok().map(|spooled: Spooled| spooled.entry);
    Ok(Leftover { path, entry })
}

fn count(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}
