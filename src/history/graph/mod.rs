//! What was done and found as a graph: entries, commits, branches, merges and forks, each after what it followed.
//!
//! Owns the graph's words and its one promise about its input: a node stands behind its parents, so a walk from the
//! first to the last node never meets a child before its parent. `logs` builds it, `lanes` gives every node its place,
//! `rows` is what a pane or a page shows of it, `text` and `svg` are two such pages, `since` what lies between two nodes. Knows no file, screen or colour.

mod lanes;
mod logs;
mod rows;
mod since;
pub mod svg;
pub mod text;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use logs::{Log, Logged, Place};
pub use rows::{Cell, Drawing, Fold, Page, Row};

use super::text::visible;
use crate::domain::{At, Decision, SessionId, Tier};

/// Characters of a label that are kept; the whole text stands in the log.
const LONGEST: usize = 200;

/// One strand of work: a session's own log, or a branch of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Line {
    pub session: SessionId,
    /// `None` for the session's own log.
    pub branch: Option<String>,
}

impl Line {
    /// The session's own log.
    pub fn main(session: SessionId) -> Line {
        Line { session, branch: None }
    }

    /// A branch of the session.
    pub fn branch(session: SessionId, name: impl Into<String>) -> Line {
        Line { session, branch: Some(name.into()) }
    }
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// A command of the person's.
    Human,
    Request,
    /// A step of the agent's; the tier where its permission tells it.
    Step {
        tier: Option<Tier>,
    },
    Approval {
        tier: Tier,
        decision: Decision,
        executed: bool,
    },
    Answer,
    Commit,
    /// Where a branch began.
    Branch,
    /// Where a branch's conclusion came back.
    Merge,
    /// Where a session began as the continuation of another's entry.
    Fork,
    Recovery,
    /// The person stands somewhere else from here on.
    Drift,
}

/// The meaning a screen gives a colour to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Person,
    Agent,
    Auto,
    Approval,
    Destructive,
    Refused,
    Finding,
    Structure,
    Trouble,
}

impl Class {
    /// The word of `--json` and of the SVG's style sheet.
    pub fn word(self) -> &'static str {
        match self {
            Class::Person => "person",
            Class::Agent => "agent",
            Class::Auto => "auto",
            Class::Approval => "approval",
            Class::Destructive => "destructive",
            Class::Refused => "refused",
            Class::Finding => "finding",
            Class::Structure => "structure",
            Class::Trouble => "trouble",
        }
    }
}

impl Kind {
    /// The word a row shows, so that nothing is told by colour alone.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Human => "human",
            Kind::Request => "request",
            Kind::Step { tier: Some(tier) } => tier.word(),
            Kind::Step { tier: None } => "step",
            Kind::Approval { decision, .. } => decision.word(),
            Kind::Answer => "answer",
            Kind::Commit => "commit",
            Kind::Branch => "branch",
            Kind::Merge => "merge",
            Kind::Fork => "fork",
            Kind::Recovery => "recovery",
            Kind::Drift => "drift",
        }
    }

    pub fn class(self) -> Class {
        match self {
            Kind::Human | Kind::Request => Class::Person,
            Kind::Step { tier: None } | Kind::Answer => Class::Agent,
            Kind::Approval { decision, .. } if !decision.permits() => Class::Refused,
            Kind::Step { tier: Some(tier) } | Kind::Approval { tier, .. } => match tier {
                Tier::Auto => Class::Auto,
                Tier::Approval => Class::Approval,
                Tier::Destructive => Class::Destructive,
            },
            Kind::Commit => Class::Finding,
            Kind::Branch | Kind::Merge | Kind::Fork | Kind::Drift => Class::Structure,
            Kind::Recovery => Class::Trouble,
        }
    }

    /// Whether a run of such nodes may be told as a number. What needed consent, was decided or found always shows.
    fn folds(self) -> bool {
        matches!(self, Kind::Human | Kind::Step { tier: None | Some(Tier::Auto) })
    }
}

/// One entry in the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    pub kind: Kind,
    /// Which of the graph's lines it belongs to.
    pub line: usize,
    /// One line, nothing in it that a terminal obeys.
    pub label: String,
    pub at: At,
    /// What it followed, as places among the graph's nodes, all before its own; the first is the strand it went on.
    pub parents: Vec<usize>,
    /// What it says it followed and the graph should hold and does not; not where a fork left a session that is no part
    /// of the graph.
    pub missing: Vec<String>,
    /// Whether the line is known to end here. A line that goes on all the same may have to change its lane.
    pub ends: bool,
}

/// Nodes, every one behind its parents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    lines: Vec<Line>,
    nodes: Vec<Node>,
}

impl Graph {
    /// The graph of these logs: those of one session, or of all. The order of the logs decides between equal times.
    pub fn from_logs(logs: &[Log]) -> Graph {
        logs::merge(logs)
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The nodes, oldest first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Adds a node at the end and says where it stands.
    ///
    /// Everything of outside is made safe here, so that nobody who draws has to think of it. A parent that does not
    /// stand before the node, or is named twice, is no parent.
    fn add(&mut self, mut node: Node) -> usize {
        let place = self.nodes.len();
        let mut parents: Vec<usize> = Vec::with_capacity(node.parents.len());
        for parent in node.parents {
            if parent < place && !parents.contains(&parent) {
                parents.push(parent);
            }
        }
        node.parents = parents;
        node.id = one_line(&node.id);
        node.label = one_line(&node.label);
        node.missing = node.missing.iter().map(|id| one_line(id)).collect();
        self.nodes.push(node);
        place
    }
}

/// The first line that says something, safe to show and of bounded length; `…` stands for what was left out.
fn one_line(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let mut more = lines.next().is_some();
    let mut out: String = first.chars().take(LONGEST).collect();
    more |= out.len() < first.len();
    out = visible(&out).replace('\t', " ");
    if more {
        out.push_str(" …");
    }
    out
}
