//! What is said beside a request, so that it can be left aside: in brackets, as a heading, behind «while» or «even
//! though», as the plan of somebody who only wants to look first. And what is forbidden although nothing would do it.
//!
//! Owns which words are such a thing. What bounds a deed, names a value that matters or asks for more is none.

use std::ops::Range;

use super::forms::{is_hash, is_key_value};
use super::lexicon::{CORE, Lexicon};
use super::tales::{bears, tales};
use super::tokens::{End, Token, end_of_clause, of_gerund, stands};

/// What begins a clause that changes nothing of what is asked, when a subject follows.
const BESIDE: &[&[&str]] = &[
    &["while"],
    &["whilst"],
    &["even", "though"],
    &["although"],
    &["though"],
    &["so", "that"],
    &["so"],
    &["in", "case"],
    &["now", "that"],
    &["given", "that"],
    &["seeing", "that"],
    &["because"],
];

/// What such a clause begins with behind a deed that is there to be ended: «pause it until the backup is through».
const UP_TO: &[&str] = &["until", "till"];

/// What such deeds and looks are called.
const ENDING: &[&str] =
    &["pause", "freeze", "suspend", "halt", "stop", "cordon", "hold", "disable", "watch", "follow", "stream", "tail"];

/// Those of them behind which nothing bounds a deed: it is wished all the same.
const ALL_THE_SAME: &[&str] = &["even", "although", "though"];

/// What follows «before» where it says why and not what: «drain it before I reboot».
const PEOPLE: &[&str] = &["i", "we", "you", "they", "he", "she", "somebody", "someone", "anybody", "anyone"];

/// Who or what such a clause is about.
const SUBJECTS: &[&str] = &[
    "i",
    "i'm",
    "i've",
    "i'll",
    "we",
    "we're",
    "we've",
    "we'll",
    "you",
    "he",
    "she",
    "it",
    "it's",
    "they",
    "they're",
    "nothing",
    "nobody",
    "someone",
    "somebody",
    "something",
    "everything",
    "people",
    "users",
    "customers",
    "there",
    "that",
    "this",
    "the",
    "my",
    "our",
    "their",
    "his",
    "her",
];

/// What a heading can begin with although it would bound a deed: «Before the migration tonight:».
const OCCASIONS: &[&str] = &["before", "during", "for", "new", "starting", "preparing", "cleaning", "debugging"];

/// Words of time that bound nothing in a heading that has a word for its occasion.
const TIMES: &[&str] = &[
    "before",
    "after",
    "tomorrow",
    "tonight",
    "later",
    "soon",
    "last",
    "first",
    "second",
    "third",
    "past",
    "recent",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "weekend",
    "midnight",
    "noon",
];

/// A request with what is said beside it marked as told.
pub(super) struct Rest {
    pub tokens: Vec<Token>,
    pub fits: Fits,
}

/// What the rest may be, when it is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fits {
    Anything,
    /// «the commits before I joined» bounds a look.
    Deeds,
    /// «without restarting it» bounds a deed.
    Looks,
    /// «but don't touch the others» bounds what names nothing.
    Named,
}

/// Words said beside a request, and what that leaves.
struct Aside {
    span: Range<usize>,
    fits: Fits,
}

/// The request without everything that is said beside it, then without each of it alone.
pub(super) fn without(tokens: &[Token], lexicon: &Lexicon) -> Vec<Rest> {
    let beside = [
        brackets(tokens, lexicon),
        headings(tokens, lexicon),
        clauses(tokens),
        intentions(tokens, lexicon),
        preludes(tokens, lexicon),
    ];
    let beside = beside.into_iter().flatten().filter(|span| changes_nothing(&tokens[span.clone()], lexicon));
    let beside = beside.map(|span| {
        let before = span.start > 0 && tokens[span.start].norm == "before";
        Aside { span, fits: if before { Fits::Deeds } else { Fits::Anything } }
    });
    let forbidden = forbidden(tokens, lexicon).into_iter().map(|span| Aside { span, fits: Fits::Looks });
    let others = others(tokens, lexicon).into_iter().map(|span| Aside { span, fits: Fits::Anything });
    let spared = spared(tokens).into_iter().map(|span| Aside { span, fits: Fits::Named });
    let idle = idle(tokens).into_iter().map(|span| Aside { span, fits: Fits::Anything });
    let tales = tales(tokens, lexicon).into_iter().map(|span| Aside { span, fits: Fits::Anything });
    let asides: Vec<Aside> = beside.chain(forbidden).chain(others).chain(spared).chain(idle).chain(tales).collect();
    let rest = |asides: &[Aside]| {
        let told = |at: usize| asides.iter().any(|aside| aside.span.contains(&at));
        let rest = tokens.iter().enumerate();
        let rest = rest.map(|(at, token)| Token { told: token.told || told(at), ..token.clone() }).collect();
        let bound = asides.iter().map(|aside| aside.fits).find(|fits| *fits != Fits::Anything);
        Rest { tokens: rest, fits: bound.unwrap_or(Fits::Anything) }
    };
    let mut bounds = asides.iter().map(|aside| aside.fits).filter(|fits| *fits != Fits::Anything);
    let contradict = bounds.next().is_some_and(|first| bounds.any(|other| other != first));
    let mut all: Vec<Rest> = Vec::new();
    if !asides.is_empty() && !contradict {
        all.push(rest(&asides));
    }
    if asides.len() > 1 {
        all.extend(asides.iter().map(|aside| rest(std::slice::from_ref(aside))));
    }
    all
}

/// «(packaged it a minute ago)»; «(the container is called cart)» and «(media)» say what is meant.
fn brackets(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    const NAMING: &[&str] = &["called", "named", "name", "namespace", "ns"];
    let naming = |token: &Token| NAMING.contains(&token.norm.as_str());
    let plain = |token: &Token| lexicon.knows_word(&token.norm) || lexicon.common.contains(&token.norm);
    let mut spans = runs(tokens.len(), |at| tokens[at].bracketed);
    spans.retain(|span| {
        let inside = &tokens[span.clone()];
        !inside.iter().any(naming) && (inside.len() > 2 || inside.iter().all(plain))
    });
    spans
}

/// «Ticket 311:», «Patch day tomorrow.», «New here, so:» before what is asked.
fn headings(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    let end = tokens.iter().position(|token| token.end >= End::Colon).filter(|end| end + 1 < tokens.len());
    let Some(end) = end else { return Vec::new() };
    let (heading, first) = (&tokens[..=end], &tokens[0]);
    let deed = |token: &Token| lexicon.is_deed(&token.norm) && !OCCASIONS.contains(&token.norm.as_str());
    let bounds = |token: &Token| {
        let word = token.norm.as_str();
        lexicon.restricting.contains(word) && !TIMES.contains(&word)
    };
    let occasion = |token: &Token| !TIMES.contains(&token.norm.as_str()) && !lexicon.stop_words.contains(&token.norm);
    let begins = !lexicon.restricting.contains(&first.norm)
        && !["at", "on", "in", "by", "from", "next", "within"].contains(&&*first.norm)
        || first.norm == "before";
    let short = heading.len() <= 8;
    let told = short && begins && !deed(first) && !heading.iter().any(bounds) && heading.iter().any(occasion);
    // «docker: kill that one» says whose; and what asks is no heading: «is web up? restart it».
    let tool = |token: &Token| lexicon.tools.iter().any(|tool| tool.evidence.contains(&token.norm));
    // «we release today:»
    let person = heading[end].end == End::Colon && ["i", "we", "they", "he", "she"].contains(&&*first.norm);
    let whose = !person && heading.iter().any(tool);
    let asks = whose || heading[end].end == End::Sentence && lexicon.actions.contains_key(&first.norm);
    (told && !asks).then_some(0..end + 1).into_iter().collect()
}

/// «while I take the snapshot», «even though nothing changed», «in case we need it», up to where the clause ends.
fn clauses(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 1;
    while at < tokens.len() {
        let opener = BESIDE.iter().find(|words| stands(tokens, at, words));
        let begun = opener.is_some_and(|words| is_one_of(tokens, at + words.len(), SUBJECTS))
            || is_one_of(tokens, at, &["before"]) && is_one_of(tokens, at + 1, PEOPLE)
            || ends_a_deed(tokens, at);
        let end = end_of_clause(tokens, at);
        // «so it» alone is none.
        if begun && end > at + 2 {
            spans.push(at..end);
            at = end;
        } else {
            at += 1;
        }
    }
    spans
}

/// «pause it until the backup is through»: how long, at the end of what is asked, with nothing of its own.
fn ends_a_deed(tokens: &[Token], at: usize) -> bool {
    const BEARING: &[&str] = &["in", "and", "then", "one", "left", "only", "not"];
    let ending = |token: &Token| ENDING.contains(&token.norm.as_str());
    let bears = |token: &Token| token.literal || BEARING.contains(&token.norm.as_str());
    let takes_away = |token: &Token| ["remove", "delete", "drop", "rm", "prune"].contains(&token.norm.as_str());
    is_one_of(tokens, at, UP_TO)
        && tokens[..at].iter().any(ending)
        && !tokens[..at].iter().any(takes_away)
        && end_of_clause(tokens, at) == tokens.len()
        && !tokens[at..].iter().any(bears)
}

/// «want to retire it», «about to reboot» in a sentence of its own, of a deed that nobody here knows.
fn intentions(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    const INTENDS: &[&[&str]] = &[
        &["want", "to"],
        &["going", "to"],
        &["need", "to"],
        &["about", "to"],
        &["trying", "to"],
        &["planning", "to"],
        &["thinking", "of"],
    ];
    let starts = (1..tokens.len()).filter(|at| tokens[at - 1].end == End::Sentence);
    let spans = starts.filter_map(|start| {
        let rest = &tokens[start..];
        let end = rest.iter().position(|token| token.end == End::Sentence).unwrap_or(rest.len() - 1);
        let sentence = &rest[..=end];
        let idle = |token: &&Token| ["i", "we", "i'm", "we're"].contains(&token.norm.as_str());
        let skip = sentence.iter().take_while(idle).count();
        let intent = INTENDS.iter().find(|words| stands(sentence, skip, words))?;
        let known = sentence[skip + intent.len()..].iter().any(|token| lexicon.actions.contains_key(&token.norm));
        (!known).then(|| start..start + end + 1)
    });
    spans.collect()
}

/// Whether words bound nothing, name nothing that matters, and ask for nothing.
fn changes_nothing(span: &[Token], lexicon: &Lexicon) -> bool {
    const PASSED: &[&str] = &["while", "before", "nothing", "until", "till"];
    // «until they are all up»
    let up_to = span.first().is_some_and(|first| UP_TO.contains(&first.norm.as_str()));
    let heading = span.last().is_some_and(|last| last.end >= End::Colon);
    let all_the_same = span.first().is_some_and(|first| ALL_THE_SAME.contains(&first.norm.as_str()));
    let matters = |token: &Token| {
        let word = token.norm.as_str();
        let time = heading && TIMES.contains(&word);
        token.quoted
            || token.literal && (is_key_value(&token.raw) || is_hash(&token.raw) || token.raw.starts_with('-'))
            || lexicon.restricting.contains(word)
                && !(time || all_the_same || PASSED.contains(&word) || up_to && lexicon.all_words.contains(word))
    };
    !span.iter().any(matters)
}

/// «Anna, restart the container», «hey Bob, can you …»: who is spoken to. «Web, restart it» names a thing.
pub(super) fn addressed(tokens: &[Token], lexicon: &Lexicon) -> Range<usize> {
    const GREETING: &[&str] = &["hi", "hey", "hello", "dear", "ok", "okay", "morning", "good"];
    const LEANING: &[&str] = &["it", "its", "them", "their"];
    const ASKING: &[&str] = &["can", "could", "would", "please", "pls", "kindly", "will"];
    let opens = tokens.iter().take_while(|token| GREETING.contains(&token.norm.as_str())).count();
    let Some((name, rest)) = tokens[opens..].split_first() else { return 0..0 };
    let person = name.raw.starts_with(char::is_uppercase)
        && name.raw.len() > 2
        && name.raw.chars().skip(1).all(char::is_lowercase)
        && name.end == End::Clause
        && !name.quoted
        && !lexicon.knows_word(&name.norm)
        && !lexicon.common.contains(&name.norm)
        && !lexicon.is_usual_name(&name.norm);
    let asks = rest.first().is_some_and(|first| {
        !first.quoted && (lexicon.actions.contains_key(&first.norm) || ASKING.contains(&first.norm.as_str()))
    });
    let leans = rest.iter().any(|token| LEANING.contains(&token.norm.as_str()));
    if person && asks && !leans { opens..opens + 1 } else { 0..0 }
}

/// What is forbidden as a deed beside something else: «…, don't install anything», «without restarting it». A look
/// honours that.
fn forbidden(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    const TAIL: &[&str] = &["anything", "any", "it", "them", "that", "yet", "now", "the", "of", "something", "just"];
    let is = |at: usize, words: &[&str]| is_one_of(tokens, at, words);
    // «the pods not running» says which; «the service does not start» how it is.
    const STATES: &[&str] = &["run", "start", "use", "work", "want", "need"];
    let deed = |verb: &str| !STATES.contains(&verb) && lexicon.is_deed(verb);
    let spans = (0..tokens.len()).filter_map(|at| {
        let says = tokens[..at].iter().any(|token| !lexicon.stop_words.contains(&token.norm));
        let joined = at > 0 && is(at - 1, &["but", "and", "just", "please", "yet"]);
        let opens = says && (joined || at > 0 && tokens[at - 1].end > End::Nothing);
        let verb = if is(at, &["without"]) {
            let verb = tokens.get(at + 1).and_then(|token| of_gerund(&token.norm, lexicon));
            verb.filter(|verb| deed(verb)).map(|_| at + 1)
        } else if opens && is(at, &["don't", "dont", "never"]) {
            Some(at + 1).filter(|verb| tokens.get(*verb).is_some_and(|token| deed(&token.norm)))
        } else if opens && is(at, &["do"]) && is(at + 1, &["not"]) {
            Some(at + 2).filter(|verb| tokens.get(*verb).is_some_and(|token| deed(&token.norm)))
        } else {
            None
        }?;
        let from = if at > 0 && is(at - 1, &["but", "and"]) { at - 1 } else { at };
        let mut end = verb + 1;
        while tokens[end - 1].end == End::Nothing && is(end, TAIL) {
            end += 1;
        }
        Some(from..end)
    });
    spans.collect()
}

/// «restart web, not the rest of the stack», «and nothing else»: what is not named is left alone anyway.
fn others(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    const LEFT_ALONE: &[&[&str]] = &[
        &["not", "the", "rest"],
        &["not", "the", "others"],
        &["not", "the", "other", "ones"],
        &["nothing", "else"],
        &["no", "others"],
    ];
    // «list nothing else» bounds what is listed.
    let asked = |before: usize| lexicon.actions.contains_key(&tokens[before].norm);
    let spans = (1..tokens.len()).filter(|at| !asked(at - 1)).filter_map(|at| {
        let words = LEFT_ALONE.iter().find(|words| stands(tokens, at, words))?;
        let from = if is_one_of(tokens, at - 1, &["and", "but"]) { at - 1 } else { at };
        let last = at + words.len() - 1;
        let end = if tokens[last].end > End::Nothing { last + 1 } else { end_of_clause(tokens, last + 1) };
        let of = tokens.get(last + 1).is_some_and(|next| ["of", "in"].contains(&next.norm.as_str()));
        (end == last + 1 || of).then_some(from..end)
    });
    spans.collect()
}

/// «drop stash 2, leave the other stashes», «stop web but don't touch the rest»: a command that names its object leaves
/// alone what is beside it. What may lie in the object is not: «drain worker-1, leave web-0 alone».
fn spared(tokens: &[Token]) -> Vec<Range<usize>> {
    const SPARING: &[&[&str]] = &[
        &["don't", "touch"],
        &["dont", "touch"],
        &["do", "not", "touch"],
        &["without", "touching"],
        &["leave"],
        &["leaving"],
        &["not"],
    ];
    const OTHERS: &[&str] = &["other", "others", "rest", "else"];
    const OF_IT: &[&str] =
        &["its", "their", "it", "them", "data", "volume", "volumes", "pvc", "pvcs", "history", "crds"];
    let spans = (1..tokens.len()).filter_map(|at| {
        let words = SPARING.iter().find(|words| stands(tokens, at, words))?;
        let joined = is_one_of(tokens, at - 1, &["but", "and"]);
        let from = if joined { at - 1 } else { at };
        let opens = from > 0 && (joined || tokens[from - 1].end > End::Nothing || words.len() > 1);
        let end = end_of_clause(tokens, at + words.len());
        let span = tokens.get(at + words.len()..end)?;
        let others = span.iter().any(|token| OTHERS.contains(&token.norm.as_str()));
        let belongs = |token: &Token| OF_IT.contains(&token.norm.as_str());
        let short = (1..=5).contains(&span.len());
        (opens && short && others && !span.iter().any(belongs)).then_some(from..end)
    });
    spans.collect()
}

/// «no pager», «without asking», «dead or alive»: what changes no command.
fn idle(tokens: &[Token]) -> Vec<Range<usize>> {
    const IDLE: &[&[&str]] = &[
        &["no", "pager"],
        &["without", "a", "pager"],
        &["without", "pager"],
        &["no", "questions"],
        &["no", "questions", "asked"],
        &["no", "asking"],
        &["without", "asking"],
        &["without", "confirmation"],
        &["no", "confirmation"],
        &["dead", "or", "alive"],
        &["for", "a", "while"],
        &["or", "so"],
        &["i", "mean"],
    ];
    // «the container I mean»; «I mean staging» says something else than was said.
    let ends = |at: usize, words: &[&str]| words[0] != "i" || end_of_clause(tokens, at) == at + words.len();
    let idle = |at: usize| IDLE.iter().filter(move |words| stands(tokens, at, words) && ends(at, words));
    let fits = |at: usize| idle(at).map(|words| words.len()).max();
    (1..tokens.len()).filter_map(|at| Some(at..at + fits(at)?)).collect()
}

/// «Having seen enough I remove it», «To answer the audit I annotate it»: what stands before who speaks says when or why.
fn preludes(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    const OPENING: &[&str] = &["having", "before", "to"];
    const SPEAKING: &[&[&str]] = &[
        &["i"],
        &["i'd"],
        &["i'll"],
        &["i'm"],
        &["we"],
        &["we'd"],
        &["we'll"],
        &["let"],
        &["let's"],
        &["please"],
        &["could", "you"],
        &["can", "you"],
        &["would", "you"],
        &["how"],
    ];
    const LONGEST: usize = 9;
    let Some(first) = tokens.first().filter(|first| OPENING.contains(&first.norm.as_str()) && !first.quoted) else {
        return Vec::new();
    };
    // «to answer the audit», not «to the shop».
    let means = |at: usize| is_one_of(tokens, at, &["a", "an", "the", "my", "our"]);
    let opens = match first.norm.as_str() {
        "having" => true,
        "to" => means(2) && !means(1),
        _ => tokens.get(1).is_some_and(|second| second.norm.ends_with("ing")),
    };
    if !opens {
        return Vec::new();
    }
    let speaks = |at: &usize| SPEAKING.iter().any(|words| stands(tokens, *at, words));
    let end = (2..tokens.len().min(LONGEST)).find(speaks);
    let told = end.filter(|end| {
        let inside = &tokens[1..*end];
        let parted = inside[..inside.len() - 1].iter().any(|token| token.end > End::Nothing);
        !parted && !inside.iter().any(|token| bears(token, lexicon))
    });
    told.map(|end| 0..end).into_iter().collect()
}

/// The request without a «but» that joins and takes nothing away: «drain it but ignore the daemonsets», not «all but
/// web». `None` when there is none.
pub(super) fn without_but(tokens: &[Token]) -> Option<Vec<Token>> {
    const JOINED: &[&str] =
        &["ignore", "ignoring", "keep", "only", "just", "with", "without", "also", "unstage", "wait", "use"];
    const WHOLES: &[&str] = &["all", "everything", "every", "any", "anything", "nothing", "none", "last"];
    let joins = |at: usize| {
        let whole = at.checked_sub(1).is_some_and(|before| WHOLES.contains(&tokens[before].norm.as_str()));
        is_one_of(tokens, at, &["but"]) && is_one_of(tokens, at + 1, JOINED) && !whole
    };
    let at = (1..tokens.len()).find(|at| joins(*at))?;
    let mut rest = tokens.to_vec();
    rest.remove(at);
    // What stood before it and what stands behind are two things.
    rest[at - 1].end = rest[at - 1].end.max(End::Clause);
    Some(rest)
}

/// The request without a «both» that only says that two names follow: «restart both web and db», not «both containers» and
/// not «both web and the volume».
pub(super) fn without_both(tokens: &[Token], lexicon: &Lexicon) -> Option<Vec<Token>> {
    let two = |at: usize| {
        let end = end_of_clause(tokens, at).min(at + 5);
        let and = (at + 2..end).find(|and| is_one_of(tokens, *and, &["and"]));
        let thing = |token: &Token| {
            let mut tools = lexicon.tools.iter().filter(|tool| tool.name != CORE);
            !token.quoted && tools.any(|tool| tool.nouns.contains_key(&token.norm))
        };
        is_one_of(tokens, at, &["both"])
            && and.is_some_and(|and| !tokens[at + 1..tokens.len().min(and + 3)].iter().any(thing))
    };
    let at = (0..tokens.len()).find(|at| two(*at))?;
    let mut rest = tokens.to_vec();
    rest.remove(at);
    Some(rest)
}

fn is_one_of(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.get(at).is_some_and(|token| !token.quoted && words.contains(&token.norm.as_str()))
}

fn runs(length: usize, inside: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for at in (0..length).filter(|at| inside(*at)) {
        match spans.last_mut().filter(|last| last.end == at) {
            Some(last) => last.end = at + 1,
            None => spans.push(at..at + 1),
        }
    }
    spans
}
