//! The same model behind both protocols: one script, served by the fixture of each.

use serde_json::Value;

use super::home::Home;
use super::ollama::{FakeOllama, Turn};
use super::openai::{FakeOpenAi, Said};

const MODEL: &str = "devstral:24b";

/// A piece of an answer.
#[derive(Debug, Clone)]
pub enum Piece {
    Thinking(&'static str),
    Token(&'static str),
    Call(&'static str, Value),
}

/// What one question is answered with.
#[derive(Debug, Clone)]
pub enum Reply {
    Says(Vec<Piece>),
    /// The window or the output limit was reached after these.
    Full(Vec<Piece>),
    Refuses(u16, &'static str),
}

/// A server and the place that asks it.
pub enum Provider {
    Ollama(FakeOllama),
    OpenAi(FakeOpenAi),
}

impl Provider {
    /// Both, with the same script.
    pub fn both(script: &[Reply]) -> [(Provider, Home); 2] {
        let ollama = FakeOllama::start(&[MODEL], script.iter().map(turn).collect());
        let openai = FakeOpenAi::start(&[MODEL], script.iter().map(said).collect());
        let first = Home::with_commits(3).var("OLLAMA_HOST", &ollama.host()).var("OLLAMA_TIMEOUT", "20");
        let second = Home::with_commits(3)
            .var("OPENAI_BASE_URL", &openai.base_url())
            .var("OLLAMA_TIMEOUT", "20")
            .var("AGENT_MODEL", &format!("openai:{MODEL}"));
        [(Provider::Ollama(ollama), first), (Provider::OpenAi(openai), second)]
    }

    pub fn name(&self) -> &'static str {
        match self {
            Provider::Ollama(_) => "ollama",
            Provider::OpenAi(_) => "openai",
        }
    }

    /// The bodies of the questions, in order.
    pub fn requests(&self) -> Vec<Value> {
        match self {
            Provider::Ollama(server) => server.requests(),
            Provider::OpenAi(server) => server.requests().into_iter().map(|request| request.body).collect(),
        }
    }

    /// Whether a question asked the model not to think.
    pub fn forbids_thinking(&self, request: &Value) -> bool {
        match self {
            Provider::Ollama(_) => request["think"] == false,
            Provider::OpenAi(_) => request["chat_template_kwargs"]["enable_thinking"] == false,
        }
    }
}

fn turn(reply: &Reply) -> Turn {
    let pieces = |pieces: &[Piece]| {
        pieces.iter().enumerate().fold(Turn::new(), |turn, (index, piece)| match piece {
            Piece::Thinking(text) => turn.thinking(text),
            Piece::Token(text) => turn.token(text),
            Piece::Call(name, arguments) => turn.call(&format!("c{index}"), name, arguments),
        })
    };
    match reply {
        Reply::Says(all) => pieces(all).done("stop", 90, 9),
        Reply::Full(all) => pieces(all).done("length", 90, 9),
        Reply::Refuses(status, why) => Turn::status(*status, &serde_json::json!({ "error": why }).to_string()),
    }
}

fn said(reply: &Reply) -> Said {
    let pieces = |pieces: &[Piece]| {
        pieces.iter().enumerate().fold(Said::new(), |said, (index, piece)| match piece {
            Piece::Thinking(text) => said.thinking(text),
            Piece::Token(text) => said.token(text),
            Piece::Call(name, arguments) => said.call(index, &format!("c{index}"), name, arguments),
        })
    };
    match reply {
        Reply::Says(all) => pieces(all).finish("stop").done(90, 9),
        Reply::Full(all) => pieces(all).finish("length").done(90, 9),
        Reply::Refuses(status, why) => {
            Said::status(*status, &serde_json::json!({ "error": { "message": why } }).to_string())
        }
    }
}
