//! The files below a directory, for a person to name one.
//!
//! Owns how far is looked: what tools keep for themselves is passed by, and however large the tree is, the look ends.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

/// Entries that are looked at.
const LOOKED: usize = 100_000;
/// Directories that hold nothing a person names.
const PASSED: [&str; 4] = ["node_modules", "target", "vendor", "__pycache__"];

/// Paths of at most `most` files relative to `place`, the nearest first. Links are not followed, hidden directories
/// are passed by, and names that a terminal would obey are left out.
pub fn files(place: &Path, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = VecDeque::from([PathBuf::new()]);
    let mut looked = 0;
    while let Some(directory) = waiting.pop_front() {
        // What cannot be read has nothing to name.
        let Ok(entries) = fs::read_dir(place.join(&directory)) else { continue };
        let mut entries: Vec<_> = entries.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            looked += 1;
            if found.len() >= most || looked > LOOKED {
                return found;
            }
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| !name.chars().any(char::is_control)) else { continue };
            let path = directory.join(name);
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !name.starts_with('.') && !PASSED.contains(&name) => {
                    waiting.push_back(path);
                }
                Ok(kind) if kind.is_file() => found.extend(path.to_str().map(str::to_owned)),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_files_come_first_and_what_tools_keep_is_passed_by() {
        let place = tempfile::tempdir().unwrap();
        for path in ["b.txt", "a/deep/c.txt", "a/d.txt", ".git/config", "target/x", "bad\x1bname", ".env"] {
            let path = place.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(files(place.path(), 10), [".env", "b.txt", "a/d.txt", "a/deep/c.txt"]);
        assert_eq!(files(place.path(), 1).len(), 1);
    }
}
