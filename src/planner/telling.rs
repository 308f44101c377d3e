//! The clauses of a request that tell how something is: «main is on origin», «the nginx in compose returns 502», «we have 3
//! replicas».
//!
//! Owns how such a clause looks and which thing «it» stands for. What a deed may take from it is known elsewhere.

use std::ops::Range;

use super::lexicon::{Lexicon, Tool};
use super::tales::was_done;
use super::tokens::{End, Token, end_of_clause};

/// Verbs by which a clause tells how something is.
pub(super) const TELLING: &[&str] = &[
    "is", "are", "was", "were", "isn't", "aren't", "wasn't", "weren't", "has", "have", "had", "hangs", "hung", "keeps",
    "died", "broke", "crashed", "crashes", "crash", "fails", "failed", "fail", "hang", "doesn't", "does", "went",
    "got", "looks", "seems", "works", "belongs", "contains", "concerns", "can't", "won't",
];

/// First words that have such a verb in them.
const CONTRACTED: &[&str] = &["it's", "they're", "there's", "that's", "he's", "she's", "i'm", "we're"];

/// What is wished, not told.
const WISHES: &[&str] = &[
    "want", "wants", "need", "needs", "should", "must", "please", "can", "could", "would", "let", "let's", "to",
    "make", "sure",
];

/// What bounds or joins a clause, so that it says how or when something is to be done.
const BINDING: &[&str] = &["if", "when", "until", "till", "unless", "once", "before", "after", "where", "whether"];

/// First words of a clause that belongs to the one before.
const JOINING: &[&str] = &[
    "in", "on", "with", "from", "for", "to", "as", "and", "of", "using", "into", "at", "by", "then", "but", "without",
];

/// What may stand before the name of a thing.
const ARTICLES: &[&str] = &["the", "our", "my", "that", "this"];

/// The clauses beside a deed that only tell how things are.
pub(super) fn clauses(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = 0;
    for at in 0..tokens.len() {
        // «it is still running so force it»
        let next = tokens.get(at + 1).is_some_and(|next| !next.quoted && next.norm == "so");
        if tokens[at].end > End::Nothing || at + 1 == tokens.len() || next && begins_a_deed(tokens, at + 2, lexicon) {
            if tells(&tokens[start..=at], lexicon) {
                spans.push(start..at + 1);
            }
            start = at + 1;
        }
    }
    let inside = |at: usize| spans.iter().any(|span| span.contains(&at));
    // «the pod web-1 should be deleted»: where nothing else asks for a deed, there is nothing beside it.
    let asked = (0..tokens.len()).any(|at| !tokens[at].told && !inside(at) && begins_a_deed(tokens, at, lexicon));
    if asked { spans } else { Vec::new() }
}

/// `delete`, `roll back`, `get rid of`
pub(super) fn begins_a_deed(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    const LONGEST: usize = 3;
    let deed = |length: usize| {
        let words = tokens.get(at..at + length)?;
        let words: Vec<&str> = words.iter().map(|token| token.norm.as_str()).collect();
        Some(lexicon.is_deed(&words.join(" ")))
    };
    tokens.get(at).is_some_and(|token| !token.quoted) && (1..=LONGEST).any(|length| deed(length) == Some(true))
}

/// Whether one of several parts of a request is none, since it only tells: «pods in prod are fine», «I scaled cart to 0».
pub(super) fn is_told(part: &[Token], lexicon: &Lexicon) -> bool {
    const PEOPLE: &[&str] = &["i", "we", "he", "she", "they", "i've", "we've", "someone", "somebody"];
    const SMALL: &[&str] = &["accidentally", "just", "already", "have", "has", "mistakenly", "wrongly", "had"];
    let Some((first, rest)) = part.split_first() else { return false };
    // «the config changed: reload it»
    if part[..part.len() - 1].iter().any(|token| token.end > End::Nothing) {
        return false;
    }
    let verb = rest.iter().find(|token| !SMALL.contains(&token.norm.as_str()));
    let done = verb.is_some_and(|verb| !verb.quoted && verb.norm.len() > 3 && verb.norm.ends_with("ed"));
    // «ssh is down»
    let being = rest.first().is_some_and(|next| ["is", "was", "isn't", "are"].contains(&next.norm.as_str()));
    let asks = lexicon.actions.contains_key(&first.norm) && !being;
    PEOPLE.contains(&first.norm.as_str()) && done || !asks && tells(part, lexicon)
}

/// Where the one thing of the tool stands that a clause tells a state of and that «it» or «the container» stands for in
/// what is asked: «the nginx in compose returns 502, show its logs», «api-1 hangs. Restart the container.» Where nothing
/// says the tool it can be anything: «traffic is slow».
pub(super) fn subjects(tokens: &[Token], lexicon: &Lexicon, tool: &Tool) -> Vec<usize> {
    // What else there may be of such a name is another thing: «mongo hangs. Delete the pvc».
    const RUNNING: &[&str] = &["container", "service", "unit", "release", "deployment", "pod"];
    let running = |at: &usize| RUNNING.contains(&tokens[*at].norm.as_str()) && is_kind(&tokens[*at], tool);
    let kind = leans_on_kind(tokens, lexicon).filter(running);
    if !leans_on_one(tokens) && kind.is_none() {
        return Vec::new();
    }
    let evidence = |token: &Token| !token.quoted && tool.evidence.contains(&token.norm);
    // «delete its namespace» asks for another thing.
    let parts = tokens
        .windows(2)
        .any(|pair| pair[0].norm == "its" && lexicon.is_noun(&pair[1].norm) && is_kind(&pair[1], tool));
    if parts || kind.is_none() && !tokens.iter().any(evidence) {
        return Vec::new();
    }
    let begins = |at: usize| at == 0 || tokens[at - 1].end > End::Nothing;
    let asked = tokens.iter().position(|token| !token.told).unwrap_or(0);
    let places = (0..asked).filter(|at| tokens[*at].told && begins(*at)).filter_map(|start| {
        let passed = |token: &Token| ARTICLES.contains(&token.norm.as_str()) || evidence(token);
        let at = (start..tokens.len()).find(|at| !passed(&tokens[*at]))?;
        let token = &tokens[at];
        let plain = lexicon.stop_words.contains(&token.norm)
            || lexicon.common.contains(&token.norm)
            || lexicon.is_thing(&token.norm)
            || lexicon.is_environment(&token.norm)
            || lexicon.actions.contains_key(&token.norm)
            || tokens.get(at + 1).is_some_and(|next| lexicon.is_thing(&next.norm))
            || lexicon.numbers.contains_key(&token.norm);
        let clause = &tokens[start..end_of_clause(tokens, start)];
        let whole = (start..=at).all(|at| tokens[at].told && (at == start || !begins(at)));
        let next = tokens.get(at + 1).is_some_and(|next| next.norm == "and");
        // «Bob broke it» tells of a person.
        let several = next || clause.iter().any(|token| ["too", "it", "them"].contains(&token.norm.as_str()));
        let sure = leans_on_one(tokens) || is_plainly_a_name(tokens, at, lexicon);
        (whole && sure && !several && !plain && !token.quoted && tells_a_state(tokens, at + 1, lexicon)).then_some(at)
    });
    places.collect()
}

/// `api-1`, `nginx`: no person and no ordinary word, and nothing is said of where it is.
fn is_plainly_a_name(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    const PLACES: &[&str] = &["in", "on", "over", "at", "from", "not", "doesn't", "isn't"];
    let token = &tokens[at];
    let named = token.literal || lexicon.is_usual_name(&token.norm) || lexicon.is_daemon(&token.raw);
    let rest = &tokens[at..end_of_clause(tokens, at)];
    named && rest.len() <= 4 && !rest.iter().any(|token| PLACES.contains(&token.norm.as_str()))
}

fn is_kind(token: &Token, tool: &Tool) -> bool {
    tool.nouns.contains_key(&token.norm) && !["logs", "log"].contains(&token.norm.as_str())
}

/// Whether what is asked leans on something that was said: «restart it», «show its logs».
pub(super) fn leans_on_one(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| !token.told && !token.quoted && ["it", "its", "him", "her"].contains(&&*token.norm))
}

/// Where a kind stands in what is asked of which none is named: «restart the container», «roll that release back».
pub(super) fn leans_on_kind(tokens: &[Token], lexicon: &Lexicon) -> Option<usize> {
    const BEHIND: &[&str] =
        &["to", "from", "on", "in", "again", "back", "too", "now", "please", "up", "down", "and", "then", "for"];
    (1..tokens.len()).find(|at| {
        let (article, noun) = (&tokens[at - 1], &tokens[*at]);
        let ends = noun.end > End::Nothing || tokens.get(at + 1).is_none_or(|next| BEHIND.contains(&&*next.norm));
        !article.told
            && article.end == End::Nothing
            && !noun.quoted
            && ["the", "that", "this"].contains(&article.norm.as_str())
            && lexicon.is_noun(&noun.norm)
            && !noun.norm.ends_with('s')
            && ends
    })
}

/// Whether a word or two behind what a clause is about stands how that is: «keeps dying», «in compose is stuck».
fn tells_a_state(tokens: &[Token], from: usize, lexicon: &Lexicon) -> bool {
    const STATES: &[&str] = &[
        "hangs", "hung", "keeps", "died", "dies", "crashed", "crashes", "broke", "doesn't", "won't", "returns",
        "restarts", "stopped", "fails", "failed", "throws", "leaks",
    ];
    const BEING: &[&str] = &["is", "was", "seems", "looks", "went", "got"];
    const HOW: &[&str] = &["stuck", "down", "dead", "hanging", "hung", "unresponsive", "slow", "flaky"];
    let end = tokens.len().min(from + 4);
    let verb = (from..end)
        .take_while(|at| tokens[at - 1].end == End::Nothing)
        .find(|at| STATES.contains(&tokens[*at].norm.as_str()) || BEING.contains(&tokens[*at].norm.as_str()));
    verb.is_some_and(|at| {
        let how = tokens.get(at + 1).map_or("", |next| next.norm.as_str());
        STATES.contains(&tokens[at].norm.as_str()) || HOW.contains(&how) || lexicon.conditions.contains_key(how)
    })
}

fn tells(clause: &[Token], lexicon: &Lexicon) -> bool {
    let Some((first, rest)) = clause.split_first() else { return false };
    let is = |token: &Token, words: &[&str]| !token.quoted && words.contains(&token.norm.as_str());
    // «the images that fail» says which.
    let which = |at: usize| at > 0 && is(&rest[at - 1], &["that", "which", "who", "what"]);
    // «we have 3 replicas», not «the values we have»
    let own = |at: usize| at > 0 && rest[at].norm == "have";
    let verb = (0..rest.len().min(6)).find(|at| is(&rest[*at], TELLING) && !which(*at) && !own(*at));
    // «restart is needed», «dry run was fine»
    let named = |at: usize| {
        let words: Vec<&str> = clause[..=at].iter().map(|token| token.norm.as_str()).collect();
        lexicon.is_deed(&words.join(" "))
    };
    let deed = begins_a_deed(clause, 0, lexicon) && !verb.is_some_and(named);
    // «its chart is acme/web» gives what the deed lacks.
    let gives = verb.is_some_and(|at| {
        let value = rest.get(at + 1).is_some_and(|value| value.literal || value.quoted);
        value && at + 2 == rest.len() && !clause[..=at].iter().any(|token| token.literal || token.quoted)
    });
    (verb.is_some() || is(first, CONTRACTED) || was_done(clause))
        && !(deed || gives || first.quoted || is(first, JOINING))
        && !clause.iter().any(|token| is(token, WISHES) || is(token, BINDING))
}
