//! Reads one file whole, without being held up by what it may be.
//!
//! Owns the guard against files that are no files: a repository can hold a pipe
//! named `config`. Knows nothing of what is in them.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::fcntl::OFlag;

/// More than any configuration file holds, in bytes.
pub(super) const SMALL: u64 = 8 << 20;

/// The bytes of a regular file of at most `limit` bytes.
///
/// # Errors
/// Whatever opening or reading says; `InvalidData` for anything but a regular
/// file and for a longer one.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Without O_NONBLOCK, opening a pipe waits for a writer for ever.
    let file = OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a regular file"));
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "too long"));
    }
    Ok(bytes)
}

/// The text of a small file, when it is there and is text.
pub(super) fn text(path: &Path) -> Option<String> {
    String::from_utf8(read(path, SMALL).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_refused_instead_of_waited_for() {
        let place = tempfile::tempdir().unwrap();
        let pipe = place.path().join("config");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(read(&pipe, SMALL).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_file_longer_than_the_limit_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("long");
        std::fs::write(&path, "12345").unwrap();
        assert!(read(&path, 4).is_err());
        assert_eq!(read(&path, 5).unwrap(), b"12345");
    }
}
