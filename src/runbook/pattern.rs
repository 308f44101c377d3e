//! A regular expression that may take the values of slots, as plain text.
//!
//! Owns when it is compiled and how a value becomes a part of it. Knows nothing of what it is looked for in.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::template::{Filled, Values};

/// Bytes a compiled expression may take: one with a value in it is compiled while a person waits.
const LARGEST: usize = 1 << 20;

/// An expression; `^` and `$` stand at the ends of lines. It is compiled when it is first asked for.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// As it was written.
    pub source: String,
    text: Filled,
    names: Vec<String>,
    /// When it needs no value.
    ready: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Reads an expression and leaves its proof to [`Pattern::problem`].
    pub fn read(text: &str) -> Pattern {
        let parts = text.split("(?<").skip(1).chain(text.split("(?P<").skip(1));
        let names = parts.filter_map(|rest| rest.split_once('>')).map(|(name, _)| name);
        // What follows `(?<` can also be a look-behind, which no name begins like.
        let names = names.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        Pattern {
            source: text.to_owned(),
            text: Filled::parse(text),
            names: names.map(str::to_owned).collect(),
            ready: OnceLock::new(),
        }
    }

    /// What is wrong with it, in words.
    pub fn problem(&self) -> Option<String> {
        let sample = self.text.slots().map(|slot| (slot.to_owned(), "x".to_owned())).collect();
        let error = compile(&self.text.render(&sample).unwrap_or_default()).err()?.to_string();
        // The last line of the error says what is wrong; those before draw where.
        let what = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Some(format!("the expression `{}` cannot be read: {what}", self.source))
    }

    /// The expression with its values; `None` when one is missing.
    ///
    /// # Errors
    /// It cannot be compiled, in words: it was never proved, or a value makes it too large.
    pub fn regex(&self, values: &Values) -> Result<Option<Cow<'_, Regex>>, String> {
        let unusable = || format!("the expression `{}` cannot be used", self.source);
        if self.text.slots().next().is_none() {
            let ready = self.ready.get_or_init(|| compile(&self.source).ok());
            return ready.as_ref().map(|ready| Some(Cow::Borrowed(ready))).ok_or_else(unusable);
        }
        match self.text.render_with(values, regex::escape) {
            None => Ok(None),
            Some(text) => compile(&text).map(|regex| Some(Cow::Owned(regex))).map_err(|_| unusable()),
        }
    }

    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.text.slots()
    }

    /// What its named groups capture.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

fn compile(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).multi_line(true).size_limit(LARGEST).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_an_expression_is_plain_text() {
        let pattern = Pattern::read(r"^(?<who>\w+) {name}$");
        assert_eq!(pattern.names(), ["who"]);
        let values = Values::from([("name".to_owned(), "a.b".to_owned())]);
        let regex = pattern.regex(&values).unwrap().unwrap();
        assert!(regex.is_match("one\nx a.b\n") && !regex.is_match("x aXb"));
        assert!(pattern.regex(&Values::new()).unwrap().is_none());
        assert_eq!(pattern.problem(), None);
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        let pattern = Pattern::read("(");
        assert!(pattern.problem().unwrap().contains("`(`"));
        assert!(pattern.regex(&Values::new()).is_err());
    }
}
