//! Bytes to text, and text to something a terminal shows and never obeys.
//!
//! Owns two promises: bytes that are no UTF-8 stay visible and can be told from
//! the same characters printed as text; and nothing that passes `for_terminal`
//! or `line` moves a cursor, colours a cell, reorders a line or hides in it.
//! Knows nothing of widths, wrapping or styles.

use std::fmt::Write;

/// Decodes what a program printed. UTF-8 is kept; a byte that is none becomes `\xNN` (lower-case hex, `80` to `ff`).
///
/// No two inputs give the same text: where valid text itself reads `\xNN` with such a number, the backslashes right
/// before the `x` are doubled, so an odd number of them always means a byte.
pub fn text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push_valid(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            double_trailing_backslashes(&mut out);
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

fn push_valid(out: &mut String, valid: &str) {
    let mut rest = valid;
    while let Some(at) = rest.find("\\x") {
        let (before, from) = rest.split_at(at + 1);
        out.push_str(before);
        if reads_as_byte(from) {
            double_trailing_backslashes(out);
        }
        rest = from;
    }
    // The run of backslashes may stand at the end of one chunk and its `x` never follows an invalid byte directly,
    // so looking inside one chunk is enough.
    out.push_str(rest);
}

/// Whether `text` goes on as `x80` to `xff` does.
fn reads_as_byte(text: &str) -> bool {
    matches!(text.as_bytes(), [b'x', b'8' | b'9' | b'a'..=b'f', b'0'..=b'9' | b'a'..=b'f', ..])
}

fn double_trailing_backslashes(out: &mut String) {
    let run = out.len() - out.trim_end_matches('\\').len();
    out.extend(std::iter::repeat_n('\\', run));
}

/// The text with everything a terminal would obey, or an eye would miss, written out.
///
/// Line feeds and tabs stay. CRLF is a line feed, and so is a lone CR: a progress bar redraws its line with it. Other
/// ASCII controls become `\x1b`, the rest `\u{202e}`. Passing the result through again changes nothing.
pub fn for_terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut previous = None;
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                // Terminals and pseudo-terminals stack carriage returns: `\r\r\n` is one line's end.
                while characters.peek() == Some(&'\r') {
                    characters.next();
                }
                if characters.peek() == Some(&'\n') {
                    characters.next();
                }
                out.push('\n');
            }
            '\n' | '\t' => out.push(character),
            '\u{fe0e}' | '\u{fe0f}' if previous.is_some_and(has_presentations) => out.push(character),
            ascii if ascii.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(ascii));
            }
            hidden if is_hidden(hidden) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => out.push(plain),
        }
        previous = Some(character);
    }
    out
}

/// JSON whose strings hold nothing a terminal would obey, or an eye would miss: such characters stand as JSON's own
/// escapes, so that it says the same.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\u{7f}' || is_hidden(character) && !matches!(character, '\n' | '\r' | '\t') {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out
}

/// The same for a place that has one line: line ends are shown as `⏎`, tabs as `⇥`.
pub fn line(text: &str) -> String {
    for_terminal(text).chars().map(on_one_line).collect()
}

fn on_one_line(character: char) -> char {
    match character {
        '\n' => '⏎',
        '\t' => '⇥',
        other => other,
    }
}

/// C1 controls, line separators, marks that reorder text, characters without width or ink.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Symbols that Unicode draws as text or as a picture, told by a selector behind them; there it hides nothing.
fn has_presentations(character: char) -> bool {
    matches!(character, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
        && !is_hidden(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Undoes `text`, which shows that nothing was lost.
    fn bytes_of(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let run = rest.len() - rest.trim_start_matches('\\').len();
            let after = &rest[run..];
            if run > 0 && reads_as_byte(after) {
                out.extend(std::iter::repeat_n(b'\\', run / 2));
                if run % 2 == 1 {
                    out.push(u8::from_str_radix(&after[1..3], 16).unwrap());
                    rest = &after[3..];
                } else {
                    rest = after;
                }
                continue;
            }
            let taken = rest.chars().next().map_or(0, char::len_utf8).max(run);
            out.extend_from_slice(&rest.as_bytes()[..taken]);
            rest = &rest[taken..];
        }
        out
    }

    #[test]
    fn json_says_the_same_without_what_nobody_sees() {
        let said = "a\u{7f}b\u{200d}c\u{feff}\u{e0001}\u{9b}\tü";
        let text = serde_json::to_string_pretty(&serde_json::json!({"said": said})).unwrap();
        let escaped = json(&text);
        assert!(escaped.contains("a\\u007fb\\u200dc\\ufeff\\udb40\\udc01\\u009b\\tü"), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap()["said"], said);
    }

    #[test]
    fn utf8_is_kept_and_stray_bytes_are_written_out() {
        assert_eq!(text("grüße ☃".as_bytes()), "grüße ☃");
        assert_eq!(text(b"a\xffb\xc3"), "a\\xffb\\xc3");
        assert_eq!(text(b"C:\\new \\x41"), "C:\\new \\x41");
    }

    #[test]
    fn a_stray_byte_is_told_from_its_own_spelling() {
        assert_eq!(text(b"\xff"), "\\xff");
        assert_eq!(text(b"\\xff"), "\\\\xff");
        assert_eq!(text(b"\\\xff"), "\\\\\\xff");
    }

    #[test]
    fn what_a_terminal_would_obey_is_visible() {
        assert_eq!(for_terminal("\x1b[31mred\x1b]0;t\x07"), "\\x1b[31mred\\x1b]0;t\\x07");
        assert_eq!(for_terminal("a\x08b\x7fc\0"), "a\\x08b\\x7fc\\x00");
        assert_eq!(for_terminal("\u{9b}2J"), "\\u{9b}2J");
        assert_eq!(for_terminal("a\tb\n"), "a\tb\n");
    }

    #[test]
    fn what_an_eye_would_miss_is_visible() {
        assert_eq!(for_terminal("rm\u{202e}txt"), "rm\\u{202e}txt");
        assert_eq!(for_terminal("a\u{200b}b\u{feff}\u{2028}"), "a\\u{200b}b\\u{feff}\\u{2028}");
        assert_eq!(for_terminal("x\u{e0041}\u{ad}"), "x\\u{e0041}\\u{ad}");
        assert_eq!(for_terminal("a\u{fe0f} ⚠\u{fe0f}"), "a\\u{fe0f} ⚠\u{fe0f}");
    }

    #[test]
    fn carriage_returns_end_lines() {
        assert_eq!(for_terminal("a\r\nb"), "a\nb");
        assert_eq!(for_terminal("10%\r20%\r\r\ndone"), "10%\n20%\ndone");
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(line("a\nb\tc\r\nd"), "a⏎b⇥c⏎d");
    }

    proptest! {
        #[test]
        fn no_byte_is_lost(bytes in proptest::collection::vec(
            prop_oneof![Just(b'\\'), Just(b'x'), Just(b'f'), Just(b'8'), any::<u8>()], 0..40)) {
            prop_assert_eq!(bytes_of(&text(&bytes)), bytes);
        }

        #[test]
        fn nothing_hidden_passes_and_a_second_pass_changes_nothing(source in any::<String>()) {
            let shown = for_terminal(&source);
            prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
            prop_assert_eq!(for_terminal(&shown), shown.clone());
        }
    }
}
