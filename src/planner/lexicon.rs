//! The planner's words: action classes, nouns of every tool, words without
//! meaning, words that restrict, numbers, units. Built once from the language
//! file and the skills.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::fit::looks;
use super::known::{AWAY, Known, Nouns};
use super::matching::NARROWING;
use super::numbering::{Numbering, Phrases, Words};
use super::render;
use super::slots::Value;
use crate::skill::{Skill, Slots, Template};

/// The skill of the machine itself, whose name nobody says.
pub(super) const CORE: &str = "core";

/// The language file could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the language file is not what it should be: {0}")]
pub struct LexiconError(#[from] serde_yaml::Error);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    actions: BTreeMap<String, Vec<String>>,
    stop_words: Vec<String>,
    restricting: Vec<String>,
    asking_first: Vec<String>,
    numbers: BTreeMap<String, u64>,
    units: BTreeMap<String, String>,
    all_words: Vec<String>,
    environments: BTreeSet<String>,
    daemons: BTreeSet<String>,
    common: BTreeSet<String>,
    looking: BTreeSet<String>,
    judging: BTreeSet<String>,
    look_alikes: BTreeSet<String>,
    usual_names: BTreeSet<String>,
    spellings: BTreeMap<String, String>,
    idle_phrases: Vec<String>,
    rewrites: BTreeMap<String, Vec<String>>,
    statement_openers: Vec<String>,
    conditions: BTreeMap<String, Vec<String>>,
}

/// One tool's part of the language.
#[derive(Debug, Clone, Default)]
pub(super) struct Tool {
    pub name: String,
    /// Noun spellings (lower case, words joined by a blank) to what is written.
    pub nouns: BTreeMap<String, String>,
    /// What is written to its spellings, longest first.
    pub spellings: BTreeMap<String, Phrases>,
    /// What is written to its singular.
    pub singular: BTreeMap<String, String>,
    pub kinds: BTreeSet<String>,
    pub evidence: Vec<String>,
    /// Words that name it: its evidence and its name.
    pub names: Phrases,
    pub filler: BTreeSet<String>,
    /// Words that mean something to this tool alone.
    pub meaningful: Words,
    /// What prints the values a slot could have.
    pub lists: BTreeMap<String, Template>,
    /// What is known of things by their names.
    pub tables: BTreeMap<String, BTreeMap<String, String>>,
    pub intents: Vec<Known>,
}

/// A phrase and the plainer words it stands for.
#[derive(Debug, Clone)]
pub(super) struct Rewrite {
    pub phrase: Vec<String>,
    pub plain: Vec<String>,
}

/// What a program takes as its second word.
#[derive(Debug, Clone, Default)]
pub(super) struct Verbs {
    pub first: BTreeSet<String>,
}

/// All words and intents.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Phrases to the action classes they belong to.
    pub(super) actions: BTreeMap<String, BTreeSet<String>>,
    pub(super) stop_words: BTreeSet<String>,
    pub(super) restricting: BTreeSet<String>,
    /// How a question about a deed begins.
    pub(super) asking_first: Vec<String>,
    pub(super) numbers: BTreeMap<String, u64>,
    pub(super) units: BTreeMap<String, String>,
    pub(super) all_words: BTreeSet<String>,
    /// Words that name a namespace by themselves: `staging`.
    pub(super) environments: BTreeSet<String>,
    /// Services of a machine that are hardly ever anything else; `*` at one end stands for any letters.
    pub(super) daemons: BTreeSet<String>,
    /// Plain words that are no names.
    pub(super) common: BTreeSet<String>,
    /// Usual names that look like slips of the keys: `cart`.
    pub(super) look_alikes: BTreeSet<String>,
    /// What services are called after: names, although some phrase of a skill may have the word.
    pub(super) usual_names: BTreeSet<String>,
    /// Careless spellings to the word meant.
    pub(super) spellings: BTreeMap<String, String>,
    /// Phrases that say nothing, by their first word, longest first.
    pub(super) idle_phrases: BTreeMap<String, Vec<Vec<String>>>,
    /// Phrases and the plainer words they stand for, by their first word, longest first.
    pub(super) rewrites: BTreeMap<String, Vec<Rewrite>>,
    /// Words that say nothing more where something is only looked at.
    pub(super) looking: BTreeSet<String>,
    /// Words that ask for an opinion of it.
    pub(super) judging: BTreeSet<String>,
    /// How a sentence begins that tells something and asks for nothing.
    pub(super) statement_openers: BTreeSet<String>,
    /// Words for a state to what a listing prints for it.
    pub(super) conditions: BTreeMap<String, Vec<String>>,
    pub(super) tools: Vec<Tool>,
    pub(super) programs: BTreeMap<String, Verbs>,
    /// Every word that means something somewhere; typing mistakes are mended only towards these.
    pub(super) vocabulary: Numbering,
    /// Words that alone mean something to every tool; other words can be names.
    pub(super) meaningful: Words,
    /// What `~` stands for; where it is not known, a path that begins so stays as it is.
    pub(super) home: Option<String>,
    /// What bounds what is meant to what stands beside it: `only`.
    narrowing: Words,
    /// Words of an action, at most.
    pub(super) longest_action: usize,
}

impl Lexicon {
    /// The lexicon of a person whose home this is: commands run without a shell that would read `~`.
    #[must_use]
    pub fn at_home(self, home: &str) -> Lexicon {
        Lexicon { home: Some(home.to_owned()), ..self }
    }

    /// Whether a plan's intent, or one of several, is a deed and no look.
    #[must_use]
    pub fn changes(&self, intent: &str) -> bool {
        let known = self.tools.iter().flat_map(|tool| &tool.intents);
        known.filter(|known| intent.split('+').any(|id| id == known.intent.id)).any(|known| !known.reads)
    }

    /// The command that lists what a value could be: the skill's list of that name, with what is known of `slots`.
    #[must_use]
    pub fn listing(&self, list: &str, slots: &Slots, known: &BTreeMap<String, String>) -> Option<Vec<String>> {
        let (tool, list) = self.tools.iter().find_map(|tool| Some((tool, tool.lists.get(list)?)))?;
        let values = known.iter().map(|(name, text)| (name.clone(), Value { text: text.clone() })).collect();
        render::listing(slots, &values, tool, list)
    }

    /// Builds the lexicon. Skills with problems still contribute their words. Each is let go as soon as it is read, so
    /// that the next finds room where it was.
    ///
    /// # Errors
    /// When the language file is not of its form.
    pub fn build(language: &str, skills: impl IntoIterator<Item = Skill>) -> Result<Lexicon, LexiconError> {
        let language: Language = serde_yaml::from_str(language)?;
        let mut lexicon = Lexicon {
            stop_words: language.stop_words.into_iter().collect(),
            restricting: language.restricting.into_iter().collect(),
            asking_first: language.asking_first,
            numbers: language.numbers,
            units: language.units,
            all_words: language.all_words.into_iter().collect(),
            environments: language.environments,
            daemons: language.daemons,
            common: language.common,
            looking: language.looking,
            judging: language.judging,
            look_alikes: language.look_alikes,
            usual_names: language.usual_names,
            spellings: language.spellings,
            statement_openers: language.statement_openers.into_iter().collect(),
            conditions: language.conditions,
            ..Lexicon::default()
        };
        for phrase in &language.idle_phrases {
            let words: Vec<String> = phrase.split_whitespace().map(str::to_owned).collect();
            if let Some(first) = words.first() {
                lexicon.idle_phrases.entry(first.clone()).or_default().push(words);
            }
        }
        let words = |phrase: &String| -> Vec<String> { phrase.split_whitespace().map(str::to_lowercase).collect() };
        for (plain, phrases) in &language.rewrites {
            for phrase in phrases.iter().map(words) {
                if let Some(first) = phrase.first().cloned() {
                    lexicon.rewrites.entry(first).or_default().push(Rewrite { phrase, plain: words(plain) });
                }
            }
        }
        lexicon
            .rewrites
            .values_mut()
            .for_each(|list| list.sort_by_key(|rewrite| std::cmp::Reverse(rewrite.phrase.len())));
        lexicon.idle_phrases.values_mut().for_each(|list| list.sort_by_key(|words| std::cmp::Reverse(words.len())));
        lexicon.add_actions(&language.actions);
        for skill in skills {
            lexicon.add_actions(&skill.intents.actions);
            lexicon.add_programs(&skill);
            lexicon.tools.push(tool(&skill, &mut lexicon.vocabulary));
        }
        lexicon.index();
        Ok(lexicon)
    }

    fn add_actions(&mut self, actions: &BTreeMap<String, Vec<String>>) {
        for (class, phrases) in actions {
            for phrase in phrases.iter().chain([class]) {
                self.actions.entry(phrase.to_lowercase()).or_default().insert(class.clone());
            }
        }
    }

    fn add_programs(&mut self, skill: &Skill) {
        for (program, profile) in &skill.profiles {
            let verbs = self.programs.entry(program.clone()).or_default();
            let paths = profile.verbs.keys().chain(profile.guarded_verbs.keys());
            verbs.first.extend(paths.filter_map(|path| path.split_whitespace().next()).map(str::to_owned));
            let known = verbs.clone();
            for alias in &profile.aliases {
                self.programs.insert(alias.clone(), known.clone());
            }
        }
        for rule in &skill.rules {
            let verbs = self.programs.entry(rule.program.clone()).or_default();
            verbs.first.extend(rule.path.first().cloned());
        }
        for (from, _) in &skill.synonyms {
            if let [program, verb, ..] = from.as_slice() {
                self.programs.entry(program.clone()).or_default().first.insert(verb.clone());
            }
        }
    }

    fn index(&mut self) {
        self.longest_action = self.actions.keys().map(|action| action.split_whitespace().count()).max().unwrap_or(0);
        self.narrowing.extend(self.vocabulary.phrases(NARROWING.iter().copied()).single());
        self.meaningful.extend(self.vocabulary.phrases(self.actions.keys().map(String::as_str)).single());
        for tool in &mut self.tools {
            let evidence = self.vocabulary.phrases(tool.evidence.iter().map(String::as_str));
            self.meaningful.extend(evidence.single().chain(tool.spellings.values().flat_map(Phrases::single)));
            for known in &tool.intents {
                self.meaningful.extend(known.needs.iter().flat_map(|need| need.phrases.single()));
                tool.meaningful.extend(known.bars.phrases.single());
                tool.meaningful
                    .extend(known.slots.iter().flat_map(|slot| slot.words.single().chain(slot.after.single())));
            }
        }
    }

    /// Whether a phrase is one word that bounds what is meant to what stands beside it.
    pub(super) fn is_narrowing(&self, phrase: &[u32]) -> bool {
        matches!(phrase, [word] if self.narrowing.has(*word))
    }

    /// Whether a word is what some tool calls a kind of things.
    #[must_use]
    pub fn is_noun(&self, word: &str) -> bool {
        self.tools.iter().any(|tool| tool.nouns.contains_key(word))
    }

    /// Whether a word is called for something that changes things, and not only for a look.
    pub(super) fn is_deed(&self, word: &str) -> bool {
        self.actions.get(word).is_some_and(|classes| !looks(classes))
    }

    /// Whether a word is called for something that takes things away, or out of service.
    pub(super) fn takes_away(&self, word: &str) -> bool {
        self.actions.get(word).is_some_and(|classes| classes.iter().any(|class| AWAY.contains(&class.as_str())))
    }

    /// Whether a word is called for something that takes things away for good.
    pub(super) fn removes(&self, word: &str) -> bool {
        self.takes_away(word) && self.actions.get(word).is_some_and(|classes| !classes.contains("stop"))
    }

    /// Whether a word is what some tool calls a kind of things, or speaks for a tool: `branch`.
    #[must_use]
    pub fn is_thing(&self, word: &str) -> bool {
        self.is_noun(word) || self.tools.iter().any(|tool| tool.evidence.iter().any(|noun| noun == word))
    }

    /// What one of the things is called that a tool means by a word: `deploy` is a `deployment`.
    pub(super) fn singular(&self, tool: &str, word: &str) -> Option<String> {
        let tool = self.tools.iter().find(|known| known.name == tool)?;
        let written = tool.nouns.get(word)?;
        Some(tool.singular.get(written).unwrap_or(written).clone())
    }

    /// Whether a word names a namespace by itself: `staging`.
    #[must_use]
    pub fn is_environment(&self, word: &str) -> bool {
        self.environments.contains(word)
    }

    /// Whether a word is a kind of things that a tool knows by kind and name: `deploy`.
    pub(super) fn is_kind(&self, word: &str) -> bool {
        self.tools.iter().any(|tool| tool.nouns.get(word).is_some_and(|written| tool.kinds.contains(written)))
    }

    /// Whether a word is a usual name, and neither a deed, a kind of things nor a topic.
    pub(super) fn is_usual_name(&self, word: &str) -> bool {
        (self.usual_names.contains(word) || self.daemons.contains(word))
            && !(self.actions.contains_key(word) || self.is_thing(word) || self.stop_words.contains(word))
    }

    /// Whether a name is that of a service of the machine: `sshd`, `systemd-resolved`.
    pub(super) fn is_daemon(&self, name: &str) -> bool {
        self.daemons.contains(name)
            || self.daemons.iter().any(|pattern| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
                (Some(end), _) => name.ends_with(end) && name.len() > end.len(),
                (_, Some(start)) => name.starts_with(start) && name.len() > start.len(),
                _ => false,
            })
    }

    /// Whether a word belongs to the planner's English, alone or in a phrase, so that it is hardly a name.
    #[must_use]
    pub fn knows_word(&self, word: &str) -> bool {
        self.vocabulary.knows(word) || self.means_something(word)
    }

    /// Whether a word has a meaning of its own, so that it is no name.
    pub(super) fn means_something(&self, word: &str) -> bool {
        self.vocabulary.is_in(word, &self.meaningful)
            || self.stop_words.contains(word)
            || self.restricting.contains(word)
            || self.numbers.contains_key(word)
            || self.units.contains_key(word)
    }
}

fn tool(skill: &Skill, vocabulary: &mut Numbering) -> Tool {
    let book = &skill.intents;
    let mut tool = Tool {
        name: skill.name.clone(),
        kinds: book.kinds.iter().cloned().collect(),
        evidence: book.evidence.clone(),
        names: vocabulary.phrases(book.evidence.iter().chain([&skill.name]).map(String::as_str)),
        filler: book.filler.iter().map(|word| word.to_lowercase()).collect(),
        lists: book.lists.clone(),
        tables: book.tables.clone(),
        ..Tool::default()
    };
    tool.meaningful.extend(vocabulary.phrases(tool.filler.iter().map(String::as_str)).single());
    let mut spellings = BTreeMap::new();
    for (written, others) in &book.words {
        let mut all: Vec<String> = others.iter().chain([written]).map(|spelling| spelling.to_lowercase()).collect();
        tool.nouns.extend(all.iter().map(|spelling| (spelling.clone(), written.clone())));
        all.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        tool.spellings.insert(written.clone(), vocabulary.phrases(all.iter().map(String::as_str)));
        spellings.insert(written.clone(), all);
        let singular = others.first().unwrap_or(written);
        tool.singular.insert(written.clone(), singular.clone());
    }
    let nouns = Nouns { written: &tool.nouns, spellings: &spellings, numbered: &tool.spellings };
    tool.intents = book.intents.iter().map(|intent| Known::new(intent, &nouns, vocabulary)).collect();
    tool
}
