//! The gate's tables of named lines: `tier<TAB>name<TAB>line`, escapes in the line.
#![allow(clippy::panic, clippy::expect_used, reason = "a table with a mistake in it must stop the run")]

use std::path::Path;

/// One row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// `auto`, `approval`, `destructive`, or `asks` for both of the last.
    pub tier: String,
    pub name: String,
    pub line: String,
}

/// All rows of `tests/fixtures/gate/<table>.tsv`.
pub fn rows(table: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/gate/{table}.tsv"));
    let text = std::fs::read_to_string(&path).expect("the table is there");
    let rows = text.lines().filter(|row| !row.is_empty() && !row.starts_with('#'));
    rows.map(|row| {
        let fields: Vec<&str> = row.split('\t').collect();
        let [tier, name, line] = fields.as_slice() else { panic!("{table}: {row:?} has not three fields") };
        Row { tier: (*tier).to_owned(), name: (*name).to_owned(), line: decoded(line) }
    })
    .collect()
}

fn decoded(text: &str) -> String {
    let mut line = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            line.push(character);
            continue;
        }
        match rest.next() {
            Some('t') => line.push('\t'),
            Some('n') => line.push('\n'),
            Some('r') => line.push('\r'),
            Some('\\') => line.push('\\'),
            Some('x') => {
                let digits: String = rest.by_ref().take(2).collect();
                line.push(char::from(u8::from_str_radix(&digits, 16).expect("two hexadecimal digits")));
            }
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|next| *next != '}').collect();
                let number = u32::from_str_radix(&digits, 16).expect("a number");
                line.push(char::from_u32(number).expect("a character"));
            }
            other => panic!("{text:?}: an unknown escape {other:?}"),
        }
    }
    line
}
