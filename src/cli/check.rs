//! `devops-agent check`: the gate's verdict on a command line, with the rule
//! that decided. Runs nothing.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Check, Settings};
use super::{batch, setup, speech};
use crate::domain::{Action, Failure, FailureKind, Part, Reason, Tier, Verdict, join_words};
use crate::gate::judge;
use crate::output::escape;
use crate::probe::Probe;
use crate::runtime::Knowledge;

pub(super) fn run(settings: &Settings, args: &Check) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let knowledge = Knowledge::build(&setup.loaded.skills)?;
    let probe = Probe::new(setup.sources.cwd.clone(), setup.sources.environment.clone());
    let judge = Checker { knowledge, probe };
    if args.batch {
        return batch::run("command", |line| {
            let (verdict, _) = judge.verdict(line);
            let reason = verdict.deciding();
            json!({
                "tier": verdict.tier,
                "rule": reason.map(|reason| reason.rule.clone()).unwrap_or_default(),
                "reason": reason.map(|reason| reason.text.clone()).unwrap_or_default(),
            })
        });
    }
    // One argument is a line as it stands; several are its words.
    let line = match args.command.as_slice() {
        [line] => line.clone(),
        words => join_words(words),
    };
    if line.trim().is_empty() {
        return Err(Failure::new(FailureKind::Usage, "there is no command to judge")
            .hint("Write it after `--`: devops-agent check -- git status"));
    }
    let (verdict, note) = judge.verdict(&line);
    if args.json {
        speech::result(&format!("{}", as_json(&line, &verdict, note.as_deref())));
    } else {
        print(&line, &verdict, note.as_deref());
    }
    Ok(ExitCode::SUCCESS)
}

struct Checker {
    knowledge: Knowledge,
    probe: Probe,
}

impl Checker {
    /// The verdict with the facts of this machine; a note when the line could not run here at all.
    fn verdict(&self, line: &str) -> (Verdict, Option<String>) {
        let judged = judge(&Action::Command { line: line.to_owned() }, &self.knowledge.book);
        let words_only = judged.verdict.clone();
        let facts = self.probe.facts(&judged.needs);
        match judged.bind(facts, "check", false) {
            Ok(pending) => (pending.verdict().clone(), None),
            Err(impossible) => (words_only, Some(impossible.to_string())),
        }
    }
}

fn as_json(line: &str, verdict: &Verdict, note: Option<&str>) -> Value {
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
        "note": note,
    })
}

fn print(line: &str, verdict: &Verdict, note: Option<&str>) {
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
    if let Some(note) = note {
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
