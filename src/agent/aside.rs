//! A question about an open request for approval, put to the model beside everything else that goes on.
//!
//! Owns the question and its answer. What the model says is shown and nothing more: it makes no call, settles no
//! request, and stands in no transcript. It has a turn of its own, so that words that come late belong to nobody.

use super::{Agent, Effect};
use crate::domain::{ApprovalRequest, CallId, Message, ModelEvent, Role, TurnId};

/// A question that waits for the model's answer.
#[derive(Debug)]
pub(super) struct Aside {
    turn: TurnId,
    call: CallId,
    /// What is known without a model.
    facts: String,
    words: String,
}

impl Agent {
    /// Puts a question of the person's about `request` to the model, when there is one; says whether there is.
    pub(super) fn ask_aside(
        &mut self,
        request: &ApprovalRequest,
        question: &str,
        facts: &str,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Some(joined) = self.model else { return false };
        self.turns += 1;
        let turn = TurnId(self.turns);
        let values = [("command", request.announcement.command.as_str()), ("facts", facts), ("question", question)];
        let asked = [Message::text(Role::User, self.setup.phrases.fill("aside_question", &values))];
        // With the same tools as every other question, so that the server has read most of it before.
        let (asks, _) = self.question(joined, &asked, "", Some(false), effects);
        effects.push(Effect::AskModel { turn, request: asks });
        let (facts, words) = (facts.to_owned(), String::new());
        self.aside = Some(Aside { turn, call: request.announcement.call, facts, words });
        true
    }

    /// Takes a piece of the answer; gives the event back when it belongs to no question of this kind.
    pub(super) fn aside_event(
        &mut self,
        turn: TurnId,
        event: ModelEvent,
        effects: &mut Vec<Effect>,
    ) -> Option<ModelEvent> {
        let Some(aside) = self.aside.as_mut().filter(|aside| aside.turn == turn) else { return Some(event) };
        match event {
            ModelEvent::Token(text) => aside.words.push_str(&text),
            // What was written as a call is none here; the words around it are the answer.
            ModelEvent::Meant(meant) => aside.words = meant.said,
            ModelEvent::Done(_) => {
                let aside = self.aside.take()?;
                let words = aside.words.trim();
                let words = if words.is_empty() { self.setup.phrases.plain("aside_empty") } else { words.to_owned() };
                effects.push(Effect::Explain { call: aside.call, text: format!("{words}\n\n{}", aside.facts) });
            }
            ModelEvent::Failed(problem) => {
                let aside = self.aside.take()?;
                let values = [("why", problem.summary.as_str()), ("hint", problem.hint.as_str())];
                let why = self.setup.phrases.fill("model_failed", &values);
                effects.push(Effect::Explain { call: aside.call, text: format!("{why}\n\n{}", aside.facts) });
            }
            ModelEvent::Thinking(_) | ModelEvent::ToolCall(_) | ModelEvent::Usage(_) | ModelEvent::Window(_) => {}
        }
        None
    }

    /// The request it was about is settled, or asked about otherwise.
    pub(super) fn drop_aside(&mut self, effects: &mut Vec<Effect>) {
        effects.extend(self.aside.take().map(|aside| Effect::StopModel { turn: aside.turn }));
    }
}
