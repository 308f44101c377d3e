//! Whether the logs are what was written, entry by entry.
//!
//! Owns the check of a log against its chain. Reads both once from beginning to end in pieces, changes nothing,
//! and needs no lock: what a writer adds meanwhile is left for the next time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use sha2::Digest as _;

use super::chain::Chain;
use super::link::{self, Hash, Link, Tip};
use super::{StoreError, files};
use crate::domain::{EntryId, hex};
use crate::history::{Anchor, Kind};

const PIECE: usize = 256 << 10;
/// Lines that are handed over at once, and how many such batches may wait.
const BATCH: usize = 256;
const BATCHES: usize = 4;

/// What was found in one log and its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// `log`, `commit`, `branches/NAME/log`.
    pub chain: String,
    /// Entries that were looked at.
    pub entries: u64,
    /// Bytes of the log that were hashed.
    pub bytes: u64,
    /// The hash of the last entry, hexadecimal; `None` for an empty log.
    pub head: Option<String>,
    /// The first thing that is not as it was written.
    pub first_bad: Option<Bad>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Which entry, counted from 1.
    pub seq: u64,
    /// Its name, when its line can still be read.
    pub id: Option<EntryId>,
    /// What is wrong, a fragment.
    pub problem: String,
}

/// Checks one pair of files. `shown` is what the report calls it; `noted` is what the project's page says of it.
/// `held` is whether somebody may be writing: then text without its line yet is no finding.
pub(super) fn check(
    chain: &Chain,
    shown: String,
    noted: Option<&Anchor>,
    held: bool,
) -> Result<ChainReport, StoreError> {
    let mut check =
        Check { at: Tip::START, bad: None, noted, noted_seen: noted.is_none_or(|noted| noted.seq == 0), held };
    let lines = files::open_existing(chain.chain_path())?;
    let log = files::open_existing(chain.log_path())?;
    // Before the chain is read, so that every line that is there has its text.
    let log_len = match &log {
        Some(file) => file.metadata().map_err(StoreError::at(chain.log_path()))?.len(),
        None => 0,
    };
    let read = match (&lines, log) {
        (Some(lines), Some(log)) => check.run(lines, log, chain.chain_path(), chain.log_path())?,
        (Some(lines), None) => check.without_log(lines, chain.chain_path())?,
        (None, _) => {
            if log_len > 0 {
                check.find(1, None, "there is no chain beside the log".to_owned());
            }
            0
        }
    };
    if check.at.end < log_len && !held {
        let more = log_len - check.at.end;
        check.find(check.at.seq + 1, None, format!("{more} bytes stand behind the last entry the chain knows"));
    }
    if let Some(noted) = noted.filter(|_| !check.noted_seen) {
        check.find(noted.seq, None, "main.md knows another entry in this place".to_owned());
    }
    Ok(ChainReport {
        chain: shown,
        entries: check.at.seq,
        bytes: read,
        head: (check.at.seq > 0).then(|| hex(&check.at.sha256)),
        first_bad: check.bad,
    })
}

/// The report of a chain that is not there, though the project's page knows where it stood.
pub(super) fn gone(noted: &Anchor) -> ChainReport {
    let bad = Bad { seq: noted.seq, id: None, problem: "main.md knows it, and the chain is gone".to_owned() };
    ChainReport { chain: noted.chain.clone(), entries: 0, bytes: 0, head: None, first_bad: Some(bad) }
}

struct Check<'a> {
    at: Tip,
    bad: Option<Bad>,
    noted: Option<&'a Anchor>,
    noted_seen: bool,
    held: bool,
}

impl Check<'_> {
    fn run(&mut self, lines: &File, log: File, chain_path: &Path, log_path: &Path) -> Result<u64, StoreError> {
        let mut log = BufReader::with_capacity(PIECE, log);
        let (mut bytes, mut stands_at) = (0, 0);
        self.each(lines, chain_path, |check, link| {
            // Behind a line that cannot be read.
            if link.off != stands_at {
                log.seek(SeekFrom::Start(link.off)).map_err(StoreError::at(log_path))?;
            }
            let (hash, read) = hash_of(&mut log, &link.prev, link.len).map_err(StoreError::at(log_path))?;
            bytes += read;
            stands_at = link.off + read;
            if read < link.len {
                check.find(link.seq, Some(&link.id), "the log ends before it".to_owned());
            } else if hash != link.sha256 {
                check.find(link.seq, Some(&link.id), "its text is not what was written".to_owned());
            }
            Ok(())
        })?;
        Ok(bytes)
    }

    fn without_log(&mut self, lines: &File, path: &Path) -> Result<u64, StoreError> {
        self.each(lines, path, |check, link| {
            check.find(link.seq, Some(&link.id), "the log is gone".to_owned());
            Ok(())
        })?;
        Ok(0)
    }

    fn each(
        &mut self,
        lines: &File,
        path: &Path,
        mut text: impl FnMut(&mut Self, &Link) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        // Lines are read and checked beside the hashing of the text they tell of: each takes as long as the other.
        thread::scope(|scope| {
            let (found, batches) = mpsc::sync_channel(BATCHES);
            let reader = thread::Builder::new().name("chain".to_owned());
            reader.spawn_scoped(scope, move || read_lines(lines, &found)).map_err(StoreError::at(path))?;
            for batch in batches {
                for line in batch.map_err(StoreError::at(path))? {
                    match line {
                        Line::Link(link) => {
                            self.tied(&link);
                            text(self, &link)?;
                            if link.kind() == Kind::Repair {
                                let problem = "it tells of entries that were lost or changed";
                                self.find(link.seq, Some(&link.id), problem.to_owned());
                            }
                            self.at = link.tip();
                        }
                        Line::Other => {
                            let problem = "its line in the chain is not what was written";
                            self.find(self.at.seq + 1, None, problem.to_owned());
                            // Nothing says where the next entry lies but its own line, which the next round reads.
                            self.at.seq += 1;
                        }
                        // It may be on its way right now.
                        Line::Torn if self.held => {}
                        Line::Torn => {
                            self.find(self.at.seq + 1, None, "its line in the chain breaks off".to_owned());
                        }
                    }
                }
            }
            Ok(())
        })
    }

    /// Whether the line follows from the one before.
    fn tied(&mut self, link: &Link) {
        let at = self.at;
        let expected = at.seq + 1;
        if link.seq != expected {
            self.find(expected, Some(&link.id), format!("entry {} stands in its place", link.seq));
        } else if link.prev != at.sha256 || link.off != at.end {
            self.find(link.seq, Some(&link.id), "it does not follow from the entry before".to_owned());
        }
        if let Some(noted) = self.noted.filter(|noted| noted.seq == link.seq) {
            self.noted_seen = noted.sha256 == hex(&link.sha256);
        }
    }

    fn find(&mut self, seq: u64, id: Option<&EntryId>, problem: String) {
        self.bad.get_or_insert_with(|| Bad { seq, id: id.cloned(), problem });
    }
}

/// One line of a chain.
enum Line {
    Link(Link),
    /// Not as it was written.
    Other,
    /// The last one, without its end.
    Torn,
}

/// Reads all lines, in batches, until nobody wants more.
fn read_lines(lines: &File, found: &SyncSender<io::Result<Vec<Line>>>) {
    let mut lines = BufReader::with_capacity(PIECE, lines);
    let mut text = Vec::new();
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        let last = loop {
            text.clear();
            match lines.read_until(b'\n', &mut text) {
                Ok(0) => break Some(Ok(())),
                Ok(_) => {}
                Err(error) => break Some(Err(error)),
            }
            batch.push(match text.strip_suffix(b"\n") {
                Some(whole) => Link::parse(whole).map_or(Line::Other, Line::Link),
                None => Line::Torn,
            });
            if batch.len() == BATCH {
                break None;
            }
        };
        let wanted = found.send(Ok(batch)).is_ok();
        match last {
            None if wanted => {}
            Some(Err(error)) if wanted => {
                // Nobody listens any more only when another error is told already.
                let _ = found.send(Err(error));
                return;
            }
            _ => return,
        }
    }
}

/// The hash of the next `len` bytes behind `prev`, and how many there were.
fn hash_of(log: &mut BufReader<File>, prev: &Hash, len: u64) -> io::Result<(Hash, u64)> {
    let mut hasher = link::start(prev);
    let mut left = log.take(len);
    let mut read = 0;
    loop {
        let piece = left.fill_buf()?;
        let many = piece.len();
        if many == 0 {
            return Ok((hasher.finalize().into(), read));
        }
        hasher.update(piece);
        left.consume(many);
        read += many as u64;
    }
}
