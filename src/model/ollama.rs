//! A model served by Ollama, over its native API.
//!
//! Owns the settings, the one HTTP client and the life of a request. The words
//! on the wire lie in `wire`, reading them off it in `answer`, what went wrong
//! in `fault`, what the server has in `availability`. Knows nothing of
//! environment or files: settings come in whole.

mod address;
mod answer;
mod availability;
mod embed;
mod fault;
mod wire;

use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Client;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Model;
use crate::domain::{ModelEvent, ModelRequest};
use address::Address;

pub use availability::Availability;
pub use embed::OllamaEmbedder;

/// How long a connection, or a question that needs no model, may take at most:
/// such answers come in milliseconds or not at all, however patient one is with a model.
const PATIENCE: Duration = Duration::from_secs(10);

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

/// Why no client could be made from the settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("`{host}` is not the address of a server: {why}")]
    Host { host: String, why: String },
    #[error("the http client could not be made")]
    Client(#[source] reqwest::Error),
}

/// A model served by Ollama.
#[derive(Debug, Clone)]
pub struct OllamaModel {
    settings: OllamaSettings,
    address: Address,
    client: Client,
    /// The same client, for listing and showing.
    registry: ollama_rs::Ollama,
}

impl OllamaModel {
    /// A client for `settings`; nothing is sent yet.
    ///
    /// # Errors
    /// When the host is no address, or TLS cannot be set up.
    pub fn new(settings: OllamaSettings) -> Result<Self, SetupError> {
        let address = Address::parse(&settings.host)
            .map_err(|why| SetupError::Host { host: settings.host.clone(), why: why.to_string() })?;
        let client = client(settings.timeout)?;
        let registry = ollama_rs::Ollama::builder().url(address.base().clone()).reqwest_client(client.clone()).build();
        Ok(Self { settings, address, client, registry })
    }
}

/// Texts go to the named host and nowhere else: no proxy out of the environment, no redirect. No idle connections
/// either: a server restarted between two turns must not fail the second one.
fn client(timeout: Duration) -> Result<Client, SetupError> {
    Client::builder()
        .use_rustls_tls()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .connect_timeout(timeout.min(PATIENCE))
        .build()
        .map_err(SetupError::Client)
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
        let question = wire::Question::new(&self.settings, request);
        let call = self.client.post(self.address.chat()).json(&question);
        let (host, model, silence) = (self.address.to_string(), self.settings.model.clone(), self.settings.timeout);
        Box::pin(async move {
            let conversation = async {
                if let Err(fault) = answer::stream(call, silence, &events).await {
                    // A closed receiver has nobody to tell.
                    let _ = events.send(ModelEvent::Failed(fault.explain(&host, &model))).await;
                }
            };
            // Dropping the conversation closes its connection, at which the server stops generating.
            tokio::select! {
                biased;
                () = cancel.cancelled() => {}
                () = events.closed() => {}
                () = conversation => {}
            }
        })
    }
}
