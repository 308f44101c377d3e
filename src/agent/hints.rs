//! What a model is shown beside a request that the built-in planner was not sure of: its nearest commands and the
//! runbook that comes nearest, as examples.
//!
//! Owns their wording for the model and how many there are. They are words in a question and nothing else: whatever
//! the model makes of them is judged like any command.

use std::collections::BTreeMap;

use super::Agent;
use crate::planner::{self, Doubt, Hint};
use crate::runbook::Outlined;

/// Commands that are shown.
const COMMANDS: usize = 6;
/// Steps of a runbook that are shown.
const STEPS: usize = 12;

impl Agent {
    /// What comes nearest to a request, as text for a model; empty where nothing does.
    pub(super) fn hints(&self, request: &str) -> String {
        let near = planner::hints(request, &self.setup.lexicon, &self.context, COMMANDS);
        let mut parts = Vec::new();
        if !near.is_empty() {
            parts.push(near.iter().map(told).collect::<Vec<_>>().join("\n"));
        }
        if let Some(found) = self.setup.runbooks.find(request, &BTreeMap::new()).into_iter().next() {
            let runbook = &found.runbook;
            let steps = runbook.outline(&found.inputs);
            let mut lines = vec![format!("A written diagnosis comes near, {}: {}", runbook.id, runbook.title)];
            lines.extend(steps.iter().take(STEPS).enumerate().map(|(at, step)| step_told(at + 1, step)));
            parts.push(lines.join("\n"));
        }
        if parts.is_empty() {
            return String::new();
        }
        self.setup.prompts.hints.replace("{hints}", &parts.join("\n\n")).trim_end().to_owned()
    }
}

fn told(hint: &Hint) -> String {
    let why = match &hint.doubt {
        Doubt::None => "its own plan for this request".to_owned(),
        Doubt::Missing(question) => format!("it would ask: {question}"),
        Doubt::Unexplained(words) => format!("it does not understand: {}", words.join(", ")),
        Doubt::Tie => "something else fits as well".to_owned(),
        Doubt::Example(request) => format!("for \"{request}\""),
    };
    format!("- `{}` ({}; {why})", hint.line, hint.intent)
}

fn step_told(number: usize, step: &Outlined) -> String {
    format!("{number}. {}: `{}`", step.why, step.shown())
}
