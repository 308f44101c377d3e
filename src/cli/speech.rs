//! What the command line says to a person, in the product's words.

use std::io::Write;

use crate::config::Untrusted;
use crate::domain::{Announcement, ApprovalRequest, Consent, Failure, Reversible, Tier};
use crate::output::escape;

/// One line to stderr; a closed stderr is nobody's failure.
pub(super) fn say(line: &str) {
    let _unread = writeln!(std::io::stderr().lock(), "{line}");
}

/// A line of the result to stdout; a reader that went away is nobody's failure.
pub(super) fn result(line: &str) {
    let _unread = writeln!(std::io::stdout().lock(), "{line}");
}

/// A warning to stderr.
pub(super) fn warning(text: &str) {
    say(&format!("warning: {}", escape::for_terminal(text)));
}

/// A failure with its hints to stderr.
pub(super) fn failure(failure: &Failure) {
    say(&format!("error: {}", escape::for_terminal(&failure.to_string())));
    for hint in &failure.hints {
        say(&format!("hint: {}", escape::for_terminal(hint)));
    }
}

/// The question whether a file's settings count.
pub(super) fn trust_question(found: &Untrusted) {
    say(&format!("{} wants to set:", found.file.display()));
    for line in &found.shown {
        say(&format!("  {}", escape::line(line)));
    }
    say("This can send what you type to another host or read other files. Let it count? (y/N)");
}

/// An announcement, before the command runs.
pub(super) fn announcement(announcement: &Announcement) {
    say(&format!("  AI: {}", Announcement::OPENING));
    for (index, line) in escape::for_terminal(&announcement.command).lines().enumerate() {
        say(&format!("  {}  {line}", if index == 0 { "→" } else { " " }));
    }
    if !announcement.reason.is_empty() {
        say("");
        say(&format!("      Reason: {}", escape::line(&announcement.reason)));
    }
    say("");
    say(&format!("      [{}]", escape::line(&announcement.closing())));
}

/// An open request for approval, with the product's rows.
pub(super) fn approval(request: &ApprovalRequest) {
    let announcement = &request.announcement;
    let verdict = &announcement.verdict;
    let title = match verdict.tier {
        Tier::Destructive => "APPROVAL REQUIRED — DESTRUCTIVE OPERATION",
        _ => "APPROVAL REQUIRED",
    };
    say("");
    say(&format!("  ⚠ {title}"));
    say(&format!("  Command:    {}", escape::for_terminal(&announcement.command)));
    say(&format!("  Tier:       {}", tier_name(verdict.tier)));
    say(&format!("  Effect:     {}", verdict.effect().map_or("unknown effect", |effect| effect.text.as_str())));
    say(&format!("  Reversible: {}", reversible(request)));
    say(&format!("  Where:      {}", place(request)));
    say("");
    say(&format!("  {}", consent_row(&verdict.consent)));
    say("  n / no / skip — decline   why — explain the reasoning   plan — what comes after   history — so far");
}

/// `Destructive`, as the dialog writes it.
pub(super) fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Auto => "Auto",
        Tier::Approval => "Requires approval",
        Tier::Destructive => "Destructive",
    }
}

fn reversible(request: &ApprovalRequest) -> String {
    match request.announcement.verdict.effect() {
        None => "unknown".to_owned(),
        Some(effect) => {
            let word = match effect.reversible {
                Reversible::Yes => "Yes",
                Reversible::No => "No",
                Reversible::Unknown => "Unknown",
            };
            if effect.detail.is_empty() { word.to_owned() } else { format!("{word} — {}", effect.detail) }
        }
    }
}

fn place(request: &ApprovalRequest) -> String {
    let place = &request.place;
    let mut parts = vec![escape::line(&place.cwd)];
    if let Some(context) = &place.kube_context {
        parts.push(format!(
            "kube {}/{}",
            escape::line(context),
            escape::line(place.namespace.as_deref().unwrap_or("default"))
        ));
    }
    if let Some(docker) = &place.docker_context {
        parts.push(format!("docker {}", escape::line(docker)));
    }
    parts.join(" · ")
}

fn consent_row(consent: &Consent) -> String {
    match consent {
        Consent::Nothing | Consent::Words => "y / yes / approve — execute".to_owned(),
        Consent::TypedWord => "yes / approve — execute (a whole word)".to_owned(),
        Consent::Name(name) => format!("type {} — execute", escape::line(name)),
    }
}
