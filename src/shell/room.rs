//! A directory of our own for one shell: the hooks with their secret word, and the socket of its keeper.
//!
//! Owns its making, mode 0700, and its end. The word stands in files only, never in the environment, which others of
//! the same user may read long after.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::domain::hex;

const NAME: &str = "devops-agent-shell-";
/// The longest place a socket below it can still be named in.
const LONGEST_PLACE: usize = 60;

/// The directory; it goes with this value.
#[derive(Debug)]
pub(super) struct Room {
    path: PathBuf,
}

impl Room {
    /// Makes a directory below the runtime directory of the person, or below the temporary one.
    pub fn new() -> io::Result<Self> {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
        let places = runtime.into_iter().chain([std::env::temp_dir(), PathBuf::from("/tmp")]);
        let name = format!("{NAME}{}", word(8)?);
        let mut refused = None;
        for place in places.filter(|place| is_plain(place)) {
            let path = place.join(&name);
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file that only its owner reads, with the directories before it.
    pub fn write(&self, name: &str, content: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        if let Some(parent) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(content.as_bytes())?;
        Ok(path)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Whether a socket can be named below it, and whether it means itself between the quotes of every shell.
fn is_plain(place: &Path) -> bool {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+ ".contains(letter);
    place.to_str().is_some_and(|place| place.len() <= LONGEST_PLACE && place.chars().all(plain))
}

/// Removes a room, if it is one and still there.
pub(super) fn remove(path: &Path) {
    let ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME));
    if let Err(error) = if ours { fs::remove_dir_all(path) } else { Ok(()) } {
        tracing::debug!(%error, path = %path.display(), "the shell's directory could not be removed");
    }
}

/// A word of so many random bytes, hexadecimal.
pub(super) fn word(bytes: usize) -> io::Result<String> {
    let mut random = vec![0; bytes];
    fs::File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(hex(&random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_never_where_its_name_would_be_read_as_something_else() {
        for place in ["/tmp", "/run/user/1000", "/private/var/folders/x y/T"] {
            assert!(is_plain(Path::new(place)), "{place}");
        }
        for place in ["/tmp/it's", "/tmp/$HOME", "/tmp/a`b`", "/tmp/a\"b", "/tmp/a;b"] {
            assert!(!is_plain(Path::new(place)), "{place}");
        }
        assert!(!is_plain(Path::new(&"/x".repeat(40))));
    }

    #[test]
    fn what_is_no_room_is_never_removed() {
        let other = tempfile::tempdir().unwrap();
        remove(other.path());
        assert!(other.path().exists());
    }
}
