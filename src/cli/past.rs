//! `history` and `rerun`: the commands of a session, and one of them once more, judged afresh.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Ask, History, Rerun, SessionArgs, Settings};
use super::{ask, memory, setup, speech};
use crate::domain::{Failure, FailureKind};
use crate::output::escape;
use crate::planner::{self, Planning};
use crate::runtime::Kit;
use crate::tools::past::commands;

/// What stands where a secret was masked.
const MASKED: &str = "[redacted:";

pub(super) fn history(settings: &Settings, args: &History) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let id = memory::chosen(&memory, args.session.as_deref())?;
    let all = commands(&memory, &id)?;
    let shown = all.get(all.len().saturating_sub(args.last)..).unwrap_or_default();
    if args.json {
        let rows: Vec<Value> = shown
            .iter()
            .map(|past| {
                json!({"number": past.number, "at": past.at.rfc3339(), "entry": past.entry.as_str(), "by": past.by,
                       "command": past.command, "result": past.result})
            })
            .collect();
        speech::result(&json!({"session": id.as_str(), "commands": rows}).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    if shown.is_empty() {
        speech::say(&format!("no command was run in {} yet", id.short()));
    }
    for past in shown {
        let (clock, command) = (past.at.clock(), escape::line(&past.command));
        speech::result(&format!("{:>4}  {clock}  {:<6}  {command}", past.number, past.by));
        if !past.result.is_empty() {
            speech::result(&format!("                      {}", escape::line(&past.result)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn rerun(settings: &Settings, args: &Rerun) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let memory = memory::at(&setup.loaded.config.gcc_base_path)?;
    let id = memory::chosen(&memory, args.session.as_deref())?;
    let all = commands(&memory, &id)?;
    let past = args.number.checked_sub(1).and_then(|at| all.get(at)).ok_or_else(|| {
        let text = format!("{} has {} commands, none has the number {}", id.short(), all.len(), args.number);
        Failure::new(FailureKind::Usage, text).hint("See them with: devops-agent history")
    })?;
    if past.command.contains(MASKED) {
        return Err(Failure::new(FailureKind::Refused, "the command held a secret, which the log does not have")
            .hint("Type it anew."));
    }
    let kit = Kit::build(&setup.loaded, &setup.sources)?;
    let planned = planner::plan(&past.command, &kit.knowledge.lexicon, &BTreeMap::new());
    if !matches!(planned, Planning::Plan(plan) if plan.intent == "literal") {
        let text = format!("`{}` cannot be run as it stands in the log", past.command);
        return Err(Failure::new(FailureKind::Refused, text).hint("Type it anew, with the program's name first."));
    }
    speech::say(&format!("Number {} of {}, judged as if it were new:", past.number, id.short()));
    let session = SessionArgs { session: Some(id.as_str().to_owned()), new: false };
    let how = Ask { request: None, session: session.clone(), json: args.json, dry_run: false, yes: args.yes };
    ask::carry_out(past.command.clone(), kit, &how, &session)
}
