//! Secrets among the words of a command line, by the table of programs (`tools`).
//!
//! Owns how the table's items are read.

use super::base64;
use super::header;
use super::innocent::{is_reference, is_word_of_usage};
use super::key::{self, Sure};
use super::mark::has_mask;
use super::names::is_open;
use super::phrase::is_odd;
use super::shape;
use super::shape::is_path;
use super::sight::{Ending, Secret};
use super::tools::{Form, Item, Part, Place, Tools, Wanted};
use super::words::{Word, text, unquoted, words};

/// A command that was read.
pub(super) struct Read {
    pub(super) end: usize,
    /// What its output is, when that is a secret.
    pub(super) answer: Option<&'static str>,
}

/// Reads the command whose program stands in `start..end`, if it is one of the table's. `nested` says that it is an
/// argument of another one.
pub(super) fn secrets(
    bytes: &[u8],
    (start, end): (usize, usize),
    tools: &Tools,
    nested: bool,
    found: &mut Vec<Secret>,
) -> Option<Read> {
    let name = bytes.get(start..end)?;
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    let stands =
        before.is_none_or(|before| before.is_ascii_whitespace() || b"/\"'`(|;&[\\".contains(before) || *before >= 0x80);
    let after = bytes.get(end)?;
    if !stands || !(after.is_ascii_whitespace() || b"\"'".contains(after)) {
        return None;
    }
    let name = name.strip_suffix(b".exe").unwrap_or(name);
    let tool = tools.get(name);
    let says = matches!(name, b"echo" | b"printf");
    if tool.is_none() && !says {
        return None;
    }
    let (words, segment) = words(bytes, end);
    if says {
        said(bytes, &words, segment, tools, found);
    }
    for item in tool.map_or(&[][..], |tool| &tool.items) {
        apply(bytes, &words, item, found);
    }
    // `mysql` within `docker exec … mysql` has no output of its own.
    let prints = tool.filter(|tool| !tool.answers.is_empty() && (!nested || name == b"kubectl"));
    let answer = prints.and_then(|tool| answer(bytes, &tool.answers, &words, segment));
    Some(Read { end: segment, answer })
}

fn is_option(text: &[u8]) -> bool {
    text.len() > 1 && text.starts_with(b"-") || text.len() > 2 && text.starts_with(b"/") && text.contains(&b':')
}

/// Adds a secret, unless the word only points to one.
fn hide(bytes: &[u8], word: Word, kind: &'static str, found: &mut Vec<Secret>) -> bool {
    let word = unquoted(bytes, word);
    let value = text(bytes, word);
    let usage = is_word_of_usage(value) && value.len() < 9;
    let hidden = !value.is_empty()
        && !has_mask(bytes.get(word.start..(word.end + 12).min(bytes.len())).unwrap_or(value))
        && !is_reference(value)
        && !usage
        && !value.starts_with(b"-")
        && !value.starts_with(b"\\\\")
        && !(value.starts_with(b"file:") || value.starts_with(b"env:") || value.starts_with(b"@"));
    if hidden {
        found.push(Secret::new(word.start, word.end, kind, Ending::Argument));
    }
    hidden
}

fn apply(bytes: &[u8], words: &[Word], item: &Item, found: &mut Vec<Secret>) {
    let mut rest = words;
    for part in &item.scope {
        let Some(place) = rest.iter().position(|word| is_part(text(bytes, *word), part)) else { return };
        rest = rest.get(place + 1..).unwrap_or_default();
    }
    let free = || rest.iter().copied().enumerate().filter(|(_, word)| !is_option(text(bytes, *word)));
    match &item.place {
        Place::Option { name, form } => option(bytes, words, name.as_bytes(), *form, found),
        Place::Login => oracle(bytes, words, found),
        Place::Beginning { text: beginning, long } => {
            for (place, word) in words.iter().enumerate() {
                if text(bytes, *word).starts_with(beginning.as_bytes()) {
                    let end = if *long { end_of_phrase(bytes, words, place) } else { word.end };
                    hide(bytes, Word { start: word.start + beginning.len(), end }, "password", found);
                }
            }
        }
        Place::Last => {
            if let Some((_, word)) = free().skip(1).last() {
                hide(bytes, word, "password", found);
            }
        }
        Place::Word { skipped, long } => {
            let Some((place, word)) = free().nth(*skipped) else { return };
            let value = text(bytes, word);
            let end = if *long { end_of_phrase(bytes, rest, place) } else { word.end };
            if !value.contains(&b'=') || value.ends_with(b"=") || *skipped > 0 {
                hide(bytes, Word { start: word.start, end }, "password", found);
            }
        }
    }
}

fn is_part(said: &[u8], part: &Part) -> bool {
    match part {
        Part::Beginning(beginning) => said.starts_with(beginning.as_bytes()),
        Part::Word(word) => {
            let cluster = word.len() == 2 && word.starts_with('-');
            said == word.as_bytes() || cluster && is_cluster(said, word.as_bytes().get(1).copied())
        }
    }
}

/// The end of the words up to the next option.
fn end_of_phrase(bytes: &[u8], words: &[Word], from: usize) -> usize {
    let rest = words.get(from..).unwrap_or_default();
    let first = rest.first().map_or(0, |word| word.end);
    rest.iter().skip(1).take_while(|word| !text(bytes, **word).starts_with(b"-")).last().map_or(first, |word| word.end)
}

fn is_cluster(text: &[u8], letter: Option<u8>) -> bool {
    let letters = text.strip_prefix(b"-").unwrap_or_default();
    (1..=6).contains(&letters.len())
        && letters.iter().all(u8::is_ascii_alphabetic)
        && letter.is_some_and(|letter| letters.contains(&letter))
}

/// The values of one option.
fn option(bytes: &[u8], words: &[Word], name: &[u8], form: Form, found: &mut Vec<Secret>) {
    let short = name.len() == 2;
    for (place, word) in words.iter().enumerate() {
        let said = text(bytes, *word);
        let next = words.get(place + 1).copied();
        let attached = said.strip_prefix(name).filter(|rest| !rest.is_empty());
        let cut = |from: usize| unquoted(bytes, Word { start: word.start + from, end: word.end });
        match form {
            Form::Attached => {
                let plain = attached.is_some_and(|rest| !rest.starts_with(b"-") && !is_flag(said));
                if plain {
                    hide(bytes, cut(name.len()), "password", found);
                }
            }
            Form::Next => {
                if said == name {
                    if let Some(next) = next {
                        hide(bytes, next, "password", found);
                    }
                } else if attached.is_some_and(|rest| rest.starts_with(b"=")) {
                    hide(bytes, cut(name.len() + 1), "password", found);
                }
            }
            Form::After(_) | Form::Cookies => {
                let clustered = short
                    && form == Form::After(b':')
                    && said.ends_with(name.get(1..).unwrap_or_default())
                    && is_cluster(said, name.get(1).copied());
                let value = if said == name || clustered {
                    next
                } else {
                    attached.and_then(|rest| {
                        let equals = usize::from(rest.starts_with(b"="));
                        (equals == 1 || short).then(|| cut(name.len() + equals))
                    })
                };
                match (value, form) {
                    (Some(value), Form::After(separator)) => login(bytes, value, separator, found),
                    (Some(value), _) => cookies(bytes, value, found),
                    (None, _) => {}
                }
            }
        }
    }
}

fn cookies(bytes: &[u8], word: Word, found: &mut Vec<Secret>) {
    let word = unquoted(bytes, word);
    if text(bytes, word).contains(&b'=') {
        header::cookies(bytes, word.start, word.start, found);
    }
}

/// `-p80` is a port, `-pretty` a flag.
fn is_flag(text: &[u8]) -> bool {
    [&b"-port"[..], b"-protocol", b"-print", b"-prompt", b"-pager", b"-plugin"]
        .iter()
        .any(|flag| text.starts_with(flag))
}

/// What follows the separator in a word.
fn login(bytes: &[u8], word: Word, separator: u8, found: &mut Vec<Secret>) {
    let word = unquoted(bytes, word);
    let value = text(bytes, word);
    let Some(at) = value.iter().position(|byte| *byte == separator) else { return };
    let secret = Word { start: word.start + at + 1, end: word.end };
    if separator == b'=' && value.get(..at).is_some_and(is_open) {
        return;
    }
    // `-u 1000:1000` is a user and a group, `C:\\…` a path.
    let digits = value.iter().all(|byte| byte.is_ascii_digit() || *byte == b':');
    if !(digits || at == 1 && is_path(value)) {
        hide(bytes, secret, "password", found);
    }
}

/// `user/password@service`.
fn oracle(bytes: &[u8], words: &[Word], found: &mut Vec<Secret>) {
    for word in words {
        let value = text(bytes, *word);
        if is_option(value) || value.starts_with(b"@") || value.starts_with(b"/") {
            continue;
        }
        let Some(slash) = value.iter().position(|byte| *byte == b'/') else { continue };
        let end = value.iter().rposition(|byte| *byte == b'@').filter(|at| *at > slash).unwrap_or(value.len());
        if value.get(..slash).is_some_and(|user| !user.contains(&b'=') && !user.contains(&b'.')) {
            hide(bytes, Word { start: word.start + slash + 1, end: word.start + end }, "password", found);
        }
        return;
    }
}

/// What `echo` prints into a program that reads a secret.
fn said(bytes: &[u8], words: &[Word], segment: usize, tools: &Tools, found: &mut Vec<Secret>) {
    let rest = bytes.get(segment..bytes.len().min(segment + 256)).unwrap_or_default();
    if !rest.starts_with(b"|") {
        return;
    }
    let reads = |words: &str| rest.windows(words.len()).any(|part| part == words.as_bytes());
    let Some(sink) = tools.sinks.iter().find(|sink| reads(&sink.words)) else { return };
    let mut free = words.iter().filter(|word| {
        let text = text(bytes, **word);
        !is_option(text) && !matches!(text, b"%s" | b"%s\\n")
    });
    let Some(word) = free.next() else { return };
    let end = free.next_back().map_or(word.end, |last| last.end);
    let value = text(bytes, Word { start: word.start, end });
    let colon = value.iter().position(|byte| *byte == b':').filter(|_| sink.login);
    let start = word.start + colon.map_or(0, |colon| colon + 1);
    // What goes into base64 is not always a secret.
    let decodes = rest.windows(3).any(|part| part == b" -d" || part == b"--d");
    if sink.words == "base64" && (decodes || value.contains(&b' ') || !shape::is_telling(value) || !is_odd(value)) {
        return;
    }
    hide(bytes, Word { start, end }, "password", found);
}

/// What a command's output is, when the table says that it is a secret.
fn answer(bytes: &[u8], answers: &[Vec<Wanted>], words: &[Word], segment: usize) -> Option<&'static str> {
    let after = bytes.get(segment..bytes.len().min(segment + 128)).unwrap_or_default();
    let piped = after.starts_with(b"|");
    let decodes = after.windows(6).any(|part| part == b"base64" || part == b"openss");
    let queried = after.windows(3).any(|part| matches!(part, b"jq "));
    if piped && !decodes && !queried {
        return None;
    }
    let stands = |wanted: &Wanted| match wanted {
        Wanted::Key => words.iter().any(|word| names_secret(text(bytes, *word))),
        Wanted::Data => words.iter().any(|word| {
            let text = text(bytes, *word);
            let field = text.windows(5).any(|part| part == b".data" || part == b"-data" || part == b"token");
            queried && after.windows(5).any(|part| matches!(part, b".data" | b"token"))
                || field && text.contains(&b'{')
                || text.starts_with(b"go-template")
                || text.starts_with(b"jsonpath") && field
        }),
        Wanted::Part(Part::Word(part)) => words.iter().any(|word| text(bytes, *word) == part.as_bytes()),
        Wanted::Part(part) => words.iter().any(|word| is_part(text(bytes, *word), part)),
    };
    answers.iter().find(|wanted| wanted.iter().all(stands)).map(|_| "secret")
}

/// `$DB_PASSWORD`, `/run/secrets/db_password`.
fn names_secret(text: &[u8]) -> bool {
    let bare = text.strip_prefix(b"$").unwrap_or(text);
    let bare = bare.strip_prefix(b"{").and_then(|bare| bare.strip_suffix(b"}")).unwrap_or(bare);
    let from_secrets = bare.windows(13).any(|part| part == b"/run/secrets/") || bare.ends_with(b"node-token");
    let file = bare.split(|byte| *byte == b'/').next_back().unwrap_or(bare);
    let variable = text.starts_with(b"$")
        || !text.contains(&b'/')
            && text
                .iter()
                .all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || *byte == b'-' || byte.is_ascii_lowercase());
    from_secrets || variable && key::of(file).is_some_and(|key| key.sure == Sure::Yes)
}

/// Whether a whole line may be what such a command printed.
pub(super) fn is_answer(line: &[u8]) -> bool {
    let enough = line.len() >= 6 && !line.iter().any(u8::is_ascii_whitespace);
    let name = line.split(|byte| *byte == b'=').next().unwrap_or_default();
    let stated = name.len() < line.trim_ascii_end().len().saturating_sub(2) && key::of(name).is_some();
    enough
        && !stated
        && !is_reference(line)
        && !is_path(line)
        && !line.ends_with(b":")
        && (shape::is_telling(line) || base64::hides_text(line))
}
