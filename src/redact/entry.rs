//! Masks what is written to the log.

use super::{Masked, Redactor};
use crate::domain::{ApprovalRecord, Body, Entry, Manual, MemoryWord, MergeRecord, Principal, Step};

impl Redactor {
    /// Masks every text field of an entry.
    pub fn entry(&self, entry: Entry) -> Masked<Entry> {
        let by = match entry.by {
            Principal::Client { name } => Principal::Client { name: self.string(&name) },
            known @ (Principal::Person | Principal::Agent) => known,
        };
        Masked(Entry { at: entry.at, by, body: self.body(entry.body) })
    }

    /// Masks what a word of the memory would write; what only looks is left as it is.
    pub fn word(&self, word: MemoryWord) -> Masked<MemoryWord> {
        Masked(match word {
            MemoryWord::Commit { summary, finding } => {
                MemoryWord::Commit { summary: self.string(&summary), finding: self.string(&finding) }
            }
            MemoryWord::Branch { name, intent } => {
                MemoryWord::Branch { name: self.string(&name), intent: self.string(&intent) }
            }
            MemoryWord::Merge { name } => MemoryWord::Merge { name: self.string(&name) },
            looks => looks,
        })
    }

    fn body(&self, body: Body) -> Body {
        match body {
            Body::Human(manual) => Body::Human(Manual {
                command: self.string(&manual.command),
                output: self.string(&manual.output),
                directory: self.optional(manual.directory),
                note: self.optional(manual.note),
                ..manual
            }),
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
            Body::Branch { name, intent, from } => {
                Body::Branch { name: self.string(&name), intent: self.string(&intent), from }
            }
            Body::Merge(record) => Body::Merge(MergeRecord {
                branch: self.string(&record.branch),
                intent: self.string(&record.intent),
                ours: self.string(&record.ours),
                theirs: self.string(&record.theirs),
                log: self.string(&record.log),
                // Names and hashes of ours: masked, they would lead nowhere.
                head: record.head,
                last: record.last,
            }),
            Body::Recovery { text } => Body::Recovery { text: self.string(&text) },
            Body::Repair { text } => Body::Repair { text: self.string(&text) },
            Body::Drift { text } => Body::Drift { text: self.string(&text) },
        }
    }
}
