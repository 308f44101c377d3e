//! The sorts of entries: the word machines read and the heading people read.
//!
//! Owns the one table of both. Knows no entry's fields.

use crate::domain::{Body, Principal};

/// What an entry is; the product document's headings and ours beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Human,
    Request,
    Step,
    Answer,
    Commit,
    Approval,
    Branch,
    Merge,
    Recovery,
    Repair,
    Drift,
    /// Text that stands where an entry should, under no heading of ours.
    Foreign,
}

/// Every sort with its word in the chain and its heading in the log.
const TABLE: [(Kind, &str, &str); 12] = [
    (Kind::Human, "human", "HUMAN"),
    (Kind::Request, "request", "HUMAN — REQUEST"),
    (Kind::Step, "step", "AI"),
    (Kind::Answer, "answer", "AI — ANSWER"),
    (Kind::Commit, "commit", "AI — COMMIT"),
    (Kind::Approval, "approval", "APPROVAL REQUEST"),
    (Kind::Branch, "branch", "AI — BRANCH"),
    (Kind::Merge, "merge", "AI — MERGE"),
    (Kind::Recovery, "recovery", "SYSTEM — RECOVERY"),
    (Kind::Repair, "repair", "SYSTEM — REPAIR"),
    (Kind::Drift, "drift", "SYSTEM — DRIFT"),
    (Kind::Foreign, "foreign", ""),
];

impl Kind {
    /// The sort of an entry.
    pub fn of(body: &Body) -> Kind {
        match body {
            Body::Human(_) => Kind::Human,
            Body::Request { .. } => Kind::Request,
            Body::Step(_) => Kind::Step,
            Body::Answer { .. } => Kind::Answer,
            Body::Commit { .. } => Kind::Commit,
            Body::Approval(_) => Kind::Approval,
            Body::Branch { .. } => Kind::Branch,
            Body::Merge(_) => Kind::Merge,
            Body::Recovery { .. } => Kind::Recovery,
            Body::Repair { .. } => Kind::Repair,
            Body::Drift { .. } => Kind::Drift,
        }
    }

    /// The word in the chain: `step`, `request`.
    pub fn word(self) -> &'static str {
        TABLE.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, word, _)| word)
    }

    /// The words behind the clock: `AI`, `HUMAN — REQUEST`.
    pub fn heading(self) -> &'static str {
        TABLE.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., heading)| heading)
    }

    /// The sort a word of the chain means; a word of a newer version is foreign to us.
    pub fn from_word(word: &str) -> Kind {
        TABLE.iter().find(|(_, known, _)| *known == word).map_or(Kind::Foreign, |(kind, ..)| *kind)
    }

    /// The sort a heading means.
    pub fn from_heading(heading: &str) -> Option<Kind> {
        TABLE.iter().find(|(.., known)| !known.is_empty() && *known == heading).map(|(kind, ..)| *kind)
    }

    /// Who writes such entries, where nothing else tells: the words of [`actor`].
    pub fn usual_actor(self) -> &'static str {
        match self {
            Kind::Human | Kind::Request => "person",
            Kind::Recovery | Kind::Repair | Kind::Drift => "system",
            Kind::Foreign => "unknown",
            Kind::Step | Kind::Answer | Kind::Commit | Kind::Approval | Kind::Branch | Kind::Merge => "agent",
        }
    }
}

/// Who wrote an entry, as the chain has it: `person`, `agent`, `client:NAME`, and `system` for what the program
/// tells about itself.
pub fn actor(by: &Principal, kind: Kind) -> String {
    match (by, kind) {
        (Principal::Client { name }, _) => format!("client:{name}"),
        (_, Kind::Recovery | Kind::Repair | Kind::Drift) => kind.usual_actor().to_owned(),
        (Principal::Person, _) => "person".to_owned(),
        (Principal::Agent, _) => "agent".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_is_found_again_by_its_word_and_its_heading() {
        for (kind, word, heading) in TABLE {
            assert_eq!((kind.word(), kind.heading()), (word, heading));
            assert_eq!(Kind::from_word(word), kind);
            assert_eq!(Kind::from_heading(heading), (kind != Kind::Foreign).then_some(kind));
        }
        assert_eq!(Kind::from_word("of-a-newer-version"), Kind::Foreign);
    }
}
