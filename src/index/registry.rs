//! Which memories there are on this machine: a list of directories in the person's state directory.
//!
//! Owns the file `memories.jsonl`, one path a line, only appended to. A memory that is gone is passed over and stays in
//! the list, since its disk may come back.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::IndexError;

/// The list of a person's memories.
#[derive(Debug, Clone)]
pub struct Registry {
    file: PathBuf,
}

impl Registry {
    /// The list in this state directory.
    pub fn new(state: &Path) -> Registry {
        Registry { file: state.join("memories.jsonl") }
    }

    /// Adds the memory in `root`, unless it is there. Returns whether it was new.
    pub fn note(&self, root: &Path) -> Result<bool, IndexError> {
        let root = root.canonicalize().map_err(|source| IndexError::File { path: root.to_owned(), source })?;
        // A path that is no text cannot be named on a command line of ours either.
        let Some(text) = root.to_str() else { return Ok(false) };
        if self.all()?.contains(&root) {
            return Ok(false);
        }
        let line = format!("{}\n", serde_json::Value::from(text));
        self.append(line.as_bytes()).map_err(self.failed())?;
        Ok(true)
    }

    /// The memories that are there now, in the order they were noted.
    pub fn roots(&self) -> Result<Vec<PathBuf>, IndexError> {
        Ok(self.all()?.into_iter().filter(|root| root.join("sessions").is_dir()).collect())
    }

    /// Everything noted, each once; a line that breaks off says nothing.
    fn all(&self) -> Result<Vec<PathBuf>, IndexError> {
        let mut bytes = Vec::new();
        match OpenOptions::new().read(true).custom_flags(nix::fcntl::OFlag::O_NOFOLLOW.bits()).open(&self.file) {
            Ok(mut file) => file.read_to_end(&mut bytes).map(|_| ()).map_err(self.failed())?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(self.failed()(error)),
        }
        let mut roots: Vec<PathBuf> = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Ok(root) = serde_json::from_slice::<PathBuf>(line)
                && root.is_absolute()
                && !roots.contains(&root)
            {
                roots.push(root);
            }
        }
        Ok(roots)
    }

    /// One write of one line, so that two processes do not mix theirs; a line end before it when the last one broke off.
    fn append(&self, line: &[u8]) -> std::io::Result<()> {
        if let Some(state) = self.file.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(state)?;
        }
        let no_links = nix::fcntl::OFlag::O_NOFOLLOW.bits();
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).append(true).create(true).mode(0o600).custom_flags(no_links).open(&self.file)?;
        let mut before = Vec::new();
        file.read_to_end(&mut before)?;
        let broken = before.last().is_some_and(|last| *last != b'\n');
        let line: Vec<u8> = broken.then_some(b'\n').into_iter().chain(line.iter().copied()).collect();
        file.write_all(&line)
    }

    fn failed(&self) -> impl FnOnce(std::io::Error) -> IndexError + use<> {
        let path = self.file.clone();
        move |source| IndexError::File { path, source }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_memory_is_listed_once_and_while_it_is_there() {
        let place = tempfile::tempdir().unwrap();
        let registry = Registry::new(&place.path().join("state"));
        assert!(registry.roots().unwrap().is_empty());
        let root = |name: &str| {
            let root = place.path().join(name).join(".GCC");
            std::fs::create_dir_all(root.join("sessions")).unwrap();
            root.canonicalize().unwrap()
        };
        let (one, odd) = (root("one"), root("o\"dd\nname"));
        assert!(registry.note(&one).unwrap() && registry.note(&odd).unwrap() && !registry.note(&one).unwrap());
        assert_eq!(registry.roots().unwrap(), [one.clone(), odd.clone()]);
        let file = place.path().join("state/memories.jsonl");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        // A process that ended while it wrote.
        let mut text = std::fs::read(&file).unwrap();
        text.extend_from_slice(b"\"/half");
        std::fs::write(&file, text).unwrap();
        let two = root("two");
        assert!(registry.note(&two).unwrap());
        std::fs::remove_dir_all(&one).unwrap();
        assert_eq!(registry.roots().unwrap(), [odd, two]);
    }
}
