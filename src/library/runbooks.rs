//! Runbook files: those compiled into the binary and those beside a skill file on disk.
//!
//! Owns where they lie and the bounds on what is read. Knows nothing of what they say.

use std::fs;
use std::path::Path;

use super::skills::{self, Fault, SkillFile};

/// The directory beside a skill file that holds its runbooks.
const DIRECTORY: &str = "runbooks";
/// Runbooks of one skill that are read.
const MOST: usize = 200;

/// A runbook file, read and not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunbookFile {
    /// The path as a person sees it: `kubectl/runbooks/pod-crashing.md` for a built-in one.
    pub path_shown: String,
    pub text: String,
    /// Why the file could not be read; it has no text then.
    pub fault: Option<Fault>,
}

/// The runbooks compiled into the binary, by path.
pub fn built_in() -> Vec<RunbookFile> {
    let directories = skills::BUILT_IN.dirs().filter_map(|skill| skill.get_dir(skill.path().join(DIRECTORY)));
    let files = directories.flat_map(|directory| directory.files()).filter(|file| is_runbook(file.path()));
    let files = files.filter_map(|file| {
        let (path_shown, text) = (file.path().to_str()?.to_owned(), file.contents_utf8()?.to_owned());
        Some(RunbookFile { path_shown, text, fault: None })
    });
    let mut files: Vec<RunbookFile> = files.collect();
    files.sort_by(|one, other| one.path_shown.cmp(&other.path_shown));
    files
}

/// The runbooks beside a skill file on disk, by path; none when it has none.
pub fn beside(skill: &SkillFile) -> Vec<RunbookFile> {
    let Some(place) = Path::new(&skill.path_shown).parent() else { return Vec::new() };
    let Ok(entries) = fs::read_dir(place.join(DIRECTORY)) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| is_runbook(path)).collect();
    paths.sort();
    paths.truncate(MOST);
    let read = |path: &std::path::PathBuf| {
        let SkillFile { path_shown, text, fault, .. } = skills::added_file(path);
        RunbookFile { path_shown, text, fault }
    };
    paths.iter().map(read).collect()
}

fn is_runbook(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Origin;

    #[test]
    fn the_built_in_runbooks_come_by_path() {
        let files = built_in();
        assert!(files.iter().any(|file| file.path_shown == "kubectl/runbooks/pod-crashing.md"));
        assert!(files.is_sorted_by(|one, other| one.path_shown < other.path_shown));
    }

    #[test]
    fn runbooks_beside_a_skill_are_read_and_what_is_no_text_keeps_its_place() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("runbooks")).unwrap();
        fs::write(dir.path().join("runbooks/b.md"), "two").unwrap();
        fs::write(dir.path().join("runbooks/a.md"), b"\xff").unwrap();
        fs::write(dir.path().join("runbooks/notes.txt"), "no").unwrap();
        let skill = SkillFile {
            name: "box".into(),
            path_shown: dir.path().join("SKILL.md").display().to_string(),
            text: String::new(),
            origin: Origin::Added,
            fault: None,
        };
        let files = beside(&skill);
        assert_eq!(files.len(), 2);
        assert!(files[0].fault.is_some() && files[1].text == "two");
        assert_eq!(beside(&SkillFile { path_shown: "nowhere/SKILL.md".into(), ..skill }), []);
    }
}
