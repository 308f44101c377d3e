//! Sessions that nobody works in: closed, put away, brought back, deleted, as the person said in the list of them.

use super::Driver;
use crate::bus::{Event, NoticeKind};
use crate::domain::SessionId;
use crate::probe;
use crate::store::{Memory, StoreError};

impl Driver {
    /// Closes one that this process does not hold.
    pub(super) async fn close_other(&self, id: SessionId, summarised: bool) {
        self.shift(id, "is closed", move |memory, id| {
            let now = probe::now();
            memory.resume(id, now)?.close(summarised, now)
        })
        .await;
    }

    /// Puts one away; it can be restored.
    pub(super) async fn archive(&self, id: SessionId) {
        self.shift(id, "is put away; a shows it, r restores it", |memory, id| {
            memory.archive(id, probe::now()).map(drop)
        })
        .await;
    }

    pub(super) async fn restore(&self, id: SessionId) {
        self.shift(id, "is back", |memory, id| memory.restore(id, probe::now()).map(drop)).await;
    }

    /// Removes one for good; its whole name was typed.
    pub(super) async fn delete_forever(&self, id: SessionId) {
        self.shift(id, "is deleted for good", |memory, id| memory.delete_forever(id, probe::now()).map(drop)).await;
    }

    async fn shift(
        &self,
        id: SessionId,
        done: &str,
        deed: impl FnOnce(&Memory, &SessionId) -> Result<(), StoreError> + Send + 'static,
    ) {
        let (memory, wanted) = (self.memory.clone(), id.clone());
        let (kind, text) = match tokio::task::spawn_blocking(move || deed(&memory, &wanted)).await {
            Ok(Ok(())) => (NoticeKind::Info, format!("{} {done}.", id.short())),
            Ok(Err(error)) => (NoticeKind::Failure, format!("{}: {error}. {}", id.short(), error.hint())),
            Err(error) => (NoticeKind::Failure, format!("{}: {error}.", id.short())),
        };
        self.notice(kind, text);
        self.bus.publish(&Event::SessionsChanged);
    }
}
