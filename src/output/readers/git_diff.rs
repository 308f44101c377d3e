//! Differences told as files and lines: a patch, or the summary of `--stat`.
//!
//! Owns how a patch is counted. A hunk says how many lines it has, so that a
//! removed line that looks like a file's header is not taken for one.

use super::super::counted::{counted, grouped};
use super::{filled, quoted};

/// `3 files: 10 lines added, 2 removed, most of them in src/a.rs`.
pub(super) fn told(stdout: &str) -> Option<String> {
    if filled(stdout).is_empty() {
        return Some("no differences".to_owned());
    }
    stat(stdout).or_else(|| patch(stdout))
}

/// The last line of `--stat` and `--shortstat`, and the file with the most changed lines.
pub(super) fn stat(stdout: &str) -> Option<String> {
    let lines = filled(stdout);
    let (sum, files) = lines.split_last()?;
    let sum = sum.trim();
    let is_sum = sum.split_once(" changed").is_some_and(|(files, _)| {
        files.split_once(' ').is_some_and(|(count, noun)| {
            count.bytes().all(|byte| byte.is_ascii_digit()) && matches!(noun, "file" | "files")
        })
    });
    if !is_sum {
        return None;
    }
    let counts = files.iter().filter_map(|line| {
        let (name, changes) = line.rsplit_once(" | ")?;
        Some((changes.split_whitespace().next()?.parse::<usize>().ok()?, name.trim()))
    });
    // The first of equals.
    let most = counts.reduce(|best, next| if next.0 > best.0 { next } else { best });
    Some(match most {
        Some((lines, name)) if !sum.starts_with("1 file ") => {
            format!("{}; the most in {} ({})", quoted(sum), quoted(name), counted(lines, "line", "lines"))
        }
        Some((_, name)) => format!("{}: {}", quoted(sum), quoted(name)),
        None => quoted(sum),
    })
}

#[derive(Default)]
struct File<'a> {
    name: &'a str,
    added: usize,
    removed: usize,
}

fn patch(stdout: &str) -> Option<String> {
    let mut files: Vec<File<'_>> = Vec::new();
    let (mut old, mut new) = (0_usize, 0_usize);
    for line in stdout.lines() {
        if (old, new) != (0, 0) {
            let file = files.last_mut()?;
            match line.bytes().next() {
                Some(b'+') => (new, file.added) = (new.checked_sub(1)?, file.added + 1),
                Some(b'-') => (old, file.removed) = (old.checked_sub(1)?, file.removed + 1),
                Some(b'\\') => {}
                // A line that did not change; some tools cut its blank when it is empty.
                Some(b' ') | None => (old, new) = (old.checked_sub(1)?, new.checked_sub(1)?),
                Some(_) => return None,
            }
        } else if let Some(names) = line.strip_prefix("diff ") {
            // `diff --git a/x b/x`; a better name follows where the contents differ.
            files.push(File { name: names.rsplit_once(' ').map_or(names, |(_, last)| last), ..File::default() });
        } else if let Some(name) = line.strip_prefix("+++ ").or_else(|| line.strip_prefix("--- ")) {
            let name = name.split('\t').next().unwrap_or(name);
            if let Some(file) = files.last_mut().filter(|_| name != "/dev/null") {
                file.name = name;
            }
        } else if let Some(hunk) = line.strip_prefix("@@ -") {
            let (before, rest) = hunk.split_once(" +")?;
            (old, new) = (length(before)?, length(rest.split_once(" @@")?.0)?);
        } else if line.starts_with("@@@") {
            return None;
        }
    }
    if files.is_empty() || (old, new) != (0, 0) {
        return None;
    }
    let added: usize = files.iter().map(|file| file.added).sum();
    let removed: usize = files.iter().map(|file| file.removed).sum();
    let lines = format!("{} added, {} removed", counted(added, "line", "lines"), grouped(removed));
    Some(match files.as_slice() {
        [only] => format!("{}: {lines}", quoted(plain(only.name))),
        several => {
            let most = several
                .iter()
                .reduce(|best, next| if next.added + next.removed > best.added + best.removed { next } else { best })?;
            format!("{} files: {lines}, most of them in {}", grouped(several.len()), quoted(plain(most.name)))
        }
    })
}

/// How many lines a side of a hunk has: `12,3` three, `12` one.
fn length(range: &str) -> Option<usize> {
    range.split_once(',').map_or(Some(1), |(_, length)| length.parse().ok())
}

/// The name without git's prefix; kubectl compares copies in a directory of its own, which says nothing.
fn plain(name: &str) -> &str {
    match name.strip_prefix("a/").or_else(|| name.strip_prefix("b/")) {
        Some(plain) => plain,
        None if name.starts_with('/') => name.rsplit('/').next().unwrap_or(name),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_told_with_the_file_that_changed_most() {
        let text = " a | 2 +-\n c | 11 +++++++++++\n 2 files changed, 12 insertions(+), 1 deletion(-)\n";
        assert_eq!(told(text).unwrap(), "2 files changed, 12 insertions(+), 1 deletion(-); the most in c (11 lines)");
        assert_eq!(
            told(" a | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n").unwrap(),
            "1 file changed, 1 insertion(+), 1 deletion(-): a"
        );
        assert_eq!(told(" 3 files changed, 1 deletion(-)\n").unwrap(), "3 files changed, 1 deletion(-)");
    }

    #[test]
    fn a_patch_is_counted_by_its_hunks() {
        let text = "\
diff --git a/query.sql b/query.sql
index 78981922613b..c1827f07e114 100644
--- a/query.sql
+++ b/query.sql
@@ -1,3 +1,2 @@ select
--- an old comment
 select 1

diff --git a/new b/new
new file mode 100644
--- /dev/null
+++ b/new
@@ -0,0 +1,2 @@
+one
++++ two
\\ No newline at end of file
";
        assert_eq!(told(text).unwrap(), "2 files: 2 lines added, 1 removed, most of them in new");
        assert_eq!(told("").unwrap(), "no differences");
        assert_eq!(told("anything else\n"), None);
        assert_eq!(told(&text.replace("+1,2 @@", "+1,9 @@")), None);
    }

    #[test]
    fn what_a_cluster_would_change_is_named_by_the_object() {
        let text = "\
diff -u -N /tmp/LIVE-1/apps.v1.Deployment.shop.api /tmp/MERGED-2/apps.v1.Deployment.shop.api
--- /tmp/LIVE-1/apps.v1.Deployment.shop.api	2026-01-05 10:00:00.000000000 +0000
+++ /tmp/MERGED-2/apps.v1.Deployment.shop.api	2026-01-05 10:00:00.000000000 +0000
@@ -6 +6 @@
-  replicas: 2
+  replicas: 3
";
        assert_eq!(told(text).unwrap(), "apps.v1.Deployment.shop.api: 1 line added, 1 removed");
    }
}
