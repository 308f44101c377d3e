//! What comes nearest to a request, for a model that answers it: commands as the planner would write them, each with why
//! it was not simply taken.
//!
//! Owns the order: what fits but for a word or a value first, then requests of the skills' examples with words in
//! common. Likeness decides nothing but what is shown: short, incomplete requests look most like an example.

use std::collections::{BTreeMap, BTreeSet};

use super::fit::Candidate;
use super::known::Known;
use super::lexicon::Lexicon;
use super::tokens::{self, Token};
use super::{Context, Planning, frame, render, slots, understand};
use crate::domain::PlanStep;

/// A command that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub intent: String,
    /// The command line; a value that was not said stands as `<pod>`. Several steps are joined with `&&`.
    pub line: String,
    pub doubt: Doubt,
}

/// Why a command was not simply taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It would have been.
    None,
    /// What would be asked.
    Missing(String),
    /// Words that nothing explains.
    Unexplained(Vec<String>),
    /// Something else fits as well.
    Tie,
    /// It is what another request becomes, which has words in common.
    Example(String),
}

/// Words that a request has in common with an example that is shown for it, unless it has fewer.
const ALIKE: usize = 2;

/// At most `most` commands that come near the request, the nearest first.
#[must_use]
pub fn hints(request: &str, lexicon: &Lexicon, context: &Context, most: usize) -> Vec<Hint> {
    if let (Planning::Plan(plan), _) = understand(request, lexicon, &BTreeMap::new(), context) {
        return vec![Hint { intent: plan.intent, line: PlanStep::previews(&plan.steps), doubt: Doubt::None }];
    }
    if request.len() > super::MAX_REQUEST {
        return Vec::new();
    }
    let words = tokens::cut(request, lexicon);
    if words.len() > super::MAX_WORDS {
        return Vec::new();
    }
    let words = tokens::corrected(&words, lexicon, false).unwrap_or(words);
    let mut hints: Vec<Hint> = Vec::new();
    let near = frame::candidates(&words, lexicon, &BTreeMap::new());
    for candidate in near.into_iter().take(most.div_ceil(2)) {
        hints.push(Hint {
            intent: candidate.known.intent.id.clone(),
            line: line(&candidate),
            doubt: doubt(&candidate),
        });
    }
    for (intent, example, line) in alike(&words, lexicon) {
        if hints.len() >= most {
            break;
        }
        if hints.iter().all(|hint| hint.intent != intent) {
            let doubt = Doubt::Example(example.to_owned());
            hints.push(Hint { intent: intent.to_owned(), line: line.to_owned(), doubt });
        }
    }
    hints
}

/// What the candidate would write, with a place for every value it misses.
fn line(candidate: &Candidate<'_>) -> String {
    let mut values = candidate.values.clone();
    for (slot, spec) in candidate.known.intent.slots.iter() {
        if spec.required.is_some() && !values.contains_key(slot) && !candidate.all {
            values.insert(slot.clone(), slots::Value::answered(spec.kind, &format!("<{slot}>")));
        }
    }
    PlanStep::previews(&render::steps(&candidate.known.intent, &values, candidate.all, candidate.tool))
}

fn doubt(candidate: &Candidate<'_>) -> Doubt {
    match candidate.missing {
        _ if !candidate.unexplained.is_empty() => Doubt::Unexplained(candidate.unexplained.clone()),
        Some((_, spec)) => Doubt::Missing(spec.required.clone().unwrap_or_default()),
        None => Doubt::Tie,
    }
}

fn says_little(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.stop_words.contains(word) || lexicon.common.contains(word) || lexicon.restricting.contains(word)
}

/// Examples of the skills with words of the request: intent, example, command. A word counts the more the fewer
/// examples have it.
fn alike<'a>(words: &[Token], lexicon: &'a Lexicon) -> Vec<(&'a str, &'a str, &'a str)> {
    let spoken: BTreeSet<&str> = words
        .iter()
        .map(|token| token.norm.as_str())
        .filter(|word| word.chars().any(char::is_alphabetic) && !says_little(word, lexicon))
        .collect();
    let shared = |example: &str| -> BTreeSet<&str> {
        let said: BTreeSet<String> = example
            .split(|character: char| !character.is_alphanumeric() && character != '-')
            .map(str::to_lowercase)
            .collect();
        spoken.iter().copied().filter(|word| said.contains(*word)).collect()
    };
    let mut all: Vec<(&str, &str, &str, BTreeSet<&str>)> = Vec::new();
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    for Known { intent, .. } in lexicon.tools.iter().flat_map(|tool| &tool.intents) {
        for (example, line) in &intent.examples {
            let shared = shared(example);
            shared.iter().for_each(|word| *known.entry(word).or_default() += 1);
            if shared.len() >= spoken.len().min(ALIKE) && !shared.is_empty() {
                all.push((&intent.id, example, line, shared));
            }
        }
    }
    let weight = |shared: &BTreeSet<&str>| -> u32 {
        // Thousandths, so that the order is the same everywhere.
        shared.iter().map(|word| 1_000_000 / (200 + 10 * known.get(word).copied().unwrap_or(1))).sum()
    };
    let mut ranked: Vec<(u32, &str, &str, &str)> =
        all.iter().map(|(intent, example, line, shared)| (weight(shared), *intent, *example, *line)).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)).then_with(|| a.2.cmp(b.2)));
    ranked.into_iter().map(|(_, intent, example, line)| (intent, example, line)).collect()
}
