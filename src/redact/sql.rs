//! Secrets in statements whose columns and values stand in two lists: `INSERT INTO t (name, password) VALUES (…)`.

use super::innocent::is_reference;
use super::key::{self, Sure};
use super::mark::has_mask;
use super::sight::{Ending, Secret};

/// Bytes before `VALUES` in which the list of columns is looked for, and columns and rows that are told apart.
const ENOUGH: usize = 512;
const MOST: usize = 32;

/// The secrets of the rows after `VALUES`, which ends at `end`.
pub(super) fn rows(bytes: &[u8], start: usize, end: usize, found: &mut Vec<Secret>) {
    let before = bytes.get(start.saturating_sub(ENOUGH)..start).unwrap_or_default().trim_ascii_end();
    let Some(inner) = before.strip_suffix(b")") else { return };
    let Some(open) = inner.iter().rposition(|byte| *byte == b'(') else { return };
    let columns = inner.get(open + 1..).unwrap_or_default().split(|byte| *byte == b',').take(MOST);
    let secret: Vec<Option<&'static str>> = columns
        .map(|name| {
            let name: &[u8] = name.trim_ascii();
            let bare = name.iter().position(|byte| !b"`\"'[".contains(byte)).unwrap_or(0);
            let name = name.get(bare..).unwrap_or_default();
            let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            key::of(name.get(..length)?).filter(|key| key.sure == Sure::Yes).map(|key| key.kind)
        })
        .collect();
    if secret.iter().all(Option::is_none) {
        return;
    }
    let mut at = end;
    for _ in 0..MOST {
        at += bytes
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || **byte == b',')
            .count();
        if bytes.get(at) != Some(&b'(') {
            return;
        }
        at += 1;
        for kind in &secret {
            let Some((from, to, next)) = cell(bytes, at) else { return };
            let value = bytes.get(from..to).unwrap_or_default();
            if let Some(kind) = kind
                && !is_reference(value)
                && !has_mask(value)
                && value != b"?"
            {
                found.push(Secret::new(from, to, kind, Ending::Argument));
            }
            at = next;
        }
    }
}

/// One value: where it begins and ends, and where the next one begins.
fn cell(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    let window = bytes.get(..bytes.len().min(at + ENOUGH))?;
    let from = at + window.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if let Some(quote @ (b'\'' | b'"')) = window.get(from).copied() {
        let to = Ending::Quote(quote).find(window, from + 1);
        let rest = window.get(to + 1..)?;
        let mark = rest.iter().position(|byte| matches!(byte, b',' | b')'))?;
        return Some((from + 1, to, to + 1 + mark + 1));
    }
    let length = window.get(from..)?.iter().position(|byte| matches!(byte, b',' | b')'))?;
    Some((from, from + length, from + length + 1))
}
