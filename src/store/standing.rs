//! What a session stands at and came to, read from its logs.
//!
//! Owns which of its logs are asked and how far back. What is told of them is `history`'s.

use super::metadata::Metadata;
use super::track::MAIN;
use super::{Memory, StoreError, branch};
use crate::domain::SessionId;
use crate::history::{Head, Standing, Tally};

/// Entries that are looked at for the last action and the next step.
const WINDOW: usize = 20;

impl Memory {
    /// Where the session stands on the way that is gone now. Reads a window of its log.
    pub fn standing(&self, id: &SessionId) -> Result<Standing, StoreError> {
        let id = &self.find(id)?;
        let directory = self.directory(id)?;
        let metadata = Metadata::load(&directory.join("metadata.yaml"))?;
        let active = self.active_branch(id)?;
        let ways = [MAIN.to_owned()].into_iter().chain((active != MAIN).then_some(active));
        let (mut commits, mut entries) = (Vec::new(), Vec::new());
        for way in ways {
            commits.extend(self.commits(id, Some(&way))?.last(1)?);
            entries.extend(self.log(id, Some(&way))?.last(WINDOW)?);
        }
        let goal =
            metadata.as_ref().and_then(Metadata::goal).map_or_else(|| id.slug().replace('-', " "), str::to_owned);
        Ok(Standing::read(&goal, &commits, &entries))
    }

    /// The way that is gone now: `main`, or a branch that is there.
    pub fn active_branch(&self, id: &SessionId) -> Result<String, StoreError> {
        let directory = self.directory(id)?;
        let metadata = Metadata::load(&directory.join("metadata.yaml"))?;
        let named = metadata.as_ref().map_or(MAIN, Metadata::active_branch).to_owned();
        let there = named == MAIN || branch::names(&directory)?.contains(&named);
        Ok(if there { named } else { MAIN.to_owned() })
    }

    /// What is noted of where the session began: cluster, repository, engine, by their keys.
    pub fn noted(&self, id: &SessionId) -> Result<Vec<(String, String)>, StoreError> {
        let metadata = Metadata::load(&self.directory(id)?.join("metadata.yaml"))?;
        Ok(metadata.map_or_else(Vec::new, |metadata| metadata.noted()))
    }

    /// What the session came to, all its branches together. Reads its commits and commands.
    pub fn tally(&self, id: &SessionId) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
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
