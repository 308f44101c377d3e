//! What lies between two nodes: what one of them followed and the other did not.

use super::{Graph, Node};

impl Graph {
    /// The node of that name on that line.
    pub fn find(&self, line: &super::Line, id: &str) -> Option<usize> {
        let line = self.lines.iter().position(|known| known == line)?;
        self.nodes.iter().position(|node| node.line == line && node.id == id)
    }

    /// The nodes that `newer` followed, itself among them, and `older` did not; oldest first.
    pub fn since(&self, older: usize, newer: usize) -> Vec<&Node> {
        let (before, after) = (self.followed(older), self.followed(newer));
        let only = after.iter().enumerate().filter(|(place, is)| **is && !before.get(*place).copied().unwrap_or(false));
        only.filter_map(|(place, _)| self.nodes.get(place)).collect()
    }

    /// Of every node up to this one whether it led here.
    fn followed(&self, node: usize) -> Vec<bool> {
        let mut led = vec![false; self.nodes.len().min(node.saturating_add(1))];
        if let Some(itself) = led.get_mut(node) {
            *itself = true;
        }
        // Parents stand before their children, so that one look at each is enough.
        for (place, node) in self.nodes.iter().enumerate().take(led.len()).rev() {
            if led[place] {
                node.parents.iter().for_each(|parent| led[*parent] = true);
            }
        }
        led
    }
}
