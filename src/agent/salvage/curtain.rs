//! What of an answer may be shown while it comes.
//!
//! Owns how much is held back: from where something may begin that turns out to be a call, to where it is clear that it
//! is none, or to the end. Nothing is lost: what was held back and is no call is shown then.

use super::envelope;
use super::plain::FENCE;

/// Where a block begins and ends.
const BLOCK: &str = "```";

/// Where the reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Within {
    /// Nothing but blanks came yet.
    #[default]
    Nothing,
    Words,
    /// A block of something that is no call.
    Block,
    /// What may be a call; its end tells.
    Call,
}

/// One answer on its way to the screen.
#[derive(Debug, Default)]
pub(crate) struct Curtain {
    text: String,
    /// Bytes that were shown.
    shown: usize,
    /// Bytes that were read and may be shown.
    clear: usize,
    within: Within,
    /// The model calls no tools: its commands stand in blocks of their own.
    in_words: bool,
}

impl Curtain {
    /// For an answer of a model that calls tools, or that writes its commands.
    pub fn new(calls_tools: bool) -> Curtain {
        Curtain { in_words: !calls_tools, ..Curtain::default() }
    }

    /// Takes a piece and gives what may be shown now.
    pub fn push(&mut self, piece: &str) -> String {
        self.text.push_str(piece);
        while self.read() {}
        self.take(self.clear)
    }

    /// The rest, once the answer is whole: all of it, or of one with calls in it what is not a call.
    pub fn end(&mut self, said: Option<&str>) -> String {
        let Some(said) = said else { return self.take(self.text.len()) };
        let shown = self.text.get(..self.shown).unwrap_or_default();
        let rest = said.strip_prefix(shown).unwrap_or_default().trim_end().to_owned();
        self.shown = self.text.len();
        rest
    }

    fn take(&mut self, to: usize) -> String {
        let piece = self.text.get(self.shown..to).unwrap_or_default().to_owned();
        self.shown = self.shown.max(to);
        piece
    }

    /// Reads on from what is clear; false when more must come first.
    fn read(&mut self) -> bool {
        let rest = self.text.get(self.clear..).unwrap_or_default();
        match self.within {
            Within::Call => false,
            Within::Nothing => {
                let begun = rest.trim_start();
                let calls = !self.in_words && (begun.starts_with('{') || begun.starts_with("[{"));
                self.within = match begun {
                    "" => return false,
                    "[" if !self.in_words => return false,
                    _ if calls => Within::Call,
                    _ => Within::Words,
                };
                true
            }
            Within::Block => match rest.find(BLOCK) {
                Some(at) => {
                    self.clear += at + BLOCK.len();
                    self.within = Within::Words;
                    true
                }
                None => {
                    self.clear += rest.len() - begun(rest, BLOCK);
                    false
                }
            },
            Within::Words => self.read_words(),
        }
    }

    fn read_words(&mut self) -> bool {
        let rest = self.text.get(self.clear..).unwrap_or_default();
        let marks = || std::iter::once(BLOCK).chain(envelope::marks().filter(|mark| !self.in_words && *mark != BLOCK));
        let Some((at, mark)) = marks().filter_map(|mark| Some((rest.find(mark)?, mark))).min() else {
            let held = marks().map(|mark| begun(rest, mark)).max().unwrap_or(0);
            self.clear += rest.len() - held;
            return false;
        };
        if mark != BLOCK {
            self.clear += at;
            self.within = Within::Call;
            return false;
        }
        let Some((word, body)) = rest.get(at + BLOCK.len()..).and_then(|after| after.split_once('\n')) else {
            self.clear += at;
            return false;
        };
        let body = body.trim_start();
        let may_call = if self.in_words { word.trim() == FENCE } else { body.starts_with(['{', '[', '<']) };
        if may_call {
            self.clear += at;
            self.within = Within::Call;
            return false;
        }
        if body.is_empty() && !self.in_words {
            self.clear += at;
            return false;
        }
        self.clear += at + BLOCK.len() + word.len() + 1;
        self.within = Within::Block;
        true
    }
}

/// Bytes at the end of a text with which a mark may have begun.
fn begun(text: &str, mark: &str) -> usize {
    (1..mark.len()).rev().find(|length| mark.get(..*length).is_some_and(|head| text.ends_with(head))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of the pieces while they come, and at the end.
    fn shown(calls_tools: bool, pieces: &[&str], said: Option<&str>) -> (String, String) {
        let mut curtain = Curtain::new(calls_tools);
        let live: String = pieces.iter().map(|piece| curtain.push(piece)).collect();
        (live, curtain.end(said))
    }

    fn each(text: &str) -> Vec<&str> {
        text.char_indices().map(|(at, letter)| &text[at..at + letter.len_utf8()]).collect()
    }

    #[test]
    fn words_are_shown_as_they_come_and_none_is_lost_however_they_are_cut() {
        let text = "A < b, [1], `x` and to=you — naïve.\n```sh\nls {a,b}\n```\nDone. <tool";
        let (live, rest) = shown(true, &each(text), None);
        assert_eq!(format!("{live}{rest}"), text);
        assert!(live.ends_with("Done. "), "{live}");
        assert_eq!(shown(true, &["Two ", "pods."], None).0, "Two pods.");
    }

    #[test]
    fn what_turns_out_to_be_a_call_is_never_shown() {
        for call in [
            "<tool_call>{\"name\":\"run_command\"}</tool_call>",
            "<function=run_command>{}</function>",
            "[TOOL_CALLS][{\"name\":\"run_command\"}]",
            "```json\n{\"name\":\"run_command\"}\n```",
        ] {
            let text = format!("I look.\n{call}");
            let (live, rest) = shown(true, &each(&text), Some("I look.\n"));
            assert_eq!(live.trim_end(), "I look.", "{call}");
            assert_eq!(rest, "", "{call}");
        }
        let (live, rest) = shown(true, &each("{\"name\":\"run_command\"}"), Some(""));
        assert_eq!((live.as_str(), rest.as_str()), ("", ""));
    }

    #[test]
    fn what_looked_like_a_call_and_is_none_is_shown_at_the_end() {
        for text in ["{\"a\": 1} is JSON.", "A block:\n```json\n{\"a\": 1}\n```\n", "The mark <tool_call> opens it."] {
            let (live, rest) = shown(true, &each(text), None);
            assert_eq!(format!("{live}{rest}"), text);
        }
    }

    #[test]
    fn words_behind_a_call_come_after_it() {
        let text = "First.<tool_call>{}</tool_call> Last.";
        assert_eq!(shown(true, &each(text), Some("First. Last.")), ("First.".to_owned(), " Last.".to_owned()));
    }

    #[test]
    fn of_a_model_without_tools_only_its_own_block_is_held() {
        let text = "I look.\n```run\nls\n```";
        assert_eq!(shown(false, &each(text), Some("I look.")).0, "I look.\n");
        let code = "Like so:\n```json\n{\"a\": 1}\n```\n{}";
        assert_eq!(shown(false, &each(code), None), (code.to_owned(), String::new()));
    }
}
