//! What the words of a request weigh for one intent: those it explains, and those left over, of which some forbid to
//! guess.

use std::collections::BTreeSet;
use std::ops::Range;

use super::agreement::{is_object, strays};
use super::forbidden::{forbids, goes_somewhere, refuses};
use super::forms::{is_hash, is_key_value, names_by_kind};
use super::known::Known;
use super::matching::{Mark, Matching};
use super::misread::{called_by_nobody, misread};
use super::slots::{is_noun, names_things};
use super::stays::spares;
use super::tokens::{End, Token};
use crate::skill::SlotKind;

/// A restriction that nothing honours makes the plan another one than was asked for.
const RESTRICTS: i64 = 4;

/// The words explained, and those left over with their weights. `telling` are the clauses that only tell how things are.
pub(super) fn weigh(matching: &Matching<'_>, known: &Known, telling: &[Range<usize>]) -> (i64, Vec<(String, i64)>) {
    let mut explained = 0;
    let mut unexplained = Vec::new();
    let astray: Vec<usize> = match known.reads {
        true => Vec::new(),
        false => strays(matching, known, telling).into_iter().chain(misread(matching, known)).collect(),
    };
    let astray: Vec<usize> = astray.into_iter().chain(called_by_nobody(matching, known)).collect();
    let commanded = if known.reads { commanded(matching, known) } else { None };
    let leaning = !known.reads && leans_on_another(matching, known);
    for (index, token) in matching.tokens.iter().enumerate() {
        let mut left = |weight| unexplained.push((token.raw.clone(), weight));
        match matching.marks[index] {
            // What is to stay as it is must be honoured: passing over it would be another deed. «keep my changes» in what is
            // asked itself is passed over where that is what the command does.
            Mark::Aside | Mark::Told | Mark::Idle | Mark::Free if !known.reads && spares(matching.tokens, index) => {
                left(RESTRICTS);
            }
            _ if !known.reads && (forbids(matching, known, index) || refuses(matching.tokens, index)) => {
                left(RESTRICTS)
            }
            // «every stash can go, I don't need any of them»
            _ if !known.reads && chooses(matching, index) && token.norm != "any" => left(RESTRICTS),
            _ if astray.contains(&index) => left(RESTRICTS),
            _ if leaning && stands_for_a_thing(token) => left(RESTRICTS),
            // Whatever a look passes over, that is no look.
            Mark::Aside | Mark::Used if commanded == Some(index) => left(RESTRICTS),
            Mark::Used if !known.reads && goes_somewhere(matching.tokens, index) => left(RESTRICTS),
            Mark::Used if known.reads && is_joined_deed(matching, known, index) => left(RESTRICTS),
            Mark::Used | Mark::Aside | Mark::Value => explained += 1,
            // A setting, a commit and a thing that another tool has are told because they matter.
            Mark::Told if bears(token) || !known.reads && of_another_tool(matching, token) => left(2),
            Mark::Idle | Mark::Told => {}
            // `not`, `except`, `only` change what is meant; a guess would be wrong.
            Mark::Free if matching.lexicon.restricting.contains(&token.norm) => left(RESTRICTS),
            Mark::Free if begins_a_deed(matching, index) => left(RESTRICTS),
            // «the journal of nginx»: without what it is of it is another one.
            Mark::Free if matching.lexicon.is_usual_name(&token.norm) => left(RESTRICTS),
            Mark::Free if chooses(matching, index) || points(matching, known, index) => left(RESTRICTS),
            Mark::Free if !token.quoted && matching.lexicon.stop_words.contains(&token.norm) => {}
            // A number, a path, a quoted word was said for a purpose; dropping it would be worse than asking.
            Mark::Free => left(if token.literal { 2 } else { 1 }),
        }
    }
    (explained, unexplained)
}

/// `image.tag=2.8.0`, `1f0a9bc`: nobody says so in passing.
fn bears(token: &Token) -> bool {
    let raw = token.raw.as_str();
    token.literal && !token.quoted && (is_key_value(raw) || is_hash(raw))
}

/// `svc/geo` where the tool knows no such things: «I deleted svc/geo, put it back».
fn of_another_tool(matching: &Matching<'_>, token: &Token) -> bool {
    let kind = token.raw.split('/').next().unwrap_or_default().to_lowercase();
    names_by_kind(matching.lexicon, token) && !matching.tool.nouns.contains_key(&kind)
}

/// «restart web and show its logs»: a look that leaves the deed out is not what was asked.
fn begins_a_deed(matching: &Matching<'_>, at: usize) -> bool {
    let lexicon = matching.lexicon;
    let before = matching.tokens[..at].iter().rev().take_while(|token| token.end == End::Nothing);
    let mut before = before.skip_while(|token| lexicon.stop_words.contains(&token.norm));
    !matching.tokens[at].quoted
        && lexicon.is_deed(matching.norm(at))
        && before.next().is_none_or(|token| ["and", "then"].contains(&token.norm.as_str()))
}

/// «logs of telegraf and restart it»: a word that chooses what is shown, where it asks for a deed.
fn is_joined_deed(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    let classes = matching.lexicon.actions.get(matching.norm(at));
    let own = |classes: &BTreeSet<String>| known.intent.actions.iter().any(|action| classes.contains(action));
    let joined = at.checked_sub(1).is_some_and(|before| ["and", "then"].contains(&matching.norm(before)));
    let bare = !matching.tokens[at].quoted && matching.tokens[at].end == End::Nothing;
    joined
        && bare
        && ["it", "them"].contains(&matching.norm(at + 1))
        && matching.lexicon.is_deed(matching.norm(at))
        && !classes.is_some_and(own)
}

/// Where a request for a deed begins that is another one than this look: «scale deployment web up, …», «the image app:1 isn't
/// needed any more, delete it».
fn commanded(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    let lexicon = matching.lexicon;
    let at = matching.tokens.iter().position(|token| !token.told)?;
    let first = &matching.tokens[at];
    let object = |at: usize| {
        let word = matching.norm(at);
        ["the", "my", "our", "all", "that", "it", "them"].contains(&word) || lexicon.is_noun(word)
    };
    // «open file limit», «installed crds», «use the kubeconfig x and list the nodes»
    let other = ["open", "use"].contains(&first.norm.as_str()) || first.norm.ends_with("ed");
    let classes =
        lexicon.actions.get(&first.norm).filter(|_| !first.quoted && !other && lexicon.is_deed(&first.norm))?;
    let own = known.intent.actions.iter().any(|action| classes.contains(action));
    let passed = matching.marks[at] == Mark::Aside || at > 0 && object(at + 1) && matching.norm(at + 1).len() <= 4;
    (first.end == End::Nothing && !own && passed && object(at + 1)).then_some(at)
}

/// «debezium is stuck; recreate it in compose»: a deed that names none of the things it could name, where one was told of,
/// is another one.
fn leans_on_another(matching: &Matching<'_>, known: &Known) -> bool {
    if !matching.tokens.iter().any(stands_for_a_thing) {
        return false;
    }
    let used = || known.intent.slots.values().zip(&known.slots).filter(|(_, slot)| known.used.contains(&slot.name));
    let could_name = used().any(|(spec, _)| names_things(spec.kind));
    let names = used().any(|(spec, slot)| {
        let says_how = matches!(spec.kind, SlotKind::Flag | SlotKind::Choice | SlotKind::Namespace);
        !says_how && matching.values.contains_key(&slot.name)
    });
    if !could_name || names {
        return false;
    }
    let lexicon = matching.lexicon;
    matching.tokens.iter().enumerate().any(|(at, token)| {
        let word = token.norm.as_str();
        // «the reporting service», not «the services»
        let one = |before: usize| {
            let word = matching.norm(before);
            !lexicon.stop_words.contains(word) && !matching.tool.evidence.iter().any(|evidence| evidence == word)
        };
        let cue = || {
            let said = matching.said.word(at);
            said.is_some_and(|word| used().any(|(_, slot)| slot.after.contains(&[word])))
        };
        let noun = || is_noun(matching, word) && cue() && at.checked_sub(1).is_some_and(one);
        // «hangs», «crashed» are no names, «atlas» and «redis» are.
        let known = |word: &str| lexicon.knows_word(word) || lexicon.common.contains(word);
        let inflected = ["s", "ed", "ing"].iter().filter_map(|end| word.strip_suffix(end)).any(known);
        let unknown = || lexicon.is_usual_name(word) || !inflected && !known(word);
        token.told && (token.quoted || token.literal || noun() || unknown())
    })
}

/// «it», where something is asked for.
fn stands_for_a_thing(token: &Token) -> bool {
    !token.told && !token.quoted && ["it", "them", "him", "her"].contains(&token.norm.as_str())
}

/// «some of the stopped services»: which of them is not said.
fn chooses(matching: &Matching<'_>, at: usize) -> bool {
    const SOME: &[&str] = &["some", "most", "any", "either", "one"];
    SOME.contains(&matching.norm(at)) && matching.norm(at + 1) == "of" && !matching.tokens[at].quoted
}

/// «that service», where the command could name one; «its history», where nothing was named.
fn points(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    let word = matching.norm(at);
    if matching.tokens[at].quoted {
        return false;
    }
    if ["its", "their"].contains(&word) {
        let named = matching.marks.iter().any(|mark| matches!(mark, Mark::Value | Mark::Told));
        return !named && !matching.tokens[..at].iter().any(|token| is_noun(matching, &token.norm));
    }
    if !["that", "those"].contains(&word) {
        return false;
    }
    // «remove that container» is no sweep through all that are stopped.
    if known.sweeps
        && word == "that"
        && is_noun(matching, matching.norm(at + 1))
        && !matching.norm(at + 1).ends_with('s')
    {
        return true;
    }
    // «push that image with compose» pushes no other ones.
    let object = |name: &&String| known.intent.slots.get(name.as_str()).is_some_and(|spec| is_object(spec.kind));
    let named = matching.values.keys().filter(|name| known.used.contains(*name)).any(|name| object(&name));
    if !known.reads
        && !named
        && word == "that"
        && matching.lexicon.is_noun(matching.norm(at + 1))
        && !matching.tool.evidence.iter().any(|word| word == matching.norm(at + 1))
    {
        return true;
    }
    let evidence = |at: usize| matching.tool.evidence.iter().any(|word| word == matching.norm(at));
    let noun = (at + 1..matching.tokens.len()).find(|next| !evidence(*next));
    let Some(noun) = noun.and_then(|noun| matching.said.word(noun)) else { return false };
    let open = known.intent.slots.values().zip(&known.slots).filter(|(spec, slot)| {
        names_things(spec.kind) && known.used.contains(&slot.name) && !matching.values.contains_key(&slot.name)
    });
    open.into_iter().any(|(_, slot)| slot.after.contains(&[noun]))
}
