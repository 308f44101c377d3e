//! One look at one line: every word and every mark that may begin a secret is handed to the recogniser that knows it.
//!
//! Owns the walk over a line, which touches each byte once, and the rule by which findings that overlap are settled.
//! Knows no recogniser's business: only what their secrets begin with.

use super::block::{self, Context};
use super::command;
use super::header;
use super::identity;
use super::key::{self, Key, Sure};
use super::known::Shared;
use super::mark::mask_length;
use super::pair;
use super::phrase;
use super::pseudonym;
use super::sight::{Secret, is_token};
use super::url;
use super::vendor;
use super::{Mode, Patterns};

/// A line without its end, or the part of a long one that is in the window.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) bytes: &'a [u8],
    /// The byte before, when the line's beginning was let go.
    pub(super) prev: Option<u8>,
}

/// What the walk notes for those who look at the line as a whole.
#[derive(Default)]
pub(super) struct Notes {
    /// Names that announce a secret, in order.
    pub(super) keys: Vec<Named>,
    /// A word of a manifest stands in the line.
    pub(super) manifest: bool,
    /// Masks and pseudonyms that stand in the line already.
    masks: Vec<(usize, usize)>,
    /// Commands that were read.
    commands: usize,
    /// Up to here the words of a command were read.
    command_end: usize,
    /// What the next line will be, when a command says so.
    pub(super) answer: Option<&'static str>,
}

#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) key: Key,
}

/// More commands than this in one line are not told apart.
const MOST_COMMANDS: usize = 64;

/// What a byte may begin.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Nothing,
    Name,
    Mark,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Nothing; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => Class::Name,
            b':' | b'$' | b'{' | b'[' | b'*' | b'@' | b'~' => Class::Mark,
            _ => Class::Nothing,
        };
        if byte == 255 {
            return classes;
        }
        byte += 1;
    }
}

fn class(byte: u8) -> Class {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Nothing)
}

/// Finds the secrets of a line, in order and apart. With `mode` *anonymize* identities too.
pub(super) fn line(
    line: Line<'_>,
    context: &mut Context,
    shared: &Shared,
    mode: Mode,
    patterns: &Patterns,
    found: &mut Vec<Secret>,
) {
    let mut notes = Notes::default();
    walk(line, &mut notes, found);
    block::line(line, &mut notes, context, found);
    shared.find(line.bytes, mode == Mode::Anonymize, found);
    patterns.find(line.bytes, found);
    if mode == Mode::Anonymize {
        identity::find(line.bytes, found);
    }
    if !found.is_empty() {
        settle(line.bytes, &notes.masks, mode, patterns, found);
    }
}

fn walk(line: Line<'_>, notes: &mut Notes, found: &mut Vec<Secret>) {
    let bytes = line.bytes;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match class(byte) {
            Class::Nothing => at += 1,
            Class::Name => {
                let mut end = at + 1;
                while bytes.get(end).is_some_and(|byte| class(*byte) == Class::Name) {
                    end += 1;
                }
                word(line, at, end, notes, found);
                at = end;
            }
            Class::Mark => at = mark(bytes, at, byte, notes, found),
        }
    }
}

/// What begins with punctuation; gives where to go on.
fn mark(bytes: &[u8], at: usize, byte: u8, notes: &mut Notes, found: &mut Vec<Secret>) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    match byte {
        b'[' => {
            if let Some(length) = mask_length(rest) {
                notes.masks.push((at, at + length));
                return at + length;
            }
        }
        b':' if rest.starts_with(b"://") => {
            if at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric) {
                url::secrets(bytes, at, found);
            }
            return at + 3;
        }
        b'~' => found.extend(vendor::azure(bytes, at)),
        b'@' => found.extend(url::data_source(bytes, at)),
        b'$' => found.extend(vendor::hash(bytes, at)),
        b'*' => found.extend(vendor::mysql_hash(bytes, at)),
        b'{' => found.extend(vendor::scheme_hash(bytes, at)),
        _ => {}
    }
    at + 1
}

/// What a run of letters, digits and `-_.` may be or announce.
fn word(line: Line<'_>, start: usize, end: usize, notes: &mut Notes, found: &mut Vec<Secret>) {
    let bytes = line.bytes;
    let start = past_escape(bytes, start, end);
    tokens(bytes, start, end, found);
    if end - start >= 36 {
        found.extend(vendor::marked(bytes, start, end));
    }
    let name = bytes.get(start..end).unwrap_or_default();
    if pseudonym::length(name) == Some(name.len()) {
        notes.masks.push((start, end));
        return;
    }
    // The full stop of a sentence is not part of the name.
    let stops = name.iter().rev().take_while(|byte| **byte == b'.').count();
    let end = end - stops;
    let name = name.get(..name.len() - stops).unwrap_or_default();
    let Some(last) = name.last().copied() else { return };
    if command::may_be(name)
        && notes.commands < MOST_COMMANDS
        && let Some(read) = command::secrets(bytes, start, end, start < notes.command_end, found)
    {
        notes.commands += 1;
        notes.command_end = notes.command_end.max(read.end);
        notes.answer = notes.answer.or(read.answer);
    }
    if !last.is_ascii_alphanumeric() {
        return;
    }
    let marks = may_be_word(name);
    notes.manifest |= marks
        && matches!(
            name,
            b"data"
                | b"stringData"
                | b"kind"
                | b"name"
                | b"value"
                | b"variable"
                | b"default"
                | b"result"
                | b"binaryData"
                | b"key"
                | b"Key"
                | b"Value"
                | b"Name"
                | b"NAME"
                | b"VALUE"
                | b"ParameterKey"
                | b"kty"
                | b"full-tokenid"
        );
    if bytes.get(end) == Some(&b'=') {
        found.extend(url::parameter(bytes, start, end));
    }
    let whole = key::of(name);
    // `secret access key` says more than `key`.
    let words = if whole.is_none_or(|key| key.sure == Sure::IfDrawn) { key::of_words(bytes, start, end) } else { None };
    match whole.filter(|_| words.is_none()) {
        // A public key is public.
        Some(key) if key.sure == Sure::IfDrawn && is_public(bytes, start) => {}
        Some(key) => {
            notes.keys.push(Named { start, end, key });
            let before = found.len();
            pair::value(line, start, end, key, found);
            if found.len() == before {
                phrase::value(line, start, end, key, found);
                if marks {
                    phrase::by_itself(line, start, end, found);
                }
            }
        }
        None => {
            if let Some((from, key)) = words {
                notes.keys.push(Named { start: from, end, key });
                let before = found.len();
                pair::value(line, from, end, key, found);
                if found.len() == before {
                    phrase::value(line, from, end, key, found);
                }
            } else {
                if marks {
                    found.extend(header::proxmox(bytes, start));
                    found.extend(header::bearer(bytes, start, end));
                    phrase::by_itself(line, start, end, found);
                }
            }
        }
    }
}

fn is_public(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(7)..start).unwrap_or_default();
    before.eq_ignore_ascii_case(b"public ") || before.ends_with(b"host ")
}

/// The words that mean something in a manifest, a protocol or a sentence by themselves.
#[rustfmt::skip]
const WORDS: &[&[u8]] = &[
    b"data", b"stringData", b"kind", b"name", b"value", b"variable", b"default", b"result", b"binaryData", b"key",
    b"Key", b"Value", b"Name", b"NAME", b"VALUE", b"ParameterKey", b"kty", b"full-tokenid", b"AUTH", b"PASS",
    b"LOGIN", b"IDENTIFIED", b"identified", b"Identified", b"add-mask", b"issecret", b"community", b"user",
    b"proxy-user", b"PASSWORD", b"password", b"PRAGMA", b"pragma", b"ConvertTo-SecureString", b"Bearer", b"bearer", b"db.auth", b"SETUSER", b"setuser",
    b"VALUES", b"values", b"BEARER", b"Basic", b"PVEAPIToken", b"PBSAPIToken", b"PMGAPIToken", b"PDMAPIToken",
];

/// Bits for the first byte and the length of each.
const MARKED: [u32; 128] = marked();

const fn marked() -> [u32; 128] {
    let mut bits = [0; 128];
    let mut at = 0;
    while at < WORDS.len() {
        bits[(WORDS[at][0] & 127) as usize] |= 1 << (WORDS[at].len() & 31);
        at += 1;
    }
    bits
}

fn may_be_word(name: &[u8]) -> bool {
    name.first().is_some_and(|first| {
        MARKED.get(usize::from(first & 127)).is_some_and(|lengths| name.len() < 32 && lengths >> name.len() & 1 == 1)
    })
}

/// Past the letter of `\n` and the like, which belongs to no name; past `u0022` too.
fn past_escape(bytes: &[u8], start: usize, end: usize) -> usize {
    if start.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'\\') {
        return start;
    }
    match bytes.get(start..end).unwrap_or_default() {
        [b'u', b'0', b'0', b'2' | b'7' | b'3', _, _, ..] => start + 5,
        [b'n' | b'r' | b't', _, ..] => start + 1,
        _ => start,
    }
}

/// Tokens of vendors begin where a word begins, or after a mark within it.
fn tokens(bytes: &[u8], start: usize, end: usize, found: &mut Vec<Secret>) {
    let mut at = start;
    // The address of a bot's methods.
    if let [b'b', b'o', b't', b'0'..=b'9', ..] = bytes.get(start..end).unwrap_or_default() {
        at += 3;
    }
    let mut run = 0;
    loop {
        if let Some([first, second, _, ..]) = bytes.get(at..end)
            && vendor::may_begin(*first, *second)
        {
            if at >= run {
                run = at + bytes.get(at..end).unwrap_or_default().iter().take_while(|byte| is_token(**byte)).count();
            }
            if let Some(secret) = vendor::token(bytes, at, run) {
                at = secret.end;
                found.push(secret);
                if at >= end {
                    return;
                }
                continue;
            }
        }
        let rest = bytes.get(at..end).unwrap_or_default();
        // Nothing shorter is a token.
        if rest.len() < 12 {
            return;
        }
        let Some(parted) = rest.iter().position(|byte| matches!(byte, b'-' | b'_' | b'.')) else { return };
        at += parted + 1;
    }
}

/// Puts findings in order; of two that overlap the one that begins first stays, of those the longest. What touches a
/// mask was judged when the mask was made.
fn settle(bytes: &[u8], masks: &[(usize, usize)], mode: Mode, patterns: &Patterns, found: &mut Vec<Secret>) {
    found.retain(|secret| {
        let value = bytes.get(secret.start..secret.end).unwrap_or_default();
        let touches = masks.iter().any(|(start, end)| secret.start < *end && *start < secret.end);
        !value.is_empty()
            && !touches
            && !patterns.allows(value)
            && (mode == Mode::Anonymize || secret.identity.is_none())
    });
    found.sort_by_key(|secret| (secret.start, secret.identity.is_some(), std::cmp::Reverse(secret.end)));
    let mut end = 0;
    // A name must not hide the beginning of a secret that begins within it.
    let secrets: Vec<(usize, usize)> =
        found.iter().filter(|secret| secret.identity.is_none()).map(|secret| (secret.start, secret.end)).collect();
    found.retain(|secret| {
        let clear = secret.start >= end;
        let hides = secret.identity.is_some() && {
            let first = secrets.partition_point(|(_, other)| *other <= secret.start);
            secrets.get(first).is_some_and(|(other, _)| *other < secret.end)
        };
        let stays = clear && !hides;
        if stays {
            end = secret.end;
        }
        stays
    });
}
