//! Skill files to rules, at the start and whenever they change.
//!
//! Owns the way from files to one book: each is read, proves itself by its
//! examples, and is told apart by its standing. A file that cannot be read or
//! understood takes no other away. What a changed file loosens waits in
//! [`Rules`] for the person; what it tightens counts at once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::runbooks::read_runbooks;
use crate::config::{self, Sources, TrustStore};
use crate::domain::Failure;
use crate::gate::{RuleBook, Rules, Standing, failed_examples};
use crate::library::{self, Origin, SkillFile};
use crate::runbook::Runbooks;
use crate::skill::{self, Problem, Skill};

/// A skill file with what became of it.
#[derive(Debug, Clone)]
pub struct Known {
    pub file: SkillFile,
    pub skill: Skill,
    pub standing: Standing,
}

/// Reads the built-in files and those that were added, and makes one book of them. Problems are in the book.
pub fn read_skills(added: &[SkillFile]) -> (Vec<Known>, RuleBook) {
    let files: Vec<SkillFile> = library::built_in().into_iter().chain(added.iter().cloned()).collect();
    // One after the other: what one thread reads and lets go makes room for what it reads next, and at rest nothing of it
    // is left; two would be done ten milliseconds earlier and keep three megabytes for good.
    let mut skills: Vec<_> = files.iter().map(read).collect();
    same_names(&files, &mut skills);
    let book = loop {
        let book = RuleBook::compile(&skills);
        let mut failed = false;
        for (file, (skill, standing)) in files.iter().zip(&mut skills) {
            // The built-in files prove themselves in our own tests, not at every start; what lost its auto rules has
            // nothing left to prove.
            let proves = file.origin == Origin::Added && *standing == Standing::Trusted && skill.problems.is_empty();
            let wrong = if proves { failed_examples(&book, skill) } else { Vec::new() };
            if !wrong.is_empty() {
                failed = true;
                skill.distrust(wrong);
            }
        }
        // Without the auto rules of one file the examples of another may fail.
        if !failed {
            break book;
        }
    };
    let known = files.into_iter().zip(skills).map(|(file, (skill, standing))| Known { file, skill, standing });
    (known.collect(), book)
}

fn read(file: &SkillFile) -> (Skill, Standing) {
    let standing = match file.origin {
        Origin::BuiltIn | Origin::Added => Standing::Trusted,
        Origin::Untrusted | Origin::Refused => Standing::Untrusted,
    };
    let skill = match &file.fault {
        None if file.origin == Origin::BuiltIn => {
            skill::parse_with(&file.name, &file.path_shown, &file.text, |line| library::block(&file.name, line))
        }
        None => skill::parse(&file.name, &file.path_shown, &file.text),
        Some(fault) => {
            let problem = Problem::new(fault.line, fault.text.clone()).column(fault.column).hint(fault.hint);
            Skill::unread(&file.name, &file.path_shown, problem)
        }
    };
    (skill, standing)
}

/// Of two added files with one name the later would replace the earlier without a word.
fn same_names(files: &[SkillFile], skills: &mut [(Skill, Standing)]) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for (file, (skill, standing)) in files.iter().zip(skills) {
        if file.origin == Origin::BuiltIn || *standing == Standing::Untrusted || !skill.has_rules() {
            continue;
        }
        match first.get(&skill.name) {
            None => {
                first.insert(skill.name.clone(), file.path_shown.clone());
            }
            Some(earlier) => {
                let problem = Problem::new(1, format!("{earlier} has the name `{}` too", skill.name));
                skill.distrust(vec![problem.hint("give one of them another name")]);
            }
        }
    }
}

/// What a look at the changed files brought.
#[derive(Debug, Clone)]
pub struct Reloaded {
    /// What waits for the person, a sentence each; empty when nothing does.
    pub loosens: Vec<String>,
    /// The content it waits with: what [`Rules::accept`] wants.
    pub digest: String,
    /// What is wrong with the files, `path:line:column: text; hint`.
    pub problems: Vec<String>,
    /// What is worth a look, written the same way.
    pub warnings: Vec<String>,
    /// The directories to watch from now on: they may have been chosen anew.
    pub places: Vec<PathBuf>,
    /// The runbooks that count now. They permit nothing, so nobody is asked about them.
    pub runbooks: Arc<Runbooks>,
}

/// Reads the skill files again and puts what they say in force.
#[derive(Debug, Clone)]
pub struct Reloader {
    sources: Sources,
    rules: Rules,
}

impl Reloader {
    /// A reloader over the settings of the start and the rules in force.
    pub fn new(sources: Sources, rules: Rules) -> Reloader {
        Reloader { sources, rules }
    }

    /// The directories in which skills count, whether they are there or not.
    ///
    /// # Errors
    /// The settings cannot be read.
    pub fn places(&self) -> Result<Vec<PathBuf>, Failure> {
        Ok(self.found()?.places)
    }

    /// Whether the files are others than those of this digest. Reads the disk, and no rule.
    ///
    /// # Errors
    /// The settings or the directory cannot be read.
    pub(super) fn changed_since(&self, told: &str) -> Result<bool, Failure> {
        Ok(digest(&self.found()?.files) != told)
    }

    /// Reads the files. What loosens waits in the rules; all else counts when this returns. Reads the disk.
    ///
    /// # Errors
    /// The settings or the directory cannot be read: the rules stay as they are.
    pub fn reload(&self) -> Result<Reloaded, Failure> {
        let found = self.found()?;
        let (_, book) = read_skills(&found.files);
        let told = |list: &[(String, Problem)]| list.iter().map(|(file, problem)| problem.told(file)).collect();
        let (mut problems, warnings): (Vec<String>, _) = (told(book.problems()), told(book.warnings()));
        let (runbooks, wrong) = read_runbooks(&found.files);
        problems.extend(told(&wrong));
        let digest = digest(&found.files);
        let loosens = self.rules.offer(book, &digest);
        Ok(Reloaded { loosens, digest, problems, warnings, places: found.places, runbooks: Arc::new(runbooks) })
    }

    /// The files as they lie on the disk now, and what they would permit.
    ///
    /// # Errors
    /// The settings or the directory cannot be read.
    pub(super) fn read(&self) -> Result<(Vec<Known>, RuleBook), Failure> {
        Ok(read_skills(&self.found()?.files))
    }

    fn found(&self) -> Result<config::FoundSkills, Failure> {
        let trust = TrustStore::open(&self.sources.state_dir())?;
        config::skills(&self.sources, &trust)
    }
}

/// Of what the added files say and of what they are worth; the built-in ones never change.
pub(super) fn digest(added: &[SkillFile]) -> String {
    let marked: Vec<SkillFile> = added
        .iter()
        .map(|file| SkillFile { path_shown: format!("{:?} {}", file.origin, file.path_shown), ..file.clone() })
        .collect();
    library::fingerprint(&marked)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_was_read_when_the_program_was_built_is_what_the_files_say() {
        let written = library::added(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/skills"))).unwrap();
        let built_in = library::built_in();
        assert_eq!(built_in.len(), written.len());
        for (file, written) in built_in.iter().zip(&written) {
            let said = skill::parse(&file.name, &file.path_shown, &written.text);
            let (ready, _) = read(file);
            let (ready_told, said_told) = (format!("{ready:?}"), format!("{said:?}"));
            let differ = ready_told.chars().zip(said_told.chars()).position(|(one, other)| one != other);
            let around =
                |told: &str| told.chars().skip(differ.unwrap_or(0).saturating_sub(99)).take(150).collect::<String>();
            assert!(ready_told == said_told, "{}: {} | {}", file.name, around(&ready_told), around(&said_told));
            assert_eq!(ready.problems, [], "{}: a number that is meant as text needs quotes", file.name);
            // What is compiled in of a block is what it says, and not its YAML beside.
            assert!(!file.text.contains("\nintents:\n"), "{}", file.name);
        }
    }
}
