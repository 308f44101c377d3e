//! What a running command prints, written beside its spooled entry while it comes.
//!
//! Owns `spool/<call>.out`: bounded by nothing but the disk, hashed as it grows, and synced once at its end. It then
//! becomes a file of `output/` or goes; after a crash it tells what came until then.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::link::{self, Hash};
use super::{Kept, StoreError, files};
use crate::domain::{CallId, hex};
use crate::redact::Masked;

/// The growing output of one call. Dropped, it leaves what it wrote for the next recovery.
pub struct Sink {
    file: File,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
}

/// Where the output of a call is written while it runs, in the spool of the session that lies there.
pub(super) fn path(session: &Path, call: CallId) -> PathBuf {
    session.join("spool").join(format!("{}.out", call.0))
}

impl Sink {
    /// Begins an empty one.
    pub(super) fn begin(session: &Path, call: CallId) -> Result<Self, StoreError> {
        let path = path(session, call);
        files::ensure_dir(&session.join("spool"))?;
        let file = files::open(&path, OpenOptions::new().write(true).truncate(true))?;
        Ok(Self { file, path, hash: Sha256::new(), bytes: 0 })
    }

    /// Adds what came next. A write into the page cache: quick, and not synced.
    ///
    /// # Errors
    /// When there is no room; then nothing more can be added and the file is worth nothing.
    pub fn write(&mut self, bytes: &Masked<Vec<u8>>) -> Result<(), StoreError> {
        let bytes = bytes.get();
        self.file.write_all(bytes).map_err(StoreError::at(&self.path))?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// How much was written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Puts the whole among the outputs of its session, synced.
    pub fn keep(self) -> Result<Kept, StoreError> {
        self.file.sync_all().map_err(StoreError::at(&self.path))?;
        let hash: Hash = self.hash.finalize().into();
        move_in(&self.path, &hash, self.bytes)
    }

    /// Forgets it: what it holds stands in the entry.
    pub fn discard(self) -> Result<(), StoreError> {
        files::remove(&self.path)
    }
}

/// Keeps what a call had printed when its process ended; `None` when nothing is there.
pub(super) fn take_over(session: &Path, call: &str) -> Result<Option<(Kept, Vec<u8>)>, StoreError> {
    let path = session.join("spool").join(format!("{call}.out"));
    let Some(bytes) = files::read(&path)? else { return Ok(None) };
    if bytes.is_empty() {
        files::remove(&path)?;
        return Ok(None);
    }
    let hash: Hash = Sha256::digest(&bytes).into();
    move_in(&path, &hash, bytes.len() as u64).map(|kept| Some((kept, bytes)))
}

fn move_in(path: &Path, hash: &Hash, bytes: u64) -> Result<Kept, StoreError> {
    let name = format!("{}.txt", link::name(hash));
    let session = path.parent().and_then(Path::parent).unwrap_or(path);
    let directory = session.join("output");
    files::ensure_dir(&directory)?;
    fs::rename(path, directory.join(&name)).map_err(StoreError::at(path))?;
    files::sync_dir(&directory)?;
    Ok(Kept { path: format!("output/{name}"), bytes, sha256: hex(hash) })
}
