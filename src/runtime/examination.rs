//! Whether the model answers and calls tools as it is set up: asked once, with a tool that does nothing.
//!
//! Owns the question and what its answer says of the model. Nothing of the person's is in the question.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::models::{self, Found};
use crate::agent::Listener;
use crate::config::Config;
use crate::domain::{Failure, Message, ModelEvent, ModelProblem, ModelRequest, Role, ToolSpec};

/// The tool that is offered, and the word it is to be called with.
const TOOL: &str = "report_status";
const WORD: &str = "ready";

/// What a look at the model found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Examined {
    /// Not there; one line that says what is.
    Absent(String),
    There {
        name: String,
        /// Tokens it is used with.
        window: u32,
        calls: Calls,
        took: Duration,
    },
}

/// How it calls tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Calls {
    /// As its server's protocol wants it.
    Properly,
    /// As text of its answer, from which they are read.
    InWords,
    /// It answered without calling.
    NotAtAll,
    /// The server says that it calls none, so that it was not asked.
    Untried,
    Failed(ModelProblem),
    /// No end of an answer came in time.
    Late,
}

/// Looks for the configured model and has it call a tool; waits for its answer no longer than `patience`.
///
/// # Errors
/// When the setting itself is wrong.
pub async fn examine(config: &Config, patience: Duration) -> Result<Examined, Failure> {
    let (model, joined) = match models::look(config).await? {
        Found::Ready(model, joined) => (model, joined),
        Found::Absent(why) => return Ok(Examined::Absent(why)),
    };
    let (name, window) = (model.name().to_owned(), joined.window);
    if !joined.calls_tools {
        return Ok(Examined::There { name, window, calls: Calls::Untried, took: Duration::ZERO });
    }
    let began = Instant::now();
    let mut listener = Listener::new(question());
    let (sender, mut pieces) = mpsc::channel(16);
    let cancel = CancellationToken::new();
    tokio::spawn(model.chat(listener.question(), sender, cancel.clone()));
    let answer = async {
        let mut calls = Calls::NotAtAll;
        while let Some(piece) = pieces.recv().await {
            if let Some(ModelEvent::Meant(meant)) = listener.hear(&piece)
                && meant.calls.iter().any(|call| call.name == TOOL)
            {
                calls = Calls::InWords;
            }
            match piece {
                ModelEvent::ToolCall(call) if call.name == TOOL => calls = Calls::Properly,
                ModelEvent::Failed(problem) => return Calls::Failed(problem),
                _ => {}
            }
        }
        calls
    };
    let calls = tokio::time::timeout(patience, answer).await.unwrap_or(Calls::Late);
    cancel.cancel();
    Ok(Examined::There { name, window, calls, took: began.elapsed() })
}

fn question() -> ModelRequest {
    let wanted = format!("Call the tool {TOOL} once with the word {WORD}. Write nothing else.");
    let tool = ToolSpec {
        name: TOOL.to_owned(),
        description: "Reports that you are ready.".to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {"word": {"type": "string", "description": format!("The word {WORD}")}},
            "required": ["word"],
        }),
    };
    ModelRequest { messages: vec![Message::text(Role::User, wanted)], tools: vec![tool], think: None }
}
