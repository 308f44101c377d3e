//! Everything the skills say about permission, indexed by program.
//!
//! Owns how several files make one book: a trusted file of a built-in's name
//! replaces its rules, one with a problem adds nothing that loosens, and an
//! untrusted one stands in a book of its own that may only raise (a longer verb
//! path would otherwise outweigh a stricter rule). Knows nothing of lines;
//! `judge` asks it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::{floors, foreign};
use crate::domain::{MCP, Tier};
use crate::skill::{EffectRule, OperandRule, Problem, Profile, ProofRule, Rule, Skill};

/// Where a skill file comes from, as far as the gate cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Compiled in, or named by the person and trusted by its content.
    Trusted,
    /// Found in the working directory and not yet trusted: strict rules only.
    Untrusted,
}

/// A rule with the file it stands in.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub rule: Rule,
    pub skill: Arc<str>,
    pub file: Arc<str>,
}

/// An operand rule with the file it stands in.
#[derive(Debug, Clone)]
pub(crate) struct PlacedOperand {
    pub rule: OperandRule,
    pub skill: Arc<str>,
    pub file: Arc<str>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ProgramRules {
    pub rules: Vec<Placed>,
    pub operands: Vec<PlacedOperand>,
    pub proofs: Vec<(Vec<String>, ProofRule)>,
    pub profile: Option<Arc<Profile>>,
    /// Every prefix of every known verb path, joined by blanks.
    verbs: BTreeSet<String>,
    pub synonyms: Vec<(Vec<String>, Vec<String>)>,
    pub effects: Vec<(Vec<String>, EffectRule)>,
    pub timeout: Option<Duration>,
    pub streaming: Vec<Vec<String>>,
    rules_by_verb: ByVerb,
    effects_by_verb: ByVerb,
}

/// Places in a list by the first word of their verbs; what has no verb is in every one of these lists.
#[derive(Debug, Clone, Default)]
struct ByVerb {
    of: BTreeMap<String, Vec<usize>>,
    bare: Vec<usize>,
}

impl ByVerb {
    fn new<'a>(paths: impl Iterator<Item = &'a Vec<String>>) -> ByVerb {
        let mut index = ByVerb::default();
        for (place, path) in paths.enumerate() {
            match path.first() {
                Some(verb) => index.of.entry(verb.clone()).or_default().push(place),
                None => index.bare.push(place),
            }
        }
        for places in index.of.values_mut() {
            places.extend(&index.bare);
            places.sort_unstable();
        }
        index
    }

    fn places(&self, path: &[String]) -> &[usize] {
        path.first().and_then(|verb| self.of.get(verb)).unwrap_or(&self.bare)
    }
}

impl ProgramRules {
    pub fn is_verb_prefix(&self, path: &[String]) -> bool {
        if path.is_empty() { !self.verbs.is_empty() } else { self.verbs.contains(&path.join(" ")) }
    }

    /// The rules whose verb path is one that `path` begins with, in their order.
    pub fn rules_over<'a, 'p>(&'a self, path: &'p [String]) -> impl Iterator<Item = &'a Placed> + use<'a, 'p> {
        let places = self.rules_by_verb.places(path).iter();
        places.filter_map(|place| self.rules.get(*place)).filter(|placed| path.starts_with(&placed.rule.path))
    }

    /// The effects whose verb path is one that `path` begins with, in their order.
    pub fn effects_over<'a, 'p>(
        &'a self,
        path: &'p [String],
    ) -> impl Iterator<Item = &'a (Vec<String>, EffectRule)> + use<'a, 'p> {
        let places = self.effects_by_verb.places(path).iter();
        places.filter_map(|place| self.effects.get(*place)).filter(|(known, _)| path.starts_with(known))
    }

    /// Every prefix of every known verb path.
    pub fn verbs(&self) -> impl Iterator<Item = &str> {
        self.verbs.iter().map(String::as_str)
    }
}

/// The rules of all skills.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    programs: BTreeMap<String, ProgramRules>,
    aliases: BTreeMap<String, String>,
    problems: Vec<(String, Problem)>,
    warnings: Vec<(String, Problem)>,
    /// Books whose verdict counts where it is stricter.
    raises: Vec<Arc<RuleBook>>,
}

/// Whether the rules of a file take the place of those of the earlier files of its name.
/// One without rules (advice for agents, an empty file) or with a problem does not.
pub fn replaces(skill: &Skill, standing: Standing) -> bool {
    standing == Standing::Trusted && skill.problems.is_empty() && skill.has_rules()
}

impl RuleBook {
    /// Makes one book of several files; later files of the same name replace the rules of earlier ones.
    pub fn compile(skills: &[(Skill, Standing)]) -> RuleBook {
        let trusted: Vec<&(Skill, Standing)> =
            skills.iter().filter(|(_, standing)| *standing == Standing::Trusted).collect();
        let mut book = RuleBook::of(&trusted);
        let untrusted = || skills.iter().filter(|(_, standing)| *standing == Standing::Untrusted);
        if untrusted().any(|(skill, _)| skill.has_rules()) {
            book.raises.push(Arc::new(RuleBook::of(&skills.iter().collect::<Vec<_>>())));
        }
        for (skill, _) in untrusted() {
            book.list(skill);
        }
        book
    }

    /// One book of these files, without any that raises.
    fn of(skills: &[&(Skill, Standing)]) -> RuleBook {
        let mut book = RuleBook::default();
        let sound: BTreeSet<&str> = skills
            .iter()
            .filter(|(skill, standing)| *standing == Standing::Trusted && skill.problems.is_empty())
            .flat_map(|(skill, _)| skill.profiles.keys().chain(skill.rules.iter().map(|rule| &rule.program)))
            .map(String::as_str)
            .collect();
        for (index, (skill, standing)) in skills.iter().enumerate() {
            let replaced = skills[index + 1..]
                .iter()
                .any(|(later, later_standing)| later.name == skill.name && replaces(later, *later_standing));
            if *standing == Standing::Trusted {
                book.list(skill);
                book.describe(skill, &sound);
            }
            if !replaced {
                book.add(skill, *standing);
            }
        }
        book.index();
        book.warn_of_missing_profiles();
        book
    }

    /// The book that judges by this one, and by `other` where that is stricter.
    pub fn raised_by(&self, other: Arc<RuleBook>) -> RuleBook {
        let mut book = self.clone();
        book.raises.push(other);
        book
    }

    /// Books whose verdict counts where it is stricter than this one's.
    pub(crate) fn raises(&self) -> &[Arc<RuleBook>] {
        &self.raises
    }

    fn list(&mut self, skill: &Skill) {
        let file = |problem: &Problem| (skill.file.clone(), problem.clone());
        self.problems.extend(skill.problems.iter().map(file));
        self.warnings.extend(skill.warnings.iter().map(file));
    }

    /// Takes over how programs are read and what they do. A file with a problem has no say about a program of which a
    /// sound file speaks: what it says could be half of what was meant.
    fn describe(&mut self, skill: &Skill, sound: &BTreeSet<&str>) {
        let counts = |program: &str| skill.problems.is_empty() || !sound.contains(program);
        for (program, profile) in skill.profiles.iter().filter(|(program, _)| counts(program)) {
            for alias in profile.aliases.iter().filter(|alias| counts(alias)) {
                self.aliases.insert(alias.clone(), program.clone());
            }
            self.entry(program).profile = Some(Arc::clone(profile));
        }
        for (from, to) in &skill.synonyms {
            if let Some((program, from)) = from.split_first().filter(|(program, _)| counts(program)) {
                self.entry(program).synonyms.push((from.to_vec(), to[1..].to_vec()));
            }
        }
        for effect in &skill.effects {
            if let Some((program, path)) = program_and_path(&effect.matches).filter(|(program, _)| counts(program)) {
                self.entry(&program).effects.push((path, effect.clone()));
            }
        }
        for proof in &skill.proofs {
            if let Some((program, path)) = program_and_path(&proof.matches).filter(|(program, _)| counts(program)) {
                self.entry(&program).proofs.push((path, proof.clone()));
            }
        }
        for words in &skill.timeouts.streaming {
            if let Some(program) = words.first() {
                self.entry(program).streaming.push(words[1..].to_vec());
            }
        }
    }

    fn entry(&mut self, program: &str) -> &mut ProgramRules {
        self.programs.entry(program.to_owned()).or_default()
    }

    fn add(&mut self, skill: &Skill, standing: Standing) {
        let (name, file): (Arc<str>, Arc<str>) = (skill.name.as_str().into(), skill.file.as_str().into());
        for rule in &skill.operands {
            let entry = self.programs.entry(rule.program.clone()).or_default();
            let placed = PlacedOperand { rule: rule.clone(), skill: Arc::clone(&name), file: Arc::clone(&file) };
            entry.operands.push(placed);
        }
        for rule in &skill.rules {
            let entry = self.programs.entry(rule.program.clone()).or_default();
            if standing == Standing::Trusted {
                entry.timeout = Some(skill.timeouts.default);
            }
            if rule.tier == Tier::Auto && (standing == Standing::Untrusted || floors::never_auto(&rule.program)) {
                if standing == Standing::Trusted {
                    let text = format!("`{}`: this program can run anything, so it is never automatic", rule.text);
                    let problem = Problem::new(rule.line, text).hint("move the rule to requires_approval");
                    self.problems.push((skill.file.clone(), problem));
                }
                continue;
            }
            if rule.tier == Tier::Auto && rule.program == MCP && !foreign::names_one_tool(&rule.path, &rule.flags) {
                let text = format!("`{}`: a rule that makes a server's tool automatic names one tool", rule.text);
                let problem = Problem::new(rule.line, text).hint("write `mcp SERVER TOOL`, a line for each tool");
                self.problems.push((skill.file.clone(), problem));
                continue;
            }
            let placed = Placed { rule: rule.clone(), skill: Arc::clone(&name), file: Arc::clone(&file) };
            entry.rules.push(placed);
        }
    }

    /// An open auto rule promises operands that nobody can tell from options without a table.
    fn warn_of_missing_profiles(&mut self) {
        // A tool's arguments are no options: its rule holds for any of them.
        let lines = self.programs.iter().filter(|(program, _)| *program != MCP);
        for (program, rules) in lines.filter(|(_, rules)| rules.profile.is_none()) {
            let open = rules.rules.iter().filter(|placed| placed.rule.tier == Tier::Auto && placed.rule.open);
            for placed in open {
                let rule = &placed.rule;
                let words = rule.text.trim_end_matches('*').trim_end();
                let text = format!("`{}` is automatic only as exactly `{words}`: {program} has no options", rule.text);
                let hint = format!("say under `## options` which options of {program} are harmless");
                self.warnings.push((placed.file.to_string(), Problem::new(rule.line, text).hint(hint)));
            }
        }
    }

    fn index(&mut self) {
        for rules in self.programs.values_mut() {
            rules.rules_by_verb = ByVerb::new(rules.rules.iter().map(|placed| &placed.rule.path));
            rules.effects_by_verb = ByVerb::new(rules.effects.iter().map(|(path, _)| path));
            let mut paths: Vec<Vec<String>> = rules.rules.iter().map(|placed| placed.rule.path.clone()).collect();
            paths.extend(rules.synonyms.iter().flat_map(|(from, to)| [from.clone(), to.clone()]));
            paths.extend(rules.effects.iter().map(|(path, _)| path.clone()));
            paths.extend(rules.operands.iter().map(|placed| placed.rule.path.clone()));
            if let Some(profile) = &rules.profile {
                let keys = profile
                    .verbs
                    .keys()
                    .chain(profile.guarded_verbs.keys())
                    .chain(profile.operands.keys())
                    .chain(profile.reads.keys());
                paths.extend(keys.map(|key| key.split_whitespace().map(str::to_owned).collect()));
            }
            for path in paths {
                for length in 1..=path.len() {
                    rules.verbs.insert(path[..length].join(" "));
                }
            }
        }
    }

    /// The rules for a program's bare name, aliases followed, with the name they stand under.
    pub(crate) fn program(&self, name: &str) -> Option<(&str, &ProgramRules)> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        self.programs.get_key_value(name).map(|(name, rules)| (name.as_str(), rules))
    }

    /// The names that programs are known by, other spellings among them.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.programs.keys().chain(self.aliases.keys()).map(String::as_str)
    }

    /// Whether `word` is a verb of `program`.
    pub fn knows_verb(&self, program: &str, word: &str) -> bool {
        self.program(program).is_some_and(|(_, rules)| rules.verbs.contains(word))
    }

    /// Whether the program is known, and whether it has verbs.
    pub fn knows_program(&self, program: &str) -> Option<bool> {
        self.program(program).map(|(_, rules)| !rules.verbs.is_empty())
    }

    /// The programs with what is said about each.
    pub(crate) fn programs(&self) -> impl Iterator<Item = (&str, &ProgramRules)> {
        self.programs.iter().map(|(name, rules)| (name.as_str(), rules))
    }

    /// Other names of programs.
    pub(crate) fn aliases(&self) -> &BTreeMap<String, String> {
        &self.aliases
    }

    /// What is wrong with the files, and costs a rule or all that are automatic: the file and the problem.
    pub fn problems(&self) -> &[(String, Problem)] {
        &self.problems
    }

    /// What is worth a look and costs nothing.
    pub fn warnings(&self) -> &[(String, Problem)] {
        &self.warnings
    }
}

fn program_and_path(words: &str) -> Option<(String, Vec<String>)> {
    let mut words = words.split_whitespace().map(str::to_owned);
    Some((words.next()?, words.collect()))
}
