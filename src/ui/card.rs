//! A command in the chat: announced in full, with its reason and the rule,
//! then what it printed and how it ended. Of folded output only the rows that
//! are seen are laid out, so that a flood costs a frame no more than a trickle.

use ratatui::text::{Line, Span};

use super::markdown;
use super::theme::{Theme, Tone};
use super::view::{Card, CardState};
use crate::domain::{Announcement, Exit, Stream, Tier};
use crate::output::escape;

/// Output of more rows than this is folded.
pub(super) const TALL: usize = 30;
/// Rows kept at the head and the tail of folded output.
const HEAD: usize = 18;
const TAIL: usize = 8;
/// Bytes that a column of the screen may take.
const LETTER: usize = 4;

/// The card's lines.
pub(super) fn lines(card: &Card, unfolded: bool, width: u16, theme: &Theme) -> Vec<Line<'static>> {
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
    lines.extend(output(card, unfolded, width, theme));
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

fn output(card: &Card, unfolded: bool, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let width = width.saturating_sub(2).max(1);
    let mut lines = Vec::new();
    if card.dropped > 0 {
        let text = format!("  ⋯ {} bytes before this are only in the log", card.dropped);
        lines.push(Line::from(Span::styled(text, theme.style(Tone::Dim))));
    }
    let most = if unfolded { usize::MAX } else { TALL + 1 };
    let rows = rows(card, width, most);
    if rows.len() <= TALL || unfolded {
        lines.extend(rows.into_iter().map(|row| printed(row, theme)));
        return lines;
    }
    lines.extend(rows.into_iter().take(HEAD).map(|row| printed(row, theme)));
    let tail = tail(card, width);
    let total: usize = card.output.iter().map(|(_, bytes)| ends(bytes)).sum();
    let hidden = total.saturating_sub(HEAD + TAIL);
    let told = if hidden > 0 { format!("{hidden} of {total} lines") } else { "long lines".to_owned() };
    let text = format!("  ⋯ {told} folded · Ctrl+O shows them");
    lines.push(Line::from(Span::styled(text, theme.style(Tone::Accent))));
    lines.extend(tail.into_iter().map(|row| printed(row, theme)));
    lines
}

fn printed((stream, row): (Stream, String), theme: &Theme) -> Line<'static> {
    let (lead, tone) = match stream {
        Stream::Stdout => ("  ", Tone::Text),
        Stream::Stderr => ("! ", Tone::Stderr),
    };
    Line::from(vec![Span::styled(lead, theme.style(tone)), Span::styled(row, theme.style(tone))])
}

/// The first rows of what was printed.
fn rows(card: &Card, width: u16, most: usize) -> Vec<(Stream, String)> {
    let mut rows = Vec::new();
    for (stream, bytes) in &card.output {
        for line in without_last_end(bytes).split(|byte| *byte == b'\n') {
            if rows.len() >= most {
                return rows;
            }
            // Of a line without an end no more is read than can be seen.
            let wanted = most.saturating_sub(rows.len()).saturating_mul(usize::from(width)).saturating_mul(LETTER);
            let line = line.get(..wanted).unwrap_or(line);
            rows.extend(laid(line, width).into_iter().map(|row| (*stream, row)));
        }
    }
    rows
}

/// The last rows of it.
fn tail(card: &Card, width: u16) -> Vec<(Stream, String)> {
    let mut rows: Vec<(Stream, String)> = Vec::new();
    for (stream, bytes) in card.output.iter().rev() {
        for line in without_last_end(bytes).rsplit(|byte| *byte == b'\n') {
            if rows.len() >= TAIL {
                break;
            }
            let wanted = TAIL * usize::from(width) * LETTER;
            let line = line.get(line.len().saturating_sub(wanted)..).unwrap_or(line);
            rows.extend(laid(line, width).into_iter().rev().map(|row| (*stream, row)));
        }
    }
    rows.truncate(TAIL);
    rows.reverse();
    rows
}

/// The rows of a line; a carriage return in it begins another.
fn laid(line: &[u8], width: u16) -> Vec<String> {
    let text = escape::for_terminal(&escape::text(line));
    text.trim_end_matches('\n').split('\n').flat_map(|line| cut(&untabbed(line), width)).collect()
}

fn without_last_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

/// How many lines were printed.
fn ends(bytes: &[u8]) -> usize {
    without_last_end(bytes).iter().filter(|byte| **byte == b'\n').count() + 1
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
pub(super) fn cut(line: &str, width: u16) -> Vec<String> {
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
            let text = "waits for input that cannot be given here · F3 takes it to your shell · Ctrl+C stops it";
            (text.to_owned(), Tone::Warning)
        }
        CardState::AtLimit { seconds } => {
            (format!("runs for {seconds} s, longer than its skill allows · wait or stop?"), Tone::Warning)
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
