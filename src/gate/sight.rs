//! The scan of what the gate does not read word for word: which strict rules
//! could be meant by what stands there? It can only raise a tier.
//!
//! The rule. A line is *plain* when nothing in it can be read in two ways
//! (`plain`) and every program in it is one that runs nothing it is handed
//! (`programs`), spelled out up to its verb. In a plain line a word counts as a
//! program only where a shell looks for one, and each command is held against
//! the rules by its own verb and its own options (all options of the line
//! where an expansion stands among its words). In every other line, and in the words of a command that may run
//! others, every word counts: as a program, as a verb and as an option, in any
//! order, in every reading (`bag`) of quotes, escapes, expansions, patterns and
//! encodings. A rule is sighted when all its words are there.
//!
//! Linear in the length of the line, without recursion, and never gives up.
//! Knows nothing of tiers' consequences.

mod bag;
mod danger;
mod encoded;
mod pattern;
mod plain;
mod programs;
mod values;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use self::bag::Bag;
pub(crate) use self::danger::{Danger, written_over};
use self::plain::Spelled;
use super::book::{Placed, PlacedOperand, ProgramRules, RuleBook};
use super::canonical::{self, Call};
use super::floors;
use crate::domain::Tier;
use crate::skill::Profile;

/// A text, or words, as a scan sees them.
pub(crate) struct Sighting {
    source: Source,
    bag: OnceCell<Bag>,
}

/// The commands of a line that can be read in one way only, inner ones first, and whether a shell fills in some of their
/// words.
pub(crate) fn spelled(text: &str) -> Option<Vec<(Vec<String>, bool)>> {
    let commands = plain::read(text)?.into_iter().filter(|command| !command.words.is_empty());
    Some(commands.map(|command| (command.words, command.first_dynamic.is_some())).collect())
}

/// What a scan found.
pub(crate) struct Seen<'a> {
    /// The strictest rule.
    pub rule: Option<&'a Placed>,
    /// The strictest rule about operands.
    pub operand: Option<&'a PlacedOperand>,
    /// What no rule of the book says and must not run unasked either.
    pub danger: Option<Danger>,
    /// The commands of a plain line, without what only a shell knows: each can be judged as it stands.
    pub commands: Vec<Vec<String>>,
}

enum Source {
    /// A line; its commands where it can be read in one way only.
    Text { text: String, commands: Option<Vec<Spelled>> },
    /// Words that may all be a program, a verb or an option.
    Words(Vec<String>),
    /// The words of a program that gets more words from `fed`, but no other program.
    Arguments { own: Vec<String>, all: Vec<String> },
}

impl Sighting {
    /// Scans a line.
    pub fn of_text(text: &str) -> Sighting {
        Sighting::of(Source::Text { text: text.to_owned(), commands: plain::read(text) })
    }

    /// Scans words that were already taken apart, and the text inside each of them.
    pub fn of_command(words: &[String]) -> Sighting {
        Sighting::of(Source::Words(words.to_vec()))
    }

    /// Scans pipelines whose stages were already taken apart: what may the text of earlier stages make a later one do?
    /// Gives the places of stages, counted through the line, that take commands or their words from what they are fed.
    pub fn of_pipelines(pipelines: &[Vec<&[String]>]) -> Vec<(usize, Sighting)> {
        let mut found = Vec::new();
        let mut first = 0;
        // Where text was first kept, and the last stage after it that could read it.
        let mut kept = None;
        let mut reader = None;
        for stages in pipelines {
            // Most lines are single commands, which nothing feeds.
            let looked_at = if stages.len() > 1 || kept.is_some() { stages.len() } else { 0 };
            let readers: Vec<usize> = (0..looked_at).filter(|at| programs::reads_commands(stages[*at])).collect();
            reader = readers.last().filter(|_| kept.is_some()).map(|at| first + at).or(reader);
            kept = kept.or(stages.iter().position(|words| programs::keeps_text(words)).map(|at| first + at));
            if let Some(place) = readers.last().filter(|place| **place > 0) {
                let all = stages[..=*place].concat();
                let single = readers.iter().filter(|place| **place > 0).count() == 1;
                let source = match stages.get(*place) {
                    Some(own) if single && programs::completes_arguments(own) => {
                        Source::Arguments { own: own.to_vec(), all }
                    }
                    _ => Source::Words(all),
                };
                found.push((first + place, Sighting::of(source)));
            }
            first += stages.len();
        }
        if let Some(place) = reader {
            let all: Vec<&[String]> = pipelines.iter().flatten().take(place + 1).copied().collect();
            found.push((place, Sighting::of(Source::Words(all.concat()))));
        }
        found
    }

    fn of(source: Source) -> Sighting {
        Sighting { source, bag: OnceCell::new() }
    }

    fn bag(&self) -> &Bag {
        self.bag.get_or_init(|| match &self.source {
            Source::Text { text, .. } => Bag::of_text(text),
            Source::Words(words) | Source::Arguments { all: words, .. } => Bag::of_words(words),
        })
    }

    /// What could be meant.
    pub fn seen<'a>(&self, book: &'a RuleBook) -> Seen<'a> {
        let Some(commands) = self.plain(book) else {
            let bag = self.bag();
            let forks = || match &self.source {
                Source::Text { text, .. } => danger::forks_without_end(text),
                Source::Words(_) | Source::Arguments { .. } => None,
            };
            let rule = bag.strictest(book);
            // It would say the same of a line that is destructive already.
            let settled = rule.is_some_and(|placed| placed.rule.tier == Tier::Destructive);
            return Seen {
                rule,
                operand: (!settled).then(|| bag.strictest_operand(book)).flatten(),
                danger: danger::in_bag(bag).or_else(forks),
                commands: Vec::new(),
            };
        };
        let spelled = match &self.source {
            Source::Text { commands: Some(spelled), .. } => spelled.as_slice(),
            _ => &[],
        };
        let rules = commands.iter().flat_map(|command| command.rules(self.bag_for(command)));
        let distinct: BTreeSet<&[String]> = commands.iter().map(|command| command.words).collect();
        Seen {
            rule: rules.max_by_key(|placed| placed.rule.tier),
            operand: None,
            danger: spelled.iter().find_map(|command| danger::in_targets(&command.targets)),
            commands: distinct.into_iter().map(<[String]>::to_vec).collect(),
        }
    }

    /// Whether a command that streams could be meant.
    pub fn streams(&self, book: &RuleBook) -> bool {
        self.bag().streams(book)
    }

    /// The commands of a plain line; `None` where every word counts.
    fn plain<'b>(&self, book: &'b RuleBook) -> Option<Vec<PlainCommand<'_, 'b>>> {
        match &self.source {
            Source::Words(_) => None,
            Source::Arguments { own, .. } => {
                // What comes from the input stands last.
                let start = programs::peel(own.get(1..)?, book)? + 1;
                Some(vec![PlainCommand::of(own.get(start..)?, Some(own.len() - start), book)?])
            }
            Source::Text { commands, .. } => {
                let commands = commands.as_ref()?;
                if commands.iter().flat_map(|command| &command.assigned).any(|value| programs::names_one(value, book)) {
                    return None;
                }
                let runs = |command: &&Spelled| !command.words.is_empty() && !programs::only_asks(&command.words);
                let commands = commands.iter().filter(runs);
                commands
                    .map(|command| {
                        let start = programs::peel(&command.words, book)?;
                        let dynamic = match command.first_dynamic {
                            Some(place) => Some(place.checked_sub(start)?),
                            None => None,
                        };
                        PlainCommand::of(command.words.get(start..)?, dynamic, book)
                    })
                    .collect()
            }
        }
    }

    fn bag_for(&self, command: &PlainCommand<'_, '_>) -> Option<&Bag> {
        command.dynamic.is_some().then(|| self.bag())
    }
}

/// A command that is read as it stands.
struct PlainCommand<'w, 'b> {
    words: &'w [String],
    /// The place of the first word that holds an expansion.
    dynamic: Option<usize>,
    /// What the book knows of the program.
    known: Option<(Call, &'b ProgramRules)>,
}

impl<'w, 'b> PlainCommand<'w, 'b> {
    /// `None` for a command that may run what it is handed, or whose program or verb is not spelled out.
    fn of(words: &'w [String], dynamic: Option<usize>, book: &'b RuleBook) -> Option<Self> {
        let name = programs::name(words.first()?)?;
        if dynamic == Some(0) || (!programs::is_quiet(name) && (dynamic.is_some() || !programs::is_careful(name))) {
            return None;
        }
        let Some((program, rules)) = book.program(name) else {
            return programs::is_quiet(name).then_some(PlainCommand { words, dynamic, known: None });
        };
        let no_profile = Profile::default();
        let profile = rules.profile.as_deref().unwrap_or(&no_profile);
        let read = |words| canonical::read(program, words, profile, |path| rules.is_verb_prefix(path), &rules.synonyms);
        let call = read(words);
        let unknown_verb = !call.path.is_empty() && !rules.is_verb_prefix(&call.path);
        let with_options = call.options.iter().any(|option| option.standing != canonical::Standing::Harmless);
        if call.uncertain
            || (unknown_verb && rules.is_verb_prefix(&[]))
            || floors::hands_on(&call, profile)
            || with_options
        {
            return None;
        }
        // An expansion that stands before the end of the verb can be any verb.
        let settled = dynamic.is_none_or(|place| {
            let spelled = read(&words[..place.min(words.len())]);
            let longer = |path: &Vec<String>| path.len() > spelled.path.len() && path.starts_with(&spelled.path);
            let mut paths = rules.rules.iter().map(|placed| &placed.rule.path);
            !rules.is_verb_prefix(&[])
                || (!spelled.path.is_empty()
                    && (!spelled.operands.is_empty()
                        || !(paths.any(longer) || rules.synonyms.iter().any(|(from, _)| longer(from)))))
        });
        settled.then_some(PlainCommand { words, dynamic, known: Some((call, rules)) })
    }

    /// The strict rules that hold for it.
    fn rules(&self, line: Option<&Bag>) -> Vec<&'b Placed> {
        let Some((call, rules)) = &self.known else { return Vec::new() };
        let own = OnceCell::new();
        let sees =
            |flag: &String| line.unwrap_or_else(|| own.get_or_init(|| Bag::of_options(self.words))).sees_flag(flag);
        let strict = rules.rules_over(&call.path).filter(|placed| placed.rule.tier > Tier::Auto);
        strict.filter(|placed| placed.rule.flags.iter().all(sees)).collect()
    }
}

#[cfg(test)]
mod tests;
