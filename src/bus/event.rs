//! Everything that can happen, as plain data that can be logged and replayed.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Announcement, ApprovalRequest, CallId, CallReport, Checklist, Decision, Failure, Recalled, Room, SessionId, Stream,
    Surroundings, TurnId, Usage,
};

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    Info,
    Warning,
    Failure,
}

/// A line from the program itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: NoticeKind,
    pub text: String,
}

/// Who answers a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum By {
    /// The built-in planner, a runbook included.
    Planner,
    Model {
        name: String,
    },
}

impl By {
    /// As a person is told: the planner's own name, or the model's.
    pub fn name(&self) -> &str {
        match self {
            By::Planner => "built-in planner",
            By::Model { name } => name,
        }
    }
}

/// Who plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "presence", rename_all = "snake_case")]
pub enum Presence {
    /// Only the built-in planner.
    Planner,
    /// A model besides the planner.
    Model { name: String, window: u32 },
}

/// Something that happened. Carries ids, never a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// The session that everything is written to from now on.
    Session(SessionId),
    /// How that session is told of, and the branch its entries go to where they do not go its own way. Published when
    /// either changes.
    Way {
        session: SessionId,
        name: String,
        branch: Option<String>,
    },
    /// What the session came to, before it is closed.
    Closing {
        session: SessionId,
        summary: String,
    },
    /// The session is closed; `summarised` when the project's page tells what it found.
    Closed {
        session: SessionId,
        summarised: bool,
    },
    /// An earlier session could be gone on with.
    Resumable {
        session: SessionId,
        goal: String,
    },
    /// Skill files changed, and what they would loosen waits for the person: a sentence each.
    RulesOffered {
        /// The content the sentences were made of.
        digest: String,
        loosens: Vec<String>,
    },
    /// Nothing waits any more.
    RulesSettled,
    Surroundings(Surroundings),
    Presence(Presence),
    Notice(Notice),
    /// A request was taken up.
    TurnBegan {
        turn: TurnId,
        text: String,
    },
    /// What was said counts for the turn that goes on.
    Steered {
        turn: TurnId,
        text: String,
    },
    /// How far the steps of a turn are.
    Checklist(Checklist),
    /// Who answers it.
    TakenBy {
        turn: TurnId,
        by: By,
    },
    /// No model answers: why, and who goes on. Published once for each reason.
    ModelAbsent(String),
    /// Whether the built-in planner answers what it is sure of although a model is there.
    FastPath(bool),
    /// A piece of the model's answer.
    Token {
        turn: TurnId,
        text: String,
    },
    Thinking {
        turn: TurnId,
        text: String,
    },
    Usage(Usage),
    /// How the question that is being asked fills the model's window.
    Room(Room),
    /// A command, before anything is done about it.
    Announced(Announcement),
    ApprovalRequested(ApprovalRequest),
    /// The agent's words about an open request.
    Explained {
        call: CallId,
        text: String,
    },
    ApprovalClosed {
        call: CallId,
        decision: Decision,
    },
    Started {
        call: CallId,
    },
    /// The command reads from its terminal and gets nothing.
    WaitingForInput {
        call: CallId,
    },
    /// The command changes something and runs longer than its skill allows; it goes on until it is stopped.
    AtLimit {
        call: CallId,
        seconds: u64,
    },
    Finished(CallReport),
    /// The agent's words that end or accompany a turn.
    Answer {
        turn: TurnId,
        text: String,
    },
    Question {
        turn: TurnId,
        text: String,
    },
    /// The turn waits for the person's choice among what the text names.
    Choice {
        turn: TurnId,
        text: String,
    },
    TurnEnded {
        turn: TurnId,
        failure: Option<Failure>,
    },
    /// The log of the session that is written to grew.
    Logged,
    /// A session began, was closed, put away, brought back or deleted, here or in another terminal.
    SessionsChanged,
    /// Commands of before, newest first.
    Recalled(Vec<Recalled>),
    /// Nothing is going on and nothing waits.
    Idle,
}

/// A piece of a command's output, masked, in the order it was printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputChunk {
    pub call: CallId,
    pub stream: Stream,
    pub bytes: Vec<u8>,
}
