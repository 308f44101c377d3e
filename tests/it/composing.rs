//! Writing in the real workbench: names, one's own editor, one's own shell, the way back through what was said.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::support::home::Home;
use super::support::pty::Key;
use super::support::screen::{close, idle, leave, leave_it, open_answered, open_sized};

#[test]
fn a_request_is_written_in_the_person_s_own_editor() {
    let mut place = Home::with_commits(2);
    let editor = place.project.join("../editor");
    fs::write(&editor, "#!/bin/sh\nprintf 'git status' > \"$1\"\nstat -c %a \"$1\" > ../mode\n").unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    place.env.insert("EDITOR".to_owned(), editor.display().to_string());
    let mut terminal = open_sized(&place, 110, 30);
    terminal.send("half a thought");
    terminal.wait_for_text("half a thought");
    terminal.send("\x07");
    terminal.wait_for_text(">>> git status");
    assert_eq!(fs::read_to_string(place.project.join("../mode")).unwrap().trim(), "600");
    terminal.press(Key::Enter);
    terminal.wait_for_text("nothing to commit");
    idle(&terminal);
    close(&mut terminal);
}

#[test]
fn a_line_after_an_exclamation_mark_runs_in_the_person_s_shell_and_is_theirs_in_the_log() {
    let place = Home::with_commits(2);
    let mut terminal = open_sized(&place, 80, 24);
    terminal.enter("!echo one-$((40+2))");
    terminal.wait_for_text("I see you ran");
    assert!(terminal.text().contains("\n one-42"), "{}", terminal.text());
    let session = fs::read_dir(place.project.join(".GCC/sessions")).unwrap().next().unwrap().unwrap().path();
    let log = fs::read_to_string(session.join("log.md")).unwrap();
    assert!(log.contains("HUMAN") && log.contains("echo one-$((40+2))") && log.contains("one-42"), "{log}");
    close(&mut terminal);
}

#[test]
fn what_was_asked_in_another_run_is_found_again_and_files_are_named_by_a_few_letters() {
    let place = Home::with_commits(2);
    let mut terminal = open_answered(&place, 80, 24);
    leave(&mut terminal);
    terminal.wait_exit();
    fs::create_dir(place.project.join("deploy")).unwrap();
    fs::write(place.project.join("deploy/values.yaml"), "replicas: 3\n").unwrap();
    let mut terminal = open_sized(&place, 80, 24);
    terminal.wait_for_text("Resume the last active session");
    terminal.send("n");
    terminal.wait_for(|screen| !screen.contains("Resume the last active session"), "the offer to be declined");
    terminal.send("\x12");
    terminal.wait_for_text("▶ git status");
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| !screen.contains("Requests of before"), "the list to be put away");
    terminal.send("git diff @valu");
    terminal.wait_for_text("▶ @deploy/values.yaml");
    terminal.press(Key::Tab);
    terminal.wait_for_text(">>> git diff deploy/values.yaml");
    close(&mut terminal);
}

#[test]
fn an_address_on_the_screen_can_be_opened_by_the_terminal() {
    let place = Home::with_commits(1);
    place.git(&["commit", "-q", "--allow-empty", "-m", "see https://example.org/why."]);
    let mut terminal = open_sized(&place, 100, 30);
    terminal.enter("git log -1 --format=%s");
    terminal.wait_for_text("see https://example.org/why.");
    idle(&terminal);
    leave(&mut terminal);
    terminal.wait_exit();
    let bytes = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(bytes.contains(";https://example.org/why\x1b\\"), "no link was told");
}

#[test]
fn the_conversation_goes_on_line_by_line_with_nothing_drawn() {
    let place = Home::with_commits(2);
    let ran = place.run_with(&["--linear"], b"git status\n/dance\n/quit\n");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("on main: clean"), "{}", ran.stdout);
    assert!(ran.stderr.contains("git status") && ran.stderr.contains("auto-executing"), "{}", ran.stderr);
    assert!(ran.stderr.contains("only /help, /welcome and /quit"), "{}", ran.stderr);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains('\x1b'), "nothing moves a cursor");
}

#[test]
fn nothing_is_agreed_to_line_by_line_without_words() {
    let place = Home::with_commits(2);
    let file = place.file("notes.txt", "mine");
    place.git(&["add", "notes.txt"]);
    let ran = place.run_with(&["--linear"], b"git stash\n\n/quit\n");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("APPROVAL REQUIRED"), "{}", ran.stderr);
    assert!(file.exists(), "an empty line is no yes");
}

#[test]
fn what_would_go_is_looked_at_before_it_is_answered() {
    let place = Home::with_commits(2);
    place.file("old-notes.txt", "mine");
    let mut terminal = open_sized(&place, 100, 34);
    terminal.enter("rm old-notes.txt");
    super::support::screen::asked(&terminal);
    terminal.wait_for_text("Look first:");
    terminal.press(Key::Tab);
    terminal.wait_for_text("What it would change, as find old-notes.txt -ls tells");
    terminal.wait_for(|screen| screen.matches("old-notes.txt").count() >= 3, "what it printed");
    terminal.press(Key::Esc);
    leave_it(&mut terminal);
    assert!(place.project.join("old-notes.txt").exists());
    close(&mut terminal);
}
