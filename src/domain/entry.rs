//! One block of `log.md`, before it is text.

use serde::{Deserialize, Serialize};

use super::{At, EntryId, Principal, Tier};

/// An entry: when, who, what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub at: At,
    pub by: Principal,
    #[serde(flatten)]
    pub body: Body,
}

/// What an entry holds; each variant has its heading in the product's log format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// `HUMAN`: a command of the person's with its output.
    Human(Manual),
    /// `HUMAN — REQUEST`: what the person asked.
    Request { text: String },
    /// `AI`: an observation, a thought, a command and what came of it.
    Step(Step),
    /// `AI — ANSWER`: what the agent told the person.
    Answer { text: String },
    /// `AI — COMMIT`: a confirmed finding.
    Commit { milestone: String, finding: String, saved_to: String },
    /// `APPROVAL REQUEST`: what was asked, what was answered, what followed.
    Approval(ApprovalRecord),
    /// `AI — BRANCH`: another way is tried from here on, in a log of its own.
    Branch { name: String, intent: String, from: Option<EntryId> },
    /// `AI — MERGE`: what a branch came to, and where its log lies.
    Merge(MergeRecord),
    /// `SYSTEM — RECOVERY`: what an earlier process left unfinished.
    Recovery { text: String },
    /// `SYSTEM — REPAIR`: what was written once and is no longer there as it was written.
    Repair { text: String },
    /// `SYSTEM — DRIFT`: where the person stands now, and stood before.
    Drift { text: String },
}

/// The fields of a `HUMAN` entry: a command of the person's in their own shell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Manual {
    /// As it was typed.
    pub command: String,
    /// What the screen showed of it, as text.
    pub output: String,
    /// Its exit code, where the shell told it.
    pub exit: Option<i32>,
    /// How long it ran; `None` while it runs.
    pub milliseconds: Option<u64>,
    /// Where the shell stood.
    pub directory: Option<String>,
    /// What the entry rests on where the shell did not tell, and what it leaves out.
    pub note: Option<String>,
    /// Kept to the person: nothing of it is here or goes to a model.
    pub private: bool,
}

impl Manual {
    /// `exit code 0 after 1.2 s in /srv/app`, of what is known.
    pub fn result(&self) -> String {
        let mut parts = Vec::new();
        if self.milliseconds.is_some() {
            parts.push(self.exit.map_or("exit code not known".to_owned(), |code| format!("exit code {code}")));
        }
        parts.extend(self.milliseconds.map(|ms| match ms {
            ..1000 => format!("after {ms} ms"),
            _ => format!("after {}.{} s", ms / 1000, ms % 1000 / 100),
        }));
        parts.extend(self.directory.as_ref().map(|directory| format!("in {directory}")));
        parts.join(" ")
    }
}

/// The fields of an `AI — MERGE` entry. The branch's entries stay in its own log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MergeRecord {
    pub branch: String,
    /// What the branch was begun for.
    pub intent: String,
    /// What had been reached on the way the branch is merged into.
    pub ours: String,
    /// What the branch found.
    pub theirs: String,
    /// The branch's log, relative to the session's directory.
    pub log: String,
    /// The hash of the branch's last entry, hexadecimal; `None` for a branch without entries.
    pub head: Option<String>,
    /// The branch's last entry.
    pub last: Option<EntryId>,
}

/// The fields of an `AI` entry. A field with nothing to say is left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Step {
    pub observation: Option<String>,
    pub thought: Option<String>,
    /// `auto-execute (read-only per kubectl/SKILL.md)`.
    pub permission: String,
    pub action: String,
    /// Both streams as text, stderr marked; `None` when the command did not run.
    pub output: Option<String>,
    pub inference: Option<String>,
}

impl Step {
    /// Whether nobody was asked about it; what was asked about has a request for approval before it.
    pub fn is_automatic(&self) -> bool {
        self.permission.starts_with(Tier::Auto.permission())
    }
}

/// What the person (or the lack of one) decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// No consent was needed.
    Auto,
    Approved,
    /// Approved, and an explanation was asked for first.
    ApprovedExplained,
    Denied,
    /// The person wants another command in its place, which is asked about by itself.
    Changed,
    /// Withdrawn before it was answered: cancelled, or the asking side went away.
    Withdrawn,
    /// Nobody could be asked.
    Unanswerable,
    /// Approved beforehand for this call by a flag.
    Waived,
    /// Approved beforehand by a grant the person gave.
    Granted,
    /// Refused by the gate itself, whoever would agree.
    Forbidden,
}

impl Decision {
    /// The words of the log's `USER DECISION` field.
    pub fn words(self) -> &'static str {
        match self {
            Decision::Auto => "not needed",
            Decision::Approved => "approved",
            Decision::ApprovedExplained => "approved with explanation requested",
            Decision::Denied => "denied",
            Decision::Changed => "changed by the person",
            Decision::Withdrawn => "withdrawn",
            Decision::Unanswerable => "refused, nobody to ask",
            Decision::Waived => "approved beforehand by --yes",
            Decision::Granted => "approved beforehand by a grant",
            Decision::Forbidden => "refused by the gate",
        }
    }

    /// The single word of `--json`: `auto`, `approved`, `denied`, `changed`, `withdrawn`, `refused`.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Auto => "auto",
            Decision::Approved | Decision::ApprovedExplained | Decision::Waived | Decision::Granted => "approved",
            Decision::Denied => "denied",
            Decision::Changed => "changed",
            Decision::Withdrawn => "withdrawn",
            Decision::Unanswerable | Decision::Forbidden => "refused",
        }
    }

    /// Whether the command may run.
    pub fn permits(self) -> bool {
        matches!(
            self,
            Decision::Auto | Decision::Approved | Decision::ApprovedExplained | Decision::Waived | Decision::Granted
        )
    }
}

/// The fields of an `APPROVAL REQUEST` entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRecord {
    pub command: String,
    pub tier: Tier,
    /// The person's own words; `None` when nothing was said.
    pub response: Option<String>,
    pub decision: Decision,
    pub executed: bool,
    /// One line about what came of it.
    pub result: Option<String>,
}
