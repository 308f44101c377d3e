//! What a model is told: the system prompt, as much of the talk so far as
//! fits, and this turn.

use std::sync::Arc;

use crate::domain::{Message, Role, Surroundings};

/// Bytes a token stands for, as a careful estimate.
const BYTES_PER_TOKEN: usize = 3;

/// The wording of the system prompt.
#[derive(Debug, Clone)]
pub struct Prompts {
    /// The whole, with `{name}`, `{acting}` and `{surroundings}`.
    pub system: Arc<str>,
    /// How a model acts that calls tools.
    pub tools: Arc<str>,
    /// How a model acts that calls none.
    pub plain: Arc<str>,
}

/// The system prompt with name and surroundings.
pub(super) fn system(prompts: &Prompts, calls_tools: bool, name: &str, surroundings: &Surroundings) -> Message {
    let mut lines = vec![format!("- directory: {}", surroundings.cwd)];
    let facts = [
        ("host", &surroundings.host),
        ("kube context", &surroundings.kube_context),
        ("namespace", &surroundings.namespace),
        ("git branch", &surroundings.git_branch),
        ("docker context", &surroundings.docker_context),
    ];
    lines.extend(facts.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("- {name}: {value}"))));
    // The surroundings go in last, so that no name in them is taken for a placeholder.
    let acting = if calls_tools { &prompts.tools } else { &prompts.plain };
    let text = prompts
        .system
        .replace("{acting}", acting.trim())
        .replace("{name}", name)
        .replace("{surroundings}", &lines.join("\n"));
    Message::text(Role::System, text)
}

/// The messages to send: the system prompt, the newest of the transcript that fit, this turn.
/// A quarter of the window is left for the answer.
pub(super) fn fit(system: Message, transcript: &[Message], turn: &[Message], window: u32) -> Vec<Message> {
    let budget = usize::try_from(window).unwrap_or(usize::MAX) / 4 * 3 * BYTES_PER_TOKEN;
    let size = |message: &Message| message.content.len() + 16;
    let mut used = size(&system) + turn.iter().map(size).sum::<usize>();
    let mut first = transcript.len();
    while first > 0 {
        let next = size(&transcript[first - 1]);
        if used + next > budget {
            break;
        }
        used += next;
        first -= 1;
    }
    // A tool's result without the call it answers would be refused.
    while transcript.get(first).is_some_and(|message| message.role != Role::User) {
        first += 1;
    }
    let mut messages = vec![system];
    messages.extend(transcript[first..].iter().chain(turn).cloned());
    messages
}
