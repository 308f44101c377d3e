//! What a recogniser hands back: where a secret lies and how its end is known.
//!
//! Owns the rules by which a value ends, used alike for a value seen whole and
//! for one that goes on in the next read. Knows nothing of keys or vendors.

/// A secret in a buffer, as byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: &'static str,
    pub(super) ending: Ending,
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
    /// The first byte that no token is made of.
    Token,
}

impl Ending {
    /// The offset of the first byte after `from` that no longer belongs to the value.
    pub(super) fn find(self, bytes: &[u8], from: usize) -> usize {
        let mut at = from;
        while let Some(byte) = bytes.get(at).copied() {
            let next = bytes.get(at + 1).copied();
            if matches!(byte, b'\n' | b'\r') || self.is_at(byte, next) {
                return at;
            }
            let escapes = byte == b'\\' && matches!(self, Ending::Quote(_));
            at += if escapes && !matches!(next, Some(b'\n' | b'\r')) { 2 } else { 1 };
        }
        at.min(bytes.len())
    }

    fn is_at(self, byte: u8, next: Option<u8>) -> bool {
        match self {
            Ending::Line => false,
            Ending::Quote(quote) => byte == quote,
            Ending::EscapedQuote => byte == b'\\' && matches!(next, Some(b'"' | b'\'')),
            Ending::Space => byte.is_ascii_whitespace() || is_escape(byte, next),
            Ending::Word => byte.is_ascii_whitespace() || b"\"'`,;&|<>)]}".contains(&byte) || is_escape(byte, next),
            Ending::Token => !is_token(byte) && byte != b'.',
        }
    }
}

/// `\n` and the like within a quoted string: to its reader a line end.
fn is_escape(byte: u8, next: Option<u8>) -> bool {
    byte == b'\\' && matches!(next, Some(b'n' | b'r' | b't' | b'"'))
}

/// The alphabet of base64url, which holds the alphabets of all vendors' tokens.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
