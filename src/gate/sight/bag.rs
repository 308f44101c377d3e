//! All words of a text, in every reading: what a shell, or any program that
//! runs text, might see there.
//!
//! Two cuts are made side by side. One takes quotes and backslashes off as a
//! shell does; the other treats them, and whatever else is no part of a name,
//! as borders. The text is read as it stands, with its escapes decoded
//! (`encoded`), backwards where `rev` is named, with literals of base64 and
//! hexadecimal decoded, with expansions replaced by the values the text itself
//! gives (`values`), and with them and patterns as places where anything may
//! stand (`pattern`).

use std::collections::BTreeSet;

use super::super::book::{Placed, PlacedOperand, ProgramRules, RuleBook};
use super::pattern::{self, Pattern};
use super::{encoded, values};
use crate::domain::Tier;

/// Longer words name no program, verb or option of a rule, and no path that is looked for.
const LONGEST: usize = 256;

/// Words, patterns of words, and where output goes.
#[derive(Debug, Default)]
pub(super) struct Bag {
    words: BTreeSet<String>,
    /// Letters of bundled short options.
    letters: BTreeSet<char>,
    patterns: BTreeSet<Pattern>,
    targets: Vec<String>,
}

impl Bag {
    /// Reads a text in every way.
    pub fn of_text(text: &str) -> Bag {
        let mut bag = Bag::default();
        if text.is_empty() {
            return bag;
        }
        bag.read(text);
        let mut texts = encoded::unescaped(text);
        texts.iter().for_each(|text| bag.read(text));
        // Encodings within encodings, once more.
        for _ in 0..2 {
            let mut inner = Vec::new();
            for text in std::iter::once(text).chain(texts.iter().map(String::as_str)) {
                inner.extend(encoded::decoded(text));
                if bag.words.contains("rev") {
                    inner.push(text.chars().rev().collect());
                }
            }
            inner.retain(|found| found != text && !texts.contains(found));
            if inner.is_empty() {
                break;
            }
            let escaped: Vec<String> = inner.iter().flat_map(|text| encoded::unescaped(text)).collect();
            inner.extend(escaped);
            inner.iter().for_each(|text| bag.read(text));
            texts = inner;
        }
        bag
    }

    /// Reads words that were taken apart, and the text inside each.
    pub fn of_words(words: &[String]) -> Bag {
        // A border that joins no literals, as the end of a line does.
        let mut bag = Bag::of_text(&words.join("\0"));
        words.iter().for_each(|word| bag.add(word));
        bag
    }

    /// The options of one command: its words are read in one way already.
    pub fn of_options(words: &[String]) -> Bag {
        let mut bag = Bag::default();
        words.iter().skip(1).filter(|word| word.starts_with('-')).for_each(|word| bag.add_option(word));
        bag
    }

    /// Every word as it was cut.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Where something is written to.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// Whether a word stands in it, or may.
    pub fn sees(&self, word: &str) -> bool {
        self.words.contains(word) || self.patterns.iter().any(|pattern| pattern.matches(word))
    }

    /// Whether an option stands in it in any spelling, or may.
    pub fn sees_flag(&self, flag: &str) -> bool {
        let mut characters = flag.chars();
        let single = characters.next() == Some('-');
        let bundled = match (single, characters.next(), characters.next()) {
            (true, Some(letter), None) => self.letters.contains(&letter),
            _ => false,
        };
        // GNU programs and git take every beginning of a long option.
        let shortened =
            flag.starts_with("--") && flag.char_indices().skip(3).any(|(end, _)| self.words.contains(&flag[..end]));
        bundled || shortened || self.sees(flag)
    }

    /// The strictest rule of which every word is there.
    pub fn strictest<'a>(&self, book: &'a RuleBook) -> Option<&'a Placed> {
        let mut best: Option<&Placed> = None;
        for name in self.programs(book) {
            let Some((_, rules)) = book.program(name) else { continue };
            for placed in &rules.rules {
                let rule = &placed.rule;
                if rule.tier == Tier::Auto || best.is_some_and(|best| best.rule.tier >= rule.tier) {
                    continue;
                }
                if self.sees_verb(&rule.path, rules) && rule.flags.iter().all(|flag| self.sees_flag(flag)) {
                    best = Some(placed);
                }
            }
        }
        best
    }

    /// The strictest rule about operands of which the verb and an operand are there.
    pub fn strictest_operand<'a>(&self, book: &'a RuleBook) -> Option<&'a PlacedOperand> {
        let programs = self.programs(book).filter_map(|name| book.program(name));
        let rules = programs.flat_map(|(_, rules)| rules.operands.iter().map(move |placed| (placed, rules)));
        let seen = rules.filter(|(placed, rules)| {
            let rule = &placed.rule;
            self.sees_verb(&rule.path, rules) && (rule.none || rule.like.iter().any(|form| self.sees_form(form)))
        });
        seen.map(|(placed, _)| placed).max_by_key(|placed| placed.rule.tier)
    }

    /// Whether the words of a verb stand in it, in any of its spellings.
    fn sees_verb(&self, path: &[String], rules: &ProgramRules) -> bool {
        let all = |words: &[String]| words.iter().all(|word| self.sees(word));
        all(path)
            || rules
                .synonyms
                .iter()
                .any(|(from, to)| path.strip_prefix(&to[..]).is_some_and(|rest| all(from) && all(rest)))
    }

    /// Whether an operand, or an option with its value, of this form stands in it.
    fn sees_form(&self, form: &crate::skill::Pattern) -> bool {
        // `-s=KILL` is one word, or two of which the second may be any.
        let option = form.text().split_once('=').map(|(name, _)| name).filter(|name| name.starts_with('-'));
        let apart = option.filter(|name| self.sees_flag(name));
        self.words().any(|word| form.fits(word) || apart.is_some_and(|name| form.fits(&format!("{name}={word}"))))
    }

    /// Whether a command that streams could be meant.
    pub fn streams(&self, book: &RuleBook) -> bool {
        self.programs(book).filter_map(|name| book.program(name)).any(|(_, rules)| {
            rules.streaming.iter().any(|pattern| {
                pattern.iter().all(|word| if word.starts_with('-') { self.sees_flag(word) } else { self.sees(word) })
            })
        })
    }

    /// The programs of the book that are there, or may be.
    fn programs<'a>(&'a self, book: &'a RuleBook) -> impl Iterator<Item = &'a str> {
        let spelled = self.words().filter(|word| book.program(word).is_some());
        let names = (!self.patterns.is_empty()).then(|| book.names());
        spelled
            .chain(names.into_iter().flatten().filter(|name| self.patterns.iter().any(|pattern| pattern.matches(name))))
    }

    /// Takes the words of one reading of a text.
    fn read(&mut self, text: &str) {
        self.cut(text);
        self.patterns.extend(pattern::patterns(text));
        if let Some(text) = values::substituted(text) {
            self.cut(&text);
        }
    }

    fn cut(&mut self, text: &str) {
        let mut cut = Cut { bag: self, glued: String::new(), bare: String::new(), is_target: false };
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => {
                    cut.end_bare();
                    match characters.peek() {
                        // It joins two lines.
                        Some('\n') => drop(characters.next()),
                        // The letter it hides stays; what else follows is a border for the other cut.
                        Some(next) if next.is_alphanumeric() => {}
                        Some(_) => cut.glued.extend(characters.next()),
                        None => {}
                    }
                }
                '\'' | '"' => cut.end_bare(),
                '$' if characters.peek().is_some_and(|next| *next == '\'' || *next == '"') => cut.end_bare(),
                '$' => {
                    cut.end();
                    if characters.next_if_eq(&'{').is_some() {
                        while characters.next_if(|next| "!#".contains(*next)).is_some() {}
                    }
                    let mut name = String::new();
                    while let Some(letter) = characters.next_if(|next| next.is_ascii_alphanumeric() || *next == '_') {
                        name.push(letter);
                    }
                    // `$KUBECTL` is kubectl more often than not.
                    cut.bag.add(&name.to_ascii_lowercase());
                    if name.is_empty() {
                        characters.next_if(|next| "@*?-!".contains(*next));
                    }
                    // What stands between the name and the word of `${x:-word}`.
                    while characters.next_if(|next| ":-=+?".contains(*next)).is_some() {}
                }
                '>' => {
                    cut.end();
                    cut.is_target = true;
                }
                // `>|` and `>&` go on to the target.
                '|' | '&' if cut.is_target && cut.glued.is_empty() => {}
                ';' | '|' | '&' | '\n' => {
                    cut.end();
                    cut.is_target = false;
                }
                border if border.is_whitespace() || border.is_control() || "<()`".contains(border) => cut.end(),
                other => cut.push(other),
            }
        }
        cut.end();
    }

    fn add(&mut self, word: &str) {
        if word.is_empty() || word.len() > LONGEST {
            return;
        }
        self.insert(word);
        if word.starts_with('-') {
            self.add_option(word);
        }
        // `/bin/rm`, `./kubectl` and `X=rm` count by their last part.
        if let Some((_, last)) = word.rsplit_once(['/', '=']) {
            self.insert(last);
        }
        // sed and perl write commands between slashes.
        let first = word.split('/').next().unwrap_or_default();
        if (1..=2).contains(&first.len()) && first.len() < word.len() {
            word.split('/').skip(1).for_each(|part| self.insert(part));
        }
    }

    fn add_option(&mut self, word: &str) {
        let (name, _) = word.split_once('=').unwrap_or((word, ""));
        self.insert(name);
        if !word.starts_with("--") {
            self.letters.extend(word.chars().skip(1));
            // `-Srm` and `-crm`: a value without a blank before it.
            self.insert(word.get(2..).unwrap_or_default());
        }
    }

    fn insert(&mut self, word: &str) {
        if !word.is_empty() && !self.words.contains(word) {
            self.words.insert(word.to_owned());
        }
    }
}

/// The two cuts of a text, side by side.
struct Cut<'a> {
    bag: &'a mut Bag,
    /// The word without its quotes.
    glued: String,
    /// The part of a word since the last character that is no part of a name.
    bare: String,
    /// The next word is where output goes.
    is_target: bool,
}

impl Cut<'_> {
    fn push(&mut self, character: char) {
        self.glued.push(character);
        if character.is_alphanumeric() || "-_./".contains(character) {
            self.bare.push(character);
        } else {
            self.end_bare();
        }
    }

    fn end_bare(&mut self) {
        if !self.bare.is_empty() {
            self.bag.add(&self.bare);
            self.bare.clear();
        }
    }

    fn end(&mut self) {
        if self.bare.len() == self.glued.len() {
            // Both cuts are the same word.
            self.bare.clear();
        }
        self.end_bare();
        if !self.glued.is_empty() {
            self.bag.add(&self.glued);
            if self.is_target {
                self.bag.targets.push(self.glued.chars().take(LONGEST).collect());
                self.is_target = false;
            }
            self.glued.clear();
        }
    }
}
