//! The embedding model that the person named, for searches by meaning.
//!
//! Owns the step between the index's trait and Ollama. Texts of the log are sent only to a server on this machine.

use std::time::Duration;

use crate::config::Config;
use crate::domain::{Failure, FailureKind};
use crate::index::{EmbedError, Embedder, Embedding};
use crate::model::OllamaEmbedder;

/// How long one answer may take: a search goes on by words after it.
const PATIENCE: Duration = Duration::from_secs(5);

struct Ollama(OllamaEmbedder);

impl Embedder for Ollama {
    fn model(&self) -> &str {
        self.0.model()
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> Embedding<'a> {
        Box::pin(async move {
            let answer = self.0.embed(texts).await;
            answer.map_err(|problem| EmbedError { model: self.0.model().to_owned(), problem })
        })
    }
}

/// The embedder of the settings; `None` where no model is named, or the server is on another machine.
///
/// # Errors
/// When the server's address is none.
pub fn embedder(config: &Config) -> Result<Option<Box<dyn Embedder>>, Failure> {
    let Some(model) = config.ollama.embed_model.as_deref().filter(|_| config.ollama.is_local) else { return Ok(None) };
    let made = OllamaEmbedder::new(&config.ollama.host, model, PATIENCE).map_err(|error| {
        Failure::new(FailureKind::Configuration, "the embedding model cannot be set up")
            .because(error)
            .hint("Set OLLAMA_HOST to something like http://localhost:11434.")
    })?;
    Ok(Some(Box::new(Ollama(made))))
}
