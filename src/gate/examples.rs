//! A skill file proves itself: every example in it must have the tier it
//! names. A file whose examples fail loses its auto rules.

use super::book::RuleBook;
use super::foreign::action_of;
use super::judge::judge;
use crate::skill::{Problem, Skill};

/// The examples of `skill` that have another tier by `book`. Books that only raise do not count: no stranger's file can
/// make an example fail.
pub fn failed_examples(book: &RuleBook, skill: &Skill) -> Vec<Problem> {
    let failed = skill.examples.iter().filter_map(|example| {
        let verdict = judge(&action_of(&example.line), book).verdict;
        if verdict.tier == example.tier {
            return None;
        }
        let why = verdict.deciding().map(|reason| format!(": {} ({})", reason.text, reason.rule)).unwrap_or_default();
        let text = format!("the example `{}` should be {} but is {}{why}", example.line, example.tier, verdict.tier);
        Some(Problem::new(example.at, text).hint("correct the rules, or move the example to the tier it has"))
    });
    failed.collect()
}
