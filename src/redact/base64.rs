//! Base64, both alphabets, one level.

/// The bytes that `text` stands for, up to the first letter that is none of base64.
pub(super) fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits: u32 = 0;
    let mut count = 0;
    for value in text.iter().map_while(|byte| value(*byte)) {
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    out
}

/// The text in the standard alphabet, without padding.
pub(super) fn encode(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(bytes.len() / 3 * 4 + 4);
    for three in bytes.chunks(3) {
        let mut word = [0u8; 3];
        word.iter_mut().zip(three).for_each(|(slot, byte)| *slot = *byte);
        let [a, b, c] = word;
        let letters = [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63];
        out.extend(letters.iter().take(three.len() + 1).filter_map(|six| ALPHABET.get(usize::from(*six))));
    }
    out
}

/// Whether `text` is whole base64 of something a person could read.
pub(super) fn hides_text(text: &[u8]) -> bool {
    let body = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let whole = text.len() >= 8 && text.len().is_multiple_of(4) && body.iter().all(|byte| value(*byte).is_some());
    whole && {
        let decoded = decode(body);
        std::str::from_utf8(&decoded).is_ok()
            && decoded.iter().all(|byte| *byte >= b' ' && *byte != 0x7f || byte.is_ascii_whitespace())
    }
}

/// Whether a byte is a letter of one of the alphabets; the padding is none.
pub(super) fn is_letter(byte: u8) -> bool {
    value(byte).is_some()
}

/// A letter of the standard alphabet as the one for URLs writes it.
pub(super) fn for_url(letter: u8) -> u8 {
    match letter {
        b'+' => b'-',
        b'/' => b'_',
        letter => letter,
    }
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
