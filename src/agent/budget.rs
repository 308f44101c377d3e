//! How much of a model's window each part of a question may take.
//!
//! Owns the estimate of tokens and the shares. Knows no message's meaning: what
//! goes when there is no room is decided by whoever fills the parts.

use crate::domain::{Message, Room};

/// Bytes a token stands for, as a careful estimate.
const BYTES_PER_TOKEN: usize = 3;
/// Tokens around every message: role and separators.
const FRAME: usize = 5;

/// The share of the window that is left for the answer, of which there is one quarter.
const ANSWER: u32 = 4;
/// The most of the window that what skills say and what the memory holds may take: one eighth each.
const ASIDE: u32 = 8;

/// Tokens of a text, estimated.
pub(super) fn tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN)
}

/// Tokens of a message, its calls included.
pub(super) fn of(message: &Message) -> usize {
    let calls: usize =
        message.tool_calls.iter().map(|call| tokens(&call.arguments.to_string()) + tokens(&call.name)).sum();
    tokens(&message.content) + calls + FRAME
}

/// Tokens of messages together.
pub(super) fn all(messages: &[Message]) -> usize {
    messages.iter().map(of).sum()
}

/// What a question may take of a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    window: u32,
}

impl Budget {
    pub fn of(window: u32) -> Self {
        Self { window }
    }

    /// Tokens of the whole question.
    pub fn question(self) -> usize {
        usize::try_from(self.window - self.window / ANSWER).unwrap_or(usize::MAX)
    }

    /// Tokens of what skills say, and of what the memory holds.
    pub fn aside(self) -> usize {
        usize::try_from(self.window / ASIDE).unwrap_or(usize::MAX)
    }

    /// The figures of a question made of these parts, in tokens.
    pub fn room(self, system: usize, tools: usize, earlier: usize, turn: usize) -> Room {
        let count = |tokens: usize| u32::try_from(tokens).unwrap_or(u32::MAX);
        Room {
            window: self.window,
            system: count(system),
            tools: count(tools),
            earlier: count(earlier),
            turn: count(turn),
            answer: self.window / ANSWER,
        }
    }
}

/// The first lines of `text` that fit, and a last one that says how many do not; empty when none fits.
pub(super) fn first_lines(text: &str, most: usize) -> String {
    if tokens(text) <= most {
        return text.trim_end().to_owned();
    }
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let mut kept = String::new();
    for (at, line) in lines.iter().enumerate() {
        let rest = format!("[… {} lines hidden …]", lines.len() - at);
        if tokens(&kept) + tokens(line) + tokens(&rest) + 1 > most {
            return if kept.is_empty() { kept } else { kept + &rest };
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_keeps_its_first_lines_and_says_how_many_are_hidden() {
        let text = "one line of text\n".repeat(100);
        let cut = first_lines(&text, 60);
        assert!(tokens(&cut) <= 60, "{cut}");
        let kept = cut.lines().count() - 1;
        assert!(kept > 3 && cut.ends_with(&format!("[… {} lines hidden …]", 100 - kept)), "{cut}");
        assert_eq!(first_lines("short", 60), "short");
        assert_eq!(first_lines(&"x".repeat(1_000), 60), "");
    }

    #[test]
    fn a_question_leaves_a_quarter_of_the_window_for_its_answer() {
        let budget = Budget::of(8_192);
        assert_eq!(budget.question(), 6_144);
        let room = budget.room(100, 200, 300, 400);
        assert_eq!((room.used(), room.answer), (1_000, 2_048));
    }
}
