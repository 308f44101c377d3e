//! `devops-agent plan`: which commands a request becomes, or the question it
//! would ask. Runs nothing.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Plan as PlanArgs, Settings};
use super::{batch, setup, speech};
use crate::domain::{Failure, PlanStep};
use crate::output::escape;
use crate::planner::{self, Planning};
use crate::runtime::Knowledge;

pub(super) fn run(settings: &Settings, args: &PlanArgs) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let knowledge = Knowledge::build(&setup.loaded.skills)?;
    if args.batch {
        return batch::run("request", |request, _| fields(request, &knowledge));
    }
    let request = setup::request(args.request.as_deref())?;
    if args.json {
        speech::result(&fields(&request, &knowledge).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    match planner::plan(&request, &knowledge.lexicon, &BTreeMap::new()) {
        Planning::Plan(plan) => {
            for step in &plan.steps {
                speech::result(&escape::for_terminal(&step.preview()));
                if !step.reason.is_empty() {
                    speech::say(&format!("  {}", step.reason));
                }
            }
        }
        Planning::Ask(question) => speech::result(&escape::for_terminal(&question.text)),
        Planning::Unsure(unsure) => {
            speech::result(&escape::for_terminal(&knowledge.phrases.unsure(&unsure, true)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `commands`, `asked` and `question` of one request.
pub(super) fn fields(request: &str, knowledge: &Knowledge) -> Value {
    match planner::plan(request, &knowledge.lexicon, &BTreeMap::new()) {
        Planning::Plan(plan) => {
            let commands: Vec<String> = plan.steps.iter().map(PlanStep::preview).collect();
            json!({"commands": commands, "asked": false, "question": null})
        }
        Planning::Ask(question) => json!({"commands": [], "asked": true, "question": question.text}),
        Planning::Unsure(unsure) => {
            json!({"commands": [], "asked": true, "question": knowledge.phrases.unsure(&unsure, true)})
        }
    }
}
