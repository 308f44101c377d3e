//! YAML inside a skill file, read within bounds.
//!
//! Owns what a block may cost before it is read as anything: how deep it nests,
//! how much its aliases expand to, and that no key stands twice in one place.
//! A file of a megabyte could otherwise ask for terabytes, or for minutes.
//! Knows nothing of what a block means.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess};
use serde_yaml::{Mapping, Value};

use super::problem::{Problem, shortened};

/// Brackets that may stand open; the scanner's time grows with the square of their number.
const MOST_OPEN: usize = 100;
/// Bytes of all scalars with their aliases written out.
const MOST_BYTES: usize = 8 << 20;

/// Reads `text`, which begins on `first_line` of the file.
///
/// # Errors
/// What is wrong with it, with its line in the file.
pub fn read<T: DeserializeOwned>(text: &str, first_line: u32) -> Result<T, Problem> {
    if let Some((line, column)) = too_deep(text) {
        let text = format!("more than {MOST_OPEN} brackets stand open here");
        return Err(Problem::new(first_line + line, text).column(column).hint("close them, or nest less"));
    }
    let budget = Cell::new(MOST_BYTES);
    let plain = Cell::new(true);
    let weigh = Weigh { budget: &budget, plain: &plain };
    let weighed = weigh.deserialize(serde_yaml::Deserializer::from_str(text));
    let kept = weighed.map(|value| if plain.get() { serde_yaml::from_value(value).ok() } else { None });
    // Read a second time only where the value says less than the text: whether a word was a number, and which line is
    // wrong.
    kept.and_then(|kept| kept.map_or_else(|| serde_yaml::from_str(text), Ok))
        .map_err(|error| problem(&error, text, first_line))
}

fn problem(error: &serde_yaml::Error, text: &str, first_line: u32) -> Problem {
    let place = error.location();
    let number = |number: usize| u32::try_from(number).unwrap_or(1);
    let (line, column) = place.as_ref().map_or((1, 1), |place| (number(place.line()), number(place.column())));
    let mut told = error.to_string();
    if let Some(place) = &place {
        // Lines of the block are not lines of the file.
        told = told.replace(&format!(" at line {} column {}", place.line(), place.column()), "");
    }
    let told = without_lines(&told);
    let line = repeated_key(&told, text, line).unwrap_or(line);
    let indent = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
    let tab = indent.chars().take_while(|character| character.is_whitespace()).any(|character| character == '\t');
    let hint = if tab { "indent with blanks, YAML takes no tabs" } else { "correct the YAML" };
    let last = u32::try_from(text.lines().count()).unwrap_or(1).max(1);
    Problem::new(first_line + line.clamp(1, last) - 1, shortened(&told)).column(column).hint(hint)
}

/// Where a key stands the second time: the parser only tells where its mapping begins.
fn repeated_key(told: &str, text: &str, mapping: u32) -> Option<u32> {
    let key = told.split_once("the key `")?.1.split_once("` stands there twice")?.0;
    let stands = |line: &str| {
        let line = line.trim_start_matches(['-', ' ', '{', '"', '\'']);
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    };
    let mut lines = (1..).zip(text.lines()).filter(|(number, line)| *number >= mapping && stands(line));
    lines.nth(1).map(|(number, _)| number)
}

/// Takes the further places out of a message: they count from the block's first line.
fn without_lines(told: &str) -> String {
    let mut words = told.split(' ').peekable();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        if word == "at" && words.peek() == Some(&"line") {
            // `line N column M`
            words.by_ref().take(4).for_each(drop);
        } else {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// Where too many brackets stand open: lines after the first, and the column.
fn too_deep(text: &str) -> Option<(u32, u32)> {
    let (mut open, mut line, mut column) = (0_usize, 0, 1);
    for character in text.chars() {
        match character {
            '[' | '{' => open += 1,
            ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MOST_OPEN {
            return Some((line, column));
        }
        (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    None
}

/// Reads a value of any form within what it may cost.
#[derive(Clone, Copy)]
struct Weigh<'a> {
    budget: &'a Cell<usize>,
    /// It holds nothing but text, numbers, lists and mappings.
    plain: &'a Cell<bool>,
}

impl Weigh<'_> {
    fn spend<E: serde::de::Error>(self, bytes: usize) -> Result<(), E> {
        match self.budget.get().checked_sub(bytes + 1) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(E::custom(format!("with its aliases written out it is larger than {} MiB", MOST_BYTES >> 20))),
        }
    }

    fn number<E: serde::de::Error>(self, number: impl Into<Value>) -> Result<Value, E> {
        self.spend(1).map(|()| number.into())
    }

    fn nothing<E: serde::de::Error>(self) -> Result<Value, E> {
        self.plain.set(false);
        self.spend(1).map(|()| Value::Null)
    }
}

impl<'de> DeserializeSeed<'de> for Weigh<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Weigh<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("text, a number, a list or a mapping")
    }

    fn visit_bool<E: serde::de::Error>(self, truth: bool) -> Result<Value, E> {
        self.number(truth)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Value, E> {
        self.number(number)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        self.number(number)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        self.number(number)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.nothing()
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.nothing()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.spend(text.len()).map(|()| Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            self.spend(0)?;
            all.push(item);
        }
        Ok(Value::Sequence(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = Mapping::new();
        while let Some(key) = entries.next_key_seed(self)? {
            if all.contains_key(&key) {
                // The later one would silently win.
                let shown = shortened(key.as_str().unwrap_or("this one"));
                return Err(serde::de::Error::custom(format!("the key `{shown}` stands there twice")));
            }
            let value = entries.next_value_seed(self)?;
            all.insert(key, value);
        }
        Ok(Value::Mapping(all))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        self.plain.set(false);
        let (_, value) = tagged.variant_seed(self)?;
        value.newtype_variant_seed(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn wrong(text: &str) -> Problem {
        read::<BTreeMap<String, serde_yaml::Value>>(text, 10).unwrap_err()
    }

    #[test]
    fn a_mistake_is_told_by_its_line_in_the_file() {
        let told = wrong("a: b\nc: [d\ne: f\n");
        assert!((11..=13).contains(&told.line), "{told:?}");
        assert!(!told.text.contains("line"), "{told:?}");
    }

    #[test]
    fn a_tab_is_named() {
        assert!(wrong("a:\n\tb: c\n").hint.contains("no tabs"), "{:?}", wrong("a:\n\tb: c\n"));
    }

    #[test]
    fn a_key_that_stands_twice_is_a_mistake() {
        assert!(wrong("a: 1\na: 2\n").text.contains("`a` stands there twice"));
    }

    #[test]
    fn aliases_that_multiply_are_stopped() {
        let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..12 {
            let inner = vec![format!("*a{}", level - 1); 9].join(", ");
            laughs.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        assert!(wrong(&laughs).text.contains("limit exceeded") || wrong(&laughs).text.contains("aliases"));
        let flat = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 1000].join(", "));
        assert!(wrong(&flat).text.contains("aliases written out"), "{:?}", wrong(&flat));
    }

    #[test]
    fn brackets_without_end_overflow_nothing_and_cost_no_time() {
        for deep in ["[", "{a: ", "- ", "? "] {
            let told = wrong(&deep.repeat(10_000));
            assert!(told.text.contains("brackets") || told.text.contains("limit") || told.text.contains("invalid"));
        }
    }
}
