//! Reading a session's log in windows, beside whoever writes to it.
//!
//! Owns the finding of entries by the chain's offsets: the last ones, those before, one by its name. Reads no more
//! of a log than it hands out, changes nothing and needs no lock. Trusts no text to say where an entry ends.

use std::path::Path;

use super::StoreError;
use super::backward::Backward;
use super::chain::Chain;
use super::link::Link;
use super::mend::Plan;
use crate::domain::{At, EntryId};
use crate::history::{Head, Record};

/// What came of asking for an entry by the beginning of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    One(Box<Record>),
    /// The names that begin so, newest first.
    Several(Vec<EntryId>),
    Nothing,
}

/// One log, to be read.
pub struct Reader {
    chain: Chain,
    since: At,
}

/// The chain's links from its last to its first.
enum Links {
    Lines(Backward),
    /// Of a log without a chain, which nobody has taken up yet.
    Made(Vec<Link>),
}

impl Reader {
    /// Of `NAME.md` in `directory`; `since` dates entries of a log that has no chain yet.
    pub(super) fn new(directory: &Path, name: &'static str, since: At) -> Self {
        Self { chain: Chain::new(directory, name), since }
    }

    /// The last `count` entries, oldest first.
    pub fn last(&self, count: usize) -> Result<Vec<Record>, StoreError> {
        self.window(u64::MAX, count)
    }

    /// The `count` entries before the one counted `seq`, oldest first.
    pub fn before(&self, seq: u64, count: usize) -> Result<Vec<Record>, StoreError> {
        self.window(seq, count)
    }

    /// Everything behind the entry counted `seq`, oldest first; for following a log as it grows.
    pub fn after(&self, seq: u64) -> Result<Vec<Record>, StoreError> {
        let mut links = Vec::new();
        let mut all = self.links()?;
        while let Some(link) = self.next(&mut all)? {
            if link.seq <= seq {
                break;
            }
            links.push(link);
        }
        self.records(links)
    }

    /// What the chain says of every entry, oldest first; no text is read.
    pub fn heads(&self) -> Result<Vec<Head>, StoreError> {
        let mut heads = Vec::new();
        let mut all = self.links()?;
        while let Some(link) = self.next(&mut all)? {
            heads.push(head(&link));
        }
        heads.reverse();
        Ok(heads)
    }

    /// Hands over every entry that `wanted` asks for by what the chain says of it, newest first, one at a time.
    pub fn each(&self, mut wanted: impl FnMut(&Head) -> bool, mut take: impl FnMut(Record)) -> Result<(), StoreError> {
        let mut all = self.links()?;
        while let Some(link) = self.next(&mut all)? {
            if wanted(&head(&link)) {
                take(self.record(&link)?);
            }
        }
        Ok(())
    }

    /// The entry whose name begins so.
    pub fn find(&self, prefix: &str) -> Result<Found, StoreError> {
        let prefix = prefix.trim().to_ascii_lowercase();
        let mut found = Vec::new();
        let mut all = self.links()?;
        while let Some(link) = self.next_named(&mut all, &prefix)? {
            found.push(link);
        }
        match found.as_slice() {
            [] => Ok(Found::Nothing),
            [link] => Ok(Found::One(Box::new(self.record(link)?))),
            several => Ok(Found::Several(several.iter().map(|link| link.id.clone()).collect())),
        }
    }

    /// The last `count` lines of the log as they stand there.
    pub fn last_lines(&self, count: usize) -> Result<Vec<String>, StoreError> {
        let mut lines: Vec<String> = Vec::new();
        let mut all = self.links()?;
        while let Some(link) = self.next(&mut all)? {
            let text = self.record(&link)?.text;
            let missing = count.saturating_sub(lines.len());
            lines.extend(text.lines().rev().take(missing).map(str::to_owned));
            if lines.len() >= count {
                break;
            }
        }
        lines.reverse();
        Ok(lines)
    }

    fn window(&self, before: u64, count: usize) -> Result<Vec<Record>, StoreError> {
        let mut links = Vec::new();
        let mut all = self.links()?;
        while links.len() < count
            && let Some(link) = self.next(&mut all)?
        {
            if link.seq < before {
                links.push(link);
            }
        }
        self.records(links)
    }

    fn records(&self, mut links: Vec<Link>) -> Result<Vec<Record>, StoreError> {
        links.reverse();
        links.iter().map(|link| self.record(link)).collect()
    }

    fn record(&self, link: &Link) -> Result<Record, StoreError> {
        let bytes = self.chain.read(link.off, link.len)?;
        Ok(Record {
            head: head(link),
            sound: link.is_of(&bytes),
            text: String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        })
    }

    fn links(&self) -> Result<Links, StoreError> {
        match self.chain.backward()? {
            // A line that breaks off is being written just now.
            Some((lines, _torn)) => Ok(Links::Lines(lines)),
            None => Ok(Links::Made(Plan::make(&self.chain, self.since, false)?.links())),
        }
    }

    fn next(&self, links: &mut Links) -> Result<Option<Link>, StoreError> {
        self.next_named(links, "")
    }

    /// The next link whose name begins so. Lines that cannot be understood are passed over; `verify` names them.
    fn next_named(&self, links: &mut Links, prefix: &str) -> Result<Option<Link>, StoreError> {
        let named = |link: &Link| link.id.as_str().starts_with(prefix);
        match links {
            Links::Made(links) => {
                while let Some(link) = links.pop() {
                    if named(&link) {
                        return Ok(Some(link));
                    }
                }
            }
            Links::Lines(lines) => {
                let key = format!("\"id\":\"{prefix}");
                while let Some(line) = lines.next().map_err(StoreError::at(self.chain.chain_path()))? {
                    // The name stands near the beginning; looking there first spares the reading of all others.
                    let start = line.text.get(..line.text.len().min(64)).unwrap_or_default();
                    if !start.windows(key.len()).any(|bytes| bytes == key.as_bytes()) {
                        continue;
                    }
                    if let Some(link) = Link::parse(&line.text).filter(named) {
                        return Ok(Some(link));
                    }
                }
            }
        }
        Ok(None)
    }
}

pub(super) fn head(link: &Link) -> Head {
    Head {
        seq: link.seq,
        id: link.id.clone(),
        at: link.ts,
        kind: link.kind(),
        actor: link.actor.clone(),
        off: link.off,
        len: link.len,
    }
}
