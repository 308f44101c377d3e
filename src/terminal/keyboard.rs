//! Whether the terminal tells Shift+Enter from Enter.
//!
//! Owns the question. It is asked after the first frame and answered among the keys, which wait for it in
//! [`super::InputSource`]: whoever draws is not held up.

use std::io;
use std::time::Duration;

use crossterm::terminal::supports_keyboard_enhancement;

/// What the keyboard can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyboard {
    /// Keys as in the seventies: Shift+Enter is Enter.
    Plain,
    /// The kitty protocol, disambiguation and alternate keys: Shift+Enter is a key of its own.
    Enhanced,
}

/// Which flags of the kitty protocol are set, which many do not answer; then DSR 5, «are you well?», which every
/// terminal does, in this order. Not the device attributes: an answer to those may still be on its way to whoever asked before.
pub(super) const QUESTION: &[u8] = b"\x1b[?u\x1b[5n";

/// How long a terminal may be silent: a round trip over a slow line, and little enough that keys typed into a terminal
/// that never answers are not felt to hang. A later answer does no harm.
pub(super) const SILENCE: Duration = Duration::from_millis(300);

/// Asks a terminal that nobody has taken: what a screen on it would find. Takes two seconds at most.
///
/// # Errors
/// When there is no terminal, or it answers nothing at all.
pub fn keyboard() -> io::Result<Keyboard> {
    Ok(if supports_keyboard_enhancement()? { Keyboard::Enhanced } else { Keyboard::Plain })
}
