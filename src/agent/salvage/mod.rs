//! Calls that a model wrote into its answer instead of making them.
//!
//! Owns what counts as such a call: the envelopes that families of models
//! write, JSON that is nothing but a call, and for models without tools one
//! fenced block. Prose outside of these is never a command, and neither is a
//! call that only repeats what a tool had printed. Nothing is completed or
//! mended: half a call is a complaint, and what is read goes the way of any
//! other call, through the same judge.

pub(super) mod arguments;
mod curtain;
mod envelope;
mod listener;
mod plain;
mod quoted;

use crate::domain::{Meant, ModelRequest, Role};
use envelope::Found;

pub(super) use curtain::Curtain;
pub use listener::Listener;

/// Reads an answer to `request`; `None` when it is just words. A request without tools is one to a model that cannot
/// call any, whose commands stand in a fenced block.
fn read(text: &str, request: &ModelRequest) -> Option<Meant> {
    let printed = |call: &str| {
        request
            .messages
            .iter()
            .any(|message| matches!(message.role, Role::Tool | Role::User) && message.content.contains(call))
    };
    if request.tools.is_empty() {
        return plain::read(text, &printed);
    }
    let tools: Vec<&str> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
    let mut meant = Meant::default();
    let mut rest = text;
    while let Some((found, span)) = envelope::next(rest, &tools) {
        let (before, written) = (rest.get(..span.start)?, rest.get(span.clone())?);
        meant.said.push_str(before);
        rest = rest.get(span.end..)?;
        match found {
            _ if printed(written.trim()) || quoted::is_quoted(before) => meant.said.push_str(written),
            Found::Calls(calls) => meant.calls.extend(calls),
            Found::Words => meant.said.push_str(written),
            Found::Unreadable(why) => meant.complaint = Some(why),
        }
    }
    meant.said.push_str(rest);
    // Half of an answer is no answer: what can be read of it waits until the rest can be.
    if meant.complaint.is_some() {
        meant.calls.clear();
    }
    (meant.complaint.is_some() || !meant.calls.is_empty()).then_some(meant)
}

#[cfg(test)]
mod tests;
