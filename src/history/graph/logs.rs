//! From logs to one graph: whose entry followed which, and in what order they are told.
//!
//! Owns the joining of a session's log, its branches and other sessions in the order of their times, where the order
//! within a log always wins over a clock that went backwards. Knows nothing of lanes. Where a log names an entry that
//! is not there, or logs name each other in a ring, the node says what it misses; no entry is ever left out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::{Graph, Kind, Line, Node};
use crate::domain::{At, Body, Entry, MergeRecord, Tier};

/// One log of a session: its own, or a branch's.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    pub line: Line,
    /// When it was begun.
    pub began: At,
    /// For a branch the entry it began at, for a forked session the entry it continues.
    pub from: Option<Place>,
    /// Whether nothing more is expected of it, as of a closed session.
    pub closed: bool,
    pub entries: Vec<Logged>,
}

/// An entry of some log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub line: Line,
    pub entry: String,
}

/// An entry under its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    pub id: String,
    pub entry: Entry,
}

/// A node before its place in the graph is known: parents are named by log and position.
#[derive(Debug)]
struct Item {
    id: String,
    kind: Kind,
    label: String,
    at: At,
    parents: Vec<(usize, usize)>,
    missing: Vec<String>,
}

/// Joins the logs into a graph.
pub(super) fn merge(logs: &[Log]) -> Graph {
    let items = Names::of(logs).items(logs);
    let mut graph = Graph { lines: logs.iter().map(|log| log.line.clone()).collect(), nodes: Vec::new() };
    let mut walk = Walk::new(&items);
    while let Some((log, position)) = walk.next() {
        let Some(item) = items.get(log).and_then(|items| items.get(position)) else { break };
        let mut missing = item.missing.clone();
        let mut parents = Vec::with_capacity(item.parents.len());
        for parent in &item.parents {
            match walk.placed.get(parent) {
                Some(place) => parents.push(*place),
                None => {
                    missing.extend(items.get(parent.0).and_then(|log| log.get(parent.1)).map(|item| item.id.clone()))
                }
            }
        }
        let last = items.get(log).is_some_and(|items| items.len() == position + 1);
        let place = graph.add(Node {
            id: item.id.clone(),
            kind: item.kind,
            line: log,
            label: item.label.clone(),
            at: item.at,
            parents,
            missing,
            ends: last && logs.get(log).is_some_and(|log| log.closed),
        });
        walk.placed.insert((log, position), place);
        walk.step(log, position);
    }
    graph
}

/// Where lines and entries are found by their names.
struct Names<'a> {
    lines: BTreeMap<&'a Line, usize>,
    entries: Vec<BTreeMap<&'a str, usize>>,
}

impl<'a> Names<'a> {
    fn of(logs: &'a [Log]) -> Names<'a> {
        let mut lines = BTreeMap::new();
        let mut entries = Vec::with_capacity(logs.len());
        for (index, log) in logs.iter().enumerate() {
            lines.entry(&log.line).or_insert(index);
            let mut ids = BTreeMap::new();
            for (position, logged) in log.entries.iter().enumerate() {
                ids.entry(logged.id.as_str()).or_insert(position + heads(log));
            }
            entries.push(ids);
        }
        Names { lines, entries }
    }

    fn find(&self, line: &Line, entry: &str) -> Option<(usize, usize)> {
        let log = *self.lines.get(line)?;
        Some((log, *self.entries.get(log)?.get(entry)?))
    }

    fn items(&self, logs: &[Log]) -> Vec<Vec<Item>> {
        logs.iter().enumerate().map(|(index, log)| self.items_of(index, log)).collect()
    }

    fn items_of(&self, index: usize, log: &Log) -> Vec<Item> {
        let mut items = Vec::with_capacity(log.entries.len() + 1);
        if let (1, Some(place)) = (heads(log), &log.from) {
            let label = format!("continues {} of {}", place.entry, place.line.session.short());
            let mut item = Item {
                id: log.line.session.as_str().to_owned(),
                kind: Kind::Fork,
                label,
                at: log.began,
                parents: Vec::new(),
                missing: Vec::new(),
            };
            // A session that is not looked at is not missed; the label names it.
            if self.lines.contains_key(&place.line) {
                self.follow(&mut item, &place.line, &place.entry);
            }
            items.push(item);
        }
        for logged in &log.entries {
            let (kind, label) = told(logged);
            let at = logged.entry.at;
            let id = logged.id.clone();
            let mut item = Item { id, kind, label, at, parents: Vec::new(), missing: Vec::new() };
            match (items.len().checked_sub(1), &log.from) {
                (Some(above), _) => item.parents.push((index, above)),
                (None, Some(place)) => self.follow(&mut item, &place.line, &place.entry),
                (None, None) => {}
            }
            if let Body::Merge(MergeRecord { branch, last: Some(last), .. }) = &logged.entry.body {
                self.follow(&mut item, &Line::branch(log.line.session.clone(), branch.as_str()), last.as_str());
            }
            items.push(item);
        }
        items
    }

    fn follow(&self, item: &mut Item, line: &Line, entry: &str) {
        match self.find(line, entry) {
            Some(parent) => item.parents.push(parent),
            None => item.missing.push(entry.to_owned()),
        }
    }
}

/// Nodes a log has before its entries: a forked session's own beginning. A branch begins at an entry of its parent.
fn heads(log: &Log) -> usize {
    usize::from(log.line.branch.is_none() && log.from.is_some())
}

/// What an entry is called.
fn told(logged: &Logged) -> (Kind, String) {
    match &logged.entry.body {
        Body::Human(manual) => (Kind::Human, manual.command.clone()),
        Body::Request { text } => (Kind::Request, text.clone()),
        Body::Step(step) => (Kind::Step { tier: tier(&step.permission) }, step.action.clone()),
        Body::Answer { text } => (Kind::Answer, text.clone()),
        Body::Commit { milestone, .. } => (Kind::Commit, milestone.clone()),
        Body::Approval(record) => {
            let kind = Kind::Approval { tier: record.tier, decision: record.decision, executed: record.executed };
            (kind, record.command.clone())
        }
        Body::Branch { name, intent, .. } => (Kind::Branch, named(name, intent)),
        Body::Merge(record) => (Kind::Merge, named(&record.branch, &record.theirs)),
        Body::Recovery { text } | Body::Repair { text } => (Kind::Recovery, text.clone()),
        Body::Drift { text } => (Kind::Drift, text.clone()),
    }
}

fn named(branch: &str, text: &str) -> String {
    if text.trim().is_empty() { branch.to_owned() } else { format!("{branch}: {text}") }
}

/// The tier as the words of `PERMISSION` tell it; `None` where they are no such words.
fn tier(permission: &str) -> Option<Tier> {
    Tier::ALL.into_iter().find(|tier| permission.starts_with(tier.permission()))
}

/// The order of telling: always the earliest item whose parents were told.
struct Walk<'a> {
    items: &'a [Vec<Item>],
    /// Where the items that were told stand in the graph.
    placed: BTreeMap<(usize, usize), usize>,
    ready: BinaryHeap<Reverse<(At, usize, usize)>>,
    /// Items at the head of their log that wait for a parent, and who waits for which.
    blocked: BTreeSet<(At, usize, usize)>,
    waiting: BTreeMap<(usize, usize), Vec<(usize, usize)>>,
}

impl<'a> Walk<'a> {
    fn new(items: &'a [Vec<Item>]) -> Walk<'a> {
        let mut walk = Walk {
            items,
            placed: BTreeMap::new(),
            ready: BinaryHeap::new(),
            blocked: BTreeSet::new(),
            waiting: BTreeMap::new(),
        };
        for log in 0..items.len() {
            walk.offer(log, 0);
        }
        walk
    }

    /// The next item to tell. A ring of logs that wait for each other is broken at its earliest item.
    fn next(&mut self) -> Option<(usize, usize)> {
        if let Some(Reverse((_, log, position))) = self.ready.pop() {
            return Some((log, position));
        }
        self.blocked.pop_first().map(|(_, log, position)| (log, position))
    }

    /// After an item was told, the one below it and those that waited for it come into play.
    fn step(&mut self, log: usize, position: usize) {
        self.offer(log, position + 1);
        for (log, position) in self.waiting.remove(&(log, position)).unwrap_or_default() {
            let at = self.at(log, position);
            // What broke a ring was told already.
            if at.is_some_and(|at| self.blocked.remove(&(at, log, position))) {
                self.offer(log, position);
            }
        }
    }

    fn offer(&mut self, log: usize, position: usize) {
        let Some(item) = self.items.get(log).and_then(|items| items.get(position)) else { return };
        match item.parents.iter().find(|parent| !self.placed.contains_key(parent)) {
            None => self.ready.push(Reverse((item.at, log, position))),
            Some(parent) => {
                self.blocked.insert((item.at, log, position));
                self.waiting.entry(*parent).or_default().push((log, position));
            }
        }
    }

    fn at(&self, log: usize, position: usize) -> Option<At> {
        Some(self.items.get(log)?.get(position)?.at)
    }
}
