//! Reasoning that a model writes into its answer, parted from it.
//!
//! Owns the one form that servers pass on unread: `<think>…</think>` before
//! anything else. What stands in it is thought, not said: nobody looks for
//! calls in it, and it is not sent back. Later in an answer the same tag is
//! text. Pure; bytes arrive in any pieces.

use crate::domain::ModelEvent;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Where in an answer one is.
#[derive(Debug, Default)]
enum Place {
    /// Nothing but blanks and perhaps a part of the tag came.
    #[default]
    Before,
    Inside,
    /// Blanks between the thought and the answer belong to neither.
    After,
    Answer,
}

/// Parts one answer.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    place: Place,
    /// What may yet turn out to be a tag.
    held: String,
}

impl Thinking {
    /// The next piece, as what it is.
    pub(super) fn push(&mut self, text: &str) -> Vec<ModelEvent> {
        let mut events = Vec::new();
        self.held.push_str(text);
        loop {
            match self.place {
                Place::Before => {
                    let said = self.held.trim_start();
                    if said.is_empty() || (said.len() < OPEN.len() && OPEN.starts_with(said)) {
                        return events;
                    }
                    let Some(rest) = said.strip_prefix(OPEN) else {
                        self.place = Place::Answer;
                        continue;
                    };
                    self.held = rest.to_owned();
                    self.place = Place::Inside;
                }
                Place::Inside => {
                    let Some(end) = self.held.find(CLOSE) else {
                        let keep = beginning_at_end(&self.held, CLOSE);
                        let rest = self.held.split_off(self.held.len() - keep);
                        let thought = std::mem::replace(&mut self.held, rest);
                        events.extend((!thought.is_empty()).then_some(ModelEvent::Thinking(thought)));
                        return events;
                    };
                    let rest = self.held.split_off(end + CLOSE.len());
                    self.held.truncate(end);
                    let thought = std::mem::replace(&mut self.held, rest);
                    events.extend((!thought.is_empty()).then_some(ModelEvent::Thinking(thought)));
                    self.place = Place::After;
                }
                Place::After => {
                    self.held = self.held.trim_start().to_owned();
                    if self.held.is_empty() {
                        return events;
                    }
                    self.place = Place::Answer;
                }
                Place::Answer => {
                    let said = std::mem::take(&mut self.held);
                    events.extend((!said.is_empty()).then_some(ModelEvent::Token(said)));
                    return events;
                }
            }
        }
    }

    /// What was held when the answer ended.
    pub(super) fn finish(&mut self) -> Vec<ModelEvent> {
        let held = std::mem::take(&mut self.held);
        match self.place {
            _ if held.is_empty() => Vec::new(),
            Place::Inside => vec![ModelEvent::Thinking(held)],
            Place::Before | Place::After | Place::Answer => vec![ModelEvent::Token(held)],
        }
    }
}

/// Bytes at the end of `text` that a `tag` may begin with.
fn beginning_at_end(text: &str, tag: &str) -> usize {
    (1..tag.len()).rev().find(|length| tag.get(..*length).is_some_and(|part| text.ends_with(part))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was thought and what was said, whatever pieces it came in.
    fn parted(text: &str, piece: usize) -> (String, String) {
        let mut thinking = Thinking::default();
        let (mut thought, mut said) = (String::new(), String::new());
        let characters: Vec<char> = text.chars().collect();
        let pieces = characters.chunks(piece).map(|piece| piece.iter().collect::<String>());
        let mut events: Vec<ModelEvent> = pieces.flat_map(|piece| thinking.push(&piece)).collect();
        events.extend(thinking.finish());
        for event in events {
            match event {
                ModelEvent::Thinking(text) => thought.push_str(&text),
                ModelEvent::Token(text) => said.push_str(&text),
                other => panic!("{other:?}"),
            }
        }
        (thought, said)
    }

    #[test]
    fn a_thought_before_the_answer_is_parted_from_it_in_any_pieces() {
        for piece in [1, 2, 3, 8, 100] {
            let both = parted("\n<think>\nmaybe </thi ls\n</think>\n\nTwo pods.", piece);
            assert_eq!(both, ("\nmaybe </thi ls\n".into(), "Two pods.".into()), "in pieces of {piece}");
            let unended = parted("<think>and then", piece);
            assert_eq!(unended, ("and then".into(), String::new()));
        }
    }

    #[test]
    fn an_answer_without_a_thought_is_left_as_it_is() {
        for text in ["Two pods.", "<thin", "a <think>tag</think>", "  indented", "<thinking>x</thinking>"] {
            for piece in [1, 4, 100] {
                assert_eq!(parted(text, piece), (String::new(), text.into()));
            }
        }
    }
}
