//! The outer terminal: taking it, giving it back, reading it and drawing on it.
//!
//! Owns raw mode, the two screens, the panic hook, the keys, the signals and the pace of frames. Must not know
//! what is drawn or what a key means. Whatever happens (return, error, panic, suspension), the terminal is given back
//! exactly once. Every byte that reaches it passes the lock in `standing`, a whole frame at a time.
//!
//! The order in a program: [`TerminalGuard::enter`], [`Screen::new`], the first [`Screen::draw`], [`InputSource::open`].
//! On the ordinary screen a [`Strip`] stands for the [`Screen`].
#![allow(clippy::disallowed_methods)]

use std::io;

mod background;
mod bell;
mod decoder;
mod frames;
mod guard;
mod input;
mod keyboard;
mod line;
mod screen;
mod sequences;
mod signals;
mod standing;
mod strip;
#[cfg(test)]
mod tests;

pub use background::is_light;
pub use bell::{Bell, title};
pub use frames::{FramePacer, Urgency};
pub use guard::TerminalGuard;
pub use input::{Arrival, Input, InputSource};
pub use keyboard::{Keyboard, keyboard};
pub use line::read_line;
pub use screen::Screen;
pub use signals::{Signal, Signals};
pub use standing::Surface;
pub use strip::Strip;

/// Why there is no full screen, or no longer one.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    #[error("{0} is not a terminal")]
    NotATerminal(Stream),
    #[error("the terminal cannot address its cursor: TERM is {}", .0.as_deref().map_or("not set".to_owned(), |term| format!("`{term}`")))]
    Dumb(Option<String>),
    #[error("the terminal is taken already")]
    Taken,
    #[error("the terminal was given back already")]
    GivenBack,
    #[error("nothing would wake this program again: no shell with job control started it")]
    NoShell,
    #[error("cannot {doing}")]
    Io { doing: &'static str, source: io::Error },
}

impl TerminalError {
    /// What the person does next, a lower-case fragment.
    pub fn hint(&self) -> &'static str {
        match self {
            TerminalError::NotATerminal(_) => {
                "run it in a terminal, or use `devops-agent ask \"<request>\"`, which needs none"
            }
            TerminalError::Dumb(_) => {
                "set TERM to what the terminal is, such as xterm-256color, or use `devops-agent --linear`, which draws nothing"
            }
            TerminalError::Taken | TerminalError::GivenBack => "start `devops-agent` again",
            TerminalError::NoShell => "open another terminal, or close this session",
            TerminalError::Io { .. } => {
                "if the terminal looks wrong, run `reset`; `devops-agent ask \"<request>\"` works without a full screen"
            }
        }
    }

    fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| TerminalError::Io { doing, source }
    }
}

/// Which of the standard streams is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Input,
    Output,
}

impl std::fmt::Display for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Stream::Input => "standard input",
            Stream::Output => "standard output",
        })
    }
}
