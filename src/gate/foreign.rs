//! Tools of other programs' servers: judged as the line `mcp server tool`.
//!
//! Owns how a rule holds for such a call. Only a rule that names server and tool lets one run unasked; what stands in
//! the arguments, and what the server says of its own tool, can raise and never lower. A command line that begins
//! with `mcp` is a program of that name and none of this.

use serde_json::Value;

use super::book::{Placed, RuleBook};
use super::judge::{Judged, by_rule, describe, floor, meant};
use super::line;
use super::protected;
use super::sight::Sighting;
use crate::domain::{Action, Consent, Lane, MCP, Part, Reason, Source, Tier, ToolUse, Verdict, join_words};

/// What a line asks for where it is only judged: `mcp server tool {…}` is a tool of a server's, all else a command.
pub fn action_of(text: &str) -> Action {
    tool_of(text).map_or_else(|| Action::Command { line: text.to_owned() }, |used| Action::ToolCall { used })
}

fn tool_of(text: &str) -> Option<ToolUse> {
    let pipelines = line::read(text).ok()?;
    let [pipeline] = pipelines.as_slice() else { return None };
    let [command] = pipeline.commands.as_slice() else { return None };
    let [program, server, tool, arguments @ ..] = command.words.as_slice() else { return None };
    let arguments = match arguments {
        [] => serde_json::Map::new(),
        [json] => serde_json::from_str(json).ok()?,
        _ => return None,
    };
    let (server, tool) = (server.clone(), tool.clone());
    (program == MCP).then(|| ToolUse { server, tool, arguments, warned: false, definition: String::new() })
}

/// Judges the call of a tool.
pub(super) fn judge(used: &ToolUse, book: &RuleBook) -> Judged {
    let mut reasons = vec![base(used, book)];
    if used.warned {
        let text = format!("{} says of itself that it may destroy something", used.tool);
        reasons.push(floor(Tier::Destructive, "tool-warning", text));
    }
    let said = strings(used);
    let seen = Sighting::of_command(&said).seen(book);
    reasons.extend(meant(seen).into_iter().filter(|reason| reason.tier == Tier::Destructive));
    if !plain(&used.server) || !plain(&used.tool) {
        reasons.push(floor(Tier::Approval, "look-alike", "the name of the server or the tool is not plain ASCII"));
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tier));
    let tier = reasons.iter().map(|reason| reason.tier).max().unwrap_or(Tier::Approval);
    let consent = match tier {
        Tier::Auto => Consent::Nothing,
        Tier::Approval => Consent::Words,
        // Nobody can say how many objects a stranger's tool touches.
        Tier::Destructive => Consent::Name(used.tool.clone()),
    };
    let canonical = vec![MCP.to_owned(), used.server.clone(), used.tool.clone()];
    let part = Part { canonical, tier, reasons, effect: None, proof: None, objects: Vec::new() };
    let mut needs = Vec::new();
    if tier > Tier::Auto {
        super::judge::ask_where(protected::words_of_text(&places(used)), &mut needs);
    }
    Judged {
        // Taken apart to the last word, and no shell ever sees it.
        verdict: Verdict { tier, lane: Lane::Simple, parts: vec![part], reasons: Vec::new(), consent },
        needs,
        line: used.line(),
        reading: None,
        reach: Vec::new(),
        calls: Vec::new(),
        looks: Vec::new(),
        // Its server's connection bounds it.
        timeout_ms: None,
        tool: Some(used.clone()),
    }
}

/// The reason of the rule with the longest path; the strictest where several have it.
fn base(used: &ToolUse, book: &RuleBook) -> Reason {
    let path = [used.server.clone(), used.tool.clone()];
    let rules = book.program(MCP).into_iter().flat_map(|(_, rules)| rules.rules_over(&path));
    let deciding = rules.max_by_key(|placed: &&Placed| (placed.rule.path.len(), placed.rule.tier));
    match deciding {
        Some(placed) => by_rule(placed, placed.rule.tier, describe(placed.rule.tier).to_owned()),
        None => Reason {
            tier: Tier::Approval,
            rule: "unmatched".to_owned(),
            source: Source::Default,
            text: "no rule matches, so it asks".to_owned(),
        },
    }
}

/// Whether a rule may make a tool automatic: it names the one tool, and nothing that could be meant otherwise.
pub(super) fn names_one_tool(path: &[String], flags: &[String]) -> bool {
    path.len() == 2 && flags.is_empty()
}

fn plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_graphic())
}

/// The text of the arguments, as words that can name a place.
pub(super) fn places(used: &ToolUse) -> String {
    join_words(&strings(used))
}

/// Every text of the arguments, names of fields among them.
fn strings(used: &ToolUse) -> Vec<String> {
    let mut found = Vec::new();
    // An own stack: how deep it is nested is the model's choice.
    let mut open: Vec<&Value> = used.arguments.values().collect();
    found.extend(used.arguments.keys().cloned());
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                found.extend(fields.keys().cloned());
                open.extend(fields.values());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::strictest;
    use super::*;
    use crate::gate::{Facts, Standing};
    use crate::skill::parse;

    fn book(rules: &str) -> RuleBook {
        let skill = parse("servers", "servers/SKILL.md", rules);
        RuleBook::compile(&[(skill, Standing::Trusted)])
    }

    const RULES: &str = "## auto_execute\n- mcp grafana query\n## requires_approval\n- mcp grafana *\n\
                         ## destructive\n- mcp grafana delete_dashboard *\n- kubectl delete *\n";

    fn used(server: &str, tool: &str, arguments: Value) -> ToolUse {
        let arguments = arguments.as_object().cloned().unwrap_or_default();
        ToolUse { server: server.into(), tool: tool.into(), arguments, warned: false, definition: "d".into() }
    }

    fn tier(used: &ToolUse) -> Tier {
        strictest::judge(&Action::ToolCall { used: used.clone() }, &book(RULES)).verdict.tier
    }

    #[test]
    fn a_tool_asks_unless_a_rule_names_it() {
        assert_eq!(tier(&used("grafana", "query", json!({"expr": "up"}))), Tier::Auto);
        assert_eq!(tier(&used("grafana", "list", json!({}))), Tier::Approval);
        assert_eq!(tier(&used("other", "query", json!({}))), Tier::Approval);
        assert_eq!(tier(&used("grafana", "delete_dashboard", json!({"id": 1}))), Tier::Destructive);
    }

    #[test]
    fn what_a_server_says_of_its_tool_raises_and_its_silence_lowers_nothing() {
        let warned = ToolUse { warned: true, ..used("grafana", "query", json!({})) };
        assert_eq!(tier(&warned), Tier::Destructive);
        assert_eq!(tier(&used("grafana", "delete_dashboard", json!({}))), Tier::Destructive);
    }

    #[test]
    fn a_destructive_command_inside_the_arguments_is_sighted_however_deep_it_lies() {
        let hidden = json!({"steps": [{"run": ["sh", "-c", "kubectl delete ns production"]}]});
        assert_eq!(tier(&used("grafana", "query", hidden)), Tier::Destructive);
        assert_eq!(tier(&used("grafana", "query", json!({"sh -c 'kubectl delete ns x'": 1}))), Tier::Destructive);
    }

    #[test]
    fn an_automatic_rule_for_a_whole_server_is_refused_and_told() {
        let book = book("## auto_execute\n- mcp grafana *\n- mcp *\n");
        let asked = Action::ToolCall { used: used("grafana", "query", json!({})) };
        assert_eq!(strictest::judge(&asked, &book).verdict.tier, Tier::Approval);
        let told: Vec<_> = book.problems().iter().map(|(_, problem)| problem.text.clone()).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().all(|text| text.contains("names one tool")), "{told:?}");
    }

    #[test]
    fn a_file_nobody_trusts_makes_no_tool_automatic_and_its_strict_rules_count() {
        let skill = |text: &str| parse("servers", "servers/SKILL.md", text);
        let book = RuleBook::compile(&[
            (skill("## auto_execute\n- mcp grafana query\n- mcp grafana show\n"), Standing::Trusted),
            (skill("## auto_execute\n- mcp grafana list\n## destructive\n- mcp grafana show\n"), Standing::Untrusted),
        ]);
        let tier = |tool| strictest::judge(&Action::ToolCall { used: used("grafana", tool, json!({})) }, &book);
        let tiers = ["query", "list", "show"].map(|tool| tier(tool).verdict.tier);
        assert_eq!(tiers, [Tier::Auto, Tier::Approval, Tier::Destructive]);
    }

    #[test]
    fn a_command_line_that_begins_with_mcp_is_a_program_and_no_rule_for_tools_lets_it_run() {
        let line = Action::Command { line: "mcp grafana query".to_owned() };
        assert_eq!(strictest::judge(&line, &book(RULES)).verdict.tier, Tier::Approval);
    }

    #[test]
    fn a_line_is_read_as_a_tool_only_where_it_is_one() {
        let call = used("grafana", "query", json!({"expr": "it's up"}));
        let Action::ToolCall { used: read } = action_of(&call.line()) else { panic!("{}", call.line()) };
        assert_eq!((read.server, read.tool, read.arguments), (call.server, call.tool, call.arguments));
        for line in
            ["mcp grafana", "mcp a b {} c", "mcp a b [1]", "mcp a b | cat", "kubectl get pods", "mcp a b {} > f"]
        {
            assert!(matches!(action_of(line), Action::Command { .. }), "{line}");
        }
    }

    #[test]
    fn what_is_bound_is_the_call_and_another_definition_is_another_digest() {
        let facts = || Facts { cwd: "/".to_owned(), ..Facts::default() };
        let digest = |used: ToolUse| {
            let judged = strictest::judge(&Action::ToolCall { used }, &book(RULES));
            judged.bind(facts(), "s", true).unwrap().digest().to_owned()
        };
        let call = used("grafana", "list", json!({"a": 1}));
        let other = ToolUse { definition: "e".into(), ..call.clone() };
        let more = used("grafana", "list", json!({"a": 2}));
        assert_eq!(digest(call.clone()), digest(call.clone()));
        assert_ne!(digest(call.clone()), digest(other));
        assert_ne!(digest(call), digest(more));
    }

    proptest! {
        #[test]
        fn no_argument_lowers_a_tier(text in "\\PC{0,40}", name in "[a-z]{1,8}") {
            for (server, tool) in [("grafana", "query"), ("grafana", "list"), ("grafana", "delete_dashboard"), ("x", "y")] {
                let with = used(server, tool, json!({name.clone(): text}));
                let least = tier(&used(server, tool, json!({})));
                prop_assert!(tier(&with) >= least);
            }
        }
    }
}
