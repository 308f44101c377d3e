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

/// Places in [`ENDINGS`] by a number of their last three letters, and where each number's begin.
const PLACES: ([u8; ENDINGS.len()], [u8; BUCKETS + 1]) = places();
const BUCKETS: usize = 64;

const fn places() -> ([u8; ENDINGS.len()], [u8; BUCKETS + 1]) {
    let mut places = [0; ENDINGS.len()];
    let mut begins = [0; BUCKETS + 1];
    let mut filled = 0;
    let mut wanted = 0;
    while wanted < BUCKETS {
        begins[wanted] = filled as u8;
        let mut at = 0;
        while at < ENDINGS.len() {
            if bucket(ENDINGS[at].0) == wanted {
                places[filled] = at as u8;
                filled += 1;
            }
            at += 1;
        }
        wanted += 1;
    }
    begins[BUCKETS] = filled as u8;
    (places, begins)
}

const fn bucket(name: &[u8]) -> usize {
    let [.., a, b, c] = name else { return 0 };
    ((five(*a) * 5) ^ (five(*b) * 11) ^ (five(*c) << 1)) % BUCKETS
}

/// What a name ends in, of [`ENDINGS`].
fn ending(squashed: &[u8]) -> Option<&'static str> {
    let (places, begins) = &PLACES;
    let bucket = bucket(squashed);
    let own = places.get(usize::from(*begins.get(bucket)?)..usize::from(*begins.get(bucket + 1)?))?;
    own.iter()
        .filter_map(|place| ENDINGS.get(usize::from(*place)))
        .find(|(name, _)| ends(squashed, name))
        .map(|(_, kind)| *kind)
}

/// Whether a name ends so; the first letter tells most apart.
fn ends(squashed: &[u8], ending: &[u8]) -> bool {
    let tail = squashed.len().checked_sub(ending.len()).and_then(|from| squashed.get(from..));
    tail.is_some_and(|tail| tail.first() == ending.first() && tail == ending)
}

fn is(word: &[u8], other: &[u8]) -> bool {
    word.len() == other.len() && word.first() == other.first() && word == other
}

const fn five(byte: u8) -> usize {
    (byte & 31) as usize
}

/// Whether a name may announce something, by its last three letters.
pub(super) fn may_announce(name: &[u8]) -> bool {
    if matches!(name, [b'T' | b't', b'F' | b'f', b'_', ..]) && is_terraform(name) {
        return true;
    }
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

/// `TF_TOKEN_app_terraform_io`: the host follows the word.
fn is_terraform(name: &[u8]) -> bool {
    name.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"TF_TOKEN_"))
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
    if is_terraform(name) {
        return Some(Key { kind: "token", sure: Sure::Yes });
    }
    if squashed.ends_with(b"authorization") {
        return Some(Key { kind: "authorization", sure: Sure::Scheme });
    }
    if matches!(squashed, b"cookie" | b"setcookie") {
        return Some(Key { kind: "cookie", sure: Sure::Cookies });
    }
    let ending = ending(squashed);
    if ending.is_some() && PUBLIC.iter().any(|public| ends(squashed, public)) {
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
    if let Some((_, kind)) = LAST_WORDS.iter().find(|(whole, _)| is(whole, last)) {
        return Some(Key { kind, sure: Sure::Yes });
    }
    let (_, kind) = IF_DRAWN.iter().find(|(whole, _)| is(whole, last))?;
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
    (says && !open.iter().any(|open| ends(squashed, open))).then_some(Key { kind, sure: Sure::IfDrawn })
}

/// Last words of names of several words.
const LAST_OF_SEVERAL: &[&[u8]] = &[b"content", b"key", b"code", b"phrase", b"id", b"string", b"secret", b"token"];

/// Bits for the lengths of [`LAST_OF_SEVERAL`], by their first letter.
const LENGTHS: [u8; 32] = lengths();

const fn lengths() -> [u8; 32] {
    let mut bits = [0; 32];
    let mut at = 0;
    while at < LAST_OF_SEVERAL.len() {
        bits[five(LAST_OF_SEVERAL[at][0])] |= 1 << LAST_OF_SEVERAL[at].len();
        at += 1;
    }
    bits
}

/// Whether a word may be the last of several: one of the list, or a short number.
fn may_be_last(word: &[u8]) -> bool {
    let Some(first) = word.first().filter(|_| word.len() < 8) else { return false };
    let listed = LENGTHS.get(five(*first)).is_some_and(|lengths| lengths >> word.len() & 1 == 1);
    listed || word.len() <= 2 && word.iter().all(u8::is_ascii_digit)
}

/// What a name of several words announces, of which the last ends at `end`: `API key`, `secret access key`.
pub(super) fn of_words(bytes: &[u8], start: usize, end: usize) -> Option<(usize, Key)> {
    let last = bytes.get(start..end).filter(|last| may_be_last(last))?;
    if start.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b' ') {
        return None;
    }
    let number = last.iter().all(u8::is_ascii_digit);
    if !number && !LAST_OF_SEVERAL.iter().any(|word| last.eq_ignore_ascii_case(word)) {
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
