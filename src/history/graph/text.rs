//! The graph as lines of text, as `graph` prints it.
//!
//! Owns the characters: UTF-8 or ASCII, oldest or newest first, cut to a width. Knows no terminal and no colour; a
//! row's word says what its sign means.

use super::{Cell, Kind, Page, Row};

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most columns a line takes.
    pub width: usize,
    /// Only characters of ASCII for the lines and signs.
    pub ascii: bool,
    /// The newest node above, as `git log` does.
    pub newest_first: bool,
}

/// Columns of the word that says what a row is.
const WORD: usize = 11;

/// The page's rows, each a line, each ended.
pub fn render(page: &Page, options: Options) -> String {
    let lanes = page.lanes().min(most_lanes(options.width));
    let ids = page.rows.iter().map(|row| row.short.chars().count()).max().unwrap_or_default();
    let days = page.spans_days();
    let mut out = String::new();
    let mut push = |row: &Row| {
        let mut line = strokes(row, lanes, options);
        let told = told(row, ids, days);
        line.push_str(&if options.ascii { told.replace('…', "...") } else { told });
        out.push_str(cut(line.trim_end(), options.width, options.ascii).as_str());
        out.push('\n');
    };
    if options.newest_first {
        page.rows.iter().rev().for_each(&mut push);
    } else {
        page.rows.iter().for_each(&mut push);
    }
    out
}

/// The most lanes that are drawn: a third of the width, so that something can be read beside them.
pub fn most_lanes(width: usize) -> usize {
    (width / 6).max(1)
}

/// Everything right of the lanes.
fn told(row: &Row, ids: usize, days: bool) -> String {
    format!(" {:ids$}  {}  {:WORD$}  {}", row.short, row.time(days), row.word(), row.told())
}

/// The lanes of a row, two columns each. A node beyond the last lane that fits stands in the last column.
pub fn strokes(row: &Row, lanes: usize, options: Options) -> String {
    let mut out = String::new();
    for lane in 0..lanes {
        let cell = row.cells.get(lane).copied().unwrap_or_default();
        let beyond = lane + 1 == lanes && row.cells.len() > lanes;
        let sign = if cell.node || (beyond && row.lane > lane) {
            sign(row, options.ascii)
        } else if beyond {
            if options.ascii { '>' } else { '»' }
        } else {
            stroke(cell, options)
        };
        out.push(sign);
        let across = cell.right.is_some() && lane + 1 < lanes;
        out.push(match (across, options.ascii) {
            (false, _) => ' ',
            (true, true) => '-',
            (true, false) => '─',
        });
    }
    out
}

/// The character of a cell without a node. Of a crossing the upright line is drawn, the other passes behind it.
fn stroke(cell: Cell, options: Options) -> char {
    let (up, down) = if options.newest_first { (cell.newer, cell.older) } else { (cell.older, cell.newer) };
    let characters = match (up.is_some(), down.is_some(), cell.left.is_some(), cell.right.is_some()) {
        (true, true, ..) => ['│', '|'],
        (true, false, true, true) => ['┴', '+'],
        (true, false, true, false) => ['╯', '\''],
        (true, false, false, true) => ['╰', '\''],
        (true, false, false, false) => ['╵', '|'],
        (false, true, true, true) => ['┬', '+'],
        (false, true, true, false) => ['╮', '.'],
        (false, true, false, true) => ['╭', '.'],
        (false, true, false, false) => ['╷', '|'],
        (false, false, true, _) | (false, false, _, true) => ['─', '-'],
        (false, false, false, false) => [' ', ' '],
    };
    characters[usize::from(options.ascii)]
}

/// The sign of a node.
fn sign(row: &Row, ascii: bool) -> char {
    let characters = match row.kind {
        _ if row.count > 1 => ['┆', ':'],
        Kind::Human => ['○', 'o'],
        Kind::Request => ['◎', '?'],
        Kind::Step { .. } => ['●', '*'],
        Kind::Approval { decision, .. } if decision.permits() => ['▲', '!'],
        Kind::Approval { .. } => ['△', 'x'],
        Kind::Answer => ['◇', '='],
        Kind::Commit => ['◆', '#'],
        Kind::Branch => ['◐', 'Y'],
        Kind::Merge => ['◑', 'M'],
        Kind::Fork => ['◒', 'F'],
        Kind::Recovery => ['◌', '~'],
        Kind::Drift => ['◊', '>'],
    };
    characters[usize::from(ascii)]
}

/// The line, or as much of it as fits with a mark that it goes on.
pub(super) fn cut(line: &str, width: usize, ascii: bool) -> String {
    if width_of(line) <= width {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut room = width.saturating_sub(1);
    for character in line.chars() {
        let columns = columns(character);
        if columns > room {
            break;
        }
        room -= columns;
        out.push(character);
    }
    if width > 0 {
        out.push(if ascii { '~' } else { '…' });
    }
    out
}

/// The most columns a line takes.
pub(super) fn width_of(line: &str) -> usize {
    line.chars().map(columns).sum()
}

/// The most columns a terminal gives a character. Rather too many: a line that is cut early stays within its width.
fn columns(character: char) -> usize {
    match character {
        // Latin to Georgian, punctuation, arrows, mathematics, lines, blocks and plain shapes.
        '\u{0}'..='\u{10ff}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}'
        | '\u{2190}'..='\u{2319}'
        | '\u{2500}'..='\u{25fc}' => 1,
        _ => 2,
    }
}
