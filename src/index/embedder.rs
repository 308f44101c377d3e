//! Meaning as numbers, from a model the person named. Without one there is none: nothing here makes numbers of letters
//! and calls that meaning.
//!
//! Owns the trait. The one over a network stands with the other models.

use std::pin::Pin;

/// What an embedder answers.
pub type Embedding<'a> = Pin<Box<dyn Future<Output = Result<Vec<Vec<f32>>, EmbedError>> + Send + 'a>>;

/// Something that knows which texts mean alike.
pub trait Embedder: Send + Sync {
    /// The model, as it is kept beside each vector: those of two models are never compared.
    fn model(&self) -> &str;

    /// One vector a text, in their order and all of one length. Nothing happens until the future is polled.
    fn embed<'a>(&'a self, texts: &'a [String]) -> Embedding<'a>;
}

/// Why there are no vectors; a search goes on by words.
#[derive(Debug, thiserror::Error)]
#[error("the embedding model {model:?} gave no vectors: {problem}")]
pub struct EmbedError {
    pub model: String,
    pub problem: String,
}
