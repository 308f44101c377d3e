//! Reads control sequences, and says which of them are not simply for the screen.
//!
//! Must not know what is done about them.

use super::LONGEST_SEQUENCE;

/// A control sequence that concerns us: `CSI marker params intermediates last`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Csi {
    /// One of `<=>?`.
    pub marker: Option<u8>,
    /// The parameters as they stood.
    pub params: Vec<u8>,
    pub intermediate: Option<u8>,
    pub last: u8,
}

/// What begins with `CSI`.
pub(super) enum Read {
    /// Its end has not come.
    More,
    /// For the screen as it is.
    Pass(usize),
    Ours(usize, Csi),
}

/// Reads the sequence at the beginning of `here`, which begins with `ESC [`.
pub(super) fn read(here: &[u8]) -> Read {
    let body = here.get(2..).unwrap_or_default();
    let marker = body.first().copied().filter(|byte| matches!(byte, b'<'..=b'?'));
    let from = usize::from(marker.is_some());
    let mut params_end = None;
    for (at, byte) in body.iter().copied().enumerate().skip(from) {
        match byte {
            0x30..=0x3f if params_end.is_none() => {}
            // A control byte inside is carried out by the screen, where the sequence is one for the screen.
            0x00..=0x17 | 0x19 | 0x1c..=0x1f | 0x7f => {}
            0x20..=0x2f => {
                params_end.get_or_insert(at);
            }
            0x40..=0x7e => {
                let end = params_end.unwrap_or(at);
                let params = body.get(from..end).unwrap_or_default();
                let intermediate = body.get(end..at).and_then(|bytes| bytes.first().copied());
                let length = at + 3;
                return if concerns_us(marker, params, intermediate, byte) {
                    let params = params.iter().copied().filter(|byte| (0x30..0x40).contains(byte)).collect();
                    Read::Ours(length, Csi { marker, params, intermediate, last: byte })
                } else {
                    Read::Pass(length)
                };
            }
            // Cancelled, broken off by an escape, or no sequence at all: the screen knows these ways out too.
            0x18 | 0x1a => return Read::Pass(at + 3),
            _ => return Read::Pass(at + 2),
        }
    }
    if here.len() > LONGEST_SEQUENCE { Read::Pass(here.len()) } else { Read::More }
}

fn concerns_us(marker: Option<u8>, params: &[u8], intermediate: Option<u8>, last: u8) -> bool {
    match (marker, intermediate, last) {
        (None, None, b'm') => params.contains(&b':') || split(params).any(|param| matches!(param, b"58" | b"21")),
        (Some(b'?'), None, b'h' | b'l') => {
            split(params).any(|param| matches!(param, b"47" | b"1047" | b"1048" | b"1049" | b"2026" | b"1004" | b"7"))
        }
        (None, None, b'h' | b'l') => split(params).any(|param| param == b"4"),
        (None, None, b's' | b'u' | b'g' | b'I' | b'Z' | b'b' | b'r' | b'c' | b'n' | b't') => true,
        (None, None, b'J') => params == b"3",
        (Some(_), None, b'c' | b'u' | b'q' | b'n') | (None, Some(b'!'), b'p') => true,
        (None | Some(b'?'), Some(b'$'), b'p') => true,
        _ => false,
    }
}

fn split(params: &[u8]) -> impl Iterator<Item = &[u8]> {
    params.split(|byte| *byte == b';')
}

impl Csi {
    /// The parameters by `;`, as they stood.
    pub fn split(&self) -> impl Iterator<Item = &[u8]> {
        split(&self.params)
    }

    /// The parameters as numbers; 0 where there is none.
    pub fn numbers(&self) -> impl Iterator<Item = u16> + '_ {
        self.split().map(number)
    }

    /// A parameter, 1 where none was given.
    pub fn count(&self, at: usize) -> u16 {
        self.numbers().nth(at).unwrap_or(0).max(1)
    }
}

/// A number, at most 65535; 0 for what is none.
pub(super) fn number(digits: &[u8]) -> u16 {
    digits
        .iter()
        .try_fold(0_u16, |value, byte| {
            byte.is_ascii_digit().then(|| value.saturating_mul(10).saturating_add(u16::from(byte - b'0')))
        })
        .unwrap_or(0)
}

/// Graphic attributes as the screen takes them: colons become semicolons, the colour and shape of underlines go.
pub(super) fn graphics(params: &[u8]) -> Vec<u8> {
    let mut plain: Vec<Vec<u8>> = Vec::new();
    let mut params = split(params);
    while let Some(param) = params.next() {
        let parts: Vec<&[u8]> = param.split(|byte| *byte == b':').collect();
        match parts.as_slice() {
            [b"58"] => match params.next() {
                Some(b"2") => params.by_ref().take(3).for_each(drop),
                Some(b"5") => drop(params.next()),
                _ => {}
            },
            [b"58", ..] => {}
            [b"21"] => plain.push(b"4".to_vec()),
            [b"4", b"0"] => plain.push(b"24".to_vec()),
            [b"4", _] => plain.push(b"4".to_vec()),
            [which @ (b"38" | b"48"), b"2", _, r, g, b, ..] | [which @ (b"38" | b"48"), b"2", r, g, b] => {
                plain.push([*which, b"2", or_zero(r), or_zero(g), or_zero(b)].join(&b';'));
            }
            [which @ (b"38" | b"48"), b"5", index, ..] => plain.push([*which, b"5", or_zero(index)].join(&b';')),
            [alone] => plain.push(alone.to_vec()),
            _ => {}
        }
    }
    // All was dropped: an empty list would reset everything.
    if plain.is_empty() {
        return Vec::new();
    }
    [b"\x1b[".as_slice(), &plain.join(&b';'), b"m"].concat()
}

fn or_zero(digits: &[u8]) -> &[u8] {
    if digits.is_empty() { b"0" } else { digits }
}
