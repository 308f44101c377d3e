//! A reading command that the program wants for itself, not for a request of the person's.
//!
//! Owns its way: through the gate like every command, run only where that asks for no consent, and waited for no longer
//! than its patience. A rule of the person's that wants to be asked leaves it undone. No shell is involved.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Kit;
use crate::domain::{Action, Exit, Stream};
use crate::exec::{self, Limit, Progress};
use crate::gate::{Cleared, Pending, judge};

/// Chunks that may wait between a program and us.
const CHUNKS: usize = 4;
/// Bytes of a stream that [`heard`] keeps.
const KEPT: usize = 16 * 1024;

/// Hands over what the command prints, piece by piece.
///
/// # Errors
/// One line about why there is no whole answer.
pub(super) async fn read(
    kit: &Kit,
    line: &str,
    patience: Duration,
    mut take: impl FnMut(Stream, &[u8]),
) -> Result<(), String> {
    let late = || format!("no answer within {} seconds", patience.as_secs());
    let cleared = match tokio::time::timeout(patience, cleared(kit, line)).await {
        Ok(cleared) => cleared?,
        Err(_) => return Err(late()),
    };
    let (sender, mut progress) = mpsc::channel(CHUNKS);
    let (supervisor, cancel) = (Arc::clone(&kit.supervisor), CancellationToken::new());
    let stop = cancel.clone();
    let running = tokio::spawn(async move { exec::run(cleared, &supervisor, stop, sender, Limit::Stop).await });
    let reading = async {
        while let Some(item) = progress.recv().await {
            if let Progress::Output(chunk) = item {
                take(chunk.stream, &chunk.bytes);
            }
        }
    };
    if tokio::time::timeout(patience, reading).await.is_err() {
        // Its tree is ended beside what goes on.
        cancel.cancel();
        return Err(late());
    }
    match running.await.map(|finished| finished.exit) {
        Ok(Exit::Code(0)) => Ok(()),
        Ok(exit) => Err(format!("it ended with code {}", exit.code())),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the command would run without a question.
pub(super) async fn is_automatic(kit: &Kit, line: &str) -> bool {
    cleared(kit, line).await.is_ok()
}

async fn cleared(kit: &Kit, line: &str) -> Result<Cleared, String> {
    let judged = judge(&Action::Command { line: line.to_owned() }, &kit.rules.book());
    let probe = Arc::clone(&kit.probe);
    let bound = tokio::task::spawn_blocking(move || {
        let facts = probe.facts(&judged.needs);
        judged.bind(facts, "", false)
    });
    match bound.await.map(|bound| bound.map(Pending::automatic)) {
        Ok(Ok(Ok(cleared))) => Ok(cleared),
        Ok(Ok(Err(_asks))) => Err("your rules want to be asked about it".to_owned()),
        Ok(Err(impossible)) => Err(impossible.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// What the command prints on stdout, as text; of a long output its beginning.
///
/// # Errors
/// One line about why it did not answer, with the last line of its stderr.
pub async fn heard(kit: &Kit, line: &str, patience: Duration) -> Result<String, String> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let read = read(kit, line, patience, |stream, bytes| {
        let kept = match stream {
            Stream::Stdout => &mut out,
            Stream::Stderr => &mut err,
        };
        let room = KEPT.saturating_sub(kept.len()).min(bytes.len());
        kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
    });
    match read.await {
        Ok(()) => Ok(String::from_utf8_lossy(&out).trim().to_owned()),
        Err(why) => {
            let said = String::from_utf8_lossy(&err);
            let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
            Err(last.map_or(why.clone(), |last| format!("{why}: {last}")))
        }
    }
}

/// What reads files, beside everything else and for no longer than `patience`: a file system can hang. `None` when it
/// does, or when the work failed.
pub async fn within<T: Send + 'static>(patience: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::time::timeout(patience, tokio::task::spawn_blocking(work)).await.ok()?.ok()
}
