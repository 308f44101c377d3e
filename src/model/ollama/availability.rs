//! What the server has: is it up, is the model there, what can the model do.
//!
//! Owns the reading of the server's list and of model names. Loads no model
//! and asks it nothing; what to do about a missing one is for others to say.

use std::time::Duration;

use ollama_rs::error::OllamaError;
use serde_json::Value;
use tokio::time::timeout;

use super::OllamaModel;
use crate::model::fault::{excerpt, innermost, spoken};
use crate::model::http::PATIENCE;
use crate::model::{Availability, Listed};

impl OllamaModel {
    /// Asks the server for its models and what the chosen one can do. Takes at most twenty seconds.
    pub async fn probe(&self) -> Availability {
        let installed = match self.installed().await {
            Ok(installed) => installed,
            Err(why) => return self.unreachable(&why),
        };
        let Some((name, _)) = installed.iter().find(|(name, _)| is_named(name, &self.settings.model)) else {
            return Availability::NoModel { installed: installed.into_iter().map(|(name, _)| name).collect() };
        };
        match self.shown(name).await {
            Ok((capabilities, window)) => Availability::Ready { capabilities, window },
            Err(why) => self.unreachable(&format!("it lists `{name}` but cannot show it: {why}")),
        }
    }

    /// Everything the server has, and what each can do.
    ///
    /// # Errors
    /// When the server does not answer; one lower-case sentence.
    pub async fn list(&self) -> Result<Vec<Listed>, String> {
        let installed = self.installed().await.map_err(|why| self.sentence(&why))?;
        let running = self.running().await.unwrap_or_default();
        let mut all = Vec::new();
        for (name, bytes) in installed {
            // One that cannot be shown is there all the same.
            let (capabilities, window) = self.shown(&name).await.unwrap_or_default();
            let can = |what: &str| (!capabilities.is_empty()).then(|| capabilities.iter().any(|able| able == what));
            let loaded = running.iter().find(|(loaded, _)| is_named(loaded, &name)).map(|(_, window)| *window);
            all.push(Listed {
                is_chosen: is_named(&name, &self.settings.model),
                calls_tools: can("tools"),
                thinks: can("thinking"),
                bytes: Some(bytes),
                window,
                loaded,
                name,
            });
        }
        Ok(all)
    }

    /// The window the chosen model is loaded with.
    pub(super) async fn loaded_window(&self) -> Option<u32> {
        let running = self.running().await?;
        running.into_iter().find(|(name, _)| is_named(name, &self.settings.model)).map(|(_, window)| window)
    }

    /// The models that are loaded, with their windows; `None` from a server that does not say.
    async fn running(&self) -> Option<Vec<(String, u32)>> {
        let asked = async { self.client.get(self.address.at("api/ps")).send().await?.json::<Value>().await };
        let answer = timeout(self.patience(), asked).await.ok()?.ok()?;
        let models = answer.get("models")?.as_array()?;
        let read = |model: &Value| {
            let window = u32::try_from(model.get("context_length")?.as_u64()?).ok().filter(|window| *window > 0)?;
            Some((model.get("name")?.as_str()?.to_owned(), window))
        };
        Some(models.iter().filter_map(read).collect())
    }

    /// Names and sizes in bytes.
    async fn installed(&self) -> Result<Vec<(String, u64)>, String> {
        let models = within(self.patience(), self.registry.list_local_models()).await?;
        Ok(models.into_iter().map(|model| (model.name, model.size)).collect())
    }

    /// What a model can do in the server's words, and the window it was trained for.
    async fn shown(&self, name: &str) -> Result<(Vec<String>, Option<u32>), String> {
        let model = within(self.patience(), self.registry.show_model_info(name.to_owned())).await?;
        let window = model.model_info.iter().find(|(key, _)| key.ends_with(".context_length"));
        let window = window.and_then(|(_, length)| u32::try_from(length.as_u64()?).ok());
        Ok((model.capabilities, window))
    }

    fn patience(&self) -> Duration {
        self.settings.timeout.min(PATIENCE)
    }

    fn unreachable(&self, why: &str) -> Availability {
        Availability::Unreachable { why: self.sentence(why) }
    }

    fn sentence(&self, why: &str) -> String {
        format!("ollama at {} does not answer: {why}", self.address)
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
