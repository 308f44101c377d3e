//! The one place where the workbench's state changes.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEventKind};

use super::dialog::{self, Phase, QUIET};
use super::keymap::{Action, Context};
use super::sending::{self, How, send};
use super::shell::{self, ShellNow};
use super::state::{LeavingState, State};
use super::{
    command, composer, graph, heard, help, inline, mention, offers, pager, panes, pick, picker, question, reader,
    sequence, sessions, themes, welcome,
};
use crate::bus::{self, OutputChunk};
use crate::runtime::{Input as ToRuntime, Past, Reading, Wanted};
use crate::shell::{Corner, Found, ShellEvent, ShellInsert, Standing};
use crate::terminal::Input;
use crate::ui::{Drawn, Face, Place, Split, Step};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Somebody is here who never was.
    FirstRun,
    Bus(bus::Event),
    Output(OutputChunk),
    Input(Input),
    /// The screen was drawn.
    Drawn(Drawn),
    /// A moment that was asked for has come.
    Tick,
    /// The runtime could not be started; what is wrong and what to do.
    Unstartable(String),
    /// The system wants us to end.
    Terminate,
    /// Where the shell stands, before anything is done with it.
    ShellNow(ShellNow),
    Shell(ShellEvent),
    /// The shell runs.
    ShellStarted,
    /// There is no shell; why, and what to do.
    ShellFailed(String),
    /// Where in the shell's rows the text stands that was looked for.
    Found(Vec<Found>),
    /// The text that was selected in the shell.
    Copied(String),
    /// Something of the memory was read.
    Read(Reading),
    /// What the person's editor made of the request, or why it made nothing.
    Edited(Result<String, String>),
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Tell(ToRuntime),
    /// Has something of the memory read.
    Read(Wanted),
    /// This theme is the person's from now on; `auto` is the one that suits the terminal.
    KeepTheme(String),
    /// The first screen was left.
    KeepWelcomed,
    /// This directory's panes are shared out so.
    KeepSplit(Split),
    WakeAt(Duration),
    StartShell,
    /// Bytes of the person's for the shell.
    Type(Vec<u8>),
    /// A line for the shell's prompt.
    Insert(ShellInsert),
    /// The same, and the person's Enter behind it.
    Run(ShellInsert),
    /// Opens the request in the person's editor.
    Edit(String),
    /// Lends the terminal to the shell that started us.
    Suspend,
    /// What the program in the shell is told of mouse and focus.
    Report(Vec<u8>),
    /// The shell's picture so many rows up.
    Scroll(usize),
    Find(String),
    Copy(Corner, Corner),
    /// Tell the runtime what runs in the shell now.
    TellBegan,
    /// A control string for the terminal around us.
    Outer(Vec<u8>),
    /// A word to whoever looks elsewhere.
    Notify(String),
    Quit,
}

/// Takes an event; `now` is the time since the start.
pub fn update(state: &mut State, event: Event, now: Duration) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.activity.now = now;
    match event {
        Event::FirstRun => welcome::open(state, &mut effects),
        Event::Bus(event) => heard::happened(state, event, now, &mut effects),
        Event::Output(chunk) => state.output(chunk),
        Event::Input(input) => {
            let blocks = state.next_block;
            typed(state, input, now, &mut effects);
            if state.next_block != blocks || state.reader.has_keys() {
                welcome::leave(state, &mut effects);
            }
        }
        Event::Drawn(drawn) => {
            let was_strip = state.is_strip();
            state.drawn = drawn;
            state.dirty |= reader::drawn(state, drawn) | (state.is_strip() != was_strip);
            inline::drawn(state, drawn);
            if let (Some(dialog), Some(seen)) = (&mut state.dialog, drawn.dialog)
                && dialog.call() == seen.call
                && dialog.phase != Phase::Banner
            {
                dialog.drawn(seen, now);
            }
            graph::refresh(state, &mut effects);
        }
        Event::ShellNow(now) => {
            state.dirty |= state.shell.now != now;
            state.shell.now = now;
        }
        Event::Shell(event) => {
            state.dirty = true;
            shell::happened(state, event, &mut effects);
        }
        Event::ShellStarted => state.shell.phase = shell::Phase::Running,
        Event::ShellFailed(text) => {
            state.shell.phase = shell::Phase::None;
            shell::leave(state, &mut effects);
            panes::ended(state);
            state.words(Face::Failure, text);
        }
        Event::Found(places) => {
            state.dirty = true;
            shell::found(state, places, &mut effects);
        }
        Event::Copied(text) => {
            state.dirty = true;
            shell::copied(state, &text, &mut effects);
        }
        Event::Read(reading) => {
            state.dirty = true;
            match reading.wanted {
                Wanted::Files => mention::read(state, reading),
                Wanted::Requests => composer::earlier_read(state, reading),
                Wanted::FirstTask | Wanted::ModelAdvice => welcome::read(state, reading),
                Wanted::Past(Past::Proposed(goal)) => question::proposed(state, goal, reading.found),
                Wanted::Past(Past::Graph { .. }) => graph::read(state, reading, &mut effects),
                Wanted::Past(Past::Sessions { .. } | Past::Contents(_)) => sessions::read(state, reading, &mut effects),
                // Beside the list, or opened from it.
                Wanted::Past(Past::Standing(_)) if state.pager.is_none() => {
                    sessions::read(state, reading, &mut effects);
                }
                _ => pager::read(state, reading),
            }
        }
        Event::Edited(edited) => {
            state.dirty = true;
            match edited {
                Ok(text) => composer::replace(state, &text),
                Err(why) => state.words(Face::Warning, why),
            }
        }
        Event::Tick => {
            inline::ticked(state, now, &mut effects);
            if let Some(next) = state.activity.next().filter(|_| state.busy) {
                state.dirty = true;
                effects.push(next);
            }
            if state.place == Place::Chat
                && let Some(dialog) = &mut state.dialog
            {
                state.dirty |= dialog.quiet(state.last_key, now);
                // The loop keeps one moment, the earliest: a key that came since asked in vain.
                if dialog.phase == Phase::Banner {
                    effects.push(Effect::WakeAt(state.last_key.unwrap_or(now) + QUIET));
                }
            }
        }
        Event::Unstartable(text) => {
            state.welcome = None;
            state.words(Face::Failure, text);
        }
        Event::Terminate => effects.push(Effect::Quit),
    }
    reader::refold(state);
    shell::sent(state, &effects);
    sequence::settle(state);
    effects
}

fn typed(state: &mut State, input: Input, now: Duration, effects: &mut Vec<Effect>) {
    // A mouse that only moves changes nothing that is seen.
    state.dirty |= !matches!(&input, Input::Mouse(event) if event.kind == MouseEventKind::Moved);
    match input {
        Input::Key(key) if panes::put_back(state, key) => {}
        Input::Key(key) => {
            let for_dialog = state.dialog.as_ref().is_some_and(|dialog| dialog.takes_keys(now));
            state.last_key = Some(now);
            if for_dialog {
                dialog::pressed(state, key, effects);
            } else if state.question.is_some() {
                question::pressed(state, key, effects);
            } else if state.palette.is_some() {
                picker::pressed(state, key, effects);
            } else if state.themes.is_open() {
                themes::pressed(state, key, effects);
            } else if state.pick.is_some() {
                pick::pressed(state, key, effects);
            } else if sequence::pressed(state, key, effects) {
                state.shell.escaped = false;
            } else if state.pager.is_some() {
                pager::pressed(state, key);
            } else if state.leaving.is_some() {
                offers::leaving_key(state, key, effects);
            } else if state.offer.is_some() && state.place == Place::Chat {
                offers::offer_key(state, key, effects);
            } else if state.rules.is_some() && state.place == Place::Chat {
                offers::rules_key(state, key, effects);
            } else {
                place_key(state, key, effects);
            }
            if !for_dialog {
                passed_by(state, now, effects);
            }
        }
        Input::Paste(text) => {
            sequence::forget(state);
            let open = state.dialog.as_mut().filter(|dialog| matches!(dialog.phase, Phase::Shown(_) | Phase::Answered));
            if let Some(dialog) = open {
                dialog.note = "A paste never answers; type it.".to_owned();
            } else if (state.offer.is_none() || state.place != Place::Chat) && state.leaving.is_none() {
                state.last_key = Some(now);
                match (&mut state.question, state.place) {
                    (Some(question), _) => question.add(&text),
                    _ if state.pick.is_some() => state.pick.iter_mut().for_each(|pick| pick.add(&text)),
                    _ if state.palette.is_some() => state.palette.iter_mut().for_each(|palette| palette.add(&text)),
                    _ if state.pager.is_some() || state.themes.is_open() => {}
                    (None, Place::Chat) => composer::paste(state, &text),
                    (None, Place::Shell) => shell::pasted(state, &text, effects),
                    (None, Place::Graph | Place::Sessions) => {}
                }
                passed_by(state, now, effects);
            }
        }
        Input::Resize(..) => {
            state.repaint = true;
            inline::resized(state, now, effects);
        }
        Input::Mouse(event) => {
            if matches!(event.kind, MouseEventKind::Down(_)) {
                sequence::forget(state);
            }
            panes::moved(state, event, effects);
            // A click outside went back to the chat, where a dialog may wait.
            if state.place == Place::Chat && state.dialog.is_some() {
                effects.push(Effect::WakeAt(now + QUIET));
            }
        }
        Input::FocusGained | Input::FocusLost => {
            state.focused = input == Input::FocusGained;
            let bytes = crate::shell::focus(input == Input::FocusGained, state.shell.now.wishes);
            if state.place == Place::Shell && !bytes.is_empty() {
                effects.push(Effect::Report(bytes.to_vec()));
            }
            // Meanwhile another terminal may have chosen another cluster or branch.
            if state.focused {
                effects.push(Effect::Tell(ToRuntime::LookAround));
            }
        }
        Input::Light(light) => themes::suit(state, light),
        Input::Keyboard(_) => {}
    }
}

/// The dialog waits, or waits on, until nobody types.
fn passed_by(state: &mut State, now: Duration, effects: &mut Vec<Effect>) {
    if let Some(dialog) = &mut state.dialog {
        dialog.passed_by();
        effects.push(Effect::WakeAt(now + QUIET));
    }
}

pub(super) fn place_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let context = match state.place {
        Place::Chat => Context::Chat,
        Place::Shell => Context::Shell,
        Place::Graph => Context::Graph,
        Place::Sessions => Context::Sessions,
    };
    // In the shell only where its other keys of ours work: a full-screen program has them all.
    let ours = state.place != Place::Shell || state.shell.now.standing != Standing::FullScreen;
    if ours && panes::resized(state, state.keymap.action(context, key), effects) {
        return;
    }
    match state.place {
        Place::Chat => {}
        Place::Shell => return shell::pressed(state, key, effects),
        Place::Graph => return graph::pressed(state, key, effects),
        Place::Sessions => return sessions::pressed(state, key, effects),
    }
    let escaped = std::mem::take(&mut state.shell.escaped);
    if picker::completes(state, key) || mention::completes(state, key) {
        return;
    }
    if state.reader.has_keys() && reader::pressed(state, key, effects) || welcome::pressed(state, key, effects) {
        return;
    }
    match state.keymap.action(Context::Chat, key) {
        Some(Action::Escape) if escaped => {
            shell::enter(state, None, effects);
            effects.push(Effect::Type(vec![0x1d]));
        }
        Some(action) if in_chat(state, action, key, effects) => {}
        _ => composer::edit(state, key),
    }
    mention::refresh(state, effects);
}

/// Does something in the chat; false where nothing is to be done, and the key is the composer's.
pub(super) fn in_chat(state: &mut State, action: Action, key: KeyEvent, effects: &mut Vec<Effect>) -> bool {
    match action {
        Action::Close => close(state, effects),
        Action::OtherPlace | Action::NextPlace => shell::enter(state, None, effects),
        Action::Graph => graph::enter(state, effects),
        Action::Sessions => sessions::enter(state, effects),
        Action::Shell if state.composer.is_empty() => shell::enter(state, None, effects),
        Action::Carry => carry(state, key, effects),
        Action::Zoom => {
            shell::enter(state, None, effects);
            if state.drawn.panes.stacks {
                panes::alone(state, true, effects);
            } else {
                state.shell.zoomed = true;
            }
        }
        Action::Cancel => cancel(state, effects),
        Action::PageUp => state.reader.by(-page(state)),
        Action::PageDown => state.reader.by(page(state)),
        Action::ToEnd => state.reader.end(),
        Action::Up => reader::choose(state, Step::Older),
        Action::Down => reader::choose(state, Step::Newer),
        Action::Find => reader::find(state, ""),
        Action::Outline => reader::outline(state),
        Action::Unfold => state.unfold(None),
        Action::Earlier => composer::earlier(state, effects),
        Action::Editor => effects.push(Effect::Edit(composer::text(state))),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Newline => state.composer.insert_newline(),
        Action::Send => send(state, key, How::Now, effects),
        Action::Queue if !state.composer.is_empty() => send(state, key, How::Afterwards, effects),
        Action::Stop if state.inline.is_some() && state.reader.reads() => state.reader.end(),
        // In vi's way of editing the key first leaves the writing.
        Action::Stop if state.busy && state.vi.as_ref().is_none_or(|vi| vi.is_commanding()) => cancel(state, effects),
        Action::New => {
            command::run(state, "new", effects);
        }
        action => return anywhere(state, action),
    }
    true
}

/// Does what is the same in every place; false for anything else.
pub(super) fn anywhere(state: &mut State, action: Action) -> bool {
    match action {
        Action::Help => help::open(state),
        Action::Keys => help::keys(state),
        Action::Palette => state.palette = Some(picker::Palette::default()),
        Action::Themes => themes::open(state),
        Action::Redraw => state.repaint = true,
        _ => return false,
    }
    true
}

/// The agent's last command onto the prompt of the person's shell; one that waits there for input is stopped here.
fn carry(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let Some((command, waits)) = state.last_command() else {
        return state.words(Face::Info, "The agent named no command yet in this session that could be taken along.");
    };
    let Some(insert) = ShellInsert::at_key(key, &command) else {
        return state.words(Face::Info, "The last command has several lines; copy it into the shell.");
    };
    if waits {
        sending::interrupt(state, effects);
    }
    shell::enter(state, Some(insert), effects);
}

pub(super) fn page(state: &State) -> isize {
    isize::from(i16::try_from(state.drawn.chat_rows.saturating_sub(2)).unwrap_or(i16::MAX)).max(1)
}

/// Dialog, then command or answer, then input; never the program.
pub(super) fn cancel(state: &mut State, effects: &mut Vec<Effect>) {
    if state.busy || state.dialog.is_some() || !state.waiting.is_empty() {
        sending::interrupt(state, effects);
    } else if state.place == Place::Chat && state.composer.is_empty() {
        let closes = state.keymap.kept(Context::Chat, Action::Close);
        state.words(Face::Info, format!("Nothing is running. {closes} closes."));
    } else if state.place == Place::Chat {
        composer::let_go(state);
    }
}

pub(super) fn close(state: &mut State, effects: &mut Vec<Effect>) {
    if state.busy && !state.closing {
        state.closing = true;
        let key = |action| state.keymap.kept(Context::Chat, action);
        let (closes, stops) = (key(Action::Close), key(Action::Cancel));
        let words = format!("Something is running. {closes} once more stops it and closes; {stops} only stops it.");
        match &mut state.dialog {
            // The dialog hides the chat.
            Some(dialog) => dialog.note = words,
            None => state.words(Face::Warning, words),
        }
        return;
    }
    if state.busy || state.session.is_none() {
        welcome::leave(state, effects);
        effects.push(Effect::Quit);
        return;
    }
    state.leaving = Some(LeavingState::default());
    effects.push(Effect::Tell(ToRuntime::Summarise));
}
