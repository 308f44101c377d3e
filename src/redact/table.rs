//! Secrets in tables of a terminal, in Markdown and in comma-separated lists: the head of the column tells.
//!
//! Owns how columns are told apart: by bars, by tabs or commas, or by where the words of the head begin.

use memchr::{memchr, memchr2};

use super::base64;
use super::innocent::{is_prose, is_reference};
use super::key::{self, Sure};
use super::mark::has_mask;
use super::scan::{Line, Notes};
use super::shape::{is_drawn, is_path, is_uuid};
use super::sight::{Ending, Secret, find};

/// Rows after which a table is over.
const MOST_ROWS: usize = 4_096;
/// Columns of a head that are told apart.
const MOST_COLUMNS: usize = 32;

#[derive(Clone, Default)]
pub(super) struct Table {
    columns: Vec<Column>,
    separator: Option<Separator>,
    rows: usize,
    /// The row before named a token, whose value comes.
    token: bool,
}

#[derive(Clone, Copy)]
struct Column {
    place: usize,
    start: usize,
    end: Option<usize>,
    kind: &'static str,
    only_drawn: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Separator {
    Bar,
    Line,
    Tab,
    Comma,
    Semicolon,
    Blanks,
}

impl Table {
    pub(super) fn line(&mut self, line: Line<'_>, notes: &Notes, found: &mut Vec<Secret>) {
        let bytes = line.bytes;
        self.token_row(bytes, notes, found);
        if let Some(separator) = self.separator {
            self.rows += 1;
            let rule = bytes.iter().all(|byte| b"-+|=: \t".contains(byte) || *byte >= 0x80);
            if bytes.trim_ascii().is_empty() || self.rows > MOST_ROWS {
                *self = Self::default();
                return;
            }
            if !rule {
                self.row(bytes, separator, found);
                setting(bytes, notes, found);
            }
            return;
        }
        setting(bytes, notes, found);
        if !notes.keys.is_empty() && found.is_empty() {
            self.head(bytes, notes);
        }
    }

    /// Whether the line is the head of a table with a column of secrets.
    fn head(&mut self, bytes: &[u8], notes: &Notes) {
        let inner = bytes.trim_ascii();
        let separator = if memchr(b'|', bytes).is_some() {
            Separator::Bar
        } else if find(bytes, "│".as_bytes()).is_some() {
            Separator::Line
        } else if memchr(b'\t', inner).is_some() {
            Separator::Tab
        } else if find(inner, b"  ").is_some() {
            Separator::Blanks
        } else if memchr(b',', bytes).is_some() && find(bytes, b", ").is_none() {
            Separator::Comma
        } else if memchr2(b' ', b';', bytes).is_some_and(|at| bytes.get(at) == Some(&b';'))
            && memchr(b' ', bytes).is_none()
        {
            Separator::Semicolon
        } else {
            return;
        };
        let cells = cells(bytes, separator);
        let words = |(start, end): &(usize, usize)| {
            let text = bytes.get(*start..*end).unwrap_or_default();
            let count = text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).count();
            let headed =
                text.iter().any(u8::is_ascii_alphabetic) && !text.iter().any(u8::is_ascii_digit) || text.is_empty();
            headed && count <= 3 && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b" _-./()#\"".contains(byte))
        };
        if cells.len() < 2 || cells.len() > MOST_COLUMNS || !cells.iter().all(words) {
            return;
        }
        for (place, (start, end)) in cells.iter().enumerate() {
            let name = bytes.get(*start..*end).unwrap_or_default();
            let named =
                notes.keys.iter().find(|named| (named.end == *end || named.end + 1 == *end) && named.start >= *start);
            let Some(key) = named.map(|named| named.key).or_else(|| key::of(name)) else { continue };
            if matches!(key.sure, Sure::Yes | Sure::IfDrawn) {
                let only_drawn = key.sure == Sure::IfDrawn || key.kind != "password";
                let next = cells.get(place + 1).map(|(next, _)| *next);
                self.columns.push(Column { place, start: *start, end: next, kind: key.kind, only_drawn });
            }
        }
        if !self.columns.is_empty() {
            self.separator = Some(separator);
            self.rows = 0;
        }
    }

    /// `full-tokenid`, and some rows later `value`, as Proxmox shows a new token.
    fn token_row(&mut self, bytes: &[u8], notes: &Notes, found: &mut Vec<Secret>) {
        if !notes.manifest || memchr(0xe2, bytes).is_none() {
            return;
        }
        let cells = cells(bytes, Separator::Line);
        let [(start, end), (from, to)] = cells.as_slice() else { return };
        match bytes.get(*start..*end).unwrap_or_default() {
            b"full-tokenid" => self.token = true,
            b"value" if self.token => {
                let text = bytes.get(*from..*to).unwrap_or_default();
                if is_drawn(text, 16) && !has_mask(text) {
                    found.push(Secret::new(*from, *to, "token", Ending::Line));
                }
            }
            _ => {}
        }
    }

    fn row(&self, bytes: &[u8], separator: Separator, found: &mut Vec<Secret>) {
        let cells = cells(bytes, separator);
        for column in &self.columns {
            let cell = if separator == Separator::Blanks {
                let at =
                    |(start, end): &&(usize, usize)| *start < column.end.unwrap_or(usize::MAX) && column.start < *end;
                cells.iter().find(at)
            } else {
                cells.get(column.place)
            };
            let Some((start, end)) = cell.copied() else { continue };
            let text = bytes.get(start..end).unwrap_or_default();
            let (start, text) = match text {
                [b'"', inner @ .., b'"'] => (start + 1, inner),
                text => (start, text),
            };
            let number = text.iter().all(|byte| byte.is_ascii_digit() || b".%".contains(byte));
            let drawn = is_drawn(text, 12) && !is_uuid(text) && !text.contains(&b' ') && !text.contains(&b':')
                || base64::hides_text(text) && text.len() >= 12;
            let plain = is_reference(text) || is_path(text) || number || text.len() < 4 || has_mask(text);
            if !plain && (drawn || !column.only_drawn) {
                found.push(Secret::new(start, start + text.len(), column.kind, Ending::Line));
            }
        }
    }
}

/// `| smtp_password | x |`: a row that is a name and its value.
fn setting(bytes: &[u8], notes: &Notes, found: &mut Vec<Secret>) {
    let Some(named) = notes.keys.first().filter(|named| named.key.sure == Sure::Yes) else { return };
    let separator = if bytes.trim_ascii().starts_with(b"|") {
        Separator::Bar
    } else if bytes.trim_ascii().starts_with("│".as_bytes()) {
        Separator::Line
    } else {
        return;
    };
    let cells = cells(bytes, separator);
    if let [(_, first_end), (start, end)] = cells.as_slice()
        && *first_end == named.end
    {
        let text = bytes.get(*start..*end).unwrap_or_default();
        let words = text.contains(&b' ') && !text.iter().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !is_reference(text)
            && !has_mask(text)
            && !words
            && !is_prose(text)
            && text.len() >= 4
            && !text.eq_ignore_ascii_case(b"value")
        {
            found.push(Secret::new(*start, *end, named.key.kind, Ending::Line));
        }
    }
}

/// The cells of a row, without the blanks around them.
fn cells(bytes: &[u8], separator: Separator) -> Vec<(usize, usize)> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let push = |cells: &mut Vec<(usize, usize)>, start: usize, end: usize| {
        let text = bytes.get(start..end).unwrap_or_default();
        let lead = text.len() - text.trim_ascii_start().len();
        let trimmed = text.trim_ascii().len();
        if trimmed > 0 || !matches!(separator, Separator::Blanks) {
            cells.push((start + lead, start + lead + trimmed));
        }
    };
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let width = match separator {
            Separator::Bar if rest.starts_with(b"|") => 1,
            Separator::Line if rest.starts_with("│".as_bytes()) => 3,
            Separator::Tab if rest.starts_with(b"\t") => 1,
            Separator::Comma if rest.starts_with(b",") => 1,
            Separator::Semicolon if rest.starts_with(b";") => 1,
            Separator::Blanks if rest.starts_with(b"  ") => 2,
            _ => 0,
        };
        if width > 0 {
            push(&mut cells, start, at);
            at += width;
            start = at;
        } else {
            at += 1;
        }
        if cells.len() > MOST_COLUMNS {
            return cells;
        }
    }
    push(&mut cells, start, bytes.len());
    // The bars at both ends of a row have nothing beyond them.
    if matches!(separator, Separator::Bar | Separator::Line) {
        cells.retain(|(start, end)| start < end);
    }
    cells
}
