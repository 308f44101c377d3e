//! Whether the log of the session that is written to grows, for whoever shows it.
//!
//! Knows that something was written, not what.

use tokio::sync::watch;

use crate::store::Writer;

/// The entries of one session, looked at when there are more. Nothing grows where there is no session.
#[derive(Default)]
pub(super) struct Growth(Option<watch::Receiver<u64>>);

impl Growth {
    /// Of the session that is written to from now on.
    pub fn of(writer: &Writer) -> Growth {
        Growth(Some(writer.grown()))
    }

    /// Waits until an entry was written; several at once count as one. Dropping the future loses nothing.
    pub async fn next(&mut self) {
        if let Some(entries) = &mut self.0 {
            if entries.changed().await.is_ok() {
                return;
            }
            // The session was let go.
            self.0 = None;
        }
        std::future::pending().await
    }
}
