//! What the memory costs: an entry on disk, a long log opened, many sessions listed, a history verified.
//!
//! Owns the made-up memories, in a directory of the disk it is run on (`BENCH_DIR`, else the working directory), so
//! that a sync is a real one. An append is measured in turns with the bare cost of its two synced writes, since a
//! disk's mood changes within a run.
//!
//! `cargo bench --bench store`

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot prepare has nothing to measure")]

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use devops_agent::domain::{At, Body, Entry, Principal, SessionId, Step, Surroundings};
use devops_agent::redact::{Masked, Redactor};
use devops_agent::store::{Memory, Session};
use sha2::{Digest as _, Sha256};

#[path = "percentiles.rs"]
mod percentiles;

const APPENDS: usize = 3_000;
const OPENINGS: usize = 40;
const LISTINGS: usize = 15;
const SESSIONS: usize = 10_000;
/// Bytes of the long log.
const LONG: u64 = 100 << 20;

fn at() -> At {
    At::parse("2026-02-21T09:14:00+01:00").expect("a time")
}

fn begin(memory: &Memory, goal: &str) -> Session {
    memory.begin(&Redactor::default().text(goal), at(), &Surroundings::default()).unwrap()
}

/// An entry of about a kilobyte, as most are.
fn step() -> Masked<Entry> {
    let step = Step {
        permission: "auto-execute (read-only per kubectl/SKILL.md)".into(),
        action: "kubectl get pods -n production".into(),
        output: Some("api-7d4f9     0/1     CrashLoopBackOff   14\n".repeat(21)),
        ..Step::default()
    };
    Redactor::default().entry(Entry { at: at(), by: Principal::Agent, body: Body::Step(step) })
}

fn place() -> tempfile::TempDir {
    let parent = std::env::var_os("BENCH_DIR").map_or_else(|| std::env::current_dir().unwrap(), Into::into);
    tempfile::tempdir_in(parent).unwrap()
}

fn synced(file: &mut File, bytes: &[u8]) {
    file.write_all(bytes).unwrap();
    file.sync_data().unwrap();
}

fn appends(base: &Path) {
    let mut session = begin(&Memory::open(&base.join("appends")).unwrap(), "append");
    let entry = step();
    session.append(&entry).unwrap();
    let written = |name: &str| fs::read(session.directory().join(name)).unwrap();
    let (text, line) = (written("log.md"), written("log.chain"));
    let open = |name: &str| OpenOptions::new().create(true).append(true).open(base.join(name)).unwrap();
    let (mut log, mut chain) = (open("raw.md"), open("raw.chain"));
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..APPENDS {
        let started = Instant::now();
        synced(&mut log, &text);
        synced(&mut chain, &line);
        bare.push(started.elapsed());
        let started = Instant::now();
        session.append(&entry).unwrap();
        ours.push(started.elapsed());
    }
    let sum = |taken: &[Duration]| taken.iter().sum::<Duration>().as_secs_f64();
    let ratio = sum(&ours) / sum(&bare);
    let mut sorted = bare.clone();
    sorted.sort_unstable();
    let aim = sorted[sorted.len() / 2].mul_f64(1.3);
    percentiles::line("two bare synced writes of the same bytes", bare, aim);
    percentiles::line("an entry", ours, aim);
    println!("an entry costs {ratio:.2} times the bare writes; the aim is 1.3");
}

/// A session with a long log. Written without a chain: the session's first opening makes one.
fn long(base: &Path) {
    let root = base.join("long");
    let memory = Memory::open(&root).unwrap();
    let mut session = begin(&memory, "long");
    session.append(&step()).unwrap();
    let (id, directory) = (session.id().clone(), session.directory().to_owned());
    drop(session);
    let one = fs::read(directory.join("log.md")).unwrap();
    let mut log = File::create(directory.join("log.md")).unwrap();
    for _ in 0..LONG / one.len() as u64 {
        log.write_all(&one).unwrap();
    }
    log.sync_all().unwrap();
    for name in ["log.chain", "commit.chain"] {
        fs::remove_file(directory.join(name)).unwrap();
    }
    drop(memory.resume(&id, at()).unwrap());
    let open = || {
        let started = Instant::now();
        let session = Memory::open(&root).unwrap().resume(&id, at()).unwrap();
        let shown = memory.log(&id, None).unwrap().last(10).unwrap();
        let taken = started.elapsed();
        assert_eq!((shown.len(), session.recovered().len()), (10, 0));
        taken
    };
    let name = "a log of 100 MB taken up, its last ten entries read";
    percentiles::line(name, (0..OPENINGS).map(|_| open()).collect(), Duration::from_millis(20));
    let heads = memory.log(&id, None).unwrap().heads().unwrap();
    let wanted = heads[heads.len() / 2].id.as_str();
    let find = || {
        let started = Instant::now();
        memory.log(&id, None).unwrap().find(wanted).unwrap();
        started.elapsed()
    };
    let name = "an entry of it by its name";
    percentiles::line(name, (0..LISTINGS).map(|_| find()).collect(), Duration::from_millis(100));
    verify(&memory, &id, &directory);
}

fn verify(memory: &Memory, id: &SessionId, directory: &Path) {
    let mut best = 0.0_f64;
    for _ in 0..8 {
        let started = Instant::now();
        let reports = memory.verify(id).unwrap();
        let bytes: u64 = reports.iter().map(|report| report.bytes).sum();
        best = best.max(bytes as f64 / 1e6 / started.elapsed().as_secs_f64());
        assert!(reports.iter().all(|report| report.first_bad.is_none()), "{reports:?}");
    }
    let log = fs::read(directory.join("log.md")).unwrap();
    let started = Instant::now();
    std::hint::black_box(Sha256::digest(&log));
    let bare = log.len() as f64 / 1e6 / started.elapsed().as_secs_f64();
    println!("verified at {best:.0} MB/s; the aim is 500; SHA-256 alone, of bytes in memory: {bare:.0} MB/s");
}

fn listings(base: &Path) {
    let root = base.join("many");
    let memory = Memory::open(&root).unwrap();
    let session = begin(&memory, "the first of many sessions of this project");
    let first = session.directory().to_owned();
    drop(session);
    let metadata = fs::read_to_string(first.join("metadata.yaml")).unwrap().replace("status: active", "status: closed");
    let commits = "## [14:38] AI — COMMIT\nMILESTONE: Root cause confirmed.\nFINDING: Too small.\n\n---\n\n".repeat(3);
    for number in 2..=SESSIONS {
        let directory = root.join(format!("sessions/session_{number:03}_2026-02-21_number-{number}"));
        fs::create_dir(&directory).unwrap();
        fs::write(directory.join("metadata.yaml"), &metadata).unwrap();
        fs::write(directory.join("commit.md"), &commits).unwrap();
        fs::write(directory.join("log.md"), "").unwrap();
    }
    let index = root.join("index/sessions.json");
    let list = |forget: bool| {
        if forget {
            fs::remove_file(&index).unwrap();
        }
        let started = Instant::now();
        let sessions = memory.sessions().unwrap();
        let taken = started.elapsed();
        assert_eq!(sessions.len(), SESSIONS);
        taken
    };
    list(false);
    let (without, warm) = (Duration::from_millis(400), Duration::from_millis(100));
    percentiles::line("10,000 sessions without the list", (0..LISTINGS).map(|_| list(true)).collect(), without);
    percentiles::line("10,000 sessions with it", (0..LISTINGS).map(|_| list(false)).collect(), warm);
}

fn main() {
    let place = place();
    percentiles::head("the memory");
    appends(place.path());
    listings(place.path());
    long(place.path());
}
