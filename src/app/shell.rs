//! The person's shell as the workbench knows it: whether there is one, what is done with keys, mouse and pastes there.
//!
//! Owns the rules of the place SHELL: every key is the shell's but the few that lead back. Must not know how a shell
//! runs or what its picture holds; what stands there now is told by [`ShellNow`] before every key.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::keymap::{Action, Context};
use super::panes;
use super::state::State;
use super::summoner::Summoner;
use super::update::{self, Effect};
use crate::output::counted;
use crate::runtime::Input as ToRuntime;
use crate::shell::{
    Corner, Ending, Found, Happened, Record, ShellEvent, ShellInsert, Standing, Wishes, clipboard, clipboard_of, key,
    mouse, paste, rendered, wheel_as_arrows,
};
use crate::ui::{Chosen, Face, Place, ShellPane};

/// Rows that a turn of the wheel scrolls.
const WHEEL: usize = 3;

/// Where the shell stands at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShellNow {
    pub standing: Standing,
    pub wishes: Wishes,
    /// Rows that the picture is scrolled up.
    pub scrolled: usize,
}

impl Default for ShellNow {
    fn default() -> Self {
        Self { standing: Standing::Command, wishes: Wishes::default(), scrolled: 0 }
    }
}

/// How far the shell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Phase {
    #[default]
    None,
    Starting,
    Running,
}

/// Text that is looked for in what scrolled by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Looking {
    pub text: String,
    /// It is still being typed.
    pub typing: bool,
    /// Newest first.
    pub found: Vec<Found>,
    pub at: usize,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct ShellState {
    pub phase: Phase,
    pub now: ShellNow,
    /// The pane has the whole screen.
    pub zoomed: bool,
    /// A line for the next prompt.
    pub insert: Option<ShellInsert>,
    /// A line that runs at the first prompt.
    run: Option<ShellInsert>,
    /// Lines that were run from the chat and have not ended.
    from_chat: usize,
    /// Something may stand on the prompt: what was sent last was no Enter.
    begun: bool,
    /// Several lines that would run one by one, and wait for a yes.
    pub paste: Option<String>,
    pub looking: Option<Looking>,
    /// What is being selected, from its first corner.
    pub selected: Option<(Corner, Corner)>,
    /// The escape was the last key: once more is the program's.
    pub escaped: bool,
    /// Commands that ended since the person went there.
    pub ran: usize,
    /// A forged mark was told of.
    pub forged: bool,
    /// A word about the last key.
    pub note: String,
}

impl ShellState {
    /// Whether a program has the whole terminal, and every key but the escape.
    pub fn is_full(&self) -> bool {
        (self.phase, self.now.standing) == (Phase::Running, Standing::FullScreen)
    }

    /// Whether a command runs there and has the keys, but those that lead away or scroll.
    pub fn is_busy(&self) -> bool {
        (self.phase, self.now.standing) == (Phase::Running, Standing::Command)
    }

    /// Whether the shell waits for a command, and a key of ours is ours.
    pub fn is_at_prompt(&self) -> bool {
        (self.phase, self.now.standing) == (Phase::Running, Standing::Prompt) && !self.asks()
    }

    /// Whether the frame asks something, and the next key answers it.
    pub fn asks(&self) -> bool {
        self.paste.is_some() || self.looking.is_some()
    }
}

/// Goes to the shell; `insert` is a line for its prompt.
pub(super) fn enter(state: &mut State, insert: Option<ShellInsert>, effects: &mut Vec<Effect>) {
    state.place = Place::Shell;
    state.panes.beside = Some(Place::Shell);
    state.shell.note.clear();
    if state.shell.phase == Phase::None {
        state.shell.phase = Phase::Starting;
        state.shell.now = ShellNow::default();
        effects.push(Effect::StartShell);
    }
    let Some(insert) = insert else { return };
    if state.shell.phase == Phase::Running && state.shell.now.standing == Standing::Prompt {
        effects.push(Effect::Insert(insert));
    } else {
        state.shell.insert = Some(insert);
    }
}

/// Runs a line of the person's there, without going there. False where it cannot be, which is told.
pub(super) fn run(state: &mut State, key: KeyEvent, line: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(insert) = ShellInsert::at_key(key, line) else {
        let more = state.keymap.adds(Context::Chat, Action::OtherPlace, "goes there for more");
        state.words(Face::Warning, format!("After ! stands one line for your shell.{more}"));
        return false;
    };
    let shell = &mut state.shell;
    match shell.phase {
        Phase::None => {
            shell.phase = Phase::Starting;
            shell.now = ShellNow::default();
            effects.push(Effect::StartShell);
            shell.run = Some(insert);
        }
        Phase::Starting if shell.run.is_none() => shell.run = Some(insert),
        // Behind what stands there already it would be another command.
        Phase::Running if shell.now.standing == Standing::Prompt && !shell.begun => effects.push(Effect::Run(insert)),
        Phase::Starting | Phase::Running => {
            let there = state.keymap.adds(Context::Chat, Action::OtherPlace, "goes there");
            let words = format!("Your shell is busy, or something stands on its prompt already.{there}");
            state.words(Face::Info, words);
            return false;
        }
    }
    state.shell.from_chat += 1;
    true
}

/// What leaves for the shell: whether something may stand on its prompt afterwards.
pub(super) fn sent(state: &mut State, effects: &[Effect]) {
    for effect in effects {
        match effect {
            // What a program takes that has the whole terminal is never on the prompt.
            Effect::Type(bytes) => {
                state.shell.begun = !state.shell.is_full() && !matches!(bytes.last(), Some(b'\r' | b'\n' | 0x03));
            }
            Effect::Insert(_) => state.shell.begun = true,
            Effect::Run(_) => state.shell.begun = false,
            _ => {}
        }
    }
}

/// Goes back to the chat, where what was run is looked at.
pub(super) fn leave(state: &mut State, effects: &mut Vec<Effect>) {
    if state.place != Place::Shell {
        return;
    }
    state.place = Place::Chat;
    let shell = &mut state.shell;
    shell.zoomed = false;
    shell.looking = None;
    shell.selected = None;
    shell.paste = None;
    state.summoner = None;
    if std::mem::take(&mut shell.ran) > 0 {
        state.words(Face::Info, "CHAT MODE · agent reviewing your manual commands");
    }
    effects.push(Effect::Tell(ToRuntime::Returned));
}

/// Something about the shell.
pub(super) fn happened(state: &mut State, event: ShellEvent, effects: &mut Vec<Effect>) {
    match event {
        ShellEvent::Changed => {}
        ShellEvent::Happened(happened) => told(state, happened, effects),
        ShellEvent::Ended { code, failure } => {
            state.shell = ShellState { ran: state.shell.ran, ..ShellState::default() };
            let here = state.place == Place::Shell;
            leave(state, effects);
            panes::ended(state);
            match (failure, code) {
                (Some(failure), _) => {
                    state.words(Face::Failure, format!("Your shell could not be started: {failure}."))
                }
                (None, Some(0)) | (None, None) if here => {}
                (None, code) => {
                    let how = code.filter(|code| *code != 0).map(|code| format!(" with code {code}"));
                    let another = state.keymap.adds(Context::Chat, Action::Shell, "starts another");
                    state.words(Face::Info, format!("Your shell ended{}.{another}", how.unwrap_or_default()));
                }
            }
        }
    }
}

fn told(state: &mut State, happened: Happened, effects: &mut Vec<Effect>) {
    match happened {
        Happened::Finished(record) => ended(state, record, effects),
        Happened::Prompt { .. } => {
            state.shell.now.standing = Standing::Prompt;
            effects.extend(state.shell.run.take().map(Effect::Run));
            effects.extend(state.shell.insert.take().map(Effect::Insert));
        }
        Happened::Began => effects.push(Effect::TellBegan),
        Happened::Bell => effects.push(Effect::Outer(b"\x07".to_vec())),
        Happened::Title(_) => {}
        Happened::Copy(data) => match clipboard_of(&data) {
            Some(bytes) => effects.push(Effect::Outer(bytes)),
            None => state.shell.note = "a program wanted to copy more than a clipboard takes".to_owned(),
        },
        Happened::Forged if !std::mem::replace(&mut state.shell.forged, true) => {
            let words = "Something in your shell printed a mark that is not its own. It was ignored; look at what was \
                         printed last.";
            state.words(Face::Warning, words);
        }
        Happened::Forged => {}
    }
}

fn ended(state: &mut State, record: Box<Record>, effects: &mut Vec<Effect>) {
    super::manners::ran(state, &record, effects);
    let columns = state.drawn.shell.width.max(2);
    if state.place == Place::Shell || state.shell.from_chat == 0 {
        state.shell.ran += 1;
        return effects.push(Effect::Tell(ToRuntime::ManualEnded { record, columns }));
    }
    state.shell.from_chat -= 1;
    let mut text = format!("$ {}\n{}", record.command, rendered(&record.output.head(), columns));
    if record.output.left_out() > 0 {
        text.push_str(&format!("\n[{} bytes are only in the log]\n", record.output.left_out()));
        text.push_str(&rendered(&record.output.end(), columns));
    }
    if let Ending::Exit(code) = record.ending
        && code != 0
    {
        text.push_str(&format!("\n[exit code {code}]"));
    }
    state.words(Face::Shell, text.trim_end());
    effects.push(Effect::Tell(ToRuntime::ManualEnded { record, columns }));
    effects.push(Effect::Tell(ToRuntime::Returned));
}

/// A key in the shell.
pub(super) fn pressed(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) {
    state.shell.note.clear();
    state.shell.selected = None;
    let action = state.keymap.action(Context::Shell, event);
    if action == Some(Action::Escape) {
        leave(state, effects);
        state.shell.escaped = true;
        return;
    }
    if state.shell.phase != Phase::Running {
        match action {
            Some(action @ (Action::Chat | Action::OtherPlace | Action::Graph | Action::NextPlace)) => {
                does(state, action, effects);
            }
            Some(Action::Close) => update::close(state, effects),
            // It begins in a moment, and nothing typed is lost.
            _ => effects.push(Effect::Type(key(event, Wishes::default()))),
        }
        return;
    }
    if let Some(text) = state.shell.paste.take() {
        if event.code == KeyCode::Enter {
            effects.push(Effect::Type(paste(&text, state.shell.now.wishes)));
        }
        return;
    }
    let standing = state.shell.now.standing;
    if standing != Standing::FullScreen {
        if state.summoner.is_some() {
            return super::summoner::pressed(state, event, effects);
        }
        if (state.shell.looking.is_some() || state.shell.now.scrolled > 0) && looked(state, event, effects) {
            return;
        }
        if action.is_some_and(|action| does(state, action, effects)) {
            return;
        }
    }
    effects.push(Effect::Type(key(event, state.shell.now.wishes)));
}

/// Does something of ours beside the shell, where no program has the whole screen; false for what is the shell's.
pub(super) fn does(state: &mut State, action: Action, effects: &mut Vec<Effect>) -> bool {
    let page = usize::from(state.drawn.shell.height).saturating_sub(1).max(1);
    let (standing, scrolled) = (state.shell.now.standing, state.shell.now.scrolled);
    match action {
        Action::Chat | Action::OtherPlace | Action::Escape => leave(state, effects),
        Action::Graph | Action::NextPlace => {
            leave(state, effects);
            super::graph::enter(state, effects);
        }
        Action::Sessions => {
            leave(state, effects);
            super::sessions::enter(state, effects);
        }
        Action::Zoom => super::panes::zoom(state, Place::Shell, effects),
        Action::Close if standing == Standing::Prompt => update::close(state, effects),
        Action::Summon if standing == Standing::Prompt => {
            state.summoner = Some(Summoner::default());
            effects.push(Effect::Tell(ToRuntime::Recall));
        }
        Action::PageUp => effects.push(Effect::Scroll(scrolled + page)),
        Action::PageDown => effects.push(Effect::Scroll(scrolled.saturating_sub(page))),
        action => return update::anywhere(state, action),
    }
    true
}

/// A key while older rows are looked at; false for one that is the shell's after all.
fn looked(state: &mut State, event: KeyEvent, effects: &mut Vec<Effect>) -> bool {
    let plain = event.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    let Some(looking) = &mut state.shell.looking else {
        let begins = plain && event.code == KeyCode::Char('/');
        if begins {
            state.shell.looking = Some(Looking { typing: true, ..Looking::default() });
        } else if event.code == KeyCode::Esc {
            effects.push(Effect::Scroll(0));
        }
        return begins || event.code == KeyCode::Esc;
    };
    match event.code {
        KeyCode::Esc => {
            state.shell.looking = None;
            effects.push(Effect::Scroll(0));
        }
        KeyCode::Enter if looking.typing => {
            looking.typing = false;
            effects.push(Effect::Find(looking.text.clone()));
        }
        KeyCode::Backspace if looking.typing => {
            looking.text.pop();
        }
        KeyCode::Char(letter) if looking.typing && plain => looking.text.push(letter),
        KeyCode::Char('n') | KeyCode::Up if plain => step(state, 1, effects),
        KeyCode::Char('N') | KeyCode::Down if plain => step(state, -1, effects),
        KeyCode::Char('/') if plain => *looking = Looking { typing: true, ..Looking::default() },
        _ if looking.typing => {}
        _ => {
            state.shell.looking = None;
            return false;
        }
    }
    true
}

/// What was looked for is found.
pub(super) fn found(state: &mut State, places: Vec<Found>, effects: &mut Vec<Effect>) {
    let Some(looking) = state.shell.looking.as_mut().filter(|looking| !looking.typing) else { return };
    if places.is_empty() {
        state.shell.note = format!("{:?} stands nowhere in what scrolled by", looking.text);
        state.shell.looking = None;
        return;
    }
    looking.found = places;
    looking.at = 0;
    step(state, 0, effects);
}

/// To an older place, or back to a newer one.
fn step(state: &mut State, by: isize, effects: &mut Vec<Effect>) {
    let rows = usize::from(state.drawn.shell.height);
    let Some(looking) = &mut state.shell.looking else { return };
    let Some(at) = looking.at.checked_add_signed(by).filter(|at| *at < looking.found.len()) else {
        state.shell.note = "there is no other place".to_owned();
        return;
    };
    looking.at = at;
    if let Some(place) = looking.found.get(at) {
        effects.push(Effect::Scroll((place.above + 1).saturating_sub(rows / 2 + 1)));
    }
}

/// A paste. A program that knows pastes gets it as one; else several lines would run one by one, and are asked about.
pub(super) fn pasted(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    if let Some(summoner) = &mut state.summoner {
        return summoner.add(text);
    }
    let lines = text.trim_end_matches(['\r', '\n']).lines().count();
    if lines > 1 && !state.shell.now.wishes.bracketed_paste && state.shell.now.standing != Standing::FullScreen {
        state.shell.paste = Some(text.to_owned());
        return;
    }
    effects.push(Effect::Type(paste(text, state.shell.now.wishes)));
}

/// The mouse, over the whole screen.
pub(super) fn moved(state: &mut State, event: MouseEvent, effects: &mut Vec<Effect>) {
    let inside = state.drawn.shell;
    let at = (event.column, event.row);
    let within = inside.contains(at.into());
    if !within && state.shell.selected.is_none() {
        // On its own frame nobody meant to go elsewhere.
        let outside = !state.drawn.panes.shell.contains(at.into());
        if event.kind == MouseEventKind::Down(MouseButton::Left) && outside && !state.shell.zoomed {
            leave(state, effects);
        }
        return;
    }
    let (column, row) = clamped(inside, at);
    let now = state.shell.now;
    if let Some(bytes) = mouse(event, row, column, now.wishes).filter(|_| now.scrolled == 0) {
        return effects.push(Effect::Report(bytes));
    }
    let corner = Corner { above: now.scrolled + usize::from(inside.height.saturating_sub(1) - row), column };
    match event.kind {
        MouseEventKind::ScrollUp | MouseEventKind::ScrollDown => {
            let up = event.kind == MouseEventKind::ScrollUp;
            effects.push(match (now.wishes.alternate_screen, up) {
                (true, up) => Effect::Report(wheel_as_arrows(up, WHEEL, now.wishes)),
                (false, true) => Effect::Scroll(now.scrolled + WHEEL),
                (false, false) => Effect::Scroll(now.scrolled.saturating_sub(WHEEL)),
            });
        }
        MouseEventKind::Down(MouseButton::Left) => state.shell.selected = Some((corner, corner)),
        MouseEventKind::Drag(MouseButton::Left) => {
            if let Some((_, end)) = &mut state.shell.selected {
                *end = corner;
            }
        }
        MouseEventKind::Up(MouseButton::Left) => match state.shell.selected {
            Some((start, end)) if start != end => effects.push(Effect::Copy(start, end)),
            _ => state.shell.selected = None,
        },
        _ => {}
    }
}

fn clamped(inside: Rect, (column, row): (u16, u16)) -> (u16, u16) {
    let column = column.clamp(inside.x, inside.right().saturating_sub(1).max(inside.x)) - inside.x;
    let row = row.clamp(inside.y, inside.bottom().saturating_sub(1).max(inside.y)) - inside.y;
    (column, row)
}

/// The selected text is there.
pub(super) fn copied(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    match clipboard(text) {
        Some(bytes) => {
            effects.push(Effect::Outer(bytes));
            // A terminal never says whether it took it.
            let letters = counted(text.chars().count(), "character", "characters");
            state.shell.note = format!("sent {letters} to the terminal's clipboard");
        }
        None => {
            state.shell.note =
                "the selection is longer than a terminal's clipboard takes; nothing was copied".to_owned()
        }
    }
}

impl State {
    /// The shell's frame.
    pub(super) fn shell_pane(&self) -> ShellPane<'_> {
        let session = self.session.as_ref().map_or("no session yet", |session| session.short());
        ShellPane {
            picture: None,
            title: format!("MANUAL MODE · {session} · commands are logged"),
            banner: self.banner(),
            chosen: self.chosen(),
            zoomed: self.shell.zoomed,
            full: self.shell.phase == Phase::Running && self.shell.now.wishes.alternate_screen,
            running: self.shell.phase != Phase::None,
        }
    }

    /// The way back that works now, and before it what there is to know.
    fn banner(&self) -> String {
        let shell = &self.shell;
        if let Some(text) = &shell.paste {
            let lines = counted(text.lines().count(), "line", "lines");
            return format!("{lines} would run one by one · Enter pastes · any other key forgets it");
        }
        if let Some(looking) = &shell.looking {
            return match (looking.typing, looking.found.len()) {
                (true, _) => format!("/{}▏ · Enter looks for it · Esc", looking.text),
                (false, 0) => format!("looking for {:?} …", looking.text),
                (false, count) => {
                    format!("{} of {count} · n older · N newer · Esc to the end", looking.at + 1)
                }
            };
        }
        let back = self.keymap.alone(Context::Shell, Action::Chat).filter(|_| !shell.is_full());
        let back = back.unwrap_or_else(|| self.keymap.kept(Context::Shell, Action::Escape));
        let back = format!("Press {back} to return to agent");
        let waits = self.dialog.as_ref().map(|_| "⚠ a command waits for your approval");
        let scrolled = (shell.now.scrolled > 0).then_some("/ searches · Esc to the end");
        let note = Some(shell.note.as_str()).filter(|note| !note.is_empty());
        [waits, note, scrolled, Some(back.as_str())].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn chosen(&self) -> Vec<Chosen> {
        let width = self.drawn.shell.width;
        if let Some(looking) = &self.shell.looking {
            let places = looking.found.get(looking.at).into_iter();
            return places.flat_map(|place| over_rows(place.above, place.column, place.columns, width)).collect();
        }
        let Some((one, other)) = self.shell.selected.filter(|(one, other)| one != other) else { return Vec::new() };
        let place = |corner: Corner| (std::cmp::Reverse(corner.above), corner.column);
        let (start, end) = if place(one) <= place(other) { (one, other) } else { (other, one) };
        let rows = end.above..=start.above;
        rows.map(|above| Chosen {
            above,
            from: if above == start.above { start.column } else { 0 },
            to: if above == end.above { end.column + 1 } else { width },
        })
        .collect()
    }
}

/// Columns that may go over the ends of rows.
fn over_rows(mut above: usize, mut from: u16, mut columns: u16, width: u16) -> Vec<Chosen> {
    let mut chosen = Vec::new();
    while columns > 0 && width > 0 {
        let to = from.saturating_add(columns).min(width);
        chosen.push(Chosen { above, from, to });
        columns -= to.saturating_sub(from).clamp(1, columns);
        from = 0;
        let Some(below) = above.checked_sub(1) else { break };
        above = below;
    }
    chosen
}
