//! git's log and branches told in one line.
//!
//! Owns the forms in which git prints them: one line a commit, blocks, graphs;
//! branches here and at remotes.

use super::super::counted::{counted, grouped};
use super::{filled, git_diff, last_part, listed, quoted};

/// Characters of a commit's name that are shown of a full one, as git itself abbreviates.
const SHORT: usize = 7;

/// `5 commits; the newest is abc1234 subject`.
pub(super) fn log(command: &str, stdout: &str) -> Option<String> {
    if filled(stdout).is_empty() {
        return Some("no such commit".to_owned());
    }
    let commits = match format(command) {
        Some(format) if is_a_line_each(command, format) => stdout.lines().map(|line| line.trim().to_owned()).collect(),
        Some(format) if !format.starts_with(['h', 'H']) => return None,
        _ => match blocks(stdout) {
            blocks if blocks.is_empty() => one_liners(stdout)?,
            blocks => blocks,
        },
    };
    let words = last_part(command);
    let newest = if words.contains(&"--reverse") { commits.last() } else { commits.first() }?;
    let count = counted(commits.len(), "commit", "commits");
    Some(match commits.len() {
        1 => match git_diff::stat(stdout) {
            Some(stat) => format!("{count}: {}; {stat}", quoted(newest)),
            None => format!("{count}: {}", quoted(newest)),
        },
        _ => format!("{count}; the newest is {}", quoted(newest)),
    })
}

/// A format of the person's own, from its first placeholder on; git's formats that have names are `None`.
fn format(command: &str) -> Option<&str> {
    let (_, rest) = command.split_once("--format=").or_else(|| command.split_once("--pretty="))?;
    let rest = match rest.chars().next() {
        Some(quote @ ('\'' | '"')) => rest.get(1..)?.split(quote).next()?,
        _ => rest.split_whitespace().next()?,
    };
    rest.split_once('%').map(|(_, format)| format)
}

/// Whether a format writes one line a commit with its subject, and nothing else prints lines between.
fn is_a_line_each(command: &str, format: &str) -> bool {
    let is_long = ["%n", "%b", "%B", "%N", "%x0", "%w", "%G"].iter().any(|placeholder| format.contains(placeholder));
    let is_mixed = command.split_whitespace().any(|word| {
        ["--stat", "--graph", "--patch", "--name-", "--num", "--short", "--raw", "--summary"]
            .iter()
            .any(|option| word.starts_with(option))
            || matches!(word, "-p" | "-u" | "-c" | "-m")
    });
    (format.starts_with('s') || format.contains("%s")) && !is_long && !is_mixed
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
    let mut apart = Vec::new();
    let is_verbose = words.iter().any(|word| matches!(*word, "-v" | "-vv" | "-av" | "-avv" | "--verbose"));
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
            let (name, rest) = name.split_once(' ').unwrap_or((name, ""));
            if let Some(how) = distance(rest).filter(|_| is_verbose) {
                apart.push(format!("{} ({how})", quoted(name)));
            }
            if mark == "* " {
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
    if !apart.is_empty() {
        told.push_str(&format!("; not as at the remote: {}", listed(&apart)));
    }
    Some(told)
}

/// How far a branch is from the one it follows: `1a2b3c4 [origin/main: ahead 2, behind 1] subject`.
fn distance(rest: &str) -> Option<String> {
    let (_, rest) = rest.trim_start().split_once(' ')?;
    // The place of another worktree stands before it.
    let rest = rest.strip_prefix('(').and_then(|rest| rest.split_once(") ")).map_or(rest, |(_, rest)| rest);
    let (bracket, _) = rest.strip_prefix('[')?.split_once(']')?;
    let state = bracket.split_once(": ").map_or(bracket, |(_, state)| state);
    if state == "gone" {
        return Some("its remote branch is gone".to_owned());
    }
    let parts: Option<Vec<String>> = state
        .split(", ")
        .map(|part| {
            let (way, count) = part.split_once(' ').filter(|(way, _)| matches!(*way, "ahead" | "behind"))?;
            Some(format!("{} {way}", count.parse::<usize>().ok()?))
        })
        .collect();
    Some(parts?.join(", "))
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

    #[test]
    fn a_format_of_ones_own_is_told_by_its_lines() {
        let text = "331aafd|0 seconds ago|Mine two\n7e843db|2 days ago|added x\n";
        assert_eq!(
            log("git log --format='%h|%ar|%s' -2", text).unwrap(),
            "2 commits; the newest is 331aafd|0 seconds ago|Mine two"
        );
        assert_eq!(log("git log --pretty=%s", "Mine\nadded x\n").unwrap(), "2 commits; the newest is Mine");
        assert_eq!(log("git log --format=%s%n%b", "added x\nbody\n"), None);
        assert_eq!(log("git log --oneline --author=nobody", "").unwrap(), "no such commit");
    }

    #[test]
    fn a_single_commit_is_told_with_its_files() {
        let text = "\
commit 331aafd045f54ed043e36fa42edce6086d02bf0e
Author: A Person <a@example.com>
Date:   Sun Nov 22 00:12:52 2026 +0000

    Mine two

 a | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)
";
        assert_eq!(
            log("git log -1 --stat", text).unwrap(),
            "1 commit: 331aafd Mine two; 1 file changed, 1 insertion(+), 1 deletion(-): a"
        );
    }

    #[test]
    fn branches_that_are_not_as_at_the_remote_are_named() {
        let text = "* master 331aafd [origin/master: ahead 2, behind 1] Mine two\n  old    06d38f8 [origin/old: gone] First\n\
                    + side   06d38f8 (/work/side) [origin/side: behind 3] First\n  odd    06d38f8 [x] ahead 2\n";
        assert_eq!(
            branches("git branch -vv", text).unwrap(),
            "4 branches; the current one is master; not as at the remote: master (2 ahead, 1 behind), \
             old (its remote branch is gone), side (3 behind)"
        );
        let short = "* master 331aafd [ahead 2] Mine two\n";
        assert_eq!(
            branches("git branch -v", short).unwrap(),
            "1 branch; the current one is master; not as at the remote: master (2 ahead)"
        );
    }
}
