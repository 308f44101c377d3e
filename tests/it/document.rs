//! The example blocks of sections 7, 8 and 18.2 of the product document, beside what the program makes of them.
//!
//! Every picture is a real run of the real binary at a clock that stands still: Debian's `faketime` holds the time of
//! day, and the monotonic clock, by which the program waits, goes on. A picture has the document's words and layout;
//! above it stands in which lines the document differs and why. Blanks at the ends of lines are left out.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::support::docker::Engine;
use super::support::home::{Home, NOWHERE, Ran};
use super::support::kube_api::KubeApi;
use super::support::ollama::{FakeOllama, Turn};
use super::support::pty::Pty;
use super::support::real;
use super::support::screen::{agree, close, open};

/// Section 7.3. The document draws `archived/` below `sessions/` and calls it `.GCC/archived/` in section 8; it is the
/// latter. Its session 003, of the 18th, is older than 001.
const FILES: &str = "
.GCC/
├── main.md
├── archived/
│   └── session_003_2026-02-18_test-session/
│       ├── commit.md
│       ├── log.md
│       └── metadata.yaml
└── sessions/
    ├── session_001_2026-02-19_investigate-api-crash/
    │   ├── commit.md
    │   ├── log.md
    │   └── metadata.yaml
    └── session_002_2026-02-20_fix-memory-limits/
        ├── commit.md
        ├── log.md
        └── metadata.yaml
";

/// Section 7.5: the words as they are said in the chat, each with its answer. The document shows no example; it says
/// that `CONTEXT` returns the state and the sessions, `CONTEXT --log` the last 20 lines of the log (the last one here
/// is blank), `CONTEXT --session <id>` the commits and the last 10 entries, and that `GRAPH` draws commits, branches
/// and merges.
const WORDS: &str = "
>>> COMMIT Confirmed timeout pattern — every ~30s
Committed as ycmmpcghyj: Confirmed timeout pattern — every ~30s

>>> BRANCH pool is the pool too small?
Branch pool begins at r4t5j2ascw. What comes goes to its log until it is merged.

>>> cat pool.txt
pool size = 5

>>> COMMIT pool size 5 vs peak load requiring 18
Committed as cghqrbvcgm: pool size 5 vs peak load requiring 18

>>> MERGE pool
Branch pool is merged by 2qyclp7wh2; its entries stay in its own log.

>>> CONTEXT
# DevOps Agent — Project Memory

## Active Session
→ session_002_2026-02-21_investigate-db-timeouts (in progress)
   Started: 2026-02-21 09:14
   Last commit: 'pool size 5 vs peak load requiring 18'

## Session History

| Session | Date       | Goal                      | Status | Commits | Key Finding              |
|---------|------------|---------------------------|--------|---------|--------------------------|
| 001     | 2026-02-20 | fix-memory-limits         | closed | 1       | 512Mi confirmed staging  |



>>> CONTEXT --log
SAVED TO: commit.md entry #1

---

## [09:21] AI — BRANCH
BRANCH: pool
FORKED AT: ycmmpcghyj
INTENT: is the pool too small?

---

## [09:24] AI — MERGE
BRANCH: pool
INTENT: is the pool too small?
OURS: 1. Confirmed timeout pattern — every ~30s
THEIRS: 1. pool size 5 vs peak load requiring 18
LOG: branches/pool/log.md up to cghqrbvcgm, sha256 <64 digits>

---


>>> CONTEXT --session 1
## [08:00] AI — COMMIT
PURPOSE: fix memory limits
PROGRESS: nothing confirmed before
MILESTONE: Limit raised
FINDING: 512Mi confirmed staging
SAVED TO: commit.md entry #1

---

## [08:00] AI — COMMIT
MILESTONE: Limit raised
FINDING: 512Mi confirmed staging
SAVED TO: commit.md entry #1

---



>>> GRAPH
◆    ycmm  09:20  commit       Confirmed timeout pattern — every ~30s
◐─╮  r4t5  09:21  branch       pool: is the pool too small?
│ ◎  2rwd  09:22  request      [pool] cat pool.txt
│ ●  k2he  09:22  auto         cat pool.txt
│ ◇  zu2i  09:22  answer       pool size = 5
│ ◆  cghq  09:23  commit       pool size 5 vs peak load requiring 18
◑─╯  2qyc  09:24  merge        pool: 1. pool size 5 vs peak load requiring 18


";

/// Section 7.4, `metadata.yaml`, by the word of section 7.5, of the session of [`NEW`]; without the host's name.
const METADATA: &str = "
schema: 1
id: session_004_2026-02-21_investigate-db-timeouts
description: investigate database connection timeouts
goal: investigate database connection timeouts
branch: main
status: active
started: 2026-02-21T09:14:00+00:00
updated: 2026-02-21T09:14:00+00:00
kube_context: prod-cluster
namespace: production
cluster: prod
git_repo: /project
git_branch: main
docker_context: desktop
git_uncommitted: 0
docker_running: 3
";

/// Section 7.6, without the HUMAN entry. The document has `ACTION: kubectl logs api-7d4f9 --previous -n production`;
/// the context a command runs in is always named. Its OBSERVATION is what the model saw in the entry before, its
/// INFERENCE what the model says at the end; here that is the answer. An approved command that printed something has
/// an AI entry besides its APPROVAL REQUEST.
const ENTRIES: &str = "
## [14:35] HUMAN — REQUEST
why does it keep dying — überhaupt?

---

## [14:35] AI
OBSERVATION: why does it keep dying — überhaupt?

THOUGHT: The pods come first.

PERMISSION: auto-execute (read-only per kubectl/SKILL.md)

ACTION: kubectl --context prod-cluster get pods -n production -o name

OUTPUT:
pod/api-7d4f9
pod/api-7d4fa
pod/api-7d4fb

INFERENCE: 3 lines
           api-7d4f9 has restarted 14 times in CrashLoopBackOff state.
           High restart count points to OOM, bad config, or failing health check.

---

## [14:35] AI
OBSERVATION: 3 lines

THOUGHT: Need logs from the previous crashed container — current state won't show
         the failure reason. --previous flag pulls from the terminated container buffer.

PERMISSION: auto-execute (read-only per kubectl/SKILL.md)

ACTION: kubectl --context prod-cluster logs api-7d4f9 --previous -n production

OUTPUT:
java.lang.OutOfMemoryError: Java heap space
Killed

INFERENCE: 2 lines

---

## [14:35] AI — ANSWER
OOMKilled confirmed. Memory limit is the constraint.
Next logical step: check resource limits vs actual usage with kubectl top.

---

## [14:38] AI — COMMIT
MILESTONE: Root cause confirmed.
FINDING: Container OOMKilled. Memory limit set to 256Mi, actual usage peaks at 410Mi.
SAVED TO: commit.md entry #1

---

## [14:41] HUMAN — REQUEST
kubectl delete pod api-7d4f9 -n production

---

## [14:41] APPROVAL REQUEST
COMMAND: kubectl --context prod-cluster delete pod api-7d4f9 -n production
TIER: destructive
USER RESPONSE: \"yes but explain what comes after\"
USER DECISION: approved with explanation requested
ACTION EXECUTED: yes
RESULT: done: pod \"api-7d4f9\" deleted

---

## [14:41] AI
OBSERVATION: kubectl delete pod api-7d4f9 -n production

THOUGHT: built-in planner: The request is itself a command line; it is taken as it is.

PERMISSION: requires explicit approval (cannot be taken back per kubectl/SKILL.md): approved with explanation requested

ACTION: kubectl --context prod-cluster delete pod api-7d4f9 -n production

OUTPUT:
pod \"api-7d4f9\" deleted

INFERENCE: done: pod \"api-7d4f9\" deleted

---

## [14:41] AI — ANSWER
done: pod \"api-7d4f9\" deleted

---

";

/// Section 8, *Creating a New Session*. What follows in the document is said in the workbench.
const NEW: &str = "

  Suggested name: session_004_2026-02-21_investigate-db-timeouts
  Confirm name or rename? (press Enter to confirm)
  >

  ✓ Session created
  ✓ metadata.yaml snapshot taken:
    kube-context: prod-cluster / namespace: production
    git: main branch, 0 uncommitted changes
    docker: desktop context, 3 running containers
";

/// The same, renamed, with none of the tools there.
const RENAMED: &str = "

  Suggested name: session_001_2026-02-21_investigate-db-timeouts
  Confirm name or rename? (press Enter to confirm)
  > pool trouble

  ✓ Session created
  ✓ metadata.yaml snapshot taken:
    kube-context: none, kubectl is absent
    git: absent
    docker: absent
";

/// Section 8, *Continuing a Session*. The document leaves session 002 out.
const RECENT: &str = "

  Recent sessions:
  [1] session_004  2026-02-21  investigate-db-timeouts       (in progress)
  [2] session_003  2026-02-21  deploy-memory-hotfix          (closed)
  [3] session_002  2026-02-20  fix-memory-limits             (closed)
  [4] session_001  2026-02-19  investigate-api-crash         (closed)

  Which session? (1)
  >
";

/// What comes then, where there is no workbench. The document breaks its lines to its own width.
const RESUMED: &str = "

  AI: Resuming session_004 — investigate-db-timeouts

      Last commit: 'Confirmed timeouts occurring every ~30s, pattern suggests connection pool exhaustion not network latency'
      Last action: cat pool.txt (pool size = 5)
      Next logical step: check db connection pool settings vs actual load

      Ready to continue.
";

/// Section 8, *Listing Sessions*.
const SESSIONS: &str = "
  SESSION HISTORY
  ──────────────────────────────────────────────────────────────────
  #    Date         Goal                          Status   Commits
  004  2026-02-21   investigate-db-timeouts       active   2
  003  2026-02-21   deploy-memory-hotfix          closed   3
  002  2026-02-20   fix-memory-limits             closed   2
  001  2026-02-19   investigate-api-crash         closed   4
  ──────────────────────────────────────────────────────────────────
  archived: 1 session  (devops-agent sessions --archived to view)
";

/// Section 8, *Closing a Session*, on the command line. The document sets a damaged glyph before the commands and
/// the duration, counts 11 commands of the agent and 3 by hand, and indents the answer.
const CLOSED: &str = "

  AI: Closing session_004 — investigate-db-timeouts

      Session summary:
      ✅ Commit 1: Confirmed timeout pattern — every ~30s, connection pool
      ✅ Commit 2: Root cause — pool size 5 vs peak load requiring 18
      Commands executed: 2 (2 agent / 0 manual)
      Duration: 52 minutes

      Save summary to main.md? (y/n)
  > y

      ✓ Session closed and saved.
      Take it up again with: devops-agent continue 004
";

/// Section 8, *Deleting a Session*. The document's session has 47 entries; the last line is ours.
const DELETED: &str = "

  About to delete:
  session_003_2026-02-21_deploy-memory-hotfix

  Contents: 3 log entries, 3 commits, 1 metadata snapshot
  Last commit: 'Fix confirmed stable in production'

  This will move the session to .GCC/archived/ (recoverable).
  To permanently delete: devops-agent delete session_003 --permanent

  Confirm? (yes / no)
  > yes

  ✓ Session archived.
  Take it back with: devops-agent restore 003
";

/// Section 18.2. Below it, in comments no reader of the page sees, stand the heads of the chains.
const PAGE: &str = "
# DevOps Agent — Project Memory

## Active Session
→ session_004_2026-02-21_investigate-db-timeouts (in progress)
   Started: 2026-02-21 09:14
   Last commit: 'Connection pool exhaustion confirmed, pool size 5 vs peak 18'

## Session History

| Session | Date       | Goal                      | Status | Commits | Key Finding              |
|---------|------------|---------------------------|--------|---------|--------------------------|
| 003     | 2026-02-21 | deploy-memory-hotfix      | closed | 3       | Fix stable in prod       |
| 002     | 2026-02-20 | fix-memory-limits         | closed | 2       | 512Mi confirmed staging  |
| 001     | 2026-02-19 | investigate-api-crash     | closed | 4       | OOMKilled root cause     |
";

/// A project at a clock that stands still until it is set.
struct Scene {
    home: Home,
}

impl Scene {
    /// `None` where there is no `faketime`; the reason has been printed.
    fn new() -> Option<Scene> {
        let faketime = real::program("faketime")?;
        let told = Command::new(faketime).args(["-f", "2026-02-21 09:14:00", "printenv", "LD_PRELOAD"]).output();
        let library = String::from_utf8(told.unwrap().stdout).unwrap();
        let mut scene = Scene { home: Home::with_commits(1) };
        // Timeouts go by the monotonic clock: standing still, it would let nothing ever end.
        scene.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        scene.set("LD_PRELOAD", library.trim());
        scene.at("2026-02-21 09:14");
        Some(scene)
    }

    fn set(&mut self, name: &str, value: &str) {
        self.home.env.insert(name.to_owned(), value.to_owned());
    }

    /// Sets the clock.
    fn at(&mut self, clock: &str) {
        self.set("FAKETIME", &format!("{clock}:00"));
    }

    /// Runs the program, which must succeed.
    fn run(&self, args: &[&str]) -> Ran {
        let ran = self.home.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        ran
    }

    fn page(&self) -> String {
        fs::read_to_string(self.home.project.join(".GCC/main.md")).unwrap()
    }

    /// A session with so many commits, the last one with a finding, closed on its day.
    fn past(&mut self, day: &str, goal: &str, commits: &[&str], finding: &str) {
        self.at(&format!("{day} 08:00"));
        self.run(&["new", goal]);
        let (last, earlier) = commits.split_last().unwrap();
        for milestone in earlier {
            self.run(&["commit", milestone]);
        }
        self.run(&["commit", last, "--finding", finding]);
        self.run(&["close", "--yes"]);
    }

    /// The three closed sessions of the document.
    fn past_three(&mut self) {
        let crash = ["Crash loop confirmed", "Logs read", "Limits compared", "Root cause confirmed"];
        self.past("2026-02-19", "investigate api crash", &crash, "OOMKilled root cause");
        self.past("2026-02-20", "fix memory limits", &["Limit raised", "Staging watched"], "512Mi confirmed staging");
        let hotfix = ["Chart changed", "Rolled out", "Fix confirmed stable in production"];
        self.past("2026-02-21", "deploy memory hotfix", &hotfix, "Fix stable in prod");
    }

    /// The document's session 004.
    fn present(&mut self) {
        self.at("2026-02-21 09:14");
        self.run(&["new", "investigate database connection timeouts"]);
    }

    /// Looks at the size of the connection pool, which a model asks for.
    fn look_at_the_pool(&mut self) {
        self.home.file("pool.txt", "pool size = 5\n");
        let call = json!({"cmd": "cat pool.txt", "context": "The pool's size tells how many can wait."});
        let turns = vec![
            Turn::new().call("c1", "run_command", &call).done("stop", 100, 20),
            Turn::new()
                .token("The pool holds 5.\nNext logical step: check db connection pool settings vs actual load")
                .done("stop", 120, 20),
        ];
        let ollama = FakeOllama::start(&["devstral:24b"], turns);
        self.set("OLLAMA_HOST", &ollama.host());
        self.run(&["ask", "why would they time out — überhaupt?"]);
        self.set("OLLAMA_HOST", NOWHERE);
    }
}

/// A picture as it is written here, against what was printed.
fn assert_picture(ours: &str, picture: &str) {
    let ours: Vec<&str> = ours.lines().map(str::trim_end).collect();
    let picture: Vec<&str> = picture.strip_prefix('\n').unwrap().lines().collect();
    assert!(ours == picture, "the program prints\n{}\n— and the picture is\n{}", ours.join("\n"), picture.join("\n"));
}

/// What was said line by line, before the workbench took the screen.
fn dialogue(terminal: &Pty) -> String {
    let raw = String::from_utf8(terminal.raw()).unwrap();
    // It keeps the terminal's title first of all.
    raw.split("\x1b[22;2t").next().unwrap().replace("\r\n", "\n")
}

/// Answers a question once the prompt stands below it: what is typed earlier is echoed before it.
fn reply(terminal: &mut Pty, question: &str, answer: &str) {
    let prompted = |screen: &str| screen.contains(question) && screen.trim_end().ends_with("\n  >");
    terminal.wait_for(prompted, &format!("a prompt below {question:?}"));
    terminal.enter(answer);
}

#[test]
fn the_memory_lies_in_the_files_of_section_7_3() {
    let Some(mut scene) = Scene::new() else { return };
    scene.past("2026-02-19", "investigate api crash", &["Root cause confirmed"], "OOMKilled root cause");
    scene.past("2026-02-20", "fix memory limits", &["Limit raised"], "512Mi confirmed staging");
    scene.at("2026-02-18 08:00");
    scene.run(&["new", "test session"]);
    scene.run(&["delete", "session_003", "--yes"]);
    let root = scene.home.project.join(".GCC");
    let mut drawn = ".GCC/\n".to_owned();
    draw(&root, "", &mut drawn);
    assert_picture(&drawn, FILES);
}

/// The document's files of a directory and all below, files first; what else lies there serves them.
fn draw(directory: &Path, before: &str, drawn: &mut String) {
    let found = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    let mut found: Vec<(bool, String)> =
        found.map(|entry| (entry.path().is_dir(), entry.file_name().into_string().unwrap())).collect();
    let serves = ["index", "inbox", "lock", "output", "spool", "log.chain", "commit.chain", ".gitignore"];
    found.retain(|(_, name)| !serves.contains(&name.as_str()));
    found.sort();
    for (index, (is_directory, name)) in found.iter().enumerate() {
        let last = index + 1 == found.len();
        let (branch, below) = if last { ("└── ", "    ") } else { ("├── ", "│   ") };
        drawn.push_str(&format!("{before}{branch}{name}{}\n", if *is_directory { "/" } else { "" }));
        if *is_directory {
            draw(&directory.join(name), &format!("{before}{below}"), drawn);
        }
    }
}

#[test]
fn the_words_of_section_7_5_are_answered_in_the_chat() {
    let Some(mut scene) = Scene::new() else { return };
    scene.past("2026-02-20", "fix memory limits", &["Limit raised"], "512Mi confirmed staging");
    scene.at("2026-02-21 09:14");
    scene.run(&["new", "investigate database connection timeouts"]);
    scene.home.file("pool.txt", "pool size = 5\n");
    let mut told = String::new();
    for (clock, words) in [
        ("09:20", "COMMIT Confirmed timeout pattern — every ~30s"),
        ("09:21", "BRANCH pool is the pool too small?"),
        ("09:22", "cat pool.txt"),
        ("09:23", "COMMIT pool size 5 vs peak load requiring 18"),
        ("09:24", "MERGE pool"),
        ("09:25", "CONTEXT"),
        ("09:25", "CONTEXT --log"),
        ("09:25", "CONTEXT --session 1"),
        ("09:25", "GRAPH"),
    ] {
        scene.at(&format!("2026-02-21 {clock}"));
        told.push_str(&format!(">>> {words}\n{}\n", scene.run(&["ask", words]).stdout));
    }
    assert_picture(&squeezed(&without_hashes(&told)), &squeezed(WORDS));
}

/// Without the fences around what the memory shows as it stands there, and without blank lines next to each other.
fn squeezed(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("```")).collect();
    lines.dedup_by(|one, other| one.trim().is_empty() && other.trim().is_empty());
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// Without the heads of chains: the lines of the page that hold them, and the digits elsewhere.
fn without_hashes(text: &str) -> String {
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let line = |line: &str| -> String {
        let words: Vec<&str> = line.split(' ').map(|word| if is_hash(word) { "<64 digits>" } else { word }).collect();
        words.join(" ") + "\n"
    };
    text.lines().filter(|line| !line.starts_with("<!-- chain ")).map(line).collect()
}

#[test]
fn entries_have_the_shape_of_section_7_6() {
    let Some(mut scene) = Scene::new() else { return };
    let Some(_kubectl) = real::program("kubectl") else { return };
    let api = KubeApi::start();
    let config = scene.home.home.join("kubeconfig");
    api.write_kubeconfig(&config);
    let text = fs::read_to_string(&config).unwrap().replace("test-cluster", "prod-cluster");
    fs::write(&config, text).unwrap();
    scene.set("KUBECONFIG", config.to_str().unwrap());
    let pods = json!({"cmd": "kubectl get pods -n production -o name", "context": "The pods come first."});
    let logs = json!({"cmd": "kubectl logs api-7d4f9 --previous -n production", "context":
        "Need logs from the previous crashed container — current state won't show\n\
         the failure reason. --previous flag pulls from the terminated container buffer."});
    let turns = vec![
        Turn::new().call("c1", "run_command", &pods).done("stop", 100, 20),
        Turn::new()
            .token("api-7d4f9 has restarted 14 times in CrashLoopBackOff state.\n")
            .token("High restart count points to OOM, bad config, or failing health check.")
            .call("c2", "run_command", &logs)
            .done("stop", 150, 20),
        Turn::new()
            .token("OOMKilled confirmed. Memory limit is the constraint.\n")
            .token("Next logical step: check resource limits vs actual usage with kubectl top.")
            .done("stop", 200, 20),
    ];
    let ollama = FakeOllama::start(&["devstral:24b"], turns);
    scene.set("OLLAMA_HOST", &ollama.host());
    scene.at("2026-02-19 14:35");
    scene.run(&["ask", "why does it keep dying — überhaupt?"]);
    scene.at("2026-02-19 14:38");
    let finding = "Container OOMKilled. Memory limit set to 256Mi, actual usage peaks at 410Mi.";
    scene.run(&["commit", "Root cause confirmed.", "--finding", finding]);
    scene.at("2026-02-19 14:41");
    let mut terminal = open(&scene.home);
    // Who thought it is told once there are two who can.
    terminal.wait_for_text("devstral");
    terminal.enter("kubectl delete pod api-7d4f9 -n production");
    agree(&mut terminal, "yes but explain what comes after");
    terminal.wait_for_text("✓");
    close(&mut terminal);
    // Newer versions of kubectl name the namespace too.
    assert_picture(&scene.home.logs().replace("deleted from production namespace", "deleted"), ENTRIES);
}

#[test]
fn a_session_begins_as_section_8_shows() {
    let (Some(engine), Some(_)) = (Engine::alone(), real::program("kubectl")) else { return };
    let Some(mut scene) = Scene::new() else { return };
    let host = engine.home().env.remove("DOCKER_HOST").unwrap();
    for name in ["one", "two", "three"] {
        engine.run(name);
    }
    scene.home.env.remove("DOCKER_HOST");
    for args in [&["create", "desktop", "--docker", &format!("host={host}")][..], &["use", "desktop"]] {
        let mut docker = Command::new("docker");
        let made = docker.arg("context").args(args).env_clear().envs(&scene.home.env).output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }
    let config = scene.home.home.join("kubeconfig");
    fs::write(
        &config,
        "apiVersion: v1\nkind: Config\ncurrent-context: prod-cluster\ncontexts:\n- name: prod-cluster\n  context:\n    \
         cluster: prod\n    namespace: production\nclusters:\n- name: prod\n  cluster:\n    server: http://127.0.0.1:1\n",
    )
    .unwrap();
    scene.set("KUBECONFIG", config.to_str().unwrap());
    scene.past_three();
    scene.at("2026-02-21 09:14");
    let mut terminal = scene.home.terminal(&["new", "investigate database connection timeouts"]);
    reply(&mut terminal, "(press Enter to confirm)", "");
    terminal
        .wait_for_text("Starting session — investigate database connection timeouts. What symptoms are you seeing?");
    terminal.wait_for_text(">>>");
    assert_picture(&dialogue(&terminal), NEW);
    close(&mut terminal);
    let metadata = scene.run(&["ask", "CONTEXT --metadata"]).stdout;
    let metadata = metadata.replace(scene.home.project.to_str().unwrap(), "/project");
    let shown = |line: &&str| !line.starts_with("host: ") && !line.starts_with("```") && !line.is_empty();
    let lines = metadata.lines().filter(shown);
    assert_picture(&lines.flat_map(|line| [line, "\n"]).collect::<String>(), METADATA);
}

#[test]
fn a_session_is_renamed_where_its_name_is_proposed() {
    let Some(mut scene) = Scene::new() else { return };
    scene.set("PATH", "/nowhere");
    let mut terminal = scene.home.terminal(&["new", "investigate database connection timeouts"]);
    reply(&mut terminal, "(press Enter to confirm)", "pool trouble");
    terminal.wait_for_text("Starting session");
    assert_picture(&dialogue(&terminal), RENAMED);
    assert_eq!(scene.home.sessions(), ["session_001_2026-02-21_pool-trouble"]);
}

#[test]
fn sessions_are_offered_and_taken_up_as_section_8_shows() {
    let Some(mut scene) = Scene::new() else { return };
    scene.past_three();
    scene.present();
    let milestone =
        "Confirmed timeouts occurring every ~30s, pattern suggests connection pool exhaustion not network latency";
    scene.run(&["commit", milestone]);
    scene.look_at_the_pool();
    let mut terminal = scene.home.terminal(&["continue"]);
    reply(&mut terminal, "Which session? (1)", "");
    terminal.wait_for_text("Resuming session_004 — investigate-db-timeouts");
    terminal.wait_for_text("Ready to continue.");
    assert_picture(&dialogue(&terminal), RECENT);
    close(&mut terminal);
    assert_picture(&scene.run(&["continue", "session_004"]).stderr, RESUMED);
}

#[test]
fn the_table_of_section_8_and_the_page_of_section_18_2_tell_of_the_same_sessions() {
    let Some(mut scene) = Scene::new() else { return };
    scene.past_three();
    scene.present();
    scene.run(&["commit", "Confirmed timeout pattern — every ~30s, connection pool"]);
    scene.run(&["commit", "Connection pool exhaustion confirmed, pool size 5 vs peak 18"]);
    scene.run(&["new", "test session"]);
    scene.run(&["delete", "session_005", "--yes"]);
    assert_picture(&scene.run(&["sessions"]).stdout, SESSIONS);
    assert_picture(scene.page().split("\n<!-- chain").next().unwrap(), PAGE);
}

#[test]
fn a_session_is_closed_as_section_8_shows() {
    let Some(mut scene) = Scene::new() else { return };
    scene.past_three();
    scene.present();
    scene.look_at_the_pool();
    scene.run(&["commit", "Confirmed timeout pattern — every ~30s, connection pool"]);
    scene.at("2026-02-21 10:06");
    scene.run(&["ask", "cat pool.txt"]);
    scene.run(&["commit", "Root cause — pool size 5 vs peak load requiring 18"]);
    let mut terminal = scene.home.terminal(&["close"]);
    reply(&mut terminal, "(y/n)", "y");
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    assert_picture(&dialogue(&terminal), CLOSED);
    assert!(scene.page().contains("## Active Session\n(none)\n"), "{}", scene.page());
}

#[test]
fn a_session_is_put_away_as_section_8_shows() {
    let Some(mut scene) = Scene::new() else { return };
    scene.past_three();
    let mut terminal = scene.home.terminal(&["delete", "session_003"]);
    reply(&mut terminal, "Confirm? (yes / no)", "yes");
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.text());
    assert_picture(&dialogue(&terminal), DELETED);
    let archived = scene.home.project.join(".GCC/archived/session_003_2026-02-21_deploy-memory-hotfix");
    assert!(archived.join("log.md").is_file());
}
