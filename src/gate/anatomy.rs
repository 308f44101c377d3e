//! A command line taken apart for a person: what every word is, as far as the
//! skills say.
//!
//! Owns no judgement: tiers and reasons are `judge`'s, words are `canonical`'s.
//! What no skill speaks of is called unknown, never guessed. Knows nothing of
//! how it is shown.

use serde::Serialize;

use super::book::{ProgramRules, RuleBook};
use super::canonical::{self, Call, OptionUse, Standing, triggered};
use super::judge::judge_command;
use super::{line, sight, strictest};
use crate::domain::{Action, Part, Reason, Tier, Verdict};
use crate::skill::Profile;

/// A line, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Anatomy {
    pub line: String,
    /// Of the line as a whole, by its words alone.
    pub verdict: Verdict,
    /// Its commands, one that stands inside another before it.
    pub commands: Vec<Dissected>,
    /// Why the line is not taken apart.
    pub unread: Option<String>,
}

/// One command of a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dissected {
    pub words: Vec<String>,
    pub program: Named,
    /// The verb's words after synonyms, joined.
    pub verb: Option<Named>,
    pub options: Vec<OptionSeen>,
    pub operands: Vec<OperandSeen>,
    /// What the gate says of it alone.
    pub part: Part,
    /// Some of its words come from the shell when it runs, so they cannot be told.
    pub is_open: bool,
}

/// A word with what a skill says it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    pub word: String,
    /// Whether any skill speaks of it.
    pub known: bool,
    pub meaning: Option<String>,
}

/// What is known of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OptionKnown {
    /// It leaves an automatic command automatic.
    Harmless,
    /// It takes the command out of the automatic ones.
    Guarded,
    /// A rule names it.
    Ruled,
    Unknown,
}

/// An option as it was used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionSeen {
    pub name: String,
    pub value: Option<String>,
    pub known: OptionKnown,
    pub meaning: Option<String>,
    /// The stricter rules that it sets off.
    pub raises: Vec<String>,
}

/// What stands beside verb and options.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperandSeen {
    pub word: String,
    /// The command acts on it, as its effect says.
    pub is_object: bool,
}

/// Takes a line apart by the rules of a book.
pub fn dissect(text: &str, book: &RuleBook) -> Anatomy {
    let verdict = strictest::judge(&Action::Command { line: text.to_owned() }, book).verdict;
    let (commands, unread) = match line::read(text) {
        Ok(pipelines) => {
            let commands = pipelines.iter().flat_map(|pipeline| &pipeline.commands);
            let mut commands: Vec<Dissected> =
                commands.map(|command| command_of(&command.words, false, book)).collect();
            // What the line as a whole says of a part counts: what feeds it, and files nobody trusts yet.
            commands.iter_mut().zip(&verdict.parts).for_each(|(command, part)| command.part = part.clone());
            (commands, None)
        }
        Err(why) => match sight::spelled(text) {
            Some(spelled) => {
                // «$(pwd)» names no command; what fills it in is told by itself.
                let named = spelled.iter().filter(|(words, open)| !(*open && words.iter().all(String::is_empty)));
                (named.map(|(words, open)| command_of(words, *open, book)).collect(), None)
            }
            None => (Vec::new(), Some(why)),
        },
    };
    Anatomy { line: text.to_owned(), verdict, commands, unread }
}

fn command_of(words: &[String], is_open: bool, book: &RuleBook) -> Dissected {
    // What a shell fills in left nothing of its word, and no line can be made of what is not known.
    let known: Vec<String> = words.iter().filter(|word| !is_open || !word.is_empty()).cloned().collect();
    let words = known.as_slice();
    let mut part = judge_command(words, book).part;
    part.proof = part.proof.filter(|_| !is_open);
    let word = words.first().map(String::as_str).unwrap_or_default();
    let name = word.rsplit('/').next().unwrap_or(word);
    let Some((program, rules)) = book.program(name) else {
        let operands = words.iter().skip(1).map(|word| OperandSeen { word: word.clone(), is_object: false }).collect();
        let program = Named { word: name.to_owned(), known: false, meaning: None };
        return Dissected { words: words.to_vec(), program, verb: None, options: Vec::new(), operands, part, is_open };
    };
    let nothing = Profile::default();
    let profile = rules.profile.as_deref().unwrap_or(&nothing);
    let call = canonical::read(program, words, profile, |path| rules.is_verb_prefix(path), &rules.synonyms);
    let verb = (!call.path.is_empty()).then(|| Named {
        word: call.path.join(" "),
        known: rules.is_verb_prefix(&call.path),
        meaning: profile.meaning(&call.path, None).map(str::to_owned),
    });
    let options = call.options.iter().map(|option| option_of(option, &call, rules, profile)).collect();
    let operands = call.operands.iter();
    let operands = operands.map(|word| OperandSeen { word: word.clone(), is_object: part.objects.contains(word) });
    let operands = operands.collect();
    let meaning = profile.meaning(&[], None).map(str::to_owned);
    let program = Named { word: program.to_owned(), known: true, meaning };
    Dissected { words: words.to_vec(), program, verb, options, operands, part, is_open }
}

fn option_of(option: &OptionUse, call: &Call, rules: &ProgramRules, profile: &Profile) -> OptionSeen {
    let over: Vec<_> = rules.rules_over(&call.path).collect();
    let exact: Vec<_> = over.iter().filter(|placed| placed.rule.flags.contains(&option.name)).collect();
    let alone = [String::new(), option.name.clone()];
    let set_off = |flag: &String| triggered(flag, &alone, Some((profile, &call.path)));
    // A shortened or bundled spelling sets off what it could mean; a whole one only what it is.
    let naming = if exact.is_empty() {
        over.iter().filter(|placed| placed.rule.flags.iter().any(set_off)).collect()
    } else {
        exact
    };
    let raises = naming.iter().filter(|placed| placed.rule.tier > Tier::Auto).map(|placed| placed.rule.text.clone());
    let raises: Vec<String> = raises.collect();
    OptionSeen {
        name: option.name.clone(),
        value: option.value.clone(),
        known: match option.standing {
            Standing::Harmless => OptionKnown::Harmless,
            Standing::Guarded => OptionKnown::Guarded,
            Standing::Unknown if naming.is_empty() => OptionKnown::Unknown,
            Standing::Unknown => OptionKnown::Ruled,
        },
        meaning: profile.meaning(&call.path, Some(&option.name)).map(str::to_owned),
        raises,
    }
}

impl Dissected {
    /// The rule, floor or default that decides about it alone.
    pub fn deciding(&self) -> Option<&Reason> {
        self.part.reasons.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Standing as FileStanding;

    const BOX: &str = "---\nname: box\n---\n## auto_execute\n- box list *\n\n## requires_approval\n- box put *\n\n\
        ## destructive\n- box put --force *\n\n## options\n```yaml\nbox:\n  global: \"-n=\"\n  verbs:\n    list: \"-l\"\n    \
        put: \"--force\"\n  means:\n    \"\": keeps boxes\n    list: shows the boxes\n    \"-n --name\": in this room\n    \
        \"list -l\": with their weights\n```\n\n## effects\n```yaml\n- {match: box put, text: Puts it in., \
        reversible: \"yes\", objects: {skip: 0}}\n```\n";

    fn dissected(line: &str) -> Anatomy {
        let skill = crate::skill::parse("box", "box/SKILL.md", BOX);
        assert_eq!(skill.problems, [], "the example file must be sound");
        dissect(line, &RuleBook::compile(&[(skill, FileStanding::Trusted)]))
    }

    #[test]
    fn a_command_that_only_the_shell_knows_is_left_out_and_what_tells_it_is_told() {
        for line in ["$(pwd)", "\"$(pwd)\"", "box list; \"$(pwd)\""] {
            let words = dissected(line).commands.into_iter().map(|command| command.words).collect::<Vec<_>>();
            assert!(words.contains(&vec!["pwd".to_owned()]) && !words.contains(&Vec::new()), "{line}: {words:?}");
        }
        assert!(dissected("$()").commands.is_empty());
    }

    fn only(line: &str) -> Dissected {
        let mut commands = dissected(line).commands;
        assert_eq!(commands.len(), 1, "{line}");
        commands.remove(0)
    }

    #[test]
    fn every_word_is_told_as_far_as_the_file_says() {
        let seen = only("box list -l -n attic red");
        assert_eq!(seen.program.meaning.as_deref(), Some("keeps boxes"));
        assert_eq!(seen.verb.unwrap().meaning.as_deref(), Some("shows the boxes"));
        let options: Vec<_> = seen
            .options
            .iter()
            .map(|option| (option.name.as_str(), option.value.as_deref(), option.meaning.as_deref()))
            .collect();
        assert_eq!(options, [("-l", None, Some("with their weights")), ("-n", Some("attic"), Some("in this room"))]);
        assert_eq!(seen.operands[0].word, "red");
        assert_eq!(seen.part.tier, Tier::Auto);
    }

    #[test]
    fn an_option_tells_the_rule_that_it_sets_off() {
        let seen = only("box put --force red");
        assert_eq!(seen.options[0].raises, ["box put --force *"]);
        assert!(seen.operands[0].is_object);
        assert_eq!(seen.part.tier, Tier::Destructive);
    }

    #[test]
    fn what_no_file_speaks_of_is_unknown() {
        let seen = only("box list --odd");
        assert_eq!((seen.options[0].known, seen.options[0].meaning.as_deref()), (OptionKnown::Unknown, None));
        let other = only("crate list -l");
        assert!(!other.program.known && other.verb.is_none() && other.options.is_empty());
        assert!(!only("box burn all").verb.unwrap().known);
    }

    #[test]
    fn the_commands_of_a_line_are_told_one_by_one_the_inner_before_the_outer() {
        let names = |line: &str| -> Vec<String> {
            dissected(line).commands.iter().map(|command| command.words.join(" ")).collect()
        };
        assert_eq!(names("box list | box list -l && box put a"), ["box list", "box list -l", "box put a"]);
        let inner = dissected("box put $(box list -l)");
        assert_eq!(inner.commands[0].words.join(" "), "box list -l");
        assert!(!inner.commands[0].is_open && inner.commands[1].is_open);
        assert!(inner.verdict.tier > Tier::Auto);
    }

    #[test]
    fn a_line_that_can_be_read_in_two_ways_is_not_taken_apart() {
        let seen = dissected("box list <<EOF");
        assert!(seen.commands.is_empty() && seen.unread.is_some());
    }
}
