//! Finds the real programs some tests drive.
//!
//! Owns the rule for a missing one: on a bare machine the test says so and passes,
//! with `REQUIRE_REAL=1` it fails. Knows nothing of what the programs do.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The absolute path of `name` on `PATH`, or `None` after printing that the test is skipped.
///
/// # Panics
/// When the program is missing and `REQUIRE_REAL=1` is set.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .filter(|directory| directory.is_absolute())
        .map(|directory| directory.join(name))
        .find(|candidate| is_executable(candidate));
    if found.is_none() {
        let required = std::env::var_os("REQUIRE_REAL").is_some_and(|value| value == "1");
        assert!(!required, "{name} is not installed, and REQUIRE_REAL=1 wants it");
        println!("skipped: {name} is not installed");
    }
    found
}

fn is_executable(candidate: &Path) -> bool {
    candidate.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}
