//! One permission rule and one effect of a SKILL.md.

use serde::Deserialize;

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
