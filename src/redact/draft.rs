//! The line that is being masked, and what of it is done.
//!
//! Owns the order of things within a line: look, mask, and look again until nothing more is found, so that masking
//! what was masked finds nothing either; then let the line go. A line longer than a window is let go in parts: all but
//! its last [`REACH`] bytes, which is more than any recogniser needs to decide. A secret that is longer still is
//! swallowed to its end, and its mask written there.

use memchr::memchr2;

use super::Finding;
use super::block::Context;
use super::mark::Mark;
use super::scan::{self, Aim, Line, Notes};
use super::sight::{Ending, Secret};
use super::stream::CAP;

/// Bytes of a long line that are looked at twice: a key, the gap after it and the beginning of its value lie within.
const REACH: usize = 4 << 10;
/// How far back from there the end of a word is looked for.
const NEAR: usize = 1 << 10;
/// Looks at one line. Each finds only what the masks of the one before laid bare, so two or three are the rule.
const LOOKS: usize = 8;

pub(super) struct Draft {
    aim: Aim,
    context: Context,
    notes: Notes,
    found: Vec<Secret>,
    text: Vec<u8>,
    /// Masks within `text`, in order.
    made: Vec<Made>,
    /// Offset in the source of the first byte of `text`.
    base: usize,
    /// The byte of this line that was let go last.
    prev: Option<u8>,
    open: Option<Open>,
    done: Vec<u8>,
    findings: Vec<Finding>,
}

/// A mask in the text, and where in the source ends what it stands for.
#[derive(Clone, Copy)]
struct Made {
    at: usize,
    length: usize,
    end: usize,
}

/// A value whose end lies beyond the window.
struct Open {
    mark: Mark,
    kind: &'static str,
    ending: Ending,
    start: usize,
    escaped: bool,
}

impl Draft {
    pub(super) fn new(aim: Aim) -> Self {
        Self {
            aim,
            context: Context::default(),
            notes: Notes::default(),
            found: Vec::new(),
            text: Vec::new(),
            made: Vec::new(),
            base: 0,
            prev: None,
            open: None,
            done: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Takes bytes of the source that lie at `at`.
    pub(super) fn plain(&mut self, mut bytes: &[u8], mut at: usize) {
        loop {
            if self.open.is_some() {
                let used = self.swallow(bytes, at);
                bytes = bytes.get(used..).unwrap_or_default();
                at += used;
            }
            if bytes.is_empty() {
                return;
            }
            if self.text.is_empty() {
                self.base = at;
            }
            let room = CAP.saturating_sub(self.text.len()).max(1);
            let window = bytes.get(..room).unwrap_or(bytes);
            let line_end = memchr2(b'\n', b'\r', window);
            let taken = line_end.map_or(window.len(), |end| end + 1);
            let piece = window.get(..taken).unwrap_or_default();
            bytes = bytes.get(taken..).unwrap_or_default();
            at += taken;
            if line_end.is_some() && self.text.is_empty() {
                self.whole_line(piece);
                continue;
            }
            self.text.extend_from_slice(piece);
            if line_end.is_some() {
                self.end_line();
            } else if self.text.len() >= CAP {
                self.let_part_go();
            }
        }
    }

    /// Takes a secret that ends where the mask is to stand.
    pub(super) fn mask(&mut self, mark: Mark, kind: &'static str, start: usize, end: usize) {
        self.close();
        if self.text.is_empty() {
            self.base = start;
        }
        let at = self.text.len();
        mark.write(&mut self.text);
        self.made.push(Made { at, length: self.text.len() - at, end });
        self.findings.push(Finding { kind, start, end });
    }

    /// Makes room for what so many bytes of the source become.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.done.reserve(bytes + bytes / 16);
    }

    pub(super) fn finish(&mut self) {
        self.close();
        self.end_line();
        self.context = Context::default();
        self.findings.sort_by_key(|finding| finding.start);
    }

    pub(super) fn take_done(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.done)
    }

    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Looks at a line where it lies: most have no secret, and need not be moved.
    fn whole_line(&mut self, piece: &[u8]) {
        let mut found = std::mem::take(&mut self.found);
        let mut context = self.context.clone();
        found.clear();
        let line = Line { bytes: piece.get(..piece.len().saturating_sub(1)).unwrap_or_default(), prev: self.prev };
        scan::line(line, &mut context, &self.aim, &mut self.notes, &mut found);
        if found.is_empty() {
            if self.prev.is_none() {
                self.context = context;
            }
            self.done.extend_from_slice(piece);
            self.prev = None;
        } else {
            self.text.extend_from_slice(piece);
            self.learn(&found);
            self.apply(&found);
            self.look(None, LOOKS - 1);
            self.go();
        }
        self.found = found;
    }

    fn end_line(&mut self) {
        self.look(None, LOOKS);
        self.go();
    }

    /// Lets the line go.
    fn go(&mut self) {
        self.done.append(&mut self.text);
        self.made.clear();
        self.prev = None;
    }

    /// Masks the window and lets go what the next one need not see.
    fn let_part_go(&mut self) {
        let open = self.look(Some(REACH), LOOKS);
        if let Some(secret) = open {
            let start = self.to_source(secret.start);
            let mut mark = Mark::new(self.aim.shared.key(), secret.kind);
            mark.add(self.text.get(secret.start..).unwrap_or_default());
            let escaped = matches!(secret.ending, Ending::Quote(_)) && ends_in_escape(&self.text, secret.start);
            self.open = Some(Open { mark, kind: secret.kind, ending: secret.ending, start, escaped });
            self.text.truncate(secret.start);
            self.let_go(secret.start);
            return;
        }
        let Some(wanted) = self.text.len().checked_sub(REACH).filter(|wanted| *wanted > 0) else { return };
        let inside = self.made.iter().find(|made| made.at < wanted && wanted < made.at + made.length);
        let cut = match inside {
            Some(made) => made.at + made.length,
            None => {
                let near = self.text.get(wanted.saturating_sub(NEAR)..wanted).unwrap_or_default();
                let back = near.iter().rev().position(|byte| byte.is_ascii_whitespace() || b",;&".contains(byte));
                let cut = wanted - back.unwrap_or(0);
                let covered = self.made.iter().any(|made| made.at < cut && cut < made.at + made.length);
                if covered { wanted } else { cut }
            }
        };
        self.let_go(cut);
    }

    /// Lets the first `cut` bytes of the text go.
    fn let_go(&mut self, cut: usize) {
        let base = self.to_source(cut);
        let rest = self.text.split_off(cut.min(self.text.len()));
        self.prev = self.text.last().copied().or(self.prev);
        self.done.append(&mut self.text);
        self.text = rest;
        self.base = base;
        self.made.retain_mut(|made| {
            let keeps = made.at >= cut;
            made.at = made.at.saturating_sub(cut);
            keeps
        });
    }

    /// Masks the text until nothing more is found. With `reach`, the line goes on: a secret that reaches the end is
    /// given back when it began before the last `reach` bytes, else left for the next window.
    fn look(&mut self, reach: Option<usize>, most: usize) -> Option<Secret> {
        let mut found = Vec::new();
        for _ in 0..most {
            // Kept for another look, which sees the line as masked.
            let mut context = self.context.clone();
            let ended = matches!(self.text.last(), Some(b'\n' | b'\r'));
            let length = self.text.len() - usize::from(ended);
            found.clear();
            let line = Line { bytes: self.text.get(..length).unwrap_or_default(), prev: self.prev };
            scan::line(line, &mut context, &self.aim, &mut self.notes, &mut found);
            let open = reach.and_then(|reach| {
                let at = found.iter().position(|secret| secret.end >= length)?;
                let secret = found.remove(at);
                (secret.start + reach < length).then_some(secret)
            });
            if let Some(open) = open {
                self.apply(&found.iter().copied().filter(|secret| secret.end <= open.start).collect::<Vec<_>>());
                let moved = self.text.len().saturating_sub(length - open.start);
                return Some(Secret { start: moved, end: self.text.len(), ..open });
            }
            if found.is_empty() {
                if self.prev.is_none() {
                    self.context = context;
                }
                break;
            }
            self.learn(&found);
            self.apply(&found);
        }
        None
    }

    /// Remembers the values of secrets, so that an echo without its key is masked too.
    fn learn(&self, found: &[Secret]) {
        for secret in found.iter().filter(|secret| secret.teaches()) {
            if let Some(value) = self.text.get(secret.start..secret.end) {
                self.aim.shared.learn(secret.kind, value);
            }
        }
    }

    /// Puts masks in the place of secrets, which are in order and apart.
    fn apply(&mut self, found: &[Secret]) {
        let text = std::mem::take(&mut self.text);
        let old = std::mem::take(&mut self.made);
        let mut older = old.iter().peekable();
        let mut made = Vec::with_capacity(old.len() + found.len());
        let mut out = Vec::with_capacity(text.len());
        let mut copied = 0;
        for secret in found {
            while let Some(known) = older.next_if(|known| known.at < secret.start) {
                made.push(Made { at: out.len() + known.at - copied, ..*known });
            }
            out.extend_from_slice(text.get(copied..secret.start).unwrap_or_default());
            let value = text.get(secret.start..secret.end).unwrap_or_default();
            let at = out.len();
            match secret.identity {
                Some(class) => out.extend_from_slice(self.aim.shared.pseudonym(class, value).as_bytes()),
                None => {
                    let mut mark = Mark::new(self.aim.shared.key(), secret.kind);
                    mark.add(value);
                    mark.write(&mut out);
                }
            }
            let start = source(self.base, &old, secret.start);
            let end = source(self.base, &old, secret.end);
            made.push(Made { at, length: out.len() - at, end });
            self.findings.push(Finding { kind: secret.kind, start, end });
            copied = secret.end;
        }
        for known in older {
            made.push(Made { at: out.len() + known.at - copied, ..*known });
        }
        out.extend_from_slice(text.get(copied..).unwrap_or_default());
        self.text = out;
        self.made = made;
    }

    fn to_source(&self, at: usize) -> usize {
        source(self.base, &self.made, at)
    }

    /// How many bytes belong to the open value; it is closed when it ends within them.
    fn swallow(&mut self, bytes: &[u8], at: usize) -> usize {
        let Some(open) = &mut self.open else { return 0 };
        let from = usize::from(std::mem::take(&mut open.escaped)).min(bytes.len());
        let end = open.ending.find(bytes, from);
        open.mark.add(bytes.get(..end).unwrap_or_default());
        if end == bytes.len() {
            open.escaped = matches!(open.ending, Ending::Quote(_)) && ends_in_escape(bytes, from);
            self.base = at + end;
            return end;
        }
        self.base = at + end;
        self.close();
        end
    }

    /// Writes the mask of the open value.
    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let end = self.base;
            self.mask(open.mark, open.kind, open.start, end);
        }
    }
}

/// The offset in the source of an offset in a text with these masks.
fn source(base: usize, made: &[Made], at: usize) -> usize {
    let before = made.partition_point(|made| made.at + made.length <= at);
    match before.checked_sub(1).and_then(|last| made.get(last)) {
        Some(made) => made.end + (at - made.at - made.length),
        None => base + at,
    }
}

/// Whether the last byte is a backslash that is not itself escaped.
fn ends_in_escape(bytes: &[u8], from: usize) -> bool {
    bytes.get(from..).unwrap_or_default().iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}
