//! Asks whoever can be asked about a command of a program outside: the person's word from the terminal first, then the
//! client in the form its generation of the protocol has; and says what to do where nobody can.
//!
//! Owns that a destructive command is never put to a program, and that an answer names the digest it is to.

use std::sync::{Mutex, PoisonError};

use rmcp::RoleServer;
use rmcp::model::{ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema, EnumSchema};
use rmcp::service::Peer;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::link::Link;
use crate::domain::{ApprovalRequest, Tier};
use crate::output::approval;
use crate::probe;
use crate::runtime::Veil;
use crate::store::Asking;
use crate::tools::{Answer, Consult, Elicited, Question, elicit};

/// The field of the form, and its two values; the second goes on with the digest.
const DECISION: &str = "decision";
const DENY: &str = "deny";
const APPROVE: &str = "approve";

/// How a client is asked.
pub(super) enum Way<'a> {
    /// By a request to it while its call is open.
    Elicit(&'a Peer<RoleServer>),
    /// By an answer that asks, and another call.
    Return(Mutex<Option<Given>>),
    /// It says that it cannot ask anybody.
    Nobody,
}

/// The client's answer to the question with this digest.
pub(super) struct Given {
    pub digest: String,
    pub result: ElicitResult,
}

/// Why a command did not run, where it could have been approved.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub tier: Tier,
    pub reason: String,
    pub fingerprint: String,
    pub why: Why,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Destructive commands of programs are not allowed here.
    NotAllowed,
    /// The person has to approve it at a terminal.
    Terminal,
    /// As above; the call named the digest, and nothing was approved under it.
    NotApproved,
    /// The question could not be put where the person looks.
    Unkept,
}

/// Asks about one call.
pub(super) struct Asker<'a> {
    link: &'a Link,
    session: &'a str,
    /// The digest the call names.
    named: &'a str,
    way: Way<'a>,
    refusal: Mutex<Option<Refusal>>,
    /// The form that goes out with the answer to the call.
    form: Mutex<Option<ElicitRequestParams>>,
}

impl<'a> Asker<'a> {
    pub fn new(link: &'a Link, session: &'a str, named: &'a str, way: Way<'a>) -> Asker<'a> {
        Asker { link, session, named, way, refusal: Mutex::default(), form: Mutex::default() }
    }

    /// Why it refused, when it did.
    pub fn refusal(&self) -> Option<Refusal> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The form of a question that is asked by returning it.
    pub fn form(&self) -> Option<ElicitRequestParams> {
        self.form.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn refuse(&self, question: &Question<'_>, why: Why) -> Answer {
        let verdict = &question.request.announcement.verdict;
        let reason = verdict.deciding().map(|reason| reason.text.clone()).unwrap_or_default();
        let refusal = Refusal { tier: verdict.tier, reason, fingerprint: question.fingerprint.to_owned(), why };
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
        Answer::Nobody
    }

    /// The person's word from the terminal, used up by being taken.
    async fn taken(&self, question: &Question<'_>) -> Option<String> {
        if !Asking::names(self.named, question.fingerprint) {
            return None;
        }
        let (approvals, fingerprint) = (self.link.house().approvals.clone(), question.fingerprint.to_owned());
        match tokio::task::spawn_blocking(move || approvals.take(&fingerprint, probe::now())).await {
            Ok(Ok(given)) => given,
            Ok(Err(error)) => {
                tracing::warn!(%error, "an approval could not be read");
                None
            }
            Err(error) => {
                tracing::warn!(%error, "an approval could not be read");
                None
            }
        }
    }

    /// Puts the question where `devops-agent approve` finds it.
    async fn put(&self, question: &Question<'_>) -> Answer {
        // What it would grant beyond this run is not a program's to ask for.
        let request = ApprovalRequest { offers: Vec::new(), asked: None, ..question.request.clone() };
        let asking = Asking::new(question.fingerprint, self.link.client(), self.session, request, probe::now());
        let approvals = self.link.house().approvals.clone();
        let kept = tokio::task::spawn_blocking(move || approvals.ask(&asking)).await;
        let why = match kept {
            Ok(Ok(())) if self.named.is_empty() => Why::Terminal,
            Ok(Ok(())) => Why::NotApproved,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a question could not be kept for the person");
                Why::Unkept
            }
            Err(error) => {
                tracing::warn!(%error, "a question could not be kept for the person");
                Why::Unkept
            }
        };
        self.refuse(question, why)
    }
}

impl Consult for Asker<'_> {
    async fn ask(&self, question: &Question<'_>, cancel: &CancellationToken) -> Answer {
        let digest = question.request.digest.clone();
        let tier = question.request.announcement.verdict.tier;
        if tier == Tier::Destructive && !self.link.house().rights.destructive {
            return self.refuse(question, Why::NotAllowed);
        }
        if let Some(text) = self.taken(question).await {
            return Answer::Reply { text, digest };
        }
        if tier == Tier::Destructive {
            return self.put(question).await;
        }
        let form = || form(question.request, question.fingerprint, &self.link.house().veil);
        match &self.way {
            Way::Elicit(peer) => {
                let Some(form) = form() else { return self.put(question).await };
                match elicit(peer, form, cancel).await {
                    Elicited::Answered(result) => read(&result, question),
                    Elicited::Withdrawn => Answer::Withdrawn,
                    Elicited::Failed => self.put(question).await,
                }
            }
            Way::Return(given) => {
                let given = given.lock().unwrap_or_else(PoisonError::into_inner).take();
                match given {
                    // An answer to what is another question now answers nothing.
                    Some(given) if given.digest == digest => read(&given.result, question),
                    _ => {
                        *self.form.lock().unwrap_or_else(PoisonError::into_inner) = form();
                        Answer::Later
                    }
                }
            }
            Way::Nobody => self.put(question).await,
        }
    }
}

/// What a client answered. An acceptance that does not name what it accepts accepts nothing.
fn read(result: &ElicitResult, question: &Question<'_>) -> Answer {
    let decision = result.content.as_ref().and_then(|content| content.get(DECISION)).and_then(Value::as_str);
    match (&result.action, decision) {
        (ElicitationAction::Accept, Some(decision)) if decision == approving(question.fingerprint) => {
            Answer::Agreed { digest: question.request.digest.clone() }
        }
        (ElicitationAction::Accept, Some(_)) | (ElicitationAction::Decline, _) => Answer::Declined,
        (ElicitationAction::Accept, None) => Answer::Nobody,
        _ => Answer::Withdrawn,
    }
}

fn approving(fingerprint: &str) -> String {
    format!("{APPROVE} {}", Asking::short(fingerprint))
}

/// The question as a form with one choice. Everything in it has gone through the veil but the digest, which is ours.
fn form(request: &ApprovalRequest, fingerprint: &str, veil: &Veil) -> Option<ElicitRequestParams> {
    let values = vec![DENY.to_owned(), approving(fingerprint)];
    let choice = EnumSchema::builder(values).title("Decision").description("Approve this one run, or not").build();
    let schema = ElicitationSchema::builder().required_enum_schema(DECISION, choice).build().ok()?;
    Some(ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message(request, fingerprint, veil),
        requested_schema: schema,
    })
}

fn message(request: &ApprovalRequest, fingerprint: &str, veil: &Veil) -> String {
    let (announcement, verdict) = (&request.announcement, &request.announcement.verdict);
    let mut rows = vec![
        approval::title(verdict.tier).to_owned(),
        format!("Command: {}", veil.masked(&announcement.command)),
        format!("Tier: {}", approval::tier(verdict.tier)),
        format!("Why it asks: {}", veil.masked(&announcement.permission)),
        format!("Effect: {}", veil.masked(approval::effect(verdict))),
        format!("Reversible: {}", veil.masked(&approval::reversible(verdict))),
        format!("Where: {}", veil.masked(&approval::place(&request.place))),
    ];
    if let Some(safer) = approval::safer(verdict) {
        rows.push(format!("Safer: {}", veil.masked(safer)));
    }
    if let Some(asked) = &request.asked {
        rows.push(format!("It changed since it was approved: {}", veil.masked(&asked.text)));
    }
    rows.push(format!("Digest: {}", Asking::short(fingerprint)));
    rows.join("\n")
}
