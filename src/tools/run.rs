//! Runs a cleared command and turns what it prints into masked text on the
//! bus and in the report.

use std::sync::Arc;

use tokio::sync::mpsc::{self, Sender};
use tokio_util::sync::CancellationToken;

use crate::bus::{Bus, Event, Notice, NoticeKind, OutputChunk};
use crate::domain::{CallId, Capture, Exit, Run, Stream};
use crate::exec::{self, Finished, Limit, Progress, Supervisor};
use crate::gate::Cleared;
use crate::guests::Guests;
use crate::redact::{Masked, Redactor};
use crate::store::Sink;

/// Chunks that may wait between the command and us.
const CHUNKS: usize = 8;

/// What a run left behind.
pub(super) struct Ran {
    pub exit: Exit,
    pub duration: std::time::Duration,
    pub stdout: Capture,
    pub stderr: Capture,
    /// Bytes that went to the bus.
    pub printed: u64,
    /// The whole of it on disk; `None` when that was not to be had.
    pub sink: Option<Sink>,
}

/// What carries out what was cleared.
pub(super) struct Hands {
    pub supervisor: Arc<Supervisor>,
    pub guests: Guests,
}

impl Hands {
    async fn carry_out(
        self,
        cleared: Cleared,
        cancel: CancellationToken,
        progress: Sender<Progress>,
        limit: Limit,
    ) -> Finished {
        match &cleared.program().run {
            Run::Tool { .. } => self.guests.call(cleared, cancel, progress).await,
            Run::Argv { .. } | Run::Shell { .. } => exec::run(cleared, &self.supervisor, cancel, progress, limit).await,
        }
    }
}

/// Runs the command, or makes the call, to its end, publishing what it prints.
pub(super) async fn run(
    cleared: Cleared,
    call: CallId,
    hands: Hands,
    (redactor, bus): (&Redactor, &Bus),
    cancel: CancellationToken,
    sink: Option<Sink>,
    limit: Limit,
) -> Ran {
    let (sender, mut progress) = mpsc::channel(CHUNKS);
    let running = tokio::spawn(hands.carry_out(cleared, cancel, sender, limit));
    let mut streams = Streams {
        call,
        bus,
        stdout: (redactor.stream(), Capture::default()),
        stderr: (redactor.stream(), Capture::default()),
        printed: 0,
        sink,
    };
    while let Some(item) = progress.recv().await {
        match item {
            Progress::Output(chunk) => streams.push(chunk.stream, &chunk.bytes).await,
            Progress::WaitingForInput => bus.publish(&Event::WaitingForInput { call }),
            Progress::AtLimit(since) => bus.publish(&Event::AtLimit { call, seconds: since.as_secs() }),
        }
    }
    streams.finish().await;
    let (exit, duration) = match running.await {
        Ok(finished) => (finished.exit, finished.duration),
        Err(error) => (Exit::NotStarted(format!("the run failed inside: {error}")), std::time::Duration::ZERO),
    };
    Ran {
        exit,
        duration,
        stdout: streams.stdout.1,
        stderr: streams.stderr.1,
        printed: streams.printed,
        sink: streams.sink,
    }
}

struct Streams<'a> {
    call: CallId,
    bus: &'a Bus,
    stdout: (crate::redact::MaskStream, Capture),
    stderr: (crate::redact::MaskStream, Capture),
    printed: u64,
    sink: Option<Sink>,
}

impl Streams<'_> {
    async fn push(&mut self, stream: Stream, bytes: &[u8]) {
        let (mask, capture) = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        let bytes = mask.push(bytes);
        capture.push(bytes.get());
        self.publish(stream, bytes).await;
    }

    async fn finish(&mut self) {
        for stream in [Stream::Stdout, Stream::Stderr] {
            let (mask, capture) = match stream {
                Stream::Stdout => &mut self.stdout,
                Stream::Stderr => &mut self.stderr,
            };
            let rest = mask.finish();
            capture.push(rest.get());
            self.publish(stream, rest).await;
        }
    }

    async fn publish(&mut self, stream: Stream, bytes: Masked<Vec<u8>>) {
        // A disk that is full ends the keeping, not the command.
        if let Some(Err(error)) = self.sink.as_mut().map(|sink| sink.write(&bytes)) {
            let text = format!("Only the ends of this output will be kept: {error}. {}", error.hint());
            self.bus.publish(&Event::Notice(Notice { kind: NoticeKind::Failure, text }));
            // What was written of it goes with the spooled entry.
            self.sink = None;
        }
        let bytes = bytes.into_inner();
        if !bytes.is_empty() {
            self.printed += bytes.len() as u64;
            self.bus.publish_output(OutputChunk { call: self.call, stream, bytes }).await;
        }
    }
}
