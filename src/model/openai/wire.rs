//! The JSON of `/chat/completions`: the question as it is sent, the events of the answer as they are read.
//!
//! Owns the shapes and what is forgiven in them: comments, several lines of
//! data for one event, a missing `[DONE]`, an answer sent whole instead of in
//! pieces. Knows no connection and no time.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::OpenAiSettings;
use super::pieces::{Piece, Pieces};
use crate::domain::{Message, ModelEvent, ModelRequest, Role, StopReason, ToolSpec, Usage};
use crate::model::answer::Reader;
use crate::model::fault::{Fault, error_text};

/// The body of one question.
#[derive(Debug, Serialize)]
pub(super) struct Question {
    model: String,
    messages: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Value>,
    stream: bool,
    stream_options: Value,
    temperature: f32,
    /// Where vLLM and llama.cpp take it that a model shall not think.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_template_kwargs: Option<Value>,
}

impl Question {
    pub(super) fn new(settings: &OpenAiSettings, request: ModelRequest) -> Self {
        let offered = |tool: ToolSpec| json!({ "type": "function", "function": tool });
        Self {
            model: settings.model.clone(),
            messages: messages(request.messages),
            tools: request.tools.into_iter().map(offered).collect(),
            stream: true,
            stream_options: json!({ "include_usage": true }),
            temperature: settings.temperature,
            chat_template_kwargs: request.think.map(|think| json!({ "enable_thinking": think })),
        }
    }

    /// Says nothing about thinking any more; false when it did not.
    pub(super) fn forget_thinking(&mut self) -> bool {
        self.chat_template_kwargs.take().is_some()
    }
}

/// Every call needs an id here and every result the id of its call; where a model gave none, the place in the talk
/// makes one.
fn messages(said: Vec<Message>) -> Vec<Value> {
    let mut open: std::collections::VecDeque<String> = std::collections::VecDeque::new();
    let mut all = Vec::new();
    for (place, message) in said.into_iter().enumerate() {
        let mut sent = json!({ "role": message.role, "content": message.content });
        if !message.tool_calls.is_empty() {
            open.clear();
            let calls = message.tool_calls.into_iter().enumerate().map(|(index, call)| {
                let id = if call.id.is_empty() { format!("call_{place}_{index}") } else { call.id };
                open.push_back(id.clone());
                let arguments = match call.arguments {
                    Value::String(written) => written,
                    other => other.to_string(),
                };
                json!({ "id": id, "type": "function", "function": { "name": call.name, "arguments": arguments } })
            });
            sent["tool_calls"] = calls.collect();
        }
        if message.role == Role::Tool {
            let next = open.pop_front();
            sent["tool_call_id"] = message.tool_call_id.or(next).unwrap_or_default().into();
        }
        all.push(sent);
    }
    all
}

/// The answer as far as it came.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// Lines of data that are no whole event yet.
    held: String,
    calls: Pieces,
    usage: Usage,
    reason: Option<StopReason>,
}

#[derive(Debug, Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Counted>,
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    /// `message` in an answer that was sent whole.
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Delta {
    content: Option<String>,
    #[serde(alias = "reasoning")]
    reasoning_content: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Debug, Deserialize)]
struct Call {
    index: Option<u64>,
    id: Option<String>,
    function: Option<Function>,
}

#[derive(Debug, Deserialize)]
struct Function {
    name: Option<String>,
    arguments: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Counted {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

impl Reader for Stream {
    fn line(&mut self, line: &str) -> Result<Vec<ModelEvent>, Fault> {
        let line = line.trim_end();
        let data = match line.split_once(':') {
            Some(("data", data)) => data.trim_start(),
            // A server that does not stream answers with one bare object.
            _ if line.starts_with('{') => line,
            // A blank line ends an event; what is no event by then never will be one.
            None if line.is_empty() && !self.held.is_empty() => return Err(self.unreadable()),
            // Comments that keep the connection open, names and numbers of events.
            Some(("" | "event" | "id" | "retry", _)) | None if line.is_empty() || line.contains(':') => {
                return Ok(Vec::new());
            }
            _ => line,
        };
        if self.held.is_empty() && data == "[DONE]" {
            return Ok(self.complete(StopReason::Stop));
        }
        if !self.held.is_empty() {
            self.held.push('\n');
        }
        self.held.push_str(data);
        match serde_json::from_str::<Chunk>(&self.held) {
            Ok(chunk) => {
                self.held.clear();
                self.chunk(chunk)
            }
            // The rest may come on the next line of the same event.
            Err(why) if why.is_eof() => Ok(Vec::new()),
            Err(_) => Err(self.unreadable()),
        }
    }

    fn end(&mut self) -> Result<Vec<ModelEvent>, Fault> {
        if !self.held.is_empty() {
            return Err(Fault::Closed { why: "its last line is torn".into() });
        }
        // A server that said why it stopped has said everything, even without the last word.
        match self.reason.take() {
            Some(reason) => Ok(self.complete(reason)),
            None => Err(Fault::Unfinished),
        }
    }
}

impl Stream {
    fn chunk(&mut self, chunk: Chunk) -> Result<Vec<ModelEvent>, Fault> {
        if let Some(error) = chunk.error {
            return Err(Fault::Reported { text: error_text(&error) });
        }
        if let Some(Counted { prompt_tokens, completion_tokens }) = chunk.usage {
            self.usage = Usage { prompt_tokens, output_tokens: completion_tokens };
        }
        let mut events = Vec::new();
        for Choice { delta, finish_reason } in chunk.choices.into_iter().take(1) {
            if let Some(Delta { content, reasoning_content, tool_calls }) = delta {
                events.extend(reasoning_content.filter(|text| !text.is_empty()).map(ModelEvent::Thinking));
                events.extend(content.filter(|text| !text.is_empty()).map(ModelEvent::Token));
                tool_calls.unwrap_or_default().into_iter().for_each(|call| self.calls.push(piece(call)));
            }
            if let Some(reason) = finish_reason {
                self.reason = Some(match reason.as_str() {
                    "" | "stop" | "tool_calls" | "function_call" => StopReason::Stop,
                    "length" => StopReason::Length,
                    other => StopReason::Other(other.to_owned()),
                });
            }
        }
        Ok(events)
    }

    /// What is known only at the end.
    fn complete(&mut self, reason: StopReason) -> Vec<ModelEvent> {
        let mut events: Vec<ModelEvent> = self.calls.take().map(ModelEvent::ToolCall).collect();
        if self.usage != Usage::default() {
            events.push(ModelEvent::Usage(self.usage));
        }
        events.push(ModelEvent::Done(self.reason.take().unwrap_or(reason)));
        events
    }

    fn unreadable(&mut self) -> Fault {
        let line = std::mem::take(&mut self.held);
        match serde_json::from_str::<Chunk>(&line) {
            Err(why) => Fault::malformed(why, &line),
            Ok(_) => Fault::Unfinished,
        }
    }
}

fn piece(call: Call) -> Piece {
    let function = call.function.unwrap_or(Function { name: None, arguments: None });
    Piece {
        index: call.index,
        id: call.id.unwrap_or_default(),
        name: function.name.unwrap_or_default(),
        arguments: match function.arguments {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ToolCall;

    #[test]
    fn a_talk_without_ids_gets_them_in_order() {
        let call = |id: &str| ToolCall { id: id.into(), name: "run".into(), arguments: json!({ "cmd": "ls" }) };
        let mut asked = Message::text(Role::Assistant, "");
        asked.tool_calls = vec![call(""), call("own")];
        let mut second = Message::text(Role::Tool, "two");
        second.tool_call_id = Some("own".into());
        let sent = messages(vec![asked, Message::text(Role::Tool, "one"), second]);
        assert_eq!(sent[0]["tool_calls"][0]["id"], sent[1]["tool_call_id"]);
        assert_eq!(sent[0]["tool_calls"][1]["id"], sent[2]["tool_call_id"]);
        assert_eq!(sent[0]["tool_calls"][0]["function"]["arguments"], json!("{\"cmd\":\"ls\"}"));
        assert_ne!(sent[1]["tool_call_id"], json!(""));
    }

    #[test]
    fn one_event_may_stand_on_several_lines_and_comments_say_nothing() {
        let mut stream = Stream::default();
        for silent in [": keep-alive", "event: chunk", "", "data: {\"choices\":[{\"delta\":"] {
            assert_eq!(stream.line(silent).unwrap(), [], "{silent}");
        }
        assert_eq!(stream.line("data: {\"content\":\"hi\"}}]}").unwrap(), [ModelEvent::Token("hi".into())]);
        assert_eq!(stream.line("data:[DONE]").unwrap(), [ModelEvent::Done(StopReason::Stop)]);
    }

    #[test]
    fn half_an_event_is_a_failure_and_no_guess() {
        let mut stream = Stream::default();
        assert_eq!(stream.line("data: {\"choices\":[").unwrap(), []);
        assert!(matches!(stream.line(""), Err(Fault::Malformed { .. })));
        assert!(matches!(Stream::default().line("<html>"), Err(Fault::Malformed { .. })));
    }
}
