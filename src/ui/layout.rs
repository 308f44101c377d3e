//! Where everything lies: two panes from 120 columns, shared out as the person wants it, one below, nothing
//! useful below 30×8.

use ratatui::layout::{Constraint, Layout, Rect};

use super::view::{Panes, Place, Split};

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
}

/// Columns from which chat and shell stand side by side, and the graph below the shell.
const WIDE: u16 = 120;
/// Below this nothing can be read.
const LEAST: (u16, u16) = (30, 8);

/// Splits the screen; `None` when it is too small for anything.
pub(super) fn split(
    area: Rect,
    composer_rows: impl Fn(u16) -> u16,
    place: Place,
    zoomed: bool,
    split: Split,
) -> Option<Places> {
    if !is_enough(area) {
        return None;
    }
    let composer = |width: u16| composer(composer_rows(width), area.height);
    let rows = Layout::vertical([Constraint::Min(1), Constraint::Length(1), Constraint::Length(1)]);
    let [main, status, hints] = rows.areas(area);
    let is_narrow = area.width < WIDE;
    let nothing = Places { chat: None, shell: None, graph: None, sessions: None, composer: None, status, hints };
    match place {
        Place::Shell if zoomed || is_narrow => return Some(Places { shell: Some(main), ..nothing }),
        Place::Graph if zoomed || is_narrow => return Some(Places { graph: Some(main), ..nothing }),
        Place::Sessions => return Some(Places { sessions: Some(main), ..nothing }),
        _ => {}
    }
    if !is_narrow {
        let split = split.bounded();
        let parts = |first: u16| [Constraint::Percentage(first), Constraint::Percentage(100 - first)];
        let [left, right] = Layout::horizontal(parts(split.across)).areas(main);
        let rows = Constraint::Length(composer(left.width));
        let [chat, composer] = Layout::vertical([Constraint::Min(1), rows]).areas(left);
        let [shell, graph] = Layout::vertical(parts(split.down)).areas(right);
        let (chat, composer) = (Some(chat), Some(composer));
        return Some(Places { chat, shell: Some(shell), graph: Some(graph), composer, ..nothing });
    }
    let rows = Constraint::Length(composer(main.width));
    let [body, composer] = Layout::vertical([Constraint::Min(1), rows]).areas(main);
    Some(Places { chat: Some(body), composer: Some(composer), ..nothing })
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
        }
    }
}

/// Where the shell lies, or would if the person went there.
pub(super) fn shell(area: Rect, zoomed: bool, parts: Split) -> Option<Rect> {
    split(area, |_| 3, Place::Shell, zoomed, parts)?.shell
}

/// A box of at most this size in the middle.
pub(super) fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
