//! What the search costs: filling an index, asking it, one more entry, its size.
//!
//! Owns the made-up history, in a directory of the disk it is run on (`BENCH_DIR`, else the working directory). A
//! million entries only where `BENCH_MILLION=1` asks for them: they take minutes and some gigabytes.
//!
//! `cargo bench --bench search`

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot prepare has nothing to measure")]

use std::path::Path;
use std::time::{Duration, Instant};

use devops_agent::domain::{At, Body, Entry, Principal, SessionId};
use devops_agent::index::{Filter, Index, Query, Sqlite};
use devops_agent::redact::Redactor;
use devops_agent::store::Memory;

#[path = "../it/search/chronicle.rs"]
mod chronicle;
#[path = "percentiles.rs"]
mod percentiles;

use chronicle::{Dice, Put, SERVICES, Shape};

const QUESTIONS: usize = 400;
const INSERTS: usize = 300;

fn now() -> At {
    At::parse("2026-12-01T12:00:00+00:00").expect("a time")
}

fn query(words: &str) -> Query {
    Query { words: words.to_owned(), filter: Filter::default(), limit: 10, now: now() }
}

fn timed(index: &mut Sqlite, words: &str) -> Duration {
    let query = query(words);
    let started = Instant::now();
    std::hint::black_box(index.search(&query).unwrap());
    started.elapsed()
}

fn size(root: &Path) -> (u64, u64) {
    let mut bytes = (0, 0);
    let mut pending = vec![root.to_owned()];
    while let Some(path) = pending.pop() {
        for item in std::fs::read_dir(path).unwrap() {
            let item = item.unwrap();
            let found = item.metadata().unwrap();
            if found.is_dir() {
                pending.push(item.path());
            } else if item.file_name() == "log.md" {
                bytes.0 += found.len();
            } else if item.file_name().to_string_lossy().starts_with("search.db") {
                bytes.1 += found.len();
            }
        }
    }
    bytes
}

fn measure(base: &Path, entries: usize) {
    let root = base.join(entries.to_string()).join(".GCC");
    let shape = Shape { sessions: entries / 1_000, entries: 1_000, bytes: 1_500, incidents: 400 };
    let started = Instant::now();
    let (memory, questions) = chronicle::write(&root, &shape, 11);
    println!("\n{entries} entries written in {:.1?}", started.elapsed());
    let started = Instant::now();
    let mut index = Sqlite::open(&memory).unwrap();
    let filled = index.fill(&|| false).unwrap();
    let (text, database) = size(&root);
    println!(
        "filled: {} entries, {} MB in {:.2?}; the index is {} MB, {:.2} of the text",
        filled.entries,
        text / 1_000_000,
        started.elapsed(),
        database / 1_000_000,
        database as f64 / text as f64,
    );
    let aim = Duration::from_millis(60);
    percentiles::head("the search");
    let ask = |index: &mut Sqlite, as_written: bool| {
        let asked =
            questions.iter().cycle().filter(|question| (question.put == Put::AsWritten) == as_written).take(QUESTIONS);
        asked.map(|question| timed(index, &question.words)).collect::<Vec<_>>()
    };
    percentiles::line("a question in the words of the log", ask(&mut index, true), aim);
    percentiles::line("a question with slips and other words", ask(&mut index, false), aim);
    let mut dice = Dice::new(3);
    let common: Vec<Duration> = (0..QUESTIONS)
        .map(|_| {
            let words = ["request", "status", "kubectl logs", "connection queue worker", "production", "GET"];
            let words = format!("{} {}", dice.pick(&words), SERVICES[dice.roll(SERVICES.len())]);
            timed(&mut index, &words)
        })
        .collect();
    percentiles::line("words that stand everywhere", common, aim);
    let named: Vec<Duration> = (0..QUESTIONS)
        .map(|number| timed(&mut index, &format!("\"{} looked at\"", SERVICES[number % SERVICES.len()])))
        .collect();
    percentiles::line("a phrase", named, aim);
    let opened = (0..40)
        .map(|_| {
            let started = Instant::now();
            let mut index = Sqlite::open(&memory).unwrap();
            index.search(&query("checkout OOMKilled")).unwrap();
            started.elapsed()
        })
        .collect();
    percentiles::line("opened and asked once", opened, aim);
    inserts(&memory, &mut index);
}

/// From an entry on disk to an entry that is found.
fn inserts(memory: &Memory, index: &mut Sqlite) {
    let id = memory.sessions().unwrap().first().map(|session| session.id.clone()).unwrap_or_else(|| SessionId::new(""));
    let mut session = memory.resume(&id, now()).unwrap();
    index.fill(&|| false).unwrap();
    let mut taken = Vec::with_capacity(INSERTS);
    for number in 0..INSERTS {
        let text = format!("one more request, number {number}, {}", "with some words behind it ".repeat(38));
        let entry = Entry { at: now(), by: Principal::Person, body: Body::Request { text } };
        session.append(&Redactor::default().entry(entry)).unwrap();
        let started = Instant::now();
        assert_eq!(index.fill(&|| false).unwrap().entries, 1);
        taken.push(started.elapsed());
    }
    percentiles::line("one more entry taken in", taken, Duration::from_millis(10));
}

fn main() {
    let parent = std::env::var_os("BENCH_DIR").map_or_else(|| std::env::current_dir().unwrap(), Into::into);
    let place = tempfile::tempdir_in(parent).unwrap();
    measure(place.path(), 100_000);
    if std::env::var_os("BENCH_MILLION").is_some_and(|value| value == "1") {
        measure(place.path(), 1_000_000);
    }
}
