//! What stands where a secret would stand and is none.
//!
//! Owns the forms of references, placeholders, types, sizes, paths and words of
//! a help text, and what looks drawn by lot. Judges a value by itself; the
//! syntax around it is `pair`'s.

/// Whether a value beside a secret key only points to the secret, or says that there is none.
pub(super) fn is_reference(value: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"null",
        b"nil",
        b"none",
        b"true",
        b"false",
        b"yes",
        b"no",
        b"undefined",
        b"string",
        b"str",
        b"&str",
        b"|",
        b"|-",
        b"|+",
        b">",
        b">-",
        b"{",
        b"[",
        b"{}",
        b"[]",
        b"\\",
    ];
    const BEGINNINGS: &[&[u8]] = &[
        b"${",
        b"$(",
        b"{{",
        b"%{",
        b"!Ref",
        b"!Sub",
        b"!vault",
        b"os.environ",
        b"os.getenv",
        b"process.env",
        b"getenv(",
        b"env(",
        b"ENV[",
        b"var.",
        b"local.",
        b"data.",
        b"secrets.",
    ];
    let filler = |byte: &u8| value.iter().all(|other| other == byte);
    let variable =
        |name: &[u8]| (1..=64).contains(&name.len()) && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    value.is_empty()
        || value.strip_prefix(b"$").is_some_and(variable)
        || (value.starts_with(b"<") && value.ends_with(b">"))
        || filler(&b'*')
        || (value.len() > 2 && (filler(&b'x') || filler(&b'X') || filler(&b'.')))
        || value.starts_with("•".as_bytes())
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
}

/// Letters and digits enough to have been drawn by lot.
pub(super) fn is_drawn(text: &[u8], least: usize) -> bool {
    text.len() >= least && text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic)
}

pub(super) fn is_path(text: &[u8]) -> bool {
    text.starts_with(b"/") || text.starts_with(b"./") || text.starts_with(b"../") || text.starts_with(b"~")
}

/// A map, a list or a tag begins, within which other keys tell; `id=…` is docker's way to name a secret.
pub(super) fn is_structure(text: &[u8]) -> bool {
    let inner = match text {
        [b'{' | b'[', inner, ..] => *inner,
        _ => return text.starts_with(b"id=") || text.starts_with(b"type="),
    };
    inner.is_ascii_whitespace() || b"\"'{[}]".contains(&inner)
}

/// `token:  1024 bytes`, as `kubectl describe secret` writes.
pub(super) fn is_size(text: &[u8], after: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(digits..).unwrap_or_default();
    digits > 0 && (rest == b" bytes" || (rest.is_empty() && after.starts_with(b" bytes")))
}

/// What follows an option in a help text or a sentence about it.
pub(super) fn is_word_of_usage(text: &[u8]) -> bool {
    const PLACEHOLDERS: &[&[u8]] = &[b"PASSWORD", b"PASS", b"TOKEN", b"SECRET", b"KEY", b"VALUE", b"STRING"];
    const WORDS: &[&[u8]] = &[
        b"to",
        b"is",
        b"and",
        b"or",
        b"for",
        b"with",
        b"in",
        b"the",
        b"from",
        b"flag",
        b"option",
        b"must",
        b"requires",
    ];
    PLACEHOLDERS.contains(&text) || WORDS.contains(&text)
}
