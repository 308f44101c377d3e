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
    /// One that somebody sends for a reason of theirs, and that ends who does not listen: SIGUSR1, SIGUSR2, SIGALRM.
    Other(nix::sys::signal::Signal),
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
            Signal::Other(signal) => signal,
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
    user: [unix::Signal; 2],
    alarm: unix::Signal,
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
            user: [listener(SignalKind::user_defined1())?, listener(SignalKind::user_defined2())?],
            alarm: listener(SignalKind::alarm())?,
            hang_up: listener(SignalKind::hangup())?,
            suspend: listener(SignalKind::from_raw(nix::sys::signal::Signal::SIGTSTP as i32))?,
            resume: listener(SignalKind::from_raw(nix::sys::signal::Signal::SIGCONT as i32))?,
        })
    }

    /// The next signal; equal ones that come together may be one. Dropping the future loses none.
    pub async fn next(&mut self) -> Signal {
        use nix::sys::signal::Signal::{SIGALRM, SIGUSR1, SIGUSR2};
        let [user_1, user_2] = &mut self.user;
        // In this order: the end is not put off by what comes with it.
        tokio::select! {
            biased;
            Some(()) = self.hang_up.recv() => Signal::HangUp,
            Some(()) = self.terminate.recv() => Signal::Terminate,
            Some(()) = self.interrupt.recv() => Signal::Interrupt,
            Some(()) = self.quit.recv() => Signal::Quit,
            Some(()) = user_1.recv() => Signal::Other(SIGUSR1),
            Some(()) = user_2.recv() => Signal::Other(SIGUSR2),
            Some(()) = self.alarm.recv() => Signal::Other(SIGALRM),
            Some(()) = self.resume.recv() => Signal::Continue,
            Some(()) = self.suspend.recv() => Signal::Suspend,
            // Listeners live as long as the process, so this is the runtime's end.
            else => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::{Signal as Sent, raise};

    use super::*;

    #[test]
    fn a_signal_that_would_have_ended_the_process_is_heard_and_is_its_exit_code() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(async {
            let mut signals = Signals::listen().expect("signals");
            for sent in [Sent::SIGUSR1, Sent::SIGUSR2, Sent::SIGALRM] {
                raise(sent).expect("sent");
                let heard = signals.next().await;
                let code = u8::try_from(128 + sent as i32).ok();
                assert_eq!((heard, heard.exit_code()), (Signal::Other(sent), code));
            }
        });
    }
}
