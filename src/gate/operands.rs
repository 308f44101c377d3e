//! What only the operands tell: raises by their form, and the line that shows
//! what a command would really change.
//!
//! Owns how a skill's operand rules and proofs are held against a call. They
//! can raise and explain, never lower.

use super::book::ProgramRules;
use super::canonical::Call;
use super::facts::Plugin;
use crate::domain::join_words;
use crate::skill::{OperandRule, ProofRule};

/// Whether the rule applies to the call.
pub(super) fn raises(rule: &OperandRule, call: &Call) -> bool {
    if !call.path.starts_with(&rule.path) || rule.unless.iter().any(|name| holds(name, call)) {
        return false;
    }
    if rule.none && call.operands.is_empty() {
        return true;
    }
    let operands = if rule.first { &call.operands[..call.operands.len().min(1)] } else { &call.operands[..] };
    rule.like.iter().any(|form| {
        if form.text().starts_with('-') {
            call.options.iter().any(|option| form.fits(&option.text()))
        } else {
            operands.iter().any(|operand| form.fits(operand))
        }
    })
}

/// Whether an option is given and not taken back.
fn holds(name: &str, call: &Call) -> bool {
    let given = |name: &str| call.options.iter().any(|option| option.name == name);
    given(name) && !name.strip_prefix("--").is_some_and(|long| given(&format!("--no-{long}")))
}

/// `-lock=false` of programs whose long options have one dash: most do not take the value as a word of its own.
fn long_with_one_dash(name: &str) -> bool {
    name.starts_with('-') && name.len() > 2
}

/// A line that shows what a call would change, where the program has this plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WithPlugin {
    pub plugin: Plugin,
    pub line: String,
}

/// The lines that show what the call would change, without and with a plugin of the program: by the rule with the
/// longest verb path, and on one path by the one that asks most of the call.
pub(super) fn proofs(call: &Call, rules: &ProgramRules) -> (Option<String>, Option<WithPlugin>) {
    let matching = |wants: bool| {
        let all = rules.proofs.iter().filter(move |(_, rule)| rule.plugin.is_some() == wants);
        let asks = |rule: &ProofRule| (!rule.flags.is_empty(), !rule.kinds.is_empty(), rule.operands);
        let found = all.filter(|(path, rule)| call.path.starts_with(path) && suits(rule, call));
        let (_, rule) = found.max_by_key(|(path, rule)| (path.len(), asks(rule)))?;
        Some((rule, placed(&rule.run, &kept(call, &rule.keep), call, None)))
    };
    let with = matching(true).and_then(|(rule, line)| {
        let plugin = Plugin { program: call.program.clone(), name: rule.plugin.clone()? };
        Some(WithPlugin { plugin, line })
    });
    (matching(false).map(|(_, line)| line), with)
}

fn suits(rule: &ProofRule, call: &Call) -> bool {
    let given = |flag: &String| call.options.iter().any(|option| option.name == *flag);
    let kind = call.operands.first().map(|operand| operand.split('/').next().unwrap_or(operand));
    let wanted = name(call).is_some() && kind.is_some_and(|kind| rule.kinds.iter().any(|wanted| wanted == kind));
    (rule.flags.is_empty() || rule.flags.iter().any(given))
        && !rule.unless.iter().any(given)
        && call.operands.len() >= rule.operands
        && (rule.kinds.is_empty() || wanted)
}

/// The name of the one object of a call that names its kind first: `pod web1`, `pod/web1`.
pub(super) fn name(call: &Call) -> Option<&str> {
    match call.operands.as_slice() {
        [one] => one.split_once('/').map(|(_kind, name)| name),
        [_kind, name] if !name.contains('/') => Some(name.as_str()),
        _ => None,
    }
}

/// The words of the options that are taken over; `keep` names them, separated by blanks.
pub(super) fn kept(call: &Call, keep: &str) -> Vec<String> {
    let keep: Vec<&str> = keep.split_whitespace().collect();
    let mut options = Vec::new();
    for option in call.options.iter().filter(|option| keep.contains(&option.name.as_str())) {
        match &option.value {
            Some(value) if option.name.starts_with("--") || long_with_one_dash(&option.name) => {
                options.push(format!("{}={value}", option.name))
            }
            Some(value) => options.extend([option.name.clone(), value.clone()]),
            None => options.push(option.name.clone()),
        }
    }
    options
}

/// A line of a skill with what the call has in its places.
pub(super) fn placed(line: &str, options: &[String], call: &Call, owner: Option<&str>) -> String {
    let operands = call.operands.as_slice();
    let one = |word: Option<&str>| word.map_or_else(String::new, |word| join_words(&[word]));
    let words = line.split_whitespace().map(|word| match word {
        "{options}" => join_words(options),
        "{operands}" => join_words(operands),
        "{first}" => one(operands.first().map(String::as_str)),
        "{last}" => one(operands.last().map(String::as_str)),
        "{name}" => one(name(call)),
        "{owner}" => one(owner),
        plain => plain.to_owned(),
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
