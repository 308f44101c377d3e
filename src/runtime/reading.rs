//! What a screen wants to show and does not know, read beside everything else: the graph, an entry whole, two compared,
//! a report. What the rules, the models and the masks say is put into words by `words`.
//!
//! Owns how much of a long text a screen gets, and its lines: safe to show, and none so long that laying one out is
//! felt. Writes nothing and blocks on the disk, so it is called where nobody waits.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::{Kit, Task, first_task, words};
use crate::domain::{At, Body, Failure, SessionId};
use crate::gate::dissect;
use crate::history::graph::{Drawing, Fold, Graph, Line, Page};
use crate::history::session::SessionSummary;
use crate::history::{Kind, recall, shortened};
use crate::output::{counted, escape};
use crate::planner::Context;
use crate::probe;
use crate::redact::{Redactor, masks};
use crate::store::{self, Grants, Memory, StoreError};
use crate::tools::{memory as recalled, privacy as masked};

/// Bytes of a text that a screen gets: its beginning and its end, where it is longer.
const MOST: usize = 1 << 20;
/// Bytes of a line; a longer one goes on in the next.
const LONGEST: usize = 2_000;
/// Entries that are told of a session beside where it stands.
const LAST: usize = 5;
/// Files and requests that are offered, and sessions that are read for the latter.
const FILES: usize = 20_000;
const REQUESTS: usize = 2_000;
const SESSIONS: usize = 40;
/// Entries that a search finds, to be chosen from.
const HITS: usize = 50;

/// What is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Past(Past),
    /// What the person granted.
    Grants,
    /// The models of the configured server.
    Models,
    /// Who answers, and what would be better, for somebody new.
    ModelAdvice,
    /// Something to try, for somebody new.
    FirstTask,
    /// The servers of other programs' tools.
    Servers,
    /// The commands a request becomes.
    Plan(String),
    /// What was granted and refused, and what the skills permit.
    Permissions(Option<SessionId>),
    /// Why a command line has its tier.
    Why(String),
    /// Every skill file, or those that speak of a name.
    Skills(String),
    /// What was masked in the session, and what the configuration lets through.
    Privacy(Option<SessionId>),
    /// Whether everything the program leans on is as it should be.
    Doctor,
    /// The files below the directory we were started in.
    Files,
    /// What the person asked for before, in every session, newest first.
    Requests,
}

/// What the memory holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Past {
    /// What was done and found: in this session, or in all.
    Graph { session: Option<SessionId>, fold: Fold },
    /// One entry with the whole of its output.
    Entry { line: Line, entry: String },
    /// How a session began.
    Beginning(SessionId),
    /// Two entries, and what lies between them.
    Between { session: Option<SessionId>, one: (Line, String), other: (Line, String) },
    /// A session as a report to hand on.
    Report(SessionId),
    /// Every session, or those that were put away.
    Sessions { archived: bool },
    /// How a session stands.
    Standing(SessionId),
    /// What a session holds, for whoever is about to put it away.
    Contents(SessionId),
    /// What a session for this goal would be called.
    Proposed(String),
    /// Entries of all sessions with these words.
    Search(String),
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Graph(Arc<Page>),
    /// Lines that are safe to show.
    Text(Arc<[String]>),
    Task(Task),
    /// Entries that fit what was searched for, best first, and how many could not be searched yet.
    Hits {
        hits: Arc<[Hit]>,
        behind: u64,
    },
    /// Texts to choose from, as they are.
    List(Arc<[String]>),
    /// Newest first, and when they were read.
    Sessions {
        list: Arc<[SessionSummary]>,
        at: At,
    },
}

/// An entry that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub line: Line,
    pub entry: String,
    /// When, where and what, and a piece of its text; safe to show.
    pub told: String,
}

/// An answer, with what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub wanted: Wanted,
    /// Or why not, and what to do.
    pub found: Result<Found, String>,
}

/// What is read from.
#[derive(Clone)]
pub(super) struct Shelf {
    pub memory: Memory,
    pub kit: Kit,
}

impl Shelf {
    /// Reads it, where it blocks nobody.
    pub async fn read(self, wanted: Wanted) -> Reading {
        let asked = wanted.clone();
        let read = tokio::task::spawn_blocking(move || self.find(&asked)).await;
        Reading { wanted, found: read.unwrap_or_else(|error| Err(error.to_string())) }
    }

    fn find(&self, wanted: &Wanted) -> Result<Found, String> {
        let text = match wanted {
            Wanted::Files => return Ok(Found::List(probe::files(&self.kit.sources.cwd, FILES).into())),
            Wanted::Requests => return requests(&self.memory).map(|texts| Found::List(texts.into())).map_err(stored),
            Wanted::Past(past) => return remembered(&self.memory, past).map_err(stored),
            Wanted::Grants => {
                words::grants(&Grants::at(&self.kit.config.state_dir).list(probe::now()).map_err(stored)?)
            }
            Wanted::Models => {
                let listed = Handle::current().block_on(super::models::list(&self.kit.config));
                words::models(&listed.map_err(|failure| told(&failure))?)
            }
            Wanted::ModelAdvice => {
                let told_of = Handle::current().block_on(super::models::advice(&self.kit.config));
                told_of.map_err(|failure| told(&failure))?
            }
            Wanted::FirstTask => {
                let task = Handle::current().block_on(first_task(&self.kit));
                return task.map(Found::Task).ok_or_else(|| "nothing here runs without a question".to_owned());
            }
            Wanted::Servers => super::servers::told(&self.kit.guests.standings(), &self.kit.rules.book()),
            Wanted::Plan(request) => {
                let context = Context { compose: self.kit.probe.compose_project(), ..Context::default() };
                words::plan(&self.kit.knowledge, request, &context)
            }
            Wanted::Permissions(session) => self.permissions(session.as_ref())?,
            Wanted::Why(line) => super::explained(&dissect(line, &self.kit.rules.book())).join("\n"),
            Wanted::Skills(name) => {
                let (known, book) = self.kit.reloader.read().map_err(|failure| told(&failure))?;
                words::skills(&known, &book, name)
            }
            Wanted::Privacy(session) => self.privacy(session.as_ref()).map_err(stored)?,
            Wanted::Doctor => return Err("this program was started without its doctor".to_owned()),
        };
        Ok(Found::Text(lines(&text)))
    }

    fn permissions(&self, session: Option<&SessionId>) -> Result<String, String> {
        let granted = Grants::at(&self.kit.config.state_dir).list(probe::now()).map_err(stored)?;
        let graph = session.map(|session| graph(&self.memory, Some(session))).transpose().map_err(stored)?;
        let (known, book) = self.kit.reloader.read().map_err(|failure| told(&failure))?;
        Ok(words::permissions(&granted, graph.as_ref(), &known, &book))
    }

    fn privacy(&self, session: Option<&SessionId>) -> Result<String, StoreError> {
        let (session, all) = masked::hidden(&self.memory, session, None)?;
        Ok(words::privacy(&masked::told(&session, &all), &self.kit.config))
    }
}

/// Finds out where nobody waits what no session is needed for, and sends what came of it to `to`.
pub fn look_up(
    wanted: Wanted,
    find: impl FnOnce() -> Result<Vec<String>, Failure> + Send + 'static,
    to: mpsc::UnboundedSender<Reading>,
) {
    tokio::task::spawn_blocking(move || {
        let found = find().map(|text| Found::Text(lines(&text.join("\n"))));
        // A screen that ended reads nothing.
        let _gone = to.send(Reading { wanted, found: found.map_err(|failure| told(&failure)) });
    });
}

fn stored(error: StoreError) -> String {
    format!("{error}; {}", error.hint())
}

fn told(failure: &Failure) -> String {
    format!("{failure}; {}", failure.hints.join(" "))
}

fn remembered(memory: &Memory, past: &Past) -> Result<Found, StoreError> {
    let text = match past {
        Past::Graph { session, fold } => {
            let graph = graph(memory, session.as_ref())?;
            return Ok(Found::Graph(Arc::new(Drawing::new(&graph, *fold).whole())));
        }
        Past::Entry { line, entry } => whole(memory, line, entry)?,
        Past::Beginning(session) => memory.metadata_text(session)?,
        Past::Between { session, one, other } => between(memory, session.as_ref(), one, other)?,
        Past::Report(session) => recalled::incident(memory, session)?.markdown(),
        Past::Sessions { archived } => {
            let list = if *archived { memory.archived() } else { memory.sessions() }?;
            return Ok(Found::Sessions { list: list.into(), at: probe::now() });
        }
        Past::Standing(session) => standing(memory, session)?,
        Past::Contents(session) => contents(memory, session)?,
        Past::Proposed(goal) => memory.propose(&Redactor::default().text(goal), probe::now())?.as_str().to_owned(),
        Past::Search(words) => return Ok(searched(memory, words)),
    };
    Ok(Found::Text(lines(&text)))
}

/// What a search finds, or the sentence that it finds nothing or does not work.
fn searched(memory: &Memory, words: &str) -> Found {
    let answer = match recalled::search(memory, words, HITS) {
        Ok(answer) if !answer.hits.is_empty() => answer,
        Ok(nothing) => return Found::Text(lines(&recalled::listed(&nothing))),
        Err(why) => return Found::Text(lines(&why)),
    };
    let hits = answer.hits.into_iter().map(|hit| {
        let (short, date, clock, kind) = (hit.session.short(), hit.at.date(), hit.at.clock(), hit.kind.word());
        let away = if hit.archived { " (put away)" } else { "" };
        let told = escape::line(&format!("{short}{away} {date} {clock} {kind}: {}", hit.snippet.text));
        let branch = (hit.branch != store::MAIN).then_some(hit.branch);
        Hit { line: Line { session: hit.session, branch }, entry: hit.entry.to_string(), told }
    });
    Found::Hits { hits: hits.collect(), behind: answer.behind.entries }
}

/// What was asked for, each text once, where it was asked last.
fn requests(memory: &Memory) -> Result<Vec<String>, StoreError> {
    let mut seen = BTreeSet::new();
    let mut texts = Vec::new();
    for session in memory.sessions()?.into_iter().take(SESSIONS) {
        let way = memory.active_branch(&session.id)?;
        let log = memory.log(&session.id, Some(&way))?;
        log.each(
            |head| head.kind == Kind::Request,
            |record| {
                // A request with a mask in it would not ask what it did.
                if let Body::Request { text } = recall::entry(&record).body
                    && masks(&text).is_empty()
                    && seen.insert(text.clone())
                {
                    texts.push(text);
                }
            },
        )?;
        if texts.len() >= REQUESTS {
            break;
        }
    }
    Ok(texts)
}

fn graph(memory: &Memory, only: Option<&SessionId>) -> Result<Graph, StoreError> {
    let list = memory.sessions()?;
    // They are told oldest first.
    let wanted: Vec<_> = list.iter().rev().filter(|session| only.is_none_or(|only| session.id == *only)).collect();
    recalled::graph(memory, &wanted)
}

/// Where a session stands, and the last entries of its log. One that was put away is told of by what it holds.
fn standing(memory: &Memory, session: &SessionId) -> Result<String, StoreError> {
    if memory.find(session).is_err() {
        return contents(memory, session);
    }
    let mut text = memory.standing(session)?.told(session);
    let way = memory.active_branch(session)?;
    text.push_str("\n\n");
    for record in memory.log(session, Some(&way))?.last(LAST)? {
        text.push_str(&record.text);
    }
    Ok(text)
}

fn contents(memory: &Memory, session: &SessionId) -> Result<String, StoreError> {
    let holds = memory.contents(session)?;
    let parts = [
        (holds.entries, "log entry", "log entries"),
        (holds.commits, "commit", "commits"),
        (holds.branches, "branch", "branches"),
        (holds.outputs, "whole output", "whole outputs"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts = parts.map(|(count, one, many)| counted(usize::try_from(count).unwrap_or(usize::MAX), one, many));
    let mut text = format!("{}\nContents: {}", session.as_str(), parts.collect::<Vec<_>>().join(", "));
    if let Some(milestone) = memory.last_commit(session)? {
        text.push_str(&format!("\nLast commit: '{milestone}'"));
    }
    Ok(text)
}

fn whole(memory: &Memory, line: &Line, entry: &str) -> Result<String, StoreError> {
    memory.entry_in_full(&line.session, line.branch.as_deref(), entry)
}

/// Both entries, the older first, and what the newer followed that the older did not.
fn between(
    memory: &Memory,
    session: Option<&SessionId>,
    one: &(Line, String),
    other: &(Line, String),
) -> Result<String, StoreError> {
    let graph = graph(memory, session)?;
    let place = |(line, entry): &(Line, String)| {
        let missing = || StoreError::NoEntry { wanted: entry.clone(), several: Vec::new() };
        graph.find(line, entry).ok_or_else(missing)
    };
    let (first, second) = (place(one)?, place(other)?);
    let (older, newer, texts) =
        if first <= second { (first, second, [one, other]) } else { (second, first, [other, one]) };
    let told = |nodes: Vec<&crate::history::graph::Node>, but: usize| {
        let but = graph.nodes().get(but).map(|node| node.id.as_str());
        let rows = nodes.into_iter().filter(|node| Some(node.id.as_str()) != but);
        rows.map(|node| format!("  {} {}  {:<11}  {}\n", node.at.date(), node.at.clock(), node.kind.word(), node.label))
            .collect::<Vec<_>>()
    };
    let (since, aside) = (told(graph.since(older, newer), newer), told(graph.since(newer, older), older));
    let mut text = format!("THE OLDER\n\n{}\n", whole(memory, &texts[0].0, &texts[0].1)?);
    text.push_str(&format!("THE NEWER\n\n{}\n", whole(memory, &texts[1].0, &texts[1].1)?));
    text.push_str(&format!("BETWEEN THEM: {}\n{}", counted(since.len(), "entry", "entries"), since.concat()));
    if !aside.is_empty() {
        let entries = counted(aside.len(), "entry", "entries");
        text.push_str(&format!("\nONLY ON THE WAY TO THE OLDER: {entries}\n{}", aside.concat()));
    }
    Ok(text)
}

/// The text as lines for a screen.
fn lines(text: &str) -> Arc<[String]> {
    let text = if text.len() > MOST { Cow::Owned(shortened(text, MOST, "")) } else { Cow::Borrowed(text) };
    let mut shown = Vec::new();
    for line in escape::for_terminal(&text).lines() {
        let mut rest = line;
        while rest.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            shown.push(piece.to_owned());
            rest = after;
        }
        shown.push(rest.to_owned());
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Body, Entry, Principal, Surroundings};
    use crate::redact::Redactor;
    use crate::store::Session;

    fn session(place: &tempfile::TempDir) -> (Memory, Session) {
        let memory = Memory::open(&place.path().join(".GCC")).unwrap();
        let goal = Redactor::default().text("look around");
        let session = memory.begin(&goal, At::EPOCH, &Surroundings::default()).unwrap();
        (memory, session)
    }

    fn adds(session: &mut Session, body: Body) -> String {
        let entry = Redactor::default().entry(Entry { at: At::EPOCH, by: Principal::Agent, body });
        session.append(&entry).unwrap().to_string()
    }

    fn commit(milestone: &str) -> Body {
        Body::Commit { milestone: milestone.to_owned(), finding: String::new(), saved_to: String::new() }
    }

    fn text(found: Result<Found, StoreError>) -> String {
        match found.unwrap() {
            Found::Text(lines) => lines.join("\n"),
            other => panic!("a text was wanted: {other:?}"),
        }
    }

    #[test]
    fn two_commits_are_compared_by_what_lies_between_them_whichever_was_chosen_first() {
        let place = tempfile::tempdir().unwrap();
        let (memory, mut session) = session(&place);
        let before = adds(&mut session, commit("the pool is too small"));
        adds(&mut session, Body::Answer { text: "I looked at the pool".to_owned() });
        let after = adds(&mut session, commit("the pool is 50 now"));
        adds(&mut session, Body::Answer { text: "later".to_owned() });
        let line = Line::main(session.id().clone());
        let wanted = Past::Between { session: None, one: (line.clone(), after), other: (line, before) };
        let text = text(remembered(&memory, &wanted));
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no {part:?} in\n{text}"));
        assert!(at("the pool is too small") < at("the pool is 50 now"));
        assert!(text.contains("BETWEEN THEM: 1 entry\n"), "{text}");
        assert!(text.contains("answer       I looked at the pool") && !text.contains("later"), "{text}");
    }

    #[test]
    fn an_entry_that_is_not_there_says_so_and_what_to_do() {
        let place = tempfile::tempdir().unwrap();
        let (memory, session) = session(&place);
        let wanted = Past::Entry { line: Line::main(session.id().clone()), entry: "zzzz".to_owned() };
        assert!(remembered(&memory, &wanted).unwrap_err().to_string().contains("zzzz"));
    }

    #[test]
    fn a_transcript_in_which_nothing_stands_is_no_whole_output() {
        let place = tempfile::tempdir().unwrap();
        let (memory, mut session) = session(&place);
        adds(&mut session, commit("seen"));
        let mut transcript = session.transcript().unwrap();
        let wanted = Past::Contents(session.id().clone());
        let told = text(remembered(&memory, &wanted));
        assert!(told.contains("\nContents: 1 log entry, 1 commit\n"), "{told}");
        transcript.write(&Redactor::default().bytes(b"$ ls\r\n")).unwrap();
        let told = text(remembered(&memory, &wanted));
        assert!(told.contains("\nContents: 1 log entry, 1 commit, 1 whole output\n"), "{told}");
    }

    #[test]
    fn a_flood_is_shown_from_both_ends_in_lines_of_bounded_length() {
        let lines = lines(&format!("first\n{}\nlast", "ä".repeat(MOST)));
        assert_eq!((lines[0].as_str(), lines[lines.len() - 1].as_str()), ("first", "last"));
        assert!(lines.iter().all(|line| line.len() <= LONGEST), "a line is too long");
        assert!(lines.iter().map(String::len).sum::<usize>() < MOST + LONGEST, "too much is kept");
    }
}
