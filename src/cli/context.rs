//! `context`: where the project and a session stand, in the windows that the agent gets too.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Context, Settings};
use super::{memory, speech};
use crate::domain::{Failure, Window};
use crate::history::Record;
use crate::output::escape;
use crate::tools::memory::{Seen, context};

pub(super) fn run(settings: &Settings, args: &Context) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let id = args.id.clone();
    let (name, window) = match &args.commit {
        Some(commit) => ("commit", Window::Commit(id, commit.clone())),
        None if args.log => ("log", Window::Log(id)),
        None if args.metadata => ("metadata", Window::Metadata(id)),
        None if id.is_some() => ("session", Window::Session(id)),
        None => ("project", Window::Project),
    };
    let seen = context(&memory, None, &window)?;
    if !args.json {
        speech::result(escape::for_terminal(&seen.text()).trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let value = match &seen {
        Seen::Text(text) => Value::Object([(name.to_owned(), text.clone().into())].into_iter().collect()),
        Seen::Entries { session, commits, entries } => {
            let texts = |records: &[Record]| records.iter().map(|record| record.text.clone()).collect::<Vec<_>>();
            json!({"session": session.as_str(), "commits": texts(commits), "entries": texts(entries)})
        }
    };
    speech::result(&value.to_string());
    Ok(ExitCode::SUCCESS)
}
