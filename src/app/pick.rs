//! One of many, found by a few letters: a turn of the chat, a request of before, an entry that a search found.
//!
//! Owns what is typed there and which one is chosen.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::fuzzy::ranked;
use super::state::State;
use super::update::Effect;
use super::{composer, pager, reader};
use crate::runtime::{Hit, Past, Wanted};
use crate::ui::{PickRow, PickView};

/// Longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// What is chosen from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Turns, by their blocks.
    Outline(Vec<u64>),
    /// Requests, as they were written.
    Earlier(Vec<String>),
    /// Entries of any session.
    Hits(Arc<[Hit]>),
}

/// The list while it is open.
#[derive(Debug)]
pub(super) struct Pick {
    purpose: Purpose,
    /// Safe to show, in the order of the purpose.
    names: Vec<String>,
    text: String,
    fitting: Vec<usize>,
    chosen: usize,
    /// More is being read.
    pub reading: bool,
}

impl Pick {
    pub fn new(purpose: Purpose, names: Vec<String>) -> Pick {
        let fitting = (0..names.len()).collect();
        Pick { purpose, names, text: String::new(), fitting, chosen: 0, reading: false }
    }

    /// The same with the last one chosen.
    pub fn at_last(mut self) -> Pick {
        self.chosen = self.fitting.len().saturating_sub(1);
        self
    }

    /// More of what is looked for.
    pub fn add(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.text.extend(text.chars().filter(|letter| !letter.is_control()).take(room));
        self.search();
    }

    /// More to choose from, behind what is there.
    pub fn extend(&mut self, more: Vec<String>, shown: Vec<String>) {
        if let Purpose::Earlier(texts) = &mut self.purpose {
            for (text, name) in more.into_iter().zip(shown) {
                if !texts.contains(&text) {
                    texts.push(text);
                    self.names.push(name);
                }
            }
            self.search();
        }
    }

    fn search(&mut self) {
        self.chosen = 0;
        self.fitting = ranked(self.names.iter().map(String::as_str), &self.text);
    }
}

/// What a search found, to open one; what could not be searched stands below, and leads nowhere.
pub(super) fn found(state: &mut State, hits: Arc<[Hit]>, behind: u64) {
    let mut names: Vec<String> = hits.iter().map(|hit| hit.told.clone()).collect();
    names.extend((behind > 0).then(|| format!("({behind} entries are not searched yet)")));
    state.pick = Some(Pick::new(Purpose::Hits(hits), names));
}

/// A key while it is open.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    let Some(pick) = &mut state.pick else { return };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let last = pick.fitting.len().saturating_sub(1);
    match event.code {
        KeyCode::Esc => state.pick = None,
        KeyCode::Char('c' | 'g') if control => state.pick = None,
        KeyCode::Up => pick.chosen = pick.chosen.saturating_sub(1),
        KeyCode::Char('p' | 'k') if control => pick.chosen = pick.chosen.saturating_sub(1),
        KeyCode::Down => pick.chosen = (pick.chosen + 1).min(last),
        // Once more the key that opened it: the next older one, as readline does.
        KeyCode::Char('n' | 'j' | 'r') if control => pick.chosen = (pick.chosen + 1).min(last),
        KeyCode::Char('u') if control => {
            pick.text.clear();
            pick.search();
        }
        KeyCode::Backspace => {
            pick.text.pop();
            pick.search();
        }
        KeyCode::Char(letter) if !control && !event.modifiers.contains(KeyModifiers::ALT) => {
            pick.add(letter.encode_utf8(&mut [0; 4]));
        }
        KeyCode::Enter | KeyCode::Tab => take(state, effects),
        _ => {}
    }
}

fn take(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(pick) = state.pick.take() else { return };
    let Some(at) = pick.fitting.get(pick.chosen).copied() else { return };
    match &pick.purpose {
        Purpose::Outline(blocks) => blocks.get(at).copied().into_iter().for_each(|block| reader::show(state, block)),
        Purpose::Earlier(texts) => texts.get(at).into_iter().for_each(|text| composer::replace(state, text)),
        Purpose::Hits(hits) => match hits.get(at).cloned() {
            Some(Hit { line, entry, .. }) => {
                let title = format!("{} {entry}", line.session.short());
                pager::open(state, title, Wanted::Past(Past::Entry { line, entry }), effects);
                pager::with_behind(state, pick);
            }
            None => state.pick = Some(pick),
        },
    }
}

impl State {
    /// The list.
    pub(super) fn pick_view(&self) -> Option<PickView<'_>> {
        let pick = self.pick.as_ref()?;
        let rows = pick.fitting.iter().filter_map(|at| pick.names.get(*at));
        let rows = rows.map(|name| PickRow { name, ..PickRow::default() }).collect();
        let title = match pick.purpose {
            Purpose::Outline(_) => " Turns · Enter goes there · Esc ",
            Purpose::Earlier(_) => " Requests of before · Enter takes it · Esc ",
            Purpose::Hits(_) => " Found · Enter opens it · Esc ",
        };
        let empty = match (&pick.purpose, pick.names.is_empty()) {
            (Purpose::Earlier(_), _) if pick.reading => "reading …",
            (Purpose::Earlier(_), true) => "Nothing was asked for yet. Esc goes back.",
            _ => "Nothing fits. Backspace takes a letter away.",
        };
        Some(PickView { title, text: Some(&pick.text), lead: "", rows, chosen: pick.chosen, empty })
    }
}
