//! The log's file: where it is, whose it is, how long it grows.
//!
//! Owns name, mode and rotation. Must not know what the lines say. Several processes write to one log: lines are appended
//! whole, and whoever finds it large puts it aside for all of them.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use super::TelemetryError;

const NAME: &str = "devops-agent.log";
const OLD_NAME: &str = "devops-agent.log.1";

/// Bytes beyond which a new file is begun; the one before it is kept, older ones go.
const LARGE: u64 = 5 * 1024 * 1024;

/// The log, readable by its owner alone.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    aside: PathBuf,
    file: File,
}

impl LogFile {
    /// Opens it to append.
    pub fn open(state_dir: &Path) -> Result<Self, TelemetryError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(state_dir);
        made.map_err(|source| TelemetryError::Directory { path: state_dir.to_owned(), source })?;
        let path = state_dir.join(NAME);
        let file = open_private(&path).map_err(|source| TelemetryError::Open { path: path.clone(), source })?;
        let mut log = Self { path, aside: state_dir.join(OLD_NAME), file };
        match log.rotate() {
            Ok(()) => Ok(log),
            Err(source) => Err(TelemetryError::Rotate { path: log.path, source }),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a new file when this one is large. The lock keeps two processes from putting the new one aside too; whoever
    /// does not get it goes on here and looks again with the next lines.
    fn rotate(&mut self) -> io::Result<()> {
        if self.file.metadata()?.len() <= LARGE {
            return Ok(());
        }
        match self.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if self.is_in_place()? {
            fs::rename(&self.path, &self.aside)?;
        }
        // The old file is closed with this, and its lock is free.
        self.file = open_private(&self.path)?;
        Ok(())
    }

    /// Whether the file that is written to is still the one that has the name.
    fn is_in_place(&self) -> io::Result<bool> {
        let ours = self.file.metadata()?;
        match fs::symlink_metadata(&self.path) {
            Ok(named) => Ok((named.dev(), named.ino()) == (ours.dev(), ours.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Write for LogFile {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        // A log that cannot be put aside grows on: lines are worth more than its length.
        let _grows_on = self.rotate();
        self.file.write(lines)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    // A link that somebody left would have us write elsewhere; a pipe would have us wait for a reader.
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let file = OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags.bits()).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    // An earlier file may have been readable by others.
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    fn text(dir: &Path, name: &str) -> String {
        fs::read_to_string(dir.join(name)).expect("text")
    }

    fn grown(path: &Path) {
        OpenOptions::new().create(true).append(true).open(path).expect("file").set_len(LARGE + 1).expect("length");
    }

    #[test]
    fn the_log_and_its_directory_are_the_owners_alone() {
        let dir = tempfile::tempdir().expect("directory");
        let state = dir.path().join("a/b");
        let log = LogFile::open(&state).expect("log");
        assert_eq!((mode(&state), mode(log.path())), (0o700, 0o600));
    }

    #[test]
    fn a_log_that_others_could_read_is_closed_to_them() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join(NAME);
        fs::write(&path, "old\n").expect("file");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("mode");
        LogFile::open(dir.path()).expect("log");
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_small_log_is_continued() {
        let dir = tempfile::tempdir().expect("directory");
        fs::write(dir.path().join(NAME), "old\n").expect("file");
        let mut log = LogFile::open(dir.path()).expect("log");
        log.write_all(b"new\n").expect("write");
        assert_eq!(text(dir.path(), NAME), "old\nnew\n");
    }

    #[test]
    fn a_large_log_is_put_aside_when_the_program_starts() {
        let dir = tempfile::tempdir().expect("directory");
        grown(&dir.path().join(NAME));
        LogFile::open(dir.path()).expect("log");
        assert_eq!(text(dir.path(), NAME), "");
        assert_eq!(fs::metadata(dir.path().join(OLD_NAME)).expect("old").len(), LARGE + 1);
    }

    #[test]
    fn a_log_that_grows_large_while_it_is_written_is_put_aside_once_by_all_who_write_it() {
        let dir = tempfile::tempdir().expect("directory");
        let mut one = LogFile::open(dir.path()).expect("log");
        let mut other = LogFile::open(dir.path()).expect("log");
        grown(&dir.path().join(NAME));
        one.write_all(b"one\n").expect("write");
        other.write_all(b"other\n").expect("write");
        one.write_all(b"one again\n").expect("write");
        assert_eq!(text(dir.path(), NAME), "one\nother\none again\n");
        assert_eq!(fs::metadata(dir.path().join(OLD_NAME)).expect("old").len(), LARGE + 1);
    }

    #[test]
    fn whoever_finds_the_log_being_put_aside_loses_no_line() {
        let dir = tempfile::tempdir().expect("directory");
        let mut log = LogFile::open(dir.path()).expect("log");
        grown(&dir.path().join(NAME));
        let busy = File::open(dir.path().join(NAME)).expect("file");
        busy.lock().expect("lock");
        log.write_all(b"meanwhile\n").expect("write");
        drop(busy);
        log.write_all(b"afterwards\n").expect("write");
        assert_eq!(text(dir.path(), NAME), "afterwards\n");
        assert!(text(dir.path(), OLD_NAME).ends_with("meanwhile\n"));
    }

    #[test]
    fn a_link_in_the_logs_place_is_not_followed() {
        let dir = tempfile::tempdir().expect("directory");
        let elsewhere = dir.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, dir.path().join(NAME)).expect("link");
        assert!(matches!(LogFile::open(dir.path()), Err(TelemetryError::Open { .. })));
        assert!(!elsewhere.exists());
    }
}
