//! The shell's keeper: our own binary, started again as the leader of the shell's session.
//!
//! Owns the shell's whole process tree. It starts the shell on the terminal it was given, tells over a socket how the
//! shell ended, and ends everything below it when the socket closes, however we ended. Must not know hooks, marks or
//! the screen. Single-threaded, with a handler for every signal: what is sent to the session moves it not.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::sys::termios::{InputFlags, SetArg, tcgetattr, tcsetattr};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use tokio::time::Instant;

use super::room;
use crate::exec::{isolate, tree};

/// The hidden first argument with which our own binary becomes a keeper; `main` must look for it before anything else
/// and call [`keeper_main`].
pub const KEEPER: &str = "__shell";

/// How long the tree has after SIGHUP, in which shells write their history, and then after SIGTERM.
const AFTER_HANG_UP: Duration = Duration::from_millis(500);
const AFTER_TERM: Duration = Duration::from_millis(300);
/// One round of SIGKILL, and how long rounds are repeated: another user's processes may never go.
const KILL_ROUND: Duration = Duration::from_millis(50);
const KILL_ROUNDS: Duration = Duration::from_secs(2);

/// The whole life of a keeper: `__shell SOCKET DIRECTORY PROGRAM ARGUMENT…`, on the shell's terminal.
pub fn keeper_main() -> ExitCode {
    let mut args = std::env::args_os().skip(2);
    let (Some(socket), Some(directory), Some(program)) = (args.next(), args.next(), args.next()) else {
        return ExitCode::FAILURE;
    };
    let socket = PathBuf::from(socket);
    // Nobody listens any more: we were started by somebody who is gone.
    let Ok(control) = UnixStream::connect(&socket) else { return ExitCode::FAILURE };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let kept = runtime.and_then(|runtime| runtime.block_on(keep(&control, directory, program, args.collect())));
    if let Some(room) = socket.parent() {
        // Who made it does that too, unless it was killed.
        room::remove(room);
    }
    match kept {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&control, &format!("failed {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn keep(control: &UnixStream, directory: OsString, program: OsString, args: Vec<OsString>) -> io::Result<()> {
    let mut bell = isolate::handle_signals()?;
    adopt()?;
    prepare_terminal()?;
    let mut command = Command::new(&program);
    command.arg0(&program).args(args).current_dir(&directory);
    let child = command.spawn()?;
    let shell = i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)?;
    leave_terminal()?;
    tell(control, &format!("shell {shell}"));
    control.set_nonblocking(true)?;
    let owner = tokio::net::UnixStream::from_std(control.try_clone()?)?;
    loop {
        if collect(control, shell) == Left::Nobody {
            return Ok(());
        }
        tokio::select! {
            _rang = bell.recv() => {}
            () = gone(&owner) => break,
        }
    }
    end_tree(control, shell, &mut bell).await;
    Ok(())
}

/// Returns when the other end of the socket is closed; nothing is ever sent to us.
async fn gone(owner: &tokio::net::UnixStream) {
    loop {
        // Whatever is wrong with the socket, nobody is behind it any more.
        if owner.readable().await.is_err() {
            return;
        }
        match owner.try_read(&mut [0; 16]) {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(0) | Err(_) => return,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Somebody,
    Nobody,
}

/// Collects all that have ended, and tells how the shell did.
fn collect(control: &UnixStream, shell: Pid) -> Left {
    loop {
        let status = match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Err(Errno::EINTR) => continue,
            Err(Errno::ECHILD) => return Left::Nobody,
            // A real-time signal, which has no name here, ended one; it is collected all the same.
            Err(Errno::EINVAL) => continue,
            Err(_) | Ok(WaitStatus::StillAlive) => return Left::Somebody,
            Ok(status) => status,
        };
        match status {
            WaitStatus::Exited(pid, code) if pid == shell => tell(control, &format!("ended {code}")),
            WaitStatus::Signaled(pid, signal, _) if pid == shell => {
                tell(control, &format!("killed {}", 128 + signal as i32));
            }
            _ => {}
        }
    }
}

/// Ends every process of the tree, the unwilling by force.
async fn end_tree(control: &UnixStream, shell: Pid, bell: &mut tokio::signal::unix::Signal) {
    let own = Pid::this();
    for (signal, patience) in [(Signal::SIGHUP, AFTER_HANG_UP), (Signal::SIGTERM, AFTER_TERM)] {
        tree::signal(own, signal);
        // What was stopped goes on, so that it can take it.
        tree::signal(own, Signal::SIGCONT);
        if settle(control, shell, bell, patience).await == Left::Nobody {
            return;
        }
    }
    let begun = Instant::now();
    while begun.elapsed() < KILL_ROUNDS {
        tree::kill_stopped(own);
        if settle(control, shell, bell, KILL_ROUND).await == Left::Nobody {
            return;
        }
    }
}

async fn settle(control: &UnixStream, shell: Pid, bell: &mut tokio::signal::unix::Signal, patience: Duration) -> Left {
    let until = Instant::now() + patience;
    while collect(control, shell) == Left::Somebody {
        tokio::select! {
            _rang = bell.recv() => {}
            () = tokio::time::sleep_until(until) => return Left::Somebody,
        }
    }
    Left::Nobody
}

/// A line to whoever started us; they may be gone.
fn tell(mut control: &UnixStream, line: &str) {
    let _heard = control.write_all(format!("{line}\n").as_bytes());
}

/// Ctrl+S is a key of the workbench: the terminal shall not stop at it. Once, so that the person may turn it on again.
fn prepare_terminal() -> io::Result<()> {
    let stdin = io::stdin();
    let mut settings = tcgetattr(&stdin)?;
    settings.input_flags.remove(InputFlags::IXON);
    #[cfg(target_os = "linux")]
    settings.input_flags.insert(InputFlags::IUTF8);
    Ok(tcsetattr(&stdin, SetArg::TCSANOW, &settings)?)
}

/// Holds the terminal no longer: it closes with the last process that uses it.
fn leave_terminal() -> io::Result<()> {
    let nothing = std::fs::OpenOptions::new().read(true).write(true).open("/dev/null")?;
    nix::unistd::dup2_stdin(&nothing)?;
    nix::unistd::dup2_stdout(&nothing)?;
    nix::unistd::dup2_stderr(&nothing)?;
    Ok(())
}

#[cfg(target_os = "linux")]
fn adopt() -> io::Result<()> {
    Ok(nix::sys::prctl::set_child_subreaper(true)?)
}

/// Elsewhere than on Linux orphans go to init, and are lost to us.
#[cfg(not(target_os = "linux"))]
fn adopt() -> io::Result<()> {
    Ok(())
}
