//! A request under one intent while it is being matched: which words are
//! explained, which became values, where the nouns stand.

use std::collections::BTreeMap;

use super::lexicon::{Lexicon, Tool};
use super::numbering::{Phrases, Said};
use super::slots::Value;
use super::tokens::Token;
use crate::skill::Sayings;

/// Words that bound what is meant to what stands beside them.
pub(super) const NARROWING: &[&str] = &["only", "just"];

/// What a token is to one intent while it is being matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Free,
    /// Explains something: an action, a noun, a flag, a cue.
    Used,
    /// Explained by a slot that the command does not use.
    Aside,
    /// Became the value of a slot.
    Value,
    /// Says nothing more.
    Idle,
    /// Stands in a clause that only tells how things are: explains where it can and is never missed.
    Told,
}

/// A request under one intent.
pub(super) struct Matching<'a> {
    pub tokens: &'a [Token],
    /// The tokens as numbers.
    pub said: &'a Said,
    pub lexicon: &'a Lexicon,
    pub tool: &'a Tool,
    pub marks: Vec<Mark>,
    /// Where the nouns that the intent needs were found.
    pub anchors: Vec<usize>,
    /// Where a word that means something elsewhere stands as a name: `checkout` in «the deployment checkout».
    pub named: Vec<usize>,
    /// Words the intent takes for names, whatever they mean elsewhere.
    pub names: &'a Sayings,
    pub values: BTreeMap<String, Value>,
}

impl Matching<'_> {
    pub fn free(&self, index: usize) -> bool {
        self.marks.get(index) == Some(&Mark::Free)
    }

    /// Whether the words stand where something is asked for, and not where it is only told how things are.
    pub fn asked(&self, start: usize, length: usize) -> bool {
        self.marks.iter().skip(start).take(length).all(|mark| *mark != Mark::Told)
    }

    pub fn norm(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| token.norm.as_str())
    }

    pub fn mark(&mut self, start: usize, length: usize, mark: Mark) {
        self.marks.iter_mut().skip(start).take(length).for_each(|slot| *slot = mark);
    }

    /// Where a phrase stands among words that are no values and not quoted; what is asked counts before what is only
    /// told.
    pub fn find(&self, phrase: &[u32]) -> Option<(usize, usize)> {
        let length = phrase.len();
        let open = |at: usize| self.marks[at] != Mark::Value && !self.named.contains(&at);
        let mut told = None;
        for start in self.said.places(phrase).filter(|start| (*start..start + length).all(open)) {
            if self.asked(start, length) {
                return Some((start, length));
            }
            told = told.or(Some((start, length)));
        }
        told
    }

    /// Where a spelling of the noun class stands, the longest that does.
    pub fn find_class(&self, class: &str) -> Option<(usize, usize)> {
        self.tool.spellings.get(class).into_iter().flat_map(Phrases::iter).find_map(|spelling| self.find(spelling))
    }
}
