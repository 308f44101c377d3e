//! The tests' own API server, driven by the real kubectl.
//!
//! Owns the proof that what other tests build on behaves like a cluster. Knows nothing of the program under test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::kube_api::KubeApi;
use crate::support::real;

/// A server, and a kubectl with a home and a kubeconfig of its own.
struct Bench {
    api: KubeApi,
    kubectl: PathBuf,
    home: tempfile::TempDir,
}

impl Bench {
    /// `None` where there is no kubectl; the reason has been printed.
    fn new() -> Option<Bench> {
        let kubectl = real::program("kubectl")?;
        let home = tempfile::tempdir().expect("a temporary directory");
        let api = KubeApi::start();
        api.write_kubeconfig(&home.path().join("kubeconfig"));
        Some(Bench { api, kubectl, home })
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(&self.kubectl);
        let kubeconfig = self.home.path().join("kubeconfig");
        command.env("HOME", self.home.path()).env_remove("KUBECONFIG").stdin(Stdio::null());
        command.arg("--kubeconfig").arg(kubeconfig).args(line.split_whitespace());
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("kubectl starts")
    }

    /// The standard output of a command that must succeed.
    fn kubectl(&self, line: &str) -> String {
        let output = self.run(line);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kubectl {line}: {stderr}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The standard error of a command that must fail.
    fn refused(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(!output.status.success(), "kubectl {line} was expected to fail");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn pods_are_listed_as_the_server_s_table() {
    let Some(bench) = Bench::new() else { return };
    let listed = bench.kubectl("get pods -n production");
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(words(lines[0]), ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
    assert_eq!(words(lines[1])[..4], ["api-7d4f9", "0/1", "CrashLoopBackOff", "14"], "{listed}");
    assert!(lines[1].contains("14 (2m"), "{listed}");
    assert_eq!(words(lines[2])[..4], ["api-7d4fa", "1/1", "Running", "0"]);
    assert!(bench.kubectl("get pods -n production -o wide").contains("node-2"));
    let everywhere = bench.kubectl("get pods -A -l app!=api");
    assert!(everywhere.contains("coredns") && everywhere.contains("web-") && !everywhere.contains("api-"));
    let sorted = bench.kubectl("get pods -n production --sort-by=.status.containerStatuses[0].restartCount");
    assert!(sorted.trim_end().lines().last().is_some_and(|line| line.starts_with("api-7d4f9")), "{sorted}");
    assert!(bench.api.requests().contains(&"GET /api/v1/namespaces/production/pods".to_owned()));
}

#[test]
fn objects_come_as_json_and_yaml() {
    let Some(bench) = Bench::new() else { return };
    let json: Value = serde_json::from_str(&bench.kubectl("get deployment api -n production -o json")).expect("JSON");
    assert_eq!(json["spec"]["replicas"], 3);
    assert_eq!(json["status"]["readyReplicas"], 2);
    let list: Value = serde_json::from_str(&bench.kubectl("get pods -n production -o json")).expect("JSON");
    assert_eq!(list["items"].as_array().map(Vec::len), Some(3));
    assert!(bench.kubectl("get service web -o yaml").contains("clusterIP: 10.96.0.12"));
    assert_eq!(bench.kubectl("get pods --field-selector metadata.name=none -o name"), "");
}

#[test]
fn a_crashing_pod_explains_itself() {
    let Some(bench) = Bench::new() else { return };
    let described = bench.kubectl("describe pod api-7d4f9 -n production");
    for said in ["CrashLoopBackOff", "OOMKilled", "Restart Count:  14", "BackOff", "Back-off restarting"] {
        assert!(described.contains(said), "{said} in\n{described}");
    }
    let previous = bench.kubectl("logs api-7d4f9 -n production --previous");
    assert_eq!(previous, "java.lang.OutOfMemoryError: Java heap space\nKilled\n");
    assert_eq!(bench.kubectl("logs api-7d4fa -n production -c api --tail=2").lines().count(), 2);
    assert!(bench.refused("logs api-7d4fa -n production --previous").contains("previous terminated container"));
    assert!(bench.kubectl("events -n production").contains("Pod/api-7d4f9"));
}

#[test]
fn a_deleted_pod_is_gone_and_its_replica_set_makes_another() {
    let Some(bench) = Bench::new() else { return };
    assert!(bench.api.has("pod", "production", "api-7d4f9"));
    let said = bench.kubectl("delete pod api-7d4f9 -n production");
    assert!(said.contains("pod \"api-7d4f9\" deleted"), "{said}");
    assert!(!bench.api.has("pod", "production", "api-7d4f9"));
    assert!(bench.api.requests().contains(&"DELETE /api/v1/namespaces/production/pods/api-7d4f9".to_owned()));
    assert_eq!(bench.kubectl("get pods -n production -o name").lines().count(), 3);
}

#[test]
fn a_deleted_deployment_or_namespace_takes_its_objects_along() {
    let Some(bench) = Bench::new() else { return };
    bench.kubectl("delete deployment web");
    assert!(!bench.api.has("deployment", "default", "web"));
    assert_eq!(bench.kubectl("get pods,replicasets -o name"), "");
    bench.kubectl("delete namespace production");
    assert!(!bench.api.has("namespace", "", "production"));
    assert!(!bench.api.has("secret", "production", "api-credentials"));
}

#[test]
fn a_dry_run_changes_nothing() {
    let Some(bench) = Bench::new() else { return };
    bench.kubectl("delete deployment web --dry-run=server");
    bench.kubectl("scale deployment web --replicas=7 --dry-run=server");
    assert_eq!(bench.api.replicas("default", "web"), Some(2));
}

#[test]
fn scaling_changes_the_replicas() {
    let Some(bench) = Bench::new() else { return };
    assert!(bench.kubectl("scale deployment/web --replicas=5").contains("deployment.apps/web scaled"));
    assert_eq!(bench.api.replicas("default", "web"), Some(5));
    assert_eq!(bench.kubectl("get pods -l app=web -o name").lines().count(), 5);
    bench.kubectl("scale deployment web --current-replicas=5 --replicas=0");
    assert_eq!(bench.api.replicas("default", "web"), Some(0));
    assert_eq!(bench.api.replicas("default", "unknown"), None);
}

#[test]
fn a_rollout_restarts_ends_and_is_undone() {
    let Some(bench) = Bench::new() else { return };
    let stuck = bench.refused("rollout status deployment/api -n production");
    assert!(stuck.contains("exceeded its progress deadline"), "{stuck}");
    bench.kubectl("rollout restart deployment/api -n production");
    let done = bench.kubectl("rollout status deployment/api -n production");
    assert!(done.contains("successfully rolled out"), "{done}");
    bench.kubectl("set image deployment/api api=registry.example.com/api:2.4.0 -n production");
    let image = "get deployment api -n production -o jsonpath={.spec.template.spec.containers[0].image}";
    assert_eq!(bench.kubectl(image), "registry.example.com/api:2.4.0");
    bench.kubectl("rollout undo deployment/api -n production");
    assert_eq!(bench.kubectl(image), "registry.example.com/api:2.3.1");
    assert!(bench.kubectl("rollout history deployment/api -n production").contains("4"));
}

#[test]
fn unknown_and_forbidden_things_are_refused_in_the_server_s_words() {
    let Some(bench) = Bench::new() else { return };
    let unknown = bench.refused("get pod nothing");
    assert!(unknown.contains("Error from server (NotFound): pods \"nothing\" not found"), "{unknown}");
    let forbidden = bench.refused("get pods -n forbidden");
    assert!(forbidden.contains("Error from server (Forbidden): pods is forbidden: User"), "{forbidden}");
    assert!(bench.refused("delete namespace forbidden").contains("Forbidden"));
    assert!(bench.api.has("namespace", "", "forbidden"));
    assert_eq!(bench.kubectl("auth can-i delete pods").trim(), "yes");
    assert!(!bench.run("auth can-i delete pods -n forbidden").status.success());
}

#[test]
fn a_watch_tells_what_changes() {
    let Some(bench) = Bench::new() else { return };
    let mut watch = bench.command("get pods -w -o name").stdout(Stdio::piped()).spawn().expect("kubectl starts");
    let mut lines = BufReader::new(watch.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    assert_eq!(lines.by_ref().take(2).filter(|line| line.starts_with("pod/web-")).count(), 2);
    bench.kubectl("run extra --image=registry.example.com/extra:1");
    assert!(lines.any(|line| line == "pod/extra"));
    watch.kill().expect("a running kubectl");
    watch.wait().expect("an ended kubectl");
}

#[test]
fn a_manifest_is_applied_and_changed() {
    let Some(bench) = Bench::new() else { return };
    let manifest = bench.home.path().join("cache.yaml");
    let text = |replicas: u64| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cache\n\
             spec:\n  replicas: {replicas}\n  selector:\n    \
             matchLabels: {{app: cache}}\n  template:\n    metadata:\n      labels: {{app: cache}}\n    spec:\n      \
             containers:\n      - name: cache\n        image: registry.example.com/cache:1\n"
        )
    };
    let apply = format!("apply -f {}", manifest.display());
    std::fs::write(&manifest, text(1)).expect("a writable manifest");
    assert!(bench.kubectl(&apply).contains("deployment.apps/cache created"));
    assert!(bench.kubectl(&apply).contains("deployment.apps/cache unchanged"));
    std::fs::write(&manifest, text(4)).expect("a writable manifest");
    assert!(bench.kubectl(&apply).contains("deployment.apps/cache configured"));
    assert_eq!(bench.api.replicas("default", "cache"), Some(4));
}

#[test]
fn objects_created_by_typed_clients_are_understood() {
    let Some(bench) = Bench::new() else { return };
    bench.kubectl("create namespace staging");
    bench.kubectl("create deployment cache --image=registry.example.com/cache:1 --replicas=2 -n staging");
    assert_eq!(bench.api.replicas("staging", "cache"), Some(2));
    bench.kubectl("create secret generic login --from-literal=password=not-so-secret -n staging");
    assert_eq!(bench.kubectl("get secret login -n staging -o jsonpath={.data.password}"), "bm90LXNvLXNlY3JldA==");
}

#[test]
fn a_drained_node_is_cordoned_and_loses_its_pods() {
    let Some(bench) = Bench::new() else { return };
    bench.kubectl("drain node-2 --dry-run=server");
    assert!(bench.api.has("pod", "production", "api-7d4fa"));
    bench.kubectl("drain node-2");
    assert!(!bench.api.has("pod", "production", "api-7d4fa"));
    assert!(bench.kubectl("get node node-2").contains("Ready,SchedulingDisabled"));
    bench.kubectl("uncordon node-2");
    assert!(bench.kubectl("rollout status deployment/api -n production").contains("successfully rolled out"));
}

#[test]
fn chunked_bodies_and_kept_connections_are_understood() {
    let api = KubeApi::start();
    let address = api.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).expect("a listening server");
    let body = r#"{"metadata":{"name":"sent-in-pieces"}}"#;
    let (first, second) = body.split_at(11);
    write!(
        stream,
        "POST /api/v1/namespaces HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x};note=x\r\n{first}\r\n{:X}\r\n{second}\r\n0\r\nTrailer: x\r\n\r\n\
         GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n",
        first.len(),
        second.len()
    )
    .expect("a reading server");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).expect("the server closes when asked");
    assert!(answers.starts_with("HTTP/1.1 201 Created\r\n"), "{answers}");
    assert!(answers.ends_with("Connection: close\r\n\r\nok"), "{answers}");
    assert!(api.has("Namespace", "", "sent-in-pieces"));
    assert_eq!(api.requests(), ["POST /api/v1/namespaces", "GET /healthz"]);
}

#[test]
fn a_dropped_server_ends_its_watches_and_stops_listening() {
    let api = KubeApi::start();
    let address = api.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).expect("a listening server");
    write!(stream, "GET /api/v1/pods?watch=true&resourceVersion=1 HTTP/1.1\r\nHost: {address}\r\n\r\n").expect("sent");
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).expect("a status line");
    assert_eq!(first, "HTTP/1.1 200 OK\r\n");
    drop(api);
    reader.read_to_end(&mut Vec::new()).expect("the end of the stream");
    assert!(TcpStream::connect(&address).is_err());
}
