//! Makes a fresh process a supervisor.
//!
//! Owns what the process is before it runs anything: which files it has open,
//! how signals meet it, its session and its terminal. Must not know the job.
//! What children inherit is settled here: no stray files, no signal blocked.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{close, setsid};
use tokio::signal::unix::{self, SignalKind, signal};

/// What cannot be handled, what tells of a fault of our own, and SIGPIPE, which std sees to in us and in children.
const UNTOUCHED: [Signal; 7] = [
    Signal::SIGKILL,
    Signal::SIGSTOP,
    Signal::SIGILL,
    Signal::SIGFPE,
    Signal::SIGSEGV,
    Signal::SIGBUS,
    Signal::SIGPIPE,
];

/// Closes what we were started with beyond the standard streams: a
/// pseudo-terminal that another thread was just opening, or what our own caller
/// leaked. To be called before anything is opened.
pub(super) fn close_inherited() -> io::Result<()> {
    let listed: Vec<_> = fs::read_dir("/dev/fd")?.flatten().map(|entry| entry.file_name()).collect();
    for fd in listed.iter().filter_map(|name| name.to_str()?.parse::<i32>().ok()).filter(|fd| *fd > 2) {
        // The listing's own descriptor is closed already.
        let _closed = close(fd);
    }
    Ok(())
}

/// Handles every signal that would end or stop us; the stream of SIGCHLD is returned.
///
/// Handlers, and neither blocking nor ignoring: those two are inherited by
/// children, also when our own caller left them to us; a handler becomes the
/// default in a child.
pub(crate) fn handle_signals() -> io::Result<unix::Signal> {
    for handled in Signal::iterator().filter(|signal| !UNTOUCHED.contains(signal)) {
        // The handler stays when the stream is dropped.
        let _unread = signal(SignalKind::from_raw(handled as i32))?;
    }
    SigSet::empty().thread_set_mask()?;
    signal(SignalKind::child())
}

/// Begins a session; `terminal`, when given, becomes its terminal, as the first that its leader opens.
pub(super) fn begin_session(terminal: Option<&Path>) -> io::Result<Option<File>> {
    setsid()?;
    terminal.map(|path| OpenOptions::new().read(true).write(true).open(path)).transpose()
}
