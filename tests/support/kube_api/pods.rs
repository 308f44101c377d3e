//! The life of a pod.
//!
//! Owns a pod's status: started, crashing, ready or not. Knows nothing of who wants the pod or where it is kept.

use serde_json::{Value, json};

use super::clock;
use super::world::{items, text};

/// Where and since when a pod runs.
pub struct Placement<'a> {
    pub node: &'a str,
    pub host_ip: &'a str,
    pub pod_ip: String,
    /// Seconds since 1970.
    pub since: u64,
}

/// Puts the pod on a node with every container running.
pub fn start(pod: &mut Value, placement: &Placement<'_>) {
    let since = clock::rfc3339(placement.since);
    let statuses: Vec<Value> = items(pod, "/spec/containers")
        .iter()
        .map(|container| {
            let name = text(container, "/name");
            json!({
                "name": name, "image": container["image"], "imageID": format!("sha256:{:064x}", name.len()),
                "containerID": format!("containerd://{:064x}", placement.since), "ready": true, "started": true,
                "restartCount": 0, "state": {"running": {"startedAt": since}}, "lastState": {}
            })
        })
        .collect();
    pod["spec"]["nodeName"] = json!(placement.node);
    pod["status"] = json!({
        "phase": "Running", "qosClass": "Burstable", "startTime": since, "hostIP": placement.host_ip,
        "podIP": placement.pod_ip, "podIPs": [{"ip": placement.pod_ip}], "containerStatuses": statuses,
        "conditions": conditions("True", &since)
    });
}

/// Leaves the pod waiting for a node.
pub fn keep_pending(pod: &mut Value) {
    pod["status"] = json!({
        "phase": "Pending", "qosClass": "Burstable",
        "conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/2 nodes are available: 2 node(s) were unschedulable.",
            "lastTransitionTime": clock::rfc3339(clock::now())
        }]
    });
}

/// Turns a started pod into one whose first container runs out of memory again and again.
pub fn crash(pod: &mut Value, restarts: u64, last_end: u64) {
    let (name, namespace) = (text(pod, "/metadata/name").to_owned(), text(pod, "/metadata/namespace").to_owned());
    let container = text(pod, "/spec/containers/0/name").to_owned();
    let ended = clock::rfc3339(last_end);
    let status = &mut pod["status"]["containerStatuses"][0];
    status["ready"] = json!(false);
    status["started"] = json!(false);
    status["restartCount"] = json!(restarts);
    status["state"] = json!({"waiting": {
        "reason": "CrashLoopBackOff",
        "message": format!("back-off 5m0s restarting failed container={container} pod={name}_{namespace}")
    }});
    status["lastState"] = json!({"terminated": {
        "exitCode": 137, "reason": "OOMKilled", "startedAt": clock::rfc3339(last_end.saturating_sub(48)),
        "finishedAt": ended, "containerID": format!("containerd://{last_end:064x}")
    }});
    pod["status"]["conditions"] = conditions("False", &ended);
}

pub fn is_ready(pod: &Value) -> bool {
    items(pod, "/status/conditions")
        .iter()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

fn conditions(ready: &str, since: &str) -> Value {
    let condition = |name: &str, status: &str| {
        let mut condition = json!({"type": name, "status": status, "lastTransitionTime": since, "lastProbeTime": null});
        if status == "False" {
            condition["reason"] = json!("ContainersNotReady");
            condition["message"] = json!("containers with unready status");
        }
        condition
    };
    json!([
        condition("PodReadyToStartContainers", "True"),
        condition("Initialized", "True"),
        condition("Ready", ready),
        condition("ContainersReady", ready),
        condition("PodScheduled", "True")
    ])
}
