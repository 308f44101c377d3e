//! Control strings: collected up to a limit, never shown, told apart when they end.
//!
//! Owns the limits. A string without an end swallows what follows up to the next escape or bell; that is what terminals do.

use super::{Act, ESC, Question, Sink};
use crate::shell::marks;

/// Longest string of a program's that is kept.
const LONGEST: usize = 128 * 1024;
/// Longest mark: a command line of this length is told whole.
const LONGEST_MARK: usize = 4 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Osc,
    Dcs,
    Title,
    Ignored,
}

/// A control string on its way.
#[derive(Debug)]
pub(super) struct Strings {
    kind: Kind,
    kept: Vec<u8>,
    /// More came than is kept.
    cut: bool,
    /// The last byte was an escape.
    escaped: bool,
    /// A bell ended it.
    bell: bool,
}

impl Strings {
    fn new(kind: Kind) -> Self {
        Self { kind, kept: Vec::new(), cut: false, escaped: false, bell: false }
    }

    pub fn osc() -> Self {
        Self::new(Kind::Osc)
    }

    pub fn dcs() -> Self {
        Self::new(Kind::Dcs)
    }

    pub fn title() -> Self {
        Self::new(Kind::Title)
    }

    pub fn ignored() -> Self {
        Self::new(Kind::Ignored)
    }

    /// Takes bytes up to the string's end: how many, and whether it ended. An escape that does not end the string
    /// properly breaks it off; the byte behind it is left.
    pub fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        if self.escaped {
            self.escaped = false;
            return match bytes.first() {
                Some(b'\\') => (1, true),
                _ => {
                    self.kind = Kind::Ignored;
                    (0, true)
                }
            };
        }
        let bell_ends = self.kind == Kind::Osc;
        let end = bytes
            .iter()
            .position(|byte| matches!(*byte, ESC | 0x18 | 0x1a) || (*byte == 0x07 && bell_ends))
            .unwrap_or(bytes.len());
        self.keep(bytes.get(..end).unwrap_or_default());
        match bytes.get(end) {
            None => (end, false),
            Some(0x07) => {
                self.bell = true;
                (end + 1, true)
            }
            Some(&ESC) => {
                self.escaped = true;
                (end + 1, false)
            }
            Some(_) => {
                self.kind = Kind::Ignored;
                (end + 1, true)
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.kind == Kind::Ignored || self.cut {
            return;
        }
        let is_mark = self.kind == Kind::Osc && self.kept.starts_with(marks::NUMBER);
        let limit = if is_mark { LONGEST_MARK } else { LONGEST };
        if self.kept.len() + bytes.len() > limit {
            self.cut = true;
            self.kept = Vec::new();
        } else {
            self.kept.extend_from_slice(bytes);
        }
    }

    /// Says what it was.
    pub fn finish(self, sink: &mut impl Sink) {
        if self.cut {
            return;
        }
        match self.kind {
            Kind::Ignored => {}
            Kind::Title => sink.act(Act::Title(&self.kept)),
            Kind::Osc => command(&self.kept, self.bell, sink),
            Kind::Dcs if self.kept.starts_with(b"+q") => sink.act(Act::Ask(Question::Capability)),
            Kind::Dcs if self.kept.starts_with(b"$q") => sink.act(Act::Ask(Question::Setting)),
            Kind::Dcs => {}
        }
    }
}

fn command(kept: &[u8], bell: bool, sink: &mut impl Sink) {
    let (number, rest) = match kept.iter().position(|byte| *byte == b';') {
        Some(at) => (kept.get(..at).unwrap_or_default(), kept.get(at + 1..).unwrap_or_default()),
        None => (kept, [].as_slice()),
    };
    match number {
        marks::NUMBER => sink.act(Act::Mark(rest)),
        b"0" | b"2" => sink.act(Act::Title(rest)),
        b"10" | b"11" | b"12" if rest == b"?" => {
            sink.act(Act::Ask(Question::Colour { number: super::csi::number(number), bell }));
        }
        b"52" => {
            // Which clipboard is meant; there is one behind us.
            let data = rest.iter().position(|byte| *byte == b';').and_then(|at| rest.get(at + 1..)).unwrap_or_default();
            // A question after the clipboard is never answered: it may hold what no program should read.
            let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
            if !data.is_empty() && data.iter().all(base64) {
                sink.act(Act::Copy(data));
            }
        }
        _ => {}
    }
}
