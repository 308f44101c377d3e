//! Runbook files to runbooks: the built-in ones, and those beside skill files that count in full.
//!
//! Owns which of them count: a stranger's would lead the person by the hand, so they wait for trust like the rules of
//! the file they lie beside. A file with a problem is left out and takes no other away.

use crate::library::{self, Origin, SkillFile};
use crate::runbook::{self, Runbooks};
use crate::skill::Problem;

/// The runbooks that count, and what is wrong with those of added files.
pub fn read_runbooks(added: &[SkillFile]) -> (Runbooks, Vec<(String, Problem)>) {
    let own = library::built_in().into_iter().flat_map(|skill| skill.runbooks);
    // The built-in ones are proved by the tests.
    let mut all: Vec<_> = own.filter_map(|file| runbook::read(&file.path_shown, &file.text).ok()).collect();
    let mut problems = Vec::new();
    for file in added.iter().filter(|file| file.origin == Origin::Added).flat_map(|file| &file.runbooks) {
        let parsed = match &file.fault {
            Some(fault) => Err(vec![Problem::new(fault.line, fault.text.clone()).hint(fault.hint)]),
            None => runbook::parse(&file.path_shown, &file.text),
        };
        match parsed {
            Ok(runbook) => all.push(runbook),
            Err(wrong) => problems.extend(wrong.into_iter().map(|problem| (file.path_shown.clone(), problem))),
        }
    }
    (Runbooks::new(all), problems)
}
