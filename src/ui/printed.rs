//! What a command printed, as rows of a width: bytes to lines, lines to rows, and which row is which of a long output.
//!
//! Owns where rows begin. Only rows that are asked for are laid out; the others are counted, once. What rows look like
//! is the card's.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::panel;
use super::view::Card;
use crate::domain::Stream;
use crate::output::escape;

/// Bytes that a column of the screen may take.
const LETTER: usize = 4;
/// Rows between two places from which rows are found again.
const APART: usize = 256;

/// Bytes of a line above which nothing is told of what stands before its rows.
const LONGEST: usize = 1_000;
/// Texts with two blanks or more between them that a line has where they are columns, and not a gap after a full stop.
const COLUMNS: usize = 3;

/// A row and where it was printed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub stream: Stream,
    /// What stands before it in its line; `None` in a line that is too long.
    pub before: Option<String>,
    pub text: String,
}

/// Some rows of what was printed, in which a row of columns ends at the edge of the page.
pub(super) struct Part {
    pub rows: Vec<Row>,
    /// One of them goes on beyond it.
    pub is_cut: bool,
}

/// The first rows of what was printed.
pub(super) fn head(card: &Card, width: u16, most: usize) -> Part {
    let (mut rows, mut is_cut) = (Vec::new(), false);
    for line in lines(card, Place::default()) {
        if rows.len() >= most {
            break;
        }
        // Of a line without an end no more is read than can be seen.
        let wanted = most.saturating_sub(rows.len()).saturating_mul(usize::from(width)).saturating_mul(LETTER);
        let bytes = line.bytes.get(..wanted).unwrap_or(line.bytes);
        match shortened(line.stream, bytes, width) {
            Some(row) => {
                rows.push(row);
                is_cut = true;
            }
            None => rows.extend(laid(line.stream, bytes, width)),
        }
    }
    Part { rows, is_cut }
}

/// The last rows of it.
pub(super) fn tail(card: &Card, width: u16, most: usize) -> Part {
    let (mut rows, mut is_cut): (Vec<Row>, bool) = (Vec::new(), false);
    for (stream, bytes) in card.output.iter().rev() {
        for line in without_last_end(bytes).rsplit(|byte| *byte == b'\n') {
            if rows.len() >= most {
                break;
            }
            let wanted = most * usize::from(width) * LETTER;
            if let Some(row) = shortened(*stream, line.get(..wanted).unwrap_or(line), width) {
                rows.push(row);
                is_cut = true;
                continue;
            }
            let line = line.get(line.len().saturating_sub(wanted)..).unwrap_or(line);
            rows.extend(laid(*stream, line, width).into_iter().rev());
        }
    }
    rows.truncate(most);
    rows.reverse();
    Part { rows, is_cut }
}

/// The lines that were printed, as they are.
pub(super) fn texts(card: &Card) -> impl Iterator<Item = &[u8]> {
    lines(card, Place::default()).map(|line| line.bytes)
}

/// How many lines were printed.
pub(super) fn count(card: &Card) -> usize {
    let ends = |bytes: &[u8]| without_last_end(bytes).iter().filter(|byte| **byte == b'\n').count() + 1;
    card.output.iter().map(|(_, bytes)| ends(bytes)).sum()
}

/// All rows of an output, by their numbers. What comes is counted when it has come; what is dropped at the beginning, which
/// happens seldom, has the rest counted again.
pub(super) struct Roll {
    width: u16,
    /// Bytes of the output that were gone when counting began.
    dropped: u64,
    /// The line from which on is counted next: the last one, which may go on.
    next: Mark,
    /// Rows of that line so far.
    open: usize,
    marks: Vec<Mark>,
}

/// A line of an output: of which piece of it, and where it begins there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    piece: usize,
    begin: usize,
}

/// A line and how many rows there are before it.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    row: usize,
    place: Place,
}

impl Roll {
    pub fn new(width: u16) -> Roll {
        Roll { width, dropped: 0, next: Mark::default(), open: 0, marks: Vec::new() }
    }

    /// Takes in what was printed since.
    pub fn count(&mut self, card: &Card) {
        if self.dropped != card.dropped {
            *self = Roll { dropped: card.dropped, ..Roll::new(self.width) };
        }
        self.open = 0;
        let mut lines = lines(card, self.next.place).peekable();
        while let Some(line) = lines.next() {
            let rows = rows_of(line.bytes, self.width);
            let Some(following) = lines.peek() else {
                self.open = rows;
                break;
            };
            if self.marks.last().is_none_or(|mark| self.next.row >= mark.row + APART) {
                self.marks.push(self.next);
            }
            self.next = Mark { row: self.next.row + rows, place: following.place };
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.next.row + self.open
    }

    /// These of them.
    pub fn lay(&self, card: &Card, wanted: Range<usize>) -> Vec<Row> {
        let before = self.marks.partition_point(|mark| mark.row <= wanted.start);
        let mark = before.checked_sub(1).and_then(|at| self.marks.get(at)).copied().unwrap_or_default();
        let mut first = mark.row;
        let mut rows = Vec::new();
        for line in lines(card, mark.place) {
            if first >= wanted.end {
                break;
            }
            let count = rows_of(line.bytes, self.width);
            let part = wanted.start.saturating_sub(first)..count.min(wanted.end - first);
            if !part.is_empty() {
                rows.extend(part_of(&line, self.width, part));
            }
            first += count;
        }
        rows
    }
}

struct Line<'a> {
    stream: Stream,
    place: Place,
    bytes: &'a [u8],
}

/// The lines from one on.
fn lines(card: &Card, from: Place) -> impl Iterator<Item = Line<'_>> {
    card.output.iter().enumerate().skip(from.piece).flat_map(move |(piece, (stream, bytes))| {
        let mut begin = if piece == from.piece { from.begin } else { 0 };
        let rest = without_last_end(bytes).get(begin..).unwrap_or_default();
        rest.split(|byte| *byte == b'\n').map(move |bytes| {
            let place = Place { piece, begin };
            begin += bytes.len() + 1;
            Line { stream: *stream, place, bytes }
        })
    })
}

/// Whether every byte is one column, and is shown as it is.
fn is_plain(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\')
}

fn without_returns(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    line.get(..end).unwrap_or_default()
}

/// How many rows a line takes.
fn rows_of(line: &[u8], width: u16) -> usize {
    let bare = without_returns(line);
    if is_plain(bare) {
        bare.len().div_ceil(usize::from(width)).max(1)
    } else {
        laid(Stream::Stdout, line, width).len()
    }
}

/// Some of the rows of a line.
fn part_of(line: &Line<'_>, width: u16, rows: Range<usize>) -> Vec<Row> {
    let bare = without_returns(line.bytes);
    if !is_plain(bare) {
        let all = laid(line.stream, line.bytes, width).into_iter();
        return all.skip(rows.start).take(rows.len()).collect();
    }
    let width = usize::from(width);
    let row = |at: usize| {
        let begin = (at * width).min(bare.len());
        let end = (begin + width).min(bare.len());
        let text = |part: Range<usize>| escape::text(bare.get(part).unwrap_or_default());
        let before = (line.bytes.len() <= LONGEST).then(|| text(0..begin));
        Row { stream: line.stream, before, text: text(begin..end) }
    };
    rows.map(row).collect()
}

/// The rows of a line; a carriage return in it begins another.
fn laid(stream: Stream, line: &[u8], width: u16) -> Vec<Row> {
    let text = escape::for_terminal(&escape::text(line));
    let mut rows = Vec::new();
    for part in text.trim_end_matches('\n').split('\n') {
        let mut before = (line.len() <= LONGEST).then(String::new);
        for text in cut(&untabbed(part), width) {
            let following = before.as_ref().map(|before| format!("{before}{text}"));
            rows.push(Row { stream, before, text });
            before = following;
        }
    }
    rows
}

fn shortened(stream: Stream, line: &[u8], width: u16) -> Option<Row> {
    let text = edged(escape::for_terminal(&escape::text(line)).trim_end_matches('\n'), width)?;
    Some(Row { stream, before: Some(String::new()), text })
}

/// A row of columns up to the edge of the page, where it is wider: what went on in another row would stand under columns
/// it is none of. `None` for any other line.
pub(super) fn edged(line: &str, width: u16) -> Option<String> {
    let line = untabbed(line);
    let columns = line.split("  ").filter(|column| !column.trim().is_empty()).count();
    let is_wide = columns >= COLUMNS && !line.contains('\n') && line.trim_end().width() > usize::from(width);
    is_wide.then(|| panel::fitted(line.trim_end(), usize::from(width)))
}

fn without_last_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

/// Tabs as the blanks to the next of a terminal's stops.
fn untabbed(line: &str) -> String {
    use unicode_width::UnicodeWidthChar;
    let mut text = String::with_capacity(line.len());
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let blanks = 8 - column % 8;
            text.extend(std::iter::repeat_n(' ', blanks));
            column += blanks;
        } else {
            text.push(character);
            column += character.width().unwrap_or(0);
        }
    }
    text
}

/// Cuts at the width without looking for words: output is columns.
pub(super) fn cut(line: &str, width: u16) -> Vec<String> {
    use unicode_width::UnicodeWidthChar;
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut used = 0;
    for character in line.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide > usize::from(width) && !row.is_empty() {
            rows.push(std::mem::take(&mut row));
            used = 0;
        }
        row.push(character);
        used += wide;
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CallId, Tier};
    use crate::ui::CardState;

    fn card(output: &[(Stream, &[u8])]) -> Card {
        Card {
            call: CallId(1),
            command: String::new(),
            reason: String::new(),
            tier: Tier::Auto,
            closing: String::new(),
            closing_once_it_runs: String::new(),
            state: CardState::Running,
            output: output.iter().map(|(stream, bytes)| (*stream, bytes.to_vec())).collect(),
            kept: 0,
            dropped: 0,
        }
    }

    /// Every way in which lines end, wrap, hide and mix.
    const ODD: &[(Stream, &[u8])] = &[
        (Stream::Stdout, b"plain\n\n\na line that is longer than the twelve columns there are\r\n\ttab\n"),
        (Stream::Stderr, b"\n\n"),
        (Stream::Stdout, "日本語の長い行がここにある\nback\\x80slash\n\x1b[31mred\n10 %\r20 %\r100 %\n".as_bytes()),
        (Stream::Stderr, b"\xff\xfe is no text, and has no end"),
        (Stream::Stdout, b"\r\n\r\nafter blanks\n\n\n"),
    ];

    #[test]
    fn rows_by_number_are_the_rows_of_the_whole() {
        let card = card(ODD);
        let whole = head(&card, 12, usize::MAX).rows;
        let mut roll = Roll::new(12);
        roll.count(&card);
        assert_eq!(roll.rows(), whole.len());
        for from in 0..whole.len() {
            for to in from..=whole.len() {
                assert_eq!(roll.lay(&card, from..to), whole[from..to], "{from}..{to}");
            }
        }
    }

    #[test]
    fn rows_of_columns_end_at_the_edge_where_they_are_folded_and_nothing_else_does() {
        let table = "NAME     READY   STATUS    AGE\nweb-1    1/1     Running   3d\nA sentence.  Another.\nx  y  z\n";
        let card = card(&[(Stream::Stdout, table.as_bytes())]);
        let told = |part: Part| (part.rows.into_iter().map(|row| row.text).collect::<Vec<_>>(), part.is_cut);
        let wanted = ["NAME     READY…", "web-1    1/1  …", "A sentence.  An", "other.", "x  y  z"];
        assert_eq!(told(head(&card, 15, 9)), (wanted.map(str::to_owned).to_vec(), true));
        assert_eq!(
            told(tail(&card, 15, 4)),
            (wanted[1..].iter().map(|row| (*row).to_owned()).collect::<Vec<_>>(), true)
        );
        assert!(!head(&card, 40, 9).is_cut);
        let mut roll = Roll::new(15);
        roll.count(&card);
        assert_eq!(roll.rows(), 7, "unfolded it is seen whole");
    }

    #[test]
    fn counting_byte_by_byte_as_it_comes_counts_the_same() {
        let mut growing = card(&[]);
        let mut roll = Roll::new(12);
        for (stream, bytes) in ODD {
            growing.output.push((*stream, Vec::new()));
            for byte in *bytes {
                growing.output.last_mut().unwrap().1.push(*byte);
                roll.count(&growing);
                assert_eq!(roll.rows(), head(&growing, 12, usize::MAX).rows.len());
            }
        }
        assert_eq!(roll.lay(&growing, 0..roll.rows()), head(&growing, 12, usize::MAX).rows);
    }

    #[test]
    fn what_is_gone_from_the_beginning_is_counted_no_more() {
        let lines: String = (0..5_000).map(|line| format!("line {line}\n")).collect();
        let mut card = card(&[(Stream::Stdout, lines.as_bytes())]);
        let mut roll = Roll::new(80);
        roll.count(&card);
        assert_eq!(roll.rows(), 5_000);
        card.output[0].1.drain(.."line 0\nline 1\n".len());
        card.dropped = 14;
        roll.count(&card);
        assert_eq!(roll.rows(), 4_998);
        let row = Row { stream: Stream::Stdout, before: Some(String::new()), text: "line 4002".to_owned() };
        assert_eq!(roll.lay(&card, 4_000..4_001), [row]);
    }
}
