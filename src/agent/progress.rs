//! Whether a talk with a model gets anywhere.
//!
//! Owns the three ways it does not: the same call again with the same result,
//! many steps that brought nothing new, too many steps at all. Knows calls and
//! results as text.

use std::collections::{BTreeMap, BTreeSet};

/// Steps in a row without anything new before the agent stops and says so.
const IDLE_STEPS: usize = 10;
/// The same call with the same result this often is a circle.
const REPEATS: usize = 3;
/// Steps of one turn at most, however much each of them brings.
const MOST_STEPS: usize = 40;

/// Why a talk is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The same call came this often.
    Circle(usize),
    /// So many steps without anything new.
    Idle(usize),
    TooMany(usize),
}

/// What one talk did so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    steps: usize,
    /// Steps since something new was seen.
    idle: usize,
    /// By call: its last result, and how often it came in a row for that call.
    calls: BTreeMap<String, (String, usize)>,
    /// Every result that was seen.
    seen: BTreeSet<String>,
}

impl Progress {
    /// Before a call is made: why it is not, if it is not.
    pub fn wants(&mut self, call: &str) -> Option<Stop> {
        self.steps += 1;
        if self.calls.get(call).is_some_and(|(_, times)| *times + 1 >= REPEATS) {
            return Some(Stop::Circle(REPEATS));
        }
        if self.idle >= IDLE_STEPS {
            return Some(Stop::Idle(IDLE_STEPS));
        }
        (self.steps > MOST_STEPS).then_some(Stop::TooMany(MOST_STEPS))
    }

    /// After a call: what came of it, and whether that was what it was made for.
    pub fn got(&mut self, call: &str, result: &str, succeeded: bool) {
        let before = self.calls.entry(call.to_owned()).or_default();
        before.1 = if before.0 == result { before.1 + 1 } else { 1 };
        result.clone_into(&mut before.0);
        let is_new = self.seen.insert(result.to_owned());
        self.idle = if is_new && succeeded { 0 } else { self.idle + 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_call_is_a_circle_only_while_its_result_stays() {
        let mut progress = Progress::default();
        for result in ["0/3 ready", "1/3 ready", "1/3 READY", "2/3 ready", "3/3 ready"] {
            assert_eq!(progress.wants("get pods"), None, "{result}");
            progress.got("get pods", result, true);
        }
        progress.got("get pods", "3/3 ready", true);
        assert_eq!(progress.wants("get pods"), Some(Stop::Circle(3)));
        assert_eq!(progress.wants("get events"), None);
    }

    #[test]
    fn other_calls_in_between_do_not_hide_a_circle() {
        let mut progress = Progress::default();
        for _ in 0..2 {
            for call in ["a", "b"] {
                assert_eq!(progress.wants(call), None);
                progress.got(call, call, true);
            }
        }
        assert_eq!(progress.wants("a"), Some(Stop::Circle(3)));
    }

    #[test]
    fn ten_steps_that_bring_nothing_are_enough_and_one_that_does_begins_the_count_anew() {
        let mut progress = Progress::default();
        let failing = |progress: &mut Progress, from: usize, to: usize| {
            for step in from..to {
                assert_eq!(progress.wants(&format!("try {step}")), None);
                progress.got(&format!("try {step}"), &format!("error {step}"), false);
            }
        };
        failing(&mut progress, 0, 9);
        progress.got("look", "a fact", true);
        failing(&mut progress, 9, 19);
        assert_eq!(progress.wants("try again"), Some(Stop::Idle(10)));
    }

    #[test]
    fn a_turn_has_an_end_even_when_every_step_brings_something() {
        let mut progress = Progress::default();
        for step in 0..40 {
            assert_eq!(progress.wants(&step.to_string()), None);
            progress.got(&step.to_string(), &step.to_string(), true);
        }
        assert_eq!(progress.wants("40"), Some(Stop::TooMany(40)));
    }
}
