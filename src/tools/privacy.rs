//! What was masked where, for the chat and the command line the same; the names of machines that listings tell.
//!
//! Owns the reading of a session's logs for both. Masked values are known by kind and suffix alone; nothing leads back
//! to them.

use std::collections::BTreeMap;

use super::memory::which;
use crate::domain::{Body, SessionId};
use crate::history::{Kind, recall};
use crate::output::inventory::{Machine, machines};
use crate::redact::{Class, Redactor, masks};
use crate::store::{Memory, StoreError};

/// Entries that are named for one value.
const NAMED: usize = 4;

/// A value that was masked: the same kind and suffix are the same value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    pub kind: String,
    pub suffix: String,
    /// How often it stands in the logs.
    pub times: usize,
    /// The entries it stands in, oldest first: name, clock, sort.
    pub entries: Vec<(String, String, &'static str)>,
}

/// Everything that was masked in a session; `wanted` names it, else it is `here` or the newest.
///
/// # Errors
/// When there is no such session or its logs cannot be read.
pub fn hidden(
    memory: &Memory,
    here: Option<&SessionId>,
    wanted: Option<&str>,
) -> Result<(SessionId, Vec<Hidden>), StoreError> {
    let id = which(memory, here, wanted)?;
    let mut found: BTreeMap<(String, String), Hidden> = BTreeMap::new();
    for way in memory.ways(&id)? {
        memory.log(&id, way.as_deref())?.each(
            |_| true,
            |record| {
                let entry = (record.head.id.to_string(), record.head.at.clock(), record.head.kind.heading());
                for mask in masks(&record.text) {
                    let key = (mask.kind.to_owned(), mask.suffix.to_owned());
                    let hidden = found.entry(key).or_insert_with(|| Hidden {
                        kind: mask.kind.to_owned(),
                        suffix: mask.suffix.to_owned(),
                        times: 0,
                        entries: Vec::new(),
                    });
                    hidden.times += 1;
                    if hidden.entries.last() != Some(&entry) {
                        hidden.entries.push(entry.clone());
                    }
                }
            },
        )?;
    }
    let mut all: Vec<Hidden> = found.into_values().collect();
    all.iter_mut().for_each(|hidden| hidden.entries.reverse());
    Ok((id, all))
}

/// From now on the machines that a command's output names have pseudonyms, for whoever is not to know their names.
pub fn learn_machines(redactor: &Redactor, command: &str, printed: &str) {
    for (machine, name) in machines(command, printed) {
        let class = match machine {
            Machine::Node => Class::Node,
            Machine::Vm => Class::Vm,
        };
        redactor.know_name(class, &name);
    }
}

/// The same for everything that the commands of a session printed.
///
/// # Errors
/// When there is no such session or its logs cannot be read.
pub fn recall_machines(memory: &Memory, id: &SessionId, redactor: &Redactor) -> Result<(), StoreError> {
    for way in memory.ways(id)? {
        memory.log(id, way.as_deref())?.each(
            |head| head.kind == Kind::Step,
            |record| {
                let printed = record.text.split_once("\nOUTPUT:\n").map_or("", |(_, rest)| rest);
                let table = printed.split("\n\n").next().unwrap_or_default();
                if let Body::Step(step) = recall::entry(&record).body {
                    learn_machines(redactor, &step.action, table);
                }
            },
        )?;
    }
    Ok(())
}

/// What [`hidden`] found as text, a line for each value.
pub fn told(session: &SessionId, all: &[Hidden]) -> String {
    if all.is_empty() {
        return format!("Nothing had to be masked in {}.", session.short());
    }
    let mut text = format!("Masked in {}. The same letters behind # are the same value:\n", session.short());
    let width = all.iter().map(|hidden| hidden.kind.len()).max().unwrap_or(0);
    for hidden in all {
        let named: Vec<String> = hidden
            .entries
            .iter()
            .take(NAMED)
            .map(|(id, clock, heading)| format!("{} [{clock}] {heading}", id.get(..6).unwrap_or(id)))
            .collect();
        let more = hidden.entries.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (kind, suffix) = (&hidden.kind, &hidden.suffix);
        let times = if hidden.times == 1 { "once   ".to_owned() } else { format!("{} times", hidden.times) };
        text.push_str(&format!("  {kind:<width$} #{suffix}  {times}  in {}{more}\n", named.join(", ")));
    }
    text.push_str(
        "What is shown on your screen is not masked; what is written, sent to a model or another program is.",
    );
    text
}
