//! The program's own log: what happened inside, for whoever looks into a fault.
//!
//! Owns the file `devops-agent.log`, a JSON object a line, and the filter. Never writes to the terminal, and never makes a caller wait for
//! the disk. Must not know secrets: callers log what they did, not the text of commands, outputs or prompts.
#![allow(clippy::disallowed_methods)]

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

mod file;
mod lines;

use file::LogFile;
use lines::Lines;

/// Why there is no log. The program works without.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("`{0}` is no log level: expected error, warn, info, debug or trace")]
    Level(String),
    #[error("cannot make the directory {}", path.display())]
    Directory { path: PathBuf, source: io::Error },
    #[error("cannot put the old log {} aside", path.display())]
    Rotate { path: PathBuf, source: io::Error },
    #[error("cannot open the log {}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("cannot start the writer of the log")]
    Writer(#[source] io::Error),
    #[error("a log is kept already")]
    Started(#[from] tracing::subscriber::SetGlobalDefaultError),
}

/// How long the end of the program waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Keeps the log. Dropping it writes what is left, for a second at most; later lines are lost.
#[derive(Debug)]
pub struct TelemetryGuard {
    path: PathBuf,
    lines: Lines,
}

impl TelemetryGuard {
    /// The file, for a message that points to it.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        self.lines.close(LAST_LINES);
    }
}

/// Begins the log in `state_dir`, for the whole process: our own lines from `level` up, other crates' from warnings up.
///
/// # Errors
/// Each variant says what was in the way; nothing is logged then, and the caller goes on.
pub fn start(level: &str, state_dir: &Path) -> Result<TelemetryGuard, TelemetryError> {
    let level: LevelFilter = level.parse().map_err(|_| TelemetryError::Level(level.to_owned()))?;
    let file = LogFile::open(state_dir)?;
    let path = file.path().to_owned();
    let lines = Lines::to(file).map_err(TelemetryError::Writer)?;
    tracing::subscriber::set_global_default(subscriber(level, lines.clone()))?;
    Ok(TelemetryGuard { path, lines })
}

fn subscriber(level: LevelFilter, lines: Lines) -> impl Subscriber + Send + Sync {
    let ours = format!("{}={level}", env!("CARGO_CRATE_NAME"));
    // Built from parts of ours, so nothing in it can be refused. rmcp logs whole messages: commands, outputs, answers.
    let filter = EnvFilter::builder().parse_lossy(format!("warn,rmcp=off,{ours}"));
    // The list of spans has the current one in it.
    tracing_subscriber::fmt().json().with_current_span(false).with_env_filter(filter).with_writer(lines).finish()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What stands in the log after this was done.
    fn logged(does: impl FnOnce()) -> String {
        let dir = tempfile::tempdir().expect("directory");
        let file = LogFile::open(dir.path()).expect("log");
        let path = file.path().to_owned();
        let lines = Lines::to(file).expect("writer");
        tracing::subscriber::with_default(subscriber(LevelFilter::INFO, lines.clone()), does);
        lines.close(LAST_LINES);
        fs::read_to_string(path).expect("text")
    }

    #[test]
    fn our_lines_are_kept_from_the_level_up_and_others_from_warnings_up() {
        let log = logged(|| {
            tracing::info!("ours, wanted");
            tracing::debug!("ours, too low");
            tracing::warn!(target: "hyper", "theirs, wanted");
            tracing::info!(target: "hyper", "theirs, too low");
            tracing::error!(target: "rmcp::service", "whole messages, too low at any level");
        });
        assert!(log.contains("ours, wanted") && log.contains("theirs, wanted"), "{log}");
        assert!(!log.contains("too low"), "{log}");
        assert!(!log.contains('\x1b'), "{log}");
    }

    #[test]
    fn a_line_is_a_json_object_with_the_ids_of_what_went_on() {
        let log = logged(|| {
            let _inside = tracing::error_span!("call", session = "session_004", turn = 2, call = 5).entered();
            tracing::warn!(why = "a \"quote\"\nand a line end\u{1b}[31m", "it went wrong");
        });
        assert_eq!(log.lines().count(), 1, "{log}");
        let line: serde_json::Value = serde_json::from_str(&log).expect("JSON");
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["fields"]["message"], "it went wrong");
        assert_eq!(line["fields"]["why"], "a \"quote\"\nand a line end\u{1b}[31m");
        let span = serde_json::json!({"name": "call", "session": "session_004", "turn": 2, "call": 5});
        assert_eq!(line["spans"], serde_json::json!([span]));
        assert!(!log.contains('\x1b'), "{log}");
    }

    #[test]
    fn a_word_that_is_no_level_is_refused_before_a_file_is_made() {
        let dir = tempfile::tempdir().expect("directory");
        let refused = start("loud", dir.path()).expect_err("no level");
        assert!(matches!(refused, TelemetryError::Level(word) if word == "loud"));
        assert_eq!(fs::read_dir(dir.path()).expect("listing").count(), 0);
    }
}
