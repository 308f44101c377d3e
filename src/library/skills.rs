//! Skill files: those compiled into the binary and those of a directory.
//!
//! Owns how a directory is walked and the bounds on what is read. A file that
//! cannot be read is an error that names it, never a skill that is missing
//! without a word: its rules might have been the strict ones.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/skills");

/// The name every skill file has.
const FILE_NAME: &str = "SKILL.md";
/// Bytes of the largest skill file that is read.
const LARGEST: u64 = 1 << 20;
/// Entries of a directory that are looked at; a skills directory with more is a mistake such as `/`.
const MOST_ENTRIES: usize = 10_000;

/// Where a skill file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in.
    BuiltIn,
    /// Found in a directory that was named.
    Added,
}

/// A skill file, read and not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillFile {
    /// The name of its directory: `kubectl`.
    pub name: String,
    /// The path as a person sees it: `kubectl/SKILL.md` for a built-in one, the path on disk for another.
    pub path_shown: String,
    pub text: String,
    pub origin: Origin,
}

/// Why skills could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("{path} cannot be read")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} is larger than 1 MiB")]
    TooLarge { path: PathBuf },
    #[error("{path} is not UTF-8 text (first wrong byte at {at})")]
    NotText { path: PathBuf, at: usize },
    #[error("{path} holds more than {MOST_ENTRIES} entries, which no skills directory does")]
    TooMany { path: PathBuf },
}

/// The skills compiled into the binary, by name.
pub fn built_in() -> Vec<SkillFile> {
    let files = BUILT_IN.dirs().filter_map(|dir| {
        let file = dir.files().find(|file| file.path().ends_with(FILE_NAME))?;
        Some(SkillFile {
            name: dir.path().to_str()?.to_owned(),
            path_shown: file.path().to_str()?.to_owned(),
            text: file.contents_utf8()?.to_owned(),
            origin: Origin::BuiltIn,
        })
    });
    let mut files: Vec<SkillFile> = files.collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// Whether a file says to the letter what a built-in skill of its name says.
pub fn is_built_in(file: &SkillFile) -> bool {
    built_in().iter().any(|own| own.name == file.name && own.text == file.text)
}

/// The skills of a directory, by path: `<dir>/SKILL.md` and `<dir>/<name>/SKILL.md`.
///
/// # Errors
/// The directory or a skill file in it cannot be read, is too large or is not text.
pub fn added(dir: &Path) -> Result<Vec<SkillFile>, LibraryError> {
    let unreadable = |path: &Path, source| LibraryError::Unreadable { path: path.to_owned(), source };
    let mut found = vec![dir.to_owned()];
    for (count, entry) in fs::read_dir(dir).map_err(|error| unreadable(dir, error))?.enumerate() {
        if count >= MOST_ENTRIES {
            return Err(LibraryError::TooMany { path: dir.to_owned() });
        }
        found.push(entry.map_err(|error| unreadable(dir, error))?.path());
    }
    found.sort();
    let mut files = Vec::new();
    for place in found {
        let path = place.join(FILE_NAME);
        match fs::metadata(&path) {
            // A named pipe would be waited for without end.
            Ok(metadata) if metadata.is_file() => files.push(read(&place, &path)?),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(unreadable(&path, error)),
        }
    }
    Ok(files)
}

/// SHA-256 in hex over the paths and texts of files, in the order given.
pub fn fingerprint(files: &[SkillFile]) -> String {
    let mut hash = Sha256::new();
    for part in files.iter().flat_map(|file| [&file.path_shown, &file.text]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(place: &Path, path: &Path) -> Result<SkillFile, LibraryError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|source| LibraryError::Unreadable { path: path.to_owned(), source })?;
    if bytes.len() as u64 > LARGEST {
        return Err(LibraryError::TooLarge { path: path.to_owned() });
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| LibraryError::NotText { path: path.to_owned(), at: error.utf8_error().valid_up_to() })?;
    Ok(SkillFile {
        name: place.file_name().unwrap_or(place.as_os_str()).to_string_lossy().into_owned(),
        path_shown: path.display().to_string(),
        text,
        origin: Origin::Added,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(dir: &Path, name: &str, bytes: &[u8]) {
        fs::create_dir_all(dir.join(name)).unwrap();
        fs::write(dir.join(name).join(FILE_NAME), bytes).unwrap();
    }

    #[test]
    fn every_built_in_skill_is_text_and_named_after_its_directory() {
        let skills = built_in();
        assert_eq!(skills.len(), BUILT_IN.dirs().count());
        for skill in skills {
            assert_eq!(skill.path_shown, format!("{}/SKILL.md", skill.name));
            assert!(!skill.text.is_empty());
        }
    }

    #[test]
    fn skills_of_a_directory_come_in_order_and_other_files_do_not() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "terraform", b"two");
        write(dir.path(), "aws", b"one");
        fs::create_dir(dir.path().join("empty")).unwrap();
        fs::write(dir.path().join("README.md"), "x").unwrap();
        let skills = added(dir.path()).unwrap();
        let seen: Vec<_> = skills.iter().map(|skill| (skill.name.as_str(), skill.text.as_str())).collect();
        assert_eq!(seen, [("aws", "one"), ("terraform", "two")]);
        assert!(skills.iter().all(|skill| skill.origin == Origin::Added && skill.path_shown.ends_with("/SKILL.md")));
    }

    #[test]
    fn a_skill_that_is_no_text_or_too_large_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "odd", b"ab\xff");
        let error = added(dir.path()).unwrap_err().to_string();
        assert!(error.contains("odd/SKILL.md") && error.contains("at 2"), "{error}");
        write(dir.path(), "odd", &vec![b'a'; (1 << 20) + 1]);
        assert!(matches!(added(dir.path()), Err(LibraryError::TooLarge { .. })));
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        assert!(matches!(added(Path::new("/nowhere/at/all")), Err(LibraryError::Unreadable { .. })));
    }

    #[test]
    fn any_change_of_a_skill_changes_the_fingerprint() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "aws", b"one");
        let before = fingerprint(&added(dir.path()).unwrap());
        write(dir.path(), "aws", b"two");
        assert_ne!(before, fingerprint(&added(dir.path()).unwrap()));
        assert_eq!(before.len(), 64);
    }
}
