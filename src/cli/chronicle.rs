//! `commit`, `branch`, `merge` and `fork`: what a person writes into the memory without a chat. For a session that
//! another process holds the word is left there, and that process writes it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;

use super::args::{BranchArgs, Commit, Fork, Merge, Settings};
use super::setup::Setup;
use super::{memory, setup, speech};
use crate::domain::{At, Body, Failure, FailureKind, MemoryWord, PANE, Principal, SessionId};
use crate::history::{Kind, recall};
use crate::output::escape;
use crate::probe;
use crate::redact::Redactor;
use crate::runtime;
use crate::store::{Memory, NOT_DONE, Session, StoreError};
use crate::tools::memory as words;

/// How long the process that holds a session may take to write what was left for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// What these commands write with.
pub(super) struct Desk {
    pub memory: Memory,
    pub redactor: Redactor,
    cwd: PathBuf,
    environment: std::collections::BTreeMap<String, String>,
    pub now: At,
}

impl Desk {
    /// Over the memory that lies there already.
    pub fn open(settings: &Settings) -> Result<Desk, Failure> {
        let setup = setup::load(settings)?;
        let memory = memory::at(&setup.loaded.config.gcc_base_path)?;
        Desk::over(&setup, memory)
    }

    pub fn over(setup: &Setup, memory: Memory) -> Result<Desk, Failure> {
        let (config, sources) = (&setup.loaded.config, &setup.sources);
        let mut warnings = Vec::new();
        let added = runtime::added_secrets(&setup.loaded.skills);
        let redactor = runtime::redactor(config, &sources.cwd, &sources.environment, &added, &mut warnings)?;
        warnings.iter().for_each(|warning| speech::warning(warning));
        Ok(Desk {
            memory,
            redactor,
            cwd: sources.cwd.clone(),
            environment: sources.environment.clone(),
            now: probe::now(),
        })
    }

    /// The session that is meant: the named one, or the newest that is worked on.
    fn meant(&self, wanted: Option<&str>) -> Result<SessionId, Failure> {
        match wanted {
            Some(wanted) => Ok(self.memory.find(&SessionId::new(wanted))?),
            // A shell inside a workbench means that workbench's session.
            None => match self.environment.get(PANE) {
                Some(session) => Ok(self.memory.find(&SessionId::new(session.as_str()))?),
                None => memory::newest_active(&self.memory),
            },
        }
    }

    /// The session that is meant, held. What an earlier process left in it is put right and told.
    pub fn session(&self, wanted: Option<&str>) -> Result<Session, Failure> {
        let session = self.memory.resume(&self.meant(wanted)?, self.now)?;
        session.recovered().iter().for_each(|text| speech::warning(text));
        Ok(session)
    }
}

/// One line for people, or an object for programs.
fn told(json: bool, text: &str, value: serde_json::Value) -> ExitCode {
    if json {
        speech::result(&value.to_string());
    } else {
        speech::say(&escape::line(text));
    }
    ExitCode::SUCCESS
}

pub(super) fn commit(settings: &Settings, args: &Commit) -> Result<ExitCode, Failure> {
    let finding = args.finding.clone().unwrap_or_default();
    let word = MemoryWord::Commit { summary: args.summary.clone(), finding };
    write(settings, args.session.as_deref(), word, args.json)
}

pub(super) fn branch(settings: &Settings, args: &BranchArgs) -> Result<ExitCode, Failure> {
    let word = MemoryWord::Branch { name: args.name.clone(), intent: args.intent.clone().unwrap_or_default() };
    write(settings, args.session.as_deref(), word, args.json)
}

pub(super) fn merge(settings: &Settings, args: &Merge) -> Result<ExitCode, Failure> {
    write(settings, args.session.as_deref(), MemoryWord::Merge { name: args.name.clone() }, args.json)
}

/// Writes the word, or leaves it for the process that holds the session and waits a moment for it.
fn write(settings: &Settings, wanted: Option<&str>, word: MemoryWord, json: bool) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let id = desk.meant(wanted)?;
    let word = desk.redactor.word(word);
    let left = desk.memory.leave(&id, &word, Principal::Person, desk.now)?;
    let Some(message) = left else {
        let mut session = desk.session(Some(id.as_str()))?;
        let entry = session.remember(&word, Principal::Person, desk.now)?;
        let told = entry.as_ref().map_or_else(String::new, |entry| words::told(word.get(), entry));
        let value = json!({"session": id.as_str(), "entry": entry.as_ref().map(|entry| entry.as_str()),
                           "branch": session.active_branch(), "written": true});
        return Ok(self::told(json, &format!("{}: {told}", id.short()), value));
    };
    let patience = Instant::now() + PATIENCE;
    while message.waits() && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(20));
    }
    let written = !message.waits();
    if written && let Some(why) = refused(&desk.memory, &id, desk.now)? {
        return Err(Failure::new(FailureKind::Refused, why));
    }
    let text = if written {
        "The process that holds the session wrote it there."
    } else {
        "Another process holds the session; it is left in its inbox and written when that process, or the next, looks."
    };
    let value = json!({"session": id.as_str(), "entry": null, "branch": desk.memory.active_branch(&id)?,
                       "written": written});
    Ok(told(json, &format!("{}: {text}", id.short()), value))
}

/// Why the holder could not write what was left at this time, when it could not: it says so in the log.
fn refused(memory: &Memory, id: &SessionId, at: At) -> Result<Option<String>, StoreError> {
    let way = memory.active_branch(id)?;
    let last = memory.log(id, Some(&way))?.last(1)?.pop();
    let told = last.filter(|record| record.head.kind == Kind::Recovery && record.head.at.rfc3339() == at.rfc3339());
    Ok(told.and_then(|record| match recall::entry(&record).body {
        Body::Recovery { text } => text.contains(NOT_DONE).then_some(text),
        _ => None,
    }))
}

pub(super) fn fork(settings: &Settings, args: &Fork) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let from = desk.memory.find(&SessionId::new(args.id.clone()))?;
    let goal = match &args.goal {
        Some(goal) => goal.clone(),
        None => desk.memory.name(&from)?.replace('-', " "),
    };
    let surroundings = probe::surroundings(&desk.cwd, &desk.environment);
    let goal = desk.redactor.text(&goal);
    let session = desk.memory.fork(&from, args.at.as_deref(), &goal, desk.now, &surroundings);
    let session = session?;
    Ok(told(
        args.json,
        &format!("{} begins where {} stood.", session.id(), from.short()),
        json!({"session": session.id().as_str(), "parent": from.as_str()}),
    ))
}
