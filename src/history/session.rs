//! What is told about a session in a list: who it is, how it stands, what it found.
//!
//! Owns the summary's words and how milestones are counted in the text of `commit.md`. Knows no file.

use serde::{Deserialize, Serialize};

use crate::domain::{At, SessionId};

/// Whether a session is still worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Active,
    Closed,
}

impl Status {
    /// The word of `metadata.yaml` and `main.md`.
    pub fn word(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Closed => "closed",
        }
    }
}

/// One session of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    pub id: SessionId,
    /// As it is told of: the name the person gave it, else that of its directory.
    pub name: String,
    /// The goal in the person's words, one line.
    pub goal: String,
    pub status: Status,
    pub started: At,
    /// When the log last grew.
    pub last_activity: At,
    /// Confirmed findings.
    pub commits: u32,
    /// The milestone of the last commit, one line.
    pub last_commit: Option<String>,
    /// The finding of the last commit, one line.
    pub finding: Option<String>,
}

/// What the text of a `commit.md` tells in short.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Milestones {
    pub count: u32,
    pub last_commit: Option<String>,
    pub finding: Option<String>,
}

impl Milestones {
    /// Counts the headings and takes the last milestone and finding, the first line of each.
    pub fn read(text: &str) -> Milestones {
        let mut milestones = Milestones::default();
        for line in text.lines() {
            if line.starts_with("## [") {
                milestones.count = milestones.count.saturating_add(1);
            } else if let Some(milestone) = line.strip_prefix("MILESTONE: ") {
                (milestones.last_commit, milestones.finding) = (Some(milestone.to_owned()), None);
            } else if let Some(finding) = line.strip_prefix("FINDING: ") {
                milestones.finding = Some(finding.to_owned());
            }
        }
        milestones
    }

    /// Takes in those of another way of the session, which tells the last where it tells any.
    pub fn add(&mut self, other: Milestones) {
        self.count = self.count.saturating_add(other.count);
        if other.last_commit.is_some() {
            (self.last_commit, self.finding) = (other.last_commit, other.finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_commit_is_the_one_that_is_told() {
        let text = "## [14:38] AI — COMMIT\nMILESTONE: one\nFINDING: a\n\n---\n\n\
                    ## [15:00] AI — COMMIT\nMILESTONE: two\nFINDING: b\n         more\n\n---\n\n";
        let expected = Milestones { count: 2, last_commit: Some("two".into()), finding: Some("b".into()) };
        assert_eq!(Milestones::read(text), expected);
        assert_eq!(Milestones::read(""), Milestones::default());
    }

    #[test]
    fn the_commits_of_every_way_count_and_the_last_way_that_tells_something_is_told() {
        let mut all = Milestones::read("## [14:38] AI — COMMIT\nMILESTONE: tried\nFINDING: it leaks\n");
        all.add(Milestones::read("## [14:40] AI — COMMIT\nMILESTONE: merged\n"));
        all.add(Milestones::default());
        let told = Milestones { count: 2, last_commit: Some("merged".into()), finding: None };
        assert_eq!(all, told);
    }
}
