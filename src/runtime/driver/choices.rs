//! What the person chooses for what comes: another model, another session, fewer grants.

use super::Driver;
use crate::agent;
use crate::bus::{Event, NoticeKind, Presence};
use crate::domain::SessionId;
use crate::output::{counted, escape};
use crate::probe;
use crate::runtime::sessions::SessionChoice;
use crate::store::{Grants, StoreError};

impl Driver {
    /// Asks this model from now on, once it is found. Until then the planner is alone.
    pub(super) fn use_model(&mut self, name: String) {
        if !self.agent.is_idle() {
            let text = "Wait for the answer, or stop it; then name the model again.";
            return self.notice(NoticeKind::Warning, text.to_owned());
        }
        let config = &mut self.kit.config;
        match &mut config.openai {
            Some(openai) => openai.model = name,
            None => config.ollama.model = name,
        }
        self.model = None;
        self.told_absent = None;
        // A presence has no effects.
        self.agent.handle(agent::Event::ModelPresence(None));
        self.bus.publish(&Event::Presence(Presence::Planner));
        self.look_for_model();
    }

    /// Has the session be for something else.
    pub(super) async fn rename(&mut self, goal: &str) {
        let Some(writer) = self.slot.writer().await else {
            return self.notice(NoticeKind::Info, "There is no session yet; the first request names it.".to_owned());
        };
        let (masked, id, now) = (self.redactor.text(goal), writer.session().clone(), probe::now());
        let told = escape::line(masked.get());
        match writer.ask(move |session| session.rename(&masked, now)).await {
            Ok(()) => {
                self.notice(NoticeKind::Info, format!("{} is for this now: {told}.", id.short()));
                self.bus.publish(&Event::SessionsChanged);
                self.tell_way().await;
            }
            Err(error) => {
                let text = format!("The session could not be renamed: {error}. {}", error.hint());
                self.notice(NoticeKind::Failure, text);
            }
        }
    }

    /// Begins a session for a goal, as `devops-agent new` does, and writes there.
    pub(super) async fn begin(&mut self, goal: String, name: Option<String>) {
        let (memory, redactor, here) = (self.memory.clone(), self.redactor.clone(), self.surroundings.clone());
        let begun = tokio::task::spawn_blocking(move || {
            let goal = redactor.text(&goal);
            let session = match name {
                Some(name) => memory.begin_named(&redactor.text(&name), &goal, probe::now(), &here)?,
                None => memory.begin(&goal, probe::now(), &here)?,
            };
            Ok::<_, StoreError>(session.id().clone())
        });
        match begun.await {
            Ok(Ok(id)) => {
                self.notice(NoticeKind::Info, format!("✓ Session created: {}", escape::line(id.as_str())));
                self.switch(SessionChoice::Named(id.clone())).await;
                self.note_surroundings(id);
            }
            Ok(Err(error)) => {
                self.notice(NoticeKind::Failure, format!("It could not be begun: {error}. {}", error.hint()));
            }
            Err(error) => self.notice(NoticeKind::Failure, format!("It could not be begun: {error}.")),
        }
    }

    /// Begins a session where another stands, and writes there.
    pub(super) async fn fork(&mut self, from: SessionId, entry: Option<String>, goal: String) {
        let (memory, redactor, here) = (self.memory.clone(), self.redactor.clone(), self.surroundings.clone());
        let origin = from.clone();
        let forked = tokio::task::spawn_blocking(move || {
            let goal = if goal.is_empty() { memory.name(&origin)?.replace('-', " ") } else { goal };
            let goal = redactor.text(&goal);
            memory.fork(&origin, entry.as_deref(), &goal, probe::now(), &here).map(|session| session.id().clone())
        });
        match forked.await {
            Ok(Ok(id)) => {
                self.notice(NoticeKind::Info, format!("{} begins where {} stood.", id.short(), from.short()));
                self.switch(SessionChoice::Named(id)).await;
            }
            Ok(Err(error)) => {
                self.notice(NoticeKind::Failure, format!("It could not be forked: {error}. {}", error.hint()));
            }
            Err(error) => self.notice(NoticeKind::Failure, format!("It could not be forked: {error}.")),
        }
    }

    /// Takes back what was granted, or all of it.
    pub(super) async fn revoke(&mut self, id: Option<String>) {
        let grants = Grants::at(&self.kit.config.state_dir);
        let wanted = id.clone().map(|id| vec![id]);
        let gone = tokio::task::spawn_blocking(move || grants.revoke(wanted.as_deref(), probe::now())).await;
        let (kind, text) = match (gone, id) {
            (Ok(Ok(gone)), Some(id)) if gone.is_empty() => {
                (NoticeKind::Warning, format!("There is no grant {}; /grants lists them.", escape::line(&id)))
            }
            (Ok(Ok(gone)), _) => (NoticeKind::Info, format!("Taken back: {}.", counted(gone.len(), "grant", "grants"))),
            (Ok(Err(error)), _) => {
                (NoticeKind::Failure, format!("The grants could not be changed: {error}. {}", error.hint()))
            }
            (Err(error), _) => (NoticeKind::Failure, format!("The grants could not be changed: {error}.")),
        };
        self.notice(kind, text);
    }
}
