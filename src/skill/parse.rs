//! The text of a SKILL.md to a [`Skill`]. Everything that cannot be understood
//! becomes a problem with its line; a problem costs the file its auto rules.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::intents::RawBook;
use super::profile::RawProfile;
use super::rules::{RawOperandRule, rule_words};
use super::sections::{Section, split};
use super::{EffectRule, Example, Problem, ProofRule, Rule, Skill, Timeouts};
use crate::domain::Tier;

#[derive(Deserialize)]
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
    let (front, sections) = split(text);
    let mut skill = Skill { name: name.to_owned(), file: file.to_owned(), ..Skill::default() };
    if let Some(front) = front {
        match serde_yaml::from_str::<FrontMatter>(&front) {
            Ok(front) => {
                skill.name = front.name.unwrap_or(skill.name);
                skill.description = front.description.unwrap_or_default();
            }
            Err(error) => skill.problems.push(Problem { line: 1, text: format!("front matter: {error}") }),
        }
    }
    for section in &sections {
        match section.name.as_str() {
            "timeout" => timeout(&mut skill, section),
            "auto_execute" => rules(&mut skill, section, Tier::Auto),
            "requires_approval" => rules(&mut skill, section, Tier::Approval),
            "destructive" => rules(&mut skill, section, Tier::Destructive),
            "context" => skill.context = section.text(),
            "options" => options(&mut skill, section),
            "synonyms" => synonyms(&mut skill, section),
            "effects" => {
                if let Some(effects) = yaml::<Vec<EffectRule>>(&mut skill, section) {
                    skill.effects = effects;
                }
            }
            "operands" => operands(&mut skill, section),
            "proof" => proofs(&mut skill, section),
            "examples" => examples(&mut skill, section),
            "intents" => intents(&mut skill, section),
            other => skill.unknown_sections.push(other.to_owned()),
        }
    }
    if !skill.problems.is_empty() {
        skill.rules.retain(|rule| rule.tier != Tier::Auto);
    }
    skill
}

fn yaml<T: serde::de::DeserializeOwned>(skill: &mut Skill, section: &Section<'_>) -> Option<T> {
    let Some((line, text)) = section.fenced() else {
        skill
            .problems
            .push(Problem { line: section.line, text: format!("`## {}` needs a fenced YAML block", section.name) });
        return None;
    };
    match serde_yaml::from_str(&text) {
        Ok(value) => Some(value),
        Err(error) => {
            let offset = error.location().map_or(0, |place| u32::try_from(place.line()).unwrap_or(1).saturating_sub(1));
            let problem = Problem { line: line + offset, text: format!("`## {}`: {error}", section.name) };
            skill.problems.push(problem);
            None
        }
    }
}

fn rules(skill: &mut Skill, section: &Section<'_>, tier: Tier) {
    for (number, line) in &section.lines {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let Some(text) = trimmed.strip_prefix("- ") else {
            skill
                .problems
                .push(Problem { line: *number, text: format!("`{trimmed}` is not a rule (`- program verb *`)") });
            continue;
        };
        let text = text.trim().trim_matches('`');
        match Rule::parse(text, tier, *number) {
            Ok(rule) => skill.rules.push(rule),
            Err(problem) => skill.problems.push(Problem { line: *number, text: problem }),
        }
    }
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
            Some(("streaming_commands", value)) => streaming(value.trim()).map(|value| timeouts.streaming = value),
            _ => Err(format!("`{trimmed}` is neither `default:` nor `streaming_commands:`")),
        };
        if let Err(text) = parsed {
            skill.problems.push(Problem { line: *number, text });
        }
    }
    skill.timeouts = timeouts;
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration such as 30s or 5m");
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

fn streaming(text: &str) -> Result<Vec<Vec<String>>, String> {
    let lines: Vec<String> = serde_yaml::from_str(text).map_err(|error| format!("streaming_commands: {error}"))?;
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
                skill.profiles.insert(program, profile);
            }
            Err(text) => {
                skill.problems.push(Problem { line: section.line, text: format!("options of {program}: {text}") });
            }
        }
    }
}

fn synonyms(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<BTreeMap<String, String>>(skill, section) else { return };
    for (from, to) in raw {
        match (rule_words(&from), rule_words(&to)) {
            (Ok(from), Ok(to)) if from.first() == to.first() && !from.is_empty() => skill.synonyms.push((from, to)),
            _ => skill
                .problems
                .push(Problem { line: section.line, text: format!("synonym `{from}: {to}` must keep its program") }),
        }
    }
    // The longest spelling is tried first.
    skill.synonyms.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
}

fn operands(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<Vec<RawOperandRule>>(skill, section) else { return };
    // YAML tells no lines of what it read; items begin at the left edge.
    let mut lines = section.lines.iter().filter(|(_, line)| line.starts_with("- ")).map(|(number, _)| *number);
    for rule in raw {
        let line = lines.next().unwrap_or(section.line);
        match rule.build(line) {
            Ok(rule) => skill.operands.push(rule),
            Err(text) => skill.problems.push(Problem { line, text }),
        }
    }
}

fn proofs(skill: &mut Skill, section: &Section<'_>) {
    for proof in yaml::<Vec<ProofRule>>(skill, section).unwrap_or_default() {
        match rule_words(&proof.matches) {
            Ok(words) if !words.is_empty() && !proof.run.trim().is_empty() => skill.proofs.push(proof),
            _ => skill.problems.push(Problem {
                line: section.line,
                text: format!("the proof of `{}` needs `match` and `run`", proof.matches),
            }),
        }
    }
}

fn examples(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<RawExamples>(skill, section) else { return };
    let tiers = [(Tier::Auto, raw.auto), (Tier::Approval, raw.approval), (Tier::Destructive, raw.destructive)];
    for (tier, lines) in tiers {
        skill.examples.extend(lines.into_iter().map(|line| Example { line, tier }));
    }
}

fn intents(skill: &mut Skill, section: &Section<'_>) {
    let Some(raw) = yaml::<RawBook>(skill, section) else { return };
    match raw.build() {
        Ok(book) => skill.intents = book,
        Err(text) => skill.problems.push(Problem { line: section.line, text }),
    }
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
    fn sections_we_do_not_know_are_kept_by_name() {
        assert_eq!(parse("x", "x", "## recipes\ntext\n").unknown_sections, ["recipes"]);
    }
}
