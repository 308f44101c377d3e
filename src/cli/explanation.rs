//! `devops-agent check --explain`: a verdict in whole sentences.
//!
//! Owns the wording of one command's judgement. Judges nothing.

use super::speech::result;
use crate::domain::{Consent, Lane, Part, Reason, Source, Tier, Verdict};
use crate::output::escape;

/// Prints the sentences to stdout.
pub(super) fn say(line: &str, verdict: &Verdict, notes: &[String]) {
    result(&escape::for_terminal(line));
    result("");
    result(match verdict.tier {
        Tier::Auto => "This would run at once: it only reads.",
        Tier::Approval => "This would ask first: it changes something, or nobody can say that it does not.",
        Tier::Destructive => "This would ask for an explicit yes: what it does may not be taken back.",
    });
    result(&format!("To agree, {}.", consent(&verdict.consent)));
    match verdict.lane {
        Lane::Simple => result("It was read word for word and runs without a shell."),
        Lane::Complex => {
            result(
                "It was not read word for word, so it can never be automatic; a shell would run exactly these bytes.",
            );
        }
    }
    verdict.reasons.iter().for_each(reason);
    for (index, part) in verdict.parts.iter().enumerate() {
        result("");
        if verdict.parts.len() > 1 {
            result(&format!("Command {} of {}, {}:", index + 1, verdict.parts.len(), part.tier));
        }
        explain(part);
    }
    for note in notes {
        result("");
        result(&format!("On this machine it would not run: {}.", escape::for_terminal(note)));
    }
}

fn explain(part: &Part) {
    result(&format!("In canonical form: {}", escape::line(&part.canonical.join(" "))));
    part.reasons.iter().for_each(reason);
    if part.tier == Tier::Auto {
        return;
    }
    match &part.effect {
        Some(effect) => {
            result(&format!("What it does: {effect}"));
            if let Some(safer) = &effect.safer {
                result(&format!("Safer: {safer}"));
            }
        }
        None => result("What it does to the world is not in any table."),
    }
    if let Some(proof) = &part.proof {
        result(&format!("To see what it would change, first run: {}", escape::line(proof)));
    }
    if !part.objects.is_empty() {
        result(&format!("It names: {}", escape::line(&part.objects.join(", "))));
    }
}

fn consent(consent: &Consent) -> String {
    match consent {
        Consent::Nothing => "nothing needs to be typed".to_owned(),
        Consent::Words => "any approving word will do, `y` too".to_owned(),
        Consent::TypedWord => "a whole approving word must be typed; a single key is not enough".to_owned(),
        Consent::Name(name) => format!("the name `{}` must be typed", escape::line(name)),
    }
}

fn reason(reason: &Reason) {
    let text = escape::line(&reason.text);
    result(&match &reason.source {
        Source::Skill { file, line, .. } => {
            format!("- {}: {text}, by `{}` ({file}:{line})", reason.tier, escape::line(&reason.rule))
        }
        Source::Floor => format!("- {}: {text} (built-in floor {}, which no file can lower)", reason.tier, reason.rule),
        Source::Default => format!("- {}: {text}", reason.tier),
    });
}
