//! `git status` told in one line.
//!
//! Owns the three forms in which git prints it: for people, short, and for
//! programs. What git did not look for (untracked files) is not called clean.

use super::super::counted::grouped;
use super::{last_part, quoted};

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
pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    let words = last_part(command);
    let is_short =
        words.iter().any(|word| word.starts_with("--porcelain") || matches!(*word, "-s" | "--short" | "-sb"));
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

#[cfg(test)]
mod tests {
    use super::*;

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
            told("git status", text).unwrap(),
            "on main: 1 staged, 2 changed, 1 untracked; 2 ahead of origin/main"
        );
        let clean = "On branch main\nnothing to commit, working tree clean\n";
        assert_eq!(told("git status", clean).unwrap(), "on main: clean");
        let detached = "HEAD detached at 1a2b3c4\nnothing to commit, working tree clean\n";
        assert_eq!(told("git status", detached).unwrap(), "detached at 1a2b3c4: clean");
    }

    #[test]
    fn status_for_programs_is_counted_by_letters() {
        let short = "## main...origin/main [ahead 1, behind 2]\nM  a\n M b\nMM c\n?? d\nUU e\n";
        assert_eq!(
            told("git status -sb", short).unwrap(),
            "on main: 1 in conflict, 2 staged, 2 changed, 1 untracked; 1 ahead of origin/main; 2 behind origin/main"
        );
        assert_eq!(told("git status --porcelain", "").unwrap(), "clean");
        assert_eq!(told("git status -s -uno", "").unwrap(), "no tracked file is changed");
        let two = "# branch.oid 1a2b\n# branch.head main\n# branch.upstream origin/main\n# branch.ab +1 -0\n\
                   1 .M N... 100644 100644 100644 1a 1a b\n? d\n";
        assert_eq!(
            told("git status --porcelain=v2 --branch", two).unwrap(),
            "on main: 1 changed, 1 untracked; 1 ahead of origin/main"
        );
    }
}
