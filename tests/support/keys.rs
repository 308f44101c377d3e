//! The keys of a keyboard and what a terminal sends for them.
//!
//! Owns their names in scripts and their byte sequences. Knows no terminal.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::str::FromStr;

/// A word that names no key.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a key; write enter, esc, tab, up, f5, ctrl-d, alt-x or a single character")]
pub struct UnknownKey(String);

/// A key of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    /// F1 to F12.
    F(u8),
    Char(char),
    Ctrl(char),
    Alt(char),
}

impl Key {
    /// What an xterm sends for it.
    pub fn sequence(self) -> String {
        let plain = match self {
            Key::Enter => "\r",
            Key::Esc => "\x1b",
            Key::Tab => "\t",
            Key::BackTab => "\x1b[Z",
            Key::Backspace => "\x7f",
            Key::Delete => "\x1b[3~",
            Key::Up => "\x1b[A",
            Key::Down => "\x1b[B",
            Key::Right => "\x1b[C",
            Key::Left => "\x1b[D",
            Key::Home => "\x1b[H",
            Key::End => "\x1b[F",
            Key::PageUp => "\x1b[5~",
            Key::PageDown => "\x1b[6~",
            Key::F(n @ 1..=4) => return format!("\x1bO{}", char::from(b'P' + n - 1)),
            Key::F(n @ 5) => return format!("\x1b[{}~", n + 10),
            Key::F(n @ 6..=10) => return format!("\x1b[{}~", n + 11),
            Key::F(n) => return format!("\x1b[{}~", n.saturating_add(12)),
            Key::Char(c) => return c.to_string(),
            Key::Ctrl(' ') => "\0",
            Key::Ctrl(c) => return char::from(c.to_ascii_uppercase() as u8 & 0x1f).to_string(),
            Key::Alt(c) => return format!("\x1b{c}"),
        };
        plain.to_owned()
    }
}

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(name: &str) -> Result<Self, UnknownKey> {
        let single = |text: &str| {
            let mut chars = text.chars();
            chars.next().filter(|_| chars.next().is_none())
        };
        let lower = name.to_ascii_lowercase();
        let key = match lower.as_str() {
            "enter" => Some(Key::Enter),
            "esc" => Some(Key::Esc),
            "tab" => Some(Key::Tab),
            "backtab" => Some(Key::BackTab),
            "backspace" => Some(Key::Backspace),
            "delete" => Some(Key::Delete),
            "up" => Some(Key::Up),
            "down" => Some(Key::Down),
            "left" => Some(Key::Left),
            "right" => Some(Key::Right),
            "home" => Some(Key::Home),
            "end" => Some(Key::End),
            "pageup" => Some(Key::PageUp),
            "pagedown" => Some(Key::PageDown),
            "space" => Some(Key::Char(' ')),
            "ctrl-space" => Some(Key::Ctrl(' ')),
            other => {
                let function = other.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=12).contains(n));
                let ctrl = other.strip_prefix("ctrl-").and_then(single).filter(|c| matches!(c, '@'..='_' | 'a'..='z'));
                let alt = name.get(..4).filter(|start| start.eq_ignore_ascii_case("alt-"));
                let alt = alt.and_then(|_| name.get(4..)).and_then(single);
                (function.map(Key::F)).or(ctrl.map(Key::Ctrl)).or(alt.map(Key::Alt)).or(single(name).map(Key::Char))
            }
        };
        key.ok_or_else(|| UnknownKey(name.to_owned()))
    }
}
