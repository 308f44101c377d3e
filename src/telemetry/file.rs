//! The log's file: where it is, whose it is, how long it grows.
//!
//! Owns name, mode and rotation. Must not know what the lines say.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use super::TelemetryError;

const NAME: &str = "devops-agent.log";
const OLD_NAME: &str = "devops-agent.log.1";

/// Bytes beyond which a new file is begun at the start of the program; the one before it is kept, older ones go.
const LARGE: u64 = 5 * 1024 * 1024;

/// The log, open to append, readable by its owner alone.
pub(super) fn open(state_dir: &Path) -> Result<(PathBuf, File), TelemetryError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(state_dir);
    made.map_err(|source| TelemetryError::Directory { path: state_dir.to_owned(), source })?;
    let path = state_dir.join(NAME);
    rotate(&path, &state_dir.join(OLD_NAME)).map_err(|source| TelemetryError::Rotate { path: path.clone(), source })?;
    match open_private(&path) {
        Ok(file) => Ok((path, file)),
        Err(source) => Err(TelemetryError::Open { path, source }),
    }
}

fn rotate(path: &Path, old: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() && found.len() > LARGE => fs::rename(path, old),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
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
    use std::io::Write;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn the_log_and_its_directory_are_the_owners_alone() {
        let dir = tempfile::tempdir().expect("directory");
        let state = dir.path().join("a/b");
        let (path, _file) = open(&state).expect("log");
        assert_eq!((mode(&state), mode(&path)), (0o700, 0o600));
    }

    #[test]
    fn a_log_that_others_could_read_is_closed_to_them() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join(NAME);
        fs::write(&path, "old\n").expect("file");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("mode");
        let (path, _file) = open(dir.path()).expect("log");
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_small_log_is_continued() {
        let dir = tempfile::tempdir().expect("directory");
        fs::write(dir.path().join(NAME), "old\n").expect("file");
        let (path, mut file) = open(dir.path()).expect("log");
        file.write_all(b"new\n").expect("write");
        assert_eq!(fs::read_to_string(path).expect("text"), "old\nnew\n");
    }

    #[test]
    fn a_large_log_is_put_aside() {
        let dir = tempfile::tempdir().expect("directory");
        let large = File::create(dir.path().join(NAME)).expect("file");
        large.set_len(LARGE + 1).expect("length");
        let (path, _file) = open(dir.path()).expect("log");
        assert_eq!(fs::metadata(path).expect("new").len(), 0);
        assert_eq!(fs::metadata(dir.path().join(OLD_NAME)).expect("old").len(), LARGE + 1);
    }

    #[test]
    fn a_link_in_the_logs_place_is_not_followed() {
        let dir = tempfile::tempdir().expect("directory");
        let elsewhere = dir.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, dir.path().join(NAME)).expect("link");
        assert!(matches!(open(dir.path()), Err(TelemetryError::Open { .. })));
        assert!(!elsewhere.exists());
    }
}
