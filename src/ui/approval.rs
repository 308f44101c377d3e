//! The approval dialog: presents a verdict, never judges. Shows the whole
//! command with everything invisible made visible; always says which words do
//! what. Whether a key counts is not decided here.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::card::{command_rows, tier_tone};
use super::highlight::Highlighter;
use super::theme::{Theme, Tone};
use super::view::{Dialog, DialogDrawn, Keys, Offer};
use super::{layout, markdown, panel};
use crate::domain::{Consent, Reason};
use crate::output::{approval as rows, escape, language};

/// Rows of the text that must be seen at a time; where there are fewer, the words about answers are shortened.
const LEAST_TEXT: u16 = 5;

/// Rows of the offer to go on with a session.
pub(super) const OFFER_ROWS: u16 = 8;

/// Draws the dialog, or the line that it waits; tells what of it was seen.
pub(super) fn draw(
    dialog: &Dialog<'_>,
    keys: &Keys,
    theme: &Theme,
    highlighter: &Highlighter,
    frame: &mut Frame<'_>,
    area: Rect,
) -> DialogDrawn {
    let announcement = &dialog.request.announcement;
    let tone = tier_tone(announcement.verdict.tier);
    if dialog.banner {
        let row = Rect { y: area.bottom().saturating_sub(6).max(area.y), height: 1, ..area };
        let text = format!(" ⚠ {} — waits until you stop typing ", rows::title(announcement.verdict.tier));
        frame.render_widget(Clear, row);
        frame.render_widget(Paragraph::new(text).style(theme.style(tone)), row);
        return DialogDrawn { call: announcement.call, seen_end: false, scroll: dialog.scroll, page: 0 };
    }
    let Laid { width, body, foot } = laid(dialog, keys, theme, Some(highlighter), area);
    let foot_rows = u16::try_from(foot.len()).unwrap_or(u16::MAX);
    let wanted = wanted(&body, &foot);
    let place = layout::centred(area, width, wanted);
    frame.render_widget(Clear, place);
    frame.buffer_mut().set_style(place, theme.style(Tone::Panel));
    let block = Block::bordered()
        .border_type(BorderType::Double)
        .border_style(theme.style(tone))
        .title(Line::from(Span::styled(format!(" ⚠ {} ", rows::title(announcement.verdict.tier)), theme.style(tone))));
    let inside = block.inner(place);
    frame.render_widget(block, place);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    // One row is left to the text whatever the foot wants; of the foot its end is shown, the line of the answer.
    let foot_rows = foot_rows.min(inside.height.saturating_sub(1).max(1));
    let [top, bottom] = Layout::vertical([Constraint::Min(0), Constraint::Length(foot_rows)]).areas(inside);
    let cut = foot.len().saturating_sub(usize::from(foot_rows));
    let foot: Vec<Line<'static>> = foot.into_iter().skip(cut).collect();
    let most = u16::try_from(body.len()).unwrap_or(u16::MAX).saturating_sub(top.height);
    let scroll = dialog.scroll.min(most);
    let seen_end = scroll >= most && top.height > 0;
    frame.render_widget(Paragraph::new(body).scroll((scroll, 0)), top);
    let mut page = top.height;
    if !seen_end && top.height > 1 {
        page -= 1;
        let row = Rect { y: top.bottom().saturating_sub(1), height: 1, ..top };
        frame.render_widget(Clear, row);
        let (count, key) = (most - scroll, &keys.see_more);
        let text = format!("▼ {count} more lines · {key}");
        let whole = format!("{text} — an answer counts when all was seen");
        let text = if whole.width() > usize::from(row.width) { text } else { whole };
        frame.render_widget(Paragraph::new(text).style(theme.style(Tone::Warning)), row);
    }
    frame.render_widget(Paragraph::new(foot), bottom);
    DialogDrawn { call: announcement.call, seen_end, scroll, page }
}

/// Rows it takes at most on a screen of this size.
pub(super) fn height(dialog: &Dialog<'_>, keys: &Keys, theme: &Theme, area: Rect) -> u16 {
    let Laid { body, foot, .. } = laid(dialog, keys, theme, None, area);
    wanted(&body, &foot).min(area.height)
}

/// What stands in it, laid out for a screen.
struct Laid {
    width: u16,
    body: Vec<Line<'static>>,
    foot: Vec<Line<'static>>,
}

fn laid(dialog: &Dialog<'_>, keys: &Keys, theme: &Theme, highlighter: Option<&Highlighter>, area: Rect) -> Laid {
    let width = area.width.min(96);
    let inner_width = width.saturating_sub(4).max(1);
    let body = body(dialog, keys, inner_width, theme, highlighter);
    let mut foot = foot(dialog, keys, inner_width, theme, Foot::Whole);
    if usize::from(area.height.saturating_sub(2 + LEAST_TEXT)) < foot.len() {
        foot = self::foot(dialog, keys, inner_width, theme, Foot::Short);
    }
    Laid { width, body, foot }
}

/// With the frame.
fn wanted(body: &[Line<'_>], foot: &[Line<'_>]) -> u16 {
    u16::try_from(body.len() + foot.len()).unwrap_or(u16::MAX).saturating_add(2)
}

fn body(
    dialog: &Dialog<'_>,
    keys: &Keys,
    width: u16,
    theme: &Theme,
    highlighter: Option<&Highlighter>,
) -> Vec<Line<'static>> {
    let announcement = &dialog.request.announcement;
    let verdict = &announcement.verdict;
    let mut lines = vec![Line::default()];
    let inner = width.saturating_sub(12).max(1);
    let mut laid = |name: &str, rows: Vec<String>, tone: Tone| {
        for (index, part) in rows.into_iter().enumerate() {
            let label = if index == 0 { format!("{name:<12}") } else { " ".repeat(12) };
            lines.push(Line::from(vec![
                Span::styled(label, theme.style(Tone::Dim)),
                Span::styled(part, theme.style(tone)),
            ]));
        }
    };
    laid("Command:", command_rows(&announcement.command, inner), Tone::Command);
    let mut row = |name: &str, text: &str, tone: Tone| laid(name, markdown::wrap(text, inner), tone);
    row("Tier:", rows::tier(verdict.tier), tier_tone(verdict.tier));
    row("Effect:", rows::effect(verdict), Tone::Text);
    row("Reversible:", &rows::reversible(verdict), Tone::Text);
    if let Some(safer) = rows::safer(verdict) {
        row("Safer:", safer, Tone::Text);
    }
    let look = keys.look_first.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
    for proof in verdict.parts.iter().filter_map(|part| part.proof.as_deref()) {
        row("Look first:", &format!("{}{look}", escape::line(proof)), Tone::Text);
    }
    if let Some(reason) = verdict.deciding() {
        row("Rule:", &rule(reason), Tone::Text);
    }
    row("Where:", &rows::place(&dialog.request.place), Tone::Text);
    if !announcement.reason.is_empty() {
        row("Reason:", &escape::line(&announcement.reason), Tone::Dim);
    }
    if let Some(note) = rows::origin(announcement.origin) {
        row("Note:", note, Tone::Warning);
    }
    let language = looked(dialog);
    for text in dialog.explained {
        lines.push(Line::default());
        lines.extend(markdown::telling(text, width, theme, highlighter, language));
    }
    lines.push(Line::default());
    lines
}

/// The language of what the line prints that looks first. What was an object in JSON is told by its facts.
fn looked(dialog: &Dialog<'_>) -> &'static str {
    let parts = &dialog.request.announcement.verdict.parts;
    let proof = parts.iter().find_map(|part| part.proof.as_deref());
    proof.and_then(language::of).filter(|language| *language != "json").unwrap_or_default()
}

fn rule(reason: &Reason) -> String {
    format!("{} ({}) — {}", reason.rule, reason.place(), escape::line(&reason.text))
}

/// How much is said about answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Foot {
    Whole,
    Short,
}

fn foot(dialog: &Dialog<'_>, keys: &Keys, width: u16, theme: &Theme, length: Foot) -> Vec<Line<'static>> {
    let mut lines = consent(&dialog.request.announcement.verdict.consent, width, theme, length);
    let offers = rows::offers(&dialog.request.offers);
    let mut rows: Vec<(&str, String)> = Vec::new();
    if length == Foot::Whole {
        rows.extend(offers);
        rows.push(("n / no / skip", format!("decline ({} alone declines too)", keys.answer)));
        rows.push(("why", "explain the reasoning".to_owned()));
        rows.push(("plan", "show what comes after this".to_owned()));
        rows.push(("history", "what we've done so far".to_owned()));
        rows.push(("edit", "change the command; it is judged anew".to_owned()));
    } else {
        let granting: String = offers.iter().map(|(word, _)| format!(" · {word}")).collect();
        rows.push(("no", format!("decline · why · plan · edit{granting}")));
    }
    let width_of_keys = if length == Foot::Whole { 18 } else { 3 };
    for (keys, text) in rows {
        // What is granted is read whole, whatever the width.
        let room = width.saturating_sub(u16::try_from(width_of_keys).unwrap_or(0)).max(1);
        for (index, row) in markdown::wrap(&format!("— {text}"), room).into_iter().enumerate() {
            let keys = if index == 0 { keys } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!("{keys:<width_of_keys$}"), theme.style(Tone::Key)),
                Span::styled(row, theme.style(Tone::Text)),
            ]));
        }
    }
    if !dialog.note.is_empty() {
        let rows = markdown::wrap(dialog.note, width);
        lines.extend(rows.into_iter().map(|row| Line::from(Span::styled(row, theme.style(Tone::Warning)))));
    }
    let prompt = Span::styled(">>> ", theme.style(Tone::Accent));
    if dialog.answered {
        lines.push(Line::from(vec![prompt, Span::styled("…", theme.style(Tone::Dim))]));
    } else if dialog.reply.is_empty() {
        let cursor = Span::styled("▏", theme.style(Tone::Text));
        lines.push(Line::from(vec![prompt, cursor, Span::styled("[ deny ]", theme.style(Tone::Selection))]));
    } else {
        // A command that is changed may be longer than a row; its end, where the keys go, is always seen.
        let (before, after) = dialog.reply.split_at_checked(dialog.reply_at).unwrap_or((dialog.reply, ""));
        let text = format!("{}▏{}", escape::line(before), escape::line(after));
        for (index, row) in command_rows(&text, width.saturating_sub(4).max(1)).into_iter().enumerate() {
            let lead = if index == 0 { prompt.clone() } else { Span::raw("    ") };
            lines.push(Line::from(vec![lead, Span::styled(row, theme.style(Tone::Text))]));
        }
    }
    lines
}

/// What must be typed to agree. A name is shown whole, whatever the width.
fn consent(consent: &Consent, width: u16, theme: &Theme, length: Foot) -> Vec<Line<'static>> {
    let (keys, text) = match consent {
        Consent::Nothing | Consent::Words => ("y / yes / approve".to_owned(), "execute"),
        Consent::TypedWord if length == Foot::Short => ("yes / approve".to_owned(), "typed whole: execute"),
        Consent::TypedWord => ("yes / approve".to_owned(), "execute (a whole word, typed and entered)"),
        Consent::Name(name) => (escape::line(name), "type this name to execute"),
    };
    let text = format!("— {text}");
    let column = if length == Foot::Short { keys.width() + 1 } else { 18 };
    if keys.width() + text.width() < usize::from(width) || !matches!(consent, Consent::Name(_)) {
        return vec![Line::from(vec![
            Span::styled(format!("{keys:<column$}"), theme.style(Tone::Key)),
            Span::styled(text, theme.style(Tone::Text)),
        ])];
    }
    let rows =
        markdown::wrap(&keys, width).into_iter().map(|row| Line::from(Span::styled(row, theme.style(Tone::Key))));
    rows.chain([Line::from(Span::styled(text, theme.style(Tone::Text)))]).collect()
}

/// The offer to go on with the last active session.
pub(super) fn offer(offer: &Offer<'_>, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let place = layout::centred(area, area.width.min(70), OFFER_ROWS);
    let inside = panel::open(" Resume the last active session? ", Tone::BorderFocus, place, theme, frame);
    let lines = vec![
        Line::default(),
        Line::from(Span::styled(
            format!(" {} — {}", escape::line(offer.session), escape::line(offer.goal)),
            theme.style(Tone::Text),
        )),
        Line::default(),
        panel::choice(offer.resume, "Resume it (Enter, y)", theme),
        panel::choice(!offer.resume, "Begin a new session (n, Esc)", theme),
    ];
    frame.render_widget(Paragraph::new(lines), inside);
}
