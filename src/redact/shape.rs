//! How values look: drawn by lot, a digest, a path, a version, a size.
//!
//! Owns those forms. Judges a value by itself; what a word means is `innocent`'s.

use super::innocent::is_reference;

/// Letters and digits enough to have been drawn by lot.
pub(super) fn is_drawn(text: &[u8], least: usize) -> bool {
    text.len() >= least && text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic)
}

/// Whether a value looks drawn by lot all through: one solid run with digits among its letters, no digest and no UUID.
pub(super) fn is_dense(text: &[u8], least: usize) -> bool {
    is_drawn(text, least)
        && !is_digest(text)
        && !is_uuid(text)
        && !text
            .iter()
            .any(|byte| byte.is_ascii_whitespace() || b"/:\\<>(){}[]@,".contains(byte) && !text.ends_with(b"="))
        && text.split(|byte| !byte.is_ascii_alphanumeric()).any(|part| is_drawn(part, least.min(12)))
}

/// A hexadecimal number as digests and commits are written.
pub(super) fn is_digest(text: &[u8]) -> bool {
    let text = [&b"sha256:"[..], b"sha512:", b"sha1:", b"md5:"]
        .iter()
        .find_map(|name| text.strip_prefix(*name))
        .unwrap_or(text);
    if text.starts_with(b"sha256-")
        || text.starts_with(b"sha512-")
        || text.starts_with(b"sha384-")
        || text.starts_with(b"sha1-")
    {
        return true;
    }
    matches!(text.len(), 7..=12 | 32 | 40 | 64 | 96 | 128) && text.iter().all(u8::is_ascii_hexdigit)
}

pub(super) fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether a value can be told from a word wherever it stands, so that it may be remembered.
pub(super) fn is_telling(value: &[u8]) -> bool {
    let kinds = [
        value.iter().any(u8::is_ascii_digit),
        value.iter().any(u8::is_ascii_lowercase),
        value.iter().any(u8::is_ascii_uppercase),
        value.iter().any(|byte| byte.is_ascii_punctuation() && !b"-_./".contains(byte)),
    ];
    let mixed = kinds.iter().filter(|kind| **kind).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let spaced = value.iter().any(u8::is_ascii_whitespace);
    let humps = value.get(1..).unwrap_or_default().iter().any(u8::is_ascii_uppercase);
    !is_reference(value)
        && !is_path(value)
        && match value.len() {
            0..6 => false,
            6..8 => mixed >= 2 && digits < value.len() && (digits > 0 || mixed >= 3),
            8..16 => (mixed >= 3 || mixed == 2 && (digits > 0 || humps)) && digits < value.len(),
            _ => !spaced || mixed >= 2,
        }
}

pub(super) fn is_path(text: &[u8]) -> bool {
    let slashes = text.iter().filter(|byte| **byte == b'/').count();
    text.starts_with(b"./")
        || text.starts_with(b"../")
        || text.starts_with(b"~")
        || text.starts_with(b"/") && (slashes >= 2 || text.len() < 16) && !text.ends_with(b"=")
        || matches!(text, [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic())
}

/// A map, a list or a tag begins, within which other keys tell; `id=…` is docker's way to name a secret.
pub(super) fn is_structure(text: &[u8]) -> bool {
    let inner = match text {
        [b'{' | b'[', inner, ..] => *inner,
        [b'{' | b'[' | b'('] => return true,
        _ => return text.starts_with(b"id=") || text.starts_with(b"type=") || text.starts_with(b"map["),
    };
    inner.is_ascii_whitespace() || b"\"'{[}]".contains(&inner)
}

/// `token:  1024 bytes`, as `kubectl describe secret` writes.
pub(super) fn is_size(text: &[u8], after: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(digits..).unwrap_or_default();
    digits > 0 && (rest == b" bytes" || (rest.is_empty() && after.starts_with(b" bytes")))
}

/// `^9.0.2`, `v1.4.1`, `>=2.8`: what a lock file says about a package.
pub(super) fn is_version(word: &[u8]) -> bool {
    let word = word.trim_ascii_start();
    let lead = word.iter().take_while(|byte| b"v^~<>= ".contains(byte)).count();
    let number = word.get(lead..).unwrap_or_default();
    let letters = number.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    number.first().is_some_and(u8::is_ascii_digit) && letters <= 4 && number.contains(&b'.')
}
