//! What the person does: keys, pastes, sizes, each with the moment it was read.
//!
//! Owns the only reader of the terminal. It reads by itself: crossterm's reader takes a report that it knows by its
//! beginning alone for one that goes on, and hears no key any more; and while it waits for more it hears neither a
//! change of size nor that it is to stop. Must not know what a key means.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use crossterm::event::{KeyEvent, MouseEvent};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{self, SignalKind};

use super::decoder::Decoder;
use super::sequences::Heard;
use super::{Keyboard, TerminalError, TerminalGuard, keyboard, standing};

/// One thing the person or the terminal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key went down or repeats; releases never come.
    Key(KeyEvent),
    /// Pasted text, as it was: line ends may be `\r`, and control bytes are possible.
    Paste(String),
    /// Columns, then rows.
    Resize(u16, u16),
    FocusGained,
    FocusLost,
    Mouse(MouseEvent),
    /// The terminal's colours changed: whether they are light now.
    Light(bool),
    /// What the keyboard can say; always the first arrival, and never again.
    Keyboard(Keyboard),
}

/// An input and when it was read. A key may have waited in the kernel before that, never after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub at: Instant,
    pub input: Input,
}

/// Reads the terminal. One at a time.
#[derive(Debug)]
pub struct InputSource {
    terminal: AsyncFd<OwnedFd>,
    resized: unix::Signal,
    decoder: Decoder,
    /// When that began which the decoder waits for the rest of.
    since: Instant,
    /// Read and not given away yet.
    read: VecDeque<Arrival>,
    enquiry: Option<Enquiry>,
}

/// What the keyboard can do was asked; keys typed meanwhile are kept.
#[derive(Debug)]
struct Enquiry {
    until: Instant,
    kitty: bool,
}

impl InputSource {
    /// Begins to read, and to ask what the keyboard can do: call it after the first frame was drawn, in a tokio runtime
    /// with IO.
    ///
    /// # Errors
    /// `Io` when the terminal cannot be read.
    pub fn open(guard: &TerminalGuard) -> Result<Self, TerminalError> {
        let mut source = Self::reopen(guard)?;
        if let Err(error) = standing::show(keyboard::QUESTION) {
            tracing::info!(%error, "the terminal was not asked what its keyboard can do");
        }
        source.enquiry = Some(Enquiry { until: Instant::now() + keyboard::SILENCE, kitty: false });
        source.take(&standing::typed());
        Ok(source)
    }

    /// Begins to read again after the terminal was lent; what its keyboard can do is known.
    ///
    /// # Errors
    /// `Io` when the terminal cannot be read.
    pub fn reopen(_guard: &TerminalGuard) -> Result<Self, TerminalError> {
        let own = io::stdin().as_fd().try_clone_to_owned();
        #[expect(deprecated, reason = "its heir is unsafe; an owned descriptor is open as long as it is registered")]
        let terminal = own.and_then(|own| AsyncFd::with_interest(own, Interest::READABLE));
        Ok(Self {
            terminal: terminal.map_err(TerminalError::io(READ))?,
            resized: unix::signal(SignalKind::window_change()).map_err(TerminalError::io("listen for signals"))?,
            decoder: Decoder::default(),
            since: Instant::now(),
            read: VecDeque::new(),
            enquiry: None,
        })
    }

    /// The next arrival. Dropping the future loses none.
    ///
    /// # Errors
    /// `Io` when the terminal cannot be read; there is no use in going on then.
    pub async fn next(&mut self) -> Result<Arrival, TerminalError> {
        loop {
            if self.enquiry.is_none()
                && let Some(arrival) = self.read.pop_front()
            {
                return Ok(arrival);
            }
            let until = self.until();
            tokio::select! {
                biased;
                bytes = arrived(&self.terminal) => match bytes {
                    Ok(bytes) => self.take(&bytes),
                    Err(source) => {
                        // A terminal that is gone is told of by SIGHUP too, which says more.
                        tokio::time::sleep(FAREWELL).await;
                        return Err(TerminalError::Io { doing: READ, source });
                    }
                },
                Some(()) = self.resized.recv() => {
                    if let Ok((columns, rows)) = crossterm::terminal::size() {
                        self.hear(Heard::Input(Input::Resize(columns, rows)), Instant::now());
                    }
                }
                () = tokio::time::sleep_until(until.unwrap_or(self.since).into()), if until.is_some() => self.give_up(),
            }
        }
    }

    /// How long the rest of what was begun, or an answer, is waited for.
    fn until(&self) -> Option<Instant> {
        let rest = self.decoder.patience().map(|patience| self.since + patience);
        rest.into_iter().chain(self.enquiry.as_ref().map(|enquiry| enquiry.until)).min()
    }

    fn take(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        if self.since + LOST <= now
            && let Some(heard) = self.decoder.give_up_paste(bytes)
        {
            self.hear(heard, now);
        }
        let begins = self.decoder.patience().is_none();
        let heard = self.decoder.feed(bytes);
        if begins || !heard.is_empty() {
            self.since = now;
        }
        for heard in heard {
            self.hear(heard, now);
        }
    }

    fn hear(&mut self, heard: Heard, at: Instant) {
        match heard {
            Heard::Input(input) => self.read.push_back(Arrival { at, input }),
            Heard::Kitty => self.enquiry.iter_mut().for_each(|enquiry| enquiry.kitty = true),
            Heard::Well => self.answered(at),
        }
    }

    /// Enough was waited, unless what is waited for is there already and a busy loop kept it from being read.
    fn give_up(&mut self) {
        if let Ok(Some(bytes)) = waiting(self.terminal.get_ref()) {
            return self.take(&bytes);
        }
        let now = Instant::now();
        if self.decoder.patience().is_some_and(|patience| self.since + patience <= now)
            && let Some(heard) = self.decoder.give_up()
        {
            self.hear(heard, now);
        }
        if self.enquiry.as_ref().is_some_and(|enquiry| enquiry.until <= now) {
            tracing::info!("the terminal answers no questions");
            self.answered(now);
        }
    }

    /// What the keyboard can do is told ahead of the keys that were typed meanwhile. A later answer changes nothing.
    fn answered(&mut self, at: Instant) {
        let Some(enquiry) = self.enquiry.take() else { return };
        let pushed = if enquiry.kitty { standing::push_keyboard() } else { Ok(Keyboard::Plain) };
        let keyboard = pushed.unwrap_or_else(|error| {
            tracing::info!(%error, "the terminal's keyboard stays as it is");
            Keyboard::Plain
        });
        self.read.push_front(Arrival { at, input: Input::Keyboard(keyboard) });
    }
}

const READ: &str = "read the terminal";

/// After how long without more of a paste Ctrl+C is no part of it.
const LOST: Duration = Duration::from_secs(1);

/// How long the end of the terminal is kept back.
const FAREWELL: Duration = Duration::from_millis(300);

/// The next bytes. Dropping the future loses none.
async fn arrived(terminal: &AsyncFd<OwnedFd>) -> io::Result<Vec<u8>> {
    loop {
        let mut ready = terminal.readable().await?;
        match waiting(terminal.get_ref())? {
            Some(bytes) => return Ok(bytes),
            None => ready.clear_ready(),
        }
    }
}

/// What is there to be read. It looks first: a descriptor that is the shell's too is not made one that never waits.
fn waiting(terminal: &OwnedFd) -> io::Result<Option<Vec<u8>>> {
    let mut ready = [PollFd::new(terminal.as_fd(), PollFlags::POLLIN)];
    let mut bytes = vec![0; 4096];
    loop {
        let read = match poll(&mut ready, PollTimeout::ZERO) {
            Ok(0) => return Ok(None),
            Ok(_) => nix::unistd::read(terminal, &mut bytes),
            Err(error) => Err(error),
        };
        match read {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                bytes.truncate(count);
                return Ok(Some(bytes));
            }
            Err(Errno::EAGAIN) => return Ok(None),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
