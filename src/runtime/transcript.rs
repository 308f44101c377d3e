//! The transcript of the person's shell: masked on its way to the session that is written to.
//!
//! Owns where the bytes go while there is no session yet, or another one, and where in the file a command's output
//! lies. Called on the thread that reads the shell; must not know commands.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::redact::{MaskStream, Masked, Redactor};
use crate::shell;
use crate::store::{StoreError, Transcript};

/// Bytes that wait for a session at most: what a shell shows before its first command.
const WAITING: usize = 4 << 20;
/// Ends of commands whose places are remembered; a command's record follows its end closely.
const ENDS: usize = 64;

/// The transcript of one shell. Clones write the same.
#[derive(Clone)]
pub struct ShellLog(Arc<Mutex<Inner>>);

struct Inner {
    stream: MaskStream,
    file: Option<Transcript>,
    waiting: VecDeque<Masked<Vec<u8>>>,
    /// Bytes in `waiting`.
    held: usize,
    /// Bytes of the shell's that were taken.
    taken: u64,
    /// Where a command ended: in what the shell sent, and in the file.
    ends: VecDeque<(u64, u64)>,
    trouble: Option<String>,
}

impl ShellLog {
    /// A transcript without a file.
    pub(super) fn new(redactor: &Redactor) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            stream: redactor.stream(),
            file: None,
            waiting: VecDeque::new(),
            held: 0,
            taken: 0,
            ends: VecDeque::new(),
            trouble: None,
        })))
    }

    /// Whether a shell wrote to it.
    pub(super) fn is_used(&self) -> bool {
        self.inner().taken > 0
    }

    /// Whether it has a file.
    pub(super) fn is_kept(&self) -> bool {
        self.inner().file.is_some()
    }

    /// Writes there from now on, what waits first.
    pub(super) fn move_to(&self, file: Transcript) {
        let mut inner = self.inner();
        inner.file = Some(file);
        inner.ends.clear();
        inner.held = 0;
        let waiting = std::mem::take(&mut inner.waiting);
        waiting.iter().for_each(|bytes| inner.put(bytes));
    }

    /// Lets the file go; what comes waits for the next.
    pub(super) fn let_go(&self) {
        let file = {
            let mut inner = self.inner();
            let rest = inner.stream.finish();
            inner.put(&rest);
            inner.file.take()
        };
        self.after_syncing(file.map(|file| file.sync()));
    }

    /// Has what was written survive a power cut. Nothing is locked meanwhile: who writes has the shell's screen, and
    /// whoever draws it or types into it would wait for the disk.
    pub(super) fn sync(&self) {
        let file = self.inner().file.as_ref().map(Transcript::again);
        self.after_syncing(file.map(|file| file.and_then(|file| file.sync())));
    }

    fn after_syncing(&self, synced: Option<Result<(), StoreError>>) {
        if let Some(Err(error)) = synced {
            self.inner().trouble = Some(format!("the shell's transcript may not survive a power cut: {error}"));
        }
    }

    /// The file and a byte in it at or before the one that was sent as number `sent`.
    pub(super) fn place(&self, sent: u64) -> Option<(String, u64)> {
        let inner = self.inner();
        let name = inner.file.as_ref()?.name().to_owned();
        let before = inner.ends.iter().rev().find(|(shell, _)| *shell <= sent);
        Some((name, before.map_or(0, |(_, file)| *file)))
    }

    /// What went wrong since it was last asked.
    pub(super) fn trouble(&self) -> Option<String> {
        self.inner().trouble.take()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn put(&mut self, bytes: &Masked<Vec<u8>>) {
        if bytes.get().is_empty() {
            return;
        }
        let Some(file) = &mut self.file else {
            self.waiting.push_back(bytes.clone());
            self.held += bytes.get().len();
            while self.held > WAITING
                && let Some(gone) = self.waiting.pop_front()
            {
                self.held -= gone.get().len();
                self.trouble = Some("what the shell showed before this session began is not kept whole".to_owned());
            }
            return;
        };
        if let Err(error) = file.write(bytes) {
            self.trouble = Some(format!("the shell's transcript could not be written: {error}. {}", error.hint()));
        }
    }
}

impl shell::Transcript for ShellLog {
    fn write(&mut self, bytes: &[u8]) {
        let mut inner = self.inner();
        inner.taken += bytes.len() as u64;
        let masked = inner.stream.push(bytes);
        inner.put(&masked);
    }

    fn settle(&mut self) {
        let mut inner = self.inner();
        // The line that has not ended is written as it stands: nobody knows how long the prompt waits.
        let rest = inner.stream.finish();
        inner.put(&rest);
        let end = (inner.taken, inner.file.as_ref().map_or(0, Transcript::bytes));
        inner.ends.push_back(end);
        if inner.ends.len() > ENDS {
            inner.ends.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{At, Surroundings};
    use crate::shell::Transcript as _;
    use crate::store::Memory;

    fn place() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn what_a_shell_showed_before_a_session_began_is_in_its_transcript_masked() {
        let place = place();
        let memory = Memory::open(&place.path().join(".GCC")).unwrap();
        let redactor = Redactor::default();
        let mut log = ShellLog::new(&redactor);
        log.write(b"$ export DB_PASSWORD=hunter2hunter2\r\n");
        let mut session =
            memory.begin(&Redactor::default().text("look around"), At::EPOCH, &Surroundings::default()).unwrap();
        log.move_to(session.transcript().unwrap());
        log.write(b"$ ls\r\na b");
        log.settle();
        let kept = std::fs::read_to_string(session.directory().join("output/shell-1.raw")).unwrap();
        assert!(kept.starts_with("$ export DB_PASSWORD=[redacted:") && kept.ends_with("$ ls\r\na b"), "{kept}");
        assert!(!kept.contains("hunter2"), "{kept}");
    }

    #[test]
    fn the_place_of_a_command_is_where_the_one_before_it_ended() {
        let place = place();
        let memory = Memory::open(&place.path().join(".GCC")).unwrap();
        let mut log = ShellLog::new(&Redactor::default());
        let mut session =
            memory.begin(&Redactor::default().text("look around"), At::EPOCH, &Surroundings::default()).unwrap();
        log.move_to(session.transcript().unwrap());
        log.write(b"TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345\r\n");
        log.settle();
        log.write(b"second\r\n");
        log.settle();
        let (name, at) = log.place(50).unwrap();
        let kept = std::fs::read_to_string(session.directory().join(name)).unwrap();
        assert_eq!(&kept[usize::try_from(at).unwrap()..], "second\r\n");
    }

    #[test]
    fn a_shell_that_goes_on_in_another_session_writes_there() {
        let place = place();
        let memory = Memory::open(&place.path().join(".GCC")).unwrap();
        let mut log = ShellLog::new(&Redactor::default());
        let mut one = memory.begin(&Redactor::default().text("one"), At::EPOCH, &Surroundings::default()).unwrap();
        log.move_to(one.transcript().unwrap());
        log.write(b"first\r\n$ ");
        log.let_go();
        log.write(b"between\r\n");
        let mut two = memory.begin(&Redactor::default().text("two"), At::EPOCH, &Surroundings::default()).unwrap();
        log.move_to(two.transcript().unwrap());
        log.write(b"second\r\n");
        let read = |session: &crate::store::Session| {
            std::fs::read_to_string(session.directory().join("output/shell-1.raw")).unwrap()
        };
        assert_eq!((read(&one).as_str(), read(&two).as_str()), ("first\r\n$ ", "between\r\nsecond\r\n"));
    }
}
