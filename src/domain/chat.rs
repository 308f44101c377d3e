//! The conversation with a model: what is sent, and what comes back piece by piece.

use serde::{Deserialize, Serialize};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
    Tool,
}

/// A tool a model wants called. The arguments are whatever JSON it wrote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The model's own id for the call; empty when it gave none.
    pub id: String,
    pub name: String,
    pub arguments: serde_json::Value,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub role: Role,
    pub content: String,
    /// Calls an assistant message asked for.
    pub tool_calls: Vec<ToolCall>,
    /// For a tool's message: the name of the tool and the id of the call it answers.
    pub tool_name: Option<String>,
    pub tool_call_id: Option<String>,
}

impl Message {
    /// A message of text.
    pub fn text(role: Role, content: impl Into<String>) -> Self {
        Self { role, content: content.into(), tool_calls: Vec::new(), tool_name: None, tool_call_id: None }
    }
}

/// A tool as it is offered to a model; `parameters` is a flat JSON Schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    pub name: String,
    pub description: String,
    pub parameters: serde_json::Value,
}

/// One question to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRequest {
    pub messages: Vec<Message>,
    pub tools: Vec<ToolSpec>,
    /// Whether a model that can is to think first; `None` leaves it to the server.
    #[serde(default)]
    pub think: Option<bool>,
}

/// Tokens read and written, as far as the server told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    pub prompt_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
}

/// How a question fills a model's window, in tokens; estimated, because only the server can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Room {
    pub window: u32,
    /// The system prompt with what skills and the memory say.
    pub system: u32,
    /// The tools that are offered.
    pub tools: u32,
    /// Turns before this one, or what is left of them.
    pub earlier: u32,
    pub turn: u32,
    /// Left for the answer.
    pub answer: u32,
}

impl Room {
    /// What the question takes.
    pub fn used(&self) -> u32 {
        self.system + self.tools + self.earlier + self.turn
    }
}

/// Why a model stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    Stop,
    /// The window or the output limit was reached.
    Length,
    Other(String),
}

/// What went wrong with a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelProblem {
    /// Lower-case sentence that composes after «the model failed:».
    pub summary: String,
    /// What to do next.
    pub hint: String,
    /// The server has no tools for this model; asked without them it would answer.
    #[serde(default)]
    pub refuses_tools: bool,
}

/// What the words of an answer turned out to be, when calls were written into them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Meant {
    /// The answer without its calls.
    pub said: String,
    pub calls: Vec<ToolCall>,
    /// Why there is something like a call that cannot be made; written for the model.
    pub complaint: Option<String>,
}

/// A piece of a model's answer. Exactly one `Done` or `Failed` ends a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum ModelEvent {
    Token(String),
    Thinking(String),
    ToolCall(ToolCall),
    /// Read out of all that was said, before the end; no model sends it.
    Meant(Meant),
    Usage(Usage),
    /// The window the server really gave the model, in tokens, where it is another than was asked for.
    Window(u32),
    Done(StopReason),
    Failed(ModelProblem),
}
