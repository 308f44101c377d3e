//! The language of what a command prints, where its words tell it for sure: a diff, JSON, YAML, a file of code.
//!
//! Owns which words tell it. It serves the colours of a screen and nothing else; of what is not sure it says nothing.

use std::ops::Range;

/// Options that take the next word with them, of whatever program.
const VALUED: [&str; 24] = [
    "-C",
    "-c",
    "-n",
    "-s",
    "-l",
    "-H",
    "-f",
    "-p",
    "-o",
    "--namespace",
    "--context",
    "--kube-context",
    "--kubeconfig",
    "--cluster",
    "--host",
    "--config",
    "--file",
    "--project-name",
    "--project-directory",
    "--profile",
    "--env-file",
    "--output",
    "--format",
    "--selector",
];

/// Options with which `git` and `docker compose config` print something shorter than the whole.
const SHORTER: [&str; 15] = [
    "--stat",
    "--name-only",
    "--name-status",
    "--numstat",
    "--shortstat",
    "--summary",
    "--raw",
    "--check",
    "--dirstat",
    "--services",
    "--images",
    "--volumes",
    "--networks",
    "--hash",
    "--quiet",
];

/// Programs whose `-o json` is about what they print.
const FORMATTED: [&str; 9] = ["kubectl", "oc", "helm", "aws", "az", "istioctl", "flux", "argocd", "journalctl"];

/// What a line prints, as a highlighter names it: `diff`, `json`, `rs`.
pub fn of(line: &str) -> Option<&'static str> {
    let stages = stages(line)?;
    // What only takes lines from the beginning or the end leaves them as they are.
    let cuts = |stage: &&Vec<&str>| matches!(stage.first(), Some(&("head" | "tail")));
    let stage = stages.iter().rev().find(|stage| !cuts(stage)).or(stages.first())?;
    told(stage)
}

/// Of an entry of the log the lines that its command printed, and their language.
pub fn in_entry(lines: &[String]) -> Option<(&'static str, Range<usize>)> {
    let begin = lines.iter().position(|line| line == "OUTPUT:")? + 1;
    let head = lines.get(..begin)?;
    let action = head.iter().find_map(|line| line.strip_prefix("ACTION: "));
    // What the person ran stands right below the heading.
    let command = action.or_else(|| head.get(1).map(String::as_str))?;
    let is_end = |line: &String| line == "---" || ["INFERENCE: ", "RESULT: "].iter().any(|name| line.starts_with(name));
    let count = lines.iter().skip(begin).take_while(|line| !is_end(line)).count();
    Some((of(command)?, begin..begin + count))
}

/// Whether every line of it reads the same wherever it stands.
pub fn is_by_line(language: &str) -> bool {
    matches!(language, "diff" | "json" | "yaml")
}

/// The words of each command of a pipe; `None` for anything that is more than a pipe.
fn stages(line: &str) -> Option<Vec<Vec<&str>>> {
    let mut quote = None;
    let (mut stages, mut from) = (Vec::new(), 0);
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '|') => {
                stages.push(line.get(from..at)?);
                from = at + 1;
            }
            (None, ';' | '&' | '<' | '>' | '\n' | '`' | '$' | '\\' | '(') => return None,
            (None, _) => {}
        }
    }
    stages.push(line.get(from..)?);
    let stages: Vec<Vec<&str>> = stages.into_iter().map(|stage| stage.split_whitespace().collect()).collect();
    (quote.is_none() && stages.iter().all(|stage| !stage.is_empty())).then_some(stages)
}

fn told(words: &[&str]) -> Option<&'static str> {
    let (program, rest) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    let plain = plain(rest);
    let verbs = (plain.first().copied().unwrap_or_default(), plain.get(1).copied().unwrap_or_default());
    let has = |option: &str| rest.iter().any(|word| word.starts_with(option));
    match (program, verbs) {
        ("sudo", _) => told(rest),
        ("cat" | "head" | "tail", _) => files(&plain),
        ("diff", _) => (has("-u") || has("-U") || has("--unified")).then_some("diff"),
        ("git", ("show", thing)) if thing.contains(':') => extension(thing),
        ("git", ("diff" | "show", _)) => (!is_shorter(rest)).then_some("diff"),
        ("git", ("log", _) | ("stash", "show")) => (has("-p") || has("--patch")).then_some("diff"),
        ("kubectl" | "oc" | "helm", ("diff", _)) => Some("diff"),
        ("helm", ("template", _) | ("get", "values" | "manifest" | "hooks" | "all") | ("show", "values" | "crds")) => {
            format(rest).or(Some("yaml"))
        }
        ("docker" | "podman", ("inspect", _) | ("container" | "image" | "volume" | "network", "inspect")) => {
            (!has("-f") && !has("--format")).then_some("json")
        }
        ("docker", ("compose", "config")) | ("docker-compose", ("config", _)) => {
            (!is_shorter(rest)).then(|| format(rest).unwrap_or("yaml"))
        }
        // Without their quotes, strings are no JSON.
        ("jq", _) => (!rest.iter().any(|word| is_raw(word))).then_some("json"),
        ("terraform" | "tofu", ("show" | "output", _)) => has("-json").then_some("json"),
        _ if FORMATTED.contains(&program) => format(rest),
        _ => None,
    }
}

/// The words that are no options and no values of options.
fn plain<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut plain = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if VALUED.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            plain.push(*word);
        }
    }
    plain
}

fn is_shorter(words: &[&str]) -> bool {
    words.iter().any(|word| *word == "-q" || SHORTER.iter().any(|option| word.starts_with(option)))
}

fn is_raw(word: &str) -> bool {
    let short = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')).unwrap_or_default();
    short.contains(['r', 'j']) || word.starts_with("--raw") || word.starts_with("--join")
}

/// The language that an option names: `-o json`, `-ojson`, `--output=yaml`.
fn format(words: &[&str]) -> Option<&'static str> {
    let named = words.iter().enumerate().find_map(|(at, word)| match *word {
        "-o" | "--output" | "--format" => words.get(at + 1).copied(),
        _ => ["--output=", "--format=", "-o=", "-o"].into_iter().find_map(|option| word.strip_prefix(option)),
    });
    match named? {
        "json" => Some("json"),
        "yaml" => Some("yaml"),
        _ => None,
    }
}

/// The language of files that all are of one.
fn files(names: &[&str]) -> Option<&'static str> {
    let (first, others) = names.split_first()?;
    extension(first).filter(|language| others.iter().all(|other| extension(other) == Some(*language)))
}

fn extension(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches(['\'', '"']);
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "json" | "tfstate" => "json",
        "yaml" | "yml" => "yaml",
        "diff" | "patch" => "diff",
        "sh" | "bash" => "sh",
        "rs" => "rs",
        "py" => "py",
        "go" => "go",
        "js" => "js",
        "rb" => "rb",
        "java" => "java",
        "c" | "h" => "c",
        "cpp" => "cpp",
        "lua" => "lua",
        "pl" => "pl",
        "sql" => "sql",
        "xml" => "xml",
        "html" => "html",
        "css" => "css",
        // Of the grammars that are there, the nearest.
        "toml" | "ini" | "properties" => "properties",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_whose_words_tell_it_prints_a_language() {
        for (line, language) in [
            ("git diff HEAD~1", "diff"),
            ("git -C /srv/app show", "diff"),
            ("git log -p -3", "diff"),
            ("git show HEAD:src/main.rs", "rs"),
            ("kubectl diff -f api.yaml", "diff"),
            ("kubectl -n shop get pods -o json | jq '.items[] | .spec'", "json"),
            ("kubectl get deploy web -oyaml", "yaml"),
            ("kubectl get pods --output=json | head -50", "json"),
            ("docker inspect web1", "json"),
            ("docker network inspect shop", "json"),
            ("docker compose -f prod.yml config", "yaml"),
            ("docker compose config --format json", "json"),
            ("helm get values web", "yaml"),
            ("sudo cat /etc/app/settings.yaml", "yaml"),
            ("cat 'a.toml'", "properties"),
            ("head -n 20 src/main.rs", "rs"),
        ] {
            assert_eq!(of(line), Some(language), "{line}");
        }
    }

    #[test]
    fn of_an_entry_the_lines_of_the_output_are_told() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<String>>();
        let step = lines("## [09:05] AI\nACTION: git diff\n\nOUTPUT:\n-a\n+b\n\nINFERENCE: 1 file\n\n---\n");
        assert_eq!(in_entry(&step), Some(("diff", 4..7)));
        let own = lines("## [09:05] HUMAN\ncat a.json\n\nOUTPUT:\n{}\n\n---\n");
        assert_eq!(in_entry(&own), Some(("json", 4..6)));
        assert_eq!(in_entry(&lines("## [09:05] AI\nACTION: true\n\nOUTPUT:\n\n---\n")), None);
    }

    #[test]
    fn of_what_is_not_sure_nothing_is_said() {
        for line in [
            "git diff --stat",
            "git status",
            "kubectl get pods",
            "kubectl get pods -o jsonpath={.items}",
            "kubectl get pods -o json | grep image",
            "kubectl get pods -o json > pods.json",
            "docker inspect -f '{{.State.Status}}' web1",
            "docker compose logs config",
            "docker compose config --services",
            "jq -r .name package.json",
            "cat a.json b.yaml",
            "cat notes",
            "cat a.json && cat b.json",
            "curl -o json https://example.org",
            "true || cat a.json",
            "cat $(ls).json",
            "cat 'a.json",
            "",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
