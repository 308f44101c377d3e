//! Text within text: backslash escapes, base64 and hexadecimal literals.
//!
//! Decodes whatever could be meant; what does not become text stays out.

/// The text with its escapes decoded, and once more where that leaves escapes.
pub(super) fn unescaped(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    while found.len() < 2 {
        let text = found.last().map_or(text, String::as_str);
        if !text.contains('\\') {
            break;
        }
        found.push(unescape(text));
    }
    found
}

/// As `$'..'`, `printf`, `echo -e` and the usual languages read it.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        if character != '\\' {
            out.push(character);
            continue;
        }
        let Some(letter) = rest.chars().next() else { break };
        let after = &rest[letter.len_utf8()..];
        let number = match letter {
            'x' => digits(after, 16, 2),
            'u' => digits(after, 16, 4),
            'U' => digits(after, 16, 8),
            // `\162` and `\0162`.
            '0' => digits(after, 8, 3),
            '1'..='7' => digits(rest, 8, 3).map(|(value, _)| (value, &rest[digit_count(rest, 8, 3)..])),
            _ => None,
        };
        if let Some((value, left)) = number {
            out.extend(char::from_u32(value));
            rest = left;
            continue;
        }
        match letter {
            'n' | 't' | 'r' | 'f' | 'v' | 'a' | 'b' | '0' => out.push('\n'),
            // A joined line.
            '\n' => {}
            other => out.push(other),
        }
        rest = after;
    }
    out
}

fn digit_count(text: &str, radix: u32, most: usize) -> usize {
    text.chars().take(most).take_while(|digit| digit.is_digit(radix)).count()
}

/// A number at the beginning of a text, perhaps in braces, and what follows it.
fn digits(text: &str, radix: u32, most: usize) -> Option<(u32, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        let count = digit_count(inner, radix, 8);
        let after = inner[count..].strip_prefix('}')?;
        return Some((u32::from_str_radix(&inner[..count], radix).ok()?, after));
    }
    let count = digit_count(text, radix, most);
    Some((u32::from_str_radix(&text[..count], radix).ok()?, &text[count..]))
}

/// The texts that literals in a text stand for, each kind on lines of its own.
pub(super) fn decoded(text: &str) -> Vec<String> {
    // `72 6d` is the shortest.
    if text.len() < 5 {
        return Vec::new();
    }
    let mut found = vec![base64_literals(text), hexadecimal_literals(text)];
    if text.contains(['\'', '"', '\\', '\n']) {
        // Long literals stand on several lines, or in several quotes.
        let joined: String = text.chars().filter(|c| !"'\"\\\n".contains(*c)).collect();
        found.push(base64_literals(&joined));
    }
    found.retain(|text| !text.is_empty());
    found
}

/// Shorter ones, with their padding, cannot hold a program and what it works on.
const SHORTEST: usize = 8;

fn base64_literals(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let mut found = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_digit) {
        rest = &rest[start..];
        let (run, after) = rest.split_at(rest.find(|c| !is_digit(c)).unwrap_or(rest.len()));
        let padding = after.len() - after.trim_start_matches('=').len();
        if run.len() + padding.min(2) >= SHORTEST
            && let Some(text) = readable(&base64(run), 0)
        {
            found.push_str(&text);
            found.push('\n');
        }
        rest = after;
    }
    found
}

fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.extend(u8::try_from(bits >> held & 0xff));
        }
    }
    bytes
}

/// Pairs of digits, as one word or as many.
fn hexadecimal_literals(text: &str) -> String {
    let mut found = String::new();
    let mut bytes = Vec::new();
    // The end of the text ends the last run.
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).chain(["-"]) {
        let digits = word.strip_prefix("0x").or(word.strip_prefix('x')).unwrap_or(word);
        if word.is_empty() {
            continue;
        }
        if digits.len() >= 2 && digits.len().is_multiple_of(2) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let pairs = (0..digits.len()).step_by(2).filter_map(|place| digits.get(place..place + 2));
            bytes.extend(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()));
            continue;
        }
        if bytes.len() >= 2
            && let Some(text) = readable(&bytes, bytes.len() / 8)
        {
            found.push_str(&text);
            found.push('\n');
        }
        bytes.clear();
    }
    found
}

/// Bytes as text, when no more than so many cannot be read. Those become letters, so that no word begins or ends where
/// there is none.
fn readable(bytes: &[u8], odd: usize) -> Option<String> {
    let seen = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let unread = bytes.iter().filter(|byte| !seen(**byte)).count();
    (unread <= odd).then(|| bytes.iter().map(|byte| if seen(*byte) { char::from(*byte) } else { '_' }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_in_every_usual_spelling() {
        for text in [r"\x72\x6d d", r"\162\155 d", r"\0162m d", r"\u0072m d", r"\U00000072m d", r"\x{72}m d", r"r\m d"]
        {
            assert_eq!(unescaped(text).first().map(String::as_str), Some("rm d"), "{text}");
        }
        assert_eq!(unescaped(r"\\x72m").last().map(String::as_str), Some("rm"));
        assert_eq!(unescape(r"a\nrm"), "a\nrm");
        assert!(unescaped("plain").is_empty());
    }

    #[test]
    fn literals_of_base64_and_hexadecimal_are_decoded() {
        let holds = |text: &str| decoded(text).iter().any(|found| found.contains("rm -rf d"));
        assert!(holds("echo cm0gLXJmIGQK | base64 -d | sh"));
        assert!(holds("echo 'cm0gLX''JmIGQ=' | base64 -d"));
        assert!(holds("cm0gLXJm\nIGQK"));
        assert!(holds("echo 726d202d72662064 | xxd -r -p"));
        assert!(holds("echo 72 6d 20 2d 72 66 20 64"));
        assert!(holds("echo 0x72 0x6d 0x20 0x2d 0x72 0x66 0x20 0x64"));
        assert!(decoded("install rails deployment production staging").is_empty());
        assert!(!holds("sha256 of deployment kubectl rollout"));
    }
}
