//! The form of a mask: `[redacted:kind#k7f2]`.
//!
//! Owns how a mask is written and how one is told from other text. The suffix
//! is 20 bits of a keyed SHA-256 of the secret: enough to see that the same
//! secret came twice, too little to find it.

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

/// Whether a mask begins within `text`.
pub(super) fn has_mask(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'[') {
        rest = rest.get(at..).unwrap_or_default();
        if rest.starts_with(OPENING) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}
