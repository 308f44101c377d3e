//! One session that this process may write to.
//!
//! Owns the lock, the logs, the spool and the state of the session, and puts right what an earlier process left.
//! The log is append-only: nothing here ever changes a byte of an entry that is whole.

use std::fs;
use std::path::{Path, PathBuf};

use super::lock::SessionLock;
use super::memory::{Memory, one_line};
use super::metadata::Metadata;
use super::spool::{Leftover, Spool};
use super::track::{MAIN, Track, system};
use super::{Kept, Parent, Sink, StoreError, branch, files, name, output, sink};
use crate::domain::{At, Body, CallId, Entry, EntryId, SessionId, Snapshot, Surroundings};
use crate::history::session::Status;
use crate::history::{Anchor, bytes, shortened};
use crate::redact::Masked;

/// Bytes of a broken-off output that the log shows; all of it lies in `output/`.
const SHOWN: usize = 4 << 10;

/// A session held by this process; any other that wants to write is told that it is busy. Blocking calls.
pub struct Session {
    id: SessionId,
    directory: PathBuf,
    memory: Memory,
    main: Track,
    /// The branches that were opened.
    tracks: Vec<Track>,
    /// Which of the branches entries go to; none for the session's own way.
    active: Option<usize>,
    spool: Spool,
    /// How the last call ended, before what was inferred from it is known.
    held: Option<(CallId, Entry)>,
    recovered: Vec<String>,
    _lock: SessionLock,
}

impl Session {
    /// Fills the new, empty `directory` of a session.
    pub(super) fn create(
        memory: &Memory,
        id: SessionId,
        directory: PathBuf,
        goal: &str,
        at: At,
        surroundings: &Surroundings,
        parent: Option<&Parent>,
    ) -> Result<Self, StoreError> {
        let mut session = Self::hold(memory, id, directory, at)?;
        session.main.create()?;
        let mut metadata = Metadata::new(&session.id, goal, at, surroundings);
        if let Some(Parent { session, entry }) = parent {
            metadata.set_parent(session, None, entry.as_ref());
        }
        metadata.save(&session.metadata_path())?;
        Ok(session)
    }

    /// Takes up the session that lies in `directory`: recovers what an earlier process left and marks it active.
    pub(super) fn take_up(memory: &Memory, id: SessionId, directory: PathBuf, at: At) -> Result<Self, StoreError> {
        let mut session = Self::hold(memory, id, directory, at)?;
        // First, so that a file that cannot be understood stops us before anything is written.
        let mut metadata = session.metadata(at)?;
        session.recover(at)?;
        metadata.mark(Status::Active, at);
        metadata.save(&session.metadata_path())?;
        Ok(session)
    }

    /// Takes the session's lock and puts right what an earlier process left, without taking the session up.
    pub(super) fn put_right(memory: &Memory, id: SessionId, directory: PathBuf, at: At) -> Result<Self, StoreError> {
        let mut session = Self::hold(memory, id, directory, at)?;
        session.recover(at)?;
        Ok(session)
    }

    fn hold(memory: &Memory, id: SessionId, directory: PathBuf, at: At) -> Result<Self, StoreError> {
        let lock = SessionLock::take(&directory.join("lock"), &id, at)?;
        Ok(Self {
            main: Track::new(&directory, MAIN),
            tracks: Vec::new(),
            active: None,
            spool: Spool::new(directory.join("spool")),
            held: None,
            recovered: Vec::new(),
            memory: memory.clone(),
            _lock: lock,
            id,
            directory,
        })
    }

    /// Which session this is.
    pub fn id(&self) -> &SessionId {
        &self.id
    }

    /// The directory that holds its files.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Entries in the logs that were opened: whoever looks twice sees whether something was written.
    pub(super) fn entries(&self) -> u64 {
        std::iter::once(&self.main).chain(&self.tracks).map(|track| track.log.tip().seq).sum()
    }

    /// What had to be put right since this process holds the session, one sentence each, for the person to read.
    pub fn recovered(&self) -> &[String] {
        &self.recovered
    }

    /// Appends an entry to the log of the present way and returns its name once it is on disk. A commit goes to
    /// `commit.md` too, and `main.md` tells of it; what it was saved to is filled in when nothing is said.
    ///
    /// # Errors
    /// When it could not be written; then nothing of the entry is in the log.
    pub fn append(&mut self, entry: &Masked<Entry>) -> Result<EntryId, StoreError> {
        self.add(entry.get())
    }

    /// The same for an entry that was masked before it came to disk, or is the program's own.
    pub(super) fn add(&mut self, entry: &Entry) -> Result<EntryId, StoreError> {
        self.settle(entry.at)?;
        self.release()?;
        let entry = &*output::fitted(&self.directory, entry, None)?;
        if !matches!(entry.body, Body::Commit { .. }) {
            return self.track_mut().put(entry);
        }
        let id = self
            .active
            .and_then(|active| self.tracks.get_mut(active))
            .unwrap_or(&mut self.main)
            .commit(entry, &self.spool)?;
        self.anchor_now()?;
        Ok(id)
    }

    /// Begins the file that takes what a call prints while it runs.
    pub fn sink(&mut self, call: CallId) -> Result<Sink, StoreError> {
        Sink::begin(&self.spool, call)
    }

    /// Writes down how a call ended: synced at once, and in the log when what was inferred from it is known
    /// ([`Session::infer`]) or another entry is due, whichever comes first. `kept` is its whole output where that was
    /// put beside the log already.
    pub fn finish(&mut self, call: CallId, entry: &Masked<Entry>, kept: Option<&Kept>) -> Result<(), StoreError> {
        self.settle(entry.get().at)?;
        self.release()?;
        let entry = output::fitted(&self.directory, entry.get(), kept)?.into_owned();
        self.spool.put(call, &entry)?;
        self.held = Some((call, entry));
        Ok(())
    }

    /// Adds what was inferred from a call to its entry and puts that into the log. `None` when the entry stands there
    /// already: then the inference is what the next one observes.
    pub fn infer(&mut self, call: CallId, inference: &Masked<String>) -> Result<Option<EntryId>, StoreError> {
        match &mut self.held {
            Some((held, Entry { body: Body::Step(step), .. })) if *held == call => {
                // What its reader said of it stays: it tells how the command ended.
                let told = step.inference.iter().map(String::as_str);
                step.inference = Some(told.chain([inference.get().as_str()]).collect::<Vec<_>>().join("\n"));
                self.release()
            }
            _ => Ok(None),
        }
    }

    /// Puts the entry of a call into the log as it is: nothing more will be inferred from it.
    pub fn settle_call(&mut self, call: CallId) -> Result<(), StoreError> {
        if self.held.as_ref().is_some_and(|(held, _)| *held == call) {
            self.release()?;
        }
        Ok(())
    }

    /// Puts the entry that waits for its inference into the log as it is.
    pub(super) fn release(&mut self) -> Result<Option<EntryId>, StoreError> {
        let Some((call, entry)) = self.held.take() else { return Ok(None) };
        match self.track_mut().put(&entry) {
            Ok(id) => {
                self.spool.remove(call)?;
                Ok(Some(id))
            }
            Err(error) => {
                // It stays in the spool, and due.
                self.held = Some((call, entry));
                Err(error)
            }
        }
    }

    /// Puts a call's entry on disk before its command starts, or in the place of what was spooled for it before.
    pub fn spool(&mut self, call: CallId, entry: &Masked<Entry>) -> Result<(), StoreError> {
        // An earlier call of the same number printed it.
        self.spool.remove_output(call)?;
        self.spool.put(call, entry.get())
    }

    /// Puts how a call ended in the place of what was spooled for it, before anything is told of it. `kept` is its
    /// whole output where that was put beside the log already.
    pub fn spool_end(&mut self, call: CallId, entry: &Masked<Entry>, kept: Option<&Kept>) -> Result<(), StoreError> {
        let entry = output::fitted(&self.directory, entry.get(), kept)?;
        self.spool.put(call, &entry)
    }

    /// Forgets a spooled call, once its entry has been appended.
    pub fn unspool(&mut self, call: CallId) -> Result<(), StoreError> {
        self.spool.remove(call)
    }

    /// Notes in the session's metadata where the person stands.
    pub fn note(&mut self, snapshot: &Snapshot, at: At) -> Result<(), StoreError> {
        let mut metadata = self.metadata(at)?;
        metadata.note(snapshot);
        metadata.save(&self.metadata_path())
    }

    /// Notes what the session is for from now on, and names it so wherever it is told of. Its directory stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn rename(&mut self, goal: &Masked<String>, at: At) -> Result<(), StoreError> {
        let mut metadata = self.metadata(at)?;
        metadata.set_goal(&one_line(goal.get()), &name::slug(goal.get()), at);
        metadata.save(&self.metadata_path())?;
        self.memory.refresh()
    }

    /// Marks the session closed, here and in `main.md`, where its key finding stands only when the person wants its
    /// summary there. It stays held until it is dropped.
    pub fn close(&mut self, summarised: bool, at: At) -> Result<(), StoreError> {
        self.settle(at)?;
        self.release()?;
        let mut metadata = self.metadata(at)?;
        metadata.mark(Status::Closed, at);
        metadata.set_summarised(summarised);
        metadata.save(&self.metadata_path())?;
        self.anchor_now()
    }

    /// The way entries go now.
    pub(super) fn track(&self) -> &Track {
        self.active.and_then(|active| self.tracks.get(active)).unwrap_or(&self.main)
    }

    pub(super) fn track_mut(&mut self) -> &mut Track {
        self.active.and_then(|active| self.tracks.get_mut(active)).unwrap_or(&mut self.main)
    }

    /// The way of that name, opened and in order.
    pub(super) fn open_track(&mut self, name: &str) -> Result<&mut Track, StoreError> {
        if name == MAIN {
            return Ok(&mut self.main);
        }
        let position = match self.tracks.iter().position(|track| track.name() == name) {
            Some(position) => position,
            None => {
                self.tracks.push(Track::new(&self.directory, name));
                self.tracks.len() - 1
            }
        };
        Ok(&mut self.tracks[position])
    }

    /// Sends entries that way from now on, also in the next process.
    pub(super) fn activate(&mut self, name: &str, at: At) -> Result<(), StoreError> {
        let mut metadata = self.metadata(at)?;
        metadata.set_active_branch(name, at);
        self.open_track(name)?;
        self.settle(at)?;
        metadata.save(&self.metadata_path())?;
        self.active = self.position(name);
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.tracks.iter().position(|track| track.name() == name)
    }

    pub(super) fn spool_named(&self, name: &str, entry: &Entry) -> Result<(), StoreError> {
        self.spool.put_named(name, entry)
    }

    pub(super) fn unspool_named(&self, name: &str) -> Result<(), StoreError> {
        self.spool.remove_named(name)
    }

    /// Notes in `main.md` where the chains stand.
    pub(super) fn anchor_now(&self) -> Result<(), StoreError> {
        let tracks = std::iter::once(&self.main).chain(&self.tracks);
        let anchors: Vec<Anchor> = tracks.flat_map(|track| track.anchors(&self.id)).collect();
        self.memory.anchor(&anchors)
    }

    fn recover(&mut self, at: At) -> Result<(), StoreError> {
        for name in branch::names(&self.directory)? {
            self.open_track(&name)?;
        }
        let active = self.metadata(at)?.active_branch().to_owned();
        self.active = self.position(&active);
        self.settle(at)?;
        for leftover in self.spool.leftovers()? {
            self.recover_call(leftover, at)?;
        }
        self.spool.sweep()?;
        self.take_inbox()
    }

    /// Looks at every way that is open and mends it.
    pub(super) fn settle(&mut self, at: At) -> Result<(), StoreError> {
        for track in std::iter::once(&mut self.main).chain(&mut self.tracks) {
            for finding in track.settle(at, &self.spool)? {
                tracing::warn!(session = %self.id, damage = finding.damage, "{}", finding.text);
                self.recovered.push(finding.text);
            }
        }
        Ok(())
    }

    fn recover_call(&mut self, leftover: Leftover, at: At) -> Result<(), StoreError> {
        let Leftover { path, entry } = leftover;
        let Some(entry) = entry else {
            let aside = path.with_extension("unreadable");
            let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text =
                format!("the process ended during a call whose record cannot be read; it is kept as spool/{name}");
            self.track_mut().put(&system(at, Body::Recovery { text }))?;
            return fs::rename(&path, &aside).map_err(StoreError::at(&path));
        };
        // What is no call's belongs to the way its file names.
        let of =
            path.file_stem().and_then(|stem| stem.to_str()?.split_once('-')).map_or(MAIN, |(_, name)| name).to_owned();
        match &entry.body {
            Body::Commit { .. } => self.open_track(&of)?.put_commit(&entry)?,
            Body::Branch { .. } => self.finish_branch(&entry)?,
            Body::Merge(_) => self.finish_merge(&of, &entry)?,
            Body::Recovery { .. } | Body::Repair { .. } => self.open_track(&of)?.put_once(&entry)?,
            // What has its output had come to its end; only its way into the log was cut short.
            Body::Human(manual) if manual.milliseconds.is_some() => {
                let entry = output::fitted(&self.directory, &entry, None)?;
                self.track_mut().put_once(&entry)?
            }
            Body::Step(step) if step.output.is_some() => {
                let entry = output::fitted(&self.directory, &entry, None)?;
                self.track_mut().put_once(&entry)?
            }
            _ => {
                let mut text = unfinished(&entry);
                let call = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                if let Some((kept, printed)) = sink::take_over(&self.spool, &call)? {
                    text.push_str(&format!("\nprinted until then: {} bytes, in {}\n", kept.bytes, kept.path));
                    let printed = bytes::to_text(&printed);
                    text.push_str(&if printed.len() > SHOWN { shortened(&printed, SHOWN, "") } else { printed });
                }
                self.recovered.push(text.lines().next().unwrap_or_default().to_owned());
                self.track_mut().put_once(&system(at, Body::Recovery { text }))?
            }
        };
        files::remove(&path)
    }

    /// The file as it stands; made anew from the session's name when it is gone.
    fn metadata(&self, at: At) -> Result<Metadata, StoreError> {
        let anew = || Metadata::new(&self.id, &self.id.slug().replace('-', " "), at, &Surroundings::default());
        Ok(Metadata::load(&self.metadata_path())?.unwrap_or_else(anew))
    }

    fn metadata_path(&self) -> PathBuf {
        self.directory.join("metadata.yaml")
    }
}

/// What is told about a call whose end nobody saw.
fn unfinished(entry: &Entry) -> String {
    let what = match &entry.body {
        Body::Step(step) => &step.action,
        Body::Approval(record) => &record.command,
        Body::Human(manual) if manual.private => "a private command",
        Body::Human(manual) => &manual.command,
        Body::Request { text }
        | Body::Answer { text }
        | Body::Recovery { text }
        | Body::Repair { text }
        | Body::Drift { text } => text,
        Body::Commit { milestone, .. } => milestone,
        Body::Branch { name, .. } => name,
        Body::Merge(record) => &record.branch,
    };
    let mut text = format!("the process ended while this ran: {what}; whether it finished is not known");
    text.push_str(&format!("\nstarted: {} {}", entry.at.date(), entry.at.clock()));
    match &entry.body {
        Body::Step(step) if !step.permission.is_empty() => text.push_str(&format!("\npermission: {}", step.permission)),
        Body::Approval(record) => {
            text.push_str(&format!("\ntier: {}, decision: {}", record.tier.word(), record.decision.words()));
        }
        _ => {}
    }
    text
}
