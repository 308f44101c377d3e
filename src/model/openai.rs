//! A model behind the protocol OpenAI began: vLLM, llama.cpp, LM Studio, OpenRouter and OpenAI itself speak it.
//!
//! Owns the settings and the life of a request. The words on the wire lie in
//! `wire`, tool calls that come in pieces in `pieces`, what to do when it fails
//! in `hints`, what the server has in `availability`. The key leaves this
//! module only inside a header that is marked as sensitive.

mod availability;
mod hints;
mod pieces;
mod wire;

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::address::Address;
use super::answer::{self, End};
use super::fault::Fault;
use super::{Model, SetupError, http};
use crate::domain::{ModelEvent, ModelRequest};
use wire::{Question, Stream};

/// Where the server is and how it is asked.
#[derive(Clone, PartialEq)]
pub struct OpenAiSettings {
    /// Base of every request, with its version: `http://localhost:8000/v1`.
    pub base_url: String,
    /// Sent as a bearer token; many local servers want none.
    pub api_key: Option<String>,
    pub model: String,
    pub temperature: f32,
    /// Bounds connecting (at most ten seconds of it) and every silence in an answer, never the whole.
    pub timeout: Duration,
}

/// Without the key.
impl fmt::Debug for OpenAiSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiSettings")
            .field("base_url", &self.base_url)
            .field("model", &self.model)
            .field("temperature", &self.temperature)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A model behind that protocol.
#[derive(Debug, Clone)]
pub struct OpenAiModel {
    settings: OpenAiSettings,
    address: Address,
    client: Client,
    headers: HeaderMap,
}

impl OpenAiModel {
    /// A client for `settings`; nothing is sent yet.
    ///
    /// # Errors
    /// When the base is no address, the key fits no header, or TLS cannot be set up.
    pub fn new(settings: OpenAiSettings) -> Result<Self, SetupError> {
        let address = Address::parse(&settings.base_url)
            .map_err(|why| SetupError::Host { host: settings.base_url.clone(), why: why.to_string() })?;
        let client = http::client(settings.timeout)?;
        let mut headers = HeaderMap::new();
        if let Some(key) = &settings.api_key {
            let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| SetupError::Key)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self { settings, address, client, headers })
    }

    async fn answer(&self, mut question: Question, events: &mpsc::Sender<ModelEvent>) -> Result<(), Fault> {
        let end = match self.stream(&question, events).await {
            // The switch is one of vLLM and llama.cpp; others refuse what they do not know.
            Err(fault) if fault.refuses_question() && question.forget_thinking() => {
                self.stream(&question, events).await?
            }
            end => end?,
        };
        if let Some(End { reason, .. }) = end {
            let _nobody_listens = events.send(ModelEvent::Done(reason)).await;
        }
        Ok(())
    }

    async fn stream(&self, question: &Question, events: &mpsc::Sender<ModelEvent>) -> Result<Option<End>, Fault> {
        let call = || (self.post(question), Stream::default());
        answer::stream(call, self.settings.timeout, events).await
    }

    fn post(&self, question: &Question) -> RequestBuilder {
        self.client.post(self.address.at("chat/completions")).headers(self.headers.clone()).json(question)
    }
}

impl Model for OpenAiModel {
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
                let hint = hints::hint(fault, &host, model, this.settings.api_key.is_some());
                fault.told("the server", &host, model, hint)
            };
            answer::converse(this.answer(question, &events), told, &events, &cancel).await;
        })
    }
}
