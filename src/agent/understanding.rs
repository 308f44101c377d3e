//! What a request is taken as: a command to explain, a runbook, a plan, the answer to an open question, or nothing that
//! can be had without a model.
//!
//! Owns who is asked first. Starts nothing.

use std::collections::BTreeMap;

use super::{Agent, asking, diagnosis, words};
use crate::planner::{self, Planning, Subject};
use crate::runbook::Found;

impl Agent {
    /// Whether the planner is asked at all where a model is there: with the fast path, and for a command line, which
    /// needs nobody to write it.
    pub(super) fn takes(&self, text: &str) -> bool {
        let lexicon = &self.setup.lexicon;
        self.setup.fast_path && !planner::asks_opinion(text, lexicon) || planner::is_command(text, lexicon)
    }

    /// Whether what the planner makes of a request needs no model: a plan, and the question for what a change is to be
    /// done to, which nobody may guess. What is only to be looked at, a model can find itself.
    pub(super) fn is_sure(&self, planning: &Planning) -> bool {
        match planning {
            Planning::Plan(_) => true,
            Planning::Ask(question) => question.slot == "object" || self.setup.lexicon.changes(&question.intent),
            Planning::Unsure(_) => false,
        }
    }

    /// The command line that a request wants explained.
    pub(super) fn to_explain<'t>(&self, text: &'t str) -> Option<&'t str> {
        words::to_explain(text).filter(|line| planner::is_command(line, &self.setup.lexicon))
    }

    /// Whether a request needs no model, were one there.
    pub fn knows(&self, text: &str) -> bool {
        if self.to_explain(text).is_some() || words::read(text).is_some() {
            return true;
        }
        if !self.takes(text) {
            return false;
        }
        let fresh = self.planned(text, &BTreeMap::new()).0;
        Agent::asks_for_help(text) || self.is_sure(&fresh) || self.asks_runbook(text, &fresh)
    }

    /// Whether a text picks one of what there is to choose from in an open question.
    pub(super) fn picks(&self, text: &str) -> bool {
        let of_question = self.question.iter().map(|open| open.candidates.as_slice());
        let mut all = of_question.chain(self.input.iter().map(|open| open.candidates.as_slice()));
        all.any(|candidates| asking::picked(text, candidates).is_some())
    }

    /// Whether a runbook answers a request, beside what the planner makes of it (`fresh`).
    pub(super) fn asks_runbook(&self, text: &str, fresh: &Planning) -> bool {
        diagnosis::asked_for(&self.setup.runbooks, &self.setup.lexicon, text, fresh).is_some()
    }

    /// The runbook that is asked for, with the request it answers.
    pub(super) fn runbook_for(&mut self, text: &str, fresh: &Planning) -> Option<(String, Found)> {
        let found = diagnosis::asked_for(&self.setup.runbooks, &self.setup.lexicon, text, fresh);
        if let Some(open) = self.input.take() {
            let picked = asking::picked(text, &open.candidates);
            let is_answer = picked.is_some() || matches!(fresh, Planning::Unsure(_)) && found.is_none();
            if is_answer && let Ok(answered) = self.setup.runbooks.answered(&open.found, picked.unwrap_or(text)) {
                return Some((open.request, answered));
            }
        }
        if found.is_some() {
            self.question = None;
        }
        found.map(|found| (text.to_owned(), found))
    }

    /// What the planner makes of a request that stands in this conversation, and what it is about.
    pub(super) fn planned(&self, text: &str, filled: &BTreeMap<String, String>) -> (Planning, Option<Subject>) {
        planner::understand(text, &self.setup.lexicon, filled, &self.context)
    }

    /// Whether a text by itself says what to do.
    pub(super) fn is_a_request(&self, text: &str) -> bool {
        words::read(text).is_some() || matches!(self.planned(text, &BTreeMap::new()).0, Planning::Plan(_))
    }

    /// What a request is to be, from what it is alone (`fresh`): an open question is answered by it unless it is a
    /// request of its own.
    pub(super) fn understand(&mut self, text: &str, fresh: (Planning, Option<Subject>)) -> Planning {
        let (planning, subject) = self.answered(text, fresh);
        if matches!(planning, Planning::Plan(_)) {
            self.context.subject = subject.or(self.context.subject.take());
        }
        planning
    }

    fn answered(&mut self, text: &str, fresh: (Planning, Option<Subject>)) -> (Planning, Option<Subject>) {
        let Some(mut open) = self.question.take() else { return fresh };
        let picked = asking::picked(text, &open.candidates).map(str::to_owned);
        // A sentence that is understood by itself is a request; one word may be understood and still be a name.
        let own = match &fresh.0 {
            Planning::Plan(_) => true,
            Planning::Ask(_) => text.split_whitespace().nth(1).is_some(),
            Planning::Unsure(_) => false,
        };
        if own && picked.is_none() {
            return fresh;
        }
        open.filled.insert(open.slot.clone(), picked.unwrap_or_else(|| text.to_owned()));
        match self.planned(&open.request, &open.filled) {
            (Planning::Unsure(_), _) => fresh,
            (Planning::Ask(question), subject) => {
                open.slot = question.slot.clone();
                self.question = Some(open);
                (Planning::Ask(question), subject)
            }
            plan => plan,
        }
    }
}
