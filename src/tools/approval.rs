//! Asking for consent over the wire: one elicitation, its answer, its
//! withdrawal. What the dialog needs travels in `_meta`; the message alone is
//! enough for a client that knows nothing of ours.

use rmcp::RoleServer;
use rmcp::model::{
    ClientResult, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema,
    RequestMetaObject, ServerRequest,
};
use rmcp::service::{Peer, PeerRequestOptions};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::core::{Consult, Question};
use super::steps::Answer;
use crate::domain::{ApprovalRequest, Principal};

/// Where the structured request lies in `_meta`.
pub(super) const META_KEY: &str = "devops-agent/approval";

/// What an accepting client fills in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reply {
    pub reply: String,
    pub digest: String,
}

/// Why a client declined, when it says so.
pub(super) const UNATTENDED: &str = "unattended";

/// Our own client on the other side, which shows the dialog.
pub(super) struct Elicitation<'a> {
    pub peer: &'a Peer<RoleServer>,
    pub approver: &'a Principal,
}

impl Consult for Elicitation<'_> {
    async fn ask(&self, question: &Question<'_>, cancel: &CancellationToken) -> Answer {
        let Some(params) = parameters(question.request) else { return Answer::Nobody };
        match (elicit(self.peer, params, cancel).await, self.approver) {
            (Elicited::Answered(result), Principal::Person) => read(result.action, result.content),
            (Elicited::Answered(result), Principal::Agent | Principal::Client { .. }) => {
                match read(result.action, result.content) {
                    Answer::Reply { digest, .. } => Answer::Agreed { digest },
                    other => other,
                }
            }
            (Elicited::Withdrawn, _) => Answer::Withdrawn,
            (Elicited::Failed, _) => Answer::Nobody,
        }
    }
}

/// What became of a question on the wire.
pub enum Elicited {
    Answered(ElicitResult),
    /// It was taken back; whatever the client answers afterwards is not read.
    Withdrawn,
    /// The client does not answer questions.
    Failed,
}

/// Asks once. Taking the question back tells the client so.
pub async fn elicit(peer: &Peer<RoleServer>, params: ElicitRequestParams, cancel: &CancellationToken) -> Elicited {
    let elicit = ServerRequest::ElicitRequest(ElicitRequest::new(params));
    let Ok(mut handle) = peer.send_cancellable_request(elicit, PeerRequestOptions::no_options()).await else {
        return Elicited::Failed;
    };
    tokio::select! {
        // A cancellation that is there already wins over an answer that is there already.
        biased;
        () = cancel.cancelled() => {
            if let Err(error) = handle.cancel(Some("the request was withdrawn".to_owned())).await {
                tracing::debug!(%error, "the client could not be told of a withdrawn question");
            }
            Elicited::Withdrawn
        }
        answer = &mut handle.rx => match answer {
            Ok(Ok(ClientResult::ElicitResult(result))) => Elicited::Answered(result),
            _ => Elicited::Failed,
        },
    }
}

fn read(action: ElicitationAction, content: Option<serde_json::Value>) -> Answer {
    match action {
        ElicitationAction::Accept => match content.map(serde_json::from_value::<Reply>) {
            Some(Ok(Reply { reply, digest })) => Answer::Reply { text: reply, digest },
            // An acceptance that does not name what it accepts accepts nothing.
            _ => Answer::Nobody,
        },
        ElicitationAction::Decline => match content.as_ref().and_then(|content| content.get("reason")) {
            Some(reason) if reason == UNATTENDED => Answer::Nobody,
            _ => Answer::Declined,
        },
        // A kind of answer that is not known yet is no consent.
        _ => Answer::Withdrawn,
    }
}

fn parameters(request: &ApprovalRequest) -> Option<ElicitRequestParams> {
    let schema = ElicitationSchema::builder()
        .required_string_property("reply", |property| property)
        .required_string_property("digest", |property| property)
        .build()
        .ok()?;
    let announcement = &request.announcement;
    let mut meta = RequestMetaObject::new();
    meta.insert(META_KEY.to_owned(), serde_json::to_value(request).ok()?);
    Some(ElicitRequestParams::FormElicitationParams {
        meta: Some(meta),
        message: format!(
            "{} ({}): {}\nAnswer with `reply` (yes or no, or the name that is asked for) and this `digest`: {}",
            announcement.permission, announcement.verdict.tier, announcement.command, request.digest
        ),
        requested_schema: schema,
    })
}
