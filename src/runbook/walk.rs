//! A walk through a runbook: which command comes next, and what it means that this was seen.
//!
//! Owns where the walk stands, what it knows and what it saw on the way. The same runbook, inputs and observations
//! always end at the same place. A failure that the step did not foresee ends the walk as stuck: what could not be
//! looked at is never called well. Runs nothing.

use std::sync::Arc;

use super::template::{Command, Unfit, Values, shown};
use super::view::View;
use super::{Deed, Runbook, Target, objection};
use crate::domain::Exit;

/// The exit code of what was not found.
const NOT_FOUND: i32 = 127;

/// What came of the command of a step.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    pub exit: &'a Exit,
    pub stdout: &'a str,
    pub stderr: &'a str,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Run this, and tell [`Walk::saw`].
    Step(Step),
    Finding(Finding),
    Nothing(Nothing),
    Stuck(Stuck),
}

/// A command that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: String,
    pub words: Vec<String>,
    /// Why, for the announcement.
    pub why: String,
}

/// A step that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    pub why: String,
    pub words: Vec<String>,
}

/// What proved something: the command, and the lines or places of its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub words: Vec<String>,
    pub shown: Vec<String>,
}

/// A command that would help, or what to do where no command is known. Never run by the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    pub words: Option<Vec<String>>,
    pub text: String,
}

/// What is the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The finding's name in its runbook: `oom`.
    pub id: String,
    pub title: String,
    pub text: String,
    pub evidence: Vec<Evidence>,
    pub remedies: Vec<Remedy>,
    pub next_step: String,
}

/// Nothing is the matter, as far as was looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nothing {
    pub title: String,
    pub text: String,
    pub looked: Vec<Looked>,
    pub next_step: String,
}

/// The walk cannot go on, so it says neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    pub why: String,
    pub looked: Vec<Looked>,
}

#[derive(Debug, Clone)]
enum At {
    Step(usize),
    Finding(usize),
    Nothing,
    Stuck(String),
}

/// A walk.
#[derive(Debug, Clone)]
pub struct Walk {
    runbook: Arc<Runbook>,
    at: At,
    values: Values,
    looked: Vec<Looked>,
    evidence: Vec<Evidence>,
}

impl Walk {
    /// Begins at the first step. Inputs that were not given take their defaults.
    ///
    /// # Errors
    /// An input that is missing, unknown or does not fit its type, in words for the person.
    pub fn start(runbook: Arc<Runbook>, inputs: &Values) -> Result<Walk, String> {
        let mut values = Values::new();
        for (name, value) in inputs {
            let Some(spec) = runbook.inputs.get(name) else {
                return Err(format!("the runbook {} has no input `{name}`", runbook.id));
            };
            if let Some(why) = objection(spec.kind, value) {
                return Err(format!("{} cannot be the {name}: {why}", shown(value)));
            }
            values.insert(name.clone(), value.trim().to_owned());
        }
        for (name, spec) in runbook.inputs.iter() {
            if values.contains_key(name) {
                continue;
            }
            match (&spec.default, &spec.required) {
                (Some(default), _) => drop(values.insert(name.clone(), default.clone())),
                (None, Some(question)) => return Err(question.clone()),
                (None, None) => {}
            }
        }
        Ok(Walk { runbook, at: At::Step(0), values, looked: Vec::new(), evidence: Vec::new() })
    }

    pub fn runbook(&self) -> &Runbook {
        &self.runbook
    }

    /// What is to be done now. Asking changes nothing.
    pub fn next(&self) -> Next {
        match &self.at {
            At::Step(index) => match self.step(*index) {
                Ok(step) => Next::Step(step),
                Err(why) => self.stuck(&why),
            },
            At::Finding(index) => match self.runbook.findings.get(*index) {
                Some(spec) => Next::Finding(Finding {
                    id: spec.id.clone(),
                    title: spec.title.told(&self.values),
                    text: spec.text.told(&self.values),
                    evidence: self.evidence.clone(),
                    remedies: spec.remedies.iter().filter_map(|remedy| self.remedy(remedy)).collect(),
                    next_step: spec.next.told(&self.values),
                }),
                None => self.stuck("the runbook has no such finding"),
            },
            At::Nothing => match &self.runbook.nothing {
                Some(spec) => Next::Nothing(Nothing {
                    title: spec.title.told(&self.values),
                    text: spec.text.told(&self.values),
                    looked: self.looked.clone(),
                    next_step: spec.next.told(&self.values),
                }),
                None => self.stuck("the runbook does not say what nothing found means"),
            },
            At::Stuck(why) => self.stuck(why),
        }
    }

    /// Takes what came of the step that [`Walk::next`] asked for. Without one it changes nothing.
    pub fn saw(&mut self, observed: &Observed<'_>) {
        let At::Step(index) = self.at else { return };
        let Ok(step) = self.step(index) else { return };
        self.looked.push(Looked { why: step.why, words: step.words.clone() });
        self.at = match self.judge(index, &step.words, observed) {
            Ok(Target::Step(index)) => At::Step(index),
            Ok(Target::Finding(index)) => At::Finding(index),
            Ok(Target::Nothing) => At::Nothing,
            Err(why) => At::Stuck(why),
        };
    }

    /// The step's command did not run: refused, denied or impossible. A step that may exit 127 can do without its
    /// program, and goes on as if it had not been found.
    pub fn could_not(&mut self, why: &str) {
        let At::Step(index) = self.at else { return };
        if self.runbook.steps.get(index).is_some_and(|step| step.exits.contains(&NOT_FOUND)) {
            self.saw(&Observed { exit: &Exit::NotStarted(why.to_owned()), stdout: "", stderr: why });
        } else {
            self.at = At::Stuck(why.to_owned());
        }
    }

    fn step(&self, index: usize) -> Result<Step, String> {
        let spec = self.runbook.steps.get(index).ok_or("the runbook has no such step")?;
        let words = spec.command.words(&self.values).map_err(|unfit| told(&unfit))?;
        Ok(Step { id: spec.id.clone(), words, why: spec.why.told(&self.values) })
    }

    fn judge(&mut self, index: usize, words: &[String], observed: &Observed<'_>) -> Result<Target, String> {
        let runbook = Arc::clone(&self.runbook);
        let spec = runbook.steps.get(index).ok_or("the runbook has no such step")?;
        let view = View::new(observed.exit, observed.stdout, observed.stderr);
        let code = observed.exit.code();
        let expected = spec.exits.contains(&code) && !matches!(observed.exit, Exit::Interrupted);
        for at in &spec.moves {
            match &at.deed {
                Deed::Take { .. } | Deed::Otherwise(_) if !expected => {}
                Deed::Take { name, source } => {
                    if let Some(value) = source.value(name, &view, &self.values)? {
                        self.values.insert(name.clone(), value);
                    }
                }
                Deed::When { condition, .. } if !expected && !condition.foresees_failure() => {}
                Deed::When { condition, target } => {
                    if let Some((values, shown)) = condition.holds(&view, &self.values)? {
                        self.values = values;
                        if !shown.is_empty() {
                            self.evidence.push(Evidence { words: words.to_vec(), shown });
                        }
                        return Ok(*target);
                    }
                }
                Deed::Otherwise(target) => {
                    if let Target::Finding(_) = target {
                        let shown = vec!["nothing else that was looked for".to_owned()];
                        self.evidence.push(Evidence { words: words.to_vec(), shown });
                    }
                    return Ok(*target);
                }
            }
        }
        Err(failure(observed))
    }

    /// A command that lacks a value is none: what it would do is no advice without it. One with a value that may stand
    /// in no command leaves its words to the person.
    fn remedy(&self, spec: &super::RemedySpec) -> Option<Remedy> {
        let is_known = |command: &Command| command.needed().iter().all(|slot| self.values.contains_key(*slot));
        let command = spec.command.as_ref();
        let words = command.and_then(|command| command.words(&self.values).ok());
        command.is_none_or(is_known).then(|| Remedy { words, text: spec.text.told(&self.values) })
    }

    fn stuck(&self, why: &str) -> Next {
        Next::Stuck(Stuck { why: why.to_owned(), looked: self.looked.clone() })
    }
}

fn told(unfit: &Unfit) -> String {
    format!("the value of `{}` {}, so the next command cannot be written", unfit.slot, unfit.why)
}

/// How a command failed, in a few words.
fn failure(observed: &Observed<'_>) -> String {
    let line = observed.stderr.lines().chain(observed.stdout.lines()).map(str::trim).find(|line| !line.is_empty());
    let line = line.map(|line| format!(": {}", shown(line))).unwrap_or_default();
    match observed.exit {
        Exit::Code(code) => format!("it ended with exit code {code}{line}"),
        Exit::Signal(signal) => format!("signal {signal} ended it{line}"),
        Exit::TimedOut => "it took too long and was stopped".to_owned(),
        Exit::Interrupted => "it was interrupted".to_owned(),
        Exit::NotStarted(why) => format!("it did not start: {}", shown(why)),
    }
}
