//! The chat read back: scrolled, looked through, block by block.
//!
//! Owns what part of it is seen and which block is chosen. Rows are the drawing's to count: what is wanted goes out with
//! the view, and what was seen comes back with [`Drawn`].

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keymap::{Action, Context, Keymap};
use super::pager;
use super::pick::{self, Pick};
use super::state::State;
use super::update::{self, Effect};
use crate::output::escape;
use crate::runtime::Wanted;
use crate::shell::clipboard;
use crate::ui::{BlockKind, Drawn, Face, FindView, Sight, Sought, Spot, Step};

/// Longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// Text that is looked for.
#[derive(Debug, Default)]
struct Find {
    text: String,
    /// It is still being typed.
    typing: bool,
    at: Option<Spot>,
    /// Which of the places that is, and how many there are.
    places: Option<(usize, usize)>,
    /// Which way to look with the next drawing.
    step: Option<Step>,
}

impl Find {
    /// ` · 3 of 12`.
    fn counted(&self) -> String {
        let places = self.places.filter(|_| self.at.is_some());
        places.map_or_else(String::new, |(place, all)| format!(" · {place} of {all}"))
    }
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Reader {
    top: Option<Spot>,
    by: isize,
    show: Option<u64>,
    chosen: Option<u64>,
    find: Option<Find>,
    /// Blocks that are unfolded as long as a text in them is looked for.
    opened: Vec<u64>,
    /// A word about the last key.
    pub note: String,
}

impl Reader {
    /// Whether keys are for what stands in the chat and not for the composer.
    pub fn has_keys(&self) -> bool {
        self.chosen.is_some() || self.find.is_some()
    }

    /// Whether something else is to be seen than the end.
    pub fn reads(&self) -> bool {
        self.has_keys() || self.top.is_some() || self.by < 0
    }

    /// Whether letters are those of a text that is looked for.
    pub fn is_typing(&self) -> bool {
        self.find.as_ref().is_some_and(|find| find.typing)
    }

    /// A page up or down, as rows.
    pub fn by(&mut self, rows: isize) {
        self.by = self.by.saturating_add(rows);
    }

    /// Back to the end, and to the composer.
    pub fn end(&mut self) {
        *self = Reader { opened: std::mem::take(&mut self.opened), ..Reader::default() };
    }

    /// What was drawn is how it stands now.
    fn drawn(&mut self, drawn: Drawn) -> bool {
        self.top = drawn.chat_top;
        self.by = 0;
        self.show = None;
        let Some(find) = &mut self.find else { return false };
        let step = find.step.take();
        match drawn.found {
            Sought::NotLooked => return false,
            Sought::At(spot) => {
                (find.at, find.places) = (Some(spot), drawn.places);
                self.note.clear();
            }
            Sought::InFold(block) => {
                find.step = step;
                self.opened.push(block);
            }
            Sought::Nowhere if find.at.is_some() => self.note = "there is no other place".to_owned(),
            Sought::Nowhere => self.note = "it stands nowhere in the chat".to_owned(),
        }
        true
    }

    pub fn sight(&self) -> Sight<'_> {
        let find = self.find.as_ref().filter(|find| !find.text.is_empty());
        let find = find.map(|find| FindView { text: &find.text, from: find.at, step: find.step });
        Sight { top: self.top, by: self.by, show: self.show, chosen: self.chosen, find }
    }

    /// What there is to know, for the line above the composer.
    pub fn banner(&self, keymap: &Keymap) -> Option<String> {
        let leaves = keymap.kept(Context::Block, Action::Leave);
        let keys = match (&self.find, self.chosen) {
            (Some(find), _) if find.typing => {
                format!("/{}▏{} · Enter keeps it · Esc", escape::line(&find.text), find.counted())
            }
            (Some(find), _) => {
                let on = [(Action::FindOlder, "older"), (Action::FindNewer, "newer")];
                let on = on.into_iter().filter_map(|(action, what)| keymap.does(Context::Block, action, what));
                let text = format!("/{}{}", escape::line(&find.text), find.counted());
                std::iter::once(text).chain(on).chain([leaves]).collect::<Vec<_>>().join(" · ")
            }
            (None, Some(_)) => format!("a block is chosen · {leaves}"),
            (None, None) => return None,
        };
        Some(if self.note.is_empty() { keys } else { format!("{} · {keys}", self.note) })
    }
}

/// What was drawn is how it stands now. A block in the folded part of which the text stands is unfolded and looked
/// through with the next drawing.
pub(super) fn drawn(state: &mut State, drawn: Drawn) -> bool {
    if let Sought::InFold(block) = drawn.found {
        state.fold(block, false);
    }
    state.reader.drawn(drawn)
}

/// What was unfolded for a search is folded again when it is left.
pub(super) fn refold(state: &mut State) {
    if state.reader.find.is_none() {
        for block in std::mem::take(&mut state.reader.opened) {
            state.fold(block, true);
        }
    }
}

/// Begins to look for a text.
pub(super) fn find(state: &mut State, text: &str) {
    let typing = text.is_empty();
    let step = (!typing).then_some(Step::Older);
    state.reader.find = Some(Find { text: text.to_owned(), typing, step, ..Find::default() });
}

/// Chooses the block above the chosen one or below it; without one the newest. Below the newest lies the composer.
pub(super) fn choose(state: &mut State, step: Step) {
    let blocks = &state.blocks;
    let place = state.reader.chosen.map(|id| blocks.partition_point(|block| block.id < id));
    let next = match (place, step) {
        (None, Step::Older) => blocks.len().checked_sub(1),
        (None, Step::Newer) => None,
        (Some(place), Step::Older) => Some(place.saturating_sub(1)),
        (Some(place), Step::Newer) => Some(place + 1),
    };
    match next.and_then(|place| blocks.get(place)) {
        Some(block) => show(state, block.id),
        None if blocks.is_empty() => state.words(Face::Info, "Nothing stands in the chat yet."),
        None => state.reader.end(),
    }
}

/// Goes to a block.
pub(super) fn show(state: &mut State, block: u64) {
    state.reader.chosen = Some(block);
    state.reader.show = Some(block);
    state.reader.find = None;
    state.reader.note.clear();
}

/// The turns, to go to one.
pub(super) fn outline(state: &mut State) {
    let turns = state.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Words { face: Face::Human, text } => Some((block.id, escape::line(text))),
        _ => None,
    });
    let (blocks, names): (Vec<u64>, Vec<String>) = turns.unzip();
    if blocks.is_empty() {
        return state.words(Face::Info, "Nothing was asked yet.");
    }
    state.pick = Some(Pick::new(pick::Purpose::Outline(blocks), names).at_last());
}

/// A key while something of the chat is chosen or looked for; false for one that is the composer's after all.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) -> bool {
    let plain = event.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    if let Some(find) = state.reader.find.as_mut().filter(|find| find.typing) {
        match event.code {
            KeyCode::Esc => state.reader.find = None,
            KeyCode::Enter if find.text.is_empty() => state.reader.find = None,
            KeyCode::Enter => find.typing = false,
            KeyCode::Backspace => {
                find.text.pop();
                (find.at, find.step) = (None, Some(Step::Older));
            }
            KeyCode::Char(letter) if plain => {
                if find.text.chars().count() < LONGEST {
                    find.text.push(letter);
                }
                (find.at, find.step) = (None, Some(Step::Older));
            }
            _ => return false,
        }
        back(state);
        return true;
    }
    state.reader.note.clear();
    if state.keymap.action(Context::Block, event).is_some_and(|action| does(state, action, effects)) {
        return true;
    }
    // Whoever types writes; other keys lead where they always lead.
    if plain && matches!(event.code, KeyCode::Char(_)) {
        state.reader.chosen = None;
        state.reader.find = None;
        back(state);
    }
    false
}

/// Does something with what stands in the chat; false where nothing is to be done.
pub(super) fn does(state: &mut State, action: Action, effects: &mut Vec<Effect>) -> bool {
    state.reader.note.clear();
    let page = update::page(state);
    match action {
        Action::Leave if state.reader.find.is_some() => state.reader.find = None,
        Action::Leave => state.reader.chosen = None,
        Action::Find => find(state, ""),
        Action::FindOlder => step(state, Step::Older),
        Action::FindNewer => step(state, Step::Newer),
        Action::Up => choose(state, Step::Older),
        Action::Down => choose(state, Step::Newer),
        Action::PageUp => state.reader.by(-page),
        Action::PageDown => state.reader.by(page),
        Action::ToStart => state.blocks.first().map(|block| block.id).into_iter().for_each(|id| show(state, id)),
        Action::ToEnd => state.reader.end(),
        Action::Outline => outline(state),
        Action::Unfold => {
            let chosen = state.reader.chosen;
            state.unfold(chosen);
        }
        Action::Copy => copy(state, effects),
        Action::Why => why(state, effects),
        _ => return false,
    }
    back(state);
    true
}

/// Whoever has read enough is back in the strip, where there is one.
fn back(state: &mut State) {
    if state.inline.is_some() && !state.reader.has_keys() {
        state.reader.end();
    }
}

fn step(state: &mut State, step: Step) {
    match &mut state.reader.find {
        Some(find) => find.step = Some(step),
        None => {
            let looks = state.keymap.does(Context::Block, Action::Find, "looks for a text first");
            state.reader.note = looks.unwrap_or_else(|| "nothing is looked for".to_owned());
        }
    }
}

/// The chosen block into the clipboard: of a command the line, of words all of them.
fn copy(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(text) = chosen(state) else { return };
    match clipboard(&text) {
        Some(bytes) => {
            effects.push(Effect::Outer(bytes));
            // A terminal never says whether it took it.
            state.reader.note = format!("sent {} characters to the terminal's clipboard", text.chars().count());
        }
        None => state.reader.note = "it is longer than a terminal's clipboard takes".to_owned(),
    }
}

fn chosen(state: &State) -> Option<String> {
    let id = state.reader.chosen?;
    let block = state.blocks.iter().find(|block| block.id == id)?;
    Some(match &block.kind {
        BlockKind::Card(card) => card.command.clone(),
        BlockKind::Checklist(list) => list.steps.iter().map(|step| step.line.as_str()).collect::<Vec<_>>().join("\n"),
        BlockKind::Words { text, .. } => text.clone(),
    })
}

/// Which rule decided about the chosen command.
fn why(state: &mut State, effects: &mut Vec<Effect>) {
    let id = state.reader.chosen;
    let command = state.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Card(card) if Some(block.id) == id => Some(card.command.clone()),
        _ => None,
    });
    match command {
        Some(line) => pager::open(state, format!("why: {}", escape::line(&line)), Wanted::Why(line), effects),
        None => state.reader.note = "only a command has a rule that decided".to_owned(),
    }
}
