//! What the server has: is it up, is the model there, how much does it read.
//!
//! Owns the reading of `/models`. The protocol has no word for what a model can do.

use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use super::{OpenAiModel, hints};
use crate::model::fault::{Fault, spoken};
use crate::model::http::PATIENCE;
use crate::model::{Availability, Listed};

#[derive(Debug, Deserialize)]
struct Models {
    data: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    /// vLLM's name for the window, then that of others.
    #[serde(alias = "context_length", alias = "context_window")]
    max_model_len: Option<u32>,
}

impl OpenAiModel {
    /// Asks the server for its models. Takes at most ten seconds.
    pub async fn probe(&self) -> Availability {
        let models = match self.models().await {
            Ok(Some(models)) => models,
            // A server without a list is taken at its word when the time comes.
            Ok(None) => return Availability::Ready { capabilities: Vec::new(), window: None },
            Err(why) => return Availability::Unreachable { why },
        };
        match models.iter().find(|model| model.id == self.settings.model) {
            Some(model) => Availability::Ready { capabilities: Vec::new(), window: model.max_model_len },
            None => Availability::NoModel { installed: models.into_iter().map(|model| model.id).collect() },
        }
    }

    /// Everything the server has.
    ///
    /// # Errors
    /// When the server does not answer or has no list; one lower-case sentence.
    pub async fn list(&self) -> Result<Vec<Listed>, String> {
        let models = self.models().await?;
        let models = models.ok_or_else(|| format!("the server at {} has no list of its models", self.address))?;
        let listed = |model: Entry| Listed {
            is_chosen: model.id == self.settings.model,
            name: model.id,
            calls_tools: None,
            thinks: None,
            bytes: None,
            window: model.max_model_len,
            loaded: None,
        };
        Ok(models.into_iter().map(listed).collect())
    }

    /// `None` from a server that keeps no list.
    async fn models(&self) -> Result<Option<Vec<Entry>>, String> {
        let limit = self.settings.timeout.min(PATIENCE);
        let asked = async {
            let call = self.client.get(self.address.at("models")).headers(self.headers.clone());
            let answer = call.send().await.map_err(|error| Fault::unsent(&error, limit))?;
            let status = answer.status();
            let body = answer.text().await.map_err(|error| Fault::closed(&error))?;
            match status.as_u16() {
                404 | 405 => Ok(None),
                refused if !status.is_success() => Err(Fault::refused(refused, &body)),
                _ => {
                    let read = serde_json::from_str::<Value>(&body).and_then(serde_json::from_value::<Models>);
                    Ok(Some(read.map_err(|why| Fault::malformed(why, &body))?.data))
                }
            }
        };
        let fault = match timeout(limit, asked).await {
            Ok(Ok(models)) => return Ok(models),
            Ok(Err(fault)) => fault,
            Err(_) => {
                return Err(format!(
                    "the server at {} does not answer: nothing came for {}",
                    self.address,
                    spoken(limit)
                ));
            }
        };
        let host = self.address.to_string();
        let hint = hints::hint(&fault, &host, &self.settings.model, self.settings.api_key.is_some());
        Err(format!("{}; {hint}", fault.told("the server", &host, &self.settings.model, String::new()).summary))
    }
}
