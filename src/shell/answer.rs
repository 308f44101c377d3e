//! Answers to what programs ask their terminal.
//!
//! Owns what this terminal says it is: a VT220 with colours, and nothing it cannot do.

use super::shim::Question;
use crate::domain::pane::{Mouse, MouseReport, Wishes};

/// The colours of the pane, each channel 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    pub front: (u8, u8, u8),
    pub back: (u8, u8, u8),
    pub cursor: (u8, u8, u8),
}

impl Default for Colours {
    fn default() -> Self {
        Self { front: (0xd0, 0xd0, 0xd0), back: (0x10, 0x10, 0x10), cursor: (0xd0, 0xd0, 0xd0) }
    }
}

/// Answers kept while nobody takes them; a program that asks without reading gets no more.
const MOST: usize = 64 * 1024;

pub(super) fn answer(
    question: Question,
    cursor: (u16, u16),
    size: (u16, u16),
    wishes: Wishes,
    held: bool,
    colours: &Colours,
    to: &mut Vec<u8>,
) {
    if to.len() > MOST {
        return;
    }
    let text = match question {
        Question::PrimaryAttributes => "\x1b[?62;22c".to_owned(),
        Question::SecondaryAttributes => "\x1b[>1;10;0c".to_owned(),
        Question::Status => "\x1b[0n".to_owned(),
        Question::Cursor { private } => {
            let column = cursor.1.min(size.1.saturating_sub(1)) + 1;
            format!("\x1b[{}{};{column}R", if private { "?" } else { "" }, cursor.0 + 1)
        }
        Question::Mode { number, private: true } => {
            format!("\x1b[?{number};{}$y", mode(number, wishes, held))
        }
        Question::Mode { number, private: false } => format!("\x1b[{number};0$y"),
        Question::Version => {
            format!("\x1bP>|{} {}\x1b\\", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
        }
        Question::Size => format!("\x1b[8;{};{}t", size.0, size.1),
        Question::Keyboard => "\x1b[?0u".to_owned(),
        Question::Colour { number, bell } => {
            let (r, g, b) = match number {
                10 => colours.front,
                11 => colours.back,
                _ => colours.cursor,
            };
            let end = if bell { "\x07" } else { "\x1b\\" };
            format!("\x1b]{number};rgb:{r:02x}{r:02x}/{g:02x}{g:02x}/{b:02x}{b:02x}{end}")
        }
        Question::Capability => "\x1bP0+r\x1b\\".to_owned(),
        Question::Setting => "\x1bP0$r\x1b\\".to_owned(),
    };
    to.extend_from_slice(text.as_bytes());
}

/// 1 for a mode that is set, 2 for one that is not, 0 for one that is not known.
fn mode(number: u16, wishes: Wishes, held: bool) -> u8 {
    let set = match number {
        1 => wishes.application_cursor,
        9 => wishes.mouse == Mouse::Presses,
        47 | 1047 | 1049 => wishes.alternate_screen,
        66 => wishes.application_keypad,
        1000 => wishes.mouse == Mouse::PressesAndReleases,
        1002 => wishes.mouse == Mouse::Drags,
        1003 => wishes.mouse == Mouse::Everything,
        1004 => wishes.focus,
        1005 => wishes.mouse_report == MouseReport::Utf8,
        1006 => wishes.mouse_report == MouseReport::Sgr,
        2004 => wishes.bracketed_paste,
        2026 => held,
        _ => return 0,
    };
    if set { 1 } else { 2 }
}
