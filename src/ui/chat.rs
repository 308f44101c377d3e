//! The chat: blocks measured once for a width and drawn from the end upwards,
//! only as far as they are seen.

use std::collections::BTreeMap;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::highlight::Highlighter;
use super::theme::{Theme, Tone};
use super::view::{Block, BlockKind, Face, View};
use super::{card, markdown};

/// Output of more rows than this is folded.
pub const TALL: usize = 30;

struct Measured {
    version: u64,
    width: u16,
    lines: Vec<Line<'static>>,
}

/// Measured lines by block, outside the recorded state.
#[derive(Default)]
pub struct Cache {
    blocks: BTreeMap<u64, Measured>,
    highlighter: Highlighter,
}

impl Cache {
    fn lines(&mut self, block: &Block, agent: &str, width: u16, theme: &Theme) -> &[Line<'static>] {
        let fresh = self
            .blocks
            .get(&block.id)
            .is_some_and(|measured| measured.version == block.version && measured.width == width);
        if !fresh {
            let lines = measure(block, agent, width, theme, &self.highlighter);
            self.blocks.insert(block.id, Measured { version: block.version, width, lines });
        }
        self.blocks.get(&block.id).map_or(&[], |measured| measured.lines.as_slice())
    }
}

/// Draws the chat; returns how many rows lie above what is seen at the end.
pub(super) fn draw(view: &View<'_>, cache: &mut Cache, theme: &Theme, frame: &mut Frame<'_>, area: Rect) -> usize {
    let width = area.width.saturating_sub(2).max(1);
    let rows = usize::from(area.height);
    let mut heights = Vec::with_capacity(view.blocks.len());
    let mut total = 0;
    for block in view.blocks {
        let height = cache.lines(block, view.agent, width, theme).len();
        heights.push(height);
        total += height;
    }
    let above = total.saturating_sub(rows);
    let first = above.saturating_sub(view.scroll);
    let mut seen: Vec<Line<'static>> = Vec::with_capacity(rows);
    let mut at = 0;
    for (block, height) in view.blocks.iter().zip(heights) {
        if at + height > first && at < first + rows {
            let lines = cache.lines(block, view.agent, width, theme);
            let skip = first.saturating_sub(at);
            seen.extend(lines.iter().skip(skip).take(rows - seen.len()).cloned());
        }
        at += height;
    }
    let inner = Rect { x: area.x + 1, width, ..area };
    frame.render_widget(Paragraph::new(seen), inner);
    if view.scroll > 0 && above > 0 {
        let hidden = total.saturating_sub(first + rows);
        let text = format!(" {hidden} more below · Ctrl+End ");
        let length = u16::try_from(text.chars().count()).unwrap_or(area.width).min(area.width);
        let corner = Rect { x: area.right() - length, y: area.bottom().saturating_sub(1), width: length, height: 1 };
        frame.render_widget(Paragraph::new(text).style(theme.style(Tone::Accent)), corner);
    }
    above
}

fn measure(block: &Block, agent: &str, width: u16, theme: &Theme, highlighter: &Highlighter) -> Vec<Line<'static>> {
    let mut lines = match &block.kind {
        BlockKind::Card(card) => card::lines(card, width, theme),
        BlockKind::Words { face, text } => words(*face, text, agent, width, theme, highlighter),
    };
    lines.push(Line::default());
    lines
}

fn words(
    face: Face,
    text: &str,
    agent: &str,
    width: u16,
    theme: &Theme,
    highlighter: &Highlighter,
) -> Vec<Line<'static>> {
    let (mark, tone) = match face {
        Face::Human => ("you".to_owned(), Tone::Human),
        Face::Agent | Face::Question => (agent.to_owned(), Tone::Agent),
        Face::Thinking => ("thinking".to_owned(), Tone::Thinking),
        Face::Info => (String::new(), Tone::Dim),
        Face::Warning => ("warning".to_owned(), Tone::Warning),
        Face::Failure => ("failed".to_owned(), Tone::Failure),
    };
    match face {
        Face::Info | Face::Warning | Face::Failure | Face::Thinking => {
            let lead = match face {
                Face::Info => "· ",
                Face::Thinking => "… ",
                Face::Warning => "⚠ ",
                _ => "✗ ",
            };
            let rows = markdown::wrap(&crate::output::escape::for_terminal(text), width.saturating_sub(2).max(1));
            rows.into_iter()
                .enumerate()
                .map(|(index, row)| {
                    let lead = if index == 0 { lead } else { "  " };
                    Line::from(vec![Span::styled(lead, theme.style(tone)), Span::styled(row, theme.style(tone))])
                })
                .collect()
        }
        Face::Human | Face::Agent | Face::Question => {
            let mut lines = vec![Line::from(Span::styled(mark, theme.style(tone)))];
            if face == Face::Human {
                let rows = markdown::wrap(&crate::output::escape::for_terminal(text), width);
                lines.extend(rows.into_iter().map(|row| Line::from(Span::styled(row, theme.style(Tone::Text)))));
            } else {
                lines.extend(markdown::lines(text, width, theme, Some(highlighter)));
            }
            lines
        }
    }
}
