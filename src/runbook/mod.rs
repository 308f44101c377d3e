//! Runbooks: a diagnosis written down in Markdown, walked step by step to a named finding or to *nothing found*.
//!
//! `parse` reads a file, `lint` proves that every path through it ends and that every value is there when it is used,
//! `walk` goes through it: it says which command comes next, is told what was seen, and says what that means. `find`
//! knows which runbook a request asks for, `outline` shows the steps to who runs nothing. A step only ever leads to a later one, so every walk ends. A runbook
//! proposes commands and runs none; each is judged like any other. Nothing is called healthy that could not be looked
//! at: what fails without being foreseen ends the walk as *stuck*. Knows no file, process, gate or screen.

mod condition;
mod find;
mod lint;
mod outline;
mod parse;
mod path;
mod pattern;
mod phrase;
mod template;
mod view;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

pub use condition::Condition;
pub use find::{Found, Missing, Runbooks, Tone};
pub use outline::Outlined;
pub use parse::{parse, read};
pub use template::{Command, Sentence, Unfit, Values};
pub use walk::{Evidence, Finding, Looked, Next, Nothing, Observed, Remedy, Step, Stuck, Walk};

use crate::domain::Tier;
use crate::skill::{SlotKind, Slots};

/// One runbook, read and proved.
#[derive(Debug, Clone)]
pub struct Runbook {
    /// `kubectl.pod-crashing`.
    pub id: String,
    /// The path as it is shown: `kubectl/runbooks/pod-crashing.md`.
    pub file: String,
    pub title: String,
    /// How people ask for it.
    pub phrases: Vec<String>,
    pub inputs: Slots,
    /// No step's command may need more consent than this.
    pub ceiling: Tier,
    /// Requests with the inputs they must give.
    pub examples: BTreeMap<String, Values>,
    steps: Vec<StepSpec>,
    findings: Vec<FindingSpec>,
    nothing: Option<NothingSpec>,
    /// The phrases' variants.
    variants: Vec<phrase::Phrase>,
}

/// One command of a runbook with sample values in it, for who judges it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The line of the file the command stands on.
    pub line: u32,
    pub words: Vec<String>,
    pub role: Role,
}

/// What a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Run by the walk: within the ceiling.
    Step,
    /// Only proposed.
    Remedy,
}

#[derive(Debug, Clone)]
struct StepSpec {
    id: String,
    line: u32,
    why: Sentence,
    command: Command,
    /// Exit codes that are an answer and no failure.
    exits: BTreeSet<i32>,
    moves: Vec<Move>,
}

#[derive(Debug, Clone)]
struct Move {
    line: u32,
    deed: Deed,
}

#[derive(Debug, Clone)]
enum Deed {
    /// Keeps a value if it is there.
    Take {
        name: String,
        source: condition::Source,
    },
    When {
        condition: Condition,
        target: Target,
    },
    Otherwise(Target),
}

/// Where a move leads; steps and findings by their place in the runbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Step(usize),
    Finding(usize),
    Nothing,
}

#[derive(Debug, Clone)]
struct FindingSpec {
    id: String,
    line: u32,
    title: Sentence,
    text: Sentence,
    remedies: Vec<RemedySpec>,
    next: Sentence,
}

#[derive(Debug, Clone)]
struct RemedySpec {
    command: Option<Command>,
    text: Sentence,
    line: u32,
}

#[derive(Debug, Clone)]
struct NothingSpec {
    line: u32,
    title: Sentence,
    text: Sentence,
    next: Sentence,
}

impl Runbook {
    /// Every command once with all of its optional words and once without them.
    pub fn samples(&self) -> Vec<Sample> {
        let inputs = self.inputs.iter().map(|(name, spec)| (name.clone(), sample_of(spec.kind).to_owned()));
        let captured = self.captures().into_iter().map(|name| (name.to_owned(), "sample".to_owned()));
        let all: Values = captured.chain(inputs).collect();
        let steps = self.steps.iter().map(|step| (&step.command, Role::Step));
        let remedies = self.findings.iter().flat_map(|finding| &finding.remedies);
        let remedies = remedies.filter_map(|remedy| Some((remedy.command.as_ref()?, Role::Remedy)));
        let mut samples: Vec<Sample> = Vec::new();
        for (command, role) in steps.chain(remedies) {
            let needed = command.needed();
            let bare = all.iter().filter(|(name, _)| needed.contains(name.as_str()));
            let bare: Values = bare.map(|(name, value)| (name.clone(), value.clone())).collect();
            for values in [&all, &bare] {
                // Parsing proved that every slot is one of these.
                let Ok(words) = command.words(values) else { continue };
                let sample = Sample { line: command.line, words, role };
                if !samples.contains(&sample) {
                    samples.push(sample);
                }
            }
        }
        samples
    }

    /// The examples that its own phrases do not give, in words; empty when all hold.
    pub fn broken_examples(&self) -> Vec<String> {
        let alone = Runbooks::new(vec![self.clone()]);
        let told = |(request, inputs): (&String, &Values)| {
            let found = alone.find(request, &Values::new()).into_iter().find(Found::is_confident);
            match found {
                None => Some(format!("no phrase matches the example `{request}` well enough: add one")),
                Some(found) if found.inputs != *inputs => {
                    let given: Vec<String> =
                        found.inputs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                    Some(format!("the example `{request}` gives {}: correct it, or add a phrase", given.join(", ")))
                }
                Some(_) => None,
            }
        };
        self.examples.iter().filter_map(told).collect()
    }

    /// Every name that a step can give a value.
    fn captures(&self) -> BTreeSet<&str> {
        let moves = self.steps.iter().flat_map(|step| &step.moves);
        let mut names = BTreeSet::new();
        for step in moves {
            match &step.deed {
                Deed::Take { name, .. } => drop(names.insert(name.as_str())),
                Deed::When { condition, .. } => names.extend(condition.captures()),
                Deed::Otherwise(_) => {}
            }
        }
        names
    }
}

/// A value of a kind, as an example.
fn sample_of(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Port => "8080",
        SlotKind::Count | SlotKind::Number => "5",
        SlotKind::Path => "/var/log",
        SlotKind::Host => "example.org",
        SlotKind::Url => "https://example.org/",
        SlotKind::Image => "nginx:1.27",
        SlotKind::Duration => "1h",
        _ => "web",
    }
}

/// What is wrong with a value for an input of this kind.
fn objection(kind: SlotKind, value: &str) -> Option<&'static str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if value.trim().is_empty() {
        return Some("it is empty");
    }
    if value.chars().any(char::is_control) {
        return Some("it holds a control character");
    }
    if value.starts_with('-') {
        return Some("it begins with a dash and would be read as an option");
    }
    match kind {
        SlotKind::Port if !digits(value) || value.parse::<u16>().is_err() => Some("a port is a number up to 65535"),
        SlotKind::Count | SlotKind::Number if !digits(value) => Some("a whole number is wanted"),
        SlotKind::Path => None,
        _ if value.contains(char::is_whitespace) => Some("a name has no blanks"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
