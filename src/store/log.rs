//! A log that only grows: whole entries at its end, or nothing.
//!
//! Owns the append. Knows entries only as finished text.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, files};
use crate::history::entry;

/// As many bytes of the end as show whether the last entry is whole.
const TAIL: usize = 64;

/// `log.md` or `commit.md` of a session.
pub(super) struct Log {
    path: PathBuf,
}

impl Log {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends one finished entry and returns once it is on disk.
    ///
    /// An entry that was cut off before is ended first. When there is no room, nothing of the entry stays.
    /// The file is opened anew each time, so that an editor that replaced it does not get the entries of a file
    /// nobody can see any more; that costs nothing beside the sync.
    pub(super) fn append(&self, text: &str) -> Result<(), StoreError> {
        let mut file = self.open()?;
        self.append_to(&mut file, text).map_err(StoreError::at(&self.path))
    }

    fn append_to(&self, file: &mut File, text: &str) -> io::Result<()> {
        let before = file.metadata()?.len();
        let bytes = [entry::missing_end(&tail(file, TAIL)?), text].concat();
        let written = file.write_all(bytes.as_bytes()).and_then(|()| file.sync_data());
        if written.is_err() {
            // Should this fail too, the torn entry is ended by the next append; the first error is the one to tell.
            let _ = file.set_len(before).and_then(|()| file.sync_data());
        }
        written
    }

    /// Whether the last entry breaks off.
    pub(super) fn is_torn(&self) -> Result<bool, StoreError> {
        let tail = self.open().and_then(|mut file| tail(&mut file, TAIL).map_err(StoreError::at(&self.path)))?;
        Ok(entry::is_torn(&tail))
    }

    /// Whether `text` is the last thing in the log.
    pub(super) fn ends_with(&self, text: &str) -> Result<bool, StoreError> {
        let tail = self.open().and_then(|mut file| tail(&mut file, text.len()).map_err(StoreError::at(&self.path)))?;
        Ok(tail == text.as_bytes())
    }

    fn open(&self) -> Result<File, StoreError> {
        files::open(&self.path, OpenOptions::new().append(true))
    }
}

/// The last `count` bytes, or all there are.
fn tail(file: &mut File, count: usize) -> io::Result<Vec<u8>> {
    let start = file.metadata()?.len().saturating_sub(count as u64);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(content: &str) -> (tempfile::TempDir, Log) {
        let place = tempfile::tempdir().unwrap();
        let log = Log::new(place.path().join("log.md"));
        std::fs::write(log.path(), content).unwrap();
        (place, log)
    }

    #[test]
    fn an_entry_that_was_cut_off_is_ended_before_the_next() {
        let (_place, log) = log("## [09:00] AI\nACTION: git st");
        assert!(log.is_torn().unwrap());
        log.append("## [09:01] AI\nACTION: git log\n\n---\n\n").unwrap();
        let expected = "## [09:00] AI\nACTION: git st\n\n---\n\n## [09:01] AI\nACTION: git log\n\n---\n\n";
        assert_eq!(std::fs::read_to_string(log.path()).unwrap(), expected);
        assert!(!log.is_torn().unwrap());
    }

    #[test]
    fn an_editor_that_replaced_the_file_gets_the_next_entry() {
        let (place, log) = log("");
        log.append("one\n\n---\n\n").unwrap();
        let beside = place.path().join("edited");
        std::fs::write(&beside, "ONE\n\n---\n\n").unwrap();
        std::fs::rename(&beside, log.path()).unwrap();
        log.append("two\n\n---\n\n").unwrap();
        assert_eq!(std::fs::read_to_string(log.path()).unwrap(), "ONE\n\n---\n\ntwo\n\n---\n\n");
    }

    #[test]
    fn a_symbolic_link_leads_no_entry_away() {
        let place = tempfile::tempdir().unwrap();
        let elsewhere = place.path().join("elsewhere");
        std::fs::write(&elsewhere, "").unwrap();
        let log = Log::new(place.path().join("log.md"));
        std::os::unix::fs::symlink(&elsewhere, log.path()).unwrap();
        assert!(log.append("one\n").is_err());
        assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "");
    }
}
