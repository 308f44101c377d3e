//! Plain English to a plan, without a model: deterministic, explainable,
//! extended by what skill files declare.
//!
//! `tokens` cuts and protects, `lexicon` holds the words, `frame` matches
//! intents, `slots` finds values, `render` writes commands, `literal` knows a
//! command when it sees one. Never guesses: an intent is taken only when its
//! required slots are filled and nearly every word of the request is explained.
//! Knows nothing of permission: whatever it writes is judged like any command.

mod amounts;
mod forms;
mod frame;
mod lexicon;
mod literal;
mod matching;
mod render;
mod slots;
mod tokens;

use std::collections::BTreeMap;

pub use lexicon::{Lexicon, LexiconError};

use crate::domain::Plan;

/// What the planner makes of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Planning {
    /// It knows what to do.
    Plan(Plan),
    /// It knows what is wanted and misses one thing.
    Ask(Question),
    /// It does not know.
    Unsure(Unsure),
}

/// A question back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The intent it belongs to; empty when the choice is between intents.
    pub intent: String,
    /// The slot that is missing; `tool` when the choice is between tools.
    pub slot: String,
    pub text: String,
    pub candidates: Vec<String>,
}

/// Why nothing was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// Words that nothing explains.
    pub unexplained: Vec<String>,
    /// An example request of the nearest intent.
    pub nearest: Option<String>,
}

/// Longest request that is planned, in bytes; a longer one is for a model or a person.
pub const MAX_REQUEST: usize = 4096;

/// Plans a request. `filled` are answers to earlier questions by slot name.
pub fn plan(request: &str, lexicon: &Lexicon, filled: &BTreeMap<String, String>) -> Planning {
    let request = request.trim();
    if request.is_empty() || request.len() > MAX_REQUEST {
        return Planning::Unsure(Unsure { unexplained: Vec::new(), nearest: None });
    }
    // First, since a command line followed by «and then» and another would be read as one with odd operands.
    let parts = tokens::sequence(request);
    if parts.len() > 1
        && let Some(plan) = sequence(&parts, lexicon)
    {
        return Planning::Plan(plan);
    }
    if let Some(plan) = literal::plan(request, lexicon) {
        return Planning::Plan(plan);
    }
    single(request, lexicon, filled)
}

fn single(request: &str, lexicon: &Lexicon, filled: &BTreeMap<String, String>) -> Planning {
    let words = tokens::cut(request, lexicon);
    let first = frame::plan(&words, lexicon, filled);
    if !matches!(first, Planning::Unsure(_)) {
        return first;
    }
    // Only what could not be understood as written is taken for a typing mistake.
    match tokens::corrected(&words, lexicon) {
        Some(mended) => match frame::plan(&mended, lexicon, filled) {
            Planning::Unsure(_) => first,
            understood => understood,
        },
        None => first,
    }
}

/// A plan of several parts, each planned by itself; `None` unless every part is understood.
fn sequence(parts: &[String], lexicon: &Lexicon) -> Option<Plan> {
    let mut whole: Option<Plan> = None;
    for part in parts {
        let planned = match literal::plan(part, lexicon) {
            Some(plan) => Planning::Plan(plan),
            None => single(part, lexicon, &BTreeMap::new()),
        };
        let Planning::Plan(mut plan) = planned else { return None };
        match &mut whole {
            None => whole = Some(plan),
            Some(whole) => {
                let offset = whole.steps.len();
                for step in &mut plan.steps {
                    step.shift(offset);
                    if step.needs.is_empty() {
                        step.needs.push(offset - 1);
                    }
                }
                whole.thought = format!("{} Then: {}", whole.thought, plan.thought);
                whole.intent = format!("{}+{}", whole.intent, plan.intent);
                whole.steps.append(&mut plan.steps);
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests;
