//! Settings that can make a program run others, with their values.
//!
//! Owns their fingerprint: a word of trust holds for exactly these names and
//! values of this place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::{Settings, hex};

/// The hazards of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazards {
    place: PathBuf,
    /// Name to values, in the order of the files.
    found: BTreeMap<String, Vec<String>>,
}

impl Hazards {
    pub(super) fn of(place: &Path) -> Hazards {
        Hazards { place: place.to_owned(), found: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, name: String, value: Option<&str>) {
        self.found.entry(name).or_default().extend(value.map(str::to_owned));
    }

    /// What cannot be read can be anything: it is a hazard that nobody can trust.
    pub(super) fn add_unreadable(&mut self, path: &Path) {
        self.add(format!("{UNREADABLE}{}", path.display()), None);
    }

    /// Whether all of it could be read, so that a person can judge it.
    pub fn are_known(&self) -> bool {
        !self.found.keys().any(|name| name.starts_with(UNREADABLE))
    }

    /// A line each, `name=value`, for a person to judge by.
    pub fn lines(&self) -> Vec<String> {
        let line = |name: &String, value: &String| format!("{name}={value}");
        let lines = |(name, values): (&String, &Vec<String>)| match values.as_slice() {
            [] => vec![name.clone()],
            values => values.iter().map(|value| line(name, value)).collect(),
        };
        self.found.iter().flat_map(lines).collect()
    }

    /// What the gate is told; not trusted yet.
    pub fn settings(&self) -> Settings {
        let mut hash = Sha256::new();
        let mut field = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        for (name, values) in &self.found {
            field(name);
            field(&values.len().to_string());
            values.iter().for_each(|value| field(value));
        }
        Settings {
            place: self.place.clone(),
            names: self.found.keys().cloned().collect(),
            sha256: hex(&hash.finalize()),
            trusted: false,
        }
    }
}

const UNREADABLE: &str = "unreadable ";
