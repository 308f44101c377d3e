//! The conversation as a state machine: `handle(Event) -> Vec<Effect>`.
//!
//! Owns what is being done for the person right now: the turn, its plan or its
//! talk with a model, the question that stands open. Asks the planner first and
//! a model second. Knows no file, clock, process, gate or screen: whatever it
//! wants done leaves as an effect, and what came of it returns as an event.
//! An event for a turn or call that is over has no transition.

mod aside;
mod asking;
mod budget;
mod conversation;
mod diagnosis;
mod event;
mod follow;
mod hints;
mod negotiation;
mod offers;
mod past;
mod phrases;
mod progress;
mod prompt;
mod review;
mod rows;
mod salvage;
mod steering;
mod steps;
mod summary;
mod tool_call;
mod turn;
mod understanding;
mod words;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub use event::{Answerer, Effect, Ending, Event, Joined};
pub use phrases::{Phrases, PhrasesError};
pub use prompt::{Prompts, SkillContext};
pub use salvage::Listener;
pub use tool_call::{memory_tools, memory_word, part as memory_part};

use crate::domain::{
    ApprovalRequest, Body, CallId, CallReport, LogLine, Manual, OfferedTool, Principal, Surroundings, TurnId,
};
use crate::planner::{self, Lexicon, Planning};

use crate::runbook::{Found, Runbooks};

use aside::Aside;
use asking::Asking;
use conversation::Conversation;
use diagnosis::Diagnosis;
pub use diagnosis::asked_for;
use offers::Offer;
use past::Past;
use review::Visit;
use rows::Picked;
use summary::Summary;
use turn::PlannedTurn;

/// What the agent is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The name on screen and in prompts.
    pub name: String,
    pub lexicon: Arc<Lexicon>,
    pub runbooks: Arc<Runbooks>,
    pub phrases: Arc<Phrases>,
    pub prompts: Prompts,
    /// What the skills say to whoever explains their tools.
    pub skills: Arc<[SkillContext]>,
    /// Whether the planner answers what it is sure of although a model is there.
    pub fast_path: bool,
}

/// A question of the planner's that waits for its answer.
#[derive(Debug, Clone)]
struct OpenQuestion {
    request: String,
    slot: String,
    filled: BTreeMap<String, String>,
    /// What there was to choose from, in the order it was shown.
    candidates: Vec<String>,
}

/// A runbook that waits for an input.
#[derive(Debug, Clone)]
struct OpenInput {
    /// The request that asked for it.
    request: String,
    found: Found,
    /// What there was to choose from, in the order it was shown.
    candidates: Vec<String>,
}

#[derive(Debug)]
enum State {
    Idle,
    Planned(PlannedTurn),
    /// A question waits for what there is to choose from.
    Asking(Asking),
    /// A runbook is followed.
    Diagnosing(Diagnosis),
    /// The memory, or what is known of a command, is asked, for this turn.
    Remembering(TurnId),
    /// The person said no and has a choice.
    Offering(Offer),
    Talking(Conversation),
}

/// The agent.
#[derive(Debug)]
pub struct Agent {
    setup: Setup,
    state: State,
    surroundings: Surroundings,
    /// The model that is there.
    model: Option<Joined>,
    /// Tools of other programs' servers.
    offered: Arc<[OfferedTool]>,
    turns: u64,
    calls: u64,
    /// What was said while a turn was going on.
    waiting: VecDeque<String>,
    question: Option<OpenQuestion>,
    /// What was named and listed last, for *it* and *the second one*.
    context: planner::Context,
    /// What was done, for *again*, *why did it fail* and *undo that*.
    past: Past,
    /// A runbook that waits for an input.
    input: Option<OpenInput>,
    /// Commands that ran, with what they meant.
    history: Vec<(String, String)>,
    /// The entries of the session when they were last needed.
    log: Vec<LogLine>,
    /// A question about the open request, put to the model.
    aside: Option<Aside>,
    /// What was asked about last.
    asked: Option<ApprovalRequest>,
    /// What was said between the person and the model, and the planner's turns in short.
    transcript: Vec<crate::domain::Message>,
    /// A model has been, or will be, given what programs printed. It stays so: what is compacted away was read.
    has_foreign_text: bool,
    /// What the person ran since they were last in the chat, and the last of it ever.
    visit: Visit,
    last_by_hand: Option<Manual>,
    /// What is left of turns that have no room in the model's window.
    summary: Summary,
    /// Where the session stood when it was taken up again.
    standing: Option<String>,
}

impl Agent {
    /// An idle agent.
    pub fn new(setup: Setup) -> Agent {
        Agent {
            setup,
            state: State::Idle,
            surroundings: Surroundings::default(),
            model: None,
            turns: 0,
            calls: 0,
            waiting: VecDeque::new(),
            question: None,
            context: planner::Context::default(),
            past: Past::default(),
            input: None,
            history: Vec::new(),
            log: Vec::new(),
            aside: None,
            asked: None,
            transcript: Vec::new(),
            has_foreign_text: false,
            visit: Visit::default(),
            last_by_hand: None,
            summary: Summary::default(),
            standing: None,
            offered: Arc::default(),
        }
    }

    /// Whether nothing is going on and nothing waits.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle) && self.waiting.is_empty()
    }

    /// Whether a question of the agent's waits for its answer.
    pub fn awaits_answer(&self) -> bool {
        self.question.is_some() || self.input.is_some() || matches!(self.state, State::Offering(_))
    }

    /// Takes an event and says what is to be done, in order.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Said(text) => self.said(text, &mut effects),
            Event::Steered(text) => self.steered(text, &mut effects),
            Event::Model { turn, event } => {
                if let Some(event) = self.aside_event(turn, event, &mut effects) {
                    self.model_event(turn, event, &mut effects);
                }
            }
            Event::Finished(report) => self.finished(report, &mut effects),
            Event::ApprovalRequested(request) => {
                self.explain(&request, &mut effects);
                self.asked = Some(request);
            }
            Event::LookRequested(request) => self.explain(&request, &mut effects),
            Event::Log(lines) => self.log = lines,
            Event::Weighed { turn, tiers } => match std::mem::replace(&mut self.state, State::Idle) {
                State::Offering(offer) if offer.turn() == turn && !offer.put => {
                    self.weighed(offer, &tiers, &mut effects);
                }
                // What was weighed for a turn that is over.
                state => self.state = state,
            },
            Event::Interrupt => self.interrupt(&mut effects),
            Event::ModelPresence(joined) => {
                self.model = joined;
                if joined.is_some_and(|joined| !joined.calls_tools) {
                    effects.push(Effect::Notice(self.setup.phrases.plain("without_tools")));
                }
            }
            Event::Surroundings(surroundings) => self.surroundings = surroundings,
            Event::Compose(project) => self.context.compose = project,
            Event::Manual(manual) => self.ran_by_hand(manual),
            Event::Returned { drift } => self.review(drift.as_deref(), &mut effects),
            Event::AskedAbout(question) => self.asked_about(question, &mut effects),
            Event::Standing(standing) => {
                self.has_foreign_text |= standing.is_some();
                self.standing = standing;
                // Another session: what its words could lean on is not what was done in this one.
                self.past = Past::default();
                self.context.listing = None;
            }
            Event::Runbooks(runbooks) => self.setup.runbooks = runbooks,
            Event::Compact => self.compact(&mut effects),
            Event::Tools(offered) => self.offered = offered,
            Event::FastPath(on) => self.setup.fast_path = on,
            Event::Remembered { turn, told } => self.remembered(turn, told, &mut effects),
        }
        effects
    }

    fn said(&mut self, mut text: String, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Offering(offer) if offer.put => return self.chosen(offer, &text, effects),
            state => self.state = state,
        }
        if !matches!(self.state, State::Idle) {
            self.waiting.push_back(text);
            return;
        }
        self.turns += 1;
        let turn = TurnId(self.turns);
        effects.push(Effect::Begin { turn, text: text.clone() });
        if let Some(word) = words::read(&text) {
            self.past.last = None;
            return match word {
                Ok(word) => {
                    self.state = State::Remembering(turn);
                    effects.push(Effect::Remember { turn, word, by: Principal::Person });
                }
                Err(needed) => {
                    effects.push(Effect::Question { turn, text: needed.to_owned() });
                    self.end(turn, Ending::Done, effects);
                }
            };
        }
        effects.push(Effect::Record(Body::Request { text: text.clone() }));
        if let Some(line) = self.to_explain(&text) {
            self.state = State::Remembering(turn);
            effects.push(Effect::Dissect { turn, line: line.to_owned() });
            return;
        }
        if self.follows(turn, &text, effects) {
            return;
        }
        if self.model.is_some() && !self.takes(&text) {
            self.question = None;
            self.input = None;
            return self.talk(turn, text, effects);
        }
        let mut fresh = self.planned(&text, &BTreeMap::new());
        let meant = self.row_meant(&text, &fresh.0).filter(|_| !self.awaits_answer());
        match meant.map(|meant| self.pick(&meant)) {
            Some(Picked::Request(request, understood)) => (text, fresh) = (request, understood),
            Some(Picked::Ask(question)) if self.model.is_none() => {
                effects.push(Effect::TakenBy { turn, by: Answerer::Planner });
                return self.put(turn, question, effects);
            }
            Some(Picked::Ask(_)) | None => {}
        }
        let planning = match self.runbook_for(&text, &fresh.0) {
            Some((request, found)) => {
                effects.push(Effect::TakenBy { turn, by: Answerer::Planner });
                return self.diagnose(turn, request, found, effects);
            }
            None => self.understand(&text, fresh),
        };
        if self.model.is_some() && !self.is_sure(&planning) {
            self.question = None;
            return self.talk(turn, text, effects);
        }
        effects.push(Effect::TakenBy { turn, by: Answerer::Planner });
        match planning {
            Planning::Plan(plan) => {
                let planned = PlannedTurn::new(turn, text, plan);
                self.advance(planned, effects);
            }
            Planning::Ask(question) => self.ask_for(turn, text, question, effects),
            Planning::Unsure(unsure) => {
                let text = self.setup.phrases.unsure(&unsure, true);
                effects.push(Effect::Record(Body::Answer { text: text.clone() }));
                effects.push(Effect::Question { turn, text });
                self.end(turn, Ending::Done, effects);
            }
        }
    }

    /// What the memory shows stands in the memory already; it is not written there again.
    fn remembered(&mut self, turn: TurnId, told: Result<String, String>, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Remembering(waits) if waits == turn => {}
            State::Talking(talk) if talk.turn == turn => return self.recalled(talk, told, effects),
            // A turn that is over.
            state => {
                self.state = state;
                return;
            }
        }
        let (text, ending) = match told {
            // Several lines of the memory are shown as they stand there, not read as markup.
            Ok(text) if text.contains('\n') => (fenced(&text), Ending::Done),
            Ok(text) => (text, Ending::Done),
            Err(text) => (text, Ending::Failed),
        };
        effects.push(Effect::Answer { turn, text });
        self.end(turn, ending, effects);
    }

    fn next_call(&mut self) -> CallId {
        self.calls += 1;
        CallId(self.calls)
    }

    fn finished(&mut self, report: CallReport, effects: &mut Vec<Effect>) {
        self.drop_aside(effects);
        self.past.saw(&report, self.context.subject.as_ref());
        if report.exit.is_some() {
            self.history.push((report.command.clone(), report.summary.clone()));
        }
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Planned(planned) if planned.waits_for(report.call) => self.step_done(planned, &report, effects),
            State::Asking(asking) if asking.waits_for(report.call) => self.looked_for(asking, &report, effects),
            State::Diagnosing(walk) if walk.waits_for(report.call) => self.looked(walk, &report, effects),
            State::Talking(talk) if talk.waits_for(report.call) => self.tool_done(talk, &report, effects),
            // A call that nobody waits for any more.
            state => self.state = state,
        }
    }

    fn interrupt(&mut self, effects: &mut Vec<Effect>) {
        self.waiting.clear();
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => {}
            // Reading and writing files comes to its end.
            state @ State::Remembering(_) => self.state = state,
            State::Offering(offer) => self.leave_offer(offer, effects),
            State::Planned(mut planned) => {
                planned.interrupted = true;
                effects.extend(planned.running().map(|call| Effect::StopCall { call }));
                self.state = State::Planned(planned);
            }
            State::Asking(asking) => {
                effects.push(Effect::StopCall { call: asking.running() });
                self.state = State::Asking(asking);
            }
            State::Diagnosing(mut walk) => {
                walk.interrupted = true;
                effects.extend(walk.running().map(|call| Effect::StopCall { call }));
                self.state = State::Diagnosing(walk);
            }
            State::Talking(mut talk) => {
                talk.heard.clear();
                if let Some(call) = talk.running() {
                    talk.interrupted = true;
                    effects.push(Effect::StopCall { call });
                    self.state = State::Talking(talk);
                } else {
                    effects.push(Effect::StopModel { turn: talk.turn });
                    let text = self.setup.phrases.plain("interrupted");
                    self.break_off(talk, &text, Ending::Interrupted, effects);
                }
            }
        }
    }

    fn answer(&mut self, turn: TurnId, text: String, ending: Ending, effects: &mut Vec<Effect>) {
        effects.push(Effect::Record(Body::Answer { text: text.clone() }));
        effects.push(Effect::Answer { turn, text });
        self.end(turn, ending, effects);
    }

    fn end(&mut self, turn: TurnId, ending: Ending, effects: &mut Vec<Effect>) {
        self.state = State::Idle;
        effects.push(Effect::End { turn, ending });
        if let Some(next) = self.waiting.pop_front() {
            self.said(next, effects);
        }
    }
}

/// A block of plain text, whatever fences stand in it.
fn fenced(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

#[cfg(test)]
mod tests;
