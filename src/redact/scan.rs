//! One look at one line: every word and every mark that may begin a secret is handed to the recogniser that knows it.
//!
//! Owns the walk over a line, which touches each byte once, and the rule by which findings that overlap are settled.
//! Knows no recogniser's business: only what their secrets begin with.

use std::sync::Arc;

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
use super::sight::{ESCAPE, Secret, is_token, past_colours, past_parameters};
use super::tools::Tools;
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
    /// Where a word ends that says `codes`.
    pub(super) codes: Option<usize>,
    /// The program that was read last.
    program: Option<(usize, usize)>,
    /// Up to here the words of a command were read.
    command_end: usize,
    /// What the next line will be, when a command says so.
    pub(super) answer: Option<&'static str>,
}

impl Notes {
    /// Forgets the last line, but not the room that was made for it.
    fn clear(&mut self) {
        let (mut keys, mut masks) = (std::mem::take(&mut self.keys), std::mem::take(&mut self.masks));
        keys.clear();
        masks.clear();
        *self = Self { keys, masks, ..Self::default() };
    }
}

#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) key: Key,
}

/// More commands than this in one line are not told apart.
const MOST_COMMANDS: usize = 64;

/// What a byte is; those of a word are put together.
mod class {
    pub(super) const LETTER: u8 = 1;
    pub(super) const DIGIT: u8 = 2;
    pub(super) const LINE: u8 = 4;
    /// `-` and `.`
    pub(super) const PART: u8 = 8;
    pub(super) const NAME: u8 = LETTER | DIGIT | LINE | PART;
    /// May begin a secret without a name.
    pub(super) const MARK: u8 = 16;
}

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => class::LETTER,
            b'0'..=b'9' => class::DIGIT,
            b'_' => class::LINE,
            b'-' | b'.' => class::PART,
            b':' | b'$' | b'{' | b'[' | b'*' | b'@' | b'~' | ESCAPE => class::MARK,
            _ => 0,
        };
        if byte == 255 {
            return classes;
        }
        byte += 1;
    }
}

fn class_of(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// What is looked for beside what the recognisers know by themselves.
#[derive(Clone)]
pub(super) struct Aim {
    pub(super) shared: Shared,
    pub(super) mode: Mode,
    pub(super) patterns: Arc<Patterns>,
    pub(super) tools: Arc<Tools>,
}

/// Finds the secrets of a line, in order and apart; identities too where they are wanted.
pub(super) fn line(line: Line<'_>, context: &mut Context, aim: &Aim, notes: &mut Notes, found: &mut Vec<Secret>) {
    notes.clear();
    walk(line, &aim.tools, notes, found);
    block::line(line, notes, context, found);
    aim.shared.find(line.bytes, aim.mode == Mode::Anonymize, found);
    aim.patterns.find(line.bytes, found);
    if aim.mode == Mode::Anonymize {
        identity::find(line.bytes, found);
    }
    if !found.is_empty() {
        settle(line.bytes, &notes.masks, aim, found);
    }
}

fn walk(line: Line<'_>, tools: &Tools, notes: &mut Notes, found: &mut Vec<Secret>) {
    let bytes = line.bytes;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let mut seen = class_of(byte);
        if seen & class::NAME != 0 {
            let start = at;
            at += 1;
            while let Some(byte) = bytes.get(at) {
                let class = class_of(*byte);
                if class & class::NAME == 0 {
                    break;
                }
                seen |= class;
                at += 1;
            }
            word(line, (start, at), seen, tools, notes, found);
        } else if seen == class::MARK {
            at = mark(bytes, at, byte, notes, found);
        } else {
            at += 1;
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
            let before = bytes.get(at.saturating_sub(5)..at).unwrap_or_default();
            if [&b"u001b"[..], b"u001B", b"\\x1b", b"\\x1B", b"\\033", b"\\e"]
                .iter()
                .any(|escape| before.ends_with(escape))
            {
                return past_parameters(bytes, at + 1).unwrap_or(at + 1);
            }
        }
        b':' if rest.starts_with(b"://") => {
            if at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric) {
                url::secrets(bytes, at, found);
            }
            return at + 3;
        }
        // Colours part words.
        ESCAPE => return past_colours(bytes, at).max(at + 1),
        b'~' => found.extend(vendor::azure(bytes, at)),
        b'@' => found.extend(url::data_source(bytes, at)),
        b'$' => found.extend(vendor::hash(bytes, at)),
        b'*' => found.extend(vendor::mysql_hash(bytes, at)),
        b'{' => found.extend(vendor::scheme_hash(bytes, at)),
        _ => {}
    }
    at + 1
}

/// What a run of letters, digits and `-_.` may be or announce; `seen` says what bytes it has.
fn word(
    line: Line<'_>,
    (start, end): (usize, usize),
    seen: u8,
    tools: &Tools,
    notes: &mut Notes,
    found: &mut Vec<Secret>,
) {
    let bytes = line.bytes;
    let before = start.checked_sub(1).and_then(|before| bytes.get(before)).copied();
    let start = if before == Some(b'\\') { past_escape(bytes, start, end) } else { start };
    let name = bytes.get(start..end).unwrap_or_default();
    if name == b"1" && bytes.get(end..).is_some_and(|rest| rest.starts_with(b"//0")) {
        found.extend(vendor::google_refresh(bytes, start));
    }
    if may_hold_token(name, seen) {
        tokens(bytes, start, end, found);
        if name.len() >= 36 {
            found.extend(vendor::marked(bytes, start, end));
        }
    }
    if seen & class::LINE != 0 && pseudonym::length(name) == Some(name.len()) {
        notes.masks.push((start, end));
        return;
    }
    // The full stop of a sentence is not part of the name.
    let stops = match name.last() {
        Some(b'.') => name.iter().rev().take_while(|byte| **byte == b'.').count(),
        _ => 0,
    };
    let end = end - stops;
    let name = name.get(..name.len() - stops).unwrap_or_default();
    let Some(last) = name.last().copied() else { return };
    // Within its own words a program was read already.
    let again = |(from, to): (usize, usize)| start < notes.command_end && bytes.get(from..to) == Some(name);
    if tools.may_hold(name)
        && notes.commands < MOST_COMMANDS
        && !notes.program.is_some_and(again)
        && let Some(read) = command::secrets(bytes, (start, end), tools, start < notes.command_end, found)
    {
        notes.commands += 1;
        notes.command_end = notes.command_end.max(read.end);
        notes.program = Some((start, end));
        notes.answer = notes.answer.or(read.answer);
    }
    if !last.is_ascii_alphanumeric() {
        return;
    }
    if bytes.get(end) == Some(&b'=') && matches!(before, Some(b'?' | b'&' | b';')) {
        found.extend(url::parameter(bytes, start, end));
    }
    // A number alone announces nothing, save as the last of two words.
    if seen & !class::DIGIT == 0 && (name.len() > 2 || before != Some(b' ')) {
        return;
    }
    if matches!(last, b's' | b'S')
        && name
            .len()
            .checked_sub(5)
            .and_then(|from| name.get(from..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(b"codes"))
    {
        notes.codes = Some(end);
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
                | b"RSAKeyValue"
                | b"full-tokenid"
        );
    let whole = if key::may_announce(name) { key::of(name) } else { None };
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

/// Whether a token of a vendor may stand within a word.
fn may_hold_token(name: &[u8], seen: u8) -> bool {
    let begins = matches!(name, [first, second, _, ..] if vendor::may_begin(*first, *second));
    let goes_on = name.len() >= 12 && seen & (class::LINE | class::PART) != 0;
    begins || goes_on || name.len() >= 36 || name.starts_with(b"bot")
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
    b"set-output", b"set-env", b"save-state", b"RSAKeyValue", b"stats", b"rocommunity",
    b"rwcommunity", b"createUser", b"tacacs-server", b"radius-server", b"EAP", b"XAUTH",
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

/// How little a kind says.
fn vagueness(kind: &str) -> u8 {
    match kind {
        "secret" => 2,
        "password" => 1,
        _ => 0,
    }
}

/// Puts findings in order; of two that overlap the one that begins first stays, of those the longest. What touches a
/// mask was judged when the mask was made.
fn settle(bytes: &[u8], masks: &[(usize, usize)], aim: &Aim, found: &mut Vec<Secret>) {
    found.retain(|secret| {
        let value = bytes.get(secret.start..secret.end).unwrap_or_default();
        let touches = masks.iter().any(|(start, end)| secret.start < *end && *start < secret.end);
        !value.is_empty()
            && !touches
            && !aim.patterns.allows(value)
            && (aim.mode == Mode::Anonymize || secret.identity.is_none())
    });
    if found.len() < 2 {
        return;
    }
    // Of two names for one secret the one that says more stays.
    found.sort_by_key(|secret| {
        (secret.start, secret.identity.is_some(), std::cmp::Reverse(secret.end), vagueness(secret.kind))
    });
    let mut end = 0;
    // A name must not hide the beginning of a secret that begins within it.
    let names = found.iter().any(|secret| secret.identity.is_some());
    let secrets: Vec<(usize, usize)> = found
        .iter()
        .filter(|secret| names && secret.identity.is_none())
        .map(|secret| (secret.start, secret.end))
        .collect();
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
