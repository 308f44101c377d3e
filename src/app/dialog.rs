//! The approval dialog's keys. It never takes focus from typing: while keys
//! are coming it waits as a banner; it is inert until it was drawn and a moment
//! has passed; keys from before belong to the composer; a paste never answers.
//! An answer counts only when the whole command was seen. Judges nothing: what
//! was typed goes to the gate as it is.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_textarea::{CursorMove, TextArea};

use super::composer;
use super::keymap::{Action, Context};
use super::sending;
use super::state::State;
use super::update::{self, Effect};
use crate::domain::{ApprovalRequest, CallId};
use crate::runtime::Input as ToRuntime;
use crate::ui::{CardState, DialogDrawn, Place};

/// No key for this long, and the banner becomes the dialog.
pub(super) const QUIET: Duration = Duration::from_millis(600);
/// A dialog on screen for less than this takes no key.
pub(super) const SETTLE: Duration = Duration::from_millis(300);

/// Longest reply to a dialog, in bytes: a command that takes the place of another.
const LONGEST_REPLY: usize = 4096;

/// How far the dialog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Waits for the person to stop typing.
    Banner,
    /// To be drawn.
    Appearing,
    /// On screen since then.
    Shown(Duration),
    /// The answer is on its way.
    Answered,
}

/// An open request and what was typed to it.
#[derive(Debug, Clone)]
pub(super) struct DialogState {
    pub request: ApprovalRequest,
    pub phase: Phase,
    /// One line.
    reply: TextArea<'static>,
    pub explained: Vec<String>,
    /// A look at what it would change is under way.
    pub looking: bool,
    pub scroll: u16,
    pub note: String,
    pub seen_end: bool,
    /// Rows that were seen at a time when it was last drawn.
    pub page: u16,
}

impl DialogState {
    /// A request that just came.
    pub fn new(request: ApprovalRequest, last_key: Option<Duration>, now: Duration) -> DialogState {
        let typing = last_key.is_some_and(|last| now.saturating_sub(last) < QUIET);
        DialogState {
            request,
            phase: if typing { Phase::Banner } else { Phase::Appearing },
            reply: TextArea::default(),
            explained: Vec::new(),
            looking: false,
            scroll: 0,
            note: String::new(),
            seen_end: false,
            page: 1,
        }
    }

    /// What was typed so far, and how many bytes of it stand before the cursor.
    pub fn reply(&self) -> (&str, usize) {
        let text = self.reply.lines().first().map_or("", String::as_str);
        let tui_textarea::DataCursor(_, column) = self.reply.cursor();
        (text, text.char_indices().nth(column).map_or(text.len(), |(at, _)| at))
    }

    fn set_reply(&mut self, text: &str) {
        self.reply = TextArea::new(vec![text.to_owned()]);
        self.reply.move_cursor(CursorMove::End);
    }

    pub fn call(&self) -> CallId {
        self.request.announcement.call
    }

    /// The line that shows what the command would change, where its skills know one.
    pub fn proof(&self) -> Option<String> {
        let parts = self.request.announcement.verdict.parts.iter();
        let proofs: Vec<&str> = parts.filter_map(|part| part.proof.as_deref()).collect();
        (!proofs.is_empty()).then(|| proofs.join(" && "))
    }

    /// The same question again after a reply that settled nothing.
    pub fn reopened(&mut self, request: ApprovalRequest) {
        self.request = request;
        self.phase = Phase::Appearing;
        self.set_reply("");
        self.note.clear();
    }

    /// Time passed without a key.
    pub fn quiet(&mut self, last_key: Option<Duration>, now: Duration) -> bool {
        let quiet = last_key.is_none_or(|last| now.saturating_sub(last) >= QUIET);
        let appears = self.phase == Phase::Banner && quiet;
        if appears {
            self.phase = Phase::Appearing;
        }
        appears
    }

    /// A key came that was not for it: somebody types, and it waits for the end of that.
    pub fn passed_by(&mut self) {
        if self.phase != Phase::Answered {
            self.phase = Phase::Banner;
        }
    }

    /// It was drawn.
    pub fn drawn(&mut self, drawn: DialogDrawn, now: Duration) {
        if self.phase == Phase::Appearing {
            self.phase = Phase::Shown(now);
        }
        self.seen_end |= drawn.seen_end;
        self.scroll = drawn.scroll;
        self.page = drawn.page.max(1);
    }

    /// Whether it lies above everything.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Shown(_) | Phase::Answered)
    }

    /// Whether a key pressed now is for the dialog.
    pub fn takes_keys(&self, now: Duration) -> bool {
        match self.phase {
            Phase::Shown(since) => now.saturating_sub(since) >= SETTLE,
            Phase::Answered => true,
            Phase::Banner | Phase::Appearing => false,
        }
    }
}

pub(super) fn open(state: &mut State, request: ApprovalRequest, now: Duration, effects: &mut Vec<Effect>) {
    let call = request.announcement.call;
    state.card_state(call, CardState::Asking);
    match state.dialog.as_mut().filter(|dialog| dialog.call() == call) {
        Some(dialog) => dialog.reopened(request),
        None => {
            let looking = state.dialog.as_ref().filter(|open| open.looking && open.phase != Phase::Answered);
            let writes = looking.is_some_and(|open| !open.reply().0.is_empty());
            // The key for the look was pressed in the dialog: nobody types elsewhere.
            let last_key = state.last_key.filter(|_| looking.is_none());
            let dialog = DialogState::new(request, last_key, now);
            if writes {
                // Whoever is about to answer without the look is not interrupted; the key for it shows what it asks.
                state.below.push(dialog);
                return;
            }
            if dialog.phase == Phase::Banner {
                effects.push(Effect::WakeAt(last_key.unwrap_or(now) + QUIET));
            }
            state.below.extend(state.dialog.replace(dialog));
        }
    }
    // Whoever is elsewhere stays there and is told in its frame: the dialog waits for them in the chat.
    if state.place != Place::Chat
        && let Some(dialog) = &mut state.dialog
    {
        dialog.passed_by();
    }
}

/// What was told about an open request, wherever that is.
pub(super) fn explained(state: &mut State, call: CallId, text: String) {
    let mut dialogs = state.dialog.iter_mut().chain(&mut state.below);
    if let Some(dialog) = dialogs.find(|dialog| dialog.call() == call) {
        dialog.looking = false;
        dialog.explained = vec![text];
        dialog.scroll = 0;
    }
}

/// The request is settled; what waited below it is asked again.
pub(super) fn closed(state: &mut State, call: CallId) -> Option<DialogState> {
    state.below.retain(|below| below.call() != call);
    let closed = state.dialog.take_if(|dialog| dialog.call() == call)?;
    if let Some(below) = state.below.pop() {
        rises(state, below);
    }
    Some(closed)
}

/// A question that waited is the open one.
fn rises(state: &mut State, mut dialog: DialogState) {
    dialog.phase = Phase::Appearing;
    state.card_state(dialog.call(), CardState::Asking);
    state.dialog = Some(dialog);
}

/// A look that ended is not what the person waits for: it is their turn as long as a question is open.
pub(super) fn asks_on(state: &mut State) {
    if state.dialog.as_ref().is_some_and(|dialog| dialog.phase != Phase::Answered) {
        state.activity.asks();
    }
}

pub(super) fn pressed(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    let action = state.keymap.action(Context::Dialog, key);
    let Some(dialog) = &mut state.dialog else { return };
    if dialog.phase == Phase::Answered && !matches!(action, Some(Action::Cancel | Action::Close)) {
        return;
    }
    dialog.note.clear();
    match action {
        Some(Action::Send) => {
            let typed = dialog.reply().0;
            let text = if typed.trim().is_empty() { "no".to_owned() } else { typed.to_owned() };
            if text.trim().eq_ignore_ascii_case("edit") {
                dialog.set_reply(&format!("edit {}", dialog.request.announcement.command));
                let sends = state.keymap.kept(Context::Dialog, Action::Send);
                dialog.note = format!("Change the command and press {sends}; it is judged and asked about by itself.");
                return;
            }
            if !dialog.seen_end && text != "no" {
                let shows = state.keymap.kept(Context::Dialog, Action::PageDown);
                dialog.note = format!("See the whole of it first: {shows}.");
                return;
            }
            reply(dialog, text, effects);
        }
        Some(Action::Deny) => reply(dialog, "no".to_owned(), effects),
        Some(Action::Cancel) => sending::interrupt(state, effects),
        Some(Action::Close) => update::close(state, effects),
        Some(Action::LookFirst) if dialog.looking => match state.below.pop() {
            Some(look) => {
                state.below.extend(state.dialog.take());
                rises(state, look);
            }
            None => dialog.note = "It is being looked at.".to_owned(),
        },
        Some(Action::LookFirst) => match dialog.proof() {
            Some(line) => {
                dialog.looking = true;
                dialog.explained = vec![format!("`{line}` runs …")];
                dialog.scroll = 0;
                effects.push(Effect::Tell(ToRuntime::Preview { of: dialog.call(), line }));
            }
            None => dialog.note = "No skill knows how to look first what this would change.".to_owned(),
        },
        Some(Action::PageDown) => dialog.scroll = dialog.scroll.saturating_add(dialog.page),
        Some(Action::PageUp) => dialog.scroll = dialog.scroll.saturating_sub(dialog.page),
        _ => edit(dialog, key),
    }
}

/// The keys of the composer, on one line that stays one.
fn edit(dialog: &mut DialogState, key: KeyEvent) {
    let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let letter = matches!(key.code, KeyCode::Char(_)) && plain;
    let breaks = matches!(key.code, KeyCode::Enter | KeyCode::Tab)
        || matches!(key.code, KeyCode::Char('j' | 'm' | 'y')) && !plain;
    if breaks || letter && dialog.reply().0.len() >= LONGEST_REPLY {
        return;
    }
    composer::readline(&mut dialog.reply, key);
}

fn reply(dialog: &mut DialogState, text: String, effects: &mut Vec<Effect>) {
    dialog.phase = Phase::Answered;
    effects.push(Effect::Tell(ToRuntime::Reply { call: dialog.call(), digest: dialog.request.digest.clone(), text }));
}
