//! The shipped skills prove themselves: no problem in any file, every example
//! has its tier, every example request becomes its command.

use std::collections::BTreeMap;

use devops_agent::domain::{Action, Consent, Lane, PlanStep};
use devops_agent::gate::judge;
use devops_agent::planner::{self, Planning};
use devops_agent::runtime::{Knowledge, read_skills};

#[test]
fn no_shipped_file_has_a_problem() {
    let knowledge = Knowledge::build(&[]).unwrap();
    assert_eq!(knowledge.book.problems(), []);
    assert_eq!(knowledge.book.warnings(), []);
}

#[test]
fn every_example_line_has_its_tier() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for known in read_skills(&[]).0 {
        for example in known.skill.examples {
            count += 1;
            let verdict = judge(&Action::Command { line: example.line.clone() }, &knowledge.book).verdict;
            if verdict.tier != example.tier {
                wrong.push(format!("{}: {} is {}: {:?}", example.tier, example.line, verdict.tier, verdict.deciding()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 300, "only {count} examples");
}

#[test]
fn every_example_request_becomes_its_command() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for known in read_skills(&[]).0 {
        for intent in known.skill.intents.intents {
            for (request, expected) in &intent.examples {
                count += 1;
                let got = match planner::plan(request, &knowledge.lexicon, &BTreeMap::new()) {
                    Planning::Plan(plan) => plan.steps.last().map(PlanStep::preview).unwrap_or_default(),
                    Planning::Ask(question) => format!("? {}", question.text),
                    Planning::Unsure(unsure) => format!("?? {}", unsure.unexplained.join(" ")),
                };
                let fits = got == *expected || got == expected.replace("{each}", "<each of step 1>");
                if !fits {
                    wrong.push(format!("{}: {request}\n    wants {expected}\n    got   {got}", intent.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_way_that_a_shipped_skill_names_asks_for_no_more_consent_and_is_understood_word_for_word() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let judged = |line: &str| judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for known in read_skills(&[]).0 {
        for example in known.skill.examples {
            let verdict = judged(&example.line);
            for way in verdict.effect().map_or_else(Vec::new, |effect| effect.instead.clone()) {
                count += 1;
                for line in &way.lines {
                    let other = judged(line);
                    if other.tier > verdict.tier || other.lane != Lane::Simple || line.contains(['{', '}']) {
                        wrong.push(format!("{}: {line} is {} ({:?})", example.line, other.tier, other.deciding()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 20, "only {count} ways");
}

#[test]
fn a_forced_push_is_told_as_what_it_is_however_it_is_spelled() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let told = |line: &str| {
        let verdict = judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
        (
            verdict.effect().map(|effect| effect.text.clone()).unwrap_or_default(),
            matches!(verdict.consent, Consent::Name(_)),
        )
    };
    let whatever = "Replaces the remote branch by the local one, whatever the remote holds.";
    for line in
        ["git push --force", "git push --force origin main", "git push -f origin main", "git push -uf origin main"]
    {
        assert_eq!(told(line), (whatever.to_owned(), true), "{line}");
    }
    // Force wins over its lease.
    assert_eq!(told("git push --force-with-lease --force origin main").0, whatever);
    let leased = "Replaces the remote branch by the local one, if nobody pushed since the last fetch.";
    for line in ["git push --force-with-lease", "git push --force-with-lease=main origin main", "git push --force-w"] {
        assert_eq!(told(line).0, leased, "{line}");
    }
}
