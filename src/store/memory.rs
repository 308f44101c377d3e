//! The memory of one project: the directory `.GCC` and the sessions in it.
//!
//! Owns the layout, the numbering of sessions and `main.md`. Knows the inside of a session only through
//! [`Session`] and its metadata.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::listing::{self, id_of, session_dirs};
use super::lock::{ProjectLock, SessionLock};
use super::metadata::Metadata;
use super::session::Session;
use super::spool::Spool;
use super::track::{self, MAIN, Track};
use super::{BranchSummary, ChainReport, Parent, Reader, StoreError, branch, files, name, verify};
use crate::domain::{At, Entry, SessionId, Surroundings};
use crate::history::session::{SessionSummary, Status};
use crate::history::{Anchor, main_page};
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

/// A watch over the page that tells of the sessions. It ends when it is dropped.
#[derive(Debug)]
pub struct PageWatch {
    _watcher: RecommendedWatcher,
}

impl Memory {
    /// Tells whenever `main.md` is another: a session began, ended, was put away or came to a finding, in whichever
    /// process. `tell` is called on a thread of the watch's own.
    ///
    /// # Errors
    /// The system cannot watch.
    pub fn watch(&self, tell: impl Fn() + Send + 'static) -> notify::Result<PageWatch> {
        let page = self.page().file_name().map(ToOwned::to_owned);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // It appears by being renamed to its name. What could not be told may have been that.
            let is_page = |path: &PathBuf| path.file_name() == page.as_deref();
            let appeared = |event: &notify::Event| event.kind.is_modify() || event.kind.is_create();
            if event.map_or(true, |event| appeared(&event) && event.paths.iter().any(is_page)) {
                tell();
            }
        })?;
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        Ok(PageWatch { _watcher: watcher })
    }

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
                memory.write_page(&[], None)?;
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
        listing::sessions(&self.sessions_dir(), &self.root.join("index"))
    }

    /// The active session with the highest number.
    pub fn newest_active(&self) -> Result<Option<SessionSummary>, StoreError> {
        Ok(self.sessions()?.into_iter().find(|session| session.status == Status::Active))
    }

    /// Begins a session under the next number and holds it. The number of a session that was archived or deleted
    /// is not given again.
    pub fn begin(&self, goal: &Masked<String>, at: At, surroundings: &Surroundings) -> Result<Session, StoreError> {
        self.begin_from(&name::slug(goal.get()), goal, at, surroundings, None)
    }

    /// The same under a name of the person's own: all its words, as much of them as a name can hold.
    pub fn begin_named(
        &self,
        name: &Masked<String>,
        goal: &Masked<String>,
        at: At,
        surroundings: &Surroundings,
    ) -> Result<Session, StoreError> {
        self.begin_from(&name::chosen(name.get()), goal, at, surroundings, None)
    }

    /// What a session begun now would be called; nothing is made, and another may be faster.
    pub fn propose(&self, goal: &Masked<String>, at: At) -> Result<SessionId, StoreError> {
        let number = self.highest(&mut self.lock()?)?.saturating_add(1);
        Ok(name::compose(number, at, &name::slug(goal.get())))
    }

    pub(super) fn begin_from(
        &self,
        slug: &str,
        goal: &Masked<String>,
        at: At,
        surroundings: &Surroundings,
        parent: Option<&Parent>,
    ) -> Result<Session, StoreError> {
        let mut lock = self.lock()?;
        let (id, directory) = self.make_next(&mut lock, slug, at)?;
        let goal = one_line(goal.get());
        let begun = Session::create(self, id, directory.clone(), &goal, at, surroundings, parent).and_then(|session| {
            files::sync_dir(&self.sessions_dir())?;
            self.write_page(&[], None)?;
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

    /// Puts right what processes that ended left in the sessions nobody holds, and says what it was, session by
    /// session. Sessions in use are left alone.
    pub fn recover(&self, at: At) -> Result<Vec<(SessionId, Vec<String>)>, StoreError> {
        let mut told = Vec::new();
        for (_, directory) in session_dirs(&self.sessions_dir())? {
            let id = id_of(&directory);
            match Session::put_right(self, id.clone(), directory, at) {
                Ok(session) if session.recovered().is_empty() => {}
                Ok(session) => told.push((id, session.recovered().to_vec())),
                Err(StoreError::Busy { .. }) => {}
                Err(error) => told.push((id, vec![format!("{error}; {}", error.hint())])),
            }
        }
        told.sort();
        Ok(told)
    }

    /// Looks whether the logs of a session are what was written: one report a chain. Changes nothing; call
    /// [`Memory::recover`] first, so that what a crash left is not taken for tampering.
    pub fn verify(&self, id: &SessionId) -> Result<Vec<ChainReport>, StoreError> {
        let found = self.find(id)?;
        let directory = self.sessions_dir().join(found.as_str());
        let mut noted = self.anchors()?;
        noted.retain(|anchor| anchor.session == found.as_str());
        let held = SessionLock::is_held(&directory.join("lock"))?;
        let mut reports = Vec::new();
        for name in std::iter::once(MAIN.to_owned()).chain(branch::names(&directory)?) {
            let track = Track::new(&directory, &name);
            for chain in [&track.log, &track.commits] {
                let shown = track::shown(&name, chain.name());
                let noted = noted.iter().find(|anchor| anchor.chain == shown);
                reports.push(verify::check(chain, shown, noted, held)?);
            }
        }
        // A chain the page knows and that is gone with all its directory.
        noted.retain(|anchor| !reports.iter().any(|report| report.chain == anchor.chain));
        reports.extend(noted.iter().map(verify::gone));
        Ok(reports)
    }

    /// The text of `main.md`.
    pub fn page_text(&self) -> Result<String, StoreError> {
        let bytes = files::read(&self.page())?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The text of a session's `metadata.yaml`; empty when there is none.
    pub fn metadata_text(&self, id: &SessionId) -> Result<String, StoreError> {
        let path = self.sessions_dir().join(self.find(id)?.as_str()).join("metadata.yaml");
        let bytes = files::read(&path)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The log of a session, or of the named branch of it, to be read; whoever writes to it is not disturbed.
    pub fn log(&self, id: &SessionId, branch: Option<&str>) -> Result<Reader, StoreError> {
        self.reader(id, branch, "log")
    }

    /// The commits of a session, or of the named branch of it, to be read.
    pub fn commits(&self, id: &SessionId, branch: Option<&str>) -> Result<Reader, StoreError> {
        self.reader(id, branch, "commit")
    }

    /// The branches of a session, by name.
    pub fn branches(&self, id: &SessionId) -> Result<Vec<BranchSummary>, StoreError> {
        branch::list(&self.sessions_dir().join(self.find(id)?.as_str()))
    }

    /// Every way of a session, for [`Memory::log`]: `None` is its main line, the others are its branches.
    ///
    /// # Errors
    /// When there is no such session, or its directory cannot be read.
    pub fn ways(&self, id: &SessionId) -> Result<Vec<Option<String>>, StoreError> {
        let branches = self.branches(id)?.into_iter().map(|branch| Some(branch.name));
        Ok(std::iter::once(None).chain(branches).collect())
    }

    /// What runs in the session now, as the entries to come; empty when nothing does.
    pub fn running(&self, id: &SessionId) -> Result<Vec<Entry>, StoreError> {
        let leftovers = Spool::new(self.directory(id)?.join("spool")).leftovers()?;
        Ok(leftovers.into_iter().filter_map(|leftover| leftover.entry).collect())
    }

    fn reader(&self, id: &SessionId, branch: Option<&str>, name: &'static str) -> Result<Reader, StoreError> {
        Memory::reader_in(&self.directory(id)?, branch, name)
    }

    /// Reads what lies in the directory of a session.
    pub(super) fn reader_in(session: &Path, branch: Option<&str>, name: &'static str) -> Result<Reader, StoreError> {
        let known = branch::names(session)?;
        if let Some(wanted) = branch.filter(|wanted| *wanted != MAIN && !known.iter().any(|name| name == wanted)) {
            return Err(StoreError::NoBranch { name: wanted.to_owned(), known });
        }
        let directory = Track::new(session, branch.unwrap_or(MAIN)).directory().to_owned();
        let known = Metadata::load(&directory.join("metadata.yaml")).ok().flatten();
        let since = known.and_then(|known| known.started()).unwrap_or(At::EPOCH);
        Ok(Reader::new(&directory, name, since))
    }

    /// Brings `main.md` up to date.
    pub(super) fn refresh(&self) -> Result<(), StoreError> {
        self.anchor(&[])
    }

    /// The same, and notes there where these chains stand.
    pub(super) fn anchor(&self, anchors: &[Anchor]) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.write_page(anchors, None)
    }

    /// The same for a session that is gone for good: nothing of it stays on the page.
    pub(super) fn forget(&self, id: &SessionId) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.write_page(&[], Some(id))
    }

    /// What the page says of the chains.
    pub(super) fn anchors(&self) -> Result<Vec<Anchor>, StoreError> {
        Ok(Anchor::all(&files::read(&self.page())?.unwrap_or_default()))
    }

    /// The caller holds the lock: two rewriters would lose one's change.
    fn write_page(&self, newer: &[Anchor], gone: Option<&SessionId>) -> Result<(), StoreError> {
        let existing = files::read(&self.page())?.unwrap_or_default();
        let mut anchors = Anchor::all(&existing);
        anchors.retain(|anchor| !newer.iter().any(|newer| newer.is_of(anchor)));
        anchors.retain(|anchor| gone.is_none_or(|gone| anchor.session != gone.as_str()));
        anchors.extend_from_slice(newer);
        // Newest session first, as in the table.
        anchors.sort_by(|one, other| (&other.session, &one.chain).cmp(&(&one.session, &other.chain)));
        anchors.dedup_by(|one, other| one.is_of(other));
        let page = main_page::rewrite(&existing, &self.sessions()?, &anchors);
        if page == existing && !page.is_empty() {
            return Ok(());
        }
        files::replace(&self.page(), &page)
    }

    /// The highest number any session has or had.
    fn highest(&self, lock: &mut ProjectLock) -> Result<u32, StoreError> {
        let mut number = lock.highest()?;
        let archives = [self.root.join("archived"), self.sessions_dir().join("archived")];
        for directory in archives.iter().chain([&self.sessions_dir()]) {
            number = session_dirs(directory)?.into_iter().map(|(taken, _)| taken).fold(number, u32::max);
        }
        Ok(number)
    }

    fn make_next(&self, lock: &mut ProjectLock, slug: &str, at: At) -> Result<(SessionId, PathBuf), StoreError> {
        let mut number = self.highest(lock)?;
        loop {
            number = number.checked_add(1).ok_or_else(|| StoreError::Malformed {
                path: self.sessions_dir(),
                problem: format!("a session has the number {number}, and there is none after it"),
            })?;
            let id = name::compose(number, at, slug);
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

    /// The session that any unique beginning of its name, or its number, means.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] with the nearest ones.
    pub fn find(&self, id: &SessionId) -> Result<SessionId, StoreError> {
        pick(id, session_dirs(&self.sessions_dir())?.iter().rev().map(|(_, directory)| id_of(directory)).collect())
    }

    fn lock(&self) -> Result<ProjectLock, StoreError> {
        ProjectLock::wait(&self.root.join("lock"))
    }

    /// Where the session that is meant lies.
    pub fn directory(&self, id: &SessionId) -> Result<PathBuf, StoreError> {
        Ok(self.sessions_dir().join(self.find(id)?.as_str()))
    }

    /// The directory the memory lies in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn sessions_dir(&self) -> PathBuf {
        self.root.join("sessions")
    }

    fn page(&self) -> PathBuf {
        self.root.join("main.md")
    }
}

/// The session that is meant by a whole name, `session_004`, `004`, `4`, or the beginning of one name alone.
/// `sessions` come newest first.
pub(super) fn pick(id: &SessionId, sessions: Vec<SessionId>) -> Result<SessionId, StoreError> {
    let wanted = id.as_str().trim();
    if let Some(found) = sessions.iter().find(|id| name::means(wanted, id)) {
        return Ok(found.clone());
    }
    let mut begins = sessions.iter().filter(|id| !wanted.is_empty() && id.as_str().starts_with(wanted));
    if let (Some(found), None) = (begins.next(), begins.next()) {
        return Ok(found.clone());
    }
    let alike = |id: &&SessionId| !wanted.is_empty() && id.as_str().contains(&wanted.to_lowercase());
    let mut near: Vec<SessionId> = sessions.iter().filter(alike).take(NEAR).cloned().collect();
    if near.is_empty() {
        near = sessions.into_iter().take(NEAR).collect();
    }
    Err(StoreError::NotFound { wanted: wanted.to_owned(), near })
}

/// A goal of any length as one line of a list.
pub(super) fn one_line(goal: &str) -> String {
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
    fn a_goal_of_any_length_becomes_one_line() {
        assert_eq!(one_line(" show the\n\tlast  five commits "), "show the last five commits");
        assert_eq!(one_line(&"é ".repeat(500_000)).chars().count(), GOAL);
        assert_eq!(one_line(&"x".repeat(1_000_000)).chars().count(), GOAL);
    }
}
