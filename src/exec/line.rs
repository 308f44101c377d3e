//! Starts one pipeline of a job.
//!
//! Owns the wiring: pipes between stages, each stage's sinks, what the first
//! one reads, the exact environment, and the message and status when a stage
//! cannot be executed. Must not know of orders, signals or other pipelines.
//! Every descriptor but a child's three is closed on exec.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};

use nix::errno::Errno;

use super::wire::{Source, Stage};
use crate::domain::{Exit, Sink};

/// What all stages of a job share.
pub(super) struct Shared {
    pub env: Vec<(String, String)>,
    /// The slave that first stages read from; `/dev/null` when absent.
    pub terminal: Option<File>,
}

/// A pipeline that was started: one slot a stage.
pub(super) struct Running(Vec<Slot>);

enum Slot {
    Lives(Child),
    Ended(Exit),
}

impl Running {
    /// Starts all stages, in order. A stage that cannot be executed says so on
    /// its stderr and counts as ended with 126 or 127; the others run.
    pub fn start(stages: &[Stage], shared: &Shared) -> Running {
        let mut upstream = None;
        let last = stages.len().saturating_sub(1);
        let start = |(index, stage): (usize, &Stage)| {
            let place = if index == last { Place::Last } else { Place::Piped };
            match wire(stage, upstream.take(), place, shared) {
                Ok((wires, downstream)) => {
                    upstream = downstream;
                    spawn(stage, wires, shared)
                }
                Err(error) => complain(stage, &error, own_stderr()),
            }
        };
        Running(stages.iter().enumerate().map(start).collect())
    }

    /// Takes note of the stages that have ended, and says how many were new.
    pub fn reap(&mut self) -> usize {
        let mut ended = 0;
        for slot in &mut self.0 {
            if let Slot::Lives(child) = slot {
                *slot = match child.try_wait() {
                    Ok(None) => continue,
                    Ok(Some(status)) => Slot::Ended(exit(status)),
                    // Not our child any more: its status is lost, but it is not alive.
                    Err(_) => Slot::Ended(Exit::Code(CANNOT_EXECUTE)),
                };
                ended += 1;
            }
        }
        ended
    }

    /// Whether `pid` is a stage that is not known to have ended.
    #[cfg(target_os = "linux")]
    pub fn owns(&self, pid: nix::unistd::Pid) -> bool {
        let is = |child: &Child| i32::try_from(child.id()) == Ok(pid.as_raw());
        self.0.iter().any(|slot| matches!(slot, Slot::Lives(child) if is(child)))
    }

    /// The exit of the last stage, once all have ended.
    pub fn exit(&self) -> Option<Exit> {
        let mut exit = Exit::Code(0);
        for slot in &self.0 {
            match slot {
                Slot::Lives(_) => return None,
                Slot::Ended(its) => exit = its.clone(),
            }
        }
        Some(exit)
    }
}

/// The statuses of POSIX shells for a command that was found but cannot be executed, and for one that was not found.
const CANNOT_EXECUTE: i32 = 126;
const NOT_FOUND: i32 = 127;

enum Place {
    /// Its output goes to the next stage.
    Piped,
    /// Its output is the pipeline's.
    Last,
}

struct Wires {
    stdin: OwnedFd,
    stdout: OwnedFd,
    stderr: OwnedFd,
}

fn wire(
    stage: &Stage,
    upstream: Option<OwnedFd>,
    place: Place,
    shared: &Shared,
) -> io::Result<(Wires, Option<OwnedFd>)> {
    let stdin = match (stage.stdin, upstream, &shared.terminal) {
        (Source::Null, _, _) | (Source::Pass, None, None) => null()?,
        (Source::Pass, Some(upstream), _) => upstream,
        (Source::Pass, None, Some(terminal)) => terminal.try_clone()?.into(),
    };
    let (downstream, out) = match place {
        Place::Last => (None, io::stdout().as_fd().try_clone_to_owned()?),
        Place::Piped => {
            let (reader, writer) = io::pipe()?;
            (Some(OwnedFd::from(reader)), OwnedFd::from(writer))
        }
    };
    let err = own_stderr()?;
    let stdout = match stage.stdout {
        Sink::Pass => out,
        Sink::Null => null()?,
        Sink::Stdout => err.try_clone()?,
    };
    let stderr = match stage.stderr {
        Sink::Pass => err,
        Sink::Null => null()?,
        // Joined to where stdout really goes, so that `>/dev/null 2>&1` silences both.
        Sink::Stdout => stdout.try_clone()?,
    };
    Ok((Wires { stdin, stdout, stderr }, downstream))
}

fn own_stderr() -> io::Result<OwnedFd> {
    io::stderr().as_fd().try_clone_to_owned()
}

fn null() -> io::Result<OwnedFd> {
    Ok(OpenOptions::new().read(true).write(true).open("/dev/null")?.into())
}

fn spawn(stage: &Stage, wires: Wires, shared: &Shared) -> Slot {
    let complaints = wires.stderr.try_clone();
    let mut command = Command::new(&stage.path);
    if let Some((name, words)) = stage.words.split_first() {
        command.arg0(name).args(words);
    }
    command.env_clear().envs(shared.env.iter().map(|(key, value)| (key, value)));
    command.stdin(wires.stdin).stdout(wires.stdout).stderr(wires.stderr);
    match command.spawn() {
        Ok(child) => Slot::Lives(child),
        Err(error) => complain(stage, &error, complaints),
    }
}

/// Says why a stage does not run, where its stderr goes, and gives it the status of a shell.
fn complain(stage: &Stage, error: &io::Error, stderr: io::Result<OwnedFd>) -> Slot {
    let name = stage.words.first().map_or_else(|| stage.path.to_string_lossy(), |word| word.as_str().into());
    let reason = error.raw_os_error().map_or_else(|| error.to_string(), |code| Errno::from_raw(code).desc().to_owned());
    // Nobody may read that stream any more (`missing 2>&1 | true`); the status still tells.
    let _written = stderr.and_then(|stderr| writeln!(File::from(stderr), "{name}: {reason}"));
    Slot::Ended(Exit::Code(if error.kind() == ErrorKind::NotFound { NOT_FOUND } else { CANNOT_EXECUTE }))
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Code(CANNOT_EXECUTE),
    }
}
