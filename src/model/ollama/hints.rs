//! What to do next when an Ollama server gave no answer.

use crate::model::fault::Fault;

/// What helps against `fault` of the server at `host`, asked for `model`.
pub(super) fn hint(fault: &Fault, host: &str, model: &str) -> String {
    match fault {
        Fault::Connect { .. } => {
            "start it with `ollama serve`, or set OLLAMA_HOST to the address where it listens".into()
        }
        Fault::Silent { .. } => {
            "a large model may still be loading: ask again, choose a smaller one with OLLAMA_MODEL, or raise \
             OLLAMA_TIMEOUT"
                .into()
        }
        Fault::NoModel => format!("get it with `ollama pull {model}`, or name an installed one with OLLAMA_MODEL"),
        Fault::Status { status, text } => of_words(text, model).unwrap_or_else(|| match status {
            300..=399 => "redirects are not followed: set OLLAMA_HOST to the final address".into(),
            401 | 403 => "write the name and password into OLLAMA_HOST, as in https://name:password@host".into(),
            404 => format!("make sure that {host} is ollama's own address, without a path such as /v1"),
            _ => servers_log(),
        }),
        Fault::Reported { text } => of_words(text, model).unwrap_or_else(servers_log),
        Fault::Closed { .. } | Fault::Unfinished => {
            "ask again; if it stays, see whether the server was restarted or ran out of memory".into()
        }
        Fault::Malformed { .. } | Fault::TooLong { .. } => {
            format!("make sure that {host} is an ollama server of a recent version (`ollama --version`)")
        }
        Fault::Cut { .. } => "it is too old to refuse what it cannot hold, or its window is smaller than asked for: \
                              update it, raise OLLAMA_CONTEXT_SIZE where memory allows, or begin a new session"
            .into(),
    }
}

fn servers_log() -> String {
    "ask again; if it stays, look into the server's own log (`journalctl -u ollama`)".into()
}

/// What helps against the errors Ollama words itself.
fn of_words(text: &str, model: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_of(status: u16, body: &str) -> String {
        hint(&Fault::refused(status, body), "http://localhost:11434", "devstral:24b")
    }

    #[test]
    fn ollamas_own_errors_get_the_hint_that_helps() {
        let hint_of_error = |text: &str| hint_of(400, &format!(r#"{{"error":"{text}"}}"#));
        assert!(hint_of_error("the input length exceeds the context length").contains("OLLAMA_CONTEXT_SIZE"));
        assert!(hint_of_error("\\\"gemma:2b\\\" does not support tools").contains("calls tools"));
        let memory = Fault::Reported { text: "model requires more system memory (9.9 GiB)".into() };
        assert!(hint(&memory, "", "").contains("smaller model"));
    }

    #[test]
    fn a_missing_model_and_a_missing_path_are_told_apart() {
        let missing = hint_of(404, r#"{"error":"model 'devstral:24b' not found"}"#);
        assert!(missing.contains("ollama pull devstral:24b"), "{missing}");
        assert!(hint_of(404, "404 page not found").contains("/v1"));
    }
}
