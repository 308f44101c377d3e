//! What a shell is started with, and why it could not be.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use crate::shell::answer::Colours;
use crate::shell::choice::Choice;

/// What is told to every program in the pane that comes from the terminal around us, and would be wrong here.
pub(super) const FOREIGN: [&str; 14] = [
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "TERM_SESSION_ID",
    "VTE_VERSION",
    "KITTY_WINDOW_ID",
    "KITTY_PID",
    "WEZTERM_PANE",
    "WT_SESSION",
    "TMUX",
    "TMUX_PANE",
    "STY",
    "LINES",
    "COLUMNS",
    "DEVOPS_AGENT_MARK",
];

/// Why there is no shell.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    #[error("no terminal can be opened for the shell: {0}")]
    Terminal(String),
    #[error("the shell's private directory cannot be made: {0}")]
    Room(io::Error),
    #[error("the shell cannot be started: {0}")]
    Start(String),
}

impl ShellError {
    /// What the person does next, a lower-case fragment.
    pub fn hint(&self) -> &'static str {
        match self {
            ShellError::Terminal(_) => "close other terminals, or see whether /dev/ptmx may be opened",
            ShellError::Room(_) => "see whether the temporary directory can be written, or set TMPDIR",
            ShellError::Start(_) => "set another shell in the settings, or SHELL, and try again",
        }
    }
}

/// What a shell is started with.
#[derive(Debug, Clone)]
pub struct Opening {
    pub choice: Choice,
    /// The running binary, to be started again as the keeper.
    pub binary: PathBuf,
    pub cwd: PathBuf,
    /// The environment it inherits.
    pub environment: Vec<(OsString, OsString)>,
    /// The session, as a workbench started inside finds it in `DEVOPS_AGENT_SHELL`.
    pub session: String,
    pub rows: u16,
    pub columns: u16,
    pub colours: Colours,
}
