//! vi's keys in the composer, for whoever wants them: `editing: vi` in keymap.yaml.
//!
//! Owns the mode and a command that is half typed. What is not in the table does nothing while in command mode.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_textarea::{CursorMove, TextArea};

/// What a letter does: writes, or commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Insert,
    Command,
}

/// The mode, and the first letter of a command of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Vi {
    mode: Mode,
    pending: Option<char>,
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
    pub fn is_commanding(self) -> bool {
        self.mode == Mode::Command
    }

    pub fn pressed(&mut self, area: &mut TextArea<'static>, key: KeyEvent) -> Done {
        let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match (self.mode, key.code) {
            (Mode::Insert, KeyCode::Esc) => {
                *self = Vi { mode: Mode::Command, pending: None };
                area.move_cursor(CursorMove::Back);
                Done::Edited
            }
            (Mode::Command, KeyCode::Esc) => {
                self.pending = None;
                Done::Edited
            }
            (Mode::Command, KeyCode::Char(letter)) if plain => match self.pending.take() {
                Some(first) => self.two(area, first, letter),
                None => self.one(area, letter),
            },
            (Mode::Command, KeyCode::Backspace) => {
                area.move_cursor(CursorMove::Back);
                Done::Edited
            }
            _ => Done::Passed,
        }
    }

    fn one(&mut self, area: &mut TextArea<'static>, letter: char) -> Done {
        let single = area.lines().len() == 1;
        match letter {
            'j' if single => return Done::Newer,
            'k' if single => return Done::Older,
            'i' => self.insert(),
            'a' => {
                area.move_cursor(CursorMove::Forward);
                self.insert();
            }
            'I' => {
                area.move_cursor(CursorMove::Head);
                self.insert();
            }
            'A' => {
                area.move_cursor(CursorMove::End);
                self.insert();
            }
            'o' => {
                area.move_cursor(CursorMove::End);
                area.insert_newline();
                self.insert();
            }
            'O' => {
                area.move_cursor(CursorMove::Head);
                area.insert_newline();
                area.move_cursor(CursorMove::Up);
                self.insert();
            }
            'x' => {
                area.delete_next_char();
            }
            'X' => {
                area.delete_char();
            }
            'D' => {
                area.delete_line_by_end();
            }
            'C' => {
                area.delete_line_by_end();
                self.insert();
            }
            'S' => {
                empty_line(area);
                self.insert();
            }
            'u' => {
                area.undo();
            }
            'p' => {
                area.paste();
            }
            'G' => area.move_cursor(CursorMove::Bottom),
            'd' | 'c' | 'g' => self.pending = Some(letter),
            letter => moved(letter).into_iter().for_each(|to| area.move_cursor(to)),
        }
        Done::Edited
    }

    /// `dd`, `dw`, `cc`, `gg` and their like.
    fn two(&mut self, area: &mut TextArea<'static>, first: char, second: char) -> Done {
        match (first, second) {
            ('g', 'g') => area.move_cursor(CursorMove::Top),
            ('d' | 'c', same) if same == first => empty_line(area),
            ('d' | 'c', to) => {
                let Some(to) = moved(to) else { return Done::Edited };
                area.start_selection();
                area.move_cursor(to);
                area.cut();
                area.cancel_selection();
            }
            _ => return Done::Edited,
        }
        if first == 'c' {
            self.insert();
        }
        Done::Edited
    }

    fn insert(&mut self) {
        *self = Vi::default();
    }
}

fn moved(letter: char) -> Option<CursorMove> {
    Some(match letter {
        'h' => CursorMove::Back,
        'l' | ' ' => CursorMove::Forward,
        'j' => CursorMove::Down,
        'k' => CursorMove::Up,
        'w' => CursorMove::WordForward,
        'b' => CursorMove::WordBack,
        'e' => CursorMove::WordEnd,
        '0' | '^' => CursorMove::Head,
        '$' => CursorMove::End,
        _ => return None,
    })
}

fn empty_line(area: &mut TextArea<'static>) {
    area.move_cursor(CursorMove::Head);
    area.delete_line_by_end();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text becomes by keys in command mode.
    fn becomes(text: &str, keys: &str) -> String {
        let mut area = TextArea::default();
        area.insert_str(text);
        let mut vi = Vi::default();
        vi.pressed(&mut area, KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
        for letter in keys.chars() {
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            if vi.pressed(&mut area, key) == Done::Passed {
                area.input(key);
            }
        }
        area.lines().join("\n")
    }

    #[test]
    fn letters_command_until_one_begins_to_write() {
        for (keys, wanted) in [
            ("0dw", "me the pods"),
            ("0x", "how me the pods"),
            ("0cwtell ", "tell me the pods"),
            ("A now", "show me the pods now"),
            ("I please ", " please show me the pods"),
            ("ddiagain", "again"),
            ("bD", "show me the "),
            ("bDu", "show me the pods"),
            ("z", "show me the pods"),
        ] {
            assert_eq!(becomes("show me the pods", keys), wanted, "{keys}");
        }
        assert_eq!(becomes("one", "otwo"), "one\ntwo");
        assert_eq!(becomes("one", "Otwo"), "two\none");
    }
}
