//! The pane without its shell: bytes go in, a picture, records, answers and events come out.
//!
//! Owns how shim, screen, ring and recorder stand together. Knows no file, process or clock: time enters with the
//! bytes, so that the same recording always gives the same pictures and records.

mod inner;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use inner::Inner;

use super::answer::Colours;
use super::history::History;
use super::marks::Verifier;
use super::record::{Record, Transcript};
use super::recorder::{Moment, Recorder};
use super::ring::Ring;
use super::screen::Screen;
use super::shim::Shim;
use super::typing::Typing;
use crate::domain::pane::{Snapshot, Wishes};

/// Bytes of raw history: tens of thousands of ordinary lines.
const HISTORY: usize = 6 * 1024 * 1024;
/// How long a program may hold the picture back.
const LONGEST_HOLD: Duration = Duration::from_millis(100);

/// What came of some bytes, besides another picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A command of the person's ended.
    Finished(Box<Record>),
    /// A prompt stands, in this directory.
    Prompt {
        cwd: Option<PathBuf>,
    },
    /// A command runs.
    Began,
    Bell,
    Title(String),
    /// A program put this into the clipboard; Base64.
    Copy(String),
    /// Something printed a mark that no hook made.
    Forged,
}

/// A terminal's state.
#[derive(Debug)]
pub struct Pane {
    shim: Shim,
    inner: Inner,
}

impl Pane {
    /// A pane of this size. Marks count only when they carry `nonce`.
    pub fn new(rows: u16, columns: u16, nonce: String, transcript: Box<dyn Transcript>, now: Moment) -> Self {
        Self {
            shim: Shim::default(),
            inner: Inner {
                screen: Screen::new(rows, columns),
                ring: Ring::new(HISTORY),
                recorder: Recorder::new(transcript),
                verifier: Verifier::new(nonce),
                typing: Typing::default(),
                colours: Colours::default(),
                now,
                alternate: false,
                stale: false,
                region: None,
                focus: false,
                held_since: None,
                title: String::new(),
                happened: Vec::new(),
                answers: Vec::new(),
                version: 0,
                scrolled: 0,
                left_then: 0,
            },
        }
    }

    /// The colours that a program is told when it asks.
    pub fn set_colours(&mut self, colours: Colours) {
        self.inner.colours = colours;
    }

    /// Takes what the terminal was sent.
    pub fn feed(&mut self, bytes: &[u8], now: Moment) {
        self.inner.now = now;
        self.inner.version += 1;
        self.shim.feed(bytes, &mut self.inner);
        self.inner.collect();
        if self.inner.screen.take_bells() > 0 {
            self.inner.happened.push(Happened::Bell);
        }
    }

    /// What happened since the last call.
    pub fn take_happened(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.inner.happened)
    }

    /// What programs are to be answered, for their input.
    pub fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.inner.answers)
    }

    /// Says that these bytes are sent to the program, as the person's.
    pub fn typed(&mut self, bytes: &[u8]) {
        // What is pasted between marks is not entered by it, and keys of a full-screen program are no lines.
        if !bytes.starts_with(b"\x1b[200~") && !self.inner.alternate {
            let lines = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
            if lines > 0 {
                self.inner.typing.entered();
                self.inner.recorder.typed(u32::try_from(lines).unwrap_or(u32::MAX));
            }
        }
        self.scroll_to(0);
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, rows: u16, columns: u16) {
        if self.inner.screen.size() == Screen::new(rows, columns).size() {
            return;
        }
        self.inner.version += 1;
        self.inner.scrolled = 0;
        self.inner.resize(rows, columns);
    }

    /// The terminal is closed: what is open ends. `code` is what the shell ended with by itself.
    pub fn end(&mut self, code: Option<i32>, now: Moment) {
        self.inner.recorder.end(code, now);
        self.inner.collect();
    }

    /// Whether the shell stands at its prompt.
    pub fn at_prompt(&self) -> bool {
        self.inner.recorder.at_prompt()
    }

    /// The command that runs, as far as it got.
    pub fn running(&self, now: Moment) -> Option<Record> {
        self.inner.recorder.running(now)
    }

    /// Where the shell stands, as it last said.
    pub fn cwd(&self) -> Option<&PathBuf> {
        self.inner.recorder.cwd()
    }

    /// What the program asked of the terminal.
    pub fn wishes(&self) -> Wishes {
        Wishes { focus: self.inner.focus, ..self.inner.screen.wishes() }
    }

    /// Rows and columns.
    pub fn size(&self) -> (u16, u16) {
        self.inner.screen.size()
    }

    /// Until when the picture is held back, because a program has not finished it.
    pub fn held_until(&self) -> Option<Instant> {
        self.inner.held_since.map(|since| since + LONGEST_HOLD)
    }

    /// Scrolls so many rows above the end; as far as there is history.
    pub fn scroll_to(&mut self, rows: usize) {
        let rows = if self.inner.alternate { 0 } else { self.inner.available(rows) };
        if rows != self.inner.scrolled_now() {
            self.inner.version += 1;
        }
        self.inner.scrolled = rows;
        self.inner.left_then = self.inner.screen.rows_left();
    }

    /// Rows the picture is scrolled up now.
    pub fn scrolled(&self) -> usize {
        self.inner.scrolled_now()
    }

    /// Everything there is to search and copy from, to be used away from the pane.
    pub fn history(&self) -> History {
        let rows = if self.inner.alternate { Vec::new() } else { self.inner.ring.chunks() };
        History::new(rows, self.inner.screen_rows())
    }

    /// Draws into `picture`; false when it shows this state already, or a program holds it back.
    pub fn draw(&mut self, picture: &mut Snapshot, now: Instant) -> bool {
        if self.held_until().is_some_and(|until| now < until) || picture.version == self.inner.version {
            return false;
        }
        self.inner.draw(picture);
        picture.wishes = self.wishes();
        true
    }

    /// How often the emulation broke and was mended.
    pub fn mended(&self) -> u64 {
        self.inner.screen.broken()
    }

    /// Bytes the history takes.
    pub fn history_bytes(&self) -> usize {
        self.inner.ring.held()
    }
}
