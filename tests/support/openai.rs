//! A scripted server of OpenAI's chat completions on loopback, inside the test process.
//!
//! Owns the words of that protocol: `/v1/models` and `/v1/chat/completions`, the
//! last as server-sent events. Knows nothing of the client under test.

use serde_json::{Value, json};

use super::torn::{Answer, End, Reply, Request, TornServer};

/// Bytes of one HTTP chunk unless a test says otherwise.
const CHUNK: usize = 7;

/// What one call of `/v1/chat/completions` is answered with.
#[derive(Debug, Clone)]
pub struct Said(Answer);

impl Said {
    /// An answer without events yet; chain what it says.
    pub fn new() -> Self {
        Self(Answer { status: 200, location: None, kind: "text/event-stream", body: Vec::new(), end: End::Whole })
    }

    /// A bad status with this body.
    pub fn status(status: u16, body: &str) -> Self {
        Self(Answer { status, body: body.as_bytes().to_vec(), ..Self::new().0 })
    }

    /// Takes the question and never answers.
    pub fn mute() -> Self {
        Self(Answer { end: End::Mute, ..Self::new().0 })
    }

    /// Takes the question and closes the connection.
    pub fn dropped() -> Self {
        Self(Answer { end: End::Dropped, ..Self::new().0 })
    }

    /// A piece of the answer.
    pub fn token(self, text: &str) -> Self {
        self.delta(json!({ "content": text }))
    }

    /// Reasoning, as vLLM sends it.
    pub fn thinking(self, text: &str) -> Self {
        self.delta(json!({ "reasoning_content": text }))
    }

    /// A tool call whose arguments come in pieces of three characters.
    pub fn call(self, index: usize, id: &str, name: &str, arguments: &Value) -> Self {
        let begin =
            json!({ "index": index, "id": id, "type": "function", "function": { "name": name, "arguments": "" } });
        let text: Vec<char> = arguments.to_string().chars().collect();
        text.chunks(3).fold(self.delta(json!({ "tool_calls": [begin] })), |said, piece| {
            let piece: String = piece.iter().collect();
            said.delta(json!({ "tool_calls": [{ "index": index, "function": { "arguments": piece } }] }))
        })
    }

    /// Any change to the message.
    pub fn delta(self, delta: Value) -> Self {
        self.event(&json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] }).to_string())
    }

    /// Why it stopped.
    pub fn finish(self, reason: &str) -> Self {
        self.event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }).to_string())
    }

    /// What was counted, and the last word.
    pub fn done(self, prompt_tokens: u64, output_tokens: u64) -> Self {
        let usage = json!({ "prompt_tokens": prompt_tokens, "completion_tokens": output_tokens });
        self.event(&json!({ "choices": [], "usage": usage }).to_string()).event("[DONE]")
    }

    /// One event with any data.
    pub fn event(self, data: &str) -> Self {
        self.raw(format!("data: {data}\n\n").as_bytes())
    }

    /// Any bytes.
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
}

/// The server; dropping it stops it.
pub struct FakeOpenAi(TornServer);

impl FakeOpenAi {
    /// A server that has `models` and answers one chat after the other.
    pub fn start(models: &[&str], script: Vec<Said>) -> Self {
        Self::start_in_chunks_of(CHUNK, models, script)
    }

    /// The same with `chunk` bytes in every HTTP chunk of an answer.
    pub fn start_in_chunks_of(chunk: usize, models: &[&str], script: Vec<Said>) -> Self {
        let listed = |name: &&str| json!({ "id": name, "object": "model", "max_model_len": 16_384 });
        let models = json!({ "object": "list", "data": models.iter().map(listed).collect::<Vec<_>>() });
        let reply = move |request: &Request| match request.path.as_str() {
            "/v1/models" => Reply::Json(200, models.clone()),
            "/v1/chat/completions" => Reply::Scripted,
            _ => Reply::Json(404, json!({ "detail": "Not Found" })),
        };
        Self(TornServer::start(chunk, script.into_iter().map(|said| said.0).collect(), Box::new(reply)))
    }

    /// The value for `OPENAI_BASE_URL`.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.0.url())
    }

    /// What `/v1/chat/completions` was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.0.requests()
    }

    /// How many answers were left by the client before their end.
    pub fn abandoned(&self) -> usize {
        self.0.abandoned()
    }
}
