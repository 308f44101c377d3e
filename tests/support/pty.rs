//! A terminal for a program under test: types like a person, sees what a person sees.
//!
//! Owns the pseudo-terminal, the thread that reads it and the emulated screen.
//! Knows nothing of the program. [`Pty::await_screen`] and its kin report; the
//! `wait_*` methods are for tests and panic with the screen they were looking at.

#![allow(dead_code, unused_imports, reason = "each program that includes this file uses its own part of it")]
#![allow(clippy::panic, reason = "a test that waits in vain fails where it waits")]

use std::io::{self, Read, Write};
use std::num::NonZeroU16;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

#[path = "keys.rs"]
mod keys;
#[path = "styled.rs"]
mod styled;

pub use keys::{Key, UnknownKey};
pub use styled::{Style, StyledRun, Weight, styled_rows};

/// How long anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for something that is not on the screen.
pub fn until(mut done: impl FnMut() -> bool, what: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What the terminal cannot do.
#[derive(Debug, thiserror::Error)]
pub enum PtyError {
    #[error("cannot start {program}: {source}")]
    Start { program: String, source: io::Error },
    #[error("the terminal is closed: {0}")]
    Closed(#[from] io::Error),
    #[error("waited {PATIENCE:?} for {what}; the screen was:\n{screen}")]
    InVain { what: String, screen: String },
}

/// A program in a terminal of its own. Dropping it ends the program.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Box<dyn Child>,
    seen: Arc<Seen>,
}

/// What the reader has put together so far.
struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser<Answers>,
    raw: Vec<u8>,
    ended: bool,
}

/// Replies to the questions a program asks its terminal, waiting to be sent.
#[derive(Default)]
struct Answers(Vec<u8>);

impl vt100::Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _second: Option<u8>,
        params: &[&[u16]],
        c: char,
    ) {
        let param = params.first().and_then(|param| param.first()).copied().unwrap_or(0);
        match (first, c, param) {
            // Which terminal is this? One with ANSI colours.
            (None, 'c', 0) => self.0.extend(b"\x1b[?62;22c"),
            (None, 'n', 5) => self.0.extend(b"\x1b[0n"),
            // Where is the cursor?
            (None, 'n', 6) => {
                let (row, column) = screen.cursor_position();
                self.0.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            _ => {}
        }
    }
}

impl Seen {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done` says so; false when `patience` ran out first.
    fn wait(&self, patience: Duration, mut done: impl FnMut(&State) -> bool) -> bool {
        let deadline = Instant::now() + patience;
        let mut state = self.state();
        while !done(&state) {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else { return false };
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Pty {
    /// Starts a program, an absolute path, in a terminal of this size. The environment is `env`
    /// and nothing else, except `TERM`, which is `xterm-256color` unless `env` has its own,
    /// and `SHELL`, which the terminal library always sets.
    pub fn open(
        program: &Path,
        args: &[&str],
        env: &[(&str, &str)],
        cwd: &Path,
        cols: u16,
        rows: u16,
    ) -> Result<Self, PtyError> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| PtyError::Start {
            program: program.display().to_string(),
            source: io::Error::other(source),
        };
        let (cols, rows) = (at_least_one(cols), at_least_one(rows));
        let pair = native_pty_system().openpty(size(cols, rows)).map_err(|error| failed(error.into()))?;
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(cwd);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).map_err(|error| failed(error.into()))?;
        // The reader sees the end only when nobody but the program holds the slave.
        drop(pair.slave);
        let reader = pair.master.try_clone_reader().map_err(|error| failed(error.into()))?;
        let writer = Arc::new(Mutex::new(pair.master.take_writer().map_err(|error| failed(error.into()))?));
        let parser = vt100::Parser::new_with_callbacks(rows, cols, 0, Answers::default());
        let state = State { parser, raw: Vec::new(), ended: false };
        let seen = Arc::new(Seen { state: Mutex::new(state), changed: Condvar::new() });
        let (for_reader, replies) = (Arc::clone(&seen), Arc::clone(&writer));
        std::thread::spawn(move || read_all(reader, &for_reader, &replies));
        Ok(Self { master: pair.master, writer, child, seen })
    }

    /// [`Pty::open`] for tests.
    pub fn spawn(
        program: impl AsRef<Path>,
        args: &[&str],
        env: &[(&str, &str)],
        cwd: impl AsRef<Path>,
        cols: u16,
        rows: u16,
    ) -> Self {
        Self::open(program.as_ref(), args, env, cwd.as_ref(), cols, rows).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Types bytes as they are.
    pub fn type_bytes(&mut self, bytes: &[u8]) -> Result<(), PtyError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(bytes)?;
        Ok(writer.flush()?)
    }

    /// [`Pty::type_bytes`] of a text, for tests.
    pub fn send(&mut self, text: &str) {
        self.type_bytes(text.as_bytes()).unwrap_or_else(|error| panic!("{error}, screen:\n{}", self.text()));
    }

    /// Presses one key.
    pub fn press(&mut self, key: Key) {
        self.send(&key.sequence());
    }

    /// Types a line and Enter.
    pub fn enter(&mut self, line: &str) {
        self.send(line);
        self.press(Key::Enter);
    }

    /// Waits until the screen's text satisfies `done`; `what` names it in the error.
    pub fn await_screen(&self, mut done: impl FnMut(&str) -> bool, what: &str) -> Result<(), PtyError> {
        match self.seen.wait(PATIENCE, |state| done(&screen_text(state.parser.screen()))) {
            true => Ok(()),
            false => Err(PtyError::InVain { what: what.to_owned(), screen: self.text() }),
        }
    }

    /// [`Pty::await_screen`] for tests.
    pub fn wait_for(&self, done: impl FnMut(&str) -> bool, what: &str) {
        self.await_screen(done, what).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Waits until this text stands on the screen.
    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(|screen| screen.contains(text), &format!("the text {text:?}"));
    }

    /// Waits until nothing was printed for `quiet`, but no longer than [`PATIENCE`]: a
    /// program that never rests is taken as it is. For pictures; a test waits for something.
    pub fn settle(&self, quiet: Duration) {
        let deadline = Instant::now() + PATIENCE;
        let mut length = self.seen.state().raw.len();
        while Instant::now() < deadline && self.seen.wait(quiet, |state| state.raw.len() != length) {
            length = self.seen.state().raw.len();
        }
    }

    /// The rows of the screen, joined by newlines, without blanks at their ends.
    pub fn text(&self) -> String {
        screen_text(self.seen.state().parser.screen())
    }

    /// The rows of the screen as runs of one style each.
    pub fn styled_rows(&self) -> Vec<Vec<StyledRun>> {
        styled_rows(self.seen.state().parser.screen())
    }

    /// The screen as it is now.
    pub fn screen(&self) -> vt100::Screen {
        self.seen.state().parser.screen().clone()
    }

    /// All bytes the program has printed.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.state().raw.clone()
    }

    /// The process id, for tests that send signals.
    pub fn process_id(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Gives the terminal another size and lets the program know.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        let (cols, rows) = (at_least_one(cols), at_least_one(rows));
        // The screen first, so that what the program draws in answer fits.
        self.seen.state().parser.set_size(rows, cols);
        if let Err(error) = self.master.resize(size(cols, rows)) {
            panic!("the terminal cannot be resized: {error}");
        }
    }

    /// Waits until the program has ended and all it printed was read; its exit code,
    /// 128 + n for signal n.
    pub fn wait_exit(&mut self) -> i32 {
        let deadline = Instant::now() + PATIENCE;
        let code = loop {
            match self.exit_code() {
                Ok(Some(code)) => break code,
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
                Ok(None) => panic!("the program has not ended; {}\nthe screen was:\n{}", self.threads(), self.text()),
                Err(error) => panic!("the program cannot be waited for: {error}"),
            }
        };
        // A process it left behind can hold the terminal open; the exit code is known all the same.
        self.seen.wait(Duration::from_secs(2), |state| state.ended);
        code
    }

    /// What each thread of the program waits for, in the kernel's words.
    fn threads(&self) -> String {
        let tasks = format!("/proc/{}/task", self.process_id().unwrap_or_default());
        let threads = std::fs::read_dir(tasks).into_iter().flatten().flatten().map(|task| {
            let told = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
            let [name, place, call] = ["comm", "wchan", "syscall"].map(|name| told(name).trim().to_owned());
            format!("\n{name} in {place} ({call})")
        });
        format!("its threads:{}", threads.collect::<String>())
    }

    fn exit_code(&mut self) -> io::Result<Option<i32>> {
        // The library's own status names a signal in words only.
        if let Some(child) = self.child.downcast_mut::<std::process::Child>() {
            let status = child.try_wait()?;
            return Ok(status.map(|status| status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))));
        }
        Ok(self.child.try_wait()?.map(|status| i32::try_from(status.exit_code()).unwrap_or(i32::MAX)))
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // An error here means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_all(mut reader: Box<dyn Read + Send>, seen: &Seen, replies: &Mutex<Box<dyn Write + Send>>) {
    let mut buffer = [0; 16384];
    loop {
        let bytes = match reader.read(&mut buffer) {
            Ok(length) if length > 0 => buffer.get(..length).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // The end; Linux reports it as an error.
            Ok(_) | Err(_) => break,
        };
        let answer = {
            let mut state = seen.state();
            state.raw.extend_from_slice(bytes);
            state.parser.process(bytes);
            std::mem::take(&mut state.parser.callbacks_mut().0)
        };
        seen.changed.notify_all();
        let mut writer = replies.lock().unwrap_or_else(PoisonError::into_inner);
        // A program that is gone does not need its answer.
        let _ = writer.write_all(&answer).and_then(|()| writer.flush());
    }
    seen.state().ended = true;
    seen.changed.notify_all();
}

fn at_least_one(length: u16) -> NonZeroU16 {
    NonZeroU16::new(length).unwrap_or(NonZeroU16::MIN)
}

fn size(cols: NonZeroU16, rows: NonZeroU16) -> PtySize {
    PtySize { rows: rows.get(), cols: cols.get(), pixel_width: 0, pixel_height: 0 }
}

fn screen_text(screen: &vt100::Screen) -> String {
    let rows: Vec<String> = (styled_rows(screen).iter())
        .map(|row| row.iter().map(|run| run.text.as_str()).collect::<String>().trim_end().to_owned())
        .collect();
    rows.join("\n")
}
