//! Carries what the children print to whoever listens.
//!
//! Owns the pace: bytes are read only as fast as the bounded channel takes
//! them, so that a flood slows the child and not us. Must not know what the
//! bytes mean. After the last call a stream gets only what is already on its
//! way: a process that escaped with our pipe cannot hold the run.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use super::{Chunk, Progress};
use crate::domain::Stream;

/// Bytes in one chunk, at most.
const CHUNK: usize = 16 << 10;

/// How long a stream may stay silent after the last call before it counts as ended.
const LAST_SILENCE: Duration = Duration::from_millis(500);

/// Bytes that are taken after the last call: the most that a pipe holds by default limits.
const LAST_BYTES: usize = 1 << 20;

/// The way out, and the time when something last went through it.
pub(super) struct Outlet {
    progress: Sender<Progress>,
    spoke: Mutex<Instant>,
}

impl Outlet {
    pub fn new(progress: Sender<Progress>) -> Outlet {
        Outlet { progress, spoke: Mutex::new(Instant::now()) }
    }

    /// How long nothing has come out.
    pub fn silence(&self) -> Duration {
        self.spoke.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Passes one message on, waiting for room.
    pub async fn tell(&self, progress: Progress) {
        // A receiver that went away loses output; the run itself goes on.
        let _listened = self.progress.send(progress).await;
    }

    /// Passes `from` on until it ends, or, after the last call, until it has nothing more to say.
    pub async fn pump(&self, mut from: impl AsyncRead + Unpin, stream: Stream, last_call: &CancellationToken) {
        let mut buffer = vec![0; CHUNK];
        let mut left = LAST_BYTES;
        loop {
            let read = if last_call.is_cancelled() {
                match tokio::time::timeout(LAST_SILENCE, from.read(&mut buffer)).await {
                    Ok(read) => read,
                    Err(_silent) => return,
                }
            } else {
                tokio::select! {
                    read = from.read(&mut buffer) => read,
                    () = last_call.cancelled() => continue,
                }
            };
            let length = match read {
                Ok(0) => return,
                Ok(length) => length,
                Err(error) => {
                    tracing::warn!(%error, ?stream, "a stream of the command cannot be read any further");
                    return;
                }
            };
            *self.spoke.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            self.tell(Progress::Output(Chunk { stream, bytes })).await;
            if last_call.is_cancelled() {
                left = left.saturating_sub(length);
                if left == 0 {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn a_stream_that_someone_keeps_open_ends_after_the_last_call() {
        let (progress, mut received) = mpsc::channel(8);
        let (from, mut kept_open) = tokio::io::simplex(64);
        kept_open.write_all(b"on its way").await.unwrap();
        let last_call = CancellationToken::new();
        last_call.cancel();
        Outlet::new(progress).pump(from, Stream::Stdout, &last_call).await;
        let bytes = b"on its way".to_vec();
        assert_eq!(received.recv().await, Some(Progress::Output(Chunk { stream: Stream::Stdout, bytes })));
        drop(kept_open);
    }

    #[tokio::test]
    async fn a_stream_that_never_falls_silent_ends_after_the_last_call() {
        let (progress, mut received) = mpsc::channel(8);
        let listener = tokio::spawn(async move { while received.recv().await.is_some() {} });
        let last_call = CancellationToken::new();
        last_call.cancel();
        Outlet::new(progress).pump(tokio::io::repeat(b'x'), Stream::Stdout, &last_call).await;
        listener.await.unwrap();
    }
}
