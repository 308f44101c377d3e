//! The list of commands: of those that begin with what is typed after a slash, and as the palette over everything.
//!
//! Owns which one is chosen. What a command does is `command`'s.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::command::{self, COMMANDS, Command};
use super::composer;
use super::fuzzy::ranked;
use super::keymap::Context;
use super::state::State;
use super::update::Effect;
use crate::ui::{HelpRow, PickRow, PickView, Place};

/// Longest text that is looked for, in characters.
const LONGEST: usize = 60;

/// The palette, while it is open.
#[derive(Debug, Default)]
pub(super) struct Palette {
    text: String,
    chosen: usize,
}

impl Palette {
    /// More of what is looked for.
    pub fn add(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.text.extend(text.chars().filter(|letter| !letter.is_control()).take(room));
        self.chosen = 0;
    }

    fn fitting(&self) -> Vec<&'static Command> {
        let told: Vec<String> = COMMANDS.iter().map(|command| format!("{} {}", command.name, command.help)).collect();
        let places = ranked(told.iter().map(String::as_str), &self.text);
        places.into_iter().filter_map(|place| COMMANDS.get(place)).collect()
    }
}

/// A key while the palette is open.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let Some(palette) = &mut state.palette else { return };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let last = palette.fitting().len().saturating_sub(1);
    match event.code {
        KeyCode::Esc => state.palette = None,
        KeyCode::Char('c' | 'g') if control => state.palette = None,
        KeyCode::Up => palette.chosen = palette.chosen.saturating_sub(1),
        KeyCode::Char('p' | 'k') if control => palette.chosen = palette.chosen.saturating_sub(1),
        KeyCode::Down => palette.chosen = (palette.chosen + 1).min(last),
        KeyCode::Char('n' | 'j') if control => palette.chosen = (palette.chosen + 1).min(last),
        KeyCode::Char('u') if control => *palette = Palette::default(),
        KeyCode::Backspace => {
            palette.text.pop();
            palette.chosen = 0;
        }
        KeyCode::Char(letter) if !control && !event.modifiers.contains(KeyModifiers::ALT) => {
            palette.add(letter.encode_utf8(&mut [0; 4]));
        }
        KeyCode::Enter => {
            let chosen = palette.fitting().get(palette.chosen).copied();
            state.palette = None;
            if let Some(command) = chosen {
                take(state, command, effects);
            }
        }
        _ => {}
    }
}

/// Runs the command; one that needs more is put before what stands in the composer, to be gone on with.
fn take(state: &mut State, command: &Command, effects: &mut Vec<Effect>) {
    if command.needs_more() {
        let said = composer::text(state);
        state.place = Place::Chat;
        composer::replace(state, &format!("/{} {said}", command.name));
    } else {
        command::run(state, command.name, effects);
    }
}

/// The name of a command that is being typed.
fn begun(state: &State) -> Option<&str> {
    let [line] = state.composer.lines() else { return None };
    let name = line.strip_prefix('/').filter(|name| !name.contains([' ', '/']))?;
    // Whoever put the list away has it back with the next letter.
    (state.unlisted.as_deref() != Some(name)).then_some(name)
}

/// The commands it may become, those that begin so first.
fn completions(state: &State) -> Vec<&'static Command> {
    let Some(begun) = begun(state) else { return Vec::new() };
    let places = ranked(COMMANDS.iter().map(|command| command.name), begun);
    let mut fitting: Vec<&Command> = places.into_iter().filter_map(|place| COMMANDS.get(place)).collect();
    fitting.sort_by_key(|command| !command.name.starts_with(begun));
    fitting
}

/// A key while completions are listed; false for one that goes on to the composer.
pub(super) fn completes(state: &mut State, event: KeyEvent) -> bool {
    let fitting = completions(state);
    let at = state.completion.min(fitting.len().saturating_sub(1));
    let Some(chosen) = fitting.get(at).filter(|_| event.modifiers.is_empty()) else { return false };
    match event.code {
        KeyCode::Up => state.completion = at.saturating_sub(1),
        KeyCode::Down => state.completion = (at + 1).min(fitting.len() - 1),
        KeyCode::Esc => state.unlisted = begun(state).map(str::to_owned),
        KeyCode::Tab => complete(state, chosen),
        // What is chosen counts; alone it is run at once.
        KeyCode::Enter => {
            complete(state, chosen);
            return chosen.needs_more();
        }
        _ => {
            state.completion = 0;
            return false;
        }
    }
    true
}

fn complete(state: &mut State, command: &Command) {
    composer::replace(state, &format!("/{} ", command.name));
    state.completion = 0;
}

/// What the keys do while something is completed.
pub(super) fn hints() -> Vec<HelpRow> {
    let rows = [("Tab", "complete"), ("Enter", "take it"), ("↑ / ↓", "choose"), ("Esc", "put the list away")];
    rows.map(|(keys, text)| HelpRow { keys: keys.to_owned(), text: text.to_owned() }).into()
}

impl State {
    /// The palette.
    pub(super) fn palette_view(&self) -> Option<PickView<'_>> {
        let palette = self.palette.as_ref()?;
        let here = match self.place {
            Place::Chat => Context::Chat,
            Place::Shell => Context::Shell,
            Place::Graph => Context::Graph,
            Place::Sessions => Context::Sessions,
        };
        let keys = |command: &Command| command.action().and_then(|action| self.keymap.told(here, action));
        let row = |command: &'static Command| PickRow { keys: keys(command).unwrap_or_default(), ..command.row() };
        let rows = palette.fitting().into_iter().map(row).collect();
        let title = " Commands · Enter does it · Esc ";
        let empty = "No command fits. Backspace takes a letter away.";
        Some(PickView { title, text: Some(&palette.text), lead: "/", rows, chosen: palette.chosen, empty })
    }

    /// The completions.
    pub(super) fn completion_view(&self) -> Option<PickView<'_>> {
        let rows: Vec<_> = completions(self).into_iter().map(Command::row).collect();
        let last = rows.len().checked_sub(1)?;
        Some(PickView { title: "", text: None, lead: "/", rows, chosen: self.completion.min(last), empty: "" })
    }
}
