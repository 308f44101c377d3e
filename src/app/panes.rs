//! How the screen is shared out, by keys and by the mouse, and where the mouse leads.
//!
//! Owns the shares and the border that is being dragged. What a click means inside the shell is the shell's.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};

use super::keymap::Action;
use super::state::State;
use super::update::Effect;
use super::{graph, pager, sessions, shell};
use crate::ui::{Face, Place, Split};

/// Hundredths that a key moves a border.
const STEP: u16 = 4;
/// Rows that a turn of the wheel scrolls.
const WHEEL: isize = 3;
/// Two clicks within this time are a double one.
const TWICE: Duration = Duration::from_millis(400);

/// A border between panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Border {
    /// Chat beside shell and graph.
    Across,
    /// Shell above graph.
    Down,
    /// Chat above one of them.
    Under,
}

/// All of it.
#[derive(Debug)]
pub(super) struct PaneState {
    pub split: Split,
    /// What stands below the chat where there is room for two: where the person went last.
    pub beside: Option<Place>,
    /// With the shares as they were before.
    dragged: Option<(Border, Split)>,
    /// The pane whose title was clicked last, and when.
    clicked: Option<(Place, Duration)>,
    /// The mouse is ours; else the terminal selects with it.
    pub mouse: bool,
}

impl Default for PaneState {
    fn default() -> Self {
        Self { split: Split::default(), beside: None, dragged: None, clicked: None, mouse: true }
    }
}

/// Moves a border, where there are panes beside each other; where one of two has all the room, both are seen again. False
/// for another action.
pub(super) fn resized(state: &mut State, action: Option<Action>, effects: &mut Vec<Effect>) -> bool {
    let (split, panes) = (&mut state.panes.split, state.drawn.panes);
    // A row, and more of them where there are many.
    let (rows, step) = (panes.below().y.saturating_sub(panes.main.y), (panes.main.height / 25).max(1));
    match action {
        Some(Action::Left | Action::Right | Action::Higher | Action::Lower)
            if panes.stacks && (panes.chat.is_empty() || panes.below().is_empty()) =>
        {
            split.alone = false;
            state.panes.beside = state.panes.beside.or(Some(Place::Shell));
            (state.shell.zoomed, state.graph.zoomed) = (false, false);
        }
        Some(Action::Left | Action::Right) if panes.stacks => return true,
        Some(Action::Higher) if panes.stacks => split.above = part(rows.saturating_sub(step), panes.main.height),
        Some(Action::Lower) if panes.stacks => split.above = part(rows + step, panes.main.height),
        Some(Action::Left) => split.across = split.across.saturating_sub(STEP),
        Some(Action::Right) => split.across += STEP,
        Some(Action::Higher) => split.down = split.down.saturating_sub(STEP),
        Some(Action::Lower) => split.down += STEP,
        _ => return false,
    }
    *split = split.bounded();
    effects.push(Effect::KeepSplit(*split));
    true
}

/// The least hundredths that so many of the rows or columns are.
fn part(at: u16, length: u16) -> u16 {
    u16::try_from((u32::from(at) * 100).div_ceil(u32::from(length.max(1)))).unwrap_or(100)
}

/// Where the chat stands above another pane: whether one of them at a time has all the room from now on.
pub(super) fn alone(state: &mut State, alone: bool, effects: &mut Vec<Effect>) {
    state.panes.split.alone = alone;
    (state.shell.zoomed, state.graph.zoomed) = (false, false);
    effects.push(Effect::KeepSplit(state.panes.split));
}

/// Gives the shell or the graph the whole screen, or takes it back.
pub(super) fn zoom(state: &mut State, place: Place, effects: &mut Vec<Effect>) {
    if state.drawn.panes.stacks {
        return alone(state, !state.panes.split.alone, effects);
    }
    match place {
        Place::Shell => state.shell.zoomed = !state.shell.zoomed,
        Place::Graph => state.graph.zoomed = !state.graph.zoomed,
        Place::Chat | Place::Sessions => {}
    }
}

/// The shell ended: the chat has its rows again.
pub(super) fn ended(state: &mut State) {
    state.panes.beside = state.panes.beside.filter(|place| *place != Place::Shell);
}

/// Who has the mouse from now on.
pub(super) fn mouse(state: &mut State) {
    state.panes.mouse = !state.panes.mouse;
    let words = match state.panes.mouse {
        true => "The mouse scrolls and chooses here; with Shift held the terminal selects.",
        false => "The mouse is the terminal's again: it selects. /mouse takes it back.",
    };
    state.words(Face::Info, words);
}

/// The mouse, anywhere on the screen.
pub(super) fn moved(state: &mut State, event: MouseEvent, effects: &mut Vec<Effect>) {
    let at = (event.column, event.row).into();
    let panes = state.drawn.panes;
    match (state.panes.dragged, event.kind) {
        (Some((border, before)), MouseEventKind::Drag(MouseButton::Left) | MouseEventKind::Up(_)) => {
            return drag(state, border, before, event, effects);
        }
        // It was let go where the terminal does not tell.
        (Some(_), _) => state.panes.dragged = None,
        (None, _) => {}
    }
    if state.lies_above() {
        return above(state, event);
    }
    if event.kind == MouseEventKind::Down(MouseButton::Left)
        && let Some(place) = clicked_twice(state, event)
    {
        match place {
            Place::Graph if state.place != Place::Graph => graph::enter(state, effects),
            Place::Shell if state.place != Place::Shell => shell::enter(state, None, effects),
            _ => {}
        }
        return zoom(state, place, effects);
    }
    // The lines that are seen on either side of a border.
    let across = [panes.shell.x.saturating_sub(1), panes.shell.x].contains(&event.column);
    let down = [panes.graph.y.saturating_sub(1), panes.graph.y].contains(&event.row);
    let under = [panes.below().y.saturating_sub(1), panes.below().y].contains(&event.row);
    let border = match () {
        () if panes.below().is_empty() || panes.chat.is_empty() => None,
        () if panes.stacks => under.then_some(Border::Under),
        () if across && panes.main.contains(at) => Some(Border::Across),
        () if down && (panes.graph.contains(at) || panes.shell.contains(at)) => Some(Border::Down),
        () => None,
    };
    if let (Some(border), MouseEventKind::Down(MouseButton::Left)) = (border, event.kind) {
        state.panes.dragged = Some((border, state.panes.split));
        return;
    }
    let wheel = matches!(event.kind, MouseEventKind::ScrollUp | MouseEventKind::ScrollDown);
    if state.place == Place::Shell && !(wheel && panes.chat.contains(at)) {
        return shell::moved(state, event, effects);
    }
    let up = match event.kind {
        MouseEventKind::ScrollUp => true,
        MouseEventKind::ScrollDown => false,
        MouseEventKind::Down(MouseButton::Left) => return clicked(state, event, effects),
        _ => return,
    };
    let rows = if up { -WHEEL } else { WHEEL };
    if panes.chat.contains(at) {
        state.reader.by(rows);
    } else if panes.graph.contains(at) && state.place == Place::Graph {
        graph::scrolled(state, rows);
    } else if panes.sessions.contains(at) {
        sessions::scrolled(state, rows, effects);
    }
}

/// The pane whose title was clicked for the second time, soon after the first.
fn clicked_twice(state: &mut State, event: MouseEvent) -> Option<Place> {
    let at = (event.column, event.row).into();
    let panes = state.drawn.panes;
    let place = match () {
        // A program that has the whole screen has no title above it.
        () if panes.shell.contains(at) && !state.drawn.shell.contains(at) && event.row == panes.shell.y => Place::Shell,
        () if panes.graph.contains(at) && event.row == panes.graph.y => Place::Graph,
        () => {
            state.panes.clicked = None;
            return None;
        }
    };
    let now = state.activity.now;
    let before = state.panes.clicked.replace((place, now));
    let twice = before.is_some_and(|(other, then)| other == place && now.saturating_sub(then) <= TWICE);
    state.panes.clicked.take_if(|_| twice).map(|_| place)
}

/// The wheel over what lies above the places; a click answers nothing there.
fn above(state: &mut State, event: MouseEvent) {
    let up = match event.kind {
        MouseEventKind::ScrollUp => true,
        MouseEventKind::ScrollDown => false,
        _ => return,
    };
    if let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.is_open()) {
        dialog.scroll = if up { dialog.scroll.saturating_sub(1) } else { dialog.scroll.saturating_add(1) };
    } else {
        pager::scrolled(state, if up { -WHEEL } else { WHEEL });
    }
}

/// To the pane that was clicked, as its key would.
fn clicked(state: &mut State, event: MouseEvent, effects: &mut Vec<Effect>) {
    let at = (event.column, event.row).into();
    let panes = state.drawn.panes;
    match state.place {
        Place::Graph if panes.graph.contains(at) => graph::clicked(state, event.row),
        Place::Sessions => sessions::clicked(state, at, effects),
        _ if panes.shell.contains(at) => {
            graph::leave(state);
            shell::enter(state, None, effects);
        }
        _ if panes.graph.contains(at) => graph::enter(state, effects),
        Place::Graph => graph::leave(state),
        Place::Chat | Place::Shell => {}
    }
}

/// Esc while a border is dragged puts it back and is nobody else's key; false for another one.
pub(super) fn put_back(state: &mut State, key: KeyEvent) -> bool {
    let dragged = state.panes.dragged.take_if(|_| key.code == KeyCode::Esc);
    if let Some((_, before)) = dragged {
        state.panes.split = before;
    }
    dragged.is_some()
}

fn drag(state: &mut State, border: Border, before: Split, event: MouseEvent, effects: &mut Vec<Effect>) {
    let main = state.drawn.panes.main;
    let rows = event.row.saturating_sub(main.y);
    let columns = (event.column + 1).saturating_sub(main.x);
    let split = &mut state.panes.split;
    match (event.kind, border) {
        (MouseEventKind::Drag(MouseButton::Left), Border::Across) => {
            split.across = part(columns, main.width);
        }
        (MouseEventKind::Drag(MouseButton::Left), Border::Down) => split.down = part(rows, main.height),
        (MouseEventKind::Drag(MouseButton::Left), Border::Under) => split.above = part(rows, main.height),
        (MouseEventKind::Up(_), _) => {
            state.panes.dragged = None;
            // A click alone moves nothing.
            effects.extend((*split != before).then_some(Effect::KeepSplit(*split)));
            return;
        }
        _ => return,
    }
    *split = split.bounded();
}

impl State {
    /// Whether something lies above the places and has the keys.
    fn lies_above(&self) -> bool {
        self.dialog.as_ref().is_some_and(|dialog| dialog.is_open())
            || self.pager.is_some()
            || self.pick.is_some()
            || self.palette.is_some()
            || self.question.is_some()
            || self.themes.is_open()
            || self.leaving.is_some()
            || self.offers()
    }

    /// Whether the mouse is wanted; else it stays the terminal's own, as it does beside a strip: what stands above is
    /// the terminal's to scroll and to select.
    pub fn wants_mouse(&self) -> bool {
        self.panes.mouse && !self.is_strip()
    }
}
