//! Paths into what a command printed as JSON or as a table: `items[status.phase=Pending].metadata.name`.
//!
//! Owns the paths' grammar, how values compare and how a number is read. A table is a list of rows, each with its
//! cells under their titles, so one grammar serves both. A key on a list goes to each of its items. What is not there
//! compares like an empty text. Knows nothing of steps.

use std::borrow::Cow;

use regex::Regex;
use serde_json::Value;

use super::pattern::Pattern;
use super::template::{Filled, Values};

/// Matches of one path that are followed; a list of more rows than this is told by its first ones.
const MOST_MATCHES: usize = 10_000;

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Is,
    IsNot,
    Above,
    Below,
    AtLeast,
    AtMost,
}

impl Operator {
    /// The operators as they are written, longer ones first.
    const ALL: [(&'static str, Operator); 6] = [
        ("!=", Operator::IsNot),
        (">=", Operator::AtLeast),
        ("<=", Operator::AtMost),
        ("=", Operator::Is),
        (">", Operator::Above),
        ("<", Operator::Below),
    ];

    pub fn parse(text: &str) -> Option<Operator> {
        Operator::ALL.iter().find(|(written, _)| *written == text).map(|(_, operator)| *operator)
    }

    pub fn written(self) -> &'static str {
        Operator::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(written, _)| written)
    }

    /// Equal as text or as numbers; larger and smaller only as numbers.
    pub fn holds(self, left: &str, right: &str) -> bool {
        let numbers = number(left).zip(number(right));
        let same = left == right || numbers.is_some_and(|(left, right)| left == right && plain(left));
        match self {
            Operator::Is => same,
            Operator::IsNot => !same,
            Operator::Above => numbers.is_some_and(|(left, right)| left > right),
            Operator::Below => numbers.is_some_and(|(left, right)| left < right),
            Operator::AtLeast => numbers.is_some_and(|(left, right)| left >= right),
            Operator::AtMost => numbers.is_some_and(|(left, right)| left <= right),
        }
    }
}

/// Whether a number is finite, so that its equality means something.
fn plain(number: f64) -> bool {
    number.is_finite()
}

/// The number a text begins with, its unit counted in: `85%`, `1.5GB`, `512Mi`, `250m`, or the seconds since 1970 of a
/// date as OpenSSL and curl write it (`Nov 21 19:22:08 2027 GMT`).
pub(super) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(date) = jiff::fmt::strtime::parse("%b %d %H:%M:%S %Y GMT", text) {
        return date.to_datetime().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| seconds(at.timestamp()));
    }
    let is_part = |character: char| character.is_ascii_digit() || character == '.';
    let digits = text.strip_prefix('-').unwrap_or(text);
    let length = digits.find(|character| !is_part(character)).unwrap_or(digits.len());
    let end = text.len() - digits.len() + length;
    let value: f64 = text.get(..end)?.parse().ok()?;
    let unit: String = text[end..].chars().take_while(char::is_ascii_alphabetic).collect();
    let power = |base: f64| {
        let letter = unit.chars().next()?.to_ascii_uppercase();
        "KMGTP".find(letter).and_then(|at| i32::try_from(at + 1).ok()).map(|at| base.powi(at))
    };
    match unit.as_str() {
        // A thousandth, as Kubernetes counts processors.
        "m" => Some(value / 1000.0),
        unit if unit.contains('i') => Some(value * power(1024.0).unwrap_or(1.0)),
        _ => Some(value * power(1000.0).unwrap_or(1.0)),
    }
}

#[allow(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in a double for longer than dates are")]
fn seconds(at: jiff::Timestamp) -> f64 {
    at.as_second() as f64
}

#[derive(Debug, Clone)]
enum Test {
    Compare(Operator, Filled),
    Match(Pattern),
    Mismatch(Pattern),
    Exists,
    Missing,
}

#[derive(Debug, Clone)]
enum Segment {
    /// Any of these.
    Key(Vec<String>),
    Index(usize),
    Filter(Vec<(Path, Test)>),
}

/// A path.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// As it was written; empty for one inside another.
    pub source: String,
    segments: Vec<Segment>,
}

/// Something a path led to: where it stands, and what it is.
pub(super) struct Found<'a> {
    pub place: String,
    pub value: &'a Value,
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Path, String> {
        let mut reader = Reader { rest: text };
        let path = reader.path()?;
        match reader.rest {
            "" => Ok(Path { source: text.to_owned(), ..path }),
            rest => Err(format!("`{rest}` cannot be read in the path `{text}`")),
        }
    }

    /// The slots its comparisons take.
    pub fn slots(&self) -> Vec<&str> {
        let mut slots = Vec::new();
        for segment in &self.segments {
            let Segment::Filter(tests) = segment else { continue };
            for (path, test) in tests {
                slots.extend(path.slots());
                match test {
                    Test::Compare(_, value) => slots.extend(value.slots()),
                    Test::Match(pattern) | Test::Mismatch(pattern) => slots.extend(pattern.slots()),
                    Test::Exists | Test::Missing => {}
                }
            }
        }
        slots
    }

    /// Its expressions.
    pub fn patterns(&self) -> Vec<&Pattern> {
        let mut patterns = Vec::new();
        for segment in &self.segments {
            let Segment::Filter(tests) = segment else { continue };
            for (path, test) in tests {
                patterns.extend(path.patterns());
                if let Test::Match(pattern) | Test::Mismatch(pattern) = test {
                    patterns.push(pattern);
                }
            }
        }
        patterns
    }

    /// The first of its columns that none of these rows has: they are another table's, or one in another language.
    pub fn missing_column(&self, rows: &Value) -> Option<&str> {
        let rows = rows.as_array().filter(|rows| !rows.is_empty())?;
        let is_there = |keys: &[String]| rows.iter().any(|row| keys.iter().any(|key| row.get(key).is_some()));
        let missing = self.keys().into_iter().find(|keys| !is_there(keys))?;
        missing.first().map(String::as_str)
    }

    fn keys(&self) -> Vec<&[String]> {
        let mut keys = Vec::new();
        for segment in &self.segments {
            match segment {
                Segment::Key(either) => keys.push(either.as_slice()),
                Segment::Filter(tests) => keys.extend(tests.iter().flat_map(|(path, _)| path.keys())),
                Segment::Index(_) => {}
            }
        }
        keys
    }

    /// Everything the path leads to, in the order it stands there; `null` is not there.
    pub fn find<'a>(&self, root: &'a Value, values: &Values) -> Vec<Found<'a>> {
        let mut found = vec![Found { place: String::new(), value: root }];
        for segment in &self.segments {
            let mut next = Vec::new();
            for at in found {
                step(segment, at, values, &mut next);
            }
            next.truncate(MOST_MATCHES);
            found = next;
        }
        found.retain(|found| !found.value.is_null());
        found
    }
}

fn step<'a>(segment: &Segment, at: Found<'a>, values: &Values, next: &mut Vec<Found<'a>>) {
    match (segment, at.value) {
        (Segment::Index(index), Value::Array(items)) => {
            if let Some(value) = items.get(*index) {
                next.push(Found { place: format!("{}[{index}]", at.place), value });
            }
        }
        (Segment::Key(keys), Value::Object(fields)) => {
            for key in keys {
                if let Some(value) = fields.get(key) {
                    next.push(Found { place: joined(&at.place, key), value });
                }
            }
        }
        (Segment::Filter(tests), Value::Object(_))
            if tests.iter().all(|(path, test)| holds(path, test, at.value, values)) =>
        {
            next.push(at);
        }
        (Segment::Key(_) | Segment::Filter(_), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                step(segment, Found { place: format!("{}[{index}]", at.place), value }, values, next);
            }
        }
        _ => {}
    }
}

fn joined(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

/// Whether one of the values a path leads to passes.
fn holds(path: &Path, test: &Test, item: &Value, values: &Values) -> bool {
    let found: Vec<Cow<'_, str>> = path.find(item, values).into_iter().map(|found| text(found.value)).collect();
    let matches = |pattern: &Pattern| {
        // One that cannot be used was told when the file was checked.
        let regex = pattern.regex(values).ok().flatten();
        regex.is_some_and(|regex: Cow<'_, Regex>| found.iter().any(|value| regex.is_match(value)))
    };
    match test {
        Test::Exists => !found.is_empty(),
        Test::Missing => found.is_empty(),
        Test::Match(pattern) => matches(pattern),
        Test::Mismatch(pattern) => !matches(pattern),
        Test::Compare(operator, wanted) => {
            let Some(wanted) = wanted.render(values) else { return false };
            match (operator, found.is_empty()) {
                (_, true) => operator.holds("", &wanted),
                // Not one of several may be what is not wanted.
                (Operator::IsNot, false) => found.iter().all(|value| operator.holds(value, &wanted)),
                (_, false) => found.iter().any(|value| operator.holds(value, &wanted)),
            }
        }
    }
}

/// A value as text. A mapping of plain values is written `a=1,b=2`, the way selectors are.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        Value::Object(fields) if fields.values().all(|field| !field.is_object() && !field.is_array()) => {
            let pairs: Vec<String> = fields.iter().map(|(name, field)| format!("{name}={}", text(field))).collect();
            Cow::Owned(pairs.join(","))
        }
        other => Cow::Owned(other.to_string()),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn path(&mut self) -> Result<Path, String> {
        let mut segments = Vec::new();
        loop {
            self.blanks();
            if self.take("[") {
                segments.push(self.bracket()?);
            } else {
                segments.push(Segment::Key(self.key()?));
            }
            if self.take(".") || self.rest.starts_with('[') {
                continue;
            }
            return Ok(Path { source: String::new(), segments });
        }
    }

    fn bracket(&mut self) -> Result<Segment, String> {
        let digits = self.rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(self.rest.len());
        if digits > 0 && self.rest[digits..].starts_with(']') {
            let index = self.rest[..digits].parse().map_err(|_| "the index is too large".to_owned())?;
            self.rest = &self.rest[digits + 1..];
            return Ok(Segment::Index(index));
        }
        let mut tests = Vec::new();
        loop {
            tests.push(self.test()?);
            self.blanks();
            if self.take("&") {
                continue;
            }
            return if self.take("]") { Ok(Segment::Filter(tests)) } else { Err("a `]` is missing".to_owned()) };
        }
    }

    fn test(&mut self) -> Result<(Path, Test), String> {
        self.blanks();
        if self.take("!") {
            return Ok((self.path()?, Test::Missing));
        }
        let path = self.path()?;
        self.blanks();
        if self.take("!~") {
            return Ok((path, Test::Mismatch(Pattern::read(&self.operand()?))));
        }
        if self.take("~") {
            return Ok((path, Test::Match(Pattern::read(&self.operand()?))));
        }
        for (written, operator) in Operator::ALL {
            if self.take(written) {
                return Ok((path, Test::Compare(operator, Filled::parse(&self.operand()?))));
            }
        }
        Ok((path, Test::Exists))
    }

    /// What a value is compared with: up to ` & ` or the bracket's end, or anything in quotes.
    fn operand(&mut self) -> Result<String, String> {
        self.blanks();
        if self.rest.starts_with('"') {
            return self.quoted();
        }
        let end = self.rest.find([']', '&']).ok_or("a `]` is missing")?;
        let (operand, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(operand.trim().to_owned())
    }

    /// One key, or several that `|` parts; in quotes a key is what it is.
    fn key(&mut self) -> Result<Vec<String>, String> {
        if self.rest.starts_with('"') {
            return Ok(vec![self.quoted()?]);
        }
        let ends = |character: char| ".[]=!~<>&\"".contains(character) || character.is_whitespace();
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        if end == 0 {
            return Err(format!("a name is missing before `{}`", self.rest));
        }
        let (key, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(key.split('|').map(str::to_owned).collect())
    }

    fn quoted(&mut self) -> Result<String, String> {
        let inside = self.rest.strip_prefix('"').unwrap_or(self.rest);
        let (text, rest) = inside.split_once('"').ok_or("a quote is not closed")?;
        let text = text.to_owned();
        self.rest = rest;
        Ok(text)
    }

    fn take(&mut self, expected: &str) -> bool {
        let after = self.rest.strip_prefix(expected);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, root: &Value) -> Vec<(String, String)> {
        let values = Values::from([("name".to_owned(), "b".to_owned())]);
        let path = Path::parse(path).unwrap();
        path.find(root, &values).into_iter().map(|found| (found.place, text(found.value).into_owned())).collect()
    }

    fn pods() -> Value {
        json!({"items": [
            {"name": "a", "state": {"waiting": {"reason": "ImagePullBackOff"}}, "restarts": 0, "labels": {"x/y": "1"}},
            {"name": "b", "state": {"running": {}}, "restarts": 12, "ready": true, "gone": null},
        ]})
    }

    #[test]
    fn a_path_tells_what_it_found_and_where() {
        assert_eq!(
            found("items.state.waiting.reason", &pods()),
            [("items[0].state.waiting.reason".to_owned(), "ImagePullBackOff".to_owned())]
        );
        assert_eq!(found("items[1].restarts", &pods()), [("items[1].restarts".to_owned(), "12".to_owned())]);
        assert_eq!(found("items.labels.\"x/y\"", &pods())[0].1, "1");
        assert_eq!(found("items.gone", &pods()), []);
    }

    #[test]
    fn filters_choose_items() {
        let cases = [
            ("items[restarts>3].name", "b"),
            ("items[restarts>=12 & ready=true].name", "b"),
            ("items[state.waiting.reason~^(Err)?ImagePull].name", "a"),
            ("items[state.waiting.reason!~Image].name", "b"),
            ("items[state.waiting].name", "a"),
            ("items[!state.waiting].name", "b"),
            ("items[ready!=true].name", "a"),
            ("items[name={name}].restarts", "12"),
            ("items[name=\"a\"].name", "a"),
            ("items[state.waiting|terminated.reason].missing|name", "a"),
        ];
        for (path, wanted) in cases {
            let told = found(path, &pods());
            assert_eq!(told.len(), 1, "{path}: {told:?}");
            assert_eq!(told[0].1, wanted, "{path}");
        }
        assert_eq!(found("items[name={unknown}].name", &pods()), []);
    }

    #[test]
    fn a_mapping_is_written_as_a_selector() {
        assert_eq!(found("s", &json!({"s": {"app": "web", "tier": 2}}))[0].1, "app=web,tier=2");
    }

    #[test]
    fn numbers_are_read_with_their_units() {
        let cases = [
            ("85%", 85.0),
            ("1.5GB", 1.5e9),
            ("512Mi", 512.0 * 1024.0 * 1024.0),
            ("250m", 0.25),
            ("1.2kB (40%)", 1200.0),
            ("-3", -3.0),
            ("Jan  1 00:00:10 1970 GMT", 10.0),
        ];
        for (text, wanted) in cases {
            assert_eq!(number(text), Some(wanted), "{text}");
        }
        for text in ["", "x", "-", "."] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn larger_and_smaller_are_only_for_numbers() {
        assert!(Operator::Above.holds("10", "9") && !Operator::Above.holds("b", "a"));
        assert!(Operator::Is.holds("1.0", "1") && !Operator::Is.holds("a", "b"));
    }

    #[test]
    fn a_path_that_cannot_be_read_is_an_error() {
        for path in ["", ".a", "a[", "a[b", "a[b=]x", "a..b", "a[~(]", "a[\"b]", "a b"] {
            assert!(Path::parse(path).is_err(), "{path}");
        }
    }
}
