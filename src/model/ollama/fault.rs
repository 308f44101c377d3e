//! What can go wrong between the question and the end of its answer, in words.
//!
//! Owns the sentences and what to do next. Everything a server wrote is cut
//! short and stripped of control characters here, before anybody shows it.

use std::error::Error as _;
use std::time::Duration;

use serde_json::Value;

use super::wire::error_text;
use crate::domain::ModelProblem;

/// Characters of a server's own words that are worth showing.
const EXCERPT: usize = 300;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("no connection: {why}")]
    Connect { why: String },
    #[error("nothing came for {}", spoken(*limit))]
    Silent { limit: Duration },
    #[error("the model is not installed there")]
    NoModel,
    #[error("the server answered {status}{}", after_colon(text))]
    Status { status: u16, text: String },
    #[error("the server broke off: {}", excerpt(text))]
    Reported { text: String },
    #[error("the connection closed in the middle of the answer{}", after_colon(why))]
    Closed { why: String },
    #[error("the answer stopped without its end")]
    Unfinished,
    #[error("a line of the answer is not what ollama sends ({why}){}", after_colon(line))]
    Malformed { why: String, line: String },
    #[error("a line of the answer is longer than {limit} bytes")]
    TooLong { limit: usize },
}

impl Fault {
    /// The request could not be sent, or no answer began.
    pub(super) fn unsent(error: &reqwest::Error, limit: Duration) -> Self {
        if error.is_timeout() {
            return Self::Connect { why: format!("none was made within {}", spoken(limit)) };
        }
        if error.is_connect() || error.is_builder() {
            return Self::Connect { why: innermost(error) };
        }
        Self::Closed { why: innermost(error) }
    }

    /// The connection was lost after the answer had begun.
    pub(super) fn closed(error: &reqwest::Error) -> Self {
        Self::Closed { why: innermost(error) }
    }

    /// The server said no, with `body` as its reason.
    pub(super) fn refused(status: u16, body: &str) -> Self {
        let text = match serde_json::from_str::<Value>(body) {
            Ok(answer) => answer.get("error").map_or_else(|| body.to_owned(), error_text),
            Err(_) => body.to_owned(),
        };
        if status == 404 && text.contains("model") {
            return Self::NoModel;
        }
        Self::Status { status, text }
    }

    /// A whole line that cannot be read.
    pub(super) fn malformed(why: serde_json::Error, line: &str) -> Self {
        Self::Malformed { why: why.to_string(), line: line.to_owned() }
    }

    /// The sentence and the hint, for an answer of `model` at `host`.
    pub(super) fn explain(&self, host: &str, model: &str) -> ModelProblem {
        let summary = match self {
            Self::Connect { .. } | Self::Silent { .. } => format!("ollama at {host} does not answer: {self}"),
            Self::NoModel => format!("ollama at {host} has no model `{model}`"),
            _ => format!("ollama at {host} gave no whole answer: {self}"),
        };
        ModelProblem { summary, hint: self.hint(host, model) }
    }

    fn hint(&self, host: &str, model: &str) -> String {
        match self {
            Self::Connect { .. } => {
                "start it with `ollama serve`, or set OLLAMA_HOST to the address where it listens".into()
            }
            Self::Silent { .. } => {
                "a large model may still be loading: ask again, choose a smaller one with OLLAMA_MODEL, or raise \
                 OLLAMA_TIMEOUT"
                    .into()
            }
            Self::NoModel => format!("get it with `ollama pull {model}`, or name an installed one with OLLAMA_MODEL"),
            Self::Status { status, text } => hint_of_words(text, model).unwrap_or_else(|| match status {
                300..=399 => "redirects are not followed: set OLLAMA_HOST to the final address".into(),
                401 | 403 => "write the name and password into OLLAMA_HOST, as in https://name:password@host".into(),
                404 => format!("make sure that {host} is ollama's own address, without a path such as /v1"),
                _ => "ask again; if it stays, look into the server's own log (`journalctl -u ollama`)".into(),
            }),
            Self::Reported { text } => hint_of_words(text, model).unwrap_or_else(|| {
                "ask again; if it stays, look into the server's own log (`journalctl -u ollama`)".into()
            }),
            Self::Closed { .. } | Self::Unfinished => {
                "ask again; if it stays, see whether the server was restarted or ran out of memory".into()
            }
            Self::Malformed { .. } | Self::TooLong { .. } => {
                format!("make sure that {host} is an ollama server of a recent version (`ollama --version`)")
            }
        }
    }
}

/// What helps against the errors Ollama words itself.
fn hint_of_words(text: &str, model: &str) -> Option<String> {
    let text = text.to_lowercase();
    if text.contains("context length") {
        return Some("raise OLLAMA_CONTEXT_SIZE, or begin a new session with less history".into());
    }
    if text.contains("does not support") {
        return Some(format!(
            "`ollama show {model}` lists what it can do; choose one that calls tools with OLLAMA_MODEL"
        ));
    }
    if text.contains("memory") {
        return Some("choose a smaller model with OLLAMA_MODEL, or lower OLLAMA_CONTEXT_SIZE".into());
    }
    None
}

/// The deepest cause: the outer ones only repeat the address, with whatever secrets it holds.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut words = None;
    while let Some(deeper) = cause {
        words = Some(deeper.to_string());
        cause = deeper.source();
    }
    words.unwrap_or_else(|| "the request could not be sent".into())
}

/// One line of a server's words, short and without control characters.
pub(super) fn excerpt(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = printable.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn after_colon(text: &str) -> String {
    let text = excerpt(text);
    if text.is_empty() { text } else { format!(": {text}") }
}

/// A duration as a person says it.
pub(super) fn spoken(limit: Duration) -> String {
    if limit.subsec_millis() == 0 { format!("{} s", limit.as_secs()) } else { format!("{} ms", limit.as_millis()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(fault: &Fault) -> ModelProblem {
        fault.explain("http://localhost:11434", "devstral:24b")
    }

    #[test]
    fn a_servers_words_come_on_one_short_line_without_escapes() {
        let fault = Fault::refused(502, &format!("<html>\n\u{1b}[31mbad gateway{}", "x".repeat(1000)));
        let problem = told(&fault);
        assert!(problem.summary.contains("answered 502: <html> [31mbad gatewayx"), "{}", problem.summary);
        assert!(problem.summary.chars().count() < 450 && !problem.summary.contains(char::is_control));
    }

    #[test]
    fn ollamas_own_errors_get_the_hint_that_helps() {
        let hint = |text: &str| told(&Fault::refused(400, &format!(r#"{{"error":"{text}"}}"#))).hint;
        assert!(hint("the input length exceeds the context length").contains("OLLAMA_CONTEXT_SIZE"));
        assert!(hint("\\\"gemma:2b\\\" does not support tools").contains("calls tools"));
        let memory = Fault::Reported { text: "model requires more system memory (9.9 GiB)".into() };
        assert!(told(&memory).hint.contains("smaller model"));
    }

    #[test]
    fn a_missing_model_and_a_missing_path_are_told_apart() {
        let missing = told(&Fault::refused(404, r#"{"error":"model 'devstral:24b' not found"}"#));
        assert_eq!(missing.summary, "ollama at http://localhost:11434 has no model `devstral:24b`");
        assert!(missing.hint.contains("ollama pull devstral:24b"));
        assert!(told(&Fault::refused(404, "404 page not found")).hint.contains("/v1"));
    }

    #[test]
    fn a_limit_is_said_in_its_own_unit() {
        assert_eq!(spoken(Duration::from_secs(120)), "120 s");
        assert_eq!(spoken(Duration::from_millis(300)), "300 ms");
    }
}
