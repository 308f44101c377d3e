//! The graph as rows: what a pane, a page or `--json` shows of it.
//!
//! Owns the row model: a cell for every lane, each arm of a cell saying whose line it draws, and the folding of steps
//! between two findings. A row has one node. A cell whose four arms are drawn and that is no node is a crossing: two
//! lines that do not meet. Rows run from the oldest to the newest; who shows the newest first swaps the arms `older`
//! and `newer`. Knows no character, width or colour.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use super::lanes::{self, Lanes};
use super::{Class, Graph, Kind, Line};
use crate::domain::At;

/// The shape of the serialised page; raised when a field changes its meaning.
const VERSION: u32 = 1;

/// A run shorter than this is shown as it is.
const SHORTEST_RUN: usize = 3;

/// The fewest characters of an id that are shown.
const SHORTEST_ID: usize = 4;

/// Whether runs of steps are told as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    Nothing,
    /// Runs of three or more commands between two other nodes of a line; never the newest node.
    Runs,
}

/// What is drawn in one lane of one row. An arm holds the index of the line it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Cell {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newer: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<usize>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub node: bool,
}

/// A node, or a run of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The id of the node, of the first one of a run.
    pub id: String,
    /// As much of the id as tells it from all others; empty where a person cannot name the node.
    pub short: String,
    #[serde(flatten)]
    pub kind: Kind,
    pub class: Class,
    /// How many nodes the row stands for; more than one for a folded run.
    pub count: usize,
    pub line: usize,
    pub lane: usize,
    /// The line's name, at its first node, where the graph has more lines than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub label: String,
    pub at: At,
    /// The ids of what it followed, the strand it went on first.
    pub parents: Vec<String>,
    /// The ids it says it followed and the graph should hold and does not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    pub cells: Vec<Cell>,
}

/// Rows in a form that can be shown, sent or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    pub version: u32,
    pub lines: Vec<Line>,
    /// Oldest first.
    pub rows: Vec<Row>,
}

impl Row {
    /// The word that says what the row is; a run says it in its label.
    pub fn word(&self) -> &'static str {
        if self.count > 1 { "" } else { self.kind.word() }
    }

    /// The time of day, behind the date where the page has several.
    pub fn time(&self, with_date: bool) -> String {
        if with_date { format!("{} {}", self.at.date(), self.at.clock()) } else { self.at.clock() }
    }

    /// What the row tells: the name of a line that begins, the label, and what it follows that is not there.
    pub fn told(&self) -> String {
        let mut out = self.name.as_ref().map(|name| format!("[{name}] ")).unwrap_or_default();
        out.push_str(&self.label);
        if !self.missing.is_empty() {
            out.push_str(&format!(" (follows {}, not found here)", self.missing.join(", ")));
        }
        out
    }
}

impl Page {
    /// The most lanes that a row has.
    pub fn lanes(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default()
    }

    /// Whether the rows are of more than one day.
    pub fn spans_days(&self) -> bool {
        self.rows.first().is_some_and(|first| self.rows.iter().any(|row| row.at.date() != first.at.date()))
    }
}

/// A graph laid out, of which any part can be had as rows.
#[derive(Debug)]
pub struct Drawing<'g> {
    graph: &'g Graph,
    lanes: Lanes,
    /// The nodes of every row.
    rows: Vec<Range<usize>>,
    row_of: Vec<usize>,
    first_of_line: Vec<Option<usize>>,
    id_length: usize,
    sessions: usize,
}

impl<'g> Drawing<'g> {
    /// Lays the graph out.
    pub fn new(graph: &'g Graph, fold: Fold) -> Drawing<'g> {
        let lanes = lanes::assign(graph);
        let mut first_of_line = vec![None; graph.lines.len()];
        for (index, node) in graph.nodes.iter().enumerate() {
            if let Some(first @ None) = first_of_line.get_mut(node.line) {
                *first = Some(index);
            }
        }
        let rows = match fold {
            Fold::Nothing => (0..graph.nodes.len()).map(|node| node..node + 1).collect(),
            Fold::Runs => folded(graph, &lanes, &first_of_line),
        };
        let row_of = rows.iter().enumerate().flat_map(|(row, nodes)| nodes.clone().map(move |_| row)).collect();
        let sessions = graph.lines.iter().map(|line| &line.session).collect::<BTreeSet<_>>().len();
        Drawing { graph, lanes, rows, row_of, first_of_line, id_length: shortest_ids(graph), sessions }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row that shows a node, by the node's place in the graph.
    pub fn row_of(&self, node: usize) -> Option<usize> {
        self.row_of.get(node).copied()
    }

    /// Everything.
    pub fn whole(&self) -> Page {
        self.page(0..self.rows.len())
    }

    /// Some rows; what lies outside the graph is left out. Costs a look at every edge and the rows themselves.
    pub fn page(&self, range: Range<usize>) -> Page {
        let end = range.end.min(self.rows.len());
        let range = range.start.min(end)..end;
        let mut rows: Vec<Row> = self.rows[range.clone()].iter().filter_map(|nodes| self.row(nodes)).collect();
        for row in &mut rows {
            cell(&mut row.cells, row.lane).node = true;
        }
        self.draw_edges(range.start, &mut rows);
        Page { version: VERSION, lines: self.graph.lines.clone(), rows }
    }

    fn row(&self, nodes: &Range<usize>) -> Option<Row> {
        let node = self.graph.nodes.get(nodes.start)?;
        let count = nodes.len();
        let label = if count == 1 { node.label.clone() } else { format!("… {count} steps") };
        let is_first = self.first_of_line.get(node.line).copied().flatten() == Some(nodes.start);
        Some(Row {
            id: node.id.clone(),
            short: if node.kind == Kind::Fork || count > 1 {
                String::new()
            } else {
                node.id.chars().take(self.id_length).collect()
            },
            kind: node.kind,
            class: node.kind.class(),
            count,
            line: node.line,
            lane: self.lanes.of.get(nodes.start).copied()?,
            name: if is_first { self.name(node.line) } else { None },
            label,
            at: node.at,
            parents: self.ids(&node.parents),
            missing: node.missing.clone(),
            cells: Vec::new(),
        })
    }

    fn ids(&self, nodes: &[usize]) -> Vec<String> {
        nodes.iter().filter_map(|node| self.graph.nodes.get(*node)).map(|node| node.id.clone()).collect()
    }

    /// What a line is called where it begins: a branch by its name, a session where there are several.
    fn name(&self, line: usize) -> Option<String> {
        let line = self.graph.lines.get(line)?;
        let name = match &line.branch {
            Some(branch) => branch.as_str(),
            None if self.sessions > 1 => line.session.short(),
            None => return None,
        };
        Some(super::one_line(name))
    }

    fn draw_edges(&self, start: usize, rows: &mut [Row]) {
        let end = start + rows.len();
        for edge in &self.lanes.edges {
            let (Some(top), Some(bottom)) = (self.row_of(edge.parent), self.row_of(edge.child)) else { continue };
            // Both ends in one folded row, or the whole edge out of sight.
            if top == bottom || bottom < start || top >= end {
                continue;
            }
            let line = Some(edge.line);
            if let Some(row) = top.checked_sub(start).and_then(|row| rows.get_mut(row)) {
                sideways(row, edge.lane, edge.line);
                cell(&mut row.cells, edge.lane).newer = line;
            }
            let passed = (top + 1).max(start)..bottom.min(end);
            for row in rows.iter_mut().take(passed.end.saturating_sub(start)).skip(passed.start - start) {
                let cell = cell(&mut row.cells, edge.lane);
                cell.older = line;
                cell.newer = line;
            }
            if let Some(row) = bottom.checked_sub(start).and_then(|row| rows.get_mut(row)) {
                sideways(row, edge.lane, edge.line);
                cell(&mut row.cells, edge.lane).older = line;
            }
        }
    }
}

/// Draws from the row's node to a lane.
fn sideways(row: &mut Row, lane: usize, line: usize) {
    let (low, high) = (row.lane.min(lane), row.lane.max(lane));
    for index in low..high {
        cell(&mut row.cells, index).right.get_or_insert(line);
        cell(&mut row.cells, index + 1).left.get_or_insert(line);
    }
}

fn cell(cells: &mut Vec<Cell>, lane: usize) -> &mut Cell {
    if lane >= cells.len() {
        cells.resize(lane + 1, Cell::default());
    }
    &mut cells[lane]
}

/// The rows when runs are folded: commands that follow each other in one lane with nothing beginning or ending there.
fn folded(graph: &Graph, lanes: &Lanes, first_of_line: &[Option<usize>]) -> Vec<Range<usize>> {
    let mut plain: Vec<bool> = graph.nodes.iter().map(|node| node.kind.folds()).collect();
    // An edge in another lane leaves or enters its node sideways, and the row has to say which node that is.
    for edge in &lanes.edges {
        for node in [edge.parent, edge.child] {
            plain[node] &= lanes.of[node] == edge.lane;
        }
    }
    for node in first_of_line.iter().copied().flatten().chain(graph.nodes.len().checked_sub(1)) {
        plain[node] = false;
    }
    let mut rows: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < graph.nodes.len() {
        let mut end = start + 1;
        while plain[start] && end < graph.nodes.len() && plain[end] && graph.nodes[end].parents == [end - 1] {
            end += 1;
        }
        if end - start >= SHORTEST_RUN {
            rows.push(start..end);
        } else {
            rows.extend((start..end).map(|node| node..node + 1));
        }
        start = end;
    }
    rows
}

/// How many characters of the ids tell them all apart.
fn shortest_ids(graph: &Graph) -> usize {
    let ids: BTreeSet<&str> =
        graph.nodes.iter().filter(|node| node.kind != Kind::Fork).map(|node| node.id.as_str()).collect();
    let neighbours = ids.iter().zip(ids.iter().skip(1));
    let shared = neighbours.map(|(one, other)| one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count());
    shared.max().map_or(SHORTEST_ID, |shared| SHORTEST_ID.max(shared + 1))
}
