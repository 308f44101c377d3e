//! The scan of lines that are not understood: which strict rules could be
//! meant by what stands in them?
//!
//! Over-approximates on purpose and can only raise a tier. Cuts the text at
//! everything a shell could treat as a border, takes quotes and backslashes
//! off, and calls a rule sighted when all its words occur, in any order.
//! Linear in the length of the line; knows no grammar and never gives up.

use std::collections::BTreeSet;

use super::book::{Placed, RuleBook};
use super::canonical::triggered;
use crate::domain::Tier;

/// The words of a text as a scan sees them.
pub(crate) struct Sighting {
    words: Vec<String>,
    names: BTreeSet<String>,
}

impl Sighting {
    /// Scans raw text.
    pub fn of_text(text: &str) -> Sighting {
        let mut words = Vec::new();
        let mut word = String::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => {
                    // A backslash hides a letter or joins two lines; the letter itself stays.
                    if let Some(next) = characters.next()
                        && next != '\n'
                    {
                        word.push(next);
                    }
                }
                '\'' | '"' => {}
                border if border.is_whitespace() || border.is_control() || "|&;<>()`$,{}[]".contains(border) => {
                    if !word.is_empty() {
                        words.push(std::mem::take(&mut word));
                    }
                }
                other => word.push(other),
            }
        }
        if !word.is_empty() {
            words.push(word);
        }
        Sighting::of_words(words)
    }

    /// Scans words that were already taken apart, and the text inside each of them.
    pub fn of_command(words: &[String]) -> Sighting {
        let mut all = words.to_vec();
        for word in words.iter().filter(|word| word.contains(|c: char| c.is_whitespace() || ";|&$`(".contains(c))) {
            all.extend(Sighting::of_text(word).words);
        }
        Sighting::of_words(all)
    }

    fn of_words(words: Vec<String>) -> Sighting {
        let mut names: BTreeSet<String> = words.iter().cloned().collect();
        // `/bin/rm`, `./kubectl` and `X=rm` count by their last part.
        names.extend(words.iter().filter_map(|word| word.rsplit(['/', '=']).next()).map(str::to_owned));
        Sighting { words, names }
    }

    /// The strictest rule that could be meant.
    pub fn strictest<'a>(&self, book: &'a RuleBook) -> Option<&'a Placed> {
        let mut best: Option<&Placed> = None;
        for name in &self.names {
            let Some((_, rules)) = book.program(name) else { continue };
            for placed in &rules.rules {
                let rule = &placed.rule;
                if rule.tier == Tier::Auto || best.is_some_and(|best| best.rule.tier >= rule.tier) {
                    continue;
                }
                let path_seen = rule.path.iter().all(|word| self.names.contains(word));
                let flags_seen = || rule.flags.iter().all(|flag| self.sees_flag(flag));
                if path_seen && flags_seen() {
                    best = Some(placed);
                }
            }
        }
        best
    }

    fn sees_flag(&self, flag: &str) -> bool {
        // The first word is skipped by `triggered` as the program; here every word counts.
        triggered(flag, &self.words, None) || self.words.first().is_some_and(|word| word == flag)
    }

    /// Whether a command that streams could be meant.
    pub fn streams(&self, book: &RuleBook) -> bool {
        self.names.iter().filter_map(|name| book.program(name)).any(|(_, rules)| {
            rules.streaming.iter().any(|pattern| {
                pattern
                    .iter()
                    .all(|word| if word.starts_with('-') { self.sees_flag(word) } else { self.names.contains(word) })
            })
        })
    }
}
