//! From marks and bytes to records: which command runs in which shell, and what of the stream is its own.
//!
//! Owns the stack of shells with hooks and what is held back until it is known whether it is private. Must not know
//! the screen: what is read off it comes as text.

use std::path::PathBuf;
use std::time::{Instant, SystemTime};

use super::marks::Accepted;
use super::open::{Open, strip_partial_line};
use super::record::{Ending, Kept, Record, Source, Transcript};

/// Bytes of a prompt and what is typed at it that are held back until the command is known not to be private.
const HELD: usize = 1024 * 1024;

/// A moment on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub steady: Instant,
    pub wall: SystemTime,
}

/// A shell with hooks.
#[derive(Debug)]
struct Level {
    pid: u32,
    cwd: Option<PathBuf>,
    /// Commands are private until the shell says otherwise.
    private: bool,
    /// It runs inside a private command.
    inside_private: bool,
    open: Option<Open>,
    /// The prompt stands: what comes is prompt, echo and completion.
    prompting: bool,
}

pub(super) struct Recorder {
    transcript: Box<dyn Transcript>,
    /// Bytes the transcript has.
    written: u64,
    levels: Vec<Level>,
    held: Vec<u8>,
    /// Where in `held` the last line that was entered ended, and when.
    line_end: Option<(usize, Moment)>,
    /// Where in `held` the input began, and when.
    input: Option<(usize, Moment)>,
    finished: Vec<Record>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("levels", &self.levels).finish_non_exhaustive()
    }
}

impl Recorder {
    pub fn new(transcript: Box<dyn Transcript>) -> Self {
        Self {
            transcript,
            written: 0,
            levels: Vec::new(),
            held: Vec::new(),
            line_end: None,
            input: None,
            finished: Vec::new(),
        }
    }

    /// The records since the last call.
    pub fn take_finished(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.finished)
    }

    /// Whether the innermost shell stands at its prompt.
    pub fn at_prompt(&self) -> bool {
        self.levels.last().is_some_and(|level| level.prompting)
    }

    /// Where the innermost shell with hooks stands.
    pub fn cwd(&self) -> Option<&PathBuf> {
        self.levels.last().and_then(|level| level.cwd.as_ref())
    }

    /// The command that runs in the innermost shell.
    pub fn running(&self, now: Moment) -> Option<Record> {
        let depth = self.levels.len().checked_sub(1)?;
        let open = self.levels.get(depth)?.open.as_ref()?;
        Some(open.record(Ending::Running, depth, self.written, now))
    }

    /// Bytes that reached the screen.
    pub fn bytes(&mut self, bytes: &[u8]) {
        match self.levels.last_mut() {
            Some(Level { open: Some(open), .. }) => {
                if !open.private {
                    open.output.push(bytes);
                    self.write(bytes);
                }
            }
            Some(Level { prompting: true, private, .. }) => {
                if !*private {
                    self.held.extend_from_slice(bytes);
                    if self.held.len() > HELD {
                        self.release();
                    }
                }
            }
            _ => self.write(bytes),
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.written += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.transcript.write(bytes);
    }

    fn release(&mut self) {
        self.line_end = None;
        self.input = None;
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.write(&held);
        }
    }

    /// Keys went to the running program, so many of them Enter.
    pub fn typed(&mut self, lines: u32) {
        if let Some(open) = self.levels.last_mut().and_then(|level| level.open.as_mut()) {
            open.typed_into = open.typed_into.saturating_add(lines);
        }
    }

    /// A shell begins in a process.
    pub fn hello(&mut self, pid: u32, now: Moment) {
        // The same process again: it was replaced by itself.
        let ending = if self.levels.iter().any(|level| level.pid == pid) { Ending::Replaced } else { Ending::Unknown };
        self.come_to(pid, now);
        self.close(ending, now);
    }

    /// A shell ends.
    pub fn goodbye(&mut self, pid: u32, now: Moment) {
        self.release();
        if self.levels.iter().any(|level| level.pid == pid) {
            self.come_to(pid, now);
            self.close(Ending::ShellEnded, now);
            self.levels.pop();
        }
    }

    /// The command of a shell ended.
    pub fn ended(&mut self, pid: u32, status: Option<i32>, now: Moment) {
        self.come_to(pid, now);
        self.close(status.map_or(Ending::Unknown, Ending::Exit), now);
    }

    /// A prompt is about to be drawn.
    pub fn prompt(&mut self, pid: u32, status: Option<i32>, private: bool, cwd: Option<PathBuf>, now: Moment) {
        self.come_to(pid, now);
        self.close(status.map_or(Ending::Unknown, Ending::Exit), now);
        self.release();
        if let Some(level) = self.levels.last_mut() {
            level.private = private || level.inside_private;
            level.prompting = true;
            if cwd.is_some() {
                level.cwd = cwd;
            }
        }
    }

    /// A command was accepted.
    pub fn command(&mut self, pid: u32, accepted: Accepted, on_screen: Option<String>, now: Moment) {
        self.come_to(pid, now);
        // Two commands of one paste: the first ended without a prompt.
        self.close(Ending::Unknown, now);
        let screen = on_screen.filter(|text| !text.trim().is_empty());
        let seen_private = screen.as_ref().is_some_and(|text| text.starts_with([' ', '\t']));
        let (command, source, on_screen) = match (accepted.text, screen) {
            (Some(told), Some(seen)) if accepted.certain || same(&told, &seen) => {
                let differs = !same(&told, &seen);
                (told, Source::Shell, differs.then_some(seen))
            }
            (Some(told), None) => (told, Source::Shell, None),
            (_, Some(seen)) => (seen, Source::Screen, None),
            (None, None) => (String::new(), Source::Unseen, None),
        };
        let told_private = accepted.private || command.starts_with([' ', '\t']);
        let private =
            told_private || (!accepted.certain && seen_private) || self.levels.last().is_some_and(|l| l.private);
        self.begin(command, source, on_screen, private, now);
    }

    /// The prompt is drawn.
    pub fn input(&mut self, now: Moment) {
        self.input = Some((self.held.len(), now));
    }

    /// A shell that tells of its prompts only stands at another one, and no line was seen: what came since the last one
    /// is the output of something that was typed before it.
    pub fn unseen(&mut self) {
        let Some((at, began)) = self.input.take() else { return };
        if self.levels.last().is_none_or(|level| level.open.is_some()) {
            return;
        }
        let output = self.held.split_off(at.min(self.held.len()));
        if output.iter().all(u8::is_ascii_whitespace) {
            self.held.extend(output);
            return;
        }
        self.entered(None, began);
        self.bytes(&output);
    }

    /// A line was entered at the prompt; whether it is a command is not known yet.
    pub fn line_ended(&mut self, now: Moment) {
        self.line_end = Some((self.held.len(), now));
    }

    /// The line that was entered last ended in another prompt without a mark: what came behind it is its output.
    pub fn refused(&mut self, line: String, now: Moment) {
        let (at, began) = self.line_end.take().unwrap_or((self.held.len(), now));
        let output = self.held.split_off(at.min(self.held.len()));
        self.entered(Some(line), began);
        self.bytes(&output);
    }

    /// A line that no mark told of was entered at the prompt of the innermost shell.
    pub fn entered(&mut self, line: Option<String>, now: Moment) {
        let line = line.filter(|line| !line.trim().is_empty());
        let private = line.as_ref().is_some_and(|line| line.starts_with([' ', '\t']))
            || self.levels.last().is_some_and(|level| level.private);
        let source = if line.is_some() { Source::Screen } else { Source::Unseen };
        self.begin(line.unwrap_or_default(), source, None, private, now);
    }

    /// What was begun by [`Recorder::entered`] was not the whole line: its text, and the prompt stands again.
    pub fn reopen(&mut self) -> Option<String> {
        let level = self.levels.last_mut()?;
        let open = level.open.take()?;
        level.prompting = true;
        Some(open.command)
    }

    fn begin(&mut self, command: String, source: Source, on_screen: Option<String>, private: bool, now: Moment) {
        if private {
            self.held.clear();
        }
        self.release();
        let from = self.written;
        let Some(level) = self.levels.last_mut() else { return };
        level.prompting = false;
        let (command, on_screen) = if private { (String::new(), None) } else { (command, on_screen) };
        let (cwd, output) = (level.cwd.clone(), Kept::default());
        level.open = Some(Open { command, source, on_screen, output, from, cwd, began: now, private, typed_into: 0 });
    }

    /// Ends the innermost shell's command.
    fn close(&mut self, ending: Ending, now: Moment) {
        let depth = self.levels.len().saturating_sub(1);
        let Some(mut open) = self.levels.last_mut().and_then(|level| level.open.take()) else { return };
        strip_partial_line(&mut open.output);
        self.finished.push(open.record(ending, depth, self.written, now));
        self.transcript.settle();
    }

    /// Makes the shell of this process the innermost: those inside it are gone, and an unknown one is new.
    fn come_to(&mut self, pid: u32, now: Moment) {
        if self.levels.iter().any(|level| level.pid == pid) {
            while self.levels.last().is_some_and(|level| level.pid != pid) {
                self.release();
                self.close(Ending::ShellEnded, now);
                self.levels.pop();
            }
        } else {
            let outer = self.levels.last().and_then(|level| level.open.as_ref());
            let private = outer.is_some_and(|open| open.private);
            self.release();
            self.levels.push(Level { pid, cwd: None, private, inside_private: private, open: None, prompting: false });
        }
    }

    /// The terminal is closed: everything that is open ends. `code` is what the outermost shell ended with by itself:
    /// the command that ended it has it.
    pub fn end(&mut self, code: Option<i32>, now: Moment) {
        self.release();
        while !self.levels.is_empty() {
            let code = code.filter(|_| self.levels.len() == 1);
            self.close(code.map_or(Ending::ShellEnded, Ending::Exit), now);
            self.levels.pop();
        }
        self.transcript.settle();
    }
}

/// Whether what the shell told and what the screen showed are one command: the screen knows no line ends from blanks.
fn same(told: &str, seen: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().concat();
    told.starts_with([' ', '\t']) == seen.starts_with([' ', '\t']) && words(told) == words(seen)
}
