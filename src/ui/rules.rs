//! What changed skill files would loosen, with the choice. Leaves the composer
//! in sight: whoever types goes on typing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::theme::{Theme, Tone};
use super::view::{Keys, RulesOffer};
use super::{layout, markdown, panel};
use crate::output::escape;

/// Rows at the foot of the screen that stay free for what is typed.
const FOOT: u16 = 6;
/// Rows that are no sentences: borders, the words before and after, and the choices.
const FRAME: u16 = 6;

/// Draws the offer; tells how many rows it can be scrolled down.
pub(super) fn draw(offer: &RulesOffer<'_>, keys: &Keys, theme: &Theme, frame: &mut Frame<'_>, area: Rect) -> u16 {
    let room = Rect { height: area.height.saturating_sub(FOOT).max(FRAME + 1).min(area.height), ..area };
    let width = room.width.min(90);
    let sentences: Vec<Line<'_>> = offer
        .loosens
        .iter()
        .flat_map(|sentence| {
            let rows = markdown::wrap(&escape::line(sentence), width.saturating_sub(6));
            let marks = std::iter::once("• ").chain(std::iter::repeat("  "));
            marks.zip(rows).map(|(mark, row)| Line::styled(format!(" {mark}{row}"), theme.style(Tone::Text)))
        })
        .collect();
    let count = u16::try_from(sentences.len()).unwrap_or(u16::MAX);
    let place = layout::centred(room, width, count.saturating_add(FRAME));
    let seen = place.height.saturating_sub(FRAME);
    let below = count.saturating_sub(seen);
    let scroll = offer.scroll.min(below);
    let inside = panel::open(" Skill files changed ", Tone::Warning, place, theme, frame);
    let mut lines =
        vec![Line::styled(" What they tighten counts already. Accepted, they loosen:", theme.style(Tone::Text))];
    lines.extend(sentences.into_iter().skip(usize::from(scroll)).take(usize::from(seen)));
    let page = keys.page_down.as_ref().map_or_else(String::new, |key| format!(": {key}"));
    let more = if scroll < below { format!(" {} more rows{page}", below - scroll) } else { String::new() };
    lines.push(Line::styled(more, theme.style(Tone::Dim)));
    lines.push(panel::choice(!offer.accept, "Keep the rules as they were (Enter, Esc)", theme));
    lines.push(panel::choice(offer.accept, "Accept what they loosen (↓, then Enter)", theme));
    frame.render_widget(Paragraph::new(lines), inside);
    below
}
