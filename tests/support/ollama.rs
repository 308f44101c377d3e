//! A scripted Ollama server on loopback, inside the test process.
//!
//! Owns the words of its protocol: `/api/tags`, `/api/show`, `/api/ps`,
//! `/api/version`, `/api/embed` and `/api/chat`, the last as NDJSON. Knows
//! nothing of the client under test.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use serde_json::{Value, json};

use super::torn::{Answer, End, Reply, Request, TornServer};

/// Bytes of one HTTP chunk unless a test says otherwise: odd, and smaller than most characters' line.
const CHUNK: usize = 7;

/// What one call of `/api/chat` is answered with.
#[derive(Debug, Clone)]
pub struct Turn(Answer);

impl Turn {
    /// An answer without lines yet; chain what it says.
    pub fn new() -> Self {
        Self(Answer { status: 200, location: None, kind: "application/x-ndjson", body: Vec::new(), end: End::Whole })
    }

    /// A bad status with this body.
    pub fn status(status: u16, body: &str) -> Self {
        Self(Answer { status, body: body.as_bytes().to_vec(), ..Self::new().0 })
    }

    /// A redirect to `location` that keeps method and body.
    pub fn redirect(location: &str) -> Self {
        Self(Answer { status: 307, location: Some(location.to_owned()), ..Self::new().0 })
    }

    /// Takes the question and never answers.
    pub fn mute() -> Self {
        Self(Answer { end: End::Mute, ..Self::new().0 })
    }

    /// Takes the question and closes the connection.
    pub fn dropped() -> Self {
        Self(Answer { end: End::Dropped, ..Self::new().0 })
    }

    /// Reasoning, before the answer.
    pub fn thinking(self, text: &str) -> Self {
        self.message(json!({ "role": "assistant", "content": "", "thinking": text }))
    }

    /// A piece of the answer.
    pub fn token(self, text: &str) -> Self {
        self.message(json!({ "role": "assistant", "content": text }))
    }

    /// A tool call with an id, as recent servers send it.
    pub fn call(self, id: &str, name: &str, arguments: &Value) -> Self {
        let function = json!({ "index": 0, "name": name, "arguments": arguments });
        self.message(json!({ "role": "assistant", "content": "", "tool_calls": [{ "id": id, "function": function }] }))
    }

    /// The last line, with what was counted.
    pub fn done(self, reason: &str, prompt_tokens: u64, output_tokens: u64) -> Self {
        let counted = json!({ "prompt_eval_count": prompt_tokens, "eval_count": output_tokens });
        self.last(reason, counted)
    }

    /// The last line of a server that counted nothing.
    pub fn done_uncounted(self) -> Self {
        self.last("stop", json!({}))
    }

    /// Any line, malformed ones too.
    pub fn line(self, line: &str) -> Self {
        self.raw(format!("{line}\n").as_bytes())
    }

    /// Any bytes, without an end of line.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.body.extend_from_slice(bytes);
        self
    }

    /// After what was said so far, silence.
    pub fn then_hang(self) -> Self {
        Self(Answer { end: End::Hang, ..self.0 })
    }

    /// After what was said so far, the connection is cut.
    pub fn then_cut(self) -> Self {
        Self(Answer { end: End::Cut, ..self.0 })
    }

    fn message(self, message: Value) -> Self {
        let line = json!({
            "model": "scripted", "created_at": "2026-08-01T10:00:00.000000Z", "message": message, "done": false
        });
        self.line(&line.to_string())
    }

    fn last(self, reason: &str, counted: Value) -> Self {
        let mut line = json!({
            "model": "scripted", "created_at": "2026-08-01T10:00:01.000000Z",
            "message": { "role": "assistant", "content": "" }, "done": true, "done_reason": reason,
        });
        line.as_object_mut().unwrap().extend(counted.as_object().unwrap().clone());
        self.line(&line.to_string())
    }
}

/// The server; dropping it stops it.
pub struct FakeOllama(TornServer);

/// What it has and says of itself.
#[derive(Debug, Clone, Default)]
pub struct Stock {
    pub models: Vec<String>,
    /// Models that cannot call tools.
    pub toolless: Vec<String>,
    /// What a model was trained for, in tokens.
    pub trained: Option<u32>,
    /// The window every model is loaded with, in tokens.
    pub loaded: Option<u32>,
}

impl Stock {
    /// Models that call tools.
    pub fn of(models: &[&str]) -> Self {
        Self { models: models.iter().map(|&name| name.to_owned()).collect(), ..Self::default() }
    }
}

impl FakeOllama {
    /// A server that has `models` and answers one chat after the other with `turns`.
    pub fn start(models: &[&str], turns: Vec<Turn>) -> Self {
        Self::start_in_chunks_of(CHUNK, models, turns)
    }

    /// The same with `chunk` bytes in every HTTP chunk of an answer.
    pub fn start_in_chunks_of(chunk: usize, models: &[&str], turns: Vec<Turn>) -> Self {
        Self::stocked(chunk, Stock::of(models), turns)
    }

    /// A server with that stock.
    pub fn stocked(chunk: usize, stock: Stock, turns: Vec<Turn>) -> Self {
        let script = turns.into_iter().map(|turn| turn.0).collect();
        Self(TornServer::start(chunk, script, Box::new(move |request| stock.reply(request))))
    }

    /// The value for `OLLAMA_HOST`.
    pub fn host(&self) -> String {
        self.0.url()
    }

    /// The bodies `/api/chat` was asked with, in order.
    pub fn requests(&self) -> Vec<Value> {
        self.0.requests().into_iter().map(|request| request.body).collect()
    }

    /// How many answers were left by the client before their end.
    pub fn abandoned(&self) -> usize {
        self.0.abandoned()
    }
}

impl Stock {
    fn reply(&self, Request { path, body, .. }: &Request) -> Reply {
        let model = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        match path.as_str() {
            "/api/version" => Reply::Json(200, json!({ "version": "0.12.6" })),
            "/api/tags" => {
                let listed = |name: &String| json!({ "name": name, "modified_at": "2026-08-01T10:00:00Z", "size": 1 });
                Reply::Json(200, json!({ "models": self.models.iter().map(listed).collect::<Vec<_>>() }))
            }
            "/api/ps" if self.loaded.is_some() => {
                let running = |name: &String| json!({ "name": name, "context_length": self.loaded });
                Reply::Json(200, json!({ "models": self.models.iter().map(running).collect::<Vec<_>>() }))
            }
            "/api/embed" if self.knows(&model("model")) => {
                let texts = body["input"].as_array().cloned().unwrap_or_default();
                let vectors: Vec<_> = texts.iter().map(|text| meaning(text.as_str().unwrap_or_default())).collect();
                Reply::Json(200, json!({ "model": model("model"), "embeddings": vectors }))
            }
            "/api/show" if self.knows(&model("name")) => {
                let tools = (!self.toolless.contains(&model("name"))).then_some("tools");
                let able: Vec<&str> = ["completion"].into_iter().chain(tools).chain(["thinking"]).collect();
                let info = self.trained.map_or(json!({}), |window| json!({ "llama.context_length": window }));
                Reply::Json(200, json!({ "capabilities": able, "model_info": info }))
            }
            "/api/chat" if self.knows(&model("model")) => Reply::Scripted,
            "/api/show" | "/api/chat" | "/api/embed" => {
                Reply::Json(404, json!({ "error": "model not found, try pulling it" }))
            }
            _ => Reply::Json(404, json!("404 page not found")),
        }
    }

    fn knows(&self, model: &str) -> bool {
        self.models.iter().any(|known| known == model || *known == format!("{model}:latest"))
    }
}

/// A vector that knows two things: trees and water.
fn meaning(text: &str) -> [f32; 3] {
    let counted = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count() as f32;
    [counted(&["xylem", "sapwood", "bark"]), counted(&["brook", "estuary", "tide"]), 0.1]
}
