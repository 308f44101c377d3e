//! Private keys in PEM armour: whole, indented, with `\n` for line ends, cut off
//! at their end or their beginning.
//!
//! Owns what counts as the body of a key and where a body without its end line
//! stops. A whole key may reach over any number of reads.

use super::mark::Mark;
use super::sight::{Ending, Secret};
use super::stream::CAP;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const LONGEST_LABEL: usize = 64;
/// How far the end line is looked for: twice the size of a 16384-bit RSA key.
const LONGEST_BODY: usize = 24 << 10;
/// A word of base64 as long as this is taken for part of a key, a shorter one only as its last line.
const LONG_WORD: usize = 32;
/// The widths that RFC 7468, MIME and OpenSSH write bodies in.
const WIDTHS: [usize; 3] = [64, 76, 70];

/// How far a body went in the bytes given.
pub(super) enum Progress {
    /// That many bytes belong to it, and more may come.
    Open(usize),
    /// It ended after that many bytes.
    Closed(usize),
}

/// A body that has begun.
#[derive(Default)]
pub(super) struct KeyBody {
    /// Short words since the last long one.
    shorts: u8,
}

/// The offset after the line that begins a private key, when one begins at `at`.
pub(super) fn begins(bytes: &[u8], at: usize) -> Option<usize> {
    let label = bytes.get(at..)?.strip_prefix(BEGIN)?;
    Some(at + BEGIN.len() + private_label(label)?)
}

/// The length of a label of a private key with the dashes that close it.
fn private_label(text: &[u8]) -> Option<usize> {
    let length =
        text.iter().take(LONGEST_LABEL).take_while(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ')).count();
    let (label, rest) = text.split_at_checked(length)?;
    let private = label.windows(11).any(|part| part == b"PRIVATE KEY");
    (private && rest.starts_with(DASHES)).then_some(length + DASHES.len())
}

impl KeyBody {
    /// Reads on; `last` says that nothing follows `bytes`.
    pub(super) fn advance(&mut self, bytes: &[u8], last: bool, mark: &mut Mark) -> Progress {
        if let Some(end) = end_line(bytes) {
            add(mark, bytes, 0, end.body);
            return Progress::Closed(end.after);
        }
        let kept = self.walk(bytes, last);
        add(mark, bytes, 0, kept.0);
        match kept {
            (kept, Walk::Stopped) if last || bytes.len() - kept > CAP => Progress::Closed(kept),
            (kept, Walk::RanOut) if last => Progress::Closed(kept),
            (kept, _) => Progress::Open(kept),
        }
    }

    /// Follows words of base64 as long as they look like a key's.
    fn walk(&mut self, bytes: &[u8], last: bool) -> (usize, Walk) {
        let mut kept = 0;
        loop {
            let at = past_separators(bytes, kept);
            let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else {
                return (kept, if bytes.len() - kept > CAP { Walk::Stopped } else { Walk::RanOut });
            };
            let length = rest.iter().take_while(|byte| !is_separator(**byte)).count();
            let (word, after) = rest.split_at(length);
            if after.is_empty() && !last && length < CAP {
                return (kept, Walk::RanOut);
            }
            if is_header(word) {
                kept = Ending::Line.find(bytes, at);
                continue;
            }
            let prefix = word.iter().rposition(|byte| *byte == b':').map_or(0, |colon| colon + 1);
            let run = word.get(prefix..).unwrap_or_default().iter().take_while(|byte| is_base64(**byte)).count();
            let whole = prefix + run == length;
            match (run >= LONG_WORD, whole) {
                (true, true) => self.shorts = 0,
                (true, false) => return (at + prefix + run, Walk::Stopped),
                (false, true) if prefix == 0 && run > 0 && self.shorts == 0 => self.shorts = 1,
                (false, _) => return (kept, Walk::Stopped),
            }
            kept = at + length;
        }
    }
}

enum Walk {
    /// All bytes were read.
    RanOut,
    /// What follows is no part of a key.
    Stopped,
}

struct EndLine {
    body: usize,
    after: usize,
}

/// The end line of the key whose body `bytes` begins in, unless another key begins before.
fn end_line(bytes: &[u8]) -> Option<EndLine> {
    let window = bytes.get(..LONGEST_BODY.min(bytes.len()))?;
    let mut at = 0;
    while let Some(offset) = window.get(at..)?.windows(DASHES.len()).position(|dashes| dashes == DASHES) {
        at += offset;
        let rest = bytes.get(at..)?;
        if rest.starts_with(BEGIN) {
            return None;
        }
        if let Some(label) = rest.strip_prefix(END).and_then(private_label) {
            return Some(EndLine { body: at, after: at + END.len() + label });
        }
        at += 1;
    }
    None
}

/// Only base64 counts for the suffix, so that the same key gets the same mask however it is indented.
fn add(mark: &mut Mark, bytes: &[u8], from: usize, to: usize) {
    let body = bytes.get(from..to).unwrap_or_default();
    let mut escaped = false;
    for byte in body {
        if is_base64(*byte) && !escaped {
            mark.add(std::slice::from_ref(byte));
        }
        escaped = *byte == b'\\';
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}

fn is_separator(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\\\"',>|#*".contains(&byte)
}

/// Past white space, quotes, `\n` in letters, and the marks that diffs, quotations and string literals put around lines.
fn past_separators(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        match bytes.get(at..).unwrap_or_default() {
            [b'\\', b'n' | b'r' | b't', ..] => at += 2,
            [b'+' | b'-', next, ..] if is_separator(*next) || (is_base64(*next) && at > from) => at += 1,
            [byte, ..] if is_separator(*byte) => at += 1,
            _ => return at,
        }
    }
}

/// The headers of RFC 1421 and of OpenPGP armour.
fn is_header(word: &[u8]) -> bool {
    [&b"Proc-Type:"[..], b"DEK-Info:", b"Version:", b"Comment:", b"Hash:", b"Charset:"].contains(&word)
}

/// Whether `line` is a full line of a body.
fn is_full_line(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    WIDTHS.contains(&line.len()) && line.iter().all(|byte| is_base64(*byte))
}

fn is_last_line(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    !line.is_empty() && line.len() <= 76 && line.iter().all(|byte| is_base64(*byte))
}

/// What a look for a key without its first line found.
pub(super) enum Headless {
    Key(Secret),
    /// No key; no line before this offset needs another look.
    Nothing(usize),
}

/// Looks at the line that begins at `at` for the body of a key whose first line is missing.
pub(super) fn headless(bytes: &[u8], at: usize) -> Headless {
    let mut next = at;
    let mut full = 0;
    while let Some((_, after)) = line_at(bytes, next).filter(|(line, _)| is_full_line(line)) {
        next = after;
        full += 1;
    }
    if full == 0 {
        return Headless::Nothing(at);
    }
    let end = match line_at(bytes, next) {
        Some((line, after)) if is_last_line(line) => after,
        _ => next,
    };
    let indent = bytes.get(end..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let label = bytes.get(end + indent..).and_then(|rest| rest.strip_prefix(END)).and_then(private_label);
    let Some(label) = label else { return Headless::Nothing(next) };
    let start = at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let end = end + indent + END.len() + label;
    Headless::Key(Secret { start, end, kind: "private-key", ending: Ending::Line })
}

/// The line at an offset without its end, and where the next one begins.
fn line_at(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    let (line, after) = rest.split_at_checked(length)?;
    let end = if after.starts_with(b"\r\n") { 2 } else { 1 };
    Some((line, (at + length + end).min(bytes.len())))
}

/// Where to stop before `end`, so that lines which may be the body of a key without a first line wait for their end line.
pub(super) fn before_headless(bytes: &[u8], from: usize, end: usize) -> usize {
    let mut start = end;
    let mut full = 0;
    for look in 0.. {
        let Some(before) = bytes.get(from..start).filter(|before| !before.is_empty()) else { break };
        let text = before.strip_suffix(b"\n").unwrap_or(before);
        let line = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let content = text.get(line..).unwrap_or_default();
        if is_full_line(content) {
            full += 1;
        } else if look > 0 || !is_last_line(content) {
            break;
        }
        start = from + line;
        if bytes.len() - start > CAP {
            return end;
        }
    }
    if full > 0 { start } else { end }
}
