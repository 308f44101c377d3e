//! The talk about a request for approval: why, what so far, what next. Words
//! only; what a reply decides is decided by the gate.

use super::{Agent, Effect, State};
use crate::domain::{ApprovalRequest, AskedKind, Consent};

impl Agent {
    /// Answers what was asked about an open request. A request that was just made needs no words.
    pub(super) fn explain(&mut self, request: &ApprovalRequest, effects: &mut Vec<Effect>) {
        self.drop_aside(effects);
        let Some(asked) = &request.asked else { return };
        let text = match asked.kind {
            AskedKind::Explain => self.reasons(request),
            AskedKind::History => self.so_far(),
            AskedKind::Plan => self.what_next(request),
            AskedKind::NotEnough => match &request.announcement.verdict.consent {
                Consent::Name(name) => self.setup.phrases.fill("not_enough_name", &[("name", name)]),
                _ => self.setup.phrases.plain("not_enough_word"),
            },
            AskedKind::Changed => self.setup.phrases.fill("changed", &[("what", &asked.text)]),
            AskedKind::Other => {
                let facts = self.reasons(request);
                let put = self.ask_aside(request, &asked.text, &facts, effects);
                let said = self.setup.phrases.plain(if put { "aside_asked" } else { "ambiguous" });
                format!("{said} {facts}")
            }
        };
        effects.push(Effect::Explain { call: request.announcement.call, text });
    }

    /// The four dimensions (product document 11.2), out of the skill's tables, the log, the gate's rule and the plan.
    fn reasons(&self, request: &ApprovalRequest) -> String {
        let phrases = &self.setup.phrases;
        let announcement = &request.announcement;
        let effect = announcement.verdict.effect();
        let mut lines = Vec::new();
        lines.push(match effect {
            Some(effect) => phrases.fill("explain_what", &[("effect", &effect.text)]),
            None => phrases.fill("explain_unknown_effect", &[("command", &announcement.command)]),
        });
        let mut why: Vec<String> =
            (!announcement.reason.is_empty()).then(|| announcement.reason.clone()).into_iter().collect();
        why.extend(self.entries_before(request));
        if !why.is_empty() {
            lines.push(phrases.fill("explain_why", &[("reason", &why.join("\n"))]));
        }
        if let Some(reason) = announcement.verdict.deciding() {
            let values = [("rule", reason.rule.as_str()), ("place", &reason.place()), ("text", &reason.text)];
            lines.push(phrases.fill("explain_rule", &values));
        }
        let mut limits =
            effect.and_then(|effect| effect.limits.clone()).unwrap_or_else(|| phrases.plain("explain_limits_unknown"));
        if let Some(safer) = effect.and_then(|effect| effect.safer.as_deref()) {
            limits.push(' ');
            limits.push_str(&phrases.fill("explain_safer", &[("safer", safer)]));
        }
        lines.push(phrases.fill("explain_limits", &[("limits", &limits)]));
        lines.push(self.what_next(request));
        lines.join("\n\n")
    }

    fn what_next(&self, request: &ApprovalRequest) -> String {
        let remaining = match &self.state {
            State::Planned(planned) => planned.remaining(),
            State::Talking(talk) => talk.remaining(&self.offered),
            State::Idle | State::Asking(_) | State::Remembering(_) | State::Diagnosing(_) | State::Offering(_) => {
                Vec::new()
            }
        };
        if remaining.is_empty() {
            let proof = request.announcement.verdict.parts.iter().find_map(|part| part.proof.as_deref());
            return match proof {
                Some(proof) => self.setup.phrases.fill("explain_last_look", &[("proof", proof)]),
                None => self.setup.phrases.plain("explain_last"),
            };
        }
        let list = remaining.iter().enumerate().map(|(index, (command, reason))| {
            let reason = if reason.is_empty() { String::new() } else { format!(" — {reason}") };
            format!("{}. `{command}`{reason}", index + 1)
        });
        self.setup.phrases.fill("explain_next", &[("next", &list.collect::<Vec<_>>().join("\n"))])
    }

    /// The session's log, or before it was read what ran since the start.
    fn so_far(&self) -> String {
        let mut lines = self.entries_so_far();
        if lines.is_empty() {
            let recent = self.history.len().saturating_sub(10);
            lines.extend(
                self.history.iter().skip(recent).map(|(command, summary)| format!("- `{command}` — {summary}")),
            );
        }
        if lines.is_empty() {
            return self.setup.phrases.plain("history_empty");
        }
        lines.insert(0, self.setup.phrases.plain("history"));
        lines.join("\n")
    }
}
