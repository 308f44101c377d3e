//! What destroys without any rule of a book: writing over a disk, the kernel's
//! emergency keys, a function that starts itself twice, refspecs that force.
//!
//! Knows words and texts; how they were found is not its matter.

use std::collections::BTreeSet;

use super::bag::Bag;

/// Something destructive that no rule of a book says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Danger {
    /// The floor's name.
    pub name: &'static str,
    pub why: &'static str,
    /// What must be typed before it may run.
    pub object: String,
}

/// Programs that write over any file among their operands, and those that write over the last one.
const WRITERS: &[&str] = &["tee", "sponge", "dd", "curl", "wget", "truncate", "shred"];
const COPIERS: &[&str] = &["cp", "mv", "install"];

/// Looks at the words of a command that is read as it stands.
pub(crate) fn written_over(words: &[String]) -> Option<Danger> {
    let is_one_of = |list: &[&str]| words.iter().any(|word| list.contains(&word.rsplit('/').next().unwrap_or(word)));
    let first = match () {
        () if is_one_of(WRITERS) => 1,
        () if is_one_of(COPIERS) => words.len().saturating_sub(1),
        () => words.len(),
    };
    words.iter().skip(first).find_map(|word| overwrites(word.rsplit('=').next().unwrap_or(word)))
}

/// Looks at the places where output goes.
pub(super) fn in_targets(targets: &[String]) -> Option<Danger> {
    targets.iter().find_map(|target| overwrites(target))
}

/// Looks at words of which every one may mean something.
pub(super) fn in_bag(bag: &Bag) -> Option<Danger> {
    let has = |word: &str| bag.sees(word);
    let writes = WRITERS.iter().chain(COPIERS).any(|writer| has(writer));
    let operands = || bag.words().filter(|_| writes).find_map(overwrites);
    if let Some(danger) = in_targets(bag.targets()).or_else(operands) {
        return Some(danger);
    }
    // Seen by their operands only; floors::by_operands says the same of commands that are understood.
    if has("git") && has("push") && bag.words().any(is_forced_refspec) {
        let why = "a refspec in it may force or delete a branch on the other side";
        return Some(Danger { name: "refspec", why, object: "push".to_owned() });
    }
    if has("git") && has("checkout") && (has("--") || has(".")) {
        let why = "it may throw away what was changed in files";
        return Some(Danger { name: "checkout-paths", why, object: "checkout".to_owned() });
    }
    None
}

/// `+main`, `:main`, and the same before an expansion.
fn is_forced_refspec(word: &str) -> bool {
    word.strip_prefix(['+', ':']).is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_alphanumeric()))
}

fn overwrites(path: &str) -> Option<Danger> {
    let path = normal(path);
    let danger = |name, why| Some(Danger { name, why, object: path.clone() });
    if ["/proc/sysrq-trigger", "/sys/power/state", "/sys/power/disk"].contains(&path.as_str()) {
        return danger("kernel-key", "it tells the kernel to stop, restart or sleep at once");
    }
    if path == "/proc/kcore" || path.starts_with("/sys/firmware/efi/efivars/") {
        return danger("kernel-key", "it writes over memory or firmware");
    }
    let device = path.strip_prefix("/dev/")?;
    let first = device.split('/').next().unwrap_or(device);
    let harmless = ["null", "zero", "full", "random", "urandom", "stdin", "stdout", "stderr", "console", "log", "ptmx"]
        .contains(&first)
        || ["tty", "pts", "fd", "shm", "tcp", "udp", "mqueue"].iter().any(|start| first.starts_with(start));
    if harmless { None } else { danger("device", "it writes over a device") }
}

/// The path without `//`, `/./` and `name/..`, which a kernel does not mind.
fn normal(path: &str) -> String {
    if !path.starts_with('/') || !["//", "/./", "/../"].iter().any(|odd| path.contains(odd)) {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    format!("/{}", parts.join("/"))
}

/// A function that starts itself twice, `:(){ :|:& };:`, fills the machine with processes.
pub(super) fn forks_without_end(text: &str) -> Option<Danger> {
    // Names and single operators; blanks mean nothing here.
    let mut tokens: Vec<&str> = Vec::new();
    let mut start = 0;
    for (place, character) in text.char_indices() {
        let blank = character.is_whitespace();
        if blank || "|&;(){}".contains(character) {
            if start < place {
                tokens.push(&text[start..place]);
            }
            start = place + character.len_utf8();
            if !blank {
                tokens.push(&text[place..start]);
            }
        }
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    let is_name = |token: &str| !token.is_empty() && !"|&;(){}".contains(token);
    let declared = tokens.windows(3).filter(|seen| is_name(seen[0]) && seen[1] == "(" && seen[2] == ")");
    let keyword = tokens.windows(2).filter(|seen| seen[0] == "function" && is_name(seen[1]));
    let functions: BTreeSet<&str> = declared.map(|seen| seen[0]).chain(keyword.map(|seen| seen[1])).collect();
    let twice = tokens
        .windows(3)
        .any(|seen| functions.contains(seen[0]) && seen[0] == seen[2] && (seen[1] == "|" || seen[1] == "&"));
    let why = "a function in it starts itself twice, which fills the machine with processes";
    twice.then(|| Danger { name: "fork-bomb", why, object: "fork".to_owned() })
}
