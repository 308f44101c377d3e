//! Judges by every book that has a say; the strictest verdict counts.
//!
//! Owns the comparison. The books that only raise are those of files nobody
//! trusts yet, and of changed files whose loosening nobody accepted yet.

use super::book::RuleBook;
use super::judge::{self, Judged};
use crate::domain::{Action, Consent};

/// Judges an action by its words.
pub fn judge(action: &Action, book: &RuleBook) -> Judged {
    let first = judge::judge(action, book);
    book.raises().iter().fold(first, |judged, other| stricter(judged, judge(action, other)))
}

/// The stricter of two judgements of one line, with the facts that either wants.
fn stricter(one: Judged, other: Judged) -> Judged {
    let (mut kept, passed) = if weight(&other) > weight(&one) { (other, one) } else { (one, other) };
    for need in passed.needs {
        if !kept.needs.contains(&need) {
            kept.needs.push(need);
        }
    }
    // What is bounded by either is bounded.
    kept.timeout_ms = match (kept.timeout_ms, passed.timeout_ms) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    kept
}

fn weight(judged: &Judged) -> (crate::domain::Tier, u8) {
    let consent = match judged.verdict.consent {
        Consent::Nothing => 0,
        Consent::Words => 1,
        Consent::TypedWord => 2,
        Consent::Name(_) => 3,
    };
    (judged.verdict.tier, consent)
}
