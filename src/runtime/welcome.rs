//! What somebody who is here for the first time is offered: a request that fits what is there and only reads.
//!
//! Owns which request that is. Runs what the note of a session's beginning runs, and nothing else.

use std::collections::BTreeMap;

use super::snapshot::snapshot;
use super::{Kit, quiet};
use crate::domain::{Counted, Snapshot};
use crate::planner::{self, Planning};

/// A request that only reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// As a person would say it.
    pub request: String,
    /// The command line it becomes.
    pub command: String,
}

/// Something to try here; `None` where the person's rules want to be asked about all of it.
pub async fn first_task(kit: &Kit) -> Option<Task> {
    for request in fitting(&snapshot(kit).await) {
        let Planning::Plan(plan) = planner::plan(request, &kit.knowledge.lexicon, &BTreeMap::new()) else { continue };
        let Some(command) = plan.steps.first().and_then(|step| step.line()).filter(|_| plan.steps.len() == 1) else {
            continue;
        };
        if quiet::is_automatic(kit, &command).await {
            return Some(Task { request: request.to_owned(), command });
        }
    }
    None
}

/// The requests that have something to show, the most telling first. The last has on every machine.
fn fitting(seen: &Snapshot) -> Vec<&'static str> {
    let is_installed = |tool: &str| !seen.absent.iter().any(|absent| absent == tool);
    let requests = [
        (seen.surroundings.kube_context.is_some() && is_installed("kubectl"), "show the pods"),
        (matches!(seen.containers, Counted::Known(1..)), "which containers are running"),
        (matches!(seen.uncommitted, Counted::Known(_)), "which files did I change"),
        (true, "how full is the disk"),
    ];
    requests.into_iter().filter(|(fits, _)| *fits).map(|(_, request)| request).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Surroundings;

    fn bare() -> Snapshot {
        Snapshot { absent: ["kubectl", "git", "docker"].map(str::to_owned).to_vec(), ..Snapshot::default() }
    }

    #[test]
    fn a_bare_machine_is_asked_how_full_its_disk_is() {
        assert_eq!(fitting(&bare()), ["how full is the disk"]);
    }

    #[test]
    fn a_cluster_comes_before_containers_before_a_repository() {
        let surroundings = Surroundings { kube_context: Some("prod".to_owned()), ..Surroundings::default() };
        let all = Snapshot {
            surroundings,
            uncommitted: Counted::Known(0),
            containers: Counted::Known(3),
            absent: Vec::new(),
        };
        let expected =
            ["show the pods", "which containers are running", "which files did I change", "how full is the disk"];
        assert_eq!(fitting(&all), expected);
    }

    #[test]
    fn what_has_nothing_to_show_or_does_not_answer_is_passed_over() {
        let surroundings = Surroundings { kube_context: Some("prod".to_owned()), ..Surroundings::default() };
        let no_client = Snapshot { surroundings, ..bare() };
        assert_eq!(fitting(&no_client), ["how full is the disk"], "a context without kubectl");
        for containers in [Counted::Known(0), Counted::Unanswered("no engine".to_owned())] {
            let seen = Snapshot { containers, uncommitted: Counted::Known(2), ..Snapshot::default() };
            assert_eq!(fitting(&seen), ["which files did I change", "how full is the disk"]);
        }
    }
}
