//! The servers whose tools the agent may use: `mcp.yaml` of the person, and what a project brings along.
//!
//! Owns the form of these files, which is the one other MCP clients read (`mcpServers`, with `${VARIABLE}`), and that a
//! project's server counts only after the person trusted the very content of its file. Starts nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_yaml::Value;

use super::Sources;
use super::layer::{Layers, content};

/// How long a call of a tool may take, unless its server's entry says otherwise.
const PATIENCE: Duration = Duration::from_secs(60);
/// Servers of all files together.
const MOST: usize = 32;
/// Names that tell the files apart from those of other clients.
const TOP: [&str; 2] = ["mcpServers", "servers"];

/// A server that a file names.
#[derive(Clone, PartialEq)]
pub struct Server {
    /// Letters, digits, `-` and single `_`.
    pub name: String,
    pub file: PathBuf,
    /// A project's server is not started before the person trusted its file.
    pub trusted: bool,
    pub way: Way,
    pub patience: Duration,
}

/// How it is reached.
#[derive(Clone, PartialEq)]
pub enum Way {
    /// A program of ours to start, which speaks on its standard streams. `env` is all it gets beside the usual.
    Program { command: String, args: Vec<String>, env: BTreeMap<String, String>, directory: PathBuf },
    /// Streamable HTTP.
    Http { url: String, headers: BTreeMap<String, String> },
}

/// Without what may be secret.
impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("name", &self.name).field("file", &self.file).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: Option<String>,
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    cwd: Option<String>,
    url: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Seconds.
    timeout: Option<u64>,
    #[serde(default)]
    disabled: bool,
    /// Other clients' lists of tools that ask nobody.
    #[serde(alias = "alwaysAllow", alias = "autoApprove")]
    trusted_tools: Option<Value>,
}

/// Reads every file; what is wrong with one is told and costs what it says, never more.
pub(super) fn find(sources: &Sources, layers: &mut Layers<'_>) -> Vec<Server> {
    let person = sources.config_dir();
    let own = [person.join("mcp.yaml")];
    let found = [sources.cwd.join(".devops-agent/mcp.yaml"), sources.cwd.join(".mcp.json")];
    let mut servers: Vec<Server> = Vec::new();
    for (path, of_person) in own.iter().map(|path| (path, true)).chain(found.iter().map(|path| (path, false))) {
        let (text, stamp) = match content(path) {
            Ok(Some(read)) => read,
            Ok(None) => continue,
            Err(error) => {
                layers.warnings.push(format!("{} cannot be read: {error}", path.display()));
                continue;
            }
        };
        let base = if of_person { person.as_path() } else { sources.cwd.as_path() };
        let entries = match entries(&text, path) {
            Ok(entries) => entries,
            Err(why) => {
                layers.warnings.push(format!("{} names no server that could be used: {why}", path.display()));
                continue;
            }
        };
        for (name, entry) in entries {
            let wrong =
                |why: &str| format!("server `{}` of {} is not used: {why}", name.escape_debug(), path.display());
            let entry = match serde_yaml::from_value::<Entry>(entry) {
                Ok(entry) if entry.disabled => continue,
                Ok(entry) => entry,
                Err(error) => {
                    layers.warnings.push(wrong(&error.to_string()));
                    continue;
                }
            };
            if entry.trusted_tools.is_some() {
                let told =
                    wrong("").replace(" is not used: ", ": its list of tools that need no approval is not read; ");
                layers.warnings.push(told + "write `mcp SERVER TOOL` into a skill file's auto_execute");
            }
            if let Some(other) = servers.iter().find(|other| other.name == name) {
                layers.warnings.push(wrong(&format!("{} has one of that name", other.file.display())));
                continue;
            }
            if servers.len() >= MOST {
                layers.warnings.push(wrong(&format!("there are more than {MOST}")));
                continue;
            }
            let shown = shown(&entry);
            let server = match server(&name, entry, base, sources) {
                Ok((way, patience)) => Server { name, file: path.clone(), trusted: of_person, way, patience },
                Err(why) => {
                    layers.warnings.push(wrong(&why));
                    continue;
                }
            };
            let key = format!("mcpServers.{}", server.name);
            let trusted = of_person || layers.is_trusted(&stamp, &key, &format!("{key}: {shown}"));
            servers.push(Server { trusted, ..server });
        }
    }
    servers
}

/// The entries of a file by name, in their order.
fn entries(text: &str, path: &Path) -> Result<Vec<(String, Value)>, String> {
    let parsed: Value = if path.extension().is_some_and(|extension| extension == "json") {
        // A tab between two words is no YAML.
        serde_json::from_str(text).map_err(|error| error.to_string())?
    } else {
        serde_yaml::from_str(text).map_err(|error| error.to_string())?
    };
    let Value::Mapping(top) = &parsed else {
        return if matches!(parsed, Value::Null) { Ok(Vec::new()) } else { Err("it is no mapping".to_owned()) };
    };
    let servers = TOP.iter().find_map(|key| top.get(Value::String((*key).to_owned())));
    let Some(Value::Mapping(servers)) = servers else {
        return Err(format!("it has no mapping `{}`", TOP.join("` or `")));
    };
    let named = servers.iter().map(|(name, entry)| match name {
        Value::String(name) => Ok((name.clone(), entry.clone())),
        other => Err(format!("the name {other:?} is no text")),
    });
    named.collect()
}

fn server(name: &str, entry: Entry, base: &Path, sources: &Sources) -> Result<(Way, Duration), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > 40 || !name.chars().all(fits) || name.contains("__") || name.starts_with('-') {
        return Err("a name has up to 40 letters, digits, `-` and single `_`".to_owned());
    }
    let patience = match entry.timeout {
        None => PATIENCE,
        Some(seconds) if (1..=3600).contains(&seconds) => Duration::from_secs(seconds),
        Some(_) => return Err("`timeout` is a number of seconds from 1 to 3600".to_owned()),
    };
    let meant = |text: &str| expanded(text, &sources.environment);
    let all = |map: BTreeMap<String, String>| {
        map.into_iter().map(|(name, text)| Ok((name, meant(&text)?))).collect::<Result<BTreeMap<_, _>, String>>()
    };
    let way = match (entry.command, entry.url, entry.kind.as_deref()) {
        (_, _, Some("sse")) => {
            return Err("HTTP with SSE was replaced by streamable HTTP; ask for its `http` address".to_owned());
        }
        (Some(command), None, None | Some("stdio")) => Way::Program {
            command: meant(&command)?,
            args: entry.args.iter().map(|arg| meant(arg)).collect::<Result<_, _>>()?,
            env: all(entry.env)?,
            directory: match entry.cwd {
                Some(directory) => base.join(meant(&directory)?),
                None => sources.cwd.clone(),
            },
        },
        (None, Some(url), None | Some("http" | "streamable-http" | "streamableHttp")) => {
            let url = meant(&url)?;
            let plain = url.chars().all(|c| c.is_ascii_graphic());
            if !plain || !(url.starts_with("https://") || url.starts_with("http://")) {
                return Err("`url` is an address such as https://example.com/mcp".to_owned());
            }
            Way::Http { url, headers: all(entry.headers)? }
        }
        _ => return Err("it needs either `command` or `url`, and a `type` that fits (stdio, http)".to_owned()),
    };
    Ok((way, patience))
}

/// What a person judges an entry by: everything but values that may be secret.
fn shown(entry: &Entry) -> String {
    let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>().join(", ");
    let mut shown = match (&entry.command, &entry.url) {
        (Some(command), _) => format!("runs {command} {}", entry.args.join(" ")),
        (None, Some(url)) => format!("sends to {url}"),
        (None, None) => String::new(),
    };
    for (what, map) in [("with", &entry.env), ("with headers", &entry.headers)] {
        if !map.is_empty() {
            shown.push_str(&format!(" {what} {}", names(map)));
        }
    }
    shown.trim_end().escape_debug().to_string()
}

/// A text with `${NAME}` and `${NAME:-default}` filled in from the person's environment.
fn expanded(text: &str, environment: &BTreeMap<String, String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((inside, after)) = after.split_once('}') else {
            return Err(format!("`{}` has no end", text.escape_debug()));
        };
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        match environment.get(name).map(String::as_str).filter(|value| !value.is_empty()).or(default) {
            Some(value) => filled.push_str(value),
            None => return Err(format!("the environment variable {} is not set", name.escape_debug())),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_once_and_what_they_hold_is_no_variable() {
        let environment = BTreeMap::from([("A".to_owned(), "${B}".to_owned()), ("B".to_owned(), "x".to_owned())]);
        let filled = |text: &str| expanded(text, &environment);
        assert_eq!(filled("p/${A}-${B}"), Ok("p/${B}-x".to_owned()));
        assert_eq!(filled("${C:-none}$B"), Ok("none$B".to_owned()));
        assert!(filled("${C}").is_err() && filled("${A").is_err());
    }

    #[test]
    fn the_common_json_and_yaml_name_the_same_servers() {
        let json = "{\n\t\"mcpServers\": {\"time\": {\"command\": \"uvx\", \"args\": [\"mcp-server-time\"]}}}";
        let yaml = "servers:\n  time:\n    command: uvx\n    args: [mcp-server-time]\n";
        let names = |text: &str, path: &str| entries(text, Path::new(path)).unwrap();
        assert_eq!(names(json, ".mcp.json"), names(yaml, "mcp.yaml"));
        assert!(entries("[]", Path::new("mcp.yaml")).is_err());
    }

    #[test]
    fn values_that_may_be_secret_are_not_shown_to_who_is_asked_to_trust() {
        let entry: Entry = serde_yaml::from_str("{command: srv, args: [-v], env: {TOKEN: s3cr3t}, url: null}").unwrap();
        assert_eq!(shown(&entry), "runs srv -v with TOKEN");
    }
}
