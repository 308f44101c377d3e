//! A turn that follows a plan: step by step, each judged and announced by
//! itself, until the plan is done, a step fails or the person stops it.
//!
//! Owns the steps and how far each is, the checklist that tells it, and what words of the person do to steps that have
//! not begun.

use std::collections::BTreeMap;

use super::past::Done;
use super::steering::{self, Steer};
use super::{Agent, Effect, Ending, State, rows};
use crate::domain::{
    CallId, CallReport, CallRequest, CheckStep, Checklist, Decision, Message, Origin, Plan, PlanStep, Role, StepState,
    TurnId, Word, changed_line,
};
use crate::planner::Listing;

/// Rows of a listing that can be referred to.
const ROWS: usize = 200;

/// Words of a reply that leave one step out and no more.
const SKIPPING: &[&str] =
    &["skip", "skip it", "skip this", "skip this one", "skip that", "skip that one", "skip this step"];

/// A plan being followed.
#[derive(Debug)]
pub(super) struct PlannedTurn {
    pub turn: TurnId,
    request: String,
    plan: Plan,
    /// How far each step is.
    states: Vec<StepState>,
    running: Option<(CallId, usize)>,
    /// Objects that finished steps listed, by step.
    listed: BTreeMap<usize, Vec<String>>,
    /// What finished steps meant.
    summaries: Vec<String>,
    /// Something ran or was asked about.
    begun: bool,
    /// What was said and is no change of the plan: it ends before the next step.
    halted: Option<String>,
    /// After a no, other ways were looked for: once.
    pub weighed: bool,
    /// The next step was refused and then chosen.
    again: bool,
    pub interrupted: bool,
}

impl PlannedTurn {
    pub fn new(turn: TurnId, request: String, plan: Plan) -> Self {
        Self {
            turn,
            request,
            states: vec![StepState::Pending; plan.steps.len()],
            plan,
            running: None,
            listed: BTreeMap::new(),
            summaries: Vec::new(),
            begun: false,
            halted: None,
            weighed: false,
            again: false,
            interrupted: false,
        }
    }

    pub fn waits_for(&self, call: CallId) -> bool {
        self.running() == Some(call)
    }

    pub fn request(&self) -> &str {
        &self.request
    }

    pub fn running(&self) -> Option<CallId> {
        self.running.map(|(call, _)| call)
    }

    /// The steps after the one that runs.
    pub fn remaining(&self) -> Vec<(String, String)> {
        let open = self.plan.steps.iter().zip(&self.states).filter(|(_, state)| **state == StepState::Pending);
        open.map(|(step, _)| (step.preview(), step.reason.clone())).collect()
    }

    fn next(&self) -> Option<usize> {
        self.states.iter().position(|state| *state == StepState::Pending)
    }

    fn set(&mut self, at: usize, state: StepState) {
        if let Some(slot) = self.states.get_mut(at) {
            *slot = state;
        }
    }

    /// One step is no list.
    fn tell(&self, effects: &mut Vec<Effect>) {
        if self.plan.steps.len() > 1 {
            let steps = self.plan.steps.iter().zip(&self.states);
            let steps = steps.map(|(step, state)| CheckStep { line: step.preview(), state: *state }).collect();
            effects.push(Effect::Checklist(Checklist { turn: self.turn, steps }));
        }
    }

    /// The commands that are this far.
    fn of(&self, wanted: StepState) -> Vec<String> {
        let steps = self.plan.steps.iter().zip(&self.states).filter(|(_, state)| **state == wanted);
        steps.map(|(step, _)| format!("`{}`", step.preview())).collect()
    }

    /// Leaves a step out, and those that only exist for what it lists.
    fn skip(&mut self, at: usize) {
        self.set(at, StepState::Skipped);
        for (step, state) in self.plan.steps.iter().zip(&mut self.states) {
            if *state == StepState::Pending && step.waits_for() == Some(at) {
                *state = StepState::Skipped;
            }
        }
    }

    /// The person's own line in the place of a step.
    fn replace(&mut self, at: usize, line: &str, reader: Option<String>) {
        if let Some(step) = self.plan.steps.get_mut(at) {
            step.words = vec![Word::Line(line.to_owned())];
            step.reason = "You changed this step.".to_owned();
            step.reader = reader;
        }
        self.set(at, StepState::Pending);
    }

    /// What the person chose in the place of a step they said no to; without a title it is the step itself, about which
    /// they are asked once more.
    pub fn put_in_place(&mut self, at: usize, lines: &[String], title: &str, reader: impl Fn(&str) -> Option<String>) {
        self.set(at, StepState::Pending);
        if title.is_empty() {
            self.again = true;
            return;
        }
        let more = lines.len().saturating_sub(1);
        for step in &mut self.plan.steps {
            step.renumber(|number| if number > at { number + more } else { number });
        }
        let steps = lines.iter().map(|line| PlanStep {
            words: vec![Word::Line(line.clone())],
            reason: format!("You chose this: {title}."),
            reader: reader(line),
            needs: Vec::new(),
        });
        self.plan.steps.splice(at..=at, steps);
        self.states.splice(at..=at, vec![StepState::Pending; lines.len()]);
    }

    /// Another plan for what is left. What was done stays as it is, and is not done again where it is in both.
    fn replan(&mut self, request: String, plan: Plan) {
        let mut places = Vec::new();
        let mut kept: Vec<(PlanStep, StepState)> = Vec::new();
        let mut listed = BTreeMap::new();
        for (index, (step, state)) in self.plan.steps.drain(..).zip(self.states.drain(..)).enumerate() {
            if state == StepState::Pending {
                continue;
            }
            if let Some(objects) = self.listed.remove(&index) {
                listed.insert(kept.len(), objects);
            }
            if let Some((_, running)) = self.running.as_mut().filter(|(_, running)| *running == index) {
                *running = kept.len();
            }
            kept.push((step, state));
        }
        for mut step in plan.steps {
            let same = |(old, state): &(PlanStep, StepState)| {
                matches!(state, StepState::Done | StepState::Running)
                    && step.waits_for().is_none()
                    && old.preview() == step.preview()
            };
            if let Some(at) = kept.iter().position(same) {
                places.push(at);
                continue;
            }
            step.renumber(|old| places.get(old).copied().unwrap_or(old));
            places.push(kept.len());
            kept.push((step, StepState::Pending));
        }
        (self.plan.steps, self.states) = kept.into_iter().unzip();
        self.plan.intent = plan.intent;
        self.plan.thought = plan.thought;
        self.listed = listed;
        self.request = request;
        self.begun = false;
    }
}

impl Agent {
    /// Starts the next step, or ends the turn.
    pub(super) fn advance(&mut self, mut planned: PlannedTurn, effects: &mut Vec<Effect>) {
        if let Some(said) = planned.halted.take() {
            let text = self.setup.phrases.fill("halted", &[("said", &said)]);
            self.waiting.push_front(said);
            return self.leave_plan(planned, Some(text), Ending::Done, effects);
        }
        let Some(at) = planned.next() else { return self.leave_plan(planned, None, Ending::Done, effects) };
        let Some(step) = planned.plan.steps.get(at).cloned() else { return };
        let command = match step.waits_for() {
            None => step.line().unwrap_or_default(),
            Some(source) => match planned.listed.get(&source).map(Vec::as_slice) {
                None | Some([]) => {
                    let text = self.setup.phrases.plain("nothing_listed");
                    return self.leave_plan(planned, Some(text), Ending::Done, effects);
                }
                Some(objects) => step.line_with(objects),
            },
        };
        let call = self.next_call();
        planned.running = Some((call, at));
        planned.set(at, StepState::Running);
        planned.tell(effects);
        let observation = planned.summaries.last().cloned().unwrap_or_else(|| planned.request.clone());
        let first = !std::mem::replace(&mut planned.begun, true);
        effects.push(Effect::Call(CallRequest {
            call,
            turn: planned.turn,
            command,
            reason: step.reason.clone(),
            observation: Some(observation),
            thought: first.then(|| planned.plan.thought.clone()),
            reader: step.reader.clone(),
            every: step.waits_for().is_some(),
            origin: Origin::Planned,
            ceiling: None,
            patience: None,
            again: std::mem::take(&mut planned.again),
            tool: None,
        }));
        self.state = State::Planned(planned);
    }

    pub(super) fn step_done(&mut self, mut planned: PlannedTurn, report: &CallReport, effects: &mut Vec<Effect>) {
        let Some((_, done)) = planned.running.take() else { return };
        if report.exit.is_none() {
            return self.step_not_run(planned, done, report, effects);
        }
        planned.summaries.push(report.summary.clone());
        planned.set(done, if report.succeeded() { StepState::Done } else { StepState::Failed });
        if planned.interrupted {
            return self.leave_plan(planned, None, Ending::Interrupted, effects);
        }
        if report.succeeded() {
            self.listed(report, planned.plan.intent.contains("literal"));
        }
        let objects = report.stdout.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        planned.listed.insert(done, objects);
        if !report.succeeded() && planned.next().is_some() {
            let text = self.setup.phrases.fill("stopped_early", &[("command", &report.command)]);
            return self.leave_plan(planned, Some(text), Ending::Done, effects);
        }
        // What was only listed to be named is not the answer.
        let next = planned.next().and_then(|next| planned.plan.steps.get(next));
        if next.is_some_and(|next| next.waits_for() == Some(done))
            && planned.listed.get(&done).is_some_and(|objects| !objects.is_empty())
        {
            planned.summaries.pop();
        }
        self.advance(planned, effects);
    }

    /// The gate or the person kept a step from running.
    fn step_not_run(&mut self, mut planned: PlannedTurn, at: usize, report: &CallReport, effects: &mut Vec<Effect>) {
        let said = report.said.as_deref().unwrap_or_default();
        match report.decision {
            Decision::Changed => {
                if let Some(line) = changed_line(said) {
                    planned.replace(at, line, self.setup.lexicon.reader_of(line).map(str::to_owned));
                    return self.advance(planned, effects);
                }
            }
            Decision::Denied if planned.plan.steps.len() > 1 && is_skip(said) => {
                planned.skip(at);
                return self.advance(planned, effects);
            }
            Decision::Denied => {
                let meant = steering::rest_of_no(said).map(str::to_owned);
                if let Some((request, plan)) =
                    meant.and_then(|meant| self.corrected(&planned.request, &meant, &planned.plan))
                {
                    planned.set(at, StepState::Pending);
                    planned.replan(request, plan);
                    return self.advance(planned, effects);
                }
            }
            _ => {}
        }
        let (text, ending) = self.not_run(report);
        if report.decision == Decision::Denied {
            // It no longer runs, whatever is chosen in its place.
            planned.set(at, StepState::Denied);
            planned.tell(effects);
            let Some(left) = self.weigh_plan(planned, at, report, effects) else { return };
            planned = left;
        } else {
            planned.set(at, StepState::NotDone);
        }
        self.leave_plan(planned, Some(text), ending, effects);
    }

    /// A step that the person will not have. One that they chose to skip does not keep the others from going on, and
    /// nothing more is said about it.
    pub(super) fn refuse_step(
        &mut self,
        mut planned: PlannedTurn,
        (at, skipped): (usize, bool),
        why: String,
        effects: &mut Vec<Effect>,
    ) {
        if planned.plan.steps.len() > 1 && skipped {
            planned.skip(at);
            planned.summaries.push(why);
            return self.advance(planned, effects);
        }
        planned.set(at, StepState::Denied);
        let ending = if planned.interrupted { Ending::Interrupted } else { Ending::Refused };
        self.leave_plan(planned, Some(why), ending, effects);
    }

    /// Ends the turn: what was seen, why it ends, what was done of the plan and what was not.
    fn leave_plan(&mut self, mut planned: PlannedTurn, why: Option<String>, ending: Ending, effects: &mut Vec<Effect>) {
        for state in planned.states.iter_mut().filter(|state| state.is_open()) {
            *state = StepState::NotDone;
        }
        planned.tell(effects);
        let mut parts = std::mem::take(&mut planned.summaries);
        parts.extend(why);
        let whole = planned.states.iter().all(|state| *state == StepState::Done);
        if planned.plan.steps.len() > 1 && !whole {
            let rows = [
                ("tally_done", StepState::Done),
                ("tally_failed", StepState::Failed),
                ("tally_denied", StepState::Denied),
                ("tally_skipped", StepState::Skipped),
                ("tally_not_done", StepState::NotDone),
            ];
            let told = rows.map(|(phrase, state)| match planned.of(state).as_slice() {
                [] => None,
                steps => Some(self.setup.phrases.fill(phrase, &[("steps", &steps.join(", "))])),
            });
            parts.push(told.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        if parts.is_empty() {
            parts.push(self.setup.phrases.plain("interrupted"));
        }
        let text = parts.join("\n\n");
        self.remember_turn(&planned.request, &text);
        let (request, plan, subject) = (planned.request, planned.plan, self.context.subject.clone());
        self.past.last = Some(Done::Plan { request, plan, subject });
        self.answer(planned.turn, text, ending, effects);
    }

    /// The person said something while the plan is followed. Steps that have not begun change at once; what runs, runs
    /// to its end.
    pub(super) fn steer_plan(&mut self, mut planned: PlannedTurn, text: String, effects: &mut Vec<Effect>) {
        let number = |number: usize| number.checked_sub(1).filter(|at| *at < planned.states.len());
        let pending = |at: &usize| planned.states.get(*at) == Some(&StepState::Pending);
        let missed = match steering::read(&text) {
            Steer::Stop => {
                for state in planned.states.iter_mut().filter(|state| **state == StepState::Pending) {
                    *state = StepState::NotDone;
                }
                false
            }
            Steer::Skip(wanted) => match wanted.map_or_else(|| planned.next(), number).filter(pending) {
                Some(at) => {
                    planned.skip(at);
                    false
                }
                None => true,
            },
            Steer::Edit(wanted, line) => match number(wanted).filter(pending) {
                Some(at) => {
                    planned.replace(at, line, self.setup.lexicon.reader_of(line).map(str::to_owned));
                    false
                }
                None => true,
            },
            Steer::Correction(meant) => {
                match self.corrected(&planned.request, meant, &planned.plan) {
                    Some((request, plan)) => planned.replan(request, plan),
                    // Better nothing more than something that was not meant.
                    None if planned.next().is_some() => planned.halted = Some(meant.to_owned()),
                    None => {
                        self.waiting.push_back(text);
                        self.state = State::Planned(planned);
                        return;
                    }
                }
                false
            }
            Steer::Other => {
                self.waiting.push_back(text);
                self.state = State::Planned(planned);
                return;
            }
        };
        self.took(planned.turn, &text, effects);
        if missed {
            effects.push(Effect::Notice(self.setup.phrases.plain("no_such_step")));
        }
        planned.tell(effects);
        self.state = State::Planned(planned);
    }

    /// What a command listed can be picked from by the next request. Of a line that was `typed` only the line says what
    /// it lists.
    fn listed(&mut self, report: &CallReport, typed: bool) {
        let rows: Vec<&str> = report.stdout.lines().take(ROWS).collect();
        let printed = rows.join("\n");
        let asked = || {
            let subject = self.context.subject.as_ref()?;
            let of_many = subject.names.is_empty() && !subject.noun.is_empty();
            let fits = of_many && !typed && !Listing::knows(&report.command) && Listing::looks_like_one(&printed);
            fits.then(|| Listing::read(subject, &printed))
        };
        let mut new = Listing::of(&report.command, &printed, &self.setup.lexicon).or_else(asked);
        if let Some(listing) = &mut new {
            listing.whole = report.stdout.len() <= printed.len() + 1;
        }
        self.context.listing = rows::after(self.context.listing.take(), new, &report.command);
    }

    /// Why a command did not run, and what that makes of its turn.
    pub(super) fn not_run(&self, report: &CallReport) -> (String, Ending) {
        let values = [("command", report.command.as_str()), ("tier", report.tier.word()), ("why", &report.summary)];
        let (name, ending) = match report.decision {
            Decision::Denied | Decision::Changed => ("denied", Ending::Refused),
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

/// Whether a reply leaves this step out and nothing else.
fn is_skip(reply: &str) -> bool {
    let reply = reply.trim().to_lowercase();
    SKIPPING.contains(&reply.trim_end_matches(['.', '!']))
}
