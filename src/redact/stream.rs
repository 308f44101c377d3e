//! Masks bytes that arrive piece by piece.
//!
//! Owns what is held back and what is let go. Whole lines are let go at once,
//! but for lines that may belong to a key whose end is not yet seen; of a line
//! longer than [`CAP`] all is let go but [`REACH`], which is more than any
//! recogniser needs to decide. A secret that has begun is swallowed to its end
//! over any number of reads, and its mask written when it ends.

use super::Masked;
use super::mark::{Mark, mask_length};
use super::pair::{self, Page, is_name};
use super::pem::{self, Headless, KeyBody, Progress};
use super::sight::{Ending, Secret, is_token};
use super::{url, vendor};

/// Bytes that may be held back at most, apart from [`REACH`].
pub(super) const CAP: usize = 8 << 10;
/// Bytes of a long line that are held back: a key, the gap after it and the beginning of its value lie within it.
const REACH: usize = 4 << 10;

/// A source of bytes being masked.
pub struct MaskStream {
    key: [u8; 32],
    held: Vec<u8>,
    /// Whether `held` begins where a line begins.
    starts_line: bool,
    open: Option<Open>,
}

/// A secret whose end has not been seen.
struct Open {
    mark: Mark,
    rest: Rest,
}

enum Rest {
    Key(KeyBody),
    Value(Ending),
}

/// What stands at an offset.
enum Sight {
    /// A mask of this length.
    Mask(usize),
    Secret(Secret),
    /// A private key whose first line ends here.
    Key(usize),
}

impl MaskStream {
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self { key, held: Vec::new(), starts_line: true, open: None }
    }

    /// Takes the next bytes, and gives what can be let go.
    pub fn push(&mut self, bytes: &[u8]) -> Masked<Vec<u8>> {
        let ends_line = bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        self.hold(bytes);
        if !ends_line && self.open.is_none() && self.held.len() <= CAP {
            return Masked(Vec::new());
        }
        self.advance(false)
    }

    /// Gives the rest; the stream begins anew.
    pub fn finish(&mut self) -> Masked<Vec<u8>> {
        let rest = self.advance(true);
        self.starts_line = true;
        rest
    }

    pub(super) fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    fn advance(&mut self, last: bool) -> Masked<Vec<u8>> {
        let held = std::mem::take(&mut self.held);
        let mut out = Vec::with_capacity(held.len());
        let mut scan = Scan {
            page: Page { bytes: &held, starts_line: self.starts_line },
            at: 0,
            edge: None,
            announced: None,
            run: 0,
            headless: 0,
        };
        loop {
            if let Some(mut open) = self.open.take() {
                let (used, closed) = open.advance(scan.rest(), last);
                scan.at += used;
                if !closed {
                    self.open = Some(open);
                    break;
                }
                open.mark.write(&mut out);
                scan.edge = Some(scan.at);
            }
            let limit = if last { held.len() } else { scan.limit() };
            if limit <= scan.at {
                break;
            }
            self.open = scan.run(limit, last, &self.key, &mut out);
        }
        if let Some(before) = scan.at.checked_sub(1) {
            self.starts_line = matches!(held.get(before), Some(b'\n' | b'\r'));
        }
        self.held = held.get(scan.at..).unwrap_or_default().to_vec();
        Masked(out)
    }
}

impl Open {
    /// How many bytes belong to the secret, and whether it ended.
    fn advance(&mut self, bytes: &[u8], last: bool) -> (usize, bool) {
        match &mut self.rest {
            Rest::Key(body) => match body.advance(bytes, last, &mut self.mark) {
                Progress::Open(used) => (used, false),
                Progress::Closed(used) => (used, true),
            },
            Rest::Value(ending) => {
                let end = ending.find(bytes, 0);
                let ended = end < bytes.len() || last;
                // A backslash says only with the next byte what it means.
                let used = if !ended && bytes.ends_with(b"\\") { end.saturating_sub(1) } else { end };
                self.mark.add(bytes.get(..used).unwrap_or_default());
                (used, ended)
            }
        }
    }
}

/// One pass over a buffer.
struct Scan<'a> {
    page: Page<'a>,
    at: usize,
    /// Where the last mask ended: what stands before belongs to no word any more.
    edge: Option<usize>,
    /// A value whose key was read and which is not reached yet.
    announced: Option<Secret>,
    /// End of the run of token bytes that was measured last.
    run: usize,
    /// Up to here no line begins a key without its first line.
    headless: usize,
}

impl Scan<'_> {
    fn rest(&self) -> &[u8] {
        self.page.bytes.get(self.at..).unwrap_or_default()
    }

    /// How far the buffer can be let go while more may come.
    fn limit(&self) -> usize {
        let length = self.page.bytes.len();
        if let Some(end) = self.rest().iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            let end = self.at + end + 1;
            return pem::before_headless(self.page.bytes, self.at, end);
        }
        if length - self.at <= CAP {
            return self.at;
        }
        let reach = length - REACH;
        let before = self.page.bytes.get(reach - REACH..reach).unwrap_or_default();
        // Better between two words than within one.
        before.iter().rposition(u8::is_ascii_whitespace).map_or(reach, |blank| reach - REACH + blank + 1)
    }

    /// Copies up to `limit`, masking; stops early at a secret that reaches beyond the buffer.
    fn run(&mut self, limit: usize, last: bool, key: &[u8; 32], out: &mut Vec<u8>) -> Option<Open> {
        let bytes = self.page.bytes;
        let mut copied = self.at;
        let copy =
            |out: &mut Vec<u8>, from: usize, to: usize| out.extend_from_slice(bytes.get(from..to).unwrap_or_default());
        // A value whose key is let go goes with it.
        while self.at < limit || self.announced.is_some() {
            match self.look() {
                None => self.at += 1,
                Some(Sight::Mask(length)) => self.at += length,
                Some(Sight::Key(after)) => {
                    copy(out, copied, self.at);
                    self.at = after;
                    return Some(Open { mark: Mark::new(key, "private-key"), rest: Rest::Key(KeyBody::default()) });
                }
                Some(Sight::Secret(secret)) => {
                    copy(out, copied, secret.start);
                    let mut mark = Mark::new(key, secret.kind);
                    self.at = secret.end;
                    copied = secret.end;
                    mark.add(bytes.get(secret.start..secret.end).unwrap_or_default());
                    if secret.end == bytes.len() && !last {
                        return Some(Open { mark, rest: Rest::Value(secret.ending) });
                    }
                    mark.write(out);
                    self.edge = Some(self.at);
                }
            }
        }
        copy(out, copied, self.at);
        None
    }

    /// What stands at the current offset, if anything.
    fn look(&mut self) -> Option<Sight> {
        let Page { bytes, starts_line } = self.page;
        let at = self.at;
        if let Some(secret) = self.announced.take_if(|secret| secret.start <= at) {
            return Some(Sight::Secret(secret));
        }
        let byte = *bytes.get(at)?;
        let before = match self.edge {
            Some(edge) if edge == at => Some(b']'),
            _ => at.checked_sub(1).and_then(|before| bytes.get(before)).copied(),
        };
        let line_begins = before.map_or(starts_line, |before| matches!(before, b'\n' | b'\r'));
        if line_begins && at >= self.headless {
            match pem::headless(bytes, at) {
                Headless::Key(secret) => return Some(Sight::Secret(secret)),
                Headless::Nothing(looked) => self.headless = looked,
            }
        }
        match byte {
            b'[' => return mask_length(bytes.get(at..)?).map(Sight::Mask),
            b'-' => {
                if let Some(after) = pem::begins(bytes, at) {
                    return Some(Sight::Key(after));
                }
            }
            b':' if bytes.get(at + 1..at + 3) == Some(b"//") && before.is_some_and(|b| b.is_ascii_alphanumeric()) => {
                return url::user_info(bytes, at).map(Sight::Secret);
            }
            _ => {}
        }
        if !is_name(byte) {
            return None;
        }
        if !before.is_some_and(is_name) && self.announced.is_none() {
            let length = bytes.get(at..)?.iter().take_while(|byte| is_name(**byte)).count();
            self.announced = pair::value(self.page, at, at + length).or_else(|| pair::bearer(bytes, at, at + length));
        }
        if before.is_some_and(|before| before.is_ascii_alphanumeric()) || !byte.is_ascii_alphabetic() {
            return None;
        }
        if at >= self.run {
            self.run = at + bytes.get(at..)?.iter().take_while(|byte| is_token(**byte)).count();
        }
        vendor::token(bytes, at, self.run).map(Sight::Secret)
    }
}
