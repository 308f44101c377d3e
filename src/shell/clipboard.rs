//! Text for the clipboard of the terminal around us.
//!
//! Owns the form (OSC 52) and its limit. Whether the terminal takes it cannot be known: it never answers.

/// Bytes of text; terminals drop more without a word.
const LONGEST: usize = 74_994;

/// The control string that puts text into the clipboard; `None` when terminals would drop it.
pub fn clipboard(text: &str) -> Option<Vec<u8>> {
    (text.len() <= LONGEST).then(|| [b"\x1b]52;c;".as_slice(), base64(text.as_bytes()).as_bytes(), b"\x1b\\"].concat())
}

/// What a program in the shell put into the clipboard, for the terminal around us; within the same limit.
pub fn clipboard_of(data: &str) -> Option<Vec<u8>> {
    (data.len() <= LONGEST.div_ceil(3) * 4).then(|| format!("\x1b]52;c;{data}\x1b\\").into_bytes())
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let value = three.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let index = usize::try_from(value >> (18 - 6 * place) & 0x3f).unwrap_or(0);
            let letter = LETTERS.get(index).copied().unwrap_or(b'A');
            text.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clipboard_gets_base64() {
        for (text, letters) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fooba", "Zm9vYmE="), ("日", "5pel")]
        {
            assert_eq!(base64(text.as_bytes()), letters);
        }
        assert_eq!(clipboard("hi").unwrap(), b"\x1b]52;c;aGk=\x1b\\");
    }

    #[test]
    fn what_terminals_would_drop_is_not_sent() {
        assert_eq!(clipboard(&"x".repeat(LONGEST + 1)), None);
        assert!(clipboard_of(&base64("x".repeat(LONGEST).as_bytes())).is_some());
    }
}
