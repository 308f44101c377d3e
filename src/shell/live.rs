//! A running shell: its terminal, its keeper and the pane it fills.
//!
//! Owns three threads (reader, writer, keeper's socket) and how they end. The side that types and draws never waits
//! for the shell: typing goes into a queue, drawing takes the pane's lock for one piece of output at most. A flood
//! fills the kernel's buffer and stops the child, for the reader takes a piece at a time.

mod opening;
mod threads;

use std::mem::ManuallyDrop;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::termios::LocalFlags;
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use opening::FOREIGN;
pub use opening::{Opening, ShellError};
use threads::{End, Shared, now};

use super::history::{Corner, Found, History};
use super::hook;
use super::insert::ShellInsert;
use super::keeper::KEEPER;
use super::pane::{Happened, Pane};
use super::queue::Queue;
use super::record::{Record, Transcript};
use super::room::{self, Room};
use crate::domain::pane::{Snapshot, Wishes};

/// Events that wait; more stop the reader.
const EVENTS: usize = 256;
/// How long the last events are waited for; the keeper needs three seconds at most.
const PATIENCE: Duration = Duration::from_secs(5);
/// Something about the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShellEvent {
    /// The picture is another, perhaps.
    Changed,
    Happened(Happened),
    /// The shell ended, with its exit code where it is known.
    Ended {
        code: Option<i32>,
        failure: Option<String>,
    },
}

/// Where keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The shell waits for a command.
    Prompt,
    /// A command runs and leaves the terminal as it is.
    Command,
    /// A program has the whole terminal: every key but the escape is its own.
    FullScreen,
}

/// The shell. Dropping it ends the shell and everything it started.
pub struct Shell {
    shared: Arc<Shared>,
    events: mpsc::Receiver<ShellEvent>,
    master: Mutex<Box<dyn MasterPty + Send>>,
    keeper: Option<thread::JoinHandle<()>>,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").finish_non_exhaustive()
    }
}

impl Shell {
    /// Starts a shell in a terminal of its own. Takes some milliseconds.
    ///
    /// # Errors
    /// When there is no terminal, no private directory, or our own binary cannot be started. That the shell itself
    /// could not be started comes as [`ShellEvent::Ended`].
    pub fn start(opening: Opening, transcript: Box<dyn Transcript>) -> Result<Shell, ShellError> {
        let room = Room::new().map_err(ShellError::Room)?;
        let nonce = room::word(16).map_err(ShellError::Room)?;
        let inherited = |name: &str| {
            let found = opening.environment.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let start = hook::inject(&opening.choice, &nonce, &room, inherited).map_err(ShellError::Room)?;
        let socket = room.path().join("keeper");
        let listener = UnixListener::bind(&socket).map_err(ShellError::Room)?;

        let terminal = |error: &dyn std::fmt::Display| ShellError::Terminal(error.to_string());
        let (rows, columns) = (opening.rows.max(1), opening.columns.max(2));
        let pair = native_pty_system().openpty(size(rows, columns)).map_err(|error| terminal(&error))?;
        let mut command = CommandBuilder::new(&opening.binary);
        command.args([KEEPER.into(), socket.into_os_string(), opening.cwd.clone().into_os_string()]);
        command.arg(opening.choice.program.as_os_str());
        command.args(start.args);
        // Without one portable-pty silently takes the home directory.
        command.cwd("/");
        command.env_clear();
        for (name, value) in opening.environment.iter().filter(|(name, _)| !FOREIGN.iter().any(|other| name == *other))
        {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("DEVOPS_AGENT_SHELL", &opening.session);
        for (name, value) in start.set {
            command.env(name, value);
        }
        let reader = pair.master.try_clone_reader().map_err(|error| terminal(&error))?;
        let writer = pair.master.take_writer().map_err(|error| terminal(&error))?;
        // Dropped while a program reads, it would send newline and end of file: a half-typed line would run.
        let writer = ManuallyDrop::new(writer);
        let child = pair.slave.spawn_command(command).map_err(|error| ShellError::Start(error.to_string()))?;
        drop(pair.slave);

        let mut pane = Pane::new(rows, columns, nonce, transcript, now());
        pane.set_colours(opening.colours);
        let shared = Arc::new(Shared {
            pane: Mutex::new(pane),
            waiting: AtomicUsize::new(0),
            input: Queue::default(),
            changed: Notify::new(),
            shell: AtomicI32::new(0),
            control: Mutex::new(None),
            closing: AtomicBool::new(false),
            end: Mutex::new(End::default()),
            end_told: Condvar::new(),
            silent: Mutex::new(false),
            fell_silent: Condvar::new(),
        });
        let (sender, events) = mpsc::channel(EVENTS);
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(run)
                .map_err(|error| ShellError::Start(error.to_string()))
        };
        let (for_reader, from_reader) = (Arc::clone(&shared), sender.clone());
        spawn("shell-reader", Box::new(move || threads::read(reader, &for_reader, &from_reader)))?;
        let for_writer = Arc::clone(&shared);
        spawn("shell-writer", Box::new(move || threads::write(writer, &for_writer)))?;
        let for_keeper = Arc::clone(&shared);
        let keeper =
            spawn("shell-keeper", Box::new(move || threads::attend(&listener, child, room, &for_keeper, &sender)))?;
        Ok(Shell { shared, events, master: Mutex::new(pair.master), keeper: Some(keeper) })
    }

    /// [`Shell::start`] beside what goes on.
    pub fn open(opening: Opening, transcript: Box<dyn Transcript>) -> JoinHandle<Result<Shell, ShellError>> {
        tokio::task::spawn_blocking(move || Shell::start(opening, transcript))
    }

    /// Looks for text in all rows, newest first, beside what goes on.
    pub fn find(&self, wanted: String, most: usize) -> JoinHandle<Vec<Found>> {
        let history = self.history();
        tokio::task::spawn_blocking(move || history.find(&wanted, most))
    }

    /// The text between two corners, made beside what goes on.
    pub fn text(&self, one: Corner, other: Corner) -> JoinHandle<String> {
        let history = self.history();
        tokio::task::spawn_blocking(move || history.text(one, other))
    }

    /// The next event; `None` after the last. Dropping the future loses none.
    pub async fn next(&mut self) -> Option<ShellEvent> {
        // A picture that a program held back is drawn when its time is over, also when nothing else comes.
        let held = self.pane().held_until();
        let late = async {
            match held {
                Some(until) if until > Instant::now() => tokio::time::sleep_until(until.into()).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            event = self.events.recv() => event,
            () = self.shared.changed.notified() => Some(ShellEvent::Changed),
            () = late => Some(ShellEvent::Changed),
        }
    }

    /// Sends the person's bytes; false when so much waits already that they were not taken.
    pub fn send(&self, bytes: &[u8]) -> bool {
        self.pane().typed(bytes);
        self.shared.input.push(bytes)
    }

    /// Types a line at the prompt without Enter; false when there is no prompt, or too much waits already.
    pub fn insert(&self, line: &ShellInsert) -> bool {
        self.standing() == Standing::Prompt && self.send(line.text().as_bytes())
    }

    /// Whether it takes keys as they are typed. Before, the terminal echoes them, and the shell does again.
    pub fn reads_keys(&self) -> bool {
        let master = self.master.lock().unwrap_or_else(PoisonError::into_inner);
        master.get_termios().is_some_and(|set| set.local_flags.bits() & LocalFlags::ICANON.bits() == 0)
    }

    /// Tells the program what the person did not type: where the focus is, what the mouse did.
    pub fn report(&self, bytes: &[u8]) -> bool {
        self.shared.input.push(bytes)
    }

    /// Draws into `picture`; false when it shows the present already.
    pub fn draw(&self, picture: &mut Snapshot) -> bool {
        self.pane().draw(picture, Instant::now())
    }

    /// Gives the terminal another size.
    pub fn resize(&self, rows: u16, columns: u16) {
        let (rows, columns) = (rows.max(1), columns.max(2));
        // The screen first, so that what the program draws in answer fits.
        self.pane().resize(rows, columns);
        let master = self.master.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = master.resize(size(rows, columns)) {
            tracing::debug!(%error, "the shell's terminal cannot be resized");
        }
    }

    /// Scrolls so many rows above the end, as far as there are; 0 follows the output.
    pub fn scroll_to(&self, rows: usize) {
        self.pane().scroll_to(rows);
        self.shared.changed.notify_one();
    }

    /// Rows the picture is scrolled up now.
    pub fn scrolled(&self) -> usize {
        self.pane().scrolled()
    }

    /// All rows there are, to be searched and copied from on another thread.
    pub fn history(&self) -> History {
        self.pane().history()
    }

    /// What the program asked of the terminal.
    pub fn wishes(&self) -> Wishes {
        self.pane().wishes()
    }

    /// Where the shell stands, as it last said.
    pub fn cwd(&self) -> Option<PathBuf> {
        self.pane().cwd().cloned()
    }

    /// The command that runs, as far as it got.
    pub fn running(&self) -> Option<Record> {
        self.pane().running(now())
    }

    /// The shell's process, once it is known.
    pub fn process(&self) -> Option<i32> {
        Some(self.shared.shell.load(Ordering::Relaxed)).filter(|pid| *pid != 0)
    }

    /// Where keys go now.
    pub fn standing(&self) -> Standing {
        let (prompt, alternate) = {
            let pane = self.pane();
            (pane.at_prompt(), pane.wishes().alternate_screen)
        };
        if alternate {
            return Standing::FullScreen;
        }
        let master = self.master.lock().unwrap_or_else(PoisonError::into_inner);
        let foreign = master.process_group_leader().is_some_and(|leader| Some(leader) != self.process());
        drop(master);
        let raw = self.reads_keys();
        match (prompt, foreign && raw) {
            (true, _) => Standing::Prompt,
            (false, true) => Standing::FullScreen,
            (false, false) if !foreign && raw => Standing::Prompt,
            (false, false) => Standing::Command,
        }
    }

    /// Whether what is typed is not shown, as at a password prompt.
    pub fn hides_input(&self) -> bool {
        let master = self.master.lock().unwrap_or_else(PoisonError::into_inner);
        master.get_termios().is_some_and(|set| {
            let flags = set.local_flags.bits();
            flags & LocalFlags::ECHO.bits() == 0 && flags & LocalFlags::ICANON.bits() != 0
        })
    }

    /// Ends the shell and everything it started, waits until that is done, and gives the events that nobody took: the
    /// record of what still ran is among them.
    pub async fn close(mut self) -> Vec<ShellEvent> {
        self.end();
        let mut last = Vec::new();
        // The threads end with the last who has the terminal open; a process of another user's may stay.
        while let Ok(Some(event)) = tokio::time::timeout(PATIENCE, self.events.recv()).await {
            last.push(event);
        }
        self.events.close();
        if let Some(keeper) = self.keeper.take()
            && let Err(error) = tokio::task::spawn_blocking(move || keeper.join()).await
        {
            tracing::warn!(%error, "the shell's keeper was not waited for");
        }
        last
    }

    fn end(&self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        let control = self.shared.control.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(control) = control {
            threads::hang_up(&control);
        }
    }

    fn pane(&self) -> MutexGuard<'_, Pane> {
        self.shared.waiting.fetch_add(1, Ordering::SeqCst);
        let pane = self.shared.pane.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.waiting.fetch_sub(1, Ordering::SeqCst);
        pane
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.events.close();
        self.end();
    }
}

fn size(rows: u16, columns: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}
