//! From the words of a query to what is looked for: each word with the forms, corrections and other words for it.
//!
//! Owns the widening. What was typed, what a slip of the finger made of it and what else is said for it are kept apart,
//! since they do not count the same.

use std::collections::BTreeSet;

use super::lexicon::Lexicon;
use super::query::{Term, parts};
use super::words::Words;

/// Words of a query that are looked for: those of the fewest entries.
const RAREST: usize = 6;
/// What a word counts that is part of a phrase with other words for it.
const PART: f64 = 0.5;

/// One thing that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// The word as it was typed, or what it can have been meant to be.
    pub typed: Vec<Form>,
    /// Other words for it.
    pub alike: Vec<Form>,
    /// Whether a hit must have it.
    pub required: bool,
    /// What it counts: a word that means something only with its neighbour counts less by itself.
    pub weight: f64,
}

/// A word or words one behind the other, letters and digits only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub text: String,
    /// Entries that can have it, at most.
    pub docs: u64,
}

impl Group {
    /// Entries that can have any of it, at most.
    pub(super) fn docs(&self) -> u64 {
        self.typed.iter().chain(&self.alike).fold(0, |docs, form| docs.saturating_add(form.docs))
    }
}

/// Any of the forms in the language of FTS5: `"out of memory" OR "oomkilled"`. Nothing in a form can end a string.
pub(super) fn any<'a>(forms: impl IntoIterator<Item = &'a Form>) -> String {
    forms.into_iter().map(|form| format!("\"{}\"", form.text)).collect::<Vec<_>>().join(" OR ")
}

/// All that is looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sought {
    /// The rarest first.
    pub groups: Vec<Group>,
    /// Stems that are marked in what is shown.
    pub stems: BTreeSet<String>,
    /// Words no entry has, with those looked for instead.
    pub corrected: Vec<(String, Vec<String>)>,
}

/// What these terms look for.
pub(super) fn of(terms: &[Term], lexicon: &Lexicon, words: &Words<'_>) -> rusqlite::Result<Sought> {
    let telling = |term: &Term| term.quoted || !term.parts.iter().all(|part| lexicon.ignores(part));
    // A question of nothing but words that tell nothing is meant all the same.
    let all = !terms.iter().any(telling);
    let mut sought = Sought::default();
    let covered = phrases(terms, lexicon, words, &mut sought)?;
    for (at, term) in terms.iter().enumerate().filter(|(_, term)| all || telling(term)) {
        one(term, covered.contains(&at), lexicon, words, &mut sought)?;
    }
    sought.groups.retain(|group| group.docs() > 0 || group.required);
    sought.groups.sort_by(|one, other| (one.docs(), &one.typed).cmp(&(other.docs(), &other.typed)));
    // Two words that both stand for the same others are one question.
    let said = |group: &Group| group.typed.iter().any(|form| form.docs > 0);
    let same =
        |one: &Group, other: &Group| one.typed == other.typed || !said(one) && !said(other) && one.alike == other.alike;
    let mut kept: Vec<Group> = Vec::new();
    for group in std::mem::take(&mut sought.groups) {
        if !kept.iter().any(|kept| same(kept, &group)) {
            kept.push(group);
        }
    }
    sought.groups = kept;
    let required = |group: &Group| group.required;
    let rest = sought.groups.iter().filter(|group| !required(group)).count();
    if rest > RAREST {
        let mut kept = 0;
        sought.groups.retain(|group| {
            kept += usize::from(!group.required);
            group.required || kept <= RAREST
        });
    }
    Ok(sought)
}

/// The group of one term, with what it can have been meant to be.
fn one(term: &Term, is_part: bool, lexicon: &Lexicon, words: &Words<'_>, sought: &mut Sought) -> rusqlite::Result<()> {
    let typed = term.parts.join(" ");
    let mut forms = vec![typed.clone()];
    if !term.quoted && !is_part {
        for (at, part) in term.parts.iter().enumerate() {
            let stems = words.stems(&[part])?;
            if words.docs(stems.first().map_or(part, |stem| stem))? > 0 {
                continue;
            }
            if term.parts.len() == 1 && is_said_otherwise(part, lexicon, words)? {
                continue;
            }
            let near = words.near(part)?;
            sought.corrected.push((part.clone(), near.clone()));
            // A part that no entry has would make the whole found nowhere.
            let with = |other: &str| replaced(&term.parts, at, other);
            forms = if near.is_empty() && term.parts.len() > 1 {
                vec![with("")]
            } else {
                near.iter().map(|other| with(other)).collect()
            };
            if forms.is_empty() {
                forms = vec![typed.clone()];
            }
        }
    }
    let mut alike = BTreeSet::new();
    for form in forms.iter().filter(|_| !term.quoted) {
        others(form, lexicon, words, &mut alike)?;
    }
    let found = group(&forms, &alike, lexicon, words, sought)?;
    let weight = if is_part { PART } else { 1.0 };
    sought.groups.push(Group { required: term.quoted, weight, ..found });
    Ok(())
}

/// Words that stand together and have one meaning together: `out of memory`. Returns which terms have a part in one.
fn phrases(
    terms: &[Term],
    lexicon: &Lexicon,
    words: &Words<'_>,
    sought: &mut Sought,
) -> rusqlite::Result<BTreeSet<usize>> {
    let mut covered = BTreeSet::new();
    let plain = |at: usize| terms.get(at).filter(|term| !term.quoted).map(|term| term.parts.join(" "));
    for start in 0..terms.len() {
        for count in 2..=lexicon.longest() {
            let Some(together) = (start..start + count).map(plain).collect::<Option<Vec<_>>>() else { break };
            let together = together.join(" ");
            let mut alike = BTreeSet::new();
            others(&together, lexicon, words, &mut alike)?;
            if alike.is_empty() {
                continue;
            }
            let found = group(&[together], &alike, lexicon, words, sought)?;
            if !found.alike.is_empty() {
                covered.extend(start..start + count);
            }
            sought.groups.push(found);
        }
    }
    Ok(covered)
}

fn group(
    forms: &[String],
    alike: &BTreeSet<String>,
    lexicon: &Lexicon,
    words: &Words<'_>,
    sought: &mut Sought,
) -> rusqlite::Result<Group> {
    let mut form = |text: &String| -> rusqlite::Result<Form> {
        let text = parts(text).collect::<Vec<_>>().join(" ");
        let docs = words.docs_of(&text)?;
        if docs > 0 {
            // `of` is looked for where it stands and shows nobody why.
            let parts: Vec<&str> = parts(&text).filter(|part| !lexicon.ignores(part)).collect();
            sought.stems.extend(words.stems(&parts)?);
        }
        Ok(Form { text, docs })
    };
    let typed = forms.iter().map(&mut form).collect::<rusqlite::Result<Vec<_>>>()?;
    let mut others =
        alike.iter().filter(|other| !forms.contains(other)).map(form).collect::<rusqlite::Result<Vec<_>>>()?;
    others.retain(|form| form.docs > 0);
    Ok(Group { typed, alike: others, required: false, weight: 1.0 })
}

fn others(form: &str, lexicon: &Lexicon, words: &Words<'_>, alike: &mut BTreeSet<String>) -> rusqlite::Result<()> {
    let parts: Vec<&str> = parts(form).collect();
    let stems = words.stems(&parts)?;
    let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
    alike.extend(lexicon.others(&stems).into_iter().map(str::to_owned));
    Ok(())
}

/// Whether the logs have another word for it, so that it needs no correction.
fn is_said_otherwise(word: &str, lexicon: &Lexicon, words: &Words<'_>) -> rusqlite::Result<bool> {
    let mut alike = BTreeSet::new();
    others(word, lexicon, words, &mut alike)?;
    for other in alike {
        if words.docs_of(&other)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn replaced(parts: &[String], at: usize, other: &str) -> String {
    let parts = parts.iter().enumerate().map(|(index, part)| if index == at { other } else { part.as_str() });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
