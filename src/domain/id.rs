//! Identifiers that stand on events, entries and calls.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The directory name of a session: `session_004_2026-02-21_investigate-db-timeouts`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(String);

impl SessionId {
    /// Takes a directory name as it stands.
    pub fn new(directory: impl Into<String>) -> Self {
        Self(directory.into())
    }

    /// The whole directory name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part a person types: `session_004`.
    pub fn short(&self) -> &str {
        match self.0.match_indices('_').nth(1) {
            Some((end, _)) => &self.0[..end],
            None => &self.0,
        }
    }

    /// The number as it stands in the name: `004`.
    pub fn number(&self) -> &str {
        self.short().trim_start_matches("session_")
    }

    /// The goal as it stands in the name: `investigate-db-timeouts`.
    pub fn slug(&self) -> &str {
        match self.0.match_indices('_').nth(2) {
            Some((end, _)) => &self.0[end + 1..],
            None => "",
        }
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an entry: the first characters of its hash, so that it names one entry of one history and nothing
/// else. Any prefix that only one entry has is enough to ask for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    /// Takes a name, or the beginning of one, as it stands.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One request and all that follows from it, counted from 1 within a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TurnId(pub u64);

/// One run of a tool, counted from 1 within a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_gives_its_short_form_and_its_goal() {
        let id = SessionId::new("session_004_2026-02-21_investigate-db-timeouts");
        assert_eq!(id.short(), "session_004");
        assert_eq!(id.slug(), "investigate-db-timeouts");
    }

    #[test]
    fn an_odd_session_id_is_its_own_short_form() {
        assert_eq!(SessionId::new("scratch").short(), "scratch");
        assert_eq!(SessionId::new("scratch").slug(), "");
    }
}
