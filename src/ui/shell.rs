//! The person's shell: its picture in a frame, the selection, what was found, the way back.
//!
//! Must not know where the picture comes from or what a key does.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph, Wrap};

use super::panel;
use super::theme::{Theme, Tone};
use super::view::{Keys, ShellPane};
use crate::domain::pane::{Cell, Row, Snapshot, Width};
use crate::output::escape;

/// Some columns of a row that are drawn as chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Rows above the lowest row of the end, as the shell's history counts them.
    pub above: usize,
    pub from: u16,
    /// Not included.
    pub to: u16,
}

/// Where the picture lies within the frame.
pub(super) fn inside(area: Rect) -> Rect {
    Block::bordered().inner(area)
}

/// Draws the shell in its frame, with the cursor where the shell has it when the shell has the keys.
pub(super) fn draw(pane: &ShellPane<'_>, keys: &Keys, focused: bool, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let (border, name) = if focused { (Tone::BorderFocus, Tone::BorderFocus) } else { (Tone::Border, Tone::Dim) };
    let (border, name) = (theme.style(border), theme.style(name));
    let program = pane.picture.map(|picture| escape::line(&picture.title)).filter(|title| !title.is_empty());
    let title = match (focused, program) {
        (true, _) => pane.title.clone(),
        (false, Some(program)) => format!("SHELL · {program}"),
        (false, None) => "SHELL".to_owned(),
    };
    let scrolled = pane.picture.map(|picture| picture.scrolled).filter(|rows| *rows > 0);
    let above = scrolled.map_or_else(String::new, |rows| format!("{rows} rows up"));
    let (title, above) = panel::sides(&title, &above, area.width);
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(border)
        .title(Line::from(Span::styled(title, name)))
        .title(Line::from(Span::styled(above, theme.style(Tone::Warning))).right_aligned());
    if focused {
        block = block.title_bottom(panel::note(&pane.banner, area.width, theme));
    }
    let inside = inside(area);
    frame.render_widget(block, area);
    let Some(picture) = pane.picture else {
        let words = if pane.running { STARTING.to_owned() } else { invitation(keys) };
        let words = Paragraph::new(words).style(theme.style(Tone::Dim)).wrap(Wrap { trim: true });
        frame.render_widget(words, inside);
        return;
    };
    draw_picture(picture, &pane.chosen, theme, inside, frame.buffer_mut());
    if let Some(cursor) = picture.cursor.filter(|_| focused) {
        let place = Position::new(inside.x.saturating_add(cursor.column), inside.y.saturating_add(cursor.row));
        if inside.contains(place) {
            frame.set_cursor_position(place);
        }
    }
}

fn invitation(keys: &Keys) -> String {
    let ways = match (&keys.shell, &keys.other_place) {
        (Some(empty), Some(always)) => format!(" {empty} opens it when the input is empty, {always} always."),
        (Some(empty), None) => format!(" {empty} opens it when the input is empty."),
        (None, Some(always)) => format!(" {always} opens it."),
        (None, None) => String::new(),
    };
    format!(
        "Your own shell.{ways} What you run there is logged beside what the agent runs. A command that begins with a \
         blank stays private."
    )
}

const STARTING: &str = "Your shell starts …";

fn draw_picture(picture: &Snapshot, chosen: &[Chosen], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let height = picture.rows.len();
    for (number, (row, y)) in picture.rows.iter().zip(area.rows().map(|row| row.y)).enumerate() {
        cells(row, theme, Rect { y, height: 1, ..area }, buffer);
        let above = picture.scrolled + height - 1 - number;
        for chosen in chosen.iter().filter(|chosen| chosen.above == above) {
            let from = chosen.from.min(area.width);
            let width = chosen.to.min(area.width).saturating_sub(from);
            buffer.set_style(Rect { x: area.x + from, y, width, height: 1 }, theme.style(Tone::Selection));
        }
    }
}

/// One row. A wide character that does not fit is left out whole; rows may be wider than the frame for a moment, or
/// from before it was made narrower.
fn cells(row: &Row, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut symbol = String::new();
    for (cell, x) in row.cells.iter().zip(area.x..area.right()) {
        let Some(place) = buffer.cell_mut(Position::new(x, area.y)) else { continue };
        place.set_style(theme.look(cell.look));
        match cell.width {
            // ratatui leaves out the cell behind a wide symbol by itself.
            Width::Rest => {}
            Width::Two if x + 1 >= area.right() => {}
            Width::One | Width::Two => {
                glyph(cell, &mut symbol);
                place.set_symbol(&symbol);
            }
        }
    }
}

fn glyph(cell: &Cell, symbol: &mut String) {
    symbol.clear();
    symbol.push(cell.letter);
    symbol.push_str(cell.marks.as_deref().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::domain::pane::{Cursor, Look};

    fn row(text: &str) -> Row {
        let mut cells = Vec::new();
        for letter in text.chars() {
            let wide = !letter.is_ascii();
            let width = if wide { Width::Two } else { Width::One };
            cells.push(Cell { letter, width, ..Cell::default() });
            if wide {
                cells.push(Cell { width: Width::Rest, ..Cell::default() });
            }
        }
        Row { cells, wrapped: false }
    }

    fn drawn(picture: &Snapshot, chosen: &[Chosen], width: u16) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(width, 4)).unwrap();
        let pane = ShellPane {
            picture: Some(picture),
            title: "MANUAL".to_owned(),
            banner: "Ctrl+S".to_owned(),
            chosen: chosen.to_vec(),
            zoomed: false,
            full: false,
            running: true,
        };
        let draw_it = |frame: &mut Frame<'_>| {
            draw(&pane, &Keys::default(), true, &theme(), frame, frame.area());
        };
        terminal.draw(draw_it).unwrap();
        terminal
    }

    fn theme() -> Theme {
        Theme::parse("selection: reverse\n").unwrap()
    }

    #[test]
    fn the_picture_stands_in_its_frame_with_the_cursor_of_the_shell() {
        let cursor = Some(Cursor { row: 1, column: 3, ..Cursor::default() });
        let picture = Snapshot { rows: vec![row("日x"), row("$ l")], columns: 12, cursor, ..Snapshot::default() };
        let mut terminal = drawn(&picture, &[], 14);
        terminal.backend().assert_buffer_lines(
            ["╭ MANUAL ────╮", "│日x         │", "│$ l         │", "╰──── Ctrl+S ╯"].map(Line::raw),
        );
        terminal.backend_mut().assert_cursor_position(Position::new(4, 2));
    }

    #[test]
    fn a_row_wider_than_the_frame_never_leaves_it() {
        let picture =
            Snapshot { rows: vec![row("abcdefghijk日"), row("abcdefghij日")], columns: 14, ..Snapshot::default() };
        let terminal = drawn(&picture, &[], 13);
        let buffer = terminal.backend().buffer();
        assert_eq!(buffer[(12, 1)].symbol(), "│");
        assert_eq!(buffer[(12, 2)].symbol(), "│");
        assert_eq!(buffer[(11, 2)].symbol(), " ");
    }

    #[test]
    fn what_is_chosen_looks_so() {
        let picture = Snapshot { rows: vec![row("one"), row("two")], columns: 12, ..Snapshot::default() };
        let chosen = [Chosen { above: 0, from: 1, to: 3 }];
        let terminal = drawn(&picture, &chosen, 14);
        let selected = theme().style(Tone::Selection).add_modifier;
        let buffer = terminal.backend().buffer();
        assert!(buffer[(2, 2)].modifier.contains(selected) && !buffer[(1, 2)].modifier.contains(selected));
        assert!(!buffer[(2, 1)].modifier.contains(selected));
    }

    #[test]
    fn looks_of_programs_are_kept() {
        let look = Look { bold: true, underline: true, ..Look::default() };
        let cell = Cell { letter: 'x', look, ..Cell::default() };
        let picture =
            Snapshot { rows: vec![Row { cells: vec![cell], wrapped: false }], columns: 12, ..Snapshot::default() };
        let terminal = drawn(&picture, &[], 14);
        assert_eq!(terminal.backend().buffer()[(1, 1)].modifier, theme().look(look).add_modifier);
    }
}
