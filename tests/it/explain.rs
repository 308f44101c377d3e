//! `explain`: a command line taken apart, on the command line and as a word in the chat.

use serde_json::json;

use super::support::home::Home;

#[test]
fn every_word_of_a_command_is_explained_with_the_rule_that_decides() {
    let place = Home::new();
    let ran = place.run(&["explain", "kubectl -n prod logs web-1 -f --tail=20"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let wanted = [
        ("kubectl", "program: works on a Kubernetes cluster"),
        ("logs", "subcommand: prints what a container wrote"),
        ("-n prod", "option: in this namespace"),
        ("-f", "option: goes on printing new lines"),
        ("--tail=20", "option: only the last lines"),
        ("web-1", "operand"),
    ];
    for (word, what) in wanted {
        let line = ran.stdout.lines().find(|line| line.starts_with(&format!("  {word} ")));
        let line = line.unwrap_or_else(|| panic!("no {word} in:\n{}", ran.stdout));
        assert!(line.ends_with(&format!("  {what}")), "{line}");
    }
    assert!(
        ran.stdout.contains("Alone it is auto: read-only, by `kubectl logs *` (kubectl/SKILL.md:"),
        "{}",
        ran.stdout
    );
    assert!(!place.project.join(".GCC").exists());
}

#[test]
fn a_dangerous_option_names_the_rule_it_sets_off_and_the_effect_is_told() {
    let place = Home::new();
    let told = place.run(&["explain", "git push --force origin main"]).stdout;
    assert!(told.contains("option: overwrites what the remote branch holds (sets off `git push --force *`)"), "{told}");
    assert!(told.contains("  Effect: ") && told.lines().nth(1).unwrap().starts_with("destructive: "), "{told}");
}

#[test]
fn commands_of_one_line_are_explained_one_by_one_and_unknown_parts_are_called_so() {
    let place = Home::new();
    let told = place.run(&["explain", "docker rm $(docker ps -aq) && frobnicate --odd"]).stdout;
    let heads: Vec<&str> = told.lines().filter(|line| line.starts_with("Command ")).collect();
    assert_eq!(
        heads,
        ["Command 1 of 3: docker ps -aq", "Command 2 of 3: docker rm", "Command 3 of 3: frobnicate --odd"]
    );
    for sentence in
        ["The shell fills in some of its words", "no skill knows this program", "not known: an option or an operand"]
    {
        assert!(told.contains(sentence), "{sentence} is not in:\n{told}");
    }
}

#[test]
fn the_explanation_is_there_as_json() {
    let place = Home::new();
    let told = place.run(&["explain", "--json", "git log --odd | wc -l"]).json();
    let [log, count] = told["commands"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((&log["verb"]["word"], &log["verb"]["known"]), (&json!("log"), &json!(true)));
    assert_eq!((&log["options"][0]["name"], &log["options"][0]["known"]), (&json!("--odd"), &json!("unknown")));
    assert_eq!(count["program"]["word"], "wc");
    assert_eq!(told["verdict"]["tier"], "approval");
}

#[test]
fn explain_before_a_command_runs_nothing_in_the_chat_either() {
    let place = Home::with_commits(1);
    let ran = place.run(&["ask", "explain git branch feature"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("subcommand: lists, makes or deletes branches"), "{}", ran.stdout);
    assert_eq!(place.branches(), ["main"]);
}
