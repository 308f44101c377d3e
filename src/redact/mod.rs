//! Takes secrets out of text, whole or as it streams, and proves with
//! [`Masked`] that it was done.
//!
//! Owns the recognisers, the form of a mask (`mark`), the names that stand for names (`pseudonym`), what is known to
//! be secret for the rest of the session (`known`) and the streaming (`stream`, `draft`). A line is looked at by
//! `scan`, which hands each word to those who know it: `vendor`, `pair`, `header`, `url`, `command`, `phrase`,
//! `block`, `identity`. Knows no file, clock or process, and not what the text is for. Invariants: only this module
//! makes a `Masked`; the cost is linear in the input; a mask is never masked again; the same secret under the same key
//! always gets the same suffix; how a source is split changes nothing.

mod address;
mod base64;
mod block;
mod codes;
mod command;
mod draft;
mod encoded;
mod entry;
mod header;
mod identity;
mod innocent;
mod joint;
mod key;
mod known;
mod manifest;
mod mark;
mod names;
mod pair;
mod patterns;
mod pem;
mod phrase;
mod pseudonym;
mod rows;
mod scan;
mod shape;
mod sight;
mod sql;
mod stream;
mod table;
mod tools;
mod url;
mod vendor;
mod vendors;
mod words;

#[cfg(test)]
mod tests;

pub use mark::{Standing, masks};
pub use patterns::{BadPattern, Patterns};
pub use pseudonym::{Class, UnknownPseudonym};
pub use stream::MaskStream;
pub use tools::{BadToolSecret, ToolSecret};

use std::sync::Arc;

use known::Shared;
use scan::Aim;
use sight::ends_colours;
use tools::Tools;

/// Something from which secrets were taken. Only this module makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Masked<T>(T);

impl<T> Masked<T> {
    /// What is left to read.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// Gives up the proof for the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// What is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Secrets.
    #[default]
    Secrets,
    /// Secrets, and the names of machines and people, which get pseudonyms.
    Anonymize,
}

/// Something that was taken out, and where it lay in the source, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    pub kind: &'static str,
    pub start: usize,
    pub end: usize,
}

/// Finds secrets and puts `[redacted:kind#k7f2]` in their place. Clones are cheap and share what is known.
#[derive(Clone, Default)]
pub struct Redactor {
    shared: Shared,
    mode: Mode,
    patterns: Arc<Patterns>,
    tools: Arc<Tools>,
}

impl Redactor {
    /// A redactor whose suffixes depend on `key`, so that a mask cannot be compared with guessed secrets by
    /// someone who has only the log. The default key is zero.
    pub fn keyed(key: [u8; 32]) -> Self {
        Self { shared: Shared::new(key), ..Self::default() }
    }

    /// The same with what the person lets through or never lets through.
    #[must_use]
    pub fn with_patterns(self, patterns: Patterns) -> Self {
        Self { patterns: Arc::new(patterns), ..self }
    }

    /// The same with a table of programs that take secrets as arguments or print them, as skills declare them.
    #[must_use]
    pub fn with_tools<'a>(self, lines: impl IntoIterator<Item = &'a ToolSecret>) -> Self {
        Self { tools: Arc::new(Tools::new(lines)), ..self }
    }

    /// A redactor for another mode that shares what this one knows.
    #[must_use]
    pub fn in_mode(&self, mode: Mode) -> Self {
        Self { mode, ..self.clone() }
    }

    /// Masks this value wherever it appears from now on, when it cannot be mistaken for a word; says whether it will.
    pub fn know(&self, secret: &str) -> bool {
        self.shared.learn("known", secret.as_bytes())
    }

    /// Remembers the values of those environment variables whose names say that they are secret.
    pub fn know_environment<'a>(&self, variables: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (name, value) in variables {
            let line = format!("{name}={}", value.lines().next().unwrap_or_default());
            self.text(&line);
        }
    }

    /// Gives the name of something of an inventory a pseudonym wherever it appears in mode *anonymize*.
    pub fn know_name(&self, class: Class, name: &str) {
        self.shared.learn_name(class, name.as_bytes());
    }

    /// Masks a whole text.
    pub fn text(&self, text: &str) -> Masked<String> {
        Masked(self.string(text))
    }

    /// Masks whole bytes, which need not be UTF-8.
    pub fn bytes(&self, bytes: &[u8]) -> Masked<Vec<u8>> {
        self.findings(bytes).0
    }

    /// Masks whole bytes, and says what was masked where.
    pub fn findings(&self, bytes: &[u8]) -> (Masked<Vec<u8>>, Vec<Finding>) {
        let mut stream = self.stream();
        let mut out = stream.push(bytes).into_inner();
        let rest = stream.finish().into_inner();
        if out.is_empty() {
            out = rest;
        } else {
            out.extend_from_slice(&rest);
        }
        (Masked(out), stream.take_findings())
    }

    /// Begins to mask bytes that arrive piece by piece; one stream for each source.
    pub fn stream(&self) -> MaskStream {
        MaskStream::new(Aim {
            shared: self.shared.clone(),
            mode: self.mode,
            patterns: Arc::clone(&self.patterns),
            tools: Arc::clone(&self.tools),
        })
    }

    /// Puts the real names back in the place of pseudonyms. Something that looks like a pseudonym and was never given
    /// stands for nothing, and the text cannot be used.
    pub fn map_back(&self, text: &str) -> Result<String, UnknownPseudonym> {
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let joined = at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
            let begins = || !joined || ends_colours(bytes, at);
            let Some(length) = pseudonym::length(rest).filter(|_| begins()) else {
                at += 1;
                continue;
            };
            let name = text.get(at..at + length).unwrap_or_default();
            let meaning = self.shared.meaning(name).and_then(|value| String::from_utf8(value).ok());
            out.push_str(text.get(copied..at).unwrap_or_default());
            out.push_str(&meaning.ok_or_else(|| UnknownPseudonym(name.to_owned()))?);
            at += length;
            copied = at;
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        Ok(out)
    }

    fn string(&self, text: &str) -> String {
        match String::from_utf8(self.bytes(text.as_bytes()).into_inner()) {
            Ok(masked) => masked,
            // Secrets begin and end at ASCII bytes, so text stays text; if that ever fails, lose a letter, not the mask.
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    fn optional(&self, text: Option<String>) -> Option<String> {
        text.map(|text| self.string(&text))
    }
}
