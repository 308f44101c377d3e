//! Branches of a session: another way tried in a log of its own, and what it came to told where it began.
//!
//! Owns `branches/` and the steps of branching, switching and merging, each of which a crash leaves done or still to
//! be done, never half. Nothing is ever copied from one log into another: a merge links to the branch's log.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::metadata::Metadata;
use super::session::Session;
use super::track::{MAIN, Track};
use super::{StoreError, files, link};
use crate::domain::{At, Body, Entry, EntryId, MergeRecord, Principal, hex};
use crate::history::commit;
use crate::history::session::Milestones;
use crate::redact::Masked;

/// Characters of a branch's name.
const LONGEST: usize = 40;
/// Names in the spool of a branching and a merge that are under way.
const BRANCHING: &str = "branch";
const MERGING: &str = "merge";

/// One branch of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchSummary {
    pub name: String,
    /// What it was begun for.
    pub intent: String,
    /// Whether its outcome stands in the way it came from.
    pub merged: bool,
    /// The way it came from: `main` or another branch.
    pub parent: String,
    /// The entry it began after; `None` for the beginning.
    pub fork: Option<EntryId>,
    pub entries: u64,
    pub commits: u32,
    /// The milestone of its last commit.
    pub last_commit: Option<String>,
}

impl Session {
    /// The way entries go now: `main`, or a branch.
    pub fn active_branch(&self) -> &str {
        self.track().name()
    }

    /// Every branch, by name.
    pub fn branches(&self) -> Result<Vec<BranchSummary>, StoreError> {
        list(self.directory())
    }

    /// Begins a branch here: an entry in the present way says so, and what comes goes to the branch's own empty log.
    ///
    /// # Errors
    /// [`StoreError::BranchName`] for a name that is taken or is none.
    pub fn branch(
        &mut self,
        name: &Masked<String>,
        intent: &Masked<String>,
        by: Principal,
        at: At,
    ) -> Result<EntryId, StoreError> {
        self.begin_branch(name.get(), intent.get(), by, at)
    }

    /// The same for text that was masked before it came to disk.
    pub(super) fn begin_branch(
        &mut self,
        name: &str,
        intent: &str,
        by: Principal,
        at: At,
    ) -> Result<EntryId, StoreError> {
        self.settle(at)?;
        self.release()?;
        let name = checked(name)?;
        if self.directory().join("branches").join(name).exists() {
            return Err(bad(name, "there is a branch of that name already"));
        }
        let tip = self.track().log.tip();
        let from = (tip.seq > 0).then(|| link::name(&tip.sha256));
        let body = Body::Branch { name: name.to_owned(), intent: intent.to_owned(), from };
        let entry = Entry { at, by, body };
        let spooled = self.track().named(BRANCHING);
        self.spool_named(&spooled, &entry)?;
        let id = self.finish_branch(&entry)?;
        self.unspool_named(&spooled)?;
        Ok(id)
    }

    /// Sends what comes to another way: a branch that is not merged yet, or `main`.
    pub fn switch(&mut self, name: &str, at: At) -> Result<(), StoreError> {
        self.settle(at)?;
        self.release()?;
        if name != MAIN {
            self.known(name)?;
        }
        self.activate(name, at)
    }

    /// Tells what a branch came to in the way it came from, with a link to its log, and goes on there.
    ///
    /// # Errors
    /// [`StoreError::NoBranch`], and [`StoreError::BranchName`] for one that is merged.
    pub fn merge(&mut self, name: &str, by: Principal, at: At) -> Result<EntryId, StoreError> {
        self.settle(at)?;
        self.release()?;
        let branch = self.known(name)?;
        if branch.merged {
            return Err(bad(name, "it is merged already"));
        }
        let side = self.open_track(name)?;
        let (tip, theirs) = (side.log.tip(), so_far(side)?);
        let ours = so_far(self.open_track(&branch.parent)?)?;
        let record = MergeRecord {
            branch: name.to_owned(),
            intent: branch.intent,
            ours: or_nothing(ours),
            theirs: or_nothing(theirs),
            log: format!("branches/{name}/log.md"),
            head: (tip.seq > 0).then(|| hex(&tip.sha256)),
            last: (tip.seq > 0).then(|| link::name(&tip.sha256)),
        };
        let entry = Entry { at, by, body: Body::Merge(record) };
        let spooled = self.open_track(&branch.parent)?.named(MERGING);
        self.spool_named(&spooled, &entry)?;
        let id = self.finish_merge(&branch.parent, &entry)?;
        self.unspool_named(&spooled)?;
        self.anchor_now()?;
        Ok(id)
    }

    /// What [`Session::branch`] has left to do once its entry is spooled.
    pub(super) fn finish_branch(&mut self, entry: &Entry) -> Result<EntryId, StoreError> {
        let Body::Branch { name, intent, from } = &entry.body else { return self.track_mut().put_once(entry) };
        let parent = self.active_branch().to_owned();
        if parent == *name {
            // Everything was done but for forgetting the spooled entry.
            return Ok(from.clone().unwrap_or_else(|| EntryId::new("")));
        }
        let branches = self.directory().join("branches");
        files::ensure_dir(&branches)?;
        let mut track = Track::new(self.directory(), name);
        files::ensure_dir(track.directory())?;
        // After a crash it may be there already, and nothing that lies there is ever emptied.
        if !track.metadata_path().exists() {
            track.create()?;
            let metadata = Metadata::branch(self.id(), name, intent, &parent, from.as_ref(), entry.at);
            metadata.save(&track.metadata_path())?;
        }
        files::sync_dir(&branches)?;
        let id = self.track_mut().put_once(entry)?;
        self.activate(name, entry.at)?;
        Ok(id)
    }

    /// What [`Session::merge`] has left to do once its entry is spooled.
    pub(super) fn finish_merge(&mut self, parent: &str, entry: &Entry) -> Result<EntryId, StoreError> {
        let id = self.open_track(parent)?.put_once(entry)?;
        if let Body::Merge(record) = &entry.body {
            let path = Track::new(self.directory(), &record.branch).metadata_path();
            if let Some(mut metadata) = Metadata::load(&path)? {
                metadata.mark_merged(&id, entry.at);
                metadata.save(&path)?;
            }
        }
        self.activate(parent, entry.at)?;
        Ok(id)
    }

    fn known(&self, name: &str) -> Result<BranchSummary, StoreError> {
        let all = self.branches()?;
        let known = || all.iter().map(|branch| branch.name.clone()).collect();
        let found = all.iter().find(|branch| branch.name == name).cloned();
        found.ok_or_else(|| StoreError::NoBranch { name: name.to_owned(), known: known() })
    }
}

/// Every branch of the session that lies there, by name.
pub(super) fn list(session: &Path) -> Result<Vec<BranchSummary>, StoreError> {
    names(session)?.into_iter().map(|name| summary(&Track::new(session, &name))).collect()
}

/// The names of the branches, sorted. A symbolic link is none.
pub(super) fn names(session: &Path) -> Result<Vec<String>, StoreError> {
    let branches = session.join("branches");
    let mut names = Vec::new();
    for item in files::entries(&branches)? {
        let is_directory = item.file_type().map_err(StoreError::at(&branches))?.is_dir();
        if let (true, Some(name)) = (is_directory, item.file_name().to_str())
            && checked(name).is_ok()
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// A way and the branches whose outcome stands in it: those that were merged into it, and into those.
pub(super) fn joined(session: &Path, way: &str) -> Result<Vec<String>, StoreError> {
    let mut merged = Vec::new();
    for name in names(session)? {
        let metadata = Metadata::load(&Track::new(session, &name).metadata_path())?;
        if let Some(metadata) = metadata.filter(Metadata::is_merged) {
            merged.push((metadata.parent_branch().unwrap_or(MAIN).to_owned(), name));
        }
    }
    let mut ways = vec![way.to_owned()];
    let mut next = 0;
    while let Some(into) = ways.get(next).cloned() {
        let (here, elsewhere): (Vec<_>, Vec<_>) = merged.into_iter().partition(|(parent, _)| *parent == into);
        ways.extend(here.into_iter().map(|(_, name)| name));
        merged = elsewhere;
        next += 1;
    }
    Ok(ways)
}

fn summary(track: &Track) -> Result<BranchSummary, StoreError> {
    let metadata = Metadata::load(&track.metadata_path())?;
    let metadata = metadata.as_ref();
    let commits = files::read(track.commits.log_path())?.unwrap_or_default();
    let milestones = Milestones::read(&String::from_utf8_lossy(&commits));
    let last = match track.log.backward()? {
        Some((mut lines, _)) => lines.next().map_err(StoreError::at(track.log.chain_path()))?,
        None => None,
    };
    Ok(BranchSummary {
        name: track.name().to_owned(),
        intent: metadata.and_then(Metadata::purpose).unwrap_or_default().to_owned(),
        merged: metadata.is_some_and(Metadata::is_merged),
        parent: metadata.and_then(Metadata::parent_branch).unwrap_or(MAIN).to_owned(),
        fork: metadata.and_then(Metadata::parent_entry),
        entries: last.and_then(|line| link::Link::parse(&line.text)).map_or(0, |link| link.seq),
        commits: milestones.count,
        last_commit: milestones.last_commit,
    })
}

/// What a way has confirmed.
fn so_far(track: &Track) -> Result<String, StoreError> {
    let commits = files::read(track.commits.log_path())?.unwrap_or_default();
    Ok(commit::progress(&String::from_utf8_lossy(&commits)))
}

fn or_nothing(text: String) -> String {
    if text.is_empty() { "nothing confirmed".to_owned() } else { text }
}

/// A name that is a directory's and a word of a command line.
fn checked(name: &str) -> Result<&str, StoreError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name == MAIN {
        return Err(bad(name, "the session's own way is called so"));
    }
    if name.is_empty() || name.len() > LONGEST || !name.chars().all(plain) || name.starts_with(['-', '.']) {
        return Err(bad(name, "a branch has a name of up to 40 letters, digits, dashes, dots and underscores"));
    }
    Ok(name)
}

fn bad(name: &str, problem: &str) -> StoreError {
    StoreError::BranchName { name: name.to_owned(), problem: problem.to_owned() }
}
