//! Our side of a run.
//!
//! Owns the supervisor process from outside: starting it, giving it the job,
//! telling it to stop, and what happens when it dies. Must not know how the
//! tree is run or ended, except as the last resort. Everything lives in one
//! future: dropping it closes the control socket, and that ends the tree.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

use super::preflight::{self, PreflightError};
use super::pump::Outlet;
use super::terminal::{Opened, Terminal, TerminalError};
use super::wire::{self, Job, Report, WireError};
use super::{Finished, Limit, Progress, SUPERVISE, stdin_watch, tree};
use crate::domain::{Exit, Program, StdinKind, Stream};

/// How long a supervisor may take to end its tree after an order. It needs five
/// seconds, two for what cannot be killed, and a little.
const LAST_RESORT: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
enum LaunchError {
    #[error(transparent)]
    Preflight(#[from] PreflightError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("the supervisor process cannot be started: {0}")]
    Spawn(#[from] io::Error),
}

/// Where our own binary is, to be started again as a supervisor.
#[derive(Debug, Clone)]
pub struct Supervisor {
    binary: PathBuf,
}

impl Supervisor {
    /// Where that binary lies.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// The binary that is running. On Linux by the kernel's own link, which stays
    /// true when the file was replaced by an update meanwhile.
    pub fn current() -> io::Result<Supervisor> {
        let running = Path::new("/proc/self/exe");
        let binary = if running.exists() { running.to_owned() } else { std::env::current_exe()? };
        Ok(Supervisor { binary })
    }

    /// The `devops-agent` at this path.
    pub fn at(binary: PathBuf) -> Supervisor {
        Supervisor { binary }
    }

    pub(super) fn spawn(&self) -> io::Result<Spawned> {
        let (control, theirs) = UnixStream::pair()?;
        let theirs = theirs.into_std()?;
        theirs.set_nonblocking(false)?;
        let mut command = Command::new(&self.binary);
        command.arg0(env!("CARGO_PKG_NAME")).arg(SUPERVISE);
        command.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The command, and with it our copy of their end, is dropped here: so their death is our end of file.
        let mut child = command.spawn()?;
        let lost = || io::Error::other("it has no output pipes");
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw).ok_or_else(lost)?;
        let stdout = child.stdout.take().ok_or_else(lost)?;
        let stderr = child.stderr.take().ok_or_else(lost)?;
        Ok(Spawned { process: Process { child, pid, control }, stdout, stderr })
    }
}

pub(super) struct Spawned {
    pub process: Process,
    pub stdout: ChildStdout,
    pub stderr: ChildStderr,
}

/// A supervisor that has not been waited for, so that its id is still its own.
pub(super) struct Process {
    child: Child,
    pid: Pid,
    control: UnixStream,
}

pub(super) async fn launch(
    program: Program,
    supervisor: &Supervisor,
    cancel: CancellationToken,
    progress: Sender<Progress>,
    limit: Limit,
) -> Finished {
    if cancel.is_cancelled() {
        return Finished { exit: Exit::Interrupted, duration: Duration::ZERO };
    }
    attempt(program, supervisor, cancel, progress, limit)
        .await
        .unwrap_or_else(|error| Finished { exit: Exit::NotStarted(error.to_string()), duration: Duration::ZERO })
}

async fn attempt(
    program: Program,
    supervisor: &Supervisor,
    cancel: CancellationToken,
    progress: Sender<Progress>,
    limit: Limit,
) -> Result<Finished, LaunchError> {
    preflight::check(&program).await?;
    let allowed = program.timeout_ms.map(Duration::from_millis);
    let (terminal, output, hold) = match program.stdin {
        StdinKind::Null => (None, None, None),
        StdinKind::Pty => {
            let Opened { terminal, output, hold } = Terminal::open()?;
            (Some(terminal), Some(output), Some(hold))
        }
    };
    let job = wire::frame(&Job::new(program, terminal.as_ref().map(|terminal| terminal.path.clone())))?;
    let Spawned { mut process, stdout, stderr } = supervisor.spawn()?;
    let pid = process.pid;

    let outlet = Outlet::new(progress);
    let gone = CancellationToken::new();
    let at_limit = async {
        let Some(allowed) = allowed else { return std::future::pending().await };
        let begun = Instant::now();
        loop {
            tokio::time::sleep(allowed).await;
            match limit {
                Limit::Stop => return,
                Limit::Tell => outlet.tell(Progress::AtLimit(begun.elapsed())).await,
            }
        }
    };
    let conduct = async {
        let ending = process.conduct(&job, at_limit, &cancel).await;
        let exit = process.leave(ending.last).await;
        drop(hold);
        gone.cancel();
        Finished { exit, duration: ending.duration }
    };
    let terminal_pump = async {
        if let Some(output) = output {
            outlet.pump(output, Stream::Stderr, &gone).await;
        }
    };
    let watch = async {
        if let Some(terminal) = &terminal {
            tokio::select! {
                () = gone.cancelled() => {}
                () = stdin_watch::watch(pid, terminal, &outlet) => {}
            }
        }
    };
    let (finished, (), (), (), ()) = tokio::join!(
        conduct,
        terminal_pump,
        watch,
        outlet.pump(stdout, Stream::Stdout, &gone),
        outlet.pump(stderr, Stream::Stderr, &gone),
    );
    Ok(finished)
}

/// The end of a job as far as it is known before the supervisor has left.
pub(super) struct Ending {
    pub last: Last,
    duration: Duration,
}

pub(super) enum Last {
    Reported(Exit),
    /// No report came; why we had asked it to stop, if we had.
    Silent {
        stopped: Option<Exit>,
    },
}

impl Process {
    /// Gives the job and waits for its end, or brings it about: on `cancel`, and when `at_limit` comes to its end.
    pub async fn conduct(
        &mut self,
        job: &[u8],
        at_limit: impl Future<Output = ()>,
        cancel: &CancellationToken,
    ) -> Ending {
        let begun = Instant::now();
        let (mut from, mut to) = self.control.split();
        // When the job or an order cannot be given the supervisor is dead, and reading its report shows it.
        let _given = to.write_all(job).await;
        let report = wire::receive::<Report>(&mut from);
        tokio::pin!(report);
        let stopped = tokio::select! {
            biased;
            report = &mut report => return Ending::new(report.ok(), None, begun),
            () = cancel.cancelled() => Exit::Interrupted,
            () = at_limit => Exit::TimedOut,
        };
        // A script may have stopped its whole group, and the supervisor is in it.
        let _gone = kill(self.pid, Signal::SIGCONT);
        let _given = to.write_all(&wire::INTERRUPT).await;
        let report = tokio::time::timeout(LAST_RESORT, report).await.ok().and_then(Result::ok);
        Ending::new(report, Some(stopped), begun)
    }

    /// Lets the supervisor go, or, when it did not keep its word, ends what is left of it.
    pub async fn leave(self, last: Last) -> Exit {
        let Process { mut child, pid, control } = self;
        let stopped = match last {
            Last::Reported(exit) => {
                drop(control);
                // Nothing of the tree is left that its status could tell about.
                let _status = child.wait().await;
                return exit;
            }
            Last::Silent { stopped } => stopped,
        };
        // Not waited for yet, so neither its id nor its group's can be someone else's.
        tree::kill_stopped(pid);
        let _nobody_there = killpg(pid, Signal::SIGKILL);
        let _gone = kill(pid, Signal::SIGKILL);
        drop(control);
        let status = child.wait().await;
        match (stopped, status) {
            (Some(stopped), _) => stopped,
            (None, Ok(status)) => match status.signal() {
                Some(signal) => Exit::Signal(signal),
                None => Exit::NotStarted(format!("the supervisor process ended without a report ({status})")),
            },
            (None, Err(error)) => Exit::NotStarted(format!("the supervisor process was lost: {error}")),
        }
    }
}

impl Ending {
    fn new(report: Option<Report>, stopped: Option<Exit>, begun: Instant) -> Ending {
        match report {
            None => Ending { last: Last::Silent { stopped }, duration: begun.elapsed() },
            Some(Report { exit, elapsed_us }) => {
                // The supervisor knows whether the order came in time, we know why it was given.
                let exit = if exit == Exit::Interrupted { stopped.unwrap_or(exit) } else { exit };
                Ending { last: Last::Reported(exit), duration: Duration::from_micros(elapsed_us) }
            }
        }
    }
}
