//! A list to choose from: commands right above the composer while one is typed, or anything in the middle.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
use super::view::PickView;
use super::{layout, panel};
use crate::output::escape;

/// Completions that are seen at a time.
const SEEN: u16 = 8;

/// Columns that say something about what can be chosen.
const LEAST_HELP: usize = 12;

/// In the middle.
pub(super) fn over(view: &PickView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let wanted = u16::try_from(view.rows.len()).unwrap_or(u16::MAX).saturating_add(3).max(8);
    let height = area.height.saturating_sub(4).min(if view.text.is_some() { 24 } else { wanted });
    let place = layout::centred(area, area.width.saturating_sub(4).min(84), height);
    let inside = panel::open(view.title, Tone::BorderFocus, place, theme, frame);
    let Some(text) = view.text else { return rows(view, theme, frame, inside) };
    let text = escape::line(text);
    let lead = Span::styled("> ", theme.style(Tone::Accent));
    let line = Line::from(vec![lead, Span::styled(text.clone(), theme.style(Tone::Text))]);
    frame.render_widget(Paragraph::new(line), Rect { height: inside.height.min(1), ..inside });
    let column = u16::try_from(text.width() + 2).unwrap_or(u16::MAX).min(inside.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(inside.x + column, inside.y));
    let below = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if view.rows.is_empty() {
        let words = Paragraph::new(view.empty).style(theme.style(Tone::Dim)).wrap(Wrap { trim: true });
        frame.render_widget(words, below);
    }
    rows(view, theme, frame, below);
}

/// Rows of the completions.
pub(super) fn height(view: &PickView<'_>) -> u16 {
    u16::try_from(view.rows.len()).unwrap_or(u16::MAX).clamp(1, SEEN)
}

/// The completions, above the composer.
pub(super) fn completions(view: &PickView<'_>, theme: &Theme, frame: &mut Frame<'_>, composer: Rect) {
    let height = height(view).min(composer.y);
    let place = Rect { y: composer.y - height, height, ..composer };
    frame.render_widget(Clear, place);
    frame.buffer_mut().set_style(place, theme.style(Tone::Panel));
    if view.rows.is_empty() {
        frame.render_widget(Paragraph::new(view.empty).style(theme.style(Tone::Dim)), place);
    }
    rows(view, theme, frame, place);
}

fn rows(view: &PickView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let seen = usize::from(area.height).max(1);
    let first = (view.chosen + 1).saturating_sub(seen);
    let shown = view.rows.iter().enumerate().skip(first).take(seen);
    let names = shown.clone().map(|(_, row)| row.name.width()).max().unwrap_or(0);
    let room = usize::from(area.width).saturating_sub(4);
    // Beside long names there is no room for what would be a letter or two.
    let tells = room >= names + 2 + LEAST_HELP;
    for ((at, row), place) in shown.zip(area.rows()) {
        let chosen = at == view.chosen;
        let gap = " ".repeat(names.saturating_sub(row.name.width()) + 2);
        let text = if tells { format!("{}{gap}{}", row.name, row.help) } else { row.name.to_owned() };
        let mut spans = vec![
            Span::styled(format!("{}{}", if chosen { "▶ " } else { "  " }, view.lead), theme.style(Tone::Accent)),
            Span::styled(panel::fitted(&text, room), theme.style(Tone::Text)),
        ];
        // What can be said besides, where there is room for it.
        let mut used = text.width();
        for (besides, tone) in [(row.arguments, Tone::Dim), (row.keys.as_str(), Tone::Key)] {
            if !besides.is_empty() && used + besides.width() + 2 <= room {
                used += besides.width() + 2;
                spans.push(Span::styled(format!("  {besides}"), theme.style(tone)));
            }
        }
        frame.render_widget(Paragraph::new(Line::from(spans)), place);
        if chosen {
            frame.buffer_mut().set_style(place, theme.style(Tone::Selection));
        }
    }
}
