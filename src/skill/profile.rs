//! How a program's words are read: which options exist, which take a value,
//! which leave an automatic command automatic.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::pattern::Pattern;
use super::sayings::Sayings;

/// Whether an option takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// A flag.
    Nothing,
    /// The next word, or attached.
    Value,
    /// Only attached.
    Attached,
}

/// Options by spelling.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OptionTable {
    /// In alphabetical order, so that one is found by halving.
    names: Sayings,
    /// Of each name.
    takes: Box<[Take]>,
    /// Whether `-5` is an option.
    number: bool,
}

impl OptionTable {
    /// Reads `"-A -n= --colour=? -#"`.
    pub fn parse(text: &str) -> Result<OptionTable, String> {
        let mut number = false;
        let mut options = BTreeMap::new();
        for word in text.split_whitespace() {
            if word == "-#" {
                number = true;
                continue;
            }
            let (name, take) = match word.strip_suffix("=?") {
                Some(name) => (name, Take::Attached),
                None => match word.strip_suffix('=') {
                    Some(name) => (name, Take::Value),
                    None => (word, Take::Nothing),
                },
            };
            if !name.starts_with('-') || name.len() < 2 || name.contains('=') {
                return Err(format!("`{word}` is not an option"));
            }
            options.insert(name, take);
        }
        let names = options.keys().collect();
        Ok(OptionTable { names, takes: options.into_values().collect(), number })
    }

    /// How the option of exactly this spelling takes its value.
    pub fn get(&self, name: &str) -> Option<Take> {
        if self.number && is_number_option(name) {
            return Some(Take::Nothing);
        }
        self.names.find_sorted(name).and_then(|at| self.takes.get(at)).copied()
    }

    /// All spellings, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter()
    }
}

fn is_number_option(name: &str) -> bool {
    name.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// One program's profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    pub aliases: Vec<String>,
    /// Long options may be shortened to unique prefixes.
    pub abbreviations: bool,
    /// `-name` is one option, never a cluster of short ones.
    pub single_dash: bool,
    /// Global options stand only before the verb.
    pub globals_first: bool,
    /// What is no option of its own is text, also with a dash in front (`echo --- a ---`).
    pub text: bool,
    /// More operands than this remove auto.
    pub max_operands: Option<usize>,
    /// Harmless before and after the verb.
    pub global: OptionTable,
    /// Known, with arity, and not harmless.
    pub guarded: OptionTable,
    /// Verb path (words joined by a blank; empty for none) to harmless options.
    pub verbs: BTreeMap<String, OptionTable>,
    pub guarded_verbs: BTreeMap<String, OptionTable>,
    /// Verb path to the operands that leave an automatic command automatic.
    pub operands: BTreeMap<String, OperandForms>,
    /// Options that only print help when nothing but a verb stands before them.
    pub help: Vec<String>,
    /// What kind of remote end the program talks to.
    pub endpoint: Option<Endpoint>,
    /// How the command is tied to the end that was shown.
    pub pin: Option<Pin>,
    /// Verb path to what it reads: options whose values are files, the word `operands`, and
    /// `file:NAME` for what is read unasked.
    pub reads: BTreeMap<String, Vec<String>>,
    /// Verb paths whose operands are another command.
    pub hands_on: Vec<String>,
    /// What words mean, for explanations alone.
    means: Vec<Meaning>,
}

/// What a program, a verb or an option is for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meaning {
    /// Of the verb; empty for every verb.
    path: Vec<String>,
    /// Spellings of an option; empty for the program or the verb itself.
    options: Vec<String>,
    text: String,
}

impl Profile {
    /// What the file says a program (an empty path), a verb or an option of it is for; the longest verb path counts.
    pub fn meaning(&self, path: &[String], option: Option<&str>) -> Option<&str> {
        let fits = |meaning: &&Meaning| match option {
            None => meaning.options.is_empty() && meaning.path == path,
            Some(name) => path.starts_with(&meaning.path) && meaning.options.iter().any(|option| option == name),
        };
        let fitting = self.means.iter().filter(fits).max_by_key(|meaning| meaning.path.len());
        fitting.map(|meaning| meaning.text.as_str())
    }
}

/// Which configuration of the person decides where a program goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Endpoint {
    Kube,
    Docker,
}

/// An option that names the remote end, put into the line before it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// `--context`.
    pub option: String,
    /// Options that already say where it goes.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Verbs that go nowhere.
    #[serde(default)]
    pub not: Vec<String>,
}

/// The forms of the first operand, of the second and so on; the last forms hold for all that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperandForms(Vec<Vec<Pattern>>);

impl OperandForms {
    fn parse(places: &[String]) -> Result<OperandForms, String> {
        let place = |text: &String| text.split_whitespace().map(|word| Pattern::parse(word, false)).collect();
        Ok(OperandForms(places.iter().map(place).collect::<Result<_, String>>()?))
    }

    /// The first operand that has none of the forms of its place.
    pub fn misfit<'a>(&self, operands: &'a [String]) -> Option<&'a str> {
        let fits = |(index, operand): &(usize, &String)| {
            let forms = self.0.get(*index).or(self.0.last());
            forms.is_some_and(|forms| forms.iter().any(|form| form.fits(operand)))
        };
        operands.iter().enumerate().find(|operand| !fits(operand)).map(|(_, operand)| operand.as_str())
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawForms {
    All(String),
    Places(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProfile {
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    abbreviations: bool,
    #[serde(default)]
    single_dash: bool,
    #[serde(default)]
    globals_first: bool,
    #[serde(default)]
    text: bool,
    max_operands: Option<usize>,
    #[serde(default)]
    global: String,
    #[serde(default)]
    guarded: String,
    #[serde(default)]
    verbs: BTreeMap<String, String>,
    #[serde(default)]
    guarded_verbs: BTreeMap<String, String>,
    #[serde(default)]
    operands: BTreeMap<String, RawForms>,
    #[serde(default)]
    help: String,
    endpoint: Option<Endpoint>,
    pin: Option<Pin>,
    #[serde(default)]
    reads: BTreeMap<String, String>,
    #[serde(default)]
    hands_on: Vec<String>,
    #[serde(default)]
    means: BTreeMap<String, String>,
}

impl RawProfile {
    pub(super) fn build(self) -> Result<Profile, String> {
        let tables = |raw: BTreeMap<String, String>| -> Result<BTreeMap<String, OptionTable>, String> {
            raw.into_iter().map(|(path, text)| Ok((path, OptionTable::parse(&text)?))).collect()
        };
        let forms = |raw: BTreeMap<String, RawForms>| -> Result<BTreeMap<String, OperandForms>, String> {
            let parsed = raw.into_iter().map(|(path, forms)| {
                let places = match forms {
                    RawForms::All(text) => vec![text],
                    RawForms::Places(places) => places,
                };
                Ok((path, OperandForms::parse(&places)?))
            });
            parsed.collect()
        };
        let split = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let meaning = |(words, text): (String, String)| {
            let (options, path) = words.split_whitespace().map(str::to_owned).partition(|word| word.starts_with('-'));
            Meaning { path, options, text }
        };
        Ok(Profile {
            aliases: self.aliases,
            abbreviations: self.abbreviations,
            single_dash: self.single_dash,
            globals_first: self.globals_first,
            text: self.text,
            max_operands: self.max_operands,
            global: OptionTable::parse(&self.global)?,
            guarded: OptionTable::parse(&self.guarded)?,
            verbs: tables(self.verbs)?,
            guarded_verbs: tables(self.guarded_verbs)?,
            operands: forms(self.operands)?,
            help: split(&self.help),
            hands_on: self.hands_on,
            means: self.means.into_iter().map(meaning).collect(),
            endpoint: self.endpoint,
            pin: self.pin,
            reads: self.reads.into_iter().map(|(path, text)| (path, split(&text))).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_flags_values_and_numbers_apart() {
        let table = OptionTable::parse("-A -n= --color=? -#").unwrap();
        assert_eq!(table.get("-A"), Some(Take::Nothing));
        assert_eq!(table.get("-n"), Some(Take::Value));
        assert_eq!(table.get("--color"), Some(Take::Attached));
        assert_eq!(table.get("-25"), Some(Take::Nothing));
        assert_eq!(table.get("-2x"), None);
        assert!(OptionTable::parse("get").is_err());
    }

    #[test]
    fn operands_are_held_to_the_forms_of_their_place() {
        let forms = OperandForms::parse(&["#p #,#p".to_owned(), "*".to_owned()]).unwrap();
        let misfit = |operands: &[&str]| {
            let operands: Vec<String> = operands.iter().map(|operand| (*operand).to_owned()).collect();
            forms.misfit(&operands).map(str::to_owned)
        };
        assert_eq!(misfit(&["1,5p", "a", "b"]), None);
        assert_eq!(misfit(&["w x", "a"]), Some("w x".to_owned()));
        assert_eq!(OperandForms::parse(&[]).unwrap().misfit(&["x".to_owned()]), Some("x"));
    }
}
