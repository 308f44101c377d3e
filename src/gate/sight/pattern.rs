//! Words with places where anything may stand: globs, brace lists, and what is
//! left when an expansion is taken out.
//!
//! Over-approximates: an expansion within a word is any text, a list in braces
//! is cut into what stands before it and what stands after it.

use std::collections::BTreeSet;

/// Any text, and any one character. Neither can be part of a word, because control characters end words.
const ANY: char = '\u{1}';
const ONE: char = '\u{2}';

/// More patterns than this in one line are taken for the one that fits everything.
const MOST: usize = 256;
/// Longer ones fit no word of a rule.
const LONGEST: usize = 96;

/// One pattern over a whole word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern(String);

impl Pattern {
    pub fn matches(&self, word: &str) -> bool {
        // Programs, verbs and options are plain ASCII.
        let (pattern, word) = (self.0.as_bytes(), word.as_bytes());
        let (any, one) = (ANY as u8, ONE as u8);
        let (mut at, mut seen) = (0, 0);
        // The last place of ANY, and what of the word it has taken so far.
        let mut back: Option<(usize, usize)> = None;
        while seen < word.len() {
            match pattern.get(at) {
                Some(&character) if character == any => {
                    back = Some((at, seen));
                    at += 1;
                }
                Some(&character) if character == one || character == word[seen] => {
                    at += 1;
                    seen += 1;
                }
                _ => {
                    let Some((place, taken)) = back else { return false };
                    back = Some((place, taken + 1));
                    at = place + 1;
                    seen = taken + 1;
                }
            }
        }
        pattern[at..].iter().all(|character| *character == any)
    }
}

/// The patterns of a text.
pub(super) fn patterns(text: &str) -> BTreeSet<Pattern> {
    if !text.contains(['$', '`', '{', '[', '*', '?']) {
        return BTreeSet::new();
    }
    let mut reader = Reader { word: String::new(), is_expanded: false, found: BTreeSet::new() };
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mut after = &rest[character.len_utf8()..];
        match character {
            '\\' => {
                let next = after.chars().next();
                if let Some(next) = next.filter(|next| *next != '\n') {
                    reader.word.push(next);
                }
                after = &after[next.map_or(0, char::len_utf8)..];
            }
            '\'' | '"' => {}
            '$' => match after.chars().next() {
                Some('\'' | '"') => {}
                Some('(' | '{') => reader.expansion_begins(),
                Some(next) if next.is_ascii_alphanumeric() || "_@*#?-!$".contains(next) => {
                    let is_name = next.is_ascii_alphabetic() || next == '_';
                    let length = if is_name { name_length(after) } else { 1 };
                    after = &after[length..];
                    reader.wild(ANY, true);
                }
                _ => {}
            },
            '`' => {
                reader.expansion_begins();
                reader.wild(ANY, true);
            }
            '{' if is_list(after) => reader.expansion_begins(),
            ')' | '}' => {
                reader.end();
                reader.wild(ANY, true);
            }
            '[' => match class_length(after) {
                Some(length) => {
                    after = &after[length..];
                    reader.wild(ONE, false);
                }
                None => reader.end(),
            },
            '*' => reader.wild(ANY, false),
            '?' => reader.wild(ONE, false),
            border if border.is_whitespace() || border.is_control() || "|&;<>({,]=".contains(border) => reader.end(),
            other => reader.word.push(other),
        }
        rest = after;
    }
    reader.end();
    if reader.found.len() > MOST { BTreeSet::from([Pattern(ANY.to_string())]) } else { reader.found }
}

struct Reader {
    word: String,
    /// Whether an expansion, not only a glob, stands in the word.
    is_expanded: bool,
    found: BTreeSet<Pattern>,
}

impl Reader {
    fn wild(&mut self, mark: char, is_expansion: bool) {
        self.is_expanded |= is_expansion;
        if !(mark == ANY && self.word.ends_with(ANY)) {
            self.word.push(mark);
        }
    }

    /// What the expansion gives is read for itself; the word before it goes on into it.
    fn expansion_begins(&mut self) {
        self.wild(ANY, true);
        self.end();
    }

    fn end(&mut self) {
        let word = std::mem::take(&mut self.word);
        let is_expanded = std::mem::take(&mut self.is_expanded);
        let last = word.rsplit('/').next().unwrap_or(&word);
        if !last.contains([ANY, ONE]) || last.len() > LONGEST || self.found.len() > MOST {
            return;
        }
        let letters = last.chars().filter(|character| character.is_alphanumeric()).count();
        // `*` and `s*` are operands and regular expressions far more often than programs; `/bin/r?` and `r$x` are not.
        let is_path = word.starts_with('/');
        let only_ones = !last.contains(ANY) && !last.starts_with('-');
        let telling = letters > 1 || (letters == 1 && (is_expanded || is_path)) || (is_path && only_ones);
        if telling {
            self.found.insert(Pattern(last.to_owned()));
        }
    }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// Whether what follows a `{` is a list of words, and not a count of a regular expression or a block of a program.
fn is_list(text: &str) -> bool {
    let mut end = text.char_indices().take(LONGEST).filter(|(_, c)| *c == '{' || *c == '}' || c.is_whitespace());
    let (inner, after) = text.split_at(end.next().map_or(text.len(), |(end, _)| end));
    (inner.contains(',') || inner.contains("..") || after.starts_with('{'))
        && (inner.is_empty() || inner.contains(|c: char| c.is_alphabetic()))
}

/// The length, with the closing `]`, of a class such as `[a-z]` that can stand for a letter.
fn class_length(text: &str) -> Option<usize> {
    let end =
        text.char_indices().skip(1).take(64).find(|(_, c)| *c == ']' || c.is_whitespace() || "$'\"`".contains(*c));
    let (end, _) = end.filter(|(_, c)| *c == ']')?;
    text[..end].contains(|c: char| c.is_alphabetic() || c == '!' || c == '^').then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(text: &str, word: &str) -> bool {
        patterns(text).iter().any(|pattern| pattern.matches(word))
    }

    #[test]
    fn a_name_behind_a_pattern_or_an_expansion_is_found() {
        for text in [
            "/bin/r?",
            "/bin/r[m]",
            "/bin/??",
            "/usr/bin/*m",
            "r$@m",
            "r${x}m",
            "r$(printf m)",
            "$(printf r)m",
            "r`x`m",
            "{r,}m",
            "r{m,}",
            "/bin/[r]m",
            "/b*/r[l-n]",
            "r$'m'$x",
            "\"r$x\"m",
        ] {
            assert!(hides(text, "rm"), "{text}: {:?}", patterns(text));
        }
    }

    #[test]
    fn what_stands_for_anything_alone_is_not_taken_for_a_name() {
        for text in ["*", "ls *", "$x", "`date`", r"s/\s*$//", "a{2,3}", "{print $1}", "$(date)", "[ -n x ]", "x[0]"] {
            assert!(!hides(text, "rm") && !hides(text, "dd") && !hides(text, "shred"), "{text}: {:?}", patterns(text));
        }
    }

    #[test]
    fn so_many_patterns_that_none_can_be_looked_at_fit_everything() {
        let text: String = (0..300).map(|number| format!("/q{number}*z ")).collect();
        assert!(hides(&text, "rm"));
    }
}
