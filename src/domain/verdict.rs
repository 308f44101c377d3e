//! The gate's judgement in a form that can be shown, logged and compared.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much consent a command needs. The order is the order of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Runs at once, announced.
    Auto,
    /// Waits for a yes.
    Approval,
    /// Waits for an explicit, typed yes.
    Destructive,
}

impl Tier {
    /// Every tier, from the one that asks nothing.
    pub const ALL: [Tier; 3] = [Tier::Auto, Tier::Approval, Tier::Destructive];

    /// How the log's `PERMISSION` begins: who lets such a command run.
    pub fn permission(self) -> &'static str {
        match self {
            Tier::Auto => "auto-execute",
            Tier::Approval => "requires approval",
            Tier::Destructive => "requires explicit approval",
        }
    }

    /// The lower-case word of the product's formats: `auto`, `approval`, `destructive`.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Auto => "auto",
            Tier::Approval => "approval",
            Tier::Destructive => "destructive",
        }
    }
}

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// Where a reason comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    /// A line of a skill file.
    Skill { skill: String, file: String, line: u32 },
    /// A rule built into the gate, which no file can lower.
    Floor,
    /// Nothing matched: the default of asking.
    Default,
}

/// Why a part has its tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub tier: Tier,
    /// The rule as it is written (`kubectl get *`), or the name of a floor (`secret-path`).
    pub rule: String,
    #[serde(flatten)]
    pub source: Source,
    /// One sentence for the person.
    pub text: String,
}

impl Reason {
    /// `kubectl/SKILL.md:12`, `built in`, or `no rule`.
    pub fn place(&self) -> String {
        match &self.source {
            Source::Skill { file, line, .. } => format!("{file}:{line}"),
            Source::Floor => "built in".to_owned(),
            Source::Default => "no rule".to_owned(),
        }
    }
}

/// Whether what a command does can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reversible {
    Yes,
    No,
    Unknown,
}

/// What a command does to the world, from a table, never from a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub text: String,
    pub reversible: Reversible,
    /// What the *Reversible* row says after its first word; empty when there is no more to say.
    pub detail: String,
    /// What a careful person would do instead.
    pub safer: Option<String>,
    /// What it leaves as it is, where the skill says more than that it does this and no more.
    #[serde(default)]
    pub limits: Option<String>,
    /// The line that takes it back, where the skill knows one that does so to the letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    /// Other ways to what it is for, the gentlest first.
    #[serde(default)]
    pub instead: Vec<Way>,
}

/// Another way to what a command is for. Named, never chosen: each line is judged by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// `Rolling restart`; empty when whoever proposes it gave none.
    pub title: String,
    /// The commands, in their order.
    pub lines: Vec<String>,
    /// What speaks for it, and what it costs.
    pub note: String,
}

/// What it does, and whether it can be taken back.
impl fmt::Display for Effect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let back = match self.reversible {
            Reversible::Yes => "It can be taken back",
            Reversible::No => "It cannot be taken back",
            Reversible::Unknown => "Whether it can be taken back is not known",
        };
        let colon = if self.detail.is_empty() { "" } else { ": " };
        write!(out, "{} {back}{colon}{}.", self.text, self.detail)
    }
}

/// One simple command of a line, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The words of the command in canonical form, program first.
    pub canonical: Vec<String>,
    pub tier: Tier,
    /// The deciding reason first, then what else raised or kept the tier.
    pub reasons: Vec<Reason>,
    pub effect: Option<Effect>,
    /// A line that shows what this one would really change, where its skill knows one.
    pub proof: Option<String>,
    /// The objects the command names, in order, where the gate can tell.
    pub objects: Vec<String>,
}

/// How a line is read and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Understood word for word; run from the parsed words without a shell.
    Simple,
    /// Not wholly understood; run by `sh -c` with exactly the approved bytes.
    Complex,
}

/// What a person must type before the command may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "consent", content = "name", rename_all = "snake_case")]
pub enum Consent {
    /// Nothing: the tier is auto.
    Nothing,
    /// Any of the approval words.
    Words,
    /// An approval word of more than one letter.
    TypedWord,
    /// Exactly this name.
    Name(String),
}

/// The whole judgement of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub tier: Tier,
    pub lane: Lane,
    pub parts: Vec<Part>,
    /// Reasons that belong to the line as a whole (its lane, its characters).
    pub reasons: Vec<Reason>,
    pub consent: Consent,
}

impl Verdict {
    /// The reason that decided the tier: the first one as strict as the whole.
    pub fn deciding(&self) -> Option<&Reason> {
        let mut all = self.parts.iter().flat_map(|part| part.reasons.iter()).chain(self.reasons.iter());
        all.find(|reason| reason.tier == self.tier)
    }

    /// `auto-execute (read-only per kubectl/SKILL.md)`: the product's words for who lets it run.
    pub fn permission(&self) -> String {
        let start = self.tier.permission();
        match self.deciding() {
            None => start.to_owned(),
            Some(Reason { text, source: Source::Skill { file, .. }, .. }) => format!("{start} ({text} per {file})"),
            Some(Reason { text, .. }) => format!("{start} ({text})"),
        }
    }

    /// The effect of a line that is one command and nothing else.
    pub fn whole_effect(&self) -> Option<&Effect> {
        match self.parts.as_slice() {
            [part] if self.lane == Lane::Simple => part.effect.as_ref(),
            _ => None,
        }
    }

    /// The effect of the strictest part that has one.
    pub fn effect(&self) -> Option<&Effect> {
        let strictest = self.parts.iter().filter(|part| part.tier == self.tier);
        strictest.chain(self.parts.iter()).find_map(|part| part.effect.as_ref())
    }
}
