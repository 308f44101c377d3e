//! The architecture, checked: who imports whom, what stands where, how a file begins.
//!
//! Owns the walk over the files; the tables are `tidy/matrix.rs`, the rules
//! `tidy/check.rs`, the reading of names `tidy/paths.rs` and those it stands on.
//! That each rule finds what it forbids is shown in `tidy/planted.rs`.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

#[path = "tidy/check.rs"]
mod check;
#[path = "tidy/for_tests.rs"]
mod for_tests;
#[path = "tidy/matrix.rs"]
mod matrix;
#[path = "tidy/paths.rs"]
mod paths;
#[path = "tidy/planted.rs"]
mod planted;
#[path = "tidy/uses.rs"]
mod uses;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use matrix::{Kind, MATRIX};

#[test]
fn the_source_keeps_the_architecture() {
    let root = root();
    let mut files = Vec::new();
    for directory in ["src", "tests"] {
        collect(&root, &root.join(directory), &mut files);
    }
    assert!(files.iter().any(|(path, _)| path == "src/lib.rs"), "no source found under {}", root.display());
    let violations = check::check(&files, &crates_of(&fs::read_to_string(root.join("Cargo.toml")).unwrap()));
    let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{} against the architecture:\n\n{}\n", told.len(), told.join("\n"));
}

#[test]
fn imports_run_one_way_so_a_module_knows_only_those_above_it() {
    for (position, row) in MATRIX.iter().enumerate() {
        for known in row.modules {
            let above = MATRIX[..position].iter().any(|row| row.module == *known);
            assert!(above, "`{}` may know `{known}`, which does not stand above it", row.module);
        }
    }
}

#[test]
fn a_pure_module_knows_only_pure_modules_and_crates_without_io() {
    for row in MATRIX.iter().filter(|row| row.kind == Kind::Pure) {
        for known in row.modules {
            assert_eq!(matrix::row(known).map(|row| row.kind), Some(Kind::Pure), "`{}` knows `{known}`", row.module);
        }
        for name in ["tokio", "crossterm", "nix", "portable_pty", "reqwest", "rmcp", "include_dir", "dotenvy"] {
            assert!(!row.crates.contains(&name), "`{}` is pure and may know `{name}`", row.module);
        }
    }
}

#[test]
fn who_does_io_knows_no_one_who_composes_and_who_draws_knows_no_io() {
    for row in MATRIX {
        for known in row.modules.iter().filter_map(|known| matrix::row(known)) {
            let pair = (row.kind, known.kind);
            assert!(
                !matches!(pair, (Kind::Io, Kind::Compose | Kind::Draw) | (Kind::Draw, Kind::Io | Kind::Compose)),
                "`{}` may know `{}`",
                row.module,
                known.module
            );
        }
    }
}

#[test]
fn who_proposes_does_not_know_the_gate() {
    for name in ["agent", "planner", "model"] {
        assert!(matrix::row(name).is_some_and(|row| !row.modules.contains(&"gate")), "`{name}` may know the gate");
    }
}

/// The package's root: cargo names it at run time too, so that the test can be pointed elsewhere.
fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// Adds all Rust files below a directory, each as its path from the root and its text.
fn collect(root: &Path, directory: &Path, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The names by which code calls the dependencies of a manifest, dev-dependencies left out.
fn crates_of(manifest: &str) -> BTreeSet<String> {
    let mut crates = BTreeSet::new();
    let mut in_dependencies = false;
    for line in manifest.lines() {
        if let Some(section) = line.trim().strip_prefix('[') {
            in_dependencies = section.trim_end_matches(']').rsplit('.').next() == Some("dependencies");
        } else if in_dependencies && let Some((name, _)) = line.split_once('=') {
            let name = name.trim().trim_matches('"');
            crates.insert(name.split('.').next().unwrap_or(name).replace('-', "_"));
        }
    }
    crates
}

#[test]
fn the_manifest_says_which_crates_there_are() {
    let manifest = "[package]\nname = \"x\"\n\n[dependencies]\n# A word = of comment.\ntui-textarea = { package = \"ratatui-textarea\" }\nnix.workspace = true\n\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n\n[dev-dependencies]\nsyn = \"3\"\n";
    let crates = crates_of(manifest);
    assert!(["tui_textarea", "nix", "libc"].iter().all(|name| crates.contains(*name)), "{crates:?}");
    assert!(!crates.contains("syn") && !crates.contains("name"), "{crates:?}");
}
