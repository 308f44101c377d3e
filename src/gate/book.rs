//! Everything the skills say about permission, indexed by program.
//!
//! Owns how several files make one book: a trusted file of a built-in's name
//! replaces its rules, an untrusted one only adds strict rules. Knows nothing
//! of lines; `judge` asks it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::floors;
use crate::domain::Tier;
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
    pub skill: String,
    pub file: String,
}

/// An operand rule with the file it stands in.
#[derive(Debug, Clone)]
pub(crate) struct PlacedOperand {
    pub rule: OperandRule,
    pub skill: String,
    pub file: String,
}

#[derive(Debug, Default)]
pub(crate) struct ProgramRules {
    pub rules: Vec<Placed>,
    pub operands: Vec<PlacedOperand>,
    pub proofs: Vec<(Vec<String>, ProofRule)>,
    pub profile: Option<Profile>,
    /// Every prefix of every known verb path, joined by blanks.
    verbs: BTreeSet<String>,
    pub synonyms: Vec<(Vec<String>, Vec<String>)>,
    pub effects: Vec<(Vec<String>, EffectRule)>,
    pub timeout: Option<Duration>,
    pub streaming: Vec<Vec<String>>,
}

impl ProgramRules {
    pub fn is_verb_prefix(&self, path: &[String]) -> bool {
        if path.is_empty() { !self.verbs.is_empty() } else { self.verbs.contains(&path.join(" ")) }
    }
}

/// The rules of all skills.
#[derive(Debug, Default)]
pub struct RuleBook {
    programs: BTreeMap<String, ProgramRules>,
    aliases: BTreeMap<String, String>,
    problems: Vec<(String, Problem)>,
}

impl RuleBook {
    /// Makes one book of several files; later files of the same name replace the rules of earlier ones.
    pub fn compile(skills: &[(Skill, Standing)]) -> RuleBook {
        let mut book = RuleBook::default();
        for (index, (skill, standing)) in skills.iter().enumerate() {
            let replaced = skills[index + 1..].iter().any(|(later, later_standing)| {
                later.name == skill.name && *later_standing == Standing::Trusted && later.problems.is_empty()
            });
            book.add(skill, *standing, replaced);
        }
        book.index();
        book
    }

    fn add(&mut self, skill: &Skill, standing: Standing, replaced: bool) {
        for problem in &skill.problems {
            self.problems.push((skill.file.clone(), problem.clone()));
        }
        for name in &skill.unknown_sections {
            let text = format!("the section `## {name}` is not known and was skipped");
            self.problems.push((skill.file.clone(), Problem { line: 1, text }));
        }
        if standing == Standing::Trusted {
            for (program, profile) in &skill.profiles {
                for alias in &profile.aliases {
                    self.aliases.insert(alias.clone(), program.clone());
                }
                self.programs.entry(program.clone()).or_default().profile = Some(profile.clone());
            }
            for (from, to) in &skill.synonyms {
                if let Some((program, from)) = from.split_first() {
                    let entry = self.programs.entry(program.clone()).or_default();
                    entry.synonyms.push((from.to_vec(), to[1..].to_vec()));
                }
            }
            for effect in &skill.effects {
                let words: Vec<String> = effect.matches.split_whitespace().map(str::to_owned).collect();
                if let Some((program, path)) = words.split_first() {
                    let entry = self.programs.entry(program.clone()).or_default();
                    entry.effects.push((path.to_vec(), effect.clone()));
                }
            }
            for proof in &skill.proofs {
                let words: Vec<String> = proof.matches.split_whitespace().map(str::to_owned).collect();
                if let Some((program, path)) = words.split_first() {
                    let entry = self.programs.entry(program.clone()).or_default();
                    entry.proofs.push((path.to_vec(), proof.clone()));
                }
            }
            for words in &skill.timeouts.streaming {
                if let Some(program) = words.first() {
                    self.programs.entry(program.clone()).or_default().streaming.push(words[1..].to_vec());
                }
            }
        }
        if replaced {
            return;
        }
        for rule in &skill.operands {
            let entry = self.programs.entry(rule.program.clone()).or_default();
            let placed = PlacedOperand { rule: rule.clone(), skill: skill.name.clone(), file: skill.file.clone() };
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
                    self.problems.push((skill.file.clone(), Problem { line: rule.line, text }));
                }
                continue;
            }
            let placed = Placed { rule: rule.clone(), skill: skill.name.clone(), file: skill.file.clone() };
            entry.rules.push(placed);
        }
    }

    fn index(&mut self) {
        for rules in self.programs.values_mut() {
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

    /// What is wrong with the files: the file and the problem.
    pub fn problems(&self) -> &[(String, Problem)] {
        &self.problems
    }

    /// Adds what was found wrong after compiling (an example with another tier).
    pub fn report(&mut self, file: &str, problem: Problem) {
        self.problems.push((file.to_owned(), problem));
    }

    /// Takes the auto rules of a file away.
    pub fn distrust(&mut self, file: &str) {
        for rules in self.programs.values_mut() {
            rules.rules.retain(|placed| placed.file != file || placed.rule.tier != Tier::Auto);
        }
    }
}
