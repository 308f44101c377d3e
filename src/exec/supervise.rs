//! The supervisor: our own binary, started again to run one job.
//!
//! Owns the life of the job's process tree, from a fresh session to the last
//! descendant. It is single-threaded and has a handler for every signal, so
//! that only what comes through its control socket moves it: SIGINT to the
//! group, which it shares with the commands, or a script's `kill 0` does not.
//! Must not know why it is interrupted. When the socket closes, all ends at once.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, getpgrp};
use tokio::io::Interest;
use tokio::signal::unix;
use tokio::time::Instant;

use super::line::{Running, Shared};
use super::reaper::{self, Left};
use super::wire::{self, Job, Pipe, Report, WireError};
use super::{isolate, tree};
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
    Cannot(&'static str, io::Error),
    #[error("the working directory {} cannot be entered: {}", .0.display(), .1)]
    Directory(PathBuf, io::Error),
    #[error(transparent)]
    Wire(#[from] WireError),
}

fn cannot(what: &'static str) -> impl Fn(io::Error) -> SuperviseError {
    move |error| SuperviseError::Cannot(what, error)
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
    isolate::close_inherited().map_err(cannot("list open files"))?;
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    let mut control = UnixStream::from(stdin.map_err(CONTROL)?);
    let Some(job) = wire::read::<Job>(&mut control)? else { return Ok(()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(cannot("wait for events"))?;
    let report = wire::frame(&runtime.block_on(execute(&control, job)))?;
    control.set_nonblocking(false).map_err(CONTROL)?;
    // Whoever started us may be gone: then there is nobody to report to.
    let _heard = control.write_all(&report);
    Ok(())
}

async fn execute(control: &UnixStream, job: Job) -> Report {
    let Job { pipelines, env, cwd, terminal } = job;
    match Supervision::begin(control, env, cwd, terminal) {
        Ok(mut supervision) => supervision.run(&pipelines).await,
        Err(error) => Report { exit: Exit::NotStarted(error.to_string()), elapsed_us: 0 },
    }
}

const CONTROL: fn(io::Error) -> SuperviseError = |error| SuperviseError::Cannot("use the control socket", error);

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

/// Whether the one order there is has been given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interrupt {
    NotOrdered,
    Ordered,
}

struct Supervision {
    /// Read without asking the runtime, which may not have noticed yet what is there.
    control: UnixStream,
    /// The same socket, to be woken by.
    notice: tokio::net::UnixStream,
    owner: Owner,
    interrupt: Interrupt,
    /// Rings when a child has ended.
    bell: unix::Signal,
    running: Running,
    shared: Shared,
}

impl Supervision {
    fn begin(
        control: &UnixStream,
        env: Vec<(String, String)>,
        cwd: PathBuf,
        terminal: Option<PathBuf>,
    ) -> Result<Self, SuperviseError> {
        let bell = isolate::handle_signals().map_err(cannot("handle signals"))?;
        let terminal = isolate::begin_session(terminal.as_deref()).map_err(cannot("begin a session"))?;
        reaper::adopt().map_err(cannot("adopt orphaned processes"))?;
        std::env::set_current_dir(&cwd).map_err(|error| SuperviseError::Directory(cwd, error))?;
        control.set_nonblocking(true).map_err(CONTROL)?;
        let control = control.try_clone().map_err(CONTROL)?;
        let notice = control.try_clone().and_then(tokio::net::UnixStream::from_std).map_err(CONTROL)?;
        let shared = Shared { env, terminal };
        let running = Running::start(&[], &shared);
        let (owner, interrupt) = (Owner::Present, Interrupt::NotOrdered);
        Ok(Supervision { control, notice, owner, interrupt, bell, running, shared })
    }

    /// Runs the line and ends whatever it leaves behind.
    async fn run(&mut self, pipelines: &[Pipe]) -> Report {
        let begun = Instant::now();
        let exit = self.line(pipelines).await;
        let elapsed_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.end_tree().await;
        Report { exit, elapsed_us }
    }

    async fn line(&mut self, pipelines: &[Pipe]) -> Exit {
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
            let mut wake = self.wait(Goal::Orders, Some(Instant::now())).await;
            if wake == Wake::Late {
                self.running = Running::start(&pipeline.stages, &self.shared);
                wake = self.wait(Goal::Pipeline, None).await;
            }
            match wake {
                Wake::Reached | Wake::Late => exit = self.running.exit().unwrap_or(exit),
                Wake::OwnerGone => return Exit::Interrupted,
                Wake::Interrupted => {
                    self.interrupt().await;
                    return Exit::Interrupted;
                }
            }
        }
        exit
    }

    /// Asks the running pipeline to end, politely, then firmly; returns early when it has.
    async fn interrupt(&mut self) {
        // Our own copy of the signal meets a handler.
        let _nobody_there = killpg(getpgrp(), Signal::SIGINT);
        if self.wait(Goal::Pipeline, Some(Instant::now() + AFTER_INTERRUPT)).await == Wake::Late {
            self.terminate();
            self.wait(Goal::Pipeline, Some(Instant::now() + AFTER_TERM)).await;
        }
    }

    /// Ends every process of the tree, the unwilling by force.
    async fn end_tree(&mut self) {
        if self.settle(Duration::ZERO).await == Wake::Reached {
            return;
        }
        self.terminate();
        let begun = Instant::now();
        let mut wake = self.settle(LEFTOVERS).await;
        while wake != Wake::Reached && begun.elapsed() < KILL_ROUNDS {
            tree::kill_stopped(Pid::this());
            wake = self.settle(KILL_ROUND).await;
        }
    }

    /// SIGTERM to the tree; what was stopped goes on, so that it can take it.
    fn terminate(&self) {
        tree::signal(Pid::this(), Signal::SIGTERM);
        tree::signal(Pid::this(), Signal::SIGCONT);
    }

    /// Waits until nobody is left, whatever is ordered meanwhile.
    async fn settle(&mut self, patience: Duration) -> Wake {
        let until = Instant::now() + patience;
        loop {
            let wake = self.wait(Goal::Nobody, Some(until)).await;
            if matches!(wake, Wake::Reached | Wake::Late) {
                return wake;
            }
        }
    }

    /// The only place where the supervisor sleeps. Tells of an interrupt and of
    /// the owner's end once each.
    async fn wait(&mut self, goal: Goal, until: Option<Instant>) -> Wake {
        loop {
            if let Some(wake) = self.orders() {
                return wake;
            }
            let left = reaper::collect(&mut self.running);
            let reached = match goal {
                Goal::Pipeline => self.running.exit().is_some(),
                Goal::Nobody => left == Left::Nobody,
                Goal::Orders => false,
            };
            if reached {
                return Wake::Reached;
            }
            if until.is_some_and(|until| until <= Instant::now()) {
                return Wake::Late;
            }
            let deadline = async {
                match until {
                    Some(until) => tokio::time::sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _readable = self.notice.readable(), if self.owner == Owner::Present => {}
                _rang = self.bell.recv() => {}
                () = deadline => {}
            }
        }
    }

    fn orders(&mut self) -> Option<Wake> {
        let mut order = [0; wire::INTERRUPT.len()];
        while self.owner == Owner::Present {
            match (&self.control).read(&mut order) {
                Ok(1..) if self.interrupt == Interrupt::NotOrdered => {
                    self.interrupt = Interrupt::Ordered;
                    return Some(Wake::Interrupted);
                }
                Ok(1..) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // All is read: only something new shall wake us.
                    let nothing = || io::Result::<()>::Err(ErrorKind::WouldBlock.into());
                    let _cleared = self.notice.try_io(Interest::READABLE, nothing);
                    break;
                }
                // Whatever is wrong with the socket, no order can come through it any more.
                Ok(0) | Err(_) => {
                    self.owner = Owner::Gone;
                    return Some(Wake::OwnerGone);
                }
            }
        }
        None
    }
}
