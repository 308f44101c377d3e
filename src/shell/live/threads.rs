//! The threads around a shell: one reads its terminal, one writes to it, one hears from its keeper.
//!
//! Owns how they end: the reader with the last who has the terminal open, the writer after the reader, the third with
//! the keeper.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use portable_pty::Child;
use tokio::sync::{Notify, mpsc};

use super::ShellEvent;
use crate::shell::pane::{Happened, Pane};
use crate::shell::queue::Queue;
use crate::shell::recorder::Moment;
use crate::shell::room::Room;

/// Bytes of one read, which are also how long the pane is locked at once: some milliseconds at the slowest.
const PIECE: usize = 16 * 1024;
/// How long the keeper may take to come up.
const PATIENCE_MS: u16 = 10_000;

/// How long the keeper may take to say how a shell ended whose terminal is silent.
const KEEPER_PATIENCE: Duration = Duration::from_secs(1);

/// What the threads and the handle share.
pub(super) struct Shared {
    pub(super) pane: Mutex<Pane>,
    /// How many wait for the pane, the reader excepted.
    pub(super) waiting: AtomicUsize,
    pub(super) input: Queue,
    pub(super) changed: Notify,
    /// The shell's process, 0 until it is known.
    pub(super) shell: AtomicI32,
    pub(super) control: Mutex<Option<UnixStream>>,
    pub(super) closing: AtomicBool,
    pub(super) end: Mutex<End>,
    pub(super) end_told: Condvar,
    /// Nobody has the terminal open any more.
    pub(super) silent: Mutex<bool>,
    pub(super) fell_silent: Condvar,
}

/// How the shell ended, once its keeper told or was lost.
#[derive(Default)]
pub(super) struct End {
    told: bool,
    /// What it ended with by itself.
    code: Option<i32>,
}

impl Shared {
    /// What the shell ended with by itself. Its terminal is silent a moment before its keeper says so.
    fn code(&self) -> Option<i32> {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |end: &mut End| !end.told && !self.closing.load(Ordering::SeqCst);
        let waited = self.end_told.wait_timeout_while(end, KEEPER_PATIENCE, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.code
    }

    fn tell_end(&self, code: Option<i32>) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = End { told: true, code };
        self.end_told.notify_all();
    }
}

pub(super) fn now() -> Moment {
    Moment { steady: Instant::now(), wall: SystemTime::now() }
}

pub(super) fn hang_up(control: &UnixStream) {
    if let Err(error) = control.shutdown(std::net::Shutdown::Both) {
        tracing::debug!(%error, "the shell's keeper has left already");
    }
}

/// Reads the terminal until nobody has it open.
pub(super) fn read(mut reader: Box<dyn Read + Send>, shared: &Shared, events: &mpsc::Sender<ShellEvent>) {
    let mut piece = vec![0; PIECE];
    loop {
        let bytes = match reader.read(&mut piece) {
            Ok(length @ 1..) => piece.get(..length).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // The end; Linux reports it as an error.
            Ok(_) | Err(_) => break,
        };
        let (happened, answers) = {
            let mut pane = shared.pane.lock().unwrap_or_else(PoisonError::into_inner);
            pane.feed(bytes, now());
            (pane.take_happened(), pane.take_answers())
        };
        if !answers.is_empty() && !shared.input.push(&answers) {
            tracing::debug!("a program asks its terminal and does not read the answers");
        }
        pass_on(happened, events);
        shared.changed.notify_one();
        let mut patience = 1000;
        // A lock that is taken again at once is never had by who waits for it.
        while shared.waiting.load(Ordering::SeqCst) > 0 && patience > 0 {
            patience -= 1;
            thread::yield_now();
        }
    }
    let code = shared.code();
    let happened = {
        let mut pane = shared.pane.lock().unwrap_or_else(PoisonError::into_inner);
        pane.end(code, now());
        pane.take_happened()
    };
    pass_on(happened, events);
    shared.input.close();
    *shared.silent.lock().unwrap_or_else(PoisonError::into_inner) = true;
    shared.fell_silent.notify_all();
    shared.changed.notify_one();
}

/// Waits when too many events wait; that slows the child.
fn pass_on(happened: Vec<Happened>, events: &mpsc::Sender<ShellEvent>) {
    for happened in happened {
        // Nobody listens any more: the shell is being ended, and is read to its end.
        if events.blocking_send(ShellEvent::Happened(happened)).is_err() {
            return;
        }
    }
}

/// Writes what is typed until nobody reads it any more.
pub(super) fn write(mut writer: ManuallyDrop<Box<dyn Write + Send>>, shared: &Shared) {
    while let Some(bytes) = shared.input.next() {
        if let Err(error) = writer.write_all(&bytes).and_then(|()| writer.flush()) {
            tracing::debug!(%error, "the shell's terminal takes nothing more");
            break;
        }
    }
    let mut silent = shared.silent.lock().unwrap_or_else(PoisonError::into_inner);
    while !*silent {
        silent = shared.fell_silent.wait(silent).unwrap_or_else(PoisonError::into_inner);
    }
    // Nobody has the other side open: what dropping it writes is read by no one.
    drop(ManuallyDrop::into_inner(writer));
}

/// Hears from the keeper, waits for its end, and takes the room away.
pub(super) fn attend(
    listener: &UnixListener,
    mut child: Box<dyn Child + Send + Sync>,
    room: Room,
    shared: &Shared,
    events: &mpsc::Sender<ShellEvent>,
) {
    let mut told = false;
    if let Some(control) = accept(listener) {
        let heard = control.try_clone();
        {
            let mut slot = shared.control.lock().unwrap_or_else(PoisonError::into_inner);
            *slot = Some(control);
        }
        if shared.closing.load(Ordering::SeqCst)
            && let Some(control) = shared.control.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            hang_up(&control);
        }
        let lines = heard.map(|heard| BufReader::new(heard).lines());
        for line in lines.into_iter().flatten().map_while(Result::ok) {
            match line.split_once(' ') {
                Some(("shell", pid)) => shared.shell.store(pid.parse().unwrap_or(0), Ordering::Relaxed),
                Some((how @ ("ended" | "killed"), code)) => {
                    told = true;
                    let code: Option<i32> = code.parse().ok();
                    // One that we or a signal ended did not end with what it ran.
                    let own = code.filter(|_| how == "ended" && !shared.closing.load(Ordering::SeqCst));
                    shared.tell_end(own);
                    ended(shared, events, code, None);
                }
                Some(("failed", why)) => {
                    told = true;
                    shared.tell_end(None);
                    ended(shared, events, None, Some(why.to_owned()));
                }
                _ => {}
            }
        }
    }
    if let Err(error) = child.wait() {
        tracing::debug!(%error, "the shell's keeper was lost");
    }
    if !told {
        shared.tell_end(None);
        ended(shared, events, None, None);
    }
    drop(room);
}

/// The shell ended. What it printed last is shown first, unless something it started holds the terminal open.
fn ended(shared: &Shared, events: &mpsc::Sender<ShellEvent>, code: Option<i32>, failure: Option<String>) {
    let silent = shared.silent.lock().unwrap_or_else(PoisonError::into_inner);
    let wait = shared.fell_silent.wait_timeout_while(silent, Duration::from_millis(200), |silent| !*silent);
    let leftovers = !*wait.unwrap_or_else(PoisonError::into_inner).0;
    if leftovers {
        let own = shared.code();
        let happened = {
            let mut pane = shared.pane.lock().unwrap_or_else(PoisonError::into_inner);
            pane.end(own, now());
            pane.take_happened()
        };
        pass_on(happened, events);
    }
    if events.blocking_send(ShellEvent::Ended { code, failure }).is_err() {
        tracing::debug!("nobody asks how the shell ended");
    }
}

fn accept(listener: &UnixListener) -> Option<UnixStream> {
    let mut ready = [PollFd::new(listener.as_fd(), PollFlags::POLLIN)];
    match poll(&mut ready, PollTimeout::from(PATIENCE_MS)) {
        Ok(1..) => listener.accept().ok().map(|(control, _)| control),
        // It did not come up: it has no way to say why.
        Ok(_) | Err(_) => None,
    }
}
