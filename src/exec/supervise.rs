//! The supervisor: our own binary, started again to run one job.
//!
//! Owns the life of the job's process tree, from a fresh session to the last
//! descendant. Single-threaded, with every signal blocked, so that only what
//! comes through its control socket moves it: SIGINT to the group, which it
//! shares with the commands, or a script's `kill 0` does not. Must not know
//! why it is interrupted. When the control socket closes, all ends at once.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, killpg};
use nix::unistd::{Pid, close, getpgrp, setsid};

use super::line::{Running, Shared};
use super::reaper::{Left, Reaper};
use super::tree;
use super::wire::{self, Job, Order, Pipe, Report, WireError};
use crate::domain::{Exit, Link};

/// How long a group has to end after SIGINT, then its tree after SIGTERM.
const AFTER_INTERRUPT: Duration = Duration::from_secs(2);
const AFTER_TERM: Duration = Duration::from_secs(3);

/// How long leftovers have to end after SIGTERM, once the line itself is over or nobody wants it any more.
const LEFTOVERS: Duration = Duration::from_millis(200);

/// One round of SIGKILL, and how long rounds are repeated: another user's processes may never go.
const KILL_ROUND: Duration = Duration::from_millis(50);
const KILL_ROUNDS: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
enum SuperviseError {
    #[error("cannot {0}: {1}")]
    System(&'static str, Errno),
    #[error("cannot {0}: {1}")]
    Io(&'static str, io::Error),
    #[error("the working directory {} cannot be entered: {}", .0.display(), .1)]
    Directory(PathBuf, io::Error),
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// The whole life of a supervisor. Its stdin must be the control socket.
pub fn supervise_main() -> ExitCode {
    match supervise() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Our stderr is the command's: when it is closed nobody is left to be told.
            let _told = writeln!(io::stderr(), "supervisor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn supervise() -> Result<(), SuperviseError> {
    close_inherited().map_err(|error| SuperviseError::Io("list open files", error))?;
    SigSet::all().thread_block().map_err(|errno| SuperviseError::System("block signals", errno))?;
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    let mut control = UnixStream::from(stdin.map_err(|error| SuperviseError::Io("open the control socket", error))?);
    let Some(job) = wire::read::<Job>(&mut control)? else { return Ok(()) };
    let report = match Supervision::begin(&control, job.env, job.cwd, job.terminal) {
        Ok(mut supervision) => supervision.run(&job.pipelines)?,
        Err(error) => Report { exit: Exit::NotStarted(error.to_string()), elapsed_us: 0 },
    };
    // Whoever started us may be gone: then there is nobody to report to.
    if control.write_all(&wire::frame(&report)?).is_ok() {
        // The end of a session leader discards what its terminal has not delivered,
        // so it is the other side that says when everything has been read.
        while wire::read::<Order>(&mut control)?.is_some() {}
    }
    Ok(())
}

/// Closes what we were started with beyond the standard streams: a pseudo-terminal
/// that another thread was just opening, or what our own caller leaked.
fn close_inherited() -> io::Result<()> {
    let listed: Vec<_> = std::fs::read_dir("/dev/fd")?.flatten().map(|entry| entry.file_name()).collect();
    for fd in listed.iter().filter_map(|name| name.to_str()?.parse::<i32>().ok()).filter(|fd| *fd > 2) {
        // The listing's own descriptor is closed already.
        let _closed = close(fd);
    }
    Ok(())
}

const POLL: fn(Errno) -> SuperviseError = |errno| SuperviseError::System("wait for an event", errno);

/// Why a wait came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wake {
    Reached,
    Interrupted,
    OwnerGone,
    Late,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    /// All stages of the running pipeline have ended.
    Pipeline,
    /// No process of the tree is left.
    Nobody,
    /// Nothing but orders.
    Orders,
}

/// Whether someone is at the other end of the control socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Present,
    Gone,
}

struct Supervision<'a> {
    control: &'a UnixStream,
    owner: Owner,
    interrupted: bool,
    reaper: Reaper,
    running: Running,
    shared: Shared,
}

impl<'a> Supervision<'a> {
    fn begin(
        control: &'a UnixStream,
        env: Vec<(String, String)>,
        cwd: PathBuf,
        terminal: Option<PathBuf>,
    ) -> Result<Self, SuperviseError> {
        setsid().map_err(|errno| SuperviseError::System("begin a session", errno))?;
        let reaper = Reaper::new().map_err(|errno| SuperviseError::System("adopt orphaned processes", errno))?;
        std::env::set_current_dir(&cwd).map_err(|error| SuperviseError::Directory(cwd, error))?;
        // The first terminal that a session leader opens becomes the session's.
        let open = |path| OpenOptions::new().read(true).write(true).open(path);
        let terminal =
            terminal.map(open).transpose().map_err(|error| SuperviseError::Io("open the terminal", error))?;
        let shared = Shared { env, terminal };
        let running = Running::start(&[], &shared);
        Ok(Supervision { control, owner: Owner::Present, interrupted: false, reaper, running, shared })
    }

    /// Runs the line and ends whatever it leaves behind.
    fn run(&mut self, pipelines: &[Pipe]) -> Result<Report, SuperviseError> {
        let begun = Instant::now();
        let exit = self.line(pipelines)?;
        let elapsed_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.end_tree()?;
        // From here on the terminal has no user, so that what it was told last can be read to its end.
        self.shared.terminal = None;
        Ok(Report { exit, elapsed_us })
    }

    fn line(&mut self, pipelines: &[Pipe]) -> Result<Exit, SuperviseError> {
        let mut exit = Exit::Code(0);
        for pipeline in pipelines {
            let wanted = match pipeline.link {
                Link::Always => true,
                Link::IfOk => exit.is_success(),
                Link::IfFailed => !exit.is_success(),
            };
            if !wanted {
                continue;
            }
            // An order that is already there comes before the next command.
            let mut wake = self.wait(Goal::Orders, Some(Instant::now()))?;
            if wake == Wake::Late {
                self.running = Running::start(&pipeline.stages, &self.shared);
                wake = self.wait(Goal::Pipeline, None)?;
            }
            match wake {
                Wake::Reached | Wake::Late => exit = self.running.exit().unwrap_or(exit),
                Wake::OwnerGone => return Ok(Exit::Interrupted),
                Wake::Interrupted => {
                    self.interrupt()?;
                    return Ok(Exit::Interrupted);
                }
            }
        }
        Ok(exit)
    }

    /// Asks the running pipeline to end, politely, then firmly; returns early when it has.
    fn interrupt(&mut self) -> Result<(), SuperviseError> {
        // Our own copy of the signal stays blocked.
        let _nobody_there = killpg(getpgrp(), Signal::SIGINT);
        if self.wait(Goal::Pipeline, Some(Instant::now() + AFTER_INTERRUPT))? == Wake::Late {
            self.terminate();
            self.wait(Goal::Pipeline, Some(Instant::now() + AFTER_TERM))?;
        }
        Ok(())
    }

    /// Ends every process of the tree, the unwilling by force.
    fn end_tree(&mut self) -> Result<(), SuperviseError> {
        if self.settle(Duration::ZERO)? == Wake::Reached {
            return Ok(());
        }
        self.terminate();
        let begun = Instant::now();
        let mut wake = self.settle(LEFTOVERS)?;
        while wake != Wake::Reached && begun.elapsed() < KILL_ROUNDS {
            tree::kill_stopped(Pid::this());
            wake = self.settle(KILL_ROUND)?;
        }
        Ok(())
    }

    /// SIGTERM to the tree; what was stopped goes on, so that it can take it.
    fn terminate(&self) {
        tree::signal(Pid::this(), Signal::SIGTERM);
        tree::signal(Pid::this(), Signal::SIGCONT);
    }

    /// Waits until nobody is left, whatever is ordered meanwhile.
    fn settle(&mut self, patience: Duration) -> Result<Wake, SuperviseError> {
        let until = Instant::now() + patience;
        loop {
            let wake = self.wait(Goal::Nobody, Some(until))?;
            if matches!(wake, Wake::Reached | Wake::Late) {
                return Ok(wake);
            }
        }
    }

    /// The only place where the supervisor sleeps. Tells of an interrupt and of
    /// the owner's end once each.
    fn wait(&mut self, goal: Goal, until: Option<Instant>) -> Result<Wake, SuperviseError> {
        loop {
            if let Some(wake) = self.orders()? {
                return Ok(wake);
            }
            let left = self.reaper.reap(&mut self.running);
            let reached = match goal {
                Goal::Pipeline => self.running.exit().is_some(),
                Goal::Nobody => left == Left::Nobody,
                Goal::Orders => false,
            };
            if reached {
                return Ok(Wake::Reached);
            }
            let patience = until.map(|until| until.saturating_duration_since(Instant::now()));
            if patience == Some(Duration::ZERO) {
                return Ok(Wake::Late);
            }
            self.sleep(patience)?;
        }
    }

    fn orders(&mut self) -> Result<Option<Wake>, SuperviseError> {
        while self.owner == Owner::Present {
            let mut asked = [PollFd::new(self.control.as_fd(), PollFlags::POLLIN)];
            if poll(&mut asked, PollTimeout::ZERO).map_err(POLL)? == 0 {
                break;
            }
            let mut control = self.control;
            match wire::read::<Order>(&mut control)? {
                Some(Order::Interrupt) if !self.interrupted => {
                    self.interrupted = true;
                    return Ok(Some(Wake::Interrupted));
                }
                Some(Order::Interrupt) => {}
                None => {
                    self.owner = Owner::Gone;
                    return Ok(Some(Wake::OwnerGone));
                }
            }
        }
        Ok(None)
    }
    /// Until an order, the end of a process, or the end of our patience.
    fn sleep(&self, patience: Option<Duration>) -> Result<(), SuperviseError> {
        let patience = match (patience, Reaper::PACE) {
            (Some(patience), Some(pace)) => Some(patience.min(pace)),
            (patience, pace) => patience.or(pace),
        };
        // Rounded up, so that the last millisecond is not spent spinning.
        let milliseconds = |patience: Duration| u16::try_from(patience.as_millis() + 1).unwrap_or(u16::MAX);
        let control = (self.owner == Owner::Present).then(|| self.control.as_fd());
        let watched = control.into_iter().chain(self.reaper.bell());
        let mut watched: Vec<_> = watched.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        match poll(&mut watched, PollTimeout::from(patience.map(milliseconds))) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(errno) => Err(POLL(errno)),
        }
    }
}
