//! Whether a model is there, and the talk with it.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::veil::Veil;
use crate::agent::{Joined, Listener};
use crate::config::{Config, OpenAi};
use crate::domain::{Failure, FailureKind, ModelEvent, ModelRequest, TurnId};
use crate::model::{Availability, Listed, Model, OllamaModel, OllamaSettings, OpenAiModel, OpenAiSettings, SetupError};

/// What a look for the model found.
pub(super) enum Found {
    Ready(Arc<dyn Model>, Joined),
    /// Not there; one line that says what is.
    Absent(String),
}

/// Models that are named where the one that was wanted is missing; some servers have hundreds.
const NAMED: usize = 12;

/// Pieces of an answer that may wait for the driver.
const PIECES: usize = 256;

/// The server that the settings choose.
enum Server {
    Ollama(OllamaModel),
    OpenAi(OpenAiModel),
}

impl Server {
    fn of(config: &Config) -> Result<Server, Failure> {
        let made = match &config.openai {
            None => OllamaModel::new(ollama(config)).map(Server::Ollama),
            Some(chosen) => OpenAiModel::new(openai(config, chosen)).map(Server::OpenAi),
        };
        made.map_err(|error| {
            let hint = match (&error, &config.openai) {
                (SetupError::Key, _) => "Write OPENAI_API_KEY as you were given it, without blanks.",
                (_, Some(_)) => "Set OPENAI_BASE_URL to something like http://localhost:8000/v1.",
                (_, None) => "Set OLLAMA_HOST to something like http://localhost:11434.",
            };
            Failure::new(FailureKind::Configuration, "the model cannot be set up").because(error).hint(hint)
        })
    }
}

fn ollama(config: &Config) -> OllamaSettings {
    OllamaSettings {
        host: config.ollama.host.clone(),
        model: config.ollama.model.clone(),
        temperature: config.ollama.temperature,
        context_size: config.ollama.context_size,
        timeout: config.ollama.timeout,
        keep_alive: config.ollama.keep_alive.clone(),
    }
}

fn openai(config: &Config, chosen: &OpenAi) -> OpenAiSettings {
    OpenAiSettings {
        base_url: chosen.base_url.clone(),
        api_key: chosen.api_key.clone(),
        model: chosen.model.clone(),
        temperature: config.ollama.temperature,
        timeout: config.ollama.timeout,
    }
}

/// Looks for the configured model.
///
/// # Errors
/// When the setting itself is wrong.
pub(super) async fn look(config: &Config) -> Result<Found, Failure> {
    Ok(match Server::of(config)? {
        Server::Ollama(model) => {
            let missing = format!("`ollama pull {}` fetches one", config.ollama.model);
            let names = (config.ollama.model.as_str(), missing.as_str());
            found(model.probe().await, model, config.ollama.context_size, names)
        }
        Server::OpenAi(model) => {
            let name = model.name().to_owned();
            let names = (name.as_str(), "load one there");
            found(model.probe().await, model, config.ollama.context_size, names)
        }
    })
}

fn found<M: Model + 'static>(
    availability: Availability,
    model: M,
    configured: u32,
    (name, missing): (&str, &str),
) -> Found {
    match availability {
        Availability::Ready { capabilities, window } => {
            let window = window.map_or(configured, |most| most.min(configured));
            Found::Ready(Arc::new(model), Joined { window, calls_tools: may_call_tools(&capabilities) })
        }
        Availability::NoModel { installed } if installed.is_empty() => {
            Found::Absent(format!("The server answers but has no model; {missing}."))
        }
        Availability::NoModel { installed } => {
            let named: Vec<&str> = installed.iter().take(NAMED).map(String::as_str).collect();
            let more = match installed.len() - named.len() {
                0 => String::new(),
                more => format!(" and {more} more (`devops-agent models` lists them)"),
            };
            Found::Absent(format!("The model {name} is not installed; there are: {}{more}.", named.join(", ")))
        }
        Availability::Unreachable { why } => Found::Absent(format!("No model: {why}.")),
    }
}

/// A server that does not tell is taken at its word when the time comes.
fn may_call_tools(capabilities: &[String]) -> bool {
    capabilities.is_empty() || capabilities.iter().any(|capability| capability == "tools")
}

/// The models of the configured server.
///
/// # Errors
/// When the setting itself is wrong, or the server does not answer.
pub async fn list(config: &Config) -> Result<Vec<Listed>, Failure> {
    let listed = match Server::of(config)? {
        Server::Ollama(model) => model.list().await,
        Server::OpenAi(model) => model.list().await,
    };
    listed.map_err(|why| {
        Failure::new(FailureKind::Model, why)
            .hint("Start the server, or name another: OLLAMA_HOST for Ollama, OPENAI_BASE_URL for others.")
    })
}

/// Who answers here, and what would be better, in sentences for somebody new.
///
/// # Errors
/// When the setting itself is wrong.
pub async fn advice(config: &Config) -> Result<String, Failure> {
    Ok(match Server::of(config)? {
        Server::Ollama(model) => {
            let get = format!("Ollama (https://ollama.com) and `ollama pull {}` bring one", config.ollama.model);
            advised(model.list().await, model.name(), &get)
        }
        Server::OpenAi(model) => advised(model.list().await, model.name(), "Load one on its server"),
    })
}

/// `get` says how a model is had, as the beginning of a sentence.
fn advised(listed: Result<Vec<Listed>, String>, wanted: &str, get: &str) -> String {
    let planner = "The built-in planner answers everyday requests without one";
    let listed = match listed {
        Ok(listed) => listed,
        Err(why) => return format!("No model: {why}. {planner}. {get}; it is used as soon as it answers."),
    };
    let can = |model: &&Listed| model.calls_tools != Some(false);
    let chosen = listed.iter().find(|model| model.is_chosen);
    if let Some(model) = chosen.filter(can) {
        let name = &model.name;
        return format!("The built-in planner answers what it is sure of, {name} takes the freer requests.");
    }
    let lacking = match chosen {
        Some(model) => format!("{} can talk and run nothing: it calls no tools", model.name),
        None => format!("{wanted} is not installed"),
    };
    match listed.iter().find(can) {
        Some(other) => format!(
            "{lacking}. {name} is there: /model {name} in the workbench asks it now, AGENT_MODEL={name} in your \
             environment always.",
            name = other.name
        ),
        None => format!("{lacking}, and there is no other that does. {planner}. {get}."),
    }
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
    // What a call means is read as the model wrote it, and its names are put back like those of any other call.
    let mut listener = Listener::new(veil.request(request));
    let span = tracing::error_span!("chat", turn = turn.0);
    let answer = model.chat(listener.question(), sender, cancel);
    tokio::spawn(answer.instrument(span));
    tokio::spawn(async move {
        while let Some(event) = receiver.recv().await {
            for event in listener.hear(&event).into_iter().chain([event]) {
                let event = veil.event(event);
                // What comes after a failure is nobody's; dropping the receiver ends the answer.
                let ends = matches!(event, ModelEvent::Failed(_));
                if pieces.send((turn, event)).is_err() || ends {
                    return;
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "Ollama and `ollama pull devstral:24b` bring one";

    fn model(name: &str, calls_tools: Option<bool>, is_chosen: bool) -> Listed {
        Listed { name: name.to_owned(), is_chosen, calls_tools, thinks: None, bytes: None, window: None, loaded: None }
    }

    #[test]
    fn the_model_that_is_set_and_there_is_named_beside_the_planner() {
        let listed = vec![model("gemma:2b", Some(false), false), model("devstral:24b", Some(true), true)];
        let told = advised(Ok(listed), "devstral:24b", GET);
        assert_eq!(told, "The built-in planner answers what it is sure of, devstral:24b takes the freer requests.");
    }

    #[test]
    fn where_another_is_installed_it_is_proposed_with_the_words_that_take_it() {
        let listed = vec![model("gemma:2b", Some(false), false), model("qwen3:8b", Some(true), false)];
        let told = advised(Ok(listed), "devstral:24b", GET);
        assert!(told.starts_with("devstral:24b is not installed. qwen3:8b is there: /model qwen3:8b"), "{told}");
        assert!(told.contains("AGENT_MODEL=qwen3:8b"), "{told}");
    }

    #[test]
    fn a_model_that_calls_no_tools_is_never_proposed() {
        let told = advised(Ok(vec![model("gemma:2b", Some(false), true)]), "gemma:2b", GET);
        assert!(told.starts_with("gemma:2b can talk and run nothing") && told.contains(GET), "{told}");
        assert!(!told.contains("/model"), "{told}");
    }

    #[test]
    fn without_a_server_the_planner_goes_on_and_one_command_is_named() {
        let told = advised(Err("ollama at http://localhost:11434 does not answer".to_owned()), "devstral:24b", GET);
        assert!(told.starts_with("No model: ollama at http://localhost:11434 does not answer. The built-in"), "{told}");
        assert!(told.contains("`ollama pull devstral:24b`"), "{told}");
    }
}
