//! Arguments of a call as an object, however they were written.

use serde_json::{Map, Value};

/// How often a string may hold JSON that is again a string.
const NESTED_STRINGS: usize = 2;

/// Arguments as an object where the model meant one, however often it quoted it; else as written.
pub(crate) fn meant(written: &Value) -> Value {
    let mut meant = written.clone();
    for _ in 0..=NESTED_STRINGS {
        match meant {
            Value::Object(fields) => match unwrapped(&fields) {
                Some(inner) => meant = inner,
                None => return Value::Object(fields),
            },
            Value::Null => return Value::Object(Map::new()),
            Value::String(text) if text.trim().is_empty() => return Value::Object(Map::new()),
            Value::String(text) => match serde_json::from_str(&text) {
                Ok(inner) => meant = inner,
                Err(_) => break,
            },
            _ => break,
        }
    }
    written.clone()
}

/// The arguments inside their own name, as some models write them.
fn unwrapped(fields: &Map<String, Value>) -> Option<Value> {
    let mut all = fields.iter();
    let (Some((name, inner)), None) = (all.next(), all.next()) else { return None };
    let wraps = ["arguments", "parameters", "args"].contains(&name.as_str());
    (wraps && (inner.is_object() || inner.is_string())).then(|| inner.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_are_taken_as_meant() {
        for written in [json!({ "cmd": "ls" }), json!(r#"{"cmd":"ls"}"#), json!(r#""{\"cmd\":\"ls\"}""#)] {
            assert_eq!(meant(&written), json!({ "cmd": "ls" }));
        }
        for wrapped in [json!({"parameters": {"cmd": "ls"}}), json!({"arguments": "{\"cmd\":\"ls\"}"})] {
            assert_eq!(meant(&wrapped), json!({ "cmd": "ls" }));
        }
        for empty in [Value::Null, json!("")] {
            assert_eq!(meant(&empty), json!({}));
        }
        for other in [json!("ls -l"), json!("5"), json!([1])] {
            assert_eq!(meant(&other), other);
        }
    }
}
