//! Commands of before, for the person to choose from: of this session, of the others, of their shell's own history.
//!
//! Owns the order and how many; reads beside what goes on.

use std::collections::BTreeSet;

use super::Driver;
use crate::bus::Event;
use crate::domain::{Body, Recalled, SessionId, Whence};
use crate::history::{Kind, recall};
use crate::redact::masks;
use crate::shell;
use crate::store::{Memory, StoreError};

/// Commands that are offered at most.
const MOST: usize = 5_000;
/// Earlier sessions that are read.
const SESSIONS: usize = 40;

impl Driver {
    pub(super) fn recall(&self) {
        let (memory, bus, slot) = (self.memory.clone(), self.bus.clone(), self.slot.clone());
        let (environment, setting) = (self.kit.sources.environment.clone(), self.kit.config.shell.clone());
        tokio::spawn(async move {
            let here = slot.writer().await.map(|writer| writer.session().clone());
            let read = tokio::task::spawn_blocking(move || {
                let variable = |name: &str| environment.get(name).map(Into::into);
                let own = shell::choose_here(setting.as_deref(), variable)
                    .map(|choice| shell::earlier(&choice, variable))
                    .unwrap_or_default();
                offered(&memory, here.as_ref(), own)
            });
            match read.await {
                Ok(commands) => bus.publish(&Event::Recalled(commands)),
                Err(error) => tracing::warn!(%error, "earlier commands could not be read"),
            }
        });
    }
}

/// Newest first, each command once, where it was run last.
fn offered(memory: &Memory, here: Option<&SessionId>, own: Vec<String>) -> Vec<Recalled> {
    let mut sessions: Vec<SessionId> = match memory.sessions() {
        Ok(sessions) => sessions.into_iter().map(|session| session.id).take(SESSIONS).collect(),
        Err(error) => {
            tracing::warn!(%error, "earlier sessions could not be read");
            Vec::new()
        }
    };
    sessions.sort_by_key(|id| Some(id) != here);
    let mut seen = BTreeSet::new();
    let mut commands = Vec::new();
    for id in &sessions {
        let whence = if Some(id) == here { Whence::Session } else { Whence::Earlier };
        let read = of_session(memory, id, |command| {
            // A command with a mask in it would not do what it did.
            if commands.len() < MOST && masks(&command).is_empty() && seen.insert(command.clone()) {
                commands.push(Recalled { command, whence });
            }
        });
        if let Err(error) = read {
            tracing::warn!(%error, session = %id, "the commands of a session could not be read");
        }
    }
    for command in own.into_iter().rev() {
        if commands.len() >= MOST {
            break;
        }
        if seen.insert(command.clone()) {
            commands.push(Recalled { command, whence: Whence::Shell });
        }
    }
    commands
}

/// What ran in a session, newest first.
fn of_session(memory: &Memory, id: &SessionId, mut found: impl FnMut(String)) -> Result<(), StoreError> {
    let way = memory.active_branch(id)?;
    let log = memory.log(id, Some(&way))?;
    let wanted = |kind: Kind| matches!(kind, Kind::Step | Kind::Approval | Kind::Human);
    log.each(
        |head| wanted(head.kind),
        |record| match recall::entry(&record).body {
            Body::Step(step) if step.is_automatic() => found(step.action),
            Body::Approval(asked) if asked.executed => found(asked.command),
            Body::Human(manual) if !manual.private => found(manual.command),
            _ => {}
        },
    )
}
