//! Whether the terminal is light or dark, as it says itself.
//!
//! Owns the question, which must be asked before anything else reads the terminal. It reads by itself: a key typed
//! before the answer is no part of it, and is kept for [`super::InputSource`]. Must not know what the answer leads to.

use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use memchr::memmem;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::sequences::ESC;
use super::standing;

/// A terminal that answers no question about itself is not waited for longer.
const PATIENCE: Duration = Duration::from_millis(150);

/// The colour of letters and the one behind them; then what the terminal is, which all of them answer, in this order.
const QUESTION: &[u8] = b"\x1b]10;?\x07\x1b]11;?\x07\x1b[c";
const LETTERS: &[u8] = b"\x1b]10;";
const BEHIND: &[u8] = b"\x1b]11;";
const BELL: u8 = 0x07;

/// Whether its background is light; `None` where it does not say.
pub fn is_light() -> Option<bool> {
    let term = std::env::var("TERM").ok()?;
    // Screen answers in another order, the others not at all.
    let is_mute = matches!(term.as_str(), "" | "dumb" | "Eterm" | "screen") || term.starts_with("screen.");
    if is_mute || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return None;
    }
    match asked() {
        Ok(read) => {
            let light = says_light(&read);
            standing::keep_typed(read);
            light
        }
        Err(error) => {
            tracing::info!(%error, "the terminal was not asked for its colours");
            None
        }
    }
}

/// All that came until the terminal had answered, or had the time to.
fn asked() -> io::Result<Vec<u8>> {
    enable_raw_mode()?;
    let mut output = io::stdout();
    let read = output.write_all(QUESTION).and_then(|()| output.flush()).and_then(|()| answers());
    disable_raw_mode()?;
    read
}

fn answers() -> io::Result<Vec<u8>> {
    let input = io::stdin();
    let until = Instant::now() + PATIENCE;
    let (mut all, mut bytes) = (Vec::new(), [0; 1024]);
    while !is_answered(&all) {
        let left = until.saturating_duration_since(Instant::now());
        let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
        let mut ready = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        let read = match poll(&mut ready, left) {
            Ok(0) => break,
            Ok(_) => nix::unistd::read(&input, &mut bytes),
            Err(error) => Err(error),
        };
        match read {
            Ok(0) => break,
            Ok(count) => all.extend_from_slice(bytes.get(..count).unwrap_or_default()),
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(all)
}

/// Whether the last of the answers is there.
fn is_answered(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"\x1b[?").any(|at| {
        let mut rest = bytes.iter().skip(at + 3);
        rest.find(|byte| !matches!(**byte, b'0'..=b'9' | b';')) == Some(&b'c')
    })
}

fn says_light(bytes: &[u8]) -> Option<bool> {
    Some(lightness(bytes, BEHIND)? > lightness(bytes, LETTERS)?)
}

/// How light the colour in the answer is that begins so: its luma, with the weights of ITU-R BT.709.
fn lightness(bytes: &[u8], begins: &[u8]) -> Option<u64> {
    let rest = bytes.get(memmem::find(bytes, begins)? + begins.len()..)?;
    let end = rest.iter().position(|byte| matches!(*byte, BELL | ESC))?;
    let text = std::str::from_utf8(rest.get(..end)?).ok()?;
    let numbers = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let mut numbers = numbers.split('/').map(share);
    let mut weighed = |weight: u64| Some(weight * u64::from(numbers.next()??));
    Some(weighed(2126)? + weighed(7152)? + weighed(722)?)
}

/// A number of one to four hexadecimal digits, as the part that it is of the most they can say.
fn share(digits: &str) -> Option<u16> {
    let most: u32 = match digits.len() {
        1 => 0xf,
        2 => 0xff,
        3 => 0xfff,
        4 => 0xffff,
        _ => return None,
    };
    let value = u32::from_str_radix(digits, 16).ok()?;
    u16::try_from(value * 0xffff / most).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_is_what_has_letters_darker_than_what_is_behind_them() {
        let said =
            |letters: &str, behind: &str| says_light(format!("\x1b]10;{letters}\x1b\\\x1b]11;{behind}\x07").as_bytes());
        assert_eq!(said("rgb:0000/0000/0000", "rgb:ffff/ffff/ffff"), Some(true));
        assert_eq!(said("rgb:dd/dd/dd", "rgb:1e/1e/1e"), Some(false));
        assert_eq!(said("rgba:1/1/1/f", "rgba:f/f/e/f"), Some(true));
        assert_eq!(said("rgb:dd/dd", "rgb:1e/1e/1e"), None);
        assert_eq!(says_light(b"\x1b[?62;22c"), None);
    }

    #[test]
    fn keys_between_the_answers_are_in_the_way_of_none() {
        let read = b"ls\x1b[A\x1b]10;rgb:0/0/0\x07x\x1b]11;rgb:f/f/f\x07\x1b[?997;1n\x1b[?62;22cq";
        assert_eq!(says_light(read), Some(true));
        assert!(is_answered(read));
        assert!(!is_answered(b"c\x1b[?62;2"));
        assert!(!is_answered(b"\x1b[?997;1nc"));
    }
}
