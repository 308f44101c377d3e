//! Which calls can be stopped: a token by call id, shared by the side that
//! starts a call and the side that runs it; and the time a call may take.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::domain::CallId;

/// The tokens of calls that are going on.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    tokens: Arc<Mutex<BTreeMap<CallId, CancellationToken>>>,
}

impl Calls {
    /// The token of a call, made on first use.
    pub fn token(&self, call: CallId) -> CancellationToken {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).entry(call).or_default().clone()
    }

    /// Stops a call: the dialog is withdrawn, the command's whole tree is ended.
    pub fn interrupt(&self, call: CallId) {
        if let Some(token) = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&call) {
            token.cancel();
        }
    }

    /// Forgets a call that ended.
    pub fn forget(&self, call: CallId) {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&call);
    }
}

/// Stops a call whose time is up. The time in which somebody is asked does not count.
pub(super) struct Clock {
    patience: Option<Duration>,
    cancel: CancellationToken,
    runs: Option<JoinHandle<()>>,
}

impl Clock {
    /// A clock that runs; without `patience` none.
    pub fn new(patience: Option<Duration>, cancel: &CancellationToken) -> Clock {
        let mut clock = Clock { patience, cancel: cancel.clone(), runs: None };
        clock.start();
        clock
    }

    /// Runs from the beginning again.
    pub fn start(&mut self) {
        self.stop();
        let cancel = self.cancel.clone();
        self.runs = self.patience.map(|patience| {
            tokio::spawn(async move {
                tokio::time::sleep(patience).await;
                cancel.cancel();
            })
        });
    }

    pub fn stop(&mut self) {
        if let Some(runs) = self.runs.take() {
            runs.abort();
        }
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_time_of_a_question_is_not_the_calls() {
        let cancel = CancellationToken::new();
        let mut clock = Clock::new(Some(Duration::from_millis(20)), &cancel);
        clock.stop();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!cancel.is_cancelled());
        clock.start();
        cancel.cancelled().await;
    }
}
