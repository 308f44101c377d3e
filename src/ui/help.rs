//! The keys, all of them, above everything.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::theme::{Theme, Tone};
use super::view::HelpRow;
use super::{layout, panel};

pub(super) fn draw(rows: &[HelpRow], theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let keys = rows.iter().map(|row| row.keys.chars().count()).max().unwrap_or(0);
    let text = rows.iter().map(|row| row.text.chars().count()).max().unwrap_or(0);
    let width = u16::try_from(keys + text + 7).unwrap_or(u16::MAX);
    let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
    let place = layout::centred(area, width, height);
    let inside = panel::open(" Keys · Esc closes ", Tone::BorderFocus, place, theme, frame);
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
