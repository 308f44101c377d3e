//! One way a session goes: the session's own, or a branch of it. A log and its commits, each with its chain.
//!
//! Owns what an entry brings to disk on its way, and the mending of both logs. Knows no other way and no lock.

use std::path::{Path, PathBuf};

use super::StoreError;
use super::chain::Chain;
use super::files;
use super::link::{Link, Mark};
use super::mend::{Finding, Plan};
use super::metadata::Metadata;
use super::spool::Spool;
use crate::domain::{At, Body, Entry, EntryId, Principal, SessionId, hex};
use crate::history::commit;
use crate::history::entry::render;
use crate::history::{Anchor, Kind, actor};

/// Names in the spool that are no call's; the way's name follows behind a dash, unless it is the session's own.
const MENDED: &str = "mended";
const COMMIT: &str = "commit";

/// The name of the session's own way.
pub const MAIN: &str = "main";

/// A log with its commits.
pub(super) struct Track {
    name: String,
    directory: PathBuf,
    pub(super) log: Chain,
    pub(super) commits: Chain,
}

impl Track {
    /// The session's own way, or the branch of that name.
    pub(super) fn new(session: &Path, name: &str) -> Self {
        let directory = if name == MAIN { session.to_owned() } else { session.join("branches").join(name) };
        let (log, commits) = (Chain::new(&directory, "log"), Chain::new(&directory, "commit"));
        Self { name: name.to_owned(), directory, log, commits }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn metadata_path(&self) -> PathBuf {
        self.directory.join("metadata.yaml")
    }

    /// What a file belonging to this way is called where those of all ways lie together.
    pub(super) fn named(&self, what: &str) -> String {
        if self.name == MAIN { what.to_owned() } else { format!("{what}-{}", self.name) }
    }

    /// Makes the empty logs.
    pub(super) fn create(&mut self) -> Result<(), StoreError> {
        self.log.create()?;
        self.commits.create()
    }

    /// Appends an entry to the log.
    pub(super) fn put(&mut self, entry: &Entry) -> Result<EntryId, StoreError> {
        Ok(self.log.append(&render(entry), mark(entry))?.id)
    }

    /// The same, unless it stands there already: the process may have ended between writing an entry and forgetting
    /// the spooled one.
    pub(super) fn put_once(&mut self, entry: &Entry) -> Result<EntryId, StoreError> {
        match standing(&self.log, &render(entry))? {
            Some(id) => Ok(id),
            None => self.put(entry),
        }
    }

    /// A commit stands in two files: until both have it, the spool does.
    pub(super) fn commit(&mut self, entry: &Entry, spool: &Spool) -> Result<EntryId, StoreError> {
        let mut entry = entry.clone();
        if let Body::Commit { saved_to, .. } = &mut entry.body
            && saved_to.is_empty()
        {
            *saved_to = format!("commit.md entry #{}", self.commits.tip().seq + 1);
        }
        let name = self.named(COMMIT);
        spool.put_named(&name, &entry)?;
        let id = self.put_commit(&entry)?;
        spool.remove_named(&name)?;
        Ok(id)
    }

    /// The second half, also for a commit that was cut short.
    pub(super) fn put_commit(&mut self, entry: &Entry) -> Result<EntryId, StoreError> {
        let id = self.put_once(entry)?;
        let text = render(entry);
        if !ends_with(&self.commits, commit::contribution(&text))? {
            let earlier = files::read(self.commits.log_path())?.unwrap_or_default();
            let known = Metadata::load(&self.metadata_path()).ok().flatten();
            let purpose = known.as_ref().and_then(Metadata::purpose).unwrap_or_default();
            let text = commit::render(&text, purpose, &String::from_utf8_lossy(&earlier));
            self.commits.append(&text, mark(entry))?;
        }
        Ok(id)
    }

    /// Where the chains stand now, for a place outside the session.
    pub(super) fn anchors(&self, session: &SessionId) -> Vec<Anchor> {
        let chains = [&self.log, &self.commits].into_iter().filter(|chain| chain.tip().seq > 0);
        let anchor = |chain: &Chain| Anchor {
            session: session.as_str().to_owned(),
            chain: shown(&self.name, chain.name()),
            seq: chain.tip().seq,
            sha256: hex(&chain.tip().sha256),
        };
        chains.map(anchor).collect()
    }

    /// Looks at the logs and mends them. What was found is in the spool before anything is changed and in the log
    /// afterwards, so that no crash in between hides it.
    pub(super) fn settle(&mut self, at: At, spool: &Spool) -> Result<Vec<Finding>, StoreError> {
        if self.log.is_untouched() && self.commits.is_untouched() {
            return Ok(Vec::new());
        }
        let known = Metadata::load(&self.metadata_path()).ok().flatten();
        let since = known.and_then(|known| known.started()).unwrap_or(at);
        let (recovered, name) = (self.directory.join("recovered"), self.named(MENDED));
        let mut findings: Vec<Finding> = Vec::new();
        let mut plans = Vec::new();
        // A log of an older version has no chain; one whose chain alone is missing had one.
        let chained = self.log.chain_path().exists() || self.commits.chain_path().exists();
        for chain in [&mut self.log, &mut self.commits] {
            let plan = Plan::make(chain, since, chained)?;
            if plan.is_idle(chain) {
                plan.note(chain);
            } else {
                findings.extend_from_slice(plan.findings());
                plans.push((chain, plan));
            }
        }
        let told = told(&findings, at);
        if let Some(entry) = &told {
            spool.put_named(&name, entry)?;
        }
        for (chain, plan) in plans {
            plan.carry_out(chain, &recovered)?;
        }
        if let Some(entry) = told {
            self.put(&entry)?;
            spool.remove_named(&name)?;
        }
        Ok(findings)
    }
}

/// How reports name a chain.
pub(super) fn shown(track: &str, chain: &str) -> String {
    if track == MAIN { chain.to_owned() } else { format!("branches/{track}/{chain}") }
}

/// An entry of the program's own.
pub(super) fn system(at: At, body: Body) -> Entry {
    Entry { at, by: Principal::Agent, body }
}

fn mark(entry: &Entry) -> Mark {
    let kind = Kind::of(&entry.body);
    Mark { ts: entry.at, kind: kind.word().to_owned(), actor: actor(&entry.by, kind) }
}

/// The name of the entry with this text where it is the last one, but for what mending has said since.
fn standing(chain: &Chain, text: &str) -> Result<Option<EntryId>, StoreError> {
    let Some((mut lines, _)) = chain.backward()? else { return Ok(None) };
    while let Some(line) = lines.next().map_err(StoreError::at(chain.chain_path()))? {
        let Some(link) = Link::parse(&line.text) else { break };
        if link.len == text.len() as u64 && chain.read(link.off, link.len)? == text.as_bytes() {
            return Ok(Some(link.id));
        }
        if !matches!(link.kind(), Kind::Recovery | Kind::Repair) {
            break;
        }
    }
    Ok(None)
}

fn ends_with(chain: &Chain, text: &str) -> Result<bool, StoreError> {
    let Some(off) = chain.tip().end.checked_sub(text.len() as u64) else { return Ok(false) };
    Ok(chain.read(off, text.len() as u64)? == text.as_bytes())
}

/// One entry for all that was found; what is gone or changed makes it a repair.
fn told(findings: &[Finding], at: At) -> Option<Entry> {
    if findings.is_empty() {
        return None;
    }
    let lines: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    let text = lines.join("\n");
    let damage = findings.iter().any(|finding| finding.damage);
    Some(system(at, if damage { Body::Repair { text } } else { Body::Recovery { text } }))
}
