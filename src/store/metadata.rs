//! `metadata.yaml` of a session.
//!
//! Owns its keys. A key it does not know survives every rewriting: a newer version or the person put it there.

use std::path::Path;

use serde_yaml::{Mapping, Value};

use super::track::MAIN;
use super::{StoreError, files};
use crate::domain::{At, Counted, EntryId, SessionId, Snapshot, Surroundings};
use crate::history::session::Status;

/// The version of the keys below.
const SCHEMA: u64 = 1;
/// How a branch stands.
const OPEN: &str = "open";
const MERGED: &str = "merged";

/// The keys that say where a session began.
const NOTED: [&str; 10] = [
    "host",
    "kube_context",
    "namespace",
    "cluster",
    "git_repo",
    "git_branch",
    "git_uncommitted",
    "docker_context",
    "docker_running",
    "absent",
];

/// The file as it was read, with what was changed since.
#[derive(Debug)]
pub(super) struct Metadata(Mapping);

impl Metadata {
    /// What is known when a session begins: the goal and where the person stands.
    pub(super) fn new(id: &SessionId, goal: &str, at: At, surroundings: &Surroundings) -> Self {
        let mut metadata = Self(Mapping::new());
        metadata.0.insert("schema".into(), SCHEMA.into());
        metadata.set("id", id.as_str());
        metadata.set("description", goal);
        metadata.set("goal", goal);
        metadata.set("branch", MAIN);
        metadata.set("status", Status::Active.word());
        metadata.set("started", &at.rfc3339());
        metadata.set("updated", &at.rfc3339());
        metadata.note_surroundings(surroundings);
        metadata
    }

    /// Notes where the person stands and what was counted there.
    pub(super) fn note(&mut self, snapshot: &Snapshot) {
        self.note_surroundings(&snapshot.surroundings);
        for (key, counted) in [("git_uncommitted", &snapshot.uncommitted), ("docker_running", &snapshot.containers)] {
            match counted {
                Counted::Nothing => {}
                Counted::Known(count) => {
                    self.0.insert(key.into(), (*count).into());
                }
                Counted::Unanswered(why) => self.set(key, why),
            }
        }
        if !snapshot.absent.is_empty() {
            self.0.insert("absent".into(), snapshot.absent.iter().map(String::as_str).collect::<Vec<_>>().into());
        }
    }

    /// What is noted of where the session began, by its keys.
    pub(super) fn noted(&self) -> Vec<(String, String)> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Sequence(list) => Some(list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
            _ => None,
        };
        let found = |key: &str| Some((key.to_owned(), text(self.0.get(key)?)?));
        NOTED.iter().filter_map(|key| found(key)).collect()
    }

    fn note_surroundings(&mut self, surroundings: &Surroundings) {
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
                self.set(key, value);
            }
        }
    }

    /// What is known of a branch of the session `id` when it begins.
    pub(super) fn branch(
        id: &SessionId,
        name: &str,
        intent: &str,
        parent: &str,
        entry: Option<&EntryId>,
        at: At,
    ) -> Self {
        let mut metadata = Self(Mapping::new());
        metadata.0.insert("schema".into(), SCHEMA.into());
        metadata.set("id", name);
        metadata.set("description", intent);
        metadata.set("status", OPEN);
        metadata.set("started", &at.rfc3339());
        metadata.set("updated", &at.rfc3339());
        metadata.set_parent(id, Some(parent), entry);
        metadata
    }

    /// Says where this came from: a session, its branch where it is one of this session's own, an entry of it.
    pub(super) fn set_parent(&mut self, id: &SessionId, branch: Option<&str>, entry: Option<&EntryId>) {
        let mut parent = Mapping::new();
        parent.insert("session".into(), id.as_str().into());
        for (key, value) in [("branch", branch), ("entry", entry.map(EntryId::as_str))] {
            if let Some(value) = value {
                parent.insert(key.into(), value.into());
            }
        }
        self.0.insert("parent".into(), parent.into());
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

    /// Says whether the page tells what a closed session found.
    pub(super) fn set_summarised(&mut self, summarised: bool) {
        self.0.insert("summarised".into(), summarised.into());
    }

    /// Whether it does; a session that was never asked about is told in full.
    pub(super) fn is_summarised(&self) -> bool {
        self.0.get("summarised").and_then(Value::as_bool).unwrap_or(true)
    }

    /// Says that the entry `id` tells what this branch came to.
    pub(super) fn mark_merged(&mut self, id: &EntryId, at: At) {
        self.set("status", MERGED);
        self.set("merged", id.as_str());
        self.set("updated", &at.rfc3339());
    }

    pub(super) fn is_merged(&self) -> bool {
        self.text("status") == Some(MERGED)
    }

    /// The way entries go: a branch's name, `main` where none is named.
    pub(super) fn active_branch(&self) -> &str {
        self.text("branch").unwrap_or(MAIN)
    }

    pub(super) fn set_active_branch(&mut self, name: &str, at: At) {
        self.set("branch", name);
        self.set("updated", &at.rfc3339());
    }

    /// What it is all for: a session's goal, a branch's intent.
    pub(super) fn purpose(&self) -> Option<&str> {
        self.text("goal").or_else(|| self.text("description"))
    }

    pub(super) fn parent_branch(&self) -> Option<&str> {
        self.parent("branch")
    }

    pub(super) fn parent_session(&self) -> Option<SessionId> {
        self.parent("session").map(SessionId::new)
    }

    pub(super) fn parent_entry(&self) -> Option<EntryId> {
        self.parent("entry").map(EntryId::new)
    }

    fn parent(&self, key: &str) -> Option<&str> {
        self.0.get("parent")?.as_mapping()?.get(key)?.as_str()
    }

    pub(super) fn goal(&self) -> Option<&str> {
        self.text("goal")
    }

    /// The name the person gave it since it began, in the form of [`SessionId::slug`].
    pub(super) fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// What it is for from now on, and how it is named for that.
    pub(super) fn set_goal(&mut self, goal: &str, name: &str, at: At) {
        self.set("description", goal);
        self.set("goal", goal);
        self.set("name", name);
        self.set("updated", &at.rfc3339());
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
