//! `eval`: how well requests with known answers are planned, or met by a model that is named. Runs nothing; the tier of
//! a command is the gate's.

mod model;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Eval, Settings};
use super::{setup, speech};
use crate::agent::asked_for;
use crate::domain::{Action, ComposeProject, Failure, FailureKind, PlanStep, Tier};
use crate::gate::{dissect, judge};
use crate::output::escape;
use crate::planner::score::{Case, Outcome, Reader, Scores, outcome};
use crate::planner::{self, Context, Doubt, Listing, Planning};
use crate::runbook::Runbooks;
use crate::runtime::{Knowledge, read_runbooks};

/// The object a template names that is known only when an earlier step has run.
const LATER: &str = "<each of step 1>";

/// Intents that are looked for near a request that was not understood; half of them are shown.
const NEAR: usize = 6;

pub(super) fn run(settings: &Settings, args: &Eval) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    if setup.loaded.config.model_named_by_flag {
        return model::run(&setup, args);
    }
    let knowledge = Knowledge::build(&setup.loaded.skills)?;
    let runbooks = read_runbooks(&setup.loaded.skills).0;
    let mut scores = Scores::default();
    let mut missed = Vec::new();
    for suite in &args.suites {
        for case in cases(suite)? {
            let planning = planned(&case, &knowledge);
            let judged = match &case.runbook {
                Some(wanted) => diagnosed(wanted, &case, &planning, &knowledge, &runbooks),
                None => outcome(&case, &planning, &ByGate(&knowledge)),
            };
            scores.add(&case.tool, judged);
            if judged != Outcome::Right {
                missed.push((case, planning, judged));
            }
        }
    }
    if args.json {
        let tools: serde_json::Map<String, Value> =
            scores.tools().into_iter().map(|tool| (tool.to_owned(), scores.permille(tool).into())).collect();
        let missed: Vec<Value> = missed
            .iter()
            .map(|(case, planning, judged)| {
                json!({"id": case.id, "request": case.request, "outcome": format!("{judged:?}"), "got": got(planning)})
            })
            .collect();
        speech::result(&json!({"right_permille": tools, "missed": missed}).to_string());
    } else {
        if args.verbose {
            for (case, planning, judged) in &missed {
                let wanted = match &case.runbook {
                    Some(runbook) => format!("the runbook {runbook}"),
                    None if case.ask => "a question".to_owned(),
                    None => case.accept.join(" | "),
                };
                speech::result(&format!("{judged:?} {}: {}", escape::line(&case.id), escape::line(&case.request)));
                speech::result(&format!("    wanted {}", escape::line(&wanted)));
                speech::result(&format!("    got    {}", escape::line(&got(planning))));
                near(case, planning, &knowledge).iter().for_each(|line| speech::result(line));
            }
        }
        speech::result(scores.to_string().trim_end());
    }
    let harmful = missed.iter().any(|(_, _, judged)| *judged == Outcome::Harm);
    Ok(ExitCode::from(u8::from(harmful)))
}

fn cases(suite: &Path) -> Result<Vec<Case>, Failure> {
    let unreadable = |why: &dyn std::error::Error| {
        Failure::new(FailureKind::Error, format!("{} cannot be read", suite.display())).because(why)
    };
    let text = std::fs::read_to_string(suite).map_err(|error| unreadable(&error))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| {
                Failure::new(FailureKind::Error, format!("{}:{} is no case", suite.display(), at + 1))
                    .because(error)
                    .hint("A line is {\"id\",\"tool\",\"request\",\"accept\":[...]} or {...,\"ask\":true}.")
            })
        })
        .collect()
}

/// The case's own request, after those that came before it.
fn planned(case: &Case, knowledge: &Knowledge) -> Planning {
    let services = case.services.clone();
    let compose = (!services.is_empty()).then(|| ComposeProject { file: "compose.yaml".to_owned(), services });
    let mut context = Context { compose, ..Context::default() };
    for request in &case.before {
        let (_, subject) = planner::understand(request, &knowledge.lexicon, &BTreeMap::new(), &context);
        context.subject = subject.or(context.subject);
    }
    if let (Some(subject), false) = (&context.subject, case.listing.is_empty()) {
        context.listing = Some(Listing::read(subject, &case.listing.join("\n")));
    }
    planner::understand(&case.request, &knowledge.lexicon, &BTreeMap::new(), &context).0
}

/// Whether the runbook is followed that a request wants.
fn diagnosed(wanted: &str, case: &Case, planning: &Planning, knowledge: &Knowledge, runbooks: &Runbooks) -> Outcome {
    match asked_for(runbooks, &knowledge.lexicon, &case.request, planning) {
        Some(found) if found.runbook.id == wanted => Outcome::Right,
        None if !matches!(planning, Planning::Plan(_)) => Outcome::NeedlessQuestion,
        _ => Outcome::WrongPlan,
    }
}

/// Reads a line as the gate does.
struct ByGate<'a>(&'a Knowledge);

impl Reader for ByGate<'_> {
    fn tier(&self, line: &str) -> Tier {
        judge(&Action::Command { line: line.replace(LATER, "x1") }, &self.0.book).verdict.tier
    }

    /// Programs, verbs and operands as they stand; options in one order, the short and the long name of one the same.
    fn form(&self, line: &str) -> Option<Vec<String>> {
        let anatomy = dissect(&line.replace(LATER, "x1"), &self.0.book);
        if anatomy.unread.is_some() || anatomy.commands.iter().any(|command| command.is_open) {
            return None;
        }
        let mut form = Vec::new();
        for command in anatomy.commands {
            form.push(command.program.word);
            form.extend(command.verb.map(|verb| verb.word));
            let mut options: Vec<String> = command
                .options
                .into_iter()
                .map(|option| format!("{} {}", option.meaning.unwrap_or(option.name), option.value.unwrap_or_default()))
                .collect();
            options.sort();
            form.append(&mut options);
            form.extend(command.operands.into_iter().map(|operand| operand.word));
            form.push(";".to_owned());
        }
        Some(form)
    }
}

/// What comes nearest to a request that was not understood, and what is in the way: what a skill's author works on.
fn near(case: &Case, planning: &Planning, knowledge: &Knowledge) -> Vec<String> {
    if !matches!(planning, Planning::Unsure(_)) {
        return Vec::new();
    }
    let hints = planner::hints(&case.request, &knowledge.lexicon, &Context::default(), NEAR);
    let told = hints.into_iter().filter_map(|hint| match hint.doubt {
        Doubt::Unexplained(words) => Some((hint.intent, format!("not explained: {}", words.join(", ")))),
        Doubt::Missing(question) => Some((hint.intent, question)),
        Doubt::None | Doubt::Tie | Doubt::Example(_) => None,
    });
    told.map(|(intent, why)| format!("    near   {}: {}", escape::line(&intent), escape::line(&why))).collect()
}

fn got(planning: &Planning) -> String {
    match planning {
        Planning::Plan(plan) => PlanStep::previews(&plan.steps),
        Planning::Ask(question) => format!("asked: {}", question.text),
        Planning::Unsure(_) => "not understood".to_owned(),
    }
}
