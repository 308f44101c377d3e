//! Which runbook a request asks for, and with which inputs.
//!
//! Owns the match of requests with phrases. Words without meaning are passed over; a phrase's words stand in the
//! request in their order, inputs right beside their neighbours; forms of a word and slips in it are forgiven, names
//! are taken as written. Confidence is the share of the request that is explained, so a request for a deed is not
//! answered with a diagnosis. Knows nothing of steps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use super::phrase::{Part, Phrase, folded};
use super::template::Values;
use super::{Runbook, objection};
use crate::skill::SlotKind;

/// Bytes of the longest request that is looked at.
const LONGEST_REQUEST: usize = 1000;
/// The share of a request that must be explained.
const CONFIDENT: f64 = 0.6;

/// Words that carry the sentence and not the matter.
const GRAMMAR: &str = "a about actually after afternoon again ago all also always am an and any anymore anything apparently are as \
    at awfully be became because become becomes been being but by can cause caused causes causing check complete \
    completely constantly could culprit currently day days debug diagnose did do does entire evening ever every \
    everybody explain extremely figure find for from gave get gets getting gives go goes going got had happen \
    happens has have having hello help here hey hi horribly hour hours how i i'm if in incredibly insanely into \
    investigate is it its just keep keeps kept know lately like look maybe me minutes month morning much my \
    named need needs next night now of off often ok on or our please pretty probably quite randomly rather \
    really reason reasons recently right say says see seem seems show since so some somebody somehow someone \
    something sometimes sort still suddenly super tell telling terribly thanks that the their them then there \
    there's these they think this to today told tonight too totally trying turned unbelievably understand up us \
    very want was way we week weeks well went were what whats when where which whole why will with would \
    yesterday you your";

/// Words that ask for a deed, in the form that asks: with one of them left over, a diagnosis is not what was asked for.
const DEEDS: &str = "apply clean commit cordon create delete deploy destroy drain drop erase install kill merge prune pull \
    purge push reboot remove rename reset restart revert rollback scale start stop switch uninstall upgrade";

/// Words of who complains.
const COMPLAINING: &[&str] = &[
    "again",
    "already",
    "constantly",
    "keep",
    "keeps",
    "kept",
    "matter",
    "not",
    "problem",
    "stuck",
    "suddenly",
    "why",
    "wrong",
];

/// How a question or an order begins.
const ASKING: &str = "am are can check could describe did do does fetch find get give has have how inspect is list look see \
    should show tell was were what when where which who will would";

/// Words that change what is meant.
const RESTRICTING: &[&str] = &["except", "instead", "never", "no", "not", "only", "unless", "without"];

/// How the name of a unit of systemd ends.
const UNIT: &str = ".service";

/// All runbooks, ready to be found.
#[derive(Debug, Clone, Default)]
pub struct Runbooks {
    books: Vec<Book>,
    /// Words of all phrases; slips are mended only towards these.
    vocabulary: BTreeSet<String>,
    /// Their forms: a word with one of these has no slip in it.
    forms: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Book {
    runbook: Arc<Runbook>,
    phrases: Vec<Phrase>,
    /// Forms of the words of its phrases, which are no names in a request for it.
    words: BTreeSet<String>,
}

/// A runbook that a request asks for.
#[derive(Debug, Clone)]
pub struct Found {
    pub runbook: Arc<Runbook>,
    pub inputs: Values,
    /// The first input that must be asked for.
    pub missing: Option<Missing>,
    /// The share of the request that is explained, 0 to 1.
    pub confidence: f64,
    /// Words that nothing explains.
    pub unexplained: Vec<String>,
    explained: usize,
    pub tone: Tone,
}

/// How a request is meant, which decides whether a diagnosis or a command answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A question or an order: a command that answers it comes first.
    Asks,
    /// A statement of what the runbook is for: a diagnosis comes before a command that only shows something of it.
    States,
    /// It says that something is wrong: a diagnosis comes first, even where it reads like a command line.
    Complains,
}

/// An input that was not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub input: String,
    pub question: String,
}

impl Found {
    /// Whether the request asks for this and nothing else.
    pub fn is_confident(&self) -> bool {
        // «it has 30 restarts» asks for none.
        let asks = |word: &String| is_deed(word) || !word.ends_with('s') && is_deed(&form(word));
        let bars = |word: &String| asks(word) || RESTRICTING.contains(&word.as_str());
        self.confidence >= CONFIDENT && !self.unexplained.iter().any(bars)
    }
}

#[derive(Debug, Clone)]
struct Token {
    raw: String,
    norm: String,
    /// The folded form, slips mended.
    word: String,
    quoted: bool,
}

impl Runbooks {
    /// Takes runbooks in.
    pub fn new(runbooks: Vec<Runbook>) -> Runbooks {
        let mut all = Runbooks::default();
        for runbook in runbooks {
            let mut kept: Vec<Phrase> = Vec::new();
            let mut words = BTreeSet::new();
            let mut seen = BTreeSet::new();
            for phrase in &runbook.variants {
                let phrase = all.taken_in(phrase, &mut words);
                if seen.insert(phrase.clone()) && phrase.parts.iter().any(|part| matches!(part, Part::Word(_))) {
                    kept.push(phrase);
                }
            }
            all.books.push(Book { runbook: Arc::new(runbook), phrases: kept, words });
        }
        all.books.sort_by(|one, other| one.runbook.id.cmp(&other.runbook.id));
        all
    }

    /// The phrase without words that are passed over, the others folded and learnt.
    fn taken_in(&mut self, phrase: &Phrase, words: &mut BTreeSet<String>) -> Phrase {
        let mut parts = Vec::new();
        for part in &phrase.parts {
            match part {
                Part::Word(choice) => {
                    let mut forms: Vec<String> = Vec::new();
                    for word in choice.iter().filter(|word| !is_passed_over(word)) {
                        let fold = form(word);
                        self.forms.insert(fold.clone());
                        words.insert(fold.clone());
                        self.vocabulary.insert(word.clone());
                        forms.push(fold);
                    }
                    forms.sort();
                    forms.dedup();
                    parts.extend((!forms.is_empty()).then_some(Part::Word(forms)));
                }
                slot @ Part::Slot(_) => parts.push(slot.clone()),
            }
        }
        Phrase { parts }
    }

    /// Every runbook, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Runbook>> {
        self.books.iter().map(|book| &book.runbook)
    }

    pub fn get(&self, id: &str) -> Option<&Arc<Runbook>> {
        self.iter().find(|runbook| runbook.id == id)
    }

    /// The runbooks that a request may ask for, the best first. `filled` are answers to earlier questions.
    pub fn find(&self, request: &str, filled: &BTreeMap<String, String>) -> Vec<Found> {
        if request.len() > LONGEST_REQUEST {
            return Vec::new();
        }
        let tokens = self.cut(request);
        if forbids(&tokens) || wishes(&tokens) {
            return Vec::new();
        }
        let mut found: Vec<Found> =
            self.books.iter().filter_map(|book| self.considered(book, &tokens, filled)).collect();
        for found in &mut found {
            found.tone = tone(&tokens, found);
        }
        found.sort_by(|one, other| {
            let by_share = other.confidence.total_cmp(&one.confidence);
            by_share.then(other.explained.cmp(&one.explained)).then_with(|| one.runbook.id.cmp(&other.runbook.id))
        });
        found
    }

    /// The same runbook with the input that was missing, taken from what was said to the question.
    ///
    /// # Errors
    /// Nothing in it can be the input; the question again, for the person.
    pub fn answered(&self, found: &Found, text: &str) -> Result<Found, String> {
        let Some(missing) = &found.missing else { return Ok(found.clone()) };
        let kind = found.runbook.inputs.get(&missing.input).map(|spec| spec.kind);
        let book = self.books.iter().find(|book| book.runbook.id == found.runbook.id);
        let (Some(kind), Some(book)) = (kind, book) else { return Err(missing.question.clone()) };
        let tokens = self.cut(text);
        let (rest, namespace) = match namespace(&tokens, &book.words).filter(|_| tokens.len() > 1) {
            Some((rest, value, _)) => (rest, Some(value)),
            None => (tokens.iter().collect(), None),
        };
        let values = rest.into_iter().filter(|token| has_content(token));
        let values: Vec<String> = values.filter_map(|token| value(kind, token, &book.words)).collect();
        let [value] = values.as_slice() else { return Err(missing.question.clone()) };
        let mut inputs = found.inputs.clone();
        inputs.insert(missing.input.clone(), value.clone());
        let takes = book.runbook.inputs.iter().find(|(_, spec)| spec.kind == SlotKind::Namespace);
        if let Some(((name, _), namespace)) = takes.zip(namespace) {
            inputs.insert(name.clone(), namespace);
        }
        let tone = found.tone;
        Ok(Found { tone, ..assembled(book, inputs, found.explained, found.unexplained.clone()) })
    }

    fn considered(&self, book: &Book, tokens: &[Token], filled: &Values) -> Option<Found> {
        if !tokens.iter().any(|token| book.words.contains(&token.word)) {
            return None;
        }
        let takes = book.runbook.inputs.iter().find(|(_, spec)| spec.kind == SlotKind::Namespace);
        let whole: Vec<&Token> = tokens.iter().collect();
        let mut readings = vec![(whole, None, 0)];
        if let Some((name, _)) = takes
            && let Some((rest, value, words)) = namespace(tokens, &book.words)
        {
            readings.insert(0, (rest, Some((name.clone(), value)), words));
        }
        let mut best: Option<Found> = None;
        let orders = readings.into_iter().flat_map(|(tokens, namespace, words)| {
            let content: Vec<&Token> = tokens.into_iter().filter(|token| has_content(token)).collect();
            negated(content).into_iter().map(move |content| (content, namespace.clone(), words))
        });
        for (content, namespace, words) in orders {
            for phrase in &book.phrases {
                let Some((used, mut inputs)) = matched(&phrase.parts, &content, book) else { continue };
                inputs.extend(namespace.clone());
                let used = with_path(used, &mut inputs, &content, book);
                inputs.extend(
                    filled
                        .iter()
                        .filter(|(name, _)| book.runbook.inputs.contains(name))
                        .map(|(name, value)| (name.clone(), value.clone())),
                );
                let explained = used.len() + words;
                let left = content.iter().enumerate().filter(|(index, _)| !used.contains(index));
                let left = left.filter(|(_, token)| !told_in_passing(token, book));
                let unexplained: Vec<String> = left.map(|(_, token)| token.norm.clone()).collect();
                let found = assembled(book, inputs, explained, unexplained);
                let better = best.as_ref().is_none_or(|best| {
                    let by_share = found.confidence.total_cmp(&best.confidence);
                    by_share.then(found.explained.cmp(&best.explained)).is_gt()
                });
                if better {
                    best = Some(found);
                }
            }
        }
        best
    }

    fn cut(&self, request: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut rest = request.trim();
        while let Some(first) = rest.chars().next() {
            let closing = match first {
                '"' | '\'' | '`' => Some(first),
                '\u{201c}' => Some('\u{201d}'),
                '\u{2018}' => Some('\u{2019}'),
                '«' => Some('»'),
                _ => None,
            };
            let inside = closing.and_then(|closing| rest[first.len_utf8()..].split_once(closing));
            if let Some((inside, after)) = inside.filter(|(inside, _)| !inside.trim().is_empty()) {
                tokens.push(self.token(inside, true));
                rest = after.trim_start();
                continue;
            }
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            self.plain(&rest[..end], &mut tokens);
            rest = rest[end..].trim_start();
        }
        // `figure out why` and `find out whether` and `sort it out` are no `out of space`.
        let mut before = [String::new(), String::new()];
        tokens.retain(|token| {
            let sorted = before.iter().any(|word| word == "sort");
            let is_filler = token.norm == "out" && (["figure", "find"].contains(&before[1].as_str()) || sorted);
            before.swap(0, 1);
            before[1].clone_from(&token.norm);
            !is_filler
        });
        tokens
    }

    fn plain(&self, word: &str, tokens: &mut Vec<Token>) {
        let word = word.trim_start_matches(|c: char| ",;!?()\"'`«»".contains(c));
        let word = word.trim_end_matches(|c: char| ",;!?()\"'`«».".contains(c));
        let word = word.strip_suffix(':').unwrap_or(word);
        let lower = word.to_lowercase().replace('\u{2019}', "'");
        if lower.is_empty() {
            return;
        }
        let (base, more) = contraction(&lower);
        // `pod/web` names its kind and itself.
        if let Some((kind, name)) = word.split_once('/')
            && !name.is_empty()
            && !name.contains('/')
            && self.vocabulary.contains(&kind.to_lowercase())
        {
            tokens.push(self.token(kind, false));
            tokens.push(self.token(name, false));
            return;
        }
        // `98%` is a number and a word, `example.org:8443` a host and a port; `web.service` says that it is a service.
        if let Some(share) = word.strip_suffix('%').filter(|share| is_number(share)) {
            tokens.push(self.token(share, false));
            tokens.push(self.token("percent", false));
            return;
        }
        if let Some((host, port)) = word.rsplit_once(':')
            && host.contains('.')
            && !host.contains('/')
            && is_number(port)
        {
            tokens.push(self.token(host, false));
            tokens.push(self.token("port", false));
            tokens.push(self.token(port, false));
            return;
        }
        if word.ends_with(UNIT) && tokens.last().is_none_or(|last| !["service", "unit"].contains(&last.norm.as_str())) {
            tokens.push(self.token("service", false));
        }
        match more {
            None if base == lower => tokens.push(self.token(word, false)),
            None => tokens.push(self.token(word.get(..base.len()).unwrap_or(word), false)),
            Some(more) => {
                tokens.push(self.token(base, false));
                tokens.push(self.token(more, false));
            }
        }
    }

    fn token(&self, raw: &str, quoted: bool) -> Token {
        let norm = raw.to_lowercase();
        let word = if quoted { norm.clone() } else { form(&self.mended(&norm)) };
        Token { raw: raw.to_owned(), norm, word, quoted }
    }

    /// A word with a slip in it as the one word it can have been.
    fn mended(&self, norm: &str) -> String {
        let length = norm.len();
        let is_plain = norm.bytes().all(|byte| byte.is_ascii_lowercase());
        if length < 4 || !is_plain || is_passed_over(norm) || is_deed(norm) || self.forms.contains(&folded(norm)) {
            return norm.to_owned();
        }
        let reach = if length >= 9 { 2 } else { 1 };
        let near = self.vocabulary.iter().filter(|known| known.len() >= 4 && known.len().abs_diff(length) <= reach);
        // `schedulable` is no slip of `unschedulable`.
        let near =
            near.filter(|known| known.strip_prefix("un") != Some(norm) && norm.strip_prefix("un") != Some(known));
        let near = near.map(|known| (strsim::osa_distance(norm, known), known)).filter(|(far, _)| *far <= reach);
        let mut near: Vec<(usize, &String)> = near.collect();
        near.sort();
        match near.as_slice() {
            // Two words equally near are no correction but a guess, unless they are forms of one.
            [(best, one), (second, other), ..] if best == second && folded(one) != folded(other) => norm.to_owned(),
            [(_, known), ..] => (*known).clone(),
            [] => norm.to_owned(),
        }
    }
}

/// How a request is meant. A command line with options says nothing of the kind.
fn tone(tokens: &[Token], found: &Found) -> Tone {
    let plain = || tokens.iter().filter(|token| !token.quoted);
    if plain().any(|token| token.norm.len() > 1 && token.norm.starts_with('-')) {
        return Tone::Asks;
    }
    if plain().any(|token| COMPLAINING.contains(&token.norm.as_str())) {
        return Tone::Complains;
    }
    let is_asked = tokens.first().is_some_and(|first| ASKING.split(' ').any(|word| word == first.norm));
    let subject = tokens.iter().find(|token| has_content(token));
    let is_stated = !is_asked && subject.is_some_and(|subject| !found.unexplained.contains(&subject.norm));
    if is_stated { Tone::States } else { Tone::Asks }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_passed_over(word: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| GRAMMAR.split(' ').collect());
    WORDS.contains(word)
}

fn is_deed(word: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| DEEDS.split(' ').collect());
    WORDS.contains(word)
}

fn has_content(token: &Token) -> bool {
    token.quoted || !is_passed_over(&token.norm)
}

/// Whether a request says what is to be left: «do not push yet» is no complaint that pushing fails.
fn forbids(tokens: &[Token]) -> bool {
    let mut words = tokens.iter().filter(|token| !token.quoted).map(|token| token.norm.as_str());
    let deed = match words.find(|word| *word != "please") {
        Some("never") => words.next(),
        Some("do") if words.next() == Some("not") => words.next(),
        _ => None,
    };
    deed.is_some_and(is_deed)
}

/// Whether a request says how things are to be: «nginx must not come up at boot», «I want it stopped».
fn wishes(tokens: &[Token]) -> bool {
    const WONDERING: &[&str] = &["why", "what", "how", "when", "know", "see", "find"];
    const BEING: &[&str] = &["not", "be", "start", "stop", "run", "come", "only", "no"];
    let words: Vec<&str> = tokens.iter().filter(|token| !token.quoted).map(|token| token.norm.as_str()).collect();
    if words.iter().any(|word| WONDERING.contains(word)) {
        return false;
    }
    let deed = |word: &&str| {
        let stem = word.strip_suffix("ped").or_else(|| word.strip_suffix("ed")).unwrap_or(word);
        is_deed(word) || is_deed(stem)
    };
    words.iter().enumerate().any(|(at, word)| match *word {
        "must" => true,
        "should" => at > 0 && words.get(at + 1).is_some_and(|next| BEING.contains(next)),
        "want" => words[at..].iter().any(deed),
        _ => false,
    })
}

/// The form in which words are compared. A deed's own word stands for itself: `restart the pod` does not say that it
/// is restarting.
fn form(word: &str) -> String {
    if is_deed(word) { format!("!{word}") } else { folded(word) }
}

/// The words as they stand, and with a «not» from before its subject where a statement has it: «why won't pod web get
/// scheduled» as «pod web won't get scheduled».
fn negated(content: Vec<&Token>) -> Vec<Vec<&Token>> {
    let mut orders = vec![content.clone()];
    let Some(at) = content.iter().position(|token| token.norm == "not") else { return orders };
    for last in 1..=2 {
        let Some(place) = content.len().checked_sub(last + 1).filter(|place| *place > at) else { continue };
        let mut order = content.clone();
        let not = order.remove(at);
        order.insert(place, not);
        orders.push(order);
    }
    orders
}

/// The tokens without those that name a namespace, the namespace, and how many words with content named it.
fn namespace<'a>(tokens: &'a [Token], words: &BTreeSet<String>) -> Option<(Vec<&'a Token>, String, usize)> {
    let norm = |at: usize| tokens.get(at).map_or("", |token| token.norm.as_str());
    let named = |at: usize| tokens.get(at).filter(|token| is_name(token, words)).map(|token| token.raw.clone());
    let cut = |from: usize, to: usize, value: String, said: usize| {
        let rest = tokens.iter().enumerate().filter(|(at, _)| !(from..to).contains(at)).map(|(_, token)| token);
        Some((rest.collect(), value, said))
    };
    for at in 0..tokens.len() {
        let is_word = ["namespace", "ns", "-n", "--namespace"].contains(&norm(at));
        let articled = usize::from(at > 0 && ["the", "my", "our"].contains(&norm(at - 1)));
        let prepared = |before: usize| usize::from(before > 0 && ["in", "from", "of"].contains(&norm(before - 1)));
        if is_word && let Some(value) = named(at + 1) {
            return cut(at - articled - prepared(at - articled), at + 2, value, 2);
        }
        if ["in", "from"].contains(&norm(at)) {
            let first = at + 1 + usize::from(["the", "my", "our"].contains(&norm(at + 1)));
            let value = named(first);
            if let Some(value) = value {
                let said = usize::from(["namespace", "ns"].contains(&norm(first + 1)));
                return cut(at, first + 1 + said, value, 1 + said);
            }
        }
    }
    None
}

fn is_name(token: &Token, words: &BTreeSet<String>) -> bool {
    let fits = |raw: &str| raw.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    let is_word = ["namespace", "ns", "kubernetes", "k8s", "cluster"].contains(&token.norm.as_str());
    fits(&token.raw) && !is_word && !token.raw.starts_with('-') && !is_known(token, words) && has_content(token)
}

/// `what's` to `what` and `is`, `isn't` to `is` and `not`; of a possessive the name.
fn contraction(lower: &str) -> (&str, Option<&'static str>) {
    match lower {
        "can't" | "cant" | "cannot" => return ("can", Some("not")),
        "won't" | "wont" => return ("will", Some("not")),
        "doesnt" => return ("does", Some("not")),
        "isnt" => return ("is", Some("not")),
        _ => {}
    }
    if let Some(base) = lower.strip_suffix("n't") {
        return (base, Some("not"));
    }
    (["'s", "'re", "'ve", "'m", "'ll", "'d"].iter().find_map(|end| lower.strip_suffix(end)).unwrap_or(lower), None)
}

fn is_known(token: &Token, vocabulary: &BTreeSet<String>) -> bool {
    !token.quoted && (vocabulary.contains(&form(&token.norm)) || vocabulary.contains(&folded(&token.norm)))
}

/// The tokens a phrase uses and the inputs it finds, when all of it stands in the request.
fn matched(parts: &[Part], tokens: &[&Token], book: &Book) -> Option<(BTreeSet<usize>, Values)> {
    let is_there = |part: &Part| match part {
        Part::Word(words) => tokens.iter().any(|token| !token.quoted && words.contains(&token.word)),
        Part::Slot(_) => true,
    };
    if !parts.iter().all(is_there) {
        return None;
    }
    (0..tokens.len()).find_map(|start| {
        let mut used = BTreeSet::new();
        let mut inputs = Values::new();
        let from = Place { at: start, farthest: start, behind_word: false };
        along(parts, from, tokens, book, &mut used, &mut inputs).then_some((used, inputs))
    })
}

/// A number that is no input says how bad it is and not what, «stuck at 1 of 3 replicas», and another of the runbook's own
/// words says the same again: «I can't push, my branch is behind». What asks for a deed is neither.
fn told_in_passing(token: &Token, book: &Book) -> bool {
    !token.quoted && (is_number(&token.norm) || book.words.contains(&token.word) && !is_deed(&token.norm))
}

/// The words used, and with the path that stands alone as the path the runbook is about: «out of disk space on /data».
fn with_path(mut used: BTreeSet<usize>, inputs: &mut Values, content: &[&Token], book: &Book) -> BTreeSet<usize> {
    let takes =
        book.runbook.inputs.iter().find(|(name, spec)| spec.kind == SlotKind::Path && !inputs.contains_key(*name));
    let Some((name, _)) = takes else { return used };
    let mut paths = content.iter().enumerate().filter(|(at, token)| token.raw.starts_with('/') && !used.contains(at));
    if let (Some((at, path)), None) = (paths.next(), paths.next()) {
        inputs.insert(name.clone(), path.raw.clone());
        used.insert(at);
    }
    used
}

/// Where the next part of a phrase may stand.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    farthest: usize,
    /// A word of the phrase stands right before it.
    behind_word: bool,
}

/// Words that may stand behind an input that its noun announces: «node worker-3 suddenly went NotReady».
const BESIDE: usize = 2;

/// Matches `parts` from a place on.
fn along(
    parts: &[Part],
    from: Place,
    tokens: &[&Token],
    book: &Book,
    used: &mut BTreeSet<usize>,
    inputs: &mut Values,
) -> bool {
    let Some((part, rest)) = parts.split_first() else { return true };
    for here in from.at..(from.farthest + 1).min(tokens.len()) {
        let token = tokens[here];
        let fits = match part {
            Part::Word(words) => !token.quoted && words.contains(&token.word),
            Part::Slot(name) => {
                let kind = book.runbook.inputs.get(name).map(|spec| spec.kind);
                match kind.and_then(|kind| value(kind, token, &book.words)) {
                    Some(value) => {
                        inputs.insert(name.clone(), value);
                        true
                    }
                    None => false,
                }
            }
        };
        if !fits {
            continue;
        }
        // A gap is allowed between two words, and a small one behind an input that a word announces; never before one.
        let next = here + 1;
        let farthest = match (part, rest.first()) {
            (_, Some(Part::Slot(_))) => next,
            (Part::Word(_), _) => tokens.len(),
            (Part::Slot(_), _) if from.behind_word => next + BESIDE,
            (Part::Slot(_), _) => next,
        };
        used.insert(here);
        let place = Place { at: next, farthest, behind_word: matches!(part, Part::Word(_)) };
        if along(rest, place, tokens, book, used, inputs) {
            return true;
        }
        used.remove(&here);
        if let Part::Slot(name) = part {
            inputs.remove(name);
        }
    }
    false
}

/// The value a token can be for an input.
fn value(kind: SlotKind, token: &Token, vocabulary: &BTreeSet<String>) -> Option<String> {
    let raw = token.raw.as_str();
    let text = match kind {
        SlotKind::Port => raw.trim_start_matches(':'),
        SlotKind::Count | SlotKind::Number => raw.trim_end_matches('%'),
        SlotKind::Path if !token.quoted && !raw.contains('/') && !raw.starts_with(['.', '~']) => return None,
        SlotKind::Url if !raw.contains("://") => return None,
        SlotKind::Host => {
            let host = raw.split_once("://").map_or(raw, |(_, host)| host);
            host.split('/').next().unwrap_or(host)
        }
        _ => raw,
    };
    // `nginx.service` is a unit of systemd, whatever else has a name.
    let is_unit = kind == SlotKind::Name && !vocabulary.contains(&form("unit")) && raw.ends_with(UNIT);
    if is_unit {
        return None;
    }
    // A number of a phrase, as in «disk at 98», is a number all the same.
    let is_plain = matches!(kind, SlotKind::Path | SlotKind::Number | SlotKind::Count | SlotKind::Port);
    let is_word = !is_plain && is_known(token, vocabulary);
    (!is_word && objection(kind, text).is_none()).then(|| text.to_owned())
}

fn assembled(book: &Book, inputs: Values, explained: usize, unexplained: Vec<String>) -> Found {
    let missing = book.runbook.inputs.iter().find_map(|(name, spec)| {
        let question = spec.required.clone().filter(|_| !inputs.contains_key(name))?;
        Some(Missing { input: name.clone(), question })
    });
    let all = explained + unexplained.len();
    #[allow(clippy::cast_precision_loss, reason = "words of one request")]
    let confidence = if all == 0 { 0.0 } else { explained as f64 / all as f64 };
    Found { runbook: Arc::clone(&book.runbook), inputs, missing, confidence, unexplained, explained, tone: Tone::Asks }
}
