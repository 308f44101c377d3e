//! The form of a mask: `[redacted:kind#k7f2]`.
//!
//! Owns how a mask is written and how one is told from other text. The suffix
//! is 20 bits of a keyed SHA-256 of the secret: enough to see that the same
//! secret came twice, too little to find it.

use std::collections::BTreeMap;

use memchr::{memchr_iter, memmem};
use sha2::{Digest, Sha256};

const OPENING: &[u8] = b"[redacted:";
/// RFC 4648 base32, lower case.
const SUFFIX: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const SUFFIX_LENGTH: usize = 4;
const LONGEST_KIND: usize = 24;

/// A mask in the making; the secret may be added in pieces.
pub(super) struct Mark {
    kind: &'static str,
    hash: Sha256,
}

impl Mark {
    pub(super) fn new(key: &[u8; 32], kind: &'static str) -> Self {
        let mut hash = Sha256::new();
        hash.update(key);
        Self { kind, hash }
    }

    pub(super) fn add(&mut self, secret: &[u8]) {
        self.hash.update(secret);
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(OPENING);
        out.extend_from_slice(self.kind.as_bytes());
        out.push(b'#');
        let digest = self.hash.finalize();
        let letters = digest.iter().take(SUFFIX_LENGTH).filter_map(|byte| SUFFIX.get(usize::from(byte % 32)));
        out.extend(letters);
        out.push(b']');
    }
}

/// The length of the mask that `bytes` begins with.
pub(super) fn mask_length(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(OPENING)?;
    let kind = rest.iter().take(LONGEST_KIND).take_while(|byte| byte.is_ascii_lowercase() || **byte == b'-').count();
    let suffix = rest.get(kind..)?.strip_prefix(b"#")?;
    let letters = suffix.get(..SUFFIX_LENGTH)?;
    let whole =
        kind > 0 && letters.iter().all(|byte| SUFFIX.contains(byte)) && suffix.get(SUFFIX_LENGTH) == Some(&b']');
    whole.then_some(OPENING.len() + kind + 1 + SUFFIX_LENGTH + 1)
}

/// A mask that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    pub kind: &'a str,
    /// What tells one secret from another.
    pub suffix: &'a str,
    /// Which secret of the text it is, from 1 in the order of their first masks: the same number, the same secret.
    pub number: usize,
    pub start: usize,
    pub end: usize,
}

/// The masks that stand in a text that was masked before, in order.
pub fn masks(text: &str) -> Vec<Standing<'_>> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let starts = memmem::find_iter(text.as_bytes(), OPENING);
    let standing = starts.filter_map(|start| {
        let end = start + mask_length(text.as_bytes().get(start..)?)?;
        let (kind, suffix) = text.get(start + OPENING.len()..end.checked_sub(1)?)?.split_once('#')?;
        let next = seen.len() + 1;
        let number = *seen.entry(suffix).or_insert(next);
        Some(Standing { kind, suffix, number, start, end })
    });
    standing.collect()
}

/// Whether a mask begins within `text`.
pub(super) fn has_mask(text: &[u8]) -> bool {
    memchr_iter(b'[', text).any(|at| text.get(at..).is_some_and(|rest| rest.starts_with(OPENING)))
}
