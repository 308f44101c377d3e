//! Names that announce a secret.
//!
//! Owns how a name is compared with the lists (`names`), and how sure each makes us. Judges the name by itself.

use super::names::{ENDINGS, IF_DRAWN, LAST_WORDS, PUBLIC};
use super::sight::is_name;

/// What a name says about the value beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) kind: &'static str,
    pub(super) sure: Sure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// Whatever stands there is secret, unless it points elsewhere.
    Yes,
    /// Only what looks drawn by lot.
    IfDrawn,
    /// Credentials with a scheme before them.
    Scheme,
    /// Pairs of name and value.
    Cookies,
    /// `user:password` in base64.
    Basic,
}

const LONGEST: usize = 96;

/// Bits for the last three letters of every name that announces something: nearly all words of a text are refused here.
const TAILS: [u64; 512] = tails();

const fn tails() -> [u64; 512] {
    let mut bits = [0; 512];
    bits = with_tails(bits, ENDINGS);
    bits = with_tails(bits, LAST_WORDS);
    bits = with_tails(bits, IF_DRAWN);
    with_tails(bits, &[(b"authorization", ""), (b"cookie", ""), (b"auth", "")])
}

const fn with_tails(mut bits: [u64; 512], names: &[(&[u8], &str)]) -> [u64; 512] {
    let mut at = 0;
    while at < names.len() {
        let name = names[at].0;
        let (a, b) = (name[name.len() - 1], name[name.len() - 2]);
        let mut third = if name.len() > 2 { five(name[name.len() - 3]) } else { 0 };
        loop {
            let index = third << 10 | five(b) << 5 | five(a);
            bits[index / 64] |= 1 << (index % 64);
            third += 1;
            if name.len() > 2 || third == 32 {
                break;
            }
        }
        at += 1;
    }
    bits
}

/// The last three letters of each of [`ENDINGS`], so that most are refused without a look at the rest.
const ENDING_TAILS: [u16; ENDINGS.len()] = ending_tails();

const fn ending_tails() -> [u16; ENDINGS.len()] {
    let mut tails = [0; ENDINGS.len()];
    let mut at = 0;
    while at < ENDINGS.len() {
        let name = ENDINGS[at].0;
        tails[at] = tail(name[name.len() - 3], name[name.len() - 2], name[name.len() - 1]);
        at += 1;
    }
    tails
}

const fn tail(a: u8, b: u8, c: u8) -> u16 {
    (five(a) << 10 | five(b) << 5 | five(c)) as u16
}

/// What a name ends in, of [`ENDINGS`].
fn ending(squashed: &[u8]) -> Option<&'static str> {
    let [.., a, b, c] = squashed else { return None };
    let own = tail(*a, *b, *c);
    let fits = |(place, (name, _)): &(usize, &(&[u8], &str))| {
        ENDING_TAILS.get(*place) == Some(&own) && squashed.ends_with(name)
    };
    ENDINGS.iter().enumerate().find(fits).map(|(_, (_, kind))| *kind)
}

const fn five(byte: u8) -> usize {
    (byte & 31) as usize
}

/// Whether a name may announce something, by its last three letters.
fn may_announce(name: &[u8]) -> bool {
    // Most names end in three letters.
    if let [.., a, b, c] = name
        && a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
        && c.is_ascii_alphabetic()
    {
        let index = five(*a) << 10 | five(*b) << 5 | five(*c);
        return TAILS.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1);
    }
    let mut index = 0;
    let mut place = 0;
    let digits = name.iter().rev().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    for byte in name.iter().rev().skip(digits).filter(|byte| byte.is_ascii_alphanumeric()).take(3) {
        index |= five(*byte) << place;
        place += 5;
    }
    TAILS.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
}

/// What a name announces.
pub(super) fn of(name: &[u8]) -> Option<Key> {
    if name.len() > LONGEST || name.len() < 2 || !may_announce(name) {
        return None;
    }
    let mut room = [0_u8; LONGEST];
    let mut length = 0;
    let mut word = 0;
    let mut before = 0_u8;
    for byte in name {
        let parts = !byte.is_ascii_alphanumeric();
        if (parts || byte.is_ascii_uppercase() && before.is_ascii_lowercase()) && length > 0 {
            word = length;
        }
        before = *byte;
        if !parts && let Some(slot) = room.get_mut(length) {
            *slot = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    // `password_1` and `token2` are a password and a token.
    let mut squashed = room.get(..length)?;
    let digits = squashed.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let last = if digits > 0 && digits < 3 && digits < squashed.len() {
        squashed = squashed.get(..squashed.len() - digits)?;
        let last = squashed.get(word..).filter(|last| !last.is_empty());
        last.unwrap_or(squashed)
    } else {
        squashed.get(word..).unwrap_or(squashed)
    };
    if squashed.ends_with(b"authorization") {
        return Some(Key { kind: "authorization", sure: Sure::Scheme });
    }
    if matches!(squashed, b"cookie" | b"setcookie") {
        return Some(Key { kind: "cookie", sure: Sure::Cookies });
    }
    let ending = ending(squashed);
    if ending.is_some() && PUBLIC.iter().any(|public| squashed.ends_with(public)) {
        return None;
    }
    if let Some(kind) = ending {
        return Some(Key { kind, sure: Sure::Yes });
    }
    if matches!(last, b"auth") || squashed.ends_with(b"basicauth") {
        return Some(Key { kind: "auth", sure: Sure::Basic });
    }
    // `RESTICPASS`, but no `BYPASS`.
    let capital = !name.iter().any(u8::is_ascii_lowercase);
    if capital && squashed.ends_with(b"pass") && !matches!(squashed, b"bypass" | b"compass") {
        return Some(Key { kind: "password", sure: Sure::Yes });
    }
    if let Some((_, kind)) = LAST_WORDS.iter().find(|(whole, _)| *whole == last) {
        return Some(Key { kind, sure: Sure::Yes });
    }
    let (_, kind) = IF_DRAWN.iter().find(|(whole, _)| *whole == last)?;
    // A key by itself is any key; of a map, a cache, a row. A public one is public.
    let says = length > last.len()
        || matches!(*kind, "session" | "signature" | "salt" | "encrypt" | "secret" | "key" | "token" | "password");
    let open = [
        &b"publickey"[..],
        b"hostkey",
        b"cachekey",
        b"primarykey",
        b"foreignkey",
        b"partitionkey",
        b"sortkey",
        b"groupkey",
        b"objectkey",
        b"s3key",
        b"keykey",
    ];
    (says && !open.iter().any(|open| squashed.ends_with(open))).then_some(Key { kind, sure: Sure::IfDrawn })
}

/// What a name of several words announces, of which the last ends at `end`: `API key`, `secret access key`.
pub(super) fn of_words(bytes: &[u8], start: usize, end: usize) -> Option<(usize, Key)> {
    if start.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b' ') {
        return None;
    }
    let last = bytes.get(start..end)?;
    if last.len() > 7 {
        return None;
    }
    let ends: [&[u8]; 8] = [b"content", b"key", b"code", b"phrase", b"id", b"string", b"secret", b"token"];
    let number = last.len() <= 2 && last.iter().all(u8::is_ascii_digit);
    if !number && !ends.iter().any(|word| last.eq_ignore_ascii_case(word)) {
        return None;
    }
    let mut from = start;
    let mut found = None;
    for _ in 0..2 {
        let gap = from.checked_sub(1).filter(|gap| bytes.get(*gap) == Some(&b' '))?;
        let length = bytes.get(..gap)?.iter().rev().take(24).take_while(|byte| is_name(**byte)).count();
        if length == 0 {
            break;
        }
        from = gap - length;
        let name = bytes.get(from..end)?;
        if name.starts_with(b"-") {
            break;
        }
        if let Some(key) = of(name).filter(|key| key.sure == Sure::Yes) {
            found = Some((from, key));
            break;
        }
    }
    found
}
