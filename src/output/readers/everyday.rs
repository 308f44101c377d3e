//! Listings that people ask for every day and that have no titles: files, addresses, processors, tags, one commit, who
//! wrote a file.
//!
//! Owns how each is told by its command's words, where no reader is named or the one that is only counts. A line of
//! several commands is left to be counted: what of it each printed is not known.

use super::super::counted::{counted, grouped};
use super::{filled, git, git_diff, listed, quoted};

pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    if command.contains(['|', ';', '&', '<', '>', '$', '`', '\n']) {
        return None;
    }
    let words: Vec<&str> = command.split_whitespace().skip_while(|word| *word == "sudo").collect();
    match words.as_slice() {
        ["ls", rest @ ..] => files(rest, stdout),
        ["find", rest @ ..] => found(rest, stdout),
        ["who"] => Some(people(stdout)),
        ["ip", "-brief" | "-br", "a" | "addr" | "address"] => addresses(stdout),
        ["lscpu"] => processors(stdout),
        ["git", "tag", rest @ ..] if rest.iter().all(|word| is_order(word)) => Some(tags(stdout)),
        ["git", "show", ..] => commit(command, stdout),
        ["git", "blame", ..] => authors(stdout),
        _ => None,
    }
}

/// `5 entries: 2 directories, 3 files`; of names alone only how many.
fn files(words: &[&str], stdout: &str) -> Option<String> {
    let (options, places): (Vec<&str>, Vec<&str>) = words.iter().copied().partition(|word| word.starts_with('-'));
    let is_known = |option: &&str| option.bytes().skip(1).all(|letter| b"aAhlrt1S".contains(&letter));
    if places.len() > 1 || !options.iter().all(is_known) {
        return None;
    }
    let lines = filled(stdout);
    if !options.iter().any(|option| option.contains('l')) {
        let names = lines.iter().filter(|line| !matches!(**line, "." | "..")).count();
        // One name may be that of the file that was asked for.
        return (lines.len() != 1).then(|| entries(names));
    }
    let (total, rows) = lines.split_first()?;
    if !total.starts_with("total ") {
        return None;
    }
    let (mut directories, mut plain, mut others) = (0, 0, 0);
    let is_itself = |row: &str| row.starts_with('d') && (row.ends_with(" .") || row.ends_with(" .."));
    for row in rows.iter().filter(|row| !is_itself(row)) {
        match row.bytes().next()? {
            b'd' => directories += 1,
            b'-' => plain += 1,
            b'l' | b'b' | b'c' | b'p' | b's' => others += 1,
            _ => return None,
        }
    }
    let kinds = [(directories, "directory", "directories"), (plain, "file", "files"), (others, "other", "others")];
    let kinds = kinds.into_iter().filter(|(count, ..)| *count > 0);
    let kinds: Vec<String> = kinds.map(|(count, one, several)| counted(count, one, several)).collect();
    Some(match kinds.as_slice() {
        [] => entries(0),
        [only] => only.clone(),
        several => format!("{}: {}", entries(directories + plain + others), several.join(", ")),
    })
}

fn entries(count: usize) -> String {
    match count {
        0 => "nothing lies there".to_owned(),
        _ => counted(count, "entry", "entries"),
    }
}

/// How many were found, where find only lists them.
fn found(words: &[&str], stdout: &str) -> Option<String> {
    const ACTS: [&str; 7] = ["-delete", "-exec", "-execdir", "-fls", "-ok", "-okdir", "-print0"];
    if words.iter().any(|word| ACTS.contains(word) || word.starts_with("-fprint")) {
        return None;
    }
    let lines = filled(stdout);
    let is_plain = !words.iter().any(|word| matches!(*word, "-ls" | "-printf"));
    Some(match lines.as_slice() {
        [] => "nothing was found".to_owned(),
        [only] if is_plain => format!("1 found: {}", quoted(only)),
        _ => format!("{} found", grouped(lines.len())),
    })
}

fn people(stdout: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in filled(stdout).iter().filter_map(|line| line.split_whitespace().next()).map(quoted) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => "nobody is logged in".to_owned(),
        _ => format!("logged in: {}", listed(&names)),
    }
}

/// `4 interfaces; eth0 has 192.0.2.2/24`: the loopback and what is valid on the link alone are not told.
fn addresses(stdout: &str) -> Option<String> {
    let lines = filled(stdout);
    let mut told = Vec::new();
    for line in &lines {
        let mut cells = line.split_whitespace();
        let name = cells.next()?;
        // The state says nothing of what it can be reached by.
        cells.next()?;
        let known: Vec<&str> = cells.filter(|cell| cell.contains('/') && !cell.starts_with("fe80:")).collect();
        if name != "lo" && !known.is_empty() {
            told.push(format!("{} has {}", quoted(name), quoted(&known.join(" and "))));
        }
    }
    let count = counted(lines.len(), "interface", "interfaces");
    Some(match told.as_slice() {
        [] => format!("{count}, none with an address that others reach"),
        _ => format!("{count}; {}", listed(&told)),
    })
}

/// `2 processors: AMD EPYC`.
fn processors(stdout: &str) -> Option<String> {
    let value = |title: &str| stdout.lines().find_map(|line| line.trim().strip_prefix(title)).map(str::trim);
    let count = counted(value("CPU(s):")?.parse().ok()?, "processor", "processors");
    Some(match value("Model name:") {
        Some(model) => format!("{count}: {}", quoted(model)),
        None => count,
    })
}

fn is_order(word: &str) -> bool {
    matches!(word, "-l" | "--list") || word.starts_with("--sort=")
}

fn tags(stdout: &str) -> String {
    let tags: Vec<String> = filled(stdout).into_iter().map(|line| quoted(line.trim())).collect();
    match tags.as_slice() {
        [] => "there is no tag".to_owned(),
        _ => format!("{}: {}", counted(tags.len(), "tag", "tags"), listed(&tags)),
    }
}

/// `1 commit: abc1234 subject; README.md: 1 line added, 0 removed`.
fn commit(command: &str, stdout: &str) -> Option<String> {
    if !stdout.starts_with("commit ") {
        return None;
    }
    let told = git::log(command, stdout)?;
    let patch = stdout.find("\ndiff --git ").and_then(|at| stdout.get(at + 1..)).and_then(git_diff::told);
    Some(match patch.filter(|_| told.starts_with("1 commit")) {
        Some(patch) => format!("{told}; {patch}"),
        None => told,
    })
}

/// Who wrote the newest of a file's lines, and when: `^abc1234 (A Person 2026-11-23 02:33:57 +0000 1) text`.
fn authors(stdout: &str) -> Option<String> {
    let mut newest: Option<(&str, &str, &str, String)> = None;
    let (lines, mut pending) = (filled(stdout), 0);
    for line in &lines {
        let (_, rest) = line.split_once('(')?;
        let cells: Vec<&str> = rest.split_once(')')?.0.split_whitespace().collect();
        let [name @ .., day, hour, zone, _number] = cells.as_slice() else { return None };
        if !day.starts_with(|sign: char| sign.is_ascii_digit()) {
            return None;
        }
        if line.starts_with("00000000") {
            pending += 1;
            continue;
        }
        let this = (*day, *hour, *zone, name.join(" "));
        newest = match newest {
            // Hours of two zones are not compared.
            Some(best) if best.2 != this.2 => return None,
            Some(best) if (best.0, best.1) >= (this.0, this.1) => Some(best),
            _ => Some(this),
        };
    }
    let count = counted(lines.len(), "line", "lines");
    let pending = match pending {
        0 => String::new(),
        some => format!("; {} not committed yet", counted(some, "line is", "lines are")),
    };
    Some(match newest {
        Some((day, _, _, name)) => format!("{count}; the newest was written by {} on {day}{pending}", quoted(&name)),
        None => format!("{count}{pending}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_by_kind_and_the_directory_itself_is_none() {
        let long = "total 8\ndrwxr-xr-x 5 a a 4096 Nov 23 02:34 .\ndrwxr-xr-x 7 a a 4096 Nov 23 02:34 ..\n\
                    -rw-r--r-- 1 a a   12 Nov 23 02:34 README.md\ndrwxr-xr-x 2 a a 4096 Nov 23 02:34 src\n";
        assert_eq!(told("ls -la", long).unwrap(), "2 entries: 1 directory, 1 file");
        assert_eq!(told("ls", "a\nb\n").unwrap(), "2 entries");
        assert_eq!(told("ls -l empty", "total 0\n").unwrap(), "nothing lies there");
        assert_eq!(told("ls -R", "a:\nb\n"), None);
        assert_eq!(told("ls a b", "a\nb\n"), None);
    }

    #[test]
    fn what_is_not_found_and_who_is_not_there_is_said() {
        assert_eq!(told("find . -name x", "").unwrap(), "nothing was found");
        assert_eq!(told("find . -name '*.py'", "./a.py\n").unwrap(), "1 found: ./a.py");
        assert_eq!(told("find . -name '*.py'", "./a.py\n./b.py\n").unwrap(), "2 found");
        assert_eq!(told("find . -name x -delete", ""), None);
        assert_eq!(told("who", "").unwrap(), "nobody is logged in");
        assert_eq!(told("who", "ann pts/0 x\nann pts/1 x\nbob pts/2 x\n").unwrap(), "logged in: ann, bob");
    }

    #[test]
    fn a_machine_is_told_by_its_addresses_and_its_processors() {
        let text = "lo               UNKNOWN        127.0.0.1/8 ::1/128 \nifb0             DOWN           \n\
                    eth0             UP             192.0.2.2/24 fe80::fc:ff:fe00:1/64 \n";
        assert_eq!(told("ip -brief addr", text).unwrap(), "3 interfaces; eth0 has 192.0.2.2/24");
        let text = "Architecture:   x86_64\nCPU(s):         2\nOn-line CPU(s) list: 0,1\nModel name:     AMD EPYC\n";
        assert_eq!(told("lscpu", text).unwrap(), "2 processors: AMD EPYC");
    }

    #[test]
    fn a_commit_its_tags_and_its_authors_are_named() {
        let shown = "commit 363dea46b5a35f95b56f1dec62a60339ac50daef\nAuthor: Ann <a@b.c>\n\n    Tell more\n\n\
                     diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n";
        assert_eq!(told("git show 363dea4", shown).unwrap(), "1 commit: 363dea4 Tell more; x: 1 line added, 0 removed");
        assert_eq!(told("git show v1:src/a", "fn main() {}\n"), None);
        assert_eq!(told("git tag --sort=-creatordate", "v2\nv1\n").unwrap(), "2 tags: v2, v1");
        assert_eq!(told("git tag", "").unwrap(), "there is no tag");
        assert_eq!(told("git tag -d v1", "Deleted tag 'v1' (was 1a2b3c4)\n"), None);
        let blamed = "^f863248 (Ann Lee 2026-11-20 02:33:57 +0000 1) # Shop\n\
                      363dea46 (Bob     2026-11-23 02:33:57 +0000 2) more\n\
                      00000000 (Not Committed Yet 2026-11-24 02:33:57 +0000 3) new\n";
        assert_eq!(
            told("git blame README.md", blamed).unwrap(),
            "3 lines; the newest was written by Bob on 2026-11-23; 1 line is not committed yet"
        );
    }
}
