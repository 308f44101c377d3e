//! A log and its chain: whole entries at the log's end and a line for each beside it, or nothing of an entry.
//!
//! Owns the append and its order: the log, synced, then the chain, synced. What is in the log and not yet in the
//! chain was cut short by a crash and is put right by [`super::mend`]. Knows entries only as finished text.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::backward::{Backward, Line};
use super::link::{Link, Mark, Tip};
use super::{StoreError, files};

/// `log.md` with `log.chain`, or `commit.md` with `commit.chain`.
pub(super) struct Chain {
    name: &'static str,
    log: PathBuf,
    chain: PathBuf,
    /// Behind the last entry, and the length of the chain file there.
    at: Option<(Tip, u64)>,
}

/// Both files, opened for an append.
struct Open {
    log: File,
    chain: File,
}

impl Chain {
    /// The pair `NAME.md` and `NAME.chain` in `directory`.
    pub(super) fn new(directory: &Path, name: &'static str) -> Self {
        let beside = |end: &str| directory.join(format!("{name}.{end}"));
        Self { name, log: beside("md"), chain: beside("chain"), at: None }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn log_path(&self) -> &Path {
        &self.log
    }

    pub(super) fn chain_path(&self) -> &Path {
        &self.chain
    }

    /// Makes both files, empty.
    pub(super) fn create(&mut self) -> Result<(), StoreError> {
        files::replace(&self.log, b"")?;
        files::replace(&self.chain, b"")?;
        self.at = Some((Tip::START, 0));
        Ok(())
    }

    /// Takes both files as they stand now; the caller has looked that they agree.
    pub(super) fn stand_at(&mut self, tip: Tip, chain_len: u64) {
        self.at = Some((tip, chain_len));
    }

    /// Whether both files end where the last append left them. An editor that saved, a file that went away or was
    /// put back from elsewhere is seen here, at the cost of two look-ups.
    pub(super) fn is_untouched(&self) -> bool {
        let length = |path: &Path| std::fs::symlink_metadata(path).map(|found| found.len()).ok();
        self.at.is_some_and(|(tip, chain_len)| {
            length(&self.log) == Some(tip.end) && length(&self.chain) == Some(chain_len)
        })
    }

    /// Behind the last entry; the start before anything was looked at.
    pub(super) fn tip(&self) -> Tip {
        self.at.map_or(Tip::START, |(tip, _)| tip)
    }

    /// Appends one finished entry and returns its link once entry and link are on disk. When there is no room,
    /// nothing of the entry stays.
    ///
    /// The files are opened anew each time, so that an editor that replaced one does not get the entries of a file
    /// nobody can see any more; that costs nothing beside the sync.
    pub(super) fn append(&mut self, text: &str, mark: Mark) -> Result<Link, StoreError> {
        let (tip, chain_len) = self.at.unwrap_or((Tip::START, 0));
        let link = tip.link(text.as_bytes(), mark);
        let line = self.line(&link)?;
        let mut open = self.open()?;
        put(&mut open.log, text.as_bytes(), tip.end).map_err(StoreError::at(&self.log))?;
        if let Err(error) = put(&mut open.chain, line.as_bytes(), chain_len) {
            // An entry nobody was told of: should it stay after all, the next opening gives it its line.
            let _ = open.log.set_len(tip.end).and_then(|()| open.log.sync_data());
            return Err(StoreError::at(&self.chain)(error));
        }
        self.at = Some((link.tip(), chain_len + line.len() as u64));
        Ok(link)
    }

    pub(super) fn line(&self, link: &Link) -> Result<String, StoreError> {
        link.line().map_err(|problem| StoreError::Malformed { path: self.chain.clone(), problem: problem.to_string() })
    }

    /// The chain's lines from its end, and what stands behind the last whole one; `None` without a chain.
    pub(super) fn backward(&self) -> Result<Option<(Backward, Line)>, StoreError> {
        let Some(file) = files::open_existing(&self.chain)? else { return Ok(None) };
        Backward::open(file).map(Some).map_err(StoreError::at(&self.chain))
    }

    /// The log's length; 0 when it is gone.
    pub(super) fn log_len(&self) -> Result<u64, StoreError> {
        let Some(file) = files::open_existing(&self.log)? else { return Ok(0) };
        file.metadata().map(|found| found.len()).map_err(StoreError::at(&self.log))
    }

    /// Bytes of the log; fewer when it ends before.
    pub(super) fn read(&self, off: u64, len: u64) -> Result<Vec<u8>, StoreError> {
        let Some(file) = files::open_existing(&self.log)? else { return Ok(Vec::new()) };
        read_at(&file, off, len).map_err(StoreError::at(&self.log))
    }

    fn open(&self) -> Result<Open, StoreError> {
        let open = |path| files::open(path, OpenOptions::new().append(true));
        Ok(Open { log: open(&self.log)?, chain: open(&self.chain)? })
    }
}

/// As many of the bytes as there are; what a chain says of a length is not believed before it is read.
pub(super) fn read_at(file: &File, off: u64, len: u64) -> io::Result<Vec<u8>> {
    let there = file.metadata()?.len().saturating_sub(off).min(len);
    let mut bytes = vec![0; usize::try_from(there).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, off)?;
    Ok(bytes)
}

/// Adds to the end and syncs; takes back what it added when that fails.
fn put(file: &mut File, bytes: &[u8], before: u64) -> io::Result<()> {
    let written = file.write_all(bytes).and_then(|()| file.sync_data());
    if written.is_err() {
        // Should this fail too, the next opening finds the torn rest; the first error is the one to tell.
        let _ = file.set_len(before).and_then(|()| file.sync_data());
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::At;

    #[test]
    fn a_symbolic_link_leads_no_entry_away() {
        let place = tempfile::tempdir().unwrap();
        let elsewhere = place.path().join("elsewhere");
        std::fs::write(&elsewhere, "").unwrap();
        for name in ["log.md", "log.chain"] {
            let _ = std::fs::remove_file(place.path().join("log.md"));
            std::os::unix::fs::symlink(&elsewhere, place.path().join(name)).unwrap();
            let mut log = Chain::new(place.path(), "log");
            let mark = Mark { ts: At::EPOCH, kind: "step".into(), actor: "agent".into() };
            assert!(log.append("one\n", mark).is_err());
            assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "");
        }
    }
}
