//! What a session notes of its surroundings when it begins: what the files say, and what only the tools can count.
//!
//! Owns the two questions that are asked of tools and how long each may take. They go through the gate like every
//! command; a rule of the person's that wants to be asked about one leaves it uncounted. No shell is involved.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Kit;
use crate::domain::{Action, Counted, Exit, Snapshot, Stream};
use crate::exec::{self, Progress, Supervisor};
use crate::gate::{BinaryFact, FactQuery, Pending, judge};

/// How long a tool may take. A session does not wait for an engine that hangs.
const PATIENCE: Duration = Duration::from_secs(2);
/// Chunks that may wait between a tool and us.
const CHUNKS: usize = 4;

const UNCOMMITTED: &str = "git status --porcelain";
const CONTAINERS: &str = "docker ps --quiet";
/// The programs whose absence is worth a word.
const TOOLS: [&str; 3] = ["kubectl", "git", "docker"];

/// Looks around, the tools beside each other.
pub async fn snapshot(kit: &Kit) -> Snapshot {
    let probe = Arc::clone(&kit.probe);
    let looked = tokio::task::spawn_blocking(move || {
        let needs = TOOLS.map(|word| FactQuery::Binary { word: word.to_owned() });
        let facts = probe.facts(&needs);
        let missing = |word: &&str| matches!(facts.binaries.get(*word), Some(BinaryFact::Missing) | None);
        let absent: Vec<String> = TOOLS.iter().filter(|word| missing(word)).map(|word| (*word).to_owned()).collect();
        (facts.surroundings, absent)
    });
    let (surroundings, absent) = looked.await.unwrap_or_default();
    let there = |tool: &str| !absent.iter().any(|absent| absent == tool);
    let in_repository = surroundings.git_repo.is_some() && there("git");
    let (uncommitted, containers) =
        tokio::join!(counted(kit, UNCOMMITTED, in_repository), counted(kit, CONTAINERS, there("docker")));
    Snapshot { surroundings, uncommitted, containers, absent }
}

/// How many lines the command prints.
async fn counted(kit: &Kit, line: &str, worth: bool) -> Counted {
    if !worth {
        return Counted::Nothing;
    }
    let judged = judge(&Action::Command { line: line.to_owned() }, &kit.rules.book());
    let probe = Arc::clone(&kit.probe);
    let bound = tokio::task::spawn_blocking(move || {
        let facts = probe.facts(&judged.needs);
        judged.bind(facts, "", false)
    });
    let cleared = match bound.await.map(|bound| bound.map(Pending::automatic)) {
        Ok(Ok(Ok(cleared))) => cleared,
        Ok(Ok(Err(_asks))) => return Counted::Unanswered("your rules want to be asked about it".to_owned()),
        Ok(Err(impossible)) => return Counted::Unanswered(impossible.to_string()),
        Err(error) => return Counted::Unanswered(error.to_string()),
    };
    lines(cleared, &kit.supervisor).await
}

async fn lines(cleared: crate::gate::Cleared, supervisor: &Arc<Supervisor>) -> Counted {
    let (sender, mut progress) = mpsc::channel(CHUNKS);
    let (supervisor, cancel) = (Arc::clone(supervisor), CancellationToken::new());
    let stop = cancel.clone();
    let running = tokio::spawn(async move { exec::run(cleared, &supervisor, stop, sender).await });
    let mut count = 0;
    let counting = async {
        while let Some(item) = progress.recv().await {
            if let Progress::Output(chunk) = item
                && chunk.stream == Stream::Stdout
            {
                count += chunk.bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
            }
        }
    };
    if tokio::time::timeout(PATIENCE, counting).await.is_err() {
        // Its tree is ended beside what goes on.
        cancel.cancel();
        return Counted::Unanswered(format!("no answer within {} seconds", PATIENCE.as_secs()));
    }
    match running.await.map(|finished| finished.exit) {
        Ok(Exit::Code(0)) => Counted::Known(count),
        Ok(exit) => Counted::Unanswered(format!("it ended with code {}", exit.code())),
        Err(error) => Counted::Unanswered(error.to_string()),
    }
}
