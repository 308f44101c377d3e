//! Secrets within addresses: `scheme://user:password@host`, parameters of a query, and addresses that are themselves
//! the key to a chat room.

use memchr::{memchr, memchr_iter};

use super::innocent::is_reference;
use super::key::{self, Sure};
use super::mark::has_mask;
use super::shape::{is_digest, is_drawn, is_uuid};
use super::sight::{Ending, Secret, Set, find, is_token};

/// What a lone user part must have to be taken for a token: `git@` is none.
const LONE_TOKEN: usize = 16;
const LONGEST: usize = 2 << 10;

/// Parameters that are secret only in a query. Their values must be at least this long.
const PARAMETERS: &[(&[u8], usize, &str)] = &[
    (b"sig", 10, "signature"),
    (b"signature", 10, "signature"),
    (b"x-amz-signature", 10, "signature"),
    (b"x-goog-signature", 10, "signature"),
    (b"x-amz-credential", 10, "access-key"),
    (b"awsaccesskeyid", 10, "access-key"),
    (b"key", 12, "key"),
    (b"code", 12, "code"),
    (b"auth", 6, "auth"),
    (b"session", 8, "session"),
    (b"sessionid", 8, "session"),
    (b"sid", 8, "session"),
    (b"hash", 16, "hash"),
    (b"assertion", 16, "token"),
    (b"state", 24, "state"),
    (b"hmac", 12, "signature"),
    (b"ticket", 12, "token"),
    (b"otp", 6, "otp"),
    (b"subscription-key", 8, "api-key"),
    (b"appid", 24, "api-key"),
    (b"credential", 12, "secret"),
    (b"se_sig", 10, "signature"),
    (b"community", 6, "password"),
    (b"p", 8, "password"),
    (b"t", 20, "token"),
];

/// Addresses whose path is a secret: what stands before it, and how many segments stay.
const WEBHOOKS: &[(&[u8], usize)] = &[
    (b"hooks.slack.com/services/", 0),
    (b"hooks.slack.com/workflows/", 0),
    (b"hooks.slack.com/triggers/", 0),
    (b"discord.com/api/webhooks/", 1),
    (b"discordapp.com/api/webhooks/", 1),
    (b"webhook.office.com/webhookb2/", 0),
    (b"outlook.office.com/webhook/", 0),
    (b"outlook.office365.com/webhook/", 0),
    (b"hooks.zapier.com/hooks/catch/", 0),
    (b"maker.ifttt.com/trigger/", 2),
    (b"mattermost/hooks/", 0),
    (b"events.pagerduty.com/integration/", 0),
    (b"hc-ping.com/", 0),
    (b"oapi.dingtalk.com/robot/send?access_token=", 0),
    (b"open.feishu.cn/open-apis/bot/v2/hook/", 0),
    (b"qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", 0),
    (b"hooks.glip.com/webhook/", 0),
    (b"webhooks.gitlab.com/", 0),
    (b"alert.victorops.com/integrations/generic/", 2),
    (b"hooks.chime.aws/incomingwebhooks/", 0),
];

/// What ends the host of a URL, its password, and the whole.
const AUTHORITY_ENDS: Set = Set::of(b" \t\n\x0c\r/?#\"'`<>\\");
const PASSWORD_ENDS: Set = Set::of(b" \t\n\x0c\r\"'`<>\\?&,;");
const ENDS: Set = Set::of(b" \t\n\x0c\r\"'`<>\\)]},;|");

/// The secrets of the URL whose `://` begins at `at`.
pub(super) fn secrets(bytes: &[u8], at: usize, out: &mut Vec<Secret>) {
    if let Some(secret) = user_info(bytes, at) {
        out.push(secret);
    }
    match webhook(bytes, at + 3) {
        Some(secret) => out.push(secret),
        None => out.extend(segment(bytes, at + 3)),
    }
}

/// A path segment drawn by lot, after one that says that it will be.
fn segment(bytes: &[u8], start: usize) -> Option<Secret> {
    const BEFORE: &[&[u8]] = &[b"/t/", b"/hooks/", b"/webhook/", b"/webhooks/", b"/token/", b"/hook/", b"/incoming/"];
    let rest = bytes.get(start..bytes.len().min(start + 256))?;
    let rest = rest.get(..ENDS.until(rest))?;
    let rest = rest.get(..memchr(b'?', rest).unwrap_or(rest.len()))?;
    let from = memchr_iter(b'/', rest).find_map(|at| {
        let here = rest.get(at..)?;
        let name = BEFORE.iter().find(|name| here.get(1) == name.get(1) && here.starts_with(name))?;
        Some(at + name.len())
    })?;
    let segment = rest.get(from..)?;
    let segment = segment.split(|byte| *byte == b'/').next()?;
    let fits = segment.len() >= 20 && is_drawn(segment, 20) && !is_digest(segment) && !is_uuid(segment);
    fits.then(|| Secret::new(start + from, start + from + segment.len(), "webhook", Ending::Token))
}

/// `user:password@tcp(host)` of Go, and `thin:user/password@host` of Oracle, where `@` stands at `at`.
pub(super) fn data_source(bytes: &[u8], at: usize) -> Option<Secret> {
    let before = bytes.get(at.saturating_sub(128)..at)?;
    let after = bytes.get(at + 1..)?;
    let (mark, word) = if [&b"tcp("[..], b"unix(", b"udp("].iter().any(|net| after.starts_with(net)) {
        (
            b':',
            before
                .iter()
                .rposition(|byte| byte.is_ascii_whitespace() || b"\"'`=".contains(byte))
                .map_or(0, |at| at + 1),
        )
    } else {
        (b'/', before.windows(5).rposition(|part| matches!(part, b"thin:"))? + 5)
    };
    let login = before.get(word..)?;
    let cut = login.iter().position(|byte| *byte == mark)?;
    let secret = login.get(cut + 1..)?;
    let plain = secret.is_empty() || has_mask(secret) || is_reference(secret) || is_template(secret);
    (!plain).then(|| Secret::new(at - secret.len(), at, "url-password", Ending::Word))
}

fn user_info(bytes: &[u8], at: usize) -> Option<Secret> {
    let start = at + 3;
    let authority = bytes.get(start..bytes.len().min(start + LONGEST))?;
    let mut authority = authority.get(..AUTHORITY_ENDS.until(authority))?;
    if !authority.contains(&b'@') {
        // A password may hold an unescaped `/` or `#`, before the `@` of the host.
        let wider = bytes.get(start..bytes.len().min(start + 256))?;
        let colon = authority.iter().position(|byte| *byte == b':')?;
        let wider = wider.get(..PASSWORD_ENDS.until(wider))?;
        let port = authority.get(colon + 1..)?;
        if port.iter().all(u8::is_ascii_digit) || colon == 0 && port.is_empty() {
            return None;
        }
        let host = wider.iter().rposition(|byte| *byte == b'@')?;
        authority = wider.get(..host + 1)?;
    }
    let user = authority.get(..authority.iter().rposition(|byte| *byte == b'@')?)?;
    // The `@` of a second address in a list of hosts belongs to that one.
    let user = user
        .split(|byte| *byte == b',')
        .next_back()
        .filter(|part| part.contains(&b':') && user.contains(&b'@'))
        .unwrap_or(user);
    let offset = user.as_ptr().addr().checked_sub(authority.as_ptr().addr())?;
    let start = start + offset;
    let (from, kind) = match user.iter().position(|byte| *byte == b':') {
        Some(colon) => (colon + 1, "url-password"),
        None => (0, "url-token"),
    };
    let secret = user.get(from..)?;
    let lone = kind == "url-token" && !is_drawn(secret, LONE_TOKEN);
    let basic = matches!(secret, b"x-oauth-basic" | b"x-access-token");
    if basic {
        let token = user.get(..from.checked_sub(1)?)?;
        return (!has_mask(token) && is_drawn(token, 8))
            .then(|| Secret::new(start, start + token.len(), "url-token", Ending::Word));
    }
    if lone || secret.is_empty() || has_mask(secret) || is_reference(secret) && !is_usual(secret) || is_template(secret)
    {
        return None;
    }
    Some(Secret::new(start + from, start + user.len(), kind, Ending::Word))
}

/// Passwords that are words; in a URL they stand for themselves.
fn is_usual(secret: &[u8]) -> bool {
    [&b"password"[..], b"secret", b"changeme", b"default", b"passwd", b"token"].contains(&secret)
}

/// `{password}`, `:PASSWORD`, `$1`: a pattern for an address.
fn is_template(secret: &[u8]) -> bool {
    secret.contains(&b'{') && secret.contains(&b'}')
        || matches!(
            secret,
            b"pass" | b"PASS" | b"PASSWORD" | b"password" | b"pwd" | b"PASSWD" | b"pw" | b"[password]" | b"passwd"
        )
}

/// The secret value of the parameter whose name ends at `end`, where `=` stands, in a query.
pub(super) fn parameter(bytes: &[u8], start: usize, end: usize) -> Option<Secret> {
    let before = *bytes.get(start.checked_sub(1)?)?;
    let amp = before == b';' && bytes.get(start.saturating_sub(5)..start).is_some_and(|amp| amp == b"&amp;");
    if !(matches!(before, b'?' | b'&') || amp) || bytes.get(end) != Some(&b'=') {
        return None;
    }
    let name = bytes.get(start..end)?;
    let window = bytes.get(..bytes.len().min(end + 513))?;
    let value = window.get(end + 1..Ending::Word.find(window, end + 1))?;
    let plain = is_reference(value) || has_mask(bytes.get(end + 1..(end + 20).min(bytes.len()))?);
    let user = bytes
        .get(start.saturating_sub(64)..start)
        .is_some_and(|before| before.windows(3).any(|part| part == b"&u=" || part == b"?u="));
    if name == b"p" && !user {
        return None;
    }
    let kind = match PARAMETERS.iter().find(|(parameter, _, _)| name.eq_ignore_ascii_case(parameter)) {
        Some((_, least, kind)) => {
            let weak = name == b"t" || matches!(*kind, "key" | "hash" | "state" | "code");
            let drawn = value.iter().any(u8::is_ascii_digit) || value.len() >= 24;
            (value.len() >= *least && !(weak && (!drawn || is_digest(value) && value.len() != 32 || is_uuid(value))))
                .then_some(*kind)?
        }
        None => key::of(name).filter(|key| key.sure == Sure::Yes).map(|key| key.kind)?,
    };
    (!plain && !value.is_empty()).then(|| Secret::new(end + 1, Ending::Word.find(bytes, end + 1), kind, Ending::Word))
}

fn webhook(bytes: &[u8], start: usize) -> Option<Secret> {
    let rest = bytes.get(start..bytes.len().min(start + 512))?;
    let rest = rest.get(..ENDS.until(rest))?;
    if !rest.windows(4).any(|four| matches!(four, b"hook" | b"ping" | b"robo" | b"inte" | b"trig")) {
        return None;
    }
    let (from, keeps) = WEBHOOKS.iter().find_map(|(begin, keeps)| {
        let near = rest.get(..rest.len().min(159 + begin.len()))?;
        let at = find(near, begin)?;
        Some((at + begin.len(), *keeps))
    })?;
    let mut from = from;
    for _ in 0..keeps {
        from += rest.get(from..)?.iter().position(|byte| *byte == b'/')? + 1;
    }
    let secret = rest.get(from..)?;
    let query = secret.iter().position(|byte| *byte == b'?').unwrap_or(secret.len());
    let secret = secret.get(..query)?;
    // What is done with the hook says nothing about it.
    let secret = secret.strip_suffix(b"/enqueue").or_else(|| secret.strip_suffix(b"/")).unwrap_or(secret);
    let real = secret.iter().any(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
        && !secret.windows(4).any(|four| four == b"XXXX");
    let enough = real && secret.len() >= 12 && secret.iter().any(|byte| is_token(*byte)) && !has_mask(secret);
    (enough && !is_reference(secret))
        .then(|| Secret::new(start + from, start + from + secret.len(), "webhook", Ending::Token))
}
