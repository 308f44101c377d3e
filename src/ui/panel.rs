//! A framed box above everything else, and the choices in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear};

use super::theme::{Theme, Tone};

/// Clears the place and frames it; gives what is inside the frame.
pub(super) fn open(title: &str, border: Tone, place: Rect, theme: &Theme, frame: &mut Frame<'_>) -> Rect {
    frame.render_widget(Clear, place);
    frame.buffer_mut().set_style(place, theme.style(Tone::Panel));
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.style(border))
        .title(Line::from(Span::styled(title.to_owned(), theme.style(Tone::Accent))));
    let inside = block.inner(place);
    frame.render_widget(block, place);
    inside
}

/// One of several things that Enter would do.
pub(super) fn choice(chosen: bool, text: &str, theme: &Theme) -> Line<'static> {
    let (mark, tone) = if chosen { ("▶ ", Tone::Selection) } else { ("  ", Tone::Text) };
    Line::from(Span::styled(format!(" {mark}{text} "), theme.style(tone)))
}
