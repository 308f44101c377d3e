//! What the pane is made of, and what each piece of the stream does to it.
//!
//! Owns the order in which screen, ring, recorder and typing hear of the same bytes.

use std::time::Instant;

use super::Happened;
use crate::domain::pane::{Row, Snapshot, Wishes};
use crate::shell::answer::{self, Colours};
use crate::shell::marks::{Mark, Signed, Verifier};
use crate::shell::recorder::{Moment, Recorder};
use crate::shell::ring::{Beginning, Ring};
use crate::shell::screen::Screen;
use crate::shell::shim::{Act, STANDS_FOR_REPLACEMENT, Sink};
use crate::shell::typing::Typing;

/// Bytes of history that make the screen again after its size changed.
const REPLAYED: usize = 128 * 1024;
/// Chunks of history that are rebuilt for one key.
const REBUILT_AT_ONCE: usize = 4;
/// The status after Ctrl+C at a prompt.
const INTERRUPTED: i32 = 130;
/// Longest title that is kept.
const LONGEST_TITLE: usize = 256;

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) screen: Screen,
    pub(super) ring: Ring,
    pub(super) recorder: Recorder,
    pub(super) verifier: Verifier,
    pub(super) typing: Typing,
    pub(super) colours: Colours,
    pub(super) now: Moment,
    pub(super) alternate: bool,
    /// The size changed while the alternate screen was shown.
    pub(super) stale: bool,
    pub(super) region: Option<(u16, u16)>,
    pub(super) focus: bool,
    pub(super) held_since: Option<Instant>,
    pub(super) title: String,
    pub(super) happened: Vec<Happened>,
    pub(super) answers: Vec<u8>,
    pub(super) version: u64,
    /// Rows the picture is scrolled up, and how many had left the screen then.
    pub(super) scrolled: usize,
    pub(super) left_then: u64,
}

impl Inner {
    pub(super) fn screen_rows(&self) -> Vec<Row> {
        (0..self.screen.size().0).map(|number| self.screen.row(number)).collect()
    }

    pub(super) fn scrolled_now(&self) -> usize {
        match self.scrolled {
            0 => 0,
            // New rows do not move what somebody reads.
            rows => rows.saturating_add(usize::try_from(self.screen.rows_left() - self.left_then).unwrap_or(0)),
        }
    }

    /// As many rows of history as there are, up to the wish; fewer when finding out would be felt: asking again goes on.
    pub(super) fn available(&mut self, wish: usize) -> usize {
        let (mut known, mut chunk, mut rebuilt) = (0, 0, 0);
        while known < wish && chunk < self.ring.count() && rebuilt < REBUILT_AT_ONCE {
            known += match self.ring.known_rows(chunk) {
                Some(rows) => rows,
                None => {
                    rebuilt += 1;
                    self.ring.rows(chunk).len()
                }
            };
            chunk += 1;
        }
        known.min(wish)
    }

    pub(super) fn draw(&mut self, picture: &mut Snapshot) {
        let (height, columns) = self.screen.size();
        let height = usize::from(height);
        let wish = self.scrolled_now();
        let scrolled = if wish == 0 { 0 } else { self.available(wish) };
        picture.rows.resize_with(height, Row::default);
        // Rows of the picture that are history: the last `scrolled` of it and no more than fit.
        let old = scrolled.min(height);
        if old > 0 {
            let mut above = 0;
            let mut chunk = 0;
            // `above` rows are newer than the chunk looked at.
            while chunk < self.ring.count() && above < scrolled {
                // Chunks wholly below the picture are not looked into.
                if let Some(below) = self.ring.known_rows(chunk).filter(|rows| above + rows + height <= scrolled) {
                    above += below;
                    chunk += 1;
                    continue;
                }
                let rows = self.ring.rows(chunk);
                for (at, row) in rows.iter().enumerate() {
                    let from_end = above + rows.len() - at;
                    if let Some(place) = scrolled.checked_sub(from_end).and_then(|place| picture.rows.get_mut(place)) {
                        place.clone_from(row);
                    }
                }
                above += rows.len();
                chunk += 1;
            }
        }
        for (number, place) in picture.rows.iter_mut().skip(old).enumerate() {
            self.screen.read_row(u16::try_from(number).unwrap_or(u16::MAX), place);
        }
        picture.version = self.version;
        picture.columns = columns;
        picture.scrolled = scrolled;
        picture.title.clone_from(&self.title);
        picture.cursor = self.screen.visible_cursor().and_then(|mut cursor| {
            cursor.row =
                u16::try_from(usize::from(cursor.row) + scrolled).ok().filter(|row| usize::from(*row) < height)?;
            Some(cursor)
        });
    }

    /// The screen of another size. vt100 would lose what no longer fits and put blank rows where history was, so what
    /// was sent last is sent again; a full-screen program draws itself anew.
    pub(super) fn resize(&mut self, rows: u16, columns: u16) {
        let typed = self.typing.cells(&self.screen);
        if self.alternate {
            self.screen.resize(rows, columns);
            self.stale = true;
        } else {
            self.rebuild(rows, columns);
        }
        self.ring.cut();
        self.region = None;
        self.typing.moved(typed, &self.screen);
    }

    /// Tells of the commands that ended.
    pub(super) fn collect(&mut self) {
        let finished = self.recorder.take_finished();
        self.happened.extend(finished.into_iter().map(|record| Happened::Finished(Box::new(record))));
    }

    fn rebuild(&mut self, rows: u16, columns: u16) {
        let mut screen = Screen::new(rows, columns);
        screen.process(&self.ring.tail(REPLAYED));
        screen.process(self.screen.wishes_as_bytes().as_bytes());
        screen.keep_counting(self.screen.rows_left());
        self.screen = screen;
    }

    pub(super) fn beginning(screen: &Screen, region: Option<(u16, u16)>) -> Beginning {
        let (rows, columns) = screen.size();
        let mut state = screen.state();
        if let Some((top, bottom)) = region {
            let (row, column) = screen.cursor();
            let column = column.min(columns - 1);
            state.push_str(&format!("\x1b[{};{}r\x1b[{};{}H", top + 1, bottom + 1, row + 1, column + 1));
        }
        Beginning { rows, columns, state }
    }

    /// Shows bytes. What is no UTF-8 takes a column, one for each piece that can begin no character: the screen itself
    /// would make of it what depends on where the reads cut it.
    pub(super) fn show(&mut self, bytes: &[u8]) {
        if std::str::from_utf8(bytes).is_ok() {
            return self.put(bytes);
        }
        let mut text = String::with_capacity(bytes.len());
        for piece in bytes.utf8_chunks() {
            text.push_str(piece.valid());
            if !piece.invalid().is_empty() {
                text.push(STANDS_FOR_REPLACEMENT);
            }
        }
        self.put(text.as_bytes());
    }

    fn put(&mut self, bytes: &[u8]) {
        if !self.alternate {
            let (screen, region) = (&self.screen, self.region);
            self.ring.push(bytes, || Self::beginning(screen, region));
        }
        if !self.screen.process(bytes) {
            self.alternate = false;
            self.ring.cut();
        }
    }

    pub(super) fn mark(&mut self, payload: &[u8]) {
        let Some(Signed { pid, mark }) = self.verifier.read(payload) else {
            self.happened.push(Happened::Forged);
            return;
        };
        let now = self.now;
        match mark {
            Mark::Hello { shell } => {
                self.typing.shell(&shell);
                self.recorder.hello(pid, now);
            }
            Mark::Prompt { status, private, cwd } => {
                if let Some(line) = self.typing.take_unclaimed() {
                    self.recorder.refused(line, now);
                } else if self.typing.without_marks() && status != Some(INTERRUPTED) {
                    self.recorder.unseen();
                }
                self.recorder.prompt(pid, status, private, cwd.clone(), now);
                // Whoever hears of the prompt knows the command before it.
                self.collect();
                self.happened.push(Happened::Prompt { cwd });
                self.typing.prompt();
            }
            Mark::Ended { status } => self.recorder.ended(pid, status, now),
            Mark::Input => {
                self.typing.input(&self.screen);
                self.recorder.input(now);
            }
            Mark::Line(line) => self.typing.told(line),
            Mark::Continuation => {
                if self.typing.without_marks() && !self.recorder.at_prompt() {
                    self.recorder.reopen();
                }
                self.typing.continuation(&self.screen);
            }
            Mark::Command(accepted) => {
                let seen = self.typing.accepted(&self.screen);
                self.recorder.command(pid, accepted, seen, now);
                self.happened.push(Happened::Began);
            }
            Mark::Goodbye => self.recorder.goodbye(pid, now),
        }
    }
}

impl Sink for Inner {
    fn text(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        // Up to a line's end the screen shows what was typed, behind it no longer for certain.
        while self.typing.is_watching() {
            let Some(at) = rest.iter().position(|byte| *byte == b'\n') else { break };
            let (before, behind) = rest.split_at(at);
            self.show(before);
            self.recorder.bytes(before);
            self.show(b"\n");
            let line = self.typing.line_ended(&self.screen);
            self.recorder.bytes(b"\n");
            self.recorder.line_ended(self.now);
            if let Some(line) = line {
                self.recorder.entered(Some(line), self.now);
                self.happened.push(Happened::Began);
            }
            rest = behind.get(1..).unwrap_or_default();
        }
        if !rest.is_empty() {
            self.show(rest);
            self.recorder.bytes(rest);
        }
    }

    fn instead(&mut self, sent: &[u8], shown: &[u8]) {
        self.show(shown);
        self.recorder.bytes(sent);
    }

    fn act(&mut self, act: Act<'_>) {
        match act {
            Act::Mark(payload) => self.mark(payload),
            Act::Title(title) => {
                let title: String = String::from_utf8_lossy(title).chars().filter(|c| !c.is_control()).collect();
                self.title = title.chars().take(LONGEST_TITLE).collect();
                self.happened.push(Happened::Title(self.title.clone()));
            }
            Act::Copy(data) => self.happened.push(Happened::Copy(String::from_utf8_lossy(data).into_owned())),
            Act::Ask(question) => {
                let wishes = Wishes { focus: self.focus, ..self.screen.wishes() };
                let cursor = self.screen.cursor();
                let held = self.held_since.is_some();
                answer::answer(question, cursor, self.screen.size(), wishes, held, &self.colours, &mut self.answers);
            }
            Act::AlternateBegins => self.alternate = true,
            Act::AlternateEnded => {
                self.alternate = false;
                // The screen behind was only cut to its size while the program was there.
                if std::mem::take(&mut self.stale) {
                    let (rows, columns) = self.screen.size();
                    self.rebuild(rows, columns);
                    self.ring.cut();
                }
            }
            Act::Hold(on) => self.held_since = on.then_some(self.now.steady),
            Act::Focus(on) => self.focus = on,
            Act::Forget => {
                self.ring.clear();
                self.scrolled = 0;
            }
            Act::Region(region) => self.region = region,
        }
    }

    fn cursor(&self) -> (u16, u16) {
        self.screen.cursor()
    }

    fn size(&self) -> (u16, u16) {
        self.screen.size()
    }
}
