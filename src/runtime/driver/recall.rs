//! Commands of before, for the person to choose from: of this session, of the others, of their shell's own history.
//!
//! Owns the order and how many; reads beside what goes on.

use std::collections::BTreeSet;

use super::Driver;
use crate::bus::Event;
use crate::domain::{Recalled, SessionId, Whence};
use crate::redact::masks;
use crate::shell;
use crate::store::Memory;
use crate::tools::past;

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
        let ran = past::commands(memory, id).unwrap_or_else(|error| {
            tracing::warn!(%error, session = %id, "the commands of a session could not be read");
            Vec::new()
        });
        for command in ran.into_iter().rev().map(|past| past.command) {
            // A command with a mask in it would not do what it did.
            if commands.len() < MOST && masks(&command).is_empty() && seen.insert(command.clone()) {
                commands.push(Recalled { command, whence });
            }
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
