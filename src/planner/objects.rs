//! Finds in which namespace, and what kind of things: values that are known by the words around them.

use super::forms::{is_cued_name, is_name, is_pod_name};
use super::matching::{Mark, Matching};
use super::slots::BETWEEN;
use super::tokens::{DEFINITE, End, Token};

/// `in production`, `in the production namespace`, `namespace production`, `-n production`.
pub(super) fn namespace(matching: &mut Matching<'_>) -> Option<String> {
    const WORDS: &[&str] = &["namespace", "ns", "-n", "--namespace"];
    const PLACES: &[&str] = &["in", "from", "of", "on", "within", "inside"];
    for at in 0..matching.tokens.len() {
        if !WORDS.contains(&matching.norm(at)) || matching.tokens[at].quoted {
            continue;
        }
        let mut next = at + 1;
        while BETWEEN.contains(&matching.norm(next)) {
            next += 1;
        }
        let lexicon = matching.lexicon;
        // «the jobs namespace»: between an article or a place and the word it can be nothing else.
        let framed = |at: usize| {
            let article = at.checked_sub(1).is_some_and(|before| {
                ["the", "in", "from", "our", "my", "of"].contains(&matching.norm(before)) && at < next
            });
            let word = matching.norm(at);
            let plain = lexicon.stop_words.contains(word) || lexicon.restricting.contains(word);
            article && !plain && !["same", "current", "default", "new", "which", "what"].contains(&word)
        };
        let nameable = |at: &usize| is_name(matching, *at) || is_cued_name(matching, *at) || framed(*at);
        // Behind the word it can hardly be anything else.
        let cued = |at: &usize| {
            let word = matching.norm(*at);
            // «in namespace build»: behind a place even the word for a deed is one.
            let placed =
                matching.tokens[..=*at].iter().rev().nth(2).is_some_and(|place| PLACES.contains(&&*place.norm));
            let known = lexicon.is_noun(word) || placed && lexicon.actions.contains_key(word);
            nameable(at) || known && !lexicon.stop_words.contains(word)
        };
        // Said so, it counts where it is only told too: «the shop namespace is slow, list its pods».
        let open = |at: usize| matches!(matching.marks.get(at), Some(Mark::Free | Mark::Told));
        // «in namespace live», «in the search namespace»: there it is a name, whatever it means elsewhere.
        let stated = |at: usize| matches!(matching.marks.get(at), Some(Mark::Used | Mark::Aside | Mark::Idle));
        let placed = at.checked_sub(1).is_some_and(|place| PLACES.contains(&matching.norm(place)));
        let last = matching.tokens.get(next).is_some_and(|token| token.end > End::Nothing)
            || next + 1 >= matching.tokens.len();
        let after = ((open(next) || placed && last && stated(next)) && cued(&next)).then_some(next);
        let before = at.checked_sub(1).filter(|before| {
            open(*before) && nameable(before)
                || after.is_none()
                    && stated(*before)
                    && framed(*before)
                    && !lexicon.conditions.contains_key(matching.norm(*before))
        });
        // `in the production namespace` and `namespace production` both occur; a preposition decides.
        let prepared = before
            .and_then(|before| preposition(matching, before))
            .is_some_and(|at| ["in", "from", "of", "on"].contains(&matching.norm(at)));
        let chosen = if prepared { before } else { after.or(before) };
        if let Some(chosen) = chosen {
            let inside = |at: &usize| ["inside", "within", "under"].contains(&matching.norm(*at)) && matching.free(*at);
            if let Some(place) = preposition(matching, at.min(chosen)).filter(inside) {
                matching.mark(place, 1, Mark::Used);
            }
            matching.mark(at, 1, Mark::Used);
            matching.mark(chosen, 1, Mark::Value);
            return Some(matching.tokens[chosen].raw.clone());
        }
    }
    for at in 0..matching.tokens.len() {
        // «logs of web-6f5b7d88c4-9jh2t from shop»: what such a name is from is its namespace.
        let of_a_pod = ["from", "of"].contains(&matching.norm(at))
            && at.checked_sub(1).is_some_and(|before| is_pod_name(&matching.tokens[before].raw));
        if !of_a_pod && !["in", "within", "inside", "into"].contains(&matching.norm(at)) {
            continue;
        }
        let mut next = at + 1;
        while DEFINITE.contains(&matching.norm(next)) {
            next += 1;
        }
        let ended = matching.tokens.get(next).is_some_and(|token| token.end > End::Nothing);
        let follows_noun = !ended && matching.tool.nouns.contains_key(matching.norm(next + 1));
        let named = is_name(matching, next)
            || is_cued_name(matching, next)
            || matching.named.contains(&next)
            || behind_a_name(matching, at, next);
        // «a shell in api-0 in core»: of two the pod is none.
        let later = matching.tokens.iter().skip(next + 1).any(|token| token.norm == "in");
        let pod = matching.tokens.get(next).is_some_and(|token| is_pod_name(&token.raw));
        let label = !(pod && later) && matching.tokens.get(next).is_some_and(|token| is_label(&token.raw));
        // What is told of a name tells where it is: «release legacy in attic is old, uninstall it».
        let told = matching.marks.get(next) == Some(&Mark::Told)
            && !matching.lexicon.conditions.contains_key(matching.norm(next))
            && (behind_a_named_thing(matching, at) || behind_a_kind(matching, at) || tells_where(matching, at, next));
        // «in context prod», «in use» name no namespace.
        let word = WORDS.contains(&matching.norm(next)) || ["context", "cluster", "use"].contains(&matching.norm(next));
        if (matching.free(next) || told) && named && label && !follows_noun && !word {
            matching.mark(at, 1, Mark::Used);
            matching.mark(next, 1, Mark::Value);
            return Some(matching.tokens[next].raw.clone());
        }
    }
    // «prod pods»: the name of an environment says by itself that it is one.
    let environment = (0..matching.tokens.len()).find(|at| {
        let before = at.checked_sub(1).map_or("", |before| matching.norm(before));
        matching.free(*at)
            && matching.lexicon.environments.contains(matching.norm(*at))
            && (matching.tool.nouns.contains_key(matching.norm(at + 1))
                || ["on", "of", "from", "for", "at"].contains(&before)
                || *at + 1 == matching.tokens.len() && matching.tool.nouns.contains_key(before))
    })?;
    matching.mark(environment, 1, Mark::Value);
    Some(matching.tokens[environment].raw.clone())
}

/// The place before a word and what may stand between: `in` of «in the production namespace».
fn preposition(matching: &Matching<'_>, at: usize) -> Option<usize> {
    (0..at).rev().find(|before| !BETWEEN.contains(&matching.norm(*before)))
}

/// Whether a thing and its name stand before: `web-1`, «release legacy», «the api service».
fn behind_a_named_thing(matching: &Matching<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let noun = |at: usize| matching.lexicon.is_noun(matching.norm(at));
    let beside = before
        .checked_sub(1)
        .is_some_and(|first| noun(first) && is_name(matching, before) || noun(before) && is_name(matching, first));
    matching.tokens[before].literal || beside
}

/// «the finished jobs in etl clutter my view», «it is a deployment in messaging».
fn behind_a_kind(matching: &Matching<'_>, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| matching.tool.nouns.contains_key(matching.norm(before)))
}

/// «it's in reporting», «web-6f5b7d88c4-9jh2t keeps dying in prod-eu»: a clause that ends with where a pod, or what was
/// named before, is.
fn tells_where(matching: &Matching<'_>, at: usize, next: usize) -> bool {
    const IT: &[&str] = &["it's", "it", "they're", "they", "that's"];
    let ends =
        matching.tokens.get(next).is_some_and(|token| token.end > End::Nothing) || next + 1 == matching.tokens.len();
    let before = matching.tokens[..at].iter().rev().take_while(|token| token.end == End::Nothing);
    let clause: Vec<_> = before.collect();
    let it = clause.len() <= 2 && clause.last().is_some_and(|first| IT.contains(&first.norm.as_str()));
    // «deployment web is stuck in prod», not «works in staging, restart it in prod»
    const OTHERWISE: &[&str] = &["not", "no", "never", "works", "fine", "used", "ok", "okay", "only", "longer"];
    let otherwise = |token: &&Token| OTHERWISE.contains(&token.norm.as_str()) || token.norm.ends_with("n't");
    let environment = |at: usize| matching.lexicon.environments.contains(matching.norm(at));
    let asked = (0..matching.tokens.len()).any(|at| environment(at) && !matching.tokens[at].told);
    let placed = environment(next) && !asked && !clause.iter().any(otherwise);
    let kind = || clause.iter().any(|token| matching.tool.nouns.contains_key(&token.norm));
    let pod = clause.iter().any(|token| is_pod_name(&token.raw));
    ends && (it || pod || placed && kind())
}

/// What a namespace can be called, however it is capitalised.
fn is_label(raw: &str) -> bool {
    raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// «the pod db-0 in jobs»: behind a name and at the end, a word that means a kind of things elsewhere is a place.
fn behind_a_name(matching: &Matching<'_>, preposition: usize, next: usize) -> bool {
    let name = |before: usize| is_name(matching, before) && !matching.lexicon.is_daemon(&matching.tokens[before].raw);
    let last =
        next + 1 == matching.tokens.len() || matching.tokens.get(next).is_some_and(|token| token.end > End::Nothing);
    next == preposition + 1
        && last
        && matching.lexicon.is_noun(matching.norm(next))
        && preposition.checked_sub(1).is_some_and(name)
}

/// A kind of things, and where its last word stands.
pub(super) fn kind(matching: &mut Matching<'_>) -> Option<(String, usize)> {
    let (start, written, length) = (1..=3).rev().find_map(|length| {
        (0..matching.tokens.len()).find_map(|start| Some((start, kind_of(matching, start, length)?, length)))
    })?;
    matching.mark(start, length, Mark::Used);
    matching.anchors.push(start + length - 1);
    Some((written, start + length - 1))
}

/// What the words from `start` call a kind of things.
fn kind_of(matching: &Matching<'_>, start: usize, length: usize) -> Option<String> {
    let span = matching.tokens.get(start..start + length)?;
    if span.iter().any(|token| token.quoted) || matching.marks[start..start + length].contains(&Mark::Value) {
        return None;
    }
    let phrase: Vec<&str> = span.iter().map(|token| token.norm.as_str()).collect();
    let written = matching.tool.nouns.get(&phrase.join(" "))?;
    matching.tool.kinds.contains(written).then(|| written.clone())
}

/// «the deployments and services», «secrets and config maps»: every kind of a row.
pub(super) fn kinds(matching: &mut Matching<'_>) -> Option<String> {
    let longest = |matching: &Matching<'_>, at: usize| {
        (1..=3).rev().find_map(|length| Some((kind_of(matching, at, length)?, length)))
    };
    let (single, found) = kind(matching)?;
    // The row begins with the first kind from which it reaches the one that was found.
    let mut rows = (0..=found).filter_map(|start| {
        let (first, length) = longest(matching, start)?;
        let (mut all, mut last) = (vec![first], start + length - 1);
        while let Some(next) = next_of_row(matching, last) {
            let Some((written, length)) = longest(matching, next) else { break };
            last = next + length - 1;
            if !all.contains(&written) {
                all.push(written);
            }
        }
        (last >= found).then_some((all, start, last))
    });
    let Some((all, start, last)) = rows.next() else { return Some(single) };
    if all.len() == 1 {
        return Some(single);
    }
    matching.mark(start, last + 1 - start, Mark::Used);
    matching.anchors.push(last);
    Some(all.join(","))
}

/// Where the next of a row could begin, behind `last`.
fn next_of_row(matching: &Matching<'_>, last: usize) -> Option<usize> {
    let and = matching.norm(last + 1) == "and";
    if !and && !matching.tokens[last].end.parts() {
        return None;
    }
    let mut at = if and { last + 2 } else { last + 1 };
    if matching.norm(at) == "and" {
        at += 1;
    }
    while ["the", "all", "its", "their"].contains(&matching.norm(at)) {
        at += 1;
    }
    Some(at)
}
