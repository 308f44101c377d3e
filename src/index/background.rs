//! Filling beside everything else.
//!
//! Owns one thread with an index of its own, which looks at the logs whenever it is told that something was written,
//! and sleeps otherwise. Whoever searches has another connection and never waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use super::{Index, IndexError, Sqlite};
use crate::store::Memory;

/// Fills the index of a memory until it is dropped.
pub struct Filler {
    stop: Arc<AtomicBool>,
    nudge: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    interrupt: rusqlite::InterruptHandle,
}

impl Filler {
    /// Begins at once.
    pub fn start(memory: &Memory) -> Result<Filler, IndexError> {
        let mut index = Sqlite::open(memory)?;
        let interrupt = index.interrupt();
        let stop = Arc::new(AtomicBool::new(false));
        let (nudge, nudged) = sync_channel(1);
        let stopped = Arc::clone(&stop);
        let work = move || {
            loop {
                if let Err(error) = index.fill(&|| stopped.load(Ordering::Relaxed))
                    && !stopped.load(Ordering::Relaxed)
                {
                    tracing::warn!(%error, "the search index could not be filled; it is tried again");
                }
                // What other processes write is taken in before a search; nobody is woken for it.
                if nudged.recv().is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("search index".to_owned()).spawn(work);
        let thread = thread.map_err(|source| IndexError::File { path: memory.root().join("index"), source })?;
        Ok(Filler { stop, nudge: Some(nudge), thread: Some(thread), interrupt })
    }

    /// Says that something was written. Never waits.
    pub fn nudge(&self) {
        if let Some(Err(TrySendError::Disconnected(()))) = self.nudge.as_ref().map(|nudge| nudge.try_send(())) {
            tracing::debug!("the thread that fills the search index has ended");
        }
    }
}

impl Drop for Filler {
    /// What is being taken in is given up; the next filling begins there.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.nudge = None;
        self.interrupt.interrupt();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!("the thread that filled the search index ended by a defect");
        }
    }
}
