//! What a program may say in one line.
//!
//! Owns the bound. A line beyond it is not kept, and the program is told: in its place stands a small request under the
//! same id, which is answered with an error; where no id stands at its beginning, the error has none. What comes after
//! it is read as ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// Bytes of one message that are read.
pub(super) const LINE: usize = 1 << 20;
/// The method of what stands in the place of a longer one.
pub(super) const TOO_LONG: &str = "devops-agent/too-long";

/// Bytes at the beginning of a line in which its id is looked for.
const HEAD: usize = 256;
const PIECE: usize = 16 << 10;

/// A stream of lines, none of them longer than the bound.
pub(super) struct Bounded<R> {
    from: R,
    most: usize,
    /// The line that is being read; of one that is too long only the beginning.
    line: Vec<u8>,
    overlong: bool,
    /// Whole lines that nobody took yet, and how much of them is taken.
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R> Bounded<R> {
    pub fn new(from: R, most: usize) -> Bounded<R> {
        Bounded { from, most, line: Vec::new(), overlong: false, ready: Vec::new(), taken: 0, ended: false }
    }

    fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.overlong || self.line.len() + piece.len() > self.most {
                if !self.overlong {
                    let room = HEAD.saturating_sub(self.line.len());
                    self.line.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
                    self.line.truncate(HEAD);
                    self.overlong = true;
                }
            } else {
                self.line.extend_from_slice(piece);
            }
            if piece.ends_with(b"\n") {
                self.finish();
            }
        }
    }

    fn finish(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.overlong) {
            self.ready.extend_from_slice(instead_of(&line).as_bytes());
        } else {
            self.ready.extend_from_slice(&line);
        }
    }
}

/// What is read in the place of a line that begins so.
fn instead_of(head: &[u8]) -> String {
    let id = id_in(&String::from_utf8_lossy(head));
    match id {
        Some(id) => format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{TOO_LONG}\"}}\n"),
        // A message of no known form is answered with an error without an id.
        None => "{\"jsonrpc\":\"2.0\",\"id\":null}\n".to_owned(),
    }
}

/// The id of a message, if it stands before anything nested: the first one could be another's further in.
fn id_in(head: &str) -> Option<String> {
    let own = head.trim_start().strip_prefix('{')?;
    let own = own.split(['{', '[']).next()?;
    let after = own.split_once("\"id\"")?.1.trim_start().strip_prefix(':')?;
    let id = after.split([',', '}']).next()?.trim();
    let value: serde_json::Value = serde_json::from_str(id).ok()?;
    (value.is_i64() || value.is_u64() || value.is_string()).then(|| value.to_string())
}

impl<R: AsyncRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let waiting = self.ready.get(self.taken..).unwrap_or_default();
            if !waiting.is_empty() {
                let count = waiting.len().min(buf.remaining());
                buf.put_slice(waiting.get(..count).unwrap_or_default());
                self.taken += count;
                return Poll::Ready(Ok(()));
            }
            self.ready.clear();
            self.taken = 0;
            if self.ended {
                return Poll::Ready(Ok(()));
            }
            let mut space = vec![0; PIECE];
            let mut piece = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.from).poll_read(cx, &mut piece))?;
            if piece.filled().is_empty() {
                self.ended = true;
                // Half a line at the end is no message; whoever reads on sees it as it came.
                self.finish();
            }
            let came = piece.filled().to_vec();
            self.push(&came);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn read(input: &[u8], most: usize) -> String {
        let mut out = String::new();
        Bounded::new(input, most).read_to_string(&mut out).await.unwrap();
        out
    }

    #[tokio::test]
    async fn lines_within_the_bound_pass_as_they_are() {
        let lines = "{\"id\":1}\n\n{\"id\":2}\nhalf";
        assert_eq!(read(lines.as_bytes(), 10).await, lines);
    }

    #[tokio::test]
    async fn a_longer_line_becomes_a_request_under_its_own_id_and_the_next_is_read() {
        for id in ["7", "\"abc\""] {
            let long = format!(
                "{{\"jsonrpc\":\"2.0\", \"id\" : {id}, \"params\":{{\"id\":9,\"x\":\"{}\"}}}}",
                "x".repeat(PIECE * 3)
            );
            let out = read(format!("{long}\n{{\"id\":2}}\n").as_bytes(), 1000).await;
            assert_eq!(out, format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{TOO_LONG}\"}}\n{{\"id\":2}}\n"));
        }
    }

    #[tokio::test]
    async fn an_id_further_in_is_not_taken_for_the_message_s_own() {
        let long = format!("{{\"params\":{{\"id\":9,\"x\":\"{}\"}},\"id\":3}}\n", "x".repeat(2000));
        assert_eq!(read(long.as_bytes(), 1000).await, "{\"jsonrpc\":\"2.0\",\"id\":null}\n");
    }
}
