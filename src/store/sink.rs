//! What a running command prints, written beside its spooled entry while it comes.
//!
//! Owns `spool/<call>.out`: bounded by nothing but the disk, hashed as it grows, and synced once at its end. It becomes
//! a file of `output/` too where it is long, and goes with the spooled entry when that is in the log; after a crash it
//! tells what came until then.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::link::Hash;
use super::spool::Spool;
use super::{Kept, StoreError, files};
use crate::domain::CallId;
use crate::redact::Masked;

/// The growing output of one call. Dropped, it leaves what it wrote for the next recovery.
pub struct Sink {
    file: File,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
}

impl Sink {
    /// Begins an empty one.
    pub(super) fn begin(spool: &Spool, call: CallId) -> Result<Self, StoreError> {
        let path = spool.output(&call.0.to_string());
        path.parent().map_or(Ok(()), files::ensure_dir)?;
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

    /// Puts the whole among the outputs of its session, synced. It stays in the spool as well, until the entry that
    /// names it is in the log.
    pub fn keep(self) -> Result<Kept, StoreError> {
        self.file.sync_all().map_err(StoreError::at(&self.path))?;
        let hash: Hash = self.hash.finalize().into();
        put_in(&self.path, &hash, self.bytes)
    }
}

/// Keeps what a call had printed when its process ended; `None` when nothing is there.
pub(super) fn take_over(spool: &Spool, call: &str) -> Result<Option<(Kept, Vec<u8>)>, StoreError> {
    let path = spool.output(call);
    let Some(bytes) = files::read(&path)?.filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
    let hash: Hash = Sha256::digest(&bytes).into();
    put_in(&path, &hash, bytes.len() as u64).map(|kept| Some((kept, bytes)))
}

fn put_in(path: &Path, hash: &Hash, bytes: u64) -> Result<Kept, StoreError> {
    let session = path.parent().and_then(Path::parent).unwrap_or(path);
    let kept = Kept::called(session, hash, bytes)?;
    let place = session.join(&kept.path);
    match fs::hard_link(path, &place) {
        Ok(()) => {}
        // It holds the same: the name is its hash.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        // Not every file system has links.
        Err(_) => files::replace(&place, &files::read(path)?.unwrap_or_default())?,
    }
    place.parent().map_or(Ok(()), files::sync_dir)?;
    Ok(kept)
}
