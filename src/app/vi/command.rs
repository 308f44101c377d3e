//! A command of vi's: how it is typed, and what it makes of a text.
//!
//! Owns counts, operators, moves and what was taken out last. Knows no screen.

use std::iter::{self, Peekable};
use std::ops::Range;
use std::str::Chars;

use super::text::Text;

/// The largest count, and the most letters that one command puts back.
const MOST: usize = 999;
const MOST_LETTERS: usize = 64 << 10;

/// `2d3fx`: a count, an operator, a move and the letter it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command {
    /// Both counts together; `None` where none was typed.
    count: Option<usize>,
    operator: Option<char>,
    what: char,
    with: Option<char>,
}

/// What one command leaves for the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What was taken out or yanked; whole lines end with a line's end.
    taken: String,
    /// The search in a line, as `f` and its letter.
    sought: Option<(char, char)>,
}

/// What of the way to a place an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    UpTo,
    With,
    Lines,
}

/// A command of these keys, once they are one.
pub(super) fn typed(keys: &str) -> Option<Command> {
    let mut keys = keys.chars().peekable();
    let first = number(&mut keys);
    let operator = keys.next_if(|key| "dcy".contains(*key));
    let second = operator.and_then(|_| number(&mut keys));
    let what = keys.next()?;
    let takes_one = if operator.is_some() { "gfFtTia" } else { "gfFtTr" }.contains(what);
    let with = if takes_one { Some(keys.next()?) } else { None };
    let count = match (first, second) {
        (Some(first), Some(second)) => Some((first * second).min(MOST)),
        (first, second) => first.or(second),
    };
    Some(Command { count, operator, what, with })
}

/// The number that comes next; a 0 alone is a move.
fn number(keys: &mut Peekable<Chars<'_>>) -> Option<usize> {
    let mut number: Option<usize> = None;
    while let Some(key) = keys.next_if(|key| key.is_ascii_digit() && (number.is_some() || *key != '0')) {
        let digit = key.to_digit(10).and_then(|digit| usize::try_from(digit).ok())?;
        number = Some((number.unwrap_or(0) * 10 + digit).min(MOST));
    }
    number
}

impl Command {
    pub fn count(&self) -> usize {
        self.count.unwrap_or(1)
    }

    /// Its letter, where that is all.
    pub fn alone(&self) -> Option<char> {
        self.operator.is_none().then_some(self.what)
    }

    /// Does it; true where what is typed next is text.
    pub fn run(self, text: &mut Text, memory: &mut Memory) -> bool {
        if let Some(operator) = self.operator {
            let span = self.span(operator, text, memory);
            return span.is_some_and(|(span, lines)| operate(operator, span, lines, text, memory));
        }
        let like = |operator, what| Command { operator: Some(operator), what, ..self };
        let (start, end) = (text.line_start(text.at), text.line_end(text.at));
        match self.what {
            'x' => return like('d', 'l').run(text, memory),
            'X' => return like('d', 'h').run(text, memory),
            'D' => return like('d', '$').run(text, memory),
            'C' => return like('c', '$').run(text, memory),
            's' => return like('c', 'l').run(text, memory),
            'S' => return like('c', 'c').run(text, memory),
            'Y' => return like('y', 'y').run(text, memory),
            'i' => return true,
            'a' => {
                text.at = (text.at + 1).min(end);
                return true;
            }
            'I' => {
                text.at = text.first_of_line(text.at);
                return true;
            }
            'A' => {
                text.at = end;
                return true;
            }
            'o' => {
                text.letters.insert(end, '\n');
                text.at = end + 1;
                return true;
            }
            'O' => {
                text.letters.insert(start, '\n');
                text.at = start;
                return true;
            }
            'p' | 'P' => put_back(text, &memory.taken, self.what == 'P', self.count()),
            'r' => {
                let last = text.at + self.count();
                if let Some(letter) = self.with.filter(|_| last <= end) {
                    text.letters.iter_mut().take(last).skip(text.at).for_each(|place| *place = letter);
                    text.at = last - 1;
                }
            }
            '~' => {
                let last = (text.at + self.count()).min(end);
                text.letters.iter_mut().take(last).skip(text.at).for_each(|place| *place = other_case(*place));
                text.at = last;
            }
            _ => {
                if let Some((to, _)) = self.reach(text, memory) {
                    text.at = to;
                }
            }
        }
        false
    }

    /// What the operator is for, and whether it is whole lines.
    fn span(&self, operator: char, text: &Text, memory: &mut Memory) -> Option<(Range<usize>, bool)> {
        let lines = |from: usize, to: usize| (text.line_start(from)..text.line_end(to), true);
        let at = text.at;
        let big = self.what == 'W';
        match (self.what, self.with) {
            (what, _) if what == operator => {
                let last = iter::successors(Some(at), |at| text.below(*at)).take(self.count()).last();
                return last.map(|last| lines(at, last));
            }
            ('i' | 'a', Some(object)) => return text.object(object, self.what == 'a').map(|span| (span, false)),
            // What is changed ends with the word, so that the blank behind it stays.
            ('w' | 'W', _) if operator == 'c' && !text.is_blank(at) => {
                let end = (1..self.count())
                    .fold(text.run_end(at, big), |end, _| text.word_end(end.saturating_sub(1), big) + 1);
                return Some((at..end.min(text.letters.len()), false));
            }
            _ => {}
        }
        let (to, taken) = self.reach(text, memory)?;
        let (from, to) = (at.min(to), at.max(to));
        Some(match taken {
            Taken::Lines => lines(from, to),
            Taken::With => (from..(to + 1).min(text.letters.len()), false),
            // The last word of a line goes without the line's end.
            Taken::UpTo if matches!(self.what, 'w' | 'W') => {
                let blanks = (from..to).rev().take_while(|place| text.is_blank(*place)).last().unwrap_or(to);
                (from..text.line_end(blanks).min(to), false)
            }
            Taken::UpTo => (from..to, false),
        })
    }

    /// Where its move leads.
    fn reach(&self, text: &Text, memory: &mut Memory) -> Option<(usize, Taken)> {
        let (at, count) = (text.at, self.count());
        let times = |step: &dyn Fn(usize) -> usize| (0..count).fold(at, |at, _| step(at));
        let line = |number: usize| {
            let line = iter::successors(Some(0), |at| text.below(*at)).take(number).last();
            line.map(|line| (text.first_of_line(line), Taken::Lines))
        };
        Some(match self.what {
            'h' => (at.saturating_sub(count).max(text.line_start(at)), Taken::UpTo),
            'l' | ' ' => ((at + count).min(text.line_end(at)), Taken::UpTo),
            'j' => (iter::successors(Some(at), |at| text.below(*at)).nth(count)?, Taken::Lines),
            'k' => (iter::successors(Some(at), |at| text.above(*at)).nth(count)?, Taken::Lines),
            '0' => (text.line_start(at), Taken::UpTo),
            '^' => (text.first_of_line(at), Taken::UpTo),
            '$' => (text.line_end(iter::successors(Some(at), |at| text.below(*at)).nth(count - 1)?), Taken::UpTo),
            'w' | 'W' => (times(&|at| text.next_word(at, self.what == 'W')), Taken::UpTo),
            'b' | 'B' => (times(&|at| text.word_before(at, self.what == 'B')), Taken::UpTo),
            'e' | 'E' => (times(&|at| text.word_end(at, self.what == 'E')), Taken::With),
            'G' => return line(self.count.unwrap_or(usize::MAX)),
            'g' if self.with == Some('g') => return line(count),
            'f' | 'F' | 't' | 'T' => {
                memory.sought = self.with.map(|letter| (self.what, letter));
                return seek(text, memory.sought?, count, false);
            }
            ';' => return seek(text, memory.sought?, count, true),
            ',' => {
                let (way, letter) = memory.sought?;
                let back = if way.is_lowercase() { way.to_ascii_uppercase() } else { way.to_ascii_lowercase() };
                return seek(text, (back, letter), count, true);
            }
            _ => return None,
        })
    }
}

/// The letter in the cursor's line; once more, `t` does not stay before the same one.
fn seek(text: &Text, (way, letter): (char, char), count: usize, again: bool) -> Option<(usize, Taken)> {
    let at = text.at;
    let before = matches!(way, 't' | 'T');
    let more = usize::from(before && again && count == 1);
    if way.is_lowercase() {
        let found = text.sought(letter, at + 1 + more..text.line_end(at), false, count)?;
        Some((if before { found - 1 } else { found }, Taken::With))
    } else {
        let found = text.sought(letter, text.line_start(at)..at.saturating_sub(more), true, count)?;
        Some((if before { found + 1 } else { found }, Taken::UpTo))
    }
}

/// Takes the span out or keeps it; true where text is to take its place.
fn operate(operator: char, span: Range<usize>, lines: bool, text: &mut Text, memory: &mut Memory) -> bool {
    let changes = operator == 'c';
    if span.is_empty() && !lines {
        if changes {
            text.at = span.start;
        }
        return changes;
    }
    memory.taken = text.letters.get(span.clone()).unwrap_or_default().iter().collect();
    if lines {
        memory.taken.push('\n');
    }
    match operator {
        'y' if lines => {}
        'y' => text.at = span.start,
        'd' if lines => {
            // The line's end goes with it, of the last line that before it.
            let is_last = span.end == text.letters.len();
            let start = if is_last { span.start.saturating_sub(1) } else { span.start };
            text.letters.drain(start..(span.end + 1).min(text.letters.len()));
            text.at = text.first_of_line(span.start.min(text.letters.len()));
        }
        _ => {
            text.letters.drain(span.clone());
            text.at = span.start;
        }
    }
    changes
}

/// What was taken: lines below or above, anything else behind the cursor or before it.
fn put_back(text: &mut Text, taken: &str, before: bool, count: usize) {
    let Some(times) = MOST_LETTERS.checked_div(taken.len()) else { return };
    let mut new: Vec<char> = taken.repeat(count.min(times.max(1))).chars().collect();
    let lines = taken.ends_with('\n');
    let place = match (lines, before) {
        (true, true) => text.line_start(text.at),
        (true, false) => {
            // The end of the line before them in place of their own.
            new.rotate_right(1);
            text.line_end(text.at)
        }
        (false, true) => text.at,
        (false, false) => (text.at + 1).min(text.line_end(text.at)),
    };
    let last = place + new.len() - 1;
    let behind = text.letters.split_off(place);
    text.letters.extend(new);
    text.letters.extend(behind);
    text.at = if lines { text.first_of_line(place + usize::from(!before)) } else { last };
}

fn other_case(letter: char) -> char {
    let other: Vec<char> = match letter.is_lowercase() {
        true => letter.to_uppercase().collect(),
        false => letter.to_lowercase().collect(),
    };
    match other.as_slice() {
        [one] => *one,
        _ => letter,
    }
}
