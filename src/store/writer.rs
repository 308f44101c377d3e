//! The store as asynchronous code sees it.
//!
//! Owns the one thread that writes to a session. Every request is answered only when it is on disk, in the order
//! the requests came; a caller that stops waiting does not stop the write.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::{mpsc, oneshot, watch};

use super::{Session, Sink, StoreError, files, inbox};
use crate::domain::{CallId, Entry, EntryId, SessionId};
use crate::redact::Masked;

/// Requests that may wait; a caller beyond that waits for its turn to ask.
const WAITING: usize = 64;

/// What the thread is asked to do; it answers by itself.
type Job = Box<dyn FnOnce(&mut Session) + Send>;

/// A handle on the thread that holds the session. When the last clone is dropped, the thread finishes what was
/// asked of it and the session is free for others.
#[derive(Clone)]
pub struct Writer {
    thread: Arc<Thread>,
}

struct Thread {
    session: SessionId,
    /// Tells the thread of words that others leave; without it they are written when the session is taken up next.
    watch: Option<RecommendedWatcher>,
    /// `None` only while it is dropped.
    requests: Option<mpsc::Sender<Job>>,
    /// How many entries there are.
    entries: watch::Receiver<u64>,
    handle: Option<JoinHandle<()>>,
}

impl Writer {
    /// Hands the session to a thread of its own.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(session: Session) -> io::Result<Writer> {
        let id = session.id().clone();
        let (requests, queue) = mpsc::channel(WAITING);
        let (grown, entries) = watch::channel(session.entries());
        let watch = look_into(&inbox::path(session.directory()), requests.downgrade())
            .map_err(|error| tracing::warn!(%error, session = %id, "words left for the session are not noticed"))
            .ok();
        let handle =
            std::thread::Builder::new().name("store".to_owned()).spawn(move || serve(session, queue, &grown))?;
        let thread = Thread { session: id, watch, requests: Some(requests), entries, handle: Some(handle) };
        Ok(Writer { thread: Arc::new(thread) })
    }

    /// Which session is written.
    pub fn session(&self) -> &SessionId {
        &self.thread.session
    }

    /// Changes whenever an entry was written, also one that another process left to be written. Ends with the thread.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.thread.entries.clone()
    }

    /// See [`Session::append`].
    pub async fn append(&self, entry: Masked<Entry>) -> Result<EntryId, StoreError> {
        self.ask(move |session| session.append(&entry)).await
    }

    /// See [`Session::spool`].
    pub async fn spool(&self, call: CallId, entry: Masked<Entry>) -> Result<(), StoreError> {
        self.ask(move |session| session.spool(call, &entry)).await
    }

    /// See [`Session::unspool`].
    pub async fn unspool(&self, call: CallId) -> Result<(), StoreError> {
        self.ask(move |session| session.unspool(call)).await
    }

    /// See [`Session::sink`].
    pub async fn sink(&self, call: CallId) -> Result<Sink, StoreError> {
        self.ask(move |session| session.sink(call)).await
    }

    /// Anything else a session can do: a branch, a merge, a question. Waits for its turn and does it on the thread.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job = move |session: &mut Session| {
            if let Err(Err(error)) = reply.send(work(session)) {
                // Nobody waits for this answer any more, and a lost entry must not go unnoticed.
                tracing::error!(%error, session = %session.id(), "writing to the session failed");
            }
        };
        let requests = self.thread.requests.as_ref().ok_or(StoreError::WriterGone)?;
        requests.send(Box::new(job)).await.map_err(|_| StoreError::WriterGone)?;
        answer.await.map_err(|_| StoreError::WriterGone)?
    }
}

/// Has the thread look whenever something is put there. A word that was put there before is found at the first look.
fn look_into(inbox: &Path, requests: mpsc::WeakSender<Job>) -> notify::Result<RecommendedWatcher> {
    let look = || -> Job {
        Box::new(|session: &mut Session| {
            if let Err(error) = session.take_inbox() {
                tracing::error!(%error, session = %session.id(), "a word left for the session could not be written");
            }
        })
    };
    if let Err(error) = files::ensure_dir(inbox) {
        return Err(notify::Error::generic(&error.to_string()));
    }
    let told = requests.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // A word appears by being renamed to its name; reading and removing them are our own doing.
        let appeared = event.map_or(true, |event| event.kind.is_modify() || event.kind.is_create());
        if let (true, Some(requests)) = (appeared, told.upgrade()) {
            // A queue that is full holds work after which nothing is missed: this thread waits its turn.
            let _ended = requests.blocking_send(look());
        }
    })?;
    watcher.watch(inbox, RecursiveMode::NonRecursive)?;
    if let Some(requests) = requests.upgrade() {
        // The queue is empty yet.
        let _ended = requests.try_send(look());
    }
    Ok(watcher)
}

fn serve(mut session: Session, mut queue: mpsc::Receiver<Job>, grown: &watch::Sender<u64>) {
    while let Some(job) = queue.blocking_recv() {
        job(&mut session);
        let entries = session.entries();
        grown.send_if_modified(|known| std::mem::replace(known, entries) != entries);
    }
    // Nobody is left to say what was inferred from the last call.
    if let Err(error) = session.release() {
        tracing::error!(%error, session = %session.id(), "the last entry stays in the spool until the next start");
    }
}

impl Drop for Thread {
    /// Waits for the thread, so that a process that ends right after does not cut its last write short and a
    /// successor does not find the session busy.
    fn drop(&mut self) {
        self.watch = None;
        self.requests = None;
        if self.handle.take().is_some_and(|handle| handle.join().is_err()) {
            tracing::error!(session = %self.session, "the thread that writes the session's log panicked");
        }
    }
}
