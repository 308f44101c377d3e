//! Words and sentences with slots: `{pod}` takes a value, `[-n {namespace}]` is there only when its values are.
//!
//! Owns where a slot begins and which values may stand in a command. A value fills a place inside one word and is
//! never read as words again. Knows nothing of steps or of where values come from.

use std::collections::{BTreeMap, BTreeSet};

use crate::output::escape;

/// Values by the name of their slot.
pub type Values = BTreeMap<String, String>;

/// Bytes of the longest value that stands in a command.
const LONGEST_VALUE: usize = 1000;
/// Characters of a value that a sentence keeps.
const LONGEST_SHOWN: usize = 200;

/// Why a value may not stand in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    pub slot: String,
    pub why: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Slot(String),
}

/// Text with slots in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filled {
    pieces: Vec<Piece>,
}

impl Filled {
    /// `{name}` is a slot; `{{…}}`, `@{upstream}` and `{2,3}` are not.
    pub fn parse(text: &str) -> Filled {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            plain.push_str(before);
            let name = from[1..].split_once('}').map(|(name, _)| name).filter(|name| is_slot_name(name));
            match name.filter(|_| !plain.ends_with(['@', '{'])) {
                Some(name) => {
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Slot(name.to_owned()));
                    rest = &from[name.len() + 2..];
                }
                None => {
                    plain.push('{');
                    rest = &from[1..];
                }
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Filled { pieces }
    }

    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Slot(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text with every slot replaced by what `show` makes of its value; `None` when one has none.
    pub fn render_with(&self, values: &Values, show: impl Fn(&str) -> String) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Slot(name) => text.push_str(&show(values.get(name)?)),
            }
        }
        Some(text)
    }

    pub fn render(&self, values: &Values) -> Option<String> {
        self.render_with(values, str::to_owned)
    }

    /// The text as one word of a command.
    fn word(&self, values: &Values) -> Result<String, Unfit> {
        let unfit = |slot: &str, why| Err(Unfit { slot: slot.to_owned(), why });
        let mut text = String::new();
        for piece in &self.pieces {
            let name = match piece {
                Piece::Text(plain) => {
                    text.push_str(plain);
                    continue;
                }
                Piece::Slot(name) => name,
            };
            match values.get(name) {
                None => return unfit(name, "is not known"),
                Some(value) if value.trim().is_empty() => return unfit(name, "is empty"),
                Some(value) if value.len() > LONGEST_VALUE => return unfit(name, "is too long for a command"),
                Some(value) if value.chars().any(char::is_control) => return unfit(name, "holds a control character"),
                // At a word's beginning it would be read as an option.
                Some(value) if text.is_empty() && value.starts_with('-') => return unfit(name, "begins with a dash"),
                Some(value) => text.push_str(value),
            }
        }
        Ok(text)
    }
}

/// Whether a name can be a slot's: a small letter, then small letters, digits and `_`.
pub(super) fn is_slot_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|other| other.is_ascii_lowercase() || other.is_ascii_digit() || other == '_')
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    /// Left out when one of its slots has no value.
    optional: bool,
    words: Vec<Filled>,
}

/// A command as it stands in a runbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    items: Vec<Item>,
    /// The line of the file it stands on.
    pub line: u32,
}

impl Command {
    /// Cuts a line at its blanks; quotes hold together, brackets make words optional.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn parse(text: &str, line: u32) -> Result<Command, String> {
        let mut cutter = Cutter::default();
        let mut quote: Option<char> = None;
        let mut characters = text.trim().chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            match quote {
                Some(open) if character == open => quote = None,
                Some(_) => cutter.push(character),
                None => match character {
                    '\'' | '"' => {
                        quote = Some(character);
                        cutter.begin();
                    }
                    ' ' | '\t' => cutter.end_word(),
                    '[' if cutter.word.is_none() => cutter.open()?,
                    ']' if cutter.group.is_some() && next.is_none_or(char::is_whitespace) => cutter.close()?,
                    '|' | '&' | ';' | '<' | '>' | '$' | '`' | '\\' => {
                        return Err(format!("`{character}` belongs to a shell, and none runs this"));
                    }
                    other => cutter.push(other),
                },
            }
        }
        cutter.end_word();
        if quote.is_some() {
            return Err("a quote is not closed".to_owned());
        }
        if cutter.group.is_some() {
            return Err("a bracket is not closed".to_owned());
        }
        let program = cutter.items.first().filter(|item| !item.optional).and_then(|item| item.words.first());
        match program {
            None => Err("it has no program".to_owned()),
            Some(program) if program.slots().next().is_some() => Err("its program is a slot".to_owned()),
            Some(_) => Ok(Command { items: cutter.items, line }),
        }
    }

    /// The words with their values.
    ///
    /// # Errors
    /// A value that is not known or may not stand in a command.
    pub fn words(&self, values: &Values) -> Result<Vec<String>, Unfit> {
        let mut words = Vec::new();
        for item in &self.items {
            let known = item.words.iter().flat_map(Filled::slots).all(|slot| values.contains_key(slot));
            if item.optional && !known {
                continue;
            }
            for word in &item.words {
                words.push(word.word(values)?);
            }
        }
        Ok(words)
    }

    /// The slots that must have values.
    pub(super) fn needed(&self) -> BTreeSet<&str> {
        self.slots_where(false)
    }

    /// The slots in brackets.
    pub(super) fn optional(&self) -> BTreeSet<&str> {
        self.slots_where(true)
    }

    fn slots_where(&self, optional: bool) -> BTreeSet<&str> {
        let items = self.items.iter().filter(|item| item.optional == optional);
        items.flat_map(|item| &item.words).flat_map(Filled::slots).collect()
    }
}

#[derive(Default)]
struct Cutter {
    items: Vec<Item>,
    group: Option<Vec<Filled>>,
    word: Option<String>,
}

impl Cutter {
    fn begin(&mut self) {
        self.word.get_or_insert_default();
    }

    fn push(&mut self, character: char) {
        self.word.get_or_insert_default().push(character);
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        let word = Filled::parse(&word);
        match &mut self.group {
            Some(group) => group.push(word),
            None => self.items.push(Item { optional: false, words: vec![word] }),
        }
    }

    fn open(&mut self) -> Result<(), String> {
        if self.group.is_some() {
            return Err("a bracket stands inside another".to_owned());
        }
        self.group = Some(Vec::new());
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        self.end_word();
        let words = self.group.take().unwrap_or_default();
        if words.iter().flat_map(Filled::slots).next().is_none() {
            return Err("what stands in brackets holds no slot, so it would always be there".to_owned());
        }
        self.items.push(Item { optional: true, words });
        Ok(())
    }
}

/// A sentence with slots; what stands in brackets is left out when one of its slots has no value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    parts: Vec<(bool, Filled)>,
}

impl Sentence {
    pub(super) fn parse(text: &str) -> Sentence {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('[') {
            let inside = rest[open + 1..].split_once(']').map(|(inside, _)| inside);
            // Brackets without a slot are just brackets.
            match inside.filter(|inside| Filled::parse(inside).slots().next().is_some()) {
                Some(inside) => {
                    parts.push((false, Filled::parse(&rest[..open])));
                    parts.push((true, Filled::parse(inside)));
                    rest = &rest[open + inside.len() + 2..];
                }
                None => {
                    parts.push((false, Filled::parse(&rest[..=open])));
                    rest = &rest[open + 1..];
                }
            }
        }
        parts.push((false, Filled::parse(rest)));
        Sentence { parts }
    }

    /// For people: values are escaped and cut.
    pub fn told(&self, values: &Values) -> String {
        let mut text = String::new();
        for (_, part) in &self.parts {
            // A part that must be there always has its values: parsing proves it.
            text.push_str(&part.render_with(values, shown).unwrap_or_default());
        }
        text
    }

    pub(super) fn needed(&self) -> BTreeSet<&str> {
        self.parts.iter().filter(|(optional, _)| !optional).flat_map(|(_, part)| part.slots()).collect()
    }

    pub(super) fn optional(&self) -> BTreeSet<&str> {
        self.parts.iter().filter(|(optional, _)| *optional).flat_map(|(_, part)| part.slots()).collect()
    }
}

/// Foreign text as it may stand in a sentence.
pub(super) fn shown(text: &str) -> String {
    let escaped = escape::line(text);
    match escaped.char_indices().nth(LONGEST_SHOWN) {
        Some((at, _)) => format!("{}…", &escaped[..at]),
        None => escaped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn words(command: &str, pairs: &[(&str, &str)]) -> Vec<String> {
        Command::parse(command, 1).unwrap().words(&values(pairs)).unwrap()
    }

    #[test]
    fn a_value_stays_one_word_whatever_it_holds() {
        let made = words("kubectl get pod {pod} -o json", &[("pod", "a b; rm -rf 'x'")]);
        assert_eq!(made, ["kubectl", "get", "pod", "a b; rm -rf 'x'", "-o", "json"]);
    }

    #[test]
    fn what_stands_in_brackets_is_there_only_with_its_value() {
        let command = "kubectl get pod {pod} [-n {namespace}]";
        assert_eq!(words(command, &[("pod", "a")]), ["kubectl", "get", "pod", "a"]);
        assert_eq!(words(command, &[("pod", "a"), ("namespace", "b")]), ["kubectl", "get", "pod", "a", "-n", "b"]);
    }

    #[test]
    fn quotes_hold_words_together_and_other_braces_are_no_slots() {
        let made = words("git grep -E 'AKIA[0-9]{16} x' @{upstream} --format '{{.Names}}'", &[]);
        assert_eq!(made, ["git", "grep", "-E", "AKIA[0-9]{16} x", "@{upstream}", "--format", "{{.Names}}"]);
    }

    #[test]
    fn a_value_cannot_become_an_option_or_carry_a_control_character() {
        let command = Command::parse("kubectl get pod {pod} --field-selector=x={pod}", 1).unwrap();
        for (value, why) in [("-A", "begins with a dash"), ("a\nb", "holds a control character"), (" ", "is empty")] {
            let unfit = command.words(&values(&[("pod", value)])).unwrap_err();
            assert_eq!((unfit.slot.as_str(), unfit.why), ("pod", why));
        }
        assert_eq!(command.words(&Values::new()).unwrap_err().why, "is not known");
        assert_eq!(words("df --x={a}", &[("a", "-1")]), ["df", "--x=-1"]);
    }

    #[test]
    fn a_line_for_a_shell_is_refused() {
        for line in ["ps | grep x", "a && b", "echo $HOME", "cat <x", "a; b", "{pod} x", "", "'a", "a [b", "a [b] c"] {
            assert!(Command::parse(line, 1).is_err(), "{line}");
        }
    }

    #[test]
    fn a_sentence_leaves_out_what_it_does_not_know_and_escapes_what_it_does() {
        let sentence = Sentence::parse("{pod} fails[ in {namespace}] (a[0])");
        assert_eq!(sentence.told(&values(&[("pod", "a\x1b[2J")])), "a\\x1b[2J fails (a[0])");
        assert_eq!(sentence.told(&values(&[("pod", "a"), ("namespace", "b")])), "a fails in b (a[0])");
    }
}
