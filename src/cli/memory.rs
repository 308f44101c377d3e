//! `sessions`, `verify` and `graph`: the memory, looked at without a model; and which session is meant.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Graph as GraphArgs, Sessions, Settings, Verify};
use super::{setup, speech};
use crate::domain::{Failure, FailureKind, SessionId};
use crate::history::graph::{Drawing, Fold, svg, text};
use crate::output::escape;
use crate::probe;
use crate::store::{ChainReport, Memory, SessionSummary};
use crate::tools;

/// Columns of the graph where no terminal tells its width.
const WIDTH: usize = 100;

pub(super) fn sessions(settings: &Settings, args: &Sessions) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    let list = if args.archived { memory.archived() } else { memory.sessions() }?;
    if args.json {
        let rows: Vec<Value> = list.iter().map(as_json).collect();
        speech::result(&Value::Array(rows).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    if list.is_empty() {
        speech::say(if args.archived { "nothing is archived" } else { "there are no sessions yet" });
    } else {
        speech::result(&history(&list, args.archived));
    }
    let archived = if args.archived { 0 } else { memory.archived()?.len() };
    if archived > 0 {
        let sessions = if archived == 1 { "session" } else { "sessions" };
        speech::result(&format!("  archived: {archived} {sessions}  (devops-agent sessions --archived to view)"));
    }
    Ok(ExitCode::SUCCESS)
}

/// The table of the product document's section 8, newest first.
fn history(list: &[SessionSummary], archived: bool) -> String {
    let widest = list.iter().map(|session| session.name.chars().count()).max().unwrap_or(0).max(28);
    let rule = "─".repeat(widest + 38);
    let title = if archived { "ARCHIVED SESSIONS" } else { "SESSION HISTORY" };
    let mut text = format!("  {title}\n  {rule}\n  #    Date         {:<widest$}  Status   Commits\n", "Goal");
    for session in list {
        text.push_str(&format!(
            "  {:<4} {}   {:<widest$}  {:<7}  {}\n",
            session.id.number(),
            session.started.date(),
            escape::line(&session.name),
            session.status.word(),
            session.commits,
        ));
    }
    format!("{text}  {rule}")
}

fn as_json(session: &SessionSummary) -> Value {
    json!({
        "id": session.id.as_str(),
        "name": session.name,
        "date": session.started.date(),
        "goal": session.goal,
        "status": session.status.word(),
        "commits": session.commits,
    })
}

/// Exit code 1 when something is not as it was written.
pub(super) fn verify(settings: &Settings, args: &Verify) -> Result<ExitCode, Failure> {
    let memory = open(settings)?;
    // What a crash left is no tampering.
    for (id, sentences) in memory.recover(probe::now())? {
        sentences.iter().for_each(|text| speech::warning(&format!("{}: {text}", id.short())));
    }
    let ids: Vec<SessionId> = match &args.id {
        Some(id) => vec![chosen(&memory, Some(id))?],
        None => {
            let list = memory.sessions()?;
            list.into_iter().rev().map(|session| session.id).collect()
        }
    };
    let mut rows = Vec::new();
    let mut ok = true;
    for id in ids {
        let reports = memory.verify(&id)?;
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
    let list = memory.sessions()?;
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
    let graph = tools::memory::graph(&memory, &sessions)?;
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
    Ok(Memory::open(base)?)
}

/// The newest session that is still worked on.
pub(super) fn newest_active(memory: &Memory) -> Result<SessionId, Failure> {
    let newest = memory.newest_active()?;
    newest.map(|session| session.id).ok_or_else(|| {
        Failure::new(FailureKind::Error, "no session is active")
            .hint("Name one (devops-agent sessions lists them), or ask something: that begins one.")
    })
}

/// The session that is meant: by any unique beginning of its name, else the newest.
pub(super) fn chosen(memory: &Memory, wanted: Option<&str>) -> Result<SessionId, Failure> {
    match wanted {
        Some(wanted) => Ok(memory.find(&SessionId::new(wanted))?),
        None => {
            let newest = memory.sessions()?.into_iter().next();
            newest.map(|session| session.id).ok_or_else(|| {
                Failure::new(FailureKind::Error, "there are no sessions yet")
                    .hint("Ask something first: that begins one.")
            })
        }
    }
}
