//! What HTTP headers carry: credentials after a scheme, and cookies.

use super::innocent::is_reference;
use super::mark::has_mask;
use super::shape::is_drawn;
use super::sight::{Ending, Secret, blanks};

/// Attributes of a cookie, and other names whose values anyone may see.
#[rustfmt::skip]
const ATTRIBUTES: &[&[u8]] = &[
    b"path", b"domain", b"expires", b"max-age", b"samesite", b"secure", b"httponly", b"priority", b"version",
    b"theme", b"lang", b"locale", b"language", b"tz", b"timezone", b"consent", b"currency", b"partitioned",
];
const ENOUGH: usize = 256;

/// What an `Authorization` header carries after its scheme.
pub(super) fn credentials(bytes: &[u8], at: usize) -> Option<Secret> {
    let quotes = bytes.get(at..)?.iter().take(4).take_while(|byte| b"\"'\\[".contains(byte)).count();
    let at = at + quotes;
    let scheme =
        bytes.get(at..)?.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let word = bytes.get(at..at + scheme)?;
    if let Some(secret) = proxmox(bytes, at) {
        return Some(secret);
    }
    let known: [(&[u8], &str); 12] = [
        (b"ssws", "token"),
        (b"geniekey", "api-key"),
        (b"oauth", "token"),
        (b"bot", "token"),
        (b"api-key", "api-key"),
        (b"bearer", "bearer"),
        (b"basic", "basic"),
        (b"token", "token"),
        (b"apikey", "api-key"),
        (b"negotiate", "negotiate"),
        (b"sharedkey", "secret-key"),
        (b"splunk", "token"),
    ];
    let known = known.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind);
    let gap = blanks(bytes, at + scheme);
    if known.is_none() && gap > 0 && bytes.get(at + scheme + gap..).is_some() {
        return signature(bytes, at + scheme + gap);
    }
    let (start, kind) = match known {
        Some(kind) if gap > 0 => (at + scheme + gap, kind),
        _ => (at, "authorization"),
    };
    let text = beginning(bytes, start)?;
    // `Token token="…"`
    if [&b"token="[..], b"realm=", b"username="].iter().any(|name| text.starts_with(name)) {
        return None;
    }
    let hidden = !is_reference(text) && (known.is_some() && gap > 0 || is_drawn(text, 12));
    hidden.then(|| Secret::new(start, Ending::Word.find(bytes, start), kind, Ending::Word))
}

/// `PVEAPIToken=user@realm!name=secret`, and the same of its kin with colons.
pub(super) fn proxmox(bytes: &[u8], at: usize) -> Option<Secret> {
    let rest = bytes.get(at..bytes.len().min(at + ENOUGH))?;
    let named = [&b"PVEAPIToken="[..], b"PBSAPIToken=", b"PMGAPIToken=", b"PDMAPIToken="]
        .iter()
        .any(|name| rest.starts_with(name));
    let end = Ending::Word.find(rest, 0);
    let text = rest.get(..end).filter(|_| named)?;
    let cut = text.iter().rposition(|byte| matches!(byte, b'=' | b':'))? + 1;
    let value = text.get(cut..)?;
    let plain = value.len() < 8 || is_reference(value) || has_mask(rest.get(cut..(end + 12).min(rest.len()))?);
    (!plain).then(|| Secret::new(at + cut, at + end, "token", Ending::Word))
}

/// The signature among the parameters of a scheme that signs requests.
fn signature(bytes: &[u8], at: usize) -> Option<Secret> {
    let window = bytes.get(at..bytes.len().min(at + 2 * ENOUGH))?;
    let names: [&[u8]; 3] = [b"Signature=", b"response=\"", b"signature=\""];
    // `AWS id:signature`
    let aws = bytes.get(..at).is_some_and(|before| before.ends_with(b"AWS "));
    if let Some(colon) = window.iter().take(64).position(|byte| *byte == b':').filter(|_| aws) {
        let start = at + colon + 1;
        let text = beginning(bytes, start)?;
        return (text.len() >= 16).then(|| Secret::new(start, start + text.len(), "signature", Ending::Word));
    }
    let start = names
        .iter()
        .find_map(|name| Some(at + window.windows(name.len()).position(|part| part == *name)? + name.len()))?;
    let text = beginning(bytes, start)?;
    (text.len() >= 16).then(|| Secret::new(start, Ending::Word.find(bytes, start), "signature", Ending::Word))
}

/// The credentials after a bare `Bearer`, wherever it stands.
pub(super) fn bearer(bytes: &[u8], start: usize, end: usize) -> Option<Secret> {
    let word = bytes.get(start..end)?;
    let (least, kind) = match word.len() {
        6 if word.eq_ignore_ascii_case(b"bearer") => (10, "bearer"),
        5 if word == b"Basic" => (12, "basic"),
        _ => return None,
    };
    let gap = blanks(bytes, end);
    let at = end + gap;
    let text = beginning(bytes, at)?;
    let token = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=._~-".contains(byte));
    let hidden = gap > 0 && token && is_drawn(text, least) && !is_reference(text);
    hidden.then(|| Secret::new(at, Ending::Word.find(bytes, at), kind, Ending::Word))
}

/// The values of a `Cookie` or `Set-Cookie` header.
pub(super) fn cookies(bytes: &[u8], name: usize, from: usize, out: &mut Vec<Secret>) {
    let only_first =
        bytes.get(name..).is_some_and(|name| name.get(..3).is_some_and(|set| set.eq_ignore_ascii_case(b"set")));
    let quotes =
        bytes.get(from..).unwrap_or_default().iter().take(3).take_while(|byte| b"\"'\\".contains(byte)).count();
    let mut at = from + quotes;
    while let Some(rest) = bytes.get(at..) {
        let length =
            rest.iter().take(128).take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-%".contains(byte)).count();
        if length == 0 || rest.get(length) != Some(&b'=') {
            return;
        }
        let name = rest.get(..length).unwrap_or_default();
        let start = at + length + 1;
        let end = Ending::Word.find(bytes, start);
        let value = bytes.get(start..end.min(start + ENOUGH)).unwrap_or_default();
        let plain = ATTRIBUTES.iter().any(|attribute| name.eq_ignore_ascii_case(attribute))
            || is_reference(value)
            || value.len() < 6
            || has_mask(bytes.get(start..(end + 24).min(bytes.len())).unwrap_or_default()) && value.starts_with(b"[");
        if !plain {
            out.push(Secret::new(start, end, "cookie", Ending::Word));
        }
        if only_first || !bytes.get(end..).is_some_and(|rest| rest.starts_with(b"; ") || rest.starts_with(b";")) {
            return;
        }
        at = end + 1 + blanks(bytes, end + 1);
    }
}

fn beginning(bytes: &[u8], start: usize) -> Option<&[u8]> {
    let window = bytes.get(..bytes.len().min(start + ENOUGH))?;
    let text = window.get(start..Ending::Word.find(window, start))?;
    (!has_mask(window.get(start..)?.get(..text.len() + 12).unwrap_or(text)) && !text.is_empty()).then_some(text)
}
