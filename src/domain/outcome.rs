//! How a run ended and what it printed.

use serde::{Deserialize, Serialize};

/// Which stream a chunk came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "exit", content = "detail", rename_all = "snake_case")]
pub enum Exit {
    /// The status of the last command that ran.
    Code(i32),
    /// Ended by this signal.
    Signal(i32),
    /// Stopped by us after the time its skill allows.
    TimedOut,
    /// Stopped because the person asked.
    Interrupted,
    /// Never ran; why.
    NotStarted(String),
}

impl Exit {
    /// The status a shell would report: 124 for a timeout, 130 for an interrupt, 128 + n for a signal.
    pub fn code(&self) -> i32 {
        match self {
            Exit::Code(code) => *code,
            Exit::Signal(signal) => 128 + signal,
            Exit::TimedOut => 124,
            Exit::Interrupted => 130,
            Exit::NotStarted(_) => 127,
        }
    }

    /// Whether the run ended by itself with status 0.
    pub fn is_success(&self) -> bool {
        matches!(self, Exit::Code(0))
    }
}

/// What one stream printed: a head and a tail in bytes, with what fell between them counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Capture {
    head: Vec<u8>,
    tail: Vec<u8>,
    /// Bytes between head and tail that were not kept.
    pub omitted: u64,
    /// Bytes seen in all.
    pub total: u64,
    /// Lines ended in all.
    pub lines: u64,
}

impl Capture {
    /// Bytes kept at each end.
    pub const KEEP: usize = 4 << 20;

    /// Adds what came next.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let room = Self::KEEP.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        self.tail.extend_from_slice(&bytes[room..]);
        // Trimming at twice the bound keeps the cost of a flood linear.
        if self.tail.len() > 2 * Self::KEEP {
            self.trim();
        }
    }

    fn trim(&mut self) {
        if let Some(excess) = self.tail.len().checked_sub(Self::KEEP) {
            self.tail.drain(..excess);
            self.omitted += excess as u64;
        }
    }

    /// Whether everything that was seen is kept.
    pub fn is_whole(&self) -> bool {
        self.head.len() as u64 + self.tail.len().min(Self::KEEP) as u64 == self.total
    }

    /// Everything kept, with one line that says how much is missing.
    pub fn bytes(&self) -> Vec<u8> {
        let mut all = self.head.clone();
        let excess = self.tail.len().saturating_sub(Self::KEEP);
        let omitted = self.omitted + excess as u64;
        if omitted > 0 {
            all.extend_from_slice(format!("\n[{omitted} bytes left out]\n").as_bytes());
        }
        all.extend_from_slice(&self.tail[excess..]);
        all
    }
}

impl From<&[u8]> for Capture {
    fn from(bytes: &[u8]) -> Self {
        let mut capture = Capture::default();
        capture.push(bytes);
        capture
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_keeps_its_head_and_its_tail_and_counts_the_rest() {
        let mut capture = Capture::from(&b"one\ntwo\n"[..]);
        assert!(capture.is_whole());
        capture.push(&vec![b'\n'; 2 * Capture::KEEP - 8]);
        assert!(capture.is_whole());
        capture.push(b"\n");
        assert!(!capture.is_whole());
        assert_eq!(capture.lines, 2 * Capture::KEEP as u64 - 5);

        let mut capture = Capture::default();
        for _ in 0..40 {
            capture.push(&vec![b'a'; 1 << 20]);
        }
        capture.push(b"the end");
        let bytes = capture.bytes();
        assert!(bytes.len() < 2 * Capture::KEEP + 100);
        assert!(bytes.ends_with(b"the end"));
        assert!(String::from_utf8_lossy(&bytes).contains("bytes left out"));
        assert_eq!(capture.total, (40 << 20) + 7);
    }

    #[test]
    fn short_output_is_kept_as_it_is() {
        let mut capture = Capture::default();
        capture.push(b"one\n");
        capture.push(b"two\n");
        assert_eq!(capture.bytes(), b"one\ntwo\n");
    }
}
