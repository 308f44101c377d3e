//! The drawing surface: one frame, one write, inside a synchronised update.
//!
//! Owns the ratatui terminal and the frame under way. Must not know what is drawn, nor when.

use std::io::{self, Write};

use crossterm::cursor::{RestorePosition, SavePosition};
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::Frame;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::standing::{self, Place};
use super::{TerminalError, TerminalGuard};

/// Draws on the alternate screen. Stays usable over suspensions, and refuses once the terminal was given back.
pub struct Screen {
    terminal: ratatui::Terminal<CrosstermBackend<Sheet>>,
    /// The stay in the alternate screen that the last frame was drawn in.
    stay: u64,
}

impl Screen {
    /// A surface of the terminal's present size. Draws nothing and asks the terminal nothing.
    ///
    /// # Errors
    /// `Io` when the size cannot be had.
    pub fn new(_guard: &TerminalGuard) -> Result<Self, TerminalError> {
        let backend = CrosstermBackend::new(Sheet::default());
        let terminal = ratatui::Terminal::new(backend).map_err(TerminalError::io(MEASURE))?;
        Ok(Self { terminal, stay: standing::stays() })
    }

    /// Columns and rows at present; zero where the terminal does not know.
    ///
    /// # Errors
    /// `Io` when the size cannot be had.
    pub fn size(&self) -> Result<Size, TerminalError> {
        self.terminal.size().map_err(TerminalError::io(MEASURE))
    }

    /// Shows a picture: what changed since the last one, or everything after a change of size or a suspension.
    /// The cursor is where the picture sets it, else hidden. The picture tells which cells are addresses that the
    /// terminal may open. While suspended nothing is shown.
    ///
    /// # Errors
    /// `GivenBack` once the terminal is no longer ours, as after a panic on another thread; `Io` when it does not obey.
    pub fn draw(&mut self, picture: impl FnOnce(&mut Frame<'_>) -> Vec<(Rect, String)>) -> Result<(), TerminalError> {
        if standing::place() == Place::Outside {
            return Err(TerminalError::GivenBack);
        }
        self.paint(picture).map_err(|source| match source.kind() {
            io::ErrorKind::NotConnected => TerminalError::GivenBack,
            _ => TerminalError::Io { doing: "draw", source },
        })
    }

    /// The next frame paints every cell, as after a suspension.
    pub fn repaint(&mut self) {
        self.stay = u64::MAX;
    }

    fn paint(&mut self, picture: impl FnOnce(&mut Frame<'_>) -> Vec<(Rect, String)>) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let stay = standing::stays();
        if self.stay != stay {
            // Not `Terminal::clear`: it asks the terminal for the cursor and waits for the answer.
            let size = self.terminal.size()?;
            self.terminal.resize(Rect::from((ratatui::layout::Position::ORIGIN, size)))?;
            self.stay = stay;
        }
        let mut links = Vec::new();
        let drawn = self.terminal.draw(|frame| links = picture(frame)).map(|frame| linked(frame.buffer, &links));
        let drawn = drawn.and_then(|linked| Write::write_all(self.terminal.backend_mut(), &linked));
        // Also after a failure, or the next frame would never be let go.
        let ended = queue!(self.terminal.backend_mut(), EndSynchronizedUpdate);
        drawn.and(ended).and_then(|()| Write::flush(self.terminal.backend_mut()))
    }
}

/// The cells of addresses once more, as what they lead to (OSC 8). Of one address all cells have one name, so that a
/// terminal shows it as one.
fn linked(buffer: &Buffer, links: &[(Rect, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if links.is_empty() {
        return bytes;
    }
    let mut pen = CrosstermBackend::new(&mut bytes);
    // The cursor stays where the picture set it.
    let mut written = queue!(pen, SavePosition);
    for (cells, address) in links {
        let name = address.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let open = format!("\x1b]8;id={name:x};{address}\x1b\\");
        let cells = cells.positions().filter_map(|at| buffer.cell(at).map(|cell| (at.x, at.y, cell)));
        written = written
            .and_then(|()| pen.write_all(open.as_bytes()))
            .and_then(|()| Backend::draw(&mut pen, cells))
            .and_then(|()| pen.write_all(b"\x1b]8;;\x1b\\"));
    }
    written = written.and_then(|()| queue!(pen, RestorePosition));
    // Memory takes everything.
    if written.is_err() { Vec::new() } else { bytes }
}

pub(super) const MEASURE: &str = "measure the terminal";

/// A frame being put together. ratatui flushes several times a frame; a frame that has begun is held until its end
/// is there, so that the terminal gets it in one piece and no other writer comes in between.
#[derive(Default)]
pub(super) struct Sheet {
    frame: Vec<u8>,
}

/// DEC mode 2026, as crossterm writes it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let is_frame = self.frame.starts_with(BEGIN);
        if is_frame && !self.frame.ends_with(END) {
            return Ok(());
        }
        let shown = standing::show(&self.frame);
        self.frame.clear();
        match shown {
            // ratatui's own goodbye, which shows the cursor: whoever gave the terminal back has shown it. A failure here
            // would be told on the person's screen.
            Err(error) if !is_frame && error.kind() == io::ErrorKind::NotConnected => Ok(()),
            shown => shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_held_until_its_end_is_there() {
        let mut sheet = Sheet::default();
        queue!(sheet, BeginSynchronizedUpdate).expect("memory");
        sheet.write_all(b"half").expect("memory");
        sheet.flush().expect("held");
        assert_eq!(sheet.frame, [BEGIN, b"half"].concat());
        queue!(sheet, EndSynchronizedUpdate).expect("memory");
        // No test owns the terminal, so letting go is refused; but it is tried.
        assert_eq!(sheet.flush().expect_err("no terminal").kind(), io::ErrorKind::NotConnected);
        assert_eq!(sheet.frame, b"");
    }

    #[test]
    fn what_is_said_outside_of_a_frame_to_a_terminal_that_was_given_back_is_no_failure() {
        let mut sheet = Sheet::default();
        queue!(sheet, crossterm::cursor::Show).expect("memory");
        sheet.flush().expect("nothing to do");
        assert_eq!(sheet.frame, b"");
    }
}
