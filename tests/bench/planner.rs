//! How long it takes from a request in plain English to its commands, and how
//! long the shipped skills take to become what the planner and the gate know.
//!
//! Owns the requests. Runs nothing of what is planned.
//!
//! `cargo bench --bench planner`

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::expect_used, reason = "a benchmark reads the clock")]

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use devops_agent::planner::{Planning, plan};
use devops_agent::runtime::{Knowledge, read_skills};
use divan::Bencher;

#[path = "percentiles.rs"]
mod percentiles;

const AIM: Duration = Duration::from_millis(2);
const CALLS: usize = 5_000;
/// The start must leave room for the terminal and the first frame within 50 ms.
const START_AIM: Duration = Duration::from_millis(40);
const STARTS: usize = 200;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::build(&[]).expect("the files of this build are sound"));

/// A listing, a value, a choice between tools, a plan in two steps, two requests in one, a command as it stands; then
/// what takes longest: typing mistakes, and words that nothing explains.
const REQUESTS: [&str; 8] = [
    "show the last five commits",
    "scale api to 5 replicas in production",
    "show me the unhealthy pods in production",
    "remove all stopped containers",
    "fetch from origin and then show the status",
    "git status",
    "shwo the lats five comits",
    "please explain why my colleague's laptop is so slow today",
];

fn planned(request: &str) -> Planning {
    plan(request, &KNOWLEDGE.lexicon, &BTreeMap::new())
}

#[divan::bench(args = REQUESTS)]
fn request(bencher: Bencher, request: &str) {
    bencher.bench_local(|| planned(request));
}

#[divan::bench]
fn knowledge(bencher: Bencher) {
    bencher.bench_local(|| Knowledge::build(&[]));
}

fn main() {
    divan::main();
    percentiles::head("a request becomes a plan");
    for request in REQUESTS {
        percentiles::measure(request, CALLS, AIM, || request, planned);
    }
    // The longest request that is planned at all.
    let longest = "show the pods and the log of api-7d4f9 ".repeat(104);
    percentiles::measure("(4 KB of words)", STARTS, AIM, || longest.as_str(), planned);
    percentiles::head("what a start has to read");
    percentiles::measure("rules, words and phrases", STARTS, START_AIM, || (), |()| Knowledge::build(&[]));
    percentiles::measure("of these the skill files and the rules", STARTS, START_AIM, || (), |()| read_skills(&[]));
}
