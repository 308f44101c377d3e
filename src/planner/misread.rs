//! Words of a deed that were read as more than they say: whose a thing is as what it is called, the second of two places as
//! a name, a slip of the keys that meant «all».
//!
//! Owns which values of a deed are no values. What a clause that only tells gives to a deed is known elsewhere.

use super::clauses::NOUNS;
use super::forms::{is_slashed, is_tagged_image};
use super::known::Known;
use super::matching::{Mark, Matching};
use super::passive::verb;
use super::slots::{BETWEEN_NAMES, names_things};
use super::tokens::{DEFINITE, End};
use crate::skill::SlotKind;

/// The places of the values that make a deed another one than was asked for.
pub(super) fn misread<'a>(matching: &'a Matching<'_>, known: &'a Known) -> Vec<usize> {
    let values = (0..matching.tokens.len()).filter(|at| matching.marks[*at] == Mark::Value);
    let names: Vec<usize> = values.clone().filter(|at| is_value_of(matching, known, *at, names_things)).collect();
    let wrong = |at: &usize| {
        is_an_owner(matching, *at)
            || is_a_second_place(matching, known, *at)
            || is_no_word_for_one(matching, *at)
            || is_of_a_later_kind(matching, known, *at)
            || is_a_version(matching, known, *at)
            || has_another(matching, *at)
            || did_it(matching, *at)
            || is_addressed(matching, *at)
            || is_which_one(matching, *at)
            || is_no_name(matching, known, *at)
            || is_of_its_owner(matching, known, *at)
            || has_a_part(matching, known, *at)
    };
    let wrong = names.into_iter().filter(wrong);
    let others = [
        kind_of_two(matching, known),
        of_something_named(matching, known),
        is_what_is_full(matching, known),
        is_how_many(matching, known),
        is_no_path(matching, known),
        is_the_other_port(matching),
        stays(matching, known),
    ];
    wrong.chain(others.into_iter().flatten()).collect()
}

/// Whether the word at `at` is a value of a slot of this kind that the command uses.
fn is_value_of(matching: &Matching<'_>, known: &Known, at: usize, kind: impl Fn(SlotKind) -> bool) -> bool {
    let slots = known.intent.slots.values().zip(&known.slots);
    let mut slots = slots.filter(|(spec, slot)| kind(spec.kind) && known.used.contains(&slot.name));
    let raw = matching.tokens[at].raw.as_str();
    slots.any(|(_, slot)| {
        matching.values.get(&slot.name).is_some_and(|value| value.text.split(BETWEEN_NAMES).any(|name| name == raw))
    })
}

/// «bob's branch fix is merged», «kill bob's processes»: whose it is, not what it is called.
fn is_an_owner(matching: &Matching<'_>, at: usize) -> bool {
    let lexicon = matching.lexicon;
    // «the service web's container» is the service's, «the deployment web's pods» are not the deployment.
    let named = at.checked_sub(1).is_some_and(|before| lexicon.is_thing(matching.norm(before)));
    let own = ["container", "containers"].contains(&matching.norm(at + 1)) && named;
    let usual = lexicon.is_usual_name(matching.norm(at)) && !named;
    !own && !usual && matching.tokens[at].owner && lexicon.is_thing(matching.norm(at + 1))
}

/// «delete the pods in staging and prod»
fn is_a_second_place(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    at > 1
        && matching.norm(at - 1) == "and"
        && matching.marks[at - 2] == Mark::Value
        && is_value_of(matching, known, at - 2, |kind| kind == SlotKind::Namespace)
}

/// «delete aall pods», «pleas start that container», «rename this container to something»
fn is_no_word_for_one(matching: &Matching<'_>, at: usize) -> bool {
    const NOBODY: &[&str] = &["something", "anything", "whatever", "someone", "somebody", "else"];
    let token = &matching.tokens[at];
    const POLITE: &[&str] = &["please", "thanks", "again"];
    let all = token
        .meant
        .as_ref()
        .is_some_and(|meant| matching.lexicon.all_words.contains(meant) || POLITE.contains(&meant.as_str()));
    // «I want the service 'web' stopped»
    let named = |at: usize| matching.tokens[at].quoted || matching.tokens[at].literal;
    let kind = |at: usize| matching.lexicon.is_thing(matching.norm(at)) && at > 0 && named(at - 1);
    let behind = at.checked_sub(1).is_some_and(|before| named(before) || kind(before));
    let done = behind && token.norm.ends_with("ed") && verb(matching.tokens, at, matching.lexicon).is_some();
    !token.quoted && (all || done || NOBODY.contains(&token.norm.as_str()))
}

/// «label pod kiosk-1, the network policy selects by that»: it stands behind the noun of another kind.
fn is_of_a_later_kind(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    let singular = |word: &str| matching.lexicon.singular(&matching.tool.name, word);
    let chosen = known.intent.slots.iter().find(|(_, spec)| spec.kind == SlotKind::Kind);
    let chosen = chosen.and_then(|(name, _)| singular(&matching.values.get(name)?.text));
    let before = at.checked_sub(1).filter(|before| matching.tokens[*before].end == End::Nothing);
    let own = before.and_then(|before| singular(matching.norm(before)));
    // «start the cronjob backup by hand, call the job backup-1» makes one of another kind.
    let makes = known.intent.actions.iter().any(|action| ["create", "run", "start"].contains(&action.as_str()));
    let Some((chosen, _)) = chosen.zip(own).filter(|(chosen, own)| chosen != own && !makes) else { return false };
    let later = |place: usize| place > at && matching.tokens[at..place].iter().any(|token| token.end > End::Nothing);
    let mut places =
        (0..matching.tokens.len()).filter(|place| singular(matching.norm(*place)).as_ref() == Some(&chosen));
    places.next().is_some_and(later) && places.all(later)
}

/// «roll back to 2.0»: what goes back to it was not named.
fn is_a_version(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    let goes_back =
        known.intent.actions.iter().any(|action| ["undo", "rollback", "restore"].contains(&action.as_str()));
    let raw = matching.tokens[at].raw.as_str();
    let numbered = raw.contains('.') && raw.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let to = at.checked_sub(1).is_some_and(|before| ["to", "deployed", "from"].contains(&matching.norm(before)));
    goes_back && numbered && to && !matching.tokens[at].quoted
}

/// «the node of web-1 is broken, drain it»: what is told of belongs to what is named.
fn has_another(matching: &Matching<'_>, at: usize) -> bool {
    const PARTS: &[&str] =
        &["node", "machine", "host", "server", "namespace", "volume", "image", "network", "user", "group", "owner"];
    let told = || (at - 2..=at).all(|at| matching.marks[at] == Mark::Told || matching.tokens[at].told);
    at > 1 && told() && matching.norm(at - 1) == "of" && PARTS.contains(&matching.norm(at - 2))
}

/// «Bob broke it, roll it back»
fn did_it(matching: &Matching<'_>, at: usize) -> bool {
    let ends = matching.tokens.get(at + 2).is_some_and(|it| it.norm == "it" && it.end > End::Nothing);
    let begins = at == 0 || matching.tokens[at - 1].end > End::Nothing;
    let verb = !matching.lexicon.actions.contains_key(matching.norm(at + 1));
    begins && ends && verb && matching.tokens[at].end == End::Nothing
}

/// «Bob, delete the branch», «web is broken. Anna, restart the container»
fn is_addressed(matching: &Matching<'_>, at: usize) -> bool {
    let token = &matching.tokens[at];
    let begins = at == 0 || matching.tokens[at - 1].end > End::Nothing;
    let person = token.raw.starts_with(char::is_uppercase) && !token.quoted;
    begins && person && token.end == End::Clause && matching.lexicon.actions.contains_key(matching.norm(at + 1))
}

/// «the new release of courier is broken»: which of several, not what it is called.
fn is_which_one(matching: &Matching<'_>, at: usize) -> bool {
    const WHICH: &[&str] = &["new", "newest", "old", "oldest", "latest", "current", "previous", "broken", "other"];
    let article = at.checked_sub(1).is_some_and(|before| DEFINITE.contains(&matching.norm(before)));
    let bare = !matching.tokens[at].quoted && matching.tokens[at].end == End::Nothing;
    article && bare && WHICH.contains(&matching.norm(at)) && matching.lexicon.is_thing(matching.norm(at + 1))
}

/// «copy container x's /etc/hosts to /tmp/h»: what lies in something is not put there.
fn is_of_its_owner(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    let puts = known.intent.actions.iter().any(|action| action == "push");
    let taken = || matching.tokens.get(at + 1).is_some_and(|taken| taken.literal && !taken.quoted);
    puts && matching.tokens[at].owner && taken()
}

/// «remove db and its volume»: the only word for a kind stands behind the name, and is another thing.
fn has_a_part(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    const OF_IT: &[&str] = &["its", "their", "the", "also", "all"];
    let mut part = at + 2;
    while OF_IT.contains(&matching.norm(part)) {
        part += 1;
    }
    let joined = matching.tokens[at].end == End::Nothing && matching.norm(at + 1) == "and" && part > at + 2;
    joined
        && known.takes_away()
        && !matching.anchors.is_empty()
        && matching.anchors.iter().all(|anchor| *anchor == part)
}

/// «kill ten processes»: how many, and not which.
fn is_how_many(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    let counted = |at: &usize| {
        let several = ["processes", "jobs", "threads", "sessions"].contains(&matching.norm(at + 1));
        let number = |slot: &String| known.intent.slots.get(slot).is_some_and(|spec| spec.kind == SlotKind::Number);
        several && matching.marks[*at] == Mark::Value && known.used.iter().any(number)
    };
    (0..matching.tokens.len()).filter(|_| known.takes_away()).find(counted)
}

/// «what does `nginx -t` say», «the files in /var/www», «since 17:00»: no object of a deed or of a look has such a name.
pub(super) fn called_by_nobody(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    let slots = known.intent.slots.values().zip(&known.slots);
    let objects = slots.filter(|(spec, slot)| {
        matching.tool.nouns.contains_key(&slot.name)
            && matches!(spec.kind, SlotKind::Name | SlotKind::Names)
            && known.used.contains(&slot.name)
    });
    let clock = |name: &str| {
        let parts = name.split_once(':').map(|(hours, minutes)| [hours, minutes]);
        parts.is_some_and(|parts| parts.iter().all(|part| part.parse::<u8>().is_ok()))
    };
    let odd = |name: &&str| name.contains(char::is_whitespace) || name.starts_with('/') || clock(name);
    let values = objects.filter_map(|(_, slot)| matching.values.get(&slot.name));
    let name = values.flat_map(|value| value.text.split(BETWEEN_NAMES)).find(odd)?;
    matching.tokens.iter().position(|token| token.raw == name)
}

/// «everything can go, volumes stay»: a word that chooses what else goes says what is left alone.
fn stays(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    const STAYING: &[&str] = &["stay", "stays", "remain", "remains", "survive", "survives"];
    const MODAL: &[&str] = &["must", "should", "shall", "can", "may", "will", "have", "need", "to"];
    let slots = known.intent.slots.values().zip(&known.slots).filter(|(spec, slot)| {
        spec.kind == SlotKind::Flag && known.used.contains(&slot.name) && matching.values.contains_key(&slot.name)
    });
    let words = slots.flat_map(|(_, slot)| slot.words.iter());
    let mut ends = words.flat_map(|phrase| matching.said.places(phrase).map(move |start| start + phrase.len()));
    ends.find(|end| {
        let mut next = *end;
        while MODAL.contains(&matching.norm(next)) {
            next += 1;
        }
        // «volumes stay» can be what another option means.
        let open = matching.marks.get(next).is_some_and(|mark| *mark != Mark::Used);
        open && matching.tokens[end - 1].end == End::Nothing && STAYING.contains(&matching.norm(next))
    })
    .map(|end| end - 1)
}

/// «copy the config out of container web»: a word that says what a file is for, and not where it lies.
fn is_no_path(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    let path = |kind: SlotKind| matches!(kind, SlotKind::Path | SlotKind::Paths);
    let vague = |at: &usize| {
        let token = &matching.tokens[*at];
        let article = at.checked_sub(1).is_some_and(|before| matching.norm(before) == "the");
        let word = token.raw.bytes().all(|byte| byte.is_ascii_lowercase()) && !token.quoted;
        // «the results folder» is called so.
        let called = token.end == End::Nothing && matching.lexicon.is_thing(matching.norm(at + 1));
        article && word && !called && matching.marks[*at] == Mark::Value && matching.lexicon.knows_word(&token.norm)
    };
    (0..matching.tokens.len()).find(|at| vague(at) && is_value_of(matching, known, *at, path))
}

/// «forward port 80 of svc web to 8080»: a port of something is not the local one.
fn is_the_other_port(matching: &Matching<'_>) -> Option<usize> {
    let local = matching.values.get("local")?;
    matching.values.get("remote").filter(|remote| remote.text != local.text)?;
    let of_it = |at: &usize| {
        let token = &matching.tokens[*at];
        token.raw == local.text && token.end == End::Nothing && matching.norm(at + 1) == "of"
    };
    (0..matching.tokens.len()).find(of_it)
}

/// «process 4312 is fine, kill 4313», «pull main and then create feature/x»: no process and no object has such a name.
fn is_no_name(matching: &Matching<'_>, known: &Known, at: usize) -> bool {
    let token = &matching.tokens[at];
    let behind_noun = at.checked_sub(1).is_some_and(|before| matching.lexicon.is_thing(matching.norm(before)));
    let takes_away = known.takes_away();
    let number = takes_away && !behind_noun && token.raw.bytes().all(|byte| byte.is_ascii_digit());
    let makes = known.intent.actions.iter().any(|action| action == "create");
    let cluster = matching.tool.nouns.contains_key("pod");
    // «deploy web:2 to prod»
    let named = |slot: &str| slot == "name" || matching.tool.nouns.contains_key(slot);
    let holds = |slot: &String| named(slot) && matching.values.get(slot).is_some_and(|value| value.text == token.raw);
    let image = cluster && token.raw.contains(':') && is_tagged_image(&token.raw) && known.used.iter().any(holds);
    // «remove nginx from the server» means no branch.
    let usual = takes_away && !behind_noun && matching.lexicon.is_usual_name(&token.norm);
    let other = usual && is_value_of(matching, known, at, |kind| kind == SlotKind::Ref);
    !token.quoted && (number || image || other || makes && cluster && is_slashed(&token.raw))
}

/// «node-7 is stuck, reboot it»: a deed that can name nothing is done to this machine, and another thing was named.
fn of_something_named(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    let slots = known.intent.slots.values().zip(&known.slots);
    let mut slots = slots.filter(|(_, slot)| known.used.contains(&slot.name));
    let begins = |at: usize| at == 0 || matching.tokens[at - 1].end > End::Nothing;
    let named = |at: &usize| {
        let token = &matching.tokens[*at];
        begins(*at) && token.told && (token.literal || token.quoted) && token.end == End::Nothing
    };
    let leans = matching.tokens.iter().position(|token| !token.told && !token.quoted && token.norm == "it")?;
    (slots.next().is_none() && (0..leans).any(|at| named(&at))).then_some(leans)
}

/// «delete deployment and service web», «delete the branch and the tag v1»: of two kinds that are joined the deed is done to
/// one.
fn kind_of_two(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    let noun = |at: usize| {
        let token = matching.tokens.get(at).filter(|token| !token.quoted && !token.told)?;
        let kind = matching.tool.nouns.get(&token.norm).cloned();
        let other = || NOUNS.contains(&token.norm.as_str()) || token.norm == "branch";
        let kind = kind.or_else(|| other().then(|| token.norm.clone()));
        kind.filter(|_| matching.marks[at] != Mark::Value)
    };
    let of_two = |at: usize| {
        let phrase = format!("{} {}", matching.norm(at), matching.norm(at + 1));
        matching.tool.nouns.get(&phrase).cloned()
    };
    let kinds = known.intent.slots.values().any(|spec| spec.kind == SlotKind::Kinds);
    let named = |at: usize| matching.marks.get(at) == Some(&Mark::Value);
    (0..matching.tokens.len().saturating_sub(2)).filter(|_| !kinds).find(|at| {
        let joined = matching.tokens[*at].end == End::Nothing && matching.norm(at + 1) == "and";
        let other = if matching.norm(at + 2) == "the" { at + 3 } else { at + 2 };
        // «delete all secrets and config maps»
        let second = noun(other).or_else(|| of_two(other));
        let first = noun(*at).or_else(|| of_two(at.checked_sub(1)?));
        let all = known.takes_away() && known.intent.slots.values().any(|spec| spec.kind == SlotKind::Kind);
        joined && (named(other + 1) || all) && first.zip(second).is_some_and(|(one, other)| one != other)
    })
}

/// «/var is full. Delete the file»: what is full is not what is taken away.
fn is_what_is_full(matching: &Matching<'_>, known: &Known) -> Option<usize> {
    let takes_away = known.takes_away();
    let path = |kind: SlotKind| matches!(kind, SlotKind::Path | SlotKind::Paths);
    let full = |at: &usize| {
        matching.marks[*at] == Mark::Value
            && matching.tokens[*at].told
            && matching.norm(at + 1) == "is"
            && ["full", "filling"].contains(&matching.norm(at + 2))
            && is_value_of(matching, known, *at, path)
    };
    (0..matching.tokens.len()).filter(|_| takes_away).find(full)
}
