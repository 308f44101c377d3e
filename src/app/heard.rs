//! What the runtime tells, in the state of the workbench.
//!
//! Owns what each event of the bus changes in what is shown. Knows no key.

use std::time::Duration;

use super::state::{OfferState, RulesState, State, Way};
use super::update::Effect;
use super::{dialog, graph, manners, sessions};
use crate::bus::{self, NoticeKind, Presence};
use crate::domain::{Decision, FailureKind, Usage};
use crate::ui::{CardState, Face};

pub(super) fn happened(state: &mut State, event: bus::Event, now: Duration, effects: &mut Vec<Effect>) {
    use bus::Event as Bus;
    // What is seen of it changes when it was read.
    state.dirty |= event != Bus::Logged;
    let waited = state.activity.waits();
    state.activity.happened(&event);
    match event {
        Bus::Session(id) => {
            if state.session.as_ref().is_some_and(|before| *before != id) {
                state.session_from = state.next_block;
            }
            state.session = Some(id);
            state.way = None;
            state.offer = None;
            graph::session_changed(state, effects);
        }
        Bus::Way { name, branch, .. } => state.way = Some(Way { name, branch }),
        Bus::Logged => graph::outdated(state, effects),
        Bus::SessionsChanged => sessions::refresh(state, effects),
        // Whoever went back meanwhile has gone back.
        Bus::Closing { summary, .. } => {
            if let Some(leaving) = &mut state.leaving {
                leaving.summary = Some(summary);
            }
        }
        Bus::Closed { summarised, .. } => {
            state.closed = Some(summarised);
            effects.push(Effect::Quit);
        }
        Bus::Resumable { session, goal } => state.offer = Some(OfferState { session, goal, resume: true }),
        Bus::RulesOffered { digest, loosens } => {
            state.rules = Some(RulesState { digest, loosens, accept: false, scroll: 0 });
        }
        Bus::RulesSettled => state.rules = None,
        Bus::Surroundings(surroundings) => state.surroundings = surroundings,
        Bus::Presence(presence) => state.presence = presence,
        // The first screen tells it with what would be better.
        Bus::ModelAbsent(text) if state.welcome.is_none() => state.words(Face::Info, text),
        Bus::ModelAbsent(_) => {}
        // Where only one can answer, nobody needs to be told.
        Bus::TakenBy { by, .. } => {
            if let Presence::Model { .. } = state.presence {
                state.words(Face::Info, by.name().to_owned());
            }
        }
        Bus::FastPath(on) => state.fast_path = on,
        Bus::Notice(notice) => {
            sessions::told(state, &notice.text);
            if notice.kind == NoticeKind::Failure {
                state.welcome = None;
            }
            state.notice(notice);
        }
        Bus::TurnBegan { text, .. } => {
            state.busy = true;
            effects.extend(state.activity.next());
            if let Some(at) = state.waiting.iter().position(|waiting| *waiting == text) {
                state.waiting.remove(at);
            }
            state.words(Face::Human, text);
        }
        Bus::Steered { text, .. } => {
            if let Some(at) = state.waiting.iter().position(|waiting| *waiting == text) {
                state.waiting.remove(at);
            }
            state.words(Face::Human, text);
        }
        Bus::Checklist(list) => state.checklist(list),
        Bus::Token { text, .. } => {
            if let Some(answer) = state.summoner.as_mut().and_then(|summoner| summoner.answer.as_mut()) {
                answer.push_str(&text);
            }
            state.stream(Face::Agent, &text);
        }
        Bus::Thinking { text, .. } => state.stream(Face::Thinking, &text),
        // What the server counts replaces the estimate.
        Bus::Room(room) => {
            state.usage = Usage { prompt_tokens: Some(room.used().into()), output_tokens: None };
        }
        Bus::Usage(usage) => state.usage = usage,
        Bus::Announced(announcement) => state.announced(announcement),
        Bus::ApprovalRequested(request) => {
            manners::asks(state, &request.announcement.command, effects);
            dialog::open(state, request, now, effects);
        }
        Bus::Explained { call, text } => {
            dialog::explained(state, call, text);
        }
        Bus::ApprovalClosed { call, decision } => {
            let closed = dialog::closed(state, call);
            dialog::asks_on(state);
            // What was explained with the yes would go with the dialog before anybody read it.
            let told = closed.filter(|_| decision == Decision::ApprovedExplained);
            if let Some(text) = told.and_then(|dialog| dialog.explained.last().cloned()) {
                state.words(Face::Agent, text);
            }
        }
        Bus::Started { call } => {
            state.runs(call);
            state.card_state(call, CardState::Running);
        }
        Bus::AtLimit { call, seconds } => {
            state.card_state(call, CardState::AtLimit { seconds });
            let words = format!(
                "This runs for {seconds} s, longer than its skill allows. It changes something, so it was not stopped: \
                 wait lets it go on, stop ends it."
            );
            state.words(Face::Question, words);
        }
        Bus::WaitingForInput { call } => state.card_state(call, CardState::WaitingForInput),
        Bus::Finished(report) => {
            manners::ended(state, &report, effects);
            let _answered = dialog::closed(state, report.call);
            dialog::asks_on(state);
            state.finished(report);
        }
        Bus::Answer { text, .. } => {
            if let Some(answer) = state.summoner.as_mut().and_then(|summoner| summoner.answer.as_mut()) {
                answer.clone_from(&text);
            }
            graph::told(state, &text);
            state.answer(text);
        }
        Bus::Question { text, .. } | Bus::Choice { text, .. } => {
            manners::questions(state, effects);
            graph::told(state, &text);
            state.words(Face::Question, text);
        }
        Bus::TurnEnded { failure, .. } => {
            state.busy = false;
            state.closing = false;
            // What was refused, interrupted or told by the model is in the chat already.
            if let Some(failure) = failure.filter(|failure| failure.kind == FailureKind::Error) {
                state.words(Face::Failure, format!("{failure}. {}", failure.hints.join(" ")));
            }
        }
        Bus::Recalled(commands) => {
            if let Some(summoner) = &mut state.summoner {
                summoner.recalled(commands);
            }
        }
        Bus::Idle => state.waiting.clear(),
    }
    // The time stood still meanwhile.
    if waited && state.busy {
        effects.extend(state.activity.next());
    }
}
