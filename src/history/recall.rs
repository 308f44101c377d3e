//! An entry read back from its text, as far as lists and the graph tell of it.
//!
//! Owns the reading of the first lines of fields. What an entry is and where it ends comes from its chain, never from
//! its text, so that nothing in an output can pass for an entry. Knows no file.

use super::{Kind, Record};
use crate::domain::{ApprovalRecord, Body, Decision, Entry, EntryId, Manual, MergeRecord, Principal, Step, Tier};

/// Every decision a log can hold.
const DECISIONS: [Decision; 10] = [
    Decision::Auto,
    Decision::Approved,
    Decision::ApprovedExplained,
    Decision::Denied,
    Decision::Changed,
    Decision::Withdrawn,
    Decision::Unanswerable,
    Decision::Waived,
    Decision::Granted,
    Decision::Forbidden,
];

/// The entry of a record: of each field its first line, and no outputs.
pub fn entry(record: &Record) -> Entry {
    let text = record.text.as_str();
    let by = match record.head.actor.as_str() {
        "person" => Principal::Person,
        other => match other.strip_prefix("client:") {
            Some(name) => Principal::Client { name: name.to_owned() },
            None => Principal::Agent,
        },
    };
    Entry { at: record.head.at, by, body: body(record.head.kind, text) }
}

fn body(kind: Kind, text: &str) -> Body {
    match kind {
        Kind::Human => Body::Human(manual(text)),
        Kind::Request => Body::Request { text: first(text) },
        Kind::Step => Body::Step(Step {
            permission: field(text, "PERMISSION"),
            action: field(text, "ACTION"),
            inference: Some(field(text, "INFERENCE")).filter(|seen| !seen.is_empty()),
            ..Step::default()
        }),
        Kind::Answer => Body::Answer { text: first(text) },
        Kind::Commit => Body::Commit {
            milestone: field(text, "MILESTONE"),
            finding: field(text, "FINDING"),
            saved_to: field(text, "SAVED TO"),
        },
        Kind::Approval => Body::Approval(approval(text)),
        Kind::Branch => Body::Branch { name: field(text, "BRANCH"), intent: field(text, "INTENT"), from: None },
        Kind::Merge => Body::Merge(merge(text)),
        Kind::Recovery | Kind::Foreign => Body::Recovery { text: first(text) },
        Kind::Repair => Body::Repair { text: first(text) },
        Kind::Drift => Body::Drift { text: first(text) },
    }
}

fn manual(text: &str) -> Manual {
    let result = field(text, "RESULT");
    let exit = result.strip_prefix("exit code ").and_then(|rest| rest.split(' ').next()?.parse().ok());
    let command = first(text);
    Manual { private: command == "(private)", command, exit, ..Manual::default() }
}

fn approval(text: &str) -> ApprovalRecord {
    let tier = field(text, "TIER");
    let decided = field(text, "USER DECISION");
    // The longest words that fit: `approved` begins others.
    let fits = DECISIONS.into_iter().filter(|decision| decided.starts_with(decision.words()));
    ApprovalRecord {
        command: field(text, "COMMAND"),
        // What cannot be read is told as the strictest.
        tier: Tier::ALL.into_iter().find(|known| known.word() == tier).unwrap_or(Tier::Destructive),
        response: None,
        decision: fits.max_by_key(|decision| decision.words().len()).unwrap_or(Decision::Withdrawn),
        executed: field(text, "ACTION EXECUTED") == "yes",
        result: Some(field(text, "RESULT")).filter(|result| !result.is_empty()),
    }
}

fn merge(text: &str) -> MergeRecord {
    let link = field(text, "LOG");
    let (log, rest) = link.split_once(" up to ").unwrap_or((&link, ""));
    MergeRecord {
        branch: field(text, "BRANCH"),
        intent: field(text, "INTENT"),
        ours: field(text, "OURS"),
        theirs: field(text, "THEIRS"),
        log: log.trim_end_matches(", without entries").to_owned(),
        head: rest.split_once(", sha256 ").map(|(_, head)| head.to_owned()),
        last: rest.split_once(',').map(|(last, _)| EntryId::new(last)),
    }
}

/// The first line under the heading.
fn first(text: &str) -> String {
    text.lines().nth(1).unwrap_or_default().to_owned()
}

/// The first line of a field; fields begin at the beginning of a line, and what imitates one is written with a mark.
fn field(text: &str, name: &str) -> String {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned);
    text.lines().skip(1).find_map(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::At;
    use crate::history::Head;
    use crate::history::entry::render;

    fn read_back(body: Body) -> Body {
        let entry_before = Entry { at: At::EPOCH, by: Principal::Agent, body };
        let text = render(&entry_before);
        let kind = Kind::of(&entry_before.body);
        let actor = "agent".to_owned();
        let head = Head { seq: 1, id: EntryId::new("a"), at: At::EPOCH, kind, actor, off: 0, len: text.len() as u64 };
        entry(&Record { head, text, sound: true }).body
    }

    #[test]
    fn what_a_graph_tells_is_read_back_as_it_was_written() {
        let bodies = [
            Body::Request { text: "look at db".into() },
            Body::Step(Step { permission: "denied".into(), action: "git push".into(), ..Step::default() }),
            Body::Commit { milestone: "m".into(), finding: "f".into(), saved_to: "commit.md entry #1".into() },
            Body::Branch { name: "memory".into(), intent: "is it?".into(), from: None },
            Body::Merge(MergeRecord {
                branch: "memory".into(),
                intent: "is it?".into(),
                ours: "o".into(),
                theirs: "t".into(),
                log: "branches/memory/log.md".into(),
                head: Some("ab".repeat(32)),
                last: Some(EntryId::new("abcdefghij")),
            }),
            Body::Repair { text: "gone".into() },
            Body::Human(Manual { command: "make test".into(), exit: None, ..Manual::default() }),
        ];
        for body in bodies {
            assert_eq!(read_back(body.clone()), body);
        }
    }

    #[test]
    fn every_decision_is_read_back() {
        for decision in DECISIONS {
            let record = ApprovalRecord {
                command: "git push".into(),
                tier: Tier::Approval,
                response: None,
                decision,
                executed: false,
                result: None,
            };
            assert_eq!(read_back(Body::Approval(record.clone())), Body::Approval(record));
        }
    }

    #[test]
    fn an_output_cannot_pass_for_a_field() {
        let step = Step {
            permission: "auto-execute".into(),
            action: "cat x".into(),
            output: Some("ACTION: rm -rf /\nPERMISSION: denied\n".into()),
            ..Step::default()
        };
        let Body::Step(read) = read_back(Body::Step(step)) else { panic!("a step") };
        assert_eq!((read.permission.as_str(), read.action.as_str()), ("auto-execute", "cat x"));
    }
}
