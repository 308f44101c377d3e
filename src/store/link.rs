//! One line of a chain: where an entry lies in its log, when, who, and what ties it to the one before.
//!
//! Owns the line's form, the hashes and the names of entries. Knows no file.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{At, EntryId, hex, hex_digits};
use crate::history::Kind;

/// Characters of an entry's name. Ten of 32 letters are fifty bits: in a log of 100,000 entries two share a name
/// once in a quarter of a million logs, and then both answer to it.
const NAME: usize = 10;
/// Letters that cannot be taken for one another, in either case.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// What stands before the check at the end of a line.
const CHECK: &str = ",\"sum\":\"";
/// Characters of the check, hexadecimal.
const CHECK_LEN: usize = 16;

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// What the first entry of a log is tied to.
pub(super) const NOTHING: Hash = [0; 32];

/// One line. `sha256` is of the former's hash as it stands in `prev`, sixty-four letters, and the entry's bytes:
/// `printf %s PREV | cat - ENTRY | sha256sum` gives it. A check over the line itself follows, since the hash says
/// nothing of the time or of who wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Counted from 1.
    pub seq: u64,
    pub id: EntryId,
    /// Where in the log the entry begins.
    pub off: u64,
    /// Its bytes, the separator among them.
    pub len: u64,
    pub ts: At,
    /// The word of a [`Kind`].
    pub kind: String,
    pub actor: String,
    pub prev: Hash,
    pub sha256: Hash,
}

#[derive(Serialize)]
struct Written<'a> {
    seq: u64,
    id: &'a str,
    off: u64,
    len: u64,
    ts: At,
    kind: &'a str,
    actor: &'a str,
    prev: &'a str,
    sha256: &'a str,
}

#[derive(Deserialize)]
struct Read<'a> {
    seq: u64,
    id: EntryId,
    off: u64,
    len: u64,
    ts: At,
    kind: String,
    actor: String,
    prev: &'a str,
    sha256: &'a str,
}

/// What an entry brings with it, besides its bytes.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub ts: At,
    pub kind: String,
    pub actor: String,
}

/// The place behind the last entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tip {
    /// Entries up to here.
    pub seq: u64,
    /// Where the next one begins.
    pub end: u64,
    pub sha256: Hash,
}

impl Tip {
    /// Before the first entry.
    pub(super) const START: Tip = Tip { seq: 0, end: 0, sha256: NOTHING };

    /// The link of the entry `bytes` that follows here.
    pub(super) fn link(&self, bytes: &[u8], mark: Mark) -> Link {
        let sha256 = hash(&self.sha256, bytes);
        Link {
            seq: self.seq.saturating_add(1),
            id: name(&sha256),
            off: self.end,
            len: bytes.len() as u64,
            ts: mark.ts,
            kind: mark.kind,
            actor: mark.actor,
            prev: self.sha256,
            sha256,
        }
    }
}

impl Link {
    /// The place behind this entry.
    pub(super) fn tip(&self) -> Tip {
        Tip { seq: self.seq, end: self.end(), sha256: self.sha256 }
    }

    /// Where the entry ends in the log.
    pub(super) fn end(&self) -> u64 {
        self.off.saturating_add(self.len)
    }

    /// Whether these are the entry's bytes, whatever came before it.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        self.len == bytes.len() as u64 && hash(&self.prev, bytes) == self.sha256
    }

    pub(super) fn kind(&self) -> Kind {
        Kind::from_word(&self.kind)
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { ts: self.ts, kind: self.kind.clone(), actor: self.actor.clone() }
    }

    /// How messages name the entry.
    pub(super) fn told(&self) -> String {
        format!("entry {} ({}, {} {})", self.seq, self.id, self.ts.date(), self.ts.clock())
    }

    /// The line, its end included.
    pub(super) fn line(&self) -> Result<String, serde_json::Error> {
        let mut line = serde_json::to_string(&Written {
            seq: self.seq,
            id: self.id.as_str(),
            off: self.off,
            len: self.len,
            ts: self.ts,
            kind: &self.kind,
            actor: &self.actor,
            prev: &hex(&self.prev),
            sha256: &hex(&self.sha256),
        })?;
        line.pop();
        let check = check(line.as_bytes());
        line.push_str(CHECK);
        line.push_str(&check);
        line.push_str("\"}\n");
        Ok(line)
    }

    /// Reads a line without its end; `None` for one that is not as it was written.
    pub(super) fn parse(line: &[u8]) -> Option<Link> {
        let start = line.len().checked_sub(CHECK.len() + CHECK_LEN + 2)?;
        let (said, rest) = line.split_at_checked(start)?;
        let sum = rest.strip_prefix(CHECK.as_bytes())?.strip_suffix(b"\"}")?;
        if sum != check(said).as_bytes() {
            return None;
        }
        let read: Read<'_> = serde_json::from_slice(line).ok()?;
        let (prev, sha256) = (unhex(read.prev)?, unhex(read.sha256)?);
        let Read { seq, id, off, len, ts, kind, actor, .. } = read;
        (id == name(&sha256)).then_some(Link { seq, id, off, len, ts, kind, actor, prev, sha256 })
    }
}

/// The hash of an entry behind the one whose hash is `prev`.
pub(super) fn hash(prev: &Hash, bytes: &[u8]) -> Hash {
    let mut hasher = start(prev);
    hasher.update(bytes);
    hasher.finalize().into()
}

/// A hasher that has seen `prev`, for bytes that come piece by piece.
pub(super) fn start(prev: &Hash) -> Sha256 {
    let mut letters = [0; 64];
    for (pair, byte) in letters.chunks_exact_mut(2).zip(prev) {
        pair.copy_from_slice(&hex_digits(*byte));
    }
    Sha256::new_with_prefix(letters)
}

/// The name a hash gives.
pub(super) fn name(hash: &Hash) -> EntryId {
    let mut name = String::with_capacity(NAME);
    let (mut bits, mut held) = (0_u32, 0);
    let mut bytes = hash.iter();
    while name.len() < NAME {
        if held < 5 {
            let Some(byte) = bytes.next() else { break };
            bits = (bits << 8 | u32::from(*byte)) & 0xffff;
            held += 8;
        }
        held -= 5;
        name.push(char::from(LETTERS[(bits >> held & 31) as usize]));
    }
    EntryId::new(name)
}

fn unhex(text: &str) -> Option<Hash> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut hash = NOTHING;
    if text.len() != 2 * hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(hash)
}

fn check(said: &[u8]) -> String {
    hex(Sha256::digest(said).get(..CHECK_LEN / 2).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        let mark = Mark {
            ts: At::parse("2026-02-21T09:14:00+01:00").unwrap(),
            kind: "step".into(),
            actor: "client:a \"b\"\n".into(),
        };
        Tip { seq: 6, end: 1200, sha256: hash(&NOTHING, b"before") }.link(b"## [09:14] AI\n", mark)
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let line = link().line().unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(Link::parse(line.trim_end().as_bytes()), Some(link()));
        let shown = r#"{"seq":7,"id":"#;
        assert!(line.starts_with(shown), "{line}");
        for key in ["off", "len", "ts", "kind", "actor", "prev", "sha256", "sum"] {
            assert!(line.contains(&format!(",\"{key}\":")), "{line}");
        }
    }

    #[test]
    fn a_line_with_any_bit_changed_is_not_read() {
        let line = link().line().unwrap();
        let line = line.trim_end().as_bytes();
        for at in 0..line.len() {
            for bit in 0..8 {
                let mut changed = line.to_vec();
                changed[at] ^= 1 << bit;
                assert_eq!(Link::parse(&changed), None, "byte {at}, bit {bit}");
            }
            assert_eq!(Link::parse(&line[..at]), None);
        }
    }

    #[test]
    fn the_hash_is_what_sha256sum_makes_of_the_former_hash_and_the_entry() {
        let known = "cd372fb85148700fa88095e3492d3f9f5beb43e555e5ff26d95f5a6adc36f8e6";
        assert_eq!(unhex(known).map(|hash| hex(&hash)).as_deref(), Some(known));
        assert_eq!(hash(&NOTHING, b"x"), <Hash>::from(Sha256::digest(format!("{}x", "0".repeat(64)))));
    }

    #[test]
    fn a_name_is_the_beginning_of_the_hash_in_base_32() {
        let mut hash = NOTHING;
        hash[..7].copy_from_slice(&[0xff, 0x00, 0xf8, 0x3e, 0x0f, 0x83, 0xe0]);
        assert_eq!(name(&hash).as_str(), "74apqpqpqp");
    }
}
