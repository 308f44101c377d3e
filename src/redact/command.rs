//! Secrets among the words of a command line, by the table of programs (`tools`).
//!
//! Owns how the table's items are read.

use super::base64;
use super::header;
use super::innocent::{is_reference, is_word_of_usage};
use super::key::{self, Sure};
use super::mark::has_mask;
use super::phrase::is_odd;
use super::shape;
use super::shape::is_path;
use super::sight::{Ending, Secret};
use super::tools::{ANSWERS, SINKS, TOOLS};
use super::words::{Word, text, unquoted, words};

/// A command that was read.
pub(super) struct Read {
    pub(super) end: usize,
    /// What its output is, when that is a secret.
    pub(super) answer: Option<&'static str>,
}

/// Bits for the first two bytes of every program.
const STARTS: [u64; 256] = starts();

const fn starts() -> [u64; 256] {
    let mut bits = [0; 256];
    bits = with_starts(bits, TOOLS);
    bits = with_starts(bits, ANSWERS);
    with_starts(bits, &[("printf", "")])
}

const fn with_starts(mut bits: [u64; 256], tools: &[(&str, &str)]) -> [u64; 256] {
    let mut at = 0;
    while at < tools.len() {
        let name = tools[at].0.as_bytes();
        let index = (name[0] as usize & 127) << 7 | name[1] as usize & 127;
        bits[index / 64] |= 1 << (index % 64);
        at += 1;
    }
    bits
}

/// For each first byte the lengths that programs' names have.
const LENGTHS: [u32; 128] = lengths();

const fn lengths() -> [u32; 128] {
    let mut bits = [0; 128];
    bits = with_lengths(bits, TOOLS);
    bits = with_lengths(bits, ANSWERS);
    with_lengths(bits, &[("printf", "")])
}

const fn with_lengths(mut bits: [u32; 128], tools: &[(&str, &str)]) -> [u32; 128] {
    let mut at = 0;
    while at < tools.len() {
        let name = tools[at].0.as_bytes();
        // With `.exe` too.
        bits[(name[0] & 127) as usize] |= 1 << (name.len() & 31) | 1 << ((name.len() + 4) & 31);
        at += 1;
    }
    bits
}

/// Whether a word may be a program's name, by its first two bytes and its length.
pub(super) fn may_be(name: &[u8]) -> bool {
    let [first, second, ..] = name else { return false };
    let index = usize::from(first & 127) << 7 | usize::from(second & 127);
    let long =
        LENGTHS.get(usize::from(first & 127)).is_some_and(|lengths| name.len() < 32 && lengths >> name.len() & 1 == 1);
    long && STARTS.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
}

/// Reads the command whose program stands in `start..end`, if it is one of the table's.
pub(super) fn secrets(bytes: &[u8], start: usize, end: usize, nested: bool, found: &mut Vec<Secret>) -> Option<Read> {
    let name = std::str::from_utf8(bytes.get(start..end)?).ok()?;
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    let stands =
        before.is_none_or(|before| before.is_ascii_whitespace() || b"/\"'`(|;&[\\".contains(before) || *before >= 0x80);
    let after = bytes.get(end)?;
    if !stands || !(after.is_ascii_whitespace() || b"\"'".contains(after)) {
        return None;
    }
    let first = TOOLS.partition_point(|(tool, _)| *tool < name);
    let tool = TOOLS.get(first).filter(|(tool, _)| *tool == name).map(|(_, items)| *items);
    let prints = ANSWERS.iter().any(|(tool, _)| *tool == name);
    let says = matches!(name, "echo" | "printf");
    if tool.is_none() && !prints && !says {
        return None;
    }
    let (words, segment) = words(bytes, end);
    if says {
        said(bytes, &words, segment, found);
    }
    for item in tool.unwrap_or_default().split(' ').filter(|item| !item.is_empty()) {
        apply(bytes, &words, item, found);
    }
    // `mysql` within `docker exec … mysql` has no output of its own.
    let answer = (!nested || name == "kubectl").then(|| answer(bytes, name, &words, segment)).flatten();
    Some(Read { end: segment, answer })
}

fn is_option(text: &[u8]) -> bool {
    text.len() > 1 && text.starts_with(b"-") || text.len() > 2 && text.starts_with(b"/") && text.contains(&b':')
}

/// Adds a secret, unless the word only points to one.
fn hide(bytes: &[u8], word: Word, kind: &'static str, found: &mut Vec<Secret>) -> bool {
    let word = unquoted(bytes, word);
    let value = text(bytes, word);
    let usage = is_word_of_usage(value) && value.len() < 9;
    let hidden = !value.is_empty()
        && !has_mask(bytes.get(word.start..(word.end + 12).min(bytes.len())).unwrap_or(value))
        && !is_reference(value)
        && !usage
        && !value.starts_with(b"-")
        && !value.starts_with(b"\\\\")
        && !(value.starts_with(b"file:") || value.starts_with(b"env:") || value.starts_with(b"@"));
    if hidden {
        found.push(Secret::new(word.start, word.end, kind, Ending::Argument));
    }
    hidden
}

fn apply(bytes: &[u8], words: &[Word], item: &str, found: &mut Vec<Secret>) {
    if let Some(beginning) = item.strip_prefix('^') {
        let (beginning, long) = beginning.strip_suffix('+').map_or((beginning, false), |beginning| (beginning, true));
        for (place, word) in words.iter().enumerate() {
            if text(bytes, *word).starts_with(beginning.as_bytes()) {
                let end = if long { end_of_phrase(bytes, words, place) } else { word.end };
                hide(bytes, Word { start: word.start + beginning.len(), end }, "password", found);
            }
        }
        return;
    }
    if item == "!/@" {
        oracle(bytes, words, found);
        return;
    }
    let parts: Vec<&str> = item.split('/').collect();
    let Some((last, scope)) = parts.split_last() else { return };
    let scope_words = scope.iter().copied().filter(|part| *part != "_");
    let mut rest = words;
    for part in scope_words {
        let cluster = part.len() == 2 && part.starts_with('-');
        let holds = |word: &&Word| {
            let text = text(bytes, **word);
            let beginning = part.strip_prefix('~').is_some_and(|part| text.starts_with(part.as_bytes()));
            text == part.as_bytes() || beginning || cluster && is_cluster(text, part.as_bytes().get(1).copied())
        };
        let Some(place) = rest.iter().position(|word| holds(&word)) else { return };
        rest = rest.get(place + 1..).unwrap_or_default();
    }
    if last.starts_with('-') {
        option(bytes, words, last, found);
        return;
    }
    let free: Vec<(usize, Word)> =
        rest.iter().copied().enumerate().filter(|(_, word)| !is_option(text(bytes, *word))).collect();
    if *last == "!last" {
        if let Some((_, word)) = free.last().filter(|_| free.len() >= 2) {
            hide(bytes, *word, "password", found);
        }
        return;
    }
    let skipped = scope.iter().rev().take_while(|part| **part == "_").count();
    if let Some((place, word)) = free.get(skipped) {
        let value = text(bytes, *word);
        let end = if last.ends_with('+') { end_of_phrase(bytes, rest, *place) } else { word.end };
        if !value.contains(&b'=') || value.ends_with(b"=") || skipped > 0 {
            hide(bytes, Word { start: word.start, end }, "password", found);
        }
    }
}

/// The end of the words up to the next option.
fn end_of_phrase(bytes: &[u8], words: &[Word], from: usize) -> usize {
    let rest = words.get(from..).unwrap_or_default();
    let first = rest.first().map_or(0, |word| word.end);
    rest.iter().skip(1).take_while(|word| !text(bytes, **word).starts_with(b"-")).last().map_or(first, |word| word.end)
}

fn is_cluster(text: &[u8], letter: Option<u8>) -> bool {
    let letters = text.strip_prefix(b"-").unwrap_or_default();
    (1..=6).contains(&letters.len())
        && letters.iter().all(u8::is_ascii_alphabetic)
        && letter.is_some_and(|letter| letters.contains(&letter))
}

/// The values of one option.
fn option(bytes: &[u8], words: &[Word], item: &str, found: &mut Vec<Secret>) {
    let (name, form) = match item.as_bytes() {
        [name @ .., form @ (b'*' | b':' | b'%' | b',' | b'=' | b';')] => (name, Some(*form)),
        name => (name, None),
    };
    let short = name.len() == 2;
    for (place, word) in words.iter().enumerate() {
        let said = text(bytes, *word);
        let next = words.get(place + 1).copied();
        let attached = said.strip_prefix(name).filter(|rest| !rest.is_empty());
        let cut = |from: usize| unquoted(bytes, Word { start: word.start + from, end: word.end });
        match form {
            Some(b'*') => {
                let plain = attached.is_some_and(|rest| !rest.starts_with(b"-") && !is_flag(said));
                if plain {
                    hide(bytes, cut(name.len()), "password", found);
                }
            }
            None => {
                if said == name {
                    if let Some(next) = next {
                        hide(bytes, next, "password", found);
                    }
                } else if attached.is_some_and(|rest| rest.starts_with(b"=")) {
                    hide(bytes, cut(name.len() + 1), "password", found);
                }
            }
            Some(separator) => {
                let ends = said == name
                    || short
                        && separator == b':'
                        && said.ends_with(&name[1..])
                        && is_cluster(said, name.get(1).copied());
                let value = if ends {
                    next
                } else {
                    attached.and_then(|rest| {
                        let equals = usize::from(rest.starts_with(b"="));
                        (equals == 1 || short).then(|| cut(name.len() + equals))
                    })
                };
                if let Some(value) = value {
                    login(bytes, value, separator, found);
                }
            }
        }
    }
}

/// `-p80` is a port, `-pretty` a flag.
fn is_flag(text: &[u8]) -> bool {
    [&b"-port"[..], b"-protocol", b"-print", b"-prompt", b"-pager", b"-plugin"]
        .iter()
        .any(|flag| text.starts_with(flag))
}

/// What follows the separator in a word.
fn login(bytes: &[u8], word: Word, separator: u8, found: &mut Vec<Secret>) {
    let word = unquoted(bytes, word);
    let value = text(bytes, word);
    if separator == b';' {
        if value.contains(&b'=') {
            header::cookies(bytes, word.start, word.start, found);
        }
        return;
    }
    let Some(at) = value.iter().position(|byte| *byte == separator) else { return };
    let secret = Word { start: word.start + at + 1, end: word.end };
    if separator == b'=' {
        let open: [&[u8]; 11] = [
            b"username",
            b"user",
            b"host",
            b"hostname",
            b"port",
            b"database",
            b"dbname",
            b"name",
            b"region",
            b"email",
            b"endpoint",
        ];
        let name = value.get(..at).unwrap_or_default();
        if open.iter().any(|open| name.eq_ignore_ascii_case(open)) {
            return;
        }
    }
    // `-u 1000:1000` is a user and a group, `C:\\…` a path.
    let digits = value.iter().all(|byte| byte.is_ascii_digit() || *byte == b':');
    if !(digits || at == 1 && is_path(value)) {
        hide(bytes, secret, "password", found);
    }
}

/// `user/password@service`.
fn oracle(bytes: &[u8], words: &[Word], found: &mut Vec<Secret>) {
    for word in words {
        let value = text(bytes, *word);
        if is_option(value) || value.starts_with(b"@") || value.starts_with(b"/") {
            continue;
        }
        let Some(slash) = value.iter().position(|byte| *byte == b'/') else { continue };
        let end = value.iter().rposition(|byte| *byte == b'@').filter(|at| *at > slash).unwrap_or(value.len());
        if value.get(..slash).is_some_and(|user| !user.contains(&b'=') && !user.contains(&b'.')) {
            hide(bytes, Word { start: word.start + slash + 1, end: word.start + end }, "password", found);
        }
        return;
    }
}

/// What `echo` prints into a program that reads a secret.
fn said(bytes: &[u8], words: &[Word], segment: usize, found: &mut Vec<Secret>) {
    let rest = bytes.get(segment..bytes.len().min(segment + 256)).unwrap_or_default();
    if !rest.starts_with(b"|") {
        return;
    }
    let Some(sink) = SINKS.iter().find(|sink| rest.windows(sink.len()).any(|part| part == sink.as_bytes())) else {
        return;
    };
    let mut free = words.iter().filter(|word| {
        let text = text(bytes, **word);
        !is_option(text) && !matches!(text, b"%s" | b"%s\\n")
    });
    let Some(word) = free.next() else { return };
    let end = free.next_back().map_or(word.end, |last| last.end);
    let value = text(bytes, Word { start: word.start, end });
    let colon = value.iter().position(|byte| *byte == b':').filter(|_| *sink == "chpasswd");
    let start = word.start + colon.map_or(0, |colon| colon + 1);
    // What goes into base64 is not always a secret.
    let decodes = rest.windows(3).any(|part| part == b" -d" || part == b"--d");
    if *sink == "base64" && (decodes || value.contains(&b' ') || !shape::is_telling(value) || !is_odd(value)) {
        return;
    }
    hide(bytes, Word { start, end }, "password", found);
}

/// What a command's output is, when the table says that it is a secret.
fn answer(bytes: &[u8], name: &str, words: &[Word], segment: usize) -> Option<&'static str> {
    let after = bytes.get(segment..bytes.len().min(segment + 128)).unwrap_or_default();
    let piped = after.starts_with(b"|");
    let decodes = after.windows(6).any(|part| part == b"base64" || part == b"openss");
    let queried = after.windows(3).any(|part| matches!(part, b"jq "));
    if piped && !decodes && !queried {
        return None;
    }
    let wanted = |part: &str| match part {
        "$key" => words.iter().any(|word| names_secret(text(bytes, *word))),
        "$data" => words.iter().any(|word| {
            let text = text(bytes, *word);
            let field = text.windows(5).any(|part| part == b".data" || part == b"-data" || part == b"token");
            queried && after.windows(5).any(|part| matches!(part, b".data" | b"token"))
                || field && text.contains(&b'{')
                || text.starts_with(b"go-template")
                || text.starts_with(b"jsonpath") && field
        }),
        "$field" => words.iter().any(|word| text(bytes, *word).starts_with(b"-field")),
        part => words.iter().any(|word| text(bytes, *word) == part.as_bytes()),
    };
    let fits =
        |(tool, parts): &&(&str, &str)| *tool == name && parts.split(' ').filter(|part| !part.is_empty()).all(wanted);
    ANSWERS.iter().find(fits).map(|_| "secret")
}

/// `$DB_PASSWORD`, `/run/secrets/db_password`.
fn names_secret(text: &[u8]) -> bool {
    let bare = text.strip_prefix(b"$").unwrap_or(text);
    let bare = bare.strip_prefix(b"{").and_then(|bare| bare.strip_suffix(b"}")).unwrap_or(bare);
    let from_secrets = bare.windows(13).any(|part| part == b"/run/secrets/") || bare.ends_with(b"node-token");
    let file = bare.split(|byte| *byte == b'/').next_back().unwrap_or(bare);
    let variable = text.starts_with(b"$")
        || !text.contains(&b'/')
            && text
                .iter()
                .all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || *byte == b'-' || byte.is_ascii_lowercase());
    from_secrets || variable && key::of(file).is_some_and(|key| key.sure == Sure::Yes)
}

/// Whether a whole line may be what such a command printed.
pub(super) fn is_answer(line: &[u8]) -> bool {
    let enough = line.len() >= 6 && !line.iter().any(u8::is_ascii_whitespace);
    let name = line.split(|byte| *byte == b'=').next().unwrap_or_default();
    let stated = name.len() < line.trim_ascii_end().len().saturating_sub(2) && key::of(name).is_some();
    enough
        && !stated
        && !is_reference(line)
        && !is_path(line)
        && !line.ends_with(b":")
        && (shape::is_telling(line) || base64::hides_text(line))
}
