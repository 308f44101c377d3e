//! Words that only stand beside a value and are explained by it: a cue before it, its noun behind it, «only the last».

use std::collections::BTreeSet;

use super::amounts;
use super::known::Known;
use super::matching::{Mark, Matching, NARROWING};
use super::slots::{is_noun, names_things};
use super::tokens::End;

/// «only the last 20 lines»: that much and no more is what is given anyway.
fn only_so_many(matching: &mut Matching<'_>, amount: usize) {
    const PASSED: &[&str] = &["last", "first", "latest", "newest", "past", "most", "recent", "top", "the"];
    let mut at = amount;
    while at > 0 && PASSED.contains(&matching.norm(at - 1)) {
        at -= 1;
    }
    if at > 0 && at < amount && matching.free(at - 1) && NARROWING.contains(&matching.norm(at - 1)) {
        matching.mark(at - 1, 1, Mark::Used);
    }
}

/// A cue that stands right before a value, or that is only a word of the slot, is explained.
pub(super) fn mark(matching: &mut Matching<'_>, known: &Known) {
    for at in 0..matching.tokens.len() {
        let amount = matching.marks[at] == Mark::Value && amounts::number_like(matching, at);
        if !amount {
            continue;
        }
        if let Some(before) = at.checked_sub(1)
            && matching.free(before)
            && amounts::BEFORE_AMOUNT.contains(&matching.norm(before))
        {
            matching.mark(before, 1, Mark::Used);
        }
        only_so_many(matching, at);
        if matching.free(at + 1) && amounts::AFTER_AMOUNT.contains(&matching.norm(at + 1)) {
            matching.mark(at + 1, 1, Mark::Used);
        }
    }
    // «the worker service»: what stands behind its name is said with it.
    let slots = || known.intent.slots.values().zip(&known.slots);
    let named = slots().filter(|(spec, _)| names_things(spec.kind));
    let nouns: BTreeSet<u32> = named.flat_map(|(_, words)| words.after.single()).collect();
    for at in 1..matching.tokens.len() {
        let cue = matching.said.word(at).is_some_and(|word| nouns.contains(&word));
        if cue
            && is_noun(matching, matching.norm(at))
            && matching.free(at)
            && matching.marks[at - 1] == Mark::Value
            && matching.tokens[at - 1].end == End::Nothing
        {
            matching.mark(at, 1, Mark::Used);
        }
    }
    for cue in known.slots.iter().flat_map(|slot| slot.after.iter()) {
        for start in matching.said.places(cue) {
            let end = start + cue.len();
            let followed = matching.marks.get(end) == Some(&Mark::Value);
            if followed && (start..end).all(|at| matching.free(at)) {
                matching.mark(start, cue.len(), Mark::Used);
            }
        }
    }
}
