//! JSON that is too long, told by its shape.
//!
//! Owns which items of a list and how much of a text stay: the first ones, and
//! before other ones those that look like trouble. The result is JSON again;
//! what is hidden is counted where it was.

use serde_json::{Map, Value};

use crate::output::counted::counted;
use crate::output::severity::severity;

/// Items of a list and characters of a text that stay; each next one is tried when the one before was too long.
const LEVELS: [(usize, usize); 5] = [(8, 300), (5, 160), (3, 100), (2, 60), (1, 40)];

/// `text` in at most `most` bytes with how many items are hidden; `None` when it is no JSON or cannot be made so short.
pub(super) fn reduced(text: &str, most: usize) -> Option<(String, usize)> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    LEVELS.iter().find_map(|(items, characters)| {
        let mut hidden = 0;
        let short = pruned(&value, *items, *characters, &mut hidden);
        let text = serde_json::to_string_pretty(&short).ok().filter(|text| text.len() <= most);
        let text = text.or_else(|| Some(short.to_string()).filter(|text| text.len() <= most))?;
        Some((text, hidden))
    })
}

fn pruned(value: &Value, items: usize, characters: usize, hidden: &mut usize) -> Value {
    match value {
        Value::Array(all) => {
            let mut chosen: Vec<usize> =
                (0..all.len()).filter(|at| all.get(*at).is_some_and(is_alarming)).take(items).collect();
            chosen.extend(
                (0..all.len()).filter(|at| !chosen.contains(at)).take(items - chosen.len()).collect::<Vec<_>>(),
            );
            chosen.sort_unstable();
            let kept = chosen.iter().filter_map(|at| all.get(*at)).map(|item| pruned(item, items, characters, hidden));
            let mut kept: Vec<Value> = kept.collect();
            let left_out = all.len() - kept.len();
            if left_out > 0 {
                *hidden += left_out;
                kept.push(format!("… {} hidden", counted(left_out, "more item", "more items")).into());
            }
            Value::Array(kept)
        }
        Value::Object(fields) => {
            let kept = fields.iter().map(|(key, value)| (key.clone(), pruned(value, items, characters, hidden)));
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::String(text) => match text.char_indices().nth(characters) {
            Some((end, _)) => {
                let rest = text.len() - end;
                format!("{}… {} hidden", text.get(..end).unwrap_or_default(), counted(rest, "byte", "bytes")).into()
            }
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// Whether anything in it says that something is wrong.
fn is_alarming(value: &Value) -> bool {
    match value {
        Value::String(text) => severity(text).is_some(),
        Value::Array(items) => items.iter().any(is_alarming),
        Value::Object(fields) => fields.values().any(is_alarming),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_list_keeps_its_first_items_and_the_ones_in_trouble() {
        let pod = |number: usize| {
            let reason = if number == 150 { "CrashLoopBackOff" } else { "Started" };
            json!({"metadata": {"name": format!("api-{number}")}, "status": {"reason": reason, "log": "x".repeat(500)}})
        };
        let list = json!({"kind": "List", "items": (0..200).map(pod).collect::<Vec<_>>()});
        let (text, hidden) = reduced(&list.to_string(), 8_000).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        assert!(text.len() <= 8_000 && hidden >= 192, "{hidden}");
        assert!(text.contains("api-150") && text.contains("api-0") && text.contains("bytes hidden"), "{text}");
        assert!(read["items"].as_array().unwrap().last().unwrap().as_str().unwrap().contains("more items hidden"));
    }

    #[test]
    fn what_is_no_json_or_cannot_be_short_is_left_to_others() {
        assert_eq!(reduced("{not json}", 100), None);
        assert_eq!(reduced("plain text", 100), None);
        let wide: Map<String, Value> = (0..500).map(|key| (format!("key{key}"), json!(key))).collect();
        assert_eq!(reduced(&Value::Object(wide).to_string(), 1_000), None);
    }
}
