//! Programs over Streamable HTTP, on the loopback interface alone, each with the token.
//!
//! Owns who is let in: an address of this machine, the token, a `Host` of this machine, an `Origin` of this machine where
//! there is one (a page in a browser sends it). Everything beyond is rmcp's and the server's.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::house::House;
use super::server::Door;
use crate::domain::{Failure, FailureKind};

/// Where the door is.
pub const PATH: &str = "/mcp";
/// Pages that may ask: those this machine serves, which need the token like anybody.
const ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];
/// Bytes of one request.
const BODY: usize = 1 << 20;
/// Connections at the same time.
const CONNECTIONS: usize = 64;
/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// A client with a handshake that is silent so long has left.
const SILENCE: Duration = Duration::from_secs(60 * 60);
/// How long connections may take to end.
const END: Duration = Duration::from_secs(3);

type Answer = Response<BoxBody<Bytes, Infallible>>;
type Inner = TowerToHyperService<StreamableHttpService<Door, LocalSessionManager>>;

/// Listens at an address of this machine; port 0 takes a free one.
///
/// # Errors
/// The address is not of this machine alone, or taken.
pub async fn listen(address: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), Failure> {
    if !address.is_loopback() {
        return Err(Failure::new(FailureKind::Usage, format!("{address} can be reached from other machines"))
            .hint("Listen on 127.0.0.1 or ::1, and bring a port of another machine here with: ssh -L"));
    }
    let failed = |error: std::io::Error| {
        Failure::new(FailureKind::Error, format!("{address} port {port} cannot be listened on"))
            .because(error)
            .hint("Name another port with --port; 0 takes a free one.")
    };
    let listener = TcpListener::bind((address, port)).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Serves whoever has the token until `stop`. What runs then is ended and written down.
pub async fn serve_http(house: Arc<House>, listener: TcpListener, token: &str, stop: CancellationToken) {
    let mut sessions = LocalSessionManager::default();
    sessions.session_config.keep_alive = Some(SILENCE);
    let config = StreamableHttpServerConfig::default()
        .with_allowed_origins(ORIGINS)
        .with_max_request_body_bytes(BODY)
        .with_cancellation_token(stop.child_token());
    let inside = Arc::clone(&house);
    let service = StreamableHttpService::new(move || Ok(Door::new(Arc::clone(&inside))), Arc::new(sessions), config);
    let gate = Gatekeeper { inner: TowerToHyperService::new(service), token: Sha256::digest(token).into() };
    let (room, connections) = (Arc::new(Semaphore::new(CONNECTIONS)), TaskTracker::new());
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _from)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    // Too many open files: others end first.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = stop.cancelled() => break,
        };
        let (gate, stop) = (gate.clone(), stop.clone());
        connections.spawn(async move {
            connection(stream, gate, stop).await;
            drop(place);
        });
    }
    connections.close();
    if tokio::time::timeout(END, connections.wait()).await.is_err() {
        tracing::warn!("connections were still open at the end");
    }
    for link in house.all() {
        link.end().await;
    }
}

async fn connection(stream: TcpStream, gate: Gatekeeper, stop: CancellationToken) {
    let service = service_fn(move |request| {
        let gate = gate.clone();
        async move { gate.answer(request).await }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

/// Lets in who has the token.
#[derive(Clone)]
struct Gatekeeper {
    inner: Inner,
    /// Of the token, so that comparing tells nothing by the time it takes.
    token: [u8; 32],
}

impl Gatekeeper {
    async fn answer(&self, request: Request<Incoming>) -> Result<Answer, Infallible> {
        if request.uri().path() != PATH {
            return Ok(refusal(StatusCode::NOT_FOUND, "the door is at /mcp"));
        }
        let given = request.headers().get(AUTHORIZATION).and_then(|value| value.as_bytes().split_first_chunk::<7>());
        let known = given.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case(b"bearer ") && <[u8; 32]>::from(Sha256::digest(token)) == self.token
        });
        if !known {
            let mut answer = refusal(StatusCode::UNAUTHORIZED, "the token is missing or wrong; see where it lies");
            answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            return Ok(answer);
        }
        self.inner.call(request).await
    }
}

fn refusal(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())).boxed());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    answer
}
