//! Words that only stand beside a value and are explained by it: a cue before it, its noun behind it, «only the last».

use super::amounts;
use super::matching::{Mark, Matching};
use super::slots::{is_noun, names_things, phrase_at};
use super::tokens::End;
use crate::skill::Intent;

/// «only the last 20 lines»: that much and no more is what is given anyway.
fn only_so_many(matching: &mut Matching<'_>, amount: usize) {
    const PASSED: &[&str] = &["last", "first", "latest", "newest", "past", "most", "recent", "top", "the"];
    let mut at = amount;
    while at > 0 && PASSED.contains(&matching.norm(at - 1)) {
        at -= 1;
    }
    if at > 0 && at < amount && matching.free(at - 1) && ["only", "just"].contains(&matching.norm(at - 1)) {
        matching.mark(at - 1, 1, Mark::Used);
    }
}

/// A cue that stands right before a value, or that is only a word of the slot, is explained.
pub(super) fn mark(matching: &mut Matching<'_>, intent: &Intent) {
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
    let nouns: Vec<&String> =
        intent.slots.values().filter(|spec| names_things(spec.kind)).flat_map(|spec| &spec.after).collect();
    for at in 1..matching.tokens.len() {
        let noun = nouns.iter().any(|cue| *cue == matching.norm(at)) && is_noun(matching, matching.norm(at));
        if noun
            && matching.free(at)
            && matching.marks[at - 1] == Mark::Value
            && matching.tokens[at - 1].end == End::Nothing
        {
            matching.mark(at, 1, Mark::Used);
        }
    }
    for spec in intent.slots.values() {
        for cue in &spec.after {
            let words = cue.split_whitespace().count();
            for start in 0..matching.tokens.len() {
                let followed = matching.marks.get(start + words) == Some(&Mark::Value);
                if followed && phrase_at(matching, start, cue) && (start..start + words).all(|at| matching.free(at)) {
                    matching.mark(start, words, Mark::Used);
                }
            }
        }
    }
}
