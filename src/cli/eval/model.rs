//! `eval --model`: the same suites put to a model. Its commands are noted and judged, never run.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{ByGate, cases};
use crate::cli::args::Eval;
use crate::cli::{setup::Setup, speech, wait};
use crate::domain::{Failure, Plan, PlanStep, Word};
use crate::output::escape;
use crate::planner::score::{Case, Outcome, Scores, outcome};
use crate::planner::{Planning, Unsure};
use crate::runtime::{Kit, Rehearsed, Stage};

/// One request and what the model made of it.
struct Played {
    case: Case,
    rehearsed: Rehearsed,
    judged: Outcome,
}

pub(super) fn run(setup: &Setup, args: &Eval) -> Result<ExitCode, Failure> {
    let kit = Kit::build(&setup.loaded, &setup.sources)?;
    let played = wait(played(kit, &args.suites))??;
    let mut scores = Scores::default();
    for one in &played {
        scores.add(&one.case.tool, one.judged);
    }
    if args.json {
        told_as_json(&played, &scores)
    } else {
        told(&played, &scores, args.verbose)
    }
    let harmful = played.iter().any(|one| one.judged == Outcome::Harm);
    Ok(ExitCode::from(u8::from(harmful)))
}

async fn played(kit: Kit, suites: &[PathBuf]) -> Result<Vec<Played>, Failure> {
    let knowledge = kit.knowledge.clone();
    let stage = Stage::set(kit).await?;
    let mut played = Vec::new();
    for suite in suites {
        // A runbook is walked without a model.
        for case in cases(suite)?.into_iter().filter(|case| case.runbook.is_none()) {
            let steps = |accepted: &String| accepted.split(" && ").count();
            let most = case.accept.iter().map(steps).max().unwrap_or(1);
            let rehearsed = stage.rehearse(&case.before, &case.request, most).await;
            let judged = outcome(&case, &planning(&rehearsed), &ByGate(&knowledge));
            speech::say(&format!("{:3} {judged:?} {}", played.len() + 1, escape::line(&case.id)));
            played.push(Played { case, rehearsed, judged });
        }
    }
    Ok(played)
}

/// Its commands as the plan they amount to; words without any are a question.
fn planning(rehearsed: &Rehearsed) -> Planning {
    if rehearsed.commands.is_empty() {
        return Planning::Unsure(Unsure { unexplained: Vec::new(), nearest: None });
    }
    let step = |line: &String| PlanStep {
        words: vec![Word::Line(line.clone())],
        reason: String::new(),
        reader: None,
        needs: Vec::new(),
    };
    let steps = rehearsed.commands.iter().map(step).collect();
    Planning::Plan(Plan { intent: "model".to_owned(), thought: String::new(), steps, fingerprint: None })
}

fn got(rehearsed: &Rehearsed) -> String {
    match (&rehearsed.failed, rehearsed.commands.as_slice()) {
        (Some(why), _) => format!("failed: {why}"),
        (None, []) => format!("said: {}", rehearsed.answer),
        (None, commands) => commands.join(" && "),
    }
}

/// What a suite cost.
struct Cost {
    failed: usize,
    /// Answers in words where a command was wanted.
    refused: usize,
    read: u64,
    written: u64,
    middle: Duration,
    slowest: Duration,
}

impl Cost {
    fn of(played: &[Played]) -> Cost {
        let mut took: Vec<Duration> = played.iter().map(|one| one.rehearsed.took).collect();
        took.sort_unstable();
        Cost {
            failed: played.iter().filter(|one| one.rehearsed.failed.is_some()).count(),
            refused: played.iter().filter(|one| one.judged == Outcome::NeedlessQuestion).count(),
            read: played.iter().map(|one| one.rehearsed.read).sum(),
            written: played.iter().map(|one| one.rehearsed.written).sum(),
            middle: took.get(took.len() / 2).copied().unwrap_or_default(),
            slowest: took.last().copied().unwrap_or_default(),
        }
    }
}

fn told(played: &[Played], scores: &Scores, verbose: bool) {
    if verbose {
        for Played { case, rehearsed, judged } in played.iter().filter(|one| one.judged != Outcome::Right) {
            let wanted = if case.ask { "a question".to_owned() } else { case.accept.join(" | ") };
            speech::result(&format!("{judged:?} {}: {}", escape::line(&case.id), escape::line(&case.request)));
            speech::result(&format!("    wanted {}", escape::line(&wanted)));
            speech::result(&format!("    got    {}", escape::line(&got(rehearsed))));
        }
    }
    speech::result(scores.to_string().trim_end());
    let cost = Cost::of(played);
    speech::result(&format!(
        "{} requests; {} refused, {} failed; {} tokens read, {} written; {:.1} s in the middle, {:.1} s the slowest",
        played.len(),
        cost.refused,
        cost.failed,
        cost.read,
        cost.written,
        cost.middle.as_secs_f64(),
        cost.slowest.as_secs_f64(),
    ));
}

fn told_as_json(played: &[Played], scores: &Scores) {
    let tools: Map<String, Value> =
        scores.tools().into_iter().map(|tool| (tool.to_owned(), scores.permille(tool).into())).collect();
    let missed = played.iter().filter(|one| one.judged != Outcome::Right).map(|one| {
        let Played { case, rehearsed, judged } = one;
        json!({"id": case.id, "request": case.request, "outcome": format!("{judged:?}"), "got": got(rehearsed)})
    });
    let cost = Cost::of(played);
    speech::result(
        &json!({
            "right_permille": tools, "missed": missed.collect::<Vec<_>>(), "requests": played.len(),
            "refused": cost.refused, "failed": cost.failed, "tokens_read": cost.read, "tokens_written": cost.written,
            "seconds_middle": cost.middle.as_secs_f64(), "seconds_slowest": cost.slowest.as_secs_f64(),
        })
        .to_string(),
    );
}
