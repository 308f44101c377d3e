//! Objects of a cluster as `kubectl -o json` prints them, one or a list.
//!
//! Owns what makes a node, a workload or a service unwell; pods are in `pods`,
//! events in `events`. A kind that is not known is counted, and one object of it
//! is left to whoever counts lines.

mod pods;

use serde_json::Value;

use super::super::counted::counted;
use super::{events, listed, look, nouns, quoted, tally};

/// `3 nodes: 2 Ready, 1 NotReady; needs a look: n3 (NotReady: KubeletNotReady, DiskPressure)`.
pub(super) fn told(command: &str, stdout: &str) -> Option<String> {
    let value: Value = serde_json::from_str(stdout.trim()).ok()?;
    let kind = text(&value, "/kind")?;
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return of_kind(kind, &[&value], true);
    };
    let mut groups: Vec<(&str, Vec<&Value>)> = Vec::new();
    for item in items {
        let kind = text(item, "/kind").or_else(|| kind.strip_suffix("List")).unwrap_or_default();
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, items)) => items.push(item),
            None => groups.push((kind, vec![item])),
        }
    }
    if groups.is_empty() {
        let noun = match nouns::of(command) {
            nouns::ROW => ("object", "objects"),
            known => known,
        };
        return Some(counted(0, noun.0, noun.1));
    }
    let parts: Option<Vec<String>> = groups.iter().map(|(kind, items)| of_kind(kind, items, false)).collect();
    Some(parts?.join("; "))
}

fn of_kind(kind: &str, objects: &[&Value], is_single: bool) -> Option<String> {
    let noun = match nouns::of_kind(kind) {
        nouns::ROW => ("object", "objects"),
        known => known,
    };
    let count = counted(objects.len(), noun.0, noun.1);
    Some(match kind {
        "Pod" => pods::told(objects, is_single),
        "Event" => events::objects(objects),
        "Node" => judged(&count, objects, node_state, node_trouble),
        "Deployment" | "StatefulSet" | "ReplicaSet" | "DaemonSet" => workloads(&count, objects),
        "Service" => services(&count, objects),
        "Job" => judged(&count, objects, job_state, |job| failed_condition(job, "Failed")),
        _ if objects.iter().all(|object| text(object, "/status/phase").is_some()) => {
            judged(&count, objects, phase, |object| {
                let phase = text(object, "/status/phase")?;
                matches!(phase, "Pending" | "Failed" | "Lost" | "Terminating").then(|| quoted(phase))
            })
        }
        _ if is_single => return None,
        _ => count,
    })
}

/// The states counted, and the objects named that somebody should look at.
fn judged(
    count: &str,
    objects: &[&Value],
    state: impl Fn(&Value) -> String,
    trouble: impl Fn(&Value) -> Option<String>,
) -> String {
    let states = tally(objects.iter().map(|object| state(object)));
    let ill: Vec<String> =
        objects.iter().filter_map(|object| Some(format!("{} ({})", name(object), trouble(object)?))).collect();
    format!("{count}: {states}{}", look(&ill))
}

fn phase(object: &Value) -> String {
    quoted(text(object, "/status/phase").unwrap_or_default())
}

fn node_state(node: &Value) -> String {
    let ready = match condition(node, "Ready").and_then(|ready| text(ready, "/status")) {
        Some("True") => "Ready",
        _ => "NotReady",
    };
    match node.pointer("/spec/unschedulable").and_then(Value::as_bool) {
        Some(true) => format!("{ready},SchedulingDisabled"),
        _ => ready.to_owned(),
    }
}

/// A node that is not ready, short of something, or takes no new pods.
fn node_trouble(node: &Value) -> Option<String> {
    let mut troubles = Vec::new();
    match condition(node, "Ready") {
        Some(ready) if text(ready, "/status") == Some("True") => {}
        Some(ready) => {
            let why = text(ready, "/reason").or_else(|| text(ready, "/message"));
            troubles.push(why.map_or("NotReady".to_owned(), |why| format!("NotReady: {}", quoted(why))));
        }
        None => troubles.push("it does not say whether it is ready".to_owned()),
    }
    for condition in conditions(node) {
        let kind = text(condition, "/type").unwrap_or_default();
        let is_trouble = kind.ends_with("Pressure") || kind == "NetworkUnavailable";
        if is_trouble && text(condition, "/status") == Some("True") {
            troubles.push(quoted(kind));
        }
    }
    if node.pointer("/spec/unschedulable").and_then(Value::as_bool) == Some(true) {
        troubles.push("takes no new pods".to_owned());
    }
    (!troubles.is_empty()).then(|| troubles.join(", "))
}

/// `2 deployments; not ready: api (1/3, ProgressDeadlineExceeded)`.
fn workloads(count: &str, objects: &[&Value]) -> String {
    let short: Vec<String> = objects
        .iter()
        .filter_map(|object| {
            let (have, want) = replicas(object);
            let trouble = failed_condition(object, "ReplicaFailure")
                .or_else(|| unmet_condition(object, "Progressing"))
                .or_else(|| unmet_condition(object, "Available"));
            let why = trouble.as_ref().map(|why| format!(", {why}")).unwrap_or_default();
            (have < want || trouble.is_some()).then(|| format!("{} ({have}/{want}{why})", name(object)))
        })
        .collect();
    match (short.as_slice(), objects) {
        ([], [only]) => {
            let (have, want) = replicas(only);
            format!("{count}: {} is ready ({have}/{want})", name(only))
        }
        ([], _) => format!("{count}, all ready"),
        _ => format!("{count}; not ready: {}", listed(&short)),
    }
}

/// How many are ready of how many. What is not written is zero, but for the wish, which is one.
fn replicas(object: &Value) -> (u64, u64) {
    let number = |place: &str| object.pointer(place).and_then(Value::as_u64);
    match number("/status/desiredNumberScheduled") {
        Some(want) => (number("/status/numberReady").unwrap_or(0), want),
        None => (number("/status/readyReplicas").unwrap_or(0), number("/spec/replicas").unwrap_or(1)),
    }
}

fn services(count: &str, objects: &[&Value]) -> String {
    let types = tally(objects.iter().map(|service| quoted(text(service, "/spec/type").unwrap_or("ClusterIP"))));
    let waiting: Vec<String> = objects
        .iter()
        .filter(|service| text(service, "/spec/type") == Some("LoadBalancer"))
        .filter(|service| {
            let given = service.pointer("/status/loadBalancer/ingress").and_then(Value::as_array);
            given.is_none_or(|addresses| addresses.is_empty())
        })
        .map(|service| name(service))
        .collect();
    match waiting.as_slice() {
        [] => format!("{count}: {types}"),
        _ => format!("{count}: {types}; without an external address yet: {}", listed(&waiting)),
    }
}

fn job_state(job: &Value) -> String {
    let is = |kind: &str| condition(job, kind).is_some_and(|found| text(found, "/status") == Some("True"));
    match () {
        () if is("Failed") => "Failed",
        () if is("Complete") => "Complete",
        () if is("Suspended") => "Suspended",
        () => "Running",
    }
    .to_owned()
}

/// The reason of a condition that should not be true, and is.
fn failed_condition(object: &Value, kind: &str) -> Option<String> {
    reason_where(object, kind, "True")
}

/// The reason of a condition that should be true, and is not.
fn unmet_condition(object: &Value, kind: &str) -> Option<String> {
    reason_where(object, kind, "False")
}

fn reason_where(object: &Value, kind: &str, status: &str) -> Option<String> {
    let found = condition(object, kind).filter(|found| text(found, "/status") == Some(status))?;
    Some(quoted(text(found, "/reason").unwrap_or(kind)))
}

fn conditions(object: &Value) -> impl Iterator<Item = &Value> {
    object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten()
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    conditions(object).find(|condition| text(condition, "/type") == Some(kind))
}

/// The text at a place in an object, unless it is empty.
pub(super) fn text<'a>(object: &'a Value, place: &str) -> Option<&'a str> {
    object.pointer(place).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn name(object: &Value) -> String {
    let name = quoted(text(object, "/metadata/name").unwrap_or("one without a name"));
    match text(object, "/metadata/namespace") {
        Some(namespace) => format!("{}/{name}", quoted(namespace)),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(items: Value) -> String {
        json!({"apiVersion": "v1", "kind": "List", "items": items, "metadata": {"resourceVersion": ""}}).to_string()
    }

    fn node(name: &str, ready: &str, disk: &str, is_cordoned: bool) -> Value {
        json!({"kind": "Node", "metadata": {"name": name}, "spec": {"unschedulable": is_cordoned}, "status": {"conditions": [
            {"type": "MemoryPressure", "status": "False", "reason": "KubeletHasSufficientMemory"},
            {"type": "DiskPressure", "status": disk, "reason": "KubeletHasDiskPressure"},
            {"type": "Ready", "status": ready, "reason": if ready == "True" { "KubeletReady" } else { "NodeStatusUnknown" },
                "message": "Kubelet stopped posting node status."}]}})
    }

    #[test]
    fn nodes_are_told_with_their_conditions() {
        let text = list(json!([
            node("n1", "True", "False", false),
            node("n2", "Unknown", "False", false),
            node("n3", "True", "True", true)
        ]));
        assert_eq!(
            told("kubectl get nodes -o json", &text).unwrap(),
            "3 nodes: 1 Ready, 1 NotReady, 1 Ready,SchedulingDisabled; need a look: n2 (NotReady: NodeStatusUnknown), \
             n3 (DiskPressure, takes no new pods)"
        );
        let well = node("n1", "True", "False", false).to_string();
        assert_eq!(told("kubectl get node n1 -o json", &well).unwrap(), "1 node: 1 Ready");
    }

    #[test]
    fn workloads_are_told_by_their_replicas() {
        let deployment = |name: &str, ready: Value, progressing: &str| {
            json!({"kind": "Deployment", "metadata": {"name": name, "namespace": "shop"}, "spec": {"replicas": 3},
                "status": {"readyReplicas": ready, "conditions": [
                    {"type": "Progressing", "status": progressing, "reason": "ProgressDeadlineExceeded"}]}})
        };
        let text = list(json!([deployment("api", json!(null), "False"), deployment("web", json!(3), "True")]));
        assert_eq!(
            told("kubectl get deploy -o json", &text).unwrap(),
            "2 deployments; not ready: shop/api (0/3, ProgressDeadlineExceeded)"
        );
        let one = deployment("web", json!(3), "True").to_string();
        assert_eq!(told("kubectl get deploy web -o json", &one).unwrap(), "1 deployment: shop/web is ready (3/3)");
        let set = json!({"kind": "DaemonSet", "metadata": {"name": "proxy"},
            "status": {"desiredNumberScheduled": 3, "numberReady": 2}});
        assert_eq!(told("kubectl get ds -o json", &set.to_string()).unwrap(), "1 daemon set; not ready: proxy (2/3)");
    }

    #[test]
    fn a_balancer_without_an_address_is_named() {
        let text = list(json!([
            {"kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"type": "LoadBalancer"},
                "status": {"loadBalancer": {}}},
            {"kind": "Service", "metadata": {"name": "api", "namespace": "shop"}, "spec": {"type": "ClusterIP"}}
        ]));
        assert_eq!(
            told("kubectl get svc -o json", &text).unwrap(),
            "2 services: 1 LoadBalancer, 1 ClusterIP; without an external address yet: shop/web"
        );
    }

    #[test]
    fn jobs_and_claims_are_told_by_their_state() {
        let failed = json!({"kind": "Job", "metadata": {"name": "migrate"}, "status": {"conditions": [
            {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}});
        assert_eq!(
            told("kubectl get job migrate -o json", &failed.to_string()).unwrap(),
            "1 job: 1 Failed; needs a look: migrate (BackoffLimitExceeded)"
        );
        let claim =
            json!({"kind": "PersistentVolumeClaim", "metadata": {"name": "data-1"}, "status": {"phase": "Pending"}});
        assert_eq!(
            told("kubectl get pvc -o json", &list(json!([claim]))).unwrap(),
            "1 volume claim: 1 Pending; needs a look: data-1 (Pending)"
        );
    }

    #[test]
    fn what_is_not_known_is_only_counted() {
        let map = json!({"kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "b"}});
        assert_eq!(told("kubectl get cm -o json", &list(json!([map, map]))).unwrap(), "2 config maps");
        assert_eq!(told("kubectl get cm settings -o json", &map.to_string()), None);
        assert_eq!(told("kubectl get pods -o json", &list(json!([]))).unwrap(), "0 pods");
        assert_eq!(told("kubectl get pods -o json", "{ not json"), None);
        assert_eq!(told("cat x.json", "{\"kind\": 3}"), None);
        let odd = list(json!([null, {"kind": "Pod"}, {"kind": "Node", "status": 3}, {"kind": "Event", "type": 1}]));
        assert_eq!(
            told("kubectl get all -o json", &odd).unwrap(),
            "1 object; 1 pod: 1 in no state; needs a look: one without a name (it has no state); 1 node: 1 NotReady; \
             needs a look: one without a name (it does not say whether it is ready); 1 event, none is a warning"
        );
    }
}
