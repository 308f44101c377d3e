//! How keys are written: `ctrl+p`, `alt+enter`, `f6`, `G`.

use crossterm::event::{KeyCode, KeyModifiers};

/// Keys that type nothing, by their names in files and on the screen.
const NAMED: &[(&str, &str, KeyCode)] = &[
    ("enter", "Enter", KeyCode::Enter),
    ("esc", "Esc", KeyCode::Esc),
    ("tab", "Tab", KeyCode::Tab),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("space", "Space", KeyCode::Char(' ')),
    ("plus", "+", KeyCode::Char('+')),
    ("up", "↑", KeyCode::Up),
    ("down", "↓", KeyCode::Down),
    ("left", "←", KeyCode::Left),
    ("right", "→", KeyCode::Right),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pgup", "PgUp", KeyCode::PageUp),
    ("pgdn", "PgDn", KeyCode::PageDown),
    ("insert", "Insert", KeyCode::Insert),
    ("delete", "Delete", KeyCode::Delete),
];

const MODIFIERS: &[(&str, &str, KeyModifiers)] = &[
    ("ctrl", "Ctrl+", KeyModifiers::CONTROL),
    ("alt", "Alt+", KeyModifiers::ALT),
    ("shift", "Shift+", KeyModifiers::SHIFT),
];

/// The key of a name; `None` for what is none.
pub(super) fn read(name: &str) -> Option<(KeyCode, KeyModifiers)> {
    let parts: Vec<&str> = name.trim().split('+').map(str::trim).collect();
    let (key, before) = parts.split_last()?;
    let mut modifiers = KeyModifiers::NONE;
    for part in before {
        let found = MODIFIERS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(part))?;
        modifiers |= found.2;
    }
    let named = NAMED.iter().find(|(name, ..)| name.eq_ignore_ascii_case(key)).map(|(.., code)| *code);
    let function =
        || key.strip_prefix(['f', 'F'])?.parse().ok().filter(|number| (1..=24).contains(number)).map(KeyCode::F);
    let letter = || {
        let mut letters = key.chars();
        letters.next().filter(|letter| letters.next().is_none() && !letter.is_control()).map(KeyCode::Char)
    };
    let code = named.or_else(function).or_else(letter)?;
    Some(match code {
        KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => {
            (KeyCode::Char(letter.to_ascii_lowercase()), modifiers)
        }
        // The letter itself says Shift.
        KeyCode::Char(letter) if modifiers.contains(KeyModifiers::SHIFT) => {
            (KeyCode::Char(letter.to_ascii_uppercase()), modifiers.difference(KeyModifiers::SHIFT))
        }
        code => (code, modifiers),
    })
}

/// The name of a key on the screen.
pub(super) fn told((code, modifiers): (KeyCode, KeyModifiers)) -> String {
    let mut name: String =
        MODIFIERS.iter().filter(|(.., modifier)| modifiers.contains(*modifier)).map(|(_, shown, _)| *shown).collect();
    match (NAMED.iter().find(|(.., known)| *known == code), code) {
        (Some((_, shown, _)), _) => name.push_str(shown),
        (None, KeyCode::F(number)) => name.push_str(&format!("F{number}")),
        (None, KeyCode::Char(letter)) if name.is_empty() => name.push(letter),
        (None, KeyCode::Char(letter)) => name.extend(letter.to_uppercase()),
        (None, other) => name.push_str(&other.to_string()),
    }
    name
}

/// Whether the key types a character.
pub(super) fn types((code, modifiers): (KeyCode, KeyModifiers)) -> bool {
    let held = KeyModifiers::CONTROL | KeyModifiers::ALT;
    matches!(code, KeyCode::Char(_)) && !modifiers.intersects(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_as_it_is_read() {
        for name in ["Ctrl+P", "Alt+Enter", "F6", "Esc", "PgUp", "Space", "G", "?", "Ctrl+Alt+X", "Shift+PgUp"] {
            assert_eq!(told(read(name).unwrap()), name);
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        for name in ["", "ctrl", "hyper+x", "ctrl+", "f99", "enterr"] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
