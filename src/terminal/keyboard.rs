//! Whether the terminal tells Shift+Enter from Enter.
//!
//! Owns the enquiry; must not know the keys. crossterm's query blocks up to two seconds and shares its reader with
//! the event stream, which would sit on the reader's lock until a key is typed. So the query runs on a thread of its
//! own, after the first frame and before the stream exists: drawing goes on meanwhile, and keys typed meanwhile stay in
//! crossterm's queue, which the stream reads next. The two seconds are spent only by a terminal that answers nothing
//! at all, so a status report that every terminal answers goes ahead: silence ends the enquiry early.

use std::io;
use std::os::fd::AsFd;
use std::thread;

use crossterm::terminal::supports_keyboard_enhancement;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tokio::sync::oneshot;

use super::standing;

/// What the keyboard can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyboard {
    /// Keys as in the seventies: Shift+Enter is Enter.
    Plain,
    /// The kitty protocol, disambiguation and alternate keys: Shift+Enter is a key of its own.
    Enhanced,
}

/// DSR 5, «are you well?»; the answer `CSI 0 n` is no key and crossterm drops it.
const ARE_YOU_WELL: &[u8] = b"\x1b[5n";

/// How long a terminal may be silent, in milliseconds: a round trip over a slow line, and little enough that keys
/// typed into a terminal that never answers are not felt to hang. A later answer does no harm.
const SILENCE_MS: u16 = 300;

/// Asks a terminal that nobody has taken: what a screen on it would find. Takes two seconds at most.
///
/// # Errors
/// When there is no terminal, or it answers nothing at all.
pub fn keyboard() -> io::Result<Keyboard> {
    Ok(if supports_keyboard_enhancement()? { Keyboard::Enhanced } else { Keyboard::Plain })
}

/// Asks in the background. The enquiry touches the reader of the keys until it has answered.
pub(super) fn enquire() -> oneshot::Receiver<Keyboard> {
    let (sender, receiver) = oneshot::channel();
    let asked = thread::Builder::new().name("keyboard".to_owned()).spawn(move || {
        let keyboard = ask().unwrap_or_else(|error| {
            tracing::info!(%error, "the terminal did not say what its keyboard can do");
            Keyboard::Plain
        });
        if sender.send(keyboard).is_err() {
            tracing::debug!("nobody waits for the keyboard any more");
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "no thread to ask for the keyboard");
    }
    receiver
}

fn ask() -> io::Result<Keyboard> {
    standing::show(ARE_YOU_WELL)?;
    if !something_to_read()? {
        tracing::info!("the terminal answers no questions");
        return Ok(Keyboard::Plain);
    }
    if supports_keyboard_enhancement()? { standing::push_keyboard() } else { Ok(Keyboard::Plain) }
}

/// Looks, and reads nothing: what is there may be a key. A key in a silent terminal costs the two seconds, once.
fn something_to_read() -> io::Result<bool> {
    let input = io::stdin();
    loop {
        let mut ready = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        match poll(&mut ready, PollTimeout::from(SILENCE_MS)) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
