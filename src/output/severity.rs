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
const NOTHING: [&str; 7] = ["0", "nil", "null", "none", "false", "ok", "no"];

/// What a line looks like; `None` for the usual.
pub fn severity(line: &str) -> Option<Severity> {
    if let Some(severity) = of_kubernetes_log(line) {
        return Some(severity);
    }
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut worst = None;
    for (index, word) in words.iter().enumerate() {
        let found = of_word(word).or_else(|| {
            (word.eq_ignore_ascii_case("timed") && words.get(index + 1).is_some_and(|w| w.eq_ignore_ascii_case("out")))
                .then_some(Severity::Error)
        });
        if found.is_some() && !is_denied(&words, index) {
            worst = worst.max(found);
        }
    }
    worst
}

fn of_word(word: &str) -> Option<Severity> {
    let lower = word.to_ascii_lowercase();
    // `ValueError`, `NullPointerException`: names made of words.
    if ERRORS.contains(&lower.as_str()) || word.ends_with("Error") || word.ends_with("Exception") {
        Some(Severity::Error)
    } else if WARNINGS.contains(&lower.as_str()) || word.ends_with("Warning") {
        Some(Severity::Warning)
    } else {
        None
    }
}

/// `error=nil`, `"errors": 0`, `0 failed`, `no errors`.
fn is_denied(words: &[&str], index: usize) -> bool {
    let is_nothing = |word: &&str| NOTHING.iter().any(|nothing| word.eq_ignore_ascii_case(nothing));
    // `0 failed 3 passed` is told from `failed: 0` by looking before first; `exit 1: no such file` stays an error
    // because the words around `no` are not ours.
    let before = index.checked_sub(1).and_then(|before| words.get(before));
    let counted = before.is_some_and(|word| matches!(*word, "0" | "no" | "No" | "without"));
    let valued = words.get(index + 1).is_some_and(is_nothing) && !before.is_some_and(is_number);
    counted || (valued && !words.get(index + 1).is_some_and(|word| word.eq_ignore_ascii_case("no")))
}

fn is_number(word: &&str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
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
        ] {
            assert_eq!(severity(line), Some(Severity::Error), "{line}");
        }
        assert_eq!(severity("WARN slow query"), Some(Severity::Warning));
        assert_eq!(severity("W0612 14:32:11.123456 1 x.go:1] y"), Some(Severity::Warning));
    }

    #[test]
    fn lines_that_deny_an_error_are_usual() {
        for line in ["INFO done error=nil", "errors: 0", "12 passed, 0 failed", "no errors found", "GET / 200", ""] {
            assert_eq!(severity(line), None, "{line}");
        }
    }

    #[test]
    fn an_error_outweighs_a_warning_on_the_same_line() {
        assert_eq!(severity("warning: the last attempt failed"), Some(Severity::Error));
    }
}
