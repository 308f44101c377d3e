//! The commands of a session, numbered from its first: what `history` lists, `rerun` repeats and `OUTPUT` shows.

use crate::domain::{At, Body, EntryId, SessionId};
use crate::history::{Kind, Record, recall};
use crate::store::{Memory, StoreError};

/// A command of the past.
#[derive(Debug, Clone)]
pub struct Past {
    /// Counted from the session's first command.
    pub number: usize,
    pub at: At,
    pub entry: EntryId,
    /// The entry with what it printed: of one that was asked about, another than the one with the answer.
    pub output: EntryId,
    /// `agent` or `person`.
    pub by: &'static str,
    pub command: String,
    pub result: String,
}

/// Every command of the way that is gone now, oldest first.
///
/// # Errors
/// When the log cannot be read.
pub fn commands(memory: &Memory, id: &SessionId) -> Result<Vec<Past>, StoreError> {
    let way = memory.active_branch(id)?;
    let wanted = |kind: Kind| matches!(kind, Kind::Step | Kind::Approval | Kind::Human);
    let log = memory.log(id, Some(&way))?;
    let (mut found, mut printed) = (Vec::new(), None);
    // Newest first: what an approved command printed comes before its approval.
    log.each(|head| wanted(head.kind), |record| found.extend(past(&record, &mut printed)))?;
    found.reverse();
    for (index, past) in found.iter_mut().enumerate() {
        past.number = index + 1;
    }
    Ok(found)
}

/// A command that ran; one that was asked about stands in the request for approval.
fn past(record: &Record, printed: &mut Option<(String, EntryId)>) -> Option<Past> {
    let own = record.head.id.clone();
    let (by, command, result, output) = match recall::entry(record).body {
        Body::Step(step) if step.is_automatic() => {
            ("agent", step.action, step.inference.unwrap_or_default(), own.clone())
        }
        Body::Step(step) => {
            *printed = Some((step.action, own));
            return None;
        }
        Body::Approval(asked) if asked.executed => {
            let output = printed.take().filter(|(command, _)| *command == asked.command).map(|(_, entry)| entry);
            ("agent", asked.command, asked.result.unwrap_or_default(), output.unwrap_or_else(|| own.clone()))
        }
        Body::Human(manual) if !manual.private => {
            let failed = manual.exit.filter(|code| *code != 0);
            let result = failed.map_or(String::new(), |code| format!("exit code {code}"));
            ("person", manual.command, result, own.clone())
        }
        _ => return None,
    };
    Some(Past { number: 0, at: record.head.at, entry: own, output, by, command, result })
}
