//! What a recogniser hands back: where a secret lies and how its end is known.
//!
//! Owns the rules by which a value ends, used alike for a value seen whole and
//! for one that goes on in the next window. Knows nothing of keys or vendors.

use memchr::{memchr_iter, memchr2, memrchr2};

use super::pseudonym::Class;

/// A set of bytes, asked for every byte of a text.
pub(super) struct Set([bool; 256]);

impl Set {
    pub(super) const fn of(bytes: &[u8]) -> Self {
        let mut set = [false; 256];
        let mut at = 0;
        while at < bytes.len() {
            set[bytes[at] as usize] = true;
            at += 1;
        }
        Self(set)
    }

    /// The same with letters and digits.
    pub(super) const fn and_letters(mut self) -> Self {
        let mut byte = 0_u8;
        while byte < 128 {
            self.0[byte as usize] |= byte.is_ascii_alphanumeric();
            byte += 1;
        }
        self
    }

    pub(super) fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// How many bytes at the beginning are of the set.
    pub(super) fn run(&self, bytes: &[u8]) -> usize {
        bytes.iter().position(|byte| !self.has(*byte)).unwrap_or(bytes.len())
    }

    /// How many bytes at the beginning are none of the set.
    pub(super) fn until(&self, bytes: &[u8]) -> usize {
        bytes.iter().position(|byte| self.has(*byte)).unwrap_or(bytes.len())
    }
}

/// Every byte that any ending but [`Ending::Byte`] looks twice at.
const MARKS: Set = Set::of(b"\x1b\t\n\x0c\r \"'`,;&|<>)]}\\%");
/// The bytes of tokens, and the dots that part them.
const TOKENS: Set = Set::of(b"_-.").and_letters();

/// A secret in a line, as byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: &'static str,
    pub(super) ending: Ending,
    /// Not a secret but the name of someone or something, which gets a pseudonym.
    pub(super) identity: Option<Class>,
}

impl Secret {
    pub(super) fn new(start: usize, end: usize, kind: &'static str, ending: Ending) -> Self {
        Self { start, end, kind, ending, identity: None }
    }

    pub(super) fn identity(start: usize, end: usize, class: Class) -> Self {
        Self { start, end, kind: class.kind(), ending: Ending::Word, identity: Some(class) }
    }

    /// Whether its value is worth remembering.
    pub(super) fn teaches(&self) -> bool {
        self.identity.is_none() && self.kind != "otp"
    }
}

/// What ends a value. A line end ends every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Only the line end.
    Line,
    /// This quote, unless a backslash stands before it.
    Quote(u8),
    /// A quote with a backslash before it: the value lies in a string within a string.
    EscapedQuote,
    /// White space.
    Space,
    /// White space, a quote, or punctuation that closes or parts.
    Word,
    /// White space or a quote; other punctuation only where something follows that it parts the value from.
    Argument,
    /// What a URL writes for a quote, a comma, a brace or an ampersand.
    Encoded,
    /// This byte, or what ends a quoted text around it.
    Byte(u8),
    /// The first byte that no token is made of.
    Token,
}

impl Ending {
    /// The offset of the first byte after `from` that no longer belongs to the value.
    pub(super) fn find(self, bytes: &[u8], from: usize) -> usize {
        let mut at = from;
        if self == Ending::Token {
            return from.min(bytes.len()) + TOKENS.run(bytes.get(from..).unwrap_or_default());
        }
        if self == Ending::Line {
            let end = bytes.get(from..).and_then(|rest| memchr2(b'\n', b'\r', rest));
            return end.map_or(bytes.len(), |end| from + end);
        }
        let plain = !matches!(self, Ending::Byte(_));
        while let Some(byte) = bytes.get(at).copied() {
            if plain && !MARKS.has(byte) {
                at += 1;
                continue;
            }
            let next = bytes.get(at + 1).copied();
            if matches!(byte, b'\n' | b'\r') || self.is_at(bytes, at, byte, next) {
                return at;
            }
            let escapes = byte == b'\\' && matches!(self, Ending::Quote(_));
            at += if escapes && !matches!(next, Some(b'\n' | b'\r')) { 2 } else { 1 };
        }
        at.min(bytes.len())
    }

    fn is_at(self, bytes: &[u8], at: usize, byte: u8, next: Option<u8>) -> bool {
        match self {
            Ending::Line => false,
            Ending::Quote(quote) => byte == quote,
            Ending::EscapedQuote => {
                byte == b'\\' && {
                    let run = bytes.get(at..).unwrap_or_default().iter().take(8).take_while(|b| **b == b'\\').count();
                    matches!(
                        bytes.get(at + run..).unwrap_or_default(),
                        [b'"' | b'\'', ..] | [b'u', b'0', b'0', b'2', b'2' | b'7', ..]
                    )
                }
            }
            Ending::Space => byte == ESCAPE || byte.is_ascii_whitespace() || is_escape(byte, next),
            Ending::Word => byte.is_ascii_whitespace() || b"\x1b\"'`,;&|<>)]}".contains(&byte) || is_escape(byte, next),
            Ending::Argument => {
                byte.is_ascii_whitespace()
                    || b"\x1b\"'`<>".contains(&byte)
                    || is_escape(byte, next)
                    || b",;&|)]}".contains(&byte) && parts(bytes.get(at + 1..).unwrap_or_default())
            }
            Ending::Encoded => {
                let code = bytes.get(at..at + 3).unwrap_or_default();
                byte.is_ascii_whitespace()
                    || b"\x1b\"'<>&".contains(&byte)
                    || [&b"%22"[..], b"%26", b"%2C", b"%2c", b"%7D", b"%7d"].contains(&code)
            }
            Ending::Byte(end) => byte == end || byte == b'"' || byte == ESCAPE || is_escape(byte, next),
            Ending::Token => !is_token(byte) && byte != b'.',
        }
    }
}

/// Whether what follows a mark begins something new: white space, the end, more marks, or a name with its `=`.
fn parts(rest: &[u8]) -> bool {
    let mut rest = rest.get(..64).unwrap_or(rest);
    while let Some((first, after)) = rest.split_first().filter(|(first, _)| b",;&|)]}\"'`\\".contains(first)) {
        if b"\"'`\\".contains(first) {
            return true;
        }
        rest = after;
    }
    let name = rest.iter().take(64).take_while(|byte| is_name(**byte)).count();
    rest.first().is_none_or(u8::is_ascii_whitespace) || name > 0 && matches!(rest.get(name), Some(b'='))
}

/// `\n` and the like within a quoted string: to its reader a line end.
fn is_escape(byte: u8, next: Option<u8>) -> bool {
    byte == b'\\' && matches!(next, Some(b'n' | b'r' | b't' | b'"' | b'\''))
}

/// What a terminal takes for a command and not for text begins so.
pub(super) const ESCAPE: u8 = 0x1b;

/// Past the colours that begin at `at`: `ESC [ 1 ; 32 m`, the first byte of which may be written in letters.
pub(super) fn past_colours(bytes: &[u8], at: usize) -> usize {
    const ESCAPES: [&[u8]; 8] = [b"\x1b[", b"\\u001b[", b"\\u001B[", b"\\x1b[", b"\\x1B[", b"\\033[", b"\\e[", b"\\E["];
    let mut at = at;
    while let Some(first @ (b'\x1b' | b'\\')) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let escape = ESCAPES.iter().find(|escape| escape.first() == Some(first) && rest.starts_with(escape));
        match escape.and_then(|escape| past_parameters(bytes, at + escape.len())) {
            Some(end) => at = end,
            None => return at,
        }
    }
    at
}

/// Whether colours begin shortly before `at` and end there: what follows is then no part of the word before.
pub(super) fn ends_colours(bytes: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(24);
    let near = bytes.get(from..at).unwrap_or_default();
    memrchr2(ESCAPE, b'\\', near).is_some_and(|escape| past_colours(bytes, from + escape) == at)
}

/// Past the parameters of a terminal's command and the letter that ends it.
pub(super) fn past_parameters(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let count = rest.iter().take(24).take_while(|byte| byte.is_ascii_digit() || b";:?".contains(byte)).count();
    rest.get(count).is_some_and(u8::is_ascii_alphabetic).then_some(at + count + 1)
}

/// The alphabet of base64url, which holds the alphabets of all vendors' tokens.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Whether `byte` belongs to the name of a key.
pub(super) fn is_name(byte: u8) -> bool {
    is_token(byte) || byte == b'.'
}

/// The number of blanks at an offset, up to a limit no layout exceeds.
pub(super) fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(256).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Where `needle` begins in `text`. Lines are short: a searcher for each would cost more than the search.
pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr_iter(*needle.first()?, text).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(needle)))
}

/// Whether `needle` stands in `text`, whatever its capitals.
pub(super) fn has_word(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}
