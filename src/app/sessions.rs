//! The place SESSIONS: every session of this directory, to be found, looked at, gone on with, begun and put away.
//!
//! Owns which one is chosen and what is filtered for. What is deleted is confirmed in the product document's words.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Position;

use super::fuzzy::ranked;
use super::keymap::{Action, Context, joined};
use super::pager;
use super::question;
use super::question::{Purpose, Question};
use super::state::State;
use super::update::{self, Effect};
use crate::domain::{At, SessionId};
use crate::history::session::{SessionSummary, Status};
use crate::output::escape;
use crate::runtime::{Found, Input as ToRuntime, Past, Reading, Wanted};
use crate::ui::{Place, SessionRow, SessionsView};

/// Longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// All of it.
#[derive(Debug, Default)]
pub(super) struct SessionsState {
    /// `None` before they were read.
    list: Option<Arc<[SessionSummary]>>,
    /// When they were read: their age is told from it.
    read_at: Option<At>,
    /// Those that were put away, or the others.
    archived: bool,
    filter: String,
    /// It is still being typed.
    typing: bool,
    fitting: Vec<usize>,
    chosen: usize,
    /// What is told of a session beside the list.
    preview: Option<(SessionId, Arc<[String]>)>,
    /// A word about the last key.
    pub note: String,
}

impl SessionsState {
    /// Whether letters are those of the filter.
    pub fn is_typing(&self) -> bool {
        self.typing
    }

    fn wanted(&self) -> Wanted {
        Wanted::Past(Past::Sessions { archived: self.archived })
    }

    fn chosen(&self) -> Option<&SessionSummary> {
        self.list.as_ref()?.get(*self.fitting.get(self.chosen)?)
    }

    fn chosen_id(&self) -> Option<SessionId> {
        self.chosen().map(|session| session.id.clone())
    }

    /// A newer list; whoever was chosen stays chosen, or whoever stands in that row when they are gone.
    fn arrived(&mut self, list: Arc<[SessionSummary]>, at: At) {
        let chosen = self.chosen_id();
        self.list = Some(list);
        self.read_at = Some(at);
        self.fit();
        let last = self.fitting.len().saturating_sub(1);
        self.chosen = self.row_of(chosen.as_ref()).unwrap_or(self.chosen.min(last));
    }

    /// Something else is filtered for; whoever was chosen stays chosen, or the first is when they do not fit.
    fn filtered(&mut self) {
        let chosen = self.chosen_id();
        self.fit();
        self.chosen = self.row_of(chosen.as_ref()).unwrap_or(0);
    }

    /// Those that fit what is filtered for, newest first, and with letters the best first.
    fn fit(&mut self) {
        let Some(list) = &self.list else { return };
        let told = |session: &SessionSummary| {
            let finding = session.finding.as_deref().unwrap_or_default();
            format!("{} {} {} {finding}", session.id.as_str(), session.status.word(), session.goal)
        };
        let told: Vec<String> = list.iter().map(told).collect();
        self.fitting = ranked(told.iter().map(String::as_str), &self.filter);
    }

    fn row_of(&self, id: Option<&SessionId>) -> Option<usize> {
        let list = self.list.as_ref()?;
        self.fitting.iter().position(|at| list.get(*at).is_some_and(|session| Some(&session.id) == id))
    }
}

/// Goes to the sessions.
pub(super) fn enter(state: &mut State, effects: &mut Vec<Effect>) {
    state.place = Place::Sessions;
    state.sessions.note.clear();
    refresh(state, effects);
}

/// Has the list read where it is seen.
pub(super) fn refresh(state: &mut State, effects: &mut Vec<Effect>) {
    if state.place == Place::Sessions {
        effects.push(Effect::Read(state.sessions.wanted()));
    }
}

/// Something of theirs was read.
pub(super) fn read(state: &mut State, reading: Reading, effects: &mut Vec<Effect>) {
    let sessions = &mut state.sessions;
    match (&reading.wanted, reading.found) {
        (wanted, Ok(Found::Sessions { list, at })) if *wanted == sessions.wanted() => {
            sessions.arrived(list, at);
            look(state, effects);
        }
        (Wanted::Past(Past::Standing(id)), Ok(Found::Text(lines))) => sessions.preview = Some((id.clone(), lines)),
        (Wanted::Past(Past::Contents(id)), Ok(Found::Text(lines))) => confirm(state, id, &lines),
        (_, Err(why)) => sessions.note = format!("it cannot be read: {why}"),
        _ => {}
    }
}

/// Has the chosen session's standing read.
fn look(state: &State, effects: &mut Vec<Effect>) {
    if let Some(session) = state.sessions.chosen() {
        effects.push(Effect::Read(Wanted::Past(Past::Standing(session.id.clone()))));
    }
}

/// A key there.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    state.sessions.note.clear();
    let before = state.sessions.chosen_id();
    if !(state.sessions.typing && typed(&mut state.sessions, event))
        && let Some(action) = state.keymap.action(Context::Sessions, event)
    {
        act(state, action, effects);
    }
    looked(state, before.as_ref(), effects);
}

/// Does something there.
pub(super) fn does(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    state.sessions.note.clear();
    let before = state.sessions.chosen_id();
    act(state, action, effects);
    looked(state, before.as_ref(), effects);
}

/// Where another session is chosen than before, its standing is read.
fn looked(state: &State, before: Option<&SessionId>, effects: &mut Vec<Effect>) {
    if state.place == Place::Sessions && before != state.sessions.chosen().map(|session| &session.id) {
        look(state, effects);
    }
}

/// A key while the filter is typed; false for one that moves.
fn typed(sessions: &mut SessionsState, event: KeyEvent) -> bool {
    match event.code {
        KeyCode::Esc => {
            sessions.typing = false;
            sessions.filter.clear();
        }
        KeyCode::Enter => sessions.typing = false,
        KeyCode::Backspace => {
            sessions.filter.pop();
        }
        KeyCode::Char(letter) if event.modifiers.difference(KeyModifiers::SHIFT).is_empty() => {
            if sessions.filter.chars().count() < LONGEST {
                sessions.filter.push(letter);
            }
        }
        _ => return false,
    }
    sessions.filtered();
    true
}

/// The wheel over them.
pub(super) fn scrolled(state: &mut State, rows: isize, effects: &mut Vec<Effect>) {
    let sessions = &mut state.sessions;
    let last = sessions.fitting.len().saturating_sub(1);
    sessions.chosen = sessions.chosen.saturating_add_signed(rows).min(last);
    look(state, effects);
}

/// The mouse was pressed there: the row under it is chosen.
pub(super) fn clicked(state: &mut State, at: Position, effects: &mut Vec<Effect>) {
    let list = state.drawn.sessions_list;
    let row = state.drawn.sessions_top + usize::from(at.y.saturating_sub(list.y));
    if list.contains(at) && row < state.sessions.fitting.len() {
        state.sessions.note.clear();
        state.sessions.chosen = row;
        look(state, effects);
    }
}

fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = usize::from(state.drawn.sessions_list.height.saturating_sub(1)).max(1);
    let sessions = &mut state.sessions;
    let last = sessions.fitting.len().saturating_sub(1);
    match action {
        Action::Up => sessions.chosen = sessions.chosen.saturating_sub(1),
        Action::Down => sessions.chosen = (sessions.chosen + 1).min(last),
        Action::PageUp => sessions.chosen = sessions.chosen.saturating_sub(page),
        Action::PageDown => sessions.chosen = (sessions.chosen + page).min(last),
        Action::ToStart => sessions.chosen = 0,
        Action::ToEnd => sessions.chosen = last,
        Action::Find => sessions.typing = true,
        Action::Search => state.question = Some(Question::new(Purpose::Search, "")),
        Action::New => question::new_session(state),
        Action::AllSessions => {
            sessions.archived = !sessions.archived;
            (sessions.list, sessions.preview, sessions.chosen) = (None, None, 0);
            sessions.fitting.clear();
            refresh(state, effects);
        }
        Action::Chat if !sessions.filter.is_empty() => {
            sessions.filter.clear();
            sessions.filtered();
        }
        Action::Chat | Action::NextPlace => state.place = Place::Chat,
        Action::Graph => super::graph::enter(state, effects),
        Action::OtherPlace => super::shell::enter(state, None, effects),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Close => update::close(state, effects),
        Action::Cancel => update::cancel(state, effects),
        action => {
            if !update::anywhere(state, action) {
                with_chosen(state, action, effects);
            }
        }
    }
}

/// What is done with the chosen session.
fn with_chosen(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(session) = state.sessions.chosen() else { return };
    let (id, status) = (session.id.clone(), session.status);
    let held = state.session.as_ref() == Some(&id);
    let archived = state.sessions.archived;
    match action {
        Action::Preview => {
            pager::open(state, id.short().to_owned(), Wanted::Past(Past::Standing(id)), effects);
        }
        Action::Archive | Action::Delete if held => {
            let begins = state.keymap.told(Context::Sessions, Action::New);
            let words = "you work in it; go on with another one first";
            state.sessions.note = joined(words, ", or begin one with ", begins);
        }
        Action::Delete => state.question = Some(Question::new(Purpose::Delete(id), "")),
        Action::Restore if archived => effects.push(Effect::Tell(ToRuntime::Restore(id))),
        Action::Restore => {
            let shows = state.keymap.does(Context::Sessions, Action::AllSessions, "shows it");
            state.sessions.note = joined("only what was put away can be restored", ": ", shows);
        }
        _ if archived => {
            let restores = state.keymap.does(Context::Sessions, Action::Restore, "restores it first");
            state.sessions.note = joined("it is put away", "; ", restores);
        }
        Action::Open => {
            state.place = Place::Chat;
            if !held {
                effects.push(Effect::Tell(ToRuntime::Resume(id)));
            }
        }
        Action::Fork => state.question = Some(Question::new(Purpose::Fork(id, None), "")),
        Action::CloseSession if held => update::close(state, effects),
        Action::CloseSession if status == Status::Closed => state.sessions.note = "it is closed already".to_owned(),
        Action::CloseSession => state.question = Some(Question::new(Purpose::Close(id), "")),
        // What it holds is told with the question.
        Action::Archive => effects.push(Effect::Read(Wanted::Past(Past::Contents(id)))),
        _ => {}
    }
}

/// What goes is told; whoever is elsewhere by now is asked nothing.
fn confirm(state: &mut State, id: &SessionId, contents: &[String]) {
    let still = state.place == Place::Sessions && state.sessions.chosen().is_some_and(|session| session.id == *id);
    if still && state.question.is_none() {
        state.question = Some(Question::about(Purpose::Archive(id.clone()), contents.to_vec()));
    }
}

/// A sentence for whoever looks at the list.
pub(super) fn told(state: &mut State, text: &str) {
    if state.place == Place::Sessions {
        state.sessions.note = escape::line(text);
    }
}

/// How long ago: `5m`, `3h`, `12d`.
fn age(then: At, now: At) -> String {
    let seconds = now.timestamp().duration_since(then.timestamp()).as_secs().max(0);
    match seconds {
        0..60 => "now".to_owned(),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

impl State {
    pub(super) fn sessions_view(&self) -> SessionsView<'_> {
        let sessions = &self.sessions;
        let list: &[SessionSummary] = sessions.list.as_deref().unwrap_or_default();
        let rows = sessions.fitting.iter().filter_map(|at| list.get(*at)).map(|session| SessionRow {
            number: session.id.number(),
            status: if self.session.as_ref() == Some(&session.id) { "here" } else { session.status.word() },
            active: session.status == Status::Active,
            age: sessions.read_at.map_or_else(String::new, |now| age(session.last_activity, now)),
            commits: session.commits,
            goal: escape::line(&session.goal),
            finding: escape::line(session.finding.as_deref().or(session.last_commit.as_deref()).unwrap_or_default()),
        });
        let preview =
            sessions.preview.as_ref().filter(|(id, _)| sessions.chosen().is_some_and(|session| session.id == *id));
        SessionsView {
            rows: rows.collect(),
            chosen: sessions.chosen,
            top: self.drawn.sessions_top,
            reading: sessions.list.is_none(),
            archived: sessions.archived,
            filter: &sessions.filter,
            typing: sessions.typing,
            preview: preview.map(|(_, lines)| &**lines),
            banner: self.sessions_banner(),
        }
    }

    fn sessions_banner(&self) -> String {
        let waits = self.dialog.as_ref().map(|_| "⚠ a command waits for your approval");
        let note = Some(self.sessions.note.as_str()).filter(|note| !note.is_empty());
        let back = format!("{} to the chat", self.keymap.kept(Context::Sessions, Action::Chat));
        [waits, note, Some(&back)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
