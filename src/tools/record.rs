//! What the log says about a call: what was decided is on disk before it is
//! done, what was done before it is shown as done.

use std::sync::Arc;

use tokio::sync::RwLock;

use crate::domain::{
    Announcement, ApprovalRecord, At, Body, CallId, CallReport, CallRequest, Decision, Entry, Principal, Step, Tier,
};
use crate::redact::{Masked, Redactor};
use crate::store::{StoreError, Writer};

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
    pub approver: Principal,
}

impl Recorder {
    async fn writer(&self) -> Result<Writer, StoreError> {
        self.slot.writer().await.ok_or(StoreError::WriterGone)
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
        let mut permission = announcement.permission.clone();
        if decision != Decision::Auto {
            permission = format!("{permission}: {}", decision.words());
        }
        let step = step(request, permission, None, None);
        let entry = self.masked(at, Principal::Agent, Body::Step(step));
        self.writer().await?.spool(request.call, entry).await
    }

    /// The approval (when one was needed) and the step itself.
    pub async fn done(
        &self,
        at: At,
        request: &CallRequest,
        announcement: &Announcement,
        report: &CallReport,
        response: Option<String>,
    ) -> Result<(), StoreError> {
        let writer = self.writer().await?;
        if announcement.verdict.tier > Tier::Auto {
            let record = ApprovalRecord {
                command: request.command.clone(),
                tier: announcement.verdict.tier,
                response,
                decision: report.decision,
                executed: report.exit.is_some(),
                result: report.exit.is_some().then(|| report.summary.clone()),
            };
            writer.append(self.masked(at, self.approver.clone(), Body::Approval(record))).await?;
        }
        if report.exit.is_some() {
            let mut permission = announcement.permission.clone();
            if report.decision != Decision::Auto {
                permission = format!("{permission}: {}", report.decision.words());
            }
            let output = both(&report.stdout, &report.stderr);
            let step = step(request, permission, Some(output), Some(report.summary.clone()));
            writer.append(self.masked(at, Principal::Agent, Body::Step(step))).await?;
        }
        Ok(())
    }

    /// Takes the note away that a command was about to run.
    pub async fn settled(&self, call: CallId) -> Result<(), StoreError> {
        self.writer().await?.unspool(call).await
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
