//! Programs that take secrets as arguments, and those that print one: what the `## secrets` sections of skills say.
//!
//! Owns the grammar of a line and how a program is looked up. A line shows a command, with `<secret>` where the secret
//! stands:
//!
//! ```text
//! mysql -p<secret>                        attached to the option
//! redis-cli -a <secret>                   the word after the option, or after its `=`
//! curl -u _:<secret>                      what follows `:` in the option's word; `%`, `,` and `=` likewise
//! curl -b <cookies>                       the values of cookies
//! kubectl secret --from-literal _=<secret>     words before it must stand in the command, in this order
//! rabbitmqctl add_user _ <secret>         `_` is any word that is no option
//! composer config http-basic* _ <secret>  a word that begins so
//! htpasswd -b ... <secret>                the last word
//! nmcli password <secret...>              all words up to the next option
//! xfreerdp /p:<secret>                    what follows such a beginning of any word
//! sqlplus _/<secret>@                     between the slash and the service
//! vault get -field* => <secret>           what the command prints
//! printenv <key> => <secret>              `<key>` is a word that names a secret, `<data>` one that asks for its data
//! echo <secret> | sudo -S                 what is printed into such a command
//! ```
//!
//! `mysql|mysqldump -p<secret>` speaks of several programs at once.

use std::collections::BTreeMap;
use std::fmt;

const SECRET: &str = "<secret>";
const LONG: &str = "<secret...>";
const COOKIES: &str = "<cookies>";
/// Letters of a program's name.
const LONGEST: usize = 64;

/// A line of a `## secrets` section, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSecret {
    programs: Vec<String>,
    says: Says,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadToolSecret {
    pub text: String,
    pub hint: &'static str,
}

impl fmt::Display for BadToolSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}; {}", self.text, self.hint)
    }
}

impl std::error::Error for BadToolSecret {}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Says {
    Argument(Item),
    Answer(Vec<Wanted>),
    Sink(Sink),
}

/// Where a secret stands among the words of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Words that must stand before, in this order.
    pub(super) scope: Vec<Part>,
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Word(String),
    Beginning(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Option {
        name: String,
        form: Form,
    },
    /// A word that is no option, after so many others.
    Word {
        skipped: usize,
        long: bool,
    },
    Last,
    Beginning {
        text: String,
        long: bool,
    },
    /// `user/secret@service`
    Login,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Next,
    Attached,
    After(u8),
    Cookies,
}

/// What must stand in a command whose output is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Part(Part),
    /// A word that names a secret.
    Key,
    /// A word that asks for the data of one.
    Data,
}

/// A command that reads a secret from its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sink {
    pub(super) words: String,
    /// A name and a colon stand before the secret.
    pub(super) login: bool,
}

impl ToolSecret {
    /// Reads a line.
    ///
    /// # Errors
    /// The line shows no secret, or shows it where no rule of the grammar finds it.
    pub fn read(line: &str) -> Result<Self, BadToolSecret> {
        let wrong = |text: String, hint| Err(BadToolSecret { text, hint });
        let mut words = line.split_ascii_whitespace();
        let programs: Vec<String> = words.next().unwrap_or_default().split('|').map(str::to_owned).collect();
        let fits = |name: &String| (2..=LONGEST).contains(&name.len()) && name.bytes().all(is_part_of_name);
        if !programs.iter().all(fits) {
            return wrong(format!("`{line}` begins with no program's name"), "write `program --option <secret>`");
        }
        let words: Vec<&str> = words.collect();
        if let Some(pipe) = words.iter().position(|word| *word == "|") {
            let (left, right) = words.split_at(pipe);
            let login = match left {
                [SECRET] => false,
                ["_:<secret>"] => true,
                _ => return wrong(format!("`{line}` pipes no secret"), "write `echo <secret> | program`"),
            };
            let words = right.get(1..).unwrap_or_default().join(" ");
            if programs != ["echo"] || words.is_empty() {
                return wrong(format!("`{line}` pipes into nothing"), "write `echo <secret> | program`");
            }
            return Ok(Self { programs, says: Says::Sink(Sink { words, login }) });
        }
        if let [wanted @ .., "=>", SECRET] = words.as_slice() {
            let wanted = wanted.iter().map(|word| match *word {
                "<key>" => Wanted::Key,
                "<data>" => Wanted::Data,
                word => Wanted::Part(part(word)),
            });
            return Ok(Self { programs, says: Says::Answer(wanted.collect()) });
        }
        match item(&words) {
            Some(item) => Ok(Self { programs, says: Says::Argument(item) }),
            None => wrong(
                format!("`{line}` does not end in a word with `<secret>`"),
                "write `<secret>` in the place of the secret, as in `mysql -p<secret>` or `redis-cli -a <secret>`",
            ),
        }
    }
}

fn is_part_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._+-".contains(&byte)
}

fn part(word: &str) -> Part {
    match word.strip_suffix('*').filter(|beginning| !beginning.is_empty()) {
        Some(beginning) => Part::Beginning(beginning.to_owned()),
        None => Part::Word(word.to_owned()),
    }
}

fn item(words: &[&str]) -> Option<Item> {
    let (last, before) = words.split_last()?;
    if before.iter().any(|word| word.contains("<secret") || word.contains(COOKIES)) {
        return None;
    }
    let option = before.split_last().filter(|(word, _)| word.len() > 1 && word.starts_with('-'));
    let named = |form| option.map(|(name, scope)| (Place::Option { name: (*name).to_owned(), form }, scope));
    let (place, scope) = match *last {
        SECRET | LONG => match (option.filter(|_| *last == SECRET), before) {
            (Some((name, scope)), _) => (Place::Option { name: (*name).to_owned(), form: Form::Next }, scope),
            (None, [scope @ .., "..."]) => (Place::Last, scope),
            (None, scope) => {
                let skipped = scope.iter().rev().take_while(|word| **word == "_").count();
                (Place::Word { skipped, long: *last == LONG }, scope.get(..scope.len() - skipped)?)
            }
        },
        COOKIES => named(Form::Cookies)?,
        "_/<secret>@" => (Place::Login, before),
        other => {
            let (lead, long) = match other.strip_suffix(SECRET) {
                Some(lead) => (lead, false),
                None => (other.strip_suffix(LONG)?, true),
            };
            match (lead.strip_prefix('_').map(str::as_bytes), lead.strip_suffix('=')) {
                _ if lead.is_empty() || lead.contains('<') => return None,
                (Some([separator @ (b':' | b'%' | b',' | b'=')]), _) => named(Form::After(*separator))?,
                (Some(_), _) => return None,
                (None, Some(name)) if name.starts_with('-') => {
                    (Place::Option { name: name.to_owned(), form: Form::Next }, before)
                }
                _ if lead.len() > 1 && lead.starts_with('-') => {
                    (Place::Option { name: lead.to_owned(), form: Form::Attached }, before)
                }
                _ => (Place::Beginning { text: lead.to_owned(), long }, before),
            }
        }
    };
    let scope = scope.iter().filter(|word| **word != "_").map(|word| part(word)).collect();
    Some(Item { scope, place })
}

/// A program of the table.
#[derive(Debug, Default)]
pub(super) struct Tool {
    pub(super) items: Vec<Item>,
    pub(super) answers: Vec<Vec<Wanted>>,
}

/// All lines together.
#[derive(Debug)]
pub(super) struct Tools {
    by_name: BTreeMap<Vec<u8>, Tool>,
    pub(super) sinks: Vec<Sink>,
    /// Bits for the first two letters, the last one and the length of every name: nearly all words are refused here.
    hints: [u64; 512],
}

impl Default for Tools {
    fn default() -> Self {
        Self { by_name: BTreeMap::new(), sinks: Vec::new(), hints: [0; 512] }
    }
}

impl Tools {
    pub(super) fn new<'a>(lines: impl IntoIterator<Item = &'a ToolSecret>) -> Self {
        let mut tools = Self::default();
        for line in lines {
            for name in &line.programs {
                tools.hint(name.as_bytes());
                let tool = tools.by_name.entry(name.as_bytes().to_vec()).or_default();
                match &line.says {
                    Says::Argument(item) => tool.items.push(item.clone()),
                    Says::Answer(wanted) => tool.answers.push(wanted.clone()),
                    Says::Sink(sink) => tools.sinks.push(sink.clone()),
                }
            }
        }
        // `passwd` stands in `chpasswd`.
        tools.sinks.sort_by_key(|sink| std::cmp::Reverse(sink.words.len()));
        if !tools.sinks.is_empty() {
            tools.hint(b"printf");
        }
        tools
    }

    fn hint(&mut self, name: &[u8]) {
        let mut with_ending = name.to_vec();
        with_ending.extend_from_slice(b".exe");
        for name in [name, with_ending.as_slice()] {
            let bit = fold(name);
            if let Some(word) = self.hints.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
    }

    /// Whether a word may be the name of a program.
    pub(super) fn may_hold(&self, name: &[u8]) -> bool {
        let bit = fold(name);
        self.hints.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<&Tool> {
        self.by_name.get(name)
    }
}

/// A number below 32768.
fn fold(name: &[u8]) -> usize {
    let [first, second, ..] = name else { return 0 };
    let last = name.last().copied().unwrap_or_default();
    let letters = usize::from(*first & 31) << 10 | usize::from(*second & 31) << 5 | usize::from(last & 31);
    letters ^ name.len() << 7 & 32767
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: &str) -> (Vec<Part>, Place) {
        match ToolSecret::read(line).unwrap().says {
            Says::Argument(item) => (item.scope, item.place),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_line_says_where_the_secret_stands() {
        let option = |name: &str, form| Place::Option { name: name.to_owned(), form };
        let word = |text: &str| Part::Word(text.to_owned());
        for (line, scope, expected) in [
            ("mysql -p<secret>", vec![], option("-p", Form::Attached)),
            ("redis-cli -a <secret>", vec![], option("-a", Form::Next)),
            ("redis-cli --pass=<secret>", vec![], option("--pass", Form::Next)),
            ("curl -u _:<secret>", vec![], option("-u", Form::After(b':'))),
            ("curl -b <cookies>", vec![], option("-b", Form::Cookies)),
            (
                "kubectl secret --from-literal _=<secret>",
                vec![word("secret")],
                option("--from-literal", Form::After(b'=')),
            ),
            ("rabbitmqctl add_user _ <secret>", vec![word("add_user")], Place::Word { skipped: 1, long: false }),
            (
                "composer config http-basic* _ <secret>",
                vec![word("config"), Part::Beginning("http-basic".to_owned())],
                Place::Word { skipped: 1, long: false },
            ),
            ("htpasswd -b ... <secret>", vec![word("-b")], Place::Last),
            ("nmcli password <secret...>", vec![word("password")], Place::Word { skipped: 0, long: true }),
            ("xfreerdp /p:<secret>", vec![], Place::Beginning { text: "/p:".to_owned(), long: false }),
            ("sqlplus _/<secret>@", vec![], Place::Login),
        ] {
            assert_eq!(place(line), (scope, expected), "{line}");
        }
    }

    #[test]
    fn a_line_that_shows_no_secret_is_refused_with_what_to_write() {
        for line in [
            "",
            "mysql",
            "mysql -p",
            "<secret>",
            "mysql <password>",
            "mysql <secret> -p",
            "mysql -p<secret> db",
            "mysql <secret> <secret>",
            "mysql _#<secret>",
            "mysql _:<secret>",
            "cat <secret> | sudo -S",
            "echo x | sudo -S",
            "echo <secret> |",
            "my/sql -p<secret>",
        ] {
            let bad = ToolSecret::read(line).unwrap_err();
            assert!(bad.hint.contains("<secret>"), "{line}: {bad}");
        }
    }

    #[test]
    fn one_line_may_speak_of_several_programs() {
        let line = ToolSecret::read("mysql|mysqldump -p<secret>").unwrap();
        let tools = Tools::new([&line]);
        assert!(
            ["mysql", "mysqldump"]
                .iter()
                .all(|name| tools.may_hold(name.as_bytes()) && tools.get(name.as_bytes()).is_some())
        );
        assert!(tools.get(b"psql").is_none());
    }
}
