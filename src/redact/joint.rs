//! What stands between a name and its value: `=`, `:`, a blank, the end of a tag, a comma in a call.
//!
//! Owns the syntax around names: quotes, attributes, types that dumps write, key words that take a value after a blank.
//! Does not judge the value.

use memchr::memmem;

use super::key::Key;
use super::phrase::is_odd;
use super::scan::Line;
use super::sight::{Ending, blanks, past_colours};

/// Bytes before a name in which the quote it stands in is looked for.
const ENOUGH: usize = 256;
/// How far back the beginning of a line is looked for.
const LOOK_BACK: usize = 64;

/// What stands between key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Equals,
    Colon,
    /// White space after a command-line option, or a comma between the words of a list.
    Option,
    /// White space after a key word of a configuration.
    Blank,
    /// `>` of an element.
    Element,
    /// A comma between the arguments of a call.
    Argument,
    /// ` -> `, which leads to many other things.
    Arrow,
    /// A joint as a URL carries it.
    Encoded,
    /// `:-` before a default.
    Default,
}

pub(super) struct Pair {
    pub(super) key: Key,
    pub(super) joint: Joint,
    /// White space before and after the joint.
    pub(super) before: usize,
    pub(super) after: usize,
    pub(super) quoted_key: bool,
    pub(super) begins_line: bool,
    pub(super) in_sentence: bool,
    /// No small letter in the name, as in variables of the environment.
    pub(super) capital: bool,
    /// A slash stands before the name.
    pub(super) in_path: bool,
    /// Within `map[…]`, as Go prints one.
    pub(super) in_map: bool,
}

pub(super) fn joint(line: Line<'_>, start: usize, end: usize, key: Key) -> Option<(Pair, usize)> {
    let bytes = line.bytes;
    let name = bytes.get(start..end)?;
    let is_option = name.starts_with(b"-");
    let (mut at, quoted_key) = closing_quote(bytes, end);
    if let Some((at, joint)) = encoded(bytes, end) {
        let pair = Pair {
            key,
            joint,
            before: 0,
            after: 0,
            quoted_key: true,
            begins_line: false,
            in_sentence: false,
            capital: false,
            in_path: false,
            in_map: false,
        };
        return Some((pair, at));
    }
    at = past_colours(bytes, at);
    let before = blanks(bytes, at);
    at = past_colours(bytes, at + before);
    let begins_line = begins_line(line, start);
    if !quoted_key && bytes.get(..start).is_some_and(|before| before.ends_with(b"${")) {
        return default(bytes, start, end, key);
    }
    at = past_filling(bytes, at);
    let element = bytes.get(..start).is_some_and(opens_element);
    let call = quoted_key && is_first_argument(bytes, start);
    let joint = match bytes.get(at..).unwrap_or_default() {
        // `userPassword:: x` of LDIF.
        [b':', b':', b' ', ..] if begins_line => {
            at += 2;
            Joint::Colon
        }
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
        [b':', rest @ ..] => match past_declaration(rest) {
            Some(past) => {
                at += 1 + past;
                Joint::Equals
            }
            None => {
                at += 1;
                Joint::Colon
            }
        },
        [b'-', b'>', b' ', ..] if quoted_key || before > 0 => {
            at += 2;
            if quoted_key { Joint::Equals } else { Joint::Arrow }
        }
        [b'>', ..] if before == 0 && element => {
            at = past_tag(bytes, at + 1);
            Joint::Element
        }
        // `<Password Type="x">`
        [_, ..] if before > 0 && element && attributes(bytes, at).is_some() => {
            at = past_tag(bytes, attributes(bytes, at)?);
            Joint::Element
        }
        // `define("DB_PASSWORD", "x")`
        [b',', ..] if call && is_quote(bytes, at + 1 + blanks(bytes, at + 1)) => {
            at += 1;
            Joint::Argument
        }
        // `env.SECRET || "x"`
        [b'|', b'|', ..] | [b'?', b'?', ..] if is_quote(bytes, at + 2 + blanks(bytes, at + 2)) => {
            at += 2;
            Joint::Equals
        }
        // `["--password", "x"]`
        [b',', ..] if quoted_key && is_option && is_quote(bytes, at + 1 + blanks(bytes, at + 1)) => {
            at += 1;
            Joint::Option
        }
        // More than one blank after an option is the layout of a help text.
        [_, ..] if is_option && !quoted_key && before == 1 => Joint::Option,
        [_, ..] if !is_option && !quoted_key && before > 0 && takes_blank(line, start, at) => Joint::Blank,
        _ => return None,
    };
    at = past_colours(bytes, at);
    let after = if matches!(joint, Joint::Blank | Joint::Element) { 0 } else { blanks(bytes, at) };
    at = past_colours(bytes, at + after);
    // `"Password: "` asks for one.
    if after > 0 && !quoted_key && closes_a_quote(bytes, start, at) {
        return None;
    }
    let in_sentence = in_sentence(bytes, start);
    let in_path = bytes.get(..start).is_some_and(|before| before.ends_with(b"/"));
    let capital = name.iter().all(|byte| !byte.is_ascii_lowercase());
    let in_map = joint == Joint::Colon && after == 0 && is_in_map(bytes, start);
    Some((Pair { key, joint, before, after, quoted_key, begins_line, in_sentence, capital, in_path, in_map }, at))
}

/// Whether a name is a key of `map[a:b c:d]`.
fn is_in_map(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(2 * ENOUGH)..start).unwrap_or_default();
    before.last().is_some_and(|byte| matches!(byte, b'[' | b' '))
        && memmem::rfind(before, b"map[").is_some_and(|at| !before.get(at..).unwrap_or_default().contains(&b']'))
}

/// `%22%3A%22` and `%3D`: quotes and joints as a URL carries them.
fn encoded(bytes: &[u8], end: usize) -> Option<(usize, Joint)> {
    let rest = bytes.get(end..bytes.len().min(end + 24))?;
    let inner = rest.strip_prefix(b"%22").unwrap_or(rest);
    let after = [&b"%3A"[..], b"%3a", b"%3D", b"%3d"].iter().find_map(|joint| inner.strip_prefix(*joint))?;
    let spaces = after.strip_prefix(b"%20").or_else(|| after.strip_prefix(b"+")).unwrap_or(after);
    let value = spaces.strip_prefix(b"%22").unwrap_or(spaces);
    Some((end + rest.len() - value.len(), Joint::Encoded))
}

/// `${DB_PASSWORD:-x}`, where a default is given.
fn default(bytes: &[u8], start: usize, end: usize, key: Key) -> Option<(Pair, usize)> {
    let rest = bytes.get(end..)?;
    let length =
        if rest.starts_with(b":-") || rest.starts_with(b":=") { 2 } else { usize::from(rest.starts_with(b"-")) };
    let pair = Pair {
        key,
        joint: Joint::Default,
        before: 0,
        after: 0,
        quoted_key: false,
        begins_line: false,
        in_sentence: false,
        capital: start < end,
        in_path: false,
        in_map: false,
    };
    (length > 0).then_some((pair, end + length))
}

/// Past the type in `password: &str = "x"`.
fn past_declaration(rest: &[u8]) -> Option<usize> {
    let length =
        rest.iter().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || b" _&'<>[]?.|".contains(byte)).count();
    let typed = rest.get(..length)?.trim_ascii();
    let named = typed.iter().any(u8::is_ascii_alphabetic) && rest.get(..length)?.ends_with(b" ");
    let quoted = matches!(rest.get(length..)?, [b'=', b' ', b'"' | b'\'', ..] | [b'=', b'"' | b'\'', ..]);
    (named && quoted).then_some(length + 1)
}

/// Past ` . . . .` and ` [None]`, which fill the gap between a name and its colon.
fn past_filling(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..bytes.len().min(at + 96)).unwrap_or_default();
    let dots = rest.iter().take_while(|byte| matches!(byte, b'.' | b' ')).count();
    if dots > 2 && rest.get(dots) == Some(&b':') {
        return at + dots;
    }
    let inner = rest.strip_prefix(b"[").and_then(|rest| rest.iter().take(24).position(|byte| *byte == b']'));
    match inner {
        Some(inner) if rest.get(inner + 2) == Some(&b':') => at + inner + 2,
        _ => at,
    }
}

/// Past the attributes of an element that is not closed at once, and its `>`.
fn attributes(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..bytes.len().min(at + 128))?;
    let end = rest.iter().position(|byte| matches!(byte, b'>' | b'<'))?;
    let holds = rest.get(..end)?.contains(&b'=') && !rest.get(..end)?.ends_with(b"/");
    (holds && rest.get(end) == Some(&b'>')).then_some(at + end + 1)
}

/// Past `<Value>` and `<![CDATA[`.
fn past_tag(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..bytes.len().min(at + 48)).unwrap_or_default();
    if rest.starts_with(b"<![CDATA[") {
        return at + 9;
    }
    match rest.iter().position(|byte| *byte == b'>') {
        Some(end) if rest.starts_with(b"<") && rest.get(1).is_some_and(u8::is_ascii_alphabetic) => at + end + 1,
        _ => at,
    }
}

fn is_quote(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b'"' | b'\'')) || matches!(bytes.get(at..at + 2), Some([b'\\', b'"' | b'\'']))
}

/// Whether the quoted name at `start` is the first argument of a call, or of a list in parentheses.
fn is_first_argument(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(3)..start).unwrap_or_default();
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or_default();
    before.strip_suffix(b"\\").unwrap_or(before).ends_with(b"(")
}

/// Whether the quote at `at` closes a text that began before the name.
fn closes_a_quote(bytes: &[u8], start: usize, at: usize) -> bool {
    let Some(quote @ (b'"' | b'\'')) = bytes.get(at).copied() else { return false };
    let before = bytes.get(start.saturating_sub(ENOUGH)..start).unwrap_or_default();
    let single = before
        .iter()
        .enumerate()
        .filter(|(place, byte)| **byte == quote && before.get(place.wrapping_sub(1)) != Some(&b'\\'));
    single.count() % 2 == 1
}

/// Past the quote that closes a key, and whether there was one.
fn closing_quote(bytes: &[u8], at: usize) -> (usize, bool) {
    let slashes = bytes.get(at..).unwrap_or_default().iter().take(8).take_while(|byte| **byte == b'\\').count();
    match bytes.get(at + slashes..).unwrap_or_default() {
        [b'u', b'0', b'0', b'2', b'2' | b'7', ..] if slashes == 1 => (at + 6, true),
        [b'"' | b'\'', b']', ..] => (at + slashes + 2, true),
        [b'"' | b'\'' | b'`', ..] => (at + slashes + 1, true),
        // `[password] => x`
        [b']', b' ', b'=', b'>', ..] => (at + 1, true),
        _ => (at, false),
    }
}

/// Past the quote that opens a value, and how such a value ends.
pub(super) fn opening_quote(bytes: &[u8], at: usize) -> (usize, Option<Ending>) {
    match bytes.get(at..).unwrap_or_default() {
        [b'\\', b'"' | b'\'', ..] => (at + 2, Some(Ending::EscapedQuote)),
        [b'\\', b'u', b'0', b'0', b'2', b'2' | b'7', ..] => (at + 6, Some(Ending::EscapedQuote)),
        [b'"', b'"', b'"', inner, ..] if *inner != b'"' => (at + 3, Some(Ending::Quote(b'"'))),
        [b'\\', b'\\', ..] => {
            let slashes = bytes.get(at..).unwrap_or_default().iter().take(8).take_while(|byte| **byte == b'\\').count();
            match bytes.get(at + slashes) {
                Some(b'"' | b'\'') => (at + slashes + 1, Some(Ending::EscapedQuote)),
                _ => (at, None),
            }
        }
        [quote @ (b'"' | b'\'' | b'`'), ..] => (at + 1, Some(Ending::Quote(*quote))),
        [b'b' | b'f' | b'r' | b'u' | b'@' | b'$' | b'N' | b'L' | b'E', quote @ (b'"' | b'\''), ..] => {
            (at + 2, Some(Ending::Quote(*quote)))
        }
        _ => (at, None),
    }
}

/// Past `string(8)` and `SecretString(`, which dumps put before a value.
pub(super) fn past_type(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    // A list of one.
    if let [b'[', b'"' | b'\'', inner, ..] = rest
        && !b"\"'".contains(inner)
    {
        return at + 1;
    }
    // `&anchor x` and `!!str x` of YAML.
    if matches!(rest, [b'&', first, ..] | [b'!', b'!', first, ..] if first.is_ascii_alphabetic()) {
        let length = rest.iter().take(48).take_while(|byte| !byte.is_ascii_whitespace()).count();
        let word = rest.get(..length).unwrap_or_default();
        let anchor =
            word.get(2..).unwrap_or_default().iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
        return if anchor && rest.get(length) == Some(&b' ') { at + length + 1 } else { at };
    }
    // `(string) (len=14) "x"`
    if let Some(inner) = rest.strip_prefix(b"(") {
        let length =
            inner.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || b"_.=*[]".contains(byte)).count();
        let typed =
            length > 0 && inner.get(length..).is_some_and(|rest| rest.starts_with(b") \"") || rest.starts_with(b") ("));
        return if typed { past_type(bytes, at + length + 3) } else { at };
    }
    let name = rest.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(byte)).count();
    let inner = rest.get(name..).unwrap_or_default();
    match inner {
        [b'(', b'"' | b'\'', ..] if is_wrapper(rest.get(..name).unwrap_or_default()) => at + name + 1,
        [b'(', digits @ ..] if name > 0 => {
            let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match digits.get(count..) {
                Some([b')', b' ', b'"', ..]) if count > 0 => at + name + count + 3,
                _ => at,
            }
        }
        _ => at,
    }
}

/// A type that a dump writes around a value; a function that reads one has a small letter first.
fn is_wrapper(name: &[u8]) -> bool {
    let capital = name.first().is_some_and(u8::is_ascii_uppercase) && !name.contains(&b'.');
    capital && !name.ends_with(b"Column")
        || matches!(name, b"sensitive" | b"nonsensitive" | b"base64encode" | b"string" | b"str" | b"bytes" | b"some")
}

/// Whether nothing but indentation, a list's dash, a quote or `export` stands before the name on its line.
fn begins_line(line: Line<'_>, start: usize) -> bool {
    let from = start.saturating_sub(LOOK_BACK);
    if from > 0 || line.prev.is_some() {
        return false;
    }
    let coloured = line.bytes.get(..start).unwrap_or_default();
    let lead = blanks(coloured, 0);
    let before = coloured.get(past_colours(coloured, lead)..).unwrap_or_default().trim_ascii();
    let before = [&b"export"[..], b"ENV", b"+ export", b"$ export", b"declare -x", b"+", b"set", b"Environment="]
        .iter()
        .find_map(|word| before.strip_prefix(*word))
        .unwrap_or(before);
    before.iter().all(|byte| b" \t-+#~\"'".contains(byte))
}

fn in_sentence(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(2)..start).unwrap_or_default();
    // The bracket is the end of a mask.
    matches!(before, [letter, b' '] if letter.is_ascii_alphanumeric() || *letter == b']')
}

/// Whether `<` or `<name ` stands right before a name.
fn opens_element(before: &[u8]) -> bool {
    let tail = before.get(before.len().saturating_sub(24)..).unwrap_or_default();
    match tail.iter().rposition(|byte| matches!(byte, b'<' | b' ' | b'"' | b'=')) {
        // `<ns:password>`
        Some(at) => {
            tail.get(at) == Some(&b'<')
                && tail.get(at + 1..).is_some_and(|name| name.is_empty() || name.ends_with(b":"))
        }
        None => false,
    }
}

/// Key words that take their value after a blank: a Dockerfile's ENV, csh's setenv, netrc, redis and the like.
fn takes_blank(line: Line<'_>, start: usize, at: usize) -> bool {
    if line.prev.is_some() || start > 256 {
        return false;
    }
    let bytes = line.bytes;
    let name = bytes.get(start..).unwrap_or_default();
    let before = bytes.get(..start).unwrap_or_default().trim_ascii();
    let first = before.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    let setters: [&[u8]; 15] = [
        b"proxy_set_header",
        b"grpc_set_header",
        b"add_header",
        b"ENV",
        b"ARG",
        b"setenv",
        b"SetEnv",
        b"setx",
        b"fastcgi_param",
        b"env",
        b"set",
        b"machine",
        b"default",
        b"login",
        b"uwsgi_param",
    ];
    if !before.is_empty() && first != b"sentinel" && !setters.contains(&first) {
        return false;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let word = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
    let (word, after) = rest.split_at(word);
    let bare = word.strip_suffix(b";").unwrap_or(word);
    let flagged = before.split(|byte| byte.is_ascii_whitespace()).skip(1).all(|word| word.starts_with(b"-"));
    if word.starts_with(b"-") {
        return false;
    }
    if setters.contains(&first) && flagged || matches!(first, b"machine" | b"default") {
        return !word.is_empty() && !word.starts_with(b"=");
    }
    let lone = after.trim_ascii().is_empty();
    let known: [&[u8]; 9] = [
        b"requirepass",
        b"masterauth",
        b"rootpw",
        b"bindpw",
        b"bind_pw",
        b"auth-pass",
        b"auth_pass",
        b"sentinel",
        b"masteruser",
    ];
    let known = known.iter().any(|word| name.get(..word.len()).is_some_and(|name| name.eq_ignore_ascii_case(word)));
    let netrc = first == b"login";
    (before.is_empty() || first == b"sentinel" || netrc)
        && (known || netrc || lone && is_odd(bare) || before.is_empty() && lone && is_quoted_word(bare))
}

fn is_quoted_word(word: &[u8]) -> bool {
    matches!(word, [b'"', .., b'"'] | [b'\'', .., b'\'']) && word.len() > 4
}
