//! A deed that is wished or said to be due, as the imperative it stands for: «the tag v1 has to be pushed», «I'd like the
//! stack restarted».

use std::collections::BTreeSet;
use std::ops::Range;

use super::fit::looks;
use super::lexicon::Lexicon;
use super::telling::begins_a_deed;
use super::tokens::{End, PARTICLES, Token, end_of_clause, stands};

/// What says that something is due.
const DUE: &[&[&str]] = &[
    &["has", "to", "be"],
    &["have", "to", "be"],
    &["needs", "to", "be"],
    &["need", "to", "be"],
    &["ought", "to", "be"],
    &["is", "to", "be"],
    &["are", "to", "be"],
    &["must", "be"],
    &["should", "be"],
    &["shall", "be"],
    &["can", "be"],
    &["could", "be"],
];

/// What says that something is wished.
const WISHES: &[&str] = &["like", "want", "need", "love", "get", "have"];

/// Words of a clause that asks, forbids or only says which thing is meant.
const OTHERWISE: &[&str] = &[
    "which", "what", "who", "whose", "that", "when", "why", "how", "where", "if", "whether", "not", "never", "no",
    "nothing", "only", "don't", "before", "after", "until", "once", "unless", "to", "be", "been", "was", "were",
];

/// What says no more of a deed than that it is done.
const WHOLLY: &[&str] = &["completely", "entirely", "fully", "finally", "also", "now", "please", "then"];

/// Participles that are not made by a rule.
const IRREGULAR: &[(&str, &str)] = &[
    ("taken", "take"),
    ("brought", "bring"),
    ("torn", "tear"),
    ("given", "give"),
    ("thrown", "throw"),
    ("undone", "undo"),
    ("rebuilt", "rebuild"),
    ("built", "build"),
    ("sent", "send"),
    ("made", "make"),
    ("run", "run"),
    ("set", "set"),
    ("shut", "shut"),
    ("put", "put"),
    ("written", "write"),
    ("gone", "remove"),
];

/// Whether it is told that a deed was done: «the release shop was rolled back». In «revert the commit that was pushed»
/// that only says which.
pub(super) fn happened(tokens: &[Token], lexicon: &Lexicon) -> bool {
    const HAPPENED: &[&str] = &["was", "were", "been", "got"];
    const WHICH: &[&str] = &["that", "which", "who", "has", "have", "had"];
    (1..tokens.len()).any(|at| {
        let before = &tokens[at - 1];
        let which = at.checked_sub(2).is_some_and(|which| WHICH.contains(&tokens[which].norm.as_str()));
        let done = HAPPENED.contains(&before.norm.as_str()) && before.end == End::Nothing && !before.quoted;
        done && !tokens[at].told && !which && at > 1 && verb(tokens, at, lexicon).is_some()
    })
}

/// What somebody did, where that is all that is said: «I restarted the compose service web».
pub(super) fn did<'a>(tokens: &[Token], lexicon: &'a Lexicon) -> Option<&'a BTreeSet<String>> {
    const PEOPLE: &[&str] = &["i", "we", "he", "she", "they", "i've", "we've", "someone", "somebody"];
    const SMALL: &[&str] = &["just", "already", "have", "has", "had", "also", "then"];
    let is = |token: &Token, words: &[&str]| !token.quoted && words.contains(&token.norm.as_str());
    tokens.first().filter(|first| is(first, PEOPLE))?;
    let at = (1..tokens.len()).find(|at| !is(&tokens[*at], SMALL))?;
    let last = tokens.len() - 1;
    let said = |at: usize| {
        let ends = tokens[at].end > End::Nothing && at < last;
        !ends && (tokens[at].norm.ends_with("ed") || !begins_a_deed(tokens, at, lexicon))
    };
    let done = verb(tokens, at, lexicon).filter(|_| tokens[at].norm.ends_with("ed"))?;
    (at + 1..tokens.len()).all(said).then(|| lexicon.actions.get(&done)).flatten()
}

/// The request with its first such deed as an imperative; `None` when there is none.
pub(super) fn active(tokens: &[Token], lexicon: &Lexicon) -> Option<Vec<Token>> {
    let starts = (0..tokens.len()).filter(|at| *at == 0 || tokens[at - 1].end > End::Nothing);
    starts.into_iter().find_map(|start| due(tokens, start, lexicon).or_else(|| wished(tokens, start, lexicon)))
}

/// «the release shop has to be rolled back»
fn due(tokens: &[Token], start: usize, lexicon: &Lexicon) -> Option<Vec<Token>> {
    let end = end_of_clause(tokens, start);
    let says = |at: usize| DUE.iter().find(|words| stands(tokens, at, words)).map(|words| (at, words.len()));
    let (at, length) = (start + 1..end).find_map(says)?;
    // «has to be completely removed»
    let deed = (at + length..end.min(at + length + 2)).find(|deed| verb(tokens, *deed, lexicon).is_some())?;
    imperative(tokens, start, start..at, at + length..deed, deed, lexicon)
}

/// «I'd like the tag v1 pushed», «get web restarted»
fn wished(tokens: &[Token], start: usize, lexicon: &Lexicon) -> Option<Vec<Token>> {
    const BEHIND: &[&str] = &[
        "to", "from", "in", "on", "with", "at", "back", "up", "down", "off", "out", "away", "again", "by", "as",
        "into", "onto", "and", "for", "now", "please", "then", "without", "via", "using",
    ];
    let end = end_of_clause(tokens, start);
    let wish = (start..end.min(start + 4)).find(|at| WISHES.contains(&tokens[*at].norm.as_str()))?;
    let idle = |token: &Token| lexicon.stop_words.contains(&token.norm) || token.norm == "we";
    if tokens[wish].quoted || !tokens[start..wish].iter().all(idle) {
        return None;
    }
    let deed = (wish + 2..end).find(|at| {
        let last = at + 1 == end;
        let behind = tokens.get(at + 1).is_some_and(|next| !next.quoted && BEHIND.contains(&next.norm.as_str()));
        let things = tokens[wish + 1..*at].iter();
        (last || behind)
            && verb(tokens, *at, lexicon).is_some()
            && things.into_iter().any(|token| token.quoted || !idle(token) && !lexicon.all_words.contains(&token.norm))
    })?;
    imperative(tokens, start, wish + 1..deed, deed..deed, deed, lexicon)
}

/// The clause from `start` on as: how, the deed, the things it is done to, the rest. «has to be force killed» says how.
fn imperative(
    tokens: &[Token],
    start: usize,
    things: Range<usize>,
    how: Range<usize>,
    deed: usize,
    lexicon: &Lexicon,
) -> Option<Vec<Token>> {
    let things = &tokens[things];
    if things.is_empty() || things.iter().any(|token| !token.quoted && OTHERWISE.contains(&token.norm.as_str())) {
        return None;
    }
    let word = verb(tokens, deed, lexicon)?;
    let mut rest = deed + 1;
    let mut first =
        vec![Token { raw: word.clone(), norm: word, end: End::Nothing, meant: None, ..tokens[deed].clone() }];
    if let Some(particle) = tokens.get(rest).filter(|_| tokens[deed].end == End::Nothing && is_particle(tokens, rest)) {
        first.push(Token { end: End::Nothing, ..particle.clone() });
        rest += 1;
    }
    let mut said = things.to_vec();
    if let Some(last) = said.last_mut() {
        last.end = tokens[rest - 1].end;
    }
    let how = tokens[how].iter().filter(|token| !WHOLLY.contains(&token.norm.as_str()));
    let before = tokens[..start].iter().chain(how).cloned();
    Some(before.chain(first).chain(said).chain(tokens[rest..].iter().cloned()).collect())
}

/// The verb of a participle that is a deed: `push` of «pushed», `roll` of «rolled back».
pub(super) fn verb(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<String> {
    let token = tokens.get(at).filter(|token| !token.quoted)?;
    let word = token.norm.as_str();
    let particle = (token.end == End::Nothing && is_particle(tokens, at + 1)).then(|| tokens[at + 1].norm.as_str());
    let deed = |verb: &str| {
        let classes = particle.and_then(|particle| lexicon.actions.get(&format!("{verb} {particle}")));
        classes.or_else(|| lexicon.actions.get(verb)).is_some_and(|classes| !looks(classes))
    };
    let irregular = IRREGULAR.iter().find(|(participle, _)| *participle == word).map(|(_, verb)| (*verb).to_owned());
    let stem = word.strip_suffix("ed").filter(|stem| stem.len() > 1);
    let regular = stem.into_iter().flat_map(|stem| {
        let doubled = stem.char_indices().next_back().map_or("", |(last, _)| &stem[..last]);
        let changed = stem.strip_suffix('i').map(|stem| format!("{stem}y"));
        [Some(stem.to_owned()), Some(format!("{stem}e")), Some(doubled.to_owned()), changed].into_iter().flatten()
    });
    irregular.into_iter().chain(regular).find(|verb| deed(verb))
}

fn is_particle(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| !token.quoted && PARTICLES.contains(&token.norm.as_str()))
}
