//! Places the agent's commands may not write to: its memory, its rules, what
//! the person granted. Refused, not asked.
//!
//! Owns how the words of a command are held against those places. Works on
//! paths as they are written: a command that is not automatic and names such a
//! place is taken to write there, unless its skill says that it reads the file.

use super::judge::Called;
use super::reach::Reach;

/// Programs that reach into a directory when they are given one above it.
const REACHES_DOWN: &[&str] =
    &["rm", "mv", "chmod", "chown", "chgrp", "shred", "rsync", "find", "unlink", "rmdir", "chattr", "setfacl", "srm"];
/// Git verbs that read the work tree and write only to the repository.
const GIT_READS: &[&str] = &["add", "commit"];

/// The protected place that a command which is not automatic would write to.
pub(super) fn by_call<'a>(called: &Called, reach: &Reach, cwd: &str, places: &'a [String]) -> Option<&'a str> {
    if called.program == "git" && called.path.first().is_some_and(|verb| GIT_READS.contains(&verb.as_str())) {
        return None;
    }
    if called.program == "git" && called.path.first().is_some_and(|verb| verb == "clean") {
        return cleaned(called, cwd, places);
    }
    let values = called.options.iter().flat_map(|(name, value)| {
        // Of an option nothing is known about the value may stand inside its word.
        value.as_deref().into_iter().chain(name.split_once('=').map(|(_, value)| value))
    });
    let words = values.chain(called.operands.iter().map(String::as_str));
    let words = words.filter(|word| !reach.files.iter().any(|file| file == word));
    let down = REACHES_DOWN.contains(&called.program.as_str());
    words.flat_map(spellings).find_map(|word| hit(word, down, cwd, places))
}

/// The protected place that a text nobody understood names.
pub(super) fn by_text<'a>(text: &str, cwd: &str, places: &'a [String]) -> Option<&'a str> {
    let border = |character: char| !(character.is_alphanumeric() || "_./-+@%~".contains(character));
    // Quotes and backslashes hide nothing from a shell.
    let bare: String = text.chars().filter(|character| !"\'\"\\".contains(*character)).collect();
    let words: Vec<&str> = bare.split(border).filter(|word| !word.is_empty()).collect();
    let down = words.iter().any(|word| REACHES_DOWN.contains(&word.rsplit('/').next().unwrap_or(word)));
    words.iter().find_map(|word| hit(word, down && word.contains('/'), cwd, places))
}

/// `git clean` takes what nobody tracks, and with `-x` what is ignored: the memory, where it is not left out.
fn cleaned<'a>(called: &Called, cwd: &str, places: &'a [String]) -> Option<&'a str> {
    let left_out = |place: &str| {
        let name = place.rsplit('/').next().unwrap_or(place);
        called.options.iter().any(|(option, value)| {
            ["-e", "--exclude"].contains(&option.as_str())
                && value.as_deref().is_some_and(|value| value.trim_matches('/') == name)
        })
    };
    let takes_ignored = called.options.iter().any(|(option, _)| option.starts_with("-x") || option.starts_with("-X"));
    places.iter().map(String::as_str).find(|place| takes_ignored && inside(place, cwd) && !left_out(place))
}

/// A word, what stands behind a `=` or `:` in it, and behind an `@` at its start.
fn spellings(word: &str) -> impl Iterator<Item = &str> {
    let tail = |border: char| word.split_once(border).map(|(_, tail)| tail);
    [Some(word), tail('='), tail(':'), word.strip_prefix('@'), word.strip_prefix("file://")].into_iter().flatten()
}

fn hit<'a>(word: &str, down: bool, cwd: &str, places: &'a [String]) -> Option<&'a str> {
    let path = resolved(word, cwd);
    places.iter().map(String::as_str).find(|place| inside(&path, place) || (down && inside(place, &path)))
}

/// Whether `path` is `place` or lies below it.
fn inside(path: &str, place: &str) -> bool {
    let place = place.trim_end_matches('/');
    path == place || path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
}

/// An absolute path without `.` and `..`, by its words alone.
fn resolved(word: &str, cwd: &str) -> String {
    let base = if word.starts_with('/') { "" } else { cwd };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(word.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_a_protected_place_is_seen_through_quotes() {
        let places = ["/w/.GCC".to_owned()];
        let named = |text: &str| by_text(text, "/w", &places).is_some();
        assert!(named("echo x > .GCC/main.md") && named("echo x >> ./.G'C'C/a") && named("cd .GCC && rm -f log.md"));
        assert!(named("rm -rf /w && true") && named("for f in /w/.GCC/*; do rm $f; done"));
        assert!(!named("echo x > .GCCx/main.md") && !named("cd /w && make > out"));
    }

    #[test]
    fn paths_are_resolved_by_their_words() {
        assert_eq!(resolved("a/../.GCC/./x", "/w"), "/w/.GCC/x");
        assert_eq!(resolved("/../../w", "/q"), "/w");
        assert!(inside("/w/.GCC", "/w") && !inside("/w.GCC", "/w") && inside("/a", "/"));
    }
}
