//! Where the process stands with its terminal, one value for the whole process.
//!
//! Owns the switch into and out of raw mode, from one screen to the other, and the only way for bytes to the terminal.
//! One lock covers both, so that a panic on one thread never restores the terminal in the middle of another's frame,
//! and nothing is drawn after it. Must not know what the bytes show.

use std::io;
use std::os::fd::AsFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::style::{Print, ResetColor};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor::Show, queue};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::Keyboard;

/// Whose the terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The shell's: not entered yet, or given back for good.
    Outside,
    /// Ours.
    Inside,
    /// Lent to the shell until the process is continued.
    Aside,
}

/// Where on the terminal is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// The whole of the alternate screen.
    Whole,
    /// The ordinary screen, from the cursor downwards.
    Strip,
}

struct Standing {
    place: Place,
    surface: Surface,
    /// What the keyboard was found to be; pushed whenever we are inside.
    keyboard: Keyboard,
    /// How often a screen was entered. A picture from an earlier stay is gone.
    stays: u64,
    /// The mouse is reported to us.
    mouse: bool,
    /// A change of the terminal's colours is.
    colours: bool,
    /// What was read before there was anybody to hear it.
    typed: Vec<u8>,
}

static STANDING: Mutex<Standing> = Mutex::new(Standing {
    place: Place::Outside,
    surface: Surface::Whole,
    keyboard: Keyboard::Plain,
    stays: 0,
    mouse: false,
    colours: false,
    typed: Vec::new(),
});

/// A panic while the lock was held leaves a valid value: each field is written whole.
fn standing() -> MutexGuard<'static, Standing> {
    STANDING.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn place() -> Place {
    standing().place
}

/// Keeps what was read for whoever listens first.
pub(super) fn keep_typed(bytes: Vec<u8>) {
    standing().typed = bytes;
}

/// What was kept so, once.
pub(super) fn typed() -> Vec<u8> {
    std::mem::take(&mut standing().typed)
}

/// The number of the present stay on a screen.
pub(super) fn stays() -> u64 {
    standing().stays
}

/// Takes the terminal. Answers false, and does nothing, when it is taken already.
pub(super) fn enter(surface: Surface) -> io::Result<bool> {
    let mut standing = standing();
    if standing.place != Place::Outside {
        return Ok(false);
    }
    standing.surface = surface;
    standing.keyboard = Keyboard::Plain;
    standing.mouse = false;
    standing.colours = false;
    take(&mut standing)?;
    Ok(true)
}

/// Goes over to the other screen, now and for the later stays. A strip is gone from the ordinary one meanwhile: there the
/// cursor waits where it began.
pub(super) fn go_to(surface: Surface) -> io::Result<()> {
    let mut standing = standing();
    if standing.surface == surface {
        return Ok(());
    }
    let mut bytes = Vec::new();
    leave(&standing, &mut bytes)?;
    standing.surface = surface;
    if standing.place != Place::Inside {
        return Ok(());
    }
    standing.stays += 1;
    come(&standing, &mut bytes)?;
    write_whole(&bytes)
}

/// Gives the terminal back for good. The first call does it, the others find it done.
pub(super) fn give_back() -> io::Result<()> {
    release(&mut standing(), Place::Outside)
}

/// Lends the terminal to the shell. Nothing happens when it is not ours.
pub(super) fn step_aside() -> io::Result<()> {
    let mut standing = standing();
    if standing.place == Place::Inside { release(&mut standing, Place::Aside) } else { Ok(()) }
}

/// Takes the terminal again after the process was continued. A process that was stopped without warning finds a
/// terminal that the shell has changed, so being inside is no reason to do nothing. False when it was given back for good.
pub(super) fn return_inside() -> io::Result<bool> {
    let mut standing = standing();
    match standing.place {
        Place::Outside => return Ok(false),
        Place::Inside => release(&mut standing, Place::Aside)?,
        Place::Aside => {}
    }
    take(&mut standing)?;
    Ok(true)
}

/// Turns the kitty keyboard protocol on for this stay and the later ones. Answers what is in force: a terminal that
/// is not ours at this moment stays as it is.
pub(super) fn push_keyboard() -> io::Result<Keyboard> {
    let mut standing = standing();
    if standing.place == Place::Inside && standing.keyboard == Keyboard::Plain {
        let mut bytes = Vec::new();
        queue!(bytes, PushKeyboardEnhancementFlags(FLAGS))?;
        write_whole(&bytes)?;
        standing.keyboard = Keyboard::Enhanced;
    }
    Ok(standing.keyboard)
}

/// Has the mouse reported to us, or leaves it to the terminal, for this stay and the later ones.
pub(super) fn capture_mouse(wanted: bool) -> io::Result<()> {
    let mut standing = standing();
    if standing.mouse == wanted {
        return Ok(());
    }
    standing.mouse = wanted;
    if standing.place != Place::Inside {
        return Ok(());
    }
    let mut bytes = Vec::new();
    if wanted {
        queue!(bytes, EnableMouseCapture)?
    } else {
        queue!(bytes, DisableMouseCapture)?
    }
    write_whole(&bytes)
}

/// Has a change between light and dark colours reported to us, for this stay and the later ones.
pub(super) fn follow_colours() -> io::Result<()> {
    let mut standing = standing();
    standing.colours = true;
    if standing.place == Place::Inside { write_whole(TELL_COLOURS) } else { Ok(()) }
}

/// Sends bytes while the terminal is ours; drops them while it is lent, for nobody could see them.
///
/// # Errors
/// `NotConnected` once the terminal was given back; what the terminal answers otherwise.
pub(super) fn show(bytes: &[u8]) -> io::Result<()> {
    let standing = standing();
    match standing.place {
        Place::Inside => write_whole(bytes),
        Place::Aside => Ok(()),
        Place::Outside => Err(io::ErrorKind::NotConnected.into()),
    }
}

/// Shift+Enter told from Enter, and the key of the layout beside the key pressed; see
/// <https://sw.kovidgoyal.net/kitty/keyboard-protocol/>.
const FLAGS: KeyboardEnhancementFlags =
    KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES.union(KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS);

/// Wipes the cursor's row and all below it. The row's first cell goes by itself: whoever wipes everything from the first
/// cell of the screen on has tmux keep it in the scroll-back.
pub(super) const WIPE: &str = "\r\x1b[K\x1b[C\x1b[J\r";

/// DEC mode 2031, and the question how they are now, which has the answer of a change: while we were aside they may have
/// become others. A terminal that does not know it ignores both; so it is not asked whether it does, which a few
/// answer with a letter on the screen. See <https://contour-terminal.org/vt-extensions/color-palette-update-notifications/>.
const TELL_COLOURS: &[u8] = b"\x1b[?2031h\x1b[?996n";
const KEEP_COLOURS: &[u8] = b"\x1b[?2031l";

fn take(standing: &mut Standing) -> io::Result<()> {
    let mut bytes = Vec::new();
    // The window's name is kept by the terminal meanwhile.
    bytes.extend_from_slice(b"\x1b[22;2t");
    come(standing, &mut bytes)?;
    queue!(bytes, EnableBracketedPaste, EnableFocusChange)?;
    if standing.mouse {
        queue!(bytes, EnableMouseCapture)?;
    }
    if standing.colours {
        bytes.extend_from_slice(TELL_COLOURS);
    }
    enable_raw_mode()?;
    // From here on there is something to undo, so a failure below leaves through `release`.
    standing.place = Place::Inside;
    standing.stays += 1;
    let written = write_whole(&bytes);
    if written.is_err() {
        release(standing, Place::Outside)?;
    }
    written
}

/// Onto the screen that is drawn on. The two have a stack of keyboard flags each.
fn come(standing: &Standing, bytes: &mut Vec<u8>) -> io::Result<()> {
    if standing.surface == Surface::Whole {
        queue!(bytes, EnterAlternateScreen)?;
    }
    if standing.keyboard == Keyboard::Enhanced {
        queue!(bytes, PushKeyboardEnhancementFlags(FLAGS))?;
    }
    Ok(())
}

/// Off it, with nothing of ours left there but what was printed above a strip.
fn leave(standing: &Standing, bytes: &mut Vec<u8>) -> io::Result<()> {
    if standing.keyboard == Keyboard::Enhanced {
        queue!(bytes, PopKeyboardEnhancementFlags)?;
    }
    match standing.surface {
        Surface::Whole => queue!(bytes, LeaveAlternateScreen),
        // The cursor waits where the strip begins.
        Surface::Strip => queue!(bytes, Print(WIPE)),
    }
}

/// Both halves are tried, whatever the first one says: echo matters even where the bytes could not be sent.
fn release(standing: &mut Standing, to: Place) -> io::Result<()> {
    if std::mem::replace(&mut standing.place, to) != Place::Inside {
        return Ok(());
    }
    let mut bytes = Vec::new();
    // A frame may have been cut short.
    queue!(bytes, EndSynchronizedUpdate)?;
    if standing.mouse {
        queue!(bytes, DisableMouseCapture)?;
    }
    if standing.colours {
        bytes.extend_from_slice(KEEP_COLOURS);
    }
    queue!(bytes, DisableFocusChange, DisableBracketedPaste, ResetColor)?;
    leave(standing, &mut bytes)?;
    queue!(bytes, Show)?;
    bytes.extend_from_slice(b"\x1b[23;2t");
    let written = write_whole(&bytes);
    let cooked = disable_raw_mode();
    written.and(cooked)
}

/// One `write` a frame in the common case, straight to the descriptor: std's stdout would split it at newlines and
/// has a lock that a panicking thread may hold. A terminal left non-blocking by another program is waited for.
fn write_whole(mut bytes: &[u8]) -> io::Result<()> {
    let output = io::stdout();
    while !bytes.is_empty() {
        match nix::unistd::write(&output, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => {
                let mut ready = [PollFd::new(output.as_fd(), PollFlags::POLLOUT)];
                match poll(&mut ready, PollTimeout::NONE) {
                    Ok(_) | Err(Errno::EINTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
