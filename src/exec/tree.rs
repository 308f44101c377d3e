//! Finds and ends the processes below one of ours.
//!
//! Owns the walk of the process table. Must not know why a tree has to end.
//! The root itself is never signalled. On Linux a subreaper's tree contains
//! every process it ever started; elsewhere those that were orphaned are lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Every living or unreaped process below `root`, each after its parent.
pub(super) fn descendants(root: Pid) -> Vec<Pid> {
    walk(root, |_| ())
}

/// Sends `signal` to everything below `root`.
pub(crate) fn signal(root: Pid, signal: Signal) {
    for pid in descendants(root) {
        send(pid, signal);
    }
}

/// Ends everything below `root` that can be ended; to be repeated until nothing is left.
///
/// Each process is stopped before its children are looked at: what stands still
/// neither forks nor reaps, so that the ids stay true until the SIGKILL.
pub(crate) fn kill_stopped(root: Pid) {
    for pid in walk(root, |pid| send(pid, Signal::SIGSTOP)) {
        send(pid, Signal::SIGKILL);
    }
}

fn walk(root: Pid, mut visit: impl FnMut(Pid)) -> Vec<Pid> {
    let table = Table::read();
    let mut seen = BTreeSet::from([root]);
    let mut found = Vec::new();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        for child in table.children(parent) {
            if seen.insert(child) {
                visit(child);
                found.push(child);
                parents.push(child);
            }
        }
    }
    found
}

/// A process that is gone already needs no signal, and one that became another user's takes none from us.
fn send(pid: Pid, signal: Signal) {
    let _gone_or_foreign = kill(pid, signal);
}

/// Where the children of a process are read.
enum Table {
    /// `/proc/PID/task/*/children`, read afresh for each process.
    Proc,
    /// One listing of all processes, by parent.
    Listed(BTreeMap<Pid, Vec<Pid>>),
}

impl Table {
    fn read() -> Table {
        // A Linux kernel built without CONFIG_PROC_CHILDREN has no such file.
        if Path::new("/proc/thread-self/children").exists() { Table::Proc } else { Table::Listed(listed()) }
    }

    fn children(&self, parent: Pid) -> Vec<Pid> {
        match self {
            Table::Listed(by_parent) => by_parent.get(&parent).cloned().unwrap_or_default(),
            Table::Proc => {
                // A process that ends meanwhile has no directory and no children any more.
                let Ok(tasks) = fs::read_dir(format!("/proc/{parent}/task")) else { return Vec::new() };
                tasks
                    .flatten()
                    .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
                    .flat_map(|children| children.split_whitespace().filter_map(pid).collect::<Vec<_>>())
                    .collect()
            }
        }
    }
}

/// Every process by its parent, from `/proc/PID/stat`.
#[cfg(target_os = "linux")]
fn listed() -> BTreeMap<Pid, Vec<Pid>> {
    let mut by_parent: BTreeMap<Pid, Vec<Pid>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(child) = entry.file_name().to_str().and_then(pid) else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name in parentheses may itself hold parentheses and blanks; state and parent come after the last one.
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)).and_then(pid);
        if let Some(parent) = parent {
            by_parent.entry(parent).or_default().push(child);
        }
    }
    by_parent
}

/// Every process by its parent, from `ps`.
#[cfg(not(target_os = "linux"))]
fn listed() -> BTreeMap<Pid, Vec<Pid>> {
    use std::process::{Command, Stdio};

    let mut by_parent: BTreeMap<Pid, Vec<Pid>> = BTreeMap::new();
    let ps = Command::new("/bin/ps").args(["-A", "-o", "pid=,ppid="]).stdin(Stdio::null()).output();
    let listing = match ps {
        Ok(output) => output.stdout,
        Err(error) => {
            tracing::warn!(%error, "processes cannot be listed");
            Vec::new()
        }
    };
    for line in String::from_utf8_lossy(&listing).lines() {
        let mut numbers = line.split_whitespace().filter_map(pid);
        if let (Some(child), Some(parent)) = (numbers.next(), numbers.next()) {
            by_parent.entry(parent).or_default().push(child);
        }
    }
    by_parent
}

fn pid(text: &str) -> Option<Pid> {
    text.parse().ok().map(Pid::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_looking_find_the_same_children() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let expected = pid(&child.id().to_string()).unwrap();
        let own = Pid::this();
        let found: Vec<bool> = [Table::Proc, Table::Listed(listed())]
            .iter()
            .map(|table| table.children(own).contains(&expected))
            .collect();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(found, [true, true]);
    }
}
