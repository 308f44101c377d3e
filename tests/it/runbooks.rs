//! Every built-in runbook: that it can be followed, that requests come to the right one, and, tool by tool, walks to
//! each of its findings and to *nothing found*.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use devops_agent::domain::{Exit, Tier, join_words};
use devops_agent::runbook::{Next, Observed, Role, Runbook, Tone, Walk};
use serde_json::json;

use super::support::diagnosis::{BUILT_IN, built_in};
use super::support::home::Home;

/// What a command printed on a machine that cannot be had here.
macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/runbooks/", $name))
    };
}

mod cluster;
mod docker;
mod machine;
mod repository;
mod service;

/// The ends of a runbook by name: its findings, and `nothing`.
fn ends(runbook: &Runbook) -> BTreeSet<String> {
    // With a value for every input no step is left out.
    let inputs = runbook.inputs.keys().map(|name| (name.clone(), "8080".to_owned())).collect();
    let leads = runbook.outline(&inputs).into_iter().flat_map(|step| step.leads);
    let end = |lead: String| match lead.as_str() {
        "nothing found" => Some("nothing".to_owned()),
        lead => lead.strip_prefix("finding ").map(str::to_owned),
    };
    leads.filter_map(end).collect()
}

#[test]
fn a_walk_of_these_tests_ends_in_every_finding_and_in_every_nothing_found() {
    // Tests run in processes of their own, so what each one came to is read from what it demands.
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/runbooks");
    let files = fs::read_dir(directory).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let files: Vec<String> = files.collect();
    let lines = files.iter().flat_map(|text| text.lines());
    let lines: Vec<&str> = lines.filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut missed = Vec::new();
    let mut count = 0;
    for runbook in BUILT_IN.iter() {
        for end in ends(runbook) {
            count += 1;
            let name = format!("{}/{end}", runbook.id);
            let demanded = lines.iter().any(|line| line.contains(&format!("\"{name}\"")));
            missed.extend((!demanded).then_some(name));
        }
    }
    assert!(count > 150, "only {count} ends");
    assert_eq!(missed, [] as [String; 0], "no test demands these of a walk");
}

#[test]
fn every_runbook_is_proved_and_its_examples_hold_beside_all_others() {
    let all = &BUILT_IN;
    let mut ids: Vec<String> = all.iter().map(|runbook| runbook.id.clone()).collect();
    assert!(ids.len() >= 20, "{ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), all.iter().count(), "an id is there twice");
    for runbook in all.iter() {
        assert_eq!(runbook.broken_examples(), [] as [String; 0], "{}", runbook.file);
        for (request, inputs) in &runbook.examples {
            let found = all.find(request, &BTreeMap::new()).into_iter().next().unwrap_or_else(|| panic!("{request}"));
            assert_eq!((&found.runbook.id, &found.inputs), (&runbook.id, inputs), "{request}");
            assert!(found.is_confident(), "{request}");
        }
    }
}

#[test]
fn every_step_is_within_the_ceiling_and_every_remedy_is_a_command_the_gate_can_read() {
    let place = Home::new();
    let mut asked = String::new();
    let mut samples = Vec::new();
    for runbook in built_in() {
        for sample in runbook.samples() {
            let line = json!({"id": samples.len().to_string(), "command": join_words(&sample.words)});
            asked.push_str(&format!("{line}\n"));
            samples.push((runbook.file.clone(), runbook.ceiling, sample));
        }
    }
    let ran = place.run_with(&["check", "--batch"], asked.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let answers = ran.json_lines();
    assert_eq!(answers.len(), samples.len());
    for (answer, (file, ceiling, sample)) in answers.iter().zip(&samples) {
        let tier: Tier = serde_json::from_value(answer["tier"].clone()).unwrap();
        let told = format!("{file}:{}: {:?} is {tier}: {answer}", sample.line, sample.words);
        assert!(sample.role == Role::Remedy || tier <= *ceiling, "{told}");
    }
}

#[test]
fn a_deed_is_never_taken_for_a_complaint() {
    let all = &BUILT_IN;
    for request in [
        "delete the pod api-7d4f9",
        "delete pod api-7d4f9 because it keeps crashing",
        "restart the pod web-0",
        "restart the failing pod web-0",
        "stop the container web1",
        "remove the crashed container web1",
        "kill what uses port 8080",
        "prune docker because the disk is full",
        "start the nginx service",
        "merge main",
        "show the logs of pod web-0",
        "list the pods in production",
        "show the disk usage",
    ] {
        let found = all.find(request, &BTreeMap::new()).into_iter().next();
        assert!(!found.as_ref().is_some_and(|found| found.is_confident()), "{request}: {found:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_printed_every_walk_ends_where_something_is_written(
        outputs in proptest::collection::vec((0..3i32, "(\\PC|\n|[0-9a-f]{7}\t|\\{\"items\":\\[\\]\\}|Capacity|State=|=){0,30}"), 1..20),
    ) {
        for runbook in BUILT_IN.iter() {
            let inputs = runbook.inputs.iter().filter(|(_, spec)| spec.required.is_some());
            let inputs = inputs.map(|(name, _)| (name.clone(), "8080".to_owned())).collect();
            let mut walk = Walk::start(Arc::clone(runbook), &inputs).unwrap();
            let mut steps = 0;
            while let Next::Step(_) = walk.next() {
                let (exit, output) = &outputs[steps % outputs.len()];
                walk.saw(&Observed { exit: &Exit::Code(*exit), stdout: output, stderr: output });
                steps += 1;
                proptest::prop_assert!(steps <= 50);
            }
        }
    }
}

#[test]
fn a_complaint_is_told_from_a_question_that_a_command_answers() {
    let complains = |request: &str| {
        let found = BUILT_IN.find(request, &BTreeMap::new()).into_iter().next();
        found.is_some_and(|found| found.is_confident() && found.tone != Tone::Asks)
    };
    for request in [
        "why is pod web-0 crashing",
        "git push was rejected, why?",
        "docker container web1 won't start",
        "i have a merge conflict",
        "i lost a commit",
        "port 8080 is already in use",
        "the load is high",
        "my deployment is stuck",
    ] {
        assert!(complains(request), "{request}");
    }
    for request in [
        "are any pods crashing in payments",
        "which services failed?",
        "has the container web1 stopped?",
        "logs of the crashed pod api-7d4f9",
        "what is eating the cpu",
        "docker logs --tail 5 web1",
    ] {
        assert!(!complains(request), "{request}");
    }
}

#[test]
fn what_was_not_said_is_asked_for_by_name() {
    let all = &BUILT_IN;
    for (request, question) in [
        ("why does my pod keep crashing?", "Which pod?"),
        ("a port is already taken", "Which port?"),
        ("the container keeps exiting", "Which container?"),
    ] {
        let found = all.find(request, &BTreeMap::new()).into_iter().next().unwrap_or_else(|| panic!("{request}"));
        assert_eq!(found.missing.unwrap().question, question, "{request}");
    }
    let filled = BTreeMap::from([("port".to_owned(), "8080".to_owned())]);
    let found = all.find("a port is already taken", &filled).into_iter().next().unwrap();
    assert_eq!((found.missing, &found.inputs), (None, &filled));
    let asked = all.find("why does my pod keep crashing?", &BTreeMap::new()).into_iter().next().unwrap();
    let told = all.answered(&asked, "it's the pod web-0 in namespace shop").unwrap();
    assert_eq!((told.inputs["pod"].as_str(), told.inputs["namespace"].as_str()), ("web-0", "shop"));
    assert_eq!(all.answered(&asked, "web-0").unwrap().missing, None);
    for unclear in ["", "the pod", "web-0 or web-1", "-A"] {
        assert_eq!(all.answered(&asked, unclear).unwrap_err(), "Which pod?", "{unclear}");
    }
}
