//! Talking to a language model: one question in, a stream of events out.
//!
//! Owns the trait every model stands behind and the promises of its stream;
//! two servers' protocols behind it, Ollama's own and the one OpenAI began and
//! many speak. What they share is `address`, `http`, `answer`, `fault` and
//! `thinking`. Knows nothing of the gate, of tools being run, of the session,
//! or of how an answer is shown. The planner is no model: it is asked before one.

mod address;
mod answer;
mod availability;
mod fault;
mod http;
mod ollama;
mod openai;
mod scripted;
mod thinking;

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::domain::{ModelEvent, ModelRequest};

pub use availability::{Availability, Listed};
pub use ollama::{OllamaEmbedder, OllamaModel, OllamaSettings};
pub use openai::{OpenAiModel, OpenAiSettings};
pub use scripted::ScriptedModel;

/// Something that answers questions.
pub trait Model: Send + Sync {
    /// The name a person knows it by.
    fn name(&self) -> &str;

    /// Asks once and sends the answer piece by piece into `events`.
    ///
    /// Nothing happens until the future is polled; it borrows nothing. Exactly
    /// one `Done` or `Failed` ends the stream. Only two things end it without
    /// one: tripping `cancel`, which drops the request at once and sends
    /// nothing more, and a closed receiver, because nobody listens any longer.
    fn chat(
        &self,
        request: ModelRequest,
        events: mpsc::Sender<ModelEvent>,
        cancel: CancellationToken,
    ) -> BoxFuture<'static, ()>;
}

/// Why no client could be made from the settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("`{host}` is not the address of a server: {why}")]
    Host { host: String, why: String },
    #[error("the key has characters that no header can carry")]
    Key,
    #[error("the http client could not be made")]
    Client(#[source] reqwest::Error),
}
