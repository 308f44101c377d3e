//! A long text over everything, read and put away.
//!
//! Owns which line stands on top, and what is looked for. Must not know what the text is; it may still be on its way.

use std::ops::Range;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keymap::{Action, Context, Keymap};
use super::pick::{self, Pick};
use super::state::State;
use super::update::Effect;
use crate::output::{escape, language};
use crate::runtime::{Found, Past, Reading, Wanted};

/// Longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// Text that is looked for.
#[derive(Debug, Default)]
struct Find {
    text: String,
    /// It is still being typed.
    typing: bool,
    /// The line it stands in.
    at: Option<usize>,
}

impl Find {
    /// Small letters fit capitals, capitals only themselves.
    fn fits(&self, line: &str) -> bool {
        match self.text.chars().any(char::is_uppercase) {
            true => line.contains(&self.text),
            false => line.to_lowercase().contains(&self.text),
        }
    }
}

/// A text that is shown.
#[derive(Debug)]
pub(super) struct Pager {
    pub title: String,
    /// What is being read, until it is there.
    wanted: Option<Wanted>,
    pub lines: Arc<[String]>,
    pub top: usize,
    /// The column at which rows begin that go on with a line.
    pub hang: usize,
    /// The lines that a command printed, and their language.
    pub printed: Option<(&'static str, Range<usize>)>,
    find: Option<Find>,
    /// The list it was opened from, to go back to.
    behind: Option<Pick>,
    /// A word about the last key.
    note: &'static str,
}

impl Pager {
    /// One whose text is being read.
    fn waiting(title: String, wanted: Wanted) -> Pager {
        Pager { wanted: Some(wanted), ..Pager::with(title, Vec::new()) }
    }

    /// One whose text is there.
    pub fn with(title: String, lines: Vec<String>) -> Pager {
        Pager {
            title,
            wanted: None,
            lines: lines.into(),
            top: 0,
            hang: 0,
            printed: None,
            find: None,
            behind: None,
            note: "",
        }
    }

    /// The same text as two columns, the second of which begins here.
    pub fn hanging(self, hang: usize) -> Pager {
        Pager { hang, ..self }
    }

    pub fn is_waiting(&self) -> bool {
        self.wanted.is_some()
    }

    /// Whether letters are those of a text that is looked for.
    pub fn is_typing(&self) -> bool {
        self.find.as_ref().is_some_and(|find| find.typing)
    }

    /// What is looked for.
    pub fn find(&self) -> &str {
        self.find.as_ref().map_or("", |find| &find.text)
    }

    /// What there is to know while something is.
    pub fn banner(&self, keymap: &Keymap) -> String {
        let Some(find) = &self.find else { return String::new() };
        let text = escape::line(&find.text);
        let mut parts = vec![self.note.to_owned()];
        if find.typing {
            parts.push(format!("/{text}▏ · Enter keeps it · Esc"));
        } else {
            parts.push(format!("/{text}"));
            let on = [(Action::FindNewer, "below"), (Action::FindOlder, "above")];
            parts.extend(on.into_iter().filter_map(|(action, what)| keymap.does(Context::Pager, action, what)));
            parts.push(keymap.kept(Context::Pager, Action::Leave));
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// To the next line with the text: from the one that is given on, downwards or upwards.
    fn look(&mut self, from: usize, down: bool, last: usize) {
        let Some(find) = &mut self.find else { return };
        let fits = |at: &usize| self.lines.get(*at).is_some_and(|line| find.fits(line));
        let found = match down {
            true => (from..self.lines.len()).find(fits),
            false => (0..from).rev().find(fits),
        };
        self.note = match (found, find.at) {
            (Some(_), _) => "",
            (None, Some(_)) => "there is no other place",
            (None, None) => "it stands nowhere in the text",
        };
        if let Some(at) = found {
            find.at = Some(at);
            self.top = at.min(last);
        }
    }

    /// A key of the text that is looked for; false for one that leads elsewhere.
    fn typed(&mut self, event: KeyEvent, last: usize) -> bool {
        let Some(find) = self.find.as_mut().filter(|find| find.typing) else { return false };
        match event.code {
            KeyCode::Esc => self.find = None,
            KeyCode::Enter if find.text.is_empty() => self.find = None,
            KeyCode::Enter => find.typing = false,
            KeyCode::Backspace => {
                find.text.pop();
                find.at = None;
                self.look(self.top, true, last);
            }
            KeyCode::Char(letter) if event.modifiers.difference(KeyModifiers::SHIFT).is_empty() => {
                if find.text.chars().count() < LONGEST {
                    find.text.push(letter);
                }
                find.at = None;
                self.look(self.top, true, last);
            }
            _ => return false,
        }
        true
    }
}

/// Opens it, and has its text read.
pub(super) fn open(state: &mut State, title: String, wanted: Wanted, effects: &mut Vec<Effect>) {
    state.pager = Some(Pager::waiting(title, wanted.clone()));
    effects.push(Effect::Read(wanted));
}

/// Looks for words in every log.
pub(super) fn search(state: &mut State, words: &str, effects: &mut Vec<Effect>) {
    open(state, format!("search: {}", escape::line(words)), Wanted::Past(Past::Search(words.to_owned())), effects);
}

/// The list that the open text was chosen from is there again when the text is put away.
pub(super) fn with_behind(state: &mut State, list: Pick) {
    if let Some(pager) = &mut state.pager {
        pager.behind = Some(list);
    }
}

/// A text was read. Whoever put the pager away meanwhile gets no other.
pub(super) fn read(state: &mut State, reading: Reading) {
    let Some(pager) = state.pager.as_mut().filter(|pager| pager.wanted.as_ref() == Some(&reading.wanted)) else {
        return;
    };
    pager.wanted = None;
    pager.lines = match reading.found {
        Ok(Found::Text(lines)) => lines,
        Ok(Found::Hits { hits, behind }) => {
            state.pager = None;
            return pick::found(state, hits, behind);
        }
        Ok(_) => return,
        // What went wrong may be a sentence, or several.
        Err(why) => Arc::from([format!("It cannot be read: {}.", why.trim_end_matches('.'))]),
    };
    if let Wanted::Past(Past::Entry { .. }) = reading.wanted {
        pager.printed = language::in_entry(&pager.lines);
    }
}

/// The wheel over it.
pub(super) fn scrolled(state: &mut State, rows: isize) {
    let last = state.drawn.pager_last;
    if let Some(pager) = &mut state.pager {
        pager.top = pager.top.saturating_add_signed(rows).min(last);
    }
}

/// A key while a text is shown.
pub(super) fn pressed(state: &mut State, event: KeyEvent) {
    let Some(pager) = &mut state.pager else { return };
    // The drawing knows how many rows every line takes.
    let last = state.drawn.pager_last;
    pager.note = "";
    if pager.typed(event, last) {
        return;
    }
    if let Some(action) = state.keymap.action(Context::Pager, event) {
        does(state, action);
    }
}

/// Does something with the text.
pub(super) fn does(state: &mut State, action: Action) {
    let Some(pager) = &mut state.pager else { return };
    let last = state.drawn.pager_last;
    let page = usize::from(state.drawn.pager_rows.saturating_sub(1)).max(1);
    match action {
        Action::Up => pager.top = pager.top.saturating_sub(1),
        Action::Down => pager.top = (pager.top + 1).min(last),
        Action::PageUp => pager.top = pager.top.saturating_sub(page),
        Action::PageDown => pager.top = (pager.top + page).min(last),
        Action::ToStart => pager.top = 0,
        Action::ToEnd => pager.top = last,
        Action::Find => pager.find = Some(Find { typing: true, ..Find::default() }),
        Action::FindNewer => {
            let from = pager.find.as_ref().and_then(|find| find.at).map_or(pager.top, |at| at + 1);
            pager.look(from, true, last);
        }
        Action::FindOlder => {
            let from = pager.find.as_ref().and_then(|find| find.at).unwrap_or(pager.top);
            pager.look(from, false, last);
        }
        Action::Leave if pager.find.is_some() => pager.find = None,
        Action::Leave => state.pick = state.pager.take().and_then(|pager| pager.behind),
        Action::Redraw => state.repaint = true,
        _ => {}
    }
}
