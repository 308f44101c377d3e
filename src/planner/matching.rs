//! A request under one intent while it is being matched: which words are
//! explained, which became values, where the nouns stand.

use std::collections::BTreeMap;

use super::lexicon::{Lexicon, Tool};
use super::slots::Value;
use super::tokens::Token;

/// What a token is to one intent while it is being matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Free,
    /// Explains something: an action, a noun, a flag, a cue.
    Used,
    /// Became the value of a slot.
    Value,
}

/// A request under one intent.
pub(super) struct Matching<'a> {
    pub tokens: &'a [Token],
    pub lexicon: &'a Lexicon,
    pub tool: &'a Tool,
    pub marks: Vec<Mark>,
    /// Where the nouns that the intent needs were found.
    pub anchors: Vec<usize>,
    pub values: BTreeMap<String, Value>,
}

impl Matching<'_> {
    pub fn free(&self, index: usize) -> bool {
        self.marks.get(index) == Some(&Mark::Free)
    }

    pub fn norm(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| token.norm.as_str())
    }

    pub fn mark(&mut self, start: usize, length: usize, mark: Mark) {
        self.marks.iter_mut().skip(start).take(length).for_each(|slot| *slot = mark);
    }

    /// Where a phrase stands among words that are no values and not quoted.
    pub fn find(&self, phrase: &str) -> Option<(usize, usize)> {
        let words: Vec<&str> = phrase.split_whitespace().collect();
        (0..self.tokens.len().saturating_sub(words.len().saturating_sub(1))).find_map(|start| {
            let fits = words.iter().enumerate().all(|(offset, word)| {
                let token = &self.tokens[start + offset];
                !token.quoted && self.marks[start + offset] != Mark::Value && token.norm == *word
            });
            (fits && !words.is_empty()).then_some((start, words.len()))
        })
    }

    /// Every place where a spelling of the noun class stands.
    pub fn find_class(&self, class: &str) -> Option<(usize, usize)> {
        let mut spellings: Vec<&String> =
            self.tool.nouns.iter().filter(|(_, written)| *written == class).map(|(spelling, _)| spelling).collect();
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        spellings.into_iter().find_map(|spelling| self.find(spelling))
    }
}
