//! The servers of other programs' tools as a page of text: state, trust, tools, and what the gate says of each.

use crate::domain::{Action, Tier};
use crate::gate::{RuleBook, judge};
use crate::guests::{Held, Standing, State, ToolStanding};

/// The page.
pub fn told(standings: &[Standing], book: &RuleBook) -> String {
    if standings.is_empty() {
        return "No server of tools is configured. Name some in mcp.yaml in your configuration directory; \
                the guide is assets/docs/mcp.md.\n"
            .to_owned();
    }
    let mut text = String::new();
    for standing in standings {
        text.push_str(&format!("{}  {}\n", standing.name, state(&standing.state)));
        text.push_str(&format!("  {}  ({})\n", standing.reached, standing.file));
        let width = standing.tools.iter().map(|tool| tool.tool.spec.name.len()).max().unwrap_or(0);
        for tool in &standing.tools {
            let warns = if tool.tool.warned { "; says it may destroy something" } else { "" };
            text.push_str(&format!("  {:<width$}  {}{warns}\n", tool.tool.spec.name, tier(tool, book)));
        }
        if standing.tools.iter().any(|tool| tool.held.is_some()) {
            text.push_str(&format!("  /mcp accept {} takes its tools as they are now\n", standing.name));
        }
        text.push('\n');
    }
    text.push_str("/mcp restart <name> starts one again. A rule such as `mcp NAME TOOL` in a skill file says what a tool needs.\n");
    text
}

fn state(state: &State) -> String {
    match state {
        State::Untrusted => "not started: its file is not trusted".to_owned(),
        State::Waiting => "not started yet: it starts with a model".to_owned(),
        State::Starting => "starting".to_owned(),
        State::Ready => "ready".to_owned(),
        State::Ended(why) => format!("gone: {why}"),
    }
}

fn tier(standing: &ToolStanding, book: &RuleBook) -> String {
    match standing.held {
        Some(Held::New) => "held back: new since you accepted its tools".to_owned(),
        Some(Held::Changed) => "held back: described otherwise than you accepted".to_owned(),
        None => least(standing, book).word().to_owned(),
    }
}

/// What a call needs at least; arguments can only raise it.
pub fn least(standing: &ToolStanding, book: &RuleBook) -> Tier {
    judge(&Action::ToolCall { used: standing.tool.with(serde_json::Map::new()) }, book).verdict.tier
}
