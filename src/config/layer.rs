//! The layers settings are read from, strongest first, and the choice of the value that counts.
//!
//! Owns reading `.env` and YAML with their line numbers, and the rule that a
//! value from an untrusted file is passed over for the next layer's. Knows
//! nothing of what a value means: whoever picks says how to read it and whether
//! it needs trust.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_yaml::Value;
use sha2::{Digest, Sha256};

use super::privacy::{self, Privacy};
use super::trust::{Choice, TrustStore, Untrusted};
use super::{Key, Sources};
use crate::domain::{Failure, FailureKind, hex};
use crate::redact::Redactor;

/// Bytes of the largest file of settings that is read.
const LARGEST: u64 = 1 << 20;

/// Who wrote a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Flags,
    Environment,
    /// The person's own file.
    Person,
    /// A file of the working directory, written by anyone.
    Found,
}

/// A content that can be trusted.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    pub(super) file: PathBuf,
    pub(super) sha256: String,
}

struct Layer {
    origin: Origin,
    /// What relative paths are relative to.
    base: PathBuf,
    stamp: Option<Stamp>,
    given: BTreeMap<Key, Given>,
}

struct Given {
    text: String,
    /// `.env:3`, `environment`, `--model`.
    place: String,
    /// The key as it is called there.
    name: &'static str,
    /// It is shown to nobody.
    is_secret: bool,
}

/// A value that counts and who gave it.
pub(super) struct Picked<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
    /// The place of its layer, the strongest first.
    pub(super) layer: usize,
}

/// All layers, and what was noticed while reading and choosing.
pub(super) struct Layers<'a> {
    layers: Vec<Layer>,
    trust: &'a TrustStore,
    pub(super) warnings: Vec<String>,
    pub(super) privacy: Privacy,
    pub(super) untrusted: Vec<Untrusted>,
}

impl<'a> Layers<'a> {
    pub(super) fn read(sources: &Sources, trust: &'a TrustStore) -> Result<Self, Failure> {
        let (mut warnings, mut privacy) = (Vec::new(), Privacy::default());
        let mut layers = vec![flags(sources), environment(sources)];
        layers.extend(dotenv(sources, &mut warnings)?);
        let project = sources.cwd.join(".devops-agent/config.yaml");
        layers.extend(yaml(&project, Origin::Found, &sources.cwd, &mut warnings, &mut privacy)?);
        let person = sources.config_dir();
        layers.extend(yaml(&person.join("config.yaml"), Origin::Person, &person, &mut warnings, &mut privacy)?);
        Ok(Self { layers, trust, warnings, privacy, untrusted: Vec::new() })
    }

    /// The value of the strongest layer that has one and may set it.
    pub(super) fn pick<T>(
        &mut self,
        key: Key,
        read: impl Fn(&str, &Path) -> Result<T, &'static str>,
        needs_trust: impl Fn(&T) -> bool,
    ) -> Result<Option<Picked<T>>, Failure> {
        for index in 0..self.layers.len() {
            let Some(layer) = self.layers.get(index) else { break };
            let Some(given) = layer.given.get(&key) else { continue };
            let value = read(&given.text, &layer.base).map_err(|expected| wrong(given, expected))?;
            let origin = layer.origin;
            if let Some(stamp) = layer.stamp.clone().filter(|_| needs_trust(&value)) {
                let (name, shown) = (given.name, format!("{}={}", given.name, given.shown()));
                if !self.is_trusted(&stamp, name, &shown) {
                    continue;
                }
            }
            return Ok(Some(Picked { value, origin, layer: index }));
        }
        Ok(None)
    }

    /// Whether the person trusts this content; if nothing was said yet, notes that it should be asked.
    pub(super) fn is_trusted(&mut self, stamp: &Stamp, key: &str, shown: &str) -> bool {
        match self.choice(stamp) {
            Some(Choice::Trusted) => true,
            Some(Choice::Refused) => {
                self.warnings.push(format!("{key} of {} is not used: you refused it", stamp.file.display()));
                false
            }
            None => {
                self.ask(stamp, key, shown);
                false
            }
        }
    }

    /// What the person said about this content.
    pub(super) fn choice(&self, stamp: &Stamp) -> Option<Choice> {
        self.trust.choice(&stamp.file, &stamp.sha256)
    }

    /// Notes that the person should be asked about this content.
    pub(super) fn ask(&mut self, stamp: &Stamp, key: &str, shown: &str) {
        match self.untrusted.iter_mut().find(|found| found.file == stamp.file) {
            Some(found) => {
                found.keys.push(key.to_owned());
                found.shown.push(shown.to_owned());
            }
            None => self.untrusted.push(Untrusted {
                file: stamp.file.clone(),
                sha256: stamp.sha256.clone(),
                keys: vec![key.to_owned()],
                shown: vec![shown.to_owned()],
            }),
        }
    }

    /// Whether a file sets this key and waits to be asked about.
    pub(super) fn is_unasked(&self, key: Key) -> bool {
        self.untrusted.iter().any(|found| found.keys.iter().any(|name| name == key.variable() || name == key.path()))
    }
}

impl Given {
    /// The value as it may be shown.
    fn shown(&self) -> String {
        if self.is_secret { "…".to_owned() } else { self.text.escape_debug().to_string() }
    }
}

fn wrong(given: &Given, expected: &str) -> Failure {
    let found: String = if given.is_secret { "…".to_owned() } else { given.text.chars().take(80).collect() };
    // An address may carry a password, and this line goes to a terminal and a log.
    let found = Redactor::default().text(&found).into_inner();
    Failure::new(FailureKind::Configuration, format!("wrong value for {} ({})", given.name, given.place))
        .because(format!("expected {expected}, found {found:?}"))
        .hint(format!("correct {} in {}, or remove it there", given.name, given.place))
}

fn given_at(key: Key, name: &'static str, text: String, place: String) -> Given {
    Given { text, place, name, is_secret: key.is_secret() }
}

fn flags(sources: &Sources) -> Layer {
    let given = sources
        .flags
        .given()
        .map(|(key, text)| (key, given_at(key, key.flag(), text.to_owned(), "command line".to_owned())));
    Layer { origin: Origin::Flags, base: sources.cwd.clone(), stamp: None, given: given.collect() }
}

fn environment(sources: &Sources) -> Layer {
    let given = Key::ALL.into_iter().filter_map(|key| {
        let text = sources.environment.get(key.variable()).filter(|text| !text.is_empty())?;
        Some((key, given_at(key, key.variable(), text.clone(), "environment".to_owned())))
    });
    Layer { origin: Origin::Environment, base: sources.cwd.clone(), stamp: None, given: given.collect() }
}

/// The lines of `./.env` that are ours; what else a project keeps there is not read.
fn dotenv(sources: &Sources, warnings: &mut Vec<String>) -> Result<Option<Layer>, Failure> {
    let path = sources.cwd.join(".env");
    let (text, stamp) = match content(&path) {
        Ok(Some(read)) => read,
        Ok(None) => return Ok(None),
        // It is the project's file, and may be closed to us for good reason.
        Err(error) => {
            warnings.push(format!("{} is not used: {error}", path.display()));
            return Ok(None);
        }
    };
    let mut given = BTreeMap::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let assignment = line.trim_start();
        let assignment = assignment.strip_prefix("export ").unwrap_or(assignment);
        let Some((name, raw)) = assignment.split_once('=') else { continue };
        let Some(key) = Key::ALL.into_iter().find(|key| key.variable() == name.trim()) else { continue };
        let place = format!("{}:{}", path.display(), index + 1);
        let mut read = given_at(key, key.variable(), raw.trim().to_owned(), place);
        if raw.contains('$') {
            // dotenvy would fill it in from the environment, where a stranger's file has no business.
            return Err(wrong(&read, "a value without $ (~/ stands for your home)"));
        }
        match dotenvy::from_read_iter(line.as_bytes()).next() {
            Some(Ok((_, value))) if value.is_empty() => {
                given.remove(&key);
            }
            Some(Ok((_, value))) => {
                read.text = value;
                given.insert(key, read);
            }
            Some(Err(_)) | None => return Err(wrong(&read, "a value in quotes where it holds blanks or quotes")),
        }
    }
    Ok(Some(Layer { origin: Origin::Found, base: sources.cwd.clone(), stamp: Some(stamp), given }))
}

/// A file of settings in YAML, if it is there.
fn yaml(
    path: &Path,
    origin: Origin,
    base: &Path,
    warnings: &mut Vec<String>,
    privacy: &mut Privacy,
) -> Result<Option<Layer>, Failure> {
    let failure = |place: String, source: &dyn std::fmt::Display| {
        Failure::new(FailureKind::Configuration, format!("{place} cannot be read"))
            .because(source)
            .hint("correct the file, or remove it for the defaults")
    };
    let read = content(path).map_err(|error| failure(path.display().to_string(), &error))?;
    let Some((text, stamp)) = read else { return Ok(None) };
    let parsed: Value = serde_yaml::from_str(&text).map_err(|error| match error.location() {
        Some(at) => failure(format!("{}:{}", path.display(), at.line()), &error),
        None => failure(path.display().to_string(), &error),
    })?;
    let mut given = BTreeMap::new();
    let mut leaves = Vec::new();
    match &parsed {
        Value::Null => {}
        Value::Mapping(_) => flatten(&parsed, String::new(), &mut leaves),
        _ => return Err(failure(path.display().to_string(), &"expected keys with values, such as `log_level: info`")),
    }
    for (name, value) in leaves {
        let place = format!("{}:{}", path.display(), line_of(&text, &name));
        if name == privacy::ALLOW || name == privacy::DENY {
            privacy.take(&name, value, origin == Origin::Found).map_err(|expected| {
                Failure::new(FailureKind::Configuration, format!("wrong value for {name} ({place})"))
                    .because(format!("expected {expected}"))
                    .hint(format!("correct {name} in {place}, or remove it there"))
            })?;
            continue;
        }
        let Some(key) = Key::ALL.into_iter().find(|key| key.path() == name) else {
            warnings.push(format!("unknown key `{}` ({place}) is not used", name.escape_debug()));
            continue;
        };
        let (text, single) = match value {
            Value::Null => continue,
            Value::String(text) => (text.clone(), true),
            Value::Number(number) => (number.to_string(), true),
            Value::Bool(truth) => (truth.to_string(), true),
            Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => ("more than one value".to_owned(), false),
        };
        let read = given_at(key, key.path(), text, place);
        if !single {
            return Err(wrong(&read, "one value"));
        }
        given.insert(key, read);
    }
    let stamp = (origin == Origin::Found).then_some(stamp);
    Ok(Some(Layer { origin, base: base.to_owned(), stamp, given }))
}

/// The values under a mapping with their dotted paths.
fn flatten<'v>(value: &'v Value, path: String, leaves: &mut Vec<(String, &'v Value)>) {
    let Value::Mapping(mapping) = value else {
        leaves.push((path, value));
        return;
    };
    for (name, below) in mapping {
        let name = match name {
            Value::String(name) => name.clone(),
            other => format!("{other:?}"),
        };
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        // A mapping where one value is wanted is a wrong value, not a group.
        if Key::ALL.into_iter().any(|key| key.path() == path)
            || [privacy::ALLOW, privacy::DENY].contains(&path.as_str())
        {
            leaves.push((path, below))
        } else {
            flatten(below, path, leaves)
        }
    }
}

/// The line, counted from 1, on which the key of a dotted path stands; in flow style, the last part of it that has a line.
fn line_of(text: &str, path: &str) -> usize {
    let mut found = 1;
    let mut lines = text.lines().enumerate();
    for part in path.split('.') {
        let line = lines.find(|(_, line)| {
            let line = line.trim_start().trim_start_matches(['"', '\'']);
            line.strip_prefix(part).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        });
        match line {
            Some((index, _)) => found = index + 1,
            None => break,
        }
    }
    found
}

/// A file's text and its stamp; `None` when there is no such file.
pub(super) fn content(path: &Path) -> io::Result<Option<(String, Stamp)>> {
    match fs::metadata(path) {
        // `.env` is a directory in some Python projects, and a pipe would be waited for without end.
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        Ok(_) => {}
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    let sha256 = hex(&Sha256::digest(&bytes));
    let text = String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8 text"))?;
    Ok(Some((text, Stamp { file: path.to_owned(), sha256 })))
}
