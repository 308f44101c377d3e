//! What a file or directory holds, as one digest.
//!
//! Owns the bounds: a tree too large to read while a person waits is said to
//! be unbound, never half read. Of links inside a tree only those to files are followed.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::reading;
use crate::domain::{FileContent, hex};

/// Bytes of a file, or of all files of a tree, that are read.
const MOST_BYTES: u64 = 32 << 20;
/// Entries of a tree that are looked at.
const MOST_ENTRIES: usize = 2_000;

/// The content of `path` now.
pub(super) fn content(path: &Path) -> FileContent {
    match fs::metadata(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => FileContent::Absent,
        Err(error) => FileContent::Unbound(error.to_string()),
        Ok(found) if found.is_dir() => tree(path),
        Ok(_) => match reading::read(path, MOST_BYTES) {
            Ok(bytes) => FileContent::Sha256(hex(Sha256::digest(bytes).as_slice())),
            Err(error) => FileContent::Unbound(error.to_string()),
        },
    }
}

fn tree(root: &Path) -> FileContent {
    let unbound = |why: &str| FileContent::Unbound(why.to_owned());
    let mut hash = Sha256::new();
    let (mut entries, mut bytes) = (0, 0);
    let mut waiting: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(dir) = waiting.pop() {
        let Ok(list) = fs::read_dir(&dir).and_then(Iterator::collect::<Result<Vec<_>, _>>) else {
            return unbound("a directory in it cannot be read");
        };
        let mut list: Vec<PathBuf> = list.into_iter().map(|entry| entry.path()).collect();
        list.sort();
        for path in list {
            entries += 1;
            let Ok(found) = fs::symlink_metadata(&path) else { return unbound("it changes while it is read") };
            let name = path.strip_prefix(root).unwrap_or(&path).as_os_str().as_encoded_bytes();
            field(&mut hash, name);
            if found.is_dir() {
                waiting.push(path);
            } else if found.is_symlink() {
                let aim = fs::read_link(&path).unwrap_or_default();
                field(&mut hash, aim.as_os_str().as_encoded_bytes());
                // A linked file is read like any other; a linked directory could lead anywhere.
                match fs::metadata(&path) {
                    Ok(found) if found.is_file() => match reading::read(&path, MOST_BYTES.saturating_sub(bytes)) {
                        Ok(text) => {
                            bytes += text.len() as u64;
                            field(&mut hash, &text);
                        }
                        Err(_) => return unbound("a file in it cannot be read"),
                    },
                    Ok(_) => return unbound("a link in it leads elsewhere"),
                    Err(_) => {}
                }
            } else if found.is_file() {
                bytes += found.len();
                if bytes > MOST_BYTES || entries > MOST_ENTRIES {
                    return unbound("there is too much in it");
                }
                match reading::read(&path, MOST_BYTES) {
                    Ok(text) if draws_on_others(&path, &text) => return unbound("it draws on files outside it"),
                    Ok(text) => field(&mut hash, &text),
                    Err(_) => return unbound("a file in it cannot be read"),
                }
            }
            if entries > MOST_ENTRIES {
                return unbound("there is too much in it");
            }
        }
    }
    FileContent::Sha256(hex(hash.finalize().as_slice()))
}

/// Whether this is a kustomization that names a place outside its directory. Source of the names: kubernetes-sigs/kustomize.
fn draws_on_others(path: &Path, text: &[u8]) -> bool {
    const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let text = String::from_utf8_lossy(text);
    let is_one = path.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known));
    is_one && ["../", "://", "github.com", "git@"].iter().any(|sign| text.contains(sign))
}

fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_in_one_file_of_a_tree_changes_it() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("sub")).unwrap();
        fs::write(place.path().join("sub/a.yaml"), "a: 1").unwrap();
        let before = content(place.path());
        assert!(matches!(before, FileContent::Sha256(_)));
        assert_eq!(content(place.path()), before);
        fs::write(place.path().join("sub/a.yaml"), "a: 2").unwrap();
        assert_ne!(content(place.path()), before);
        assert_eq!(content(&place.path().join("none")), FileContent::Absent);
    }

    #[test]
    fn what_cannot_be_held_to_anything_says_so() {
        let place = tempfile::tempdir().unwrap();
        for index in 0..=MOST_ENTRIES {
            fs::write(place.path().join(index.to_string()), "").unwrap();
        }
        assert!(matches!(content(place.path()), FileContent::Unbound(_)));
        assert!(matches!(content(Path::new("/dev/zero")), FileContent::Unbound(_)));
    }
}
