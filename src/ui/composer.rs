//! Where the person writes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::panel;
use super::theme::{Theme, Tone};
use super::view::{Place, View};

pub(super) fn draw(view: &View<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let focused = view.place == Place::Chat && view.dialog.as_ref().is_none_or(|dialog| dialog.banner);
    let border = theme.style(if focused { Tone::BorderFocus } else { Tone::Border });
    // Session, cluster and branch stand in the status line as well.
    let (prompt, activity) = panel::sides(&view.prompt, &view.activity, area.width);
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(border)
        .title(Line::from(Span::styled(prompt, theme.style(Tone::Accent))))
        .title(Line::from(Span::styled(activity, theme.style(Tone::Dim))).right_aligned());
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let lead = Rect { width: inside.width.min(4), ..inside };
    frame.render_widget(Paragraph::new(Span::styled(">>> ", theme.style(Tone::Accent))), lead);
    let text = Rect { x: inside.x + lead.width, width: inside.width - lead.width, ..inside };
    frame.render_widget(view.composer, text);
    let placeholder = view.composer.placeholder_text();
    if view.composer.is_empty() && placeholder.width() >= usize::from(text.width) {
        // Of the parts between the dots, as many as are read whole.
        let ends = placeholder.match_indices(" · ").map(|(end, _)| end);
        let fitting =
            ends.filter_map(|end| placeholder.get(..end)).filter(|part| part.width() < usize::from(text.width));
        // Behind the cursor's cell.
        let end = 1 + u16::try_from(fitting.last().unwrap_or_default().width()).unwrap_or(u16::MAX);
        let rest = text.width.saturating_sub(end);
        frame.render_widget(Clear, Rect { x: text.right() - rest, width: rest, height: text.height.min(1), ..text });
    }
    if view.composer.is_empty() {
        // The widget's own look for a placeholder is a colour of no theme.
        frame.buffer_mut().set_style(text, theme.style(Tone::Placeholder));
    }
}
