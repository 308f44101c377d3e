//! The runbooks of Kubernetes: the real kubectl on the tests' own API server.

use serde_json::{Value, json};

use super::super::support::diagnosis::{self, Ended};
use super::super::support::home::Home;
use super::super::support::kube_api::KubeApi;
use super::super::support::real;

struct Cluster {
    api: KubeApi,
    place: Home,
}

impl Cluster {
    /// `None` where there is no kubectl; the reason has been printed.
    fn start() -> Option<Cluster> {
        real::program("kubectl")?;
        let api = KubeApi::start();
        let place = Home::new();
        let kubeconfig = place.home.join("kubeconfig");
        api.write_kubeconfig(&kubeconfig);
        Some(Cluster { api, place: place.var("KUBECONFIG", kubeconfig.to_str().unwrap()) })
    }

    /// Puts a pod `web-0` with this status into `default`.
    fn pod(&self, status: Value) {
        self.api.put(pod("web-0", json!({"app": "web-0"}), status));
    }

    fn warns(&self, pod: &str, reason: &str, message: &str) {
        self.api.put(json!({
            "kind": "Event", "metadata": {"name": format!("{pod}.{reason}"), "namespace": "default"},
            "type": "Warning", "reason": reason, "message": message, "count": 3,
            "involvedObject": {"kind": "Pod", "name": pod, "namespace": "default"}
        }));
    }

    #[track_caller]
    fn ask(&self, request: &str) -> Ended {
        let ended = diagnosis::ask(&self.place, request);
        let changed: Vec<String> =
            self.api.requests().into_iter().filter(|request| !request.starts_with("GET ")).collect();
        assert_eq!(changed, [] as [String; 0], "a diagnosis changes nothing");
        ended
    }
}

fn pod(name: &str, labels: Value, status: Value) -> Value {
    json!({
        "kind": "Pod", "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": {"nodeName": "node-2", "containers": [
            {"name": "app", "image": "app:1", "resources": {"limits": {"memory": "64Mi"}}, "ports": [{"containerPort": 8080}]}
        ]},
        "status": status
    })
}

/// The status of a pod whose container waits for this reason, after so many restarts.
fn waiting(reason: &str, message: &str, restarts: u64, last: Value) -> Value {
    json!({
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "False", "message": "containers with unready status: [app]"}],
        "containerStatuses": [{
            "name": "app", "image": "app:1", "ready": false, "restartCount": restarts,
            "state": {"waiting": {"reason": reason, "message": message}}, "lastState": last
        }]
    })
}

fn crashed(code: i64) -> Value {
    let last = json!({"terminated": {"exitCode": code, "reason": "Error", "startedAt": "2026-01-01T00:00:00Z"}});
    waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container", 7, last)
}

/// The status of a pod whose container runs; whether it is ready.
fn running(ready: bool) -> Value {
    let status = if ready { "True" } else { "False" };
    let state = json!({"name": "app", "image": "app:1", "ready": ready, "restartCount": 0, "state": {"running": {}}});
    json!({"phase": "Running", "conditions": [{"type": "Ready", "status": status}], "containerStatuses": [state]})
}

/// The status of a pod whose container has ended for good.
fn ended(phase: &str, code: i64) -> Value {
    let state = json!({"terminated": {"exitCode": code, "reason": if code == 0 { "Completed" } else { "Error" }}});
    json!({"phase": phase, "conditions": [{"type": "Ready", "status": "False", "reason": "PodCompleted"}],
        "containerStatuses": [{"name": "app", "image": "app:1", "ready": false, "restartCount": 0, "state": state}]})
}

#[test]
fn a_pod_that_crashes_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let oom = cluster.ask("why is pod api-7d4f9 crashing in production?");
    oom.is("kubectl.pod-crashing/oom", "api uses more memory than it may, so the kernel kills it (OOMKilled)")
        .says("Its limit is 512Mi.")
        .says("lastState.terminated.reason: OOMKilled")
        .proposes(&["auto kubectl top pod api-7d4f9 -n production --containers"]);
    assert_eq!(oom.commands, ["kubectl get pod api-7d4f9 -n production -o json"]);

    let start = json!({"terminated": {"reason": "StartError", "exitCode": 128, "message": "exec: \"apq\": not found"}});
    let log = "auto kubectl logs web-0 -c app --previous";
    let cases: [(Value, &str, &str, &[&str]); 9] = [
        (
            waiting("ImagePullBackOff", "Back-off pulling image", 0, json!({})),
            "kubectl.pod-crashing/image",
            "The image app:1 cannot be pulled: Back-off pulling image",
            &[],
        ),
        (
            waiting("CreateContainerConfigError", "secret \"db\" not found", 0, json!({})),
            "kubectl.pod-crashing/config",
            "A container cannot be made from its settings: secret \"db\" not found",
            &["auto kubectl get configmaps"],
        ),
        (
            waiting("CrashLoopBackOff", "", 2, start),
            "kubectl.pod-crashing/start",
            "Its command cannot be started: exec: \"apq\": not found",
            &[],
        ),
        (
            crashed(1),
            "kubectl.pod-crashing/code",
            "app ends with exit code 1, 7 times so far: java.lang.OutOfMemoryError: Java heap space",
            &[log],
        ),
        (
            crashed(0),
            "kubectl.pod-crashing/ends",
            "app ends by itself with exit code 0 and is started again, 7 times so far",
            &[],
        ),
        (
            json!({"phase": "Failed", "reason": "Evicted"}),
            "kubectl.pod-crashing/failed",
            "The pod has failed: Evicted",
            &["auto kubectl describe pod web-0", "auto kubectl logs web-0 --tail=100"],
        ),
        (
            ended("Failed", 3),
            "kubectl.pod-crashing/failed",
            "The pod has failed: Failed (exit code 3)",
            &["auto kubectl describe pod web-0", "auto kubectl logs web-0 --tail=100"],
        ),
        (
            ended("Succeeded", 0),
            "kubectl.pod-crashing/done",
            "It has ended, and all of its containers succeeded",
            &["auto kubectl logs web-0 --tail=100"],
        ),
        (
            json!({"phase": "Pending"}),
            "kubectl.pod-crashing/pending",
            "It has not started yet",
            &["auto kubectl describe pod web-0"],
        ),
    ];
    for (status, finding, title, remedies) in cases {
        cluster.pod(status);
        cluster.ask("why does pod web-0 keep restarting?").is(finding, title).proposes(remedies);
    }
    let gone = cluster.ask("pod nothing-here keeps crashing");
    gone.is("kubectl.pod-crashing/gone", "There is no pod nothing-here").proposes(&["auto kubectl get pods -A"]);
}

#[test]
fn a_pod_that_its_probes_find_unwell_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.pod(crashed(137));
    cluster.warns("web-0", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500");
    let told = cluster.ask("pod web-0 keeps restarting");
    let probe = "A probe ends app: Liveness probe failed: HTTP probe failed with statuscode: 500";
    told.is("kubectl.pod-crashing/probe", probe).proposes(&["auto kubectl logs web-0 -c app --tail=100"]);

    cluster.api.put(pod("shy-0", json!({}), running(false)));
    let request = "the pod shy-0 isn't ready";
    let read = &["auto kubectl logs shy-0 --tail=100"];
    cluster.ask(request).is("kubectl.pod-crashing/unready", "It runs but is not ready").proposes(read);
    let mut unready = running(false);
    unready["conditions"][0]["message"] = json!("containers with unready status: [app]");
    cluster.api.put(pod("shy-0", json!({}), unready));
    let told = cluster.ask(request);
    let title = "It runs but is not ready (containers with unready status: [app])";
    told.is("kubectl.pod-crashing/unready", title).proposes(read);
    cluster.warns("shy-0", "Unhealthy", "Readiness probe failed: dial tcp 10.0.0.9:8080: connect: connection refused");
    let told = cluster.ask(request);
    told.is("kubectl.pod-crashing/unready", "It runs but is not ready: Readiness probe failed: dial tcp 10…")
        .proposes(read);
}

#[test]
fn what_a_deployment_made_is_taken_back_by_its_name() {
    let Some(cluster) = Cluster::start() else { return };
    let mut owned = pod("shop-6f7d9-x2x4z", json!({}), waiting("ErrImagePull", "manifest unknown", 0, json!({})));
    owned["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop-6f7d9", "uid": "1", "controller": true}]);
    cluster.api.put(owned);
    let told = cluster.ask("pod shop-6f7d9-x2x4z is in ErrImagePull");
    told.is("kubectl.pod-crashing/image", "The image app:1 cannot be pulled: manifest unknown")
        .proposes(&["approval kubectl rollout undo deployment/shop"]);
}

#[test]
fn a_pod_that_is_well_is_left_alone() {
    let Some(cluster) = Cluster::start() else { return };
    let told = cluster.ask("why is pod api-7d4fa crashing in production?");
    told.is("kubectl.pod-crashing/nothing", "Nothing found: api-7d4fa runs, is ready and was never restarted");
    let told = cluster.ask("pod api-7d4fa in production is stuck pending");
    told.is("kubectl.pod-pending/nothing", "Nothing found: api-7d4fa is not pending");
}

#[test]
fn a_cluster_out_of_reach_is_not_called_well() {
    let Some(cluster) = Cluster::start() else { return };
    let Cluster { api, place } = cluster;
    drop(api);
    for request in [
        "why is pod web-0 crashing",
        "pod web-0 is pending",
        "why does service web have no endpoints",
        "my deployment web is stuck",
        "one of my nodes is NotReady",
    ] {
        diagnosis::ask(&place, request).is_stuck("it ended with exit code 1: ");
    }
}

#[test]
fn a_pod_that_no_node_takes_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let unscheduled = |reason: &str, message: &str| {
        json!({"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
        ]})
    };
    let cases: [(&str, &str, &str, &[&str]); 7] = [
        (
            "0/2 nodes are available: 2 Insufficient memory.",
            "kubectl.pod-pending/resources",
            "No node has what it asks for: …",
            &["auto kubectl top nodes", "auto kubectl describe nodes"],
        ),
        (
            "0/2 nodes are available: 2 node(s) had untolerated taint {gpu: true}.",
            "kubectl.pod-pending/taints",
            "Every node that could take it has a taint it does not tolerate: …",
            &["auto kubectl get nodes -o json"],
        ),
        (
            "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
            "kubectl.pod-pending/selector",
            "No node fits its node selector or affinity: …",
            &["auto kubectl get nodes --show-labels"],
        ),
        (
            "0/2 nodes are available: 2 node(s) were unschedulable.",
            "kubectl.pod-pending/cordoned",
            "The nodes are closed for new pods: …",
            &["auto kubectl get nodes"],
        ),
        (
            "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
            "kubectl.pod-pending/volume",
            "A volume cannot be used: …",
            &["auto kubectl get pvc", "auto kubectl describe pod web-0"],
        ),
        (
            "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.",
            "kubectl.pod-pending/unscheduled",
            "The scheduler finds no node: …",
            &["auto kubectl describe pod web-0"],
        ),
        (
            "no nodes available to schedule pods",
            "kubectl.pod-pending/unscheduled",
            "The scheduler finds no node: no nodes available to schedule pods",
            &["auto kubectl describe pod web-0"],
        ),
    ];
    for (message, finding, title, remedies) in cases {
        cluster.pod(unscheduled("Unschedulable", message));
        cluster.ask("why is pod web-0 pending?").is(finding, title).says(message).proposes(remedies);
    }
    cluster.pod(unscheduled("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates"));
    let told = cluster.ask("why is pod web-0 pending?");
    told.is("kubectl.pod-pending/gated", "It waits for its scheduling gates to be removed")
        .proposes(&["auto kubectl get pod web-0 -o json"]);
    let mut unseen = pod("web-0", json!({}), json!({"phase": "Pending"}));
    unseen["spec"]["nodeName"].take();
    cluster.api.put(unseen);
    cluster
        .ask("why is pod web-0 pending?")
        .is("kubectl.pod-pending/unseen", "No scheduler has looked at it yet")
        .proposes(&["auto kubectl get pods -n kube-system", "auto kubectl get pod web-0 -o json"]);
    let gone = cluster.ask("pod nothing-here is pending");
    gone.is("kubectl.pod-pending/gone", "There is no pod nothing-here")
        .proposes(&["auto kubectl get pods -A --field-selector=status.phase=Pending"]);
}

#[test]
fn a_volume_claim_that_a_pod_waits_for_is_named() {
    let Some(cluster) = Cluster::start() else { return };
    let status = json!({"phase": "Pending", "conditions": [{
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/2 nodes are available: persistentvolumeclaim \"data\" not found."
    }]});
    let mut claimed = pod("web-0", json!({}), status);
    claimed["spec"]["volumes"] = json!([{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]);
    cluster.api.put(claimed);
    let told = cluster.ask("web-0 isn't getting scheduled");
    told.is("kubectl.pod-pending/claim", "Its volume claim data is not bound")
        .proposes(&["auto kubectl describe pvc data", "auto kubectl get storageclass"]);
    cluster.api.put(json!({
        "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "default"},
        "spec": {"storageClassName": "fast"}, "status": {"phase": "Pending"}
    }));
    cluster
        .ask("web-0 isn't getting scheduled")
        .is("kubectl.pod-pending/claim", "Its volume claim data is Pending, not bound");
}

#[test]
fn a_pod_that_its_node_cannot_start_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let state = |reason: &str, message: &str| {
        let waiting = json!({"reason": reason, "message": message});
        json!({"phase": "Pending", "containerStatuses": [{"name": "app", "image": "app:1", "state": {"waiting": waiting}}]})
    };
    let describe = "auto kubectl describe pod web-0";
    cluster.pod(state("ErrImagePull", ""));
    let told = cluster.ask("pod web-0 is pending");
    told.is("kubectl.pod-pending/image", "The image app:1 cannot be pulled").proposes(&[describe]);
    cluster.pod(state("CreateContainerConfigError", "configmap \"cfg\" not found"));
    let told = cluster.ask("pod web-0 is pending");
    told.is("kubectl.pod-pending/config", "A container cannot be made from its settings: configmap \"cfg\" not found")
        .proposes(&[describe]);

    // What the events of a pod say, each in a pod of its own: they stay.
    let cases = [
        (
            "FailedMount",
            "MountVolume.SetUp failed for volume \"cfg\" : configmap \"cfg\" not found",
            "kubectl.pod-pending/volume",
            "A volume cannot be used: MountVolume.SetUp failed…",
            "auto kubectl get pvc",
        ),
        (
            "FailedCreatePodSandBox",
            "Failed to create pod sandbox: plugin type=\"calico\" failed (add): no addresses left",
            "kubectl.pod-pending/network",
            "The node cannot give it a network: Failed to create pod sandbox…",
            "auto kubectl get pods -n kube-system -o wide",
        ),
        (
            "Failed",
            "Failed to pull image \"app:1\": manifest unknown",
            "kubectl.pod-pending/pull",
            "Its image cannot be pulled: Failed to pull image \"app:1\": manifest unknown",
            "auto kubectl describe pod POD",
        ),
        (
            "FailedPostStartHook",
            "PostStartHook failed",
            "kubectl.pod-pending/warned",
            "The node warns: PostStartHook failed",
            "auto kubectl describe pod POD",
        ),
    ];
    for (reason, message, finding, title, remedy) in cases {
        let name = format!("stuck-{}", reason.to_lowercase());
        cluster.api.put(pod(&name, json!({}), state("ContainerCreating", "")));
        cluster.warns(&name, reason, message);
        let told = cluster.ask(&format!("pod {name} is stuck in ContainerCreating"));
        assert_eq!(told.is(finding, title).remedies()[0], remedy.replace("POD", &name).replace("auto ", ""));
    }
    cluster.api.put(pod("slow-0", json!({}), state("ContainerCreating", "")));
    cluster
        .ask("pod slow-0 is stuck in ContainerCreating")
        .is("kubectl.pod-pending/starting", "It has a node and is being started, and nobody has complained yet")
        .proposes(&["auto kubectl get pod slow-0 -o wide"]);
}

#[test]
fn a_service_without_endpoints_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let service = |spec: Value| {
        cluster.api.put(json!({"kind": "Service", "metadata": {"name": "shop", "namespace": "default"}, "spec": spec}));
    };
    let ask = || cluster.ask("why does service shop have no endpoints?");
    let gone = ask();
    gone.is("kubectl.service-no-endpoints/gone", "There is no service shop")
        .proposes(&["auto kubectl get services -A"]);
    service(json!({"type": "ExternalName", "externalName": "shop.example.org"}));
    let told = ask();
    told.is("kubectl.service-no-endpoints/external", "shop is only another name for shop.example.org").proposes(&[]);
    service(json!({"selector": {"app": "shop", "tier": "front"}, "ports": [{"port": 80, "targetPort": 8080}]}));
    let told = ask();
    told.is("kubectl.service-no-endpoints/unmatched", "No pod has the labels app=shop,tier=front that shop selects")
        .proposes(&["auto kubectl get pods --show-labels", "auto kubectl get deployments"]);
    assert!(told.commands.contains(&"kubectl get pods -l app=shop,tier=front -o json".to_owned()), "{told:?}");
    let labels = || json!({"app": "shop", "tier": "front"});
    let all = "auto kubectl get pods -l app=shop,tier=front";
    let cases = [
        (
            json!({"phase": "Pending"}),
            "kubectl.service-no-endpoints/pending",
            "Its pods are not running: shop-1 is pending",
            all,
        ),
        (
            crashed(1),
            "kubectl.service-no-endpoints/crashing",
            "Its pods do not stay up: shop-1 is in CrashLoopBackOff",
            all,
        ),
        (
            running(false),
            "kubectl.service-no-endpoints/unready",
            "Its pods run but are not ready: shop-1",
            "auto kubectl describe pod shop-1",
        ),
        (
            running(true),
            "kubectl.service-no-endpoints/stale",
            "Its pods are ready, and still it has no endpoints",
            "auto kubectl get pods -n kube-system",
        ),
    ];
    for (status, finding, title, remedy) in cases {
        cluster.api.put(pod("shop-1", labels(), status));
        ask().is(finding, title).proposes(&[remedy]);
    }
}

#[test]
fn a_service_whose_port_has_no_name_in_the_pods_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let service = |port: Value| {
        let spec = json!({"selector": {"app": "shop"}, "ports": [{"port": 80, "targetPort": port}]});
        cluster.api.put(json!({"kind": "Service", "metadata": {"name": "shop", "namespace": "default"}, "spec": spec}));
    };
    // The control plane lists a pod that lacks the port as an endpoint without ports, to which nothing is sent.
    let slice = |ports: Value| {
        cluster.api.put(json!({
            "kind": "EndpointSlice",
            "metadata": {"name": "shop-x", "namespace": "default", "labels": {"kubernetes.io/service-name": "shop"}},
            "addressType": "IPv4", "ports": ports,
            "endpoints": [{"addresses": ["10.0.0.9"], "conditions": {"ready": true}}]
        }));
    };
    let ask = || cluster.ask("service shop refuses, connection refused");
    service(json!("http"));
    slice(Value::Null);
    cluster.api.put(pod("shop-1", json!({"app": "shop"}), running(true)));
    ask()
        .is(
            "kubectl.service-no-endpoints/port",
            "shop sends to a port named http, and no container of its pods has one of this name",
        )
        .proposes(&["auto kubectl get pods -l app=shop -o json"]);
    // A port given by its number need not be declared by any container.
    service(json!(9090));
    slice(json!([{"port": 9090, "protocol": "TCP"}]));
    ask().is("kubectl.service-no-endpoints/nothing", "Nothing found: shop has endpoints that are ready");
}

#[test]
fn a_service_without_a_selector_lives_on_endpoints_that_somebody_wrote() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.api.put(json!({
        "kind": "Service", "metadata": {"name": "legacy", "namespace": "default"}, "spec": {"ports": [{"port": 80}]}
    }));
    let ask = || cluster.ask("why does service legacy have no endpoints?");
    let told = ask();
    told.is("kubectl.service-no-endpoints/selectorless", "legacy has no selector, so nobody gives it endpoints")
        .proposes(&["auto kubectl get endpointslices -l kubernetes.io/service-name=legacy"]);
    cluster.api.put(json!({
        "kind": "EndpointSlice",
        "metadata": {"name": "legacy-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "legacy"}},
        "addressType": "IPv4", "ports": [{"port": 80}], "endpoints": [{"addresses": ["192.0.2.7"], "conditions": {}}]
    }));
    ask().is("kubectl.service-no-endpoints/nothing", "Nothing found: legacy has endpoints that are ready");
}

/// A deployment `shop` of two pods, with these changes to its specification.
fn deployment(changes: Value, status: Value) -> Value {
    let mut object = json!({
        "kind": "Deployment", "metadata": {"name": "shop", "namespace": "default"}, "status": status,
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "shop"}}}
    });
    for (key, value) in changes.as_object().unwrap() {
        object["spec"][key] = value.clone();
    }
    object
}

/// The status of a deployment that came to a halt on its way.
fn late() -> Value {
    json!({"replicas": 2, "readyReplicas": 1, "updatedReplicas": 1, "conditions": [{
        "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
        "message": "ReplicaSet \"shop-6f7d9\" has timed out progressing."
    }]})
}

#[test]
fn a_deployment_that_does_not_roll_out_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let ask = || cluster.ask("why is deployment shop not rolling out?");
    let gone = ask();
    gone.is("kubectl.deployment-stuck/gone", "There is no deployment shop")
        .proposes(&["auto kubectl get deployments -A"]);
    let refused =
        json!({"conditions": [{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: small"}]});
    let by_expressions =
        json!({"selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["shop"]}]}});
    let ending = json!({"replicas": 3, "readyReplicas": 2, "updatedReplicas": 2});
    let cases: [(Value, Value, &str, &str, &[&str]); 6] = [
        (
            json!({"paused": true}),
            late(),
            "kubectl.deployment-stuck/paused",
            "shop is paused, so it rolls nothing out",
            &["approval kubectl rollout resume deployment/shop"],
        ),
        (
            json!({}),
            refused,
            "kubectl.deployment-stuck/quota",
            "Its pods may not be made: exceeded quota: small",
            &["auto kubectl describe resourcequota"],
        ),
        (
            json!({"replicas": 0}),
            json!({}),
            "kubectl.deployment-stuck/none",
            "It wants no pods: its replicas are 0",
            &["approval kubectl scale deployment/shop --replicas=1"],
        ),
        (
            json!({}),
            ending,
            "kubectl.deployment-stuck/ending",
            "It has rolled out, but 3 pods are there where 2 are wanted: old ones have not ended yet",
            &["auto kubectl get pods -o wide"],
        ),
        (
            by_expressions,
            late(),
            "kubectl.deployment-stuck/unclear",
            "It has not rolled out, and its pods cannot be found by labels: ReplicaSet \"shop-6f7d9\" has timed out…",
            &["auto kubectl describe deployment shop", "auto kubectl get pods --show-labels"],
        ),
        (
            json!({}),
            late(),
            "kubectl.deployment-stuck/unmade",
            "It has no pods at all",
            &["auto kubectl describe deployment shop", "auto kubectl get replicasets -l app=shop"],
        ),
    ];
    for (changes, status, finding, title, remedies) in cases {
        cluster.api.put(deployment(changes, status));
        ask().is(finding, title).proposes(remedies);
    }
}

#[test]
fn the_pods_that_hold_a_deployment_up_are_named() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.api.put(deployment(json!({}), late()));
    let undo = "approval kubectl rollout undo deployment/shop";
    let describe = "auto kubectl describe pod shop-1";
    let unplaced = json!([{"type": "PodScheduled", "status": "False", "message": "0/2 nodes"}]);
    let cases: [(Value, &str, &str, &[&str]); 6] = [
        (
            waiting("ErrImagePull", "", 0, json!({})),
            "kubectl.deployment-stuck/image",
            "The image app:1 of shop-1 cannot be pulled",
            &[undo],
        ),
        (
            crashed(1),
            "kubectl.deployment-stuck/crashing",
            "Its pods do not stay up: shop-1 is in CrashLoopBackOff",
            &[undo, "auto kubectl logs shop-1 --previous --tail=50"],
        ),
        (
            json!({"phase": "Pending", "conditions": unplaced}),
            "kubectl.deployment-stuck/pending",
            "Its pods find no node: shop-1: 0/2 nodes",
            &[describe],
        ),
        (
            json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True"}]}),
            "kubectl.deployment-stuck/starting",
            "Its pods have a node and do not start: shop-1 is still pending",
            &[describe],
        ),
        (
            running(false),
            "kubectl.deployment-stuck/unready",
            "Its pods run and are not ready: shop-1",
            &[describe, undo],
        ),
        (
            running(true),
            "kubectl.deployment-stuck/slow",
            "It is on its way to 2 pods, 1 are ready",
            &["auto kubectl rollout status deployment/shop"],
        ),
    ];
    for (status, finding, title, remedies) in cases {
        cluster.api.put(pod("shop-1", json!({"app": "shop"}), status));
        cluster.ask("my deployment shop is stuck").is(finding, title).proposes(remedies);
    }
    let well = cluster.ask("the rollout of web is stuck");
    well.is("kubectl.deployment-stuck/nothing", "Nothing found: web has rolled out, 2 pods are ready");
}

#[test]
fn a_node_that_is_not_ready_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let well = cluster.ask("one of my nodes is NotReady");
    let title = "Nothing found: every node asked for is ready, open and without pressure";
    well.is("kubectl.node-not-ready/nothing", title);
    let condition =
        |name: &str, status: &str, message: &str| json!({"type": name, "status": status, "message": message});
    let ready = || condition("Ready", "True", "kubelet is posting ready status");
    let pods = "auto kubectl get pods -A -o wide --field-selector=spec.nodeName=node-3";
    let cases: [(Value, bool, &str, &str, &[&str]); 8] = [
        (
            json!([
                condition("DiskPressure", "Unknown", "Kubelet stopped posting node status."),
                condition("Ready", "Unknown", "Kubelet stopped posting node status.")
            ]),
            false,
            "kubectl.node-not-ready/silent",
            "node-3 has stopped reporting: Kubelet stopped posting node status.",
            &[pods],
        ),
        (
            json!([condition("Ready", "False", "container runtime network not ready: cni plugin not initialized")]),
            false,
            "kubectl.node-not-ready/network",
            "The network of node-3 is not ready: container runtime network not ready: cni plugin not initialized",
            &["auto kubectl get pods -n kube-system -o wide --field-selector=spec.nodeName=node-3"],
        ),
        (
            json!([condition("NetworkUnavailable", "True", "Node created without a route"), ready()]),
            false,
            "kubectl.node-not-ready/network",
            "The network of node-3 is not ready: Node created without a route",
            &["auto kubectl get pods -n kube-system -o wide --field-selector=spec.nodeName=node-3"],
        ),
        (
            json!([condition("DiskPressure", "True", "kubelet has disk pressure"), ready()]),
            false,
            "kubectl.node-not-ready/disk",
            "node-3 is short of disk: kubelet has disk pressure",
            &[pods],
        ),
        (
            json!([condition("MemoryPressure", "True", "kubelet has insufficient memory available"), ready()]),
            false,
            "kubectl.node-not-ready/memory",
            "node-3 is short of memory: kubelet has insufficient memory available",
            &[pods, "auto kubectl top pods -A --sort-by=memory"],
        ),
        (
            json!([condition("PIDPressure", "True", "kubelet has insufficient PID available"), ready()]),
            false,
            "kubectl.node-not-ready/processes",
            "node-3 has too many processes: kubelet has insufficient PID available",
            &[pods],
        ),
        (
            json!([condition("Ready", "False", "PLEG is not healthy")]),
            false,
            "kubectl.node-not-ready/unready",
            "node-3 is not ready: PLEG is not healthy",
            &["auto kubectl describe node node-3"],
        ),
        (
            json!([ready()]),
            true,
            "kubectl.node-not-ready/cordoned",
            "node-3 is closed for new pods",
            &["destructive kubectl uncordon node-3"],
        ),
    ];
    for (conditions, closed, finding, title, remedies) in cases {
        cluster.api.put(json!({
            "kind": "Node", "metadata": {"name": "node-3"}, "spec": {"unschedulable": closed},
            "status": {"conditions": conditions}
        }));
        cluster.ask("why is node node-3 not ready?").is(finding, title).proposes(remedies);
    }
    let gone = cluster.ask("node node-9 is down");
    gone.is("kubectl.node-not-ready/gone", "There is no node node-9").proposes(&["auto kubectl get nodes -o wide"]);
}
