//! Entries of a log as one line each, to be referred to: when, which, what was seen.
//!
//! Owns which entries say something and how short. Knows no file.

use super::{Kind, Record, recall};
use crate::domain::{Body, LogLine};

/// Characters of a command or of what was seen.
const SHORT: usize = 110;

/// The line of an entry; `None` for one that another one tells of.
pub fn line(record: &Record) -> Option<LogLine> {
    let text = match recall::entry(record).body {
        Body::Step(step) if step.is_automatic() => with(&step.action, step.inference.as_deref().unwrap_or_default()),
        Body::Approval(asked) => {
            let result = asked.result.filter(|_| asked.executed);
            let seen = result.map_or_else(
                || asked.decision.words().to_owned(),
                |result| format!("{}: {result}", asked.decision.words()),
            );
            with(&asked.command, &seen)
        }
        Body::Human(manual) if !manual.private => {
            let exit = manual.exit.map_or_else(String::new, |code| format!(", exit code {code}"));
            with(&manual.command, &format!("by hand{exit}"))
        }
        Body::Commit { milestone, saved_to, .. } => {
            let place = saved_to.rsplit_once('#').map_or_else(String::new, |(_, number)| format!(" #{number}"));
            format!("Commit{place}: {}", short(&milestone))
        }
        Body::Branch { name, intent, .. } => format!("Branch {name}: {}", short(&intent)),
        Body::Merge(merge) => format!("Merged {}: {}", merge.branch, short(&merge.theirs)),
        Body::Drift { text } | Body::Recovery { text } => short(&text),
        Body::Step(_) | Body::Human(_) | Body::Request { .. } | Body::Answer { .. } | Body::Repair { .. } => {
            return None;
        }
    };
    let is_finding = record.head.kind == Kind::Commit;
    let shows = matches!(record.head.kind, Kind::Step | Kind::Human | Kind::Commit);
    Some(LogLine { clock: record.head.at.clock(), entry: record.head.id.clone(), text, is_finding, shows })
}

fn with(command: &str, seen: &str) -> String {
    let command = short(command).replace('`', "'");
    if seen.is_empty() { format!("`{command}`") } else { format!("`{command}`: {}", short(seen)) }
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    match line.char_indices().nth(SHORT) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ApprovalRecord, At, Decision, Entry, EntryId, Manual, Principal, Step, Tier};
    use crate::history::{Head, entry};

    fn told(body: Body) -> Option<String> {
        let kind = Kind::of(&body);
        let text = entry::render(&Entry { at: At::EPOCH, by: Principal::Agent, body });
        let (id, actor) = (EntryId::new("k7f2"), "agent".to_owned());
        let head = Head { seq: 1, id, at: At::EPOCH, kind, actor, off: 0, len: text.len() as u64 };
        line(&Record { head, text, sound: true }).map(|line| format!("{} {}", line.clock, line.text))
    }

    #[test]
    fn commands_findings_and_decisions_have_a_line_and_talk_has_none() {
        let step = Step {
            permission: "auto-execute (read-only)".to_owned(),
            action: "kubectl get pods".to_owned(),
            inference: Some("14 restarts".to_owned()),
            ..Step::default()
        };
        assert_eq!(told(Body::Step(step)).as_deref(), Some("00:00 `kubectl get pods`: 14 restarts"));
        let asked = |decision, executed| {
            Body::Approval(ApprovalRecord {
                command: "kubectl scale".to_owned(),
                tier: Tier::Approval,
                response: None,
                decision,
                executed,
                result: executed.then(|| "scaled".to_owned()),
            })
        };
        assert_eq!(told(asked(Decision::Approved, true)).as_deref(), Some("00:00 `kubectl scale`: approved: scaled"));
        assert_eq!(told(asked(Decision::Denied, false)).as_deref(), Some("00:00 `kubectl scale`: denied"));
        let manual =
            Manual { command: "free -m".to_owned(), exit: Some(0), milliseconds: Some(3), ..Manual::default() };
        assert_eq!(told(Body::Human(manual)).as_deref(), Some("00:00 `free -m`: by hand, exit code 0"));
        let commit = Body::Commit {
            milestone: "OOMKilled".to_owned(),
            finding: String::new(),
            saved_to: "commit.md entry #2".to_owned(),
        };
        assert_eq!(told(commit).as_deref(), Some("00:00 Commit #2: OOMKilled"));
        assert_eq!(told(Body::Request { text: "why?".to_owned() }), None);
        assert_eq!(told(Body::Human(Manual { private: true, ..Manual::default() })), None);
    }
}
