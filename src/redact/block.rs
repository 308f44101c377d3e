//! What one line says about the next ones: a key whose value is yet to come, a command whose output is a secret.
//!
//! Owns what is remembered between lines, and the values that lie beneath their keys. Manifests and tables, which span
//! many lines, are `manifest`'s and `table`'s.

use super::codes::Codes;
use super::command;
use super::innocent::{is_prose, is_reference};
use super::joint::past_type;
use super::key::{Key, Sure};
use super::manifest::Manifest;
use super::mark::{has_mask, mask_length};
use super::pair;
use super::rows::Rows;
use super::scan::{Line, Notes};
use super::shape::{is_dense, is_structure};
use super::sight::{Ending, Secret, blanks};
use super::table::Table;

/// Lines of a block that are masked at most: one that is longer was none.
const MOST_LINES: usize = 64;

#[derive(Clone, Default)]
pub(super) struct Context {
    open: Option<Open>,
    answer: Option<&'static str>,
    /// Empty lines since.
    asked: usize,
    manifest: Manifest,
    table: Table,
    rows: Rows,
    codes: Codes,
}

/// A value that begins on the next line.
#[derive(Clone, Copy)]
struct Open {
    key: Key,
    indent: usize,
    form: Form,
    lines: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// One line: a quoted text, or the text of a list's only item.
    Next,
    /// Deeper lines, after `|` or `>`.
    Block,
    /// Up to these three quotes.
    Fence(u8),
    /// One word, after an option on a line of its own.
    Argument,
    /// The items of a list that look drawn by lot.
    List,
    /// Up to a line of capitals.
    Heredoc,
    /// Up to this quote.
    Quote(u8),
}

/// Looks at the line as a whole.
pub(super) fn line(line: Line<'_>, notes: &mut Notes, context: &mut Context, found: &mut Vec<Secret>) {
    if line.prev.is_some() {
        return;
    }
    answered(line.bytes, notes, context, found);
    opened(line, notes, context, found);
    context.manifest.line(line, notes, found);
    context.table.line(line, notes, found);
    context.rows.line(line, notes, found);
    context.codes.line(line.bytes, notes, found);
}

fn answered(bytes: &[u8], notes: &Notes, context: &mut Context, found: &mut Vec<Secret>) {
    if let Some(kind) = context.answer {
        let text = bytes.trim_ascii();
        if text.is_empty() && context.asked < 2 {
            context.asked += 1;
            return;
        }
        context.answer = None;
        if command::is_answer(text) && !has_mask(text) {
            let start = bytes.len() - bytes.trim_ascii_start().len();
            found.push(Secret::new(start, start + text.len(), kind, Ending::Line));
        }
    }
    if let Some(kind) = notes.answer {
        context.answer = Some(kind);
        context.asked = 2;
    }
}

fn opened(line: Line<'_>, notes: &Notes, context: &mut Context, found: &mut Vec<Secret>) {
    let bytes = line.bytes;
    if let Some(mut open) = context.open.take() {
        open.lines += 1;
        if open.lines <= MOST_LINES && open.goes_on(bytes, found) {
            context.open = Some(open);
        }
        if context.open.is_some() {
            return;
        }
    }
    let tail = bytes.trim_ascii_end();
    // `Use the following password:`, with the password beneath.
    let asked = notes.keys.iter().find(|named| named.key.sure == Sure::Yes);
    if tail.ends_with(b":")
        && let Some(named) = asked
        && bytes.trim_ascii().contains(&b' ')
        && context.answer.is_none()
    {
        context.answer = Some(named.key.kind);
        context.asked = 0;
        return;
    }
    if let Some(named) = notes.keys.last() {
        let text = bytes.trim_ascii();
        let text = text.strip_prefix(b"- ").unwrap_or(text);
        let name = bytes.get(named.start..named.end).unwrap_or_default();
        let indent = blanks(bytes, 0);
        let form = if named.key.sure == Sure::Yes && text == name && name.starts_with(b"--") {
            Some(Form::Argument)
        } else if named.key.sure == Sure::IfDrawn && text.strip_suffix(b":") == Some(name) && name.ends_with(b"s") {
            Some(Form::List)
        } else if named.key.sure == Sure::Yes && bytes.get(named.end..).is_some_and(|rest| rest.starts_with(b" = <<")) {
            Some(Form::Heredoc)
        } else {
            None
        };
        if let Some(form) = form {
            context.open = Some(Open { key: named.key, indent, form, lines: 0 });
            return;
        }
    }
    let Some(named) = notes.keys.last().filter(|named| matches!(named.key.sure, Sure::Yes)) else { return };
    let indent = blanks(bytes, 0);
    let begin = |form| Some(Open { key: named.key, indent, form, lines: 0 });
    let may_be_open = tail.last().is_some_and(|last| b":=>|-+{\\[(".contains(last));
    if may_be_open && pair::is_left_open(line, named.start, named.end, named.key) {
        context.open = match tail.last() {
            Some(b'>') if tail.ends_with(b"=>") => begin(Form::Next),
            Some(b'|' | b'>') => begin(Form::Block),
            Some(b'-' | b'+') if matches!(tail.get(tail.len().saturating_sub(2)), Some(b'|' | b'>')) => {
                begin(Form::Block)
            }
            Some(b'{') => None,
            _ => begin(Form::Next),
        };
        return;
    }
    let value = bytes.get(named.end..).unwrap_or_default();
    for (fence, byte) in [(&b"\"\"\""[..], b'"'), (b"'''", b'\'')] {
        if tail.ends_with(fence) && value.windows(3).filter(|part| *part == fence).count() == 1 {
            context.open = begin(Form::Fence(byte));
        }
    }
    // A quoted value that does not end with its line: its mask is the last thing there.
    if tail.ends_with(b"]") {
        let opening =
            value.get(..value.iter().position(|byte| *byte == b'[').unwrap_or(value.len())).unwrap_or_default();
        let joined = opening.contains(&b'=') || opening.contains(&b':');
        let quote = opening.last().copied().filter(|byte| joined && matches!(byte, b'"' | b'\''));
        let masked = mask_length(value.get(opening.len()..).unwrap_or_default());
        if let Some(quote) = quote.filter(|_| masked == Some(tail.len() - named.end - opening.len())) {
            context.open = begin(Form::Quote(quote));
        }
    }
}

impl Open {
    /// Masks what of the line belongs to the value; whether it goes on after this line.
    fn goes_on(&self, bytes: &[u8], found: &mut Vec<Secret>) -> bool {
        let start = blanks(bytes, 0);
        let text = bytes.get(start..).unwrap_or_default().trim_ascii_end();
        match self.form {
            Form::Fence(byte) => {
                let end = text.windows(3).position(|part| part == [byte; 3]);
                self.hide(bytes, start, start + end.unwrap_or(text.len()), found);
                end.is_none()
            }
            Form::Quote(quote) => {
                let end = text.iter().position(|byte| *byte == quote);
                let length = end.unwrap_or(text.len());
                let length = length - usize::from(end.is_none() && text.ends_with(b"\\"));
                if text.get(..length).is_some_and(|text| text.contains(&b' ')) {
                    return false;
                }
                self.hide(bytes, start, start + length, found);
                end.is_none() && text.ends_with(b"\\")
            }
            Form::Block => {
                if text.is_empty() {
                    return true;
                }
                if start <= self.indent {
                    return false;
                }
                if !is_statement(text) {
                    self.hide(bytes, start, start + text.len(), found);
                }
                true
            }
            Form::Argument => {
                let dash = if text.starts_with(b"- ") { 2 } else { 0 };
                let word = text.get(dash..).unwrap_or_default();
                let word = word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\"")).unwrap_or(word);
                if !word.starts_with(b"-") && !word.iter().any(u8::is_ascii_whitespace) {
                    let from = start + text.windows(word.len().max(1)).position(|part| part == word).unwrap_or(0);
                    self.hide(bytes, from, from + word.len(), found);
                }
                false
            }
            Form::List => {
                let Some(item) = text.strip_prefix(b"- ") else { return false };
                let item = item.strip_prefix(b"\"").and_then(|item| item.strip_suffix(b"\"")).unwrap_or(item);
                if is_dense(item, 16) {
                    let from = start + text.windows(item.len().max(1)).position(|part| part == item).unwrap_or(0);
                    self.hide(bytes, from, from + item.len(), found);
                }
                true
            }
            Form::Heredoc => {
                if text.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_') {
                    return false;
                }
                if !is_statement(text) {
                    self.hide(bytes, start, start + text.len(), found);
                }
                true
            }
            Form::Next => {
                let indented = start > self.indent;
                // `string(14) "x"` of PHP.
                let typed = past_type(bytes, start);
                let (start, text) = match text.get(typed - start..) {
                    Some(inner @ [b'"' | b'\'', ..]) if typed > start => (typed, inner),
                    _ => (start, text),
                };
                match text {
                    [quote @ (b'"' | b'\''), rest @ ..] => {
                        let end = rest.iter().position(|byte| byte == quote).unwrap_or(rest.len());
                        let after = rest.get(end + 1..).unwrap_or_default();
                        if !after.starts_with(b":") {
                            self.hide(bytes, start + 1, start + 1 + end, found);
                        }
                    }
                    [b'-', b' ', ..] | [] => {}
                    _ if indented && !is_statement(text) && !text.contains(&b' ') && !is_structure(text) => {
                        self.hide(bytes, start, start + text.len(), found);
                    }
                    _ => {}
                }
                text.is_empty() && self.lines < 2
            }
        }
    }

    fn hide(&self, bytes: &[u8], start: usize, end: usize, found: &mut Vec<Secret>) {
        let value = bytes.get(start..end).unwrap_or_default();
        if !value.is_empty() && !is_reference(value) && !has_mask(value) && !is_prose(value) {
            found.push(Secret::new(start, end, self.key.kind, Ending::Line));
        }
    }
}

/// `key: value` or `key = value`: a line that tells for itself.
fn is_statement(text: &[u8]) -> bool {
    let name = text.iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte)).count();
    let rest = text.get(name..).unwrap_or_default();
    let ended = matches!(rest, [b':'] | [b':', b' ', ..] | [b' ', b'=', b' ', ..]);
    name > 0 && ended || text.starts_with(b"-----")
}
