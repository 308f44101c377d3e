//! What a crash, a person with an editor or a failing disk did to a log and its chain, and putting it right.
//!
//! Owns the look and the mending, in this order: everything that will be taken away is kept in `recovered/` first,
//! then the files are changed. Nothing is judged good by its looks where the chain can tell. Writes no entry: what
//! it found is told in words for one. Must run under the session's lock.

use std::fs::OpenOptions;
use std::path::Path;

use super::backward::Backward;
use super::chain::Chain;
use super::link::{Link, Mark, Tip};
use super::{StoreError, files};
use crate::domain::At;
use crate::history::{Kind, cut};

/// Something that was not as it was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Whether something that was written is gone or changed; otherwise only the last write was cut short.
    pub damage: bool,
    pub text: String,
}

/// What to do about a log, worked out before anything is touched.
pub(super) struct Plan {
    findings: Vec<Finding>,
    /// Kept in `recovered/`: the stem of the file's name, the bytes.
    aside: Vec<(String, Vec<u8>)>,
    log_keep: u64,
    chain_keep: u64,
    chain_add: Vec<u8>,
    tip: Tip,
}

impl Plan {
    /// Looks at both files. Reads the last lines of the chain and the last entry, more only when those disagree.
    /// `since` dates entries nothing else dates; `chained` says that a chain must be there, since others of the same
    /// age have one.
    pub(super) fn make(chain: &Chain, since: At, chained: bool) -> Result<Plan, StoreError> {
        let log_len = chain.log_len()?;
        let Some((mut lines, torn)) = chain.backward()? else {
            let mut plan = Plan::at(Tip::START, log_len, 0);
            if log_len > 0 {
                plan.take_in(chain, log_len, since)?;
                let many = plan.tip.seq;
                let name = chain.name();
                plan.find(
                    chained,
                    format!("{name}.md had no {name}.chain: its {many} entries were taken as they stand"),
                );
            }
            return Ok(plan);
        };
        let mut chain_keep = torn.off;
        let mut damaged = 0_u64;
        let mut lost: Vec<Link> = Vec::new();
        let mut last = None;
        while let Some(line) = step(&mut lines, chain)? {
            match Link::parse(&line.text) {
                Some(link) if link.end() <= log_len => {
                    last = Some(link);
                    break;
                }
                Some(link) => lost.push(link),
                None => damaged += 1,
            }
            chain_keep = line.off;
        }
        if let Some(link) = &last
            && !link.is_of(&chain.read(link.off, link.len)?)
        {
            return Plan::anew(chain, since);
        }
        let tip = last.as_ref().map_or(Tip::START, Link::tip);
        let mut plan = Plan::at(tip, log_len, chain_keep);
        plan.tell_of_lines(chain, &torn.text, damaged, &lost, torn.off + torn.text.len() as u64)?;
        let before = plan.tip.seq;
        plan.take_in(chain, log_len, last.map_or(since, |link| link.ts))?;
        plan.tell_of_entries(chain, before, damaged > 0 || !lost.is_empty(), !torn.text.is_empty());
        Ok(plan)
    }

    /// What a session's entry tells; empty when all was as it was left.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The links that were worked out, oldest first.
    pub(super) fn links(&self) -> Vec<Link> {
        self.chain_add.split(|byte| *byte == b'\n').filter_map(Link::parse).collect()
    }

    /// Does what was worked out. A crash in between leaves something the next look mends the same way.
    pub(super) fn carry_out(self, chain: &mut Chain, recovered: &Path) -> Result<(), StoreError> {
        for (stem, bytes) in &self.aside {
            keep_aside(recovered, stem, bytes)?;
        }
        if chain.log_len()? > self.log_keep {
            shorten(chain.log_path(), self.log_keep)?;
        }
        let added = self.chain_add.len() as u64;
        if self.chain_keep == 0 {
            files::replace(chain.chain_path(), &self.chain_add)?;
        } else {
            shorten(chain.chain_path(), self.chain_keep)?;
            let mut file = files::open(chain.chain_path(), OpenOptions::new().append(true))?;
            let written = std::io::Write::write_all(&mut file, &self.chain_add).and_then(|()| file.sync_data());
            written.map_err(StoreError::at(chain.chain_path()))?;
        }
        // The log may be gone with its chain still there.
        files::open(chain.log_path(), OpenOptions::new().append(true))?;
        chain.stand_at(self.tip, self.chain_keep + added);
        Ok(())
    }

    /// Whether the files stay as they are.
    pub(super) fn is_idle(&self, chain: &Chain) -> bool {
        self.findings.is_empty()
            && self.chain_add.is_empty()
            && chain.log_path().exists()
            && chain.chain_path().exists()
    }

    /// Notes where both files end, when there is nothing to mend.
    pub(super) fn note(&self, chain: &mut Chain) {
        chain.stand_at(self.tip, self.chain_keep);
    }

    fn at(tip: Tip, log_keep: u64, chain_keep: u64) -> Plan {
        Plan { findings: Vec::new(), aside: Vec::new(), log_keep, chain_keep, chain_add: Vec::new(), tip }
    }

    fn find(&mut self, damage: bool, text: String) {
        self.findings.push(Finding { damage, text });
    }

    fn tell_of_lines(
        &mut self,
        chain: &Chain,
        torn: &[u8],
        damaged: u64,
        lost: &[Link],
        chain_len: u64,
    ) -> Result<(), StoreError> {
        let name = chain.name();
        if self.chain_keep < chain_len {
            let file = files::read(chain.chain_path())?.unwrap_or_default();
            let from = usize::try_from(self.chain_keep).unwrap_or(usize::MAX);
            self.aside.push((format!("{name}.chain"), file.get(from..).unwrap_or_default().to_vec()));
        }
        if !torn.is_empty() {
            self.find(false, format!("the last line of {name}.chain breaks off; it is kept in recovered/"));
        }
        if damaged > 0 {
            let lines = if damaged == 1 { "line".to_owned() } else { format!("{damaged} lines") };
            self.find(
                true,
                format!("the last {lines} of {name}.chain cannot be understood and are kept in recovered/"),
            );
        }
        if let (Some(last), Some(first)) = (lost.first(), lost.last()) {
            let which = if lost.len() == 1 { first.told() } else { format!("{} to {}", first.told(), last.told()) };
            self.find(
                true,
                format!("{name}.md no longer holds {which}; what remains of it is kept in recovered/, or stands below"),
            );
        }
        Ok(())
    }

    /// Gives every whole entry behind the tip its link; what is no whole entry will be moved aside.
    fn take_in(&mut self, chain: &Chain, log_len: u64, mut before: At) -> Result<(), StoreError> {
        let start = self.tip.end;
        let text = chain.read(start, log_len.saturating_sub(start))?;
        let cut = cut::cut(&text);
        let mut end = 0;
        for entry in cut.entries {
            let bytes = text.get(entry.clone()).unwrap_or_default();
            let Some(heading) = cut::heading(bytes) else { break };
            before = dated(before, heading);
            self.link(
                chain,
                bytes,
                Mark { ts: before, kind: heading.kind.word().to_owned(), actor: heading.kind.usual_actor().to_owned() },
            )?;
            end = entry.end;
        }
        let rest = text.get(end..).unwrap_or_default();
        if !rest.is_empty() {
            let name = chain.name();
            self.aside.push((format!("{name}.md"), rest.to_vec()));
            self.log_keep = start + end as u64;
            let many = rest.len();
            self.find(
                false,
                format!("{many} bytes at the end of {name}.md are no whole entry; they are kept in recovered/"),
            );
        }
        Ok(())
    }

    fn tell_of_entries(&mut self, chain: &Chain, before: u64, told: bool, torn: bool) {
        let many = self.tip.seq.saturating_sub(before);
        let name = chain.name();
        match many {
            0 => {}
            1 if !told => {
                let how = if torn { "a whole line" } else { "its line" };
                self.find(false, format!("the last entry of {name}.md had come on disk without {how} in {name}.chain"));
            }
            // A crash leaves one entry without its line, never two.
            _ => self.find(true, format!("{many} entries at the end of {name}.md had no line in {name}.chain")),
        }
    }

    fn link(&mut self, chain: &Chain, bytes: &[u8], mark: Mark) -> Result<(), StoreError> {
        let link = self.tip.link(bytes, mark);
        self.chain_add.extend_from_slice(chain.line(&link)?.as_bytes());
        self.tip = link.tip();
        Ok(())
    }

    /// A log that is not what was written, before its end: a chain for it as it is now. Entries the old chain knows
    /// keep their time and writer.
    fn anew(chain: &Chain, since: At) -> Result<Plan, StoreError> {
        let name = chain.name();
        let old = files::read(chain.chain_path())?.unwrap_or_default();
        let known: Vec<Link> = old.split(|byte| *byte == b'\n').filter_map(Link::parse).collect();
        let log_len = chain.log_len()?;
        let text = chain.read(0, log_len)?;
        let mut plan = Plan::at(Tip::START, log_len, 0);
        plan.aside.push((format!("{name}.chain"), old));
        let cut = cut::cut(&text);
        let (mut next, mut before) = (0, since);
        let mut missing: Vec<&Link> = Vec::new();
        let mut others = 0_u64;
        for entry in cut.entries {
            let bytes = text.get(entry).unwrap_or_default();
            let found = known.get(next..).unwrap_or_default().iter().take(AHEAD).position(|link| link.is_of(bytes));
            let mark = if let Some(ahead) = found {
                missing.extend(known.get(next..next + ahead).unwrap_or_default());
                next += ahead + 1;
                known.get(next - 1).map(Link::mark)
            } else {
                others += 1;
                None
            };
            let heading = cut::heading(bytes);
            let mark = mark.unwrap_or_else(|| {
                let kind = heading.map_or(Kind::Foreign, |heading| heading.kind);
                let ts = heading.map_or(before, |heading| dated(before, heading));
                Mark { ts, kind: kind.word().to_owned(), actor: "unknown".to_owned() }
            });
            before = mark.ts;
            plan.link(chain, bytes, mark)?;
        }
        missing.extend(known.get(next..).unwrap_or_default());
        let first = missing.first().map_or_else(|| "none is missing".to_owned(), |link| link.told());
        plan.find(
            true,
            format!(
                "{name}.md was changed after it was written: {} entries are gone or not as written, the first of them \
                 {first}; {others} stand there that nobody wrote so; the chain was made anew, the former one is kept \
                 in recovered/",
                missing.len()
            ),
        );
        let rest = text.get(cut.rest).unwrap_or_default();
        if !rest.is_empty() {
            plan.aside.push((format!("{name}.md"), rest.to_vec()));
            plan.log_keep = log_len - rest.len() as u64;
            plan.find(false, format!("what stood behind the last entry of {name}.md is kept in recovered/"));
        }
        Ok(plan)
    }
}

/// Entries of the old chain that are looked through for one of the log; more in a row are rarely gone, and then
/// the rest counts as changed.
const AHEAD: usize = 256;

fn step(lines: &mut Backward, chain: &Chain) -> Result<Option<super::backward::Line>, StoreError> {
    lines.next().map_err(StoreError::at(chain.chain_path()))
}

/// The first moment after `before` at which a clock there shows what the heading says.
fn dated(before: At, heading: cut::Heading) -> At {
    let on = |day: At| {
        let zone = day.rfc3339().get(19..).map(str::to_owned)?;
        At::parse(&format!("{}T{:02}:{:02}:00{zone}", day.date(), heading.hour, heading.minute))
    };
    let same = on(before).unwrap_or(before);
    // The heading has no seconds, so the same minute is no later day.
    if same.later(59) < before { on(before.later(24 * 3600)).unwrap_or(before) } else { same }
}

fn shorten(path: &Path, len: u64) -> Result<(), StoreError> {
    let file = files::open(path, OpenOptions::new().write(true))?;
    file.set_len(len).and_then(|()| file.sync_data()).map_err(StoreError::at(path))
}

/// Keeps bytes under a name that is free.
fn keep_aside(directory: &Path, stem: &str, bytes: &[u8]) -> Result<(), StoreError> {
    files::ensure_dir(directory)?;
    let mut number = 1_u32;
    loop {
        let path = directory.join(format!("{stem}.{number}"));
        match files::read(&path)? {
            // The same text is there from an attempt that was cut short.
            Some(kept) if kept == bytes => return Ok(()),
            Some(_) => number = number.saturating_add(1),
            None => return files::replace(&path, bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_dated_by_the_entry_before_it() {
        let before = At::parse("2026-02-21T23:50:30+01:00").unwrap();
        let dated = |hour, minute| dated(before, cut::Heading { hour, minute, kind: Kind::Step }).rfc3339();
        assert_eq!(dated(23, 50), "2026-02-21T23:50:00+01:00");
        assert_eq!(dated(23, 55), "2026-02-21T23:55:00+01:00");
        assert_eq!(dated(0, 10), "2026-02-22T00:10:00+01:00");
    }
}
