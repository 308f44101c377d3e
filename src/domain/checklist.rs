//! The steps of a turn that has several, as the person sees them done.

use serde::{Deserialize, Serialize};

use super::TurnId;

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    Pending,
    Running,
    Done,
    Failed,
    /// The person said no to it.
    Denied,
    /// The person wanted it left out.
    Skipped,
    /// The turn ended before it.
    NotDone,
}

impl StepState {
    /// In words, for who sees no colour and no mark.
    pub fn word(self) -> &'static str {
        match self {
            StepState::Pending => "pending",
            StepState::Running => "running",
            StepState::Done => "done",
            StepState::Failed => "failed",
            StepState::Denied => "denied",
            StepState::Skipped => "skipped",
            StepState::NotDone => "not done",
        }
    }

    /// Whether it may still be done.
    pub fn is_open(self) -> bool {
        matches!(self, StepState::Pending | StepState::Running)
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckStep {
    /// The command, as far as it is known.
    pub line: String,
    pub state: StepState,
}

/// The steps of one turn, in their order. One that is published takes the place of the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    pub turn: TurnId,
    pub steps: Vec<CheckStep>,
}
