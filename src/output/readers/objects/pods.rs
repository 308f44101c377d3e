//! Pods as objects: in what state, and why one is not as it should be.
//!
//! Owns how a state is put together from phase and containers, the way `kubectl
//! get pods` shows it, and what is said of a container that waits or ended.

use serde_json::Value;

use super::super::super::counted::counted;
use super::super::pods::RESTARTS;
use super::super::{look, quoted, tally};
use super::{condition, name, text};

pub(super) fn told(pods: &[&Value], is_single: bool) -> String {
    let count = counted(pods.len(), "pod", "pods");
    let states = tally(pods.iter().map(|pod| state(pod)));
    let unwell: Vec<String> = pods
        .iter()
        .filter_map(|pod| {
            let troubles = troubles(pod, is_single);
            (!troubles.is_empty()).then(|| format!("{} ({})", name(pod), troubles.join(", ")))
        })
        .collect();
    match unwell.as_slice() {
        [] => format!("{count}: {states}; none needs a look"),
        _ => format!("{count}: {states}{}", look(&unwell)),
    }
}

/// What is shown under STATUS: the pod's own reason, why a container waits, else the phase.
fn state(pod: &Value) -> String {
    if pod.pointer("/metadata/deletionTimestamp").is_some() {
        return "Terminating".to_owned();
    }
    if let Some(reason) = text(pod, "/status/reason") {
        return quoted(reason);
    }
    let waiting = |containers: &str| {
        containers_of(pod, containers).find_map(|container| {
            text(container, "/state/waiting/reason")
                .filter(|reason| *reason != "PodInitializing")
                .or_else(|| text(container, "/state/terminated/reason").filter(|reason| *reason != "Completed"))
        })
    };
    if let Some(reason) = waiting("/status/initContainerStatuses") {
        return format!("Init:{}", quoted(reason));
    }
    let state = waiting("/status/containerStatuses").or_else(|| text(pod, "/status/phase"));
    state.map_or("in no state".to_owned(), quoted)
}

/// Everything that is wrong with a pod. Messages are said where only one was asked for.
fn troubles(pod: &Value, is_single: bool) -> Vec<String> {
    let mut troubles = Vec::new();
    let phase = text(pod, "/status/phase");
    match (phase, text(pod, "/status/reason")) {
        (None, _) => troubles.push("it has no state".to_owned()),
        (Some("Failed" | "Unknown"), None) => troubles.push(quoted(phase.unwrap_or_default())),
        (Some("Failed" | "Unknown" | "Pending"), Some(reason)) => {
            troubles.push(with_message(reason, text(pod, "/status/message"), is_single));
        }
        _ => {}
    }
    if pod.pointer("/metadata/deletionTimestamp").is_some() {
        troubles.push("Terminating".to_owned());
    }
    // Why no node takes it is the thing to know of a pod that waits for one.
    if let Some(scheduled) = condition(pod, "PodScheduled").filter(|found| text(found, "/status") == Some("False")) {
        let reason = text(scheduled, "/reason").unwrap_or("not scheduled");
        troubles.push(with_message(reason, text(scheduled, "/message"), true));
    }
    let is_alone = containers_of(pod, "/status/containerStatuses").count() == 1;
    for place in ["/status/initContainerStatuses", "/status/containerStatuses"] {
        for container in containers_of(pod, place) {
            let trouble = container_trouble(container, is_single);
            if trouble.is_empty() {
                continue;
            }
            let name = text(container, "/name").filter(|_| !is_alone || place.contains("init"));
            troubles.push(match name {
                Some(name) => format!("{}: {}", quoted(name), trouble.join(", ")),
                None => trouble.join(", "),
            });
        }
    }
    let ready = condition(pod, "Ready").filter(|found| text(found, "/status") == Some("False"));
    let is_done = matches!(phase, Some("Succeeded" | "Failed"));
    if let (Some(ready), true, false) = (ready, troubles.is_empty(), is_done) {
        troubles.push(format!("not ready: {}", quoted(text(ready, "/reason").unwrap_or("no reason given"))));
    }
    troubles
}

/// Why a container waits, how it ended now or before, and how often it began anew.
fn container_trouble(container: &Value, is_single: bool) -> Vec<String> {
    let mut troubles = Vec::new();
    let waiting = text(container, "/state/waiting/reason");
    // What every container passes through when it begins is no trouble.
    let waiting = waiting.filter(|reason| !matches!(*reason, "ContainerCreating" | "PodInitializing"));
    if let Some(reason) = waiting {
        troubles.push(with_message(reason, text(container, "/state/waiting/message"), is_single));
    }
    let restarts = container.get("restartCount").and_then(Value::as_u64).unwrap_or(0);
    let ended = container.pointer("/state/terminated").filter(|ended| code(ended) != Some(0));
    // How it ended before matters as long as it is not well again.
    let is_unwell = waiting.is_some() || restarts > RESTARTS;
    let before = container.pointer("/lastState/terminated").filter(|_| is_unwell);
    if let Some(ended) = ended {
        troubles.push(format!("ended with {}", end(ended)));
    } else if let Some(before) = before {
        troubles.push(format!("last ended with {}", end(before)));
    }
    if restarts > RESTARTS || (restarts > 0 && !troubles.is_empty()) {
        troubles.push(counted(usize::try_from(restarts).unwrap_or(usize::MAX), "restart", "restarts"));
    }
    troubles
}

/// `OOMKilled, exit code 137`.
fn end(terminated: &Value) -> String {
    let code = match code(terminated) {
        Some(code) => format!("exit code {code}"),
        None => "an unknown exit code".to_owned(),
    };
    match text(terminated, "/reason").filter(|reason| !matches!(*reason, "Error" | "Completed")) {
        Some(reason) => format!("{code} ({})", quoted(reason)),
        None => code,
    }
}

fn code(terminated: &Value) -> Option<i64> {
    terminated.get("exitCode").and_then(Value::as_i64)
}

fn with_message(reason: &str, message: Option<&str>, says_message: bool) -> String {
    match message.filter(|_| says_message) {
        Some(message) => format!("{}: {}", quoted(reason), quoted(message.trim())),
        None => quoted(reason),
    }
}

fn containers_of<'a>(pod: &'a Value, place: &str) -> impl Iterator<Item = &'a Value> {
    pod.pointer(place).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(name: &str, phase: &str, status: Value) -> Value {
        let mut pod =
            json!({"kind": "Pod", "metadata": {"name": name, "namespace": "shop"}, "status": {"phase": phase}});
        for (key, value) in status.as_object().unwrap() {
            pod["status"][key] = value.clone();
        }
        pod
    }

    fn crashing() -> Value {
        pod(
            "api-1",
            "Running",
            json!({
                "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
                "containerStatuses": [{"name": "api", "ready": false, "restartCount": 12,
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}},
                    "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]}),
        )
    }

    fn running() -> Value {
        pod(
            "web-0",
            "Running",
            json!({
                "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"name": "web", "ready": true, "restartCount": 2, "state": {"running": {}},
                    "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}]}),
        )
    }

    #[test]
    fn a_pod_that_crashes_is_told_with_how_it_ended() {
        assert_eq!(
            told(&[&crashing(), &running()], false),
            "2 pods: 1 CrashLoopBackOff, 1 Running; needs a look: shop/api-1 (CrashLoopBackOff, \
             last ended with exit code 137 (OOMKilled), 12 restarts)"
        );
        assert!(told(&[&crashing()], true).contains("CrashLoopBackOff: back-off 5m0s restarting failed container,"));
        assert_eq!(told(&[&running()], true), "1 pod: 1 Running; none needs a look");
    }

    #[test]
    fn a_pod_without_a_node_is_told_with_why() {
        let pod = pod(
            "big-0",
            "Pending",
            json!({"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": "0/3 nodes are available: 3 Insufficient memory."}]}),
        );
        assert_eq!(
            told(&[&pod], false),
            "1 pod: 1 Pending; needs a look: shop/big-0 (Unschedulable: 0/3 nodes are available: 3 Insufficient memory.)"
        );
    }

    #[test]
    fn the_container_in_trouble_is_named_among_several() {
        let pod = pod(
            "api-2",
            "Pending",
            json!({
                "initContainerStatuses": [{"name": "migrate", "restartCount": 1,
                    "state": {"terminated": {"exitCode": 2, "reason": "Error"}}}],
                "containerStatuses": [
                    {"name": "api", "restartCount": 0, "state": {"waiting": {"reason": "PodInitializing"}}},
                    {"name": "proxy", "restartCount": 0, "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}),
        );
        assert_eq!(
            told(&[&pod], false),
            "1 pod: 1 Init:Error; needs a look: shop/api-2 (migrate: ended with exit code 2, 1 restart, proxy: ImagePullBackOff)"
        );
    }

    #[test]
    fn evicted_and_unready_pods_are_told_and_finished_ones_are_not() {
        let evicted =
            pod("old-1", "Failed", json!({"reason": "Evicted", "message": "The node was low on resource: memory."}));
        let unready = pod(
            "web-1",
            "Running",
            json!({"conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
                "containerStatuses": [{"name": "web", "restartCount": 0, "ready": false, "state": {"running": {}}}]}),
        );
        let done = pod(
            "migrate-1",
            "Succeeded",
            json!({"conditions": [{"type": "Ready", "status": "False", "reason": "PodCompleted"}],
                "containerStatuses": [{"name": "m", "restartCount": 0, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]}),
        );
        assert_eq!(
            told(&[&evicted, &unready, &done], false),
            "3 pods: 1 Evicted, 1 Running, 1 Succeeded; need a look: shop/old-1 (Evicted), \
             shop/web-1 (not ready: ContainersNotReady)"
        );
    }
}
