//! How fast text is masked: plain logs, text full of tokens, YAML, and the first call of a process.
//!
//! Owns the texts, which are made at run time. Says megabytes in a second beside each, and what was aimed at.
//!
//! `cargo bench --bench redact`

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::expect_used, reason = "a benchmark reads the clock")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use devops_agent::redact::{Mode, Redactor};
use devops_agent::{library, skill};
use divan::Bencher;
use divan::counter::BytesCount;

#[path = "percentiles.rs"]
mod percentiles;

const MEGABYTE: usize = 1 << 20;
const CALLS: usize = 50;
/// Names of texts; divan prints them.
const TEXTS: [&str; 4] = ["plain logs", "tokens", "yaml", "mixed"];

fn lines(lines: &[String]) -> String {
    let length: usize = lines.iter().map(|line| line.len() + 1).sum();
    let block = lines.join("\n") + "\n";
    block.repeat(MEGABYTE / length + 1).chars().take(MEGABYTE).collect()
}

fn text(name: &str) -> String {
    match name {
        "plain logs" => lines(&[
            "2026-04-01T08:00:00.123Z INFO  web-7d9c6b5f4-x2v8q request finished method=GET path=/api/v1/orders/4711 status=200 took=12ms".to_owned(),
            "10.20.0.9 - - [01/Apr/2026:10:00:02 +0200] \"GET /static/css/site.css?v=20260401 HTTP/1.1\" 304 0".to_owned(),
            "I0401 08:00:00.000001       1 controller.go:231] Starting workers for the endpoints of 12 services".to_owned(),
            "Apr 01 10:00:00 web1 systemd[1]: Started Session 4711 of user ops; 3 units were loaded before.".to_owned(),
        ]),
        "tokens" => lines(&[
            format!("pushed with ghp_{} by ops", letters(36)),
            format!("Authorization: Bearer {}", letters(60)),
            format!("AWS_SECRET_ACCESS_KEY={}", letters(40)),
            format!("https://ops:{}@git.acme.test/infra.git", letters(20)),
            format!("{{\"token\":\"{}\",\"password\":\"{}\"}}", letters(40), letters(16)),
        ]),
        "yaml" => lines(&[
            "apiVersion: apps/v1".to_owned(),
            "kind: Deployment".to_owned(),
            "metadata:".to_owned(),
            "  name: web".to_owned(),
            "  labels: {app: web, tier: front}".to_owned(),
            "spec:".to_owned(),
            "  replicas: 3".to_owned(),
            "  template:".to_owned(),
            "    spec:".to_owned(),
            "      containers:".to_owned(),
            "      - name: web".to_owned(),
            "        image: registry.acme.test/web:1.4.2".to_owned(),
            "        env:".to_owned(),
            "        - name: DB_PASSWORD".to_owned(),
            "          valueFrom: {secretKeyRef: {name: db, key: password}}".to_owned(),
            "        - name: LOG_LEVEL".to_owned(),
            "          value: info".to_owned(),
        ]),
        _ => {
            let parts = ["plain logs", "tokens", "yaml"].map(text);
            let piece = 2048;
            (0..MEGABYTE / piece).map(|at| parts[at % 3].get(at * piece / 3..at * piece / 3 + piece).unwrap_or_default()).collect()
        }
    }
}

fn letters(length: usize) -> String {
    let alphabet = b"aB3dE5fG7hJ9kLmN";
    (0..length).map(|at| char::from(alphabet[at * 7 % alphabet.len()])).collect()
}

/// As a session makes it, with what the shipped skills say about commands.
fn redactor() -> Redactor {
    let lines: Vec<_> = library::built_in().iter().flat_map(|file| skill::secrets(&file.text)).collect();
    Redactor::keyed([1; 32]).with_tools(lines.iter())
}

#[divan::bench(args = TEXTS)]
fn secrets(bencher: Bencher, name: &str) {
    let text = text(name);
    let redactor = redactor();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| redactor.bytes(text.as_bytes()));
}

#[divan::bench(args = TEXTS)]
fn anonymize(bencher: Bencher, name: &str) {
    let text = text(name);
    let redactor = redactor().in_mode(Mode::Anonymize);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| redactor.bytes(text.as_bytes()));
}

/// What a search for secrets usually is: one alternation of patterns.
const PATTERNS: &str = concat!(
    r"ghp_[A-Za-z0-9]{36}|github_pat_\w{82}|glpat-[\w-]{20}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]+|npm_[A-Za-z0-9]{36}",
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----|://[^/\s:@]+:[^/\s@]+@",
    r"|(?i:authorization:\s*(?:bearer|basic)\s+\S+)",
    r#"|(?i:(?:password|passwd|secret|token|api[_-]?key|access[_-]?key)["']?\s*[:=]\s*["']?[^\s"',}]+)"#,
);

/// How fast ripgrep finds what such an alternation finds, where ripgrep is installed: it masks nothing and reads no
/// line for what it means.
fn ripgrep(name: &str) {
    let text = text(name);
    let file = tempfile::NamedTempFile::new().expect("a file");
    let times = 64;
    std::fs::write(file.path(), text.repeat(times)).expect("the file is written");
    let mut rg = Command::new("rg");
    rg.args(["--no-config", "--text", "--only-matching", "--threads", "1", "--regexp", PATTERNS]).arg(file.path());
    let started = Instant::now();
    if rg.stdout(Stdio::null()).status().is_err() {
        println!("{:<60} not installed", "ripgrep");
        return;
    }
    let rate = (times * text.len()) as f64 / 1e6 / started.elapsed().as_secs_f64();
    println!("{:<60} {rate:>7.0} MB/s", format!("{name}, found by ripgrep"));
}

fn main() {
    // Before anything else, because only the first call pays for what is made once.
    let started = Instant::now();
    let first = redactor().text("password=hunter2");
    let start_up = started.elapsed();
    drop(first);
    divan::main();
    percentiles::head("masking one megabyte");
    percentiles::line("the first call of the process", vec![start_up], Duration::from_millis(2));
    for name in TEXTS {
        let text = text(name);
        let redactor = redactor();
        let aim = if name == "plain logs" { Duration::from_millis(10) } else { Duration::from_millis(20) };
        percentiles::measure(name, CALLS, aim, || text.clone(), |text| redactor.bytes(text.as_bytes()));
        let started = Instant::now();
        for _ in 0..CALLS {
            redactor.bytes(text.as_bytes());
        }
        let rate = CALLS as f64 * text.len() as f64 / 1e6 / started.elapsed().as_secs_f64();
        println!("{name:<60} {rate:>7.0} MB/s");
        ripgrep(name);
    }
    // Time that grows with the length and no faster.
    for piece in [
        "=",
        "\"",
        "-----BEGIN ",
        "a",
        "token=",
        "eyJ-",
        "://",
        "mysql ",
        "[redacted:",
        ";",
        "password: \"",
        "10.0.0.",
        "curl -u ",
        "codes ",
        "\x1b[",
    ] {
        let text = piece.repeat(MEGABYTE / piece.len());
        let title = format!("`{piece}` repeated, one line");
        let redactor = redactor();
        let started = Instant::now();
        drop(redactor.bytes(text.as_bytes()));
        percentiles::line(&title, vec![started.elapsed()], Duration::from_millis(300));
    }
}
