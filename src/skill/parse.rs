//! The text of a SKILL.md to a [`Skill`]. Everything that cannot be understood
//! becomes a problem with its place; a problem costs the file its auto rules.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::duplicates;
use super::intents::{self, RawBook};
use super::problem::{Problem, shortened};
use super::profile::RawProfile;
use super::rules::{RawOperandRule, rule_words};
use super::sections::{self, RULES, Section, split};
use super::yaml;
use super::{EffectRule, Example, ProofRule, Rule, Skill, Timeouts};
use crate::domain::{READERS, Tier};
use crate::redact::ToolSecret;

/// Bytes of the longest rule: no command's verb and options come near it.
const LONGEST_RULE: usize = 1000;
/// Problems of one file that are listed; who has more begins with the first.
const MOST_LISTED: usize = 100;
/// Characters of the longest name. Source: the Agent Skills specification, `name`.
const LONGEST_NAME: usize = 64;

/// What is read of the front matter; Agent Skills have further keys, which mean nothing here.
#[derive(Default, Deserialize)]
struct FrontMatter {
    name: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExamples {
    #[serde(default)]
    auto: Vec<String>,
    #[serde(default)]
    approval: Vec<String>,
    #[serde(default)]
    destructive: Vec<String>,
}

/// Reads one file. `name` is the directory's name, used where the front matter gives none; `file` is the path to show.
pub fn parse(name: &str, file: &str, text: &str) -> Skill {
    parse_with(name, file, text, |_| None)
}

/// Reads one file of which some YAML blocks were read before: `json` gives what the block says that begins on a line.
pub fn parse_with(name: &str, file: &str, text: &str, json: impl Fn(u32) -> Option<String>) -> Skill {
    let mut skill = Skill { name: name.to_owned(), file: file.to_owned(), ..Skill::default() };
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        let empty = Problem::new(1, "the file is empty").hint("write rules or advice into it, or remove it");
        skill.problems.push(empty);
        return skill;
    }
    skill.problems.extend(control_character(text));
    let mut cut = split(text);
    for section in &mut cut.sections {
        section.json = section.lines.iter().find_map(|(number, _)| json(*number));
    }
    skill.problems.extend(cut.problems);
    if let Some(front) = &cut.front {
        front_matter(&mut skill, front);
    }
    let mut first_of: BTreeMap<&str, u32> = BTreeMap::new();
    for section in &cut.sections {
        if sections::KNOWN.contains(&section.name.as_str())
            && let Some(first) = first_of.insert(&section.name, section.line)
        {
            let text = format!("`## {}` is there twice (first on line {first})", section.name);
            skill.problems.push(Problem::new(section.line, text).hint("put both into one section"));
        }
        match section.name.as_str() {
            "timeout" => timeout(&mut skill, section),
            "auto_execute" => rules(&mut skill, section, Tier::Auto),
            "requires_approval" => rules(&mut skill, section, Tier::Approval),
            "destructive" => rules(&mut skill, section, Tier::Destructive),
            "context" => skill.context = section.text(),
            "options" => options(&mut skill, section),
            "synonyms" => synonyms(&mut skill, section),
            "effects" => effects(&mut skill, section),
            "operands" => operands(&mut skill, section),
            "proof" => proofs(&mut skill, section),
            "examples" => examples(&mut skill, section),
            "intents" => intents(&mut skill, section),
            "secrets" => tool_secrets(&mut skill, section),
            other => skill.unknown_sections.push(other.to_owned()),
        }
    }
    let is_ours = !first_of.is_empty();
    for section in cut.sections.iter().filter(|section| !first_of.contains_key(section.name.as_str())) {
        unknown(&mut skill, section, is_ours);
    }
    duplicates::report(&mut skill);
    if !skill.problems.is_empty() {
        skill.distrust(Vec::new());
    }
    limit(&mut skill.problems, "problems");
    limit(&mut skill.warnings, "warnings");
    skill
}

/// Keeps a list short enough to be read.
fn limit(list: &mut Vec<Problem>, what: &str) {
    list.sort_by_key(|problem| (problem.line, problem.column));
    let more = list.len().saturating_sub(MOST_LISTED);
    list.truncate(MOST_LISTED);
    if let Some(last) = list.last().filter(|_| more > 0) {
        list.push(Problem::new(last.line, format!("{more} more {what} follow")).hint("begin with the first ones"));
    }
}

/// The first character that no text has, and that makes a file read otherwise than it looks.
fn control_character(text: &str) -> Option<Problem> {
    let (mut line, mut column) = (1, 1);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => (line, column) = (line + 1, 0),
            '\t' => {}
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' => {
                let text = "a carriage return without a line feed";
                return Some(Problem::new(line, text).column(column).hint("end the lines of the file with line feeds"));
            }
            other if other.is_control() => {
                let text = format!("the control character U+{:04X}", u32::from(other));
                return Some(Problem::new(line, text).column(column).hint("take it out"));
            }
            _ => {}
        }
        column += 1;
    }
    None
}

fn front_matter(skill: &mut Skill, front: &str) {
    // The block begins behind the first `---`.
    let read = match yaml::read::<Option<FrontMatter>>(front, 2) {
        Ok(read) => read.unwrap_or_default(),
        Err(mut problem) => {
            problem.text = format!("front matter: {}", problem.text);
            problem.hint = format!("{} (a text with a colon in it needs quotes)", problem.hint);
            skill.problems.push(problem);
            return;
        }
    };
    skill.description = read.description.unwrap_or_default();
    let Some(name) = read.name else { return };
    let line = front.lines().position(|line| line.starts_with("name")).unwrap_or(0);
    let line = u32::try_from(line).unwrap_or(0) + 2;
    let fits = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(fits) {
        let text = format!("the name `{}` is not used", shortened(&name));
        let hint = format!("a name has 1 to {LONGEST_NAME} lower-case letters, digits and hyphens");
        skill.warnings.push(Problem::new(line, text).hint(hint));
        return;
    }
    if name != skill.name {
        let text = format!("the name is `{name}`, the directory's `{}`", shortened(&skill.name));
        skill.warnings.push(Problem::new(line, text).hint("give both the same name, as Agent Skills ask for"));
    }
    skill.name = name;
}

/// A section that nobody reads: a slip that would lose strict rules is a problem, anything else at most a warning.
fn unknown(skill: &mut Skill, section: &Section<'_>, is_ours: bool) {
    let name = shortened(&section.name);
    if let Some(meant) = sections::meant(&section.name) {
        let text = format!("`## {name}` is not a section, so its rules do not count");
        skill.problems.push(Problem::new(section.line, text).hint(format!("write `## {meant}`")));
        return;
    }
    if !is_ours {
        // Advice for agents, as Agent Skills are: no section of it is meant for us.
        return;
    }
    let programs: Vec<&str> = skill.rules.iter().map(|rule| rule.program.as_str()).collect();
    let rule = section.lines.iter().find(|(_, line)| {
        let mut words = line.trim().strip_prefix("- ").unwrap_or_default().split_whitespace();
        words.next().is_some_and(|word| programs.contains(&word)) && words.next_back() == Some("*")
    });
    if let Some((number, line)) = rule {
        let text = format!("`{}` stands under `## {name}`, where no rule counts", shortened(line.trim()));
        let hint = format!("move it under one of {}", RULES[..3].join(", "));
        skill.problems.push(Problem::new(*number, text).hint(hint));
        return;
    }
    let hint = match sections::nearest(&section.name) {
        Some(known) => format!("write `## {known}` if that is what you mean"),
        None => format!("the sections are {}", sections::KNOWN.join(", ")),
    };
    let text = format!("`## {name}` is not a section and was passed over");
    skill.warnings.push(Problem::new(section.line, text).hint(hint));
}

/// The one fenced block of a section with the line it begins on.
fn block(skill: &mut Skill, section: &Section<'_>) -> Option<sections::Block> {
    let mut blocks = section.blocks().into_iter();
    let Some(first) = blocks.next() else {
        let text = format!("`## {}` needs a fenced YAML block", section.name);
        skill.problems.push(Problem::new(section.line, text).hint("write it between ```yaml and ```"));
        return None;
    };
    if let Some(second) = blocks.next() {
        let text = format!("`## {}` has a second fenced block, which does not count", section.name);
        skill.problems.push(Problem::new(second.line.saturating_sub(1), text).hint("put both into one block"));
    }
    Some(first)
}

fn yaml<T: serde::de::DeserializeOwned>(skill: &mut Skill, section: &Section<'_>) -> Option<T> {
    let block = block(skill, section)?;
    // What JSON cannot tell, YAML does: a number that is meant as text.
    if let Some(value) = section.json.as_deref().and_then(|json| serde_json::from_str(json).ok()) {
        return Some(value);
    }
    match yaml::read(&block.text, block.line) {
        Ok(value) => Some(value),
        Err(mut problem) => {
            problem.text = format!("`## {}`: {}", section.name, problem.text);
            skill.problems.push(problem);
            None
        }
    }
}

fn rules(skill: &mut Skill, section: &Section<'_>, tier: Tier) {
    for (number, line) in &section.lines {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        let column = u32::try_from(line.chars().take_while(|character| character.is_whitespace()).count()).unwrap_or(0);
        if trimmed.starts_with('#') {
            skill.problems.extend(heading_in_disguise(trimmed).map(|text| {
                let hint = "a section begins with `## ` at the edge; take the # away from a comment";
                Problem::new(*number, text).column(column + 1).hint(hint)
            }));
            continue;
        }
        match rule(trimmed, tier, *number) {
            Ok(rule) => skill.rules.push(rule),
            Err((offset, text, hint)) => {
                skill.problems.push(Problem::new(*number, text).column(column + offset).hint(hint));
            }
        }
    }
}

/// A rule of a list, or the column and what is wrong with it.
fn rule(line: &str, tier: Tier, number: u32) -> Result<Rule, (u32, String, &'static str)> {
    let wrong = |text: String, hint| Err((1, text, hint));
    if line.len() > LONGEST_RULE {
        return wrong(format!("a rule of {} bytes", line.len()), "a rule is a program, a verb and options: shorten it");
    }
    let Some(text) = line.strip_prefix('-').filter(|rest| rest.starts_with([' ', '\t'])) else {
        return wrong(format!("`{}` is not a rule", shortened(line)), "write `- program verb *`");
    };
    let text = text.trim().trim_matches('`');
    if let Some(at) = text.chars().position(|character| !matches!(character, ' '..='~' | '\t')) {
        let column = u32::try_from(line.chars().count() - text.chars().count() + at).unwrap_or(0) + 1;
        let text = format!("`{}`: a rule is plain ASCII", shortened(text));
        return Err((column, text, "such a character looks like another one or like none: type it anew"));
    }
    if text.split_whitespace().any(|word| word.starts_with('#')) {
        return wrong(
            format!("`{}`: what follows # is read as words of the rule", shortened(text)),
            "put the comment on a line of its own",
        );
    }
    Rule::parse(text, tier, number).map_err(|text| (3, text, "write `- program verb --option *`"))
}

/// A comment that was meant as the heading of another tier: the rules after it would count for the wrong one.
fn heading_in_disguise(comment: &str) -> Option<String> {
    let name = comment.trim_matches(|character: char| character == '#' || character.is_whitespace());
    // A comment may well talk about operands.
    let meant = sections::meant(name).filter(|meant| *meant != "operands")?;
    Some(format!(
        "`{}` begins no section, so the rules after it count as before; `## {meant}` would",
        shortened(comment)
    ))
}

fn timeout(skill: &mut Skill, section: &Section<'_>) {
    let mut timeouts = Timeouts::default();
    for (number, line) in &section.lines {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let parsed = match trimmed.split_once(':') {
            Some(("default", value)) => duration(value.trim()).map(|value| timeouts.default = value),
            Some(("streaming_commands", value)) => {
                streaming(value.trim(), *number).map(|value| timeouts.streaming = value)
            }
            _ => Err(format!("`{}` is neither `default:` nor `streaming_commands:`", shortened(trimmed))),
        };
        if let Err(text) = parsed {
            let hint = "write `default: 30s` or `streaming_commands: [\"program verb -f\"]`";
            skill.problems.push(Problem::new(*number, text).hint(hint));
        }
    }
    skill.timeouts = timeouts;
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{}` is not a duration such as 30s or 5m", shortened(text));
    let split = text.find(|character: char| !character.is_ascii_digit()).ok_or_else(wrong)?;
    let number: u64 = text[..split].parse().map_err(|_| wrong())?;
    let seconds = match &text[split..] {
        "s" => number,
        "m" => number.saturating_mul(60),
        "h" => number.saturating_mul(3600),
        _ => return Err(wrong()),
    };
    if seconds == 0 { Err(wrong()) } else { Ok(Duration::from_secs(seconds)) }
}

fn streaming(text: &str, line: u32) -> Result<Vec<Vec<String>>, String> {
    let lines: Vec<String> =
        yaml::read(text, line).map_err(|problem| format!("streaming_commands: {}", problem.text))?;
    lines
        .iter()
        .map(|line| {
            let mut words = rule_words(line)?;
            if words.last().is_some_and(|word| word == "*") {
                words.pop();
            }
            Ok(words)
        })
        .collect()
}

fn options(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<BTreeMap<String, RawProfile>>(skill, section) else { return };
    for (program, profile) in raw {
        match profile.build() {
            Ok(profile) => {
                skill.profiles.insert(program, Arc::new(profile));
            }
            Err(text) => {
                // The word that is wrong stands in backquotes in the text.
                let word = text.split('`').nth(1).unwrap_or_default();
                let line = match section.line_with(word) {
                    line if line > section.line => line,
                    _ => section.line_with(&format!("{program}:")),
                };
                let problem = Problem::new(line, format!("options of {program}: {text}"));
                skill.problems.push(problem.hint("options are written `-A`, `-n=`, `--colour=?` or `-#`"));
            }
        }
    }
}

fn synonyms(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<BTreeMap<String, String>>(skill, section) else { return };
    for (from, to) in raw {
        match (rule_words(&from), rule_words(&to)) {
            (Ok(words), Ok(meant)) if words.first() == meant.first() && !words.is_empty() => {
                skill.synonyms.push((words, meant));
            }
            _ => {
                let text = format!("the synonym `{}: {}` changes the program", shortened(&from), shortened(&to));
                let problem = Problem::new(section.line_with(&from), text);
                skill.problems.push(problem.hint("begin both sides with the same program"));
            }
        }
    }
    // The longest spelling is tried first.
    skill.synonyms.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
}

fn effects(skill: &mut Skill, section: &Section<'_>) {
    for mut effect in yaml::<Vec<EffectRule>>(skill, section).unwrap_or_default() {
        let empty = |line: &String| line.trim().is_empty();
        if effect
            .instead
            .iter()
            .any(|way| way.title.trim().is_empty() || way.run.is_empty() || way.run.iter().any(empty))
        {
            let text = format!("a way under `instead` of `{}` needs `title` and `run`", shortened(&effect.matches));
            let problem = Problem::new(section.line_with(&effect.matches), text);
            skill.problems.push(problem.hint("write `- {title: Keep it, run: [program verb {operands}]}`"));
            effect.instead.clear();
        }
        if effect.undo.as_ref().is_some_and(|undo| empty(&undo.run)) {
            let text = format!("`undo` of `{}` needs `run`", shortened(&effect.matches));
            let problem = Problem::new(section.line_with(&effect.matches), text);
            skill.problems.push(problem.hint("write `undo: {run: program verb {operands}}`"));
            effect.undo = None;
        }
        if effect.matches.split_whitespace().next().is_none() {
            let problem = Problem::new(section.line_with(&effect.text), "an effect without a program in `match`");
            skill.problems.push(problem.hint("write `match: program verb`"));
        } else {
            skill.effects.push(effect);
        }
    }
}

fn operands(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<Vec<RawOperandRule>>(skill, section) else { return };
    let lines = item_lines(section);
    for (index, rule) in raw.into_iter().enumerate() {
        let line = lines.get(index).copied().unwrap_or(section.line);
        match rule.build(line) {
            Ok(rule) => skill.operands.push(rule),
            Err(text) => skill.problems.push(
                Problem::new(line, text)
                    .hint("write `- {match: program verb, like: [form], tier: destructive, why: …}`"),
            ),
        }
    }
}

/// Where the items of a section's list begin: YAML tells no lines of what it read.
fn item_lines(section: &Section<'_>) -> Vec<u32> {
    let Some(block) = section.blocks().into_iter().next() else { return Vec::new() };
    let depth = |line: &str| line.len() - line.trim_start().len();
    let items = || block.text.lines().zip(block.line..).filter(|(line, _)| line.trim_start().starts_with("- "));
    let edge = items().map(|(line, _)| depth(line)).min().unwrap_or(0);
    items().filter(|(line, _)| depth(line) == edge).map(|(_, number)| number).collect()
}

fn proofs(skill: &mut Skill, section: &Section<'_>) {
    for proof in yaml::<Vec<ProofRule>>(skill, section).unwrap_or_default() {
        match rule_words(&proof.matches) {
            Ok(words) if !words.is_empty() && !proof.run.trim().is_empty() => skill.proofs.push(proof),
            _ => {
                let text = format!("the proof of `{}` needs `match` and `run`", shortened(&proof.matches));
                let problem = Problem::new(section.line_with(&proof.matches), text);
                skill.problems.push(problem.hint("write `- {match: program verb, run: program verb --dry-run}`"));
            }
        }
    }
}

fn examples(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<RawExamples>(skill, section) else { return };
    let tiers = [(Tier::Auto, raw.auto), (Tier::Approval, raw.approval), (Tier::Destructive, raw.destructive)];
    for (tier, lines) in tiers {
        skill.examples.extend(lines.into_iter().map(|line| Example { at: example_line(section, &line), line, tier }));
    }
}

/// Where an example stands: as an item of its own if there is one, else where its text stands.
fn example_line(section: &Section<'_>, example: &str) -> u32 {
    let own = section.lines.iter().find(|(_, line)| {
        let item = line.trim().strip_prefix("- ").unwrap_or_default().trim();
        item == example || item.trim_matches(['"', '\'']) == example
    });
    own.map_or_else(|| section.line_with(example), |(number, _)| *number)
}

fn intents(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<RawBook>(skill, section) else { return };
    match raw.build() {
        Ok(book) => {
            let named = book.intents.iter().flat_map(|intent| intent.readers().map(move |reader| (intent, reader)));
            for (intent, reader) in named.filter(|(_, reader)| !READERS.contains(reader)) {
                let text = format!("intent {}: there is no reader `{reader}`", intent.id);
                let line = section.line_after(&format!("id: {}", intent.id), &format!("reader: {reader}"));
                skill.problems.push(Problem::new(line, text).hint(format!("readers are {}", READERS.join(", "))));
            }
            skill.intents = book;
        }
        Err(text) => {
            let id = text.strip_prefix("intent ").and_then(|rest| rest.split(':').next()).unwrap_or_default();
            let problem = Problem::new(section.line_with(&format!("id: {id}")), text.clone());
            let hint = if text.contains(intents::NO_FORM) {
                format!("forms are #{}", intents::LITERALS.join(", #"))
            } else if text.contains(intents::ALL_AND_THEN) {
                "take out one of the two".to_owned()
            } else {
                "name the slot under `slots`, or take it out of the command".to_owned()
            };
            skill.problems.push(problem.hint(hint));
        }
    }
}

/// The lines of a `## secrets` section with their numbers: items of a list, and comments between them.
fn secret_lines<'a>(section: &'a Section<'a>) -> impl Iterator<Item = (u32, &'a str)> {
    let lines = section.lines.iter().map(|(number, line)| (*number, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn tool_secrets(skill: &mut Skill, section: &Section<'_>) {
    for (number, line) in secret_lines(section) {
        match line.strip_prefix("- ") {
            Some(text) => match ToolSecret::read(text.trim().trim_matches('`')) {
                Ok(secret) => skill.secrets.push(secret),
                Err(bad) => skill.problems.push(Problem::new(number, bad.text).hint(bad.hint)),
            },
            None => {
                let text = format!("`{}` is no item of a list", shortened(line));
                skill.problems.push(Problem::new(number, text).hint("write `- program --option <secret>`"));
            }
        }
    }
}

/// What a file's `## secrets` section says, without a look at the rest: masking begins before the rules are read. What
/// cannot be read is told by [`parse`].
pub fn secrets(text: &str) -> Vec<ToolSecret> {
    const HEADING: &str = "## secrets";
    let mut places = text.match_indices(HEADING).map(|(at, _)| at);
    let begins = |at: &usize| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
    let Some(rest) = places.find(begins).and_then(|at| text.get(at..)) else { return Vec::new() };
    let sections = split(rest).sections;
    let own = sections.iter().filter(|section| section.name == "secrets");
    let lines = own.flat_map(secret_lines).filter_map(|(_, line)| line.strip_prefix("- "));
    lines.filter_map(|text| ToolSecret::read(text.trim().trim_matches('`')).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: &str = include_str!("../../tests/fixtures/product-kubectl.md");

    #[test]
    fn the_product_documents_own_file_is_read() {
        let skill = parse("kubectl", "kubectl/SKILL.md", PRODUCT);
        assert_eq!(skill.problems, []);
        assert_eq!(skill.timeouts.default, Duration::from_secs(30));
        assert_eq!(skill.timeouts.streaming[0], ["kubectl", "logs", "-f"]);
        assert_eq!(skill.rules.iter().filter(|rule| rule.tier == Tier::Auto).count(), 8);
        assert_eq!(skill.rules.iter().filter(|rule| rule.tier == Tier::Destructive).count(), 5);
        let delete = skill.rules.iter().find(|rule| rule.text == "kubectl delete *").unwrap();
        assert_eq!(PRODUCT.lines().nth(delete.line as usize - 1), Some("- kubectl delete *"));
        assert!(skill.context.starts_with("# Used by"));
    }

    #[test]
    fn a_file_with_a_problem_loses_its_auto_rules_and_keeps_the_strict_ones() {
        let skill = parse("x", "x/SKILL.md", "## auto_execute\n- x get *\nx oops\n## destructive\n- x delete *\n");
        assert_eq!(skill.problems.len(), 1);
        assert_eq!(skill.problems[0].line, 3);
        assert_eq!(skill.rules.iter().map(|rule| rule.tier).collect::<Vec<_>>(), [Tier::Destructive]);
    }

    #[test]
    fn broken_yaml_names_its_line() {
        let skill = parse("x", "x/SKILL.md", "# X\n## options\n```yaml\nx:\n  verbs: [\n```\n");
        assert_eq!(skill.problems.len(), 1);
        assert!(skill.problems[0].line >= 4, "{:?}", skill.problems);
    }

    #[test]
    fn a_line_of_secrets_that_cannot_be_read_costs_the_auto_rules_and_is_told() {
        let text =
            "## auto_execute\n- x get *\n## secrets\n# what xy hides\n- xy -p<secret>\n- xy -k\nxy --key <secret>\n";
        let skill = parse("x", "x/SKILL.md", text);
        assert_eq!(skill.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [6, 7]);
        assert_eq!((skill.rules.len(), skill.secrets.len()), (0, 1));
        assert_eq!(secrets(text), skill.secrets);
    }

    #[test]
    fn sections_we_do_not_know_are_kept_by_name() {
        let skill = parse("x", "x", "## context\n## recipes\ntext\n");
        assert_eq!(skill.unknown_sections, ["recipes"]);
        assert_eq!((skill.problems.len(), skill.warnings.len()), (0, 1));
    }
}
