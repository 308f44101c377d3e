//! What the skill files say, in words for a person: which of them count and for what, and one of them rule by rule.
//!
//! Owns the wording; everything that stands in a file is escaped. The command line and the workbench show the same.

use super::Known;
use crate::domain::{Reversible, Tier};
use crate::gate::{RuleBook, Standing, replaces};
use crate::library::Origin;
use crate::output::escape;
use crate::skill::Problem;

/// A line for each file, and below it what is wrong with it.
pub fn listed(known: &[Known], book: &RuleBook) -> Vec<String> {
    let mut lines = Vec::new();
    let width = known.iter().map(|known| known.skill.name.chars().count()).max().unwrap_or_default().min(24);
    for (index, one) in known.iter().enumerate() {
        let name = escape::line(&one.skill.name);
        let from = escape::line(&from(one));
        lines.push(format!("{name:width$}  {:11}  {}  {from}", standing(known, index), counts(one)));
        lines.extend(problems(book, &one.skill.file).into_iter().map(|line| format!("  {line}")));
    }
    lines
}

/// The places of the files that count and speak of this name: their own, a program's or a profile's.
pub fn that_speak_of(known: &[Known], name: &str) -> Vec<usize> {
    let speaks = |one: &Known| {
        one.skill.name == name
            || one.skill.profiles.contains_key(name)
            || one.skill.rules.iter().any(|rule| rule.program == name)
    };
    let counting = known.iter().enumerate().filter(|(index, _)| !is_replaced(known, *index));
    counting.filter(|(_, one)| speaks(one)).map(|(index, _)| index).collect()
}

/// The names of all of them.
pub fn names(known: &[Known]) -> Vec<&str> {
    let mut names: Vec<&str> = known.iter().map(|known| known.skill.name.as_str()).collect();
    names.dedup();
    names
}

const TIERS: [(Tier, &str); 3] = [
    (Tier::Auto, "Runs by itself, unless an option or operand makes it stricter"),
    (Tier::Approval, "Asks first"),
    (Tier::Destructive, "Asks for an explicit word"),
];

/// What one of them says, every rule with its place.
pub fn told(known: &[Known], index: usize, book: &RuleBook) -> Vec<String> {
    let Some(one) = known.get(index) else { return Vec::new() };
    let mut lines = Vec::new();
    let skill = &one.skill;
    let place = |line: u32| escape::line(&format!("{}:{line}", skill.file));
    let width = skill.rules.iter().map(|rule| rule.text.chars().count()).max().unwrap_or_default().min(48);
    lines.push(escape::line(&format!("{}  {}", skill.name, skill.description)));
    lines.push(escape::line(&format!("from     {} ({})", from(one), standing(known, index))));
    lines.extend(problems(book, &skill.file));
    if !skill.has_rules() {
        lines.push("It has no rules: what it tells is advice.".to_owned());
    }
    for (tier, words) in TIERS {
        let counts = count(one, tier);
        let rules = || skill.rules.iter().filter(|rule| rule.tier == tier);
        if rules().next().is_none() {
            continue;
        }
        lines.push(String::new());
        if counts == 0 {
            lines.push(format!("{} rules that are {tier} do not count until it is trusted.", rules().count()));
            continue;
        }
        lines.push(format!("{words} ({tier}):"));
        for rule in rules() {
            let text = escape::line(&rule.text);
            lines.push(format!("  {text:width$}  {}", place(rule.line)));
        }
    }
    if !skill.operands.is_empty() {
        lines.push(String::new());
        lines.push("Made stricter by what stands in the command:".to_owned());
    }
    for rule in &skill.operands {
        let text = escape::line(&rule.text());
        let why = escape::line(&rule.why);
        lines.push(format!("  {text:width$}  {}: {why}  {}", rule.tier, place(rule.line)));
    }
    // Effects and examples of a stranger's file mean nothing.
    if one.standing == Standing::Untrusted {
        return lines;
    }
    if !skill.effects.is_empty() {
        lines.push(String::new());
        lines.push("What it does:".to_owned());
    }
    for effect in &skill.effects {
        let words = std::iter::once(&effect.matches).chain(&effect.flags).cloned().collect::<Vec<_>>().join(" ");
        let mut line = format!("  {words}: {} ({})", effect.text, reversible(effect.reversible));
        if effect.always_name {
            line.push_str("; its name must be typed");
        }
        if let Some(safer) = &effect.safer {
            line.push_str(&format!("; safer: {safer}"));
        }
        lines.push(escape::line(&line));
    }
    if !skill.examples.is_empty() {
        lines.push(String::new());
        lines.push("Examples:".to_owned());
    }
    for example in &skill.examples {
        let line = escape::line(&example.line);
        lines.push(format!("  {:11}  {line}", example.tier.word()));
    }
    lines
}

fn from(known: &Known) -> String {
    match known.file.origin {
        Origin::BuiltIn => "built in".to_owned(),
        _ => known.file.path_shown.clone(),
    }
}

/// What a file is worth.
pub fn standing(known: &[Known], index: usize) -> &'static str {
    let Some(one) = known.get(index) else { return "" };
    match one.file.origin {
        Origin::Refused => "refused",
        Origin::Untrusted => "strict only",
        Origin::BuiltIn | Origin::Added if is_replaced(known, index) => "replaced",
        Origin::BuiltIn | Origin::Added => "trusted",
    }
}

fn is_replaced(known: &[Known], index: usize) -> bool {
    let Some((one, later)) = known.get(index..).and_then(<[Known]>::split_first) else { return false };
    later.iter().any(|other| other.skill.name == one.skill.name && replaces(&other.skill, other.standing))
}

/// How many rules of a tier count.
pub fn count(known: &Known, tier: Tier) -> usize {
    let counts = tier > Tier::Auto || known.standing == Standing::Trusted;
    known.skill.rules.iter().filter(|rule| counts && rule.tier == tier).count()
}

fn counts(known: &Known) -> String {
    if !known.skill.has_rules() {
        return "no rules".to_owned();
    }
    let of = |tier: Tier| format!("{} {tier}", count(known, tier));
    let mut all = vec![of(Tier::Auto), of(Tier::Approval), of(Tier::Destructive)];
    if !known.skill.operands.is_empty() {
        all.push(format!("{} by operands", known.skill.operands.len()));
    }
    all.join(", ")
}

/// Problems and warnings of a file as compilers write them, without anything a terminal would obey.
pub fn problems(book: &RuleBook, file: &str) -> Vec<String> {
    let wrong = book.problems().iter().filter(|(of, _)| of == file).map(|(_, problem)| problem.told(file));
    let warnings = book.warnings().iter().filter(|(of, _)| of == file).map(|(_, warning)| {
        let text = format!("warning: {}", warning.text);
        Problem { text, ..warning.clone() }.told(file)
    });
    wrong.chain(warnings).map(|line| escape::line(&line)).collect()
}

fn reversible(reversible: Reversible) -> &'static str {
    match reversible {
        Reversible::Yes => "can be taken back",
        Reversible::No => "cannot be taken back",
        Reversible::Unknown => "whether it can be taken back is not known",
    }
}
