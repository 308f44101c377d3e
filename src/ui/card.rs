//! A command in the chat: announced in full, with its reason and the rule,
//! then what it printed, folded where it is long, and how it ended. A flood costs
//! a frame no more than a trickle; unfolded, its rows are those of `printed`.

use ratatui::text::{Line, Span};

use super::block::{Paper, fold};
use super::highlight::Highlighter;
use super::theme::Tone;
use super::tint::Tint;
use super::view::{Card, CardState, does};
use super::{markdown, printed};
use crate::domain::{Announcement, Exit, Tier};
use crate::output::escape;

/// Output of more rows than this is folded.
pub(super) const TALL: usize = 30;
/// Rows kept at the head and the tail of folded output.
const HEAD: usize = 18;
const TAIL: usize = 8;
/// What is not seen of rows that end at the edge.
pub(super) const CUT: &str = "ends of long rows";
/// Columns before a row of output.
const LEAD: u16 = 2;

/// The card's lines, its output folded.
pub(super) fn lines(card: &Card, paper: &Paper<'_>, highlighter: &Highlighter) -> Vec<Line<'static>> {
    let mut lines = head(card, paper);
    lines.extend(output(card, paper, highlighter));
    lines.extend(ending(card, paper));
    lines
}

/// What stands above the output.
pub(super) fn head(card: &Card, paper: &Paper<'_>) -> Vec<Line<'static>> {
    let (width, theme) = (paper.width, paper.theme);
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
    let closing = if card.has_begun() { &card.closing_once_it_runs } else { &card.closing };
    for row in markdown::wrap(&format!("[{}]", escape::line(closing)), inner) {
        lines.push(Line::from(vec![Span::styled("▌    ", style), Span::styled(row, style)]));
    }
    if card.dropped > 0 {
        let text = format!("  ⋯ {} bytes before this are only in the log", card.dropped);
        lines.push(Line::from(Span::styled(text, theme.style(Tone::Dim))));
    }
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

/// Columns that a row of output has on a page so wide.
pub(super) fn columns(width: u16) -> u16 {
    width.saturating_sub(LEAD).max(1)
}

fn output(card: &Card, paper: &Paper<'_>, highlighter: &Highlighter) -> Vec<Line<'static>> {
    let (width, tint) = (columns(paper.width), Tint::of(card, highlighter, paper.theme));
    let first = printed::head(card, width, TALL + 1);
    if first.rows.len() <= TALL {
        let mut lines: Vec<_> = first.rows.into_iter().map(|row| tint.row(row)).collect();
        lines.extend(first.is_cut.then(|| fold(CUT, paper)));
        return lines;
    }
    let last = printed::tail(card, width, TAIL);
    let mut lines: Vec<_> = first.rows.into_iter().take(HEAD).map(|row| tint.row(row)).collect();
    let total = printed::count(card);
    let hidden = total.saturating_sub(HEAD + TAIL);
    let mut told = if hidden > 0 { format!("{hidden} of {total} lines") } else { "long lines".to_owned() };
    if first.is_cut || last.is_cut {
        told = format!("{told} and {CUT}");
    }
    lines.push(fold(&told, paper));
    lines.extend(last.rows.into_iter().map(|row| tint.row(row)));
    lines
}

/// The lines of a folded output that are not seen, or not whole; on a page so wide.
pub(super) fn hidden(card: &Card, width: u16) -> impl Iterator<Item = &[u8]> {
    let width = columns(width);
    let begun = |rows: &[printed::Row]| rows.iter().filter(|row| row.before.as_deref() == Some("")).count();
    let mut head = printed::head(card, width, TALL + 1).rows;
    let folds = head.len() > TALL;
    let goes_on = head.get(HEAD).is_some_and(|row| row.before.as_deref() != Some(""));
    head.truncate(HEAD);
    let from = begun(&head).saturating_sub(usize::from(goes_on));
    let to = printed::count(card).saturating_sub(begun(&printed::tail(card, width, TAIL).rows));
    printed::texts(card).skip(from).take(if folds { to.saturating_sub(from) } else { 0 })
}

/// What stands below the output.
pub(super) fn ending(card: &Card, paper: &Paper<'_>) -> Vec<Line<'static>> {
    let stops = format!("{} stops it", paper.keys.cancel);
    let (text, tone) = match &card.state {
        CardState::Announced => return Vec::new(),
        CardState::Asking => ("waits for your answer".to_owned(), tier_tone(card.tier)),
        CardState::Running => (format!("running · {stops}"), Tone::Accent),
        CardState::WaitingForInput => {
            let waits = "waits for input that cannot be given here".to_owned();
            let carries = does(paper.keys.carry.as_ref(), "takes it to your shell");
            (std::iter::once(waits).chain(carries).chain([stops]).collect::<Vec<_>>().join(" · "), Tone::Warning)
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
    markdown::wrap(&text, columns(paper.width))
        .into_iter()
        .map(|row| Line::from(Span::styled(format!("  {row}"), paper.theme.style(tone))))
        .collect()
}
