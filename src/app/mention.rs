//! `@` and a few letters: a file of this directory, or something that was listed in the chat, put into the request.
//!
//! Owns what there is to name and which is chosen. What is put there is the plain name, which planner and model read.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use tui_textarea::DataCursor;

use super::fuzzy::ranked;
use super::state::State;
use super::update::Effect;
use crate::domain::Stream;
use crate::output::{escape, table};
use crate::runtime::{Found, Reading, Wanted};
use crate::ui::{BlockKind, PickRow, PickView};

/// Names that are offered at a time.
const SHOWN: usize = 50;
/// Commands whose output is looked through for names, and bytes of each.
const CARDS: usize = 20;
const BYTES: usize = 64 << 10;
/// Titles of columns that name things.
const TITLES: [&str; 4] = ["NAME", "NAMES", "REPOSITORY", "UNIT"];

/// How long a reading of the files holds.
const FRESH: Duration = Duration::from_secs(3);

/// What there is to name.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// `None` before they were read.
    files: Option<Arc<[String]>>,
    reading: bool,
    read_at: Duration,
    /// The names that fit what is typed, with what they are.
    fitting: Vec<(String, &'static str)>,
    chosen: usize,
    /// A name is being typed and its list was not put away.
    open: bool,
    /// The list was put away for this beginning.
    unlisted: Option<String>,
}

/// The letters behind an `@` that the cursor stands at.
fn begun(state: &State) -> Option<String> {
    let DataCursor(row, column) = state.composer.cursor();
    let line = state.composer.lines().get(row)?;
    let before: String = line.chars().take(column).collect();
    let at = before.rfind('@')?;
    let word = before.get(at + 1..)?;
    let free = before.get(..at)?.chars().next_back().is_none_or(char::is_whitespace);
    (free && !word.contains(char::is_whitespace)).then(|| word.to_owned())
}

/// The letters of a name that is being typed and whose list was not put away.
fn unfinished(state: &State) -> Option<String> {
    begun(state).filter(|word| state.mentions.unlisted.as_ref() != Some(word))
}

/// After a key in the composer: what fits now, and what must be read for it.
pub(super) fn refresh(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(word) = unfinished(state) else {
        state.mentions.fitting.clear();
        state.mentions.open = false;
        return;
    };
    state.mentions.unlisted = None;
    // What was read before is offered until what is there now was read.
    let is_old = state.activity.now.saturating_sub(state.mentions.read_at) >= FRESH;
    let opens = state.mentions.fitting.is_empty() && is_old;
    if (state.mentions.files.is_none() || opens) && !state.mentions.reading {
        state.mentions.reading = true;
        effects.push(Effect::Read(Wanted::Files));
    }
    fit(state, &word);
    state.mentions.chosen = 0;
    state.mentions.open = true;
}

/// The names that fit the letters.
fn fit(state: &mut State, word: &str) {
    let mut names: Vec<(String, &'static str)> = listed(state).into_iter().map(|name| (name, "listed above")).collect();
    let files = state.mentions.files.iter().flat_map(|files| files.iter());
    names.extend(files.map(|file| (file.clone(), "file")));
    let places = ranked(names.iter().map(|(name, _)| name.as_str()), word);
    state.mentions.fitting = places.into_iter().take(SHOWN).filter_map(|place| names.get(place).cloned()).collect();
}

/// Names that tables of the newest outputs have.
fn listed(state: &State) -> BTreeSet<String> {
    let cards = state.blocks.iter().rev().filter_map(|block| match &block.kind {
        BlockKind::Card(card) => Some(card),
        BlockKind::Words { .. } | BlockKind::Checklist(_) => None,
    });
    let mut names = BTreeSet::new();
    for card in cards.take(CARDS) {
        let printed: Vec<u8> = card
            .output
            .iter()
            .filter(|(stream, _)| *stream == Stream::Stdout)
            .flat_map(|(_, bytes)| bytes.iter().copied())
            .take(BYTES)
            .collect();
        for table in table::tables(&escape::text(&printed)) {
            let Some(title) = TITLES.iter().find(|title| table.has(title)) else { continue };
            let cells = table.rows.iter().filter_map(|row| table.cell(row, title));
            names.extend(cells.filter(|name| is_plain(name)).map(str::to_owned));
        }
    }
    names
}

/// A name that is one word of a command line as it stands.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./:@".contains(letter))
}

/// The files are there. Whichever name was chosen stays chosen.
pub(super) fn read(state: &mut State, reading: Reading) {
    state.mentions.reading = false;
    state.mentions.read_at = state.activity.now;
    let Ok(Found::List(files)) = reading.found else { return };
    state.mentions.files = Some(files);
    if let Some(word) = unfinished(state) {
        let chosen = state.mentions.fitting.get(state.mentions.chosen).cloned();
        fit(state, &word);
        let again = state.mentions.fitting.iter().position(|name| Some(name) == chosen.as_ref());
        state.mentions.chosen = again.unwrap_or(0);
    }
}

/// A key while names are listed; false for one that goes on to the composer.
pub(super) fn completes(state: &mut State, event: KeyEvent) -> bool {
    let mentions = &mut state.mentions;
    if mentions.fitting.is_empty() || !event.modifiers.is_empty() {
        return false;
    }
    match event.code {
        KeyCode::Up => mentions.chosen = mentions.chosen.saturating_sub(1),
        KeyCode::Down => mentions.chosen = (mentions.chosen + 1).min(mentions.fitting.len() - 1),
        KeyCode::Esc => {
            state.mentions.unlisted = begun(state);
            state.mentions.fitting.clear();
            state.mentions.open = false;
        }
        KeyCode::Tab | KeyCode::Enter => take(state),
        _ => return false,
    }
    true
}

/// The name in place of the letters; one with blanks in quotes, as a person would write it.
fn take(state: &mut State) {
    let Some(word) = begun(state) else { return };
    let Some((name, _)) = state.mentions.fitting.get(state.mentions.chosen).cloned() else { return };
    for _ in 0..=word.chars().count() {
        state.composer.delete_char();
    }
    let name = if is_plain(&name) { name } else { format!("'{}'", name.replace('\'', "'\\''")) };
    state.composer.insert_str(format!("{name} "));
    state.mentions.fitting.clear();
}

impl State {
    /// The names that fit.
    pub(super) fn mention_view(&self) -> Option<PickView<'_>> {
        let mentions = &self.mentions;
        if mentions.fitting.is_empty() && !(mentions.open && begun(self).is_some()) {
            return None;
        }
        let rows = mentions.fitting.iter().map(|(name, help)| PickRow { name, help, ..PickRow::default() }).collect();
        let empty = match mentions.files {
            None if mentions.reading => "reading …",
            _ => "No file here and nothing that was listed fits.",
        };
        Some(PickView { title: "", text: None, lead: "@", rows, chosen: mentions.chosen, empty })
    }
}
