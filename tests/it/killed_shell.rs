//! The workbench is killed with SIGKILL at random moments while the person works in its shell: no process stays, no
//! entry is torn, and what was seen is in the transcript.
//!
//! A run starts the real binary in a terminal, types into a real shell, kills it when a drawn time has passed and
//! compares what the screen had shown with what lies on disk. Six runs by default; the full measure is:
//!
//! ```text
//! KILL_RUNS=200 cargo test --test it killed_shell:: -- --nocapture
//! ```
//!
//! The seed is printed; `KILL_SEED=<number>` draws the same moments again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::support::havoc::{self, Dice, Load, processes_in};
use super::support::home::Home;
use super::support::pty::{Key, Pty, until};
use super::support::screen::open;

/// Runs in one project; then the next begins with an empty one.
const IN_ONE_PLACE: u64 = 10;
/// How old what was seen must be to have its entry: it is written beside the shell, which waits for nobody.
const WRITTEN_BY_THEN: Duration = Duration::from_secs(3);

#[test]
fn a_kill_at_any_moment_leaves_no_process_and_no_torn_entry_and_what_was_seen_is_kept() {
    let (runs, seed) = havoc::runs_and_seed(6);
    let _load = Load::start();
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    let mut place = Place::new();
    for run in 0..runs {
        if run > 0 && run % IN_ONE_PLACE == 0 {
            place = Place::new();
        }
        place.run_and_kill(run, &mut dice, &mut tally);
    }
    println!("{tally:#?}");
    assert!(tally.seen > 0, "nothing was ever seen before a kill");
    assert!(tally.typed > 0, "no entry is about a line that was typed");
}

/// What came out of all runs.
#[derive(Debug, Default)]
struct Tally {
    killed: u64,
    seen: usize,
    with_their_entry: usize,
    /// Lines that an entry is about.
    typed: usize,
    /// In the last place.
    entries: usize,
    found_interrupted: usize,
}

struct Place {
    home: Home,
}

impl Place {
    fn new() -> Place {
        let home = Home::with_commits(2).var("SHELL", "/bin/bash");
        fs::write(home.home.join(".bashrc"), "PS1='person$ '\n").unwrap();
        Place { home }
    }

    fn run_and_kill(&self, run: u64, dice: &mut Dice, tally: &mut Tally) {
        let mut terminal = open(&self.home);
        terminal.press(Key::F(2));
        terminal.wait_for_text("person$");
        let end = Instant::now() + Duration::from_millis(dice.below(6_000));
        let seen = work(&mut terminal, run, dice, end);
        let child = Pid::from_raw(terminal.process_id().unwrap().try_into().unwrap());
        kill(child, Signal::SIGKILL).unwrap();
        let killed = Instant::now();
        terminal.wait_exit();
        tally.killed += 1;
        tally.seen += seen.len();
        until(|| processes_in(&self.home.project).is_empty(), "the end of all that it started");

        let verified = self.home.run(&["verify", "--json"]);
        assert_eq!((verified.code, &verified.json()["ok"]), (0, &Value::Bool(true)), "run {run}: {verified:?}");
        let (mut shown, mut told) = (String::new(), Vec::new());
        for session in self.home.sessions() {
            let directory = self.home.project.join(".GCC/sessions").join(&session);
            shown.push_str(&transcripts(&directory));
            let log = self.home.run(&["log", &session, "--json", "--last", "500"]).json();
            let entries = log["entries"].as_array().unwrap();
            let texts: Vec<String> = entries.iter().map(|entry| entry["text"].as_str().unwrap().to_owned()).collect();
            assert_eq!(fs::read_to_string(directory.join("log.md")).unwrap_or_default(), texts.concat(), "run {run}");
            for (entry, text) in entries.iter().zip(&texts) {
                assert_eq!(entry["sound"], true, "run {run}: {entry}");
                assert!(text.starts_with("## [") && text.ends_with("\n\n---\n\n"), "run {run}: a torn entry: {text:?}");
            }
            told.extend(texts);
        }
        for (mark, when) in &seen {
            assert!(shown.contains(mark.as_str()), "run {run}: {mark} was seen and is in no transcript");
            if killed.duration_since(*when) > WRITTEN_BY_THEN {
                tally.with_their_entry += 1;
                assert!(told.iter().any(|text| text.contains(mark.as_str())), "run {run}: {mark} has no entry");
            }
        }
        // What is typed ahead is echoed into the output of the command before: only what an entry is about counts.
        let mut once = BTreeSet::new();
        for text in told.iter().filter(|text| text.lines().next().is_some_and(|heading| heading.ends_with("] HUMAN"))) {
            let typed = text.lines().nth(1).filter(|line| line.starts_with("echo ma''rk"));
            assert!(typed.is_none_or(|line| once.insert(line)), "run {run}: a second entry of one command: {told:#?}");
        }
        tally.typed += once.len();
        tally.entries = told.len();
        tally.found_interrupted =
            told.iter().filter(|text| text.contains("the process ended while this ran: ")).count();
    }
}

/// Types until it is time; what came to be seen, and when.
fn work(terminal: &mut Pty, run: u64, dice: &mut Dice, end: Instant) -> Vec<(String, Instant)> {
    let mut seen = Vec::new();
    let mut number = 0;
    let mut waited_for = String::new();
    while Instant::now() < end {
        let text = terminal.text();
        if !waited_for.is_empty() && !text.contains(&waited_for) {
            std::thread::sleep(Duration::from_millis(2));
            continue;
        }
        if !waited_for.is_empty() {
            seen.push((std::mem::take(&mut waited_for), Instant::now()));
        }
        number += 1;
        let mark = format!("mark-{run}-{number}.");
        // The quotes keep the echo of what is typed apart from what is printed.
        let typed = mark.replacen("mark", "ma''rk", 1);
        match dice.below(8) {
            0 => terminal.enter(&format!("seq 2000; echo {typed}")),
            1 => terminal.enter(&format!("sleep 1000 & echo {typed}")),
            2 => terminal.enter(&format!("sh -c 'exit 3'; echo {typed}")),
            // Nothing ends it but the kill.
            3 if dice.below(4) == 0 => {
                terminal.enter("sleep 1000");
                std::thread::sleep(end.saturating_duration_since(Instant::now()));
            }
            // Half a line, and there and back again.
            4 => {
                terminal.send("half a li");
                terminal.press(Key::F(2));
                terminal.press(Key::F(2));
                terminal.press(Key::Ctrl('u'));
                terminal.enter(&format!("echo {typed}"));
            }
            _ => terminal.enter(&format!("echo {typed}")),
        }
        waited_for = mark;
    }
    seen
}

/// All that the shells of a session showed.
fn transcripts(session: &Path) -> String {
    let files = fs::read_dir(session.join("output")).into_iter().flatten().map(|file| file.unwrap().path());
    let raw = files.filter(|path| path.extension().is_some_and(|extension| extension == "raw"));
    raw.map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()).collect()
}
