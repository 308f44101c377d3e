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

use devops_agent::domain::{Action, Binary, FileStamp, Lane, Settings, Surroundings};
use devops_agent::gate::{BinaryFact, FactQuery, Facts, Pending, judge};
use devops_agent::library::{Origin, SkillFile};
use devops_agent::runtime::Knowledge;
use divan::Bencher;

#[path = "percentiles.rs"]
mod percentiles;
#[path = "../support/rows.rs"]
#[allow(dead_code, reason = "only the lines are measured")]
mod rows;

const AIM: Duration = Duration::from_micros(20);
const CALLS: usize = 50_000;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::build(&[]).expect("the files of this build are sound"));

/// Pieces that long lines are made of: every loop of the scan has its own worst.
const UNITS: [(&str, &str); 11] = [
    ("docker rm -f ", "web1 "),
    ("docker rm -f ", "$(cat a) "),
    ("", "$("),
    ("", "a;"),
    ("", "\"$x\" "),
    ("", "/r* "),
    ("", "x=$x;"),
    ("", "\\x72 "),
    ("", "cm0gZA== "),
    ("", "{a,b} "),
    ("", "git push $x;"),
];

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
            _ => None,
        });
        let trusted = |word: String| {
            let binary = found(&format!("/usr/bin/{word}"));
            (word, BinaryFact::Trusted { binary })
        };
        let facts = Facts {
            binaries: words.map(trusted).collect(),
            settings: [("git".to_owned(), Settings::default()), ("terraform".to_owned(), Settings::default())].into(),
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
            ..Facts::default()
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

/// The shipped skills, and as many more made-up ones, each with a program of its own.
fn with_skills(more: usize) -> Knowledge {
    let added: Vec<SkillFile> = (0..more)
        .map(|number| SkillFile {
            name: format!("made-up-{number}"),
            path_shown: format!("made-up-{number}/SKILL.md"),
            text: format!(
                "## auto_execute\n- tool{number} get *\n- tool{number} list *\n## requires_approval\n- tool{number} set *\n\
                 ## destructive\n- tool{number} delete *\n- tool{number} set --force *\n## options\n```yaml\n\
                 tool{number}: {{global: \"-n= -v --context=\", verbs: {{get: \"-o= -A --watch\", list: \"\"}}}}\n```\n"
            )
            .into(),
            origin: Origin::Added,
            fault: None,
            runbooks: Vec::new(),
        })
        .collect();
    Knowledge::build(&added).expect("the files of this build are sound")
}

/// The words of every row of the named matrix, judged in turn; the complex lane apart.
fn matrix(name: &str, knowledge: &Knowledge) {
    let actions: Vec<Action> = rows::rows("matrix").into_iter().map(|row| Action::Command { line: row.line }).collect();
    let lanes =
        [("simple", Lane::Simple, Duration::from_micros(50)), ("complex", Lane::Complex, Duration::from_millis(1))];
    for (lane_name, lane, aim) in lanes {
        let of_lane = |action: &&Action| judge(action, &knowledge.book).verdict.lane == lane;
        let mut turn = actions.iter().filter(of_lane).collect::<Vec<_>>().into_iter().cycle();
        let title = format!("matrix, {lane_name}, {name}");
        measure(&title, aim, || turn.next().cloned(), |action| action.map(|action| judge(&action, &knowledge.book)));
    }
}

fn measure<I, O>(title: &str, aim: Duration, input: impl FnMut() -> I, work: impl FnMut(I) -> O) {
    percentiles::measure(title, CALLS, aim, input, work);
}

fn main() {
    divan::main();
    percentiles::head("judgement with known facts");
    for name in LINES {
        let case = Case::new(name);
        measure(name, AIM, || case.facts.clone(), |facts| case.judge(facts));
    }
    percentiles::head("judgement of words alone");
    matrix("shipped skills", &KNOWLEDGE);
    matrix("500 skills more", &with_skills(500));
    // Time that grows with the length and no faster: ten times the line, ten times the time.
    for (start, unit) in UNITS {
        for length in [1_000, 10_000, 64_000] {
            let action = Action::Command { line: format!("{start}{}", unit.repeat(length / unit.len())) };
            let title = format!("`{start}{unit}`... of {length} bytes");
            let aim = Duration::from_millis(10);
            percentiles::measure(&title, 200, aim, || action.clone(), |action| judge(&action, &KNOWLEDGE.book));
        }
    }
}
