//! Listens to one answer and reads, at its end, what its words meant.

use super::{plain, read};
use crate::domain::{ModelEvent, ModelRequest};

/// Bytes of an answer in which a call is looked for; no call is that long.
const MOST: usize = 256 * 1024;

/// One answer on its way to the agent.
#[derive(Debug)]
pub struct Listener {
    request: ModelRequest,
    words: String,
    called: bool,
}

impl Listener {
    /// For the answer to `request`, as the model reads it.
    pub fn new(request: ModelRequest) -> Self {
        Self { request, words: String::new(), called: false }
    }

    /// The request as it is sent: a model that has no tools is told everything in words.
    pub fn question(&self) -> ModelRequest {
        if self.request.tools.is_empty() { plain::spoken(&self.request) } else { self.request.clone() }
    }

    /// What a piece of the answer stands for, beside itself: before its end, what its words meant.
    pub fn hear(&mut self, event: &ModelEvent) -> Option<ModelEvent> {
        match event {
            ModelEvent::Token(text) if self.words.len() + text.len() <= MOST => self.words.push_str(text),
            ModelEvent::ToolCall(_) => self.called = true,
            // Who calls tools as it should means its words as words.
            ModelEvent::Done(_) if !self.called => return read(&self.words, &self.request).map(ModelEvent::Meant),
            _ => {}
        }
        None
    }
}
