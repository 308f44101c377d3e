//! A small question over everything: one line, Enter or Esc.
//!
//! Owns what is typed into it and what it becomes.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::state::State;
use super::update::{self, Effect};

/// Longest answer, in characters.
const LONGEST: usize = 500;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Branch,
    Merge,
}

impl Purpose {
    pub fn title(self) -> &'static str {
        match self {
            Purpose::Branch => "Branch from here: a name, then what it is for",
            Purpose::Merge => "Merge which branch?",
        }
    }
}

/// The question with what was typed so far.
#[derive(Debug)]
pub(super) struct Question {
    pub purpose: Purpose,
    pub text: String,
}

impl Question {
    pub fn new(purpose: Purpose, text: &str) -> Question {
        Question { purpose, text: text.to_owned() }
    }

    /// More of the answer; what is no text is left out.
    pub fn add(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.text.extend(text.chars().filter(|letter| !letter.is_control()).take(room));
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
        KeyCode::Enter if !question.text.trim().is_empty() => {
            let (purpose, text) = (question.purpose, question.text.trim().to_owned());
            state.question = None;
            answered(state, purpose, &text, effects);
        }
        _ => {}
    }
}

/// The memory's words are said like any request, so that the chat and the log tell who wanted it.
fn answered(state: &mut State, purpose: Purpose, text: &str, effects: &mut Vec<Effect>) {
    match purpose {
        Purpose::Branch => update::say(state, format!("BRANCH {text}"), effects),
        Purpose::Merge => update::say(state, format!("MERGE {text}"), effects),
    }
}
