//! The first screen, in the chat's place: what this is, the three tiers, who answers, and something to try. Leaves the
//! composer in sight: whoever types a request goes on typing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::theme::{Theme, Tone};
use super::view::{Keys, WelcomeView};
use super::{layout, markdown, panel};
use crate::domain::Tier;
use crate::output::welcome::{OPENING, TIERS};
use crate::output::{counted, escape};

/// Rows from which there is room for a frame, for a blank row, and for the command of what can be tried.
const ROOMY: u16 = 10;
/// Rows of what can be done, with and without them.
const FOOT: u16 = 4;
const FOOT_SMALL: u16 = 2;
/// Columns that are read at a glance.
const WIDTH: u16 = 90;
/// Columns of a tier's name, from which its meaning stands beside it.
const NAME: usize = 13;
const BESIDE: u16 = 50;

/// Draws it; tells how many rows it can be scrolled down.
pub(super) fn draw(view: &WelcomeView<'_>, keys: &Keys, theme: &Theme, frame: &mut Frame<'_>, area: Rect) -> u16 {
    let is_roomy = area.height >= ROOMY;
    let frame_rows = if is_roomy { 2 } else { 0 };
    let width = area.width.min(WIDTH);
    let text = text(view, theme, width.saturating_sub(frame_rows));
    let rows = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let foot_rows = if is_roomy { FOOT } else { FOOT_SMALL };
    // It hides the chat whatever its size: nothing stands there yet, or it was asked for.
    frame.render_widget(Clear, area);
    frame.buffer_mut().set_style(area, theme.style(Tone::Text));
    let place = layout::centred(area, width, rows.saturating_add(foot_rows).saturating_add(frame_rows));
    let inside = if is_roomy { panel::open(" Welcome ", Tone::BorderFocus, place, theme, frame) } else { place };
    // What can be done is seen whatever has no room.
    let above = inside.height.saturating_sub(foot_rows);
    let below = rows.saturating_sub(above);
    let scroll = view.scroll.min(below);
    let shown: Vec<Line<'_>> = text.into_iter().skip(usize::from(scroll)).take(usize::from(above)).collect();
    frame.render_widget(Paragraph::new(shown), Rect { height: above, ..inside });
    let last = Rect { y: inside.y + above, height: inside.height - above, ..inside };
    frame.render_widget(Paragraph::new(foot(view, keys, below - scroll, is_roomy, theme, last.width)), last);
    below
}

/// What is to be read, row by row.
fn text(view: &WelcomeView<'_>, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    let room = width.saturating_sub(2);
    let plain = |text: &str| {
        let rows = markdown::wrap(text, room).into_iter();
        rows.map(|row| Line::styled(format!(" {row}"), theme.style(Tone::Text))).collect::<Vec<_>>()
    };
    let mut rows = plain(OPENING);
    rows.push(Line::default());
    for (tier, meaning) in TIERS {
        let tone = match tier {
            Tier::Auto => Tone::Auto,
            Tier::Approval => Tone::Approval,
            Tier::Destructive => Tone::Destructive,
        };
        let lead = if width < BESIDE { 3 } else { NAME };
        let name = Span::styled(format!(" {:<NAME$}", tier.word()), theme.style(tone));
        let meaning = markdown::wrap(meaning, room.saturating_sub(u16::try_from(lead).unwrap_or(u16::MAX)));
        let mut meaning = meaning.into_iter().map(|row| Span::styled(row, theme.style(Tone::Text)));
        if width < BESIDE {
            rows.push(Line::from(name));
        } else {
            rows.extend(meaning.next().map(|first| Line::from(vec![name, first])));
        }
        rows.extend(meaning.map(|row| Line::from(vec![Span::raw(" ".repeat(lead + 1)), row])));
    }
    rows.push(Line::default());
    rows.extend(plain(&escape::line(view.model.unwrap_or("Looking for a model …"))));
    rows
}

/// What can be tried, and the other ways on.
fn foot(
    view: &WelcomeView<'_>,
    keys: &Keys,
    below: u16,
    is_roomy: bool,
    theme: &Theme,
    width: u16,
) -> Vec<Line<'static>> {
    let room = usize::from(width.saturating_sub(1));
    let row = |tone: Tone, text: &str| Line::styled(panel::fitted(&format!(" {text}"), room), theme.style(tone));
    let (task, command) = match view.task {
        Some((request, command)) => {
            let task = format!("▶ {} tries: {}", keys.send, escape::line(request));
            (row(Tone::Selection, &task), format!("  which runs {}", escape::line(command)))
        }
        None => (row(Tone::Dim, "Looking for something to try …"), String::new()),
    };
    let more = match (below, &keys.page_down) {
        (0, _) => String::new(),
        (_, Some(key)) => format!("{key}: {} more · ", counted(below.into(), "row", "rows")),
        (_, None) => format!("{} more · ", counted(below.into(), "row", "rows")),
    };
    let ways = row(Tone::Dim, &format!("{more}Esc closes this · or type a request · /welcome shows it again"));
    if is_roomy { vec![Line::default(), task, row(Tone::Dim, &command), ways] } else { vec![task, ways] }
}
