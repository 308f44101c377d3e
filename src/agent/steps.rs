//! The steps of a talk with a model, as far as they are known: calls that came in one answer, and commands an answer
//! announced before its call.
//!
//! Owns what counts as announced and how the list fills in. It tells and decides nothing: a step runs when the model
//! calls it, and is judged then.

use crate::domain::{CheckStep, Checklist, StepState, TurnId};
use crate::planner::{self, Lexicon};

/// Steps that are shown.
const MOST: usize = 30;

/// What is known of the way of a talk.
#[derive(Debug, Default)]
pub(super) struct Steps {
    steps: Vec<CheckStep>,
}

impl Steps {
    /// An answer wants these commands now and announced those; what an earlier one announced and did not do gives way.
    pub fn planned(&mut self, announced: Vec<String>, wanted: &[String]) {
        if !announced.is_empty() {
            self.steps.retain(|step| step.state != StepState::Pending);
        }
        for line in announced.iter().chain(wanted) {
            if !self.steps.iter().any(|step| step.state == StepState::Pending && step.line == *line) {
                self.steps.push(CheckStep { line: line.clone(), state: StepState::Pending });
            }
        }
    }

    /// A command begins.
    pub fn begins(&mut self, line: &str) {
        let pending = |step: &CheckStep| step.state == StepState::Pending;
        match self.steps.iter_mut().find(|step| pending(step) && step.line == line) {
            Some(step) => step.state = StepState::Running,
            None => {
                let at = self.steps.iter().position(pending).unwrap_or(self.steps.len());
                self.steps.insert(at, CheckStep { line: line.to_owned(), state: StepState::Running });
            }
        }
    }

    /// The command that runs came to its end.
    pub fn ends(&mut self, state: StepState) {
        if let Some(step) = self.steps.iter_mut().find(|step| step.state == StepState::Running) {
            step.state = state;
        }
    }

    /// Nothing of what is left will be done.
    pub fn stops(&mut self) {
        for step in self.steps.iter_mut().filter(|step| step.state.is_open()) {
            step.state = StepState::NotDone;
        }
    }

    /// The line of a step that has not begun: of this number, or the next one.
    pub fn pending(&self, number: Option<usize>) -> Option<&str> {
        let step = match number {
            Some(number) => self.steps.get(number.checked_sub(1)?)?,
            None => self.steps.iter().find(|step| step.state == StepState::Pending)?,
        };
        (step.state == StepState::Pending).then_some(step.line.as_str())
    }

    /// A step that has not begun is left out.
    pub fn skip(&mut self, line: &str) {
        let step = self.steps.iter_mut().find(|step| step.state == StepState::Pending && step.line == line);
        if let Some(step) = step {
            step.state = StepState::Skipped;
        }
    }

    /// What comes after the one that runs.
    pub fn left(&self) -> Vec<String> {
        let pending = self.steps.iter().filter(|step| step.state == StepState::Pending);
        pending.map(|step| step.line.clone()).collect()
    }

    /// As the person sees it; one step is no list.
    pub fn list(&self, turn: TurnId) -> Option<Checklist> {
        let steps: Vec<CheckStep> = self.steps.iter().take(MOST).cloned().collect();
        (steps.len() > 1).then_some(Checklist { turn, steps })
    }
}

/// The commands that an answer announces: numbered lines, each with a command in a code span, and at least two of them.
pub(super) fn announced(text: &str, lexicon: &Lexicon) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let numbered = rest.len() < line.len() && rest.starts_with(['.', ')']);
        let span = rest.split('`').nth(1).map(str::trim).filter(|span| numbered && !span.is_empty());
        found.extend(span.filter(|span| planner::is_command(span, lexicon)).map(str::to_owned));
    }
    if found.len() > 1 { found } else { Vec::new() }
}
