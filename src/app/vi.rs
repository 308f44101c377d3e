//! vi's keys in the composer, for whoever wants them: `editing: vi` in keymap.yaml.
//!
//! Owns the mode, a command that is half typed and the texts that `u` brings back: a command or all that was written at
//! a time is one step. What is no command does nothing while in command mode.

mod command;
mod text;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_textarea::TextArea;

use text::Text;

/// Texts that can be had back, and keys of a command that is half typed.
const STEPS: usize = 100;
const KEYS: usize = 12;

/// What a letter does: writes, or commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Insert,
    Command,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Vi {
    mode: Mode,
    typed: String,
    memory: command::Memory,
    /// What stood there before each step, the newest last.
    before: Vec<Text>,
    /// What stood there before what is being written.
    began: Option<Text>,
}

/// What came of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Edited,
    /// The request before, or after.
    Older,
    Newer,
    /// It is no key of vi's here.
    Passed,
}

impl Vi {
    pub fn is_commanding(&self) -> bool {
        self.mode == Mode::Command
    }

    /// Another text is begun; what was taken out of the last one can be put into it.
    pub fn begin(&mut self) {
        *self = Vi { memory: std::mem::take(&mut self.memory), ..Vi::default() };
    }

    /// What stands there can be had back after a change that is no key of vi's.
    pub fn keep(&mut self, area: &TextArea<'static>) {
        if self.mode == Mode::Command {
            self.push(Text::of(area));
        } else if self.began.is_none() {
            self.began = Some(Text::of(area));
        }
    }

    /// What stands there goes at once, and what comes next is text.
    pub fn let_go(&mut self, area: &TextArea<'static>) {
        self.push(Text::of(area));
        (self.mode, self.began) = (Mode::Insert, None);
        self.typed.clear();
    }

    pub fn pressed(&mut self, area: &mut TextArea<'static>, key: KeyEvent) -> Done {
        let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match (self.mode, key.code) {
            (Mode::Insert, KeyCode::Esc) => {
                self.mode = Mode::Command;
                self.typed.clear();
                let now = Text::of(area);
                if let Some(began) = self.began.take().filter(|began| began.letters != now.letters) {
                    self.push(began);
                }
                let back = now.at.saturating_sub(1).max(now.line_start(now.at));
                Text { at: back, ..now.clone() }.put(&now, area);
            }
            (Mode::Command, KeyCode::Esc) => self.typed.clear(),
            (Mode::Command, KeyCode::Char(letter)) if plain => return self.commanded(area, letter),
            (Mode::Command, KeyCode::Backspace) if plain => {
                self.typed.clear();
                return self.commanded(area, 'h');
            }
            _ => {
                self.typed.clear();
                self.keep(area);
                return Done::Passed;
            }
        }
        Done::Edited
    }

    fn commanded(&mut self, area: &mut TextArea<'static>, letter: char) -> Done {
        self.typed.push(letter);
        let Some(command) = command::typed(&self.typed) else {
            if self.typed.len() > KEYS {
                self.typed.clear();
            }
            return Done::Edited;
        };
        self.typed.clear();
        let single = area.lines().len() == 1;
        match command.alone() {
            Some('j') if single => return Done::Newer,
            Some('k') if single => return Done::Older,
            Some('u') => (0..command.count()).for_each(|_| self.undo(area)),
            _ => {
                let before = Text::of(area);
                let mut after = before.clone();
                if command.run(&mut after, &mut self.memory) {
                    after.put(&before, area);
                    self.mode = Mode::Insert;
                    self.began = Some(before);
                } else {
                    after.at = after.on_letter(after.at);
                    after.put(&before, area);
                    if after.letters != before.letters {
                        self.push(before);
                    }
                }
            }
        }
        Done::Edited
    }

    /// The text before the last step that changed it.
    fn undo(&mut self, area: &mut TextArea<'static>) {
        let now = Text::of(area);
        while let Some(mut before) = self.before.pop() {
            if before.letters != now.letters {
                before.at = before.on_letter(before.at);
                return before.put(&now, area);
            }
        }
    }

    fn push(&mut self, text: Text) {
        if self.before.last().is_some_and(|last| last.letters == text.letters) {
            return;
        }
        if self.before.len() == STEPS {
            self.before.remove(0);
        }
        self.before.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text becomes by keys in command mode; `⎋` stands for Esc.
    fn becomes(text: &str, keys: &str) -> String {
        let mut area = TextArea::default();
        area.insert_str(text);
        let mut vi = Vi::default();
        for letter in "⎋".chars().chain(keys.chars()) {
            let code = if letter == '⎋' { KeyCode::Esc } else { KeyCode::Char(letter) };
            let key = KeyEvent::new(code, KeyModifiers::NONE);
            if vi.pressed(&mut area, key) == Done::Passed {
                area.input(key);
            }
        }
        area.lines().join("\n")
    }

    fn all_become(text: &str, cases: &[(&str, &str)]) {
        for (keys, wanted) in cases {
            assert_eq!(becomes(text, keys), *wanted, "{text:?} {keys}");
        }
    }

    #[test]
    fn letters_command_until_one_begins_to_write() {
        all_become(
            "show me the pods",
            &[
                ("0dw", "me the pods"),
                ("0x", "how me the pods"),
                ("x", "show me the pod"),
                ("0cwtell", "tell me the pods"),
                ("A now", "show me the pods now"),
                ("I please ", " please show me the pods"),
                ("ddiagain", "again"),
                ("bD", "show me the "),
                ("bDu", "show me the pods"),
                ("z", "show me the pods"),
            ],
        );
        assert_eq!(becomes("one", "otwo"), "one\ntwo");
        assert_eq!(becomes("one", "Otwo"), "two\none");
    }

    #[test]
    fn a_count_stands_before_the_operator_or_before_the_move() {
        all_become(
            "a b c d e f g",
            &[
                ("03wx", "a b c  e f g"),
                ("03x", " c d e f g"),
                ("0d2w", "c d e f g"),
                ("02dw", "c d e f g"),
                ("02d2w", "e f g"),
                ("0c2wx", "x c d e f g"),
                ("3X", "a b c d eg"),
                ("d3b", "a b c g"),
                ("99h3lD", "a b"),
            ],
        );
        all_become(
            "one\ntwo\nthree",
            &[("gg2dd", "three"), ("dk", "one"), ("1Gdj", "three"), ("2Gcc2", "one\n2\nthree")],
        );
    }

    #[test]
    fn a_letter_of_the_line_is_gone_to_and_again() {
        all_become(
            "path/to/some/file",
            &[
                ("0f/x", "pathto/some/file"),
                ("02f/x", "path/tosome/file"),
                ("0f/;x", "path/tosome/file"),
                ("0f/;,x", "pathto/some/file"),
                ("0dt/", "/to/some/file"),
                ("0df/", "to/some/file"),
                ("0t/;x", "path/t/some/file"),
                ("dF/", "path/to/somee"),
                ("dT/", "path/to/some/e"),
                ("0fqx", "ath/to/some/file"),
                ("$2F/D", "path/to"),
            ],
        );
    }

    #[test]
    fn letters_are_replaced_and_change_their_case() {
        all_become("abc", &[("0rx", "xbc"), ("02rx", "xxc"), ("09rx", "abc"), ("0~", "Abc"), ("02~", "ABc")]);
        assert_eq!(becomes("aBc", "09~x"), "Ab");
        assert_eq!(becomes("abc", "0rxu"), "abc");
    }

    #[test]
    fn words_quotes_and_brackets_are_objects() {
        all_become("one two three", &[("0wdiw", "one  three"), ("0wdaw", "one three"), ("daw", "one two")]);
        all_become(
            "grep \"a b\" (in [the] log)",
            &[
                ("0di\"", "grep \"\" (in [the] log)"),
                ("0da\"", "grep (in [the] log)"),
                ("0ci\"x", "grep \"x\" (in [the] log)"),
                ("di(", "grep \"a b\" ()"),
                ("da)", "grep \"a b\" "),
                ("0ftci[x", "grep \"a b\" (in [x] log)"),
                ("0ftdib", "grep \"a b\" ()"),
                ("0di(", "grep \"a b\" (in [the] log)"),
            ],
        );
        assert_eq!(becomes("f(a, (b), c)", "0fbda("), "f(a, , c)");
        assert_eq!(becomes("say ''", "0ci'x"), "say 'x'");
    }

    #[test]
    fn what_was_written_at_a_time_is_undone_at_once() {
        all_become(
            "show me the pods",
            &[
                ("A of all⎋u", "show me the pods"),
                ("A of all⎋A now⎋u", "show me the pods of all"),
                ("A of all⎋A now⎋2u", "show me the pods"),
                ("0cwtell⎋u", "show me the pods"),
                ("0xxu", "how me the pods"),
                ("uu", "show me the pods"),
            ],
        );
    }

    #[test]
    fn what_was_taken_out_is_put_back_as_letters_or_as_lines() {
        all_become("ab cd", &[("0xp", "ba cd"), ("0dwP", "ab cd"), ("0yw$p", "ab cdab "), ("0ylp", "aab cd")]);
        all_become(
            "one\ntwo",
            &[
                ("ggddp", "two\none"),
                ("yyP", "one\ntwo\ntwo"),
                ("Yggp", "one\ntwo\ntwo"),
                ("yy2p", "one\ntwo\ntwo\ntwo"),
            ],
        );
        assert_eq!(becomes("", "pdwx~rxp"), "");
    }

    #[test]
    fn the_last_word_of_a_line_goes_without_the_lines_end() {
        assert_eq!(becomes("a b\nc", "ggwdw"), "a \nc");
        assert_eq!(becomes("a\n\nb", "ggjdd"), "a\nb");
    }
}
