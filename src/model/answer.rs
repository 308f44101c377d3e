//! Reads an answer off the connection: bytes, lines, events.
//!
//! Owns the order of reading, the bound on a line, the bound on silence, and
//! how often a question is put again when the way failed before anything was
//! said. What a line means is its reader's to say. Knows neither who asked nor
//! what the events are for; a failure leaves as a `Fault` and is worded elsewhere.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{Decoder, LinesCodec, LinesCodecError};
use tokio_util::sync::CancellationToken;

use super::fault::Fault;
use super::http::PATIENCE;
use super::thinking::Thinking;
use crate::domain::{ModelEvent, ModelProblem, StopReason, Usage};

/// The longest line, in bytes: a tool call comes whole in one, but not more than this.
const LINE_LIMIT: usize = 4 * 1024 * 1024;

/// The most of an error's body that is read, in bytes.
const ERROR_LIMIT: usize = 64 * 1024;

/// How long is waited before a question is put again. Long enough for a server that restarts, short enough for a
/// person who waits.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(1000)];

/// What the lines of one answer mean.
pub(super) trait Reader: Send {
    /// The events a line stands for; a `Done` among them is the last.
    fn line(&mut self, line: &str) -> Result<Vec<ModelEvent>, Fault>;

    /// The events that the end of the connection stands for, in good order and after the last line.
    fn end(&mut self) -> Result<Vec<ModelEvent>, Fault> {
        Err(Fault::Unfinished)
    }
}

/// An answer from its beginning to its end: tells what went wrong, in the words of `told`, and ends when it is cancelled
/// or nobody listens.
pub(super) async fn converse(
    answer: impl Future<Output = Result<(), Fault>> + Send,
    told: impl FnOnce(&Fault) -> ModelProblem + Send,
    events: &mpsc::Sender<ModelEvent>,
    cancel: &CancellationToken,
) {
    let conversation = async {
        if let Err(fault) = answer.await {
            // A closed receiver has nobody to tell.
            let _nobody_listens = events.send(ModelEvent::Failed(told(&fault))).await;
        }
    };
    // Dropping the conversation closes its connection, at which the server stops generating.
    tokio::select! {
        biased;
        () = cancel.cancelled() => {}
        () = events.closed() => {}
        () = conversation => {}
    }
}

/// How an answer ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    pub reason: StopReason,
    pub usage: Usage,
}

/// One answer on its way to whoever listens.
struct Delivery<'a> {
    events: &'a mpsc::Sender<ModelEvent>,
    thinking: Thinking,
    usage: Usage,
    /// Something arrived: what follows cannot be begun anew.
    begun: bool,
}

/// Whether more of an answer is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Read,
    Ended(StopReason),
    /// Nobody listens any longer.
    Gone,
}

/// Sends what `call` makes and the answer to it, event by event but its `Done`, into `events`. `None` when nobody
/// listens. While nothing was said, a question whose way failed is put again.
pub(super) async fn stream<R: Reader>(
    call: impl Fn() -> (RequestBuilder, R) + Send,
    silence: Duration,
    events: &mpsc::Sender<ModelEvent>,
) -> Result<Option<End>, Fault> {
    let mut pauses = PAUSES.iter();
    loop {
        let (question, mut reader) = call();
        let mut delivery = Delivery { events, thinking: Thinking::default(), usage: Usage::default(), begun: false };
        let fault = match once(question, &mut reader, silence, &mut delivery).await {
            Ok(Next::Ended(reason)) => return Ok(Some(End { reason, usage: delivery.usage })),
            Ok(Next::Gone | Next::Read) => return Ok(None),
            Err(fault) => fault,
        };
        match pauses.next() {
            Some(pause) if fault.is_passing() && !delivery.begun => tokio::time::sleep(*pause).await,
            _ => return Err(fault),
        }
    }
}

async fn once<R: Reader>(
    call: RequestBuilder,
    reader: &mut R,
    silence: Duration,
    delivery: &mut Delivery<'_>,
) -> Result<Next, Fault> {
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
            match delivery.hand(reader.line(&line)?).await {
                Next::Read => {}
                ended => return Ok(ended),
            }
        }
    }
    last_line(reader, &mut lines, &mut unread, delivery).await
}

/// What is left when the connection ended in good order but the last line has no end.
async fn last_line<R: Reader>(
    reader: &mut R,
    lines: &mut LinesCodec,
    unread: &mut BytesMut,
    delivery: &mut Delivery<'_>,
) -> Result<Next, Fault> {
    // Bytes that are no text here are half a character: the line was torn inside it.
    if let Some(rest) = lines.decode_eof(unread).map_err(|_| torn())? {
        let complete = reader.line(&rest).map_err(|fault| match fault {
            Fault::Malformed { line, .. } if line.trim_start().starts_with('{') => torn(),
            other => other,
        })?;
        match delivery.hand(complete).await {
            Next::Read => {}
            ended => return Ok(ended),
        }
    }
    match delivery.hand(reader.end()?).await {
        Next::Read => Err(Fault::Unfinished),
        ended => Ok(ended),
    }
}

impl Delivery<'_> {
    async fn hand(&mut self, pieces: Vec<ModelEvent>) -> Next {
        for event in pieces {
            let parted = match event {
                ModelEvent::Done(reason) => {
                    let rest = self.thinking.finish();
                    return match self.send(rest).await {
                        Next::Read => Next::Ended(reason),
                        ended => ended,
                    };
                }
                ModelEvent::Token(text) => self.thinking.push(&text),
                other => {
                    if let ModelEvent::Usage(usage) = other {
                        self.usage = usage;
                    }
                    vec![other]
                }
            };
            if self.send(parted).await == Next::Gone {
                return Next::Gone;
            }
        }
        Next::Read
    }

    async fn send(&mut self, events: Vec<ModelEvent>) -> Next {
        for event in events {
            self.begun = true;
            if self.events.send(event).await.is_err() {
                return Next::Gone;
            }
        }
        Next::Read
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

fn torn() -> Fault {
    Fault::Closed { why: "its last line is torn".into() }
}

fn unreadable(error: &LinesCodecError) -> Fault {
    match error {
        LinesCodecError::MaxLineLengthExceeded => Fault::TooLong { limit: LINE_LIMIT },
        LinesCodecError::Io(why) => Fault::Malformed { why: why.to_string(), line: String::new() },
    }
}
