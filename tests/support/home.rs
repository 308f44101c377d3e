//! A home, a project and an environment of their own for the program under test.
//!
//! Owns two temporary directories, the variables a test controls, the real
//! git repository in the project and the start of the real binary. Knows
//! nothing of what the program does.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::pty::Pty;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_devops-agent");

/// How long a run may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where nothing listens.
pub const NOWHERE: &str = "http://127.0.0.1:1";

/// The place.
pub struct Home {
    _dir: TempDir,
    pub home: PathBuf,
    pub project: PathBuf,
    pub env: BTreeMap<String, String>,
}

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The one JSON object on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Every line of stdout as JSON.
    pub fn json_lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
            .collect()
    }
}

impl Home {
    /// An empty project. No model, no cluster, no engine is in reach.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let (home, project) = (root.join("home"), root.join("project"));
        fs::create_dir(&home).unwrap();
        fs::create_dir(&project).unwrap();
        let inside = |name: &str| home.join(name).display().to_string();
        let env = [
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", home.display().to_string()),
            ("XDG_CONFIG_HOME", inside("config")),
            ("XDG_STATE_HOME", inside("state")),
            ("KUBECONFIG", inside("no-kubeconfig")),
            ("DOCKER_HOST", format!("unix://{}", inside("no-docker.sock"))),
            ("OLLAMA_HOST", NOWHERE.to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
        ];
        let env = env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { _dir: dir, home, project, env }
    }

    /// What says that the person left the first screen.
    pub fn welcomed(&self) -> PathBuf {
        self.home.join("state/devops-agent/welcomed")
    }

    /// The person was here before: no first screen comes by itself.
    pub fn is_known(&self) {
        let welcomed = self.welcomed();
        DirBuilder::new().recursive(true).mode(0o700).create(welcomed.parent().unwrap()).unwrap();
        fs::write(&welcomed, "").unwrap();
        fs::set_permissions(welcomed, Permissions::from_mode(0o600)).unwrap();
    }

    /// A project that is a git repository with this many commits, `commit 1` the oldest.
    pub fn with_commits(count: usize) -> Self {
        let place = Self::new();
        place.git(&["init", "-q", "-b", "main"]);
        for number in 1..=count {
            place.git(&["commit", "-q", "--allow-empty", "-m", &format!("commit {number}")]);
        }
        place
    }

    /// Sets a variable of the program's environment.
    #[must_use]
    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes a file of the project.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.project.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Real git, outside the program under test; its stdout.
    pub fn git(&self, args: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]).args(args);
        let output = git.current_dir(&self.project).env_clear().envs(&self.env).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The names of the local branches.
    pub fn branches(&self) -> Vec<String> {
        self.git(&["branch", "--format=%(refname:short)"]).lines().map(str::to_owned).collect()
    }

    /// Runs the program without a terminal and without input.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    /// Runs the program without a terminal, with this on stdin.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child = self.start(args);
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A program that does not read on closes its end; that is its right.
        std::thread::spawn(move || drop(stdin.write_all(&input)));
        finish(child, &args.join(" "))
    }

    /// Starts the program without a terminal.
    pub fn start(&self, args: &[&str]) -> Child {
        let mut program = Command::new(PROGRAM);
        program.args(args).current_dir(&self.project).env_clear().envs(&self.env);
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts the program in a terminal of its own.
    pub fn terminal(&self, args: &[&str]) -> Pty {
        let env: Vec<(&str, &str)> = self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Pty::spawn(PROGRAM, args, &env, &self.project, 110, 50)
    }

    /// The names of the sessions, oldest first.
    pub fn sessions(&self) -> Vec<String> {
        let Ok(found) = fs::read_dir(self.project.join(".GCC/sessions")) else { return Vec::new() };
        let mut names: Vec<String> = found.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// What stands in all logs, as far as they are there.
    pub fn logs(&self) -> String {
        let log = |name: &String| fs::read_to_string(self.project.join(".GCC/sessions").join(name).join("log.md"));
        self.sessions().iter().filter_map(|name| log(name).ok()).collect()
    }

    /// The log of the `index`th session, its clock times made the same.
    pub fn log(&self, index: usize) -> String {
        let path = self.project.join(".GCC/sessions").join(&self.sessions()[index]).join("log.md");
        without_clocks(&fs::read_to_string(path).unwrap())
    }
}

/// Waits for a program's end. A stream the test took or closed before is left empty.
pub fn finish(mut child: Child, what: &str) -> Ran {
    let stdout = child.stdout.take().map(|stream| std::thread::spawn(move || everything(stream)));
    let stderr = child.stderr.take().map(|stream| std::thread::spawn(move || everything(stream)));
    let text = |reader: Option<JoinHandle<String>>| reader.map(|reader| reader.join().unwrap()).unwrap_or_default();
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            let _already_gone = child.kill();
            panic!("`{what}` does not end; it printed:\n{}\n{}", text(stdout), text(stderr));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    Ran { code, stdout: text(stdout), stderr: text(stderr) }
}

fn everything(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).expect("what the program prints is UTF-8")
}

/// `## [14:35] AI` becomes `## [--:--] AI`.
pub fn without_clocks(log: &str) -> String {
    let mut text = String::new();
    for line in log.split_inclusive('\n') {
        match line.strip_prefix("## [").and_then(|rest| rest.get(5..)) {
            Some(rest) => text.push_str(&format!("## [--:--{rest}")),
            None => text.push_str(line),
        }
    }
    text
}

/// The headings of a log, in order.
pub fn headings(log: &str) -> Vec<&str> {
    log.lines().filter_map(|line| line.strip_prefix("## [--:--] ")).collect()
}

/// The processes whose command line holds `mark`.
pub fn processes_with(mark: &str) -> Vec<u32> {
    let numbers = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let holds = |pid: &u32| {
        let line = fs::read(Path::new("/proc").join(pid.to_string()).join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).replace('\0', " ").contains(mark)
    };
    numbers.filter(holds).collect()
}
