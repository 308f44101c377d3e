//! The whole of what the pane showed, to be searched and copied from without holding the pane.
//!
//! Owns the order of rows, found ones and selected ones. Rows are counted from the end: 0 is the lowest of the screen.

use std::sync::Arc;

use super::ring::Chunk;
use crate::domain::pane::{Row, Width};

/// A place that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Rows above the lowest one.
    pub above: usize,
    pub column: u16,
    /// Columns it takes, over the ends of wrapped rows.
    pub columns: u16,
}

/// One end of a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corner {
    /// Rows above the lowest one.
    pub above: usize,
    pub column: u16,
}

/// Rows as they were when it was asked for.
#[derive(Debug)]
pub struct History {
    chunks: Vec<Arc<Chunk>>,
    screen: Vec<Row>,
}

impl History {
    pub(super) fn new(chunks: Vec<Arc<Chunk>>, screen: Vec<Row>) -> Self {
        Self { chunks, screen }
    }

    /// Finds text, newest first, at most so many times. Capitals count when there is one in what is looked for.
    /// Takes up to a second for a full history: not for a thread that draws.
    pub fn find(&self, wanted: &str, most: usize) -> Vec<Found> {
        let exact = wanted.chars().any(char::is_uppercase);
        let fold = |letter: char| if exact { letter } else { letter.to_lowercase().next().unwrap_or(letter) };
        let wanted: Vec<char> = wanted.chars().map(fold).collect();
        let mut found = Vec::new();
        if wanted.is_empty() {
            return found;
        }
        // Rows of one line, lowest first, until the row that begins the line is known.
        let mut line: Vec<(usize, Row)> = Vec::new();
        self.each_from_end(|above, row| {
            if !row.wrapped && !line.is_empty() {
                find_in(&line, &wanted, &fold, &mut found);
                line.clear();
            }
            line.push((above, row.clone()));
            found.len() < most
        });
        find_in(&line, &wanted, &fold, &mut found);
        found.truncate(most);
        found
    }

    /// The text between two corners, both included, in reading order whichever comes first.
    pub fn text(&self, one: Corner, other: Corner) -> String {
        let place = |corner: Corner| (std::cmp::Reverse(corner.above), corner.column);
        let (start, end) = if place(one) <= place(other) { (one, other) } else { (other, one) };
        let mut rows: Vec<Row> = Vec::new();
        self.each_from_end(|above, row| {
            if above >= end.above && above <= start.above {
                rows.push(row.clone());
            }
            above < start.above
        });
        rows.reverse();
        let last = rows.len().saturating_sub(1);
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            let from = if at == 0 { usize::from(start.column) } else { 0 };
            let to = if at == last { usize::from(end.column) + 1 } else { usize::MAX };
            row.text_between(from, to, &mut text);
            if at < last && !row.wrapped {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
        }
        text
    }

    /// Rows there are.
    pub fn count(&self) -> usize {
        let mut count = 0;
        self.each_from_end(|_, _| {
            count += 1;
            true
        });
        count
    }

    /// Calls with each row from the lowest up, until it returns false.
    fn each_from_end(&self, mut each: impl FnMut(usize, &Row) -> bool) {
        let mut above = 0;
        for row in self.screen.iter().rev() {
            if !each(above, row) {
                return;
            }
            above += 1;
        }
        for chunk in self.chunks.iter().rev() {
            for row in chunk.rebuild().iter().rev() {
                if !each(above, row) {
                    return;
                }
                above += 1;
            }
        }
    }
}

/// Adds what is found in one line, whose rows stand lowest first, the last find first.
fn find_in(line: &[(usize, Row)], wanted: &[char], fold: &impl Fn(char) -> char, found: &mut Vec<Found>) {
    let mut letters = Vec::new();
    for (above, row) in line.iter().rev() {
        let cells = row.cells.iter().enumerate().filter(|(_, cell)| cell.width != Width::Rest);
        letters.extend(cells.map(|(column, cell)| (fold(cell.letter), *above, column, cell.width)));
    }
    for at in (0..letters.len()).rev() {
        let Some(part) = letters.get(at..at + wanted.len()) else { continue };
        if !part.iter().map(|(letter, ..)| letter).eq(wanted) {
            continue;
        }
        if let Some((_, above, column, _)) = part.first() {
            let columns = part.iter().map(|(.., width)| if *width == Width::Two { 2 } else { 1 }).sum();
            found.push(Found { above: *above, column: u16::try_from(*column).unwrap_or(u16::MAX), columns });
        }
    }
}
