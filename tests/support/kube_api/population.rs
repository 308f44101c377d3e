//! The cluster as every test finds it.
//!
//! Owns the objects of the first moment. In `production` the deployment `api` wants three pods, of which `api-7d4f9`
//! runs out of memory again and again (14 restarts) while `api-7d4fa` and `api-7d4fb` run; in `default` the deployment
//! `web` has two; in `kube-system` runs `coredns`; `forbidden` is empty and closed; the nodes are `node-1` (control
//! plane) and `node-2`.

use serde_json::{Value, json};

use super::catalogue::known;
use super::clock;
use super::controllers;
use super::pods::{self, Placement};
use super::world::{World, text};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

pub fn populate(world: &mut World) {
    let now = clock::now();
    for name in ["default", "forbidden", "kube-system", "production"] {
        let labels = json!({"kubernetes.io/metadata.name": name});
        let metadata = json!({"name": name, "labels": labels, "creationTimestamp": ago(now, 30 * DAY)});
        world.put(known("namespaces"), json!({"metadata": metadata, "spec": {}, "status": {"phase": "Active"}}));
    }
    node(world, now, "node-1", "10.0.0.11", Role::ControlPlane);
    node(world, now, "node-2", "10.0.0.12", Role::Worker);
    for workload in workloads() {
        place(world, now, &workload);
    }
    services(world, now);
    settings(world, now);
    let crashing = world.get(known("pods"), "production", "api-7d4f9").cloned();
    if let Some(pod) = crashing {
        troubles(world, now, &pod);
    }
    controllers::settle(world);
}

fn ago(now: u64, seconds: u64) -> String {
    clock::rfc3339(now.saturating_sub(seconds))
}

enum Role {
    ControlPlane,
    Worker,
}

fn node(world: &mut World, now: u64, name: &str, address: &str, role: Role) {
    let mut labels = json!({
        "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"
    });
    let mut spec = json!({"podCIDR": "10.244.0.0/24"});
    if matches!(role, Role::ControlPlane) {
        labels["node-role.kubernetes.io/control-plane"] = json!("");
        spec["taints"] = json!([{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]);
    }
    let condition = |name: &str, status: &str, reason: &str, message: &str| {
        json!({
            "type": name, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": ago(now, 20), "lastTransitionTime": ago(now, 30 * DAY)
        })
    };
    let amounts = json!({"cpu": "4", "memory": "8147352Ki", "pods": "110", "ephemeral-storage": "61255492Ki"});
    let status = json!({
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
        "capacity": amounts, "allocatable": amounts,
        "conditions": [
            condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory"),
            condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")
        ],
        "nodeInfo": {
            "machineID": "6d1f", "systemUUID": "6d1f", "bootID": "6d1f", "kernelVersion": "6.12.48-amd64",
            "osImage": "Debian GNU/Linux 13 (trixie)", "containerRuntimeVersion": "containerd://1.7.24",
            "kubeletVersion": "v1.32.4", "kubeProxyVersion": "v1.32.4", "operatingSystem": "linux",
            "architecture": "amd64"
        }
    });
    let metadata = json!({"name": name, "labels": labels, "creationTimestamp": ago(now, 30 * DAY)});
    world.put(known("nodes"), json!({"metadata": metadata, "spec": spec, "status": status}));
}

/// A deployment with its one replica set and its pods.
struct Workload {
    namespace: &'static str,
    name: &'static str,
    image: &'static str,
    hash: &'static str,
    /// Pods by name; a crashing one with its restarts.
    pods: &'static [(&'static str, Health)],
    memory_limit: &'static str,
    days: u64,
}

#[derive(Clone, Copy)]
enum Health {
    Running,
    Crashing { restarts: u64 },
}

fn workloads() -> [Workload; 3] {
    [
        Workload {
            namespace: "production",
            name: "api",
            image: "registry.example.com/api:2.3.1",
            hash: "5c9d8b7f6d",
            pods: &[
                ("api-7d4f9", Health::Crashing { restarts: 14 }),
                ("api-7d4fa", Health::Running),
                ("api-7d4fb", Health::Running),
            ],
            memory_limit: "512Mi",
            days: 12,
        },
        Workload {
            namespace: "default",
            name: "web",
            image: "registry.example.com/web:1.8.0",
            hash: "6f7c9d5b84",
            pods: &[("web-6f7c9d5b84-k2x8q", Health::Running), ("web-6f7c9d5b84-zt4vn", Health::Running)],
            memory_limit: "256Mi",
            days: 5,
        },
        Workload {
            namespace: "kube-system",
            name: "coredns",
            image: "registry.k8s.io/coredns/coredns:v1.11.3",
            hash: "668d6bf9bc",
            pods: &[("coredns-668d6bf9bc-h5wzl", Health::Running)],
            memory_limit: "170Mi",
            days: 30,
        },
    ]
}

fn place(world: &mut World, now: u64, workload: &Workload) {
    let Workload { namespace, name, hash, .. } = workload;
    let created = ago(now, workload.days * DAY);
    let template = json!({
        "metadata": {"labels": {"app": name}},
        "spec": {
            "restartPolicy": "Always", "serviceAccountName": "default", "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler",
            "containers": [{
                "name": name, "image": workload.image, "imagePullPolicy": "IfNotPresent",
                "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                "env": [{"name": "LOG_LEVEL", "value": "info"}],
                "resources": {
                    "requests": {"cpu": "250m", "memory": "128Mi"}, "limits": {"memory": workload.memory_limit}
                }
            }]
        }
    });
    let revision = json!({"deployment.kubernetes.io/revision": "1"});
    let deployment = world.put(
        known("deployments"),
        json!({
            "metadata": {
                "name": name, "namespace": namespace, "labels": {"app": name}, "annotations": revision,
                "creationTimestamp": created
            },
            "spec": {
                "replicas": workload.pods.len(), "selector": {"matchLabels": {"app": name}}, "template": template,
                "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
                "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
            }
        }),
    );
    let labels = json!({"app": name, "pod-template-hash": hash});
    let mut hashed = template;
    hashed["metadata"]["labels"] = labels.clone();
    let set = world.put(
        known("replicasets"),
        json!({
            "metadata": {
                "name": format!("{name}-{hash}"), "namespace": namespace, "labels": labels, "annotations": revision,
                "creationTimestamp": created, "ownerReferences": controllers::owner_reference(&deployment)
            },
            "spec": {"replicas": workload.pods.len(), "selector": {"matchLabels": labels}, "template": hashed}
        }),
    );
    for (pod_name, health) in workload.pods {
        let since = now.saturating_sub(workload.days * DAY / 2);
        let mut pod = controllers::pod_of(&set, pod_name);
        pod["metadata"]["creationTimestamp"] = json!(clock::rfc3339(since));
        let pod_ip = format!("10.244.0.{}", 10 + world.serial());
        pods::start(&mut pod, &Placement { node: "node-2", host_ip: "10.0.0.12", pod_ip, since });
        if let Health::Crashing { restarts } = health {
            pods::crash(&mut pod, *restarts, now.saturating_sub(140));
        }
        world.put(known("pods"), pod);
    }
}

fn services(world: &mut World, now: u64) {
    for (namespace, name, address, port) in [
        ("default", "kubernetes", "10.96.0.1", 443),
        ("default", "web", "10.96.0.12", 80),
        ("production", "api", "10.96.0.14", 80),
    ] {
        let mut spec = json!({
            "type": "ClusterIP", "clusterIP": address, "clusterIPs": [address], "sessionAffinity": "None",
            "ports": [{"port": port, "protocol": "TCP", "targetPort": 8080}]
        });
        if name != "kubernetes" {
            spec["selector"] = json!({"app": name});
        }
        let metadata = json!({
            "name": name, "namespace": namespace, "labels": {"app": name}, "creationTimestamp": ago(now, 12 * DAY)
        });
        world.put(known("services"), json!({"metadata": metadata, "spec": spec, "status": {"loadBalancer": {}}}));
    }
}

fn settings(world: &mut World, now: u64) {
    let named = |name: &str| json!({"name": name, "namespace": "production", "creationTimestamp": ago(now, 12 * DAY)});
    let data = json!({"LOG_LEVEL": "info", "JAVA_OPTS": "-Xmx1g"});
    world.put(known("configmaps"), json!({"metadata": named("api-config"), "data": data}));
    // user "api", password "correct-horse-battery"
    let data = json!({"username": "YXBp", "password": "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"});
    world.put(known("secrets"), json!({"metadata": named("api-credentials"), "type": "Opaque", "data": data}));
}

/// The events a crashing pod leaves behind.
fn troubles(world: &mut World, now: u64, pod: &Value) {
    let (name, uid) = (text(pod, "/metadata/name"), text(pod, "/metadata/uid"));
    let image = text(pod, "/spec/containers/0/image");
    let first = ago(now, 58 * 60);
    let pulled = format!("Container image \"{image}\" already present on machine");
    world.event_between(pod, "kubelet", ("Normal", "Pulled"), &pulled, (&first, &ago(now, 180), 15));
    let backing_off = format!("Back-off restarting failed container api in pod {name}_production({uid})");
    world.event_between(pod, "kubelet", ("Warning", "BackOff"), &backing_off, (&first, &ago(now, 12), 241));
}
