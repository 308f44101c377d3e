//! The place GRAPH: what was done and found, moved through with keys, opened, compared, branched from.
//!
//! Owns which row is chosen, what is marked and looked for, and when the graph is read again: only while it is seen,
//! once at a time. Must not know how it is laid out or read.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keymap::{Action, Context, Keymap, joined};
use super::question::{Purpose, Question};
use super::state::State;
use super::update::Effect;
use super::{pager, panes, update};
use crate::domain::SessionId;
use crate::history::graph::{Fold, Kind, Line, Page, Row};
use crate::output::escape;
use crate::runtime::{Found, Past, Reading, Wanted};
use crate::ui::{GraphView, Place};

/// Text that is looked for in the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Looking {
    text: String,
    /// It is still being typed.
    typing: bool,
}

/// All of it.
#[derive(Debug)]
pub(super) struct GraphState {
    page: Option<Arc<Page>>,
    /// Of the page, so that no drawing has to look at every row.
    lanes: usize,
    days: bool,
    chosen: usize,
    /// The newest row is chosen and stays so while others come.
    follows: bool,
    /// The entry to compare with, as its line and name.
    marked: Option<(Line, String)>,
    looking: Option<Looking>,
    /// All sessions, or the one that is written to.
    all: bool,
    fold: Fold,
    /// It has the whole screen.
    pub zoomed: bool,
    /// It is being read.
    reading: bool,
    /// Something was written since it was read.
    stale: bool,
    /// A word about the last key.
    note: String,
}

impl Default for GraphState {
    fn default() -> Self {
        Self {
            page: None,
            lanes: 0,
            days: false,
            chosen: 0,
            follows: true,
            marked: None,
            looking: None,
            all: false,
            fold: Fold::Nothing,
            zoomed: false,
            reading: false,
            stale: true,
            note: String::new(),
        }
    }
}

impl GraphState {
    fn rows(&self) -> &[Row] {
        self.page.as_ref().map_or(&[], |page| &page.rows)
    }

    fn line(&self, row: &Row) -> Option<&Line> {
        self.page.as_ref()?.lines.get(row.line)
    }

    fn chosen_row(&self) -> Option<&Row> {
        self.rows().get(self.chosen)
    }

    /// The chosen entry by its line and name.
    fn chosen_entry(&self) -> Option<(Line, String)> {
        let row = self.chosen_row()?;
        Some((self.line(row)?.clone(), row.id.clone()))
    }

    fn choose(&mut self, row: usize) {
        let last = self.rows().len().saturating_sub(1);
        self.chosen = row.min(last);
        self.follows = self.chosen == last;
    }

    /// A newer graph; what was chosen stays chosen, unless the end is followed.
    fn arrived(&mut self, page: Arc<Page>) {
        let chosen = self.chosen_entry();
        self.lanes = page.lanes();
        self.days = page.spans_days();
        self.page = Some(page);
        let last = self.rows().len().saturating_sub(1);
        let again = chosen
            .filter(|_| !self.follows)
            .and_then(|(line, id)| self.rows().iter().position(|row| row.id == id && self.line(row) == Some(&line)));
        self.chosen = match again {
            Some(row) => row,
            None if self.follows => last,
            None => self.chosen.min(last),
        };
    }

    /// The session's branches whose end no merge follows yet.
    fn open_branches(&self, session: Option<&SessionId>) -> Vec<String> {
        let merges = self.rows().iter().filter(|row| row.kind == Kind::Merge);
        // The first is where the merge's own strand stood.
        let merged: Vec<&String> = merges.flat_map(|row| row.parents.iter().skip(1)).collect();
        let is_merged =
            |line: &Line| self.rows().iter().any(|row| self.line(row) == Some(line) && merged.contains(&&row.id));
        let lines = self.page.iter().flat_map(|page| &page.lines);
        let own = lines.filter(|line| Some(&line.session) == session && !is_merged(line));
        own.filter_map(|line| line.branch.clone()).collect()
    }

    /// What has to be read to show it, where there is anything.
    fn wanted(&self, session: Option<&SessionId>) -> Option<Wanted> {
        let only = if self.all { None } else { Some(session?.clone()) };
        Some(Wanted::Past(Past::Graph { session: only, fold: self.fold }))
    }

    /// The next row from the chosen one on, round the end, whose text holds what is looked for.
    fn look(&mut self, step: isize) {
        let Some(text) = self.looking.as_ref().map(|looking| looking.text.to_lowercase()) else { return };
        let count = self.rows().len();
        let fits = |row: &Row| {
            let told = format!("{} {} {}", row.id, row.word(), row.told());
            told.to_lowercase().contains(&text)
        };
        let from = isize::try_from(self.chosen).unwrap_or(0);
        let places = (0..count).filter_map(|turn| {
            let turn = isize::try_from(turn).ok()?;
            let away = if step == 0 { -turn } else { step * (turn + 1) };
            usize::try_from((from + away).rem_euclid(isize::try_from(count).ok()?)).ok()
        });
        let found = places.into_iter().find(|place| self.rows().get(*place).is_some_and(fits));
        match found {
            Some(row) => {
                self.note.clear();
                self.choose(row);
            }
            None => self.note = format!("{:?} stands nowhere in the graph", self.looking_for()),
        }
    }

    /// Whether letters are those of a text that is looked for.
    pub fn is_typing(&self) -> bool {
        self.looking.as_ref().is_some_and(|looking| looking.typing)
    }

    fn looking_for(&self) -> &str {
        self.looking.as_ref().map_or("", |looking| &looking.text)
    }
}

/// Goes to the graph.
pub(super) fn enter(state: &mut State, effects: &mut Vec<Effect>) {
    state.place = Place::Graph;
    state.panes.beside = Some(Place::Graph);
    state.graph.note.clear();
    // What other processes wrote is told by nobody.
    state.graph.stale = true;
    refresh(state, effects);
}

/// Goes back to the chat.
pub(super) fn leave(state: &mut State) {
    state.place = Place::Chat;
    state.graph.zoomed = false;
    state.graph.looking = None;
}

/// Another session is written to: nothing that is shown is of it.
pub(super) fn session_changed(state: &mut State, effects: &mut Vec<Effect>) {
    state.graph.follows = true;
    state.graph.marked = None;
    outdated(state, effects);
}

/// Something was written.
pub(super) fn outdated(state: &mut State, effects: &mut Vec<Effect>) {
    state.graph.stale = true;
    refresh(state, effects);
}

/// Has the graph read where it is seen and no longer true. A reading that is under way is waited for.
pub(super) fn refresh(state: &mut State, effects: &mut Vec<Effect>) {
    let is_seen = state.place == Place::Graph || state.drawn.graph_rows > 0;
    if !is_seen || !state.graph.stale || state.graph.reading {
        return;
    }
    if let Some(wanted) = state.graph.wanted(state.session.as_ref()) {
        state.graph.stale = false;
        state.graph.reading = true;
        effects.push(Effect::Read(wanted));
    }
}

/// The graph was read.
pub(super) fn read(state: &mut State, reading: Reading, effects: &mut Vec<Effect>) {
    state.graph.reading = false;
    // It may be of what was wanted before.
    if state.graph.wanted(state.session.as_ref()).as_ref() == Some(&reading.wanted) {
        match reading.found {
            Ok(Found::Graph(page)) => state.graph.arrived(page),
            Ok(_) => {}
            Err(why) => state.graph.note = format!("it cannot be read: {why}"),
        }
    } else {
        state.graph.stale = true;
    }
    refresh(state, effects);
}

/// An answer to whoever looks at the graph: what they asked for from there.
pub(super) fn told(state: &mut State, text: &str) {
    if state.place == Place::Graph {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        state.graph.note = escape::line(first.trim());
    }
}

/// A key in the graph.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let graph = &mut state.graph;
    graph.note.clear();
    if let Some(looking) = graph.looking.as_mut().filter(|looking| looking.typing) {
        let plain = event.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match event.code {
            KeyCode::Esc => graph.looking = None,
            KeyCode::Enter => looking.typing = false,
            KeyCode::Backspace => {
                looking.text.pop();
            }
            KeyCode::Char(letter) if plain => {
                looking.text.push(letter);
                graph.look(0);
            }
            _ => {}
        }
        return;
    }
    if let Some(action) = state.keymap.action(Context::Graph, event) {
        does(state, action, effects);
    }
}

/// Does something in the graph.
pub(super) fn does(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = usize::from(state.drawn.graph_rows.saturating_sub(1)).max(1);
    let graph = &mut state.graph;
    graph.note.clear();
    match action {
        Action::Up => graph.choose(graph.chosen.saturating_sub(1)),
        Action::Down => graph.choose(graph.chosen.saturating_add(1)),
        Action::PageUp => graph.choose(graph.chosen.saturating_sub(page)),
        Action::PageDown => graph.choose(graph.chosen.saturating_add(page)),
        Action::ToStart => graph.choose(0),
        Action::ToEnd => graph.choose(usize::MAX),
        Action::Find => graph.looking = Some(Looking { typing: true, ..Looking::default() }),
        Action::FindOlder => graph.look(-1),
        Action::FindNewer => graph.look(1),
        Action::Branch | Action::Merge | Action::Fork if graph.rows().is_empty() && !graph.reading => {
            graph.note = "no entry stands here yet".to_owned();
        }
        Action::Open => open(state, effects),
        Action::Mark => mark(graph, &state.keymap),
        Action::Compare => compare(state, effects),
        Action::Branch => branch(state),
        Action::Merge => merge(state),
        Action::Fork => fork(state),
        Action::AllSessions => {
            graph.all = !graph.all;
            graph.follows = true;
            outdated(state, effects);
        }
        Action::Fold => {
            graph.fold = if graph.fold == Fold::Nothing { Fold::Runs } else { Fold::Nothing };
            outdated(state, effects);
        }
        Action::Zoom => panes::zoom(state, Place::Graph, effects),
        Action::Chat if graph.looking.is_some() => graph.looking = None,
        Action::Chat | Action::NextPlace => leave(state),
        Action::OtherPlace => {
            leave(state);
            super::shell::enter(state, None, effects);
        }
        Action::Sessions => {
            leave(state);
            super::sessions::enter(state, effects);
        }
        Action::Close => update::close(state, effects),
        Action::Cancel => update::cancel(state, effects),
        Action::Suspend => effects.push(Effect::Suspend),
        action => {
            update::anywhere(state, action);
        }
    }
}

/// The wheel over it.
pub(super) fn scrolled(state: &mut State, rows: isize) {
    let chosen = state.graph.chosen.saturating_add_signed(rows);
    state.graph.choose(chosen);
}

/// A row of the screen was clicked.
pub(super) fn clicked(state: &mut State, row: u16) {
    // The first row is the frame's.
    let first = state.drawn.panes.graph.y + 1;
    if let Some(at) = row.checked_sub(first).filter(|at| *at < state.drawn.graph_rows) {
        state.graph.choose(state.drawn.graph_top + usize::from(at));
    }
}

/// The chosen entry whole, over everything.
fn open(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(row) = state.graph.chosen_row() else { return };
    let Some((line, entry)) = state.graph.chosen_entry() else { return };
    if row.count > 1 {
        let each = state.keymap.does(Context::Graph, Action::Fold, "shows each");
        state.graph.note = joined("several entries stand here", "; ", each);
        return;
    }
    let title = format!("{} {} {}", row.word(), row.short, row.at.clock());
    let wanted = match row.kind {
        Kind::Fork => Past::Beginning(line.session),
        _ => Past::Entry { line, entry },
    };
    pager::open(state, title, Wanted::Past(wanted), effects);
}

fn mark(graph: &mut GraphState, keymap: &Keymap) {
    let chosen = graph.chosen_entry().filter(|_| graph.chosen_row().is_some_and(is_entry));
    match chosen {
        Some(chosen) if graph.marked.as_ref() == Some(&chosen) => graph.marked = None,
        Some(chosen) => {
            graph.marked = Some(chosen);
            let compares = keymap.does(Context::Graph, Action::Compare, "on another compares the two");
            graph.note = joined("marked", "; ", compares);
        }
        None => graph.note = "only an entry of its own can be marked".to_owned(),
    }
}

/// Whether the row is one entry of a log.
fn is_entry(row: &Row) -> bool {
    row.count == 1 && row.kind != Kind::Fork
}

/// What lies between the marked entry and the chosen one.
fn compare(state: &mut State, effects: &mut Vec<Effect>) {
    let graph = &mut state.graph;
    let chosen = graph.chosen_entry().filter(|_| graph.chosen_row().is_some_and(is_entry));
    let (Some(one), Some(other)) = (graph.marked.clone(), chosen) else {
        let mark = state.keymap.told(Context::Graph, Action::Mark);
        graph.note = format!("mark one entry{} first, then choose another", joined("", " with ", mark));
        return;
    };
    if one == other {
        graph.note = "that is the marked entry itself; choose another".to_owned();
        return;
    }
    let session = if graph.all { None } else { state.session.clone() };
    pager::open(state, "compared".to_owned(), Wanted::Past(Past::Between { session, one, other }), effects);
}

/// A branch begins where the session stands; from an earlier entry a session of its own begins.
fn branch(state: &mut State) {
    let graph = &state.graph;
    let newest = graph.rows().len().checked_sub(1) == Some(graph.chosen);
    let here = graph.chosen_entry().is_some_and(|(line, _)| Some(&line.session) == state.session.as_ref());
    if newest && here {
        state.question = Some(Question::new(Purpose::Branch, ""));
    } else {
        fork(state);
    }
}

/// A session that begins where its own stood at the chosen entry.
fn fork(state: &mut State) {
    let chosen = state.graph.chosen_entry().filter(|_| state.graph.chosen_row().is_some_and(is_entry));
    match chosen {
        Some((line, entry)) if line.branch.is_none() => {
            state.question = Some(Question::new(Purpose::Fork(line.session, Some(entry)), ""));
        }
        Some(_) => state.graph.note = "a fork begins on a session's own way, not on a branch".to_owned(),
        None => {
            let each = state.keymap.does(Context::Graph, Action::Fold, "shows each");
            state.graph.note = joined("a fork begins at one entry: choose it", ", ", each);
        }
    }
}

/// A branch of the session comes back; where there is none, what to do instead is told and nothing asked.
fn merge(state: &mut State) {
    let open = state.graph.open_branches(state.session.as_ref());
    if open.is_empty() && state.graph.page.is_some() {
        let begins = state.keymap.does(Context::Graph, Action::Branch, "on the newest entry begins one");
        state.graph.note = joined("no branch to merge", "; ", begins);
        return;
    }
    let chosen = state.graph.chosen_entry().filter(|(line, _)| Some(&line.session) == state.session.as_ref());
    let chosen = chosen.and_then(|(line, _)| line.branch).filter(|branch| open.contains(branch));
    let only = open.first().filter(|_| open.len() == 1);
    let mut question = Question::new(Purpose::Merge, chosen.as_ref().or(only).map_or("", String::as_str));
    if open.len() > 1 {
        question.details = vec![escape::line(&format!("There are: {}", open.join(", ")))];
    }
    state.question = Some(question);
}

impl State {
    pub(super) fn graph_view(&self) -> GraphView<'_> {
        let graph = &self.graph;
        let scope = match (&self.session, graph.all) {
            (_, true) => "all sessions",
            (Some(session), false) => session.short(),
            (None, false) => "no session yet",
        };
        let marked = graph
            .marked
            .as_ref()
            .and_then(|(line, id)| graph.rows().iter().position(|row| row.id == *id && graph.line(row) == Some(line)));
        GraphView {
            rows: graph.rows(),
            lanes: graph.lanes,
            days: graph.days,
            chosen: graph.chosen,
            marked,
            top: self.drawn.graph_top,
            title: scope.to_owned(),
            banner: self.graph_banner(),
            zoomed: graph.zoomed,
            reading: graph.reading && graph.page.is_none(),
        }
    }

    /// The way back, and before it what there is to know.
    fn graph_banner(&self) -> String {
        let graph = &self.graph;
        if let Some(looking) = graph.looking.as_ref().filter(|looking| looking.typing) {
            return format!("/{}▏ · Enter keeps it · Esc", escape::line(&looking.text));
        }
        let waits = self.dialog.as_ref().map(|_| "⚠ a command waits for your approval");
        let note = Some(graph.note.as_str()).filter(|note| !note.is_empty());
        let leaves = self.keymap.kept(Context::Graph, Action::Chat);
        let back = match &graph.looking {
            Some(looking) => {
                let on = [(Action::FindOlder, "older"), (Action::FindNewer, "newer")];
                let on = on.into_iter().filter_map(|(action, what)| self.keymap.does(Context::Graph, action, what));
                let text = format!("/{}", escape::line(&looking.text));
                std::iter::once(text).chain(on).chain([leaves]).collect::<Vec<_>>().join(" · ")
            }
            None => format!("{leaves} to the chat"),
        };
        [waits, note, Some(&back)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
