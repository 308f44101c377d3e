//! An intent as requests are compared with it: its phrases in lower case and in every spelling, and what each request
//! would ask of it worked out once, when the words are read.

use std::collections::{BTreeMap, BTreeSet};

use crate::skill::Intent;

/// Classes of actions that change nothing.
pub(super) const LOOKING: &[&str] = &["show", "count", "describe", "search", "test", "follow", "compare"];

/// An intent, ready to be compared with requests.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub intent: Intent,
    /// The slots in the order the command uses them, then the others.
    pub order: Vec<String>,
    /// The slots that the commands depend on; the others only explain words of a request.
    pub used: BTreeSet<String>,
    /// It only looks.
    pub reads: bool,
    /// Of each list of needs the words that its phrases begin with; a list with a form in it is left out.
    begins: Vec<BTreeSet<String>>,
}

impl Known {
    /// `nouns` are the tool's spellings to what is written, `spellings` the way back.
    pub fn new(intent: Intent, nouns: &BTreeMap<String, String>, spellings: &BTreeMap<String, Vec<String>>) -> Known {
        let mut intent = in_lower_case(intent);
        intent.slots.values_mut().for_each(|slot| in_every_spelling(&mut slot.after, nouns, spellings));
        let begins = intent.needs.iter().filter_map(|alternatives| beginnings(alternatives, spellings)).collect();
        Known { order: intent.slots_in_order(), used: intent.used_slots(), reads: reads(&intent), begins, intent }
    }

    /// Whether what the intent needs can be in a request with these words: a quick look before the long one.
    pub fn possible(&self, words: &BTreeSet<&str>) -> bool {
        self.begins.iter().all(|begins| words.iter().any(|word| begins.contains(*word)))
    }
}

/// What is announced by a noun is announced by its other spellings too: `deploy web` as `deployment web`.
fn in_every_spelling(
    cues: &mut Vec<String>,
    nouns: &BTreeMap<String, String>,
    spellings: &BTreeMap<String, Vec<String>>,
) {
    let classes = cues.iter().filter_map(|cue| spellings.get(nouns.get(cue)?));
    let more: BTreeSet<String> = classes.flatten().filter(|spelling| !cues.contains(spelling)).cloned().collect();
    cues.extend(more);
    // The longest phrase says the most.
    cues.sort_by_key(|cue| std::cmp::Reverse(cue.len()));
}

/// The intent with its phrases as requests are compared with them.
fn in_lower_case(mut intent: Intent) -> Intent {
    let lower = |phrase: &mut String| {
        if !phrase.starts_with(['@', '#']) {
            *phrase = phrase.to_lowercase();
        }
    };
    intent.needs.iter_mut().flatten().for_each(lower);
    intent.bars.iter_mut().for_each(lower);
    for slot in intent.slots.values_mut() {
        slot.words.iter_mut().chain(&mut slot.after).for_each(lower);
        slot.choices.values_mut().flatten().for_each(lower);
        // The longest phrase says the most.
        slot.words.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        slot.after.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    }
    intent
}

/// Whether an intent only looks.
fn reads(intent: &Intent) -> bool {
    intent
        .reads
        .unwrap_or_else(|| intent.actions.iter().all(|action| action == "any" || LOOKING.contains(&action.as_str())))
}

/// The first words of phrases and of a class's spellings; `None` where a form fits too, which has no words.
fn beginnings(alternatives: &[String], spellings: &BTreeMap<String, Vec<String>>) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for need in alternatives {
        if need.starts_with('#') {
            return None;
        }
        let phrases = match need.strip_prefix('@') {
            Some(class) => spellings.get(class).map(Vec::as_slice).unwrap_or_default(),
            None => std::slice::from_ref(need),
        };
        all.extend(phrases.iter().filter_map(|phrase| phrase.split_whitespace().next()).map(str::to_owned));
    }
    Some(all)
}
