//! An intent as requests are compared with it: its phrases as numbers and in every spelling, and what each request
//! would ask of it worked out once, when the words are read.

use std::collections::{BTreeMap, BTreeSet};

use super::numbering::{Numbering, Phrases, Said};
use crate::skill::{Intent, Sayings, SlotKind, SlotSpec};

/// Classes of actions that change nothing.
pub(super) const LOOKING: &[&str] = &["show", "count", "describe", "search", "test", "follow", "compare"];

/// Classes of actions that take something away, or out of service.
pub(super) const AWAY: &[&str] = &["remove", "kill", "prune", "discard", "stop"];

/// What announces a place besides a slot's own words.
const PLACE: &[&str] = &["in", "namespace", "ns"];

/// An intent, ready to be compared with requests.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// What it is and becomes; what people say for it stands in the fields below.
    pub intent: Intent,
    /// Of each list at least one must be said.
    pub needs: Vec<Alternatives>,
    /// None of these may be said.
    pub bars: Alternatives,
    /// What people say for the slots, in the order of the intent's.
    pub slots: Vec<SlotWords>,
    /// Places in `slots`: those the command uses in its order, then the others.
    pub order: Vec<usize>,
    /// The slots that the commands depend on; the others only explain words of a request.
    pub used: BTreeSet<String>,
    /// It only looks.
    pub reads: bool,
    /// It takes away and needs no name of what.
    pub sweeps: bool,
    /// Single words that announce a name.
    pub cues: BTreeSet<u32>,
    /// Single words that it needs or that set one of its flags.
    pub own: BTreeSet<u32>,
    /// Of each list of needs the words that its phrases begin with; a list with a form in it is left out.
    begins: Vec<BTreeSet<u32>>,
}

/// Phrases, classes of nouns and forms of literals, one as good as the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Alternatives {
    pub phrases: Phrases,
    pub classes: Vec<String>,
    pub forms: Vec<String>,
}

/// What people say for a slot.
#[derive(Debug, Clone)]
pub(super) struct SlotWords {
    pub name: String,
    /// What sets a flag; for a choice what means one of `chosen`. The longest phrase first, which says the most.
    pub words: Phrases,
    /// What each of `words` chooses.
    pub chosen: Vec<String>,
    /// What announces a value, the longest first.
    pub after: Phrases,
}

/// How a tool calls its things.
pub(super) struct Nouns<'a> {
    /// Spellings to what is written.
    pub written: &'a BTreeMap<String, String>,
    /// What is written to its spellings.
    pub spellings: &'a BTreeMap<String, Vec<String>>,
    /// The same as numbers.
    pub numbered: &'a BTreeMap<String, Phrases>,
}

impl Known {
    pub fn new(intent: &Intent, nouns: &Nouns<'_>, numbering: &mut Numbering) -> Known {
        let needs: Vec<Alternatives> = intent.needs.iter().map(|list| alternatives(list, numbering)).collect();
        let mut kept = intent.without_phrases();
        kept.slots.values_mut().for_each(|slot| slot.after = in_every_spelling(&slot.after, nouns));
        let specs = intent.slots.iter().zip(kept.slots.values());
        let slots: Vec<SlotWords> =
            specs.map(|((name, spec), kept)| slot_words(name, spec, &kept.after, numbering)).collect();
        let named = kept.slots.values().zip(&slots).filter(|(spec, _)| {
            matches!(spec.kind, SlotKind::Name | SlotKind::Ref | SlotKind::Names | SlotKind::Namespace)
        });
        let mut cues: BTreeSet<u32> = named.flat_map(|(_, words)| words.after.single()).collect();
        if kept.slots.values().any(|spec| spec.kind == SlotKind::Namespace) {
            cues.extend(numbering.phrases(PLACE.iter().copied()).single());
        }
        let flags = intent.slots.values().zip(&slots).filter(|(spec, _)| spec.choices.is_empty());
        let own = needs.iter().map(|need| &need.phrases).chain(flags.map(|(_, slot)| &slot.words));
        let order = intent.slots_in_order();
        let order = order.iter().filter_map(|name| slots.iter().position(|slot| slot.name == *name)).collect();
        Known {
            order,
            own: own.flat_map(Phrases::single).collect(),
            used: intent.used_slots(),
            reads: reads(intent),
            sweeps: sweeps(intent),
            begins: needs.iter().filter_map(|need| beginnings(need, nouns.numbered)).collect(),
            bars: alternatives(&intent.bars, numbering),
            needs,
            slots,
            cues,
            intent: kept,
        }
    }

    /// Whether it takes something away, or out of service.
    pub fn takes_away(&self) -> bool {
        self.intent.actions.iter().any(|action| AWAY.contains(&action.as_str()))
    }

    /// Whether what the intent needs can be in such a request: a quick look before the long one.
    pub fn possible(&self, said: &Said) -> bool {
        self.begins.iter().all(|begins| begins.iter().any(|word| said.has(*word)))
    }
}

fn alternatives(all: &Sayings, numbering: &mut Numbering) -> Alternatives {
    let marked = |mark: char| all.iter().filter_map(move |item| item.strip_prefix(mark)).map(str::to_owned).collect();
    Alternatives {
        phrases: numbering.phrases(all.iter().filter(|item| !item.starts_with(['@', '#']))),
        classes: marked('@'),
        forms: marked('#'),
    }
}

fn slot_words(name: &str, spec: &SlotSpec, after: &Sayings, numbering: &mut Numbering) -> SlotWords {
    let chosen = spec.choices.iter().flat_map(|(word, phrases)| phrases.iter().map(move |phrase| (phrase, Some(word))));
    let mut all: Vec<(&str, Option<&String>)> = spec.words.iter().map(|phrase| (phrase, None)).chain(chosen).collect();
    all.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
    SlotWords {
        name: name.to_owned(),
        words: numbering.phrases(all.iter().map(|(phrase, _)| *phrase)),
        chosen: all.iter().filter_map(|(_, word)| *word).cloned().collect(),
        after: numbering.phrases(after.iter()),
    }
}

/// What is announced by a noun is announced by its other spellings too: `deploy web` as `deployment web`.
fn in_every_spelling(cues: &Sayings, nouns: &Nouns<'_>) -> Sayings {
    let mut all: Vec<String> = cues.iter().map(str::to_lowercase).collect();
    let classes = all.iter().filter_map(|cue| nouns.spellings.get(nouns.written.get(cue)?));
    let more: BTreeSet<String> = classes.flatten().filter(|spelling| !all.contains(spelling)).cloned().collect();
    all.extend(more);
    // The longest phrase says the most.
    all.sort_by_key(|cue| std::cmp::Reverse(cue.len()));
    all.iter().collect()
}

/// Whether an intent only looks.
fn reads(intent: &Intent) -> bool {
    intent
        .reads
        .unwrap_or_else(|| intent.actions.iter().all(|action| action == "any" || LOOKING.contains(&action.as_str())))
}

fn sweeps(intent: &Intent) -> bool {
    const SWEEPING: &[&str] = &["remove", "prune", "kill", "discard"];
    intent.actions.iter().any(|action| SWEEPING.contains(&action.as_str()))
        && intent.slots.values().all(|spec| spec.required.is_none())
}

/// The first words of phrases and of a class's spellings; `None` where a form fits too, which has no words.
fn beginnings(alternatives: &Alternatives, spellings: &BTreeMap<String, Phrases>) -> Option<BTreeSet<u32>> {
    if !alternatives.forms.is_empty() {
        return None;
    }
    let classes = alternatives.classes.iter().filter_map(|class| spellings.get(class));
    Some(classes.chain([&alternatives.phrases]).flat_map(Phrases::beginnings).collect())
}
