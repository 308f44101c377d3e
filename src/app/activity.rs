//! What goes on, for the line above the composer: the phase, how long, the tokens, what comes next.
//!
//! Owns how the phase follows from what happened. Time is what `update` was told last.

use std::time::Duration;

use super::keymap::{Action, Context};
use super::state::State;
use super::update::Effect;
use crate::bus::{Event as Bus, Presence};
use crate::domain::CallId;
use crate::output::escape;
use crate::ui::Place;

/// Characters of a command or a request.
const SHORT: usize = 40;
/// The line tells the time from here on, and is drawn again as often.
const SECOND: Duration = Duration::from_secs(1);

/// What a turn does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    Working,
    /// The model was asked and says nothing yet.
    Asking,
    Thinking,
    Answering,
    /// A command waits for the person, or a choice does.
    YourAnswer,
    Running(CallId, String),
}

/// The turn that goes on.
#[derive(Debug, Default)]
pub(super) struct Activity {
    pub phase: Phase,
    /// When it was taken up.
    began: Duration,
    pub now: Duration,
    /// The command that is past its limit and was not stopped.
    pub late: Option<CallId>,
    /// The person wants nothing that moves: no time is told.
    pub is_still: bool,
}

impl Activity {
    /// What happened moves the phase on.
    pub fn happened(&mut self, event: &Bus) {
        match event {
            Bus::TurnBegan { .. } => {
                (self.phase, self.began, self.late) = (Phase::Working, self.now, None);
            }
            Bus::Room(_) => self.phase = Phase::Asking,
            Bus::Thinking { .. } => self.phase = Phase::Thinking,
            Bus::Token { .. } => self.phase = Phase::Answering,
            Bus::ApprovalRequested(_) | Bus::Choice { .. } => self.phase = Phase::YourAnswer,
            Bus::AtLimit { call, .. } => self.late = Some(*call),
            Bus::ApprovalClosed { .. } | Bus::Steered { .. } => self.phase = Phase::Working,
            Bus::Finished(report) => {
                self.phase = Phase::Working;
                self.late = self.late.filter(|late| *late != report.call);
            }
            _ => {}
        }
    }

    /// It is the person's turn.
    pub fn asks(&mut self) {
        self.phase = Phase::YourAnswer;
    }

    /// Whether it is the person's turn: nothing moves until they answer, however long that takes.
    pub fn waits(&self) -> bool {
        self.phase == Phase::YourAnswer
    }

    /// Whether the line tells the time.
    fn tells_time(&self) -> bool {
        !self.is_still && !self.waits()
    }

    /// The moment at which the line shows another time, as long as a turn goes on; `None` while it shows none.
    pub fn next(&self) -> Option<Effect> {
        let shown = self.now.saturating_sub(self.began).as_secs();
        let next = self.began + SECOND * u32::try_from(shown).unwrap_or(u32::MAX).saturating_add(1);
        self.tells_time().then_some(Effect::WakeAt(next))
    }
}

impl State {
    /// A command began: its words are those of its card.
    pub(super) fn runs(&mut self, call: CallId) {
        let command = self.command_of(call).map(short).unwrap_or_default();
        self.activity.phase = Phase::Running(call, command);
    }

    /// What is going on, and what comes after it.
    pub(super) fn activity(&self) -> String {
        if let Some(banner) = self.reader.banner(&self.keymap).filter(|_| self.place == Place::Chat) {
            return banner;
        }
        let next = self.waiting.first().map(|text| short(text));
        let cancel = self.keymap.kept(Context::Chat, Action::Cancel);
        if !self.busy {
            return next.map_or_else(String::new, |next| format!("waits · {cancel} takes it back: {next}"));
        }
        let mut parts = vec![match &self.activity.phase {
            Phase::Working => "working".to_owned(),
            Phase::Asking => "the model reads".to_owned(),
            Phase::Thinking => "the model thinks".to_owned(),
            Phase::Answering => "the model answers".to_owned(),
            Phase::YourAnswer => "waits for your answer".to_owned(),
            Phase::Running(_, command) => format!("runs {command}"),
        }];
        let seconds = self.activity.now.saturating_sub(self.activity.began).as_secs();
        parts.extend((seconds > 0 && self.activity.tells_time()).then(|| match seconds {
            ..60 => format!("{seconds} s"),
            _ => format!("{} min {} s", seconds / 60, seconds % 60),
        }));
        let used = self.usage.prompt_tokens.unwrap_or(0) + self.usage.output_tokens.unwrap_or(0);
        let tells = used > 0 && matches!(self.presence, Presence::Model { .. });
        parts.extend(tells.then(|| format!("{used} tokens")));
        parts.push(format!("{cancel} stops"));
        parts.extend(next.map(|next| format!("next: {next}")));
        parts.join(" · ")
    }
}

fn short(text: &str) -> String {
    escape::line(text).chars().take(SHORT).collect()
}
