//! The tools that are offered to a model, and what a model makes of them: one that runs a command, and those of the
//! memory, which harm nothing, and those of other programs' servers. A command's text is never mended: another text is another proposal.

use serde_json::{Map, Value, json};

use super::salvage;
use crate::domain::{MemoryWord, OfferedTool, ToolCall, ToolSpec, ToolUse, Window};

/// The name of the tool that runs something.
pub const RUN_COMMAND: &str = "run_command";

/// The name of the tool that reads an entry.
const READ_OUTPUT: &str = "read_output";

/// A call as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Command { command: String, context: String },
    Tool(ToolUse),
    Memory(MemoryWord),
}

/// A tool of the memory: its name, what it is for, its arguments (required ones first) with what they are.
struct MemoryTool {
    name: &'static str,
    text: &'static str,
    required: &'static [(&'static str, &'static str)],
    optional: &'static [(&'static str, &'static str)],
}

const MEMORY: &[MemoryTool] = &[
    MemoryTool {
        name: "search_history",
        text: "Search everything that was ever done or found in this project: requests, commands, outputs, findings.",
        required: &[("words", "Words to look for, for example: connection pool timeout")],
        optional: &[],
    },
    MemoryTool {
        name: READ_OUTPUT,
        text: "Read one entry of the log with the whole of its output.",
        required: &[(
            "entry",
            "The entry's name as search_history or context shows it, a command's number, or output/NAME as a result says",
        )],
        optional: &[
            ("from", "Number of the line to begin at, when the beginning is known"),
            ("find", "Only lines with this text"),
        ],
    },
    MemoryTool {
        name: "context",
        text: "Read where the project or a session stands: commits and the last entries.",
        required: &[],
        optional: &[
            ("show", "One of: project, session, log, metadata"),
            ("session", "Another session, for example: session_004"),
        ],
    },
    MemoryTool {
        name: "commit",
        text: "Write down a confirmed finding. Only what a command has shown.",
        required: &[("summary", "What was reached, one sentence")],
        optional: &[("finding", "What was found, with the facts")],
    },
    MemoryTool {
        name: "branch",
        text: "Try another way in a log of its own, when the present one may be wrong.",
        required: &[("name", "Short, letters and dashes")],
        optional: &[("intent", "What it is tried for")],
    },
    MemoryTool {
        name: "merge",
        text: "Tell what a branch came to where it began, and go on there.",
        required: &[("name", "The branch")],
        optional: &[],
    },
];

/// Bytes of the arguments of a server's tool, as a command line is bounded too.
const MOST: usize = 64 << 10;

/// What is offered.
pub(super) fn specifications(offered: &[OfferedTool]) -> Vec<ToolSpec> {
    let command = ToolSpec {
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
    };
    std::iter::once(command).chain(memory_tools()).chain(offered.iter().map(|tool| tool.spec.clone())).collect()
}

/// The tools of the memory alone.
pub fn memory_tools() -> Vec<ToolSpec> {
    MEMORY.iter().map(specification).collect()
}

/// What a call of one of them asks for; the error is written for whoever called.
pub fn memory_word(call: &ToolCall) -> Result<MemoryWord, String> {
    match read(call, &[])? {
        Wanted::Memory(word) => Ok(word),
        Wanted::Command { .. } | Wanted::Tool(_) => Err(format!("`{RUN_COMMAND}` is no tool of the memory")),
    }
}

fn specification(tool: &MemoryTool) -> ToolSpec {
    let all = tool.required.iter().chain(tool.optional);
    let properties: Map<String, Value> =
        all.map(|(name, text)| ((*name).to_owned(), json!({"type": "string", "description": text}))).collect();
    let required: Vec<&str> = tool.required.iter().map(|(name, _)| *name).collect();
    ToolSpec {
        name: tool.name.to_owned(),
        description: tool.text.to_owned(),
        parameters: json!({"type": "object", "properties": properties, "required": required}),
    }
}

/// What is wrong with a call, and what would be right.
fn wrong(call: &ToolCall, offered: &[OfferedTool], why: &str) -> String {
    let schema = specifications(offered).into_iter().find(|tool| tool.name == call.name).map(|tool| tool.parameters);
    let schema = schema.map(|schema| format!(". Its arguments are {schema}")).unwrap_or_default();
    format!("`{}` was not called: {why}{schema}", call.name)
}

/// The part of what the memory shows that the call asks for: from a line on, and only lines that hold a text. Every
/// line comes with its number, so that the next call can go on from there.
pub fn part(call: &ToolCall, told: String) -> String {
    let Value::Object(arguments) = salvage::arguments::meant(&call.arguments) else { return told };
    let from = match arguments.get("from") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let find = arguments.get("find").and_then(Value::as_str).filter(|find| !find.is_empty());
    if call.name != READ_OUTPUT || (from.is_none() && find.is_none()) {
        return told;
    }
    let skipped = from.and_then(|from| usize::try_from(from).ok()).unwrap_or(1).saturating_sub(1);
    let lines = told.lines().enumerate().skip(skipped).filter(|(_, line)| find.is_none_or(|find| line.contains(find)));
    let lines: Vec<String> = lines.map(|(at, line)| format!("{}: {line}", at + 1)).collect();
    if lines.is_empty() { "no line fits".to_owned() } else { lines.join("\n") }
}

/// Reads a call; the error is written for the model.
pub(super) fn read(call: &ToolCall, offered: &[OfferedTool]) -> Result<Wanted, String> {
    if let Some(tool) = offered.iter().find(|tool| tool.spec.name == call.name) {
        let Value::Object(arguments) = salvage::arguments::meant(&call.arguments) else {
            return Err(wrong(call, offered, "the arguments must be one object"));
        };
        let used = tool.with(arguments);
        // The server says itself what is wrong with them.
        return if used.line().len() > MOST {
            Err(wrong(call, offered, "its arguments are too long"))
        } else {
            Ok(Wanted::Tool(used))
        };
    }
    let memory = MEMORY.iter().find(|tool| tool.name == call.name);
    if call.name != RUN_COMMAND && memory.is_none() {
        let names: Vec<&str> = std::iter::once(RUN_COMMAND)
            .chain(MEMORY.iter().map(|tool| tool.name))
            .chain(offered.iter().map(|tool| tool.spec.name.as_str()))
            .collect();
        let near = names.iter().filter(|name| {
            strsim::damerau_levenshtein(name, &call.name) <= 2 || call.name.ends_with(&format!(".{name}"))
        });
        let meant = near.map(|name| format!(" Did you mean `{name}`?")).next().unwrap_or_default();
        return Err(format!("there is no tool `{}`.{meant} The tools are {}", call.name, names.join(", ")));
    }
    let Value::Object(arguments) = salvage::arguments::meant(&call.arguments) else {
        return Err(wrong(call, offered, "the arguments must be one object"));
    };
    let text = |name: &str| match arguments.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        // An entry's number is its name; a command is never put together from anything but its text.
        Some(Value::Number(number)) if memory.is_some() => number.to_string(),
        _ => String::new(),
    };
    let Some(tool) = memory else {
        return match text("cmd") {
            command if command.is_empty() => {
                Err(wrong(call, offered, "it needs `cmd`: a string with the command line"))
            }
            command => Ok(Wanted::Command { command, context: text("context") }),
        };
    };
    if let Some((name, what)) = tool.required.iter().find(|(name, _)| text(name).is_empty()) {
        return Err(wrong(call, offered, &format!("it needs `{name}`: {what}")));
    }
    let session = Some(text("session")).filter(|session| !session.is_empty());
    Ok(Wanted::Memory(match tool.name {
        "search_history" => MemoryWord::Search { words: text("words") },
        READ_OUTPUT => MemoryWord::Read { entry: text("entry") },
        "commit" => MemoryWord::Commit { summary: text("summary"), finding: text("finding") },
        "branch" => MemoryWord::Branch { name: text("name"), intent: text("intent") },
        "merge" => MemoryWord::Merge { name: text("name") },
        _ => MemoryWord::Context(match text("show").as_str() {
            "log" => Window::Log(session),
            "metadata" => Window::Metadata(session),
            "project" => Window::Project,
            "" if session.is_none() => Window::Project,
            _ => Window::Session(session),
        }),
    }))
}
