//! Which texts mean alike, asked of Ollama's `/api/embed`.
//!
//! Owns that one request. Knows nothing of what the vectors are for.

use std::time::Duration;

use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::json;

use crate::model::address::Address;
use crate::model::{SetupError, http};

/// A model that gives vectors.
#[derive(Debug, Clone)]
pub struct OllamaEmbedder {
    model: String,
    url: Url,
    client: Client,
    timeout: Duration,
}

#[derive(Deserialize)]
struct Answer {
    embeddings: Vec<Vec<f32>>,
}

impl OllamaEmbedder {
    /// For the model of that name; nothing is sent yet. `timeout` bounds a whole answer.
    ///
    /// # Errors
    /// When the host is no address, or TLS cannot be set up.
    pub fn new(host: &str, model: &str, timeout: Duration) -> Result<Self, SetupError> {
        let address =
            Address::parse(host).map_err(|why| SetupError::Host { host: host.to_owned(), why: why.to_string() })?;
        let client = http::client(timeout)?;
        Ok(Self { model: model.to_owned(), url: address.at("api/embed"), client, timeout })
    }

    /// The name of the model.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// One vector a text, in their order.
    ///
    /// # Errors
    /// What the server or the way to it says, one line.
    pub async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, String> {
        let question = json!({ "model": self.model, "input": texts, "truncate": true });
        let asked = async {
            let answer = self.client.post(self.url.clone()).json(&question).send().await?.error_for_status()?;
            answer.json::<Answer>().await
        };
        match tokio::time::timeout(self.timeout, asked).await {
            Ok(Ok(answer)) => Ok(answer.embeddings),
            // Without the address, which may hold a password.
            Ok(Err(error)) => Err(error.without_url().to_string()),
            Err(_) => Err(format!("no answer within {} seconds", self.timeout.as_secs())),
        }
    }
}
