//! What is said between `run` and its supervisor.
//!
//! Owns the messages and their frames on the control socket: four bytes of
//! length (big endian), then JSON. Must not know what either side does with
//! them. No frame is longer than [`MAX_FRAME`].

use std::io::{self, Read};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::domain::{Exit, Link, Program, Run, Sink, StdinKind};

/// Bytes of JSON in one frame, at most.
pub(super) const MAX_FRAME: usize = 1 << 20;

#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    #[error("the command with its environment takes {0} bytes, more than {MAX_FRAME}")]
    TooLong(usize),
    #[error("a message between run and supervisor cannot be written as JSON or read from it: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the control socket failed: {0}")]
    Io(#[from] io::Error),
}

/// What the supervisor has to run: the program without what only the gate, the
/// preflight and the clock need.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Job {
    pub pipelines: Vec<Pipe>,
    pub env: Vec<(String, String)>,
    pub cwd: PathBuf,
    /// The slave that the first command of each pipeline reads from; `/dev/null` when absent.
    pub terminal: Option<PathBuf>,
}

/// One pipeline of a job.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pipe {
    pub link: Link,
    pub stages: Vec<Stage>,
}

/// One command of a pipeline.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stage {
    pub path: PathBuf,
    pub words: Vec<String>,
    pub stdin: Source,
    pub stdout: Sink,
    pub stderr: Sink,
}

/// Where a stage reads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Source {
    /// The stage before it, or what the line as a whole reads from.
    Pass,
    Null,
}

/// The only thing that `run` tells its supervisor after the job: end it. One byte, so that it is never half there.
pub(super) const INTERRUPT: [u8; 1] = *b"i";

/// The supervisor's only message, sent when nothing of the tree is left.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Report {
    pub exit: Exit,
    /// From the first spawn to the end of the line, in microseconds.
    pub elapsed_us: u64,
}

impl Job {
    /// What `program` asks for, reading from `terminal` where it wants one.
    pub fn new(program: Program, terminal: Option<PathBuf>) -> Job {
        let pipelines = match program.run {
            Run::Argv { pipelines } => pipelines
                .into_iter()
                .map(|pipeline| Pipe {
                    link: pipeline.link,
                    stages: pipeline.stages.into_iter().map(Stage::from).collect(),
                })
                .collect(),
            // Turned away before a job is made of it.
            Run::Tool { .. } => Vec::new(),
            Run::Shell { shell, script } => {
                let name = shell.path.file_name().unwrap_or(shell.path.as_os_str()).to_string_lossy().into_owned();
                // Without `--` a script that begins with a dash would be read as options.
                let words = vec![name, "-c".to_owned(), "--".to_owned(), script];
                let (stdout, stderr) = (Sink::Pass, Sink::Pass);
                let stage = Stage { path: shell.path, words, stdin: Source::Pass, stdout, stderr };
                vec![Pipe { link: Link::Always, stages: vec![stage] }]
            }
        };
        let terminal = terminal.filter(|_| program.stdin == StdinKind::Pty);
        Job { pipelines, env: program.env, cwd: program.cwd, terminal }
    }
}

impl From<crate::domain::Stage> for Stage {
    fn from(stage: crate::domain::Stage) -> Self {
        Stage {
            path: stage.binary.path,
            words: stage.words,
            stdin: if stage.stdin_null { Source::Null } else { Source::Pass },
            stdout: stage.stdout,
            stderr: stage.stderr,
        }
    }
}

/// A message as one frame, ready to be written.
pub(super) fn frame(message: &impl Serialize) -> Result<Vec<u8>, WireError> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).ok().filter(|_| json.len() <= MAX_FRAME);
    let length = length.ok_or(WireError::TooLong(json.len()))?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(&json);
    Ok(frame)
}

fn body(length: [u8; 4]) -> Result<Vec<u8>, WireError> {
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_FRAME { Err(WireError::TooLong(length)) } else { Ok(vec![0; length]) }
}

/// Reads one message, blocking; `None` when the other side is gone.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> Result<Option<T>, WireError> {
    let whole = |from: &mut dyn Read, bytes: &mut [u8]| match from.read_exact(bytes) {
        Ok(()) => Ok(true),
        // A process that was killed leaves its socket at any byte, and unread data behind it resets the stream.
        Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
            Ok(false)
        }
        Err(error) => Err(error),
    };
    let mut length = [0; 4];
    if !whole(from, &mut length)? {
        return Ok(None);
    }
    let mut json = body(length)?;
    if !whole(from, &mut json)? {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&json)?))
}

/// Reads one message.
pub(super) async fn receive<T: DeserializeOwned>(from: &mut (impl AsyncRead + Unpin)) -> Result<T, WireError> {
    let mut length = [0; 4];
    from.read_exact(&mut length).await?;
    let mut json = body(length)?;
    from.read_exact(&mut json).await?;
    Ok(serde_json::from_slice(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_out_as_it_went_in() {
        let report = Report { exit: Exit::Signal(9), elapsed_us: 17 };
        let bytes = frame(&report).unwrap();
        assert_eq!(read::<Report>(&mut bytes.as_slice()).unwrap(), Some(report));
    }

    #[test]
    fn a_message_cut_off_anywhere_means_that_the_other_side_is_gone() {
        let bytes = frame(&Exit::TimedOut).unwrap();
        for length in 0..bytes.len() {
            assert!(read::<Exit>(&mut &bytes[..length]).unwrap().is_none());
        }
    }

    #[test]
    fn a_message_longer_than_the_bound_is_refused_on_both_sides() {
        assert!(matches!(frame(&"x".repeat(MAX_FRAME)), Err(WireError::TooLong(_))));
        assert!(matches!(read::<Exit>(&mut &[0xff; 9][..]), Err(WireError::TooLong(_))));
    }
}
