//! The themes: which one is drawn with, and the list in which they are tried out.
//!
//! Owns the choice. What a theme looks like is not known here, only its name.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::state::State;
use super::update::Effect;
use crate::output::escape;
use crate::ui::{Face, PickRow, PickView};

/// The themes there are.
#[derive(Debug, Default)]
pub(super) struct Themes {
    names: Vec<String>,
    chosen: usize,
    /// The one before, while others are tried out.
    before: Option<usize>,
    /// Nobody chose one: the terminal's colours do.
    follows: bool,
}

impl Themes {
    pub fn is_open(&self) -> bool {
        self.before.is_some()
    }
}

/// Opens the list; moving through it draws with each.
pub(super) fn open(state: &mut State) {
    state.themes.before = Some(state.themes.chosen);
}

/// Draws with the theme of that name from now on.
pub(super) fn named(state: &mut State, name: &str, effects: &mut Vec<Effect>) {
    match state.themes.names.iter().position(|known| known == name) {
        Some(place) => {
            state.themes.chosen = place;
            state.themes.follows = false;
            effects.push(Effect::KeepTheme(name.to_owned()));
        }
        None => {
            let known = state.themes.names.join(", ");
            state.words(Face::Warning, format!("There is no theme {}; there are: {known}.", escape::line(name)));
        }
    }
}

/// The terminal's colours changed.
pub(super) fn suit(state: &mut State, light: bool) {
    let themes = &mut state.themes;
    let suits = if light { "light" } else { "dark" };
    let place = themes.names.iter().position(|known| known == suits).filter(|_| themes.follows);
    // While others are tried out it is the one that comes back.
    let worn = themes.before.as_mut().unwrap_or(&mut themes.chosen);
    *worn = place.unwrap_or(*worn);
}

/// A key while they are tried out.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let themes = &mut state.themes;
    let last = themes.names.len().saturating_sub(1);
    match event.code {
        KeyCode::Up | KeyCode::Char('k') => themes.chosen = themes.chosen.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => themes.chosen = (themes.chosen + 1).min(last),
        KeyCode::Esc => themes.chosen = themes.before.take().unwrap_or(themes.chosen),
        KeyCode::Char('c') if event.modifiers.contains(KeyModifiers::CONTROL) => {
            themes.chosen = themes.before.take().unwrap_or(themes.chosen);
        }
        KeyCode::Enter => {
            themes.before = None;
            themes.follows = false;
            effects.extend(themes.names.get(themes.chosen).cloned().map(Effect::KeepTheme));
        }
        _ => {}
    }
}

impl State {
    /// The same state, which can be drawn with these themes.
    #[must_use]
    pub fn with_themes(mut self, names: Vec<String>, chosen: usize) -> State {
        self.themes = Themes { names, chosen, before: None, follows: false };
        self
    }

    /// The same state, which goes from the dark theme to the light one and back as the terminal does.
    #[must_use]
    pub fn with_colours_of_the_terminal(mut self, follows: bool) -> State {
        self.themes.follows = follows;
        self
    }

    /// Which of the themes is drawn with.
    pub fn theme(&self) -> usize {
        self.themes.chosen
    }

    /// The list of them.
    pub(super) fn themes_view(&self) -> Option<PickView<'_>> {
        let themes = &self.themes;
        let rows = themes.names.iter().map(|name| PickRow { name, ..PickRow::default() }).collect();
        let title = " Themes · Enter keeps it · Esc leaves it as it was ";
        themes.before.map(|_| PickView { title, text: None, lead: "", rows, chosen: themes.chosen })
    }
}
