//! Which calls can be stopped: a token by call id, shared by the side that
//! starts a call and the side that runs it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

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
