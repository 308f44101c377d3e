//! How base64 writes a value that is known, wherever in a longer text it stands: `env | base64`.
//!
//! Owns the forms and the search at the edges of a line, where an encoder broke it off. Must not know what is found
//! inside a line.

use super::base64;

/// Letters of a form that must be there before it counts: 54 bits are no chance.
const LEAST: usize = 9;
/// Letters of a torn form that must be there.
const TORN: usize = 12;
/// Lines shorter than that are not what an encoder broke off.
const LINE: usize = 60;

/// What any base64 of a text with `value` in it has: one form for each place of its first byte within three, in both
/// alphabets. Letters that also depend on what stands before or behind are left out.
pub(super) fn forms(value: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for lead in 0..3 {
        let bytes: Vec<u8> = std::iter::repeat_n(0, lead).chain(value.iter().copied()).collect();
        // A byte before spoils a letter and a part of the next.
        let shared = (lead * 8).div_ceil(6);
        let letters = base64::encode(&bytes);
        let Some(form) = letters.get(shared..bytes.len() * 8 / 6).filter(|form| form.len() >= LEAST) else { continue };
        let other: Vec<u8> = form.iter().map(|letter| base64::for_url(*letter)).collect();
        if other != form {
            forms.push(other);
        }
        forms.push(form.to_vec());
    }
    forms
}

/// What stands of a form at the beginning and at the end of a line that is nothing but base64: bytes from and to.
pub(super) fn torn(line: &[u8], form: &[u8]) -> [Option<(usize, usize)>; 2] {
    let first = line.get(..TORN).and_then(|first| place(form, first)).map(|at| form.len() - at);
    let head = first.filter(|length| form.ends_with(line.get(..*length).unwrap_or(line)));
    let last = line.len().checked_sub(TORN).and_then(|from| place(form, line.get(from..)?)).map(|at| at + TORN);
    let tail = last.filter(|length| {
        line.len().checked_sub(*length).and_then(|from| line.get(from..)).is_some_and(|end| form.starts_with(end))
    });
    [head.map(|length| (0, length.min(line.len()))), tail.map(|length| (line.len() - length, line.len()))]
}

/// Whether a line may be one that an encoder broke off, its end left out.
pub(super) fn is_torn(line: &[u8]) -> bool {
    line.len() >= LINE && line.iter().all(|byte| base64::is_letter(*byte))
}

fn place(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
