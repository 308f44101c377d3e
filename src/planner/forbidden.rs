//! A request that says what is not to be done, or takes back what it said: no deed answers «do not reboot the machine»,
//! whatever words an intent passes over.
//!
//! Owns how a request forbids. What a forbidden deed leaves alone beside another one is known elsewhere.

use super::known::Known;
use super::matching::{Mark, Matching};
use super::tokens::{End, Token, stands};

/// How a deed is forbidden that follows.
const FORBIDDING: &[&[&str]] = &[
    &["don't"],
    &["dont"],
    &["do", "not"],
    &["never"],
    &["mustn't"],
    &["must", "not"],
    &["shouldn't"],
    &["should", "not"],
    &["shall", "not"],
    &["may", "not"],
    &["not", "to"],
    &["under", "no", "circumstances"],
    &["no", "circumstances"],
];

/// What may stand before it without another deed.
const BEFORE: &[&str] =
    &["please", "pls", "so", "and", "but", "i", "we", "you", "just", "ok", "okay", "no", "now", "hey", "oh"];

/// What may stand between it and the deed.
const BETWEEN: &[&str] = &["want", "to", "ever", "yet", "you", "dare", "try", "us", "please", "really"];

/// Verbs that forbid nothing: «I don't need it any more», «I shouldn't have edited it», «don't let it start at boot».
const NO_DEED: &[&str] = &[
    "need",
    "know",
    "think",
    "care",
    "mind",
    "see",
    "understand",
    "remember",
    "recall",
    "like",
    "believe",
    "use",
    "expect",
    "trust",
    "have",
    "let",
    "get",
    "find",
];

/// Last words that take back what was said before them.
const TAKING_BACK: &[&[&str]] = &[
    &["no"],
    &["no", "don't"],
    &["don't"],
    &["never", "mind"],
    &["nevermind"],
    &["actually", "no"],
    &["actually", "not"],
    &["scratch", "that"],
    &["cancel", "that"],
    &["wait", "no"],
    &["rather", "not"],
    &["better", "not"],
];

/// Words of a sentence that refuses what is asked, or says that it is not meant.
const REFUSING: &[&str] = &[
    "meant",
    "forbids",
    "forbidden",
    "rejected",
    "objected",
    "objects",
    "drill",
    "kidding",
    "joke",
    "joking",
    "freeze",
];

/// «The boss forbids it.», «This is a drill.», «…, I mean beta»: beside such a word that is only told no deed is sure.
/// «My colleague wrote:», «Bob said no», «…, sorry, beta» are said in whatever clause.
pub(super) fn refuses(tokens: &[Token], at: usize) -> bool {
    let (token, word) = (&tokens[at], tokens[at].norm.as_str());
    if token.quoted {
        return false;
    }
    let before = |words: &[&str]| at.checked_sub(1).is_some_and(|before| words.contains(&tokens[before].norm.as_str()));
    // «the container I mean», «I mean the container» say which.
    let corrects = word == "mean"
        && token.end == End::Nothing
        && tokens.get(at + 1).is_some_and(|next| next.norm != "the")
        && before(&["i", "we"]);
    let last = at + 1 == tokens.len();
    let said = match word {
        "wrote" | "writes" => token.end == End::Colon && !last,
        "no" => token.end > End::Nothing && before(&["said", "says", "say"]),
        // «restart web, sorry» is polite.
        "sorry" | "oops" => at > 0 && !last && token.end > End::Nothing && tokens[at - 1].end > End::Nothing,
        // «stop web. Wait, restart it»
        "wait" => at > 0 && !last && token.end > End::Nothing && tokens[at - 1].end > End::Nothing,
        "remind" => !last && tokens[at + 1].norm == "me" && tokens.get(at + 2).is_some_and(|next| next.norm == "to"),
        _ => false,
    };
    said || token.told && (corrects || REFUSING.contains(&word))
}

/// «show pod web-1, the team can go home»: what goes somewhere is not to be taken away. «has to go on running» says more.
pub(super) fn goes_somewhere(tokens: &[Token], at: usize) -> bool {
    const SOMEWHERE: &[&str] = &["home", "ahead", "live", "back", "forward", "for", "wrong", "through"];
    const MODAL: &[&str] = &["can", "may", "must", "to"];
    let modal = at.checked_sub(1).is_some_and(|before| MODAL.contains(&tokens[before].norm.as_str()));
    let next = tokens.get(at + 1).filter(|next| tokens[at].end == End::Nothing && !next.quoted);
    let on = |next: &Token| next.norm == "on" && (next.end > End::Nothing || at + 2 == tokens.len());
    let away = next.is_some_and(|next| SOMEWHERE.contains(&next.norm.as_str()) || on(next));
    tokens[at].norm == "go" && modal && away
}

/// «stop web. Wait, restart it»: what was said before may be taken back.
pub(super) fn hesitates(part: &[Token]) -> bool {
    const HESITATING: &[&str] = &["wait", "no", "sorry", "hmm", "actually"];
    matches!(part, [only] if !only.quoted && HESITATING.contains(&only.norm.as_str()))
}

/// Whether the word at `at` forbids the deed that follows it, and no phrase of the intent means both together, as «should
/// not start» does where a service is disabled.
pub(super) fn forbids(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    let Some(deed) = forbidden_at(matching, at) else { return false };
    let covers = |phrase: &[u32]| {
        let places = matching.said.places(phrase);
        places.into_iter().any(|start| start <= at && deed < start + phrase.len())
    };
    let needed = known.needs.iter().any(|need| need.phrases.iter().any(covers));
    let slots = known.slots.iter().filter(|slot| known.used.contains(&slot.name));
    !needed && !slots.into_iter().any(|slot| slot.words.iter().any(covers))
}

/// Where the deed stands that the words from `at` on forbid.
fn forbidden_at(matching: &Matching<'_>, at: usize) -> Option<usize> {
    let tokens = matching.tokens;
    if matching.marks[at] == Mark::Told || tokens[at].quoted {
        return None;
    }
    let words = FORBIDDING.iter().find(|words| stands(tokens, at, words))?;
    let start = tokens[..at].iter().rposition(|token| token.end > End::Nothing).map_or(0, |end| end + 1);
    let opens = tokens[start..at].iter().all(|token| BEFORE.contains(&token.norm.as_str()));
    // «restart web but don't wait» says how, what stands first what.
    let first = tokens[..start].iter().all(|token| token.told || BEFORE.contains(&token.norm.as_str()));
    let mut deed = at + words.len();
    while tokens.get(deed).is_some_and(|token| BETWEEN.contains(&token.norm.as_str())) {
        deed += 1;
    }
    let named = tokens.get(deed).is_some_and(|token| !NO_DEED.contains(&token.norm.as_str()));
    (opens && first && named).then_some(deed)
}

/// «prune the volumes - actually no», «delete it? no, don't»: what was said is taken back.
pub(super) fn takes_back(tokens: &[Token]) -> bool {
    let last = |words: &&&[&str]| {
        let start = tokens.len().checked_sub(words.len()).filter(|start| *start > 0);
        start.is_some_and(|start| tokens[start - 1].end > End::Nothing && stands(tokens, start, words))
    };
    // «delete pod web-1. it hangs so don't»
    let length = tokens.len();
    TAKING_BACK.iter().any(|words| last(&words)) || length > 2 && stands(tokens, length - 2, &["so", "don't"])
}
