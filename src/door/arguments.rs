//! The arguments of a call as the tool's schema has them: strings that are named there, none missing, none too long,
//! with real names in the place of pseudonyms.

use serde_json::{Map, Value};

use crate::domain::ToolSpec;
use crate::runtime::Veil;

/// Bytes of one argument. A command line is longer nowhere.
const LONGEST: usize = 64 * 1024;

/// Checked arguments.
#[derive(Debug, Clone, Default)]
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Reads them; the error says what to send instead.
    pub fn read(tool: &ToolSpec, given: Option<Map<String, Value>>, veil: &Veil) -> Result<Arguments, String> {
        let known = tool.parameters.get("properties").and_then(Value::as_object);
        let mut read = Map::new();
        for (name, value) in given.unwrap_or_default() {
            if known.is_none_or(|known| !known.contains_key(&name)) {
                let names: Vec<&str> = known.into_iter().flat_map(|known| known.keys().map(String::as_str)).collect();
                return Err(format!("`{}` has no argument {name:?}; it has {}", tool.name, names.join(", ")));
            }
            let text = match value {
                Value::String(text) => text,
                // Some clients send what their model left out.
                Value::Null => continue,
                _ => return Err(format!("`{name}` of `{}` must be a string", tool.name)),
            };
            if text.len() > LONGEST {
                return Err(format!("`{name}` is {} bytes long; {LONGEST} are taken at most", text.len()));
            }
            read.insert(name, Value::String(veil.meant(&text).map_err(|unknown| unknown.to_string())?));
        }
        let required = tool.parameters.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if read.get(name).and_then(Value::as_str).is_none_or(|text| text.trim().is_empty()) {
                return Err(format!("`{}` needs `{name}`", tool.name));
            }
        }
        Ok(Arguments(read))
    }

    /// One of them; empty where it was left out.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// All of them.
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::redact::Redactor;

    fn tool() -> ToolSpec {
        ToolSpec {
            name: "t".to_owned(),
            description: String::new(),
            parameters: json!({"properties": {"cmd": {}, "why": {}}, "required": ["cmd"]}),
        }
    }

    fn read(given: Value) -> Result<Arguments, String> {
        Arguments::read(&tool(), given.as_object().cloned(), &Veil::new(&Redactor::default(), true))
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_name() {
        assert_eq!(read(json!({"cmd": "ls"})).unwrap().text("cmd"), "ls");
        assert_eq!(read(json!({"cmd": "ls", "why": null})).unwrap().text("why"), "");
        for (given, says) in [
            (json!({}), "needs `cmd`"),
            (json!({"cmd": "  "}), "needs `cmd`"),
            (json!({"cmd": 7}), "`cmd` of `t` must be a string"),
            (json!({"cmd": null}), "needs `cmd`"),
            (json!({"cmd": "ls", "why": {}}), "`why` of `t` must be a string"),
            (json!({"cmd": "ls", "origin": "x"}), "no argument \"origin\"; it has cmd, why"),
            (json!({"cmd": "x".repeat(LONGEST + 1)}), "65537 bytes long"),
            (json!({"cmd": "ping host_4kq2w7xz"}), "host_4kq2w7xz stands for nothing"),
        ] {
            let complaint = read(given.clone()).unwrap_err();
            assert!(complaint.contains(says), "{given}: {complaint}");
        }
    }
}
