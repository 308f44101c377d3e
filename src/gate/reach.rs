//! What a command reaches outside itself: which remote end, which files it
//! reads, and how it is tied to what was shown.
//!
//! Owns how a skill's `endpoint`, `pin` and `reads` are held against a call.
//! Raises and lowers nothing.

use super::book::RuleBook;
use super::canonical::Call;
use crate::skill::{Endpoint, Profile};

/// What one command reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub endpoint: Option<Endpoint>,
    /// The option that ties it to the end that is shown, where the line says none.
    pub pin: Option<String>,
    /// Files and directories it reads, as written.
    pub files: Vec<String>,
    /// What it reads and nobody can hold it to: an address, its own input.
    pub unbound: Vec<String>,
}

/// What ends a name of a file that is run, applied or read as instructions.
const INSTRUCTIONS: &[&str] = &[
    ".sh", ".bash", ".zsh", ".py", ".pl", ".rb", ".js", ".yaml", ".yml", ".json", ".sql", ".diff", ".patch", ".tf",
    ".hcl", ".toml",
];

/// The reach of a call by the profile of its program.
pub(super) fn of_call(call: &Call, profile: &Profile, verb_known: bool) -> Reach {
    let mut reach = Reach { endpoint: profile.endpoint, ..Reach::default() };
    if let Some(pin) = &profile.pin {
        let said = call.options.iter().any(|option| option.name == pin.option || pin.unless.contains(&option.name));
        let verb = call.path.first();
        let goes = verb.is_some_and(|verb| !pin.not.contains(verb));
        // Before a verb that is no verb of the program's own, options belong to nobody.
        if goes && verb_known && !call.uncertain && !said {
            reach.pin = Some(pin.option.clone());
        }
    }
    for (path, names) in &profile.reads {
        let path: Vec<&str> = path.split_whitespace().collect();
        if !(path.len() <= call.path.len() && path.iter().zip(&call.path).all(|(one, other)| one == other)) {
            continue;
        }
        let options = call.options.iter().filter(|option| names.contains(&option.name));
        let values = options.filter_map(|option| option.value.as_deref()).flat_map(|value| value.split(','));
        let operands = call.operands.iter().map(String::as_str).filter(|_| names.iter().any(|name| name == "operands"));
        let unasked = names.iter().filter_map(|name| name.strip_prefix("file:"));
        for value in values.chain(operands).chain(unasked) {
            let list = if value == "-" || value.contains("://") { &mut reach.unbound } else { &mut reach.files };
            if !list.iter().any(|known| known == value) {
                list.push(value.to_owned());
            }
        }
    }
    reach
}

/// The reach of a text nobody understood: every end it names a program of, every file that looks like instructions.
pub(super) fn of_text(text: &str, book: &RuleBook) -> Vec<Reach> {
    let border = |character: char| !(character.is_alphanumeric() || "_./-+@%".contains(character));
    let mut reaches: Vec<Reach> = Vec::new();
    let mut files = Vec::new();
    for word in text.split(border).filter(|word| !word.is_empty()) {
        let name = word.rsplit('/').next().unwrap_or(word);
        let profile = book.program(name).and_then(|(_, rules)| rules.profile.as_ref());
        if let Some(endpoint) = profile.and_then(|profile| profile.endpoint) {
            let reach = Reach { endpoint: Some(endpoint), ..Reach::default() };
            if !reaches.contains(&reach) {
                reaches.push(reach);
            }
        }
        if INSTRUCTIONS.iter().any(|end| name.len() > end.len() && name.ends_with(end)) {
            let word = word.to_owned();
            if !files.contains(&word) && files.len() < MOST_FILES {
                files.push(word);
            }
        }
    }
    reaches.push(Reach { files, ..Reach::default() });
    reaches
}

/// Files of a text that are looked at; a line with more names them for another reason.
const MOST_FILES: usize = 64;
