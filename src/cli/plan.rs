//! `devops-agent plan`: which commands a request becomes, or the question it
//! would ask. Runs nothing.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Plan as PlanArgs, Settings};
use super::meant::{self, Meant};
use super::{batch, setup, speech};
use crate::domain::{Action, Failure, PlanStep, Verdict};
use crate::gate::judge;
use crate::output::escape;
use crate::planner::{self, Context, Planning};
use crate::probe::Probe;
use crate::runbook::Runbooks;
use crate::runtime::{Knowledge, read_runbooks};

pub(super) fn run(settings: &Settings, args: &PlanArgs) -> Result<ExitCode, Failure> {
    let setup = setup::load(settings)?;
    let probe = Probe::new(setup.sources.cwd.clone(), setup.sources.environment.clone());
    let planner = Planner {
        knowledge: Knowledge::build(&setup.loaded.skills)?.at_home(&setup.sources.home),
        runbooks: read_runbooks(&setup.loaded.skills).0,
        context: Context { compose: probe.compose_project(), ..Context::default() },
    };
    if args.batch {
        return batch::run("request", |request, _| planner.fields(request));
    }
    let request = setup::request(args.request.as_deref())?;
    if args.json {
        speech::result(&planner.fields(&request).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    match planner.meant(&request) {
        Meant::Runbook(found) => meant::say(&found, &meant::steps(&found, |line| planner.verdict(line))),
        Meant::Question(text) => speech::result(&escape::for_terminal(&text)),
        Meant::Planning(Planning::Plan(plan)) => {
            for step in &plan.steps {
                speech::result(&escape::for_terminal(&step.preview()));
                if !step.reason.is_empty() {
                    speech::say(&format!("  {}", step.reason));
                }
            }
        }
        Meant::Planning(Planning::Ask(question)) => speech::result(&escape::for_terminal(&question.text)),
        Meant::Planning(Planning::Unsure(unsure)) => {
            speech::result(&escape::for_terminal(&planner.knowledge.phrases.unsure(&unsure, true)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

struct Planner {
    knowledge: Knowledge,
    runbooks: Runbooks,
    context: Context,
}

impl Planner {
    fn meant(&self, request: &str) -> Meant {
        meant::meant(request, &self.knowledge.lexicon, &self.runbooks, &self.context)
    }

    /// By its words alone: the facts are those of when it runs.
    fn verdict(&self, line: &str) -> Verdict {
        judge(&Action::Command { line: line.to_owned() }, &self.knowledge.book).verdict
    }

    /// `commands`, `asked` and `question`: what one request becomes here. Where a runbook is followed instead,
    /// `runbook` has it with its steps.
    fn fields(&self, request: &str) -> Value {
        let planning = planner::understand(request, &self.knowledge.lexicon, &BTreeMap::new(), &self.context).0;
        let asked = |question: String| json!({"commands": [], "asked": true, "question": question});
        let mut fields = match planning {
            Planning::Plan(plan) => {
                let commands: Vec<String> = plan.steps.iter().map(PlanStep::preview).collect();
                json!({"commands": commands, "asked": false, "question": null})
            }
            Planning::Ask(question) => asked(question.text),
            Planning::Unsure(unsure) => asked(self.knowledge.phrases.unsure(&unsure, true)),
        };
        match self.meant(request) {
            Meant::Runbook(found) => {
                let steps = meant::steps(&found, |line| self.verdict(line));
                fields["runbook"] = meant::as_json(&found, &steps);
            }
            Meant::Question(text) if fields["asked"] == true => fields["question"] = text.into(),
            Meant::Question(_) | Meant::Planning(_) => {}
        }
        fields
    }
}
