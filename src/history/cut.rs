//! The text of a log cut into entries by its headings and separators.
//!
//! Only for text nothing else tells about: a tail that was written when the power went, a log that is older than
//! its chain or was edited by hand. Everywhere else the chain's offsets say where an entry lies, and what an entry
//! holds is never asked. Owns the cutting and the reading of a heading; knows no file.

use std::ops::Range;

use super::Kind;
use super::entry::END;

/// Text cut into what ends like an entry, and what is left behind the last of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cut {
    /// Each with its separator, one behind the other.
    pub entries: Vec<Range<usize>>,
    /// Begins where the last entry ends.
    pub rest: Range<usize>,
}

/// The beginning of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    pub hour: u8,
    pub minute: u8,
    pub kind: Kind,
}

/// Cuts behind every separator.
pub fn cut(text: &[u8]) -> Cut {
    let mut entries = Vec::new();
    let mut start = 0;
    let mut from = 0;
    while let Some(found) = find(text, from) {
        let end = found + END.len();
        entries.push(start..end);
        (start, from) = (end, end);
    }
    Cut { entries, rest: start..text.len() }
}

/// The heading the text begins with; `None` when that is none of ours.
pub fn heading(text: &[u8]) -> Option<Heading> {
    // The longest heading is far shorter, and a letter may be cut in its middle here.
    let line = text.get(..text.len().min(64))?.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let (clock, heading) = line.strip_prefix("## [")?.split_once("] ")?;
    let (hour, minute) = clock.split_once(':')?;
    let number = |digits: &str, limit: u8| {
        let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten().filter(|number| *number < limit)
    };
    Some(Heading { hour: number(hour, 24)?, minute: number(minute, 60)?, kind: Kind::from_heading(heading)? })
}

/// Whether the text is one entry from its first byte to its last.
pub fn is_whole(text: &[u8]) -> bool {
    heading(text).is_some() && find(text, 0).is_some_and(|found| found + END.len() == text.len())
}

/// Where the next separator begins.
fn find(text: &[u8], from: usize) -> Option<usize> {
    let end = END.as_bytes();
    let mut at = from;
    loop {
        // A separator is a line of its own; lines that begin with a dash are rare.
        at += text.get(at..)?.iter().position(|byte| *byte == b'-')?;
        let start = at.checked_sub(1);
        if let Some(start) =
            start.filter(|start| *start >= from && text.get(*start..).is_some_and(|text| text.starts_with(end)))
        {
            return Some(start);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "## [09:05] HUMAN — REQUEST\nshow it\n\n---\n\n";
    const TWO: &str = "## [23:59] AI — ANSWER\n- one\n--\n\\---\n\n---\n\n";

    #[test]
    fn whole_entries_are_told_from_what_is_left() {
        let text = [ONE, TWO, "## [10:00] AI\nACTION: git"].concat();
        let cut = cut(text.as_bytes());
        assert_eq!(cut.entries, [0..ONE.len(), ONE.len()..ONE.len() + TWO.len()]);
        assert_eq!(&text[cut.rest.clone()], "## [10:00] AI\nACTION: git");
        assert!(cut.entries.iter().all(|entry| is_whole(&text.as_bytes()[entry.clone()])));
    }

    #[test]
    fn no_part_of_an_entry_is_a_whole_one() {
        for whole in [ONE, TWO] {
            assert!(is_whole(whole.as_bytes()));
            for end in 0..whole.len() {
                assert!(!is_whole(&whole.as_bytes()[..end]), "{end}");
            }
            for start in 1..whole.len() {
                assert!(!is_whole(&whole.as_bytes()[start..]), "{start}");
            }
        }
        assert!(!is_whole([ONE, TWO].concat().as_bytes()));
    }

    #[test]
    fn a_heading_is_ours_to_the_letter() {
        let found = heading(TWO.as_bytes()).unwrap();
        assert_eq!(found, Heading { hour: 23, minute: 59, kind: Kind::Answer });
        for other in ["## [24:00] AI\n", "## [9:05] AI\n", "## [09:05] ai\n", "# [09:05] AI\n", "## [09:05] AI \n", ""]
        {
            assert_eq!(heading(other.as_bytes()), None, "{other:?}");
        }
    }
}
