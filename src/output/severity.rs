//! Does a line of output look like an error or a warning?
//!
//! Owns the words by which logs and programs say that something is wrong. It
//! judges looks only: a line that says `error=nil` does not look like one, a
//! line that talks about errors does.

/// How bad a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

const ERRORS: [&str; 38] = [
    "abort",
    "aborted",
    "aborting",
    "alert",
    "backoff",
    "cannot",
    "crash",
    "crashed",
    "crashloopbackoff",
    "crit",
    "critical",
    "denied",
    "emerg",
    "err",
    "errimagepull",
    "error",
    "errors",
    "exception",
    "fail",
    "failed",
    "fails",
    "failure",
    "fatal",
    "forbidden",
    "imagepullbackoff",
    "killed",
    "oom",
    "oomkilled",
    "panic",
    "panicked",
    "refused",
    "segfault",
    "severe",
    "timeout",
    "traceback",
    "unable",
    "unauthorized",
    "unhealthy",
];
const WARNINGS: [&str; 5] = ["deprecated", "warn", "warning", "warnings", "wrn"];
/// Values that take the meaning out of the name before them: `error=nil`, `errors: 0`.
const NOTHING: [&str; 5] = ["0", "nil", "null", "none", "false"];

/// What a line looks like; `None` for the usual.
pub fn severity(line: &str) -> Option<Severity> {
    if let Some(severity) = of_kubernetes_log(line) {
        return Some(severity);
    }
    let mut worst = None;
    let (mut before, mut end) = ("", 0);
    for (start, word) in words(line) {
        let between = line.get(end..start).unwrap_or_default();
        end = start + word.len();
        let after = line.get(end..).unwrap_or_default();
        if let Some(found) = of_word(word, after)
            && !is_denied(before, between, after)
        {
            worst = worst.max(Some(found));
        }
        before = word;
    }
    worst
}

/// The words of a line with the byte where each starts.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split(|c: char| !c.is_alphanumeric())
        .scan(0, move |next, word| {
            let start = *next;
            let end = start + word.len();
            *next = end + line.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            Some((start, word))
        })
        .filter(|(_, word)| !word.is_empty())
}

fn of_word(word: &str, after: &str) -> Option<Severity> {
    let lower = word.to_ascii_lowercase();
    // `ValueError`, `NullPointerException`: names made of words.
    if ERRORS.contains(&lower.as_str())
        || word.ends_with("Error")
        || word.ends_with("Exception")
        || (lower == "timed" && after.starts_with(" out"))
    {
        Some(Severity::Error)
    } else if WARNINGS.contains(&lower.as_str()) || word.ends_with("Warning") {
        Some(Severity::Warning)
    } else {
        None
    }
}

/// `error=nil`, `"errors": 0`, `0 failed`, `no errors`; but `2 failed: 0 passed` is two failures.
fn is_denied(before: &str, between: &str, after: &str) -> bool {
    if between == " " && matches!(before, "0" | "no" | "No" | "without") {
        return true;
    }
    let value = after.trim_start_matches(['"', '\'', ' ']);
    let Some(value) = value.strip_prefix(['=', ':']) else { return false };
    let is_count = between == " " && after.starts_with(':') && before.bytes().all(|byte| byte.is_ascii_digit());
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let value = value.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    !is_count && NOTHING.iter().any(|nothing| value.eq_ignore_ascii_case(nothing))
}

/// The header of Kubernetes' own programs: `E0612 14:32:11.000000 …`, `W0612 …`, `F…`.
fn of_kubernetes_log(line: &str) -> Option<Severity> {
    let [level, a, b, c, d, b' ', ..] = line.as_bytes() else { return None };
    if ![a, b, c, d].into_iter().all(u8::is_ascii_digit) {
        return None;
    }
    match level {
        b'E' | b'F' => Some(Severity::Error),
        b'W' => Some(Severity::Warning),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_say_something_is_wrong_are_seen() {
        for line in [
            "2024-05-01T10:00:00Z ERROR connection reset",
            "level=error msg=\"cannot bind\"",
            "{\"level\":\"fatal\"}",
            "ValueError: bad literal",
            "thread 'main' panicked at src/main.rs",
            "dial tcp: connect: connection refused",
            "context deadline exceeded: request timed out",
            "E0612 14:32:11.123456       1 controller.go:114] sync",
            "3 failed, 0 passed",
            "2 failed: 0 passed",
            "ERROR 0 rows changed",
            "failed: no such file",
        ] {
            assert_eq!(severity(line), Some(Severity::Error), "{line}");
        }
        assert_eq!(severity("WARN slow query"), Some(Severity::Warning));
        assert_eq!(severity("W0612 14:32:11.123456 1 x.go:1] y"), Some(Severity::Warning));
    }

    #[test]
    fn lines_that_deny_an_error_are_usual() {
        for line in [
            "INFO done error=nil",
            "status=200 error=nil",
            "{\"status\":200,\"error\":null}",
            "errors: 0",
            "12 passed, 0 failed",
            "no errors found",
            "GET / 200",
            "",
        ] {
            assert_eq!(severity(line), None, "{line}");
        }
    }

    #[test]
    fn an_error_outweighs_a_warning_on_the_same_line() {
        assert_eq!(severity("warning: the last attempt failed"), Some(Severity::Error));
    }
}
