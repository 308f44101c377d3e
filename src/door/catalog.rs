//! The tools that are offered: names, descriptions, schemas, hints. Schemas are flat: strings only, no unions, nothing
//! that may be null, for clients that read no more than that.

use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::agent;
use crate::domain::ToolSpec;
use crate::tools::RUN_COMMAND;

pub(super) const CHECK_COMMAND: &str = "check_command";
pub(super) const PLAN: &str = "plan";

/// Every tool, in the order it is listed.
pub(super) fn specifications() -> Vec<ToolSpec> {
    let spec = |name: &str, description: &str, parameters: Value| ToolSpec {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters,
    };
    let mut all = vec![
        spec(
            RUN_COMMAND,
            "Run one command line on this machine behind a permission gate and read what it prints. Commands that only \
             read run at once; commands that change something wait for approval; destructive ones are refused unless the \
             person allowed them, and then are approved by the person in a terminal. Everything is logged.",
            json!({
                "type": "object",
                "properties": {
                    "cmd": {"type": "string", "description": "The command line, for example: kubectl get pods -n shop"},
                    "context": {"type": "string", "description": "One sentence: why this command, now"},
                    "digest": {
                        "type": "string",
                        "description": "Of a command that the person approved with `devops-agent approve`: the digest \
                                        of its refusal"
                    }
                },
                "required": ["cmd"]
            }),
        ),
        spec(
            CHECK_COMMAND,
            "Say what the permission gate thinks of a command line, and why. Runs nothing.",
            json!({
                "type": "object",
                "properties": {"cmd": {"type": "string", "description": "The command line"}},
                "required": ["cmd"]
            }),
        ),
        spec(
            PLAN,
            "Turn a request in plain English into the command lines it becomes, or into the question it leaves open. \
             Runs nothing.",
            json!({
                "type": "object",
                "properties": {"request": {"type": "string", "description": "For example: show the last five commits"}},
                "required": ["request"]
            }),
        ),
    ];
    all.extend(agent::memory_tools());
    for tool in &mut all {
        if let Some(schema) = tool.parameters.as_object_mut() {
            schema.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    all
}

/// The same as the protocol lists them.
pub(super) fn tools() -> Vec<Tool> {
    specifications().into_iter().map(tool).collect()
}

fn tool(spec: ToolSpec) -> Tool {
    let hints = hints(&spec.name);
    let output = output(&spec.name);
    Tool::new(spec.name, spec.description, object(spec.parameters))
        .with_raw_output_schema(object(output))
        .with_annotations(hints)
}

/// Hints for clients; nothing here rests on them.
fn hints(name: &str) -> ToolAnnotations {
    match name {
        RUN_COMMAND => ToolAnnotations::new().read_only(false).destructive(true).idempotent(false).open_world(true),
        "commit" | "branch" | "merge" => {
            ToolAnnotations::new().read_only(false).destructive(false).idempotent(false).open_world(false)
        }
        _ => ToolAnnotations::new().read_only(true).open_world(false),
    }
}

fn output(name: &str) -> Value {
    let text = json!({"type": "string"});
    let list = json!({"type": "array", "items": {"type": "string"}});
    let (properties, required) = match name {
        RUN_COMMAND => (
            json!({"stdout": text, "stderr": text, "exit_code": {"type": "integer"},
                   "duration": {"type": "number", "description": "Seconds"}, "command": text}),
            json!(["stdout", "stderr", "exit_code", "duration", "command"]),
        ),
        CHECK_COMMAND => (
            json!({"command": text, "tier": {"type": "string", "enum": ["auto", "approval", "destructive"]},
                   "rule": text, "place": text, "reason": text, "effect": text, "runs_here": {"type": "boolean"},
                   "notes": list}),
            json!(["command", "tier", "rule", "place", "reason", "effect", "runs_here", "notes"]),
        ),
        PLAN => (
            json!({"commands": list, "asked": {"type": "boolean"}, "question": text}),
            json!(["commands", "asked", "question"]),
        ),
        _ => (json!({"text": text}), json!(["text"])),
    };
    json!({"type": "object", "properties": properties, "required": required})
}

fn object(value: Value) -> Arc<Map<String, Value>> {
    match value {
        Value::Object(map) => Arc::new(map),
        _ => Arc::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_flat_and_says_what_every_argument_is() {
        for tool in specifications() {
            let properties = tool.parameters["properties"].as_object().unwrap();
            for (name, property) in properties {
                assert_eq!(property["type"], "string", "{}: {name}", tool.name);
                assert!(property["description"].is_string(), "{}: {name}", tool.name);
            }
            for schema in [tool.parameters.to_string(), output(&tool.name).to_string()] {
                for word in ["anyOf", "oneOf", "$ref", "null"] {
                    assert!(!schema.contains(word), "{}: {schema}", tool.name);
                }
            }
        }
    }

    #[test]
    fn what_changes_nothing_says_so_and_only_the_command_may_destroy() {
        let hints: Vec<_> =
            tools().into_iter().map(|tool| (tool.name.to_string(), tool.annotations.unwrap())).collect();
        let names = |wanted: fn(&ToolAnnotations) -> bool| -> Vec<&str> {
            hints.iter().filter(|(_, hints)| wanted(hints)).map(|(name, _)| name.as_str()).collect()
        };
        assert_eq!(names(|hints| hints.destructive_hint == Some(true)), ["run_command"]);
        assert_eq!(
            names(|hints| hints.read_only_hint == Some(true)),
            ["check_command", "plan", "search_history", "read_output", "context"]
        );
    }
}
