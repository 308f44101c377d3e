//! A request of several sentences or parts: what asks, what only tells how
//! things are, and where one deed ends and the next begins.

use super::lexicon::Lexicon;
use super::tokens::{End, PARTICLES, Token, end_of_clause, stands};

/// Words that part two clauses although no comma stands before them.
const JOINING: &[&str] = &["because", "so", "since", "cause", "as"];

/// Words that in a clause left aside could forbid or bound what is done.
const BINDING: &[&str] = &[
    "except",
    "only",
    "keep",
    "but",
    "unless",
    "don't",
    "do not",
    "dont",
    "never",
    "without",
    "instead",
    "leave",
    "spare",
    "careful",
    "until",
    "till",
    "tomorrow",
    "later",
    "tonight",
    "if",
    "when",
    "before",
    "after",
    "avoid",
    "skip",
    "must",
    "should",
    "mustn't",
    "shouldn't",
    "both",
    "force",
    "all",
    "every",
    "case",
    "matter",
    "matters",
    "dry",
    "dry-run",
    "dryrun",
    "preview",
    "simulate",
    "pretend",
];

/// Those of them that bound nothing where people only tell of themselves: «I'll go on tomorrow».
const WHEN: &[&str] = &["tomorrow", "later", "tonight", "when", "before", "after", "both", "all", "every"];

/// Those of them that tell before a deed why it is asked for: «we don't build against it any more, delete it».
const WHY: &[&str] = &["don't", "do not", "dont"];

/// Who tells of themselves.
const PEOPLE: &[&str] = &["i", "we", "he", "she", "they", "nobody"];

/// The request with the clauses marked that only tell how things are; `None` when there are none. With `strict` no
/// clause is left aside that could bound what is done.
pub(super) fn asking(tokens: &[Token], lexicon: &Lexicon, strict: bool) -> Option<Vec<Token>> {
    let clauses = clauses(tokens, lexicon);
    if clauses.len() < 2 {
        return None;
    }
    let last = clauses.len() - 1;
    let telling = clauses.iter().enumerate();
    // «stash my stuff, the untracked files too»: what stands behind a comma and has no verb belongs to what was asked.
    let belongs = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| clauses[before].last());
        let none = clauses[at].first().is_some_and(|first| SPEAKERS.contains(&first.norm.as_str()));
        !none
            && before.is_some_and(|before| before.end < End::Sentence)
            && !clauses[at].iter().any(|token| is_verb(token, lexicon))
    };
    let mut telling: Vec<bool> = telling
        .map(|(at, clause)| {
            let next = clauses.get(at + 1).copied().unwrap_or_default();
            tells(clause, next, lexicon, strict) && !belongs(at) || at < last && only_names_a_state(clause, lexicon)
        })
        .collect();
    // «Errors since 9. I need the logs of web», «were there warnings in shop? newest first»: where nothing else asks,
    // that does.
    if let Some(at) = clauses.iter().position(|clause| needs(clause) || wonders(clause)).filter(|at| telling[*at]) {
        let begins = |clause: &&[Token]| clause.first().is_some_and(|first| lexicon.actions.contains_key(&first.norm));
        let ends = |clause: &&[Token]| clause.last().is_some_and(|last| last.end == End::Sentence);
        let asked = |other: usize| !telling[other] && (other < at && ends(&clauses[other]) || begins(&clauses[other]));
        if !(0..clauses.len()).any(asked) {
            telling[at] = false;
        }
    }
    if telling.iter().all(|tells| *tells) || telling.iter().all(|tells| !tells) {
        return None;
    }
    let marked = clauses
        .iter()
        .zip(telling)
        .flat_map(|(clause, told)| clause.iter().map(move |token| Token { told: told || token.told, ..token.clone() }));
    let marked: Vec<Token> = marked.collect();
    // «compose logs since the incident, please»: what is left must ask for something.
    marked.iter().any(|token| says(token, lexicon)).then_some(marked)
}

/// The request with what stands before its last clauses, or behind its first sentences, marked as only telling, where
/// that reads like a tale: «QA signed off. Push it», «New memory arrives tomorrow, drain the node».
pub(super) fn amid(tokens: &[Token], lexicon: &Lexicon) -> Vec<Vec<Token>> {
    let clauses = clauses(tokens, lexicon);
    let lengths: Vec<usize> = clauses.iter().map(|clause| clause.len()).collect();
    let told = |from: usize, to: usize| clauses[from..to].iter().all(|clause| narrates(clause, lexicon));
    let marked = |from: usize, to: usize| -> Vec<Token> {
        let places = |end: usize| lengths[..end].iter().sum::<usize>();
        let span = places(from)..places(to);
        let tokens = tokens.iter().enumerate();
        tokens.map(|(at, token)| Token { told: token.told || span.contains(&at), ..token.clone() }).collect()
    };
    let before = (1..clauses.len()).filter(|at| told(0, *at)).map(|at| marked(0, at));
    let sentence = |at: &usize| clauses[at - 1].last().is_some_and(|last| last.end == End::Sentence);
    let last = clauses.len();
    // «restart it all, the host had a hiccup»: behind a comma it must be a sentence of its own.
    let tale = |at: &usize| sentence(at) || clauses[*at..].iter().all(|clause| has_subject_and_verb(clause, lexicon));
    let behind = (1..last).filter(tale).filter(|at| told(*at, last)).map(|at| marked(at, last));
    before.chain(behind).filter(|tokens| tokens.iter().any(|token| says(token, lexicon))).collect()
}

/// Whether a word can say what is to be done: «HEAD detached at 4e5f6a7, now what» asks for nothing that could be done.
pub(super) fn says(token: &Token, lexicon: &Lexicon) -> bool {
    !token.told && !lexicon.stop_words.contains(&token.norm) && !ASKING.contains(&&*token.norm)
}

/// «I need the logs», not «we don't need it any more».
fn needs(clause: &[Token]) -> bool {
    clause.windows(2).any(|pair| pair[1].norm == "need" && ["i", "we"].contains(&pair[0].norm.as_str()))
}

/// «were there any warnings?»
fn wonders(clause: &[Token]) -> bool {
    const ABOUT: &[&str] = &["there", "any"];
    let [first, second, ..] = clause else { return false };
    ["is", "are", "was", "were"].contains(&first.norm.as_str()) && ABOUT.contains(&second.norm.as_str())
}

/// Who or what a clause with a verb of its own begins with.
const SPEAKERS: &[&str] = &["nothing", "nobody", "i", "we", "you", "he", "she", "they", "it", "there"];

/// Words of a question or a wish.
const ASKING: &[&str] = &[
    "want", "like", "please", "can", "could", "would", "should", "shall", "let", "let's", "what", "who", "where",
    "which", "how", "why", "when", "need", "needs", "then", "use", "with", "without",
];

/// Whether a clause reads like one of a tale: it neither asks, nor begins with a deed, nor bounds one, and has a verb of
/// its own or is only a cry.
fn narrates(clause: &[Token], lexicon: &Lexicon) -> bool {
    let Some(first) = clause.first() else { return true };
    // «checkout broke»: what has such a verb behind it is a thing of that name.
    let subject = SUBJECTS.contains(&first.norm.as_str())
        || clause.get(1).is_some_and(|second| FINITE.contains(&second.norm.as_str()));
    let deeds = clause.iter().any(|token| lexicon.actions.contains_key(&token.norm));
    let of_others = !deeds && !["i", "we", "you"].contains(&first.norm.as_str());
    // «Checkout broke after the upgrade.» says when that was.
    let tale = clause.last().is_some_and(|last| last.end == End::Sentence) && !clause.iter().any(|token| token.literal);
    let bounds = |token: &Token| {
        let word = token.norm.as_str();
        if tale && ["after", "before", "when"].contains(&word) && *token != *first {
            return false;
        }
        let asks = ASKING.contains(&word) && !(of_others && OF_OTHERS.contains(&word));
        token.quoted || BINDING.contains(&word) || asks || lexicon.restricting.contains(word)
    };
    let deed = lexicon.actions.contains_key(&first.norm) || is_phrasal(clause, lexicon);
    if deed && !subject || clause.iter().any(bounds) || is_looked_at(clause, lexicon) {
        return false;
    }
    let verb = |token: &Token| is_verb(token, lexicon);
    // «At 3am.», «In two hours.» say when.
    let number = |token: &Token| token.literal || lexicon.numbers.contains_key(&token.norm);
    let when = ["at", "in", "on", "by", "next", "within"].contains(&first.norm.as_str());
    if when && (clause.len() <= 3 || clause.iter().any(number)) {
        return false;
    }
    let cry = clause.len() <= 3 && clause.last().is_some_and(|last| last.end == End::Sentence);
    cry || clause.iter().skip(1).any(verb)
}

/// What behind a deed says how it is wished: «pods included», «namespace dev created».
pub(super) const WISHED: &[&str] = &[
    "included",
    "excluded",
    "created",
    "recreated",
    "kept",
    "skipped",
    "preserved",
    "ignored",
    "removed",
    "deleted",
    "forced",
    "disabled",
    "enabled",
    "detached",
    "pinned",
    "reused",
    "pruned",
    "untouched",
];

/// Whether a clause is a sentence that names nothing: «host had a hiccup», «auditors want it», not «volumes too» and
/// not «pods included».
fn has_subject_and_verb(clause: &[Token], lexicon: &Lexicon) -> bool {
    let wished = clause.last().is_some_and(|last| WISHED.contains(&last.norm.as_str()));
    let verb = clause.iter().skip(1).take(4).any(|token| is_verb(token, lexicon)) && !wished;
    let particle = clause.first().is_some_and(|first| PARTICLES.contains(&first.norm.as_str()));
    verb && !particle && !clause.iter().any(|token| token.literal)
}

/// Whether a word looks like the verb of a sentence about how things are.
fn is_verb(token: &Token, lexicon: &Lexicon) -> bool {
    let word = token.norm.as_str();
    let of_a_third = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !lexicon.is_noun(word);
    STATES.contains(&word) || TELLING.contains(&word) || word.len() > 3 && word.ends_with("ed") || of_a_third
}

/// What others want or what may happen to a thing is told, where no deed is named with it.
const OF_OTHERS: &[&str] = &["want", "wants", "can", "need", "needs"];

/// Verbs of a tale that say nothing of how a thing is.
const TELLING: &[&str] = &["had", "came", "want", "wants", "can", "may", "might", "will", "asks", "makes", "made"];

/// The clauses of a request.
fn clauses<'a>(tokens: &'a [Token], lexicon: &Lexicon) -> Vec<&'a [Token]> {
    let mut clauses = Vec::new();
    let mut start = 0;
    for at in 0..tokens.len() {
        let joined = at > start
            && !tokens[at].quoted
            && JOINING.contains(&tokens[at].norm.as_str())
            && opens_a_clause(tokens, at + 1, lexicon)
            && (!["since", "as"].contains(&tokens[at].norm.as_str()) || tells_a_state(&tokens[at + 1..]));
        if joined {
            clauses.push(&tokens[start..at]);
            start = at;
        }
        if tokens[at].end > End::Nothing {
            clauses.push(&tokens[start..=at]);
            start = at + 1;
        }
    }
    if start < tokens.len() {
        clauses.push(&tokens[start..]);
    }
    clauses.retain(|clause| !clause.is_empty());
    clauses
}

/// Whether a subject or a verb follows, so that the joining word begins a clause: not in «since yesterday».
fn opens_a_clause(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    let Some(next) = tokens.get(at) else { return false };
    let subject = lexicon.statement_openers.contains(&next.norm);
    let verb = lexicon.actions.contains_key(&next.norm) || ["please", "can", "could"].contains(&next.norm.as_str());
    let long = tokens.len() - at >= 3;
    (subject && long || verb) && !["a", "an"].contains(&next.norm.as_str())
}

/// «since the reboot» is a time and «as the postgres user» a manner, «since the api is down» a clause.
fn tells_a_state(rest: &[Token]) -> bool {
    rest[..end_of_clause(rest, 0)].iter().any(|token| STATES.contains(&token.norm.as_str()))
}

/// Whether a clause could forbid or bound what is asked, which `next` to it may be.
fn binds(clause: &[Token], next: &[Token], lexicon: &Lexicon) -> bool {
    let of_people = clause.first().is_some_and(|first| PEOPLE.contains(&first.norm.as_str()))
        && !clause.iter().any(|token| token.quoted || token.literal);
    let reason = of_people && begins_a_deed(next, 0, lexicon);
    let word = |token: &Token| {
        let word = token.norm.as_str();
        let excused = of_people && WHEN.contains(&word) || reason && WHY.contains(&word);
        token.quoted || BINDING.contains(&word) && !excused
    };
    let ordered = |pair: &[Token]| {
        pair[1].norm == "not" && ["do", "must", "should", "shall", "may", "can"].contains(&pair[0].norm.as_str())
    };
    clause.iter().any(word) || !reason && clause.windows(2).any(ordered)
}

/// Whether a clause only tells.
fn tells(clause: &[Token], next: &[Token], lexicon: &Lexicon, strict: bool) -> bool {
    let Some(first) = clause.first() else { return true };
    // What comes next is asked for: «then check that it is running».
    if ["then", "afterwards", "finally"].contains(&first.norm.as_str()) {
        return false;
    }
    let content = clause.iter().filter(|token| !lexicon.stop_words.contains(&token.norm)).count();
    if content == 0 {
        return true;
    }
    let joined = JOINING.contains(&first.norm.as_str());
    // «merge feature/x, the build is red»: such a word opens a sentence only where one follows.
    let merely = lexicon.actions.get(&first.norm).is_none_or(|classes| classes.contains("show"));
    let opens = joined && clause.len() > 1 && lexicon.statement_openers.contains(&clause[1].norm)
        || merely && lexicon.statement_openers.contains(&first.norm) && !is_looked_at(clause, lexicon);
    let asks = ["what", "who", "where", "which", "how"].contains(&first.norm.as_str())
        || clause.last().is_some_and(|last| last.end == End::Sentence) && first.norm.starts_with("wh");
    // «I don't want to lose the edits» bounds nothing that a deed must bear.
    let fears = clause.windows(3).any(|words| {
        let words: Vec<&str> = words.iter().map(|token| token.norm.as_str()).collect();
        words == ["want", "to", "lose"] || words == ["not", "to", "lose"]
    });
    let wants =
        !fears && clause.iter().any(|token| ["want", "like", "please", "can", "could"].contains(&token.norm.as_str()));
    // A noun stands before its verb: «merge conflicts everywhere», «disk is full».
    let a_state = |token: &Token| STATES.contains(&token.norm.as_str());
    let state = clause.len() > 1 && clause.iter().any(a_state);
    // «new build is out», «deploy of web failed»: a thing that has the name of a deed.
    let subject = SUBJECTS.contains(&first.norm.as_str()) && clause.iter().skip(1).take(4).any(a_state);
    let deed = (lexicon.actions.contains_key(&first.norm) || is_phrasal(clause, lexicon)) && !opens && !subject;
    if asks || wants || !(opens || state) || deed {
        return false;
    }
    let needless = clause.windows(2).any(|pair| {
        ["don't", "dont", "not", "never"].contains(&pair[0].norm.as_str())
            && ["need", "use"].contains(&pair[1].norm.as_str())
    });
    !strict || needless || fears || !binds(clause, next, lexicon)
}

/// «logs of web, only the warnings» names what is looked at, «logs say it is full» tells.
fn is_looked_at(clause: &[Token], lexicon: &Lexicon) -> bool {
    let of = clause.get(1).is_some_and(|second| ["of", "for", "from"].contains(&second.norm.as_str()));
    let told = |token: &Token| STATES.contains(&token.norm.as_str()) || TELLING.contains(&token.norm.as_str());
    let thing = |first: &Token| lexicon.means_something(&first.norm) && !SPEAKERS.contains(&first.norm.as_str());
    of && clause.first().is_some_and(thing) && !clause.iter().any(told)
}

/// «address already in use:», «no space left on device.»: words before the request that ask for nothing, name nothing
/// and bound nothing.
fn only_names_a_state(clause: &[Token], lexicon: &Lexicon) -> bool {
    const PLACES: &[&str] = &["in", "on", "for", "from", "with", "by", "at", "of", "to", "as", "namespace", "ns"];
    let content = clause.iter().filter(|token| !lexicon.stop_words.contains(&token.norm)).count();
    let first = clause.first().map_or("", |token| token.norm.as_str());
    let ended = clause.last().is_some_and(|last| last.end > End::Clause);
    let label = content == 1 && ended && !clause.iter().any(|token| lexicon.knows_word(&token.norm));
    let plain = |token: &Token| {
        let word = &token.norm;
        let deed = lexicon.actions.get(word).is_some_and(|classes| !classes.contains("show"));
        let amount = lexicon.numbers.contains_key(word) || word.bytes().any(|byte| byte.is_ascii_digit());
        let place = lexicon.environments.contains(word) || ["namespace", "ns"].contains(&word.as_str());
        let binds = BINDING.contains(&word.as_str()) || lexicon.restricting.contains(word);
        !(token.quoted || token.literal || deed || amount || place || binds || lexicon.judging.contains(word))
    };
    // «nginx service down»: what stands beside the name of a thing can be its name.
    let unknown = |token: &Token| !lexicon.means_something(&token.norm) && !lexicon.common.contains(&token.norm);
    // «logs of web, only the warnings»: what is looked at is a thing too.
    let noun = clause.iter().any(|token| lexicon.is_noun(&token.norm)) || is_looked_at(clause, lexicon);
    (label || content > 1 && !(noun && clause.iter().any(unknown)))
        && !is_phrasal(clause, lexicon)
        && !PLACES.contains(&first)
        && clause.iter().all(plain)
}

/// «take the stack down, volumes too»: a verb and its particle with the object between them.
fn is_phrasal(clause: &[Token], lexicon: &Lexicon) -> bool {
    let Some((first, rest)) = clause.split_first() else { return false };
    let particle = |token: &&Token| !token.quoted && PARTICLES.contains(&token.norm.as_str());
    rest.iter().filter(particle).any(|token| lexicon.actions.contains_key(&format!("{} {}", first.norm, token.norm)))
}

/// Words for a deed that also begin a sentence about a thing.
const SUBJECTS: &[&str] = &[
    "new", "build", "deploy", "release", "rollout", "merge", "patch", "push", "update", "upgrade", "restart",
    "install", "test", "backup", "load", "live", "commit", "rebase", "pull",
];

/// Verbs of a sentence that tells how things are.
const STATES: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "isn't",
    "aren't",
    "looks",
    "seems",
    "hangs",
    "keeps",
    "crashed",
    "crashes",
    "failed",
    "fails",
    "broke",
    "died",
    "restarted",
    "has",
    "have",
    "went",
    "got",
    "stopped",
    "doesn't",
    "does",
    "forgot",
    "committed",
    "complain",
    "complains",
    "complaining",
    "deployed",
    "conflicts",
    "messed",
    "report",
    "reports",
    "need",
    "needs",
    "done",
    "finished",
    "run",
    "runs",
    "see",
    "sees",
    "taken",
    "can't",
    "cannot",
    "moved",
    "ignores",
    "exited",
    "hung",
    "blocks",
    "renamed",
    "closed",
    "says",
    "said",
    "goes",
    "gone",
    "changed",
    "added",
    "rebased",
    "merged",
    "pushed",
];

/// Verbs of such a sentence that can say of no thing which one it is, as «failed pods» does.
const FINITE: &[&str] = &[
    "is", "are", "was", "were", "isn't", "aren't", "broke", "died", "went", "got", "hangs", "hung", "keeps", "has",
    "fails", "crashes", "seems", "looks", "doesn't", "does",
];

/// Splits a request into the deeds it names; one part when it is one. `anywhere` also splits at «and» and at commas
/// where a deed begins behind them.
pub(super) fn parts(tokens: &[Token], lexicon: &Lexicon, anywhere: bool) -> Vec<Vec<Token>> {
    let mut parts: Vec<Vec<Token>> = Vec::new();
    let mut part: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let joint = joint(tokens, at, lexicon, anywhere);
        if joint > 0 && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
            at += joint;
            continue;
        }
        let ended = tokens[at].end > End::Nothing && !tokens[at].told;
        part.push(tokens[at].clone());
        at += 1;
        if anywhere && ended && at < tokens.len() && begins_a_deed(tokens, at, lexicon) {
            parts.push(std::mem::take(&mut part));
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// The parts without the «first» that only says that another follows: «first describe it», «pull it first».
pub(super) fn in_order(mut parts: Vec<Vec<Token>>, lexicon: &Lexicon) -> Vec<Vec<Token>> {
    // «roll back to the first», «the oldest first»: that says which.
    const BEFORE: &[&str] = &["the", "to", "as", "from", "of", "named", "called"];
    if parts.len() < 2 {
        return parts;
    }
    let first = &mut parts[0];
    let says = |token: Option<&Token>| token.is_some_and(|token| !token.quoted && !token.told && token.norm == "first");
    let which = |token: &Token| BEFORE.contains(&token.norm.as_str()) || lexicon.restricting.contains(&token.norm);
    if says(first.first()) && begins_a_deed(first, 1, lexicon) {
        first.remove(0);
    } else if first.len() > 2 && says(first.last()) && !which(&first[first.len() - 2]) {
        first.pop();
    }
    parts
}

/// «stop and disable the service»: a part that is only a verb with the object of the next one.
pub(super) fn shared(part: &[Token], next: &[Token], lexicon: &Lexicon) -> Option<Vec<Token>> {
    let alone = part.iter().filter(|token| !lexicon.stop_words.contains(&token.norm)).count() == 1;
    (alone && next.len() > 1).then(|| part.iter().chain(&next[1..]).cloned().collect())
}

/// How many words a joint at this place has; none when there is no joint.
fn joint(tokens: &[Token], at: usize, lexicon: &Lexicon, anywhere: bool) -> usize {
    const JOINTS: &[&[&str]] = &[
        &["and", "then"],
        &["and", "after", "that"],
        &["followed", "by"],
        &["and", "followed", "by"],
        &["and", "afterwards"],
        &["and", "afterward"],
        &["and", "subsequently"],
        &["and", "next"],
        &["and", "finally"],
        &["after", "that"],
        &["then"],
        &["afterwards"],
        &["afterward"],
        &["subsequently"],
    ];
    let fits = |words: &&&[&str]| stands(tokens, at, words);
    // «since then» is a time.
    let time = at.checked_sub(1).is_some_and(|before| {
        !tokens[before].quoted
            && ["since", "by", "until", "till", "back", "every"].contains(&tokens[before].norm.as_str())
    });
    if let Some(words) = JOINTS.iter().find(fits).filter(|_| !time) {
        // «with base.yaml and then eu.yaml»: a value alone is no deed.
        let rest = tokens.get(at + words.len()..).unwrap_or_default();
        let value = rest.iter().take_while(|token| !lexicon.actions.contains_key(&token.norm));
        let alone = value.clone().count() == rest.len() && rest.first().is_some_and(|first| first.literal);
        return if alone { 0 } else { words.len() };
    }
    let and = !tokens[at].quoted && ["and", "&", "&&"].contains(&tokens[at].norm.as_str());
    if anywhere && and && begins_a_deed(tokens, at + 1, lexicon) { 1 } else { 0 }
}

/// Words for a deed that are also words for a thing.
pub(super) const NOUNS: &[&str] = &[
    "tag", "label", "link", "archive", "package", "template", "hash", "patch", "commit", "stash", "image", "release",
    "backup",
];

/// What follows such a word where it is a deed.
const OBJECTS: &[&str] =
    &["it", "them", "this", "that", "the", "with", "as", "my", "all", "everything", "these", "those", "changes", "and"];

/// Whether an action word stands here, perhaps behind a polite one.
fn begins_a_deed(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    const NO_DEED: &[&str] = &[
        "is", "are", "do", "does", "has", "have", "status", "who", "what", "which", "where", "how", "new", "live",
        "end", "changed",
    ];
    const POLITE: &[&str] = &["please", "also", "just", "finally", "can", "could", "you", "now"];
    let mut at = at;
    while tokens.get(at).is_some_and(|token| POLITE.contains(&token.norm.as_str())) {
        at += 1;
    }
    let Some(token) = tokens.get(at).filter(|token| !token.quoted && !token.told) else { return false };
    // «delete branch main and tag v1» names two things; «and tag it» is a deed.
    if NOUNS.contains(&token.norm.as_str()) {
        return tokens.get(at + 1).is_some_and(|next| OBJECTS.contains(&next.norm.as_str()) || next.quoted);
    }
    let pair = tokens.get(at + 1).map(|next| format!("{} {}", token.norm, next.norm)).unwrap_or_default();
    lexicon.actions.contains_key(&pair)
        || lexicon.actions.contains_key(&token.norm) && !NO_DEED.contains(&token.norm.as_str())
}
