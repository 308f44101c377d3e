//! The drawing surface of the inline mode: the lower part of the ordinary screen, and rows printed above it for good.
//!
//! Owns where the strip lies, without ever knowing the row. Between two frames the cursor waits, hidden, at the strip's
//! first cell, and everything is reached from there by steps. So the terminal is asked nothing, and when it lays its
//! rows anew for another width, the cursor goes along and still stands where the strip begins. Must not know what is drawn.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveDown, MoveToColumn, MoveUp};
use crossterm::queue;
use crossterm::style::{Attribute, ContentStyle, Print, SetAttribute, SetStyle};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType as Erase, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, IntoCrossterm, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Modifier, Style};
use ratatui::{Frame, TerminalOptions, Viewport};

use super::screen::{MEASURE, Sheet};
use super::standing::{self, Place, WIPE};
use super::{TerminalError, TerminalGuard};

/// Draws below what stands on the ordinary screen. Refuses once the terminal was given back.
pub struct Strip {
    terminal: ratatui::Terminal<Steps>,
    /// The screen that the last frame was drawn on.
    size: Size,
    /// The stay in the terminal that the last frame was drawn in.
    stay: u64,
    /// Rows of the strip.
    rows: u16,
}

impl Strip {
    /// A strip of no rows yet. Draws nothing and asks the terminal nothing.
    ///
    /// # Errors
    /// `Io` when the size cannot be had.
    pub fn new(_guard: &TerminalGuard) -> Result<Self, TerminalError> {
        let options = TerminalOptions { viewport: Viewport::Fixed(Rect::default()) };
        let terminal =
            ratatui::Terminal::with_options(Steps::default(), options).map_err(TerminalError::io(MEASURE))?;
        Ok(Self { terminal, size: Size::default(), stay: u64::MAX, rows: 0 })
    }

    /// Wipes it away until the next frame. Whoever drags the border of a window changes its width many times, and each time
    /// the terminal would lay the rows of a strip anew, in more rows, until its beginning has scrolled away for good.
    ///
    /// # Errors
    /// `GivenBack` once the terminal is no longer ours; `Io` when it does not obey.
    pub fn wipe(&mut self) -> Result<(), TerminalError> {
        match standing::place() {
            Place::Outside => return Err(TerminalError::GivenBack),
            Place::Aside => return Ok(()),
            Place::Inside => {}
        }
        self.rows = 0;
        let sheet = &mut self.terminal.backend_mut().sheet;
        let wiped = queue!(sheet, Print(WIPE)).and_then(|()| sheet.flush());
        wiped.map_err(failed)
    }

    /// Columns and rows of the screen at present.
    ///
    /// # Errors
    /// `Io` when the size cannot be had.
    pub fn size(&self) -> Result<Size, TerminalError> {
        self.terminal.size().map_err(TerminalError::io(MEASURE))
    }

    /// The next frame paints every cell.
    pub fn repaint(&mut self) {
        self.stay = u64::MAX;
    }

    /// Prints rows (each a buffer of its own) above the strip, where they stay and scroll away with everything else, and shows a picture in it. The
    /// strip gets as many rows as are wanted; one that had more keeps them until what is printed takes them, so that
    /// its end does not jump. False, and nothing was printed, while the terminal is lent.
    ///
    /// # Errors
    /// `GivenBack` once the terminal is no longer ours; `Io` when it does not obey.
    pub fn draw(
        &mut self,
        above: impl ExactSizeIterator<Item = Buffer>,
        rows: u16,
        picture: impl FnOnce(&mut Frame<'_>),
    ) -> Result<bool, TerminalError> {
        match standing::place() {
            Place::Outside => return Err(TerminalError::GivenBack),
            Place::Aside => return Ok(false),
            Place::Inside => {}
        }
        self.paint(above, rows, picture).map(|()| true).map_err(failed)
    }

    fn paint(
        &mut self,
        above: impl ExactSizeIterator<Item = Buffer>,
        rows: u16,
        picture: impl FnOnce(&mut Frame<'_>),
    ) -> io::Result<()> {
        let (size, stay) = (self.terminal.size()?, standing::stays());
        queue!(self.terminal.backend_mut().sheet, BeginSynchronizedUpdate, Hide)?;
        if size != self.size || stay != self.stay {
            // What is left of the strip is somewhere below the cursor, in rows of another width.
            self.rows = 0;
        }
        let drawn = if above.len() > 0 || rows > self.rows { self.begin(above, rows, size) } else { Ok(()) };
        (self.size, self.stay) = (size, stay);
        let drawn = drawn.and_then(|()| self.terminal.draw(picture).map(drop));
        let drawn = drawn.and_then(|()| self.terminal.backend_mut().go(Position::ORIGIN));
        // Also after a failure, or the next frame would never be let go.
        let ended = queue!(self.terminal.backend_mut().sheet, EndSynchronizedUpdate);
        drawn.and(ended).and_then(|()| self.terminal.backend_mut().sheet.flush())
    }

    /// Lays the strip anew from the cursor on, below what is printed first.
    fn begin(&mut self, above: impl ExactSizeIterator<Item = Buffer>, rows: u16, size: Size) -> io::Result<()> {
        let printed = u16::try_from(above.len()).unwrap_or(u16::MAX);
        self.rows = self.rows.saturating_sub(printed).max(rows).min(size.height);
        let steps = self.terminal.backend_mut();
        queue!(steps.sheet, Print('\r'))?;
        for row in above {
            // Erased first: behind a full row the cursor still stands on its last cell.
            queue!(steps.sheet, Clear(Erase::UntilNewLine))?;
            steps.print(&row)?;
            queue!(steps.sheet, Print("\r\n"))?;
        }
        queue!(steps.sheet, Print(WIPE))?;
        // The room it needs: on the last row of the screen these scroll, elsewhere they only go down.
        let below = self.rows.saturating_sub(1);
        if below > 0 {
            queue!(steps.sheet, Print("\n".repeat(below.into())), MoveUp(below))?;
        }
        steps.at = 0;
        self.terminal.resize(Rect { x: 0, y: 0, width: size.width, height: self.rows })
    }
}

fn failed(source: io::Error) -> TerminalError {
    match source.kind() {
        io::ErrorKind::NotConnected => TerminalError::GivenBack,
        _ => TerminalError::Io { doing: "draw", source },
    }
}

/// A terminal reached by steps from the cell where the cursor waits.
#[derive(Default)]
struct Steps {
    sheet: Sheet,
    /// The row the cursor is on, counted from there.
    at: u16,
}

impl Steps {
    fn go(&mut self, to: Position) -> io::Result<()> {
        match to.y.checked_sub(self.at) {
            Some(0) => {}
            Some(down) => queue!(self.sheet, MoveDown(down))?,
            None => queue!(self.sheet, MoveUp(self.at - to.y))?,
        }
        self.at = to.y;
        queue!(self.sheet, MoveToColumn(to.x))
    }

    /// A row where the cursor is, without the blanks at its end: whoever copies it wants none.
    fn print(&mut self, row: &Buffer) -> io::Result<()> {
        let cells = row.content.iter();
        let is_seen = |cell: &&Cell| {
            let paints = cell.bg != Cell::EMPTY.bg || cell.modifier.contains(Modifier::REVERSED);
            paints || cell.symbol() != " "
        };
        let last = cells.clone().enumerate().filter(|(_, cell)| is_seen(cell)).map(|(column, _)| column).next_back();
        let mut pen = Pen::new();
        // Columns that the letter before them takes as well.
        let mut covered = 0;
        for cell in cells.take(last.map_or(0, |last| last + 1)) {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = cell.cell_width().saturating_sub(1);
            pen.write(&mut self.sheet, cell)?;
        }
        pen.lift(&mut self.sheet)
    }
}

/// The style that is written in.
struct Pen {
    style: Style,
}

/// The style of what nobody styled.
const PLAIN: Style = Cell::EMPTY.style();

impl Pen {
    fn new() -> Pen {
        Pen { style: PLAIN }
    }

    fn write(&mut self, sheet: &mut Sheet, cell: &Cell) -> io::Result<()> {
        if self.style != cell.style() {
            self.lift(sheet)?;
            self.style = cell.style();
            if self.style != PLAIN {
                let style = ContentStyle { underline_color: None, ..self.style.into_crossterm() };
                queue!(sheet, SetStyle(style))?;
            }
        }
        queue!(sheet, Print(cell.symbol()))
    }

    /// Back to the style of what nobody styled.
    fn lift(&mut self, sheet: &mut Sheet) -> io::Result<()> {
        if std::mem::replace(&mut self.style, PLAIN) == PLAIN {
            Ok(())
        } else {
            queue!(sheet, SetAttribute(Attribute::Reset))
        }
    }
}

impl Backend for Steps {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut pen = Pen::new();
        let mut next = None;
        for (x, y, cell) in content {
            if next != Some((x, y)) {
                self.go(Position { x, y })?;
            }
            next = Some((x.saturating_add(1), y));
            pen.write(&mut self.sheet, cell)?;
        }
        pen.lift(&mut self.sheet)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        queue!(self.sheet, Hide)
    }

    /// It marks where the strip begins, and a mark is not shown.
    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position { x: 0, y: self.at })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.go(position.into())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.go(Position::ORIGIN)?;
        queue!(self.sheet, Print(WIPE))
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        match region {
            ClearType::All => self.clear(),
            ClearType::AfterCursor => queue!(self.sheet, Clear(Erase::FromCursorDown)),
            ClearType::CurrentLine => queue!(self.sheet, Clear(Erase::CurrentLine)),
            ClearType::UntilNewLine => queue!(self.sheet, Clear(Erase::UntilNewLine)),
            // What stands above is not the strip's.
            ClearType::BeforeCursor => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn size(&self) -> io::Result<Size> {
        crossterm::terminal::size().map(Size::from)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sheet.flush()
    }
}
