//! Bytes on their way to the shell: bounded, and never waited for by whoever types.
//!
//! Owns the queue and its bound. A thread of its own writes, because a terminal whose program does not read blocks.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes that may wait; a paste of this size goes in one piece.
const MOST: usize = 4 * 1024 * 1024;

#[derive(Debug, Default)]
struct State {
    bytes: VecDeque<u8>,
    closed: bool,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds bytes, all or none; false when too many wait already or nobody writes any more.
    pub fn push(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        if state.closed || state.bytes.len() + bytes.len() > MOST {
            return false;
        }
        state.bytes.extend(bytes);
        self.changed.notify_one();
        true
    }

    /// Nothing is written any more.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.bytes.clear();
        self.changed.notify_all();
    }

    /// Waits for bytes; `None` when it is closed.
    pub fn next(&self) -> Option<Vec<u8>> {
        let mut state = self.lock();
        while state.bytes.is_empty() {
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let part = state.bytes.len().min(4096);
        Some(state.bytes.drain(..part).collect())
    }
}
