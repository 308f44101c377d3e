//! git's log and branches told in one line.
//!
//! Owns the forms in which git prints them: one line a commit, blocks, graphs;
//! branches here and at remotes.

use super::super::counted::{counted, grouped};
use super::{filled, last_part, quoted};

/// Characters of a commit's name that are shown of a full one, as git itself abbreviates.
const SHORT: usize = 7;

/// `5 commits; the newest is abc1234 subject`.
pub(super) fn log(command: &str, stdout: &str) -> Option<String> {
    let commits = match blocks(stdout) {
        blocks if blocks.is_empty() => one_liners(stdout)?,
        blocks => blocks,
    };
    let words = last_part(command);
    let newest = if words.contains(&"--reverse") { commits.last() } else { commits.first() }?;
    let count = counted(commits.len(), "commit", "commits");
    Some(match commits.len() {
        1 => format!("{count}: {}", quoted(newest)),
        _ => format!("{count}; the newest is {}", quoted(newest)),
    })
}

/// Commits of git's own long forms: `commit <name>` and, after a blank line, the subject, indented.
fn blocks(stdout: &str) -> Vec<String> {
    let mut commits: Vec<String> = Vec::new();
    let mut awaits_subject = false;
    for line in stdout.lines() {
        let line = line.trim_start_matches(['*', '|', '/', '\\', '_']);
        // A graph puts one blank between its drawing and the line.
        if let Some(name) = line.strip_prefix(' ').unwrap_or(line).strip_prefix("commit ").and_then(first_name) {
            commits.push(name.chars().take(SHORT).collect());
            awaits_subject = true;
        } else if awaits_subject && line.starts_with("    ") && !line.trim().is_empty() {
            if let Some(commit) = commits.last_mut() {
                commit.push(' ');
                commit.push_str(line.trim());
            }
            awaits_subject = false;
        }
    }
    commits
}

/// `abc1234 subject` a line; in a graph, lines without a star are drawing. What `--stat` and `-p` print between is
/// passed by. `None` when the first line is no commit: then it is another format.
fn one_liners(stdout: &str) -> Option<Vec<String>> {
    let lines = filled(stdout);
    let commit = |line: &&str| {
        let drawing = line.len() - line.trim_start_matches(['*', '|', '/', '\\', '_', ' ']).len();
        let (drawing, rest) = line.split_at_checked(drawing)?;
        ((drawing.is_empty() || drawing.contains('*')) && first_name(rest).is_some()).then(|| rest.to_owned())
    };
    commit(lines.first()?)?;
    Some(lines.iter().filter_map(commit).collect())
}

/// The commit's name a text begins with.
fn first_name(text: &str) -> Option<&str> {
    let name = text.split(' ').next()?;
    ((4..=64).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        .then_some(name)
}

/// `5 branches; the current one is main`.
pub(super) fn branches(command: &str, stdout: &str) -> Option<String> {
    let words = last_part(command);
    if words.contains(&"--show-current") {
        return Some(match filled(stdout).first() {
            Some(branch) => format!("the current branch is {}", quoted(branch.trim())),
            None => "no branch is checked out".to_owned(),
        });
    }
    let (mut local, mut remote, mut current) = (0, 0, None);
    for line in filled(stdout) {
        // `* ` the current one, `+ ` one of another worktree, else two blanks.
        let (mark, name) = line.split_at_checked(2).filter(|(mark, _)| matches!(*mark, "* " | "+ " | "  "))?;
        if name.starts_with("(HEAD detached") || name.starts_with("(no branch") {
            current = Some("no branch is checked out".to_owned());
        } else if name.contains(" -> ") {
            // The remote's own HEAD is a name for one of the others.
        } else if name.starts_with("remotes/") {
            remote += 1;
        } else {
            local += 1;
            if mark == "* " {
                let name = name.split(' ').next().unwrap_or(name);
                current = Some(format!("the current one is {}", quoted(name)));
            }
        }
    }
    if local + remote == 0 && current.is_none() {
        return None;
    }
    let mut told = counted(local, "branch", "branches");
    if remote > 0 {
        told.push_str(&format!(" here and {} at remotes", grouped(remote)));
    }
    if let Some(current) = current {
        told.push_str("; ");
        told.push_str(&current);
    }
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_commits_are_counted_and_the_newest_named() {
        let text = "1a2b3c4 (HEAD -> main) Add the gate\n5d6e7f8 First\n";
        assert_eq!(
            log("git log -5 --oneline", text).unwrap(),
            "2 commits; the newest is 1a2b3c4 (HEAD -> main) Add the gate"
        );
        assert_eq!(log("git log --oneline --reverse", text).unwrap(), "2 commits; the newest is 5d6e7f8 First");
        let graph = "*   1a2b3c4 Merge\n|\\  \n| * 5d6e7f8 Side\n* | 9a8b7c6 Main\n|/  \n* 0a0b0c0 Root\n";
        assert_eq!(log("git log --graph --oneline", graph).unwrap(), "4 commits; the newest is 1a2b3c4 Merge");
    }

    #[test]
    fn long_commits_are_read_by_their_subject() {
        let text = "\
commit 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d (HEAD -> main)
Author: A Person <a@example.com>
Date:   Fri Nov 21 07:10:00 2025 +0000

    Add the gate

    With a body.
";
        assert_eq!(log("git log -1", text).unwrap(), "1 commit: 1a2b3c4 Add the gate");
        assert_eq!(log("git log --format=%an", "A Person\nB Person\n"), None);
    }

    #[test]
    fn branches_are_counted_and_the_current_one_named() {
        assert_eq!(branches("git branch", "  feature\n* main\n").unwrap(), "2 branches; the current one is main");
        let all = "* main 1a2b3c4 x\n  remotes/origin/HEAD -> origin/main\n  remotes/origin/main 1a2b3c4 x\n";
        assert_eq!(branches("git branch -av", all).unwrap(), "1 branch here and 1 at remotes; the current one is main");
        assert_eq!(
            branches("git branch", "* (HEAD detached at 1a2b3c4)\n  main\n").unwrap(),
            "1 branch; no branch is checked out"
        );
        assert_eq!(branches("git branch --show-current", "main\n").unwrap(), "the current branch is main");
    }
}
