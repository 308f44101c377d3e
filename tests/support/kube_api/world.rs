//! The cluster's objects and their history.
//!
//! Owns storing and removing objects with what the real server sets by itself (uid, creation time, generation,
//! resource version), and the changes watches replay. Decides nothing about what objects cause: `controllers` does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::catalogue::{Kind, Scope, known};
use super::clock;

#[derive(Clone, Default)]
pub struct World {
    /// By (plural, namespace, name); cluster-wide objects have an empty namespace.
    objects: BTreeMap<(&'static str, String, String), Value>,
    /// Never trimmed: a test's server lives for seconds.
    pub history: Vec<Change>,
    pub version: u64,
    serial: u64,
    pub requests: Vec<String>,
    /// A dry run's copy, in which no controller acts and no version moves.
    pub is_rehearsal: bool,
    /// Set once, when the server ends.
    pub stopped: bool,
}

/// One write, as watches see it.
#[derive(Clone)]
pub struct Change {
    pub version: u64,
    pub plural: &'static str,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl World {
    pub fn new() -> World {
        World::default()
    }

    /// A copy to try a write in.
    pub fn rehearsal(&self) -> World {
        World { is_rehearsal: true, ..self.clone() }
    }

    pub fn get(&self, kind: &Kind, namespace: &str, name: &str) -> Option<&Value> {
        self.objects.get(&key(kind, namespace, name))
    }

    /// The objects of a kind by namespace and name; of every namespace for `None`.
    pub fn list(&self, kind: &Kind, namespace: Option<&str>) -> Vec<&Value> {
        self.objects
            .iter()
            .filter(|((plural, place, _), _)| *plural == kind.plural && namespace.is_none_or(|wanted| wanted == place))
            .map(|(_, object)| object)
            .collect()
    }

    /// Copies of a kind's objects, for callers that write while they walk.
    pub fn all(&self, plural: &str) -> Vec<Value> {
        self.list(known(plural), None).into_iter().cloned().collect()
    }

    pub fn objects(&self) -> impl Iterator<Item = &Value> {
        self.objects.values()
    }

    /// A number no one else got.
    pub fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Creates or replaces the object and returns it as stored. Writing what is already there changes nothing.
    pub fn put(&mut self, kind: &'static Kind, mut object: Value) -> Value {
        let key = key(kind, text(&object, "/metadata/namespace"), text(&object, "/metadata/name"));
        let before = self.objects.get(&key).cloned();
        for map in ["annotations", "labels"] {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.retain(|name, value| name != map || value != &json!({}));
            }
        }
        object["apiVersion"] = json!(kind.group_version());
        object["kind"] = json!(kind.kind);
        match &before {
            Some(before) => {
                for field in ["uid", "creationTimestamp", "generation", "resourceVersion"] {
                    if let Some(value) = before["metadata"].get(field) {
                        object["metadata"][field] = value.clone();
                    }
                }
                if object == *before {
                    return object;
                }
                if kind.group == "apps" && object.get("spec") != before.get("spec") {
                    object["metadata"]["generation"] = json!(number(before, "/metadata/generation") + 1);
                }
            }
            None => {
                let serial = self.serial();
                object["metadata"]["uid"] = json!(format!("5f3a9c1e-7b24-4d68-9e10-{serial:012x}"));
                if object["metadata"].get("creationTimestamp").is_none() {
                    object["metadata"]["creationTimestamp"] = json!(clock::rfc3339(clock::now()));
                }
                if kind.group == "apps" {
                    object["metadata"]["generation"] = json!(1);
                }
            }
        }
        if !self.is_rehearsal {
            self.version += 1;
            object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        }
        self.objects.insert(key, object.clone());
        let (version, plural, after) = (self.version, kind.plural, Some(object.clone()));
        self.history.push(Change { version, plural, before, after });
        object
    }

    /// Removes the object and returns what it was.
    pub fn remove(&mut self, kind: &'static Kind, namespace: &str, name: &str) -> Option<Value> {
        let mut gone = self.objects.remove(&key(kind, namespace, name))?;
        self.version += 1;
        gone["metadata"]["resourceVersion"] = json!(self.version.to_string());
        let (version, plural, before) = (self.version, kind.plural, Some(gone.clone()));
        self.history.push(Change { version, plural, before, after: None });
        Some(gone)
    }

    /// Records an event about `object`.
    pub fn event(&mut self, object: &Value, source: &str, (type_, reason): (&str, &str), message: &str) {
        let now = clock::rfc3339(clock::now());
        self.event_between(object, source, (type_, reason), message, (&now, &now, 1));
    }

    /// Records an event seen `count` times between the first and the last timestamp.
    pub fn event_between(
        &mut self,
        object: &Value,
        source: &str,
        (type_, reason): (&str, &str),
        message: &str,
        (first, last, count): (&str, &str, u64),
    ) {
        let serial = self.serial();
        let name = text(object, "/metadata/name");
        let namespace = match text(object, "/metadata/namespace") {
            "" => "default",
            namespace => namespace,
        };
        let event = json!({
            "metadata": {
                "name": format!("{name}.{serial:016x}"), "namespace": namespace, "creationTimestamp": first
            },
            "involvedObject": {
                "apiVersion": object["apiVersion"], "kind": object["kind"], "name": name, "namespace": namespace,
                "uid": object["metadata"]["uid"], "resourceVersion": object["metadata"]["resourceVersion"]
            },
            "type": type_, "reason": reason, "message": message, "count": count,
            "firstTimestamp": first, "lastTimestamp": last,
            "source": {"component": source}, "reportingComponent": source, "reportingInstance": ""
        });
        self.put(known("events"), event);
    }
}

fn key(kind: &Kind, namespace: &str, name: &str) -> (&'static str, String, String) {
    let namespace = if kind.scope == Scope::Cluster { "" } else { namespace };
    (kind.plural, namespace.to_owned(), name.to_owned())
}

/// The text at a JSON pointer, empty when there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The number at a JSON pointer, 0 when there is none.
pub fn number(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

/// The list at a JSON pointer, empty when there is none.
pub fn items<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
