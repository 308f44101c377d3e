//! The vocabulary every other module speaks: ids, times, tiers, verdicts, plans,
//! programs, outcomes, log entries, chat messages and failures.
//!
//! Owns the meaning of the words and nothing else. Knows no file, clock,
//! process or screen; a type enters here when two modules need it.

mod action;
mod chat;
mod checklist;
mod condition;
mod entry;
mod failure;
mod grant;
mod guest;
mod hex;
mod id;
mod memory;
mod outcome;
pub mod pane;
mod plan;
mod program;
mod report;
mod surroundings;
mod time;
mod verdict;
mod words;

pub use action::{Action, Principal, Target};
pub use chat::{
    Meant, Message, ModelEvent, ModelProblem, ModelRequest, Role, Room, StopReason, ToolCall, ToolSpec, Usage,
};
pub use checklist::{CheckStep, Checklist, StepState};
pub use condition::{Condition, DockerTarget, FileContent, KubeTarget, Settings};
pub use entry::{ApprovalRecord, Body, Decision, Entry, Manual, MergeRecord, Step};
pub use failure::{Failure, FailureKind};
pub use grant::{Grant, GrantKind, GrantOffer, Granted, Scope};
pub use guest::{MCP, OfferedTool, ToolUse};
pub use hex::{hex, hex_digits};
pub use id::{CallId, EntryId, SessionId, TurnId};
pub use memory::{LogLine, MemoryWord, Recalled, Whence, Window};
pub use outcome::{Capture, Exit, Stream};
pub use plan::{Plan, PlanStep, READERS, Word};
pub use program::{Binary, FileStamp, Link, Pipeline, Program, Run, Sink, Stage, StdinKind};
pub use report::{Announcement, ApprovalRequest, Asked, AskedKind, CallReport, CallRequest, Origin, changed_line};
pub use surroundings::{ComposeProject, Counted, Snapshot, Surroundings};
pub use time::At;
pub use verdict::{Consent, Effect, Lane, Part, Reason, Reversible, Source, Tier, Verdict, Way};
pub use words::join_words;

/// The variable that a shell of ours carries: the session of the workbench it runs in.
pub const PANE: &str = "DEVOPS_AGENT_SESSION";
