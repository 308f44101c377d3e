//! What was done before, for who leans on it: once more, for another thing, why it failed, and back.
//!
//! Owns what is kept of it: the last request with its plan, the last command that failed, the last one that changed
//! something. Nothing of it runs by itself: what it becomes is a plan, judged and announced like any other.

use std::collections::BTreeMap;

use super::follow::{self, Follow};
use super::review::quoted;
use super::rows;
use super::turn::PlannedTurn;
use super::{Agent, Answerer, Effect, Ending};
use crate::domain::{self, CallReport, Exit, Plan, PlanStep, Reversible, Tier, TurnId, Word};
use crate::output::readers;
use crate::planner::{self, Planning, Subject};
use crate::runbook::Found;

/// Words that name no one thing.
const NO_NAMES: &[&str] =
    &["all", "both", "each", "every", "everything", "it", "one", "other", "others", "rest", "that", "them", "this"];

/// How git begins the line by which it tells that nothing was there to be done.
const IDLE: &[&str] = &["Already on '", "Already up to date.", "Everything up-to-date", "No local changes to save"];

/// What a session did, as far as words can lean on it.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// The last request; none where a model answered it.
    pub last: Option<Done>,
    failed: Option<Failed>,
    changed: Option<Changed>,
}

/// A request with what was made of it.
#[derive(Debug, Clone)]
pub(super) enum Done {
    Plan { request: String, plan: Plan, subject: Option<Subject> },
    Walk { request: String, found: Found },
}

/// A command that did not end well.
#[derive(Debug)]
struct Failed {
    command: String,
    told: String,
    /// What it was about.
    subject: Option<Subject>,
}

/// A command that may have changed something.
#[derive(Debug)]
struct Changed {
    command: String,
    succeeded: bool,
    /// It said that nothing was there to be done, so that the way back would take back something else.
    idle: bool,
    /// What its skill says of it.
    effect: Option<domain::Effect>,
}

impl Past {
    /// A command of ours ended.
    pub fn saw(&mut self, report: &CallReport, subject: Option<&Subject>) {
        let Some(exit) = &report.exit else { return };
        if !report.succeeded() {
            let named = |subject: &&Subject| subject.names.iter().any(|name| report.command.contains(name.as_str()));
            self.failed = Some(Failed {
                command: report.command.clone(),
                told: readers::read(None, &report.command, &report.stdout, &report.stderr, exit),
                subject: subject.filter(named).cloned(),
            });
        }
        if report.tier > Tier::Auto {
            let mut said = report.stdout.lines().chain(report.stderr.lines());
            let idle = said.any(|line| IDLE.iter().any(|idle| line.starts_with(idle)));
            let (succeeded, effect) = (report.succeeded(), report.effect.clone());
            self.changed = Some(Changed { command: report.command.clone(), succeeded, idle, effect });
        }
    }

    /// A command of the person's ended, in their own shell.
    pub fn saw_by_hand(&mut self, command: &str, exit: &Exit, output: &str) {
        if matches!(exit, Exit::Code(code) if *code != 0) {
            let told = readers::read(None, command, output, "", exit);
            self.failed = Some(Failed { command: command.to_owned(), told, subject: None });
        }
    }
}

impl Agent {
    /// Whether a text asks what can be asked for, which needs no model.
    pub(super) fn asks_for_help(text: &str) -> bool {
        follow::read(text) == Some(Follow::Help)
    }

    /// Answers what leans on what was done before, and what is no request; says whether it was one of them. Where a
    /// model is there, it knows the conversation better, and hears all but the question what can be asked for.
    pub(super) fn follows(&mut self, turn: TurnId, text: &str, effects: &mut Vec<Effect>) -> bool {
        let Some(follow) = follow::read(text) else { return false };
        if self.model.is_some() && !(follow == Follow::Help && self.setup.fast_path) {
            return false;
        }
        let open = self.question.is_some() || self.input.is_some();
        if open && self.picks(text) {
            return false;
        }
        effects.push(Effect::TakenBy { turn, by: Answerer::Planner });
        let phrases = &self.setup.phrases;
        let told = match follow {
            Follow::Declines if open => {
                let left = phrases.plain("talk_left");
                self.leave_question();
                left
            }
            Follow::Agrees | Follow::Nods if open => phrases.plain("talk_open"),
            Follow::Greets => phrases.plain("talk_greets"),
            Follow::Thanks => phrases.plain("talk_thanks"),
            Follow::Agrees => phrases.plain("talk_agrees"),
            Follow::Declines => phrases.plain("talk_declines"),
            Follow::Nods => phrases.plain("talk_nods"),
            Follow::Help => self.help(),
            Follow::WhyFailed => self.why_failed(),
            Follow::Undo => match self.way_back() {
                Ok(plan) => {
                    self.leave_question();
                    return self.follow_plan(turn, text.to_owned(), plan, effects);
                }
                Err(told) => told,
            },
            Follow::Again => match self.past.last.clone() {
                Some(done) => {
                    self.leave_question();
                    return self.once_more(turn, done, effects);
                }
                None => phrases.plain("again_nothing"),
            },
            Follow::Same { other, place } => match self.for_another(other, place) {
                Ok(done) => {
                    self.leave_question();
                    return self.once_more(turn, done, effects);
                }
                Err(question) => {
                    self.put(turn, question, effects);
                    return true;
                }
            },
        };
        self.answer(turn, told, Ending::Done, effects);
        true
    }

    fn leave_question(&mut self) {
        self.question = None;
        self.input = None;
    }

    fn follow_plan(&mut self, turn: TurnId, request: String, plan: Plan, effects: &mut Vec<Effect>) -> bool {
        self.advance(PlannedTurn::new(turn, request, plan), effects);
        true
    }

    fn once_more(&mut self, turn: TurnId, done: Done, effects: &mut Vec<Effect>) -> bool {
        match done {
            Done::Plan { request, plan, subject } => {
                self.context.subject = subject.or(self.context.subject.take());
                self.follow_plan(turn, request, plan, effects)
            }
            Done::Walk { request, found } => {
                self.diagnose(turn, request, found, effects);
                true
            }
        }
    }

    /// What can be asked for, with requests that fit what is here.
    fn help(&self) -> String {
        let place = &self.surroundings;
        let requests = [
            (place.kube_context.is_some(), "show the pods"),
            (place.kube_context.is_some(), "why is the pod web-1 crashing"),
            (place.docker_context.is_some(), "which containers are running"),
            (place.git_repo.is_some(), "which files did I change"),
            (place.git_repo.is_some(), "show the last 5 commits"),
            (true, "how full is the disk"),
            (true, "which process uses the most memory"),
        ];
        let fitting = requests.into_iter().filter(|(fits, _)| *fits).map(|(_, request)| format!("\n- «{request}»"));
        self.setup.phrases.fill("help", &[("requests", &fitting.collect::<String>())])
    }

    /// The last command that failed, what it said, and where to look next.
    fn why_failed(&self) -> String {
        let phrases = &self.setup.phrases;
        let Some(failed) = &self.past.failed else { return phrases.plain("failed_nothing") };
        let mut text = phrases.fill("failed", &[("command", &quoted(&failed.command)), ("told", &failed.told)]);
        if let Some((request, title)) = failed.subject.as_ref().and_then(|subject| self.diagnosis_of(subject)) {
            text.push_str("\n\n");
            text.push_str(&phrases.fill("failed_look", &[("request", &request), ("title", &title)]));
        }
        text
    }

    /// The request for a diagnosis of the one thing that was named, and the title of its runbook.
    fn diagnosis_of(&self, subject: &Subject) -> Option<(String, String)> {
        let [name] = subject.names.as_slice() else { return None };
        let place = subject.namespace.as_ref().map_or_else(String::new, |place| format!(" in namespace {place}"));
        let request = format!("why is {} {name} failing{place}", subject.noun);
        let found = self.setup.runbooks.find(&request, &BTreeMap::new()).into_iter().next()?;
        let fits = found.is_confident() && found.missing.is_none() && found.inputs.values().any(|value| value == name);
        fits.then(|| (request, found.runbook.title.clone()))
    }

    /// The plan that takes the last change back, or why there is none.
    fn way_back(&self) -> Result<Plan, String> {
        let phrases = &self.setup.phrases;
        let Some(changed) = &self.past.changed else { return Err(phrases.plain("undo_nothing")) };
        let command = quoted(&changed.command);
        if !changed.succeeded {
            return Err(phrases.fill("undo_failed", &[("command", &command)]));
        }
        if changed.idle {
            return Err(phrases.fill("undo_idle", &[("command", &command)]));
        }
        let detail = changed.effect.as_ref().map_or("", |effect| effect.detail.as_str());
        let detail = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let values = [("command", command.as_str()), ("detail", detail.as_str())];
        let line = match &changed.effect {
            Some(effect) if effect.reversible == Reversible::No => return Err(phrases.fill("undo_never", &values)),
            Some(effect) => match (&effect.undo, effect.reversible) {
                (Some(line), _) => line,
                (None, Reversible::Yes) => return Err(phrases.fill("undo_by_hand", &values)),
                (None, _) => return Err(phrases.fill("undo_unknown", &values)),
            },
            None => return Err(phrases.fill("undo_unknown", &values)),
        };
        // Who needed another's rights for it needs them for the way back.
        let line = match changed.command.strip_prefix("sudo ") {
            Some(rest) if !rest.trim_start().starts_with('-') => format!("sudo {line}"),
            _ => line.clone(),
        };
        let reader = self.setup.lexicon.reader_of(&line).map(str::to_owned);
        let reason = phrases.fill("undo_reason", &[("command", &command)]);
        let thought = phrases.fill("undo_thought", &values);
        let steps = vec![PlanStep { words: vec![Word::Line(line)], reason, reader, needs: Vec::new() }];
        Ok(Plan { intent: "undo".to_owned(), thought, steps, fingerprint: None })
    }

    /// The last request with another thing, or another namespace, in the place of its own; a question where it is not
    /// clear which that is.
    fn for_another(&self, other: &str, place: bool) -> Result<Done, String> {
        let phrases = &self.setup.phrases;
        let Some(done) = &self.past.last else { return Err(phrases.plain("again_nothing")) };
        let request = match done {
            Done::Plan { request, .. } | Done::Walk { request, .. } => request,
        };
        let unclear = || phrases.fill("same_unclear", &[("other", other), ("request", request)]);
        let lexicon = &self.setup.lexicon;
        let row = rows::meant(other, |word| lexicon.is_thing(word)).map(|meant| self.row_of(&meant)).transpose()?;
        let named = row.map(|row| format!("{} {}", row.noun, row.names.concat()));
        let words: Vec<&str> = named
            .as_deref()
            .unwrap_or(other)
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '`', '\'']))
            .collect();
        let says_place = words.iter().any(|word| ["namespace", "ns"].contains(word));
        let small = |word: &str| ["a", "an", "my", "namespace", "ns", "one", "our", "the"].contains(&word);
        let rest: Vec<&str> = words.into_iter().filter(|word| !small(word)).collect();
        let (kinds, names): (Vec<&str>, Vec<&str>) =
            rest.iter().copied().partition(|word| rest.len() > 1 && lexicon.is_noun(&word.to_lowercase()));
        let [name] = names.as_slice() else { return Err(unclear()) };
        let known = kinds.iter().all(|kind| {
            let kind = kind.to_lowercase();
            let of_subject = matches!(done, Done::Plan { subject: Some(subject), .. }
                if rows::is_called(&subject.noun, &kind));
            of_subject || request.to_lowercase().split_whitespace().any(|word| word == kind)
        });
        if !known || !planner::is_name(name) || lexicon.is_noun(name) || NO_NAMES.contains(name) {
            return Err(unclear());
        }
        let place = place || says_place || lexicon.is_environment(name);
        self.swapped(done, name, place).ok_or_else(unclear)
    }

    /// The same with `name` in the place of the one name, or namespace, that it is about.
    fn swapped(&self, done: &Done, name: &str, place: bool) -> Option<Done> {
        match done {
            Done::Plan { request, plan, subject: Some(subject) } => {
                let old = match subject.names.as_slice() {
                    _ if place => subject.namespace.as_deref(),
                    [old] => Some(old.as_str()),
                    _ => return None,
                };
                let literal = plan.intent == "literal";
                let request = match old {
                    Some(old) => replaced(request, old, name, !literal && !place)?,
                    None if literal => return None,
                    None => format!("{} in namespace {name}", request.trim_end_matches(['.', '?', '!'])),
                };
                let (planning, about) = self.planned(&request, &BTreeMap::new());
                let Planning::Plan(new) = planning else { return None };
                let means = |about: &Subject| match place {
                    true => about.namespace.as_deref() == Some(name) && about.names == subject.names,
                    false => about.names == [name] && about.namespace == subject.namespace,
                };
                let fits = if literal { about.is_none() } else { about.as_ref().is_some_and(means) };
                (fits && new.intent == plan.intent).then_some(Done::Plan { request, plan: new, subject: about })
            }
            Done::Plan { .. } => None,
            Done::Walk { request, found } => {
                let mut inputs = found.inputs.iter().filter(|(input, _)| (*input == "namespace") == place);
                let ((input, old), None) = (inputs.next()?, inputs.next()) else { return None };
                let request = replaced(request, old, name, false)?;
                let new = self.setup.runbooks.find(&request, &BTreeMap::new()).into_iter().next()?;
                let means = new.inputs.get(input).is_some_and(|value| value == name);
                let fits = means && new.missing.is_none() && new.runbook.id == found.runbook.id;
                fits.then_some(Done::Walk { request, found: new })
            }
        }
    }
}

/// A text with another word in the place of the one that stands in it once, quotes around it or not.
fn replaced(text: &str, old: &str, new: &str, quotes: bool) -> Option<String> {
    let is_old = |word: &str| rows::bare(word).trim_matches(['"', '`', '\'']) == old;
    if text.split_whitespace().filter(|word| is_old(word)).count() != 1 {
        return None;
    }
    let new = if quotes { format!("\"{new}\"") } else { new.to_owned() };
    let words = text.split_whitespace().map(|word| if is_old(word) { new.as_str() } else { word });
    Some(words.collect::<Vec<_>>().join(" "))
}
