//! What a command line is about: its tool, its verb, what it names.
//!
//! Owns a reading that is good enough to find a command again. Nothing is judged by it: whether a command may run is
//! asked elsewhere, of a reader that understands every word.

/// Words before a command that only say how it is run.
const BEFORE: [&str; 7] = ["sudo", "time", "nice", "env", "nohup", "command", "exec"];

/// Options whose next word is a value that names nothing a person looks for.
const WITH_VALUE: [&str; 16] = [
    "-o",
    "--output",
    "-l",
    "--selector",
    "--context",
    "--kubeconfig",
    "--tail",
    "--since",
    "-c",
    "--container",
    "-H",
    "--host",
    "--format",
    "-C",
    "--timeout",
    "--max-count",
];

/// Names that are kept of one line.
const MOST: usize = 12;

/// What is known of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Command {
    pub tool: Option<String>,
    pub verb: Option<String>,
    pub resources: Vec<String>,
    pub namespace: Option<String>,
}

/// Reads the first command of a line that has a tool; what further ones name is kept too.
pub(super) fn read(line: &str) -> Command {
    let mut found = Command::default();
    for part in line.split(['|', ';', '&', '\n']) {
        let words = part.split_whitespace().map(|word| word.trim_matches(['"', '\'', '(', ')']));
        one(&mut words.filter(|word| !word.is_empty()).peekable(), &mut found);
    }
    found.resources.dedup();
    found.resources.truncate(MOST);
    found
}

fn one<'a>(words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>, found: &mut Command) {
    while words.next_if(|word| BEFORE.contains(word) || is_assignment(word)).is_some() {}
    let Some(tool) = words.next() else { return };
    let first = found.tool.is_none();
    if first {
        found.tool = Some(tool.rsplit('/').next().unwrap_or(tool).to_lowercase());
    }
    let mut verb = None;
    while let Some(word) = words.next() {
        if let Some(value) = word.strip_prefix("--namespace=").or_else(|| word.strip_prefix("-n=")) {
            found.namespace.get_or_insert_with(|| value.to_owned());
        } else if word == "-n" || word == "--namespace" {
            if let Some(value) = words.next_if(|value| !value.starts_with('-')) {
                found.namespace.get_or_insert_with(|| value.to_owned());
            }
        } else if WITH_VALUE.contains(&word) {
            words.next();
        } else if word.starts_with('-') || word.starts_with('>') || word.starts_with('<') {
            continue;
        } else if verb.is_none() && first && is_word(word) {
            verb = Some(word.to_lowercase());
        } else {
            named(word, &mut found.resources);
        }
    }
    if first {
        found.verb = verb;
    }
}

/// `deployment/api` is both: the whole and what it names.
fn named(word: &str, resources: &mut Vec<String>) {
    let word = word.to_lowercase();
    if let Some((_, name)) = word.rsplit_once('/').filter(|(kind, name)| is_word(kind) && !name.is_empty()) {
        resources.push(name.to_owned());
    }
    resources.push(word);
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| is_word(name) && !name.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> (String, String, String, String) {
        let Command { tool, verb, resources, namespace } = read(line);
        let text = |text: Option<String>| text.unwrap_or_default();
        (text(tool), text(verb), resources.join(" "), text(namespace))
    }

    #[test]
    fn a_line_tells_its_tool_its_verb_and_what_it_names() {
        let cases = [
            ("kubectl logs api-7d4f9 --previous -n production", ["kubectl", "logs", "api-7d4f9", "production"]),
            ("sudo A=1 /usr/bin/docker restart web | grep x", ["docker", "restart", "web x", ""]),
            (
                "kubectl -n shop rollout undo deployment/cart",
                ["kubectl", "rollout", "undo cart deployment/cart", "shop"],
            ),
            ("kubectl get pods --namespace=shop -o wide", ["kubectl", "get", "pods", "shop"]),
            ("git log --oneline main", ["git", "log", "main", ""]),
            ("", ["", "", "", ""]),
        ];
        for (line, [tool, verb, resources, namespace]) in cases {
            assert_eq!(told(line), (tool.into(), verb.into(), resources.into(), namespace.into()), "{line}");
        }
    }
}
