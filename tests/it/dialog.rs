//! The approval dialog in a real terminal, over real git: what answers it, and
//! what never does.

use std::time::Duration;

use super::support::home::Home;
use super::support::pty::{Key, Pty};
use super::support::screen::{agree, asked, idle, open, open_sized};

fn asking(place: &Home, request: &str) -> Pty {
    let mut terminal = open(place);
    terminal.enter(request);
    terminal
}

#[test]
fn a_typed_and_entered_yes_runs_what_was_shown() {
    let place = Home::with_commits(1);
    let mut terminal = asking(&place, "git branch feature");
    let shown = agree(&mut terminal, "yes");
    assert!(shown.contains("Command:    git branch feature"), "{shown}");
    assert!(shown.contains("Tier:       Requires approval"), "{shown}");
    terminal.wait_for_text("✓");
    assert_eq!(place.branches(), ["feature", "main"]);
}

#[test]
fn enter_alone_declines() {
    let place = Home::with_commits(1);
    let mut terminal = asking(&place, "git branch feature");
    asked(&terminal);
    terminal.press(Key::Enter);
    terminal.wait_for_text("I did not run git branch feature");
    assert_eq!(place.branches(), ["main"]);
}

#[test]
fn control_c_withdraws_the_question() {
    let place = Home::with_commits(1);
    let mut terminal = asking(&place, "git branch feature");
    asked(&terminal);
    terminal.send("yes");
    terminal.wait_for_text(">>> yes");
    terminal.press(Key::Ctrl('c'));
    terminal.wait_for_text("Cancelled.");
    idle(&terminal);
    assert_eq!(place.branches(), ["main"]);
    assert!(place.log(0).contains("USER DECISION: withdrawn\nACTION EXECUTED: no\n"), "{}", place.log(0));
}

#[test]
fn a_yes_typed_ahead_answers_nothing() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place);
    terminal.send("git branch feature\ryes");
    terminal.wait_for_text(">>> yes");
    terminal.wait_for_text("[ deny ]");
    assert_eq!(place.branches(), ["main"]);
    agree(&mut terminal, "no");
    terminal.wait_for_text("I did not run git branch feature");
    assert_eq!(place.branches(), ["main"]);
    assert!(terminal.text().contains(">>> yes"), "what was typed is lost:\n{}", terminal.text());
}

#[test]
fn it_waits_while_somebody_types() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place);
    terminal.send("git branch feature\r");
    let mut typed = String::new();
    // Ten keys at the pace of a person; the announcement comes among them.
    for letter in "abcdefghij".chars() {
        terminal.send(&letter.to_string());
        typed.push(letter);
        std::thread::sleep(Duration::from_millis(120));
    }
    terminal.wait_for_text("[ deny ]");
    assert!(terminal.text().contains(&typed), "keys were taken from the composer:\n{}", terminal.text());
    agree(&mut terminal, "no");
    terminal.wait_for_text("I did not run git branch feature");
    assert_eq!(place.branches(), ["main"]);
}

#[test]
fn a_paste_answers_nothing() {
    let place = Home::with_commits(1);
    let mut terminal = asking(&place, "git branch feature");
    asked(&terminal);
    terminal.send("\x1b[200~yes\r\x1b[201~");
    terminal.wait_for_text("A paste never answers");
    assert_eq!(place.branches(), ["main"]);
    terminal.press(Key::Esc);
    terminal.wait_for_text("I did not run git branch feature");
}

#[test]
fn a_single_letter_does_not_destroy_and_a_whole_word_does() {
    let place = Home::with_commits(1);
    place.git(&["branch", "doomed"]);
    let mut terminal = asking(&place, "git branch -D doomed");
    let shown = agree(&mut terminal, "y");
    assert!(shown.contains("DESTRUCTIVE OPERATION"), "{shown}");
    terminal.wait_for_text("type a whole word");
    assert_eq!(place.branches(), ["doomed", "main"]);
    agree(&mut terminal, "yes");
    terminal.wait_for_text("✓");
    assert_eq!(place.branches(), ["main"]);
}

#[test]
fn why_explains_and_the_question_stays_open() {
    let place = Home::with_commits(1);
    let mut terminal = asking(&place, "git branch feature");
    agree(&mut terminal, "why");
    terminal.wait_for_text("Why I ask:");
    assert_eq!(place.branches(), ["main"]);
    agree(&mut terminal, "yes");
    terminal.wait_for_text("✓");
    assert_eq!(place.branches(), ["feature", "main"]);
}

#[test]
fn a_command_longer_than_the_screen_is_read_to_its_end_before_a_yes_counts() {
    let place = Home::with_commits(1);
    place.git(&["config", "user.name", "Ada"]);
    place.git(&["config", "user.email", "ada@example.org"]);
    let message: Vec<String> = (0..120).map(|number| format!("word-{number:03}")).collect();
    let long = format!("git commit --allow-empty -m '{}'", message.join(" "));
    let mut terminal = open_sized(&place, 80, 24);
    terminal.enter(&long);
    let shown = asked(&terminal);
    assert!(shown.contains("more lines · PgDn") && !shown.contains("word-119"), "{shown}");
    terminal.send("yes");
    terminal.wait_for_text(">>> yes");
    terminal.press(Key::Enter);
    terminal.wait_for_text("See the whole of it first");
    assert_eq!(place.git(&["log", "--oneline"]).lines().count(), 1);
    for _ in 0..8 {
        terminal.press(Key::PageDown);
    }
    terminal.wait_for(|screen| screen.contains("Reason:") && !screen.contains("more lines"), "the end");
    terminal.press(Key::Enter);
    terminal.wait_for_text("✓");
    assert_eq!(place.git(&["log", "--oneline"]).lines().count(), 2);
}

#[test]
fn the_screen_turned_small_during_the_question_takes_no_answer_unseen() {
    let place = Home::with_commits(1);
    let mut terminal = asking(&place, "git branch feature");
    asked(&terminal);
    terminal.resize(20, 5);
    terminal.wait_for_text("too small");
    terminal.resize(100, 40);
    agree(&mut terminal, "yes");
    terminal.wait_for_text("✓");
    assert_eq!(place.branches(), ["feature", "main"]);
}

#[test]
fn a_command_that_waits_for_a_person_is_pointed_out_and_can_be_ended() {
    let place = Home::new();
    let mut terminal = asking(&place, "env cat");
    agree(&mut terminal, "yes");
    terminal.wait_for_text("waits for input");
    terminal.press(Key::Ctrl('c'));
    terminal.wait_for_text("✗ interrupted");
    idle(&terminal);
}
