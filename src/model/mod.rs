//! Talking to a language model: one question in, a stream of events out.
//!
//! Owns the trait every model stands behind and the promises of its stream.
//! Knows nothing of the gate, of tools being run, of the session, or of how
//! an answer is shown. The planner is no model: it is asked before one.

mod ollama;
mod scripted;

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::domain::{ModelEvent, ModelRequest};

pub use ollama::{Availability, OllamaEmbedder, OllamaModel, OllamaSettings, SetupError};
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
