//! The full-screen workbench in a real terminal: the real binary, real git, a
//! person's keys in and a person's eyes on what comes out.

use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::home::{Home, PROGRAM, headings, processes_with};
use super::support::pty::{Key, Pty, until};
use super::support::screen::{agree, idle, leave, open, open_sized, ready};

/// The workbench under a shell that keeps the terminal's settings from before and after, and the exit code.
const UNDER_A_SHELL: &str = "stty -a > ../before; \"$0\"; echo \"exit $?\"; stty -a > ../after";

struct UnderShell {
    terminal: Pty,
    project: PathBuf,
}

impl UnderShell {
    fn start(place: &Home) -> UnderShell {
        let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let args = ["-c", UNDER_A_SHELL, PROGRAM];
        let terminal = Pty::spawn("/bin/sh", &args, &env, &place.project, 100, 30);
        ready(&terminal);
        UnderShell { terminal, project: place.project.clone() }
    }

    /// The workbench's own process.
    fn process(&self) -> Pid {
        let shell = self.terminal.process_id().unwrap();
        let children = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
        Pid::from_raw(children.split_whitespace().next().unwrap().parse().unwrap())
    }

    /// Waits for the end; the terminal must be as it was.
    fn ended_with(&mut self, code: i32) {
        self.terminal.wait_for_text(&format!("exit {code}"));
        self.terminal.wait_exit();
        let settings = |name: &str| fs::read_to_string(self.project.with_file_name(name)).unwrap();
        assert_eq!(settings("before"), settings("after"));
        let screen = self.terminal.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.bracketed_paste(), "bracketed paste was left on");
        assert!(!screen.hide_cursor(), "the cursor was left hidden");
    }
}

/// Starts a command that runs until it is ended, and waits until it does.
fn started(terminal: &mut Pty, command: &str) {
    terminal.enter(&format!("env {command}"));
    agree(terminal, "yes");
    terminal.wait_for_text("running · Ctrl+C stops it");
    until(|| !processes_with(command).is_empty(), "the command");
}

fn gone(mark: &str) {
    until(|| processes_with(mark).is_empty(), "the end of the command");
}

fn closed(terminal: &mut Pty) {
    leave(terminal);
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
}

#[test]
fn a_request_is_announced_run_answered_and_logged() {
    let place = Home::with_commits(7);
    let mut terminal = open(&place);
    terminal.enter("show the last five commits");
    terminal.wait_for_text("5 commits; the newest is");
    let screen = terminal.text();
    let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("no {text:?} in:\n{screen}"));
    let story = [
        "show the last five commits",
        "→  git log -5 --oneline",
        "Reason: ",
        "[auto-executing — read-only per git/SKILL.md (git log *, line",
        "commit 7",
        "commit 3",
        "5 commits; the newest is",
    ];
    for pair in story.windows(2) {
        assert!(at(pair[0]) < at(pair[1]), "{pair:?} in\n{screen}");
    }
    assert!(!screen.contains("commit 2"), "{screen}");
    assert!(screen.contains("[session_001 · main]") && screen.contains("git main · docker "), "{screen}");
    closed(&mut terminal);
    let log = place.log(0);
    assert_eq!(headings(&log), ["HUMAN — REQUEST", "AI", "AI — ANSWER"]);
    let lines = place.git(&["log", "-5", "--oneline"]);
    assert!(log.contains(&format!("ACTION: git log -5 --oneline\n\nOUTPUT:\n{lines}\nINFERENCE: ")), "{log}");
}

#[test]
fn closing_says_where_the_log_lies() {
    let place = Home::with_commits(1);
    let mut terminal = open_sized(&place, 200, 30);
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    closed(&mut terminal);
    let log = Path::new(".GCC/sessions").join(&place.sessions()[0]).join("log.md");
    assert!(place.project.join(&log).is_file());
    let screen = terminal.text();
    assert!(screen.contains("session_001 stays active. Its log: "), "{screen}");
    assert!(screen.contains(log.to_str().unwrap()), "{screen}");
}

#[test]
fn closing_with_a_summary_tells_it_and_ends_the_session() {
    for (word, end, row) in [("y", "is closed and saved", "pool size 5"), ("n", "is closed. Its log", "| 1       |   ")]
    {
        let place = Home::with_commits(1);
        let mut terminal = open_sized(&place, 120, 30);
        terminal.enter("git status");
        terminal.wait_for_text("nothing to commit");
        terminal.enter("COMMIT pool size 5 is the cause");
        terminal.wait_for_text("Committed as");
        idle(&terminal);
        terminal.press(Key::Ctrl('x'));
        terminal.wait_for_text("Commit 1: pool size 5 is the cause");
        terminal.wait_for_text("Commands executed: 1 (1 agent / 0 manual)");
        terminal.send(word);
        assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
        assert!(terminal.text().contains(end), "{}", terminal.text());
        let page = fs::read_to_string(place.project.join(".GCC/main.md")).unwrap();
        assert!(page.contains("| closed |") && page.contains(row), "{page}");
        assert_eq!(place.run(&["sessions", "--json"]).json()[0]["status"], "closed");
    }
}

#[test]
fn closing_gives_the_terminal_back() {
    let place = Home::with_commits(1);
    let mut shell = UnderShell::start(&place);
    assert!(shell.terminal.screen().alternate_screen());
    shell.terminal.enter("git status");
    shell.terminal.wait_for_text("nothing to commit");
    leave(&mut shell.terminal);
    shell.ended_with(0);
}

#[test]
fn a_signal_to_end_gives_the_terminal_back_and_keeps_the_log() {
    for (signal, code) in [(Signal::SIGTERM, 143), (Signal::SIGINT, 130)] {
        let place = Home::with_commits(1);
        let mut shell = UnderShell::start(&place);
        shell.terminal.enter("git status");
        shell.terminal.wait_for_text("nothing to commit");
        idle(&shell.terminal);
        kill(shell.process(), signal).unwrap();
        shell.ended_with(code);
        assert_eq!(headings(&place.log(0)), ["HUMAN — REQUEST", "AI", "AI — ANSWER"]);
    }
}

#[test]
fn a_terminal_that_goes_away_takes_everything_along() {
    let place = Home::new();
    let mark = "sleep 1000.0171";
    let mut terminal = open(&place);
    started(&mut terminal, mark);
    let process = Pid::from_raw(i32::try_from(terminal.process_id().unwrap()).unwrap());
    kill(process, Signal::SIGHUP).unwrap();
    terminal.wait_exit();
    gone(mark);
}

#[test]
fn closing_with_nothing_said_leaves_no_session() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place);
    closed(&mut terminal);
    assert_eq!(place.sessions(), [] as [String; 0]);
    assert!(!terminal.text().contains("Its log"), "{}", terminal.text());
    assert_eq!(place.git(&["status", "--porcelain"]), "");
}

#[test]
fn control_c_on_an_idle_screen_ends_nothing() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place);
    for _ in 0..3 {
        terminal.press(Key::Ctrl('c'));
    }
    terminal.wait_for_text("Ctrl+X closes");
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    closed(&mut terminal);
}

#[test]
fn what_was_typed_before_the_first_picture_is_not_lost() {
    let place = Home::with_commits(1);
    let mut terminal = place.terminal(&[]);
    terminal.send("git status");
    terminal.wait_for_text(">>> git status");
    terminal.press(Key::Enter);
    terminal.wait_for_text("nothing to commit");
    closed(&mut terminal);
}

#[test]
fn a_terminal_of_twenty_columns_says_so_and_works_when_it_grows() {
    let place = Home::with_commits(1);
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut terminal = Pty::spawn(PROGRAM, &[], &env, &place.project, 20, 5);
    terminal.wait_for_text("20×5 is too small");
    assert!(terminal.text().contains("40×10"), "{}", terminal.text());
    terminal.resize(80, 24);
    ready(&terminal);
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    closed(&mut terminal);
}

#[test]
fn a_terminal_of_twenty_columns_can_be_closed() {
    let place = Home::with_commits(1);
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut terminal = Pty::spawn(PROGRAM, &[], &env, &place.project, 20, 5);
    terminal.wait_for_text("too small");
    closed(&mut terminal);
}

#[test]
fn a_storm_of_sizes_leaves_a_whole_picture() {
    let place = Home::with_commits(30);
    let mut terminal = open(&place);
    terminal.enter("show the last thirty commits");
    for step in 0..120_u16 {
        terminal.resize(20 + step * 37 % 140, 3 + step * 11 % 50);
    }
    terminal.resize(100, 30);
    // Wraps and all: the frame of the last size is drawn whole, and nothing of another is left.
    let whole = |screen: &str| {
        let rows: Vec<&str> = screen.lines().collect();
        rows.len() == 30
            && rows.iter().any(|row| row.starts_with('╭') && row.ends_with('╮') && row.chars().count() == 100)
            && rows[28].ends_with("CHAT")
            && rows.iter().filter(|row| row.contains(">>>")).count() == 1
    };
    terminal.wait_for(whole, "a whole picture of 100×30");
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    closed(&mut terminal);
}

#[test]
fn without_a_terminal_it_says_what_works_without_one() {
    let place = Home::with_commits(1);
    let ran = place.run(&[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("error: standard input is not a terminal"), "{ran:?}");
    assert!(ran.stderr.contains("hint: ") && ran.stderr.contains("devops-agent ask"), "{ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    assert_eq!(place.sessions(), [] as [String; 0]);
}

#[test]
fn with_its_output_in_a_file_it_says_so() {
    let place = Home::with_commits(1);
    let env: Vec<(&str, &str)> = place.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let script = "\"$0\" > out; echo \"exit $?\"";
    let mut terminal = Pty::spawn("/bin/sh", &["-c", script, PROGRAM], &env, &place.project, 120, 20);
    terminal.wait_exit();
    let screen = terminal.text();
    assert!(screen.contains("standard output is not a terminal") && screen.contains("exit 1"), "{screen}");
    assert_eq!(fs::read(place.project.join("out")).unwrap(), b"");
}

#[test]
fn a_terminal_that_cannot_place_its_cursor_is_left_alone() {
    for term in ["dumb", ""] {
        let place = Home::with_commits(1).var("TERM", term);
        let mut terminal = place.terminal(&[]);
        assert_eq!(terminal.wait_exit(), 1, "{}", terminal.text());
        let screen = terminal.text();
        assert!(screen.contains("cannot address its cursor"), "{screen}");
        assert!(screen.contains("hint: ") && screen.contains("devops-agent --linear"), "{screen}");
        assert!(!terminal.raw().contains(&0x1b), "it was sent escape sequences");
    }
}

#[test]
fn closing_while_a_command_runs_asks_once_and_leaves_no_orphan() {
    let place = Home::new();
    let mark = "sleep 1000.0172";
    let mut terminal = open(&place);
    started(&mut terminal, mark);
    terminal.press(Key::Ctrl('x'));
    terminal.wait_for_text("Ctrl+X once more");
    terminal.press(Key::Ctrl('x'));
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    gone(mark);
    let log = place.log(0);
    assert_eq!(headings(&log)[..2], ["HUMAN — REQUEST", "APPROVAL REQUEST"], "{log}");
    assert!(log.contains("ACTION EXECUTED: yes"), "{log}");
}

#[test]
fn a_kill_while_a_command_runs_leaves_no_orphan_and_the_next_start_tells_of_it() {
    let place = Home::new();
    let mark = "sleep 1000.0173";
    let mut terminal = open(&place);
    started(&mut terminal, mark);
    let process = Pid::from_raw(i32::try_from(terminal.process_id().unwrap()).unwrap());
    kill(process, Signal::SIGKILL).unwrap();
    terminal.wait_exit();
    gone(mark);
    assert_eq!(place.run(&["ask", "pwd"]).code, 0);
    assert!(headings(&place.log(0)).contains(&"SYSTEM — RECOVERY"), "{}", place.log(0));
}

#[test]
fn a_flood_leaves_the_keys_to_the_person_and_control_c_ends_it() {
    let place = Home::new();
    let mark = "seq 1 4000000000";
    let mut terminal = open(&place);
    terminal.enter(&format!("env {mark}"));
    agree(&mut terminal, "yes");
    terminal.wait_for(|screen| screen.contains("bytes before this are only in the log"), "a flood");
    terminal.send("echoed meanwhile");
    terminal.wait_for_text(">>> echoed meanwhile");
    assert!(!processes_with(mark).is_empty());
    terminal.press(Key::Ctrl('c'));
    terminal.wait_for_text("✗ interrupted");
    gone(mark);
    assert!(terminal.text().contains(">>> echoed meanwhile"), "{}", terminal.text());
    idle(&terminal);
    terminal.press(Key::Ctrl('c'));
    terminal.wait_for(|screen| !screen.contains("echoed meanwhile"), "an empty line");
    terminal.enter("pwd");
    terminal.wait_for_text(place.project.file_name().unwrap().to_str().unwrap());
    closed(&mut terminal);
}

#[test]
fn binary_garbage_does_not_break_the_screen() {
    let place = Home::new();
    let mut terminal = open(&place);
    terminal.enter("head -c 3000 /dev/urandom");
    terminal.wait_for_text("✓");
    idle(&terminal);
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend(b"\x1b[2J\x1b[1;1Howned\x1b]0;owned\x07\x1b[?1049l\x1b[?25h\x1bc\x0e\x9b2J the end\n");
    place.file("garbage.bin", &bytes);
    terminal.enter("cat garbage.bin");
    terminal.wait_for_text("the end");
    idle(&terminal);
    let screen = terminal.screen();
    assert!(screen.alternate_screen());
    let text = terminal.text();
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[rows.len() - 2].ends_with("CHAT"), "{text}");
    assert!(rows[rows.len() - 5].starts_with("╭ [session_001"), "{text}");
    assert!(text.contains("\\x1b[2J") && text.contains("\\xff"), "{text}");
    closed(&mut terminal);
}

#[test]
fn escape_sequences_in_output_are_shown_and_not_obeyed() {
    let place = Home::with_commits(1);
    place.git(&["commit", "-q", "--allow-empty", "-m", "\x1b[31mred\x1b[2J\u{202e}desrever"]);
    let mut terminal = open(&place);
    terminal.enter("show the last five commits");
    terminal.wait_for_text("2 commits; the newest is");
    let screen = terminal.text();
    assert!(screen.contains("\\x1b[31mred\\x1b[2J\\u{202e}desrever"), "{screen}");
    assert!(screen.contains("commit 1"), "{screen}");
    closed(&mut terminal);
}

#[test]
fn the_second_start_offers_the_session_of_the_first() {
    let place = Home::with_commits(1);
    let mut first = open(&place);
    first.enter("git status");
    first.wait_for_text("nothing to commit");
    closed(&mut first);

    let mut second = open(&place);
    second.wait_for_text("Resume the last active session?");
    assert!(second.text().contains("session_001 — git status"), "{}", second.text());
    second.press(Key::Enter);
    second.wait_for_text("[session_001");
    second.enter("git branch --list");
    second.wait_for_text("* main");
    closed(&mut second);
    assert_eq!(place.sessions().len(), 1);
    assert_eq!(headings(&place.log(0)), ["HUMAN — REQUEST", "AI", "AI — ANSWER"].repeat(2));

    let mut third = open(&place);
    third.wait_for_text("Resume the last active session?");
    third.press(Key::Char('n'));
    third.wait_for(|screen| !screen.contains("Resume the last"), "the offer is gone");
    third.enter("git status");
    third.wait_for_text("[session_002");
    third.wait_for_text("nothing to commit");
    closed(&mut third);
    assert_eq!(place.sessions().len(), 2);
}

#[test]
fn a_session_that_another_process_holds_is_not_written_to() {
    let place = Home::with_commits(1);
    let mut first = open(&place);
    first.enter("git status");
    first.wait_for_text("nothing to commit");
    let mut second = place.terminal(&["--new"]);
    ready(&second);
    second.enter("git log -1 --oneline");
    second.wait_for_text("[session_002");
    second.wait_for_text("commit 1");
    closed(&mut second);
    closed(&mut first);
    assert_eq!(place.sessions().len(), 2);
    assert_eq!(headings(&place.log(0)).len(), 3);
}

#[test]
fn a_paste_of_lines_sends_nothing() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place);
    terminal.send("\x1b[200~git status\rgit log\n\x1b[201~");
    terminal.wait_for(|screen| screen.contains(">>> git status") && screen.contains("git log"), "the paste");
    assert_eq!(place.sessions(), [] as [String; 0]);
    closed(&mut terminal);
}

#[test]
fn a_paste_of_a_megabyte_is_refused_and_the_screen_goes_on() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place);
    terminal.send("\x1b[200~");
    terminal.send(&"x".repeat(1 << 20));
    terminal.send("\x1b[201~");
    terminal.wait_for_text("bytes long; a request holds 262144");
    assert!(terminal.text().contains(">>>  Say what you want"), "{}", terminal.text());
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    closed(&mut terminal);
}

#[test]
fn a_model_that_never_answers_holds_nobody_up() {
    // Takes connections and never answers.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Home::with_commits(1).var("OLLAMA_HOST", &format!("http://{}", mute.local_addr().unwrap()));
    let mut terminal = open(&place);
    terminal.enter("flibber the wug");
    terminal.wait_for(|screen| screen.contains("flibber the wug") && !screen.contains(">>> flibber"), "the request");
    terminal.press(Key::Ctrl('c'));
    terminal.enter("git status");
    terminal.wait_for_text("nothing to commit");
    closed(&mut terminal);
}

#[test]
fn a_memory_that_cannot_be_written_is_said_on_the_screen() {
    let place = Home::with_commits(1);
    place.file(".GCC", "a file where a directory should be");
    let mut terminal = place.terminal(&[]);
    terminal.wait_for_text(".GCC");
    terminal.wait_for(|screen| screen.contains("Ctrl+X closes") || screen.contains("hint:"), "a way out");
    terminal.press(Key::Ctrl('x'));
    assert_ne!(terminal.wait_exit(), 101, "{}", terminal.text());
    assert_eq!(fs::read_to_string(place.project.join(".GCC")).unwrap(), "a file where a directory should be");
}

#[test]
fn the_help_shows_the_keys_over_everything() {
    let place = Home::with_commits(1);
    let mut terminal = open(&place);
    terminal.press(Key::F(1));
    terminal.wait_for_text("help · line 1 of");
    terminal.press(Key::Esc);
    terminal.wait_for(|screen| !screen.contains("help · line 1 of"), "the help closes");
    closed(&mut terminal);
}

#[test]
fn the_command_line_s_help_ends_with_the_shortcuts() {
    let place = Home::new();
    let ran = place.run(&["--help"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (_, end) = ran.stdout.split_once("Keyboard shortcuts:\n").unwrap_or_else(|| panic!("{}", ran.stdout));
    assert!(end.contains("Ctrl+X") && end.contains("Ctrl+C"), "{end}");
    assert!(end.lines().all(|line| line.is_empty() || line.starts_with("  ")), "{end}");
}
