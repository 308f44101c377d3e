//! What is said while a turn goes on: words for its steps, a correction of its request, or something for afterwards.
//!
//! Owns how it is read, and how a correction changes the request it is about. A step that comes of it is judged and
//! asked about like any other; nothing here runs anything.

use std::collections::BTreeMap;

use super::{Agent, Effect, State};
use crate::domain::{Body, Plan, TurnId};
use crate::planner::Planning;

/// How words mean to steer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Steer<'t> {
    /// Nothing more after what runs now.
    Stop,
    /// The step of this number is left out; without a number the next one.
    Skip(Option<usize>),
    /// The step of this number is to be this line.
    Edit(usize, &'t str),
    /// It was meant otherwise.
    Correction(&'t str),
    /// A request of its own.
    Other,
}

/// Before what was meant instead.
const CORRECTING: &[&str] = &[
    "no", "nope", "not", "wait", "sorry", "instead", "rather", "actually", "wrong", "oops", "i meant", "i mean",
    "make it", "use",
];

/// Words that say nothing of what is meant.
const FILLING: &[&str] =
    &["i", "meant", "mean", "use", "take", "make", "it", "please", "rather", "instead", "actually"];

const STOPPING: &[&str] = &[
    "stop",
    "stop it",
    "stop there",
    "stop here",
    "stop after this",
    "stop after it",
    "stop after this one",
    "that is enough",
    "that's enough",
    "enough",
    "no more",
];

/// Reads what was typed.
pub(super) fn read(text: &str) -> Steer<'_> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let bare = lower.trim_end_matches(['.', '!']);
    if STOPPING.contains(&bare) {
        return Steer::Stop;
    }
    if let Some(rest) = bare.strip_prefix("skip") {
        let rest = rest.trim();
        let number = rest.strip_prefix("step").unwrap_or(rest).trim();
        if ["", "it", "this", "that", "this one", "that one", "the next", "the next one", "the next step", "next"]
            .contains(&rest)
        {
            return Steer::Skip(None);
        }
        if let Ok(number) = number.parse() {
            return Steer::Skip(Some(number));
        }
    }
    if let Some((number, line)) = edited(text) {
        return Steer::Edit(number, line);
    }
    match rest_of_no(text) {
        Some(rest) => Steer::Correction(rest),
        None => Steer::Other,
    }
}

/// `edit 2 git push --dry-run`, `change step 2 to git push --dry-run`.
fn edited(text: &str) -> Option<(usize, &str)> {
    let (word, rest) = text.split_once(char::is_whitespace)?;
    let changes = word.eq_ignore_ascii_case("change");
    if !changes && !word.eq_ignore_ascii_case("edit") {
        return None;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("step ").unwrap_or(rest).trim_start();
    let (number, line) = rest.split_once(char::is_whitespace)?;
    let number = number.trim_end_matches(':').parse().ok()?;
    let line = line.trim();
    let line = if changes { line.strip_prefix("to ")?.trim() } else { line };
    (!line.is_empty()).then_some((number, line))
}

/// What stands behind a word that takes back: of «no, the staging one» the staging one. `None` without such a word.
pub(super) fn rest_of_no(text: &str) -> Option<&str> {
    let text = text.trim();
    let mut rest = text;
    loop {
        let begins = CORRECTING.iter().find_map(|word| {
            let head = rest.get(..word.len())?;
            let after = rest.get(word.len()..)?;
            let ends = !after.starts_with(|next: char| next.is_alphanumeric() || "-_/'’".contains(next));
            // «not web but api» is read with its `not`.
            let contrasts = *word == "not" && contrast(rest).is_some();
            (head.eq_ignore_ascii_case(word) && ends && !contrasts).then_some(after)
        });
        match begins {
            Some(after) => {
                rest = after.trim_start_matches(|next: char| next.is_whitespace() || ",.;:!–—-".contains(next))
            }
            None => break,
        }
    }
    (rest.len() < text.len() || contrast(text).is_some()).then_some(rest).filter(|rest| !rest.is_empty())
}

/// What takes the place of what: `not web but api`, `api instead of web`, `api, not web`.
fn contrast(text: &str) -> Option<(&str, &str)> {
    let bare = text.trim().trim_end_matches(['.', '!']);
    let (old, new) = match bare.strip_prefix("not ") {
        Some(rest) => [" but ", ", ", "; "].iter().find_map(|between| rest.split_once(between))?,
        None => bare.split_once(" instead of ").or_else(|| bare.split_once(", not ")).map(|(new, old)| (old, new))?,
    };
    Some((one_word(old)?, one_word(new)?))
}

/// `the web one,` is web.
fn one_word(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches(',');
    let text = text.strip_prefix("the ").unwrap_or(text);
    let text = text.strip_suffix(" one").unwrap_or(text).trim();
    (!text.is_empty() && !text.contains(char::is_whitespace)).then_some(text)
}

/// The one word that «the staging one», «in staging» or «namespace staging» names.
fn named(said: &str) -> Option<&str> {
    let said = said.trim().trim_end_matches(['.', '!', '?']);
    let mut words = said.split_whitespace().filter(|word| {
        let word = word.to_lowercase();
        !FILLING.contains(&word.as_str())
            && !["the", "one", "in", "on", "for", "namespace", "cluster", "environment"].contains(&word.as_str())
    });
    let name = words.next()?;
    words.next().is_none().then_some(name)
}

/// A whole word of a request as another one; `None` where it does not stand in it.
fn with_word(request: &str, old: &str, new: &str) -> Option<String> {
    let is_word = |letter: char| letter.is_alphanumeric() || "-_./".contains(letter);
    let mut text = String::new();
    let mut rest = request;
    let mut found = false;
    while let Some(at) = rest.find(old) {
        let (before, after) = (rest.get(..at)?, rest.get(at + old.len()..)?);
        let stands = !before.ends_with(is_word) && !after.starts_with(is_word);
        text.push_str(before);
        text.push_str(if stands { new } else { old });
        found |= stands;
        rest = after;
    }
    text.push_str(rest);
    found.then_some(text)
}

impl Agent {
    /// Something was typed while a turn goes on.
    pub(super) fn steered(&mut self, text: String, effects: &mut Vec<Effect>) {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => self.said(text, effects),
            State::Planned(planned) => self.steer_plan(planned, text, effects),
            State::Talking(talk) => self.steer_talk(talk, text, effects),
            State::Diagnosing(walk) => self.steer_walk(walk, text, effects),
            State::Offering(offer) if offer.put => self.chosen(offer, &text, effects),
            // A look for names, a word of the memory: over in a moment.
            state @ (State::Asking(_) | State::Remembering(_) | State::Offering(_)) => {
                self.state = state;
                self.waiting.push_back(text);
            }
        }
    }

    /// It was said, and it counts for the turn that goes on.
    pub(super) fn took(&self, turn: TurnId, text: &str, effects: &mut Vec<Effect>) {
        effects.push(Effect::Record(Body::Request { text: text.to_owned() }));
        effects.push(Effect::Steered { turn, text: text.to_owned() });
    }

    /// The request as the correction means it, with its plan. Only what the planner understands whole counts, and only
    /// where something of it is another.
    pub(super) fn corrected(&mut self, request: &str, said: &str, plan: &Plan) -> Option<(String, Plan)> {
        let mut meant = Vec::new();
        if let Some((old, new)) = contrast(said) {
            meant.extend(with_word(request, old, new));
        }
        if let Some(name) = named(said) {
            let namespace = self.context.subject.as_ref().and_then(|subject| subject.namespace.clone());
            match namespace.and_then(|namespace| with_word(request, &namespace, name)) {
                Some(other) => meant.push(other),
                None => meant.push(format!("{} in namespace {name}", request.trim_end_matches(['.', '!', '?', ' ']))),
            }
        }
        let mut found = meant.into_iter().filter_map(|request| match self.planned(&request, &BTreeMap::new()) {
            (Planning::Plan(other), subject) if other.digest() != plan.digest() => Some((request, other, subject)),
            _ => None,
        });
        let first = found.next();
        drop(found);
        if let Some((request, plan, subject)) = first {
            self.context.subject = subject.or(self.context.subject.take());
            return Some((request, plan));
        }
        // Or it says all of what is wanted instead.
        match self.planned(said, &BTreeMap::new()) {
            (Planning::Plan(other), subject) if other.digest() != plan.digest() => {
                self.context.subject = subject.or(self.context.subject.take());
                Some((said.to_owned(), other))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_steps_are_read() {
        for text in ["stop", "Stop there.", "that's enough!"] {
            assert_eq!(read(text), Steer::Stop, "{text}");
        }
        for text in ["skip", "skip the next one", "Skip it."] {
            assert_eq!(read(text), Steer::Skip(None), "{text}");
        }
        for text in ["skip 3", "skip step 3"] {
            assert_eq!(read(text), Steer::Skip(Some(3)), "{text}");
        }
        for text in ["edit 2 git push -n", "edit step 2: git push -n", "change step 2 to git push -n"] {
            assert_eq!(read(text), Steer::Edit(2, "git push -n"), "{text}");
        }
    }

    #[test]
    fn what_was_meant_stands_behind_the_word_that_takes_back() {
        for (text, rest) in [
            ("no, the staging one", "the staging one"),
            ("No — use staging", "staging"),
            ("wait, sorry, in staging", "in staging"),
            ("not web but api", "not web but api"),
            ("api instead of web", "api instead of web"),
        ] {
            assert_eq!(read(text), Steer::Correction(rest), "{text}");
        }
        for text in ["show the pods", "notify me", "no", "use", "editor", "nodes in staging", "edit the file"] {
            assert_eq!(read(text), Steer::Other, "{text}");
        }
    }

    #[test]
    fn one_word_takes_the_place_of_another() {
        for text in ["not web but api", "not the web one, the api one", "api instead of web", "api, not web"] {
            assert_eq!(contrast(text), Some(("web", "api")), "{text}");
        }
        assert_eq!(contrast("not now"), None);
        assert_eq!(with_word("restart web in web-2", "web", "api").as_deref(), Some("restart api in web-2"));
        assert_eq!(with_word("restart web-2", "web", "api"), None);
    }

    #[test]
    fn a_place_is_named_by_one_word() {
        for text in ["the staging one", "in staging", "namespace staging", "i meant staging!"] {
            assert_eq!(named(text), Some("staging"), "{text}");
        }
        assert_eq!(named("the other two"), None);
    }
}
