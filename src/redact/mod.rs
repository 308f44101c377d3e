//! Takes secrets out of text, whole or as it streams, and proves with
//! [`Masked`] that it was done.
//!
//! Owns the recognisers (`vendor`, `pair`, `url`, `pem`, and what is
//! `innocent`), the form of a mask (`mark`) and the streaming (`stream`).
//! Knows no file, clock or process, and not what the text is for. Invariants: only this module makes a `Masked`; the
//! cost is linear in the input; a mask is never masked again; the same secret
//! under the same key always gets the same suffix.

mod innocent;
mod mark;
mod pair;
mod pem;
mod sight;
mod stream;
mod url;
mod vendor;

#[cfg(test)]
mod tests;

pub use stream::MaskStream;

use crate::domain::{ApprovalRecord, Body, Entry, Principal, Step};

/// Something from which secrets were taken. Only this module makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Masked<T>(T);

impl<T> Masked<T> {
    /// What is left to read.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// Gives up the proof for the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// Finds secrets and puts `[redacted:kind#k7f2]` in their place.
#[derive(Clone, Default)]
pub struct Redactor {
    key: [u8; 32],
}

impl Redactor {
    /// A redactor whose suffixes depend on `key`, so that a mask cannot be compared with guessed secrets by
    /// someone who has only the log. The default key is zero.
    pub fn keyed(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Masks a whole text.
    pub fn text(&self, text: &str) -> Masked<String> {
        Masked(self.string(text))
    }

    /// Masks whole bytes, which need not be UTF-8.
    pub fn bytes(&self, bytes: &[u8]) -> Masked<Vec<u8>> {
        let mut stream = self.stream();
        stream.hold(bytes);
        stream.finish()
    }

    /// Masks every text field of an entry.
    pub fn entry(&self, entry: Entry) -> Masked<Entry> {
        let by = match entry.by {
            Principal::Client { name } => Principal::Client { name: self.string(&name) },
            known @ (Principal::Person | Principal::Agent) => known,
        };
        Masked(Entry { at: entry.at, by, body: self.body(entry.body) })
    }

    /// Begins to mask bytes that arrive piece by piece; one stream for each source.
    pub fn stream(&self) -> MaskStream {
        MaskStream::new(self.key)
    }

    fn string(&self, text: &str) -> String {
        match String::from_utf8(self.bytes(text.as_bytes()).into_inner()) {
            Ok(masked) => masked,
            // Secrets begin and end at ASCII bytes, so text stays text; if that ever fails, lose a letter, not the mask.
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    fn optional(&self, text: Option<String>) -> Option<String> {
        text.map(|text| self.string(&text))
    }

    fn body(&self, body: Body) -> Body {
        match body {
            Body::Human { command, output } => {
                Body::Human { command: self.string(&command), output: self.string(&output) }
            }
            Body::Request { text } => Body::Request { text: self.string(&text) },
            Body::Step(step) => Body::Step(Step {
                observation: self.optional(step.observation),
                thought: self.optional(step.thought),
                permission: self.string(&step.permission),
                action: self.string(&step.action),
                output: self.optional(step.output),
                inference: self.optional(step.inference),
            }),
            Body::Answer { text } => Body::Answer { text: self.string(&text) },
            Body::Commit { milestone, finding, saved_to } => Body::Commit {
                milestone: self.string(&milestone),
                finding: self.string(&finding),
                saved_to: self.string(&saved_to),
            },
            Body::Approval(record) => Body::Approval(ApprovalRecord {
                command: self.string(&record.command),
                tier: record.tier,
                response: self.optional(record.response),
                decision: record.decision,
                executed: record.executed,
                result: self.optional(record.result),
            }),
            Body::Recovery { text } => Body::Recovery { text: self.string(&text) },
        }
    }
}
