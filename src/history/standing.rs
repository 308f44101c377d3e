//! Where a session stands, in the few lines that whoever takes it up or closes it is told.
//!
//! Owns what is picked out of commits and entries for that, and the words around it (product document, section 8).
//! Knows no file.

use super::{Kind, Record, recall};
use crate::domain::{At, Body, SessionId};

/// Before what an entry proposes to do next.
const NEXT: [&str; 2] = ["Next logical step:", "Next step:"];

/// What was reached last, what was done last, and what was to come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// What the session is for, in the person's words.
    pub goal: String,
    /// The name the person gave it since it began.
    pub name: Option<String>,
    /// The branch that entries go to, where they do not go the session's own way.
    pub branch: Option<String>,
    /// Nothing was written in it yet.
    pub untouched: bool,
    /// The milestone of the last commit.
    pub last_commit: Option<String>,
    /// The last command, with what was seen.
    pub last_action: Option<String>,
    /// What the last entry that said so wanted to do next.
    pub next: Option<String>,
}

impl Standing {
    /// Of the last commit and the last entries, the newest last.
    pub fn read(goal: &str, commits: &[Record], entries: &[Record]) -> Standing {
        let milestone = |record: &Record| match recall::entry(record).body {
            Body::Commit { milestone, .. } => Some(milestone),
            _ => None,
        };
        Standing {
            goal: goal.to_owned(),
            name: None,
            branch: None,
            untouched: commits.is_empty() && entries.is_empty(),
            last_commit: commits.iter().rev().find_map(milestone),
            last_action: entries.iter().rev().find_map(action),
            next: entries.iter().rev().find_map(|record| next(&record.text)),
        }
    }

    /// The agent's words when the session is begun, or taken up again.
    pub fn told(&self, id: &SessionId) -> String {
        self.words(id, "\n")
    }

    /// The same as Markdown, where a line must say that it ends.
    pub fn markdown(&self, id: &SessionId) -> String {
        self.words(id, "  \n")
    }

    fn words(&self, id: &SessionId, end: &str) -> String {
        if self.untouched {
            return format!(
                "Starting session — {}. What symptoms are you seeing?",
                self.goal.trim_end_matches(['.', '!', '?'])
            );
        }
        let mut text = format!("Resuming {} — {}\n\n", id.short(), self.name.as_deref().unwrap_or(id.slug()));
        if let Some(branch) = &self.branch {
            text.push_str(&on_branch(branch));
        }
        let rows = [
            ("Last commit", self.last_commit.as_ref().map(|milestone| format!("'{milestone}'"))),
            ("Last action", self.last_action.clone()),
            ("Next logical step", self.next.clone()),
        ];
        for (name, value) in rows {
            if let Some(value) = value {
                text.push_str(&format!("{name}: {value}{end}"));
            }
        }
        text.push_str("\nReady to continue.");
        text
    }
}

fn on_branch(name: &str) -> String {
    format!("On branch {name}.\n")
}

fn action(record: &Record) -> Option<String> {
    match recall::entry(record).body {
        Body::Step(step) => Some(match step.inference {
            Some(seen) => format!("{} ({})", step.action, seen.trim_end_matches('.')),
            None => step.action,
        }),
        Body::Human(manual) => Some(format!("{} (by hand)", manual.command)),
        _ => None,
    }
}

pub(super) fn next(text: &str) -> Option<String> {
    let after =
        |line: &str| NEXT.iter().find_map(|start| line.split_once(start)).map(|(_, rest)| rest.trim().to_owned());
    text.lines().rev().find_map(after).filter(|rest| !rest.is_empty())
}

/// What a session came to, counted while its entries go by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// The name the person gave the session since it began.
    pub name: Option<String>,
    /// The branch that entries go to, where they do not go the session's own way.
    pub branch: Option<String>,
    /// Milestones with their times, in their order.
    pub commits: Vec<(At, String)>,
    /// Commands the agent ran.
    pub by_agent: u64,
    /// Commands the person ran by hand.
    pub by_person: u64,
    /// When the first and the last entry were written.
    pub span: Option<(At, At)>,
}

impl Tally {
    /// Something was written at this time.
    pub fn reach(&mut self, at: At) {
        let (first, last) = self.span.unwrap_or((at, at));
        self.span = Some((first.min(at), last.max(at)));
    }

    /// Counts an entry of the session's log or of a branch's; of those of one log the newest comes first.
    pub fn add(&mut self, record: &Record) {
        let at = record.head.at;
        self.reach(at);
        match recall::entry(record).body {
            // One that was asked about is counted where the answer stands.
            Body::Step(step) if step.is_automatic() => self.by_agent += 1,
            Body::Approval(approval) if approval.executed => self.by_agent += 1,
            Body::Human(_) => self.by_person += 1,
            Body::Commit { milestone, .. } => {
                let place = self.commits.partition_point(|(earlier, _)| *earlier < at);
                self.commits.insert(place, (at, milestone));
            }
            _ => {}
        }
    }

    /// Whether an entry of this kind can change what is told.
    pub fn counts(kind: Kind) -> bool {
        matches!(kind, Kind::Step | Kind::Approval | Kind::Human | Kind::Commit)
    }

    /// `52 minutes`, from the first entry to the last.
    pub fn duration(&self) -> String {
        let seconds = self
            .span
            .map_or(0, |(first, last)| last.timestamp().as_second().saturating_sub(first.timestamp().as_second()));
        duration(seconds.unsigned_abs())
    }

    /// The summary that closing shows.
    pub fn told(&self, id: &SessionId) -> String {
        let name = self.name.as_deref().unwrap_or(id.slug());
        let mut text = format!("Closing {} — {name}\n\n", id.short());
        if let Some(branch) = &self.branch {
            text.push_str(&on_branch(branch));
        }
        text.push_str("Session summary:\n");
        for (index, (_, milestone)) in self.commits.iter().enumerate() {
            text.push_str(&format!("✅ Commit {}: {milestone}\n", index + 1));
        }
        if self.commits.is_empty() {
            text.push_str("Nothing was committed.\n");
        }
        let all = self.by_agent + self.by_person;
        text.push_str(&format!("Commands executed: {all} ({} agent / {} manual)\n", self.by_agent, self.by_person));
        text.push_str(&format!("Duration: {}", self.duration()));
        text
    }
}

/// In the unit a person would choose.
pub(super) fn duration(seconds: u64) -> String {
    let counted = |count: u64, unit: &str| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") };
    match seconds {
        0..60 => counted(seconds, "second"),
        60..7_200 => counted(seconds / 60, "minute"),
        7_200..172_800 => counted(seconds / 3_600, "hour"),
        _ => counted(seconds / 86_400, "day"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{ApprovalRecord, Decision, Entry, EntryId, Manual, Principal, Step, Tier};
    use crate::history::Head;
    use crate::history::entry::render;

    pub fn record(clock: &str, body: Body) -> Record {
        let at = At::parse(&format!("2026-02-21T{clock}:00+00:00")).unwrap();
        let kind = Kind::of(&body);
        let text = render(&Entry { at, by: Principal::Agent, body });
        let actor = "agent".to_owned();
        let head = Head { seq: 1, id: EntryId::new("a"), at, kind, actor, off: 0, len: text.len() as u64 };
        Record { head, text, sound: true }
    }

    pub fn step(action: &str, permission: &str, inference: &str) -> Body {
        Body::Step(Step {
            permission: permission.into(),
            action: action.into(),
            output: Some("x".into()),
            inference: Some(inference.into()),
            ..Step::default()
        })
    }

    fn commit(milestone: &str) -> Body {
        Body::Commit { milestone: milestone.into(), finding: String::new(), saved_to: String::new() }
    }

    #[test]
    fn taking_up_tells_what_was_reached_done_and_meant_to_come() {
        let commits = [record("09:00", commit("Timeouts every ~30s"))];
        let entries = [
            record(
                "09:10",
                step(
                    "kubectl describe deploy/api",
                    "auto-execute",
                    "saw pool size = 5.\nNext logical step: check load",
                ),
            ),
            record("09:20", Body::Answer { text: "done".into() }),
        ];
        let id = SessionId::new("session_004_2026-02-21_investigate-db-timeouts");
        let standing = Standing::read("x", &commits, &entries);
        assert_eq!(
            standing.told(&id),
            "Resuming session_004 — investigate-db-timeouts\n\nLast commit: 'Timeouts every ~30s'\n\
             Last action: kubectl describe deploy/api (saw pool size = 5)\nNext logical step: check load\n\n\
             Ready to continue."
        );
        let markdown = standing.markdown(&id);
        assert!(markdown.contains("every ~30s'  \nLast action: ") && markdown.contains(" = 5)  \nNext "), "{markdown}");
        assert_eq!(markdown.replace("  \n", "\n"), standing.told(&id));
        let read = Standing::read("x", &commits, &entries);
        let aside = Standing { branch: Some("hyp2".to_owned()), ..read }.told(&id);
        assert!(aside.contains("timeouts\n\nOn branch hyp2.\nLast commit: "), "{aside}");
        let begun = Standing::read("investigate database connection timeouts", &[], &[]).told(&id);
        assert_eq!(begun, "Starting session — investigate database connection timeouts. What symptoms are you seeing?");
    }

    #[test]
    fn closing_counts_every_command_once() {
        let approval = |executed| {
            let (decision, tier) = (Decision::Approved, Tier::Approval);
            let (response, result) = (None, None);
            Body::Approval(ApprovalRecord { command: "x".into(), tier, response, decision, executed, result })
        };
        let mut tally = Tally::default();
        for record in [
            record("09:00", step("git status", "auto-execute (read-only)", "clean")),
            record("09:05", approval(true)),
            record("09:05", step("x", "approval required: approved", "done")),
            record("09:06", approval(false)),
            record("09:07", Body::Human(Manual { command: "ls".into(), ..Manual::default() })),
            record("09:30", commit("Found it")),
            record("09:52", commit("Mended")),
        ] {
            tally.add(&record);
        }
        let id = SessionId::new("session_004_2026-02-21_db");
        let told = tally.told(&id);
        assert_eq!(
            told,
            "Closing session_004 — db\n\nSession summary:\n✅ Commit 1: Found it\n✅ Commit 2: Mended\n\
             Commands executed: 3 (2 agent / 1 manual)\nDuration: 52 minutes"
        );
        let aside = Tally { branch: Some("hyp2".to_owned()), ..tally }.told(&id);
        assert!(aside.starts_with("Closing session_004 — db\n\nOn branch hyp2.\nSession summary:\n"), "{aside}");
    }
}
