//! `context`: where the project and a session stand, in the windows that the agent gets too.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Context, Settings};
use super::{memory, speech};
use crate::domain::{Failure, FailureKind};
use crate::history::Record;
use crate::output::escape;
use crate::runtime::store_failure;
use crate::store::Found;

/// Entries of the log beside the commits.
const ENTRIES: usize = 10;
/// Lines of `--log`.
const LINES: usize = 20;
/// Commits that are told; more are a page of their own.
const COMMITS: usize = 20;

pub(super) fn run(settings: &Settings, args: &Context) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let failure = |error| store_failure(&error);
    let windowed = args.log || args.metadata || args.commit.is_some();
    if args.id.is_none() && !windowed {
        let text = memory.page_text().map_err(failure)?;
        print(args.json, "project", &text);
        return Ok(ExitCode::SUCCESS);
    }
    let id = memory::chosen(&memory, args.id.as_deref())?;
    if args.log {
        let lines = memory.log(&id, None).map_err(failure)?.last_lines(LINES).map_err(failure)?;
        print(args.json, "log", &lines.join("\n"));
    } else if args.metadata {
        print(args.json, "metadata", &memory.metadata_text(&id).map_err(failure)?);
    } else if let Some(wanted) = &args.commit {
        let commits = memory.commits(&id, None).map_err(failure)?;
        let found = match wanted.parse::<u64>() {
            Ok(number) => commits.after(number.saturating_sub(1)).map_err(failure)?.into_iter().next(),
            Err(_) => match commits.find(wanted).map_err(failure)? {
                Found::One(record) => Some(*record),
                Found::Several(_) | Found::Nothing => None,
            },
        };
        let record = found.ok_or_else(|| {
            Failure::new(FailureKind::Error, format!("{} has no commit {wanted}", id.short()))
                .hint(format!("See them with: devops-agent context {}", id.short()))
        })?;
        print(args.json, "commit", &record.text);
    } else {
        let commits = memory.commits(&id, None).map_err(failure)?.last(COMMITS).map_err(failure)?;
        let entries = memory.log(&id, None).map_err(failure)?.last(ENTRIES).map_err(failure)?;
        if args.json {
            let texts = |records: &[Record]| records.iter().map(|record| record.text.clone()).collect::<Vec<_>>();
            let value = json!({"session": id.as_str(), "commits": texts(&commits), "entries": texts(&entries)});
            speech::result(&value.to_string());
        } else {
            for record in commits.iter().chain(&entries) {
                speech::result(escape::for_terminal(&record.text).trim_end());
                speech::result("");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print(json: bool, name: &str, text: &str) {
    if json {
        let mut object = serde_json::Map::new();
        object.insert(name.to_owned(), Value::String(text.to_owned()));
        speech::result(&Value::Object(object).to_string());
    } else {
        speech::result(escape::for_terminal(text).trim_end());
    }
}
