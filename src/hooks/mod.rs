//! Other programs' agents that ask our gate before they run something: Claude Code, Codex and Gemini CLI.
//!
//! Owns the words of their hooks (a JSON object in, one out) and the import of their rules; `claude`'s form is read and
//! written here for all three, since the others took it over with differences, each of which has its line below. Never
//! tells a program to run what our gate would not run unasked; what cannot be read is not run unasked. Pure.
//!
//! Sources: code.claude.com/docs/en/hooks; github.com/openai/codex, codex-rs/hooks (schemas and `output_parser.rs`, at
//! 0ea8381); geminicli.com/docs/hooks/reference.

mod import;

use serde_json::{Map, Value, json};

use crate::domain::{Action, Tier, ToolUse, join_words};

pub use import::{Draft, Known, import};

/// Which program asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    ClaudeCode,
    Codex,
    Gemini,
}

impl Program {
    /// Its name in commands and logs.
    pub fn word(self) -> &'static str {
        match self {
            Program::ClaudeCode => "claude-code",
            Program::Codex => "codex",
            Program::Gemini => "gemini",
        }
    }

    /// What is written into its settings, and where; `command` is how we are called.
    pub fn settings(self, command: &str) -> (&'static str, Value) {
        let hook = |seconds: u32| json!({"type": "command", "command": command, "timeout": seconds});
        match self {
            Program::ClaudeCode => (
                "~/.claude/settings.json",
                json!({"hooks": {"PreToolUse": [{"matcher": MATCHER, "hooks": [hook(30)]}]}}),
            ),
            Program::Codex => (
                "~/.codex/hooks.json",
                json!({"hooks": {
                    "PreToolUse": [{"matcher": MATCHER, "hooks": [hook(30)]}],
                    "PermissionRequest": [{"matcher": MATCHER, "hooks": [hook(30)]}],
                }}),
            ),
            Program::Gemini => (
                "~/.gemini/settings.json",
                // Milliseconds there.
                json!({"hooks": {"BeforeTool": [{"matcher": GEMINI_MATCHER, "hooks": [hook(30_000)]}]}}),
            ),
        }
    }
}

/// The tools that run something, write something, or belong to a server.
const MATCHER: &str = "Bash|Write|Edit|MultiEdit|NotebookEdit|apply_patch|mcp__.*";
const GEMINI_MATCHER: &str = "run_shell_command|write_file|replace|mcp_.*";

/// What a program's agent is about to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The program is about to ask its person; otherwise it has not decided yet.
    pub permission: bool,
    /// The program's own name for its session.
    pub session: String,
    pub cwd: Option<String>,
    /// Its person wants to be asked nothing.
    pub unattended: bool,
    pub wanted: Wanted,
}

/// What it wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A command line or a tool of a server.
    Deed(Action),
    /// A file is written.
    Write(String),
    /// Something the gate has no opinion on.
    Other,
}

/// Reads a hook's message. The error says what is wrong with it.
pub fn read(program: Program, text: &str) -> Result<Asked, String> {
    let message: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let Value::Object(message) = message else { return Err("it is no object".to_owned()) };
    let word = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let event = word("hook_event_name");
    let permission = match (program, event.as_str()) {
        (Program::ClaudeCode | Program::Codex, "PreToolUse") | (Program::Gemini, "BeforeTool") => false,
        (Program::Codex, "PermissionRequest") => true,
        _ => return Err(format!("`{}` is no event that is answered here", event.escape_debug())),
    };
    let tool = word("tool_name");
    let input = match message.get("tool_input") {
        Some(Value::Object(input)) => input.clone(),
        _ => return Err("it has no `tool_input`".to_owned()),
    };
    if tool.is_empty() {
        return Err("it has no `tool_name`".to_owned());
    }
    Ok(Asked {
        permission,
        session: word("session_id"),
        cwd: Some(word("cwd")).filter(|cwd| !cwd.is_empty()),
        unattended: ["bypassPermissions", "dontAsk"].contains(&word("permission_mode").as_str()),
        wanted: wanted(&tool, input)?,
    })
}

fn wanted(tool: &str, input: Map<String, Value>) -> Result<Wanted, String> {
    if ["Bash", "shell", "local_shell", "run_shell_command"].contains(&tool) {
        let line = match input.get("command") {
            Some(Value::String(line)) => line.clone(),
            // Some versions of Codex hand on the words.
            Some(Value::Array(words)) => {
                let words: Option<Vec<&str>> = words.iter().map(Value::as_str).collect();
                join_words(&words.ok_or("its command has a word that is no text")?)
            }
            _ => return Err("it has no `command`".to_owned()),
        };
        return Ok(Wanted::Deed(Action::Command { line }));
    }
    // `mcp__server__tool`; a name that cannot be taken apart is a tool of a server all the same.
    if let Some(rest) = tool.strip_prefix("mcp__").or_else(|| tool.strip_prefix("mcp_")) {
        let (server, tool) = rest.split_once("__").unwrap_or((rest, ""));
        let (server, tool) = (server.to_owned(), tool.to_owned());
        let used = ToolUse { server, tool, arguments: input, warned: false, definition: String::new() };
        return Ok(Wanted::Deed(Action::ToolCall { used }));
    }
    let file = ["file_path", "notebook_path", "path", "absolute_path"].iter().find_map(|name| input.get(*name));
    match (["Write", "Edit", "MultiEdit", "NotebookEdit", "write_file", "replace"].contains(&tool), file) {
        (true, Some(Value::String(path))) => Ok(Wanted::Write(path.clone())),
        (true, _) => Err("it writes a file and does not say which".to_owned()),
        (false, _) => Ok(Wanted::Other),
    }
}

/// What our gate says to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opinion {
    /// It may run unasked.
    Allow,
    /// The program's person is to be asked.
    Ask,
    /// It is not to run that way.
    Deny,
}

impl Opinion {
    /// Of what the gate said. `destructive` is whether the person lets other programs propose what cannot be taken back.
    pub fn of(tier: Tier, forbidden: bool, destructive: bool) -> Opinion {
        match tier {
            _ if forbidden => Opinion::Deny,
            Tier::Auto => Opinion::Allow,
            Tier::Destructive if !destructive => Opinion::Deny,
            Tier::Approval | Tier::Destructive => Opinion::Ask,
        }
    }

    /// `allow`, `ask`, `deny`.
    pub fn word(self) -> &'static str {
        match self {
            Opinion::Allow => "allow",
            Opinion::Ask => "ask",
            Opinion::Deny => "deny",
        }
    }
}

/// What to do where a hook has no word for asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unaskable {
    /// It is refused, and the reason says how it can be had.
    Refuse,
    /// It is left to the program's own rules, which may let it run.
    Leave,
}

/// What comes of an opinion in this program: Codex and Gemini CLI cannot be told to ask, and who is not to be asked is not.
pub fn effective(program: Program, asked: &Asked, opinion: Opinion, unaskable: Unaskable) -> Option<Opinion> {
    match (program, opinion) {
        (_, Opinion::Deny) => Some(Opinion::Deny),
        (Program::ClaudeCode, Opinion::Ask) if asked.unattended => Some(Opinion::Deny),
        (Program::ClaudeCode, opinion) => Some(opinion),
        // It is asking its person this moment.
        (Program::Codex, Opinion::Ask) if asked.permission => None,
        (Program::Codex, Opinion::Allow) if asked.permission => Some(Opinion::Allow),
        // "unsupported permissionDecision:allow": only silence lets it go on.
        (Program::Codex, Opinion::Allow) => None,
        (Program::Gemini, Opinion::Allow) => Some(Opinion::Allow),
        (Program::Codex | Program::Gemini, Opinion::Ask) => match unaskable {
            Unaskable::Refuse => Some(Opinion::Deny),
            Unaskable::Leave => None,
        },
    }
}

/// The hook's answer; `None` says nothing, and the program goes on as it would without us.
pub fn answer(program: Program, permission: bool, opinion: Option<Opinion>, reason: &str) -> String {
    let Some(opinion) = opinion else { return "{}".to_owned() };
    let word = opinion.word();
    let answer = match (program, permission) {
        (Program::Gemini, _) => match opinion {
            Opinion::Allow => json!({"decision": "allow"}),
            Opinion::Ask | Opinion::Deny => json!({"decision": "deny", "reason": reason}),
        },
        (_, true) => {
            let decision = match opinion {
                Opinion::Allow => json!({"behavior": "allow"}),
                Opinion::Ask | Opinion::Deny => json!({"behavior": "deny", "message": reason}),
            };
            json!({"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}})
        }
        (_, false) => json!({"hookSpecificOutput": {
            "hookEventName": "PreToolUse", "permissionDecision": word, "permissionDecisionReason": reason,
        }}),
    };
    answer.to_string()
}

/// What is answered where a message could not be read or judged: nothing runs unasked.
pub fn doubt(program: Program, why: &str) -> String {
    let opinion = if program == Program::ClaudeCode { Opinion::Ask } else { Opinion::Deny };
    answer(program, false, Some(opinion), &format!("devops-agent could not judge it: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(program: Program, event: &str, tool: &str, input: Value) -> Result<Asked, String> {
        let message = json!({"session_id": "s", "cwd": "/p", "hook_event_name": event, "tool_name": tool,
                             "tool_input": input, "permission_mode": "default"});
        read(program, &message.to_string())
    }

    #[test]
    fn a_command_a_tool_of_a_server_and_a_file_are_told_apart() {
        let line = |wanted: Wanted| match wanted {
            Wanted::Deed(Action::Command { line }) => line,
            Wanted::Deed(Action::ToolCall { used }) => used.line(),
            other => format!("{other:?}"),
        };
        let wanted = |program, event, tool, input| line(asked(program, event, tool, input).unwrap().wanted);
        let claude = |tool, input| wanted(Program::ClaudeCode, "PreToolUse", tool, input);
        assert_eq!(claude("Bash", json!({"command": "git status"})), "git status");
        assert_eq!(claude("mcp__grafana__query", json!({"a": 1})), "mcp grafana query '{\"a\":1}'");
        assert_eq!(claude("Write", json!({"file_path": "/x"})), "Write(\"/x\")");
        assert_eq!(claude("Read", json!({"file_path": "/x"})), "Other");
        let codex = wanted(Program::Codex, "PreToolUse", "Bash", json!({"command": ["git", "log", "a b"]}));
        assert_eq!(codex, "git log 'a b'");
        let gemini = wanted(Program::Gemini, "BeforeTool", "run_shell_command", json!({"command": "ls"}));
        assert_eq!(gemini, "ls");
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_never_nothing() {
        for (event, tool, input) in [
            ("PostToolUse", "Bash", json!({"command": "ls"})),
            ("PreToolUse", "Bash", json!({})),
            ("PreToolUse", "Bash", json!({"command": ["ls", 1]})),
            ("PreToolUse", "", json!({})),
            ("PreToolUse", "Write", json!({})),
            ("PreToolUse", "Bash", json!("ls")),
        ] {
            assert!(asked(Program::ClaudeCode, event, tool, input).is_err(), "{event} {tool}");
        }
        assert!(read(Program::Gemini, "{").is_err() && read(Program::Codex, "[]").is_err());
    }

    #[test]
    fn no_program_is_told_to_run_what_is_not_automatic() {
        let request = |permission, unattended| Asked {
            permission,
            session: String::new(),
            cwd: None,
            unattended,
            wanted: Wanted::Other,
        };
        for program in [Program::ClaudeCode, Program::Codex, Program::Gemini] {
            for (permission, unattended) in [(false, false), (false, true), (true, false), (true, true)] {
                for unaskable in [Unaskable::Refuse, Unaskable::Leave] {
                    for opinion in [Opinion::Ask, Opinion::Deny] {
                        let request = request(permission, unattended);
                        let told = effective(program, &request, opinion, unaskable);
                        assert_ne!(told, Some(Opinion::Allow));
                        let answer = answer(program, permission, told, "why");
                        assert!(!answer.contains("allow"), "{answer}");
                    }
                }
            }
            assert!(!doubt(program, "x").contains("allow"));
        }
        assert_eq!(Opinion::of(Tier::Auto, true, true), Opinion::Deny);
        assert_eq!(Opinion::of(Tier::Destructive, false, false), Opinion::Deny);
    }

    #[test]
    fn codex_is_answered_in_the_words_it_supports() {
        let request = asked(Program::Codex, "PreToolUse", "Bash", json!({"command": "x"})).unwrap();
        let told = |opinion, unaskable| {
            answer(Program::Codex, false, effective(Program::Codex, &request, opinion, unaskable), "why")
        };
        assert_eq!(told(Opinion::Allow, Unaskable::Refuse), "{}");
        assert_eq!(told(Opinion::Ask, Unaskable::Leave), "{}");
        let refused: Value = serde_json::from_str(&told(Opinion::Ask, Unaskable::Refuse)).unwrap();
        assert_eq!(refused["hookSpecificOutput"]["permissionDecision"], "deny");
        assert_eq!(refused["hookSpecificOutput"]["permissionDecisionReason"], "why");
    }
}
