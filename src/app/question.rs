//! A small question over everything: one line, Enter or Esc.
//!
//! Owns what is typed into it and what it becomes.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::state::State;
use super::update::Effect;
use super::{pager, sending, sessions};
use crate::domain::SessionId;
use crate::runtime::{Found, Input as ToRuntime, Past, Wanted};
use crate::ui::{Face, Place};

/// Longest answer, in characters.
const LONGEST: usize = 500;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    Branch,
    Merge,
    /// Words for all logs.
    Search,
    /// The goal of a new session.
    New,
    /// The name of a new session for this goal; none takes the suggested one.
    Name(String),
    /// The goal of a session that begins where this one stands, or stood at an entry; none takes its own.
    Fork(SessionId, Option<String>),
    Close(SessionId),
    Archive(SessionId),
    /// Its whole name.
    Delete(SessionId),
}

impl Purpose {
    pub fn title(&self) -> String {
        match self {
            Purpose::Branch => "Branch from here: a name, then what it is for".to_owned(),
            Purpose::Merge => "Merge which branch?".to_owned(),
            Purpose::Search => "Look for words in every log".to_owned(),
            Purpose::New => "A new session: what is it for?".to_owned(),
            Purpose::Name(_) => "Confirm name or rename? (press Enter to confirm)".to_owned(),
            Purpose::Fork(id, None) => format!("A session that begins where {} stands: what is it for?", id.short()),
            Purpose::Fork(id, Some(_)) => {
                format!("A session that begins where {} stood there: what is it for?", id.short())
            }
            Purpose::Close(id) => format!("Close {}. Save summary to main.md? (y/n)", id.short()),
            Purpose::Archive(id) => format!("Move {} to .GCC/archived/ (recoverable)? (yes / no)", id.short()),
            Purpose::Delete(id) => format!("Cannot be undone. Type {} to delete it", id.as_str()),
        }
    }

    /// Whether an empty answer is one.
    fn takes_nothing(&self) -> bool {
        matches!(self, Purpose::Fork(..) | Purpose::Name(_))
    }
}

/// The question with what was typed so far.
#[derive(Debug)]
pub(super) struct Question {
    pub purpose: Purpose,
    pub text: String,
    /// What there is to know before answering; safe to show.
    pub details: Vec<String>,
}

impl Question {
    pub fn new(purpose: Purpose, text: &str) -> Question {
        Question { purpose, text: text.to_owned(), details: Vec::new() }
    }

    /// One with something to know before answering.
    pub fn about(purpose: Purpose, details: Vec<String>) -> Question {
        Question { purpose, text: String::new(), details }
    }

    /// More of the answer; what is no text is left out.
    pub fn add(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.text.extend(text.chars().filter(|letter| !letter.is_control()).take(room));
    }
}

/// What a new session is for, with what was asked for last in the one before as a proposal, or else the branch that work
/// goes on in.
pub(super) fn new_session(state: &mut State) {
    let asked = state.last_request();
    let branch = state.surroundings.git_branch.as_ref().filter(|branch| !["main", "master"].contains(&branch.as_str()));
    let proposal = match (asked, branch) {
        (Some(asked), _) => asked.lines().next().unwrap_or_default().to_owned(),
        (None, Some(branch)) => branch.replace(['-', '_', '/'], " "),
        (None, None) => String::new(),
    };
    let mut question = Question::new(Purpose::New, "");
    question.add(&proposal);
    state.question = Some(question);
}

/// What the session would be called is there, to be confirmed; whoever is asked something else by now is not.
pub(super) fn proposed(state: &mut State, goal: String, found: Result<Found, String>) {
    match found {
        Ok(Found::Text(name)) if state.question.is_none() => {
            let details = name.iter().map(|name| format!("Suggested name: {name}")).collect();
            state.question = Some(Question::about(Purpose::Name(goal), details));
        }
        Ok(_) => {}
        Err(why) => state.words(Face::Failure, format!("No session can be begun: {why}.")),
    }
}

/// A key while it is open.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let Some(question) = &mut state.question else { return };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Esc => state.question = None,
        KeyCode::Char('c') if control => state.question = None,
        KeyCode::Char('u') if control => question.text.clear(),
        KeyCode::Backspace => {
            question.text.pop();
        }
        KeyCode::Char(letter) if !control && !event.modifiers.contains(KeyModifiers::ALT) => {
            question.add(letter.encode_utf8(&mut [0; 4]));
        }
        KeyCode::Enter if !question.text.trim().is_empty() || question.purpose.takes_nothing() => {
            let (purpose, text) = (question.purpose.clone(), question.text.trim().to_owned());
            state.question = None;
            answered(state, purpose, &text, effects);
        }
        _ => {}
    }
}

/// The memory's words are said like any request, so that the chat and the log tell who wanted it.
fn answered(state: &mut State, purpose: Purpose, text: &str, effects: &mut Vec<Effect>) {
    match purpose {
        Purpose::Branch => sending::say(state, format!("BRANCH {text}"), effects),
        Purpose::Merge => sending::say(state, format!("MERGE {text}"), effects),
        Purpose::Search => pager::search(state, text, effects),
        Purpose::New => {
            // The name follows from it, and from the sessions there are.
            effects.push(Effect::Read(Wanted::Past(Past::Proposed(text.to_owned()))));
        }
        Purpose::Name(goal) => {
            state.place = Place::Chat;
            let name = Some(text.to_owned()).filter(|name| !name.is_empty());
            effects.push(Effect::Tell(ToRuntime::New { goal, name }));
        }
        Purpose::Fork(from, entry) => {
            state.place = Place::Chat;
            effects.push(Effect::Tell(ToRuntime::Fork { from, entry, goal: text.to_owned() }));
        }
        Purpose::Close(session) => match text.to_lowercase().as_str() {
            "y" | "yes" => effects.push(Effect::Tell(ToRuntime::CloseOther { session, summarised: true })),
            "n" | "no" => effects.push(Effect::Tell(ToRuntime::CloseOther { session, summarised: false })),
            _ => sessions::told(state, "nothing was closed: y saves its summary, n does not, Esc leaves it"),
        },
        Purpose::Archive(session) if matches!(text.to_lowercase().as_str(), "y" | "yes") => {
            effects.push(Effect::Tell(ToRuntime::Archive(session)));
        }
        Purpose::Archive(_) => sessions::told(state, "nothing was archived"),
        Purpose::Delete(session) if text == session.as_str() => {
            effects.push(Effect::Tell(ToRuntime::DeleteForever(session)));
        }
        Purpose::Delete(_) => sessions::told(state, "the name was not typed; nothing was deleted"),
    }
}
