//! The session that is written to: opened, noted, closed, let go; and what the agent has written there.
//!
//! Owns the order of these steps. What an entry holds is the agent's.

use super::growth::Growth;
use super::{Driver, Internal};
use crate::agent;
use crate::bus::{Event, NoticeKind};
use crate::domain::{Body, CallId, Entry, Failure, FailureKind, MemoryWord, Principal, SessionId, TurnId, Window};
use crate::index::{Filler, Registry};
use crate::probe;
use crate::runtime::sessions::{self, SessionChoice};
use crate::runtime::snapshot::snapshot;
use crate::store::{Grants, StoreError, Writer};
use crate::tools::memory as memory_words;

/// Columns of a graph that is drawn into the chat.
const WIDTH: usize = 100;

impl Driver {
    /// Into the entry of its call; where that is in the log already, the next call observes it.
    pub(super) async fn infer(&mut self, call: CallId, text: &str) {
        let Some(writer) = self.slot.writer().await else { return };
        let inference = self.redactor.text(text);
        match writer.ask(move |session| session.infer(call, &inference)).await {
            Ok(Some(_)) => {}
            Ok(None) => self.late = Some(text.to_owned()),
            Err(error) => self.log_failed(&error),
        }
    }

    pub(super) async fn remember(&mut self, turn: TurnId, word: MemoryWord, by: Principal) {
        let told = match self.slot.writer().await {
            Some(writer) if word.writes() => self.write_word(&writer, word, by).await,
            writer => {
                let (memory, here) = (self.memory.clone(), writer.map(|writer| writer.session().clone()));
                let looked =
                    tokio::task::spawn_blocking(move || memory_words::look(&memory, here.as_ref(), &word, WIDTH));
                match looked.await {
                    Ok(looked) => looked.map_err(|error| format!("{error}; {}", error.hint())),
                    Err(error) => Err(error.to_string()),
                }
            }
        };
        // The driver is there to hear it: it is the driver that says it.
        let _heard = self.internal.0.send(Internal::Remembered { turn, told });
    }

    async fn write_word(&self, writer: &Writer, word: MemoryWord, by: Principal) -> Result<String, String> {
        let (masked, at) = (self.redactor.word(word), probe::now());
        let written = writer.ask(move |session| {
            let entry = session.remember(&masked, by, at)?;
            Ok(entry.map_or_else(String::new, |entry| memory_words::told(masked.get(), &entry)))
        });
        written.await.map_err(|error| format!("{error}; {}", error.hint()))
    }

    pub(super) async fn record(&mut self, body: Body) {
        let by = match body {
            Body::Request { .. } | Body::Human(_) => Principal::Person,
            _ => Principal::Agent,
        };
        let entry = self.redactor.entry(Entry { at: probe::now(), by, body });
        let written = match self.slot.writer().await {
            Some(writer) => writer.append(entry).await,
            None => return,
        };
        if let Err(error) = written {
            self.log_failed(&error);
        }
    }

    /// A request begins a session where there is none yet.
    pub(super) async fn ensure_session(&mut self, goal: &str) -> Result<(), Failure> {
        if self.slot.writer().await.is_some() {
            return Ok(());
        }
        let choice = self.manner.session.clone();
        self.open_session(choice, goal.to_owned()).await
    }

    async fn open_session(&mut self, choice: SessionChoice, goal: String) -> Result<(), Failure> {
        let (memory, redactor) = (self.memory.clone(), self.redactor.clone());
        let surroundings = self.surroundings.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let mut told = Vec::new();
            let opened = sessions::open(&memory, &choice, &goal, probe::now(), &surroundings, &redactor, &mut told);
            opened.map(|(writer, begun)| (writer, begun, told))
        });
        let (writer, begun, told) = opened
            .await
            .map_err(|error| Failure::new(FailureKind::Error, "the session could not be opened").because(error))??;
        for text in told {
            self.notice(NoticeKind::Warning, text);
        }
        let id: SessionId = writer.session().clone();
        self.growth = Growth::of(&writer);
        self.slot.hold(writer).await;
        if self.shell_log.is_used() {
            self.keep_transcript().await;
        }
        tracing::Span::current().record("session", id.short());
        tracing::info!(begun, "a session is written to");
        self.bus.publish(&Event::Session(id.clone()));
        self.way = None;
        self.tell_way().await;
        self.know_memory().await;
        let standing = if begun { None } else { self.standing(&id).await };
        self.agent.handle(agent::Event::Standing(standing));
        if begun {
            self.note_surroundings(id);
        }
        Ok(())
    }

    /// How the session is told of and on which branch it is, where that changed; that it cannot be read keeps nobody
    /// from going on.
    pub(super) async fn tell_way(&mut self) {
        let Some(session) = self.slot.writer().await.map(|writer| writer.session().clone()) else { return };
        let (memory, id) = (self.memory.clone(), session.clone());
        let read =
            tokio::task::spawn_blocking(move || Ok::<_, StoreError>((memory.name(&id)?, memory.side_branch(&id)?)));
        let Ok(Ok((name, branch))) = read.await else { return };
        let way = Event::Way { session, name, branch };
        if self.way.as_ref() != Some(&way) {
            self.bus.publish(&way);
            self.way = Some(way);
        }
    }

    /// The commits and last entries of a session that is gone on with, for the model; that they cannot be read keeps
    /// nobody from going on.
    async fn standing(&self, id: &SessionId) -> Option<String> {
        let (memory, window) = (self.memory.clone(), Window::Session(Some(id.as_str().to_owned())));
        let looked = tokio::task::spawn_blocking(move || memory_words::context(&memory, None, &window)).await;
        match looked {
            Ok(Ok(seen)) => Some(seen.text()).filter(|text| !text.trim().is_empty()),
            Ok(Err(error)) => {
                tracing::warn!(%error, session = %id, "the model is not told where the session stands");
                None
            }
            Err(error) => {
                tracing::warn!(%error, session = %id, "the model is not told where the session stands");
                None
            }
        }
    }

    /// Searches over every memory know this one from now on, and this one's index follows what is written.
    async fn know_memory(&mut self) {
        let (registry, root) = (Registry::new(&self.kit.config.state_dir), self.memory.root().to_owned());
        let noted = tokio::task::spawn_blocking(move || registry.note(&root)).await;
        if let Ok(Err(error)) = noted {
            tracing::warn!(%error, "searches over every memory will not know this one");
        }
        if self.manner.offer && self.filler.is_none() {
            let memory = self.memory.clone();
            match tokio::task::spawn_blocking(move || Filler::start(&memory)).await {
                Ok(Ok(filler)) => self.filler = Some(filler),
                Ok(Err(error)) => tracing::warn!(%error, "the search index is filled at the next search"),
                Err(error) => tracing::warn!(%error, "the search index is filled at the next search"),
            }
        }
    }

    /// A session that begins notes where it begins, beside what goes on: an engine that hangs holds nobody up.
    pub(super) fn note_surroundings(&mut self, id: SessionId) {
        let (kit, slot) = (self.kit.clone(), self.slot.clone());
        self.noting = Some(tokio::spawn(async move {
            let snapshot = snapshot(&kit).await;
            // Taken only now: a session that was let go meanwhile is not ours to write to.
            let Some(writer) = slot.writer().await.filter(|writer| *writer.session() == id) else { return };
            let now = probe::now();
            if let Err(error) = writer.ask(move |session| session.note(&snapshot, now)).await {
                tracing::warn!(%error, session = %id, "where the session begins could not be noted");
            }
        }));
    }

    pub(super) async fn resume(&mut self, id: SessionId) {
        self.let_go().await;
        if let Err(failure) = self.open_session(SessionChoice::Named(id), String::new()).await {
            let hints = failure.hints.join(" ");
            self.notice(NoticeKind::Failure, format!("{failure}. {hints}"));
            return;
        }
        let Some(writer) = self.slot.writer().await else { return };
        let (memory, session) = (self.memory.clone(), writer.session().clone());
        let id = session.clone();
        // Whoever goes on wants to know where things stand; that it cannot be told keeps nobody from going on.
        if let Ok(Ok(standing)) = tokio::task::spawn_blocking(move || memory.standing(&id)).await {
            self.bus.publish(&Event::Answer { turn: TurnId(0), text: standing.markdown(&session) });
        }
    }

    /// Lets the session go; what was granted until its end is over.
    pub(super) async fn let_go(&mut self) {
        if let Some(writer) = self.slot.writer().await {
            let (grants, session) = (Grants::at(&self.kit.config.state_dir), writer.session().to_string());
            let ended = tokio::task::spawn_blocking(move || grants.session_ended(&session, probe::now())).await;
            if let Ok(Err(error)) = ended {
                let text = format!("What you granted for this session could not be ended: {error}. {}", error.hint());
                self.notice(NoticeKind::Warning, text);
            }
        }
        self.shell_log.let_go();
        self.slot.release().await;
    }

    /// Tells what the session came to.
    pub(super) async fn summarise(&self) {
        let Some(writer) = self.slot.writer().await else { return };
        let (memory, session) = (self.memory.clone(), writer.session().clone());
        let id = session.clone();
        let summary = match tokio::task::spawn_blocking(move || memory.tally(&id)).await {
            Ok(Ok(tally)) => tally.told(&session),
            Ok(Err(error)) => format!("What it came to cannot be read: {error}. {}", error.hint()),
            Err(error) => format!("What it came to cannot be read: {error}."),
        };
        self.bus.publish(&Event::Closing { session, summary });
    }

    pub(super) async fn close_session(&mut self, summarised: bool) {
        let Some(writer) = self.slot.writer().await else { return };
        let session = writer.session().clone();
        let now = probe::now();
        match writer.ask(move |session| session.close(summarised, now)).await {
            Ok(()) => {
                drop(writer);
                self.let_go().await;
                self.bus.publish(&Event::Closed { session, summarised });
            }
            Err(error) => {
                let text = format!("The session could not be closed: {error}. {}", error.hint());
                self.notice(NoticeKind::Failure, text);
            }
        }
    }

    /// Writes elsewhere from now on; what goes on is finished where it began.
    pub(super) async fn switch(&mut self, choice: SessionChoice) {
        if !self.agent.is_idle() {
            self.switching = Some(choice);
            return;
        }
        match choice {
            SessionChoice::Named(id) => self.resume(id).await,
            other => {
                self.let_go().await;
                self.manner.session = other;
            }
        }
    }
}
