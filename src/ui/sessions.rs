//! The sessions of a directory: a row each, and beside them, where there is room, how the chosen one stands.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
use super::view::{Drawn, Keys, SessionRow, SessionsView, does};
use super::{markdown, panel};
use crate::output::escape;

/// Columns from which the chosen session is told of beside the list.
const WIDE: u16 = 100;
/// And those below which there is no room for age and commits beside what a session is for.
const NARROW: u16 = 60;

/// Draws them; tells where the list lies and which of its rows is the first that is seen.
pub(super) fn draw(
    view: &SessionsView<'_>,
    keys: &Keys,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    drawn: &mut Drawn,
) {
    let border = theme.style(Tone::BorderFocus);
    let title = if view.archived { " SESSIONS · put away " } else { " SESSIONS " };
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(border)
        .title(Line::from(Span::styled(title, border)))
        .title_bottom(panel::note(&view.banner, area.width, theme));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inside);
    filter(view, theme, frame, head);
    let split = if area.width < WIDE {
        [Constraint::Percentage(100), Constraint::Length(0)]
    } else {
        [Constraint::Percentage(60), Constraint::Percentage(40)]
    };
    let [list, preview] = Layout::horizontal(split).areas(body);
    drawn.sessions_list = list;
    drawn.sessions_top = panel::first(view.top, view.chosen, view.rows.len(), usize::from(list.height));
    rows(view, keys, theme, frame, list, drawn.sessions_top);
    if let Some(lines) = view.preview.filter(|_| preview.width > 4) {
        let place = Rect { x: preview.x + 2, width: preview.width - 2, ..preview };
        let seen = lines.iter().flat_map(|line| markdown::wrap(line, place.width)).take(usize::from(place.height));
        let seen: Vec<Line<'_>> = seen.map(|row| Line::styled(row, theme.style(Tone::Text))).collect();
        frame.render_widget(Paragraph::new(seen), place);
    }
}

fn filter(view: &SessionsView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    if !view.typing && view.filter.is_empty() {
        let counts = if area.width < NARROW { " ".to_owned() } else { format!(" {:>4} {:>7}  ", "age", "commits") };
        let heads = format!("  {:<4} {:<8}{counts}goal · last finding", "#", "status");
        frame.render_widget(Paragraph::new(heads).style(theme.style(Tone::Dim)), area);
        return;
    }
    let text = format!("/{}", escape::line(view.filter));
    let column = u16::try_from(text.width()).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    frame.render_widget(Paragraph::new(text).style(theme.style(Tone::Accent)), area);
    if view.typing {
        frame.set_cursor_position(Position::new(area.x + column, area.y));
    }
}

fn rows(view: &SessionsView<'_>, keys: &Keys, theme: &Theme, frame: &mut Frame<'_>, area: Rect, first: usize) {
    if view.rows.is_empty() {
        let words = match (view.reading, view.filter.is_empty(), view.archived) {
            (true, ..) => "reading …".to_owned(),
            (false, false, _) => format!("No session fits. {} shows all.", keys.out_of_sessions),
            (false, true, true) => "Nothing was put away.".to_owned(),
            (false, true, false) => {
                let begins = does(keys.new_session.as_ref(), "begins one");
                format!("There are no sessions yet.{}", begins.map_or_else(String::new, |begins| format!(" {begins}.")))
            }
        };
        let words = Paragraph::new(words).style(theme.style(Tone::Dim)).wrap(Wrap { trim: true });
        frame.render_widget(words, area);
        return;
    }
    for ((at, row), place) in view.rows.iter().enumerate().skip(first).zip(area.rows()) {
        let chosen = at == view.chosen;
        frame.render_widget(Paragraph::new(line(row, chosen, theme, area.width)), place);
        if chosen {
            frame.buffer_mut().set_style(place, theme.style(Tone::Selection));
        }
    }
}

fn line(row: &SessionRow<'_>, chosen: bool, theme: &Theme, width: u16) -> Line<'static> {
    let mark = if chosen { "▶ " } else { "  " };
    let status = theme.style(if row.active { Tone::Success } else { Tone::Dim });
    let counts = if width < NARROW { " ".to_owned() } else { format!(" {:>4} {:>7}  ", row.age, row.commits) };
    let told = if row.finding.is_empty() { row.goal.clone() } else { format!("{} · {}", row.goal, row.finding) };
    let used = 2 + 5 + 8 + counts.len();
    Line::from(vec![
        Span::styled(mark, theme.style(Tone::Accent)),
        Span::styled(format!("{:<4} ", row.number), theme.style(Tone::Text)),
        Span::styled(format!("{:<8}", row.status), status),
        Span::styled(counts, theme.style(Tone::Dim)),
        Span::styled(panel::fitted(&told, usize::from(width).saturating_sub(used)), theme.style(Tone::Text)),
    ])
}
