//! Places the agent's commands may not write to: its memory, its rules, what
//! the person granted. Refused, not asked.
//!
//! Owns how the words of a command are held against those places. Works on
//! paths as they are written: a command that is not automatic and names such a
//! place is taken to write there, unless its skill says that it reads the file.

use std::collections::BTreeMap;

use super::judge::Called;
use super::reach::Reach;

/// Programs that reach into a directory when they are given one above it.
const REACHES_DOWN: &[&str] =
    &["rm", "mv", "chmod", "chown", "chgrp", "shred", "unlink", "rmdir", "chattr", "setfacl", "srm"];
/// Git verbs that read the work tree and write only to the repository.
const GIT_READS: &[&str] = &["add", "commit"];

/// Where the words of a command are seen from, and what they must not touch.
pub(super) struct Ground<'a> {
    pub cwd: &'a str,
    pub home: Option<&'a str>,
    pub places: &'a [String],
    /// Where a word really lies that leads through a link.
    pub real: &'a BTreeMap<String, String>,
}

/// The protected place that a command which is not automatic would write to.
pub(super) fn by_call<'a>(called: &Called, reach: &Reach, ground: &Ground<'a>) -> Option<&'a str> {
    if called.program == "git" {
        match called.path.first().map(String::as_str) {
            Some(verb) if GIT_READS.contains(&verb) => return None,
            // What is left out by name is not touched by it.
            Some("clean") => {
                let mut operands = called.operands.iter();
                return cleaned(called, ground)
                    .or_else(|| operands.find_map(|word| hit(word, false, ground.cwd, ground)));
            }
            Some("stash") if let Some(place) = cleaned(called, ground) => return Some(place),
            _ => {}
        }
    }
    if called.runs_others {
        // A shell's script, or a program and its words: read as the text they are.
        let texts = called.operands.iter().chain(called.options.iter().filter_map(|(_, value)| value.as_ref()));
        let texts = texts.filter(|text| text.contains(|c: char| c.is_whitespace() || "|&;<>()`$".contains(c)));
        if let Some(place) = texts.map(String::as_str).find_map(|text| by_text(text, ground)) {
            return Some(place);
        }
    }
    let words = words(called);
    let read = |word: &&(String, bool)| reach.files.contains(&word.0);
    words.iter().filter(|word| !read(word)).find_map(|(word, down)| hit(word, *down, ground.cwd, ground))
}

/// The protected place that a text nobody understood names.
pub(super) fn by_text<'a>(text: &str, ground: &Ground<'a>) -> Option<&'a str> {
    let mut base = ground.cwd.to_owned();
    text_commands(text, ground).into_iter().find_map(|words| {
        let tree = reaches_down(&words);
        let last = words.len().saturating_sub(1);
        let moved = words.iter().any(|word| word == "mv");
        let found = words.iter().enumerate().find_map(|(index, word)| {
            let down = tree && !(moved && index == last);
            hit(word, down, &base, ground).or_else(|| hit(word, down, ground.cwd, ground))
        });
        if let [.., verb, aim] = words.as_slice()
            && ["cd", "pushd"].contains(&verb.as_str())
        {
            base = resolved(aim, &base);
        }
        found
    })
}

/// The words whose real place must be known.
pub(super) fn words_of(called: &Called) -> Vec<String> {
    words(called).into_iter().map(|(word, _)| word).collect()
}

/// The words of a text whose real place must be known.
pub(super) fn words_of_text(text: &str) -> Vec<String> {
    let nowhere = BTreeMap::new();
    let ground = Ground { cwd: ".", home: None, places: &[], real: &nowhere };
    text_commands(text, &ground).into_iter().flatten().collect()
}

/// The words of a command that can name a place, and whether the command reaches into what lies below it.
fn words(called: &Called) -> Vec<(String, bool)> {
    let options = called.options.iter().flat_map(|(name, value)| {
        // Of an option nothing is known about the value may stand inside its word.
        value.as_deref().into_iter().chain(name.split_once('=').map(|(_, value)| value))
    });
    let down = match called.program.as_str() {
        "find" | "rsync" => {
            let names = called.options.iter().map(|(name, _)| name.as_str());
            let all: Vec<String> = names.chain(called.operands.iter().map(String::as_str)).map(str::to_owned).collect();
            takes_away(&called.program, &all)
        }
        program => {
            REACHES_DOWN.contains(&program)
                || (called.runs_others && called.operands.iter().any(|word| REACHES_DOWN.contains(&last_part(word))))
        }
    };
    // What is moved goes away with all below it; where it goes to only gains.
    let into = called.options.iter().any(|(name, _)| name == "-t" || name.starts_with("--target"));
    let last = (called.program == "mv" && !into).then(|| called.operands.len().saturating_sub(1));
    let operands = called.operands.iter().enumerate().map(|(index, word)| (word.as_str(), down && last != Some(index)));
    let all = options.map(|value| (value, down)).chain(operands);
    all.flat_map(|(word, down)| spellings(word).map(move |word| (word.to_owned(), down))).collect()
}

/// The commands of a text as words, as far as they can be told without a shell.
fn text_commands(text: &str, ground: &Ground<'_>) -> Vec<Vec<String>> {
    // Quotes and backslashes hide nothing from a shell.
    let mut bare: String = text.chars().filter(|character| !"\'\"\\".contains(*character)).collect();
    for name in ["${PWD}", "$PWD", "$(pwd)", "`pwd`"] {
        bare = bare.replace(name, ground.cwd);
    }
    for name in ["${HOME}", "$HOME"] {
        bare = bare.replace(name, ground.home.unwrap_or(name));
    }
    let border = |character: char| !(character.is_alphanumeric() || "_./-+@%~*?[]".contains(character));
    let word = |word: &str| match (word.strip_prefix('~'), ground.home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => format!("{home}{rest}"),
        _ => word.to_owned(),
    };
    let commands = bare.split(|c: char| ";|&\n(){}`".contains(c));
    commands.map(|command| command.split(border).filter(|part| !part.is_empty()).map(word).collect()).collect()
}

/// Whether a command of a text reaches into directories that are given to it.
fn reaches_down(words: &[String]) -> bool {
    let named = |name: &str| words.iter().any(|word| last_part(word) == name);
    REACHES_DOWN.iter().any(|name| named(name))
        || ["find", "rsync"].iter().any(|name| named(name) && takes_away(name, words))
}

/// Whether `find` or `rsync` takes away what it comes upon.
fn takes_away(program: &str, words: &[String]) -> bool {
    words.iter().any(|word| match program {
        "rsync" => word.starts_with("--del") || word.starts_with("--remove-s"),
        _ => word == "-delete" || REACHES_DOWN.contains(&last_part(word)) || super::floors::never_auto(last_part(word)),
    })
}

fn last_part(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// `git clean` takes what nobody tracks, and with `-x` what is ignored: the memory, where it is not left out. So does
/// `git stash --all`, which leaves nothing out.
fn cleaned<'a>(called: &Called, ground: &Ground<'a>) -> Option<&'a str> {
    let stash = called.path.first().is_some_and(|verb| verb == "stash");
    let left_out = |place: &str| {
        let name = last_part(place);
        !stash
            && called.options.iter().any(|(option, value)| {
                ["-e", "--exclude"].contains(&option.as_str())
                    && value.as_deref().is_some_and(|value| value.trim_matches('/') == name)
            })
    };
    let signs = if stash { ["-a", "--all"] } else { ["-x", "-X"] };
    let takes_ignored = called.options.iter().any(|(option, _)| signs.iter().any(|sign| option.starts_with(sign)));
    let elsewhere = called.options.iter().find(|(option, _)| option == "-C").and_then(|(_, value)| value.as_deref());
    let here = resolved(elsewhere.unwrap_or("."), ground.cwd);
    let mut places = ground.places.iter().map(String::as_str);
    places.find(|place| takes_ignored && inside(place, &here) && !left_out(place))
}

/// A word; what stands around a `=` or `:` in it, and behind an `@` at its start.
fn spellings(word: &str) -> impl Iterator<Item = &str> {
    let tail = |border: char| word.split_once(border).map(|(_, tail)| tail);
    let head = word.split_once(':').map(|(head, _)| head);
    [Some(word), tail('='), tail(':'), head, word.strip_prefix('@'), word.strip_prefix("file://")].into_iter().flatten()
}

fn hit<'a>(word: &str, down: bool, base: &str, ground: &Ground<'a>) -> Option<&'a str> {
    let path = resolved(word, base);
    let real = ground.real.get(word).filter(|real| **real != path);
    ground.places.iter().map(String::as_str).find(|place| {
        let touches = |path: &str| inside(path, place) || (down && inside(place, path));
        touches(&path) || real.is_some_and(|real| touches(real)) || (down && could_be(&path, place))
    })
}

/// Whether a path with `*`, `?` or `[` in it could name the place, or something in or above it.
fn could_be(path: &str, place: &str) -> bool {
    if !path.contains(['*', '?', '[']) {
        return false;
    }
    let mut pairs = path.trim_matches('/').split('/').zip(place.trim_matches('/').split('/'));
    pairs.all(|(pattern, name)| fits(pattern, name))
}

/// A shell's pattern against one name. What stands in brackets counts as any one letter.
fn fits(pattern: &str, name: &str) -> bool {
    // A pattern finds a hidden name only by its dot.
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let mut simple = String::new();
    let mut open = false;
    for character in pattern.chars() {
        match character {
            '[' if !open => {
                open = true;
                simple.push('?');
            }
            ']' if open => open = false,
            _ if open => {}
            other => simple.push(other),
        }
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (simple.chars().collect(), name.chars().collect());
    // The ends of the name that the pattern read so far can reach.
    let mut ends = vec![false; name.len() + 1];
    ends[0] = true;
    for sign in pattern {
        let mut next = vec![false; name.len() + 1];
        for (end, _) in ends.iter().enumerate().filter(|(_, reached)| **reached) {
            match (sign, name.get(end)) {
                ('*', _) => next[end..].fill(true),
                ('?', Some(_)) => next[end + 1] = true,
                (sign, Some(letter)) if sign == *letter => next[end + 1] = true,
                _ => {}
            }
        }
        ends = next;
    }
    ends.last() == Some(&true)
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
        let real = BTreeMap::new();
        let ground = Ground { cwd: "/w", home: Some("/home/ada"), places: &places, real: &real };
        let named = |text: &str| by_text(text, &ground).is_some();
        assert!(named("echo x > .GCC/main.md") && named("echo x >> ./.G'C'C/a") && named("cd .GCC && rm -f log.md"));
        assert!(named("rm -rf /w && true") && named("for f in /w/.GCC/*; do rm $f; done"));
        assert!(!named("echo x > .GCCx/main.md") && !named("cd /w && make > out"));
    }

    #[test]
    fn patterns_find_what_a_shell_would_find() {
        assert!(fits(".G*", ".GCC") && fits(".G?C", ".GCC") && fits(".[A-Z]CC", ".GCC") && fits("*", "skills"));
        assert!(!fits("*", ".GCC") && !fits("*.log", "skills") && !fits(".G?", ".GCC") && !fits("?CC", ".GCC"));
    }

    #[test]
    fn paths_are_resolved_by_their_words() {
        assert_eq!(resolved("a/../.GCC/./x", "/w"), "/w/.GCC/x");
        assert_eq!(resolved("/../../w", "/q"), "/w");
        assert!(inside("/w/.GCC", "/w") && !inside("/w.GCC", "/w") && inside("/a", "/"));
    }
}
