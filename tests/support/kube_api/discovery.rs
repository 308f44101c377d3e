//! What the server says about itself.
//!
//! Owns the documents of discovery, the version and the little OpenAPI that kubectl wants before it writes. Reads the
//! catalogue, never the world.

use serde_json::{Map, Value, json};

use super::catalogue::{self, KINDS, Kind, Scope, Use};

/// The document at `path`, `None` when it is not one of discovery's.
pub fn document(path: &str) -> Option<Value> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["version"] => Some(version()),
        ["api"] => Some(json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})),
        ["apis"] => {
            let groups: Vec<Value> =
                catalogue::groups().into_iter().map(|(name, version)| group(name, version)).collect();
            Some(json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}))
        }
        ["apis", name] => {
            let (name, version) = catalogue::groups().into_iter().find(|(group, _)| group == name)?;
            let mut document = group(name, version);
            document["kind"] = json!("APIGroup");
            document["apiVersion"] = json!("v1");
            Some(document)
        }
        ["api", version] => resources("", version),
        ["apis", group, version] => resources(group, version),
        ["openapi", "v3"] => Some(openapi_index()),
        ["openapi", "v3", "api", version] => openapi("", version),
        ["openapi", "v3", "apis", group, version] => openapi(group, version),
        _ => None,
    }
}

fn version() -> Value {
    json!({
        "major": "1", "minor": "32", "gitVersion": "v1.32.4", "gitCommit": "59526cd4867447956156ae3a602fcbac10a2c335",
        "gitTreeState": "clean", "buildDate": "2025-04-22T15:57:34Z", "goVersion": "go1.23.6", "compiler": "gc",
        "platform": "linux/amd64"
    })
}

fn group(name: &str, version: &str) -> Value {
    let version = json!({"groupVersion": format!("{name}/{version}"), "version": version});
    json!({"name": name, "versions": [version], "preferredVersion": version})
}

fn kinds_of(group: &str, version: &str) -> Vec<&'static Kind> {
    KINDS.iter().filter(|kind| kind.group == group && kind.version == version).collect()
}

fn resources(group: &str, version: &str) -> Option<Value> {
    let kinds = kinds_of(group, version);
    let first = kinds.first()?;
    let mut resources = Vec::new();
    for kind in &kinds {
        let namespaced = kind.scope == Scope::Namespaced;
        let verbs: &[&str] = match kind.use_ {
            Use::Review => &["create"],
            _ => &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        };
        let mut entry = json!({
            "name": kind.plural, "singularName": kind.singular, "namespaced": namespaced, "kind": kind.kind,
            "verbs": verbs
        });
        if !kind.short.is_empty() {
            entry["shortNames"] = json!(kind.short);
        }
        if kind.use_ == Use::StoredInAll {
            entry["categories"] = json!(["all"]);
        }
        resources.push(entry);
        for (name, group, version, of_kind, verbs) in kind.subresources() {
            let mut entry = json!({
                "name": format!("{}/{name}", kind.plural), "singularName": "", "namespaced": namespaced,
                "kind": of_kind, "verbs": verbs
            });
            if !group.is_empty() {
                entry["group"] = json!(group);
                entry["version"] = json!(version);
            }
            resources.push(entry);
        }
    }
    Some(json!({
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": first.group_version(), "resources": resources
    }))
}

fn openapi_index() -> Value {
    let mut paths = Map::new();
    paths.insert("api/v1".to_owned(), json!({"serverRelativeURL": "/openapi/v3/api/v1?hash=1"}));
    for (group, version) in catalogue::groups() {
        let path = format!("apis/{group}/{version}");
        paths.insert(path.clone(), json!({"serverRelativeURL": format!("/openapi/v3/{path}?hash=1")}));
    }
    json!({"paths": paths})
}

/// Paths with the parameters kubectl looks for (dryRun, fieldValidation) and a schema each for `kubectl explain`.
fn openapi(group: &str, version: &str) -> Option<Value> {
    let kinds = kinds_of(group, version);
    kinds.first()?;
    let prefix = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for kind in kinds {
        let gvk = json!({"group": group, "version": version, "kind": kind.kind});
        let scope = if kind.scope == Scope::Namespaced { "/namespaces/{namespace}" } else { "" };
        let collection = format!("{prefix}{scope}/{}", kind.plural);
        let parameters = json!([
            {"name": "dryRun", "in": "query", "schema": {"type": "string", "uniqueItems": true}},
            {"name": "fieldValidation", "in": "query", "schema": {"type": "string", "uniqueItems": true}}
        ]);
        let operation = json!({"parameters": parameters, "responses": {}, "x-kubernetes-group-version-kind": gvk});
        paths.insert(collection.clone(), json!({"get": operation, "post": operation}));
        paths.insert(
            format!("{collection}/{{name}}"),
            json!({"get": operation, "put": operation, "patch": operation, "delete": operation}),
        );
        let text = |what: &str| json!({"type": "string", "description": what});
        let object = |what: &str| json!({"type": "object", "description": what});
        let schema = json!({
            "type": "object",
            "description": format!("{} is one of the kinds of this cluster.", kind.kind),
            "properties": {
                "apiVersion": text("The versioned schema of this representation of an object."),
                "kind": text("The REST resource this object represents."),
                "metadata": object("Standard object's metadata."),
                "spec": object("The desired state."),
                "status": object("The most recently observed state.")
            },
            "x-kubernetes-group-version-kind": [gvk]
        });
        schemas.insert(
            format!("io.k8s.api.{}.{version}.{}", if group.is_empty() { "core" } else { group }, kind.kind),
            schema,
        );
    }
    Some(json!({
        "openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.32.4"}, "paths": paths,
        "components": {"schemas": schemas}
    }))
}
