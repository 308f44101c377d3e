//! The words of a command line.
//!
//! Owns how words are told apart and where a command ends: at a pipe, at a semicolon after a word, or at the line's end.

/// Bytes of a command that are read.
const ENOUGH: usize = 2 << 10;

/// A word of a command, without the quotes around it.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The words of a command from `at` on, and where it ends.
pub(super) fn words(bytes: &[u8], at: usize) -> (Vec<Word>, usize) {
    let window = bytes.get(..bytes.len().min(at + ENOUGH)).unwrap_or_default();
    let mut words = Vec::new();
    let mut at = at;
    // The quote that closes the program's name in a list.
    if let Some(b'"' | b'\'') = window.get(at) {
        at += 1;
    }
    loop {
        while window.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b',') {
            at += 1;
        }
        let start = at;
        let Some(first) = window.get(at).copied() else { return (words, at) };
        if matches!(first, b'|' | b';') || window.get(at..at + 2) == Some(b"&&") {
            return (words, at);
        }
        let mut quote = None;
        while let Some(byte) = window.get(at).copied() {
            match quote {
                Some(open) if byte == open => quote = None,
                Some(_) => {}
                None if byte == b'\'' || byte == b'"' => {
                    // A quote that never closes was opened before the command.
                    let closes = window.get(at + 1..).unwrap_or_default().contains(&byte);
                    if !closes {
                        break;
                    }
                    quote = Some(byte);
                }
                None if byte.is_ascii_whitespace() || byte == b'`' => break,
                None => {}
            }
            at += 1;
        }
        if at == start {
            return (words, at);
        }
        let text = window.get(start..at).unwrap_or_default();
        let ends = text.ends_with(b";") && text.len() > 1;
        // `"-px",` of a list.
        let listed = text.starts_with(b"\"") && text.len() > 2;
        let tail = text.iter().rev().take_while(|byte| listed && b",]".contains(byte)).count();
        let end = at - usize::from(ends) - tail;
        words.push(unquoted(bytes, Word { start, end }));
        if ends {
            return (words, at);
        }
    }
}

/// Without the quotes around the whole.
pub(super) fn unquoted(bytes: &[u8], word: Word) -> Word {
    match bytes.get(word.start..word.end).unwrap_or_default() {
        [b'"', inner @ .., b'"'] if !inner.contains(&b'"') => Word { start: word.start + 1, end: word.end - 1 },
        [b'\'', inner @ .., b'\''] if !inner.contains(&b'\'') => Word { start: word.start + 1, end: word.end - 1 },
        _ => word,
    }
}

pub(super) fn text(bytes: &[u8], word: Word) -> &[u8] {
    bytes.get(word.start..word.end).unwrap_or_default()
}
