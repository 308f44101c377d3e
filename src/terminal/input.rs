//! What the person does: keys, pastes, sizes, each with the moment it was read.
//!
//! Owns crossterm's event stream, the only reader of the terminal. Must not know what a key means.

use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, KeyEvent, KeyEventKind, MouseEvent};
use futures_util::StreamExt;
use tokio::sync::oneshot;

use super::{Keyboard, TerminalError, TerminalGuard, keyboard};

/// One thing the person or the terminal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key went down or repeats; releases never come.
    Key(KeyEvent),
    /// Pasted text, as it was: line ends may be `\r`, and control bytes are possible.
    Paste(String),
    /// Columns, then rows.
    Resize(u16, u16),
    FocusGained,
    FocusLost,
    Mouse(MouseEvent),
    /// What the keyboard can say; always the first arrival, and never again.
    Keyboard(Keyboard),
}

/// An input and when it was read. A key may have waited in the kernel before that, never after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub at: Instant,
    pub input: Input,
}

/// Reads the terminal. One at a time.
#[derive(Debug)]
pub struct InputSource {
    state: State,
}

#[derive(Debug)]
enum State {
    /// The enquiry after the keyboard holds the reader; keys typed meanwhile are kept.
    Asking(oneshot::Receiver<Keyboard>),
    Reading(EventStream),
}

impl InputSource {
    /// Begins to read, and to ask what the keyboard can do: call it after the first frame was drawn. The guard shows
    /// that there is a terminal, without which crossterm's stream panics.
    pub fn open(_guard: &TerminalGuard) -> Self {
        Self { state: State::Asking(keyboard::enquire()) }
    }

    /// Begins to read again after the terminal was lent; what its keyboard can do is known.
    ///
    /// # Errors
    /// `Io` when the terminal cannot be read.
    pub fn reopen(_guard: &TerminalGuard) -> Result<Self, TerminalError> {
        Ok(Self { state: State::Reading(stream()?) })
    }

    /// The next arrival. Dropping the future loses none.
    ///
    /// # Errors
    /// `Io` when the terminal cannot be read; there is no use in going on then.
    pub async fn next(&mut self) -> Result<Arrival, TerminalError> {
        loop {
            match &mut self.state {
                State::Asking(answer) => {
                    // No answer: the enquiry could not be made and has logged why.
                    let keyboard = answer.await.unwrap_or(Keyboard::Plain);
                    self.state = State::Reading(stream()?);
                    return Ok(Arrival { at: Instant::now(), input: Input::Keyboard(keyboard) });
                }
                State::Reading(stream) => {
                    let event = match stream.next().await {
                        Some(Ok(event)) => event,
                        Some(Err(source)) => return Err(TerminalError::Io { doing: READ, source }),
                        None => {
                            let source = std::io::ErrorKind::UnexpectedEof.into();
                            return Err(TerminalError::Io { doing: READ, source });
                        }
                    };
                    if let Some(input) = wanted(event) {
                        return Ok(Arrival { at: Instant::now(), input });
                    }
                }
            }
        }
    }
}

const READ: &str = "read the terminal";

/// The stream panics where its reader could not be made; asking the reader first turns that into an error.
fn stream() -> Result<EventStream, TerminalError> {
    crossterm::event::poll(Duration::ZERO).map_err(TerminalError::io(READ))?;
    Ok(EventStream::new())
}

fn wanted(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => None,
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(columns, rows) => Some(Input::Resize(columns, rows)),
        Event::FocusGained => Some(Input::FocusGained),
        Event::FocusLost => Some(Input::FocusLost),
        Event::Mouse(mouse) => Some(Input::Mouse(mouse)),
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    fn key(kind: KeyEventKind) -> Event {
        Event::Key(KeyEvent::new_with_kind(KeyCode::Char('y'), KeyModifiers::NONE, kind))
    }

    #[test]
    fn a_key_let_go_is_no_input() {
        assert_eq!(wanted(key(KeyEventKind::Release)), None);
    }

    #[test]
    fn a_key_pressed_or_repeating_is() {
        assert!(matches!(wanted(key(KeyEventKind::Press)), Some(Input::Key(_))));
        assert!(matches!(wanted(key(KeyEventKind::Repeat)), Some(Input::Key(_))));
    }
}
