//! The lines of a file from its last to its first.
//!
//! Owns the reading in blocks, so that the end of a long file costs no more than that of a short one. Knows
//! nothing of what the lines say.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

const BLOCK: u64 = 32 << 10;

/// What is still to be read lies before `start` in the file and before `end` in the buffer.
pub(super) struct Backward {
    file: File,
    start: u64,
    buffer: Vec<u8>,
    end: usize,
}

/// A line and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub off: u64,
    /// Without its end.
    pub text: Vec<u8>,
}

impl Backward {
    /// Begins behind the last line end; what follows that is handed out apart, since it is no line.
    pub(super) fn open(file: File) -> io::Result<(Backward, Line)> {
        let start = file.metadata()?.len();
        let mut lines = Backward { file, start, buffer: Vec::new(), end: 0 };
        let cut = loop {
            match newline(&lines.buffer) {
                Some(found) => break found + 1,
                None if lines.start == 0 => break 0,
                None => lines.more()?,
            }
        };
        let rest = Line { off: lines.start + cut as u64, text: lines.buffer.split_off(cut) };
        lines.end = cut;
        Ok((lines, rest))
    }

    /// The next line towards the beginning.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            // The last byte before `end` is the line's own end.
            let Some(last) = self.end.checked_sub(1) else {
                if self.start == 0 {
                    return Ok(None);
                }
                self.more()?;
                continue;
            };
            let before = self.buffer.get(..last).unwrap_or_default();
            let begin = match newline(before) {
                Some(found) => found + 1,
                None if self.start == 0 => 0,
                None => {
                    self.more()?;
                    continue;
                }
            };
            let text = before.get(begin..).unwrap_or_default().to_vec();
            self.end = begin;
            return Ok(Some(Line { off: self.start + begin as u64, text }));
        }
    }

    /// Reads as much again as is held, a block at least.
    fn more(&mut self) -> io::Result<()> {
        let wanted = BLOCK.max(self.end as u64).min(self.start);
        let mut bytes = vec![0; usize::try_from(wanted).unwrap_or_default()];
        self.start -= wanted;
        self.file.read_exact_at(&mut bytes, self.start)?;
        bytes.extend_from_slice(self.buffer.get(..self.end).unwrap_or_default());
        self.end = bytes.len();
        self.buffer = bytes;
        Ok(())
    }
}

fn newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backward(text: &[u8]) -> (Vec<(u64, Vec<u8>)>, Vec<u8>) {
        let place = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(place.path(), text).unwrap();
        let (mut lines, rest) = Backward::open(File::open(place.path()).unwrap()).unwrap();
        assert_eq!(rest.off as usize + rest.text.len(), text.len());
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.off, line.text));
        }
        (all, rest.text)
    }

    #[test]
    fn lines_come_last_to_first_and_what_has_no_end_apart() {
        assert_eq!(backward(b"one\n\ntwo\nth"), {
            (vec![(5, b"two".to_vec()), (4, Vec::new()), (0, b"one".to_vec())], b"th".to_vec())
        });
        assert_eq!(backward(b""), (Vec::new(), Vec::new()));
        assert_eq!(backward(b"th"), (Vec::new(), b"th".to_vec()));
    }

    #[test]
    fn lines_longer_than_a_block_are_whole() {
        let text: Vec<u8> =
            (0..50_u32).flat_map(|line| [vec![b'x'; line as usize * 997], b"\n".to_vec()].concat()).collect();
        let (lines, rest) = backward(&text);
        let lengths: Vec<usize> = lines.iter().map(|(_, line)| line.len()).collect();
        assert_eq!(lengths, (0..50).rev().map(|line| line * 997).collect::<Vec<_>>());
        assert!(rest.is_empty());
    }
}
