//! The memory of one project: the directory `.GCC` and the sessions in it.
//!
//! Owns the layout, the numbering of sessions and `main.md`. Knows the inside of a session only through
//! [`Session`] and its metadata.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::Offset;

use super::lock::ProjectLock;
use super::metadata::Metadata;
use super::session::Session;
use super::{StoreError, files, name};
use crate::domain::{At, SessionId, Surroundings};
use crate::history::main_page;
use crate::history::session::{Milestones, SessionSummary, Status};
use crate::redact::Masked;

/// Characters of a goal that are kept; a whole request stands in the log.
const GOAL: usize = 200;
/// Sessions a failed look-up names.
const NEAR: usize = 5;

/// A project's memory. Cheap to clone; holds no file open.
#[derive(Debug, Clone)]
pub struct Memory {
    root: PathBuf,
}

impl Memory {
    /// Opens the memory in the directory `root` (a project's `.GCC`), and makes what is missing of it.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`] or [`StoreError::DiskFull`] when something is missing and cannot be made.
    pub fn open(root: &Path) -> Result<Memory, StoreError> {
        let root = root.to_path_buf();
        files::ensure_dir(&root)?;
        let memory = Memory { root };
        memory.make_private()?;
        let parts = [memory.root.join(".gitignore"), memory.sessions_dir(), memory.page()];
        if !parts.iter().all(|part| part.exists()) {
            let _lock = memory.lock()?;
            let [ignore, sessions, page] = &parts;
            if !ignore.exists() {
                files::replace(ignore, b"*\n")?;
            }
            files::ensure_dir(sessions)?;
            if !page.exists() {
                memory.write_page()?;
            }
        }
        Ok(memory)
    }

    /// A directory somebody else made may be open to everybody; what is logged is nobody else's business.
    fn make_private(&self) -> Result<(), StoreError> {
        let mode = fs::metadata(&self.root).map_err(StoreError::at(&self.root))?.permissions().mode();
        if mode & 0o077 == 0 {
            return Ok(());
        }
        fs::set_permissions(&self.root, Permissions::from_mode(0o700)).map_err(StoreError::at(&self.root))
    }

    /// Every session that is not archived, newest first. Directories that are no sessions are passed over; a
    /// session whose metadata cannot be read is listed as closed, by what its name tells.
    pub fn sessions(&self) -> Result<Vec<SessionSummary>, StoreError> {
        let mut numbered = Vec::new();
        for (number, directory) in session_dirs(&self.sessions_dir())? {
            numbered.push((number, summary(&directory)));
        }
        numbered.sort_by(|(one, a), (other, b)| (other, &b.id).cmp(&(one, &a.id)));
        Ok(numbered.into_iter().map(|(_, summary)| summary).collect())
    }

    /// The active session with the highest number.
    pub fn newest_active(&self) -> Result<Option<SessionSummary>, StoreError> {
        Ok(self.sessions()?.into_iter().find(|session| session.status == Status::Active))
    }

    /// Begins a session under the next number and holds it. The number of a session that was archived or deleted
    /// is not given again.
    pub fn begin(&self, goal: &Masked<String>, at: At, surroundings: &Surroundings) -> Result<Session, StoreError> {
        let mut lock = self.lock()?;
        let (id, directory) = self.make_next(&mut lock, goal.get(), at)?;
        let goal = one_line(goal.get());
        let begun = Session::create(self, id, directory.clone(), &goal, at, surroundings).and_then(|session| {
            files::sync_dir(&self.sessions_dir())?;
            self.write_page()?;
            Ok(session)
        });
        if begun.is_err() {
            // Half a session helps nobody; if it cannot be removed, it is listed as closed and stays harmless.
            let _ = fs::remove_dir_all(&directory);
        }
        begun
    }

    /// Takes up a session by its whole name, `session_004`, `004` or `4`, recovers what an earlier process left,
    /// and marks it active.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another process holds it, [`StoreError::NotFound`] with the nearest ones.
    pub fn resume(&self, id: &SessionId, at: At) -> Result<Session, StoreError> {
        let found = self.find(id)?;
        let directory = self.sessions_dir().join(found.as_str());
        let session = Session::take_up(self, found, directory, at)?;
        self.refresh()?;
        Ok(session)
    }

    /// Brings `main.md` up to date.
    pub(super) fn refresh(&self) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.write_page()
    }

    /// The caller holds the lock: two rewriters would lose one's change.
    fn write_page(&self) -> Result<(), StoreError> {
        let existing = files::read(&self.page())?.unwrap_or_default();
        let page = main_page::rewrite(&existing, &self.sessions()?);
        if page == existing && !page.is_empty() {
            return Ok(());
        }
        files::replace(&self.page(), &page)
    }

    fn make_next(&self, lock: &mut ProjectLock, goal: &str, at: At) -> Result<(SessionId, PathBuf), StoreError> {
        let mut number = lock.highest()?;
        let archives = [self.root.join("archived"), self.sessions_dir().join("archived")];
        for directory in archives.iter().chain([&self.sessions_dir()]) {
            number = session_dirs(directory)?.into_iter().map(|(taken, _)| taken).fold(number, u32::max);
        }
        loop {
            number = number.checked_add(1).ok_or_else(|| StoreError::Malformed {
                path: self.sessions_dir(),
                problem: format!("a session has the number {number}, and there is none after it"),
            })?;
            let id = name::compose(number, at, goal);
            let directory = self.sessions_dir().join(id.as_str());
            // Before the directory: a number that was noted and not used is no loss.
            lock.note_highest(number)?;
            match files::make_dir(&directory) {
                Ok(()) => return Ok((id, directory)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::at(&directory)(error)),
            }
        }
    }

    fn find(&self, id: &SessionId) -> Result<SessionId, StoreError> {
        let wanted = id.as_str().trim();
        let sessions: Vec<SessionId> = self.sessions()?.into_iter().map(|session| session.id).collect();
        if let Some(found) = sessions.iter().find(|id| name::means(wanted, id)) {
            return Ok(found.clone());
        }
        let alike = |id: &&SessionId| !wanted.is_empty() && id.as_str().contains(&wanted.to_lowercase());
        let mut near: Vec<SessionId> = sessions.iter().filter(alike).take(NEAR).cloned().collect();
        if near.is_empty() {
            near = sessions.into_iter().take(NEAR).collect();
        }
        Err(StoreError::NotFound { wanted: wanted.to_owned(), near })
    }

    fn lock(&self) -> Result<ProjectLock, StoreError> {
        ProjectLock::wait(&self.root.join("lock"))
    }

    fn sessions_dir(&self) -> PathBuf {
        self.root.join("sessions")
    }

    fn page(&self) -> PathBuf {
        self.root.join("main.md")
    }
}

/// The directories of `parent` that are sessions, with their numbers. A symbolic link is none: it could lead the
/// log of a checked-out project anywhere.
fn session_dirs(parent: &Path) -> Result<Vec<(u32, PathBuf)>, StoreError> {
    let listing = match fs::read_dir(parent) {
        Ok(listing) => listing,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::at(parent)(error)),
    };
    let mut found = Vec::new();
    for item in listing {
        let item = item.map_err(StoreError::at(parent))?;
        let is_directory = item.file_type().map_err(StoreError::at(parent))?.is_dir();
        if let (true, Some(number)) = (is_directory, item.file_name().to_str().and_then(name::number)) {
            found.push((number, item.path()));
        }
    }
    Ok(found)
}

/// One broken or foreign session must not hide the others, so this takes what it gets; whoever takes that session
/// up is told what is wrong with it.
fn summary(directory: &Path) -> SessionSummary {
    let id = SessionId::new(directory.file_name().unwrap_or_default().to_string_lossy());
    let metadata = Metadata::load(&directory.join("metadata.yaml")).unwrap_or_else(|error| {
        tracing::warn!(%error, session = %id, "the session's metadata cannot be read");
        None
    });
    let commits = files::read(&directory.join("commit.md")).unwrap_or_else(|error| {
        tracing::warn!(%error, session = %id, "the session's commits cannot be read");
        None
    });
    let milestones = Milestones::read(&String::from_utf8_lossy(&commits.unwrap_or_default()));
    let metadata = metadata.as_ref();
    let started = metadata.and_then(Metadata::started).or_else(|| date_in(&id)).unwrap_or(At::EPOCH);
    let updated = metadata.and_then(Metadata::updated).unwrap_or(started);
    let active = metadata.is_some_and(Metadata::is_active);
    SessionSummary {
        goal: metadata.and_then(Metadata::goal).map_or_else(|| id.slug().replace('-', " "), str::to_owned),
        status: if active { Status::Active } else { Status::Closed },
        started,
        last_activity: last_activity(directory, updated),
        commits: milestones.count,
        last_commit: milestones.last_commit,
        finding: milestones.finding,
        id,
    }
}

/// When the log was last written to, told at the offset the session was last opened at.
fn last_activity(directory: &Path, updated: At) -> At {
    let written = fs::metadata(directory.join("log.md")).and_then(|log| log.modified()).ok();
    match written.and_then(|time| Timestamp::try_from(time).ok()) {
        Some(time) if time > updated.timestamp() => At::new(time, offset_of(updated)),
        _ => updated,
    }
}

fn offset_of(at: At) -> Offset {
    let as_if_utc = at.rfc3339().get(..19).and_then(|civil| format!("{civil}Z").parse::<Timestamp>().ok());
    let seconds = as_if_utc.map_or(0, |civil| civil.as_second() - at.timestamp().as_second());
    i32::try_from(seconds).ok().and_then(|seconds| Offset::from_seconds(seconds).ok()).unwrap_or(Offset::UTC)
}

fn date_in(id: &SessionId) -> Option<At> {
    At::parse(&format!("{}T00:00:00+00:00", id.as_str().split('_').nth(2)?))
}

/// A goal of any length as one line of a list.
fn one_line(goal: &str) -> String {
    let mut line = String::new();
    for word in goal.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(GOAL + 1));
        if line.chars().count() > GOAL {
            return line.chars().take(GOAL - 1).chain(['…']).collect();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_off_the_time_it_belongs_to() {
        for text in ["2026-02-21T09:14:00+01:00", "2026-02-21T00:05:00-03:30", "2026-02-21T09:14:00+00:00"] {
            let at = At::parse(text).unwrap();
            assert_eq!(At::new(at.timestamp(), offset_of(at)).rfc3339(), text);
        }
    }

    #[test]
    fn a_goal_of_any_length_becomes_one_line() {
        assert_eq!(one_line(" show the\n\tlast  five commits "), "show the last five commits");
        assert_eq!(one_line(&"é ".repeat(500_000)).chars().count(), GOAL);
        assert_eq!(one_line(&"x".repeat(1_000_000)).chars().count(), GOAL);
    }
}
