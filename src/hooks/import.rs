//! Other programs' allow and deny rules as a draft of a skill file.
//!
//! Owns how each program writes a rule, and what of it our grammar can say. What cannot be said, or would let through
//! what our own rules ask about, is left out and told; nothing is widened on the way.

use serde_json::Value;

use super::Program;
use crate::domain::{MCP, Tier};
use crate::skill::Rule;

/// Rules one pattern with alternatives may become.
const MOST: usize = 64;

/// What is known of a rule that would make something automatic.
pub trait Known {
    /// Why this rule may not make its command automatic; `None` where nothing stands against it.
    fn objection(&self, rule: &str) -> Option<String>;
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The text of the skill file.
    pub text: String,
    /// Rules that are in it.
    pub carried: usize,
    /// Rules that are not, each with why.
    pub left_out: Vec<String>,
}

/// What a program's rule wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Allow,
    Ask,
    Deny,
}

impl Wish {
    fn word(self) -> &'static str {
        match self {
            Wish::Allow => "allow",
            Wish::Ask => "ask",
            Wish::Deny => "deny",
        }
    }

    fn tier(self) -> Tier {
        match self {
            Wish::Allow => Tier::Auto,
            Wish::Ask => Tier::Approval,
            Wish::Deny => Tier::Destructive,
        }
    }
}

/// One rule as it was written, with what it could be called here: rules in our grammar, or why there is none.
struct Written {
    wish: Wish,
    text: String,
    rules: Result<Vec<String>, String>,
}

/// Makes a draft of a program's rules. The error says why nothing could be read.
pub fn import(program: Program, text: &str, known: &impl Known) -> Result<Draft, String> {
    let written = match program {
        Program::ClaudeCode => claude(&json(text)?)?,
        Program::Gemini => gemini(&json(text)?)?,
        Program::Codex => codex(text)?,
    };
    let (mut sections, mut left_out) = ([Vec::new(), Vec::new(), Vec::new()], Vec::new());
    for Written { wish, text, rules } in written {
        let mut leave = |why: &str| left_out.push(format!("{} `{}`: {why}", wish.word(), text.escape_debug()));
        let rules = match rules {
            Ok(rules) => rules,
            Err(why) => {
                leave(&why);
                continue;
            }
        };
        for rule in rules {
            if let Err(why) = Rule::parse(&rule, wish.tier(), 1) {
                leave(&why);
            } else if let Some(why) = (wish == Wish::Allow).then(|| known.objection(&rule)).flatten() {
                leave(&why);
            } else {
                let section = match wish {
                    Wish::Allow => &mut sections[0],
                    Wish::Ask => &mut sections[1],
                    Wish::Deny => &mut sections[2],
                };
                if !section.contains(&rule) {
                    section.push(rule);
                }
            }
        }
    }
    let carried = sections.iter().map(Vec::len).sum();
    Ok(Draft { text: drafted(program, &sections), carried, left_out })
}

fn drafted(program: Program, sections: &[Vec<String>; 3]) -> String {
    let mut text = format!("# Rules of {}\n\nA draft: read every line before you use it. ", program.word());
    text.push_str("What was denied there asks for a typed word here; no rule of ours refuses for good.\n");
    for (name, rules) in ["auto_execute", "requires_approval", "destructive"].iter().zip(sections) {
        if !rules.is_empty() {
            text.push_str(&format!("\n## {name}\n"));
            rules.iter().for_each(|rule| text.push_str(&format!("- {rule}\n")));
        }
    }
    text
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))
}

/// The texts of a list, if it is there.
fn texts<'a>(list: Option<&'a Value>) -> impl Iterator<Item = &'a str> + use<'a> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// `permissions.allow|ask|deny` of Claude Code's settings.
fn claude(settings: &Value) -> Result<Vec<Written>, String> {
    let permissions =
        settings.get("permissions").ok_or("it has no `permissions`; is it Claude Code's settings.json?")?;
    let lists = [("allow", Wish::Allow), ("ask", Wish::Ask), ("deny", Wish::Deny)];
    let written = lists.into_iter().flat_map(|(name, wish)| {
        texts(permissions.get(name)).map(move |text| Written {
            wish,
            text: text.to_owned(),
            rules: claude_rule(text, wish),
        })
    });
    Ok(written.collect())
}

fn claude_rule(text: &str, wish: Wish) -> Result<Vec<String>, String> {
    if let Some(rest) = text.strip_prefix("mcp__") {
        return server_rule(rest, wish);
    }
    let (tool, inside) = match text.split_once('(') {
        Some((tool, inside)) => (tool, inside.strip_suffix(')').ok_or("its bracket is not closed")?),
        None => (text, ""),
    };
    if tool != "Bash" {
        return Err(format!("rules here speak of commands and tools of servers, not of {}", tool.escape_debug()));
    }
    // `git diff:*` begins with these words; `git diff *` says the same in the newer form.
    let words = match inside.strip_suffix(":*") {
        Some(prefix) => format!("{prefix} *"),
        None => inside.to_owned(),
    };
    named(&words).map(|rule| vec![rule])
}

/// A rule that names at least a program.
fn named(words: &str) -> Result<String, String> {
    match words.split_whitespace().next() {
        None | Some("*") => Err("it speaks of every command".to_owned()),
        Some(_) => Ok(words.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// `server__tool`, `server__*` or `server`.
fn server_rule(rest: &str, wish: Wish) -> Result<Vec<String>, String> {
    match rest.split_once("__") {
        Some((server, tool)) if !tool.is_empty() && tool != "*" => Ok(vec![format!("{MCP} {server} {tool}")]),
        _ if wish == Wish::Allow => Err("an automatic rule here names one tool, not a whole server".to_owned()),
        found => Ok(vec![format!("{MCP} {} *", found.map_or(rest, |(server, _)| server))]),
    }
}

/// `tools.allowed` and `tools.exclude` of Gemini CLI's settings, and the flat names of older versions.
fn gemini(settings: &Value) -> Result<Vec<Written>, String> {
    let tools = settings.get("tools");
    let list = |new: &str, old: &str| tools.and_then(|tools| tools.get(new)).or_else(|| settings.get(old));
    let lists = [(list("allowed", "allowedTools"), Wish::Allow), (list("exclude", "excludeTools"), Wish::Deny)];
    if lists.iter().all(|(list, _)| list.is_none()) {
        return Err("it has neither `tools.allowed` nor `tools.exclude`; is it Gemini CLI's settings.json?".to_owned());
    }
    let written = lists.into_iter().flat_map(|(list, wish)| {
        texts(list).map(move |text| Written { wish, text: text.to_owned(), rules: gemini_rule(text, wish) })
    });
    Ok(written.collect())
}

fn gemini_rule(text: &str, wish: Wish) -> Result<Vec<String>, String> {
    if let Some(rest) = text.strip_prefix("mcp__") {
        return server_rule(rest, wish);
    }
    let shell = ["run_shell_command(", "ShellTool("].iter().find_map(|name| text.strip_prefix(name));
    match shell.map(|inside| inside.strip_suffix(')').ok_or("its bracket is not closed")) {
        // What stands there is how a command begins.
        Some(inside) => named(inside?).map(|words| vec![format!("{words} *")]),
        None => Err("rules here speak of commands and tools of servers".to_owned()),
    }
}

/// `prefix_rule(pattern = ["git", ["status", "diff"]], decision = "allow")` of Codex's rules.
fn codex(text: &str) -> Result<Vec<Written>, String> {
    let mut written = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("prefix_rule(") {
        let commented = before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with('#'));
        let (call, behind) = starlark::call(after).ok_or("a `prefix_rule(` is not closed")?;
        rest = behind;
        if !commented {
            written.push(codex_rule(call));
        }
    }
    if written.is_empty() {
        return Err("it has no `prefix_rule(…)`; is it a rules file of Codex?".to_owned());
    }
    Ok(written)
}

fn codex_rule(call: &str) -> Written {
    let text: String = call.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
    let decision = starlark::argument(call, "decision").and_then(|value| starlark::text(value).map(|(text, _)| text));
    let wish = match decision.as_deref() {
        None | Some("allow") => Wish::Allow,
        Some("forbidden") => Wish::Deny,
        // A word nobody knows lets nothing through.
        Some(_) => Wish::Ask,
    };
    let pattern = starlark::argument(call, "pattern").and_then(starlark::pattern);
    let rules = pattern.ok_or_else(|| "its pattern cannot be read".to_owned()).and_then(|pattern| {
        let mut lines = vec![String::new()];
        for alternatives in pattern {
            if let Some(word) = alternatives.iter().find(|word| word.contains(char::is_whitespace) || word.is_empty()) {
                return Err(format!("a word of a rule here has no blanks, as `{}` has", word.escape_debug()));
            }
            lines =
                lines.iter().flat_map(|line| alternatives.iter().map(move |word| format!("{line}{word} "))).collect();
            if lines.len() > MOST {
                return Err("it has too many alternatives".to_owned());
            }
        }
        Ok(lines.into_iter().map(|line| format!("{line}*")).collect())
    });
    Written { wish, text, rules }
}

/// As much of Starlark as such a rule is written in: strings, and lists of them.
mod starlark {
    /// What stands between the brackets of a call, and what comes behind.
    pub(super) fn call(text: &str) -> Option<(&str, &str)> {
        let mut depth = 1_u32;
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if let Some((_, behind)) = super::starlark::text(rest) {
                rest = behind;
                continue;
            }
            match character {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let inside = text.get(..text.len() - rest.len())?;
                return Some((inside, rest.get(1..)?));
            }
            rest = rest.get(character.len_utf8()..)?;
        }
        None
    }

    /// What stands behind `name =`, outside of strings.
    pub(super) fn argument<'a>(call: &'a str, name: &str) -> Option<&'a str> {
        let mut rest = call;
        let mut fresh = true;
        while let Some(character) = rest.chars().next() {
            if let Some((_, behind)) = text(rest) {
                (rest, fresh) = (behind, false);
                continue;
            }
            if fresh && let Some(value) = rest.strip_prefix(name).and_then(|rest| rest.trim_start().strip_prefix('=')) {
                return Some(value.trim_start());
            }
            fresh = !(character.is_alphanumeric() || character == '_');
            rest = rest.get(character.len_utf8()..)?;
        }
        None
    }

    /// A string at the beginning, and what comes behind.
    pub(super) fn text(of: &str) -> Option<(String, &str)> {
        let quote = of.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let mut said = String::new();
        let mut characters = of.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => said.push(characters.next()?.1),
                c if c == quote => return Some((said, of.get(at + 1..)?)),
                c => said.push(c),
            }
        }
        None
    }

    /// A list of words, each a string or a list of alternatives.
    pub(super) fn pattern(of: &str) -> Option<Vec<Vec<String>>> {
        let mut rest = of.strip_prefix('[')?;
        let mut words = Vec::new();
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            if rest.starts_with(']') {
                return (!words.is_empty()).then_some(words);
            }
            if rest.starts_with('[') {
                let (inner, behind) = call(rest.get(1..)?)?;
                let inner = pattern(&format!("[{inner}]"))?;
                words.push(inner.into_iter().map(|one| one.into_iter().next()).collect::<Option<_>>()?);
                rest = behind;
            } else {
                let (word, behind) = text(rest)?;
                words.push(vec![word]);
                rest = behind;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoCurl;

    impl Known for NoCurl {
        fn objection(&self, rule: &str) -> Option<String> {
            rule.starts_with("curl").then(|| "it can reach any host".to_owned())
        }
    }

    fn draft(program: Program, text: &str) -> Draft {
        import(program, text, &NoCurl).unwrap()
    }

    #[test]
    fn claude_code_s_rules_become_rules_or_are_told() {
        let settings = r#"{"permissions": {
            "allow": ["Bash(git diff:*)", "Bash(npm run test)", "Bash(curl:*)", "Read(./src/**)", "Bash", "Bash(*)",
                      "mcp__grafana__query", "mcp__grafana", "Bash(git * --stat)"],
            "ask": ["Bash(git push *)"],
            "deny": ["Bash(rm:*)", "mcp__prod__*"]}}"#;
        let draft = draft(Program::ClaudeCode, settings);
        let expected = "## auto_execute\n- git diff *\n- npm run test\n- mcp grafana query\n\n\
                        ## requires_approval\n- git push *\n\n## destructive\n- rm *\n- mcp prod *\n";
        assert!(draft.text.ends_with(expected), "{}", draft.text);
        assert_eq!((draft.carried, draft.left_out.len()), (6, 6), "{:?}", draft.left_out);
        assert!(draft.left_out[0].contains("it can reach any host"), "{:?}", draft.left_out);
    }

    #[test]
    fn gemini_s_rules_are_beginnings_of_commands() {
        let settings = r#"{"tools": {"allowed": ["run_shell_command(git status)", "read_file"],
                                     "exclude": ["run_shell_command(rm)"]}}"#;
        let draft = draft(Program::Gemini, settings);
        assert!(draft.text.ends_with("## auto_execute\n- git status *\n\n## destructive\n- rm *\n"), "{}", draft.text);
        assert_eq!(draft.left_out.len(), 1);
    }

    #[test]
    fn codex_s_patterns_are_read_with_their_alternatives() {
        let rules = "# prefix_rule(pattern = [\"sudo\"])\n\
            prefix_rule(\n  pattern = [\"git\", [\"status\", 'diff']],\n  match = [\"git status (all)\"],\n)\n\
            prefix_rule(pattern=[\"rm\"], decision=\"forbidden\", justification=\"decision = \\\"allow\\\"\")\n\
            prefix_rule(pattern=[\"make\"], decision=\"prompt\")\n\
            prefix_rule(pattern=[\"echo\", \"a b\"], decision=\"allow\")\n";
        let draft = draft(Program::Codex, rules);
        let expected = "## auto_execute\n- git status *\n- git diff *\n\n## requires_approval\n- make *\n\n\
                        ## destructive\n- rm *\n";
        assert!(draft.text.ends_with(expected), "{}", draft.text);
        assert_eq!(draft.left_out.len(), 1, "{:?}", draft.left_out);
    }

    #[test]
    fn a_file_of_another_kind_is_an_error() {
        for program in [Program::ClaudeCode, Program::Codex, Program::Gemini] {
            assert!(import(program, "{}", &NoCurl).is_err() && import(program, "", &NoCurl).is_err());
        }
    }
}
