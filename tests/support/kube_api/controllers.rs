//! What a cluster does by itself after a write.
//!
//! Owns the deployment and replica set controllers, the scheduler with its kubelet, the garbage collector and the end
//! of a namespace, all as one pass repeated until nothing changes. A rollout is therefore over at once. Knows nothing
//! of requests.

use serde_json::{Value, json};

use super::catalogue::known;
use super::clock;
use super::patch::without_nulls;
use super::pods::{self, Placement};
use super::world::{World, items, number, text};

const HASH_LABEL: &str = "pod-template-hash";
const REVISION: &str = "deployment.kubernetes.io/revision";

/// Far more passes than a chain namespace → deployment → replica set → pod needs.
const MOST_PASSES: usize = 20;

/// Lets the controllers work until the world is at rest; on a dry run they never learn of the write.
pub fn settle(world: &mut World) {
    if world.is_rehearsal {
        return;
    }
    for _ in 0..MOST_PASSES {
        let before = world.version;
        collect_garbage(world);
        for deployment in world.all("deployments") {
            roll(world, deployment);
        }
        for set in world.all("replicasets") {
            replicate(world, set);
        }
        for pod in world.all("pods") {
            schedule(world, pod);
        }
        for set in world.all("replicasets") {
            report_set(world, set);
        }
        for deployment in world.all("deployments") {
            report_deployment(world, deployment);
        }
        if world.version == before {
            return;
        }
    }
    panic!("the controllers do not come to rest");
}

/// Removes what lost its namespace or its owner.
fn collect_garbage(world: &mut World) {
    let living: Vec<Value> = world.objects().map(|object| object["metadata"]["uid"].clone()).collect();
    let namespaces: Vec<Value> = world.all("namespaces").iter().map(|n| n["metadata"]["name"].clone()).collect();
    let orphans: Vec<Value> = world
        .objects()
        .filter(|object| {
            let homeless = object["metadata"].get("namespace").is_some_and(|home| !namespaces.contains(home));
            let owners = items(object, "/metadata/ownerReferences");
            homeless || (!owners.is_empty() && owners.iter().all(|owner| !living.contains(&owner["uid"])))
        })
        .cloned()
        .collect();
    for orphan in orphans {
        world.remove(
            known(text(&orphan, "/kind")),
            text(&orphan, "/metadata/namespace"),
            text(&orphan, "/metadata/name"),
        );
    }
}

fn owned(world: &World, plural: &str, owner: &Value) -> Vec<Value> {
    let uid = &owner["metadata"]["uid"];
    let mut owned = world.all(plural);
    owned.retain(|object| items(object, "/metadata/ownerReferences").iter().any(|reference| &reference["uid"] == uid));
    owned
}

/// The owner reference a controller writes into what it makes.
pub fn owner_reference(owner: &Value) -> Value {
    json!([{
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true
    }])
}

/// The template as the deployment wrote it: without the hash its replica set adds, and without what a typed client
/// leaves empty.
fn plain_template(object: &Value) -> Value {
    let mut template = object["spec"]["template"].clone();
    without_nulls(&mut template);
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove(HASH_LABEL);
    }
    for containers in ["/spec/containers", "/spec/initContainers"] {
        for container in template.pointer_mut(containers).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(fields) = container.as_object_mut() {
                fields.retain(|_, field| field != &json!({}));
            }
        }
    }
    template
}

fn revision(object: &Value) -> u64 {
    object["metadata"]["annotations"][REVISION].as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The deployment controller: one replica set per template, the current one scaled as wanted, the others to nothing.
fn roll(world: &mut World, mut deployment: Value) {
    let sets = owned(world, "replicasets", &deployment);
    let newest = sets.iter().map(revision).max().unwrap_or_default();
    let template = plain_template(&deployment);
    let current = sets.iter().find(|set| plain_template(set) == template).cloned();
    let mut current = match current {
        Some(current) => current,
        None if deployment["spec"]["paused"] == true => return,
        None => fresh_set(world, &deployment, template),
    };
    if revision(&current) < newest || revision(&current) == 0 {
        current["metadata"]["annotations"][REVISION] = json!((newest + 1).to_string());
    }
    deployment["metadata"]["annotations"][REVISION] = current["metadata"]["annotations"][REVISION].clone();
    let deployment = world.put(known("deployments"), deployment);
    let name = text(&current, "/metadata/name").to_owned();
    resize(world, &deployment, current, number(&deployment, "/spec/replicas"));
    for set in sets.into_iter().filter(|set| text(set, "/metadata/name") != name) {
        resize(world, &deployment, set, 0);
    }
}

fn fresh_set(world: &mut World, deployment: &Value, mut template: Value) -> Value {
    let hash = letters(world.serial() + 40_961, 10);
    let name = format!("{}-{hash}", text(deployment, "/metadata/name"));
    template["metadata"]["labels"][HASH_LABEL] = json!(hash);
    let mut selector = deployment["spec"]["selector"].clone();
    selector["matchLabels"][HASH_LABEL] = json!(hash);
    json!({
        "metadata": {
            "name": name, "namespace": deployment["metadata"]["namespace"], "annotations": {},
            "labels": template["metadata"]["labels"], "ownerReferences": owner_reference(deployment)
        },
        "spec": {"replicas": 0, "selector": selector, "template": template}
    })
}

fn resize(world: &mut World, deployment: &Value, mut set: Value, wanted: u64) {
    let before = number(&set, "/spec/replicas");
    set["spec"]["replicas"] = json!(wanted);
    let set = world.put(known("replicasets"), set);
    if wanted != before {
        let way = if wanted > before { "up" } else { "down" };
        let name = text(&set, "/metadata/name");
        let message = format!("Scaled {way} replica set {name} from {before} to {wanted}");
        world.event(deployment, "deployment-controller", ("Normal", "ScalingReplicaSet"), &message);
    }
}

/// The replica set controller: as many pods as wanted, the unready ones going first.
fn replicate(world: &mut World, set: Value) {
    let mut present = owned(world, "pods", &set);
    let wanted = usize::try_from(number(&set, "/spec/replicas")).unwrap_or(usize::MAX);
    present.sort_by_key(|pod| !pods::is_ready(pod));
    while present.len() > wanted {
        let Some(pod) = present.pop() else { break };
        let (namespace, name) = (text(&pod, "/metadata/namespace"), text(&pod, "/metadata/name"));
        world.remove(known("pods"), namespace, name);
        world.event(&set, "replicaset-controller", ("Normal", "SuccessfulDelete"), &format!("Deleted pod: {name}"));
    }
    for _ in present.len()..wanted {
        let suffix = letters(world.serial() * 7_919, 5);
        let name = format!("{}-{suffix}", text(&set, "/metadata/name"));
        let pod = pod_of(&set, &name);
        world.put(known("pods"), pod);
        world.event(&set, "replicaset-controller", ("Normal", "SuccessfulCreate"), &format!("Created pod: {name}"));
    }
}

/// A pod of the replica set, not yet scheduled.
pub fn pod_of(set: &Value, name: &str) -> Value {
    json!({
        "metadata": {
            "name": name, "namespace": set["metadata"]["namespace"],
            "labels": set["spec"]["template"]["metadata"]["labels"],
            "annotations": set["spec"]["template"]["metadata"].get("annotations").cloned().unwrap_or(json!({})),
            "ownerReferences": owner_reference(set)
        },
        "spec": set["spec"]["template"]["spec"]
    })
}

/// The scheduler and the kubelet: a pod without a node gets one and runs.
fn schedule(world: &mut World, mut pod: Value) {
    if !text(&pod, "/spec/nodeName").is_empty() && pod.get("status").is_some() {
        return;
    }
    let mut open = world.all("nodes");
    open.retain(|node| node["spec"]["unschedulable"] != true && items(node, "/spec/taints").is_empty());
    if open.is_empty() {
        if pod.get("status").is_none() {
            pods::keep_pending(&mut pod);
            world.put(known("pods"), pod);
        }
        return;
    }
    let serial = world.serial();
    let node = &open[usize::try_from(serial).unwrap_or_default() % open.len()];
    let host_ip = text(node, "/status/addresses/0/address");
    let node = text(node, "/metadata/name");
    let pod_ip = format!("10.244.{}.{}", 1 + serial / 250, 2 + serial % 250);
    pods::start(&mut pod, &Placement { node, host_ip, pod_ip, since: clock::now() });
    let pod = world.put(known("pods"), pod);
    let path = format!("{}/{}", text(&pod, "/metadata/namespace"), text(&pod, "/metadata/name"));
    let message = format!("Successfully assigned {path} to {node}");
    world.event(&pod, "default-scheduler", ("Normal", "Scheduled"), &message);
    for container in items(&pod, "/spec/containers") {
        let message = format!("Started container {}", text(container, "/name"));
        world.event(&pod, "kubelet", ("Normal", "Started"), &message);
    }
}

fn report_set(world: &mut World, mut set: Value) {
    let pods = owned(world, "pods", &set);
    let ready = pods.iter().filter(|pod| pods::is_ready(pod)).count();
    set["status"] = json!({
        "replicas": pods.len(), "fullyLabeledReplicas": pods.len(), "readyReplicas": ready,
        "availableReplicas": ready, "observedGeneration": set["metadata"]["generation"]
    });
    world.put(known("replicasets"), set);
}

fn report_deployment(world: &mut World, mut deployment: Value) {
    let sets = owned(world, "replicasets", &deployment);
    let sum = |field: &str| sets.iter().map(|set| number(set, field)).sum::<u64>();
    let template = plain_template(&deployment);
    let updated =
        sets.iter().find(|set| plain_template(set) == template).map_or(0, |set| number(set, "/status/replicas"));
    let (wanted, ready) = (number(&deployment, "/spec/replicas"), sum("/status/readyReplicas"));
    let (progress, progressing) = if ready >= wanted {
        ("NewReplicaSetAvailable", "True")
    } else {
        // Pods that are not ready here never will be, so the deadline has always passed.
        ("ProgressDeadlineExceeded", "False")
    };
    let (availability, available) =
        if ready >= wanted { ("MinimumReplicasAvailable", "True") } else { ("MinimumReplicasUnavailable", "False") };
    // A condition keeps its times for as long as it says the same.
    let since = |name: &str, status: &str| {
        items(&deployment, "/status/conditions")
            .iter()
            .find(|condition| condition["type"] == name && condition["status"] == status)
            .map_or_else(|| json!(clock::rfc3339(clock::now())), |condition| condition["lastTransitionTime"].clone())
    };
    let condition = |name: &str, status: &str, reason: &str| {
        let since = since(name, status);
        let message = match reason {
            "MinimumReplicasAvailable" => "Deployment has minimum availability.",
            "MinimumReplicasUnavailable" => "Deployment does not have minimum availability.",
            "NewReplicaSetAvailable" => "ReplicaSet has successfully progressed.",
            _ => "ReplicaSet has timed out progressing.",
        };
        json!({
            "type": name, "status": status, "reason": reason, "message": message, "lastTransitionTime": since,
            "lastUpdateTime": since
        })
    };
    let conditions = [condition("Available", available, availability), condition("Progressing", progressing, progress)];
    let mut status = json!({
        "replicas": sum("/status/replicas"), "updatedReplicas": updated, "readyReplicas": ready,
        "availableReplicas": ready, "observedGeneration": deployment["metadata"]["generation"], "conditions": conditions
    });
    if ready < wanted {
        status["unavailableReplicas"] = json!(wanted - ready);
    }
    deployment["status"] = status;
    world.put(known("deployments"), deployment);
}

/// A name part as Kubernetes makes them: no vowels, nothing to be read as a word.
fn letters(seed: u64, length: usize) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(ALPHABET[usize::try_from(state >> 33).unwrap_or_default() % ALPHABET.len()])
        })
        .collect()
}
