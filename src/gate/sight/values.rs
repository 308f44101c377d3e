//! Expansions replaced by the values that the text itself gives: assignments,
//! defaults, and the blank that IFS is.
//!
//! One reading from the beginning to the end, as if every assignment happened.

use std::collections::BTreeMap;

/// What of a value can be a part of a name, at its beginning and at its end.
const PART: usize = 24;

/// The text with its variables replaced; `None` when there is nothing to replace.
pub(super) fn substituted(text: &str) -> Option<String> {
    if !text.contains('$') {
        return None;
    }
    let mut reader = Reader {
        out: String::with_capacity(text.len()),
        values: BTreeMap::from([("IFS".to_owned(), " ".to_owned())]),
        assignment: None,
        defaults: Vec::new(),
        single: false,
        double: false,
    };
    let mut rest = text;
    let mut at_word = true;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        if at_word && let Some(name) = assigned(rest) {
            reader.finish_assignment();
            let length = rest.find('=').unwrap_or_default() + 1;
            reader.out.push_str(&rest[..length]);
            reader.assignment = Some((name.to_owned(), reader.out.len()));
            rest = &rest[length..];
            at_word = false;
            continue;
        }
        at_word = false;
        match character {
            '$' => {
                rest = reader.expand(after);
                continue;
            }
            '}' if !reader.defaults.is_empty() => reader.finish_default(),
            '\'' if !reader.double => {
                reader.single = !reader.single;
                reader.out.push(character);
            }
            '"' if !reader.single => {
                reader.double = !reader.double;
                reader.out.push(character);
            }
            border if border.is_whitespace() || "|&;<>()`".contains(border) => {
                if !reader.single && !reader.double {
                    reader.finish_assignment();
                }
                at_word = true;
                reader.out.push(character);
            }
            other => reader.out.push(other),
        }
        rest = after;
    }
    Some(reader.out)
}

/// The name of an assignment that a text begins with.
fn assigned(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let after = &text[end..];
    (is_name && (after.starts_with('=') || after.starts_with("+="))).then(|| &text[..end])
}

struct Reader {
    out: String,
    values: BTreeMap<String, String>,
    /// The variable that is being set, and where its value begins in `out`.
    assignment: Option<(String, usize)>,
    /// Open `${name:-word}`: the name where the word becomes its value, and where the word begins.
    defaults: Vec<(Option<String>, usize)>,
    single: bool,
    double: bool,
}

impl Reader {
    /// Replaces one expansion; gives what follows it.
    fn expand<'a>(&mut self, after: &'a str) -> &'a str {
        let (braced, inner) = match after.strip_prefix('{') {
            Some(inner) => (true, inner.trim_start_matches(['!', '#'])),
            None => (false, after),
        };
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let digit = inner.starts_with(|c: char| c.is_ascii_digit());
        let end = if digit && !braced { 1 } else { end };
        if end == 0 {
            let special = inner.starts_with(['@', '*', '#', '?', '-', '!', '$']);
            return match (braced, special) {
                (false, false) => {
                    // `$(`, `$'` and a dollar by itself.
                    self.out.push('$');
                    after
                }
                (false, true) => &inner[1..],
                (true, _) => self.operator("", inner.get(usize::from(special)..).unwrap_or_default()),
            };
        }
        let name = &inner[..end];
        if braced {
            return self.operator(name, &inner[end..]);
        }
        if let Some(value) = self.values.get(name) {
            self.out.push_str(value);
        }
        &inner[end..]
    }

    /// The rest of `${name`: closed, or with an operator and its word.
    fn operator<'a>(&mut self, name: &str, rest: &'a str) -> &'a str {
        if let Some(value) = self.values.get(name) {
            self.out.push_str(value);
            // Whatever the operator does to the value is not worked out.
            return rest.find('}').map_or("", |end| &rest[end + 1..]);
        }
        let operator = rest.trim_start_matches(':');
        if let Some(word) = operator.strip_prefix(['-', '=', '+', '?']) {
            let keeps = operator.starts_with('=').then(|| name.to_owned());
            self.defaults.push((keeps, self.out.len()));
            return word;
        }
        rest.find('}').map_or("", |end| &rest[end + 1..])
    }

    fn finish_default(&mut self) {
        if let Some((Some(name), start)) = self.defaults.pop() {
            self.keep(name, start);
        }
    }

    fn finish_assignment(&mut self) {
        if let Some((name, start)) = self.assignment.take() {
            self.keep(name, start);
        }
    }

    fn keep(&mut self, name: String, start: usize) {
        let value = self.out.get(start..).unwrap_or_default();
        let plain = |c: &char| !"'\"\\".contains(*c);
        let kept = if value.len() <= 2 * PART {
            value.chars().filter(plain).collect()
        } else {
            let head: String = value.chars().filter(plain).take(PART).collect();
            let tail: Vec<char> = value.chars().rev().filter(plain).take(PART).collect();
            format!("{head} {}", tail.into_iter().rev().collect::<String>())
        };
        self.values.insert(name, kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str, expected: &str) {
        let found = substituted(text).unwrap_or_default();
        assert!(found.contains(expected), "{text}: {found}");
    }

    #[test]
    fn values_and_defaults_stand_where_the_variable_stood() {
        reads("X=rm; $X -rf d", "; rm -rf d");
        reads("a=r; b=m; $a$b -rf d", "; rm -rf d");
        reads("a=r b=${a}m; $b d", "; rm d");
        reads("${x:-rm} -rf", "rm -rf");
        reads("${x:=rm}; $x d", "; rm d");
        reads("rm${IFS}-rf${IFS%??}d", "rm -rf d");
        reads("r$@m d", "rm d");
        reads("r${1}m d", "rm d");
        reads("X='rm -rf'; $X d", "; rm -rf d");
        reads("${x:-${y:-rm}} d", "rm d");
        assert_eq!(substituted("no variable here"), None);
    }

    #[test]
    fn values_made_of_values_do_not_grow_without_end() {
        let mut text = "a0=xxxxxxxx;".to_owned();
        (1..500).for_each(|number| {
            let before = number - 1;
            text.push_str(&format!("a{number}=$a{before}$a{before}$a{before};"));
        });
        assert!(substituted(&text).unwrap().len() < 32 * text.len());
    }
}
