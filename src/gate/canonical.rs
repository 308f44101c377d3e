//! One command's words in canonical form: verb path, options with their
//! standing, operands. Reads past global options to the real verb, folds
//! synonyms, understands `--flag=value`, attached and bundled short options.

use crate::skill::{OptionTable, Profile, Take};

/// What the profile says about an option that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Listed as harmless for this verb.
    Harmless,
    /// Known, and known not to be harmless.
    Guarded,
    /// Not in any table.
    Unknown,
}

/// One option as it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OptionUse {
    /// Without its value: `-n`, `--output`; a whole word where nothing is known.
    pub name: String,
    pub value: Option<String>,
    pub standing: Standing,
}

impl OptionUse {
    /// With its value behind the sign of equality, as the forms of rules have it: `-o=yaml`.
    pub fn text(&self) -> String {
        self.value.as_ref().map_or_else(|| self.name.clone(), |value| format!("{}={value}", self.name))
    }
}

/// A command understood as far as its profile goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub program: String,
    pub path: Vec<String>,
    pub options: Vec<OptionUse>,
    pub operands: Vec<String>,
    /// An unknown option stood before the verb, so the verb may be another word.
    pub uncertain: bool,
}

impl Call {
    /// Program, verb, options and operands in a fixed order, for people.
    pub fn canonical(&self) -> Vec<String> {
        let mut words = vec![self.program.clone()];
        words.extend(self.path.iter().cloned());
        for option in &self.options {
            words.push(match &option.value {
                Some(value) if option.name.starts_with("--") => format!("{}={value}", option.name),
                Some(value) => format!("{} {value}", option.name),
                None => option.name.clone(),
            });
        }
        words.extend(self.operands.iter().cloned());
        words
    }
}

/// A token that looked like an option, before the whole verb is known.
struct Raw {
    name: String,
    value: Option<String>,
    /// Whether its arity was known when it was read.
    known: bool,
    /// Whether it stood after a word of the verb.
    after_verb: bool,
}

/// Reads `words` (program first). `verbs` are the known verb paths of the program;
/// `synonyms` map verb paths without the program.
pub(crate) fn read(
    program: &str,
    words: &[String],
    profile: &Profile,
    is_verb_prefix: impl Fn(&[String]) -> bool,
    synonyms: &[(Vec<String>, Vec<String>)],
) -> Call {
    let has_verbs = is_verb_prefix(&[]);
    let mut path: Vec<String> = Vec::new();
    let mut verb_open = has_verbs;
    let mut raw: Vec<Raw> = Vec::new();
    let mut operands: Vec<String> = Vec::new();
    let mut uncertain = false;
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        if word == "--" {
            operands.extend(rest.by_ref().cloned());
            break;
        }
        if word.len() > 1 && word.starts_with('-') {
            let tables = Tables { profile, path: path.join(" "), after_verb: !path.is_empty() };
            for option in split_option(word, &tables) {
                let Some((name, take, attached)) = option else {
                    if profile.text {
                        operands.push(word.clone());
                        continue;
                    }
                    uncertain |= verb_open;
                    raw.push(Raw { name: word.clone(), value: None, known: false, after_verb: tables.after_verb });
                    continue;
                };
                let value = match (take, attached) {
                    (_, Some(value)) => Some(value),
                    (Take::Value, None) => {
                        let value = rest.next().cloned();
                        // Programs disagree about what an option swallows; a guarded one in its place counts twice.
                        if let Some(word) = value.as_deref().filter(|word| tables.guards(word)) {
                            let name = word.to_owned();
                            raw.push(Raw { name, value: None, known: false, after_verb: tables.after_verb });
                        }
                        value
                    }
                    _ => None,
                };
                raw.push(Raw { name, value, known: true, after_verb: tables.after_verb });
            }
            continue;
        }
        if verb_open {
            let mut longer = path.clone();
            longer.push(word.clone());
            if is_verb_prefix(&longer) || path.is_empty() {
                verb_open = is_verb_prefix(&longer);
                path = longer;
                continue;
            }
            verb_open = false;
        }
        operands.push(word.clone());
    }
    if let Some((from, to)) = synonyms.iter().find(|(from, _)| path.starts_with(from)) {
        let tail = path.split_off(from.len());
        path = to.clone();
        // Words after the synonym that were read as its verb are operands of the new one.
        let extends = !tail.is_empty() && {
            let mut longer = path.clone();
            longer.extend(tail.iter().cloned());
            is_verb_prefix(&longer)
        };
        if extends {
            path.extend(tail);
        } else {
            operands.splice(0..0, tail);
        }
    }
    let options = raw
        .into_iter()
        .map(|option| {
            let tables = Tables { profile, path: path.join(" "), after_verb: option.after_verb };
            let standing = tables.standing(&option.name, option.value.is_some(), option.known);
            OptionUse { name: option.name, value: option.value, standing }
        })
        .collect();
    Call { program: program.to_owned(), path, options, operands, uncertain }
}

/// The option tables that hold for a verb path.
struct Tables<'a> {
    profile: &'a Profile,
    path: String,
    after_verb: bool,
}

impl<'a> Tables<'a> {
    /// Some programs take their global options only before the verb; the same letters mean others after it.
    fn global_counts(&self) -> bool {
        !(self.profile.globals_first && self.after_verb)
    }

    fn harmless(&self) -> impl Iterator<Item = &'a OptionTable> {
        let verb = self.profile.verbs.get(&self.path);
        verb.into_iter().chain(self.global_counts().then_some(&self.profile.global))
    }

    fn guarded(&self) -> impl Iterator<Item = &'a OptionTable> {
        let verb = self.profile.guarded_verbs.get(&self.path);
        verb.into_iter().chain(self.global_counts().then_some(&self.profile.guarded))
    }

    /// Whether a word that stands as a value could itself be read as a guarded option.
    fn guards(&self, word: &str) -> bool {
        if word.len() < 2 || !word.starts_with('-') {
            return false;
        }
        let head = word.split_once('=').map_or(word, |(head, _)| head);
        let short: String = head.chars().take(2).collect();
        let bundled = !word.starts_with("--") && !self.profile.single_dash;
        self.guarded().any(|table| table.get(head).is_some() || (bundled && table.get(&short).is_some()))
    }

    fn take(&self, name: &str) -> Option<Take> {
        self.guarded().chain(self.harmless()).find_map(|table| table.get(name))
    }

    fn standing(&self, name: &str, has_value: bool, known: bool) -> Standing {
        if self.guarded().any(|table| table.get(name).is_some()) {
            return Standing::Guarded;
        }
        // The arity read must be the arity the verb's own table gives.
        let fits = |take: Take| match take {
            Take::Nothing => !has_value,
            Take::Value => has_value,
            Take::Attached => true,
        };
        if known && self.harmless().any(|table| table.get(name).is_some_and(fits)) {
            return Standing::Harmless;
        }
        Standing::Unknown
    }
}

type Piece = Option<(String, Take, Option<String>)>;

/// Takes one option word apart: name, arity, attached value. `None` for what no table knows.
fn split_option(word: &str, tables: &Tables<'_>) -> Vec<Piece> {
    let exact = |name: &str| tables.take(name);
    if let Some((name, value)) = word.split_once('=').filter(|(name, _)| name.len() > 1) {
        return match exact(name) {
            Some(take @ (Take::Value | Take::Attached)) => {
                vec![Some((name.to_owned(), take, Some(value.to_owned())))]
            }
            _ if word.starts_with("--") => vec![None],
            _ => cluster(word, tables),
        };
    }
    if let Some(take) = exact(word) {
        return vec![Some((word.to_owned(), take, None))];
    }
    if word.starts_with("--") || tables.profile.single_dash {
        return vec![None];
    }
    cluster(word, tables)
}

fn cluster(word: &str, tables: &Tables<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let letters = &word[1..];
    for (index, letter) in letters.char_indices() {
        let name = format!("-{letter}");
        let after = &letters[index + letter.len_utf8()..];
        match tables.take(&name) {
            Some(Take::Nothing) => pieces.push(Some((name, Take::Nothing, None))),
            Some(take) => {
                let attached = (!after.is_empty()).then(|| after.strip_prefix('=').unwrap_or(after).to_owned());
                pieces.push(Some((name, take, attached)));
                return pieces;
            }
            // One unknown letter makes the whole word unknown.
            None => return vec![None],
        }
    }
    pieces
}

/// How a program spells its options, for triggers: its profile and the verb path that was read.
pub(crate) type Spelling<'a> = Option<(&'a Profile, &'a [String])>;

/// Whether a trigger option appears in `words` in any spelling. Recall, not precision.
pub(crate) fn triggered(flag: &str, words: &[String], spelling: Spelling<'_>) -> bool {
    words.iter().skip(1).any(|word| word_triggers(flag, word, spelling))
}

fn word_triggers(flag: &str, word: &str, spelling: Spelling<'_>) -> bool {
    if flag.starts_with('-') && !word.starts_with('-') {
        return false;
    }
    let profile = spelling.map(|(profile, _)| profile);
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    if name == flag {
        return true;
    }
    let single_dash = profile.is_some_and(|profile| profile.single_dash);
    if flag.starts_with("--") {
        let shortened = profile.is_none_or(|profile| profile.abbreviations);
        return shortened && name.len() > 2 && name.starts_with("--") && flag.starts_with(name);
    }
    let (Some(letter), None) = (flag.chars().nth(1), flag.chars().nth(2)) else { return false };
    if single_dash || word.starts_with("--") || !word.starts_with('-') {
        return false;
    }
    for candidate in word.chars().skip(1) {
        if candidate == letter {
            return true;
        }
        // What follows an option with a value is its value.
        let takes_value = spelling.is_some_and(|(profile, path)| {
            let tables = Tables { profile, path: path.join(" "), after_verb: true };
            tables.take(&format!("-{candidate}")) == Some(Take::Value)
        });
        if takes_value {
            return false;
        }
    }
    false
}
