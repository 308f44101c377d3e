//! Runs that did not end well: how they ended, what the program said, what to
//! do next.
//!
//! Owns the hints for messages of git, docker, kubectl and the system that
//! people meet most. A hint is given only when the program's own words ask for
//! it. Two endings that look like failures and are none (nothing found, not
//! equal) are told as what they are.

use super::super::counted::counted;
use super::{filled, git_diff, last_part, quoted, units};
use crate::domain::Exit;

/// When a hint applies: the tool it is for (`""` any), and words of the message, in lower case, that must all be there.
type Hint = (&'static str, &'static [&'static str], &'static str);

const HINTS: [Hint; 40] = [
    ("git", &["not a git repository"], "go to a directory inside a repository, or make one with `git init`"),
    ("git", &["does not have any commits yet"], "make the first commit; there is no history before it"),
    ("git", &["unknown revision"], "`git branch -a` and `git tag` list the names there are"),
    ("git", &["did not match any file"], "check the name; `git branch -a` and `git ls-files` list what there is"),
    ("git", &["[remote rejected]"], "the remote's own rules refused it; its lines that begin with `remote:` say why"),
    ("git", &["[rejected]"], "the remote has commits that are not here: `git pull` first, then push again"),
    (
        "git",
        &["failed to push some refs"],
        "the remote has commits that are not here: `git pull` first, then push again",
    ),
    ("git", &["would be overwritten"], "commit or stash the local changes first"),
    ("git", &["conflict ("], "`git status` lists the files in conflict"),
    ("git", &["nothing to commit"], "change or `git add` something first"),
    ("git", &["nothing added to commit"], "`git add` what should go into the commit"),
    ("git", &["no upstream branch"], "name where to push: `git push --set-upstream origin <branch>`"),
    ("git", &["publickey"], "the server knows no key of yours: check `ssh-add -l`"),
    ("git", &["authentication failed"], "check the user name and the token for this remote"),
    ("git", &["author identity unknown"], "set `git config user.name` and `user.email`"),
    (
        "git",
        &["dubious ownership"],
        "the repository belongs to another user; `git config --global --add safe.directory <path>` trusts it",
    ),
    (
        "docker",
        &["permission denied", "docker"],
        "this user may not use the Docker engine: join the group docker, or ask an administrator",
    ),
    (
        "docker",
        &["cannot connect to the docker daemon"],
        "start the Docker engine, or choose one that runs with `docker context use`",
    ),
    (
        "docker",
        &["failed to connect to the docker api"],
        "start the Docker engine, or choose one that runs with `docker context use`",
    ),
    ("docker", &["no such container"], "`docker ps -a` lists the containers there are"),
    ("docker", &["no such image"], "`docker images` lists the images there are"),
    ("docker", &["pull access denied"], "check the image's name; a private one needs `docker login`"),
    ("docker", &["manifest unknown"], "the registry has no such tag; check the image's name"),
    ("docker", &["is already in use by container"], "choose another name, or remove the container that has it"),
    ("docker", &["port is already allocated"], "choose another port, or stop the container that has it (`docker ps`)"),
    ("docker", &["is in use"], "`docker ps -a` shows what still uses it"),
    (
        "kubectl",
        &["connection to the server", "refused"],
        "the cluster does not answer: check that it runs, and the context (`kubectl config get-contexts`)",
    ),
    (
        "kubectl",
        &["connection refused"],
        "the cluster does not answer: check that it runs, and the context (`kubectl config get-contexts`)",
    ),
    (
        "kubectl",
        &["no configuration has been provided"],
        "point KUBECONFIG at a configuration, or put one at ~/.kube/config",
    ),
    (
        "kubectl",
        &["current-context is not set"],
        "choose a context: `kubectl config get-contexts`, then `kubectl config use-context <name>`",
    ),
    ("kubectl", &["(notfound)"], "check the name and the namespace; `kubectl get <kind> -A` lists what there is"),
    ("kubectl", &["doesn't have a resource type"], "`kubectl api-resources` lists the kinds this cluster knows"),
    ("kubectl", &["(forbidden)"], "your account may not do that; `kubectl auth can-i --list` shows what it may"),
    ("kubectl", &["unauthorized"], "the cluster did not accept your credentials; log in again"),
    ("", &["no such host"], "the name of the server is not known here: check it, and the network"),
    ("", &["could not resolve host"], "the name of the server is not known here: check it, and the network"),
    ("", &["no space left on device"], "`df -h` shows which disk is full"),
    ("", &["i/o timeout"], "the other side did not answer in time: check the network and that it runs"),
    ("", &["timed out"], "the other side did not answer in time: check the network and that it runs"),
    ("", &["permission denied"], "this user may not do that: check owner and mode with `ls -l`"),
];

/// Tells a run that did not end with status 0.
pub(super) fn told(command: &str, stdout: &str, stderr: &str, exit: &Exit) -> String {
    match exit {
        Exit::Code(code) => {
            answered_by_code(command, *code, stdout, stderr).unwrap_or_else(|| failed(command, *code, stdout, stderr))
        }
        Exit::Signal(signal) => match name(*signal) {
            Some((name, why)) => format!("it was ended by {name} (signal {signal}){why}; {}", printed(stdout, stderr)),
            None => format!("it was ended by signal {signal}; {}", printed(stdout, stderr)),
        },
        Exit::TimedOut => format!("it was stopped because its time was up; {}", printed(stdout, stderr)),
        Exit::Interrupted => format!("it was interrupted; {}", printed(stdout, stderr)),
        Exit::NotStarted(why) => format!("it did not start: {}", quoted(why)),
    }
}

/// Programs for which another status than 0 is an answer, as long as they do not complain.
fn answered_by_code(command: &str, code: i32, stdout: &str, stderr: &str) -> Option<String> {
    if !filled(stderr).is_empty() {
        return None;
    }
    if let Some(answer) = answered_by_systemctl(command, code, stdout) {
        return Some(answer);
    }
    if code != 1 {
        return None;
    }
    let is_silent = filled(stdout).is_empty();
    match (last_part(command).as_slice(), is_silent) {
        (["pgrep", ..], true) => Some("no such process runs".to_owned()),
        (["grep" | "egrep" | "fgrep" | "zgrep" | "rg", ..] | ["git", "grep", ..], true) => {
            Some("nothing matched".to_owned())
        }
        (["kubectl" | "git", "diff", ..], false) => Some(match git_diff::told(stdout) {
            Some(differences) => format!("there are differences: {differences}"),
            None => format!("there are differences, {}", counted(stdout.lines().count(), "line", "lines")),
        }),
        (["diff" | "cmp", ..], false) => {
            Some(format!("there are differences, {}", counted(stdout.lines().count(), "line", "lines")))
        }
        (["diff" | "cmp", ..] | ["git", "diff", ..], true) => Some("there are differences".to_owned()),
        _ => None,
    }
}

/// systemctl tells by its status that a unit is not active, not enabled, not failed.
fn answered_by_systemctl(command: &str, code: i32, stdout: &str) -> Option<String> {
    let words = last_part(command);
    let mut words = words.iter().copied().filter(|word| *word != "sudo" && !word.starts_with('-'));
    match (words.next()?, words.next()?, code) {
        ("systemctl", "status", 3) => units::status(stdout),
        ("systemctl", "is-active", 3) | ("systemctl", "is-enabled" | "is-failed", 1) => units::word(stdout),
        _ => None,
    }
}

fn failed(command: &str, code: i32, stdout: &str, stderr: &str) -> String {
    // Some programs complain on the other stream; git's `nothing to commit` does.
    // Of a pull what was fetched stands on the one, and the conflict on the other.
    let is_conflict = filled(stdout).iter().any(|line| line.starts_with("CONFLICT ("));
    let said_on = if filled(stderr).is_empty() || is_conflict { stdout } else { stderr };
    let said = reason(said_on);
    let hint = hint(command, said_on);
    let mut told = format!("it failed with exit code {code}");
    match said {
        Some(said) => {
            told.push_str(": ");
            told.push_str(&quoted(said.trim()));
        }
        None => told.push_str(" and said nothing"),
    }
    if let Some(hint) = hint {
        told.push_str(" — ");
        told.push_str(hint);
    }
    told
}

/// How the lines begin that say why: what git refuses or cannot join, and what programs complain of.
const REFUSALS: &[&str] = &["CONFLICT (", "! [rejected]", "! [remote rejected]"];
const COMPLAINTS: &[&str] = &["error:", "fatal:", "ERROR:", "Error:"];
/// How lines begin that point to a manual.
const POINTERS: &[&str] = &["hint:", "See '", "See \"", "Run '", "For more help", "Usage:", "usage:", "(use \""];

/// The first refusal, else the last complaint, else the last line that is a message and not a pointer to the manual.
fn reason(text: &str) -> Option<&str> {
    let lines = filled(text);
    lines
        .iter()
        .find(|line| begins(line, REFUSALS))
        .or_else(|| lines.iter().rev().find(|line| begins(line, COMPLAINTS)))
        .or_else(|| lines.iter().rev().find(|line| !begins(line, POINTERS)))
        .or(lines.last())
        .copied()
}

fn begins(line: &str, with: &[&str]) -> bool {
    let line = line.trim();
    with.iter().any(|word| line.starts_with(word))
}

fn hint(command: &str, text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let words = last_part(command);
    let tool = words.first().map(|tool| tool.rsplit('/').next().unwrap_or(tool)).unwrap_or_default();
    HINTS
        .iter()
        .find(|(of, words, _)| (of.is_empty() || *of == tool) && words.iter().all(|word| text.contains(word)))
        .map(|(_, _, hint)| *hint)
}

fn printed(stdout: &str, stderr: &str) -> String {
    match stdout.lines().count() + stderr.lines().count() {
        0 => "it had printed nothing".to_owned(),
        lines => format!("it had printed {}", counted(lines, "line", "lines")),
    }
}

/// Signals people meet, by their numbers on Linux, with what is known about the cause.
fn name(signal: i32) -> Option<(&'static str, &'static str)> {
    Some(match signal {
        1 => ("SIGHUP", ""),
        2 => ("SIGINT", ""),
        3 => ("SIGQUIT", ""),
        4 => ("SIGILL", ", an illegal instruction"),
        6 => ("SIGABRT", ", it gave up by itself"),
        7 => ("SIGBUS", ", it crashed"),
        8 => ("SIGFPE", ", it crashed"),
        9 => ("SIGKILL", ", which somebody sent, or the system when memory ran out"),
        11 => ("SIGSEGV", ", it crashed"),
        13 => ("SIGPIPE", ", nobody read its output any more"),
        15 => ("SIGTERM", ", it was asked to end"),
        24 => ("SIGXCPU", ", it used up its processor time"),
        25 => ("SIGXFSZ", ", its file grew too large"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed_with(command: &str, code: i32, stderr: &str) -> String {
        told(command, "", stderr, &Exit::Code(code))
    }

    #[test]
    fn a_failure_quotes_the_program_and_says_what_to_do() {
        assert_eq!(
            failed_with("git log", 128, "fatal: not a git repository (or any of the parent directories): .git\n"),
            "it failed with exit code 128: fatal: not a git repository (or any of the parent directories): .git — go to \
             a directory inside a repository, or make one with `git init`"
        );
        assert_eq!(failed_with("make", 2, "make: *** No rule\n"), "it failed with exit code 2: make: *** No rule");
        assert_eq!(failed_with("false", 1, ""), "it failed with exit code 1 and said nothing");
    }

    #[test]
    fn every_tool_gets_the_hints_of_its_own() {
        for (command, stderr, hint) in [
            (
                "docker ps",
                "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
                "start the Docker engine",
            ),
            (
                "docker ps",
                "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
                "join the group docker",
            ),
            ("docker rm web1", "Error response from daemon: No such container: web1", "`docker ps -a`"),
            (
                "kubectl get pods",
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
                "the cluster does not answer",
            ),
            (
                "kubectl get pod x",
                "Error from server (NotFound): pods \"x\" not found",
                "check the name and the namespace",
            ),
            ("kubectl get pods", "Error from server (Forbidden): pods is forbidden", "kubectl auth can-i"),
            ("/usr/bin/cat /etc/shadow", "cat: /etc/shadow: Permission denied", "check owner and mode"),
        ] {
            let told = failed_with(command, 1, stderr);
            assert!(told.contains(stderr) && told.contains(hint), "{told}");
        }
    }

    #[test]
    fn pointers_to_the_manual_are_not_the_reason() {
        assert_eq!(
            failed_with(
                "docker run",
                125,
                "docker: invalid reference format\n\nRun 'docker run --help' for more information\n"
            ),
            "it failed with exit code 125: docker: invalid reference format"
        );
        let push = " ! [rejected]  main -> main (fetch first)\nerror: failed to push some refs to 'x'\nhint: Updates\n";
        let told = failed_with("git push", 1, push);
        assert!(told.contains("code 1: ! [rejected]  main -> main (fetch first) — the remote has commits"), "{told}");
    }

    #[test]
    fn the_line_that_matters_is_quoted_and_not_the_last() {
        let merge = "Auto-merging a\nCONFLICT (content): Merge conflict in a\nAutomatic merge failed; fix conflicts \
                     and then commit the result.\n";
        let pulled = told("git pull", merge, "From /srv/x\n   1..2  main -> origin/main\n", &Exit::Code(1));
        assert!(pulled.contains("code 1: CONFLICT (content): Merge conflict in a — `git status`"), "{pulled}");
        let hook = "remote: no\n ! [remote rejected] main -> main (pre-receive hook declined)\nerror: failed to push \
                    some refs\n";
        assert!(failed_with("git push", 1, hook).contains("(pre-receive hook declined) — the remote's own rules"));
        let died = failed_with("git fetch", 128, "fatal: unable to access 'x'\nSome advice follows.\n");
        assert!(died.contains("128: fatal: unable to access 'x'"), "{died}");
    }

    #[test]
    fn no_match_and_differences_are_answers() {
        assert_eq!(told("grep x file", "", "", &Exit::Code(1)), "nothing matched");
        assert_eq!(told("cat a | grep x", "", "", &Exit::Code(1)), "nothing matched");
        assert_eq!(told("git grep -n -e x", "", "", &Exit::Code(1)), "nothing matched");
        assert_eq!(told("pgrep -a nginx", "", "", &Exit::Code(1)), "no such process runs");
        assert_eq!(told("diff a b", "1c1\n< a\n---\n> b\n", "", &Exit::Code(1)), "there are differences, 4 lines");
        let patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
        assert_eq!(
            told("git diff --exit-code", patch, "", &Exit::Code(1)),
            "there are differences: x: 1 line added, 1 removed"
        );
        assert!(failed_with("grep x nofile", 2, "grep: nofile: No such file or directory").starts_with("it failed"));
    }

    #[test]
    fn a_unit_that_is_not_active_is_an_answer() {
        assert_eq!(told("systemctl is-active nginx", "inactive\n", "", &Exit::Code(3)), "inactive");
        assert_eq!(told("systemctl is-enabled nginx", "disabled\n", "", &Exit::Code(1)), "disabled");
        let status = "○ cups.service - CUPS Scheduler\n     Active: inactive (dead)\n";
        assert_eq!(
            told("sudo systemctl status cups --no-pager", status, "", &Exit::Code(3)),
            "cups.service is inactive (dead)"
        );
        let unknown = told("systemctl status x", "", "Unit x.service could not be found.\n", &Exit::Code(4));
        assert_eq!(unknown, "it failed with exit code 4: Unit x.service could not be found.");
    }

    #[test]
    fn other_endings_say_how_far_it_came() {
        assert_eq!(
            told("sleep 99", "a\nb\n", "", &Exit::TimedOut),
            "it was stopped because its time was up; it had printed 2 lines"
        );
        assert_eq!(told("x", "", "", &Exit::Interrupted), "it was interrupted; it had printed nothing");
        assert_eq!(told("x", "", "", &Exit::NotStarted("no such program".into())), "it did not start: no such program");
        assert!(told("x", "", "", &Exit::Signal(9)).starts_with("it was ended by SIGKILL (signal 9), which somebody"));
        assert_eq!(told("x", "", "", &Exit::Signal(40)), "it was ended by signal 40; it had printed nothing");
    }
}
