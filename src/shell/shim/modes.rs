//! What the screen lacks: line drawing, tab stops, inserting, no wrapping, resets; rewritten to what it has.
//!
//! Owns the modes behind these. Must not know where the bytes go.

use unicode_width::UnicodeWidthChar;

use super::csi::{self, Csi};
use super::{Act, Deed, Question, SHIFT_OUT, Sink};

/// Where a character set is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Set {
    #[default]
    Plain,
    Lines,
}

#[derive(Debug, Clone)]
pub(super) struct Modes {
    g0: Set,
    g1: Set,
    /// G1 is in use.
    shifted: bool,
    /// What is printed pushes the rest of the row.
    insert: bool,
    /// What is printed in the last column does not wrap.
    no_wrap: bool,
    /// Tab stops, where they are not every eighth column.
    tabs: Option<Vec<u16>>,
}

impl Default for Modes {
    fn default() -> Self {
        Self { g0: Set::Plain, g1: Set::Plain, shifted: false, insert: false, no_wrap: false, tabs: None }
    }
}

impl Modes {
    /// Whether each character has to be looked at.
    pub fn slow(&self) -> bool {
        self.insert || self.no_wrap || self.tabs.is_some() || self.set() == Set::Lines
    }

    /// Whether tab stops are elsewhere.
    pub fn tabs(&self) -> bool {
        self.tabs.is_some()
    }

    fn set(&self) -> Set {
        if self.shifted { self.g1 } else { self.g0 }
    }

    pub fn perform(&mut self, deed: Deed, sink: &mut impl Sink) {
        match deed {
            Deed::Nothing => {}
            Deed::Sequence(csi) => self.sequence(&csi, sink),
            Deed::Designate(to, set) => self.designate(to, set, sink),
            Deed::Single(last) => self.single(last, sink),
            Deed::Shift(byte) => self.shifted = byte == SHIFT_OUT,
            Deed::Tab => self.tab(1, sink),
            Deed::Put(letter) => self.put(letter, None, sink),
            Deed::Instead { sent, shown: Some(letter) } => self.put(letter, Some(sent), sink),
            Deed::Instead { sent, shown: None } => sink.instead(sent, b""),
        }
    }

    /// Puts a character at the cursor; `sent` is what was sent, where that is another.
    fn put(&mut self, letter: char, sent: Option<&[u8]>, sink: &mut impl Sink) {
        let letter = if self.set() == Set::Lines { line(letter) } else { letter };
        let width = letter.width().unwrap_or(0);
        if self.insert && width > 0 {
            sink.text(format!("\x1b[{width}@").as_bytes());
        }
        let mut bytes = [0; 4];
        let shown = letter.encode_utf8(&mut bytes).as_bytes();
        match sent {
            Some(sent) => sink.instead(sent, shown),
            None => sink.text(shown),
        }
        let columns = sink.size().1;
        // The cursor waits behind the last column; from there the next character would wrap.
        if self.no_wrap && sink.cursor().1 >= columns {
            sink.text(format!("\x1b[{columns}G").as_bytes());
        }
    }

    fn designate(&mut self, to: u8, set: u8, sink: &mut impl Sink) {
        let drawing = if set == b'0' { Set::Lines } else { Set::Plain };
        match to {
            b'(' => self.g0 = drawing,
            b')' => self.g1 = drawing,
            // Fills the screen, to align a tube that nobody has any more.
            b'#' if set == b'8' => {
                let (rows, columns) = sink.size();
                let row = "E".repeat(usize::from(columns));
                sink.text(b"\x1b[r");
                sink.act(Act::Region(None));
                for number in 1..=rows {
                    sink.text(format!("\x1b[{number};1H{row}").as_bytes());
                }
                sink.text(b"\x1b[H");
            }
            _ => {}
        }
    }

    fn single(&mut self, last: u8, sink: &mut impl Sink) {
        match last {
            b'D' => sink.text(b"\n"),
            b'E' => sink.text(b"\r\n"),
            b'H' => {
                let (column, columns) = (sink.cursor().1, sink.size().1);
                let stops = self.tabs.get_or_insert_with(|| every_eighth(columns));
                if let Err(at) = stops.binary_search(&column) {
                    stops.insert(at, column);
                }
            }
            b'c' => {
                *self = Self::default();
                sink.text(b"\x1b[?1049l\x1bc");
                sink.act(Act::AlternateEnded);
                sink.act(Act::Region(None));
                sink.act(Act::Hold(false));
                sink.act(Act::Focus(false));
            }
            b'Z' => sink.act(Act::Ask(Question::PrimaryAttributes)),
            _ => {}
        }
    }

    fn sequence(&mut self, csi: &Csi, sink: &mut impl Sink) {
        match (csi.marker, csi.intermediate, csi.last) {
            (None, None, b'm') => {
                let plain = csi::graphics(&csi.params);
                if !plain.is_empty() {
                    sink.text(&plain);
                }
            }
            (Some(b'?'), None, b'h' | b'l') => {
                for number in csi.numbers() {
                    self.private_mode(number, csi.last == b'h', sink);
                }
            }
            (None, None, b'h' | b'l') => {
                // The others of these modes mean nothing here.
                if csi.numbers().any(|number| number == 4) {
                    self.insert = csi.last == b'h';
                }
            }
            (None, None, b's') => sink.text(b"\x1b7"),
            (None, None, b'u') => sink.text(b"\x1b8"),
            (None, None, b'g') => self.clear_tabs(csi.numbers().next().unwrap_or(0), sink),
            (None, None, b'I') => self.tab(csi.count(0), sink),
            (None, None, b'Z') => self.tab_back(csi.count(0), sink),
            // No more repetitions than the screen has cells: more would only cost time.
            (None, None, b'b') => {
                let (rows, columns) = sink.size();
                let count = u32::from(csi.count(0)).min(u32::from(rows) * u32::from(columns));
                sink.text(format!("\x1b[{count}b").as_bytes());
            }
            (None, None, b'r') => region(csi, sink),
            (None, None, b'J') => sink.act(Act::Forget),
            (None, None, b't') if csi.params == b"18" => sink.act(Act::Ask(Question::Size)),
            (None, Some(b'!'), b'p') => self.soft_reset(sink),
            (marker, intermediate, last) => {
                if let Some(question) = question(marker, intermediate, last, csi) {
                    sink.act(Act::Ask(question));
                }
            }
        }
    }

    fn private_mode(&mut self, number: u16, on: bool, sink: &mut impl Sink) {
        match (number, on) {
            (7, on) => self.no_wrap = !on,
            (1004, on) => sink.act(Act::Focus(on)),
            (2026, on) => sink.act(Act::Hold(on)),
            (1048, true) => sink.text(b"\x1b7"),
            (1048, false) => sink.text(b"\x1b8"),
            (47 | 1047, true) => {
                sink.act(Act::AlternateBegins);
                sink.text(b"\x1b[?47h");
            }
            (1047, false) => {
                sink.text(b"\x1b[?47l");
                sink.act(Act::AlternateEnded);
            }
            (1049, true) => {
                sink.act(Act::AlternateBegins);
                sink.text(b"\x1b[?1049h");
            }
            (47 | 1049, false) => {
                sink.text(format!("\x1b[?{number}l").as_bytes());
                sink.act(Act::AlternateEnded);
            }
            (number, on) => sink.text(format!("\x1b[?{number}{}", if on { 'h' } else { 'l' }).as_bytes()),
        }
    }

    fn soft_reset(&mut self, sink: &mut impl Sink) {
        *self = Self { tabs: self.tabs.take(), ..Self::default() };
        let (row, column) = sink.cursor();
        sink.text(b"\x1b[m\x1b[?6l\x1b[r\x1b[?25h\x1b[?1l\x1b>");
        sink.act(Act::Region(None));
        sink.text(format!("\x1b[{};{}H", row + 1, column + 1).as_bytes());
    }

    fn clear_tabs(&mut self, which: u16, sink: &impl Sink) {
        let (column, columns) = (sink.cursor().1, sink.size().1);
        match which {
            0 => self.tabs.get_or_insert_with(|| every_eighth(columns)).retain(|stop| *stop != column),
            3 => self.tabs = Some(Vec::new()),
            _ => {}
        }
    }

    fn tab(&self, count: u16, sink: &mut impl Sink) {
        let (column, columns) = (sink.cursor().1, sink.size().1);
        let stops = self.tabs.clone().unwrap_or_else(|| every_eighth(columns));
        let last = columns.saturating_sub(1);
        let right = stops.iter().copied().filter(|stop| *stop > column);
        let to = right.take(usize::from(count)).last().unwrap_or(last).min(last);
        sink.text(format!("\x1b[{}G", to + 1).as_bytes());
    }

    fn tab_back(&self, count: u16, sink: &mut impl Sink) {
        let (column, columns) = (sink.cursor().1, sink.size().1);
        let stops = self.tabs.clone().unwrap_or_else(|| every_eighth(columns));
        let left = stops.iter().rev().copied().filter(|stop| *stop < column);
        let to = left.take(usize::from(count)).last().unwrap_or(0);
        sink.text(format!("\x1b[{}G", to + 1).as_bytes());
    }
}

fn every_eighth(columns: u16) -> Vec<u16> {
    (0..columns.max(1)).step_by(8).skip(1).collect()
}

fn region(csi: &Csi, sink: &mut impl Sink) {
    let rows = sink.size().0;
    let top = csi.count(0);
    let bottom = match csi.numbers().nth(1) {
        Some(bottom @ 1..) => bottom.min(rows),
        _ => rows,
    };
    // One row cannot scroll; terminals ignore that.
    if top < bottom {
        sink.text(format!("\x1b[{top};{bottom}r").as_bytes());
        sink.act(Act::Region((top > 1 || bottom < rows).then(|| (top - 1, bottom - 1))));
    }
}

fn question(marker: Option<u8>, intermediate: Option<u8>, last: u8, csi: &Csi) -> Option<Question> {
    let first = csi.numbers().next().unwrap_or(0);
    Some(match (marker, intermediate, last) {
        (None, None, b'c') if first == 0 => Question::PrimaryAttributes,
        (Some(b'>'), None, b'c') if first == 0 => Question::SecondaryAttributes,
        (None, None, b'n') if first == 5 => Question::Status,
        (None, None, b'n') if first == 6 => Question::Cursor { private: false },
        (Some(b'?'), None, b'n') if first == 6 => Question::Cursor { private: true },
        (Some(b'>'), None, b'q') if first == 0 => Question::Version,
        (Some(b'?'), None, b'u') => Question::Keyboard,
        (marker, Some(b'$'), b'p') => Question::Mode { number: first, private: marker == Some(b'?') },
        _ => return None,
    })
}

/// DEC's line drawing set, as the terminals of the VT100 family have it.
fn line(letter: char) -> char {
    match letter {
        '_' => ' ',
        '`' => '◆',
        'a' => '▒',
        'b' => '␉',
        'c' => '␌',
        'd' => '␍',
        'e' => '␊',
        'f' => '°',
        'g' => '±',
        'h' => '␤',
        'i' => '␋',
        'j' => '┘',
        'k' => '┐',
        'l' => '┌',
        'm' => '└',
        'n' => '┼',
        'o' => '⎺',
        'p' => '⎻',
        'q' => '─',
        'r' => '⎼',
        's' => '⎽',
        't' => '├',
        'u' => '┤',
        'v' => '┴',
        'w' => '┬',
        'x' => '│',
        'y' => '≤',
        'z' => '≥',
        '{' => 'π',
        '|' => '≠',
        '}' => '£',
        '~' => '·',
        other => other,
    }
}
