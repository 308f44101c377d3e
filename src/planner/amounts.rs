//! Numbers and spans of time as people say them.

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
    let digits = token.norm.trim_start_matches(':');
    if !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(digits.to_owned());
    }
    matching.lexicon.numbers.get(&token.norm).map(u64::to_string)
}

pub(super) fn number_like(matching: &Matching<'_>, at: usize) -> bool {
    let norm = matching.norm(at);
    norm.starts_with(|character: char| character.is_ascii_digit())
        || matching.lexicon.numbers.contains_key(norm)
        || matching.lexicon.units.contains_key(norm)
        || norm == "half"
}

/// `30m`, `2 hours`, `half an hour`, `the last hour`, `yesterday`.
pub(super) fn duration(matching: &mut Matching<'_>) -> Option<String> {
    for at in 0..matching.tokens.len() {
        // A cue such as `last` may be explained already; what it announces still counts.
        if matching.marks[at] == Mark::Value {
            continue;
        }
        let norm = matching.norm(at).to_owned();
        if norm == "half" && matching.norm(at + 1) == "an" && matching.norm(at + 2) == "hour" {
            matching.mark(at, 3, Mark::Value);
            return Some("30m".to_owned());
        }
        if norm == "yesterday" {
            matching.mark(at, 1, Mark::Value);
            return Some("24h".to_owned());
        }
        if norm == "today" {
            matching.mark(at, 1, Mark::Value);
            return Some("24h".to_owned());
        }
        let split = norm.find(|character: char| !character.is_ascii_digit()).unwrap_or(norm.len());
        if split > 0
            && split < norm.len()
            && let Some(unit) = matching.lexicon.units.get(&norm[split..])
        {
            let text = in_hours(&norm[..split], unit);
            matching.mark(at, 1, Mark::Value);
            return text;
        }
        let next_unit = matching.lexicon.units.get(matching.norm(at + 1)).cloned();
        if let (Some(count), Some(unit)) = (number(matching, at), next_unit)
            && !matching.tokens[at + 1].literal
        {
            matching.mark(at, 2, Mark::Value);
            return in_hours(&count, &unit);
        }
        if ["last", "past"].contains(&norm.as_str())
            && let Some(unit) = matching.lexicon.units.get(matching.norm(at + 1)).cloned()
        {
            matching.mark(at, 2, Mark::Value);
            return in_hours("1", &unit);
        }
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
