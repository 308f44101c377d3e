//! The two lines at the bottom: where we stand, and which keys work now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
use super::view::View;

/// Session, cluster, branch, docker context, planner or model, mode. Parts that do not fit are left out from the
/// right but the last, which is the mode.
pub(super) fn draw(view: &View<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    frame.buffer_mut().set_style(area, theme.style(Tone::StatusLine));
    let room = usize::from(area.width);
    let Some((mode, parts)) = view.status.split_last() else { return };
    let mut spans = vec![Span::raw(" ")];
    let mut used = 2 + mode.text.width();
    for (index, part) in parts.iter().enumerate() {
        let width = part.text.width() + 3;
        // A part too long for the room that is left makes none for nobody behind it.
        if used + width > room {
            continue;
        }
        used += width;
        if index > 0 {
            spans.push(Span::styled(" · ", theme.style(Tone::Dim)));
        }
        spans.push(Span::styled(part.text.clone(), theme.style(part.tone)));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    let width = u16::try_from(mode.text.width() + 1).unwrap_or(area.width).min(area.width);
    let corner = Rect { x: area.right() - width, width, ..area };
    let mode = Span::styled(mode.text.clone(), theme.style(mode.tone));
    frame.render_widget(Paragraph::new(Line::from(mode)), corner);
}

/// The keys that work now.
pub(super) fn hints(view: &View<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width);
    let mut used = 1;
    let mut spans = vec![Span::raw(" ")];
    for row in &view.hints {
        let width = row.keys.width() + row.text.width() + 3;
        if used + width > room {
            continue;
        }
        used += width;
        spans.push(Span::styled(row.keys.clone(), theme.style(Tone::Key)));
        spans.push(Span::styled(format!(" {}  ", row.text), theme.style(Tone::Dim)));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
