//! What a command listed: its rows, and the one thing that each of them names.
//!
//! Owns which commands list what, and where in a row the name stands. Output comes from outside: what could be taken for
//! anything else than a name is none, and a listing of another place than the one where the next command would run is no
//! listing.

use super::context::Subject;
use super::lexicon::Lexicon;

/// Bytes of the longest name.
const LONGEST: usize = 253;

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Empty where the row names nothing.
    pub name: String,
    /// Its own namespace, where the listing goes over several.
    pub namespace: Option<String>,
    /// What it is, where the listing has things of several kinds.
    pub noun: Option<String>,
    /// The line as it was printed.
    pub text: String,
}

/// What the last command listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// What its rows are called; empty where they are of several kinds.
    pub noun: String,
    pub namespace: Option<String>,
    /// The skill that its things belong to.
    pub tool: String,
    pub rows: Vec<Row>,
    /// The last of them is the last that there is.
    pub whole: bool,
}

/// Whether a text from outside can only be read as a name: by a screen, in a sentence and in a command.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let stash = text.strip_prefix("stash@{").and_then(|rest| rest.strip_suffix('}'));
    if let Some(number) = stash {
        return !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    }
    let plain = |character: char| character.is_ascii_graphic() && !"`'\"\\$;|&<>(){}*?!,#=".contains(character);
    !text.is_empty() && text.len() <= LONGEST && !text.starts_with('-') && text.chars().all(plain)
}

/// Which place a word says, the first being 0: `second`.
#[must_use]
pub fn ordinal(word: &str) -> Option<usize> {
    const ORDINALS: &[&str] =
        &["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    ORDINALS.iter().position(|ordinal| *ordinal == word)
}

impl Listing {
    /// What one of its rows names; `None` where that, or the namespace it is in, can be read as something else than a
    /// name.
    #[must_use]
    pub fn subject(&self, row: &Row) -> Option<Subject> {
        let namespace = row.namespace.as_ref().or(self.namespace.as_ref());
        let plain = is_name(&row.name) && namespace.is_none_or(|namespace| is_name(namespace));
        plain.then(|| Subject {
            noun: row.noun.as_ref().unwrap_or(&self.noun).clone(),
            names: vec![row.name.clone()],
            namespace: namespace.cloned(),
            tool: self.tool.clone(),
        })
    }

    /// Reads a printed table or a list of names. `subject` is what the request was about.
    #[must_use]
    pub fn read(subject: &Subject, output: &str) -> Listing {
        let (noun, namespace, tool) = (subject.noun.clone(), subject.namespace.clone(), subject.tool.clone());
        Listing { noun, namespace, tool, rows: Vec::new(), whole: true }.with_rows(output)
    }

    /// Whether what was printed looks like a list of names whoever printed it: a table with a column of names, or a word
    /// a line.
    #[must_use]
    pub fn looks_like_one(output: &str) -> bool {
        let mut lines = output.lines().filter(|line| !line.trim().is_empty()).peekable();
        lines.peek().is_some_and(|head| Column::of(head).is_some())
            || lines.all(|line| line.trim_start_matches("* ").split_whitespace().nth(1).is_none())
    }

    /// Whether all that a command line can list is known here.
    #[must_use]
    pub fn knows(line: &str) -> bool {
        let program = line.split_whitespace().find(|word| *word != "sudo");
        program.is_some_and(|program| ["kubectl", "docker", "helm", "systemctl", "ls"].contains(&program))
    }

    /// What a command line listed; `None` where it lists nothing that a row could be picked from.
    #[must_use]
    pub fn of(line: &str, output: &str, lexicon: &Lexicon) -> Option<Listing> {
        if line.contains([';', '&', '<', '>', '$', '`', '(', '\'', '"', '\\', '\n']) {
            return None;
        }
        let mut words = line.split('|').next()?.split_whitespace().skip_while(|word| *word == "sudo");
        let program = words.next()?;
        let said = Said::read(program, words)?;
        let named = |tool: &str, noun: &str| Some((tool.to_owned(), noun.to_owned(), true));
        let bare = |noun: &str| Some(("git".to_owned(), noun.to_owned(), false));
        let of_docker = !said.has(&["--format", "-q", "--quiet"]);
        let found = match (program, said.operands.as_slice()) {
            ("kubectl", ["get", kind]) => {
                let format = said.value(&["-o", "--output"]).unwrap_or("wide");
                if !["wide", "name"].contains(&format) || said.has(&["--no-headers", "-w", "--watch"]) {
                    return None;
                }
                let several = kind.contains(',') || *kind == "all";
                let noun = if several { String::new() } else { lexicon.singular("kubectl", kind)? };
                Some(("kubectl".to_owned(), noun, format != "name"))
            }
            ("docker", ["ps"] | ["container", "ls" | "list" | "ps"] | ["compose", "ps"]) if of_docker => {
                named("docker", "container")
            }
            ("docker", ["images"] | ["image", "ls" | "list"]) if of_docker => named("docker", "image"),
            ("docker", ["volume", "ls" | "list"]) if of_docker => named("docker", "volume"),
            ("docker", ["network", "ls" | "list"]) if of_docker => named("docker", "network"),
            ("git", ["branch"]) if said.only(&["-a", "--all", "-r", "-v", "-vv", "--list", "--sort"]) => bare("branch"),
            ("git", ["log", ..]) if !said.has(&["--format", "--pretty"]) => bare("commit"),
            ("git", ["stash", "list"]) if said.only(&[]) => bare("stash"),
            ("git", ["tag"]) if said.only(&["-l", "--list", "--sort"]) => bare("tag"),
            ("git", ["remote"]) if said.only(&[]) => bare("remote"),
            ("helm", ["list" | "ls"]) if !said.has(&["-q", "--short", "-o", "--output"]) => named("helm", "release"),
            ("systemctl", ["list-units" | "list-unit-files"]) => named("systemd", "service"),
            ("systemctl", []) if said.has(&["--failed"]) => named("systemd", "service"),
            ("ls", operands) => return files(operands, &said, output),
            _ => None,
        };
        let (tool, noun, headed) = found?;
        let mut lines = output.lines().filter(|line| !line.trim().is_empty());
        if headed && lines.next().is_some_and(|head| Column::of(head).is_none()) {
            return None;
        }
        let namespace = said.value(&["-n", "--namespace"]).map(str::to_owned);
        Some(Listing { noun, namespace, tool, rows: Vec::new(), whole: true }.with_rows(output))
    }

    fn with_rows(mut self, output: &str) -> Listing {
        let mut lines = output.lines().skip_while(|line| line.trim().is_empty()).peekable();
        let mut column = lines.peek().and_then(|head| Column::of(head));
        if column.is_some() {
            lines.next();
        }
        let mut apart = false;
        for line in lines {
            if line.trim().is_empty() {
                // Below a table of units stands what its columns mean.
                if column == Some(Column::Unit) {
                    break;
                }
                apart = true;
                continue;
            }
            // `kubectl get all` prints a table for every kind.
            let next = if apart && column.is_some() { Column::of(line) } else { None };
            apart = false;
            if next.is_some() {
                column = next;
                continue;
            }
            let row = match column {
                Some(column) => column.row(line),
                None => unheaded(line, &self.noun),
            };
            if let Some((name, namespace)) = row {
                let (name, noun) = self.without_kind(name);
                self.rows.push(Row { name, namespace, noun, text: line.to_owned() });
            }
        }
        self
    }

    /// `deployment.apps/web` is the deployment `web`.
    fn without_kind(&self, name: String) -> (String, Option<String>) {
        let kind = |kind: &str| kind.split('.').next().unwrap_or(kind).to_owned();
        match name.split_once('/') {
            Some((before, rest)) if self.noun.is_empty() => (rest.to_owned(), Some(kind(before))),
            Some((before, rest)) if kind(before) == self.noun && self.tool != "git" => (rest.to_owned(), None),
            _ if self.tool == "systemd" && !name.ends_with(".service") => (name, Some("unit".to_owned())),
            _ => (name, None),
        }
    }
}

/// Where in a table's row the name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    First,
    Second,
    Last,
    /// Behind its namespace.
    Spaced,
    /// Before its namespace.
    Released,
    /// In two cells: the repository and the tag.
    Tagged,
    Unit,
    /// Behind a mark, in one row.
    Marked,
}

impl Column {
    /// By the titles of a table; `None` where a line is none of titles.
    fn of(head: &str) -> Option<Column> {
        let words: Vec<&str> = head.split_whitespace().collect();
        Some(match words.as_slice() {
            ["NAMESPACE", "NAME", ..] => Column::Spaced,
            ["NAME", "NAMESPACE", ..] => Column::Released,
            ["REPOSITORY", "TAG", ..] => Column::Tagged,
            ["UNIT", ..] => Column::Unit,
            ["CURRENT", "NAME", ..] => Column::Marked,
            ["NETWORK", "ID", "NAME", ..] => Column::Second,
            [.., "NAMES"] | [.., "VOLUME", "NAME"] => Column::Last,
            ["NAME" | "CURRENT" | "REPOSITORY" | "IMAGE", ..] => Column::First,
            _ => return None,
        })
    }

    /// The name in a row, and its namespace where that stands beside it.
    fn row(self, line: &str) -> Option<(String, Option<String>)> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let word = |at: usize| words.get(at).map(|word| (*word).to_owned());
        let name = match self {
            Column::First => word(0)?,
            Column::Second => word(1)?,
            Column::Last => (*words.last()?).to_owned(),
            Column::Spaced => return Some((word(1)?, word(0))),
            Column::Released => return Some((word(0)?, word(1))),
            Column::Tagged => match words.as_slice() {
                [repository, tag, ..] if *repository != "<none>" && *tag != "<none>" => format!("{repository}:{tag}"),
                _ => word(2)?,
            },
            Column::Unit | Column::Marked => {
                (*words.iter().find(|word| word.chars().any(|sign| sign.is_ascii_alphanumeric()))?).to_owned()
            }
        };
        Some((name, None))
    }
}

/// The name in a line that stands under no title: `* main`, `pod/web-1`, `1a2b3c4 Tidy up`. `None` where it is no row.
fn unheaded(line: &str, noun: &str) -> Option<(String, Option<String>)> {
    let mut words = line.split_whitespace().filter(|word| !["*", "+", "|", "/", "\\"].contains(word));
    let first = words.next().unwrap_or_default();
    let name = match noun {
        // A line of a commit's message.
        "commit" if line.starts_with("    ") => return None,
        "commit" => {
            let hash = if first == "commit" { words.next()? } else { first };
            let is_hash = (7..=40).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hash.then_some(hash)?
        }
        "stash" => first.trim_end_matches(':'),
        // `(HEAD detached at 1a2b3c4)` and `remotes/origin/HEAD -> origin/main` are no branches.
        "branch" if first.starts_with('(') || line.contains(" -> ") => "",
        "branch" => first.strip_prefix("remotes/").unwrap_or(first),
        "" | "tag" | "remote" => first,
        _ => first.rsplit('/').next().unwrap_or(first),
    };
    Some((name.to_owned(), None))
}

/// What `ls` listed: directories are told from files where it says so.
fn files(operands: &[&str], said: &Said<'_>, output: &str) -> Option<Listing> {
    let plain = |name: &str| match name.strip_prefix("--") {
        Some(long) => ["all", "almost-all", "human-readable", "reverse"].contains(&long),
        None => name.trim_start_matches('-').chars().all(|letter| "lahtrSA1X".contains(letter)),
    };
    if !said.options.iter().all(|(name, _)| plain(name)) {
        return None;
    }
    let directory = match operands {
        [] => String::new(),
        [directory] if !directory.starts_with('~') => format!("{}/", directory.trim_end_matches('/')),
        _ => return None,
    };
    let long = said.options.iter().any(|(name, _)| !name.starts_with("--") && name.contains('l'));
    let lines = output.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("total "));
    let rows = lines.filter_map(|line| {
        let name = if long { behind_columns(line)? } else { line.trim() };
        let name = if long { name.split(" -> ").next().unwrap_or(name) } else { name };
        let noun = if long && line.starts_with('d') { "directory" } else { "file" };
        let name = (![".", ".."].contains(&name)).then(|| format!("{directory}{name}"))?;
        Some(Row { name, namespace: None, noun: Some(noun.to_owned()), text: line.to_owned() })
    });
    let rows = rows.collect();
    Some(Listing { noun: "file".to_owned(), namespace: None, tool: "core".to_owned(), rows, whole: true })
}

/// What stands behind mode, links, owner, group, size and time.
fn behind_columns(line: &str) -> Option<&str> {
    let mut rest = line;
    for _ in 0..8 {
        rest = rest.trim_start();
        rest = rest.get(rest.find(' ')?..)?;
    }
    Some(rest.trim_start())
}

/// A command's operands and options, as far as a listing needs them.
struct Said<'a> {
    operands: Vec<&'a str>,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> Said<'a> {
    /// `None` where the command looks somewhere else than the next one would, or where an option has its value in the
    /// same word.
    fn read(program: &str, mut words: impl Iterator<Item = &'a str>) -> Option<Said<'a>> {
        let (valued, elsewhere): (&[&str], &[&str]) = match program {
            "kubectl" => (
                &["-n", "--namespace", "-o", "--output", "-l", "--selector", "--sort-by", "--field-selector", "-L"],
                &["--context", "--kubeconfig", "--cluster", "--server", "-s", "--user", "--as"],
            ),
            "docker" => (&["-f", "--filter", "-n", "--last", "-p", "--file"], &["--context", "-c", "-H", "--host"]),
            "git" => (&["-n", "--author", "--since", "--until", "--max-count"], &["-C", "--git-dir", "--work-tree"]),
            "helm" => (&["-n", "--namespace", "-f", "--filter"], &["--kube-context", "--kubeconfig"]),
            "systemctl" => (&["-t", "--type", "--state", "-n"], &["-H", "--host", "-M", "--machine", "--user"]),
            _ => (&[], &[]),
        };
        let (mut operands, mut options) = (Vec::new(), Vec::new());
        while let Some(word) = words.next() {
            if !word.starts_with('-') {
                operands.push(word);
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some(both) => both,
                None if valued.contains(&word) => (word, words.next()?),
                None => (word, ""),
            };
            let glued = program == "kubectl" && !name.starts_with("--") && name.len() > 2;
            if glued || elsewhere.contains(&name) {
                return None;
            }
            options.push((name, value));
        }
        Some(Said { operands, options })
    }

    fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(name))
    }

    fn only(&self, names: &[&str]) -> bool {
        self.options.iter().all(|(name, _)| names.contains(name) || *name == "--no-color")
    }

    fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.options.iter().find(|(name, _)| names.contains(name)).map(|(_, value)| *value)
    }
}
