//! The talk about a request for approval: why, what so far, what next. Words
//! only; what a reply decides is decided by the gate.

use super::{Agent, Effect, State};
use crate::domain::{ApprovalRequest, AskedKind, Consent};

impl Agent {
    /// Answers what was asked about an open request. A request that was just made needs no words.
    pub(super) fn explain(&mut self, request: &ApprovalRequest, effects: &mut Vec<Effect>) {
        let Some(asked) = &request.asked else { return };
        let text = match asked.kind {
            AskedKind::Explain => self.reasons(request),
            AskedKind::History => self.so_far(),
            AskedKind::Plan => self.what_next(),
            AskedKind::NotEnough => match &request.announcement.verdict.consent {
                Consent::Name(name) => self.setup.phrases.fill("not_enough_name", &[("name", name)]),
                _ => self.setup.phrases.plain("not_enough_word"),
            },
            AskedKind::Changed => self.setup.phrases.fill("changed", &[("what", &asked.text)]),
            AskedKind::Other => format!("{} {}", self.setup.phrases.plain("ambiguous"), self.reasons(request)),
        };
        effects.push(Effect::Explain { call: request.announcement.call, text });
    }

    fn reasons(&self, request: &ApprovalRequest) -> String {
        let phrases = &self.setup.phrases;
        let announcement = &request.announcement;
        let mut lines = Vec::new();
        lines.push(match announcement.verdict.effect() {
            Some(effect) => phrases.fill("explain_what", &[("effect", &effect.text)]),
            None => phrases.fill("explain_unknown_effect", &[("command", &announcement.command)]),
        });
        if !announcement.reason.is_empty() {
            lines.push(phrases.fill("explain_why", &[("reason", &announcement.reason)]));
        }
        if let Some(reason) = announcement.verdict.deciding() {
            let values = [("rule", reason.rule.as_str()), ("place", &reason.place()), ("text", &reason.text)];
            lines.push(phrases.fill("explain_rule", &values));
        }
        lines.push(self.what_next());
        lines.join("\n\n")
    }

    fn what_next(&self) -> String {
        let remaining = match &self.state {
            State::Planned(planned) => planned.remaining(),
            State::Talking(talk) => talk.remaining(),
            State::Idle | State::Asking(_) | State::Remembering(_) | State::Diagnosing(_) => Vec::new(),
        };
        if remaining.is_empty() {
            return self.setup.phrases.plain("explain_last");
        }
        let list: Vec<String> = remaining.iter().map(|(command, _)| format!("`{command}`")).collect();
        self.setup.phrases.fill("explain_next", &[("next", &list.join(", then "))])
    }

    fn so_far(&self) -> String {
        if self.history.is_empty() {
            return self.setup.phrases.plain("history_empty");
        }
        let mut lines = vec![self.setup.phrases.plain("history")];
        let recent = self.history.len().saturating_sub(10);
        lines.extend(self.history[recent..].iter().map(|(command, summary)| format!("- `{command}` — {summary}")));
        lines.join("\n")
    }
}
