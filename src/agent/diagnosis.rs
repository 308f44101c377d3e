//! A turn that follows a runbook: a walk asks for a command, the command goes the way of every command, the walk is told
//! what it showed, until it comes to a finding, to nothing found, or cannot go on.
//!
//! Owns how the end of a walk is told and recorded. Runs and decides nothing: the walk says what comes next, and a
//! remedy is only words.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::past::Done;
use super::steering::{self, Steer};
use super::{Agent, Effect, Ending, OpenInput, State};
use crate::domain::{
    Body, CallId, CallReport, CallRequest, CheckStep, Checklist, Decision, Origin, StepState, TurnId, join_words,
};
use crate::planner::{Lexicon, Planning};
use crate::runbook::{Evidence, Finding, Found, Looked, Next, Nothing, Observed, Remedy, Runbooks, Stuck, Tone, Walk};

/// A runbook being followed.
#[derive(Debug)]
pub(super) struct Diagnosis {
    turn: TurnId,
    request: String,
    walk: Walk,
    running: Option<CallId>,
    /// What the last step meant.
    summary: Option<String>,
    /// How the turn ends when the walk cannot go on.
    ending: Ending,
    /// The steps so far: which one follows is known when the one before it has shown something.
    steps: Vec<CheckStep>,
    pub interrupted: bool,
}

impl Diagnosis {
    pub fn waits_for(&self, call: CallId) -> bool {
        self.running == Some(call)
    }

    pub fn running(&self) -> Option<CallId> {
        self.running
    }

    fn tell(&self, effects: &mut Vec<Effect>) {
        if self.steps.len() > 1 {
            effects.push(Effect::Checklist(Checklist { turn: self.turn, steps: self.steps.clone() }));
        }
    }

    fn ended(&mut self, state: StepState) {
        if let Some(step) = self.steps.last_mut() {
            step.state = state;
        }
    }
}

/// The runbook that a request asks for, beside what the planner makes of it (`fresh`).
pub fn asked_for(runbooks: &Runbooks, lexicon: &Lexicon, text: &str, fresh: &Planning) -> Option<Found> {
    let is_unknown = matches!(fresh, Planning::Unsure(_));
    // The planner explains every word of a deed: «mark worker-7 unschedulable» wants no diagnosis of what is.
    let changes = matches!(fresh, Planning::Plan(plan) if lexicon.changes(&plan.intent));
    let is_deed = changes || matches!(fresh, Planning::Plan(plan) if plan.intent == "literal");
    let is_plan = matches!(fresh, Planning::Plan(_));
    let found = runbooks.find(text, &BTreeMap::new()).into_iter().next();
    found.filter(|found| {
        found.is_confident()
            && match found.tone {
                // «mark worker-9 schedulable again» complains of nothing.
                Tone::Complains => !changes && !names_a_kind(found, lexicon),
                // A command that answers is better than a question.
                Tone::States => !is_deed && (!is_plan || found.missing.is_none() && is_whole(found, lexicon)),
                Tone::Asks => is_unknown,
            }
    })
}

/// «which pods aren't running»: what was taken for a name is what a kind of things is called.
fn names_a_kind(found: &Found, lexicon: &Lexicon) -> bool {
    found.inputs.values().any(|value| lexicon.is_noun(value))
}

/// Whether nothing of the request is left over, or taken for a name that is a word of a request: «pods sorted by
/// restarts».
fn is_whole(found: &Found, lexicon: &Lexicon) -> bool {
    let mut named = found.inputs.iter().filter(|(input, _)| *input != "namespace");
    found.unexplained.is_empty() && !named.any(|(_, value)| lexicon.knows_word(value))
}

impl Agent {
    /// Begins a walk, or asks for the input that it misses.
    pub(super) fn diagnose(&mut self, turn: TurnId, request: String, found: Found, effects: &mut Vec<Effect>) {
        if let Some(missing) = &found.missing {
            let text = missing.question.clone();
            let spec = found.runbook.inputs.get(&missing.input);
            let list = spec.and_then(|spec| spec.list.as_deref());
            let lexicon = &self.setup.lexicon;
            let words = list.and_then(|list| lexicon.listing(list, &found.runbook.inputs, &found.inputs));
            self.input = Some(OpenInput { request, found, candidates: Vec::new() });
            return self.look_and_put(turn, text, words, effects);
        }
        self.past.last = Some(Done::Walk { request: request.clone(), found: found.clone() });
        match Walk::start(Arc::clone(&found.runbook), &found.inputs) {
            Ok(walk) => {
                let summary = None;
                let running = None;
                let ending = Ending::Done;
                let (steps, interrupted) = (Vec::new(), false);
                self.walk_on(Diagnosis { turn, request, walk, running, summary, ending, steps, interrupted }, effects);
            }
            Err(why) => self.ask_back(turn, why, effects),
        }
    }

    fn ask_back(&mut self, turn: TurnId, text: String, effects: &mut Vec<Effect>) {
        effects.push(Effect::Record(Body::Answer { text: text.clone() }));
        effects.push(Effect::Question { turn, text });
        self.end(turn, Ending::Done, effects);
    }

    /// Asks for the command of the next step, or tells the end.
    fn walk_on(&mut self, mut diagnosis: Diagnosis, effects: &mut Vec<Effect>) {
        match diagnosis.walk.next() {
            Next::Step(step) => {
                let call = self.next_call();
                let runbook = diagnosis.walk.runbook();
                let values = [("id", runbook.id.as_str()), ("file", &runbook.file), ("title", &runbook.title)];
                let first = diagnosis.summary.is_none();
                let thought = first.then(|| self.setup.phrases.fill("diagnosis_thought", &values));
                let observation = diagnosis.summary.clone().unwrap_or_else(|| diagnosis.request.clone());
                diagnosis.running = Some(call);
                let line = join_words(&step.words);
                diagnosis.steps.push(CheckStep { line, state: StepState::Running });
                diagnosis.tell(effects);
                effects.push(Effect::Call(CallRequest {
                    call,
                    turn: diagnosis.turn,
                    command: join_words(&step.words),
                    reason: step.why,
                    observation: Some(observation),
                    thought,
                    reader: None,
                    every: false,
                    origin: Origin::Planned,
                    ceiling: Some(runbook.ceiling),
                    patience: None,
                    again: false,
                    tool: None,
                }));
                self.state = State::Diagnosing(diagnosis);
            }
            Next::Finding(finding) => {
                effects.push(Effect::Record(Body::Commit {
                    milestone: finding.title.clone(),
                    finding: proof(&finding),
                    saved_to: String::new(),
                }));
                let text = self.finding_told(&finding);
                self.told(&diagnosis, text, Ending::Done, effects);
            }
            Next::Nothing(nothing) => {
                let text = self.nothing_told(&nothing);
                self.told(&diagnosis, text, Ending::Done, effects);
            }
            Next::Stuck(stuck) => {
                let text = self.stuck_told(&stuck);
                let ending = diagnosis.ending;
                self.told(&diagnosis, text, ending, effects);
            }
        }
    }

    pub(super) fn looked(&mut self, mut diagnosis: Diagnosis, report: &CallReport, effects: &mut Vec<Effect>) {
        diagnosis.running = None;
        diagnosis.ended(match &report.exit {
            None if report.decision == Decision::Denied => StepState::Denied,
            None => StepState::NotDone,
            Some(_) if report.succeeded() => StepState::Done,
            Some(_) => StepState::Failed,
        });
        if diagnosis.interrupted {
            let text = self.setup.phrases.plain("interrupted");
            return self.told(&diagnosis, text, Ending::Interrupted, effects);
        }
        match &report.exit {
            Some(exit) => {
                diagnosis.walk.saw(&Observed { exit, stdout: &report.stdout, stderr: &report.stderr });
                diagnosis.summary = Some(report.summary.clone());
            }
            None => {
                let (why, ending) = self.not_run(report);
                diagnosis.ending = ending;
                diagnosis.walk.could_not(why.trim_end_matches('.'));
                diagnosis.summary = Some(why);
            }
        }
        self.walk_on(diagnosis, effects);
    }

    /// A walk has its order from its runbook: the person can end it, not change it.
    pub(super) fn steer_walk(&mut self, mut diagnosis: Diagnosis, text: String, effects: &mut Vec<Effect>) {
        if steering::read(&text) == Steer::Stop {
            self.took(diagnosis.turn, &text, effects);
            diagnosis.interrupted = true;
        } else {
            self.waiting.push_back(text);
        }
        self.state = State::Diagnosing(diagnosis);
    }

    fn told(&mut self, diagnosis: &Diagnosis, text: String, ending: Ending, effects: &mut Vec<Effect>) {
        diagnosis.tell(effects);
        self.remember_turn(&diagnosis.request, &text);
        self.answer(diagnosis.turn, text, ending, effects);
    }

    fn finding_told(&self, finding: &Finding) -> String {
        let phrases = &self.setup.phrases;
        let mut parts = vec![format!("**{}**", finding.title)];
        parts.extend((!finding.text.is_empty()).then(|| finding.text.clone()));
        parts.push(listed(phrases.plain("diagnosis_evidence"), finding.evidence.iter().map(evidence)));
        if !finding.remedies.is_empty() {
            parts.push(listed(phrases.plain("diagnosis_remedies"), finding.remedies.iter().map(remedy)));
        }
        parts.push(phrases.fill("diagnosis_next", &[("next", &finding.next_step)]));
        parts.join("\n\n")
    }

    fn nothing_told(&self, nothing: &Nothing) -> String {
        let phrases = &self.setup.phrases;
        let mut parts = vec![format!("**{}**", nothing.title)];
        parts.extend((!nothing.text.is_empty()).then(|| nothing.text.clone()));
        parts.push(listed(phrases.plain("diagnosis_looked"), nothing.looked.iter().map(looked)));
        parts.push(phrases.fill("diagnosis_next", &[("next", &nothing.next_step)]));
        parts.join("\n\n")
    }

    fn stuck_told(&self, stuck: &Stuck) -> String {
        let phrases = &self.setup.phrases;
        let mut parts = vec![phrases.fill("diagnosis_stuck", &[("why", &stuck.why)])];
        if !stuck.looked.is_empty() {
            parts.push(listed(phrases.plain("diagnosis_looked"), stuck.looked.iter().map(looked)));
        }
        parts.join("\n\n")
    }
}

/// What the memory keeps beside the finding's title: the proof, and where to go on.
fn proof(finding: &Finding) -> String {
    let mut lines: Vec<String> = finding.evidence.iter().map(evidence).collect();
    // As a session that is taken up again reads it.
    lines.push(format!("Next logical step: {}", finding.next_step));
    lines.join("\n")
}

fn listed(heading: String, lines: impl Iterator<Item = String>) -> String {
    std::iter::once(heading).chain(lines.map(|line| format!("- {line}"))).collect::<Vec<_>>().join("\n")
}

fn evidence(evidence: &Evidence) -> String {
    format!("`{}` shows: {}", join_words(&evidence.words), evidence.shown.join("; "))
}

fn remedy(remedy: &Remedy) -> String {
    match &remedy.words {
        Some(words) => format!("`{}`: {}", join_words(words), remedy.text),
        None => remedy.text.clone(),
    }
}

fn looked(looked: &Looked) -> String {
    format!("{}: `{}`", looked.why, join_words(&looked.words))
}
