//! What a runbook that can be read must still fulfil.
//!
//! Owns the proofs: steps lead only onwards, each is reached, each ends every way, every value is known where it is
//! used, every end is used. So a walk always ends, and at an end that was written. Knows nothing of tiers: who judges
//! commands asks for the samples.

use std::collections::BTreeSet;

use super::pattern::Pattern;
use super::template::is_slot_name;
use super::{Deed, Runbook, Target, objection, phrase};
use crate::skill::{Problem, SlotKind};

/// The types that an input can have: one word, or a path.
const TAKEN: [SlotKind; 10] = [
    SlotKind::Name,
    SlotKind::Namespace,
    SlotKind::Count,
    SlotKind::Number,
    SlotKind::Duration,
    SlotKind::Path,
    SlotKind::Url,
    SlotKind::Image,
    SlotKind::Port,
    SlotKind::Host,
];

/// Everything that is wrong with it.
pub(super) fn problems(runbook: &Runbook) -> Vec<Problem> {
    let mut problems = Vec::new();
    front(runbook, &mut problems);
    ways(runbook, &mut problems);
    problems
}

/// Expressions that cannot be compiled.
pub(super) fn expressions(runbook: &Runbook) -> Vec<Problem> {
    let moves = runbook.steps.iter().flat_map(|step| &step.moves);
    let problems = moves.flat_map(|at| {
        let patterns = match &at.deed {
            Deed::Take { source, .. } => source.patterns(),
            Deed::When { condition, .. } => condition.patterns(),
            Deed::Otherwise(_) => Vec::new(),
        };
        let told = patterns.into_iter().filter_map(Pattern::problem);
        told.map(|told| Problem::new(at.line, told).hint("write a regular expression without look-around"))
    });
    problems.collect()
}

fn front(runbook: &Runbook, problems: &mut Vec<Problem>) {
    let mut wrong = |text: String, hint: &str| problems.push(Problem::new(2, text).hint(hint));
    let is_id = |part: &str| {
        let fits = |other: char| other.is_ascii_lowercase() || other.is_ascii_digit() || other == '-';
        !part.is_empty() && part.chars().all(fits)
    };
    if !runbook.id.split_once('.').is_some_and(|(tool, name)| is_id(tool) && is_id(name)) {
        wrong(format!("the id `{}` is not `tool.name`", runbook.id), "small letters, digits and hyphens");
    }
    if runbook.title.trim().is_empty() {
        wrong("the title is empty".to_owned(), "say in a few words what is looked into");
    }
    if runbook.phrases.is_empty() {
        wrong("there are no phrases".to_owned(), "list how people ask for this under `phrases`");
    }
    for (name, spec) in runbook.inputs.iter() {
        if !is_slot_name(name) {
            wrong(format!("the input `{name}` has no usable name"), "small letters, digits and _, a letter first");
        }
        if !TAKEN.contains(&spec.kind) {
            let hint = "types are name, namespace, count, number, duration, path, url, image, port and host";
            wrong(format!("the input `{name}` has a type that runbooks do not take"), hint);
        }
        if spec.required.is_some() && spec.default.is_some() {
            wrong(format!("the input `{name}` is required and has a default"), "keep one of the two");
        }
        if let Some(why) = spec.default.as_ref().and_then(|default| objection(spec.kind, default)) {
            wrong(format!("the default of `{name}` is none: {why}"), "write one that fits the type");
        }
    }
    let slots: BTreeSet<&str> = runbook.variants.iter().flat_map(phrase::Phrase::slots).collect();
    for slot in slots.into_iter().filter(|slot| !runbook.inputs.contains(slot)) {
        wrong(format!("a phrase names <{slot}>, which is no input"), "add it under `inputs`");
    }
}

/// What is surely known where a way arrives; `None` until one does.
type Arrival<'a> = Option<BTreeSet<&'a str>>;

fn arrive<'a>(at: &mut Arrival<'a>, known: &BTreeSet<&'a str>) {
    *at = Some(match at.take() {
        None => known.clone(),
        Some(before) => before.intersection(known).copied().collect(),
    });
}

struct Arrivals<'a> {
    steps: Vec<Arrival<'a>>,
    findings: Vec<Arrival<'a>>,
    nothing: Arrival<'a>,
}

impl<'a> Arrivals<'a> {
    fn arrive(&mut self, target: Target, known: &BTreeSet<&'a str>) {
        match target {
            Target::Step(at) => self.steps.get_mut(at).into_iter().for_each(|step| arrive(step, known)),
            Target::Finding(at) => self.findings.get_mut(at).into_iter().for_each(|finding| arrive(finding, known)),
            Target::Nothing => arrive(&mut self.nothing, known),
        }
    }
}

fn ways(runbook: &Runbook, problems: &mut Vec<Problem>) {
    let sure = runbook.inputs.iter().filter(|(_, spec)| spec.required.is_some() || spec.default.is_some());
    let sure: BTreeSet<&str> = sure.map(|(name, _)| name.as_str()).collect();
    // What may be known by then: everything that is captured further up, and the inputs.
    let mut possible: BTreeSet<&str> = runbook.inputs.keys().map(String::as_str).collect();
    let mut arrivals = Arrivals {
        steps: vec![None; runbook.steps.len()],
        findings: vec![None; runbook.findings.len()],
        nothing: None,
    };
    match arrivals.steps.first_mut() {
        None => problems.push(Problem::new(1, "the runbook has no step").hint("add `## name: why` with a command")),
        Some(first) => arrive(first, &sure),
    }
    for name in runbook.captures().into_iter().filter(|name| runbook.inputs.contains(name)) {
        let text = format!("`{name}` is an input and is captured too");
        problems.push(Problem::new(1, text).hint("give what is captured another name"));
    }
    for (index, step) in runbook.steps.iter().enumerate() {
        let Some(known) = arrivals.steps[index].clone() else {
            let text = format!("no step leads to `{}`", step.id);
            problems.push(Problem::new(step.line, text).hint("lead to it with `go to`, or remove it"));
            continue;
        };
        let mut check = Check { problems, possible: &possible, known: &known };
        check.needed(step.command.line, "the command", step.command.needed(), step.command.optional());
        check.needed(step.line, "the heading", step.why.needed(), step.why.optional());
        let mut ended = false;
        for at in &step.moves {
            if ended {
                let problem = Problem::new(at.line, "nothing gets past `otherwise`");
                problems.push(problem.hint("put it above, or remove it"));
                continue;
            }
            let (slots, target, gained) = match &at.deed {
                Deed::Take { name, source } => (source.slots(), None, vec![name.as_str()]),
                Deed::When { condition, target } => {
                    (condition.slots(), Some(*target), condition.captures().into_iter().collect())
                }
                Deed::Otherwise(target) => {
                    ended = true;
                    (Vec::new(), Some(*target), Vec::new())
                }
            };
            // A test may use what one before it in the same condition captured.
            let mut here = possible.clone();
            here.extend(&gained);
            for slot in slots.into_iter().filter(|slot| !here.contains(slot)).collect::<BTreeSet<_>>() {
                let text = format!("{{{slot}}} is neither an input nor captured before");
                problems.push(Problem::new(at.line, text).hint("capture it with `as`, `take` or a named group"));
            }
            possible = here;
            if let Some(Target::Step(to)) = target
                && to <= index
            {
                let text = "a step leads only to later ones, so that every walk ends";
                problems.push(Problem::new(at.line, text).hint("move the step it leads to further down"));
                continue;
            }
            if let Some(target) = target {
                let mut arriving = known.clone();
                arriving.extend(&gained);
                if let Deed::When { condition, .. } = &at.deed {
                    arriving.extend(condition.given());
                }
                arrivals.arrive(target, &arriving);
            }
        }
        if !ended {
            let text = format!("`{}` does not say what follows when no condition holds", step.id);
            problems.push(Problem::new(step.line, text).hint("end its bullets with `- otherwise: …`"));
        }
    }
    ends(runbook, &arrivals, &possible, problems);
}

fn ends(runbook: &Runbook, arrivals: &Arrivals<'_>, possible: &BTreeSet<&str>, problems: &mut Vec<Problem>) {
    for (finding, arrival) in runbook.findings.iter().zip(&arrivals.findings) {
        let Some(known) = arrival else {
            let text = format!("no step comes to the finding `{}`", finding.id);
            problems.push(Problem::new(finding.line, text).hint("lead to it with `finding`, or remove it"));
            continue;
        };
        let mut check = Check { problems, possible, known };
        for sentence in [&finding.title, &finding.text, &finding.next] {
            check.needed(finding.line, "the finding", sentence.needed(), sentence.optional());
        }
        for remedy in &finding.remedies {
            check.needed(remedy.line, "the remedy", remedy.text.needed(), remedy.text.optional());
            if let Some(command) = &remedy.command {
                // Without one of its values it is left out.
                let slots = command.needed().union(&command.optional()).copied().collect();
                check.needed(remedy.line, "the remedy", BTreeSet::new(), slots);
            }
        }
    }
    match (&runbook.nothing, &arrivals.nothing) {
        (Some(nothing), Some(known)) => {
            let mut check = Check { problems, possible, known };
            for sentence in [&nothing.title, &nothing.text, &nothing.next] {
                check.needed(nothing.line, "the end", sentence.needed(), sentence.optional());
            }
        }
        (None, Some(_)) => {
            let problem = Problem::new(1, "steps end with nothing found, and there is no `## nothing: …`");
            problems.push(problem.hint("add one that says what is well"));
        }
        (_, None) => {
            let problem = Problem::new(1, "no step ends with nothing found");
            problems.push(problem.hint("a healthy system must end at `nothing found`"));
        }
    }
}

struct Check<'a, 'b> {
    problems: &'b mut Vec<Problem>,
    possible: &'b BTreeSet<&'a str>,
    known: &'b BTreeSet<&'a str>,
}

impl Check<'_, '_> {
    fn needed(&mut self, line: u32, what: &str, needed: BTreeSet<&str>, optional: BTreeSet<&str>) {
        for slot in needed {
            let (text, hint) = if self.known.contains(slot) {
                continue;
            } else if self.possible.contains(slot) {
                (format!("{what} needs {{{slot}}}, which not every way here knows"), "put it in [brackets]")
            } else {
                (format!("{what} needs {{{slot}}}, which is neither an input nor captured"), "capture it before")
            };
            self.problems.push(Problem::new(line, text).hint(hint));
        }
        for slot in optional.into_iter().filter(|slot| !self.possible.contains(slot)) {
            let text = format!("{what} names {{{slot}}}, which is neither an input nor captured");
            self.problems.push(Problem::new(line, text).hint("capture it before, or remove it"));
        }
    }
}
