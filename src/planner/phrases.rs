//! Values of more than one word: rows of names, a command, a pair of ports, a text.

use super::matching::{Mark, Matching};
use super::slots::{BETWEEN_NAMES, is_number};
use super::tokens::{DEFINITE, End};

/// The names around `first`, joined by commas, by «and», or standing side by side.
pub(super) fn names_from(
    matching: &mut Matching<'_>,
    first: usize,
    fits: impl Fn(&Matching<'_>, usize) -> bool,
) -> Option<String> {
    if !fits(matching, first) {
        return None;
    }
    let mut start = first;
    loop {
        // «the api and the web»
        let article = start.checked_sub(1).is_some_and(|at| DEFINITE.contains(&matching.norm(at)));
        let first = if article { start - 1 } else { start };
        let joined = first.checked_sub(1).is_some_and(|before| matching.norm(before) == "and");
        if article && !joined {
            break;
        }
        let Some(before) = first.checked_sub(if joined { 2 } else { 1 }) else { break };
        let beside = joined || matching.tokens[before].literal || matching.tokens[before].end.parts();
        let ended = matching.tokens[before].end == End::Sentence;
        if !matching.free(before) || !fits(matching, before) || !beside || ended {
            break;
        }
        start = before;
    }
    let mut names = Vec::new();
    let mut at = start;
    loop {
        names.push(matching.tokens[at].raw.clone());
        matching.mark(at, 1, Mark::Value);
        let joined = matching.norm(at + 1) == "and";
        let mut next = if joined { at + 2 } else { at + 1 };
        if joined && DEFINITE.contains(&matching.norm(next)) {
            next += 1;
        }
        // Side by side without a comma stand only words that can be nothing but names.
        let beside = joined
            || matching.tokens[at].end.parts()
            || matching.tokens.get(next).is_some_and(|token| token.literal && !is_number(&token.raw));
        let apart = matching.tokens[at].end == End::Sentence;
        if apart || !beside || next >= matching.tokens.len() || !matching.free(next) || !fits(matching, next) {
            break;
        }
        if joined {
            matching.mark(at + 1, next - at - 1, Mark::Used);
        }
        at = next;
    }
    Some(names.join(&BETWEEN_NAMES.to_string()))
}

/// The command that is to be run elsewhere: what stands in quotes, or between «run» and «in».
pub(super) fn command(matching: &mut Matching<'_>) -> Option<String> {
    const PLACES: &[&str] = &["in", "inside", "on", "within", "into", "from"];
    if let Some(text) = quoted(matching) {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _./:=@%+,-".contains(&byte));
        let words: Vec<&str> = if plain { text.split_whitespace().collect() } else { vec!["sh", "-c", text.as_str()] };
        return Some(words.join(&BETWEEN_NAMES.to_string()));
    }
    let runs = (0..matching.tokens.len()).find(|at| ["run", "execute", "exec"].contains(&matching.norm(*at)))?;
    let mut start = runs + 1;
    // «run the migration»: which command that is was not said.
    if matching.norm(start) == "the" && (0..matching.tokens.len()).all(|at| matching.norm(at) != "command") {
        return None;
    }
    while ["the", "command"].contains(&matching.norm(start)) {
        matching.mark(start, 1, Mark::Used);
        start += 1;
    }
    let end = (start..matching.tokens.len()).find(|at| PLACES.contains(&matching.norm(*at)));
    let end = end.or_else(|| {
        // «in the service web run rake db:seed»: the place stands first, nothing before «run» asks or tells of it, and
        // nothing behind it says when or what not.
        const BOUND: &[&str] = &[
            "tonight", "tomorrow", "at", "unless", "except", "instead", "not", "every", "without", "or", "but", "then",
            "after", "before", "if", "when", "until", "times", "only", "later", "by", "out", "nothing", "whatever",
            "and",
        ];
        let kind = (0..runs).any(|at| ["container", "service", "pod"].contains(&matching.norm(at)));
        let told = matching.lexicon.stop_words.contains(matching.norm(runs.saturating_sub(1)));
        let asks = (0..runs).any(|at| ["should", "shall", "do", "did", "have", "how"].contains(&matching.norm(at)));
        let bound = (start..matching.tokens.len()).any(|at| BOUND.contains(&matching.norm(at)));
        let opens = PLACES.contains(&matching.norm(0)) || matching.norm(0) == "as";
        let placed = opens && kind && !told && !asks && !bound;
        let first = matching.norm(start);
        let thing = matching.lexicon.is_noun(first) || is_number(first) || ["all", "every", "another"].contains(&first);
        let ended = || (start..matching.tokens.len()).find(|at| matching.tokens[*at].end > End::Nothing);
        (placed && !thing).then(|| ended().map_or(matching.tokens.len(), |last| last + 1))
    })?;
    let mut span = matching.tokens.get(start..end).filter(|span| !span.is_empty())?;
    // «run npm test again in web»: how it is run is no word of it.
    const HOW: &[&str] = &["once", "again", "now", "please", "quickly", "twice", "more"];
    while let Some((_, rest)) = span.split_last().filter(|(last, _)| HOW.contains(&last.norm.as_str())) {
        if rest.is_empty() {
            break;
        }
        span = rest;
    }
    // «run whoami as user www-data in web»: who runs it is no word of it.
    let who = |token: &&str| ["user", "root", "the"].contains(token);
    let by = (1..span.len())
        .find(|at| span[*at].norm == "as" && span.get(at + 1).is_some_and(|next| who(&next.norm.as_str())));
    span = &span[..by.unwrap_or(span.len())];
    // A sentence about a command is not the command.
    const NO_COMMAND: &[&str] =
        &["a", "an", "the", "my", "some", "it", "this", "that", "something", "anything", "stuff", "things", "commands"];
    let called = span.last().is_some_and(|token| ["command", "commands"].contains(&token.norm.as_str()));
    if called || span.iter().any(|token| NO_COMMAND.contains(&token.norm.as_str())) {
        return None;
    }
    let words: Vec<&str> = span.iter().map(|token| token.raw.as_str()).collect();
    let text = words.join(&BETWEEN_NAMES.to_string());
    let length = words.len();
    matching.mark(start, length, Mark::Value);
    Some(text)
}

/// «8080 to 80», «port 8080 to port 80»: a pair of ports in words.
pub(super) fn two_ports(matching: &mut Matching<'_>) -> Option<String> {
    let digits = |at: usize| -> Option<String> {
        let norm = matching.norm(at);
        let is_port = (1..=5).contains(&norm.len()) && norm.bytes().all(|byte| byte.is_ascii_digit());
        (is_port && matching.free(at)).then(|| norm.to_owned())
    };
    let (first, last, pair) = (0..matching.tokens.len()).find_map(|at| {
        let from = digits(at)?;
        let mut next = at + 1;
        ["to", "->", "onto"].contains(&matching.norm(next)).then_some(())?;
        next += 1;
        while ["the", "port", "container", "container's"].contains(&matching.norm(next)) {
            next += 1;
        }
        Some((at, next, format!("{from}:{}", digits(next)?)))
    })?;
    matching.mark(first, last - first + 1, Mark::Value);
    Some(pair)
}

pub(super) fn quoted(matching: &mut Matching<'_>) -> Option<String> {
    let at = (0..matching.tokens.len()).find(|at| matching.free(*at) && matching.tokens[*at].quoted)?;
    matching.mark(at, 1, Mark::Value);
    Some(matching.tokens[at].raw.clone())
}

pub(super) fn rest_as_message(matching: &mut Matching<'_>, at: usize) -> Option<String> {
    let rest: Vec<&str> = matching.tokens.get(at..)?.iter().map(|token| token.raw.as_str()).collect();
    let text = rest.join(" ");
    let length = matching.tokens.len() - at;
    matching.mark(at, length, Mark::Value);
    (!text.is_empty()).then_some(text)
}

pub(super) fn by_shape(matching: &mut Matching<'_>, fits: impl Fn(&str) -> bool) -> Option<String> {
    let at = (0..matching.tokens.len()).find(|at| matching.free(*at) && fits(&matching.tokens[*at].raw))?;
    matching.mark(at, 1, Mark::Value);
    Some(matching.tokens[at].raw.clone())
}
