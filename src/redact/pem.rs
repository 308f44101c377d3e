//! Private keys in PEM armour: whole, indented, with `\n` for line ends, cut off at their end or their beginning, or
//! encoded in base64 once more.
//!
//! Owns what counts as the body of a key and where a body without its end line stops. A whole key may reach over any
//! number of lines; what follows a key without an end line waits only while it may still be part of it.

use super::base64;
use super::draft::Draft;
use super::mark::Mark;
use super::sight::Ending;
use super::stream::CAP;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// `-----BEGIN ` in base64, as far as the letters do not depend on what follows.
const ENCODED: &[u8] = b"LS0tLS1CRUdJTi";
const LONGEST_LABEL: usize = 64;
/// A word of base64 as long as this is taken for part of a key, a shorter one only as its last line.
const LONG_WORD: usize = 32;
/// The widths that RFC 7468, MIME and OpenSSH write bodies in.
const WIDTHS: [usize; 3] = [64, 76, 70];
const KIND: &str = "private-key";

/// Bytes of the source, and where they lie.
struct Piece {
    bytes: Vec<u8>,
    at: usize,
}

/// Takes keys out of the units of a source.
pub(super) struct Armour {
    salt: [u8; 32],
    state: State,
    line_begins: bool,
    /// Within a certificate or public key, whose lines are nobody's secret.
    public: bool,
}

enum State {
    Outside,
    Key(Key),
    /// Full lines of base64 that may be the body of a key without its first line.
    Lines {
        piece: Piece,
        short: bool,
    },
}

/// A key that has begun.
struct Key {
    mark: Mark,
    start: usize,
    /// What stood before the first line, and may stand before each.
    lead: Vec<u8>,
    held: Piece,
    /// Up to here `held` has no end line.
    searched: usize,
}

impl Armour {
    pub(super) fn new(salt: [u8; 32]) -> Self {
        Self { salt, state: State::Outside, line_begins: true, public: false }
    }

    /// Takes the next unit.
    pub(super) fn feed(&mut self, unit: &[u8], at: usize, out: &mut Draft) {
        if matches!(self.state, State::Outside) && self.is_plain(unit) {
            out.plain(unit, at);
            self.line_begins = matches!(unit.last(), Some(b'\n' | b'\r'));
            return;
        }
        match &mut self.state {
            State::Outside | State::Lines { .. } => self.work(Piece { bytes: unit.to_vec(), at }, false, out),
            State::Key(key) => {
                key.held.bytes.extend_from_slice(unit);
                self.settle(false, out);
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Draft) {
        self.settle(true, out);
        self.release(out);
        self.state = State::Outside;
        self.line_begins = true;
        self.public = false;
    }

    /// Whether nothing in the unit can begin or be part of a key: true of nearly every line.
    fn is_plain(&self, unit: &[u8]) -> bool {
        !(marker(unit, 0).is_some() || self.line_begins && is_full_line(unit))
    }

    /// Works through a piece and all that is left over from keys that end within it.
    fn work(&mut self, piece: Piece, last: bool, out: &mut Draft) {
        let mut left = Some(piece);
        while let Some(piece) = left {
            let line = Ending::Line.find(&piece.bytes, 0);
            let end = if line < piece.bytes.len() { line + 1 } else { line };
            let mut first = piece;
            let after = Piece { bytes: first.bytes.split_off(end), at: first.at + end };
            self.one(first, out);
            if let State::Key(key) = &mut self.state {
                key.held.bytes.extend_from_slice(&after.bytes);
                left = self.settle_once(last, out);
            } else {
                left = (!after.bytes.is_empty()).then_some(after);
            }
        }
    }

    fn settle(&mut self, last: bool, out: &mut Draft) {
        if let Some(left) = self.settle_once(last, out) {
            self.work(left, last, out);
        }
    }

    /// Ends the key in hand when it can be ended, and gives what follows it.
    fn settle_once(&mut self, last: bool, out: &mut Draft) -> Option<Piece> {
        let State::Key(key) = &mut self.state else { return None };
        let kept = key.ends_after(last)?;
        let State::Key(key) = std::mem::replace(&mut self.state, State::Outside) else { return None };
        let mut held = key.held;
        let rest = held.bytes.split_off(kept.min(held.bytes.len()));
        let end = held.at + held.bytes.len();
        let mut mark = key.mark;
        add(&mut mark, &held.bytes);
        out.mask(mark, KIND, key.start, end);
        self.line_begins = false;
        (!rest.is_empty()).then_some(Piece { bytes: rest, at: end })
    }

    /// Takes one line, or a part of one, outside a key.
    fn one(&mut self, piece: Piece, out: &mut Draft) {
        let begins = std::mem::replace(&mut self.line_begins, matches!(piece.bytes.last(), Some(b'\n' | b'\r')));
        let line_feed = piece.bytes == b"\n";
        if let State::Lines { piece: held, short } = &mut self.state {
            let indent = piece.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let label = piece.bytes.get(indent..).and_then(|rest| rest.strip_prefix(END)).and_then(private_label);
            if let Some(label) = label {
                let start = held.at + held.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                let mut mark = Mark::new(&self.salt, KIND);
                add(&mut mark, &held.bytes);
                let indentation = held.bytes.get(..start - held.at).unwrap_or_default().to_vec();
                out.plain(&indentation, held.at);
                let end = indent + END.len() + label;
                out.mask(mark, KIND, start, piece.at + end);
                self.state = State::Outside;
                out.plain(piece.bytes.get(end..).unwrap_or_default(), piece.at + end);
                return;
            }
            let full = is_full_line(&piece.bytes) && !*short;
            let tail = !*short && is_last_line(&piece.bytes);
            if (full || tail || line_feed) && held.bytes.len() + piece.bytes.len() <= CAP {
                *short |= !full && !line_feed;
                held.bytes.extend_from_slice(&piece.bytes);
                return;
            }
            self.release(out);
        }
        if begins && !self.public && is_full_line(&piece.bytes) {
            self.state = State::Lines { piece, short: false };
            return;
        }
        self.outside(piece, out);
    }

    fn release(&mut self, out: &mut Draft) {
        if let State::Lines { piece, .. } = std::mem::replace(&mut self.state, State::Outside) {
            out.plain(&piece.bytes, piece.at);
        }
    }

    fn outside(&mut self, piece: Piece, out: &mut Draft) {
        let Piece { bytes, at } = piece;
        let mut from = 0;
        while let Some(found) = marker(&bytes, from) {
            let rest = bytes.get(found..).unwrap_or_default();
            if rest.starts_with(END) {
                self.public = false;
            } else if let Some(label) = rest.strip_prefix(BEGIN).and_then(private_label) {
                out.plain(bytes.get(..found).unwrap_or_default(), at);
                self.begin(at + found, &bytes, found + BEGIN.len() + label, at);
                return;
            } else if rest.starts_with(BEGIN) {
                self.public = true;
            } else if encodes_key(rest) {
                out.plain(bytes.get(..found).unwrap_or_default(), at);
                self.begin(at + found, &bytes, found, at);
                return;
            }
            from = found + 1;
        }
        out.plain(&bytes, at);
    }

    fn begin(&mut self, start: usize, bytes: &[u8], body: usize, at: usize) {
        self.state = State::Key(Key {
            mark: Mark::new(&self.salt, KIND),
            start,
            lead: bytes.get(..start - at).filter(|lead| lead.len() <= LONGEST_LABEL).unwrap_or_default().to_vec(),
            held: Piece { bytes: bytes.get(body..).unwrap_or_default().to_vec(), at: at + body },
            searched: 0,
        });
    }
}

/// Where the next beginning or end of armour stands.
fn marker(bytes: &[u8], from: usize) -> Option<usize> {
    // Both markers are five bytes long, so every fifth byte tells whether one is near.
    let near = |byte: &u8| matches!(byte, b'-' | b'L' | b'S' | b'0' | b't');
    let mut at = from + 4;
    while let Some(byte) = bytes.get(at) {
        if near(byte) {
            let start = (at - 4).max(from);
            let window = bytes.get(start..bytes.len().min(at + 5)).unwrap_or_default();
            let found = window.windows(5).position(|five| matches!(five, b"-----" | b"LS0tL"));
            if let Some(found) = found {
                return Some(start + found);
            }
        }
        at += 5;
    }
    None
}

fn encodes_key(bytes: &[u8]) -> bool {
    let window = bytes.get(..100.min(bytes.len())).unwrap_or_default();
    let length = window.iter().take_while(|byte| is_base64(**byte)).count();
    let word = window.get(..length).unwrap_or_default();
    word.starts_with(ENCODED)
        && base64::decode(word).strip_prefix(BEGIN).is_some_and(|text| private_label(text).is_some())
}

/// The length of a label of a private key with the dashes that close it.
fn private_label(text: &[u8]) -> Option<usize> {
    let length =
        text.iter().take(LONGEST_LABEL).take_while(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b' ')).count();
    let (label, rest) = text.split_at_checked(length)?;
    let private = label.windows(11).any(|part| part == b"PRIVATE KEY");
    (private && rest.starts_with(DASHES)).then_some(length + DASHES.len())
}

impl Key {
    /// The length of what is held and belongs to the key, once that is certain.
    fn ends_after(&mut self, last: bool) -> Option<usize> {
        if let Some(end) = self.end_line() {
            return Some(end);
        }
        let (kept, stopped) = self.walk(last);
        let held = &mut self.held;
        if last
            || stopped
                && (held.bytes.len() - kept > CAP || !may_go_on(held.bytes.get(kept..).unwrap_or_default(), &self.lead))
        {
            return Some(kept);
        }
        // The dashes of the end line may be there in part.
        let body = kept.min(held.bytes.len().saturating_sub(END.len() + LONGEST_LABEL + DASHES.len()));
        let body = if stopped { 0 } else { body };
        let body = match held.bytes.get(..body).and_then(|text| text.iter().rposition(|byte| *byte == b'\n')) {
            _ if self.lead.is_empty() => body,
            Some(end) => end,
            None => 0,
        };
        add(&mut self.mark, held.bytes.get(..body).unwrap_or_default());
        held.bytes.drain(..body);
        held.at += body;
        self.searched = held.bytes.len().saturating_sub(END.len() + LONGEST_LABEL + DASHES.len());
        None
    }

    /// The end of the end line, unless another key begins before.
    fn end_line(&self) -> Option<usize> {
        let bytes = &self.held.bytes;
        let window = bytes.get(..(2 * CAP).min(bytes.len()))?;
        let mut at = self.searched;
        while let Some(offset) = window.get(at..)?.windows(DASHES.len()).position(|dashes| dashes == DASHES) {
            at += offset;
            let rest = bytes.get(at..)?;
            if rest.starts_with(BEGIN) {
                return None;
            }
            if let Some(label) = rest.strip_prefix(END).and_then(private_label) {
                return Some(at + END.len() + label);
            }
            at += 1;
        }
        None
    }

    /// Follows words of base64 as long as they look like a key's; the bytes they take, and whether something else
    /// follows.
    fn walk(&mut self, last: bool) -> (usize, bool) {
        let bytes = &self.held.bytes;
        let mut kept = 0;
        let mut shorts = 0;
        loop {
            let mut at = past_separators(bytes, kept);
            if !self.lead.is_empty() && bytes.get(at..).is_some_and(|rest| rest.starts_with(&self.lead)) {
                at = past_separators(bytes, at + self.lead.len());
            }
            let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else {
                return (kept, bytes.len() - kept > CAP);
            };
            let length = rest.iter().take_while(|byte| !is_separator(**byte)).count();
            let (word, after) = rest.split_at(length);
            if after.is_empty() && !last && length < CAP {
                return (kept, false);
            }
            let between = bytes.get(kept..at).unwrap_or_default();
            if kept > 0 && !is_line_break(between) && between.iter().any(|byte| b"\"',".contains(byte)) {
                return (kept, true);
            }
            if is_header(word) {
                kept = Ending::Line.find(bytes, at);
                continue;
            }
            let prefix = word.iter().rposition(|byte| *byte == b':').map_or(0, |colon| colon + 1);
            let run = word.get(prefix..).unwrap_or_default().iter().take_while(|byte| is_base64(**byte)).count();
            let whole = prefix + run == length;
            match (run >= LONG_WORD, whole) {
                (true, true) => shorts = 0,
                (true, false) => return (at + prefix + run, true),
                (false, true) if prefix == 0 && run > 0 && shorts == 0 => shorts = 1,
                (false, _) => return (kept, true),
            }
            kept = at + length;
        }
    }
}

/// Whether what follows a body may still lead to its end line: lines of one word, as in shortened or invented keys.
fn may_go_on(rest: &[u8], lead: &[u8]) -> bool {
    let whole = rest.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |end| end + 1);
    rest.get(..whole).unwrap_or_default().split(|byte| matches!(byte, b'\n' | b'\r')).all(|line| {
        let line = line.strip_prefix(lead).unwrap_or(line).trim_ascii();
        !line.iter().any(u8::is_ascii_whitespace) || line.starts_with(END)
    })
}

/// Only base64 counts for the suffix, so that the same key gets the same mask however it is indented.
fn add(mark: &mut Mark, body: &[u8]) {
    let body = body.windows(END.len()).position(|part| part == END).map_or(body, |end| body.get(..end).unwrap_or(body));
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
        // Marks before a line stand only where a line begins.
        let begins = bytes.get(from..at).is_some_and(is_line_break);
        if !begins && bytes.get(at).is_some_and(|byte| b">|#*".contains(byte)) {
            return at;
        }
        match bytes.get(at..).unwrap_or_default() {
            [b'\\', b'n' | b'r' | b't', ..] => at += 2,
            [b'+' | b'-', next, ..] if is_separator(*next) || (is_base64(*next) && at > from) => at += 1,
            [byte, ..] if is_separator(*byte) => at += 1,
            _ => return at,
        }
    }
}

fn is_line_break(between: &[u8]) -> bool {
    between.contains(&b'\n') || between.windows(2).any(|two| two == b"\\n")
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
