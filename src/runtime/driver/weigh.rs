//! What is looked up for the talk around a request for approval: the log, the tier of lines that nobody runs.

use std::sync::Arc;

use super::{Driver, Internal};
use crate::agent;
use crate::domain::{
    Action, ApprovalRequest, Asked, AskedKind, CallId, LogLine, SessionId, Tier, TurnId, changed_line,
};
use crate::gate::{Reply, judge};
use crate::history::evidence;
use crate::store::{Memory, StoreError};

/// Entries of the log that are looked through.
const ENTRIES: usize = 60;
/// Findings that are older than those.
const FINDINGS: usize = 5;

impl Driver {
    /// Has the agent know the session's log as it stands.
    pub(super) async fn tell_log(&mut self) {
        let Some(writer) = self.slot.writer().await else { return };
        let (memory, session) = (self.memory.clone(), writer.session().clone());
        match tokio::task::spawn_blocking(move || lines(&memory, &session)).await {
            Ok(Ok(lines)) => {
                // A log has no effects.
                self.agent.handle(agent::Event::Log(lines));
            }
            Ok(Err(error)) => tracing::warn!(%error, "the log cannot be referred to"),
            Err(error) => tracing::warn!(%error, "the log cannot be referred to"),
        }
    }

    /// The tier of each line, as it would be judged now; what cannot be looked up is told as the strictest.
    pub(super) async fn weigh(&mut self, turn: TurnId, lines: Vec<Vec<String>>) {
        self.tell_log().await;
        let (book, probe) = (self.kit.rules.book(), Arc::clone(&self.kit.probe));
        let shape: Vec<usize> = lines.iter().map(Vec::len).collect();
        let judged = tokio::task::spawn_blocking(move || {
            let tier = |line: String| {
                let judged = judge(&Action::Command { line }, &book);
                let facts = probe.facts(&judged.needs);
                judged.with_facts(&facts).0.tier
            };
            lines.into_iter().map(|way| way.into_iter().map(tier).collect()).collect()
        });
        let tiers: Vec<Vec<Tier>> = judged.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "other ways could not be judged");
            shape.into_iter().map(|count| vec![Tier::Destructive; count]).collect()
        });
        // The driver is there to hear it: it is the driver that says it.
        let _heard = self.internal.0.send(Internal::Weighed { turn, tiers });
    }

    /// What a reply is worth before it goes its way; it moves no decision. A question that it settles needs no look any
    /// more, and whoever agrees and wants to know gets the explanation before anything runs.
    pub(super) async fn replied(&mut self, call: CallId, text: &str) {
        let mut asked = self.open.iter().chain(&self.look);
        let Some(open) = asked.find(|open| open.announcement.call == call).cloned() else { return };
        let reply = self.kit.knowledge.replies.read(text, &open.announcement.verdict.consent);
        if reply == Reply::ApproveExplain {
            self.explain_first(open, text).await;
        }
        let asks = [Reply::Explain, Reply::History, Reply::Plan, Reply::NotEnough, Reply::Stale, Reply::Ambiguous];
        if !Driver::is_look(call) && (changed_line(text).is_some() || !asks.contains(&reply)) {
            self.stop_looking();
        }
    }

    async fn explain_first(&mut self, open: ApprovalRequest, text: &str) {
        let call = open.announcement.call;
        self.tell_log().await;
        let asked = Some(Asked { kind: AskedKind::Explain, text: text.to_owned() });
        let open = ApprovalRequest { asked, ..open };
        let event = match Driver::is_look(call) {
            true => agent::Event::LookRequested(open),
            false => agent::Event::ApprovalRequested(open),
        };
        for effect in self.agent.handle(event) {
            self.perform(effect).await;
        }
    }
}

/// The newest last; older findings first.
fn lines(memory: &Memory, session: &SessionId) -> Result<Vec<LogLine>, StoreError> {
    let way = memory.active_branch(session)?;
    let entries = memory.log(session, Some(&way))?.last(ENTRIES)?;
    let mut lines: Vec<LogLine> = entries.iter().filter_map(evidence::line).collect();
    let commits = memory.reached(session, &way, FINDINGS)?;
    let oldest = entries.first().map(|record| record.head.at);
    let older = commits.iter().filter(|commit| oldest.is_some_and(|oldest| commit.head.at < oldest));
    lines.splice(0..0, older.filter_map(evidence::line).collect::<Vec<_>>());
    Ok(lines)
}
