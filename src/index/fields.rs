//! An entry as the index takes it: what it is filtered by, and its words by how much they weigh.
//!
//! Owns the reading of an entry's text into fields. What an entry is comes from its chain; fields of the text begin at
//! the beginning of a line, where the log lets no program's output stand unmarked. Knows no database and no file.

use std::ops::Range;

use super::command::{self, Command};
use super::query::parts;
use crate::domain::Tier;
use crate::history::{Kind, Record, whole};

/// Bytes of a whole output that are indexed with its entry: half from its head, half from its tail.
pub const OUTPUT_BOUND: u64 = 1 << 20;

/// Words of an entry that are taken apart at their capital letters.
const APART: usize = 64;

/// What is kept of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Fields {
    /// The command, the request, the milestone: what the entry is about.
    pub head: String,
    /// Tool, verb, what the command names, and words like `CrashLoopBackOff` taken apart.
    pub names: String,
    /// All the rest.
    pub body: String,
    pub command: Command,
    pub tier: Option<Tier>,
    pub exit: Option<i32>,
    pub finding: bool,
    /// The file that holds the whole output, relative to the session's directory.
    pub output: Option<String>,
}

/// What is known of a command that an entry tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The program, without its directory.
    pub tool: Option<String>,
    /// How it failed; `None` where the log tells of no failure.
    pub exit: Option<i32>,
}

/// The command of an entry as searches know it.
pub fn ran(record: &Record) -> Ran {
    let fields = of(record);
    Ran { tool: fields.command.tool, exit: fields.exit }
}

/// The fields of an entry.
pub(super) fn of(record: &Record) -> Fields {
    let (heading, text) = record.text.split_once('\n').unwrap_or((&record.text, ""));
    let mut fields = Fields { finding: matches!(record.head.kind, Kind::Commit | Kind::Merge), ..Fields::default() };
    let mut line = String::new();
    match record.head.kind {
        Kind::Human => {
            let (command, output) = text.split_once("\nOUTPUT:\n").unwrap_or((text, ""));
            line.push_str(command);
            fields.head.push_str(command);
            fields.body.push_str(output);
            let result = text.lines().find_map(|line| line.strip_prefix("RESULT: exit code "));
            fields.exit = result.and_then(|rest| rest.split(' ').next()?.parse().ok());
        }
        Kind::Step | Kind::Approval | Kind::Commit | Kind::Branch | Kind::Merge => {
            for (name, value) in named(text) {
                let heavy = matches!(name, "ACTION" | "COMMAND" | "MILESTONE" | "FINDING" | "INTENT" | "THEIRS");
                let into = if heavy { &mut fields.head } else { &mut fields.body };
                match name {
                    // Who lets it run is filtered by, not looked for by its words.
                    "PERMISSION" => {
                        fields.tier = Tier::ALL.into_iter().find(|tier| value.starts_with(tier.permission()))
                    }
                    "TIER" => fields.tier = Tier::ALL.into_iter().find(|tier| value.trim() == tier.word()),
                    "LOG" | "SAVED TO" | "FORKED AT" => {}
                    "ACTION" | "COMMAND" => line.push_str(value.trim()),
                    "INFERENCE" | "RESULT" => fields.exit = failure(value),
                    _ => {}
                }
                if !matches!(name, "PERMISSION" | "TIER" | "LOG" | "SAVED TO" | "FORKED AT") {
                    into.push_str(value);
                    into.push('\n');
                }
            }
        }
        Kind::Request => fields.head.push_str(text),
        Kind::Answer | Kind::Recovery | Kind::Repair | Kind::Drift => fields.body.push_str(text),
        // Not even the heading is ours.
        Kind::Foreign => {
            fields.body.push_str(heading);
            fields.body.push('\n');
            fields.body.push_str(text);
        }
    }
    fields.command = command::read(&line);
    fields.output = whole::named(&record.text).map(str::to_owned);
    fields.names = names(&fields, text);
    fields
}

/// The fields of an entry in their order; text before the first one has no name.
fn named(text: &str) -> Vec<(&str, &str)> {
    let mut starts = vec![(0, "", 0)];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((name, _)) = line.split_once(':').filter(|(name, _)| is_field(name)) {
            starts.push((at, name, at + name.len() + 1));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(at, ..)| *at).chain([text.len()]);
    let values =
        starts.iter().zip(ends).map(|((_, name, start), end)| (*name, text.get(*start..end).unwrap_or_default()));
    values
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name, value.trim_start_matches(' ')))
        .collect()
}

fn is_field(name: &str) -> bool {
    const FIELDS: [&str; 20] = [
        "OBSERVATION",
        "THOUGHT",
        "PERMISSION",
        "ACTION",
        "OUTPUT",
        "INFERENCE",
        "MILESTONE",
        "FINDING",
        "SAVED TO",
        "COMMAND",
        "TIER",
        "USER RESPONSE",
        "USER DECISION",
        "ACTION EXECUTED",
        "RESULT",
        "BRANCH",
        "FORKED AT",
        "INTENT",
        "OURS",
        "THEIRS",
    ];
    FIELDS.contains(&name) || name == "LOG"
}

/// How the command failed, by the words the log has for it; `None` where it tells of no failure. What a model inferred
/// can stand in the place of those words, so that a missing failure is no proof of success.
fn failure(told: &str) -> Option<i32> {
    const ENDINGS: [(&str, i32); 6] = [
        ("it was stopped because its time was up", 124),
        ("it was interrupted", 130),
        ("it did not start", 127),
        ("nothing matched", 1),
        ("no such process runs", 1),
        ("there are differences", 1),
    ];
    let number = |behind: &str| {
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<i32>().ok()
    };
    let told = told.lines().next().unwrap_or_default();
    if let Some(behind) = told.strip_prefix("it failed with exit code ") {
        return number(behind);
    }
    if told.starts_with("it was ended by ") {
        return told.split_once("signal ").and_then(|(_, behind)| number(behind)).map(|signal| 128 + signal);
    }
    ENDINGS.iter().find(|(words, _)| told.starts_with(words)).map(|(_, code)| *code)
}

fn names(fields: &Fields, text: &str) -> String {
    let Command { tool, verb, resources, namespace } = &fields.command;
    let mut names: Vec<&str> = [tool, verb, namespace].into_iter().flatten().map(String::as_str).collect();
    names.extend(resources.iter().map(String::as_str));
    let mut joined = names.join(" ");
    let mut seen: Vec<&str> = Vec::new();
    for word in parts(text) {
        if seen.len() >= APART {
            break;
        }
        if has_hump(word) && !seen.contains(&word) {
            seen.push(word);
            joined.push(' ');
            joined.push_str(&apart(word));
        }
    }
    joined
}

/// Whether a word is written together of several: a capital behind a small letter, or a small one behind two capitals.
pub(super) fn has_hump(word: &str) -> bool {
    word.len() >= 4 && word.bytes().any(|byte| byte.is_ascii_uppercase()) && humps(word).len() > 1
}

/// `CrashLoopBackOff` to `Crash Loop Back Off`, `OOMKilled` to `OOM Killed`.
fn apart(word: &str) -> String {
    humps(word).into_iter().filter_map(|part| word.get(part)).collect::<Vec<_>>().join(" ")
}

/// Where the words stand that a word is written together of.
pub(super) fn humps(word: &str) -> Vec<Range<usize>> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for three in letters.windows(2).enumerate().map(|(at, two)| (two, letters.get(at + 2))) {
        let ([(_, before), (at, letter)], after) = three else { continue };
        let after_is_small = after.is_some_and(|(_, after)| after.is_lowercase());
        if letter.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && after_is_small) {
            parts.push(start..*at);
            start = *at;
        }
    }
    parts.push(start..word.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{At, Body, Entry, EntryId, Principal, Step};
    use crate::history::Head;
    use crate::history::entry::render;

    fn fields(body: Body) -> Fields {
        let kind = Kind::of(&body);
        let text = render(&Entry { at: At::EPOCH, by: Principal::Agent, body });
        let (actor, len) = ("agent".to_owned(), text.len() as u64);
        let head = Head { seq: 1, id: EntryId::new("a"), at: At::EPOCH, kind, actor, off: 0, len };
        of(&Record { head, text, sound: true })
    }

    #[test]
    fn a_step_tells_its_command_its_tier_and_how_it_ended() {
        let found = fields(Body::Step(Step {
            permission: "requires approval (changes the cluster)".into(),
            action: "kubectl scale deploy/api --replicas 3 -n shop".into(),
            output: Some("ACTION: rm -rf /\nCrashLoopBackOff OOMKilled\n".into()),
            inference: Some("it failed with exit code 3: no".into()),
            ..Step::default()
        }));
        assert_eq!((found.tier, found.exit, found.finding), (Some(Tier::Approval), Some(3), false));
        assert_eq!(found.command.tool.as_deref(), Some("kubectl"));
        assert_eq!(found.head.trim(), "kubectl scale deploy/api --replicas 3 -n shop");
        assert!(found.names.ends_with("Crash Loop Back Off OOM Killed"), "{}", found.names);
        assert!(found.body.contains("rm -rf") && !found.body.contains("requires"), "{}", found.body);
    }

    #[test]
    fn the_endings_of_the_log_are_codes() {
        let cases = [
            ("it was ended by SIGKILL (signal 9); x", 137),
            ("it was ended by signal 15; x", 143),
            ("it was stopped because its time was up; x", 124),
            ("it failed with exit code 3: no", 3),
        ];
        for (told, code) in cases {
            assert_eq!(failure(told), Some(code), "{told}");
        }
        assert_eq!(failure("3 pods, all are running"), None);
    }
}
