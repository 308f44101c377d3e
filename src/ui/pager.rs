//! A long text above everything. Only the lines that are seen are laid into rows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::theme::{Theme, Tone};
use super::view::{Drawn, PagerView};
use super::{markdown, panel};

/// Draws it; tells its height and the last line that may stand on top.
pub(super) fn draw(view: &PagerView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect, drawn: &mut Drawn) {
    let Some(lines) = view.lines else {
        let inside = panel::open(&title(view, 0, 0), Tone::BorderFocus, area, theme, frame);
        frame.render_widget(Paragraph::new("reading …").style(theme.style(Tone::Dim)), inside);
        return;
    };
    let (width, rows) = (area.width.saturating_sub(2).max(1), usize::from(area.height.saturating_sub(2)));
    drawn.pager_rows = area.height.saturating_sub(2);
    drawn.pager_last = last_top(lines, width, rows);
    let top = view.top.min(drawn.pager_last);
    let inside = panel::open(&title(view, top + 1, lines.len()), Tone::BorderFocus, area, theme, frame);
    let seen = lines.iter().skip(top).flat_map(|line| markdown::wrap(line, width)).take(rows);
    let seen: Vec<Line<'_>> = seen.map(|row| Line::styled(row, theme.style(Tone::Text))).collect();
    frame.render_widget(Paragraph::new(seen), inside);
}

fn title(view: &PagerView<'_>, top: usize, lines: usize) -> String {
    if lines == 0 { format!(" {} ", view.title) } else { format!(" {} · line {top} of {lines} ", view.title) }
}

/// The line on top when the last row of the screen is the last of the text.
fn last_top(lines: &[String], width: u16, rows: usize) -> usize {
    let mut room = rows;
    for (at, line) in lines.iter().enumerate().rev() {
        let height = markdown::wrap(line, width).len();
        if height > room {
            // A line taller than the screen can still be read from its beginning.
            return if room == rows { at } else { at + 1 };
        }
        room -= height;
    }
    0
}
