//! What the person ran, as plain values.
//!
//! Must not know how it was found out.

use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Bytes of an output that are kept from its beginning, and again from its end.
const HEAD: usize = 64 * 1024;
const TAIL: usize = 64 * 1024;

/// Where the text of a command comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The shell told it.
    Shell,
    /// It was read off the screen.
    Screen,
    /// Nobody told: only the output is known.
    Unseen,
}

/// How a command came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The shell told the exit code, or ended with it.
    Exit(i32),
    /// The shell did not say, because the next command began first or its hooks are gone.
    Unknown,
    /// `exec`: another program took the shell's place.
    Replaced,
    /// The shell ended while it ran, and what it ended with is not the command's.
    ShellEnded,
    /// It still ran when the record was asked for.
    Running,
}

impl Ending {
    /// The exit code, where one is known.
    pub fn code(self) -> Option<i32> {
        match self {
            Ending::Exit(code) => Some(code),
            Ending::Unknown | Ending::Replaced | Ending::ShellEnded | Ending::Running => None,
        }
    }
}

/// The beginning and the end of an output, and how much there was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    head: Vec<u8>,
    /// A ring: the oldest byte is at `turn`.
    tail: Vec<u8>,
    turn: usize,
    total: u64,
}

impl Kept {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.total += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let to_head = bytes.len().min(HEAD - self.head.len());
        let (head, mut rest) = bytes.split_at(to_head);
        self.head.extend_from_slice(head);
        rest = rest.get(rest.len().saturating_sub(TAIL)..).unwrap_or_default();
        let to_tail = rest.len().min(TAIL - self.tail.len());
        let (grow, over) = rest.split_at(to_tail);
        self.tail.extend_from_slice(grow);
        let mut over = over;
        while !over.is_empty() {
            let room = over.len().min(self.tail.len() - self.turn);
            let (now, later) = over.split_at(room);
            if let Some(place) = self.tail.get_mut(self.turn..self.turn + room) {
                place.copy_from_slice(now);
            }
            self.turn = (self.turn + room) % self.tail.len().max(1);
            over = later;
        }
    }

    /// Everything, where nothing was left out; else the beginning.
    pub fn head(&self) -> Vec<u8> {
        if self.left_out() > 0 { self.head.clone() } else { [self.head.clone(), self.tail()].concat() }
    }

    /// The end; empty where nothing was left out and [`Kept::head`] has it all.
    pub fn end(&self) -> Vec<u8> {
        if self.left_out() > 0 { self.tail() } else { Vec::new() }
    }

    fn tail(&self) -> Vec<u8> {
        let (late, early) = self.tail.split_at(self.turn);
        [early, late].concat()
    }

    /// Bytes there were.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Bytes between the head and the end that are not here.
    pub fn left_out(&self) -> u64 {
        self.total.saturating_sub(u64::try_from(self.head.len() + self.tail.len()).unwrap_or(u64::MAX))
    }

    /// Takes bytes away at the end, where they are still the end.
    pub(super) fn drop_end(&mut self, end: &[u8]) {
        if self.left_out() == 0 && self.tail.is_empty() && self.head.ends_with(end) {
            self.head.truncate(self.head.len() - end.len());
            self.total = self.total.saturating_sub(u64::try_from(end.len()).unwrap_or(u64::MAX));
        }
    }
}

/// One command of the person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// As it was typed, newlines included. Empty for a private command and where [`Source::Unseen`].
    pub command: String,
    pub source: Source,
    /// What the screen showed, where it differs from what the shell told.
    pub on_screen: Option<String>,
    /// As it reached the screen, escape sequences included. Empty for a private command.
    pub output: Kept,
    /// Where the output lies in the transcript; empty for a private command.
    pub span: Range<u64>,
    pub ending: Ending,
    /// Where the shell stood when the command began.
    pub cwd: Option<PathBuf>,
    pub started: SystemTime,
    pub duration: Duration,
    /// Typed with a leading space, or between `private on` and `private off`.
    pub private: bool,
    /// Lines that were typed into the program itself: what was done there (in ssh, a REPL, a shell without hooks)
    /// stands in the output only.
    pub typed_into: u32,
    /// How many shells with hooks stood around the one that ran it.
    pub depth: usize,
}

#[cfg(test)]
impl Record {
    /// A command that took a second and printed nothing.
    pub fn of(command: &str) -> Self {
        Self {
            command: command.to_owned(),
            source: Source::Shell,
            on_screen: None,
            output: Kept::default(),
            span: 0..0,
            ending: Ending::Exit(0),
            cwd: None,
            started: SystemTime::UNIX_EPOCH,
            duration: Duration::from_secs(1),
            private: false,
            typed_into: 0,
            depth: 0,
        }
    }
}

/// Takes every byte that reached the screen, in order, private commands and their output excepted.
///
/// Called on the thread that reads the shell: taking long slows the shell.
pub trait Transcript: Send {
    /// The next bytes.
    fn write(&mut self, bytes: &[u8]);
    /// A command ended: a place in what was written is remembered for it. Called while the screen is locked, so nothing
    /// is waited for.
    fn settle(&mut self);
}

/// No transcript at all.
impl Transcript for () {
    fn write(&mut self, _bytes: &[u8]) {}
    fn settle(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(pieces: &[&[u8]]) -> Kept {
        let mut kept = Kept::default();
        pieces.iter().for_each(|piece| kept.push(piece));
        kept
    }

    #[test]
    fn a_short_output_is_kept_whole() {
        let kept = kept(&[b"one ", b"two"]);
        assert_eq!((kept.head(), kept.end(), kept.left_out()), (b"one two".to_vec(), Vec::new(), 0));
    }

    #[test]
    fn a_middling_output_is_kept_whole_over_both_halves() {
        let all: Vec<u8> = (0..HEAD + 1000).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let pieces: Vec<&[u8]> = all.chunks(777).collect();
        assert_eq!(kept(&pieces).head(), all);
    }

    #[test]
    fn of_a_long_output_the_beginning_the_end_and_the_count_are_kept() {
        let all: Vec<u8> = (0..HEAD + TAIL * 3 + 5).map(|at| u8::try_from(at % 251).unwrap()).collect();
        for size in [1000, 4096, 200_000] {
            let pieces: Vec<&[u8]> = all.chunks(size).collect();
            let kept = kept(&pieces);
            assert_eq!(kept.head(), all[..HEAD], "{size}");
            assert_eq!(kept.end(), all[all.len() - TAIL..], "{size}");
            assert_eq!(kept.left_out(), u64::try_from(TAIL * 2 + 5).unwrap());
        }
    }
}
