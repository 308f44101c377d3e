//! What the system asks of the process.
//!
//! Owns the listeners. Must not know what is done about a signal. The size of the window comes with the input.

use tokio::signal::unix::{self, SignalKind};

use super::TerminalError;

/// A signal, by what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// End in good order: SIGTERM.
    Terminate,
    /// SIGINT: sent from elsewhere in raw mode, where no key sends it, or by a key to a program that has the terminal
    /// meanwhile.
    Interrupt,
    /// SIGQUIT, which comes as SIGINT does.
    Quit,
    /// The terminal is gone: end, and expect no drawing to work.
    HangUp,
    /// Lend the terminal to the shell: [`super::TerminalGuard::suspend`].
    Suspend,
    /// The process runs again: [`super::TerminalGuard::resume`], after a suspension of ours and any other.
    Continue,
}

impl Signal {
    /// What a process ends with that was told to end, as shells say it: 128 and the signal's number; `None` for the others.
    pub fn exit_code(self) -> Option<u8> {
        let signal = match self {
            Signal::HangUp => nix::sys::signal::Signal::SIGHUP,
            Signal::Interrupt => nix::sys::signal::Signal::SIGINT,
            Signal::Quit => nix::sys::signal::Signal::SIGQUIT,
            Signal::Terminate => nix::sys::signal::Signal::SIGTERM,
            Signal::Suspend | Signal::Continue => return None,
        };
        u8::try_from(128 + signal as i32).ok()
    }
}

/// Listens for the signals. Once made, the process no longer ends or stops by them on its own.
#[derive(Debug)]
pub struct Signals {
    terminate: unix::Signal,
    interrupt: unix::Signal,
    quit: unix::Signal,
    hang_up: unix::Signal,
    suspend: unix::Signal,
    resume: unix::Signal,
}

impl Signals {
    /// Begins to listen; needs a tokio runtime with IO.
    ///
    /// # Errors
    /// `Io` when the system refuses a listener.
    pub fn listen() -> Result<Self, TerminalError> {
        let listener = |kind| unix::signal(kind).map_err(TerminalError::io("listen for signals"));
        Ok(Self {
            terminate: listener(SignalKind::terminate())?,
            interrupt: listener(SignalKind::interrupt())?,
            quit: listener(SignalKind::quit())?,
            hang_up: listener(SignalKind::hangup())?,
            suspend: listener(SignalKind::from_raw(nix::sys::signal::Signal::SIGTSTP as i32))?,
            resume: listener(SignalKind::from_raw(nix::sys::signal::Signal::SIGCONT as i32))?,
        })
    }

    /// The next signal; equal ones that come together may be one. Dropping the future loses none.
    pub async fn next(&mut self) -> Signal {
        // In this order: the end is not put off by what comes with it.
        tokio::select! {
            biased;
            Some(()) = self.hang_up.recv() => Signal::HangUp,
            Some(()) = self.terminate.recv() => Signal::Terminate,
            Some(()) = self.interrupt.recv() => Signal::Interrupt,
            Some(()) = self.quit.recv() => Signal::Quit,
            Some(()) = self.resume.recv() => Signal::Continue,
            Some(()) = self.suspend.recv() => Signal::Suspend,
            // Listeners live as long as the process, so this is the runtime's end.
            else => std::future::pending().await,
        }
    }
}
