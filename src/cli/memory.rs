//! `sessions`, `log`, `verify`, `graph`, `delete` and `restore`: the memory, read and put away without a model.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Delete, Graph as GraphArgs, Log as LogArgs, Restore, Sessions, Settings, Verify};
use super::{question, setup, speech};
use crate::domain::{Body, Failure, FailureKind, SessionId};
use crate::history::graph::{Drawing, Fold, Graph, Line, Log, Logged, Place, svg, text};
use crate::history::recall;
use crate::output::escape;
use crate::probe;
use crate::runtime::store_failure as failure;
use crate::store::{ChainReport, Memory, SessionSummary, Status, StoreError};

/// Columns of the graph where no terminal tells its width.
const WIDTH: usize = 100;

pub(super) fn sessions(settings: &Settings, args: &Sessions) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    let list = if args.archived { memory.archived() } else { memory.sessions() }.map_err(|error| failure(&error))?;
    if args.json {
        let rows: Vec<Value> = list.iter().map(as_json).collect();
        speech::result(&Value::Array(rows).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    if list.is_empty() {
        speech::say(if args.archived { "nothing is archived" } else { "there are no sessions yet" });
    }
    for session in &list {
        let commits = if session.commits == 1 { "1 commit".to_owned() } else { format!("{} commits", session.commits) };
        speech::result(&format!(
            "{}  {}  {:<6}  {commits:<10}  {}",
            session.id.short(),
            session.started.date(),
            session.status.word(),
            escape::line(&session.goal)
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(session: &SessionSummary) -> Value {
    json!({
        "id": session.id.as_str(),
        "name": session.id.slug(),
        "date": session.started.date(),
        "goal": session.goal,
        "status": session.status.word(),
        "commits": session.commits,
    })
}

pub(super) fn log(settings: &Settings, args: &LogArgs) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    let id = chosen(&memory, args.id.as_deref())?;
    let reader = memory.log(&id, args.branch.as_deref()).map_err(|error| failure(&error))?;
    let records = reader.last(args.last).map_err(|error| failure(&error))?;
    if args.json {
        let rows: Vec<Value> = records
            .iter()
            .map(|record| {
                let head = &record.head;
                json!({"seq": head.seq, "id": head.id.as_str(), "at": head.at.rfc3339(), "kind": head.kind.word(),
                       "actor": head.actor, "text": record.text, "sound": record.sound})
            })
            .collect();
        speech::result(&json!({"session": id.as_str(), "entries": rows}).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    for record in &records {
        if !record.sound {
            speech::warning(&format!("entry {} is not what was written", record.head.id));
        }
        speech::result(escape::for_terminal(&record.text).trim_end());
        speech::result("");
    }
    Ok(ExitCode::SUCCESS)
}

/// Exit code 1 when something is not as it was written.
pub(super) fn verify(settings: &Settings, args: &Verify) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    let ids: Vec<SessionId> = match &args.id {
        Some(id) => vec![chosen(&memory, Some(id))?],
        None => {
            let list = memory.sessions().map_err(|error| failure(&error))?;
            list.into_iter().rev().map(|session| session.id).collect()
        }
    };
    let mut rows = Vec::new();
    let mut ok = true;
    for id in ids {
        let reports = memory.verify(&id).map_err(|error| failure(&error))?;
        let bad = reports.iter().find(|report| report.first_bad.is_some());
        ok &= bad.is_none();
        if args.json {
            rows.push(json!({"id": id.as_str(), "ok": bad.is_none(), "first_bad": bad.and_then(bad_as_json)}));
        } else {
            tell(&id, &reports);
        }
    }
    if args.json {
        speech::result(&json!({"ok": ok, "sessions": rows}).to_string());
    }
    Ok(ExitCode::from(u8::from(!ok)))
}

fn bad_as_json(report: &ChainReport) -> Option<Value> {
    let bad = report.first_bad.as_ref()?;
    let id = bad.id.as_ref().map(|id| id.as_str());
    Some(json!({"chain": report.chain, "seq": bad.seq, "id": id, "problem": bad.problem}))
}

fn tell(id: &SessionId, reports: &[ChainReport]) {
    for report in reports {
        let counted = format!("{}  {}: {} entries", id.short(), report.chain, report.entries);
        match &report.first_bad {
            None => speech::result(&format!("{counted}, as they were written")),
            Some(bad) => {
                let name = bad.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
                speech::result(&format!(
                    "{counted}, first bad entry {}{name}: {}",
                    bad.seq,
                    escape::line(&bad.problem)
                ));
            }
        }
    }
}

pub(super) fn graph(settings: &Settings, args: &GraphArgs) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    let list = memory.sessions().map_err(|error| failure(&error))?;
    let sessions: Vec<&SessionSummary> = if args.all {
        list.iter().rev().collect()
    } else {
        let id = chosen(&memory, args.id.as_deref())?;
        list.iter().filter(|session| session.id == id).collect()
    };
    let title = match sessions.as_slice() {
        [one] => one.id.as_str().to_owned(),
        all => format!("{} sessions", all.len()),
    };
    let mut logs = Vec::new();
    for session in sessions {
        logs.extend(logs_of(&memory, session).map_err(|error| failure(&error))?);
    }
    let graph = Graph::from_logs(&logs);
    let fold = if args.full { Fold::Nothing } else { Fold::Runs };
    let page = Drawing::new(&graph, fold).whole();
    if args.json {
        speech::result(&serde_json::to_string(&page).map_err(|error| {
            Failure::new(FailureKind::Error, "the graph could not be written as JSON").because(error)
        })?);
    } else if args.svg {
        speech::result(&svg::render(&page, &title));
    } else {
        let options = text::Options { width: WIDTH, ascii: args.ascii, newest_first: args.newest_first };
        speech::result(text::render(&page, options).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// A session's own log and those of its branches, in the order they began.
fn logs_of(memory: &Memory, session: &SessionSummary) -> Result<Vec<Log>, StoreError> {
    let id = &session.id;
    let closed = session.status == Status::Closed;
    let from = memory.parent(id)?.and_then(|parent| {
        let entry = parent.entry?.as_str().to_owned();
        Some(Place { line: Line::main(parent.session), entry })
    });
    let read = |branch: Option<&str>| -> Result<Vec<Logged>, StoreError> {
        let records = memory.log(id, branch)?.after(0)?;
        let logged = |record: &crate::history::Record| Logged {
            id: record.head.id.as_str().to_owned(),
            entry: recall::entry(record),
        };
        Ok(records.iter().map(logged).collect())
    };
    let entries = read(None)?;
    let began = entries.first().map_or(session.started, |logged| logged.entry.at);
    let mut logs = vec![Log { line: Line::main(id.clone()), began, from, closed, entries }];
    for branch in memory.branches(id)? {
        let begins = |logged: &&Logged| matches!(&logged.entry.body, Body::Branch { name, .. } if *name == branch.name);
        let place = logs.iter().find_map(|log| {
            let entry = log.entries.iter().find(begins)?;
            Some((Place { line: log.line.clone(), entry: entry.id.clone() }, entry.entry.at))
        });
        let entries = read(Some(&branch.name))?;
        let began = place.as_ref().map_or(began, |(_, at)| *at);
        let line = Line::branch(id.clone(), branch.name.as_str());
        logs.push(Log { line, began, from: place.map(|(place, _)| place), closed: closed || branch.merged, entries });
    }
    Ok(logs)
}

pub(super) fn delete(settings: &Settings, args: &Delete) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    let id = if args.permanent { SessionId::new(args.id.clone()) } else { chosen(&memory, Some(&args.id))? };
    let contents = memory.contents(&id).map_err(|error| failure(&error))?;
    speech::say(&format!(
        "{}: {} entries, {} commits, {} branches, {} whole outputs",
        escape::line(id.as_str()),
        contents.entries,
        contents.commits,
        contents.branches,
        contents.outputs
    ));
    if args.permanent {
        let name = id.as_str();
        let typed = match &args.confirm {
            Some(name) => name.clone(),
            None => answer(&format!("This cannot be undone. Type {name} to delete it for good:"))?,
        };
        if typed.trim() != name {
            return Err(Failure::new(FailureKind::Refused, "the name was not typed; nothing was deleted")
                .hint(format!("Give the whole name: --confirm {name}")));
        }
        let gone = memory.delete_forever(&id, probe::now()).map_err(|error| failure(&error))?;
        speech::say(&format!("{gone} is deleted for good."));
    } else {
        let agreed = args.yes || { question::means_yes(&answer("Archive it? It can be restored. (y/N)")?) };
        if !agreed {
            return Err(Failure::new(FailureKind::Refused, "nothing was archived"));
        }
        let gone = memory.archive(&id, probe::now()).map_err(|error| failure(&error))?;
        speech::say(&format!("{gone} is archived. Take it back with: devops-agent restore {}", gone.short()));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(settings: &Settings, args: &Restore) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    let back = memory.restore(&SessionId::new(args.id.clone()), probe::now()).map_err(|error| failure(&error))?;
    speech::say(&format!("{back} is back."));
    Ok(ExitCode::SUCCESS)
}

/// Asks where somebody can answer.
fn answer(words: &str) -> Result<String, Failure> {
    if !question::attended() {
        return Err(Failure::new(FailureKind::Refused, "this needs a person's word and nobody can be asked")
            .hint("Run it in a terminal, or give --yes (or --confirm NAME with --permanent)."));
    }
    speech::say(words);
    question::line().map_err(|error| Failure::new(FailureKind::Error, "the answer could not be read").because(error))
}

/// The memory of this directory; a command that only looks makes none.
pub(super) fn open(settings: &Settings) -> Result<Memory, Failure> {
    at(&setup::load(settings)?.loaded.config.gcc_base_path)
}

/// The memory that lies there already.
pub(super) fn at(base: &Path) -> Result<Memory, Failure> {
    if !base.is_dir() {
        return Err(Failure::new(FailureKind::Error, format!("there is no memory at {}", base.display()))
            .hint("Go to the project's directory, or ask something first: that begins one."));
    }
    Memory::open(base).map_err(|error| failure(&error))
}

/// The newest session that is still worked on.
pub(super) fn newest_active(memory: &Memory) -> Result<SessionId, Failure> {
    let newest = memory.newest_active().map_err(|error| failure(&error))?;
    newest.map(|session| session.id).ok_or_else(|| {
        Failure::new(FailureKind::Error, "no session is active")
            .hint("Name one (devops-agent sessions lists them), or ask something: that begins one.")
    })
}

/// The session that is meant: by any unique beginning of its name, else the newest.
pub(super) fn chosen(memory: &Memory, wanted: Option<&str>) -> Result<SessionId, Failure> {
    match wanted {
        Some(wanted) => memory.find(&SessionId::new(wanted)).map_err(|error| failure(&error)),
        None => {
            let newest = memory.sessions().map_err(|error| failure(&error))?.into_iter().next();
            newest.map(|session| session.id).ok_or_else(|| {
                Failure::new(FailureKind::Error, "there are no sessions yet")
                    .hint("Ask something first: that begins one.")
            })
        }
    }
}
