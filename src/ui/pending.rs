//! What the keys that were pressed may go on with: a small box above the status line, at the right.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::panel;
use super::theme::{Theme, Tone};
use super::view::PendingView;

/// Rows of the frame, and columns of it with a blank on either side.
const FRAME: u16 = 2;
const SIDES: usize = 4;
/// Columns between two columns of keys.
const GAP: usize = 2;

/// Rows that it takes where there is room for all.
pub(super) fn height(view: &PendingView) -> u16 {
    u16::try_from(view.rows.len()).unwrap_or(u16::MAX).saturating_add(FRAME)
}

/// Draws it at the end of the room; where that is low, the keys stand in several columns.
pub(super) fn draw(view: &PendingView, theme: &Theme, frame: &mut Frame<'_>, room: Rect) {
    let most = usize::from(room.height.saturating_sub(FRAME));
    if view.rows.is_empty() || most == 0 {
        return;
    }
    let columns = view.rows.len().div_ceil(most);
    let rows = view.rows.len().div_ceil(columns);
    let keys = view.rows.iter().map(|row| row.keys.width()).max().unwrap_or(0);
    let texts = view.rows.iter().map(|row| row.text.width()).max().unwrap_or(0);
    let title = format!(" {} … ", view.keys);
    let gaps = GAP * (columns - 1);
    let wanted = (columns * (keys + 1 + texts) + gaps).max(title.width()) + SIDES;
    let width = wanted.min(usize::from(room.width));
    let cell = width.saturating_sub(SIDES + gaps) / columns;
    let width = u16::try_from(width).unwrap_or(room.width);
    let height = u16::try_from(rows).unwrap_or(room.height).saturating_add(FRAME).min(room.height);
    let place = Rect { x: room.right() - width, y: room.bottom() - height, width, height };
    let inside = panel::open(&title, Tone::BorderFocus, place, theme, frame);
    for (at, area) in inside.rows().enumerate() {
        let mut spans = Vec::new();
        for row in view.rows.iter().skip(at).step_by(rows) {
            let lead = if spans.is_empty() { 1 } else { GAP };
            let text = panel::fitted(&row.text, cell.saturating_sub(keys + 1));
            let rest = cell.saturating_sub(keys + 1 + text.width());
            let key = format!("{}{}{}", " ".repeat(lead), row.keys, " ".repeat(keys + 1 - row.keys.width()));
            spans.push(Span::styled(key, theme.style(Tone::Key)));
            spans.push(Span::styled(format!("{text}{}", " ".repeat(rest)), theme.style(Tone::Text)));
        }
        frame.render_widget(Paragraph::new(Line::from(spans)), area);
    }
}
