//! The themes: which one is drawn with, and the list in which they are tried out.
//!
//! Owns the choice. What a theme looks like is not known here, only its name.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::state::State;
use super::update::Effect;
use crate::output::escape;
use crate::ui::{Face, PickRow, PickView};

/// The name of the choice that leaves it to the terminal.
const AUTO: &str = "auto";

/// The themes there are.
#[derive(Debug, Default)]
pub(super) struct Themes {
    names: Vec<String>,
    /// The row of the list that holds: the first is `auto`, below it stand the themes.
    row: usize,
    /// Which of them suits the terminal.
    suits: usize,
    /// The row before, while others are tried out.
    before: Option<usize>,
    /// Whether that changes with the terminal's colours.
    follows: bool,
}

impl Themes {
    pub fn is_open(&self) -> bool {
        self.before.is_some()
    }

    /// What the row that holds is called.
    fn name(&self) -> &str {
        self.row.checked_sub(1).and_then(|place| self.names.get(place)).map_or(AUTO, String::as_str)
    }
}

/// Opens the list; moving through it draws with each.
pub(super) fn open(state: &mut State) {
    state.themes.before = Some(state.themes.row);
}

/// Draws with the theme of that name from now on.
pub(super) fn named(state: &mut State, name: &str, effects: &mut Vec<Effect>) {
    let place = || state.themes.names.iter().position(|known| known == name);
    let row = if name == AUTO { Some(0) } else { place().map(|place| place + 1) };
    match row {
        Some(row) => {
            state.themes.row = row;
            effects.push(Effect::KeepTheme(name.to_owned()));
        }
        None => {
            let known = state.themes.names.join(", ");
            let text = format!("There is no theme {}; there are: {AUTO}, {known}.", escape::line(name));
            state.words(Face::Warning, text);
        }
    }
}

/// The terminal's colours changed.
pub(super) fn suit(state: &mut State, light: bool) {
    let themes = &mut state.themes;
    let suits = if light { "light" } else { "dark" };
    let place = themes.names.iter().position(|known| known == suits).filter(|_| themes.follows);
    themes.suits = place.unwrap_or(themes.suits);
}

/// A key while they are tried out.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let themes = &mut state.themes;
    match event.code {
        KeyCode::Up | KeyCode::Char('k') => themes.row = themes.row.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => themes.row = (themes.row + 1).min(themes.names.len()),
        KeyCode::Esc => themes.row = themes.before.take().unwrap_or(themes.row),
        KeyCode::Char('c') if event.modifiers.contains(KeyModifiers::CONTROL) => {
            themes.row = themes.before.take().unwrap_or(themes.row);
        }
        KeyCode::Enter => {
            themes.before = None;
            effects.push(Effect::KeepTheme(themes.name().to_owned()));
        }
        _ => {}
    }
}

impl State {
    /// The same state, which can be drawn with these themes: with one of them, or with the one that suits the terminal.
    #[must_use]
    pub fn with_themes(mut self, names: Vec<String>, chosen: Option<usize>, suits: usize) -> State {
        let row = chosen.map_or(0, |place| place + 1);
        self.themes = Themes { names, row, suits, before: None, follows: false };
        self
    }

    /// The same state, whose `auto` goes from the dark theme to the light one and back as the terminal does.
    #[must_use]
    pub fn with_colours_of_the_terminal(mut self, follows: bool) -> State {
        self.themes.follows = follows;
        self
    }

    /// Which of the themes is drawn with.
    pub fn theme(&self) -> usize {
        self.themes.row.checked_sub(1).unwrap_or(self.themes.suits)
    }

    /// The list of them.
    pub(super) fn themes_view(&self) -> Option<PickView<'_>> {
        let themes = &self.themes;
        let suits = themes.names.get(themes.suits).map_or("", String::as_str);
        let auto = PickRow { name: AUTO, arguments: suits, help: "what suits the terminal:", ..PickRow::default() };
        let named = themes.names.iter().map(|name| PickRow { name, ..PickRow::default() });
        let rows = std::iter::once(auto).chain(named).collect();
        let title = " Themes · Enter keeps it · Esc leaves it as it was ";
        themes.before.map(|_| PickView { title, text: None, lead: "", rows, chosen: themes.row, empty: "" })
    }
}
