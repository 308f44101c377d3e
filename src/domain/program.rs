//! What is executed, as plain data: parsed words on resolved binaries, or
//! exact bytes for a shell. A program alone runs nothing; `exec` wants it
//! wrapped in a clearance.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Condition, Target, ToolUse};

/// A cleared line in the form the supervisor executes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The line as it was shown.
    pub line: String,
    pub run: Run,
    /// The child's whole environment, in a fixed order.
    pub env: Vec<(String, String)>,
    pub cwd: PathBuf,
    pub target: Target,
    pub stdin: StdinKind,
    /// What must still be so when it starts.
    pub conditions: Vec<Condition>,
    /// Stop after this many milliseconds; `None` for commands that stream.
    pub timeout_ms: Option<u64>,
}

/// What identified a binary when it was resolved; a difference just before the
/// spawn means that another file stands there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    pub device: u64,
    pub inode: u64,
    pub size: u64,
    /// Nanoseconds since 1970; before 1970 negative.
    pub modified_ns: i64,
}

/// A program found on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binary {
    /// Absolute, symbolic links not followed (so that a multi-call binary keeps its name).
    pub path: PathBuf,
    pub stamp: FileStamp,
}

/// How the line is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "run", rename_all = "snake_case")]
pub enum Run {
    /// Pipelines built by us; no shell is involved.
    Argv { pipelines: Vec<Pipeline> },
    /// `shell -c script`.
    Shell { shell: Binary, script: String },
    /// A tool of a server; nothing is started, the call goes over its connection.
    Tool { used: ToolUse },
}

/// What the end of the previous pipeline means for this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// First of its line, or after `;` or a newline.
    Always,
    /// After `&&`.
    IfOk,
    /// After `||`.
    IfFailed,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    pub link: Link,
    pub stages: Vec<Stage>,
}

/// Where a stream of a stage goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sink {
    /// Where it would go anyway: the next stage, or our capture.
    #[default]
    Pass,
    /// `/dev/null`.
    Null,
    /// Joined to the other stream (`2>&1`).
    Stdout,
}

/// One command of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The file that was resolved and shown.
    pub binary: Binary,
    /// The words, the name it was called by first.
    pub words: Vec<String>,
    pub stdout: Sink,
    pub stderr: Sink,
    /// True for `</dev/null`.
    pub stdin_null: bool,
}

/// What the first command reads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StdinKind {
    /// `/dev/null`.
    Null,
    /// The slave of a small PTY, so that a prompt can be noticed.
    Pty,
}
