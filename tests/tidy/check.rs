//! The rules over sources: what is against the tables, where, and the way out.
//!
//! Owns the judgement and its messages. Reads no file: it is given paths and
//! sources, so that a planted violation is found by the same code as a real one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::for_tests::Tests;
use crate::matrix::{self, Kind, PLACES, Row, Where};
use crate::paths::{self, Named, Reading, Stand};

/// One thing that is against the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub file: String,
    pub line: usize,
    pub what: String,
    pub way_out: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}\n    way out: {}", self.file, self.line, self.what, self.way_out)
    }
}

/// Checks files, each a path from the package's root with `/` and its text, in a package with these external crates.
/// The rules for modules hold for `src/`; those for every file hold for the others too.
pub fn check(files: &[(String, String)], crates: &BTreeSet<String>) -> Vec<Violation> {
    let mut found = Findings::default();
    let mut readings = Vec::new();
    for (path, source) in files {
        if !source.starts_with("//!") {
            let what = "the file does not begin with `//!`";
            found.add(path, 1, what, "say in its first lines what the file owns and what it must not know");
        }
        let parsed = match syn::parse_file(source) {
            Ok(parsed) => parsed,
            Err(error) => {
                found.add(path, error.span().start().line, format!("not Rust: {error}"), "write it as rustc reads it");
                continue;
            }
        };
        let module = module_of(path).unwrap_or_default();
        for seen in paths::read(&parsed, &module, crates, Tests::Included).macros {
            if matrix::UNFINISHED.contains(&seen.name.as_str()) {
                found.add(path, seen.line, format!("`{}!` stands in the code", seen.name), "finish it, or take it out");
            }
        }
        if path.starts_with("src/") {
            readings.push((path, paths::read(&parsed, &module, crates, Tests::LeftOut), module));
        }
    }
    let tests: BTreeSet<Vec<String>> =
        readings.iter().flat_map(|(_, reading, _)| reading.test_modules.iter().cloned()).collect();
    for (path, reading, module) in &readings {
        let is_for_tests = (1..=module.len()).any(|length| tests.contains(&module[..length]));
        if !is_for_tests {
            check_file(path, reading, crates, &mut found);
        }
    }
    found.sorted()
}

#[derive(Default)]
struct Findings(BTreeMap<(String, String), Violation>);

impl Findings {
    /// Notes a violation; the same thing in the same file is told once, where it stands first.
    fn add(&mut self, file: &str, line: usize, what: impl Into<String>, way_out: impl Into<String>) {
        let violation = Violation { file: file.to_owned(), line, what: what.into(), way_out: way_out.into() };
        let first = self.0.entry((violation.file.clone(), violation.what.clone())).or_insert_with(|| violation.clone());
        first.line = first.line.min(violation.line);
    }

    fn sorted(self) -> Vec<Violation> {
        let mut all: Vec<Violation> = self.0.into_values().collect();
        all.sort();
        all
    }
}

/// The module a file of `src/` is: `src/gate/line.rs` is `gate::line`; a root is the empty path.
fn module_of(path: &str) -> Option<Vec<String>> {
    let inside = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let mut segments: Vec<String> = inside.split('/').map(str::to_owned).collect();
    let is_root = matches!(inside, "lib" | "main");
    if is_root || segments.last().is_some_and(|last| last == "mod") {
        segments.pop();
    }
    Some(segments)
}

/// The name of the row a file of `src/` falls under.
fn row_name(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    match inside.split_once('/') {
        Some((module, _)) => module,
        None if matches!(inside, "lib.rs" | "main.rs") => inside,
        None => inside.strip_suffix(".rs").unwrap_or(inside),
    }
}

/// Whether a file is the top of its module, where exceptions may stand.
fn is_top(path: &str, row: &Row) -> bool {
    let module = row.module;
    [format!("src/{module}/mod.rs"), format!("src/{module}.rs"), format!("src/{module}")].iter().any(|top| top == path)
}

fn check_file(path: &str, reading: &Reading, crates: &BTreeSet<String>, found: &mut Findings) {
    let name = row_name(path);
    let Some(row) = matrix::row(name) else {
        let what = format!("the module `{name}` has no row in the matrix");
        found.add(path, 1, what, "give it one in tests/tidy/matrix.rs: what it is for and whom it may know");
        return;
    };
    for seen in &reading.paths {
        check_import(path, seen.line, &seen.name, row, crates, found);
        check_place(path, seen.line, &seen.name, row, found);
        // Elsewhere a colour is a value, such as the one a program in the shell named.
        if !path.starts_with(matrix::THEME) && draws(row) {
            check_colour(path, seen.line, &seen.name, found);
        }
    }
    for seen in &reading.macros {
        if matrix::PRINTING.contains(&seen.name.as_str()) && !matrix::PRINTERS.contains(&row.module) {
            let what = format!("`{}!` in `{}` writes past the screen", seen.name, row.module);
            found.add(path, seen.line, what, "return the text or publish a notice; only src/cli and src/main.rs print");
        }
    }
    for seen in &reading.methods {
        let colour = seen.name.trim_start_matches("on_").trim_start_matches("light_");
        if !path.starts_with(matrix::THEME) && draws(row) && matrix::COLOUR_METHODS.contains(&colour) {
            let what = format!("`.{}()` chooses a colour", seen.name);
            found.add(path, seen.line, what, COLOUR_WAY_OUT);
        }
    }
    for seen in
        reading.texts.iter().filter(|_| matrix::SCREEN.contains(&row.module) && !path.starts_with(matrix::KEYMAP))
    {
        if let Some(key) = key_in(&seen.name) {
            let what = format!("a text of the screen names the key {key}");
            let way_out = "ask the keymap, or take it from `View::keys`: the person may have bound another, or none";
            found.add(path, seen.line, what, way_out);
        }
    }
    for seen in &reading.exceptions {
        let (lint, stand) = &seen.name;
        if !matrix::PLACE_LINTS.contains(&lint.as_str()) {
            continue;
        }
        if matches!(row.kind, Kind::Pure | Kind::Draw) {
            let what = format!("`{}` does no IO and excepts itself from `{lint}`", row.module);
            found.add(path, seen.line, what, "move the deed to a module that does IO");
        } else if *stand != Stand::TopOfFile || !is_top(path, row) {
            let what = format!("an exception from `{lint}` stands within `{}`", row.module);
            found.add(path, seen.line, what, format!("let it stand once, at the top of src/{}/mod.rs", row.module));
        }
    }
}

/// A key in a text that a keymap file can give to something else. Those that every list and question takes by itself
/// (`Enter`, `Esc`, `Tab`) and letters are words too, and are not looked for.
fn key_in(text: &str) -> Option<&str> {
    let is_function = |word: &str| word.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok());
    let is_paging = |word: &str| matches!(word, "PgUp" | "PgDn" | "PageUp" | "PageDown");
    let is_held = |word: &str| ["Ctrl+", "Alt+", "Shift+"].iter().any(|held| word.starts_with(held) && word != *held);
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '+' && letter != ']')
        .find(|word| is_function(word) || is_paging(word) || is_held(word))
}

const COLOUR_WAY_OUT: &str = "ask the theme for a meaning; only src/ui/theme.rs and what lies below it know colours";

/// Whether the module handles ratatui's styles.
fn draws(row: &Row) -> bool {
    row.crates.contains(&"ratatui")
}

fn check_import(path: &str, line: usize, named: &Named, row: &Row, crates: &BTreeSet<String>, found: &mut Findings) {
    let Some(first) = named.segments.first() else { return };
    if first != "crate" {
        if crates.contains(first) && !row.crates.contains(&first.as_str()) {
            let what = format!("`{}` uses the crate `{first}`", row.module);
            found.add(path, line, what, way_out_of(row, "crate", first));
        }
        return;
    }
    let Some(module) = named.segments.get(1) else {
        if named.glob {
            let what = "`crate::*` hides what is imported";
            found.add(path, line, what, "name the modules");
        }
        return;
    };
    if module == row.module || row.modules.contains(&module.as_str()) {
        return;
    }
    if matrix::row(module).is_none() {
        let what = format!("`crate::{module}` is no module of the matrix");
        found.add(path, line, what, "give it a row in tests/tidy/matrix.rs, or name the module it lives in");
        return;
    }
    let what = format!("`{}` imports `{module}`", row.module);
    found.add(path, line, what, way_out_of(row, "module", module));
}

fn way_out_of(row: &Row, sort: &str, name: &str) -> String {
    let allowed = if sort == "crate" { row.crates } else { row.modules };
    let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    let turn = match row.kind {
        Kind::Pure => "return an effect or take a value of `domain` as an argument",
        Kind::Draw => "take what is drawn as a value of a type of `ui`",
        Kind::Io => "let the runtime bring the two together",
        Kind::Compose => "go through the module that owns it",
    };
    format!(
        "{turn} (`{}` may know the {sort}s: {allowed}); if `{name}` belongs there, change tests/tidy/matrix.rs and say why",
        row.module
    )
}

fn check_place(path: &str, line: usize, named: &Named, row: &Row, found: &mut Findings) {
    for place in PLACES {
        let is_allowed = match place.allowed {
            Where::Only(modules) => modules.contains(&row.module),
            Where::NotIn(kinds) => !kinds.contains(&row.kind),
        };
        if is_allowed {
            continue;
        }
        if let Some(name) = place.names.iter().find(|name| touches(named, name)) {
            let what = match row.kind {
                Kind::Pure => format!("`{name}` in `{}`, which is pure", row.module),
                Kind::Draw => format!("`{name}` in `{}`, which only draws", row.module),
                Kind::Io | Kind::Compose => format!("`{name}` in `{}`", row.module),
            };
            found.add(path, line, what, place.instead);
        }
    }
}

fn check_colour(path: &str, line: usize, named: &Named, found: &mut Findings) {
    if let Some(name) = matrix::COLOURS.iter().find(|name| touches(named, name)) {
        found.add(path, line, format!("`{name}` outside the theme"), COLOUR_WAY_OUT);
    }
}

/// Whether a path is, or leads below, or by a `*` brings in, the name. A name without `::` is met anywhere in a path.
fn touches(named: &Named, name: &str) -> bool {
    let wanted: Vec<&str> = name.split("::").collect();
    if wanted.len() == 1 {
        return named.segments.iter().any(|segment| segment == name);
    }
    let common = named.segments.iter().zip(&wanted).take_while(|(have, want)| have == want).count();
    common == wanted.len() || named.glob && common == named.segments.len()
}
