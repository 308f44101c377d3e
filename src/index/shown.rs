//! From rows to what a person sees: the text is read from the log, at the offset its chain tells.
//!
//! Owns the reading, the dropping of what is not there any more, and the marks.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rusqlite::Connection;

use super::IndexError;
use super::answer::{Answer, Hit, Snippet};
use super::fields::{self, OUTPUT_BOUND};
use super::ranking::Ranked;
use super::snippet::{self, Word};
use super::sqlite::{Looked, Sqlite};
use super::words::Words;
use crate::history::Record;
use crate::store::Trail;

/// Bytes of an entry's text that are looked through for a piece to show.
const LOOKED_AT: usize = 64 << 10;

impl Sqlite {
    /// Adds these entries to the answer as hits.
    pub(super) fn show<'a>(
        &self,
        looked: &Looked,
        ranked: impl Iterator<Item = &'a Ranked>,
        answer: &mut Answer,
    ) -> Result<(), IndexError> {
        let mut trails = BTreeMap::new();
        let mut gone = 0_u64;
        for found in ranked {
            let entry = &found.entry;
            let trail = trails
                .entry((&entry.session, &entry.branch))
                .or_insert_with(|| self.memory.trail(&entry.session, &entry.branch));
            let record = trail.as_ref().map(|trail| trail.at(&entry.spot)).transpose()?.flatten();
            let Some((record, trail)) =
                record.filter(|record| record.head.id.as_str() == entry.name).zip(trail.as_ref())
            else {
                gone += 1;
                continue;
            };
            let snippet = piece(&self.db, trail, &record, entry.output.as_deref(), &looked.stems)?;
            answer.hits.push(Hit {
                root: self.memory.root().to_owned(),
                session: entry.session.clone(),
                archived: trail.is_archived(),
                branch: entry.branch.clone(),
                entry: record.head.id,
                seq: record.head.seq,
                at: record.head.at,
                kind: record.head.kind,
                actor: record.head.actor,
                tool: entry.tool.clone(),
                tier: entry.tier,
                exit: entry.exit,
                score: found.score,
                snippet,
                sound: record.sound,
            });
        }
        if gone > 0 {
            answer
                .notes
                .push(format!("left out: {gone} that the logs do not hold any more; the index is being corrected"));
        }
        Ok(())
    }
}

fn piece(
    db: &Connection,
    trail: &Trail,
    record: &Record,
    output: Option<&str>,
    stems: &BTreeSet<String>,
) -> Result<Snippet, IndexError> {
    let text = head(snippet::own(&record.text), LOOKED_AT);
    let hits = marked(db, text, stems)?;
    if hits.is_empty()
        && let Some(path) = output.filter(|_| !stems.is_empty())
        && let Some(whole) = trail.output(path, OUTPUT_BOUND)?
    {
        let whole = String::from_utf8_lossy(&whole);
        let hits = marked(db, &whole, stems)?;
        if !hits.is_empty() {
            return Ok(Snippet { output: Some(path.to_owned()), ..snippet::cut(&whole, &hits) });
        }
    }
    Ok(snippet::cut(text, &hits))
}

/// The words of the text that were looked for; one that is written together, by any of its parts.
fn marked(db: &Connection, text: &str, stems: &BTreeSet<String>) -> rusqlite::Result<Vec<Word>> {
    // Stemming changes the ends of words only: what begins otherwise need not be asked about.
    let beginnings: BTreeSet<String> = stems.iter().map(|stem| stem.chars().take(2).collect()).collect();
    let begins = |word: &str| {
        let beginning: String = word.chars().take(2).flat_map(char::to_lowercase).collect();
        !beginning.is_ascii() || beginnings.contains(&beginning)
    };
    let mut found: Vec<(&str, Range<usize>)> = Vec::new();
    for at in snippet::words(text) {
        let word = text.get(at.clone()).unwrap_or_default();
        found.push((word, at.clone()));
        if fields::has_hump(word) {
            let parts = fields::humps(word).into_iter().map(|part| at.start + part.start..at.start + part.end);
            found.extend(parts.filter_map(|part| Some((text.get(part)?, at.clone()))));
        }
    }
    found.retain(|(word, ..)| begins(word));
    let different: BTreeSet<&str> = found.iter().map(|(word, ..)| *word).collect();
    let different: Vec<&str> = different.into_iter().collect();
    let known = Words::new(db).stems(&different)?;
    let known: BTreeMap<&str, String> = different.into_iter().zip(known).collect();
    let mut words: Vec<Word> = Vec::new();
    for (word, whole) in found {
        let stem = known.get(word).filter(|stem| stems.contains(*stem));
        if let Some(stem) = stem.filter(|_| words.last().is_none_or(|last| last.at != whole)) {
            words.push(Word { at: whole, stem: stem.clone() });
        }
    }
    Ok(words)
}

/// The beginning of a text.
pub(super) fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}
