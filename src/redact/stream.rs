//! Masks bytes that arrive piece by piece.
//!
//! Owns how a source is cut into units that no read decides: a line with its end, or of a longer line what [`CAP`]
//! bytes hold. Each unit goes through the keys in armour (`pem`) to the line it belongs to (`draft`). Because a unit
//! depends on the text alone, so does the result, however the text was split.

use memchr::memchr2;

use super::draft::Draft;
use super::pem::Armour;
use super::scan::Aim;
use super::{Finding, Masked};

/// Bytes that may be held back at most for a line that does not end.
pub(super) const CAP: usize = 8 << 10;
/// A beginning of armour as long as this is not cut in two.
const LONGEST_MARKER: usize = 100;

/// A source of bytes being masked.
pub struct MaskStream {
    held: Vec<u8>,
    /// Up to here `held` has no line end.
    searched: usize,
    /// Offset in the source of the first byte of `held`.
    at: usize,
    armour: Armour,
    draft: Draft,
}

impl MaskStream {
    pub(super) fn new(aim: Aim) -> Self {
        Self { held: Vec::new(), searched: 0, at: 0, armour: Armour::new(*aim.shared.key()), draft: Draft::new(aim) }
    }

    /// Takes the next bytes, and gives what can be let go.
    pub fn push(&mut self, bytes: &[u8]) -> Masked<Vec<u8>> {
        self.draft.reserve(bytes.len());
        let mut held = std::mem::take(&mut self.held);
        // What came whole need not be moved.
        if held.is_empty() {
            let done = self.work(bytes);
            held.extend_from_slice(bytes.get(done..).unwrap_or_default());
        } else {
            held.extend_from_slice(bytes);
            let done = self.work(&held);
            held.drain(..done);
        }
        self.searched = held.len();
        self.held = held;
        Masked(self.draft.take_done())
    }

    /// Lets go all units that are whole, and gives their length.
    fn work(&mut self, bytes: &[u8]) -> usize {
        let mut done = 0;
        while let Some(length) = unit(bytes.get(done..).unwrap_or_default(), self.searched) {
            let end = done + length;
            self.armour.feed(bytes.get(done..end).unwrap_or_default(), self.at, &mut self.draft);
            self.at += length;
            self.searched = 0;
            done = end;
        }
        done
    }

    /// Gives the rest; the stream begins anew.
    pub fn finish(&mut self) -> Masked<Vec<u8>> {
        let rest = std::mem::take(&mut self.held);
        self.armour.feed(&rest, self.at, &mut self.draft);
        self.armour.finish(&mut self.draft);
        self.draft.finish();
        self.searched = 0;
        self.at = 0;
        Masked(self.draft.take_done())
    }

    /// What was masked since the last call, in the order of the source; offsets count from where the stream began.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        self.draft.take_findings()
    }
}

/// The length of the unit that `bytes` begins with, if it is there whole. The first `searched` bytes have no line end.
fn unit(bytes: &[u8], searched: usize) -> Option<usize> {
    let window = bytes.get(..CAP.min(bytes.len()))?;
    let from = searched.min(window.len());
    if let Some(end) = memchr2(b'\n', b'\r', window.get(from..)?) {
        return Some(from + end + 1);
    }
    if window.len() < CAP {
        return None;
    }
    let tail = CAP - LONGEST_MARKER;
    let marker = window.get(tail..)?.windows(5).position(|five| five == b"-----" || five == b"LS0tL");
    Some(marker.map_or(CAP, |at| tail + at))
}
