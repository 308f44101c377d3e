//! Lists of codes that stand in for a second factor: backup codes, recovery codes, scratch codes.
//!
//! Owns which words announce such a list, and what a code looks like: a person writes it down, so it is short and has
//! nothing but letters, digits and dashes.

use super::mark::mask_length;
use super::scan::Notes;
use super::sight::{Ending, Secret};

/// Lines that a list may have.
const MOST_LINES: usize = 20;
const KIND: &str = "otp";

/// A list that has begun.
#[derive(Clone, Copy, Default)]
pub(super) struct Codes {
    /// Lines that it may still have.
    left: usize,
    /// The length of its codes, once one was seen: all are of one form, also those without a digit.
    length: usize,
}

impl Codes {
    pub(super) fn line(&mut self, bytes: &[u8], notes: &Notes, found: &mut Vec<Secret>) {
        if let Some(end) = notes.codes.filter(|end| announces(bytes, *end)) {
            *self = Self { left: MOST_LINES, length: 0 };
            self.words(bytes, end, found);
            return;
        }
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let before = found.len();
        let all = self.words(bytes, 0, found);
        if !all {
            found.truncate(before);
            self.left = 0;
        }
    }

    /// Adds the codes from `from` on; whether there is nothing else but marks and numbers of lines.
    fn words(&mut self, bytes: &[u8], from: usize, found: &mut Vec<Secret>) -> bool {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let mut at = from;
        let mut all = true;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let length = rest.iter().take_while(|byte| is_part(byte)).count();
            if let Some(mask) = mask_length(rest) {
                at += mask;
                continue;
            }
            if length == 0 {
                all &=
                    rest.first().is_some_and(|byte| byte.is_ascii_whitespace() || b"\"'`,;:.*()[]{}|\\".contains(byte));
                at += 1;
                continue;
            }
            let word = rest.get(..length).unwrap_or_default();
            let alike = word.len() == self.length && word.contains(&b'-');
            if alike || is_code(word) || from == 0 && is_pair(word) {
                self.length = word.len();
                found.push(Secret::new(at, at + length, KIND, Ending::Word));
            } else {
                let number = word.len() <= 2 && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
                let name = word.eq_ignore_ascii_case(b"unused") || word.eq_ignore_ascii_case(b"code");
                all &= number || name;
            }
            at += length;
        }
        all
    }
}

/// Whether the `codes` that end at `end` open a door: `status codes` open none.
fn announces(bytes: &[u8], end: usize) -> bool {
    let before = bytes.get(end.saturating_sub(24)..end).unwrap_or_default().to_ascii_lowercase();
    let leads: [&[u8]; 8] = [b"backup", b"recovery", b"scratch", b"emergency", b"rescue", b"2fa", b"mfa", b"one-time"];
    leads.iter().any(|lead| before.windows(lead.len()).any(|part| part == *lead))
}

/// Two halves of one length.
fn is_pair(word: &[u8]) -> bool {
    let half = word.len() / 2;
    (4..=8).contains(&half) && word.get(half) == Some(&b'-') && word.len() == 2 * half + 1
}

fn is_code(word: &[u8]) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let mut parts = word.split(|byte| *byte == b'-');
    let even = parts.clone().all(|part| (3..=12).contains(&part.len()));
    let letters = word.iter().any(u8::is_ascii_alphabetic);
    let date = !letters && parts.next().is_some_and(|year| year.len() == 4 && year.starts_with(b"20"));
    (6..=40).contains(&word.len()) && even && !date && digits > 0 && (letters || digits >= 6)
}
