//! A command line that was taken apart, in words for a person.
//!
//! Owns the wording alone; what there is to say is the gate's. Everything that
//! stands in the line is escaped.

use crate::domain::{Lane, Reason, Source, Tier};
use crate::gate::{Anatomy, Dissected, Named, OptionKnown, OptionSeen};
use crate::output::escape;

/// Widest column of words.
const WIDEST: usize = 32;

/// The sentences for what was taken apart.
pub fn told(anatomy: &Anatomy) -> Vec<String> {
    let verdict = &anatomy.verdict;
    let mut lines = vec![escape::for_terminal(&anatomy.line)];
    lines.push(match verdict.deciding() {
        Some(reason) => format!("{}: {}", verdict.tier, because(reason)),
        None => verdict.tier.to_string(),
    });
    if let Some(why) = &anatomy.unread {
        lines.push(String::new());
        lines.push(format!("It is not taken apart: {}.", escape::line(why)));
    } else if verdict.lane == Lane::Complex {
        lines.push("A shell runs these bytes as they stand, so the line always asks.".to_owned());
    }
    for (index, command) in anatomy.commands.iter().enumerate() {
        lines.push(String::new());
        if anatomy.commands.len() > 1 {
            let words = escape::line(&command.words.join(" "));
            lines.push(format!("Command {} of {}: {words}", index + 1, anatomy.commands.len()));
        }
        lines.extend(command_told(command));
    }
    lines
}

fn command_told(command: &Dissected) -> Vec<String> {
    let mut rows: Vec<(String, String)> = vec![named(&command.program, "program", "no skill knows this program")];
    rows.extend(command.verb.iter().map(|verb| named(verb, "subcommand", "no skill knows this subcommand")));
    rows.extend(command.options.iter().map(option));
    rows.extend(command.operands.iter().map(|operand| {
        let what = match (operand.is_object, command.program.known) {
            (true, _) => "what it acts on",
            (false, true) => "operand",
            (false, false) => "not known: an option or an operand",
        };
        (operand.word.clone(), what.to_owned())
    }));
    let shown = |word: &str| escape::line(word);
    let width = rows.iter().map(|(word, _)| shown(word).chars().count()).max().unwrap_or_default().min(WIDEST);
    let mut lines: Vec<String> =
        rows.iter().map(|(word, what)| format!("  {:width$}  {}", shown(word), escape::line(what))).collect();
    if command.is_open {
        lines.push("  The shell fills in some of its words when it runs; what they will be is not known.".to_owned());
    }
    match &command.part.effect {
        Some(effect) => {
            lines.push(format!("  Effect: {effect}"));
            lines.extend(effect.safer.iter().map(|safer| format!("  Safer: {safer}")));
        }
        None if command.part.tier > Tier::Auto => lines.push("  Effect: not in any table.".to_owned()),
        None => {}
    }
    lines
        .extend(command.part.proof.iter().map(|proof| format!("  See first what it changes: {}", escape::line(proof))));
    lines.extend(command.deciding().map(|reason| format!("  Alone it is {}: {}", command.part.tier, because(reason))));
    lines
}

fn named(word: &Named, what: &str, unknown: &str) -> (String, String) {
    let told = match &word.meaning {
        Some(meaning) => format!("{what}: {meaning}"),
        None if word.known => what.to_owned(),
        None => unknown.to_owned(),
    };
    (word.word.clone(), told)
}

fn option(option: &OptionSeen) -> (String, String) {
    let word = match &option.value {
        Some(value) if option.name.starts_with("--") => format!("{}={value}", option.name),
        Some(value) => format!("{} {value}", option.name),
        None => option.name.clone(),
    };
    let standing = match option.known {
        OptionKnown::Harmless | OptionKnown::Ruled => "option",
        OptionKnown::Guarded => "option that takes the command out of the automatic ones",
        OptionKnown::Unknown => "unknown option: no skill says what it does",
    };
    let mut told = standing.to_owned();
    if let Some(meaning) = &option.meaning {
        told = format!("{told}: {meaning}");
    }
    if !option.raises.is_empty() {
        told = format!("{told} (sets off `{}`)", option.raises.join("`, `"));
    }
    (word, told)
}

fn because(reason: &Reason) -> String {
    let text = escape::line(&reason.text);
    match &reason.source {
        Source::Skill { .. } => {
            format!("{text}, by `{}` ({})", escape::line(&reason.rule), escape::line(&reason.place()))
        }
        Source::Floor => format!("{text} (built in: {})", reason.rule),
        Source::Default => text,
    }
}
