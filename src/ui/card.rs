//! A command in the chat: announced in full, with its reason and the rule,
//! then what it printed and how it ended.

use ratatui::text::{Line, Span};

use super::chat::TALL;
use super::markdown;
use super::theme::{Theme, Tone};
use super::view::{Card, CardState};
use crate::domain::{Announcement, Exit, Stream, Tier};
use crate::output::escape;

/// Rows kept at the head and the tail of folded output.
const HEAD: usize = 18;
const TAIL: usize = 8;

/// The card's lines.
pub(super) fn lines(card: &Card, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let tone = tier_tone(card.tier);
    let style = theme.style(tone);
    let inner = width.saturating_sub(5).max(1);
    let mut lines = Vec::new();
    lines.push(Line::from(vec![
        Span::styled("▌ ", style),
        Span::styled(format!("AI: {}", Announcement::OPENING), theme.style(Tone::Dim)),
    ]));
    for (index, row) in command_rows(&card.command, inner).into_iter().enumerate() {
        let lead = if index == 0 { "→  " } else { "   " };
        lines.push(Line::from(vec![
            Span::styled("▌ ", style),
            Span::styled(lead, style),
            Span::styled(row, theme.style(Tone::Command)),
        ]));
    }
    if !card.reason.is_empty() {
        for row in markdown::wrap(&format!("Reason: {}", escape::line(&card.reason)), inner) {
            lines.push(Line::from(vec![Span::styled("▌    ", style), Span::styled(row, theme.style(Tone::Text))]));
        }
    }
    for row in markdown::wrap(&format!("[{}]", escape::line(&card.closing)), inner) {
        lines.push(Line::from(vec![Span::styled("▌    ", style), Span::styled(row, style)]));
    }
    lines.extend(output(card, width, theme));
    lines.extend(ending(card, width, theme));
    lines
}

/// A command laid into rows of a width, every character of it to be seen: blanks that rows would swallow, or an eye,
/// are written `␣`.
pub(super) fn command_rows(command: &str, width: u16) -> Vec<String> {
    let shown = escape::for_terminal(command);
    let mut marked = String::with_capacity(shown.len());
    let mut characters = shown.chars().peekable();
    let mut before = '\n';
    while let Some(character) = characters.next() {
        let lonely = !matches!(before, ' ' | '\n') && !matches!(characters.peek(), None | Some(' ' | '\n'));
        marked.push(if character == ' ' && !lonely { '␣' } else { character });
        before = character;
    }
    markdown::wrap(&marked, width)
}

/// The tone of a tier; its word always stands beside it.
pub(super) fn tier_tone(tier: Tier) -> Tone {
    match tier {
        Tier::Auto => Tone::Auto,
        Tier::Approval => Tone::Approval,
        Tier::Destructive => Tone::Destructive,
    }
}

fn output(card: &Card, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let width = width.saturating_sub(2).max(1);
    let mut rows: Vec<(Stream, String)> = Vec::new();
    for (stream, bytes) in &card.output {
        let text = escape::for_terminal(&escape::text(bytes));
        for line in text.trim_end_matches('\n').split('\n') {
            rows.extend(cut(&untabbed(line), width).into_iter().map(|row| (*stream, row)));
        }
    }
    let mut lines = Vec::new();
    let folded = rows.len() > TALL && !card.unfolded;
    let hidden = if folded { rows.len() - HEAD - TAIL } else { 0 };
    let total = rows.len();
    for (index, (stream, row)) in rows.into_iter().enumerate() {
        if folded && index == HEAD {
            let text = format!("  ⋯ {hidden} of {total} lines folded · Ctrl+O shows them");
            lines.push(Line::from(Span::styled(text, theme.style(Tone::Accent))));
        }
        if folded && index >= HEAD && index < total - TAIL {
            continue;
        }
        let (lead, tone) = match stream {
            Stream::Stdout => ("  ", Tone::Text),
            Stream::Stderr => ("! ", Tone::Stderr),
        };
        lines.push(Line::from(vec![Span::styled(lead, theme.style(tone)), Span::styled(row, theme.style(tone))]));
    }
    if card.dropped > 0 {
        let text = format!("  ⋯ {} bytes before this are only in the log", card.dropped);
        lines.insert(0, Line::from(Span::styled(text, theme.style(Tone::Dim))));
    }
    lines
}

/// Tabs as the blanks to the next of a terminal's stops.
fn untabbed(line: &str) -> String {
    use unicode_width::UnicodeWidthChar;
    let mut text = String::with_capacity(line.len());
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let blanks = 8 - column % 8;
            text.extend(std::iter::repeat_n(' ', blanks));
            column += blanks;
        } else {
            text.push(character);
            column += character.width().unwrap_or(0);
        }
    }
    text
}

/// Cuts at the width without looking for words: output is columns.
fn cut(line: &str, width: u16) -> Vec<String> {
    use unicode_width::UnicodeWidthChar;
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut used = 0;
    for character in line.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide > usize::from(width) && !row.is_empty() {
            rows.push(std::mem::take(&mut row));
            used = 0;
        }
        row.push(character);
        used += wide;
    }
    rows.push(row);
    rows
}

fn ending(card: &Card, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let (text, tone) = match &card.state {
        CardState::Announced => return Vec::new(),
        CardState::Asking => ("waits for your answer".to_owned(), tier_tone(card.tier)),
        CardState::Running => ("running · Ctrl+C stops it".to_owned(), Tone::Accent),
        CardState::WaitingForInput => {
            ("waits for input that cannot be given here · Ctrl+C stops it".to_owned(), Tone::Warning)
        }
        CardState::NotRun { why } => (format!("✗ not run: {}", escape::line(why)), Tone::Warning),
        CardState::Ended { exit, milliseconds } => {
            let time = if *milliseconds < 1000 {
                format!("{milliseconds} ms")
            } else {
                format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
            };
            match exit {
                Exit::Code(0) => (format!("✓ {time}"), Tone::Success),
                Exit::Code(code) => (format!("✗ exit code {code} · {time}"), Tone::Failure),
                Exit::Signal(signal) => (format!("✗ ended by signal {signal} · {time}"), Tone::Failure),
                Exit::TimedOut => (format!("✗ stopped: it took longer than its skill allows · {time}"), Tone::Failure),
                Exit::Interrupted => (format!("✗ interrupted · {time}"), Tone::Warning),
                Exit::NotStarted(why) => (format!("✗ did not start: {}", escape::line(why)), Tone::Failure),
            }
        }
    };
    markdown::wrap(&text, width.saturating_sub(2).max(1))
        .into_iter()
        .map(|row| Line::from(Span::styled(format!("  {row}"), theme.style(tone))))
        .collect()
}
