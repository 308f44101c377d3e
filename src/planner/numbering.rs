//! Words as numbers: what skills take for the same is compared with a request without reading a letter again.
//!
//! Owns which number a word has. Knows nothing of what a phrase means.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use super::tokens::Token;

/// What stands for a word that is in no phrase, and for one in quotes.
const UNKNOWN: u32 = 0;

/// Every word of a phrase, with its number: its place, from 1.
///
/// Looked up some hundred thousand times at a start, which an ordered map takes four times as long for.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbering {
    words: IndexSet<Box<str>>,
    /// Places of the words that begin with a letter.
    under: BTreeMap<char, Vec<u32>>,
}

impl Numbering {
    /// The number of a word in lower case, a new one where it has none.
    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.known(word) {
            return number;
        }
        let (place, _) = self.words.insert_full(word.into());
        let place = u32::try_from(place).unwrap_or(u32::MAX - 1);
        if let Some(letter) = word.chars().next() {
            self.under.entry(letter).or_default().push(place);
        }
        place + 1
    }

    fn known(&self, word: &str) -> Option<u32> {
        self.words.get_index_of(word).and_then(|place| u32::try_from(place + 1).ok())
    }

    /// Adds the words of a phrase, in lower case, to `to`.
    fn add(&mut self, phrase: &str, to: &mut Vec<u32>) {
        for word in phrase.split_whitespace() {
            let number = if word.chars().any(char::is_uppercase) {
                self.number(&word.to_lowercase())
            } else {
                self.number(word)
            };
            to.push(number);
        }
    }

    /// Phrases in the order given.
    pub fn phrases<'a>(&mut self, phrases: impl IntoIterator<Item = &'a str>) -> Phrases {
        let (mut words, mut ends) = (Vec::new(), Vec::new());
        for phrase in phrases {
            self.add(phrase, &mut words);
            ends.push(u32::try_from(words.len()).unwrap_or(u32::MAX));
        }
        Phrases { words: words.into(), ends: ends.into() }
    }

    /// Whether a word is in some phrase.
    pub fn knows(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether a word is one of these.
    pub fn is_in(&self, word: &str, words: &Words) -> bool {
        self.known(word).is_some_and(|number| words.has(number))
    }

    /// The words that begin with a letter.
    pub fn beginning_with(&self, letter: char) -> impl Iterator<Item = &str> {
        let places = self.under.get(&letter).into_iter().flatten();
        places.filter_map(|place| self.words.get_index(*place as usize)).map(|word| &**word)
    }

    /// A request's words.
    pub fn said(&self, tokens: &[Token]) -> Said {
        let mut present = vec![false; self.words.len() + 1];
        let number = |token: &Token| {
            if token.quoted { UNKNOWN } else { self.known(&token.norm).unwrap_or(UNKNOWN) }
        };
        let numbers: Vec<u32> = tokens.iter().map(number).collect();
        for number in &numbers {
            present[*number as usize] = *number != UNKNOWN;
        }
        Said { numbers, present }
    }
}

/// Phrases of a skill, one behind the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Phrases {
    words: Box<[u32]>,
    /// Where each ends in `words`.
    ends: Box<[u32]>,
}

impl Phrases {
    /// The words of each phrase, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let phrase = &self.words[start..*end as usize];
            start = *end as usize;
            phrase
        })
    }

    pub fn contains(&self, words: &[u32]) -> bool {
        self.iter().any(|phrase| phrase == words)
    }

    /// Those of one word.
    pub fn single(&self) -> impl Iterator<Item = u32> {
        self.iter().filter_map(|phrase| match phrase {
            [word] => Some(*word),
            _ => None,
        })
    }

    /// The words that phrases begin with.
    pub fn beginnings(&self) -> BTreeSet<u32> {
        self.iter().filter_map(|phrase| phrase.first().copied()).collect()
    }
}

/// A set of words.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(Vec<bool>);

impl Words {
    pub fn has(&self, word: u32) -> bool {
        self.0.get(word as usize) == Some(&true)
    }
}

impl Extend<u32> for Words {
    fn extend<T: IntoIterator<Item = u32>>(&mut self, words: T) {
        for word in words {
            let place = word as usize;
            if self.0.len() <= place {
                self.0.resize(place + 1, false);
            }
            self.0[place] = true;
        }
    }
}

/// The words of a request as numbers.
#[derive(Debug)]
pub(super) struct Said {
    numbers: Vec<u32>,
    present: Vec<bool>,
}

impl Said {
    /// Whether a word occurs at all.
    pub fn has(&self, word: u32) -> bool {
        self.present.get(word as usize) == Some(&true)
    }

    /// The word at `at`, `None` where no phrase has it.
    pub fn word(&self, at: usize) -> Option<u32> {
        self.numbers.get(at).copied().filter(|number| *number != UNKNOWN)
    }

    /// The words from `start` on, as many as there are up to `length`.
    pub fn words(&self, start: usize, length: usize) -> &[u32] {
        let end = self.numbers.len().min(start + length);
        self.numbers.get(start..end).unwrap_or_default()
    }

    /// Where a phrase stands, first to last.
    pub fn places<'a>(&'a self, phrase: &'a [u32]) -> impl Iterator<Item = usize> + 'a {
        let first = phrase.first().filter(|first| self.has(**first));
        let ends = self.numbers.len() + 1;
        let starts = 0..first.map_or(0, |_| ends.saturating_sub(phrase.len()));
        starts.filter(move |start| self.numbers[*start..].starts_with(phrase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_where_they_stand_whatever_their_case() {
        let mut numbering = Numbering::default();
        let phrases = numbering.phrases(["Roll back", "roll"]);
        let token = |word: &str, quoted: bool| Token { quoted, ..Token::word(word) };
        let said = numbering.said(&[
            token("roll", true),
            token("roll", false),
            token("back", false),
            token("it", false),
            token("roll", false),
        ]);
        let places: Vec<Vec<usize>> = phrases.iter().map(|phrase| said.places(phrase).collect()).collect();
        assert_eq!(places, [vec![1], vec![1, 4]]);
        assert_eq!((said.word(0), said.word(3)), (None, None));
        assert_eq!(numbering.beginning_with('r').collect::<Vec<_>>(), ["roll"]);
    }
}
