//! What to do next when a server of OpenAI's protocol gave no answer.

use crate::model::fault::Fault;

/// What helps against `fault` of the server at `host`, asked for `model`, `keyed` or without a key.
pub(super) fn hint(fault: &Fault, host: &str, model: &str, keyed: bool) -> String {
    match fault {
        Fault::Connect { .. } => "start the server, or set OPENAI_BASE_URL to the address where it listens, with its \
                                  version, as in http://localhost:8000/v1"
            .into(),
        Fault::Silent { .. } => {
            "the model may still be loading or the server busy: ask again, or raise OLLAMA_TIMEOUT".into()
        }
        Fault::NoModel => "`devops-agent models` lists what the server has; name one of these in AGENT_MODEL".into(),
        Fault::Status { status: 401 | 403, .. } if keyed => {
            format!("the key in OPENAI_API_KEY is not for {host}, or not for {model}")
        }
        Fault::Status { status: 401 | 403, .. } => "write the key into OPENAI_API_KEY".into(),
        Fault::Status { status: 429, .. } => {
            "the server takes no more questions for now: wait, or look at the limits of your account".into()
        }
        Fault::Status { status: 404, .. } => {
            format!("make sure that {host} is the base with its version: most end in /v1")
        }
        Fault::Status { status: 300..=399, .. } => {
            "redirects are not followed: set OPENAI_BASE_URL to the final address".into()
        }
        Fault::Status { text, .. } | Fault::Reported { text } => of_words(text),
        Fault::Closed { .. } | Fault::Unfinished => {
            "ask again; if it stays, see whether the server was restarted or ran out of memory".into()
        }
        Fault::Malformed { .. } | Fault::TooLong { .. } | Fault::Cut { .. } => {
            format!("make sure that {host} speaks the protocol of OpenAI's chat completions")
        }
    }
}

/// What helps against the errors such servers word in much the same way.
fn of_words(text: &str) -> String {
    let text = text.to_lowercase();
    if text.contains("context length") || text.contains("context size") || text.contains("maximum context") {
        return "lower OLLAMA_CONTEXT_SIZE to the window the server has, or begin a new session".into();
    }
    if text.contains("temperature") {
        return "set OLLAMA_TEMPERATURE=1: this model takes no other".into();
    }
    if text.contains("tool") {
        return "the server calls no tools for this model (vLLM wants --enable-auto-tool-choice, llama.cpp --jinja); \
                start it so, or name another model in AGENT_MODEL"
            .into();
    }
    "ask again; if it stays, look into the server's own log".into()
}
