//! Tables of an answer: aligned while they fit, else one line a cell.
//!
//! Owns the widths of columns. Cells come in styled; nothing of Markdown is
//! known here.

use pulldown_cmark::Alignment;
use ratatui::style::{Modifier, Style};

use super::wrap::{Row, columns};
use crate::ui::theme::{Theme, Tone};

/// Columns between two cells: ` │ `.
const BETWEEN: usize = 3;

/// A table on its way in: the first row has the titles.
#[derive(Default)]
pub(super) struct TableRows {
    pub(super) alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<Row<Style>>>,
}

impl TableRows {
    /// The table as paragraphs, each to be laid out by the caller within `width` columns.
    pub(super) fn lay(&self, width: usize, theme: &Theme) -> Vec<Row<Style>> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| breadth(cell)).max();
        let widths: Vec<usize> = (0..count).map(|column| widest(column).unwrap_or(0)).collect();
        let needed = widths.iter().sum::<usize>() + BETWEEN * count.saturating_sub(1);
        if needed <= width { self.aligned(&widths, theme) } else { self.listed(theme) }
    }

    fn aligned(&self, widths: &[usize], theme: &Theme) -> Vec<Row<Style>> {
        let (border, text) = (theme.style(Tone::Border), theme.style(Tone::Text));
        let mut lines = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line: Row<Style> = Vec::new();
            for (column, width) in widths.iter().enumerate() {
                if column > 0 {
                    line.push((" │ ".to_owned(), border));
                }
                let cell = row.get(column).map(Vec::as_slice).unwrap_or_default();
                let spare = width.saturating_sub(breadth(cell));
                let before = match self.alignments.get(column) {
                    Some(Alignment::Right) => spare,
                    Some(Alignment::Center) => spare / 2,
                    _ => 0,
                };
                line.push((" ".repeat(before), text));
                line.extend(cell.iter().map(|(text, style)| (text.clone(), titled(*style, index))));
                // Blanks at the end of a row would only be in the way of copying it.
                if column + 1 < widths.len() {
                    line.push((" ".repeat(spare - before), text));
                }
            }
            lines.push(line);
            if index == 0 {
                let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("─┼─");
                lines.push(vec![(rule, border)]);
            }
        }
        lines
    }

    /// `title: cell` a line, with a blank line between rows.
    fn listed(&self, theme: &Theme) -> Vec<Row<Style>> {
        let Some((titles, rows)) = self.rows.split_first() else { return Vec::new() };
        let mut lines = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                lines.push(Vec::new());
            }
            for (column, cell) in row.iter().enumerate() {
                let mut line: Row<Style> = Vec::new();
                if let Some(title) = titles.get(column).filter(|title| !title.is_empty()) {
                    line.extend(title.iter().map(|(text, style)| (text.clone(), titled(*style, 0))));
                    line.push((": ".to_owned(), theme.style(Tone::Text)));
                }
                line.extend(cell.iter().cloned());
                lines.push(line);
            }
        }
        if rows.is_empty() {
            lines.extend(titles.iter().cloned());
        }
        lines
    }
}

fn titled(style: Style, row: usize) -> Style {
    if row == 0 { style.add_modifier(Modifier::BOLD) } else { style }
}

fn breadth(cell: &[(String, Style)]) -> usize {
    cell.iter().map(|(text, _)| columns(text)).sum()
}
