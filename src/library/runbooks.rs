//! Runbook files: those compiled into the binary and those beside a skill file on disk.
//!
//! Owns where they lie and the bounds on what is read. Knows nothing of what they say.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use include_dir::Dir;

use super::skills::{self, Fault};

/// The directory beside a skill file that holds its runbooks.
const DIRECTORY: &str = "runbooks";
/// Runbooks of one skill that are read.
const MOST: usize = 200;

/// A runbook file, read and not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunbookFile {
    /// The path as a person sees it: `kubectl/runbooks/pod-crashing.md` for a built-in one.
    pub path_shown: String,
    pub text: Cow<'static, str>,
    /// Why the file could not be read; it has no text then.
    pub fault: Option<Fault>,
}

/// The runbooks of a skill that is compiled into the binary, by path.
pub(super) fn of_built_in(skill: &'static Dir<'static>) -> Vec<RunbookFile> {
    let files = skill.get_dir(skill.path().join(DIRECTORY)).into_iter().flat_map(Dir::files);
    let files = files.filter(|file| is_runbook(file.path())).filter_map(|file| {
        let (path_shown, text) = (file.path().to_str()?.to_owned(), file.contents_utf8()?.into());
        Some(RunbookFile { path_shown, text, fault: None })
    });
    let mut files: Vec<RunbookFile> = files.collect();
    files.sort_by(|one, other| one.path_shown.cmp(&other.path_shown));
    files
}

/// Where the runbooks of the skill in a directory lie.
pub(super) fn directory(skill: &Path) -> PathBuf {
    skill.join(DIRECTORY)
}

/// The runbooks on disk of the skill in a directory, by path: the first that have room in `room` bytes.
pub(super) fn beside(skill: &Path, mut room: usize) -> Vec<RunbookFile> {
    let read = |path: PathBuf| {
        let (text, fault) = skills::text_within(&path, room);
        room = room.saturating_sub(text.len());
        RunbookFile { path_shown: path.display().to_string(), text: text.into(), fault }
    };
    paths(skill).into_iter().map(read).collect()
}

/// The runbook files of the skill in a directory.
pub(super) fn paths(skill: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory(skill)) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| is_runbook(path)).collect();
    paths.sort();
    paths.truncate(MOST);
    paths
}

fn is_runbook(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library;

    #[test]
    fn the_built_in_runbooks_come_by_path() {
        let files: Vec<RunbookFile> = library::built_in().into_iter().flat_map(|skill| skill.runbooks).collect();
        assert!(files.iter().any(|file| file.path_shown == "kubectl/runbooks/pod-crashing.md"));
        assert!(files.is_sorted_by(|one, other| one.path_shown < other.path_shown));
    }

    #[test]
    fn runbooks_beside_a_skill_are_read_and_what_is_no_text_keeps_its_place() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(beside(dir.path(), 1000), []);
        fs::create_dir(dir.path().join("runbooks")).unwrap();
        fs::write(dir.path().join("runbooks/b.md"), "two").unwrap();
        fs::write(dir.path().join("runbooks/a.md"), b"\xff").unwrap();
        fs::write(dir.path().join("runbooks/notes.txt"), "no").unwrap();
        let files = beside(dir.path(), 1000);
        assert_eq!(files.len(), 2);
        assert!(files[0].fault.is_some() && files[1].text == "two");
        assert!(beside(dir.path(), 2)[1].fault.is_some(), "more than there is room for");
    }

    #[test]
    fn a_changed_or_added_runbook_changes_the_fingerprint_of_its_skill() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("box/runbooks")).unwrap();
        fs::write(dir.path().join("box/SKILL.md"), "text").unwrap();
        let now = || library::fingerprint(&library::added(dir.path()).unwrap());
        let alone = now();
        fs::write(dir.path().join("box/runbooks/a.md"), "one").unwrap();
        let added = now();
        fs::write(dir.path().join("box/runbooks/a.md"), "two").unwrap();
        assert!(alone != added && added != now());
    }

    #[test]
    fn a_copy_of_a_built_in_skill_with_a_runbook_of_its_own_is_another_skill() {
        let skills = library::added(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/skills"))).unwrap();
        let own = skills.into_iter().find(|skill| skill.name == "kubectl").unwrap();
        assert!(library::is_built_in(&own));
        let changed = library::SkillFile { text: format!("{}\n", own.text).into(), ..own.clone() };
        assert!(!library::is_built_in(&changed));
        let more = RunbookFile { path_shown: "x.md".to_owned(), text: "other".into(), fault: None };
        let runbooks = own.runbooks.iter().cloned().chain([more]).collect();
        assert!(!library::is_built_in(&library::SkillFile { runbooks, ..own }));
    }
}
