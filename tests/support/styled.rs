//! A screen as runs of text with their styles, to compare and to draw.
//!
//! Owns the words for a style. Knows nothing of programs, colours' values or pictures.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::fmt;

/// How a run of cells looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub foreground: vt100::Color,
    pub background: vt100::Color,
    pub weight: Weight,
    pub italic: bool,
    pub underline: bool,
    pub inverse: bool,
}

/// How strong the strokes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Normal,
    Bold,
    Dim,
}

/// Neighbouring cells of one style. A cell without content counts as a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyledRun {
    /// The first cell's column, counted from 0.
    pub column: u16,
    pub text: String,
    pub style: Style,
}

/// The screen's rows as runs that together cover every cell.
pub fn styled_rows(screen: &vt100::Screen) -> Vec<Vec<StyledRun>> {
    let (rows, cols) = screen.size();
    (0..rows.get())
        .map(|row| {
            let mut runs: Vec<StyledRun> = Vec::new();
            for column in 0..cols.get() {
                let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else { continue };
                let text = if cell.has_contents() { cell.contents() } else { " " };
                let style = Style::of(cell);
                match runs.last_mut().filter(|run| run.style == style) {
                    Some(run) => run.text.push_str(text),
                    None => runs.push(StyledRun { column, text: text.to_owned(), style }),
                }
            }
            runs
        })
        .collect()
}

impl Style {
    /// The look of one cell.
    pub fn of(cell: &vt100::Cell) -> Self {
        Self {
            foreground: cell.fgcolor(),
            background: cell.bgcolor(),
            weight: match (cell.bold(), cell.dim()) {
                (true, _) => Weight::Bold,
                (false, true) => Weight::Dim,
                (false, false) => Weight::Normal,
            },
            italic: cell.italic(),
            underline: cell.underline(),
            inverse: cell.inverse(),
        }
    }
}

impl fmt::Display for Style {
    /// `2 on #202020 bold underline`; nothing for the terminal's own style.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let color = |color| match color {
            vt100::Color::Default => None,
            vt100::Color::Idx(index) => Some(index.to_string()),
            vt100::Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        };
        let words = [
            color(self.foreground),
            color(self.background).map(|color| format!("on {color}")),
            (self.weight == Weight::Bold).then(|| "bold".to_owned()),
            (self.weight == Weight::Dim).then(|| "dim".to_owned()),
            self.italic.then(|| "italic".to_owned()),
            self.underline.then(|| "underline".to_owned()),
            self.inverse.then(|| "inverse".to_owned()),
        ];
        f.write_str(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for StyledRun {
    /// The text, and its style in braces when it has one: `Delete{1 bold}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.style.to_string() {
            style if style.is_empty() => f.write_str(&self.text),
            style => write!(f, "{}{{{style}}}", self.text),
        }
    }
}
