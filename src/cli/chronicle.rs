//! `commit`, `branch`, `merge`, `fork` and `close`: what a person writes into the memory without a chat. A session that
//! another process holds is left to it, and the person is told who that is.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::args::{BranchArgs, Close, Commit, Fork, Merge, Settings};
use super::{memory, setup, speech};
use crate::domain::{At, Body, Entry, Failure, Principal, SessionId};
use crate::output::escape;
use crate::probe;
use crate::redact::Redactor;
use crate::runtime::{self, store_failure};
use crate::store::{Memory, Session};

/// What these commands write with.
struct Desk {
    memory: Memory,
    redactor: Redactor,
    cwd: PathBuf,
    environment: std::collections::BTreeMap<String, String>,
    now: At,
}

impl Desk {
    fn open(settings: &Settings) -> Result<Desk, Failure> {
        let setup = setup::load(settings)?;
        let (config, sources) = (&setup.loaded.config, &setup.sources);
        let mut warnings = Vec::new();
        let redactor = runtime::redactor(config, &sources.cwd, &sources.environment, &mut warnings)?;
        warnings.iter().for_each(|warning| speech::warning(warning));
        Ok(Desk {
            memory: memory::at(&config.gcc_base_path)?,
            redactor,
            cwd: sources.cwd.clone(),
            environment: sources.environment.clone(),
            now: probe::now(),
        })
    }

    /// The session that is meant, held. What an earlier process left in it is put right and told.
    fn session(&self, wanted: Option<&str>) -> Result<Session, Failure> {
        let id = match wanted {
            Some(wanted) => SessionId::new(wanted),
            None => memory::newest_active(&self.memory)?,
        };
        let session = self.memory.resume(&id, self.now).map_err(|error| store_failure(&error))?;
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
    let desk = Desk::open(settings)?;
    let mut session = desk.session(args.session.as_deref())?;
    let finding = args.finding.clone().unwrap_or_default();
    let body = Body::Commit { milestone: args.summary.clone(), finding, saved_to: String::new() };
    let entry = desk.redactor.entry(Entry { at: desk.now, by: Principal::Person, body });
    let id = session.append(&entry).map_err(|error| store_failure(&error))?;
    let name = session.id().clone();
    Ok(told(
        args.json,
        &format!("Committed to {} as {id}.", name.short()),
        json!({"session": name.as_str(), "entry": id.as_str(), "branch": session.active_branch()}),
    ))
}

pub(super) fn branch(settings: &Settings, args: &BranchArgs) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let mut session = desk.session(args.session.as_deref())?;
    let (name, intent) =
        (desk.redactor.text(&args.name), desk.redactor.text(args.intent.as_deref().unwrap_or_default()));
    let id = session.branch(&name, &intent, Principal::Person, desk.now).map_err(|error| store_failure(&error))?;
    Ok(told(
        args.json,
        &format!("Branch {} begins at {id}. What comes goes to its log until it is merged.", args.name),
        json!({"session": session.id().as_str(), "entry": id.as_str(), "branch": session.active_branch()}),
    ))
}

pub(super) fn merge(settings: &Settings, args: &Merge) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let mut session = desk.session(args.session.as_deref())?;
    let id = session.merge(&args.name, Principal::Person, desk.now).map_err(|error| store_failure(&error))?;
    Ok(told(
        args.json,
        &format!("Branch {} is merged by {id}; its entries stay in its own log.", args.name),
        json!({"session": session.id().as_str(), "entry": id.as_str(), "branch": session.active_branch()}),
    ))
}

pub(super) fn fork(settings: &Settings, args: &Fork) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let from = desk.memory.find(&SessionId::new(args.id.clone())).map_err(|error| store_failure(&error))?;
    let goal = match &args.goal {
        Some(goal) => goal.clone(),
        None => from.slug().replace('-', " "),
    };
    let surroundings = probe::surroundings(&desk.cwd, &desk.environment);
    let goal = desk.redactor.text(&goal);
    let session = desk.memory.fork(&from, args.at.as_deref(), &goal, desk.now, &surroundings);
    let session = session.map_err(|error| store_failure(&error))?;
    Ok(told(
        args.json,
        &format!("{} begins where {} stood.", session.id(), from.short()),
        json!({"session": session.id().as_str(), "parent": from.as_str()}),
    ))
}

pub(super) fn close(settings: &Settings, args: &Close) -> Result<ExitCode, Failure> {
    let desk = Desk::open(settings)?;
    let mut session = desk.session(args.id.as_deref())?;
    session.close(desk.now).map_err(|error| store_failure(&error))?;
    let id = session.id().clone();
    drop(session);
    let list = desk.memory.sessions().map_err(|error| store_failure(&error))?;
    let commits = list.iter().find(|summary| summary.id == id).map_or(0, |summary| summary.commits);
    Ok(told(
        args.json,
        &format!(
            "{} is closed, with {commits} commits. Take it up again with: ask --session {}",
            id.short(),
            id.short()
        ),
        json!({"session": id.as_str(), "status": "closed", "commits": commits}),
    ))
}
