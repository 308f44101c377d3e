//! Finds the values of an intent's slots: by the words that announce them, by
//! their form, by where they stand.

use super::amounts::{self, number};
use super::cues;
use super::forms::{
    date, is_commit, is_cued_name, is_email, is_image, is_key_value, is_mode, is_name, is_pair, is_path, is_ref,
    is_slashed, is_tagged_image, is_values_file, is_version, names_by_kind,
};
use super::known::{Known, SlotWords};
use super::lexicon::CORE;
use super::matching::{Mark, Matching};
use super::numbering::Phrases;
use super::objects::{kind, kinds, namespace};
use super::phrases::{by_shape, command, names_from, quoted, rest_as_message, two_ports};
use super::telling::{leans_on_kind, leans_on_one};
use super::tokens::End;
use crate::skill::{SlotKind, SlotSpec};

/// A slot's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// As it goes into the command; several names are parted by [`BETWEEN_NAMES`].
    pub text: String,
}

/// Parts several names in one value; no name can contain it.
pub(super) const BETWEEN_NAMES: char = '\u{1f}';

impl Value {
    /// A value in a person's answer to a question.
    pub fn answered(kind: SlotKind, text: &str) -> Value {
        let text = text.trim();
        if !several(kind) {
            return Value { text: text.to_owned() };
        }
        let names = text.split([' ', ',']).filter(|name| !name.is_empty() && *name != "and");
        Value { text: names.collect::<Vec<_>>().join(&BETWEEN_NAMES.to_string()) }
    }

    /// Whether a word of it says where something lies: `/tmp/x`, `./x`.
    pub fn has_a_place(&self) -> bool {
        self.text.split(BETWEEN_NAMES).any(|word| word.starts_with(['/', '~']) || word.starts_with("./"))
    }

    /// For people.
    pub fn shown(&self) -> String {
        self.text.replace(BETWEEN_NAMES, ", ")
    }
}

/// Whether a slot holds several words.
pub(super) fn several(kind: SlotKind) -> bool {
    matches!(kind, SlotKind::Names | SlotKind::Paths | SlotKind::Command)
}

/// Words that may stand between a cue and its value.
pub(super) const BETWEEN: &[&str] = &["the", "a", "an", "named", "called", "of", "is", "my"];

/// Sets flags and choices.
pub(super) fn fill_flags(matching: &mut Matching<'_>, known: &Known) {
    for (spec, slot) in known.intent.slots.values().zip(&known.slots) {
        match spec.kind {
            SlotKind::Flag => {
                let mark = if known.used.contains(&slot.name) { Mark::Used } else { Mark::Aside };
                let mut set = false;
                // «errors only»: that bounds what is shown, whatever a skill passes over.
                let bounds = |phrase: &[u32]| mark == Mark::Aside && matching.lexicon.is_narrowing(phrase);
                // «but not the failed ones» wishes the opposite.
                let denied = |phrase: &[u32]| {
                    mark == Mark::Used && matching.find(phrase).is_some_and(|(start, _)| is_denied(matching, start))
                };
                let phrases: Vec<&[u32]> =
                    slot.words.iter().filter(|phrase| !bounds(phrase) && !denied(phrase)).collect();
                for phrase in phrases {
                    while let Some((start, length)) = find_unused(matching, phrase) {
                        matching.mark(start, length, mark);
                        set = true;
                    }
                    if let Some((start, length)) = matching.find(phrase)
                        && matching.asked(start, length)
                    {
                        set = true;
                        // What another slot passes over means something here.
                        if mark == Mark::Used {
                            matching.mark(start, length, mark);
                        }
                    }
                }
                if set {
                    matching.values.insert(slot.name.clone(), Value { text: "yes".to_owned() });
                }
            }
            SlotKind::Choice => {
                let found = slot.words.iter().zip(&slot.chosen);
                let found = found.filter_map(|(phrase, word)| Some((matching.find(phrase)?, word)));
                // «eth1 is down, put it up»: how it is does not say how it shall be.
                let asked = found.min_by_key(|((start, length), _)| !matching.asked(*start, *length));
                if let Some(((start, length), word)) = asked {
                    matching.mark(start, length, Mark::Used);
                    matching.values.insert(slot.name.clone(), Value { text: word.clone() });
                }
            }
            _ => {}
        }
    }
}

/// Whether «not the» stands before a word.
fn is_denied(matching: &Matching<'_>, start: usize) -> bool {
    let before = start.checked_sub(1).filter(|before| ["the", "any", "a"].contains(&matching.norm(*before)));
    let not = before.and_then(|before| before.checked_sub(1));
    not.is_some_and(|not| {
        let inside = &matching.tokens[not..start];
        // «everything but the volumes», not «nothing but the warnings»
        let but = matching.norm(not) == "but" && not > 0 && ["everything", "all"].contains(&matching.norm(not - 1));
        (but || ["not", "no", "without", "except"].contains(&matching.norm(not)))
            && inside.iter().all(|token| !token.quoted && token.end == End::Nothing)
    })
}

fn find_unused(matching: &Matching<'_>, phrase: &[u32]) -> Option<(usize, usize)> {
    let (start, length) = matching.find(phrase)?;
    (start..start + length).any(|at| matching.free(at)).then_some((start, length))
}

/// Fills what flags and choices left open: announced values first, then by form.
pub(super) fn fill(matching: &mut Matching<'_>, known: &Known) {
    // Forms that cannot be mistaken go first, names last.
    for pass in [Pass::Certain, Pass::Announced, Pass::ByForm] {
        for slot in known.order.iter().filter_map(|at| known.slots.get(*at)) {
            if matching.values.contains_key(slot.name.as_str()) {
                continue;
            }
            let Some(spec) = known.intent.slots.get(slot.name.as_str()) else { continue };
            let value = match pass {
                Pass::Certain => certain(matching, spec, known.reads),
                Pass::Announced => announced(matching, spec.kind, &slot.after),
                Pass::ByForm => by_form(matching, spec, &slot.after).or_else(|| told(matching, spec, slot, known)),
            };
            if let Some(text) = value {
                matching.values.insert(slot.name.clone(), Value { text });
            }
        }
    }
    cues::mark(matching, known);
}

#[derive(Clone, Copy)]
enum Pass {
    Certain,
    Announced,
    ByForm,
}

/// Values whose form or fixed phrase says what they are.
fn certain(matching: &mut Matching<'_>, spec: &SlotSpec, looks: bool) -> Option<String> {
    match spec.kind {
        SlotKind::Namespace => namespace(matching),
        SlotKind::Duration => amounts::duration(matching, looks),
        SlotKind::Url => by_shape(matching, |raw| raw.contains("://")),
        SlotKind::Address => {
            by_shape(matching, |raw| raw.contains("://") || is_email(raw) || raw.contains('@') && raw.contains(':'))
        }
        SlotKind::Email => by_shape(matching, is_email),
        SlotKind::Glob => by_shape(matching, |raw| raw.contains(['*', '?'])),
        SlotKind::Mode => by_shape(matching, is_mode),
        SlotKind::Pair => by_shape(matching, is_pair).or_else(|| two_ports(matching)),
        SlotKind::KeyValue => by_shape(matching, is_key_value),
        SlotKind::Kind => kind(matching).map(|(kind, _)| kind),
        SlotKind::Kinds => kinds(matching),
        SlotKind::Message => quoted(matching),
        SlotKind::Command => command(matching),
        SlotKind::Days => amounts::days(matching),
        SlotKind::Size => amounts::size(matching),
        SlotKind::Date => amounts::date(matching),
        SlotKind::Clock => amounts::clock(matching),
        SlotKind::Version => by_shape(matching, is_version),
        _ => None,
    }
}

/// A value that follows one of the slot's cue words.
fn announced(matching: &mut Matching<'_>, kind: SlotKind, cues: &Phrases) -> Option<String> {
    if matches!(kind, SlotKind::Flag | SlotKind::Choice) {
        return None;
    }
    // «search /var/log/syslog for x»: where a name stands somewhere too, a path is none.
    let passes: &[bool] = if kind == SlotKind::Name { &[false, true] } else { &[true] };
    for paths in passes {
        for cue in cues.iter() {
            for start in matching.said.places(cue) {
                let mut at = start + cue.len();
                while BETWEEN.contains(&matching.norm(at)) && at + 1 < matching.tokens.len() {
                    at += 1;
                }
                if !paths && matching.tokens.get(at).is_some_and(|token| !token.quoted && token.raw.starts_with('/')) {
                    continue;
                }
                // «what did the nginx unit write»: a word that means something is no name where one stands before.
                let before = start.checked_sub(1).filter(|before| {
                    cue.len() == 1
                        && names_things(kind)
                        && is_noun(matching, matching.norm(start))
                        && matching.free(*before)
                        && is_name(matching, *before)
                });
                let said = matching.norm(at - 1) == "is";
                let cued = |matching: &mut Matching<'_>| {
                    if before.is_some() || said { None } else { take_cued(matching, kind, at) }
                };
                if let Some(text) = take_at(matching, kind, at).or_else(|| cued(matching)) {
                    // The cue explains itself by what it announced.
                    matching.mark(start, cue.len(), Mark::Used);
                    return Some(text);
                }
            }
        }
    }
    None
}

/// Takes a word that means something elsewhere, because a cue says that here it is a name.
fn take_cued(matching: &mut Matching<'_>, kind: SlotKind, at: usize) -> Option<String> {
    let named = matches!(
        kind,
        SlotKind::Name
            | SlotKind::Ref
            | SlotKind::Names
            | SlotKind::Namespace
            | SlotKind::Host
            | SlotKind::Image
            | SlotKind::Chart
            | SlotKind::Path
    );
    let fits = is_cued_name(matching, at) || matching.named.contains(&at);
    let shaped = matching.tokens.get(at).is_some_and(|token| match kind {
        SlotKind::Path => !is_tagged_image(&token.raw) && !is_open(matching, &token.raw),
        SlotKind::Image => is_image(&token.raw),
        SlotKind::Chart => !is_values_file(&token.raw),
        SlotKind::Ref => date(&token.raw).is_none() && !is_hour(matching, at),
        _ => true,
    });
    if !named || !matching.free(at) || !fits || !shaped {
        return None;
    }
    matching.mark(at, 1, Mark::Value);
    Some(matching.tokens[at].raw.clone())
}

/// Takes the token at `at` when it can be of the kind.
fn take_at(matching: &mut Matching<'_>, kind: SlotKind, at: usize) -> Option<String> {
    let token = matching.tokens.get(at)?;
    // A clause that only tells gives a name where a noun stands before it: «pod web-1 hangs, delete it».
    let mut clause = (0..at).rev().take_while(|before| matching.tokens[*before].end == End::Nothing).peekable();
    // «our service is called orthanc»
    let called = clause.peek().is_some_and(|before| ["called", "named"].contains(&matching.norm(*before)));
    let noun = clause.find(|before| !(called && BETWEEN.contains(&matching.norm(*before))));
    let noun = noun.is_some_and(|before| matching.tool.nouns.contains_key(matching.norm(before)));
    let named = names_things(kind) && is_measure(&token.raw);
    let told = matching.marks[at] == Mark::Told && (token.literal || noun) && !token.quoted && !named;
    if !(matching.free(at) || told) {
        return None;
    }
    match kind {
        SlotKind::Names => return names_from(matching, at, is_name),
        SlotKind::Paths => return names_from(matching, at, is_path_word),
        SlotKind::Count | SlotKind::Number | SlotKind::Port => {
            let number = number(matching, at)?;
            matching.mark(at, 1, Mark::Value);
            return Some(number);
        }
        SlotKind::Message => return rest_as_message(matching, at),
        _ => {}
    }
    if !can_be(matching, kind, at) {
        return None;
    }
    let raw = matching.tokens[at].raw.clone();
    matching.mark(at, 1, Mark::Value);
    Some(raw)
}

/// «between 9 and 10 am»
fn is_hour(matching: &Matching<'_>, at: usize) -> bool {
    let hour = |at: usize| matching.tokens[at].raw.len() <= 2 && matching.tokens[at].raw.parse::<u8>().is_ok();
    let next = |words: &[&str], at: usize| words.contains(&matching.norm(at));
    let halves = &["am", "pm", "a.m", "p.m", "o'clock"];
    hour(at) && (next(halves, at + 1) || next(&["and", "to"], at + 1) && next(halves, at + 3))
}

/// Whether the word at `at` has the form of the kind, which is one that one word can fill.
fn can_be(matching: &Matching<'_>, kind: SlotKind, at: usize) -> bool {
    let Some(token) = matching.tokens.get(at) else { return false };
    let raw = token.raw.as_str();
    match kind {
        SlotKind::Name | SlotKind::Names | SlotKind::Namespace | SlotKind::Host => is_name(matching, at),
        SlotKind::Ref => is_name(matching, at) && is_ref(raw) && date(raw).is_none() && !is_hour(matching, at),
        SlotKind::Commit => {
            (token.literal || is_commit(raw)) && is_ref(raw) && date(raw).is_none() && !is_hour(matching, at)
        }
        // «the image of the api deployment to acme/api:4.2»: where an image stands that can be nothing else, it is meant.
        SlotKind::Image => {
            let tagged = |at: usize| matching.free(at) && is_tagged_image(&matching.tokens[at].raw);
            is_name(matching, at) && is_image(raw) && (is_tagged_image(raw) || !(0..matching.tokens.len()).any(tagged))
        }
        SlotKind::Chart => is_name(matching, at) && !is_values_file(raw),
        // `web:1` is an image and no path.
        SlotKind::Path | SlotKind::Paths => {
            let other = is_tagged_image(raw) || names_by_kind(matching.lexicon, token);
            token.quoted || !(other || is_open(matching, raw)) && (is_path(raw) || is_name(matching, at))
        }
        SlotKind::Url | SlotKind::Address => raw.contains("://"),
        SlotKind::Email => is_email(raw),
        SlotKind::Glob => raw.contains(['*', '?']),
        SlotKind::Mode => is_mode(raw),
        SlotKind::Pair => is_pair(raw),
        SlotKind::KeyValue => raw.contains('='),
        SlotKind::Version => is_version(raw),
        _ => false,
    }
}

/// A value that nothing announced: by shape, then, where the command cannot do without it, by nearness to the noun.
/// A word left over never fills what is optional.
fn by_form(matching: &mut Matching<'_>, spec: &SlotSpec, cues: &Phrases) -> Option<String> {
    let wanted = spec.required.is_some();
    match spec.kind {
        SlotKind::Number if !wanted => None,
        SlotKind::Count | SlotKind::Number => {
            // «since 9 this morning» is a time of day.
            let time = |at: usize| {
                at.checked_sub(1)
                    .is_some_and(|before| ["since", "at", "until", "till"].contains(&matching.norm(before)))
            };
            // «the last 30 minutes» is no amount of lines.
            let span = |at: usize| {
                let unit =
                    matching.lexicon.units.get(matching.norm(at + 1)).filter(|_| !matching.tokens[at + 1].quoted);
                unit.is_some_and(|unit| unit != "s")
            };
            let amount = |at: &usize| matching.free(*at) && !time(*at) && !span(*at) && number(matching, *at).is_some();
            let at = (0..matching.tokens.len()).find(amount)?;
            take_at(matching, SlotKind::Count, at)
        }
        SlotKind::Port => {
            let at = (0..matching.tokens.len()).find(|at| matching.free(*at) && number(matching, *at).is_some())?;
            take_at(matching, SlotKind::Port, at)
        }
        SlotKind::Path | SlotKind::Paths => {
            let at = (0..matching.tokens.len()).find(|at| matching.free(*at) && is_path(&matching.tokens[*at].raw));
            let at = at.or_else(|| nearest_name(matching, |_| true).filter(|_| wanted))?;
            take_at(matching, spec.kind, at)
        }
        SlotKind::Name | SlotKind::Host if wanted => {
            let at = nearest_name(matching, |_| true)?;
            take_at(matching, spec.kind, at)
        }
        SlotKind::Commit if wanted => {
            let at = nearest_name(matching, |raw| is_commit(raw) && is_ref(raw))?;
            take_at(matching, SlotKind::Commit, at)
        }
        SlotKind::Ref if wanted => {
            let at = nearest_name(matching, is_ref)?;
            take_at(matching, SlotKind::Ref, at)
        }
        SlotKind::Chart if wanted => {
            let a_path = nearest_name(matching, |raw| raw.contains('/') && !is_values_file(raw));
            let at = a_path.or_else(|| nearest_name(matching, |raw| !is_values_file(raw)))?;
            take_at(matching, SlotKind::Chart, at)
        }
        SlotKind::Image if wanted => {
            let at = nearest_name(matching, is_image)?;
            take_at(matching, SlotKind::Image, at)
        }
        SlotKind::Names if wanted => {
            let at = nearest_name(matching, |_| true)?;
            names_from(matching, at, is_name)
        }
        SlotKind::Name | SlotKind::Names => {
            let at = before_its_noun(matching, cues)?;
            take_at(matching, spec.kind, at)
        }
        _ => None,
    }
}

/// Whether a word names a kind of thing to some tool.
pub(super) fn is_noun(matching: &Matching<'_>, word: &str) -> bool {
    matching.lexicon.is_thing(word)
}

pub(super) fn names_things(kind: SlotKind) -> bool {
    matches!(kind, SlotKind::Name | SlotKind::Names | SlotKind::Ref)
}

/// Whether the word at `at` is a cue and names a kind of thing.
pub(super) fn is_cue_and_noun(matching: &Matching<'_>, cues: &Phrases, at: usize) -> bool {
    let cue = matching.said.word(at).is_some_and(|word| cues.contains(&[word]));
    cue && is_noun(matching, matching.norm(at))
}

/// A name right before one of its nouns: `worker` in «the worker service».
fn before_its_noun(matching: &Matching<'_>, cues: &Phrases) -> Option<usize> {
    (1..matching.tokens.len())
        .find(|at| is_cue_and_noun(matching, cues, *at) && matching.free(at - 1) && is_name(matching, at - 1))
        .map(|at| at - 1)
}

/// The free name nearest after a needed noun, else nearest before one, else the first.
fn nearest_name(matching: &Matching<'_>, fits: impl Fn(&str) -> bool) -> Option<usize> {
    let names: Vec<usize> = (0..matching.tokens.len())
        .filter(|at| matching.free(*at) && is_name(matching, *at) && fits(&matching.tokens[*at].raw))
        // A bare number is a port, a count or a process before it is a name; only a cue makes it one.
        .filter(|at| !is_measure(&matching.tokens[*at].raw) && date(&matching.tokens[*at].raw).is_none())
        .collect();
    let distance = |at: usize| {
        let anchors = matching.anchors.iter();
        anchors.map(|anchor| if at > *anchor { at - anchor } else { (anchor - at) * 2 }).min().unwrap_or(at)
    };
    names.into_iter().min_by_key(|at| (distance(*at), *at))
}

/// The one thing that fits of those that were named where it is told how things are: «vault-1 restarted, what did it
/// say», «the nginx service hangs, restart it».
fn told(matching: &mut Matching<'_>, spec: &SlotSpec, slot: &SlotWords, known: &Known) -> Option<String> {
    const NAMED: &[SlotKind] = &[
        SlotKind::Name,
        SlotKind::Names,
        SlotKind::Path,
        SlotKind::Paths,
        SlotKind::Image,
        SlotKind::Ref,
        SlotKind::Commit,
        SlotKind::Chart,
    ];
    // «api in compose is stuck, restart it» restarts no whole stack.
    let operand = spec.required.is_some() || known.intent.has_operand(&slot.name);
    let kind = || {
        leans_on_kind(matching.tokens, matching.lexicon).is_some_and(|at| is_cue_and_noun(matching, &slot.after, at))
    };
    // What is taken away is named where that is asked for.
    let takes_away = known.takes_away();
    let leans = leans_on_one(matching.tokens) || !takes_away && kind();
    let open = names_things(spec.kind) && operand && leans;
    if spec.required.is_none() && !open || !NAMED.contains(&spec.kind) {
        return None;
    }
    let cue = |at: usize| is_cue_and_noun(matching, &slot.after, at);
    let named = |at: &usize| {
        let token = &matching.tokens[*at];
        let beside = at.checked_sub(1).is_some_and(cue) || cue(*at + 1);
        // No time, and no number.
        let name = !token.raw.starts_with(|first: char| first.is_ascii_digit()) || spec.kind == SlotKind::Commit;
        let branch = !matches!(spec.kind, SlotKind::Ref | SlotKind::Commit | SlotKind::Image | SlotKind::Chart)
            && is_slashed(&token.raw);
        let subject = open && matching.named.contains(at);
        let told = token.literal || matching.lexicon.is_daemon(&token.raw);
        // «the feature branch is merged, remove it»: what need not be named may be described.
        let named = if spec.required.is_some() { told || beside } else { beside && (told || known.reads) };
        // «the plugin s3 isn't needed, uninstall it»: what is told of another kind of things is not meant.
        let other = at.checked_sub(1).is_some_and(|before| {
            matching.tokens[before].end == End::Nothing && is_noun(matching, matching.norm(before)) && !cue(before)
        });
        matching.marks[*at] == Mark::Told && (named || subject) && name && !other && !branch && !token.quoted
    };
    let mut fitting = (0..matching.tokens.len()).filter(named).filter(|at| can_be(matching, spec.kind, *at));
    let first = fitting.next()?;
    if fitting.next().is_some() {
        return None;
    }
    matching.mark(first, 1, Mark::Value);
    Some(matching.tokens[first].raw.clone())
}

pub(super) fn is_number(raw: &str) -> bool {
    raw.bytes().all(|byte| byte.is_ascii_digit())
}

/// `4711`, `502s`, `30m`, `2gb`, `80%`
fn is_measure(raw: &str) -> bool {
    let unit = raw.trim_start_matches(|digit: char| digit.is_ascii_digit());
    unit.len() < raw.len() && unit.len() <= 2 && unit.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'%')
}

/// `/tmp/*.log`: the words of a plan are taken as they are, so only a tool that knows patterns itself can be given one.
fn is_open(matching: &Matching<'_>, raw: &str) -> bool {
    matching.tool.name == CORE && raw.contains(['*', '?']) && !raw.contains("://")
}

pub(super) fn is_path_word(matching: &Matching<'_>, at: usize) -> bool {
    if matching.tokens.get(at).is_some_and(|token| is_open(matching, &token.raw)) {
        return false;
    }
    is_name(matching, at) || matching.tokens.get(at).is_some_and(|token| is_path(&token.raw))
}
