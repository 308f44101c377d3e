//! The frames beside the chat.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph, Wrap};

use super::theme::{Theme, Tone};
use super::view::View;

/// The history as a graph. Empty so far.
pub(super) fn graph(_view: &View<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let text = "The graph of what was done and found will stand here. Until then: .GCC/…/log.md.";
    pane(" GRAPH ", text, false, theme, frame, area);
}

fn pane(title: &str, text: &str, focused: bool, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let border = theme.style(if focused { Tone::BorderFocus } else { Tone::Border });
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(border)
        .title(Line::from(Span::styled(title.to_owned(), border)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let words = Paragraph::new(text).style(theme.style(Tone::Dim)).wrap(Wrap { trim: true });
    frame.render_widget(words, inside);
}
