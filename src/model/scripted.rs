//! A model that plays a given script, one turn a question.
//!
//! Owns the order of the turns and the promise that every stream ends once.
//! Reads nothing of the question: what is scripted is what is answered.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Model;
use crate::domain::{ModelEvent, ModelProblem, ModelRequest, StopReason};

/// Plays the turns it was given, for evaluation and for runs that must repeat exactly.
#[derive(Debug)]
pub struct ScriptedModel {
    name: String,
    turns: Mutex<VecDeque<Vec<ModelEvent>>>,
}

impl ScriptedModel {
    /// A model that answers the first question with the first turn, and so on.
    ///
    /// A turn is cut after its first `Done` or `Failed`; one without either ends
    /// with `Done(Stop)`. A question beyond the last turn fails.
    pub fn new(name: impl Into<String>, turns: Vec<Vec<ModelEvent>>) -> Self {
        Self { name: name.into(), turns: Mutex::new(turns.into()) }
    }

    fn next_turn(&self) -> Vec<ModelEvent> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut turn) = turns.pop_front() else {
            return vec![ModelEvent::Failed(ModelProblem {
                summary: format!("the script of `{}` has no more turns", self.name),
                hint: "add a turn to the script for every question it is asked".into(),
                refuses_tools: false,
            })];
        };
        match turn.iter().position(|event| matches!(event, ModelEvent::Done(_) | ModelEvent::Failed(_))) {
            Some(end) => turn.truncate(end + 1),
            None => turn.push(ModelEvent::Done(StopReason::Stop)),
        }
        turn
    }
}

impl Model for ScriptedModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn chat(
        &self,
        _request: ModelRequest,
        events: mpsc::Sender<ModelEvent>,
        cancel: CancellationToken,
    ) -> BoxFuture<'static, ()> {
        // Taken here, not in the future: turns follow the order of the questions.
        let turn = self.next_turn();
        Box::pin(async move {
            let play = async {
                for event in turn {
                    if events.send(event).await.is_err() {
                        return;
                    }
                }
            };
            tokio::select! {
                biased;
                () = cancel.cancelled() => {}
                () = play => {}
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(model: &ScriptedModel, cancel: CancellationToken) -> Vec<ModelEvent> {
        let (events, mut heard) = mpsc::channel(16);
        let question = ModelRequest { messages: Vec::new(), tools: Vec::new(), think: None };
        model.chat(question, events, cancel).await;
        let mut all = Vec::new();
        while let Some(event) = heard.recv().await {
            all.push(event);
        }
        all
    }

    #[tokio::test]
    async fn every_question_plays_the_next_turn_and_ends_once() {
        let hello = ModelEvent::Token("hello".into());
        let done = ModelEvent::Done(StopReason::Stop);
        let model = ScriptedModel::new(
            "script",
            vec![vec![hello.clone()], vec![ModelEvent::Done(StopReason::Length), hello.clone()]],
        );
        assert_eq!(ask(&model, CancellationToken::new()).await, [hello, done]);
        assert_eq!(ask(&model, CancellationToken::new()).await, [ModelEvent::Done(StopReason::Length)]);
        let beyond = ask(&model, CancellationToken::new()).await;
        assert!(matches!(beyond.as_slice(), [ModelEvent::Failed(_)]), "{beyond:?}");
    }

    #[tokio::test]
    async fn a_cancelled_turn_says_nothing() {
        let model = ScriptedModel::new("script", vec![vec![ModelEvent::Token("late".into())]]);
        let cancel = CancellationToken::new();
        cancel.cancel();
        assert_eq!(ask(&model, cancel).await, []);
    }
}
