//! The directories the program reads and writes, who else can, and whether the memory is what was written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Finding;
use crate::config::{Config, Sources};
use crate::store::Memory;
use crate::{probe, runtime};

/// How long the look at directories may take, and that at every entry ever written.
const PATIENCE: Duration = Duration::from_secs(5);
const READING: Duration = Duration::from_secs(30);

/// Whoever is not the owner.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// Bytes that must be free, and that should be.
const NEEDED: u64 = 50 << 20;
const ROOMY: u64 = 1 << 30;

pub(super) async fn look(config: &Config, sources: &Sources) -> Vec<Finding> {
    let (place, cwd) = (config.clone(), sources.cwd.clone());
    let looked = runtime::within(PATIENCE, move || directories(&place, &cwd)).await;
    let hangs = |what: &str, patience: Duration| format!("{what} took longer than {} s", patience.as_secs());
    let mut findings = looked.unwrap_or_else(|| {
        let todo = "A file system may hang; `df` shows which";
        vec![Finding::fail("directories", hangs("the look at them", PATIENCE), todo)]
    });
    let base = config.gcc_base_path.clone();
    let verified = runtime::within(READING, move || memory(&base)).await;
    findings.push(verified.unwrap_or_else(|| {
        Finding::warn("memory", hangs("its check", READING), "Let it run to its end: devops-agent verify")
    }));
    findings
}

fn directories(config: &Config, cwd: &Path) -> Vec<Finding> {
    let mut findings = vec![state(&config.state_dir), settings_dir(&config.config_dir)];
    findings.extend(keys_in(&[
        cwd.join(".env"),
        cwd.join(".devops-agent/config.yaml"),
        config.config_dir.join("config.yaml"),
    ]));
    findings.push(project(&config.gcc_base_path));
    findings.push(free("disk", &config.gcc_base_path));
    findings
}

/// The permission bits; `None` where nothing is.
fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o777)
}

/// What the person trusted and granted, the key of the masks, our own log.
fn state(dir: &Path) -> Finding {
    let Some(found) = mode(dir) else { return Finding::ok("state", format!("{} will be made", dir.display())) };
    let shown = dir.display();
    if found & OTHERS != 0 {
        let todo = format!("Close it: chmod 700 {shown}");
        return Finding::fail("state", format!("{shown} is open to others ({found:04o})"), todo);
    }
    let open = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut open: Vec<PathBuf> = open.filter(|path| mode(path).is_some_and(|mode| mode & OTHERS != 0)).collect();
    open.sort();
    match open.first() {
        // Nobody gets past the directory.
        Some(first) => {
            let todo = format!("Close it: chmod go= {}", first.display());
            Finding::warn("state", format!("{shown} (0700) holds {} that others could read", open.len()), todo)
        }
        None => Finding::ok("state", format!("{shown} ({found:04o})")),
    }
}

fn settings_dir(dir: &Path) -> Finding {
    let shown = dir.display();
    match mode(dir) {
        None => Finding::ok("config", format!("{shown} is not there; the defaults hold")),
        Some(found) if found & OTHERS_WRITE != 0 => {
            let todo = format!("Whoever writes there decides what is automatic for you: chmod go-w {shown}");
            Finding::fail("config", format!("others can write to {shown} ({found:04o})"), todo)
        }
        Some(found) => Finding::ok("config", format!("{shown} ({found:04o})")),
    }
}

/// Files of settings that hold a key and can be read by others.
fn keys_in(files: &[PathBuf]) -> Vec<Finding> {
    let open = files.iter().filter(|file| mode(file).is_some_and(|mode| mode & OTHERS != 0));
    let holds = |file: &&PathBuf| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let is_key = |line: &str| {
            line.split_once(['=', ':']).is_some_and(|(name, value)| {
                name.trim().to_ascii_lowercase().ends_with("api_key") && !value.trim().is_empty()
            })
        };
        text.lines().any(is_key)
    };
    open.filter(holds)
        .map(|file| {
            let shown = file.display();
            Finding::warn(
                "config",
                format!("{shown} holds a key and others can read it"),
                format!("Close it: chmod 600 {shown}"),
            )
        })
        .collect()
}

/// The directory of the memory, before anything of it is opened.
fn project(base: &Path) -> Finding {
    let shown = base.display();
    match mode(base) {
        None => Finding::ok("project", format!("{shown} is not there; the first request makes it")),
        Some(found) if found & OTHERS != 0 => {
            let text = format!("others could read {shown} ({found:04o}); the next command closes it to them");
            Finding::warn("project", text, "Think of who may have read it")
        }
        Some(found) => Finding::ok("project", format!("{shown} ({found:04o})")),
    }
}

fn free(check: &'static str, path: &Path) -> Finding {
    let there = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    match probe::free_bytes(there) {
        Err(error) => Finding::warn(
            check,
            format!("free space is not known: {error}"),
            format!("Look yourself: df {}", there.display()),
        ),
        Ok(bytes) => {
            let text = format!("{} MiB free for {}", bytes >> 20, path.display());
            if bytes < NEEDED {
                Finding::fail(check, text, "Free some: nothing runs that cannot be written down first")
            } else if bytes < ROOMY {
                Finding::warn(check, text, "Free some before outputs fill it")
            } else {
                Finding::ok(check, text)
            }
        }
    }
}

/// Whether every log is what was written. What a crash left is put right first, as by whoever takes the session up.
fn memory(base: &Path) -> Finding {
    if !base.is_dir() {
        return Finding::ok("memory", "none here yet");
    }
    match verified(base) {
        Err(error) => Finding::fail("memory", error.to_string(), error.hint()),
        Ok((sessions, entries, None)) => {
            Finding::ok("memory", format!("{sessions} sessions, {entries} entries, as they were written"))
        }
        Ok((.., Some(bad))) => Finding::fail(
            "memory",
            bad,
            "`devops-agent verify` tells every session; a copy from before is the only cure",
        ),
    }
}

/// Sessions, entries, and the first that is not what was written.
fn verified(base: &Path) -> Result<(usize, u64, Option<String>), crate::store::StoreError> {
    let memory = Memory::open(base)?;
    memory.recover(probe::now())?;
    let sessions = memory.sessions()?;
    let (mut entries, mut bad) = (0, None);
    for session in &sessions {
        for report in memory.verify(&session.id)? {
            entries += report.entries;
            let wrong = report
                .first_bad
                .map(|bad| format!("{} {}, entry {}: {}", session.id.short(), report.chain, bad.seq, bad.problem));
            bad = bad.or(wrong);
        }
    }
    Ok((sessions.len(), entries, bad))
}
