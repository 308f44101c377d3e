//! What a session stands at and came to, read from its logs.
//!
//! Owns which of its logs are asked and how far back. What is told of them is `history`'s.

use super::metadata::Metadata;
use super::track::MAIN;
use super::{Memory, Reader, StoreError, branch};
use crate::domain::SessionId;
use crate::history::{Head, Record, Standing, Tally};

/// Which of a way's two logs is read.
type Logs = fn(&Memory, &SessionId, Option<&str>) -> Result<Reader, StoreError>;

/// Entries that are looked at for the last action and the next step.
const WINDOW: usize = 20;

impl Memory {
    /// Where the session stands on the way that is gone now. Reads a window of its log.
    pub fn standing(&self, id: &SessionId) -> Result<Standing, StoreError> {
        let id = &self.find(id)?;
        let directory = self.directory(id)?;
        let metadata = Metadata::load(&directory.join("metadata.yaml"))?;
        let branch = self.side_branch(id)?;
        let ways = [MAIN.to_owned()].into_iter().chain(branch.clone());
        let (mut commits, mut entries) = (Vec::new(), Vec::new());
        for way in ways {
            commits.extend(self.reached(id, &way, 1)?);
            entries.extend(self.newest(id, &way, WINDOW, Memory::log)?);
        }
        let goal =
            metadata.as_ref().and_then(Metadata::goal).map_or_else(|| id.slug().replace('-', " "), str::to_owned);
        let name = metadata.as_ref().and_then(Metadata::name).map(str::to_owned);
        Ok(Standing { name, branch, ..Standing::read(&goal, &commits, &entries) })
    }

    /// How the session is told of: the name the person gave it, else that of its directory.
    pub fn name(&self, id: &SessionId) -> Result<String, StoreError> {
        Ok(self.given_name(id)?.unwrap_or_else(|| id.slug().to_owned()))
    }

    fn given_name(&self, id: &SessionId) -> Result<Option<String>, StoreError> {
        let metadata = Metadata::load(&self.directory(id)?.join("metadata.yaml"))?;
        Ok(metadata.as_ref().and_then(Metadata::name).map(str::to_owned))
    }

    /// The last `count` commits of a way, those of the branches that were merged into it among them; the newest last.
    pub fn reached(&self, id: &SessionId, way: &str, count: usize) -> Result<Vec<Record>, StoreError> {
        self.newest(id, way, count, Memory::commits)
    }

    /// The last of a way and of what was merged into it, in the order of their times.
    fn newest(&self, id: &SessionId, way: &str, count: usize, of: Logs) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::new();
        for way in branch::joined(&self.directory(id)?, way)? {
            records.extend(of(self, id, Some(&way))?.last(count)?);
        }
        records.sort_by_key(|record| record.head.at);
        Ok(records.split_off(records.len().saturating_sub(count)))
    }

    /// The way that is gone now: `main`, or a branch that is there.
    pub fn active_branch(&self, id: &SessionId) -> Result<String, StoreError> {
        let directory = self.directory(id)?;
        let metadata = Metadata::load(&directory.join("metadata.yaml"))?;
        let named = metadata.as_ref().map_or(MAIN, Metadata::active_branch).to_owned();
        let there = named == MAIN || branch::names(&directory)?.contains(&named);
        Ok(if there { named } else { MAIN.to_owned() })
    }

    /// The branch that is gone now; `None` on the session's own way.
    pub fn side_branch(&self, id: &SessionId) -> Result<Option<String>, StoreError> {
        Ok(Some(self.active_branch(id)?).filter(|name| name != MAIN))
    }

    /// What is noted of where the session began: cluster, repository, engine, by their keys.
    pub fn noted(&self, id: &SessionId) -> Result<Vec<(String, String)>, StoreError> {
        let metadata = Metadata::load(&self.directory(id)?.join("metadata.yaml"))?;
        Ok(metadata.map_or_else(Vec::new, |metadata| metadata.noted()))
    }

    /// What the session came to, all its branches together. Reads its commits and commands.
    pub fn tally(&self, id: &SessionId) -> Result<Tally, StoreError> {
        let branch = self.side_branch(id)?;
        let mut tally = Tally { name: self.given_name(id)?, branch, ..Tally::default() };
        for way in std::iter::once(MAIN.to_owned()).chain(branch::names(&self.directory(id)?)?) {
            let log = self.log(id, Some(&way))?;
            let mut edges = None;
            let wanted = |head: &Head| {
                let (_, newest) = edges.unwrap_or((head.at, head.at));
                edges = Some((head.at, newest));
                Tally::counts(head.kind)
            };
            log.each(wanted, |record| tally.add(&record))?;
            edges.into_iter().flat_map(|(oldest, newest)| [oldest, newest]).for_each(|at| tally.reach(at));
        }
        Ok(tally)
    }
}
