//! The list of commands: right above the composer while one is typed, or in the middle as the palette.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
use super::view::PickView;
use super::{layout, panel};
use crate::output::escape;

/// Completions that are seen at a time.
const SEEN: u16 = 8;

/// The palette.
pub(super) fn palette(view: &PickView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let place = layout::centred(area, area.width.saturating_sub(4).min(84), area.height.saturating_sub(4).min(24));
    let inside = panel::open(" Commands · Enter does it · Esc ", Tone::BorderFocus, place, theme, frame);
    let text = escape::line(view.text);
    let lead = Span::styled("> ", theme.style(Tone::Accent));
    let line = Line::from(vec![lead, Span::styled(text.clone(), theme.style(Tone::Text))]);
    frame.render_widget(Paragraph::new(line), Rect { height: inside.height.min(1), ..inside });
    let column = u16::try_from(text.width() + 2).unwrap_or(u16::MAX).min(inside.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(inside.x + column, inside.y));
    let below = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if view.rows.is_empty() {
        frame.render_widget(Paragraph::new("No command fits.").style(theme.style(Tone::Dim)), below);
    }
    rows(view, theme, frame, below);
}

/// The completions, above the composer.
pub(super) fn completions(view: &PickView<'_>, theme: &Theme, frame: &mut Frame<'_>, composer: Rect) {
    let height = u16::try_from(view.rows.len()).unwrap_or(u16::MAX).min(SEEN).min(composer.y);
    let place = Rect { y: composer.y - height, height, ..composer };
    frame.render_widget(Clear, place);
    frame.buffer_mut().set_style(place, theme.style(Tone::Panel));
    rows(view, theme, frame, place);
}

fn rows(view: &PickView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let seen = usize::from(area.height).max(1);
    let first = (view.chosen + 1).saturating_sub(seen);
    let names = view.rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    for ((at, row), place) in view.rows.iter().enumerate().skip(first).zip(area.rows()) {
        let chosen = at == view.chosen;
        let text = format!("{:<names$}  {}", row.name, row.help);
        let room = usize::from(area.width).saturating_sub(4);
        let mut spans = vec![
            Span::styled(if chosen { "▶ /" } else { "  /" }, theme.style(Tone::Accent)),
            Span::styled(panel::fitted(&text, room), theme.style(Tone::Text)),
        ];
        // What can be said besides, where there is room for it.
        if text.width() + row.arguments.width() + 2 <= room {
            spans.push(Span::styled(format!("  {}", row.arguments), theme.style(Tone::Dim)));
        }
        frame.render_widget(Paragraph::new(Line::from(spans)), place);
        if chosen {
            frame.buffer_mut().set_style(place, theme.style(Tone::Selection));
        }
    }
}
