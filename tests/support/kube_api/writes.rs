//! What the writing verbs do.
//!
//! Owns create, update, patch, scale and delete of objects and the reviews, with the defaults of new objects. Access
//! and dry runs were settled in `routes`; what a write causes is the affair of `controllers`.

use serde_json::{Value, json};

use super::answers;
use super::catalogue::{Kind, Scope, known};
use super::clock;
use super::controllers;
use super::http::{Reply, Request};
use super::patch;
use super::routes::{FORBIDDEN, Target, body, selection};
use super::world::{World, items, number, text};

pub fn create(world: &mut World, request: &Request, target: &Target) -> Result<Reply, Reply> {
    if !target.name.is_empty() {
        return Err(answers::not_allowed());
    }
    let mut object = body(request)?;
    if text(&object, "/metadata/name").is_empty() {
        let prefix = text(&object, "/metadata/generateName");
        if prefix.is_empty() {
            return Err(answers::bad_request("name or generateName is required"));
        }
        object["metadata"]["name"] = json!(format!("{prefix}{:05}", world.serial()));
    }
    let name = text(&object, "/metadata/name").to_owned();
    if world.get(target.kind, target.home(), &name).is_some() {
        return Err(answers::already_exists(target.kind, &name));
    }
    Ok(Reply::json(201, &insert(world, target, object)?))
}

fn insert(world: &mut World, target: &Target, mut object: Value) -> Result<Value, Reply> {
    patch::without_nulls(&mut object);
    if target.kind.scope == Scope::Namespaced {
        let namespaces = known("namespaces");
        if world.get(namespaces, "", target.home()).is_none() {
            return Err(answers::not_found(namespaces, target.home()));
        }
        object["metadata"]["namespace"] = json!(target.home());
    }
    for set_by_server in ["uid", "creationTimestamp", "resourceVersion", "generation"] {
        if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.remove(set_by_server);
        }
    }
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    fill_in(world, target.kind, &mut object);
    let stored = world.put(target.kind, object);
    Ok(settled(world, target.kind, stored))
}

/// The defaults the real server writes into a new object, as far as kubectl shows or relies on them.
fn fill_in(world: &mut World, kind: &Kind, object: &mut Value) {
    match kind.plural {
        "namespaces" => object["status"] = json!({"phase": "Active"}),
        "deployments" => {
            if object["spec"].get("replicas").is_none() {
                object["spec"]["replicas"] = json!(1);
            }
            if text(object, "/spec/strategy/type").is_empty() {
                object["spec"]["strategy"] =
                    json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}});
            }
        }
        "services" => {
            if text(object, "/spec/type").is_empty() {
                object["spec"]["type"] = json!("ClusterIP");
            }
            if text(object, "/spec/clusterIP").is_empty() {
                object["spec"]["clusterIP"] = json!(format!("10.96.0.{}", 20 + world.serial() % 200));
            }
        }
        "secrets" if text(object, "/type").is_empty() => object["type"] = json!("Opaque"),
        _ => {}
    }
}

/// The stored object after the controllers have had their turn.
fn settled(world: &mut World, kind: &'static Kind, stored: Value) -> Value {
    controllers::settle(world);
    let (namespace, name) = (text(&stored, "/metadata/namespace"), text(&stored, "/metadata/name"));
    world.get(kind, namespace, name).cloned().unwrap_or(stored)
}

pub fn replace(world: &mut World, target: &Target, mut object: Value) -> Result<Value, Reply> {
    let before = target.object(world)?;
    let version = text(&object, "/metadata/resourceVersion");
    if !version.is_empty() && version != text(before, "/metadata/resourceVersion") {
        return Err(answers::conflict(target.kind, &target.name));
    }
    if object["metadata"]["name"] != before["metadata"]["name"] {
        return Err(answers::bad_request("the name of the object does not match the name on the URL"));
    }
    patch::without_nulls(&mut object);
    if let Some(namespace) = before["metadata"].get("namespace") {
        object["metadata"]["namespace"] = namespace.clone();
    }
    if let Some(status) = before.get("status") {
        object["status"] = status.clone();
    }
    let stored = world.put(target.kind, object);
    Ok(settled(world, target.kind, stored))
}

pub fn patch_object(world: &mut World, request: &Request, target: &Target) -> Result<Reply, Reply> {
    let content_type = request.header("content-type");
    let change = body(request)?;
    let Some(before) = world.get(target.kind, target.home(), &target.name) else {
        // Only server-side apply may create.
        if !content_type.starts_with("application/apply-patch") {
            return Err(answers::not_found(target.kind, &target.name));
        }
        return Ok(Reply::json(201, &insert(world, target, change)?));
    };
    let after = patched(content_type, before, &change)?;
    Ok(Reply::json(200, &replace(world, target, after)?))
}

fn patched(content_type: &str, before: &Value, change: &Value) -> Result<Value, Reply> {
    patch::apply(content_type, before, change)
        .ok_or_else(|| answers::unsupported(content_type))?
        .map_err(|why| answers::bad_request(&why))
}

pub fn scale(world: &mut World, request: &Request, target: &Target) -> Result<Reply, Reply> {
    let mut object = target.object(world)?.clone();
    let now = scale_of(&object);
    let wanted = match request.method.as_str() {
        "GET" => return Ok(Reply::json(200, &now)),
        "PUT" => body(request)?,
        _ => patched(request.header("content-type"), &now, &body(request)?)?,
    };
    let version = text(&wanted, "/metadata/resourceVersion");
    if !version.is_empty() && version != text(&object, "/metadata/resourceVersion") {
        return Err(answers::conflict(target.kind, &target.name));
    }
    object["spec"]["replicas"] = json!(number(&wanted, "/spec/replicas"));
    let stored = replace(world, target, object)?;
    Ok(Reply::json(200, &scale_of(&stored)))
}

fn scale_of(object: &Value) -> Value {
    let metadata = &object["metadata"];
    let selector: Vec<String> = object["spec"]["selector"]["matchLabels"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    json!({
        "kind": "Scale", "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"],
            "resourceVersion": metadata["resourceVersion"], "creationTimestamp": metadata["creationTimestamp"]
        },
        "spec": {"replicas": number(object, "/spec/replicas")},
        "status": {"replicas": number(object, "/status/replicas"), "selector": selector.join(",")}
    })
}

pub fn delete(world: &mut World, request: &Request, target: &Target) -> Result<Reply, Reply> {
    target.object(world)?;
    let options = body(request)?;
    let orphan = text(&options, "/propagationPolicy") == "Orphan";
    let Some(gone) = world.remove(target.kind, target.home(), &target.name) else {
        return Err(answers::not_found(target.kind, &target.name));
    };
    if orphan {
        release_owned(world, &gone);
    }
    if target.kind.plural == "pods" {
        for container in items(&gone, "/spec/containers") {
            let message = format!("Stopping container {}", text(container, "/name"));
            world.event(&gone, "kubelet", ("Normal", "Killing"), &message);
        }
    }
    controllers::settle(world);
    Ok(answers::success(target.kind, &gone))
}

/// Cuts the owner's ties to what it owned, so that the garbage collector leaves it.
fn release_owned(world: &mut World, owner: &Value) {
    let owned: Vec<Value> = world
        .objects()
        .filter(|object| {
            items(object, "/metadata/ownerReferences").iter().any(|other| other["uid"] == owner["metadata"]["uid"])
        })
        .cloned()
        .collect();
    for mut object in owned {
        if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.remove("ownerReferences");
        }
        world.put(known(text(&object, "/kind")), object);
    }
}

pub fn delete_all(world: &mut World, request: &Request, target: &Target) -> Result<Reply, Reply> {
    let selection = selection(request)?;
    let mut found = world.all(target.kind.plural);
    found.retain(|object| {
        target.namespace.as_deref().is_none_or(|home| text(object, "/metadata/namespace") == home)
            && text(object, "/metadata/namespace") != FORBIDDEN
            && selection.matches(object)
    });
    for object in &found {
        world.remove(target.kind, text(object, "/metadata/namespace"), text(object, "/metadata/name"));
    }
    controllers::settle(world);
    Ok(Reply::json(200, &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})))
}

/// Answers a posted question about who the client is and what it may do.
pub fn review(kind: &Kind, question: &Value) -> Result<Reply, Reply> {
    let mut answer = question.clone();
    answer["apiVersion"] = json!(kind.group_version());
    answer["kind"] = json!(kind.kind);
    answer["metadata"] = json!({"creationTimestamp": clock::rfc3339(clock::now())});
    let allowed = text(question, "/spec/resourceAttributes/namespace") != FORBIDDEN;
    let everything = json!({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]});
    answer["status"] = match kind.kind {
        "SelfSubjectAccessReview" => json!({"allowed": allowed}),
        "SelfSubjectRulesReview" => {
            json!({"resourceRules": [everything], "nonResourceRules": [], "incomplete": false})
        }
        _ => json!({"userInfo": {"username": "tester", "groups": ["testers", "system:authenticated"]}}),
    };
    Ok(Reply::json(201, &answer))
}
