//! Keys and pastes as the bytes a program on a terminal of xterm's kind expects.
//!
//! Owns the encoding. Must not know what a key does in the workbench: whoever calls has taken its own keys out.
//! The forms are those of xterm's control sequences: modifiers as `1 + shift + 2·alt + 4·control` in the parameters of
//! cursor and function keys, Alt as an escape before everything else.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::domain::pane::Wishes;

const ESC: char = '\x1b';

/// The bytes for a key; empty for what a terminal does not send.
pub fn key(event: KeyEvent, wishes: Wishes) -> Vec<u8> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let modifiers = event.modifiers;
    let alt = modifiers.contains(KeyModifiers::ALT);
    let text = match event.code {
        KeyCode::Char(letter) => return character(letter, modifiers),
        KeyCode::Enter => with_alt("\r", alt),
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => with_alt("\x1b[Z", alt),
        KeyCode::Tab => with_alt("\t", alt),
        KeyCode::BackTab => with_alt("\x1b[Z", alt),
        // Terminals send DEL for the key and BS with Control.
        KeyCode::Backspace if modifiers.contains(KeyModifiers::CONTROL) => with_alt("\x08", alt),
        KeyCode::Backspace => with_alt("\x7f", alt),
        KeyCode::Esc => with_alt("\x1b", alt),
        KeyCode::Null => "\0".to_owned(),
        KeyCode::Up => cursor('A', modifiers, wishes),
        KeyCode::Down => cursor('B', modifiers, wishes),
        KeyCode::Right => cursor('C', modifiers, wishes),
        KeyCode::Left => cursor('D', modifiers, wishes),
        KeyCode::Home => cursor('H', modifiers, wishes),
        KeyCode::End => cursor('F', modifiers, wishes),
        KeyCode::KeypadBegin => cursor('E', modifiers, wishes),
        KeyCode::Insert => numbered(2, modifiers),
        KeyCode::Delete => numbered(3, modifiers),
        KeyCode::PageUp => numbered(5, modifiers),
        KeyCode::PageDown => numbered(6, modifiers),
        KeyCode::F(number) => function(number, modifiers),
        _ => String::new(),
    };
    text.into_bytes()
}

/// The bytes for pasted text. A program that knows of pastes gets it between their marks, with any mark inside taken
/// out, so that a paste cannot end itself; line ends become the Enter key's, as terminals do it.
pub fn paste(text: &str, wishes: Wishes) -> Vec<u8> {
    let lines = text.replace("\r\n", "\r").replace('\n', "\r");
    if !wishes.bracketed_paste {
        // Without marks an escape would be a key.
        return lines.replace(ESC, "").into_bytes();
    }
    let mut inside = lines;
    // Taking one out can make another.
    while inside.contains("\x1b[20") {
        inside = inside.replace("\x1b[200~", "").replace("\x1b[201~", "").replace("\x1b[20", "[20");
    }
    format!("\x1b[200~{inside}\x1b[201~").into_bytes()
}

/// The bytes that tell a program of the focus, where it asked.
pub fn focus(gained: bool, wishes: Wishes) -> &'static [u8] {
    match (wishes.focus, gained) {
        (false, _) => b"",
        (true, true) => b"\x1b[I",
        (true, false) => b"\x1b[O",
    }
}

fn with_alt(text: &str, alt: bool) -> String {
    if alt { format!("{ESC}{text}") } else { text.to_owned() }
}

fn character(letter: char, modifiers: KeyModifiers) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(5);
    if modifiers.contains(KeyModifiers::ALT) {
        bytes.push(0x1b);
    }
    match modifiers.contains(KeyModifiers::CONTROL).then(|| control(letter)).flatten() {
        Some(byte) => bytes.push(byte),
        None => {
            let mut room = [0; 4];
            bytes.extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
        }
    }
    bytes
}

/// The control byte of a character, by the table of the DEC keyboards.
fn control(letter: char) -> Option<u8> {
    let letter = u8::try_from(letter).ok()?;
    match letter {
        b'a'..=b'z' | b'A'..=b'Z' | b'[' | b'\\' | b']' | b'^' | b'_' | b'@' => Some(letter & 0x1f),
        b' ' | b'2' => Some(0),
        b'3'..=b'7' => Some(letter - b'3' + 0x1b),
        b'8' | b'?' => Some(0x7f),
        b'/' | b'-' => Some(0x1f),
        b'~' => Some(0x1e),
        _ => None,
    }
}

/// 1 for none.
fn number(modifiers: KeyModifiers) -> u8 {
    let held = |modifier, value| if modifiers.contains(modifier) { value } else { 0 };
    1 + held(KeyModifiers::SHIFT, 1) + held(KeyModifiers::ALT, 2) + held(KeyModifiers::CONTROL, 4)
}

fn cursor(last: char, modifiers: KeyModifiers, wishes: Wishes) -> String {
    match (number(modifiers), wishes.application_cursor) {
        (1, false) => format!("\x1b[{last}"),
        (1, true) => format!("\x1bO{last}"),
        (number, _) => format!("\x1b[1;{number}{last}"),
    }
}

fn numbered(key: u8, modifiers: KeyModifiers) -> String {
    match number(modifiers) {
        1 => format!("\x1b[{key}~"),
        number => format!("\x1b[{key};{number}~"),
    }
}

fn function(key: u8, modifiers: KeyModifiers) -> String {
    let number = number(modifiers);
    match key {
        1..=4 => {
            let last = char::from(b'P' + key - 1);
            if number == 1 { format!("\x1bO{last}") } else { format!("\x1b[1;{number}{last}") }
        }
        5..=20 => {
            const NUMBERS: [u8; 16] = [15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34];
            NUMBERS.get(usize::from(key - 5)).map_or_else(String::new, |key| numbered(*key, modifiers))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers, wishes: Wishes) -> String {
        String::from_utf8(key(KeyEvent::new(code, modifiers), wishes)).unwrap()
    }

    const NONE: KeyModifiers = KeyModifiers::NONE;

    #[test]
    fn letters_go_as_they_are_with_control_and_alt_as_a_terminal_sends_them() {
        let wishes = Wishes::default();
        for (letter, modifiers, bytes) in [
            ('é', NONE, "é"),
            ('A', KeyModifiers::SHIFT, "A"),
            ('c', KeyModifiers::CONTROL, "\x03"),
            ('C', KeyModifiers::CONTROL | KeyModifiers::SHIFT, "\x03"),
            (' ', KeyModifiers::CONTROL, "\0"),
            ('5', KeyModifiers::CONTROL, "\x1d"),
            ('7', KeyModifiers::CONTROL, "\x1f"),
            ('x', KeyModifiers::ALT, "\x1bx"),
            ('x', KeyModifiers::ALT | KeyModifiers::CONTROL, "\x1b\x18"),
        ] {
            assert_eq!(pressed(KeyCode::Char(letter), modifiers, wishes), bytes, "{letter} {modifiers}");
        }
    }

    #[test]
    fn cursor_keys_change_their_form_when_the_program_asks() {
        let plain = Wishes::default();
        let application = Wishes { application_cursor: true, ..plain };
        assert_eq!(pressed(KeyCode::Up, NONE, plain), "\x1b[A");
        assert_eq!(pressed(KeyCode::Up, NONE, application), "\x1bOA");
        assert_eq!(pressed(KeyCode::Home, NONE, application), "\x1bOH");
        let both = KeyModifiers::CONTROL | KeyModifiers::SHIFT;
        assert_eq!(pressed(KeyCode::Left, both, application), "\x1b[1;6D");
    }

    #[test]
    fn function_and_editing_keys_are_xterms() {
        let wishes = Wishes::default();
        for (code, modifiers, bytes) in [
            (KeyCode::F(1), NONE, "\x1bOP"),
            (KeyCode::F(4), KeyModifiers::SHIFT, "\x1b[1;2S"),
            (KeyCode::F(5), NONE, "\x1b[15~"),
            (KeyCode::F(12), KeyModifiers::CONTROL, "\x1b[24;5~"),
            (KeyCode::Delete, KeyModifiers::ALT, "\x1b[3;3~"),
            (KeyCode::PageUp, NONE, "\x1b[5~"),
            (KeyCode::Backspace, NONE, "\x7f"),
            (KeyCode::BackTab, KeyModifiers::SHIFT, "\x1b[Z"),
        ] {
            assert_eq!(pressed(code, modifiers, wishes), bytes, "{code:?}");
        }
    }

    #[test]
    fn a_paste_cannot_end_itself() {
        let wishes = Wishes { bracketed_paste: true, ..Wishes::default() };
        let pasted = paste("a\x1b[2\x1b[201~01~rm\nb", wishes);
        assert_eq!(String::from_utf8(pasted).unwrap(), "\x1b[200~a[201~rm\rb\x1b[201~");
    }

    #[test]
    fn a_paste_into_a_program_that_knows_none_is_typed_without_escapes() {
        assert_eq!(paste("a\x1b[Ab\r\nc", Wishes::default()), b"a[Ab\rc");
    }
}
