//! What the server has: is it up, is the model there, what can the model do.
//!
//! Owns the reading of the server's list and of model names. Loads no model
//! and asks it nothing; what to do about a missing one is for others to say.

use std::time::Duration;

use ollama_rs::error::OllamaError;
use tokio::time::timeout;

use super::fault::{excerpt, innermost, spoken};
use super::{OllamaModel, PATIENCE};

/// What may be expected of a model before it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// The model is there. `capabilities` in the server's words (`completion`, `tools`, `thinking`, …);
    /// empty when the server is too old to tell.
    Ready { capabilities: Vec<String> },
    /// The server is up without the model; `installed` are the names it has, in its order.
    NoModel { installed: Vec<String> },
    /// No usable answer; `why` names the server and composes into a lower-case sentence.
    Unreachable { why: String },
}

impl OllamaModel {
    /// Asks the server for its models and what the chosen one can do. Takes at most twenty seconds.
    pub async fn probe(&self) -> Availability {
        let installed: Vec<String> = match within(self.patience(), self.registry.list_local_models()).await {
            Ok(models) => models.into_iter().map(|model| model.name).collect(),
            Err(why) => return self.unreachable(&why),
        };
        let Some(name) = installed.iter().find(|name| is_named(name, &self.settings.model)) else {
            return Availability::NoModel { installed };
        };
        match within(self.patience(), self.registry.show_model_info(name.clone())).await {
            Ok(model) => Availability::Ready { capabilities: model.capabilities },
            Err(why) => self.unreachable(&format!("it lists `{name}` but cannot show it: {why}")),
        }
    }

    fn patience(&self) -> Duration {
        self.settings.timeout.min(PATIENCE)
    }

    fn unreachable(&self, why: &str) -> Availability {
        Availability::Unreachable { why: format!("ollama at {} does not answer: {why}", self.address) }
    }
}

async fn within<T>(limit: Duration, call: impl Future<Output = Result<T, OllamaError>>) -> Result<T, String> {
    let Ok(answer) = timeout(limit, call).await else {
        return Err(format!("nothing came for {}", spoken(limit)));
    };
    answer.map_err(|error| match error {
        OllamaError::ReqwestError(error) if error.is_timeout() => format!("nothing came for {}", spoken(limit)),
        OllamaError::ReqwestError(error) => innermost(&error),
        OllamaError::JsonError(error) => format!("what came is not ollama's: {error}"),
        other => excerpt(&other.to_string()),
    })
}

/// Whether the server's `installed` is what a person calls `wanted`; a name without a tag means `:latest`.
fn is_named(installed: &str, wanted: &str) -> bool {
    with_tag(installed) == with_tag(wanted)
}

fn with_tag(name: &str) -> (&str, &str) {
    // A colon before the last slash belongs to a registry's port.
    match name.rsplit_once(':') {
        Some((model, tag)) if !tag.contains('/') => (model, tag),
        _ => (name, "latest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_tag_is_the_latest() {
        assert!(is_named("llama3:latest", "llama3") && is_named("llama3", "llama3:latest"));
        assert!(is_named("devstral:24b", "devstral:24b"));
        assert!(!is_named("devstral:24b", "devstral") && !is_named("devstral:24b", "devstral:24b-q8"));
        assert!(is_named("registry.example:5000/team/qwen:latest", "registry.example:5000/team/qwen"));
    }
}
