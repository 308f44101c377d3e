//! The Markdown of a runbook to a [`Runbook`]: front matter, `## id: …` sections, one fenced command a step, bullets.
//!
//! Owns the file's grammar. Everything that cannot be read is a problem with its line and a way out, and a runbook
//! with a problem is none. Knows nothing of whether the ways make sense: `lint` does.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::condition::{Condition, Cursor, Source, Token, tokens};
use super::template::{Command, Sentence, Values};
use super::{Deed, FindingSpec, Move, NothingSpec, RemedySpec, Runbook, StepSpec, Target, lint, phrase};
use crate::domain::Tier;
use crate::skill::{Problem, Slots, read_yaml};

/// Bytes of the longest runbook.
const LONGEST: usize = 256 << 10;
/// Steps of one runbook: a walk is never longer than its steps.
const MOST_STEPS: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    id: String,
    title: String,
    phrases: Vec<String>,
    #[serde(default)]
    inputs: Slots,
    #[serde(default = "automatic")]
    ceiling: Tier,
    #[serde(default)]
    examples: BTreeMap<String, Values>,
}

fn automatic() -> Tier {
    Tier::Auto
}

/// Reads and proves a runbook. `file` is the path to show.
///
/// # Errors
/// Everything that is wrong with it, each with its line.
pub fn parse(file: &str, text: &str) -> Result<Runbook, Vec<Problem>> {
    let runbook = read(file, text)?;
    let problems = lint::expressions(&runbook);
    if problems.is_empty() { Ok(runbook) } else { Err(problems) }
}

/// Reads a runbook and proves all but its expressions, each of which takes longer than all else: for runbooks that were
/// proved before.
///
/// # Errors
/// Everything that is wrong with it, each with its line.
pub fn read(file: &str, text: &str) -> Result<Runbook, Vec<Problem>> {
    let mut problems = Vec::new();
    if text.len() > LONGEST {
        let hint = format!("a runbook has at most {} KiB: split it", LONGEST >> 10);
        return Err(vec![Problem::new(1, format!("the file has {} bytes", text.len())).hint(hint)]);
    }
    let control = |line: &str| line.chars().any(|character| character.is_control() && character != '\t');
    if let Some((number, _)) = (1..).zip(text.lines()).find(|(_, line)| control(line)) {
        return Err(vec![Problem::new(number, "the line holds a control character").hint("take it out")]);
    }
    let (front, body) = match cut(text) {
        Ok(cut) => cut,
        Err(problem) => return Err(vec![problem]),
    };
    let front: FrontMatter = match read_yaml(&front, 2) {
        Ok(front) => front,
        Err(mut problem) => {
            problem.text = format!("front matter: {}", problem.text);
            return Err(vec![problem]);
        }
    };
    let sections = sections(&body);
    let names = Names::of(&sections, &mut problems);
    let mut variants = Vec::new();
    for phrase in &front.phrases {
        match phrase::parse(phrase) {
            Ok(read) => variants.extend(read),
            Err(told) => {
                let problem = Problem::new(2, format!("the phrase `{phrase}` cannot be read: {told}"));
                problems.push(problem.hint("a phrase has words, (one|another), [perhaps] and <input>"));
            }
        }
    }
    let mut runbook = Runbook {
        id: front.id,
        file: file.to_owned(),
        title: front.title,
        phrases: front.phrases,
        inputs: front.inputs,
        ceiling: front.ceiling,
        examples: front.examples,
        steps: Vec::new(),
        findings: Vec::new(),
        nothing: None,
        variants,
    };
    for section in &sections {
        match &section.kind {
            Kind::Step(id) => runbook.steps.extend(step(section, id, &names, &mut problems)),
            Kind::Finding(id) => runbook.findings.push(finding(section, id, &mut problems)),
            Kind::Nothing => {
                let end = ending(section, &mut problems);
                if let Some(remedy) = end.remedies.first() {
                    let problem = Problem::new(remedy.line, "nothing found needs no remedy");
                    problems.push(problem.hint("say under `next` what can be looked at further"));
                }
                runbook.nothing = Some(NothingSpec {
                    line: section.line,
                    title: Sentence::parse(&section.title),
                    text: end.text,
                    next: end.next,
                });
            }
            Kind::Unreadable => {}
        }
    }
    // Places in the lists only mean something when every section could be read.
    if problems.is_empty() {
        problems = lint::problems(&runbook);
    }
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(runbook) } else { Err(problems) }
}

type Numbered<'a> = (u32, &'a str);

/// The front matter, and the lines behind it.
fn cut(text: &str) -> Result<(String, Vec<Numbered<'_>>), Problem> {
    let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines());
    if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
        return Err(Problem::new(1, "there is no front matter").hint("begin with ---, id, title, phrases and ---"));
    }
    let mut front = String::new();
    for (_, line) in lines.by_ref() {
        if line.trim_end() == "---" {
            return Ok((front, lines.collect()));
        }
        front.push_str(line);
        front.push('\n');
    }
    Err(Problem::new(1, "the front matter is not closed").hint("end it with a line that says ---"))
}

enum Kind {
    Step(String),
    Finding(String),
    Nothing,
    Unreadable,
}

struct Section<'a> {
    line: u32,
    kind: Kind,
    title: String,
    lines: Vec<Numbered<'a>>,
}

/// Sections begin with `## `, but not inside a fence.
fn sections<'a>(body: &[Numbered<'a>]) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    let mut fenced = false;
    for (number, line) in body {
        if is_fence(line) {
            fenced = !fenced;
        }
        match line.strip_prefix("## ").filter(|_| !fenced) {
            Some(heading) => {
                let (kind, title) = heading_of(heading.trim());
                sections.push(Section { line: *number, kind, title, lines: Vec::new() });
            }
            None => {
                // What stands before the first heading is for readers.
                if let Some(section) = sections.last_mut() {
                    section.lines.push((*number, line));
                }
            }
        }
    }
    sections
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}

fn heading_of(heading: &str) -> (Kind, String) {
    let Some((name, title)) = heading.split_once(':') else { return (Kind::Unreadable, heading.to_owned()) };
    let title = title.trim().to_owned();
    let is_id = |id: &str| {
        id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.chars().all(|other| other.is_ascii_lowercase() || other.is_ascii_digit() || other == '-')
    };
    let kind = match name.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["nothing"] => Kind::Nothing,
        ["finding", id] if is_id(id) => Kind::Finding((*id).to_owned()),
        [id] if is_id(id) && *id != "finding" => Kind::Step((*id).to_owned()),
        _ => Kind::Unreadable,
    };
    if title.is_empty() { (Kind::Unreadable, title) } else { (kind, title) }
}

/// The names that ways may lead to, with their places.
struct Names {
    steps: Vec<String>,
    findings: Vec<String>,
}

impl Names {
    fn of(sections: &[Section<'_>], problems: &mut Vec<Problem>) -> Names {
        let mut names = Names { steps: Vec::new(), findings: Vec::new() };
        let mut ends = false;
        for section in sections {
            let (list, id) = match &section.kind {
                Kind::Step(id) => (&mut names.steps, id),
                Kind::Finding(id) => (&mut names.findings, id),
                Kind::Nothing => {
                    if std::mem::replace(&mut ends, true) {
                        let problem = Problem::new(section.line, "`## nothing` is there twice");
                        problems.push(problem.hint("keep one of them"));
                    }
                    continue;
                }
                Kind::Unreadable => {
                    let problem = Problem::new(section.line, "this heading is not understood");
                    let hint = "write `## name: why`, `## finding name: title` or `## nothing: title`, a name being small letters, digits and hyphens";
                    problems.push(problem.hint(hint));
                    continue;
                }
            };
            if list.contains(id) {
                let problem = Problem::new(section.line, format!("`{id}` is there twice"));
                problems.push(problem.hint("give each section a name of its own"));
            }
            list.push(id.clone());
        }
        if names.steps.len() > MOST_STEPS {
            let text = format!("the runbook has {} steps", names.steps.len());
            problems.push(Problem::new(1, text).hint(format!("at most {MOST_STEPS}: split it")));
        }
        names
    }

    /// Reads where a way leads; the rest of the tokens is the condition.
    fn target<'a>(&self, tokens: &'a [Token]) -> Result<(&'a [Token], Target), String> {
        let place = |list: &[String], name: &Token, what: &str| match name {
            Token::Bare(name) => list.iter().position(|known| known == name).ok_or_else(|| {
                let known = list.join(", ");
                format!("there is no {what} `{name}` (there are: {known})")
            }),
            Token::Quoted(_) => Err(format!("the name of a {what} stands without backticks")),
        };
        match tokens {
            [rest @ .., nothing, found] if nothing.is("nothing") && found.is("found") => Ok((rest, Target::Nothing)),
            [rest @ .., go, to, name] if go.is("go") && to.is("to") => {
                Ok((rest, Target::Step(place(&self.steps, name, "step")?)))
            }
            [rest @ .., finding, name] if finding.is("finding") => {
                Ok((rest, Target::Finding(place(&self.findings, name, "finding")?)))
            }
            _ => Err("it does not say where to: `go to STEP`, `finding NAME` or `nothing found`".to_owned()),
        }
    }
}

/// A section's parts: paragraphs, bullets with the lines that continue them, and the one fenced block.
#[derive(Default)]
struct Parts {
    prose: String,
    bullets: Vec<(u32, String)>,
    fences: Vec<(u32, Vec<String>)>,
}

fn parts(section: &Section<'_>, problems: &mut Vec<Problem>) -> Parts {
    let mut parts = Parts::default();
    let mut fenced = false;
    let mut in_bullet = false;
    for (number, line) in &section.lines {
        if is_fence(line) {
            fenced = !fenced;
            in_bullet = false;
            if fenced {
                parts.fences.push((*number, Vec::new()));
            }
            continue;
        }
        let trimmed = line.trim();
        if fenced {
            if let Some((_, lines)) = parts.fences.last_mut().filter(|_| !trimmed.is_empty()) {
                lines.push(trimmed.to_owned());
            }
        } else if trimmed.is_empty() {
            in_bullet = false;
        } else if let Some(bullet) = line.strip_prefix("- ") {
            parts.bullets.push((*number, bullet.trim().to_owned()));
            in_bullet = true;
        } else if let Some((_, bullet)) = parts.bullets.last_mut().filter(|_| in_bullet && line.starts_with("  ")) {
            bullet.push(' ');
            bullet.push_str(trimmed);
        } else {
            if !parts.prose.is_empty() {
                parts.prose.push(' ');
            }
            parts.prose.push_str(trimmed);
        }
    }
    if fenced {
        problems.push(Problem::new(section.line, "a fence of this section is not closed").hint("end it with ```"));
    }
    parts
}

fn step(section: &Section<'_>, id: &str, names: &Names, problems: &mut Vec<Problem>) -> Option<StepSpec> {
    let parts = parts(section, problems);
    let command = match parts.fences.as_slice() {
        [(fence, lines)] => match lines.as_slice() {
            [line] => Command::parse(line, fence + 1).map_err(|told| {
                Problem::new(fence + 1, told).hint("a step is one plain command; look at its output with conditions")
            }),
            _ => Err(Problem::new(*fence, format!("the fence holds {} lines", lines.len())).hint("one command a step")),
        },
        fences => {
            let text = format!("the step has {} fenced commands", fences.len());
            Err(Problem::new(section.line, text).hint("write one command between ``` and ```"))
        }
    };
    let mut exits = BTreeSet::from([0]);
    let mut moves = Vec::new();
    for (line, bullet) in &parts.bullets {
        match deed(bullet, names, &mut exits) {
            Ok(Some(deed)) => moves.push(Move { line: *line, deed }),
            Ok(None) => {}
            Err(told) => problems.push(Problem::new(*line, told).hint(STEP_BULLETS)),
        }
    }
    match command {
        Ok(command) => {
            let why = Sentence::parse(&section.title);
            Some(StepSpec { id: id.to_owned(), line: section.line, why, command, exits, moves })
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

const STEP_BULLETS: &str = "a step's bullets are `may exit N`, `take NAME from …`, `when …: go to STEP`, \
                            `when …: finding NAME`, `when …: nothing found` and `otherwise: …`";

fn deed(bullet: &str, names: &Names, exits: &mut BTreeSet<i32>) -> Result<Option<Deed>, String> {
    let tokens = tokens(bullet)?;
    let mut cursor = Cursor::new(&tokens);
    if cursor.take("may") {
        if !cursor.take("exit") {
            return Err("`exit` is missing".to_owned());
        }
        while !cursor.is_at_end() {
            let code = cursor.bare("an exit code")?;
            exits.insert(code.parse().map_err(|_| format!("`{code}` is no exit code"))?);
        }
        return Ok(None);
    }
    if cursor.take("take") {
        let name = cursor.name()?;
        if !cursor.take("from") {
            return Err("`from` is missing".to_owned());
        }
        let source = Source::parse(&mut cursor)?;
        return if cursor.is_at_end() {
            Ok(Some(Deed::Take { name, source }))
        } else {
            Err("there is more behind what is taken".to_owned())
        };
    }
    let (rest, target) = names.target(&tokens)?;
    match rest.split_first() {
        Some((first, [])) if first.is("otherwise") => Ok(Some(Deed::Otherwise(target))),
        Some((first, condition)) if first.is("when") => {
            Ok(Some(Deed::When { condition: Condition::parse(condition)?, target }))
        }
        _ => Err("it begins with none of may, take, when and otherwise".to_owned()),
    }
}

/// What a walk ends with.
struct Ending {
    text: Sentence,
    remedies: Vec<RemedySpec>,
    next: Sentence,
}

fn finding(section: &Section<'_>, id: &str, problems: &mut Vec<Problem>) -> FindingSpec {
    let Ending { text, remedies, next } = ending(section, problems);
    let title = Sentence::parse(&section.title);
    FindingSpec { id: id.to_owned(), line: section.line, title, text, remedies, next }
}

fn ending(section: &Section<'_>, problems: &mut Vec<Problem>) -> Ending {
    let parts = parts(section, problems);
    let mut remedies = Vec::new();
    let mut next = None;
    if let Some((line, _)) = parts.fences.first() {
        let hint = "only steps run something; write `- remedy `command`: why`";
        problems.push(Problem::new(*line, "a fence stands where nothing is run").hint(hint));
    }
    for (line, bullet) in &parts.bullets {
        let told = if let Some(rest) = bullet.strip_prefix("remedy") {
            remedy(rest.trim_start(), *line).map(|remedy| remedies.push(remedy))
        } else if let Some(rest) = bullet.strip_prefix("next:") {
            match next.replace(Sentence::parse(rest.trim())) {
                None => Ok(()),
                Some(_) => Err("`next` is there twice".to_owned()),
            }
        } else {
            Err("it begins with neither remedy nor next".to_owned())
        };
        if let Err(told) = told {
            let hint = "an end's bullets are `remedy `command`: why`, `remedy: what to do` and `next: what comes next`";
            problems.push(Problem::new(*line, told).hint(hint));
        }
    }
    if next.is_none() {
        let problem = Problem::new(section.line, "this end does not say what comes next");
        problems.push(problem.hint("add `- next: …`; whoever resumes begins there"));
    }
    Ending { text: Sentence::parse(&parts.prose), remedies, next: next.unwrap_or_default() }
}

/// `` `command`: why `` or `: what to do`.
fn remedy(text: &str, line: u32) -> Result<RemedySpec, String> {
    let (command, text) = match text.strip_prefix('`') {
        None => (None, text),
        Some(rest) => {
            let (command, rest) = rest.split_once('`').ok_or("a backtick is not closed")?;
            (Some(Command::parse(command, line)?), rest)
        }
    };
    let text = text.strip_prefix(':').ok_or("a colon is missing")?.trim();
    if text.is_empty() {
        return Err("it does not say why".to_owned());
    }
    Ok(RemedySpec { command, text: Sentence::parse(text), line })
}
