//! The one tool that is offered to a model, and what a model makes of it.
//! The command's text is never mended: another text is another proposal.

use serde_json::{Value, json};

use crate::domain::{ToolCall, ToolSpec};

/// The name of the tool.
pub const RUN_COMMAND: &str = "run_command";

/// A call as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub command: String,
    pub context: String,
}

/// What is offered.
pub(super) fn specification() -> ToolSpec {
    ToolSpec {
        name: RUN_COMMAND.to_owned(),
        description: "Run one command line on the person's machine and read what it prints. \
                      Commands that change something wait for the person's approval."
            .to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {
                "cmd": {"type": "string", "description": "The command line, for example: kubectl get pods -n production"},
                "context": {"type": "string", "description": "One sentence: why this command, now"}
            },
            "required": ["cmd"]
        }),
    }
}

/// Reads a call; the error is written for the model.
pub(super) fn read(call: &ToolCall) -> Result<Wanted, String> {
    if call.name != RUN_COMMAND {
        return Err(format!("there is no tool `{}`; the only tool is `{RUN_COMMAND}`", call.name));
    }
    let Value::Object(arguments) = &call.arguments else {
        return Err(format!("the arguments of `{RUN_COMMAND}` must be an object with a string `cmd`"));
    };
    match arguments.get("cmd") {
        Some(Value::String(command)) if !command.trim().is_empty() => {
            let context = arguments.get("context").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
            Ok(Wanted { command: command.trim().to_owned(), context })
        }
        _ => Err(format!("`{RUN_COMMAND}` needs `cmd`: a string with the command line")),
    }
}
