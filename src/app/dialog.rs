//! The approval dialog's keys. It never takes focus from typing: while keys
//! are coming it waits as a banner; it is inert until it was drawn and a moment
//! has passed; keys from before belong to the composer; a paste never answers.
//! An answer counts only when the whole command was seen. Judges nothing: what
//! was typed goes to the gate as it is.

use std::time::Duration;

use crate::domain::{ApprovalRequest, CallId};
use crate::ui::DialogDrawn;

/// No key for this long, and the banner becomes the dialog.
pub(super) const QUIET: Duration = Duration::from_millis(600);
/// A dialog on screen for less than this takes no key.
pub(super) const SETTLE: Duration = Duration::from_millis(300);

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
    pub reply: String,
    pub explained: Vec<String>,
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
            reply: String::new(),
            explained: Vec::new(),
            scroll: 0,
            note: String::new(),
            seen_end: false,
            page: 1,
        }
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
        self.reply.clear();
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
