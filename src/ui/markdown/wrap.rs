//! Text laid into rows of a width.
//!
//! Owns where a row breaks: at blanks, and inside a word only when the word
//! alone is wider than a row. Widths are those of terminals: a character can
//! take two columns or none. Knows no style but carries one along.

use unicode_width::UnicodeWidthStr;

/// Columns between tab stops, as in terminals.
const TAB: usize = 8;

/// The text in rows of at most `width` columns (zero counts as one). Blanks at the start of a line stay, blanks at a
/// break go; every line end begins a new row. Text must have passed `output::escape`.
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    rows(&[(text.to_owned(), ())], width)
        .into_iter()
        .map(|row| row.into_iter().map(|(text, ())| text).collect())
        .collect()
}

/// A row of a screen: runs of one style.
pub(in crate::ui) type Row<S> = Vec<(String, S)>;

/// The same for text in several styles.
pub(in crate::ui) fn rows<S: Copy + PartialEq>(pieces: &[(String, S)], width: u16) -> Vec<Row<S>> {
    lines(pieces).into_iter().flat_map(|line| Flow::new(width).lay(&line)).collect()
}

/// Rows that break only where they are full: code keeps its blanks.
pub(super) fn cut<S: Copy + PartialEq>(pieces: &[(String, S)], width: u16) -> Vec<Row<S>> {
    let cut_line = |line: Vec<Cell<'_, S>>| {
        let mut flow = Flow::new(width);
        for cell in &line {
            flow.force(cell);
        }
        flow.finish()
    };
    lines(pieces).into_iter().flat_map(cut_line).collect()
}

/// Columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// What cannot be divided: a character with the marks that sit on it.
#[derive(Clone, Copy)]
struct Cell<'a, S> {
    text: &'a str,
    style: S,
    columns: usize,
}

impl<S> Cell<'_, S> {
    fn is_blank(&self) -> bool {
        self.text == " "
    }
}

/// The cells of every line; tabs become the blanks they stand for.
fn lines<S: Copy>(pieces: &[(String, S)]) -> Vec<Vec<Cell<'_, S>>> {
    let mut lines = vec![Vec::new()];
    let mut column = 0;
    for (text, style) in pieces {
        for text in clusters(text) {
            let Some(line) = lines.last_mut() else { continue };
            match text {
                "\n" => {
                    lines.push(Vec::new());
                    column = 0;
                }
                "\t" => {
                    let blanks = TAB - column % TAB;
                    line.extend(std::iter::repeat_n(Cell { text: " ", style: *style, columns: 1 }, blanks));
                    column += blanks;
                }
                text => {
                    let columns = text.width();
                    line.push(Cell { text, style: *style, columns });
                    column += columns;
                }
            }
        }
    }
    lines
}

/// Characters, each with the characters without width that follow it.
fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut characters = rest.char_indices();
        let (_, first) = characters.next()?;
        let end = match first {
            '\n' | '\t' => 1,
            _ => characters
                .find(|(at, c)| {
                    matches!(c, '\n' | '\t') || rest.get(*at..at + c.len_utf8()).is_some_and(|text| text.width() > 0)
                })
                .map_or(rest.len(), |(at, _)| at),
        };
        let (cluster, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(cluster)
    })
}

/// One line on its way into rows.
struct Flow<S> {
    width: usize,
    done: Vec<Row<S>>,
    row: Row<S>,
    used: usize,
}

impl<S: Copy + PartialEq> Flow<S> {
    fn new(width: u16) -> Flow<S> {
        Flow { width: usize::from(width.max(1)), done: Vec::new(), row: Vec::new(), used: 0 }
    }

    fn lay(mut self, line: &[Cell<'_, S>]) -> Vec<Row<S>> {
        let mut blanks: &[Cell<'_, S>] = &[];
        for run in line.chunk_by(|one, next| one.is_blank() == next.is_blank()) {
            if run.first().is_some_and(Cell::is_blank) {
                blanks = run;
                continue;
            }
            let word: usize = run.iter().map(|cell| cell.columns).sum();
            if self.used + blanks.len() + word <= self.width {
                self.all(blanks);
            } else if self.used > 0 {
                self.next_row();
            } else if blanks.len() < self.width {
                // An indented word that is wider than the row keeps its indent.
                self.all(blanks);
            }
            self.all(run);
            blanks = &[];
        }
        self.finish()
    }

    fn all(&mut self, cells: &[Cell<'_, S>]) {
        for cell in cells {
            self.force(cell);
        }
    }

    fn force(&mut self, cell: &Cell<'_, S>) {
        // What is wider than a whole row can only be stood in for.
        let (text, columns) = if cell.columns > self.width { ("…", 1) } else { (cell.text, cell.columns) };
        if self.used + columns > self.width {
            self.next_row();
        }
        self.used += columns;
        match self.row.last_mut() {
            Some((run, style)) if *style == cell.style => run.push_str(text),
            _ => self.row.push((text.to_owned(), cell.style)),
        }
    }

    fn next_row(&mut self) {
        self.done.push(std::mem::take(&mut self.row));
        self.used = 0;
    }

    fn finish(mut self) -> Vec<Row<S>> {
        self.next_row();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_break_at_blanks() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrap("  indented  text", 80), ["  indented  text"]);
        assert_eq!(wrap("a\n\nb", 80), ["a", "", "b"]);
        assert_eq!(wrap("", 80), [""]);
    }

    #[test]
    fn a_word_wider_than_a_row_is_cut() {
        assert_eq!(wrap("see abcdefghij now", 4), ["see", "abcd", "efgh", "ij", "now"]);
        assert_eq!(wrap("  abcdef", 4), ["  ab", "cdef"]);
    }

    #[test]
    fn wide_characters_take_two_columns_and_marks_none() {
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
        assert_eq!(wrap("日a", 1), ["…", "a"]);
    }

    #[test]
    fn tabs_reach_the_next_stop() {
        assert_eq!(wrap("ab\tc", 80), ["ab      c"]);
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked_and_no_word_is_lost(text in "[a-z é日\n\t]{0,80}", width in 2_u16..30) {
            let rows = wrap(&text, width);
            for row in &rows {
                prop_assert!(row.width() <= usize::from(width), "{row:?}");
            }
            let ink = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(ink(&rows.concat()), ink(&text));
        }
    }
}
