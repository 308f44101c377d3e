//! Logs told as a count and the last line that matters.
//!
//! Owns which line is quoted: the last that looks like an error, else the last.
//! What journalctl says about itself (`-- Boot … --`) is no line of the log.

use super::super::counted::{counted, grouped};
use super::super::severity::{Severity, severity};
use super::{filled, last_part, quoted};

/// `120 lines, 3 look like errors; the last of them: “…”`. Containers log to either stream, so both count.
pub(super) fn told(command: &str, stdout: &str, stderr: &str) -> Option<String> {
    let mut lines: Vec<&str> = filled(stdout).into_iter().chain(filled(stderr)).collect();
    let words = last_part(command);
    let is_journal = words.contains(&"journalctl");
    if is_journal {
        lines.retain(|line| !(line.starts_with("-- ") && line.ends_with(" --")));
        if lines.is_empty() && !filled(stdout).is_empty() {
            return Some("no entries".to_owned());
        }
        if words.iter().any(|word| matches!(*word, "-r" | "--reverse")) {
            lines.reverse();
        }
    }
    let last = lines.last()?;
    let count = counted(lines.len(), "line", "lines");
    if is_journal && asks_for_errors(&words) {
        return Some(format!("{count} of priority err or worse; the newest: “{}”", quoted(last.trim())));
    }
    let of = |wanted| lines.iter().filter(move |line| severity(line) == Some(wanted));
    let looks = |count: usize| if count == 1 { "looks" } else { "look" };
    let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
    // Which of two streams spoke last is not known; stderr stands last here because errors belong there.
    Some(if let Some(error) = of(Severity::Error).next_back() {
        let which = if errors == 1 { "it says" } else { "the last of them" };
        format!(
            "{count}, {} {} like {}; {which}: “{}”",
            grouped(errors),
            looks(errors),
            kind(errors, "an error", "errors"),
            quoted(error.trim())
        )
    } else if let Some(warning) = of(Severity::Warning).next_back() {
        let which = if warnings == 1 { "it says" } else { "the last of them" };
        format!(
            "{count}, none looks like an error, {} {} like {}; {which}: “{}”",
            grouped(warnings),
            looks(warnings),
            kind(warnings, "a warning", "warnings"),
            quoted(warning.trim())
        )
    } else {
        format!("{count}, none looks like an error; the last: “{}”", quoted(last.trim()))
    })
}

/// Whether only errors were asked for; then each line is one, whatever it looks like.
fn asks_for_errors(words: &[&str]) -> bool {
    const ERRORS: [&str; 8] = ["emerg", "alert", "crit", "err", "0", "1", "2", "3"];
    let priority = words.iter().enumerate().find_map(|(at, word)| match *word {
        "-p" | "--priority" => words.get(at + 1).copied(),
        _ => word.strip_prefix("--priority=").or_else(|| word.strip_prefix("-p").filter(|value| !value.is_empty())),
    });
    priority.is_some_and(|priority| priority.split("..").all(|level| ERRORS.contains(&level)))
}

fn kind(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_error_is_quoted() {
        let log = "start\nERROR no disk\nretry\nERROR no disk left\nbye\n";
        assert_eq!(
            told("docker logs x", log, "").unwrap(),
            "5 lines, 2 look like errors; the last of them: “ERROR no disk left”"
        );
        assert_eq!(
            told("docker logs x", "x\n", "panic: boom\n").unwrap(),
            "2 lines, 1 looks like an error; it says: “panic: boom”"
        );
    }

    #[test]
    fn a_quiet_log_ends_with_its_last_line() {
        assert_eq!(told("docker logs x", "a\nb\n", "").unwrap(), "2 lines, none looks like an error; the last: “b”");
        assert_eq!(
            told("docker logs x", "a\nWARN slow\n", "").unwrap(),
            "2 lines, none looks like an error, 1 looks like a warning; it says: “WARN slow”"
        );
        assert_eq!(told("docker logs x", "", "\n"), None);
    }

    #[test]
    fn a_journal_asked_for_errors_holds_nothing_else() {
        let text = "-- Boot 0123456789abcdef --\nJan 05 10:00:00 host app[1]: out of disk\nJan 05 10:00:01 host app[1]: gave up\n";
        assert_eq!(
            told("journalctl -p err -b -n 50 --no-pager", text, "").unwrap(),
            "2 lines of priority err or worse; the newest: “Jan 05 10:00:01 host app[1]: gave up”"
        );
        assert!(told("journalctl -r --priority=3", text, "").unwrap().ends_with("app[1]: out of disk”"));
        assert!(told("journalctl -p warning", text, "").unwrap().starts_with("2 lines, none looks like an error"));
        assert_eq!(told("journalctl -u x", "-- No entries --\n", "").unwrap(), "no entries");
    }
}
