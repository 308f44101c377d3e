//! The piece of an entry that shows why it was found.
//!
//! Owns the choice of the piece, its length and its marks. The text is the log's own, masked when it was written; on
//! its way here it loses what a terminal would obey.

use std::collections::BTreeMap;
use std::ops::Range;

use super::answer::Snippet;

/// Bytes of a piece, about two lines of a terminal.
const LENGTH: usize = 180;
/// Bytes of it that stand before the first mark.
const BEFORE: usize = 40;

/// A word of a text, where it stands, and its stem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub at: Range<usize>,
    pub stem: String,
}

/// The words of a text without their stems.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        match (character.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                found.push(begun..at);
                start = None;
            }
            _ => {}
        }
    }
    found.extend(start.map(|begun| begun..text.len()));
    found
}

/// An entry's own text: its heading and its separator say nothing about it.
pub(super) fn own(text: &str) -> &str {
    let own = text.split_once('\n').filter(|(heading, _)| heading.starts_with("## [")).map_or(text, |(_, own)| own);
    own.strip_suffix(crate::history::entry::END).unwrap_or(own)
}

/// The piece of `text` with the most different words among `hits`, the earliest of several; its beginning when there
/// are none.
pub(super) fn cut(text: &str, hits: &[Word]) -> Snippet {
    let mut best: (usize, usize) = (0, 0);
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    let mut first = 0;
    for (last, word) in hits.iter().enumerate() {
        *held.entry(&word.stem).or_default() += 1;
        while let Some(left) =
            hits.get(first).filter(|left| word.at.end - left.at.start > LENGTH - BEFORE && first < last)
        {
            if let Some(count) = held.get_mut(left.stem.as_str()) {
                *count -= 1;
                if *count == 0 {
                    held.remove(left.stem.as_str());
                }
            }
            first += 1;
        }
        if held.len() > best.0 {
            best = (held.len(), first);
        }
    }
    let found = hits.get(best.1).map_or(0, |word| word.at.start);
    piece(text, found, hits)
}

fn piece(text: &str, found: usize, hits: &[Word]) -> Snippet {
    let line = text.get(..found).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let start = if found - line <= BEFORE { line } else { word_start(text, found - BEFORE) };
    let mut out = Snippet::default();
    if start > 0 && start != line {
        out.text.push('…');
    }
    let mut hits = hits.iter().filter(|word| word.at.start >= start).peekable();
    let mut blank = true;
    let mut mark: Option<(usize, usize)> = None;
    for (at, character) in text.get(start..).unwrap_or_default().char_indices() {
        let at = start + at;
        if let Some((_, begun)) = mark.filter(|(end, _)| *end == at) {
            out.marks.push(begun..out.text.len());
            mark = None;
        }
        if out.text.len() >= LENGTH && mark.is_none() || out.text.len() >= 2 * LENGTH {
            out.text.truncate(out.text.trim_end().len());
            out.text.push('…');
            break;
        }
        if let Some(word) = hits.next_if(|word| word.at.start == at) {
            mark = Some((word.at.end, out.text.len()));
        }
        if character.is_whitespace() || is_hidden(character) {
            if !blank {
                out.text.push(' ');
            }
            blank = true;
        } else {
            out.text.push(character);
            blank = false;
        }
    }
    out.marks.extend(mark.map(|(_, begun)| begun..out.text.trim_end_matches('…').len()));
    if out.text.ends_with(' ') {
        out.text.pop();
    }
    out
}

fn word_start(text: &str, at: usize) -> usize {
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let behind = text.get(at..).unwrap_or_default();
    at + behind.find(char::is_whitespace).filter(|blank| *blank < BEFORE).map_or(0, |blank| blank + 1)
}

/// Control characters and the marks that reorder text; a whole output is kept as it was printed.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, sought: &[&str]) -> String {
        let found = words(text).into_iter().map(|at| Word { stem: text[at.clone()].to_lowercase(), at });
        let hits: Vec<Word> = found.filter(|word| sought.contains(&word.stem.as_str())).collect();
        let snippet = cut(text, &hits);
        let mut out = snippet.text.clone();
        for mark in snippet.marks.iter().rev() {
            out.insert(mark.end, ']');
            out.insert(mark.start, '[');
        }
        out
    }

    #[test]
    fn what_was_looked_for_is_marked_where_most_of_it_stands() {
        let text = format!("pod {}\n  api is OOM killed,\tlimit 256Mi\nend", "x ".repeat(300));
        assert_eq!(shown(&text, &["pod", "oom", "limit"]), "api is [OOM] killed, [limit] 256Mi end");
        assert_eq!(shown("one two", &["two"]), "one [two]");
        assert_eq!(shown("", &["two"]), "");
    }

    #[test]
    fn a_piece_is_short_on_one_line_and_obeyed_by_no_terminal() {
        let text = format!("é{}\u{1b}[2J\u{202e}needle {}", "ü".repeat(500), "y".repeat(900));
        let piece = shown(&text, &["needle"]);
        assert!(piece.len() <= 2 * LENGTH + 12 && piece.contains("[needle]"), "{piece}");
        assert!(!piece.contains(|c: char| c.is_control() || c == '\u{202e}'));
    }

    #[test]
    fn heading_and_separator_are_left_out() {
        assert_eq!(own("## [09:05] HUMAN — REQUEST\nshow it\n\n---\n\n"), "show it\n");
        assert_eq!(own("no entry"), "no entry");
    }
}
