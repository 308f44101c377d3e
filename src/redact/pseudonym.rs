//! Names that stand for names: `IP_lan_k3fq_a3_07`, `host_4kq2w7xz`.
//!
//! Owns how a pseudonym is made from a value by the installation's key, and how one is told from other words. The
//! networks and the host of an address are named apart, so that "same network" can still be seen, and `lan` says that
//! it is a private one. Knows nothing of where values were found.

use std::fmt;

use sha2::{Digest, Sha256};

use super::address;

/// A pseudonym nobody was given: what it stands for cannot be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPseudonym(pub String);

impl fmt::Display for UnknownPseudonym {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} stands for nothing that was shown in this session; write the real name", self.0)
    }
}

impl std::error::Error for UnknownPseudonym {}

/// What sort of thing a pseudonym stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Ipv4,
    Ipv6,
    Host,
    Mail,
    Mac,
    Phone,
    Card,
    User,
    Vm,
    Node,
}

impl Class {
    const WORDS: [(Class, &'static str); 9] = [
        (Class::Ipv6, "IP6"),
        (Class::Host, "host"),
        (Class::Mail, "mail"),
        (Class::Mac, "mac"),
        (Class::Phone, "phone"),
        (Class::Card, "card"),
        (Class::User, "user"),
        (Class::Vm, "vm"),
        (Class::Node, "node"),
    ];

    /// The kind a finding of this class has.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Class::Ipv4 | Class::Ipv6 => "ip",
            Class::Host => "host",
            Class::Mail => "mail",
            Class::Mac => "mac",
            Class::Phone => "phone",
            Class::Card => "card",
            Class::User => "user",
            Class::Vm => "vm",
            Class::Node => "node",
        }
    }

    fn prefix(self) -> &'static str {
        Self::WORDS.iter().find(|(class, _)| *class == self).map_or("IP", |(_, word)| word)
    }
}

/// RFC 4648 base32, lower case.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Letters of a code; the first is a digit, which no word in a program begins with.
const LENGTH: usize = 8;
const NETWORK: usize = 4;
/// Stands in the pseudonym of an address that no one outside can reach.
const PRIVATE: &str = "lan_";

/// The pseudonym of a value; `round` gives another one each time.
pub(super) fn make(key: &[u8; 32], class: Class, value: &[u8], round: u32) -> String {
    if let (Class::Ipv4, Some(address)) = (class, address::v4(value)) {
        let [a, b, c, d] = address.map(u32::from);
        // Shuffled, not hashed: two networks never look alike, and two hosts of one network neither.
        let network = a << 8 | b;
        let inner = [b"ip-inner", &network.to_be_bytes()[..]].concat();
        let host = [b"ip-host", &(network << 8 | c).to_be_bytes()[..]].concat();
        let network = shuffle(key, b"ip-network", network, 16, round);
        let letters = (0..NETWORK).map(|place| letter((network >> (5 * place)) & 31)).collect::<String>();
        let range = if address::is_private_v4(address) { PRIVATE } else { "" };
        let inner = shuffle(key, &inner, c, 8, round);
        let host = shuffle(key, &host, d, 8, round);
        return format!("IP_{range}{letters}_{inner:02x}_{host:02x}");
    }
    if let (Class::Ipv6, Some(address)) = (class, address::v6(value)) {
        let network = digest(key, b"ip6-network", address.get(..8).unwrap_or_default(), 0);
        let host = digest(key, b"ip6-host", &address, round);
        return format!("IP6_{}_{}", code(&network), code(&host));
    }
    format!("{}_{}", class.prefix(), code(&digest(key, class.kind().as_bytes(), value, round)))
}

/// The length of the pseudonym that `text` begins with.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    if !matches!(text, [b'I' | b'h' | b'm' | b'p' | b'c' | b'u' | b'v' | b'n', _, _, rest @ ..] if rest.len() >= 8) {
        return None;
    }
    let coded = |from: usize| {
        let code = text.get(from..from + LENGTH)?;
        let whole = code.iter().all(|byte| LETTERS.contains(byte)) && code.first()?.is_ascii_digit();
        whole.then_some(from + LENGTH)
    };
    let length = if let Some(rest) = text.strip_prefix(b"IP_") {
        let rest = rest.strip_prefix(PRIVATE.as_bytes()).unwrap_or(rest);
        let hex = |at: usize| {
            let two = rest.get(at + 1..at + 3)?;
            let whole = rest.get(at) == Some(&b'_') && two.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            whole.then_some(at + 3)
        };
        let whole = rest.get(..NETWORK)?.iter().all(|byte| LETTERS.contains(byte));
        let end = hex(hex(NETWORK)?)?;
        whole.then_some(text.len() - rest.len() + end)?
    } else {
        let (class, word) = Class::WORDS
            .iter()
            .find(|(_, word)| text.starts_with(word.as_bytes()) && text.get(word.len()) == Some(&b'_'))?;
        let end = coded(word.len() + 1)?;
        match class {
            Class::Ipv6 if text.get(end) == Some(&b'_') => coded(end + 1)?,
            Class::Ipv6 => return None,
            _ => end,
        }
    };
    (!text.get(length).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')).then_some(length)
}

/// A keyed permutation of the numbers of `bits` bits: four rounds of a Feistel network.
fn shuffle(key: &[u8; 32], purpose: &[u8], value: u32, bits: u32, round: u32) -> u32 {
    let half = bits / 2;
    let mask = (1 << half) - 1;
    let (mut left, mut right) = (value >> half, value & mask);
    for step in 0..4_u32 {
        let input = [purpose, &step.to_be_bytes()[..], &right.to_be_bytes()[..]].concat();
        let mixed =
            digest(key, b"shuffle", &input, round).iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        (left, right) = (right, (left ^ mixed) & mask);
    }
    left << half | right
}

/// Keyed twice, so that nothing can be appended to a value.
fn digest(key: &[u8; 32], purpose: &[u8], value: &[u8], round: u32) -> [u8; 32] {
    let inner = Sha256::new()
        .chain_update(key)
        .chain_update(round.to_be_bytes())
        .chain_update((purpose.len() as u64).to_be_bytes())
        .chain_update(purpose)
        .chain_update(value)
        .finalize();
    Sha256::new().chain_update(key).chain_update(inner).finalize().into()
}

fn code(digest: &[u8; 32]) -> String {
    let first = digest.first().copied().unwrap_or(0);
    let head = letter(26 + u32::from(first % 6));
    let tail = digest.iter().skip(1).take(LENGTH - 1).map(|byte| letter(u32::from(byte % 32)));
    std::iter::once(head).chain(tail).collect()
}

fn letter(index: u32) -> char {
    let index = usize::try_from(index).unwrap_or_default();
    LETTERS.get(index % LETTERS.len()).map_or('a', |byte| char::from(*byte))
}
