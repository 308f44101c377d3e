//! Where everything lies: chat, shell and graph from 120 columns, from 80 the chat above one of the two, shared out as
//! the person wants it; one pane at a time below that, nothing useful below 30×8.

use ratatui::layout::{Constraint, Layout, Rect};

use super::view::{Panes, Place, Split, View};

/// The areas of one screen.
pub(super) struct Places {
    pub chat: Option<Rect>,
    pub shell: Option<Rect>,
    pub graph: Option<Rect>,
    pub sessions: Option<Rect>,
    /// None where another place has all the room.
    pub composer: Option<Rect>,
    pub status: Rect,
    pub hints: Rect,
    /// The chat stands above another pane, or would if there were one.
    pub stacks: bool,
}

/// Columns from which chat and shell stand side by side, and the graph below the shell.
const WIDE: u16 = 120;
/// Columns and rows from which the chat stands above one of them: side by side neither would have whole lines.
const TALL: (u16, u16) = (80, 18);
/// Rows of the chat with its composer, and of what stands below, that are of use.
const LEAST_ROWS: (u16, u16) = (9, 6);
/// Below this nothing can be read.
const LEAST: (u16, u16) = (30, 8);

/// Splits the screen for whoever is at a place; `None` when it is too small for anything.
pub(super) fn split(area: Rect, view: &View<'_>, place: Place) -> Option<Places> {
    if !is_enough(area) {
        return None;
    }
    let composer = |width: u16| composer(view.composer_rows(width), area.height);
    let rows = Layout::vertical([Constraint::Min(1), Constraint::Length(1), Constraint::Length(1)]);
    let [main, status, hints] = rows.areas(area);
    let is_narrow = area.width < WIDE;
    let stacks = is_narrow && main.width >= TALL.0 && main.height >= TALL.1;
    let is_alone = is_narrow && (!stacks || view.split.alone);
    let zoomed = match place {
        Place::Chat | Place::Sessions => false,
        // A program that wants a terminal of its own is of no use in the few rows below a chat.
        Place::Shell => view.shell.zoomed || is_narrow && view.shell.full,
        Place::Graph => view.graph.zoomed,
    };
    let nothing =
        Places { chat: None, shell: None, graph: None, sessions: None, composer: None, status, hints, stacks };
    match place {
        Place::Shell if zoomed || is_alone => return Some(Places { shell: Some(main), ..nothing }),
        Place::Graph if zoomed || is_alone => return Some(Places { graph: Some(main), ..nothing }),
        Place::Sessions => return Some(Places { sessions: Some(main), ..nothing }),
        _ => {}
    }
    if !is_narrow {
        let split = view.split.bounded();
        let parts = |first: u16| [Constraint::Percentage(first), Constraint::Percentage(100 - first)];
        let [left, right] = Layout::horizontal(parts(split.across)).areas(main);
        let rows = Constraint::Length(composer(left.width));
        let [chat, composer] = Layout::vertical([Constraint::Min(1), rows]).areas(left);
        let [shell, graph] = Layout::vertical(parts(split.down)).areas(right);
        let (chat, composer) = (Some(chat), Some(composer));
        return Some(Places { chat, shell: Some(shell), graph: Some(graph), composer, ..nothing });
    }
    let other = if place == Place::Chat { view.beside } else { Some(place) };
    let other = other.filter(|_| !is_alone);
    let [upper, lower] = if other.is_some() { stacked(main, view.split) } else { [main, Rect::default()] };
    // The border between the two stays where it is, however much is written.
    let rows = Constraint::Length(composer(main.width).min(upper.height.saturating_sub(3)));
    let [body, composer] = Layout::vertical([Constraint::Min(1), rows]).areas(upper);
    let below = |place| (other == Some(place)).then_some(lower);
    let (shell, graph) = (below(Place::Shell), below(Place::Graph));
    Some(Places { chat: Some(body), shell, graph, composer: Some(composer), ..nothing })
}

/// The chat's part of rows that are enough for two, and what stands below it.
fn stacked(main: Rect, split: Split) -> [Rect; 2] {
    let wanted = u32::from(main.height) * u32::from(split.bounded().above) / 100;
    let most = main.height.saturating_sub(LEAST_ROWS.1).max(LEAST_ROWS.0);
    let upper = u16::try_from(wanted).unwrap_or(most).clamp(LEAST_ROWS.0, most);
    Layout::vertical([Constraint::Length(upper), Constraint::Min(1)]).areas(main)
}

/// Whether anything can be read there.
pub(super) fn is_enough(area: Rect) -> bool {
    area.width >= LEAST.0 && area.height >= LEAST.1
}

/// Rows that a composer gets of a screen so high.
pub(super) fn composer(wanted: u16, height: u16) -> u16 {
    wanted.min(height.saturating_sub(5)).max(3)
}

impl Places {
    /// The same for whoever points at them.
    pub fn panes(&self, area: Rect) -> Panes {
        let seen = |pane: Option<Rect>| pane.unwrap_or_default();
        Panes {
            main: Rect { height: self.status.y.saturating_sub(area.y), ..area },
            chat: seen(self.chat),
            composer: seen(self.composer),
            shell: seen(self.shell),
            graph: seen(self.graph),
            sessions: seen(self.sessions),
            stacks: self.stacks,
        }
    }
}

/// Where the shell lies, or would if the person went there.
pub(super) fn shell(area: Rect, view: &View<'_>) -> Option<Rect> {
    split(area, view, Place::Shell)?.shell
}

/// A box of at most this size in the middle.
pub(super) fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
