//! The hold on the terminal: taken once, given back on every way out.
//!
//! Owns the conditions for taking it, the panic hook and suspension. Must not know what is drawn.

use std::io::{self, IsTerminal};
use std::sync::Once;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgrp, getsid};

use super::{Stream, Surface, TerminalError, standing};

/// Proof that the terminal is ours: raw mode, one of its screens, bracketed paste, focus reports, the mouse when asked for. Dropping it
/// gives the terminal back; so does a panic on any thread, after which [`super::Screen::draw`] refuses.
#[derive(Debug)]
pub struct TerminalGuard {
    _taken_by_enter: (),
}

impl TerminalGuard {
    /// Takes the terminal, to be drawn on there.
    ///
    /// # Errors
    /// `NotATerminal`, `Dumb` and `Taken` before anything was changed; `Io` when the terminal does not obey, with
    /// everything put back that could be.
    pub fn enter(surface: Surface) -> Result<Self, TerminalError> {
        if !io::stdin().is_terminal() {
            return Err(TerminalError::NotATerminal(Stream::Input));
        }
        if !io::stdout().is_terminal() {
            return Err(TerminalError::NotATerminal(Stream::Output));
        }
        let term = std::env::var_os("TERM").map(|term| term.to_string_lossy().into_owned());
        if term.as_deref().is_none_or(|term| term.is_empty() || term == "dumb") {
            return Err(TerminalError::Dumb(term));
        }
        restore_on_panic();
        if !standing::enter(surface).map_err(TerminalError::io("take over the terminal"))? {
            return Err(TerminalError::Taken);
        }
        Ok(Self { _taken_by_enter: () })
    }

    /// Goes over to a screen of the terminal, where that is not drawn on already.
    ///
    /// # Errors
    /// `Io` when the terminal does not obey.
    pub fn go_to(&mut self, surface: Surface) -> Result<(), TerminalError> {
        standing::go_to(surface).map_err(TerminalError::io("change screens"))
    }

    /// Lends the terminal to the shell and stops this process and its group, as Ctrl+Z would. Returns when the
    /// process was continued; [`Self::resume`] then takes the terminal again.
    ///
    /// # Errors
    /// `NoShell`, and nothing happened, where no shell could continue us; `Io` otherwise, with the terminal ours again.
    pub fn suspend(&mut self) -> Result<(), TerminalError> {
        // A shell with job control gives each job a group of its own. In the group of the session's leader there is
        // no such shell: we were started by a terminal, a script or a container, and would sleep for ever.
        if getsid(None).is_ok_and(|leader| leader == getpgrp()) {
            return Err(TerminalError::NoShell);
        }
        self.lend()?;
        self.stop().inspect_err(|_| {
            if let Err(error) = standing::return_inside() {
                tracing::warn!(%error, "the terminal could not be taken again");
            }
        })
    }

    /// Lends the terminal to another program; [`Self::resume`] takes it again.
    ///
    /// # Errors
    /// `Io` when the terminal does not obey.
    pub fn lend(&mut self) -> Result<(), TerminalError> {
        standing::step_aside().map_err(TerminalError::io("give the terminal away"))
    }

    /// Stops this process and its group until the shell continues them.
    ///
    /// # Errors
    /// `Io` when the system refuses.
    pub fn stop(&self) -> Result<(), TerminalError> {
        // SIGTSTP has a listener here; SIGSTOP has none. To the whole group, or a program that waits for us
        // (`cargo run`, `sudo`) would keep the shell waiting.
        let stopped = kill(Pid::from_raw(0), Signal::SIGSTOP);
        stopped.map_err(|error| TerminalError::Io { doing: "stop this process", source: error.into() })
    }

    /// Has the mouse reported as [`super::Input::Mouse`], or leaves it to the terminal, whose own selection works then.
    ///
    /// # Errors
    /// `Io` when the terminal does not obey.
    pub fn capture_mouse(&mut self, wanted: bool) -> Result<(), TerminalError> {
        standing::capture_mouse(wanted).map_err(TerminalError::io("change who has the mouse"))
    }

    /// Has it reported as [`super::Input::Light`] when the terminal's colours become light or dark.
    ///
    /// # Errors
    /// `Io` when the terminal does not obey.
    pub fn follow_colours(&mut self) -> Result<(), TerminalError> {
        standing::follow_colours().map_err(TerminalError::io("ask for changes of the colours"))
    }

    /// Sends the terminal a control string that draws nothing: for its clipboard, its bell.
    ///
    /// # Errors
    /// `Io` when the terminal does not obey.
    pub fn tell(&mut self, control: &[u8]) -> Result<(), TerminalError> {
        standing::show(control).map_err(TerminalError::io("tell the terminal something"))
    }

    /// Takes the terminal again after [`super::Signal::Continue`], also when the process was stopped without
    /// [`Self::suspend`]. The next [`super::Screen::draw`] paints everything.
    ///
    /// # Errors
    /// `GivenBack` after a panic; `Io` when the terminal does not obey.
    pub fn resume(&mut self) -> Result<(), TerminalError> {
        let taken = standing::return_inside().map_err(TerminalError::io("take the terminal again"))?;
        if taken { Ok(()) } else { Err(TerminalError::GivenBack) }
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        if let Err(error) = standing::give_back() {
            tracing::warn!(%error, "the terminal could not be given back");
        }
    }
}

/// The message of a panic is printed by the hook that was there before, on a terminal that shows and keeps it.
fn restore_on_panic() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            // The emulation of the person's shell broke, and is mended where it broke: the terminal stays ours.
            if crate::shell::is_contained() {
                tracing::warn!(place, "the shell's screen had to be mended");
                return;
            }
            if let Err(error) = standing::give_back() {
                tracing::warn!(%error, "the terminal could not be given back");
            }
            tracing::error!(place, "panic");
            before(panic);
        }));
    });
}
