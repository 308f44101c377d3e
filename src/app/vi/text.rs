//! A text with a cursor as vi sees it: its words, lines, quotes and brackets.
//!
//! Owns where they begin and end. Knows no command.

use std::ops::Range;

use tui_textarea::{CursorMove, DataCursor, TextArea};

/// Letters, the ends of lines among them, and the cursor's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub letters: Vec<char>,
    pub at: usize,
}

/// What words are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Word,
    Mark,
}

impl Text {
    /// What stands in the area.
    pub fn of(area: &TextArea<'static>) -> Text {
        let DataCursor(row, column) = area.cursor();
        let before: usize = area.lines().iter().take(row).map(|line| line.chars().count() + 1).sum();
        Text { letters: area.lines().join("\n").chars().collect(), at: before + column }
    }

    /// Puts it where `before` stands; only what differs is written, so that the area's own undo stays small.
    pub fn put(&self, before: &Text, area: &mut TextArea<'static>) {
        let same = before.letters.iter().zip(&self.letters).take_while(|(one, other)| one == other).count();
        let (old, new) = (before.letters.iter().skip(same), self.letters.iter().skip(same));
        let behind = old.rev().zip(new.rev()).take_while(|(one, other)| one == other).count();
        let gone = before.letters.len() - same - behind;
        let new: String = self.letters.iter().skip(same).take(self.letters.len() - same - behind).collect();
        area.cancel_selection();
        if gone > 0 || !new.is_empty() {
            self.go(same, area);
            area.delete_str(gone);
        }
        if !new.is_empty() {
            area.insert_str(new);
        }
        self.go(self.at, area);
    }

    fn go(&self, place: usize, area: &mut TextArea<'static>) {
        let cell = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        let row = self.letters.iter().take(place).filter(|letter| **letter == '\n').count();
        let column = place - self.line_start(place);
        area.move_cursor(CursorMove::Jump(cell(row), cell(column)));
        for _ in usize::from(cell(column))..column {
            area.move_cursor(CursorMove::Forward);
        }
    }

    fn letter(&self, at: usize) -> Option<char> {
        self.letters.get(at).copied()
    }

    pub fn line_start(&self, at: usize) -> usize {
        (0..at).rev().find(|place| self.letter(*place) == Some('\n')).map_or(0, |end| end + 1)
    }

    /// The place behind the line's last letter.
    pub fn line_end(&self, at: usize) -> usize {
        (at..self.letters.len()).find(|place| self.letter(*place) == Some('\n')).unwrap_or(self.letters.len())
    }

    /// The line's first letter that is no blank.
    pub fn first_of_line(&self, at: usize) -> usize {
        let end = self.line_end(at);
        (self.line_start(at)..end).find(|place| !self.is_blank(*place)).unwrap_or(end)
    }

    /// The same column in the line below, as far as that line goes.
    pub fn below(&self, at: usize) -> Option<usize> {
        let column = at - self.line_start(at);
        let start = Some(self.line_end(at) + 1).filter(|start| *start <= self.letters.len())?;
        Some((start + column).min(self.line_end(start)))
    }

    /// And in the line above.
    pub fn above(&self, at: usize) -> Option<usize> {
        let start = self.line_start(at);
        let above = start.checked_sub(1)?;
        Some((self.line_start(above) + at - start).min(above))
    }

    /// On a letter, where the line has any.
    pub fn on_letter(&self, at: usize) -> usize {
        let at = at.min(self.letters.len());
        at.min(self.line_end(at).saturating_sub(1)).max(self.line_start(at))
    }

    /// With `big`, whatever is no blank belongs to one word.
    fn kind(&self, at: usize, big: bool) -> Option<Kind> {
        self.letter(at).map(|letter| match letter {
            letter if letter.is_whitespace() => Kind::Blank,
            letter if big || letter.is_alphanumeric() || letter == '_' => Kind::Word,
            _ => Kind::Mark,
        })
    }

    pub fn is_blank(&self, at: usize) -> bool {
        self.kind(at, true) == Some(Kind::Blank)
    }

    /// The end of the letters of one kind that the place lies in.
    pub fn run_end(&self, at: usize, big: bool) -> usize {
        let kind = self.kind(at, big);
        (at..self.letters.len()).find(|place| self.kind(*place, big) != kind).unwrap_or(self.letters.len())
    }

    fn run_start(&self, at: usize, big: bool) -> usize {
        let kind = self.kind(at, big);
        (0..at).rev().take_while(|place| self.kind(*place, big) == kind).last().unwrap_or(at)
    }

    pub fn next_word(&self, at: usize, big: bool) -> usize {
        let from = if self.is_blank(at) { at } else { self.run_end(at, big) };
        (from..self.letters.len()).find(|place| !self.is_blank(*place)).unwrap_or(self.letters.len())
    }

    pub fn word_before(&self, at: usize, big: bool) -> usize {
        (0..at).rev().find(|place| !self.is_blank(*place)).map_or(0, |last| self.run_start(last, big))
    }

    /// The last letter of the word that ends next.
    pub fn word_end(&self, at: usize, big: bool) -> usize {
        let word = (at + 1..self.letters.len()).find(|place| !self.is_blank(*place));
        word.map_or(self.letters.len(), |word| self.run_end(word, big)).saturating_sub(1)
    }

    /// The letter in the cursor's line, so many times to the right of `from` or to the left of it.
    pub fn sought(&self, letter: char, from: Range<usize>, left: bool, count: usize) -> Option<usize> {
        let mut places: Vec<usize> = from.filter(|place| self.letter(*place) == Some(letter)).collect();
        if left {
            places.reverse();
        }
        places.get(count.checked_sub(1)?).copied()
    }

    /// What `iw`, `a"` and their like stand for at the cursor.
    pub fn object(&self, object: char, around: bool) -> Option<Range<usize>> {
        match object {
            'w' | 'W' => self.word(object == 'W', around),
            '"' | '\'' | '`' => self.quoted(object, around),
            '(' | ')' | 'b' => self.enclosed('(', ')', around),
            '[' | ']' => self.enclosed('[', ']', around),
            '{' | '}' | 'B' => self.enclosed('{', '}', around),
            '<' | '>' => self.enclosed('<', '>', around),
            _ => None,
        }
    }

    fn word(&self, big: bool, around: bool) -> Option<Range<usize>> {
        let line = self.line_start(self.at)..self.line_end(self.at);
        if !line.contains(&self.at) {
            return None;
        }
        let run = self.run_start(self.at, big).max(line.start)..self.run_end(self.at, big).min(line.end);
        Some(match around {
            false => run,
            true if self.is_blank(self.at) => run.start..self.run_end(run.end, big).min(line.end),
            true => self.with_blanks(run),
        })
    }

    /// With the blanks behind it, or those before it where there are none.
    fn with_blanks(&self, span: Range<usize>) -> Range<usize> {
        let line = self.line_start(span.start)..self.line_end(span.end);
        let end = (span.end..line.end).find(|place| !self.is_blank(*place)).unwrap_or(line.end);
        if end > span.end {
            return span.start..end;
        }
        let before = (line.start..span.start).rev().take_while(|place| self.is_blank(*place)).last();
        before.unwrap_or(span.start)..span.end
    }

    /// The first quoted words of the line that end at the cursor or behind it.
    fn quoted(&self, mark: char, around: bool) -> Option<Range<usize>> {
        let is_escaped = |place: usize| place.checked_sub(1).and_then(|before| self.letter(before)) == Some('\\');
        let line = self.line_start(self.at)..self.line_end(self.at);
        let marks: Vec<usize> = line.filter(|place| self.letter(*place) == Some(mark) && !is_escaped(*place)).collect();
        let (open, close) = marks.chunks_exact(2).find_map(|pair| match pair {
            [open, close] if *close >= self.at => Some((*open, *close)),
            _ => None,
        })?;
        Some(if around { self.with_blanks(open..close + 1) } else { open + 1..close })
    }

    /// What the innermost brackets round the cursor hold.
    fn enclosed(&self, open: char, close: char, around: bool) -> Option<Range<usize>> {
        let mut depth = 0_usize;
        let mut is_end = |place: usize, deeper: char, end: char| match self.letter(place) {
            Some(letter) if letter == end && depth == 0 => true,
            Some(letter) if letter == end => {
                depth -= 1;
                false
            }
            Some(letter) if letter == deeper => {
                depth += 1;
                false
            }
            _ => false,
        };
        let start = match self.letter(self.at) {
            Some(letter) if letter == open => self.at,
            _ => (0..self.at).rev().find(|place| is_end(*place, close, open))?,
        };
        let end = (start + 1..self.letters.len()).find(|place| is_end(*place, open, close))?;
        Some(if around { start..end + 1 } else { start + 1..end })
    }
}
