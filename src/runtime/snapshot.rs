//! What a session notes of its surroundings when it begins: what the files say, and what only the tools can count.
//!
//! Owns the two questions that are asked of tools and how long each may take. A tool that may not be asked is left
//! uncounted.

use std::sync::Arc;
use std::time::Duration;

use super::{Kit, quiet};
use crate::domain::{Counted, Snapshot, Stream};
use crate::gate::{BinaryFact, FactQuery};

/// How long a tool may take. A session does not wait for an engine that hangs.
const PATIENCE: Duration = Duration::from_secs(2);

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
    let mut count = 0;
    let read = quiet::read(kit, line, PATIENCE, |stream, bytes| {
        if stream == Stream::Stdout {
            count += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
    });
    match read.await {
        Ok(()) => Counted::Known(count),
        Err(why) => Counted::Unanswered(why),
    }
}
