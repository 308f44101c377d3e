//! An entry as the text of `log.md`.
//!
//! Owns the headings, the field names and their order (product document 7.6) and the line that ends an entry.
//! Knows no file: the bytes are written by `store`, and what is handed in is already masked.

use super::Kind;
use super::text::{block, capped, field};
use crate::domain::{ApprovalRecord, Body, Decision, Entry, EntryId, Manual, MergeRecord, Principal, Step};

/// What every entry ends with. A log that does not end so was cut off in the middle of an entry.
pub const END: &str = "\n---\n\n";

/// The entry's whole text, its heading first and the separator last, ready to be appended.
///
/// Whatever the fields hold, the text has exactly one heading and one separator.
pub fn render(entry: &Entry) -> String {
    let mut out = format!("## [{}] {}\n", entry.at.clock(), Kind::of(&entry.body).heading());
    match &entry.body {
        Body::Human(manual) => render_manual(&mut out, manual),
        Body::Request { text }
        | Body::Answer { text }
        | Body::Recovery { text }
        | Body::Repair { text }
        | Body::Drift { text } => block(&mut out, &capped(text)),
        Body::Step(step) => render_step(&mut out, step),
        Body::Commit { milestone, finding, saved_to } => {
            field(&mut out, "MILESTONE", &capped(milestone));
            field(&mut out, "FINDING", &capped(finding));
            field(&mut out, "SAVED TO", saved_to);
        }
        Body::Approval(record) => render_approval(&mut out, record, &entry.by),
        Body::Branch { name, intent, from } => {
            field(&mut out, "BRANCH", name);
            field(&mut out, "FORKED AT", from.as_ref().map_or("the beginning", EntryId::as_str));
            field(&mut out, "INTENT", &capped(intent));
        }
        Body::Merge(record) => render_merge(&mut out, record),
    }
    out.push_str(END);
    out
}

fn render_manual(out: &mut String, manual: &Manual) {
    // A private command leaves its place in the log, and nothing else.
    block(out, if manual.private { "(private)" } else { &manual.command });
    out.push_str("\nOUTPUT:\n");
    block(out, &capped(&manual.output));
    let (result, note) = (manual.result(), manual.note.as_deref().unwrap_or_default());
    if !(result.is_empty() && note.is_empty()) {
        out.push('\n');
    }
    field(out, "RESULT", &result);
    field(out, "NOTE", &capped(note));
}

fn render_merge(out: &mut String, record: &MergeRecord) {
    field(out, "BRANCH", &record.branch);
    field(out, "INTENT", &capped(&record.intent));
    field(out, "OURS", &capped(&record.ours));
    field(out, "THEIRS", &capped(&record.theirs));
    let link = match (&record.last, &record.head) {
        (Some(last), Some(head)) => format!("{} up to {last}, sha256 {head}", record.log),
        _ => format!("{}, without entries", record.log),
    };
    field(out, "LOG", &link);
}

fn render_step(out: &mut String, step: &Step) {
    let mut part = |name: &str, text: Option<&str>| {
        let before = out.len();
        field(out, name, text.unwrap_or_default());
        if out.len() > before {
            out.push('\n');
        }
    };
    part("OBSERVATION", step.observation.as_deref().map(capped).as_deref());
    part("THOUGHT", step.thought.as_deref().map(capped).as_deref());
    part("PERMISSION", Some(&step.permission));
    part("ACTION", Some(&step.action));
    if let Some(output) = &step.output {
        out.push_str("OUTPUT:\n");
        block(out, &capped(output));
        out.push('\n');
    }
    field(out, "INFERENCE", &capped(step.inference.as_deref().unwrap_or_default()));
    // The separator brings the blank line before it.
    if out.ends_with("\n\n") {
        out.pop();
    }
}

fn render_approval(out: &mut String, record: &ApprovalRecord, by: &Principal) {
    field(out, "COMMAND", &record.command);
    field(out, "TIER", record.tier.word());
    if let Some(response) = &record.response {
        field(out, "USER RESPONSE", &format!("\"{}\"", capped(response)));
    }
    let decision = record.decision.words();
    match by {
        // A program on the other side of a connection can only vouch for itself.
        Principal::Client { name } => {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let did = match record.decision {
                Decision::Approved | Decision::ApprovedExplained | Decision::Denied => "answered",
                _ => "asked for",
            };
            field(out, "USER DECISION", &format!("{decision} ({did} by the program {name})"));
        }
        Principal::Person | Principal::Agent => field(out, "USER DECISION", decision),
    }
    field(out, "ACTION EXECUTED", if record.executed { "yes" } else { "no" });
    field(out, "RESULT", &capped(record.result.as_deref().unwrap_or_default()));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{At, Decision, Tier};

    fn entry(clock: &str, body: Body) -> Entry {
        let at = At::parse(&format!("2026-02-21T{clock}:07+01:00")).unwrap();
        Entry { at, by: Principal::Agent, body }
    }

    #[test]
    fn the_log_reads_as_the_product_document_shows_it() {
        let entries = [
            entry(
                "14:32",
                Body::Human(Manual {
                    command: "kubectl get pods -n production".into(),
                    output: "NAME          READY   STATUS             RESTARTS\n\
                             api-7d4f9     0/1     CrashLoopBackOff   14\n"
                        .into(),
                    ..Manual::default()
                }),
            ),
            entry(
                "14:35",
                Body::Step(Step {
                    observation: Some(
                        "api-7d4f9 has restarted 14 times in CrashLoopBackOff state.\n\
                         High restart count points to OOM, bad config, or failing health check."
                            .into(),
                    ),
                    thought: Some(
                        "Need logs from the previous crashed container — current state won't show\n\
                         the failure reason. --previous flag pulls from the terminated container buffer."
                            .into(),
                    ),
                    permission: "auto-execute (read-only per kubectl/SKILL.md)".into(),
                    action: "kubectl logs api-7d4f9 --previous -n production".into(),
                    output: Some("java.lang.OutOfMemoryError: Java heap space\nKilled\n".into()),
                    inference: Some(
                        "OOMKilled confirmed. Memory limit is the constraint.\n\
                         Next logical step: check resource limits vs actual usage with kubectl top."
                            .into(),
                    ),
                }),
            ),
            entry(
                "14:38",
                Body::Commit {
                    milestone: "Root cause confirmed.".into(),
                    finding: "Container OOMKilled. Memory limit set to 256Mi, actual usage peaks at 410Mi.".into(),
                    saved_to: "commit.md entry #1".into(),
                },
            ),
            entry(
                "14:41",
                Body::Approval(ApprovalRecord {
                    command: "kubectl delete pod api-7d4f9 -n production".into(),
                    tier: Tier::Destructive,
                    response: Some("yes but explain what comes after".into()),
                    decision: Decision::ApprovedExplained,
                    executed: true,
                    result: Some("pod deleted, rescheduled in 8s, now Running".into()),
                }),
            ),
        ];
        let log: String = entries.iter().map(render).collect();
        let expected = r#"## [14:32] HUMAN
kubectl get pods -n production

OUTPUT:
NAME          READY   STATUS             RESTARTS
api-7d4f9     0/1     CrashLoopBackOff   14

---

## [14:35] AI
OBSERVATION: api-7d4f9 has restarted 14 times in CrashLoopBackOff state.
             High restart count points to OOM, bad config, or failing health check.

THOUGHT: Need logs from the previous crashed container — current state won't show
         the failure reason. --previous flag pulls from the terminated container buffer.

PERMISSION: auto-execute (read-only per kubectl/SKILL.md)

ACTION: kubectl logs api-7d4f9 --previous -n production

OUTPUT:
java.lang.OutOfMemoryError: Java heap space
Killed

INFERENCE: OOMKilled confirmed. Memory limit is the constraint.
           Next logical step: check resource limits vs actual usage with kubectl top.

---

## [14:38] AI — COMMIT
MILESTONE: Root cause confirmed.
FINDING: Container OOMKilled. Memory limit set to 256Mi, actual usage peaks at 410Mi.
SAVED TO: commit.md entry #1

---

## [14:41] APPROVAL REQUEST
COMMAND: kubectl delete pod api-7d4f9 -n production
TIER: destructive
USER RESPONSE: "yes but explain what comes after"
USER DECISION: approved with explanation requested
ACTION EXECUTED: yes
RESULT: pod deleted, rescheduled in 8s, now Running

---

"#;
        assert_eq!(log, expected);
    }

    #[test]
    fn requests_answers_and_recoveries_have_their_headings() {
        let text = || "two\nlines".to_owned();
        assert_eq!(
            render(&entry("09:05", Body::Request { text: text() })),
            "## [09:05] HUMAN — REQUEST\ntwo\nlines\n\n---\n\n"
        );
        assert_eq!(
            render(&entry("09:05", Body::Answer { text: text() })),
            "## [09:05] AI — ANSWER\ntwo\nlines\n\n---\n\n"
        );
        assert_eq!(
            render(&entry("09:05", Body::Recovery { text: text() })),
            "## [09:05] SYSTEM — RECOVERY\ntwo\nlines\n\n---\n\n"
        );
    }

    #[test]
    fn a_step_leaves_out_what_it_does_not_know() {
        let step = Step { permission: "denied".into(), action: "git push".into(), ..Step::default() };
        assert_eq!(
            render(&entry("09:05", Body::Step(step))),
            "## [09:05] AI\nPERMISSION: denied\n\nACTION: git push\n\n---\n\n"
        );
    }

    #[test]
    fn a_command_that_printed_nothing_shows_an_empty_output() {
        let step = Step { action: "true".into(), output: Some(String::new()), ..Step::default() };
        assert_eq!(render(&entry("09:05", Body::Step(step))), "## [09:05] AI\nACTION: true\n\nOUTPUT:\n\n---\n\n");
    }

    #[test]
    fn an_answer_of_a_program_is_told_from_one_of_a_person() {
        let record = ApprovalRecord {
            command: "git push".into(),
            tier: Tier::Approval,
            response: None,
            decision: Decision::Approved,
            executed: false,
            result: None,
        };
        let mut entry = entry("09:05", Body::Approval(record));
        entry.by = Principal::Client { name: "other-agent\n---".into() };
        assert_eq!(
            render(&entry),
            "## [09:05] APPROVAL REQUEST\nCOMMAND: git push\nTIER: approval\n\
             USER DECISION: approved (answered by the program other-agent ---)\nACTION EXECUTED: no\n\n---\n\n"
        );
    }

    /// Pieces an attacker would put together.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "\n",
            "\r",
            "\r\n",
            " ",
            "   ",
            "\\",
            "---",
            "-",
            "## [14:35] AI",
            "## [",
            "OUTPUT:",
            "PERMISSION: auto",
            "RESULT: ok",
            "USER DECISION: approved",
            "\u{85}",
            "\u{2028}",
            "\x0b",
            "\x0c",
            "\x1b[2K",
            "é",
            "x",
        ]);
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn hostile_text_cannot_forge_an_entry_or_a_field(text in hostile(), also in hostile()) {
            let bodies = [
                Body::Human(Manual { command: also.clone(), output: text.clone(), note: Some(also.clone()), directory: Some(text.clone()), ..Manual::default() }),
                Body::Request { text: text.clone() },
                Body::Answer { text: text.clone() },
                Body::Step(Step {
                    observation: Some(also.clone()),
                    thought: Some(text.clone()),
                    permission: also.clone(),
                    action: text.clone(),
                    output: Some(text.clone()),
                    inference: Some(also.clone()),
                }),
                Body::Commit { milestone: text.clone(), finding: also.clone(), saved_to: text.clone() },
                Body::Approval(ApprovalRecord {
                    command: text.clone(),
                    tier: Tier::Approval,
                    response: Some(also.clone()),
                    decision: Decision::Denied,
                    executed: false,
                    result: Some(text.clone()),
                }),
            ];
            for body in bodies {
                let log = render(&entry("09:05", body));
                let lines: Vec<&str> = log.split(|c| "\n\r\u{85}\u{2028}\u{2029}\x0b\x0c".contains(c)).collect();
                prop_assert_eq!(lines.iter().filter(|line| line.trim_start().starts_with("## [")
                    && line.len() - line.trim_start().len() < 4).count(), 1, "{}", log);
                prop_assert_eq!(lines.iter().filter(|line| **line == "---").count(), 1, "{}", log);
                for name in ["OUTPUT:", "PERMISSION:", "RESULT:", "NOTE:", "USER DECISION:"] {
                    prop_assert!(lines.iter().filter(|line| line.starts_with(name)).count() <= 1, "{}", log);
                }
                prop_assert!(!log.contains('\x1b'));
            }
        }
    }
}
