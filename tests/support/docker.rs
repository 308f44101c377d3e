//! A real Docker engine for tests, with names of their own in it.
//!
//! Owns the rule for a missing engine (as `real` has it for programs), the
//! containers a test made, and their end. Starts no engine: `.ci/run` does, and
//! says where with `DOCKER_HOST`. Knows nothing of the program under test.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::home::Home;
use super::real;

/// The image every container is made from.
const IMAGE: &str = "busybox:test";

/// One test at a time: *all containers* means those of the others too.
static ALONE: Mutex<()> = Mutex::new(());

/// An engine that is ours for the length of a test, without a container in it.
pub struct Engine {
    client: PathBuf,
    host: String,
    _alone: MutexGuard<'static, ()>,
}

impl Engine {
    /// `None` where there is no engine; the reason has been printed.
    ///
    /// # Panics
    /// When it is missing and `REQUIRE_REAL=1` is set, and when it holds containers that are not the tests'.
    pub fn alone() -> Option<Engine> {
        let client = real::program("docker")?;
        let Some(host) = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty()) else {
            let required = std::env::var_os("REQUIRE_REAL").is_some_and(|value| value == "1");
            assert!(!required, "DOCKER_HOST names no engine, and REQUIRE_REAL=1 wants one");
            println!("skipped: DOCKER_HOST names no engine; `eval \"$(.ci/docker start)\"` starts one");
            return None;
        };
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = Engine { client, host, _alone: alone };
        let images = engine.docker(&["images", "-q", IMAGE]);
        if images.is_empty() {
            // Somebody's own engine, on which nothing of theirs may be touched.
            let required = std::env::var_os("REQUIRE_REAL").is_some_and(|value| value == "1");
            assert!(!required, "the engine at DOCKER_HOST lacks {IMAGE}, and REQUIRE_REAL=1 wants it");
            println!("skipped: the engine at DOCKER_HOST lacks {IMAGE}");
            return None;
        }
        let others = engine.docker(&["ps", "-a", "--format", "{{.Names}} {{.Image}}"]);
        let foreign = others.lines().filter(|line| !line.ends_with(IMAGE)).count();
        assert_eq!(foreign, 0, "the engine at DOCKER_HOST has containers of somebody's own:\n{others}");
        engine.empty();
        Some(engine)
    }

    /// A home whose environment reaches this engine.
    pub fn home(&self) -> Home {
        Home::new().var("DOCKER_HOST", &self.host)
    }

    /// Starts a container that runs until it is ended.
    pub fn run(&self, name: &str) {
        self.docker(&["run", "-d", "--init", "--name", name, IMAGE, "sleep", "1000"]);
    }

    /// Starts a container that publishes this port, on a network that lasts as long as what is returned. `None` where
    /// the engine can make no network; the reason has been printed.
    ///
    /// # Panics
    /// When it cannot and `REQUIRE_REAL=1` is set.
    pub fn publish(&self, name: &str, port: u16) -> Option<Network<'_>> {
        let network = Network { engine: self, name: format!("of-{name}") };
        let made = self.output(&["network", "create", &network.name]);
        if !made.status.success() {
            let why = String::from_utf8_lossy(&made.stderr).into_owned();
            let required = std::env::var_os("REQUIRE_REAL").is_some_and(|value| value == "1");
            assert!(!required, "the engine makes no network, and REQUIRE_REAL=1 wants one: {why}");
            println!("skipped: the engine makes no network: {why}");
            return None;
        }
        let published = format!("{port}:80");
        let args = ["run", "-d", "--init", "--name", name, "--network", &network.name, "-p", &published];
        self.docker(&[&args[..], &[IMAGE, "sleep", "1000"]].concat());
        Some(network)
    }

    /// Runs a command that must fail.
    pub fn fails(&self, args: &[&str]) {
        assert!(!self.output(args).status.success(), "docker {args:?} succeeded");
    }

    /// Whether the container exists and runs.
    pub fn runs(&self, name: &str) -> bool {
        let output = self.output(&["inspect", "--format", "{{.State.Running}}", name]);
        output.status.success() && String::from_utf8_lossy(&output.stdout).trim() == "true"
    }

    /// Whether there is a container of this name, running or not.
    pub fn has(&self, name: &str) -> bool {
        self.output(&["inspect", name]).status.success()
    }

    /// The stdout of a command that must succeed.
    pub fn docker(&self, args: &[&str]) -> String {
        let output = self.output(args);
        assert!(output.status.success(), "docker {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn output(&self, args: &[&str]) -> Output {
        let mut docker = Command::new(&self.client);
        docker.args(args).env("DOCKER_HOST", &self.host);
        docker.env_remove("DOCKER_CONTEXT").output().expect("docker starts")
    }

    fn empty(&self) {
        let ids = self.docker(&["ps", "-aq"]);
        let mut args = vec!["rm", "-f"];
        args.extend(ids.split_whitespace());
        if args.len() > 2 {
            self.docker(&args);
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // A test that failed has its own message; what it left must not fail the next one.
        let ids = self.output(&["ps", "-aq"]);
        let ids = String::from_utf8_lossy(&ids.stdout).into_owned();
        for id in ids.split_whitespace() {
            drop(self.output(&["rm", "-f", id]));
        }
    }
}

/// A network of a container's own; it ends with this value, and its containers before it.
pub struct Network<'e> {
    engine: &'e Engine,
    name: String,
}

impl Drop for Network<'_> {
    fn drop(&mut self) {
        let ids = self.engine.output(&["ps", "-aq", "--filter", &format!("network={}", self.name)]);
        for id in String::from_utf8_lossy(&ids.stdout).split_whitespace() {
            drop(self.engine.output(&["rm", "-f", id]));
        }
        drop(self.engine.output(&["network", "rm", &self.name]));
    }
}
