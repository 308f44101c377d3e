//! Sentences of a request that say why, and how things are: «No ingress answers.», «it's only the demo», «I must check a
//! config».
//!
//! Owns what such a sentence looks like. What forbids, bounds or wishes something is none.

use std::ops::Range;

use super::clauses::WISHED;
use super::lexicon::Lexicon;
use super::tokens::{End, Token};

/// Who a reason can be told of behind a mere comma.
const PERSONS: &[&str] = &[
    "i", "i'm", "i've", "we", "we're", "we've", "it", "it's", "they", "they're", "he", "she", "nobody", "somebody",
    "someone", "there", "there's", "that", "this", "these", "those",
];

/// What begins the name of who or what a sentence is about.
const ARTICLES: &[&str] = &["the", "a", "an", "my", "our", "his", "her", "their", "its", "some", "no", "this", "that"];

/// Verbs that say of somebody or something how it is.
const FINITE: &[&str] = &[
    "is", "are", "was", "were", "isn't", "aren't", "wasn't", "weren't", "has", "have", "had", "do", "does", "did",
    "don't", "doesn't", "didn't", "can't", "cannot", "won't", "will", "might", "went", "got", "came", "comes", "broke",
    "found", "saw", "fell", "ran", "became", "grew", "took", "hit", "died", "lost", "forgot", "made", "say", "says",
    "said", "told", "keep", "keeps", "kept", "use", "hang", "hung", "i'm", "i've", "we're", "we've", "it's", "they're",
    "there's", "must", "can", "could", "know", "think", "feel", "feels", "acts",
];

/// Those of them that no deed is called.
const BEING: &[&str] = &["is", "are", "was", "were", "isn't", "aren't", "has", "doesn't", "didn't", "had"];

/// Words that could forbid, bound or wish what is done.
const BINDING: &[&str] = &[
    "if",
    "unless",
    "until",
    "till",
    "except",
    "without",
    "instead",
    "leave",
    "leaving",
    "stay",
    "stays",
    "remain",
    "remains",
    "rest",
    "else",
    "other",
    "others",
    "should",
    "shall",
    "shouldn't",
    "mustn't",
    "may",
    "force",
    "dry",
    "dry-run",
    "preview",
    "want",
    "wants",
    "like",
    "please",
    "can",
    "could",
    "would",
    "let",
    "let's",
    "need",
    "needs",
    "needed",
    "careful",
    "never",
    "both",
    "or",
    "still",
    "too",
    "also",
    "either",
    "neither",
    "nor",
    "than",
    "instance",
    "called",
    "named",
    "name",
    "matter",
    "matters",
    "namespace",
    "ns",
    "context",
];

/// Words that elsewhere bound something and in the name of an occasion say which one it is: «third page this week.»
const WHICH: &[&str] = &["first", "second", "third", "last"];

/// The sentences that only tell.
pub(super) fn tales(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = 0_usize;
    for at in 0..tokens.len() {
        if tokens[at].end > End::Nothing || at + 1 == tokens.len() {
            let before = start.checked_sub(1).map_or(End::Sentence, |before| tokens[before].end);
            let behind = if at + 1 == tokens.len() { End::Sentence } else { tokens[at].end };
            let whole = before >= End::Colon && behind >= End::Colon;
            let span = start..at + 1;
            // «New memory for worker-12 arrives tomorrow. Drain worker-12»: what is named again is not lost.
            let again = |token: &Token| {
                let mut outside = tokens.iter().enumerate().filter(|(at, _)| !span.contains(at));
                outside.any(|(_, other)| other.raw == token.raw)
            };
            let told = spans.iter().map(ExactSizeIterator::len).sum::<usize>();
            let sentence = &tokens[span.clone()];
            let cry = || told == start && whole && names_an_occasion(sentence, lexicon);
            let behind = tokens[..start].iter().any(|token| lexicon.is_deed(&token.norm));
            let aside = || !whole && tells_beside(sentence, behind, lexicon, &again);
            if tells(sentence, whole, lexicon, &again) || cry() || aside() {
                spans.push(span);
            }
            start = at + 1;
        }
    }
    spans
}

/// Whether words are a sentence that only tells; one that is not `whole` must begin with who it is about. `again` knows
/// what is said elsewhere too.
fn tells(sentence: &[Token], whole: bool, lexicon: &Lexicon, again: &dyn Fn(&Token) -> bool) -> bool {
    let Some((first, rest)) = sentence.split_first() else { return false };
    let person = PERSONS.contains(&first.norm.as_str());
    let second = rest.first().filter(|second| is_finite(second, lexicon));
    // «Stop has no effect»
    let deed = lexicon.actions.contains_key(&first.norm) && first.norm != "new";
    let thing = ARTICLES.contains(&first.norm.as_str())
        || second.is_some_and(|second| !deed || BEING.contains(&second.norm.as_str()))
        || whole && !deed && !lexicon.restricting.contains(&first.norm) && !lexicon.stop_words.contains(&first.norm);
    let verb = if person { sentence.iter().take(4) } else { rest.iter().take(5) };
    (person || whole && thing)
        && sentence.len() > 2
        && verb.into_iter().any(|token| is_finite(token, lexicon))
        && !(0..sentence.len()).any(|at| matters(sentence, at, lexicon, again))
}

/// «players can't connect, …», «…, the contract is over»: a clause with a verb of its own beside a mere comma; behind what is
/// asked it must name no kind of things.
fn tells_beside(clause: &[Token], behind: bool, lexicon: &Lexicon, again: &dyn Fn(&Token) -> bool) -> bool {
    const NEGATING: &[&str] =
        &["not", "don't", "doesn't", "didn't", "can't", "cannot", "won't", "isn't", "aren't", "wasn't"];
    let Some((first, rest)) = clause.split_first() else { return false };
    let bounds = |token: &Token| {
        let word = token.norm.as_str();
        let negates = NEGATING.contains(&word) && !behind;
        lexicon.restricting.contains(word) && !negates || WISHED.contains(&word) || behind && lexicon.is_thing(word)
    };
    let verb = |token: &Token| {
        let word = token.norm.as_str();
        let third = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !lexicon.is_noun(word);
        let past = !behind && word.len() > 3 && word.ends_with("ed");
        !token.quoted && !token.literal && (FINITE.contains(&word) || third || past)
    };
    let opens = !lexicon.actions.contains_key(&first.norm)
        && !first.quoted
        && !first.literal
        && !["then", "and", "but", "or", "afterwards", "finally"].contains(&first.norm.as_str())
        && (!lexicon.stop_words.contains(&first.norm) || ARTICLES.contains(&first.norm.as_str()));
    opens
        && clause.len() > 2
        && rest.iter().take(4).any(verb)
        && !clause.iter().any(bounds)
        && !(0..clause.len()).any(|at| matters(clause, at, lexicon, again))
}

/// «Third page tonight for the same thing.», «half asleep here...»: words before a request that name nothing a tool knows
/// and bound nothing.
fn names_an_occasion(words: &[Token], lexicon: &Lexicon) -> bool {
    // «At 3am. Restart it», «Next week. Restart it»: when it is to be done.
    const WHEN: &[&str] = &["in", "at", "on", "by", "from", "next", "this", "within"];
    let when = words.first().is_some_and(|first| WHEN.contains(&first.norm.as_str()));
    let ended = words.last().is_some_and(|last| last.end == End::Sentence);
    let again = |at: usize| words.iter().skip(at + 1).take(2).any(|next| next.norm == "again");
    let bears = |(at, token): (usize, &Token)| {
        let word = token.norm.as_str();
        (bears(token, lexicon) || lexicon.numbers.contains_key(word)) && !WHICH.contains(&word) && !again(at)
    };
    ended && !when && (2..=9).contains(&words.len()) && !words.iter().enumerate().any(bears)
}

/// Whether a word names something a tool knows, asks for a deed or bounds one.
pub(super) fn bears(token: &Token, lexicon: &Lexicon) -> bool {
    let word = token.norm.as_str();
    token.quoted
        || token.literal
        || lexicon.restricting.contains(word)
        || lexicon.is_deed(word)
        || lexicon.is_thing(word)
        || lexicon.is_environment(word)
        || BINDING.contains(&word)
}

fn is_finite(token: &Token, lexicon: &Lexicon) -> bool {
    let word = token.norm.as_str();
    let inflected = word.len() > 3 && (word.ends_with("ed") || word.ends_with('s') && !word.ends_with("ss"));
    !token.quoted && !token.literal && (FINITE.contains(&word) || inflected && !lexicon.is_noun(word))
}

/// «I changed the .env», «we deployed 2.1»: what somebody did is told, whatever it was done to.
pub(super) fn was_done(sentence: &[Token]) -> bool {
    const SMALL: &[&str] = &["just", "already", "accidentally", "have", "has", "had", "only"];
    const DID: &[&str] = &["wrote", "put", "made", "sent", "got", "broke", "lost", "took", "set"];
    let mut words = sentence.iter();
    let person =
        words.next().is_some_and(|first| ["i", "we", "i've", "we've", "someone", "somebody"].contains(&&*first.norm));
    let verb = words.find(|token| !SMALL.contains(&token.norm.as_str()));
    person
        && verb.is_some_and(|verb| {
            !verb.quoted && (DID.contains(&verb.norm.as_str()) || verb.norm.len() > 3 && verb.norm.ends_with("ed"))
        })
}

/// Whether a word names something, bounds or wishes.
fn matters(sentence: &[Token], at: usize, lexicon: &Lexicon, again: &dyn Fn(&Token) -> bool) -> bool {
    let (token, word) = (&sentence[at], sentence[at].norm.as_str());
    let first = sentence[0].norm.as_str();
    let before = |words: &[&str]| at.checked_sub(1).is_some_and(|before| words.contains(&&*sentence[before].norm));
    let next = |words: &[&str]| sentence.get(at + 1).is_some_and(|next| words.contains(&next.norm.as_str()));
    let deed = |token: &Token| lexicon.is_deed(&token.norm);
    let told = ["i", "we", "they", "he", "she"].contains(&first);
    if token.quoted || token.literal || lexicon.is_environment(word) {
        // «the disk is at 91 %», «the plumber comes at 3»
        let amount = word.starts_with(|first: char| first.is_ascii_digit()) && word.len() <= 3;
        let clock = amount && (before(&["at"]) || next(&["%", "percent", "pm", "am"])) || word.ends_with('%');
        return !(clock || again(token) || was_done(sentence)) || word.starts_with('-');
    }
    match word {
        // «it's only the demo»: that says why.
        "only" => !before(&["is", "are", "was", "were", "it's"]),
        "all" | "every" | "everything" | "each" => {
            !next(&["day", "night", "week", "morning", "afternoon", "time", "the", "right"]) && !told && at > 0
        }
        // «it exists but is off»
        "but" => at == 0 || !sentence.get(at + 1).is_some_and(|next| is_finite(next, lexicon)),
        // «I must check a setting», «it must not restart»
        "must" => !["i", "we"].contains(&first) || sentence[at + 1..].iter().take(2).any(deed),
        // «I can never remember the names»
        "can" | "could" | "never" if told => sentence[at + 1..].iter().take(2).any(deed),
        // «Orders don't come in.»: what does not happen is told, what shall not be done is forbidden.
        "not" | "don't" | "doesn't" | "didn't" | "can't" | "cannot" | "won't" | "isn't" | "aren't" | "wasn't"
        | "no" => at == 0 && word != "no" || sentence[at + 1..].iter().take(2).any(deed),
        _ => BINDING.contains(&word) || lexicon.numbers.contains_key(word) && word != "one",
    }
}
