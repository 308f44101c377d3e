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

/// The keys that are pressed one after another, with a blank between their names; `None` where one of them is none.
pub(super) fn read_all(name: &str) -> Option<Vec<(KeyCode, KeyModifiers)>> {
    // `ctrl + g` is one key.
    if let Some(key) = read(name) {
        return Some(vec![key]);
    }
    let keys: Vec<_> = name.split_whitespace().map(read).collect::<Option<_>>()?;
    (!keys.is_empty()).then_some(keys)
}

/// Whether the key is nobody's but ours where something is written: with Control or Alt held, or one of the upper row.
pub(super) fn is_apart((code, modifiers): (KeyCode, KeyModifiers)) -> bool {
    matches!(code, KeyCode::F(_)) || modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
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
    fn keys_one_after_another_stand_with_a_blank_between() {
        let named = |name| read_all(name).map(|keys| keys.into_iter().map(told).collect::<Vec<_>>().join(" "));
        assert_eq!(named("ctrl+k  g").as_deref(), Some("Ctrl+K g"));
        assert_eq!(named("ctrl + k").as_deref(), Some("Ctrl+K"));
        assert_eq!(named("f8 space G").as_deref(), Some("F8 Space G"));
        for name in ["", " ", "f8 gg", "f8 +"] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        for name in ["", "ctrl", "hyper+x", "ctrl+", "f99", "enterr"] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
