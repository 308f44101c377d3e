//! Every built-in runbook, walked to its findings and to *nothing found*: on the tests' own API server, a real engine,
//! real repositories, ports and certificates, and on recorded output where the real thing cannot run.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use devops_agent::domain::{Exit, Tier, join_words};
use devops_agent::runbook::{Next, Observed, Role, Runbook, Runbooks, Tone, Walk, parse};
use serde_json::{Value, json};

use super::support::docker::Engine;
use super::support::home::Home;
use super::support::kube_api::KubeApi;
use super::support::real;

/// How a diagnosis ended.
#[derive(Debug)]
struct Ended {
    /// What the person reads: the finding's or the end's title, text, evidence and next step, or `stuck: why`.
    said: String,
    /// The commands that ran.
    commands: Vec<String>,
    /// The commands that are proposed.
    remedies: Vec<String>,
}

impl Ended {
    fn title(&self) -> &str {
        self.said.lines().next().unwrap_or_default()
    }
}

/// What a command printed.
struct Shown {
    exit: i32,
    stdout: String,
    stderr: String,
}

/// Asks the program for a diagnosis and reads what it says at the end.
fn ask(place: &Home, request: &str) -> Ended {
    const STUCK: &str = "I could not look at everything, so I can say neither what is wrong nor that all is well: ";
    let ran = place.run(&["ask", "--json", "--yes", request]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = ran.json();
    let said = told["answer"].as_str().unwrap_or_default().replace("**", "").replace(STUCK, "stuck: ");
    // The gate ties a command to the cluster it was announced for.
    let plain = |line: &str| line.replace(" --context test-cluster", "");
    let commands = told["commands"].as_array().unwrap().iter().map(|one| plain(one["command"].as_str().unwrap()));
    let after = said.split_once("What would help").map_or("", |(_, after)| after);
    let remedies = after.lines().filter_map(|line| line.strip_prefix("- `")?.split_once('`'));
    let (commands, remedies) = (commands.collect(), remedies.map(|(one, _)| one.to_owned()).collect());
    Ended { said, commands, remedies }
}

/// A diagnosis with variables the program hands to no command.
fn outside(place: &Home, request: &str) -> Ended {
    walk(request, &mut |words| {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir(&place.project).env_clear().envs(&place.env).stdin(Stdio::null());
        match command.output() {
            Ok(output) => Shown {
                exit: output.status.code().unwrap_or(137),
                stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
                stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            },
            Err(error) => Shown { exit: 127, stdout: String::new(), stderr: error.to_string() },
        }
    })
}

/// A diagnosis on recorded output: each command is known by its beginning.
fn replay(request: &str, recorded: &[(&str, i32, &str, &str)]) -> Ended {
    walk(request, &mut |words| {
        let line = join_words(words);
        let found = recorded.iter().find(|(command, ..)| line.starts_with(command));
        let (_, exit, stdout, stderr) = found.unwrap_or_else(|| panic!("`{line}` was not recorded"));
        Shown { exit: *exit, stdout: (*stdout).to_owned(), stderr: (*stderr).to_owned() }
    })
}

fn walk(request: &str, run: &mut dyn FnMut(&[String]) -> Shown) -> Ended {
    let all = &BUILT_IN;
    let found =
        all.find(request, &BTreeMap::new()).into_iter().next().unwrap_or_else(|| panic!("nothing for {request}"));
    assert!(found.is_confident(), "{request}: {found:?}");
    assert_eq!(found.missing, None, "{request}");
    let mut walk = Walk::start(found.runbook, &found.inputs).unwrap();
    let mut commands = Vec::new();
    loop {
        match walk.next() {
            Next::Step(step) => {
                let shown = run(&step.words);
                commands.push(join_words(&step.words));
                let exit = Exit::Code(shown.exit);
                walk.saw(&Observed { exit: &exit, stdout: &shown.stdout, stderr: &shown.stderr });
            }
            Next::Finding(finding) => {
                assert!(!finding.evidence.is_empty(), "a finding needs evidence: {finding:?}");
                let evidence: Vec<String> =
                    finding.evidence.iter().flat_map(|evidence| evidence.shown.clone()).collect();
                let remedies = finding.remedies.iter().filter_map(|remedy| remedy.words.as_deref());
                let remedies = remedies.map(join_words).collect();
                let said = [finding.title, finding.text, evidence.join("\n"), finding.next_step].join("\n");
                return Ended { said, commands, remedies };
            }
            Next::Nothing(nothing) => {
                assert_eq!(nothing.looked.len(), commands.len());
                return Ended { said: nothing.title, commands, remedies: Vec::new() };
            }
            Next::Stuck(stuck) => {
                return Ended { said: format!("stuck: {}", stuck.why), commands, remedies: Vec::new() };
            }
        }
    }
}

fn files() -> Vec<PathBuf> {
    let skills = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills");
    let dirs = fs::read_dir(skills).unwrap().map(|entry| entry.unwrap().path().join("runbooks"));
    let files = dirs.filter_map(|dir| fs::read_dir(dir).ok()).flatten().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "md")).collect();
    files.sort();
    files
}

fn runbooks() -> Vec<Runbook> {
    let read = |file: &PathBuf| {
        let shown = file.display().to_string();
        parse(&shown, &fs::read_to_string(file).unwrap()).unwrap_or_else(|problems| {
            let told: Vec<String> = problems.iter().map(|problem| problem.told(&shown)).collect();
            panic!("{}", told.join("\n"))
        })
    };
    files().iter().map(read).collect()
}

static BUILT_IN: LazyLock<Runbooks> = LazyLock::new(|| Runbooks::new(runbooks()));

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../fixtures/runbooks/", $name))
    };
}

#[test]
fn every_runbook_is_proved_and_its_examples_hold_beside_all_others() {
    let all = &BUILT_IN;
    let mut ids: Vec<String> = all.iter().map(|runbook| runbook.id.clone()).collect();
    assert!(ids.len() >= 20, "{ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), all.iter().count(), "an id is there twice");
    for runbook in all.iter() {
        assert_eq!(runbook.broken_examples(), [] as [String; 0], "{}", runbook.file);
        for (request, inputs) in &runbook.examples {
            let found = all.find(request, &BTreeMap::new()).into_iter().next().unwrap_or_else(|| panic!("{request}"));
            assert_eq!((&found.runbook.id, &found.inputs), (&runbook.id, inputs), "{request}");
            assert!(found.is_confident(), "{request}");
        }
    }
}

#[test]
fn every_step_is_within_the_ceiling_and_every_remedy_is_a_command_the_gate_can_read() {
    let place = Home::new();
    let mut asked = String::new();
    let mut samples = Vec::new();
    for runbook in runbooks() {
        for sample in runbook.samples() {
            let line = json!({"id": samples.len().to_string(), "command": join_words(&sample.words)});
            asked.push_str(&format!("{line}\n"));
            samples.push((runbook.file.clone(), runbook.ceiling, sample));
        }
    }
    let ran = place.run_with(&["check", "--batch"], asked.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let answers = ran.json_lines();
    assert_eq!(answers.len(), samples.len());
    for (answer, (file, ceiling, sample)) in answers.iter().zip(&samples) {
        let tier: Tier = serde_json::from_value(answer["tier"].clone()).unwrap();
        let told = format!("{file}:{}: {:?} is {tier}: {answer}", sample.line, sample.words);
        assert!(sample.role == Role::Remedy || tier <= *ceiling, "{told}");
    }
}

#[test]
fn a_deed_is_never_taken_for_a_complaint() {
    let all = &BUILT_IN;
    for request in [
        "delete the pod api-7d4f9",
        "delete pod api-7d4f9 because it keeps crashing",
        "restart the pod web-0",
        "restart the failing pod web-0",
        "stop the container web1",
        "remove the crashed container web1",
        "kill what uses port 8080",
        "prune docker because the disk is full",
        "start the nginx service",
        "merge main",
        "show the logs of pod web-0",
        "list the pods in production",
        "show the disk usage",
    ] {
        let found = all.find(request, &BTreeMap::new()).into_iter().next();
        assert!(!found.as_ref().is_some_and(|found| found.is_confident()), "{request}: {found:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_printed_every_walk_ends_where_something_is_written(
        outputs in proptest::collection::vec((0..3i32, "(\\PC|\n|[0-9a-f]{7}\t|\\{\"items\":\\[\\]\\}|Capacity|State=|=){0,30}"), 1..20),
    ) {
        for runbook in BUILT_IN.iter() {
            let inputs = runbook.inputs.iter().filter(|(_, spec)| spec.required.is_some());
            let inputs = inputs.map(|(name, _)| (name.clone(), "8080".to_owned())).collect();
            let mut walk = Walk::start(Arc::clone(runbook), &inputs).unwrap();
            let mut steps = 0;
            while let Next::Step(_) = walk.next() {
                let (exit, output) = &outputs[steps % outputs.len()];
                walk.saw(&Observed { exit: &Exit::Code(*exit), stdout: output, stderr: output });
                steps += 1;
                proptest::prop_assert!(steps <= 50);
            }
        }
    }
}

#[test]
fn a_complaint_is_told_from_a_question_that_a_command_answers() {
    let complains = |request: &str| {
        let found = BUILT_IN.find(request, &BTreeMap::new()).into_iter().next();
        found.is_some_and(|found| found.is_confident() && found.tone != Tone::Asks)
    };
    for request in [
        "why is pod web-0 crashing",
        "git push was rejected, why?",
        "docker container web1 won't start",
        "i have a merge conflict",
        "i lost a commit",
        "port 8080 is already in use",
        "the load is high",
        "my deployment is stuck",
    ] {
        assert!(complains(request), "{request}");
    }
    for request in [
        "are any pods crashing in payments",
        "which services failed?",
        "has the container web1 stopped?",
        "logs of the crashed pod api-7d4f9",
        "what is eating the cpu",
        "docker logs --tail 5 web1",
    ] {
        assert!(!complains(request), "{request}");
    }
}

#[test]
fn what_was_not_said_is_asked_for_by_name() {
    let all = &BUILT_IN;
    for (request, question) in [
        ("why does my pod keep crashing?", "Which pod?"),
        ("a port is already taken", "Which port?"),
        ("the container keeps exiting", "Which container?"),
    ] {
        let found = all.find(request, &BTreeMap::new()).into_iter().next().unwrap_or_else(|| panic!("{request}"));
        assert_eq!(found.missing.unwrap().question, question, "{request}");
    }
    let filled = BTreeMap::from([("port".to_owned(), "8080".to_owned())]);
    let found = all.find("a port is already taken", &filled).into_iter().next().unwrap();
    assert_eq!((found.missing, &found.inputs), (None, &filled));
    let asked = all.find("why does my pod keep crashing?", &BTreeMap::new()).into_iter().next().unwrap();
    let told = all.answered(&asked, "it's the pod web-0 in namespace shop").unwrap();
    assert_eq!((told.inputs["pod"].as_str(), told.inputs["namespace"].as_str()), ("web-0", "shop"));
    assert_eq!(all.answered(&asked, "web-0").unwrap().missing, None);
    for unclear in ["", "the pod", "web-0 or web-1", "-A"] {
        assert_eq!(all.answered(&asked, unclear).unwrap_err(), "Which pod?", "{unclear}");
    }
}

// Kubernetes: the real kubectl on the tests' own API server.

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

    fn event(&self, name: &str, reason: &str, message: &str) {
        self.api.put(json!({
            "kind": "Event", "metadata": {"name": format!("{name}.{reason}"), "namespace": "default"},
            "type": "Warning", "reason": reason, "message": message, "count": 3,
            "involvedObject": {"kind": "Pod", "name": name, "namespace": "default"}
        }));
    }

    fn ask(&self, request: &str) -> Ended {
        let ended = ask(&self.place, request);
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

fn ended_with(code: i64) -> Value {
    json!({"terminated": {"exitCode": code, "reason": "Error", "startedAt": "2026-01-01T00:00:00Z"}})
}

#[test]
fn a_pod_that_crashes_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let ended = cluster.ask("why is pod api-7d4f9 crashing in production?");
    assert_eq!(ended.title(), "api uses more memory than it may, so the kernel kills it (OOMKilled)");
    assert!(ended.said.contains("Its limit is 512Mi."), "{}", ended.said);
    assert!(ended.said.contains("lastState.terminated.reason: OOMKilled"), "{}", ended.said);
    assert_eq!(ended.commands, ["kubectl get pod api-7d4f9 -n production -o json"]);

    let crash = |code| waiting("CrashLoopBackOff", "back-off 5m0s", 7, ended_with(code));
    let cases = [
        (
            waiting("ImagePullBackOff", "Back-off pulling image", 0, json!({})),
            "The image app:1 cannot be pulled: Back-off pulling image",
        ),
        (
            waiting("CreateContainerConfigError", "secret \"db\" not found", 0, json!({})),
            "A container cannot be made from its settings: secret \"db\" not found",
        ),
        (
            waiting(
                "CrashLoopBackOff",
                "",
                2,
                json!({"terminated": {"reason": "StartError", "exitCode": 128, "message": "exec: \"apq\": not found"}}),
            ),
            "Its command cannot be started: exec: \"apq\": not found",
        ),
        (crash(1), "app ends with exit code 1, 7 times so far: java.lang.OutOfMemoryError: Java heap space"),
        (crash(0), "app ends by itself with exit code 0 and is started again, 7 times so far"),
        (json!({"phase": "Failed", "reason": "Evicted"}), "The pod has failed: Evicted"),
        (json!({"phase": "Pending"}), "It has not started yet"),
    ];
    for (status, title) in cases {
        cluster.pod(status);
        assert_eq!(cluster.ask("why does pod web-0 keep restarting?").title(), title);
    }
    cluster.pod(waiting("CrashLoopBackOff", "back-off", 7, ended_with(137)));
    cluster.event("web-0", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500");
    let ended = cluster.ask("pod web-0 keeps restarting");
    assert_eq!(ended.title(), "A probe ends app: Liveness probe failed: HTTP probe failed with statuscode: 500");
    assert_eq!(cluster.ask("pod nothing-here keeps crashing").title(), "There is no pod nothing-here");
}

#[test]
fn a_pod_that_is_well_is_left_alone() {
    let Some(cluster) = Cluster::start() else { return };
    let ended = cluster.ask("why is pod api-7d4fa crashing in production?");
    assert_eq!(ended.title(), "Nothing found: api-7d4fa runs, is ready and was never restarted");
    assert_eq!(
        cluster.ask("pod api-7d4fa in production is stuck pending").title(),
        "Nothing found: api-7d4fa is not pending"
    );
}

#[test]
fn a_cluster_out_of_reach_is_not_called_well() {
    let Some(cluster) = Cluster::start() else { return };
    let Cluster { api, place } = cluster;
    drop(api);
    let ended = ask(&place, "why is pod web-0 crashing");
    assert!(ended.said.starts_with("stuck: it ended with exit code 1: "), "{}", ended.said);
}

#[test]
fn a_pod_that_is_pending_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let unscheduled = |message: &str| {
        json!({"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        ]})
    };
    let cases = [
        ("0/2 nodes are available: 2 Insufficient memory.", "No node has what it asks for: "),
        (
            "0/2 nodes are available: 2 node(s) had untolerated taint {gpu: true}.",
            "Every node that could take it has a taint",
        ),
        (
            "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
            "No node fits its node selector",
        ),
        ("0/2 nodes are available: 2 node(s) were unschedulable.", "The nodes are closed for new pods"),
        ("0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.", "A volume cannot be used"),
        ("no nodes available to schedule pods", "The scheduler finds no node"),
    ];
    for (message, title) in cases {
        cluster.pod(unscheduled(message));
        let ended = cluster.ask("why is pod web-0 pending?");
        assert!(ended.title().starts_with(title), "{}", ended.said);
        assert!(ended.said.contains(&message[..20]), "{}", ended.said);
    }
    let mut claimed = pod("web-0", json!({}), unscheduled("persistentvolumeclaim \"data\" not found"));
    claimed["spec"]["volumes"] = json!([{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]);
    cluster.api.put(claimed);
    let ended = cluster.ask("web-0 isn't getting scheduled");
    assert_eq!(ended.title(), "Its volume claim data is not bound");
    cluster.pod(json!({"phase": "Pending", "containerStatuses": [
        {"name": "app", "image": "app:1", "state": {"waiting": {"reason": "ErrImagePull"}}}
    ]}));
    assert_eq!(cluster.ask("pod web-0 is pending").title(), "The image app:1 cannot be pulled");
    cluster.pod(json!({"phase": "Pending"}));
    cluster.event("web-0", "FailedMount", "MountVolume.SetUp failed for volume \"cfg\": configmap \"cfg\" not found");
    let ended = cluster.ask("pod web-0 is stuck in ContainerCreating");
    assert!(ended.title().starts_with("A volume cannot be used: MountVolume.SetUp failed"), "{}", ended.said);
}

#[test]
fn a_service_without_endpoints_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let service = |spec: Value| {
        cluster.api.put(json!({"kind": "Service", "metadata": {"name": "shop", "namespace": "default"}, "spec": spec}));
    };
    let request = "why does service shop have no endpoints?";
    assert_eq!(cluster.ask(request).title(), "There is no service shop");
    service(json!({"type": "ExternalName", "externalName": "shop.example.org"}));
    assert_eq!(cluster.ask(request).title(), "shop is only another name for shop.example.org");
    service(json!({"ports": [{"port": 80}]}));
    assert!(cluster.ask(request).title().starts_with("shop has no selector"));
    service(json!({"selector": {"app": "shop", "tier": "front"}, "ports": [{"port": 80, "targetPort": 8080}]}));
    let ended = cluster.ask(request);
    assert_eq!(ended.title(), "No pod has the labels app=shop,tier=front that shop selects");
    assert!(ended.commands.contains(&"kubectl get pods -l app=shop,tier=front -o json".to_owned()), "{ended:?}");
    let labels = || json!({"app": "shop", "tier": "front"});
    cluster.api.put(pod("shop-1", labels(), json!({"phase": "Pending"})));
    assert_eq!(cluster.ask(request).title(), "Its pods are not running: shop-1 is pending");
    cluster.api.put(pod("shop-1", labels(), waiting("CrashLoopBackOff", "", 3, ended_with(1))));
    assert_eq!(cluster.ask(request).title(), "Its pods do not stay up: shop-1 is in CrashLoopBackOff");
    let running = |ready: &str| json!({"phase": "Running", "conditions": [{"type": "Ready", "status": ready}]});
    cluster.api.put(pod("shop-1", labels(), running("False")));
    assert_eq!(cluster.ask(request).title(), "Its pods run but are not ready: shop-1");
    cluster.api.put(pod("shop-1", labels(), running("True")));
    assert_eq!(cluster.ask(request).title(), "Its pods are ready, and still it has no endpoints");
    service(json!({"selector": labels(), "ports": [{"port": 80, "targetPort": "http"}]}));
    assert_eq!(cluster.ask(request).title(), "shop sends to port http, which no container of its pods has");
    cluster.api.put(json!({
        "kind": "EndpointSlice",
        "metadata": {"name": "shop-x", "namespace": "default", "labels": {"kubernetes.io/service-name": "shop"}},
        "addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.9"], "conditions": {"ready": true}}]
    }));
    assert_eq!(cluster.ask(request).title(), "Nothing found: shop has endpoints that are ready");
}

#[test]
fn a_deployment_that_does_not_roll_out_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let deployment = |spec: Value, status: Value| {
        let mut object = json!({
            "kind": "Deployment", "metadata": {"name": "shop", "namespace": "default"}, "status": status,
            "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "shop"}}}
        });
        for (key, value) in spec.as_object().unwrap() {
            object["spec"][key] = value.clone();
        }
        cluster.api.put(object);
    };
    let request = "why is deployment shop not rolling out?";
    let late = || {
        json!({"readyReplicas": 1, "updatedReplicas": 1, "conditions": [
            {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
        ]})
    };
    assert_eq!(cluster.ask(request).title(), "There is no deployment shop");
    deployment(json!({"paused": true}), late());
    assert_eq!(cluster.ask(request).title(), "shop is paused, so it rolls nothing out");
    deployment(
        json!({}),
        json!({"conditions": [
            {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: small"}
        ]}),
    );
    assert_eq!(cluster.ask(request).title(), "Its pods may not be made: exceeded quota: small");
    deployment(json!({"replicas": 0}), json!({}));
    assert_eq!(cluster.ask(request).title(), "It wants no pods: its replicas are 0");
    deployment(json!({}), late());
    assert_eq!(cluster.ask(request).title(), "It has no pods at all");
    let labels = || json!({"app": "shop"});
    let states = [
        (waiting("ErrImagePull", "", 0, json!({})), "The image app:1 of shop-1 cannot be pulled"),
        (
            waiting("CrashLoopBackOff", "", 4, ended_with(1)),
            "Its new pods do not stay up: shop-1 is in CrashLoopBackOff",
        ),
        (
            json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/2 nodes"}]}),
            "Its new pods find no node: shop-1: 0/2 nodes",
        ),
        (
            json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]}),
            "Its new pods run but never become ready: shop-1",
        ),
    ];
    for (status, title) in states {
        cluster.api.put(pod("shop-1", labels(), status));
        assert_eq!(cluster.ask(request).title(), title);
    }
    let ended = cluster.ask("the rollout of web is stuck");
    assert_eq!(ended.title(), "Nothing found: web has rolled out, 2 pods are ready");
}

#[test]
fn a_node_that_is_not_ready_is_diagnosed() {
    let Some(cluster) = Cluster::start() else { return };
    let well = cluster.ask("one of my nodes is NotReady");
    assert_eq!(well.title(), "Nothing found: every node asked for is ready, open and without pressure");
    let node = |ready: (&str, &str), pressure: &str, closed: bool| {
        cluster.api.put(json!({
            "kind": "Node", "metadata": {"name": "node-3"}, "spec": {"unschedulable": closed},
            "status": {"conditions": [
                {"type": "DiskPressure", "status": pressure, "message": "kubelet has disk pressure"},
                {"type": "Ready", "status": ready.0, "message": ready.1}
            ]}
        }));
        cluster.ask("why is node node-3 not ready?").title().to_owned()
    };
    let silent = node(("Unknown", "Kubelet stopped posting node status."), "Unknown", false);
    assert_eq!(silent, "node-3 has stopped reporting: Kubelet stopped posting node status.");
    let network = node(("False", "container runtime network not ready: cni plugin not initialized"), "False", false);
    assert!(network.starts_with("The network of node-3 is not ready"), "{network}");
    assert!(node(("True", "ok"), "True", false).starts_with("node-3 is short of disk"));
    assert_eq!(node(("False", "PLEG is not healthy"), "False", false), "node-3 is not ready: PLEG is not healthy");
    assert_eq!(node(("True", "ok"), "False", true), "node-3 is closed for new pods");
    assert_eq!(cluster.ask("node node-9 is down").title(), "There is no node node-9");
}

// Docker: a real engine.

#[test]
fn a_container_that_exits_is_diagnosed() {
    let Some(engine) = Engine::alone() else { return };
    let place = engine.home();
    let request = "why does container web1 keep exiting?";
    assert_eq!(ask(&place, request).title(), "There is no container web1");
    let ended = |script: &str| {
        engine.docker(&["run", "-d", "--name", "web1", "busybox:test", "sh", "-c", script]);
        engine.docker(&["wait", "web1"]);
        let ended = ask(&place, request);
        engine.docker(&["rm", "-f", "web1"]);
        ended
    };
    let told = ended("echo starting; echo 'fatal: no such file: /etc/app.conf' >&2; exit 3");
    assert_eq!(told.title(), "web1 ends with exit code 3: fatal: no such file: /etc/app.conf");
    assert_eq!(told.remedies, ["docker logs --tail 200 web1"]);
    assert_eq!(ended("echo done").title(), "web1 ends by itself with exit code 0");
    assert!(ended("nothing-like-this").title().starts_with("The command of web1 cannot be run (exit code 127)"));

    engine.docker(&["create", "--name", "web1", "busybox:test", "no-such-program"]);
    assert_eq!(ask(&place, request).title(), "web1 was made and never started");
    let start = Command::new("docker").args(["start", "web1"]).env_clear().envs(&place.env).output().unwrap();
    assert!(!start.status.success());
    let told = ask(&place, request);
    assert!(told.title().starts_with("web1 cannot be started: ") && told.said.contains("no-such-program"), "{told:?}");
    engine.docker(&["rm", "-f", "web1"]);

    engine.run("web1");
    assert_eq!(ask(&place, request).title(), "Nothing found: web1 runs and was never restarted");
}

#[test]
fn a_container_out_of_memory_is_diagnosed() {
    let told = replay(
        "why does container web1 keep exiting?",
        &[("docker inspect", 0, recorded!("docker-inspect-oom.json"), "")],
    );
    assert_eq!(told.title(), "web1 used more memory than it may, so the kernel killed it (limit 67108864 bytes)");
}

#[test]
fn a_disk_that_docker_fills_is_diagnosed() {
    let root = ("docker info", 0, "/var/lib/docker\n", "");
    let full = ("df -P /var/lib/docker", 0, recorded!("df-full.txt"), "");
    let uses = ("docker system df", 0, recorded!("docker-system-df.txt"), "");
    let told = replay("docker disk is full", &[root, full, uses]);
    assert_eq!(told.title(), "The disk is 98% full, and unused images take 11.2GB (91%)");
    assert!(
        told.remedies.contains(&"docker image prune -a".to_owned())
            && told.said.contains("build cache could give 2.5GB")
    );
    let Some(engine) = Engine::alone() else { return };
    let place = engine.home();
    let well = ask(&place, "docker disk over 100%");
    assert_eq!(well.title(), "Nothing found: the disk under the engine has room");
    let told = ask(&place, "docker disk over 1%");
    assert!(told.title().starts_with("The disk is "), "{told:?}");
}

// The machine.

#[test]
fn a_port_in_use_is_traced_to_its_process() {
    if real::program("ss").is_none() {
        return;
    }
    let place = Home::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = ask(&place, &format!("port {port} is already in use"));
    let pid = std::process::id();
    assert!(told.title().contains(&format!("(process {pid})")), "{told:?}");
    assert!(told.title().ends_with(&format!("listens on port {port}")), "{told:?}");
    assert!(told.remedies.contains(&format!("kill {pid}")), "{told:?}");
    drop(listener);
    let told = ask(&place, &format!("bind: address already in use :{port}"));
    assert_eq!(told.title(), format!("Nothing found: nobody listens on port {port} here"));
}

#[test]
fn a_full_disk_is_diagnosed() {
    let space = ("df -P -x tmpfs", 0, recorded!("df-full.txt"), "");
    let largest = ("du -x -d 1 -k /", 0, recorded!("du-root.txt"), "");
    let told = replay("the disk is full", &[space, ("lsof", 0, recorded!("lsof-removed.txt"), "")]);
    assert_eq!(told.title(), "/ is 98% full, and java (process 2310) holds a removed file of 9663676416 bytes open");
    for missing in [("lsof", 1, "", ""), ("lsof", 127, "", "lsof: not found")] {
        let told = replay("no space left on device", &[space, missing, largest]);
        assert_eq!(told.title(), "/ is 98% full; /var is the largest directory, 14500000 KiB");
    }
    let told = replay("the disk is full", &[space, ("lsof", 1, "", ""), ("du", 124, "", "")]);
    assert_eq!(told.title(), "/ is 98% full");
    let roomy = ("df -P -x tmpfs", 0, recorded!("df-roomy.txt"), "");
    let told = replay("the disk is full", &[roomy, ("df -P -i", 0, recorded!("df-inodes-full.txt"), "")]);
    assert_eq!(told.title(), "/data has room, but its inodes are 100% used");
    let told = replay("the disk is full", &[roomy, ("df -P -i", 0, recorded!("df-inodes-roomy.txt"), "")]);
    assert_eq!(told.title(), "Nothing found: below 90 %, in space or inodes");
    let told = ask(&Home::new(), "the disk / is over 100% full");
    assert!(told.title().starts_with("Nothing found: below 100 %"), "{told:?}");
}

#[test]
fn a_busy_machine_is_diagnosed() {
    let cpus = ("nproc", 0, "2\n", "");
    let high = ("cat /proc/loadavg", 0, "7.31 5.02 3.10 9/812 4242\n", "");
    let told = replay("the load is high", &[high, cpus, ("ps", 0, recorded!("ps-busy.txt"), "")]);
    assert_eq!(told.title(), "ffmpeg (process 4242) keeps 287 % of a processor busy; the load is 7.31 on 2 processors");
    let told = replay("the load is high", &[high, cpus, ("ps", 0, recorded!("ps-waiting.txt"), "")]);
    assert!(told.title().starts_with("Processes wait for the disk, rsync (process 4242)"), "{told:?}");
    let low = ("cat /proc/loadavg", 0, "0.31 0.02 0.10 1/812 4242\n", "");
    let memory = ("cat /proc/meminfo", 0, recorded!("meminfo-low.txt"), "");
    let told = replay("we are running out of memory", &[low, cpus, memory, ("ps", 0, recorded!("ps-memory.txt"), "")]);
    assert_eq!(told.title(), "java (process 2310) uses most of the memory, 81.3 %; 310000 of 8147352 KiB are left");
    let told = replay(
        "why is the server so slow?",
        &[low, cpus, ("cat /proc/meminfo", 0, recorded!("meminfo-roomy.txt"), "")],
    );
    assert_eq!(told.title(), "Nothing found: the load is 0.31, and memory is left");
    // Whatever this machine is doing, it can be said.
    let told = ask(&Home::new(), "the load is high");
    assert!(!told.said.starts_with("stuck") && !told.title().contains("does not say"), "{told:?}");
}

#[test]
fn a_service_that_failed_is_diagnosed() {
    let show = |text: &'static str| ("systemctl show nginx", 0, text, "");
    let journal = ("journalctl -u nginx", 0, recorded!("journalctl-nginx.txt"), "");
    let request = "why did the nginx service fail?";
    let told = replay(request, &[show(recorded!("systemctl-show-failed.txt")), journal]);
    assert_eq!(
        told.title(),
        "nginx fails with code 1: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"
    );
    assert_eq!(told.remedies[1], "systemctl restart nginx");
    let told = replay(request, &[show(recorded!("systemctl-show-healthy.txt"))]);
    assert_eq!(told.title(), "Nothing found: nginx is active");
    let told = replay(
        "service ngnix won't start",
        &[("systemctl show ngnix", 0, recorded!("systemctl-show-not-found.txt"), "")],
    );
    assert_eq!(told.title(), "There is no unit ngnix");
    let cases = [
        ("Result=exit-code", "Result=oom-kill", "nginx used more memory than there was, and was killed"),
        ("Result=exit-code", "Result=timeout", "nginx did not start or stop in the time it has"),
        ("ExecMainStatus=1", "ExecMainStatus=203", "The program of nginx cannot be executed (203)"),
        ("ExecMainStatus=1", "ExecMainStatus=217", "nginx failed before its program began (code 217)"),
        ("LoadState=loaded", "LoadState=masked", "nginx is masked, so nothing can start it"),
        ("LoadState=loaded", "LoadState=bad-setting", "The unit file of nginx has a mistake"),
    ];
    for (from, to, title) in cases {
        let text: &'static str = recorded!("systemctl-show-failed.txt").replace(from, to).leak();
        assert_eq!(replay(request, &[show(text)]).title(), title);
    }
    let stopped: &'static str = recorded!("systemctl-show-healthy.txt").replace("=active", "=inactive").leak();
    assert_eq!(replay(request, &[show(stopped)]).title(), "nginx does not run (inactive), and did not fail");
    let no_bus =
        ("systemctl", 1, "", "System has not been booted with systemd as init system (PID 1). Can't operate.\n");
    assert!(
        replay(request, &[no_bus]).said.starts_with("stuck: it ended with exit code 1: System has not been booted")
    );
}

#[test]
fn a_name_that_does_not_resolve_is_diagnosed() {
    let servers = ("cat /etc/resolv.conf", 0, recorded!("resolv.txt"), "");
    let unknown = ("getent ahosts db.internal", 2, "", "");
    let request = "db.internal does not resolve";
    let told = replay(request, &[servers, unknown, ("dig", 0, recorded!("dig-nxdomain.txt"), "")]);
    assert_eq!(told.title(), "The name db.internal does not exist, says 10.0.0.2");
    let silent = ("dig", 9, ";; communications error to 10.0.0.2#53: timed out\n", "");
    assert_eq!(replay(request, &[servers, unknown, silent]).title(), "The name server 10.0.0.2 does not answer");
    let refused: &'static str = recorded!("dig-nxdomain.txt").replace("NXDOMAIN", "SERVFAIL").leak();
    let told = replay(request, &[servers, unknown, ("dig", 0, refused, "")]);
    assert_eq!(told.title(), "The name server 10.0.0.2 does not answer for db.internal: SERVFAIL");
    let told = replay(request, &[servers, unknown, ("dig", 127, "", "dig: not found")]);
    assert_eq!(told.title(), "db.internal does not resolve; 10.0.0.2 is asked for it");
    let told = replay(request, &[("cat /etc/resolv.conf", 0, "# empty\n", "")]);
    assert_eq!(told.title(), "No name server is set up in /etc/resolv.conf");
    let known = ("getent ahosts db.internal", 0, "10.1.2.3       STREAM db.internal\n", "");
    assert_eq!(replay(request, &[servers, known]).title(), "Nothing found: db.internal resolves to 10.1.2.3");
}

/// Makes a certificate for `localhost` that is valid for so many days.
fn certificate(place: &Home, days: &str) -> Option<()> {
    let openssl = real::program("openssl")?;
    let made = Command::new(openssl)
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            "tls.key",
        ])
        .args(["-out", "tls.crt", "-days", days, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .current_dir(&place.project)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(())
}

#[test]
fn a_certificate_in_a_file_is_read() {
    let place = Home::new();
    let request = "is the certificate ./tls.crt expiring?";
    if certificate(&place, "365").is_none() {
        return;
    }
    assert!(ask(&place, request).title().starts_with("Nothing found: the certificate in ./tls.crt is valid until "));
    certificate(&place, "5");
    assert!(ask(&place, request).title().starts_with("The certificate in ./tls.crt expires in less than 30 days, on "));
    place.file("tls.crt", "not a certificate");
    assert_eq!(ask(&place, request).title(), "./tls.crt holds no certificate that can be read");
    fs::remove_file(place.project.join("tls.crt")).unwrap();
    assert_eq!(ask(&place, request).title(), "./tls.crt cannot be opened");
    let past = ("openssl x509", 0, "notAfter=Apr  1 00:00:00 2024 GMT\n", "");
    let told = replay(request, &[past, ("date -u +%s", 0, "1795288928\n", "")]);
    assert_eq!(told.title(), "The certificate in ./tls.crt expired on Apr  1 00:00:00 2024 GMT");
}

/// A TLS server with the certificate of the place; ends with this value.
struct TlsServer(Child);

impl TlsServer {
    fn start(place: &Home, port: u16) -> TlsServer {
        let server = Command::new("openssl")
            .args(["s_server", "-cert", "tls.crt", "-key", "tls.key", "-quiet", "-accept", &port.to_string()])
            .current_dir(&place.project)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the TLS server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        TlsServer(server)
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn the_certificate_of_a_server_is_read() {
    let place = Home::new();
    if certificate(&place, "365").is_none() {
        return;
    }
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let request = format!("is the certificate of localhost port {port} expiring?");
    let told = ask(&place, &request);
    assert_eq!(told.title(), format!("Nothing answers on localhost:{port}"), "{told:?}");
    let server = TlsServer::start(&place, port);
    let told = ask(&place, &request);
    assert!(told.title().starts_with("The certificate of localhost is not trusted here: self"), "{told:?}");
    let trusted = place.project.join("tls.crt");
    let place = place.var("SSL_CERT_FILE", trusted.to_str().unwrap());
    let told = outside(&place, &request);
    assert!(told.title().starts_with("Nothing found: the certificate of localhost is trusted"), "{told:?}");
    drop(server);
    certificate(&place, "5");
    let _server = TlsServer::start(&place, port);
    let told = outside(&place, &request);
    assert!(told.title().starts_with("The certificate of localhost expires in less than 30 days"), "{told:?}");
    let told =
        replay("the certificate of example.test expired", &[("openssl", 1, recorded!("openssl-expired.txt"), "")]);
    assert_eq!(told.title(), "The certificate of example.test expired on Apr  1 00:00:00 2024 GMT");
}

// Git: real repositories.

#[test]
fn a_detached_head_is_diagnosed() {
    let place = Home::with_commits(3);
    let request = "git says my head is detached, help";
    assert_eq!(ask(&place, request).title(), "Nothing found: HEAD is on the branch main");
    place.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    let told = ask(&place, request);
    assert!(told.title().ends_with("and nothing can be lost") && told.said.contains("«commit 2»"), "{told:?}");
    place.git(&["commit", "-q", "--allow-empty", "-m", "precious"]);
    let told = ask(&place, request);
    assert!(told.title().ends_with("are on no branch") && told.said.contains("«precious»"), "{told:?}");
    assert_eq!(told.remedies, ["git switch -c rescue"]);
    // Whoever takes the session up again is told where the diagnosis wants to go on.
    let resumed = place.run(&["continue", "1"]);
    assert!(
        resumed.stderr.contains("are on no branch'") && resumed.stderr.contains("Next logical step: "),
        "{resumed:?}"
    );
    let told = ask(&Home::new(), request);
    assert!(told.said.starts_with("stuck: ") && told.said.contains("not a git repository"), "{told:?}");
}

#[test]
fn a_branch_that_diverged_is_diagnosed() {
    let place = Home::with_commits(2);
    let request = "my branch has diverged from origin";
    assert_eq!(ask(&place, request).title(), "The branch main has no remote branch to follow");
    let remote = place.home.join("remote.git").display().to_string();
    place.git(&["init", "-q", "--bare", "-b", "main", &remote]);
    place.git(&["remote", "add", "origin", &remote]);
    place.git(&["push", "-q", "-u", "origin", "main"]);
    assert_eq!(ask(&place, request).title(), "Nothing found: the branch is where origin/main is, as of the last fetch");
    place.git(&["commit", "-q", "--allow-empty", "-m", "theirs"]);
    assert_eq!(ask(&place, request).title(), "The branch is 1 ahead of origin/main, as far as is known here");
    place.git(&["push", "-q"]);
    place.git(&["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!(ask(&place, request).title(), "The branch is 1 behind origin/main, and has nothing of its own");
    place.git(&["commit", "-q", "--allow-empty", "-m", "ours"]);
    let told = ask(&place, "why was my push rejected?");
    assert_eq!(told.title(), "The branch and origin/main have diverged: 1 here, 1 there");
    assert!(told.said.contains("theirs") && told.said.contains("ours"), "{told:?}");
    assert_eq!(told.remedies[0], "git pull --rebase");
    place.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    assert_eq!(ask(&place, request).title(), "The remote branch that main follows is gone");
}

#[test]
fn a_conflict_is_diagnosed() {
    let place = Home::with_commits(1);
    let request = "i have a merge conflict";
    let commit = |text: &str| {
        place.file("notes.txt", text);
        place.git(&["add", "notes.txt"]);
        place.git(&["commit", "-q", "-m", text]);
    };
    commit("base\n");
    place.git(&["switch", "-q", "-c", "other"]);
    commit("theirs\n");
    place.git(&["switch", "-q", "main"]);
    commit("ours\n");
    assert_eq!(ask(&place, request).title(), "Nothing found: no file is in conflict");
    let fails = |args: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]).args(args);
        let output = git.current_dir(&place.project).env_clear().envs(&place.env).output().unwrap();
        assert!(!output.status.success(), "git {args:?} succeeded");
    };
    fails(&["merge", "-q", "other"]);
    let told = ask(&place, request);
    assert!(told.title().starts_with("A merge of ") && told.title().ends_with("notes.txt is in conflict"), "{told:?}");
    assert!(told.remedies.contains(&"git merge --abort".to_owned()));
    place.git(&["add", "notes.txt"]);
    let told = ask(&place, request);
    assert!(
        told.title().starts_with("Nothing is in conflict, but conflict markers were left in notes.txt"),
        "{told:?}"
    );
    place.git(&["merge", "--abort"]);
    fails(&["rebase", "-q", "other"]);
    assert_eq!(ask(&place, "the rebase stopped with conflicts").title(), "A rebase stopped: notes.txt is in conflict");
    place.git(&["rebase", "--abort"]);
    fails(&["cherry-pick", "other"]);
    assert_eq!(ask(&place, request).title(), "A cherry-pick stopped: notes.txt is in conflict");
}

#[test]
fn a_lost_commit_is_found_again() {
    let place = Home::with_commits(3);
    let request = "i lost a commit";
    assert!(ask(&place, request).title().starts_with("Nothing found: every commit the reflog knows"));
    place.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let told = ask(&place, request);
    assert!(told.title().contains("«commit 3»"), "{told:?}");
    let rescue = told.remedies[0].split(' ').collect::<Vec<_>>();
    place.git(&rescue[1..]);
    assert_eq!(place.branches(), ["main", "rescue"]);
    place.file("kept.txt", "x");
    place.git(&["add", "kept.txt"]);
    place.git(&["stash", "push", "-q", "-m", "half done"]);
    let told = ask(&place, request);
    assert!(told.title().starts_with("No commit is lost, but work lies in the stash: stash@{0}"), "{told:?}");
}

#[test]
fn a_large_file_is_found_where_it_is() {
    let place = Home::with_commits(1);
    let request = "i committed a large file by accident";
    let nothing = "Nothing found: no file of 10 MB or more, in HEAD or in the history";
    place.file("small.bin", vec![0u8; 20_000]);
    place.git(&["add", "small.bin"]);
    place.git(&["commit", "-q", "-m", "small"]);
    assert_eq!(ask(&place, request).title(), nothing);
    place.file("dump.bin", vec![0u8; 12_000_000]);
    place.git(&["add", "dump.bin"]);
    place.git(&["commit", "-q", "-m", "dump"]);
    let told = ask(&place, request);
    assert!(
        told.title().starts_with("dump.bin has 12000000 bytes") && told.title().ends_with("nothing was pushed yet"),
        "{told:?}"
    );
    assert_eq!(told.remedies[0], "git rm --cached -- dump.bin");
    let remote = place.home.join("remote.git").display().to_string();
    place.git(&["init", "-q", "--bare", "-b", "main", &remote]);
    place.git(&["remote", "add", "origin", &remote]);
    place.git(&["push", "-q", "-u", "origin", "main"]);
    let told = ask(&place, request);
    assert!(told.title().ends_with("and origin/main has it already"), "{told:?}");
    place.git(&["rm", "-q", "dump.bin"]);
    place.git(&["commit", "-q", "-m", "away"]);
    let told = ask(&place, request);
    assert_eq!(told.title(), "dump.bin was removed, but its 12000000 bytes still lie in the history");
}

#[test]
fn a_secret_is_found_and_never_shown() {
    let place = Home::with_commits(1);
    let request = "did I commit any secrets?";
    let nothing = "Nothing found: no well-known form of a key, in the files or in the history";
    assert_eq!(ask(&place, request).title(), nothing);
    // Put together here, so that no scanner takes this file for a leak.
    let key = ["AKIA", "QWERTYUIOPASDFGH"].concat();
    place.file("deploy.env", format!("AWS_ACCESS_KEY_ID={key}\n"));
    place.git(&["add", "deploy.env"]);
    let told = ask(&place, request);
    assert_eq!(told.title(), "deploy.env holds what looks like a secret, and was never committed");
    place.git(&["commit", "-q", "-m", "deploy"]);
    let told = ask(&place, request);
    assert!(told.title().starts_with("deploy.env holds what looks like a secret; commit "), "{told:?}");
    assert!(told.title().ends_with("nothing was pushed yet") && !told.said.contains(&key), "{told:?}");
    place.file("deploy.env", "AWS_ACCESS_KEY_ID=\n");
    place.git(&["commit", "-q", "-a", "-m", "without"]);
    let told = ask(&place, request);
    assert!(told.title().starts_with("deploy.env holds what looks like a secret; commit "), "{told:?}");
    let remote = place.home.join("remote.git").display().to_string();
    place.git(&["init", "-q", "--bare", "-b", "main", &remote]);
    place.git(&["remote", "add", "origin", &remote]);
    place.git(&["push", "-q", "-u", "origin", "main"]);
    let told = ask(&place, request);
    assert!(told.title().ends_with("has it, and so has origin/main"), "{told:?}");
    assert!(!told.said.contains(&key));
}
