//! The stream in front of the emulated screen: what the screen can take passes, the rest is handled or rewritten here.
//!
//! Owns the cutting of the byte stream into text, control sequences and control strings, wherever the reads cut it.
//! Must not know the screen: it sees the cursor through [`Sink`] and nothing else. A stretch of plain text or of
//! sequences the screen knows is handed on as one slice, so that ordinary output costs one look at each byte.
//!
//! Control strings (titles, colours, clipboard, our own marks) never reach the screen, and no sequence or string is
//! kept beyond a limit, whatever a program prints.

mod csi;
mod modes;
mod string;

use csi::Csi;
use modes::Modes;
use string::Strings;

/// What the shim hands on.
pub(super) trait Sink {
    /// Bytes for the screen: whole sequences, and whole characters as far as a program sends such.
    fn text(&mut self, bytes: &[u8]);
    /// What was sent, and what the screen shows for it.
    fn instead(&mut self, sent: &[u8], shown: &[u8]);
    /// What is not for the screen.
    fn act(&mut self, act: Act<'_>);
    /// Row and column of the cursor, from 0; the column may be one past the last.
    fn cursor(&self) -> (u16, u16);
    /// Rows and columns.
    fn size(&self) -> (u16, u16);
}

/// What happened besides text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act<'a> {
    /// What stands behind our own number.
    Mark(&'a [u8]),
    Title(&'a [u8]),
    /// Base64, as the program sent it.
    Copy(&'a [u8]),
    /// A program asked its terminal.
    Ask(Question),
    /// The alternate screen comes: the bytes that bring it follow.
    AlternateBegins,
    /// The bytes that end the alternate screen were handed on.
    AlternateEnded,
    /// Updates are to be shown together.
    Hold(bool),
    /// The program wants to hear of the focus.
    Focus(bool),
    /// The history is to be forgotten.
    Forget,
    /// The scrolling region, top and bottom from 0, or the whole screen.
    Region(Option<(u16, u16)>),
}

/// A question to the terminal, to be answered on its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    PrimaryAttributes,
    SecondaryAttributes,
    Status,
    Cursor { private: bool },
    Mode { number: u16, private: bool },
    Version,
    Size,
    Keyboard,
    Colour { number: u16, bell: bool },
    Capability,
    Setting,
}

/// Longest sequence that is kept; a longer one is dropped.
const LONGEST_SEQUENCE: usize = 256;

const ESC: u8 = 0x1b;
const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;
/// U+FE0F. The screen widens the cell before it and panics in the last corner; `wcwidth`, by which programs reckon,
/// leaves the cell as it is. So do we.
const EMOJI_PRESENTATION: &[u8] = b"\xef\xb8\x8f";
/// U+200D. What it joins is drawn one by one here, so it would only make cells no terminal agrees on.
const JOINER: &[u8] = b"\xe2\x80\x8d";

/// U+FFFD, which the screen leaves out although it takes a column, and what stands for it and for bytes that are no
/// UTF-8.
const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";
pub(super) const STANDS_FOR_REPLACEMENT: char = '\u{25a1}';

/// The state between two reads.
#[derive(Debug, Default)]
pub(super) struct Shim {
    /// The beginning of a sequence or of a character we look at, not handed on yet.
    pending: Vec<u8>,
    /// An unfinished control string.
    string: Option<Strings>,
    modes: Modes,
}

/// How the bytes at a place go on.
enum Next {
    /// They need bytes that have not come yet.
    More,
    /// So many are handed on as they are.
    Pass(usize),
    /// So many are dealt with by us.
    Deed(usize, Deed),
    /// So many begin a control string.
    String(usize, Strings),
}

/// What is done instead of handing on.
enum Deed {
    Nothing,
    Sequence(Csi),
    Designate(u8, u8),
    /// A sequence of two bytes.
    Single(u8),
    Shift(u8),
    Tab,
    Put(char),
    /// The screen gets another character than was sent, or none.
    Instead {
        sent: &'static [u8],
        shown: Option<char>,
    },
}

impl Shim {
    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut impl Sink) {
        if self.pending.is_empty() {
            self.run(bytes, sink);
        } else {
            let mut whole = std::mem::take(&mut self.pending);
            whole.extend_from_slice(bytes);
            self.run(&whole, sink);
        }
    }

    fn run(&mut self, bytes: &[u8], sink: &mut impl Sink) {
        // What lies between `from` and `at` is handed on as it is.
        let (mut from, mut at) = (0, 0);
        while at < bytes.len() {
            if let Some(string) = &mut self.string {
                let (used, whole) = string.take(rest(bytes, at));
                at += used;
                from = at;
                if whole && let Some(string) = self.string.take() {
                    string.finish(sink);
                }
                continue;
            }
            if !self.modes.slow() {
                at += ordinary(rest(bytes, at));
            }
            let here = rest(bytes, at);
            let next = match here.first().copied() {
                None => break,
                Some(ESC) => escape(here),
                Some(SHIFT_OUT | SHIFT_IN) => Next::Deed(1, Deed::Shift(here.first().copied().unwrap_or(0))),
                Some(0xe2 | 0xef) => watched(here, self.modes.slow()),
                Some(b'\t') if self.modes.tabs() => Next::Deed(1, Deed::Tab),
                Some(0..0x20 | 0x7f) => Next::Pass(1),
                Some(_) => character(here),
            };
            match next {
                Next::Pass(length) => at += length,
                Next::More => {
                    hand_on(bytes, from, at, sink);
                    // Nothing sends a longer sequence; what follows it is text again.
                    if here.len() <= LONGEST_SEQUENCE {
                        self.pending.extend_from_slice(here);
                    }
                    return;
                }
                Next::Deed(length, deed) => {
                    hand_on(bytes, from, at, sink);
                    at += length;
                    from = at;
                    self.modes.perform(deed, sink);
                }
                Next::String(length, string) => {
                    hand_on(bytes, from, at, sink);
                    at += length;
                    from = at;
                    self.string = Some(string);
                }
            }
        }
        // The screen gets whole characters: what it makes of halves depends on where they are cut.
        let whole = bytes.len() - unfinished(rest(bytes, from));
        hand_on(bytes, from, whole, sink);
        self.pending.extend_from_slice(rest(bytes, whole));
    }
}

/// How many bytes at the end are the beginning of a character.
fn unfinished(bytes: &[u8]) -> usize {
    let continued = bytes.iter().rev().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
    let length = match bytes.iter().rev().nth(continued) {
        Some(0xc2..0xe0) => 2,
        Some(0xe0..0xf0) => 3,
        Some(0xf0..0xf5) => 4,
        _ => return 0,
    };
    if continued + 1 < length { continued + 1 } else { 0 }
}

fn rest(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}

fn hand_on(bytes: &[u8], from: usize, to: usize, sink: &mut impl Sink) {
    let bytes = bytes.get(from..to).unwrap_or_default();
    if !bytes.is_empty() {
        sink.text(bytes);
    }
}

/// How many bytes at the beginning are nothing we look at.
fn ordinary(bytes: &[u8]) -> usize {
    const WATCHED: [bool; 256] = {
        let mut watched = [false; 256];
        watched[ESC as usize] = true;
        watched[SHIFT_OUT as usize] = true;
        watched[SHIFT_IN as usize] = true;
        watched[0xe2] = true;
        watched[0xef] = true;
        watched
    };
    bytes.iter().position(|byte| WATCHED.get(usize::from(*byte)).copied().unwrap_or(false)).unwrap_or(bytes.len())
}

/// A character that begins as one of those that are dropped or replaced.
fn watched(here: &[u8], slow: bool) -> Next {
    for looked_for in [EMOJI_PRESENTATION, JOINER, REPLACEMENT] {
        if here.starts_with(looked_for) {
            let shown = (looked_for == REPLACEMENT).then_some(STANDS_FOR_REPLACEMENT);
            return Next::Deed(looked_for.len(), Deed::Instead { sent: looked_for, shown });
        }
        if here.len() < looked_for.len() && looked_for.starts_with(here) {
            return Next::More;
        }
    }
    if slow { character(here) } else { Next::Pass(1) }
}

/// One character, where each is looked at. What is no UTF-8 passes.
fn character(here: &[u8]) -> Next {
    let length = match here.first().copied().unwrap_or(0) {
        0..0x80 => 1,
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return Next::Pass(1),
    };
    let Some(bytes) = here.get(..length) else {
        return if here.iter().skip(1).all(|byte| (0x80..0xc0).contains(byte)) { Next::More } else { Next::Pass(1) };
    };
    match std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) {
        Some(letter) => Next::Deed(length, Deed::Put(letter)),
        None => Next::Pass(1),
    }
}

/// The escape sequence that begins here.
fn escape(here: &[u8]) -> Next {
    let Some(second) = here.get(1).copied() else { return Next::More };
    match second {
        b'[' => match csi::read(here) {
            csi::Read::More => Next::More,
            csi::Read::Pass(length) => Next::Pass(length),
            csi::Read::Ours(length, csi) => Next::Deed(length, Deed::Sequence(csi)),
        },
        b']' => Next::String(2, Strings::osc()),
        b'P' => Next::String(2, Strings::dcs()),
        b'k' => Next::String(2, Strings::title()),
        b'X' | b'^' | b'_' => Next::String(2, Strings::ignored()),
        b'(' | b')' | b'*' | b'+' | b'#' | b' ' | b'%' => match here.get(2).copied() {
            None => Next::More,
            Some(third @ 0x20..=0x7e) => Next::Deed(3, Deed::Designate(second, third)),
            Some(_) => Next::Deed(2, Deed::Nothing),
        },
        b'D' | b'E' | b'H' | b'c' | b'n' | b'o' | b'Z' | b'N' | b'O' => Next::Deed(2, Deed::Single(second)),
        // A string's end without a string.
        b'\\' => Next::Deed(2, Deed::Nothing),
        // The screen's own (7 8 = > M g), and what nobody knows.
        0x20..=0x7e => Next::Pass(2),
        // Broken off by a control byte or another escape.
        _ => Next::Deed(1, Deed::Nothing),
    }
}
