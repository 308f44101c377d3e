//! Secrets that a sentence or a protocol announces: `password is …`, `IDENTIFIED BY '…'`, `AUTH …`, `PASS …`.
//!
//! Owns which words lead from a name to its secret, and how odd a word must look to be one when nothing but a blank
//! stands between the two.

use super::innocent::{is_expression, is_prose, is_reference, is_word_of_usage};
use super::key::{self, Key, Sure};
use super::mark::has_mask;
use super::scan::Line;
use super::shape::{is_dense, is_drawn, is_path, is_version};
use super::sight::{Ending, Secret, blanks, find};
use super::sql;

/// Words that lead from a name to its secret.
const LEADS: &[&[u8]] =
    &[b"is", b"was", b"to", b"set", b"as", b"are", b"now", b"changed", b"from", b"value", b"header"];
const ENOUGH: usize = 256;

/// The secret after a name that no joint follows.
pub(super) fn value(line: Line<'_>, start: usize, end: usize, key: Key, found: &mut Vec<Secret>) {
    let bytes = line.bytes;
    if key.sure != Sure::Yes {
        return;
    }
    let gap = blanks(bytes, end);
    if gap == 0 || gap > 2 {
        return;
    }
    let at = end + gap;
    // `private-key <(echo x)`
    if let Some(said) = [&b"<(echo "[..], b"<(printf ", b"<(echo -n "]
        .iter()
        .rev()
        .find(|said| bytes.get(at..).is_some_and(|rest| rest.starts_with(said)))
    {
        let at = at + said.len();
        let (from, to) = quoted(bytes, at).unwrap_or_else(|| (at, Ending::Word.find(bytes, at)));
        let value = bytes.get(from..to).unwrap_or_default();
        if !value.is_empty() && !is_reference(value) && !has_mask(value) {
            found.push(Secret::new(from, to, key.kind, Ending::Word));
        }
        return;
    }
    if let Some(quoted) = quoted(bytes, at) {
        let value = bytes.get(quoted.0..quoted.1).unwrap_or_default();
        let plain = is_reference(value) || is_prose(value) || has_mask(value) || value.is_empty();
        let sentence = is_said(bytes, start);
        let hidden = match key.kind {
            // `PASSWORD 'x'` of SQL, `psk "x"`.
            "password" | "secret-key" => !sentence || is_odd(value),
            _ => is_drawn(value, 16),
        };
        if hidden && !plain {
            found.push(Secret::new(quoted.0, quoted.1, key.kind, Ending::Argument));
        }
        return;
    }
    let mut at = at;
    let mut led = false;
    for _ in 0..4 {
        let (word, after) = word(bytes, at);
        if word.is_empty() {
            return;
        }
        let bare = word.strip_suffix(b":").unwrap_or(word);
        if LEADS.contains(&bare) {
            led = true;
            at = after + blanks(bytes, after);
            if let Some((from, to)) = quoted(bytes, at) {
                let value = bytes.get(from..to).unwrap_or_default();
                if !is_reference(value) && !is_prose(value) && !has_mask(value) && is_odd(value) {
                    found.push(Secret::new(from, to, key.kind, Ending::Argument));
                    // `from "old" to "new"`
                    at = to + 1 + blanks(bytes, to + 1);
                    continue;
                }
                return;
            }
            continue;
        }
        // `password 7 0822455D0A16544541`, the type of an obfuscated one.
        if matches!(word, b"0" | b"5" | b"7" | b"8" | b"9") && key.kind != "token" {
            at = after + blanks(bytes, after);
            let (hash, _) = self::word(bytes, at);
            if hash.len() >= 6 && hash.iter().all(|byte| byte.is_ascii_graphic()) && !is_reference(hash) {
                found.push(Secret::new(at, at + hash.len(), key.kind, Ending::Argument));
            }
            return;
        }
        break;
    }
    let (word, after) = word(bytes, at);
    let value = word;
    let said = led && (if key.kind == "password" { is_odd(value) } else { is_dense(value, 16) });
    let direct = !led && is_direct(bytes, start, value, after, key);
    if (said || direct)
        && !value.is_empty()
        && !is_reference(value)
        && !has_mask(value)
        && !is_word_of_usage(value)
        && !is_expression(value)
    {
        found.push(Secret::new(at, at + value.len(), key.kind, Ending::Argument));
        return;
    }
    announced(bytes, end, key, found);
}

/// Whether a word right after a name is its secret.
fn is_direct(bytes: &[u8], start: usize, value: &[u8], after: usize, key: Key) -> bool {
    if is_path(value) || is_expression(value) || value.starts_with(b"-") {
        return false;
    }
    match key.kind {
        "password" => {
            let before = bytes.get(start.saturating_sub(6)..start).unwrap_or_default().trim_ascii_end();
            let upper = value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
            let listed = before.ends_with(b"with") || before.ends_with(b",");
            let last = bytes.get(after..).unwrap_or_default().trim_ascii().is_empty();
            let joined = value.iter().any(|byte| b"!@#$%^&*+=?~_.".contains(byte));
            is_odd(value) && (upper || listed || last && (joined || value.iter().any(u8::is_ascii_digit)))
        }
        // `username ops privilege 15 secret x` of a router.
        "secret" if bytes.get(..start).is_some_and(|before| before.trim_ascii_start().starts_with(b"username ")) => {
            is_odd(value)
        }
        "token" | "api-key" | "secret-key" | "access-key" | "secret" => {
            // A key of AWS may hold slashes.
            let amazon = key.kind == "secret-key"
                && value.len() == 40
                && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte));
            (is_dense(value, 16) || amazon && is_drawn(value, 40))
                && value.iter().any(u8::is_ascii_alphabetic)
                && value.iter().filter(|byte| **byte == b'-').count() < 4
        }
        _ => false,
    }
}

/// `A temporary password is generated for root@localhost: …`: the last word of the line after a colon.
fn announced(bytes: &[u8], from: usize, key: Key, found: &mut Vec<Secret>) {
    let is_token = matches!(key.kind, "token" | "api-key" | "secret-key" | "secret");
    if key.kind != "password" && !is_token {
        return;
    }
    let rest = bytes.get(from..bytes.len().min(from + ENOUGH)).unwrap_or_default();
    if from + rest.len() < bytes.len() {
        return;
    }
    let joints: [&[u8]; 3] = [b": ", b" -> ", b" is "];
    let last = joints
        .iter()
        .filter_map(|joint| Some((rest.windows(joint.len()).rposition(|part| part == *joint)?, joint.len())))
        .max();
    let Some((colon, width)) = last else { return };
    let lead = rest.get(..colon).unwrap_or_default();
    let tells = [&b"for "[..], b"generated", b"created", b"user ", b"key ", b"set"]
        .iter()
        .any(|word| lead.windows(word.len()).any(|part| part == *word));
    let at = from + colon + width;
    let mut value = bytes.get(at..).unwrap_or_default().trim_ascii();
    if let Some(note) = value.windows(2).position(|two| two == b" (") {
        value = value.get(..note).unwrap_or_default();
    }
    let at = at + blanks(bytes, at);
    let spaced = value.iter().any(u8::is_ascii_whitespace);
    if is_token && !is_dense(value, 16) {
        return;
    }
    let passphrase = spaced && lead.windows(4).any(|part| part == b"key ") && value.len() >= 8;
    if tells && (!spaced && is_odd(value) || passphrase) && !is_reference(value) && !has_mask(value) && !is_prose(value)
    {
        found.push(Secret::new(at, at + value.len(), key.kind, Ending::Line));
    }
}

/// Words that announce a secret in their own syntax.
pub(super) fn by_itself(line: Line<'_>, start: usize, end: usize, found: &mut Vec<Secret>) {
    let bytes = line.bytes;
    let Some(name) = bytes.get(start..end) else { return };
    let span = match name {
        b"AUTH" => redis_auth(bytes, start, end),
        b"PASSWORD" if bytes.get(end) == Some(&b'(') => quoted(bytes, end + 1),
        // `SET PASSWORD FOR 'a'@'%' = 'x'`
        b"PASSWORD" | b"password" => {
            let rest = bytes.get(end..bytes.len().min(end + 96)).unwrap_or_default();
            let mark = rest
                .windows(3)
                .position(|part| matches!(part, b"= '" | b"= \""))
                .filter(|_| rest.starts_with(b" FOR ") || rest.starts_with(b" for "));
            mark.and_then(|mark| quoted(bytes, end + mark + 2))
        }
        // `PRAGMA key = 'x'` of SQLCipher.
        b"PRAGMA" | b"pragma" => {
            let rest = bytes.get(end..bytes.len().min(end + 48)).unwrap_or_default();
            let mark = rest.iter().position(|byte| matches!(byte, b'\'' | b'"'));
            mark.filter(|_| rest.starts_with(b" key") || rest.starts_with(b" rekey"))
                .and_then(|mark| quoted(bytes, end + mark))
        }
        b"ConvertTo-SecureString" => quoted(bytes, end + blanks(bytes, end)),
        b"PASS" => spoken(bytes, start, end),
        b"LOGIN" => {
            let at = end + blanks(bytes, end);
            let (_, after) = word(bytes, at);
            quoted(bytes, after + blanks(bytes, after)).filter(|_| after > at)
        }
        b"IDENTIFIED" | b"identified" | b"Identified" => {
            let rest = bytes.get(end..bytes.len().min(end + 80)).unwrap_or_default();
            let by = rest.windows(4).position(|part| part.eq_ignore_ascii_case(b" by "));
            by.and_then(|by| {
                let at = end + by + 4 + blanks(bytes, end + by + 4);
                let (bare, _) = word(bytes, at);
                quoted(bytes, at).or_else(|| is_odd(bare).then_some((at, at + bare.len())))
            })
        }
        // `db.auth("user", "x")` of MongoDB.
        b"db.auth" => {
            let rest = bytes.get(end..bytes.len().min(end + ENOUGH)).unwrap_or_default();
            let comma = rest.iter().position(|byte| *byte == b',').filter(|_| rest.starts_with(b"("));
            comma.and_then(|comma| quoted(bytes, end + comma + 1 + blanks(bytes, end + comma + 1)))
        }
        // `ACL SETUSER ops on >x`
        b"SETUSER" | b"setuser" => {
            let rest = bytes.get(end..bytes.len().min(end + ENOUGH)).unwrap_or_default();
            rest.windows(2)
                .position(|two| two == b" >")
                .map(|mark| (end + mark + 2, Ending::Space.find(bytes, end + mark + 2)))
        }
        // `New value: x` after a password was reset.
        b"value" => {
            let new = bytes.get(..start).is_some_and(|before| before.ends_with(b"New "));
            let at = end + 1 + blanks(bytes, end + 1);
            let (word, _) = word(bytes, at);
            (new && bytes.get(end) == Some(&b':') && is_drawn(word, 12)).then_some((at, at + word.len()))
        }
        b"VALUES" | b"values" => {
            sql::rows(bytes, start, end, found);
            None
        }
        b"add-mask" => {
            bytes.get(end..).and_then(|rest| rest.strip_prefix(b"::")).map(|_| (end + 2, bytes.trim_ascii_end().len()))
        }
        // `stats auth ops:x` of HAProxy.
        b"stats" => {
            let rest = bytes.get(end..).and_then(|rest| rest.strip_prefix(b" auth ")).unwrap_or_default();
            let (login, _) = word(rest, 0);
            let colon = login.iter().position(|byte| *byte == b':');
            colon.map(|colon| (end + 6 + colon + 1, end + 6 + login.len()))
        }
        b"rocommunity" | b"rwcommunity" => {
            let at = end + blanks(bytes, end);
            let (word, _) = word(bytes, at);
            (at > end && typed_alone(bytes, start) && word != b"public").then_some((at, at + word.len()))
        }
        b"tacacs-server" | b"radius-server" => {
            let rest = bytes.get(end..bytes.len().min(end + ENOUGH)).unwrap_or_default();
            find(rest, b" key ").map(|mark| {
                let at = end + mark + 5;
                let (first, after) = word(bytes, at);
                // The type of an obfuscated one.
                let at = if first.len() == 1 { after + blanks(bytes, after) } else { at };
                (at, at + word(bytes, at).0.len())
            })
        }
        // `createUser ops SHA "x" AES "y"` of SNMP.
        b"createUser" => {
            let mut at = end;
            let hashed = [&b" SHA"[..], b" MD5"]
                .iter()
                .any(|word| bytes.get(end..).is_some_and(|rest| find(rest, word).is_some()));
            while let Some(mark) =
                bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'"')).filter(|_| hashed)
            {
                let Some((from, to)) = quoted(bytes, at + mark) else { break };
                let value = bytes.get(from..to).unwrap_or_default();
                if !is_reference(value) && !has_mask(value) {
                    found.push(Secret::new(from, to, "password", Ending::Argument));
                }
                at = to + 1;
            }
            None
        }
        // `ops : EAP "x"` of IPsec.
        b"EAP" | b"XAUTH" => {
            let stands = bytes.get(..start).is_some_and(|before| before.ends_with(b": "));
            quoted(bytes, end + blanks(bytes, end)).filter(|_| stands)
        }
        // `::set-output name=token::x` of GitHub's workflows.
        b"set-output" | b"set-env" | b"save-state" => {
            let rest = bytes.get(end..).unwrap_or_default();
            let named = rest.strip_prefix(b" name=").unwrap_or_default();
            let mark = find(named, b"::").unwrap_or(0);
            let names = named.get(..mark).is_some_and(|name| key::of(name).is_some());
            let from = end + 6 + mark + 2;
            let tail = bytes.trim_ascii_end();
            let quote = usize::from(matches!(tail.last(), Some(b'"' | b'\'')));
            (names && from < tail.len() - quote).then(|| (from, tail.len() - quote))
        }
        b"issecret" => {
            let close = bytes.get(end..).and_then(|rest| rest.iter().position(|byte| *byte == b']'));
            let truly = bytes.get(end..).is_some_and(|rest| rest.starts_with(b"=true"));
            close.filter(|_| truly).map(|close| (end + close + 1, bytes.trim_ascii_end().len()))
        }
        b"community" => {
            let at = end + blanks(bytes, end);
            let (word, _) = word(bytes, at);
            let open = matches!(word, b"public" | b"private" | b"string" | b"name" | b"list");
            let before = bytes.get(..start).unwrap_or_default().trim_ascii_end();
            let snmp = before.ends_with(b"snmp-server") || before.ends_with(b"set snmp");
            (snmp && !open && !word.is_empty()).then_some((at, at + word.len()))
        }
        // `user = "name:password"` of .curlrc.
        b"user" | b"proxy-user" => {
            let at = end + blanks(bytes, end);
            let equals =
                bytes.get(at) == Some(&b'=') && bytes.get(..start).is_some_and(|before| before.trim_ascii().is_empty());
            // `user ops on >x ~*` of redis.
            let typed = typed_alone(bytes, start);
            let rest = bytes.get(end..bytes.len().min(end + ENOUGH)).unwrap_or_default();
            let ruled =
                typed && name == b"user" && [&b" on "[..], b" off "].iter().any(|word| find(rest, word).is_some());
            if let Some(mark) = find(rest, b" >").filter(|_| ruled) {
                let from = end + mark + 2;
                let secret = Secret::new(from, Ending::Space.find(bytes, from), "password", Ending::Space);
                let value = bytes.get(secret.start..secret.end).unwrap_or_default();
                if !value.is_empty() && !is_reference(value) && !has_mask(value) {
                    found.push(secret);
                }
                return;
            }
            let (from, to) = match equals.then(|| quoted(bytes, at + 1 + blanks(bytes, at + 1))).flatten() {
                Some(span) => span,
                None => return,
            };
            let colon = bytes.get(from..to).and_then(|value| value.iter().position(|byte| *byte == b':'));
            colon.map(|colon| (from + colon + 1, to))
        }
        _ => None,
    };
    let Some((from, to)) = span else { return };
    let value = bytes.get(from..to).unwrap_or_default();
    if !value.is_empty()
        && !is_reference(value)
        && !has_mask(bytes.get(from..(to + 12).min(bytes.len())).unwrap_or(value))
    {
        found.push(Secret::new(from, to, "password", Ending::Argument));
    }
}

/// `AUTH x` typed to redis, or `"AUTH" "x"` as its monitor shows it.
fn redis_auth(bytes: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let before = bytes.get(..start).unwrap_or_default();
    let typed = before.trim_ascii().is_empty()
        || before.ends_with(b"> ")
        || before.ends_with(b"\"")
        || before.ends_with(b"'")
        || bytes
            .get(start.saturating_sub(16)..start)
            .is_some_and(|near| near.windows(6).any(|part| matches!(part, b"HELLO ")));
    let at = end + usize::from(matches!(bytes.get(end), Some(b'"')));
    let at = at + blanks(bytes, at);
    if !typed || at == end {
        return None;
    }
    let mut span = argument(bytes, at)?;
    // `AUTH user password`
    if let Some(second) = argument(bytes, past(bytes, span.1)) {
        span = second;
    }
    let first = bytes.get(span.0..span.1)?;
    (!matches!(first, b"LOGIN" | b"PLAIN" | b"CRAM-MD5" | b"failed") && first.len() > 2).then_some(span)
}

fn typed_alone(bytes: &[u8], start: usize) -> bool {
    bytes.get(..start).is_some_and(|before| before.trim_ascii().is_empty())
}

fn past(bytes: &[u8], at: usize) -> usize {
    let at = at + usize::from(matches!(bytes.get(at), Some(b'"' | b'\'')));
    at + blanks(bytes, at)
}

fn argument(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    quoted(bytes, at).or_else(|| {
        let (word, _) = word(bytes, at);
        (!word.is_empty() && !word.starts_with(b"(") && !word.starts_with(b"\\")).then_some((at, at + word.len()))
    })
}

/// `PASS x` as FTP, POP3 and SMTP servers hear it.
fn spoken(bytes: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let before = bytes.get(..start).unwrap_or_default();
    let begins =
        before.trim_ascii().is_empty() || before.ends_with(b"\"") || before.ends_with(b"> ") || before.ends_with(b": ");
    let gap = blanks(bytes, end);
    let at = end + gap;
    let to = Ending::Space.find(bytes, at).min(Ending::Argument.find(bytes, at));
    let value = bytes.get(at..to)?;
    (begins && gap == 1 && value.len() >= 4 && !value.contains(&b'/') && !value.iter().all(u8::is_ascii_lowercase))
        .then_some((at, to))
}

/// The inside of a quoted text at `at`, also with a letter or a backslash before its quote.
fn quoted(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (start, ending) = match bytes.get(at..)? {
        [quote @ (b'"' | b'\''), ..] => (at + 1, Ending::Quote(*quote)),
        [b'N' | b'E' | b'U', quote @ (b'"' | b'\''), ..] => (at + 2, Ending::Quote(*quote)),
        [b'\\', b'"' | b'\'', ..] => (at + 2, Ending::EscapedQuote),
        _ => return None,
    };
    let window = bytes.get(..bytes.len().min(start + ENOUGH))?;
    let end = ending.find(window, start);
    (end > start && end < window.len()).then_some((start, end))
}

/// The word at `at` without the marks that end a sentence, and where it ended with them.
fn word(bytes: &[u8], at: usize) -> (&[u8], usize) {
    let rest = bytes.get(at..bytes.len().min(at + ENOUGH)).unwrap_or_default();
    let length = Ending::Argument.find(rest, 0);
    let whole = rest.get(..length).unwrap_or_default();
    let trimmed = whole.len() - whole.iter().rev().take_while(|byte| b".,;:)".contains(byte)).count();
    (whole.get(..trimmed.max(usize::from(whole == b":"))).unwrap_or_default(), at + length)
}

/// Whether the name stands in a sentence rather than in a statement.
fn is_said(bytes: &[u8], start: usize) -> bool {
    let name = bytes.get(start..).unwrap_or_default();
    name.first().is_some_and(u8::is_ascii_lowercase) && bytes.get(start.saturating_sub(4)..start) == Some(b"the ")
}

/// Whether no sentence has such a word: letters with digits, capitals within, or marks that join no words.
pub(super) fn is_odd(word: &[u8]) -> bool {
    let inner = word.get(1..).unwrap_or_default();
    let digits = word.iter().any(u8::is_ascii_digit);
    let letters = word.iter().any(u8::is_ascii_alphabetic);
    let humps = inner.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase);
    let marks = inner.iter().any(|byte| b"!@#$%^&*+=~?_|<>{};".contains(byte));
    word.len() >= 6
        && letters
        && !is_version(word)
        && (digits || humps || marks)
        && !is_path(word)
        && !word.starts_with(b"-")
        && !word.contains(&b'(')
}
