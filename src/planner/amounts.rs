//! Numbers and spans of time as people say them.

use super::forms;
use super::matching::{Mark, Matching};

/// Words that a number or a duration explains when it follows them.
pub(super) const BEFORE_AMOUNT: &[&str] =
    &["last", "first", "top", "past", "latest", "recent", "newest", "oldest", "since", "within", "previous", "about"];

/// Words that a number explains when they follow it.
pub(super) const AFTER_AMOUNT: &[&str] = &["line", "lines", "entries", "times", "ago", "old", "most"];

pub(super) fn number(matching: &Matching<'_>, at: usize) -> Option<String> {
    let token = matching.tokens.get(at)?;
    if token.quoted {
        return None;
    }
    let digits = token.norm.trim_start_matches(':').trim_end_matches('%');
    if !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(digits.to_owned());
    }
    // «kill that one» names no process.
    const POINTING: &[&str] = &["that", "this", "which", "each", "every", "another", "other", "any", "no", "the"];
    let one_of = token.norm == "one" && matching.norm(at + 1) == "of";
    let stands_for =
        one_of || token.norm == "one" && at.checked_sub(1).is_some_and(|at| POINTING.contains(&matching.norm(at)));
    matching.lexicon.numbers.get(&token.norm).filter(|_| !stands_for).map(u64::to_string)
}

pub(super) fn number_like(matching: &Matching<'_>, at: usize) -> bool {
    let norm = matching.norm(at);
    norm.starts_with(|character: char| character.is_ascii_digit())
        || matching.lexicon.numbers.contains_key(norm)
        || matching.lexicon.units.contains_key(norm)
        || norm == "half"
}

/// `30m`, `2 hours`, `half an hour`, `the last hour`, `yesterday`.
pub(super) fn duration(matching: &mut Matching<'_>, looks: bool) -> Option<String> {
    const FIXED: &[(&[&str], &str)] = &[
        (&["half", "an", "hour"], "30m"),
        (&["half", "hour"], "30m"),
        (&["quarter", "hour"], "15m"),
        (&["an", "hour", "and", "a", "half"], "90m"),
        (&["quarter", "of", "an", "hour"], "15m"),
        (&["last", "night"], "24h"),
        (&["this", "morning"], "12h"),
        (&["yesterday"], "24h"),
        (&["today"], "24h"),
    ];
    for at in 0..matching.tokens.len() {
        // A cue such as `last` may be explained already; what it announces still counts.
        if matches!(matching.marks[at], Mark::Value | Mark::Told) {
            continue;
        }
        let fixed = FIXED
            .iter()
            .find(|(words, _)| words.iter().enumerate().all(|(offset, word)| matching.norm(at + offset) == *word));
        // «broken since yesterday» is no time that a deed may take.
        if let Some((words, span)) = fixed.filter(|(_, span)| looks || span.ends_with('m')) {
            matching.mark(at, words.len(), Mark::Value);
            return Some((*span).to_owned());
        }
        if let Some((length, count, unit)) = counted_unit(matching, at) {
            matching.mark(at, length, Mark::Value);
            return in_hours(&count, &unit);
        }
        if ["last", "past"].contains(&matching.norm(at))
            && let Some(unit) = matching.lexicon.units.get(matching.norm(at + 1)).cloned()
        {
            matching.mark(at, 2, Mark::Value);
            return in_hours("1", &unit);
        }
    }
    None
}

/// `502s`: what a web server answered, where nothing says that it is a time.
fn are_answers(matching: &Matching<'_>, at: usize) -> bool {
    const OF_TIME: &[&str] = &["last", "past", "since", "for", "within", "timeout", "of", "wait", "after", "than"];
    let timed = at.checked_sub(1).is_some_and(|before| OF_TIME.contains(&matching.norm(before)));
    let answers = matching.norm(at).strip_suffix('s').and_then(|code| code.parse::<u16>().ok());
    !timed && answers.is_some_and(|code| (400..600).contains(&code))
}

/// `2 hours`, `2h`, `a day`: how many words, the count, the unit.
fn counted_unit(matching: &Matching<'_>, at: usize) -> Option<(usize, String, String)> {
    let norm = matching.norm(at);
    let split = norm.find(|character: char| !character.is_ascii_digit()).unwrap_or(norm.len());
    if split > 0
        && split < norm.len()
        && !are_answers(matching, at)
        && let Some(unit) = matching.lexicon.units.get(&norm[split..])
    {
        return Some((1, norm[..split].to_owned(), unit.clone()));
    }
    let next = matching.tokens.get(at + 1).filter(|token| !token.literal)?;
    let unit = matching.lexicon.units.get(&next.norm)?;
    let one = ["a", "an"].contains(&norm).then(|| "1".to_owned());
    let count = one.or_else(|| number(matching, at))?;
    Some((2, count, unit.clone()))
}

/// A day that is named: `2026-02-01`, `1.2.2026`.
pub(super) fn date(matching: &mut Matching<'_>) -> Option<String> {
    let open = |at: &usize| matching.free(*at) && !matching.tokens[*at].quoted;
    let (at, day) =
        (0..matching.tokens.len()).filter(open).find_map(|at| Some((at, forms::date(&matching.tokens[at].raw)?)))?;
    matching.mark(at, 1, Mark::Value);
    Some(day)
}

/// A time of day: `14:30`, `2am`, `9:15 pm`, `noon`.
pub(super) fn clock(matching: &mut Matching<'_>) -> Option<String> {
    let half = |at: usize| Some(matching.norm(at)).filter(|word| ["am", "pm"].contains(word));
    let open = |at: &usize| matching.free(*at) && !matching.tokens[*at].quoted;
    let (at, length, time) = (0..matching.tokens.len()).filter(open).find_map(|at| {
        let word = matching.norm(at);
        let behind = half(at + 1).and_then(|half| forms::clock(&format!("{word}{half}")));
        behind.map(|time| (at, 2, time)).or_else(|| Some((at, 1, forms::clock(word)?)))
    })?;
    matching.mark(at, length, Mark::Value);
    Some(time)
}

/// Spans that are said without a count: «the last week».
const DAYS: &[(&str, &str)] = &[("day", "1"), ("week", "7"), ("month", "30")];

/// A span of whole days: `7 days`, `2 weeks`, `a month`.
pub(super) fn days(matching: &mut Matching<'_>) -> Option<String> {
    for at in 0..matching.tokens.len() {
        if matches!(matching.marks[at], Mark::Value | Mark::Told) {
            continue;
        }
        if ["today", "yesterday"].contains(&matching.norm(at)) {
            let days = if matching.norm(at) == "today" { "1" } else { "2" };
            matching.mark(at, 1, Mark::Value);
            return Some(days.to_owned());
        }
        if ["last", "past"].contains(&matching.norm(at))
            && let Some((_, days)) = DAYS.iter().find(|(unit, _)| matching.norm(at + 1) == *unit)
        {
            matching.mark(at, 2, Mark::Value);
            return Some((*days).to_owned());
        }
        let months = ["month", "months"].contains(&matching.norm(at + 1));
        let found = if months {
            let one = ["a", "one"].contains(&matching.norm(at)).then(|| "1".to_owned());
            one.or_else(|| number(matching, at)).map(|count| (2, count, 30))
        } else {
            counted_unit(matching, at).and_then(|(length, count, unit)| match unit.as_str() {
                "d" => Some((length, count, 1)),
                "w" => Some((length, count, 7)),
                _ => None,
            })
        };
        let Some((length, count, each)) = found else { continue };
        let days = count.parse::<u64>().ok()?.checked_mul(each)?;
        matching.mark(at, length, Mark::Value);
        return Some(days.to_string());
    }
    None
}

/// A size with its unit, as `find` and `journalctl` write it: `500M`.
pub(super) fn size(matching: &mut Matching<'_>) -> Option<String> {
    for at in 0..matching.tokens.len() {
        if matches!(matching.marks[at], Mark::Value | Mark::Told) {
            continue;
        }
        let norm = matching.norm(at);
        let split = norm.find(|character: char| !character.is_ascii_digit()).unwrap_or(norm.len());
        let (length, digits, unit) = if split > 0 && split < norm.len() {
            (1, norm[..split].to_owned(), norm[split..].to_owned())
        } else {
            let Some(digits) = number(matching, at) else { continue };
            (2, digits, matching.norm(at + 1).to_owned())
        };
        let letter = match unit.as_str() {
            "k" | "kb" | "kib" | "kilobytes" => "k",
            "m" | "mb" | "mib" | "megabytes" | "megabyte" | "megs" | "meg" => "M",
            "g" | "gb" | "gib" | "gigabytes" | "gigabyte" | "gigs" | "gig" => "G",
            _ => continue,
        };
        matching.mark(at, length, Mark::Value);
        return Some(format!("{digits}{letter}"));
    }
    None
}

/// Days and weeks as hours, which every tool understands.
fn in_hours(count: &str, unit: &str) -> Option<String> {
    let count: u64 = count.parse().ok()?;
    match unit {
        "d" => Some(format!("{}h", count.checked_mul(24)?)),
        "w" => Some(format!("{}h", count.checked_mul(168)?)),
        unit => Some(format!("{count}{unit}")),
    }
}
