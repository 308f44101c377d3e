//! Where the person writes: readline's keys, what was said before, long pastes as one word.
//!
//! Owns the text, the pastes that stand for themselves in it and the way back through what was said.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_textarea::{CursorMove, TextArea, WrapMode};

use super::pick::{Pick, Purpose};
use super::state::State;
use super::update::Effect;
use super::{help, vi};
use crate::output::{counted, escape};
use crate::runtime::{Found, Reading, Wanted};
use crate::ui::Face;

/// Longest request that is taken, in bytes.
const MAX_REQUEST: usize = 256 * 1024;
/// A paste of more lines or bytes than these stands as one word.
const LINES: usize = 10;
const BYTES: usize = 2_000;

/// An empty composer.
pub(super) fn empty() -> TextArea<'static> {
    let mut composer = TextArea::default();
    composer.set_placeholder_text("Say what you want · / ! @ · ? help");
    composer.set_cursor_line_style(ratatui::style::Style::default());
    composer.set_wrap_mode(WrapMode::WordOrGlyph);
    composer
}

/// All that is written, with the pastes in it.
pub(super) fn text(state: &State) -> String {
    let mut text = state.composer.lines().join("\n");
    for (index, paste) in state.pastes.iter().enumerate() {
        text = text.replace(&word(index, paste), paste);
    }
    text
}

/// What stands for a paste.
fn word(index: usize, paste: &str) -> String {
    format!("[paste {}: {}]", index + 1, counted(paste.lines().count(), "line", "lines"))
}

/// Nothing is written any more.
pub(super) fn clear(state: &mut State) {
    state.composer = empty();
    state.pastes.clear();
    state.recalled = None;
    if let Some(vi) = &mut state.vi {
        vi.begin();
    }
}

/// What is written is let go of. Undo brings it back with the pastes in it, and so does the way back through what was
/// said.
pub(super) fn let_go(state: &mut State) {
    let draft = text(state);
    let is_recalled = state.recalled.and_then(|at| state.said.get(at)) == Some(&draft);
    if !is_recalled && !draft.trim().is_empty() && state.said.last() != Some(&draft) {
        state.said.push(draft);
    }
    if let Some(vi) = &mut state.vi {
        vi.let_go(&state.composer);
    }
    state.composer.clear();
    state.recalled = None;
}

/// Another text in place of what is written.
pub(super) fn replace(state: &mut State, text: &str) {
    clear(state);
    insert(state, text);
}

/// Text at the cursor; much of it stands as one word.
pub(super) fn insert(state: &mut State, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.lines().count() <= LINES && text.len() <= BYTES {
        state.composer.insert_str(text);
        return;
    }
    state.composer.insert_str(word(state.pastes.len(), &text));
    state.pastes.push(text);
}

/// A paste, where a request has room for it.
pub(super) fn paste(state: &mut State, pasted: &str) {
    if text(state).len() + pasted.len() > MAX_REQUEST {
        let words = format!(
            "What you pasted is {} bytes long; a request holds {MAX_REQUEST}. Put it into a file and name the file.",
            pasted.len()
        );
        state.words(Face::Warning, words);
        return;
    }
    if let Some(vi) = &mut state.vi {
        vi.keep(&state.composer);
    }
    insert(state, pasted);
}

/// A key that no binding has.
pub(super) fn edit(state: &mut State, key: KeyEvent) {
    if let Some(vi) = &mut state.vi {
        match vi.pressed(&mut state.composer, key) {
            vi::Done::Edited => return,
            vi::Done::Older => return recall(state, -1),
            vi::Done::Newer => return recall(state, 1),
            vi::Done::Passed => {}
        }
    }
    let single = state.composer.lines().len() == 1;
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    match key.code {
        KeyCode::Up if single => recall(state, -1),
        KeyCode::Down if single => recall(state, 1),
        KeyCode::Esc => {}
        KeyCode::Char('?') if state.composer.is_empty() => help::open(state),
        KeyCode::Backspace if !alt && !control && takes_word_back(state) => {}
        _ => readline(&mut state.composer, key),
    }
}

/// A key of readline, or a letter.
pub(super) fn readline(area: &mut TextArea<'static>, key: KeyEvent) {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    match key.code {
        KeyCode::Char('u') if control => {
            area.delete_line_by_head();
        }
        // Readline's undo; terminals say Ctrl+_ in several ways.
        KeyCode::Char('_' | '7' | '/') if control => {
            area.undo();
        }
        KeyCode::Char('t') if control => transpose(area),
        KeyCode::Char('u') if alt => recase(area, |word| word.to_uppercase()),
        KeyCode::Char('l') if alt => recase(area, |word| word.to_lowercase()),
        KeyCode::Char('c') if alt => recase(area, capitalised),
        KeyCode::Char('<') if alt => area.move_cursor(CursorMove::Top),
        KeyCode::Char('>') if alt => area.move_cursor(CursorMove::Bottom),
        _ => {
            area.input(key);
        }
    }
}

/// A paste before the cursor goes as the one word it is.
fn takes_word_back(state: &mut State) -> bool {
    let tui_textarea::DataCursor(row, column) = state.composer.cursor();
    let Some(line) = state.composer.lines().get(row) else { return false };
    let before: String = line.chars().take(column).collect();
    let words = state.pastes.iter().enumerate().map(|(index, paste)| word(index, paste));
    let Some(length) = words.into_iter().find(|word| before.ends_with(word.as_str())).map(|word| word.chars().count())
    else {
        return false;
    };
    for _ in 0..length {
        state.composer.move_cursor(CursorMove::Back);
    }
    // At once, so that one undo brings it back.
    state.composer.delete_str(length)
}

/// The two characters before the cursor change places, as in readline.
fn transpose(area: &mut TextArea<'static>) {
    let tui_textarea::DataCursor(row, column) = area.cursor();
    let Some(length) = area.lines().get(row).map(|line| line.chars().count()) else { return };
    if length < 2 || column == 0 {
        return;
    }
    if column < length {
        area.move_cursor(CursorMove::Forward);
    }
    let tui_textarea::DataCursor(_, column) = area.cursor();
    let letters: Option<Vec<char>> = area.lines().get(row).map(|line| line.chars().skip(column - 2).take(2).collect());
    if let Some([one, other]) = letters.as_deref() {
        let swapped = format!("{other}{one}");
        area.delete_char();
        area.delete_char();
        area.insert_str(swapped);
    }
}

/// The word from the cursor on in other letters.
fn recase(area: &mut TextArea<'static>, change: impl Fn(&str) -> String) {
    let tui_textarea::DataCursor(row, column) = area.cursor();
    let Some(line) = area.lines().get(row) else { return };
    let rest: Vec<char> = line.chars().skip(column).collect();
    let blanks = rest.iter().take_while(|letter| !letter.is_alphanumeric()).count();
    let word: String = rest.iter().skip(blanks).take_while(|letter| letter.is_alphanumeric()).collect();
    for _ in 0..blanks {
        area.move_cursor(CursorMove::Forward);
    }
    for _ in 0..word.chars().count() {
        area.delete_next_char();
    }
    area.insert_str(change(&word));
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
}

/// Earlier requests into the composer.
fn recall(state: &mut State, step: isize) {
    let at = state.recalled.unwrap_or(state.said.len());
    let Some(next) = at.checked_add_signed(step).filter(|next| *next <= state.said.len()) else { return };
    if state.recalled.is_none() {
        state.draft = text(state);
    }
    let text = state.said.get(next).cloned().unwrap_or_else(|| std::mem::take(&mut state.draft));
    replace(state, &text);
    state.recalled = (next < state.said.len()).then_some(next);
}

/// Earlier requests to choose from, those of this run first, and the memory's when they are read.
pub(super) fn earlier(state: &mut State, effects: &mut Vec<Effect>) {
    let mut said: Vec<String> = Vec::new();
    for text in state.said.iter().rev() {
        if !said.contains(text) {
            said.push(text.clone());
        }
    }
    let names = said.iter().map(|text| escape::line(text)).collect();
    let mut pick = Pick::new(Purpose::Earlier(said), names);
    pick.add(&state.composer.lines().join(" "));
    pick.reading = true;
    state.pick = Some(pick);
    effects.push(Effect::Read(Wanted::Requests));
}

/// The memory's requests are there.
pub(super) fn earlier_read(state: &mut State, reading: Reading) {
    let Some(pick) = &mut state.pick else { return };
    pick.reading = false;
    if let Ok(Found::List(texts)) = reading.found {
        let names = texts.iter().map(|text| escape::line(text)).collect();
        pick.extend(texts.to_vec(), names);
    }
}
