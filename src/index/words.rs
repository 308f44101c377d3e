//! The vocabulary of the index, and words as the index keeps them.
//!
//! Owns the asking of SQLite's own tokenizer, so that a word of a query, of a text and of the index are cut and stemmed
//! by the same code. Knows no entry.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::edits;
use super::query::parts;

/// Neighbours of an unknown word that are looked for.
const MOST: usize = 4;

/// A connection whose schema has the vocabulary, for the length of one search.
pub(super) struct Words<'a> {
    db: &'a Connection,
    /// Counting the entries of a word that stands everywhere costs as much as reading where it stands.
    counted: RefCell<BTreeMap<String, u64>>,
}

impl<'a> Words<'a> {
    pub(super) fn new(db: &'a Connection) -> Words<'a> {
        Words { db, counted: RefCell::new(BTreeMap::new()) }
    }

    /// The stems of these parts, one for each.
    pub(super) fn stems(&self, parts: &[&str]) -> rusqlite::Result<Vec<String>> {
        // Plain words are cut by everybody alike. Others may not be; then small letters have to do for their stems.
        let is_plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (plain, other): (Vec<&str>, Vec<&str>) = parts.iter().copied().partition(is_plain);
        let mut plain = self.each(&plain)?.into_iter();
        let mut other = self.each(&other)?.into_iter();
        let next = |part: &&str| if is_plain(part) { plain.next() } else { other.next() };
        Ok(parts.iter().map(next).map(Option::unwrap_or_default).collect())
    }

    fn each(&self, parts: &[&str]) -> rusqlite::Result<Vec<String>> {
        let stems = self.cut(&parts.join(" "))?;
        Ok(if stems.len() == parts.len() { stems } else { parts.iter().map(|part| part.to_lowercase()).collect() })
    }

    /// The text cut and stemmed, in the order of the text.
    fn cut(&self, text: &str) -> rusqlite::Result<Vec<String>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        self.db.prepare_cached("INSERT INTO temp.said(said) VALUES ('delete-all')")?.execute([])?;
        self.db.prepare_cached("INSERT INTO temp.said(rowid, text) VALUES (1, ?)")?.execute([text])?;
        let mut asked = self.db.prepare_cached("SELECT term, \"offset\" FROM temp.said_words")?;
        let rows = asked.query_map([], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, String>(0)?)))?;
        let mut found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        found.sort_unstable();
        Ok(found.into_iter().map(|(_, term)| term).collect())
    }

    /// Entries that have the stem.
    pub(super) fn docs(&self, stem: &str) -> rusqlite::Result<u64> {
        if let Some(known) = self.counted.borrow().get(stem) {
            return Ok(*known);
        }
        let mut asked = self.db.prepare_cached("SELECT doc FROM temp.vocabulary WHERE term = ?")?;
        let docs = asked.query_row([stem], |row| row.get::<_, u64>(0)).optional()?.unwrap_or(0);
        self.counted.borrow_mut().insert(stem.to_owned(), docs);
        Ok(docs)
    }

    /// Entries that can have these parts one behind the other, at most.
    pub(super) fn docs_of(&self, phrase: &str) -> rusqlite::Result<u64> {
        let parts: Vec<&str> = parts(phrase).collect();
        let mut least = u64::MAX;
        for stem in self.stems(&parts)? {
            least = least.min(self.docs(&stem)?);
        }
        Ok(if parts.is_empty() { 0 } else { least })
    }

    /// Words of the vocabulary one slip away from `word`, those of the most entries first.
    pub(super) fn near(&self, asked: &str) -> rusqlite::Result<Vec<String>> {
        let near = edits::neighbours(asked);
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let mut by_stem: BTreeMap<String, &str> = BTreeMap::new();
        for (stem, word) in self.stems(&near)?.into_iter().zip(&near) {
            // Of several forms the longest is told: a letter is left out more easily than added.
            let told = by_stem.entry(stem).or_insert(word);
            if word.len() > told.len() {
                *told = word;
            }
        }
        let mut found = BTreeSet::new();
        for (stem, word) in by_stem {
            let docs = self.docs(&stem)?;
            if docs > 0 {
                // People seldom miss the first letter.
                let far = word.as_bytes().first() != asked.as_bytes().first();
                found.insert((far, std::cmp::Reverse(docs), word.to_owned()));
            }
        }
        Ok(found.into_iter().take(MOST).map(|(.., word)| word).collect())
    }
}
