//! What stands where a secret would stand and is none.
//!
//! Owns the forms of references, placeholders, types, expressions and prose. Judges a value by itself; the syntax
//! around it is `pair`'s, how it looks `shape`'s.

use super::shape::is_drawn;
use super::sight::has_word;

/// Values that say there is none, or what sort of thing belongs there. Compared without capitals.
const WORDS: &[&[u8]] = &[
    b"null",
    b"~",
    b"!0",
    b"!1",
    b"nil",
    b"none",
    b"true",
    b"false",
    b"yes",
    b"no",
    b"on",
    b"off",
    b"undefined",
    b"string",
    b"str",
    b"&str",
    b"int",
    b"bool",
    b"bytes",
    b"text",
    b"char",
    b"any",
    b"object",
    b"optional",
    b"required",
    b"secret",
    b"password",
    b"passwd",
    b"token",
    b"apikey",
    b"api_key",
    b"unset",
    b"empty",
    b"missing",
    b"invalid",
    b"expired",
    b"incorrect",
    b"wrong",
    b"unknown",
    b"disabled",
    b"enabled",
    b"default",
    b"hidden",
    b"masked",
    b"redacted",
    b"filtered",
    b"sensitive",
    b"encrypted",
    b"n/a",
    b"na",
    b"tbd",
    b"todo",
    b"fixme",
    b"changeme",
    b"change-me",
    b"change_me",
    b"replaceme",
    b"replace-me",
    b"replace_me",
    b"placeholder",
    b"example",
    b"dummy",
    b"not",
    b"ok",
    b"failed",
    b"failure",
    b"rejected",
    b"denied",
    b"revoked",
    b"changed",
    b"updated",
    b"created",
    b"deleted",
    b"rotated",
    b"reset",
    b"valid",
    b"accepted",
    b"ignored",
    b"absent",
    b"present",
    b"error",
    b"type",
    b"input",
    b"field",
    b"varchar",
    b"<nil>",
    b"await",
    b"new",
    b"yield",
    b"return",
    b"async",
    b"files",
    b"files systemd",
    b"compat",
    b"read",
    b"write",
    b"readonly",
    b"data+omitted",
    b"omitted",
    b"%s",
    b"%v",
    b"%q",
    b"%d",
    b"%@",
    b"{}",
    b"|",
    b"|-",
    b"|+",
    b">",
    b">-",
    b">+",
    b"{",
    b"[",
    b"{}",
    b"[]",
    b"\\",
    b"-",
    b"--",
    b"(",
    b"\"\"",
    b"''",
    b"&",
    b"*",
];

/// How references and expressions begin.
const BEGINNINGS: &[&[u8]] = &[
    b"<<",
    b"[^",
    b"([^",
    b"(.*",
    b".*",
    b"\\S",
    b"\\w",
    b"(?",
    b"${",
    b"$__",
    b"$_",
    b"@@",
    b"__",
    b"{{",
    b"$(",
    b"$((",
    b"{{",
    b"{%",
    b"%{",
    b"<%",
    b"#{",
    b"@{",
    b"!Ref",
    b"!Sub",
    b"!GetAtt",
    b"!ImportValue",
    b"!vault",
    b"!reference",
    b"!env",
    b"!secret",
    b"$ANSIBLE_VAULT",
    b"os.environ",
    b"os.getenv",
    b"os.Getenv",
    b"process.env",
    b"getenv(",
    b"env(",
    b"ENV[",
    b"ENV.",
    b"env.",
    b"var.",
    b"local.",
    b"data.",
    b"secrets.",
    b"module.",
    b"each.",
    b"self.",
    b"this.",
    b"vault:",
    b"vault(",
    b"arn:",
    b"op://",
    b"ref+",
    b"ssm:",
    b"secretsmanager:",
    b"file:",
    b"file(",
    b"sops:",
    b"ENC[",
    b"ENC(",
    b"keyring:",
    b"env:",
    b"(sensitive",
    b"(known after",
    b"(redacted",
    b"(hidden",
    b"(empty",
    b"(none",
    b"(unset",
    b"(not ",
    b"[redacted",
    b"[REDACTED",
    b"[FILTERED",
    b"[MASKED",
    b"[hidden",
    b"[HIDDEN",
    b"[Filtered",
    b"[secret",
    b"[SECRET",
    b"[sensitive",
    b"[PROTECTED",
    b"Creating...",
    b"Creation ",
    b"Refreshing ",
    b"Reading...",
    b"Read complete",
    b"Destroying...",
    b"Destruction ",
    b"Modifying...",
    b"Modifications ",
    b"Still ",
    b"<set to",
    b"<unset",
    b"Optional[",
    b"Option<",
    b"/run/secrets/",
    b"/var/run/secrets/",
    b"/etc/",
    b"\xe2\x80\xa2",
    b"\xe2\x97\x8f",
    b"\xe2\x80\xa6",
    b"projects/",
];

/// Bits for the first two bytes of [`BEGINNINGS`].
const STARTS: [u64; 256] = starts();

const fn starts() -> [u64; 256] {
    let mut bits = [0; 256];
    let mut at = 0;
    while at < BEGINNINGS.len() {
        let index = (BEGINNINGS[at][0] as usize & 127) << 7 | BEGINNINGS[at][1] as usize & 127;
        bits[index / 64] |= 1 << (index % 64);
        at += 1;
    }
    bits
}

fn begins_as_reference(value: &[u8]) -> bool {
    let [first, second, ..] = value else { return false };
    let index = usize::from(first & 127) << 7 | usize::from(second & 127);
    STARTS.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
        && BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
}

/// Bits for the lengths of [`WORDS`], by their first letter.
const LENGTHS: [u16; 128] = lengths();

const fn lengths() -> [u16; 128] {
    let mut bits = [0; 128];
    let mut at = 0;
    while at < WORDS.len() {
        bits[(WORDS[at][0] & 127) as usize] |= 1 << (WORDS[at].len() & 15);
        at += 1;
    }
    bits
}

/// Whether a value beside a secret key only points to the secret, or says that there is none.
pub(super) fn is_reference(value: &[u8]) -> bool {
    let Some(first) = value.first() else { return true };
    let filler = |byte: u8| value.iter().all(|other| *other == byte);
    let variable =
        |name: &[u8]| (1..=64).contains(&name.len()) && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    (*first == b'$'
        && value.strip_prefix(b"$").is_some_and(|name| variable(name.strip_prefix(b"env:").unwrap_or(name))))
        || (*first == b'%' && value.len() > 2 && value.ends_with(b"%"))
        || (*first == b'<' && value.contains(&b'>'))
        || is_slot(value)
        || filler(b'*')
        || value.len() > 1
            && (filler(b'x') || filler(b'X') || filler(b'.') || filler(b'-') || filler(b'_') || filler(b'#'))
        || (value.len() >= 4 && value.get(1..).unwrap_or_default().iter().all(|byte| *byte == b'*'))
        || has_word_of(value)
        || begins_as_reference(value)
        || is_placeholder(value)
}

/// `{token}`: a place in a text that is yet to be filled.
fn is_slot(value: &[u8]) -> bool {
    let inner = value.strip_prefix(b"{").and_then(|rest| rest.split(|byte| *byte == b'}').next());
    let name = |inner: &[u8]| {
        !inner.is_empty() && inner.iter().all(|byte| byte.is_ascii_alphabetic() || b"_.!:".contains(byte))
    };
    inner.is_some_and(|inner| inner.len() + 1 < value.len() && name(inner))
}

fn has_word_of(value: &[u8]) -> bool {
    let redacted = [&b"redacted"[..], b"[redacted", b"<redacted"]
        .iter()
        .any(|word| value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    if redacted {
        return true;
    }
    let bare = value.strip_suffix(b",").or_else(|| value.strip_suffix(b".")).or_else(|| value.strip_suffix(b";"));
    let bare = bare.unwrap_or(value);
    let first = usize::from(bare.first().map_or(0, |byte| byte.to_ascii_lowercase()) & 127);
    let known = bare.len() < 16 && LENGTHS.get(first).is_some_and(|lengths| lengths >> bare.len() & 1 == 1);
    known && WORDS.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

/// `YOUR_TOKEN_HERE`, `my-password-here`, `xxxx-xxxx`, `<token>`: somebody is to write the real one.
fn is_placeholder(value: &[u8]) -> bool {
    #[rustfmt::skip]
    const STARTS: &[&[u8]] = &[
        b"your", b"insert", b"replace", b"enter", b"put-", b"put_", b"example", b"placeholder", b"dummy", b"redacted",
        b"changeme", b"change-me", b"change_me", b"todo", b"fixme",
    ];
    const ENDS: &[&[u8]] = &[b"here", b"_me", b"-me", b"placeholder", b"goes-here", b"example"];
    if value.len() > 48 {
        return false;
    }
    let mut room = [0_u8; 48];
    for (slot, byte) in room.iter_mut().zip(value) {
        *slot = byte.to_ascii_lowercase();
    }
    let lower = room.get(..value.len()).unwrap_or_default();
    let masked = lower.iter().filter(|byte| matches!(byte, b'*' | b'x')).count();
    let drawn = lower.iter().filter(|byte| byte.is_ascii_digit()).count() >= 3;
    !drawn
        && (STARTS.iter().any(|start| lower.starts_with(start))
            || ENDS.iter().any(|end| lower.ends_with(end)) && lower.iter().any(|byte| b"-_ ".contains(byte))
            || masked > 4 && lower.windows(5).any(|five| five == b"xxxxx"))
        || masked > 2 && lower.iter().all(|byte| b"*x-_.:".contains(byte))
        || masked > 3 && lower.windows(4).any(|four| four == b"****")
        || lower.ends_with(b"...") && lower.len() < 16
}

/// A name of a program instead of a value: `args.password`, `getToken()`, `config["x"]`, `SecretStr`.
pub(super) fn is_expression(text: &[u8]) -> bool {
    let text = text.strip_suffix(b",").or_else(|| text.strip_suffix(b";")).unwrap_or(text);
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"&").or_else(|| text.strip_prefix(b"await ")).unwrap_or(text);
    let text = text.strip_prefix(b"$").unwrap_or(text);
    let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.:".contains(byte)).count();
    let name = text.get(..length).unwrap_or_default();
    if !name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_') {
        return false;
    }
    match text.get(length) {
        Some(b'(') => return true,
        Some(b'[') => return text.contains(&b']'),
        Some(b'<') => return text.contains(&b'>'),
        Some(b'-') if text.get(length + 1) == Some(&b'>') => return true,
        // `b.token,c.password=…` of a script without line ends.
        Some(b',' | b';' | b'|' | b'&' | b'?' | b')') if name.contains(&b'.') => {}
        Some(_) => return false,
        None => {}
    }
    if name.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let dotted = name.contains(&b'.');
    let telling: [&[u8]; 9] =
        [b"password", b"passwd", b"secret", b"token", b"apikey", b"api_key", b"credential", b"string", b"key"];
    let named = telling.iter().any(|word| has_word(name, word));
    let words = |part: &[u8]| part.len() > 1 && part.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    named || dotted && name.split(|byte| *byte == b'.').all(words)
}

/// Several words, one of which only sentences have.
pub(super) fn is_prose(text: &[u8]) -> bool {
    #[rustfmt::skip]
    const SMALL: &[&[u8]] = &[
        b"must", b"is", b"the", b"a", b"an", b"to", b"be", b"been", b"for", b"at", b"not", b"and", b"or", b"of",
        b"in", b"your", b"with", b"has", b"have", b"was", b"were", b"should", b"from", b"this", b"that", b"are",
        b"will", b"can", b"cannot", b"could", b"by", b"on", b"it", b"please", b"use", b"when", b"does", b"did",
        b"you", b"no", b"too", b"than", b"into", b"if", b"end", b"as", b"failed", b"expired", b"invalid", b"required",
        b"file", b"only", b"set", b"match", b"least", b"changed", b"updated", b"characters", b"already", b"again",
        b"found", b"error", b"read", b"refreshed", b"refresh", b"rotated", b"expires",
    ];
    let mut words = text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let count = words.clone().take(3).count();
    let drawn = text.split(|byte| byte.is_ascii_whitespace()).take(12).any(|word| is_drawn(word, 8));
    count >= 2
        && !drawn
        && words.any(|word| {
            let word = word.strip_suffix(b".").or_else(|| word.strip_suffix(b",")).unwrap_or(word);
            SMALL.iter().any(|small| word.eq_ignore_ascii_case(small))
        })
}

/// What follows an option in a help text or a sentence about it.
pub(super) fn is_word_of_usage(text: &[u8]) -> bool {
    const PLACEHOLDERS: &[&[u8]] = &[
        b"PASSWORD",
        b"PASS",
        b"TOKEN",
        b"SECRET",
        b"KEY",
        b"VALUE",
        b"STRING",
        b"text",
        b"stringArray",
        b"strings",
        b"file",
    ];
    #[rustfmt::skip]
    const WORDS: &[&[u8]] = &[
        b"to", b"is", b"and", b"or", b"for", b"with", b"in", b"the", b"from", b"flag", b"option", b"must",
        b"requires", b"on", b"was", b"if", b"can", b"has", b"are", b"will", b"instead", b"argument", b"when", b"as",
        b"at", b"of", b"should", b"which", b"that", b"via", b"at",
    ];
    PLACEHOLDERS.contains(&text) || WORDS.contains(&text) || text.starts_with(b"[") || text.starts_with(b"<")
}
