//! Logs told as a count and the last line that matters.
//!
//! Owns which line is quoted: the last that looks like an error, else the last.

use super::super::counted::{counted, grouped};
use super::super::severity::{Severity, severity};
use super::{filled, quoted};

/// `120 lines, 3 look like errors; the last of them: “…”`. Containers log to either stream, so both count.
pub(super) fn told(stdout: &str, stderr: &str) -> Option<String> {
    let lines: Vec<&str> = filled(stdout).into_iter().chain(filled(stderr)).collect();
    let last = lines.last()?;
    let count = counted(lines.len(), "line", "lines");
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

fn kind(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_error_is_quoted() {
        let log = "start\nERROR no disk\nretry\nERROR no disk left\nbye\n";
        assert_eq!(told(log, "").unwrap(), "5 lines, 2 look like errors; the last of them: “ERROR no disk left”");
        assert_eq!(told("x\n", "panic: boom\n").unwrap(), "2 lines, 1 looks like an error; it says: “panic: boom”");
    }

    #[test]
    fn a_quiet_log_ends_with_its_last_line() {
        assert_eq!(told("a\nb\n", "").unwrap(), "2 lines, none looks like an error; the last: “b”");
        assert_eq!(
            told("a\nWARN slow\n", "").unwrap(),
            "2 lines, none looks like an error, 1 looks like a warning; it says: “WARN slow”"
        );
        assert_eq!(told("", "\n"), None);
    }
}
