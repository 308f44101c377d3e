//! A skill file proves itself: every example in it must have the tier it
//! names. A file whose examples fail loses its auto rules.

use super::book::RuleBook;
use super::judge::judge;
use crate::domain::Action;
use crate::skill::{Problem, Skill};

/// Judges every example of `skill` by `book`; what does not hold is reported and
/// costs the file its auto rules. Returns how many failed.
pub fn check_examples(book: &mut RuleBook, skill: &Skill) -> usize {
    let mut failed = 0;
    for example in &skill.examples {
        let judged = judge(&Action::Command { line: example.line.clone() }, book);
        if judged.verdict.tier != example.tier {
            failed += 1;
            let why = judged.verdict.deciding().map(|reason| format!("{} ({})", reason.text, reason.rule));
            let text = format!(
                "the example `{}` should be {} but is {}: {}",
                example.line,
                example.tier,
                judged.verdict.tier,
                why.unwrap_or_default()
            );
            book.report(&skill.file, Problem { line: 1, text });
        }
    }
    if failed > 0 {
        book.distrust(&skill.file);
    }
    failed
}
