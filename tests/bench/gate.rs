//! How long one judgement takes: a line's words judged by the shipped rules and
//! bound to facts that are known already.
//!
//! Owns the lines and the made-up facts. Touches no disk while it measures;
//! finding the facts is the probe's time, not the gate's.
//!
//! `cargo bench --bench gate`

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::expect_used, reason = "a benchmark reads the clock")]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use devops_agent::domain::{Action, Binary, FileStamp, Surroundings};
use devops_agent::gate::{BinaryFact, FactQuery, Facts, Pending, judge};
use devops_agent::runtime::Knowledge;
use divan::Bencher;

#[path = "percentiles.rs"]
mod percentiles;

const AIM: Duration = Duration::from_micros(20);
const CALLS: usize = 50_000;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::build(&[]).expect("the files of this build are sound"));

/// Names of lines; divan prints them.
const LINES: [&str; 6] = ["simple", "destructive", "compound", "complex", "long", "long complex"];

fn text(name: &str) -> String {
    match name {
        "simple" => "git log -5 --oneline".to_owned(),
        "destructive" => "kubectl delete deployment api -n production --grace-period=0 --force".to_owned(),
        "compound" => "git fetch origin && git status --short | grep -v '^??' ; docker ps -a && \
                       kubectl get pods -n production -o wide"
            .to_owned(),
        "complex" => r#"for b in $(git branch --merged | grep -v main); do git branch -d "$b"; done"#.to_owned(),
        // Every object of a listing is named, so such lines are common.
        "long" => format!("docker rm -f {}", names(40)),
        _ => format!("cd /srv/app && export WHEN=$(date +%F) && docker rm -f {} > removed-$WHEN.txt", names(40)),
    }
}

fn names(count: usize) -> String {
    let names: Vec<String> = (1..=count).map(|number| format!("staging-worker-{number}")).collect();
    names.join(" ")
}

/// A line, and everything that may be asked about it.
struct Case {
    action: Action,
    facts: Facts,
}

impl Case {
    fn new(name: &str) -> Self {
        let action = Action::Command { line: text(name) };
        let needs = judge(&action, &KNOWLEDGE.book).needs;
        let words = needs.into_iter().filter_map(|need| match need {
            FactQuery::Binary { word } => Some(word),
            FactQuery::GitConfig => None,
        });
        let trusted = |word: String| {
            let binary = found(&format!("/usr/bin/{word}"));
            (word, BinaryFact::Trusted { binary })
        };
        let facts = Facts {
            binaries: words.map(trusted).collect(),
            git_hazards: Some(Vec::new()),
            environment: environment(),
            cwd: "/home/ada/work/api".to_owned(),
            surroundings: Surroundings {
                cwd: "/home/ada/work/api".to_owned(),
                kube_context: Some("production".to_owned()),
                namespace: Some("default".to_owned()),
                git_branch: Some("main".to_owned()),
                docker_context: Some("default".to_owned()),
                ..Surroundings::default()
            },
            shell: Some(found("/usr/bin/sh")),
        };
        Self { action, facts }
    }

    fn judge(&self, facts: Facts) -> Pending {
        let judged = judge(&self.action, &KNOWLEDGE.book);
        judged.bind(facts, "session_001-1", true).expect("every program is there")
    }
}

fn found(path: &str) -> Binary {
    let stamp = FileStamp { device: 64769, inode: 1_311_233, size: 3_834_096, modified_ns: 1_700_000_000_000_000_000 };
    Binary { path: PathBuf::from(path), stamp }
}

/// As much as a person's terminal usually has of what children may see.
fn environment() -> Vec<(String, String)> {
    let variables = [
        ("COLORTERM", "truecolor"),
        ("DOCKER_HOST", "unix:///run/user/1000/docker.sock"),
        ("HOME", "/home/ada"),
        ("KUBECONFIG", "/home/ada/.kube/config"),
        ("LANG", "en_GB.UTF-8"),
        ("LC_TIME", "de_DE.UTF-8"),
        ("LOGNAME", "ada"),
        ("PATH", "/home/ada/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("SHELL", "/usr/bin/zsh"),
        ("SSH_AUTH_SOCK", "/run/user/1000/keyring/ssh"),
        ("TERM", "xterm-256color"),
        ("TZ", "Europe/Berlin"),
        ("USER", "ada"),
        ("XDG_RUNTIME_DIR", "/run/user/1000"),
    ];
    variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[divan::bench(args = LINES)]
fn judgement(bencher: Bencher, name: &str) {
    let case = Case::new(name);
    bencher.with_inputs(|| case.facts.clone()).bench_local_values(|facts| case.judge(facts));
}

fn main() {
    divan::main();
    percentiles::head("judgement with known facts");
    for name in LINES {
        let case = Case::new(name);
        percentiles::measure(name, CALLS, AIM, || case.facts.clone(), |facts| case.judge(facts));
    }
}
