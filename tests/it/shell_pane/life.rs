//! How a shell begins and ends: nothing half typed runs, nothing outlives us, a flood holds nobody up.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use devops_agent::shell::{Ending, Happened, ShellEvent, Standing};

use super::driver::{Driver, PATIENCE, plain};
use crate::support::real;

fn bash() -> Option<Driver> {
    let mut shell = Driver::start(&real::program("bash")?, &[]);
    shell.wait_prompts(1);
    Some(shell)
}

/// Processes whose environment has this marker.
fn living(marker: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let path = entry.path();
        let Ok(environment) = std::fs::read(path.join("environ")) else { continue };
        if environment.windows(marker.len()).any(|part| part == marker.as_bytes()) {
            let command = std::fs::read(path.join("cmdline")).unwrap_or_default();
            found.push(format!("{} {}", path.display(), String::from_utf8_lossy(&command).replace('\0', " ")));
        }
    }
    found
}

fn wait_gone(marker: &str) {
    let until = Instant::now() + PATIENCE;
    while !living(marker).is_empty() {
        assert!(Instant::now() < until, "still there: {:#?}", living(marker));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_half_typed_line_is_not_run_when_the_workbench_goes() {
    for name in ["bash", "zsh", "fish", "dash"] {
        let Some(program) = real::program(name) else { continue };
        let marker = format!("SHELL_TEST_HALF={name}-{}", std::process::id());
        let (variable, value) = marker.split_once('=').unwrap();
        let mut shell = Driver::with(&program, &[(".zshrc", ""), ("keep", "")], &[(variable, value)]);
        shell.wait_prompts(1);
        shell.send("rm keep");
        shell.wait_text("rm keep");
        let kept = shell.home.path().join("keep");
        let Driver { shell, home, .. } = shell;
        drop(shell);
        wait_gone(&marker);
        assert!(kept.exists(), "{name}");
        drop(home);
    }
}

#[test]
fn whatever_the_shell_started_ends_with_us() {
    let Some(program) = real::program("bash") else { return };
    let marker = format!("SHELL_TEST_TREE={}", std::process::id());
    let (variable, value) = marker.split_once('=').unwrap();
    let mut shell = Driver::with(&program, &[], &[(variable, value)]);
    shell.wait_prompts(1);
    shell.line("sleep 300 &");
    shell.line("nohup sleep 300 >/dev/null 2>&1 &");
    shell.line("setsid sh -c 'trap \"\" HUP TERM INT; sleep 300; sleep 300' &");
    shell.line("(setsid sleep 300 & disown)");
    shell.send("sleep 300 | cat\r");
    shell.quiet(Duration::from_millis(200));
    assert!(living(&marker).len() >= 7, "{:#?}", living(&marker));
    drop(shell);
    wait_gone(&marker);
}

#[test]
fn a_background_job_lives_on_when_only_the_shell_ends() {
    let Some(program) = real::program("bash") else { return };
    let marker = format!("SHELL_TEST_LEFT={}", std::process::id());
    let (variable, value) = marker.split_once('=').unwrap();
    let mut shell = Driver::with(&program, &[], &[(variable, value)]);
    shell.wait_prompts(1);
    shell.line("nohup sleep 300 >/dev/null 2>&1 &");
    shell.send("exit 3\r");
    shell.wait("the end", |shell| shell.ended.is_some());
    assert_eq!(shell.ended, Some(Some(3)));
    assert_eq!((shell.last().command.as_str(), shell.last().ending), ("exit 3", Ending::Exit(3)));
    assert!(living(&marker).iter().any(|process| process.contains("sleep 300")));
    drop(shell);
    wait_gone(&marker);
}

#[test]
fn closing_tells_what_still_ran() {
    let Some(mut shell) = bash() else { return };
    shell.send("echo begun; sleep 300\r");
    shell.wait_text("\nbegun");
    let last = shell.close();
    let records: Vec<_> = last
        .iter()
        .filter_map(|event| match event {
            ShellEvent::Happened(Happened::Finished(record)) => Some((record.command.clone(), plain(record))),
            _ => None,
        })
        .collect();
    assert_eq!(records, [("echo begun; sleep 300".to_owned(), "begun".to_owned())]);
    assert!(last.iter().any(|event| matches!(event, ShellEvent::Ended { .. })), "{last:?}");
}

#[test]
fn a_shell_that_cannot_start_says_so() {
    let mut shell = Driver::start(Path::new("/nonexistent/shell"), &[]);
    shell.wait("the end", |shell| shell.ended.is_some());
    let failure = shell.events.iter().any(|event| matches!(event, ShellEvent::Ended { failure: Some(_), .. }));
    assert!(failure, "{:?}", shell.events);
}

#[test]
fn where_keys_go_is_known_at_a_prompt_in_a_command_and_in_a_full_screen_program() {
    let Some(mut shell) = bash() else { return };
    assert_eq!(shell.shell.standing(), Standing::Prompt);
    shell.send("sleep 30\r");
    shell.quiet(Duration::from_millis(100));
    assert_eq!(shell.shell.standing(), Standing::Command);
    let prompts = shell.prompts;
    shell.send("\x03");
    shell.wait_prompts(prompts + 1);
    if real::program("less").is_some() {
        shell.send("seq 100 | less\r");
        shell.wait_text("\n23");
        assert_eq!(shell.shell.standing(), Standing::FullScreen);
        let prompts = shell.prompts;
        shell.send("q");
        shell.wait_prompts(prompts + 1);
    }
    shell.send("read -s -p 'Password: '\r");
    shell.wait_text("Password: ");
    std::thread::sleep(Duration::from_millis(50));
    assert!(shell.shell.hides_input() || shell.shell.standing() != Standing::Prompt);
}

#[test]
fn control_s_reaches_no_terminal_that_would_stop_at_it() {
    let Some(mut shell) = bash() else { return };
    shell.line("stty -a");
    assert!(plain(shell.last()).contains("-ixon"), "{}", plain(shell.last()));
}

#[test]
fn a_workbench_inside_can_notice_and_the_word_is_in_no_environment() {
    let Some(mut shell) = bash() else { return };
    shell.line("echo \"$DEVOPS_AGENT_SHELL $TERM $TMUX\"; env");
    let printed = plain(shell.last());
    assert!(printed.starts_with("session_001 xterm-256color\n"), "{printed}");
    assert!(!printed.contains("__da_nonce"), "{printed}");
}

#[test]
fn a_flood_holds_no_key_up_and_its_record_stays_small() {
    let Some(mut shell) = bash() else { return };
    shell.send("yes 'a line of a flood that never ends'\r");
    shell.wait_text("flood that never ends\na line");
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    while began.elapsed() < Duration::from_secs(2) {
        let asked = Instant::now();
        shell.text();
        slowest = slowest.max(asked.elapsed());
        shell.quiet(Duration::ZERO);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(slowest < Duration::from_millis(500), "a picture took {slowest:?}");
    let prompts = shell.prompts;
    shell.send("\x03");
    shell.wait_prompts(prompts + 1);
    let output = &shell.last().output;
    assert!(output.total() > 200_000, "{}", output.total());
    assert!(output.head().len() + output.end().len() <= 128 * 1024);
    let total = usize::try_from(output.total()).unwrap();
    assert!(shell.written.0.lock().unwrap().len() >= total, "not all of it is in the transcript");
}

/// The test program itself, started again as a workbench that only holds a shell.
#[test]
fn a_killed_workbench_leaves_no_process_behind() {
    const HOLDER: &str = "SHELL_TEST_HOLDER";
    let Some(program) = real::program("bash") else { return };
    if let Some(value) = std::env::var_os(HOLDER) {
        let value = value.to_string_lossy().into_owned();
        let mut shell = Driver::with(&program, &[], &[("SHELL_TEST_KILLED", &value)]);
        shell.wait_prompts(1);
        shell.send("setsid sleep 300 & sleep 301 & sleep 302\r");
        println!("ready");
        loop {
            shell.quiet(Duration::from_millis(5));
        }
    }
    for (round, wait) in [0_u64, 1, 7, 20, 60, 150].into_iter().enumerate() {
        let value = format!("{}-{round}", std::process::id());
        let rooms = tempfile::tempdir_in("/tmp").unwrap();
        let mut holder = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "shell_pane::life::a_killed_workbench_leaves_no_process_behind", "--nocapture"])
            .env(HOLDER, &value)
            .env("TMPDIR", rooms.path())
            .env_remove("XDG_RUNTIME_DIR")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if wait > 7 {
            let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
            assert!(lines.map_while(Result::ok).any(|line| line.contains("ready")));
        }
        std::thread::sleep(Duration::from_millis(wait));
        holder.kill().unwrap();
        holder.wait().unwrap();
        std::thread::sleep(Duration::from_millis(30));
        wait_gone(&format!("SHELL_TEST_KILLED={value}"));
        // Killed before it had a keeper it leaves its room; nothing else can take that away.
        let room = || {
            let mut entries = std::fs::read_dir(rooms.path()).unwrap().flatten();
            entries.any(|entry| entry.file_name().to_string_lossy().starts_with("devops-agent-shell-"))
        };
        let until = Instant::now() + PATIENCE;
        while wait > 7 && room() {
            assert!(Instant::now() < until, "the hooks' directory is still there");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
