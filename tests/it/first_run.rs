//! The first start of somebody who was never here, in the real workbench and line by line.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::support::home::Home;
use super::support::ollama::FakeOllama;
use super::support::pty::{Key, Pty};
use super::support::screen::{close, idle, ready};

fn newcomer() -> Home {
    Home::with_commits(2)
}

fn open(place: &Home) -> Pty {
    let terminal = place.terminal(&[]);
    ready(&terminal);
    terminal
}

fn left(mut terminal: Pty) {
    terminal.press(Key::Ctrl('x'));
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
}

#[test]
fn a_newcomer_presses_enter_and_sees_what_fits_the_directory() {
    let place = newcomer();
    let mut terminal = open(&place);
    terminal.resize(80, 24);
    terminal.wait_for_text("Enter tries: which files did I change");
    terminal.wait_for_text("ollama pull devstral:24b");
    let screen = terminal.text();
    for tier in ["auto", "approval", "destructive"] {
        assert!(screen.contains(tier), "{tier} is not on the first screen:\n{screen}");
    }
    terminal.press(Key::Enter);
    terminal.wait_for_text("git status");
    terminal.wait_for_text("on main: clean");
    assert!(!terminal.text().contains("Enter tries"), "{}", terminal.text());
    close(&mut terminal);
    assert!(place.log(0).contains("which files did I change"), "{}", place.log(0));
    assert_eq!(fs::metadata(place.welcomed()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn once_left_it_comes_no_more_and_a_command_shows_it_again() {
    let place = newcomer();
    let mut terminal = open(&place);
    terminal.wait_for_text("Enter tries");
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| !screen.contains("Enter tries"), "the first screen to go");
    left(terminal);
    // What a first start leaves behind is not what keeps it away.
    let _none = fs::remove_dir_all(place.project.join(".GCC"));
    let mut terminal = open(&place);
    terminal.wait_for_text("No model");
    assert!(!terminal.text().contains("Enter tries"), "{}", terminal.text());
    terminal.enter("/welcome ");
    terminal.wait_for_text("Enter tries");
    left(terminal);
}

#[test]
fn keys_that_were_typed_for_a_request_are_a_request() {
    let place = newcomer();
    let mut terminal = place.terminal(&[]);
    terminal.send("show the last commit");
    ready(&terminal);
    terminal.wait_for_text(">>> show the last commit");
    terminal.press(Key::Enter);
    terminal.wait_for_text("commit 2");
    idle(&terminal);
    assert!(!place.log(0).contains("which files did I change"), "{}", place.log(0));
    close(&mut terminal);
}

#[test]
fn a_model_that_is_installed_is_proposed_and_taken_with_one_word() {
    let ollama = FakeOllama::start(&["qwen3:8b"], Vec::new());
    let place = newcomer().var("OLLAMA_HOST", &ollama.host());
    let mut terminal = open(&place);
    terminal.wait_for_text("devstral:24b is not installed. qwen3:8b is there");
    terminal.enter("/model qwen3:8b");
    terminal.wait_for_text("· qwen3:8b");
    left(terminal);
}

#[test]
fn whoever_has_settings_or_a_memory_elsewhere_is_no_newcomer() {
    let settled = newcomer();
    let config = settled.home.join("config/devops-agent");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.yaml"), "agent_name: Ada\n").unwrap();
    let remembers = newcomer();
    assert_eq!(remembers.run(&["ask", "git status"]).code, 0);
    for (place, args) in [(settled, &[][..]), (remembers, &["--gcc-path", "elsewhere"])] {
        let terminal = place.terminal(args);
        terminal.wait_for_text("No model");
        assert!(!terminal.text().contains("Welcome"), "{}", terminal.text());
        left(terminal);
    }
}

#[test]
fn ask_shows_no_first_screen_and_leaves_it_to_the_workbench() {
    let place = newcomer();
    let ran = place.run(&["ask", "git status"]);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("Enter"), "{ran:?}");
    assert!(!place.welcomed().exists());
}

#[test]
fn line_by_line_it_is_told_and_an_empty_line_tries_it_once() {
    let place = newcomer();
    let ran = place.run_with(&["--linear"], b"\n\n/quit\n");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for words in [
        "approval     it changes something, or might",
        "ollama pull",
        "press Enter alone: it asks \"which files did I change\"",
    ] {
        assert!(ran.stderr.contains(words), "{words} is not in {}", ran.stderr);
    }
    assert_eq!(ran.stdout.matches("on main: clean").count(), 1, "{}", ran.stdout);
    assert_eq!(ran.stderr.matches("No model").count(), 1, "{}", ran.stderr);
    assert!(!ran.stderr.contains('\x1b') && !ran.stderr.contains("os error"), "{}", ran.stderr);
    fs::remove_dir_all(place.project.join(".GCC")).unwrap();
    let again = place.run_with(&["--linear"], b"git status\ngit status\n/quit\n");
    assert_eq!(again.stderr.matches("No model").count(), 1, "{}", again.stderr);
    assert!(!again.stderr.contains("press Enter alone"), "{}", again.stderr);
    let asked_for = place.run_with(&["--linear"], b"/welcome\n/quit\n");
    assert!(asked_for.stderr.contains("press Enter alone"), "{}", asked_for.stderr);
}
