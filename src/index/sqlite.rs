//! The index in SQLite: one database a memory, or one in memory where the disk lets none be kept.
//!
//! Owns the staying usable: a file that was taken away is opened anew, one that is damaged is made anew, and where none
//! can be kept a search reads the logs into one that lives as long as the process, and says so.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::answer::{Answer, Filled, Standing};
use super::lexicon::Lexicon;
use super::query::{Query, Term, terms};
use super::ranking::{self, Ranked};
use super::schema::{self, Identity};
use super::vectors::Loaded;
use super::words::Words;
use super::{Index, IndexError, fill, groups, rows, vectors};
use crate::domain::SessionId;
use crate::store::Memory;

/// How long a search that has no filled index takes to fill one before it answers from what is in.
const PATIENCE: Duration = Duration::from_secs(20);

/// The letters of an entry's name that are enough to ask for it among words, and as the only word.
const AMONG: usize = 6;
const ALONE: usize = 4;

/// The index of one memory. Cheap to open; a process may have several, for filling and searching at once.
pub struct Sqlite {
    pub(super) memory: Memory,
    pub(super) db: Connection,
    lexicon: Lexicon,
    /// `None` in memory.
    file: Option<(PathBuf, Identity)>,
    /// Why it is in memory, or was made anew just now.
    trouble: Option<String>,
    pub(super) loaded: Option<Loaded>,
}

/// What was looked for, and what was found of it.
pub(super) struct Looked {
    pub ranked: Vec<Ranked>,
    pub stems: std::collections::BTreeSet<String>,
    pub corrected: Vec<(String, Vec<String>)>,
    /// The question as it was understood: without names of sessions, which filter.
    pub query: Query,
}

impl Sqlite {
    /// Opens the index of a memory, made when there is none.
    ///
    /// # Errors
    /// Only when not even one in memory can be made.
    pub fn open(memory: &Memory) -> Result<Sqlite, IndexError> {
        let (db, file, trouble) = opened(memory)?;
        let lexicon = Lexicon::built_in(&Words::new(&db))?;
        Ok(Sqlite { memory: memory.clone(), db, lexicon, file, trouble, loaded: None })
    }

    /// One that is never written to disk.
    pub fn in_memory(memory: &Memory) -> Result<Sqlite, IndexError> {
        let db = schema::in_memory()?;
        let lexicon = Lexicon::built_in(&Words::new(&db))?;
        Ok(Sqlite { memory: memory.clone(), db, lexicon, file: None, trouble: None, loaded: None })
    }

    /// Something that ends a statement which is running, from another thread.
    pub(super) fn interrupt(&self) -> rusqlite::InterruptHandle {
        self.db.get_interrupt_handle()
    }

    /// Does the work, and once more when the database had to be replaced for it.
    pub(super) fn attempt<T>(&mut self, work: impl Fn(&mut Sqlite) -> Result<T, IndexError>) -> Result<T, IndexError> {
        self.renew()?;
        match work(self) {
            Err(error) if error.is_damage() && self.file.is_some() => {
                self.replace(&error)?;
                work(self)
            }
            done => done,
        }
    }

    /// A file somebody took away, or put another one in the place of, is not written to any more.
    fn renew(&mut self) -> Result<(), IndexError> {
        match &self.file {
            Some((path, identity)) if schema::identity(path) != Some(*identity) => self.reopen(),
            _ => Ok(()),
        }
    }

    fn reopen(&mut self) -> Result<(), IndexError> {
        (self.db, self.file, self.trouble) = opened(&self.memory)?;
        self.loaded = None;
        Ok(())
    }

    fn replace(&mut self, error: &IndexError) -> Result<(), IndexError> {
        tracing::warn!(%error, "the search index is damaged and is made anew");
        if let Some((path, identity)) = &self.file
            && let Err(error) = schema::discard(path, *identity)
        {
            return self.give_up(&error);
        }
        self.reopen()?;
        self.fill_for_now()
    }

    /// Goes on in memory.
    fn give_up(&mut self, error: &IndexError) -> Result<(), IndexError> {
        tracing::warn!(%error, "the search index is kept in memory");
        self.db = schema::in_memory()?;
        (self.file, self.trouble, self.loaded) = (None, Some(told(error)), None);
        Ok(())
    }

    fn fill_for_now(&mut self) -> Result<(), IndexError> {
        let started = Instant::now();
        fill::fill(&mut self.db, &self.memory, &|| started.elapsed() > PATIENCE).map(|_| ())
    }

    /// Runs a search, in memory when the file cannot be used.
    pub(super) fn searching<T>(
        &mut self,
        look: impl Fn(&mut Sqlite) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        if self.file.is_none() {
            self.fill_for_now()?;
        }
        match self.attempt(&look) {
            Err(error @ (IndexError::Database(_) | IndexError::File { .. })) if self.file.is_some() => {
                self.give_up(&error)?;
                self.fill_for_now()?;
                look(self)
            }
            done => done,
        }
    }

    /// What fits, not shown yet.
    pub(super) fn look(&self, query: &Query, most: usize) -> Result<Looked, IndexError> {
        let words = &Words::new(&self.db);
        let mut query = query.clone();
        let mut terms = terms(&query.words);
        terms.retain(|term| match session(term).filter(|_| query.filter.session.is_none()) {
            Some(session) => {
                query.filter.session = Some(session);
                false
            }
            None => true,
        });
        let mut called = Vec::new();
        let least = if terms.len() == 1 { ALONE } else { AMONG };
        for name in terms.iter().filter(|term| is_name(term, least)).map(|term| term.typed.clone()).collect::<Vec<_>>()
        {
            let found = ranking::called(&self.db, &name, &query.filter, most)?;
            if !found.is_empty() && words.docs_of(&name)? == 0 {
                terms.retain(|term| term.typed != name);
            }
            called.extend(found);
        }
        let sought = groups::of(&terms, &self.lexicon, words)?;
        let named: Vec<String> = terms.iter().map(|term| term.typed.clone()).collect();
        let mut ranked = called;
        if !terms.is_empty() {
            let known: Vec<i64> = ranked.iter().map(|found| found.entry.id).collect();
            let found = ranking::best(&self.db, &query, &sought, &named, most)?;
            ranked.extend(found.into_iter().filter(|found| !known.contains(&found.entry.id)));
        } else if ranked.is_empty() {
            ranked = ranking::newest(&self.db, &query.filter, most)?;
        }
        ranked.truncate(most);
        Ok(Looked { ranked, stems: sought.stems, corrected: sought.corrected, query })
    }

    /// The answer without its hits.
    pub(super) fn frame(&self, looked: &Looked) -> Result<Answer, IndexError> {
        let behind = fill::behind(&self.db, &self.memory)?;
        let notes = self.trouble.iter().map(|trouble| format!("the index is kept in memory for now: {trouble}"));
        Ok(Answer { behind, corrected: looked.corrected.clone(), notes: notes.collect(), ..Answer::default() })
    }
}

impl Index for Sqlite {
    fn search(&mut self, query: &Query) -> Result<Answer, IndexError> {
        self.searching(|index| {
            let looked = index.look(query, query.limit)?;
            let mut answer = index.frame(&looked)?;
            index.show(&looked, looked.ranked.iter(), &mut answer)?;
            Ok(answer)
        })
    }

    fn fill(&mut self, stop: &dyn Fn() -> bool) -> Result<Filled, IndexError> {
        match self.attempt(|index| fill::fill(&mut index.db, &index.memory, stop)) {
            // Another process is at it; what it takes in is in.
            Err(error) if error.is_busy() => Ok(Filled::default()),
            done => done,
        }
    }

    fn status(&mut self) -> Result<Standing, IndexError> {
        self.attempt(|index| {
            let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |found| found.len());
            Ok(Standing {
                entries: rows::count(&index.db)?,
                logs: rows::logs(&index.db)?.len() as u64,
                size: index.file.as_ref().map_or(0, |(path, _)| size(path)),
                vectors: vectors::count(&index.db)?,
                behind: fill::behind(&index.db, &index.memory)?,
                trouble: index.trouble.clone(),
            })
        })
    }
}

type Opened = (Connection, Option<(PathBuf, Identity)>, Option<String>);

fn opened(memory: &Memory) -> Result<Opened, IndexError> {
    match schema::open(memory.root()) {
        Ok((db, path)) => match schema::identity(&path) {
            Some(identity) => Ok((db, Some((path, identity)), None)),
            None => Ok((schema::in_memory()?, None, Some("its file was taken away".to_owned()))),
        },
        Err(error) => {
            tracing::warn!(%error, "the search index is kept in memory");
            Ok((schema::in_memory()?, None, Some(told(&error))))
        }
    }
}

fn told(error: &IndexError) -> String {
    format!("{error}; {}", error.hint())
}

/// The session a term names: `session_004` or a whole name.
fn session(term: &Term) -> Option<SessionId> {
    let digits = term.typed.strip_prefix("session_")?.split('_').next()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| SessionId::new(term.typed.as_str()))
}

fn is_name(term: &Term, least: usize) -> bool {
    let plain = term.typed.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    plain && term.typed.len() >= least && term.typed.len() <= 10
}
