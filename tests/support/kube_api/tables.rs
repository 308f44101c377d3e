//! Objects as the tables `kubectl get` prints.
//!
//! Owns the columns of each kind and how their cells are worked out. Knows nothing of requests but the form they want.

use serde_json::{Value, json};

use super::catalogue::Kind;
use super::clock;
use super::world::{items, number, text};

/// How much of the object goes along with each row.
#[derive(Clone, Copy)]
pub enum Include {
    Nothing,
    Metadata,
    Object,
}

/// A column: name and priority, 1 being shown only with `-o wide`.
type Column = (&'static str, u8);

/// The objects as one `meta.k8s.io/v1` Table.
pub fn table(kind: &Kind, objects: &[&Value], include: Include, version: &str) -> Value {
    let columns: Vec<Value> = columns(kind)
        .iter()
        .map(|(name, priority)| {
            let format = if *name == "Name" { "name" } else { "" };
            json!({"name": name, "type": "string", "format": format, "description": name, "priority": priority})
        })
        .collect();
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| {
            let row = json!({"cells": cells(kind, object)});
            with_object(row, object, include)
        })
        .collect();
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": version},
        "columnDefinitions": columns, "rows": rows
    })
}

fn with_object(mut row: Value, object: &Value, include: Include) -> Value {
    match include {
        Include::Nothing => {}
        Include::Metadata => {
            row["object"] = json!({
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]
            });
        }
        Include::Object => row["object"] = object.clone(),
    }
    row
}

fn columns(kind: &Kind) -> &'static [Column] {
    match kind.plural {
        "pods" => &[
            ("Name", 0),
            ("Ready", 0),
            ("Status", 0),
            ("Restarts", 0),
            ("Age", 0),
            ("IP", 1),
            ("Node", 1),
            ("Nominated Node", 1),
            ("Readiness Gates", 1),
        ],
        "deployments" => &[
            ("Name", 0),
            ("Ready", 0),
            ("Up-to-date", 0),
            ("Available", 0),
            ("Age", 0),
            ("Containers", 1),
            ("Images", 1),
            ("Selector", 1),
        ],
        "replicasets" => &[
            ("Name", 0),
            ("Desired", 0),
            ("Current", 0),
            ("Ready", 0),
            ("Age", 0),
            ("Containers", 1),
            ("Images", 1),
            ("Selector", 1),
        ],
        "services" => &[
            ("Name", 0),
            ("Type", 0),
            ("Cluster-IP", 0),
            ("External-IP", 0),
            ("Port(s)", 0),
            ("Age", 0),
            ("Selector", 1),
        ],
        "nodes" => &[
            ("Name", 0),
            ("Status", 0),
            ("Roles", 0),
            ("Age", 0),
            ("Version", 0),
            ("Internal-IP", 1),
            ("External-IP", 1),
            ("OS-Image", 1),
            ("Kernel-Version", 1),
            ("Container-Runtime", 1),
        ],
        "events" => &[
            ("Last Seen", 0),
            ("Type", 0),
            ("Reason", 0),
            ("Object", 0),
            ("Subobject", 1),
            ("Source", 1),
            ("Message", 0),
            ("First Seen", 1),
            ("Count", 1),
            ("Name", 1),
        ],
        "namespaces" => &[("Name", 0), ("Status", 0), ("Age", 0)],
        "secrets" => &[("Name", 0), ("Type", 0), ("Data", 0), ("Age", 0)],
        "configmaps" => &[("Name", 0), ("Data", 0), ("Age", 0)],
        _ => &[("Name", 0), ("Age", 0)],
    }
}

fn cells(kind: &Kind, object: &Value) -> Vec<String> {
    let name = text(object, "/metadata/name").to_owned();
    let age = clock::age_of(object["metadata"]["creationTimestamp"].as_str());
    let field = |pointer: &str| or_none(text(object, pointer));
    let count = |pointer: &str| number(object, pointer).to_string();
    let size = |field: &str| object[field].as_object().map_or(0, serde_json::Map::len).to_string();
    match kind.plural {
        "pods" => {
            let Pod { ready, status, restarts } = pod(object);
            let none = || "<none>".to_owned();
            vec![name, ready, status, restarts, age, field("/status/podIP"), field("/spec/nodeName"), none(), none()]
        }
        "deployments" => {
            let ready = format!("{}/{}", count("/status/readyReplicas"), count("/spec/replicas"));
            let [containers, images, selector] = workload(object);
            let (updated, available) = (count("/status/updatedReplicas"), count("/status/availableReplicas"));
            vec![name, ready, updated, available, age, containers, images, selector]
        }
        "replicasets" => {
            let [containers, images, selector] = workload(object);
            let (wanted, present) = (count("/spec/replicas"), count("/status/replicas"));
            vec![name, wanted, present, count("/status/readyReplicas"), age, containers, images, selector]
        }
        "services" => {
            let ports: Vec<String> = items(object, "/spec/ports")
                .iter()
                .map(|port| format!("{}/{}", port["port"], port["protocol"].as_str().unwrap_or("TCP")))
                .collect();
            let type_ = text(object, "/spec/type").to_owned();
            let external = if type_ == "LoadBalancer" { "<pending>" } else { "<none>" }.to_owned();
            let selector = or_none(&pairs(&object["spec"]["selector"]));
            vec![name, type_, field("/spec/clusterIP"), external, or_none(&ports.join(",")), age, selector]
        }
        "nodes" => node(object, name, age),
        "events" => {
            let about = &object["involvedObject"];
            let seen = |pointer: &str| clock::age_of(object.pointer(pointer).and_then(Value::as_str));
            let subject = format!("{}/{}", text(about, "/kind").to_ascii_lowercase(), text(about, "/name"));
            vec![
                seen("/lastTimestamp"),
                text(object, "/type").to_owned(),
                text(object, "/reason").to_owned(),
                subject,
                text(about, "/fieldPath").to_owned(),
                text(object, "/source/component").to_owned(),
                text(object, "/message").trim().to_owned(),
                seen("/firstTimestamp"),
                count("/count"),
                name,
            ]
        }
        "namespaces" => vec![name, text(object, "/status/phase").to_owned(), age],
        "secrets" => vec![name, text(object, "/type").to_owned(), size("data"), age],
        "configmaps" => vec![name, size("data"), age],
        _ => vec![name, age],
    }
}

struct Pod {
    ready: String,
    status: String,
    restarts: String,
}

fn pod(object: &Value) -> Pod {
    let statuses = items(object, "/status/containerStatuses");
    let ready = statuses.iter().filter(|status| status["ready"] == true).count();
    let restarts: u64 = statuses.iter().map(|status| number(status, "/restartCount")).sum();
    let last = statuses.iter().map(|status| text(status, "/lastState/terminated/finishedAt")).max().unwrap_or_default();
    let reason = statuses.iter().rev().find_map(|status| {
        let state = &status["state"];
        ["waiting", "terminated"].iter().find_map(|name| state[name]["reason"].as_str())
    });
    Pod {
        ready: format!("{ready}/{}", items(object, "/spec/containers").len()),
        status: reason.unwrap_or(text(object, "/status/phase")).to_owned(),
        restarts: match (restarts, last) {
            (0, _) | (_, "") => restarts.to_string(),
            (_, last) => format!("{restarts} ({} ago)", clock::age_of(Some(last))),
        },
    }
}

fn node(object: &Value, name: String, age: String) -> Vec<String> {
    let ready = items(object, "/status/conditions")
        .iter()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
    let cordoned = if object["spec"]["unschedulable"] == true { ",SchedulingDisabled" } else { "" };
    let status = format!("{}{cordoned}", if ready { "Ready" } else { "NotReady" });
    let roles: Vec<&str> = object["metadata"]["labels"]
        .as_object()
        .into_iter()
        .flat_map(|labels| labels.keys())
        .filter_map(|label| label.strip_prefix("node-role.kubernetes.io/"))
        .collect();
    let info = |field: &str| or_none(text(&object["status"]["nodeInfo"], field));
    let address = items(object, "/status/addresses").iter().find(|address| address["type"] == "InternalIP");
    vec![
        name,
        status,
        or_none(&roles.join(",")),
        age,
        info("/kubeletVersion"),
        or_none(address.map_or("", |address| text(address, "/address"))),
        "<none>".to_owned(),
        info("/osImage"),
        info("/kernelVersion"),
        info("/containerRuntimeVersion"),
    ]
}

/// Containers, images and selector of a workload.
fn workload(object: &Value) -> [String; 3] {
    let containers = items(object, "/spec/template/spec/containers");
    let joined = |field: &str| containers.iter().map(|container| text(container, field)).collect::<Vec<_>>().join(",");
    [joined("/name"), joined("/image"), or_none(&pairs(&object["spec"]["selector"]["matchLabels"]))]
}

fn pairs(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    pairs.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect::<Vec<_>>().join(",")
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text.to_owned() }
}
