//! Where this process writes: the session that was named, the one that was the newest active at the start where its
//! lock is free, or a new one.

use crate::domain::{At, Failure, FailureKind, SessionId, Surroundings};
use crate::redact::Redactor;
use crate::store::{Memory, SessionSummary, Status, StoreError, Writer};

/// What the person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionChoice {
    /// The newest active session when it is free, else a new one.
    Active,
    /// This one, which was the newest active one at the start, while it is active and free; else a new one.
    Found(SessionId),
    /// A new one.
    New,
    /// This one.
    Named(SessionId),
}

/// Opens the chosen session and tells whether it began just now; then its goal is the request. What an earlier process left and was put right
/// goes to `told`. Blocks on the disk.
///
/// # Errors
/// The session is held by another process, is not there, or the disk refuses.
pub fn open(
    memory: &Memory,
    choice: &SessionChoice,
    goal: &str,
    at: At,
    surroundings: &Surroundings,
    redactor: &Redactor,
    told: &mut Vec<String>,
) -> Result<(Writer, bool), Failure> {
    let begin = || memory.begin(&redactor.text(goal), at, surroundings).map(|session| (session, true));
    let take_up = |id: &SessionId| memory.resume(id, at).map(|session| (session, false));
    let join = |found: Option<SessionSummary>| match found.map(|found| take_up(&found.id)) {
        // Another process writes there; two writers would mix two stories.
        None | Some(Err(StoreError::Busy { .. })) => begin(),
        Some(other) => other,
    };
    let opened = match choice {
        SessionChoice::Named(id) => take_up(id),
        SessionChoice::New => begin(),
        SessionChoice::Active => memory.newest_active().and_then(join),
        SessionChoice::Found(id) => {
            let still = |session: &SessionSummary| session.id == *id && session.status == Status::Active;
            memory.sessions().and_then(|list| join(list.into_iter().find(still)))
        }
    };
    let (session, begun) = opened?;
    told.extend(session.recovered().iter().cloned());
    Writer::start(session).map(|writer| (writer, begun)).map_err(|error| {
        Failure::new(FailureKind::Error, "no thread could be had for the log")
            .because(error)
            .hint("Free some memory or processes and try again.")
    })
}

impl From<StoreError> for Failure {
    /// For the person, with what to do about it.
    fn from(error: StoreError) -> Failure {
        Failure::new(FailureKind::Error, error.to_string()).hint(error.hint())
    }
}
