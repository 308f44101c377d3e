//! A picture of the person's shell at one moment, as plain values, for whoever draws.
//!
//! Must not know where it comes from or how it is drawn.

/// A colour as a program named it; what it looks like is the outer terminal's and the theme's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    #[default]
    Default,
    /// One of the 256.
    Indexed(u8),
    Rgb(u8, u8, u8),
}

/// How a cell is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    pub front: Ink,
    pub back: Ink,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub inverse: bool,
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    #[default]
    One,
    /// This cell and the next.
    Two,
    /// The second half of the character before.
    Rest,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its character; a blank where nothing was printed.
    pub letter: char,
    /// Combining characters after it.
    pub marks: Option<Box<str>>,
    pub width: Width,
    pub look: Look,
}

impl Default for Cell {
    fn default() -> Self {
        Self { letter: ' ', marks: None, width: Width::One, look: Look::default() }
    }
}

impl Cell {
    /// Whether nothing is seen of it.
    pub fn is_blank(&self) -> bool {
        self.letter == ' ' && self.marks.is_none() && self.look == Look::default() && self.width == Width::One
    }
}

/// One row; blank cells at its end may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// The text goes on in the next row.
    pub wrapped: bool,
}

impl Row {
    /// Its text, without blanks at the end unless it goes on.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.cells.len());
        self.text_between(0, self.cells.len(), &mut text);
        if !self.wrapped {
            text.truncate(text.trim_end_matches(' ').len());
        }
        text
    }

    /// Adds the text of some columns.
    pub fn text_between(&self, from: usize, to: usize, text: &mut String) {
        let cells = self.cells.get(from.min(self.cells.len())..to.min(self.cells.len())).unwrap_or_default();
        for cell in cells.iter().filter(|cell| cell.width != Width::Rest) {
            text.push(cell.letter);
            text.push_str(cell.marks.as_deref().unwrap_or_default());
        }
    }
}

/// How the cursor looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CursorShape {
    #[default]
    Default,
    Block {
        blinks: bool,
    },
    Underline {
        blinks: bool,
    },
    Bar {
        blinks: bool,
    },
}

/// The cursor: row and column from 0, inside the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    pub row: u16,
    pub column: u16,
    pub shape: CursorShape,
}

/// What the program wants to hear of the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mouse {
    #[default]
    Nothing,
    Presses,
    PressesAndReleases,
    Drags,
    Everything,
}

/// How the mouse is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseReport {
    #[default]
    Bytes,
    Utf8,
    Sgr,
}

/// What the program asked of the terminal, as far as keys, paste and mouse depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    pub alternate_screen: bool,
    pub application_cursor: bool,
    pub application_keypad: bool,
    pub bracketed_paste: bool,
    pub focus: bool,
    pub mouse: Mouse,
    pub mouse_report: MouseReport,
}

/// The pane as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Rises with every change; equal numbers of one pane are equal pictures.
    pub version: u64,
    /// Exactly as many as the pane is high.
    pub rows: Vec<Row>,
    pub columns: u16,
    /// `None` when it is hidden or scrolled out of sight.
    pub cursor: Option<Cursor>,
    pub title: String,
    pub wishes: Wishes,
    /// Rows the picture is scrolled up into the history.
    pub scrolled: usize,
}

impl Snapshot {
    /// The rows' text, joined by newlines.
    pub fn text(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| row.text().trim_end().to_owned()).collect();
        rows.join("\n")
    }
}
