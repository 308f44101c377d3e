//! A request put to a model as a session would put it, with nothing run.
//!
//! Owns the pretence: every command it wants is noted and answered with an
//! empty success, the memory with nothing. What a model is told, how its calls
//! are read and when a talk ends are the agent's own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::kit::{Kit, Words};
use super::models::{self, Found};
use super::veil::Veil;
use crate::agent::{self, Agent, Effect, Ending, Joined, Setup};
use crate::domain::{
    CallReport, CallRequest, Decision, Exit, Failure, FailureKind, ModelRequest, Surroundings, Tier, TurnId, Usage,
};
use crate::model::Model;
use crate::redact::Redactor;
use crate::runbook::Runbooks;

/// A model and what it is told.
pub struct Stage {
    model: Arc<dyn Model>,
    joined: Joined,
    veil: Veil,
    kit: Kit,
    surroundings: Surroundings,
    /// Words alone: a planner that knows no tool leaves every request to the model.
    words: Words,
}

/// What came of one request.
#[derive(Debug, Clone, Default)]
pub struct Rehearsed {
    /// What would have been called, in order.
    pub commands: Vec<String>,
    /// What it said at the end.
    pub answer: String,
    /// Why there is no answer of the model's.
    pub failed: Option<String>,
    pub read: u64,
    pub written: u64,
    pub took: Duration,
}

impl Stage {
    /// For the model of the settings.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn set(kit: Kit) -> Result<Stage, Failure> {
        let (model, joined) = match models::look(&kit.config).await? {
            Found::Ready(model, joined) => (model, joined),
            Found::Absent(why) => {
                return Err(Failure::new(FailureKind::Model, why)
                    .hint("`devops-agent models` lists what is there; leave --model out to score the planner."));
            }
        };
        let veil = Veil::before(&Redactor::default(), kit.config.model_is_local());
        let probe = Arc::clone(&kit.probe);
        let surroundings = tokio::task::spawn_blocking(move || probe.surroundings())
            .await
            .map_err(|error| Failure::new(FailureKind::Error, "the surroundings cannot be read").because(error))?;
        Ok(Stage { model, joined, veil, words: Words::read()?, kit, surroundings })
    }

    /// Puts `request` to the model after those `before` it, until it answers or wanted `most` commands.
    pub async fn rehearse(&self, before: &[String], request: &str, most: usize) -> Rehearsed {
        let mut agent = Agent::new(Setup {
            name: self.kit.config.agent_name.clone(),
            lexicon: Arc::clone(&self.words.lexicon),
            runbooks: Arc::new(Runbooks::new(Vec::new())),
            phrases: Arc::clone(&self.words.phrases),
            prompts: self.kit.prompts.clone(),
            skills: Arc::clone(&self.kit.knowledge.contexts),
            fast_path: true,
        });
        agent.handle(agent::Event::ModelPresence(Some(self.joined)));
        agent.handle(agent::Event::Surroundings(self.surroundings.clone()));
        for earlier in before {
            self.turn(&mut agent, earlier, most).await;
        }
        self.turn(&mut agent, request, most).await
    }

    async fn turn(&self, agent: &mut Agent, request: &str, most: usize) -> Rehearsed {
        let (began, mut rehearsed) = (Instant::now(), Rehearsed::default());
        let mut effects = agent.handle(agent::Event::Said(request.to_owned()));
        let mut at = 0;
        while let Some(effect) = effects.get(at).cloned() {
            at += 1;
            let more = match effect {
                Effect::AskModel { turn, request } => self.asked(agent, turn, request).await,
                Effect::Call(request) => {
                    rehearsed.commands.push(request.command.clone());
                    if rehearsed.commands.len() >= most {
                        // Enough was seen; the agent's own way out of the turn.
                        agent.handle(agent::Event::Interrupt);
                        agent.handle(agent::Event::Finished(pretended(&request)));
                        effects.truncate(at);
                        Vec::new()
                    } else {
                        agent.handle(agent::Event::Finished(pretended(&request)))
                    }
                }
                Effect::Remember { turn, .. } => {
                    agent.handle(agent::Event::Remembered { turn, told: Ok("nothing fits".to_owned()) })
                }
                Effect::Usage(Usage { prompt_tokens, output_tokens }) => {
                    rehearsed.read += prompt_tokens.unwrap_or(0);
                    rehearsed.written += output_tokens.unwrap_or(0);
                    Vec::new()
                }
                Effect::Answer { text, .. } => {
                    rehearsed.answer = text;
                    Vec::new()
                }
                Effect::End { ending: Ending::ModelFailed, .. } => {
                    rehearsed.failed = Some(rehearsed.answer.clone());
                    Vec::new()
                }
                _ => Vec::new(),
            };
            effects.extend(more);
        }
        rehearsed.took = began.elapsed();
        rehearsed
    }

    async fn asked(&self, agent: &mut Agent, turn: TurnId, request: ModelRequest) -> Vec<Effect> {
        let (sender, mut pieces) = mpsc::unbounded_channel();
        models::chat(&self.model, turn, request, CancellationToken::new(), self.veil.clone(), sender);
        let mut effects = Vec::new();
        while let Some((turn, event)) = pieces.recv().await {
            effects.extend(agent.handle(agent::Event::Model { turn, event }));
        }
        effects
    }
}

/// The report of a command that did not run and is said to have succeeded.
fn pretended(request: &CallRequest) -> CallReport {
    CallReport {
        exit: Some(Exit::Code(0)),
        ..CallReport::not_run(request.call, request.turn, request.command.clone(), Tier::Auto, Decision::Auto)
    }
}
