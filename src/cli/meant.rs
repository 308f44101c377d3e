//! What a request becomes before anything runs: a runbook to be walked, a plan, or a question. For `plan` and
//! `ask --dry-run`.
//!
//! Owns how a runbook's steps are shown with their verdicts. Decides nothing: the runbook is the one the agent would
//! follow, the verdicts are the gate's.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::speech;
use crate::agent;
use crate::domain::{Reason, Verdict, join_words};
use crate::output::escape;
use crate::planner::{self, Context, Lexicon, Planning};
use crate::runbook::{Found, Outlined, Runbooks};

/// What a request is.
pub(super) enum Meant {
    Runbook(Found),
    /// A runbook that misses an input.
    Question(String),
    Planning(Planning),
}

/// Reads a request as the agent would.
pub(super) fn meant(request: &str, lexicon: &Lexicon, runbooks: &Runbooks, context: &Context) -> Meant {
    let planning = planner::understand(request, lexicon, &BTreeMap::new(), context).0;
    match agent::asked_for(runbooks, lexicon, request, &planning) {
        Some(Found { missing: Some(missing), .. }) => Meant::Question(missing.question),
        Some(found) => Meant::Runbook(found),
        None => Meant::Planning(planning),
    }
}

/// A step of a runbook and what the gate says of it.
pub(super) struct JudgedStep {
    pub step: Outlined,
    pub verdict: Verdict,
}

/// The steps that a walk may take, judged.
pub(super) fn steps(found: &Found, judge: impl Fn(&str) -> Verdict) -> Vec<JudgedStep> {
    let outline = found.runbook.outline(&found.inputs).into_iter();
    outline.map(|step| JudgedStep { verdict: judge(&join_words(&step.words)), step }).collect()
}

/// Says them: commands to stdout, the rest beside.
pub(super) fn say(found: &Found, steps: &[JudgedStep]) {
    let runbook = &found.runbook;
    speech::say(&escape::line(&format!("Runbook {} ({}): {}", runbook.id, runbook.file, runbook.title)));
    for JudgedStep { step, verdict } in steps {
        speech::result(&escape::line(&step.shown()));
        let rule = verdict.deciding().map(|reason| format!(" — {}", by(reason))).unwrap_or_default();
        speech::say(&escape::line(&format!("  {}{rule}; {}", verdict.tier, step.why)));
        speech::say(&escape::line(&format!("  step {} leads to: {}", step.id, step.leads.join(", "))));
    }
    speech::say("The first step is run, and of the others those that what is seen leads to.");
}

fn by(reason: &Reason) -> String {
    format!("{} ({})", reason.rule, reason.place())
}

/// The runbook for JSON.
pub(super) fn as_json(found: &Found, steps: &[JudgedStep]) -> Value {
    let steps: Vec<Value> = steps
        .iter()
        .map(|JudgedStep { step, verdict }| {
            let reason = verdict.deciding();
            json!({
                "id": step.id, "command": step.shown(), "why": step.why, "leads": step.leads, "tier": verdict.tier,
                "rule": reason.map(|reason| reason.rule.clone()), "place": reason.map(Reason::place),
            })
        })
        .collect();
    json!({"id": found.runbook.id, "file": found.runbook.file, "title": found.runbook.title,
           "inputs": found.inputs, "steps": steps})
}
