//! The person's own shell in the workbench: a real bash in the real binary's pane, a person's keys, and what stands in
//! the memory afterwards.

use std::fs;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::home::{Home, headings, processes_with};
use super::support::pty::{Key, Pty, until};
use super::support::screen::{idle, leave, open, open_sized};

fn place() -> Home {
    let place = Home::with_commits(2).var("SHELL", "/bin/bash").var("PS1", "person$ ");
    fs::write(place.home.join(".bashrc"), "PS1='person$ '\n").unwrap();
    place
}

/// Goes to the shell and waits for its prompt.
fn to_shell(terminal: &mut Pty) {
    terminal.press(Key::F(2));
    terminal.wait_for_text("person$");
}

/// Runs a line, and waits for what it shows and for rest: what is typed ahead is echoed into what runs.
fn runs(terminal: &mut Pty, line: &str, shows: &str) {
    terminal.enter(line);
    terminal.wait_for_text(shows);
    terminal.settle(Duration::from_millis(150));
}

#[test]
fn what_the_person_runs_is_in_the_log_and_reviewed_when_they_return() {
    let place = place();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, "git log --oneline", "commit 1");
    runs(&mut terminal, "sh -c 'echo broken; exit 3'", "broken");
    until(|| place.sessions().len() == 1 && place.log(0).contains("broken"), "the log");
    terminal.press(Key::Ctrl('s'));
    terminal.wait_for_text("CHAT MODE · agent reviewing your manual commands");
    terminal.wait_for_text("I see you ran git log --oneline and sh -c 'echo broken; exit 3' while in manual mode.");
    terminal.wait_for_text("2 commits; the newest is");
    terminal.wait_for_text("exit code 3");
    leave(&mut terminal);
    assert_eq!(terminal.wait_exit(), 0);
    let log = place.log(0);
    assert_eq!(headings(&log), ["HUMAN", "HUMAN", "AI — ANSWER"], "{log}");
    let wanted = "HUMAN\ngit log --oneline\n\nOUTPUT:\n";
    assert!(log.contains(wanted) && log.contains(" commit 1\n\nRESULT: exit code 0"), "{log}");
    assert!(log.contains("RESULT: exit code 3 after "), "{log}");
    assert!(log.contains(&format!(" in {}\n", place.project.display())), "{log}");
}

#[test]
fn a_private_command_leaves_its_place_and_nothing_else() {
    let place = place();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, "echo public''-thing", "public-thing");
    runs(&mut terminal, " echo private''thing", "privatething");
    runs(&mut terminal, "echo after''wards", "afterwards");
    until(|| place.sessions().len() == 1 && place.log(0).contains("afterwards"), "the log");
    terminal.press(Key::Ctrl('s'));
    terminal.wait_for_text("1 private command is in the log without content.");
    leave(&mut terminal);
    terminal.wait_exit();
    let log = place.log(0);
    assert!(log.contains("HUMAN\n(private)\n\nOUTPUT:\n\nRESULT: exit code 0"), "{log}");
    let kept = everything(&place);
    let leak = kept.find("privatething").or_else(|| kept.find("private''thing"));
    assert_eq!(leak.map(|at| &kept[at.saturating_sub(300)..at + 50]), None);
}

/// All files of the memory as text.
fn everything(place: &Home) -> String {
    fn read(path: &std::path::Path, text: &mut String) {
        for item in fs::read_dir(path).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else {
                text.push_str(&String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()));
            }
        }
    }
    let mut text = String::new();
    read(&place.project.join(".GCC"), &mut text);
    text
}

#[test]
fn a_secret_in_the_shell_reaches_neither_log_nor_transcript() {
    let place = place();
    let token = ["ghp_", "0123456789abcdefghij", "ABCDEFGHIJ012345"].concat();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, &format!("export GITHUB_TOKEN={token}; echo stored"), "stored");
    runs(&mut terminal, "env | grep GITHUB", "GITHUB_TOKEN=ghp_");
    runs(&mut terminal, "echo the''end", "theend");
    until(|| place.sessions().len() == 1 && place.log(0).contains("theend"), "the log");
    leave_shell(&mut terminal);
    let kept = everything(&place);
    assert!(kept.contains("GITHUB_TOKEN=[redacted:") && !kept.contains(&token), "{kept}");
}

fn leave_shell(terminal: &mut Pty) {
    terminal.press(Key::Ctrl('s'));
    terminal.wait_for_text("while in manual mode");
    leave(terminal);
    terminal.wait_exit();
}

#[test]
fn the_transcript_has_every_byte_between_the_commands_too() {
    let place = place();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, "echo one; (sleep 0.3; echo background) &", "one");
    terminal.wait_for_text("background");
    runs(&mut terminal, "echo the''end", "theend");
    until(|| place.sessions().len() == 1 && place.log(0).contains("theend"), "the log");
    leave_shell(&mut terminal);
    let session = place.project.join(".GCC/sessions").join(&place.sessions()[0]);
    let raw = fs::read_to_string(session.join("output/shell-1.raw")).unwrap();
    for part in ["person$ ", "echo one", "background", "theend"] {
        assert!(raw.contains(part), "no {part:?} in {raw}");
    }
}

#[test]
fn a_full_screen_program_has_every_key_and_the_escape_leads_back() {
    let place = place();
    place.file("long.txt", (1..=200).map(|line| format!("line {line}\n")).collect::<String>());
    let mut terminal = open_sized(&place, 100, 30);
    to_shell(&mut terminal);
    runs(&mut terminal, "less long.txt", "line 20");
    terminal.wait_for_text("Press Ctrl+] to return to agent");
    // In less these are keys of its own: forward, and search.
    terminal.send("G");
    terminal.wait_for_text("line 200");
    terminal.press(Key::Ctrl('r'));
    terminal.press(Key::Ctrl(']'));
    terminal.wait_for_text("CHAT");
    terminal.press(Key::F(2));
    terminal.wait_for_text("line 200");
    terminal.send("q");
    terminal.wait_for_text("Press Ctrl+S to return to agent");
    runs(&mut terminal, "echo the''end", "theend");
    leave_shell(&mut terminal);
}

#[test]
fn drift_is_announced_and_logged() {
    let place = place();
    let mut terminal = open(&place);
    terminal.enter("git status");
    terminal.wait_for_text("clean");
    idle(&terminal);
    to_shell(&mut terminal);
    runs(&mut terminal, "git switch -c elsewhere", "Switched to a new branch");
    until(|| place.log(0).contains("git switch"), "the log");
    terminal.press(Key::Ctrl('s'));
    terminal.wait_for_text("git branch main → elsewhere");
    leave(&mut terminal);
    terminal.wait_exit();
    let log = place.log(0);
    assert!(log.contains("SYSTEM — DRIFT\ngit branch main → elsewhere\n"), "{log}");
}

#[test]
fn the_summoner_finds_a_command_and_the_person_runs_it() {
    let place = place();
    fs::write(place.home.join(".bash_history"), "make the-old-thing\n").unwrap();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, "echo first''thing", "firstthing");
    until(|| place.sessions().len() == 1 && place.log(0).contains("firstthing"), "the log");
    terminal.press(Key::Ctrl('r'));
    terminal.wait_for_text("make the-old-thing");
    terminal.send("firth");
    terminal.wait_for(|screen| !screen.contains("make the-old-thing"), "fewer commands");
    terminal.press(Key::Enter);
    terminal.wait_for(|screen| screen.matches("echo first''thing").count() == 2, "the command on the prompt");
    terminal.settle(Duration::from_millis(300));
    assert_eq!(terminal.text().matches("│firstthing").count(), 1, "it ran by itself: {}", terminal.text());
    terminal.press(Key::Enter);
    until(|| headings(&place.log(0)).len() == 2, "the second entry");
    leave_shell(&mut terminal);
}

#[test]
fn a_flood_in_the_shell_leaves_the_keys_alive() {
    let place = place();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, "yes flooding", "flooding");
    std::thread::sleep(Duration::from_millis(500));
    terminal.press(Key::F(2));
    terminal.wait_for_text("Say what you want");
    terminal.send("still alive");
    terminal.wait_for_text("still alive");
    terminal.press(Key::Ctrl('c'));
    terminal.press(Key::F(2));
    terminal.press(Key::Ctrl('c'));
    runs(&mut terminal, "echo the''end", "theend");
    until(|| place.log(0).contains("theend"), "the log");
    leave_shell(&mut terminal);
    let log = place.log(0);
    assert!(log.len() < 400_000 && log.contains("bytes left out"), "{} bytes", log.len());
    assert!(log.contains("the whole is in output/shell-1.raw, from byte "), "no place of the whole");
}

#[test]
fn killed_while_a_command_runs_it_leaves_no_process_and_the_next_start_tells() {
    let place = place();
    let mark = format!("sleep 31{}", std::process::id());
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    terminal.enter(&mark);
    until(|| !processes_with(&mark).is_empty(), "the command");
    until(|| place.sessions().len() == 1, "the session");
    let spool = place.project.join(".GCC/sessions").join(&place.sessions()[0]).join("spool/human.json");
    until(|| spool.exists(), "the note that it runs");
    kill(Pid::from_raw(terminal.process_id().unwrap().try_into().unwrap()), Signal::SIGKILL).unwrap();
    until(|| processes_with(&mark).is_empty(), "the end of the command");
    let ran = place.run(&["ask", "git status"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let log = place.log(0);
    assert!(
        log.contains(&format!("the process ended while this ran: {mark}; whether it finished is not known")),
        "{log}"
    );
    assert_eq!(place.run(&["verify"]).code, 0);
}

#[test]
fn the_shells_end_leads_back_to_the_chat_and_another_can_be_opened() {
    let place = place();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    terminal.enter("exit 7");
    terminal.wait_for_text("Your shell ended with code 7. Ctrl+D starts another.");
    terminal.press(Key::Ctrl('d'));
    terminal.wait_for_text("person$");
    runs(&mut terminal, "echo the''end", "theend");
    until(|| place.log(0).contains("theend"), "the log");
    leave_shell(&mut terminal);
}

#[test]
fn a_shell_that_is_set_is_taken_instead_of_the_usual_one() {
    let place = Home::with_commits(1).var("SHELL", "/bin/bash").var("AGENT_SHELL", "dash").var("PS1", "person$ ");
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, "echo $0", "dash");
    until(|| place.sessions().len() == 1 && place.log(0).contains("dash"), "the log");
    leave_shell(&mut terminal);
}

#[test]
fn what_was_masked_is_told_by_kind_and_place() {
    let place = place();
    let token = ["ghp_", "0123456789abcdefghij", "ABCDEFGHIJ012345"].concat();
    let mut terminal = open(&place);
    to_shell(&mut terminal);
    runs(&mut terminal, &format!("export GITHUB_TOKEN={token}; echo stored"), "stored");
    runs(&mut terminal, &format!("echo {token} the''end"), "theend");
    until(|| place.sessions().len() == 1 && place.log(0).contains("theend"), "the log");
    terminal.press(Key::Ctrl('s'));
    terminal.wait_for_text("while in manual mode");
    terminal.enter("PRIVACY");
    terminal.wait_for_text("The same letters behind # are the same value");
    terminal.wait_for_text("HUMAN");
    leave(&mut terminal);
    terminal.wait_exit();
    let told = place.run(&["privacy", "--json"]).json();
    // Known by its form in one place and by its name in another, and the same value in both.
    let masked = told["masked"].as_array().unwrap();
    assert!(!masked.is_empty() && masked.iter().all(|one| one["suffix"] == masked[0]["suffix"]), "{told}");
    assert!(masked.iter().map(|one| one["times"].as_u64().unwrap()).sum::<u64>() >= 3, "{told}");
    assert!(!place.run(&["privacy"]).stdout.contains(&token));
}
