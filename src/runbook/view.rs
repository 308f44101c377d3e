//! What a step printed, in the forms conditions ask for: text, JSON, rows of tables.
//!
//! Owns how output becomes a value a path can go through. Output that is neither JSON nor a table is no empty one:
//! asking it for a path is a fault. Knows nothing of steps.

use serde_json::{Map, Value};

use crate::domain::Exit;
use crate::output::table;

/// One run, read.
pub(super) struct View<'a> {
    pub exit: &'a Exit,
    pub stdout: &'a str,
    pub stderr: &'a str,
    json: Option<Value>,
    rows: Option<Value>,
}

impl<'a> View<'a> {
    pub fn new(exit: &'a Exit, stdout: &'a str, stderr: &'a str) -> View<'a> {
        View { exit, stdout, stderr, json: json(stdout), rows: rows(stdout) }
    }

    /// The output as JSON; lines of JSON are a list.
    ///
    /// # Errors
    /// It is none, in words.
    pub fn json(&self) -> Result<&Value, String> {
        self.json.as_ref().ok_or_else(|| "the output is not JSON".to_owned())
    }

    /// The rows of all tables in the output.
    ///
    /// # Errors
    /// There is output and no table in it, in words.
    pub fn rows(&self) -> Result<&Value, String> {
        self.rows.as_ref().ok_or_else(|| "the output is not a table".to_owned())
    }

    /// The cells of a row, as a line.
    pub fn row(&self, index: usize) -> Option<String> {
        let cells = self.rows.as_ref()?.as_array()?.get(index)?.as_object()?;
        let cells: Vec<String> =
            cells.iter().map(|(title, cell)| format!("{title} {}", super::path::text(cell))).collect();
        Some(cells.join(", "))
    }
}

fn json(text: &str) -> Option<Value> {
    if text.trim().is_empty() {
        return Some(Value::Array(Vec::new()));
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).ok()).collect::<Option<Vec<Value>>>().map(Value::Array)
}

fn rows(text: &str) -> Option<Value> {
    let tables = table::tables(text);
    if tables.is_empty() && !text.trim().is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    for table in tables {
        for row in table.rows {
            let cells = table.titles.iter().cloned().zip(row.into_iter().map(Value::String));
            rows.push(Value::Object(cells.collect::<Map<String, Value>>()));
        }
    }
    Some(Value::Array(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(stdout: &str) -> View<'_> {
        View::new(&Exit::Code(0), stdout, "")
    }

    #[test]
    fn lines_of_json_are_a_list_and_nothing_is_an_empty_one() {
        assert_eq!(view("{\"a\":1}\n{\"a\":2}\n").json().unwrap().as_array().unwrap().len(), 2);
        assert_eq!(view("").json().unwrap(), &Value::Array(Vec::new()));
        assert!(view("error: no\n").json().is_err());
    }

    #[test]
    fn rows_are_cells_under_their_titles() {
        let text = "NAME    READY\nweb-0   1/1\nweb-1   0/1\n";
        let seen = view(text);
        assert_eq!(seen.rows().unwrap()[1]["READY"], "0/1");
        assert_eq!(seen.row(1).unwrap(), "NAME web-1, READY 0/1");
        assert_eq!(view("").rows().unwrap(), &Value::Array(Vec::new()));
        assert!(view("no table at all\n").rows().is_err());
    }
}
