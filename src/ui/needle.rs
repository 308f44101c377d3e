//! Text that is looked for in the chat or in a long text: small letters fit capitals, capitals only themselves.

use ratatui::text::Line;
use unicode_width::UnicodeWidthChar;

use super::view::{Block, BlockKind};

/// What is looked for.
pub(super) struct Needle {
    letters: Vec<char>,
    exact: bool,
}

impl Needle {
    pub fn new(text: &str) -> Needle {
        let exact = text.chars().any(char::is_uppercase);
        Needle { letters: text.chars().map(|letter| folded(letter, exact)).collect(), exact }
    }

    pub fn is_in(&self, line: &Line<'_>) -> bool {
        !self.places(line).is_empty()
    }

    /// Where it stands in a line: the first column, and how many.
    pub fn places(&self, line: &Line<'_>) -> Vec<(u16, u16)> {
        let all: Vec<char> = line.spans.iter().flat_map(|span| span.content.chars()).collect();
        let mut places = Vec::new();
        let (mut at, mut column) = (0, 0_u16);
        while let Some(first) = all.get(at) {
            let here = all.get(at..at + self.letters.len()).filter(|here| self.fits(here));
            match here.filter(|here| !here.is_empty()) {
                Some(here) => {
                    let columns = here.iter().map(|letter| columns(*letter)).sum();
                    places.push((column, columns));
                    column = column.saturating_add(columns);
                    at += here.len();
                }
                None => {
                    column = column.saturating_add(columns(*first));
                    at += 1;
                }
            }
        }
        places
    }

    fn fits(&self, here: &[char]) -> bool {
        here.iter().zip(&self.letters).all(|(one, other)| folded(*one, self.exact) == *other)
    }

    /// Whether a block may have it: long output is looked through before it is laid out.
    pub fn may_be_in(&self, block: &Block) -> bool {
        let BlockKind::Card(card) = &block.kind else { return true };
        let size: usize = card.output.iter().map(|(_, bytes)| bytes.len()).sum();
        // Laying out little is as quick; and what is no plain letter may be written in another way on the screen.
        if size < 4096 || !self.letters.iter().all(|letter| letter.is_ascii_alphanumeric()) {
            return true;
        }
        let texts = [card.command.as_bytes(), card.reason.as_bytes(), card.closing.as_bytes()];
        let outputs = card.output.iter().map(|(_, bytes)| bytes.as_slice());
        outputs.chain(texts).any(|bytes| self.is_in_bytes(bytes))
    }

    /// Whether it stands in a text, or in a line of output, as they are.
    pub fn is_in_bytes(&self, bytes: &[u8]) -> bool {
        if !self.letters.iter().all(char::is_ascii) {
            return self.is_in(&Line::from(String::from_utf8_lossy(bytes)));
        }
        let wanted: Vec<u8> = self.letters.iter().filter_map(|letter| u8::try_from(*letter).ok()).collect();
        let fits = |window: &[u8]| if self.exact { window == wanted } else { window.eq_ignore_ascii_case(&wanted) };
        !wanted.is_empty() && bytes.windows(wanted.len().max(1)).any(fits)
    }
}

fn folded(letter: char, exact: bool) -> char {
    if exact { letter } else { letter.to_lowercase().next().unwrap_or(letter) }
}

fn columns(letter: char) -> u16 {
    u16::try_from(letter.width().unwrap_or(0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_fit_capitals_and_columns_are_those_of_the_screen() {
        let line = Line::from("日本 Pool, pool and POOL");
        assert_eq!(Needle::new("pool").places(&line), [(5, 4), (11, 4), (20, 4)]);
        assert_eq!(Needle::new("Pool").places(&line), [(5, 4)]);
        assert!(!Needle::new("pools").is_in(&line));
        assert!(!Needle::new("").is_in(&line));
    }
}
