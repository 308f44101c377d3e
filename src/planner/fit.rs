//! One intent under one request: whether it fits, which values are there, which words stay unexplained, and what that
//! is worth.
//!
//! Must not know of other intents; who wins is decided in `frame`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::forbidden;
use super::forms;
use super::known::{Alternatives, Known, LOOKING};
use super::lexicon::{CORE, Lexicon, Tool};
use super::matching::{Mark, Matching, NARROWING};
use super::numbering::Said;
use super::passive;
use super::slots::{self, Value};
use super::telling;
use super::tokens::{DEFINITE, End, Token};
use super::weight;
use crate::skill::{Intent, SlotKind, SlotSpec};

/// An intent that fits a request, well or not.
pub(super) struct Candidate<'a> {
    pub tool: &'a Tool,
    pub known: &'a Known,
    pub score: i64,
    pub confidence: f64,
    pub values: BTreeMap<String, Value>,
    pub all: bool,
    pub missing: Option<(&'a str, &'a SlotSpec)>,
    pub unexplained: Vec<String>,
    pub evidence: bool,
}

impl Candidate<'_> {
    /// The value of the slot of this kind.
    pub fn value_of(&self, kind: SlotKind) -> Option<&Value> {
        let of_kind = |name: &&String| self.known.intent.slots.get(name).is_some_and(|spec| spec.kind == kind);
        self.values.iter().find(|(name, _)| of_kind(name)).map(|(_, value)| value)
    }
}

/// What a name that pods or daemons have is worth where the tool knows such things: more than a better fitting phrase of
/// another tool.
const OF_ITS_KIND: i64 = 10;

/// A request as every intent is compared with it.
pub(super) struct Request<'a> {
    tokens: &'a [Token],
    pub said: Said,
    /// At each word the actions that begin there, with their lengths, the longest first.
    actions: Vec<Vec<(usize, &'a BTreeSet<String>)>>,
    /// It is told that a deed was done.
    happened: bool,
    /// The deed that somebody did, where nothing else is said.
    did: Option<&'a BTreeSet<String>>,
    /// Its last words take back what was said.
    taken_back: bool,
    /// Its clauses that only tell how things are.
    telling: Vec<Range<usize>>,
}

impl<'a> Request<'a> {
    pub fn new(tokens: &'a [Token], lexicon: &'a Lexicon) -> Request<'a> {
        let beginning = |start: usize| {
            let longest = lexicon.longest_action.min(tokens.len() - start);
            let lengths =
                (1..=longest).rev().filter(|length| !tokens[start..start + length].iter().any(|token| token.quoted));
            let found = lengths.filter_map(|length| {
                let words: Vec<&str> = tokens[start..start + length].iter().map(|token| token.norm.as_str()).collect();
                Some((length, lexicon.actions.get(&words.join(" "))?))
            });
            found.collect()
        };
        Request {
            tokens,
            said: lexicon.vocabulary.said(tokens),
            actions: (0..tokens.len()).map(beginning).collect(),
            happened: passive::happened(tokens, lexicon),
            did: passive::did(tokens, lexicon),
            taken_back: forbidden::takes_back(tokens),
            telling: telling::clauses(tokens, lexicon),
        }
    }
}

pub(super) fn consider<'a>(
    request: &Request<'_>,
    lexicon: &'a Lexicon,
    tool: &'a Tool,
    known: &'a Known,
    filled: &BTreeMap<String, String>,
) -> Option<Candidate<'a>> {
    let intent = &known.intent;
    let tokens = request.tokens;
    let did = request.did.is_some_and(|did| intent.actions.iter().any(|action| did.contains(action)));
    if (request.happened || request.taken_back || did) && !known.reads {
        return None;
    }
    let mut matching = Matching {
        tokens,
        said: &request.said,
        lexicon,
        tool,
        marks: tokens.iter().map(|token| if token.told { Mark::Told } else { Mark::Free }).collect(),
        anchors: Vec::new(),
        named: Vec::new(),
        names: &intent.names,
        values: BTreeMap::new(),
    };
    if let Some(chosen) = filled.get("tool")
        && *chosen != tool.name
        && chosen != family(intent)
    {
        return None;
    }
    matching.named = named(&matching, known);
    let stand = |need: &Alternatives| places(&matching, need).next().is_some();
    if !known.needs.iter().all(stand) {
        return None;
    }
    let bars = |(start, length): (usize, usize)| {
        matching.asked(start, length) && !in_own_phrase(&matching, known, start, length)
    };
    // What is told of a thing by its form tells what the deed is done to: «the bit is gone from /opt/x.sh, put it back».
    let formed = |form: &String| of_form(&matching, form).is_some();
    if spoken(&matching, &known.bars).any(bars) || known.bars.forms.iter().any(formed) {
        return None;
    }
    let needs = needs(&mut matching, known)?;
    let action = action(&mut matching, known, request)?;
    slots::fill_flags(&mut matching, known);
    for (slot, text) in filled {
        // Of what another part named only what can be chosen here.
        let fits = |spec: &&SlotSpec| spec.kind != SlotKind::Choice || spec.choices.contains_key(text);
        if let Some(spec) = intent.slots.get(slot).filter(fits) {
            matching.values.insert(slot.clone(), Value::answered(spec.kind, text));
        }
    }
    slots::fill(&mut matching, known);
    let mut evidence = filled.contains_key("tool");
    for word in tool.names.iter() {
        if let Some((start, length)) = matching.find(word) {
            evidence = true;
            matching.mark(start, length, Mark::Used);
        }
    }
    let all = mark_all(&mut matching, intent);
    if known.reads {
        mark_filler(&mut matching);
    }
    mark_narrowing(&mut matching, known.reads);
    // «drop /tmp/dump.sql from the svc»: what has a place is no name of a thing that is changed.
    let placed = |(name, spec): (&String, &SlotSpec)| {
        spec.required.is_some()
            && matches!(spec.kind, SlotKind::Name | SlotKind::Names)
            && matching.values.get(name).is_some_and(Value::has_a_place)
    };
    if !known.reads && intent.slots.iter().any(placed) {
        return None;
    }
    if known.takes_away() && names_none_of_several(&matching, known) {
        return None;
    }
    let missing = intent
        .slots
        .iter()
        .find(|(name, spec)| {
            spec.required.is_some()
                && spec.default.is_none()
                && !matching.values.contains_key(*name)
                && !(all && is_object(intent, name))
        })
        .map(|(name, spec)| (name.as_str(), spec));
    let (explained, unexplained) = weight::weigh(&matching, known, &request.telling);
    let lost: i64 = unexplained.iter().map(|(_, weight)| *weight).sum();
    let confidence = if explained + lost == 0 { 0.0 } else { to_share(explained, explained + lost) };
    // What only explains words of the request says nothing about how well it fits.
    let used = matching.values.keys().filter(|name| known.used.contains(*name)).count();
    let values = i64::try_from(used).unwrap_or(0);
    let mut score = explained * 10 - lost * 12 + values * 2 + needs * 3 + action;
    if evidence {
        score += 4;
    }
    if missing.is_some() {
        score -= 20;
    }
    let replica = |value: &Value| forms::is_replica(&value.text);
    let daemon = |value: &Value| lexicon.is_daemon(&value.text);
    let pod = tool.nouns.contains_key("pod") && matching.values.values().any(replica);
    if pod || tool.name == CORE && matching.values.values().any(daemon) {
        score += OF_ITS_KIND;
    }
    Some(Candidate {
        tool,
        known,
        score,
        confidence,
        values: matching.values,
        all,
        missing,
        unexplained: unexplained.into_iter().map(|(word, _)| word).collect(),
        evidence,
    })
}

/// «delete deployment and service please»: a command for one of several kinds, with a name for none.
fn names_none_of_several(matching: &Matching<'_>, known: &Known) -> bool {
    let slots =
        known.intent.slots.iter().filter(|(name, spec)| spec.kind == SlotKind::Name && known.used.contains(*name));
    let names: Vec<&String> = slots.map(|(name, _)| name).collect();
    names.len() > 2 && !names.iter().any(|name| matching.values.contains_key(*name))
}

#[expect(clippy::cast_precision_loss, reason = "both are small counts of words")]
fn to_share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

/// Words that say nothing more where the tool only looks.
fn mark_filler(matching: &mut Matching<'_>) {
    for at in 0..matching.tokens.len() {
        let norm = matching.norm(at);
        let idle = matching.tool.filler.contains(norm)
            || matching.lexicon.looking.contains(norm)
            || matching.lexicon.judging.contains(norm);
        if matching.free(at) && !matching.tokens[at].quoted && idle {
            matching.mark(at, 1, Mark::Idle);
        }
    }
}

/// «only the pod web-1»: a command for that value does nothing else, and a look for that noun shows nothing else.
fn mark_narrowing(matching: &mut Matching<'_>, reads: bool) {
    const ARTICLES: &[&str] = &["the", "a", "an", "my", "our", "its", "this", "that", "those", "these"];
    for at in 0..matching.tokens.len() {
        if !matching.free(at) || matching.tokens[at].quoted || !NARROWING.contains(&matching.norm(at)) {
            continue;
        }
        let mut next = at + 1;
        // «only the service web»
        let introduces =
            |at: usize| matching.marks.get(at) == Some(&Mark::Used) && matching.marks.get(at + 1) == Some(&Mark::Value);
        while ARTICLES.contains(&matching.norm(next)) || introduces(next) {
            next += 1;
        }
        let ends = at + 1 == matching.tokens.len() || matching.tokens[at].end > End::Nothing;
        let before = at.checked_sub(1).filter(|_| ends);
        let honoured = |at: usize| match matching.marks.get(at) {
            Some(Mark::Value) => true,
            Some(Mark::Used) => reads,
            _ => false,
        };
        if honoured(next) || before.is_some_and(honoured) {
            matching.mark(at, 1, Mark::Used);
        }
    }
}

/// Words that mean something elsewhere and stand here where only a name stands: between a noun and the end or a
/// preposition, as in «the deployment checkout in shop», or between an article and a noun: «the checkout deployment».
fn named(matching: &Matching<'_>, known: &Known) -> Vec<usize> {
    const AFTER_NAME: &[&str] = &[
        "in",
        "from",
        "on",
        "to",
        "for",
        "of",
        "with",
        "at",
        "and",
        "into",
        "using",
        "since",
        "by",
        "as",
        "namespace",
        "done",
        "running",
        "is",
        "going",
        "doing",
        "has",
        "still",
        "scale",
        "start",
        "work",
        "may",
        "can",
        "should",
        "must",
        "will",
        "was",
    ];
    let cue = |at: usize| matching.said.word(at).is_some_and(|word| known.cues.contains(&word));
    let is_verb = |at: usize| {
        let own = matching.said.word(at).is_some_and(|word| known.own.contains(&word));
        !own && matching.lexicon.actions.get(matching.norm(at)).is_some_and(|classes| !classes.contains("show"))
    };
    let subjects = telling::subjects(matching.tokens, matching.lexicon, matching.tool);
    (0..matching.tokens.len())
        .filter(|at| {
            let token = &matching.tokens[*at];
            let variable = at.checked_sub(1).is_some_and(|before| ["var", "variable"].contains(&matching.norm(before)));
            if subjects.contains(at) || variable && is_shouted(token) && is_verb(*at) {
                return true;
            }
            let Some(before) = at.checked_sub(1) else { return false };
            let before = &matching.tokens[before];
            let last = token.end > End::Nothing || at + 1 == matching.tokens.len();
            let next = matching.norm(at + 1);
            let behind_noun =
                cue(at - 1) && (last || AFTER_NAME.contains(&next) || matching.lexicon.common.contains(next));
            let before_noun = !last
                && DEFINITE.contains(&before.norm.as_str())
                && cue(at + 1)
                && matching.tool.nouns.contains_key(next);
            !token.quoted && before.end == End::Nothing && (behind_noun || before_noun) && is_verb(*at)
        })
        .collect()
}

/// `DEBUG`, `TRACE`: so written a word is no verb.
fn is_shouted(token: &Token) -> bool {
    token.raw.len() > 3 && !token.quoted && token.raw.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a slot is what «all» stands for: it is used by the command and not by the listing form.
fn is_object(intent: &Intent, slot: &str) -> bool {
    matches!(
        intent.slots.get(slot).map(|spec| spec.kind),
        Some(SlotKind::Name | SlotKind::Ref | SlotKind::Names | SlotKind::Path | SlotKind::Paths)
    )
}

/// Where each of the alternatives that are said stands.
fn places<'a>(matching: &'a Matching<'_>, all: &'a Alternatives) -> impl Iterator<Item = (usize, usize)> + 'a {
    spoken(matching, all).chain(all.forms.iter().filter_map(|form| of_form(matching, form)))
}

/// Where those stand that have words.
fn spoken<'a>(matching: &'a Matching<'_>, all: &'a Alternatives) -> impl Iterator<Item = (usize, usize)> + 'a {
    let phrases = all.phrases.iter().filter_map(|phrase| matching.find(phrase));
    phrases.chain(all.classes.iter().filter_map(|class| matching.find_class(class)))
}

/// Where a literal of the form stands: it says which tool is meant as well as a noun does.
fn of_form(matching: &Matching<'_>, form: &str) -> Option<(usize, usize)> {
    if form == "quoted" {
        return (0..matching.tokens.len()).find(|at| matching.tokens[*at].quoted).map(|at| (at, 1));
    }
    if form == "environment" {
        return (1..matching.tokens.len()).find(|at| names_environment(matching, *at)).map(|at| (at, 1));
    }
    let fits = |raw: &str| match form {
        "daemon" => matching.lexicon.is_daemon(raw),
        "usual" => matching.lexicon.is_usual_name(&raw.to_lowercase()),
        "image" => forms::is_tagged_image(raw),
        "unit" => forms::is_unit(raw),
        "pod" => forms::is_pod_name(raw),
        "url" => raw.contains("://") || raw.contains('@') && raw.contains(':'),
        "path" => forms::is_path(raw) && !raw.contains("://"),
        // A branch has slashes too; a file has an ending or says where it is.
        "file" => {
            forms::is_path(raw)
                && !raw.contains("://")
                && (raw.starts_with(['/', '.', '~'])
                    || !raw.contains('/')
                    || raw.rsplit('/').next().is_some_and(|end| end.contains('.') && !forms::is_version(end)))
        }
        "dir" => forms::is_directory(raw),
        "slashed" => forms::is_slashed(raw),
        // Where neither a manifest nor a file of a repository is looked for.
        "absolute" => raw.starts_with(['/', '~']) && !forms::is_values_file(raw),
        "chart" => forms::is_path(raw) && raw.split('/').any(|part| part.trim_end_matches('s') == "chart"),
        "compose" => raw.contains("compose") && (raw.ends_with(".yml") || raw.ends_with(".yaml")),
        "oci" => raw.starts_with("oci://"),
        "stash" => raw.starts_with("stash@{"),
        "commit" => forms::is_hash(raw),
        "host" => forms::is_host(raw),
        "endpoint" => forms::is_endpoint(raw),
        "version" => forms::is_version(raw),
        "keyvalue" => forms::is_key_value(raw),
        "variable" => forms::is_variable(raw),
        "email" => forms::is_email(raw),
        "tar" => forms::ends_in(raw, &["tar", "tgz", "tbz2", "txz", "gz", "bz2", "xz", "zst"]) && raw.contains(".t"),
        "zip" => forms::ends_in(raw, &["zip", "jar", "war"]),
        "yaml" => forms::ends_in(raw, &["yaml", "yml"]),
        "dockerfile" => raw.rsplit('/').next().is_some_and(|file| file.to_lowercase().contains("dockerfile")),
        "remote" => forms::is_remote_path(raw),
        "field" => names_a_field(matching, raw),
        "ports" => forms::is_pair(raw),
        "date" => forms::date(raw).is_some(),
        "glob" => raw.contains(['*', '?']) && !raw.contains("://"),
        _ => false,
    };
    (0..matching.tokens.len())
        .find(|at| !matching.tokens[*at].quoted && fits(&matching.tokens[*at].raw))
        .map(|at| (at, 1))
}

/// `deployment.spec.strategy`: a kind of the tool's things, or a part that all have, and what lies in it.
fn names_a_field(matching: &Matching<'_>, raw: &str) -> bool {
    const PARTS: &[&str] = &["spec", "status", "metadata"];
    let first = raw.split('.').next().unwrap_or_default().to_lowercase();
    let written = matching.tool.nouns.get(&first);
    raw.contains('.')
        && raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        && raw.split('.').all(|part| part.starts_with(|first: char| first.is_ascii_alphabetic()))
        && (written.is_some_and(|written| matching.tool.kinds.contains(written)) || PARTS.contains(&first.as_str()))
}

/// «in prod»: where an environment stands behind a word of place, only a cluster can be meant.
fn names_environment(matching: &Matching<'_>, at: usize) -> bool {
    ["in", "on"].contains(&matching.norm(at - 1)) && matching.lexicon.environments.contains(matching.norm(at))
}

/// Finds what the intent needs. The longest alternative of each list counts.
fn needs(matching: &mut Matching<'_>, known: &Known) -> Option<i64> {
    // «docker is a mess, clean it up»: what takes away without naming an object must be asked for, not told.
    let mut words = 0;
    for need in &known.needs {
        let said: Vec<(usize, usize)> = spoken(matching, need).collect();
        let formed = need.forms.iter().filter_map(|form| of_form(matching, form)).map(|place| (place, true));
        let all = said.iter().map(|place| (*place, false)).chain(formed);
        let counting = all.filter(|((start, length), _)| !known.sweeps || matching.asked(*start, *length));
        let longest = counting.max_by_key(|((start, length), formed)| (*length, std::cmp::Reverse(*start), *formed));
        let ((start, length), formed) = longest?;
        words += i64::try_from(length).unwrap_or(1);
        if !formed {
            matching.anchors.push(start);
        }
        // What says the same thing again is explained too.
        said.iter().for_each(|(start, length)| matching.mark(*start, *length, Mark::Used));
    }
    Some(words)
}

/// Finds the action. Returns its weight, or `None` when another action was asked for.
fn action(matching: &mut Matching<'_>, known: &Known, request: &Request<'_>) -> Option<i64> {
    let wanted: BTreeSet<&str> = known.intent.actions.iter().map(String::as_str).collect();
    let mut explicit = 0;
    let mut other = false;
    let mut index = 0;
    while index < matching.tokens.len() {
        let Some((length, classes)) = action_at(matching, request, index) else {
            index += 1;
            continue;
        };
        let fits = classes.iter().any(|class| wanted.contains(class.as_str()));
        let shows = classes.contains("show");
        let used = (index..index + length).all(|at| matching.marks[at] == Mark::Used);
        if fits {
            matching.mark(index, length, Mark::Used);
            // A show word beside another action is only politeness.
            explicit = explicit.max(if shows { 1 } else { 5 });
        } else if shows {
            // «restart it and show its status» asks for two things.
            let second = index > 0 && matching.norm(index - 1) == "and";
            if !second {
                matching.mark(index, length, Mark::Used);
            }
        } else if !used
            && !(is_own_word(matching, known, index, length) && (looks(classes) || !begins(matching, index)))
        {
            other = true;
        }
        index += length;
    }
    if explicit > 0 || wanted.contains("any") {
        return Some(explicit);
    }
    // Noun-only requests and questions are requests to see.
    (wanted.contains("show") && !other).then_some(0)
}

/// Whether words stand within a longer phrase that means something to this intent: `restarted` in «restarted most».
fn in_own_phrase(matching: &Matching<'_>, known: &Known, start: usize, length: usize) -> bool {
    let phrases = known.slots.iter().flat_map(|slot| slot.words.iter()).filter(|phrase| phrase.len() > length);
    phrases
        .filter_map(|phrase| matching.find(phrase))
        .any(|(from, words)| from <= start && start + length <= from + words)
}

/// Whether nothing that matters stands before: imperatives begin a request.
fn begins(matching: &Matching<'_>, index: usize) -> bool {
    let tokens = &matching.tokens[..index];
    tokens.iter().all(|token| matching.lexicon.stop_words.contains(&token.norm))
}

/// Whether an action word is one of the intent's own words for something else: `live` in «live stats».
fn is_own_word(matching: &Matching<'_>, known: &Known, index: usize, length: usize) -> bool {
    let words = matching.said.words(index, length);
    let flags = known.slots.iter().filter(|slot| slot.chosen.is_empty());
    flags.into_iter().any(|slot| slot.words.contains(words))
}

/// The longest action that stands at `index`, with its classes.
fn action_at<'a>(
    matching: &Matching<'_>,
    request: &Request<'a>,
    index: usize,
) -> Option<(usize, &'a BTreeSet<String>)> {
    let open = |at: usize| matching.marks[at] != Mark::Value && !matching.named.contains(&at);
    let stands =
        |(length, _): &&(usize, &BTreeSet<String>)| (index..index + length).all(open) && matching.asked(index, *length);
    request.actions.get(index)?.iter().find(stands).copied()
}

/// Whether the request is about all objects, where the intent can take that.
fn mark_all(matching: &mut Matching<'_>, intent: &Intent) -> bool {
    const BOUNDING: &[&str] =
        &["not", "don't", "doesn't", "isn't", "aren't", "no", "nobody", "unused", "unneeded", "needed", "old", "only"];
    let named = intent.slots.keys().any(|slot| is_object(intent, slot) && matching.values.contains_key(slot));
    let bounding = |token: &Token| !token.told && !token.quoted && BOUNDING.contains(&token.norm.as_str());
    let reads = intent.actions.iter().any(|action| action == "show" || action == "count");
    // «uninstall all the releases we don't need»: those are not all.
    if !reads && intent.all.is_some() && matching.tokens.iter().any(bounding) {
        return false;
    }
    let mut all = false;
    for index in 0..matching.tokens.len() {
        if matching.free(index) && matching.lexicon.all_words.contains(matching.norm(index)) {
            if intent.all.is_some() && !named {
                all = true;
                matching.mark(index, 1, Mark::Used);
            } else if reads {
                matching.mark(index, 1, Mark::Used);
            }
        }
    }
    all
}

/// Whether an action word means only looking.
pub(super) fn looks(classes: &BTreeSet<String>) -> bool {
    classes.iter().any(|class| LOOKING.contains(&class.as_str()))
}

/// What people call the tool of an intent: `system` for those of the core skill.
pub(super) fn family(intent: &Intent) -> &str {
    intent.id.split('.').next().unwrap_or_default()
}
