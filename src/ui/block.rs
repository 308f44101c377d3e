//! One block of the chat as lines of a width.
//!
//! Owns the look of words and what of them is folded. An answer that is still being written keeps the lines of what can
//! no longer change, so that a long one costs no more a word than a short one.

use ratatui::text::{Line, Span};

use super::highlight::Highlighter;
use super::theme::{Theme, Tone};
use super::view::{Block, BlockKind, Face, Keys, does};
use super::{card, checklist, markdown, printed};
use crate::output::escape;

/// Rows of a request that are seen of it, where it is folded.
const REQUEST: usize = 12;
/// Rows of thoughts.
const THOUGHTS: usize = 2;

/// What every block is laid out on.
pub(super) struct Paper<'a> {
    pub agent: &'a str,
    pub keys: &'a Keys,
    pub width: u16,
    pub theme: &'a Theme,
}

/// The finished part of an answer under way.
pub(super) struct Stream {
    block: u64,
    width: u16,
    source: String,
    lines: Vec<Line<'static>>,
}

/// The lines of a block with the gap below it, but of an unfolded command: that is a [`super::scroll::Scroll`]. `stream` is given for the last one, which may go on.
pub(super) fn lines(
    block: &Block,
    paper: &Paper<'_>,
    highlighter: &Highlighter,
    stream: Option<&mut Option<Stream>>,
) -> Vec<Line<'static>> {
    let Paper { agent, width, theme, .. } = *paper;
    let mut lines = match &block.kind {
        BlockKind::Card(card) => card::lines(card, paper, highlighter),
        BlockKind::Checklist(list) => checklist::lines(list, width, theme),
        BlockKind::Words { face: face @ (Face::Agent | Face::Question), text } => {
            let mut lines = vec![Line::from(Span::styled(agent.to_owned(), theme.style(Tone::Agent)))];
            lines.extend(match stream.filter(|_| *face == Face::Agent) {
                Some(stream) => streamed(block.id, text, width, theme, highlighter, stream),
                None => markdown::lines(text, width, theme, Some(highlighter)),
            });
            lines
        }
        BlockKind::Words { face: Face::Human, text } => {
            let mut lines = vec![Line::from(Span::styled("you", theme.style(Tone::Human)))];
            let style = theme.style(Tone::Text);
            let rows = markdown::wrap(&escape::for_terminal(text), width);
            let rows = rows.into_iter().map(|row| Line::from(Span::styled(row, style))).collect();
            lines.extend(folded(rows, REQUEST, block.unfolded, paper));
            lines
        }
        BlockKind::Words { face: Face::Shell, text } => {
            let mut is_cut = false;
            let mut rows = Vec::new();
            for line in escape::for_terminal(text).lines() {
                match printed::edged(line, width).filter(|_| !block.unfolded) {
                    Some(row) => {
                        rows.push(row);
                        is_cut = true;
                    }
                    None => rows.extend(printed::cut(line, width)),
                }
            }
            let rows = rows.into_iter().enumerate().map(|(index, row)| {
                Line::from(Span::styled(row, theme.style(if index == 0 { Tone::Command } else { Tone::Text })))
            });
            let mut lines = folded(rows.collect(), card::TALL, block.unfolded, paper);
            lines.extend(is_cut.then(|| fold(card::CUT, paper)));
            lines
        }
        BlockKind::Words { face, text } => {
            let (lead, tone) = match face {
                Face::Thinking => ("… ", Tone::Thinking),
                Face::Warning => ("⚠ ", Tone::Warning),
                Face::Failure => ("✗ ", Tone::Failure),
                _ => ("· ", Tone::Dim),
            };
            let style = theme.style(tone);
            let rows = markdown::wrap(&escape::for_terminal(text), width.saturating_sub(2).max(1));
            let rows = rows.into_iter().enumerate().map(|(index, row)| {
                let lead = if index == 0 { lead } else { "  " };
                Line::from(vec![Span::styled(lead, style), Span::styled(row, style)])
            });
            let most = if *face == Face::Thinking { THOUGHTS } else { usize::MAX };
            folded(rows.collect(), most, block.unfolded, paper)
        }
    };
    lines.push(Line::default());
    lines
}

/// The first rows and how many more there are.
fn folded(mut rows: Vec<Line<'static>>, most: usize, unfolded: bool, paper: &Paper<'_>) -> Vec<Line<'static>> {
    // One row hidden behind one that says so is no gain.
    if unfolded || rows.len() <= most.saturating_add(1) {
        return rows;
    }
    let told = format!("{} more lines", rows.len() - most);
    rows.truncate(most);
    rows.push(fold(&told, paper));
    rows
}

/// The row that stands for what is not seen.
pub(super) fn fold(told: &str, paper: &Paper<'_>) -> Line<'static> {
    let shows = does(paper.keys.unfold.as_ref(), "shows them").map_or_else(String::new, |shows| format!(" · {shows}"));
    Line::from(Span::styled(format!("  ⋯ {told} folded{shows}"), paper.theme.style(Tone::Accent)))
}

/// Only the block of the text that is being written is laid out again.
fn streamed(
    id: u64,
    text: &str,
    width: u16,
    theme: &Theme,
    highlighter: &Highlighter,
    stream: &mut Option<Stream>,
) -> Vec<Line<'static>> {
    let goes_on = |known: &Stream| known.block == id && known.width == width && text.starts_with(&known.source);
    let known = match stream {
        Some(known) if goes_on(known) => known,
        _ => stream.insert(Stream { block: id, width, source: String::new(), lines: Vec::new() }),
    };
    let rest = text.get(known.source.len()..).unwrap_or_default();
    let (finished, open) = rest.split_at_checked(markdown::split_finished(rest)).unwrap_or(("", rest));
    if !finished.is_empty() {
        known.source.push_str(finished);
        add(&mut known.lines, markdown::lines(finished, width, theme, Some(highlighter)));
    }
    let mut lines = known.lines.clone();
    add(&mut lines, markdown::lines(open, width, theme, Some(highlighter)));
    lines
}

/// Both with one blank line between.
fn add(lines: &mut Vec<Line<'static>>, more: Vec<Line<'static>>) {
    if !lines.is_empty() && !more.is_empty() {
        lines.push(Line::default());
    }
    lines.extend(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_looks_the_same_however_it_came() {
        let text = "# Title\n\nA paragraph that is long enough to be laid into rows.\n\n- one\n- two\n\n```sh\necho 1\n\necho 2\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nend";
        let (theme, highlighter) = (Theme::parse("text: default").unwrap(), Highlighter::default());
        let mut stream = None;
        let mut grown = String::new();
        let mut last = Vec::new();
        for letter in text.chars() {
            grown.push(letter);
            last = streamed(1, &grown, 24, &theme, &highlighter, &mut stream);
        }
        assert_eq!(last, markdown::lines(text, 24, &theme, Some(&highlighter)));
        assert!(stream.unwrap().source.len() > 100, "what is finished was kept");
        // Another answer in its place begins anew.
        let mut stream = None;
        streamed(1, "first\n\nsecond\n\n", 24, &theme, &highlighter, &mut stream);
        let other = streamed(1, "other\n\nwords", 24, &theme, &highlighter, &mut stream);
        assert_eq!(other, markdown::lines("other\n\nwords", 24, &theme, Some(&highlighter)));
    }
}
