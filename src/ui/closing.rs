//! The summary of a session that is about to be closed, with what can be done.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::theme::{Theme, Tone};
use super::view::Keys;
use super::{layout, markdown, panel};
use crate::output::escape;

/// Rows that are no summary: borders, the question, what the keys do, and the lines between.
const FRAME: u16 = 8;

/// Draws it; a summary longer than the screen loses its middle, the counts at its end stay.
pub(super) fn draw(summary: &str, keys: &Keys, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let width = area.width.min(80);
    let text = escape::for_terminal(summary);
    let mut rows: Vec<String> =
        text.lines().flat_map(|line| markdown::wrap(line, width.saturating_sub(4)).into_iter()).collect();
    let most = usize::from(area.height.saturating_sub(FRAME)).max(3);
    if rows.len() > most {
        let tail = rows.split_off(rows.len() - 2);
        rows.truncate(most - 3);
        rows.push("…".to_owned());
        rows.extend(tail);
    }
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(FRAME);
    let place = layout::centred(area, width, height);
    let inside = panel::open(" Close the session ", Tone::Accent, place, theme, frame);
    let mut lines: Vec<Line<'_>> =
        rows.into_iter().map(|row| Line::styled(format!(" {row}"), theme.style(Tone::Text))).collect();
    lines.push(Line::default());
    lines.push(Line::styled(" Save summary to main.md? (y/n)", theme.style(Tone::Accent)));
    lines.push(Line::default());
    let leaves = format!(" {} leaves it active · Esc back", keys.close);
    for row in [" y saves and closes · n only closes".to_owned(), leaves] {
        lines.push(Line::styled(row, theme.style(Tone::Dim)));
    }
    frame.render_widget(Paragraph::new(lines), inside);
}
