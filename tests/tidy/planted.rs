//! Planted violations: each rule finds what it forbids, names it, and lets the allowed neighbour pass.
//!
//! Owns sources that nobody compiles. Knows only the checker's front door.

use std::collections::BTreeSet;

use crate::check::{Violation, check};

fn crates() -> BTreeSet<String> {
    ["tokio", "serde", "serde_json", "serde_yaml", "jiff", "crossterm", "ratatui", "reqwest", "thiserror"]
        .map(str::to_owned)
        .into()
}

fn check_all(files: &[(&str, &str)]) -> Vec<Violation> {
    let files: Vec<(String, String)> =
        files.iter().map(|(path, source)| ((*path).to_owned(), format!("//! A file.\n{source}\n"))).collect();
    check(&files, &crates())
}

/// The one violation in a file that holds this code below its first line.
#[track_caller]
fn found(path: &str, code: &str) -> Violation {
    let mut violations = check_all(&[(path, code)]);
    assert_eq!(violations.len(), 1, "{path}: {code}: {violations:#?}");
    let violation = violations.remove(0);
    assert_eq!(violation.file, path);
    assert!(!violation.way_out.is_empty());
    violation
}

#[track_caller]
fn passes(path: &str, code: &str) {
    assert_eq!(check_all(&[(path, code)]), [], "{path}: {code}");
}

#[track_caller]
fn names(path: &str, code: &str, word: &str) {
    let violation = found(path, code);
    assert!(violation.what.contains(word), "{violation}");
}

#[test]
fn a_violation_is_told_with_file_line_and_way_out() {
    let violation = found("src/domain/id.rs", "\nfn f() -> usize {\n    std::env::args().count()\n}");
    assert_eq!(violation.line, 4);
    let told = violation.to_string();
    assert!(told.starts_with("src/domain/id.rs:4: `std::env` in `domain`, which is pure\n    way out: "), "{told}");
}

#[test]
fn the_same_thing_is_told_once_a_file_where_it_stands_first() {
    let violation =
        found("src/domain/id.rs", "use std::env;\nfn f() { env::args(); env::vars(); std::env::temp_dir(); }");
    assert_eq!(violation.line, 2);
}

#[test]
fn a_pure_module_that_reads_a_file_is_found() {
    for code in [
        "use std::fs;",
        "use std::{fs as disk, io};",
        "use std::fs::{self, File};",
        "fn f() { let _ = std::fs::read(\"x\"); }",
        "fn f() { let _ = ::std::fs::read(\"x\"); }",
        "use std as s;\nfn f() { let _ = s::fs::read(\"x\"); }",
        "fn f() { println(vec![std::fs::read(\"x\")]); }",
        "fn f() { fn g() { use std::fs::File; } }",
        "mod inner { pub fn f() -> std::fs::File { loop {} } }",
        "type F = Vec<Option<std::fs::File>>;",
        "impl T for std::fs::File {}",
    ] {
        names("src/gate/facts.rs", code, "std::fs");
    }
}

#[test]
fn a_star_that_could_hide_a_file_is_found() {
    names("src/gate/facts.rs", "use std::fs::*;", "std::fs");
    names("src/domain/time.rs", "use std::time::*;", "std::time::Instant");
    names("src/agent/turn.rs", "use crate::*;", "crate::*");
}

#[test]
fn a_pure_module_that_looks_at_the_clock_is_found() {
    names("src/agent/turn.rs", "use std::time::Instant;", "Instant");
    names("src/agent/turn.rs", "use std::time;\nfn f() { time::SystemTime::now(); }", "SystemTime");
    names("src/domain/time.rs", "use jiff::Zoned;\nfn f() { Zoned::now(); }", "jiff::Zoned::now");
    passes("src/agent/turn.rs", "use std::time::Duration;");
    passes("src/domain/time.rs", "use jiff::Zoned;\nfn f(at: Zoned) {}");
}

#[test]
fn a_pure_module_that_starts_a_thread_or_reaches_the_world_is_found() {
    // A spawned thread is against two rules: the pure module's and the place where tasks start.
    assert!(!check_all(&[("src/output/table.rs", "fn f() { std::thread::spawn(g); }")]).is_empty());
    for code in ["use std::net::TcpStream;", "use std::process::id;", "use std::thread::sleep;", "use std::io::stdin;"]
    {
        assert!(found("src/output/table.rs", code).what.contains("which is pure"));
    }
    passes("src/output/table.rs", "use std::io::Write;");
}

#[test]
fn an_unordered_map_in_a_pure_module_is_found_however_it_came_in() {
    for code in [
        "use std::collections::HashMap;",
        "use std::collections::*;\nfn f(map: HashMap<u8, u8>) {}",
        "use std::collections as c;\nfn f() { c::HashMap::<u8, u8>::new(); }",
        "fn f() { assert!(HashMap::new().is_empty()); }",
    ] {
        names("src/planner/slots.rs", code, "HashMap");
    }
    names("src/planner/slots.rs", "use std::collections::HashSet;", "HashSet");
    passes("src/planner/slots.rs", "use std::collections::{BTreeMap, BTreeSet};");
    passes("src/store/log.rs", "use std::collections::HashMap;");
}

#[test]
fn a_module_that_imports_whom_it_may_not_know_is_found() {
    for code in [
        "use crate::gate::Cleared;",
        "use crate::{domain, gate};",
        "use super::super::gate;",
        "fn f() { crate::gate::judge(); }",
        "fn f(cleared: &crate::gate::Cleared) {}",
        "fn f() { format!(\"{:?}\", crate::gate::judge()); }",
        "mod inner { use super::super::super::gate; }",
        "use crate as here;\nfn f() { here::gate::judge(); }",
        "#[serde(with = \"x\", default = crate::gate::nothing())] struct S;",
    ] {
        names("src/agent/turn.rs", code, "`agent` imports `gate`");
    }
    names("src/agent/mod.rs", "use super::gate;", "`agent` imports `gate`");
    names("src/store/log.rs", "use crate::runtime::Handle;", "`store` imports `runtime`");
    names("src/ui/chat.rs", "use crate::store::Session;", "`ui` imports `store`");
    names("src/main.rs", "use devops_agent::gate;", "`main.rs` imports `gate`");
    passes("src/main.rs", "use devops_agent::cli;");
}

#[test]
fn a_module_may_name_itself_its_children_and_whom_the_matrix_allows() {
    passes("src/gate/mod.rs", "mod line;\nuse line::Parsed;\nuse self::line::Words;\nuse crate::skill::Skill;");
    passes("src/gate/line.rs", "use super::Judged;\nuse crate::gate::facts;\nuse crate::domain::Tier;");
    // A child that is called like another module, or like a crate.
    passes("src/exec/mod.rs", "mod terminal;\nuse terminal::Slave;");
    passes("src/domain/mod.rs", "mod ratatui;\nuse ratatui::Cell;");
}

#[test]
fn a_module_that_uses_a_crate_it_may_not_know_is_found() {
    names("src/gate/judge.rs", "use tokio::sync::mpsc;", "`gate` uses the crate `tokio`");
    names("src/gate/judge.rs", "use ::reqwest;", "reqwest");
    names("src/ui/keys.rs", "fn f(key: crossterm::event::KeyEvent) {}", "crossterm");
    names("src/output/table.rs", "#[derive(thiserror::Error)] struct E;", "thiserror");
    names("src/gate/judge.rs", "fn f() { let x = vec![tokio::select! { _ = g() => 1 }]; }", "tokio");
    names("src/gate/judge.rs", "#[tokio::main]\nasync fn f() {}", "tokio");
    passes("src/gate/judge.rs", "use serde_json::json;\nfn f() { let tokio = 1; g(tokio); }");
}

#[test]
fn a_module_without_a_row_is_found() {
    names("src/helpers/mod.rs", "fn f() {}", "`helpers` has no row");
    names("src/helpers.rs", "fn f() {}", "`helpers` has no row");
    names("src/cli/ask.rs", "use crate::helpers::f;", "`crate::helpers` is no module");
}

#[test]
fn code_for_tests_may_do_what_its_module_may_not() {
    passes(
        "src/gate/line.rs",
        "#[cfg(test)]\nmod tests { use std::fs; use crate::store; use std::collections::HashMap; }",
    );
    passes("src/gate/line.rs", "#[cfg(all(test, unix))]\nuse std::fs;\n#[test]\nfn f() { std::fs::read(\"x\"); }");
    passes("src/gate/line.rs", "struct S; impl S { #[cfg(test)] fn f() { std::fs::read(\"x\"); } }");
    assert_eq!(
        check_all(&[
            ("src/gate/mod.rs", "#[cfg(test)]\nmod tests;"),
            ("src/gate/tests.rs", "mod deep;\nuse std::fs;"),
            ("src/gate/tests/deep.rs", "use std::fs;"),
        ]),
        []
    );
}

#[test]
fn code_that_also_runs_outside_tests_is_no_code_for_tests() {
    names("src/gate/line.rs", "#[cfg(not(test))]\nuse std::fs;", "std::fs");
    names("src/gate/line.rs", "#[cfg(any(test, unix))]\nuse std::fs;", "std::fs");
    names("src/gate/line.rs", "#[cfg(all(unix, any(windows, test)))]\nuse std::fs;", "std::fs");
    let violations = check_all(&[("src/gate/mod.rs", "mod tests;"), ("src/gate/tests.rs", "use std::fs;")]);
    assert_eq!(violations.len(), 1, "{violations:#?}");
}

#[test]
fn a_file_opened_by_a_module_that_owns_none_is_found() {
    names("src/tools/run.rs", "use std::fs;", "`std::fs` in `tools`");
    names("src/runtime/driver.rs", "fn f() { tokio::fs::read(\"x\"); }", "tokio::fs");
    passes("src/store/files.rs", "use std::fs;");
}

#[test]
fn a_process_started_outside_exec_is_found() {
    names("src/probe/binary.rs", "use std::process::Command;", "std::process::Command");
    names("src/probe/binary.rs", "use std::process;\nfn f() { process::Command::new(\"git\"); }", "Command");
    names("src/tools/run.rs", "use tokio::process::Command;", "tokio::process");
    passes("src/exec/launch.rs", "use tokio::process::Command;");
    passes("src/cli/mod.rs", "use std::process::ExitCode;");
}

#[test]
fn a_task_started_where_state_changes_is_found() {
    names("src/app/update.rs", "fn f() { tokio::spawn(g()); }", "tokio::spawn");
    names("src/app/update.rs", "use std::thread;\nfn f() { thread::spawn(g); }", "std::thread::spawn");
    names("src/app/update.rs", "use tokio::task;\nfn f() { task::spawn_blocking(g); }", "spawn_blocking");
    names("src/cli/ask.rs", "use tokio::task::JoinSet;", "JoinSet");
    passes("src/runtime/driver.rs", "fn f() { tokio::spawn(g()); }");
}

#[test]
fn a_colour_outside_the_theme_is_found() {
    for code in [
        "use ratatui::style::Color;",
        "use ratatui::style::Color as Hue;",
        "use ratatui::style::*;",
        "fn f() { g(Color::Red); }",
        "use ratatui::prelude::*;",
        "use ratatui::style::palette::tailwind;",
        "use ratatui::style::Stylize;",
        "fn f(line: Line) { line.red(); }",
        "fn f(line: Line) { line.on_light_blue(); }",
        "fn f(style: Style) { vec![style.dark_gray()]; }",
    ] {
        found("src/ui/chat.rs", code);
    }
    passes("src/ui/theme.rs", "use ratatui::style::Color;\nfn f(style: Style) { style.fg(Color::Red); }");
    passes("src/ui/chat.rs", "use ratatui::style::{Modifier, Style};");
}

#[test]
fn printing_past_the_screen_is_found() {
    names("src/model/mod.rs", "fn f() { eprintln!(\"x\"); }", "eprintln!");
    names("src/app/mod.rs", "fn f() { std::println!(\"x\"); }", "println!");
    names("src/tools/run.rs", "fn f() { tokio::select! { _ = g() => { print!(\"x\") } } }", "print!");
    passes("src/cli/ask.rs", "fn f() { println!(\"x\"); eprintln!(\"x\"); }");
    passes("src/exec/run.rs", "#[cfg(test)]\nmod tests { fn f() { println!(\"skipped\"); } }");
}

#[test]
fn unfinished_code_is_found_in_tests_too() {
    names("src/gate/line.rs", "fn f() { todo!() }", "todo!");
    names("src/gate/line.rs", "fn f() { vec![unimplemented!(\"later\")]; }", "unimplemented!");
    names("src/gate/line.rs", "#[cfg(test)]\nmod tests { fn f() { dbg!(1); } }", "dbg!");
    names("tests/it/main.rs", "fn f() { todo!() }", "todo!");
    passes("src/gate/line.rs", "// todo!\nconst TODO: &str = \"todo!()\";");
}

#[test]
fn a_file_that_does_not_say_what_it_owns_is_found() {
    for path in ["src/gate/line.rs", "tests/it/main.rs"] {
        let violations = check(&[(path.to_owned(), "// A file.\nfn f() {}\n".to_owned())], &crates());
        assert!(
            matches!(violations.as_slice(), [one] if one.what.contains("`//!`") && one.line == 1),
            "{violations:?}"
        );
    }
}

#[test]
fn a_file_that_is_no_rust_is_found() {
    let violation = found("src/gate/line.rs", "fn f( {");
    assert!(violation.what.starts_with("not Rust") && violation.line > 1, "{violation}");
}

#[test]
fn an_exception_from_the_lints_of_places_stands_at_the_top_of_a_module_with_io() {
    let exception = "#![allow(clippy::disallowed_methods)]";
    passes("src/store/mod.rs", exception);
    passes("src/main.rs", exception);
    names("src/store/log.rs", exception, "within `store`");
    names("src/store/mod.rs", "#[expect(clippy::disallowed_methods)]\nfn f() {}", "within `store`");
    names("src/gate/mod.rs", exception, "`gate` does no IO");
    names("src/ui/mod.rs", "#[allow(unused, clippy::print_stdout)]\nfn f() {}", "`ui` does no IO");
}

#[test]
fn a_text_of_the_screen_that_names_a_key_the_person_may_have_moved_is_found() {
    names("src/ui/card.rs", "fn f() -> &'static str { \"running · Ctrl+C stops it\" }", "the key Ctrl+C");
    names("src/app/shell.rs", "fn f() { g(format!(\"{x}: F2 goes there\")); }", "the key F2");
    names("src/ui/rules.rs", "const MORE: &str = \"PageDown\";", "the key PageDown");
    names("src/app/shell.rs", "fn f() { g(\"Press Ctrl+] to return\"); }", "the key Ctrl+]");
    passes("src/app/keymap.rs", "const KEYS: &str = \"Ctrl+C\";");
    passes("src/app/keymap/names.rs", "const HELD: &str = \"Ctrl+\";");
    passes("src/cli/linear.rs", "fn f() { println!(\"Ctrl+D ends.\"); }");
    passes("src/ui/question.rs", "/// Ctrl+C is not ours.\nfn f() { g(\"Enter does it · Esc leaves it\"); }");
    passes("src/ui/card.rs", "#[cfg(test)]\nmod tests { fn f() { g(\"Ctrl+O shows them\"); } }");
}
