//! One session without a screen: agent, driver, tools, store and model put
//! together. `ask` and the workbench stand on it.
//!
//! `driver` performs the agent's effects and is the only place that starts
//! tasks for it; `sessions` chooses where is written; `kit` builds what a
//! runtime is made of from the configuration, `rules` what the skills permit,
//! `watching` keeps that up to date, `explained` puts a line that was taken apart into words, `skills` a skill file, `words`
//! what else a screen shows of rules and models; `welcome` what somebody new is offered; `reading` reads of the memory what a screen shows of it. Knows no screen and no key.
#![allow(clippy::disallowed_methods)]

mod driver;
mod examination;
mod explained;
mod kit;
mod meaning;
mod models;
mod privacy;
mod quiet;
mod reading;
mod rehearsal;
mod rules;
mod runbooks;
mod servers;
mod sessions;
pub mod skills;
mod snapshot;
mod transcript;
mod trust;
mod veil;
mod watching;
mod welcome;
mod words;

pub use examination::{Calls, Examined, examine};
pub use explained::told as explained;
pub use kit::{Kit, Knowledge, prepare, protected};
pub use meaning::embedder;
pub use models::{advice as model_advice, list as list_models};
pub use privacy::{added as added_secrets, redactor};
pub use quiet::{heard, within};
use reading::Shelf;
pub use reading::{Found, Hit, Past, Reading, Wanted, look_up};
pub use rehearsal::{Rehearsed, Stage};
pub use rules::{Known, Reloaded, Reloader, read_skills};
pub use runbooks::read_runbooks;
pub use servers::{least as least_of, told as servers_told};
pub use sessions::{SessionChoice, open as open_session};
pub use snapshot::snapshot;
pub use transcript::ShellLog;
pub use trust::{Trust, candidate as trust_candidate};
pub use veil::Veil;
pub use watching::follow_skills;
pub use welcome::{Task, first_task};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::Instrument;
use tracing::field::Empty;

use crate::bus::{Bus, Event, Notice, NoticeKind};
use crate::domain::{CallId, Failure, SessionId};
use crate::gate::Yes;
use crate::shell::Record;
use crate::traces::{Exporter, Following};

/// How this runtime meets the person.
#[derive(Debug, Clone)]
pub struct Manner {
    /// Whether a person can be asked.
    pub attended: bool,
    /// Consent given beforehand.
    pub waive: Option<Yes>,
    /// Whether approved commands get a terminal as stdin.
    pub interactive: bool,
    pub session: SessionChoice,
    /// Whether the person is offered the newest active session instead of writing to it at once.
    pub offer: bool,
    /// Whether skill files that change count without a new start.
    pub watches: bool,
}

/// What the front tells the runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The person asked for something; it waits for the end of what goes on.
    Say(String),
    /// The person said something to what goes on.
    Steer(String),
    /// The person's words to an open request for approval.
    Reply { call: CallId, digest: String, text: String },
    /// Stop what is going on.
    Interrupt,
    /// Write to this session from now on.
    Resume(SessionId),
    /// Begin a new session with the next request.
    Begin,
    /// The person's word about what changed skill files would loosen, as it was offered with this digest.
    Rules { digest: String, accept: bool },
    /// Tell what the session came to.
    Summarise,
    /// Close the session; `summarised` to have the project's page tell what it found.
    CloseSession { summarised: bool },
    /// A command of the person's runs in their own shell.
    ManualBegan(Box<Record>),
    /// It ended; the shell was so many columns wide.
    ManualEnded { record: Box<Record>, columns: u16 },
    /// The person came back from their shell.
    Returned,
    /// The person is back at this terminal; elsewhere they may have changed where we stand.
    LookAround,
    /// The person asks about the last command of their shell.
    AskAbout(String),
    /// Which commands were run before, for the person to choose from.
    Recall,
    /// Ask this model from now on.
    UseModel(String),
    /// This is what the session is for, from now on.
    Rename(String),
    /// Have what the model was told before as a summary.
    Compact,
    /// Run this line beside an open question, and tell what it printed; one that is rated approval is asked about first.
    Preview { of: CallId, line: String },
    /// Begin a session for this goal now, and write there; without a name its name follows from the goal.
    New { goal: String, name: Option<String> },
    /// Begin a session where that one stands, or stood at an entry, and write there; an empty goal is taken over.
    Fork { from: SessionId, entry: Option<String>, goal: String },
    /// Whether the built-in planner answers what it is sure of although a model is there.
    FastPath(bool),
    /// Write the report of this session into this file, as the person named it; a file that is there is kept.
    Export { session: SessionId, file: String },
    /// Take back what was granted under this id, or everything.
    Revoke(Option<String>),
    /// Close a session that is not written to; `summarised` as for [`Input::CloseSession`].
    CloseOther { session: SessionId, summarised: bool },
    /// Put a session away.
    Archive(SessionId),
    /// Bring back one that was put away.
    Restore(SessionId),
    /// Remove a session for good: the person typed its name.
    DeleteForever(SessionId),
    /// The person's word about a server of tools.
    Servers(ServerWord),
    /// End; the session stays active.
    Close,
}

/// What the person may say about a server of tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerWord {
    /// Its tools are taken as they are described now.
    Accept(String),
    /// It is started again.
    Restart(String),
}

/// Starts a runtime beside what goes on, so that the first frame waits for nothing.
pub fn behind<F>(start: F) -> JoinHandle<Result<Runtime, Failure>>
where
    F: Future<Output = Result<Runtime, Failure>> + Send + 'static,
{
    tokio::spawn(start)
}

/// A running runtime.
pub struct Runtime {
    inputs: mpsc::Sender<Input>,
    bus: Bus,
    shell_log: ShellLog,
    shelf: Shelf,
    task: JoinHandle<()>,
    /// Where what happens goes too, when the person names a collector.
    traces: Option<Following>,
}

impl Runtime {
    /// Starts the driver.
    ///
    /// # Errors
    /// When the memory, the tools or a model that was demanded cannot be had.
    pub async fn start(kit: Kit, manner: Manner, bus: Bus) -> Result<Runtime, Failure> {
        let (inputs, receiver) = mpsc::channel(64);
        // Before anything happens, so that nothing is missing.
        let traces = match Exporter::from_environment(&kit.sources.environment) {
            Ok(exporter) => exporter.map(|exporter| exporter.follow(&bus)),
            Err(why) => {
                let text = format!("No traces are exported: {why}.");
                bus.publish(&Event::Notice(Notice { kind: NoticeKind::Warning, text }));
                None
            }
        };
        let driver = driver::Driver::build(kit, manner, bus.clone()).await?;
        let (shell_log, shelf) = (driver.shell_log(), driver.shelf());
        // Of the lines of our own log: which session and turn they are about, once there is one.
        let span = tracing::error_span!("runtime", session = Empty, turn = Empty);
        let task = tokio::spawn(driver.run(receiver).instrument(span));
        Ok(Runtime { inputs, bus, shell_log, shelf, task, traces })
    }

    /// Where everything that happens is published.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Takes what the person's shell shows into the session that is written to.
    pub fn shell_log(&self) -> ShellLog {
        self.shell_log.clone()
    }

    /// Reads something beside what goes on, and sends what came of it to `to`.
    pub fn read(&self, wanted: Wanted, to: mpsc::UnboundedSender<Reading>) {
        let shelf = self.shelf.clone();
        tokio::spawn(async move {
            // A screen that ended reads nothing.
            let _gone = to.send(shelf.read(wanted).await);
        });
    }

    /// Tells the driver something. False when it has ended.
    pub async fn tell(&self, input: Input) -> bool {
        self.inputs.send(input).await.is_ok()
    }

    /// Ends the runtime: what runs is stopped, what was asked to be written is written.
    pub async fn close(self) {
        let _already_gone = self.inputs.send(Input::Close).await;
        drop(self.inputs);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the driver did not end well");
        }
        if let Some(traces) = self.traces {
            traces.end().await;
        }
    }
}
