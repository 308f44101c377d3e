//! `log`: a session's entries as they stand in its log, and as they come.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::args::{Log, Settings};
use super::{memory, speech};
use crate::domain::{Entry, Failure, FailureKind, SessionId};
use crate::history::{Record, entry};
use crate::output::escape;
use crate::store::{self, Found, Memory, Reader, StoreError};

/// How often a log that is followed is looked at.
const PACE: Duration = Duration::from_millis(200);

pub(super) fn run(settings: &Settings, args: &Log) -> Result<ExitCode, Failure> {
    let memory = memory::open(settings)?;
    let id = memory::chosen(&memory, args.id.as_deref())?;
    let reader = memory.log(&id, args.branch.as_deref())?;
    let records = match &args.at {
        Some(wanted) => vec![named(&reader, &id, wanted)?],
        None => reader.last(args.last)?,
    };
    if args.json && !args.follow {
        let rows: Vec<Value> = records.iter().map(as_json).collect();
        speech::result(&json!({"session": id.as_str(), "entries": rows}).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    let directory = memory.directory(&id)?;
    let show = |record: &Record| show(record, args, &directory);
    records.iter().try_for_each(show)?;
    if args.follow {
        let seen = records.last().map_or(0, |record| record.head.seq);
        return Ok(follow(&memory, &id, &reader, seen, &show, args.json)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn named(reader: &Reader, id: &SessionId, wanted: &str) -> Result<Record, Failure> {
    let none = |text: String| {
        let hint = format!("List the last ones with: devops-agent log {} --json", id.short());
        Failure::new(FailureKind::Error, text).hint(hint)
    };
    match reader.find(wanted)? {
        Found::One(record) => Ok(*record),
        Found::Nothing => Err(none(format!("{} has no entry whose name begins with {wanted:?}", id.short()))),
        Found::Several(several) => {
            let names: Vec<&str> = several.iter().map(|id| id.as_str()).collect();
            Err(none(format!("{wanted:?} begins several names: {}", names.join(", "))))
        }
    }
}

fn as_json(record: &Record) -> Value {
    let head = &record.head;
    json!({"seq": head.seq, "id": head.id.as_str(), "at": head.at.rfc3339(), "kind": head.kind.word(),
           "actor": head.actor, "text": record.text, "sound": record.sound})
}

fn show(record: &Record, args: &Log, session: &Path) -> Result<(), StoreError> {
    if args.json {
        speech::result(&as_json(record).to_string());
        return Ok(());
    }
    if !record.sound {
        speech::warning(&format!("entry {} is not what was written", record.head.id));
    }
    let text = if args.full { store::in_full(session, &record.text)? } else { record.text.clone() };
    speech::result(escape::for_terminal(&text).trim_end());
    speech::result("");
    Ok(())
}

/// Shows what is written until the reader goes away or the program is interrupted: what runs now as the entry to
/// come, on stderr, then the entry.
fn follow(
    memory: &Memory,
    id: &SessionId,
    reader: &Reader,
    mut seen: u64,
    show: &dyn Fn(&Record) -> Result<(), StoreError>,
    json: bool,
) -> Result<ExitCode, StoreError> {
    let mut announced = Vec::new();
    loop {
        for record in reader.after(seen)? {
            seen = record.head.seq;
            show(&record)?;
        }
        let running: Vec<Entry> = memory.running(id)?;
        if !json {
            for to_come in running.iter().filter(|entry| !announced.contains(*entry)) {
                let text = entry::render(to_come);
                speech::say(&format!("(running)\n{}", escape::for_terminal(&text).trim_end()));
            }
        }
        announced = running;
        std::thread::sleep(PACE);
    }
}
