//! The words one slip of the finger away from a word.
//!
//! Owns the enumeration: a letter left out, doubled or foreign, one in the place of another, two swapped.

use std::collections::BTreeSet;

/// Words shorter than this have too many neighbours to mean one of them.
pub(super) const SHORTEST: usize = 4;

/// Every word at edit distance 1, swaps among it, in the letters a to z. None for words that are short, hold other
/// characters, or hold digits: numbers that look alike are different things.
pub(super) fn neighbours(word: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let letters = word.as_bytes();
    if letters.len() < SHORTEST || !letters.iter().all(u8::is_ascii_lowercase) {
        return found;
    }
    for at in 0..=letters.len() {
        let (head, tail) = word.split_at(at);
        let rest = tail.get(1..);
        if let Some(rest) = rest {
            found.insert(format!("{head}{rest}"));
        }
        if let (Some(two), Some(after)) = (tail.get(..2), tail.get(2..)) {
            let swapped: String = two.chars().rev().collect();
            found.insert(format!("{head}{swapped}{after}"));
        }
        for letter in 'a'..='z' {
            found.insert(format!("{head}{letter}{tail}"));
            if let Some(rest) = rest {
                found.insert(format!("{head}{letter}{rest}"));
            }
        }
    }
    found.remove(word);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_single_slip_is_undone() {
        let found = neighbours("timoeut");
        assert!(found.contains("timeout"));
        for slip in ["tmeout", "timeeout", "timeput", "timeoutx"] {
            assert!(neighbours(slip).contains("timeout"), "{slip}");
        }
        assert!(!found.contains("timoeut"));
        assert!(!found.contains("meout"));
    }

    #[test]
    fn short_words_and_numbers_mean_themselves() {
        for word in ["pod", "7d4f9", "v1234", "größe", "Pods"] {
            assert!(neighbours(word).is_empty(), "{word}");
        }
    }
}
