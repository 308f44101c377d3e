//! `devops-agent check`: the gate's verdict on a command line, with the rule
//! that decided. Runs nothing.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};

use super::args::{Check, Settings};
use super::{batch, explanation, setup, speech};
use crate::domain::{Failure, FailureKind, Part, Reason, Tier, Verdict, join_words};
use crate::gate::{Impossible, action_of, judge};
use crate::output::escape;
use crate::probe::Probe;
use crate::runtime::{self, Knowledge, Trust};

pub(super) fn run(settings: &Settings, args: &Check) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let knowledge = Knowledge::build(&setup.loaded.skills)?;
    let probe = Probe::new(setup.sources.cwd.clone(), setup.sources.environment.clone())
        .protecting(runtime::protected(&setup.loaded.config))
        .trusting(Arc::new(Trust::at(setup.sources.state_dir())));
    let judge = Checker { knowledge, probe };
    if args.batch {
        return batch::run("command", |line, _| {
            let (verdict, _) = judge.verdict(line);
            let reason = verdict.deciding();
            json!({
                "tier": verdict.tier,
                "rule": reason.map(|reason| reason.rule.clone()).unwrap_or_default(),
                "reason": reason.map(|reason| reason.text.clone()).unwrap_or_default(),
            })
        });
    }
    let line = command_line(&args.command).ok_or_else(|| {
        Failure::new(FailureKind::Usage, "there is no command to judge")
            .hint("Write it after `--`: devops-agent check -- git status")
    })?;
    let (verdict, impossible) = judge.verdict(&line);
    let notes: Vec<String> = impossible.iter().map(ToString::to_string).collect();
    match (args.json, args.explain) {
        (true, _) => speech::result(&as_json(&line, &verdict, &notes).to_string()),
        (false, true) => explanation::say(&line, &verdict, &notes),
        (false, false) => print(&line, &verdict, &notes),
    }
    Ok(ExitCode::SUCCESS)
}

/// The command that was given: one argument is a line as it stands, several are its words. `None` where there is none.
pub(super) fn command_line(words: &[String]) -> Option<String> {
    let line = match words {
        [line] => line.clone(),
        words => join_words(words),
    };
    (!line.trim().is_empty()).then_some(line)
}

struct Checker {
    knowledge: Knowledge,
    probe: Probe,
}

impl Checker {
    /// The verdict with the facts of this machine, and what keeps the line from running here at all.
    fn verdict(&self, line: &str) -> (Verdict, Vec<Impossible>) {
        let judged = judge(&action_of(line), &self.knowledge.book);
        judged.with_facts(&self.probe.facts(&judged.needs))
    }
}

fn as_json(line: &str, verdict: &Verdict, notes: &[String]) -> Value {
    let reason = verdict.deciding();
    json!({
        "command": line,
        "tier": verdict.tier,
        "rule": reason.map(|reason| reason.rule.clone()),
        "place": reason.map(Reason::place),
        "reason": reason.map(|reason| reason.text.clone()),
        "lane": verdict.lane,
        "consent": verdict.consent,
        "parts": verdict.parts,
        "reasons": verdict.reasons,
        "runs_here": notes.is_empty(),
        "note": notes.first(),
        "notes": notes,
    })
}

fn print(line: &str, verdict: &Verdict, notes: &[String]) {
    speech::result(&format!("command  {}", escape::for_terminal(line)));
    speech::result(&format!("tier     {}", verdict.tier));
    if let Some(reason) = verdict.deciding() {
        speech::result(&format!("rule     {}  ({})", reason.rule, reason.place()));
        speech::result(&format!("reason   {}", escape::for_terminal(&reason.text)));
    }
    for part in &verdict.parts {
        print_part(part);
    }
    for reason in &verdict.reasons {
        print_reason(reason);
    }
    for note in notes {
        speech::result(&format!("note     {}", escape::for_terminal(note)));
    }
}

fn print_part(part: &Part) {
    speech::result(&format!("part     {}  [{}]", escape::line(&part.canonical.join(" ")), part.tier));
    part.reasons.iter().for_each(print_reason);
    if let Some(effect) = &part.effect
        && part.tier > Tier::Auto
    {
        speech::result(&format!("           effect: {}", effect.text));
        if let Some(safer) = &effect.safer {
            speech::result(&format!("           safer: {safer}"));
        }
    }
    if let Some(proof) = &part.proof {
        speech::result(&format!("           proof: {}", escape::line(proof)));
    }
}

fn print_reason(reason: &Reason) {
    speech::result(&format!(
        "           {}: {} — {} ({})",
        reason.tier,
        reason.rule,
        escape::line(&reason.text),
        reason.place()
    ));
}
