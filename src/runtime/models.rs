//! Whether a model is there, and the talk with it.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::veil::Veil;
use crate::config::Config;
use crate::domain::{Failure, FailureKind, ModelEvent, ModelRequest, TurnId};
use crate::model::{Availability, Model, OllamaModel, OllamaSettings};

/// What a look for the model found.
pub(super) enum Found {
    Ready(Arc<dyn Model>),
    /// Not there; one line that says what is.
    Absent(String),
}

/// Pieces of an answer that may wait for the driver.
const PIECES: usize = 256;

/// Looks for the configured model.
///
/// # Errors
/// When the setting itself is wrong.
pub(super) async fn look(config: &Config) -> Result<Found, Failure> {
    let settings = OllamaSettings {
        host: config.ollama.host.clone(),
        model: config.ollama.model.clone(),
        temperature: config.ollama.temperature,
        context_size: config.ollama.context_size,
        timeout: config.ollama.timeout,
        keep_alive: config.ollama.keep_alive.clone(),
    };
    let model = OllamaModel::new(settings).map_err(|error| {
        Failure::new(FailureKind::Configuration, "the model cannot be set up")
            .because(error)
            .hint("Set OLLAMA_HOST to something like http://localhost:11434.")
    })?;
    Ok(match model.probe().await {
        Availability::Ready { capabilities } if may_call_tools(&capabilities) => Found::Ready(Arc::new(model)),
        Availability::Ready { .. } => Found::Absent(format!(
            "{} is there but cannot call tools. Name another model in OLLAMA_MODEL.",
            config.ollama.model
        )),
        Availability::NoModel { installed } if installed.is_empty() => Found::Absent(format!(
            "Ollama answers but has no model; `ollama pull {}` fetches one.",
            config.ollama.model
        )),
        Availability::NoModel { installed } => Found::Absent(format!(
            "The model {} is not installed; there are: {}.",
            config.ollama.model,
            installed.join(", ")
        )),
        Availability::Unreachable { why } => Found::Absent(format!("No model: {why}.")),
    })
}

/// A server too old to tell is taken at its word when the time comes.
fn may_call_tools(capabilities: &[String]) -> bool {
    capabilities.is_empty() || capabilities.iter().any(|capability| capability == "tools")
}

/// Starts an answer; its pieces arrive at `pieces` with their turn.
pub(super) fn chat(
    model: &Arc<dyn Model>,
    turn: TurnId,
    request: ModelRequest,
    cancel: CancellationToken,
    veil: Veil,
    pieces: mpsc::UnboundedSender<(TurnId, ModelEvent)>,
) {
    let (sender, mut receiver) = mpsc::channel(PIECES);
    let answer = model.chat(veil.request(request), sender, cancel);
    tokio::spawn(answer);
    tokio::spawn(async move {
        while let Some(event) = receiver.recv().await {
            let event = veil.event(event);
            // What comes after a failure is nobody's; dropping the receiver ends the answer.
            let ends = matches!(event, ModelEvent::Failed(_));
            if pieces.send((turn, event)).is_err() || ends {
                return;
            }
        }
    });
}
