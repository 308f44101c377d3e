//! A made-up history of operations, always the same for the same seed: routine, incidents, and what was found.
//!
//! Owns the voice and the questions with their known answers. Logs are written whole and get their chains when their
//! sessions are taken up once, since twenty thousand synced appends would measure the disk.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::fs;
use std::path::Path;

use devops_agent::domain::ApprovalRecord;
use devops_agent::domain::{At, Body, Decision, Entry, Manual, Principal, SessionId, Step, Surroundings, Tier};
use devops_agent::history::entry::render;
use devops_agent::redact::Redactor;
use devops_agent::store::Memory;

/// Xorshift: enough for a history, and the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len())]
    }
}

pub const SERVICES: [&str; 40] = [
    "checkout",
    "cart",
    "payments",
    "orders",
    "inventory",
    "catalog",
    "suggest",
    "auth",
    "sessions",
    "mailer",
    "billing",
    "ledger",
    "gateway",
    "frontend",
    "images",
    "thumbnails",
    "recommender",
    "pricing",
    "shipping",
    "tracking",
    "returns",
    "fraud",
    "notifier",
    "webhooks",
    "scheduler",
    "reports",
    "exporter",
    "ingest",
    "etl",
    "warehouse",
    "graph",
    "chat",
    "presence",
    "uploads",
    "transcoder",
    "profiles",
    "loyalty",
    "coupons",
    "tax",
    "audit",
];
const SPACES: [&str; 6] = ["shop", "platform", "data", "edge", "production", "staging"];

/// One sort of trouble: what a program prints, what was found, what mended it; and how people ask about it, in the words
/// of the log and in others.
struct Trouble {
    printed: &'static str,
    cause: &'static str,
    mended: &'static str,
    asked: [&'static str; 2],
    otherwise: [&'static str; 2],
    /// Words the list of synonyms was never adjusted to.
    unseen: &'static str,
}

const fn trouble(
    printed: &'static str,
    cause: &'static str,
    mended: &'static str,
    asked: [&'static str; 2],
    otherwise: [&'static str; 2],
    unseen: &'static str,
) -> Trouble {
    Trouble { printed, cause, mended, asked, otherwise, unseen }
}

const TROUBLES: [Trouble; 24] = [
    trouble(
        "Last State: Terminated\n  Reason: OOMKilled\n  Exit Code: 137",
        "the memory limit of 256Mi is below its peak of 410Mi",
        "kubectl set resources deployment/{s} --limits=memory=512Mi",
        ["OOMKilled", "memory limit peak"],
        ["ran out of memory", "out of memory"],
        "not enough memory",
    ),
    trouble(
        "State: Waiting\n  Reason: CrashLoopBackOff\n  Restart Count: 41",
        "a required variable is missing after the rename",
        "kubectl set env deployment/{s} QUEUE_URL=amqp://queue",
        ["CrashLoopBackOff", "variable missing after rename"],
        ["restart loop", "keeps restarting"],
        "crashing on startup",
    ),
    trouble(
        "dial tcp: lookup db.internal: no such host",
        "the resolver's search list lost the internal zone",
        "kubectl rollout restart deployment/coredns -n kube-system",
        ["no such host", "resolver search list"],
        ["dns broken", "name resolution"],
        "hostname lookup failing",
    ),
    trouble(
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        "the upstream pool was sized for half of the traffic",
        "kubectl scale deployment/{s} --replicas 6",
        ["deadline exceeded", "upstream pool sized"],
        ["timed out", "timeouts"],
        "requests hanging",
    ),
    trouble(
        "connect: connection refused",
        "the readiness port did not follow the new listener",
        "kubectl patch service {s} --patch-file port.yaml",
        ["connection refused", "readiness port listener"],
        ["econnrefused", "refused connecting"],
        "cannot connect",
    ),
    trouble(
        "write /var/lib/data/wal: no space left on device",
        "nobody rotated the request logs since March",
        "kubectl exec {s}-0 -- logrotate -f /etc/logrotate.conf",
        ["no space left", "rotated request logs"],
        ["disk full", "out of disk"],
        "volume filled up",
    ),
    trouble(
        "x509: certificate has expired or is not yet valid",
        "the renewal hook had no right to reload",
        "kubectl create secret tls {s}-tls --cert new.pem --key new.key",
        ["certificate expired", "renewal hook reload"],
        ["expired cert", "ssl expiry"],
        "tls renewal",
    ),
    trouble(
        "Failed to pull image: manifest unknown\nReason: ImagePullBackOff",
        "the tag was pruned from the registry overnight",
        "kubectl set image deployment/{s} {s}=registry.local/{s}:1.8.2",
        ["ImagePullBackOff", "tag pruned registry"],
        ["cannot pull image", "image pull fails"],
        "registry image missing",
    ),
    trouble(
        "0/12 nodes are available: 12 Insufficient cpu. FailedScheduling",
        "requests were copied from the load test",
        "kubectl set resources deployment/{s} --requests=cpu=200m",
        ["FailedScheduling", "requests copied load test"],
        ["pods stuck pending", "unschedulable"],
        "no capacity to schedule",
    ),
    trouble(
        "FATAL: sorry, too many clients already",
        "every worker opened a pool of its own",
        "kubectl set env deployment/{s} POOL_SIZE=4",
        ["too many clients", "every worker opened pool"],
        ["connection pool exhausted", "max connections reached"],
        "database connections used up",
    ),
    trouble(
        "accept: too many open files",
        "sockets of dead peers were never closed",
        "kubectl rollout undo deployment/{s}",
        ["too many open files", "sockets dead peers"],
        ["file descriptor leak", "emfile"],
        "sockets leaking",
    ),
    trouble(
        "HTTP/1.1 502 Bad Gateway\nupstream prematurely closed connection",
        "keep-alive of the balancer outlived that of the server",
        "kubectl annotate ingress {s} keepalive=55",
        ["502 upstream prematurely closed", "keep-alive outlived"],
        ["bad gateway", "502 errors"],
        "upstream closing connections",
    ),
    trouble(
        "HTTP/1.1 503 Service Unavailable\nno healthy upstream",
        "the selector did not match the new labels",
        "kubectl patch service {s} --patch-file selector.yaml",
        ["503 no healthy upstream", "selector labels"],
        ["service unavailable", "503"],
        "no endpoints",
    ),
    trouble(
        "HTTP/1.1 429 Too Many Requests\nretry-after: 30",
        "the retry storm came from one client without backoff",
        "kubectl annotate ingress {s} limit-rps=50",
        ["429 retry-after", "retry storm backoff"],
        ["rate limited", "rate limit"],
        "throttled clients",
    ),
    trouble(
        "Error from server (Forbidden): pods is forbidden: cannot list resource",
        "the role binding named the old service account",
        "kubectl create rolebinding {s}-read --role=reader --serviceaccount=shop:{s}",
        ["Forbidden cannot list", "role binding service account"],
        ["access denied", "rbac"],
        "missing permissions",
    ),
    trouble(
        "401 Unauthorized: token signature is invalid",
        "the signing key was rotated on one replica only",
        "kubectl rollout restart deployment/{s}",
        ["401 token signature", "signing key replica"],
        ["authentication failed", "unauthorized"],
        "login rejected",
    ),
    trouble(
        "CONFLICT (content): Merge conflict in values.yaml",
        "two branches bumped the same chart value",
        "git checkout --ours deploy/{s}/values.yaml",
        ["merge conflict values", "two branches chart value"],
        ["conflicts merging", "merge conflicts"],
        "cannot merge branches",
    ),
    trouble(
        "! [rejected] main -> main (non-fast-forward)",
        "the mirror job had pushed in between",
        "git pull --rebase origin main",
        ["rejected main mirror job", "mirror job pushed"],
        ["push rejected", "failed to push"],
        "git push denied",
    ),
    trouble(
        "replication lag 1843s, slot inactive",
        "a long report held back the standby",
        "kubectl exec {s}-db-0 -- pg_ctl promote",
        ["replication lag slot", "long report standby"],
        ["replica lag", "standby behind"],
        "slow replica",
    ),
    trouble(
        "consumer group lag 2400311 on topic {s}.events",
        "one partition was poisoned by an oversized record",
        "kubectl exec {s}-0 -- skip-record --partition 7",
        ["consumer group lag", "partition poisoned oversized"],
        ["kafka backlog", "queue backlog"],
        "consumers falling behind",
    ),
    trouble(
        "bind: address already in use",
        "the old unit was still listening on the port",
        "systemctl stop {s}-legacy",
        ["address already in use", "old unit listening"],
        ["port conflict", "port taken"],
        "port already used",
    ),
    trouble(
        "Liveness probe failed: HTTP probe failed with statuscode: 500",
        "the probe waited for a cold cache",
        "kubectl patch deployment {s} --patch-file probe.yaml",
        ["liveness probe failed", "probe cold cache"],
        ["health check failing", "unhealthy"],
        "probes failing",
    ),
    trouble(
        "mount.nfs: Stale file handle, Read-only file system",
        "the export was recreated under another id",
        "mount -o remount,rw /mnt/{s}",
        ["stale file handle", "export recreated"],
        ["nfs read only", "nfs mount readonly"],
        "filesystem not writable",
    ),
    trouble(
        "seq scan on {s}_events (cost=0.00..984233.10)",
        "the migration dropped the index it should rebuild",
        "psql -c 'create index concurrently on {s}_events(at)'",
        ["seq scan cost", "migration dropped index"],
        ["missing index", "slow queries"],
        "query plan regression",
    ),
];

/// How a question is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Put {
    /// In the words of the log.
    AsWritten,
    /// The same with a slip of the finger.
    Slipped,
    /// In other words.
    Otherwise,
    /// In other words that nothing was adjusted to.
    Unseen,
}

/// A question with the entries that answer it, any of them.
#[derive(Debug, Clone)]
pub struct Question {
    pub words: String,
    pub put: Put,
    pub session: String,
    /// Numbers of the entries in their session.
    pub answers: Vec<u64>,
}

/// What is made.
pub struct Shape {
    pub sessions: usize,
    /// Entries a session.
    pub entries: usize,
    /// Bytes of an entry at least; routine output fills it up.
    pub bytes: usize,
    pub incidents: usize,
}

/// Writes the history and returns its questions.
pub fn write(root: &Path, shape: &Shape, seed: u64) -> (Memory, Vec<Question>) {
    let mut dice = Dice::new(seed);
    fs::create_dir_all(root).unwrap();
    let memory = Memory::open(root).unwrap();
    let first = At::parse("2026-01-01T08:00:00+00:00").unwrap();
    let session = memory.begin(&Redactor::default().text("operations"), first, &Surroundings::default()).unwrap();
    let (id, directory) = (session.id().clone(), session.directory().to_owned());
    drop(session);
    let metadata = fs::read_to_string(directory.join("metadata.yaml")).unwrap();
    fs::remove_dir_all(&directory).unwrap();
    let mut pairs: Vec<(usize, usize)> =
        (0..SERVICES.len()).flat_map(|service| (0..TROUBLES.len()).map(move |trouble| (service, trouble))).collect();
    let mut questions = Vec::new();
    for number in 1..=shape.sessions {
        let begun = first.later(number as u64 * 86_400);
        let name = format!("session_{number:03}_{}_operations", begun.date());
        let directory = root.join("sessions").join(&name);
        fs::create_dir_all(&directory).unwrap();
        let metadata = metadata.replace(id.as_str(), &name).replace("2026-01-01", &begun.date());
        fs::write(directory.join("metadata.yaml"), metadata).unwrap();
        fs::write(directory.join("commit.md"), "").unwrap();
        let here = shape.incidents / shape.sessions + usize::from(number <= shape.incidents % shape.sessions);
        let mut incidents: Vec<(usize, (usize, usize))> = Vec::new();
        for slot in 0..here {
            let pair = pairs.swap_remove(dice.roll(pairs.len()));
            incidents
                .push((shape.entries * slot / here + dice.roll((shape.entries / here).saturating_sub(8).max(1)), pair));
        }
        let mut log = String::new();
        let mut seq = 0_u64;
        while (seq as usize) < shape.entries {
            let at = begun.later(seq * 20);
            if let Some((_, (service, trouble))) = incidents.iter().find(|(start, _)| *start == seq as usize) {
                let answers = incident(&mut log, &mut seq, at, &mut dice, SERVICES[*service], &TROUBLES[*trouble]);
                let count = questions.len();
                let (words, put) = ask(&mut dice, count, SERVICES[*service], &TROUBLES[*trouble]);
                questions.push(Question { words, put, session: name.clone(), answers });
                continue;
            }
            seq += 1;
            log.push_str(&render(&Entry { at, by: Principal::Agent, body: routine(&mut dice, shape.bytes) }));
        }
        fs::write(directory.join("log.md"), log).unwrap();
        drop(memory.resume(&SessionId::new(name.as_str()), begun).unwrap());
    }
    (memory, questions)
}

fn step(action: String, output: String, inference: &str, tier: Tier) -> Body {
    let permission = format!("{} (per kubectl/SKILL.md)", tier.permission());
    Body::Step(Step {
        permission,
        action,
        output: Some(output),
        inference: Some(inference.to_owned()),
        ..Step::default()
    })
}

/// Seven entries about one trouble; returns the numbers of those that answer for it.
fn incident(log: &mut String, seq: &mut u64, at: At, dice: &mut Dice, service: &str, trouble: &Trouble) -> Vec<u64> {
    let filled = |text: &str| text.replace("{s}", service);
    let space = SPACES[dice.roll(SPACES.len())];
    let pod = format!("{service}-{:05x}", dice.roll(1 << 20));
    let first = *seq;
    let commit = Body::Commit {
        milestone: format!("Cause of the trouble with {service} found"),
        finding: format!(
            "{}: {}",
            trouble.printed.lines().next().unwrap_or_default().replace("{s}", service),
            trouble.cause
        ),
        saved_to: "commit.md entry #1".to_owned(),
    };
    let approval = ApprovalRecord {
        command: filled(trouble.mended),
        tier: Tier::Approval,
        response: Some("yes".to_owned()),
        decision: Decision::Approved,
        executed: true,
        result: Some("done".to_owned()),
    };
    let bodies = [
        Body::Request { text: format!("something is wrong with {service}, customers complain") },
        step(
            format!("kubectl get pods -n {space}"),
            format!("NAME READY STATUS AGE\n{pod} 0/1 NotOk 3d"),
            "1 pod",
            Tier::Auto,
        ),
        step(
            format!("kubectl describe pod {pod} -n {space}"),
            filled(trouble.printed),
            "it failed with exit code 1: see above",
            Tier::Auto,
        ),
        commit,
        Body::Approval(approval),
        step(filled(trouble.mended), format!("{service} changed"), "done", Tier::Approval),
        Body::Answer { text: format!("{service} works again: {}.", trouble.cause) },
    ];
    for body in bodies {
        log.push_str(&render(&Entry { at, by: Principal::Agent, body }));
        *seq += 1;
    }
    (first + 3..=first + 7).collect()
}

fn ask(dice: &mut Dice, number: usize, service: &str, trouble: &Trouble) -> (String, Put) {
    let which = dice.roll(2);
    let frame = |what: &str| match number / 6 % 3 {
        0 => format!("{service} {what}"),
        1 => format!("why was {service} {what}"),
        _ => format!("{what} in {service}"),
    };
    match number % 6 {
        3 => (slipped(dice, &frame(trouble.asked[which])), Put::Slipped),
        4 => (frame(trouble.otherwise[which]), Put::Otherwise),
        5 => (frame(trouble.unseen), Put::Unseen),
        _ => (frame(trouble.asked[which]), Put::AsWritten),
    }
}

/// The same with one letter of its longest word left out, doubled, replaced or swapped.
fn slipped(dice: &mut Dice, words: &str) -> String {
    let longest = words
        .split(' ')
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .max_by_key(|word| word.len());
    let Some(word) = longest else { return words.to_owned() };
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.roll(letters.len() - 2);
    match dice.roll(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = char::from(b'a' + dice.roll(26) as u8),
        _ => letters.swap(at, at + 1),
    }
    words.replacen(word, &letters.into_iter().collect::<String>(), 1)
}

/// What happens every day, with the same names and many of the same words.
fn routine(dice: &mut Dice, bytes: usize) -> Body {
    let (service, other) = (SERVICES[dice.roll(SERVICES.len())], SERVICES[dice.roll(SERVICES.len())]);
    let space = SPACES[dice.roll(SPACES.len())];
    match dice.roll(16) {
        0 => Body::Request { text: format!("show me the pods of {service} in {space}") },
        1 => Body::Request { text: format!("is {service} still slow, and does {other} see errors?") },
        2 => Body::Answer {
            text: format!("{service} runs with 3 pods; no restart, no timeout and no error since yesterday."),
        },
        3 => Body::Answer {
            text: format!(
                "Memory of {service} is at {}% of its limit, disk at {}%, certificates are fine.",
                dice.roll(90),
                dice.roll(90)
            ),
        },
        4 => Body::Human(Manual {
            command: format!("cd deploy/{service} && git status"),
            output: "On branch main\nnothing to commit, working tree clean\n".into(),
            ..Manual::default()
        }),
        5 => Body::Human(Manual {
            command: "df -h".into(),
            output: padded(dice, bytes, "tmpfs 3.1G 0 3.1G 0% /run"),
            ..Manual::default()
        }),
        6 => step(
            "git log --oneline -20".into(),
            padded(dice, bytes, &format!("change the config of {service}")),
            "20 commits",
            Tier::Auto,
        ),
        7 => step(
            "docker ps".into(),
            padded(dice, bytes, &format!("registry.local/{other} Up 3 days")),
            "many containers",
            Tier::Auto,
        ),
        8 => step(
            format!("kubectl rollout status deployment/{service} -n {space}"),
            "successfully rolled out\n".into(),
            "1 line",
            Tier::Auto,
        ),
        9 => step(
            format!("kubectl scale deployment/{service} --replicas {} -n {space}", 2 + dice.roll(6)),
            "scaled\n".into(),
            "done",
            Tier::Approval,
        ),
        10 => Body::Commit {
            milestone: format!("{service} looked at"),
            finding: format!("nothing unusual: probe, image, queue and connection of {other} are fine"),
            saved_to: String::new(),
        },
        _ => step(
            format!("kubectl logs deployment/{service} -n {space} --tail 40"),
            padded(dice, bytes, &format!("GET /{other}/v1")),
            "40 lines",
            Tier::Auto,
        ),
    }
}

const WORDS: [&str; 48] = [
    "info",
    "request",
    "served",
    "status",
    "200",
    "ms",
    "user",
    "handler",
    "queue",
    "worker",
    "retry",
    "cache",
    "hit",
    "miss",
    "pool",
    "connection",
    "opened",
    "closed",
    "commit",
    "sync",
    "flush",
    "batch",
    "partition",
    "offset",
    "leader",
    "replica",
    "metric",
    "scrape",
    "probe",
    "ok",
    "warn",
    "slow",
    "query",
    "rows",
    "index",
    "token",
    "session",
    "config",
    "reload",
    "version",
    "build",
    "deploy",
    "health",
    "memory",
    "limit",
    "image",
    "volume",
    "peer",
];

fn padded(dice: &mut Dice, bytes: usize, line: &str) -> String {
    let mut out = String::new();
    while out.len() < bytes {
        out.push_str(&format!("2026-02-{:02} {line} ", 1 + dice.roll(28)));
        for _ in 0..6 {
            // Few words are said often and many seldom.
            let place = dice.roll(WORDS.len()) * dice.roll(WORDS.len()) / WORDS.len();
            out.push_str(WORDS[place]);
            out.push(' ');
        }
        // Most lines name something that is named elsewhere too; some name what never comes again.
        let range = if dice.roll(8) == 0 { 1 << 24 } else { 1 << 12 };
        out.push_str(&format!("id={:x}\n", dice.roll(range)));
    }
    out
}
