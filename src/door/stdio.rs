//! One program over a pair of streams: a message a line in each direction, and nothing else.

use std::sync::Arc;

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::house::House;
use super::lines::{Bounded, LINE};
use super::server::Door;
use crate::domain::{Failure, FailureKind};

/// Serves until the client closes its end, or `stop`. What runs then is ended and written down.
///
/// # Errors
/// The client speaks something else than MCP.
pub async fn serve<R, W>(house: Arc<House>, input: R, output: W, stop: CancellationToken) -> Result<(), Failure>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let transport = AsyncRwTransport::new_server(Bounded::new(input, LINE), output).with_max_line_length(LINE);
    let served = match Door::new(Arc::clone(&house)).serve_with_ct(transport, stop).await {
        Ok(service) => service.waiting().await.map(|_reason| ()).map_err(|error| error.to_string()),
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => Ok(()),
        // The error itself holds the whole message.
        Err(ServerInitializeError::ExpectedInitializeRequest(_)) => Err("the first message is no request".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    for link in house.all() {
        link.end().await;
    }
    served.map_err(|why| {
        Failure::new(FailureKind::Error, "the connection failed")
            .because(why)
            .hint("This command speaks the Model Context Protocol; an MCP client starts it.")
    })
}
