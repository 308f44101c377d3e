//! Text of programs and people, made safe to stand inside a log.
//!
//! Owns three promises: a line of such text never reads as structure of the log, nothing in it can move a
//! terminal's cursor or end a line unseen, and one text never fills a log. Knows nothing of entries.

use std::borrow::Cow;
use std::fmt::Write;

use super::bytes;

/// The most bytes of one text that are kept; beyond it, head and tail stay.
pub const CAP: usize = 64 << 10;

/// Every field name of the log's entries. A line of foreign text that begins with one is marked.
const FIELDS: [&str; 24] = [
    "OBSERVATION:",
    "THOUGHT:",
    "PERMISSION:",
    "ACTION:",
    "OUTPUT:",
    "INFERENCE:",
    "MILESTONE:",
    "FINDING:",
    "SAVED TO:",
    "COMMAND:",
    "TIER:",
    "USER RESPONSE:",
    "USER DECISION:",
    "ACTION EXECUTED:",
    "RESULT:",
    "NOTE:",
    "BRANCH:",
    "FORKED AT:",
    "INTENT:",
    "OURS:",
    "THEIRS:",
    "LOG:",
    "PURPOSE:",
    "PROGRESS:",
];

/// Adds `text` as lines of its own, each ended. Trailing empty lines are dropped.
pub(super) fn block(out: &mut String, text: &str) {
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return;
    }
    for line in text.split('\n') {
        let line = visible(line.trim_end_matches('\r'));
        if reads_as_structure(&line) {
            out.push('\\');
        }
        out.push_str(&line);
        out.push('\n');
    }
}

/// Adds `NAME: text`, further lines aligned under the first. Adds nothing when there is nothing to say.
pub(super) fn field(out: &mut String, name: &str, text: &str) {
    let text = text.trim_start_matches(['\n', '\r']).trim_end();
    if text.is_empty() {
        return;
    }
    let indent = name.chars().count() + 2;
    for (index, line) in text.split('\n').enumerate() {
        let line = visible(line.trim_end_matches('\r'));
        if index == 0 {
            // Writing to a String cannot fail.
            let _ = write!(out, "{name}: {line}");
        } else if !line.is_empty() {
            let _ = write!(out, "{:indent$}{line}", "");
        }
        out.push('\n');
    }
}

/// The text itself, or its head and tail with a line between them that counts what is missing.
pub(super) fn capped(text: &str) -> Cow<'_, str> {
    if text.len() <= CAP { Cow::Borrowed(text) } else { Cow::Owned(shortened(text, CAP, "")) }
}

/// Head and tail of a long text, `limit` bytes of it at most, with a line between them that counts what is missing and
/// goes on with `more`.
pub fn shortened(text: &str, limit: usize, more: &str) -> String {
    let (mut head, mut tail) = (limit / 2, text.len().saturating_sub(limit / 2));
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    while !text.is_char_boundary(tail) {
        tail += 1;
    }
    let (kept_head, kept_tail) = (text.get(..head).unwrap_or_default(), text.get(tail..).unwrap_or_default());
    // Whole lines read better; one endless line is cut where it is.
    let kept_head = kept_head.rsplit_once('\n').map_or(kept_head, |(lines, _)| lines);
    let kept_tail = kept_tail.split_once('\n').map_or(kept_tail, |(_, lines)| lines);
    let left_out = text.len() - kept_head.len() - kept_tail.len();
    format!("{kept_head}\n[{left_out} bytes left out{more}]\n{kept_tail}")
}

/// The characters of one line, with what a terminal would obey or an eye would miss written out. Tabs stay.
///
/// Backslashes before something that reads as written out, or is, are doubled, so that no two lines look the same.
pub(super) fn visible(line: &str) -> Cow<'_, str> {
    if !line.contains(|character| is_hidden(character) || character == '\\') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 16);
    let mut slashes = 0;
    for (at, character) in line.char_indices() {
        if character == '\\' {
            slashes += 1;
            out.push(character);
            continue;
        }
        let hidden = is_hidden(character);
        if slashes > 0 && (hidden || escape(line.get(at..).unwrap_or_default()).is_some()) {
            (0..slashes).for_each(|_| out.push('\\'));
        }
        slashes = 0;
        // Writing to a String cannot fail.
        let _ = match bytes::meant(character) {
            Some(byte) => write!(out, "\\x{byte:02x}"),
            None if hidden && character.is_ascii() => write!(out, "\\x{:02x}", u32::from(character)),
            None if hidden => write!(out, "\\u{{{:x}}}", u32::from(character)),
            None => out.write_char(character),
        };
    }
    Cow::Owned(out)
}

/// The bytes of the output that a log shows as `shown`: marks taken off, what was written out put back.
pub fn restored(shown: &str) -> Vec<u8> {
    let lines: Vec<Vec<u8>> = shown.split('\n').map(restored_line).collect();
    lines.join(&b'\n')
}

fn restored_line(line: &str) -> Vec<u8> {
    let line = line.strip_prefix('\\').filter(|_| reads_as_structure(line)).unwrap_or(line);
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let slashes = rest.len() - rest.trim_start_matches('\\').len();
        let after = rest.get(slashes..).unwrap_or_default();
        match escape(after).filter(|_| slashes > 0) {
            Some((meant, len)) => {
                (0..slashes / 2).for_each(|_| text.push('\\'));
                if slashes % 2 == 1 {
                    text.push(meant);
                    rest = after.get(len..).unwrap_or_default();
                } else {
                    rest = after;
                    // The letter after doubled backslashes is itself.
                    text.extend(rest.chars().next());
                    rest = rest.get(1..).unwrap_or_default();
                }
            }
            None if slashes > 0 => {
                (0..slashes).for_each(|_| text.push('\\'));
                rest = after;
            }
            None => {
                text.push(character);
                rest = rest.get(character.len_utf8()..).unwrap_or_default();
            }
        }
    }
    bytes::from_text(&text)
}

/// What the text means when a backslash stands before it, and how much of it: `x1b`, `u{202e}`.
fn escape(text: &str) -> Option<(char, usize)> {
    if let Some(digits) = text.strip_prefix('x') {
        let byte = hex(digits.get(..2)?)?;
        let byte = u8::try_from(byte).ok()?;
        let meant = if byte.is_ascii() { char::from(byte) } else { bytes::stand_in(byte) };
        return is_hidden(meant).then_some((meant, 3));
    }
    let (digits, _) = text.strip_prefix("u{")?.split_once('}')?;
    let meant = char::from_u32(hex(digits)?)?;
    (is_hidden(meant) && bytes::meant(meant).is_none() && !meant.is_ascii()).then_some((meant, digits.len() + 3))
}

fn hex(digits: &str) -> Option<u32> {
    let plain = digits.len() <= 6 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// Control characters, line separators, the marks that reorder text on screen, and bytes that are no text.
fn is_hidden(character: char) -> bool {
    (character.is_control() && character != '\t')
        || bytes::meant(character).is_some()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a reader of the log could take the line for a separator, a heading or a field.
///
/// Leading backslashes are looked through, so that a line that was marked already is marked once more and the
/// marks can be taken off again without loss. `--- a/file` of a diff is no separator and stays as it is.
fn reads_as_structure(line: &str) -> bool {
    let line = line.trim_start_matches('\\');
    if FIELDS.iter().any(|field| line.starts_with(field)) {
        return true;
    }
    // Markdown reads a rule or a heading behind up to three blanks too.
    let indent = line.len() - line.trim_start_matches(' ').len();
    let text = line.trim();
    indent <= 3 && (text.starts_with("## [") || (text.len() >= 3 && text.bytes().all(|byte| byte == b'-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(text: &str) -> String {
        let mut out = String::new();
        block(&mut out, text);
        out
    }

    #[test]
    fn lines_that_read_as_structure_get_one_backslash() {
        assert_eq!(blocked("---\n## [14:35] AI\nOUTPUT:\nUSER DECISION: approved\n"), {
            "\\---\n\\## [14:35] AI\n\\OUTPUT:\n\\USER DECISION: approved\n"
        });
        assert_eq!(blocked("  ## [14:35] AI\n  -----  \n"), "\\  ## [14:35] AI\n\\  -----  \n");
    }

    #[test]
    fn a_line_that_is_marked_already_gets_one_more() {
        assert_eq!(blocked("\\---"), "\\\\---\n");
    }

    #[test]
    fn ordinary_lines_are_left_alone() {
        let text = "--- a/src/main.rs\n+++ b/src/main.rs\n## Title\nThe OUTPUT: field\n\n\tC:\\temp é 你\n";
        assert_eq!(blocked(text), text);
    }

    #[test]
    fn control_characters_are_written_out_and_tabs_are_kept() {
        assert_eq!(blocked("a\x1b[31mred\t\x07\u{9b}\u{202e}"), "a\\x1b[31mred\t\\x07\\u{9b}\\u{202e}\n");
    }

    #[test]
    fn what_only_looks_written_out_is_told_from_what_is() {
        assert_eq!(blocked("\x1b \\x1b \\\\x1b \\\x1b"), "\\x1b \\\\x1b \\\\\\\\x1b \\\\\\x1b\n");
        let plain = "C:\\repo\\new\\x64 \\u{41} \\d+ \\x1B\n";
        assert_eq!(blocked(plain), plain);
        assert_eq!(blocked(&bytes::to_text(b"caf\xe9 \\xe9")), "caf\\xe9 \\\\xe9\n");
    }

    proptest::proptest! {
        #[test]
        fn an_output_can_be_read_back_from_the_log(
            pieces in proptest::collection::vec(proptest::sample::select(vec![
                &b"\\"[..], b"x1b", b"\x1b", b"u{202e}", b"\xe2\x80\xae", b"\xff", b"xff", b"\xee\xbe\x80", b"u{ef80}",
                b"---", b"## [", b"OUTPUT:", b" ", b"a", b"\n", b"\xc3\xa9", b"\t", b"}", b"x", b"u{", b"1b",
            ]), 0..16),
        ) {
            let source = pieces.concat();
            let shown = blocked(&bytes::to_text(&source));
            let end = source.iter().rposition(|byte| *byte != b'\n').map_or(0, |last| last + 1);
            let shown = shown.strip_suffix('\n').unwrap_or(&shown);
            proptest::prop_assert_eq!(restored(shown), source[..end].to_vec(), "{}", shown);
        }
    }

    #[test]
    fn a_carriage_return_ends_no_line() {
        assert_eq!(blocked("one\r\ntwo\r\n10%\r## [14:35] AI"), "one\ntwo\n10%\\x0d## [14:35] AI\n");
    }

    #[test]
    fn further_lines_of_a_field_are_aligned_under_the_first() {
        let mut out = String::new();
        field(&mut out, "THOUGHT", "first\n\n---\nlast\n");
        assert_eq!(out, "THOUGHT: first\n\n         ---\n         last\n");
    }

    #[test]
    fn a_field_with_nothing_to_say_is_left_out() {
        let mut out = String::new();
        field(&mut out, "THOUGHT", " \n");
        assert_eq!(out, "");
    }

    #[test]
    fn a_flood_keeps_its_head_and_tail_and_counts_the_rest() {
        let text: String = (0..20_000).map(|line| format!("line {line}\n")).collect();
        let kept = capped(&text);
        assert!(kept.len() < CAP + 64);
        assert!(kept.starts_with("line 0\n") && kept.ends_with("line 19999\n"));
        let notice = kept.lines().find(|line| line.ends_with(" bytes left out]")).unwrap();
        let count: usize = notice.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
        assert_eq!(count + kept.len() - notice.len() - 2, text.len());
        assert!(kept.lines().all(|line| line.starts_with("line ") || line == notice));
    }

    #[test]
    fn one_endless_line_is_cut_between_characters() {
        let text = "é".repeat(CAP);
        let kept = capped(&text);
        assert!(kept.contains(" bytes left out]") && kept.starts_with('é') && kept.ends_with('é'));
    }

    #[test]
    fn a_cut_in_the_middle_of_a_line_makes_no_structure() {
        let mut text = "x".repeat(2 * CAP);
        text.replace_range(text.len() - CAP / 2.., &format!("## [14:35] AI{}", "y".repeat(CAP / 2 - 13)));
        let out = blocked(&capped(&text));
        assert!(out.contains("\n\\## [14:35] AI"), "{}", &out[CAP / 2..CAP / 2 + 100]);
    }
}
