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
    /// Ends of programs that it runs in its turn.
    pub through: Vec<Endpoint>,
    /// The context that the line names itself.
    pub context: Option<String>,
    /// The option that ties it to the end that is shown, where the line says none.
    pub pin: Option<String>,
    /// Files and directories it reads, as written.
    pub files: Vec<String>,
    /// What it reads and nobody can hold it to: an address, its own input.
    pub unbound: Vec<String>,
}

impl Reach {
    /// Whether it, or what it runs, goes to an end of this kind.
    pub fn goes_to(&self, endpoint: Endpoint) -> bool {
        self.endpoint == Some(endpoint) || self.through.contains(&endpoint)
    }
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
        // Said twice, the last counts.
        reach.context =
            call.options.iter().rev().find(|option| option.name == pin.option).and_then(|option| option.value.clone());
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

/// The reach of a program that runs what stands in its own words, a shell or `timeout`: besides its own, that of the
/// words as a text.
pub(super) fn through(mut own: Reach, words: &[String], book: &RuleBook) -> Reach {
    for reach in of_text(&words.join(" "), book) {
        own.through.extend(reach.endpoint);
        let new = reach.files.into_iter().filter(|file| !own.files.contains(file)).collect::<Vec<_>>();
        own.files.extend(new);
    }
    own
}

/// The reach of a text nobody understood: every end it names a program of, every file that looks like instructions.
pub(super) fn of_text(text: &str, book: &RuleBook) -> Vec<Reach> {
    let border = |character: char| !(character.is_alphanumeric() || "_./-+@%".contains(character));
    let mut reaches: Vec<Reach> = Vec::new();
    let mut files = Vec::new();
    for word in text.split(border).filter(|word| !word.is_empty()) {
        let name = word.rsplit('/').next().unwrap_or(word);
        let profile = book.program(name).and_then(|(_, rules)| rules.profile.as_deref());
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
