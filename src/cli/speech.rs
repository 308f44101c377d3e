//! What the command line says to a person, in the product's words.

use std::io::Write;

use crate::config::Untrusted;
use crate::domain::{Announcement, ApprovalRequest, Consent, Failure};
use crate::output::{approval, escape};

/// One line to stderr; a closed stderr is nobody's failure.
pub(super) fn say(line: &str) {
    let _unread = writeln!(std::io::stderr().lock(), "{line}");
}

/// Words before what is typed.
pub(super) fn prompt(words: &str) {
    let mut stderr = std::io::stderr().lock();
    let _unread = write!(stderr, "{words}").and_then(|()| stderr.flush());
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

/// The steps of a request that has several, before the first of them.
pub(super) fn plan(lines: &[String]) {
    say("  Plan:");
    for (index, line) in lines.iter().enumerate() {
        say(&format!("  {}. {}", index + 1, escape::line(line)));
    }
    say("");
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
    say("");
    say(&format!("  ⚠ {}", approval::title(verdict.tier)));
    say(&format!("  Command:    {}", escape::for_terminal(&announcement.command)));
    say(&format!("  Tier:       {}", approval::tier(verdict.tier)));
    say(&format!("  Effect:     {}", approval::effect(verdict)));
    say(&format!("  Reversible: {}", approval::reversible(verdict)));
    if let Some(safer) = approval::safer(verdict) {
        say(&format!("  Safer:      {safer}"));
    }
    say(&format!("  Where:      {}", approval::place(&request.place)));
    if let Some(note) = approval::origin(announcement.origin) {
        say(&format!("  Note:       {note}"));
    }
    say("");
    say(&format!("  {}", consent_row(&verdict.consent)));
    for (word, text) in approval::offers(&request.offers) {
        say(&format!("  {word} — {text}"));
    }
    say("  n / no / skip — decline   why — explain the reasoning   plan — what comes after   history — so far");
    say("  edit COMMAND — run another command in its place; it is judged anew");
}

fn consent_row(consent: &Consent) -> String {
    match consent {
        Consent::Nothing | Consent::Words => "y / yes / approve — execute".to_owned(),
        Consent::TypedWord => "yes / approve — execute (a whole word)".to_owned(),
        Consent::Name(name) => format!("type {} — execute", escape::line(name)),
    }
}
