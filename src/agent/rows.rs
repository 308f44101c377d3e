//! «show the second one», «delete number 2»: a row of the last listing by its place.
//!
//! Owns where a request names a row, and what is asked back where it is not clear which one. The name comes from outside:
//! it takes the words' place in quotes, so that it can be nothing but a name, and what is planned then is judged like
//! anything typed.

use std::collections::BTreeMap;

use super::Agent;
use crate::domain::{Plan, Word};
use crate::planner::{self, Listing, Planning, Subject};

/// Words for a row itself.
const ROWS: &[&str] = &["one", "row", "line", "entry", "item"];
/// What can stand behind a place that stands for itself.
const BEHIND: &[&str] = &["again", "and", "now", "please", "then", "too"];
/// Say behind a row where it stands.
const LISTED: &[&str] = &[" in the listing", " of the listing", " in the list", " of the list", " from the list"];
/// What a number can be the number of, other than a row.
const NUMBERED: &[&str] = &["build", "code", "exit", "issue", "line", "page", "port", "process", "revision", "version"];
/// Verbs of somebody who only wants to see something.
const LOOKS: &[&str] = &["describe", "inspect", "look at", "open", "see", "show", "show me", "view", "tell me about"];

/// What stands before a row when nothing is said of it.
const ABOUT: &[&str] = &["", "and", "and what about", "how about", "what about"];

/// What stands before one of the ways that are offered.
const CHOOSING: &[&str] = &["", "choose", "do", "i choose", "i prefer", "i take", "pick", "prefer", "take", "use"];

/// Which row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    At(usize),
    Last,
}

/// Where a request names a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant<'t> {
    place: Place,
    /// The words, and what stands before and behind them.
    said: &'t str,
    before: &'t str,
    behind: &'t str,
    /// The kind of things that is named with it.
    noun: Option<String>,
    /// It means a row and nothing else: «the second one».
    pub sure: bool,
}

/// What a request becomes whose words mean a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Picked {
    /// The same with the name, and what is made of it.
    Request(String, (Planning, Option<Subject>)),
    /// Which row is meant, or what is to be done with it, must be asked.
    Ask(String),
}

impl Agent {
    /// The row that a request names, where what was made of it (`fresh`) does not answer it as it is.
    pub(super) fn row_meant<'t>(&self, text: &'t str, fresh: &Planning) -> Option<Meant<'t>> {
        let meant = meant(text, |word| self.setup.lexicon.is_thing(word))?;
        // A question with what there is to choose from is better than one that names no row.
        let fits = match (fresh, &self.context.listing) {
            (Planning::Plan(_), Some(_)) => meant.sure,
            (_, Some(_)) | (Planning::Unsure(_), None) => true,
            (Planning::Plan(_) | Planning::Ask(_), None) => false,
        };
        // «what broke after the last deploy» is for a diagnosis, whatever was listed.
        let certain = meant.sure && self.context.listing.is_some();
        (fits && (certain || !self.asks_runbook(text, fresh))).then_some(meant)
    }

    /// Whether a text says what to do with a row that is there: «stop the second container», and not «the second one».
    pub(super) fn does_with_row(&self, text: &str) -> bool {
        let fresh = self.planned(text, &BTreeMap::new()).0;
        let Some(meant) = self.row_meant(text, &fresh) else { return false };
        let Ok(subject) = self.row_of(&meant) else { return false };
        let verb = meant.before.trim().to_lowercase();
        if CHOOSING.contains(&verb.as_str()) {
            return false;
        }
        let request = format!("{}{} \"{}\"{}", meant.before, subject.noun, subject.names.concat(), meant.behind);
        LOOKS.contains(&verb.as_str()) || matches!(self.planned(&request, &BTreeMap::new()).0, Planning::Plan(_))
    }

    /// Puts the name in the place of the words.
    pub(super) fn pick(&mut self, meant: &Meant<'_>) -> Picked {
        match self.row_of(meant) {
            Ok(subject) => self.with_row(meant, subject),
            Err(question) => Picked::Ask(question),
        }
    }

    /// What the row names, or what is to be asked.
    pub(super) fn row_of(&self, meant: &Meant<'_>) -> Result<Subject, String> {
        let phrases = &self.setup.phrases;
        let said = ("said", meant.said);
        let Some(listing) = &self.context.listing else { return Err(phrases.fill("rows_none", &[said])) };
        let noun = listing.noun.as_str();
        if let Some(other) = meant.noun.as_deref().filter(|other| !noun.is_empty() && !is_called(noun, other)) {
            return Err(phrases.fill("rows_kind", &[said, ("noun", noun), ("other", other)]));
        }
        if meant.place == Place::Last && !listing.whole {
            return Err(phrases.fill("rows_cut", &[said]));
        }
        let row = match meant.place {
            Place::At(at) => listing.rows.get(at),
            Place::Last => listing.rows.last(),
        };
        let Some(row) = row else {
            let count = listing.rows.len().to_string();
            return Err(phrases.fill("rows_range", &[said, ("count", &count)]));
        };
        listing.subject(row).ok_or_else(|| phrases.fill("rows_odd", &[said]))
    }

    fn with_row(&mut self, meant: &Meant<'_>, subject: Subject) -> Picked {
        let name = subject.names.concat();
        let object = format!("{} \"{name}\"", subject.noun);
        let place = subject.namespace.as_ref().map_or_else(String::new, |place| format!(" in namespace \"{place}\""));
        let mut requests = vec![format!("{}{object}{place}{}", meant.before, meant.behind)];
        let verb = meant.before.trim().to_lowercase();
        let ends = meant.behind.trim_end_matches(['.', '?', '!']).trim().is_empty();
        if ends && LOOKS.contains(&verb.as_str()) {
            requests.push(match subject.noun.as_str() {
                "branch" => format!("show the log of {object}{place}"),
                "service" | "unit" => format!("show the status of {object}{place}"),
                // What stands in quotes is no number of a stash.
                "stash" => format!("show stash {name}"),
                _ => format!("describe {object}{place}"),
            });
        }
        let values = [("said", meant.said), ("noun", &subject.noun), ("name", &name)];
        if ends && ABOUT.contains(&verb.as_str()) {
            let text = self.setup.phrases.fill("rows_what", &values);
            self.context.subject = Some(subject);
            return Picked::Ask(text);
        }
        for request in requests {
            let mut understood = self.planned(&request, &BTreeMap::new());
            let fits = match &understood {
                (Planning::Plan(plan), about) => {
                    let elsewhere = about.as_ref().is_some_and(|about| about.tool != subject.tool);
                    (!elsewhere || subject.tool.is_empty()) && names(plan, &name)
                }
                // A diagnosis may be what is wanted.
                (Planning::Unsure(_), _) => self.asks_runbook(&request, &understood.0),
                (Planning::Ask(_), _) => false,
            };
            if let (Planning::Plan(plan), _) = &mut understood {
                plan.thought = format!("{} «{}» is the {} {name}.", plan.thought, meant.said, subject.noun);
            }
            if fits {
                return Picked::Request(request, understood);
            }
        }
        Picked::Ask(self.setup.phrases.fill("rows_cannot", &values))
    }
}

/// Whether a plan does something with this name: a word of a command, by itself or behind its kind.
fn names(plan: &Plan, name: &str) -> bool {
    plan.steps.iter().flat_map(|step| &step.words).any(|word| match word {
        Word::Text(text) => is_behind_kind(text, name),
        Word::Line(_) | Word::Listed { .. } => false,
    })
}

/// Whether one of a kind is called so: `pod`, `pods`.
pub(super) fn is_called(noun: &str, word: &str) -> bool {
    word == noun || ["s", "es"].iter().any(|end| word.strip_suffix(*end) == Some(noun))
}

/// The place that a word says.
fn place(word: &str) -> Option<Place> {
    if word == "last" {
        return Some(Place::Last);
    }
    if let Some(at) = planner::ordinal(word) {
        return Some(Place::At(at));
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(*end))?;
    number(digits)
}

fn number(digits: &str) -> Option<Place> {
    let few = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse::<usize>().ok().filter(|_| few)?.checked_sub(1).map(Place::At)
}

/// The first place in a text that means a row.
pub(super) fn meant(text: &str, is_noun: impl Fn(&str) -> bool) -> Option<Meant<'_>> {
    if text.contains(['"', '`', '\n']) {
        return None;
    }
    let spans: Vec<(usize, &str)> = spans(text);
    let norms: Vec<String> = spans.iter().map(|(_, word)| bare(word).to_lowercase()).collect();
    let norm = |at: usize| norms.get(at).map_or("", String::as_str);
    let ends = |at: usize| {
        let stop = spans.get(at).is_some_and(|(_, word)| bare(word).len() < word.len());
        stop || at + 1 == spans.len() || BEHIND.contains(&norm(at + 1))
    };
    (0..spans.len()).find_map(|at| {
        let the = usize::from(norm(at) == "the");
        let (length, row, noun, sure) = if let Some(row) = place(norm(at + the)) {
            let next = norm(at + the + 1);
            if next == "one" || the == 1 && ROWS.contains(&next) {
                (the + 2, row, None, true)
            } else if the == 1 && ends(at + 1) {
                (2, row, None, true)
            } else if the == 1 && is_noun(next) && ends(at + 2) {
                // «the last commit» and «the first container» mean something by themselves too.
                (3, row, Some(next.to_owned()), false)
            } else {
                return None;
            }
        } else if ["number", "no", "nr", "row"].contains(&norm(at)) && ends(at + 1) {
            let counts = at.checked_sub(1).is_some_and(|before| NUMBERED.contains(&norm(before)));
            (2, number(norm(at + 1)).filter(|_| !counts)?, None, false)
        } else {
            (1, norm(at).strip_prefix('#').and_then(number).filter(|_| ends(at))?, None, false)
        };
        let start = spans.get(at)?.0;
        let (last, word) = *spans.get(at + length - 1)?;
        let end = last + bare(word).len();
        let (before, said, behind) = (text.get(..start)?, text.get(start..end)?, text.get(end..)?);
        let behind = LISTED.iter().find_map(|words| behind.strip_prefix(*words)).unwrap_or(behind);
        Some(Meant { place: row, said, before, behind, noun, sure })
    })
}

/// The words with where they begin.
fn spans(text: &str) -> Vec<(usize, &str)> {
    let mut spans = Vec::new();
    let mut from = 0;
    for word in text.split(char::is_whitespace) {
        if !word.is_empty() {
            spans.push((from, word));
        }
        from +=
            word.len() + text.get(from + word.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    spans
}

/// A word without what ends a sentence behind it.
pub(super) fn bare(word: &str) -> &str {
    word.trim_end_matches([',', '.', '?', '!', ';', ':'])
}

/// A listing after a command that ran well: what it listed, or none where its output is something else. What was done to
/// one of its rows leaves it as it is.
pub(super) fn after(old: Option<Listing>, new: Option<Listing>, command: &str) -> Option<Listing> {
    let named = |listing: &Listing| listing.rows.iter().any(|row| !row.name.is_empty() && has_word(command, &row.name));
    new.or_else(|| old.filter(named))
}

fn has_word(command: &str, name: &str) -> bool {
    command.split_whitespace().any(|word| is_behind_kind(word.trim_matches('\''), name))
}

/// Whether a word of a command is the name, by itself or behind its kind or an option.
fn is_behind_kind(word: &str, name: &str) -> bool {
    word.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with(['/', '=', ':']))
}
