//! Collects the ended children of the supervisor, its own and adopted ones.
//!
//! Owns the subreaper role. Must not know of orders or deadlines. The only
//! place that waits for any process: it lives in the supervisor because in our
//! main process it would steal the exit codes of others.

use std::io;

use super::line::Running;

/// Whether the tree still has a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Somebody,
    Nobody,
}

/// Makes us the parent of every process below whose own parent ends.
#[cfg(target_os = "linux")]
pub(super) fn adopt() -> io::Result<()> {
    Ok(nix::sys::prctl::set_child_subreaper(true)?)
}

/// Elsewhere than on Linux orphans go to init, and are lost to us.
#[cfg(not(target_os = "linux"))]
pub(super) fn adopt() -> io::Result<()> {
    Ok(())
}

/// Collects all that have ended. Each is looked at before it is waited for, so
/// that a stage's status goes to its `Child`, which knows every signal's number.
#[cfg(target_os = "linux")]
pub(super) fn collect(running: &mut Running) -> Left {
    use nix::errno::Errno;
    use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};

    /// How an adopted process ended is nobody's business.
    fn forget(_stranger: Result<WaitStatus, Errno>) {}

    loop {
        match waitid(Id::All, WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT) {
            Err(Errno::EINTR) => {}
            // Nothing is below us: whatever was orphaned would have become our child.
            Err(Errno::ECHILD) => {
                running.reap();
                return Left::Nobody;
            }
            Ok(status) => match status.pid() {
                Some(pid) if running.owns(pid) => {
                    running.reap();
                }
                Some(pid) => forget(waitpid(pid, Some(WaitPidFlag::WNOHANG))),
                None => return Left::Somebody,
            },
            // A real-time signal has no name in nix: the child it ended is a stage or a stranger.
            Err(Errno::EINVAL) => {
                if running.reap() == 0 {
                    forget(waitpid(None, Some(WaitPidFlag::WNOHANG)));
                }
            }
            Err(_) => return Left::Somebody,
        }
    }
}

/// Collects the stages that have ended; nothing is adopted here.
#[cfg(not(target_os = "linux"))]
pub(super) fn collect(running: &mut Running) -> Left {
    running.reap();
    // Listing all processes costs too much while a stage is known to live.
    if running.exit().is_some() && super::tree::descendants(nix::unistd::Pid::this()).is_empty() {
        Left::Nobody
    } else {
        Left::Somebody
    }
}
