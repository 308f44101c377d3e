//! How much a server may say.
//!
//! Owns the two bounds: the length of a line, and bytes a minute. Who goes beyond one is read no further.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, ReadBuf};

/// Bytes of one message.
pub(super) const LINE: usize = 4 << 20;
/// Bytes of all messages within a minute.
const FLOOD: usize = 64 << 20;
const MINUTE: Duration = Duration::from_secs(60);

/// Why a server is read no further, where the meter said so.
#[derive(Clone, Default)]
pub(super) struct Verdict(Arc<Mutex<Option<String>>>);

impl Verdict {
    pub fn said(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Counts one stream.
pub(super) struct Meter {
    line: usize,
    since: Instant,
    bytes: usize,
    verdict: Verdict,
}

impl Meter {
    pub fn new(verdict: Verdict) -> Meter {
        Meter { line: 0, since: Instant::now(), bytes: 0, verdict }
    }

    /// Takes note of bytes that came.
    ///
    /// # Errors
    /// They are too many.
    pub fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.line = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(at) if self.line.saturating_add(longest(bytes)) <= LINE => bytes.len() - at - 1,
            _ => self.line + bytes.len(),
        };
        if self.since.elapsed() > MINUTE {
            (self.since, self.bytes) = (Instant::now(), 0);
        }
        self.bytes += bytes.len();
        if self.line > LINE {
            return Err(self.refuse(format!("it sent a message of more than {} MiB", LINE >> 20)));
        }
        if self.bytes > FLOOD {
            return Err(self.refuse(format!("it sent more than {} MiB within a minute", FLOOD >> 20)));
        }
        Ok(())
    }

    fn refuse(&self, why: String) -> io::Error {
        *self.verdict.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(why.clone());
        io::Error::other(why)
    }
}

/// The longest line that ends or begins in these bytes, at most.
fn longest(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or(0)
}

/// A stream that ends with an error where the meter refuses it.
pub(super) struct Metered<R> {
    from: R,
    meter: Meter,
}

impl<R> Metered<R> {
    pub fn new(from: R, verdict: Verdict) -> Metered<R> {
        Metered { from, meter: Meter::new(verdict) }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.from).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let came = buf.filled().get(before..).unwrap_or_default();
                Poll::Ready(self.meter.take(came))
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bounded_and_what_came_before_it_is_not_counted_to_it() {
        let mut meter = Meter::new(Verdict::default());
        for _ in 0..10 {
            meter.take(&vec![b'x'; LINE / 2]).unwrap();
            meter.take(b"\n").unwrap();
        }
        meter.take(&vec![b'x'; LINE]).unwrap();
        assert!(meter.take(b"x").is_err());
        assert!(meter.verdict.said().unwrap().contains("4 MiB"));
    }

    #[test]
    fn short_lines_without_end_are_a_flood() {
        let mut meter = Meter::new(Verdict::default());
        let piece = [b"{}\n".repeat(1000)].concat();
        let refused = (0..).find(|_| meter.take(&piece).is_err()).unwrap();
        assert_eq!(refused, FLOOD / piece.len());
    }
}
