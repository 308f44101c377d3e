//! Knows a command line of a known tool when it sees one, and leaves it as it is.

use super::lexicon::Lexicon;
use crate::domain::{Plan, PlanStep, Word};

/// Words that stand in sentences and hardly in commands.
const SENTENCE: &[&str] = &[
    "the",
    "a",
    "an",
    "of",
    "my",
    "me",
    "please",
    "every",
    "with",
    "that",
    "this",
    "which",
    "what",
    "for",
    "in",
    "is",
    "are",
    "than",
    "those",
    "these",
    "its",
    "our",
    "i",
    "last",
    "everything",
    "namespace",
];

/// What a sentence says about a command: «git push got rejected».
const TELLING: &[&str] = &[
    "got",
    "gets",
    "says",
    "said",
    "fails",
    "failed",
    "failing",
    "hangs",
    "hanging",
    "rejected",
    "rejects",
    "refuses",
    "refused",
    "complains",
    "was",
    "were",
    "keeps",
    "doesn't",
    "doesnt",
    "didn't",
    "won't",
    "wont",
    "can't",
    "cant",
    "isn't",
    "takes",
    "took",
    "works",
    "worked",
    "broke",
    "breaks",
    "crashed",
    "crashes",
    "shows",
    "reports",
    "looks",
];

/// Verbs that are given a name, which may be any word: `git branch refused`.
const NAMING: &[(&str, &str)] = &[("git", "branch"), ("git", "tag"), ("git", "switch"), ("git", "checkout")];

/// Words that take something back: a command line with one of them would do what was not meant.
const EXCEPTING: &[&str] =
    &["but", "except", "unless", "without", "excluding", "only", "not", "if", "keep", "and", "or"];

/// Words that join or place in a sentence; in a command they would be odd operands.
const JOINING: &[&str] = &[
    "no",
    "when",
    "until",
    "then",
    "to",
    "into",
    "from",
    "on",
    "it",
    "them",
    "server",
    "host",
    "force",
    "before",
    "after",
    "both",
    "inside",
    "within",
    "incl",
    "incl.",
    "including",
];

/// Whether a program's operands are texts, in which any word can stand.
fn texts(program: &str) -> bool {
    ["find", "grep", "rg", "echo", "printf", "awk", "sed"].contains(&program)
}

/// The request as a plan of one step, when it is itself a command line.
pub(super) fn plan(request: &str, lexicon: &Lexicon) -> Option<Plan> {
    // More than one line, or shell syntax around it, is still a command when it begins like one.
    let words: Vec<&str> = request.split_whitespace().collect();
    let (program, rest) = words.split_first()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    let known = lexicon.programs.get(name)?;
    let has_option = rest.iter().any(|word| word.len() > 1 && word.starts_with('-'));
    let literal_word = |word: &&str| {
        word.contains(['/', '.', '=', '|', '>', '<', '$', '*', '&', ';'])
            || word.bytes().any(|byte| byte.is_ascii_digit())
    };
    let sentence = !has_option && unquoted(request).any(|word| SENTENCE.contains(&word));
    if unquoted(request).any(|word| EXCEPTING.contains(&word) || (!has_option && JOINING.contains(&word))) {
        return None;
    }
    // A file or a branch can be called so, where something is plainly a path, an option or several commands.
    let names = matches!(rest, [verb, _] if NAMING.contains(&(name, verb)));
    // What is given no verb can itself be told of: «df shows 4 GB left».
    let skipped = usize::from(!known.first.is_empty());
    let tells = !has_option && !names && rest.iter().skip(skipped).any(|word| TELLING.contains(word));
    // «kill -9 the process 4711» has an option and is a sentence all the same.
    // «crontab -l for jenkins», «tail -f logs for deployment web»: an option makes no command of it.
    let placing = ["for", "with", "from", "inside", "within", "on", "my", "our", "every"];
    let placed = has_option && !texts(name) && unquoted(request).any(|word| placing.contains(&word));
    let told = placed
        || ambiguous(name) && unquoted(request).any(|word| ["the", "please", "of", "my"].contains(&word))
        || name == "grep" && unquoted(request).any(|word| ["for", "in"].contains(&word));
    // «git push --force to main? is that wise» quotes a command and asks about it.
    let asks = unquoted(request).any(|word| {
        word.strip_suffix('?')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphabetic()))
    });
    // «kill -9 4711, it hangs»: no command has a comma behind a word.
    let goes_on = !texts(name) && unquoted(request).any(|word| word.ends_with(','));
    let talks =
        !texts(name) && unquoted(request).any(|word| ["please", "should", "could", "wise", "safe"].contains(&word));
    // «git branch -D dev isn't what I said»
    let contracted = !texts(name) && unquoted(request).any(is_contracted);
    // «kill -9 container job-17»: what the tools of containers and clusters take is no operand of another.
    let kinds = ["container", "pod", "deployment"];
    let things = !texts(name) && !["docker", "kubectl", "helm", "podman", "oc", "k3s", "crictl"].contains(&name);
    let things = things && unquoted(request).any(|word| kinds.contains(&word));
    if asks || talks || contracted || things || tells || goes_on || lacks_an_object(name, rest) {
        return None;
    }
    // Alone these do nothing that anybody wants.
    let bare = rest.is_empty()
        && [
            "ping", "kill", "find", "head", "tail", "sort", "cut", "stat", "file", "which", "touch", "test", "watch",
            "host", "install", "link",
        ]
        .contains(&name);
    if told || bare {
        return None;
    }
    let is_command = if known.first.is_empty() {
        !sentence
            && (rest.is_empty() || has_option || rest.iter().any(literal_word) || rest.len() == 1 && is_lower(program))
    } else {
        match rest.first() {
            None => true,
            Some(word) if word.starts_with('-') => true,
            // The end of a command often stands right behind its last word: `docker ps; docker images`.
            Some(verb) => {
                known.first.contains(verb.split([';', '|', '&']).next().unwrap_or_default())
                    && !sentence
                    && !reads_as_english(name, rest)
            }
        }
    };
    // `find big files` and `kill nginx` are sentences about a program's word.
    let every_literal = !rest.is_empty() && rest.iter().all(literal_word);
    let is_command =
        is_command && !(known.first.is_empty() && !rest.is_empty() && ambiguous(name) && !has_option && !every_literal);
    is_command.then(|| Plan {
        intent: "literal".to_owned(),
        thought: "The request is itself a command line; it is taken as it is.".to_owned(),
        steps: vec![PlanStep {
            words: vec![Word::Line(request.to_owned())],
            reason: "You typed this command.".to_owned(),
            reader: lexicon.reader_of(request).map(str::to_owned),
            needs: Vec::new(),
        }],
        fingerprint: None,
    })
}

/// What is left of «rm -rf dist please» and «please run df -h», where a command line can stand in it: a word of it is an
/// option. `None` when nothing was polite.
pub(super) fn without_courtesy(request: &str) -> Option<&str> {
    const BEFORE: &[&str] = &["please ", "pls ", "run ", "execute "];
    const BEHIND: &[&str] = &[" please", " pls", " thanks", " thx"];
    let mut line = request.trim_end_matches(['.', '!']);
    while let Some(rest) = BEFORE.iter().find_map(|word| strip_word(line, word)) {
        line = rest.trim_start();
    }
    while let Some(rest) = BEHIND.iter().find_map(|word| line.strip_suffix(word)) {
        line = rest.trim_end_matches([',', ' ']);
    }
    let option = line.split_whitespace().skip(1).any(|word| word.len() > 1 && word.starts_with('-'));
    (line.len() < request.trim_end_matches(['.', '!']).len() && option).then_some(line)
}

/// `text` behind a word at its beginning, in whatever case that is.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.get(..word.len()).filter(|begin| begin.eq_ignore_ascii_case(word)).map(|_| &text[word.len()..])
}

/// A verb that does nothing without an object, and no object: what it lacks is asked for.
fn lacks_an_object(program: &str, rest: &[&str]) -> bool {
    const WANTING: &[(&str, &[&str])] = &[
        (
            "docker",
            &["stop", "start", "restart", "rm", "rmi", "kill", "exec", "run", "logs", "inspect", "tag", "cp", "pull"],
        ),
        (
            "kubectl",
            &["delete", "apply", "describe", "logs", "exec", "scale", "drain", "cordon", "edit", "label", "get"],
        ),
        ("helm", &["install", "upgrade", "uninstall", "rollback", "status", "history"]),
        ("git", &["clone", "cherry-pick", "revert", "switch", "checkout"]),
        ("systemctl", &["start", "stop", "restart", "reload", "enable", "disable"]),
    ];
    let [verb] = rest else { return false };
    WANTING.iter().any(|(wanting, verbs)| *wanting == program && verbs.contains(verb))
}

fn is_lower(word: &str) -> bool {
    !word.chars().any(char::is_uppercase)
}

/// `git add all files`, `git status short`: a verb with only English after it.
fn reads_as_english(program: &str, rest: &[&str]) -> bool {
    matches!((program, rest), ("git", ["status", "short" | "brief"]))
        || rest.len() > 1 && rest[1..].contains(&"all") && program != "kubectl" && program != "k"
}

fn ambiguous(program: &str) -> bool {
    [
        "find", "kill", "free", "ping", "who", "last", "date", "host", "head", "tail", "sort", "cut", "stat", "file",
        "which", "top", "mount", "touch", "test", "watch", "install", "users", "link", "diff", "reboot", "shutdown",
        "halt", "poweroff",
    ]
    .contains(&program)
}

/// `isn't`, `it's`, `we've`: an apostrophe within a word of English.
fn is_contracted(word: &str) -> bool {
    const ENDS: &[&str] = &["t", "s", "m", "d", "re", "ve", "ll"];
    let word = word.trim_end_matches([',', '.', '?', '!', ';', ':']);
    word.split_once('\'').is_some_and(|(stem, end)| {
        !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphabetic()) && ENDS.contains(&end)
    })
}

/// The words outside quotes.
fn unquoted(request: &str) -> impl Iterator<Item = &str> {
    let mut inside = None;
    request.split_whitespace().filter(move |word| {
        let before = inside;
        // «isn't» opens nothing.
        let marks = if is_contracted(word) { "" } else { *word };
        for character in marks.chars().filter(|character| matches!(character, '\'' | '"')) {
            inside = match inside {
                None => Some(character),
                Some(open) if open == character => None,
                open => open,
            };
        }
        before.is_none() && inside.is_none()
    })
}
