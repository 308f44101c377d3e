//! The JSON of `/api/chat`: the question as it is sent, a line of the answer as it is read.
//!
//! Owns the shapes and what is forgiven in them: absent counters, calls without
//! an id. Arguments leave as they were written. Knows no connection and no time.

use ollama_rs::models::ModelOptions;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::OllamaSettings;
use crate::domain::{Message, ModelEvent, ModelRequest, Role, StopReason, ToolCall, ToolSpec, Usage};
use crate::model::answer::Reader;
use crate::model::fault::{Fault, error_text};

/// The body of one question.
#[derive(Debug, Serialize)]
pub(super) struct Question {
    model: String,
    messages: Vec<Said>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Offered>,
    stream: bool,
    options: ModelOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive: Option<KeepAlive>,
    /// Both false: a prompt over the window must be an error. Left alone, the server
    /// drops its front, the system prompt first, and answers as if nothing was missing.
    truncate: bool,
    shift: bool,
}

/// The server reads a bare number as seconds and refuses it inside a string.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum KeepAlive {
    Seconds(i64),
    Duration(String),
}

#[derive(Debug, Serialize)]
struct Said {
    role: Role,
    content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Called>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct Called {
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    function: CalledFunction,
}

#[derive(Debug, Serialize)]
struct CalledFunction {
    index: usize,
    name: String,
    arguments: Value,
}

#[derive(Debug, Serialize)]
struct Offered {
    #[serde(rename = "type")]
    kind: &'static str,
    function: ToolSpec,
}

impl Question {
    pub(super) fn new(settings: &OllamaSettings, request: ModelRequest) -> Self {
        Self {
            model: settings.model.clone(),
            messages: request.messages.into_iter().map(said).collect(),
            tools: request.tools.into_iter().map(|function| Offered { kind: "function", function }).collect(),
            stream: true,
            think: request.think,
            options: ModelOptions::default()
                .num_ctx(u64::from(settings.context_size))
                .temperature(settings.temperature),
            keep_alive: settings.keep_alive.as_deref().map(keep_alive),
            truncate: false,
            shift: false,
        }
    }

    /// Says nothing about thinking any more; false when it did not.
    pub(super) fn forget_thinking(&mut self) -> bool {
        self.think.take().is_some()
    }

    /// Bytes of the messages the model is to read.
    pub(super) fn size(&self) -> usize {
        self.messages.iter().map(|message| message.content.len()).sum()
    }
}

fn keep_alive(text: &str) -> KeepAlive {
    let text = text.trim();
    text.parse().map_or_else(|_| KeepAlive::Duration(text.to_owned()), KeepAlive::Seconds)
}

fn said(message: Message) -> Said {
    let Message { role, content, tool_calls, tool_name, tool_call_id } = message;
    let tool_calls = tool_calls
        .into_iter()
        .enumerate()
        .map(|(index, ToolCall { id, name, arguments })| {
            // The server reads nothing but an object here, whatever the model once wrote.
            let arguments = match arguments {
                Value::Object(fields) => Value::Object(fields),
                Value::Null => Value::Object(Map::new()),
                other => serde_json::json!({ "arguments": other }),
            };
            Called { id, function: CalledFunction { index, name, arguments } }
        })
        .collect();
    Said { role, content, tool_calls, tool_name, tool_call_id }
}

#[derive(Debug, Deserialize)]
struct Line {
    message: Option<Piece>,
    done: Option<bool>,
    done_reason: Option<String>,
    prompt_eval_count: Option<u64>,
    eval_count: Option<u64>,
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Piece {
    content: Option<String>,
    thinking: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Debug, Deserialize)]
struct Call {
    id: Option<String>,
    function: CallFunction,
}

#[derive(Debug, Deserialize)]
struct CallFunction {
    name: String,
    #[serde(default)]
    arguments: Value,
}

/// Lines of Ollama's: each is whole by itself.
pub(super) struct Lines;

impl Reader for Lines {
    fn line(&mut self, line: &str) -> Result<Vec<ModelEvent>, Fault> {
        read_line(line)
    }
}

/// The events one line of an answer stands for; none for an empty line.
fn read_line(line: &str) -> Result<Vec<ModelEvent>, Fault> {
    if line.trim().is_empty() {
        return Ok(Vec::new());
    }
    let line: Line = serde_json::from_str(line).map_err(|why| Fault::malformed(why, line))?;
    if let Some(error) = line.error {
        return Err(Fault::Reported { text: error_text(&error) });
    }
    let mut events = Vec::new();
    if let Some(piece) = line.message {
        events.extend(piece.thinking.filter(|text| !text.is_empty()).map(ModelEvent::Thinking));
        events.extend(piece.content.filter(|text| !text.is_empty()).map(ModelEvent::Token));
        for Call { id, function } in piece.tool_calls.unwrap_or_default() {
            events.push(ModelEvent::ToolCall(ToolCall {
                id: id.unwrap_or_default(),
                name: function.name,
                arguments: function.arguments,
            }));
        }
    }
    if line.done == Some(true) {
        let usage = Usage { prompt_tokens: line.prompt_eval_count, output_tokens: line.eval_count };
        if usage != Usage::default() {
            events.push(ModelEvent::Usage(usage));
        }
        events.push(ModelEvent::Done(match line.done_reason.as_deref() {
            None | Some("" | "stop") => StopReason::Stop,
            Some("length") => StopReason::Length,
            Some(other) => StopReason::Other(other.to_owned()),
        }));
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(keep_alive: Option<&str>) -> OllamaSettings {
        OllamaSettings {
            host: "localhost".into(),
            model: "devstral:24b".into(),
            temperature: 0.3,
            context_size: 32768,
            timeout: std::time::Duration::from_secs(120),
            keep_alive: keep_alive.map(str::to_owned),
        }
    }

    fn body(keep_alive: Option<&str>, messages: Vec<Message>) -> Value {
        let text = serde_json::to_string(&Question::new(
            &settings(keep_alive),
            ModelRequest { messages, tools: Vec::new(), think: None },
        ));
        serde_json::from_str(&text.unwrap()).unwrap()
    }

    #[test]
    fn the_window_is_always_stated_and_never_cut_silently() {
        let body = body(None, Vec::new());
        assert_eq!(body["options"], json!({ "num_ctx": 32768, "temperature": 0.3 }));
        assert_eq!((&body["truncate"], &body["shift"]), (&json!(false), &json!(false)));
        assert_eq!((body.get("keep_alive"), body.get("tools")), (None, None));
    }

    #[test]
    fn keep_alive_goes_as_the_server_can_read_it() {
        assert_eq!(body(Some("10m"), Vec::new())["keep_alive"], json!("10m"));
        assert_eq!(body(Some("-1"), Vec::new())["keep_alive"], json!(-1));
        assert_eq!(body(Some("0"), Vec::new())["keep_alive"], json!(0));
    }

    #[test]
    fn a_call_without_an_object_is_sent_back_as_one() {
        let call = |arguments| ToolCall { id: String::new(), name: "run_command".into(), arguments };
        let mut message = Message::text(Role::Assistant, "");
        message.tool_calls = vec![call(Value::Null), call(json!("ls")), call(json!({ "cmd": "ls" }))];
        let body = body(None, vec![message]);
        let sent: Vec<&Value> = body["messages"][0]["tool_calls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| &call["function"]["arguments"])
            .collect();
        assert_eq!(sent, [&json!({}), &json!({ "arguments": "ls" }), &json!({ "cmd": "ls" })]);
        assert_eq!(body["messages"][0]["tool_calls"][0].get("id"), None);
    }

    #[test]
    fn counters_come_only_when_the_server_counted() {
        let done = ModelEvent::Done(StopReason::Stop);
        assert_eq!(read_line(r#"{"done":true}"#).unwrap(), std::slice::from_ref(&done));
        let counted = Usage { prompt_tokens: None, output_tokens: Some(7) };
        assert_eq!(read_line(r#"{"done":true,"eval_count":7}"#).unwrap(), [ModelEvent::Usage(counted), done]);
    }

    #[test]
    fn why_it_stopped_is_told() {
        let reason = |name: &str| read_line(&json!({ "done": true, "done_reason": name }).to_string()).unwrap();
        assert_eq!(reason("stop"), [ModelEvent::Done(StopReason::Stop)]);
        assert_eq!(reason("length"), [ModelEvent::Done(StopReason::Length)]);
        assert_eq!(reason("load"), [ModelEvent::Done(StopReason::Other("load".into()))]);
    }

    #[test]
    fn nulls_and_blank_lines_say_nothing() {
        assert_eq!(read_line(" \r").unwrap(), []);
        assert_eq!(
            read_line(r#"{"message":{"content":null,"thinking":"","tool_calls":null},"done":false}"#).unwrap(),
            []
        );
    }
}
