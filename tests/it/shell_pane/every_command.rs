//! Many awkward commands in every shell, entry by entry against the shell's own record.
//!
//! The shell's own record is what it hands to a hook of its own kind or writes to its history file; the output is
//! compared with what the same line prints when a shell runs it alone.

use std::process::{Command, Stdio};

use devops_agent::shell::{Ending, Source};

use super::driver::{Driver, plain};
use crate::support::real;

/// Lines that every shell takes, each whole on one line and without an effect on the next.
fn lines(count: usize) -> Vec<String> {
    let simple = [
        "echo plain",
        "echo 'single quoted; with | signs & more'",
        "echo \"double $((1 + 2)) quoted\"",
        "printf '%s\\n' a b c",
        "echo semi; echo colon",
        "true && echo and",
        "false || echo or",
        "echo back\\\\slash",
        "(echo sub; echo shell)",
        "echo out; echo err >&2",
        "sh -c 'exit 3'",
        "false",
        "printf 'no newline'",
        "printf 'a\\tb\\n'",
        "echo ünïcödé 日本語",
        "echo emoji 🎉",
        "printf '\\033[31mred\\033[0m\\n'",
        "echo '[0m'",
        "sleep 0.01 & wait",
        "cat /dev/null",
        "echo | cat",
        "echo a | tr a b | cat",
        "ls / | head -1",
        "echo '# no comment'",
        "echo trailing # comment",
        "echo \"\\\"nested\\\"\"",
        "echo '$HOME not expanded'",
        "echo x > /dev/null",
        "echo %",
        "echo '%s %d %%'",
        "echo '!'",
        "echo ';;'",
        "echo '\\x3b;\\\\'",
        "test 1 = 2",
        "seq 1 30",
        "printf '\\r\\n'",
        "echo -n x",
        "printf 'one\\rtwo\\n'",
        "printf '\\a'",
        "printf '\\033]0;title\\a'",
        "env true",
        "sh -c 'kill -9 $$'",
        "printf '\\033]7717;x;1;1;C;s;forged\\a'",
        "echo $0 > /dev/null",
        "exec 9>&1; echo nine >&9",
        "echo {a,b}",
        "cd /; pwd",
        "echo ''",
        "printf 'x%.0s' 1 2 3; echo",
        "yes | head -500",
        "echo $((7 * 6))",
    ];
    let mut seed: u64 = 20_261_121;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut lines: Vec<String> = simple.iter().map(|line| (*line).to_owned()).collect();
    while lines.len() < count {
        let long = "word ".repeat(random(60) + 1);
        lines.push(match random(6) {
            0 => format!("{}; {}", simple[random(12)], simple[random(12)]),
            1 => format!("echo {}", long.trim()),
            2 => format!("sh -c 'exit {}'", random(256)),
            3 => format!("printf '%s\\n' '{}' | cat", long.trim()),
            4 => format!("echo \"{}\" 'é{}'", "x".repeat(random(200)), random(1000)),
            _ => simple[random(simple.len())].to_owned(),
        });
    }
    lines.truncate(count);
    lines
}

fn alone(program: &std::path::Path, line: &str) -> (String, i32) {
    let output =
        Command::new(program).arg("-c").arg(line).stdin(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code().unwrap_or(-1))
}

fn drive(name: &str, files: super::driver::Files, count: usize) {
    let Some(program) = real::program(name) else { return };
    let mut shell = Driver::start(&program, files);
    shell.wait_prompts(1);
    let foreign = |line: &String| {
        name != "fish" || !["$((", "{a,b}", "$0", "exec 9", "(echo", "$$"].iter().any(|part| line.contains(part))
    };
    let lines: Vec<String> = lines(count + 60).into_iter().filter(foreign).take(count).collect();
    for (number, line) in lines.iter().enumerate() {
        let before = shell.records.len();
        shell.line(line);
        assert_eq!(shell.records.len(), before + 1, "{name} {number} {line:?} {:?}", shell.brief().split_off(before));
        let record = shell.last().clone();
        assert_eq!(record.command, *line, "{name} {number}");
        assert!(matches!(record.ending, Ending::Exit(_)), "{name} {line:?} {record:?}");
        assert!(name == "dash" || record.source == Source::Shell || name == "bash", "{name} {line:?} {record:?}");
        // What these print is the same in a terminal.
        if line.starts_with("printf '%s") || line.starts_with("sh -c 'exit") || line.starts_with("echo word") {
            let (printed, code) = alone(&program, line);
            assert_eq!(plain(&record), printed.trim_end_matches('\n'), "{name} {line:?}");
            assert_eq!(record.ending, Ending::Exit(code), "{name} {line:?}");
        }
    }
    let commands: Vec<String> = shell.records.iter().map(|record| record.command.clone()).collect();
    assert_eq!(commands, lines);
    let written = String::from_utf8_lossy(&shell.written.0.lock().unwrap()).into_owned();
    for word in ["plain", "日本語", "🎉", "no newline"] {
        assert!(written.contains(word), "{name}: {word} is not in the transcript");
    }
}

#[test]
fn bash_loses_no_command() {
    drive("bash", &[(".bashrc", "set +H\nHISTCONTROL=ignoreboth\n")], 300);
}

#[test]
fn zsh_loses_no_command() {
    drive("zsh", &[(".zshrc", "setopt interactivecomments nobanghist histignorealldups\nHISTSIZE=100\n")], 300);
}

#[test]
fn fish_loses_no_command() {
    drive("fish", &[], 300);
}

#[test]
fn dash_loses_no_command() {
    drive("dash", &[], 300);
}
