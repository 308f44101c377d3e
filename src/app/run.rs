//! The loop: drain, then draw. Events of the terminal, the runtime and the
//! timer go to `update`; its effects are performed; the screen is drawn when
//! something changed, at most sixty times a second, and never otherwise.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::canvas::{Canvas, Wardrobe};
use super::keymap::{Action, Context, Keymap};
use super::pane::Pane;
use super::remembered::{Layout, Welcomed};
use super::state::State;
use super::update::{Effect, Event, update};
use crate::bus::{self, Bus, Delivery, Notice, NoticeKind, Subscriber};
use crate::domain::{Failure, FailureKind, SessionId};
use crate::runtime::{self, Input as ToRuntime, Reading, Runtime, Wanted};
use crate::shell::{self, ShellEvent};
use crate::terminal::{
    self, Bell, FramePacer, InputSource, Signal, Signals, Surface, TerminalError, TerminalGuard, Urgency,
};

/// What the workbench is opened with.
pub struct Opening {
    pub agent: String,
    pub wardrobe: Wardrobe,
    /// The person's keys, and what of their file cannot be used.
    pub keymap: (Keymap, Vec<String>),
    pub bus: Bus,
    /// The shell the person set, where it is not that of `$SHELL`.
    pub shell: Option<String>,
    pub doctor: Doctor,
    /// Whether the terminal takes addresses that can be opened.
    pub links: bool,
    /// The file that keeps how this directory's panes are shared out.
    pub layout: Layout,
    /// That the first screen was left.
    pub welcomed: Welcomed,
    /// Whether somebody is here who never was.
    pub first_run: bool,
    /// How the terminal tells whoever looks elsewhere; `None` where they want to be left alone.
    pub bell: Option<Bell>,
    /// Whether a strip of the ordinary screen is enough for the chat.
    pub inline: bool,
    /// Whether nothing may move by itself.
    pub is_still: bool,
}

/// Looks whether everything the program leans on is as it should be; takes its time.
pub type Doctor = Arc<dyn Fn() -> Result<Vec<String>, Failure> + Send + Sync>;

/// How the workbench ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// The session that was written to.
    pub session: Option<SessionId>,
    /// Whether that session was closed, and then whether its summary was saved.
    pub closed: Option<bool>,
    /// Why it ended, when it was not the person's wish.
    pub failure: Option<Failure>,
    /// The exit code of a process that a signal ended, when one did.
    pub by_signal: Option<u8>,
}

/// Draws the first frame, starts the runtime behind it, and runs until the person closes.
///
/// # Errors
/// When there is no terminal to live in.
pub async fn run<F>(mut opening: Opening, start: F) -> Result<Ended, TerminalError>
where
    F: Future<Output = Result<Runtime, Failure>> + Send + 'static,
{
    let mut guard = TerminalGuard::enter(if opening.inline { Surface::Strip } else { Surface::Whole })?;
    if opening.wardrobe.follows {
        guard.follow_colours()?;
    }
    let names = opening.wardrobe.themes.iter().map(|(name, _)| name.clone()).collect();
    let state = State::new(&opening.agent)
        .with_themes(names, opening.wardrobe.chosen, opening.wardrobe.suits)
        .with_colours_of_the_terminal(opening.wardrobe.follows)
        .with_keymap(opening.keymap)
        .with_warnings(std::mem::take(&mut opening.wardrobe.told))
        .with_split(opening.layout.read())
        .with_stillness(opening.is_still);
    let mut bench = Bench {
        state: if opening.inline { state.with_strip() } else { state },
        canvas: Canvas::new(&guard, opening.wardrobe, opening.links)?,
        started: Instant::now(),
        pacer: FramePacer::default(),
        wake: None,
        runtime: None,
        unsent: Vec::new(),
        unread: Vec::new(),
        readings: mpsc::unbounded_channel(),
        doctor: opening.doctor,
        aside: None,
        layout: opening.layout,
        welcomed: opening.welcomed,
        bell: opening.bell,
        title: String::new(),
        pane: Pane::new(opening.shell),
        outer: Vec::new(),
        quit: false,
        ended_by: None,
    };
    if opening.first_run {
        bench.take_now(Event::FirstRun).await;
    }
    bench.draw(&mut guard).await?;
    let mut events = opening.bus.subscribe();
    let mut starting = Some(runtime::behind(start));
    let mut signals = Signals::listen()?;
    let mut input = InputSource::open(&guard)?;
    let mut failure = None;
    while !bench.quit {
        tokio::select! {
            arrival = input.next() => match arrival {
                Ok(arrival) => {
                    let now = arrival.at.saturating_duration_since(bench.started);
                    bench.look_at_shell().await;
                    bench.take(Event::Input(arrival.input), now).await;
                    bench.request(Urgency::Echo);
                }
                Err(error) => {
                    let lost = Failure::new(FailureKind::Error, "the terminal went away").because(&error);
                    failure = Some(lost.hint(error.hint()));
                    break;
                }
            },
            delivery = events.next() => {
                let Some(delivery) = delivery else { break };
                bench.deliver(delivery, &mut events).await;
                bench.request(Urgency::Soon);
            }
            started = finished(&mut starting) => {
                bench.started(started).await.unwrap_or_else(|wrong| failure = Some(wrong));
                bench.request(Urgency::Soon);
            }
            Some(reading) = bench.readings.1.recv() => {
                bench.take_now(Event::Read(reading)).await;
                bench.request(Urgency::Soon);
            }
            event = bench.pane.next() => {
                bench.shell(event).await;
                let urgency = if bench.pane.echoes() { Urgency::Echo } else { Urgency::Soon };
                bench.request(urgency);
            }
            signal = signals.next() => match signal {
                Signal::Terminate | Signal::HangUp | Signal::Interrupt | Signal::Quit | Signal::Other(_) => {
                    bench.ended_by = signal.exit_code();
                    bench.take_now(Event::Terminate).await;
                }
                Signal::Suspend => bench.aside = Some(Aside::Shell),
                Signal::Continue => {
                    guard.resume()?;
                    bench.title.clear();
                    bench.state.dirty = true;
                    bench.request(Urgency::Echo);
                }
            },
            () = sleep_until(bench.wake) => {
                bench.wake = None;
                bench.take_now(Event::Tick).await;
                bench.request(Urgency::Soon);
            }
            () = sleep_until(bench.pacer.due()) => bench.draw(&mut guard).await?,
        }
        bench.tell_terminal(&mut guard);
        match bench.aside.take() {
            Some(Aside::Shell) => {
                if let Err(error) = guard.suspend() {
                    bench.tell(format!("It cannot be suspended: {error}. To go on, {}.", error.hint())).await;
                }
            }
            Some(Aside::Editor(text)) => {
                // The reader would take the editor's keys.
                drop(input);
                guard.lend()?;
                match edited(&text, &mut signals, &guard).await {
                    Ok(edited) => {
                        guard.resume()?;
                        bench.title.clear();
                        bench.take_now(Event::Edited(edited)).await;
                        bench.request(Urgency::Echo);
                    }
                    // The terminal is the shell's already.
                    Err(signal) => {
                        bench.ended_by = signal.exit_code();
                        bench.take_now(Event::Terminate).await;
                    }
                }
                input = InputSource::reopen(&guard)?;
            }
            None => {}
        }
        if failure.as_ref().is_some_and(|failure| failure.kind != FailureKind::Error) {
            break;
        }
    }
    drop(input);
    if let Err(error) = bench.canvas.part(&bench.state, &mut guard) {
        tracing::warn!(%error, "the chat was not left on the screen");
    }
    drop(guard);
    let last = bench.pane.close().await;
    let (session, closed) = (bench.state.session().cloned(), bench.state.closed());
    if let Some(runtime) = bench.runtime.take() {
        // What ended with us is in the log of the session that is still open.
        for input in last.into_iter().filter(|_| closed.is_none()) {
            runtime.tell(input).await;
        }
        // What runs is ended and logged; nothing waits for a reader of the bus any more.
        drop(events);
        runtime.close().await;
    }
    Ok(Ended { session, closed, failure, by_signal: bench.ended_by })
}

/// Who gets the terminal for a while.
enum Aside {
    Shell,
    /// The person's editor, with this text.
    Editor(String),
}

struct Bench {
    state: State,
    canvas: Canvas,
    started: Instant,
    pacer: FramePacer,
    wake: Option<Instant>,
    runtime: Option<Runtime>,
    /// What was said before the runtime was there.
    unsent: Vec<ToRuntime>,
    /// What was to be read before it was there.
    unread: Vec<Wanted>,
    readings: (mpsc::UnboundedSender<Reading>, mpsc::UnboundedReceiver<Reading>),
    doctor: Doctor,
    /// What the terminal is to be lent for.
    aside: Option<Aside>,
    layout: Layout,
    welcomed: Welcomed,
    bell: Option<Bell>,
    /// What the terminal's window was called last; nothing where the terminal was lent, which took the name back.
    title: String,
    pane: Pane,
    /// Control strings for the terminal around us.
    outer: Vec<u8>,
    quit: bool,
    /// The exit code of a process that was told to end by a signal, when this one was.
    ended_by: Option<u8>,
}

impl Bench {
    async fn take_now(&mut self, event: Event) {
        let now = self.started.elapsed();
        self.take(event, now).await;
    }

    async fn take(&mut self, event: Event, now: Duration) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in update(&mut self.state, event, now) {
                events.extend(self.perform(effect).await);
            }
        }
    }

    /// Does it; what comes of it at once is the next event.
    async fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Tell(input) => match &self.runtime {
                Some(runtime) => {
                    if !runtime.tell(input).await {
                        tracing::error!("the runtime has ended");
                    }
                }
                None => self.unsent.push(input),
            },
            Effect::Read(Wanted::Doctor) => {
                runtime::look_up(
                    Wanted::Doctor,
                    {
                        let doctor = Arc::clone(&self.doctor);
                        move || doctor()
                    },
                    self.readings.0.clone(),
                );
            }
            Effect::Read(wanted) => match &self.runtime {
                Some(runtime) => runtime.read(wanted, self.readings.0.clone()),
                None => self.unread.push(wanted),
            },
            Effect::KeepTheme(name) => {
                let written = match self.canvas.theme_file().parent() {
                    Some(directory) => tokio::fs::create_dir_all(directory).await,
                    None => Ok(()),
                };
                let text = format!("# What the workbench remembers; written by it.\ntheme: {name}\n");
                if let Err(error) = written.and(tokio::fs::write(self.canvas.theme_file(), text).await) {
                    let place = self.canvas.theme_file().display();
                    let words = format!("The theme holds until you leave: {place} could not be written: {error}.");
                    return Some(Event::Bus(bus::Event::Notice(Notice { kind: NoticeKind::Warning, text: words })));
                }
            }
            Effect::KeepSplit(split) => {
                // Remembered where it can be; where not, the panes stand as they were the next time.
                if let Err(error) = self.layout.keep(split).await {
                    tracing::debug!(%error, "the panes are not remembered");
                }
            }
            Effect::KeepWelcomed => {
                if let Err(error) = self.welcomed.keep().await {
                    tracing::warn!(%error, "the first screen will come again");
                }
            }
            Effect::WakeAt(at) => {
                let at = self.started + at;
                self.wake = Some(self.wake.map_or(at, |earlier| earlier.min(at)));
            }
            Effect::StartShell => {
                let session = self.state.session().map(ToString::to_string);
                return self.pane.start(session.as_deref(), self.runtime.as_ref());
            }
            Effect::Type(bytes) => self.pane.type_in(bytes),
            Effect::Insert(line) => self.pane.insert(line),
            Effect::Run(line) => self.pane.run(line),
            Effect::Edit(text) => self.aside = Some(Aside::Editor(text)),
            Effect::Suspend => self.aside = Some(Aside::Shell),
            Effect::Report(bytes) => self.pane.report(&bytes),
            Effect::Scroll(rows) => self.pane.scroll_to(rows),
            Effect::Find(text) => self.pane.find(text),
            Effect::Copy(one, other) => self.pane.copy(one, other),
            Effect::TellBegan => {
                if let (Some(began), Some(runtime)) = (self.pane.began(), &self.runtime) {
                    runtime.tell(began).await;
                }
            }
            Effect::Outer(bytes) => self.outer.extend_from_slice(&bytes),
            Effect::Notify(text) => self.outer.extend(self.bell.iter().flat_map(|bell| bell.rings(&text))),
            Effect::Quit => self.quit = true,
        }
        None
    }

    /// A warning of our own.
    async fn tell(&mut self, text: String) {
        self.take_now(Event::Bus(bus::Event::Notice(Notice { kind: NoticeKind::Warning, text }))).await;
        self.request(Urgency::Soon);
    }

    async fn shell(&mut self, event: Event) {
        // Where it stands is told first: what happened is read in that light.
        self.look_at_shell().await;
        let ended = matches!(event, Event::Shell(ShellEvent::Ended { .. }));
        self.take_now(event).await;
        if ended {
            self.pane.retire();
        }
    }

    async fn look_at_shell(&mut self) {
        if let Some(now) = self.pane.now() {
            self.take_now(now).await;
        }
    }

    fn tell_terminal(&mut self, guard: &mut TerminalGuard) {
        let title = self.state.title();
        if title != self.title {
            self.outer.extend(terminal::title(&title));
            self.title = title;
        }
        let told = guard.capture_mouse(self.state.wants_mouse()).and_then(|()| {
            let control = std::mem::take(&mut self.outer);
            if control.is_empty() { Ok(()) } else { guard.tell(&control) }
        });
        if let Err(error) = told {
            tracing::warn!(%error, "the terminal was not told");
        }
    }

    async fn deliver(&mut self, delivery: Delivery, events: &mut Subscriber) {
        let told = |delivery| match delivery {
            Delivery::Event(event) => Event::Bus(event),
            Delivery::Output(chunk) => Event::Output(chunk),
        };
        self.take_now(told(delivery)).await;
        // Drain what is there, but let keys in between: a flood must not hold them up.
        for _ in 0..64 {
            let Some(delivery) = events.try_next() else { return };
            self.take_now(told(delivery)).await;
        }
    }

    async fn started(&mut self, started: Result<Runtime, Failure>) -> Result<(), Failure> {
        match started {
            Ok(runtime) => {
                for input in std::mem::take(&mut self.unsent) {
                    runtime.tell(input).await;
                }
                for wanted in std::mem::take(&mut self.unread) {
                    runtime.read(wanted, self.readings.0.clone());
                }
                let session = self.state.session().map(ToString::to_string);
                let event = self.pane.ready(session.as_deref(), &runtime);
                self.runtime = Some(runtime);
                if let Some(event) = event {
                    self.take_now(event).await;
                }
                Ok(())
            }
            Err(failure) => {
                let closes = self.state.keymap.kept(Context::Chat, Action::Close);
                let text = format!("{failure}. {} {closes} closes.", failure.hints.join(" "));
                self.take_now(Event::Unstartable(text)).await;
                Err(failure)
            }
        }
    }

    fn request(&mut self, urgency: Urgency) {
        if self.state.dirty {
            self.pacer.request(Instant::now(), urgency);
        }
    }

    async fn draw(&mut self, guard: &mut TerminalGuard) -> Result<(), TerminalError> {
        let drawn = self.canvas.draw(&mut self.state, self.pane.picture(), guard)?;
        self.pacer.drawn(Instant::now());
        if let Some(drawn) = drawn {
            tracing::trace!(rows = drawn.laid, "drawn");
            self.pane.fit(drawn.shell);
            self.take_now(Event::Drawn(drawn)).await;
        }
        // Seldom: what was seen leads elsewhere, or there was more than one frame prints.
        self.request(Urgency::Soon);
        Ok(())
    }
}

/// What the person's editor makes of a text, or the signal that ended both.
async fn edited(text: &str, signals: &mut Signals, guard: &TerminalGuard) -> Result<Result<String, String>, Signal> {
    let mut told = None;
    let edited = shell::edit(text, async { told = Some(told_to_end(signals, guard).await) }).await;
    let edited = edited.map_err(|error| {
        let source = std::error::Error::source(&error).map_or(String::new(), |source| format!(": {source}"));
        format!("{error}{source}. VISUAL or EDITOR names your editor.")
    });
    told.map_or(Ok(edited), Err)
}

/// The next signal that ends us while the editor has the terminal. Its signals are its own: Ctrl+C there ends nothing
/// here, and Ctrl+Z stops both, as any shell expects.
async fn told_to_end(signals: &mut Signals, guard: &TerminalGuard) -> Signal {
    loop {
        match signals.next().await {
            signal @ (Signal::Terminate | Signal::HangUp | Signal::Other(_)) => return signal,
            Signal::Suspend => {
                if let Err(error) = guard.stop() {
                    tracing::warn!(%error, "the editor cannot be suspended");
                }
            }
            Signal::Interrupt | Signal::Quit | Signal::Continue => {}
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

/// The runtime's start, once.
async fn finished(starting: &mut Option<JoinHandle<Result<Runtime, Failure>>>) -> Result<Runtime, Failure> {
    let Some(handle) = starting else { return std::future::pending().await };
    let result = handle.await;
    *starting = None;
    result.unwrap_or_else(|error| {
        Err(Failure::new(FailureKind::Error, "the start failed inside").because(error).hint("Start it again."))
    })
}
