//! What the log says about a call: what was decided is on disk before it is
//! done, what was done before it is shown as done.

use std::sync::Arc;

use tokio::sync::RwLock;

use super::steps::Answer;
use crate::domain::{
    Announcement, ApprovalRecord, At, Body, CallId, CallReport, CallRequest, Decision, Entry, Origin, Principal, Step,
    Tier,
};
use crate::redact::{Masked, Redactor};
use crate::store::{Kept, Session, Sink, StoreError, Writer};

/// The session that is written to, once there is one.
#[derive(Clone, Default)]
pub struct SessionSlot {
    writer: Arc<RwLock<Option<Writer>>>,
}

impl SessionSlot {
    /// Writes to this session from now on.
    pub async fn hold(&self, writer: Writer) {
        *self.writer.write().await = Some(writer);
    }

    /// The session's writer, when there is one.
    pub async fn writer(&self) -> Option<Writer> {
        self.writer.read().await.clone()
    }

    /// Lets the session go: its lock is free when the last write is done.
    pub async fn release(&self) {
        *self.writer.write().await = None;
    }
}

/// Writes entries about calls.
#[derive(Clone)]
pub(super) struct Recorder {
    pub slot: SessionSlot,
    pub redactor: Redactor,
    /// Who makes the calls.
    pub caller: Principal,
}

/// What was said to a request for approval, and by whom.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub response: Option<String>,
    by: Principal,
}

impl Said {
    /// Nothing yet; whoever is asked is `approver`.
    pub fn nothing(approver: &Principal) -> Said {
        Said { response: None, by: approver.clone() }
    }

    /// Takes an answer in.
    pub fn hear(&mut self, answer: &Answer) {
        match answer {
            Answer::Reply { text, .. } => {
                self.response = Some(text.clone());
                self.by = Principal::Person;
            }
            Answer::Agreed { .. } => self.response = Some("approve".to_owned()),
            Answer::Nobody | Answer::Declined | Answer::Withdrawn | Answer::Later => {}
        }
    }
}

impl Recorder {
    async fn writer(&self) -> Result<Writer, StoreError> {
        self.slot.writer().await.ok_or(StoreError::WriterGone)
    }

    /// Whose commands these are: our agent's, or a program's that acts by itself.
    fn actor(&self) -> Principal {
        match &self.caller {
            Principal::Person | Principal::Agent => Principal::Agent,
            client @ Principal::Client { .. } => client.clone(),
        }
    }

    fn masked(&self, at: At, by: Principal, body: Body) -> Masked<Entry> {
        self.redactor.entry(Entry { at, by, body })
    }

    /// The decision, synced before the command starts.
    pub async fn decided(
        &self,
        at: At,
        request: &CallRequest,
        announcement: &Announcement,
        decision: Decision,
    ) -> Result<(), StoreError> {
        let step = step(request, permission(announcement, decision), None, None);
        let entry = self.masked(at, self.actor(), Body::Step(step));
        self.writer().await?.spool(request.call, entry).await
    }

    /// The approval (when one was needed) and the step itself.
    pub async fn done(
        &self,
        at: At,
        request: &CallRequest,
        announcement: &Announcement,
        report: &CallReport,
        said: &Said,
        kept: Option<Kept>,
    ) -> Result<(), StoreError> {
        let writer = self.writer().await?;
        let (call, asked) = (request.call, announcement.verdict.tier > Tier::Auto);
        let output = both(&report.stdout, &report.stderr);
        // What was asked about and printed nothing is told whole by the request for approval, but for the grant it had.
        let told_whole = asked && output.is_empty() && announcement.granted.is_none();
        let step = (report.exit.is_some() && !told_whole).then(|| {
            let permission = permission(announcement, report.decision);
            let step = step(request, permission, Some(output), Some(report.summary.clone()));
            self.masked(at, self.actor(), Body::Step(step))
        });
        if asked {
            if let Some(entry) = &step {
                // How it ended is on disk before anything is told of it.
                let (entry, kept) = (entry.clone(), kept.clone());
                writer.ask(move |session| session.spool_end(call, &entry, kept.as_ref())).await?;
            }
            let record = ApprovalRecord {
                command: request.command.clone(),
                tier: announcement.verdict.tier,
                response: said.response.clone(),
                decision: report.decision,
                executed: report.exit.is_some(),
                result: report.exit.is_some().then(|| report.summary.clone()),
            };
            writer.append(self.masked(at, said.by.clone(), Body::Approval(record))).await?;
        }
        let Some(entry) = step else { return writer.unspool(call).await };
        let waits = request.origin != Origin::Planned;
        let finish = move |session: &mut Session| {
            session.finish(call, &entry, kept.as_ref())?;
            // Only a model infers anything from it that its reader has not said already.
            if waits { Ok(()) } else { session.settle_call(call) }
        };
        writer.ask(finish).await
    }

    /// The file that takes what the call prints while it runs.
    pub async fn sink(&self, call: CallId) -> Result<Sink, StoreError> {
        self.writer().await?.sink(call).await
    }
}

fn permission(announcement: &Announcement, decision: Decision) -> String {
    let permission = announcement.permission.clone();
    match (decision, &announcement.granted) {
        (Decision::Auto, _) => permission,
        (Decision::Granted, Some(grant)) => format!("{permission}: {} ({grant})", decision.words()),
        _ => format!("{permission}: {}", decision.words()),
    }
}

fn step(request: &CallRequest, permission: String, output: Option<String>, inference: Option<String>) -> Step {
    Step {
        observation: request.observation.clone(),
        thought: request.thought.clone().or_else(|| (!request.reason.is_empty()).then(|| request.reason.clone())),
        permission,
        action: request.command.clone(),
        output,
        inference,
    }
}

/// Both streams as one text, the second marked. The log's own form makes what is no text visible.
fn both(stdout: &str, stderr: &str) -> String {
    let mut text = stdout.trim_end().to_owned();
    if !stderr.trim().is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str("STDERR:\n");
        text.push_str(stderr.trim_end());
    }
    text
}
