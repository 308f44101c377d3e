//! Rules that stand in each other's way within one file.
//!
//! Owns which of them are a warning (the file means what it says) and which a
//! problem (it says two things at once; the stricter one holds).

use std::collections::BTreeMap;

use super::problem::Problem;
use super::{Rule, Skill};
use crate::domain::Tier;

/// Reports rules that are repeated, contradicted or never reached.
pub(super) fn report(skill: &mut Skill) {
    let mut seen: BTreeMap<String, &Rule> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    for rule in &skill.rules {
        let words = words(rule);
        match seen.get(&words) {
            None => {
                seen.insert(words, rule);
            }
            Some(first) if first.tier == rule.tier => {
                let text = format!("`{words}` is there twice (first on line {})", first.line);
                warnings.push(Problem::new(rule.line, text).hint("remove one of them"));
            }
            Some(first) => {
                let stricter = first.tier.max(rule.tier);
                let text = format!(
                    "`{words}` is both {} (line {}) and {}; the stricter one holds",
                    first.tier, first.line, rule.tier
                );
                problems.push(Problem::new(rule.line, text).hint(format!("keep the {stricter} one")));
            }
        }
    }
    let mut strict: BTreeMap<(&str, &[String]), &Rule> = BTreeMap::new();
    for rule in skill.rules.iter().filter(|rule| rule.tier > Tier::Auto && rule.flags.is_empty()) {
        let place = (rule.program.as_str(), rule.path.as_slice());
        strict.entry(place).and_modify(|best| *best = if rule.tier > best.tier { rule } else { best }).or_insert(rule);
    }
    for rule in skill.rules.iter().filter(|rule| rule.tier == Tier::Auto) {
        let over = strict.get(&(rule.program.as_str(), rule.path.as_slice()));
        // The same text was told above.
        if let Some(over) = over.filter(|over| words(over) != words(rule)) {
            let text = format!("`{}` is never automatic: `{}` (line {}) is stricter", rule.text, over.text, over.line);
            warnings.push(Problem::new(rule.line, text).hint("name the verb more closely in one of them"));
        }
    }
    skill.problems.extend(problems);
    skill.warnings.extend(warnings);
}

fn words(rule: &Rule) -> String {
    rule.text.split_whitespace().collect::<Vec<_>>().join(" ")
}
