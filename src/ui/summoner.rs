//! The box over the shell: what was typed, the commands that fit, the agent's words about the last one.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
use super::view::SummonerView;
use super::{layout, markdown, panel};
use crate::domain::Whence;
use crate::output::escape;

const KEYS: &str = " Enter puts it on the prompt · Tab asks the agent · Esc closes";

pub(super) fn draw(view: &SummonerView<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let place = layout::centred(area, area.width.saturating_sub(2).min(100), area.height.saturating_sub(2).min(18));
    let inside = panel::open(" Commands of before ", Tone::BorderFocus, place, theme, frame);
    let [inside, keys] = Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(inside);
    frame.render_widget(Paragraph::new(KEYS).style(theme.style(Tone::Dim)), keys);
    let text = escape::line(view.text);
    let lead = Span::styled("> ", theme.style(Tone::Accent));
    let line = Line::from(vec![lead, Span::styled(text.clone(), theme.style(Tone::Text))]);
    frame.render_widget(Paragraph::new(line), Rect { height: inside.height.min(1), ..inside });
    let column = u16::try_from(text.width() + 2).unwrap_or(u16::MAX).min(inside.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(inside.x + column, inside.y));
    let below = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if let Some(answer) = view.answer {
        let words = if answer.is_empty() { "The agent looks at the last command …" } else { answer };
        let rows = words.lines().flat_map(|line| markdown::wrap(&escape::for_terminal(line), below.width).into_iter());
        let rows: Vec<Line<'_>> = rows.map(|row| Line::styled(row, theme.style(Tone::Text))).collect();
        frame.render_widget(Paragraph::new(rows), below);
        return;
    }
    let Some(commands) = &view.commands else {
        frame.render_widget(Paragraph::new("reading …").style(theme.style(Tone::Dim)), below);
        return;
    };
    if commands.is_empty() {
        let words = "No command fits. Tab asks the agent about the last one.";
        frame.render_widget(Paragraph::new(words).style(theme.style(Tone::Dim)), below);
        return;
    }
    let rows = usize::from(below.height).max(1);
    let first = (view.chosen + 1).saturating_sub(rows);
    let lines = commands.iter().enumerate().skip(first).take(rows).map(|(at, recalled)| {
        let whence = match recalled.whence {
            Whence::Session => "session",
            Whence::Earlier => "earlier",
            Whence::Shell => "shell  ",
        };
        let chosen = at == view.chosen;
        let mark = if chosen { "▶ " } else { "  " };
        let tone = if chosen { Tone::Selection } else { Tone::Text };
        Line::from(vec![
            Span::styled(format!("{mark}{whence}  "), theme.style(Tone::Dim)),
            Span::styled(escape::line(&recalled.command), theme.style(tone)),
        ])
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), below);
}
