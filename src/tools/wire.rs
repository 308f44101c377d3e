//! Our own client of our own server, joined by a pipe in memory. Holds the
//! reply ends of open questions by call id, so that no event carries one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::{
    CallToolRequestParams, ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction,
    Implementation, RequestMetaObject,
};
use rmcp::service::{RequestContext, RunningService};
use rmcp::{ClientHandler, ErrorData, RoleClient, RoleServer, ServiceExt};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::approval::{META_KEY, Reply, UNATTENDED};
use super::server::{CALL_META, REPORT_META, RUN_COMMAND, Server};
use crate::domain::{ApprovalRequest, CallId, CallReport, CallRequest};

/// Bytes that may be under way between client and server.
const PIPE: usize = 256 * 1024;

/// Who answers questions on our side.
#[derive(Debug, Clone)]
pub enum Approver {
    /// A person; questions are sent here and answered by [`Wire::reply`].
    Person(mpsc::UnboundedSender<ApprovalRequest>),
    /// Nobody.
    Nobody,
}

/// The connection could not be made or was lost.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("the tools could not be reached: {0}")]
    Connect(String),
    #[error("the tools did not answer: {0}")]
    Call(#[from] rmcp::ServiceError),
    #[error("the tools answered without a report")]
    NoReport,
}

type Open = Arc<Mutex<BTreeMap<CallId, (String, oneshot::Sender<Reply>)>>>;

#[derive(Clone)]
struct Client {
    approver: Approver,
    open: Open,
}

/// The connection.
pub struct Wire {
    client: RunningService<RoleClient, Client>,
    /// Kept: the server ends when it is dropped.
    _server: RunningService<RoleServer, Server>,
    open: Open,
}

impl Wire {
    /// Joins client and server.
    ///
    /// # Errors
    /// When the two do not come to terms.
    pub async fn connect(server: Server, approver: Approver) -> Result<Wire, WireError> {
        let (near, far) = tokio::io::duplex(PIPE);
        let open = Open::default();
        let client = Client { approver, open: Arc::clone(&open) };
        let (server, client) = tokio::join!(server.serve(far), client.serve(near));
        let server = server.map_err(|error| WireError::Connect(error.to_string()))?;
        let client = client.map_err(|error| WireError::Connect(error.to_string()))?;
        Ok(Wire { client, _server: server, open })
    }

    /// Makes a call and waits for its end.
    ///
    /// # Errors
    /// When the connection is lost; a refusal or a failing command is a report.
    pub async fn call(&self, request: &CallRequest) -> Result<CallReport, WireError> {
        let mut params = CallToolRequestParams::new(RUN_COMMAND);
        let arguments = json!({"cmd": request.command, "context": request.reason});
        params.arguments = arguments.as_object().cloned();
        let mut meta = RequestMetaObject::new();
        meta.insert(CALL_META.to_owned(), serde_json::to_value(request).unwrap_or_default());
        params.meta = Some(meta);
        let result = self.client.peer().call_tool(params).await?;
        let report = result.meta.as_ref().and_then(|meta| meta.get(REPORT_META)).cloned();
        report.and_then(|report| serde_json::from_value(report).ok()).ok_or(WireError::NoReport)
    }

    /// Answers an open question in the person's words. False when no such question is open.
    pub fn reply(&self, call: CallId, digest: &str, text: &str) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.get(&call).is_none_or(|(expected, _)| expected != digest) {
            return false;
        }
        let Some((digest, end)) = open.remove(&call) else { return false };
        end.send(Reply { reply: text.to_owned(), digest }).is_ok()
    }
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        ClientConfig::new(
            ClientCapabilities::builder().enable_elicitation().build(),
            Implementation::new("devops-agent-workbench", env!("CARGO_PKG_VERSION")),
        )
    }

    async fn create_elicitation(
        &self,
        params: ElicitRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let meta = match &params {
            ElicitRequestParams::FormElicitationParams { meta, .. } => meta.as_ref(),
            _ => None,
        };
        let request = context.meta.get(META_KEY).or_else(|| meta.and_then(|meta| meta.get(META_KEY)));
        let Some(request) = request.and_then(|value| serde_json::from_value::<ApprovalRequest>(value.clone()).ok())
        else {
            return Ok(ElicitResult::new(ElicitationAction::Decline));
        };
        let Approver::Person(person) = &self.approver else {
            let content = json!({"reason": UNATTENDED});
            return Ok(ElicitResult::new(ElicitationAction::Decline).with_content(content));
        };
        let call = request.announcement.call;
        let (end, reply) = oneshot::channel();
        {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.insert(call, (request.digest.clone(), end));
        }
        if person.send(request).is_err() {
            return Ok(ElicitResult::new(ElicitationAction::Decline).with_content(json!({"reason": UNATTENDED})));
        }
        tokio::select! {
            () = context.ct.cancelled() => {
                self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&call);
                Ok(ElicitResult::new(ElicitationAction::Cancel))
            }
            reply = reply => Ok(match reply {
                Ok(reply) => ElicitResult::new(ElicitationAction::Accept).with_content(json!(reply)),
                Err(_) => ElicitResult::new(ElicitationAction::Cancel),
            }),
        }
    }
}
