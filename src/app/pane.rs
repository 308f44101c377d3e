//! The running shell beside the loop: started, drawn, resized, asked and closed.
//!
//! Owns the handles and performs what `shell` decided; decides nothing itself.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ratatui::layout::Rect;
use tokio::task::JoinHandle;

use super::shell::ShellNow;
use super::update::Event;
use crate::domain::PANE;
use crate::domain::pane::Snapshot;
use crate::exec::Supervisor;
use crate::runtime::{Input as ToRuntime, Runtime};
use crate::shell::{
    Colours, Corner, Found, Happened, Opening, Shell, ShellError, ShellEvent, ShellInsert, choose_here,
};

/// Places that a search gives at most.
const MOST: usize = 1_000;
/// Ended shells that are kept until the end, so that what they left running goes on as in any terminal.
const ENDED: usize = 8;
/// How long after a key what comes is its echo.
const ECHO: Duration = Duration::from_millis(50);

/// How long a shell that does not take keys as they are typed is waited for.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often it is looked at meanwhile.
const STEP: Duration = Duration::from_millis(2);

/// A line for the prompt, or what was typed after one.
enum Held {
    Insert(ShellInsert),
    Run(ShellInsert),
    Keys(Vec<u8>),
}

/// What the loop holds of the shell.
#[derive(Default)]
pub(super) struct Pane {
    /// The shell the person set.
    setting: Option<String>,
    shell: Option<Shell>,
    starting: Option<JoinHandle<Result<Shell, ShellError>>>,
    /// It is wanted and the runtime, which keeps its transcript, is not there yet.
    wanted: bool,
    /// Typed before there was a shell to take it.
    early: Vec<u8>,
    /// What waits until the shell takes keys as they are typed, in its order, and since when.
    held: VecDeque<Held>,
    since: Option<Instant>,
    ended: Vec<Shell>,
    picture: Snapshot,
    size: (u16, u16),
    finding: Option<JoinHandle<Vec<Found>>>,
    copying: Option<JoinHandle<String>>,
    typed: Option<Instant>,
}

impl Pane {
    /// No shell yet; `setting` is the one the person wants instead of `$SHELL`.
    pub fn new(setting: Option<String>) -> Pane {
        Pane { setting, ..Pane::default() }
    }

    /// What happens next with the shell. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Event {
        loop {
            self.let_go();
            tokio::select! {
                event = next_of(&mut self.shell) => return match event {
                    Some(event) => Event::Shell(event),
                    None => {
                        self.shell = None;
                        Event::Shell(ShellEvent::Ended { code: None, failure: None })
                    }
                },
                started = joined(&mut self.starting) => return match started {
                    Ok(Ok(shell)) => {
                        if !self.early.is_empty() {
                            shell.send(&std::mem::take(&mut self.early));
                        }
                        self.shell = Some(shell);
                        Event::ShellStarted
                    }
                    Ok(Err(error)) => failed(&error.to_string(), error.hint()),
                    Err(error) => failed(&error.to_string(), "try again"),
                },
                found = joined(&mut self.finding) => return Event::Found(found.unwrap_or_default()),
                copied = joined(&mut self.copying) => return Event::Copied(copied.unwrap_or_default()),
                () = tokio::time::sleep(STEP), if !self.held.is_empty() => {}
            }
        }
    }

    /// Sends what waited, once the shell takes keys as they are typed; one that never does is not waited for long.
    fn let_go(&mut self) {
        let waited = self.since.is_none_or(|since| since.elapsed() >= PATIENCE);
        if self.held.is_empty() || !(waited || self.takes_keys()) {
            return;
        }
        for held in std::mem::take(&mut self.held) {
            self.send(held);
        }
    }

    fn takes_keys(&self) -> bool {
        self.shell.as_ref().is_none_or(Shell::reads_keys)
    }

    /// Sends it behind what waits already; a line waits for the shell, keys alone do not.
    fn give(&mut self, what: Held) {
        if self.held.is_empty() {
            if matches!(what, Held::Keys(_)) || self.takes_keys() {
                return self.send(what);
            }
            self.since = Some(Instant::now());
        }
        self.held.push_back(what);
    }

    /// Starts a shell in place of the one that ended; at once, or when the runtime is there.
    pub fn start(&mut self, session: Option<&str>, runtime: Option<&Runtime>) -> Option<Event> {
        let Some(runtime) = runtime else {
            self.wanted = true;
            return None;
        };
        self.wanted = false;
        let inherited: Vec<_> = std::env::vars_os().filter(|(name, _)| name != PANE).collect();
        let variable = |name: &str| inherited.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let Some(choice) = choose_here(self.setting.as_deref(), variable) else {
            return Some(failed("no shell is installed", "install bash, or set SHELL"));
        };
        let supervisor = match Supervisor::current() {
            Ok(supervisor) => supervisor,
            Err(error) => return Some(failed(&error.to_string(), "start devops-agent by its full path")),
        };
        let session = session.unwrap_or("none").to_owned();
        let mut environment = inherited;
        environment.push((PANE.into(), session.clone().into()));
        let (rows, columns) = self.size;
        let opening = Opening {
            choice,
            binary: supervisor.binary().to_owned(),
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
            environment,
            session,
            rows: rows.max(2),
            columns: columns.max(10),
            colours: Colours::default(),
        };
        self.starting = Some(Shell::open(opening, Box::new(runtime.shell_log())));
        None
    }

    /// A shell that waited for the runtime begins.
    pub fn ready(&mut self, session: Option<&str>, runtime: &Runtime) -> Option<Event> {
        if self.wanted { self.start(session, Some(runtime)) } else { None }
    }

    /// Where the shell stands, for `update`.
    pub fn now(&self) -> Option<Event> {
        let shell = self.shell.as_ref()?;
        Some(Event::ShellNow(ShellNow {
            standing: shell.standing(),
            wishes: shell.wishes(),
            scrolled: shell.scrolled(),
        }))
    }

    /// The shell ended; what it left running goes on until we close.
    pub fn retire(&mut self) {
        if let Some(shell) = self.shell.take() {
            self.ended.push(shell);
        }
        self.held.clear();
        if self.ended.len() > ENDED {
            self.ended.remove(0);
        }
        self.picture = Snapshot::default();
    }

    pub fn type_in(&mut self, bytes: Vec<u8>) {
        self.give(Held::Keys(bytes));
    }

    pub fn insert(&mut self, line: ShellInsert) {
        self.give(Held::Insert(line));
    }

    /// The same with Enter; nothing is sent where there is no prompt for it.
    pub fn run(&mut self, line: ShellInsert) {
        self.give(Held::Run(line));
    }

    fn send(&mut self, what: Held) {
        if !matches!(what, Held::Run(_)) {
            self.typed = Some(Instant::now());
        }
        let Some(shell) = &self.shell else {
            if let Held::Keys(bytes) = what {
                self.early.extend(bytes);
            }
            return;
        };
        match what {
            Held::Keys(bytes) if !shell.send(&bytes) => {
                tracing::warn!("the program in the shell does not read; keys were not taken");
            }
            Held::Insert(line) if !shell.insert(&line) => tracing::debug!("there is no prompt for the line"),
            Held::Run(line) if !(shell.insert(&line) && shell.send(b"\r")) => {
                tracing::debug!("there is no prompt for the line");
            }
            Held::Keys(_) | Held::Insert(_) | Held::Run(_) => {}
        }
    }

    pub fn report(&self, bytes: &[u8]) {
        if let Some(shell) = &self.shell {
            shell.report(bytes);
        }
    }

    pub fn scroll_to(&self, rows: usize) {
        if let Some(shell) = &self.shell {
            shell.scroll_to(rows);
        }
    }

    pub fn find(&mut self, wanted: String) {
        self.finding = self.shell.as_ref().map(|shell| shell.find(wanted, MOST));
    }

    pub fn copy(&mut self, one: Corner, other: Corner) {
        self.copying = self.shell.as_ref().map(|shell| shell.text(one, other));
    }

    /// What runs now, for the log.
    pub fn began(&self) -> Option<ToRuntime> {
        let record = self.shell.as_ref()?.running()?;
        Some(ToRuntime::ManualBegan(Box::new(record)))
    }

    /// Whether what comes now is what a key did.
    pub fn echoes(&self) -> bool {
        self.typed.is_some_and(|at| at.elapsed() < ECHO)
    }

    /// The picture of now; `None` where there is no shell.
    pub fn picture(&mut self) -> Option<&Snapshot> {
        let shell = self.shell.as_ref()?;
        shell.draw(&mut self.picture);
        Some(&self.picture)
    }

    /// The frame has this much room for it.
    pub fn fit(&mut self, inside: Rect) {
        let size = (inside.height, inside.width);
        if inside.is_empty() || size == self.size {
            return;
        }
        self.size = size;
        if let Some(shell) = &self.shell {
            shell.resize(size.0, size.1);
        }
    }

    /// Ends the shells and all they started; gives what is still to be logged.
    pub async fn close(&mut self) -> Vec<ToRuntime> {
        if let Some(starting) = self.starting.take()
            && let Ok(Ok(shell)) = starting.await
        {
            self.shell = Some(shell);
        }
        let columns = self.size.1.max(2);
        let mut last = Vec::new();
        for shell in self.shell.take().into_iter().chain(std::mem::take(&mut self.ended)) {
            for event in shell.close().await {
                if let ShellEvent::Happened(Happened::Finished(record)) = event {
                    last.push(ToRuntime::ManualEnded { record, columns });
                }
            }
        }
        last
    }
}

fn failed(why: &str, hint: &str) -> Event {
    Event::ShellFailed(format!("Your shell cannot be opened: {why}. To go on, {hint}."))
}

async fn next_of(shell: &mut Option<Shell>) -> Option<ShellEvent> {
    match shell {
        Some(shell) => shell.next().await,
        None => std::future::pending().await,
    }
}

/// What a task made, once.
async fn joined<T>(task: &mut Option<JoinHandle<T>>) -> Result<T, tokio::task::JoinError> {
    let Some(handle) = task else { return std::future::pending().await };
    let result = handle.await;
    *task = None;
    result
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent};

    use super::*;

    #[test]
    fn what_is_typed_behind_a_line_that_waits_goes_after_it() {
        let line = ShellInsert::at_key(KeyEvent::from(KeyCode::Enter), "ls").expect("a line");
        let waits = VecDeque::from([Held::Insert(line)]);
        let mut pane = Pane { held: waits, since: Some(Instant::now()), ..Pane::default() };
        pane.type_in(b" -l".to_vec());
        assert!(
            matches!(pane.held.make_contiguous(), [Held::Insert(_), Held::Keys(keys)] if keys.as_slice() == b" -l")
        );
        pane.let_go();
        assert!(pane.held.is_empty());
        assert_eq!(pane.early, b" -l", "no shell is there to take it yet");
    }
}
