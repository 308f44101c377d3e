//! Every log of a memory in its order, for whoever derives something from the logs and has to notice what became of
//! them: grown, edited, cut short, put away, gone.
//!
//! Owns the walk over sessions, archives and branches, and the reading forwards from a place that was reached before.
//! Changes nothing and takes no lock. A place is believed only as long as the chain still says there what it said.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::backward::Line;
use super::chain::{Chain, read_at};
use super::link::{Link, NOTHING};
use super::listing::{id_of, session_dirs};
use super::mend::Plan;
use super::metadata::Metadata;
use super::reader::head;
use super::track::{MAIN, Track};
use super::{Memory, StoreError, branch, files};
use crate::domain::{At, SessionId};
use crate::history::{Record, cut};

/// Bytes of a chain that are read at once.
const BLOCK: u64 = 1 << 20;

/// One log, archived or not.
pub struct Trail {
    session: SessionId,
    archived: bool,
    branch: String,
    /// Of the session.
    directory: PathBuf,
    chain: Chain,
    /// Of the way itself.
    metadata: PathBuf,
}

/// What the system says of a log and its chain: which files they are, how long, when they were last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    pub log: [i64; 3],
    pub chain: [i64; 3],
}

/// How far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The last entry's number; 0 before the first.
    pub seq: u64,
    /// Where its line begins in the chain, and where the next one does.
    pub line: u64,
    pub next: u64,
    /// Where the next entry begins in the log.
    pub end: u64,
    pub sha256: [u8; 32],
}

impl Place {
    /// Before the first entry.
    pub const START: Place = Place { seq: 0, line: 0, next: 0, end: 0, sha256: NOTHING };
}

/// Where one entry is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Where its line begins in the chain; `None` in a log that has no chain yet.
    pub line: Option<u64>,
    pub off: u64,
    pub len: u64,
}

/// What lies behind a place.
#[derive(Debug)]
pub enum Ahead {
    /// The place is none any more: what was read before may have been changed.
    Changed,
    /// Entries, oldest first, and where reading goes on.
    Entries { entries: Vec<(Record, Spot)>, place: Place },
}

impl Memory {
    /// Every log, that of a session before those of its branches, sessions in the order of their numbers.
    pub fn trails(&self) -> Result<Vec<Trail>, StoreError> {
        let mut found = Vec::new();
        let places = std::iter::once((false, self.sessions_dir())).chain(self.archives().map(|place| (true, place)));
        for (archived, place) in places {
            found.extend(session_dirs(&place)?.into_iter().map(|(number, directory)| (number, archived, directory)));
        }
        found.sort();
        let mut seen = BTreeSet::new();
        let mut trails = Vec::new();
        for (_, archived, directory) in found {
            if seen.insert(id_of(&directory)) {
                let names = std::iter::once(MAIN.to_owned()).chain(branch::names(&directory)?);
                trails.extend(names.map(|name| Trail::new(&directory, archived, &name)));
            }
        }
        Ok(trails)
    }

    /// One log by the whole name of its session, archived or not, and of its branch (`main` for the session's own);
    /// `None` when it is gone.
    pub fn trail(&self, session: &SessionId, branch: &str) -> Option<Trail> {
        let places = std::iter::once((false, self.sessions_dir())).chain(self.archives().map(|place| (true, place)));
        let mut found = places.map(|(archived, place)| (archived, place.join(session.as_str())));
        let (archived, directory) = found.find(|(_, directory)| is_directory(directory))?;
        let known =
            branch == MAIN || branch::names(&directory).is_ok_and(|names| names.iter().any(|name| name == branch));
        known.then(|| Trail::new(&directory, archived, branch))
    }
}

impl Trail {
    fn new(directory: &Path, archived: bool, branch: &str) -> Trail {
        let track = Track::new(directory, branch);
        Trail {
            session: id_of(directory),
            archived,
            branch: branch.to_owned(),
            directory: directory.to_owned(),
            metadata: track.metadata_path(),
            chain: track.log,
        }
    }

    pub fn session(&self) -> &SessionId {
        &self.session
    }

    pub fn is_archived(&self) -> bool {
        self.archived
    }

    /// `main`, or a branch's name.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// What the system says of the files now; zeros where there is none.
    pub fn stamp(&self) -> Stamp {
        let of = |path: &Path| {
            let found = std::fs::symlink_metadata(path).ok();
            found.map_or([0; 3], |found| {
                let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
                let changed = found.mtime().wrapping_mul(1_000_000_000).wrapping_add(found.mtime_nsec());
                [whole(found.ino()), whole(found.len()), changed]
            })
        };
        Stamp { log: of(self.chain.log_path()), chain: of(self.chain.chain_path()) }
    }

    /// The number of the last entry there is.
    pub fn last_seq(&self) -> Result<u64, StoreError> {
        match self.chain.backward()? {
            None => Ok(self.made()?.last().map_or(0, |link| link.seq)),
            Some((mut lines, _torn)) => {
                while let Some(line) = lines.next().map_err(StoreError::at(self.chain.chain_path()))? {
                    if let Some(link) = Link::parse(&line.text) {
                        return Ok(link.seq);
                    }
                }
                Ok(0)
            }
        }
    }

    /// The entries behind `place`: at least one when there is one, then so many that they hold about `bytes`.
    ///
    /// Lines that cannot be understood are passed over; `verify` names them. A line that breaks off is being written
    /// just now and waits for the next time.
    pub fn ahead(&self, place: &Place, bytes: u64) -> Result<Ahead, StoreError> {
        let Some(chain) = files::open_existing(self.chain.chain_path())? else {
            // Nothing could be read forwards of a log without a chain; it gets one when it is taken up.
            return if place.seq == 0 { self.without_chain() } else { Ok(Ahead::Changed) };
        };
        let Some(log) = files::open_existing(self.chain.log_path())? else {
            return Ok(if place.seq == 0 { nothing(place) } else { Ahead::Changed });
        };
        if !self.still_holds(&chain, &log, place)? {
            return Ok(Ahead::Changed);
        }
        let mut place = *place;
        let mut lines = Vec::new();
        let mut held = 0;
        let at_chain = || StoreError::at(self.chain.chain_path());
        'blocks: loop {
            let block = read_lines(&chain, place.next).map_err(at_chain())?;
            if block.is_empty() {
                break;
            }
            for line in block {
                let next = line.off + line.text.len() as u64 + 1;
                if let Some(link) = Link::parse(&line.text) {
                    held += link.len;
                    place = Place { seq: link.seq, line: line.off, next, end: link.end(), sha256: link.sha256 };
                    lines.push((line.off, link));
                } else {
                    place.next = next;
                }
                if held >= bytes {
                    break 'blocks;
                }
            }
        }
        let entries = self.texts(&log, lines)?;
        Ok(Ahead::Entries { entries, place })
    }

    /// The entry that is told of there; `None` when something else is.
    pub fn at(&self, spot: &Spot) -> Result<Option<Record>, StoreError> {
        let Some(line) = spot.line else {
            let bytes = self.chain.read(spot.off, spot.len)?;
            if !cut::is_whole(&bytes) {
                return Ok(None);
            }
            let link = self.made()?.into_iter().find(|link| (link.off, link.len) == (spot.off, spot.len));
            return Ok(link.map(|link| record(&link, &bytes, true)));
        };
        let Some(chain) = files::open_existing(self.chain.chain_path())? else { return Ok(None) };
        let Some(link) = link_at(&chain, line).map_err(StoreError::at(self.chain.chain_path()))? else {
            return Ok(None);
        };
        let bytes = self.chain.read(link.off, link.len)?;
        let sound = link.is_of(&bytes);
        Ok(Some(record(&link, &bytes, sound)))
    }

    /// Head and tail of an output that was kept beside the log, `bound` bytes of it at most; `None` when there is no
    /// such file. `path` is relative to the session's directory, as entries name it.
    pub fn output(&self, path: &str, bound: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.directory.join(path);
        let Some(file) = files::open_existing(&path)? else { return Ok(None) };
        let read = || {
            let len = file.metadata()?.len();
            let mut bytes = read_at(&file, 0, bound.min(if len > bound { bound / 2 } else { len }))?;
            if len > bound {
                bytes.push(b'\n');
                bytes.extend(read_at(&file, len - bound / 2, bound / 2)?);
            }
            io::Result::Ok(bytes)
        };
        read().map(Some).map_err(StoreError::at(&path))
    }

    /// Whether the last entry that was read still stands in the chain and in the log as it did.
    fn still_holds(&self, chain: &File, log: &File, place: &Place) -> Result<bool, StoreError> {
        if place.seq == 0 {
            return Ok(true);
        }
        let link = link_at(chain, place.line).map_err(StoreError::at(self.chain.chain_path()))?;
        let Some(link) = link.filter(|link| link.sha256 == place.sha256 && link.seq == place.seq) else {
            return Ok(false);
        };
        let bytes = read_at(log, link.off, link.len).map_err(StoreError::at(self.chain.log_path()))?;
        Ok(link.is_of(&bytes))
    }

    /// The texts of these entries, read in one piece where they lie one behind the other.
    fn texts(&self, log: &File, lines: Vec<(u64, Link)>) -> Result<Vec<(Record, Spot)>, StoreError> {
        let at_log = || StoreError::at(self.chain.log_path());
        let first = lines.first().map_or(0, |(_, link)| link.off);
        let last = lines.last().map_or(0, |(_, link)| link.end());
        let together = read_at(log, first, last.saturating_sub(first)).map_err(at_log())?;
        let mut entries = Vec::with_capacity(lines.len());
        for (line, link) in lines {
            let spot = Spot { line: Some(line), off: link.off, len: link.len };
            let within = |at: u64| usize::try_from(at.checked_sub(first)?).ok();
            let found = within(link.off).zip(within(link.end())).and_then(|(start, end)| together.get(start..end));
            let record = match found {
                Some(bytes) => record(&link, bytes, true),
                None => record(&link, &read_at(log, link.off, link.len).map_err(at_log())?, true),
            };
            entries.push((record, spot));
        }
        Ok(entries)
    }

    fn without_chain(&self) -> Result<Ahead, StoreError> {
        let links = self.made()?;
        let Some(last) = links.last() else { return Ok(nothing(&Place::START)) };
        let place = Place { seq: last.seq, line: 0, next: 0, end: last.end(), sha256: last.sha256 };
        let mut entries = Vec::with_capacity(links.len());
        for link in links {
            let bytes = self.chain.read(link.off, link.len)?;
            let spot = Spot { line: None, off: link.off, len: link.len };
            entries.push((record(&link, &bytes, true), spot));
        }
        Ok(Ahead::Entries { entries, place })
    }

    /// The links a log without a chain will get.
    fn made(&self) -> Result<Vec<Link>, StoreError> {
        let known = Metadata::load(&self.metadata).ok().flatten();
        let since = known.and_then(|known| known.started()).unwrap_or(At::EPOCH);
        Ok(Plan::make(&self.chain, since, false)?.links())
    }
}

fn nothing(place: &Place) -> Ahead {
    Ahead::Entries { entries: Vec::new(), place: *place }
}

fn record(link: &Link, bytes: &[u8], sound: bool) -> Record {
    Record { head: head(link), sound, text: String::from_utf8_lossy(bytes).into_owned() }
}

fn is_directory(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// The whole lines behind `off`, a block of them; none at the end.
fn read_lines(chain: &File, off: u64) -> io::Result<Vec<Line>> {
    let mut wanted = BLOCK;
    loop {
        let bytes = read_at(chain, off, wanted)?;
        let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') else {
            if (bytes.len() as u64) < wanted {
                return Ok(Vec::new());
            }
            // One line longer than a block.
            wanted = wanted.saturating_mul(2);
            continue;
        };
        let mut lines = Vec::new();
        let mut start = off;
        for text in bytes.get(..end).unwrap_or_default().split(|byte| *byte == b'\n') {
            lines.push(Line { off: start, text: text.to_owned() });
            start += text.len() as u64 + 1;
        }
        return Ok(lines);
    }
}

/// The line that begins there.
fn link_at(chain: &File, line: u64) -> io::Result<Option<Link>> {
    let mut wanted = 4 << 10;
    loop {
        let bytes = read_at(chain, line, wanted)?;
        match bytes.iter().position(|byte| *byte == b'\n') {
            Some(end) => return Ok(bytes.get(..end).and_then(Link::parse)),
            None if (bytes.len() as u64) < wanted => return Ok(None),
            None => wanted = wanted.saturating_mul(2),
        }
    }
}
