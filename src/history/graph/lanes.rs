//! Which lane every node stands in and every edge runs through.
//!
//! Owns the promises of the picture: a node's lane follows from the nodes before it alone, so that it never moves when
//! others are added; a lane carries one edge at a time; an edge leaves its parent's row sideways, runs down its lane
//! and enters its child's row sideways, so that it can cross other edges and never a node, of which a row has one.

use super::{Graph, Node};

/// An edge and the lane it runs down from its parent's row to its child's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub parent: usize,
    pub child: usize,
    pub lane: usize,
    /// Whose edge it is: of two lines it joins, the one that leaves or comes back.
    pub line: usize,
}

/// The whole arrangement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lanes {
    /// The lane of every node.
    pub of: Vec<usize>,
    /// In the order of their children.
    pub edges: Vec<Edge>,
}

/// Where a lane stands while the nodes are gone through.
#[derive(Debug, Clone, Copy, Default)]
struct Lane {
    /// The last row that something of it is drawn in.
    until: Option<usize>,
    /// The line that will go on in it.
    held: Option<usize>,
}

impl Lane {
    /// Whether nothing is or will be drawn in it from this row on.
    fn is_free_from(self, row: usize) -> bool {
        self.held.is_none() && self.until.is_none_or(|until| until < row)
    }
}

/// Goes through the nodes once, oldest first.
pub(super) fn assign(graph: &Graph) -> Lanes {
    let mut table = Table { lanes: Vec::new(), tips: vec![None; graph.lines.len()] };
    let mut out = Lanes { of: Vec::with_capacity(graph.nodes.len()), edges: Vec::new() };
    for (row, node) in graph.nodes.iter().enumerate() {
        let first = node.parents.first().copied();
        let lane = table.lane_for(row, node, first, &out.of, &graph.nodes);
        table.stand(node.line, row, lane);
        for (index, parent) in node.parents.iter().copied().enumerate() {
            let Some(from) = graph.nodes.get(parent) else { continue };
            let lane = if index == 0 { lane } else { table.way_back(parent, from, row, &out.of, graph) };
            let line = if index == 0 { node.line } else { from.line };
            out.edges.push(Edge { parent, child: row, lane, line });
        }
        out.of.push(lane);
        if node.ends {
            table.let_go(node.line);
        }
    }
    out
}

struct Table {
    lanes: Vec<Lane>,
    /// Of every line the row of its last node and the lane it holds, if it still does.
    tips: Vec<Option<(usize, Option<usize>)>>,
}

impl Table {
    /// The lane of a new node: that of its line while the line has one, else the first that is free from the row of
    /// its parent on, since the edge from there runs down the node's own lane.
    fn lane_for(&self, row: usize, node: &Node, first: Option<usize>, of: &[usize], nodes: &[Node]) -> usize {
        let tip = self.tips.get(node.line).copied().flatten();
        match (tip, first) {
            (Some((_, Some(lane))), None) => return lane,
            (Some((tip, Some(lane))), Some(parent)) if tip == parent => return lane,
            _ => {}
        }
        // A line that gave its lane up goes on in it when nobody has come between.
        if let Some(parent) = first
            && nodes.get(parent).is_some_and(|parent| parent.line == node.line)
            && let Some(lane) = of.get(parent)
            && self.lanes.get(*lane).is_some_and(|lane| lane.held.is_none() && lane.until == Some(parent))
        {
            return *lane;
        }
        // A beginning right below the end of another line would seem to go on with it.
        self.first_free(first.unwrap_or(row.saturating_sub(1)))
    }

    /// The lane of an edge that brings another strand back: the strand's own when it ends there, else a free one.
    fn way_back(&mut self, parent: usize, from: &Node, row: usize, of: &[usize], graph: &Graph) -> usize {
        let own = of.get(parent).copied();
        let tip = self.tips.get(from.line).copied().flatten();
        let holds = tip.is_some_and(|(_, lane)| lane.is_some() && lane == own);
        // A session's own line goes on after others took it up.
        let stays = holds && graph.lines.get(from.line).is_some_and(|line| line.branch.is_none());
        let nothing_below = own.and_then(|lane| self.lanes.get(lane)).is_some_and(|lane| lane.until == Some(parent));
        let lane = match own {
            Some(lane) if nothing_below && !stays => {
                if holds {
                    self.let_go(from.line);
                }
                lane
            }
            _ => self.first_free(parent),
        };
        self.lane_mut(lane).until = Some(row);
        lane
    }

    /// Lets a node stand: its line holds this lane now and no other.
    fn stand(&mut self, line: usize, row: usize, lane: usize) {
        self.let_go(line);
        let entry = self.lane_mut(lane);
        entry.until = Some(row);
        entry.held = Some(line);
        if let Some(tip) = self.tips.get_mut(line) {
            *tip = Some((row, Some(lane)));
        }
    }

    /// The line gives its lane to whom comes next.
    fn let_go(&mut self, line: usize) {
        if let Some(Some((_, held))) = self.tips.get_mut(line)
            && let Some(lane) = held.take()
        {
            self.lane_mut(lane).held = None;
        }
    }

    fn first_free(&self, row: usize) -> usize {
        self.lanes.iter().position(|lane| lane.is_free_from(row)).unwrap_or(self.lanes.len())
    }

    fn lane_mut(&mut self, lane: usize) -> &mut Lane {
        if lane >= self.lanes.len() {
            self.lanes.resize(lane + 1, Lane::default());
        }
        &mut self.lanes[lane]
    }
}
