//! `check` and `plan`: what they print for people, as JSON, and line by line.

use std::fs;

use serde_json::{Value, json};

use super::support::home::Home;

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn line_of(skill: &str, rule: &str) -> usize {
    let text = fs::read_to_string(format!("{}/skills/{skill}/SKILL.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    text.lines().position(|line| line == format!("- {rule}")).unwrap() + 1
}

#[test]
fn check_prints_tier_rule_with_file_and_line_parts_and_reason() {
    let place = Home::with_commits(1);
    let ran = place.run(&["check", "--", "git push --force"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let line = line_of("git", "git push --force *");
    let head: Vec<&str> = ran.stdout.lines().take(5).collect();
    let wanted = [
        "command  git push --force",
        "tier     destructive",
        &format!("rule     git push --force *  (git/SKILL.md:{line})"),
        "reason   --force is in the command",
        "part     git push --force  [destructive]",
    ];
    assert_eq!(head, wanted);
    assert_eq!(ran.stderr, "");
}

#[test]
fn check_shows_the_canonical_form_of_every_part() {
    let place = Home::with_commits(1);
    let ran = place.run(&["check", "--json", "--", "git -C . log -1 && docker container ls"]);
    let told = ran.json();
    let parts = told["parts"].as_array().unwrap();
    let canonical: Vec<Vec<&str>> = parts
        .iter()
        .map(|part| part["canonical"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect())
        .collect();
    assert_eq!(canonical.len(), 2);
    assert_eq!(canonical[0][..2], ["git", "log"]);
    assert_eq!(canonical[1], ["docker", "ps"]);
}

#[test]
fn a_plan_knows_the_services_of_the_compose_file_where_it_is_asked() {
    let place = Home::with_commits(1);
    let planned = || place.run(&["plan", "restart the notifier service"]).stdout;
    assert_eq!(planned(), "systemctl restart notifier\n");
    fs::write(place.project.join("compose.yaml"), "services: {notifier: {image: busybox}}\n").unwrap();
    assert_eq!(planned(), "docker compose restart notifier\n");
    let dry = place.run(&["ask", "--dry-run", "restart the notifier service"]);
    assert_eq!(dry.stdout, "docker compose restart notifier\n");
    // Nobody is there to be asked: what would run is told, and it does not run.
    let asked = place.run(&["ask", "restart the notifier service"]);
    assert!(asked.code != 0 && asked.stderr.contains("docker compose restart notifier"), "{asked:?}");
}

#[test]
fn check_as_json_names_the_deciding_rule_and_its_place() {
    let place = Home::with_commits(1);
    let told = place.run(&["check", "--json", "--", "git status"]).json();
    let line = line_of("git", "git status *");
    let wanted = [
        ("command", json!("git status")),
        ("tier", json!("auto")),
        ("rule", json!("git status *")),
        ("place", json!(format!("git/SKILL.md:{line}"))),
        ("reason", json!("read-only")),
        ("lane", json!("simple")),
    ];
    for (field, value) in wanted {
        assert_eq!(told[field], value, "{field}");
    }
}

#[test]
fn check_takes_words_as_words_and_one_argument_as_a_line() {
    let place = Home::with_commits(1);
    let words = place.run(&["check", "--json", "--", "git", "log", "--grep", "a; rm -rf /"]).json();
    assert_eq!((&words["tier"], words["parts"].as_array().unwrap().len()), (&json!("auto"), 1), "{words}");
    let line = place.run(&["check", "--json", "--", "git log --grep a; rm -rf /"]).json();
    assert_eq!((&line["tier"], line["parts"].as_array().unwrap().len()), (&json!("destructive"), 2), "{line}");
}

#[test]
fn check_runs_and_writes_nothing() {
    let place = Home::with_commits(1);
    place.run(&["check", "--", "git branch feature"]);
    assert_eq!(place.branches(), ["main"]);
    assert!(!place.project.join(".GCC").exists());
    assert_eq!(fs::read_dir(&place.home).unwrap().count(), 0);
}

#[test]
fn check_of_what_it_does_not_understand_is_never_automatic() {
    let place = Home::with_commits(1);
    let odd = [
        "frobnicate --all",
        "git log $(touch owned)",
        "git log > owned",
        "git log 'unfinished",
        "\u{202e}git log",
        "kubectl get pods; frobnicate",
        "GIT_PAGER=evil git log",
    ];
    for line in odd {
        let told = place.run(&["check", "--json", "--", line]).json();
        assert_ne!(told["tier"], "auto", "{line}: {told}");
    }
}

#[test]
fn a_batch_of_checks_is_answered_in_order_by_one_process() {
    let place = Home::with_commits(1);
    let input = "{\"id\":1,\"command\":\"git status\"}\n{\"id\":\"two\",\"command\":\"git branch x\"}\n\n\
                 {\"id\":null,\"command\":\"git push --force\"}\n";
    let ran = place.run_with(&["check", "--batch"], input.as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.json_lines();
    let tiers: Vec<(&Value, &Value)> = told.iter().map(|line| (&line["id"], &line["tier"])).collect();
    let wanted = [(json!(1), json!("auto")), (json!("two"), json!("approval")), (Value::Null, json!("destructive"))];
    assert_eq!(tiers, wanted.iter().map(|(id, tier)| (id, tier)).collect::<Vec<_>>());
    for line in &told {
        assert_eq!(fields(line), ["id", "tier", "rule", "reason"]);
        assert!(line["rule"].is_string() && line["reason"].is_string());
    }
}

#[test]
fn a_batch_agrees_with_the_same_checks_one_by_one() {
    let place = Home::with_commits(1);
    for line in ["git status", "docker rm -f web1", "kubectl -n get delete pod x", "ls | xargs rm", ""] {
        let input = json!({"id": 0, "command": line}).to_string();
        let batch = place.run_with(&["check", "--batch"], input.as_bytes()).json_lines().remove(0);
        if line.is_empty() {
            assert_ne!(batch["tier"], "auto", "{batch}");
            continue;
        }
        let alone = place.run(&["check", "--json", "--", line]).json();
        assert_eq!((&batch["tier"], &batch["rule"]), (&alone["tier"], &alone["rule"]), "{line}");
    }
}

#[test]
fn plan_prints_the_commands_and_runs_nothing() {
    let place = Home::with_commits(1);
    let ran = place.run(&["plan", "show the last five commits"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "git log -5 --oneline\n"));
    assert!(ran.stderr.contains("Lists the newest commits"), "{}", ran.stderr);
    assert!(!place.project.join(".GCC").exists());
}

#[test]
fn plan_as_json_tells_commands_or_the_question() {
    let place = Home::new();
    let planned = place.run(&["plan", "--json", "show the last two commits and then show the status"]).json();
    assert_eq!(fields(&planned), ["commands", "asked", "question"]);
    assert_eq!(planned["commands"].as_array().unwrap().len(), 2, "{planned}");
    assert_eq!((&planned["asked"], &planned["question"]), (&json!(false), &Value::Null));
    let asked = place.run(&["plan", "--json", "delete the branch"]).json();
    assert_eq!(asked, json!({"commands": [], "asked": true, "question": "Delete which branch?"}));
}

#[test]
fn a_batch_of_plans_is_answered_in_order() {
    let place = Home::new();
    let input = "{\"id\":\"a\",\"request\":\"show the last five commits\"}\n{\"id\":7,\"request\":\"delete the branch\"}\n\
                 {\"id\":8,\"request\":\"\"}\n{\"id\":9,\"request\":\"flibber the wug\"}";
    let ran = place.run_with(&["plan", "--batch"], input.as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.json_lines();
    assert_eq!(told.len(), 4);
    assert_eq!(told[0], json!({"id": "a", "commands": ["git log -5 --oneline"], "asked": false, "question": null}));
    assert_eq!(told[1], json!({"id": 7, "commands": [], "asked": true, "question": "Delete which branch?"}));
    for unclear in &told[2..] {
        assert_eq!(fields(unclear), ["id", "commands", "asked", "question"]);
        assert_eq!((&unclear["commands"], &unclear["asked"]), (&json!([]), &json!(true)));
    }
}

#[test]
fn all_of_something_is_listed_first_and_then_named() {
    let place = Home::new();
    let planned = place.run(&["plan", "--json", "delete all containers"]).json();
    let commands: Vec<&str> = planned["commands"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    assert_eq!(commands.len(), 2, "{planned}");
    assert!(commands[0].starts_with("docker ps ") && commands[1].starts_with("docker rm "), "{commands:?}");
    assert!(commands[1].ends_with("<each of step 1>") && !commands[1].contains('$'), "{commands:?}");
}

#[test]
fn two_command_lines_joined_by_words_are_two_commands() {
    let place = Home::new();
    let planned = place.run(&["plan", "--json", "git status and then git log -1"]).json();
    assert_eq!(planned["commands"], json!(["git status", "git log -1"]));
}

#[test]
fn control_characters_of_a_request_reach_no_terminal() {
    let place = Home::new();
    for args in [["plan", "git log \x1b[2J"], ["check", "git log \x1b[2J"]] {
        let ran = place.run(&args);
        assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'), "{args:?}: {ran:?}");
    }
    let ran = place.run(&["ask", "--dry-run", "git log \x1b[2J"]);
    assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'), "{ran:?}");
}

#[test]
fn a_request_for_a_diagnosis_is_planned_as_the_runbook_that_would_be_walked_with_each_verdict() {
    let place = Home::new();
    let request = "why is deployment web not rolling out";
    let planned = place.run(&["plan", "--json", request]).json();
    assert_eq!(planned["runbook"]["id"], "kubectl.deployment-stuck", "{planned}");
    let steps = planned["runbook"]["steps"].as_array().unwrap();
    assert_eq!(steps[0]["command"], "kubectl get deployment web -o json");
    assert_eq!(steps[1]["command"], "kubectl get pods -l <selector> -o json");
    assert!(steps.iter().all(|step| step["tier"] == "auto" && step["rule"] == "kubectl get *"), "{planned}");
    assert!(steps[0]["leads"].as_array().unwrap().contains(&json!("step pods")), "{planned}");
    let told = place.run(&["plan", request]);
    assert_eq!(told.stdout.lines().count(), steps.len(), "{told:?}");
    assert!(told.stderr.contains("Runbook kubectl.deployment-stuck") && told.stderr.contains("finding gone"));
    let dry = place.run(&["ask", "--dry-run", "--json", request]).json();
    assert_eq!(dry["commands"].as_array().unwrap().len(), steps.len(), "{dry}");
    assert_eq!(dry["runbook"]["id"], "kubectl.deployment-stuck");
    assert!(!place.project.join(".GCC").exists());
}

#[test]
fn a_deed_or_a_look_that_is_understood_to_the_last_word_is_no_request_for_a_diagnosis() {
    let place = Home::new();
    for (request, command) in [
        ("make worker-7 unschedulable", "kubectl cordon worker-7"),
        ("pods sorted by restarts", "kubectl get pods '--sort-by=.status.containerStatuses[0].restartCount'"),
        ("go back to the previous branch", "git switch -"),
        ("git branch refused", "git branch refused"),
    ] {
        let planned = place.run(&["plan", "--json", request]).json();
        assert_eq!(planned["commands"], json!([command]), "{request}");
    }
}

#[test]
fn a_runbook_that_misses_an_input_is_planned_as_its_question() {
    let place = Home::new();
    let asked = place.run(&["plan", "--json", "my deployment is stuck"]).json();
    assert_eq!(asked, json!({"commands": [], "asked": true, "question": "Which deployment?"}));
}

#[test]
fn everyday_requests_are_planned_as_their_suites_say() {
    let suites = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/eval");
    // Floors in permille: they only rise.
    let all: &[(&str, u64)] = &[("docker", 1000), ("git", 1000), ("helm", 1000), ("kubectl", 1000), ("system", 1000)];
    let second: &[(&str, u64)] =
        &[("docker", 1000), ("git", 1000), ("helm", 1000), ("kubectl", 1000), ("system", 1000)];
    let sixth: &[(&str, u64)] = &[("docker", 1000), ("git", 1000), ("helm", 1000), ("kubectl", 1000), ("system", 1000)];
    // Written by somebody who had not looked at the phrases; it stays as it was written.
    let unseen: &[(&str, u64)] = &[
        ("compose", 1000),
        ("docker", 980),
        ("git", 1000),
        ("helm", 1000),
        ("kubectl", 1000),
        ("runbook", 1000),
        ("system", 1000),
    ];
    // Written before the skills' words were looked at; of these, 59 to 90 % were right at first.
    let blind: &[(&str, u64)] = &[
        ("compose", 960),
        ("docker", 960),
        ("git", 1000),
        ("helm", 1000),
        ("kubectl", 1000),
        ("runbook", 1000),
        ("system", 1000),
    ];
    let fresh: &[(&str, u64)] = &[
        ("compose", 960),
        ("docker", 960),
        ("git", 1000),
        ("helm", 960),
        ("kubectl", 1000),
        ("runbook", 900),
        ("system", 1000),
    ];
    let oncall: &[(&str, u64)] =
        &[("compose", 980), ("docker", 980), ("git", 950), ("helm", 960), ("kubectl", 960), ("system", 1000)];
    let plain: &[(&str, u64)] =
        &[("compose", 900), ("docker", 1000), ("git", 960), ("helm", 1000), ("kubectl", 960), ("system", 960)];
    let workday: &[(&str, u64)] =
        &[("compose", 940), ("docker", 820), ("git", 1000), ("helm", 980), ("kubectl", 1000), ("system", 1000)];
    let people: &[(&str, u64)] =
        &[("compose", 840), ("docker", 940), ("git", 980), ("helm", 980), ("kubectl", 940), ("system", 980)];
    let plainly: &[(&str, u64)] =
        &[("compose", 970), ("docker", 970), ("git", 950), ("helm", 1000), ("kubectl", 1000), ("system", 970)];
    let evening: &[(&str, u64)] =
        &[("compose", 920), ("docker", 960), ("git", 980), ("helm", 940), ("kubectl", 940), ("system", 920)];
    let later: &[(&str, u64)] =
        &[("compose", 970), ("docker", 850), ("git", 970), ("helm", 900), ("kubectl", 950), ("system", 950)];
    // Of these 54 to 63 % were right at first.
    let shift: &[(&str, u64)] =
        &[("compose", 920), ("docker", 960), ("git", 950), ("helm", 900), ("kubectl", 880), ("system", 930)];
    // Of these 62 to 71 %.
    let handover: &[(&str, u64)] =
        &[("compose", 900), ("docker", 910), ("git", 960), ("helm", 850), ("kubectl", 860), ("system", 910)];
    // Of these 58 to 80 %, and of the last 61 to 84 %.
    let newcomer: &[(&str, u64)] =
        &[("compose", 880), ("docker", 980), ("git", 940), ("helm", 900), ("kubectl", 940), ("system", 900)];
    let stay: &[(&str, u64)] =
        &[("compose", 910), ("docker", 770), ("git", 970), ("helm", 940), ("kubectl", 870), ("system", 940)];
    // Of these 71 to 90 %, of the next 71 to 87 %, and of the last 80 to 93 %.
    let visit: &[(&str, u64)] =
        &[("compose", 860), ("docker", 900), ("git", 980), ("helm", 950), ("kubectl", 950), ("system", 950)];
    let guest: &[(&str, u64)] =
        &[("compose", 910), ("docker", 850), ("git", 860), ("helm", 910), ("kubectl", 810), ("system", 860)];
    let caller: &[(&str, u64)] =
        &[("compose", 930), ("docker", 930), ("git", 930), ("helm", 910), ("kubectl", 930), ("system", 930)];
    // Nobody has looked at these, and at the next, while words were added; at first 73 to 87 % and 66 to 85 % were right.
    let regular: &[(&str, u64)] =
        &[("compose", 860), ("docker", 810), ("git", 900), ("helm", 960), ("kubectl", 800), ("system", 880)];
    let arrival: &[(&str, u64)] =
        &[("compose", 810), ("docker", 760), ("git", 900), ("helm", 910), ("kubectl", 880), ("system", 910)];
    // In the voices of seven kinds of people; 50 to 72 % of each were right at first.
    let terse: &[(&str, u64)] =
        &[("compose", 870), ("docker", 780), ("git", 820), ("helm", 910), ("kubectl", 860), ("system", 800)];
    let junior: &[(&str, u64)] =
        &[("compose", 840), ("docker", 800), ("git", 730), ("helm", 850), ("kubectl", 770), ("system", 840)];
    let platform: &[(&str, u64)] =
        &[("compose", 880), ("docker", 800), ("git", 820), ("helm", 880), ("kubectl", 890), ("system", 880)];
    let abroad: &[(&str, u64)] =
        &[("compose", 630), ("docker", 800), ("git", 740), ("helm", 850), ("kubectl", 810), ("system", 830)];
    let ordinary: &[(&str, u64)] =
        &[("compose", 770), ("docker", 850), ("git", 870), ("helm", 950), ("kubectl", 900), ("system", 860)];
    let team: &[(&str, u64)] =
        &[("compose", 650), ("docker", 700), ("git", 830), ("helm", 840), ("kubectl", 810), ("system", 750)];
    let homelab: &[(&str, u64)] =
        &[("compose", 720), ("docker", 840), ("git", 830), ("helm", 880), ("kubectl", 870), ("system", 880)];
    // The tasks of each tool one after the other, in nine voices.
    let crowd: &[(&str, u64)] =
        &[("compose", 710), ("docker", 640), ("git", 610), ("helm", 710), ("kubectl", 590), ("system", 710)];
    // The most frequent tasks of each tool in three or four wordings; 77 to 86 % were right at first.
    let usual: &[(&str, u64)] =
        &[("compose", 950), ("docker", 880), ("git", 950), ("helm", 910), ("kubectl", 940), ("system", 920)];
    // Everyday requests of each tool by their frequency, in all voices; 72 to 86 % were right at first.
    let open: &[(&str, u64)] =
        &[("compose", 940), ("docker", 910), ("git", 950), ("helm", 950), ("kubectl", 930), ("system", 910)];
    // 80 to 90 % were right at first.
    let duty: &[(&str, u64)] = &[("kubectl", 920), ("system", 900)];
    // 82 to 86 % were right at first.
    let colleague: &[(&str, u64)] = &[("compose", 900), ("docker", 960), ("kubectl", 940), ("system", 940)];
    // Written by two who knew nothing of the skills; 80 to 98 % were right at first.
    let outsider: &[(&str, u64)] =
        &[("compose", 900), ("docker", 860), ("git", 860), ("helm", 900), ("kubectl", 910), ("system", 950)];
    let outsider_two: &[(&str, u64)] =
        &[("compose", 800), ("docker", 980), ("git", 910), ("helm", 910), ("kubectl", 960), ("system", 950)];
    // Nothing was taught from these. What names neither docker nor compose is asked beside a compose file.
    let reserve: &[(&str, u64)] =
        &[("compose", 800), ("docker", 800), ("git", 950), ("helm", 930), ("kubectl", 900), ("system", 930)];
    for (suite, floors) in [
        ("everyday.jsonl", all),
        ("second.jsonl", second),
        ("further.jsonl", all),
        ("sixth.jsonl", sixth),
        ("unseen.jsonl", unseen),
        ("blind.jsonl", blind),
        ("fresh.jsonl", fresh),
        ("oncall.jsonl", oncall),
        ("plain.jsonl", plain),
        ("workday.jsonl", workday),
        ("people.jsonl", people),
        ("plainly.jsonl", plainly),
        ("evening.jsonl", evening),
        ("later.jsonl", later),
        ("shift.jsonl", shift),
        ("handover.jsonl", handover),
        ("newcomer.jsonl", newcomer),
        ("stay.jsonl", stay),
        ("visit.jsonl", visit),
        ("guest.jsonl", guest),
        ("caller.jsonl", caller),
        ("regular.jsonl", regular),
        ("arrival.jsonl", arrival),
        ("terse.jsonl", terse),
        ("junior.jsonl", junior),
        ("platform.jsonl", platform),
        ("abroad.jsonl", abroad),
        ("ordinary.jsonl", ordinary),
        ("team.jsonl", team),
        ("homelab.jsonl", homelab),
        ("crowd.jsonl", crowd),
        ("usual.jsonl", usual),
        ("open.jsonl", open),
        ("reserve.jsonl", reserve),
        ("colleague.jsonl", colleague),
        ("duty.jsonl", duty),
        ("outsider.jsonl", outsider),
        ("outsider-two.jsonl", outsider_two),
    ] {
        let ran = Home::new().run(&["eval", suites.join(suite).to_str().unwrap(), "--json"]);
        assert_eq!(ran.code, 0, "a plan would do harm: {ran:?}");
        let told = ran.json();
        println!("{suite}: {}", told["right_permille"]);
        for (tool, floor) in floors {
            let reached = told["right_permille"][*tool].as_u64().unwrap_or_else(|| panic!("no {tool} in {told}"));
            assert!(reached >= *floor, "{suite}, {tool}: {reached} of {floor}: {}", told["missed"]);
        }
    }
}

#[test]
fn a_suite_that_cannot_be_read_is_told_by_its_line() {
    let place = Home::new();
    place.file(
        "suite.jsonl",
        "{\"id\":\"1\",\"tool\":\"git\",\"request\":\"show the branches\",\"accept\":[\"git branch\"]}\nno\n",
    );
    let ran = place.run(&["eval", "suite.jsonl"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("suite.jsonl:2 is no case"), "{ran:?}");
}
