//! What the main screen was sent, kept raw within a limit of bytes, and the history rows that it gives again.
//!
//! Owns the bytes, cut into chunks that each begin with the state of the screen, so that the rows of one chunk can be
//! rebuilt alone, when somebody scrolls there or searches. Must not know who looks. A full-screen program's bytes are
//! not here: they leave no rows.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::screen::Screen;
use crate::domain::pane::Row;

/// Bytes of a chunk: rebuilding one is not felt.
const CHUNK: usize = 64 * 1024;
/// Rebuilt chunks that are kept.
const REBUILT: usize = 4;
/// Bytes between two looks at the rows that left a screen while rebuilding; bounds what it holds.
const SLICE: usize = 4 * 1024;
/// Rows of the screen on which an output is put for its text: what moves the cursor up moves within them.
const RENDERED: u16 = 200;

#[derive(Debug, Clone)]
pub(super) struct Chunk {
    number: u64,
    rows: u16,
    columns: u16,
    /// Brings a fresh screen to where the chunk begins.
    state: Box<str>,
    bytes: Vec<u8>,
}

/// What a new chunk begins with.
pub(super) struct Beginning {
    pub rows: u16,
    pub columns: u16,
    pub state: String,
}

#[derive(Debug)]
pub(super) struct Ring {
    chunks: VecDeque<Arc<Chunk>>,
    next: u64,
    held: usize,
    limit: usize,
    /// The next bytes begin a chunk.
    cut: bool,
    /// How many rows finished chunks have, by number, where that is known.
    counts: BTreeMap<u64, usize>,
    /// Rows of chunks, by number and length when they were rebuilt; the last used at the end.
    rebuilt: Vec<(u64, usize, Vec<Row>)>,
}

impl Ring {
    /// A ring of at most so many bytes, and one chunk.
    pub fn new(limit: usize) -> Self {
        Self {
            chunks: VecDeque::new(),
            next: 0,
            held: 0,
            limit,
            cut: true,
            counts: BTreeMap::new(),
            rebuilt: Vec::new(),
        }
    }

    /// Adds bytes, whole characters and sequences; `beginning` is asked before they reach the screen, when they begin a chunk.
    pub fn push(&mut self, bytes: &[u8], beginning: impl FnOnce() -> Beginning) {
        let full = self.chunks.back().is_none_or(|chunk| chunk.bytes.len() + bytes.len() > CHUNK);
        if full || self.cut {
            self.cut = false;
            let Beginning { rows, columns, state } = beginning();
            if let Some(last) = self.chunks.back_mut().and_then(Arc::get_mut) {
                last.bytes.shrink_to_fit();
            }
            self.held += state.len();
            let chunk = Chunk { number: self.next, rows, columns, state: state.into(), bytes: Vec::new() };
            self.next += 1;
            self.chunks.push_back(Arc::new(chunk));
        }
        if let Some(last) = self.chunks.back_mut() {
            // Copied only while somebody searches what was there before.
            Arc::make_mut(last).bytes.extend_from_slice(bytes);
        }
        self.held += bytes.len();
        while self.held > self.limit && self.chunks.len() > 1 {
            if let Some(oldest) = self.chunks.pop_front() {
                self.held = self.held.saturating_sub(oldest.bytes.len() + oldest.state.len());
                self.counts.remove(&oldest.number);
            }
        }
    }

    /// The next bytes begin a chunk: the screen is no longer what its bytes make of it.
    pub fn cut(&mut self) {
        self.cut = true;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.chunks.clear();
        self.rebuilt.clear();
        self.counts.clear();
        self.held = 0;
        self.cut = true;
    }

    /// The last bytes, at most about so many, from the beginning of a line.
    pub fn tail(&self, limit: usize) -> Vec<u8> {
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut length = 0;
        for chunk in self.chunks.iter().rev() {
            let room = limit.saturating_sub(length);
            if room == 0 {
                break;
            }
            let from = chunk.bytes.len().saturating_sub(room);
            let part = chunk.bytes.get(from..).unwrap_or_default();
            let from_line = match part.iter().position(|byte| *byte == b'\n') {
                Some(at) if from > 0 => part.get(at + 1..).unwrap_or_default(),
                _ => part,
            };
            length += part.len();
            parts.push(from_line);
        }
        parts.reverse();
        parts.concat()
    }

    /// The bytes held, all overhead of the format included.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Chunks that can be rebuilt, counted from the newest, 0.
    pub fn count(&self) -> usize {
        self.chunks.len()
    }

    /// The chunks as they are now, oldest first.
    pub fn chunks(&self) -> Vec<Arc<Chunk>> {
        self.chunks.iter().cloned().collect()
    }

    /// How many rows a chunk has; `None` where that is not known yet and [`Ring::rows`] would find out.
    pub fn known_rows(&self, from_newest: usize) -> Option<usize> {
        let at = self.chunks.len().checked_sub(from_newest + 1)?;
        self.counts.get(&self.chunks.get(at)?.number).copied()
    }

    /// The rows that left the screen in a chunk, oldest first.
    pub fn rows(&mut self, from_newest: usize) -> &[Row] {
        let Some(chunk) = self.chunks.len().checked_sub(from_newest + 1).and_then(|at| self.chunks.get(at)) else {
            return &[];
        };
        let (number, length) = (chunk.number, chunk.bytes.len());
        match self.rebuilt.iter().position(|(known, at, _)| (*known, *at) == (number, length)) {
            Some(at) => {
                let found = self.rebuilt.remove(at);
                self.rebuilt.push(found);
            }
            None => {
                let rows = chunk.rebuild();
                if from_newest > 0 {
                    self.counts.insert(number, rows.len());
                }
                self.rebuilt.retain(|(known, _, _)| *known != number);
                if self.rebuilt.len() >= REBUILT {
                    self.rebuilt.remove(0);
                }
                self.rebuilt.push((number, length, rows));
            }
        }
        self.rebuilt.last().map(|(_, _, rows)| rows.as_slice()).unwrap_or_default()
    }
}

impl Chunk {
    /// The rows that left the screen, oldest first.
    pub fn rebuild(&self) -> Vec<Row> {
        let mut screen = Screen::with_history(self.rows, self.columns);
        screen.process(self.state.as_bytes());
        // Drawing the state moves nothing out.
        screen.take_history(drop);
        rows_of(&mut screen, &self.bytes)
    }
}

/// The rows that leave a screen while it takes bytes.
pub(super) fn rows_of(screen: &mut Screen, bytes: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    for slice in bytes.chunks(SLICE) {
        screen.process(slice);
        screen.take_history(|row| rows.push(row));
    }
    rows
}

/// What bytes of a terminal come to when they were printed: its text, for a log.
pub fn rendered(bytes: &[u8], columns: u16) -> String {
    let mut screen = Screen::with_history(RENDERED, columns);
    let mut rows = rows_of(&mut screen, bytes);
    rows.extend((0..screen.size().0).map(|number| screen.row(number)));
    let mut text = String::new();
    for row in &rows {
        text.push_str(&row.text());
        if !row.wrapped {
            text.push('\n');
        }
    }
    text.truncate(text.trim_end_matches('\n').len());
    text
}
