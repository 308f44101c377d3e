//! Runs what the gate cleared, and nothing else.
//!
//! Owns the way from a [`Cleared`] to a [`Finished`]: the last look at the
//! files, the supervisor process (a single-threaded re-exec of our own binary
//! that is session leader and subreaper), the streams told apart, the end of
//! the whole process tree. Must not know how a command was judged, shown,
//! masked or logged.
//!
//! - [`run`] consumes a clearance and takes nothing else that names a program.
//! - No process of the tree outlives its run, and none outlives us: the
//!   supervisor ends all when its control socket closes, however that happens.
//! - [`accompany`] starts what serves the person's own configuration below the same supervisor; it is no command.
//! - Output is passed on through a bounded channel: a flood slows the child.
#![allow(clippy::disallowed_methods)]

mod companion;
pub(crate) mod isolate;
mod launch;
mod line;
mod preflight;
mod pump;
mod reaper;
mod stdin_watch;
mod supervise;
mod terminal;
pub(crate) mod tree;
mod wire;

#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use crate::domain::{Exit, Stream};
use crate::gate::Cleared;

pub use companion::{Companion, Life, Service, accompany};
pub use launch::Supervisor;
pub use supervise::supervise_main;

/// The hidden first argument with which our own binary becomes a supervisor;
/// `main` must look for it before anything else and call [`supervise_main`].
pub const SUPERVISE: &str = "__supervise";

/// A piece of output, in the order of its own stream. The order between the
/// two streams is only approximate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    pub stream: Stream,
    /// At least one byte, at most 16 KiB; cut anywhere, also inside a character.
    pub bytes: Vec<u8>,
}

/// What a run tells while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    Output(Chunk),
    /// A process of the tree waits for a line on its terminal; told once a run.
    WaitingForInput,
    /// The time its skill allows has passed, again, and it was not stopped; since its beginning.
    AtLimit(Duration),
}

/// What becomes of a run when the time its skill allows has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// It is stopped.
    Stop,
    /// It goes on, and that is told each time.
    Tell,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub exit: Exit,
    /// From the start of the first command to the end of the last.
    pub duration: Duration,
}

/// Runs a cleared line to its end and returns when nothing of it lives any more
/// and all it printed has been handed to `progress`.
///
/// `cancel` interrupts: SIGINT to the command's group, SIGTERM to its tree after
/// two seconds, SIGKILL after three more; the exit is then [`Exit::Interrupted`].
/// What cannot be started ends as [`Exit::NotStarted`]. A receiver that was
/// dropped loses output but does not stop the run. Dropping the future ends the tree.
pub async fn run(
    cleared: Cleared,
    supervisor: &Supervisor,
    cancel: CancellationToken,
    progress: Sender<Progress>,
    limit: Limit,
) -> Finished {
    launch::launch(cleared.into_program(), supervisor, cancel, progress, limit).await
}
