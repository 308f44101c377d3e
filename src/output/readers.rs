//! The sentence that answers a person when no model does.
//!
//! Owns how a run is told in one line: what came out of it, or why it did not
//! work and what to do next. A reader claims nothing the output does not say,
//! and where it does not understand the output it counts lines. All foreign
//! text in a sentence is escaped and cut. Sentences are lower-case fragments
//! without a full stop, so that they compose.

mod disk;
mod events;
mod everyday;
mod failure;
mod git;
mod git_diff;
mod git_lists;
mod git_status;
mod inspect;
mod logs;
mod memory;
mod nouns;
mod objects;
mod pods;
mod ports;
mod releases;
mod rows;
mod units;
mod usage;

pub(in crate::output) use nouns::of as noun;
pub(in crate::output) use rows::{name, needs_look, state};

use super::counted::counted;
use super::escape;
use crate::domain::Exit;

/// Characters of foreign text that one quotation keeps.
const QUOTED: usize = 200;

/// Things named in one sentence before the rest is counted.
const NAMED: usize = 5;

/// Tells a run in one line. `reader` is a name from a skill, one of those in `understood` or `lines`; with none, an
/// unknown one, or output that it does not understand, it is what `everyday` knows, else a single line is the answer and
/// more are counted.
pub fn read(reader: Option<&str>, command: &str, stdout: &str, stderr: &str, exit: &Exit) -> String {
    match exit {
        Exit::Code(0) => understood(reader, command, stdout, stderr)
            .or_else(|| everyday::told(command, stdout))
            .unwrap_or_else(|| plain(reader, stdout, stderr)),
        _ => failure::told(command, stdout, stderr, exit),
    }
}

/// The reader for a command that may have changed something. What its words share with a listing (`git tag` lists, and
/// makes and deletes) is no reason to count what it said, and of a change that says nothing it is told that it is done.
pub fn of_change<'r>(reader: Option<&'r str>, stdout: &str, stderr: &str) -> Option<&'r str> {
    if !matches!(reader, None | Some("branches" | "lines")) {
        return reader;
    }
    let is_silent = filled(stdout).is_empty() && filled(stderr).is_empty();
    if is_silent { Some("done") } else { reader.filter(|reader| *reader != "lines") }
}

/// The few facts of containers, images, volumes and networks that `docker inspect` printed, in lines that are safe to
/// show; `None` where it printed anything else.
pub fn inspected(stdout: &str) -> Option<Vec<String>> {
    inspect::facts(stdout)
}

/// What is told of an output too long to be read whole: its true count of lines.
pub fn long(lines: u64) -> String {
    counted(usize::try_from(lines).unwrap_or(usize::MAX), "line", "lines")
}

/// What a reader makes of a command, its output and its error output.
type Told = fn(&str, &str, &str) -> Option<String>;

fn understood(reader: Option<&str>, command: &str, stdout: &str, stderr: &str) -> Option<String> {
    let reader = reader?;
    // The same request may be answered as a table or as objects, by `-o json`.
    if ["table", "pods", "objects"].contains(&reader) && stdout.trim_start().starts_with('{') {
        return objects::told(command, stdout);
    }
    told_by(reader)?(command, stdout, stderr)
}

/// The readers but `lines`, which only counts.
fn told_by(reader: &str) -> Option<Told> {
    let told: Told = match reader {
        "table" => |command, stdout, _| rows::told(command, stdout),
        "pods" => |_, stdout, _| pods::told(stdout),
        // Of what is no object there is nothing to tell.
        "objects" => |_, _, _| None,
        "logs" => logs::told,
        "git-log" => |command, stdout, _| git::log(command, stdout),
        "git-status" => |command, stdout, _| git_status::told(command, stdout),
        "diff" => |_, stdout, _| git_diff::told(stdout),
        "stashes" => |_, stdout, _| git_lists::stashes(stdout),
        "remotes" => |_, stdout, _| git_lists::remotes(stdout),
        "people" => |_, stdout, _| git_lists::people(stdout),
        "branches" => |command, stdout, _| git::branches(command, stdout),
        "releases" => |_, stdout, _| releases::told(stdout),
        "inspect" => |_, stdout, _| inspect::told(stdout),
        "units" => |command, stdout, _| units::told(command, stdout),
        "ports" => |command, stdout, _| ports::told(command, stdout),
        "disk" => |command, stdout, _| disk::told(command, stdout),
        "memory" => |command, stdout, _| memory::told(command, stdout),
        "done" => |_, stdout, _| Some(done(stdout)),
        _ => return None,
    };
    Some(told)
}

fn plain(reader: Option<&str>, stdout: &str, stderr: &str) -> String {
    let lines = filled(stdout);
    match (lines.as_slice(), reader) {
        // Programs that have nothing to list say so on the other stream: `No resources found in default namespace.`
        ([], _) => match filled(stderr).as_slice() {
            [] => "it printed nothing".to_owned(),
            [.., last] => quoted(last.trim()),
        },
        ([only], None) => quoted(only.trim()),
        _ => counted(stdout.lines().count(), "line", "lines"),
    }
}

/// What a command that changed something says about it: what it printed, as far as that is short.
fn done(stdout: &str) -> String {
    let lines = filled(stdout);
    match lines.as_slice() {
        [] => "done".to_owned(),
        few if few.len() <= 5 => {
            let parts: Vec<String> = few.iter().map(|line| quoted(line.trim())).collect();
            format!("done: {}", parts.join(", "))
        }
        [.., last] => format!("done, in {}; the last: {}", counted(lines.len(), "line", "lines"), quoted(last.trim())),
    }
}

/// The lines that are not blank.
fn filled(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim().is_empty()).collect()
}

/// Foreign text as it may stand in a sentence: on one line, escaped, at most 200 characters.
pub(in crate::output) fn quoted(text: &str) -> String {
    let shown = escape::line(text);
    match shown.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", shown.get(..at).unwrap_or_default()),
        None => shown,
    }
}

/// The first few, and how many more there are.
pub(in crate::output) fn listed(all: &[String]) -> String {
    let named = all.get(..NAMED.min(all.len())).unwrap_or_default().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// What stands behind a count when some of it is not well; empty when all is.
fn look(ill: &[String]) -> String {
    match ill {
        [] => String::new(),
        [only] => format!("; needs a look: {only}"),
        several => format!("; need a look: {}", listed(several)),
    }
}

/// `2 Running, 1 Pending`, the most frequent first; one of several is `all Running`.
fn tally(states: impl Iterator<Item = String>) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for state in states {
        match counts.iter_mut().find(|(known, _)| *known == state) {
            Some((_, count)) => *count += 1,
            None => counts.push((state, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    match counts.as_slice() {
        [(state, count)] if *count > 1 => format!("all {state}"),
        _ => listed(&counts.iter().map(|(state, count)| format!("{count} {state}")).collect::<Vec<_>>()),
    }
}

/// The words of the last part of a command line: its exit code and its output are those of the whole.
fn last_part(command: &str) -> Vec<&str> {
    command.rsplit(['|', ';', '&']).next().unwrap_or_default().split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::READERS;

    /// Beginnings of what the readers know, to be put together in ways that no program does.
    const PIECES: [&str; 22] = [
        "NAME   READY   STATUS   RESTARTS\n",
        "NAME\tREVISION\tSTATUS\tCHART\n",
        "LAST SEEN   TYPE      REASON   OBJECT   MESSAGE\n",
        "NAME   CPU(cores)   MEMORY(bytes)\n",
        "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n",
        "  UNIT LOAD ACTIVE SUB DESCRIPTION\n",
        "● a.service - A\n",
        "     Active: failed (Result: x) since Mon; 3h ago\n",
        "   Main PID: 7 (x)\n",
        "diff --git a/x b/x\n",
        "@@ -1,2 +1,18446744073709551615 @@\n",
        "+x\n",
        " 1 file changed\n",
        "stash@{0}: On main: x\n",
        "origin\tssh://a@b@c/d (fetch)\n",
        "* main 1a2b3c4 [origin/main: ahead 2] x\n",
        "{\"kind\": \"Pod\", \"status\": {\"phase\": [1]}}",
        "[{\"State\": {\"ExitCode\": -1, \"Status\": \"exited\"}}]",
        "a   0/1   Up 3 hours (unhealthy)   12 (3m ago)\n",
        "LISTEN 0 1 [::]:80 x users:((\"a\"))\n",
        "NAME: x\nSTATUS: failed\n",
        "\u{1b}[31m\t\u{202e}é\n\n",
    ];

    proptest! {
        #[test]
        fn whatever_is_printed_is_told_on_one_line(
            pieces in proptest::collection::vec(prop_oneof![proptest::sample::select(&PIECES[..]).prop_map(str::to_owned), ".{0,20}"], 0..8),
            command in proptest::sample::select(&["git branch -vv", "ss -tulpn", "git log --format='%h %s'", "x"][..]),
        ) {
            let text = pieces.concat();
            for reader in READERS {
                let told = read(Some(reader), command, &text, "", &Exit::Code(0));
                prop_assert!(!told.is_empty() && !told.contains(|c: char| c.is_control()), "{reader}: {told:?}");
            }
        }
    }

    #[test]
    fn every_reader_that_a_skill_can_name_is_one() {
        for reader in READERS {
            assert!(reader == "lines" || told_by(reader).is_some(), "{reader}");
        }
    }

    #[test]
    fn one_line_is_the_answer_and_more_are_counted() {
        assert_eq!(read(None, "date", "Fri Nov 21\n", "", &Exit::Code(0)), "Fri Nov 21");
        assert_eq!(read(None, "sort a", "a\nb\n", "", &Exit::Code(0)), "2 lines");
        assert_eq!(read(Some("lines"), "sort a", "a\n", "", &Exit::Code(0)), "1 line");
        assert_eq!(read(Some("no-such-reader"), "sort a", "a\nb\n", "", &Exit::Code(0)), "2 lines");
        assert_eq!(read(Some("lines"), "ls", "a\nb\n", "", &Exit::Code(0)), "2 entries");
    }

    #[test]
    fn a_change_is_told_with_what_it_printed() {
        assert_eq!(read(Some("done"), "docker rm -f a b", "a\nb\n", "", &Exit::Code(0)), "done: a, b");
        assert_eq!(read(Some("done"), "true", "", "", &Exit::Code(0)), "done");
        let many = "x\n".repeat(7);
        assert_eq!(read(Some("done"), "docker build .", &many, "", &Exit::Code(0)), "done, in 7 lines; the last: x");
    }

    #[test]
    fn a_change_that_begins_like_a_listing_is_told_as_a_change() {
        assert_eq!(of_change(Some("lines"), "", ""), Some("done"));
        assert_eq!(of_change(Some("branches"), "", ""), Some("done"));
        assert_eq!(of_change(Some("lines"), "Deleted tag 'v1' (was 1a2b3c4)\n", ""), None);
        assert_eq!(of_change(Some("logs"), "", ""), Some("logs"));
    }

    #[test]
    fn silence_is_said() {
        assert_eq!(read(None, "true", "", "", &Exit::Code(0)), "it printed nothing");
        assert_eq!(
            read(Some("pods"), "kubectl get pods", "", "No resources found in default namespace.\n", &Exit::Code(0)),
            "No resources found in default namespace."
        );
    }

    #[test]
    fn foreign_text_cannot_leave_its_line() {
        assert_eq!(read(None, "x", "a\x1b[2Jb\n", "", &Exit::Code(0)), "a\\x1b[2Jb");
        let long = read(None, "x", &"y".repeat(5_000), "", &Exit::Code(0));
        assert_eq!(long.chars().count(), QUOTED + 1);
    }

    #[test]
    fn output_a_reader_does_not_understand_is_counted() {
        assert_eq!(read(Some("pods"), "kubectl get pods -o json", "{\n}\n", "", &Exit::Code(0)), "2 lines");
        assert_eq!(read(Some("memory"), "free", "??\n??\n??\n", "", &Exit::Code(0)), "3 lines");
    }
}
