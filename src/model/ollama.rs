//! A model served by Ollama, over its native API.
//!
//! Owns the settings, the life of a request, and the check that the server read
//! all of it. The words on the wire lie in `wire`, what to do when it fails in
//! `hints`, what the server has in `availability`. Knows nothing of environment
//! or files: settings come in whole.

mod availability;
mod embed;
mod hints;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Client;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::address::Address;
use super::answer::{self, End};
use super::fault::Fault;
use super::{Model, SetupError, http};
use crate::domain::{ModelEvent, ModelRequest};
use wire::{Lines, Question};

pub use embed::OllamaEmbedder;

/// Where the server is and how it is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct OllamaSettings {
    /// Address of the server, as a person writes it: `http://localhost:11434`, `gpu-box`, `10.0.0.7:8080`.
    pub host: String,
    /// Name of the model, `devstral:24b`; without a tag it means `:latest`.
    pub model: String,
    pub temperature: f32,
    /// The window in tokens. Always sent, because the server's own default cuts long prompts silently.
    pub context_size: u32,
    /// Bounds connecting (at most ten seconds of it) and every silence in an answer, never the whole.
    pub timeout: Duration,
    /// How long the model stays loaded: a duration with a unit (`10m`) or a number of seconds, negative for ever.
    pub keep_alive: Option<String>,
}

/// A model served by Ollama.
#[derive(Debug, Clone)]
pub struct OllamaModel {
    settings: OllamaSettings,
    address: Address,
    client: Client,
    /// The same client, for listing and showing.
    registry: ollama_rs::Ollama,
    /// The window the model was loaded with, in tokens; 0 while that is not known.
    loaded: Arc<AtomicU32>,
}

/// The fewest tokens a text becomes: one for so many of its bytes. Logs, code and prose of any language have more.
const SPARSEST: u64 = 8;

impl OllamaModel {
    /// A client for `settings`; nothing is sent yet.
    ///
    /// # Errors
    /// When the host is no address, or TLS cannot be set up.
    pub fn new(settings: OllamaSettings) -> Result<Self, SetupError> {
        let address = Address::parse(&settings.host)
            .map_err(|why| SetupError::Host { host: settings.host.clone(), why: why.to_string() })?;
        let client = http::client(settings.timeout)?;
        let registry = ollama_rs::Ollama::builder().url(address.base().clone()).reqwest_client(client.clone()).build();
        Ok(Self { settings, address, client, registry, loaded: Arc::default() })
    }
}

impl Model for OllamaModel {
    fn name(&self) -> &str {
        &self.settings.model
    }

    fn chat(
        &self,
        request: ModelRequest,
        events: mpsc::Sender<ModelEvent>,
        cancel: CancellationToken,
    ) -> BoxFuture<'static, ()> {
        let question = Question::new(&self.settings, request);
        let this = self.clone();
        Box::pin(async move {
            let told = |fault: &Fault| {
                let (host, model) = (this.address.to_string(), &this.settings.model);
                fault.told("ollama", &host, model, hints::hint(fault, &host, model))
            };
            answer::converse(this.answer(question, &events), told, &events, &cancel).await;
        })
    }
}

impl OllamaModel {
    async fn answer(&self, mut question: Question, events: &mpsc::Sender<ModelEvent>) -> Result<(), Fault> {
        let end = match self.stream(&question, events).await {
            // Many models cannot think, and none of them can be told not to.
            Err(fault) if fault.refuses_thinking() && question.forget_thinking() => {
                self.stream(&question, events).await?
            }
            end => end?,
        };
        let Some(End { reason, usage }) = end else { return Ok(()) };
        // The server tells its window only of a model that is loaded, which it is now.
        if self.loaded.load(Ordering::Relaxed) == 0
            && let Some(window) = self.loaded_window().await
        {
            self.loaded.store(window, Ordering::Relaxed);
            if window != self.settings.context_size {
                let _nobody_listens = events.send(ModelEvent::Window(window)).await;
            }
        }
        let window = match self.loaded.load(Ordering::Relaxed) {
            0 => self.settings.context_size,
            window => window,
        };
        if let Some(read) = usage.prompt_tokens
            && was_cut(question.size(), read, window)
        {
            return Err(Fault::Cut { sent: question.size(), read, window });
        }
        let _nobody_listens = events.send(ModelEvent::Done(reason)).await;
        Ok(())
    }

    async fn stream(&self, question: &Question, events: &mpsc::Sender<ModelEvent>) -> Result<Option<End>, Fault> {
        let call = || (self.client.post(self.address.at("api/chat")).json(question), Lines);
        answer::stream(call, self.settings.timeout, events).await
    }
}

/// Whether a server dropped a part of what it was sent: it counted less than there can be in it, and what it counted
/// is what is left when a window was full. A small count alone says nothing: some servers count only what was not
/// known from the question before.
fn was_cut(sent: usize, read: u64, window: u32) -> bool {
    let fewest = u64::try_from(sent).unwrap_or(u64::MAX) / SPARSEST;
    read < fewest && read.saturating_mul(2) >= u64::from(window)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_full_window_left_of_a_long_question_is_a_cut() {
        assert!(was_cut(200_000, 4_096, 4_096) && was_cut(200_000, 2_100, 4_096));
        assert!(!was_cut(120_000, 30_000, 32_768), "all of it was read");
        assert!(!was_cut(120_000, 40, 32_768), "the rest was known from before");
    }
}
