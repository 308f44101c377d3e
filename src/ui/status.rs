//! The two lines at the bottom: where we stand, and which keys work now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::panel;
use super::theme::{Theme, Tone};
use super::view::{StatusPart, View};

/// Columns that a part keeps however little room there is for all of them.
const LEAST: usize = 18;

/// Session, cluster, branch, docker context, planner or model, mode. Where they have no room together the longest are
/// shortened; what then does not fit is left out from the right, but neither the cluster nor the last, which is the mode.
pub(super) fn draw(view: &View<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    frame.buffer_mut().set_style(area, theme.style(Tone::StatusLine));
    let room = usize::from(area.width);
    let Some((mode, parts)) = view.status.split_last() else { return };
    let mut spans = vec![Span::raw(" ")];
    let mut used = 2 + mode.text.width();
    for (index, (part, mut text)) in parts.iter().zip(shortened(parts, room.saturating_sub(used))).enumerate() {
        if part.vital && used + text.width() + 3 > room {
            text = without_middle(&text, room.saturating_sub(used + 3));
        }
        let width = text.width() + 3;
        // A part too long for the room that is left makes none for nobody behind it.
        if used + width > room {
            continue;
        }
        used += width;
        if index > 0 {
            spans.push(Span::styled(" · ", theme.style(Tone::Dim)));
        }
        spans.push(Span::styled(text, theme.style(part.tone)));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    let width = u16::try_from(mode.text.width() + 1).unwrap_or(area.width).min(area.width);
    let corner = Rect { x: area.right() - width, width, ..area };
    let mode = Span::styled(mode.text.clone(), theme.style(mode.tone));
    frame.render_widget(Paragraph::new(Line::from(mode)), corner);
}

/// The parts' texts, the longest shortened until all fit into so many columns or are as short as they may be.
fn shortened(parts: &[StatusPart], room: usize) -> Vec<String> {
    let mut texts: Vec<String> = parts.iter().map(|part| part.text.clone()).collect();
    loop {
        let over = texts.iter().map(|text| text.width() + 3).sum::<usize>().saturating_sub(room);
        let Some(longest) = texts.iter_mut().max_by_key(|text| text.width()).filter(|text| text.width() > LEAST) else {
            return texts;
        };
        if over == 0 {
            return texts;
        }
        let width = longest.width();
        // A little at a time: two long parts are shortened alike.
        *longest = without_middle(longest, width.saturating_sub(over.min(4)).max(LEAST));
    }
}

/// `kube arn:aws:eks:eu-central-1:1234:cluster/production/payments` as `kube …ster/production/payments`: what it is, and
/// the end, which tells one from another.
fn without_middle(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (what, name) = text.split_once(' ').map_or(("", text), |(what, name)| (what, name));
    let what = if what.is_empty() { String::new() } else { format!("{what} ") };
    let mut room = width.saturating_sub(what.width() + 1);
    let mut end: Vec<char> = Vec::new();
    for letter in name.trim_start_matches('…').chars().rev() {
        let columns = letter.width().unwrap_or(0);
        if columns > room {
            break;
        }
        room -= columns;
        end.push(letter);
    }
    let end: String = end.into_iter().rev().collect();
    panel::fitted(&format!("{what}…{end}"), width)
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
