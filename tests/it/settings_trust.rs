//! Trust of settings that can run programs: given by a person for exactly these settings of one repository.

use super::support::home::Home;

/// A repository that keeps its hooks in the project, as many do.
fn place() -> Home {
    let place = Home::with_commits(1);
    place.git(&["config", "core.hooksPath", ".husky/_"]);
    place
}

fn tier(place: &Home) -> String {
    place.run(&["check", "--json", "--", "git status"]).json()["tier"].as_str().unwrap().to_owned()
}

fn answer(place: &Home, word: &str) -> (i32, String) {
    let mut terminal = place.terminal(&["trust"]);
    terminal.wait_for_text("(y/N)");
    terminal.enter(word);
    let code = terminal.wait_exit();
    (code, terminal.text())
}

#[test]
fn reading_runs_by_itself_once_the_settings_are_trusted_and_asks_when_one_changes() {
    let place = place();
    let told = place.run(&["check", "--json", "--", "git status"]).json();
    assert_eq!(told["tier"], "approval");
    assert!(told.to_string().contains("core.hookspath"), "{told}");
    assert!(told.to_string().contains("devops-agent trust"), "{told}");

    let (code, shown) = answer(&place, "n");
    assert_eq!(code, 3, "{shown}");
    assert!(shown.contains("core.hookspath=.husky/_"), "{shown}");
    assert_eq!(tier(&place), "approval");

    assert_eq!(answer(&place, "y").0, 0);
    assert_eq!(tier(&place), "auto");

    place.git(&["config", "core.hooksPath", "elsewhere"]);
    assert_eq!(tier(&place), "approval");
    place.git(&["config", "core.hooksPath", ".husky/_"]);
    assert_eq!(tier(&place), "auto");

    assert_eq!(place.run(&["trust", "--refuse"]).code, 0);
    assert_eq!(tier(&place), "approval");
}

#[test]
fn trust_of_one_repository_says_nothing_about_another() {
    let (one, mut other) = (place(), place());
    assert_eq!(answer(&one, "y").0, 0);
    other.env = one.env.clone();
    assert_eq!(tier(&one), "auto");
    assert_eq!(tier(&other), "approval");
}

#[test]
fn nobody_trusts_without_a_terminal_and_what_cannot_be_read_is_never_trusted() {
    let place = place();
    let ran = place.run(&["trust"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("given at a terminal"), "{}", ran.stderr);
    place.file(".git/config", "[core\n");
    let ran = place.run(&["trust"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("cannot be trusted"), "{}", ran.stderr);
}

#[test]
fn where_no_setting_runs_anything_nothing_needs_trust() {
    let ran = Home::with_commits(1).run(&["trust"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("nothing needs trust"), "{}", ran.stderr);
}
