//! The password in `scheme://user:password@host`.

use super::innocent::is_reference;
use super::sight::{Ending, Secret};

/// What a lone user part must have to be taken for a token: `git@` is none.
const LONE_TOKEN: usize = 20;

/// The secret of the URL whose `://` begins at `at`.
pub(super) fn user_info(bytes: &[u8], at: usize) -> Option<Secret> {
    let start = at + 3;
    let authority = bytes.get(start..)?;
    let length =
        authority.iter().take_while(|byte| !byte.is_ascii_whitespace() && !b"/?#\"'`<>\\".contains(byte)).count();
    let authority = authority.get(..length)?;
    let user = authority.get(..authority.iter().rposition(|byte| *byte == b'@')?)?;
    let (from, kind) = match user.iter().position(|byte| *byte == b':') {
        Some(colon) => (colon + 1, "url-password"),
        None => (0, "url-token"),
    };
    let secret = user.get(from..)?;
    let lone = kind == "url-token" && (secret.len() < LONE_TOKEN || !secret.iter().any(u8::is_ascii_digit));
    if lone || is_reference(secret) {
        return None;
    }
    Some(Secret { start: start + from, end: start + user.len(), kind, ending: Ending::Word })
}
