//! What people say for one thing: many short phrases, kept in one text, since there are a hundred thousand of them.
//!
//! Knows nothing of what they mean.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// Phrases in the order of the file.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Sayings {
    text: String,
    /// Where each ends in `text`, in bytes.
    ends: Vec<u32>,
}

impl Sayings {
    /// Each phrase.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.text[*start as usize..*end as usize])
    }

    /// Where a phrase stands among those that are in alphabetical order.
    #[must_use]
    pub fn find_sorted(&self, phrase: &str) -> Option<usize> {
        let start = |at: usize| at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let (mut from, mut to) = (0, self.ends.len());
        while from < to {
            let at = from + (to - from) / 2;
            match self.text[start(at)..self.ends[at] as usize].cmp(phrase) {
                Ordering::Equal => return Some(at),
                Ordering::Less => from = at + 1,
                Ordering::Greater => to = at,
            }
        }
        None
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    #[must_use]
    pub fn contains(&self, phrase: &str) -> bool {
        self.iter().any(|known| known == phrase)
    }

    fn push(&mut self, phrase: &str) {
        self.text.push_str(phrase);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn packed(mut self) -> Sayings {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self
    }
}

impl<Phrase: AsRef<str>> FromIterator<Phrase> for Sayings {
    fn from_iter<T: IntoIterator<Item = Phrase>>(phrases: T) -> Self {
        let mut sayings = Sayings::default();
        phrases.into_iter().for_each(|phrase| sayings.push(phrase.as_ref()));
        sayings.packed()
    }
}

impl fmt::Debug for Sayings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl<'de> Deserialize<'de> for Sayings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OneByOne)
    }
}

struct OneByOne;

impl<'de> Visitor<'de> for OneByOne {
    type Value = Sayings;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut phrases: A) -> Result<Sayings, A::Error> {
        let mut sayings = Sayings::default();
        while let Some(phrase) = phrases.next_element::<String>()? {
            sayings.push(&phrase);
        }
        Ok(sayings.packed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_come_back_as_they_were_said() {
        let sayings: Sayings = serde_yaml::from_str("[how much, '', \"ä\\nb\"]").unwrap();
        assert_eq!(sayings.iter().collect::<Vec<_>>(), ["how much", "", "ä\nb"]);
        assert!(sayings.contains("how much") && !sayings.contains("how"));
        assert_eq!(format!("{sayings:?}"), "[\"how much\", \"\", \"ä\\nb\"]");
        assert!(serde_yaml::from_str::<Sayings>("[[a]]").is_err());
    }

    #[test]
    fn of_those_in_order_one_is_found_by_halving() {
        let sayings: Sayings = ["--all", "--name", "-a", "-n"].into_iter().collect();
        let found: Vec<_> = ["--all", "-n", "-a", "--name"].iter().map(|name| sayings.find_sorted(name)).collect();
        assert_eq!(found, [Some(0), Some(3), Some(2), Some(1)]);
        assert!(["", "--al", "-b", "-z"].iter().all(|name| sayings.find_sorted(name).is_none()));
    }
}
