//! A small question: one line to be written.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
use super::view::QuestionView;
use super::{layout, markdown, panel};
use crate::output::escape;

pub(super) fn draw(view: &QuestionView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let width = area.width.saturating_sub(4).min(84);
    let mut lines: Vec<Line<'static>> = Vec::new();
    let told = [view.title.clone()];
    for text in told.iter().chain(view.details) {
        let rows = markdown::wrap(text, width.saturating_sub(2)).into_iter();
        lines.extend(rows.map(|row| Line::styled(row, theme.style(Tone::Text))));
    }
    let above = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let place = layout::centred(area, width, above.saturating_add(4));
    let inside = panel::open("", Tone::BorderFocus, place, theme, frame);
    let text = escape::line(view.text);
    let room = usize::from(inside.width.saturating_sub(3));
    // The end is what is being written.
    let mut shown = text.as_str();
    while shown.width() > room {
        let mut characters = shown.chars();
        characters.next();
        shown = characters.as_str();
    }
    lines.extend([
        Line::from(vec![
            Span::styled("> ", theme.style(Tone::Accent)),
            Span::styled(shown.to_owned(), theme.style(Tone::Text)),
        ]),
        Line::styled("Enter does it · Esc leaves it", theme.style(Tone::Dim)),
    ]);
    frame.render_widget(Paragraph::new(lines), inside);
    let column = u16::try_from(shown.width() + 2).unwrap_or(u16::MAX).min(inside.width.saturating_sub(1));
    let row = inside.y.saturating_add(above);
    if row < inside.bottom() {
        frame.set_cursor_position(Position::new(inside.x + column, row));
    }
}
