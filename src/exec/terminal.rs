//! The small terminal that an approved command reads from.
//!
//! Owns one PTY: the slave becomes the controlling terminal of the command's
//! session; what programs write to it themselves (password prompts) comes out
//! of the master. Must not know who waits for input. No writer is ever taken
//! from the master: portable-pty's writer sends newline and EOT when dropped,
//! which would end or confirm a half-typed line.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use nix::sys::termios::LocalFlags;
use portable_pty::{MasterPty, PtySize, SlavePty, native_pty_system};
use tokio::net::UnixStream;

#[derive(Debug, thiserror::Error)]
pub(super) enum TerminalError {
    #[error("no terminal could be opened for the command: {0}")]
    Open(String),
    #[error("the command's terminal cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// The master of a PTY, and the path of its slave.
pub(super) struct Terminal {
    // The mutex only makes the boxed master shareable between futures on several threads.
    master: Mutex<Box<dyn MasterPty + Send>>,
    pub path: PathBuf,
}

/// What comes with a new terminal.
pub(super) struct Opened {
    pub terminal: Terminal,
    /// What is written to the terminal; ends when nobody has the slave open.
    pub output: UnixStream,
    /// Keeps the output from ending before the supervisor opens the slave; drop it when the command is over.
    pub hold: Box<dyn SlavePty + Send>,
}

impl Terminal {
    pub fn open() -> Result<Opened, TerminalError> {
        // portable-pty's errors are boxed without a type: their text is all there is.
        let failed = |error: &dyn std::fmt::Display| TerminalError::Open(error.to_string());
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).map_err(|error| failed(&error))?;
        let path = pair.master.tty_name().ok_or_else(|| failed(&"its name is unknown"))?;
        let mut reader = pair.master.try_clone_reader().map_err(|error| failed(&error))?;
        let (output, ours) = UnixStream::pair()?;
        let mut ours = ours.into_std()?;
        ours.set_nonblocking(false)?;
        // The master is read blocking, so on a thread; it ends with the last user of the slave
        // or when the other end of the socket is dropped.
        std::thread::Builder::new().name("exec-terminal".to_owned()).spawn(move || {
            if let Err(error) = io::copy(&mut reader, &mut ours) {
                tracing::debug!(%error, "the command's terminal is not read any further");
            }
        })?;
        Ok(Opened { terminal: Terminal { master: Mutex::new(pair.master), path }, output, hold: pair.slave })
    }

    /// Whether the terminal is set as for a password: whole lines, not echoed.
    pub fn hides_typing(&self) -> bool {
        let master = self.master.lock().unwrap_or_else(PoisonError::into_inner);
        // portable-pty is built on another version of nix: compare bits, not types.
        master.get_termios().is_some_and(|set| {
            let local = set.local_flags.bits();
            local & LocalFlags::ICANON.bits() != 0 && local & LocalFlags::ECHO.bits() == 0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_terminal_without_echo_counts_as_asking_for_a_password() {
        let opened = Terminal::open().unwrap();
        assert!(!opened.terminal.hides_typing());
        let stty = |word| std::process::Command::new("stty").arg("-F").arg(&opened.terminal.path).arg(word).status();
        assert!(stty("-echo").unwrap().success());
        assert!(opened.terminal.hides_typing());
        assert!(stty("-icanon").unwrap().success());
        assert!(!opened.terminal.hides_typing());
    }
}
