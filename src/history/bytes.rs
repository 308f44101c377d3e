//! Bytes that need not be text, as text that loses none of them.
//!
//! Owns the characters that stand for single bytes on the way into the log, where they are written `\xff`. They are
//! private ones that no real text uses; where bytes spell one of them all the same, those bytes stand for
//! themselves, so that no two outputs become one text. Knows no entry.

use std::ops::RangeInclusive;

/// Stands for the byte 0x80; the next ones follow.
const FIRST: u32 = 0xef80;
const STAND_INS: RangeInclusive<char> = '\u{ef80}'..='\u{efff}';

/// The text of these bytes.
pub fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if STAND_INS.contains(&character) {
                character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| text.push(stand_in(byte)));
            } else {
                text.push(character);
            }
        }
        chunk.invalid().iter().for_each(|byte| text.push(stand_in(*byte)));
    }
    text
}

/// The bytes this text was made of.
pub fn from_text(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match meant(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// The byte a character stands for.
pub(super) fn meant(character: char) -> Option<u8> {
    let byte = STAND_INS.contains(&character).then(|| u32::from(character) - FIRST + 0x80)?;
    u8::try_from(byte).ok()
}

/// The character for a byte that is no ASCII.
pub(super) fn stand_in(byte: u8) -> char {
    char::from_u32(FIRST + u32::from(byte) - 0x80).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_that_are_no_text_stand_for_themselves() {
        assert_eq!(to_text(b"a\xffb\xc3"), "a\u{efff}b\u{efc3}");
        assert_eq!(from_text("a\u{efff}b\u{efc3}"), b"a\xffb\xc3");
    }

    proptest! {
        #[test]
        fn no_byte_is_lost(bytes in prop::collection::vec(any::<u8>(), 0..64), text in "[\u{ef70}-\u{f010}é\u{0}x]{0,9}") {
            for source in [bytes, text.into_bytes()] {
                prop_assert_eq!(from_text(&to_text(&source)), source);
            }
        }
    }
}
