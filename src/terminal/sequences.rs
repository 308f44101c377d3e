//! What one key, one movement of the mouse and one report look like in bytes.
//!
//! Owns the forms: those of xterm and rxvt, of Linux' console, of the kitty keyboard protocol. What is no form known
//! here means nothing. Must not know where bytes come from.

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers, MediaKeyCode, MouseButton, MouseEvent, MouseEventKind,
};

use super::Input;

pub(super) const ESC: u8 = 0x1b;

/// What the terminal said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    Input(Input),
    /// It speaks the kitty keyboard protocol.
    Kitty,
    /// It is well, the answer to DSR 5: what was asked before is answered.
    Well,
}

/// What a whole sequence means; `None` where that is nothing to us, as when a key was let go.
pub(super) fn meaning(bytes: &[u8]) -> Option<Heard> {
    let key = match bytes {
        [ESC] => Some(KeyCode::Esc.into()),
        [ESC, b'[', b'M', button, column, row] => {
            let [column, row] = [column, row].map(|at| u16::from(at.saturating_sub(33)));
            return mouse(button.checked_sub(32)?, column, row, false);
        }
        [ESC, b'[', b'[', last @ b'A'..=b'E'] => Some(KeyCode::F(1 + last - b'A').into()),
        [ESC, b'[', body @ .., last] => return control(std::str::from_utf8(body).ok()?, *last),
        [ESC, b'O', b'R'] => Some(KeyCode::F(3).into()),
        [ESC, b'O', last @ b'a'..=b'd'] => {
            cursor(last.to_ascii_uppercase()).map(|code| KeyEvent::new(code, KeyModifiers::CONTROL))
        }
        // The keypad, where whoever had the terminal before us left it so.
        [ESC, b'O', last @ (b'M' | b'j'..=b'y')] => letter(&[last - 0x40]),
        [ESC, b'O', last] => cursor(*last).map(KeyEvent::from),
        [ESC, b']' | b'P' | b'_', _, ..] => None,
        [ESC, rest @ ..] => letter(rest).map(|key| KeyEvent { modifiers: key.modifiers | KeyModifiers::ALT, ..key }),
        _ => letter(bytes),
    };
    key.map(|key| Heard::Input(Input::Key(key)))
}

/// A key that is one letter or control byte.
fn letter(bytes: &[u8]) -> Option<KeyEvent> {
    let letter = std::str::from_utf8(bytes).ok()?.chars().next()?;
    let code = match letter {
        '\r' => KeyCode::Enter,
        '\t' => KeyCode::Tab,
        '\x7f' => KeyCode::Backspace,
        '\0' => return Some(KeyEvent::new(KeyCode::Char(' '), KeyModifiers::CONTROL)),
        '\x01'..='\x1a' => return control_key(letter, b'a' - 1),
        '\x1c'..='\x1f' => return control_key(letter, b'4' - 0x1c),
        _ => KeyCode::Char(letter),
    };
    let modifiers = if letter.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    Some(KeyEvent::new(code, modifiers))
}

fn control_key(letter: char, above: u8) -> Option<KeyEvent> {
    let key = u8::try_from(letter).ok()? + above;
    Some(KeyEvent::new(KeyCode::Char(key.into()), KeyModifiers::CONTROL))
}

/// A control sequence: what stands between its introducer and its last byte.
fn control(body: &str, last: u8) -> Option<Heard> {
    if let Some(movement) = body.strip_prefix('<') {
        let [button, column, row] = place(movement)?;
        return mouse(u8::try_from(button).ok()?, column.saturating_sub(1), row.saturating_sub(1), last == b'm');
    }
    match (last, body) {
        (b'I', "") => return Some(Heard::Input(Input::FocusGained)),
        (b'O', "") => return Some(Heard::Input(Input::FocusLost)),
        (b'n', "0") => return Some(Heard::Well),
        (b'n', "?997;1" | "?997;2") => return Some(Heard::Input(Input::Light(body.ends_with('2')))),
        (b'u', _) if body.starts_with('?') => return Some(Heard::Kitty),
        (b'M', _) => {
            let [button, column, row] = place(body)?;
            let button = u8::try_from(button).ok()?.checked_sub(32)?;
            return mouse(button, column.saturating_sub(1), row.saturating_sub(1), false);
        }
        _ => {}
    }
    if !body.bytes().all(|byte| matches!(byte, b'0'..=b';')) {
        return None;
    }
    let mut parameters = body.split(';');
    let first = parameters.next().unwrap_or_default();
    let second = parameters.next();
    let key = match last {
        // Xterm's keys that are told apart, where the terminal or tmux was set to tell them.
        b'~' if first == "27" => unicode(parameters.next()?, second)?,
        b'^' => KeyEvent::new(numbered(first.parse().ok()?)?, KeyModifiers::CONTROL),
        b'$' => KeyEvent::new(numbered(first.parse().ok()?)?, KeyModifiers::SHIFT),
        b'@' => KeyEvent::new(numbered(first.parse().ok()?)?, KeyModifiers::CONTROL | KeyModifiers::SHIFT),
        b'a'..=b'd' if body.is_empty() => KeyEvent::new(cursor(last.to_ascii_uppercase())?, KeyModifiers::SHIFT),
        b'~' => {
            let (modifiers, kind, state) = held(second);
            KeyEvent::new_with_kind_and_state(numbered(first.parse().ok()?)?, modifiers, kind, state)
        }
        b'u' => unicode(first, second)?,
        b'Z' => KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT),
        _ => {
            // Some terminals leave out the number of the key.
            let (modifiers, kind, state) = held(second.or(Some(first)));
            KeyEvent::new_with_kind_and_state(cursor(last)?, modifiers, kind, state)
        }
    };
    // Nothing is done when a key is let go.
    (key.kind != KeyEventKind::Release).then_some(Heard::Input(Input::Key(key)))
}

/// The keys that have a letter. `R` is none: that is where the cursor stands, when somebody asked.
fn cursor(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

/// The keys that have a number before `~`.
fn numbered(number: u8) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number - 10),
        17..=21 => KeyCode::F(number - 11),
        23..=26 => KeyCode::F(number - 12),
        28..=29 => KeyCode::F(number - 15),
        31..=34 => KeyCode::F(number - 17),
        _ => return None,
    })
}

/// What was held, and whether the key went down, repeats or was let go.
fn held(parameter: Option<&str>) -> (KeyModifiers, KeyEventKind, KeyEventState) {
    let mut parts = parameter.unwrap_or_default().split(':');
    let mask = parts.next().and_then(|mask| mask.parse::<u16>().ok()).unwrap_or(1).saturating_sub(1);
    let kind = match parts.next() {
        Some("2") => KeyEventKind::Repeat,
        Some("3") => KeyEventKind::Release,
        _ => KeyEventKind::Press,
    };
    let known = [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ];
    let modifiers = known.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, modifier)| *modifier).collect();
    let locks = [(64, KeyEventState::CAPS_LOCK), (128, KeyEventState::NUM_LOCK)];
    let state = locks.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, lock)| *lock).collect();
    (modifiers, kind, state)
}

/// A key by its letter's number, by that of the letter that Shift makes of it, and by that of the letter that stands
/// there on a keyboard of the United States.
fn unicode(numbers: &str, parameter: Option<&str>) -> Option<KeyEvent> {
    let (mut modifiers, kind, mut state) = held(parameter);
    let mut letters = numbers.split(':').map(|number| number.parse::<u32>().ok());
    let number = letters.next()??;
    let [mut shifted, latin] = [(); 2].map(|()| letters.next().flatten().and_then(char::from_u32));
    let mut code = match number {
        0x1b => KeyCode::Esc,
        0x0d => KeyCode::Enter,
        0x09 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        0x09 => KeyCode::Tab,
        0x7f => KeyCode::Backspace,
        57_344..=63_743 => functional(number)?,
        _ => KeyCode::Char(char::from_u32(number)?),
    };
    if (57_399..=57_427).contains(&number) {
        state |= KeyEventState::KEYPAD;
    }
    if let KeyCode::Char(letter) = code {
        // With these no letter is typed, and none is among our keys.
        if modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META) {
            return None;
        }
        // A keyboard of other letters has its Ctrl+C where that of Latin ones has it.
        if !letter.is_ascii()
            && modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
            && let Some(latin) = latin
        {
            (code, shifted) = (KeyCode::Char(latin), Some(latin.to_ascii_uppercase()));
        }
    }
    if modifiers.contains(KeyModifiers::SHIFT)
        && let Some(shifted) = shifted
    {
        code = KeyCode::Char(shifted);
        modifiers.remove(KeyModifiers::SHIFT);
    }
    Some(KeyEvent::new_with_kind_and_state(code, modifiers, kind, state))
}

/// The kitty protocol's numbers for what is no letter.
fn functional(number: u32) -> Option<KeyCode> {
    let among = |first: u32| usize::try_from(number - first).ok();
    match number {
        57_358..=57_363 => LOCKS.get(among(57_358)?).copied(),
        57_376..=57_398 => Some(KeyCode::F(u8::try_from(number - 57_376 + 13).ok()?)),
        57_399..=57_427 => KEYPAD.get(among(57_399)?).copied(),
        57_428..=57_440 => MEDIA.get(among(57_428)?).copied().map(KeyCode::Media),
        _ => None,
    }
}

const LOCKS: [KeyCode; 6] =
    [KeyCode::CapsLock, KeyCode::ScrollLock, KeyCode::NumLock, KeyCode::PrintScreen, KeyCode::Pause, KeyCode::Menu];

const KEYPAD: [KeyCode; 29] = [
    KeyCode::Char('0'),
    KeyCode::Char('1'),
    KeyCode::Char('2'),
    KeyCode::Char('3'),
    KeyCode::Char('4'),
    KeyCode::Char('5'),
    KeyCode::Char('6'),
    KeyCode::Char('7'),
    KeyCode::Char('8'),
    KeyCode::Char('9'),
    KeyCode::Char('.'),
    KeyCode::Char('/'),
    KeyCode::Char('*'),
    KeyCode::Char('-'),
    KeyCode::Char('+'),
    KeyCode::Enter,
    KeyCode::Char('='),
    KeyCode::Char(','),
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Insert,
    KeyCode::Delete,
    KeyCode::KeypadBegin,
];

const MEDIA: [MediaKeyCode; 13] = [
    MediaKeyCode::Play,
    MediaKeyCode::Pause,
    MediaKeyCode::PlayPause,
    MediaKeyCode::Reverse,
    MediaKeyCode::Stop,
    MediaKeyCode::FastForward,
    MediaKeyCode::Rewind,
    MediaKeyCode::TrackNext,
    MediaKeyCode::TrackPrevious,
    MediaKeyCode::Record,
    MediaKeyCode::LowerVolume,
    MediaKeyCode::RaiseVolume,
    MediaKeyCode::MuteVolume,
];

/// Button, column and row.
fn place(numbers: &str) -> Option<[u16; 3]> {
    let mut numbers = numbers.split(';').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

/// The mouse, with its button as xterm packs it.
fn mouse(packed: u8, column: u16, row: u16, let_go: bool) -> Option<Heard> {
    let dragged = packed & 0b10_0000 != 0;
    let kind = match ((packed & 0b11) | ((packed & 0b1100_0000) >> 4), dragged) {
        (button @ 0..=2, false) if let_go => MouseEventKind::Up(pressed(button)),
        (button @ 0..=2, false) => MouseEventKind::Down(pressed(button)),
        (button @ 0..=2, true) => MouseEventKind::Drag(pressed(button)),
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3..=5, true) => MouseEventKind::Moved,
        (4, false) => MouseEventKind::ScrollUp,
        (5, false) => MouseEventKind::ScrollDown,
        (6, false) => MouseEventKind::ScrollLeft,
        (7, false) => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let held = [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)];
    let modifiers = held.iter().filter(|(bit, _)| packed & bit != 0).map(|(_, modifier)| *modifier).collect();
    Some(Heard::Input(Input::Mouse(MouseEvent { kind, column, row, modifiers })))
}

fn pressed(button: u8) -> MouseButton {
    match button {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(bytes: &str) -> Option<(KeyCode, KeyModifiers)> {
        match meaning(bytes.as_bytes()) {
            Some(Heard::Input(Input::Key(key))) => Some((key.code, key.modifiers)),
            None => None,
            other => panic!("{bytes:?} is {other:?}"),
        }
    }

    fn moved(bytes: &[u8]) -> Option<(MouseEventKind, u16, u16, KeyModifiers)> {
        match meaning(bytes) {
            Some(Heard::Input(Input::Mouse(event))) => Some((event.kind, event.column, event.row, event.modifiers)),
            None => None,
            other => panic!("{bytes:?} is {other:?}"),
        }
    }

    #[test]
    fn keys_are_what_every_terminal_sends_for_them() {
        let (none, shift, alt) = (KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::ALT);
        let control = KeyModifiers::CONTROL;
        for (bytes, code, modifiers) in [
            ("y", KeyCode::Char('y'), none),
            ("Y", KeyCode::Char('Y'), shift),
            ("\u{e4}", KeyCode::Char('\u{e4}'), none),
            ("\r", KeyCode::Enter, none),
            ("\n", KeyCode::Char('j'), control),
            ("\t", KeyCode::Tab, none),
            ("\x7f", KeyCode::Backspace, none),
            ("\x08", KeyCode::Char('h'), control),
            ("\x18", KeyCode::Char('x'), control),
            ("\0", KeyCode::Char(' '), control),
            ("\x1c", KeyCode::Char('4'), control),
            ("\x1d", KeyCode::Char('5'), control),
            ("\x1f", KeyCode::Char('7'), control),
            ("\x1b", KeyCode::Esc, none),
            ("\x1b\r", KeyCode::Enter, alt),
            ("\x1bb", KeyCode::Char('b'), alt),
            ("\x1bB", KeyCode::Char('B'), alt | shift),
            ("\x1b\x18", KeyCode::Char('x'), alt | control),
            ("\x1b[", KeyCode::Char('['), alt),
            ("\x1b[A", KeyCode::Up, none),
            ("\x1bOA", KeyCode::Up, none),
            ("\x1b[1;5D", KeyCode::Left, control),
            ("\x1b[5D", KeyCode::Left, control),
            ("\x1b[1;4D", KeyCode::Left, alt | shift),
            ("\x1b[H", KeyCode::Home, none),
            ("\x1b[4~", KeyCode::End, none),
            ("\x1b[3;5~", KeyCode::Delete, control),
            ("\x1b[6~", KeyCode::PageDown, none),
            ("\x1b[Z", KeyCode::BackTab, shift),
            ("\x1bOP", KeyCode::F(1), none),
            ("\x1bOR", KeyCode::F(3), none),
            ("\x1b[1;2Q", KeyCode::F(2), shift),
            ("\x1b[[C", KeyCode::F(3), none),
            ("\x1b[15~", KeyCode::F(5), none),
            ("\x1b[24;2~", KeyCode::F(12), shift),
            ("\x1bOc", KeyCode::Right, control),
            ("\x1b[a", KeyCode::Up, shift),
            ("\x1b[8^", KeyCode::End, control),
            ("\x1b[5$", KeyCode::PageUp, shift),
            ("\x1b[3@", KeyCode::Delete, control | shift),
            ("\x1bOM", KeyCode::Enter, none),
            ("\x1bOp", KeyCode::Char('0'), none),
            ("\x1b[27;2;13~", KeyCode::Enter, shift),
            ("\x1b[27;5;120~", KeyCode::Char('x'), control),
        ] {
            assert_eq!(key(bytes), Some((code, modifiers)), "{bytes:?}");
        }
    }

    #[test]
    fn keys_of_the_kitty_protocol_say_what_was_held() {
        let (none, shift, control) = (KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::CONTROL);
        for (bytes, code, modifiers) in [
            ("\x1b[27u", KeyCode::Esc, none),
            ("\x1b[13;2u", KeyCode::Enter, shift),
            ("\x1b[9;2u", KeyCode::BackTab, shift),
            ("\x1b[120;5u", KeyCode::Char('x'), control),
            ("\x1b[120;5:2u", KeyCode::Char('x'), control),
            ("\x1b[47:63;2u", KeyCode::Char('?'), none),
            ("\x1b[97::99;5u", KeyCode::Char('a'), control),
            ("\x1b[1089::99;5u", KeyCode::Char('c'), control),
            ("\x1b[1089:1057:99;6u", KeyCode::Char('C'), control),
            ("\x1b[1089:1057:99;2u", KeyCode::Char('\u{421}'), none),
            ("\x1b[57414u", KeyCode::Enter, none),
            ("\x1b[57427u", KeyCode::KeypadBegin, none),
            ("\x1b[57376u", KeyCode::F(13), none),
            ("\x1b[1;5:1A", KeyCode::Up, control),
        ] {
            assert_eq!(key(bytes), Some((code, modifiers)), "{bytes:?}");
        }
        assert_eq!(key("\x1b[120;5:3u"), None, "it was let go");
        assert_eq!(key("\x1b[57441u"), None, "a key that only holds is none");
        assert_eq!(key("\x1b[121;9u"), None, "the window's keys type nothing");
        let locked = meaning(b"\x1b[120;65u");
        assert!(matches!(locked, Some(Heard::Input(Input::Key(key))) if key.state == KeyEventState::CAPS_LOCK));
    }

    #[test]
    fn the_mouse_is_told_in_three_ways() {
        let (none, control) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
        assert_eq!(moved(b"\x1b[<0;3;5M"), Some((MouseEventKind::Down(MouseButton::Left), 2, 4, none)));
        assert_eq!(moved(b"\x1b[<2;3;5m"), Some((MouseEventKind::Up(MouseButton::Right), 2, 4, none)));
        assert_eq!(moved(b"\x1b[<48;3;5M"), Some((MouseEventKind::Drag(MouseButton::Left), 2, 4, control)));
        assert_eq!(moved(b"\x1b[<35;300;5M"), Some((MouseEventKind::Moved, 299, 4, none)));
        assert_eq!(moved(b"\x1b[<64;1;1M"), Some((MouseEventKind::ScrollUp, 0, 0, none)));
        assert_eq!(moved(b"\x1b[32;3;5M"), Some((MouseEventKind::Down(MouseButton::Left), 2, 4, none)));
        assert_eq!(moved(b"\x1b[M #%"), Some((MouseEventKind::Down(MouseButton::Left), 2, 4, none)));
        assert_eq!(moved(b"\x1b[<0;0;0M"), Some((MouseEventKind::Down(MouseButton::Left), 0, 0, none)));
        assert_eq!(moved(b"\x1b[<0;3M"), None);
    }

    #[test]
    fn answers_the_focus_and_the_colours_are_told_from_keys() {
        assert_eq!(meaning(b"\x1b[?997;1n"), Some(Heard::Input(Input::Light(false))));
        assert_eq!(meaning(b"\x1b[?997;2n"), Some(Heard::Input(Input::Light(true))));
        assert_eq!(meaning(b"\x1b[?997;3n"), None);
        assert_eq!(meaning(b"\x1b[?0u"), Some(Heard::Kitty));
        assert_eq!(meaning(b"\x1b[0n"), Some(Heard::Well));
        assert_eq!(meaning(b"\x1b[I"), Some(Heard::Input(Input::FocusGained)));
        assert_eq!(meaning(b"\x1b[O"), Some(Heard::Input(Input::FocusLost)));
        assert_eq!(meaning(b"\x1b[12;40R"), None);
    }
}
