//! Collects the ended children of the supervisor, its own and adopted ones.
//!
//! Owns the subreaper role and the notice of a child's end. Must not know of
//! orders or deadlines. The only place that waits for any process: it lives in
//! the supervisor because in our main process it would steal the exit codes of
//! others. Elsewhere than on Linux nothing is adopted, and time is the notice.

use std::time::Duration;

use super::line::Running;

/// Whether the tree still has a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Somebody,
    /// Nothing is below us: whatever was orphaned would have become our child.
    Nobody,
}

#[cfg(target_os = "linux")]
pub(super) use linux::Reaper;
#[cfg(not(target_os = "linux"))]
pub(super) use portable::Reaper;

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::{AsFd, BorrowedFd};

    use nix::errno::Errno;
    use nix::sys::prctl::set_child_subreaper;
    use nix::sys::signal::{SigSet, Signal};
    use nix::sys::signalfd::{SfdFlags, SignalFd};
    use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};

    use super::{Duration, Left, Running};

    pub struct Reaper {
        bell: SignalFd,
    }

    impl Reaper {
        /// How often to look without being told: never.
        pub const PACE: Option<Duration> = None;

        /// Adopts orphans from now on. SIGCHLD must be blocked already.
        pub fn new() -> Result<Reaper, Errno> {
            set_child_subreaper(true)?;
            let ended = SigSet::from(Signal::SIGCHLD);
            let bell = SignalFd::with_flags(&ended, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
            Ok(Reaper { bell })
        }

        /// Readable when a child has ended since the last [`Reaper::reap`].
        pub fn bell(&self) -> Option<BorrowedFd<'_>> {
            Some(self.bell.as_fd())
        }

        /// Collects all that have ended. Each is looked at before it is waited for,
        /// so that a stage's status goes to its `Child`, where no signal number is unknown.
        pub fn reap(&self, running: &mut Running) -> Left {
            while let Ok(Some(_)) = self.bell.read_signal() {}
            loop {
                match waitid(Id::All, WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT) {
                    Err(Errno::EINTR) => {}
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
                    // A real-time signal has no name in nix: the child ended by one is ours or a stranger.
                    Err(Errno::EINVAL) => {
                        if running.reap() == 0 {
                            forget(waitpid(None, Some(WaitPidFlag::WNOHANG)));
                        }
                    }
                    Err(_) => return Left::Somebody,
                }
            }
        }
    }

    /// How an adopted process ended is nobody's business.
    fn forget(_stranger: Result<WaitStatus, Errno>) {}
}

#[cfg(not(target_os = "linux"))]
mod portable {
    use std::os::fd::BorrowedFd;

    use nix::errno::Errno;
    use nix::unistd::Pid;

    use super::super::tree;
    use super::{Duration, Left, Running};

    pub struct Reaper;

    impl Reaper {
        /// How often to look without being told.
        pub const PACE: Option<Duration> = Some(Duration::from_millis(20));

        pub fn new() -> Result<Reaper, Errno> {
            Ok(Reaper)
        }

        pub fn bell(&self) -> Option<BorrowedFd<'_>> {
            None
        }

        pub fn reap(&self, running: &mut Running) -> Left {
            running.reap();
            // Listing all processes costs too much while a stage is known to live.
            if running.exit().is_some() && tree::descendants(Pid::this()).is_empty() {
                Left::Nobody
            } else {
                Left::Somebody
            }
        }
    }
}
