//! The person's shell beside tmux, in one run: how fast it swallows output, how soon a key is seen, what it keeps.
//!
//! Owns the texts and the clocks. Both sides run `cat` of the same file in a terminal of 120 columns by 40 rows with
//! 10,000 lines of history; ours is drawn sixty times a second meanwhile, tmux has nobody to draw for.
//!
//! `cargo bench --bench shell`, `MEGABYTES=10` for a short one

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark stops where it fails")]

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use devops_agent::shell::{
    Choice, Colours, Family, Happened, Moment, Opening, Pane, Shell, ShellEvent, Snapshot, Transcript,
};

#[path = "percentiles.rs"]
mod percentiles;

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
const FRAME: Duration = Duration::from_millis(16);

fn main() {
    let megabytes: usize = std::env::var("MEGABYTES").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let place = tempfile::tempdir().unwrap();
    println!(
        "\n{:<44} {:>10} {:>10} {:>10}   ({megabytes} MB each, best of three)",
        "swallowing", "ours", "tmux", "tmux/ours"
    );
    for (name, text) in texts(megabytes * 1_000_000) {
        let file = place.path().join("text");
        std::fs::write(&file, text).unwrap();
        // In turns, so that what else the machine does meets both.
        let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
        for _ in 0..3 {
            ours = ours.min(swallow(&file));
            theirs = tmux(&file).map_or(theirs, |time| theirs.min(time));
        }
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        println!("{name:<44} {ours:>10.2?} {theirs:>10.2?} {ratio:>10.2}{}", if ratio < 1.0 { "  slower" } else { "" });
    }
    percentiles::head("from a key to its echo in the picture");
    percentiles::line("idle", echoes(None, 1000), FRAME);
    percentiles::line("while output floods", echoes(Some("yes 0123456789012345678901234567890123456789"), 400), FRAME);
    percentiles::line("while short lines flood", echoes(Some("seq 1000000000"), 400), FRAME);
    memory(place.path());
}

/// Adds a line to a text: its number, and a source of chance below a bound.
type Line<'a> = dyn FnMut(&mut String, u64, &mut dyn FnMut(u64) -> u64) + 'a;

/// Short lines, log text, heavy colour, cursor movement.
fn texts(bytes: usize) -> Vec<(&'static str, String)> {
    let mut seed: u64 = 1;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut filled = |name, add: &mut Line| {
        let mut text = String::with_capacity(bytes + 4096);
        let mut number = 0;
        while text.len() < bytes {
            add(&mut text, number, &mut random);
            number += 1;
        }
        text.push_str("\x1b[m\r\n");
        (name, text)
    };
    vec![
        filled("short lines (seq)", &mut |text, number, _| writeln!(text, "{number}").unwrap()),
        filled("log text", &mut |text, number, random| {
            let (pod, took) = (random(9999), random(500));
            writeln!(
                text,
                "2026-11-21T19:{:02}:{:02}Z INFO api-{pod} handled GET /v1/items/{number} in {took} ms",
                number / 60 % 60,
                number % 60
            )
            .unwrap();
        }),
        filled("heavy colour", &mut |text, _, random| {
            for _ in 0..12 {
                write!(text, "\x1b[38;5;{}mword \x1b[48;2;{};{};0mmore\x1b[0m ", random(256), random(256), random(256))
                    .unwrap();
            }
            text.push('\n');
        }),
        filled("cursor movement", &mut |text, _, random| {
            write!(text, "\x1b[{};{}H{}", random(40) + 1, random(120) + 1, random(10)).unwrap();
        }),
    ]
}

/// When each `@` came by.
#[derive(Clone, Default)]
struct Signs(Arc<Mutex<Vec<Instant>>>);

impl Transcript for Signs {
    fn write(&mut self, bytes: &[u8]) {
        let count = bytes.iter().filter(|byte| **byte == b'@').count();
        if count > 0 {
            self.0.lock().unwrap().extend(std::iter::repeat_n(Instant::now(), count));
        }
    }

    fn settle(&mut self) {}
}

struct Held {
    shell: Shell,
    runtime: tokio::runtime::Runtime,
    picture: Snapshot,
    _home: tempfile::TempDir,
}

impl Held {
    fn start(transcript: Box<dyn Transcript>) -> Held {
        let home = tempfile::tempdir().unwrap();
        let program = PathBuf::from("/bin/bash");
        let environment: Vec<(OsString, OsString)> =
            vec![("HOME".into(), home.path().into()), ("PATH".into(), std::env::var_os("PATH").unwrap())];
        let opening = Opening {
            choice: Choice { family: Family::of(&program), program },
            binary: PathBuf::from(env!("CARGO_BIN_EXE_devops-agent")),
            cwd: home.path().to_owned(),
            environment,
            session: "bench".to_owned(),
            rows: ROWS,
            columns: COLUMNS,
            colours: Colours::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let shell = Shell::start(opening, transcript).unwrap();
        let mut held = Held { shell, runtime, picture: Snapshot::default(), _home: home };
        held.until(|event| matches!(event, ShellEvent::Happened(Happened::Prompt { .. })));
        held
    }

    /// Draws as the workbench does until an event comes.
    fn until(&mut self, done: impl Fn(&ShellEvent) -> bool) {
        let mut drawn = Instant::now();
        loop {
            match self.runtime.block_on(self.shell.next()) {
                None => panic!("the shell ended"),
                Some(event) if done(&event) => return,
                Some(_) => {}
            }
            if drawn.elapsed() >= FRAME {
                self.shell.draw(&mut self.picture);
                drawn = Instant::now();
            }
        }
    }
}

fn swallow(file: &Path) -> Duration {
    let mut held = Held::start(Box::new(()));
    let started = Instant::now();
    assert!(held.shell.send(format!("cat {}\r", file.display()).as_bytes()));
    held.until(|event| matches!(event, ShellEvent::Happened(Happened::Finished(_))));
    started.elapsed()
}

fn tmux(file: &Path) -> Option<Duration> {
    let name = format!("bench-{}", std::process::id());
    let run = |args: &[&str]| {
        Command::new("tmux").args(["-L", &name, "-f", "/dev/null"]).args(args).env_remove("TMUX").output().ok()
    };
    let size = [COLUMNS.to_string(), ROWS.to_string()];
    run(&["start-server", ";", "set", "-g", "history-limit", "10000"])?;
    let started = Instant::now();
    let command = format!("cat {}; tmux -L {name} wait-for -S done; sleep 60", file.display());
    run(&["set", "-g", "history-limit", "10000", ";", "new-session", "-d", "-x", &size[0], "-y", &size[1], &command])
        .filter(|output| output.status.success())
        .or_else(|| run(&["new-session", "-d", "-x", &size[0], "-y", &size[1], &command]))?;
    run(&["wait-for", "done"])?;
    let time = started.elapsed();
    run(&["kill-server"])?;
    Some(time)
}

/// From sending a key to a picture in which its echo was taken.
fn echoes(flood: Option<&str>, count: usize) -> Vec<Duration> {
    let signs = Signs::default();
    let mut held = Held::start(Box::new(signs.clone()));
    assert!(held.shell.send(format!("{}\r", flood.unwrap_or("cat")).as_bytes()));
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(300) {
        held.runtime.block_on(async { tokio::time::timeout(Duration::from_millis(10), held.shell.next()).await }).ok();
    }
    let mut taken = Vec::new();
    let mut drawn = Instant::now();
    for number in 0..count {
        let sent = Instant::now();
        assert!(held.shell.send(b"@"));
        while signs.0.lock().unwrap().len() <= number {
            held.runtime
                .block_on(async { tokio::time::timeout(Duration::from_millis(5), held.shell.next()).await })
                .ok();
            if drawn.elapsed() >= FRAME {
                held.shell.draw(&mut held.picture);
                drawn = Instant::now();
            }
        }
        // An answer to a key is drawn at once.
        held.shell.draw(&mut held.picture);
        taken.push(sent.elapsed());
        // A terminal takes 4096 bytes of a line; a person rests as well.
        if number % 50 == 49 && flood.is_none() {
            assert!(held.shell.send(b"\x15"));
        }
        let pause = Instant::now();
        while pause.elapsed() < Duration::from_millis(2) {
            held.runtime
                .block_on(async { tokio::time::timeout(Duration::from_millis(1), held.shell.next()).await })
                .ok();
        }
    }
    taken
}

/// What 10,000 lines of log text take.
fn memory(place: &Path) {
    let lines: String = (0..10_000)
        .map(|number| {
            format!("2026-11-21T19:00:00Z INFO api-{number} handled GET /v1/items/{number} in 12 ms, 200 OK\r\n")
        })
        .collect();
    let now = || Moment { steady: Instant::now(), wall: SystemTime::now() };
    let before = resident("self");
    let mut pane = Pane::new(ROWS, COLUMNS, "word".to_owned(), Box::new(()), now());
    let mut picture = Snapshot::default();
    for part in lines.as_bytes().chunks(4096) {
        pane.feed(part, now());
    }
    pane.draw(&mut picture, Instant::now());
    let after = resident("self");
    let file = place.join("lines");
    std::fs::write(&file, &lines).unwrap();
    println!(
        "\n10,000 lines of history: {} KB (history {} KB); aim 10,000 KB",
        after.saturating_sub(before),
        pane.history_bytes() / 1000
    );
    for _ in 0..200 {
        for part in lines.as_bytes().chunks(4096) {
            pane.feed(part, now());
        }
    }
    println!("2,000,000 lines: {} KB", resident("self").saturating_sub(before));
    let name = format!("bench-memory-{}", std::process::id());
    let run = |args: &[&str]| {
        Command::new("tmux").args(["-L", &name, "-f", "/dev/null"]).args(args).env_remove("TMUX").output().ok()
    };
    let command = format!("cat {}; tmux -L {name} wait-for -S done; sleep 60", file.display());
    if run(&["new-session", "-d", "-x", "120", "-y", "40", "sleep 60"]).is_some() {
        run(&["set", "-g", "history-limit", "10000"]);
        let pid = run(&["display", "-p", "#{pid}"])
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .unwrap_or_default();
        let before = resident(&pid);
        run(&["new-window", &command]);
        run(&["wait-for", "done"]);
        println!("the same in tmux: {} KB", resident(&pid).saturating_sub(before));
        run(&["kill-server"]);
    }
}

/// Resident kilobytes of a process.
fn resident(process: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
