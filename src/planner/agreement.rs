//! Where a deed's words come from. A clause that only tells how things are may say what «it» is; it chooses no option, no
//! number and no other thing than the one that is asked about: «delete the branch dev here, main is on origin».
//!
//! Owns which words lead a deed astray. What such a clause forbids is known elsewhere.

use std::ops::Range;

use super::amounts::number_like;
use super::forms::is_path;
use super::known::{Known, SlotWords};
use super::matching::{Mark, Matching};
use super::slots::{BETWEEN_NAMES, is_cue_and_noun, names_things};
use super::telling::{TELLING, begins_a_deed};
use super::tokens::End;
use crate::skill::{SlotKind, SlotSpec};

/// Words for a thing that was named in another clause.
const STANDING: &[&str] = &["it", "it's", "they", "they're", "that", "that's", "this", "these", "those", "its"];

/// The places of the words that make a deed another one than was asked for.
pub(super) fn strays(matching: &Matching<'_>, known: &Known, telling: &[Range<usize>]) -> Vec<usize> {
    let told = |at: usize| matching.tokens[at].told || telling.iter().any(|span| span.contains(&at));
    let deed = Deed { matching, known, telling, told: (0..matching.tokens.len()).map(told).collect() };
    if telling.is_empty() {
        return deed.delay().into_iter().chain(deed.denied()).collect();
    }
    let strays = [
        deed.delay(),
        deed.praised(),
        deed.another_deed(),
        deed.of_another_kind(),
        deed.own_name(),
        deed.options(),
        deed.of_another_thing(),
        deed.one_of_two(),
        deed.unheeded(),
        deed.another_tool(),
        deed.denied(),
    ];
    strays.into_iter().flatten().collect()
}

/// A deed that is asked for beside clauses that tell something.
struct Deed<'a> {
    matching: &'a Matching<'a>,
    known: &'a Known,
    telling: &'a [Range<usize>],
    /// Which words only tell.
    told: Vec<bool>,
}

impl Deed<'_> {
    /// The slots that the command uses.
    fn slots(&self) -> impl Iterator<Item = (&SlotSpec, &SlotWords)> {
        let slots = self.known.intent.slots.values().zip(&self.known.slots);
        slots.filter(|(_, slot)| self.known.used.contains(&slot.name))
    }

    /// Where a value of the slot stands.
    fn places_of(&self, slot: &SlotWords) -> Vec<usize> {
        let Some(value) = self.matching.values.get(&slot.name) else { return Vec::new() };
        let stands = |at: &usize| {
            let raw = self.matching.tokens[*at].raw.as_str();
            self.matching.marks[*at] == Mark::Value && value.text.split(BETWEEN_NAMES).any(|name| name == raw)
        };
        (0..self.matching.tokens.len()).filter(stands).collect()
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        !self.matching.tokens[at].quoted && words.contains(&self.matching.norm(at))
    }

    /// «web is fine, remove it», «db is in use»: such a thing is not to be taken away.
    fn praised(&self) -> Option<usize> {
        const PRAISING: &[&str] = &["fine", "innocent", "precious", "healthy", "important", "needed", "good", "sacred"];
        const NOT: &[&str] =
            &["not", "isn't", "aren't", "no", "nobody", "never", "hardly", "wasn't", "nothing", "longer", "doesn't"];
        if !self.known.takes_away() {
            return None;
        }
        self.telling.iter().find_map(|span| {
            let in_use = |at: usize| self.is(at, &["use"]) && at > span.start && self.is(at - 1, &["in"]);
            let denied = span.clone().any(|at| self.is(at, NOT));
            let of_it = self.is(span.start, STANDING) || span.clone().any(|at| self.matching.marks[at] == Mark::Value);
            span.clone().filter(|_| of_it).find(|at| !denied && (self.is(*at, PRAISING) || in_use(*at)))
        })
    }

    /// «the deployment web is broken, delete the pods»: a deed done to the kind that is only told of, where another is asked
    /// for.
    fn of_another_kind(&self) -> Option<usize> {
        let written = |at: usize| {
            let noun = !self.matching.tokens[at].quoted && self.matching.marks[at] != Mark::Value;
            self.matching.tool.nouns.get(self.matching.norm(at)).filter(|_| noun)
        };
        let anchors = &self.matching.anchors;
        let taken: Vec<&String> = anchors.iter().filter_map(|at| written(*at)).collect();
        if anchors.is_empty() || !anchors.iter().all(|at| self.told[*at]) {
            return None;
        }
        let other = |at: usize| written(at).is_some_and(|noun| !taken.contains(&noun));
        let asked = |at: &usize| !self.told[*at] && !taken.is_empty() && other(*at);
        (0..self.told.len()).find(asked).or_else(|| self.of_no_name(anchors))
    }

    /// «I installed web in the default namespace, get rid of it»: where something is is not what it is.
    fn of_no_name(&self, anchors: &[usize]) -> Option<usize> {
        const PLACES: &[&str] = &["in", "on", "inside", "from"];
        let takes_away = self.known.intent.actions.iter().any(|action| action == "remove");
        let place = |anchor: usize| {
            let before = self.matching.tokens[..anchor].iter().enumerate().rev().take(3);
            let mut before = before.take_while(|(_, token)| token.end == End::Nothing);
            before.find(|(at, _)| self.is(*at, PLACES)).map(|(at, _)| at)
        };
        let objects: Vec<usize> = self
            .slots()
            .filter(|(spec, _)| names_things(spec.kind))
            .flat_map(|(_, slot)| self.places_of(slot))
            .filter(|at| self.told[*at])
            .collect();
        let lies = |anchor: &usize| place(*anchor).is_some_and(|at| objects.iter().any(|object| *object < at));
        anchors.iter().copied().find(lies).filter(|_| takes_away)
    }

    /// «the branch dev is needed, delete the branch old»: what is asked has a name of its own.
    fn own_name(&self) -> Option<usize> {
        self.slots().filter(|(spec, _)| names_things(spec.kind)).find_map(|(_, slot)| {
            let places = self.places_of(slot);
            if places.is_empty() || !places.iter().all(|at| self.told[*at]) {
                return None;
            }
            (1..self.told.len()).find(|at| {
                let token = &self.matching.tokens[*at];
                let passed = matches!(self.matching.marks[*at], Mark::Free | Mark::Idle | Mark::Aside);
                !self.told[*at]
                    && passed
                    && self.matching.tokens[at - 1].end == End::Nothing
                    && is_cue_and_noun(self.matching, &slot.after, at - 1)
                    && !self.matching.lexicon.stop_words.contains(&token.norm)
            })
        })
    }

    /// «nginx is broken since the update, restart it», «there are three containers, restart web»: how something is says
    /// nothing of how the deed is done.
    fn options(&self) -> Option<usize> {
        let leans = (0..self.told.len()).any(|at| !self.told[at] && self.is(at, STANDING));
        self.slots().find_map(|(spec, slot)| {
            self.matching.values.get(&slot.name)?;
            let said: Vec<usize> = match spec.kind {
                SlotKind::Flag => slot.words.iter().flat_map(|phrase| self.matching.said.places(phrase)).collect(),
                SlotKind::Count | SlotKind::Number | SlotKind::Duration | SlotKind::Days | SlotKind::Size => {
                    // «it was right with revision 4, go back to that», «process 4312 hangs, end it»; not «5 is broken».
                    const GOOD: &[&str] = &["good", "right", "fine", "worked", "works", "stable", "ago", "healthy"];
                    let good = |at: usize| {
                        let span = self.telling.iter().find(|span| span.contains(&at));
                        span.is_some_and(|span| span.clone().any(|at| self.is(at, GOOD)))
                    };
                    let object = spec.required.is_some() && slot.name == "pid";
                    let meant = |at: usize| leans && (object || good(at));
                    let amount =
                        |at: &usize| self.matching.marks[*at] == Mark::Value && self.is_amount(*at) && !meant(*at);
                    (0..self.told.len()).filter(amount).collect()
                }
                _ => return None,
            };
            let first = said.first().copied()?;
            said.iter().all(|at| self.told[*at]).then_some(first)
        })
    }

    fn is_amount(&self, at: usize) -> bool {
        number_like(self.matching, at)
    }

    /// «delete branch dev here, main is on origin», «remove the container web, db is down»: where the deed names its thing,
    /// what is told of another one has no part in it.
    fn of_another_thing(&self) -> Option<usize> {
        let slots = self.slots().filter(|(spec, _)| is_object(spec.kind));
        let places: Vec<Vec<usize>> = slots.map(|(_, slot)| self.places_of(slot)).collect();
        let objects: Vec<usize> = places.iter().flatten().copied().filter(|at| !self.told[*at]).collect();
        let same =
            |at: usize| objects.iter().any(|object| self.matching.tokens[*object].raw == self.matching.tokens[at].raw);
        let others = self.telling.iter().filter(|span| !self.is(span.start, STANDING) && !(*span).clone().any(same));
        let others: Vec<&Range<usize>> = others.filter(|_| !objects.is_empty()).collect();
        let of_others = |at: usize| others.iter().any(|span| span.contains(&at));
        // Of several names all are asked for, or none.
        let parted = places.iter().filter(|places| places.iter().any(|at| !self.told[*at]));
        let value = parted.flatten().copied().find(|at| of_others(*at));
        // «nginx is broken since the update, restart it»
        let time = |at: usize| {
            let before = (0..at).rev().find(|before| !self.is(*before, &["the", "our", "my", "last", "yesterday's"]));
            self.told[at] && before.is_some_and(|before| self.is(before, &["since"]))
        };
        value.or_else(|| {
            self.known.needs.iter().filter(|need| need.forms.is_empty()).find_map(|need| {
                let spoken = need.phrases.iter().flat_map(|phrase| self.matching.said.places(phrase));
                let nouns = need.classes.iter().filter_map(|class| Some(self.matching.find_class(class)?.0));
                let places: Vec<usize> = spoken.chain(nouns).collect();
                let first = places.first().copied()?;
                let named = others.iter().any(|span| span.contains(&first) && self.is_of_one_name(span));
                let of_others = named && places.iter().all(|at| of_others(*at));
                (of_others || places.iter().all(|at| time(*at))).then_some(first)
            })
        })
    }

    /// «main is on origin», not «the tag was wrong».
    fn is_of_one_name(&self, span: &Range<usize>) -> bool {
        let first = self.matching.norm(span.start);
        self.is(span.start + 1, TELLING)
            && !self.matching.lexicon.is_thing(first)
            && !self.matching.lexicon.stop_words.contains(first)
    }

    /// «nginx is broken since the update, restart it»: what is asked is another deed than this one.
    fn another_deed(&self) -> Option<usize> {
        let actions = &self.known.intent.actions;
        if actions.iter().any(|action| action == "any") {
            return None;
        }
        let classes = |at: usize, length: usize| {
            let words = self.matching.tokens.get(at..at + length)?;
            let words: Vec<&str> = words.iter().map(|token| token.norm.as_str()).collect();
            self.matching.lexicon.actions.get(&words.join(" "))
        };
        let asked = || (0..self.told.len()).filter(|at| !self.told[*at] && !self.matching.tokens[*at].quoted);
        let fits = |at: usize| {
            (1..=self.matching.lexicon.longest_action)
                .filter_map(|length| classes(at, length))
                .any(|found| found.iter().any(|one| actions.contains(one)))
        };
        let deed = || {
            asked().find(|at| {
                self.matching.marks[*at] != Mark::Used
                    && begins_a_deed(self.matching.tokens, *at, self.matching.lexicon)
            })
        };
        (!asked().any(fits)).then(deed).flatten()
    }

    /// «in an hour, drain node-1»: when it is to be done is not how long it may take.
    fn delay(&self) -> Option<usize> {
        const BETWEEN: &[&str] = &["a", "an", "half", "about", "the", "next"];
        self.slots().filter(|(spec, _)| spec.kind == SlotKind::Duration).find_map(|(spec, slot)| {
            let taken = self.matching.values.contains_key(&slot.name) && !spec.after.iter().any(|cue| cue == "in");
            let amount = |at: &usize| taken && self.matching.marks[*at] == Mark::Value && self.is_amount(*at);
            let first = (0..self.told.len()).find(amount)?;
            let before = (0..first).rev().find(|at| !self.is(*at, BETWEEN))?;
            self.is(before, &["in"]).then_some(before)
        })
    }

    /// «my remote is called upstream, push», «the server web2 hangs, reboot», «the volume db is Bob's, prune the volumes»:
    /// what is named in passing and bears on the deed, and the command does not have.
    fn unheeded(&self) -> Option<usize> {
        const NAMING: &[&str] = &["called", "named", "concerns"];
        const MACHINES: &[&str] = &["server", "host", "machine", "vm", "box"];
        const SWEEPING: &[&str] = &["remove", "prune", "kill", "discard", "undo"];
        let sweeps = self.known.intent.actions.iter().any(|action| SWEEPING.contains(&action.as_str()))
            && !self.slots().any(|(spec, slot)| is_object(spec.kind) && !self.places_of(slot).is_empty());
        let named = |at: usize| {
            let token = &self.matching.tokens[at];
            let plain = || {
                let lexicon = self.matching.lexicon;
                lexicon.knows_word(&token.norm) || lexicon.common.contains(&token.norm)
            };
            let called = at.checked_sub(1).is_some_and(|before| self.is(before, NAMING));
            self.matching.marks[at] != Mark::Value && (token.literal || token.quoted || called || !plain())
        };
        let bears = |at: usize| {
            let Some(before) = at.checked_sub(1) else { return false };
            let noun = self.matching.tool.nouns.contains_key(self.matching.norm(before));
            self.is(before, NAMING)
                || self.is(before, MACHINES)
                || sweeps && noun && self.matching.tokens[before].end == End::Nothing
        };
        let undoes = self.known.intent.actions.iter().any(|action| ["undo", "discard"].contains(&action.as_str()));
        let lies = |at: usize| {
            let raw = self.matching.tokens[at].raw.as_str();
            sweeps && (undoes && is_path(raw) || raw.starts_with("stash@{"))
        };
        let mut told = self.telling.iter().flat_map(Clone::clone);
        told.find(|at| named(*at) && (bears(*at) || lies(*at)))
    }

    /// «web is not a pod, delete it», «it isn't in shop, …», «runs in shop, not in cart»: what something is not, and where it
    /// is not.
    fn denied(&self) -> Option<usize> {
        const NOT: &[&str] = &["not", "isn't", "aren't", "wasn't", "no"];
        const PLACES: &[&str] = &["in", "on", "longer", "a", "an", "the", "namespace"];
        let tool = |at: usize| {
            let word = self.matching.norm(at);
            self.matching.tool.nouns.contains_key(word) || ["origin", "remote"].contains(&word)
        };
        (0..self.told.len()).filter(|at| self.is(*at, NOT)).find(|not| {
            let within = |at: &usize| self.matching.tokens[*not..*at].iter().all(|token| token.end == End::Nothing);
            let object = (not + 1..self.told.len()).take(4).take_while(within).find(|at| !self.is(*at, PLACES));
            let beside = object.is_some_and(|at| at > not + 1);
            object.is_some_and(|at| match self.matching.marks[at] {
                Mark::Value => beside,
                Mark::Used => beside && self.told[at] && tool(at),
                _ => false,
            })
        })
    }

    /// «restart web, it's not the compose service»
    fn another_tool(&self) -> Option<usize> {
        let evidence = |at: usize| {
            let word = self.matching.norm(at);
            self.told[at] && self.matching.tool.evidence.iter().any(|evidence| evidence == word)
        };
        (1..self.told.len()).filter(|at| evidence(*at)).find_map(|at| {
            let before = at.checked_sub(2).filter(|_| self.is(at - 1, &["the", "a", "in", "my"])).unwrap_or(at - 1);
            self.is(before, &["not", "no", "isn't"]).then_some(before)
        })
    }

    /// «web and db hang, restart them»: both are meant.
    fn one_of_two(&self) -> Option<usize> {
        let several = (0..self.told.len()).any(|at| !self.told[at] && self.is(at, &["them", "both", "these", "those"]));
        if !several {
            return None;
        }
        let named = self.slots().filter(|(spec, _)| names_things(spec.kind));
        let mut places = named.flat_map(|(_, slot)| self.places_of(slot)).filter(|at| self.told[*at]);
        places.find_map(|at| {
            let other = |at: usize| {
                let token = self.matching.tokens.get(at)?;
                let name = self.matching.marks[at] != Mark::Value && self.told[at];
                (name && !self.matching.lexicon.stop_words.contains(&token.norm)).then_some(at)
            };
            let behind = (self.matching.norm(at + 1) == "and").then(|| other(at + 2)).flatten();
            let before = at.checked_sub(2).filter(|_| self.matching.norm(at - 1) == "and").and_then(other);
            behind.or(before)
        })
    }
}

/// What a deed is done to.
pub(super) fn is_object(kind: SlotKind) -> bool {
    names_things(kind)
        || matches!(
            kind,
            SlotKind::Path | SlotKind::Paths | SlotKind::Image | SlotKind::Commit | SlotKind::Chart | SlotKind::Host
        )
}
