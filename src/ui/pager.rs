//! A long text above everything. Only the lines that are seen are laid into rows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::highlight::Highlighter;
use super::needle::Needle;
use super::theme::{Theme, Tone};
use super::view::{Drawn, PagerView};
use super::{markdown, panel};

/// Draws it; tells its height and the last line that may stand on top.
pub(super) fn draw(
    view: &PagerView<'_>,
    theme: &Theme,
    highlighter: &Highlighter,
    frame: &mut Frame<'_>,
    area: Rect,
    drawn: &mut Drawn,
) {
    let Some(lines) = view.lines else {
        let inside = panel::open(&title(view, 0, 0), Tone::BorderFocus, area, theme, frame);
        frame.render_widget(Paragraph::new("reading …").style(theme.style(Tone::Dim)), inside);
        return;
    };
    let (width, rows) = (area.width.saturating_sub(2).max(1), usize::from(area.height.saturating_sub(2)));
    let hang = view.hang;
    drawn.pager_rows = area.height.saturating_sub(2);
    drawn.pager_last = last_top(lines, width, hang, rows);
    let top = view.top.min(drawn.pager_last);
    let inside = panel::open(&title(view, top + 1, lines.len()), Tone::BorderFocus, area, theme, frame);
    let needle = (!view.find.is_empty()).then(|| Needle::new(view.find));
    let seen =
        lines.iter().enumerate().skip(top).flat_map(|(at, line)| match runs(view, at, line, theme, highlighter) {
            Some(runs) => markdown::rows(&runs, width).into_iter().map(styled).collect::<Vec<_>>(),
            None => laid(line, width, hang).into_iter().map(|row| Line::styled(row, theme.style(Tone::Text))).collect(),
        });
    for (line, place) in seen.zip(inside.rows()) {
        let hits = needle.as_ref().map(|needle| needle.places(&line)).unwrap_or_default();
        frame.render_widget(Paragraph::new(line), place);
        for (from, columns) in hits {
            let hit = Rect { x: place.x.saturating_add(from), width: columns, ..place }.intersection(place);
            frame.buffer_mut().set_style(hit, theme.style(Tone::Selection));
        }
    }
    if !view.banner.is_empty() && area.height > 1 {
        let text = panel::fitted(&format!(" {} ", view.banner), usize::from(width));
        let foot = Rect { x: area.x + 1, y: area.bottom() - 1, width, height: 1 };
        let columns = u16::try_from(text.width()).unwrap_or(width).min(width);
        let corner = Rect { x: foot.right() - columns, width: columns, ..foot };
        frame.render_widget(Paragraph::new(text).style(theme.style(Tone::Accent)), corner);
    }
}

/// The runs of a line that a command printed, where its language is known.
fn runs(
    view: &PagerView<'_>,
    at: usize,
    line: &str,
    theme: &Theme,
    highlighter: &Highlighter,
) -> Option<Vec<(String, Style)>> {
    let (language, _) = view.printed.as_ref().filter(|(_, lines)| lines.contains(&at))?;
    highlighter.line(language, line, theme, Tone::Text)
}

fn styled(row: Vec<(String, Style)>) -> Line<'static> {
    row.into_iter().map(|(text, style)| Span::styled(text, style)).collect()
}

/// A line as rows; what goes on begins below the second column, which stands no further right than in the middle.
fn laid(line: &str, width: u16, column: usize) -> Vec<String> {
    let hang = column.min(usize::from(width) / 2);
    let moved = if hang < column { nearer(line, column, hang) } else { None };
    let mut rows = markdown::wrap(moved.as_deref().unwrap_or(line), width);
    if hang == 0 || rows.len() < 2 {
        return rows;
    }
    let rest = rows.split_off(1).join(" ");
    let room = width.saturating_sub(u16::try_from(hang).unwrap_or(width)).max(1);
    rows.extend(markdown::wrap(&rest, room).into_iter().map(|row| format!("{}{row}", " ".repeat(hang))));
    rows
}

/// The line with its second column there, where the first one leaves that room.
fn nearer(line: &str, column: usize, hang: usize) -> Option<String> {
    let (at, _) = line.char_indices().nth(column)?;
    let (name, does) = line.split_at_checked(at)?;
    let has_room = name.ends_with("  ") && name.trim_end().chars().count() < hang;
    has_room.then(|| format!("{:<hang$}{does}", name.trim_end()))
}

fn title(view: &PagerView<'_>, top: usize, lines: usize) -> String {
    if lines == 0 { format!(" {} ", view.title) } else { format!(" {} · line {top} of {lines} ", view.title) }
}

/// The line on top when the last row of the screen is the last of the text.
fn last_top(lines: &[String], width: u16, column: usize, rows: usize) -> usize {
    let mut room = rows;
    for (at, line) in lines.iter().enumerate().rev() {
        let height = laid(line, width, column).len();
        if height > room {
            // A line taller than the screen can still be read from its beginning.
            return if room == rows { at } else { at + 1 };
        }
        room -= height;
    }
    0
}
