//! Values that tell by their key that they are secret: `key=value`, `key: value`,
//! `"key": "value"`, `--key value`, and the `Authorization` header.
//!
//! Owns the list of keys, the syntax around them, and which of the innocent
//! forms count in which syntax. Where both readings are possible the value is
//! masked.

use super::innocent::{is_drawn, is_path, is_reference, is_size, is_structure, is_word_of_usage};
use super::mark::has_mask;
use super::pem;
use super::sight::{Ending, Secret, is_token};

/// A key is secret when it ends so, written without `-`, `_`, `.` and capitals.
const KEYS: &[(&[u8], &str)] = &[
    (b"password", "password"),
    (b"passwd", "password"),
    (b"passphrase", "password"),
    (b"pwd", "password"),
    (b"secretkey", "secret-key"),
    (b"accesskey", "access-key"),
    (b"privatekey", "private-key"),
    (b"apikey", "api-key"),
    (b"secret", "secret"),
    (b"token", "token"),
];
const LONGEST_KEY: usize = 128;
const WIDEST_GAP: usize = 256;
/// Bytes of a value by which it is judged.
const ENOUGH: usize = 256;
/// How far back the beginning of a line is looked for.
const LOOK_BACK: usize = 64;

/// A buffer, and whether it begins where a line begins.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) starts_line: bool,
}

/// What stands between key and value.
#[derive(Clone, Copy, PartialEq)]
enum Joint {
    Equals,
    Colon,
    /// White space after a command-line option.
    Option,
}

struct Pair {
    kind: &'static str,
    joint: Joint,
    /// White space before and after the joint.
    before: usize,
    after: usize,
    quoted_key: bool,
    begins_line: bool,
    in_sentence: bool,
}

/// Whether `byte` belongs to the name of a key.
pub(super) fn is_name(byte: u8) -> bool {
    is_token(byte) || byte == b'.'
}

/// The secret that the name in `start..end` announces.
pub(super) fn value(page: Page<'_>, start: usize, end: usize) -> Option<Secret> {
    let bytes = page.bytes;
    let name = bytes.get(start..end)?;
    let kind = kind_of(name)?;
    let is_option = name.starts_with(b"-");
    let (mut at, quoted_key) = closing_quote(bytes, end);
    let before = blanks(bytes, at);
    at += before;
    let joint = match bytes.get(at..)? {
        // `::` is a path, `://` a URL, `==` and `=~` compare.
        [b':', b':', ..] | [b':', b'/', b'/', ..] | [b'=', b'=' | b'~', ..] => return None,
        [b':', b'=', ..] | [b'=', b'>', ..] => {
            at += 2;
            Joint::Equals
        }
        [b'=', ..] => {
            at += 1;
            Joint::Equals
        }
        [b':', ..] => {
            at += 1;
            Joint::Colon
        }
        // More than one blank after an option is the layout of a help text.
        _ if is_option && !quoted_key && before == 1 => Joint::Option,
        _ => return None,
    };
    let after = if joint == Joint::Option { 0 } else { blanks(bytes, at) };
    at += after;
    let pair = Pair {
        kind,
        joint,
        before,
        after,
        quoted_key,
        begins_line: begins_line(page, start),
        in_sentence: in_sentence(bytes, start),
    };
    if kind == "authorization" { credentials(bytes, at) } else { pair.value(bytes, at, name) }
}

/// The credentials after a bare `Bearer`, wherever it stands.
pub(super) fn bearer(bytes: &[u8], start: usize, end: usize) -> Option<Secret> {
    if !bytes.get(start..end)?.eq_ignore_ascii_case(b"bearer") || bytes.get(end) != Some(&b' ') {
        return None;
    }
    let start = end + 1;
    let (text, _) = beginning(bytes, start, Ending::Word)?;
    let hidden = is_drawn(text, 20) && !is_reference(text);
    hidden.then(|| Secret { start, end: whole(bytes, start, Ending::Word), kind: "bearer", ending: Ending::Word })
}

impl Pair {
    fn value(&self, bytes: &[u8], at: usize, name: &[u8]) -> Option<Secret> {
        let (start, quoted) = opening_quote(bytes, at);
        let ending = quoted.unwrap_or_else(|| self.bare_ending());
        let (text, after) = beginning(bytes, start, ending)?;
        let hidden = if quoted.is_some() { self.hides_quoted(text) } else { self.hides_bare(text, after, name) };
        hidden.then(|| Secret { start, end: whole(bytes, start, ending), kind: self.kind, ending })
    }

    /// How far a value without quotes goes: in a file's own line to its end, elsewhere to the next mark.
    fn bare_ending(&self) -> Ending {
        match self.joint {
            Joint::Colon if self.begins_line && self.after > 0 && !self.quoted_key => Ending::Line,
            Joint::Equals if self.begins_line && self.before > 0 => Ending::Line,
            Joint::Equals if self.begins_line => Ending::Space,
            Joint::Equals | Joint::Colon | Joint::Option => Ending::Word,
        }
    }

    fn hides_quoted(&self, text: &[u8]) -> bool {
        !(is_reference(text) || self.kind == "private-key" && is_path(text))
    }

    fn hides_bare(&self, text: &[u8], after: &[u8], name: &[u8]) -> bool {
        if is_reference(text) || is_structure(text) || is_size(text, after) {
            return false;
        }
        let is_password = self.kind == "password";
        // `PWD` and `OLDPWD` are directories, `--private-key` names a file.
        if is_path(text) && (self.kind == "private-key" || name.to_ascii_lowercase().ends_with(b"pwd")) {
            return false;
        }
        // `max_token: 512` counts; `token: 482913` opens a door.
        if !is_password && text.len() < 6 && text.iter().all(u8::is_ascii_digit) {
            return false;
        }
        match self.joint {
            Joint::Option => !text.starts_with(b"-") && !is_word_of_usage(text),
            Joint::Colon if self.quoted_key => true,
            // `team/token:v1` is an image.
            Joint::Colon if self.after == 0 => is_password || is_drawn(text, 16),
            // `unexpected token: end of input` is a sentence.
            Joint::Colon if self.in_sentence => is_password || is_drawn(text, 8),
            // `token: refresh it in time` is the first line of a commit.
            Joint::Colon => is_password || !text.contains(&b' ') || is_drawn(text, 8),
            Joint::Equals => true,
        }
    }
}

/// The kind of secret a name announces.
fn kind_of(name: &[u8]) -> Option<&'static str> {
    // The last letters of all keys: most names are refused here.
    let last = name.last()?.to_ascii_lowercase();
    if !b"dnstey".contains(&last) || name.len() > LONGEST_KEY {
        return None;
    }
    let mut room = [0u8; LONGEST_KEY];
    let mut length = 0;
    for byte in name.iter().filter(|byte| !b"-_.".contains(byte)) {
        if let Some(slot) = room.get_mut(length) {
            *slot = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    let squashed = room.get(..length)?;
    if squashed.ends_with(b"authorization") {
        return Some("authorization");
    }
    if name.len() > 5 && matches!(name.get(name.len() - 5..), Some(b"_PASS" | b"_pass")) {
        return Some("password");
    }
    KEYS.iter().find(|(key, _)| squashed.ends_with(key)).map(|(_, kind)| *kind)
}

/// What an `Authorization` header carries after its scheme.
fn credentials(bytes: &[u8], at: usize) -> Option<Secret> {
    let (at, _) = opening_quote(bytes, at);
    let scheme = bytes.get(at..)?.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let word = bytes.get(at..at + scheme)?;
    let known: [(&[u8], &str); 5] = [
        (b"bearer", "bearer"),
        (b"basic", "basic"),
        (b"token", "token"),
        (b"apikey", "api-key"),
        (b"negotiate", "negotiate"),
    ];
    let known = known.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind);
    let (start, kind) = match known {
        Some(kind) => (at + scheme + blanks(bytes, at + scheme), kind),
        None => (at, "authorization"),
    };
    let (text, _) = beginning(bytes, start, Ending::Word)?;
    let hidden = !is_reference(text) && (known.is_some() || is_drawn(text, 16));
    hidden.then(|| Secret { start, end: whole(bytes, start, Ending::Word), kind, ending: Ending::Word })
}

/// The value, or of a long one what is enough to judge it by, and what follows. Reading no more keeps text full of
/// keys without secrets linear.
fn beginning(bytes: &[u8], start: usize, ending: Ending) -> Option<(&[u8], &[u8])> {
    let window = bytes.get(..bytes.len().min(start + ENOUGH))?;
    let (text, after) = window.get(start..)?.split_at_checked(whole(window, start, ending).checked_sub(start)?)?;
    // A private key goes on beyond the line. A value with a mask in it was judged when the mask was made.
    (pem::begins(bytes, start).is_none() && !has_mask(text)).then_some((text, after))
}

/// The end of the value, a trailing comment left out.
fn whole(bytes: &[u8], start: usize, ending: Ending) -> usize {
    let end = ending.find(bytes, start);
    match bytes.get(start..end) {
        Some(line) if ending == Ending::Line => start + without_comment(line),
        _ => end,
    }
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take(WIDEST_GAP).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Past the quote that closes a key, and whether there was one.
fn closing_quote(bytes: &[u8], at: usize) -> (usize, bool) {
    match bytes.get(at..).unwrap_or_default() {
        [b'\\', b'"' | b'\'', ..] => (at + 2, true),
        // `config['password'] = …`
        [b'"' | b'\'', b']', ..] => (at + 2, true),
        [b'"' | b'\'' | b'`', ..] => (at + 1, true),
        _ => (at, false),
    }
}

/// Past the quote that opens a value, and how such a value ends.
fn opening_quote(bytes: &[u8], at: usize) -> (usize, Option<Ending>) {
    match bytes.get(at..).unwrap_or_default() {
        [b'\\', b'"' | b'\'', ..] => (at + 2, Some(Ending::EscapedQuote)),
        [quote @ (b'"' | b'\'' | b'`'), ..] => (at + 1, Some(Ending::Quote(*quote))),
        [b'b' | b'f' | b'r' | b'u' | b'@' | b'$', quote @ (b'"' | b'\''), ..] => (at + 2, Some(Ending::Quote(*quote))),
        _ => (at, None),
    }
}

/// Whether nothing but indentation, a list's dash, a quote or `export` stands before the name on its line.
fn begins_line(page: Page<'_>, start: usize) -> bool {
    let from = start.saturating_sub(LOOK_BACK);
    let before = page.bytes.get(from..start).unwrap_or_default();
    let line = match before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
        Some(end) => before.get(end + 1..).unwrap_or_default(),
        None if from == 0 && page.starts_line => before,
        None => return false,
    };
    let line = line.trim_ascii();
    let line = line.strip_prefix(b"export").or_else(|| line.strip_prefix(b"ENV")).unwrap_or(line);
    line.iter().all(|byte| b" \t-+#\"'".contains(byte))
}

fn in_sentence(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(2)..start).unwrap_or_default();
    // The bracket is the end of a mask.
    matches!(before, [letter, b' '] if letter.is_ascii_alphanumeric() || *letter == b']')
}

/// The length of a line's value without a trailing comment and blanks.
fn without_comment(line: &[u8]) -> usize {
    let comment = line.windows(2).position(|pair| pair == b" #").unwrap_or(line.len());
    line.get(..comment).unwrap_or_default().trim_ascii_end().len()
}
