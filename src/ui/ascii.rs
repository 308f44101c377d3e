//! The program's own lines and signs in characters of ASCII, for terminals and fonts that have no others.
//!
//! Owns the table. What people and programs wrote stays as it is: only signs that the program draws are in it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// What a program in the shell drew by itself, and may go on showing.
pub(super) struct Theirs {
    area: Rect,
    symbols: Vec<String>,
}

impl Theirs {
    /// What stands in the area now.
    pub fn of(buffer: &Buffer, area: Rect) -> Theirs {
        let symbols = area.positions().filter_map(|place| buffer.cell(place)).map(|cell| cell.symbol().to_owned());
        Theirs { area, symbols: symbols.collect() }
    }

    /// Whether the cell still shows it: something of ours may lie above.
    fn stands(&self, buffer: &Buffer, place: Position) -> bool {
        let Some((row, column)) = place.y.checked_sub(self.area.y).zip(place.x.checked_sub(self.area.x)) else {
            return false;
        };
        let at = usize::from(row) * usize::from(self.area.width) + usize::from(column);
        let theirs = self.symbols.get(at).filter(|_| self.area.contains(place));
        theirs.is_some_and(|theirs| buffer.cell(place).is_some_and(|cell| cell.symbol() == theirs))
    }
}

/// Puts other characters in the place of the signs.
pub(super) fn translate(buffer: &mut Buffer, theirs: Option<&Theirs>) {
    for place in buffer.area.positions() {
        if !theirs.is_some_and(|theirs| theirs.stands(buffer, place)) {
            put(buffer, place);
        }
    }
}

fn put(buffer: &mut Buffer, position: Position) {
    let Some(cell) = buffer.cell_mut(position) else { return };
    let plain = match cell.symbol() {
        "─" | "═" | "—" | "▔" => "-",
        "│" | "║" | "▌" | "▎" | "▏" | "┆" | "╵" | "╷" => "|",
        "╭" | "╮" | "╰" | "╯" | "┌" | "┐" | "└" | "┘" | "╔" | "╗" | "╚" | "╝" | "├" | "┤" | "┬" | "┴" | "┼" | "╞"
        | "╡" => "+",
        "▶" | "→" | "»" | "▸" | "↪" => ">",
        "←" => "<",
        "•" | "·" | "⋯" => ".",
        "…" => "~",
        "✓" | "✅" => "v",
        "✗" | "×" => "x",
        "⚠" => "!",
        "○" => "o",
        "◎" => "?",
        "●" => "*",
        "▲" => "!",
        "△" => "x",
        "◇" => "=",
        "◆" => "#",
        "◐" => "Y",
        "◑" => "M",
        "◒" => "F",
        "◌" => "~",
        "◊" => ">",
        "▼" | "↓" => "v",
        "↑" => "^",
        _ => return,
    };
    cell.set_symbol(plain);
}
