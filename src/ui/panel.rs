//! A framed box above everything else, and the choices in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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

/// What the lower border of a frame so wide says at its right; what has no room there is left out at the end, since
/// what matters most stands first.
pub(super) fn note(text: &str, frame: u16, theme: &Theme) -> Line<'static> {
    let text = fitted(text, usize::from(frame).saturating_sub(4));
    Line::from(Span::styled(format!(" {text} "), theme.style(Tone::Accent))).right_aligned()
}

/// Columns below which a title says nothing.
const LEAST_TITLE: usize = 12;

/// What the upper border of a frame so wide says at its left and at its right. Where there is no room for both, the left
/// one gives way.
pub(super) fn sides(left: &str, right: &str, frame: u16) -> (String, String) {
    let room = usize::from(frame).saturating_sub(2);
    let framed = |text: &str, room: usize| format!(" {} ", fitted(text, room.saturating_sub(2)));
    if right.is_empty() {
        return (framed(left, room), String::new());
    }
    let right = framed(right, room);
    // A piece of the border stands between them.
    let rest = room.saturating_sub(right.width() + 1);
    let has_room = rest >= LEAST_TITLE || rest >= left.width() + 2;
    (if has_room { framed(left, rest) } else { String::new() }, right)
}

/// The first row of a list that is seen: `top`, as before, as long as the chosen one is among the rows that there is
/// room for and none of them stays empty.
pub(super) fn first(top: usize, chosen: usize, count: usize, rows: usize) -> usize {
    let lowest = (chosen + 1).saturating_sub(rows);
    top.clamp(lowest, chosen.max(lowest)).min(count.saturating_sub(rows))
}

/// The text, or as much of it as fits into so many columns with a mark that it goes on.
pub(super) fn fitted(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut room = width.saturating_sub(1);
    for character in text.chars() {
        let columns = character.width().unwrap_or(0);
        if columns > room {
            break;
        }
        room -= columns;
        shown.push(character);
    }
    if width > 0 {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_titles_of_a_border_never_overlap_and_the_left_one_gives_way() {
        let told = |frame| sides("[session_004 · prod · main]", "working · Ctrl+C stops", frame);
        let both = (" [session_004 · prod · main] ".to_owned(), " working · Ctrl+C stops ".to_owned());
        assert_eq!(told(56), both);
        assert_eq!(told(49), (" [session_004 · prod… ".to_owned(), both.1.clone()));
        assert_eq!(told(36), (String::new(), both.1));
        assert_eq!(told(20), (String::new(), " working · Ctrl+… ".to_owned()));
        assert_eq!(sides("[session_004]", "", 12), (" [sessio… ".to_owned(), String::new()));
    }

    #[test]
    fn a_note_without_room_in_its_frame_keeps_its_beginning() {
        let theme = Theme::parse("accent: bold\n").unwrap();
        let told = |frame| note("a branch begins at the newest entry · Esc to the chat", frame, &theme).to_string();
        assert_eq!(told(57), " a branch begins at the newest entry · Esc to the chat ");
        assert_eq!(told(30), " a branch begins at the ne… ");
        assert_eq!(told(2), "  ");
    }
}
