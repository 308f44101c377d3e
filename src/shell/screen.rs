//! The emulated screen: vt100 behind a guard.
//!
//! Owns the grid, what of it vt100 keeps, and the way back after a panic of its. Must not know marks, history or
//! questions. The screen keeps no history of its own (a row a line costs four fifths of the speed); only the rows
//! that left it are counted.

use std::num::NonZeroU16;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::contain;
use crate::domain::pane::{Cell, Cursor, CursorShape, Ink, Look, Mouse, MouseReport, Row, Width, Wishes};

/// Fewer columns leave no room for a wide character, and nobody reads them.
const LEAST_COLUMNS: u16 = 2;

/// What the emulation tells besides the grid.
#[derive(Debug, Default)]
struct Told {
    bells: u64,
    /// Rows that left the top of the main screen.
    left: u64,
}

impl vt100::Callbacks for Told {
    fn audible_bell(&mut self, _screen: &mut vt100::Screen) {
        self.bells += 1;
    }

    fn on_scroll(&mut self, _row: vt100::capture::RowContents<'_>, alternate: bool) {
        self.left += u64::from(!alternate);
    }
}

/// A screen of at least one row and two columns.
pub(super) struct Screen {
    parser: vt100::Parser<Told>,
    /// Panics that were caught.
    broken: u64,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").field("size", &self.size()).finish_non_exhaustive()
    }
}

impl Screen {
    pub fn new(rows: u16, columns: u16) -> Self {
        Self { parser: fresh(rows, columns, 0), broken: 0 }
    }

    /// A screen that keeps as many rows as leave it, to be read with [`Screen::take_history`].
    pub fn with_history(rows: u16, columns: u16) -> Self {
        Self { parser: fresh(rows, columns, usize::MAX), broken: 0 }
    }

    /// Takes bytes; false when the emulation broke and a blank screen took its place.
    pub fn process(&mut self, bytes: &[u8]) -> bool {
        let parser = &mut self.parser;
        if contain::contained(|| catch_unwind(AssertUnwindSafe(|| parser.process(bytes)))).is_ok() {
            return true;
        }
        let (rows, columns) = self.size();
        let kept = self.parser.screen().scrollback_capacity();
        self.parser = fresh(rows, columns, kept);
        self.broken += 1;
        false
    }

    pub fn resize(&mut self, rows: u16, columns: u16) {
        let (rows, columns) = least(rows, columns);
        let parser = &mut self.parser;
        if contain::contained(|| catch_unwind(AssertUnwindSafe(|| parser.set_size(rows, columns)))).is_err() {
            self.parser = fresh(rows.get(), columns.get(), 0);
            self.broken += 1;
        }
    }

    /// Rows and columns.
    pub fn size(&self) -> (u16, u16) {
        let (rows, columns) = self.parser.screen().size();
        (rows.get(), columns.get())
    }

    /// Row and column; the column may be one past the last.
    pub fn cursor(&self) -> (u16, u16) {
        self.parser.screen().cursor_position()
    }

    /// Bells since the last call.
    pub fn take_bells(&mut self) -> u64 {
        std::mem::take(&mut self.parser.callbacks_mut().bells)
    }

    /// Rows that ever left the main screen.
    pub fn rows_left(&self) -> u64 {
        self.parser.callbacks().left
    }

    /// Goes on counting where another screen stopped.
    pub fn keep_counting(&mut self, left: u64) {
        self.parser.callbacks_mut().left = left;
    }

    /// How often the emulation broke.
    pub fn broken(&self) -> u64 {
        self.broken
    }

    /// Escape sequences that bring a fresh screen of this size to this state, the main screen's only.
    pub fn state(&self) -> String {
        self.parser.screen().state_formatted()
    }

    /// Escape sequences for what the program asked of the terminal.
    pub fn wishes_as_bytes(&self) -> String {
        self.parser.screen().input_mode_formatted()
    }

    pub fn wishes(&self) -> Wishes {
        let screen = self.parser.screen();
        Wishes {
            alternate_screen: screen.alternate_screen(),
            application_cursor: screen.application_cursor(),
            application_keypad: screen.application_keypad(),
            bracketed_paste: screen.bracketed_paste(),
            focus: false,
            mouse: match screen.mouse_protocol_mode() {
                vt100::MouseProtocolMode::None => Mouse::Nothing,
                vt100::MouseProtocolMode::Press => Mouse::Presses,
                vt100::MouseProtocolMode::PressRelease => Mouse::PressesAndReleases,
                vt100::MouseProtocolMode::ButtonMotion => Mouse::Drags,
                vt100::MouseProtocolMode::AnyMotion => Mouse::Everything,
            },
            mouse_report: match screen.mouse_protocol_encoding() {
                vt100::MouseProtocolEncoding::Default => MouseReport::Bytes,
                vt100::MouseProtocolEncoding::Utf8 => MouseReport::Utf8,
                vt100::MouseProtocolEncoding::Sgr => MouseReport::Sgr,
            },
        }
    }

    /// The cursor inside the grid; `None` when it is hidden.
    pub fn visible_cursor(&self) -> Option<Cursor> {
        let screen = self.parser.screen();
        let (row, column) = screen.cursor_position();
        let last = self.size().1.saturating_sub(1);
        let shape = match screen.cursor_style() {
            vt100::CursorStyle::Default => CursorShape::Default,
            vt100::CursorStyle::BlinkBlock => CursorShape::Block { blinks: true },
            vt100::CursorStyle::SteadyBlock => CursorShape::Block { blinks: false },
            vt100::CursorStyle::BlinkUnderline => CursorShape::Underline { blinks: true },
            vt100::CursorStyle::SteadyUnderline => CursorShape::Underline { blinks: false },
            vt100::CursorStyle::BlinkVerticalBar => CursorShape::Bar { blinks: true },
            vt100::CursorStyle::SteadyVerticalBar => CursorShape::Bar { blinks: false },
        };
        (!screen.hide_cursor()).then(|| Cursor { row, column: column.min(last), shape })
    }

    /// One row of what is seen, without blank cells at its end unless it goes on.
    pub fn row(&self, number: u16) -> Row {
        let mut row = Row::default();
        self.read_row(number, &mut row);
        row
    }

    /// [`Screen::row`] into a row whose memory is used again.
    pub fn read_row(&self, number: u16, row: &mut Row) {
        let screen = self.parser.screen();
        let columns = self.size().1;
        row.wrapped = screen.row_wrapped(number);
        row.cells.clear();
        row.cells.extend((0..columns).map(|column| screen.cell(number, column).map(cell).unwrap_or_default()));
        // Where the text goes on, blanks before the edge are text.
        if !row.wrapped {
            let seen = row.cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |at| at + 1);
            row.cells.truncate(seen);
        }
    }

    /// The rows that left the screen, oldest first; they are forgotten here.
    pub fn take_history(&mut self, mut each: impl FnMut(Row)) {
        let count = self.parser.screen().scrollback_len();
        let height = usize::from(self.size().0);
        let mut above = count;
        while above > 0 {
            self.parser.screen_mut().set_scrollback(above);
            let here = above.min(height);
            for number in 0..here {
                each(self.row(u16::try_from(number).unwrap_or(u16::MAX)));
            }
            above -= here;
        }
        self.parser.screen_mut().set_scrollback(0);
        self.parser.screen_mut().clear_scrollback();
    }
}

fn fresh(rows: u16, columns: u16, history: usize) -> vt100::Parser<Told> {
    let (rows, columns) = least(rows, columns);
    vt100::Parser::new_with_callbacks(rows, columns, history, Told::default())
}

fn least(rows: u16, columns: u16) -> (NonZeroU16, NonZeroU16) {
    let at_least = |number: u16, least: u16| NonZeroU16::new(number.max(least)).unwrap_or(NonZeroU16::MIN);
    (at_least(rows, 1), at_least(columns, LEAST_COLUMNS))
}

fn cell(cell: &vt100::Cell) -> Cell {
    let mut letters = cell.contents().chars();
    let letter = letters.next().unwrap_or(' ');
    let marks = letters.as_str();
    let width = match (cell.is_wide(), cell.is_wide_continuation()) {
        (true, _) => Width::Two,
        (_, true) => Width::Rest,
        _ => Width::One,
    };
    Cell {
        letter,
        marks: (!marks.is_empty()).then(|| marks.into()),
        width,
        look: Look {
            front: ink(cell.fgcolor()),
            back: ink(cell.bgcolor()),
            bold: cell.bold(),
            dim: cell.dim(),
            italic: cell.italic(),
            underline: cell.underline(),
            inverse: cell.inverse(),
        },
    }
}

fn ink(colour: vt100::Color) -> Ink {
    match colour {
        vt100::Color::Default => Ink::Default,
        vt100::Color::Idx(index) => Ink::Indexed(index),
        vt100::Color::Rgb(r, g, b) => Ink::Rgb(r, g, b),
    }
}
