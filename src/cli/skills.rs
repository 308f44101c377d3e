//! `devops-agent skills`: which skill files count and for what, what is wrong
//! with them, whether a project's count in full, and what one says in words.
//! Runs nothing; only `trust` writes, into the person's own state directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Settings, Skills, SkillsCheck, SkillsCommand, SkillsExplain, SkillsList, SkillsTrust};
use super::{question, speech};
use crate::config::{self, Choice, Sources, TrustStore, Untrusted};
use crate::domain::{Action, Failure, FailureKind, PlanStep, Tier, join_words};
use crate::gate::{RuleBook, Standing, judge, loosens};
use crate::library::{self, Origin, SkillFile};
use crate::output::escape;
use crate::planner::{self, Lexicon, Planning};
use crate::runbook::{self, Role};
use crate::runtime::skills::{self, count, standing};
use crate::runtime::{Knowledge, Known, read_skills};
use crate::skill::Problem;

pub(super) fn run(settings: &Settings, skills: &Skills) -> Result<ExitCode, Failure> {
    let sources = Sources::from_process(settings.flags())?;
    let trust = TrustStore::open(&sources.state_dir())?;
    match &skills.command {
        SkillsCommand::List(args) => list(&found(&sources, &trust)?, args),
        SkillsCommand::Check(args) => check(&sources, &trust, args),
        SkillsCommand::Trust(args) => decide(&sources, trust, args),
        SkillsCommand::Explain(args) => explain(&found(&sources, &trust)?, args),
    }
}

/// The added files that count, with the warnings of the settings told.
fn found(sources: &Sources, trust: &TrustStore) -> Result<Vec<SkillFile>, Failure> {
    let loaded = config::load(sources, trust)?;
    loaded.config.warnings.iter().for_each(|warning| speech::warning(warning));
    Ok(loaded.skills)
}

// --- list ---------------------------------------------------------------------------------------

fn list(added: &[SkillFile], args: &SkillsList) -> Result<ExitCode, Failure> {
    let (known, book) = read_skills(added);
    if args.json {
        let rows: Vec<Value> = (0..known.len()).map(|index| row_as_json(&known, index, &book)).collect();
        speech::result(&Value::Array(rows).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    skills::listed(&known, &book).iter().for_each(|line| speech::result(line));
    if added.iter().any(|file| file.origin == Origin::Untrusted) {
        speech::say("strict only: found here and not trusted yet; see `devops-agent skills trust`");
    }
    Ok(ExitCode::SUCCESS)
}

fn row_as_json(known: &[Known], index: usize, book: &RuleBook) -> Value {
    let Some(one) = known.get(index) else { return Value::Null };
    json!({
        "name": one.skill.name,
        "description": one.skill.description,
        "file": one.skill.file,
        "built_in": one.file.origin == Origin::BuiltIn,
        "standing": standing(known, index),
        "rules": {
            "auto": count(one, Tier::Auto),
            "approval": count(one, Tier::Approval),
            "destructive": count(one, Tier::Destructive),
            "operands": one.skill.operands.len(),
        },
        "problems": of_file(book.problems(), &one.skill.file),
        "warnings": of_file(book.warnings(), &one.skill.file),
    })
}

fn of_file(list: &[(String, Problem)], file: &str) -> Vec<Value> {
    list.iter().filter(|(of, _)| of == file).map(|(file, problem)| problem_as_json(file, problem)).collect()
}

fn problem_as_json(file: &str, problem: &Problem) -> Value {
    json!({
        "file": file,
        "line": problem.line,
        "column": problem.column,
        "text": problem.text,
        "hint": problem.hint,
    })
}

// --- check --------------------------------------------------------------------------------------

/// What the check of skill files found.
pub(super) struct Lint {
    known: Vec<Known>,
    book: RuleBook,
    /// Whether the built-in files are part of what was asked.
    with_built_in: bool,
    runbooks: usize,
    /// Of runbooks and intents; those of rules are in the book.
    wrong: Vec<(String, Problem)>,
}

impl Lint {
    fn checked(&self) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(|known| self.with_built_in || known.file.origin == Origin::Added)
    }

    fn of<'a>(&'a self, list: &'a [(String, Problem)]) -> impl Iterator<Item = &'a (String, Problem)> {
        self.checked().flat_map(|known| list.iter().filter(|(of, _)| *of == known.skill.file))
    }

    /// How many skill files were checked.
    pub fn files(&self) -> usize {
        self.checked().count()
    }

    /// How many things are wrong.
    pub fn problems(&self) -> usize {
        self.of(self.book.problems()).count() + self.wrong.len()
    }

    /// How many things are odd.
    pub fn warnings(&self) -> usize {
        self.of(self.book.warnings()).count()
    }

    /// `14 files, 20 runbooks: 0 problems, 1 warning`.
    pub fn counted(&self) -> String {
        let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        let runbooks = if self.runbooks > 0 { format!(", {}", count(self.runbooks, "runbook")) } else { String::new() };
        let (files, problems) = (count(self.files(), "file"), count(self.problems(), "problem"));
        format!("{files}{runbooks}: {problems}, {}", count(self.warnings(), "warning"))
    }
}

/// Checks added skill files, and the built-in ones where those are asked for too.
pub(super) fn lint(mut files: Vec<SkillFile>, with_built_in: bool) -> Result<Lint, Failure> {
    // Whether it is trusted or not, the whole of it is checked.
    files.iter_mut().for_each(|file| file.origin = Origin::Added);
    let (known, book) = read_skills(&files);
    let lexicon = Knowledge::build(&files)?.lexicon;
    let (runbooks, wrong) = runbooks(with_built_in, &files, &book, &lexicon);
    let mut lint = Lint { known, book, with_built_in, runbooks, wrong };
    let phrases = phrases(&lexicon, &lint.checked().collect::<Vec<_>>());
    lint.wrong.extend(phrases);
    Ok(lint)
}

fn check(sources: &Sources, trust: &TrustStore, args: &SkillsCheck) -> Result<ExitCode, Failure> {
    let files = match &args.path {
        Some(path) => at(path)?,
        None => found(sources, trust)?,
    };
    let lint = lint(files, args.path.is_none())?;
    let code = if lint.problems() == 0 { 0 } else { FailureKind::Configuration.exit_code() };
    if args.json {
        let rows = |list: &[(String, Problem)]| -> Vec<Value> {
            lint.of(list).map(|(file, problem)| problem_as_json(file, problem)).collect()
        };
        let mut problems = rows(lint.book.problems());
        problems.extend(lint.wrong.iter().map(|(file, problem)| problem_as_json(file, problem)));
        let examples: usize = lint.checked().map(|known| known.skill.examples.len()).sum();
        let files: Vec<&str> = lint.checked().map(|known| known.skill.file.as_str()).collect();
        let whole = json!({"files": files, "examples": examples, "runbooks": lint.runbooks, "problems": problems,
                           "warnings": rows(lint.book.warnings())});
        speech::result(&whole.to_string());
        return Ok(ExitCode::from(code));
    }
    for known in lint.checked() {
        for line in skills::problems(&lint.book, &known.skill.file) {
            speech::result(&line);
        }
    }
    for (file, problem) in &lint.wrong {
        speech::result(&escape::line(&problem.told(file)));
    }
    speech::say(&lint.counted());
    Ok(ExitCode::from(code))
}

/// How many runbooks there are, and what is wrong with them: what cannot be read, an example that leads elsewhere, a
/// list that there is none of, a step the gate rates above the runbook's ceiling, a proposal it cannot read.
fn runbooks(
    built_in: bool,
    files: &[SkillFile],
    book: &RuleBook,
    lexicon: &Lexicon,
) -> (usize, Vec<(String, Problem)>) {
    let own = if built_in { library::built_in() } else { Vec::new() };
    let all: Vec<_> = own.iter().chain(files).flat_map(|file| &file.runbooks).collect();
    let mut wrong = Vec::new();
    for file in &all {
        let mut tell = |problem: Problem| wrong.push((file.path_shown.clone(), problem));
        if let Some(fault) = &file.fault {
            tell(Problem::new(fault.line, fault.text.clone()).hint(fault.hint));
            continue;
        }
        match runbook::parse(&file.path_shown, &file.text) {
            Err(problems) => problems.into_iter().for_each(tell),
            Ok(parsed) => {
                parsed.broken_examples().into_iter().for_each(|text| tell(Problem::new(1, text)));
                for (name, list) in parsed.inputs.iter().filter_map(|(name, spec)| Some((name, spec.list.as_ref()?))) {
                    if lexicon.listing(list, &parsed.inputs, &BTreeMap::new()).is_none() {
                        let text = format!("the input `{name}` offers the list `{list}`, which no skill has");
                        tell(Problem::new(2, text).hint("name one of a skill's `lists`, or leave `list` out"));
                    }
                }
                for sample in parsed.samples() {
                    let line = join_words(&sample.words);
                    let verdict = judge(&Action::Command { line: line.clone() }, book).verdict;
                    if sample.role == Role::Step && verdict.tier > parsed.ceiling {
                        let (tier, ceiling) = (verdict.tier.word(), parsed.ceiling.word());
                        let text = format!("`{line}` is rated {tier}, above this runbook's ceiling {ceiling}");
                        tell(
                            Problem::new(sample.line, text).hint("use a command that only reads, or raise the ceiling"),
                        );
                    }
                }
            }
        }
    }
    (all.len(), wrong)
}

/// The examples of intents that do not become the command they declare, beside all other skills.
fn phrases(lexicon: &Lexicon, checked: &[&Known]) -> Vec<(String, Problem)> {
    let mut wrong = Vec::new();
    for known in checked.iter().filter(|known| known.standing == Standing::Trusted) {
        let examples =
            known.skill.intents.intents.iter().flat_map(|intent| intent.examples.iter().map(move |of| (intent, of)));
        for (intent, (request, declared)) in examples {
            let got = match planner::plan(request, lexicon, &BTreeMap::new()) {
                // What an intent over all of something declares is its second step.
                Planning::Plan(plan) if intent.all.is_some() => {
                    plan.steps.last().map(PlanStep::preview).unwrap_or_default()
                }
                Planning::Plan(plan) => PlanStep::previews(&plan.steps),
                Planning::Ask(question) => format!("the question «{}»", question.text),
                Planning::Unsure(unsure) => format!("nothing: not understood is {}", unsure.unexplained.join(", ")),
            };
            if got != declared.replace("{each}", "<each of step 1>") {
                let line = known.file.text.lines().position(|line| line.contains(request.as_str())).unwrap_or(0) + 1;
                let text = format!("{}: `{request}` becomes `{got}`, not `{declared}`", intent.id);
                let problem = Problem::new(u32::try_from(line).unwrap_or(u32::MAX), text);
                let hint = "correct the example, or the intent's words; another skill may explain the request better";
                wrong.push((known.skill.file.clone(), problem.hint(hint)));
            }
        }
    }
    wrong
}

/// The skill file or the skill files at a path.
fn at(path: &Path) -> Result<Vec<SkillFile>, Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| {
        Failure::new(FailureKind::Usage, format!("{} cannot be read", path.display()))
            .because(error)
            .hint("Name a SKILL.md, or a directory with skills in it.")
    })?;
    if !metadata.is_dir() {
        return Ok(vec![library::added_file(path)]);
    }
    let files = library::added(path).map_err(|error| {
        Failure::new(FailureKind::Configuration, format!("{} cannot be checked", path.display())).because(error)
    })?;
    if files.is_empty() {
        return Err(Failure::new(FailureKind::Usage, format!("there is no skill in {}", path.display()))
            .hint("A skill is a file SKILL.md in the directory, or in a directory of it."));
    }
    Ok(files)
}

// --- trust --------------------------------------------------------------------------------------

/// A directory whose content can be trusted, and what would come of it.
struct Candidate {
    content: Untrusted,
    names: Vec<String>,
    /// The files of walks that the agent would follow.
    runbooks: Vec<String>,
    choice: Option<Choice>,
    loosens: Vec<String>,
    problems: Vec<String>,
}

fn decide(sources: &Sources, mut trust: TrustStore, args: &SkillsTrust) -> Result<ExitCode, Failure> {
    let found = config::skills(sources, &trust)?;
    let dirs: Vec<PathBuf> = match &args.path {
        Some(path) => {
            let dir: PathBuf = sources.cwd.join(path).components().collect();
            if !found.places.contains(&dir) {
                let places: Vec<String> = found.places.iter().map(|place| place.display().to_string()).collect();
                return Err(Failure::new(
                    FailureKind::Usage,
                    format!("the skills of {} do not count here", dir.display()),
                )
                .hint(format!(
                    "Skills are looked for in {}; name another directory with --skills.",
                    places.join(", ")
                )));
            }
            vec![dir]
        }
        None => found.places.into_iter().filter(|dir| waits(&found.files, dir)).collect(),
    };
    if dirs.is_empty() {
        speech::say("No skills wait for trust here.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut declined = false;
    for dir in dirs {
        let candidate = candidate(&dir, &found.files, &trust)?;
        let counts = found.files.iter().any(|file| is_in(file, &dir) && file.origin == Origin::Added);
        if counts && candidate.choice.is_none() {
            speech::say(&format!(
                "{}: you named it yourself, so its skills count in full.",
                escape::line(&shown(&dir))
            ));
            continue;
        }
        if args.refuse {
            trust.refuse(&candidate.content)?;
            let dir = escape::line(&shown(&dir));
            speech::say(&format!("{dir}: refused. Only its stricter rules count, and nobody is asked again."));
        } else if counts {
            speech::say(&format!("{}: trusted already.", escape::line(&shown(&dir))));
        } else if asked(&candidate)? {
            trust.trust(&candidate.content)?;
            speech::say("Trusted. When a file of it changes, it is asked about anew.");
        } else {
            declined = true;
            speech::say("Not trusted. Only its stricter rules count.");
        }
    }
    Ok(if declined { ExitCode::from(FailureKind::Refused.exit_code()) } else { ExitCode::SUCCESS })
}

fn shown(dir: &Path) -> String {
    dir.display().to_string()
}

fn is_in(file: &SkillFile, dir: &Path) -> bool {
    Path::new(&file.path_shown).starts_with(dir)
}

fn waits(files: &[SkillFile], dir: &Path) -> bool {
    files.iter().any(|file| is_in(file, dir) && matches!(file.origin, Origin::Untrusted | Origin::Refused))
}

fn candidate(dir: &Path, files: &[SkillFile], trust: &TrustStore) -> Result<Candidate, Failure> {
    let (content, own) = config::content_of(dir)?;
    let others: Vec<SkillFile> = files.iter().filter(|file| !is_in(file, dir)).cloned().collect();
    // What is shown is made of the very content whose hash is kept.
    let with = |origin: Origin| {
        let own = own.iter().cloned().map(|file| SkillFile { origin, ..file });
        read_skills(&others.iter().cloned().chain(own).collect::<Vec<_>>())
    };
    let ((_, before), (_, after)) = (with(Origin::Untrusted), with(Origin::Added));
    let problems = own.iter().flat_map(|file| skills::problems(&after, &file.path_shown)).collect();
    let names = own.iter().map(|file| file.name.clone()).collect();
    let runbooks = own.iter().flat_map(|file| &file.runbooks).map(|file| file.path_shown.clone()).collect();
    let choice = trust.choice(&content.file, &content.sha256);
    Ok(Candidate { content, names, runbooks, choice, loosens: loosens(&before, &after), problems })
}

/// Shows what trust would mean and asks; only a person at a terminal can say yes.
fn asked(candidate: &Candidate) -> Result<bool, Failure> {
    let dir = shown(&candidate.content.file);
    speech::say(&format!("{}: {}", escape::line(&dir), escape::line(&candidate.names.join(", "))));
    for problem in &candidate.problems {
        speech::say(&format!("  {problem}"));
    }
    for runbook in &candidate.runbooks {
        speech::say(&format!("  Trusted, its runbook {} is followed where it fits.", escape::line(runbook)));
    }
    if candidate.loosens.is_empty() {
        speech::say("Trusted, it loosens no rule; its stricter rules count already.");
    } else {
        speech::say("Trusted, it loosens:");
    }
    for sentence in &candidate.loosens {
        speech::say(&format!("  {}", escape::line(sentence)));
    }
    question::trusted("Trust this content? (y/N)", &format!("devops-agent skills trust {dir}"))
}

// --- explain ------------------------------------------------------------------------------------

fn explain(added: &[SkillFile], args: &SkillsExplain) -> Result<ExitCode, Failure> {
    let (known, book) = read_skills(added);
    let chosen = skills::that_speak_of(&known, &args.name);
    if chosen.is_empty() {
        return Err(Failure::new(FailureKind::Usage, format!("no skill speaks of `{}`", args.name))
            .hint(format!("These are there: {}.", skills::names(&known).join(", "))));
    }
    if args.json {
        let all: Vec<Value> = chosen.iter().map(|index| explained_as_json(&known, *index, &book)).collect();
        speech::result(&Value::Array(all).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    for (place, index) in chosen.into_iter().enumerate() {
        if place > 0 {
            speech::result("");
        }
        skills::told(&known, index, &book).iter().for_each(|line| speech::result(line));
    }
    Ok(ExitCode::SUCCESS)
}

fn explained_as_json(known: &[Known], index: usize, book: &RuleBook) -> Value {
    let mut whole = row_as_json(known, index, book);
    let Some(one) = known.get(index) else { return whole };
    let skill = &one.skill;
    let trusted = one.standing == Standing::Trusted;
    let rules = skill.rules.iter().filter(|rule| trusted || rule.tier > Tier::Auto);
    whole["says"] = json!({
        "rules": rules.map(|rule| json!({"tier": rule.tier, "rule": rule.text, "line": rule.line})).collect::<Vec<_>>(),
        "operands": skill.operands.iter().map(|rule| json!({
            "tier": rule.tier, "rule": rule.text(), "why": rule.why, "line": rule.line,
        })).collect::<Vec<_>>(),
        "effects": skill.effects.iter().filter(|_| trusted).map(|effect| json!({
            "match": effect.matches, "flags": effect.flags, "text": effect.text,
            "reversible": effect.reversible, "detail": effect.detail, "always_name": effect.always_name,
            "safer": effect.safer, "limits": effect.limits,
            "instead": effect.instead.iter().map(|way| json!({"title": way.title, "run": way.run})).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "examples": skill.examples.iter().filter(|_| trusted).map(|example| json!({
            "tier": example.tier, "command": example.line, "line": example.at,
        })).collect::<Vec<_>>(),
    });
    whole
}
