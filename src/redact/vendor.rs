//! Tokens that tell by their form whose they are.
//!
//! Owns how a token is matched against the table (`vendors`), and the forms no prefix describes: JWT, bot tokens,
//! password hashes. Decides by the token alone, never by what stands around it.

use super::base64;
use super::shape::{is_drawn, is_uuid};

use super::sight::{Ending, Secret, is_token};
use super::vendors::{Alphabet, Proof, VENDORS};

/// How much of a token is read to tell whether it is one; what follows then belongs to it without a look.
const LOOK: usize = 64;

/// The first of the table's rows for each first byte, and one past the last; the table is in the order of prefixes.
const ROWS: [(u16, u16); 128] = rows();

const fn rows() -> [(u16, u16); 128] {
    let mut rows = [(0, 0); 128];
    let mut at = 0;
    while at < VENDORS.len() {
        let first = VENDORS[at].prefix[0] as usize;
        if rows[first].1 == 0 {
            rows[first].0 = at as u16;
        }
        rows[first].1 = at as u16 + 1;
        at += 1;
    }
    rows
}

/// Bits for the first two bytes of every token: most words of a text are refused here.
const STARTS: [u64; 256] = starts();

const fn starts() -> [u64; 256] {
    let mut bits = [0; 256];
    let mut at = 0;
    while at < VENDORS.len() {
        bits = with_start(bits, VENDORS[at].prefix[0], VENDORS[at].prefix[1]);
        at += 1;
    }
    bits = with_start(bits, b'e', b'y');
    // Numbers that stand before a bot's token, and base64 of numbers.
    let mut second = 0;
    while second < 128 {
        let mut first = b'0';
        while first <= b'9' {
            if second >= b'0' && second <= b'9' {
                bits = with_start(bits, first, second);
            }
            first += 1;
        }
        if second >= b'A' {
            bits = with_start(bits, b'M', second);
            bits = with_start(bits, b'N', second);
            bits = with_start(bits, b'O', second);
        }
        second += 1;
    }
    bits = with_start(bits, b'A', b'Q');
    bits = with_start(bits, b'a', b'p');
    bits = with_start(bits, b's', b'd');
    bits = with_start(bits, b'm', b'o');
    bits = with_start(bits, b'p', b'a');
    bits = with_start(bits, b'P', b'V');
    bits = with_start(bits, b'P', b'B');
    with_start(bits, b'P', b'M')
}

const fn with_start(mut bits: [u64; 256], first: u8, second: u8) -> [u64; 256] {
    let index = (first as usize & 127) << 7 | second as usize & 127;
    bits[index / 64] |= 1 << (index % 64);
    bits
}

/// Whether a token may begin with these two bytes.
pub(super) fn may_begin(first: u8, second: u8) -> bool {
    let index = usize::from(first & 127) << 7 | usize::from(second & 127);
    STARTS.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
}

/// The token that begins at `at`. `run` is the end of the run of token bytes that `at` lies in, known to the caller so
/// that a long run is measured once.
pub(super) fn token(bytes: &[u8], at: usize, run: usize) -> Option<Secret> {
    let rest = bytes.get(at..)?;
    let first = *rest.first()?;
    if first.is_ascii_digit() && !matches!(run.saturating_sub(at), 1 | 8..=10) {
        return None;
    }
    let (from, to) = ROWS.get(usize::from(first)).copied().unwrap_or((0, 0));
    let rows = VENDORS.get(usize::from(from)..usize::from(to)).unwrap_or_default();
    for vendor in rows {
        let Some(tail) = rest.strip_prefix(vendor.prefix) else { continue };
        let length = tail.iter().take(LOOK.max(vendor.least)).take_while(|byte| vendor.alphabet.holds(**byte)).count();
        let seen = tail.get(..length).unwrap_or_default();
        let ends = !tail.get(vendor.least).is_some_and(|byte| vendor.alphabet.holds(*byte));
        let whole = length >= vendor.least
            && match vendor.proof {
                Proof::Length => !is_words(seen),
                Proof::Exactly => ends && !tail.get(vendor.least).is_some_and(u8::is_ascii_alphanumeric),
                Proof::Drawn => (ends || vendor.prefix.len() > 3) && is_drawn(seen, 1),
                Proof::Dense => is_dense(seen),
            };
        if !whole {
            continue;
        }
        // The rest of the run goes too: a token cut by an unknown suffix is still a token.
        let end = match vendor.proof {
            Proof::Exactly => at + vendor.prefix.len() + vendor.least,
            _ => {
                let whole = tail.iter().take_while(|byte| vendor.alphabet.holds(**byte)).count();
                Ending::Token.find(bytes, at + vendor.prefix.len()).max(run).max(at + vendor.prefix.len() + whole)
            }
        };
        let end = at + without_stop(bytes.get(at..end)?);
        let end = end
            + bytes
                .get(end..)?
                .iter()
                .take(2)
                .take_while(|byte| **byte == b'=' && vendor.proof != Proof::Exactly)
                .count();
        return Some(Secret::new(at, end, vendor.kind, Ending::Token));
    }
    match first {
        b'A' if rest.starts_with(b"AQ") => ceph(bytes, at),
        b'a' | b's' | b'm' => launch_darkly(bytes, at),
        b'P' => proxmox(bytes, at),
        b'p' => airtable(bytes, at),
        b'e' => jwt(bytes, at, run),
        b'0'..=b'9' => telegram(bytes, at, run),
        b'M' | b'N' | b'O' => discord(bytes, at, run),
        _ => None,
    }
}

impl Alphabet {
    fn holds(self, byte: u8) -> bool {
        match self {
            Alphabet::Letters => byte.is_ascii_alphanumeric(),
            Alphabet::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Alphabet::Words => byte.is_ascii_alphanumeric() || byte == b'_',
            Alphabet::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Alphabet::Token => is_token(byte),
            Alphabet::Dotted => is_token(byte) || b".=".contains(&byte),
            Alphabet::Hash => byte.is_ascii_alphanumeric() || b"+/=$:.,_-".contains(&byte),
            Alphabet::Base64 => byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte),
        }
    }
}

/// Nothing but words, as in `npm_config_user_agent` or `glpat-your-token-goes-here`.
fn is_words(seen: &[u8]) -> bool {
    !seen.iter().any(u8::is_ascii_digit)
        && (seen.iter().all(|byte| byte.is_ascii_lowercase() || b"_-.".contains(byte))
            && seen.iter().any(|byte| b"_-".contains(byte))
            || seen.iter().all(|byte| byte.is_ascii_uppercase() || b"_-.".contains(byte))
                && seen.iter().any(|byte| b"_-".contains(byte))
            || seen.iter().all(|byte| matches!(byte, b'x' | b'X' | b'_' | b'-' | b'.')))
        || seen.len() > 8 && seen.iter().all(|byte| Some(byte) == seen.first())
}

fn is_dense(token: &[u8]) -> bool {
    let digit = token.iter().any(u8::is_ascii_digit);
    let both = token.iter().any(u8::is_ascii_uppercase) && token.iter().any(u8::is_ascii_lowercase);
    let solid = token.split(|byte| !byte.is_ascii_alphanumeric()).any(|part| is_drawn(part, 18));
    solid || (digit && both && token.len() >= 32)
}

/// Header and payload of a JWT both begin with `{"`, which is `eyJ` in base64; the signature may be missing.
fn jwt(bytes: &[u8], at: usize, run: usize) -> Option<Secret> {
    const SEGMENT: usize = 10;
    let head = bytes.get(at..run)?;
    if !head.starts_with(b"eyJ") || head.len() < SEGMENT {
        return None;
    }
    let rest = bytes.get(run..)?;
    let signed = rest
        .strip_prefix(b".eyJ")
        .is_some_and(|payload| payload.iter().take(SEGMENT).take_while(|byte| is_token(**byte)).count() + 3 >= SEGMENT);
    // An encrypted one has five parts, the second of which may be empty.
    let parts = || {
        let end = Ending::Token.find(bytes, at);
        bytes.get(at..end.min(at + 4096)).unwrap_or_default().iter().filter(|byte| **byte == b'.').count()
    };
    if !signed {
        let keyed = base64::decode(head.get(..head.len().min(120))?);
        let grafana = keyed.starts_with(b"{\"k\":\"") || keyed.windows(9).any(|part| part == b"\"account\"");
        if !(rest.starts_with(b".") && parts() == 4 || grafana) {
            return None;
        }
    }
    let end = at + without_stop(bytes.get(at..Ending::Token.find(bytes, at))?);
    Some(Secret::new(at, end, "jwt", Ending::Token))
}

/// `123456789:AA…` of a Telegram bot; in the address of its methods `bot` stands before.
fn telegram(bytes: &[u8], at: usize, run: usize) -> Option<Secret> {
    let id = bytes.get(at..run)?;
    let digits = (8..=10).contains(&id.len()) && id.iter().all(u8::is_ascii_digit);
    let secret = bytes.get(run..)?.strip_prefix(b":")?;
    let length = secret.iter().take(60).take_while(|byte| is_token(**byte)).count();
    (digits && (34..=36).contains(&length) && secret.starts_with(b"A"))
        .then(|| Secret::new(at, run + 1 + length, "telegram-token", Ending::Token))
}

/// A key of Ceph: forty letters of base64 that begin with a type and end in two marks.
fn ceph(bytes: &[u8], at: usize) -> Option<Secret> {
    let key = bytes.get(at..at + 40)?;
    let whole =
        key.ends_with(b"==") && key.iter().take(38).all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte));
    let ends = !bytes.get(at + 40).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'=');
    (whole && ends).then(|| Secret::new(at, at + 40, "ceph-key", Ending::Word))
}

/// `api-`, `sdk-` or `mob-` and a UUID.
fn launch_darkly(bytes: &[u8], at: usize) -> Option<Secret> {
    let word = bytes.get(at..at + 40)?;
    let named = [&b"api-"[..], b"sdk-", b"mob-"].iter().any(|prefix| word.starts_with(prefix));
    let ends = !bytes.get(at + 40).is_some_and(|byte| is_token(*byte));
    (named && ends && is_uuid(word.get(4..)?)).then(|| Secret::new(at, at + 40, "launchdarkly-key", Ending::Token))
}

/// `pat`, fourteen letters, a dot and a digest.
fn airtable(bytes: &[u8], at: usize) -> Option<Secret> {
    let word = bytes.get(at..at + 82)?;
    let (id, digest) = word.strip_prefix(b"pat")?.split_at_checked(14)?;
    let fits = id.iter().all(u8::is_ascii_alphanumeric)
        && digest.starts_with(b".")
        && digest.iter().skip(1).all(u8::is_ascii_hexdigit);
    (fits && !bytes.get(at + 82).is_some_and(|byte| is_token(*byte)))
        .then(|| Secret::new(at, at + 82, "airtable-token", Ending::Token))
}

/// The word `start..end` when a mark within it tells whose it is.
pub(super) fn marked(bytes: &[u8], start: usize, end: usize) -> Option<Secret> {
    let word = bytes.get(start..end).filter(|word| (36..256).contains(&word.len()))?;
    let terraform = word.windows(9).any(|part| part == b".atlasv1.");
    let tail = word.len() - 4..word.len();
    let digest = word.get(..32).is_some_and(|digest| digest.iter().all(|byte| byte.is_ascii_hexdigit()));
    let mailchimp = word.len() < 38
        && digest
        && word.get(32..35) == Some(b"-us")
        && word.get(35..).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit));
    let devops = word.len() == 84
        && word.get(76..80) == Some(b"AZDO")
        && word.get(tail).is_some_and(|tail| tail.iter().all(u8::is_ascii_alphanumeric));
    let kind = match (terraform, mailchimp, devops) {
        (true, _, _) => "terraform-token",
        (_, true, _) => "mailchimp-key",
        (_, _, true) => "azure-token",
        _ => return None,
    };
    Some(Secret::new(start, end, kind, Ending::Token))
}

/// `abc8Q~…`, the secret of an application of Azure, whose `~` stands at `at`.
pub(super) fn azure(bytes: &[u8], at: usize) -> Option<Secret> {
    let start = at.checked_sub(5)?;
    let [a, b, c, digit, b'Q'] = bytes.get(start..at)? else { return None };
    let head =
        [a, b, c].iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.~-".contains(byte)) && digit.is_ascii_digit();
    let begins = !start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric);
    let tail = bytes
        .get(at + 1..)?
        .iter()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.~-".contains(byte))
        .count();
    (head && begins && (28..=40).contains(&tail))
        .then(|| Secret::new(start, at + 1 + tail, "azure-secret", Ending::Word))
}

/// `PVE:user@realm:time::signature`, a ticket of Proxmox.
fn proxmox(bytes: &[u8], at: usize) -> Option<Secret> {
    let rest = bytes.get(at..bytes.len().min(at + 96))?;
    let named = [&b"PVE:"[..], b"PBS:", b"PMG:"].iter().any(|prefix| rest.starts_with(prefix));
    let signed = named && rest.windows(2).any(|two| two == b"::") && rest.contains(&b'@');
    signed.then(|| Secret::new(at, Ending::Word.find(bytes, at), "proxmox-ticket", Ending::Word))
}

/// `1//0…`, a refresh token of Google.
pub(super) fn google_refresh(bytes: &[u8], at: usize) -> Option<Secret> {
    let rest = bytes.get(at..)?.strip_prefix(b"1//0")?;
    let length = rest.iter().take(256).take_while(|byte| is_token(**byte)).count();
    (length >= 30).then(|| Secret::new(at, at + 4 + length, "google-token", Ending::Token))
}

/// Three parts, the first of which is a number in base64.
fn discord(bytes: &[u8], at: usize, run: usize) -> Option<Secret> {
    let end = Ending::Token.find(bytes, at);
    let text = bytes.get(at..end.min(at + 100))?;
    let mut parts = text.split(|byte| *byte == b'.');
    let (id, time, code) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = run == at + id.len()
        && (23..=28).contains(&id.len())
        && (6..=7).contains(&time.len())
        && (27..=45).contains(&code.len());
    (fits && parts.next().is_none() && is_drawn(code, 20)).then(|| Secret::new(at, end, "discord-token", Ending::Token))
}

/// A password hash of crypt(3) and its kin, which begins with `$` at `at`.
pub(super) fn hash(bytes: &[u8], at: usize) -> Option<Secret> {
    const SCHEMES: [&[u8]; 15] = [
        b"$1$",
        b"$5$",
        b"$6$",
        b"$y$",
        b"$7$",
        b"$2a$",
        b"$2b$",
        b"$2y$",
        b"$argon2",
        b"$apr1$",
        b"$gy$",
        b"$scrypt$",
        b"$pbkdf2",
        b"$S$",
        b"$A$",
    ];
    let rest = bytes.get(at..bytes.len().min(at + 512))?;
    let scheme = SCHEMES.iter().find(|scheme| rest.starts_with(scheme))?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"./$=,+-".contains(byte)).count();
    (length >= scheme.len() + 20).then(|| Secret::new(at, at + length, "password-hash", Ending::Word))
}

/// `*` and the forty hexadecimal digits of MySQL's native password hash.
pub(super) fn mysql_hash(bytes: &[u8], at: usize) -> Option<Secret> {
    let digits = bytes.get(at + 1..bytes.len().min(at + 42))?;
    let length = digits.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')).count();
    (length == 40).then(|| Secret::new(at, at + 41, "password-hash", Ending::Word))
}

/// A password hash with its scheme in braces, `{SSHA}…`, or in words.
pub(super) fn scheme_hash(bytes: &[u8], at: usize) -> Option<Secret> {
    const SCHEMES: [&[u8]; 7] = [b"{SSHA}", b"{SHA}", b"{MD5}", b"{SMD5}", b"{SSHA512}", b"{SSHA256}", b"{CRYPT}"];
    let rest = bytes.get(at..bytes.len().min(at + 256))?;
    let scheme = SCHEMES.iter().find(|scheme| rest.starts_with(scheme))?;
    let body = rest.get(scheme.len()..)?;
    let length = body.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=$.".contains(byte)).count();
    (length >= 16).then(|| Secret::new(at, at + scheme.len() + length, "password-hash", Ending::Word))
}

/// The length without the full stop of a sentence.
fn without_stop(text: &[u8]) -> usize {
    text.len() - text.iter().rev().take_while(|byte| **byte == b'.').count()
}
