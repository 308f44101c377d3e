//! The keys, all of them, above everything.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use super::layout;
use super::theme::{Theme, Tone};
use super::view::HelpRow;

pub(super) fn draw(rows: &[HelpRow], theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let keys = rows.iter().map(|row| row.keys.chars().count()).max().unwrap_or(0);
    let text = rows.iter().map(|row| row.text.chars().count()).max().unwrap_or(0);
    let width = u16::try_from(keys + text + 7).unwrap_or(u16::MAX);
    let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
    let place = layout::centred(area, width, height);
    frame.render_widget(Clear, place);
    frame.buffer_mut().set_style(place, theme.style(Tone::Panel));
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.style(Tone::BorderFocus))
        .title(Line::from(Span::styled(" Keys · Esc closes ", theme.style(Tone::Accent))));
    let inside = block.inner(place);
    frame.render_widget(block, place);
    let lines: Vec<Line<'static>> = rows
        .iter()
        .map(|row| {
            Line::from(vec![
                Span::styled(format!(" {:<keys$}  ", row.keys), theme.style(Tone::Key)),
                Span::styled(row.text.clone(), theme.style(Tone::Text)),
            ])
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inside);
}
