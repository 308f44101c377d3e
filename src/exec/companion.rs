//! A program of the person's that serves us for a while, with a stream in each direction.
//!
//! Owns its life: it runs below a supervisor like any command, so that nothing of its tree outlives it or us, and reads
//! from a pipe of ours. It is no command of the agent's: a file the person wrote or trusted names it. Must not know
//! what is said to it.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use tokio::net::unix::pipe;
use tokio::process::{ChildStderr, ChildStdout};
use tokio_util::sync::CancellationToken;

use super::launch::{Process, Spawned, Supervisor};
use super::wire::{self, Job, Pipe, Source, Stage};
use crate::domain::{Exit, Link, Sink};

/// What is to be started.
#[derive(Clone)]
pub struct Service {
    pub path: PathBuf,
    /// The name it was called by first.
    pub words: Vec<String>,
    /// Its whole environment.
    pub env: Vec<(String, String)>,
    pub cwd: PathBuf,
}

/// One that runs: what it reads, what it writes, and its life.
pub struct Companion {
    pub input: pipe::Sender,
    pub output: ChildStdout,
    pub errors: ChildStderr,
    pub life: Life,
}

/// Its life; dropping it ends the whole tree.
pub struct Life {
    process: Process,
    job: Vec<u8>,
    _room: Room,
}

impl Life {
    /// Lets it run until it ends by itself or, on `stop`, is brought to an end.
    pub async fn lived(mut self, stop: &CancellationToken) -> Exit {
        let ending = self.process.conduct(&self.job, std::future::pending(), stop).await;
        self.process.leave(ending.last).await
    }
}

/// Starts a program below a supervisor. It runs from the moment its [`Life`] is waited for.
///
/// # Errors
/// When the system gives no process or pipe.
pub fn accompany(service: Service, supervisor: &Supervisor) -> io::Result<Companion> {
    let room = Room::make()?;
    let path = room.0.join("input");
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    // Held open from both ends here, so that neither side waits for the other when it opens it.
    let input = pipe::OpenOptions::new().read_write(true).open_sender(&path)?;
    let stage =
        Stage { path: service.path, words: service.words, stdin: Source::Pass, stdout: Sink::Pass, stderr: Sink::Pass };
    let pipelines = vec![Pipe { link: Link::Always, stages: vec![stage] }];
    let job = Job { pipelines, env: service.env, cwd: service.cwd, terminal: Some(path) };
    let job = wire::frame(&job).map_err(io::Error::other)?;
    let Spawned { process, stdout, stderr } = supervisor.spawn()?;
    Ok(Companion { input, output: stdout, errors: stderr, life: Life { process, job, _room: room } })
}

/// A directory of ours for as long as it is needed.
struct Room(PathBuf);

impl Room {
    fn make() -> io::Result<Room> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("devops-agent-server-{}-{number}", std::process::id());
        let path: PathBuf = std::env::temp_dir().join(name);
        // Whatever lies there was left by a process of our number that is gone; nobody else's is touched.
        remove(&path);
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Room(path))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn remove(path: &Path) {
    let _not_there = std::fs::remove_file(path.join("input"));
    let _not_there = std::fs::remove_dir(path);
}
