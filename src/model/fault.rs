//! What can go wrong between the question and the end of its answer, in words.
//!
//! Owns the sentences; what to do next is for the one who knows the server. Everything a server wrote is cut
//! short and stripped of control characters here, before anybody shows it.

use std::error::Error as _;
use std::time::Duration;

use serde_json::Value;

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
    #[error("a line of the answer cannot be read ({why}){}", after_colon(line))]
    Malformed { why: String, line: String },
    #[error("a line of the answer is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("of {sent} bytes it read {read} tokens, which is less than there is in them; its window holds {window}")]
    Cut { sent: usize, read: u64, window: u32 },
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

    /// Whether the way failed and not the question: the same question may be answered a moment later. What the
    /// server refused it would refuse again, and who was silent for as long as one waits has been given their time.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Connect { .. } | Self::Closed { .. } | Self::Status { status: 502..=504, .. })
    }

    /// Whether the server refused the question for the tools in it: Ollama, vLLM, llama.cpp and OpenRouter each say so
    /// with another status, and all of them by that word.
    fn refuses_tools(&self) -> bool {
        matches!(self, Self::Status { status: 400 | 404 | 422 | 500 | 501, text } if text.to_lowercase().contains("tool"))
    }

    /// Whether Ollama refused the question for what it says about thinking.
    pub(super) fn refuses_thinking(&self) -> bool {
        self.refuses_question() && matches!(self, Self::Status { text, .. } if text.to_lowercase().contains("think"))
    }

    /// Whether the server refused the question as it is put.
    pub(super) fn refuses_question(&self) -> bool {
        matches!(self, Self::Status { status: 400 | 422, .. })
    }

    /// The sentence about an answer of `model` from the `server` at `host`, with what to do next.
    pub(super) fn told(&self, server: &str, host: &str, model: &str, hint: String) -> ModelProblem {
        let summary = match self {
            Self::Connect { .. } | Self::Silent { .. } => format!("{server} at {host} does not answer: {self}"),
            Self::NoModel => format!("{server} at {host} has no model `{model}`"),
            Self::Cut { .. } => format!("{server} at {host} did not read the whole question: {self}"),
            _ => format!("{server} at {host} gave no whole answer: {self}"),
        };
        ModelProblem { summary, hint, refuses_tools: self.refuses_tools() }
    }
}

/// The sentence inside an error of a server: `"…"` or `{"message":"…"}`.
pub(super) fn error_text(error: &Value) -> String {
    match error {
        Value::String(text) => text.clone(),
        other => match other.get("message").and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => other.to_string(),
        },
    }
}

/// The deepest cause: the outer ones only repeat the address, with whatever secrets it holds.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut words = None;
    while let Some(deeper) = cause {
        words = Some(deeper.to_string());
        cause = deeper.source();
    }
    let words = words.unwrap_or_else(|| "the request could not be sent".into());
    // The system's number for what its words say already.
    words.split(" (os error ").next().unwrap_or_default().to_owned()
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

    #[test]
    fn a_servers_words_come_on_one_short_line_without_escapes() {
        let fault = Fault::refused(502, &format!("<html>\n\u{1b}[31mbad gateway{}", "x".repeat(1000)));
        let problem = fault.told("ollama", "http://localhost:11434", "devstral:24b", String::new());
        assert!(problem.summary.contains("answered 502: <html> [31mbad gatewayx"), "{}", problem.summary);
        assert!(problem.summary.chars().count() < 450 && !problem.summary.contains(char::is_control));
    }

    #[test]
    fn a_server_without_tools_is_known_by_its_words() {
        let refused = [
            (400, r#"{"error":"registry.ollama.ai/library/gemma:2b does not support tools"}"#),
            (400, r#"{"error":{"message":"\"auto\" tool choice requires --enable-auto-tool-choice"}}"#),
            (500, r#"{"error":{"message":"tools param requires --jinja flag"}}"#),
            (404, r#"{"error":{"message":"No endpoints found that support tool use"}}"#),
        ];
        for (status, body) in refused {
            assert!(Fault::refused(status, body).refuses_tools(), "{body}");
        }
        assert!(!Fault::refused(401, "no tools for you").refuses_tools());
        assert!(!Fault::refused(400, "the input length exceeds the context length").refuses_tools());
    }

    #[test]
    fn only_what_the_way_lost_is_asked_again() {
        let passing = |status| Fault::refused(status, "").is_passing();
        assert!(passing(503) && Fault::Closed { why: String::new() }.is_passing());
        for status in [400, 401, 404, 429, 500] {
            assert!(!passing(status), "{status}");
        }
        assert!(!Fault::Silent { limit: Duration::from_secs(1) }.is_passing() && !Fault::Unfinished.is_passing());
    }

    #[test]
    fn a_limit_is_said_in_its_own_unit() {
        assert_eq!(spoken(Duration::from_secs(120)), "120 s");
        assert_eq!(spoken(Duration::from_millis(300)), "300 ms");
    }
}
