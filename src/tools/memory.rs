//! The memory's words carried out: for the chat, the command line, a model and other programs the same.
//!
//! Owns the windows of CONTEXT, the reading of sessions into a graph, and what is told of a word that was written. What
//! it returns is plain text of the memory; whoever shows it escapes it.

use std::ffi::OsStr;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{past, privacy};
use crate::domain::{Body, EntryId, MemoryWord, SessionId, Window};
use crate::history::graph::{Drawing, Fold, Graph, Line, Log, Logged, Place, text};
use crate::history::incident::{Chain, Incident};
use crate::history::{Anchor, Record, recall};
use crate::index::{Answer, Filter, Index, Query, Sqlite};
use crate::output::escape;
use crate::probe;
use crate::store::{self, Found, MAIN, Memory, SessionSummary, Status, StoreError};

/// Entries of the log beside the commits.
const ENTRIES: usize = 10;
/// Lines of the log's window.
const LINES: usize = 20;
/// Commits that are told; more are a page of their own.
const COMMITS: usize = 20;

/// Entries a search shows.
const HITS: usize = 10;
/// How long what is not in the index yet may take to get there.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a window shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Text(String),
    /// Commits and entries, the newest last.
    Entries {
        session: SessionId,
        commits: Vec<Record>,
        entries: Vec<Record>,
    },
}

impl Seen {
    /// As one text.
    pub fn text(&self) -> String {
        match self {
            Seen::Text(text) => text.clone(),
            Seen::Entries { commits, entries, .. } => {
                commits.iter().chain(entries).map(|record| record.text.as_str()).collect()
            }
        }
    }
}

/// Looks through a window; `here` is the session that is written to. Reads no more of a log than it shows.
///
/// # Errors
/// [`StoreError::NotFound`] and [`StoreError::NoEntry`] where nothing of that name is there.
pub fn context(memory: &Memory, here: Option<&SessionId>, window: &Window) -> Result<Seen, StoreError> {
    let session = |wanted: &Option<String>| which(memory, here, wanted.as_deref());
    match window {
        Window::Project => memory.page_text().map(|page| Seen::Text(Anchor::left_out(&page))),
        Window::Session(wanted) => {
            let session = session(wanted)?;
            let way = memory.active_branch(&session)?;
            Ok(Seen::Entries {
                commits: memory.reached(&session, &way, COMMITS)?,
                entries: memory.log(&session, Some(&way))?.last(ENTRIES)?,
                session,
            })
        }
        Window::Log(wanted) => {
            let session = session(wanted)?;
            let way = memory.active_branch(&session)?;
            Ok(Seen::Text(memory.log(&session, Some(&way))?.last_lines(LINES)?.join("\n")))
        }
        Window::Metadata(wanted) => memory.metadata_text(&session(wanted)?).map(Seen::Text),
        Window::Commit(wanted, commit) => {
            let session = session(wanted)?;
            let commits = memory.commits(&session, Some(&memory.active_branch(&session)?))?;
            let several = match commit.parse::<u64>() {
                Ok(number) => {
                    let found = commits.before(number.saturating_add(1), 1)?.pop();
                    match found.filter(|record| record.head.seq == number) {
                        Some(record) => return Ok(Seen::Text(record.text)),
                        None => Vec::new(),
                    }
                }
                Err(_) => match commits.find(commit)? {
                    Found::One(record) => return Ok(Seen::Text(record.text)),
                    Found::Several(several) => several,
                    Found::Nothing => Vec::new(),
                },
            };
            Err(StoreError::NoEntry { wanted: format!("commit {commit}"), several })
        }
    }
}

/// The session that is meant: the named one, the one that is written to, or the newest.
pub(super) fn which(memory: &Memory, here: Option<&SessionId>, wanted: Option<&str>) -> Result<SessionId, StoreError> {
    if let Some(wanted) = wanted {
        return memory.find(&SessionId::new(wanted));
    }
    if let Some(here) = here {
        return Ok(here.clone());
    }
    let newest = memory.sessions()?.into_iter().next();
    newest.map(|session| session.id).ok_or_else(|| StoreError::NotFound { wanted: String::new(), near: Vec::new() })
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportForm {
    Markdown,
    Html,
    Json,
}

impl ReportForm {
    /// The form that a file's ending asks for; Markdown where it says nothing.
    pub fn of(path: &Path) -> ReportForm {
        match path.extension().and_then(OsStr::to_str) {
            Some("html" | "htm") => ReportForm::Html,
            Some("json") => ReportForm::Json,
            _ => ReportForm::Markdown,
        }
    }

    /// The report in this form.
    ///
    /// # Errors
    /// When it cannot be told as JSON.
    pub fn text(self, incident: &Incident) -> serde_json::Result<String> {
        match self {
            ReportForm::Markdown => Ok(incident.markdown()),
            ReportForm::Html => Ok(incident.html()),
            ReportForm::Json => serde_json::to_string_pretty(incident),
        }
    }

    /// A text of this form with nothing in it that a terminal would obey.
    pub fn escaped(self, text: &str) -> String {
        match self {
            ReportForm::Markdown | ReportForm::Html => escape::for_terminal(text),
            ReportForm::Json => escape::json(text),
        }
    }
}

/// A session as a report to hand on.
///
/// # Errors
/// When there is no such session or its files cannot be read.
pub fn incident(memory: &Memory, wanted: &SessionId) -> Result<Incident, StoreError> {
    let id = memory.find(wanted)?;
    let list = memory.sessions()?;
    let known = list.iter().find(|session| session.id == id);
    let mut incident = Incident {
        session: id.as_str().to_owned(),
        goal: known.map_or_else(|| id.slug().replace('-', " "), |session| session.goal.clone()),
        status: known.map_or("closed", |session| session.status.word()).to_owned(),
        surroundings: memory.noted(&id)?,
        ..Incident::default()
    };
    let branches = memory.branches(&id)?;
    let ways = std::iter::once((MAIN, None)).chain(branches.iter().map(|way| (way.name.as_str(), Some(&*way.name))));
    for (name, branch) in ways {
        memory.log(&id, branch)?.each(|_| true, |record| incident.add(name, &record))?;
    }
    for branch in branches.iter().filter(|branch| !branch.merged) {
        incident.open_steps.push(format!("branch {} is not merged", branch.name));
    }
    for report in memory.verify(&id)? {
        let sound = report.first_bad.is_none();
        incident.chains.push(Chain { chain: report.chain, entries: report.entries, head: report.head, sound });
    }
    incident.sort();
    Ok(incident)
}

/// What was done and found in these sessions, oldest first, as a graph.
pub fn graph(memory: &Memory, sessions: &[&SessionSummary]) -> Result<Graph, StoreError> {
    let mut logs = Vec::new();
    for session in sessions {
        logs.extend(logs_of(memory, session)?);
    }
    Ok(Graph::from_logs(&logs))
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
        let mut logged = Vec::new();
        memory.log(id, branch)?.each(
            |_| true,
            |record| logged.push(Logged { id: record.head.id.as_str().to_owned(), entry: recall::entry(&record) }),
        )?;
        logged.reverse();
        Ok(logged)
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

/// What a word that only looks has to show, as text of `width` columns.
///
/// # Errors
/// As [`context`].
pub fn look(memory: &Memory, here: Option<&SessionId>, word: &MemoryWord, width: usize) -> Result<String, StoreError> {
    match word {
        MemoryWord::Context(window) => context(memory, here, window).map(|seen| seen.text()),
        MemoryWord::Graph { all } => {
            let list = memory.sessions()?;
            let only = if *all { None } else { Some(which(memory, here, None)?) };
            let wanted = |session: &&SessionSummary| only.as_ref().is_none_or(|only| session.id == *only);
            let sessions: Vec<&SessionSummary> = list.iter().rev().filter(wanted).collect();
            let page = Drawing::new(&graph(memory, &sessions)?, Fold::Runs).whole();
            Ok(text::render(&page, text::Options { width, ascii: false, newest_first: false }))
        }
        MemoryWord::Search { words } => Ok(search(memory, words, HITS).map_or_else(|why| why, |found| listed(&found))),
        MemoryWord::Privacy => {
            let (session, all) = privacy::hidden(memory, here, None)?;
            Ok(privacy::told(&session, &all))
        }
        MemoryWord::Read { entry } => read(memory, here, entry),
        MemoryWord::Commit { .. } | MemoryWord::Branch { .. } | MemoryWord::Merge { .. } => Ok(String::new()),
    }
}

/// Entries of all sessions with these words, best first; or why the search does not work, and what to do.
pub fn search(memory: &Memory, words: &str, limit: usize) -> Result<Answer, String> {
    let until = Instant::now() + PATIENCE;
    let query = Query { words: words.to_owned(), filter: Filter::default(), limit, now: probe::now() };
    let found = Sqlite::open(memory).and_then(|mut index| {
        // What cannot be taken in just now is missing from the answer, which says how much that is.
        if let Err(error) = index.fill(&|| Instant::now() >= until) {
            tracing::warn!(%error, "the search index could not be filled");
        }
        index.search(&query)
    });
    found.map_err(|error| format!("the search does not work: {error}; {}", error.hint()))
}

/// What was found, a line and a piece of text each.
pub fn listed(answer: &Answer) -> String {
    let mut lines = Vec::new();
    for hit in &answer.hits {
        let (date, clock, kind) = (hit.at.date(), hit.at.clock(), hit.kind.word());
        lines.push(format!("{date} {clock} {} {} {kind}: {}", hit.session.short(), hit.entry, hit.snippet.text));
    }
    if lines.is_empty() {
        lines.push("nothing fits".to_owned());
    }
    if !answer.behind.is_nothing() {
        lines.push(format!("({} entries are not searched yet)", answer.behind.entries));
    }
    lines.join("\n")
}

/// An entry of the session that is written to, or of another, with the whole of its output.
fn read(memory: &Memory, here: Option<&SessionId>, entry: &str) -> Result<String, StoreError> {
    if let Ok(number) = entry.parse::<usize>() {
        let session = which(memory, here, None)?;
        let all = past::commands(memory, &session)?;
        if let Some(past) = number.checked_sub(1).and_then(|at| all.get(at)) {
            return read(memory, Some(&session), past.output.as_str());
        }
    }
    let own = here.cloned();
    let others = memory.sessions()?.into_iter().map(|session| session.id);
    for session in own.into_iter().chain(others) {
        if let Some(name) = entry.strip_prefix("output/") {
            match store::kept_output(&memory.directory(&session)?, name)? {
                Some(output) => return Ok(output),
                None => continue,
            }
        }
        for way in memory.ways(&session)? {
            match memory.log(&session, way.as_deref())?.find(entry)? {
                Found::One(record) => return store::in_full(&memory.directory(&session)?, &record.text),
                Found::Several(several) => {
                    return Err(StoreError::NoEntry { wanted: entry.to_owned(), several });
                }
                Found::Nothing => {}
            }
        }
    }
    Err(StoreError::NoEntry { wanted: entry.to_owned(), several: Vec::new() })
}

/// What is told of a word that was written.
pub fn told(word: &MemoryWord, entry: &EntryId) -> String {
    match word {
        MemoryWord::Commit { summary, .. } => format!("Committed as {entry}: {summary}"),
        MemoryWord::Branch { name, .. } => {
            format!("Branch {name} begins at {entry}. What comes goes to its log until it is merged.")
        }
        MemoryWord::Merge { name } => format!("Branch {name} is merged by {entry}; its entries stay in its own log."),
        _looks => String::new(),
    }
}
