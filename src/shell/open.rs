//! A command that runs, before it is a record.

use std::path::PathBuf;

use super::record::{Ending, Kept, Record, Source};
use super::recorder::Moment;

/// A command that runs.
#[derive(Debug)]
pub(super) struct Open {
    pub command: String,
    pub source: Source,
    pub on_screen: Option<String>,
    pub output: Kept,
    pub from: u64,
    pub cwd: Option<PathBuf>,
    pub began: Moment,
    pub private: bool,
    pub typed_into: u32,
}

impl Open {
    /// What is known of it now; `written` is how much the transcript has.
    pub fn record(&self, ending: Ending, depth: usize, written: u64, now: Moment) -> Record {
        Record {
            command: self.command.clone(),
            source: self.source,
            on_screen: self.on_screen.clone(),
            output: self.output.clone(),
            span: self.from..if self.private { self.from } else { written },
            ending,
            cwd: self.cwd.clone(),
            started: self.began.wall,
            duration: now.steady.saturating_duration_since(self.began.steady),
            private: self.private,
            typed_into: self.typed_into,
            depth,
        }
    }
}

/// zsh marks a line without an end by an inverse sign and blanks to the right edge, before any hook of it runs.
pub(super) fn strip_partial_line(output: &mut Kept) {
    const SIGN: [&[u8]; 2] = [b"\x1b[1m\x1b[7m%\x1b[27m\x1b[1m\x1b[0m", b"\x1b[1m\x1b[7m#\x1b[27m\x1b[1m\x1b[0m"];
    let end = output.end();
    let bytes = if end.is_empty() { output.head() } else { end };
    let window = bytes.get(bytes.len().saturating_sub(1024)..).unwrap_or_default();
    let found = SIGN.iter().find_map(|sign| {
        let at = window.windows(sign.len()).rposition(|part| part == *sign)?;
        let rest = window.get(at + sign.len()..)?;
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        (rest.get(blanks..) == Some(b"\r \r".as_slice())).then(|| window.get(at..).unwrap_or_default().to_vec())
    });
    if let Some(sign) = found {
        output.drop_end(&sign);
    }
}
