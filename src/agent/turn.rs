//! A turn that follows a plan: step by step, each judged and announced by
//! itself, until the plan is done, a step fails or the person stops it.

use std::collections::BTreeMap;

use super::{Agent, Effect, Ending, State};
use crate::domain::{CallId, CallReport, CallRequest, Decision, Message, Origin, Plan, Role, TurnId};
use crate::planner::Listing;

/// Rows of a listing that can be referred to.
const ROWS: usize = 200;

/// A plan being followed.
#[derive(Debug)]
pub(super) struct PlannedTurn {
    pub turn: TurnId,
    request: String,
    plan: Plan,
    /// The step to be done next.
    next: usize,
    running: Option<CallId>,
    /// Objects that finished steps listed, by step.
    listed: BTreeMap<usize, Vec<String>>,
    /// What finished steps meant.
    summaries: Vec<String>,
    pub interrupted: bool,
}

impl PlannedTurn {
    pub fn new(turn: TurnId, request: String, plan: Plan) -> Self {
        Self {
            turn,
            request,
            plan,
            next: 0,
            running: None,
            listed: BTreeMap::new(),
            summaries: Vec::new(),
            interrupted: false,
        }
    }

    pub fn waits_for(&self, call: CallId) -> bool {
        self.running == Some(call)
    }

    pub fn running(&self) -> Option<CallId> {
        self.running
    }

    /// The commands after the one that runs.
    pub fn remaining(&self) -> Vec<String> {
        self.plan.steps.iter().skip(self.next).map(crate::domain::PlanStep::preview).collect()
    }
}

impl Agent {
    /// Starts the next step, or ends the turn.
    pub(super) fn advance(&mut self, mut planned: PlannedTurn, effects: &mut Vec<Effect>) {
        let Some(step) = planned.plan.steps.get(planned.next).cloned() else {
            let text = planned.summaries.join("\n\n");
            self.remember_turn(&planned.request, &text);
            self.answer(planned.turn, text, Ending::Done, effects);
            return;
        };
        let command = match step.waits_for() {
            None => step.line().unwrap_or_default(),
            Some(source) => match planned.listed.get(&source).map(Vec::as_slice) {
                None | Some([]) => {
                    planned.summaries.push(self.setup.phrases.plain("nothing_listed"));
                    let text = planned.summaries.join("\n\n");
                    self.remember_turn(&planned.request, &text);
                    self.answer(planned.turn, text, Ending::Done, effects);
                    return;
                }
                Some(objects) => step.line_with(objects),
            },
        };
        let call = self.next_call();
        planned.running = Some(call);
        planned.next += 1;
        let observation = planned.summaries.last().cloned().unwrap_or_else(|| planned.request.clone());
        effects.push(Effect::Call(CallRequest {
            call,
            turn: planned.turn,
            command,
            reason: step.reason.clone(),
            observation: Some(observation),
            thought: (planned.next == 1).then(|| planned.plan.thought.clone()),
            reader: step.reader.clone(),
            every: step.waits_for().is_some(),
            origin: Origin::Planned,
            ceiling: None,
            patience: None,
        }));
        self.state = State::Planned(planned);
    }

    pub(super) fn step_done(&mut self, mut planned: PlannedTurn, report: &CallReport, effects: &mut Vec<Effect>) {
        planned.running = None;
        let phrases = std::sync::Arc::clone(&self.setup.phrases);
        if report.exit.is_none() {
            let (text, ending) = self.not_run(report);
            self.remember_turn(&planned.request, &text);
            self.answer(planned.turn, text, ending, effects);
            return;
        }
        planned.summaries.push(report.summary.clone());
        if planned.interrupted {
            let text = planned.summaries.join("\n\n");
            self.answer(planned.turn, text, Ending::Interrupted, effects);
            return;
        }
        if report.succeeded() {
            self.listed(&report.stdout);
        }
        let done = planned.next - 1;
        let objects = report.stdout.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        planned.listed.insert(done, objects);
        let needed = planned.plan.steps.iter().skip(planned.next).any(|step| step.needs.contains(&done));
        if !report.succeeded() && needed {
            let stop = phrases.fill("stopped_early", &[("command", &report.command)]);
            planned.summaries.push(stop);
            let text = planned.summaries.join("\n\n");
            self.answer(planned.turn, text, Ending::Done, effects);
            return;
        }
        // What was only listed to be named is not the answer.
        if planned.plan.steps.get(planned.next).is_some_and(|next| next.waits_for() == Some(done)) && report.succeeded()
        {
            let empty = planned.listed.get(&done).is_none_or(Vec::is_empty);
            if !empty {
                planned.summaries.pop();
            }
        }
        self.advance(planned, effects);
    }

    /// What a command listed can be picked from by the next request.
    fn listed(&mut self, printed: &str) {
        let Some(subject) = self.context.subject.as_ref().filter(|subject| subject.names.is_empty()) else { return };
        let rows: Vec<&str> = printed.lines().take(ROWS).collect();
        self.context.listing = Some(Listing::read(subject, &rows.join("\n")));
    }

    /// Why a command did not run, and what that makes of its turn.
    pub(super) fn not_run(&self, report: &CallReport) -> (String, Ending) {
        let values = [("command", report.command.as_str()), ("tier", report.tier.word()), ("why", &report.summary)];
        let (name, ending) = match report.decision {
            Decision::Denied => ("denied", Ending::Refused),
            Decision::Withdrawn => ("withdrawn", Ending::Interrupted),
            Decision::Unanswerable => ("refused_unattended", Ending::Unattended),
            Decision::Forbidden => ("impossible", Ending::Refused),
            _ => ("impossible", Ending::Done),
        };
        (self.setup.phrases.fill(name, &values), ending)
    }

    /// Keeps a turn without a model for one that joins later.
    pub(super) fn remember_turn(&mut self, request: &str, answer: &str) {
        self.has_foreign_text = true;
        self.transcript.push(Message::text(Role::User, request));
        self.transcript.push(Message::text(Role::Assistant, answer));
    }
}
