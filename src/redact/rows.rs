//! Lines whose form alone says that they hold a secret: password files, cookie files, keys in files of PuTTY and as
//! JSON Web Keys.
//!
//! Owns those forms. A line that has none of them is refused at its first bytes.

use memchr::memchr;

use super::innocent::is_reference;
use super::mark::has_mask;
use super::phrase::is_odd;
use super::scan::{Line, Notes};
use super::shape::is_drawn;
use super::sight::{Ending, Secret, Set, blanks, find};

const HOSTS: Set = Set::of(b".-_*").and_letters();
/// Lines that a file's form is remembered for.
const NEAR: usize = 16;

#[derive(Clone, Copy, Default)]
pub(super) struct Rows {
    /// Lines that are all secret, as `Private-Lines: 3` says.
    private: usize,
    /// Lines left in which a member of a JSON Web Key may stand.
    key: usize,
    /// The line before was the name of a setting, whose value comes.
    setting: Option<&'static str>,
    /// Lines left in which `user:password` stands in a list.
    logins: usize,
}

impl Rows {
    pub(super) fn line(&mut self, line: Line<'_>, notes: &Notes, found: &mut Vec<Secret>) {
        let bytes = line.bytes;
        let start = blanks(bytes, 0);
        let text = bytes.get(start..).unwrap_or_default().trim_ascii_end();
        if self.private > 0 {
            self.private -= 1;
            hide(bytes, start, start + text.len(), "private-key", found);
            return;
        }
        if let Some(count) = text.strip_prefix(b"Private-Lines: ") {
            self.private =
                count.iter().fold(0, |sum, byte| sum * 10 + usize::from(byte.wrapping_sub(b'0') % 10)).min(256);
            return;
        }
        if notes.manifest && find(text, b"\"kty\"").is_some() {
            self.key = NEAR;
        }
        if notes.manifest && find(text, b"<RSAKeyValue>").is_some() {
            self.key = NEAR;
        }
        if self.key > 0 {
            self.key -= 1;
            members(bytes, found);
        }
        if text.starts_with(b"chpasswd:") {
            self.logins = NEAR;
        }
        if self.logins > 0 {
            self.logins -= 1;
            let colon = text.iter().position(|byte| *byte == b':').filter(|colon| *colon > 0);
            if let Some(colon) =
                colon.filter(|colon| text.get(colon + 1).is_some_and(|byte| !byte.is_ascii_whitespace()))
            {
                hide(bytes, start + colon + 1, start + text.len(), "password", found);
            }
        }
        if let Some(kind) = self.setting.take() {
            answer(bytes, start, text, kind, found);
        }
        if notes.keys.len() == 1 {
            self.setting = asked(bytes, notes);
        }
        match text.first() {
            Some(b'"') => chap(bytes, start, text, found),
            Some(_) if memchr(b'\t', text).is_some() => {
                cookie_file(bytes, start, text, found);
                wireguard(bytes, start, text, found);
            }
            Some(_) => pgpass(bytes, start, text, found),
            None => {}
        }
    }
}

fn hide(bytes: &[u8], start: usize, end: usize, kind: &'static str, found: &mut Vec<Secret>) {
    let value = bytes.get(start..end).unwrap_or_default();
    if !value.is_empty() && !is_reference(value) && !has_mask(value) {
        found.push(Secret::new(start, end, kind, Ending::Line));
    }
}

/// The private members of a JSON Web Key.
fn members(bytes: &[u8], found: &mut Vec<Secret>) {
    const PRIVATE: [&[u8]; 13] = [
        b"\"d\"",
        b"\"p\"",
        b"\"q\"",
        b"\"dp\"",
        b"\"dq\"",
        b"\"qi\"",
        b"\"k\"",
        b"<D>",
        b"<P>",
        b"<Q>",
        b"<DP>",
        b"<DQ>",
        b"<InverseQ>",
    ];
    let window = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    for name in PRIVATE {
        let Some(at) = window.windows(name.len()).position(|part| part == name) else { continue };
        let rest = window.get(at + name.len()..).unwrap_or_default();
        let marks = rest.iter().take_while(|byte| b": \"".contains(byte)).count();
        let length = rest.get(marks..).map_or(0, |rest| rest.iter().take_while(|byte| !b"\"<".contains(byte)).count());
        let start = at + name.len() + marks;
        if length >= 16 {
            hide(bytes, start, start + length, "private-key", found);
        }
    }
}

/// What redis answers to `CONFIG GET requirepass` is the name and, on the next line, the value.
fn asked(bytes: &[u8], notes: &Notes) -> Option<&'static str> {
    let named = notes.keys.first()?;
    let name = bytes.get(named.start..named.end)?;
    let before = bytes.get(..named.start)?.trim_ascii();
    let after = bytes.get(named.end..)?.trim_ascii();
    let setting = [&b"requirepass"[..], b"masterauth", b"tls-key-file-pass"].contains(&name);
    let numbered = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    (setting && matches!(after, b"" | b"\"") && matches!(numbered, b"" | b"1)")).then_some(named.key.kind)
}

fn answer(bytes: &[u8], start: usize, text: &[u8], kind: &'static str, found: &mut Vec<Secret>) {
    let (start, text) = match text.strip_prefix(b"2) ") {
        Some(inner) => (start + 3, inner),
        None => (start, text),
    };
    match text {
        [b'"', inner @ .., b'"'] => hide(bytes, start + 1, start + 1 + inner.len(), kind, found),
        bare if is_odd(bare) && !bare.contains(&b' ') => hide(bytes, start, start + bare.len(), kind, found),
        _ => {}
    }
}

/// A line of `wg show all dump`: of an interface its private key, of a peer the shared one.
fn wireguard(bytes: &[u8], start: usize, text: &[u8], found: &mut Vec<Secret>) {
    let is_key = |field: &[u8]| {
        field.len() == 44
            && field.ends_with(b"=")
            && field.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte))
    };
    let mut at = start;
    let mut fields: Vec<(usize, &[u8])> = Vec::new();
    for field in text.split(|byte| *byte == b'\t').take(10) {
        fields.push((at, field));
        at += field.len() + 1;
    }
    let secret = match fields.as_slice() {
        [_, first @ (_, private), (_, public), _, _] if is_key(private) && is_key(public) => first,
        [first @ (_, private), (_, public), _, _] if is_key(private) && is_key(public) => first,
        [_, (_, public), shared @ (_, key), _, _, _, _, _, _] if is_key(public) && is_key(key) => shared,
        [(_, public), shared @ (_, key), _, _, _, _, _, _] if is_key(public) && is_key(key) => shared,
        _ => return,
    };
    hide(bytes, secret.0, secret.0 + secret.1.len(), "private-key", found);
}

/// `"user" * "secret" *` of PPP.
fn chap(bytes: &[u8], start: usize, text: &[u8], found: &mut Vec<Secret>) {
    let mut at = start;
    let mut cells = Vec::new();
    for cell in text.split(|byte| byte.is_ascii_whitespace()) {
        if !cell.is_empty() {
            cells.push((at, cell));
        }
        at += cell.len() + 1;
        if cells.len() > 4 {
            return;
        }
    }
    if let [(_, [b'"', .., b'"']), (_, b"*"), (from, [b'"', secret @ .., b'"']), ..] = cells.as_slice() {
        hide(bytes, from + 1, from + 1 + secret.len(), "password", found);
    }
}

/// Seven fields parted by tabs, of which the second and the fourth are TRUE or FALSE.
fn cookie_file(bytes: &[u8], start: usize, text: &[u8], found: &mut Vec<Secret>) {
    let mut fields = [(0, &b""[..]); 7];
    let mut at = start;
    let mut count = 0;
    for field in text.split(|byte| *byte == b'\t') {
        let Some(slot) = fields.get_mut(count) else { return };
        *slot = (at, field);
        at += field.len() + 1;
        count += 1;
    }
    let flag = |field: &[u8]| matches!(field, b"TRUE" | b"FALSE");
    let [_, (_, subdomains), _, (_, secure), _, _, (from, value)] = fields;
    if count == 7 && flag(subdomains) && flag(secure) && value.len() >= 8 && is_drawn(value, 8) {
        hide(bytes, from, from + value.len(), "cookie", found);
    }
}

/// `host:port:database:user:password` of PostgreSQL.
fn pgpass(bytes: &[u8], start: usize, text: &[u8], found: &mut Vec<Secret>) {
    let head = text.get(..text.len().min(160)).unwrap_or_default();
    let host = HOSTS.run(head);
    if host == 0 || head.get(host) != Some(&b':') {
        return;
    }
    let port = head.get(host + 1..).unwrap_or_default();
    let digits = port.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'*').count();
    let numbered = matches!(port.get(..digits), Some(b"*"))
        || (4..=5).contains(&digits) && !port.get(..digits).is_some_and(|port| port.contains(&b'*'));
    if !numbered || port.get(digits) != Some(&b':') {
        return;
    }
    let mut parts = text.splitn(5, |byte| *byte == b':');
    let (Some(name), Some(_), Some(database), Some(user), Some(secret)) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let word = |text: &[u8]| {
        !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-*.".contains(byte))
    };
    let machine = name == b"*"
        || name.iter().any(|byte| b".".contains(byte))
        || name == b"localhost"
        || name.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let letters = user.iter().any(u8::is_ascii_alphabetic) || user == b"*";
    if machine
        && word(database)
        && word(user)
        && letters
        && secret.len() >= 6
        && !secret.iter().any(u8::is_ascii_whitespace)
        && !secret.contains(&b'/')
    {
        hide(bytes, start + text.len() - secret.len(), start + text.len(), "password", found);
    }
}
