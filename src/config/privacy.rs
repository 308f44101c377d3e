//! What is secret here and what is none, as patterns: `privacy.allow` and `privacy.deny` of the YAML files.
//!
//! Owns who may say what: a project's file may only deny, for what it lets through would reach the disk.

use serde_yaml::Value;

/// Regular expressions, as written; whether they can be used is the redactor's to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Values that are no secrets: a pattern fits the whole value.
    pub allow: Vec<String>,
    /// Texts that are always masked: a pattern fits a part of a line.
    pub deny: Vec<String>,
}

/// The paths of the two lists.
pub(super) const ALLOW: &str = "privacy.allow";
pub(super) const DENY: &str = "privacy.deny";

impl Privacy {
    /// Takes what a file says under one of the two paths; an error is what was expected instead.
    pub(super) fn take(&mut self, path: &str, value: &Value, by_project: bool) -> Result<(), &'static str> {
        if path == ALLOW && by_project {
            return Err("only your own config.yaml can let values through; a project's may say `privacy.deny`");
        }
        let Value::Sequence(items) = value else { return Err("a list of regular expressions") };
        let patterns: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        let list = if path == ALLOW { &mut self.allow } else { &mut self.deny };
        list.extend(patterns.ok_or("a list of regular expressions")?);
        Ok(())
    }
}
