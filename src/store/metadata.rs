//! `metadata.yaml` of a session.
//!
//! Owns its keys. A key it does not know survives every rewriting: a newer version or the person put it there.

use std::path::Path;

use serde_yaml::{Mapping, Value};

use super::{StoreError, files};
use crate::domain::{At, SessionId, Surroundings};
use crate::history::session::Status;

/// The version of the keys below.
const SCHEMA: u64 = 1;

/// The file as it was read, with what was changed since.
#[derive(Debug)]
pub(super) struct Metadata(Mapping);

impl Metadata {
    /// What is known when a session begins: the goal and where the person stands.
    pub(super) fn new(id: &SessionId, goal: &str, at: At, surroundings: &Surroundings) -> Self {
        let mut metadata = Self(Mapping::new());
        metadata.0.insert("schema".into(), SCHEMA.into());
        metadata.set("id", id.as_str());
        metadata.set("goal", goal);
        metadata.set("status", Status::Active.word());
        metadata.set("started", &at.rfc3339());
        metadata.set("updated", &at.rfc3339());
        let known = [
            ("kube_context", &surroundings.kube_context),
            ("namespace", &surroundings.namespace),
            ("cluster", &surroundings.cluster),
            ("git_repo", &surroundings.git_repo),
            ("git_branch", &surroundings.git_branch),
            ("docker_context", &surroundings.docker_context),
            ("host", &surroundings.host),
        ];
        for (key, value) in known {
            if let Some(value) = value {
                metadata.set(key, value);
            }
        }
        metadata
    }

    /// Reads the file; `None` when there is none.
    pub(super) fn load(path: &Path) -> Result<Option<Self>, StoreError> {
        let Some(bytes) = files::read(path)? else { return Ok(None) };
        let malformed = |problem: serde_yaml::Error| malformed(path, &problem);
        serde_yaml::from_slice(&bytes).map(|mapping| Some(Self(mapping))).map_err(malformed)
    }

    /// Writes the file, whole or not at all.
    pub(super) fn save(&self, path: &Path) -> Result<(), StoreError> {
        let text = serde_yaml::to_string(&self.0).map_err(|problem| malformed(path, &problem))?;
        files::replace(path, text.as_bytes())
    }

    /// Says how the session stands from `at` on.
    pub(super) fn mark(&mut self, status: Status, at: At) {
        self.set("status", status.word());
        self.set("updated", &at.rfc3339());
    }

    pub(super) fn goal(&self) -> Option<&str> {
        self.text("goal")
    }

    pub(super) fn is_active(&self) -> bool {
        self.text("status") == Some(Status::Active.word())
    }

    pub(super) fn started(&self) -> Option<At> {
        self.text("started").and_then(At::parse)
    }

    pub(super) fn updated(&self) -> Option<At> {
        self.text("updated").and_then(At::parse)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    fn set(&mut self, key: &str, value: &str) {
        self.0.insert(key.into(), value.into());
    }
}

fn malformed(path: &Path, problem: &serde_yaml::Error) -> StoreError {
    StoreError::Malformed { path: path.to_owned(), problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_it_does_not_know_survive_rewriting() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("metadata.yaml");
        let text = "schema: 1\nstatus: active\nparent:\n  session: session_001\n  entry: k7f2\nmine: [1, 2]\n";
        std::fs::write(&path, text).unwrap();
        let mut metadata = Metadata::load(&path).unwrap().unwrap();
        metadata.mark(Status::Closed, At::parse("2026-02-21T09:14:00+01:00").unwrap());
        metadata.save(&path).unwrap();
        let expected = "schema: 1\nstatus: closed\nparent:\n  session: session_001\n  entry: k7f2\nmine:\n- 1\n- 2\n\
                        updated: 2026-02-21T09:14:00+01:00\n";
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn what_is_no_mapping_is_malformed() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("metadata.yaml");
        std::fs::write(&path, "just text").unwrap();
        assert!(matches!(Metadata::load(&path), Err(StoreError::Malformed { .. })));
    }
}
