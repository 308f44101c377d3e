//! What can be asked of the gate, where it would happen, and who asks.

use serde::{Deserialize, Serialize};

use super::ToolUse;

/// Something that would have an effect outside this process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// A command line as it was written.
    Command { line: String },
    /// A tool of a foreign MCP server.
    ToolCall { used: ToolUse },
    /// A request to an HTTP interface.
    Http { method: String, url: String },
}

/// The machine or place an action happens at. Part of every digest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Target {
    #[default]
    Local,
    Container {
        name: String,
    },
    Ssh {
        host: String,
    },
}

/// Who decided or acted; stands on every decision and entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Principal {
    /// The person at the terminal.
    Person,
    /// Our own agent.
    Agent,
    /// A program on the other side of an MCP connection, by its own name.
    Client { name: String },
}
