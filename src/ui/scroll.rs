//! A command with all of its output, however long: only the rows that are seen are laid out.
//!
//! Owns which row belongs to which part. What they look like is `card`'s, which rows there are is `printed`'s.

use std::ops::Range;

use ratatui::text::Line;

use super::block::Paper;
use super::card;
use super::printed::Roll;
use super::tint::Tint;
use super::view::Card;

/// The parts of it at a width.
pub(super) struct Scroll {
    head: Vec<Line<'static>>,
    roll: Roll,
    /// With the gap below the block.
    end: Vec<Line<'static>>,
}

impl Scroll {
    pub fn new(width: u16) -> Scroll {
        Scroll { head: Vec::new(), roll: Roll::new(card::columns(width)), end: Vec::new() }
    }

    /// Takes in how the command stands now; how many rows were laid out for it.
    pub fn follow(&mut self, card: &Card, paper: &Paper<'_>) -> usize {
        self.head = card::head(card, paper);
        self.end = card::ending(card, paper);
        self.end.push(Line::default());
        self.roll.count(card);
        self.kept()
    }

    /// Rows that are kept laid out.
    pub fn kept(&self) -> usize {
        self.head.len() + self.end.len()
    }

    pub fn rows(&self) -> usize {
        self.kept() + self.roll.rows()
    }

    /// These of its rows.
    pub fn lay(&self, card: &Card, rows: Range<usize>, tint: &Tint<'_>) -> Vec<Line<'static>> {
        let (top, bottom) = (self.head.len(), self.head.len() + self.roll.rows());
        let part = |lines: &[Line<'static>], before: usize| {
            let (from, to) = (rows.start.saturating_sub(before), rows.end.saturating_sub(before).min(lines.len()));
            lines.get(from..to).unwrap_or_default().to_vec()
        };
        let mut lines = part(&self.head, 0);
        let output = rows.start.clamp(top, bottom) - top..rows.end.clamp(top, bottom) - top;
        lines.extend(self.roll.lay(card, output).into_iter().map(|row| tint.row(row)));
        lines.extend(part(&self.end, bottom));
        lines
    }
}
