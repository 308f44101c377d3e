//! The graph of what was done and found, in its frame: a row an entry, its lanes left of it.
//!
//! Draws only the rows that are seen. Whose an entry is and how it stands is told by its sign and its word; a tone only
//! repeats it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph, Wrap};

use super::panel;
use super::theme::{Theme, Tone};
use super::view::{Drawn, GraphView, Place, View};
use crate::history::graph::text::{Options, most_lanes, strokes};
use crate::history::graph::{Class, Row};

/// Columns of the word that says what a row is.
const WORD: usize = 11;
/// Columns from which there is room for the entries' names.
const ROOMY: u16 = 84;

const EMPTY: &str = "What is done and found in a session stands here: requests, commands, approvals and denials, \
                     findings, branches. Ask for something";

/// Draws it; tells how many rows are seen and which is the first.
pub(super) fn draw(whole: &View<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect, drawn: &mut Drawn) {
    let (view, focused) = (&whole.graph, whole.place == Place::Graph);
    let (border, name) = if focused { (Tone::BorderFocus, Tone::BorderFocus) } else { (Tone::Border, Tone::Dim) };
    let (border, name) = (theme.style(border), theme.style(name));
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(border)
        .title(Line::from(Span::styled(format!(" GRAPH · {} ", view.title), name)));
    if focused {
        block = block.title_bottom(panel::note(&view.banner, area.width, theme));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    drawn.graph_rows = inside.height;
    let rows = usize::from(inside.height);
    drawn.graph_top = panel::first(view.top, view.chosen, view.rows.len(), rows);
    if view.rows.is_empty() {
        let all = whole.keys.all_sessions.as_ref();
        let all = all.map_or_else(String::new, |key| format!(", or press {key} for all sessions"));
        let words = if view.reading { "reading …".to_owned() } else { format!("{EMPTY}{all}.") };
        let words = Paragraph::new(words).style(theme.style(Tone::Dim)).wrap(Wrap { trim: true });
        frame.render_widget(words, inside);
        return;
    }
    for (at, y) in (drawn.graph_top..).zip(inside.rows().map(|row| row.y)) {
        let Some(row) = view.rows.get(at) else { break };
        let place = Rect { y, height: 1, ..inside };
        drawn.laid += 1;
        frame.render_widget(Paragraph::new(line(row, at, view, focused, theme, inside.width)), place);
        if focused && at == view.chosen {
            frame.buffer_mut().set_style(place, theme.style(Tone::Selection));
        }
    }
}

fn line(row: &Row, at: usize, view: &GraphView<'_>, focused: bool, theme: &Theme, width: u16) -> Line<'static> {
    let lanes = view.lanes.min(most_lanes(usize::from(width))).max(1);
    let lead = match (focused && at == view.chosen, view.marked == Some(at)) {
        (true, true) => "▶✓",
        (true, false) => "▶ ",
        (false, true) => " ✓",
        (false, false) => "  ",
    };
    let tone = tone(row.class);
    let mut spans = vec![Span::styled(lead, theme.style(Tone::Accent))];
    let options = Options { width: usize::from(width), ascii: false, newest_first: false };
    let drawn = strokes(row, lanes, options);
    // Two columns a lane, the node's sign in the first of its own.
    let sign = row.lane.min(lanes - 1) * 2;
    for (column, stroke) in drawn.chars().enumerate() {
        let tone = if column == sign { tone } else { Tone::Border };
        spans.push(Span::styled(stroke.to_string(), theme.style(tone)));
    }
    let mut used = lead.chars().count() + lanes * 2;
    let mut push = |text: String, tone: Tone| {
        used += text.chars().count();
        spans.push(Span::styled(text, theme.style(tone)));
    };
    if width >= ROOMY {
        push(format!("{:<4}  ", row.short), Tone::Dim);
    }
    push(format!("{} ", row.time(view.days)), Tone::Dim);
    push(format!("{:WORD$} ", row.word()), tone);
    let rest = usize::from(width).saturating_sub(used);
    spans.push(Span::styled(panel::fitted(&row.told(), rest), theme.style(Tone::Text)));
    Line::from(spans)
}

/// What a row is, as a tone; its word says it too.
fn tone(class: Class) -> Tone {
    match class {
        Class::Person => Tone::Human,
        Class::Agent => Tone::Agent,
        Class::Auto => Tone::Auto,
        Class::Approval => Tone::Approval,
        Class::Destructive => Tone::Destructive,
        Class::Refused => Tone::Warning,
        Class::Finding => Tone::Success,
        Class::Structure => Tone::Accent,
        Class::Trouble => Tone::Failure,
    }
}
