//! What stands in rules, grants, masks and models, as text for a screen.
//!
//! Owns the wording. Reads nothing.

use std::collections::BTreeMap;

use super::{Knowledge, Known, skills as of_skills};
use crate::config::Config;
use crate::domain::{Grant, Granted};
use crate::gate::RuleBook;
use crate::history::graph::{Class, Graph};
use crate::model::Listed;
use crate::output::escape;
use crate::planner::{self, Context, Planning};

/// Refusals that are told.
const REFUSED: usize = 20;

/// What is granted, and how it is taken back.
pub(super) fn grants(list: &[Grant]) -> String {
    if list.is_empty() {
        return "Nothing is granted: every command that changes something asks.".to_owned();
    }
    let rows = list.iter().map(|grant| {
        let what = match &grant.what {
            Granted::Exact { line, .. } => format!("exactly: {line}"),
            Granted::Scope { scope } => scope.words(),
        };
        format!("{}  until {} {}  {what}\n", grant.id, grant.expires.date(), grant.expires.clock())
    });
    format!("{}\n/grants revoke <id> takes one back, /grants revoke all every one.", rows.collect::<String>())
}

/// The models of a server.
pub(super) fn models(listed: &[Listed]) -> String {
    let rows = listed.iter().map(|model| {
        let tools = match model.calls_tools {
            Some(true) => "calls tools",
            Some(false) => "calls no tools",
            None => "may call tools",
        };
        let loaded = if model.loaded.is_some() { "  loaded" } else { "" };
        format!("{:<32}  {tools}{loaded}\n", model.name)
    });
    format!("{}\n/model <name> asks that one from now on.", rows.collect::<String>())
}

/// The commands of a request with their reasons, or what would be asked back.
pub(super) fn plan(knowledge: &Knowledge, request: &str, context: &Context) -> String {
    match planner::understand(request, &knowledge.lexicon, &BTreeMap::new(), context).0 {
        Planning::Plan(plan) => {
            let steps = plan.steps.iter().map(|step| format!("{}\n    {}\n", step.preview(), step.reason));
            format!("{}\nNothing was run.", steps.collect::<String>())
        }
        Planning::Ask(question) => question.text,
        Planning::Unsure(unsure) => knowledge.phrases.unsure(&unsure, true),
    }
}

/// What is granted, what was refused in the session, and how many rules of each tier the skill files have.
pub(super) fn permissions(granted: &[Grant], session: Option<&Graph>, known: &[Known], book: &RuleBook) -> String {
    let mut text = format!("GRANTED FOR A WHILE\n{}\n\nREFUSED IN THIS SESSION\n", grants(granted));
    let refused = session.map_or(&[][..], Graph::nodes).iter().rev().filter(|node| node.kind.class() == Class::Refused);
    let refused: Vec<String> = refused
        .take(REFUSED)
        .map(|node| format!("{} {}  {:<10}  {}\n", node.at.date(), node.at.clock(), node.kind.word(), node.label))
        .collect();
    text.push_str(&if refused.is_empty() { "Nothing.\n".to_owned() } else { refused.concat() });
    text.push_str("\nRULES, by skill file\n");
    text.push_str(&of_skills::listed(known, book).join("\n"));
    text.push_str(
        "\n\nWhat no rule names asks first. /why <command> tells which rule decides, /skills <name> every rule.",
    );
    text
}

/// Every skill file in a line, or the rules of those that speak of `name`.
pub(super) fn skills(known: &[Known], book: &RuleBook, name: &str) -> String {
    if name.is_empty() {
        let lines = of_skills::listed(known, book).join("\n");
        return format!("{lines}\n\n/skills <name> tells every rule of one.");
    }
    let found = of_skills::that_speak_of(known, name);
    if found.is_empty() {
        let names = escape::line(&of_skills::names(known).join(", "));
        return format!("No skill speaks of {}. There are: {names}.", escape::line(name));
    }
    let told = found.into_iter().map(|index| of_skills::told(known, index, book).join("\n"));
    told.collect::<Vec<_>>().join("\n\n")
}

/// What was masked, and what the configuration says of masks.
pub(super) fn privacy(masked: &str, config: &Config) -> String {
    let mut text = masked.to_owned();
    for (name, patterns) in [("let through", &config.privacy.allow), ("always masked", &config.privacy.deny)] {
        for pattern in patterns {
            text.push_str(&format!("\n{name} by your configuration: {}", escape::line(pattern)));
        }
    }
    text
}
