//! git's log, status and branches told in one line.
//!
//! Owns the forms in which git prints them: one line a commit, blocks, graphs;
//! status for people and for programs; branches here and at remotes.

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

#[derive(Default)]
struct Status {
    place: Option<String>,
    notes: Vec<String>,
    staged: usize,
    changed: usize,
    untracked: usize,
    conflicted: usize,
    /// The output says that untracked files were not looked for.
    untracked_unknown: bool,
}

/// `on main: 2 staged, 1 changed, 3 untracked; 1 ahead of origin/main`.
pub(super) fn status(command: &str, stdout: &str) -> Option<String> {
    let words = last_part(command);
    let is_short = words.iter().any(|word| word.starts_with("--porcelain") || matches!(*word, "-s" | "--short" | "-sb"));
    let mut status = if stdout.starts_with("# branch.") {
        of_programs(stdout)
    } else if is_short || stdout.starts_with("## ") {
        of_short(stdout)?
    } else {
        of_people(stdout)?
    };
    status.untracked_unknown |= words.iter().any(|word| matches!(*word, "-uno" | "--untracked-files=no"));
    Some(sentence(&status))
}

fn sentence(status: &Status) -> String {
    let counts = [
        (status.conflicted, "in conflict"),
        (status.staged, "staged"),
        (status.changed, "changed"),
        (status.untracked, "untracked"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(*count)))
        .collect();
    let state = match (counts.is_empty(), status.untracked_unknown) {
        (false, _) => counts.join(", "),
        (true, false) => "clean".to_owned(),
        (true, true) => "no tracked file is changed".to_owned(),
    };
    let mut told = match &status.place {
        Some(place) => format!("{place}: {state}"),
        None => state,
    };
    for note in &status.notes {
        told.push_str("; ");
        told.push_str(note);
    }
    told
}

fn on(branch: &str) -> String {
    format!("on {}", quoted(branch))
}

/// `XY path` a line: the index is told by X, the working tree by Y.
fn of_short(stdout: &str) -> Option<Status> {
    let mut status = Status::default();
    for line in stdout.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(head) = line.strip_prefix("## ") {
            short_head(&mut status, head);
            continue;
        }
        let (letters, _) = line.split_at_checked(3)?;
        count(&mut status, letters.chars().next()?, letters.chars().nth(1)?);
    }
    Some(status)
}

fn count(status: &mut Status, index: char, tree: char) {
    match (index, tree) {
        ('?', '?') => status.untracked += 1,
        ('!', '!') => {}
        ('U', _) | (_, 'U') | ('A', 'A') | ('D', 'D') => status.conflicted += 1,
        (index, tree) => {
            status.staged += usize::from(!matches!(index, ' ' | '.'));
            status.changed += usize::from(!matches!(tree, ' ' | '.'));
        }
    }
}

/// `main...origin/main [ahead 1, behind 2]`, `No commits yet on main`, `HEAD (no branch)`.
fn short_head(status: &mut Status, head: &str) {
    if let Some(branch) = head.strip_prefix("No commits yet on ") {
        status.place = Some(on(branch.split("...").next().unwrap_or(branch)));
        status.notes.push("no commits yet".to_owned());
        return;
    }
    if head == "HEAD (no branch)" {
        status.place = Some("on no branch".to_owned());
        return;
    }
    let (branches, drift) = head.split_once(" [").unwrap_or((head, ""));
    let (branch, upstream) = branches.split_once("...").unwrap_or((branches, ""));
    status.place = Some(on(branch));
    for part in drift.trim_end_matches(']').split(", ") {
        match part.split_once(' ') {
            Some(("ahead", count)) => status.notes.push(format!("{} ahead of {}", quoted(count), quoted(upstream))),
            Some(("behind", count)) => status.notes.push(format!("{} behind {}", quoted(count), quoted(upstream))),
            _ if part == "gone" => status.notes.push(format!("{} is gone", quoted(upstream))),
            _ => {}
        }
    }
}

/// Porcelain version 2 with `--branch`.
fn of_programs(stdout: &str) -> Status {
    let mut status = Status::default();
    let mut upstream = "its upstream";
    for line in stdout.lines() {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("#"), Some("branch.head"), Some("(detached)")) => status.place = Some("on no branch".to_owned()),
            (Some("#"), Some("branch.head"), Some(branch)) => status.place = Some(on(branch)),
            (Some("#"), Some("branch.upstream"), Some(name)) => upstream = name,
            (Some("#"), Some("branch.ab"), Some(ahead)) => {
                let behind = words.next().unwrap_or_default().trim_start_matches('-');
                let ahead = ahead.trim_start_matches('+');
                if ahead != "0" {
                    status.notes.push(format!("{} ahead of {}", quoted(ahead), quoted(upstream)));
                }
                if !matches!(behind, "0" | "") {
                    status.notes.push(format!("{} behind {}", quoted(behind), quoted(upstream)));
                }
            }
            (Some("1" | "2"), Some(letters), _) => {
                let mut letters = letters.chars();
                if let (Some(index), Some(tree)) = (letters.next(), letters.next()) {
                    count(&mut status, index, tree);
                }
            }
            (Some("u"), ..) => status.conflicted += 1,
            (Some("?"), ..) => status.untracked += 1,
            _ => {}
        }
    }
    status
}

/// What `git status` tells a person.
fn of_people(stdout: &str) -> Option<Status> {
    let mut status = Status::default();
    let mut section = "";
    for line in stdout.lines() {
        if line.starts_with('\t') {
            match section {
                "Changes to be committed:" => status.staged += 1,
                "Changes not staged for commit:" => status.changed += 1,
                "Unmerged paths:" => status.conflicted += 1,
                "Untracked files:" => status.untracked += 1,
                _ => {}
            }
        } else if let Some(branch) = line.strip_prefix("On branch ") {
            status.place = Some(on(branch));
        } else if let Some(commit) = line.strip_prefix("HEAD detached ") {
            status.place = Some(format!("detached {}", quoted(commit)));
        } else if line == "No commits yet" {
            status.notes.push("no commits yet".to_owned());
        } else if let Some(drift) = line.strip_prefix("Your branch ") {
            drifted(&mut status, drift);
        } else if let Some(note) = in_progress(line) {
            status.notes.push(note.to_owned());
        } else if line.ends_with(':') {
            section = line;
        }
        status.untracked_unknown |= line.contains("(use -u to show untracked files)");
    }
    status.place.is_some().then_some(status)
}

/// `is ahead of 'origin/main' by 1 commit.`
fn drifted(status: &mut Status, drift: &str) {
    let Some(upstream) = drift.split('\'').nth(1) else { return };
    let by = drift.rsplit_once(" by ").and_then(|(_, by)| by.split(' ').next()).unwrap_or_default();
    let upstream = quoted(upstream);
    if drift.starts_with("is ahead") {
        status.notes.push(format!("{} ahead of {upstream}", quoted(by)));
    } else if drift.starts_with("is behind") {
        status.notes.push(format!("{} behind {upstream}", quoted(by)));
    } else if drift.starts_with("and ") {
        status.notes.push(format!("it and {upstream} have diverged"));
    }
}

fn in_progress(line: &str) -> Option<&'static str> {
    if line.starts_with("You are currently rebasing") || line.starts_with("interactive rebase in progress") {
        Some("a rebase is in progress")
    } else if line.starts_with("You have unmerged paths") || line.starts_with("All conflicts fixed but you are still") {
        Some("a merge is in progress")
    } else if line.starts_with("You are currently cherry-picking") {
        Some("a cherry-pick is in progress")
    } else if line.starts_with("You are currently bisecting") {
        Some("a bisection is in progress")
    } else {
        None
    }
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
    fn status_for_people_is_counted_by_section() {
        let text = "\
On branch main
Your branch is ahead of 'origin/main' by 2 commits.
  (use \"git push\" to publish your local commits)

Changes to be committed:
  (use \"git restore --staged <file>...\" to unstage)
\tnew file:   a.txt

Changes not staged for commit:
  (use \"git add <file>...\" to update what will be committed)
\tmodified:   b.txt
\tdeleted:    c.txt

Untracked files:
  (use \"git add <file>...\" to include in what will be committed)
\td.txt

";
        assert_eq!(
            status("git status", text).unwrap(),
            "on main: 1 staged, 2 changed, 1 untracked; 2 ahead of origin/main"
        );
        let clean = "On branch main\nnothing to commit, working tree clean\n";
        assert_eq!(status("git status", clean).unwrap(), "on main: clean");
        let detached = "HEAD detached at 1a2b3c4\nnothing to commit, working tree clean\n";
        assert_eq!(status("git status", detached).unwrap(), "detached at 1a2b3c4: clean");
    }

    #[test]
    fn status_for_programs_is_counted_by_letters() {
        let short = "## main...origin/main [ahead 1, behind 2]\nM  a\n M b\nMM c\n?? d\nUU e\n";
        assert_eq!(
            status("git status -sb", short).unwrap(),
            "on main: 1 in conflict, 2 staged, 2 changed, 1 untracked; 1 ahead of origin/main; 2 behind origin/main"
        );
        assert_eq!(status("git status --porcelain", "").unwrap(), "clean");
        assert_eq!(status("git status -s -uno", "").unwrap(), "no tracked file is changed");
        let two = "# branch.oid 1a2b\n# branch.head main\n# branch.upstream origin/main\n# branch.ab +1 -0\n\
                   1 .M N... 100644 100644 100644 1a 1a b\n? d\n";
        assert_eq!(
            status("git status --porcelain=v2 --branch", two).unwrap(),
            "on main: 1 changed, 1 untracked; 1 ahead of origin/main"
        );
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
