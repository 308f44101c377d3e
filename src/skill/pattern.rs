//! Patterns over one word: `*` is any run of characters, `#` one or more
//! digits, everything else stands for itself.
//!
//! Owns matching in time linear in the word, whatever the pattern: words come
//! from outside. Must not know what a match means.

use serde::Deserialize;

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    text: String,
    pieces: Vec<Piece>,
    fold: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Any,
    Digits,
    Exactly(char),
}

/// One bit a piece, and one for the end.
const MOST_PIECES: usize = 127;

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        Pattern::parse(&text, false)
    }
}

impl Pattern {
    /// Reads a pattern; with `fold` letters match in either case.
    ///
    /// # Errors
    /// When it is empty or longer than any pattern needs to be.
    pub fn parse(text: &str, fold: bool) -> Result<Pattern, String> {
        let piece = |character| match character {
            '*' => Piece::Any,
            '#' => Piece::Digits,
            other if fold => Piece::Exactly(other.to_ascii_lowercase()),
            other => Piece::Exactly(other),
        };
        let pieces: Vec<Piece> = text.chars().map(piece).collect();
        if pieces.is_empty() || pieces.len() > MOST_PIECES {
            return Err(format!("`{text}`: a pattern has 1 to {MOST_PIECES} characters"));
        }
        Ok(Pattern { text: text.to_owned(), pieces, fold })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the whole of `word` has this form.
    pub fn fits(&self, word: &str) -> bool {
        let mut states = self.settle(1);
        for character in word.chars() {
            let character = if self.fold { character.to_ascii_lowercase() } else { character };
            let mut next = 0_u128;
            for (index, piece) in self.pieces.iter().enumerate().filter(|(index, _)| states & (1 << index) != 0) {
                next |= match piece {
                    Piece::Any => 1 << index,
                    Piece::Digits if character.is_ascii_digit() => (1 << index) | (1 << (index + 1)),
                    Piece::Exactly(wanted) if *wanted == character => 1 << (index + 1),
                    _ => 0,
                };
            }
            if next == 0 {
                return false;
            }
            states = self.settle(next);
        }
        states & (1 << self.pieces.len()) != 0
    }

    /// A run of any length may also be empty.
    fn settle(&self, mut states: u128) -> u128 {
        for (index, piece) in self.pieces.iter().enumerate() {
            if *piece == Piece::Any && states & (1 << index) != 0 {
                states |= 1 << (index + 1);
            }
        }
        states
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_runs_and_hashes_are_numbers() {
        let fits = |pattern: &str, word: &str| Pattern::parse(pattern, false).unwrap().fits(word);
        for (pattern, word) in
            [("+*", "+%F"), ("#,#p", "1,20p"), ("*", ""), ("a*b*c", "axxbc"), ("of=/dev/*", "of=/dev/sda")]
        {
            assert!(fits(pattern, word), "{pattern} {word}");
        }
        for (pattern, word) in [("+*", "x+"), ("#p", "p"), ("#p", "1e"), ("#,#p", "1,p"), ("a", "A"), ("a*", "ba")] {
            assert!(!fits(pattern, word), "{pattern} {word}");
        }
    }

    #[test]
    fn a_folded_pattern_takes_either_case() {
        assert!(Pattern::parse("*DROP *", true).unwrap().fits("drop table x"));
        assert!(Pattern::parse("", false).is_err());
    }

    #[test]
    fn many_stars_over_a_long_word_take_no_time() {
        let pattern = Pattern::parse(&"*a".repeat(60), false).unwrap();
        assert!(!pattern.fits(&"a".repeat(59)));
        assert!(!pattern.fits(&format!("{}b", "a".repeat(60_000))));
    }
}
