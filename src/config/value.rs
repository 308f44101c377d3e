//! What the value of a setting may be.
//!
//! Owns the forms and bounds; an error is the words that follow «expected».
//! Knows nothing of where a value was written.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// What was expected, as words that follow «expected».
pub(super) type Expected = &'static str;

/// How much the program's own log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// The lower-case word.
    pub fn word(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}

pub(super) fn level(text: &str) -> Result<LogLevel, Expected> {
    let all = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace];
    let found = all.into_iter().find(|level| text.eq_ignore_ascii_case(level.word()));
    found.ok_or("one of error, warn, info, debug, trace")
}

pub(super) fn truth(text: &str) -> Result<bool, Expected> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false"),
    }
}

/// What is on or off; the words of [`truth`] are taken too.
pub(super) fn switch(text: &str) -> Result<bool, Expected> {
    match text.trim().to_ascii_lowercase().as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => truth(text).map_err(|_| "on or off"),
    }
}

pub(super) fn name(text: &str) -> Result<String, Expected> {
    let name = text.trim();
    let fits = (1..=40).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or("a name of 1 to 40 characters on one line")
}

pub(super) fn model(text: &str) -> Result<String, Expected> {
    let fits = (1..=200).contains(&text.len()) && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    fits.then(|| text.to_owned()).ok_or("the name of a model, such as devstral:24b")
}

/// A model and who serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    Ollama(String),
    OpenAi(String),
}

/// Reads `openai:NAME`, `ollama:NAME`, or the name of one of Ollama's models.
pub(super) fn chosen(text: &str) -> Result<Chosen, Expected> {
    const EXPECTED: Expected = "the name of a model, such as devstral:24b or openai:gpt-4.1";
    let read = match text.split_once(':') {
        Some(("openai", name)) => model(name).map(Chosen::OpenAi),
        Some(("ollama", name)) => model(name).map(Chosen::Ollama),
        _ => model(text).map(Chosen::Ollama),
    };
    read.map_err(|_| EXPECTED)
}

/// A server's address with its scheme.
pub(super) fn base_url(text: &str) -> Result<Host, Expected> {
    const EXPECTED: Expected = "an address such as http://localhost:8000/v1";
    if text.contains("://") { host(text).map_err(|_| EXPECTED) } else { Err(EXPECTED) }
}

/// What a header can carry.
pub(super) fn api_key(text: &str) -> Result<String, Expected> {
    let fits = (1..=4096).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic());
    fits.then(|| text.to_owned()).ok_or("a key of printable characters without blanks")
}

pub(super) fn shell(text: &str) -> Result<String, Expected> {
    let name = text.trim();
    let fits = (1..=200).contains(&name.len()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or("a shell, such as zsh or /usr/bin/fish")
}

pub(super) fn temperature(text: &str) -> Result<f32, Expected> {
    let number = text.trim().parse::<f32>().ok().filter(|number| (0.0..=2.0).contains(number));
    number.ok_or("a number from 0 to 2, such as 0.3")
}

pub(super) fn tokens(text: &str) -> Result<u32, Expected> {
    let number = text.trim().parse::<u32>().ok().filter(|number| (512..=16_777_216).contains(number));
    number.ok_or("a whole number of tokens from 512 to 16777216, such as 32768")
}

pub(super) fn seconds(text: &str) -> Result<Duration, Expected> {
    let number = text.trim().parse::<u64>().ok().filter(|number| (1..=86_400).contains(number));
    number.map(Duration::from_secs).ok_or("a whole number of seconds from 1 to 86400, such as 120")
}

/// Go's notation of durations, which Ollama reads.
pub(super) fn keep_alive(text: &str) -> Result<String, Expected> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fits = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.len() <= 16
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'h' | 'm' | 's'));
    fits.then(|| text.to_owned()).ok_or("a duration such as 5m or 1h30m, 0 to unload at once, or -1 to keep the model")
}

/// A server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) url: String,
    /// Nothing sent there leaves this machine.
    pub(super) is_loopback: bool,
}

/// Reads a URL, or `host[:port]` as Ollama's own `OLLAMA_HOST` may be. Strict, so that what is taken for this machine
/// here is this machine to any other reader of the URL.
pub(super) fn host(text: &str) -> Result<Host, Expected> {
    const EXPECTED: Expected = "an address such as http://localhost:11434";
    let text = text.trim().trim_end_matches('/');
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || "@?#\\".contains(c)) {
        return Err(EXPECTED);
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, text),
    };
    if scheme.as_deref().is_some_and(|scheme| scheme != "http" && scheme != "https") {
        return Err(EXPECTED);
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (name, port) = match authority.strip_prefix('[').map(|rest| rest.split_once(']').ok_or(EXPECTED)) {
        Some(six) => {
            let (address, after) = six?;
            let address: Ipv6Addr = address.parse().map_err(|_| EXPECTED)?;
            // A server bound to every address is reached on this machine.
            let address = if address.is_unspecified() { Ipv6Addr::LOCALHOST } else { address };
            let port = if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(EXPECTED)?) };
            (format!("[{address}]"), port)
        }
        None => {
            let (name, port) = match authority.split_once(':') {
                Some((name, port)) => (name, Some(port)),
                None => (authority, None),
            };
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
                return Err(EXPECTED);
            }
            (if name == "0.0.0.0" { "127.0.0.1".to_owned() } else { name.to_owned() }, port)
        }
    };
    let port = match port.map(str::parse::<u16>) {
        Some(Ok(port)) if port > 0 => format!(":{port}"),
        Some(_) => return Err(EXPECTED),
        None if scheme.is_none() => ":11434".to_owned(),
        None => String::new(),
    };
    let is_loopback = name.eq_ignore_ascii_case("localhost")
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || name == "[::1]";
    let scheme = scheme.unwrap_or_else(|| "http".to_owned());
    Ok(Host { url: format!("{scheme}://{name}{port}{path}"), is_loopback })
}

/// A path made absolute: `~/` is the person's home, and `base` what a relative one is relative to.
pub(super) fn path(text: &str, base: &Path, home: &Path) -> Result<PathBuf, Expected> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("a path");
    }
    let joined = match text.strip_prefix("~/") {
        Some(rest) => home.join(rest),
        None if text == "~" => home.to_owned(),
        None => base.join(text),
    };
    // Collecting the components takes out `.` and nothing else; `..` may lead through a link.
    Ok(joined.components().collect())
}

/// Whether a path leads to something within `dir`, links followed as far as they exist.
pub(super) fn is_inside(path: &Path, dir: &Path) -> bool {
    let Ok(dir) = dir.canonicalize() else { return false };
    for ancestor in path.ancestors() {
        let (Ok(real), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) else { continue };
        let plain = rest.components().all(|component| matches!(component, Component::Normal(_)));
        // A link to nothing would be followed by whoever creates the file.
        let dangling = rest.components().next().is_some_and(|first| real.join(first).is_symlink());
        return plain && !dangling && real.starts_with(&dir);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_loopback() {
        for (text, url) in [
            ("http://localhost:11434/", "http://localhost:11434"),
            ("127.0.0.1", "http://127.0.0.1:11434"),
            ("0.0.0.0:8080", "http://127.0.0.1:8080"),
            ("https://[::1]:443", "https://[::1]:443"),
            ("HTTP://LOCALHOST", "http://LOCALHOST"),
        ] {
            assert_eq!(host(text), Ok(Host { url: url.to_owned(), is_loopback: true }));
        }
        for text in [
            "http://192.168.1.100:11434",
            "gpu.lan",
            "http://localhost.example.com",
            "http://2130706433",
            "[2001:db8::1]",
        ] {
            assert!(!host(text).unwrap().is_loopback, "{text}");
        }
    }

    #[test]
    fn an_address_that_could_be_read_in_two_ways_is_refused() {
        for text in [
            "",
            "http://",
            "ftp://localhost",
            "http://localhost@evil.example",
            "http://localhost\\@evil.example",
            "http://localhost:0",
            "http://localhost:99999",
            "http://local host",
            "http://localhost#@evil",
            "http://a:b:c",
            "[::1",
            "http://[::1]x",
        ] {
            assert!(host(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_that_leaves_the_directory_by_dots_or_links_is_outside() {
        let dir = tempfile::tempdir().unwrap();
        let here = dir.path().join("project");
        std::fs::create_dir(&here).unwrap();
        std::os::unix::fs::symlink(dir.path(), here.join("out")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("nothing"), here.join("dangling")).unwrap();
        assert!(is_inside(&here.join(".GCC"), &here));
        assert!(is_inside(&here.join("a/b/c"), &here));
        for outside in ["../x", "a/../../x", "out/x", "dangling/x", "/tmp"] {
            assert!(!is_inside(&here.join(outside), &here), "{outside}");
        }
    }

    #[test]
    fn a_duration_is_in_the_words_of_ollama() {
        for text in ["5m", "-1", "0", "1h30m", "0.5s"] {
            assert_eq!(keep_alive(text), Ok(text.to_owned()));
        }
        for text in ["", "-", "forever", "m5", "5 m"] {
            assert!(keep_alive(text).is_err(), "{text}");
        }
    }
}
