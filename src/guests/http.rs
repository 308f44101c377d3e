//! Streamable HTTP to a server, over the HTTP client there is already.
//!
//! Owns the bounds of what is read, and that no redirect carries a request elsewhere: the address the person named is
//! the one that is spoken to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode, redirect};
use rmcp::model::{ClientJsonRpcMessage, JsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpClientTransportConfig, StreamableHttpError,
    StreamableHttpPostResponse,
};
use sse_stream::{Sse, SseStream};

use super::meter::{LINE, Meter, Verdict};

const SESSION: &str = "mcp-session-id";
const LAST_EVENT: &str = "last-event-id";
const BOTH: &str = "application/json, text/event-stream";
const CONNECT: Duration = Duration::from_secs(10);

type Wrong = StreamableHttpError<reqwest::Error>;

/// The client of one server.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    verdict: Verdict,
}

/// A connection to this address with these headers.
pub(super) fn transport(
    url: &str,
    headers: &BTreeMap<String, String>,
    verdict: Verdict,
) -> Result<StreamableHttpClientTransport<Http>, String> {
    let mut custom = HashMap::new();
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| format!("{name} cannot be a header's name"))?;
        // The value may be secret: it is named by its header.
        let mut value = HeaderValue::try_from(value.as_str()).map_err(|_| format!("no header can hold its {name}"))?;
        value.set_sensitive(true);
        custom.insert(name, value);
    }
    let client = reqwest::Client::builder().redirect(redirect::Policy::none()).connect_timeout(CONNECT).build();
    let client = client.map_err(|error| format!("HTTP cannot be spoken here: {error}"))?;
    let config = StreamableHttpClientTransportConfig::with_uri(url.to_owned()).custom_headers(custom);
    Ok(StreamableHttpClientTransport::with_client(Http { client, verdict }, config))
}

impl Http {
    fn dressed(
        request: RequestBuilder,
        session: Option<&str>,
        token: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> RequestBuilder {
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        match session {
            Some(session) => request.header(SESSION, session),
            None => request,
        }
    }

    /// The body as events, metered like everything a server says.
    fn events(&self, response: Response) -> BoxStream<'static, Result<Sse, SseError>> {
        let mut meter = Meter::new(self.verdict.clone());
        let metered = response.bytes_stream().map_err(std::io::Error::other).and_then(move |bytes| {
            let taken = meter.take(&bytes);
            std::future::ready(taken.map(|()| bytes))
        });
        SseStream::from_bytes_stream(metered).boxed()
    }

    /// A body that is one message.
    async fn message(&self, response: Response) -> Result<ServerJsonRpcMessage, Wrong> {
        let mut body = Vec::new();
        let mut pieces = std::pin::pin!(response.bytes_stream());
        while let Some(piece) = pieces.next().await {
            body.extend_from_slice(&piece.map_err(Wrong::Client)?);
            if body.len() > LINE {
                return Err(Wrong::ResponseBodyTooLarge { max_size: LINE });
            }
        }
        Ok(serde_json::from_slice(&body)?)
    }
}

fn kind(response: &Response) -> String {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn unexpected(what: String) -> Wrong {
    Wrong::UnexpectedServerResponse(what.into())
}

impl StreamableHttpClient for Http {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        token: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, Wrong> {
        let request = self.client.post(uri.as_ref()).header(ACCEPT, BOTH).json(&message);
        let request = Http::dressed(request, session.as_deref(), token, headers);
        let response = request.send().await.map_err(Wrong::Client)?;
        let status = response.status();
        if matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT) {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        if status == StatusCode::NOT_FOUND && session.is_some() {
            return Err(Wrong::SessionExpired);
        }
        let begun = response.headers().get(SESSION).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let kind = kind(&response);
        if !status.is_success() {
            // An error of the protocol can come with any status.
            if kind == "application/json"
                && let Ok(error @ JsonRpcMessage::Error(_)) = self.message(response).await
            {
                return Ok(StreamableHttpPostResponse::Json(error, begun));
            }
            return Err(unexpected(format!("HTTP status {status}")));
        }
        let answers = matches!(message, ClientJsonRpcMessage::Request(_));
        match kind.as_str() {
            "text/event-stream" => Ok(StreamableHttpPostResponse::Sse(self.events(response), begun)),
            "application/json" => Ok(StreamableHttpPostResponse::Json(self.message(response).await?, begun)),
            // To a notification there is nothing to say.
            _ if !answers => Ok(StreamableHttpPostResponse::Accepted),
            _ => Err(Wrong::UnexpectedContentType(Some(kind))),
        }
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        token: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<(), Wrong> {
        let request = Http::dressed(self.client.delete(uri.as_ref()), Some(&session), token, headers);
        // A server that keeps its sessions to itself says so; there is nothing to do about it.
        request.send().await.map(|_| ()).map_err(Wrong::Client)
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        token: Option<String>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, Wrong> {
        let request = self.client.get(uri.as_ref()).header(ACCEPT, "text/event-stream");
        let mut request = Http::dressed(request, session.as_deref(), token, headers);
        if let Some(last) = last_event {
            request = request.header(LAST_EVENT, last);
        }
        let response = request.send().await.map_err(Wrong::Client)?;
        match (response.status(), kind(&response).as_str()) {
            (StatusCode::METHOD_NOT_ALLOWED, _) => Err(Wrong::ServerDoesNotSupportSse),
            (status, "text/event-stream") if status.is_success() => Ok(self.events(response)),
            (status, _) => Err(unexpected(format!("HTTP status {status}"))),
        }
    }
}
