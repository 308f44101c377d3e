//! What the person says is secret or is none, as regular expressions.
//!
//! Owns that a bad pattern is refused when it is read, by name. Nothing is compiled when there are no patterns.

use std::fmt;

use regex::bytes::{Regex, RegexBuilder};

use super::sight::{Ending, Secret};

/// A compiled pattern may take so many bytes.
const LARGEST: usize = 1 << 20;
const KIND: &str = "denied";

/// A pattern that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPattern {
    pub pattern: String,
    pub reason: String,
}

impl fmt::Display for BadPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the pattern `{}` cannot be used: {}; correct it or take it out", self.pattern, self.reason)
    }
}

impl std::error::Error for BadPattern {}

/// Values that are never masked, and texts that always are.
#[derive(Debug, Default)]
pub struct Patterns {
    allow: Vec<Regex>,
    deny: Vec<Regex>,
}

impl Patterns {
    /// A value is let through when an `allow` pattern matches all of it; what a `deny` pattern matches within a line is
    /// masked.
    pub fn new(allow: &[String], deny: &[String]) -> Result<Self, BadPattern> {
        let allow =
            allow.iter().map(|pattern| compile(pattern, &format!("^(?:{pattern})$"))).collect::<Result<_, _>>()?;
        let deny = deny.iter().map(|pattern| compile(pattern, pattern)).collect::<Result<_, _>>()?;
        Ok(Self { allow, deny })
    }

    pub(super) fn allows(&self, value: &[u8]) -> bool {
        self.allow.iter().any(|pattern| pattern.is_match(value))
    }

    pub(super) fn find(&self, line: &[u8], found: &mut Vec<Secret>) {
        for pattern in &self.deny {
            let matches = pattern.find_iter(line).filter(|found| !found.is_empty());
            found.extend(matches.map(|found| Secret::new(found.start(), found.end(), KIND, Ending::Word)));
        }
    }
}

fn compile(pattern: &str, whole: &str) -> Result<Regex, BadPattern> {
    let bad = |reason: String| BadPattern { pattern: pattern.to_owned(), reason };
    let compiled = RegexBuilder::new(whole).size_limit(LARGEST).build().map_err(|error| {
        let text = error.to_string();
        bad(text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
    })?;
    if compiled.is_match(b"") {
        return Err(bad("it matches the empty text, and so everything".to_owned()));
    }
    Ok(compiled)
}
