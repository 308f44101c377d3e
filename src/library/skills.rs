//! Skill files: those compiled into the binary and those of a directory.
//!
//! Owns how a directory is walked and the bounds on what is read. A file that
//! cannot be read keeps its place with what is wrong with it, so that it takes
//! no other away and is never missing without a word: its rules might have been
//! the strict ones.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use super::runbooks::{self, RunbookFile};
use crate::domain::hex;

/// The directory `skills`, as `build.rs` copied it: the largest of the blocks below are not in the texts a second time.
pub(super) static BUILT_IN: Dir<'_> = include_dir!("$OUT_DIR/skills");

/// Of each YAML block of a built-in skill the skill's name, the block's first line and what it says as JSON, packed.
static BLOCKS: &[(&str, u32, &[u8])] = include!(concat!(env!("OUT_DIR"), "/blocks.rs"));

/// Of each built-in skill its name and the SHA-256 in hex of its file as it was written.
static DIGESTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/digests.rs"));

/// The name every skill file has.
const FILE_NAME: &str = "SKILL.md";
/// Bytes of the largest skill file that is read.
const LARGEST: u64 = 1 << 20;
/// Bytes of all skill files of one directory.
const MOST_TOGETHER: usize = 64 << 20;
/// Entries of a directory that are looked at; a skills directory with more is a mistake such as `/`.
const MOST_ENTRIES: usize = 10_000;

/// Where a skill file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in.
    BuiltIn,
    /// In a directory that the person named, or trusted by its content.
    Added,
    /// In a directory that a project brought along and nobody was asked about: only what is stricter counts.
    Untrusted,
    /// The same, and the person refused it.
    Refused,
}

/// A skill file, read and not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillFile {
    /// The name of its directory: `kubectl`.
    pub name: String,
    /// The path as a person sees it: `kubectl/SKILL.md` for a built-in one, the path on disk for another.
    pub path_shown: String,
    /// Of a built-in one the lines of its large YAML blocks are empty: [`block`] has what they say.
    pub text: Cow<'static, str>,
    pub origin: Origin,
    /// Why the file could not be read; it has no text then.
    pub fault: Option<Fault>,
    /// What lies in `runbooks/` beside it, by path: read with it, and trusted with it.
    pub runbooks: Vec<RunbookFile>,
}

/// What keeps a file from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line and column, from 1, where the file stops being readable.
    pub line: u32,
    pub column: u32,
    pub text: String,
    pub hint: &'static str,
}

/// Why skills could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("{path} cannot be read")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} holds more than {MOST_ENTRIES} entries, which no skills directory does")]
    TooMany { path: PathBuf },
}

/// The skills compiled into the binary, by name.
pub fn built_in() -> Vec<SkillFile> {
    let mut files: Vec<SkillFile> = BUILT_IN.dirs().filter_map(compiled_in).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// What the YAML block that begins on `line` of a built-in skill says, as JSON.
pub fn block(name: &str, line: u32) -> Option<String> {
    let (.., packed) = BLOCKS.iter().find(|(skill, first, _)| *skill == name && *first == line)?;
    let mut json = String::new();
    ZlibDecoder::new(*packed).read_to_string(&mut json).ok()?;
    Some(json)
}

fn compiled_in(dir: &'static Dir<'static>) -> Option<SkillFile> {
    let file = dir.files().find(|file| file.path().ends_with(FILE_NAME))?;
    Some(SkillFile {
        name: dir.path().to_str()?.to_owned(),
        path_shown: file.path().to_str()?.to_owned(),
        text: file.contents_utf8()?.into(),
        origin: Origin::BuiltIn,
        fault: None,
        runbooks: runbooks::of_built_in(dir),
    })
}

/// Whether a file says to the letter what a built-in skill of its name says, and has no runbooks of its own beside it.
pub fn is_built_in(file: &SkillFile) -> bool {
    let Some(own) = BUILT_IN.get_dir(&file.name).and_then(compiled_in) else { return false };
    let known =
        |runbook: &RunbookFile| runbook.fault.is_none() && own.runbooks.iter().any(|own| own.text == runbook.text);
    let digest = hex(&Sha256::digest(file.text.as_bytes()));
    DIGESTS.contains(&(file.name.as_str(), digest.as_str())) && file.runbooks.iter().all(known)
}

/// The skills of a directory, by path: `<dir>/SKILL.md` and `<dir>/<name>/SKILL.md`.
///
/// # Errors
/// The directory cannot be read. A file in it that cannot be read has a fault.
pub fn added(dir: &Path) -> Result<Vec<SkillFile>, LibraryError> {
    let unreadable = |source| LibraryError::Unreadable { path: dir.to_owned(), source };
    let mut places = vec![dir.to_owned()];
    for (count, entry) in fs::read_dir(dir).map_err(unreadable)?.enumerate() {
        if count >= MOST_ENTRIES {
            return Err(LibraryError::TooMany { path: dir.to_owned() });
        }
        places.push(entry.map_err(unreadable)?.path());
    }
    places.sort();
    let mut room = MOST_TOGETHER;
    let mut files = Vec::new();
    for place in places {
        let path = place.join(FILE_NAME);
        if is_there(&path) {
            let file = read_within(&path, room);
            let runbooks: usize = file.runbooks.iter().map(|runbook| runbook.text.len()).sum();
            room = room.saturating_sub(file.text.len() + runbooks);
            files.push(file);
        }
    }
    Ok(files)
}

/// Reads one skill file.
pub fn added_file(path: &Path) -> SkillFile {
    read_within(path, MOST_TOGETHER)
}

/// Whether anything has this name: what cannot be looked at is told when it is read.
fn is_there(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
    }
}

/// SHA-256 in hex over the paths and texts of files, those of the runbooks beside them, and what keeps them from being
/// read, in the order given.
pub fn fingerprint(files: &[SkillFile]) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    let fault = |fault: &Option<Fault>| fault.as_ref().map(|fault| fault.text.clone()).unwrap_or_default();
    for file in files {
        [&*file.path_shown, &*file.text, &fault(&file.fault)].into_iter().for_each(&mut part);
        for runbook in &file.runbooks {
            [&*runbook.path_shown, &*runbook.text, &fault(&runbook.fault)].into_iter().for_each(&mut part);
        }
    }
    hex(&hash.finalize())
}

fn read_within(path: &Path, room: usize) -> SkillFile {
    let place = path.parent().and_then(Path::file_name);
    let (text, fault) = text_within(path, room);
    let runbooks = path.parent().map(|place| runbooks::beside(place, room.saturating_sub(text.len())));
    SkillFile {
        name: place.unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        path_shown: path.display().to_string(),
        text: text.into(),
        origin: Origin::Added,
        fault,
        runbooks: runbooks.unwrap_or_default(),
    }
}

/// The text of a file that has at most `room` bytes, or what keeps it from being read.
pub(super) fn text_within(path: &Path, room: usize) -> (String, Option<Fault>) {
    match text(path) {
        Ok(text) if text.len() > room => {
            (String::new(), Some(fault("the skills of this directory are together too large", "take some of them out")))
        }
        Ok(text) => (text, None),
        Err(fault) => (String::new(), Some(fault)),
    }
}

fn fault(text: impl Into<String>, hint: &'static str) -> Fault {
    Fault { line: 1, column: 1, text: text.into(), hint }
}

fn text(path: &Path) -> Result<String, Fault> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        return Err(fault("it is a directory", "a skill is a file; put the rules into one"));
    }
    // A named pipe would be waited for without end.
    if !metadata.is_file() {
        return Err(fault("it is no regular file", "put the rules into a plain file"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(fault("it is larger than 1 MiB", "split it into several skills"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let before = String::from_utf8_lossy(bytes.get(..good).unwrap_or_default()).into_owned();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Fault {
            line: count(before.matches('\n').count() + 1),
            column: count(before.rsplit('\n').next().unwrap_or_default().chars().count() + 1),
            text: format!("it is not UTF-8 text (byte {:#04x})", bytes.get(good).copied().unwrap_or_default()),
            hint: "convert it, for example with iconv -t UTF-8",
        }
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    match error.kind() {
        io::ErrorKind::NotFound if is_link => {
            fault("it is a link to nothing", "point the link to a file, or remove it")
        }
        io::ErrorKind::PermissionDenied => {
            fault(format!("it cannot be read ({error})"), "make it readable, or remove it")
        }
        _ if is_link => fault(format!("its link cannot be followed ({error})"), "point the link to a file"),
        _ => fault(format!("it cannot be read ({error})"), "see that the file can be read"),
    }
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
        let seen: Vec<_> = skills.iter().map(|skill| (skill.name.as_str(), &*skill.text)).collect();
        assert_eq!(seen, [("aws", "one"), ("terraform", "two")]);
        assert!(skills.iter().all(|skill| skill.origin == Origin::Added && skill.path_shown.ends_with("/SKILL.md")));
    }

    #[test]
    fn a_skill_that_is_no_text_or_too_large_keeps_its_place_and_takes_no_other_away() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "good", b"one");
        write(dir.path(), "odd", b"a\nb\xff");
        let fault = |files: Vec<SkillFile>| files[1].fault.clone().unwrap();
        let odd = fault(added(dir.path()).unwrap());
        assert_eq!((odd.line, odd.column, odd.text.as_str()), (2, 2, "it is not UTF-8 text (byte 0xff)"));
        write(dir.path(), "odd", &vec![b'a'; (1 << 20) + 1]);
        let files = added(dir.path()).unwrap();
        assert_eq!(files[0].text, "one");
        assert_eq!(fault(files).text, "it is larger than 1 MiB");
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
