//! What is asked: words, quoted phrases, and what a hit must be.
//!
//! Owns the reading of the person's line into terms. Knows no vocabulary and no database.

use crate::domain::{At, SessionId, Tier};

/// A question to the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Words, `"quoted phrases"` that a hit must hold, names of entries and sessions. Nothing lists the newest.
    pub words: String,
    pub filter: Filter,
    /// Hits at most.
    pub limit: usize,
    /// When it is asked: newer entries count a little more.
    pub now: At,
}

/// What a hit must be; what is left out does not matter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// The whole name, or what begins like it: `session_004`.
    pub session: Option<SessionId>,
    /// `person`, `agent`, `system`, or `client` for every client and `client:NAME` for one.
    pub actor: Option<String>,
    pub tool: Option<String>,
    pub tier: Option<Tier>,
    /// At or after.
    pub since: Option<At>,
    /// Before.
    pub until: Option<At>,
    pub exit: Option<Ending>,
    /// Only what was confirmed: commits and merges.
    pub finding: bool,
}

/// How a command must have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With this code; 0 means that the log tells of no failure.
    Code(i32),
    /// With any code but 0.
    Failed,
}

/// Words and phrases of a line that are read; a question has fewer, and a pasted page is none.
const MOST: usize = 32;

/// A word or phrase of the query: its parts as they stand in an index, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// As it was typed.
    pub typed: String,
    pub parts: Vec<String>,
    /// Whether it stood in quotes and must be there.
    pub quoted: bool,
}

/// Words and phrases of a line. A quote that is never closed is none.
pub(super) fn terms(line: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('"') {
        let Some((phrase, after)) = behind.split_once('"') else { break };
        terms.extend(before.split_whitespace().filter_map(|word| term(word, false)));
        terms.extend(term(phrase, true));
        rest = after;
    }
    terms.extend(rest.split_whitespace().filter_map(|word| term(word, false)));
    terms.truncate(MOST);
    terms
}

fn term(text: &str, quoted: bool) -> Option<Term> {
    let parts: Vec<String> = parts(text).take(MOST).map(str::to_lowercase).collect();
    (!parts.is_empty()).then(|| Term { typed: text.trim().to_lowercase(), parts, quoted })
}

/// Runs of letters and digits, as the index cuts its text too.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases_are_told_apart() {
        let found = terms("Why \"Out of  memory\" api-7d4f9 -- \"lost");
        let shown: Vec<(String, bool)> = found.iter().map(|term| (term.parts.join(" "), term.quoted)).collect();
        let expected = [("why", false), ("out of memory", true), ("api 7d4f9", false), ("lost", false)];
        assert_eq!(shown, expected.map(|(text, quoted)| (text.to_owned(), quoted)));
        assert!(terms(" -- \"\" ").is_empty());
    }
}
