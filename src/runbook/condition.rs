//! What a step must have shown for a way to be taken.
//!
//! Owns the tests, what they capture and what they show as evidence. All tests of a condition must hold; what one
//! captures is there for the next. Knows nothing of where a way leads.

use std::collections::BTreeSet;

use regex::{Captures, Regex};

use super::path::{self, Operator, Path};
use super::pattern::Pattern;
use super::template::{Filled, Values, is_slot_name, shown};
use super::view::View;

/// Lines and places that one test shows as evidence.
const MOST_SHOWN: usize = 5;
/// The group that chooses among several matches: the largest number is taken.
const LARGEST: &str = "most";

/// Where a value is read.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Output(Pattern),
    Error(Pattern),
    Json(Path),
    Table(Path),
}

#[derive(Debug, Clone)]
enum Test {
    Exit { code: i32, not: bool },
    Shows { source: Source, keep: Option<String> },
    Lacks(Source),
    Given(String),
    Unknown(String),
    Compare { left: Filled, operator: Operator, right: Filled, of: Option<Filled> },
}

/// Tests that must all hold.
#[derive(Debug, Clone)]
pub struct Condition {
    tests: Vec<Test>,
}

/// A word of a bullet, or what stands there between backticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Bare(String),
    Quoted(String),
}

impl Token {
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Token::Bare(bare) if bare == word)
    }
}

/// Cuts a bullet; a colon at a word's end or behind a backtick is a separator of its own.
///
/// # Errors
/// A backtick that is not closed.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            tokens.push(Token::Quoted(piece.to_owned()));
            continue;
        }
        for word in piece.split_whitespace() {
            let bare = word.trim_end_matches([':', ',']);
            if !bare.is_empty() {
                tokens.push(Token::Bare(bare.to_owned()));
            }
        }
    }
    if text.matches('`').count() % 2 == 1 { Err("a backtick is not closed".to_owned()) } else { Ok(tokens) }
}

/// Words from the front of a bullet.
pub(super) struct Cursor<'a> {
    tokens: &'a [Token],
}

impl<'a> Cursor<'a> {
    pub fn new(tokens: &'a [Token]) -> Cursor<'a> {
        Cursor { tokens }
    }

    pub fn take(&mut self, word: &str) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if first.is(word) => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    pub fn bare(&mut self, what: &str) -> Result<&'a str, String> {
        match self.tokens.split_first() {
            Some((Token::Bare(word), rest)) => {
                self.tokens = rest;
                Ok(word)
            }
            _ => Err(format!("{what} is missing")),
        }
    }

    pub fn quoted(&mut self, what: &str) -> Result<&'a str, String> {
        match self.tokens.split_first() {
            Some((Token::Quoted(text), rest)) => {
                self.tokens = rest;
                Ok(text)
            }
            _ => Err(format!("{what} between backticks is missing")),
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.tokens.is_empty()
    }

    pub fn name(&mut self) -> Result<String, String> {
        let name = self.bare("a name")?;
        if is_slot_name(name) { Ok(name.to_owned()) } else { Err(format!("`{name}` cannot be a value's name")) }
    }
}

impl Source {
    pub fn parse(cursor: &mut Cursor<'_>) -> Result<Source, String> {
        match cursor.bare("output, error, json or table")? {
            "output" => Ok(Source::Output(Pattern::read(cursor.quoted("an expression")?))),
            "error" => Ok(Source::Error(Pattern::read(cursor.quoted("an expression")?))),
            "json" => Ok(Source::Json(Path::parse(cursor.quoted("a path")?)?)),
            "table" => Ok(Source::Table(Path::parse(cursor.quoted("a path")?)?)),
            other => Err(format!("`{other}` is none of output, error, json and table")),
        }
    }

    pub fn slots(&self) -> Vec<&str> {
        match self {
            Source::Output(pattern) | Source::Error(pattern) => pattern.slots().collect(),
            Source::Json(path) | Source::Table(path) => path.slots(),
        }
    }

    /// Its expressions.
    pub fn patterns(&self) -> Vec<&Pattern> {
        match self {
            Source::Output(pattern) | Source::Error(pattern) => vec![pattern],
            Source::Json(path) | Source::Table(path) => path.patterns(),
        }
    }

    /// That nothing of it is there, as evidence.
    fn lack(&self) -> String {
        match self {
            Source::Output(pattern) => format!("no output matches {}", shown(&pattern.source)),
            Source::Error(pattern) => format!("no error output matches {}", shown(&pattern.source)),
            Source::Json(path) | Source::Table(path) => format!("nothing at {}", shown(&path.source)),
        }
    }

    fn names(&self) -> &[String] {
        match self {
            Source::Output(pattern) | Source::Error(pattern) => pattern.names(),
            Source::Json(_) | Source::Table(_) => &[],
        }
    }

    /// The value that `name` takes from here.
    pub fn value(&self, name: &str, view: &View<'_>, values: &Values) -> Result<Option<String>, String> {
        let Some(seen) = self.look(view, values)? else { return Ok(None) };
        Ok(Some(seen.captured.get(name).cloned().unwrap_or(seen.first)))
    }

    fn look(&self, view: &View<'_>, values: &Values) -> Result<Option<Seen>, String> {
        match self {
            Source::Output(pattern) => {
                Ok(pattern.regex(values)?.and_then(|regex| in_text(pattern, &regex, view.stdout)))
            }
            Source::Error(pattern) => {
                Ok(pattern.regex(values)?.and_then(|regex| in_text(pattern, &regex, view.stderr)))
            }
            Source::Json(path) => {
                let found = path.find(view.json()?, values);
                let shows = |found: &path::Found<'_>| format!("{}: {}", found.place, shown(&path::text(found.value)));
                Ok(first(&found, shows))
            }
            Source::Table(path) => {
                let rows = view.rows()?;
                if let Some(column) = path.missing_column(rows) {
                    return Err(format!("the table has no column `{}`", shown(column)));
                }
                let found = path.find(rows, values);
                let shows = |found: &path::Found<'_>| {
                    let index = found.place.strip_prefix('[').and_then(|rest| rest.split(']').next()?.parse().ok());
                    shown(&index.and_then(|index| view.row(index)).unwrap_or_default())
                };
                Ok(first(&found, shows))
            }
        }
    }
}

/// What was found in one source.
struct Seen {
    first: String,
    captured: Values,
    evidence: Vec<String>,
}

fn first(found: &[path::Found<'_>], shows: impl Fn(&path::Found<'_>) -> String) -> Option<Seen> {
    let first = path::text(found.first()?.value).trim().to_owned();
    let mut evidence: Vec<String> = found.iter().take(MOST_SHOWN).map(shows).collect();
    evidence.dedup();
    Some(Seen { first, captured: Values::new(), evidence })
}

/// The match with the largest number in its group `most`; of equal ones the first.
fn largest<'t>(regex: &Regex, text: &'t str) -> Option<Captures<'t>> {
    let mut best: Option<(f64, Captures<'t>)> = None;
    for captures in regex.captures_iter(text) {
        let Some(number) = captures.name(LARGEST).and_then(|most| path::number(most.as_str())) else { continue };
        if best.as_ref().is_none_or(|(most, _)| number > *most) {
            best = Some((number, captures));
        }
    }
    best.map(|(_, captures)| captures)
}

fn in_text(pattern: &Pattern, regex: &Regex, text: &str) -> Option<Seen> {
    let several = pattern.names().iter().any(|name| name == LARGEST);
    let captures = if several { largest(regex, text)? } else { regex.captures(text)? };
    let named = regex.capture_names().flatten();
    let captured = named.filter_map(|name| Some((name.to_owned(), captures.name(name)?.as_str().trim().to_owned())));
    let captured: Values = captured.collect();
    let whole = captures.get(0).map_or(0, |whole| whole.start());
    let mut evidence = Vec::new();
    let all = regex.find_iter(text).filter(|found| captures.name(LARGEST).is_none_or(|_| found.start() == whole));
    for found in all {
        let start = text[..found.start()].rfind('\n').map_or(0, |at| at + 1);
        let end = text[found.end()..].find('\n').map_or(text.len(), |at| found.end() + at);
        let lines = text[start..end].lines().map(str::trim_end).filter(|line| !line.is_empty());
        for line in lines {
            let line = shown(&line.replace('\t', "  "));
            if evidence.last() != Some(&line) {
                evidence.push(line);
            }
        }
        if evidence.len() >= MOST_SHOWN {
            evidence.truncate(MOST_SHOWN);
            break;
        }
    }
    Some(Seen { first: captures[0].trim().to_owned(), captured, evidence })
}

impl Condition {
    /// Reads tests up to the end of the tokens.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(super) fn parse(tokens: &[Token]) -> Result<Condition, String> {
        let mut cursor = Cursor::new(tokens);
        let mut tests = vec![test(&mut cursor)?];
        while cursor.take("and") {
            tests.push(test(&mut cursor)?);
        }
        if cursor.is_at_end() { Ok(Condition { tests }) } else { Err("tests are joined by `and`".to_owned()) }
    }

    /// The names its tests give a value.
    pub(super) fn captures(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for test in &self.tests {
            if let Test::Shows { source, keep } = test {
                names.extend(source.names().iter().chain(keep).map(String::as_str));
            }
        }
        names
    }

    /// The names that are known when it holds, because it asks for them.
    pub(super) fn given(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().filter_map(|test| match test {
            Test::Given(name) => Some(name.as_str()),
            _ => None,
        })
    }

    pub(super) fn slots(&self) -> Vec<&str> {
        let mut slots = Vec::new();
        for test in &self.tests {
            match test {
                Test::Shows { source, .. } | Test::Lacks(source) => slots.extend(source.slots()),
                Test::Compare { left, right, of, .. } => {
                    slots.extend(left.slots().chain(right.slots()).chain(of.iter().flat_map(Filled::slots)));
                }
                Test::Given(name) | Test::Unknown(name) => slots.push(name),
                Test::Exit { .. } => {}
            }
        }
        slots
    }

    pub(super) fn patterns(&self) -> Vec<&Pattern> {
        let sources = self.tests.iter().filter_map(|test| match test {
            Test::Shows { source, .. } | Test::Lacks(source) => Some(source),
            _ => None,
        });
        sources.flat_map(Source::patterns).collect()
    }

    /// Whether it looks at how the command failed, so that a failure may lead on from here.
    pub(super) fn foresees_failure(&self) -> bool {
        self.tests.iter().any(|test| {
            matches!(
                test,
                Test::Exit { .. } | Test::Shows { source: Source::Error(_), .. } | Test::Lacks(Source::Error(_))
            )
        })
    }

    /// The values with what was captured, and the evidence, when every test holds.
    pub(super) fn holds(&self, view: &View<'_>, values: &Values) -> Result<Option<(Values, Vec<String>)>, String> {
        let mut values = values.clone();
        let mut evidence = Vec::new();
        for test in &self.tests {
            let holds = match test {
                Test::Exit { code, not } => {
                    let holds = (view.exit.code() == *code) != *not;
                    if holds && view.exit.code() != 0 {
                        evidence.push(format!("exit code {}", view.exit.code()));
                    }
                    holds
                }
                Test::Shows { source, keep } => match source.look(view, &values)? {
                    None => false,
                    Some(seen) => {
                        values.extend(seen.captured);
                        values.extend(keep.clone().map(|name| (name, seen.first)));
                        evidence.extend(seen.evidence);
                        true
                    }
                },
                Test::Lacks(source) => {
                    let lacks = source.look(view, &values)?.is_none();
                    if lacks {
                        evidence.push(source.lack());
                    }
                    lacks
                }
                Test::Given(name) => values.get(name).is_some_and(|value| !value.is_empty()),
                Test::Unknown(name) => values.get(name).is_none_or(String::is_empty),
                Test::Compare { left, operator, right, of } => {
                    let right = match of {
                        None => right.render(&values),
                        Some(of) => share(right, of, &values),
                    };
                    let sides = left.render(&values).zip(right);
                    let sides = sides.filter(|(left, right)| operator.holds(left, right));
                    evidence.extend(
                        sides
                            .as_ref()
                            .map(|(left, right)| format!("{} {} {}", shown(left), operator.written(), shown(right))),
                    );
                    sides.is_some()
                }
            };
            if !holds {
                return Ok(None);
            }
        }
        Ok(Some((values, evidence)))
    }
}

/// So many percent of a value.
fn share(percent: &Filled, of: &Filled, values: &Values) -> Option<String> {
    let percent = path::number(&percent.render(values)?)?;
    Some((percent / 100.0 * path::number(&of.render(values)?)?).to_string())
}

fn test(cursor: &mut Cursor<'_>) -> Result<Test, String> {
    if cursor.take("exit") {
        let not = cursor.take("not");
        let code = cursor.bare("an exit code")?;
        let code = code.parse().map_err(|_| format!("`{code}` is no exit code"))?;
        return Ok(Test::Exit { code, not });
    }
    if cursor.take("given") {
        return Ok(Test::Given(cursor.name()?));
    }
    if cursor.take("value") {
        let left = Filled::parse(cursor.quoted("a value")?);
        let operator = cursor.bare("a comparison")?;
        let operator = Operator::parse(operator).ok_or_else(|| format!("`{operator}` is none of = != > < >= <="))?;
        let right = Filled::parse(cursor.quoted("a value")?);
        let of = if cursor.take("of") { Some(Filled::parse(cursor.quoted("a value")?)) } else { None };
        return Ok(Test::Compare { left, operator, right, of });
    }
    if cursor.take("no") {
        if cursor.take("given") {
            return Ok(Test::Unknown(cursor.name()?));
        }
        return Source::parse(cursor).map(Test::Lacks);
    }
    let source = Source::parse(cursor)?;
    let keep = if cursor.take("as") { Some(cursor.name()?) } else { None };
    Ok(Test::Shows { source, keep })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Exit;

    fn held(condition: &str, exit: i32, stdout: &str, stderr: &str) -> Option<(Values, Vec<String>)> {
        let condition = Condition::parse(&tokens(condition).unwrap()).unwrap();
        let values = Values::from([("port".to_owned(), "80".to_owned())]);
        condition.holds(&View::new(&Exit::Code(exit), stdout, stderr), &values).unwrap()
    }

    #[test]
    fn a_match_captures_and_shows_its_line() {
        let (values, evidence) =
            held(r"output `:{port} .*pid=(?<pid>\d+)`", 0, "x\n*:80 users pid=12 end\ny\n", "").unwrap();
        assert_eq!(values["pid"], "12");
        assert_eq!(evidence, ["*:80 users pid=12 end"]);
        assert!(held("output `:{port} `", 0, "*:8080 x", "").is_none());
    }

    #[test]
    fn every_test_must_hold_and_sees_what_the_one_before_captured() {
        let json = r#"{"a": [{"n": "x", "v": 1}, {"n": "y", "v": 5}]}"#;
        let (values, evidence) = held("json `a[v>2].n` as name and json `a[n={name}].v` as v", 0, json, "").unwrap();
        assert_eq!((values["name"].as_str(), values["v"].as_str()), ("y", "5"));
        assert_eq!(evidence, ["a[1].n: y", "a[1].v: 5"]);
        let (values, _) = held("json `said` as said", 0, r#"{"said": " no route\n"}"#, "").unwrap();
        assert_eq!(values["said"], "no route");
        assert!(held("json `a[v>2].n` as name and value `{name}` = `x`", 0, json, "").is_none());
    }

    #[test]
    fn a_cell_is_shown_with_its_row() {
        let (values, evidence) =
            held("table `[READY~^0/].NAME` as pod", 0, "NAME    READY\na       1/1\nb       0/1\n", "").unwrap();
        assert_eq!(values["pod"], "b");
        assert_eq!(evidence, ["NAME b, READY 0/1"]);
    }

    #[test]
    fn asking_for_a_column_that_a_table_lacks_is_a_fault() {
        let holds = |condition: &str, stdout: &str| {
            let condition = Condition::parse(&tokens(condition).unwrap()).unwrap();
            condition.holds(&View::new(&Exit::Code(0), stdout, ""), &Values::new()).map(|held| held.is_some())
        };
        let table = "NAME    READY\na       1/1\n";
        assert_eq!(holds("table `[READY~^0/].NAME`", table), Ok(false));
        for condition in ["table `[STATE=x].NAME`", "no table `[READY~^0/].STATE`"] {
            assert_eq!(holds(condition, table), Err("the table has no column `STATE`".to_owned()), "{condition}");
        }
        assert_eq!(holds("no table `[STATE=x].NAME`", ""), Ok(true), "what prints nothing has no rows");
    }

    #[test]
    fn of_several_matches_the_largest_is_taken() {
        let du = "12\t/a\n5000\t/b c\n90\t/d\n";
        let (values, evidence) = held(r"output `^(?<most>\d+)\t(?<dir>.+)$`", 0, du, "").unwrap();
        assert_eq!((values["most"].as_str(), values["dir"].as_str()), ("5000", "/b c"));
        assert_eq!(evidence, ["5000  /b c"]);
    }

    #[test]
    fn a_value_is_compared_with_a_share_of_another() {
        let meminfo = "MemTotal: 1000 kB\nMemAvailable: 90 kB\n";
        let of = |percent: &str| {
            let takes = "output `MemTotal: +(?<total>\\d+)` and output `MemAvailable: +(?<available>\\d+)`";
            held(&format!("{takes} and value `{{available}}` < `{percent}` of `{{total}}`"), 0, meminfo, "")
        };
        assert!(of("10%").is_some() && of("9%").is_none());
    }

    #[test]
    fn exits_absence_and_what_is_known_are_tests() {
        assert!(held("exit 1 and error `not found`", 1, "", "pods \"a\" not found").is_some());
        assert!(held("exit not 0", 0, "", "").is_none());
        assert!(held("no output `x` and given port and no given other", 0, "y", "").is_some());
        assert!(held("value `{port}` >= `80`", 0, "", "").is_some());
    }

    #[test]
    fn asking_for_a_path_in_what_is_no_json_is_a_fault() {
        let condition = Condition::parse(&tokens("no json `a`").unwrap()).unwrap();
        let view = View::new(&Exit::Code(0), "oops", "");
        assert!(condition.holds(&view, &Values::new()).unwrap_err().contains("not JSON"));
    }

    #[test]
    fn what_is_no_condition_is_an_error() {
        for text in ["", "exit", "exit x", "output", "output x", "json `[`", "json `a` or json `b`", "value `1` is `1`"]
        {
            assert!(tokens(text).and_then(|tokens| Condition::parse(&tokens)).is_err(), "{text}");
        }
        assert!(tokens("output `a").is_err());
    }
}
