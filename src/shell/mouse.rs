//! What the mouse did, as the bytes a program asked for.
//!
//! Owns the encodings 1000, 1002, 1003 with 1005 and 1006. Must not know selections: whoever calls decides whether
//! the mouse is the program's.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::domain::pane::{Mouse, MouseReport, Wishes};

/// The bytes for what the mouse did; `None` when the program does not want to hear of it. Row and column count from
/// the pane's corner, 0.
pub fn mouse(event: MouseEvent, row: u16, column: u16, wishes: Wishes) -> Option<Vec<u8>> {
    let (button, released, moved) = match event.kind {
        MouseEventKind::Down(button) => (code(button), false, false),
        MouseEventKind::Up(button) => (code(button), true, false),
        MouseEventKind::Drag(button) => (code(button), false, true),
        MouseEventKind::Moved => (3, false, true),
        MouseEventKind::ScrollUp => (64, false, false),
        MouseEventKind::ScrollDown => (65, false, false),
        MouseEventKind::ScrollLeft => (66, false, false),
        MouseEventKind::ScrollRight => (67, false, false),
    };
    let wanted = match wishes.mouse {
        Mouse::Nothing => false,
        Mouse::Presses => !released && !moved,
        Mouse::PressesAndReleases => !moved,
        Mouse::Drags => !moved || button != 3,
        Mouse::Everything => true,
    };
    if !wanted {
        return None;
    }
    let held = |modifier, value| if event.modifiers.contains(modifier) { value } else { 0 };
    let modifiers = held(KeyModifiers::SHIFT, 4) + held(KeyModifiers::ALT, 8) + held(KeyModifiers::CONTROL, 16);
    // The oldest kind knows no modifiers.
    let modifiers = if wishes.mouse == Mouse::Presses { 0 } else { modifiers };
    let motion = if moved { 32 } else { 0 };
    match wishes.mouse_report {
        MouseReport::Sgr => {
            let last = if released { 'm' } else { 'M' };
            Some(format!("\x1b[<{};{};{}{last}", button + modifiers + motion, column + 1, row + 1).into_bytes())
        }
        report => {
            // Which button was let go cannot be said.
            let button = if released { 3 } else { button };
            let mut bytes = b"\x1b[M".to_vec();
            for value in [button + modifiers + motion, column.checked_add(1)?, row.checked_add(1)?] {
                place(value, report, &mut bytes)?;
            }
            Some(bytes)
        }
    }
}

/// The bytes for a turn of the wheel on the alternate screen, for a program that does not listen to the mouse: arrows,
/// as terminals do it.
pub fn wheel_as_arrows(up: bool, rows: usize, wishes: Wishes) -> Vec<u8> {
    let arrow = match (up, wishes.application_cursor) {
        (true, true) => "\x1bOA",
        (true, false) => "\x1b[A",
        (false, true) => "\x1bOB",
        (false, false) => "\x1b[B",
    };
    arrow.repeat(rows).into_bytes()
}

fn code(button: MouseButton) -> u16 {
    match button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
    }
}

/// A value above 32; what does not fit is not told at all.
fn place(value: u16, report: MouseReport, bytes: &mut Vec<u8>) -> Option<()> {
    let value = value.checked_add(32)?;
    if report == MouseReport::Utf8 {
        if value > 2047 {
            return None;
        }
        let mut room = [0; 4];
        bytes.extend_from_slice(char::from_u32(u32::from(value))?.encode_utf8(&mut room).as_bytes());
    } else {
        bytes.push(u8::try_from(value).ok()?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: MouseEventKind, modifiers: KeyModifiers) -> MouseEvent {
        MouseEvent { kind, column: 0, row: 0, modifiers }
    }

    fn told(kind: MouseEventKind, mouse_kind: Mouse, report: MouseReport) -> Option<String> {
        let wishes = Wishes { mouse: mouse_kind, mouse_report: report, ..Wishes::default() };
        let bytes = mouse(event(kind, KeyModifiers::NONE), 4, 9, wishes)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
    const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);
    const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);

    #[test]
    fn a_program_that_does_not_listen_is_told_nothing() {
        assert_eq!(told(DOWN, Mouse::Nothing, MouseReport::Sgr), None);
        assert_eq!(told(DRAG, Mouse::PressesAndReleases, MouseReport::Sgr), None);
        assert_eq!(told(MouseEventKind::Moved, Mouse::Drags, MouseReport::Sgr), None);
        assert_eq!(told(UP, Mouse::Presses, MouseReport::Bytes), None);
    }

    #[test]
    fn places_count_from_one_in_the_form_that_was_asked_for() {
        assert_eq!(told(DOWN, Mouse::Drags, MouseReport::Sgr).as_deref(), Some("\x1b[<0;10;5M"));
        assert_eq!(told(UP, Mouse::Drags, MouseReport::Sgr).as_deref(), Some("\x1b[<0;10;5m"));
        assert_eq!(told(DRAG, Mouse::Drags, MouseReport::Sgr).as_deref(), Some("\x1b[<32;10;5M"));
        assert_eq!(told(UP, Mouse::Drags, MouseReport::Bytes).as_deref(), Some("\x1b[M#*%"));
        assert_eq!(
            told(MouseEventKind::ScrollUp, Mouse::Everything, MouseReport::Sgr).as_deref(),
            Some("\x1b[<64;10;5M")
        );
    }

    #[test]
    fn a_place_too_far_for_the_form_is_not_told_wrongly() {
        let wishes = Wishes { mouse: Mouse::Everything, ..Wishes::default() };
        assert_eq!(mouse(event(DOWN, KeyModifiers::NONE), 0, 300, wishes), None);
        let sgr = Wishes { mouse_report: MouseReport::Sgr, ..wishes };
        assert!(
            mouse(event(DOWN, KeyModifiers::CONTROL), 0, 300, sgr).is_some_and(|bytes| bytes == b"\x1b[<16;301;1M")
        );
    }
}
