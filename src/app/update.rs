//! The one place where the workbench's state changes.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEventKind};
use tui_textarea::CursorMove;

use super::dialog::{DialogState, Phase, QUIET};
use super::keymap::{Action, Context};
use super::shell::{self, ShellNow};
use super::state::{LeavingState, OfferState, RulesState, State};
use super::{
    command, composer, graph, help, manners, mention, pager, panes, pick, picker, question, reader, sessions, themes,
};
use crate::bus::{self, OutputChunk, Presence};
use crate::domain::{ApprovalRequest, Decision, FailureKind, Usage};
use crate::runtime::{Input as ToRuntime, Past, Reading, Wanted};
use crate::shell::{Corner, Found, ShellEvent, ShellInsert, Standing};
use crate::terminal::Input;
use crate::ui::{CardState, Drawn, Face, Place, Split, Step};

/// Longest reply to a dialog, in bytes: a command that takes the place of another.
const LONGEST_REPLY: usize = 4096;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
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
    /// This theme is the person's from now on.
    KeepTheme(String),
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
        Event::Bus(event) => happened(state, event, now, &mut effects),
        Event::Output(chunk) => state.output(chunk),
        Event::Input(input) => typed(state, input, now, &mut effects),
        Event::Drawn(drawn) => {
            state.drawn = drawn;
            state.dirty |= state.reader.drawn(drawn);
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
                Wanted::Files => mention::read(state, reading, &mut effects),
                Wanted::Requests => composer::earlier_read(state, reading),
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
            if state.busy {
                state.dirty = true;
                effects.push(state.activity.next());
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
        Event::Unstartable(text) => state.words(Face::Failure, text),
        Event::Terminate => effects.push(Effect::Quit),
    }
    shell::sent(state, &effects);
    effects
}

fn happened(state: &mut State, event: bus::Event, now: Duration, effects: &mut Vec<Effect>) {
    use bus::Event as Bus;
    // What is seen of it changes when it was read.
    state.dirty |= event != Bus::Logged;
    state.activity.happened(&event);
    match event {
        Bus::Session(id) => {
            state.session = Some(id);
            state.offer = None;
            graph::session_changed(state, effects);
        }
        Bus::Logged => graph::outdated(state, effects),
        Bus::SessionsChanged => sessions::refresh(state, effects),
        // Whoever went back meanwhile has gone back.
        Bus::Closing { summary, .. } => {
            if let Some(leaving) = &mut state.leaving {
                leaving.summary = Some(summary);
            }
        }
        Bus::Closed { summarised, .. } => {
            state.closed = Some(summarised);
            effects.push(Effect::Quit);
        }
        Bus::Resumable { session, goal } => state.offer = Some(OfferState { session, goal, resume: true }),
        Bus::RulesOffered { digest, loosens } => {
            state.rules = Some(RulesState { digest, loosens, accept: false, scroll: 0 });
        }
        Bus::RulesSettled => state.rules = None,
        Bus::Surroundings(surroundings) => state.surroundings = surroundings,
        Bus::Presence(presence) => state.presence = presence,
        // Where only one can answer, nobody needs to be told.
        Bus::TakenBy { by, .. } => {
            if let Presence::Model { .. } = state.presence {
                state.words(Face::Info, by.name().to_owned());
            }
        }
        Bus::FastPath(on) => state.fast_path = on,
        Bus::Notice(notice) => {
            sessions::told(state, &notice.text);
            state.notice(notice);
        }
        Bus::TurnBegan { text, .. } => {
            state.busy = true;
            effects.push(state.activity.next());
            if let Some(at) = state.waiting.iter().position(|waiting| *waiting == text) {
                state.waiting.remove(at);
            }
            state.words(Face::Human, text);
        }
        Bus::Steered { text, .. } => {
            if let Some(at) = state.waiting.iter().position(|waiting| *waiting == text) {
                state.waiting.remove(at);
            }
            state.words(Face::Human, text);
        }
        Bus::Checklist(list) => state.checklist(list),
        Bus::Token { text, .. } => {
            if let Some(answer) = state.summoner.as_mut().and_then(|summoner| summoner.answer.as_mut()) {
                answer.push_str(&text);
            }
            state.stream(Face::Agent, &text);
        }
        Bus::Thinking { text, .. } => state.stream(Face::Thinking, &text),
        // What the server counts replaces the estimate.
        Bus::Room(room) => {
            state.usage = Usage { prompt_tokens: Some(room.used().into()), output_tokens: None };
        }
        Bus::Usage(usage) => state.usage = usage,
        Bus::Announced(announcement) => state.announced(announcement),
        Bus::ApprovalRequested(request) => {
            manners::asks(state, &request.announcement.command, effects);
            approval(state, request, now, effects);
        }
        Bus::Explained { call, text } => {
            if let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.call() == call) {
                dialog.explained = vec![text];
                dialog.scroll = 0;
            }
        }
        Bus::ApprovalClosed { call, decision } => {
            let closed = state.dialog.take_if(|dialog| dialog.call() == call);
            // What was explained with the yes would go with the dialog before anybody read it.
            let told = closed.filter(|_| decision == Decision::ApprovedExplained);
            if let Some(text) = told.and_then(|dialog| dialog.explained.last().cloned()) {
                state.words(Face::Agent, text);
            }
        }
        Bus::Started { call } => {
            state.runs(call);
            state.card_state(call, CardState::Running);
        }
        Bus::AtLimit { call, seconds } => {
            state.card_state(call, CardState::AtLimit { seconds });
            let words = format!(
                "This runs for {seconds} s, longer than its skill allows. It changes something, so it was not stopped: \
                 wait lets it go on, stop ends it."
            );
            state.words(Face::Question, words);
        }
        Bus::WaitingForInput { call } => state.card_state(call, CardState::WaitingForInput),
        Bus::Finished(report) => {
            manners::ended(state, &report, effects);
            if state.dialog.as_ref().is_some_and(|dialog| dialog.call() == report.call) {
                state.dialog = None;
            }
            state.finished(report);
        }
        Bus::Answer { text, .. } => {
            if let Some(answer) = state.summoner.as_mut().and_then(|summoner| summoner.answer.as_mut()) {
                answer.clone_from(&text);
            }
            state.answer(text);
        }
        Bus::Question { text, .. } | Bus::Choice { text, .. } => {
            manners::questions(state, effects);
            state.words(Face::Question, text);
        }
        Bus::TurnEnded { failure, .. } => {
            state.busy = false;
            state.closing = false;
            // What was refused, interrupted or told by the model is in the chat already.
            if let Some(failure) = failure.filter(|failure| failure.kind == FailureKind::Error) {
                state.words(Face::Failure, format!("{failure}. {}", failure.hints.join(" ")));
            }
        }
        Bus::Recalled(commands) => {
            if let Some(summoner) = &mut state.summoner {
                summoner.recalled(commands);
            }
        }
        Bus::Idle => state.waiting.clear(),
    }
}

fn approval(state: &mut State, request: ApprovalRequest, now: Duration, effects: &mut Vec<Effect>) {
    let call = request.announcement.call;
    state.card_state(call, CardState::Asking);
    match state.dialog.as_mut().filter(|dialog| dialog.call() == call) {
        Some(dialog) => dialog.reopened(request),
        None => {
            let dialog = DialogState::new(request, state.last_key, now);
            if dialog.phase == Phase::Banner {
                effects.push(Effect::WakeAt(state.last_key.unwrap_or(now) + QUIET));
            }
            state.dialog = Some(dialog);
        }
    }
    // Whoever is elsewhere stays there and is told in its frame: the dialog waits for them in the chat.
    if state.place != Place::Chat
        && let Some(dialog) = &mut state.dialog
    {
        dialog.passed_by();
    }
}

fn typed(state: &mut State, input: Input, now: Duration, effects: &mut Vec<Effect>) {
    // A mouse that only moves changes nothing that is seen.
    state.dirty |= !matches!(&input, Input::Mouse(event) if event.kind == MouseEventKind::Moved);
    match input {
        Input::Key(key) => {
            let for_dialog = state.dialog.as_ref().is_some_and(|dialog| dialog.takes_keys(now));
            state.last_key = Some(now);
            if for_dialog {
                dialog_key(state, key, effects);
            } else if state.question.is_some() {
                question::pressed(state, key, effects);
            } else if state.palette.is_some() {
                picker::pressed(state, key, effects);
            } else if state.themes.is_open() {
                themes::pressed(state, key, effects);
            } else if state.pick.is_some() {
                pick::pressed(state, key);
            } else if state.pager.is_some() {
                pager::pressed(state, key);
            } else if state.leaving.is_some() {
                leaving_key(state, key, effects);
            } else if state.offer.is_some() {
                offer_key(state, key, effects);
            } else if state.rules.is_some() {
                rules_key(state, key, effects);
            } else {
                place_key(state, key, effects);
            }
            if !for_dialog {
                passed_by(state, now, effects);
            }
        }
        Input::Paste(text) => {
            let open = state.dialog.as_mut().filter(|dialog| matches!(dialog.phase, Phase::Shown(_) | Phase::Answered));
            if let Some(dialog) = open {
                dialog.note = "A paste never answers; type it.".to_owned();
            } else if state.offer.is_none() && state.leaving.is_none() {
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
        Input::Resize(..) => state.repaint = true,
        Input::Mouse(event) => {
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
        }
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

fn offer_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if let Some(Action::Close) = state.keymap.action(Context::Chat, key) {
        effects.push(Effect::Quit);
        return;
    }
    let untouched = state.composer.is_empty();
    let Some(offer) = &mut state.offer else { return };
    let decided = match key.code {
        KeyCode::Up | KeyCode::Down | KeyCode::Tab => {
            offer.resume = !offer.resume;
            return;
        }
        KeyCode::Enter => offer.resume,
        KeyCode::Char('y') if untouched => true,
        KeyCode::Char('n') if untouched => false,
        KeyCode::Esc => false,
        // Somebody types a request already: what is written stays theirs.
        _ => return place_key(state, key, effects),
    };
    if let Some(offer) = state.offer.take() {
        effects.push(Effect::Tell(if decided { ToRuntime::Resume(offer.session) } else { ToRuntime::Begin }));
    }
    if key.code == KeyCode::Enter && !untouched {
        send(state, key, How::Now, effects);
    }
}

/// What to do with the session; the close key once more leaves it as it is.
fn leaving_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    if state.keymap.action(Context::Chat, key) == Some(Action::Close) {
        effects.push(Effect::Quit);
        return;
    }
    let read = state.leaving.as_ref().is_some_and(|leaving| leaving.summary.is_some());
    let summarised = match key.code {
        KeyCode::Esc => {
            state.leaving = None;
            return;
        }
        KeyCode::Char('y') if key.modifiers.is_empty() && read => true,
        KeyCode::Char('n') if key.modifiers.is_empty() && read => false,
        _ => return,
    };
    state.leaving = None;
    effects.push(Effect::Tell(ToRuntime::CloseSession { summarised }));
}

/// Only keys that do nothing in an empty composer: whoever types goes on typing, and no letter loosens a rule.
fn rules_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let untouched = state.composer.is_empty();
    let Some(offer) = state.rules.as_mut().filter(|_| untouched && key.modifiers.is_empty()) else {
        return place_key(state, key, effects);
    };
    match key.code {
        KeyCode::Up | KeyCode::Down | KeyCode::Tab => offer.accept = !offer.accept,
        KeyCode::PageUp => offer.scroll = offer.scroll.saturating_sub(5),
        // The drawing ends it with the last row.
        KeyCode::PageDown => offer.scroll = offer.scroll.saturating_add(5).min(state.drawn.rules_above),
        KeyCode::Enter | KeyCode::Esc => {
            let accept = offer.accept && key.code == KeyCode::Enter;
            let digest = std::mem::take(&mut offer.digest);
            state.rules = None;
            effects.push(Effect::Tell(ToRuntime::Rules { digest, accept }));
        }
        _ => place_key(state, key, effects),
    }
}

fn dialog_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let action = state.keymap.action(Context::Dialog, key);
    let Some(dialog) = &mut state.dialog else { return };
    if dialog.phase == Phase::Answered && !matches!(action, Some(Action::Cancel | Action::Close)) {
        return;
    }
    dialog.note.clear();
    match action {
        Some(Action::Send) => {
            let text = if dialog.reply.trim().is_empty() { "no".to_owned() } else { dialog.reply.clone() };
            if text.trim().eq_ignore_ascii_case("edit") {
                dialog.reply = format!("edit {}", dialog.request.announcement.command);
                dialog.note = "Change the command and press Enter; it is judged and asked about by itself.".to_owned();
                return;
            }
            if !dialog.seen_end && text != "no" {
                dialog.note = "See the whole of it first: PgDn.".to_owned();
                return;
            }
            reply(dialog, text, effects);
        }
        Some(Action::Deny) => reply(dialog, "no".to_owned(), effects),
        Some(Action::Cancel) => effects.push(Effect::Tell(ToRuntime::Interrupt)),
        Some(Action::Close) => close(state, effects),
        Some(Action::LookFirst) => match dialog.proof() {
            Some(line) => {
                dialog.explained = vec![format!("`{line}` runs …")];
                dialog.scroll = 0;
                effects.push(Effect::Tell(ToRuntime::Preview { of: dialog.call(), line }));
            }
            None => dialog.note = "No skill knows how to look first what this would change.".to_owned(),
        },
        Some(Action::PageDown) => dialog.scroll = dialog.scroll.saturating_add(dialog.page),
        Some(Action::PageUp) => dialog.scroll = dialog.scroll.saturating_sub(dialog.page),
        _ => match key.code {
            KeyCode::Char(letter)
                if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
                    && dialog.reply.len() < LONGEST_REPLY =>
            {
                dialog.reply.push(letter);
            }
            KeyCode::Backspace => {
                dialog.reply.pop();
            }
            _ => {}
        },
    }
}

fn reply(dialog: &mut DialogState, text: String, effects: &mut Vec<Effect>) {
    dialog.phase = Phase::Answered;
    effects.push(Effect::Tell(ToRuntime::Reply { call: dialog.call(), digest: dialog.request.digest.clone(), text }));
}

fn place_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
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
    if state.reader.has_keys() && reader::pressed(state, key, effects) {
        return;
    }
    match state.keymap.action(Context::Chat, key) {
        Some(Action::Close) => close(state, effects),
        Some(Action::Help) => help::open(state),
        Some(Action::Palette) => state.palette = Some(picker::Palette::default()),
        Some(Action::Redraw) => state.repaint = true,
        Some(Action::OtherPlace | Action::NextPlace) => shell::enter(state, None, effects),
        Some(Action::Graph) => graph::enter(state, effects),
        Some(Action::Sessions) => sessions::enter(state, effects),
        Some(Action::Shell) if state.composer.is_empty() => shell::enter(state, None, effects),
        Some(Action::Carry) => carry(state, key, effects),
        Some(Action::Zoom) => {
            shell::enter(state, None, effects);
            state.shell.zoomed = true;
        }
        Some(Action::Escape) if escaped => {
            shell::enter(state, None, effects);
            effects.push(Effect::Type(vec![0x1d]));
        }
        Some(Action::Cancel) => cancel(state, effects),
        Some(Action::PageUp) => state.reader.by(-page(state)),
        Some(Action::PageDown) => state.reader.by(page(state)),
        Some(Action::ToEnd) => state.reader.end(),
        Some(Action::Up) => reader::choose(state, Step::Older),
        Some(Action::Down) => reader::choose(state, Step::Newer),
        Some(Action::Find) => reader::find(state, ""),
        Some(Action::Outline) => reader::outline(state),
        Some(Action::Unfold) => state.unfold(None),
        Some(Action::Earlier) => composer::earlier(state, effects),
        Some(Action::Editor) => effects.push(Effect::Edit(composer::text(state))),
        Some(Action::Suspend) => effects.push(Effect::Suspend),
        Some(Action::Newline) => state.composer.insert_newline(),
        Some(Action::Send) => send(state, key, How::Now, effects),
        Some(Action::Queue) if !state.composer.is_empty() => send(state, key, How::Afterwards, effects),
        // In vi's way of editing the key first leaves the writing.
        Some(Action::Stop) if state.busy && state.vi.is_none_or(|vi| vi.is_commanding()) => cancel(state, effects),
        _ => composer::edit(state, key),
    }
    mention::refresh(state, effects);
}

/// The agent's last command onto the prompt of the person's shell; one that waits there for input is stopped here.
fn carry(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let Some((command, waits)) = state.last_command() else {
        return state.words(Face::Info, "The agent named no command yet that could be taken along.");
    };
    let Some(insert) = ShellInsert::at_key(key, &command) else {
        return state.words(Face::Info, "The last command has several lines; copy it into the shell.");
    };
    if waits {
        effects.push(Effect::Tell(ToRuntime::Interrupt));
    }
    shell::enter(state, Some(insert), effects);
}

pub(super) fn page(state: &State) -> isize {
    isize::from(i16::try_from(state.drawn.chat_rows.saturating_sub(2)).unwrap_or(i16::MAX)).max(1)
}

/// Dialog, then command or answer, then input; never the program.
pub(super) fn cancel(state: &mut State, effects: &mut Vec<Effect>) {
    if state.busy || state.dialog.is_some() || !state.waiting.is_empty() {
        effects.push(Effect::Tell(ToRuntime::Interrupt));
    } else if state.place == Place::Chat && state.composer.is_empty() {
        state.words(Face::Info, "Nothing is running. Ctrl+X closes.");
    } else if state.place == Place::Chat {
        composer::clear(state);
    }
}

pub(super) fn close(state: &mut State, effects: &mut Vec<Effect>) {
    if state.busy && !state.closing {
        state.closing = true;
        let words = "Something is running. Ctrl+X once more stops it and closes; Ctrl+C only stops it.";
        match &mut state.dialog {
            // The dialog hides the chat.
            Some(dialog) => dialog.note = words.to_owned(),
            None => state.words(Face::Warning, words),
        }
        return;
    }
    if state.busy || state.session.is_none() {
        effects.push(Effect::Quit);
        return;
    }
    state.leaving = Some(LeavingState::default());
    effects.push(Effect::Tell(ToRuntime::Summarise));
}

/// When what is sent counts, while something goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// For what goes on, before its next step.
    Now,
    Afterwards,
}

fn send(state: &mut State, key: KeyEvent, how: How, effects: &mut Vec<Effect>) {
    if state.composer.lines().last().is_some_and(|line| line.ends_with('\\')) {
        state.composer.move_cursor(CursorMove::Bottom);
        state.composer.move_cursor(CursorMove::End);
        state.composer.delete_char();
        state.composer.insert_newline();
        return;
    }
    let text = composer::text(state);
    if let Some(line) = text.strip_prefix('!') {
        if shell::run(state, key, line.trim(), effects) {
            taken(state, text.trim());
        }
        return;
    }
    if command::is_command(&text) {
        // What cannot be done stays there to be corrected.
        if command::run(state, &text, effects) {
            taken(state, text.trim());
        }
        return;
    }
    let text = text.trim().to_owned();
    if text.is_empty() {
        state.words(Face::Info, "Say what you want, for example: show the last five commits");
        return;
    }
    if let Some(line) = step_to_edit(state, &text) {
        composer::clear(state);
        state.composer.insert_str(line);
        return;
    }
    taken(state, &text);
    if let Some(call) = state.activity.late.filter(|_| how == How::Now)
        && let Some(stops) = word_at_limit(&text)
    {
        state.activity.late = None;
        state.words(Face::Human, text);
        if stops {
            effects.push(Effect::Tell(ToRuntime::Interrupt));
        } else {
            state.card_state(call, CardState::Running);
        }
    } else if how == How::Now && state.busy {
        state.waiting.push(text.clone());
        effects.push(Effect::Tell(ToRuntime::Steer(text)));
    } else {
        say(state, text, effects);
    }
}

/// Whether the words stop a command that is past its limit, or let it go on; `None` for other words.
fn word_at_limit(text: &str) -> Option<bool> {
    match text.trim().trim_end_matches(['.', '!']).to_lowercase().as_str() {
        "stop" | "s" | "stop it" => Some(true),
        "wait" | "w" | "go on" | "let it go on" => Some(false),
        _ => None,
    }
}

/// `edit 2` alone brings the step's command into the composer, to be changed there.
fn step_to_edit(state: &State, text: &str) -> Option<String> {
    let number: usize = text.strip_prefix("edit ")?.trim().parse().ok()?;
    let step = state.open_checklist()?.steps.get(number.checked_sub(1)?)?;
    Some(format!("edit {number} {}", step.line))
}

/// What was written is on its way: it can be had back, and the composer is free.
fn taken(state: &mut State, text: &str) {
    composer::clear(state);
    state.reader.end();
    if state.said.last().is_none_or(|last| last != text) {
        state.said.push(text.to_owned());
    }
}

/// Says it to the agent.
pub(super) fn say(state: &mut State, text: String, effects: &mut Vec<Effect>) {
    state.waiting.push(text.clone());
    effects.push(Effect::Tell(ToRuntime::Say(text)));
}
