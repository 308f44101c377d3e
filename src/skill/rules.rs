//! One permission rule and one effect of a SKILL.md.

use serde::Deserialize;

use super::pattern::Pattern;
use crate::domain::{Reversible, Tier};

/// A rule as it was written and taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub tier: Tier,
    /// As written: `kubectl get *`.
    pub text: String,
    pub line: u32,
    pub program: String,
    /// Words of the verb: `["rollout", "restart"]`; empty for programs without verbs.
    pub path: Vec<String>,
    /// Options: requirements in an auto rule, triggers in a stricter one.
    pub flags: Vec<String>,
    /// Whether the rule ends with `*`: any operands.
    pub open: bool,
}

impl Rule {
    /// Takes a rule's text apart. The error says what is wrong with it.
    pub fn parse(text: &str, tier: Tier, line: u32) -> Result<Rule, String> {
        let mut words = rule_words(text)?;
        let open = words.last().is_some_and(|word| word == "*");
        if open {
            words.pop();
        }
        if words.iter().any(|word| word.contains(['*', '?', '[', '$', '`', ';', '|', '&', '<', '>'])) {
            return Err(format!("`{text}`: only one `*`, at the end, is allowed, and no shell characters"));
        }
        let mut words = words.into_iter();
        let Some(program) = words.next() else {
            return Err("an empty rule".to_owned());
        };
        let (flags, path): (Vec<String>, Vec<String>) = words.partition(|word| word.starts_with('-'));
        Ok(Rule { tier, text: text.to_owned(), line, program, path, flags, open })
    }
}

/// Splits a rule into words; quotes are not part of the grammar.
pub fn rule_words(text: &str) -> Result<Vec<String>, String> {
    if text.contains(['\'', '"', '\\']) {
        return Err(format!("`{text}`: quotes and backslashes are not allowed in a rule"));
    }
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

/// What a command does to the world, as its skill declares it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectRule {
    /// Program and verb path after synonyms: `docker rm`.
    #[serde(rename = "match")]
    pub matches: String,
    /// Needs one of these options too.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Or an operand of one of these forms: `:feature` of a push; a form that begins with `-` is held against options,
    /// of those that stand there more than once against the last.
    #[serde(default)]
    pub like: Vec<Pattern>,
    pub text: String,
    pub reversible: Reversible,
    #[serde(default)]
    pub detail: String,
    /// Where the objects stand among the operands; absent when operands are no objects.
    pub objects: Option<Objects>,
    /// With one of these options nobody can say how many objects go.
    #[serde(default)]
    pub unknown_count: Vec<String>,
    /// The name must be typed whatever the count.
    #[serde(default)]
    pub always_name: bool,
    /// A first operand among these makes the name necessary.
    #[serde(default)]
    pub name_kinds: Vec<String>,
    /// What a careful person would do instead.
    #[serde(default)]
    pub safer: Option<String>,
    /// What it leaves as it is.
    #[serde(default)]
    pub limits: Option<String>,
    /// The command that takes it back.
    #[serde(default)]
    pub undo: Option<UndoRule>,
    /// Other ways to what it is for, the gentlest first.
    #[serde(default)]
    pub instead: Vec<WayRule>,
}

/// The command that takes another one back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoRule {
    /// The line, with `{options}`, `{operands}` and `{first}`.
    pub run: String,
    /// The options that are taken over, separated by blanks.
    #[serde(default)]
    pub keep: String,
    /// The options that may be left out, beside those that the effect is told by; with any other there is no way back.
    #[serde(default)]
    pub drop: String,
    /// How many operands the command must have, where that matters.
    #[serde(default)]
    pub operands: Option<usize>,
}

/// Another way to what a command is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WayRule {
    pub title: String,
    /// The lines, with `{options}`, `{operands}`, `{first}` and `{last}` of these, `{name}` of the one object behind
    /// its kind, and `{owner}`: what made the pod that is named.
    pub run: Vec<String>,
    /// The options that are taken over, separated by blanks.
    #[serde(default)]
    pub keep: String,
    /// The options that may be left out, beside those that the effect is told by; with any other it is not offered.
    #[serde(default)]
    pub drop: String,
    /// Only for a first operand among these.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// What speaks for it, and what it costs.
    #[serde(default)]
    pub note: String,
}

/// A raise that only the operands, or the value of an option, can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperandRule {
    pub program: String,
    /// Words of the verb after synonyms; any longer verb counts too.
    pub path: Vec<String>,
    /// Any operand of one of these forms raises; a form that begins with `-` is held against options.
    pub like: Vec<Pattern>,
    /// Raises when there is no operand at all.
    pub none: bool,
    /// Only the first operand is looked at.
    pub first: bool,
    /// Options that take the raise back.
    pub unless: Vec<String>,
    pub tier: Tier,
    /// Why, for the person: a lower-case sentence without a full stop.
    pub why: String,
    pub line: u32,
}

impl OperandRule {
    /// `git push +*`: the rule as it is shown.
    pub fn text(&self) -> String {
        let mut words = vec![self.program.clone()];
        words.extend(self.path.iter().cloned());
        words.extend(self.like.iter().map(|form| form.text().to_owned()));
        words.join(" ")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOperandRule {
    #[serde(rename = "match")]
    matches: String,
    #[serde(default)]
    like: Vec<String>,
    #[serde(default)]
    none: bool,
    #[serde(default)]
    first: bool,
    #[serde(default)]
    fold: bool,
    #[serde(default)]
    unless: Vec<String>,
    tier: Tier,
    why: String,
}

impl RawOperandRule {
    pub(super) fn build(self, line: u32) -> Result<OperandRule, String> {
        let mut words = rule_words(&self.matches)?.into_iter();
        let program = words.next().ok_or("`match` names no program")?;
        if self.tier == Tier::Auto {
            return Err(format!("`{}`: an operand can only raise, to approval or destructive", self.matches));
        }
        if self.like.is_empty() && !self.none {
            return Err(format!("`{}` needs `like` or `none: true`", self.matches));
        }
        let like = self.like.iter().map(|text| Pattern::parse(text, self.fold)).collect::<Result<_, String>>()?;
        Ok(OperandRule {
            program,
            path: words.collect(),
            like,
            none: self.none,
            first: self.first,
            unless: self.unless,
            tier: self.tier,
            why: self.why,
            line,
        })
    }
}

/// The command that shows what another would really change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofRule {
    /// Program and verb path after synonyms: `kubectl apply`.
    #[serde(rename = "match")]
    pub matches: String,
    /// The line, with the places of [`WayRule::run`] but `{owner}`.
    pub run: String,
    /// Needs one of these options.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Needs so many operands or more.
    #[serde(default)]
    pub operands: usize,
    /// Needs a first operand among these, and one name behind it.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Not with one of these options: the command only looks itself.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Needs the program's plugin of this name, and goes before the lines that need none.
    #[serde(default)]
    pub plugin: Option<String>,
    /// The options that are taken over, separated by blanks.
    #[serde(default)]
    pub keep: String,
}

/// Where objects stand among the operands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objects {
    /// Operands before the first object (the kind, in `kubectl delete pod x`).
    #[serde(default)]
    pub skip: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_program_verb_flags_and_an_open_end() {
        let rule = Rule::parse("kubectl replace --force *", Tier::Destructive, 3).unwrap();
        assert_eq!(rule.program, "kubectl");
        assert_eq!(rule.path, ["replace"]);
        assert_eq!(rule.flags, ["--force"]);
        assert!(rule.open);
    }

    #[test]
    fn a_star_in_the_middle_is_refused() {
        assert!(Rule::parse("kubectl * pods", Tier::Auto, 1).is_err());
        assert!(Rule::parse("git log; rm *", Tier::Auto, 1).is_err());
    }
}
