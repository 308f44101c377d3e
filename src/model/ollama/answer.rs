//! Reads an answer off the connection: bytes, lines, events.
//!
//! Owns the order of reading, the bound on a line and the bound on silence.
//! Knows neither who asked nor what the events are for; a failure leaves as a
//! `Fault` and is worded elsewhere.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{Decoder, LinesCodec, LinesCodecError};

use super::fault::Fault;
use super::{PATIENCE, wire};
use crate::domain::ModelEvent;

/// The longest line, in bytes: a tool call comes whole in one, but not more than this.
const LINE_LIMIT: usize = 4 * 1024 * 1024;

/// The most of an error's body that is read, in bytes.
const ERROR_LIMIT: usize = 64 * 1024;

/// Whether more of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Read,
    /// It is complete, or nobody listens any longer.
    Stop,
}

/// Sends `call` and its answer, event by event, into `events`; `Ok` after a `Done` or a closed receiver.
pub(super) async fn stream(
    call: RequestBuilder,
    silence: Duration,
    events: &mpsc::Sender<ModelEvent>,
) -> Result<(), Fault> {
    let mut response = timeout(silence, call.send())
        .await
        .map_err(|_| Fault::Silent { limit: silence })?
        .map_err(|error| Fault::unsent(&error, silence.min(PATIENCE)))?;
    if !response.status().is_success() {
        let status = response.status().as_u16();
        return Err(Fault::refused(status, &reason(&mut response, silence).await));
    }
    let mut lines = LinesCodec::new_with_max_length(LINE_LIMIT);
    let mut unread = BytesMut::new();
    while let Some(bytes) = next(&mut response, silence).await? {
        unread.extend_from_slice(&bytes);
        while let Some(line) = lines.decode(&mut unread).map_err(|error| unreadable(&error))? {
            if deliver(wire::read_line(&line)?, events).await == Next::Stop {
                return Ok(());
            }
        }
    }
    last_line(&mut lines, &mut unread, events).await
}

/// What is left when the connection ended in good order but the last line has no end.
async fn last_line(
    lines: &mut LinesCodec,
    unread: &mut BytesMut,
    events: &mpsc::Sender<ModelEvent>,
) -> Result<(), Fault> {
    // Bytes that are no text here are half a character: the line was torn inside it.
    let rest = lines.decode_eof(unread).map_err(|_| torn())?;
    let Some(rest) = rest else { return Err(Fault::Unfinished) };
    let complete = wire::read_line(&rest).map_err(|fault| match fault {
        Fault::Malformed { line, .. } if line.trim_start().starts_with('{') => torn(),
        other => other,
    })?;
    match deliver(complete, events).await {
        Next::Stop => Ok(()),
        Next::Read => Err(Fault::Unfinished),
    }
}

/// The next bytes, `None` at the end.
async fn next(response: &mut Response, silence: Duration) -> Result<Option<tokio_util::bytes::Bytes>, Fault> {
    timeout(silence, response.chunk())
        .await
        .map_err(|_| Fault::Silent { limit: silence })?
        .map_err(|error| Fault::closed(&error))
}

/// The server's words beside a bad status; the status is the news, so words that stop coming are left at that.
async fn reason(response: &mut Response, silence: Duration) -> String {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = next(response, silence).await {
        body.extend_from_slice(&bytes);
        if body.len() >= ERROR_LIMIT {
            body.truncate(ERROR_LIMIT);
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

async fn deliver(pieces: Vec<ModelEvent>, events: &mpsc::Sender<ModelEvent>) -> Next {
    for event in pieces {
        let ends = matches!(event, ModelEvent::Done(_));
        if events.send(event).await.is_err() || ends {
            return Next::Stop;
        }
    }
    Next::Read
}

fn torn() -> Fault {
    Fault::Closed { why: "its last line is torn".into() }
}

fn unreadable(error: &LinesCodecError) -> Fault {
    match error {
        LinesCodecError::MaxLineLengthExceeded => Fault::TooLong { limit: LINE_LIMIT },
        LinesCodecError::Io(why) => Fault::Malformed { why: why.to_string(), line: String::new() },
    }
}
