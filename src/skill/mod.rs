//! What a SKILL.md declares about its tools, typed.
//!
//! Owns the file's grammar: sections, rules, profiles, effects, examples and
//! intents, each with the line it stands on. A file with a problem keeps its
//! strict rules and loses its auto rules; a warning costs nothing. Both are
//! listed, never swallowed. Knows nothing of disks, of tiers' consequences or
//! of planning.

mod duplicates;
mod intents;
mod parse;
mod pattern;
mod problem;
mod profile;
mod rules;
mod sayings;
mod sections;
mod slots;
mod yaml;

pub use intents::{AllForm, Intent, IntentBook, NextStep, Template, TemplateItem};
pub use parse::{parse, parse_with, secrets};
pub use pattern::Pattern;
pub use problem::Problem;
pub use profile::{Endpoint, OperandForms, OptionTable, Pin, Profile, Take};
pub use rules::{EffectRule, OperandRule, ProofRule, Rule, UndoRule, WayRule, rule_words};
pub use sayings::Sayings;
pub use slots::{SlotKind, SlotSpec, Slots};
pub use yaml::read as read_yaml;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::Tier;
use crate::redact::ToolSecret;

/// How long commands may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    pub default: Duration,
    /// Verb paths with flags that have no timeout.
    pub streaming: Vec<Vec<String>>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { default: Duration::from_secs(30), streaming: Vec::new() }
    }
}

/// One example line of a file with the tier it must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The command line.
    pub line: String,
    pub tier: Tier,
    /// The line of the file it stands on.
    pub at: u32,
}

/// One SKILL.md, read.
#[derive(Debug, Clone, Default)]
pub struct Skill {
    /// `kubectl`: the front matter's name or the directory's.
    pub name: String,
    /// The path as it is shown: `kubectl/SKILL.md`.
    pub file: String,
    pub description: String,
    pub timeouts: Timeouts,
    /// Rules in the order of the file. Auto rules are dropped when there is a problem.
    pub rules: Vec<Rule>,
    /// Advice for explanations, as written.
    pub context: String,
    pub profiles: BTreeMap<String, Arc<Profile>>,
    /// Verb paths, program first, to the canonical ones.
    pub synonyms: Vec<(Vec<String>, Vec<String>)>,
    pub effects: Vec<EffectRule>,
    pub operands: Vec<OperandRule>,
    pub proofs: Vec<ProofRule>,
    pub examples: Vec<Example>,
    pub intents: IntentBook,
    /// Where commands carry or print secrets.
    pub secrets: Vec<ToolSecret>,
    /// Names of sections that mean nothing to us.
    pub unknown_sections: Vec<String>,
    /// What could not be understood: it costs the file its auto rules.
    pub problems: Vec<Problem>,
    /// What is worth a look and costs nothing.
    pub warnings: Vec<Problem>,
}

impl Skill {
    /// A file that could not be read at all: nothing but its problem.
    pub fn unread(name: &str, file: &str, problem: Problem) -> Skill {
        Skill { name: name.to_owned(), file: file.to_owned(), problems: vec![problem], ..Skill::default() }
    }

    /// Whether it says anything about permission; a file of prose alone does not.
    pub fn has_rules(&self) -> bool {
        !(self.rules.is_empty() && self.operands.is_empty())
    }

    /// Adds problems and takes the auto rules away.
    pub fn distrust(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems);
        self.rules.retain(|rule| rule.tier != Tier::Auto);
    }
}
