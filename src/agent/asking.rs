//! A question back with what there is to choose from: a look that asks nobody, names out of what it printed, and an
//! answer by name, number or place.
//!
//! Owns which printed lines may be names, how many are kept and shown, and how an answer picks one. A name comes from
//! outside: it becomes a word of a command as it is, and a code span on the screen. Where the look is not automatic,
//! takes too long or shows nothing, the question is asked without it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Agent, Effect, Ending, OpenQuestion, State};
use crate::domain::{Body, CallId, CallReport, CallRequest, Origin, Tier, TurnId, join_words};
use crate::planner::{self, Question};

/// How long the look may take: the person waits for a question.
const PATIENCE: Duration = Duration::from_secs(4);
/// Bytes of what was printed that are looked at.
const READ: usize = 64 << 10;
/// Names that can be picked.
const KEPT: usize = 200;
/// Names that are shown.
const SHOWN: usize = 20;

/// Words around a pick that pick nothing.
const AROUND: &[&str] = &["the", "one", "number", "no", "nr", "please", "take", "use"];

/// A question that waits for the look at what there is.
#[derive(Debug)]
pub(super) struct Asking {
    turn: TurnId,
    text: String,
    call: CallId,
}

impl Asking {
    pub fn waits_for(&self, call: CallId) -> bool {
        self.call == call
    }

    pub fn running(&self) -> CallId {
        self.call
    }
}

impl Agent {
    /// Asks back; where the skill says how, after a look at what there is.
    pub(super) fn ask_for(&mut self, turn: TurnId, request: String, question: Question, effects: &mut Vec<Effect>) {
        // A further question about an earlier request is already open, with what was answered so far.
        let open = self.question.get_or_insert_with(|| OpenQuestion {
            request,
            slot: question.slot,
            filled: BTreeMap::new(),
            candidates: Vec::new(),
        });
        open.candidates.clear();
        self.look_and_put(turn, question.text, question.listing, effects);
    }

    /// Puts a question after the look that names what there is to choose from, where there is one.
    pub(super) fn look_and_put(
        &mut self,
        turn: TurnId,
        text: String,
        words: Option<Vec<String>>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(words) = words else { return self.put(turn, text, effects) };
        let call = self.next_call();
        effects.push(Effect::Call(CallRequest {
            call,
            turn,
            command: join_words(&words),
            reason: self.setup.phrases.plain("candidates_reason"),
            observation: None,
            thought: None,
            reader: Some("lines".to_owned()),
            every: false,
            origin: Origin::Planned,
            ceiling: Some(Tier::Auto),
            patience: Some(PATIENCE),
            again: false,
            tool: None,
        }));
        self.state = State::Asking(Asking { turn, text, call });
    }

    /// The look is over: the question is put, with the names it found.
    pub(super) fn looked_for(&mut self, asking: Asking, report: &CallReport, effects: &mut Vec<Effect>) {
        let names = if report.succeeded() { names(&report.stdout) } else { Vec::new() };
        let mut text = asking.text;
        for (place, name) in names.iter().take(SHOWN).enumerate() {
            text.push_str(&format!("\n{}. `{name}`", place + 1));
        }
        if names.len() > SHOWN {
            let more = (names.len() - SHOWN).to_string();
            text.push_str(&format!("\n\n{}", self.setup.phrases.fill("candidates_more", &[("count", &more)])));
        }
        match (&mut self.question, &mut self.input) {
            (_, Some(input)) => input.candidates = names,
            (Some(open), None) => open.candidates = names,
            (None, None) => {}
        }
        self.put(asking.turn, text, effects);
    }

    pub(super) fn put(&mut self, turn: TurnId, text: String, effects: &mut Vec<Effect>) {
        effects.push(Effect::Record(Body::Answer { text: text.clone() }));
        effects.push(Effect::Question { turn, text });
        self.end(turn, Ending::Done, effects);
    }
}

/// The names in what a list printed, one a line: `pod/web-1` and `* main` lose what stands before the name. Of a table
/// without a heading they are its first column.
fn names(printed: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut room = READ;
    let lines = || printed.lines().filter(|line| !line.trim().is_empty());
    let is_table = lines().all(|line| line.split_whitespace().nth(1).is_some());
    for line in lines() {
        let Some(left) = room.checked_sub(line.len() + 1) else { break };
        room = left;
        let name = match line.split_whitespace().next() {
            Some(first) if is_table => first,
            _ => line.trim().trim_start_matches("* ").trim(),
        };
        if planner::is_name(name) && names.len() < KEPT && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The candidate that an answer picks: its name, its number in the list, or its place («the second one»).
pub(super) fn picked<'a>(answer: &str, candidates: &'a [String]) -> Option<&'a str> {
    if let Some(named) = candidates.iter().find(|name| *name == answer.trim()) {
        return Some(named);
    }
    let lower = answer.to_lowercase();
    let ends = |character: char| character.is_whitespace() || ".,!?#)".contains(character);
    let mut words = lower.split(ends).filter(|word| !word.is_empty() && !AROUND.contains(word));
    let (word, None) = (words.next()?, words.next()) else { return None };
    let place = match planner::ordinal(word) {
        Some(place) => place,
        None if word == "last" => candidates.len().checked_sub(1)?,
        None => word.parse::<usize>().ok()?.checked_sub(1)?,
    };
    candidates.get(place).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_name_is_offered_and_each_once() {
        let printed = "web-1\n* main\n\n-rf\nweb-1\na b\n$(reboot)\n`x`\nfeature/login\n\u{1b}[31mred\n";
        assert_eq!(names(printed), ["web-1", "main", "feature/login"]);
        let table = "nginx.service  loaded active running A server\nssh.service loaded failed failed  OpenSSH\n";
        assert_eq!(names(table), ["nginx.service", "ssh.service"]);
        let many: String = (0..500).map(|number| format!("n{number}\n")).collect();
        assert_eq!(names(&many).len(), KEPT);
    }

    #[test]
    fn an_answer_picks_by_name_number_or_place() {
        let all: Vec<String> = ["web-1", "2", "web-3"].map(str::to_owned).into();
        for (answer, name) in [
            ("web-3", "web-3"),
            ("1", "web-1"),
            ("#3", "web-3"),
            ("3.", "web-3"),
            ("number three", ""),
            ("the second one", "2"),
            ("the last one, please", "web-3"),
            ("2", "2"),
            ("4", ""),
            ("0", ""),
            ("web", ""),
            ("the first and the second", ""),
        ] {
            assert_eq!(picked(answer, &all).unwrap_or_default(), name, "{answer}");
        }
    }
}
