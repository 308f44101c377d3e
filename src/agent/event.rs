//! What the agent hears and what it wants done: its whole surface.

use std::sync::Arc;

use crate::domain::{
    ApprovalRequest, Body, CallId, CallReport, CallRequest, Checklist, ComposeProject, LogLine, Manual, MemoryWord,
    ModelEvent, ModelRequest, OfferedTool, Principal, Room, Surroundings, Tier, TurnId, Usage,
};
use crate::runbook::Runbooks;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The person asked for something; while a turn goes on it waits for the end of it.
    Said(String),
    /// The person said something to what goes on.
    Steered(String),
    /// A piece of the model's answer to the request of this turn.
    Model {
        turn: TurnId,
        event: ModelEvent,
    },
    /// A call ended.
    Finished(CallReport),
    /// A request for approval stands open (again).
    ApprovalRequested(ApprovalRequest),
    /// A look at what that request would change asks for approval itself (again); it is no call of the agent's.
    LookRequested(ApprovalRequest),
    /// The entries of the session, the newest last: before anything is explained or weighed.
    Log(Vec<LogLine>),
    /// The tier that each line of [`Effect::Weigh`] would have.
    Weighed {
        turn: TurnId,
        tiers: Vec<Vec<Tier>>,
    },
    /// The person wants it to stop.
    Interrupt,
    /// A model joined or left.
    ModelPresence(Option<Joined>),
    /// A word of the memory was carried out, or a command taken apart: what it shows, or why it was not.
    Remembered {
        turn: TurnId,
        told: Result<String, String>,
    },
    Surroundings(Surroundings),
    /// The compose project of the directory where commands run.
    Compose(Option<ComposeProject>),
    /// The person ran something in their own shell; as it stands in the log.
    Manual(Manual),
    /// The person came back from their shell; what is different where commands run.
    Returned {
        drift: Option<String>,
    },
    /// The person asks about the last command of theirs, without leaving their shell.
    AskedAbout(String),
    /// A session was taken up again, or another one begun: where it stands.
    Standing(Option<String>),
    /// The person wants the turns before this one as a summary.
    Compact,
    /// The runbooks that count from now on; one that is walked is walked to its end.
    Runbooks(Arc<Runbooks>),
    /// The tools of other programs' servers that may be offered from now on.
    Tools(Arc<[OfferedTool]>),
    /// Whether the planner answers what it is sure of although a model is there.
    FastPath(bool),
}

/// A model that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Joined {
    /// Its window in tokens.
    pub window: u32,
    /// Without tools it is asked for its commands in words.
    pub calls_tools: bool,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A request was taken up.
    Begin {
        turn: TurnId,
        text: String,
    },
    /// Who answers the request, before anything is done about it.
    TakenBy {
        turn: TurnId,
        by: Answerer,
    },
    Call(CallRequest),
    AskModel {
        turn: TurnId,
        request: ModelRequest,
    },
    StopModel {
        turn: TurnId,
    },
    StopCall {
        call: CallId,
    },
    /// What was said counts for the turn that goes on.
    Steered {
        turn: TurnId,
        text: String,
    },
    /// How far the steps of the turn are.
    Checklist(Checklist),
    /// Lines are to be judged, not run, and the log is to be read; returns as [`Event::Log`] and [`Event::Weighed`].
    Weigh {
        turn: TurnId,
        lines: Vec<Vec<String>>,
    },
    /// The turn waits for the person's choice.
    Choose {
        turn: TurnId,
        text: String,
    },
    /// Words of the model as they come.
    Token {
        turn: TurnId,
        text: String,
    },
    Thinking {
        turn: TurnId,
        text: String,
    },
    Usage(Usage),
    /// The window the model really has, in tokens.
    Window(u32),
    /// How the next question fills the window.
    Room(Room),
    /// A word about what the agent does by itself.
    Notice(String),
    /// Words about an open request for approval.
    Explain {
        call: CallId,
        text: String,
    },
    Record(Body),
    /// What the model made of a call that ran.
    Infer {
        call: CallId,
        text: String,
    },
    /// A word of the memory; what comes of it returns as [`Event::Remembered`].
    Remember {
        turn: TurnId,
        word: MemoryWord,
        by: Principal,
    },
    /// A command line is to be taken apart, not run; what there is to say returns as [`Event::Remembered`].
    Dissect {
        turn: TurnId,
        line: String,
    },
    Answer {
        turn: TurnId,
        text: String,
    },
    Question {
        turn: TurnId,
        text: String,
    },
    End {
        turn: TurnId,
        ending: Ending,
    },
}

/// Who answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answerer {
    /// The built-in planner, a runbook included.
    Planner,
    /// The model that is there.
    Model,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// A command was refused because nobody could be asked.
    Unattended,
    /// The person said no.
    Refused,
    /// The model failed and nothing else could answer.
    ModelFailed,
    /// What was asked for could not be done; the answer says why.
    Failed,
    Interrupted,
}
