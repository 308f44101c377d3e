//! One shape for what went wrong at the edge: a kind that maps to an exit
//! code, a sentence, its cause, and what to do next.

use serde::{Deserialize, Serialize};

/// What kind of failure; each has its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// Something did not work.
    Error,
    /// The call was wrong.
    Usage,
    /// The gate or the person refused.
    Refused,
    /// No model answered where one was demanded.
    Model,
    /// A setting is wrong.
    Configuration,
    /// Time ran out.
    Timeout,
    /// The person interrupted.
    Interrupted,
}

impl FailureKind {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            FailureKind::Error => 1,
            FailureKind::Usage => 2,
            FailureKind::Refused => 3,
            FailureKind::Model => 4,
            FailureKind::Configuration => 5,
            FailureKind::Timeout => 124,
            FailureKind::Interrupted => 130,
        }
    }
}

/// A failure a person reads: lower-case summary, cause, hints that say what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    pub summary: String,
    /// The cause in the words of whatever failed; empty when the summary says it all.
    pub source: String,
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure without a cause or hints.
    pub fn new(kind: FailureKind, summary: impl Into<String>) -> Self {
        Self { kind, summary: summary.into(), source: String::new(), hints: Vec::new() }
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl std::fmt::Display) -> Self {
        self.source = source.to_string();
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.summary)?;
        if !self.source.is_empty() {
            write!(f, ": {}", self.source)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
