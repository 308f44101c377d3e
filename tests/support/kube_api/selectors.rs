//! Label and field selectors.
//!
//! Owns their grammar and whether an object matches. Knows nothing of kinds: a field is a path in the object.

use serde_json::Value;

/// The conditions of one request, all of which must hold.
#[derive(Clone, Default)]
pub struct Selection {
    labels: Vec<Condition>,
    fields: Vec<Condition>,
}

#[derive(Clone)]
struct Condition {
    key: String,
    test: Test,
}

#[derive(Clone)]
enum Test {
    Exists,
    Missing,
    In(Vec<String>),
    NotIn(Vec<String>),
}

impl Selection {
    /// # Errors
    /// The offending condition, in words for a `Status`.
    pub fn parse(labels: &str, fields: &str) -> Result<Selection, String> {
        Ok(Selection { labels: conditions(labels)?, fields: conditions(fields)? })
    }

    pub fn matches(&self, object: &Value) -> bool {
        let label = |key: &str| object.get("metadata")?.get("labels")?.get(key)?.as_str().map(str::to_owned);
        self.labels.iter().all(|condition| condition.holds(label(&condition.key)))
            && self.fields.iter().all(|condition| condition.holds(Some(field(object, &condition.key))))
    }
}

fn conditions(text: &str) -> Result<Vec<Condition>, String> {
    let mut parts = vec![String::new()];
    let mut depth = 0u32;
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match parts.last_mut() {
            Some(part) if letter != ',' || depth > 0 => part.push(letter),
            _ => parts.push(String::new()),
        }
    }
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).map(condition).collect()
}

fn condition(part: &str) -> Result<Condition, String> {
    let made = |key: &str, test| Ok(Condition { key: key.trim().to_owned(), test });
    let one = |value: &str| vec![value.trim().to_owned()];
    if let Some((key, value)) = part.split_once("!=") {
        return made(key, Test::NotIn(one(value)));
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return made(key, Test::In(one(value)));
    }
    if let Some((head, list)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        let values = list.split(',').map(|value| value.trim().to_owned()).collect();
        return match head.split_whitespace().collect::<Vec<_>>().as_slice() {
            [key, "in"] => made(key, Test::In(values)),
            [key, "notin"] => made(key, Test::NotIn(values)),
            _ => Err(format!("unable to parse requirement: {part}")),
        };
    }
    match part.strip_prefix('!') {
        Some(key) => made(key, Test::Missing),
        None if part.contains(char::is_whitespace) => Err(format!("unable to parse requirement: {part}")),
        None => made(part, Test::Exists),
    }
}

impl Condition {
    fn holds(&self, value: Option<String>) -> bool {
        match (&self.test, value) {
            (Test::Exists, value) => value.is_some(),
            (Test::Missing, value) => value.is_none(),
            (Test::In(values), value) => value.is_some_and(|value| values.contains(&value)),
            (Test::NotIn(values), value) => value.is_none_or(|value| !values.contains(&value)),
        }
    }
}

/// The field at a dotted path as text, empty when the object lacks it, as the real server compares it.
fn field(object: &Value, path: &str) -> String {
    let found = path.split('.').try_fold(object, |value, key| value.get(key));
    match found {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}
