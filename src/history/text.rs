//! Text of programs and people, made safe to stand inside a log.
//!
//! Owns three promises: a line of such text never reads as structure of the log, nothing in it can move a
//! terminal's cursor or end a line unseen, and one text never fills a log. Knows nothing of entries.

use std::borrow::Cow;
use std::fmt::Write;

/// The most bytes of one text that are kept; beyond it, head and tail stay.
pub(super) const CAP: usize = 64 << 10;

/// Every field name of the log's entries. A line of foreign text that begins with one is marked.
const FIELDS: [&str; 15] = [
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
    if text.len() <= CAP {
        return Cow::Borrowed(text);
    }
    let (mut head, mut tail) = (CAP / 2, text.len() - CAP / 2);
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
    Cow::Owned(format!("{kept_head}\n[{left_out} bytes left out]\n{kept_tail}"))
}

/// The characters of one line, with what a terminal would obey or an eye would miss written out. Tabs stay.
pub(super) fn visible(line: &str) -> Cow<'_, str> {
    if !line.contains(is_hidden) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 16);
    for character in line.chars() {
        match character {
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            hidden if is_hidden(hidden) && hidden.is_ascii() => {
                let _ = write!(out, "\\x{:02x}", u32::from(hidden));
            }
            hidden if is_hidden(hidden) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => out.push(plain),
        }
    }
    Cow::Owned(out)
}

/// Control characters, line separators and the marks that reorder text on screen.
fn is_hidden(character: char) -> bool {
    (character.is_control() && character != '\t')
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
    fn a_carriage_return_ends_no_line() {
        assert_eq!(blocked("one\r\ntwo\r\n10%\r## [14:35] AI"), "one\ntwo\n10%\\r## [14:35] AI\n");
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
