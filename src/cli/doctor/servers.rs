//! The servers of other programs' tools: whether each comes up, and whether its tools are those that were accepted.

use tokio::sync::mpsc;

use super::Finding;
use crate::guests::{Standing, State};
use crate::output::counted;
use crate::runtime::Kit;

const CHECK: &str = "mcp servers";

pub(super) async fn look(kit: &Kit) -> Vec<Finding> {
    // What is told while they start is what is found afterwards.
    let (told, _unread) = mpsc::unbounded_channel();
    kit.guests.start(told);
    kit.guests.settled().await;
    let findings = kit.guests.standings().iter().map(finding).collect();
    kit.guests.close().await;
    findings
}

fn finding(standing: &Standing) -> Finding {
    let name = &standing.name;
    let held = standing.tools.iter().filter(|tool| tool.held.is_some()).count();
    match &standing.state {
        State::Ready if held > 0 => Finding::warn(
            CHECK,
            format!("{name}: {} held back, new or described otherwise", counted(held, "tool is", "tools are")),
            format!("Look at them with `devops-agent mcp servers`, then `devops-agent mcp accept {name}`"),
        ),
        State::Ready => Finding::ok(CHECK, format!("{name}: {}", counted(standing.tools.len(), "tool", "tools"))),
        State::Untrusted => Finding::warn(
            CHECK,
            format!("{name}: {} is not trusted, so it is not started", standing.file),
            "Start devops-agent here and answer its question, or leave it",
        ),
        State::Ended(why) => Finding::warn(
            CHECK,
            format!("{name}: {why}"),
            format!("Mend its entry in {}, or take it out", standing.file),
        ),
        State::Waiting | State::Starting => Finding::warn(CHECK, format!("{name}: did not come up"), "Look again"),
    }
}
