//! Values that tell by their key that they are secret: `key=value`, `key: value`, `"key": "value"`, `--key value`,
//! `<key>value</key>`, and the layouts in which nothing but a blank stands between the two.
//!
//! Owns the syntax around keys, and which of the innocent forms count in which syntax. Where both readings are
//! possible the value is masked.

use super::base64;
use super::header;
use super::innocent::{is_expression, is_prose, is_reference, is_word_of_usage};
use super::joint::{Joint, Pair, joint, opening_quote, past_type};
use super::key::{self, Key, Sure};
use super::mark::has_mask;
use super::phrase::is_odd;
use super::scan::Line;
use super::shape::{is_dense, is_digest, is_drawn, is_path, is_size, is_structure, is_version};
use super::sight::{Ending, Secret, has_word};

/// Bytes of a value by which it is judged.
const ENOUGH: usize = 256;
/// Finds the secret that the name in `start..end` announces.
pub(super) fn value(line: Line<'_>, start: usize, end: usize, key: Key, out: &mut Vec<Secret>) {
    let Some((pair, at)) = joint(line, start, end, key) else { return };
    let bytes = line.bytes;
    match key.sure {
        Sure::Scheme => out.extend(header::credentials(bytes, at)),
        Sure::Cookies => header::cookies(bytes, start, at, out),
        Sure::Yes | Sure::IfDrawn | Sure::Basic => {
            if let Some(secret) = pair.value(bytes, at, start..end) {
                out.push(secret);
                out.extend(pair.successor(bytes, secret));
            }
        }
    }
}

/// Whether a key stands alone with its colon: its value comes on the next lines.
pub(super) fn is_left_open(line: Line<'_>, start: usize, end: usize, key: Key) -> bool {
    let rest = joint(line, start, end, key).and_then(|(pair, at)| {
        let after = line.bytes.get(at..)?;
        matches!(pair.joint, Joint::Colon | Joint::Equals | Joint::Element).then_some(after)
    });
    rest.is_some_and(|rest| {
        matches!(rest.trim_ascii(), b"" | b"|" | b"|-" | b"|+" | b">" | b">-" | b">+" | b"{" | b"\\" | b"Some(")
    })
}

impl Pair {
    fn value(&self, bytes: &[u8], at: usize, name: std::ops::Range<usize>) -> Option<Secret> {
        let at = past_type(bytes, at);
        if self.key.sure == Sure::Basic && bytes.get(at) == Some(&b'(') {
            return second_of_two(bytes, at, self.key.kind);
        }
        let (start, quoted) = opening_quote(bytes, at);
        if let Some(secret) = self.in_template(bytes, at).or_else(|| self.in_template(bytes, start)) {
            return Some(secret);
        }
        if let Some(secret) = self.login(bytes, start, &name) {
            return Some(secret);
        }
        let ending = quoted.unwrap_or_else(|| self.bare_ending(bytes, name.start, start));
        let (text, after) = beginning(bytes, start, ending)?;
        let name_start = name.start;
        let name = bytes.get(name)?;
        let hidden = match self.key.sure {
            Sure::Basic => {
                hides_login(text)
                    || self.capital
                        && matches!(self.joint, Joint::Equals | Joint::Colon)
                        && is_odd(text)
                        && !text.contains(&b'/')
                        && !text.contains(&b':')
            }
            Sure::IfDrawn => {
                let text = if ending == Ending::Line { text.trim_ascii() } else { text };
                let jwt = self.key.kind == "key" && text.len() >= 16 && is_beside_jwt(bytes, name_start);
                let salt = self.key.kind == "salt" && text.len() >= 16 && is_digest(text);
                // `Linux-node-3f78…` of a cache.
                let digest = text.split(|byte| b"-_.:".contains(byte)).any(|part| part.len() >= 32 && is_digest(part));
                let issued = is_digest(text)
                    && text.len() >= 32
                    && [&b"routing"[..], b"integration", b"license", b"service"]
                        .iter()
                        .any(|word| has_word(name, word));
                (jwt || salt || issued || is_dense(text, 16) && !(digest && self.key.kind == "key"))
                    && !is_reference(text)
                    && !is_path(text)
                    && (quoted.is_some() || !is_expression(text))
            }
            // What a shell is to run.
            _ if quoted == Some(Ending::Quote(b'`')) && text.contains(&b' ') => false,
            _ if quoted.is_some() => self.hides_quoted(text, name),
            _ => self.hides_bare(text, after, name),
        };
        // `NEO4J_AUTH=neo4j/x`
        let start = match text.iter().position(|byte| matches!(byte, b'/' | b':')) {
            Some(cut) if self.key.sure == Sure::Basic && self.capital && !hidden => start + cut + 1,
            _ => start,
        };
        let hidden = hidden
            || self.key.sure == Sure::Basic
                && self.capital
                && text.iter().filter(|byte| matches!(byte, b'/' | b':')).count() == 1
                && is_odd(bytes.get(start..start + text.len()).unwrap_or(text))
                && !text.starts_with(b"/");
        // `--src-creds user:x`
        let cut = text.iter().position(|byte| *byte == b':').filter(|_| name.ends_with(b"creds"));
        let start = start + cut.map_or(0, |cut| cut + 1);
        let mut end = whole(bytes, start, ending);
        // `token=x, user=y`
        if ending == Ending::Space
            && end > start
            && matches!(bytes.get(end - 1), Some(b',' | b';'))
            && bytes.get(end) == Some(&b' ')
        {
            end -= 1;
        }
        if self.joint == Joint::Element {
            let closed = bytes.get(end..).is_some_and(|rest| rest.starts_with(b"</"));
            let data = bytes.get(start..).and_then(|rest| rest.windows(3).take(ENOUGH).position(|part| part == b"]]>"));
            match data {
                Some(length) if bytes.get(..start).is_some_and(|before| before.ends_with(b"CDATA[")) => {
                    end = start + length
                }
                _ if !closed => return None,
                _ => {}
            }
        }
        (hidden && end > start).then(|| Secret::new(start, end, self.key.kind, ending))
    }

    /// `credentials: user:x`
    fn login(&self, bytes: &[u8], at: usize, name: &std::ops::Range<usize>) -> Option<Secret> {
        let name = bytes.get(name.clone())?;
        let says = [&b"credential"[..], b"credentials", b"creds", b"userpass", b"login"];
        let says = says.iter().any(|word| {
            name.len() >= word.len()
                && name.get(name.len() - word.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(word))
        });
        if !says || !matches!(self.joint, Joint::Equals | Joint::Colon | Joint::Option) {
            return None;
        }
        let window = bytes.get(..bytes.len().min(at + ENOUGH))?;
        let end = Ending::Argument.find(window, at);
        let text = window.get(at..end)?;
        let colon = text.iter().position(|byte| *byte == b':')?;
        let (user, secret) = (text.get(..colon)?, text.get(colon + 1..)?);
        let named =
            !user.is_empty() && user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._@\\-".contains(byte));
        let plain = secret.len() < 4
            || secret.starts_with(b"/")
            || secret.iter().all(u8::is_ascii_digit)
            || is_reference(secret)
            || is_expression(secret)
            || has_mask(secret);
        (named && !plain).then(|| Secret::new(at + colon + 1, end, "password", Ending::Argument))
    }

    /// `{{ 'x' | password_hash('sha512') }}`
    fn in_template(&self, bytes: &[u8], at: usize) -> Option<Secret> {
        let rest = bytes.get(at..bytes.len().min(at + ENOUGH))?;
        let inner = rest.strip_prefix(b"{{ '").or_else(|| rest.strip_prefix(b"{{ \""))?;
        let length = inner.iter().position(|byte| matches!(byte, b'\'' | b'"'))?;
        let hashed = inner.get(length + 1..)?.starts_with(b" | password_hash");
        hashed.then(|| Secret::new(at + 4, at + 4 + length, self.key.kind, Ending::Argument))
    }

    /// The second value of `"old" -> "new"`.
    fn successor(&self, bytes: &[u8], first: Secret) -> Option<Secret> {
        let quote = usize::from(matches!(first.ending, Ending::Quote(_)));
        let rest = bytes.get(first.end + quote..)?.strip_prefix(b" -> ")?;
        let at = bytes.len() - rest.len();
        self.value(bytes, at, at..at)
    }

    /// How far a value without quotes goes: in a file's own line to its end, elsewhere to the next mark.
    fn bare_ending(&self, bytes: &[u8], start: usize, value: usize) -> Ending {
        match self.joint {
            Joint::Colon if self.begins_line && self.after > 0 && !self.quoted_key => Ending::Line,
            Joint::Equals if self.begins_line && self.before > 0 => Ending::Line,
            // `Password={…;…};`, which may hold what parts the pairs.
            Joint::Equals if bytes.get(value) == Some(&b'{') && is_connection(bytes, start) => Ending::Byte(b'}'),
            // `Password=…;` within a connection string.
            Joint::Equals if is_connection(bytes, start) => Ending::Byte(b';'),
            Joint::Equals if self.begins_line => Ending::Space,
            Joint::Element => Ending::Byte(b'<'),
            Joint::Blank => Ending::Space,
            Joint::Encoded => Ending::Encoded,
            Joint::Default => Ending::Byte(b'}'),
            Joint::Equals | Joint::Option | Joint::Argument | Joint::Arrow => Ending::Argument,
            Joint::Colon => Ending::Word,
        }
    }

    fn hides_quoted(&self, text: &[u8], name: &[u8]) -> bool {
        let echo = text.len() <= name.len() && name.to_ascii_lowercase().ends_with(&text.to_ascii_lowercase());
        let is_password = self.key.kind == "password";
        // `id=name` is docker's way to name a secret.
        if text.starts_with(b"id=") || text.starts_with(b"type=") {
            return false;
        }
        if !is_password && is_version(text) {
            return false;
        }
        let marked =
            text.iter().any(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation() && !b"_-.:/".contains(byte));
        if self.joint == Joint::Argument && !marked && !is_odd(text) && !text.contains(&b' ') {
            return false;
        }
        !(is_reference(text)
            || echo
            || matches!(self.key.kind, "private-key") && is_path(text)
            || is_path(text) && text.starts_with(b"/") && !is_password && !is_drawn(text, 24)
            || is_prose(text)
            || !is_password && text.iter().filter(|byte| **byte == b' ').count() >= 2 && !is_drawn(text, 24)
            || self.key.kind == "otp" && !is_code(text))
    }

    fn hides_bare(&self, text: &[u8], after: &[u8], name: &[u8]) -> bool {
        let text = text.strip_suffix(b",").unwrap_or(text);
        // `checksum/secret: 3f78…`
        if self.in_path && is_digest(text) {
            return false;
        }
        if name.to_ascii_lowercase().ends_with(b"secret-id") && !is_drawn(text, 16) {
            return false;
        }
        if is_reference(text) || is_structure(text) || is_size(text, after) || is_prose(text) {
            return false;
        }
        if self.key.kind == "otp" {
            return is_code(text);
        }
        let is_password = self.key.kind == "password";
        // `pass: 12 fail: 0` counts, `PASS: TestToken (0.00s)` was a test.
        if name.eq_ignore_ascii_case(b"pass") && (text.contains(&b' ') || text.iter().all(u8::is_ascii_digit)) {
            return false;
        }
        if !is_password && is_version(text) {
            return false;
        }
        // `print(f"token: {token}")`
        let slot = text.strip_prefix(b"{").is_some_and(|name| name.iter().all(u8::is_ascii_alphabetic));
        if slot && after.starts_with(b"}") {
            return false;
        }
        if text.starts_with(b"./") || text.starts_with(b"../") || text.starts_with(b"$_") {
            return false;
        }
        // `PWD` and `OLDPWD` are directories, `--private-key` names a file.
        if is_path(text) && (!is_password || name.to_ascii_lowercase().ends_with(b"pwd")) {
            return false;
        }
        // `max_token: 512` counts; `token: 482913` opens a door.
        if !is_password && text.len() < 6 && text.iter().all(u8::is_ascii_digit) {
            return false;
        }
        match self.joint {
            Joint::Option => {
                let names = key::of(text).is_some() && !text.iter().any(u8::is_ascii_digit);
                let usage = text.iter().all(u8::is_ascii_uppercase) && after.starts_with(b"  ");
                !text.starts_with(b"-") && !is_word_of_usage(text) && !usage && !names
            }
            Joint::Argument => false,
            Joint::Arrow => is_odd(text) && !is_expression(text),
            Joint::Default | Joint::Encoded => true,
            Joint::Blank => true,
            Joint::Element => !text.contains(&b'\n'),
            Joint::Colon if self.quoted_key => !is_expression(text),
            // `team/token:v1` is an image.
            Joint::Colon if self.after == 0 => {
                self.in_map && !is_expression(text)
                    || self.capital && is_drawn(text, 12)
                    || is_password && !is_expression(text) && !text.starts_with(b"/")
                    || is_dense(text, 12)
            }
            // `unexpected token: end of input` is a sentence.
            Joint::Colon if self.in_sentence => {
                let call = text.first().is_some_and(u8::is_ascii_uppercase) && text.contains(&b'(');
                let program = is_expression(text) && !call;
                !program && (is_password && !text.starts_with(b"(") || is_drawn(text, 6))
            }
            // `token: refresh it in time` is the first line of a commit.
            Joint::Colon => !is_expression(text) && (is_password || !text.contains(&b' ') || is_drawn(text, 8)),
            Joint::Equals if self.before == 0 && self.after == 0 && (self.capital || name.starts_with(b"-")) => {
                !is_expression(text) || !text.contains(&b'(') && !text.contains(&b'[')
            }
            // `a.token=b.token,c.key=…` of a script without line ends.
            Joint::Equals if name.contains(&b'.') && text.contains(&b',') && text.contains(&b'=') => {
                !is_expression(text)
            }
            Joint::Equals => !is_expression(text) || self.begins_line && self.before == 0 && !text.contains(&b'('),
        }
    }
}

/// `auth=("user", "x")`
fn second_of_two(bytes: &[u8], at: usize, kind: &'static str) -> Option<Secret> {
    let rest = bytes.get(at..bytes.len().min(at + ENOUGH))?;
    let comma = rest.iter().position(|byte| *byte == b',')?;
    let gap = rest.get(comma + 1..)?.iter().take_while(|byte| **byte == b' ').count();
    let start = comma + 1 + gap;
    let quote = rest.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let length = rest.get(start + 1..)?.iter().position(|byte| *byte == quote)?;
    let value = rest.get(start + 1..start + 1 + length)?;
    let plain = value.is_empty() || is_reference(value) || has_mask(value);
    (!plain).then(|| Secret::new(at + start + 1, at + start + 1 + length, kind, Ending::Argument))
}

/// Whether `Jwt` stands shortly before.
fn is_beside_jwt(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(64)..start).unwrap_or_default();
    before.windows(3).any(|part| part.eq_ignore_ascii_case(b"jwt"))
}

fn is_code(text: &[u8]) -> bool {
    (6..=8).contains(&text.len()) && text.iter().all(u8::is_ascii_digit)
}

/// `user:password` in base64, as docker keeps it, or something as good.
fn hides_login(text: &[u8]) -> bool {
    let body = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    base64::hides_text(text) && base64::decode(body).contains(&b':') || is_dense(text, 20)
}

/// Whether a connection string goes on around the key.
fn is_connection(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(2)..start).unwrap_or_default();
    if before.contains(&b';') {
        return true;
    }
    let after = bytes.get(start..(start + ENOUGH).min(bytes.len())).unwrap_or_default();
    let semicolon = after.iter().position(|byte| *byte == b';');
    semicolon.is_some_and(|at| {
        let next = after.get(at + 1..).unwrap_or_default();
        let name = next.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b' ').count();
        name > 1 && next.get(name) == Some(&b'=') && !next.starts_with(b" ")
    })
}

/// The value, or of a long one what is enough to judge it by, and what follows. Reading no more keeps text full of
/// keys without secrets linear.
fn beginning(bytes: &[u8], start: usize, ending: Ending) -> Option<(&[u8], &[u8])> {
    let window = bytes.get(..bytes.len().min(start + ENOUGH))?;
    let (text, after) = window.get(start..)?.split_at_checked(whole(window, start, ending).checked_sub(start)?)?;
    // A value with a mask in it was judged when the mask was made.
    (!has_mask(text)).then_some((text, after))
}

/// The end of the value, a trailing comment left out.
fn whole(bytes: &[u8], start: usize, ending: Ending) -> usize {
    let end = ending.find(bytes, start);
    match bytes.get(start..end) {
        Some(line) if ending == Ending::Line => start + without_comment(line),
        _ => end,
    }
}

/// The length of a line's value without a trailing comment and blanks.
fn without_comment(line: &[u8]) -> usize {
    let comment = line.windows(2).position(|pair| pair == b" #").unwrap_or(line.len());
    line.get(..comment).unwrap_or_default().trim_ascii_end().len()
}
